# SPDX-License-Identifier: GPL-3.0-or-later
"""Guilds, members and roles: what works, and for whom it does not."""

import concurrent.futures

import pytest

from people import PASSWORD, Person, channel_of, lasting, refused, text_channel, txn

VIEW, SEND, KICK, BAN, CHANNELS, ROLES, GUILD, ADMINISTRATOR = (1 << bit for bit in (0, 1, 10, 11, 12, 13, 14, 15))


def role_of(guild, role_id):
    return next((role for role in guild["roles"] if role["role_id"] == role_id), None)


def member_of(guild, user_id):
    return next((member for member in guild["members"] if member["user_id"] == user_id), None)


class Court:
    """A guild with an owner, a moderator (power 5) and a plain member."""

    def __init__(self, crowd):
        self.owner, self.mod, self.plain, self.stranger = (crowd[name] for name in ("olga", "magnus", "plain", "stranger"))
        self.guild_id = self.owner.make_guild("Court")["guild_id"]
        self.owner.bring(self.guild_id, self.mod, self.plain)
        self.mods = self.owner.ask(
            "role.create", guild_id=self.guild_id, name="Court mods", permissions=KICK | BAN | ROLES | CHANNELS, order=5, txn_id=txn()
        )["role_id"]
        self.owner.ask("member.set_roles", guild_id=self.guild_id, user_id=self.mod.user_id, roles=[self.mods], txn_id=txn())

    def see(self, person=None):
        return (person or self.owner).ask("guild.get", guild_id=self.guild_id)


@pytest.fixture
def court(crowd):
    return Court(crowd)


def test_create(crowd):
    alice = crowd["alice"]
    guild = alice.make_guild("  My   Hall ")
    assert guild["name"] == "My Hall" and guild["owner"] == alice.user_id and guild["permissions"] == 0x1FFFF
    assert [(c["name"], c["kind"], c["private"], c["auto_join"], c.get("membership")) for c in guild["channels"]] == [
        ("general", "text", False, True, "join"), ("Lounge", "voice", False, True, "join"),
    ]
    assert [(role["name"], role["order"]) for role in guild["roles"]] == [("Moderators", 1), ("everyone", 0)]
    assert guild["members_count"] == 1 and guild["members"][0]["user_id"] == alice.user_id
    assert guild["guild_id"] in [each["guild_id"] for each in alice.ask("guild.list")["guilds"]]


def test_create_once(crowd):
    alice = crowd["alice"]
    name = txn()
    first = alice.ask("guild.create", name="Once", txn_id=name)
    second = alice.ask("guild.create", name="Once", txn_id=name)
    assert first["guild_id"] == second["guild_id"]
    assert crowd["bob"].ask("guild.create", name="Once", txn_id=name)["guild_id"] != first["guild_id"]
    with refused("conflict", "txn.reused", "txn_id"):
        alice.ask("guild.edit", guild_id=first["guild_id"], name="Other", txn_id=name)


@pytest.mark.parametrize("name", ["", "   ", "x" * 65, "\u200b", 7, None, ["x"]])
def test_bad_names(crowd, name):
    with refused("invalid", field="name"):
        crowd["alice"].ask("guild.create", name=name, txn_id=txn())


def test_edit(court):
    answer = court.owner.ask("guild.edit", guild_id=court.guild_id, name="New name", description="About\nus", txn_id=txn())
    seen = court.see(court.plain)
    assert (seen["name"], seen["description"]) == ("New name", "About\nus") and seen["position"] >= answer["position"]
    court.owner.ask("guild.edit", guild_id=court.guild_id, description="", txn_id=txn())
    assert (court.see()["name"], court.see()["description"]) == ("New name", "")
    for person in (court.mod, court.plain):
        with refused("denied", "permission.manage_guild"):
            person.ask("guild.edit", guild_id=court.guild_id, name="Mine", txn_id=txn())


def test_leave(court):
    court.plain.ask("guild.leave", guild_id=court.guild_id)
    with refused("not_found", "guild.unknown"):
        court.see(court.plain)
    assert court.see()["members_count"] == 2
    with refused("denied", "guild.owner"):
        court.owner.ask("guild.leave", guild_id=court.guild_id)
    with refused("not_found"):
        court.plain.ask("guild.leave", guild_id=court.guild_id)


