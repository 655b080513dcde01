# SPDX-License-Identifier: GPL-3.0-or-later
"""People in real windows who show each other a screen and a camera: through the real portal and a real PipeWire, to the pixels
that the other one sees."""

import re

from PIL import Image

from fixture.camera import Camera
from fixture.process import wait_until
from fixture.screen_portal import ScreenPortal

from .callers import LOUD, join

# The lower half of the test card, from the left.
BARS = ((255, 255, 255), (255, 255, 0), (0, 255, 255), (0, 255, 0), (255, 0, 255), (255, 0, 0), (0, 0, 255), (0, 0, 0))
# What encoding and another way to write colours take away.
TOLERANCE = 48


def find_colours(line):
    """The numbers of the bars whose colours LINE shows ten times or more in a row, from the left."""
    runs = []
    for pixel in line:
        found = next((index for index, bar in enumerate(BARS) if max(abs(a - b) for a, b in zip(pixel, bar)) <= TOLERANCE), None)
        if not runs or runs[-1][0] != found:
            runs.append([found, 0])
        runs[-1][1] += 1
    return [found for found, length in runs if found is not None and length >= 10]


def sees_card(person, path, mirrored=False):
    """Waits until the bars of the test card are somewhere in the person's window; a picture of it is left at PATH."""
    # The first may melt into a white window, and the last into what is dark around it.
    wanted = [6, 5, 4, 3, 2, 1] if mirrored else [1, 2, 3, 4, 5, 6]

    def look():
        person.screenshot(path)
        with Image.open(path) as picture:
            pixels = picture.convert("RGB")
        for y in range(8, pixels.height, 16):
            order = find_colours(pixels.crop((0, y, pixels.width, y + 1)).getdata())
            if any(order[i : i + 6] == wanted for i in range(len(order))):
                return True
        return False

    wait_until(look, f"{person.name} to see the test card", timeout=60, interval=0.2)


def open_share_menu(person):
    person.app.click(person.app.find_all(("button", "toggle button"), "Share Screen or Camera")[-1])


def share_screen(person):
    open_share_menu(person)
    person.presses(re.compile("^Share a Screen or Window"))


def test_screen(callers, step, pictures):
    """One shares the screen: asked for through the portal, seen when watched, ended by each who may."""
    ada, brook = callers("Ada", "Brook")
    with ScreenPortal({**ada.desktop.env, **ada.card.env}) as portal:
        join(ada, brook)
        with step("refused", ada):
            portal.decide("no")
            share_screen(ada)
            wait_until(lambda: len(portal.state()["asked"]) == 1, "the desktop to be asked")
            assert portal.state()["sessions"] == 0
        with step("shared", ada):
            portal.decide("yes", kind="screen", width=1280, height=720, rate=15)
            share_screen(ada)
            ada.reads("You share your screen. Nobody is watching.")
            portal.wait_sessions(1)
        with step("watched", brook):
            brook.presses(re.compile("^Go to the call"))
            brook.reads("Ada shares a screen.")
            brook.presses("Watch")
            sees_card(brook, pictures / "brook-sees.png")
            ada.reads("You share your screen. 1 person is watching.")
        with step("not-watched", brook):
            brook.presses("Stop Watching")
            ada.reads("You share your screen. Nobody is watching.")
            brook.presses("Watch")
            ada.reads("You share your screen. 1 person is watching.")
        with step("ended-by-the-desktop", ada):
            ada.sees("button", "Stop sharing your screen")
            portal.stop()
            ada.reads("Your desktop ended the sharing of your screen.")
            ada.app.wait_gone("button", "Stop sharing your screen")
            brook.app.wait_gone("button", "Stop Watching")
            ada.recorder.wait_heard(brook.tone, LOUD)
        with step("ended-by-herself", ada):
            portal.decide("yes", kind="window", width=640, height=400, rate=15)
            share_screen(ada)
            ada.reads("You share your screen. Nobody is watching.")
            ada.presses("Stop sharing your screen")
            portal.wait_sessions(0)


def test_camera(callers, step, pictures):
    """One looks at oneself first; then the other sees it; then the camera is pulled out, and the call goes on."""
    ada, brook = callers("Ada", "Brook")
    join(ada, brook)
    with Camera({**ada.desktop.env, **ada.card.env}, "Test Camera") as camera:
        with step("seen-by-oneself", ada):
            open_share_menu(ada)
            ada.presses(re.compile("^Turn the Camera On"))
            ada.reads("Only you see this now.")
            sees_card(ada, pictures / "ada-sees.png", mirrored=True)
        with step("seen-by-the-other", brook):
            brook.presses(re.compile("^Go to the call"))
            ada.presses("Show Me to the Others")
            ada.reads("Your camera is on. 1 person is watching.")
            sees_card(brook, pictures / "brook-sees.png")
        with step("pulled-out", ada):
            camera.pull()
            ada.reads("The camera was disconnected")
            brook.sees("list item", re.compile("^Ada"))
