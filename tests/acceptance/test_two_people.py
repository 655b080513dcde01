# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people, one server, real windows."""

import re

from . import story
from .person import PASSWORD


def test_meet_and_talk(two, step):
    """Register, make a guild, invite by link, join, talk both ways; nothing doubled, nothing out of order."""
    ada, brook = two
    link = story.meet(ada, brook, step)
    # Whoever looks again is shown the same, and makes no other.
    assert ada.makes_invite_link(story.GUILD) == link
    story.talk(ada, brook, step)

    expected = [
        ("Ada", "Hello Brook, welcome to the Tea House!"),
        ("Brook", "Hello Ada. What a fine place: https://guildhall.org/tea?pot=1"),
    ]
    ada.has_messages(*expected)
    brook.has_messages(*expected)
    ada.quits()
    brook.quits()


def test_private_channel(two, step):
    """Seen but closed, invited in, and open then."""
    ada, brook = two
    story.meet(ada, brook, step)
    story.private_channel(ada, brook, step)


def test_the_server_dies_and_comes_back(two, step, daemon):
    """What is sent while the server is away waits and goes out later; nothing is lost, nothing comes twice."""
    ada, brook = two
    story.meet(ada, brook, step)
    ada.says("general", "Before")
    brook.hears("Ada", "Before")

    with step("the-server-is-away", ada):
        daemon.kill()
        ada.is_cut_off()
        brook.is_cut_off()
        ada.sees("list item", "Brook, last seen online")
        ada.app.enter(ada.composer("general"), "While it was away")
        ada.app.key("Return")
        ada.sees("list item", re.compile(r"waiting to be sent: While it was away$"))
    with step("it-is-back", brook):
        daemon.start()
        ada.is_online()
        brook.is_online()
        ada.sees("list item", "Brook, Online")
        brook.hears("Ada", "While it was away")
        ada.hears("Ada", "While it was away")
    with step("and-all-is-there-once", ada):
        brook.says("general", "After")
        ada.hears("Brook", "After")
        expected = [("Ada", "Before"), ("Ada", "While it was away"), ("Brook", "After")]
        ada.has_messages(*expected)
        brook.has_messages(*expected)


def test_everything_is_there_after_a_restart(two, step):
    """The window closes and opens again: signed in, in the same channel, with the draft that was begun."""
    ada, brook = two
    story.meet(ada, brook, step)
    ada.says("general", "See you tomorrow")
    ada.app.enter(ada.composer("general"), "A half-written th")
    ada.quits()
    brook.says("general", "Sleep well")

    with step("the-next-day", ada):
        ada.comes_back()
        ada.is_online()
        ada.composer("general").wait_text("A half-written th")
        ada.hears("Brook", "Sleep well")
        ada.has_messages(("Ada", "See you tomorrow"), ("Brook", "Sleep well"))


def test_what_is_refused_is_said_beside_the_field(people, step):
    """A name that is taken, a password too short, an address where nobody is."""
    ada = people("Ada")
    ada.registers()

    other = people("Ada")
    with step("nobody-there", other):
        other.fills("Invite Link or Server Address", "127.0.0.1:1")
        other.reads(r"can’t be reached")
        assert not other.sees("button", "Continue").is_sensitive()
    with step("no-address-at-all", other):
        other.fills("Invite Link or Server Address", "the tea house")
        other.reads(r"not the address of a server")
    with step("a-name-that-is-taken", other):
        other.goes_to_server()
        other.fills("Username", "ada")
        other.reads(r"(?i)taken|somebody has")
    with step("too-short-a-password", other):
        other.fills("Username", "ada2")
        other.fills("Password", "short")
        other.presses("Create Account", role="button")
        other.reads(r"(?i)at least \d+")
    with step("a-wrong-password", other):
        other.presses("Sign In", role=("toggle button", "radio button", "tab"))
        other.fills("Username", "ada")
        other.fills("Password", "wrong horse battery staple")
        other.presses("Sign In", role="button")
        other.reads(r"(?i)password .*(wrong|right|match)|(wrong|match).* password|don't match")
    with step("and-the-right-one", other):
        other.fills("Password", PASSWORD)
        other.presses("Sign In", role="button")
        other.is_online()
