# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operator sees: metrics and log lines of requests."""

from fixture.process import wait_until
from people import Refused, Visitor, text_channel


def count(hall, operation, result):
    return hall.metrics().get(f'guildhall_requests_total{{operation="{operation}",result="{result}"}}', 0)


def test_requests_are_counted_by_operation_and_result(hall, crowd):
    vera = crowd["vera"]
    before = {each: count(hall, "guild.create", each) for each in ("ok", "invalid")}
    guild = vera.make_guild("Counted")
    try:
        vera.make_guild("")
    except Refused:
        pass
    assert count(hall, "guild.create", "ok") == before["ok"] + 1
    assert count(hall, "guild.create", "invalid") == before["invalid"] + 1
    figures = hall.metrics()
    seconds = [value for name, value in figures.items() if name.startswith("guildhall_request_seconds_count") and "guild.create" in name]
    assert seconds == [count(hall, "guild.create", "ok") + count(hall, "guild.create", "invalid")]
    vera.say(text_channel(guild), "counted too")
    figures = hall.metrics()
    for name in ("guildhall_connections", "guildhall_writer_queue", "guildhall_database_up"):
        assert any(each.split("{")[0] == name for each in figures), name
    for name in ("guildhall_writer_batch_size", "guildhall_event_seconds"):
        assert sum(value for each, value in figures.items() if each.startswith(name + "_count")) > 0, name


def test_connections_are_counted(hall, crowd):
    def connections():
        return sum(value for name, value in hall.metrics().items() if name.split("{")[0] == "guildhall_connections")

    before = connections()
    with crowd["vera"].gateway(), crowd["vera"].gateway():
        wait_until(lambda: connections() >= before + 2, "two more connections to be counted")
    wait_until(lambda: connections() <= before, "them to be gone again")


def test_a_request_can_be_found_in_the_log(hall, crowd):
    response = crowd["vera"].fetch("GET", "/guilds/%215TPdaPd5hNm4KGTY1tPcfn%3Alocalhost")
    number = response.headers["X-Request-Id"]

    def line():
        return next((record for record in hall.log_records() if record.get("request_id") == number and "operation" in record), None)

    record = wait_until(line, "the line in the log")
    assert record["operation"] == "guild.get" and record["result"] == "not_found" and record["reason"] == "guild.unknown"
    assert record["user_id"] == crowd["vera"].user_id and record["address"] == "127.0.0.1" and record["duration_ms"] >= 0


def test_secrets_are_never_logged(hall):
    visitor = Visitor(hall.url)
    for do, arguments in (
        ("session.login", {"username": "nobody", "password": "a very secret phrase"}),
        ("session.refresh", {"refresh_token": "a-very-secret-token"}),
        ("account.register", {"username": "nobody", "password": "very secret", "invite": "secret-code"}),
    ):
        try:
            visitor.ask(do, **arguments)
        except Refused:
            pass
    assert "secret" not in hall.log()
