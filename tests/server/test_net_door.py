# SPDX-License-Identifier: GPL-3.0-or-later
"""The door: crowds, half-open handshakes, no descriptors left, TLS and its certificates."""

import json
import re
import resource
import signal
import socket
import ssl
import time
import urllib.request

import pytest

from fixture.daemon import Daemon
from fixture.process import patience, wait_until
from net_peer import Ended, Peer, make_certificate, someone, trusting

CLIENT_HELLO_HEAD = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"


def daemon_with_tls(database, directory, **limits):
    """A daemon with TLS, and the certificate's files."""
    certificate, key = make_certificate(directory)
    daemon = Daemon(database, settings={"tls": {"certificate": certificate, "key": key}, "limits": limits}, start=False)
    daemon.certificate, daemon.key = certificate, key
    daemon.start(ready=False)
    daemon.wait_listening()
    yield daemon
    daemon.close()


@pytest.fixture
def tls(database, tmp_path):
    yield from daemon_with_tls(database, tmp_path)


@pytest.fixture
def hasty_tls(database, tmp_path):
    """One that gives nobody much time to arrive."""
    yield from daemon_with_tls(database, tmp_path, **{"arrival-seconds": 3})


def ask_tls(daemon):
    """How long a well-behaved client waits for an answer, in seconds."""
    begun = time.monotonic()
    with urllib.request.urlopen(f"https://localhost:{daemon.port}/client/v1/server", timeout=patience(30),
                                context=trusting(daemon.certificate)) as response:
        assert json.load(response)["software"] == "guildhalld"
    return time.monotonic() - begun


def close_all(peers):
    for peer in peers:
        peer.close()


# -- Half-open -----------------------------------------------------------------------------------


def half_open(port, stage):
    """A peer that goes so far into TLS and no further."""
    peer = Peer(port)
    if stage == "begun":
        peer.send(b"\x16")
    elif stage == "part of a hello":
        peer.send(CLIENT_HELLO_HEAD + b"\0" * 100)
    elif stage == "hello":
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        try:
            context.wrap_bio(incoming, outgoing).do_handshake()
        except ssl.SSLWantReadError:
            pass
        peer.send(outgoing.read())
    return peer


def test_half_open_handshakes_do_not_keep_others_out(hasty_tls):
    """Of every kind a hundred at once, all of which the server ends by itself."""
    tls = hasty_tls
    peers = [half_open(tls.port, stage) for stage in ("silent", "begun", "part of a hello", "hello") for _ in range(100)]
    try:
        times = [ask_tls(tls) for _ in range(3)]
        assert max(times) < patience(5), times
        begun = time.monotonic()
        for peer in peers:
            peer.expect_end()
        assert time.monotonic() - begun < patience(60)
    finally:
        close_all(peers)
    ask_tls(tls)


def test_plain_http_on_a_port_with_tls(tls):
    with Peer(tls.port) as peer:
        peer.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        peer.expect_end()
    ask_tls(tls)


def test_garbage_for_a_hello(hasty_tls):
    tls = hasty_tls
    for garbage in (b"\x16\x03\x01\xff\xff" + b"\0" * 100, b"\x16\x03\x01\x00\x00", CLIENT_HELLO_HEAD + b"\xff" * 0x1f8,
                    b"\x80\x2e\x01\x00\x02" + b"\0" * 100):
        with Peer(tls.port) as peer:
            peer.send(garbage)
            peer.expect_end()
    ask_tls(tls)


# -- Certificates --------------------------------------------------------------------------------


def serial_of(daemon):
    return ssl.get_server_certificate(("127.0.0.1", daemon.port))


def test_a_new_certificate_is_taken_up(tls, tmp_path):
    before = serial_of(tls)
    old = trusting(tls.certificate)
    with Peer(tls.port, old) as staying:
        assert staying.request("GET", "/health")[0] == 200
        make_certificate(tmp_path)  # in the same place
        tls.process.send(signal.SIGHUP)
        wait_until(lambda: serial_of(tls) != before, "the new certificate")
        assert staying.request("GET", "/health")[0] == 200
    ask_tls(tls)


def test_a_broken_certificate_is_not_taken_up(tls):
    before = serial_of(tls)
    tls.certificate.write_text("nonsense", encoding="ascii")
    tls.process.send(signal.SIGHUP)
    wait_until(lambda: "cannot be used" in tls.log(), "a word in the log")
    assert serial_of(tls) == before