def test_transfer(court):
    """Whose guild it is can be changed by its owner, and by nobody else."""

    def transfer(person, target):
        return person.ask("guild.transfer", guild_id=court.guild_id, user_id=target.user_id, txn_id=txn())

    court.owner.ask("guild.edit", guild_id=court.guild_id, description="kept", txn_id=txn())
    for person in (court.mod, court.plain):
        for target in (person, court.mod, court.owner, court.stranger):
            with refused("denied", "guild.not_owner"):
                transfer(person, target)
    with refused("not_found", "guild.unknown"):
        transfer(court.stranger, court.stranger)
    with refused("not_found", "member.unknown", "user_id"):
        transfer(court.owner, court.stranger)
    with refused("conflict", "guild.owner_already", "user_id"):
        transfer(court.owner, court.owner)
    with refused("invalid", field="user_id"):
        court.owner.ask("guild.transfer", guild_id=court.guild_id, user_id="plain", txn_id=txn())
    assert court.see()["owner"] == court.owner.user_id

    with court.plain.gateway() as gateway:
        transfer(court.owner, court.plain)
        event = gateway.wait_event(lambda event: event["type"] == "m.guild.meta" and event["content"]["owner"] == court.plain.user_id)
        assert event["content"]["name"] == "Court" and event["content"]["description"] == "kept"
    seen = court.see(court.plain)
    assert seen["owner"] == court.plain.user_id and seen["permissions"] == 0x1FFFF
    assert (seen["name"], seen["description"], seen["members_count"]) == ("Court", "kept", 3)
    # Whoever owned it has what everybody has, may leave, and does not command any longer.
    assert court.see()["permissions"] != 0x1FFFF
    for do, reason, arguments in (
        ("guild.transfer", "guild.not_owner", {"user_id": court.owner.user_id}),
        ("guild.delete", "guild.not_owner", {"name": "Court"}),
        ("member.kick", "permission.kick_members", {"user_id": court.mod.user_id}),
        ("guild.edit", "permission.manage_guild", {"name": "Mine"}),
    ):
        with refused("denied", reason):
            court.owner.ask(do, guild_id=court.guild_id, txn_id=txn(), **arguments)
    with refused("denied", "member.power"):
        court.mod.ask("member.kick", guild_id=court.guild_id, user_id=court.plain.user_id, txn_id=txn())
    # A change of anything else leaves it whose it is, and is no transfer.
    name = txn()
    edit = court.plain.ask("guild.edit", guild_id=court.guild_id, name="Courtyard", txn_id=name)
    with refused("conflict", "txn.reused", "txn_id"):
        court.plain.ask("guild.transfer", guild_id=court.guild_id, user_id=court.mod.user_id, txn_id=name)
    # What the new owner does is permitted by what made them the owner.
    events = {each["event_id"]: each for each in court.mod.ask("events.after", after=event["position"] - 1, limit=100)["events"]}
    assert event["event_id"] in events[edit["event_id"]]["auth_events"]
    assert court.see(court.plain)["owner"] == court.plain.user_id
    with refused("denied", "guild.owner"):
        court.plain.ask("guild.leave", guild_id=court.guild_id)
    court.owner.ask("guild.leave", guild_id=court.guild_id)
    court.plain.ask("guild.delete", guild_id=court.guild_id, name="Courtyard")


def test_transfer_decides_who_reads(court):
    """What everyone is denied is read by the owner: by the new one at once, by the former one no longer."""
    channel = text_channel(court.see())
    court.owner.ask("channel.set_override", channel_id=channel, target="everyone", allow=0, deny=VIEW, txn_id=txn())
    court.owner.say(channel, "mine")
    with refused("denied", "permission.view_channels"):
        court.plain.bodies(channel)
    with court.owner.gateway() as before, court.plain.gateway() as after:
        court.owner.ask("guild.transfer", guild_id=court.guild_id, user_id=court.plain.user_id, txn_id=txn())
        court.plain.say(channel, "yours")
        after.wait_message("yours")
        before.settle()
        assert all(event["type"] != "m.room.message" for event in before.events())
    with refused("denied", "permission.view_channels"):
        court.owner.bodies(channel)


