# SPDX-License-Identifier: GPL-3.0-or-later
"""The gateway's connections, plain and under TLS, with peers that keep to the rules and peers that do not."""

import contextlib
import json
import socket
import threading
import time

import pytest

from fixture.daemon import Daemon
from fixture.postgres import Database
from fixture.process import patience, wait_until
from net_peer import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Ended, Overtaken, Peer, Refused, make_certificate, make_people, message, someone, trusting


# How long a daemon that stops waits for those who are connected, in seconds.
GOODBYE_S = 2


class Server:
    """A daemon with or without TLS, and how to come in."""

    def __init__(self, postgres, migrated, directory, with_tls, **limits):
        self.context = None
        self._database = Database(postgres, migrated)
        self._ada = None
        settings = {"accounts": {"rate-factor": 100000}, "limits": {"connection-queue-bytes": 131072, **limits}}
        if with_tls:
            certificate, key = make_certificate(directory)
            settings["tls"] = {"certificate": certificate, "key": key}
            self.context = trusting(certificate)
        self.daemon = Daemon(self._database, settings=settings, start=False)
        self.daemon.start(ready=False)
        self.daemon.wait_listening()
        self.port = self.daemon.port
        self.url = f"{'https' if with_tls else 'http'}://localhost:{self.port}"

    def close(self):
        self.daemon.close()
        self._database.drop()

    def peer(self, **options):
        return Peer(self.port, self.context, **options)

    @contextlib.contextmanager
    def guest(self, token, **options):
        """A peer that has identified."""
        with self.peer(**options) as peer:
            peer.upgrade()
            peer.identify(token)
            yield peer

    def people(self, *names):
        """New people in a guild of their own, and their channel."""
        return make_people(self.url, *names, context=self.context)

    @property
    def ada(self):
        """Somebody who has been here for a while."""
        if self._ada is None:
            self._ada = someone(self.url, "ada", self.context)
        return self._ada


def new_server(postgres, migrated, directory, kind, **limits):
    server = Server(postgres, migrated, directory, kind == "tls", **limits)
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(scope="module", params=["plain", "tls"])
def server(request, postgres, migrated, tmp_path_factory):
    """One for all tests here: none of them may leave it worse than it was."""
    yield from new_server(postgres, migrated, tmp_path_factory.mktemp("tls"), request.param)


@pytest.fixture(params=["plain", "tls"])
def own_server(request, postgres, migrated, tmp_path):
    """One that a test may stop."""
    yield from new_server(postgres, migrated, tmp_path, request.param)


@pytest.fixture(params=["plain", "tls"])
def hasty_server(request, postgres, migrated, tmp_path):
    """One that gives nobody much time to say who they are."""
    yield from new_server(postgres, migrated, tmp_path, request.param, **{"arrival-seconds": 2})


def test_a_conversation(server):
    (ada, bob), channel = server.people("ada", "bob")
    with server.guest(ada.token) as one, server.guest(bob.token) as two:
        sent = one.ask("message.send", channel_id=channel, **message("hello"))
        for peer in (one, two):
            event = peer.hear("event")["event"]
            assert event["event_id"] == sent["event_id"]
            assert event["content"]["body"] == "hello"
        one.say({"op": "heartbeat", "n": 5})
        assert one.hear("heartbeat") == {"op": "heartbeat", "n": 5}
        one.send(Peer.frame(PING, b"there?"))
        assert one.hear_control() == (PONG, b"there?")
        one.send(Peer.frame(CLOSE, b"\x03\xe8"))
        one.expect_close(1000)


def test_compression_is_never_agreed_on(server):
    with server.peer() as peer:
        answer = peer.upgrade({"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"})
        assert "sec-websocket-extensions" not in answer


