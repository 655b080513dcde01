#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that what our documents and the metainfo point at is there.

check_papers.py SOURCE_ROOT
"""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

LINK = re.compile(r"\]\(([^)#\s]*)(#[^)\s]*)?\)")
RAW = "https://guildhall.org/guildhall/raw/main/"
BLOB = "https://guildhall.org/guildhall/blob/main/"


def anchors(text):
    """The names that a page's headings get."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", text, flags=re.S), flags=re.M)
    return {"#" + re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def check_page(path):
    text = path.read_text(encoding="utf-8")
    for target, anchor in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        file = (path.parent / target).resolve() if target else path
        if not file.exists():
            yield f"{path.name} points at {target}, which is not there"
        elif anchor and anchor not in anchors(file.read_text(encoding="utf-8")):
            yield f"{path.name} points at {target}{anchor}, but there is no such heading"


def main():
    root = Path(sys.argv[1]).resolve()
    listed = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard", "*.md"],
                            capture_output=True, text=True)
    names = listed.stdout.split() or ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "docs/administration.md"]

    problems = []
    for name in names:
        problems += check_page(root / name)
    metainfo = ET.parse(root / "data" / "org.guildhall.Guildhall.metainfo.xml.in").getroot()
    for text in (element.text or "" for element in metainfo.iter()):
        for start in (RAW, BLOB):
            if text.startswith(start) and not (root / text.removeprefix(start)).exists():
                problems.append(f"the metainfo points at {text}, which is not there")
    if problems:
        sys.exit("\n".join(problems))
    print(f"{len(names)} pages")


main()
