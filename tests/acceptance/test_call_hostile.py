# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody in a call who has the keys and means ill: nothing of what they forge is played, and all of it is counted."""

import pytest

from fixture.tones import VOICES

LOUD, SILENT = -40.0, -60.0

# What is done to all packets, and as what the victim may count them.
FORGED = {
    # With another counter it may look like one that was opened before.
    "tampered": {"tampered", "replayed"},
    "truncated": {"malformed", "tampered", "unknown_epoch"},
    "replayed": {"replayed"},
    "foreign-key": {"tampered"},
    "other-sender": {"tampered"},
    "reflected": {"reflected"},
    "unknown-epoch": {"unknown_epoch"},
    "garbage": {"malformed", "unknown_epoch", "tampered", "replayed"},
}


@pytest.fixture(name="meeting")
def in_a_call(make_room, internet):
    """The victim, and who means ill to her, in a call with nobody else; the tone of the latter is heard."""
    home = internet.homes[0]
    room = make_room("vera", "mallory")
    vera = room.peer(0, home)
    vera.joins(room.channel)
    member = room.member(1)
    mallory = room.hostile(member, vera, home, VOICES[1])
    epoch = max(member.keys)
    mallory.does("key", epoch=epoch, key=member.keys[epoch].hex())
    # Later than anything that the victim's own offer begins with.
    mallory.does("offer", turn=1000)

    def connected():
        for signal in member.signals_from(vera.account.user_id):
            if signal["turn"] == 1000:
                mallory.does("signal", signal=signal)
        return (mallory.latest("connected") or {}).get("connected")

    mallory.wait(connected, "to be connected", 20)
    vera.recorder.wait_heard(VOICES[1], LOUD)
    return vera, mallory, member


def counters(peer):
    return peer.now["counters"]


def grown(peer, before):
    return {name: value - before[name] for name, value in counters(peer).items() if value > before[name]}


@pytest.mark.parametrize("kind", FORGED)
def test_what_is_forged_is_counted_and_not_played(meeting, figures, kind):
    vera, mallory, _ = meeting
    before = counters(vera)
    mallory.attacks(kind)
    vera.recorder.wait_silent(VOICES[1], SILENT, during=0.1)
    heard = vera.recorder.wait_seconds(0.3)
    assert heard.loudness() < SILENT, f"something was played of what was {kind}: {heard.loudness():.0f} dB"
    vera.wait(lambda: sum(grown(vera, before).get(word, 0) for word in FORGED[kind]) >= 50, f"to count what was {kind}")
    bad = {name: count for name, count in grown(vera, before).items() if name not in ("sealed", "opened")}
    assert set(bad) <= FORGED[kind], f"what was {kind} was counted as {bad}"
    figures(f"counted {bad}, played nothing")


def test_what_is_doubled_or_out_of_order_is_heard_once(meeting):
    vera, mallory, member = meeting
    before = counters(vera)
    mallory.attacks("reordered", 200)
    member.listen()
    assert vera.recorder.wait_seconds(1).tone(VOICES[1]).share_above(LOUD) > 0.8
    assert not set(grown(vera, before)) - {"sealed", "opened"}
    before = counters(vera)
    mallory.attacks("twice", 200)
    member.listen()
    assert vera.recorder.wait_seconds(1).tone(VOICES[1]).median() == pytest.approx(-14, abs=5)
    vera.wait(lambda: grown(vera, before).get("replayed", 0) >= 80, "to count what came twice")


def test_nonsense_that_is_well_sealed_harms_nobody(meeting):
    """A member may well send what is no sound: who hears it lives on, and hears the others."""
    vera, mallory, member = meeting
    mallory.attacks("nonsense", 200)
    member.listen()
    mallory.does("attack", kind="honest")
    vera.recorder.wait_heard(VOICES[1], LOUD)


def test_the_server_is_told(meeting, hall):
    vera, mallory, member = meeting
    mallory.attacks("tampered", 100)
    vera.wait(lambda: counters(vera)["tampered"] >= 80, "to count")

    def told():
        member.listen()
        return any(value >= 80 for name, value in hall.metrics().items() if "tampered" in name)

    vera.wait(told, "to have told the server")
