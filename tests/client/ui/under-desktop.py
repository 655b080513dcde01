#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a test program on a desktop of its own: under-desktop.py PROGRAM [ARGUMENT…]"""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from fixture.desktop import Desktop  # noqa: E402


def main():
    with Desktop() as desktop:
        # What the test runner says about sanitizers, translations and the like holds for the program too.
        env = {**os.environ, **desktop.env}
        return subprocess.run(sys.argv[1:], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
