#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuses a .c file of more than 1,000 lines: somebody who opens a file should read it in one sitting.

    check-sizes.py [SOURCE_DIR]
"""

import pathlib
import sys

LIMIT = 1000
WORTH_A_TALK = 600


def check(source_dir):
    """Returns (path, lines) of each .c file, the longest first."""
    source_dir = pathlib.Path(source_dir)
    sizes = []
    for folder in ("src", "tests"):
        for path in (source_dir / folder).rglob("*.c"):
            with path.open("rb") as file:
                sizes.append((path.relative_to(source_dir).as_posix(), sum(1 for _ in file)))
    return sorted(sizes, key=lambda entry: -entry[1])


def main():
    source_dir = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    sizes = check(source_dir)
    refused = [entry for entry in sizes if entry[1] > LIMIT]
    for path, lines in refused:
        print(f"{path}: {lines} lines; split it by concern, {LIMIT} is the limit", file=sys.stderr)
    for path, lines in sizes:
        if WORTH_A_TALK < lines <= LIMIT:
            print(f"{path}: {lines} lines; worth a talk")
    if refused:
        return 1
    print(f"{len(sizes)} files, none over {LIMIT} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
