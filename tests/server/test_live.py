# SPDX-License-Identifier: GPL-3.0-or-later
"""Events as they happen: order, resuming without loss or repeat, catching up, arrivals and removals."""

import concurrent.futures
import random
import threading
from functools import partial

import pytest

from people import Closed, refused, text_channel, txn
from talkers import Reader


def content(body):
    return {"msgtype": "m.text", "body": body}


@pytest.fixture
def room(crowd):
    """A channel with three people in it, and its guild."""
    people = [crowd[name] for name in ("ann", "ben", "cleo")]
    guild = people[0].make_guild("Live")
    people[0].bring(guild["guild_id"], *people[1:])
    return people, text_channel(guild), guild["guild_id"]


def test_hello_and_ready(room):
    (ann, _, _), _, _ = room
    with ann.gateway() as gateway:
        assert gateway.hello == {"op": "hello", "heartbeat_ms": 30000, "server": "localhost"}
        assert (gateway.ready["user_id"], gateway.ready["device_id"]) == (ann.user_id, ann.device_id)
        assert gateway.ready["session"] and gateway.ready["position"] >= ann.ask("server.info")["position"]
        gateway.send({"op": "heartbeat", "n": 7})
        assert gateway.wait("heartbeat") == {"op": "heartbeat", "n": 7}


def test_everybody_hears_the_same(room):
    people, channel, _ = room
    gateways = [person.gateway() for person in people]
    sent = people[0].say(channel, "one for all", "for-all")
    events = [gateway.wait_message("one for all") for gateway in gateways]
    assert events[0] == events[1] == events[2]
    assert events[0]["event_id"] == sent["event_id"] and events[0]["txn_id"] == "for-all"
    assert events[0] == people[1].history(channel)["events"][-1]
    for gateway in gateways:
        gateway.close()


def test_every_operation_on_the_gateway_too(room):
    (ann, ben, _), _, _ = room
    with ann.gateway() as gateway:
        guild = gateway.ask("guild.create", name="By gateway", txn_id=txn())
        code = gateway.ask("invite.create", guild_id=guild["guild_id"])["code"]
        ben.ask("invite.accept", code=code)
        channel = gateway.ask("channel.create", guild_id=guild["guild_id"], name="x", kind="text", private=True, txn_id=txn())["channel_id"]
        gateway.ask("channel.invite", channel_id=channel, user_id=ben.user_id, txn_id=txn())
        sent = gateway.ask("message.send", channel_id=channel, txn_id=txn(), content=content("hello"))
        assert gateway.ask("message.history", channel_id=channel)["events"][0]["event_id"] == sent["event_id"]
        number = gateway.request("no.such.operation")
        reply = gateway.wait("reply", lambda frame: frame["id"] == number)
        assert (reply["error"]["code"], reply["error"]["reason"]) == ("not_found", "operation.unknown")


def test_order_with_many_senders(room):
    """Four senders at once: every listener hears all of it, in the order of positions, which is the order of history."""
    (ann, ben, cleo), channel, _ = room
    listener = cleo.gateway()
    senders = [person.gateway() for person in (ann, ann, ben, ben)]

    def send(number):
        gateway = senders[number]
        ids = [gateway.request("message.send", channel_id=channel, txn_id=txn(), content=content(f"{number}-{each}")) for each in range(100)]
        replies = {}
        while len(replies) < 100:
            frame = gateway.wait("reply")
            replies[frame["id"]] = frame["data"]["position"]
        return [replies[each] for each in ids]

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        positions = list(pool.map(send, range(4)))
    for own in positions:
        assert own == sorted(own), "what one connection sends is committed in the order in which it was sent"
    last = max(max(own) for own in positions)
    listener.wait_event(lambda event: event["position"] == last)
    heard = [event["position"] for event in listener.events()]
    assert heard == sorted(position for own in positions for position in own)
    # And every sender heard everything too, in the same order.
    for gateway in senders:
        if not any(event["position"] == last for event in gateway.events()):
            gateway.wait_event(lambda event: event["position"] == last)
        assert [event["position"] for event in gateway.events()] == heard
        gateway.close()
    listener.close()


