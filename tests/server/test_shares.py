# SPDX-License-Identifier: GPL-3.0-or-later
"""What people in calls show to each other: who may, who watches, who ends it, and what a restart leaves of it."""

from people import Person, Refused, refused, text_channel, txn
from test_calls import callers, member_of, own_hall, room  # noqa: F401 (fixtures)

MUTE, VIDEO = 1 << 8, 1 << 16
MINE = ("call_id", "epoch", "member_id")


def shares(call, person):
    return member_of(call, person)["shares"]


def shown(caller, channel, person, *wanted):
    """Waits until exactly this is shown by a member of the call: (kind, sound, who watches)."""
    def fits(call):
        members = {each["user_id"]: each for each in call["members"]}
        names = {each["member_id"]: each["user_id"] for each in call["members"]}
        if call["channel_id"] != channel or person.user_id not in members:
            return False
        there = [(each["kind"], each["sound"], [names[viewer] for viewer in each["viewers"]]) for each in members[person.user_id]["shares"]]
        return there == [(kind, sound, [viewer.user_id for viewer in viewers]) for kind, sound, viewers in wanted]

    latest = [call for call in caller.gateway.ephemerals("m.call") if call["channel_id"] == channel][-1:]
    if latest and fits(latest[0]):
        return latest[0]
    return caller.gateway.wait("ephemeral", lambda frame: frame["type"] == "m.call" and fits(frame["content"]))["content"]


def test_showing_and_watching(room):
    (ann, ben, cleo), channel, _ = room
    first = ann.join(channel)
    assert shares(first["call"], ann) == [] and member_of(first["call"], ann)["may_share"]
    ben.join(channel)
    ann.ask("call.share", kind="camera", on=True)
    ann.ask("call.share", kind="screen", on=True, sound=True)
    # Who is not in the call, but sees the channel, sees what goes on.
    shown(cleo, channel, ann, ("screen", True, []), ("camera", False, []))

    ben.ask("call.watch", member_id=first["member_id"], kind="screen", on=True)
    shown(ann, channel, ann, ("screen", True, [ben]), ("camera", False, []))
    ben.ask("call.watch", member_id=first["member_id"], kind="screen", on=False)
    shown(ann, channel, ann, ("screen", True, []), ("camera", False, []))
    ben.ask("call.watch", member_id=first["member_id"], kind="camera", on=True)
    # Without sound from now on: who watches goes on.
    ann.ask("call.share", kind="screen", on=True, sound=False)
    shown(ann, channel, ann, ("screen", False, []), ("camera", False, [ben]))

    # What is begun again is watched by nobody yet.
    ann.ask("call.share", kind="camera", on=False)
    ann.ask("call.share", kind="camera", on=True)
    shown(ben, channel, ann, ("screen", False, []), ("camera", False, []))


def test_nothing_changes_nothing_is_said(room):
    (ann, ben, _), channel, _ = room
    mine = ann.join(channel)
    ben.join(channel)
    ann.ask("call.share", kind="screen", on=True)
    ben.ask("call.watch", member_id=mine["member_id"], kind="screen", on=True)
    shown(ben, channel, ann, ("screen", False, [ben]))
    before = len(ben.everything("m.call"))
    ann.ask("call.share", kind="screen", on=True)
    ann.ask("call.share", kind="camera", on=False)
    ben.ask("call.watch", member_id=mine["member_id"], kind="screen", on=True)
    ben.ask("call.watch", member_id=mine["member_id"], kind="camera", on=False)
    assert len(ben.everything("m.call")) == before


def test_it_ends_with_the_member(room):
    (ann, ben, _), channel, _ = room
    mine = ann.join(channel)
    theirs = ben.join(channel)
    ann.ask("call.share", kind="screen", on=True)
    ben.ask("call.share", kind="camera", on=True)
    ann.ask("call.watch", member_id=theirs["member_id"], kind="camera", on=True)
    ben.ask("call.watch", member_id=mine["member_id"], kind="screen", on=True)
    shown(ben, channel, ann, ("screen", False, [ben]))
    ann.ask("call.leave")
    shown(ben, channel, ben, ("camera", False, []))
    again = ann.join(channel)
    assert shares(again["call"], ann) == []


