# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person's own loudspeaker plays besides the others: themselves, to test the microphone, and the chimes of a call."""

import time

from fixture.process import wait_until
from fixture.tones import Recording

from .callers import join, leave, open_voice
from .listening import SILENT

# D5 and A5, a tenth of a second each.
JOIN = (587.33, 880.0)
LEAVE = JOIN[::-1]
STRUCK = -30.0


def hears_nothing(person):
    """Waits until the speaker has been quiet for a moment; returns how much was recorded up to then. That is counted in samples: when
    they were played is a guess, which on a busy machine is mended later, and then the end of the chime before comes after any time."""
    for note in JOIN:
        person.recorder.wait_silent(note)
    return len(person.recorder.recording().samples)


def hears_chime(person, notes, mark):
    """Waits until the speaker has played one note, and then the other, after the sample MARK."""

    def struck():
        heard = person.recorder.recording()
        after = Recording(heard.samples[mark:], heard.began)
        return [when for when in (after.tone(note).first_above(STRUCK) for note in notes) if when is not None]

    first, second = wait_until(lambda: len(struck()) == 2 and struck(), f"{person.name} to hear a chime", 30, 0.1)
    assert 0.05 < second - first < 0.3, f"the second note came {second - first:.2f} s after the first"


def test_a_call_is_heard_to_change(callers, step):
    """Whoever joins or leaves is heard to, oneself too, and not by those who switched that off. Before, the microphone is tested."""
    ada, brook = callers("Ada", "Brook", settings={"Ada": "call-sounds=true\n"})
    tries_microphone(ada, step)
    for person in (ada, brook):
        person.card.be_quiet()
    quiet_since = time.monotonic()

    for what, who, notes, do in (
        ("ada-joins", ada, JOIN, join),
        ("brook-joins", brook, JOIN, join),
        ("brook-leaves", brook, LEAVE, leave),
        ("ada-leaves", ada, LEAVE, leave),
    ):
        mark = hears_nothing(ada)
        with step(what, who):
            do(who)
            hears_chime(ada, notes, mark)
    assert all((brook.recorder.recording(quiet_since).tone(note, quiet_since).levels < SILENT).all() for note in JOIN)


def tries_microphone(person, step):
    """Hears themselves while the button is down, outside of any call, and is told whether it is loud enough."""
    before = sorted(person.card.streams())
    open_voice(person)
    person.reads("Press “Test” to see")
    test = person.presses("Test the Microphone", role="toggle button")
    with step("hears-herself", person):
        person.recorder.wait_as_loud(person.tone, -20)
        person.reads("Loud enough to be sent")
    assert test.is_checked() and sorted(person.card.streams()) != before
    # Nothing is as loud as the loudest threshold, and everything louder than the quietest.
    threshold = person.sees("slider", "Threshold")
    threshold.set_value(0)
    person.reads("Say something")
    threshold.set_value(-60)
    person.reads("Loud enough to be sent")
    person.app.activate(test)
    person.recorder.wait_silent(person.tone)
    wait_until(lambda: not test.is_checked(), "the button to be up")
    wait_until(lambda: sorted(person.card.streams()) == before, "the microphone to be closed")
    person.closes("Preferences")
