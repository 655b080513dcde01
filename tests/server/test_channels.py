# SPDX-License-Identifier: GPL-3.0-or-later
"""Channels, and who may know what of the private ones."""

import pytest

from people import channel_of, lasting, refused, text_channel, txn

VIEW, SEND, CONNECT, KICK, CHANNELS, ROLES, ADMINISTRATOR = (1 << bit for bit in (0, 1, 6, 10, 12, 13, 15))


class House:
    """A guild with an owner, an administrator, and two plain members; a private channel of the latter two."""

    def __init__(self, crowd):
        self.owner, self.admin, self.paul, self.petra, self.stranger = (
            crowd[name] for name in ("olga", "ada", "paul", "petra", "stranger")
        )
        self.guild_id = self.owner.make_guild("House")["guild_id"]
        self.owner.bring(self.guild_id, self.admin, self.paul, self.petra)
        admins = self.role("Admins", ADMINISTRATOR, 8)
        makers = self.role("Makers", CHANNELS, 2)
        self.give(self.admin, admins)
        self.give(self.paul, makers)
        self.secret = self.paul.make_channel(self.guild_id, "secret", private=True, topic="what nobody knows")
        self.paul.ask("channel.invite", channel_id=self.secret, user_id=self.petra.user_id, txn_id=txn())
        self.petra.ask("channel.join", channel_id=self.secret, txn_id=txn())

    def role(self, name, permissions, order):
        return self.owner.ask("role.create", guild_id=self.guild_id, name=name, permissions=permissions, order=order, txn_id=txn())["role_id"]

    def give(self, person, *roles):
        self.owner.ask("member.set_roles", guild_id=self.guild_id, user_id=person.user_id, roles=list(roles), txn_id=txn())

    def see(self, person):
        return person.ask("guild.get", guild_id=self.guild_id)


@pytest.fixture
def house(crowd):
    return House(crowd)


def test_create_and_edit(house):
    category = house.paul.make_channel(house.guild_id, "Projects", kind="category")
    voice = house.paul.make_channel(house.guild_id, "Workshop", kind="voice", parent=category)
    text = house.paul.make_channel(house.guild_id, "plans", topic="Our plans", parent=category)
    seen = channel_of(house.see(house.paul), text)
    assert (seen["kind"], seen["name"], seen["topic"], seen["parent"], seen["membership"]) == ("text", "plans", "Our plans", category, "join")
    assert channel_of(house.see(house.petra), voice)["kind"] == "voice"
    # Somebody who has not joined sees it, without its topic.
    assert "topic" not in channel_of(house.see(house.petra), text) and "membership" not in channel_of(house.see(house.petra), text)
    house.paul.ask("channel.edit", channel_id=text, name="Plans & plots", topic="New", parent=None, txn_id=txn())
    seen = channel_of(house.see(house.paul), text)
    assert (seen["name"], seen["topic"], seen.get("parent")) == ("Plans & plots", "New", None)
    house.paul.ask("channel.edit", channel_id=category, name="Works", txn_id=txn())
    assert channel_of(house.see(house.petra), category)["name"] == "Works"
    house.paul.ask("channel.delete", channel_id=category, txn_id=txn())
    assert channel_of(house.see(house.petra), category) is None
    assert "parent" not in channel_of(house.see(house.petra), voice)


def test_who_makes_channels(house):
    with refused("denied", "permission.manage_channels"):
        house.petra.make_channel(house.guild_id)
    with refused("not_found", "guild.unknown"):
        house.stranger.make_channel(house.guild_id)
    general = text_channel(house.see(house.owner))
    for do, more in (("channel.edit", {"name": "x"}), ("channel.delete", {})):
        with refused("denied", "permission.manage_channels"):
            house.petra.ask(do, channel_id=general, txn_id=txn(), **more)
        with refused("not_found", "channel.unknown"):
            house.stranger.ask(do, channel_id=general, txn_id=txn(), **more)


