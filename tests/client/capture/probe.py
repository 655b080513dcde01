# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of capturing share: a computer with sound server, session bus and portal, and capture-probe on it."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from fixture.process import Process, ScratchDir, TimedOut, wait_until  # noqa: E402
from fixture.sound import SoundCard  # noqa: E402


class Computer:
    """A sound card and a session bus. ENV is what a program needs to be there."""

    def __init__(self):
        self._scratch = ScratchDir("bus")
        path = self._scratch.path
        self._bus = self.card = None
        address = f"unix:path={path}/bus"
        try:
            words = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--nosyslog", f"--address={address}"]
            home = {"HOME": str(path), "XDG_RUNTIME_DIR": str(path), "XDG_DATA_HOME": str(path)}
            self._bus = Process(words, path / "bus.log", env={**os.environ, **home})
            wait_until((path / "bus").exists, "the session bus")
            self.card = SoundCard("computer", bus=address)
            runtime = self.card.env["PIPEWIRE_RUNTIME_DIR"]
            self.env = {**os.environ, **home, **self.card.env, "XDG_RUNTIME_DIR": runtime, "DBUS_SESSION_BUS_ADDRESS": address}
        except BaseException:
            self.close()
            raise

    def close(self):
        if self.card is not None:
            self.card.close()
        if self._bus is not None:
            self._bus.send(signal.SIGTERM)
            self._bus.kill()
        self._scratch.remove()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Probe:
    """The program, and all that it said."""

    def __init__(self, program, env):
        self._process = subprocess.Popen([program], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.events = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def pid(self):
        return self._process.pid

    def _read(self):
        for line in self._process.stdout:
            if line.startswith("{"):
                self.events.append(json.loads(line))

    def tell(self, *words):
        """Gives it a command; what it says before is forgotten."""
        self.events = []
        self._process.stdin.write(" ".join(words) + "\n")
        self._process.stdin.flush()

    def all(self, event):
        return [each for each in list(self.events) if each["event"] == event]

    def wait(self, event, condition=lambda each: True, timeout=30):
        """The first event of the name for which CONDITION holds."""

        def look():
            assert self._process.poll() is None, f"the probe ended with {self._process.returncode}"
            return next((each for each in self.all(event) if condition(each)), None)

        try:
            return wait_until(look, event, timeout)
        except TimedOut as error:
            raise TimedOut(f"{error}; there were {self.events[-3:]}") from None

    def close(self):
        self._process.stdin.close()
        status = self._process.wait(30)
        self._thread.join()
        self._process.stdout.close()
        assert status == 0, f"the probe ended with {status}"
