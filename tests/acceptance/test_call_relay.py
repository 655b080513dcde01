# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls through the TURN server: between homes behind symmetric NATs, and when it is away."""

import time

from .listening import hear, listen_until, tell


def join(room, internet):
    pair = tuple(room.peer(number, home) for number, home in enumerate(internet.homes))
    for each in pair:
        each.joins(room.channel)
    return pair


def reach_by_the_relay(pair):
    """Waits until both have found the relay, which came back, and say so."""
    ann, ben = pair
    ann.reaches(ben, route="relayed", timeout=120)
    ben.reaches(ann, route="relayed", timeout=120)
    for each in pair:
        each.wait(lambda each=each: each.now["problem"] == "none", "to say that all is well")
    hear(pair)


def test_symmetric_nats_are_crossed_by_the_relay(make_room, internet, figures):
    room = make_room("ann", "ben")
    ann, ben = join(room, internet)
    began = time.monotonic()
    ann.reaches(ben, route="relayed")
    ben.reaches(ann, route="relayed")
    figures(f"connected after {time.monotonic() - began:.1f} s")
    hear((ann, ben))
    results = listen_until((ann, ben), lambda each: each["heard"] > 0.9, 3)
    tell(figures, "through TURN", results)
    ann.wait(lambda: ann.member(ben)["round_trip_ms"] > 0, "to know the way's length")


def test_nobody_is_reached_from_strict_nats_without_a_relay(make_room, internet, figures):
    """Each says so after a while, of the call and of the other; and all is well as soon as there is a way."""
    room = make_room("ann", "ben")
    internet.turn.kill()
    try:
        began = time.monotonic()
        pair = join(room, internet)
        for each, other in (pair, pair[::-1]):
            each.wait(lambda each=each, other=other: (each.member(other) or {}).get("link") == "connecting", "to try")
        for each in pair:
            each.wait(lambda each=each: each.now["problem"] == "relay-away", "to say that nobody is reached, not by the relay either")
            assert each.now["problem_text"]
        figures(f"said that nobody is reached after {time.monotonic() - began:.0f} s")
        for each, other in (pair, pair[::-1]):
            each.wait(lambda each=each, other=other: each.member(other)["link"] == "failed", "to give the other up", 120)
        figures(f"said that the other is not reached after {time.monotonic() - began:.0f} s")
        assert all(each.now["state"] == "joined" for each in pair)
    finally:
        internet.start_turn()
    reach_by_the_relay(pair)
