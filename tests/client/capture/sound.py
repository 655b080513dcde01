#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sound of other applications: sound.py CAPTURE-PROBE. Speaks TAP."""

import pathlib
import signal
import sys
import time

import numpy

from probe import Computer, Probe
from fixture.process import ScratchDir, TimedOut, wait_until
from fixture.sound import SPEAKER, WHOLE
from fixture.tones import RATE, Recording

FIRST, SECOND, OWN, CALL, AGAIN = 450, 650, 1050, 1550, 1950
LEVEL = -20.0
NOTHING = -60.0
TIMES = 10
# Longer than all of this takes.
LONG_S = 600
TORN = 0.3


class Ear:
    """What the probe records of one source."""

    _count = 0

    def __init__(self, world, source):
        Ear._count += 1
        probe, folder = world.probe, world.folder
        self._card = world.card
        self.path = pathlib.Path(folder) / f"heard{Ear._count}"
        self._probe = probe
        probe.tell("listen", source, str(self.path))
        wait_until(self.path.exists, "the recording")

    def _samples(self):
        data = self.path.read_bytes()
        return numpy.frombuffer(data[: len(data) // 8 * 8], "<f4").reshape(-1, 2)

    def seconds(self):
        return len(self._samples()) / RATE

    def last(self, frequency, seconds=0.5, side=0):
        """The tone as it was heard in the last seconds."""
        samples = self._samples()[-int(seconds * RATE) :, side]
        return Recording(samples.astype(float), 0.0).tone(frequency)

    def _wait(self, heard, what):
        try:
            wait_until(heard, what, 30, 0.1)
        except TimedOut as error:
            raise TimedOut(f"{error}\n{self._card.describe()}") from None

    def wait(self, frequency, level=LEVEL):
        """Waits until the tone is as loud as it is played, on both sides; a busy computer leaves much of it out."""

        def heard():
            sides = [self.last(frequency, side=side) for side in (0, 1)]
            return all(len(tone.levels) > 30 and abs(tone.loudest(WHOLE) - level) < 1.5 for tone in sides)

        self._wait(heard, f"{frequency} Hz to be heard")

    def wait_any(self):
        """Waits until anything was heard at all."""
        self._wait(lambda: self._samples().any(), "anything to be heard")

    def wait_none(self, frequency):
        """Waits until nothing of the tone was heard for a while, but for what is heard of any tone where others are torn."""
        self._wait(lambda: len((tone := self.last(frequency, 0.3)).levels) > 20 and tone.loudest(TORN) < NOTHING, f"{frequency} Hz to be silent")

    def stop(self):
        self._probe.tell("stop")


def apps(probe):
    return {each["id"]: each["name"] for each in probe.all("sounds")[-1]["list"]}


def test_list(world):
    world.probe.tell("sounds")
    world.probe.wait("sounds", lambda each: [source["id"] for source in each["list"]] == ["system"])
    world.players.append(world.card.play(FIRST, LEVEL, LONG_S))
    world.players.append(world.card.play(SECOND, LEVEL, LONG_S))
    wanted = {"system", *(f"process:{player.pid}" for player in world.players)}
    wait_until(lambda: set(apps(world.probe)) == wanted, "both applications")
    assert "pw-cat" in apps(world.probe)[f"process:{world.players[0].pid}"]


def test_own(world):
    """The probe plays too, as it does in a call; everybody else hears that."""
    world.probe.tell("sing", str(OWN))
    with_own = world.card.record(SPEAKER)
    with_own.wait_heard(OWN)
    with_own.wait_heard(FIRST)
    with_own.close()
    world.probe.tell("sounds")
    assert len(world.probe.wait("sounds")["list"]) == 3


def test_one(world):
    ear = Ear(world, f"process:{world.players[0].pid}")
    ear.wait(FIRST)
    ear.wait_none(OWN)
    ear.wait_none(SECOND)
    ear.stop()


def test_system(world):
    ear = Ear(world, "system")
    ear.wait(FIRST)
    ear.wait(SECOND)
    ear.wait_none(OWN)
    # What begins later is heard too.
    world.players.append(world.card.play(CALL, LEVEL, 120))
    ear.wait(CALL)
    ear.wait_none(OWN)
    ear.stop()


def test_again(world):
    """PipeWire tells who is who right at the beginning, and only once."""
    for _ in range(TIMES):
        ear = Ear(world, "system")
        ear.wait_any()
        ear.stop()


def test_unlinked(world):
    """PipeWire takes a link away when the two cannot agree for a moment."""
    ear = Ear(world, "system")
    ear.wait(FIRST)
    ends = world.players[0].pid, world.probe.pid
    before = world.card.links(*ends)
    assert len(before) == 2, before
    world.card.unlink(before)
    wait_until(lambda: len(world.card.links(*ends) - before) == 2, "new links")
    ear.wait(FIRST)
    ear.stop()


def took_s(ear, seconds):
    """How long it takes until so much more was heard."""
    heard, began = ear.seconds(), time.monotonic()
    wait_until(lambda: ear.seconds() - heard >= seconds, f"{seconds} s of sound", 10, 0.05)
    return time.monotonic() - began


def test_ended(world):
    player = world.players[0]
    ear = Ear(world, f"process:{player.pid}")
    ear.wait(FIRST)
    player.send(signal.SIGTERM)
    player.wait()
    ear.wait_none(FIRST)
    wait_until(lambda: f"process:{player.pid}" not in apps(world.probe), "the application to be gone")
    # Silence goes on at the pace of the clock; what a busy computer kept back comes later, and then more quickly.
    wait_until(lambda: 1.8 < took_s(ear, 2) < 4, "silence at the pace of the clock", 60)
    assert "closed" in world.probe.wait("silent")["message"]
    # Started again, it is heard again; one that played all the time is not taken for it.
    world.players.append(world.card.play(AGAIN, LEVEL, 120))
    ear.wait(AGAIN)
    ear.wait_none(SECOND)
    wait_until(lambda: world.probe.all("silent")[-1]["message"] == "", "all to be well")
    ear.stop()


def test_crash(world):
    ear = Ear(world, "system")
    ear.wait(SECOND)
    world.card.crash()
    ear.wait_none(SECOND)
    world.probe.wait("sounds", lambda each: each["list"] == [])
    assert "PipeWire" in world.probe.wait("silent")["message"]
    heard = ear.seconds()
    wait_until(lambda: ear.seconds() - heard >= 1, "silence to go on", 10, 0.05)
    # It is heard on as soon as there is something to hear.
    world.card.restart()
    world.players.append(world.card.play(FIRST, LEVEL, 120))
    ear.wait(FIRST)
    wait_until(lambda: world.probe.all("silent")[-1]["message"] == "", "all to be well")
    world.probe.tell("sounds")
    world.probe.wait("sounds", lambda each: len(each["list"]) == 2)
    ear.stop()


def test_no_pipewire(world):
    nowhere = {**world.computer.env, "PIPEWIRE_RUNTIME_DIR": "/nonexistent", "XDG_RUNTIME_DIR": "/nonexistent"}
    probe = Probe(sys.argv[1], nowhere)
    probe.tell("sounds")
    error = probe.wait("error")
    assert error["reason"] == "capture.pipewire" and "PipeWire" in error["message"], error
    probe.close()


TESTS = (
    (test_list, "what plays is listed as it comes"),
    (test_own, "our own sound is not listed"),
    (test_one, "one application is heard, and nobody else"),
    (test_system, "the whole system is heard, and we are not"),
    (test_again, "however often it is begun"),
    (test_unlinked, "what PipeWire unlinks is heard again"),
    (test_ended, "an application that ends is silence until it is started again"),
    (test_crash, "without PipeWire there is silence until it is back"),
    (test_no_pipewire, "without PipeWire it says so"),
)


class World:
    """What the tests have in common."""

    def __init__(self, computer, folder):
        self.computer = computer
        self.card = computer.card
        self.folder = folder
        self.players = []
        self.probe = Probe(sys.argv[1], computer.env)


def main():
    print(f"1..{len(TESTS)}", flush=True)
    scratch = ScratchDir("ear")
    try:
        with Computer() as computer:
            world = World(computer, scratch.path)
            for number, (test, words) in enumerate(TESTS, 1):
                test(world)
                print(f"ok {number} {words}", flush=True)
            world.probe.close()
    finally:
        scratch.remove()


if __name__ == "__main__":
    main()
