#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cameras of a PipeWire of its own: camera.py CAPTURE-PROBE. Speaks TAP."""

import sys

from probe import Computer, Probe
from fixture.camera import Camera
from fixture.process import Process, ScratchDir, wait_until
from fixture.screen_portal import ScreenPortal

# What JPEG of good quality does to the colours at most.
LOSSY = 40


def names(probe):
    return [each["name"] for each in probe.wait("cameras")["list"]]


def sees(probe):
    """Waits until several different pictures came, as large and fluent as this camera can."""

    def look():
        found = probe.all("picture")
        return found if len({each["number"] for each in found}) >= 10 else None

    found = wait_until(look, "pictures of the camera")
    assert {(each["width"], each["height"]) for each in found} == {(1280, 720)}, found[-1]
    assert all(each["error"] <= LOSSY for each in found), found
    numbers = [each["number"] for each in found]
    assert numbers == sorted(numbers), numbers


def test_list(computer, probe, cameras):
    probe.tell("cameras")
    assert names(probe) == []
    cameras.append(Camera(computer.env))
    wait_until(lambda: len(probe.events[-1]["list"]) == 1, "the camera")
    cameras.append(Camera(computer.env, "Another Camera"))
    wait_until(lambda: len(probe.events[-1]["list"]) == 2, "the other camera")
    assert {each["id"] for each in probe.events[-1]["list"]} == {"Test Camera", "Another Camera"}


def test_pictures(_computer, probe, _cameras):
    probe.tell("open", "Test Camera")
    assert probe.wait("source")["name"] == "Test Camera"
    for _ in range(2):
        probe.tell("play")
        sees(probe)
        probe.tell("stop")
    assert not probe.all("ended")


def test_pulled(_computer, probe, cameras):
    probe.tell("play")
    sees(probe)
    probe.events = []
    cameras[0].pull()
    assert probe.wait("ended")["reason"] == "device-gone"
    assert [each["name"] for each in probe.wait("cameras")["list"]] == ["Another Camera"]
    probe.tell("stop")
    # The one that was chosen before is not there any more.
    probe.tell("open", "Test Camera")
    error = probe.wait("error")
    assert error["reason"] == "capture.gone" and "Choose another" in error["message"], error


def test_plugged(_computer, probe, cameras):
    probe.tell("cameras")
    cameras[0].plug()
    wait_until(lambda: probe.events and len(probe.events[-1].get("list", [])) == 2, "the camera to be back")
    probe.tell("open", "Test Camera")
    probe.wait("source")
    probe.tell("play")
    sees(probe)
    probe.tell("stop")


def test_portal(computer, _probe, _cameras):
    with ScreenPortal(computer.env):
        probe = Probe(sys.argv[1], computer.env)
        probe.tell("cameras", "portal")
        probe.wait("cameras", lambda each: len(each["list"]) == 2)
        probe.tell("open", "Another Camera")
        probe.wait("source")
        probe.tell("play")
        sees(probe)
        probe.close()


def test_shared(computer, probe, _cameras):
    """Another application has it, with other pictures than the best: both see them."""
    scratch = ScratchDir("taker")
    words = ["gst-launch-1.0", "-v", "pipewiresrc", "target-object=Another Camera", "!"]
    words += ["video/x-raw,format=YUY2,width=640,height=480", "!", "fakesink", "silent=false"]
    taker = Process(words, scratch.path / "log", env=computer.env)
    try:
        wait_until(lambda: "chain" in taker.log(), "the other application to have the camera")
        probe.tell("open", "Another Camera")
        probe.wait("source")
        probe.tell("play")
        wait_until(lambda: len({each["number"] for each in probe.all("picture")}) >= 10, "pictures of the camera")
        assert {(each["width"], each["height"]) for each in probe.all("picture")} == {(640, 480)}
        probe.tell("stop")
    finally:
        taker.kill()
        scratch.remove()


def test_busy(_computer, probe, cameras):
    cameras[1].be_busy()
    probe.tell("open", "Another Camera")
    probe.wait("source")
    probe.tell("play")
    assert probe.wait("ended")["reason"] == "device-busy"
    probe.tell("stop")
    probe.tell("cameras")
    cameras[1].pull()
    probe.wait("cameras", lambda each: len(each["list"]) == 1)
    cameras[1].plug()
    probe.wait("cameras", lambda each: len(each["list"]) == 2)
    probe.tell("open", "Another Camera")
    probe.wait("source")
    probe.tell("play")
    sees(probe)
    probe.tell("stop")


def test_refused(computer, _probe, _cameras):
    with ScreenPortal(computer.env) as portal:
        portal.forget_cameras()
        portal.decide("no")
        probe = Probe(sys.argv[1], computer.env)
        probe.tell("cameras", "portal")
        error = probe.wait("error")
        assert error["reason"] == "capture.refused" and "settings" in error["message"], error
        portal.forget_cameras()
        portal.decide("forbid")
        probe.tell("cameras", "portal")
        assert probe.wait("error")["reason"] == "capture.refused"
        probe.close()
    probe = Probe(sys.argv[1], {**computer.env, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"})
    probe.tell("cameras", "portal")
    error = probe.wait("error")
    assert error["reason"] == "capture.no-portal" and "Install" in error["message"], error
    probe.close()


def test_crash(computer, probe, cameras):
    probe.tell("open", "Another Camera")
    probe.wait("source")
    probe.tell("play")
    sees(probe)
    probe.events = []
    computer.card.crash()
    assert probe.wait("ended")["reason"] == "device-gone"
    probe.wait("cameras", lambda each: each["list"] == [])
    probe.tell("stop")
    probe.tell("cameras")
    assert probe.wait("error")["reason"] == "capture.pipewire"
    # It is back, and so is the camera.
    cameras[1].pull()
    computer.card.restart()
    cameras[1].plug()
    probe.tell("cameras")
    probe.wait("cameras", lambda each: len(each["list"]) == 1)
    probe.tell("open", "Another Camera")
    probe.wait("source")
    probe.tell("play")
    sees(probe)
    probe.tell("stop")


def test_no_pipewire(computer, _probe, _cameras):
    nowhere = {**computer.env, "PIPEWIRE_RUNTIME_DIR": "/nonexistent", "XDG_RUNTIME_DIR": "/nonexistent"}
    probe = Probe(sys.argv[1], nowhere)
    probe.tell("cameras")
    error = probe.wait("error")
    assert error["reason"] == "capture.pipewire" and "PipeWire" in error["message"], error
    probe.close()


TESTS = (
    (test_list, "cameras come"),
    (test_pictures, "the best of the camera's pictures are taken, again and again"),
    (test_pulled, "it ends when the camera is pulled out"),
    (test_plugged, "and goes on with the same one when it is back"),
    (test_portal, "through the portal, as in a sandbox"),
    (test_shared, "one that another application has is seen by both"),
    (test_busy, "one that somebody keeps to himself is busy"),
    (test_refused, "a refusal and a missing portal are told"),
    (test_crash, "it ends when PipeWire does, and is found again after that"),
    (test_no_pipewire, "without PipeWire it says so"),
)


def main():
    print(f"1..{len(TESTS)}", flush=True)
    cameras = []
    with Computer() as computer:
        probe = Probe(sys.argv[1], computer.env)
        try:
            for number, (test, words) in enumerate(TESTS, 1):
                test(computer, probe, cameras)
                print(f"ok {number} {words}", flush=True)
            probe.close()
        finally:
            for camera in cameras:
                camera.close()


if __name__ == "__main__":
    main()
