#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds everything, runs the test suites, and counts. Started by build-aux/test.

    build-aux/test [SUITE[/NAME]…]

With /NAME only those tests of a suite whose names hold it, as in server/test_calls or unit/store, or one of several. Suites:
    checks      layers, sizes, licences, and the validity of what is installed beside the programs
    unit        the test programs of each layer (TAP)
    fuzz        each parser's fuzz target, for a bounded time (GUILDHALL_FUZZ_SECONDS each, 10)
    server      clients of the real daemon over HTTP and WebSocket
    acceptance  people in real windows on a desktop without a display; those of calls, whose sound comes in time or
                not at all, when all else is done
    sanitize    unit, and the server tests with the most hostile input, with AddressSanitizer and
                UndefinedBehaviorSanitizer

Only when it is named, since what GLib and libdex promise about order cannot all be told to the sanitizer yet,
and its false alarms come and go:
    threads     what runs on threads of the daemon, and the gateway's tests, with ThreadSanitizer

Suites run side by side, one more than the machine has cores, while what comes later is still being built; what each
said is in _build-*/test-logs.

GUILDHALL_WERROR=1 makes warnings errors. The last line is "N passed, N failed", with ", N skipped" when
there are any; the exit status is 0 when something ran and nothing failed.
"""

import signal
import sys
import time

from testing.plan import NAMED_SUITES, SUITES, Plan
from testing.processes import Processes, Scratch, say
from testing.results import Result, counted, gist


def on_signal(_number, _frame):
    raise KeyboardInterrupt


def report(results, schedule, seconds):
    """What was skipped and why, what failed, and how long everything took."""
    print()
    for outcome, heading in (("skipped", "Skipped"), ("failed", "Failed")):
        chosen = [result for result in results if result.outcome == outcome]
        if chosen:
            print(f"{heading}:")
        for result in chosen:
            reason = f": {' '.join(result.words.split())}" if outcome == "skipped" else ""
            print(f"  {result.suite}: {result.name}{reason}")
            for line in gist(result.words) if outcome == "failed" else []:
                print(f"    | {line}")
    for name, taken in sorted(schedule.seconds.items()):
        print(f"  {name:16} {taken:5.0f} s  {counted([result for result in results if result.suite == name])}")
    for step in schedule.steps:
        print(f"  {'building':16} {step.seconds:5.0f} s  {step.name}")
    say(f"took {seconds:.0f} s, with up to {schedule.width} jobs and a build side by side; a suite's time is that of all its jobs")


def main():
    arguments = sys.argv[1:]
    chosen = {suite: [] for suite in (argument.partition("/")[0] for argument in arguments or SUITES)}
    for suite, names in chosen.items():
        # A suite without a name is all of it.
        names += [] if suite in arguments else [argument.partition("/")[2] for argument in arguments if argument.startswith(f"{suite}/")]
    if any(argument in ("-h", "--help") for argument in arguments):
        print(__doc__.strip())
        return 0
    unknown = [suite for suite in chosen if suite not in NAMED_SUITES]
    if unknown:
        print(f"There is no suite {', '.join(unknown)}; there are {', '.join(NAMED_SUITES)}.", file=sys.stderr)
        return 64

    began = time.monotonic()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    processes = Processes()
    scratch = Scratch()
    schedule = Plan(processes, scratch).schedule(chosen)
    extra = []
    try:
        schedule.run()
    except KeyboardInterrupt:
        schedule.interrupt()
        extra = [Result("", "(the run)", "failed", "interrupted")]
    finally:
        processes.end()
        scratch.remove()

    results = schedule.results + extra
    report(results, schedule, time.monotonic() - began)
    ran = [result for result in results if result.outcome != "skipped"]
    if not ran:
        print("No test ran.")
    print(counted(results), flush=True)
    return 0 if ran and all(result.outcome == "passed" for result in ran) else 1


if __name__ == "__main__":
    sys.exit(main())