def test_nonsense(house):
    text = house.paul.make_channel(house.guild_id, "one")
    category = house.paul.make_channel(house.guild_id, "two", kind="category")
    make = dict(guild_id=house.guild_id, name="x", txn_id=txn())
    with refused("invalid", "channel.category"):
        house.paul.ask("channel.create", **make, kind="category", private=True)
    with refused("invalid", "channel.category"):
        house.paul.ask("channel.create", **make, kind="category", topic="x")
    with refused("invalid", "channel.nesting", "parent"):
        house.paul.ask("channel.create", **make, kind="category", parent=category)
    with refused("invalid", "argument.id", "parent"):
        house.paul.ask("channel.create", **make, kind="text", parent=text)
    with refused("not_found", "category.unknown", "parent"):
        house.paul.ask("channel.create", **make, kind="text", parent="c_5TPdaPd5hNm4KGTY1tPcfn")
    with refused("invalid", "channel.nesting"):
        house.paul.ask("channel.edit", channel_id=category, parent=category, txn_id=txn())
    with refused("invalid", "channel.category"):
        house.paul.ask("channel.edit", channel_id=category, topic="x", txn_id=txn())
    with refused("invalid", "argument.missing"):
        house.paul.ask("channel.edit", channel_id=text, txn_id=txn())
    for do, more in (("channel.join", {}), ("channel.leave", {}), ("channel.invite", {"user_id": house.petra.user_id})):
        with refused("invalid", "channel.category"):
            house.paul.ask(do, channel_id=category, txn_id=txn(), **more)
    with refused("invalid", "channel.category"):
        house.paul.ask("channel.members", channel_id=category)
    for do, more in (("message.send", {"txn_id": txn(), "content": {"msgtype": "m.text", "body": "x"}}), ("message.history", {})):
        with refused("denied", "channel.not_joined"):
            house.paul.ask(do, channel_id=category, **more)


def test_reorder(house):
    first = house.paul.make_channel(house.guild_id, "first")
    second = house.paul.make_channel(house.guild_id, "second")
    category = house.paul.make_channel(house.guild_id, "Heading", kind="category")
    answer = house.paul.ask(
        "channel.reorder", guild_id=house.guild_id, txn_id=txn(),
        channels=[{"id": category, "order": 0}, {"id": second, "order": 1, "parent": category}, {"id": first, "order": 2}],
    )
    names = [channel["name"] for channel in house.see(house.petra)["channels"] if channel["channel_id"] in (first, second, category)]
    assert names == ["Heading", "second", "first"]
    assert channel_of(house.see(house.petra), second)["parent"] == category
    assert house.see(house.petra)["position"] >= answer["position"]
    again = house.paul.ask("channel.reorder", guild_id=house.guild_id, txn_id=txn(), channels=[{"id": first, "order": 2}])
    assert again["position"] > answer["position"]
    for channels, code, reason in (
        ([{"id": first, "order": 0}, {"id": first, "order": 1}], "invalid", "channel.twice"),
        ([{"id": "!5TPdaPd5hNm4KGTY1tPcfn:localhost", "order": 0}], "not_found", "channel.unknown"),
        ([{"id": first, "order": 0, "parent": "c_5TPdaPd5hNm4KGTY1tPcfn"}], "not_found", "category.unknown"),
        ([{"id": first}], "invalid", "argument.missing"),
        ([{"id": first, "order": -1}], "invalid", "argument.range"),
        ([{"id": first, "order": 1, "name": "x"}], "invalid", "argument.unknown"),
        ([], "invalid", "argument.range"),
        (["x"], "invalid", "argument.type"),
    ):
        with refused(code, reason, "channels"):
            house.paul.ask("channel.reorder", guild_id=house.guild_id, txn_id=txn(), channels=channels)
    with refused("denied", "permission.manage_channels"):
        house.petra.ask("channel.reorder", guild_id=house.guild_id, txn_id=txn(), channels=[{"id": first, "order": 0}])


def test_join_and_leave_a_public_channel(house):
    channel = house.paul.make_channel(house.guild_id, "open")
    with refused("denied", "channel.not_joined"):
        house.petra.say(channel, "hello")
    with refused("denied", "channel.not_joined"):
        house.petra.history(channel)
    name = txn()
    first = house.petra.ask("channel.join", channel_id=channel, txn_id=name)
    assert lasting(house.petra.ask("channel.join", channel_id=channel, txn_id=name)) == lasting(first)
    assert lasting(house.petra.ask("channel.join", channel_id=channel, txn_id=txn())) == lasting(first)
    house.petra.say(channel, "hello")
    members = house.owner.ask("channel.members", channel_id=channel)["members"]
    assert {member["user_id"] for member in members} == {house.paul.user_id, house.petra.user_id}
    house.petra.ask("channel.leave", channel_id=channel, txn_id=txn())
    with refused("denied", "channel.not_joined"):
        house.petra.say(channel, "hello")
    with refused("conflict", "channel.not_joined"):
        house.admin.ask("channel.leave", channel_id=channel, txn_id=txn())
    with refused("not_found", "channel.unknown"):
        house.stranger.ask("channel.join", channel_id=channel, txn_id=txn())


