# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts, checked by nothing of ours: hashes by libblake3, signatures by libsodium through PyNaCl."""

import ctypes
import json

import nacl.exceptions
import nacl.signing

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MEMBERS = {"event_id", "position", "server", "key_id", "index", "size", "path", "signature"}


def blake3(data):
    # blake3.h: the hasher is some 1.9 KiB, and its functions do not fail.
    hasher, out = ctypes.create_string_buffer(8192), ctypes.create_string_buffer(32)
    _blake3.blake3_hasher_init(hasher)
    _blake3.blake3_hasher_update(hasher, data, ctypes.c_size_t(len(data)))
    _blake3.blake3_hasher_finalize(hasher, out, ctypes.c_size_t(32))
    return out.raw


_blake3 = ctypes.CDLL("libblake3.so.0")
assert blake3(b"").hex().startswith("af1349b9f5f9a1a6a0404dea36dcc949")


def base58_decode(text, size):
    number = 0
    for letter in text:
        number = number * 58 + BASE58.index(letter)
    return number.to_bytes(size, "big")


def base58_encode(data):
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = BASE58[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def root_of(receipt):
    """The root that leaf and path lead to: RFC 9162, section 2.1.3.2."""
    at, last = receipt["index"], receipt["size"] - 1
    assert 0 <= at <= last
    leaf = {"event_id": receipt["event_id"], "position": receipt["position"]}
    hashed = blake3(b"\0" + canonical(leaf))
    for beside in receipt["path"]:
        assert last > 0, "the path is too long"
        other = base58_decode(beside, 32)
        if at % 2 or at == last:
            hashed = blake3(b"\1" + other + hashed)
            while at and not at % 2:
                at, last = at // 2, last // 2
        else:
            hashed = blake3(b"\1" + hashed + other)
        at, last = at // 2, last // 2
    assert last == 0, "the path is too short"
    return hashed


class Notary:
    """Knows a server's public keys, from its database, and judges receipts with them."""

    def __init__(self, database):
        self.keys = {key_id: (server, bytes(key)) for server, key_id, key in database.execute("SELECT server, key_id, public_key FROM server_key")}
        assert self.keys, "the server has no key"

    def honours(self, receipt):
        """Whether the signature is good."""
        server, key = self.keys[receipt["key_id"]]
        statement = {"root": base58_encode(root_of(receipt)), "server": receipt["server"], "size": receipt["size"], "type": "guildhall-receipt-1"}
        try:
            nacl.signing.VerifyKey(key).verify(canonical(statement), base58_decode(receipt["signature"], 64))
        except nacl.exceptions.BadSignatureError:
            return False
        return receipt["server"] == server

    def check(self, answer):
        """An operation's answer has a good receipt, and it is for this event at this position."""
        receipt = answer.get("receipt")
        assert receipt is not None, f"acknowledged without a receipt: {answer}"
        assert set(receipt) == MEMBERS, receipt
        assert (receipt["event_id"], receipt["position"]) == (answer["event_id"], answer["position"])
        assert self.honours(receipt), f"the signature does not fit: {receipt}"
        assert not self.honours({**receipt, "position": receipt["position"] + 1}), "the signature fits anything"