@pytest.mark.parametrize("changed", [
    {"Sec-WebSocket-Version": "12"}, {"Sec-WebSocket-Key": "short"}, {"Upgrade": "h2c"}, {"Connection": "keep-alive"},
])
def test_handshakes_that_are_none(server, changed):
    headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
               "Sec-WebSocket-Version": "13", **changed}
    with server.peer() as peer:
        status, answer, body = peer.request("GET", "/client/v1/gateway", headers)
        assert (status, answer["sec-websocket-version"]) == (426, "13")
        assert json.loads(body)["error"]["reason"] == "gateway.handshake"


def test_frames_sent_with_the_handshake_are_not_lost(server):
    (ada,), channel = server.people("ada")
    behind = Peer.text({"op": "identify", "token": ada.token})
    with server.peer() as peer:
        peer.upgrade(behind=behind)
        assert peer.hear()["op"] == "hello"
        assert peer.hear()["op"] == "ready"
        assert peer.ask("message.send", channel_id=channel, **message("early"))["position"] > 0


def test_frames_cut_anywhere(server):
    (ada,), channel = server.people("ada")
    text = json.dumps({"op": "request", "id": "cut", "do": "message.send", "data": {"channel_id": channel, **message("é")}}).encode()
    with server.guest(ada.token) as peer:
        for cut in range(0, len(text), 7):
            wire = (Peer.frame(TEXT, text[:cut], fin=False) + Peer.frame(PING, b"between") + Peer.frame(CONTINUATION, b"", fin=False)
                    + Peer.frame(CONTINUATION, text[cut:]))
            for byte in range(0, len(wire), 40):
                peer.send(wire[byte:byte + 40])
            assert peer.hear_control() == (PONG, b"between")
            assert "error" not in peer.hear("reply", id="cut")


BROKEN = [
    ("no mask", Peer.frame(TEXT, "{}", mask=False), 1002),
    ("reserved bit", Peer.frame(TEXT, "{}", reserved=4), 1002),
    ("unknown opcode", Peer.frame(0x3, "{}"), 1002),
    ("fragmented control frame", Peer.frame(PING, "x", fin=False), 1002),
    ("long control frame", Peer.frame(PING, "x" * 126), 1002),
    ("continuation of nothing", Peer.frame(CONTINUATION, "x"), 1002),
    ("message within a message", Peer.frame(TEXT, "x", fin=False) + Peer.frame(TEXT, "y"), 1002),
    ("half a close code", Peer.frame(CLOSE, b"\x03"), 1002),
    ("not UTF-8", Peer.frame(TEXT, b"\xff\xfe"), 1007),
    ("binary", Peer.frame(BINARY, b"{}"), 4000),
    ("not JSON", Peer.frame(TEXT, "hello"), 4000),
    ("unknown op", Peer.text({"op": "dance"}), 4000),
    ("op of the server", Peer.text({"op": "ready"}), 4000),
    ("request without id", Peer.text({"op": "request", "do": "guild.list", "data": {}}), 4000),
    ("data that is no object", Peer.text({"op": "request", "id": "1", "do": "guild.list", "data": []}), 4000),
    ("deep JSON", Peer.frame(TEXT, '{"op":"request","id":"1","do":"x","data":' + '{"a":' * 100 + "1" + "}" * 101), 4000),
    ("too large", Peer.frame(TEXT, b"{" * 65537), 4003),
    ("announced too large", Peer.frame(TEXT, b"{", length=1 << 40), 4003),
    ("too large in fragments", Peer.frame(TEXT, b"{" * 40000, fin=False) + Peer.frame(CONTINUATION, b"{" * 40000), 4003),
]


@pytest.mark.parametrize("wire, code", [pytest.param(wire, code, id=what) for what, wire, code in BROKEN])
def test_broken_frames(server, wire, code):
    with server.guest(server.ada.token) as peer:
        try:
            peer.send(wire)
        except OSError:
            pass  # closed while it was being sent
        peer.expect_close(code)
    with server.guest(server.ada.token):
        pass