def test_delete(court):
    for name in ("court", "Cour", "Court!"):
        with refused("invalid", "guild.name_mismatch", "name"):
            court.owner.ask("guild.delete", guild_id=court.guild_id, name=name)
    with refused("denied", "guild.not_owner"):
        court.mod.ask("guild.delete", guild_id=court.guild_id, name="Court")
    channel = text_channel(court.see())
    code = court.owner.invite(court.guild_id)
    name = txn()
    first = court.owner.ask("guild.delete", guild_id=court.guild_id, name="Court", txn_id=name)
    assert court.owner.ask("guild.delete", guild_id=court.guild_id, name="Court", txn_id=name) == first
    for person in (court.owner, court.plain):
        assert court.guild_id not in [guild["guild_id"] for guild in person.ask("guild.list")["guilds"]]
        with refused("not_found", "guild.unknown"):
            court.see(person)
        with refused("not_found", "channel.unknown"):
            person.say(channel, "anybody here?")
        with refused("not_found", "channel.unknown"):
            person.history(channel)
    with refused("not_found", "invite.unknown"):
        court.stranger.ask("invite.accept", code=code)
    with refused("not_found", "guild.unknown"):
        court.owner.ask("guild.edit", guild_id=court.guild_id, name="Back", txn_id=txn())


def test_members(court, crowd):
    everybody = {court.owner.user_id, court.mod.user_id, court.plain.user_id}
    first = court.plain.ask("member.list", guild_id=court.guild_id, limit=2)
    assert len(first["members"]) == 2
    rest = court.plain.ask("member.list", guild_id=court.guild_id, limit=2, after=first["next"])
    assert "next" not in rest
    position = court.owner.ask("guild.edit", guild_id=court.guild_id, name="Later", txn_id=txn())["position"]
    assert court.plain.ask("member.list", guild_id=court.guild_id)["position"] == position >= rest["position"]
    assert {member["user_id"] for member in first["members"] + rest["members"]} == everybody
    assert member_of(court.see(), court.mod.user_id)["roles"] == [court.mods]
    with refused("not_found", "guild.unknown"):
        court.stranger.ask("member.list", guild_id=court.guild_id)


def test_kick(court):
    with refused("denied", "permission.kick_members"):
        court.plain.ask("member.kick", guild_id=court.guild_id, user_id=court.mod.user_id, txn_id=txn())
    with refused("denied", "member.power"):
        court.mod.ask("member.kick", guild_id=court.guild_id, user_id=court.owner.user_id, txn_id=txn())
    with refused("denied", "member.power"):
        court.mod.ask("member.kick", guild_id=court.guild_id, user_id=court.mod.user_id, txn_id=txn())
    with refused("not_found", "member.unknown", "user_id"):
        court.mod.ask("member.kick", guild_id=court.guild_id, user_id=court.stranger.user_id, txn_id=txn())
    name = txn()
    first = court.mod.ask("member.kick", guild_id=court.guild_id, user_id=court.plain.user_id, reason="enough", txn_id=name)
    assert lasting(court.mod.ask("member.kick", guild_id=court.guild_id, user_id=court.plain.user_id, txn_id=name)) == lasting(first)
    assert member_of(court.see(), court.plain.user_id) is None
    with refused("not_found", "channel.unknown"):
        court.plain.say(text_channel(court.see()), "still here")
    # One may come back by another invitation, without the roles one had.
    court.owner.bring(court.guild_id, court.plain)
    assert member_of(court.see(), court.plain.user_id)["roles"] == []


def test_roles_do_not_come_back(court):
    court.owner.ask("member.kick", guild_id=court.guild_id, user_id=court.mod.user_id, txn_id=txn())
    court.owner.bring(court.guild_id, court.mod)
    assert member_of(court.see(), court.mod.user_id)["roles"] == []
    with refused("denied", "permission.kick_members"):
        court.mod.ask("member.kick", guild_id=court.guild_id, user_id=court.plain.user_id, txn_id=txn())


