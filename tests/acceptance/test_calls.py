# SPDX-License-Identifier: GPL-3.0-or-later
"""People in real windows in a call: each with a sound card, into whose microphone a tone of their own is spoken. What comes out
of the others' speakers is measured."""

import re
import time

from .callers import join, mutes_at_once, wait_not_heard
from .listening import LOUD, SILENT, STOPPED_MS, hear_each_other


def test_two_talk(callers, step, figures, daemon):
    """They hear each other; mute is immediate; a microphone is pulled out and put back; the server dies and comes back."""
    ada, brook = callers("Ada", "Brook")
    with step("they-hear-each-other", ada):
        join(ada, brook)
        hear_each_other(ada, brook)

    ada.sees("toggle button", "Mute", description="The microphone is in use: press to mute")
    mutes_at_once(ada, brook, figures=figures)
    turns_down(ada, brook, step)

    with step("a-microphone-is-pulled-out", brook):
        brook.card.unplug_microphone()
        ada.recorder.wait_silent(brook.tone, SILENT)
        brook.reads(r"(?i)no microphone|microphone .*(gone|taken|removed|unplugged|away)")
        # She still hears.
        brook.recorder.wait_heard(ada.tone, LOUD)
    with step("and-put-back", brook):
        brook.card.plug_microphone()
        brook.card.hear_tone(brook.tone)
        hear_each_other(ada, brook)

    with step("the-server-is-away", ada):
        began = time.monotonic()
        daemon.kill()
        ada.is_cut_off()
        brook.is_cut_off()
        hear_each_other(ada, brook)
    with step("and-back", ada):
        daemon.start()
        ada.is_online()
        brook.is_online()
        hear_each_other(ada, brook)
    gaps = [round(seconds * 1000) for _, seconds in brook.recorder.recording().tone(ada.tone, began).gaps(LOUD)]
    figures(f"silences while the server was away: {gaps or 'none'} ms")
    assert max(gaps, default=0) < STOPPED_MS

    with step("ada-closes-her-window", brook):
        ada.app.focus()
        ada.app.key("ctrl+shift+M")
        brook.sees("list item", "Ada, muted")
        closed = time.monotonic()
        ada.quits()
        ended = time.monotonic()
        brook.app.wait_gone("list item", "Ada, muted")
        left = time.monotonic()
    figures(f"the program ended {ended - closed:.1f} s after its window was closed, and had left the call for the other after {left - closed:.1f} s")
    # Whom the server had to miss first would be there for longer.
    assert left - closed < 9


def turns_down(listener, speaker, step):
    """Half as loud, which is 6 dB, and not at all: for the listener alone."""
    listener.app.activate(listener.sees("list item", re.compile(f"^{speaker.name}")))
    volume = listener.sees("slider", "Volume")
    with step("somebody-half-as-loud", listener):
        volume.set_value(50)
        listener.recorder.wait_as_loud(speaker.tone, -26, within=3)
        volume.set_value(100)
        listener.recorder.wait_as_loud(speaker.tone, -20, within=3)
    with step("somebody-muted-here", listener):
        listener.presses("Mute for Me", role="check box")
        wait_not_heard(listener, speaker)
    listener.presses("Mute for Me", role="check box")
    listener.recorder.wait_heard(speaker.tone, LOUD)
    listener.app.key("Escape")
