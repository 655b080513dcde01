#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the sample pictures of the imaging tests in DIR, and the file STAMP when all are there."""
import struct
import subprocess
import sys
import zlib
from pathlib import Path

from PIL import Image

WIDTH, HEIGHT = 96, 48


def picture(mode="RGB"):
    image = Image.new(mode, (WIDTH, HEIGHT), (200, 20, 20))
    image.paste((20, 20, 200), (WIDTH // 2, 0, WIDTH, HEIGHT))
    image.paste((20, 200, 20), (0, 0, 12, 12))
    return image


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width, height):
    """A PNG that claims many pixels and unpacks to none of its size on disk."""
    row = zlib.compressobj(9)
    data = b"".join(row.compress(b"\0" * (width * 3 + 1)) for _ in range(height)) + row.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def main():
    folder, stamp = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    picture().save(folder / "wide.png")
    picture().save(folder / "wide.jpg", quality=95)
    picture().save(folder / "wide.webp", quality=95)
    picture().save(folder / "wide-lossless.webp", lossless=True)
    subprocess.run(["avifenc", "-q", "95", "-s", "8", str(folder / "wide.png"), str(folder / "wide.avif")],
                   check=True, stdout=subprocess.DEVNULL)

    clear = picture("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize((WIDTH, HEIGHT)))
    clear.save(folder / "clear.png")

    frames = [picture(), Image.new("RGB", (WIDTH, HEIGHT), (0, 0, 0))]
    frames[0].save(folder / "moving.webp", save_all=True, append_images=frames[1:], duration=100, lossless=True)

    # Held on its side, with words in the metadata that must not survive.
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "SECRET-DESCRIPTION"
    exif[0x8825] = {1: "N", 2: (52.0, 30.0, 0.0)}
    picture().save(folder / "turned.jpg", quality=95, exif=exif.tobytes(), comment=b"SECRET-COMMENT")

    Image.effect_noise((4000, 3000), 90).convert("RGB").save(folder / "photograph.jpg", quality=60)
    (folder / "bomb.png").write_bytes(bomb(7000, 7000))

    broken = bytearray((folder / "wide.png").read_bytes())
    at = broken.index(b"IDAT") + 8
    broken[at:at + 8] = b"\xff" * 8
    (folder / "broken.png").write_bytes(broken)
    stamp.write_text("made\n")


main()
