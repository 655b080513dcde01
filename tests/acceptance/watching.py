# SPDX-License-Identifier: GPL-3.0-or-later
"""What people see of each other's screens and cameras, measured in the pixels of their windows."""

import contextlib
import statistics

from fixture.eyes import Eyes
from fixture.pictures import find_card
from fixture.process import wait_until

# How like what was drawn it is: half of the colours are gone, and it was made larger.
LIKE_DB = 20.0
SECONDS = 4


def _open_eyes(person):
    return contextlib.closing(Eyes(person.desktop.runtime_dir / person.desktop.env["WAYLAND_DISPLAY"], person.app.output))


def sees_card(person, path, width=0, **options):
    """Waits until the test card is in the person's window, at least so wide, and stays where it is; returns it and the pixels.
    A picture of it is left at PATH."""
    found = []
    region = (0, 0, *person.app.size())

    def seen(eyes):
        pixels = eyes.look(region, at_once=True)[1]
        found.append((find_card(pixels, **options), pixels))
        return len(found) > 1 and found[-1][0] is not None and found[-1][0] == found[-2][0] and found[-1][0].width >= width

    with _open_eyes(person) as eyes:
        try:
            wait_until(lambda: seen(eyes), f"{person.name} to see the test card", timeout=60, interval=0.2)
        finally:
            person.screenshot(path)
    return found[-1]


def _find_cards(pixels):
    """All test cards in the pixels of a screen."""
    pixels = pixels.copy()
    found = []
    while (card := find_card(pixels)) is not None:
        found.append(card)
        x, y, width, height = card.region()
        pixels[max(y, 0) : y + height, max(x, 0) : x + width] = 0
    return found


def sees_cards(person, number, path):
    """Waits until so many test cards are in the person's window at once, and stay where they are; returns them. A picture of
    it is left at PATH."""
    found = [[]]
    region = (0, 0, *person.app.size())

    def seen(eyes):
        found.append(_find_cards(eyes.look(region, at_once=True)[1]))
        return len(found[-1]) == number and found[-1] == found[-2]

    with _open_eyes(person) as eyes:
        try:
            wait_until(lambda: seen(eyes), f"{person.name} to see {number} test cards at once", timeout=60, interval=0.2)
        finally:
            person.screenshot(path)
    return found[-1]


def sees_no_card(person):
    region = (0, 0, *person.app.size())
    with _open_eyes(person) as eyes:
        wait_until(lambda: find_card(eyes.look(region, at_once=True)[1]) is None, f"{person.name} not to see the test card any more", 30, 0.2)


def is_like(person, card, pixels, figures, **between):
    """Compares the card in the person's window with what was drawn, all of it or BETWEEN heights."""
    like, worst = card.compare(pixels, **between)
    figures(f"{person.name} sees what was drawn with {like:.1f} dB, no pixel beside an edge more than {worst} of 255 wrong")
    assert like >= LIKE_DB, like


def watch(person, card):
    """Watches the card in the person's window: (when, number, age in ms) of all pictures that were drawn there."""
    region = card.region(1 / 8)
    with _open_eyes(person) as eyes:
        seen = [(when, card.number(pixels, region), card.age_ms(pixels, when, region)) for when, pixels in eyes.watch(region, SECONDS)]
    # Where there is no card, all is dark: the picture waits for a connection that a busy machine does not serve.
    return [each for before, each in zip([(0, -1, 0), *seen], seen) if each[1] not in (before[1], 0)]


def tell_seen(person, seen, figures):
    """Counts what was lost and what stood still, says so, and returns the share that was seen and the longest pause in s."""
    if len(seen) < 2:
        figures(f"{person.name} saw no pictures for {SECONDS} s")
        return 0, SECONDS
    numbers = [number for _, number, _ in seen]
    assert numbers == sorted(numbers), numbers
    of = numbers[-1] - numbers[0] + 1
    length = seen[-1][0] - seen[0][0]
    gaps = [*(after[0] - before[0] for before, after in zip(seen, seen[1:])), SECONDS - length]
    figures(
        f"{person.name} saw {len(numbers)} of {of} pictures in {length:.1f} s, none for {max(gaps) * 1000:.0f} ms at most,"
        f" {statistics.median(age for _, _, age in seen):.0f} ms after they were drawn"
    )
    return len(numbers) / of, max(gaps)
