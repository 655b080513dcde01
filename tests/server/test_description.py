# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/openapi.json and docs/asyncapi.json say what the daemon does: the table of operations, argument by argument."""

import json
import re

import jsonschema
import pytest
import requests

from fixture import daemon
from fixture.process import SOURCE_DIR
from people import OPENAPI, OPERATIONS

ASYNCAPI = json.loads((SOURCE_DIR / "docs" / "asyncapi.json").read_text(encoding="utf-8"))
IDS = {
    "room_id": "RoomId", "category_id": "CategoryId", "channel_id": "ChannelId", "user_id": "UserId", "role_id": "RoleId",
    "target": "Target", "device_id": "DeviceId", "media_id": "MediaId", "txn_id": "TxnId",
}


@pytest.fixture(scope="module")
def table():
    result = daemon.run(["--print-operations"])
    assert result.returncode == 0, result.stderr
    return {row["name"]: row for row in json.loads(result.stdout)["operations"]}


def test_the_same_operations(table):
    assert set(table) == set(OPERATIONS)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_operation(table, name):
    row, operation = table[name], OPERATIONS[name]
    description = OPENAPI["paths"][operation.path][operation.method.lower()]

    assert row["path"] == operation.path
    assert row["method"] == operation.method
    assert (row["scope"] == "public") == operation.public
    assert description["x-scope"] == row["scope"]
    assert description["x-rate"] == {"burst": row["burst"], "per_minute": row["per_minute"]}
    assert row["raw_body"] == operation.raw_body
    assert row["raw_reply"] == operation.raw_reply
    assert description["summary"]

    arguments = {argument["name"]: argument for argument in row["args"]}
    assert set(arguments) == set(operation.schemas())
    assert {argument for argument, each in arguments.items() if each["required"]} == operation.required()
    in_path = {part[1:-1] for part in operation.path.split("/") if part.startswith("{")}
    assert {each for each, parameter in operation.parameters.items() if parameter["in"] == "path"} == in_path
    for argument, each in arguments.items():
        check_argument(each, operation.schemas()[argument])


def check_argument(argument, schema):
    if argument["nullable"]:
        schema, null = schema["anyOf"]
        assert null == {"type": "null"}
    kind = argument["type"]
    if kind in IDS:
        assert schema["$ref"] == f"#/components/schemas/{IDS[kind]}"
    elif kind in ("string", "secret"):
        assert (schema["type"], schema["minLength"], schema["maxLength"]) == ("string", argument["min"], argument["max"])
        assert schema.get("writeOnly", False) == (kind == "secret")
    elif kind in ("name", "text"):
        assert (schema["type"], schema["minLength"], schema["x-max-characters"]) == ("string", argument["min"], argument["max"])
    elif kind == "integer":
        assert (schema["type"], schema["minimum"], schema["maximum"]) == ("integer", argument["min"], argument["max"])
    elif kind == "boolean":
        assert schema["type"] == "boolean"
    elif kind == "enum":
        assert schema["enum"] == argument["choices"].split("|")
    elif kind == "object":
        assert resolve(OPENAPI, schema)["type"] == "object"
    else:
        assert kind in ("objects", "role_ids")
        assert schema["type"] == "array" and schema["maxItems"] == argument["max"] and schema.get("minItems", 0) == argument["min"]


def resolve(document, schema):
    while "$ref" in schema:
        value = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            value = value[part.replace("~1", "/").replace("~0", "~")]
        schema = value
    return schema


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


@pytest.mark.parametrize("document", [OPENAPI, ASYNCAPI], ids=["openapi", "asyncapi"])
def test_references_lead_somewhere(document):
    for reference in references(document):
        assert resolve(document, {"$ref": reference}) is not None


@pytest.mark.parametrize("name", sorted(OPENAPI["components"]["schemas"]))
def test_schemas_are_schemas(name):
    jsonschema.Draft202012Validator.check_schema(OPENAPI["components"]["schemas"][name])


def test_the_two_files_agree():
    for name, schema in ASYNCAPI["components"]["schemas"].items():
        assert schema == OPENAPI["components"]["schemas"][name]


def test_the_gateway_offers_what_the_table_says():
    request = ASYNCAPI["components"]["messages"]["request"]["payload"]
    assert set(request["properties"]["do"]["enum"]) == {name for name, operation in OPERATIONS.items() if operation.on_gateway}
    spoken = {message["payload"]["properties"]["op"]["const"] for message in ASYNCAPI["components"]["messages"].values()}
    assert spoken == {"hello", "identify", "ready", "event", "request", "reply", "heartbeat", "ephemeral"}


def test_the_daemon_serves_them(hall):
    for name, document in (("openapi", OPENAPI), ("asyncapi", ASYNCAPI)):
        response = requests.get(f"{hall.url}/client/v1/{name}.json", timeout=30)
        assert response.status_code == 200
        assert response.json() == document


def test_the_protocol_names_every_close_code():
    text = (SOURCE_DIR / "docs" / "protocol.md").read_text(encoding="utf-8")
    for code in ASYNCAPI["channels"]["gateway"]["x-close-codes"]:
        assert f"| {code} |" in text


def test_the_protocol_names_the_beginning_of_every_reason():
    """Of what a request can be refused with; what only the start of a private database says is not among it."""
    beginnings = set()
    for folder in ("api", "domain", "net", "imaging", "store"):
        for path in (SOURCE_DIR / "src" / "server" / folder).glob("*.c"):
            beginnings |= set(re.findall(r'GH_ERROR_[A-Z_]+,\s*"([a-z_]+)[."]', path.read_text(encoding="utf-8")))
    assert len(beginnings) > 20
    text = (SOURCE_DIR / "docs" / "protocol.md").read_text(encoding="utf-8")
    named = text.partition("Reasons, by\ntheir beginning:")[2].partition("\n\n")[0]
    for beginning in beginnings - {"cluster"}:
        assert f"`{beginning}.*`" in named or f"`{beginning}`" in named or f"`{beginning}.<" in named, beginning


# What no test can be refused with: what stands before it refuses first, or it is said in another way.
NEVER_HEARD = {
    "session.missing": "both doors ask for a token before they ask for an operation",
    "image.too_large": "a body of that size is refused as it comes",
    "media.size": "the table of operations names the sizes",
    "connection.account": "a close code says it, see test_limits",
    "image.busy": "the system would have to have no processes left",
    "image.sandbox": "the kernel would have to lack seccomp",
}


def test_every_reason_is_asked_for():
    """Whatever an operation may be refused with is named by a test that is refused so."""
    server = SOURCE_DIR / "src" / "server"
    reasons = set()
    for folder in ("api", "domain", "net", "imaging"):
        for path in (server / folder).glob("*.c"):
            reasons |= set(re.findall(r'GH_ERROR_[A-Z_]+,\s*"([a-z_]+\.[a-z_]+)"', path.read_text(encoding="utf-8")))
    assert len(reasons) > 100
    tests = SOURCE_DIR / "tests"
    paths = [*(tests / "server").glob("test_*.py"), *(tests / "server-unit").rglob("test-*.c")]
    paths.remove(tests / "server" / "test_description.py")
    asked = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    unheard = {reason for reason in reasons if f'"{reason}"' not in asked}
    assert unheard == set(NEVER_HEARD)
