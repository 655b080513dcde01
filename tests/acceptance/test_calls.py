# SPDX-License-Identifier: GPL-3.0-or-later
"""People in real windows in a call: each with a sound card, into whose microphone a tone of their own is spoken. What comes out
of the others' speakers is measured."""

import time

from .callers import LOUD, SILENT, join


def hear_each_other(*people):
    """Each hears each other's tone as loud as it was spoken, within a few decibels, and nobody hears themselves."""
    for ear in people:
        for mouth in people:
            if ear is not mouth:
                ear.recorder.wait_heard(mouth.tone, LOUD, timeout=60)
    for ear in people:
        heard = ear.recorder.wait_seconds(1)
        for mouth in people:
            level = heard.tone(mouth.tone).median()
            if ear is mouth:
                assert level < LOUD, f"{ear.name} hears herself at {level:.0f} dB"
            else:
                assert -27 < level < -13, f"{ear.name} hears {mouth.name} at {level:.1f} dB instead of -20"


def mute_for_a_moment(speaker, listener):
    """Returns how many seconds after the keys were pressed the speaker was still heard."""
    began = time.monotonic()
    speaker.app.key("ctrl+shift+M")
    listener.sees("list item", f"{speaker.name}, muted")
    listener.recorder.wait_silent(speaker.tone, SILENT)
    last = listener.recorder.recording().tone(speaker.tone, began).last_above(LOUD)
    speaker.app.key("ctrl+shift+M")
    listener.recorder.wait_heard(speaker.tone, LOUD)
    return (last or began) - began


def test_two_talk(callers, step, figures, daemon):
    """They hear each other; mute is immediate; a microphone is pulled out and put back; the server dies and comes back."""
    ada, brook = callers("Ada", "Brook")
    with step("they-hear-each-other", ada):
        join(ada, brook)
        hear_each_other(ada, brook)

    # The machine may be busy with something else for a moment: the best of some tries is what mute takes.
    delays = [mute_for_a_moment(ada, brook)]
    while min(delays) > 0.1 and len(delays) < 5:
        delays.append(mute_for_a_moment(ada, brook))
    figures(f"heard after the keys for muting were pressed: {[round(delay * 1000) for delay in delays]} ms")
    assert min(delays) <= 0.1

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
    assert max(gaps, default=0) <= 300
