#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds with full optimization and runs the benchmarks. Started by build-aux/bench.

    build-aux/bench [--list] [NAME…]

A benchmark is a script tests/bench/NAME.py, or a program that meson knows as benchmark('NAME', …). It
prints one JSON object a line and nothing else to standard output:

    {"bench": NAME, "case": "n=1000 cpu", "figure": 2.4, "unit": "us", "reference": 2.4, "ratio": 1.0}

reference and ratio are null where there is none. Anything else it says goes to standard error. A benchmark
that fails, says nothing, or prints something else makes the exit status 1.
"""

import json
import os
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent
BUILD = SOURCE / "_build-bench"
TIMEOUT_S = 1800
KEYS = {"bench", "case", "figure", "unit", "reference", "ratio"}
MEASURES = ("cpu", "p50", "p99", "rate", "rss", "frames", "time", "widgets")


def say(words):
    print(f"bench: {words}", file=sys.stderr, flush=True)


def set_up():
    if not (BUILD / "build.ninja").exists():
        say("setting up an optimized build")
        subprocess.run(
            ["meson", "setup", "--buildtype=release", BUILD, SOURCE], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
    else:
        # What benchmarks there are may have changed.
        subprocess.run(["ninja", "-C", BUILD, "build.ninja"], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def introspect(what):
    result = subprocess.run(["meson", "introspect", f"--{what}", BUILD], capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


def targets(wanted):
    """What has to be built for these benchmarks: what each of them says that it needs; for a script everything."""
    needs = {entry["name"]: entry["depends"] for entry in introspect("benchmarks")}
    if not wanted or any(name not in needs for name in wanted):
        return []
    ids = {need for name in wanted for need in needs[name]}
    files = [file for target in introspect("targets") if target["id"] in ids for file in target["filename"]]
    return [str(pathlib.Path(file).relative_to(BUILD)) for file in files]


def build(wanted):
    say("building")
    result = subprocess.run(["ninja", "-C", BUILD, *targets(wanted)], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        print(result.stdout[-8000:], result.stderr, file=sys.stderr)
        raise SystemExit("bench: the build failed, see above")


def benchmarks():
    """The commands of all benchmarks by name."""
    commands = {}
    for path in sorted((SOURCE / "tests" / "bench").glob("*.py")):
        if not path.name.startswith("_"):
            commands[path.stem] = ([sys.executable, str(path)], {})
    for entry in introspect("benchmarks"):
        commands[entry["name"]] = (entry["cmd"], entry.get("env", {}))
    return commands


def environment():
    return {
        **os.environ,
        "PYTHONPATH": str(SOURCE / "tests"),
        "GUILDHALL_SOURCE": str(SOURCE),
        "GUILDHALL_BUILD": str(BUILD),
        "GUILDHALL_BIN": str(BUILD / "src" / "client" / "guildhall"),
        "GUILDHALLD_BIN": str(BUILD / "src" / "server" / "guildhalld"),
        "GSETTINGS_BACKEND": "memory",
        "GSETTINGS_SCHEMA_DIR": str(BUILD / "data"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def judge(line):
    """What is wrong with a line, or None."""
    try:
        entry = json.loads(line)
    except ValueError:
        return "is not JSON"
    if not isinstance(entry, dict) or set(entry) != KEYS:
        return f"has not exactly the keys {', '.join(sorted(KEYS))}"
    if not isinstance(entry["figure"], (int, float)) or isinstance(entry["figure"], bool):
        return "has a figure that is not a number"
    if (entry["reference"] is None) != (entry["ratio"] is None):
        return "has a reference without a ratio, or a ratio without a reference"
    if not str(entry["case"]).endswith(MEASURES):
        return f"has a case that does not end in what is measured: {', '.join(MEASURES)}"
    return None


def run(name, command, env):
    """Runs one benchmark, passing its lines on; returns whether all was well."""
    say(name)
    well, lines = True, 0
    with subprocess.Popen(command, env={**environment(), **env}, cwd=SOURCE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            problem = judge(line)
            if problem is None:
                lines += 1
                print(line, end="", flush=True)
            else:
                well = False
                say(f"{name}: a line {problem}: {line.rstrip()}")
        status = process.wait(TIMEOUT_S)
    if status != 0:
        say(f"{name}: ended with status {status}")
    elif lines == 0:
        say(f"{name}: printed no figure")
    return well and status == 0 and lines > 0


def main():
    wanted = sys.argv[1:]
    if any(word in ("-h", "--help") for word in wanted):
        print(__doc__.strip())
        return 0
    set_up()
    known = benchmarks()
    if "--list" in wanted:
        print("\n".join(sorted(known)))
        return 0
    unknown = [name for name in wanted if name not in known]
    if unknown:
        say(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(sorted(known)) or 'none'}")
        return 64
    build(wanted)
    results = [run(name, *known[name]) for name in wanted or sorted(known)]
    if not results:
        say("there are no benchmarks")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
