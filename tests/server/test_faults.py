# SPDX-License-Identifier: GPL-3.0-or-later
"""What must never be lost, and what is said when something is wrong: kill -9, a database that is away, a full disk."""

import subprocess

import pytest

from fixture import daemon as daemon_module
from fixture.postgres import Cluster, Database, server_program
from fixture.process import Process, ScratchDir, wait_until, wait_until_passes
from people import Person, Refused, refused, text_channel
from receipts import Notary
from talkers import AWAY, Follower, chance, check_clean, check_nothing_lost, check_receipts, make_talkers, whole_history

RATES = {"accounts": {"rate-factor": 100000}}


@pytest.fixture
def own_postgres():
    """A PostgreSQL that may be killed: it is this test's alone."""
    cluster = Cluster()
    yield cluster
    cluster.close()


@pytest.mark.slow
def test_kill_9_fifty_times(make_daemon, own_postgres):
    """Daemon and database are killed in turns nobody can foresee, under load, each 25 times."""
    database = Database(own_postgres)
    daemon = make_daemon(database, settings=RATES)
    talkers = make_talkers(daemon.url)
    follower = Follower(talkers.people[0])
    random = chance()
    victims = ["daemon", "database"] * 25
    random.shuffle(victims)
    try:
        for victim in victims:
            # At any moment: under full load, or while the last one is still recovering.
            talkers.wait_for_more(random.choice((0, 1, 5, 20, 60)))
            if victim == "daemon":
                daemon.kill()
                daemon.start(ready=False)
                daemon.wait_listening()
            else:
                own_postgres.kill()
                own_postgres.start()
        talkers.wait_for_more(20)
    finally:
        talkers.finish()

    events = check_nothing_lost(talkers, talkers.people[1])
    heard = follower.finish(events[-1]["position"])
    assert [event["event_id"] for event in heard if event["type"] == "m.room.message"] == [
        event["event_id"] for event in events if event["position"] > heard[0]["position"] - 1
    ]
    check_clean(daemon)
    print(f"{len(talkers.acknowledged)} acknowledged, {talkers.repeated} after repetition; the longest wait was {talkers.longest_s:.1f} s")
    assert talkers.repeated > 10, "nobody noticed: this was no load"
    check_receipts(daemon, Notary(database), talkers.acknowledged.values())


def test_kill_9_of_daemon_and_private_database(make_daemon):
    """--embedded: the daemon, then its PostgreSQL, each without a warning."""
    daemon = make_daemon(settings=RATES)
    talkers = make_talkers(daemon.url, 2)
    try:
        for _ in range(2):
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
    assert result.stdout.startswith("cannot start: The data directory cannot be made")


def test_a_port_that_is_taken(make_daemon, database, postgres, migrated, tmp_path):
    daemon = make_daemon(database)
    other = Database(postgres, migrated)
    result = daemon_module.run(
        ["--data-dir", tmp_path / "data", "--listen", f"127.0.0.1:{daemon.port}"], env={"GUILDHALL_DATABASE_URI": other.uri, "HOME": str(tmp_path)}
    )
    assert result.returncode == 75, (result.returncode, result.stderr)
    assert str(daemon.port) in result.stderr
    other.drop()


def test_two_daemons_on_one_database(make_daemon, database):
    """Only one may write. The second waits a little, as for one that is about to end, and says so."""
    make_daemon(database)
    daemon = daemon_module.Daemon(database, start=False)
    try:
        daemon.start(ready=False)
        assert daemon.process.wait() == 75, daemon.log()
        messages = [record["message"] for record in daemon.log_records()]
        assert "Another guildhalld writes to this database; waiting for it to stop" in messages
        assert messages[-1] == "Another guildhalld writes to this database. Only one may: stop it first."
    finally:
        daemon.close()
