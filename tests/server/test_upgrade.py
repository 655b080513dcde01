# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon is replaced while people talk: somebody else holds its socket, and nobody is turned away."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
import requests
import websockets.exceptions

from fixture import daemon as daemon_module
from fixture.daemon import Daemon
from fixture.process import patience, wait_until, wait_until_passes
from people import Closed, Person, text_channel, txn
from talkers import Follower, Talkers, check_clean, check_nothing_lost

UPGRADES = 4
LONGEST_WAIT_S = 15

# What a service manager does between fork and exec: descriptors go to 3, 4, …, and the process is told that they are for it.
ACTIVATE = """
import os, sys
places = [os.dup(int(fd)) for fd in sys.argv[1].split(",") if fd]
places = [os.dup2(fd, 200 + at) for at, fd in enumerate(places)]
os.closerange(3, 200)
for at, fd in enumerate(places):
    os.dup2(fd, 3 + at, inheritable=True)
os.closerange(200, 256)
os.environ.setdefault("LISTEN_PID", str(os.getpid()))
os.environ.setdefault("LISTEN_FDS", str(len(places)))
os.execv(sys.argv[2], sys.argv[2:])
"""


def activating(things):
    """The command that runs another one with these descriptors passed to it."""
    return [sys.executable, "-c", ACTIVATE, ",".join(str(thing.fileno()) for thing in things)]


def tcp(address="127.0.0.1", listens=True):
    own = socket.socket()
    own.bind((address, 0))
    if listens:
        own.listen(4096)
    return own


class Activated(Daemon):
    """A daemon whose listening sockets belong to this test, which keeps them while daemons come and go."""

    def __init__(self, database, n_sockets=1, **options):
        self.sockets = [tcp() for _ in range(n_sockets)]
        super().__init__(database, pass_fds=[each.fileno() for each in self.sockets], **options)

    def start(self, ready=True, timeout=60.0):
        self.within = activating(self.sockets)
        try:
            return super().start(ready, timeout)
        finally:
            self.within = []

    def close(self):
        super().close()
        for each in self.sockets:
            each.close()


class BegunBySystemd(Daemon):
    """A daemon that systemd's own program begins once somebody comes."""

    def start(self, ready=True, timeout=60.0):
        self.choose_port()
        names = daemon_module.environment(self._env)
        self.within = ["systemd-socket-activate", "-l", f"127.0.0.1:{self.port}", *(word for name in names for word in ("-E", name))]
        super().start(ready=False)
        self.within = []
        wait_until_passes(lambda: socket.create_connection(("127.0.0.1", self.port)).close(), "systemd to listen", timeout)
        self.wait_listening(timeout)
        if ready:
            self.wait_healthy(timeout)
        return self


class HttpTalkers(Talkers):
    """Talkers who may be cut off, which they mend as docs/protocol.md says, but never turned away."""

    def __init__(self, people, channel):
        self.refused = []
        self.cut = []
        super().__init__(people, channel)

    def insist(self, person, body, name):
        began = time.monotonic()
        while True:
            try:
                answer = person.say(self.channel, body, name)
                break
            except requests.ConnectionError as error:
                with self.lock:
                    (self.refused if "refused" in str(error) else self.cut).append(f"{body}: {error}")
            assert time.monotonic() - began < patience(60), f"{body} was never acknowledged"
        with self.lock:
            self.longest_s = max(self.longest_s, time.monotonic() - began)
        return answer


class GatewayTalker:
    """Somebody who talks over the gateway without a pause, comes back when told to, and repeats what was not acknowledged."""

    def __init__(self, person, channel):
        self.person = person
        self.channel = channel
        self.acknowledged = {}
        self.codes = []
        self.longest_s = 0
        self.stop = threading.Event()
        self.error = None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            self.talk()
        except BaseException as error:  # pylint: disable=broad-exception-caught
            self.error = error

    def talk(self):
        gateway, count = self.person.gateway(), 0
        while not self.stop.is_set():
            body, name, began = f"gateway {count}", txn(), time.monotonic()
            while body not in self.acknowledged:
                try:
                    self.acknowledged[body] = gateway.ask("message.send", channel_id=self.channel, txn_id=name, content={"msgtype": "m.text", "body": body})
                except (Closed, websockets.exceptions.ConnectionClosed) as closed:  # found while reading, or while asking
                    self.codes.append(closed.code if isinstance(closed, Closed) else closed.rcvd.code)
                    gateway = self.person.gateway()  # whatever goes wrong now is a fault: nobody is refused
            gateway.forget()
            self.longest_s = max(self.longest_s, time.monotonic() - began)
            count += 1
        gateway.close()

    def wait_for_more(self, number):
        goal = len(self.acknowledged) + number
        wait_until(lambda: len(self.acknowledged) >= goal or self.error, f"{number} more messages over the gateway", 60)
        if self.error is not None:
            raise self.error

    def finish(self):
        self.stop.set()
        self.thread.join(patience(90))
        if self.error is not None:
            raise self.error
        assert not self.thread.is_alive()


