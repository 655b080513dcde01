# SPDX-License-Identifier: GPL-3.0-or-later
"""What two people see of a call that they are in: who is there, how one is connected, who is muted, and why it ended."""

import contextlib

import pytest

from fixture.sound import SoundCard

from .callers import acquainted


@pytest.fixture
def callers(people, daemon):
    """Ada, who owns the guild, and Brook, with a text channel open; each with a sound card of their own."""
    with contextlib.ExitStack() as stack:
        cards = [SoundCard(name) for name in ("Ada", "Brook")]
        for card in cards:
            stack.callback(card.close)
        accounts = acquainted(daemon.url, *(card.name for card in cards))
        made = [people(card.name, env=card.env, account=accounts[card.name]) for card in cards]
        for person in made:
            person.opens_channel("general")
        yield made


def joins(person):
    """One click, no dialog; and nothing else opens."""
    person.app.activate(person.channel_row("Lounge"))
    person.sees("button", "Leave the Call")
    person.composer("general")


def test_seen(callers, step):
    ada, brook = callers

    with step("ada-joins", ada):
        joins(ada)
        ada.sees("label", "Nobody else is here yet")
    with step("brook-sees-who-is-there", brook):
        brook.sees("list item", "Ada")
    with step("brook-joins", brook):
        joins(brook)
        brook.reads(r"^Direct\b", timeout=60)
    with step("ada-hears-of-it", ada):
        ada.sees("list item", "Brook")
        ada.reads(r"^Direct\b", timeout=60)

    with step("ada-mutes", ada):
        ada.app.key("ctrl+shift+M")
        ada.sees("list item", "Ada, muted")
    with step("brook-sees-her-muted", brook):
        brook.sees("list item", "Ada, muted")
    ada.app.key("ctrl+shift+M")
    brook.sees("list item", "Ada")

    with step("ada-opens-the-stage", ada):
        ada.opens_channel("Lounge")
    with step("the-connections", ada):
        ada.app.click(ada.app.find(("button", "toggle button"), where=lambda node: (node.name() or "").startswith("Connections: ")))
        ada.sees("label", "Connections")
        ada.reads("AEGIS-256")
    ada.app.key("Escape")
    # As long as it is open, it has the keyboard of all windows.
    ada.reads_no_more("AEGIS-256")

    with step("brook-deafens-and-hears-again", brook):
        brook.app.key("ctrl+shift+D")
        brook.sees("list item", "Brook, deafened")
    ada.sees("list item", "Brook, deafened")
    brook.app.key("ctrl+shift+D")
    ada.sees("list item", "Brook")

    with step("ada-mutes-brook-for-everyone", ada):
        ada.app.activate(ada.sees("list item", "Brook"))
        ada.presses("Mute for Everyone", role="button")
        ada.sees("list item", "Brook, muted for everyone")
    with step("brook-is-told", brook):
        brook.reads("A moderator has muted you")
    with step("ada-takes-brook-out", ada):
        ada.app.activate(ada.sees("list item", "Brook, muted for everyone"))
        ada.presses("Disconnect", role="button")
        ada.sees("label", "Nobody else is here yet")
    with step("brook-is-told-why", brook):
        brook.is_told("A moderator took you out of the call")
        brook.app.wait_gone("button", "Leave the Call")

    with step("ada-leaves", ada):
        ada.app.key("ctrl+shift+H")
        ada.app.wait_gone("button", "Leave the Call")
    with step("nobody-is-there", brook):
        brook.app.wait_gone("list item", "Ada")
