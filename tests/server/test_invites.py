# SPDX-License-Identifier: GPL-3.0-or-later
"""Invitations: links, expiry, uses."""

import concurrent.futures
import contextlib
import time

import pytest

from fixture.process import wait_until
from people import Person, Refused, Visitor, channel_of, refused, text_channel, txn

CREATE_INVITE, GUILD = 1 << 5, 1 << 14


@pytest.fixture
def guild(crowd):
    return crowd["hugo"].make_guild("Open house")


def test_the_whole_way(hall, crowd, guild):
    host, guest = crowd["hugo"], crowd.fresh()
    invite = host.ask("invite.create", guild_id=guild["guild_id"])
    code = invite["code"]
    assert invite["uses"] == 0 and invite["max_uses"] == 0 and invite["creator"] == host.user_id
    assert abs(invite["expires_ts"] / 1000 - time.time() - 604800) < 60
    assert invite["link"] == f"guildhall://127.0.0.1:{hall.port}/invite/{code}"
    assert invite["url"] == f"http://127.0.0.1:{hall.port}/invite/{code}"
    preview = Visitor(hall.url).ask("invite.preview", code=code)
    assert preview["guild"] == {"name": "Open house", "description": "", "members": 1}
    assert preview["inviter"] == {"display_name": "hugo"}
    snapshot = guest.ask("invite.accept", code=code)
    assert snapshot["guild_id"] == guild["guild_id"]
    # In the channels that everybody joins, with the next breath.
    general = text_channel(guild)
    assert channel_of(snapshot, general)["membership"] == "join"
    guest.say(general, "thanks for having me")
    assert host.bodies(general) == ["thanks for having me"]
    # Once more changes nothing and uses nothing up.
    assert guest.ask("invite.accept", code=code)["guild_id"] == guild["guild_id"]
    assert host.ask("invite.list", guild_id=guild["guild_id"])["invites"][0]["uses"] == 1


def test_channels_that_are_not_for_everybody(crowd, guild):
    host, guest = crowd["hugo"], crowd.fresh()
    opened = host.make_channel(guild["guild_id"], "opt-in")
    host.bring(guild["guild_id"], guest)
    assert "membership" not in channel_of(guest.ask("guild.get", guild_id=guild["guild_id"]), opened)


def test_expiry(hall, crowd, guild):
    code = crowd["hugo"].invite(guild["guild_id"], expires_in_s=3600)
    hall.database.execute(f"UPDATE invite SET expires_ts = 1000 WHERE code = '{code}'")
    with refused("not_found", "invite.expired", "code"):
        crowd.fresh().ask("invite.accept", code=code)
    with refused("not_found", "invite.expired"):
        Visitor(hall.url).ask("invite.preview", code=code)
    assert crowd["hugo"].ask("invite.list", guild_id=guild["guild_id"])["invites"] == []
    forever = crowd["hugo"].ask("invite.create", guild_id=guild["guild_id"], expires_in_s=0)
    assert "expires_ts" not in forever


def test_uses(crowd, guild):
    code = crowd["hugo"].invite(guild["guild_id"], max_uses=2)
    for _ in range(2):
        crowd.fresh().ask("invite.accept", code=code)
    with refused("not_found", "invite.used_up", "code"):
        crowd.fresh().ask("invite.accept", code=code)


def test_uses_by_many_at_once(crowd, guild):
    """Three uses for eight who come at the same moment: three get in, and the count is right."""
    code = crowd["hugo"].invite(guild["guild_id"], max_uses=3)
    guests = [crowd.fresh() for _ in range(8)]

    def accept(guest):
        try:
            guest.ask("invite.accept", code=code)
            return True
        except Refused as error:
            assert error.reason in ("invite.used_up", "invite.invalid"), error
            return False

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(accept, guests)) == 3
    assert crowd["hugo"].ask("guild.get", guild_id=guild["guild_id"])["members_count"] == 4


def test_nobody_comes_into_a_guild_that_is_being_deleted(hall, crowd, guild):
    """Who accepts while the deletion waits for its turn has found the guild, and comes into none."""
    host, guests = crowd["hugo"], [crowd.fresh() for _ in range(4)]
    guild_id = guild["guild_id"]
    code = host.invite(guild_id)
    database = hall.database

    def looked_up():
        """When the daemon had last read what the invite is for, and was done with that."""
        return database.execute(
            "SELECT max (state_change) FROM pg_stat_activity WHERE datname = current_database ()"
            " AND state = 'idle' AND query LIKE '%FROM invite WHERE code = $1'"
        )[0][0]

    with contextlib.ExitStack() as stack:
        gateway, *arrivals = [stack.enter_context(person.gateway()) for person in (host, *guests)]
        writer = stack.enter_context(contextlib.closing(database.connect()))
        writer.autocommit = False
        # Nothing is written for now: the new name has its turn and keeps it, and the deletion is the next.
        writer.cursor().execute("LOCK TABLE event IN EXCLUSIVE MODE")
        gateway.request("guild.edit", guild_id=guild_id, name="Closing", txn_id=txn())
        gateway.request("guild.delete", guild_id=guild_id, name="Closing", txn_id=txn())
        gateway.settle()
        for arrival in arrivals:
            before = looked_up()
            arrival.request("invite.accept", code=code)
            wait_until(lambda before=before: looked_up() not in (None, before), "the invite to be looked up")
        writer.rollback()
        gateway.wait_event(lambda event: event["type"] == "m.guild.delete")
        for arrival in arrivals:
            error = arrival.wait("reply")["error"]
            assert (error["code"], error["reason"]) == ("not_found", "invite.unknown")
    rows = database.execute(
        f"SELECT d.position FROM event d JOIN event e USING (room_id) WHERE d.room_id = '{guild_id}'"
        " AND d.type = 'm.guild.delete' AND e.position > d.position"
    )
    assert rows == []
    for guest in guests:
        assert guest.ask("guild.list")["guilds"] == []


