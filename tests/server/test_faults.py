# SPDX-License-Identifier: GPL-3.0-or-later
"""What must never be lost, and what is said when something is wrong: kill -9, a database that is away, a full disk."""

import concurrent.futures
import random
import subprocess
import threading
import time

import pytest
import requests

from fixture import daemon as daemon_module
from fixture.postgres import Cluster, Database, server_program
from fixture.process import Process, ScratchDir, patience, wait_until, wait_until_passes
from people import Person, Refused, refused, text_channel, txn

RATES = {"accounts": {"rate-factor": 100000}}
AWAY = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


class Talkers:
    """People who talk without a pause, and repeat each message until it was acknowledged."""

    def __init__(self, people, channel):
        self.people = people
        self.channel = channel
        self.stop = threading.Event()
        self.acknowledged = {}
        self.unavailable = 0
        self.lock = threading.Lock()
        self.pool = concurrent.futures.ThreadPoolExecutor(len(people))
        self.running = [self.pool.submit(self.talk, number, person) for number, person in enumerate(people)]

    def talk(self, number, person):
        count = 0
        while not self.stop.is_set():
            body, name = f"{number}-{count}", txn()
            count += 1
            answer = self.insist(person, body, name)
            with self.lock:
                self.acknowledged[body] = answer

    def insist(self, person, body, name):
        limit = time.monotonic() + patience(120)
        while True:
            try:
                return person.say(self.channel, body, name)
            except AWAY:
                pass
            except Refused as error:
                assert error.code == "unavailable", error
                assert error.retry_after_ms > 0 and int(error.headers["Retry-After"]) >= 1
                with self.lock:
                    self.unavailable += 1
            assert time.monotonic() < limit, f"{body} was never acknowledged"
            time.sleep(0.02)  # as a client waits before it tries again

    def count(self):
        with self.lock:
            return len(self.acknowledged)

    def wait_for_more(self, number):
        goal = self.count() + number
        wait_until(lambda: self.count() >= goal, f"{number} more messages to be acknowledged", 90)

    def finish(self):
        self.stop.set()
        for each in self.running:
            each.result()
        self.pool.shutdown()


def whole_history(person, channel):
    events, position = [], 0
    while True:
        page = person.history(channel, after=position, limit=200)
        events += page["events"]
        if page["at_end"]:
            return events
        position = page["events"][-1]["position"]


def check_nothing_lost(talkers, person):
    """Every acknowledged message is there once, as it was acknowledged."""
    events = whole_history(person, talkers.channel)
    by_body = {event["content"]["body"]: event for event in events}
    assert len(by_body) == len(events), "a message is there twice"
    for body, answer in talkers.acknowledged.items():
        assert body in by_body, f"{body} was acknowledged and is lost"
        assert (by_body[body]["event_id"], by_body[body]["position"]) == (answer["event_id"], answer["position"])
    assert [event["position"] for event in events] == sorted(event["position"] for event in events)


def check_clean(daemon):
    result = daemon.command("check")
    assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"


def make_talkers(url, number=4):
    people = [Person.register(url, f"talker{each}x") for each in range(number)]
    guild = people[0].make_guild("Under fire")
    people[0].bring(guild["guild_id"], *people[1:])
    return Talkers(people, text_channel(guild))


def test_kill_9_of_the_daemon_twenty_times(make_daemon, database):
    daemon = make_daemon(database, settings=RATES)
    talkers = make_talkers(daemon.url)
    chance = random.Random(7)
    try:
        for _ in range(20):
            talkers.wait_for_more(chance.randrange(5, 60))
            daemon.kill()
            daemon.start()
        talkers.wait_for_more(20)
    finally:
        talkers.finish()
    check_nothing_lost(talkers, talkers.people[0])
    check_clean(daemon)


def test_kill_9_of_daemon_and_private_database(make_daemon):
    """--embedded: the daemon, then its PostgreSQL, each without a warning."""
    daemon = make_daemon(settings=RATES)
    talkers = make_talkers(daemon.url, 2)
    try:
        for _ in range(3):
            talkers.wait_for_more(20)
            daemon.kill()
            daemon.start()
            talkers.wait_for_more(20)
            pid = int(next(daemon.data_dir.rglob("postmaster.pid")).read_text(encoding="ascii").splitlines()[0])
            subprocess.run(["kill", "-9", str(pid)], check=True)
            talkers.wait_for_more(20)
    finally:
        talkers.finish()
    check_nothing_lost(talkers, talkers.people[0])
    check_clean(daemon)


@pytest.fixture
def own_postgres():
    """A PostgreSQL that may be killed: it is this test's alone."""
    cluster = Cluster()
    yield cluster
    cluster.close()


def test_the_database_goes_away_and_comes_back(make_daemon, own_postgres):
    daemon = make_daemon(Database(own_postgres), settings=RATES)
    talkers = make_talkers(daemon.url)
    person, channel = talkers.people[0], talkers.channel
    gateway = person.gateway()
    try:
        talkers.wait_for_more(50)
        own_postgres.kill()
        wait_until(lambda: daemon.health()[0] == 503, "/health to say so")
        status, health = daemon.health()
        assert "database" in str(health).lower() and status == 503
        with refused("unavailable"):
            person.history(channel)
        wait_until(lambda: talkers.unavailable > 0, "somebody to be told")
        # Who is connected stays connected.
        gateway.send({"op": "heartbeat", "n": 1})
        gateway.wait("heartbeat")
        own_postgres.start()
        daemon.wait_healthy()
        talkers.wait_for_more(50)
    finally:
        talkers.finish()
    check_nothing_lost(talkers, person)
    check_clean(daemon)
    # The connection heard all that was committed, over the gap, in order and once.
    last = max(answer["position"] for answer in talkers.acknowledged.values())
    if not any(event["position"] >= last for event in gateway.events()):
        gateway.wait_event(lambda event: event["position"] >= last)
    heard = [event["position"] for event in gateway.events() if event["type"] == "m.room.message"]
    assert heard == sorted(answer["position"] for answer in talkers.acknowledged.values() if answer["position"] > gateway.position)
    assert any(record.get("level") in ("warning", "error") and "database" in str(record).lower() for record in daemon.log_records())


