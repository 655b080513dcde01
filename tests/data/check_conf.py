#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that guildhalld.conf names exactly the settings guildhalld has, with their defaults.

check_conf.py CONF DAEMON

The daemon is asked three things: what settings it has, whether it reads the file as
shipped, and whether it reads it with every line brought to life.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path


# What the file sets, besides naming it: the unit's StateDirectory, so that commands which
# systemd does not start find it too.
SET = {"server.data-dir": "/var/lib/guildhall"}


def print_settings(daemon, home, *arguments):
    # A daemon without GUILDHALL_… variables and with a home of its own, so that nothing
    # but its defaults and the file can show.
    environment = {"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C.UTF-8"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LD_LIBRARY_PATH"):
        if name in os.environ:
            environment[name] = os.environ[name]
    done = subprocess.run(
        [daemon, *arguments, "--print-settings"], capture_output=True, text=True, env=environment
    )
    if done.returncode != 0:
        sys.exit(f"guildhalld {' '.join(arguments)} --print-settings: status {done.returncode}\n"
                 f"{done.stdout}{done.stderr}")
    settings = {}
    for line in done.stdout.splitlines():
        found = re.fullmatch(r"([a-z]+\.[a-z-]+)=(.*)", line)
        if not found:
            sys.exit(f"guildhalld --print-settings printed: {line!r}")
        settings[found[1]] = found[2]
    return settings


def read_conf(text):
    settings, group, lines = {}, None, []
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.fullmatch(r"\[([a-z]+)\]", line):
            group = found[1]
        elif found := re.fullmatch(r"#?([a-z-]+)=(.*)", line):
            key = f"{group}.{found[1]}"
            if line.startswith("#") == (key in SET):
                sys.exit(f"line {number}: {key} should {'' if key in SET else 'not '}be set here")
            if group is None or key in settings:
                sys.exit(f"line {number}: {key} is outside a group, or named twice")
            settings[key] = found[2]
            line = line.removeprefix("#")
        elif line and not line.startswith("# ") and line != "#":
            sys.exit(f"line {number} is neither a comment, a group nor a setting: {line!r}")
        lines.append(line)
    return settings, "\n".join(lines) + "\n"


def main():
    conf, daemon = Path(sys.argv[1]), sys.argv[2]
    named, alive = read_conf(conf.read_text())

    with tempfile.TemporaryDirectory() as home:
        known = print_settings(daemon, home)

        problems = [f"guildhalld has {key}, the file does not name it" for key in known.keys() - named.keys()]
        problems += [f"the file names {key}, guildhalld does not have it" for key in named.keys() - known.keys()]
        for key in known.keys() & named.keys():
            if key not in SET and known[key] != named[key]:
                problems.append(f"{key}: the default is {known[key]!r}, the file says {named[key]!r}")
        problems += [f"{key} should be {value}, it is {named.get(key)}"
                     for key, value in SET.items() if named.get(key) != value]
        if problems:
            sys.exit("\n".join(sorted(problems)))

        living = Path(home, "living.conf")
        living.write_text(alive)
        for file in (conf, living):
            if print_settings(daemon, home, "--config", str(file)).keys() != known.keys():
                sys.exit(f"{file}: guildhalld prints other settings when it reads this")

        # What the file says must reach the daemon, or the checks above prove nothing.
        living.write_text("[server]\nno-such-key=1\n")
        done = subprocess.run([daemon, "--config", str(living), "--print-settings"],
                              capture_output=True, text=True, env={**os.environ, "HOME": home})
        if done.returncode != os.EX_CONFIG or "no-such-key" not in done.stdout + done.stderr:
            sys.exit(f"a key that does not exist was not refused with status {os.EX_CONFIG}: "
                     f"status {done.returncode}\n{done.stdout}{done.stderr}")
    print(f"{len(named)} settings")


main()
