#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves that build-aux/run, interrupted while it builds, says so in a line and leaves nothing running. Speaks TAP.

What builds for minutes is played by a script, and the build root by another, which runs what it is given.
"""

import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(sys.argv[1])
NEEDED = ("build-aux/run", "build-aux/runner.py", "build-aux/testing/keeper.py", "tests/fixture/__init__.py", "tests/fixture/process.py")
PATIENCE_S = 60
DEVROOT = '#!/bin/sh\nexec "$@"\n'
# Whoever of these still runs holds the pipe; one is in a session of its own.
MESON = '#!/bin/sh\nexec 3>"$PIPE"\nsetsid sleep 600 &\necho begun >&3\nsleep 600\n'


def heed_signals():
    """Whoever runs this in the background or with nohup has some of them ignored, which a shell cannot undo."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def start(path):
    """build-aux/run in a copy of what it needs, once it builds; and the pipe held by all that then build."""
    for name in NEEDED:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(SOURCE / name, path / name)
    for name, text in (("build-aux/devroot", DEVROOT), ("tools/meson", MESON)):
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
        (path / name).chmod(0o755)
    os.mkfifo(path / "pipe")
    env = {**os.environ, "PATH": f"{path / 'tools'}:{os.environ['PATH']}", "PIPE": str(path / "pipe"), "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(  # pylint: disable=consider-using-with,subprocess-popen-preexec-fn
        [path / "build-aux" / "run"], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, start_new_session=True, preexec_fn=heed_signals,
    )
    pipe = (path / "pipe").open("rb", buffering=0)
    pipe.readline()
    return process, pipe


def interrupted(name, send, number):
    with tempfile.TemporaryDirectory() as folder:
        process, pipe = start(pathlib.Path(folder))
        send(process.pid, number)
        said, _ = process.communicate(timeout=PATIENCE_S)
        with pipe:
            ready, _, _ = select.select([pipe], [], [], PATIENCE_S)
            nobody_left = bool(ready) and pipe.read(1) == b""
        expected = "run: setting up the build\nrun: stopping\n"
        yield f"{number.name} to {name}", (process.returncode, said, nobody_left) == (128 + number, expected, True), (
            f"{process.returncode} {nobody_left}\n{said}"
        )


def cases():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        yield from interrupted("all of them, as a terminal sends it", os.killpg, number)
        yield from interrupted("the command alone", os.kill, number)


def main():
    count = failures = 0
    for count, (name, passed, words) in enumerate(cases(), 1):
        print(f"{'ok' if passed else 'not ok'} {count} - {name}", flush=True)
        if not passed:
            failures += 1
            for line in str(words).splitlines():
                print(f"# {line}")
    print(f"1..{count}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
