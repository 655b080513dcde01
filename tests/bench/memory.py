# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory once the window has settled, beside an empty libadwaita window: the proportional set size."""

import _client

ROUNDS = 5


def measure(argv, env):
    program = _client.Running(argv, env)
    figure = program.settled_pss_kib()
    program.stop()
    return figure


def main():
    with _client.stages() as stages:
        for case, argv, env in stages:
            figure, reference = _client.in_turns(measure, argv, env, ROUNDS, warm_ups=1)
            _client.report("memory", f"{case} settled rss", figure, "KiB", reference)


if __name__ == "__main__":
    main()
