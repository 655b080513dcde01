#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds every packet of vectors.json again, from docs/media-packets.md alone: AEGIS-256, BLAKE3 and HKDF are
written out here and share no code with the project or libsodium. Speaks TAP.

    check_vectors.py vectors.json
"""

import hmac
import json
import os
import pathlib
import struct
import sys

# --- AEGIS-256, from draft-irtf-cfrg-aegis-aead ---------------------------------------------------


def _times2(value):
    return (value << 1 ^ (0x11B if value & 0x80 else 0)) & 0xFF


def _make_sbox():
    """AES's table: the inverse in GF(2^8), then the affine map."""
    exponent, logarithm, value = [0] * 256, [0] * 256, 1
    for i in range(255):
        exponent[i], logarithm[value] = value, i
        value ^= _times2(value)
    box = []
    for i in range(256):
        inverse = 0 if i == 0 else exponent[(255 - logarithm[i]) % 255]
        out = 0x63
        for shift in range(5):
            out ^= (inverse << shift | inverse >> (8 - shift)) & 0xFF
        box.append(out)
    return box


SBOX = _make_sbox()


def xor(*blocks):
    return bytes(a ^ b for a, b in zip(blocks[0], xor(*blocks[1:]))) if len(blocks) > 1 else bytes(blocks[0])


def aes_round(block, key):
    out = bytearray()
    for column in range(4):
        a = [SBOX[block[4 * ((column + row) % 4) + row]] for row in range(4)]
        total = a[0] ^ a[1] ^ a[2] ^ a[3]
        out += bytes(a[row] ^ total ^ _times2(a[row] ^ a[(row + 1) % 4]) for row in range(4))
    return xor(out, key)


class Aegis256:
    C0 = bytes.fromhex("000101020305080d1522375990e97962")
    C1 = bytes.fromhex("db3d18556dc22ff12011314273b528dd")

    def __init__(self, key, nonce):
        k0, k1, n0, n1 = key[:16], key[16:], nonce[:16], nonce[16:]
        self.s = [xor(k0, n0), xor(k1, n1), self.C1, self.C0, xor(k0, self.C0), xor(k1, self.C1)]
        for _ in range(4):
            for block in (k0, k1, xor(k0, n0), xor(k1, n1)):
                self.update(block)

    def update(self, block):
        s = self.s
        self.s = [aes_round(s[i - 1], xor(s[0], block) if i == 0 else s[i]) for i in range(6)]

    def stream(self):
        s = self.s
        return xor(s[1], s[4], s[5], bytes(a & b for a, b in zip(s[2], s[3])))

    def seal(self, message, associated):
        for at in range(0, len(associated), 16):
            self.update(associated[at : at + 16].ljust(16, b"\0"))
        out = b""
        for at in range(0, len(message), 16):
            block = message[at : at + 16]
            out += xor(block, self.stream())
            self.update(block.ljust(16, b"\0"))
        t = xor(self.s[3], struct.pack("<QQ", 8 * len(associated), 8 * len(message)))
        for _ in range(7):
            self.update(t)
        return out, xor(*self.s[0:3]) + xor(*self.s[3:6]), xor(*self.s)


# --- BLAKE3 of at most one chunk, from its specification ------------------------------------------

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
ORDER = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
CHUNK_START, CHUNK_END, ROOT = 1, 2, 8


def blake3(data):
    assert len(data) <= 1024, "one chunk only"
    blocks = [data[at : at + 64] for at in range(0, len(data), 64)] or [b""]
    chain = IV
    for index, block in enumerate(blocks):
        flags = (CHUNK_START if index == 0 else 0) | (CHUNK_END | ROOT if index == len(blocks) - 1 else 0)
        words = struct.unpack("<16I", block.ljust(64, b"\0"))
        v = [*chain, *IV[:4], 0, 0, len(block), flags]

        def mix(a, b, c, d, x, y):
            for word, first, second in ((x, 16, 12), (y, 8, 7)):
                v[a] = (v[a] + v[b] + word) & 0xFFFFFFFF
                v[d] = rotate(v[d] ^ v[a], first)
                v[c] = (v[c] + v[d]) & 0xFFFFFFFF
                v[b] = rotate(v[b] ^ v[c], second)

        for _ in range(7):
            for i in range(4):
                mix(i, 4 + i, 8 + i, 12 + i, words[2 * i], words[2 * i + 1])
            for i in range(4):
                mix(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4, words[8 + 2 * i], words[9 + 2 * i])
            words = [words[i] for i in ORDER]
        chain = tuple(v[i] ^ v[i + 8] for i in range(8))
    return struct.pack("<8I", *chain)