def test_who_is_refused(room, crowd, callers):  # noqa: F811
    (ann, ben, cleo), channel, guild = room
    for do, arguments in (("call.share", {"kind": "screen"}), ("call.watch", {"kind": "screen", "member_id": "x"})):
        with refused("not_found", "call.none"):
            ann.ask(do, on=True, **arguments)
    mine = ann.join(channel)
    ben.join(channel)
    # Only what is shown can be watched, only of somebody else, only in the same call.
    with refused("not_found", "call.no_such_share", "kind"):
        ben.ask("call.watch", member_id=mine["member_id"], kind="screen", on=True)
    ann.ask("call.share", kind="screen", on=True)
    with refused("not_found", "call.no_such_share", "kind"):
        ben.ask("call.watch", member_id=mine["member_id"], kind="camera", on=True)
    for who in (mine["member_id"], "nobody"):
        with refused("not_found", "call.no_such_member", "member_id"):
            ann.ask("call.watch", member_id=who, kind="screen", on=True)
    with refused("not_found", "call.none"):
        cleo.ask("call.watch", member_id=mine["member_id"], kind="screen", on=True)
    # Another device of somebody in the call is not in it.
    elsewhere = callers(ann.person.again())
    with refused("not_found", "call.none"):
        elsewhere.ask("call.share", kind="screen", on=False)
    for wrong in ([{}], [{"kind": "hologram"}], [{"kind": "screen", "sound": 1}], [{"kind": "screen", "viewers": []}]):
        with refused("invalid", field="shares"):
            cleo.join(channel, shares=wrong)


def everyone_may(person, guild_id, permissions):
    person.ask("role.edit", guild_id=guild_id, role_id="everyone", permissions=permissions, txn_id=txn())


def everyones(person, guild_id):
    roles = person.ask("guild.get", guild_id=guild_id)["roles"]
    return next(role["permissions"] for role in roles if role["role_id"] == "everyone")


def test_it_takes_a_permission(room):
    (ann, ben, cleo), channel, guild = room
    permissions = everyones(ann.person, guild)
    assert permissions & VIDEO, "everybody may, unless somebody says otherwise"
    ben.join(channel)
    ben.ask("call.share", kind="screen", on=True)
    ben.ask("call.share", kind="camera", on=True)
    shown(cleo, channel, ben, ("screen", False, []), ("camera", False, []))

    everyone_may(ann.person, guild, permissions & ~VIDEO)
    call = shown(cleo, channel, ben)
    assert not member_of(call, ben)["may_share"] and member_of(call, ben)["may_speak"]
    with refused("denied", "permission.video"):
        ben.ask("call.share", kind="screen", on=True)
    ben.ask("call.share", kind="screen", on=False)  # harmless
    # Whoever may not is let in, and shows nothing.
    late = cleo.join(channel, shares=[{"kind": "screen"}])
    assert shares(late["call"], cleo) == []

    everyone_may(ann.person, guild, permissions)
    ben.told("m.call", lambda call: any(each["user_id"] == ben.user_id and each["may_share"] for each in call["members"]))
    ben.ask("call.share", kind="screen", on=True)
    shown(cleo, channel, ben, ("screen", False, []))


def test_moderators_end_it(room):
    (ann, ben, cleo), channel, guild = room
    ann.join(channel)
    ben.join(channel)
    ann.ask("call.share", kind="screen", on=True)
    ben.ask("call.share", kind="screen", on=True)
    with refused("denied", "permission.mute_members"):
        cleo.ask("call.stop_share", channel_id=channel, user_id=ben.user_id, kind="screen")
    role = ann.person.ask("role.create", guild_id=guild, name="Mods", permissions=MUTE, txn_id=txn())["role_id"]
    ann.person.ask("member.set_roles", guild_id=guild, user_id=cleo.user_id, roles=[role], txn_id=txn())
    # Only below oneself, only what is shown, and without being in the call.
    with refused("denied", "member.power"):
        cleo.ask("call.stop_share", channel_id=channel, user_id=ann.user_id, kind="screen")
    with refused("not_found", "call.no_such_share", "kind"):
        cleo.ask("call.stop_share", channel_id=channel, user_id=ben.user_id, kind="camera")
    with refused("not_found", "call.no_such_member", "user_id"):
        cleo.ask("call.stop_share", channel_id=channel, user_id=cleo.user_id, kind="screen")
    cleo.ask("call.stop_share", channel_id=channel, user_id=ben.user_id, kind="screen")
    shown(ben, channel, ben)
    shown(ben, channel, ann, ("screen", False, []))
    ben.ask("call.share", kind="screen", on=True)
    shown(ann, channel, ben, ("screen", False, []))


