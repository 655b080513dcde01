# SPDX-License-Identifier: GPL-3.0-or-later
"""The server that a window starts on the computer it is on."""

import contextlib
import os
import pathlib
import signal
import socket

from fixture.daemon import program
from fixture.process import ScratchDir, wait_until

# It outlives the window that starts it, but not for long a test run that is killed.
LIFETIME_S = 900
INSTALLED = """#!/bin/sh
echo $$ >>"{pids}"
exec timeout --kill-after=30 {lifetime} "{program}" "$@"
"""


class OwnServer:
    """A computer on which guildhalld is installed, and runs only once a window starts it. ENV is what a window there finds in
    its environment; ADDRESS is where the server is."""

    def __init__(self):
        self._scratch = ScratchDir("own")
        self._pids = self._scratch.path / "pids"
        self._pids.touch()
        installed = self._scratch.path / "bin" / "guildhalld"
        installed.parent.mkdir()
        installed.write_text(INSTALLED.format(pids=self._pids, lifetime=LIFETIME_S, program=program()), encoding="utf-8")
        installed.chmod(0o755)
        state = self._scratch.path / "state"
        self.data_dir = state / "guildhalld"
        self.env = {"PATH": f"{installed.parent}:{os.environ['PATH']}", "XDG_STATE_HOME": str(state)}
        # A socket that is bound and does not listen keeps the port from all who do not ask for this very one.
        self._place = socket.socket()
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._place.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._place.getsockname()[1]}"

    def starts(self):
        """How often it was started until now."""
        return len(self._pids.read_text(encoding="ascii").split())

    def running(self):
        """The process ids of those that run now, and not of others that have got their numbers since."""
        mark = f"XDG_STATE_HOME={self.env['XDG_STATE_HOME']}\0".encode()
        found = []
        for pid in map(int, self._pids.read_text(encoding="ascii").split()):
            with contextlib.suppress(OSError):
                if mark in pathlib.Path(f"/proc/{pid}/environ").read_bytes():
                    found.append(pid)
        return found

    def stop(self):
        """In good order, as when the computer is turned off."""
        for pid in self.running():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not self.running(), "the server to end", 60)

    def close(self):
        try:
            self.stop()
        finally:
            self._place.close()
            self._scratch.remove()
