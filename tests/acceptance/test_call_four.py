# SPDX-License-Identifier: GPL-3.0-or-later
"""Four people in real windows in a call: each hears the three others; who leaves or is taken out hears nothing more, and what
is sent afterwards does not open with any key that they had."""

import collections
import contextlib
import itertools
import re
import time

import pytest

from fixture.process import wait_until
from fixture.wire import DATA, MEDIA, STUN, Capture, counts, open_packet
from server.people import Person as Account

from .callers import join, wait_not_heard
from .hall import Hall, Member
from .listening import LOUD, SILENT, hear_each_other

NAMES = ("Ada", "Brook", "Cleo", "Dora")
# Enough of each of the connections to see with which key it is sent.
ENOUGH = 20


class Wire:
    """What the windows send each other, and somebody who tries keys on it."""

    def __init__(self, home, keeper):
        self._capture = Capture(home.machine, "lo")
        self._keeper = keeper
        self._call = keeper.joined["call_id"]
        # Who sends from which address to which, when it is known.
        self._pairs = {}

    @property
    def epoch(self):
        self._keeper.listen()
        return max(self._keeper.keys)

    def mark(self):
        return len(self._capture.datagrams())

    def since(self, mark):
        return self._capture.datagrams()[mark:]

    def opens(self, datagram, epoch):
        """Whether it opens with the key of EPOCH, for any two who are there."""
        way = (datagram.source, datagram.target)
        pairs = [self._pairs[way]] if way in self._pairs else itertools.permutations(self._keeper.members(), 2)
        for pair in pairs:
            if open_packet(datagram.payload, self._keeper.keys[epoch], epoch, self._call, *pair) is not None:
                self._pairs[way] = pair
                return True
        return False

    def wait_sealed_with(self, epoch, n_ways):
        """Waits until all of so many ways carry packets of EPOCH; returns the last of each, by way."""
        mark = self.mark()

        def found():
            ways = collections.defaultdict(list)
            for each in self.since(mark):
                if each.sort == MEDIA and not each.is_rtcp:
                    ways[each.source, each.target].append(each)
            lasts = {way: packets[-ENOUGH:] for way, packets in ways.items() if len(packets) >= ENOUGH}
            lasts = {way: packets for way, packets in lasts.items() if all(each.payload[-1] == epoch & 0xFF for each in packets)}
            return lasts if len(lasts) == n_ways else None

        return wait_until(found, f"{n_ways} ways to carry packets of epoch {epoch}", 60, 0.2)

    def last_times(self, mark):
        """When the last packet of sound was sent on each way."""
        return {(each.source, each.target): each.time for each in self.since(mark) if each.sort == MEDIA and not each.is_rtcp}

    def sender(self, way):
        return self._pairs[way][0]

    def stop(self):
        return self._capture.stop()


@pytest.fixture(name="four")
def four_windows(callers, hall, internet):
    """Four who are signed in, in one guild, and the fifth: in the call by the gateway alone, so that the test has the keys."""
    home = internet.homes[0]
    accounts = {name: Account.register(hall.url, f"{name.lower()}four", display_name=name) for name in (*NAMES, "Keeper")}
    ada = accounts["Ada"]
    guild = ada.make_guild("Tea House")
    ada.bring(guild["guild_id"], *list(accounts.values())[1:])
    lounge = next(each["channel_id"] for each in guild["channels"] if each["kind"] == "voice")
    mine = {name: accounts[name] for name in NAMES}
    with contextlib.ExitStack() as stack:
        made = callers.signed_in(mine, quantum=480, address=Hall.url_at_home, within=home.within, width=800, height=600)
        keeper = Member(accounts["Keeper"], lounge)
        stack.callback(keeper.close)
        wire = Wire(home, keeper)
        yield made, wire


def mute_on_the_wire(person, others, wire):
    """Returns how long after the keys for muting were pressed the last packet of PERSON's sound was sent, and until when it was
    heard: what waits to be played on a machine that four windows share was sent before."""
    mark = wire.mark()
    person.app.focus()
    began, began_here = time.time(), time.monotonic()
    person.app.key("ctrl+shift+M")

    def ways_that_ended():
        lasts = wire.last_times(mark)
        return {way: last for way, last in lasts.items() if last < max(lasts.values()) - 0.5}

    ended = wait_until(lambda: len(ways_that_ended()) == len(others) and ways_that_ended(), "one of four to send nothing", 30, 0.2)
    assert len({wire.sender(way) for way in ended}) == 1
    heard = began_here
    for other in others:
        wait_not_heard(other, person)
        heard = max(heard, other.recorder.recording(began_here).tone(person.tone, began_here).last_above(LOUD, 0.05) or 0)
    person.app.key("ctrl+shift+M")
    for other in others:
        other.recorder.wait_heard(person.tone, LOUD)
    return max(ended.values()) - began, heard - began_here


def mutes_on_the_wire(person, others, wire, figures):
    """The machine may be busy with something else for a moment: the best of some tries is what mute takes."""
    delays = [mute_on_the_wire(person, others, wire)]
    while min(delays)[0] > 0.1 and len(delays) < 5:
        delays.append(mute_on_the_wire(person, others, wire))
    figures(f"sent, and heard, after the keys for muting were pressed: {[(round(sent * 1000), round(heard * 1000)) for sent, heard in delays]} ms")
    assert min(delays)[0] <= 0.1


def hears_nothing(person, others):
    heard = person.recorder.wait_seconds(0.5)
    for other in others:
        level = heard.tone(other.tone).median()
        assert level < SILENT, f"{person.name} still hears {other.name} at {level:.0f} dB"


def is_sealed(wire, epoch, n_people):
    """All of them send to each other with the key of EPOCH; returns some packets of each of the ways."""
    lasts = wire.wait_sealed_with(epoch, n_people * (n_people - 1))
    assert all(wire.opens(packets[-1], epoch) for packets in lasts.values())
    return [each for packets in lasts.values() for each in packets]


def is_gone(person, others, wire, before):
    """PERSON, who had the keys up to BEFORE, hears nothing; the OTHERS hear each other, under a key that PERSON never had."""
    for other in others:
        wait_not_heard(other, person)
        wait_not_heard(person, other)
    wait_until(lambda: wire.epoch > before, "another key")
    packets = is_sealed(wire, wire.epoch, len(others))
    assert not any(wire.opens(each, before) for each in packets), f"{person.name} could open what was sent afterwards"
    hear_each_other(*others)
    hears_nothing(person, others)


def test_four_talk(four, step, figures):
    (ada, brook, cleo, dora), wire = four
    everybody = [ada, brook, cleo, dora]
    with step("they-hear-each-other", ada):
        join(*everybody)
        hear_each_other(*everybody)
    is_sealed(wire, wire.epoch, 4)
    mutes_on_the_wire(brook, [ada, cleo, dora], wire, figures)

    with step("dora-leaves", dora):
        before = wire.epoch
        dora.presses("Leave the Call", role="button")
        is_gone(dora, [ada, brook, cleo], wire, before)
    with step("dora-is-back", dora):
        join(dora)
        hear_each_other(*everybody)

    with step("ada-takes-cleo-out", ada):
        before = wire.epoch
        is_sealed(wire, before, 4)
        ada.app.activate(ada.sees("list item", re.compile("^Cleo")))
        ada.presses("Disconnect", role="button")
    with step("cleo-is-told-why", cleo):
        cleo.is_told("A moderator took you out of the call")
        is_gone(cleo, [ada, brook, dora], wire, before)

    seen = wire.stop()
    assert set(counts(seen)) <= {STUN, MEDIA, DATA}, counts(seen)
