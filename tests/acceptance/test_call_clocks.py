# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls between computers whose clocks are wrong, and through a relay whose clock is not the server's."""

import contextlib
import re

from fixture.process import build_dir

from .listening import hear, listen_until, tell

DAY_S = 24 * 3600
SHIM = build_dir() / "tests" / "tools" / "clock-shim.so"


def clock(offset_s):
    return {"LD_PRELOAD": str(SHIM), "CLOCK_SHIM_S": str(offset_s)}


def refreshes(daemon):
    """How often somebody asked for new tokens."""
    return sum(value for name, value in daemon.metrics().items() if re.match(r'guildhall_requests_total\{.*session\.refresh', name))


def test_nothing_in_a_call_depends_on_the_time_of_day(make_room, internet, hall, figures):
    """Not the key, not the tickets, not the relay's credentials, whose time the server alone looks at."""
    room = make_room("ann", "ben")
    clocks = (400 * DAY_S, -400 * DAY_S)
    pair = tuple(room.peer(number, home, env=clock(offset)) for (number, home), offset in zip(enumerate(internet.homes), clocks))
    before = refreshes(hall)
    for each in pair:
        each.tell("relay-only on")
        each.joins(room.channel)
    ann, ben = pair
    ann.reaches(ben, route="relayed")
    ben.reaches(ann, route="relayed")
    hear(pair)
    results = listen_until(pair, lambda each: each["heard"] > 0.9, 10)
    tell(figures, "with clocks that are 400 days before and behind", results)
    assert all(each.now["problem"] == "none" and each.now["connection"] == "online" for each in pair)
    # Whoever believes that all tokens are over asks for others every two seconds.
    n_refreshes = refreshes(hall) - before
    figures(f"{n_refreshes:.0f} requests for new tokens")
    assert n_refreshes <= 2


@contextlib.contextmanager
def server_clock(hall, offset_s):
    hall.stop()
    hall._env.update(clock(offset_s))  # pylint: disable=protected-access
    hall.start()
    try:
        yield
    finally:
        hall.stop()
        for name in clock(0):
            del hall._env[name]  # pylint: disable=protected-access
        hall.start()


def test_a_relay_that_finds_all_credentials_expired_is_told_of(make_room, internet, hall):
    """The server is two days behind: what it gives out is over for the TURN server. Who allows nothing but the relay is told."""
    with server_clock(hall, -2 * DAY_S):
        room = make_room("ann", "ben")
        pair = tuple(room.peer(number, home) for number, home in enumerate(internet.homes))
        for each in pair:
            each.tell("relay-only on")
            each.joins(room.channel)
        for each in pair:
            each.wait(lambda each=each: each.now["problem"] == "turn-unreachable", "to say that no relay takes it")
            assert each.now["problem_text"]
    # The server comes back with the right time, and with it everything.
    ann, ben = pair
    ann.reaches(ben, route="relayed", timeout=120)
    ben.reaches(ann, route="relayed", timeout=120)
    hear(pair)