def test_resume_again_and_again(room):
    """Somebody talks without a pause while a reader's connection breaks thirty times."""
    (ann, ben, _), channel, _ = room
    reader = Reader(ben)
    stop = threading.Event()
    sent = []

    def talk():
        with ann.gateway() as gateway:
            while not stop.is_set():
                sent.append(gateway.ask("message.send", channel_id=channel, txn_id=txn(), content=content(f"word {len(sent)}")))

    chance = random.Random(1)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        talking = pool.submit(talk)
        try:
            for _ in range(30):
                reader.connect()
                reader.read_until(reader.position + chance.randrange(0, 12))
                # Broken without a word, with frames unread: those are what must come again.
                reader.gateway.socket.socket.close()
        finally:
            stop.set()
        talking.result()
    reader.connect()
    reader.read_until(sent[-1]["position"])
    reader.gateway.close()
    assert reader.messages() == [each["event_id"] for each in sent]


def test_ten_thousand_messages_away(room):
    """Caught up by pages, not all at once; nothing lost, none twice, in order."""
    (ann, _, cleo), channel, _ = room
    reader = Reader(cleo)
    sent = []
    with ann.gateway() as gateway:
        for start in range(0, 10000, 500):
            ids = [
                gateway.request("message.send", channel_id=channel, txn_id=txn(), content=content(f"number {number}"))
                for number in range(start, start + 500)
            ]
            replies = {}
            while len(replies) < 500:
                frame = gateway.wait("reply", timeout=60)
                replies[frame["id"]] = frame["data"]["event_id"]
            sent += [replies[each] for each in ids]
            gateway.forget()
    reader.connect()
    assert reader.pages >= 20
    assert reader.gateway.events() == [], "what is behind is not pushed"
    assert reader.messages() == sent
    live = ann.say(channel, "and on it goes")
    reader.read_until(live["position"])
    assert reader.messages() == [*sent, live["event_id"]]
    reader.gateway.close()


def test_a_position_from_the_future(room):
    """After a restored backup a client may be ahead of the server: it is told where the server is."""
    (ann, _, _), _, _ = room
    with ann.gateway(position=2**53 - 1) as gateway:
        assert gateway.position < 2**53 - 1


def test_arrival_and_removal_live(room, crowd):
    (ann, ben, _), channel, guild_id = room
    guest = crowd.fresh()
    with guest.gateway() as gateway:
        ann.say(channel, "before")
        guest.ask("invite.accept", code=ann.invite(guild_id))
        ann.say(channel, "during")
        gateway.wait_message("during")
        assert "before" not in str(gateway.events())
        assert [event["type"] for event in gateway.events()][:2] == ["m.room.member", "m.room.member"]
        ann.ask("member.kick", guild_id=guild_id, user_id=guest.user_id, reason="enough", txn_id=txn())
        ann.say(channel, "after")
        ann.ask("guild.edit", guild_id=guild_id, description="behind their back", txn_id=txn())
        gateway.settle()
        assert "after" not in str(gateway.events()) and "behind" not in str(gateway.events())
        leaving = [event for event in gateway.events() if event["content"].get("membership") == "leave"]
        assert {event["state_key"] for event in leaving} == {guest.user_id} and leaving[0]["content"]["reason"] == "enough"
    assert ben.bodies(channel)[-1] == "after"


@pytest.mark.parametrize("how", ["kick", "leave"])
def test_nothing_said_after_leaving(room, crowd, how):
    """Somebody who talks without a pause is removed: in the log nothing of theirs stands after it."""
    (ann, ben, _), channel, guild_id = room
    guest = crowd.fresh()
    ann.bring(guild_id, guest)
    log = Reader(ben)
    asked, replies = [], {}

    def ask(do, **data):
        asked.append(gateway.request(do, channel_id=channel, txn_id=txn(), **data))
        return asked[-1]

    def say():
        return ask("message.send", content=content(f"blah {len(asked)}"))

    def hear():
        reply = gateway.wait("reply")
        replies[reply["id"]] = reply

    with guest.gateway() as gateway, concurrent.futures.ThreadPoolExecutor(1) as pool:
        said = [say() for _ in range(100)]
        # What is asked for on another connection may be done before what was sent earlier on this one: that they talk is
        # certain once they hear it. Nor need a removal have its turn soon: they go on until it was answered.
        hear()
        if how == "kick":
            kick = pool.submit(ann.ask, "member.kick", guild_id=guild_id, user_id=guest.user_id, txn_id=txn())
            over = kick.done
        else:
            leave = ask("channel.leave")
            over = partial(replies.__contains__, leave)
        while not over():
            said.append(say())
            hear()
        too_late = say()
        while len(replies) < len(asked):
            hear()
        answer = kick.result() if how == "kick" else replies[leave]["data"]
    assert "error" in replies[too_late]

    log.connect()
    log.read_until(answer["position"])
    left = next(each for each in log.folded if each["type"] == "m.room.member" and each["state_key"] == guest.user_id)
    heard = [each for each in log.folded if each["type"] == "m.room.message" and each["sender"] == guest.user_id]
    assert left["content"]["membership"] == "leave"
    assert heard and heard[-1]["position"] < left["position"]
    assert {each["event_id"] for each in heard} == {replies[each]["data"]["event_id"] for each in said if "data" in replies[each]}
    log.gateway.close()


