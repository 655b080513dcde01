# SPDX-License-Identifier: GPL-3.0-or-later
"""How many channels, roles and overrides there may be: what is beyond is refused, and what goes makes room."""

import pytest

from people import refused, text_channel, txn

# So many are asked for before their answers are waited for.
AT_ONCE = 25


def ask_all(person, do, requests):
    """Asks for an operation with each of REQUESTS, and returns the replies in that order."""
    replies = []
    with person.gateway() as gateway:
        for begin in range(0, len(requests), AT_ONCE):
            asked = [gateway.request(do, **each, txn_id=txn()) for each in requests[begin : begin + AT_ONCE]]
            heard = {}
            while len(heard) < len(asked):
                reply = gateway.wait("reply")
                heard[reply["id"]] = reply
            replies += [heard[number] for number in asked]
            gateway.forget()
    return replies


def reasons(replies):
    return [reply["error"]["reason"] for reply in replies if "error" in reply]


@pytest.fixture
def place(crowd):
    """Somebody, and a guild of their own that is as it begins."""
    owner = crowd.fresh()
    guild = owner.make_guild("Ceilings")
    return owner, guild


def test_channels(place):
    owner, guild = place
    guild_id, wanted = guild["guild_id"], 500 - len(guild["channels"])
    make = [{"guild_id": guild_id, "name": f"channel {number}", "kind": "category" if number % 2 else "text"} for number in range(wanted + 3)]
    assert reasons(ask_all(owner, "channel.create", make)) == ["channel.too_many"] * 3
    channels = owner.ask("guild.get", guild_id=guild_id)["channels"]
    assert len(channels) == 500
    with refused("denied", "channel.too_many"):
        owner.make_channel(guild_id)
    owner.ask("channel.delete", channel_id=channels[-1]["channel_id"], txn_id=txn())
    owner.make_channel(guild_id)


def test_roles_and_overrides(place):
    owner, guild = place
    guild_id, channel = guild["guild_id"], text_channel(guild)
    make = [{"guild_id": guild_id, "name": f"role {number}", "permissions": 0} for number in range(250 - len(guild["roles"]) + 3)]
    assert reasons(ask_all(owner, "role.create", make)) == ["role.too_many"] * 3
    roles = [role["role_id"] for role in owner.ask("guild.get", guild_id=guild_id)["roles"]]
    assert len(roles) == 250
    with refused("denied", "role.too_many"):
        owner.ask("role.create", **make[0], txn_id=txn())

    targets = [role for role in roles if role != "everyone"]
    override = [{"channel_id": channel, "target": target, "allow": 0, "deny": 1 << 1} for target in targets[:103]]
    replies = ask_all(owner, "channel.set_override", override)
    assert reasons(replies) == ["override.too_many"] * 3
    there = [each for each, reply in zip(override, replies) if "error" not in reply]
    beyond = next(each for each, reply in zip(override, replies) if "error" in reply)
    with refused("denied", "override.too_many", "target"):
        owner.ask("channel.set_override", **beyond, txn_id=txn())
    # One that is there is changed all the same, and taken away.
    owner.ask("channel.set_override", **{**there[0], "deny": 1 << 6}, txn_id=txn())
    owner.ask("channel.set_override", **{**there[1], "deny": 0}, txn_id=txn())
    owner.ask("channel.set_override", **beyond, txn_id=txn())

    owner.ask("role.delete", guild_id=guild_id, role_id=targets[-1], txn_id=txn())
    owner.ask("role.create", **make[0], txn_id=txn())
