#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sharing a screen through the real portal: screen.py CAPTURE-PROBE. Speaks TAP."""

import sys

from probe import Computer, Probe
from fixture.process import wait_until
from fixture.screen_portal import ScreenPortal

# A picture as it is, in RGB.
EXACT = 2


def moving(probe, width, height):
    """Waits until several different pictures of that size came, whole and in order; returns the last."""

    def look():
        found = [each for each in probe.all("picture") if (each["width"], each["height"]) == (width, height)]
        return found if len({each["number"] for each in found}) >= 5 else None

    found = wait_until(look, f"pictures of {width}×{height}")
    numbers = [each["number"] for each in found]
    assert numbers == sorted(numbers), numbers
    times = [each["pts_ms"] for each in found]
    assert times == sorted(times), times
    assert all(each["error"] <= EXACT for each in found), found
    return found[-1]


def wait_size(probe, width, height):
    """Waits until the size is told, once: on another thread than pictures come on, so that these may be first."""
    probe.wait("size")
    assert probe.all("size") == [{"event": "size", "width": width, "height": height}]


def share(probe, *words):
    probe.tell("ask", *words)
    return probe.wait("source")


def test_pictures(portal, probe):
    portal.decide("yes", kind="screen", width=1280, height=720, rate=30)
    source = share(probe, "cursor")
    assert not source["window"] and source["token"], source
    asked = portal.state()["asked"][-1]
    assert asked == {"types": 3, "multiple": False, "cursor_mode": 2, "persist_mode": 2, "parent": "", "restored": False}, asked
    probe.tell("play")
    moving(probe, 1280, 720)
    wait_size(probe, 1280, 720)


def test_resize(portal, probe):
    for width, height in ((640, 360), (1366, 768), (801, 603)):
        probe.events = []
        portal.resize(width, height)
        moving(probe, width, height)
        wait_size(probe, width, height)


def test_still(portal, probe):
    portal.freeze()
    # The last picture comes again, a few times a second, at new times.
    probe.events = []

    def stands():
        last = probe.all("picture")[-4:]
        return last if len(last) == 4 and len({each["number"] for each in last}) == 1 else None

    # What was under way comes first.
    last = wait_until(stands, "the same picture again")
    assert len({each["pts_ms"] for each in last}) == 4, last
    portal.go_on()
    probe.events = []
    moving(probe, 801, 603)


def test_stopped(portal, probe):
    portal.stop()
    assert probe.wait("ended")["reason"] == "stopped-by-shell"
    probe.tell("play")
    assert probe.wait("error")["reason"] == "capture.ended"
    probe.tell("stop")
    portal.wait_sessions(0)


def test_window(portal, probe):
    portal.decide("yes", kind="window", width=1280, height=720, rate=30)
    assert share(probe)["window"]
    assert portal.state()["asked"][-1]["cursor_mode"] == 1
    portal.show_only(100, 50, 640, 400)
    probe.tell("play")
    moving(probe, 640, 400)
    portal.show_only(0, 0, 500, 333)
    moving(probe, 500, 333)
    portal.stop()
    assert probe.wait("ended")["reason"] == "window-closed"
    probe.tell("stop")


def test_vanished(portal, probe):
    for kind, reason in (("screen", "failed"), ("window", "window-closed")):
        portal.decide("yes", kind=kind)
        share(probe)
        probe.tell("play")
        probe.wait("picture")
        portal.vanish()
        assert probe.wait("ended")["reason"] == reason
        probe.tell("stop")
        probe.tell("close")
        portal.wait_sessions(0)


def test_unsupported(portal, probe):
    """A graphics card's own form of pictures, which there is no common form with."""
    portal.decide("yes", kind="screen", form="tiled")
    share(probe)
    probe.tell("play")
    ended = probe.wait("ended")
    assert ended["reason"] == "unsupported" and not probe.all("picture"), probe.events
    probe.tell("stop")
    probe.tell("close")
    portal.decide("yes", form="plain")
    portal.wait_sessions(0)


def test_closed(portal, probe):
    portal.decide("yes", kind="screen", width=320, height=200)
    share(probe)
    for _ in range(3):
        probe.tell("play")
        moving(probe, 320, 200)
        probe.tell("stop")
    portal.wait_sessions(1)
    probe.tell("close")
    portal.wait_sessions(0)
    assert not probe.all("ended")


# How a picture is put into a graphics card's memory: line after line, and as nobody else knows it.
LINEAR, STRANGE = "XR24", "XR24:0x0200000000000042"


