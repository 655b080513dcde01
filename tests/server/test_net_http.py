# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP door: what it answers to requests right and wrong, and to peers that mean harm."""

import json
import threading
import time

import pytest

from fixture.daemon import Daemon
from fixture.postgres import Database
from fixture.process import patience, wait_until
from net_peer import Ended, Peer, Refused, someone

LIMIT = 256 * 1024


@pytest.fixture(scope="module")
def daemon(postgres, migrated):
    """One for all tests here: none of them may leave it worse than it was."""
    database = Database(postgres, migrated)
    own = Daemon(database, settings={"accounts": {"rate-factor": 100000}})
    yield own
    own.close()
    database.drop()


@pytest.fixture
def peer(daemon):
    with Peer(daemon.port) as own:
        yield own


def code_of(body):
    return json.loads(body)["error"]["code"]


def reason_of(body):
    return json.loads(body)["error"]["reason"]


def test_a_connection_is_used_again(peer):
    ids = set()
    for _ in range(5):
        status, headers, body = peer.request("GET", "/client/v1/server")
        assert status == 200
        assert json.loads(body)["software"] == "guildhalld"
        ids.add(headers["x-request-id"])
    assert len(ids) == 5


def test_requests_sent_ahead_are_answered_in_order(peer):
    names = [f"somebody{n}" for n in range(20)]
    peer.send("".join(f"GET /client/v1/names/{name} HTTP/1.1\r\nHost: x\r\n\r\n" for name in names))
    for name in names:
        status, _, body = peer.response()
        assert status == 200
        assert json.loads(body)["username"] == name


def test_every_answer_has_the_security_headers(peer):
    for path in ("/client/v1/server", "/", "/nothing", "/health"):
        _, headers, _ = peer.request("GET", path)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-request-id"]
        assert "server" not in headers


@pytest.mark.parametrize("method, path, status, reason", [
    ("GET", "/nothing", 404, "request.not_found"),
    ("GET", "/client/v1", 404, "request.not_found"),
    ("GET", "/client/v1/", 404, "request.not_found"),
    ("GET", "/client/v2/server", 404, "request.not_found"),
    ("GET", "/client/v1/server/more", 404, "request.not_found"),
    ("GET", "/client/v1/%2e%2e/health", 404, "request.not_found"),
    ("DELETE", "/client/v1/server", 405, "request.method"),
    ("POST", "/health", 405, "request.method"),
    ("PUT", "/", 405, "request.method"),
    ("BREW", "/client/v1/server", 405, "request.method"),
    ("GET", "/client/v1/guilds", 401, "token.missing"),
    ("GET", "/client/v1/gateway", 426, "gateway.handshake"),
])
def test_what_is_not_there(peer, method, path, status, reason):
    answer = peer.request(method, path)
    assert answer[0] == status
    assert reason_of(answer[2]) == reason
    if status == 405:
        assert "OPTIONS" in answer[1]["allow"]
    if status == 401:
        assert answer[1]["www-authenticate"] == "Bearer"
    # And the connection is as good as before.
    assert peer.request("GET", "/health")[0] == 200


def test_options_and_head(peer):
    status, headers, _ = peer.request("OPTIONS", "/client/v1/guilds")
    assert (status, headers["allow"]) == (200, "GET, HEAD, POST, OPTIONS")
    assert peer.request("OPTIONS", "*")[0] == 200

    _, whole, body = peer.request("GET", "/client/v1/server")
    status, headers, _ = peer.request("HEAD", "/client/v1/server")
    assert status == 200
    assert headers["content-length"] == whole["content-length"] == str(len(body))
    assert peer.request("GET", "/health")[0] == 200


@pytest.mark.parametrize("body", [
    b"[]", b"7", b'"text"', b"{", b"{}{}", b'{"a":1,"a":2}', b'{"a":1.5}', b'{"a":9007199254740993}', b'{"a":"\xff"}',
    b'{"a":"\\u0000"}', b'{"a":"\\ud800"}', b"{'a':1}", b'{"a":1,}', b"/**/{}", b"NaN", b"[" * 5000, b'{"a":' * 50 + b"1" + b"}" * 50,
])
def test_only_strict_json_is_read(peer, body):
    status, _, answer = peer.request("POST", "/client/v1/login", body=body)
    assert status == 400, answer
    assert code_of(answer) == "invalid"