def test_ban(court, crowd):
    code = court.owner.invite(court.guild_id)
    with refused("denied", "permission.ban_members"):
        court.plain.ask("member.ban", guild_id=court.guild_id, user_id=court.mod.user_id, txn_id=txn())
    with refused("denied", "member.power"):
        court.mod.ask("member.ban", guild_id=court.guild_id, user_id=court.owner.user_id, txn_id=txn())
    with refused("not_found"):
        court.mod.ask("member.ban", guild_id=court.guild_id, user_id="@never-was:localhost", txn_id=txn())
    court.mod.ask("member.ban", guild_id=court.guild_id, user_id=court.plain.user_id, reason="spam", txn_id=txn())
    court.mod.ask("member.ban", guild_id=court.guild_id, user_id=court.stranger.user_id, txn_id=txn())
    for person in (court.plain, court.stranger):
        with refused("denied", "member.banned"):
            person.ask("invite.accept", code=code)
    with refused("conflict", "member.banned_already"):
        court.mod.ask("member.ban", guild_id=court.guild_id, user_id=court.plain.user_id, txn_id=txn())
    with refused("not_found", "member.not_banned"):
        court.mod.ask("member.unban", guild_id=court.guild_id, user_id=court.owner.user_id, txn_id=txn())
    court.mod.ask("member.unban", guild_id=court.guild_id, user_id=court.plain.user_id, txn_id=txn())
    court.plain.ask("invite.accept", code=code)


def test_role_life(court):
    created = court.mod.ask("role.create", guild_id=court.guild_id, name="Helpers", permissions=KICK, color=0xFF8800, hoist=True, order=3, txn_id=txn())
    role = role_of(court.see(), created["role_id"])
    assert role == {"role_id": created["role_id"], "name": "Helpers", "permissions": KICK, "color": 0xFF8800, "hoist": True, "order": 3}
    court.mod.ask("role.edit", guild_id=court.guild_id, role_id=created["role_id"], name="Helping hands", color=None, order=2, txn_id=txn())
    role = role_of(court.see(), created["role_id"])
    assert (role["name"], role["order"], role.get("color"), role["permissions"]) == ("Helping hands", 2, None, KICK)
    court.mod.ask("member.set_roles", guild_id=court.guild_id, user_id=court.plain.user_id, roles=[created["role_id"], "everyone"], txn_id=txn())
    assert court.see(court.plain)["my_roles"] == [created["role_id"]]
    assert court.see(court.plain)["permissions"] & KICK
    court.mod.ask("role.delete", guild_id=court.guild_id, role_id=created["role_id"], txn_id=txn())
    assert role_of(court.see(), created["role_id"]) is None
    assert not court.see(court.plain)["permissions"] & KICK


def test_roles_and_power(court):
    make = dict(guild_id=court.guild_id, name="Up", txn_id=txn())
    with refused("denied", "permission.manage_roles"):
        court.plain.ask("role.create", **{**make, "permissions": 0})
    with refused("denied", "role.permissions", "permissions"):
        court.mod.ask("role.create", **make, permissions=GUILD)
    with refused("denied", "role.permissions", "permissions"):
        court.mod.ask("role.create", **make, permissions=ADMINISTRATOR)
    for order in (5, 6):
        with refused("denied", "role.power", "order"):
            court.mod.ask("role.create", **make, permissions=0, order=order)
    high = court.owner.ask("role.create", guild_id=court.guild_id, name="High", permissions=0, order=9, txn_id=txn())["role_id"]
    rich = court.owner.ask("role.create", guild_id=court.guild_id, name="Rich", permissions=GUILD, order=2, txn_id=txn())["role_id"]
    for role in (high, court.mods):
        with refused("denied", "role.power"):
            court.mod.ask("role.edit", guild_id=court.guild_id, role_id=role, name="Mine", txn_id=txn())
        with refused("denied", "role.power"):
            court.mod.ask("role.delete", guild_id=court.guild_id, role_id=role, txn_id=txn())
        with refused("denied", "role.power", "roles"):
            court.mod.ask("member.set_roles", guild_id=court.guild_id, user_id=court.plain.user_id, roles=[role], txn_id=txn())
    with refused("denied", "role.permissions", "roles"):
        court.mod.ask("member.set_roles", guild_id=court.guild_id, user_id=court.plain.user_id, roles=[rich], txn_id=txn())
    with refused("denied", "role.permissions"):
        court.mod.ask("role.edit", guild_id=court.guild_id, role_id=rich, permissions=GUILD | ADMINISTRATOR, txn_id=txn())
    # Nobody above is touched, nor oneself beyond what is below.
    with refused("denied", "member.power"):
        court.mod.ask("member.set_roles", guild_id=court.guild_id, user_id=court.owner.user_id, roles=[], txn_id=txn())
    with refused("denied", "role.power", "roles"):
        court.mod.ask("member.set_roles", guild_id=court.guild_id, user_id=court.mod.user_id, roles=[court.mods, high], txn_id=txn())
    with refused("denied", "role.power", "roles"):
        court.mod.ask("member.set_roles", guild_id=court.guild_id, user_id=court.mod.user_id, roles=[], txn_id=txn())


