#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes pictures of the conversation's widgets and of calls, without a server: look.py DIR [SCENE…]

For looking at; run it in the build root, where gallery and gallery-calls have been built. The name of a
picture says scene, size and style. SIZES ("1200 360"), STYLES ("light dark") and TEXT ("1.5", the size of
letters) in the environment say which.
"""

import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from fixture.desktop import Desktop  # noqa: E402
from fixture.process import build_dir, wait_until  # noqa: E402

SIZES = ((1200, 800), (800, 600), (360, 640))
SCENES = ("talk", "sending", "writing", "away", "profile", "menu", "members", "empty", "read-only", "closed", "invited", "open", "nothing")
CALL_SCENES = (
    "call",
    "call-side",
    "call-outside",
    "call-empty",
    "call-alone",
    "call-away",
    "call-unplugged",
    "call-silenced",
    "call-listen",
    "call-muted",
    "call-deafened",
    "call-details",
    "call-person",
    "call-side-person",
    "call-devices",
    "preferences",
    "preferences-key",
    "share",
    "share-menu",
    "share-menu-again",
    "share-camera",
    "share-no-portal",
    "share-offered",
    "share-alone",
    "share-two",
    "share-three",
    "share-own",
    "share-many",
    "share-grid",
    "share-details",
    "share-small",
    "share-full",
    "share-waiting",
    "share-paused",
    "share-failed",
)


def open_profile(app):
    app.click(app.find_all("button", "Profile of Cleo")[-1])
    app.find("label", "@cleo:localhost").wait_settled()


def open_menu(app):
    row = app.find_all("list item", where=lambda node: "On my way" in (node.name() or ""))[-1]
    app.click(row.find("button", "Profile of Cleo"))
    app.key("Escape", "Shift+Tab", "Menu")
    app.find(name="Copy Text").wait_settled()


def open_by(name, inside):
    """Presses the last button whose name begins so, which is that of the bar in sight, and waits for what it shows."""

    def gesture(app):
        app.click(app.find_all(("button", "toggle button"), re.compile(f"^{name}"))[-1])
        app.find(name=inside).wait_settled()

    return gesture


def open_person(app):
    app.find("list item", re.compile("^Dmitri"))
    app.click(app.find_all("list item", re.compile("^Dmitri"))[-1])
    app.find("slider").wait_settled()


def open_share_details(app):
    app.activate(app.find("toggle button", "Sound and Details"))
    app.find(name="Volume of the Sound").wait_settled()


def open_window(name):
    """Presses that button of the picture, and waits for the window that it opens."""

    def gesture(app):
        # A new window comes where the keyboard is.
        app.focus()
        app.activate(app.find("button", name))
        wait_until(lambda: len(app.views()) == 2, "another window")
        app.find("button", "Full Screen (F11)").wait_settled()

    return gesture


GESTURES = {
    "profile": open_profile,
    "menu": open_menu,
    "call-details": open_by("Connections", re.compile("^Ada Okafor: ")),
    "call-devices": open_by("Microphone and Sound", "Voice Preferences…"),
    "call-person": open_person,
    "call-side-person": open_person,
    "share-menu-again": open_by("Share Screen or Camera", re.compile("^Turn the Camera On")),
    "share-details": open_share_details,
    "share-small": open_window("Open in a Small Window"),
    "share-full": open_window(re.compile("^Full Screen")),
    "share-menu": open_by("Share Screen or Camera", re.compile("^Turn the Camera On")),
}


def look(desktop, folder, scene, size, style):
    gallery = build_dir() / "tests" / "client" / "ui" / ("gallery-calls" if scene in CALL_SCENES else "gallery")
    words = [str(gallery), scene] + (["--dark"] if style == "dark" else [])
    app = desktop.launch(words, name=f"{scene}-{size[0]}-{style}", width=size[0], height=size[1])
    try:
        wait_until(lambda: "ready" in app.log(), "the scene to be ready")
        GESTURES.get(scene, lambda app: None)(app)
        desktop.screenshot(folder / f"{scene}-{size[0]}-{style}.png", app.output)
        for line in app.log().splitlines():
            if line != "ready":
                print(f"{scene}: {line}", file=sys.stderr)
    finally:
        app.close()


def main():
    folder = pathlib.Path(sys.argv[1])
    sizes = [size for size in SIZES if str(size[0]) in os.environ.get("SIZES", "1200 800 360").split()]
    with Desktop() as desktop:
        if "TEXT" in os.environ:
            settings = desktop.home / ".config" / "gtk-4.0"
            settings.mkdir(parents=True)
            dpi = round(float(os.environ["TEXT"]) * 96 * 1024)
            (settings / "settings.ini").write_text(f"[Settings]\ngtk-xft-dpi={dpi}\n", encoding="utf-8")
            desktop.env["GDK_DEBUG"] = "default-settings"
        for scene in sys.argv[2:] or SCENES + CALL_SCENES:
            for size in sizes:
                for style in os.environ.get("STYLES", "light dark").split():
                    look(desktop, folder, scene, size, style)


if __name__ == "__main__":
    main()