def test_no_more_invites_than_anybody_needs(crowd, guild):
    """Each member has a hundred that work; what was revoked makes room."""
    host, member = crowd["hugo"], crowd.fresh()
    host.bring(guild["guild_id"], member)
    codes = [member.invite(guild["guild_id"]) for _ in range(100)]
    with refused("denied", "invite.too_many"):
        member.invite(guild["guild_id"])
    host.invite(guild["guild_id"])
    member.ask("invite.revoke", guild_id=guild["guild_id"], code=codes[0])
    member.invite(guild["guild_id"])
    assert len(member.ask("invite.list", guild_id=guild["guild_id"])["invites"]) == 100


def test_revoke(crowd, guild):
    host, member, manager = crowd["hugo"], crowd.fresh(), crowd.fresh()
    host.bring(guild["guild_id"], member, manager)
    role = host.ask("role.create", guild_id=guild["guild_id"], name="Managers", permissions=GUILD, txn_id=txn())["role_id"]
    host.ask("member.set_roles", guild_id=guild["guild_id"], user_id=manager.user_id, roles=[role], txn_id=txn())
    own, hosts = member.invite(guild["guild_id"]), host.invite(guild["guild_id"])
    # One sees and revokes one's own; who manages the guild, all.
    assert [each["code"] for each in member.ask("invite.list", guild_id=guild["guild_id"])["invites"]] == [own]
    assert {own, hosts} <= {each["code"] for each in manager.ask("invite.list", guild_id=guild["guild_id"])["invites"]}
    with refused("denied", "permission.manage_guild"):
        member.ask("invite.revoke", guild_id=guild["guild_id"], code=hosts)
    assert member.ask("invite.revoke", guild_id=guild["guild_id"], code=own) == {}
    assert manager.ask("invite.revoke", guild_id=guild["guild_id"], code=hosts) == {}
    for code in (own, hosts):
        with refused("not_found", "invite.unknown"):
            crowd.fresh().ask("invite.accept", code=code)
        with refused("not_found", "invite.unknown"):
            host.ask("invite.revoke", guild_id=guild["guild_id"], code=code)
    other = host.make_guild("Elsewhere")
    elsewhere = host.invite(other["guild_id"])
    with refused("not_found", "invite.unknown"):
        host.ask("invite.revoke", guild_id=guild["guild_id"], code=elsewhere)


def test_who_invites(crowd, guild):
    host, member = crowd["hugo"], crowd.fresh()
    host.bring(guild["guild_id"], member)
    member.invite(guild["guild_id"])
    host.ask("role.edit", guild_id=guild["guild_id"], role_id="everyone", permissions=1, txn_id=txn())
    with refused("denied", "permission.create_invite"):
        member.invite(guild["guild_id"])
    for do in ("invite.create", "invite.list"):
        with refused("not_found", "guild.unknown"):
            crowd["outsider"].ask(do, guild_id=guild["guild_id"])


def test_unknown_codes(hall, crowd):
    for code in ("nope", "x" * 64):
        with refused("not_found", "invite.unknown", "code"):
            crowd["outsider"].ask("invite.accept", code=code)
        with refused("not_found", "invite.unknown", "code"):
            Visitor(hall.url).ask("invite.preview", code=code)
    with refused("invalid", "argument.string", "code"):
        crowd["outsider"].ask("invite.accept", code="x" * 65)


def test_a_server_invite_leads_to_no_guild(hall, crowd):
    result = hall.command("invite", "create")
    assert result.returncode == 0, result.stderr
    code = result.stdout.split()[-1].rsplit("/", 1)[-1]
    with refused("not_found", "invite.unknown"):
        crowd["outsider"].ask("invite.accept", code=code)


def test_the_public_address_is_in_the_links(make_daemon, database):
    daemon = make_daemon(database, settings={
        "accounts": {"rate-factor": 100000}, "server": {"name": "hall.example", "public-url": "https://hall.example"},
    })
    host = Person.register(daemon.url, "hugo")
    assert host.user_id == "@hugo:hall.example"
    invite = host.ask("invite.create", guild_id=host.make_guild()["guild_id"])
    assert invite["link"] == f"guildhall://hall.example/invite/{invite['code']}"
    assert invite["url"] == f"https://hall.example/invite/{invite['code']}"
