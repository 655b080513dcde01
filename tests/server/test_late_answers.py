# SPDX-License-Identifier: GPL-3.0-or-later
"""What the database said first and the daemon heard last: it must not undo what is newer."""

import concurrent.futures
import io
import pathlib
import signal

import pytest
from PIL import Image

from fixture.late_answers import LateAnswers
from fixture.process import wait_until
from people import PASSWORD, Person, Visitor, refused, text_channel, txn

OTHER_PASSWORD = "quite another pass phrase"


@pytest.fixture
def door(database):
    own = LateAnswers(database)
    yield own
    own.close()


@pytest.fixture
def late(door, make_daemon):
    # It is for the test to say how late an answer is.
    yield make_daemon(door, settings={"accounts": {"rate-factor": 100000}, "database": {"statement-timeout-ms": 600000}})
    door.let_all_go()  # should the test have failed: a daemon that ends waits for what it asked for


@pytest.fixture
def pair(late):
    """Two people in one guild."""
    anna, boris = Person.register(late.url, "anna", display_name="Anna before"), Person.register(late.url, "boris")
    guild = anna.make_guild("Pair")
    anna.bring(guild["guild_id"], boris)
    return anna, boris, guild["guild_id"]


@pytest.fixture
def pool(door):
    with concurrent.futures.ThreadPoolExecutor(4) as own:
        yield own
        door.let_all_go()  # nobody waits in vain, should the test have failed


def presences(gateway):
    return [each["presence"] for each in gateway.ephemerals("m.presence")]


def stored_presence(database, person):
    return database.execute(f"SELECT presence FROM account WHERE user_id = '{person.user_id}'")[0][0]


def read_replies(gateway, *numbers):
    """The answers to requests, in whatever order they come."""

    def found():
        return {frame["id"]: frame for frame in gateway.frames if frame["op"] == "reply" and frame["id"] in numbers}

    while len(found()) < len(numbers):
        gateway.read()
    return [found()[number] for number in numbers]


# -- Presence -----------------------------------------------------------------------------------


def test_what_was_chosen_last_holds(door, pair, database):
    """Somebody is away for a moment, and back before it is stored."""
    anna, boris, _ = pair
    with anna.gateway() as own, boris.gateway() as other:
        own.settle()
        held = door.hold(anna.user_id)
        first = own.request("presence.set", presence="idle")
        held.wait()
        second = own.request("presence.set", presence="online")
        own.settle()  # the second has begun
        held.let_go()
        assert [reply["data"] for reply in read_replies(own, first, second)] == [{}, {}]
        own.settle()
        other.settle()
        assert stored_presence(database, anna) == "online"
        assert presences(own)[-1] == presences(other)[-1] == "online"
    with anna.gateway() as own:
        assert own.ready["presence"][anna.user_id] == "online"


def test_a_presence_of_which_it_is_not_known_whether_it_is_stored(door, pair, database):
    anna, boris, _ = pair
    with anna.gateway() as own, boris.gateway() as other:
        own.settle()
        held = door.hold(anna.user_id)
        number = own.request("presence.set", presence="idle")
        held.wait()
        held.let_go(lost=True)
        assert read_replies(own, number)[0]["error"]["code"] == "unavailable"
        assert stored_presence(database, anna) == "idle", "it was, but nobody heard of it"
        own.ask("presence.set", presence="online")
        assert stored_presence(database, anna) == "online"
        other.settle()
        assert presences(other) == []


def test_a_presence_that_was_read_before_another_device_chose(door, pair, database, pool):
    """While one device arrives, another one of the same person comes, chooses and goes."""
    anna, boris, _ = pair
    database.execute(f"UPDATE account SET presence = 'dnd' WHERE user_id = '{anna.user_id}'")
    with boris.gateway() as other:
        held = door.hold("dnd")
        arriving = pool.submit(anna.gateway)
        held.wait()
        with anna.gateway() as quick:
            quick.ask("presence.set", presence="idle")
        other.wait("ephemeral", lambda each: each["content"].get("presence") == "offline")
        held.let_go()
        with arriving.result() as slow:
            assert slow.ready["presence"][anna.user_id] == "idle" == stored_presence(database, anna)
            other.wait("ephemeral", lambda each: each["content"].get("presence") != "offline")
            assert presences(other)[-1] == "idle"


# -- Profiles -----------------------------------------------------------------------------------


def name_in(guild, person):
    return next(each["display_name"] for each in guild["members"] if each["user_id"] == person.user_id)


