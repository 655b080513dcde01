# SPDX-License-Identifier: GPL-3.0-or-later
"""A stop in good order, and what the log says of it."""

import pytest

from people import Person, text_channel, txn


@pytest.mark.parametrize("busy", [False, True])
def test_the_log_of_a_clean_stop_is_clean(make_daemon, busy):
    """With its own PostgreSQL, somebody connected and, once, messages on their way: nothing is cut, nothing is alarming."""
    daemon = make_daemon(settings={"accounts": {"rate-factor": 100000}})
    ada = Person.register(daemon.url, "ada")
    channel = text_channel(ada.make_guild())
    for _ in range(3):
        with ada.gateway() as gateway:
            gateway.settle()
            before = len(daemon.log_records())
            if busy:
                for number in range(50):
                    gateway.request("message.send", channel_id=channel, txn_id=txn(), content={"msgtype": "m.text", "body": f"{number}"})
            daemon.stop()
        records = daemon.log_records()[before:]
        assert any(record["message"] == "Stopping" for record in records)
        for record in records:
            assert record["level"] in ("info", "debug"), record
            assert "without waiting longer" not in record["message"], record
            assert "FATAL" not in record.get("database_message", ""), record
        assert any("database system is shut down" in record.get("database_message", "") for record in records)
        daemon.start()
        ada.url = daemon.url
