# SPDX-License-Identifier: GPL-3.0-or-later
"""Time from exec to the first frame, beside an empty libadwaita window."""

import _client

ROUNDS = 15


def measure(argv, env):
    program = _client.Running(argv, env)
    program.stop()
    return program.startup_ms


def main():
    with _client.stages() as stages:
        for case, argv, env in stages:
            figure, reference = _client.in_turns(measure, argv, env, ROUNDS)
            _client.report("startup", f"{case} first-frame p50", figure, "ms", reference)


if __name__ == "__main__":
    main()
