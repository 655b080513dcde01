# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls: who is in them, who may be, keys and tickets, signals, moderators, and what happens when somebody is gone."""

import base64
import hashlib
import hmac
import random
import struct
import time

import pytest

from fixture.daemon import Daemon
from fixture.postgres import Database
from fixture.process import build_dir, patience
from people import PASSWORD, Person, refused, text_channel, txn

CONNECT, SPEAK, MUTE, MOVE = 1 << 6, 1 << 7, 1 << 8, 1 << 9
PATIENCE_S = 10


class Caller:
    """Somebody with a gateway connection, and what it said of calls."""

    def __init__(self, person):
        self.person = person
        self.user_id = person.user_id
        self.gateway = person.gateway()

    def close(self):
        self.gateway.close()

    def ask(self, do, **arguments):
        return self.gateway.ask(do, **arguments)

    def join(self, channel, **arguments):
        return self.ask("call.join", channel_id=channel, **arguments)

    def told(self, kind, condition=lambda content: True):
        """The content of the first ephemeral frame of that kind for which CONDITION holds, among those that came or are to come."""
        for frame in self.gateway.frames:
            if frame["op"] == "ephemeral" and frame["type"] == kind and condition(frame["content"]):
                return frame["content"]
        fits = lambda frame: frame["type"] == kind and condition(frame["content"])
        return self.gateway.wait("ephemeral", fits)["content"]

    def sees(self, channel, *people):
        """Waits until exactly these are in the channel's call."""
        wanted = [person.user_id for person in people]
        fits = lambda call: call["channel_id"] == channel and [each["user_id"] for each in call["members"]] == wanted
        latest = [call for call in self.gateway.ephemerals("m.call") if call["channel_id"] == channel][-1:]
        if latest and fits(latest[0]):
            return latest[0]
        return self.gateway.wait("ephemeral", lambda frame: frame["type"] == "m.call" and fits(frame["content"]))["content"]

    def everything(self, kind):
        """All of that kind that came up to now."""
        self.gateway.settle()
        return self.gateway.ephemerals(kind)


@pytest.fixture
def callers():
    """Callers that are closed at the end."""
    opened = []

    def make(person):
        opened.append(Caller(person))
        return opened[-1]

    yield make
    for caller in opened:
        caller.close()


@pytest.fixture
def room(crowd, callers):
    """Three people in a guild, the first its owner, and one of its channels."""
    people = [crowd.fresh() for _ in range(3)]
    guild = people[0].make_guild("Voices")
    people[0].bring(guild["guild_id"], *people[1:])
    return [callers(person) for person in people], text_channel(guild), guild["guild_id"]


def member_of(call, person):
    return next(each for each in call["members"] if each["user_id"] == person.user_id)


def test_two_meet(room):
    (ann, ben, cleo), channel, guild = room
    first = ann.join(channel)
    second = ben.join(channel, muted=True)
    for each in (first, second):
        assert len(base64.urlsafe_b64decode(each["key"] + "=")) == 32
        assert each["route"] == "p2p" and each["ice_servers"] == [] and each["alive_ms"] == 3000
    assert (second["call_id"], second["epoch"], second["key"]) == (first["call_id"], first["epoch"], first["key"])
    for ticket in ("member_id", "ice_ufrag", "ice_password"):
        assert first[ticket] != second[ticket]
    assert len(first["ice_ufrag"]) >= 4 and len(first["ice_password"]) >= 22

    seen = cleo.sees(channel, ann, ben)
    assert seen["guild_id"] == guild
    assert not member_of(seen, ann)["muted"] and member_of(seen, ben)["muted"] and member_of(seen, ben)["may_speak"]
    assert member_of(seen, ann)["member_id"] == first["member_id"]
    assert second["call"]["members"] == seen["members"]
    # Nothing that opens a packet reaches somebody who is not in it.
    assert not any("key" in frame.get("content", {}) or "call_id" in frame.get("content", {}) for frame in cleo.gateway.frames)


def test_who_comes_later_is_told(room, callers):
    (ann, ben, _), channel, _ = room
    ann.join(channel)
    late = callers(ben.person.again())
    assert late.gateway.frames[1]["op"] == "ready"
    late.sees(channel, ann)


