#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that what the client can translate of a server's refusals is what servers say.

check_refusals.py SOURCE_ROOT

Each sentence of src/client/session/ghc-refusal.c stands in src/server or src/common, word for word: one that was
changed there and not here would appear in English to everybody. A number is %s here, whatever its type is there, and so is a text, however much of it is said there.
"""

import re
import sys
from pathlib import Path

LITERALS = re.compile(r'"((?:[^"\\\n]|\\.)*)"(?:\s*G_G?U?INT(?:64|SIZE)?_FORMAT)?')
RUN = re.compile(r'(?:"(?:[^"\\\n]|\\.)*"(?:\s*G_[A-Z0-9]+_FORMAT)?\s*)+')
NUMBER = re.compile(r"%(?:[diu]|\.\d+s|(?=\s))")
MARKED = re.compile(r"\bN_ \(((?:\"(?:[^\"\\\n]|\\.)*\"\s*)+)\)")


def joined(run):
    """The text of string literals that stand one after another."""
    return "".join(LITERALS.findall(run))


def said(root):
    """All texts in the sources of server and client that are not the client's own."""
    for folder in ("server", "common"):
        for path in (root / "src" / folder).rglob("*.c"):
            for run in RUN.findall(path.read_text(encoding="utf-8")):
                yield NUMBER.sub("%s", joined(run))


def main():
    root = Path(sys.argv[1])
    translated = [joined(run) for run in MARKED.findall((root / "src/client/session/ghc-refusal.c").read_text(encoding="utf-8"))]
    if not translated:
        sys.exit("no sentences were found in ghc-refusal.c")
    there = set(said(root))
    problems = [f"nobody says “{text}”" for text in translated if text not in there]
    problems += [f"“{text}” is listed twice" for text in set(translated) if translated.count(text) > 1]
    if problems:
        sys.exit("src/client/session/ghc-refusal.c:\n  " + "\n  ".join(problems))
    print(f"{len(translated)} sentences")


main()