def test_everybody_sees_that_a_private_channel_exists(house):
    for person in (house.owner, house.admin, house.petra):
        seen = channel_of(house.see(person), house.secret)
        assert (seen["name"], seen["private"]) == ("secret", True)


@pytest.mark.parametrize("who", ["owner", "admin"])
def test_nobody_looks_inside(house, who):
    """Neither the owner nor an administrator: not its topic, its members, its history, its events."""
    house.paul.say(house.secret, "between us")
    outsider = getattr(house, who)
    seen = channel_of(house.see(outsider), house.secret)
    assert "topic" not in seen and "membership" not in seen and "last_position" not in seen
    with refused("denied", "channel.not_joined"):
        outsider.history(house.secret)
    with refused("denied", "channel.not_joined"):
        outsider.say(house.secret, "I own this place")
    with refused("denied", "channel.not_joined"):
        outsider.ask("channel.members", channel_id=house.secret)
    with refused("denied", "channel.not_joined"):
        outsider.ask("typing.set", channel_id=house.secret, typing=True)
    with refused("denied", "channel.private"):
        outsider.ask("channel.join", channel_id=house.secret, txn_id=txn())
    with refused("denied", "channel.not_joined"):
        outsider.ask("channel.invite", channel_id=house.secret, user_id=outsider.user_id, txn_id=txn())
    with refused("denied", "channel.not_joined", "topic"):
        outsider.ask("channel.edit", channel_id=house.secret, topic="mine", txn_id=txn())
    events = outsider.ask("events.after", after=0, limit=500)["events"]
    assert all(event["room_id"] != house.secret for event in events)
    with outsider.gateway() as gateway:
        house.paul.say(house.secret, "still between us")
        gateway.settle()
        assert all(event["room_id"] != house.secret for event in gateway.events())


def test_nobody_grants_themselves_a_look(house):
    """An override for oneself does not open a private channel, and flags one lacks in it cannot be set."""
    with refused("denied"):
        house.owner.ask("channel.set_override", channel_id=house.secret, target="everyone", allow=VIEW, deny=0, txn_id=txn())
    with refused("denied"):
        house.admin.ask("channel.set_override", channel_id=house.secret, target=house.paul.user_id, allow=VIEW, deny=0, txn_id=txn())
    with refused("denied", "channel.not_joined"):
        house.owner.history(house.secret)


def test_a_manager_renames_and_deletes_unseen(house):
    house.owner.ask("channel.edit", channel_id=house.secret, name="renamed", txn_id=txn())
    assert channel_of(house.see(house.petra), house.secret)["name"] == "renamed"
    assert channel_of(house.see(house.petra), house.secret)["topic"] == "what nobody knows"
    house.admin.ask("channel.delete", channel_id=house.secret, txn_id=txn())
    assert channel_of(house.see(house.petra), house.secret) is None
    with refused("not_found", "channel.unknown"):
        house.petra.history(house.secret)


def test_invitation_to_a_private_channel(house):
    with refused("denied", "channel.private"):
        house.owner.ask("channel.join", channel_id=house.secret, txn_id=txn())
    first = house.petra.ask("channel.invite", channel_id=house.secret, user_id=house.owner.user_id, txn_id=txn())
    assert lasting(house.paul.ask("channel.invite", channel_id=house.secret, user_id=house.owner.user_id, txn_id=txn())) == lasting(first)
    seen = channel_of(house.see(house.owner), house.secret)
    assert seen["membership"] == "invite" and "topic" not in seen
    with refused("denied", "channel.not_joined"):
        house.owner.history(house.secret)
    memberships = {each["user_id"]: each["membership"] for each in house.paul.ask("channel.members", channel_id=house.secret)["members"]}
    assert memberships == {house.paul.user_id: "join", house.petra.user_id: "join", house.owner.user_id: "invite"}
    house.owner.ask("channel.join", channel_id=house.secret, txn_id=txn())
    house.owner.say(house.secret, "thank you")
    assert channel_of(house.see(house.owner), house.secret)["topic"] == "what nobody knows"
    # Whoever leaves is out until invited again.
    house.owner.ask("channel.leave", channel_id=house.secret, txn_id=txn())
    with refused("denied", "channel.private"):
        house.owner.ask("channel.join", channel_id=house.secret, txn_id=txn())
    with refused("conflict", "channel.joined", "user_id"):
        house.paul.ask("channel.invite", channel_id=house.secret, user_id=house.petra.user_id, txn_id=txn())
    with refused("not_found", "member.unknown", "user_id"):
        house.paul.ask("channel.invite", channel_id=house.secret, user_id=house.stranger.user_id, txn_id=txn())


