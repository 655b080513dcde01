#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes pictures of the conversation's widgets, without a server: look.py DIR [SCENE…]

For looking at; run it in the build root, where gallery has been built. The name of a picture says scene,
size and style.
"""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from fixture.desktop import Desktop  # noqa: E402
from fixture.process import build_dir, wait_until  # noqa: E402

SIZES = ((1200, 800), (800, 600), (360, 640))
SCENES = ("talk", "sending", "writing", "away", "profile", "menu", "members", "empty", "read-only", "closed", "invited", "open", "nothing")


def open_profile(app):
    app.click(app.find_all("button", "Profile of Cleo")[-1])
    app.find("label", "@cleo:localhost").wait_settled()


def open_menu(app):
    row = app.find_all("list item", where=lambda node: "On my way" in (node.name() or ""))[-1]
    app.click(row.find("button", "Profile of Cleo"))
    app.key("Escape", "Shift+Tab", "Menu")
    app.find(name="Copy Text").wait_settled()


GESTURES = {"profile": open_profile, "menu": open_menu}


def look(desktop, gallery, folder, scene, size, style):
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
    gallery = os.environ.get("GALLERY", build_dir() / "tests" / "client" / "ui" / "gallery")
    with Desktop() as desktop:
        for scene in sys.argv[2:] or SCENES:
            for size in sizes:
                for style in os.environ.get("STYLES", "light dark").split():
                    look(desktop, gallery, folder, scene, size, style)


if __name__ == "__main__":
    main()
