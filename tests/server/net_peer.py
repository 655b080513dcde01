# SPDX-License-Identifier: GPL-3.0-or-later
"""A peer on a bare socket, which can do what no decent client does."""

import base64
import hashlib
import itertools
import json
import os
import socket
import ssl
import struct
import subprocess
import urllib.error
import urllib.request

from fixture.process import patience

GATEWAY = "/client/v1/gateway"
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA

_numbers = itertools.count(1)


def make_certificate(directory, name="localhost"):
    """A key and a certificate that signs itself, as (certificate, key)."""
    certificate, key = directory / f"{name}.pem", directory / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )
    return certificate, key


def trusting(certificate):
    """A TLS context that believes this certificate and no other."""
    return ssl.create_default_context(cafile=str(certificate))


class Ended(Exception):
    """The server has ended the connection."""


class Overtaken(Exception):
    """What was to be read afterwards was there already."""


class Peer:
    """One TCP connection, under TLS with CONTEXT, from the address SOURCE."""

    def __init__(self, port, context=None, receive_buffer=None, timeout=30, source=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(patience(timeout))
        if source:
            self.socket.bind((source, 0))
        self.socket.connect(("127.0.0.1", port))
        # Under TLS too, what happens to the connection itself is done by this.
        self.raw = self.socket.dup()
        if context:
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self.buffer = b""
        self.unheard = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()
        self.raw.close()

    # -- Bytes ---------------------------------------------------------------------------------

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def stop_writing(self):
        """Says that nothing more comes; what the server still has to say can be read. Under TLS Overtaken when it had said
        something already: OpenSSL looks for the other side's close_notify as soon as ours is gone, and gives up for good when
        it finds anything else."""
        if self.socket is self.raw or not isinstance(self.socket, ssl.SSLSocket):
            self.raw.shutdown(socket.SHUT_WR)
            return
        # RFC 8446, section 6.1: close_notify ends one direction. That the other one is open is the error here.
        timeout = self.socket.gettimeout()
        self.socket.settimeout(0)
        try:
            self.socket.unwrap()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as error:
            if error.reason == "APPLICATION_DATA_AFTER_CLOSE_NOTIFY":
                raise Overtaken(str(error)) from error
            raise
        self.socket.settimeout(timeout)

    def _fill(self):
        try:
            data = self.socket.recv(65536)
        except (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError) as error:
            raise Ended(str(error)) from error
        if not data:
            raise Ended("end of stream")
        self.buffer += data

    def read(self, size):
        while len(self.buffer) < size:
            self._fill()
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def read_until(self, mark):
        while mark not in self.buffer:
            self._fill()
        data, self.buffer = self.buffer.split(mark, 1)
        return data

    def expect_end(self):
        """Waits for the server to end the connection; what it still says is thrown away."""
        try:
            while True:
                self.buffer = b""
                self._fill()
        except Ended:
            return

    # -- HTTP ----------------------------------------------------------------------------------

    def response(self, head=False):
        """The next response, as (status, headers, body); of an answer to HEAD the body is not there."""
        lines = self.read_until(b"\r\n\r\n").decode().split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        status = int(lines[0].split()[1])
        bodyless = head or status in (101, 204, 304)
        body = b"" if bodyless else self.read(int(headers.get("content-length", "0")))
        return status, headers, body

    def request(self, method, path, headers=None, body=None):
        """Sends a request on this connection and returns its response."""
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b""))
        return self.response(head=method == "HEAD")

    # -- WebSocket -----------------------------------------------------------------------------

    def upgrade(self, headers=None, behind=b"", path=GATEWAY):
        """Makes the handshake, with BEHIND sent right after it, and checks the answer."""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + behind)
        status, answer, _ = self.response()
        assert status == 101, (status, answer)
        expected = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
        assert answer["sec-websocket-accept"] == expected
        return answer

    @staticmethod
    def frame(opcode, payload=b"", fin=True, mask=True, reserved=0, length=None):
        """The bytes of a frame; LENGTH announces another length than the payload's."""
        payload = payload if isinstance(payload, bytes) else payload.encode()
        size = len(payload) if length is None else length
        first = (0x80 if fin else 0) | reserved << 4 | opcode
        second = 0x80 if mask else 0
        if size < 126:
            head = struct.pack("!BB", first, second | size)
        elif size < 65536:
            head = struct.pack("!BBH", first, second | 126, size)
        else:
            head = struct.pack("!BBQ", first, second | 127, size)
        if not mask:
            return head + payload
        key = os.urandom(4)
        stretched = key * (len(payload) // 4 + 1)
        return head + key + bytes(a ^ b for a, b in zip(payload, stretched))

    @staticmethod
    def text(value):
        """The bytes of one whole JSON message."""
        return Peer.frame(TEXT, json.dumps(value))

    def say(self, value):
        self.send(self.text(value))

    def hear_frame(self):
        """The next frame as (opcode, payload); the server must not fragment or mask."""
        first, second = self.read(2)
        assert first & 0x80 and not second & 0x80, (first, second)
        size = second
        if size == 126:
            size = struct.unpack("!H", self.read(2))[0]
        elif size == 127:
            size = struct.unpack("!Q", self.read(8))[0]
        return first & 0x0F, self.read(size)

    def hear(self, op=None, **members):
        """The next JSON message; with OP the next one of that op that has MEMBERS, others wait for their turn."""

        def fits(message):
            return op is None or message["op"] == op and all(message.get(name) == value for name, value in members.items())

        for message in self.unheard:
            if fits(message):
                self.unheard.remove(message)
                return message
        while True:
            opcode, payload = self.hear_frame()
            assert opcode == TEXT, (opcode, payload)
            message = json.loads(payload)
            if fits(message):
                return message
            self.unheard.append(message)

    def hear_control(self):
        """The next control frame as (opcode, payload); messages before it wait for their turn."""
        while True:
            opcode, payload = self.hear_frame()
            if opcode != TEXT:
                return opcode, payload
            self.unheard.append(json.loads(payload))

    def expect_close(self, *codes):
        """Waits for the close frame, then for the end, and returns its code."""
        while True:
            opcode, payload = self.hear_frame()
            if opcode == CLOSE:
                break
        code = struct.unpack("!H", payload[:2])[0]
        assert code in codes, (code, payload[2:])
        self.expect_end()
        return code

    def identify(self, token):
        """Greets and identifies; returns the ready message."""
        self.hear("hello")
        self.say({"op": "identify", "token": token})
        return self.hear("ready")

    def ask(self, do, **data):
        """Makes a request and returns its data; a refusal raises Refused."""
        number = str(next(_numbers))
        self.say({"op": "request", "id": number, "do": do, "data": data})
        reply = self.hear("reply", id=number)
        if "error" in reply:
            raise Refused(reply["error"])
        return reply["data"]


class Refused(Exception):
    """The server refused; the error's members are attributes of `error`."""

    def __init__(self, error):
        super().__init__(str(error))
        self.error = error


class Caller:
    """Asks a daemon over HTTP, as a well-behaved client does."""

    def __init__(self, url, context=None):
        self.url = url
        self.context = context
        self.token = None
        self.user_id = None

    def call(self, method, path, body=None, token=None, raw=None):
        data = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.url}/client/v1{path}", data=data, method=method)
        if token or self.token:
            request.add_header("Authorization", f"Bearer {token or self.token}")
        try:
            with urllib.request.urlopen(request, timeout=patience(60), context=self.context) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                raise Refused({"status": error.code, **json.load(error)["error"]}) from None

    def register(self, name):
        """Makes an account and signs in with it."""
        tokens = self.call("POST", "/register", {
            "username": name, "password": f"a long pass phrase of {name}", "device_name": "test",
        })
        self.token = tokens["access_token"]
        self.user_id = tokens["user"]["user_id"]
        return self


def someone(url, name="somebody", context=None):
    """A new account whose name begins with NAME."""
    return Caller(url, context).register(f"{name}{next(_numbers)}")


def make_people(url, *names, context=None):
    """New accounts that share a guild and its first text channel: (callers, channel id)."""
    people = [someone(url, name, context) for name in names]
    owner = people[0]
    guild = owner.call("POST", "/guilds", {"name": "Hall", "txn_id": "guild"})
    channel = next(c["channel_id"] for c in guild["channels"] if c["kind"] == "text")
    if len(people) > 1:
        code = owner.call("POST", f"/guilds/{guild['guild_id'].replace('!', '%21')}/invites", {})["code"]
        for member in people[1:]:
            member.call("POST", f"/invites/{code}/accept", {})
    return people, channel


def message(text, txn_id=None):
    """The data of message.send."""
    return {"txn_id": txn_id or f"t{next(_numbers)}", "content": {"msgtype": "m.text", "body": text}}
