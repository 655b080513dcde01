# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast things may be asked: every operation over both doors, by account, address and room; and what a flood does to others."""

import concurrent.futures
import json
import re
import statistics
import subprocess
import sys
import time

import pytest

from fixture import daemon as daemon_module
from fixture.process import SOURCE_DIR, patience, wait_until_passes
from people import OPERATIONS, Closed, Person, Visitor, text_channel, txn

PERCENT = 10


@pytest.fixture(scope="module")
def table():
    return json.loads(daemon_module.run(["--print-operations"]).stdout)


def burst_of(row):
    """What may be asked at once with a rate factor of PERCENT."""
    return max(1, row["burst"] * PERCENT // 100)


@pytest.fixture
def hall_of(make_daemon, database):
    """Makes a daemon with tight limits, and people on it who registered when it had none."""

    def make(*names, **limits):
        daemon = make_daemon(database, settings={"accounts": {"rate-factor": 100000}, "limits": {"address-factor": 1000}})
        people = [Person.register(daemon.url, name) for name in names]
        if len(people) > 1:
            guild = people[0].make_guild()
            people[0].bring(guild["guild_id"], *people[1:])
        else:
            guild = None
        daemon.stop()
        daemon.settings["accounts"]["rate-factor"] = PERCENT
        daemon.settings["limits"].update(limits)
        daemon.start()
        for person in people:
            person.url = daemon.url
        return daemon, people, guild

    return make


def check_limited(error, reason):
    assert error["code"] == "limited" and error["reason"] == reason, error
    assert error["retry_after_ms"] > 0
    assert re.search(r"Wait \d+ s\.$", error["message"]), error


def exhaust_over_http(visitor, row):
    """Asks until it is refused; the arguments are wrong, which is looked at later."""
    path = re.sub(r"\{\w+\}", "x", row["path"])
    for number in range(10 * burst_of(row) + 10):
        response = visitor.fetch(row["method"], path)
        if response.status_code == 429:
            check_limited(response.json()["error"], "rate.limited")
            assert int(response.headers["Retry-After"]) >= 1
            return number
    raise AssertionError(f"{row['name']} can be asked for without end")


def exhaust_over_gateway(person, row):
    with person.gateway() as gateway:
        waiting = {gateway.request(row["name"]) for _ in range(2 * burst_of(row) + 10)}
        refusals, others = [], set()
        while waiting:
            reply = gateway.wait("reply")
            waiting.remove(reply["id"])
            if reply.get("error", {}).get("code") == "limited":
                refusals.append(reply["error"])
            else:
                others.add(reply.get("error", {}).get("reason"))
        assert refusals, f"{row['name']} can be asked for without end: {others}"
        for error in refusals:
            check_limited(error, "rate.limited")
        return 2 * burst_of(row) + 10 - len(refusals)


def shares(rows, n):
    """Deals operations out to N people, so that nobody comes to the end of what they may ask in all."""
    return [rows[number::n] for number in range(n)]


def test_every_operation_over_http(hall_of, table):
    daemon, people, _ = hall_of(*(f"person{number}" for number in range(8)))
    rows = [row for row in table["operations"] if row["name"] not in ("session.logout",)]
    heavy = [row for row in rows if burst_of(row) > 20]
    light = [row for row in rows if burst_of(row) <= 20]
    assert {row["name"] for row in rows} | {"session.logout"} == set(OPERATIONS)

    def exhaust_all(person, own):
        for row in own:
            visitor = Visitor(daemon.url) if row["scope"] == "public" else person
            allowed = exhaust_over_http(visitor, row)
            assert allowed >= burst_of(row), f"{row['name']}: refused after {allowed}, not {burst_of(row)}"

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        parts = shares(heavy, len(heavy)) + shares(light, 8 - len(heavy))
        list(pool.map(exhaust_all, people, parts))


def test_every_operation_over_the_gateway(hall_of, table):
    _, people, _ = hall_of(*(f"person{number}" for number in range(8)))
    rows = [row for row in table["operations"] if OPERATIONS[row["name"]].on_gateway and row["name"] != "session.logout"]
    heavy = [row for row in rows if burst_of(row) > 20]
    light = [row for row in rows if burst_of(row) <= 20]

    def exhaust_all(person, own):
        for row in own:
            allowed = exhaust_over_gateway(person, row)
            assert allowed >= burst_of(row), f"{row['name']}: refused after {allowed}, not {burst_of(row)}"

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(exhaust_all, people, shares(heavy, len(heavy)) + shares(light, 8 - len(heavy))))