def test_nobody_is_turned_away_by_an_upgrade(make_daemon, database, capsys):
    daemon = make_daemon(database, kind=Activated, settings={"accounts": {"rate-factor": 100000}})
    assert daemon.port == daemon.sockets[0].getsockname()[1]
    people = [Person.register(daemon.url, name) for name in ("ada", "ben", "cleo", "dora", "evan")]
    guild = people[0].make_guild("Open always")
    people[0].bring(guild["guild_id"], *people[1:])
    channel = text_channel(guild)

    follower = Follower(people[4])
    over_gateway = GatewayTalker(people[3], channel)
    over_http = HttpTalkers(people[:3], channel)
    away = []
    try:
        for _ in range(UPGRADES):
            over_http.wait_for_more(30)
            over_gateway.wait_for_more(10)
            before = len(daemon.log_records())
            began = time.monotonic()
            assert daemon.stop() == 0
            daemon.start(ready=False)
            daemon.wait_listening()
            away.append(time.monotonic() - began)
            said = [record["message"] for record in daemon.log_records()[before:]]
            assert "Stopping" in said and "Stopping without waiting longer" not in said
        over_http.wait_for_more(30)
        over_gateway.wait_for_more(10)
    finally:
        over_http.finish()
        over_gateway.finish()

    with capsys.disabled():
        print(
            f"\n{UPGRADES} upgrades: from SIGTERM to ready {1000 * max(away):.0f} ms at most; the longest that a message took:"
            f" {1000 * over_http.longest_s:.0f} ms over HTTP, {1000 * over_gateway.longest_s:.0f} ms over the gateway;"
            f" {len(over_http.acknowledged) + len(over_gateway.acknowledged)} messages, {len(over_http.cut)} cut off and repeated"
        )
    assert not over_http.refused, over_http.refused
    assert over_gateway.codes == [1001] * UPGRADES
    assert set(follower.codes) <= {1001}
    # Only a connection that rested and is asked again in the very moment in which it is closed may be cut off.
    assert len(over_http.cut) <= UPGRADES, over_http.cut
    assert max(over_http.longest_s, over_gateway.longest_s) < patience(LONGEST_WAIT_S)

    end = people[0].say(channel, "the end")
    heard = [event["event_id"] for event in follower.finish(end["position"]) if event["type"] == "m.room.message"]
    events = check_nothing_lost(over_http, people[0])
    there = {event["event_id"]: event["position"] for event in events}
    for body, answer in over_gateway.acknowledged.items():
        assert there.get(answer["event_id"]) == answer["position"], f"{body} was acknowledged and is lost"
    assert heard == [event["event_id"] for event in events], "who listened heard each message once, in order"
    check_clean(daemon)


def test_who_comes_while_nobody_is_there_waits(make_daemon, database):
    """On each of several sockets; and what is passed wins over what is set."""
    daemon = make_daemon(database, kind=Activated, n_sockets=2)
    daemon.stop()
    waiting = [socket.create_connection(each.getsockname()) for each in daemon.sockets for _ in range(20)]
    for each in waiting:
        each.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    daemon.start()
    for each in waiting:
        each.settimeout(patience(30))
        assert each.recv(100).startswith(b"HTTP/1.1 200 "), "who waited was not served"
        each.close()
    assert len(set(each.getsockname()[1] for each in daemon.sockets)) == 2


