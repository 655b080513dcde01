# SPDX-License-Identifier: GPL-3.0-or-later
"""Many connections that ask without a pause, in a process of their own: flood.py, with its task as JSON on stdin.

The task: port, from (the address they come from), tokens (one for each connection), channel, least, limit_s. It says
"ready" once all have identified, floods until its input ends and each connection was refused LEAST times (or for LIMIT_S
more), and then says what each connection was answered, as JSON.
"""

import json
import re
import selectors
import sys
import time

from net_peer import Peer

OUTSTANDING = 100
RETRY = re.compile(rb'"retry_after_ms":(\d+)')
CODE = re.compile(rb'"error":\{"code":"([a-z_]+)"')


class Flooder:
    """One of them."""

    def __init__(self, number, port, address, token, channel):
        self.peer = Peer(port, source=address)
        self.peer.upgrade()
        self.peer.identify(token)
        self.peer.socket.settimeout(0)
        self.number = number
        self.channel = channel
        self.count = 0
        self.waiting = 0
        self.output = b""
        self.input = bytearray(self.peer.buffer)
        self.said = {"answered": 0, "errors": {}, "without_retry": 0, "closed": False}

    def frames(self):
        """The next few requests, of all kinds."""
        frames = []
        for _ in range(20):
            self.count += 1
            do, data = (
                ("message.send", {"channel_id": self.channel, "txn_id": f"f{self.number}-{self.count}", "content": {"msgtype": "m.text", "body": "flood"}}),
                ("guild.list", {}),
                ("typing.set", {"channel_id": self.channel, "typing": True}),
                ("message.history", {"channel_id": self.channel}),
            )[self.count % 4]
            frames.append(Peer.text({"op": "request", "id": str(self.count), "do": do, "data": data}))
        self.waiting += len(frames)
        return b"".join(frames)

    def write(self):
        if not self.output and self.waiting < OUTSTANDING:
            self.output = self.frames()
        if self.output:
            self.output = self.output[self.peer.socket.send(self.output):]

    def read(self):
        data = self.peer.socket.recv(262144)
        if not data:
            raise ConnectionResetError
        self.input += data
        start = 0
        while len(self.input) - start >= 2:
            size, head = self.input[start + 1], 2
            if size >= 126:
                head = 4 if size == 126 else 10
                if len(self.input) - start < head:
                    break
                size = int.from_bytes(self.input[start + 2:start + head])
            if len(self.input) - start < head + size:
                break
            if self.input[start] & 0x0F == 8:
                raise ConnectionResetError
            self.hear(bytes(self.input[start + head:start + head + size]))
            start += head + size
        del self.input[:start]

    def hear(self, message):
        if not message.startswith(b'{"op":"reply"'):
            return
        self.waiting -= 1
        self.said["answered"] += 1
        error = CODE.search(message)
        if error:
            code = error.group(1).decode()
            self.said["errors"][code] = self.said["errors"].get(code, 0) + 1
            retry = RETRY.search(message)
            self.said["without_retry"] += not (retry and int(retry.group(1)) > 0)

    def is_done(self, least):
        return self.said["closed"] or self.said["errors"].get("limited", 0) >= least


def main():
    task = json.loads(sys.stdin.readline())
    flooders = [Flooder(number, task["port"], task["from"], token, task["channel"]) for number, token in enumerate(task["tokens"])]
    selector = selectors.DefaultSelector()
    for flooder in flooders:
        selector.register(flooder.peer.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, flooder)
    selector.register(sys.stdin, selectors.EVENT_READ)
    print("ready", flush=True)
    until = None
    while until is None or (time.monotonic() < until and not all(flooder.is_done(task["least"]) for flooder in flooders)):
        for key, events in selector.select(1):
            if key.fileobj is sys.stdin:
                until = time.monotonic() + task["limit_s"]
                selector.unregister(sys.stdin)
                continue
            try:
                if events & selectors.EVENT_READ:
                    key.data.read()
                if events & selectors.EVENT_WRITE:
                    key.data.write()
                # One that may not ask more now has nothing to write.
                full = not key.data.output and key.data.waiting >= OUTSTANDING
                wanted = selectors.EVENT_READ | (0 if full else selectors.EVENT_WRITE)
                if wanted != key.events:
                    selector.modify(key.fileobj, wanted, key.data)
            except BlockingIOError:
                pass
            except (ConnectionResetError, BrokenPipeError):
                key.data.said["closed"] = True
                selector.unregister(key.fileobj)
    print(json.dumps([flooder.said for flooder in flooders]), flush=True)


if __name__ == "__main__":
    main()
