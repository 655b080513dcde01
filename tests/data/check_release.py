#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that the build, the metainfo and NEWS speak of the same version, and of the same day.

check_release.py VERSION METAINFO NEWS
"""

import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

version, metainfo, news = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
latest = ET.parse(metainfo).getroot().find("releases/release")
head = re.match(r"Guildhall (\S+) \((\d{4}-\d\d-\d\d)\)\n=+\n", news.read_text(encoding="utf-8"))
if head is None:
    sys.exit("NEWS does not begin with “Guildhall VERSION (DATE)”, underlined")
said = {
    "meson.build": version,
    "the metainfo": latest.get("version"),
    "NEWS": head[1],
}
if len(set(said.values())) != 1:
    sys.exit("\n".join(f"{where} says {what}" for where, what in said.items()))
if latest.get("date") != head[2]:
    sys.exit(f"the metainfo says {latest.get('date')}, NEWS says {head[2]}")
print(version, head[2])
