#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the Flatpak manifest: flatpak-builder reads it, the sandbox is closed, sources are pinned.

check_manifest.py MANIFEST METAINFO
"""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

# Files, devices, secrets and notifications go through portals, and so do screens and
# cameras. What a window and the network need is all that is granted, and the one thing
# that no portal gives: the sound of other applications.
GRANTED = {
    "--share=network",
    "--share=ipc",
    "--socket=wayland",
    "--socket=fallback-x11",
    "--socket=pulseaudio",  # calls are heard and spoken
    "--filesystem=xdg-run/pipewire-0",  # the sound of what is shared
    "--device=dri",
}


def source_problem(source):
    match source.get("type"):
        case "dir":
            return None if source.get("path") == ".." else "a folder other than this repository"
        case "archive":
            if not source["url"].startswith("https://"):
                return f"{source['url']} does not come over TLS"
            if not re.fullmatch(r"[0-9a-f]{64}", source.get("sha256", "")):
                return f"{source['url']} has no SHA-256"
            return None
        case other:
            return f"a source of type {other}"


def main():
    manifest, metainfo = Path(sys.argv[1]), Path(sys.argv[2])
    done = subprocess.run(["flatpak-builder", "--show-manifest", manifest],
                          capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"flatpak-builder --show-manifest: status {done.returncode}\n{done.stderr}")
    shown = json.loads(done.stdout)

    problems = []
    if shown["id"] != ET.parse(metainfo).getroot().findtext("id"):
        problems.append(f"the id is {shown['id']}, not the application's")
    if extra := set(shown["finish-args"]) - GRANTED:
        problems.append(f"more is granted than needed: {' '.join(sorted(extra))}")
    if missing := GRANTED - set(shown["finish-args"]):
        problems.append(f"not granted: {' '.join(sorted(missing))}")
    if shown["modules"][-1]["name"] != "guildhall":
        problems.append("the last module is not guildhall")
    for module in shown["modules"]:
        problems += [f"{module['name']}: {problem}" for source in module["sources"]
                     if (problem := source_problem(source))]
    if problems:
        sys.exit("\n".join(problems))
    print(f"{len(shown['modules'])} modules")


main()