def test_leaving_renews_the_key(room):
    (ann, ben, cleo), channel, _ = room
    first = ann.join(channel)
    ben.join(channel)
    ann.ask("call.leave")
    renewed = ben.told("m.call.key")
    assert renewed["call_id"] == first["call_id"]
    assert renewed["epoch"] == first["epoch"] + 1 and renewed["key"] != first["key"]
    ben.sees(channel, ben)
    assert ann.everything("m.call.key") == []
    ann.ask("call.leave")  # harmless

    ben.ask("call.leave")
    cleo.sees(channel, ben)
    assert cleo.told("m.call", lambda call: call["channel_id"] == channel and call["members"] == [])
    again = ben.join(channel)
    assert again["call_id"] != first["call_id"] and again["key"] not in (first["key"], renewed["key"])


def everything_stored(database):
    """All rows of all tables, as text."""
    tables = database.execute("SELECT quote_ident (table_schema) || '.' || quote_ident (table_name) FROM information_schema.tables "
                              "WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')")
    return {table: str(database.execute(f"SELECT t::text FROM {table} t")) for (table,) in tables}


def test_the_last_to_leave_ends_the_call(own_hall, callers):
    """Nothing of it is left, in whatever way they go: who comes then is in another call, with another key. Nothing of it was ever stored."""
    hall = own_hall()
    people = [Person.register(hall.url, name) for name in ("ann", "ben", "cleo")]
    guild = people[0].make_guild("Voices")
    people[0].bring(guild["guild_id"], *people[1:])
    channel = text_channel(guild)
    ann, ben, cleo = (callers(person) for person in people)
    ways = {
        "leaves": lambda: ben.ask("call.leave"),
        "is taken out": lambda: ann.ask("call.disconnect", channel_id=channel, user_id=ben.user_id),
        "signs out": lambda: ben.person.again().ask("session.revoke", device_id=ben.person.device_id),
    }
    calls, keys, secrets, revision = set(), set(), set(), 0
    for way, go in ways.items():
        joined = [ann.join(channel), ben.join(channel)]
        assert joined[0]["epoch"] == 1 and joined[0]["call_id"] not in calls and joined[0]["key"] not in keys
        assert hall.metrics()["guildhall_calls"] == 1 and hall.metrics()["guildhall_call_members"] == 2
        ann.ask("call.leave")
        renewed = ben.told("m.call.key", lambda told: told["call_id"] == joined[0]["call_id"])
        assert renewed["epoch"] == 2
        go()
        over = cleo.told("m.call", lambda call: call["channel_id"] == channel and call["members"] == [] and call["revision"] > revision)
        revision = over["revision"]
        assert hall.metrics()["guildhall_calls"] == 0 and hall.metrics()["guildhall_call_members"] == 0, f"after the last one {way}"
        calls.add(joined[0]["call_id"])
        keys |= {joined[0]["key"], renewed["key"]}
        secrets |= {each[name] for each in joined for name in ("ice_ufrag", "ice_password")}
    late = callers(people[2].again())
    assert not [call for call in late.everything("m.call") if call["members"]]

    stored = everything_stored(hall.database)
    assert len(stored) > 5
    raw = {base64.urlsafe_b64decode(key + "=") for key in keys}
    kept = keys | secrets | {key.hex() for key in raw} | {base64.b64encode(key).decode().rstrip("=") for key in raw}
    assert not [(table, each) for table, rows in stored.items() for each in kept if each in rows]
    assert not [each for each in kept if each in hall.log()]


def test_revisions_grow(room):
    (ann, ben, cleo), channel, _ = room
    ann.join(channel)
    ben.join(channel)
    ann.ask("call.leave")
    cleo.sees(channel, ben)
    revisions = [call["revision"] for call in cleo.everything("m.call")]
    assert revisions == sorted(set(revisions))


def test_one_call_for_each_person(room, callers):
    (ann, ben, cleo), channel, guild = room
    other = ann.person.make_channel(guild, "lounge", kind="voice")
    ben.person.ask("channel.join", channel_id=other, txn_id=txn())
    first = ben.join(channel)
    ann.join(channel)
    ben.join(other)
    cleo.sees(channel, ann)
    cleo.sees(other, ben)
    assert ben.told("m.call.ended") == {"call_id": first["call_id"], "channel_id": channel, "reason": "moved"}
    assert ann.told("m.call.key")["epoch"] == first["epoch"] + 1

    # On another device: there it goes on, with a ticket of its own; here it ends.
    elsewhere = callers(ben.person.again())
    moved = elsewhere.join(other)
    assert ben.told("m.call.ended", lambda ended: ended["channel_id"] == other)["reason"] == "moved"
    assert member_of(moved["call"], ben)["member_id"] == moved["member_id"]
    with refused("not_found", "call.none"):
        ben.ask("call.alive")
    elsewhere.ask("call.alive")


