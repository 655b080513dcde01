# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands for administration: on a running daemon, on a stopped one, and on damaged data."""

import json
import tarfile

import pytest

from fixture.daemon import run
from people import Person, Visitor, refused, text_channel, txn

PASSWORD = "a long enough pass phrase"


class Admin:
    """Runs commands on one database."""

    def __init__(self, database, home, settings=None):
        self.data_dir = home / "data"
        self.env = {"HOME": str(home), "GUILDHALL_DATABASE_URI": database.uri, **(settings or {})}

    def __call__(self, *arguments, status=0, stdin=None):
        result = run(["--data-dir", self.data_dir, *arguments], env=self.env, stdin=stdin)
        assert result.returncode == status, f"{arguments}: status {result.returncode}\n{result.stdout}{result.stderr}"
        return result.stdout if status in (0, 1) else result.stderr

    def check(self):
        """The kinds of what `check` finds."""
        result = run(["--data-dir", self.data_dir, "check", "--json"], env=self.env)
        found = json.loads(result.stdout)
        assert result.returncode == (0 if found["ok"] else 1)
        assert found["ok"] == (not found["problems"])
        return sorted({each["kind"] for each in found["problems"]})


@pytest.fixture
def admin(database, tmp_path):
    return Admin(database, tmp_path)


def admin_of(daemon, database):
    own = Admin(database, daemon.data_dir.parent)
    own.data_dir = daemon.data_dir
    return own


@pytest.fixture
def spoken(make_daemon, database):
    """A stopped daemon whose log has a guild, two people, a private channel and messages."""
    daemon = make_daemon(database, settings={"accounts": {"rate-factor": 100000}})
    ada, bob = Person.register(daemon.url, "ada"), Person.register(daemon.url, "bob")
    guild = ada.make_guild("Spoken")
    ada.bring(guild["guild_id"], bob)
    for each in (ada, bob, ada):
        each.say(text_channel(guild), f"hello from {each.user_id}")
    daemon.stop()
    return daemon


# -- People and invites -------------------------------------------------------------------------


def test_user_add(admin):
    out = admin("user", "add", "ada", "--generate")
    assert out.startswith("user: @ada:localhost\npassword: ")
    assert len(out.split()[-1]) >= 16
    admin("user", "add", "bob", "--password-stdin", stdin=PASSWORD + "\n")
    assert "taken" in admin("user", "add", "bob", "--generate", status=65)
    assert "lower case" in admin("user", "add", "Bob", "--generate", status=65)
    assert "too short" in admin("user", "add", "carl", "--password-stdin", stdin="short\n", status=65)
    assert "--generate" in admin("user", "add", "carl", status=64)
    assert "one of" in admin("user", "add", "carl", "--generate", "--password-stdin", status=64)
    assert "username" in admin("user", "add", "--generate", status=64)
    assert "--unknown" in admin("user", "add", "carl", "--generate", "--unknown", status=64)
    assert [json.loads(line)["username"] for line in admin("user", "list", "--json").splitlines()] == ["ada", "bob"]


def test_user_disable(make_daemon, database):
    daemon = make_daemon(database, settings={"accounts": {"rate-factor": 100000}})
    admin = admin_of(daemon, database)
    admin("user", "add", "ada", "--password-stdin", stdin=PASSWORD + "\n")
    ada = Visitor(daemon.url).ask("session.login", username="ada", password=PASSWORD, device_name="test")
    assert "devices signed out: 1" in admin("user", "disable", "ada")
    with refused("unauthenticated"):
        Visitor(daemon.url).ask("session.refresh", refresh_token=ada["refresh_token"])
    with pytest.raises(Exception, match="40[13]"):
        Visitor(daemon.url).ask("session.login", username="ada", password=PASSWORD, device_name="test")
    admin("user", "enable", "ada")
    Visitor(daemon.url).ask("session.login", username="ada", password=PASSWORD, device_name="test")
    assert "no such account" in admin("user", "disable", "nobody", status=67)


