# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture, a banner and a status of oneself: chosen, sent, and seen by the other; and what is refused."""

import random
import re

import pytest
from PIL import Image

from . import story

MEGABYTE = 1024 * 1024
GREEN = (30, 180, 60)
VIOLET = (110, 20, 190)


@pytest.fixture
def portrait(tmp_path):
    """A picture whose middle is plainly green."""
    path = tmp_path / "portrait.png"
    image = Image.new("RGB", (320, 200), (200, 30, 30))
    image.paste(GREEN, (60, 0, 260, 200))
    image.save(path)
    return path


@pytest.fixture
def too_large(tmp_path):
    """A real picture of more than five megabytes."""
    path = tmp_path / "too-large.png"
    Image.frombytes("RGB", (1600, 1400), random.Random(7).randbytes(1600 * 1400 * 3)).save(path)
    assert path.stat().st_size > 5 * MEGABYTE
    return path


@pytest.fixture
def wide(tmp_path):
    """A picture as wide as a banner, plainly violet."""
    path = tmp_path / "wide.png"
    Image.new("RGB", (600, 200), VIOLET).save(path)
    return path


def choose_file(person, path, button=re.compile(r"Choose (a )?Picture…")):
    """The file chooser of the toolkit, with the file's whole address written into it."""
    person.presses(button, role="button")
    chooser = person.sees(("dialog", "frame", "window"), "Choose a Picture")
    # A window of its own, which has the keyboard a moment after it is there.
    chooser.find(state="focused")
    person.app.key("ctrl+l")
    person.fills_path(chooser.find("text", state="focused"), path)
    person.presses("Open", role="button")
    person.app.wait_gone(("dialog", "frame", "window"), "Choose a Picture")


def opens_profile(person):
    person.presses(re.compile(r"^Account menu"))
    person.presses(re.compile(r"Edit Profile…?"), role="menu item")
    person.sees(("dialog", "frame", "window"), "Edit Profile")


def sets_status(person, does):
    """The dialog for one's status, by the menu at the foot of the sidebar."""
    person.presses(re.compile(r"^Account menu"))
    person.presses("Set Status…", role="menu item")
    person.sees(("dialog", "frame", "window"), "Set Status")
    does()
    person.presses("Save", role="button")
    person.app.wait_gone(("dialog", "frame", "window"), "Set Status")


def count_pixels(path, color):
    """How many pixels of a screenshot have about that colour."""
    pixels = Image.open(path).convert("RGB").getdata()
    return sum(1 for pixel in pixels if all(abs(has - wanted) < 25 for has, wanted in zip(pixel, color)))


def test_picture_is_sent_and_seen(two, step, portrait, wide, pictures):
    ada, brook = two
    story.meet(ada, brook, step)
    ada.says("general", "This is me")
    brook.hears("Ada", "This is me")
    brook.screenshot(pictures / "brook-before.png")
    assert count_pixels(pictures / "brook-before.png", GREEN) < 100

    with step("ada-chooses-a-picture", ada):
        opens_profile(ada)
        choose_file(ada, portrait)
        ada.sees(("image", "icon", "graphic"), "Part of the picture to keep")
    with step("ada-saves-it", ada):
        ada.presses("Save", role="button")
        ada.app.wait_gone(("dialog", "frame", "window"), "Edit Profile")

    def brook_sees_green():
        brook.screenshot(pictures / "brook-after.png")
        return count_pixels(pictures / "brook-after.png", GREEN) > 300

    from fixture.process import wait_until  # pylint: disable=import-outside-toplevel

    wait_until(brook_sees_green, "Brook to see Ada's picture")

    with step("ada-sets-a-banner", ada):
        opens_profile(ada)
        choose_file(ada, wide, "Choose Banner…")
        ada.sees(("image", "icon", "graphic"), "Part of the picture to keep")
        ada.presses("Save", role="button")
        ada.app.wait_gone(("dialog", "frame", "window"), "Edit Profile")

    def brook_sees_violet():
        brook.screenshot(pictures / "brook-profile.png")
        return count_pixels(pictures / "brook-profile.png", VIOLET) > 10000

    brook.presses(re.compile(r"^Ada, Online"), role="list item")
    wait_until(brook_sees_violet, "Brook to see Ada's banner")
    brook.app.key("Escape")

    with step("ada-sets-a-status", ada):
        sets_status(ada, lambda: ada.fills("Status", "Gone for more tea"))
        ada.sees(None, re.compile(r"^Account menu, Ada, Online; status: Gone for more tea$"))
    with step("brook-reads-it", brook):
        brook.sees(None, re.compile(r"^Ada, Online; status: Gone for more tea$"))
    with step("ada-takes-it-away", ada):
        sets_status(ada, lambda: ada.presses("Clear Status", role="button"))
        brook.sees(None, re.compile(r"^Ada, Online$"))


def test_too_large_a_picture_is_refused(people, step, too_large):
    ada = people("Ada")
    ada.registers()
    opens_profile(ada)
    with step("too-large", ada):
        choose_file(ada, too_large)
        ada.reads(r"This picture is too large \(.*MiB\)\. Choose one of at most 5\.0\sMiB")
