#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks guildhalld.service and guildhalld.socket: systemd understands every line, and the sandbox is tight.

check_unit.py UNIT SOCKET DAEMON

systemd-analyze ends with status 0 for a key it does not know and only says so, so anything
it says is a failure. The unit is checked as it is, but for the path of the daemon: the
installed one is not there before the installation, so the built one stands in.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

EXPOSURE_AT_MOST = 2.0


def analyze(*arguments):
    done = subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def check_socket(socket):
    """One daemon gets the listening socket itself, with a long queue, and nothing throws away who waits in it."""
    lines = re.findall(r"^([A-Za-z]+)=(.*)$", socket.read_text(), re.M)
    settings = dict(lines)
    if len(settings) != len(lines):
        sys.exit(f"{socket}: a setting is there twice")
    if not re.fullmatch(r"127\.0\.0\.1:8448", settings.get("ListenStream", "")):
        sys.exit(f"{socket}: ListenStream is not the default of server.listen")
    if int(settings.get("Backlog", 0)) < 4096 or settings.get("Accept", "no") != "no" or settings.get("FlushPending", "no") != "no":
        sys.exit(f"{socket}: who connects while the daemon is replaced would not wait")


def main():
    unit, socket, daemon = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]).resolve()
    text, changed = re.subn(r"^ExecStart=\S+", f"ExecStart={daemon}", unit.read_text(), flags=re.M)
    if changed != 1:
        sys.exit(f"{unit}: there must be exactly one ExecStart")

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "guildhalld.service")
        copy.write_text(text)

        # By itself, and with the socket, which finds the service by its own name.
        beside = Path(folder, "guildhalld.socket")
        for checked in ([copy], [copy, beside]):
            if beside in checked:
                beside.write_text(socket.read_text())
            status, out, err = analyze("verify", "--man=no", *checked)
            if status != 0 or (out + err).strip():
                sys.exit(f"systemd-analyze verify, status {status}:\n{out}{err}")
        check_socket(socket)

        status, out, err = analyze("security", "--offline=true", "--no-pager", "--json=short", copy)
        if status != 0 or err.strip():
            sys.exit(f"systemd-analyze security, status {status}:\n{err}")
        rows = json.loads(out)
        if len(rows) < 50:
            sys.exit(f"systemd-analyze security looked at only {len(rows)} settings")

        status, out, err = analyze(
            "security", "--offline=true", f"--threshold={EXPOSURE_AT_MOST * 10:.0f}", copy
        )
        found = re.search(r"Overall exposure level.*?(\d+\.\d+)", out)
        if not found:
            sys.exit(f"systemd-analyze security gave no exposure level:\n{out}{err}")
        exposure = float(found.group(1))
        if status != 0 or exposure > EXPOSURE_AT_MOST:
            weighing = [row for row in rows if row["exposure"] is not None]
            worst = sorted(weighing, key=lambda row: -float(row["exposure"]))[:8]
            lines = "\n".join(f"  {row['exposure']}  {row['description']}" for row in worst)
            sys.exit(f"exposure {exposure} is above {EXPOSURE_AT_MOST}; the heaviest:\n{lines}")
        print(f"exposure {exposure}, at most {EXPOSURE_AT_MOST}")


main()
