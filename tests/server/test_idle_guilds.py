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


def evictions(daemon):
    """How many guilds have gone so far, as the log says."""
    return sum(record.get("guilds", 0) for record in daemon.log_records() if record.get("message", "").startswith("Out of memory"))


def wait_evicted(daemon, n):
    """Waits until N more have gone."""
    before = evictions(daemon)
    wait_until(lambda: evictions(daemon) >= before + n, f"{n} idle guilds to go out of memory", 30)


def test_nothing_changes(daemon):
    ada, bob, cleo, stranger = (Person.register(daemon.url, name) for name in ("ada", "bob", "cleo", "stranger"))
    guild_id = (guild := ada.make_guild("Old Hall"))["guild_id"]
    channel = text_channel(guild)
    ada.bring(guild_id, bob, cleo)
    role = ada.ask("role.create", guild_id=guild_id, name="Scribes", permissions=0b1000011, txn_id=txn())["role_id"]
    ada.ask("member.set_roles", guild_id=guild_id, user_id=bob.user_id, roles=[role], txn_id=txn())
    category = ada.make_channel(guild_id, "Rooms", kind="category")
    private = ada.make_channel(guild_id, "secret", private=True, parent=category, topic="Nobody knows")
    ada.ask("channel.set_override", channel_id=channel, target=role, allow=0, deny=2, txn_id=txn())
    ada.ask("member.ban", guild_id=guild_id, user_id=cleo.user_id, reason="Noise", txn_id=txn())
    ada.say(private, "kept")
    ada.say(channel, "heard")
    code = ada.invite(guild_id)

    def views():
        """What everybody sees of it, without what only counts up."""
        seen = [person.ask("guild.get", guild_id=guild_id) for person in (ada, bob)]
        seen += [ada.ask("member.list", guild_id=guild_id), ada.ask("channel.members", channel_id=private), ada.bodies(private)]
        return seen

    before = views()
    wait_evicted(daemon, 1)
    assert views() == before

    # Each way to reach it first: by the guild, a channel, a category, an invitation, the list.
    ways = (
        lambda: ada.ask("guild.list")["guilds"],
        lambda: ada.say(channel, "back"),
        lambda: ada.ask("channel.edit", channel_id=category, name="Chambers", txn_id=txn()),
        lambda: ada.ask("invite.preview", code=code),
        lambda: stranger.ask("invite.accept", code=code),
        lambda: ada.ask("typing.set", channel_id=channel, typing=True),
        lambda: bob.ask("profile.get", user_id=ada.user_id),
    )
    for way in ways:
        wait_evicted(daemon, 1)
        way()

    # And each refusal is what it was.
    wait_evicted(daemon, 1)
    with refused("denied"):
        bob.say(channel, "denied by an override")
    wait_evicted(daemon, 1)
    with refused("denied", "channel.not_joined"):
        bob.history(private)
    wait_evicted(daemon, 1)
    with refused("not_found", "guild.unknown"):
        cleo.ask("guild.get", guild_id=guild_id)
    wait_evicted(daemon, 1)
    with refused("denied"):
        cleo.ask("invite.accept", code=code)


def test_whoever_listens_keeps_it(daemon):
    ada, bob = Person.register(daemon.url, "ada"), Person.register(daemon.url, "bob")
    kept, other = ada.make_guild("Kept"), bob.make_guild("Other")
    ada.bring(kept["guild_id"], bob)
    with ada.gateway() as gateway:
        wait_evicted(daemon, 1)  # only the other one can go
        bob.say(text_channel(kept), "still here?")
        gateway.wait_message("still here?")
        assert bob.bodies(text_channel(other)) == []
    assert evictions(daemon) == 1


def test_a_deleted_guild_goes_too(daemon):
    ada = Person.register(daemon.url, "ada")
    guild = ada.make_guild("Gone")
    ada.ask("guild.delete", guild_id=guild["guild_id"], name="Gone")
    wait_evicted(daemon, 1)
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
    said, numbers = [], itertools.count(1)
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        for _ in range(4):
            wait_evicted(daemon, 1)
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
