# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks of the client share: one program after the other, on a desktop without a display.

Beside each figure of Guildhall stands that of empty-window (the least a libadwaita application can be),
measured in the same run, the two taking turns. Both print `first-frame T` when their first frame has gone
to the display (src/client/ui/ghc-first-frame.c).
"""

import contextlib
import json
import os
import pathlib
import signal
import statistics
import subprocess
import time

from acceptance.person import Person
from fixture.daemon import Daemon
from fixture.desktop import Desktop
from fixture.process import patience

BUILD = pathlib.Path(os.environ["GUILDHALL_BUILD"])
CLIENT = pathlib.Path(os.environ.get("GUILDHALL_BIN", BUILD / "src" / "client" / "guildhall"))
EMPTY = BUILD / "tests" / "bench" / "empty-window"


class Running:
    """A program whose first frame has been shown; .startup_ms is how long that took."""

    def __init__(self, argv, env):
        began_ns = time.monotonic_ns()
        # pylint: disable-next=consider-using-with
        self._process = subprocess.Popen(
            [str(word) for word in argv], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        for line in self._process.stdout:
            if line.startswith("first-frame "):
                self.startup_ms = (int(line.split()[1]) * 1000 - began_ns) / 1e6
                return
        raise RuntimeError(f"{argv[0]} ended with status {self._process.wait()} before its first frame")

    def pss_kib(self):
        """Its proportional share of memory, with what is shared divided by those who share it."""
        text = pathlib.Path(f"/proc/{self._process.pid}/smaps_rollup").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))

    def settled_pss_kib(self):
        """The memory once nothing has changed for a second."""
        deadline = time.monotonic() + patience(60)
        last, same = None, 0
        while same < 10:
            if time.monotonic() > deadline:
                raise RuntimeError("the memory does not come to rest")
            now = self.pss_kib()
            same = same + 1 if last is not None and abs(now - last) <= 64 else 0
            last = now
            time.sleep(0.1)
        return last

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(patience(30))
        self._process.stdout.close()


@contextlib.contextmanager
def stages():
    """Yields (case, argv of the client, its environment): the first run, and somebody with a guild and a conversation."""
    with Desktop() as desktop:
        env = {**desktop.env, "GUILDHALL_BENCH_FIRST_FRAME": "1", "GTK_A11Y": "none"}
        daemon = Daemon(settings={"accounts": {"rate-factor": "10000"}})
        try:
            ada = Person(desktop, "Ada", daemon.url)
            ada.registers()
            ada.creates_guild("Tea House")
            for number in range(30):
                ada.says("general", f"Message number {number}, of a length that people write")
            ada.quits()
            local = {**env, "GUILDHALL_LOCAL_SERVER": daemon.url.removeprefix("http://")}
            nothing = desktop.home / "nothing"
            yield [
                ("first run", [CLIENT, "--new-instance"], {**local, "GUILDHALL_DATA_DIR": str(nothing)}),
                ("signed in", [CLIENT, "--new-instance", "--profile", ada.data_dir.name], {**local, "GUILDHALL_DATA_DIR": str(ada.data_dir)}),
            ]
        finally:
            daemon.stop()


def in_turns(measure, argv, env, rounds, warm_ups=2):
    """Medians of MEASURE (program, environment) for the client and for the empty window, which take turns."""
    figures = {"client": [], "empty": []}
    for turn in range(warm_ups + rounds):
        for name, words in (("client", argv), ("empty", [EMPTY])):
            figure = measure(words, env)
            if turn >= warm_ups:
                figures[name].append(figure)
    return statistics.median(figures["client"]), statistics.median(figures["empty"])


def report(bench, case, figure, unit, reference):
    print(
        json.dumps(
            {
                "bench": bench,
                "case": case,
                "figure": round(figure, 1),
                "unit": unit,
                "reference": round(reference, 1),
                "ratio": round(figure / reference, 2),
            }
        ),
        flush=True,
    )