def test_requests_on_their_way_are_answered(make_daemon, database):
    """Who was let in before the stop, and whose request comes together with it, gets an answer before the connection ends."""
    daemon = make_daemon(database, kind=Activated)
    early = [socket.create_connection(daemon.sockets[0].getsockname()) for _ in range(20)]
    for each in early:
        each.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n")
    wait_until(lambda: daemon.metrics()["guildhall_http_connections"] > len(early), "the connections to be accepted")
    daemon.process.send(signal.SIGSTOP)
    daemon.process.send(signal.SIGTERM)
    for each in early:
        each.sendall(b"\r\n")
    daemon.process.send(signal.SIGCONT)
    for each in early:
        with each, each.makefile("rb") as answer:
            each.settimeout(patience(30))
            assert answer.read().startswith(b"HTTP/1.1 200 "), "a request that had arrived was cut off"
    assert daemon.process.wait(60) == 0


@pytest.mark.skipif(shutil.which("systemd-socket-activate") is None, reason="systemd is not installed")
def test_begun_by_systemd(make_daemon, database):
    daemon = make_daemon(database, kind=BegunBySystemd)
    assert any("passed by the service manager" in record["message"] and record["sockets"] == 1 for record in daemon.log_records())
    assert daemon.restart().health()[0] == 200


def run_with(things, tmp_path, env=None):
    """A daemon that is not to start, with these passed to it."""
    return subprocess.run(
        [*activating(things), str(daemon_module.program()), "--data-dir", str(tmp_path / "data"), "--listen", "127.0.0.1:0"],
        env=daemon_module.environment({"GUILDHALL_DATABASE_URI": "postgresql:///nowhere", "HOME": str(tmp_path), **(env or {})}),
        pass_fds=[thing.fileno() for thing in things], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=patience(60), check=False,
    )


def udp():
    own = socket.socket(type=socket.SOCK_DGRAM)
    own.bind(("127.0.0.1", 0))
    return own


def unix(tmp_path):
    own = socket.socket(socket.AF_UNIX)
    own.bind(str(pathlib.Path(tmp_path, "socket")))
    own.listen()
    return own


def connected():
    with tcp() as there:
        return socket.create_connection(there.getsockname())


WRONG_THINGS = {
    "a file": (lambda path: [open(path / "file", "wb")], "descriptor 3 .*not a socket"),
    "UDP": (lambda path: [udp()], "descriptor 3 .*not a socket of TCP"),
    "a Unix socket": (lambda path: [unix(path)], "descriptor 3 .*not a socket of TCP"),
    "bound only": (lambda path: [tcp(listens=False)], "descriptor 3 .*does not listen"),
    "a connection": (lambda path: [connected()], "descriptor 3 .*does not listen"),
    "the second": (lambda path: [tcp(), udp()], "descriptor 4 .*not a socket of TCP"),
    "open to all": (lambda path: [tcp(), tcp("0.0.0.0")], "in the clear"),
}


@pytest.mark.parametrize("name", WRONG_THINGS)
def test_what_cannot_be_listened_on(name, tmp_path):
    make, words = WRONG_THINGS[name]
    things = make(tmp_path)
    try:
        result = run_with(things, tmp_path)
    finally:
        for thing in things:
            thing.close()
    assert result.returncode == os.EX_CONFIG, (result.returncode, result.stderr)
    assert re.search(words, result.stderr), result.stderr


@pytest.mark.parametrize(
    "number, words", [("", "LISTEN_FDS"), ("0", "LISTEN_FDS"), ("-1", "LISTEN_FDS"), ("one", "LISTEN_FDS"), ("1 ", "LISTEN_FDS"), ("2", "descriptor 4 .*not"),
                      ("2147483644", "is not open"), ("2147483645", "LISTEN_FDS"), ("99999999999999999999", "LISTEN_FDS")],
)
def test_a_number_that_makes_no_sense(number, words, tmp_path):
    with tcp() as one:
        result = run_with([one], tmp_path, {"LISTEN_FDS": number})
    assert result.returncode == os.EX_CONFIG, (result.returncode, result.stderr)
    assert re.search(words, result.stderr), result.stderr


@pytest.mark.parametrize("pid", ["", "0", "me", "-5"])
def test_a_process_that_makes_no_sense(pid, tmp_path):
    with tcp() as one:
        result = run_with([one], tmp_path, {"LISTEN_PID": pid})
    assert result.returncode == os.EX_CONFIG and "LISTEN_PID" in result.stderr, (result.returncode, result.stderr)


def test_what_is_meant_for_somebody_else_is_let_be(make_daemon, database):
    daemon = make_daemon(database, env={"LISTEN_PID": "1", "LISTEN_FDS": "7"})
    assert daemon.health()[0] == 200
