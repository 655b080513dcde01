#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command, and leaves none of its processes behind, however it or its starter ends.

    keeper.py COMMAND [ARGUMENT…]

Whatever the command started, sessions of their own and orphans too, belongs to the keeper, and is killed when the
command has ended, when the keeper is told to end, or when whoever started the keeper is gone.
"""

import contextlib
import ctypes
import os
import pathlib
import signal
import sys
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
ENDED_BY = 128


class Told(Exception):
    """A signal that says to end."""


def _on_signal(number, _frame):
    raise Told(number)


def _parents():
    """Each process's parent."""
    parents = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            # The name stands in brackets and may hold anything.
            parents[int(path.parent.name)] = int(path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
    return parents


def descendants():
    """The processes that belong to this one, all generations, in no order."""
    parents = _parents()
    found, before = {os.getpid()}, 0
    while len(found) > before:
        before = len(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    return found - {os.getpid()}


def end_all():
    """Kills all descendants and takes their statuses, until there is none."""
    while True:
        for pid in descendants():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        except ChildProcessError:
            return
        time.sleep(0.01)


def keep(words):
    """Runs WORDS to their end and returns their exit status, 128 and more for a signal."""
    libc = ctypes.CDLL(None, use_errno=True)
    starter = os.getppid()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _on_signal)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    try:
        if os.getppid() != starter:
            return ENDED_BY + signal.SIGTERM
        child = os.posix_spawnp(words[0], words, os.environ, setsid=True, setsigdef=(signal.SIGTERM, signal.SIGINT, signal.SIGHUP))
        while True:
            pid, status = os.wait()
            if pid == child:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else ENDED_BY - code
    except Told as told:
        return ENDED_BY + told.args[0]
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        end_all()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print(__doc__.strip(), file=sys.stderr)
        sys.exit(64)
    sys.exit(keep(sys.argv[1:]))