def test_a_disabled_account_is_given_no_guild(make_daemon, database):
    daemon = make_daemon(database, settings={"accounts": {"rate-factor": 100000}})
    ada, bob = (Person.register(daemon.url, name) for name in ("ada", "bob"))
    guild_id = bob.make_guild("Hall")["guild_id"]
    bob.bring(guild_id, ada)
    admin = admin_of(daemon, database)
    admin("user", "disable", "ada")
    with refused("denied", "account.disabled", "user_id"):
        bob.ask("guild.transfer", guild_id=guild_id, user_id=ada.user_id, txn_id=txn())
    assert bob.ask("guild.get", guild_id=guild_id)["owner"] == bob.user_id
    admin("user", "enable", "ada")
    bob.ask("guild.transfer", guild_id=guild_id, user_id=ada.user_id, txn_id=txn())
    assert bob.ask("guild.get", guild_id=guild_id)["owner"] == ada.user_id


def test_user_reset_password(make_daemon, database):
    daemon = make_daemon(database, settings={"accounts": {"rate-factor": 100000}})
    admin = admin_of(daemon, database)
    Person.register(daemon.url, "ada")
    out = admin("user", "reset-password", "ada", "--generate")
    assert "devices signed out: 1" in out
    password = out.split()[-1]
    Visitor(daemon.url).ask("session.login", username="ada", password=password, device_name="test")
    with refused("unauthenticated"):
        Visitor(daemon.url).ask("session.login", username="ada", password=PASSWORD, device_name="test")


def test_invite_create(make_daemon, database):
    daemon = make_daemon(database, settings={"accounts": {"rate-factor": 100000}, "server": {"registration": "invite"}})
    admin = admin_of(daemon, database)
    code = admin("invite", "create", "--uses", "1").strip()

    def register(name, invite):
        return Visitor(daemon.url).ask("account.register", username=name, password=PASSWORD, device_name="t", invite=invite)

    register("ada", code)
    with pytest.raises(Exception, match="invite"):
        register("bob", code)
    assert "number" in admin("invite", "create", "--uses", "many", status=64)


# -- Backup and restore -------------------------------------------------------------------------


