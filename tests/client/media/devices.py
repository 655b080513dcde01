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
# A sound server that hangs is waited for five seconds and more.
STANDS_MS = 1500


class Mirror:
    """The program, and the last that it said."""

    def __init__(self, program, card):
        self._card = card
        env = {**os.environ, **card.env, "XDG_RUNTIME_DIR": card.env["PIPEWIRE_RUNTIME_DIR"]}
        self._process = subprocess.Popen([program], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.last = {}
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def say(self, word):
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()

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


def hangs(mirror, card, recorder, part):
    """While PART of the sound server does nothing, the window goes on and says what is wrong; then the microphone is heard again."""
    # To start something for the first time took its time.
    mirror.say("anew")
    card.freeze(part)
    try:
        for _ in range(2):
            mirror.say("on")
            mirror.wait(problem="microphone-silent", testing=True)
            mirror.say("off")
            mirror.wait(problem="none", capturing=False, testing=False)
    finally:
        card.thaw(part)
    assert mirror.last["stood"] < STANDS_MS, f"with {part} frozen the window stood for {mirror.last['stood']} ms"
    print(f"# with {part} frozen the main loop stood for {mirror.last['stood']} ms", flush=True)
    mirror.say("on")
    mirror.wait(problem="none", capturing=True, inputs=1, outputs=1)
    recorder.wait_as_loud(TONE, -20, within=2)
    mirror.say("off")
    mirror.wait(problem="none", capturing=False, testing=False)


def main():
    print("1..6", flush=True)
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

        mirror.say("off")
        mirror.wait(capturing=False, testing=False)
        hangs(mirror, card, recorder, "wireplumber")
        print("ok 4 a microphone that nobody connects holds nothing up", flush=True)
        hangs(mirror, card, recorder, "pipewire")
        print("ok 5 nor does a sound server that hangs", flush=True)

        assert mirror.close() == 0
        print("ok 6 it ends", flush=True)


if __name__ == "__main__":
    main()
