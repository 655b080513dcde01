# SPDX-License-Identifier: GPL-3.0-or-later
"""The network between daemon and database is cut, and healed."""

import time

import pytest

from fixture import partition as partition_module
from fixture.partition import FarCluster, FarDatabase, NearDaemon, Partition
from fixture.process import patience, wait_until
from people import Refused, txn
from receipts import Notary
from talkers import Follower, check_clean, check_nothing_lost, check_receipts, make_talkers

QUEUE = 50
SHORT_S = 1.5  # a loss of less than half of what it takes to be noticed
LACKS = partition_module.lacks()

pytestmark = [pytest.mark.slow, pytest.mark.skipif(LACKS is not None, reason=LACKS or "")]


@pytest.fixture
def link():
    own = Partition()
    yield own
    own.close()


@pytest.fixture
def far_database(link):
    cluster = FarCluster(link)
    yield FarDatabase(cluster)
    cluster.close()


@pytest.fixture
def near_daemon(make_daemon, link, far_database):
    return make_daemon(far_database, link, kind=NearDaemon, settings={"accounts": {"rate-factor": 100000}, "limits": {"event-queue": QUEUE}})


class Pushers:
    """Connections that say more than may wait, without waiting for the answers."""

    def __init__(self, person, channel, number=3, each=60):
        self.person = person
        self.channel = channel
        self.gateways = [person.gateway() for _ in range(number)]
        self.said = [f"pushed {count}" for count in range(number * each)]
        self.names = {body: txn() for body in self.said}
        self.errors = []

    def push(self):
        for count, body in enumerate(self.said):
            gateway = self.gateways[count % len(self.gateways)]
            gateway.request("message.send", channel_id=self.channel, txn_id=self.names[body], content={"msgtype": "m.text", "body": body})

    def hear(self):
        """All answers: what was refused must say when to come back."""
        for gateway in self.gateways:
            for _ in range(len(self.said) // len(self.gateways)):
                reply = gateway.wait("reply", timeout=60)
                if "error" in reply:
                    assert reply["error"]["code"] == "unavailable" and reply["error"]["retry_after_ms"] > 0, reply
                    self.errors.append(reply["error"]["reason"])

    def insist(self):
        """Says everything once more, under the same names; returns the answers by body."""
        return {body: self.insist_on(body, name) for body, name in self.names.items()}

    def insist_on(self, body, name):
        def say():
            try:
                return self.person.say(self.channel, body, name)
            except Refused as error:
                assert error.code == "unavailable", error
                return None

        return wait_until(say, f"{body} to be acknowledged", 60, 0.1)

    def close(self):
        for gateway in self.gateways:
            gateway.close()


def ask_alive(gateway):
    """Asks what the daemon answers without a database, and returns how long it took."""
    began = time.monotonic()
    gateway.send({"op": "heartbeat", "n": 1})
    gateway.wait("heartbeat")
    return time.monotonic() - began


def cut_shortly(link, talkers, gateway):
    """Cuts the link until the talkers have come to a halt, and returns for how long."""

    def have_halted():
        before = talkers.count()
        for _ in range(10):
            ask_alive(gateway)
        return talkers.count() == before

    ask_alive(gateway)  # so that no event is in the way of the next answer
    began = time.monotonic()
    link.cut()
    wait_until(have_halted, "the talkers to halt")
    link.heal()
    return time.monotonic() - began


def test_the_link_to_the_database_is_cut(link, far_database, near_daemon):
    talkers = make_talkers(near_daemon.url)
    person, channel = talkers.people[0], talkers.channel
    try:
        follower = Follower(talkers.people[1])
        gateway = person.gateway()
        pushers = Pushers(person, channel)
        talkers.wait_for_more(50)
        n_short = 0
        for _ in range(20):
            refused = talkers.unavailable
            length_s = cut_shortly(link, talkers, gateway)
            talkers.wait_for_more(10)
            # Short enough, and nobody is refused: what was lost is sent again, by the kernel, which waits for no more than as
            # long again. A machine that was too busy to make it short says nothing about that.
            if length_s < SHORT_S:
                n_short += 1
                assert talkers.unavailable == refused, f"somebody was refused after a cut of {length_s:.1f} s"
            if n_short == 3:
                break
        assert n_short == 3, "this machine is too busy to cut a link for a moment only"

        ask_alive(gateway)
        refused = talkers.unavailable
        link.cut()
        began = time.monotonic()
        pushers.push()
        answers_s = [ask_alive(gateway)]
        while near_daemon.health()[0] != 503:
            answers_s.append(ask_alive(gateway))
            assert time.monotonic() - began < patience(60), "/health does not say that the database is away"
        unwell_s = time.monotonic() - began
        wait_until(lambda: talkers.unavailable > refused or talkers.broken(), "somebody to be told", 60)
        noticed_s = time.monotonic() - began
        pushers.hear()
        answers_s += [ask_alive(gateway) for _ in range(10)]
        # Whatever waits for the database in the daemon's main thread waits until the loss is noticed, and so would these.
        assert max(answers_s) < unwell_s / 2, f"what needs no database was answered after {max(answers_s):.1f} s only"
        assert "writer.busy" in pushers.errors, set(pushers.errors)
        assert near_daemon.metrics()["guildhall_writer_queue"] <= QUEUE

        began = time.monotonic()
        link.heal()
        near_daemon.wait_healthy()
        talkers.wait_for_more(50)
        healed_s = time.monotonic() - began
    finally:
        talkers.finish()
    # The kernel noticed it, and not the much later limit for a database that is there and does not answer.
    assert not [line for line in near_daemon.log_records() if line["message"].startswith("The database does not answer")]
    print(
        f"the cut was noticed after {noticed_s:.1f} s, what needs no database took {max(answers_s) * 1000:.0f} ms, all was at work {healed_s:.1f} s after healing; talkers were refused"
        f" {talkers.unavailable} times; of {len(pushers.said)} pushed {pushers.errors.count('writer.busy')} were refused at once"
    )
    again = pushers.insist()
    events = check_nothing_lost(talkers, person)
    pushed = {event["content"]["body"]: event["event_id"] for event in events if event["content"]["body"] in pushers.names}
    assert pushed == {body: answer["event_id"] for body, answer in again.items()}
    heard = [event["event_id"] for event in follower.finish(events[-1]["position"]) if event["type"] == "m.room.message"]
    assert heard == [event["event_id"] for event in events][-len(heard):] and len(heard) > 100
    pushers.close()
    gateway.close()
    check_clean(near_daemon)
    check_receipts(near_daemon, Notary(far_database), [*talkers.acknowledged.values(), *again.values()])