def test_the_database_is_away_at_the_start(own_postgres):
    database = Database(own_postgres)
    own_postgres.stop()
    daemon = daemon_module.Daemon(database, settings=RATES, start=False)
    try:
        daemon.start(ready=False)
        wait_until(lambda: not daemon.process.running() or daemon.health()[0] in (200, 503), "the daemon to make up its mind", 60)
        if not daemon.process.running():
            assert daemon.process.status == 69, daemon.log()
            assert "database" in daemon.log().lower()
            own_postgres.start()
            daemon.start()
        else:
            own_postgres.start()
            daemon.wait_healthy()
        Person.register(daemon.url, "patient")
    finally:
        daemon.close()


class SmallDisk(Cluster):
    """A PostgreSQL whose whole disk is a tmpfs of some megabytes, in namespaces of its own."""

    def __init__(self, megabytes):
        self._mount = ScratchDir("disk")
        self._megabytes = megabytes
        super().__init__(settings={"max_wal_size": "48MB", "min_wal_size": "32MB", "wal_recycle": "on"})

    def start(self):
        words = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        script = (
            f"mount -t tmpfs -o size={self._megabytes}m,mode=700 tmpfs {self._mount.path} && cp -a {self.data_dir}/. {self._mount.path}"
            f' && chmod 700 {self._mount.path} && exec "$@"'
        )
        self._process = Process(
            ["unshare", "--user", "--map-current-user", "--keep-caps", "--mount", "sh", "-c", script, "sh",
             server_program("postgres"), "-D", self._mount.path, *words],
            self._scratch.path / "postgres.log", lifetime=3600,
        )
        wait_until_passes(self._answers, "PostgreSQL to answer", 60, errors=Exception)

    @property
    def ballast(self):
        """A file on that disk, seen from outside."""
        return f"/proc/{self.pid}/root{self._mount.path}/ballast"

    def fill(self):
        """Leaves no byte free."""
        with open(self.ballast, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 65536)
            except OSError:
                pass

    def close(self):
        super().close()
        self._mount.remove()


def may_mount():
    command = ["unshare", "--user", "--map-current-user", "--keep-caps", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not may_mount(), reason="this machine lets nobody mount a tmpfs of their own")
def test_a_full_disk(make_daemon):
    disk = SmallDisk(160)
    try:
        daemon = make_daemon(Database(disk), settings=RATES)
        person = Person.register(daemon.url, "writer")
        channel = text_channel(person.make_guild())
        acknowledged = [person.say(channel, f"room enough {number}") for number in range(5)]
        disk.fill()
        body = "x" * 8000

        def told():
            try:
                acknowledged.append(person.say(channel, body))
            except Refused as error:
                return error
            return None

        error = wait_until(told, "the disk to be full", 60, interval=0)
        assert error.code == "unavailable" and error.retry_after_ms > 0, error
        assert any("full" in str(record).lower() or "space" in str(record).lower() for record in daemon.log_records())
        # Room again: it goes on by itself, and what was acknowledged is there.
        with open(disk.ballast, "wb"):
            pass
        wait_until_passes(lambda: acknowledged.append(person.say(channel, "room again", "again")), "writing to work again", 60, errors=(Refused, *AWAY))
        daemon.wait_healthy()
        there = {event["event_id"] for event in whole_history(person, channel)}
        assert {answer["event_id"] for answer in acknowledged} <= there
        check_clean(daemon)
    finally:
        disk.close()


def test_sigterm_under_load(make_daemon, database):
    """It drains: what was acknowledged is there, the status is 0, and clients are told to come back."""
    daemon = make_daemon(database, settings=RATES)
    talkers = make_talkers(daemon.url)
    gateway = talkers.people[0].gateway()
    try:
        talkers.wait_for_more(50)
        assert daemon.stop() == 0
        assert gateway.wait_closed() == 1001
        daemon.start()
        talkers.wait_for_more(20)
    finally:
        talkers.finish()
    check_nothing_lost(talkers, talkers.people[0])


def test_a_data_directory_that_cannot_be_written(database, tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    result = daemon_module.run(["--data-dir", locked / "data", "--listen", "127.0.0.1:0"], env={"GUILDHALL_DATABASE_URI": database.uri, "HOME": str(tmp_path)})
    assert result.returncode == 73, (result.returncode, result.stderr)
    assert str(locked) in result.stderr


def test_a_port_that_is_taken(make_daemon, database, postgres, migrated, tmp_path):
    daemon = make_daemon(database)
    other = Database(postgres, migrated)
    result = daemon_module.run(
        ["--data-dir", tmp_path / "data", "--listen", f"127.0.0.1:{daemon.port}"], env={"GUILDHALL_DATABASE_URI": other.uri, "HOME": str(tmp_path)}
    )
    assert result.returncode == 75, (result.returncode, result.stderr)
    assert str(daemon.port) in result.stderr
    other.drop()


def test_two_daemons_on_one_database(make_daemon, database, tmp_path):
    """Only one may write."""
    make_daemon(database)
    daemon = daemon_module.Daemon(database, start=False)
    try:
        daemon.start(ready=False)
        wait_until(lambda: not daemon.process.running() or daemon.health()[0] == 503, "the second to notice", 60)
        assert "Another guildhalld" in daemon.log()
    finally:
        daemon.close()
