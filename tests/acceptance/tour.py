#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays two people through the main job in real windows, and leaves DIR/NN-what.png of each step and DIR/tour.json.

Started by build-aux/run --tour DIR, which builds first and names the programs in the environment.
"""

import contextlib
import json
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from acceptance import story  # noqa: E402  pylint: disable=wrong-import-position
from acceptance.person import Person  # noqa: E402  pylint: disable=wrong-import-position
from fixture.daemon import Daemon  # noqa: E402  pylint: disable=wrong-import-position
from fixture.desktop import Desktop  # noqa: E402  pylint: disable=wrong-import-position


def on_signal(number, _frame):
    # What was begun is ended on the way out.
    sys.exit(128 + number)


def main():
    signal.signal(signal.SIGTERM, on_signal)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for old in [*folder.glob("[0-9][0-9]-*.png"), *folder.glob("tour.json")]:
        old.unlink()
    steps = []

    @contextlib.contextmanager
    def step(what, person):
        began = time.monotonic()
        yield
        steps.append({"step": what, "who": person.name, "ms": round((time.monotonic() - began) * 1000)})
        name = f"{len(steps):02d}-{what}.png"
        person.screenshot(folder / name)
        print(f"tour: {name} ({steps[-1]['ms']} ms)", flush=True)

    with Desktop() as desktop, Daemon(settings={"accounts": {"rate-factor": 100000}}) as daemon:
        ada = Person(desktop, "Ada", daemon.url)
        brook = Person(desktop, "Brook", daemon.url)
        story.meet(ada, brook, step)
        story.talk(ada, brook, step)
        story.private_channel(ada, brook, step)
        ada.quits()
        brook.quits()

    (folder / "tour.json").write_text(json.dumps({"steps": steps}, indent=2) + "\n", encoding="utf-8")
    print(f"tour: {len(steps)} steps are in {folder}")


main()
