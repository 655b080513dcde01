# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames while scrolling a hundred thousand messages: bench-timeline on a desktop of its own."""

import os
import subprocess
import sys

from fixture.desktop import Desktop
from fixture.process import build_dir


def main():
    with Desktop() as desktop:
        program = build_dir() / "tests" / "bench" / "bench-timeline"
        return subprocess.run([program], env={**os.environ, **desktop.env}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
