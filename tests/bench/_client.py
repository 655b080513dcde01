# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks of the client share: one program after the other, on a desktop without a display.

Beside each figure of Guildhall stands that of empty-window (the least a libadwaita application can be),
measured in the same run, the two taking turns. Both print `first-frame T` when their first frame has gone
to the display (src/client/ui/ghc-first-frame.c).
"""

import json
import os
import pathlib
import signal
import statistics
import subprocess
import time

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


def environment(desktop, data_dir):
    """Of a program on DESKTOP; the client keeps its files in DATA_DIR."""
    return {**desktop.env, "GUILDHALL_BENCH_FIRST_FRAME": "1", "GUILDHALL_DATA_DIR": str(data_dir), "GTK_A11Y": "none"}


def in_turns(measure, programs, rounds, warm_ups=2):
    """Medians of MEASURE (program) for each of PROGRAMS, which take turns."""
    figures = {name: [] for name in programs}
    for turn in range(warm_ups + rounds):
        for name, argv in programs.items():
            figure = measure(argv)
            if turn >= warm_ups:
                figures[name].append(figure)
    return {name: statistics.median(values) for name, values in figures.items()}


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


def desktop():
    return Desktop()