@pytest.mark.parametrize("do", ["guild.get", "profile.get"])
def test_a_profile_that_was_read_before_it_changed(late, door, pair, pool, do):
    anna, boris, guild_id = pair
    late.restart()  # nothing is in memory
    held = door.hold("Anna before")
    asked = pool.submit(boris.ask, do, **({"guild_id": guild_id} if do == "guild.get" else {"user_id": anna.user_id}))
    held.wait()
    changed = anna.ask("profile.set", display_name="Anna after")
    assert changed["display_name"] == "Anna after"
    held.let_go()
    asked.result()
    assert boris.ask("profile.get", user_id=anna.user_id) == changed
    assert name_in(boris.ask("guild.get", guild_id=guild_id), anna) == "Anna after"


def test_a_profile_of_which_it_is_not_known_whether_it_changed(door, pair, pool):
    anna, boris, _ = pair
    assert boris.ask("profile.get", user_id=anna.user_id)["display_name"] == "Anna before"
    held = door.hold("Anna after")
    asked = pool.submit(anna.ask, "profile.set", display_name="Anna after")
    held.wait()
    held.let_go(lost=True)
    with refused("unavailable"):
        asked.result()
    assert boris.ask("profile.get", user_id=anna.user_id)["display_name"] == "Anna after"


def picture(color):
    data = io.BytesIO()
    Image.new("RGB", (64, 64), color).save(data, "PNG")
    return data.getvalue()


def test_the_database_goes_when_a_profile_was_changed(late, door, pair, database, pool):
    """What was written is what others are answered, and the picture that they were told of last is there still."""
    anna, boris, guild_id = pair
    first = anna.ask("profile.set_image", raw=picture("red"))["image"]
    late.restart()
    assert boris.ask("profile.get", user_id=anna.user_id)["image"] == first
    held = door.hold(guild_id)  # in which guilds Anna is: who is to be told
    asked = pool.submit(anna.ask, "profile.set_image", raw=picture("blue"))
    held.wait()
    second = database.execute(f"SELECT image_id FROM account WHERE user_id = '{anna.user_id}'")[0][0]
    held.let_go(lost=True)
    with refused("unavailable"):
        asked.result()
    assert boris.ask("profile.get", user_id=anna.user_id)["image"] == second != first
    for each in (first, second):
        assert boris.ask("media.get", media_id=each, size="64").status_code == 200


def presences_in(reply, person):
    """What an answer of guild.list says of somebody."""
    members = [each for guild in reply["data"]["guilds"] for each in guild["members"]]
    return [each["presence"] for each in members if each["user_id"] == person.user_id]


def last_presence(gateway, person):
    """What somebody is to who believes what comes last."""
    last = gateway.ready["presence"].get(person.user_id, "offline")
    for frame in gateway.frames:
        if frame["op"] == "ephemeral" and frame["type"] == "m.presence" and frame["content"]["user_id"] == person.user_id:
            last = frame["content"]["presence"]
        elif frame["op"] == "reply" and "guilds" in frame["data"]:
            last = presences_in(frame, person)[-1]
    return last


def test_somebody_comes_while_a_list_of_guilds_is_made(late, door, pair):
    """The list is of one moment, and what was told before it is not newer than it."""
    anna, boris, _ = pair
    cleo = Person.register(late.url, "cleo", display_name="Cleo before")
    anna.bring(anna.make_guild("Other")["guild_id"], cleo)
    late.restart()  # nothing is in memory
    with anna.gateway() as own:
        held = door.hold("Cleo before")
        number = own.request("guild.list")
        held.wait()
        with boris.gateway():
            own.wait("ephemeral", lambda each: each["content"].get("user_id") == boris.user_id)
            held.let_go()
            own.wait("reply", lambda each: each["id"] == number)
            assert last_presence(own, boris) == "online"


def run_state(pid):
    return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]


def test_an_answer_stands_where_it_was_made(late, pair):
    """Two requests that are taken up in the same turn: what the second one publishes follows the answer of the first."""
    anna, _, guild_id = pair
    with anna.gateway() as own:
        channel_id = text_channel(own.ask("guild.get", guild_id=guild_id))
        own.settle()
        own.forget()
        late.process.send(signal.SIGSTOP)
        try:
            wait_until(lambda: run_state(late.process.pid) == "T", "the daemon to stand still")
            first = own.request("guild.list")
            second = own.request("call.join", channel_id=channel_id)
        finally:
            late.process.send(signal.SIGCONT)
        read_replies(own, first, second)
        assert [frame.get("id") or frame["type"] for frame in own.frames] == [first, "m.call", second]


