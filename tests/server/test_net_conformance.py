# SPDX-License-Identifier: GPL-3.0-or-later
"""RFC 6455 on bare sockets, against /debug/echo: the case groups of the Autobahn suite, by their numbers.

The endpoint sends every message back through the very code that carries the gateway's connections.
"""

import itertools
import struct

import pytest

from fixture.daemon import Daemon
from fixture.postgres import Database
from net_peer import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Ended, Peer

ECHO = "/debug/echo"
frame = Peer.frame


@pytest.fixture(scope="module")
def hall(postgres, migrated):
    """A daemon that echoes."""
    database = Database(postgres, migrated)
    daemon = Daemon(database, settings={"debug": {"websocket-echo": True}}, start=False)
    try:
        yield daemon.start()
    finally:
        daemon.close()
        database.drop()


@pytest.fixture
def peer(hall):  # pylint: disable=redefined-outer-name
    """One connection to the echo; whatever a test does to it, the next one must be let in."""
    with Peer(hall.port) as connection:
        connection.upgrade(path=ECHO)
        yield connection
    with Peer(hall.port) as after:
        after.upgrade(path=ECHO)
        after.send(frame(TEXT, "still there?"))
        assert after.hear_frame() == (TEXT, b"still there?")


def chopped(peer, wire, size):
    """Sends WIRE in pieces of SIZE bytes, each a segment of its own."""
    for start in range(0, len(wire), size):
        peer.send(wire[start:start + size])


def bid_farewell(peer):
    peer.send(frame(CLOSE, struct.pack("!H", 1000)))
    peer.expect_close(1000)


def expect_failure(peer, wire, code, heard=()):
    """Sends WIRE; the echo says HEARD, then closes with CODE."""
    try:
        peer.send(wire)
    except OSError:
        pass  # it was closed while it was being sent
    for expected in heard:
        assert peer.hear_frame() == expected
    opcode, payload = peer.hear_frame()
    assert (opcode, payload[:2]) == (CLOSE, struct.pack("!H", code)), (opcode, payload)
    peer.expect_end()


def test_it_is_off_unless_switched_on(postgres, migrated):
    database = Database(postgres, migrated)
    daemon = Daemon(database, start=False)
    try:
        daemon.start()
        with Peer(daemon.port) as stranger:
            status, _, _ = stranger.request("GET", ECHO, {
                "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version": "13"})
            assert status == 404
    finally:
        daemon.close()
        database.drop()


# -- 1: framing ---------------------------------------------------------------------------------

LENGTHS = [0, 1, 124, 125, 126, 127, 128, 65535, 65536]


@pytest.mark.parametrize("opcode", [TEXT, BINARY], ids=["text", "binary"])
@pytest.mark.parametrize("size", LENGTHS)
def test_1_framing(peer, opcode, size):
    payload = b"*" * size if opcode == TEXT else bytes(n * 7 & 0xFF for n in range(size))
    peer.send(frame(opcode, payload))
    assert peer.hear_frame() == (opcode, payload)
    bid_farewell(peer)


@pytest.mark.parametrize("chop", [1, 997, 4096])
@pytest.mark.parametrize("opcode", [TEXT, BINARY], ids=["text", "binary"])
def test_1_framing_in_chops(peer, opcode, chop):
    payload = b"*" * (2000 if chop == 1 else 65536)
    chopped(peer, frame(opcode, payload), chop)
    assert peer.hear_frame() == (opcode, payload)
    bid_farewell(peer)


# -- 2: pings and pongs -------------------------------------------------------------------------


@pytest.mark.parametrize("payload", [b"", b"Hello, world!", bytes(range(0xF0, 0x100)), b"\xfe" * 125], ids=len)
def test_2_pings(peer, payload):
    peer.send(frame(PING, payload))
    assert peer.hear_frame() == (PONG, payload)
    bid_farewell(peer)


def test_2_a_ping_in_chops(peer):
    chopped(peer, frame(PING, b"\xfe" * 125), 1)
    assert peer.hear_frame() == (PONG, b"\xfe" * 125)
    bid_farewell(peer)


def test_2_a_ping_of_126_bytes(peer):
    expect_failure(peer, frame(PING, b"\xfe" * 126), 1002)


@pytest.mark.parametrize("payload", [b"", b"unsolicited"])
def test_2_pongs_that_nobody_asked_for(peer, payload):
    peer.send(frame(PONG, payload) + frame(PING, b"and this?"))
    assert peer.hear_frame() == (PONG, b"and this?")
    bid_farewell(peer)


@pytest.mark.parametrize("chop", [None, 1])
def test_2_ten_pings(peer, chop):
    wire = b"".join(frame(PING, f"payload-{n}") for n in range(10))
    chopped(peer, wire, chop or len(wire))
    for number in range(10):
        assert peer.hear_frame() == (PONG, f"payload-{number}".encode())
    bid_farewell(peer)