def test_coming_back_keeps_the_place(room, callers):
    (ann, ben, _), channel, _ = room
    ann.join(channel)
    before = ben.join(channel)
    ben.close()
    back = callers(ben.person)
    after = back.join(channel, call_id=before["call_id"], epoch=before["epoch"], member_id=before["member_id"])
    for same in ("call_id", "epoch", "key", "member_id", "ice_ufrag", "ice_password"):
        assert after[same] == before[same]
    assert ann.everything("m.call.key") == []


def test_who_forgot_who_they_were_is_somebody_new(room, callers):
    """A client that crashed cannot tell any more which packets it has opened: none of them may open again."""
    (ann, ben, _), channel, _ = room
    ann.join(channel)
    before = ben.join(channel)
    ben.close()
    after = callers(ben.person).join(channel)
    assert after["call_id"] == before["call_id"] and after["member_id"] != before["member_id"]
    assert after["epoch"] == before["epoch"] + 1 and after["key"] != before["key"]
    assert ann.told("m.call.key")["key"] == after["key"]


def test_who_gives_no_sign_of_life_is_gone(room):
    (ann, ben, cleo), channel, _ = room
    first = ann.join(channel)
    ben.join(channel)
    began = time.monotonic()
    ben.close()
    while not ann.everything("m.call.key"):
        assert time.monotonic() - began < patience(60)
        ann.ask("call.alive")
        time.sleep(0.2)  # a sign of life five times a second, until the server has said what is awaited
    took = time.monotonic() - began
    assert PATIENCE_S / 2 < took < patience(PATIENCE_S), "it has had time to come back, and no more"
    assert ann.told("m.call.key")["epoch"] == first["epoch"] + 1
    cleo.sees(channel, ann, ben)
    cleo.sees(channel, ann)
    with refused("not_found", "call.none"):
        ben.person.ask("call.alive")


def test_signals_pass_between_members_only(room, callers):
    (ann, ben, cleo), channel, _ = room
    first, second = ann.join(channel), ben.join(channel)
    beside = callers(ben.person.again())
    for number in range(20):
        ann.ask("call.signal", to=ben.user_id, signal={"kind": "candidate", "number": number})
    last = ben.told("m.call.signal", lambda content: content["signal"]["number"] == 19)
    assert last == {"call_id": first["call_id"], "from": ann.user_id, "from_member": first["member_id"], "ice_ufrag": first["ice_ufrag"],
                    "to_member": second["member_id"], "signal": {"kind": "candidate", "number": 19}}
    assert [each["signal"]["number"] for each in ben.everything("m.call.signal")] == list(range(20))
    assert beside.everything("m.call.signal") == [] and cleo.everything("m.call.signal") == []

    with refused("not_found", "call.no_such_member", "to"):
        ann.ask("call.signal", to=cleo.user_id, signal={})
    with refused("not_found", "call.no_such_member", "to"):
        ann.ask("call.signal", to=ann.user_id, signal={})
    with refused("not_found", "call.none"):
        cleo.ask("call.signal", to=ann.user_id, signal={})
    with refused("not_found", "call.none"):
        beside.ask("call.signal", to=ann.user_id, signal={})


def test_nobody_signals_with_the_ticket_of_another(room):
    """What a signal says of itself is passed on as it is; whose ticket it comes with is the server's word."""
    (ann, ben, cleo), channel, _ = room
    first, second, third = ann.join(channel), ben.join(channel), cleo.join(channel)
    forged = {"ice_ufrag": first["ice_ufrag"], "from_member": first["member_id"], "from": ann.user_id}
    for given in (forged, {"from": ann.user_id}, {"ice_ufrag": first["ice_ufrag"]}):
        with refused("invalid", "argument.unknown"):
            cleo.ask("call.signal", to=ben.user_id, signal={}, **given)
    cleo.ask("call.signal", to=ben.user_id, signal=forged)
    told = ben.told("m.call.signal")
    assert told == {"call_id": third["call_id"], "from": cleo.user_id, "from_member": third["member_id"], "ice_ufrag": third["ice_ufrag"],
                    "to_member": second["member_id"], "signal": forged}
    # The password is told to nobody.
    assert third["ice_password"] not in str(ben.everything("m.call.signal")) and third["ice_ufrag"] != first["ice_ufrag"]


