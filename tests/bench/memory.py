# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory (PSS) once the first frame has settled, beside an empty libadwaita window."""

import _client
from fixture.process import ScratchDir

ROUNDS = 5


def main():
    scratch = ScratchDir("memory")
    try:
        with _client.desktop() as desktop:
            env = _client.environment(desktop, scratch.path)

            def measure(argv):
                program = _client.Running(argv, env)
                figure = program.settled_pss_kib()
                program.stop()
                return figure

            programs = {"empty": [_client.EMPTY], "client": [_client.CLIENT, "--new-instance"]}
            medians = _client.in_turns(measure, programs, ROUNDS, warm_ups=1)
            _client.report("memory", "first run, settled, rss", medians["client"], "KiB", medians["empty"])
    finally:
        scratch.remove()


if __name__ == "__main__":
    main()