# -- 3: reserved bits ---------------------------------------------------------------------------


@pytest.mark.parametrize("opcode", [TEXT, BINARY, PING, CLOSE])
@pytest.mark.parametrize("reserved", range(1, 8))
def test_3_reserved_bits(peer, opcode, reserved):
    payload = b"\x03\xe8" if opcode == CLOSE else b"x"
    expect_failure(peer, frame(TEXT, "before") + frame(opcode, payload, reserved=reserved), 1002, [(TEXT, b"before")])


@pytest.mark.parametrize("reserved", [1, 2, 4])
def test_3_reserved_bits_of_a_continuation_in_chops(peer, reserved):
    chopped(peer, frame(TEXT, "x", fin=False), 1)
    expect_failure(peer, frame(CONTINUATION, "y", reserved=reserved), 1002)


# -- 4: opcodes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", [b"", b"reserved"])
@pytest.mark.parametrize("opcode", [0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF])
def test_4_reserved_opcodes(peer, opcode, payload):
    expect_failure(peer, frame(TEXT, "before") + frame(opcode, payload) + frame(PING), 1002, [(TEXT, b"before")])


# -- 5: fragmentation ---------------------------------------------------------------------------


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_5_fragmented_control_frames(peer, opcode):
    expect_failure(peer, frame(opcode, b"\x03\xe8", fin=False) + frame(CONTINUATION, b"x"), 1002)


@pytest.mark.parametrize("chop", [None, 1])
@pytest.mark.parametrize("opcode", [TEXT, BINARY], ids=["text", "binary"])
@pytest.mark.parametrize("between", [False, True], ids=["", "pings"])
def test_5_fragments(peer, opcode, chop, between):
    parts = [b"fragment1", b"", b"fragment2", b"fragment3"]
    wire, pongs = b"", []
    for number, part in enumerate(parts):
        wire += frame(opcode if number == 0 else CONTINUATION, part, fin=number == len(parts) - 1)
        if between and number < len(parts) - 1:
            wire += frame(PING, f"ping {number}")
            pongs.append((PONG, f"ping {number}".encode()))
    chopped(peer, wire, chop or len(wire))
    for pong in pongs:
        assert peer.hear_frame() == pong
    assert peer.hear_frame() == (opcode, b"".join(parts))
    bid_farewell(peer)


def test_5_a_pong_between_fragments(peer):
    peer.send(frame(TEXT, "one ", fin=False) + frame(PONG, "unasked") + frame(CONTINUATION, "two"))
    assert peer.hear_frame() == (TEXT, b"one two")
    bid_farewell(peer)


@pytest.mark.parametrize("fin", [True, False])
@pytest.mark.parametrize("chop", [None, 1])
def test_5_a_continuation_of_nothing(peer, fin, chop):
    wire = frame(CONTINUATION, "of nothing", fin=fin)
    if chop:
        chopped(peer, wire[:-1], 1)
        wire = wire[-1:]
    expect_failure(peer, wire, 1002)


def test_5_a_continuation_after_the_end(peer):
    wire = frame(TEXT, "a", fin=False) + frame(CONTINUATION, "b") + frame(CONTINUATION, "c")
    expect_failure(peer, wire, 1002, [(TEXT, b"ab")])


@pytest.mark.parametrize("second", [TEXT, BINARY])
def test_5_a_message_within_a_message(peer, second):
    expect_failure(peer, frame(TEXT, "a", fin=False) + frame(second, "b"), 1002)


# -- 6: text is UTF-8 ---------------------------------------------------------------------------

VALID = {
    "empty": b"",
    "greek": "κόσμε".encode(),
    "many scripts": "Hello-µ@ßöäüàá-UTF-8!! Привет 世界 🏰".encode(),
    "nul": b"a\x00b",
    "first of 2 bytes": b"\xc2\x80",
    "first of 3 bytes": b"\xe0\xa0\x80",
    "first of 4 bytes": b"\xf0\x90\x80\x80",
    "last of 1 byte": b"\x7f",
    "last of 2 bytes": b"\xdf\xbf",
    "last of 3 bytes": b"\xef\xbf\xbf",
    "last of 4 bytes": b"\xf4\x8f\xbf\xbf",
    "before the surrogates": b"\xed\x9f\xbf",
    "behind the surrogates": b"\xee\x80\x80",
    "replacement": b"\xef\xbf\xbd",
    "noncharacter": b"\xef\xbf\xbe",
    "noncharacter of a plane": b"\xf0\x9f\xbf\xbe",
}

