# SPDX-License-Identifier: GPL-3.0-or-later
"""Guilds that nobody needs go out of memory, and nobody notices."""

import concurrent.futures
import itertools

import pytest

from fixture.process import wait_until
from people import Person, refused, text_channel, txn


@pytest.fixture
def daemon(make_daemon, database):
    return make_daemon(database, settings={"accounts": {"rate-factor": 100000}, "limits": {"idle-guild-seconds": 1}})


def sweeps(daemon):
    """What the log says of each time that guilds went."""
    return [record for record in daemon.log_records() if record.get("message", "").startswith("Out of memory") and record["guilds"] > 0]


def evictions(daemon):
    """How many guilds have gone so far."""
    return sum(record["guilds"] for record in sweeps(daemon))


def wait_evicted(daemon, before=0):
    """Waits until more than BEFORE have gone, and returns how many. A second is short: they may have gone already."""
    wait_until(lambda: evictions(daemon) > before, "an idle guild to go out of memory", 30)
    return evictions(daemon)


def wait_all_gone(daemon, person, guild_id):
    """Waits until none is left, this one, which is there now, among them."""
    before = len(sweeps(daemon))
    person.ask("guild.get", guild_id=guild_id)
    wait_until(lambda: len(found := sweeps(daemon)) > before and found[-1]["guilds_left"] == 0, "all guilds to go out of memory", 60)


class OldHall:
    """A guild of Ada's with something of everything, where Bob is a scribe and Cleo is banned."""

    def __init__(self, ada, bob, cleo):
        self.guild_id = (guild := ada.make_guild("Old Hall"))["guild_id"]
        self.channel = text_channel(guild)
        ada.bring(self.guild_id, bob, cleo)
        role = ada.ask("role.create", guild_id=self.guild_id, name="Scribes", permissions=0b1000011, txn_id=txn())["role_id"]
        ada.ask("member.set_roles", guild_id=self.guild_id, user_id=bob.user_id, roles=[role], txn_id=txn())
        self.category = ada.make_channel(self.guild_id, "Rooms", kind="category")
        self.private = ada.make_channel(self.guild_id, "secret", private=True, parent=self.category, topic="Nobody knows")
        ada.ask("channel.set_override", channel_id=self.channel, target=role, allow=0, deny=2, txn_id=txn())
        ada.ask("member.ban", guild_id=self.guild_id, user_id=cleo.user_id, reason="Noise", txn_id=txn())
        ada.say(self.private, "kept")
        ada.say(self.channel, "heard")
        self.code = ada.invite(self.guild_id)


def test_nothing_changes(daemon):
    ada, bob, cleo, stranger = (Person.register(daemon.url, name) for name in ("ada", "bob", "cleo", "stranger"))

    # Each way to reach one first: by a channel, a category, an invitation, the guild, other people, the list.
    ways = (
        lambda hall: ada.say(hall.channel, "back"),
        lambda hall: ada.ask("channel.edit", channel_id=hall.category, name="Chambers", txn_id=txn()),
        lambda hall: ada.ask("invite.preview", code=hall.code),
        lambda hall: stranger.ask("invite.accept", code=hall.code),
        lambda hall: ada.ask("typing.set", channel_id=hall.channel, typing=True),
        lambda hall: ada.ask("guild.get", guild_id=hall.guild_id),
    )
    # And each refusal is what it was.
    refusals = (
        (("denied",), lambda hall: bob.say(hall.channel, "denied by an override")),
        (("denied", "channel.not_joined"), lambda hall: bob.history(hall.private)),
        (("not_found", "guild.unknown"), lambda hall: cleo.ask("guild.get", guild_id=hall.guild_id)),
        (("denied",), lambda hall: cleo.ask("invite.accept", code=hall.code)),
    )
    halls = iter([OldHall(ada, bob, cleo) for _ in range(1 + len(ways) + len(refusals))])
    seen = next(halls)

    def views():
        """What everybody sees of it, without what only counts up."""
        guilds = [person.ask("guild.get", guild_id=seen.guild_id) for person in (ada, bob)]
        members = [ada.ask("member.list", guild_id=seen.guild_id), ada.ask("channel.members", channel_id=seen.private)]
        return [*guilds, *members, ada.bodies(seen.private)]

    before = views()
    wait_all_gone(daemon, ada, seen.guild_id)
    assert views() == before
    for way in ways:
        way(next(halls))
    for words, refusal in refusals:
        with refused(*words):
            refusal(next(halls))

    for way in (lambda: bob.ask("profile.get", user_id=ada.user_id), lambda: ada.ask("guild.list")["guilds"]):
        wait_all_gone(daemon, ada, seen.guild_id)
        way()


def test_whoever_listens_keeps_it(daemon):
    ada, bob = Person.register(daemon.url, "ada"), Person.register(daemon.url, "bob")
    with ada.gateway() as gateway:
        kept, other = ada.make_guild("Kept"), bob.make_guild("Other")
        ada.bring(kept["guild_id"], bob)
        wait_evicted(daemon)  # only the other one can go
        bob.say(text_channel(kept), "still here?")
        gateway.wait_message("still here?")
        assert evictions(daemon) == 1
        assert bob.bodies(text_channel(other)) == []


def test_a_deleted_guild_goes_too(daemon):
    ada = Person.register(daemon.url, "ada")
    guild = ada.make_guild("Gone")
    ada.ask("guild.delete", guild_id=guild["guild_id"], name="Gone")
    wait_evicted(daemon)
    assert ada.ask("guild.list")["guilds"] == []
    with refused("not_found", "guild.unknown"):
        ada.ask("guild.get", guild_id=guild["guild_id"])
    with refused("not_found", "channel.unknown"):
        ada.say(text_channel(guild), "too late")


def test_nothing_is_lost_at_the_edge(daemon):
    """Written to by many at once, again and again just after it went: a listener that comes at the same time misses nothing."""
    people = [Person.register(daemon.url, f"person{number}") for number in range(4)]
    guild = people[0].make_guild()
    channel = text_channel(guild)
    people[0].bring(guild["guild_id"], *people[1:])
    said, numbers, n_gone = [], itertools.count(1), 0
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        for _ in range(4):
            n_gone = wait_evicted(daemon, n_gone)
            bodies = [f"word {next(numbers)}" for _ in people]
            coming = pool.submit(people[0].gateway)
            list(pool.map(lambda pair: pair[0].say(channel, pair[1]), zip(people, bodies)))
            said += bodies
            with coming.result() as gateway:
                gateway.settle()
                heard = {event["content"].get("body") for event in gateway.events()}
                page = people[1].ask("events.after", after=0, limit=500)["events"]
                late = {event["content"].get("body") for event in page if event["position"] > gateway.position}
                assert late <= heard
    assert sorted(people[0].bodies(channel)) == sorted(said)
    assert daemon.command("check").returncode == 0