def test_graphics(portal, probe):
    """Pictures in a graphics card's memory are taken from there by whoever can, and copied for others, at any time."""

    def look(width, height, graphics):
        probe.events = []
        wait_until(lambda: any(each["graphics"] == graphics for each in probe.all("picture")), f"pictures in the {graphics=} memory")
        probe.events = []
        moving(probe, width, height)
        assert {each["graphics"] for each in probe.all("picture")} == {graphics}
        # More than there are buffers: what is lent comes back.
        wait_until(lambda: len({each["number"] for each in probe.all("picture")}) > 24, "pictures to come on")

    portal.decide("yes", kind="screen", form="graphics", width=640, height=360, rate=30)
    share(probe)
    probe.tell("import", STRANGE, LINEAR)
    probe.tell("play")
    look(640, 360, True)
    # They cannot be taken from there any more, in the middle, and then they can.
    probe.tell("import")
    look(640, 360, False)
    probe.tell("import", LINEAR)
    look(640, 360, True)
    # The same while nothing on the screen changes: what was seen last is seen on.
    portal.freeze()
    for formats, graphics in (([], False), ([LINEAR], True)):
        probe.tell("import", *formats)
        probe.wait("picture", lambda each, there=graphics: each["graphics"] == there)
    portal.go_on()
    portal.resize(801, 603)
    look(801, 603, True)
    # Only a part of them counts: they are cut, and so copied.
    portal.show_only(100, 50, 640, 400)
    look(640, 400, False)
    probe.tell("stop")
    # Nothing in common with the graphics card, from the beginning.
    probe.tell("import", STRANGE)
    portal.show_only(0, 0, 801, 603)
    probe.tell("play")
    look(801, 603, False)
    assert not probe.all("ended")
    probe.tell("stop")
    probe.tell("close")
    portal.decide("yes", form="plain")
    portal.wait_sessions(0)


def test_token(portal, probe):
    portal.decide("yes", kind="window", width=400, height=300)
    token = share(probe)["token"]
    probe.tell("close")
    portal.wait_sessions(0)
    portal.decide("no", kind="screen")
    assert share(probe, "token", token)["window"]
    assert portal.state()["asked"][-1]["restored"]
    probe.tell("close")


def test_refused(portal, probe):
    portal.decide("no")
    probe.tell("ask")
    assert probe.wait("error")["cancelled"]
    portal.decide("fail")
    probe.tell("ask")
    error = probe.wait("error")
    assert not error["cancelled"] and error["reason"] == "capture.portal" and "Try again" in error["message"], error
    portal.wait_sessions(0)


def test_cancelled(portal, probe):
    portal.decide("wait")
    probe.tell("ask")
    portal.wait_dialog()
    probe.tell("cancel")
    assert probe.wait("error")["cancelled"]
    portal.wait_sessions(0)
    assert portal.state()["waiting"] == 0


def test_crashed(computer, program):
    with ScreenPortal(computer.env) as portal:
        probe = Probe(program, computer.env)
        portal.decide("wait")
        probe.tell("ask")
        portal.wait_dialog()
        portal.crash()
        error = probe.wait("error")
        assert error["reason"] == "capture.portal" and "Try again" in error["message"], error
        probe.close()


def test_missing(computer, program):
    probe = Probe(program, {**computer.env, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"})
    probe.tell("ask")
    error = probe.wait("error")
    assert error["reason"] == "capture.no-portal" and "Install" in error["message"], error
    probe.close()
    with ScreenPortal(computer.env, back_end=False):
        probe = Probe(program, computer.env)
        probe.tell("ask")
        assert probe.wait("error")["reason"] == "capture.no-portal"
        probe.close()


TESTS = (
    (test_pictures, "the pictures are those of the screen, at their time"),
    (test_resize, "a screen that changes its size goes on"),
    (test_still, "a screen that stands still is seen"),
    (test_stopped, "it ends when the desktop ends it"),
    (test_window, "of a window only the window is seen, and its closing ends it"),
    (test_vanished, "it ends when there are no more pictures"),
    (test_unsupported, "pictures of a form that nobody knows end it"),
    (test_closed, "it plays again, until it is given back"),
    (test_graphics, "in a graphics card's memory they are taken from there, or copied"),
    (test_token, "the same is shared again without a question"),
    (test_refused, "a refusal is told from a failure"),
    (test_cancelled, "the question can be taken back"),
)


def main():
    print(f"1..{len(TESTS) + 2}", flush=True)
    with Computer() as computer:
        with ScreenPortal(computer.env) as portal:
            probe = Probe(sys.argv[1], computer.env)
            for number, (test, words) in enumerate(TESTS, 1):
                test(portal, probe)
                print(f"ok {number} {words}", flush=True)
            probe.close()
        test_crashed(computer, sys.argv[1])
        print(f"ok {len(TESTS) + 1} one that ends while it is asked leaves nobody waiting", flush=True)
        test_missing(computer, sys.argv[1])
        print(f"ok {len(TESTS) + 2} without a portal it says what to install", flush=True)


if __name__ == "__main__":
    main()