# What is wrong, as (good beginning, the byte that makes it wrong, what follows).
INVALID = {
    "lone continuation": (b"a", b"\x80", b"b"),
    "two continuations": (b"a", b"\xbf", b"\xbf"),
    "fe": (b"", b"\xfe", b""),
    "ff": (b"text", b"\xff", b"text"),
    "c0": (b"", b"\xc0", b"\xaf"),
    "c1": (b"", b"\xc1", b"\xbf"),
    "f5": (b"", b"\xf5", b"\x80\x80\x80"),
    "5 bytes": (b"", b"\xf8", b"\x88\x80\x80\x80"),
    "6 bytes": (b"", b"\xfc", b"\x84\x80\x80\x80\x80"),
    "overlong 3 bytes": (b"\xe0", b"\x9f", b"\xbf"),
    "overlong 4 bytes": (b"\xf0", b"\x8f", b"\xbf\xbf"),
    "first surrogate": (b"\xed", b"\xa0", b"\x80"),
    "last surrogate": (b"\xed", b"\xbf", b"\xbf"),
    "pair of surrogates": ("κ".encode() + b"\xed", b"\xa0", b"\x80\xed\xb0\x80"),
    "beyond unicode": (b"\xf4", b"\x90", b"\x80\x80"),
    "cut short by ascii": (b"\xe2\x82", b"x", b""),
    "cut short by a beginning": (b"\xc3", b"\xc3", b"\xa9"),
}


@pytest.mark.parametrize("text", VALID.values(), ids=VALID)
def test_6_valid_text(peer, text):
    peer.send(frame(TEXT, text))
    assert peer.hear_frame() == (TEXT, text)
    # A byte to a frame, and the frames in chops of one byte.
    pieces = [text[n:n + 1] for n in range(len(text))] or [b""]
    wire = b"".join(frame(TEXT if n == 0 else CONTINUATION, piece, fin=n == len(pieces) - 1) for n, piece in enumerate(pieces))
    chopped(peer, wire, 1)
    assert peer.hear_frame() == (TEXT, text)
    bid_farewell(peer)


@pytest.mark.parametrize("good, bad, rest", INVALID.values(), ids=INVALID)
def test_6_invalid_text(peer, good, bad, rest):
    expect_failure(peer, frame(TEXT, "before") + frame(TEXT, good + bad + rest), 1007, [(TEXT, b"before")])


@pytest.mark.parametrize("good, bad, rest", INVALID.values(), ids=INVALID)
def test_6_it_fails_at_the_first_wrong_byte_of_a_fragment(peer, good, bad, rest):
    """While the message goes on: neither its end nor the fragment's has been sent."""
    peer.send(frame(TEXT, good, fin=False) + frame(PING, "so far"))
    assert peer.hear_frame() == (PONG, b"so far")
    expect_failure(peer, frame(CONTINUATION, bad + rest + b"x" * 50, fin=False)[:6 + 1], 1007)


def test_6_it_fails_within_a_frame(peer):
    good = "κόσμε".encode()
    wire = frame(TEXT, good + b"\xed\xa0\x80" + b"edited")
    wrong = 6 + len(good) + 1
    chopped(peer, wire[:wrong], 1)
    expect_failure(peer, wire[wrong:wrong + 1], 1007)


@pytest.mark.parametrize("text", [b"\xc3", b"\xe2\x82", b"a\xf0\x9f\x8f"])
def test_6_text_that_ends_within_a_character(peer, text):
    expect_failure(peer, frame(TEXT, text), 1007)


def test_6_binary_is_anything(peer):
    payload = bytes(range(256))
    peer.send(frame(BINARY, payload[:100], fin=False) + frame(CONTINUATION, payload[100:]))
    assert peer.hear_frame() == (BINARY, payload)
    bid_farewell(peer)


# -- 7: closing ---------------------------------------------------------------------------------


def test_7_nothing_is_said_after_a_close_frame(peer):
    peer.send(frame(TEXT, "last") + frame(CLOSE, b"\x03\xe8") + frame(TEXT, "too late") + frame(PING, "too late"))
    assert peer.hear_frame() == (TEXT, b"last")
    assert peer.hear_frame()[0] == CLOSE
    with pytest.raises(Ended):
        peer.hear_frame()


def test_7_a_close_frame_within_a_message(peer):
    peer.send(frame(TEXT, "begun", fin=False) + frame(CLOSE, b"\x03\xe8"))
    peer.expect_close(1000)


def test_7_two_close_frames(peer):
    peer.send(frame(CLOSE, b"\x03\xe8") + frame(CLOSE, b"\x03\xe9"))
    peer.expect_close(1000)


def test_7_close_without_a_code(peer):
    peer.send(frame(CLOSE))
    peer.expect_close(1000)


@pytest.mark.parametrize("payload", [b"\x03", b"\x03\xe8" + b"x" * 124], ids=["half a code", "too long a reason"])
def test_7_malformed_close_frames(peer, payload):
    expect_failure(peer, frame(CLOSE, payload), 1002)


