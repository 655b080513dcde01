# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts over the wire, and `guildhalld verify-receipt`, which tells whether the server honours one."""

import json

import pytest

from fixture.daemon import run
from people import Person, text_channel, txn
from test_admin import admin_of


def speak(daemon, database):
    """A running daemon, its administrator, and two people in one channel."""
    ada, bob = Person.register(daemon.url, "ada"), Person.register(daemon.url, "bob")
    guild = ada.make_guild("Spoken")
    ada.bring(guild["guild_id"], bob)
    return daemon, admin_of(daemon, database), ada, guild


@pytest.fixture
def spoken(make_daemon, database):
    """For a test that stops the daemon, or changes what it keeps."""
    return speak(make_daemon(database, settings={"accounts": {"rate-factor": 100000}}), database)


@pytest.fixture(scope="module", name="heard")
def speak_once(hall):
    """For all other tests."""
    return speak(hall, hall.database)


def write(path, value):
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def test_honoured(heard, tmp_path):
    _, admin, ada, guild = heard
    sent = ada.say(text_channel(guild), "remember this")
    receipt = sent["receipt"]
    assert (receipt["event_id"], receipt["position"], receipt["server"]) == (sent["event_id"], sent["position"], "localhost")
    words = admin("verify-receipt", write(tmp_path / "receipt", receipt))
    assert words.startswith("Honoured: ") and sent["event_id"] in words and str(sent["position"]) in words
    assert receipt["key_id"] in words
    # The whole answer will do, and so will standard input.
    assert admin("verify-receipt", write(tmp_path / "answer", sent)) == words
    assert admin("verify-receipt", "-", stdin=json.dumps(receipt)) == words


def test_honoured_while_the_daemon_is_stopped(spoken, tmp_path):
    daemon, admin, ada, guild = spoken
    file = write(tmp_path / "receipt", ada.say(text_channel(guild), "and this")["receipt"])
    daemon.stop()
    assert admin("verify-receipt", file).startswith("Honoured: ")


def test_a_repetition_gets_a_receipt_of_its_own(heard, tmp_path):
    _, admin, ada, guild = heard
    name = txn()
    first = ada.say(text_channel(guild), "once", name)
    again = ada.say(text_channel(guild), "once", name)
    assert again["event_id"] == first["event_id"]
    assert (again["receipt"]["size"], again["receipt"]["path"]) == (1, [])
    for each in (first, again):
        assert each["event_id"] in admin("verify-receipt", write(tmp_path / "receipt", each["receipt"]))


def test_each_answer_that_wrote_events_has_one(heard, tmp_path):
    _, admin, ada, guild = heard
    guild_id = guild["guild_id"]
    answers = [
        guild,
        ada.ask("guild.edit", guild_id=guild_id, name="Said", txn_id=txn()),
        ada.ask("role.create", guild_id=guild_id, name="Scribe", permissions=0, txn_id=txn()),
        ada.ask("channel.create", guild_id=guild_id, name="notes", kind="text", txn_id=txn()),
    ]
    channel = answers[-1]["channel_id"]
    answers += [
        ada.ask("channel.leave", channel_id=channel, txn_id=txn()),
        ada.ask("channel.join", channel_id=channel, txn_id=txn()),
    ]
    for answer in answers:
        assert "receipt" in answer, answer
        assert admin("verify-receipt", write(tmp_path / "receipt", answer["receipt"])).startswith("Honoured: ")
    # It speaks of the last event of the write, which is the last in the log as long as nobody writes on.
    assert answers[-1]["receipt"]["position"] >= answers[-1]["position"]


@pytest.mark.parametrize("member, value", [
    ("event_id", "$9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM"),
    ("position", 1),
    ("server", "other.example"),
    ("key_id", "ed25519:11111111111"),
    ("size", 2),
    ("path", ["9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM"]),
    ("signature", "1" * 64),
])
def test_not_signed_by_this_server(heard, tmp_path, member, value):
    _, admin, ada, guild = heard
    ada.say(text_channel(guild), "before")
    receipt = ada.say(text_channel(guild), "as it was said")["receipt"]
    assert (receipt["size"], receipt["path"]) == (1, [])
    words = admin("verify-receipt", write(tmp_path / "receipt", {**receipt, member: value}), status=77)
    assert "Not honoured" in words and ("other.example" in words if member == "server" else "has not signed" in words)


def refuse(admin, file):
    """What it says of a receipt that this server has signed and does not keep."""
    result = run(["--data-dir", admin.data_dir, "verify-receipt", file], env=admin.env)
    assert result.returncode == 1 and not result.stdout, result
    return result.stderr


def test_not_in_the_log(spoken, database, tmp_path):
    daemon, admin, ada, guild = spoken
    file = write(tmp_path / "receipt", ada.say(text_channel(guild), "gone")["receipt"])
    daemon.stop()
    database.execute("UPDATE event SET position = position + 1000 WHERE position = (SELECT max (position) FROM event)")
    assert "has it at" in refuse(admin, file)
    database.execute("DELETE FROM event WHERE position = (SELECT max (position) FROM event)")
    assert "does not hold it" in refuse(admin, file)


@pytest.mark.parametrize("text", ["", "{}", "[]", "7", "a receipt", '{"receipt": 1}', '{"receipt": {}}', "{" * 100, "x" * 100000])
def test_not_a_receipt(heard, tmp_path, text):
    _, admin, _, _ = heard
    assert "is not a receipt" in admin("verify-receipt", write(tmp_path / "file", text), status=65)
    assert "is not a receipt" in admin("verify-receipt", "-", stdin=text, status=65)


def test_no_file(heard, tmp_path):
    _, admin, _, _ = heard
    assert "No such file" in admin("verify-receipt", tmp_path / "nothing", status=66)
    assert "Cannot read" in admin("verify-receipt", tmp_path, status=66)
    assert "a file that holds a receipt" in admin("verify-receipt", status=64)
