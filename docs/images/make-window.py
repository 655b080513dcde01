#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes docs/images/window.png, the picture in the README and in software centres, from the real window.

    build-aux/devroot python3 docs/images/make-window.py

Four people are on a real server; one of them sits at the window. Programs are those of the
build folder, or those that GUILDHALL_BIN and GUILDHALLD_BIN name.
"""

import io
import itertools
import json
import pathlib
import sys
import threading

import requests
from PIL import Image, ImageDraw
from websockets.sync.client import connect

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))

from acceptance.person import PASSWORD, Person  # noqa: E402
from fixture.daemon import Daemon  # noqa: E402
from fixture.desktop import Desktop  # noqa: E402

GUILD = "Harbour Choir"
TALK = [
    ("Brook", "Good evening! The hall is ours on Thursday from seven."),
    ("Brook", "Bring the blue folders, please."),
    ("Cleo", "I have four of them here. Who needs one?"),
    ("Dara", "Me! And does anybody have the second page of the Byrd?"),
    ("Cleo", "It is here: https://guildhall.org/scores/ave-verum"),
    ("Cleo", "Bars 17 to 24 are what we sang last week.\nThe altos come in on the third beat, not on the first."),
    ("Dara", "Wonderful, thank you."),
    ("Brook", "Ada, will you open for us? I come from work and may be late."),
]
ANSWER = "Gladly. I am there at half past six and put the kettle on."


class Member:
    """Somebody who is on the server without a window."""

    numbers = itertools.count(1)

    def __init__(self, address, name, colours):
        self.address, self.name = address, name
        tokens = self.ask("POST", "/register", {"username": name.lower(), "password": PASSWORD,
                                                "display_name": name, "device_name": "Picture"})
        self.token = tokens["access_token"]
        self.ask("PUT", "/profile/image", portrait(*colours), kind="image/png")
        self.gateway = connect(address.replace("http", "ws", 1) + "/client/v1/gateway")
        self.gateway.send(json.dumps({"op": "identify", "token": self.token}))
        # Whoever does not listen is closed by the server.
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for _ in self.gateway:
            pass

    def ask(self, method, path, body=None, kind="application/json"):
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        headers = {"Content-Type": kind}
        if hasattr(self, "token"):
            headers["Authorization"] = f"Bearer {self.token}"
        answer = requests.request(method, f"{self.address}/client/v1{path}", data=body, headers=headers, timeout=60)
        if not answer.ok:
            sys.exit(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def does(self, method, path, body):
        """Asks for something that becomes an event, which each person names once."""
        return self.ask(method, path, {"txn_id": f"picture-{next(self.numbers)}", **body})

    def says(self, channel, words):
        self.does("POST", f"/channels/{channel}/messages", {"content": {"msgtype": "m.text", "body": words}})


def portrait(ground, hill, sun):
    """A small landscape, for a profile image."""
    image = Image.new("RGB", (512, 512), ground)
    draw = ImageDraw.Draw(image)
    draw.ellipse((270, 90, 420, 240), fill=sun)
    draw.ellipse((-160, 290, 420, 800), fill=hill)
    draw.ellipse((190, 350, 760, 860), fill=tuple(int(value * 0.8) for value in hill))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def furnish(brook, others):
    """Makes the guild, its rooms and its members; returns the id of its general channel and an invite link."""
    guild = brook.does("POST", "/guilds", {"name": GUILD})
    path = f"/guilds/{guild['guild_id']}"
    rooms = {}
    for name, kind, more in (("concerts", "text", {"topic": "What we sing, where and when"}),
                             ("scores", "text", {}),
                             ("board", "text", {"private": True}),
                             ("Rehearsal", "voice", {})):
        rooms[name] = brook.does("POST", f"{path}/channels", {"name": name, "kind": kind, **more})["channel_id"]
    invite = brook.ask("POST", f"{path}/invites", {})
    for member in others:
        member.ask("POST", f"/invites/{invite['code']}/accept", {})
    general = next(channel for channel in guild["channels"] if channel["name"] == "general")["channel_id"]
    brook.does("PATCH", f"/channels/{general}", {"topic": "Thursdays at seven, in the old customs house"})
    return general, invite["link"]


def main():
    with Desktop() as desktop, Daemon(settings={"accounts": {"rate-factor": 100000}}) as daemon:
        brook = Member(daemon.url, "Brook", ((64, 120, 170), (30, 80, 110), (250, 214, 120)))
        cleo = Member(daemon.url, "Cleo", ((236, 150, 110), (150, 70, 90), (255, 236, 190)))
        dara = Member(daemon.url, "Dara", ((150, 190, 150), (60, 110, 90), (250, 244, 220)))
        members = {"Brook": brook, "Cleo": cleo, "Dara": dara}
        general, link = furnish(brook, (cleo, dara))
        for name, words in TALK[:-1]:
            members[name].says(general, words)

        ada = Person(desktop, "Ada", daemon.url, width=1180, height=760)
        ada.registers()
        ada.joins_by_link(link, GUILD)
        ada.opens_channel("general")
        ada.hears("Dara", TALK[-2][1])
        members[TALK[-1][0]].says(general, TALK[-1][1])
        ada.hears(*TALK[-1])
        ada.says("general", ANSWER)
        ada.screenshot(HERE / "window.png")
        ada.quits()


main()