def test_who_has_not_identified_gets_nothing(server):
    with server.peer() as peer:
        peer.upgrade()
        peer.hear("hello")
        with pytest.raises(Refused) as refusal:
            peer.ask("guild.list")
        assert (refusal.value.error["code"], refusal.value.error["reason"]) == ("unauthenticated", "gateway.identify")
    with server.peer() as peer:
        peer.upgrade()
        peer.hear("hello")
        peer.say({"op": "identify", "token": "nonsense"})
        peer.expect_close(4001)


def test_identifying_twice(server):
    with server.guest(server.ada.token) as peer:
        peer.say({"op": "identify", "token": server.ada.token})
        peer.expect_close(4000)


def test_operations_of_http_only(server):
    with server.guest(server.ada.token) as peer:
        for do in ("session.login", "profile.set_image", "media.get"):
            with pytest.raises(Refused) as refusal:
                peer.ask(do)
            assert refusal.value.error["reason"] == "operation.http_only"
        with pytest.raises(Refused) as refusal:
            peer.ask("no.such")
        assert refusal.value.error["code"] == "not_found"


def test_many_requests_at_once_are_all_answered(server):
    """More than may be in flight: reading waits, nothing is lost."""
    with server.guest(server.ada.token) as peer:
        # In one thread: Python's TLS sockets do not read and write at the same time.
        for start in range(0, 1000, 200):
            ids = [str(n) for n in range(start, start + 200)]
            peer.send(b"".join(Peer.text({"op": "request", "id": n, "do": "profile.get", "data": {"user_id": server.ada.user_id}}) for n in ids))
            assert {peer.hear("reply")["id"] for _ in ids} == set(ids)


def test_a_peer_that_stops_writing_still_gets_its_answer(server):
    (ada,), channel = server.people("ada")

    def is_answered():
        with server.guest(ada.token) as peer:
            peer.say({"op": "request", "id": "last", "do": "message.send", "data": {"channel_id": channel, **message("last words")}})
            try:
                peer.stop_writing()
            except Overtaken:
                return False  # the answer was faster: nothing was shown
            assert peer.hear("reply", id="last")["data"]["position"] > 0
            peer.expect_close(1000)
            return True

    wait_until(is_answered, "us to stop writing before the answer is there")


def test_a_peer_that_vanishes_is_forgotten(server):
    (ada, bob), channel = server.people("ada", "bob")
    with server.guest(bob.token) as staying:
        for _ in range(20):
            with server.guest(ada.token) as peer:
                peer.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        staying.ask("message.send", channel_id=channel, **message("still here"))
        if not server.context:
            wait_until(lambda: server.daemon.metrics()["guildhall_connections"] == 1, "the others to be forgotten")


def test_who_does_not_read_is_closed_and_nobody_else_notices(server):
    """What is written before the others have heard it is less than their queues hold: none of them is ever slow, however
    seldom the machine lets us read."""
    (ada, bob, eve), channel = server.people("ada", "bob", "eve")
    at_once, n_messages = 20, 1200
    closed_before = server.daemon.log().count('"code":4009')
    with server.guest(ada.token) as sender, server.guest(bob.token) as reader, \
            server.guest(eve.token, receive_buffer=8192) as slow:

        def is_closed():
            return server.daemon.log().count('"code":4009') > closed_before

        def send_and_hear(begin):
            numbers = list(range(begin, begin + at_once))
            for number in numbers:
                sender.ask("message.send", channel_id=channel, **message(f"{number} " + "x" * 4000))
            for peer in (sender, reader):
                heard = [peer.hear("event")["event"]["content"]["body"] for _ in numbers]
                assert [int(body.split()[0]) for body in heard] == numbers
            # Who only listens is here, too.
            reader.say({"op": "heartbeat", "n": begin})
            assert reader.hear("heartbeat")["n"] == begin

        sent = 0
        while not is_closed():
            assert sent < n_messages, "the slow one is not closed"
            send_and_hear(sent)
            sent += at_once

        # What is in the kernel's hands still comes, whole frames in order, then the reason.
        numbers = []
        while True:
            opcode, payload = slow.hear_frame()
            if opcode == CLOSE:
                break
            body = json.loads(payload)
            if body["op"] == "event":
                numbers.append(int(body["event"]["content"]["body"].split()[0]))
        assert payload[:2] == (4009).to_bytes(2, "big")
        assert numbers == list(range(len(numbers)))
        assert len(numbers) < sent

        for begin in range(sent, n_messages, at_once):
            send_and_hear(begin)


