#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves that build-aux/testing/keeper.py leaves no process behind. Speaks TAP."""

import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile

KEEPER = pathlib.Path(sys.argv[1]) / "build-aux" / "testing" / "keeper.py"
# One in a session of its own, one an orphan, one that hears no signal; all hold the pipe that is their output.
CROWD = "setsid sleep 600 & (setsid sleep 600 &); setsid sh -c 'trap \"\" TERM INT HUP; echo begun; sleep 600; sleep 600' & "
PATIENCE_S = 60


def start(words, through=None):
    """Starts the keeper, or THROUGH something that starts it; returns the process and the pipe all of them hold."""
    reading, writing = os.pipe()
    own = [sys.executable, str(KEEPER), "sh", "-c", words]
    process = subprocess.Popen([*(through or []), *own], stdout=writing, stdin=subprocess.DEVNULL)  # pylint: disable=consider-using-with
    os.close(writing)
    return process, reading


def read(pipe):
    """What is said next; b"" once nobody is left who could say anything."""
    ready, _, _ = select.select([pipe], [], [], PATIENCE_S)
    return os.read(pipe, 4096) if ready else b"(somebody is there, and says nothing)"


def outcome(process, pipe):
    """The status, and whether nobody is left."""
    try:
        return process.wait(PATIENCE_S), read(pipe) == b""
    finally:
        os.close(pipe)


def cases():
    process, pipe = start("exit 7")
    yield "a status is passed on", outcome(process, pipe) == (7, True)

    process, pipe = start("kill -SEGV $$")
    yield "a signal is told", outcome(process, pipe) == (128 + signal.SIGSEGV, True)

    with tempfile.TemporaryDirectory() as folder:
        os.mkfifo(path := f"{folder}/go")
        process, pipe = start(f"{CROWD} read line <{path}; exit 5")
        begun = read(pipe)
        pathlib.Path(path).write_text("go\n", encoding="ascii")
        yield "who stays behind a command is ended", begun == b"begun\n" and outcome(process, pipe) == (5, True)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        process, pipe = start(f"{CROWD} sleep 600")
        begun = read(pipe)
        process.send_signal(number)
        yield f"{number.name} ends all", begun == b"begun\n" and outcome(process, pipe) == (128 + number, True)

    process, pipe = start(f"{CROWD} sleep 600", ["sh", "-c", '"$@"; exit 0', "sh"])
    begun = read(pipe)
    process.kill()
    yield "the starter's death ends all", begun == b"begun\n" and outcome(process, pipe) == (-signal.SIGKILL, True)


def main():
    count = failed = 0
    for count, (name, passed) in enumerate(cases(), 1):
        print(f"{'ok' if passed else 'not ok'} {count} - {name}")
        failed += not passed
    print(f"1..{count}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
