#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that each language of po/LINGUAS can be compiled, and fits what it translates.

check_translations.py SOURCE_ROOT

msgfmt compares format strings, accelerators, and the lines that texts begin and end with. A text that
nobody has translated yet is no fault: it appears in English. But who reads is addressed in one way throughout.
"""

import re
import subprocess
import sys
from pathlib import Path

# How a language does not address who reads, because the rest of it does otherwise.
OTHER_ADDRESS = {"de": re.compile(r"\b([Dd]u|[Dd]ein(e[mnrs]?)?|[Dd]ich|[Dd]ir)\b")}


def addressed_otherwise(path, pattern):
    """The lines of a catalogue whose translation addresses who reads in the other way."""
    translated = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith(("msgid", "msgctxt")):
            translated = False
        elif line.startswith("msgstr"):
            translated = True
        if translated and not line.startswith("#") and pattern.search(line):
            yield f"{path.name}:{number}: addresses who reads otherwise than the rest: {line}"


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
        elif language in OTHER_ADDRESS and (others := list(addressed_otherwise(folder / f"{language}.po", OTHER_ADDRESS[language]))):
            problems += others
        else:
            print(f"{language}: {result.stderr.strip()}")
    if problems:
        sys.exit("\n".join(problems))


main()