def test_four_come_and_go_at_random(crowd, callers):
    """By chance, from one seed: all who are there have the same key, and nobody is told one that came without them."""
    chance = random.Random(20261121)
    people = [crowd.fresh() for _ in range(4)]
    guild = people[0].make_guild("Voices")
    people[0].bring(guild["guild_id"], *people[1:])
    channel = text_channel(guild)
    four = [callers(person) for person in people]
    first = four[0].join(channel)  # and stays, so that it is one call throughout
    members, heard, all_keys, latest = {first["member_id"]}, dict.fromkeys(four, 0), {}, {}
    away = set(four[1:])

    def take(caller, told):
        assert told["call_id"] == first["call_id"]
        assert all_keys.setdefault(told["epoch"], told["key"]) == told["key"], "two keys of one epoch"
        assert told["epoch"] >= latest.get(caller, (0, ""))[0], "an epoch that is over"
        latest[caller] = (told["epoch"], told["key"])

    def listen():
        for caller in four:
            if caller not in away:
                caller.ask("call.alive")  # a busy machine takes longer than the server waits
            news = caller.everything("m.call.key")
            for told in news[heard[caller] :]:
                assert caller not in away, "a key of those whom one had left"
                take(caller, told)
            heard[caller] = len(news)

    def come(caller):
        answer = caller.join(channel)
        assert answer["member_id"] not in members, "nobody has the name of a former stay"
        members.add(answer["member_id"])
        away.remove(caller)
        take(caller, answer)

    take(four[0], first)
    for _ in range(120):
        caller = chance.choice(four[1:])
        listen()
        if caller in away:
            come(caller)
            continue
        if chance.random() < 0.5:
            caller.ask("call.leave")
        else:
            four[0].ask("call.disconnect", channel_id=channel, user_id=caller.user_id)
        away.add(caller)
    listen()
    for caller in list(away):
        come(caller)
    listen()
    assert len({latest[caller] for caller in four}) == 1, "in the end all have the same"
    assert latest[four[0]][0] > 30


def test_mute_and_deafen(room):
    (ann, ben, cleo), channel, _ = room
    ann.join(channel)
    ann.ask("call.set_state", muted=True)
    assert cleo.told("m.call", lambda call: call["members"] and call["members"][0]["muted"])
    ann.ask("call.set_state", deafened=True)
    state = cleo.told("m.call", lambda call: call["members"] and call["members"][0]["deafened"])
    assert state["members"][0]["muted"], "what is not given stays"
    with refused("invalid", "argument.missing"):
        ann.ask("call.set_state")
    with refused("not_found", "call.none"):
        ben.ask("call.set_state", muted=True)


def test_moderators(room):
    (ann, ben, cleo), channel, guild = room
    ben.join(channel)
    with refused("denied", "permission.mute_members"):
        cleo.ask("call.silence", channel_id=channel, user_id=ben.user_id, silenced=True)
    with refused("denied", "permission.move_members"):
        cleo.ask("call.disconnect", channel_id=channel, user_id=ben.user_id)
    role = ann.ask("role.create", guild_id=guild, name="Steward", color=None, permissions=MUTE | MOVE, txn_id=txn())["role_id"]
    ann.ask("member.set_roles", guild_id=guild, user_id=cleo.user_id, roles=[role], txn_id=txn())

    cleo.ask("call.silence", channel_id=channel, user_id=ben.user_id, silenced=True)
    assert ann.told("m.call", lambda call: call["members"] and call["members"][0]["silenced"])
    cleo.join(channel)
    cleo.ask("call.disconnect", channel_id=channel, user_id=ben.user_id)
    assert ben.told("m.call.ended")["reason"] == "disconnected"
    ann.sees(channel, cleo)
    with refused("not_found", "call.none"):
        ben.ask("call.alive")
    back = ben.join(channel)
    assert member_of(back["call"], ben)["silenced"], "it holds for the call"
    cleo.ask("call.silence", channel_id=channel, user_id=ben.user_id, silenced=False)
    assert ann.told("m.call", lambda call: len(call["members"]) == 2 and not call["members"][1]["silenced"] and call["revision"] > back["call"]["revision"])

    # Not above: the owner, and whoever has as much power.
    ann.join(channel)
    for do, more in (("call.silence", {"silenced": True}), ("call.disconnect", {})):
        with refused("denied", "member.power"):
            cleo.ask(do, channel_id=channel, user_id=ann.user_id, **more)
    with refused("not_found", "call.no_such_member", "user_id"):
        ann.ask("call.silence", channel_id=channel, user_id="@nobody-is-this:localhost", silenced=True)


