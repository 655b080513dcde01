# SPDX-License-Identifier: GPL-3.0-or-later
"""What can fail in a call, in two real windows: each says what it is, and what to do, in words of its own; and stops saying it."""

import pytest

from server.people import Person as Account

from .callers import join
from .hall import Hall
from .listening import LOUD, hear_each_other

NO_RELAY = r"^No relay can be reached, and you allow no direct connections\."
NOBODY = r"^Nobody in the call can be reached, and the server’s relay doesn’t answer\."
NO_OUTPUT = r"^There is nothing to listen with\."
NO_SOUND_SYSTEM = r"^The sound system of this computer doesn’t answer\."
NO_SERVER = r"^Reconnecting to the server"
# So long a connection is sought anew after some that were in vain.
PATIENCE_S = 120


@pytest.fixture(name="two_at_home")
def two_windows_at_home(callers, hall, internet):
    """Ada, who lets nobody see her address, and Brook, who does not mind; each at home behind a NAT that hides all ports."""
    names = ("Ada", "Brook")
    accounts = {name: Account.register(hall.url, f"{name.lower()}strict", display_name=name) for name in names}
    guild = accounts["Ada"].make_guild("Tea House")
    accounts["Ada"].bring(guild["guild_id"], accounts["Brook"])
    homes = dict(zip(names, internet.homes))
    return callers.signed_in(accounts, {"Ada": "relay-only=true\n"}, homes, address=Hall.url_at_home, width=800, height=600)


def test_when_things_fail(two_at_home, step, internet, hall):
    ada, brook = two_at_home
    internet.turn.kill()
    try:
        join(ada, brook)
        with step("no-relay-answers", ada):
            ada.reads(NO_RELAY)
        with step("nobody-is-reached", brook):
            brook.reads(NOBODY, timeout=PATIENCE_S)
    finally:
        internet.start_turn()
    with step("the-relay-is-back", ada):
        for each in (ada, brook):
            each.reads(r"^Relayed\b", timeout=PATIENCE_S)
        hear_each_other(ada, brook)
    ada.reads_no_more(NO_RELAY)
    brook.reads_no_more(NOBODY)

    with step("nothing-to-hear-with", brook):
        brook.card.unplug_speaker()
        brook.reads(NO_OUTPUT)
        ada.recorder.wait_heard(brook.tone, LOUD)
    with step("headphones-are-plugged-in", brook):
        brook.card.plug_speaker()
        brook.recorder = brook.card.record()
        hear_each_other(ada, brook)
    with step("the-sound-system-is-gone", brook):
        brook.card.crash()
        brook.reads(NO_SOUND_SYSTEM)
    with step("the-sound-system-is-back", brook):
        brook.card.restart()
        brook.card.hear_tone(brook.tone)
        brook.recorder = brook.card.record()
        hear_each_other(ada, brook)
        brook.reads_no_more(f"{NO_SOUND_SYSTEM}|{NO_OUTPUT}")

    with step("the-server-is-away", ada):
        hall.kill()
        for each in (ada, brook):
            each.reads(NO_SERVER)
        hear_each_other(ada, brook)
    with step("the-server-is-back", ada):
        hall.start()
        for each in (ada, brook):
            each.reads_no_more(NO_SERVER)
        hear_each_other(ada, brook)
