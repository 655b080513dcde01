# SPDX-License-Identifier: GPL-3.0-or-later
"""What every operation refuses, by its description: who is not signed in, who is a stranger, what is malformed.

The tests of each area say what depends on roles and states; here are the refusals that all operations have, asked for over
both doors where there are two.
"""

import io
import json

import pytest
import requests
from PIL import Image

from people import OPENAPI, OPERATIONS, Refused, Visitor, refused, text_channel, txn

SIGNED_IN = sorted(name for name, operation in OPERATIONS.items() if not operation.public)
ON_GATEWAY = sorted(name for name, operation in OPERATIONS.items() if operation.on_gateway)
UNKNOWN_ROOM = "!5TPdaPd5hNm4KGTY1tPcfn:localhost"
# A picture of 8 by 8 pixels.
_dot = io.BytesIO()
Image.new("RGB", (8, 8), (200, 30, 30)).save(_dot, "PNG")
DOT = _dot.getvalue()


class Place:
    """A guild with a private channel, and arguments for every operation that would be right for its owner."""

    def __init__(self, crowd):
        self.owner, self.member, self.stranger = crowd["olga"], crowd["member"], crowd["stranger"]
        guild = self.owner.make_guild("Place")
        self.owner.bring(guild["guild_id"], self.member)
        self.values = {
            "guild_id": guild["guild_id"], "channel_id": text_channel(guild), "user_id": self.member.user_id,
            "role_id": guild["roles"][0]["role_id"], "target": "everyone", "device_id": self.owner.device_id,
            "media_id": "mxc://localhost/5TPdaPd5hNm4KGTY1tPcfn", "code": self.owner.invite(guild["guild_id"]), "txn_id": "t",
            "username": "somebody", "password": "a pass phrase for it", "new_password": "another pass phrase", "refresh_token": "x",
            "name": "Name", "display_name": "Name", "since_ts": 0, "after": 0, "limit": 10, "kind": "text", "permissions": 0,
            "roles": [], "channels": [{"id": text_channel(guild), "order": 1}], "allow": 0, "deny": 0, "typing": True,
            "presence": "online", "content": {"msgtype": "m.text", "body": "x"},
            "to": self.member.user_id, "signal": {"kind": "offer"}, "silenced": True, "muted": True,
            "member_id": "5TPdaPd5hNm", "on": True,
        }

    def value(self, name, argument):
        """A right value for an argument; what is one of several words is one of the operation's own."""
        words = OPERATIONS[name].schemas()[argument].get("enum")
        return self.values[argument] if words is None or self.values[argument] in words else words[0]

    def arguments(self, name):
        """The least arguments that are right for the operation; what edits is told what to change."""
        edits = {"guild.edit": {"name"}, "role.edit": {"name"}, "channel.edit": {"name"}, "profile.set": {"display_name"},
                 "call.set_state": {"muted"}}
        return {argument: self.value(name, argument) for argument in OPERATIONS[name].required() | edits.get(name, set())}


@pytest.fixture(scope="module")
def place(crowd):
    return Place(crowd)


def raw_for(name):
    return b"\x89PNG" if OPERATIONS[name].raw_body else None


@pytest.mark.parametrize("name", SIGNED_IN)
def test_not_signed_in(hall, place, name):
    visitor = Visitor(hall.url)
    with refused("unauthenticated"):
        visitor.ask(name, raw=raw_for(name), **place.arguments(name))
    with refused("unauthenticated", "session.unknown"):
        visitor.ask(name, raw=raw_for(name), token="A" * 43, **place.arguments(name))


@pytest.mark.parametrize("name", [name for name in SIGNED_IN if "{guild_id}" in OPERATIONS[name].path])
def test_not_a_member_of_the_guild(place, name):
    arguments = {**place.arguments(name), "txn_id": txn()} if "txn_id" in OPERATIONS[name].schemas() else place.arguments(name)
    with refused("not_found", "guild.unknown"):
        place.stranger.ask(name, raw=raw_for(name), **arguments)
    # What was never there is refused in the same words.
    with refused("not_found", "guild.unknown"):
        place.owner.ask(name, raw=raw_for(name), **{**arguments, "guild_id": UNKNOWN_ROOM})


