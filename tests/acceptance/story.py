# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job, as two people do it: they register, meet in a guild and talk.

The tour plays it for the pictures, the tests for what must be true on the way: STEP (a context manager) names each
thing that is done, and takes the picture at its end.
"""

import re

GUILD = "Tea House"


def meet(ada, brook, step):
    """Both make accounts; Ada makes a guild; Brook comes by her link."""
    with step("first-run", ada):
        ada.sees(None, "Welcome to Guildhall")
    with step("ada-registers", ada):
        ada.registers()
        ada.sees("button", "Create a Guild…")
    with step("ada-creates-a-guild", ada):
        ada.creates_guild(GUILD)
    with step("ada-makes-an-invite-link", ada):
        link = ada.makes_invite_link(GUILD)
        assert link.startswith(("guildhall://", "http://", "https://")), link
    with step("brook-registers", brook):
        brook.registers()
        brook.sees("button", "Join with an Invite…")
    with step("brook-joins-by-the-link", brook):
        brook.joins_by_link(link, GUILD)
        brook.opens_channel("general")
    return link


def talk(ada, brook, step):
    """Words go both ways, in order."""
    with step("ada-says-hello", ada):
        ada.says("general", "Hello Brook, welcome to the Tea House!")
    with step("brook-hears-and-answers", brook):
        brook.hears("Ada", "Hello Brook, welcome to the Tea House!")
        brook.says("general", "Hello Ada. What a fine place: https://guildhall.org/tea?pot=1")
    with step("ada-hears-brook", ada):
        ada.hears("Brook", "Hello Ada. What a fine place: https://guildhall.org/tea?pot=1")


def private_channel(ada, brook, step):
    """A private channel is seen by everyone and open to its members; one who is asked in comes in by a click."""
    with step("ada-makes-a-private-channel", ada):
        ada.creates_channel(GUILD, "staff", private=True)
        ada.says("staff", "Only for us: the kettle is new.")
    with step("brook-sees-it-closed", brook):
        row = brook.channel_row("staff", description=re.compile("private", re.IGNORECASE))
        brook.app.activate(row)
        brook.reads("This channel is private")
        assert not [words for _, words in brook.messages() if "kettle" in words]
        assert brook.app.root.find_now("text", "Message #staff") is None
    with step("ada-invites-brook", ada):
        ada.invites_to_channel("staff", "Brook")
    with step("brook-comes-in", brook):
        brook.reads("You are invited to this private channel")
        brook.presses("Join Channel", role="button")
        brook.composer("staff")
        brook.hears("Ada", "Only for us: the kettle is new.")
        brook.says("staff", "And it sings.")
    with step("ada-hears-it-there", ada):
        ada.opens_channel("staff")
        ada.hears("Brook", "And it sings.")
