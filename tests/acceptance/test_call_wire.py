# SPDX-License-Identifier: GPL-3.0-or-later
"""What a call puts on the wire, and who can open it: with the client's own session and voice, and a look at every packet."""

import collections
import time

from fixture.process import wait_until
from fixture.wire import DATA, MEDIA, STUN, Capture, by_flow, counts, open_packet

from .listening import LOUD, STOPPED_MS, hear_each_other


def latest_flows(datagrams):
    """By which ways anything went in the last second."""
    return {each.flow for each in datagrams if each.time > datagrams[-1].time - 1}


def sealed_with(datagrams, epoch):
    """The last packets, when they came from both and all say that they are of EPOCH."""
    last = [each for each in datagrams if each.sort == MEDIA][-60:]
    senders = collections.Counter(each.source for each in last if each.payload[-1] == epoch & 0xFF)
    return last if senders.total() == len(last) and len(senders) == 2 and min(senders.values()) > 10 else None


def test_nothing_but_sealed_packets_on_one_flow(make_room, internet):
    """Two talk. Not one DTLS record, no clear payload, one flow; and every packet is what the specification says it is."""
    home = internet.homes[0]
    room = make_room("ann", "ben", "dora")
    capture = Capture(home.machine, "lo")
    # Dora is in the call by the gateway alone, so that the test has the keys.
    dora = room.member(2)
    ann, ben = room.peer(0, home), room.peer(1, home)
    ann.joins(room.channel)
    ben.joins(room.channel)
    ann.reaches(ben, route="direct")
    ben.reaches(ann, route="direct")
    hear_each_other(ann, ben)
    dora.listen()
    # Ways that were tried, and not chosen, are given up after some more tries.
    wait_until(lambda: len(latest_flows(capture.datagrams())) == 1, "one way to be left", interval=0.2)
    seen = capture.stop()

    assert set(counts(seen)) <= {STUN, MEDIA, DATA}, counts(seen)
    sealed = {flow: found for flow, found in by_flow(seen).items() if counts(found)[MEDIA] + counts(found)[DATA]}
    assert len(sealed) == 1, f"media went by {len(sealed)} flows"
    [(flow, packets)] = sealed.items()
    assert latest_flows(seen) == {flow}

    call, epoch = dora.joined["call_id"], max(dora.keys)
    names = [next(each["member_id"] for each in ann.now["members"] if each["user_id"] == who.account.user_id) for who in (ann, ben)]
    opened = collections.Counter()
    for each in packets:
        if each.sort == STUN:
            continue
        for sender, receiver in (names, names[::-1]):
            plain = open_packet(each.payload, dora.keys[epoch], epoch, call, sender, receiver)
            if plain is not None:
                opened[sender] += 1
                hidden = plain[12:] if not each.is_rtcp else plain[8:]
                assert len(hidden) < 8 or hidden[-8:] not in each.payload, "a payload is in the clear"
                break
        else:
            raise AssertionError(f"this opens for nobody: {each}")
    assert min(opened[name] for name in names) > 100, opened
    assert not any(key in each.payload for key in dora.keys.values() for each in seen)


def test_who_is_gone_cannot_open_what_comes_after(make_room, internet):
    """Somebody leaves, somebody is kicked: keys renew, the others hear each other on, and the old keys open nothing new."""
    home = internet.homes[0]
    room = make_room("ann", "ben", "cleo", "dora")
    dora, cleo = room.member(3), room.member(2)
    capture = Capture(home.machine, "lo")
    ann, ben = room.peer(0, home), room.peer(1, home)
    ann.joins(room.channel)
    ben.joins(room.channel)
    ann.reaches(ben)
    hear_each_other(ann, ben)
    call = dora.joined["call_id"]
    names = [next(each["member_id"] for each in ann.now["members"] if each["user_id"] == who.account.user_id) for who in (ann, ben)]

    def openers(datagram, keys):
        return [epoch for epoch, key in keys.items() for pair in (names, names[::-1]) if open_packet(datagram.payload, key, epoch, call, *pair)]

    for how in ("leave", "kick"):
        gone = cleo if how == "leave" else dora
        stays = dora if how == "leave" else room.member(2)
        stays.listen()
        gone.listen()
        before = max(stays.keys)
        assert before in gone.keys
        if how == "leave":
            gone.leave()
        else:
            ann.account.ask("member.kick", guild_id=room.guild_id, user_id=gone.account.user_id, txn_id="kick-dora")
        stays.wait_epoch(before + 1)
        # Until both send with it, however much later the one does than the other.
        last = wait_until(lambda: sealed_with(capture.datagrams(), before + 1), f"both to send with the key of epoch {before + 1}")
        assert all(openers(each, stays.keys) == [before + 1] for each in last)
        assert not any(openers(each, gone.keys) for each in last), f"after {how} the old keys still open"
        hear_each_other(ann, ben)
        for peer in (ann, ben):
            peer.wait(lambda peer=peer: peer.now["epoch"] == before + 1, "to know the new epoch")
    capture.stop()


def test_nothing_is_sealed_while_muted(make_room, internet):
    """Mute is heard at once, and seen on the wire: no packet of sound leaves."""
    home = internet.homes[0]
    room = make_room("ann", "ben")
    ann, ben = room.peer(0, home), room.peer(1, home)
    ann.joins(room.channel)
    ben.joins(room.channel)
    ann.reaches(ben)
    hear_each_other(ann, ben)
    capture = Capture(home.machine, "lo")
    wait_until(lambda: len(talking(capture.datagrams())) == 2, "both to talk")
    ann.tell("mute on")
    ann.wait(lambda: ann.member(ann)["muted"], "to be muted")
    mark = time.time()
    ben.recorder.wait_silent(ann.tone)
    ben.recorder.wait_seconds(2)
    after = [each for each in capture.stop() if each.time > mark]
    assert len(talking(after)) == 1, "packets of sound left while muted"
    ann.tell("mute off")
    ben.recorder.wait_heard(ann.tone, LOUD)


def talking(datagrams):
    """The addresses that packets of sound come from."""
    return {each.source for each in datagrams if each.sort == MEDIA and not each.is_rtcp}


def test_media_outlives_the_server(make_room, internet, hall):
    """The server is killed and started again: sound goes on, and those who were there stay who they were."""
    home = internet.homes[0]
    room = make_room("ann", "ben")
    ann, ben = room.peer(0, home), room.peer(1, home)
    ann.joins(room.channel)
    ben.joins(room.channel)
    ann.reaches(ben)
    hear_each_other(ann, ben)
    names = (ann.now["member_id"], ben.now["member_id"])
    epoch = ann.now["epoch"]
    began = ben.recorder.recording().end
    hall.kill()
    for peer in (ann, ben):
        peer.wait(lambda peer=peer: peer.now["state"] == "reconnecting", "to notice that the server is away")
    hear_each_other(ann, ben)
    hall.start()
    for peer in (ann, ben):
        peer.wait(lambda peer=peer: peer.now["state"] == "joined" and peer.now["epoch"] > epoch, "to be back under a new key")
    # Everybody sends with the new key after 10 s at the latest; the old one opens 2 s longer.
    ben.recorder.wait_seconds(3)
    hear_each_other(ann, ben)
    assert names == (ann.now["member_id"], ben.now["member_id"])
    tone = ben.recorder.recording().tone(ann.tone, began)
    gaps = [round(seconds * 1000) for _, seconds in tone.gaps(LOUD)]
    print(f"silences while the server was away: {gaps} ms")
    assert max(gaps, default=0) < STOPPED_MS, f"sound stopped for {max(gaps)} ms"