def test_a_lost_connection_changes_nothing(room, callers):  # noqa: F811
    """Whoever comes back goes on with what was on, ends what they ended meanwhile, and begins nothing."""
    (ann, ben, cleo), channel, _ = room
    mine = ann.join(channel)
    ben.join(channel)
    ann.ask("call.share", kind="screen", on=True, sound=True)
    ann.ask("call.share", kind="camera", on=True)
    ben.ask("call.watch", member_id=mine["member_id"], kind="screen", on=True)
    shown(ben, channel, ann, ("screen", True, [ben]), ("camera", False, []))
    ann.close()
    back = callers(ann.person)
    keep = {name: mine[name] for name in MINE}
    back.join(channel, **keep)
    shown(back, channel, ann, ("screen", True, [ben]), ("camera", False, []))
    back.join(channel, shares=[{"kind": "screen", "sound": True}], **keep)
    shown(back, channel, ann, ("screen", True, [ben]))
    back.join(channel, shares=[{"kind": "screen", "sound": True}, {"kind": "camera"}], **keep)
    shown(back, channel, ann, ("screen", True, [ben]))


def test_a_moderators_word_outlasts_a_lost_connection(room, callers):  # noqa: F811
    (ann, ben, _), channel, _ = room
    ann.join(channel)
    theirs = ben.join(channel)
    ben.ask("call.share", kind="screen", on=True)
    ben.close()
    ann.ask("call.stop_share", channel_id=channel, user_id=ben.user_id, kind="screen")
    back = callers(ben.person)
    answer = back.join(channel, shares=[{"kind": "screen"}], **{name: theirs[name] for name in MINE})
    assert shares(answer["call"], ben) == []


def test_after_a_restart(own_hall, callers):  # noqa: F811
    """A server that comes back takes what each says that it shows; who watches says so again."""
    daemon = own_hall()
    people = [Person.register(daemon.url, name) for name in ("anna", "bene")]
    guild = people[0].make_guild("Voices")
    people[0].bring(guild["guild_id"], people[1])
    channel = text_channel(guild)
    ann, ben = map(callers, people)
    mine = ann.join(channel)
    theirs = ben.join(channel)
    ann.ask("call.share", kind="screen", on=True, sound=True)
    ben.ask("call.watch", member_id=mine["member_id"], kind="screen", on=True)
    shown(ann, channel, ann, ("screen", True, [ben]))

    daemon.kill()
    daemon.start()
    for person in people:
        person.url = daemon.url
    ann, ben = map(callers, people)
    ann.join(channel, shares=[{"kind": "screen", "sound": True}], **{name: mine[name] for name in MINE})
    ben.join(channel, shares=[], **{name: theirs[name] for name in MINE})
    shown(ben, channel, ann, ("screen", True, []))
    ben.ask("call.watch", member_id=mine["member_id"], kind="screen", on=True)
    shown(ann, channel, ann, ("screen", True, [ben]))


def test_too_fast(own_hall, callers):  # noqa: F811
    ann = callers(Person.register(own_hall(accounts={"rate-factor": 100}).url, "ann"))
    ann.join(text_channel(ann.person.make_guild()))
    for do, arguments in (("call.share", {"kind": "screen"}), ("call.watch", {"kind": "screen", "member_id": "x"})):
        for number in range(100):
            try:
                ann.ask(do, on=False, **arguments)
            except Refused as error:
                if error.code == "limited":
                    assert error.retry_after_ms > 0
                    break
        else:
            raise AssertionError(f"{do} can be asked for 100 times at once")
        assert number >= 30
