# SPDX-License-Identifier: GPL-3.0-or-later
"""One window, and an account on each of two servers."""

import re

import pytest

from fixture.daemon import Daemon
from fixture.postgres import Database
from fixture.process import wait_until
from server.people import PASSWORD, Person as Account, text_channel

from . import story

DIALOG = ("dialog", "frame", "window")
MENU = ("button", "toggle button")


@pytest.fixture
def elsewhere(postgres, migrated):
    """Another server, which goes by another name."""
    database = Database(postgres, migrated)
    own = Daemon(database, settings={"accounts": {"rate-factor": 100000}, "server": {"name": "tea.example"}}, start=False)
    try:
        yield own.start()
    finally:
        own.close()
        database.drop()


def adds_account(person, address, username):
    """By the menu at the foot of the sidebar."""
    person.presses(re.compile(r"^Account menu"))
    person.presses("Add an Account…", role="menu item")
    person.sees(DIALOG, "Add an Account").find("text", "Invite Link or Server Address", state="focused")
    person.goes_to_server(address)
    person.presses("Sign In", role=("toggle button", "radio button", "tab"))
    person.fills("Username", username)
    person.fills("Password", PASSWORD)
    person.presses("Sign In", role="button")
    person.app.wait_gone(DIALOG, "Add an Account")


def goes_to(person, guild):
    person.presses(guild, role="list item")
    person.sees(MENU, f"Menu of {guild}")


def writes(person, text):
    person.app.enter(person.composer("general"), text)
    person.app.key("Return")


def test_two_servers(people, daemon, elsewhere, step, tmp_path):
    """One looks at either, writes as who one is there, sees that there is something new in the other; and when that is away,
    this one is not."""
    here = Account.register(daemon.url, "ada", display_name="Ada")
    here.make_guild("Hall")
    there = Account.register(elsewhere.url, "adalina", display_name="Adalina")
    brook = Account.register(elsewhere.url, "brook", display_name="Brook")
    # What was open is kept with the settings.
    ada = people("Ada", account=here, env={"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(tmp_path)})
    ada.sees(MENU, "Menu of Hall")

    with step("no-guild-there-yet", ada):
        adds_account(ada, elsewhere.url, "adalina")
        ada.sees(None, re.compile("^Account menu, Adalina, Online"))
        ada.sees("button", "Create a Guild…")
        # What happens in the other account takes nobody away from here.
        here.make_guild("Attic")
        ada.sees("list item", "Attic")
        assert ada.app.root.find_now("button", "Create a Guild…")
    with step("asked-in", ada):
        guild = brook.make_guild(story.GUILD)
        general = text_channel(guild)
        brook.bring(guild["guild_id"], there)
        ada.sees(MENU, f"Menu of {story.GUILD}")
        writes(ada, "I am Adalina here")
        ada.hears("Adalina", "I am Adalina here")
        wait_until(lambda: [event["sender"] for event in brook.history(general)["events"]] == [there.user_id], "Brook to hear it")
    goes_to(ada, "Hall")
    with step("something-new-there", ada):
        brook.say(general, "Tea is ready")
        ada.sees("list item", story.GUILD, description="Unread messages")
        writes(ada, "And Ada here")
        ada.hears("Ada", "And Ada here")
    with step("and-there-it-is", ada):
        ada.presses(re.compile(r"^Account menu, Ada"))
        ada.presses("@adalina:tea.example", role="menu item")
        ada.hears("Brook", "Tea is ready")
        ada.sees("list item", story.GUILD, description="")
    with step("that-server-is-away", ada):
        elsewhere.kill()
        ada.is_cut_off()
        ada.reads("server can’t be reached|^No connection to")
    with step("this-one-is-not", ada):
        goes_to(ada, "Hall")
        ada.is_online()
        ada.reads_no_more("server can’t be reached|^No connection to")
    ada.quits()

    with step("as-it-was-left", ada):
        ada.comes_back()
        ada.sees(MENU, "Menu of Hall")
        ada.hears("Ada", "And Ada here")
        # What was read there is kept here.
        goes_to(ada, story.GUILD)
        ada.hears("Brook", "Tea is ready")
