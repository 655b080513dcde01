#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that each language of po/LINGUAS can be compiled, and fits what it translates.

check_translations.py SOURCE_ROOT

msgfmt compares format strings, accelerators, and the lines that texts begin and end with. A text that
nobody has translated yet is no fault: it appears in English.
"""

import subprocess
import sys
from pathlib import Path


def main():
    folder = Path(sys.argv[1]) / "po"
    lines = (folder / "LINGUAS").read_text(encoding="utf-8").splitlines()
    languages = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    problems = []

    if languages != sorted(languages):
        problems.append("po/LINGUAS is not in alphabetical order")
    for path in folder.glob("*.po"):
        if path.stem not in languages:
            problems.append(f"po/{path.name} is not named in po/LINGUAS")
    for language in languages:
        result = subprocess.run(["msgfmt", "--check", "--check-accelerators=_", "--statistics", "-o", "/dev/null",
                                 str(folder / f"{language}.po")], capture_output=True, text=True, check=False)
        if result.returncode != 0:
            problems.append(result.stderr.strip())
        else:
            print(f"{language}: {result.stderr.strip()}")
    if problems:
        sys.exit("\n".join(problems))


main()