def test_an_invitation_can_be_turned_down(house):
    house.petra.ask("channel.invite", channel_id=house.secret, user_id=house.admin.user_id, txn_id=txn())
    house.admin.ask("channel.leave", channel_id=house.secret, txn_id=txn())
    assert "membership" not in channel_of(house.see(house.admin), house.secret)
    with refused("denied", "channel.private"):
        house.admin.ask("channel.join", channel_id=house.secret, txn_id=txn())


def test_the_guild_takes_its_channels_along(house):
    house.petra.ask("guild.leave", guild_id=house.guild_id)
    house.owner.bring(house.guild_id, house.petra)
    with refused("denied", "channel.private"):
        house.petra.ask("channel.join", channel_id=house.secret, txn_id=txn())
    members = house.paul.ask("channel.members", channel_id=house.secret)["members"]
    assert [member["user_id"] for member in members] == [house.paul.user_id]


def test_overrides(house):
    general = text_channel(house.see(house.owner))
    house.owner.ask("channel.set_override", channel_id=general, target="everyone", allow=0, deny=SEND, txn_id=txn())
    with refused("denied", "permission.send_messages"):
        house.petra.say(general, "may I?")
    house.owner.ask("channel.set_override", channel_id=general, target=house.petra.user_id, allow=SEND, deny=0, txn_id=txn())
    house.petra.say(general, "I may")
    with refused("denied", "permission.send_messages"):
        house.paul.say(general, "may I?")
    house.admin.say(general, "administrators may")
    overrides = channel_of(house.see(house.paul), general)["overrides"]
    assert overrides == {"everyone": {"allow": 0, "deny": SEND}, house.petra.user_id: {"allow": SEND, "deny": 0}}
    house.owner.ask("channel.set_override", channel_id=general, target="everyone", allow=0, deny=0, txn_id=txn())
    house.paul.say(general, "I may")
    assert channel_of(house.see(house.paul), general)["overrides"] == {house.petra.user_id: {"allow": SEND, "deny": 0}}


def test_who_sets_overrides(house):
    general = text_channel(house.see(house.owner))
    keepers = house.role("Keepers", ROLES, 4)
    house.give(house.paul, keepers)
    override = dict(channel_id=general, txn_id=txn())
    with refused("denied", "permission.manage_roles"):
        house.petra.ask("channel.set_override", **override, target="everyone", allow=0, deny=SEND)
    with refused("denied", "role.power"):
        house.paul.ask("channel.set_override", **override, target=keepers, allow=0, deny=SEND)
    with refused("denied", "member.power"):
        house.paul.ask("channel.set_override", **override, target=house.owner.user_id, allow=0, deny=SEND)
    with refused("denied", "role.permissions"):
        house.paul.ask("channel.set_override", **override, target="everyone", allow=CHANNELS, deny=0)
    with refused("invalid", "override.both"):
        house.owner.ask("channel.set_override", **override, target="everyone", allow=SEND, deny=SEND)
    with refused("invalid", "override.guild_wide"):
        house.owner.ask("channel.set_override", **override, target="everyone", allow=KICK, deny=0)
    with refused("not_found", "role.unknown", "target"):
        house.owner.ask("channel.set_override", **override, target="r_5TPdaPd5hNm4KGTY1tPcfn", allow=0, deny=SEND)
    with refused("not_found", "member.unknown", "target"):
        house.owner.ask("channel.set_override", **override, target=house.stranger.user_id, allow=0, deny=SEND)
    house.paul.ask("channel.set_override", **override, target="everyone", allow=0, deny=CONNECT)
    # What is denied to oneself too, one does not give back to oneself.
    house.owner.ask("channel.set_override", channel_id=general, target="everyone", allow=0, deny=SEND, txn_id=txn())
    for allow, deny in ((0, 0), (SEND, 0), (0, CONNECT)):
        with refused("denied", "role.permissions", "allow"):
            house.paul.ask("channel.set_override", channel_id=general, target="everyone", allow=allow, deny=deny, txn_id=txn())
    with refused("denied", "permission.send_messages"):
        house.paul.say(general, "may I?")