@pytest.mark.parametrize("path", [
    "/client/v1/names/%ff", "/client/v1/names/a%00b", "/client/v1/names/%zz", "/client/v1/names/",
])
def test_paths_that_are_not_text(peer, path):
    assert peer.request("GET", path)[0] in (400, 404)


def test_arguments_of_the_address(daemon, peer):
    ada = someone(daemon.url)
    headers = {"Authorization": f"Bearer {ada.token}"}
    status, _, body = peer.request("GET", "/client/v1/events?after=0&limit=2", headers)
    assert status == 200, body
    for query, reason in (
        ("after=0&limit=many", "json.type"), ("after=0&after=1", "request.twice"), ("after=%ff", "request.query"),
        ("after=0&limit=1.0", "json.type"), ("&".join(f"after{number}=0" for number in range(33)), "request.query"),
    ):
        status, _, body = peer.request("GET", f"/client/v1/events?{query}", headers)
        assert (status, code_of(body), reason_of(body)) == (400, "invalid", reason), query


# -- Too much ------------------------------------------------------------------------------------


def test_a_large_body_is_refused_before_it_is_sent(peer):
    peer.send(f"POST /client/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: {10 * 1024 * 1024}\r\n\r\n" + "{" * 1000)
    status, headers, body = peer.response()
    assert (status, code_of(body), headers["connection"]) == (413, "too_large", "close")
    assert reason_of(body) == "request.too_large"
    peer.expect_end()


def test_a_client_that_sends_a_large_body_first_still_gets_the_answer(daemon):
    """It would be lost if the server closed while bytes are under way."""
    for _ in range(5):
        with Peer(daemon.port) as peer:
            peer.send(b"POST /client/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n")
            sender = threading.Thread(target=send_all_of, args=(peer, 3000000))
            sender.start()
            assert peer.response()[0] == 413
            sender.join()