def test_7_the_longest_reason(peer):
    peer.send(frame(CLOSE, b"\x03\xe8" + b"x" * 123))
    peer.expect_close(1000)


@pytest.mark.parametrize("chop", [1, 2, 3, 5, 7, 11])
def test_7_a_reason_in_chops(peer, chop):
    chopped(peer, frame(CLOSE, b"\x03\xe8" + "Grüße aus dem дом 🏰".encode()), chop)
    peer.expect_close(1000)


@pytest.mark.parametrize("reason", [b"\xff", "κόσμε".encode() + b"\xed\xa0\x80edited", b"\xc3"])
@pytest.mark.parametrize("chop", [None, 1, 3])
def test_7_a_reason_that_is_not_text(peer, reason, chop):
    wire = frame(CLOSE, b"\x03\xe8" + reason)
    chopped(peer, wire[:-1], chop or len(wire))
    expect_failure(peer, wire[-1:], 1007)


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])
def test_7_codes_that_may_be_sent(peer, code):
    peer.send(frame(CLOSE, struct.pack("!H", code)))
    peer.expect_close(code)


@pytest.mark.parametrize("code", [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535])
def test_7_codes_that_may_not(peer, code):
    expect_failure(peer, frame(CLOSE, struct.pack("!H", code)), 1002)


def test_7_no_mask(peer):
    expect_failure(peer, frame(TEXT, "bare", mask=False), 1002)


@pytest.mark.parametrize("wire", [
    b"\x81\xfe\x00\x05mask" + b"hello",  # 5 in two bytes
    b"\x81\xff" + struct.pack("!Q", 5) + b"mask" + b"hello",
    b"\x81\xff" + struct.pack("!Q", 65535) + b"mask",
    b"\x81\xff" + struct.pack("!Q", 1 << 63) + b"mask",
], ids=["16 bits", "64 bits", "64 bits for 65535", "the highest bit"])
def test_7_lengths_not_in_their_shortest_form(peer, wire):
    expect_failure(peer, wire, 1002)


def test_7_the_peer_ends_without_a_close_frame(peer):
    peer.send(frame(TEXT, "bye"))
    peer.stop_writing()
    assert peer.hear_frame() == (TEXT, b"bye")
    peer.expect_end()


# -- 9: limits and performance ------------------------------------------------------------------


@pytest.mark.parametrize("opcode", [TEXT, BINARY], ids=["text", "binary"])
@pytest.mark.parametrize("size", [64 << 10, 1 << 20, 16 << 20])
def test_9_large_messages(peer, opcode, size):
    payload = b"*" * size
    peer.send(frame(opcode, payload))
    assert peer.hear_frame() == (opcode, payload)
    bid_farewell(peer)


@pytest.mark.parametrize("fragment", [64, 1024, 65536, 1 << 20])
def test_9_a_megabyte_in_fragments(peer, fragment):
    payload = bytes(itertools.islice(itertools.cycle(b"abcdefgh"), 1 << 20))
    pieces = [payload[start:start + fragment] for start in range(0, len(payload), fragment)]
    for number, piece in enumerate(pieces):
        peer.send(frame(TEXT if number == 0 else CONTINUATION, piece, fin=number == len(pieces) - 1))
    assert peer.hear_frame() == (TEXT, payload)
    bid_farewell(peer)


def test_9_a_byte_too_many(peer):
    expect_failure(peer, frame(BINARY, b"*", length=(16 << 20) + 1), 4003)


def test_9_a_byte_too_many_in_fragments(peer):
    half = b"*" * (8 << 20)
    expect_failure(peer, frame(BINARY, half, fin=False) + frame(CONTINUATION, half, fin=False)
                   + frame(CONTINUATION, b"*"), 4003)


@pytest.mark.parametrize("opcode", [TEXT, BINARY], ids=["text", "binary"])
@pytest.mark.parametrize("size", [0, 16, 64, 256, 1024])
def test_9_a_thousand_messages(peer, opcode, size):
    wire = frame(opcode, b"*" * size)
    for _ in range(10):
        peer.send(wire * 100)
        for _ in range(100):
            assert peer.hear_frame() == (opcode, b"*" * size)
    bid_farewell(peer)


def test_9_who_does_not_read_is_not_read_from(hall):
    """The echo holds back instead of hoarding, and goes on where it was once it is read from."""
    with Peer(hall.port, receive_buffer=8192) as slow:
        slow.upgrade(path=ECHO)
        payload = b"*" * 65536
        sent = heard = 0
        slow.socket.settimeout(1)
        with pytest.raises(TimeoutError):
            while sent < 4096:
                slow.send(frame(BINARY, payload))
                sent += 1
        assert sent < 512
        slow.socket.settimeout(30)
        while heard < sent:
            assert slow.hear_frame() == (BINARY, payload)
            heard += 1