@pytest.mark.parametrize("how", ["leave", "kick"])
def test_what_was_for_one_person_goes_with_them(house, how):
    """Who comes back has what everybody has, and no more."""
    general = text_channel(house.see(house.owner))
    house.owner.ask("channel.set_override", channel_id=general, target="everyone", allow=0, deny=SEND, txn_id=txn())
    for person in (house.petra, house.paul):
        house.owner.ask("channel.set_override", channel_id=general, target=person.user_id, allow=SEND, deny=0, txn_id=txn())
    if how == "leave":
        house.petra.ask("guild.leave", guild_id=house.guild_id)
    else:
        house.owner.ask("member.kick", guild_id=house.guild_id, user_id=house.petra.user_id, txn_id=txn())
    left = {"everyone": {"allow": 0, "deny": SEND}, house.paul.user_id: {"allow": SEND, "deny": 0}}
    assert channel_of(house.see(house.owner), general)["overrides"] == left
    house.owner.bring(house.guild_id, house.petra)
    with refused("denied", "permission.send_messages"):
        house.petra.say(general, "may I?")
    house.paul.say(general, "I may")


def test_overrides_of_roles_that_are_no_more(house):
    """They do no harm, and do not stay for ever."""
    general = text_channel(house.see(house.owner))
    fleeting = house.role("Fleeting", 0, 1)
    house.owner.ask("channel.set_override", channel_id=general, target=fleeting, allow=SEND, deny=0, txn_id=txn())
    house.owner.ask("role.delete", guild_id=house.guild_id, role_id=fleeting, txn_id=txn())
    house.owner.ask("channel.set_override", channel_id=general, target="everyone", allow=0, deny=SEND, txn_id=txn())
    assert channel_of(house.see(house.owner), general)["overrides"] == {"everyone": {"allow": 0, "deny": SEND}}


def test_a_channel_that_one_does_not_manage_is_not_moved(house):
    """Not by its order among others either."""
    general = text_channel(house.see(house.owner))
    category = house.paul.make_channel(house.guild_id, "Attic", kind="category")
    house.owner.ask("channel.set_override", channel_id=general, target=house.paul.user_id, allow=0, deny=CHANNELS, txn_id=txn())
    with refused("denied", "permission.manage_channels"):
        house.paul.ask("channel.edit", channel_id=general, parent=category, txn_id=txn())
    with refused("denied", "permission.manage_channels"):
        house.paul.ask("channel.reorder", guild_id=house.guild_id, channels=[{"id": general, "order": 5, "parent": category}], txn_id=txn())
    house.paul.ask("channel.reorder", guild_id=house.guild_id, channels=[{"id": category, "order": 9}], txn_id=txn())


def test_a_channel_out_of_sight(house):
    """Who may not view a channel hears nothing of it, live or later, though still in it."""
    general = text_channel(house.see(house.owner))
    with house.petra.gateway() as gateway:
        position = house.owner.say(general, "in sight")["position"]
        gateway.wait_message("in sight")
        house.owner.ask("channel.set_override", channel_id=general, target="everyone", allow=0, deny=VIEW, txn_id=txn())
        house.owner.say(general, "out of sight")
        gateway.settle()
        assert "out of sight" not in str(gateway.frames)
        with refused("denied", "permission.view_channels"):
            house.petra.history(general)
        assert "out of sight" not in str(house.petra.ask("events.after", after=position))
        house.owner.ask("channel.set_override", channel_id=general, target="everyone", allow=0, deny=0, txn_id=txn())
        house.owner.say(general, "back in sight")
        gateway.wait_message("back in sight")


def test_a_repeated_delete(house):
    channel = house.paul.make_channel(house.guild_id, "short-lived")
    name = txn()
    first = house.paul.ask("channel.delete", channel_id=channel, txn_id=name)
    assert lasting(house.paul.ask("channel.delete", channel_id=channel, txn_id=name)) == lasting(first)
    with refused("not_found", "channel.unknown"):
        house.paul.ask("channel.delete", channel_id=channel, txn_id=txn())


def test_a_repeated_create(house):
    name = txn()
    first = house.paul.ask("channel.create", guild_id=house.guild_id, name="once", kind="text", topic="t", txn_id=name)
    assert lasting(house.paul.ask("channel.create", guild_id=house.guild_id, name="once", kind="text", topic="t", txn_id=name)) == lasting(first)
    assert [channel["name"] for channel in house.see(house.paul)["channels"]].count("once") == 1
