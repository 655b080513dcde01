#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks guildhalld.service: systemd understands every line, and the sandbox is tight.

check_unit.py UNIT DAEMON

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


def main():
    unit, daemon = Path(sys.argv[1]), Path(sys.argv[2]).resolve()
    text, changed = re.subn(r"^ExecStart=\S+", f"ExecStart={daemon}", unit.read_text(), flags=re.M)
    if changed != 1:
        sys.exit(f"{unit}: there must be exactly one ExecStart")

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "guildhalld.service")
        copy.write_text(text)

        status, out, err = analyze("verify", "--man=no", copy)
        if status != 0 or (out + err).strip():
            sys.exit(f"systemd-analyze verify, status {status}:\n{out}{err}")

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
