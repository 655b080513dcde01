# SPDX-License-Identifier: GPL-3.0-or-later
"""People who use a server: over HTTP by what docs/openapi.json says, and over the gateway."""

import contextlib
import itertools
import json
import os
import time
import urllib.parse

import jsonschema
import requests
import websockets.sync.client

from fixture.process import SOURCE_DIR, TimedOut, patience

OPENAPI = json.loads((SOURCE_DIR / "docs" / "openapi.json").read_text(encoding="utf-8"))
METHODS = ("get", "put", "post", "patch", "delete")
PASSWORD = "a long enough pass phrase"

_numbers = itertools.count(1)


class Operation:
    """One operation as docs/openapi.json describes it."""

    def __init__(self, path, method, description):
        self.name = description["operationId"]
        self.path = path
        self.method = method.upper()
        self.public = description["security"] == []
        self.parameters = {each["name"]: each for each in description.get("parameters", [])}
        body = description.get("requestBody", {}).get("content", {})
        self.raw_body = "application/octet-stream" in body
        self.body = body.get("application/json", {}).get("schema", {})
        answer = description["responses"]["200"]["content"]
        self.raw_reply = "application/json" not in answer
        self.answer = answer.get("application/json", {}).get("schema")
        self.statuses = set(description["responses"])
        self.on_gateway = not (self.public or self.raw_body or self.raw_reply)

    def required(self):
        """The names of the arguments that must be given."""
        return {name for name, each in self.parameters.items() if each.get("required")} | set(self.body.get("required", []))

    def schemas(self):
        """The arguments' schemas by name."""
        return {**{name: each["schema"] for name, each in self.parameters.items()}, **self.body.get("properties", {})}


OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation(path, method, description)
        for path, methods in OPENAPI["paths"].items()
        for method, description in methods.items()
        if method in METHODS
    )
}


def validate(schema, value):
    """Checks VALUE against a schema of docs/openapi.json."""
    jsonschema.Draft202012Validator({**schema, "components": OPENAPI["components"]}).validate(value)


def txn():
    """A name for a request that was not used before."""
    return f"t{os.getpid()}-{next(_numbers)}"


class Refused(Exception):
    """The server refused: code, reason, field, message and retry_after_ms as attributes."""

    def __init__(self, status, error, headers=None):
        super().__init__(f"{status} {error}")
        validate({"$ref": "#/components/schemas/Error"}, {"error": error})
        self.status = status
        self.headers = headers or {}
        self.code = error["code"]
        self.reason = error["reason"]
        self.message = error["message"]
        self.field = error.get("field")
        self.retry_after_ms = error.get("retry_after_ms")
        assert self.message[0].isupper() or self.message[0] in "“", self.message
        assert len(self.message) > 5


HTTP_STATUS = {
    "invalid": 400, "unauthenticated": 401, "denied": 403, "not_found": 404, "conflict": 409,
    "too_large": 413, "limited": 429, "internal": 500, "unavailable": 503,
}


@contextlib.contextmanager
def refused(code, reason=None, field=None):
    """The block must be refused just so."""
    try:
        yield
    except Refused as error:
        assert error.code == code, str(error)
        if error.status is not None:
            assert error.status == HTTP_STATUS[code], str(error)
        if reason is not None:
            assert error.reason == reason, str(error)
        if field is not None:
            assert error.field == field, str(error)
        return
    raise AssertionError(f"this was not refused with {code} {reason or ''}")


class Visitor:
    """Somebody who is not signed in."""

    def __init__(self, url):
        self.url = url
        self.token = None
        self.session = requests.Session()

    def ask(self, do, raw=None, token=None, headers=None, **arguments):
        """Asks for an operation over HTTP and returns its answer, checked against its description."""
        operation = OPERATIONS[do]
        path, query, body = operation.path, {}, {}
        for name, value in arguments.items():
            if "{" + name + "}" in path:
                path = path.replace("{" + name + "}", urllib.parse.quote(str(value), safe=""))
            elif name in operation.parameters:
                query[name] = json.dumps(value) if isinstance(value, (bool, int)) else value
            else:
                body[name] = value
        response = self.fetch(operation.method, path, query, body, raw, token, headers)
        if response.status_code != 200:
            assert str(response.status_code) in operation.statuses, f"{do} may not answer {response.status_code}"
            raise Refused(response.status_code, response.json()["error"], response.headers)
        if operation.raw_reply:
            return response
        answer = response.json()
        validate(operation.answer, answer)
        return answer

    def fetch(self, method, path, query=None, body=None, raw=None, token=None, headers=None):
        """A request as it is, with its response."""
        headers = dict(headers or {})
        if token or self.token:
            headers["Authorization"] = f"Bearer {token or self.token}"
        response = self.session.request(
            method, f"{self.url}/client/v1{path}", params=query or None, json=body if body and raw is None else None,
            data=raw, headers=headers, timeout=patience(60),
        )
        assert response.headers.get("X-Request-Id"), response.headers
        return response