def test_everyone_role(court):
    for change in ({"name": "Peasants"}, {"order": 1}):
        with refused("denied", "role.everyone"):
            court.owner.ask("role.edit", guild_id=court.guild_id, role_id="everyone", txn_id=txn(), **change)
    with refused("denied", "role.everyone"):
        court.owner.ask("role.delete", guild_id=court.guild_id, role_id="everyone", txn_id=txn())
    court.owner.ask("role.edit", guild_id=court.guild_id, role_id="everyone", permissions=VIEW, txn_id=txn())
    with refused("denied", "permission.send_messages"):
        court.plain.say(text_channel(court.see()), "may I?")
    with refused("denied", "permission.create_invite"):
        court.plain.invite(court.guild_id)
    court.owner.say(text_channel(court.see()), "the owner may")


def test_unknown_things(court):
    with refused("not_found", "role.unknown", "role_id"):
        court.owner.ask("role.edit", guild_id=court.guild_id, role_id="r_5TPdaPd5hNm4KGTY1tPcfn", name="x", txn_id=txn())
    with refused("not_found", "role.unknown", "roles"):
        court.owner.ask("member.set_roles", guild_id=court.guild_id, user_id=court.plain.user_id, roles=["r_5TPdaPd5hNm4KGTY1tPcfn"], txn_id=txn())
    with refused("not_found", "member.unknown"):
        court.owner.ask("member.set_roles", guild_id=court.guild_id, user_id=court.stranger.user_id, roles=[], txn_id=txn())


def test_every_write_is_idempotent(court):
    """Each request that is named gets the same answer when it is repeated, and happens once."""
    owner, plain, guild_id = court.owner, court.plain, court.guild_id

    def twice(do, person=owner, **arguments):
        name = txn()
        first = person.ask(do, txn_id=name, **arguments)
        position = owner.ask("server.info")["position"]
        again = person.ask(do, txn_id=name, **arguments)
        assert lasting(again) == lasting(first), do
        assert [again["receipt"][each] for each in ("event_id", "position")] == [first["receipt"][each] for each in ("event_id", "position")]
        assert owner.ask("server.info")["position"] == position, do
        return first

    twice("guild.edit", guild_id=guild_id, name="Once")
    role = twice("role.create", guild_id=guild_id, name="Once", permissions=0)["role_id"]
    twice("role.edit", guild_id=guild_id, role_id=role, name="Twice")
    twice("member.set_roles", guild_id=guild_id, user_id=plain.user_id, roles=[role])
    twice("role.delete", guild_id=guild_id, role_id=role)
    channel = twice("channel.create", guild_id=guild_id, name="once", kind="text", private=True)["channel_id"]
    twice("channel.edit", channel_id=channel, name="twice", topic="once")
    twice("channel.edit", channel_id=channel, topic="only the topic")
    twice("channel.reorder", guild_id=guild_id, channels=[{"id": channel, "order": 9}])
    twice("channel.set_override", channel_id=channel, target="everyone", allow=0, deny=SEND)
    twice("channel.invite", channel_id=channel, user_id=plain.user_id)
    twice("channel.join", plain, channel_id=channel)
    twice("channel.leave", plain, channel_id=channel)
    twice("message.send", channel_id=channel, content={"msgtype": "m.text", "body": "once"})
    twice("channel.delete", channel_id=channel)
    twice("channel.delete", channel_id=owner.make_channel(guild_id, "Heading", kind="category"))
    twice("member.kick", guild_id=guild_id, user_id=court.mod.user_id)
    twice("member.ban", guild_id=guild_id, user_id=court.mod.user_id)
    twice("member.unban", guild_id=guild_id, user_id=court.mod.user_id)
    twice("guild.remove_icon", guild_id=guild_id)
    twice("invite.accept", court.stranger, code=owner.invite(guild_id))
    twice("guild.transfer", guild_id=guild_id, user_id=plain.user_id)
    plain.ask("guild.transfer", guild_id=guild_id, user_id=owner.user_id, txn_id=txn())
    twice("guild.leave", plain, guild_id=guild_id)
    twice("guild.delete", guild_id=guild_id, name="Once")


