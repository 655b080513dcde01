# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is removed hears nothing that was committed after it, whatever the others say meanwhile."""

import pytest

from people import Person, text_channel, txn
from talkers import Follower, Talkers, check_clean, check_nothing_lost

VIEW = 1


class Hall:
    """A guild in which four people talk without a pause, and one listens to the end."""

    def __init__(self, url):
        self.url = url
        self.owner = Person.register(url, "hostess")
        people = [Person.register(url, f"talker{number}x") for number in range(4)]
        guild = self.owner.make_guild("Crowded")
        self.guild_id = guild["guild_id"]
        self.channel = text_channel(guild)
        self.owner.bring(self.guild_id, *people)
        self.follower = Follower(self.owner)
        self.before = 0
        self.talkers = Talkers(people, self.channel)

    def guest(self, name):
        """Somebody who came, and listens."""
        guest = Person.register(self.url, name)
        guest.ask("invite.accept", code=self.owner.invite(self.guild_id))
        return guest, guest.gateway()

    # Each of these takes the channel away from somebody, and returns the position at which that was committed.

    def kick(self, guest):
        self.owner.ask("member.kick", guild_id=self.guild_id, user_id=guest.user_id, txn_id=txn())
        return self.left_at(guest, self.channel)

    def ban(self, guest):
        self.owner.ask("member.ban", guild_id=self.guild_id, user_id=guest.user_id, txn_id=txn())
        return self.left_at(guest, self.channel)

    def leave_guild(self, guest):
        guest.ask("guild.leave", guild_id=self.guild_id, txn_id=txn())
        return self.left_at(guest, self.channel)

    def leave_channel(self, guest):
        return guest.ask("channel.leave", channel_id=self.channel, txn_id=txn())["position"]

    def override(self, guest):
        return self.owner.ask("channel.set_override", channel_id=self.channel, target=guest.user_id, allow=0, deny=VIEW, txn_id=txn())["position"]

    def role(self, guest):
        """A role that may not look is given."""
        blind = self.owner.ask("role.create", guild_id=self.guild_id, name="Blind", permissions=0, txn_id=txn())["role_id"]
        self.owner.ask("channel.set_override", channel_id=self.channel, target=blind, allow=0, deny=VIEW, txn_id=txn())
        return self.owner.ask("member.set_roles", guild_id=self.guild_id, user_id=guest.user_id, roles=[blind], txn_id=txn())["position"]

    def left_at(self, guest, room):
        """Where the log says that they left."""
        after = self.before
        while True:
            page = self.owner.ask("events.after", after=after, limit=500)
            for event in page["events"]:
                if event["room_id"] == room and event["type"] == "m.room.member" and event["state_key"] == guest.user_id:
                    if event["content"]["membership"] != "join":
                        return event["position"]
            assert page["more"], f"{guest.user_id} never left"
            after = page["position"]


def messages_heard(gateway, channel):
    return [event["position"] for event in gateway.events() if event["room_id"] == channel and event["type"] == "m.room.message"]


@pytest.fixture
def hall(make_daemon, database):
    daemon = make_daemon(database, settings={"accounts": {"rate-factor": 100000}})
    own = Hall(daemon.url)
    own.daemon = daemon
    yield own
    own.talkers.stop.set()


def test_nothing_is_heard_after_a_removal(hall):
    ways = [hall.kick, hall.ban, hall.leave_guild, hall.leave_channel, hall.override, hall.role] * 3
    for number, way in enumerate(ways):
        guest, gateway = hall.guest(f"guest{number}x")
        before = hall.talkers.count()
        while len(messages_heard(gateway, hall.channel)) < 5:
            gateway.read()
        hall.before = gateway.position
        gone_at = way(guest)
        hall.talkers.wait_for_more(20)
        # The answer comes behind all that was published before it was asked for.
        gateway.settle()
        heard = messages_heard(gateway, hall.channel)
        assert heard == sorted(set(heard))
        assert max(heard) < gone_at, f"{way.__name__}: heard {max(heard)}, was gone at {gone_at}"
        said = [answer["position"] for answer in list(hall.talkers.acknowledged.values())[before:]]
        assert any(position > gone_at for position in said), "nobody said anything afterwards"
        # And what was said before it, they heard.
        assert set(heard) >= {position for position in said if gateway.position < position < gone_at}
        gateway.close()

    hall.talkers.finish()
    events = check_nothing_lost(hall.talkers, hall.owner)
    heard = [event["event_id"] for event in hall.follower.finish(events[-1]["position"]) if event["type"] == "m.room.message"]
    assert heard == [event["event_id"] for event in events], "somebody who stayed missed something"
    check_clean(hall.daemon)