class Person(Visitor):
    """Somebody with an account, signed in on one device."""

    def __init__(self, url, name, tokens):
        super().__init__(url)
        self.name = name
        self.take(tokens)

    def take(self, tokens):
        self.tokens = tokens
        self.token = tokens["access_token"]
        self.user_id = tokens["user"]["user_id"]
        self.device_id = tokens["device_id"]

    @classmethod
    def register(cls, url, name, **more):
        return cls(url, name, Visitor(url).ask("account.register", username=name, password=PASSWORD, device_name="test", **more))

    def again(self):
        """The same person on another device."""
        tokens = Visitor(self.url).ask("session.login", username=self.name, password=PASSWORD, device_name="another")
        return Person(self.url, self.name, tokens)

    def gateway(self, position=None):
        """A gateway connection that has identified."""
        return Gateway(self.url, self.token, position)

    # -- What people do all the time --------------------------------------------------------------

    def make_guild(self, name="Hall"):
        return self.ask("guild.create", name=name, txn_id=txn())

    def invite(self, guild_id, **limits):
        return self.ask("invite.create", guild_id=guild_id, **limits)["code"]

    def bring(self, guild_id, *others):
        """Invites others to a guild, who accept."""
        code = self.invite(guild_id)
        for other in others:
            other.ask("invite.accept", code=code)

    def make_channel(self, guild_id, name="channel", **more):
        return self.ask("channel.create", guild_id=guild_id, name=name, kind=more.pop("kind", "text"), txn_id=txn(), **more)["channel_id"]

    def say(self, channel_id, body, txn_id=None):
        return self.ask("message.send", channel_id=channel_id, txn_id=txn_id or txn(), content={"msgtype": "m.text", "body": body})

    def history(self, channel_id, **more):
        return self.ask("message.history", channel_id=channel_id, **more)

    def bodies(self, channel_id, **more):
        return [event["content"]["body"] for event in self.history(channel_id, **more)["events"]]


class Closed(Exception):
    """The server closed the connection, with a code."""

    def __init__(self, code, reason):
        super().__init__(f"{code} {reason}")
        self.code = code


class Gateway:
    """A connection to the gateway. All frames that arrive are kept, in order, in `frames`. Who only listens gives signs of life,
    as the server closes those who are silent for a minute; it is never closed from here for being answered late."""

    def __init__(self, url, token, position=None):
        self.socket = websockets.sync.client.connect(
            url.replace("http", "ws", 1) + "/client/v1/gateway", compression=None, max_size=None, max_queue=None, open_timeout=patience(30),
            close_timeout=2, ping_interval=15, ping_timeout=None,
        )
        self.frames = []
        self.hello = self.wait("hello")
        identify = {"op": "identify", "token": token}
        if position is not None:
            identify["position"] = position
        self.send(identify)
        self.ready = self.wait("ready")
        self.position = self.ready["position"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, frame):
        self.socket.send(frame if isinstance(frame, str) else json.dumps(frame))

    def read(self, timeout=30):
        """The next frame."""
        try:
            frame = json.loads(self.socket.recv(timeout=patience(timeout)))
        except TimeoutError:
            raise TimedOut("no frame came") from None
        except websockets.exceptions.ConnectionClosed as closed:
            raise Closed(closed.rcvd.code if closed.rcvd else 1006, closed.rcvd.reason if closed.rcvd else "") from None
        self.frames.append(frame)
        return frame

    def wait(self, op, condition=None, timeout=30):
        """Reads until a frame of that op comes for which CONDITION holds."""
        limit = time.monotonic() + patience(timeout)
        while True:
            frame = self.read(max(0.01, limit - time.monotonic()))
            if frame["op"] == op and (condition is None or condition(frame)):
                return frame

    def wait_event(self, condition, timeout=30):
        return self.wait("event", lambda frame: condition(frame["event"]), timeout)["event"]

    def wait_message(self, body, timeout=30):
        return self.wait_event(lambda event: event.get("content", {}).get("body") == body, timeout)

    def wait_closed(self, timeout=30):
        """Reads until the server closes, and returns the code."""
        try:
            while True:
                self.read(timeout)
        except Closed as closed:
            return closed.code

    def request(self, do, **data):
        """Asks without waiting; returns the id."""
        number = txn()
        self.send({"op": "request", "id": number, "do": do, "data": data})
        return number

    def ask(self, do, **data):
        """Asks for an operation and returns its answer, checked against its description."""
        number = self.request(do, **data)
        reply = self.wait("reply", lambda frame: frame["id"] == number)
        if "error" in reply:
            raise Refused(None, reply["error"])
        validate(OPERATIONS[do].answer, reply["data"])
        return reply["data"]

    def settle(self):
        """Waits for the answer to a request: everything published before it has been read by then."""
        self.ask("guild.list")

    def events(self):
        return [frame["event"] for frame in self.frames if frame["op"] == "event"]

    def ephemerals(self, kind):
        return [frame["content"] for frame in self.frames if frame["op"] == "ephemeral" and frame["type"] == kind]

    def forget(self):
        self.frames.clear()


def lasting(answer):
    """What stays the same however often a request is repeated: all but the receipt, which is made out anew, and which only
    an answer has that wrote something."""
    return {name: value for name, value in answer.items() if name != "receipt"}


def text_channel(guild):
    """The id of a snapshot's first text channel."""
    return next(channel["channel_id"] for channel in guild["channels"] if channel["kind"] == "text")


def channel_of(guild, channel_id):
    """A channel of a snapshot, or None."""
    return next((channel for channel in guild["channels"] if channel["channel_id"] == channel_id), None)