@pytest.mark.parametrize("name", [name for name in SIGNED_IN if "{channel_id}" in OPERATIONS[name].path])
def test_not_a_member_of_the_channels_guild(place, name):
    arguments = {**place.arguments(name), "txn_id": txn()} if "txn_id" in OPERATIONS[name].schemas() else place.arguments(name)
    for person, channel in (
        (place.stranger, arguments["channel_id"]), (place.owner, UNKNOWN_ROOM), (place.owner, "c_5TPdaPd5hNm4KGTY1tPcfn"),
        (place.owner, place.values["guild_id"]),
    ):
        with refused("not_found", "channel.unknown", "channel_id"):
            person.ask(name, **{**arguments, "channel_id": channel})


def wrong_values(schema):
    """Values that a schema does not allow."""
    if "anyOf" in schema and {"type": "null"} in schema["anyOf"]:
        schema = schema["anyOf"][0]
    while "$ref" in schema:
        schema = OPENAPI["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    kind = schema.get("type", "string")
    yield from {
        "string": [7, True, [], {}, "\u0000"],
        "integer": ["7", True, 1.5, [], {}],
        "boolean": ["true", 1, 0, []],
        "array": ["x", {}, 7],
        "object": ["x", [], 7],
    }[kind]
    if kind == "integer":
        yield schema["minimum"] - 1
        if schema["maximum"] < 2**53 - 1:
            yield schema["maximum"] + 1
    if "enum" in schema:
        yield schema["enum"][0] + "x"
    if schema.get("maxLength"):
        yield "x" * (schema["maxLength"] + 1)
    if schema.get("x-max-characters"):
        yield "x" * (schema["x-max-characters"] + 1)
    if schema.get("pattern") or "anyOf" in schema:
        yield ""
        yield "white space"


@pytest.mark.parametrize("name", ON_GATEWAY)
def test_wrong_arguments_on_the_gateway(place, name):
    """Each argument with each wrong value; the connection survives all of them but those that are not JSON we read."""
    operation = OPERATIONS[name]
    with place.owner.gateway() as gateway:
        for argument, schema in operation.schemas().items():
            for value in wrong_values(schema):
                if value == "\u0000" or isinstance(value, float):
                    continue
                data = {**place.arguments(name), argument: value}
                with refused("invalid", field=argument):
                    gateway.ask(name, **data)
        for argument in operation.required():
            data = place.arguments(name)
            del data[argument]
            with refused("invalid", "argument.missing", argument):
                gateway.ask(name, **data)
        with refused("invalid", "argument.unknown", "nonsense"):
            gateway.ask(name, nonsense=1, **place.arguments(name))
        for argument, schema in operation.schemas().items():
            nullable = "anyOf" in schema and {"type": "null"} in schema["anyOf"]
            if not nullable:
                with refused("invalid", "argument.type", argument):
                    gateway.ask(name, **{**place.arguments(name), argument: None})


@pytest.mark.parametrize("name", sorted(name for name, operation in OPERATIONS.items() if operation.body))
def test_wrong_bodies_over_http(place, name):
    operation = OPERATIONS[name]
    path_arguments = {argument: place.values[argument] for argument in operation.parameters}
    for argument, schema in operation.body["properties"].items():
        for value in wrong_values(schema):
            body = {each: place.value(name, each) for each in operation.body.get("required", [])}
            # A number that is none of ours, and U+0000, are refused as JSON, before anybody knows of arguments.
            field = None if value == "\u0000" or isinstance(value, float) else argument
            with refused("invalid", field=field):
                place.owner.ask(name, **{**path_arguments, **body, argument: value})


@pytest.mark.parametrize("name", sorted(name for name, operation in OPERATIONS.items() if not operation.raw_body))
def test_unknown_arguments_over_http(place, name):
    arguments = {key: value for key, value in place.arguments(name).items()}
    operation = OPERATIONS[name]
    path = operation.path
    for key in list(arguments):
        if "{" + key + "}" in path:
            path = path.replace("{" + key + "}", arguments.pop(key).replace("/", "%2F"))
    in_query = {key: arguments.pop(key) for key in list(arguments) if key in operation.parameters}
    response = place.owner.fetch(operation.method, path, query={**in_query, "nonsense": "1"}, body=arguments)
    assert response.status_code == 400, response.text
    assert response.json()["error"]["reason"] == "argument.unknown" and response.json()["error"]["field"] == "nonsense"


@pytest.mark.parametrize("name", ["guild.edit", "role.edit", "channel.edit", "profile.set"])
def test_nothing_to_change(place, name):
    arguments = {argument: place.values[argument] for argument in OPERATIONS[name].required()}
    with refused("invalid", "argument.missing"):
        place.owner.ask(name, **arguments)


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "null", "{}{}", '{"name":1e99}', '{"name":"\\ud800"}', '{"a":1,"a":2}', "{\"a\":" * 40])
def test_bodies_that_are_no_object(place, body):
    response = place.owner.session.post(
        f"{place.owner.url}/client/v1/guilds", data=body, headers={"Authorization": f"Bearer {place.owner.token}"}, timeout=30
    )
    assert response.status_code == 400, (body, response.text)
    assert response.json()["error"]["code"] == "invalid"