def send_all_of(peer, size):
    try:
        for _ in range(size // 10000):
            peer.send(b"x" * 10000)
    except OSError:
        pass


def test_a_body_of_unknown_length_is_refused_when_it_grows_too_large(peer):
    peer.send(b"POST /client/v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
    for _ in range(LIMIT // 0x8000):
        peer.send(chunk)
    send_all_of_chunks(peer, chunk)
    assert peer.response()[0] == 413
    peer.expect_end()


def send_all_of_chunks(peer, chunk):
    try:
        peer.send(chunk)
    except OSError:
        pass


def test_a_small_chunked_body_is_read(peer):
    peer.send(b'POST /client/v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n')
    status, _, body = peer.response()
    assert (status, code_of(body)) == (400, "invalid")
    assert peer.request("GET", "/health")[0] == 200


def test_an_upload_is_refused_before_its_body_when_nobody_is_signed_in(daemon, peer):
    peer.send(b"PUT /client/v1/profile/image HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n")
    status, _, body = peer.response()
    assert (status, code_of(body)) == (401, "unauthenticated")
    peer.expect_end()

    with Peer(daemon.port) as expecting:
        expecting.send(b"PUT /client/v1/profile/image HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer wrong\r\n"
                       b"Expect: 100-continue\r\nContent-Length: 5000000\r\n\r\n")
        assert expecting.response()[0] == 401


def test_a_client_that_waits_for_continue_is_told_to(daemon):
    ada = someone(daemon.url)
    with Peer(daemon.port) as peer:
        peer.send(f"PUT /client/v1/profile/image HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ada.token}\r\n"
                  "Expect: 100-continue\r\nContent-Length: 100000\r\n\r\n")
        assert peer.read_until(b"\r\n\r\n").startswith(b"HTTP/1.1 100 ")
        peer.send(b"not a picture" + b"x" * (100000 - 13))
        status, _, body = peer.response()
        assert (status, code_of(body)) == (400, "invalid"), body


@pytest.mark.parametrize("headers, status", [
    ({"X-Large": "x" * 20000}, 431),
    ({f"X-Many-{n}": "x" * 100 for n in range(200)}, 431),
])
def test_large_headers(peer, headers, status):
    answer = peer.request("GET", "/client/v1/server", headers)
    assert answer[0] == status
    assert (code_of(answer[2]), reason_of(answer[2])) == ("too_large", "request.headers_too_large")


def test_a_long_address(peer):
    for path in ("/client/v1/names/" + "a" * 9000, "/client/v1/server?q=" + "a" * 9000):
        status, _, body = peer.request("GET", path)
        assert (status, reason_of(body)) == (414, "request.address_too_long")


def test_headers_without_end(peer):
    """Cut off, whatever the answer: it may come while we still send, or not at all."""
    peer.send(b"GET / HTTP/1.1\r\nHost: x\r\n")
    with pytest.raises((OSError, Ended)):
        while True:
            peer.send(b"X-More: " + b"x" * 60000 + b"\r\n")
    # The daemon is as before.


@pytest.mark.parametrize("request_bytes", [
    b"GARBAGE\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x/y\r\n\r\n",
    b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST /client/v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    b"POST /client/v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}",
    b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
])
def test_broken_requests(daemon, request_bytes):
    with Peer(daemon.port) as peer:
        peer.send(request_bytes)
        peer.raw.shutdown(1)
        try:
            assert peer.response()[0] >= 400
        except Ended:
            pass
    assert daemon.health()[0] == 200


@pytest.mark.parametrize("lengths, reason", [
    (b"Content-Length: 4\r\nTransfer-Encoding: chunked", "request.length"),
    (b"Transfer-Encoding: chunked\r\nContent-Length: 4", "request.length"),
    (b"Content-Length: 2\r\nContent-Length: 12", "request.length"),
    (b"Content-Length: 2, 12", None),  # libsoup has no words for it
])
def test_two_lengths_end_the_connection(peer, lengths, reason):
    """Otherwise what one of two servers in a row takes for a body is a request for the other."""
    peer.send(b"POST /client/v1/login HTTP/1.1\r\nHost: x\r\n" + lengths +
              b"\r\n\r\n2\r\n{}\r\n0\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    status, _, body = peer.response()
    assert status == 400
    assert reason is None or reason_of(body) == reason
    with pytest.raises(Ended):
        peer.response()


# -- Peers that mean harm ------------------------------------------------------------------------


def test_a_peer_that_stops_writing_still_gets_its_answer(peer):
    peer.send(b"GET /client/v1/server HTTP/1.1\r\nHost: x\r\n\r\n")
    peer.raw.shutdown(1)
    assert peer.response()[0] == 200
    peer.expect_end()


def test_a_peer_that_dribbles_its_headers_is_cut_off(make_daemon, database):
    """A byte now and then does not keep a connection."""
    daemon = make_daemon(database, settings={"limits": {"arrival-seconds": 2}})
    begun = time.monotonic()
    with Peer(daemon.port, timeout=60) as peer, Peer(daemon.port, timeout=60) as silent:
        peer.socket.settimeout(0.2)
        peer.send(b"GET / HTTP/1.1\r\nHost: x\r\n")
        with pytest.raises(OSError):
            while time.monotonic() < begun + patience(60):
                peer.send(b"X")
                try:
                    if peer.socket.recv(1000) == b"":
                        raise ConnectionResetError
                except TimeoutError:
                    pass
        assert 1.5 < time.monotonic() - begun < patience(8)
        silent.expect_end()
    assert daemon.health()[0] == 200


def test_silent_peers_do_not_keep_others_out(daemon):
    """More of them than the door lets stand about."""
    peers = [Peer(daemon.port) for _ in range(1100)]
    try:
        with Peer(daemon.port) as late:
            assert late.request("GET", "/client/v1/server")[0] == 200
        for _ in range(5):
            assert daemon.health()[0] == 200
    finally:
        for peer in peers:
            peer.close()


def test_metrics_are_for_this_machine(peer):
    assert peer.request("GET", "/metrics")[0] == 200
    for address in ("203.0.113.7", "127.0.0.1", "nonsense"):
        status, _, body = peer.request("GET", "/metrics", {"X-Forwarded-For": address})
        assert (status, reason_of(body)) == (403, "metrics.loopback")


def test_metrics_for_everybody(make_daemon, database):
    daemon = make_daemon(database, settings={"server": {"public-metrics": True}})

    def is_alone():
        with Peer(daemon.port) as peer:
            status, _, body = peer.request("GET", "/metrics", {"X-Forwarded-For": "203.0.113.7"})
        assert status == 200
        return b"guildhall_http_connections 1\n" in body

    wait_until(is_alone, "those who asked before to be gone")


def test_who_a_proxy_speaks_for(make_daemon, database):
    daemon = make_daemon(database, settings={"server": {"behind-proxy": True}, "limits": {"connections-per-address": 2, "arrival-seconds": 60}})
    with Peer(daemon.port) as peer:
        assert peer.request("GET", "/metrics")[0] == 200
        assert peer.request("GET", "/metrics", {"X-Forwarded-For": "127.0.0.1"})[0] == 200
        assert peer.request("GET", "/metrics", {"X-Forwarded-For": "127.0.0.1, 203.0.113.7"})[0] == 403
        peer.request("GET", "/client/v1/guilds", {"X-Forwarded-For": "127.0.0.1, 203.0.113.7:1234", "Authorization": "Bearer x"})
        peer.request("GET", "/client/v1/names/somebody", {"X-Forwarded-For": "1.2.3.4, 2001:db8::7"})
    wait_until(lambda: "2001:db8::7" in daemon.log(), "the log to name who asked")
    assert "1.2.3.4" not in daemon.log()

    # Each whom it speaks for may have two connections of the gateway.
    guests = [Peer(daemon.port) for _ in range(4)]
    for guest in guests[:2]:
        guest.upgrade({"X-Forwarded-For": "203.0.113.7"})
    with pytest.raises(AssertionError, match="429"):
        guests[2].upgrade({"X-Forwarded-For": "::ffff:203.0.113.7"})
    with Peer(daemon.port) as beyond:
        status, _, body = beyond.request("GET", "/client/v1/gateway", {"X-Forwarded-For": "203.0.113.7"})
        assert (status, reason_of(body)) == (429, "connection.address")
    guests[3].upgrade({"X-Forwarded-For": "203.0.113.8"})
    for guest in guests:
        guest.close()


def test_a_refusal_names_when_to_come_back(make_daemon, database):
    daemon = make_daemon(database, settings={"accounts": {"rate-factor": 1}})
    with Peer(daemon.port) as peer:
        for _ in range(100):
            status, headers, body = peer.request("GET", "/client/v1/names/somebody")
            if status == 429:
                break
        assert code_of(body) == "limited"
        assert int(headers["retry-after"]) >= 1
        assert json.loads(body)["error"]["retry_after_ms"] > 0


def test_tokens(daemon):
    ada = someone(daemon.url)
    with Peer(daemon.port) as peer:
        for header, reason in (
            ("", "token.invalid"), ("Bearer", "token.invalid"), ("Bearer ", None), ("Basic abc", "token.invalid"),
            (f"Basic {ada.token}", "token.invalid"), ("Bearer " + "x" * 300, "token.invalid"), (f"Bearer {ada.token}x", "session.unknown"),
        ):
            status, _, body = peer.request("GET", "/client/v1/guilds", {"Authorization": header})
            assert status == 401, header
            assert reason in (None, reason_of(body)), (header, body)
        assert peer.request("GET", "/client/v1/guilds", {"Authorization": f"bearer {ada.token}"})[0] == 200
    with pytest.raises(Refused):
        ada.call("GET", "/guilds", token="nonsense")
