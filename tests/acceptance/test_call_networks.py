# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls over bad networks: packets that are lost, a narrow link, an address that changes. What is measured is said."""

import pytest

from fixture import internet as module
from fixture.process import wait_until

from .hall import Room
from .listening import hear, interruptions, listen, listen_until, tell


@pytest.fixture(scope="module")
def internet():
    """Two homes that reach each other."""
    missing = module.lacks()
    if missing is not None:
        pytest.skip(missing)
    with module.Internet(translates=False) as own:
        yield own


@pytest.fixture(name="pair", scope="module")
def two_homes(internet, hall):
    """Ann and Ben, each in a home of their own, in a call."""
    room = Room(hall, ["ann", "ben"])
    try:
        ann, ben = room.peer(0, internet.homes[0]), room.peer(1, internet.homes[1])
        ann.joins(room.channel)
        ben.joins(room.channel)
        ann.reaches(ben)
        ben.reaches(ann)
        yield ann, ben
    finally:
        room.tell_all()
        room.close()


@pytest.fixture(name="home")
def bad_home(internet):
    """Ann's home, whose network is well again afterwards."""
    home = internet.homes[0]
    yield home
    home.lose(0)
    home.narrow(None)


def test_who_allows_only_the_relay_keeps_to_it(make_room, internet):
    """Though there is a direct way."""
    room = make_room("ann", "ben")
    pair = ann, ben = tuple(room.peer(number, home) for number, home in enumerate(internet.homes))
    ann.tell("relay-only on")
    for each in pair:
        each.joins(room.channel)
    ann.reaches(ben, route="relayed")
    ben.reaches(ann, route="relayed")
    hear(pair)


@pytest.mark.parametrize("percent, least", [(10, 0.85), (20, 0.8)])
def test_packets_are_lost(pair, home, figures, percent, least):
    hear(pair)
    home.lose(percent)
    listen(pair, 3)
    # The client knows of what is lost, and of what is made up for it.
    results = listen_until(
        pair,
        lambda each: each["heard"] > least and each["lost"] > percent / 300 and percent / 300 < each["made up"] < 2 * percent / 100,
    )
    assert home.lost() > 50
    tell(figures, f"{percent} % lost each way", results)


def test_the_link_is_narrow(pair, home, figures):
    hear(pair)
    home.narrow(64)
    # 100 packets a second, each with 47 bytes of seal, are more than it carries: half of them get lost until the frames are longer.
    results = listen_until(pair, lambda each: each["heard"] >= 0.9 and each["made up"] < 0.2)
    tell(figures, "64 kbit/s each way", results)


def test_an_address_changes_in_a_call(pair, home, figures):
    """The way that there was is gone, and so is the connection to the server: both are made anew at once."""
    assert max(interruptions(pair, home.change_address, figures, "another address").values()) < 2000


def test_an_address_comes_in_a_call(pair, home, figures):
    """The way that there was is used until there is another."""
    def come():
        former = home.ports()
        home.add_address()
        wait_until(lambda: home.ports() and not former & home.ports(), "another connection to have taken the place of the former")

    assert max(interruptions(pair, come, figures, "one more address").values()) < 500
