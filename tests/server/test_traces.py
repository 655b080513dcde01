# SPDX-License-Identifier: GPL-3.0-or-later
"""Traces: what a collector is sent of each request, and that nobody waits for the collector."""

import http.server
import json
import re
import secrets
import socket
import threading

import pytest

from fixture.daemon import Daemon
from fixture.postgres import Database
from fixture.process import wait_until
from people import Person, Visitor, text_channel, txn

RATES = {"accounts": {"rate-factor": 100000}}


class Collector:
    """What takes OTLP over HTTP, as far as we use it. STATUSES are what it answers first; then it takes everything."""

    def __init__(self, statuses=()):
        self.bodies = []
        self.refused = []
        statuses = list(statuses)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # pylint: disable=invalid-name
                body = self.rfile.read(int(self.headers["Content-Length"]))
                right = self.path == "/v1/traces" and self.headers["Content-Type"] == "application/json"
                status = (statuses.pop(0) if statuses else 200) if right else 404
                (outer.bodies if status == 200 else outer.refused).append(body)
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def spans(self):
        """All spans so far, their attributes as a dictionary."""
        spans = []
        for body in list(self.bodies):
            for resource in json.loads(body)["resourceSpans"]:
                names = {each["key"]: each["value"]["stringValue"] for each in resource["resource"]["attributes"]}
                assert names["service.name"] == "guildhalld" and names["service.version"]
                for scope in resource["scopeSpans"]:
                    spans += scope["spans"]
        for span in spans:
            span["attributes"] = {
                each["key"]: each["value"].get("stringValue", each["value"].get("intValue")) for each in span["attributes"]
            }
        return spans

    def wait_trace(self, condition):
        """Waits for the server's span that CONDITION holds for, and returns it and the spans below it."""
        top = wait_until(
            lambda: next((span for span in self.spans() if span["kind"] == 2 and condition(span)), None), "a span",
        )
        return top, [span for span in self.spans() if span.get("parentSpanId") == top["spanId"]]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture(scope="module")
def collector():
    own = Collector()
    yield own
    own.close()


@pytest.fixture(scope="module")
def hall(postgres, migrated, collector):  # pylint: disable=redefined-outer-name
    database = Database(postgres, migrated)
    own = Daemon(database, settings={**RATES, "tracing": {"endpoint": collector.url}}, start=False)
    try:
        yield own.start()
    finally:
        own.close()
        database.drop()


def parent(flags="01"):
    """A trace of somebody else: its id, the span to be below, and the header."""
    trace, span = secrets.token_hex(16), secrets.token_hex(8)
    return trace, span, f"00-{trace}-{span}-{flags}"


def request_of(headers):
    return lambda span: span["attributes"]["request_id"] == headers["X-Request-Id"]


def send(person, channel, body, header=None):
    """A message over HTTP; returns the response."""
    response = person.fetch(
        "POST", f"/channels/{channel}/messages", body={"txn_id": txn(), "content": {"msgtype": "m.text", "body": body}},
        headers={"traceparent": header} if header else None,
    )
    assert response.status_code == 200, response.text
    return response


def test_a_message_is_a_tree_in_the_callers_trace(hall, collector, crowd):
    channel = text_channel(crowd["ada"].make_guild())
    trace, above, header = parent()
    response = send(crowd["ada"], channel, "a word that is nobody's business", header)
    top, below = collector.wait_trace(request_of(response.headers))

    assert (top["traceId"], top["parentSpanId"]) == (trace, above)
    assert top["name"] == top["attributes"]["operation"] == "message.send"
    assert top["attributes"]["result"] == "ok"
    assert top["status"] == {}
    assert re.fullmatch("[0-9a-f]{16}", top["spanId"])

    waited, committed = sorted((span for span in below if span["name"].startswith("writer.")), key=lambda span: int(span["startTimeUnixNano"]))
    assert (waited["name"], committed["name"]) == ("writer.wait", "writer.commit")
    assert int(committed["attributes"]["batch_events"]) >= 1
    for span in (waited, committed):
        assert span["traceId"] == trace
        assert int(top["startTimeUnixNano"]) <= int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
        assert int(span["endTimeUnixNano"]) <= int(top["endTimeUnixNano"]) + 1_000_000

    lines = [line for line in hall.log_records() if line.get("request_id") == response.headers["X-Request-Id"]]
    assert [line["trace_id"] for line in lines] == [trace]
    everything = b"".join(collector.bodies).decode()
    for secret in ("nobody's business", crowd["ada"].token, crowd["ada"].user_id, "127.0.0.1"):
        assert secret not in everything


def test_a_request_of_the_gateway_begins_a_trace(collector, crowd):
    channel = text_channel(crowd["ada"].make_guild())
    with crowd["ada"].gateway() as gateway:
        gateway.ask("message.history", channel_id=channel)
    top, below = collector.wait_trace(lambda span: span["name"] == "message.history")
    assert "parentSpanId" not in top
    reads = [span for span in below if span["name"] == "database"]
    assert reads and all(span["attributes"]["db.query.text"].lstrip().upper().startswith(("SELECT", "WITH")) for span in reads)
    assert all(channel not in span["attributes"]["db.query.text"] for span in reads)