def rotate(word, by):
    return (word >> by | word << (32 - by)) & 0xFFFFFFFF


# --- docs/media-packets.md ------------------------------------------------------------------------


def named(*names):
    return b"".join(struct.pack(">H", len(name.encode())) + name.encode() for name in names)


def hkdf(salt, secret, info, size):
    """RFC 5869 with SHA-256."""
    master, block, out = hmac.digest(salt, secret, "sha256"), b"", b""
    while len(out) < size:
        block = hmac.digest(master, block + info + bytes([len(out) // 32 + 1]), "sha256")
        out += block
    return out[:size]


def sender_key(session_key, epoch, call, sender):
    info = b"guildhall-media-1 sender" + struct.pack(">I", epoch) + named(call, sender)
    return hkdf(b"guildhall-media-1", session_key, info, 32)


def clear_part(kind, packet):
    if kind == "data":
        return b"\x60", packet
    if kind == "rtcp":
        return packet[:8], packet[8:]
    size = 12 + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10:
        size += 4 + 4 * struct.unpack(">H", packet[size + 2 : size + 4])[0]
    return packet[:size], packet[size:]


def build(vectors, case):
    epoch, packet = case["epoch"], bytes.fromhex(case["packet"])
    key = sender_key(bytes.fromhex(case["session_key"]), epoch, vectors["call"], case["sender"])
    context = blake3(b"guildhall-media-1 context" + named(vectors["call"], case["sender"], case["receiver"]))
    clear, text = clear_part(case["kind"], packet)
    salt, counter = bytes.fromhex(case["salt"]), struct.pack(">Q", case["counter"])[2:]
    nonce = bytes([{"rtp": 1, "rtcp": 2, "data": 3}[case["kind"]], epoch & 0xFF]) + salt + counter + bytes(16)
    hidden, tag, _ = Aegis256(key, nonce).seal(text, blake3(context + clear))
    return {
        "sender_key": key.hex(),
        "context": context.hex(),
        "sealed": (clear + hidden + tag + salt + counter + bytes([epoch & 0xFF])).hex(),
    }


# --- What is checked ------------------------------------------------------------------------------


def published(name):
    path = pathlib.Path(os.environ.get("GUILDHALL_VECTORS", "vectors")) / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def check_aegis(vectors):
    count = 0
    for case in vectors:
        if case.get("error") or "tag256" not in case:
            continue
        data = {name: bytes.fromhex(case[name]) for name in ("key", "nonce", "msg", "ad")}
        hidden, tag, short = Aegis256(data["key"], data["nonce"]).seal(data["msg"], data["ad"])
        if case["ct"] != hidden.hex() or case["tag256"] != tag.hex() or case["tag128"] != short.hex():
            raise AssertionError(f"AEGIS-256 differs in {case['name']}")
        count += 1
    assert count >= 3, f"only {count} cases were read"


def check_blake3(vectors):
    cases = [case for case in vectors["cases"] if case["input_len"] <= 1024]
    for case in cases:
        data = bytes(i % 251 for i in range(case["input_len"]))
        assert blake3(data).hex() == case["hash"][:64], f"BLAKE3 differs at {case['input_len']} bytes"
    assert len(cases) > 5


def check_hkdf(vectors):
    count = 0
    for case in (case for group in vectors["testGroups"] for case in group["tests"]):
        if case["result"] != "valid":
            continue
        salt, secret, info = (bytes.fromhex(case[name]) for name in ("salt", "ikm", "info"))
        assert hkdf(salt, secret, info, case["size"]).hex() == case["okm"], f"HKDF differs in {case['tcId']}"
        count += 1
    assert count > 50


def main():
    path = pathlib.Path(sys.argv[1])
    vectors = json.loads(path.read_text(encoding="utf-8"))
    checks = [
        ("aegis/aegis-256-test-vectors.json", check_aegis),
        ("blake3/test_vectors.json", check_blake3),
        ("wycheproof/hkdf_sha256_test.json", check_hkdf),
    ]
    print(f"1..{len(checks) + len(vectors['packets'])}")
    number = failed = 0
    for name, check in checks:
        number += 1
        data = published(name)
        if data is None:
            print(f"ok {number} {name} # SKIP the published vectors are not here")
            continue
        try:
            check(data)
            print(f"ok {number} {name}")
        except AssertionError as error:
            failed += 1
            print(f"not ok {number} {name}\n# {error}")
    for case in vectors["packets"]:
        number += 1
        wrong = [name for name, value in build(vectors, case).items() if case[name] != value]
        failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} {case['name']}")
        if wrong:
            print(f"# not as the specification has it: {', '.join(wrong)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
