# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks too much, reads too slowly or never says who they are costs the others nothing."""

import concurrent.futures
import contextlib
import io
import itertools
import json
import os
import pathlib
import statistics
import subprocess
import sys
import threading
import time

from fixture.daemon import environment
from fixture.process import patience, wait_until
from net_peer import CLOSE, TEXT, Ended, Peer
from people import Person, text_channel, txn
from talkers import Reader, check_clean

RATES = {"rate-factor": 100000}
QUEUE = 131072
N_FLOODS = 200
N_REFUSALS = 20000
N_REFUSALS_EACH = 20
N_DESCRIPTORS = 300


class Stalls:
    """How long the machine has kept us from running at most, in seconds: what took so long meanwhile says nothing of the
    daemon."""

    PAUSE_S = 0.01

    def __init__(self):
        self.longest = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self):
        last = time.monotonic()
        while not self._stop.wait(self.PAUSE_S):
            now = time.monotonic()
            self.longest = max(self.longest, now - last - self.PAUSE_S)
            last = now

    def close(self):
        self._stop.set()
        self._thread.join()


class Neighbours:
    """Two people in a guild of their own, who talk now and then."""

    def __init__(self, url):
        self.people = [Person.register(url, "quiet1x"), Person.register(url, "quiet2x")]
        guild = self.people[0].make_guild("Quiet")
        self.people[0].bring(guild["guild_id"], self.people[1])
        self.channel = text_channel(guild)
        self.gateways = []
        self.stalls = Stalls()

    def connect(self):
        self.gateways = [person.gateway() for person in self.people]
        return self

    def talk(self, times=20):
        """Says something so often; returns how long each took to be heard, in seconds."""
        waits = []
        for _ in range(times):
            body = txn()
            began = time.monotonic()
            self.gateways[0].request("message.send", channel_id=self.channel, txn_id=body, content={"msgtype": "m.text", "body": body})
            reply = self.gateways[0].wait("reply")
            assert "error" not in reply, reply
            self.gateways[1].wait_message(body)
            waits.append(time.monotonic() - began)
        return waits

    def close(self):
        for gateway in self.gateways:
            gateway.close()
        self.stalls.close()


def check_prompt(neighbours, before, during, what, most=1, usually=0.2):
    """A neighbour's messages still come about as fast as they did, and are not late (seconds): later than what stalled us, on
    the way there and back, is the daemon's doing."""
    usual, now, last = statistics.median(before), statistics.median(during), max(during)
    stalled = neighbours.stalls.longest
    print(f"a neighbour's message took {usual * 1000:.1f} ms before, {now * 1000:.1f} ms during {what}, {last * 1000:.1f} ms at most; "
          f"we were kept from running for {stalled * 1000:.1f} ms")
    assert now < max(10 * usual, patience(usually)) and last < patience(most) + 2 * stalled


def n_limited(daemon):
    """How many requests were refused for being too many."""
    return sum(value for name, value in daemon.metrics().items() if name.startswith("guildhall_requests_total{") and 'result="limited"' in name)


def resident_bytes(daemon):
    text = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text(encoding="ascii")
    return int(text.split("VmRSS:")[1].split()[0]) * 1024


# -- Floods --------------------------------------------------------------------------------------