def test_one_budget_for_everything(hall_of, table):
    """Also for what is no operation, and for who is not signed in."""
    daemon, (ada, bob), _ = hall_of("ada", "bob", **{"address-factor": 1000})
    budget = next(burst_of(row) for row in table["limits"] if row["limit"] == "everything")
    with ada.gateway() as gateway, bob.gateway() as other:
        waiting = {gateway.request("no.such") for _ in range(2 * budget)}
        reasons = []
        while waiting:
            reply = gateway.wait("reply")
            waiting.remove(reply["id"])
            reasons.append(reply["error"]["reason"])
        assert reasons.count("operation.unknown") >= budget and "rate.limited" in reasons
        other.ask("guild.list")
    visitor = Visitor(daemon.url)
    statuses = set()
    for _ in range(20 * budget):
        statuses.add(visitor.fetch("GET", "/guilds").status_code)
        if 429 in statuses:
            break
    assert statuses == {401, 429}


def test_a_room(hall_of):
    """Many in one room, each within their own limit; who is not in it cannot use up what they may do."""
    daemon, people, guild = hall_of(*(f"person{number}" for number in range(13)))
    channel = text_channel(guild)
    stranger = people.pop()
    stranger.ask("guild.leave", guild_id=guild["guild_id"])
    for _ in range(2):
        assert stranger.fetch("POST", f"/channels/{channel}/join", body={"txn_id": txn()}).status_code in (404, 429)

    def join(person):
        return [person.fetch("POST", f"/channels/{channel}/join", body={"txn_id": txn()}) for _ in range(2)]

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        responses = [response for pair in pool.map(join, people) for response in pair]
    joined = [response for response in responses if response.status_code == 200]
    refused = [response for response in responses if response.status_code == 429]
    assert len(joined) >= 10 and len(joined) + len(refused) == 24
    for response in refused:
        check_limited(response.json()["error"], "rate.room")
    assert refused
    # Another room is another matter.
    voice = next(each["channel_id"] for each in guild["channels"] if each["kind"] == "voice")
    assert people[0].fetch("PUT", f"/channels/{voice}/typing", body={"typing": True}).status_code == 200


def test_an_address(hall_of):
    _, (ada, bob), guild = hall_of("ada", "bob", **{"address-factor": 1})
    channel = text_channel(guild)

    def join(person):
        return person.fetch("POST", f"/channels/{channel}/join", body={"txn_id": txn()})

    assert [join(ada).status_code, join(ada).status_code] == [200, 200]
    refused = [response for response in (join(bob), join(bob)) if response.status_code == 429]
    check_limited(refused[-1].json()["error"], "rate.address")


def test_wrong_tokens(hall_of):
    daemon, _, _ = hall_of("ada", **{"address-factor": 10})
    visitor = Visitor(daemon.url)
    for number in range(200):
        response = visitor.fetch("GET", "/guilds", token=f"{number:043}")
        if response.status_code == 429:
            check_limited(response.json()["error"], "rate.address")
            break
        assert response.status_code == 401
    assert response.status_code == 429 and number >= 20


def test_the_log_is_not_flooded(hall_of):
    daemon, people, _ = hall_of("ada", "bob")
    daemon.stop()
    daemon.settings["log"]["level"] = "info"
    daemon.start()
    for person in people:
        person.url = daemon.url
    began, refusals = time.monotonic(), 0
    with people[0].gateway() as gateway:
        # Whoever asks too fast is not listened to for a moment after each refusal: many more would take a minute. And a slow
        # machine lets more of them through.
        while refusals < 20:
            assert time.monotonic() - began < patience(60), f"only {refusals} were refused"
            waiting = {gateway.request("presence.set", presence="online") for _ in range(20)}
            while waiting:
                reply = gateway.wait("reply")
                waiting.remove(reply["id"])
                refusals += "error" in reply
    lines = [record for record in daemon.log_records() if record.get("result") == "limited"]
    assert 1 <= len(lines) <= 2 + (time.monotonic() - began) // 60, f"{len(lines)} lines for {refusals} refusals"


def test_the_documentation_has_the_table(table):
    """docs/administration.md says what the table says, line by line."""
    text = (SOURCE_DIR / "docs" / "administration.md").read_text(encoding="utf-8")
    rows = {row["limit"]: row for row in table["limits"]}
    said = {}
    for line in text.splitlines():
        match = re.match(r"\| `(\w+)` \| (\d+), then (\d+) \| (?:(\d+), then (\d+)|—) \|", line)
        if match:
            said[match[1]] = tuple(int(each or 0) for each in match.groups()[1:])
    assert said == {
        name: (row["burst"], row["per_minute"], row["room_burst"], row["room_per_minute"]) for name, row in rows.items()
    }
    # And each operation is named in the line of its limit.
    for row in table["operations"]:
        line = next(line for line in text.splitlines() if line.startswith(f"| `{row['limit']}` |"))
        area, name = row["name"].split(".")
        assert f"`{row['name']}`" in line or f"`{area}.*`" in line or "everything else" in line, f"{row['name']} is not in: {line}"


