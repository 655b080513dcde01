# SPDX-License-Identifier: GPL-3.0-or-later
"""A server on the public machine of an internet in small, people with accounts there, and a channel to meet in."""

import base64
import contextlib
import itertools
import pathlib
import sys
import threading

from fixture.call_peer import CallPeer, HostilePeer
from fixture.internet import PUBLIC
from fixture.partition import NearDaemon
from fixture.process import wait_until
from fixture.sound import SoundCard
from fixture.tones import VOICES
from server.people import PASSWORD, Closed, Person as Account, Refused, text_channel

PORT = 8448
RELAY = pathlib.Path(__file__).resolve().parents[1] / "fixture" / "relay.py"


class _Near:
    def __init__(self, machine):
        self.near = machine.within


class Hall(NearDaemon):
    """A guildhalld on the public machine; from each home it is reached at URL_AT_HOME, as through a proxy."""

    url_at_home = f"http://127.0.0.1:{PORT}"

    def __init__(self, database, internet, calls=None):
        self.internet = internet
        settings = {"accounts": {"rate-factor": 100000}, "calls": internet.call_settings() if calls is None else calls}
        super().__init__(database, _Near(internet.public), settings=settings, start=False)

    def start(self, ready=True, timeout=60.0):
        first = self.process is None
        super().start(ready, timeout)
        if first:
            self.internet.public.spawn("street", [sys.executable, RELAY, f"{PUBLIC}:{PORT}", "127.0.0.1", str(self.port)])
            for home in self.internet.homes:
                home.open_door(PORT)
        return self


class Member:
    """Somebody in a call by the gateway alone: has the keys, and no media."""

    def __init__(self, account, channel):
        self.account = account
        self.name = account.name
        self.gateway = account.gateway()
        self.keys = {}
        self._lock = threading.RLock()
        self.channel = channel
        self.joined = self.ask("call.join", channel_id=channel)
        self._take_key(self.joined)
        self._signals = 0
        self._gone = threading.Event()
        threading.Thread(target=self._stay, daemon=True).start()

    def _stay(self):
        while not self._gone.wait(2):
            with contextlib.suppress(Refused, Closed):
                self.ask("call.alive")

    def _take_key(self, told):
        self.keys[told["epoch"]] = base64.urlsafe_b64decode(told["key"] + "=")

    def ask(self, do, **arguments):
        with self._lock:
            return self.gateway.ask(do, **arguments)

    def listen(self):
        """Takes in all that came until now."""
        with self._lock:
            self.gateway.settle()
            for told in self.gateway.ephemerals("m.call.key"):
                self._take_key(told)

    def members(self):
        """The ids of all who are in the call now."""
        self.listen()
        with self._lock:
            told = [call for call in self.gateway.ephemerals("m.call") if call["channel_id"] == self.channel]
        return [each["member_id"] for each in max(told, key=lambda call: call["revision"])["members"]]

    def signals_from(self, user_id):
        """Those that came since the last time."""
        self.listen()
        with self._lock:
            all_signals = [each for each in self.gateway.ephemerals("m.call.signal") if each["from"] == user_id]
        new, self._signals = all_signals[self._signals :], len(all_signals)
        return [each["signal"] for each in new]

    def wait_epoch(self, epoch):
        def has_it():
            self.listen()
            return epoch in self.keys

        wait_until(has_it, f"the key of epoch {epoch}", interval=0.1)

    def leave(self):
        self.ask("call.leave")

    def close(self):
        self._gone.set()
        with self._lock:
            self.gateway.close()


class Room:
    """A guild with a channel, and its people, each with a sound card and a tone of their own."""

    _numbers = itertools.count(1)

    def __init__(self, daemon, names):
        self.daemon = daemon
        number = next(self._numbers)
        self.accounts = [Account.register(daemon.url, f"{name}{number}") for name in names]
        guild = self.accounts[0].make_guild("Voices")
        if len(names) > 1:
            self.accounts[0].bring(guild["guild_id"], *self.accounts[1:])
        self.guild_id = guild["guild_id"]
        self.channel = text_channel(guild)
        self._closing = []

    def member(self, number):
        """By the gateway alone."""
        member = Member(self.accounts[number], self.channel)
        self._closing.append(member)
        return member

    def peer(self, number, home=None, speaks=True, env=None):
        """By the client's own session and voice, in a home; speaks the tone of its number."""
        card = SoundCard(self.accounts[number].name)
        self._closing.append(card)
        peer = CallPeer(self.accounts[number], PASSWORD, Hall.url_at_home if home else self.daemon.url, card, within=home.within if home else (), env=env)
        self._closing.append(peer)
        peer.tone = VOICES[number]
        peer.recorder = card.record()
        if speaks:
            card.hear_tone(peer.tone)
        return peer

    def hostile(self, member, victim, home, tone):
        """MEMBER, whose place is taken by a program that means ill to VICTIM, a CallPeer."""
        seen = wait_until(lambda: victim.member(member), "the victim to see it")
        assert seen
        own = next(each for each in victim.now["members"] if each["is_self"])
        env = dict(victim.card._env)  # pylint: disable=protected-access

        def tell(signal):
            member.ask("call.signal", to=victim.account.user_id, signal=signal)

        hostile = HostilePeer(member.joined, own["member_id"], home.address, tone, tell, env, within=home.within)
        self._closing.append(hostile)
        return hostile

    def tell_all(self):
        """Prints what each program said, for the words of a test that failed."""
        for thing in self._closing:
            if hasattr(thing, "log"):
                print(f"--- {thing.name} said:\n{thing.log()[-6000:]}\n{thing.said[-1:]}")

    def close(self):
        for thing in reversed(self._closing):
            thing.close()