@contextlib.contextmanager
def flood(port, tokens, channel):
    """Connections in another process, from another address, that ask without a pause; what they were told comes at the end."""
    told = []
    process = subprocess.Popen(
        [sys.executable, pathlib.Path(__file__).with_name("flood.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=environment({"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}),
    )
    try:
        task = {"port": port, "from": "127.0.0.2", "tokens": tokens, "channel": channel, "least": N_REFUSALS_EACH, "limit_s": patience(60)}
        process.stdin.write(json.dumps(task) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n"
        yield told
        process.stdin.close()
        told += json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_two_hundred_floods_at_once(make_daemon, database):
    daemon = make_daemon(database, settings={"accounts": RATES})
    people = [Person.register(daemon.url, f"flood{number}x") for number in range(20)]
    guild = people[0].make_guild("Flooded")
    people[0].bring(guild["guild_id"], *people[1:])
    neighbours = Neighbours(daemon.url)
    daemon.stop()
    # Only now with the limits that everybody has; who floods and who does not is told apart by account and address.
    daemon.settings["accounts"]["rate-factor"] = 100
    daemon.start()
    before = neighbours.connect().talk(8)  # a person may say thirty things without a pause
    with flood(daemon.port, [person.token for person in people] * (N_FLOODS // len(people)), text_channel(guild)) as told:
        wait_until(lambda: daemon.metrics().get("guildhall_connections") == N_FLOODS + 2, "all to be there")
        during = neighbours.talk(8)
        for goal in (N_REFUSALS / 2, N_REFUSALS):
            wait_until(lambda goal=goal: n_limited(daemon) >= goal, "many requests to be refused")
            during += neighbours.talk(6)
    # The processors are two, and the floods keep them both busy.
    check_prompt(neighbours, before, during, f"{N_FLOODS} floods", usually=0.15)
    assert len(told) == N_FLOODS
    limited = [each["errors"].get("limited", 0) for each in told]
    print(f"{sum(each['answered'] for each in told)} answers to floods, {sum(limited)} of them refusals; each had at least {min(limited)}")
    for each in told:
        assert set(each["errors"]) == {"limited"} and each["errors"]["limited"] >= N_REFUSALS_EACH, each
        assert each["without_retry"] == 0 and not each["closed"], each
    wait_until(lambda: daemon.metrics()["guildhall_connections"] == 2, "them to be gone")
    neighbours.close()
    check_clean(daemon)


# -- Slow readers --------------------------------------------------------------------------------


def trickle(peer, stop):
    """Reads, but far too little."""
    with contextlib.suppress(OSError):
        while not stop.wait(0.02):  # this is what makes it slow
            peer.socket.recv(256)


class Rest(Peer):
    """All that is still to be read from a peer, taken at once: to look at each frame takes longer than the daemon waits."""

    def __init__(self, peer):  # pylint: disable=super-init-not-called
        self.stream = io.BytesIO()
        self.stream.write(peer.buffer)
        with contextlib.suppress(ConnectionResetError):
            while data := peer.socket.recv(1 << 20):
                self.stream.write(data)
        self.stream.seek(0)

    def read(self, size):
        data = self.stream.read(size)
        if len(data) < size:
            raise Ended("that was all")
        return data


def read_to_close(peer):
    """Reads what is left, whole frames in order; returns the code that ends it."""
    last = 0
    while True:
        opcode, payload = peer.hear_frame()
        if opcode == CLOSE:
            return int.from_bytes(payload[:2])
        assert opcode == TEXT
        message = json.loads(payload)
        if message["op"] == "event":
            assert message["event"]["position"] > last
            last = message["event"]["position"]


def test_who_reads_slowly_or_not_at_all(make_daemon, database):
    """Thirty connections on which nobody reads, ten on which somebody reads too little: each is closed with what lets it resume.
    Eight megabytes are said to each of them, or more where the kernel takes so much before the daemon's own bound is reached. Once
    all are closed they read at once, as the daemon does not wait for ever until somebody has read why."""
    daemon = make_daemon(database, settings={"accounts": RATES, "limits": {"connection-queue-bytes": QUEUE}})
    speaker, *slow = [Person.register(daemon.url, f"slow{number}x") for number in range(5)]
    guild = speaker.make_guild("Loud")
    speaker.bring(guild["guild_id"], *slow)
    channel = text_channel(guild)
    neighbours = Neighbours(daemon.url).connect()
    before = neighbours.talk()
    readers = [Reader(person) for person in slow]
    peers = []
    for number in range(40):
        peer = Peer(daemon.port, receive_buffer=8192)
        peer.upgrade()
        peer.identify(slow[number % len(slow)].token)
        peers.append(peer)
    stop = threading.Event()
    threads = [threading.Thread(target=trickle, args=(peer, stop)) for peer in peers[30:]]
    for thread in threads:
        thread.start()

    def n_closed():
        return daemon.metrics().get('guildhall_connections_closed_total{code="4009"}', 0)

    said, rests, largest, during = [], [], resident_bytes(daemon), []
    base = largest
    try:
        with speaker.gateway() as gateway:
            for number in itertools.count():
                if not rests and n_closed() == len(peers):
                    with concurrent.futures.ThreadPoolExecutor(30) as pool:
                        rests = list(pool.map(Rest, peers[:30]))
                if rests and number >= 100:
                    break
                assert number < 1000, f"eighty megabytes were said to each, and only {n_closed()} are closed"
                ids = [
                    gateway.request("message.send", channel_id=channel, txn_id=txn(), content={"msgtype": "m.text", "body": f"{each} " + "x" * 7900})
                    for each in range(10)
                ]
                if number % 3 == 0:
                    during += neighbours.talk(1)
                replies = {}
                while len(replies) < len(ids):
                    frame = gateway.wait("reply")
                    replies[frame["id"]] = frame["data"]["event_id"]
                said += [replies[each] for each in ids]
                gateway.forget()
                largest = max(largest, resident_bytes(daemon))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    check_prompt(neighbours, before, during, "slow readers")
    print(f"{(largest - base) / 1e6:.1f} MB more at most, for {len(peers)} slow readers with {QUEUE} bytes each")
    assert largest - base < len(peers) * 4 * QUEUE + 16e6

    for rest in rests:
        assert read_to_close(rest) == 4009
    for peer in peers:
        peer.close()
    for reader in readers:
        reader.connect()
        assert reader.messages() == said, "resuming brought something else"
        reader.gateway.close()
    neighbours.close()


# -- Half-open -----------------------------------------------------------------------------------


STAGES = (b"", b"G", b"GET /client/v1/gateway HTTP/1.1\r\n", b"GET /client/v1/gateway HTTP/1.1\r\nHost: localhost\r\nUpgrade: webso")
HALF_A_BODY = b"POST /client/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"


def test_half_open_handshakes_take_every_seat(make_daemon, database):
    """Those who are in notice nothing, and who comes later is let in, although nobody of the crowd goes by themselves."""
    daemon = make_daemon(database, settings={"accounts": RATES}, within=["prlimit", f"--nofile={N_DESCRIPTORS}"])
    neighbours = Neighbours(daemon.url).connect()
    before = neighbours.talk()
    crowd = []
    try:
        for number in range(2 * N_DESCRIPTORS):
            peer = Peer(daemon.port)
            peer.send(STAGES[number % len(STAGES)] if number % 20 else HALF_A_BODY)
            crowd.append(peer)
        during = neighbours.talk()
        began = time.monotonic()
        with Peer(daemon.port, timeout=60) as late:
            assert late.request("GET", "/client/v1/server")[0] == 200
        waited = time.monotonic() - began
        print(f"who came behind {len(crowd)} half-open handshakes was answered after {waited:.1f} s")
        assert waited < patience(20)
        during += neighbours.talk()
        check_prompt(neighbours, before, during, "a crowd at the door")
    finally:
        for peer in crowd:
            peer.close()
    wait_until(lambda: daemon.health()[0] == 200, "all to be well again")
    Person.register(daemon.url, "latecomer").gateway().close()
    neighbours.close()
