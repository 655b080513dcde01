# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person's own loudspeaker plays besides the others: the chimes of a call."""

import time

from fixture.process import wait_until

from .callers import SILENT, join

# D5 and A5, a tenth of a second each.
JOIN = (587.33, 880.0)
LEAVE = JOIN[::-1]
STRUCK = -30.0


def hears_chime(person, notes, since):
    """Waits until the speaker has played one note, and then the other, after SINCE."""

    def struck():
        heard = person.recorder.recording(since)
        return [when for when in (heard.tone(note, since).first_above(STRUCK) for note in notes) if when is not None]

    first, second = wait_until(lambda: len(struck()) == 2 and struck(), f"{person.name} to hear a chime", 30, 0.1)
    assert 0.05 < second - first < 0.3, f"the second note came {second - first:.2f} s after the first"


def test_a_call_is_heard_to_change(callers, step):
    """Whoever joins or leaves is heard to, oneself too, and not by those who switched that off."""
    ada, brook = callers("Ada", "Brook", settings={"Ada": "call-sounds=true\n"})
    for person in (ada, brook):
        person.card.be_quiet()
    quiet_since = time.monotonic()

    for what, who, notes, do in (
        ("ada-joins", ada, JOIN, join),
        ("brook-joins", brook, JOIN, join),
        ("brook-leaves", brook, LEAVE, leave),
        ("ada-leaves", ada, LEAVE, leave),
    ):
        began = time.monotonic()
        with step(what, who):
            do(who)
            hears_chime(ada, notes, began)
    assert all((brook.recorder.recording(quiet_since).tone(note, quiet_since).levels < SILENT).all() for note in JOIN)


def leave(person):
    person.presses("Leave the Call", role="button")