def test_an_invitation_is_heard(room):
    (ann, ben, cleo), _, guild_id = room
    private = ann.make_channel(guild_id, "inner circle", private=True)
    with ben.gateway() as gateway, cleo.gateway() as outside:
        ann.say(private, "before the invitation")
        ann.ask("channel.invite", channel_id=private, user_id=ben.user_id, txn_id=txn())
        event = gateway.wait_event(lambda each: each["room_id"] == private)
        assert event["content"]["membership"] == "invite" and event["state_key"] == ben.user_id
        ann.say(private, "still before joining")
        ben.ask("channel.join", channel_id=private, txn_id=txn())
        ann.say(private, "welcome")
        gateway.wait_message("welcome")
        assert "still before" not in str(gateway.events())
        outside.settle()
        assert all(each["room_id"] != private for each in outside.events())
    assert ben.bodies(private) == ["before the invitation", "still before joining", "welcome"]


def test_a_guild_that_ends(room, crowd):
    (_, ben, cleo), _, _ = room
    guild = ben.make_guild("Short")
    ben.bring(guild["guild_id"], cleo)
    with cleo.gateway() as gateway:
        ben.ask("guild.delete", guild_id=guild["guild_id"], name="Short")
        gateway.wait_event(lambda event: event["type"] == "m.guild.delete")


def test_several_connections_of_one_person(room):
    (ann, ben, _), channel, _ = room
    with ben.gateway() as first, ben.gateway() as second, ben.again().gateway() as third:
        ann.say(channel, "to all your devices")
        for gateway in (first, second, third):
            gateway.wait_message("to all your devices")
        first.close()
        ann.say(channel, "to those left")
        for gateway in (second, third):
            gateway.wait_message("to those left")


@pytest.mark.parametrize("frame, code", [
    ("{", 4000), ("[]", 4000), ('"x"', 4000), ('{"op":"dance"}', 4000), ('{"op":7}', 4000), ('{"op":"request"}', 4000),
    ('{"op":"request","id":"","do":"guild.list"}', 4000), ('{"op":"request","id":7,"do":"guild.list"}', 4000),
    ('{"op":"request","id":"1","do":"guild.list","data":[]}', 4000), ('{"op":"heartbeat","n":"x"}', 4000),
    ('{"op":"ready"}', 4000), ('{"op":"event","event":{}}', 4000), ("{\"a\":" * 40, 4000), ("x" * 70000, 4003),
])
def test_malformed_frames(room, frame, code):
    (ann, ben, _), channel, _ = room
    gateway = ann.gateway()
    gateway.send(frame)
    assert gateway.wait_closed() == code
    # Nobody else notices.
    with ben.gateway() as other:
        ben.say(channel, "all is well")
        other.wait_message("all is well")


def test_text_in_fragments(room):
    (ann, _, _), _, _ = room
    wire = '{"op":"request","id":"größe","do":"guild.list","data":{}}'
    with ann.gateway() as gateway:
        data = wire.replace("größe", "groesse")
        for cut in range(1, len(data), 7):
            gateway.socket.send([data[:cut], data[cut:cut + 3], data[cut + 3:]])
            assert gateway.wait("reply")["id"] == "groesse"


def test_identify_with_a_void_token(room, hall):
    (ann, _, _), _, _ = room
    other = ann.again()
    other.ask("session.logout")
    with pytest.raises(Closed) as closed:
        other.gateway()
    assert closed.value.code == 4001
