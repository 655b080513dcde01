# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages: sending, history, what others get to read."""

import base64
import concurrent.futures

import nacl.signing
import pytest

from people import refused, text_channel, txn

B58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58_decode(text):
    number = 0
    for character in text:
        number = number * 58 + B58.index(character)
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return b"\0" * (len(text) - len(text.lstrip("1"))) + body


@pytest.fixture
def room(crowd):
    """A channel with two people in it, and its guild."""
    alice, bob = crowd["alice"], crowd["bob"]
    guild = alice.make_guild("Talk")
    alice.bring(guild["guild_id"], bob)
    return alice, bob, text_channel(guild), guild["guild_id"]


def test_send_and_read(room):
    alice, bob, channel, _ = room
    sent = alice.say(channel, "hello, Bob", "greeting")
    events = bob.history(channel)["events"]
    assert [event["content"] for event in events] == [{"msgtype": "m.text", "body": "hello, Bob"}]
    event = events[0]
    assert (event["event_id"], event["position"], event["origin_ts"], event["txn_id"]) == (
        sent["event_id"], sent["position"], sent["origin_ts"], sent["txn_id"],
    )
    assert event["sender"] == alice.user_id and event["room_id"] == channel and event["origin_server"] == "localhost"
    assert "state_key" not in event and event["prev_events"] and event["auth_events"]
    assert sent["signatures"] == event["signatures"]


def test_a_receipt_can_be_verified(room, hall):
    alice, _, channel, _ = room
    sent = alice.say(channel, "signed and sealed")
    (server, signatures), = sent["signatures"].items()
    (key_id, signature), = signatures.items()
    rows = hall.database.execute(f"SELECT encode (public_key, 'hex') FROM server_key WHERE server = '{server}' AND key_id = '{key_id}'")
    key = nacl.signing.VerifyKey(bytes.fromhex(rows[0][0]))
    key.verify(base58_decode(sent["event_id"][1:]), base64.urlsafe_b64decode(signature + "=="))
    with pytest.raises(nacl.exceptions.BadSignatureError):
        key.verify(b"\0" * 32, base64.urlsafe_b64decode(signature + "=="))


def test_the_same_request_never_makes_two(room):
    alice, bob, channel, _ = room
    name = txn()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: alice.say(channel, "once", name), range(8)))
    assert all({**answer, "receipt": None} == {**answers[0], "receipt": None} for answer in answers)
    assert bob.bodies(channel).count("once") == 1
    # The name is the user's own, and is for one request.
    assert bob.say(channel, "once", name)["event_id"] != answers[0]["event_id"]
    other = alice.make_guild("Other")
    with refused("conflict", "txn.reused", "txn_id"):
        alice.say(text_channel(other), "elsewhere", name)
    with refused("conflict", "txn.reused", "txn_id"):
        alice.ask("channel.create", guild_id=other["guild_id"], name="x", kind="text", txn_id=name)


def test_a_repetition_is_answered_even_after_removal(room):
    alice, bob, channel, guild_id = room
    name = txn()
    first = bob.say(channel, "last words", name)
    alice.ask("member.kick", guild_id=guild_id, user_id=bob.user_id, txn_id=txn())
    assert bob.say(channel, "last words", name) == first
    with refused("not_found", "channel.unknown"):
        bob.say(channel, "more words")


@pytest.mark.parametrize("content, code, reason, field", [
    ({"msgtype": "m.text", "body": ""}, "invalid", "message.empty", "content.body"),
    ({"msgtype": "m.text", "body": " \n\t "}, "invalid", "message.empty", "content.body"),
    ({"msgtype": "m.text"}, "invalid", "message.empty", "content.body"),
    ({"msgtype": "m.text", "body": 7}, "invalid", "message.empty", "content.body"),
    ({"msgtype": "m.image", "body": "x"}, "invalid", "message.msgtype", "content.msgtype"),
    ({"body": "x"}, "invalid", "message.msgtype", "content.msgtype"),
    ({"msgtype": "m.text", "body": "x", "sender": "@alice:localhost"}, "invalid", "message.unknown_member", "content"),
    ({"msgtype": "m.text", "body": "x" * 8001}, "too_large", "message.too_long", "content.body"),
    ({"msgtype": "m.text", "body": "ä" * 4001}, "too_large", "message.too_long", "content.body"),
    # Each of these characters has six in canonical JSON.
    ({"msgtype": "m.text", "body": "x" + "\u0001" * 7999}, "too_large", "event.content", "content"),
    ([], "invalid", "argument.type", "content"),
    ("x", "invalid", "argument.type", "content"),
    (None, "invalid", "argument.type", "content"),
])
def test_bad_messages(room, content, code, reason, field):
    alice, _, channel, _ = room
    with refused(code, reason, field):
        alice.ask("message.send", channel_id=channel, txn_id=txn(), content=content)


@pytest.mark.parametrize("body", ["x" * 8000, "ä" * 4000, "two\nlines", "👩‍👩‍👧‍👦", "\u202eabc", "<b>&amp;", "\\u0041", '"', "a\tb"])
def test_what_is_said_is_what_is_read(room, body):
    alice, bob, channel, _ = room
    alice.say(channel, body)
    assert bob.bodies(channel, limit=1) == [body]