FLOOD = """
import selectors, socket, sys, os, base64, json, struct, time
host, port, seconds, tokens = "127.0.0.1", int(sys.argv[1]), float(sys.argv[2]), sys.argv[3].split(",")
def frame(text):
    data = text.encode()
    head = bytes([0x81, 0x80 | len(data)]) if len(data) < 126 else struct.pack(">BBH", 0x81, 0x80 | 126, len(data))
    return head + bytes(4) + data
chooser = selectors.DefaultSelector()
burst = b"".join(frame(json.dumps({"op": "request", "id": str(n), "do": "presence.set", "data": {"presence": "online"}})) for n in range(64))
for token in tokens:
    s = socket.create_connection((host, port))
    s.sendall((f"GET /client/v1/gateway HTTP/1.1\\r\\nHost: {host}:{port}\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"
               f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\\r\\nSec-WebSocket-Version: 13\\r\\n\\r\\n").encode())
    while b"hello" not in s.recv(65536): pass
    s.sendall(frame(json.dumps({"op": "identify", "token": token})))
    while b"ready" not in s.recv(65536): pass
    s.setblocking(False)
    chooser.register(s, selectors.EVENT_READ | selectors.EVENT_WRITE, [b""])
print("flooding", flush=True)
end, heard = time.monotonic() + seconds, 0
while time.monotonic() < end:
    for key, events in chooser.select(0.1):
        if events & selectors.EVENT_READ:
            data = key.fileobj.recv(1 << 16)
            if not data: sys.exit("closed")
            heard += data.count(b'"limited"')
        if events & selectors.EVENT_WRITE:
            rest = key.data[0] or burst
            try: key.data[0] = rest[key.fileobj.send(rest):]
            except BlockingIOError: pass
    time.sleep(0.001)
print(heard, flush=True)
"""


def latencies(gateway, n):
    times = []
    for _ in range(n):
        began = time.monotonic()
        gateway.ask("guild.list")
        times.append(time.monotonic() - began)
    return sorted(times)


def test_a_flood_does_not_slow_others(make_daemon, database, record_property):
    """Twenty connections ask as fast as they can write; somebody else asks meanwhile, at the usual rates."""
    daemon = make_daemon(database, settings={"accounts": {"rate-factor": 100000}, "limits": {"address-factor": 1000}})
    flooders = [Person.register(daemon.url, f"flood{number}") for number in range(5)]
    quiet = Person.register(daemon.url, "quiet")
    daemon.restart()
    daemon.stop()
    daemon.settings["accounts"]["rate-factor"] = 100
    daemon.start()
    quiet.url = daemon.url
    tokens = ",".join(flooder.token for flooder in flooders for _ in range(4))
    with quiet.gateway() as gateway:
        before = latencies(gateway, 20)
        with subprocess.Popen([sys.executable, "-c", FLOOD, str(daemon.port), "12", tokens], stdout=subprocess.PIPE, text=True) as flood:
            assert flood.stdout.readline() == "flooding\n"
            time_limit = time.monotonic() + 8
            during = []
            while time.monotonic() < time_limit:
                during += latencies(gateway, 1)
                if len(during) % 5 == 0:
                    time.sleep(0.6)  # within one's own rate
            refused = int(flood.stdout.readline())
            assert flood.wait(patience(30)) == 0
    during.sort()
    p50, p95 = statistics.median(during), during[int(len(during) * 0.95)]
    record_property("quiet_p50_ms", round(1000 * statistics.median(before), 2))
    record_property("flood_p50_ms", round(1000 * p50, 2))
    record_property("flood_p95_ms", round(1000 * p95, 2))
    print(f"before: p50 {1000 * statistics.median(before):.2f} ms; during: p50 {1000 * p50:.2f} ms, p95 {1000 * p95:.2f} ms; {refused} refusals")
    # The flood is slowed down by itself: no connection gets more than its 64 refusals a second.
    assert 20 * 10 <= refused <= 20 * 64 * 13
    assert p95 < patience(0.5)


def test_connections_of_one_account(make_daemon, database):
    """All devices of an account together have so many; who comes beyond that is sent away, and nobody else."""
    daemon = make_daemon(database, settings={"limits": {"connections-per-account": 3}})
    ada, bob = (Person.register(daemon.url, name) for name in ("ada", "bob"))
    phone = ada.again()
    gateways = [ada.gateway(), phone.gateway(), phone.gateway()]
    for person in (ada, phone):
        with pytest.raises(Closed) as closed:
            person.gateway()
        assert closed.value.code == 1013 and "3 times" in str(closed.value)
    with bob.gateway() as other:
        other.settle()
    for gateway in gateways:
        gateway.settle()
    gateways.pop().close()
    # It makes room once the server has seen it go.
    gateways.append(wait_until_passes(ada.gateway, "room for another connection", errors=(Closed,)))
    for gateway in gateways:
        gateway.settle()
        gateway.close()