def test_what_survives_a_restart(make_daemon, database):
    """All of it is read back from the database as it was."""
    daemon = make_daemon(database, settings={"accounts": {"rate-factor": 100000}})
    from conftest import Crowd  # pylint: disable=import-outside-toplevel

    court = Court(Crowd(daemon.url))
    court.owner.ask("guild.edit", guild_id=court.guild_id, description="kept", txn_id=txn())
    category = court.owner.make_channel(court.guild_id, "Heading", kind="category")
    secret = court.owner.make_channel(court.guild_id, "secret", private=True, topic="hush", parent=category)
    court.owner.ask("channel.set_override", channel_id=secret, target="everyone", allow=0, deny=SEND, txn_id=txn())
    court.owner.ask("channel.invite", channel_id=secret, user_id=court.plain.user_id, txn_id=txn())
    court.mod.ask("member.ban", guild_id=court.guild_id, user_id=court.stranger.user_id, txn_id=txn())
    court.owner.say(text_channel(court.see()), "before")
    code = court.owner.invite(court.guild_id)
    court.owner.ask("guild.transfer", guild_id=court.guild_id, user_id=court.mod.user_id, txn_id=txn())
    people = (court.owner, court.mod, court.plain)
    before = [court.see(person) for person in people]
    daemon.restart()
    after = [court.see(person) for person in people]
    assert before == after
    assert channel_of(after[2], secret)["membership"] == "invite"
    with refused("denied", "member.banned"):
        court.stranger.ask("invite.accept", code=code)
    court.plain.ask("session.login", username="plain", password=PASSWORD)


def test_the_list_of_guilds_stays_small(hall, crowd):
    """Who is in many guilds gets the first members of each, and the rest by pages; one guild alone is told whole."""
    founder = crowd.fresh()
    large = founder.make_guild("Large")["guild_id"]
    code = founder.invite(large)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        people = list(pool.map(lambda number: Person.register(hall.url, f"member{number}"), range(54)))
    for person in people:
        person.ask("invite.accept", code=code)
    everybody = sorted([founder.user_id, *(person.user_id for person in people)])

    def listed():
        return next(guild for guild in founder.ask("guild.list")["guilds"] if guild["guild_id"] == large)

    assert [member["user_id"] for member in listed()["members"]] == everybody
    with founder.gateway() as gateway:
        waiting = {gateway.request("guild.create", name=f"Guild {number}", txn_id=txn()) for number in range(110)}
        while waiting:
            waiting.remove(gateway.wait("reply")["id"])
    short = listed()
    assert short["members_count"] == 55
    assert [member["user_id"] for member in short["members"]] == everybody[:50]
    assert [member["user_id"] for member in founder.ask("guild.get", guild_id=large)["members"]] == everybody
    page = founder.ask("member.list", guild_id=large, after=short["members"][-1]["user_id"])
    assert [member["user_id"] for member in page["members"]] == everybody[50:] and "next" not in page


def test_no_more_guilds_than_may_be_by_asking_at_once(crowd):
    """Two hundred are the limit, also for who founds and accepts without waiting for the answers."""
    person, host = crowd.fresh(), crowd.fresh()
    codes = [host.invite(host.make_guild(f"Open {number}")["guild_id"]) for number in range(10)]

    def hear(waiting):
        return [gateway.wait("reply", lambda frame: frame["id"] in waiting) for _ in waiting]

    def found(number):
        return gateway.request("guild.create", name=f"Guild {number}", txn_id=txn())

    with person.gateway() as gateway:
        assert all("data" in reply for reply in hear({found(number) for number in range(195)}))
        replies = hear({found(number) for number in range(10)} | {gateway.request("invite.accept", code=code) for code in codes})
    assert [reply["error"]["reason"] for reply in replies if "error" in reply] == ["guild.too_many"] * 15
    assert len(person.ask("guild.list")["guilds"]) == 200