def test_history_pages(room):
    alice, bob, channel, _ = room
    sent = [alice.say(channel, f"message {number}") for number in range(25)]
    positions = [each["position"] for each in sent]
    assert positions == sorted(positions) and len(set(positions)) == 25

    last = bob.history(channel, limit=10)
    assert [event["position"] for event in last["events"]] == positions[15:]
    assert not last["at_start"] and last["at_end"]
    middle = bob.history(channel, before=last["events"][0]["position"], limit=10)
    assert [event["position"] for event in middle["events"]] == positions[5:15]
    first = bob.history(channel, before=middle["events"][0]["position"], limit=10)
    assert [event["position"] for event in first["events"]] == positions[:5]
    assert first["at_start"] and not first["at_end"]
    onward = bob.history(channel, after=positions[4], limit=10)
    assert [event["position"] for event in onward["events"]] == positions[5:15] and not onward["at_end"]
    end = bob.history(channel, after=positions[14], limit=10)
    assert end["at_end"]
    assert len(bob.history(channel)["events"]) == 25
    around = bob.history(channel, around_ts=sent[12]["origin_ts"], limit=6)
    assert positions[12] in [event["position"] for event in around["events"]]
    with refused("invalid", "history.range"):
        bob.history(channel, before=5, after=5)
    for limit in (0, 201):
        with refused("invalid", "argument.range", "limit"):
            bob.history(channel, limit=limit)


def test_an_empty_channel(room):
    alice, _, _, guild_id = room
    page = alice.history(alice.make_channel(guild_id, "empty"))
    assert page == {"events": [], "at_start": True, "at_end": True}


def test_events_after(room):
    alice, bob, channel, guild_id = room
    start = bob.ask("guild.list")["position"]
    other = alice.make_guild("Not Bob's")
    sent = [alice.say(channel, f"number {number}")["position"] for number in range(7)]
    alice.say(text_channel(other), "not for Bob")
    alice.ask("guild.edit", guild_id=guild_id, description="changed", txn_id=txn())
    seen, position, pages = [], start, 0
    while True:
        page = bob.ask("events.after", after=position, limit=3)
        assert [event["position"] for event in page["events"]] == sorted(event["position"] for event in page["events"])
        seen += page["events"]
        assert page["position"] >= position
        position = page["position"]
        pages += 1
        if not page["more"]:
            break
    assert pages >= 3
    assert [event["position"] for event in seen if event["type"] == "m.room.message"] == sent
    assert [event["type"] for event in seen][-1] == "m.guild.meta"
    assert all(event["room_id"] in (channel, guild_id) for event in seen)
    # At the end the position covers what others wrote, so that nothing is asked for twice.
    assert bob.ask("events.after", after=position) == {"events": [], "position": position, "more": False}


def test_nothing_after_removal(room):
    alice, bob, channel, guild_id = room
    before = alice.say(channel, "before")["position"]
    alice.ask("member.kick", guild_id=guild_id, user_id=bob.user_id, txn_id=txn())
    alice.say(channel, "behind his back")
    alice.ask("guild.edit", guild_id=guild_id, name="Secret plans", txn_id=txn())
    events = bob.ask("events.after", after=before)["events"]
    assert events and all(event["type"] == "m.room.member" and event["state_key"] == bob.user_id for event in events)
    assert {event["content"]["membership"] for event in events} == {"leave"}
    with refused("not_found", "channel.unknown"):
        bob.history(channel)


def test_a_deleted_guild_is_heard_of_later(room):
    alice, bob, _, guild_id = room
    start = bob.ask("guild.list")["position"]
    alice.ask("guild.delete", guild_id=guild_id, name="Talk")
    events = bob.ask("events.after", after=start)["events"]
    assert [event["type"] for event in events] == ["m.guild.delete"]
    assert bob.ask("events.after", after=events[0]["position"])["events"] == []


def test_too_fast(make_daemon, database):
    from conftest import Crowd  # pylint: disable=import-outside-toplevel

    daemon = make_daemon(database)
    alice = Crowd(daemon.url)["alice"]
    channel = text_channel(alice.make_guild())
    for number in range(100):
        response = alice.fetch("POST", f"/channels/{channel.replace('!', '%21')}/messages", body={
            "txn_id": txn(), "content": {"msgtype": "m.text", "body": f"quick {number}"},
        })
        if response.status_code != 200:
            break
    error = response.json()["error"]
    assert response.status_code == 429 and error["reason"] == "rate.limited" and number >= 30
    assert 0 < error["retry_after_ms"] < 60000 and int(response.headers["Retry-After"]) >= 1
    # The limit is the person's, on both doors.
    with alice.gateway() as gateway, refused("limited", "rate.limited"):
        for number in range(100):
            gateway.ask("message.send", channel_id=channel, txn_id=txn(), content={"msgtype": "m.text", "body": "quicker"})
    # Others are not affected.
    bob = Crowd(daemon.url)["bob"]
    bob.make_guild()
