# SPDX-License-Identifier: GPL-3.0-or-later
"""A load that knows what it was promised, and the proof that all of it was kept."""

import concurrent.futures
import json
import os
import random
import threading
import time

import requests
import websockets.exceptions

from fixture.process import TimedOut, patience, wait_until
from people import Closed, Person, Refused, text_channel, txn

AWAY = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


def chance():
    """A source of chance whose seed is shown with a failure; GUILDHALL_TEST_SEED repeats one."""
    seed = int(os.environ.get("GUILDHALL_TEST_SEED") or int.from_bytes(os.urandom(4)))
    print(f"GUILDHALL_TEST_SEED={seed}")
    return random.Random(seed)


class Talkers:
    """People who talk without a pause, and repeat each message until it was acknowledged."""

    def __init__(self, people, channel):
        self.people = people
        self.channel = channel
        self.stop = threading.Event()
        self.acknowledged = {}
        self.unavailable = 0
        self.repeated = 0
        self.longest_s = 0
        self.lock = threading.Lock()
        self.pool = concurrent.futures.ThreadPoolExecutor(len(people))
        self.running = [self.pool.submit(self.talk, number, person) for number, person in enumerate(people)]

    def talk(self, number, person):
        count = 0
        while not self.stop.is_set():
            body, name = f"{number}-{count}", txn()
            count += 1
            answer = self.insist(person, body, name)
            with self.lock:
                self.acknowledged[body] = answer

    def insist(self, person, body, name):
        began = time.monotonic()
        limit = began + patience(120)
        tries = 0
        while True:
            tries += 1
            try:
                answer = person.say(self.channel, body, name)
                with self.lock:
                    self.repeated += tries > 1
                    self.longest_s = max(self.longest_s, time.monotonic() - began)
                return answer
            except AWAY:
                pass
            except Refused as error:
                assert error.code == "unavailable", error
                assert error.retry_after_ms > 0 and int(error.headers["Retry-After"]) >= 1
                with self.lock:
                    self.unavailable += 1
            assert time.monotonic() < limit, f"{body} was never acknowledged"
            time.sleep(0.02)  # as a client waits before it tries again

    def count(self):
        with self.lock:
            return len(self.acknowledged)

    def wait_for_more(self, number):
        goal = self.count() + number
        wait_until(lambda: self.count() >= goal or self.broken(), f"{number} more messages to be acknowledged", 90, interval=0.002)

    def broken(self):
        """Raises what ended one of them early."""
        for each in self.running:
            if each.done():
                each.result()
        return False

    def finish(self):
        self.stop.set()
        for each in self.running:
            each.result()
        self.pool.shutdown()


def make_talkers(url, number=4):
    people = [Person.register(url, f"talker{each}x") for each in range(number)]
    guild = people[0].make_guild("Under fire")
    people[0].bring(guild["guild_id"], *people[1:])
    return Talkers(people, text_channel(guild))


class Reader:
    """A client that follows docs/protocol.md, "Resuming": what it folds is what a person would see."""

    def __init__(self, person):
        self.person = person
        self.position = person.ask("guild.list")["position"]
        self.folded = []
        self.pages = 0
        self.live = 0
        self.gateway = None

    def connect(self):
        self.gateway = self.person.gateway(self.position)
        held_back_from = self.gateway.position
        while self.position < held_back_from:
            page = self.person.ask("events.after", after=self.position, limit=500)
            self.pages += 1
            assert len(page["events"]) <= 500
            for event in page["events"]:
                self.fold(event)
            self.position = max(self.position, page["position"])
            if not page["more"]:
                break
        for event in self.gateway.events():
            self.fold(event)
        self.gateway.forget()
        self.live = held_back_from

    def fold(self, event):
        if event["position"] > self.position:
            self.position = event["position"]
            self.folded.append(event)

    def read_until(self, position):
        """Reads live until this position was folded. What the pages brought already comes again live, and is dropped."""
        while self.position < position:
            self.read_one()

    def read_one(self, timeout=30):
        frame = self.gateway.read(timeout)
        if frame["op"] == "event":
            assert frame["event"]["position"] > self.live, "live events come in order, none twice"
            self.live = frame["event"]["position"]
            self.fold(frame["event"])

    def messages(self):
        return [event["event_id"] for event in self.folded if event["type"] == "m.room.message"]


class Follower(Reader):
    """A reader in a thread of its own, which comes back whenever its connection ends, until it is told how far to read."""

    def __init__(self, person):
        super().__init__(person)
        self.goal = None
        self.codes = []
        self.running = concurrent.futures.Future()
        # Where a test fails nobody says how far to read: that must not keep the whole run from ending.
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        try:
            self.running.set_result(self.follow())
        except BaseException as error:  # pylint: disable=broad-exception-caught
            self.running.set_exception(error)

    def follow(self):
        while self.goal is None or self.position < self.goal:
            try:
                self.connect()
                while self.goal is None or self.position < self.goal:
                    try:
                        self.read_one(0.1)
                    except TimedOut:
                        pass
            except Closed as closed:
                self.codes.append(closed.code)
            except (*AWAY, OSError, TimedOut, websockets.exceptions.WebSocketException):
                time.sleep(0.02)  # as a client waits before it connects again
            except Refused as error:
                assert error.code == "unavailable", error
                time.sleep(0.02)

    def finish(self, position):
        """Reads on to this position, and returns all that was heard."""
        self.goal = position
        self.running.result(patience(90))
        self.gateway.close()
        return self.folded


def read_page(person, channel, after):
    """As clients do: who is told that the database is away, as just after its end, asks again."""

    def read():
        try:
            return person.history(channel, after=after, limit=200)
        except Refused as error:
            assert error.code == "unavailable", error
            return None

    return wait_until(read, "the history to be there again", 60, 0.1)


def whole_history(person, channel):
    events, position = [], 0
    while True:
        page = read_page(person, channel, position)
        events += page["events"]
        if page["at_end"]:
            return events
        position = page["events"][-1]["position"]


def check_nothing_lost(talkers, person):
    """Every acknowledged message is there once, as it was acknowledged, in the order in which it was said."""
    events = whole_history(person, talkers.channel)
    by_body = {event["content"]["body"]: event for event in events}
    assert len(by_body) == len(events), "a message is there twice"
    for body, answer in talkers.acknowledged.items():
        assert body in by_body, f"{body} was acknowledged and is lost"
        assert (by_body[body]["event_id"], by_body[body]["position"]) == (answer["event_id"], answer["position"])
    positions = [event["position"] for event in events]
    assert positions == sorted(set(positions))
    for number in range(len(talkers.people)):
        own = [int(body.split("-")[1]) for body in by_body if body.startswith(f"{number}-")]
        assert own == list(range(len(own))), f"what talker {number} said is not in order"
    return events


def check_clean(daemon):
    result = daemon.command("check")
    assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"


def check_receipts(daemon, notary, answers):
    """Every receipt is good, also in the eyes of the server."""
    for answer in answers:
        notary.check(answer)
    *_, last = answers
    path = daemon.data_dir / "receipt.json"
    path.write_text(json.dumps(last["receipt"]), encoding="utf-8")
    result = daemon.command("verify-receipt", path)
    assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"
    path.write_text(json.dumps({**last["receipt"], "position": last["position"] - 1}), encoding="utf-8")
    assert daemon.command("verify-receipt", path).returncode not in (0, 64), "it honours what it never said"
