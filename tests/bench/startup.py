# SPDX-License-Identifier: GPL-3.0-or-later
"""Time from exec to the first frame, beside an empty libadwaita window."""

import _client
from fixture.process import ScratchDir

ROUNDS = 15


def main():
    scratch = ScratchDir("startup")
    try:
        with _client.desktop() as desktop:
            env = _client.environment(desktop, scratch.path)

            def measure(argv):
                program = _client.Running(argv, env)
                program.stop()
                return program.startup_ms

            programs = {"empty": [_client.EMPTY], "client": [_client.CLIENT, "--new-instance"]}
            medians = _client.in_turns(measure, programs, ROUNDS)
            _client.report("startup", "first run, exec to first frame, p50", medians["client"], "ms", medians["empty"])
    finally:
        scratch.remove()


if __name__ == "__main__":
    main()