def test_backup_and_restore(spoken, database, empty_database, tmp_path):
    admin = admin_of(spoken, database)
    (spoken.data_dir / "media" / "somebody").mkdir(parents=True, exist_ok=True)
    (spoken.data_dir / "media" / "somebody" / "64").write_bytes(b"a picture")
    file = tmp_path / "all.backup"
    admin("backup", file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert "--force" in admin("backup", file, status=73)
    admin("backup", file, "--force")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.backup"]
    with tarfile.open(file) as archive:
        assert {"manifest.json", "database.dump", "keys/signing.key", "media/somebody/64"} <= set(archive.getnames())

    other = Admin(empty_database, tmp_path / "other")
    assert "restored" in other("restore", file)
    assert other.check() == []
    assert (other.data_dir / "media" / "somebody" / "64").read_bytes() == b"a picture"
    assert (other.data_dir / "keys" / "signing.key").read_bytes() == (spoken.data_dir / "keys" / "signing.key").read_bytes()
    assert other("user", "list", "--json") == admin("user", "list", "--json")
    assert not list(other.data_dir.glob("restore.*"))
    assert "not empty" in other("restore", file, status=73)


def test_restored_server_goes_on(spoken, database, empty_database, make_daemon, tmp_path):
    file = tmp_path / "all.backup"
    admin_of(spoken, database)("backup", file)
    daemon = make_daemon(empty_database, settings={"accounts": {"rate-factor": 100000}})
    admin = admin_of(daemon, empty_database)
    assert "running" in admin("restore", file, status=75)
    daemon.stop()
    # A server that was started, and that nobody has used, is empty; its key is kept aside.
    assert "is kept as" in admin("restore", file)
    daemon.start()
    ada = Visitor(daemon.url).ask("session.login", username="ada", password=PASSWORD, device_name="test")
    visitor = Visitor(daemon.url)
    visitor.token = ada["access_token"]
    guild = visitor.ask("guild.list")["guilds"][0]
    history = visitor.ask("message.history", channel_id=text_channel(guild))
    assert len(history["events"]) == 3
    assert admin.check() == []


def test_backup_before_the_first_start(admin, tmp_path, empty_database):
    """There is a data directory, and neither a key nor an image in it."""
    admin("user", "add", "ada", "--generate")
    admin.data_dir.mkdir(exist_ok=True)
    admin("backup", tmp_path / "all.backup")
    other = Admin(empty_database, tmp_path / "other")
    other("restore", tmp_path / "all.backup")
    assert other("user", "list", "--json") == admin("user", "list", "--json")


def test_backup_says_that_the_key_is_missing(spoken, database, empty_database, tmp_path):
    """A server that has signed events has a key: a backup without it is made only by those who say so."""
    admin = admin_of(spoken, database)
    key = spoken.data_dir / "keys" / "signing.key"
    aside = tmp_path / "signing.key"
    key.rename(aside)
    file = tmp_path / "all.backup"
    said = admin("backup", file, status=66)
    assert "signing key" in said and str(key) in said and "--data-dir" in said and "--without-key" in said
    assert not list(tmp_path.glob("all.backup*"))

    # Another data directory, and the key of another server: the same mistake.
    stranger = Admin(empty_database, tmp_path / "stranger")
    stranger.data_dir.mkdir(parents=True)
    lost = Admin(database, tmp_path / "elsewhere")
    assert "signing key" in lost("backup", file, status=66)
    key.write_text("no key at all", encoding="utf-8")
    assert "cannot be read" in admin("backup", file, status=66)
    key.unlink()

    assert "no signing key" in admin("backup", file, "--without-key")
    with tarfile.open(file) as archive:
        assert "keys/signing.key" not in archive.getnames() and "database.dump" in archive.getnames()

    result = run(["--data-dir", stranger.data_dir, "restore", file], env=stranger.env)
    assert result.returncode == 0 and "restored" in result.stdout
    assert "holds no signing key" in result.stderr and "makes a new one" in result.stderr
    assert stranger.check() == []

    # And with the key in its place all is as ever.
    aside.rename(key)
    assert "holds the signing key" in admin("backup", file, "--force")


def test_backup_with_the_key_of_another_server(spoken, database, make_daemon, empty_database, tmp_path):
    other = make_daemon(empty_database)
    other.stop()
    admin = admin_of(spoken, database)
    admin.data_dir = other.data_dir
    assert "not one of this database" in admin("backup", tmp_path / "all.backup", status=66)


def test_restore_says_that_the_key_is_missing(spoken, database, empty_database, tmp_path):
    """A backup that says it holds a key, and does not, is damaged; one that never held it is restored, with words."""
    admin = admin_of(spoken, database)
    file, cut = tmp_path / "all.backup", tmp_path / "cut.backup"
    admin("backup", file)
    with tarfile.open(file) as whole, tarfile.open(cut, "w") as damaged:
        for member in whole.getmembers():
            if member.name != "keys/signing.key":
                damaged.addfile(member, whole.extractfile(member) if member.isfile() else None)
    other = Admin(empty_database, tmp_path / "other")
    assert "should hold is not in it" in other("restore", cut, status=65)
    assert "restored" in other("restore", file)


def test_restore_refuses(admin, tmp_path, empty_database):
    other = Admin(empty_database, tmp_path / "other")
    nonsense = tmp_path / "nonsense"
    nonsense.write_bytes(b"no tar at all")
    assert "not a backup" in other("restore", nonsense, status=65)
    with tarfile.open(nonsense, "w") as archive:
        archive.add("/dev/null", arcname="database.dump")
    assert "no backup" in other("restore", nonsense, status=65)
    with tarfile.open(nonsense, "w") as archive:
        (tmp_path / "x").write_bytes(b"x")
        archive.add(tmp_path / "x", arcname="../outside")
    assert "no backup" in other("restore", nonsense, status=65)
    assert "no such file" in other("restore", tmp_path / "absent", status=66)
    file = tmp_path / "all.backup"
    admin("backup", file)
    other.env["GUILDHALL_SERVER_NAME"] = "other.example.org"
    assert "other.example.org" in other("restore", file, status=65)


def test_restore_leaves_strangers_alone(admin, tmp_path, empty_database):
    file = tmp_path / "all.backup"
    admin("backup", file)
    empty_database.execute("CREATE TABLE somebody_elses (n int)")
    assert "not empty" in Admin(empty_database, tmp_path / "other")("restore", file, status=73)


def test_newer_schema(admin, database):
    database.execute("INSERT INTO schema_version VALUES (99, '0099_future.sql', 'x', 0)")
    assert "newer guildhalld" in admin("user", "list", status=69)


# -- Check --------------------------------------------------------------------------------------

DAMAGE = [
    ("UPDATE event SET content = replace (content, 'hello', 'hullo') WHERE position = (SELECT max (position) FROM event)",
     ["hash"]),
    ("UPDATE event SET header = replace (header, '@bob', '@eve') WHERE position = (SELECT max (position) - 1 FROM event)",
     ["columns", "id", "prev_events", "signature"]),
    ("UPDATE event SET sender = '@eve:localhost' WHERE position = 3", ["columns"]),
    ("UPDATE event SET origin_ts = 1 WHERE position = 3", ["columns"]),
    ("UPDATE event SET signature = sha512 ('') WHERE position = 3", ["signature"]),
    ("UPDATE event SET key_id = 'ed25519:11111111111' WHERE position = 3", ["signature"]),
    ("DELETE FROM server_key", ["signature"]),
    ("DELETE FROM event WHERE position = (SELECT max (position) FROM event)", ["lost"]),
    ("DELETE FROM event WHERE position = (SELECT max (position) - 1 FROM event)", ["gap", "lost", "prev_events"]),
    ("DELETE FROM member WHERE ctid = (SELECT min (ctid) FROM member)", ["projection"]),
    ("UPDATE member SET membership = 'join', user_id = '@eve:localhost' WHERE ctid = (SELECT min (ctid) FROM member)",
     ["projection"]),
    ("UPDATE state SET content = '{}' WHERE type = 'm.guild.meta'", ["projection"]),
    ("UPDATE room SET is_private = NOT is_private WHERE kind = 'channel'", ["projection"]),
    ("DELETE FROM room_head", ["projection"]),
]


def test_check_finds(spoken, database):
    """What each damage is found as; between them the data is as it was."""
    admin = admin_of(spoken, database)
    assert admin.check() == []
    for statement, kinds in DAMAGE:
        tables = ("event", "member", "state", "room", "room_head", "server_key")
        for table in tables:
            database.execute(f"CREATE TABLE saved_{table} AS TABLE {table}")
        database.execute(statement)
        found = admin.check()
        assert set(found) & set(kinds), f"{statement}: found {found}, not {kinds}"
        for table in tables:
            database.execute(f"TRUNCATE {table}")
            database.execute(f"INSERT INTO {table} TABLE saved_{table}")
            database.execute(f"DROP TABLE saved_{table}")
    assert admin.check() == []
    assert "all is well" in admin("check")


def test_check_of_many_rooms(make_daemon, database):
    """The memory of a check does not follow the number of rooms, and nor does what it finds."""
    daemon = make_daemon(database, settings={"accounts": {"rate-factor": 100000}})
    ada = Person.register(daemon.url, "ada")
    first = ada.make_guild("First")
    with ada.gateway() as gateway:
        waiting = {gateway.request("guild.create", name=f"Guild {number}", txn_id=f"g{number}") for number in range(200)}
        while waiting:
            waiting.remove(gateway.wait("reply")["id"])
    ada.say(text_channel(first), "again, after more rooms than are remembered")
    daemon.stop()
    admin = admin_of(daemon, database)
    assert int(database.execute("SELECT count(*) FROM room")[0][0]) > 500
    assert admin.check() == []
    # A room of the beginning that begins anew at the end is noticed all the same.
    database.execute(
        "UPDATE event SET header = replace (header, substring (header from '\"prev_events\":\\[[^]]*\\]'), '\"prev_events\":[]')"
        " WHERE position = (SELECT max (position) FROM event)"
    )
    assert "prev_events" in admin.check()
