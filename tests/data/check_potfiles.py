#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that po/POTFILES.in lists exactly the files with strings to translate.

check_potfiles.py SOURCE_ROOT [--write]

With --write the list is written anew instead.
"""

import re
import sys
from pathlib import Path

HEAD = "# Files with strings to translate; tests/data/check_potfiles.py --write makes this list.\n"
C_CALL = re.compile(r'\b(?:_|N_|C_|NC_|Q_|gettext|ngettext|dgettext|dngettext|pgettext|g_dgettext'
                    r'|g_dngettext|g_dpgettext2?)\s*\(')
C_NOISE = re.compile(r'/\*.*?\*/|//[^\n]*', re.S)
BLUEPRINT_CALL = re.compile(r'\bC?_\(\s*["\']')
# xgettext reads Blueprint as C, where single quotes hold one character.
BLUEPRINT_UNSEEN = re.compile(r"\bC?_\(\s*'")


def has_strings(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".c":
        return C_CALL.search(C_NOISE.sub("", text)) is not None
    if path.suffix == ".blp":
        return BLUEPRINT_CALL.search(C_NOISE.sub("", text)) is not None
    return True


def main():
    root = Path(sys.argv[1])
    listing = root / "po" / "POTFILES.in"
    candidates = [
        *(root / "data").glob("*.desktop.in"),
        *(root / "data").glob("*.metainfo.xml.in"),
        *(root / "data").glob("*.gschema.xml"),
        *(root / "src").rglob("*.c"),
        *(root / "src").rglob("*.blp"),
    ]
    should = sorted(str(path.relative_to(root)) for path in candidates if has_strings(path))

    if sys.argv[2:] == ["--write"]:
        listing.write_text(HEAD + "".join(f"{name}\n" for name in should))
        return

    lines = listing.read_text().splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]
    problems = [f"{name} has strings to translate and is not listed" for name in should if name not in listed]
    problems += [f"{name} is listed and has nothing to translate" for name in listed if name not in should]
    problems += [f"{path.relative_to(root)}: xgettext does not see strings in single quotes"
                 for path in candidates
                 if path.suffix == ".blp" and BLUEPRINT_UNSEEN.search(path.read_text(encoding="utf-8"))]
    if not problems and listed != should:
        problems.append("the list is not in order, or names a file twice")
    if problems:
        sys.exit("po/POTFILES.in:\n  " + "\n  ".join(problems)
                 + "\nRun tests/data/check_potfiles.py . --write")
    print(f"{len(listed)} files")


main()