def test_each_has_its_own_though_all_come_at_once(collector, crowd):
    """What is done for one request is never shown below another one."""
    channel = text_channel(crowd["ada"].make_guild())
    with crowd["ada"].gateway() as gateway:
        numbers = {
            gateway.request("message.send", channel_id=channel, txn_id=txn(), content={"msgtype": "m.text", "body": f"{n}"})
            for n in range(40)
        } | {gateway.request("message.history", channel_id=channel, limit=1) for _ in range(40)}
        while numbers:
            numbers.discard(gateway.wait("reply")["id"])
    # They come in the order in which they ended: when the last one is there, all are, and a part of none.
    response = send(crowd["ada"], channel, "the last", parent()[2])
    collector.wait_trace(request_of(response.headers))
    spans = collector.spans()
    tops = {span["spanId"]: span for span in spans if span["kind"] == 2}
    sends = [span for span in tops.values() if span["name"] == "message.send"]
    assert len(sends) >= 41
    for top in sends:
        names = sorted(span["name"] for span in spans if span.get("parentSpanId") == top["spanId"])
        assert names == ["writer.commit", "writer.wait"]
    for span in spans:
        if span["kind"] != 2:
            assert span["traceId"] == tops[span["parentSpanId"]]["traceId"]


def test_a_refusal_says_why_and_has_not_failed(collector, crowd):
    response = crowd["ada"].fetch("GET", "/channels/!nothing:localhost/messages")
    assert response.status_code in (400, 403, 404)
    top, _ = collector.wait_trace(request_of(response.headers))
    error = response.json()["error"]
    assert (top["attributes"]["result"], top["attributes"]["reason"]) == (error["code"], error["reason"])
    assert top["status"] == {}


@pytest.mark.parametrize("header", [
    "", "00", "00-" + "0" * 32 + "-b7ad6b7169203331-01", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "x" * 8000, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
])
def test_a_wrong_traceparent_is_ignored(collector, crowd, header):
    response = crowd["ada"].fetch("GET", "/guilds", headers={"traceparent": header})
    assert response.status_code == 200
    top, _ = collector.wait_trace(request_of(response.headers))
    assert "parentSpanId" not in top
    assert top["traceId"] != "0af7651916cd43dd8448eb211c80319c"


def test_what_the_caller_does_not_sample_is_not_sent(collector, crowd):
    trace, _, header = parent("00")
    assert crowd["ada"].fetch("GET", "/guilds", headers={"traceparent": header}).status_code == 200
    after, _, header = parent()
    assert crowd["ada"].fetch("GET", "/guilds", headers={"traceparent": header}).status_code == 200
    collector.wait_trace(lambda span: span["traceId"] == after)
    assert not any(span["traceId"] == trace for span in collector.spans())


@pytest.mark.parametrize("follows", [False, True], ids=["as-usual", "follow-callers"])
def test_sampling_none_sends_none_but_what_is_asked_for(make_daemon, database, follows):
    """And that only where those who ask may decide it: anybody can send a traceparent."""
    own = Collector()
    settings = {"endpoint": own.url, "sample": "0", **({"follow-callers": "true"} if follows else {})}
    daemon = make_daemon(database, settings={**RATES, "tracing": settings})
    ada = Person.register(daemon.url, "ada")
    channel = text_channel(ada.make_guild())
    for number in range(20):
        response = send(ada, channel, f"{number}")
    lines = [line for line in daemon.log_records() if line.get("request_id") == response.headers["X-Request-Id"]]
    assert lines and not any("trace_id" in line for line in lines)
    trace, _, header = parent()
    send(ada, channel, "sampled by who asks", header)
    stranger = Visitor(daemon.url).fetch("GET", "/server", headers={"traceparent": header})
    assert stranger.status_code == 200
    daemon.stop()
    assert {span["traceId"] for span in own.spans()} == ({trace} if follows else set())
    own.close()


def test_a_stop_sends_what_waits_and_a_busy_collector_gets_it_again(make_daemon, database):
    """The same spans once each, however often the collector has no time; and all of them when the daemon has ended."""
    own = Collector(statuses=[503, 429])
    daemon = make_daemon(database, settings={**RATES, "tracing": {"endpoint": own.url + "/"}})
    ada = Person.register(daemon.url, "ada")
    wait_until(lambda: own.bodies, "the collector to take something")
    assert [json.loads(body) for body in own.refused] == [json.loads(own.bodies[0])] * 2
    assert wait_until(lambda: daemon.metrics()['guildhall_trace_spans_total{result="sent"}'] > 0, "sent spans to be counted")
    assert daemon.metrics()['guildhall_trace_spans_total{result="dropped"}'] == 0

    trace, _, header = parent()
    assert ada.fetch("GET", "/guilds", headers={"traceparent": header}).status_code == 200
    daemon.stop()
    spans = own.spans()
    assert trace in {span["traceId"] for span in spans}
    assert len({span["spanId"] for span in spans}) == len(spans)
    own.close()


def test_nobody_waits_for_a_collector_that_is_silent(make_daemon, database):
    """It takes connections and says nothing: requests are answered all the same, spans beyond the queue are dropped and
    counted, and the daemon stops."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        daemon = make_daemon(database, settings={**RATES, "tracing": {"endpoint": endpoint}})
        ada = Person.register(daemon.url, "ada")
        channel = text_channel(ada.make_guild())
        dropped = 'guildhall_trace_spans_total{result="dropped"}'
        assert daemon.metrics()[dropped] == 0
        with ada.gateway() as gateway:
            for _ in range(20):
                numbers = {
                    gateway.request("message.send", channel_id=channel, txn_id=txn(), content={"msgtype": "m.text", "body": "so"})
                    for _ in range(50)
                }
                while numbers:
                    numbers.discard(gateway.wait("reply")["id"])
        metrics = daemon.metrics()
        # Three for each message; 2048 wait and one batch is on its way.
        assert metrics[dropped] >= 3000 - 2048 - 512
        assert metrics['guildhall_trace_spans_total{result="sent"}'] == 0
        daemon.stop()
