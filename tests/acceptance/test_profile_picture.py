# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture, a banner and a status of oneself: chosen, sent, and seen by the other; and what is refused."""

import io
import random
import re

import pytest
from PIL import Image

from fixture.process import wait_until
from server.people import Person as Account

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


@pytest.fixture
def colorful(tmp_path):
    """A picture of which each place has a colour of its own."""
    path = tmp_path / "colorful.png"
    red = Image.linear_gradient("L").rotate(90).resize((480, 300))
    green = Image.linear_gradient("L").resize((480, 300))
    Image.merge("RGB", (red, green, Image.new("L", (480, 300), 128))).save(path)
    return path


def look_at(person, node, path):
    """What is seen of NODE in a picture of the person's window, which is left at PATH."""
    person.screenshot(path)
    left, top, width, height = node.extents()
    return Image.open(path).convert("RGB").crop((int(left), int(top), int(left + width), int(top + height)))


def colors(picture):
    """Of four places in the circle of a square picture; the pointer, which may be in the middle of it, is in none of them."""
    side = picture.width
    return [picture.getpixel((int(side * x), int(side * y))) for x, y in ((0.2, 0.4), (0.8, 0.4), (0.4, 0.2), (0.4, 0.9))]


def are_like(some, others):
    return all(abs(a - b) < 10 for one, other in zip(some, others) for a, b in zip(one, other))


def test_what_is_chosen_of_a_picture_is_sent(people, daemon, step, colorful, pictures):
    """Made larger with the wheel and taken elsewhere with the pointer: what is in the circle is what others get."""
    account = Account.register(daemon.url, "ada", display_name="Ada")
    ada = people("Ada", account=account)
    ada.is_online()
    opens_profile(ada)
    choose_file(ada, colorful)
    cropper = ada.sees(("image", "icon", "graphic"), "Part of the picture to keep")
    zoom = ada.sees("slider", "Zoom")
    with step("larger", ada):
        # Six steps of the wheel, and no more: the further it is made larger, the less the pointer moves it.
        for _ in range(12):
            if zoom.value() > 1.7:
                break
            ada.app.scroll(cropper, -15)
            ada.app.wait_painted()
        wait_until(lambda: zoom.value() > 1.7, "the wheel to make it larger")
    with step("elsewhere", ada):
        before = colors(look_at(ada, cropper, pictures / "before.png"))
        ada.app.drag(cropper, -80, 60)

        def is_elsewhere():
            now = colors(look_at(ada, cropper, pictures / "now.png"))
            # All the way: 80 and 60 pixels are so much of both colours.
            return all(new[0] > old[0] + 25 and new[1] < old[1] - 30 for new, old in zip(now, before)) and now

        seen = wait_until(is_elsewhere, "the picture to follow the pointer")
    ada.presses("Save", role="button")
    ada.app.wait_gone(("dialog", "frame", "window"), "Edit Profile")
    profile = account.ask("profile.get", user_id=account.user_id)
    sent = Image.open(io.BytesIO(account.ask("media.get", media_id=profile["image"], size="128").content)).convert("RGB")
    assert are_like(colors(sent), seen), (colors(sent), seen)
