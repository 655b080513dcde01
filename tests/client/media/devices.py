#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A voice on a sound server of its own: devices.py VOICE-MIRROR. Speaks TAP."""

import json
import os
import pathlib
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from fixture.process import TimedOut, wait_until  # noqa: E402
from fixture.sound import SoundCard  # noqa: E402

TONE = 650


class Mirror:
    """The program, and the last that it said."""

    def __init__(self, program, card):
        self._card = card
        env = {**os.environ, **card.env, "XDG_RUNTIME_DIR": card.env["PIPEWIRE_RUNTIME_DIR"]}
        self._process = subprocess.Popen([program], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.last = {}
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        for line in self._process.stdout:
            if line.startswith("{"):
                self.last = json.loads(line)

    def wait(self, **wanted):
        try:
            wait_until(lambda: all(self.last.get(name) == value for name, value in wanted.items()), f"{wanted}", 30)
        except TimedOut as error:
            raise TimedOut(f"{error}, not {self.last}; it {self._process.poll() or 'runs'}\n{self._card.describe()}") from None

    def close(self):
        self._process.stdin.close()
        status = self._process.wait(30)
        self._thread.join()
        return status


def main():
    print("1..4", flush=True)
    # How late sound is does not matter here, so a busy computer gets more time for each piece.
    with SoundCard("mirror", quantum=480) as card:
        card.hear_tone(TONE, level=-20)
        recorder = card.record()
        mirror = Mirror(sys.argv[1], card)
        mirror.wait(problem="none", capturing=True, inputs=1, outputs=1)
        # As loud as it is said.
        recorder.wait_as_loud(TONE, -20, within=2)
        print("ok 1 what the microphone hears is heard", flush=True)

        card.unplug_microphone()
        mirror.wait(problem="no-microphone", capturing=False, inputs=0)
        recorder.wait_silent(TONE)
        print("ok 2 a microphone that is pulled out is missed", flush=True)

        card.plug_microphone()
        card.hear_tone(TONE, level=-20)
        mirror.wait(problem="none", capturing=True, inputs=1)
        recorder.wait_as_loud(TONE, -20, within=2)
        print("ok 3 and used again when it is back", flush=True)

        assert mirror.close() == 0
        print("ok 4 it ends", flush=True)


if __name__ == "__main__":
    main()