def test_who_is_removed_from_the_guild_is_removed_from_the_call(room):
    (ann, ben, _), channel, guild = room
    first = ann.join(channel)
    ben.join(channel)
    ann.ask("member.kick", guild_id=guild, user_id=ben.user_id, txn_id=txn())
    assert ben.told("m.call.ended") == {"call_id": first["call_id"], "channel_id": channel, "reason": "removed"}
    assert ann.told("m.call.key")["epoch"] == first["epoch"] + 1
    ann.sees(channel, ann)
    assert ben.everything("m.call.key") == []
    with refused("not_found", "channel.unknown"):
        ben.join(channel)


def test_permissions(room):
    (ann, ben, cleo), channel, _ = room
    ben.join(channel)
    ann.ask("channel.set_override", channel_id=channel, target="everyone", allow=0, deny=SPEAK, txn_id=txn())
    assert cleo.told("m.call", lambda call: call["members"] and not call["members"][0]["may_speak"])
    ann.ask("channel.set_override", channel_id=channel, target="everyone", allow=0, deny=CONNECT, txn_id=txn())
    assert ben.told("m.call.ended")["reason"] == "removed"
    with refused("denied", "permission.connect"):
        ben.join(channel)
    ann.join(channel)


def test_where_there_are_no_calls(room):
    (ann, ben, _), channel, guild = room
    category = ann.person.make_channel(guild, "Rooms", kind="category")
    with refused("invalid", "call.category", "channel_id"):
        ann.join(category)
    private = ann.person.make_channel(guild, "secret", private=True)
    with refused("denied", "channel.not_joined", "channel_id"):
        ben.join(private)
    ann.join(channel)
    ben.sees(channel, ann)
    ann.join(private)
    ben.sees(channel)
    assert [call for call in ben.everything("m.call") if call["channel_id"] == private] == []
    with refused("denied", "channel.not_joined"):
        ben.ask("call.disconnect", channel_id=private, user_id=ann.user_id)


@pytest.fixture
def own_hall(postgres, migrated):
    """A daemon of one test's own, made with its settings."""
    opened = []

    def make(env=None, **settings):
        database = Database(postgres, migrated)
        daemon = Daemon(database, settings={"accounts": {"rate-factor": 100000}, **settings}, env=env, start=False)
        daemon.database = database
        opened.append((daemon, database))
        return daemon.start()

    yield make
    for daemon, database in opened:
        daemon.close()
        database.drop()


