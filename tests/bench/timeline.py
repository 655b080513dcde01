# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames while scrolling a hundred thousand messages: bench-timeline on a desktop of its own."""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from fixture.desktop import Desktop  # noqa: E402
from fixture.process import build_dir  # noqa: E402


def main():
    with Desktop() as desktop:
        program = build_dir() / "tests" / "bench" / "bench-timeline"
        return subprocess.run([program], env={**os.environ, **desktop.env}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