def test_pings_that_are_not_read_back(server):
    """A peer cannot make the server hold more and more answers for it."""
    closed_before = server.daemon.log().count('"code":4009')
    with server.guest(server.ada.token, receive_buffer=4096) as peer:
        peer.socket.settimeout(0.5)
        flood = memoryview(Peer.frame(PING, "x" * 125) * 1000)
        sent, is_read = 0, True
        while is_read and sent < 200 * 1024 * 1024:
            try:
                sent += peer.socket.send(flood[sent % len(flood):])
            except TimeoutError:
                # Either it is not read any more, or the machine is busy.
                is_read = server.daemon.log().count('"code":4009') == closed_before
            except OSError:
                is_read = False
        peer.socket.settimeout(patience(30))
        try:
            peer.expect_close(4009)
        except Ended:
            pass
    assert sent < 100 * 1024 * 1024


@pytest.mark.slow
def test_nobody_identifies(hasty_server):
    """With a ping now and then, which is no excuse."""
    begun = time.monotonic()
    with hasty_server.peer(timeout=60) as peer:
        peer.upgrade()
        peer.hear("hello")
        peer.socket.settimeout(0.2)
        closed = None
        while closed is None and time.monotonic() < begun + patience(60):
            try:
                opcode, payload = peer.hear_frame()
                closed = payload[:2] if opcode == CLOSE else None
            except TimeoutError:
                peer.send(Peer.frame(PING))
        assert closed == (4002).to_bytes(2, "big")
        assert 1.5 < time.monotonic() - begun < patience(8)


def test_a_revoked_device_is_closed(server):
    (ada,), _ = server.people("ada")
    with server.guest(ada.token) as peer:
        ada.call("POST", "/logout", {})
        peer.expect_close(4001)


def test_stopping_says_goodbye(own_server):
    people, channel = own_server.people("ada", "bob")
    with own_server.guest(people[0].token) as one, own_server.guest(people[1].token) as two, own_server.peer() as fresh, own_server.peer():
        fresh.upgrade()
        one.say({"op": "request", "id": "late", "do": "message.send", "data": {"channel_id": channel, **message("late")}})
        assert one.hear("reply", id="late")["data"]
        stopper = threading.Thread(target=own_server.daemon.stop)
        began = time.monotonic()
        stopper.start()
        one.expect_close(1001)
        two.expect_close(1001)
        fresh.expect_close(1001)
        for peer in (one, two, fresh):
            peer.close()
        were_quick = time.monotonic() - began < GOODBYE_S / 4
        stopper.join(patience(30))
        assert not own_server.daemon.process.running()
        assert own_server.daemon.process.status == 0
        # So long it waits for us to go; where the machine keeps us from it, it rightly goes on without.
        assert not were_quick or "Stopping without waiting longer" not in own_server.daemon.log(), "somebody was waited for in vain"


def test_a_caller_over_http_and_one_over_the_gateway_are_the_same(server):
    ada = someone(server.url, "ada", server.context)
    guild = ada.call("POST", "/guilds", {"name": "Hall", "txn_id": "one"})
    with server.guest(ada.token) as peer:
        assert peer.ask("guild.get", guild_id=guild["guild_id"]) == ada.call("GET", f"/guilds/{guild['guild_id'].replace('!', '%21')}")
        assert peer.ask("guild.create", name="Hall", txn_id="one")["guild_id"] == guild["guild_id"]
