#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks our icons: what they are made of, that all are listed, and that every name used exists.

check_icons.py SOURCE_ROOT

A name in the code that neither we nor Adwaita have would show a broken picture.
"""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"
# What GTK's recolouring of symbolic icons understands.
SHAPES = {SVG + "path", SVG + "rect", SVG + "circle"}
CLASSES = {None, "success", "warning", "error"}
USED = re.compile(r'"([a-z][a-z0-9-]*-symbolic)"')


def check_symbolic(path):
    root = ET.parse(path).getroot()
    if root.get("viewBox") != "0 0 16 16":
        yield f"{path.name}: the canvas is not 16 by 16"
    for shape in root:
        if shape.tag not in SHAPES:
            yield f"{path.name}: {shape.tag} is not recoloured by GTK"
        if shape.get("class") not in CLASSES:
            yield f"{path.name}: no such colour class: {shape.get('class')}"
        if not shape.get("fill") or shape.get("stroke"):
            yield f"{path.name}: a shape must have a fill and no stroke"


def check_listing(folder):
    listing = folder / "guildhall-icons.gresource.xml"
    files = {entry.text for entry in ET.parse(listing).getroot().iter("file")}
    present = {str(path.relative_to(folder)) for path in folder.rglob("*.svg")}
    yield from (f"{listing.name} lists {name}, which is not there" for name in files - present)
    yield from (f"{listing.name} does not list {name}" for name in present - files)


def themed_names():
    """The names a desktop has: those of the Adwaita theme, of GTK and of libadwaita."""
    names = {path.stem for path in Path("/usr/share/icons/Adwaita").rglob("*-symbolic.svg")}
    if len(names) < 100:
        sys.exit("the Adwaita icon theme is not installed")
    for module, library in (("gtk4", "libgtk-4.so.1"), ("libadwaita-1", "libadwaita-1.so.0")):
        folder = subprocess.run(["pkg-config", "--variable=libdir", module],
                                capture_output=True, text=True, check=True).stdout.strip()
        listed = subprocess.run(["gresource", "list", Path(folder, library)],
                                capture_output=True, text=True, check=True)
        names |= {re.sub(r"\.(svg|symbolic\.png|png)$", "", Path(line).name)
                  for line in listed.stdout.splitlines() if "/icons/" in line}
    return names


def main():
    root = Path(sys.argv[1])
    folder = root / "data" / "icons"
    problems = list(check_listing(folder))
    for path in sorted(folder.rglob("*-symbolic.svg")):
        problems += check_symbolic(path)

    ours = {entry.get("alias").removesuffix(".svg")
            for entry in ET.parse(folder / "guildhall-icons.gresource.xml").getroot().iter("file")}
    known = ours | themed_names()
    used = 0
    for path in sorted((root / "src" / "client").rglob("*")):
        if path.suffix in (".c", ".blp", ".ui"):
            for name in set(USED.findall(path.read_text(encoding="utf-8"))):
                used += 1
                if name not in known:
                    problems.append(f"{path.relative_to(root)} uses {name}, which nobody has")
    if problems:
        sys.exit("\n".join(problems))
    print(f"{len(ours)} icons of our own, {used} uses")


main()