def test_arguments_in_two_places(place):
    channel = place.values["channel_id"]
    response = place.owner.fetch("POST", f"/channels/{channel}/join", body={"channel_id": channel, "txn_id": "t"})
    assert response.status_code == 400 and response.json()["error"]["field"] == "channel_id"


def test_too_large_a_body(place):
    response = place.owner.session.post(
        f"{place.owner.url}/client/v1/guilds", data=json.dumps({"name": "x" * 300000, "txn_id": "t"}),
        headers={"Authorization": f"Bearer {place.owner.token}"}, timeout=30,
    )
    assert response.status_code == 413 and response.json()["error"]["code"] == "too_large"


def test_too_fast(make_daemon, database):
    """Every operation has a rate, and says when to come back. Asked as fast as it goes with arguments that are refused anyway."""
    daemon = make_daemon(database, settings={"accounts": {"rate-factor": 100}})
    visitor = Visitor(daemon.url)
    for name in ("server.info", "invite.preview", "account.check_name", "session.refresh"):
        burst = OPENAPI["paths"][OPERATIONS[name].path][OPERATIONS[name].method.lower()]["x-rate"]["burst"]
        arguments = {argument: "x" for argument in OPERATIONS[name].required()}
        for number in range(burst * 3):
            try:
                visitor.ask(name, **arguments)
            except Refused as error:
                if error.code == "limited":
                    assert error.status == 429 and error.reason == "rate.limited"
                    assert error.retry_after_ms > 0 and int(error.headers["Retry-After"]) >= 1
                    break
        else:
            raise AssertionError(f"{name} can be asked for {burst * 3} times at once")
        assert number >= burst


# -- The table of refusals ----------------------------------------------------------------------

# What a member without any role may not do, by the permission that it takes; None: every member may, in the place's channel and
# to the people in it, or it concerns oneself alone.
WRONG_ROLE = {
    "guild.edit": "permission.manage_guild", "guild.set_icon": "permission.manage_guild", "guild.remove_icon": "permission.manage_guild",
    "guild.delete": "guild.not_owner", "guild.transfer": "guild.not_owner",
    "member.set_roles": "permission.manage_roles", "member.kick": "permission.kick_members", "member.ban": "permission.ban_members",
    "member.unban": "permission.ban_members",
    "role.create": "permission.manage_roles", "role.edit": "permission.manage_roles", "role.delete": "permission.manage_roles",
    "channel.create": "permission.manage_channels", "channel.reorder": "permission.manage_channels",
    "channel.edit": "permission.manage_channels", "channel.delete": "permission.manage_channels",
    "channel.set_override": "permission.manage_roles", "channel.invite": None,
    "invite.list": None, "invite.revoke": None, "invite.create": None,
    "call.silence": "permission.mute_members", "call.stop_share": "permission.mute_members",
    "call.disconnect": "permission.move_members",
}
EVERYBODYS = {
    "session.logout", "session.list", "session.revoke", "account.set_password", "profile.get", "profile.set", "profile.set_image",
    "profile.remove_image", "profile.set_banner", "profile.remove_banner", "profile.changed", "media.get", "guild.list", "guild.get", "guild.create", "guild.leave", "member.list",
    "channel.join", "channel.leave", "channel.members", "invite.accept", "message.send", "message.history", "events.after",
    "presence.set", "typing.set", "call.join", "call.leave", "call.alive", "call.set_state", "call.signal",
    "call.share", "call.watch",
}