def test_ice_servers(own_hall, callers):
    secret = "a secret that the TURN server has, too"
    hall = own_hall(calls={"stun": "stun:stun.example.org:3478", "turn": "turn:a.example.org, turns:b.example.org:5349?transport=tcp",
                           "turn-secret": secret, "turn-minutes": 30})
    ann = callers(Person.register(hall.url, "ann"))
    channel = text_channel(ann.person.make_guild())
    stun, turn = ann.join(channel)["ice_servers"]
    assert stun == {"urls": ["stun:stun.example.org:3478"]}
    assert turn["urls"] == ["turn:a.example.org", "turns:b.example.org:5349?transport=tcp"]
    expiry, name = turn["username"].split(":", 1)
    assert name == ann.user_id and 0 <= time.time() + 30 * 60 - int(expiry) < 60 and turn["expires_ts"] == int(expiry) * 1000
    wanted = hmac.new(secret.encode(), turn["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(turn["credential"]) == wanted
    assert secret not in hall.log()


def test_credentials_for_turn_are_renewed(own_hall, callers, tmp_path):
    """A sign of life is answered with others when a third of their time is over, and with nothing before and after."""
    later = tmp_path / "later"

    def minutes_pass(minutes):
        with later.open("r+b" if later.exists() else "wb") as file:
            file.write(struct.pack("=q", minutes * 60))

    minutes_pass(0)
    shim = build_dir() / "tests" / "tools" / "clock-shim.so"
    hall = own_hall(env={"LD_PRELOAD": str(shim), "CLOCK_SHIM_FILE": str(later)},
                    calls={"turn": "turn:a.example.org", "turn-secret": "a secret", "turn-minutes": 30})
    ann = callers(Person.register(hall.url, "ann"))
    (first,) = ann.join(text_channel(ann.person.make_guild()))["ice_servers"]
    assert ann.ask("call.alive") == {}
    minutes_pass(5)
    assert ann.ask("call.alive") == {}
    minutes_pass(11)
    (second,) = ann.ask("call.alive")["ice_servers"]
    assert second["urls"] == first["urls"] and second["credential"] != first["credential"]
    assert second["expires_ts"] - first["expires_ts"] >= 11 * 60 * 1000
    wanted = hmac.new(b"a secret", second["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(second["credential"]) == wanted
    assert ann.ask("call.alive") == {}


def test_a_full_call(own_hall, callers):
    hall = own_hall(calls={"max-members": 2})
    people = [Person.register(hall.url, name) for name in ("ann", "ben", "cleo")]
    guild = people[0].make_guild()
    people[0].bring(guild["guild_id"], *people[1:])
    channel = text_channel(guild)
    ann, ben, cleo = (callers(person) for person in people)
    ann.join(channel)
    ben.join(channel)
    with refused("conflict", "call.full", "channel_id"):
        cleo.join(channel)
    ann.join(channel)  # who is in it is in it
    ann.ask("call.leave")
    cleo.join(channel)


def test_a_call_outlives_the_server(own_hall, callers):
    """Media goes on while the daemon is away; whoever comes back stays who they were, under a new key."""
    hall = own_hall()
    people = [Person.register(hall.url, name) for name in ("ann", "ben", "cleo")]
    guild = people[0].make_guild()
    people[0].bring(guild["guild_id"], *people[1:])
    channel = text_channel(guild)
    ann, ben = callers(people[0]), callers(people[1])
    first, second = ann.join(channel), ben.join(channel)
    hall.kill()
    hall.start()

    for person in people:
        person.url = hall.url
    ann, ben, cleo = (callers(person) for person in people)
    resumed = ann.join(channel, **{name: first[name] for name in ("call_id", "epoch", "member_id")})
    assert resumed["call_id"] == first["call_id"] and resumed["member_id"] == first["member_id"]
    assert resumed["epoch"] == first["epoch"] + 1 and resumed["key"] != first["key"]
    # Nobody takes the place of somebody else.
    false = cleo.join(channel, call_id=first["call_id"], epoch=first["epoch"], member_id=first["member_id"])
    assert false["member_id"] != first["member_id"]
    joined = ben.join(channel, **{name: second[name] for name in ("call_id", "epoch", "member_id")})
    assert joined["member_id"] == second["member_id"] and joined["key"] == resumed["key"]
    log = hall.log()
    assert not any(secret in log for each in (first, resumed) for secret in (each["key"], each["ice_password"]))


def test_epochs_only_grow_whoever_comes_back_first(own_hall, callers):
    """A key that only some had heard of when the server went away is not followed by another of the same number."""
    hall = own_hall()
    people = [Person.register(hall.url, name) for name in ("ann", "ben", "cleo")]
    guild = people[0].make_guild()
    people[0].bring(guild["guild_id"], *people[1:])
    channel = text_channel(guild)
    ann, ben, cleo = (callers(person) for person in people)
    first, second = ann.join(channel), ben.join(channel)
    cleo.join(channel)
    cleo.ask("call.leave")
    assert ann.told("m.call.key")["epoch"] == first["epoch"] + 1
    hall.kill()
    hall.start()

    for person in people:
        person.url = hall.url
    ann, ben = callers(people[0]), callers(people[1])
    # Ben had not heard of the renewal.
    his = ben.join(channel, **{name: second[name] for name in ("call_id", "epoch", "member_id")})
    assert his["epoch"] == first["epoch"] + 1
    hers = ann.join(channel, call_id=first["call_id"], epoch=first["epoch"] + 1, member_id=first["member_id"])
    assert hers["epoch"] == first["epoch"] + 2
    renewed = ben.told("m.call.key")
    assert (renewed["epoch"], renewed["key"]) == (hers["epoch"], hers["key"]) and hers["key"] != his["key"]


@pytest.fixture
def forgotten(own_hall, callers):
    """A call of three that the server has forgotten, and them again: ann, ben, cleo, its channel, and what each had before."""
    hall = own_hall()
    people = [Person.register(hall.url, name) for name in ("ann", "ben", "cleo")]
    guild = people[0].make_guild()
    people[0].bring(guild["guild_id"], *people[1:])
    channel = text_channel(guild)
    before = [callers(person).join(channel) for person in people]
    hall.kill()
    hall.start()
    for person in people:
        person.url = hall.url
    return [callers(person) for person in people], channel, before


def comes_back(caller, channel, before, epoch):
    return caller.join(channel, call_id=before["call_id"], member_id=before["member_id"], epoch=epoch)


@pytest.mark.parametrize("lie", [0, 1, 4000, 2_000_000])
def test_a_lie_about_the_epoch_keeps_nobody_out(forgotten, lie):
    """Who comes back first and names another epoch than the call had does not keep the others from the key."""
    (ann, ben, cleo), channel, (hers, his, theirs) = forgotten
    false = comes_back(cleo, channel, theirs, lie)
    assert false["call_id"] == theirs["call_id"] and false["epoch"] == lie + 1
    honest = comes_back(ann, channel, hers, 5000)
    assert honest["epoch"] > 5000 and honest["epoch"] & 0xFF != 5000 & 0xFF
    other = comes_back(ben, channel, his, 5000)
    assert (other["epoch"], other["key"]) == (honest["epoch"], honest["key"])
    if lie < 5000:
        renewed = cleo.told("m.call.key")
        assert (renewed["epoch"], renewed["key"]) == (honest["epoch"], honest["key"])


def test_epochs_of_those_who_came_back_are_told_apart(forgotten):
    """A packet has the last byte of its epoch's number: none of those that follow has that of the one still sealed with."""
    (ann, ben, cleo), channel, (hers, his, theirs) = forgotten
    assert comes_back(cleo, channel, theirs, 5254)["epoch"] == 5255
    assert comes_back(ann, channel, hers, 5000)["epoch"] == 5255
    cleo.ask("call.leave")
    assert ann.told("m.call.key")["epoch"] == 5257, "5256 cannot be told from 5000"
    # Nor does somebody get one that is like theirs already.
    assert comes_back(ben, channel, his, 5257 - 256)["epoch"] == 5258
    assert ann.told("m.call.key", lambda key: key["epoch"] > 5257)["epoch"] == 5258


def test_made_up_names(room):
    """Nobody chooses what a call or a stay is called, nor runs an epoch's number out."""
    (ann, ben, _), channel, _ = room
    first = ann.join(channel, call_id="<b>x</b>", epoch=2**31 - 1, member_id="x" * 64)
    assert first["call_id"][0] != "<" and first["member_id"] != "x" * 64 and first["epoch"] == 1
    second = ben.join(channel, call_id=first["call_id"], epoch=2**32 - 1, member_id="0OIl")
    assert second["epoch"] == 1 and second["member_id"] != "0OIl"
    # A server that knows the call from its beginning believes nobody that there were others.
    ben.ask("call.leave")
    assert ann.told("m.call.key")["epoch"] == 2
    assert ben.join(channel, call_id=first["call_id"], epoch=900)["epoch"] == 2
    with refused("invalid", "argument.range", "epoch"):
        ben.join(channel, epoch=2**32)


def test_nobody_goes_on_with_an_epoch_that_no_call_has(own_hall, callers):
    """Whoever comes back first to a server that forgot everything leaves room for the others' epochs."""
    hall = own_hall()
    ann = Person.register(hall.url, "ann")
    channel = text_channel(ann.make_guild())
    first = callers(ann).join(channel)
    hall.kill()
    hall.start()
    ann.url = hall.url
    again = callers(ann).join(channel, call_id=first["call_id"], epoch=2**32 - 1, member_id=first["member_id"])
    assert again["epoch"] == 1 and again["call_id"] != first["call_id"]


def test_a_revoked_device_is_out_at_once(room, callers):
    (ann, ben, cleo), channel, _ = room
    cleo.join(channel)
    ben.join(channel)
    first = ann.join(channel)
    other = callers(ben.person.again())
    other.ask("session.revoke", device_id=ben.person.device_id)
    assert ann.told("m.call.key")["epoch"] == first["epoch"] + 1
    # Nobody waited for a sign of life: who has given none for longer was still there.
    ann.told("m.call", lambda call: [each["user_id"] for each in call["members"]] == [cleo.user_id, ann.user_id])


@pytest.mark.parametrize("end", ["signed out", "signed out elsewhere", "password changed", "token used twice"])
def test_a_revoked_device_without_a_connection_is_out_at_once(room, end):
    (ann, ben, _), channel, _ = room
    first = ann.join(channel)
    phone = ben.person.again()
    phone.ask("call.join", channel_id=channel)
    ann.sees(channel, ann, phone)
    ann.ask("call.alive")
    assert ann.everything("m.call.key") == []
    if end == "signed out":
        phone.ask("session.logout")
    elif end == "signed out elsewhere":
        ben.person.ask("session.revoke", device_id=phone.device_id)
    elif end == "password changed":
        ben.person.ask("account.set_password", password=PASSWORD, new_password=PASSWORD + ", another one")
    else:
        pair = phone.ask("session.refresh", refresh_token=phone.tokens["refresh_token"])
        phone.ask("guild.list", token=pair["access_token"])
        with refused("unauthenticated", "session.reused"):
            phone.ask("session.refresh", refresh_token=phone.tokens["refresh_token"])
    ann.ask("call.alive")
    # It was answered, so it is done: nobody waited for the phone's silence.
    (renewed,) = ann.everything("m.call.key")
    assert renewed["epoch"] == first["epoch"] + 1 and renewed["key"] != first["key"]
    ann.sees(channel, ann)


def test_who_changes_the_password_stays_in_the_call(room):
    (ann, ben, _), channel, _ = room
    ben.person.again()
    ann.join(channel)
    ben.join(channel)
    ann.ask("call.alive")
    ben.ask("account.set_password", password=PASSWORD, new_password=PASSWORD + ", another one")
    ben.ask("call.alive")
    ann.ask("call.alive")
    ann.sees(channel, ann, ben)
    assert ann.everything("m.call.key") == []


def test_metrics(room, hall):
    (ann, ben, _), channel, _ = room
    ann.join(channel)
    ben.join(channel)
    metrics = hall.metrics()
    assert metrics["guildhall_call_members"] >= 2 and metrics["guildhall_calls"] >= 1


COUNTERS = ("sealed", "opened", "unsealed", "malformed", "unknown_epoch", "reflected", "replayed", "tampered", "exhausted")


def packets(hall):
    metrics = hall.metrics()
    return {name: metrics[f'guildhall_call_packets_total{{result="{name}"}}'] for name in COUNTERS}


def test_counters(room, hall):
    """What devices say of their packets is summed up, within bounds; what is no count is refused whole."""
    (ann, ben, _), channel, _ = room
    with refused("not_found", "call.none"):
        ann.ask("call.alive", counters={"sealed": 1})
    ann.join(channel)
    ben.join(channel)
    before = packets(hall)
    for reason, counters in (
        ("argument.range", {"sealed": -1}), ("argument.range", {"opened": 5, "tampered": 1_000_001}),
        ("argument.type", {"replayed": "7"}), ("argument.type", {"reflected": None}), ("argument.type", {"malformed": [1]}),
        ("argument.unknown", {"sealed": 1, "forged": 1}),
    ):
        with refused("invalid", reason, "counters"):
            ann.ask("call.alive", counters=counters)
    for wrong in (7, [], "x", None):
        with refused("invalid", "argument.type", "counters"):
            ann.ask("call.alive", counters=wrong)
    assert packets(hall) == before

    counts = {name: number + 1 for number, name in enumerate(COUNTERS)}
    ann.ask("call.alive", counters=counts)
    ann.ask("call.alive", counters={"sealed": 1_000_000})  # within the same second
    ben.ask("call.alive", counters={"sealed": 1_000_000})
    ben.ask("call.alive", counters={})
    after = packets(hall)
    assert {name: after[name] - before[name] for name in COUNTERS} == {**counts, "sealed": counts["sealed"] + 1_000_000}


def test_who_was_taken_out_does_not_slip_back(room, callers):
    """What was done while a device had no connection is not undone by its coming back; a person may join anew."""
    (ann, ben, _), channel, _ = room
    ann.join(channel)
    first = ben.join(channel)
    ben.close()
    ann.ask("call.disconnect", channel_id=channel, user_id=ben.user_id)
    back = callers(ben.person)
    mine = {name: first[name] for name in ("call_id", "epoch", "member_id")}
    with refused("conflict", "call.disconnected", "member_id"):
        back.join(channel, **mine)
    ann.sees(channel, ann)
    second = back.join(channel)
    assert second["member_id"] != first["member_id"]

    back.close()
    elsewhere = callers(ben.person.again())
    elsewhere.join(channel)
    back = callers(ben.person)
    with refused("conflict", "call.moved", "member_id"):
        back.join(channel, **{name: second[name] for name in mine})
    elsewhere.ask("call.leave")
    with refused("conflict", "call.moved", "member_id"):
        back.join(channel, **{name: second[name] for name in mine})


def test_a_deleted_channel_ends_its_call(room):
    (ann, ben, _), channel, _ = room
    ann.join(channel)
    ben.join(channel)
    ann.ask("channel.delete", channel_id=channel, txn_id=txn())
    for caller in (ann, ben):
        assert caller.told("m.call.ended")["reason"] == "deleted"
    with refused("not_found", "call.none"):
        ben.ask("call.alive")