def test_a_certificate_that_is_not_there(database, tmp_path):
    daemon = Daemon(database, settings={"tls": {"certificate": tmp_path / "no.pem", "key": tmp_path / "no.key"}}, start=False)
    try:
        daemon.start(ready=False)
        assert daemon.process.wait() == 78
        assert "cannot be used" in daemon.log()
    finally:
        daemon.close()


def test_only_tls_that_is_still_good(tls):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        Peer(tls.port, context)
    with Peer(tls.port, trusting(tls.certificate)) as peer:
        assert peer.socket.version() == "TLSv1.3"


# -- Descriptors ---------------------------------------------------------------------------------


def open_descriptors(daemon):
    import os  # pylint: disable=import-outside-toplevel

    return len(os.listdir(f"/proc/{daemon.process.pid}/fd"))


def test_without_descriptors_it_waits_and_accepts_again(daemon):
    ada = someone(daemon.url)
    limit = open_descriptors(daemon) + 20
    hard = resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE)[1]
    resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (limit, hard))
    began = time.monotonic()

    with Peer(daemon.port) as before:
        before.upgrade()
        before.identify(ada.token)
        peers = [Peer(daemon.port) for _ in range(100)]  # the backlog takes whom the daemon cannot
        wait_until(lambda: "cannot be accepted" in daemon.log(), "a word in the log")

        # Who is in is served; who waits is not turned away.
        assert before.ask("profile.get", user_id=ada.user_id)["user_id"] == ada.user_id
        close_all(peers[:-1])
        assert peers[-1].request("GET", "/client/v1/server")[0] == 200
        peers[-1].close()

        # The complaint is not repeated for each of them, but every ten seconds at most.
        assert daemon.log().count("cannot be accepted") <= 1 + (time.monotonic() - began) // 10
        resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (hard, hard))
        wait_until(lambda: daemon.health()[0] == 200, "all to be well again")
        assert before.ask("profile.get", user_id=ada.user_id)["user_id"] == ada.user_id


def test_a_full_house_says_so(make_daemon, database):
    """With few descriptors in all, some are kept for the daemon's own use."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (300, hard))
    try:
        daemon = make_daemon(database)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (300, 300))
    assert daemon.health()[0] == 200


# -- Starting ------------------------------------------------------------------------------------


def test_a_port_that_is_taken(database):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        daemon = Daemon(database, start=False)
        daemon.port = taken.getsockname()[1]
        try:
            daemon.start(ready=False)
            assert daemon.process.wait() == 75
            assert "already listens" in daemon.log()
            assert re.match("cannot start: Another program already listens on 127.0.0.1 port ", daemon.stdout())
        finally:
            daemon.close()


@pytest.mark.parametrize("listen, status", [("192.0.2.1:0", 78), ("0.0.0.0:0", 78), ("127.0.0.1:99999", 78), ("nonsense", 78)])
def test_addresses_that_cannot_be_listened_on(database, listen, status):
    daemon = Daemon(database, arguments=["--listen", listen], start=False)
    try:
        daemon.start(ready=False)
        assert daemon.process.wait() == status
    finally:
        daemon.close()


def test_both_families(make_daemon, database):
    daemon = make_daemon(database, settings={"server": {"behind-proxy": True}}, arguments=["--listen", "[::]:0"])
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as own:
            own.settimeout(patience(10))
            own.connect((address, daemon.port))
            own.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert own.recv(100).startswith(b"HTTP/1.1 200")


def test_a_second_signal_hurries(make_daemon, database):
    daemon = make_daemon(database)
    peer = Peer(daemon.port)
    peer.upgrade()
    # A request that does not end would be waited for a while; being told twice ends that.
    asking = Peer(daemon.port)
    asking.send(b"POST /client/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    wait_until(lambda: daemon.metrics()["guildhall_http_connections"] >= 2, "the request to begin")
    daemon.process.send(signal.SIGTERM)
    wait_until(lambda: "Stopping" in daemon.log(), "a word in the log")
    daemon.process.send(signal.SIGTERM)
    assert daemon.process.wait() == 0
    assert "Stopping without waiting longer" not in daemon.log(), "it stopped of impatience, not of being told twice"
    asking.close()
    with pytest.raises((Ended, AssertionError, OSError)):
        peer.hear("ready")
    peer.close()
