#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A screen from the desktop's portal to the eyes and ears of two who watch: share.py SHARE-ROOM. Speaks TAP."""

import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "capture"))

from probe import Computer, Probe  # noqa: E402
from fixture.process import TimedOut, wait_until  # noqa: E402
from fixture.screen_portal import ScreenPortal  # noqa: E402
from fixture.sound import SPEAKER  # noqa: E402

WIDTH, HEIGHT, RATE = 640, 360, 30
SHOWER, SPEAKS, LISTENS = 0, 1, 2
VIEWERS = (SPEAKS, LISTENS)
# Far from what people say: a gap in the one is a noise that is not to be taken for the other. And whole periods in the pieces
# of 10 ms, some of which a busy computer loses.
PLAYED = 3400
NOTHING = -60.0
# How like what is seen is to what was drawn: half of the colours are gone, and much of the rest.
LIKE_DB = 25.0
LOSSY = 40


class World:
    """The people, the computer of the one who shares, and what was played there."""

    def __init__(self, computer, portal):
        self.card = computer.card
        self.portal = portal
        self.room = Probe(sys.argv[1], computer.env)
        self.tone = self.room.wait("ready", timeout=60)["tone"]
        self.player = self.card.play(PLAYED, -20.0, 600)

    def ask(self, *words, answer):
        self.room.tell(*words)
        return self.room.wait(answer)

    def share(self, *words, **decision):
        self.portal.decide("yes", width=WIDTH, height=HEIGHT, rate=RATE, **decision)
        return self.ask("share", *words, answer="shared")

    def pictures(self, who):
        return [each for each in self.room.all("picture") if each["who"] == who]

    def wait_pictures(self, who, number):
        wait_until(lambda: len(self.pictures(who)) >= number, f"{number} pictures for {who}", 60)

    def level(self, who, frequency):
        return self.ask("hear", str(who), str(frequency), answer="heard")["level"]

    def wait_level(self, who, frequency, condition, times=5):
        """Waits until what WHO hears is so for a while, but for what a busy computer does to it; returns the level."""
        levels = []

        def look():
            levels.append(self.level(who, frequency))
            return len(levels) >= times and condition(statistics.median(levels[-times:]))

        try:
            wait_until(look, f"{frequency} Hz to be so for {who}", 60, 0.2)
        except TimedOut as error:
            raise TimedOut(f"{error}; it was {levels[-20:]}\n{self.card.describe()}") from None
        return statistics.median(levels[-times:])

    def sent(self):
        return self.ask("sent", answer="sent")

    def wait_idle(self):
        """Waits until nothing more is sent, and sees that it stays so while pictures come."""
        before = self.sent()

        def is_idle():
            nonlocal before
            last, before = before, self.sent()
            return before["packets"] == last["packets"] and before["rate"] == 0

        wait_until(is_idle, "nothing to be sent any more", 30, 0.3)
        self.room.events = []
        self.wait_pictures(SHOWER, RATE)
        after = self.sent()
        assert after["packets"] == before["packets"] and after["rate"] == 0, (before, after)
        return after


def loud(level):
    return -32 < level < -17


def test_nobody(world):
    world.share("system")
    assert world.wait_idle()["codec"] == ""


def look(world):
    """Looks for two seconds; returns what was wrong with what was seen, or None."""
    world.room.events = []
    for who in VIEWERS:
        world.wait_pictures(who, 2 * RATE)
    seen = {who: world.pictures(who) for who in (SHOWER, *VIEWERS)}
    for who in VIEWERS:
        numbers = [each["number"] for each in seen[who]]
        # What stands still is sent again.
        if numbers != sorted(numbers):
            return f"out of order for {who}: {numbers}"
        if any((each["width"], each["height"]) != (WIDTH, HEIGHT) for each in seen[who]):
            return f"of another size for {who}: {seen[who]}"
        compared = [each for each in seen[who] if "psnr" in each]
        if not compared or any(each["psnr"] < LIKE_DB or each["worst"] > LOSSY for each in compared):
            return f"unlike what was drawn for {who}: {compared}"
        shown = {each["number"] for each in seen[SHOWER] if numbers[0] <= each["number"] <= numbers[-1]}
        lost = shown - set(numbers)
        ages = sorted(each["age_ms"] for each in seen[who])
        print(
            f"# viewer {who}: {len(set(numbers))} pictures, {len(lost)} of {len(shown)} lost, {ages[len(ages) // 2]} ms old,"
            f" at least {min(each['psnr'] for each in compared)} dB like what was drawn",
            flush=True,
        )
        if len(lost) > len(shown) // 2:
            return f"{len(lost)} of {len(shown)} lost for {who}"
    return None


def test_seen(world):
    for who in VIEWERS:
        world.room.tell("watch", str(who))
        world.wait_pictures(who, 1)
    # What comes too late on a busy computer is lost, and what builds on it is seen in part: for as long as that lasts.
    faults = []
    try:
        wait_until(lambda: faults.append(look(world)) or faults[-1] is None, "two to see what is shown", 60)
    except TimedOut as error:
        raise TimedOut(f"{error}; it was {faults[-3:]}") from None
    assert world.sent()["codec"] != ""


def test_heard(world):
    for who in VIEWERS:
        world.wait_level(who, PLAYED, loud)
    # What people say in the call is played on that computer, and is not part of what it shares.
    with_call = world.card.record(SPEAKER)
    with_call.wait_heard(int(world.tone))
    with_call.wait_heard(PLAYED)
    with_call.close()
    world.wait_level(LISTENS, world.tone, loud)
    level = world.wait_level(SPEAKS, world.tone, lambda each: each <= NOTHING)
    print(f"# who speaks hears {level} dB of that", flush=True)
    world.wait_level(SPEAKS, PLAYED, loud)


def test_left(world):
    for who in VIEWERS:
        world.room.tell("leave", str(who))
    world.wait_idle()
    for who in VIEWERS:
        world.wait_level(who, PLAYED, lambda each: each <= NOTHING)


def test_stopped(world):
    world.room.events = []
    world.portal.stop()
    assert world.room.wait("ended")["message"] == "Your desktop ended the sharing of your screen."
    wait_until(lambda: not world.sent()["seen"], "the others to know")
    world.portal.wait_sessions(0)


def test_window(world):
    world.share(kind="window")
    world.room.tell("watch", str(LISTENS))
    world.wait_pictures(LISTENS, 3)
    world.portal.stop()
    assert "window" in world.room.wait("ended")["message"]
    # The call goes on.
    world.wait_level(LISTENS, world.tone, loud)


def test_unsupported(world):
    world.share(kind="screen", form="tiled")
    assert "form" in world.room.wait("ended")["message"]
    world.portal.wait_sessions(0)


TESTS = (
    (test_nobody, "what nobody watches is neither encoded nor sent"),
    (test_seen, "two see what is shown"),
    (test_heard, "and hear it, but not themselves"),
    (test_left, "when they leave nothing is sent again"),
    (test_stopped, "the desktop ends it"),
    (test_window, "a window that is closed ends it with a word, and the call goes on"),
    (test_unsupported, "what cannot be read is told"),
)


def main():
    print(f"1..{len(TESTS)}", flush=True)
    with Computer() as computer, ScreenPortal(computer.env) as portal:
        world = World(computer, portal)
        for number, (test, words) in enumerate(TESTS, 1):
            test(world)
            print(f"ok {number} {words}", flush=True)
        world.room.close()


if __name__ == "__main__":
    main()
