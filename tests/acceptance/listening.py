# SPDX-License-Identifier: GPL-3.0-or-later
"""What people in a call hear of each other, measured in what their sound cards recorded."""

import time

LOUD, SILENT = -40.0, -60.0
SECONDS = 6
# What a busy computer tears out of sound is shorter; what went by way of somebody who is away would stop for seconds.
STOPPED_MS = 1000


def hear(pair):
    ann, ben = pair
    ann.recorder.wait_heard(ben.tone, LOUD)
    ben.recorder.wait_heard(ann.tone, LOUD)


def hear_each_other(*people):
    """Each hears each other's tone as loud as it was spoken, within a few decibels, and nobody hears themselves."""
    for ear in people:
        for mouth in people:
            if ear is mouth:
                continue
            ear.recorder.wait_heard(mouth.tone, LOUD, timeout=60)
            ear.recorder.wait_as_loud(mouth.tone, -20)
        ear.recorder.wait_silent(ear.tone, LOUD, share=0.7)


def listen(pair, seconds=SECONDS):
    """Listens at both ends: for each, the share of time in which the other was heard, all silences in ms, and what the
    client itself says of what was lost and made up."""
    began = time.monotonic()
    ann, ben = pair
    said = {ann.name: [], ben.name: []}
    # By what was recorded: a recorder that a busy machine kept waiting is behind the clock.
    marks = {each.name: each.recorder.recording().end for each in pair}

    def over():
        for ear, mouth in (pair, pair[::-1]):
            said[ear.name].append(ear.member(mouth))
        is_recorded = all(each.recorder.recording().end > marks[each.name] + seconds for each in pair)
        return is_recorded and time.monotonic() - began > seconds

    ann.wait(over, "to listen", seconds + 60)
    result = []
    for ear, mouth in (pair, pair[::-1]):
        tone = ear.recorder.recording().between(marks[ear.name], marks[ear.name] + seconds).tone(mouth.tone)
        views = [each for each in said[ear.name] if each]
        result.append({
            "who": f"{ear.name} hears {mouth.name}",
            "heard": tone.share_above(LOUD),
            "silences": sorted((round(length * 1000) for _, length in tone.gaps(LOUD)), reverse=True)[:5],
            "lost": max((each["loss"] for each in views), default=0),
            "made up": sum(each["concealed"] for each in views) / max(1, len(views)),
        })
    return result


def listen_until(pair, is_well, seconds=SECONDS, patience=90):
    """Listens again and again until IS_WELL of what each end hears, and returns that: other programs tear the sound to pieces for a
    while, when they want the machine."""
    began = time.monotonic()
    while True:
        results = listen(pair, seconds)
        if all(is_well(each) for each in results):
            return results
        assert time.monotonic() - began < patience, f"this did not become well: {results}"


def tell(figures, what, results):
    for each in results:
        figures(f"{what}: {each['who']} {each['heard']:.1%} of the time, silences {each['silences'] or 'none'} ms; the client says: "
                f"{each['lost']:.1%} lost at most, {each['made up']:.1%} of the sound made up")


def interruptions(pair, change, figures=None, what=""):
    """The longest silence in ms that each end hears, by name, while CHANGE happens, until a whole second came without one."""
    hear(pair)
    marks = [each.recorder.recording().end for each in pair]
    change()
    pair[0].reaches(pair[1])
    pair[1].reaches(pair[0])
    worst = {}
    for mark, (ear, mouth) in zip(marks, (pair, pair[::-1])):
        ear.recorder.wait_heard(mouth.tone, LOUD, during=1)
        gaps = [round(length * 1000) for _, length in ear.recorder.recording().tone(mouth.tone, mark).gaps(LOUD)]
        worst[ear.name] = max(gaps, default=0)
        if figures:
            figures(f"{what}: {ear.name} did not hear {mouth.name} for {worst[ear.name]} ms")
    return worst