def test_every_operation_is_in_the_table():
    """A new operation has to say here whom it refuses."""
    assert set(WRONG_ROLE) | EVERYBODYS == set(SIGNED_IN)
    assert not set(WRONG_ROLE) & EVERYBODYS


@pytest.mark.parametrize("name", sorted(name for name, reason in WRONG_ROLE.items() if reason))
def test_wrong_role(place, name):
    arguments = place.arguments(name)
    if "txn_id" in OPERATIONS[name].schemas():
        arguments["txn_id"] = txn()
    if "user_id" in arguments:
        arguments["user_id"] = place.owner.user_id
    with refused("denied", WRONG_ROLE[name]):
        place.member.ask(name, raw=raw_for(name), **arguments)


@pytest.mark.parametrize("name", sorted(name for name in SIGNED_IN if "txn_id" in OPERATIONS[name].schemas() and name != "message.send"))
def test_the_name_of_a_message(place, name):
    """What a txn_id named already names nothing of another kind, and nothing is done."""
    used = txn()
    place.owner.say(place.values["channel_id"], "first", txn_id=used)
    before = place.owner.ask("guild.get", guild_id=place.values["guild_id"])
    with refused("conflict", "txn.reused", "txn_id"):
        place.owner.ask(name, raw=DOT if OPERATIONS[name].raw_body else None, **{**place.arguments(name), "txn_id": used})
    assert place.owner.ask("guild.get", guild_id=place.values["guild_id"]) == before


@pytest.mark.parametrize("kind", ["channel", "role"])
def test_the_name_of_what_was_made(place, kind):
    """Who repeats the making by mistake as a deletion deletes nothing, nor anything but what was deleted by that name."""
    made, ended = txn(), txn()
    details = {"name": "short-lived", **({"kind": "text"} if kind == "channel" else {"permissions": 0})}
    guild = {"guild_id": place.values["guild_id"]}
    about = {} if kind == "channel" else guild
    first, second = (place.owner.ask(f"{kind}.create", **guild, **details, txn_id=name)[f"{kind}_id"] for name in (made, txn()))
    before = place.owner.ask("guild.get", **guild)
    with refused("conflict", "txn.reused", "txn_id"):
        place.owner.ask(f"{kind}.delete", **about, **{f"{kind}_id": first}, txn_id=made)
    assert place.owner.ask("guild.get", **guild) == before
    answer = place.owner.ask(f"{kind}.delete", **about, **{f"{kind}_id": first}, txn_id=ended)
    assert place.owner.ask(f"{kind}.delete", **about, **{f"{kind}_id": first}, txn_id=ended)["event_id"] == answer["event_id"]
    with refused("conflict", "txn.reused", "txn_id"):
        place.owner.ask(f"{kind}.delete", **about, **{f"{kind}_id": second}, txn_id=ended)
    place.owner.ask(f"{kind}.delete", **about, **{f"{kind}_id": second}, txn_id=txn())


@pytest.mark.parametrize("name", sorted(name for name, operation in OPERATIONS.items() if operation.method != "GET"))
def test_too_large(place, name):
    """Whatever takes a body takes one of so many bytes at most; a picture may be larger than what is JSON."""
    operation = OPERATIONS[name]
    path = operation.path
    for argument in operation.parameters:
        path = path.replace("{" + argument + "}", str(place.values.get(argument, "x")).replace("/", "%2F"))
    size = 5242880 + 1 if operation.raw_body else 300000
    body = b"\x89PNG" + bytes(size) if operation.raw_body else json.dumps({"x": "x" * size}).encode()
    try:
        response = place.owner.session.request(
            operation.method, f"{place.owner.url}/client/v1{path}", data=body, timeout=60,
            headers={"Authorization": f"Bearer {place.owner.token}"},
        )
    except requests.exceptions.ConnectionError:
        return  # it did not wait until all of it had come
    assert response.status_code == 413, (response.status_code, response.text[:200])
    assert response.json()["error"]["code"] == "too_large"
