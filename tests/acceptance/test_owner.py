# SPDX-License-Identifier: GPL-3.0-or-later
"""A guild changes hands: by its owner, who may think better of it, and seen at once by both."""

import re

from . import story
from .callers import acquainted

DIALOG = ("dialog", "frame", "window")


def opens_page_of(person, who):
    """What the guild's settings say of somebody."""
    person.opens_guild_menu(story.GUILD, "Guild Settings…")
    settings = person.sees(DIALOG, "Guild Settings")
    person.presses("People", role="tab")
    person.app.activate(settings.find("list item", who))
    return settings


def test_the_owner_changes(people, step, daemon):
    accounts = acquainted(daemon.url, "Ada", "Brook")
    ada, brook = (people(name, account=account) for name, account in accounts.items())
    for person in (ada, brook):
        person.is_online()

    settings = opens_page_of(brook, "Ada")
    settings.find("label", "@ada:localhost")
    assert settings.find_now("button", "Make Owner of the Guild") is None
    brook.app.key("Escape")
    settings.find("list item", "Ada", state="focused")
    brook.closes("Guild Settings")

    with step("ada-opens-brooks-page", ada):
        opens_page_of(ada, "Brook").find("button", "Make Owner of the Guild")
    with step("ada-thinks-better-of-it", ada):
        ada.presses("Make Owner of the Guild", role="button")
        ada.is_told("Making Brook the owner")
        ada.presses("Undo", role="button", from_the_end=True)
        ada.reads_no_more("Making Brook the owner")
    guild_id = accounts["Ada"].ask("guild.list")["guilds"][0]["guild_id"]
    assert accounts["Ada"].ask("guild.get", guild_id=guild_id)["owner"] == accounts["Ada"].user_id

    settings = ada.sees(DIALOG, "Guild Settings")
    ada.app.activate(settings.find("list item", "Brook"))
    ada.presses("Make Owner of the Guild", role="button")
    ada.is_told("Making Brook the owner")
    with step("ada-is-the-owner-no-longer", ada):
        # The list says so once it is true.
        settings.find("list item", "Brook").find("label", "Owner")
        settings.find("list item", "Ada").find("label", "@ada:localhost")
        ada.presses("Overview", role="tab")
        ada.sees("button", "Leave Guild")
    ada.closes("Guild Settings")
    with step("brook-is-the-owner", brook):
        brook.opens_guild_menu(story.GUILD, "Guild Settings…")
        brook.sees("button", re.compile("Delete Guild"))
        brook.closes("Guild Settings")
    assert accounts["Ada"].ask("guild.get", guild_id=guild_id)["owner"] == accounts["Brook"].user_id