@pytest.mark.parametrize("kind", ["image", "banner"])
def test_of_pictures_that_are_set_at_once_only_the_last_is_kept(door, pair, database, pool, kind):
    anna, boris, _ = pair
    first = anna.ask(f"profile.set_{kind}", raw=picture("red"))[kind]
    held = door.hold(first)
    asked = pool.submit(Person(anna.url, anna.name, anna.tokens).ask, f"profile.set_{kind}", raw=picture("green"))
    held.wait()
    second = database.execute(f"SELECT {kind}_id FROM account WHERE user_id = '{anna.user_id}'")[0][0]
    third = anna.ask(f"profile.set_{kind}", raw=picture("blue"))[kind]
    held.let_go()
    asked.result()
    assert len({first, second, third}) == 3
    assert boris.ask("profile.get", user_id=anna.user_id)[kind] == third
    assert boris.ask("media.get", media_id=third, size="64").status_code == 200
    for gone in (first, second):
        with refused("not_found", "media.unknown"):
            boris.ask("media.get", media_id=gone, size="64")
    assert [row[0] for row in database.execute("SELECT media_id FROM media")] == [third]


# -- Guilds and messages ------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["kick", "delete"])
@pytest.mark.parametrize("do", ["guild.get", "member.list", "guild.list"])
def test_who_is_removed_before_the_answer_gets_none(late, door, pair, pool, do, how):
    anna, boris, guild_id = pair
    late.restart()  # nothing is in memory
    held = door.hold("Anna before")
    asked = pool.submit(boris.ask, do, **({} if do == "guild.list" else {"guild_id": guild_id}))
    held.wait()
    if how == "kick":
        anna.ask("member.kick", guild_id=guild_id, user_id=boris.user_id, txn_id=txn())
    else:
        anna.ask("guild.delete", guild_id=guild_id, name="Pair")
    held.let_go()
    if do == "guild.list":
        assert asked.result()["guilds"] == []
    else:
        with refused("not_found", "guild.unknown"):
            asked.result()


def test_who_comes_before_the_answer_has_a_name_in_it(late, door, pair, pool):
    anna, boris, guild_id = pair
    cleo = Person.register(late.url, "cleo", display_name="Cleo")
    late.restart()  # nothing is in memory
    held = door.hold("Anna before")
    asked = pool.submit(boris.ask, "guild.list")
    held.wait()
    anna.bring(guild_id, cleo)
    held.let_go()
    assert name_in(asked.result()["guilds"][0], cleo) == "Cleo"


def test_what_is_written_and_not_told_is_in_no_page(door, pair, database, pool):
    """Who has the page and connects anew is not further than the server says that it is."""
    anna, boris, guild_id = pair
    channel_id = text_channel(anna.ask("guild.get", guild_id=guild_id))
    told = anna.say(channel_id, "told")["position"]
    held = door.hold("INSERT 0 1")
    said = pool.submit(anna.say, channel_id, "not told yet")
    held.wait()
    wait_until(lambda: database.execute("SELECT max (position) FROM event")[0][0] > told, "the message to be written")
    page = boris.ask("events.after", after=told - 1)
    assert ([event["position"] for event in page["events"]], page["position"], page["more"]) == ([told], told, False)
    assert boris.ask("events.after", after=told, limit=1) == {"events": [], "position": told, "more": False}
    with boris.gateway() as own:
        assert own.position == told
        held.let_go()
        position = said.result()["position"]
        assert own.wait("event")["event"]["position"] == position
    page = boris.ask("events.after", after=told)
    assert ([event["position"] for event in page["events"]], page["position"]) == ([position], position)


# -- Passwords ----------------------------------------------------------------------------------


def test_a_sign_in_with_a_password_that_is_changed_meanwhile(door, pair, pool):
    """Whoever knows the old password is not in once it is changed, also when they were at the door already."""
    anna, boris, _ = pair
    held = door.hold("$argon2")
    asked = pool.submit(Visitor(anna.url).ask, "session.login", username="anna", password=PASSWORD)
    held.wait()
    anna.ask("account.set_password", password=PASSWORD, new_password=OTHER_PASSWORD)
    held.let_go()
    with refused("unauthenticated", "session.wrong"):
        asked.result()
    assert [each["device_id"] for each in anna.ask("session.list")["devices"]] == [anna.device_id]
    Visitor(anna.url).ask("session.login", username="anna", password=OTHER_PASSWORD)
    assert boris.again().ask("guild.list")


def test_a_password_that_two_devices_change_at_once(door, pair, pool):
    """The first has signed the other one out, and it is not for that one to choose the password any more."""
    anna, _, _ = pair
    thief = anna.again()
    held = door.hold("$argon2")
    asked = pool.submit(thief.ask, "account.set_password", password=PASSWORD, new_password="the pass phrase of a thief")
    held.wait()
    anna.ask("account.set_password", password=PASSWORD, new_password=OTHER_PASSWORD)
    held.let_go()
    with refused("denied", "password.wrong"):
        asked.result()
    assert [each["device_id"] for each in anna.ask("session.list")["devices"]] == [anna.device_id]
    Visitor(anna.url).ask("session.login", username="anna", password=OTHER_PASSWORD)
