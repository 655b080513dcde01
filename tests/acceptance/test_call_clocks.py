# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls between computers whose clocks are wrong, and through a relay whose clock is not the server's."""

import contextlib
import re
import struct
import time

from fixture.process import build_dir, wait_until

from .listening import STOPPED_MS, hear, interruptions, listen_until, tell

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
def server_with(hall, env):
    hall.stop()
    hall._env.update(env)  # pylint: disable=protected-access
    hall.start()
    try:
        yield
    finally:
        hall.stop()
        for name in env:
            del hall._env[name]  # pylint: disable=protected-access
        hall.start()


def test_a_relay_that_finds_all_credentials_expired_is_told_of(make_room, internet, hall):
    """The server is two days behind: what it gives out is over for the TURN server. Who allows nothing but the relay is told."""
    with server_with(hall, clock(-2 * DAY_S)):
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


def expiries(internet, account):
    """Until when the credentials are good with which ACCOUNT got something from the TURN server, the latest last."""
    name = re.escape(account.user_id)
    return sorted({int(found) for found in re.findall(rf"user <(\d+):{name}>: incoming packet ALLOCATE processed, success", internet.turn.log())})


def test_a_call_lasts_longer_than_the_credentials_for_its_relay(make_room, internet, hall, figures, tmp_path):
    """While they are good others are given, and what goes through the relay goes on with those without a gap."""
    hours = tmp_path / "later"
    hours.write_bytes(struct.pack("=q", 0))
    with server_with(hall, {"LD_PRELOAD": str(SHIM), "CLOCK_SHIM_FILE": str(hours)}):
        room = make_room("ann", "ben")
        pair = tuple(room.peer(number, home) for number, home in enumerate(internet.homes))
        for each in pair:
            each.tell("relay-only on")
            each.joins(room.channel)
        ann, ben = pair
        ann.reaches(ben, route="relayed")
        ben.reaches(ann, route="relayed")
        first = {each.name: expiries(internet, each.account)[-1] for each in pair}
        assert all(expiry > time.time() + 11 * 3600 for expiry in first.values())

        def five_hours_pass():
            with hours.open("r+b") as file:
                file.write(struct.pack("=q", 5 * 3600))
            for each in pair:
                wait_until(lambda each=each: expiries(internet, each.account)[-1] > first[each.name] + 4 * 3600,
                           f"{each.name} to use other credentials")

        gaps = interruptions(pair, five_hours_pass, figures, "when the relay's credentials are renewed")
        assert max(gaps.values()) < STOPPED_MS
        assert all(each.now["problem"] == "none" and each.member(other)["route"] == "relayed" for each, other in (pair, pair[::-1]))
