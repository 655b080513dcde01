# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-ins over their life: answers that are lost, tokens that are stolen, and ends that come from elsewhere."""

import concurrent.futures
import contextlib
import json

import pytest
import websockets.sync.client

from fixture.process import patience, wait_until
from people import PASSWORD, Person, Visitor, refused


@pytest.fixture
def visitor(hall):
    return Visitor(hall.url)


def refresh(visitor, tokens):
    return visitor.ask("session.refresh", refresh_token=tokens["refresh_token"])


def works(visitor, tokens):
    """Whether the access token is good for anything; that is a use of it."""
    return visitor.fetch("GET", "/guilds", token=tokens["access_token"]).status_code == 200


# -- Refreshing ---------------------------------------------------------------------------------


def test_a_lost_answer_is_no_theft(visitor, crowd):
    first = crowd.fresh().tokens
    lost = refresh(visitor, first)
    lost_too = refresh(visitor, first)
    third = refresh(visitor, first)
    assert third["device_id"] == first["device_id"]
    assert len({each["refresh_token"] for each in (first, lost, lost_too, third)}) == 4
    # The pairs that nobody used are dead; the last one is good, and then the first token is used up.
    assert not works(visitor, lost) and not works(visitor, lost_too)
    assert works(visitor, third)
    fourth = refresh(visitor, third)
    assert works(visitor, fourth)


def test_a_lost_answer_after_many_refreshes(visitor, crowd):
    tokens = crowd.fresh().tokens
    for _ in range(4):
        refresh(visitor, tokens)
        tokens = refresh(visitor, tokens)
    assert works(visitor, tokens)


@pytest.mark.parametrize("use", ["access", "refresh"])
def test_an_old_token_after_use_of_the_new_pair(visitor, crowd, use):
    person = crowd.fresh()
    other = person.again()
    second = refresh(visitor, person.tokens)
    if use == "access":
        assert works(visitor, second)
        newest = second
    else:
        newest = refresh(visitor, second)
    with refused("unauthenticated", "session.reused"):
        refresh(visitor, person.tokens)
    # The whole family is gone, and nothing else.
    assert not works(visitor, newest) and not works(visitor, person.tokens)
    with refused("unauthenticated", "session.unknown"):
        refresh(visitor, newest)
    assert works(visitor, other.tokens)


def test_an_answer_that_comes_late(visitor, crowd):
    """Both answers arrive, the replaced one last: its refresh token still stands where the first one stood."""
    first = crowd.fresh().tokens
    late = refresh(visitor, first)
    refresh(visitor, first)
    again = refresh(visitor, late)
    assert works(visitor, again)
    # From now on the late one is as used up as the first.
    with refused("unauthenticated", "session.reused"):
        refresh(visitor, late)
    assert not works(visitor, again)


def test_a_stolen_token_that_is_used_first(visitor, crowd):
    """The thief is faster; when the robbed one comes with what they have, both are out."""
    robbed = crowd.fresh()
    own = refresh(visitor, robbed.tokens)
    stolen = refresh(visitor, robbed.tokens)
    assert works(visitor, stolen)
    with refused("unauthenticated", "session.reused"):
        refresh(visitor, own)
    assert not works(visitor, stolen)


def test_two_refreshes_at_once(hall, visitor, crowd):
    tokens = crowd.fresh().tokens
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for _ in range(10):
            pairs = list(pool.map(lambda _, own=tokens: refresh(Visitor(hall.url), own), range(2)))
            living = [pair for pair in pairs if works(visitor, pair)]
            assert len(living) == 1
            tokens = living[0]
    assert len(hall.database.execute(f"SELECT 1 FROM token WHERE NOT is_refresh AND device_id = '{tokens['device_id']}'")) >= 1


def test_an_expired_token_stays_expired(make_daemon, database):
    daemon = make_daemon(database, settings={"accounts": {"rate-factor": 100000}})
    tokens = Person.register(daemon.url, "late").tokens
    visitor = Visitor(daemon.url)
    refresh(visitor, tokens)
    database.execute("UPDATE token SET expires_ts = 1 WHERE is_refresh")
    with refused("unauthenticated", "session.expired"):
        refresh(visitor, tokens)


# -- Ended from the command line ----------------------------------------------------------------

# How long the daemon may take to notice; without being told it would look only once a minute.
AT_ONCE_S = 15


@pytest.mark.parametrize("command", [["user", "disable"], ["user", "reset-password", "--generate"]])
def test_the_command_line_ends_devices_at_once(hall, visitor, crowd, command):
    person, bystander = crowd.fresh(), crowd["bystander"]
    phone = person.again()
    with person.gateway() as desk, phone.gateway() as pocket, bystander.gateway() as other:
        assert works(visitor, person.tokens) and works(visitor, phone.tokens)  # both are remembered now
        result = hall.command(*command, person.name)
        assert result.returncode == 0 and "devices signed out: 2" in result.stdout, result.stderr
        assert desk.wait_closed(AT_ONCE_S) == 4001
        assert pocket.wait_closed(AT_ONCE_S) == 4001
        # The connections are closed and the tokens forgotten in one go.
        assert not works(visitor, person.tokens) and not works(visitor, phone.tokens)
        other.settle()
    reason = {"disable": ("denied", "account.disabled"), "reset-password": ("unauthenticated", "session.wrong")}[command[1]]
    with refused(*reason):
        visitor.ask("session.login", username=person.name, password=PASSWORD)
    with refused("unauthenticated", "session.unknown"):
        refresh(visitor, phone.tokens)


def test_a_device_that_another_daemon_revokes(hall, visitor, crowd):
    """Two daemons on one database: what one is told to end, the other ends too."""
    person = crowd.fresh()
    phone = person.again()
    with phone.gateway() as gateway, person.gateway() as own:
        assert works(visitor, phone.tokens)
        hall.database.execute(f"DELETE FROM device WHERE device_id = '{phone.device_id}'")
        assert gateway.wait_closed(AT_ONCE_S) == 4001
        assert not works(visitor, phone.tokens)
        own.settle()


def test_what_is_revoked_while_the_watch_is_away(hall, visitor, crowd):
    """The connection that hears of it is cut: once it is back, everything is looked at."""
    person = crowd.fresh()
    with person.gateway() as gateway:
        hall.database.execute(
            "SELECT pg_terminate_backend (pid) FROM pg_stat_activity"
            " WHERE application_name = 'guildhalld-watch' AND datname = current_database ()"
        )
        hall.database.execute(f"DELETE FROM device WHERE device_id = '{person.device_id}'")
        assert gateway.wait_closed(AT_ONCE_S) == 4001
    assert not works(visitor, person.tokens)


def wait_for_lock(database):
    wait_until(
        lambda: database.execute("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database ()"),
        "the daemon to wait for a row",
    )


def test_what_is_revoked_while_it_comes_in(hall, crowd):
    """It has shown a token that was good, and what it may hear is still being read when its device ends."""
    person = crowd.fresh()
    phone = person.again()
    url = hall.url.replace("http", "ws", 1) + "/client/v1/gateway"
    reader = hall.database.connect()
    try:
        reader.autocommit = False
        reader.cursor().execute("LOCK TABLE member IN ACCESS EXCLUSIVE MODE")
        with websockets.sync.client.connect(url, compression=None, open_timeout=patience(30)) as socket:
            socket.send(json.dumps({"op": "identify", "token": phone.token}))
            wait_for_lock(hall.database)
            person.ask("session.revoke", device_id=phone.device_id)
            reader.rollback()
            with pytest.raises(websockets.exceptions.ConnectionClosed) as closed:
                while True:
                    socket.recv(timeout=patience(AT_ONCE_S))
            assert closed.value.rcvd.code == 4001
    finally:
        reader.close()


@contextlib.contextmanager
def slow_lookup(database, tokens, other):
    """While inside, the daemon's search for an access token has begun, and its answer does not come: it waits for a row of
    OTHER's, which is made to seem as if it were about this token too."""
    access = f"SELECT hash FROM token WHERE device_id = '{tokens['device_id']}' AND NOT is_refresh"
    row = f"device_id = '{other.device_id}' AND is_refresh"
    database.execute(f"UPDATE token SET unproven = ({access}) WHERE {row}")
    holder = database.connect()
    try:
        holder.autocommit = False
        holder.cursor().execute(f"SELECT hash FROM token WHERE {row} FOR UPDATE")
        yield
        holder.rollback()
    finally:
        holder.close()


def test_what_is_revoked_while_it_is_looked_up(hall, visitor, crowd):
    """The answer about a token is on its way when its device ends: it is not believed any longer than that."""
    person, other = crowd.fresh(), crowd["bystander"]
    phone = person.again()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with slow_lookup(hall.database, phone.tokens, other):
            asked = pool.submit(works, Visitor(hall.url), phone.tokens)
            wait_for_lock(hall.database)
            person.ask("session.revoke", device_id=phone.device_id)
        assert asked.result(), "this was asked before"
    assert not works(visitor, phone.tokens)


def test_who_is_revoked_while_they_identify(hall, crowd):
    person, other = crowd.fresh(), crowd["bystander"]
    phone = person.again()
    with websockets.sync.client.connect(hall.gateway_url, compression=None, open_timeout=patience(30)) as socket:
        with slow_lookup(hall.database, phone.tokens, other):
            socket.send(json.dumps({"op": "identify", "token": phone.token}))
            wait_for_lock(hall.database)
            person.ask("session.revoke", device_id=phone.device_id)
        with pytest.raises(websockets.exceptions.ConnectionClosed) as closed:
            while True:
                socket.recv(timeout=patience(AT_ONCE_S))
        assert closed.value.rcvd.code == 4001


# -- What one chose to be seen as ---------------------------------------------------------------


def test_presence_survives_a_restart(make_daemon, database):
    daemon = make_daemon(database, settings={"accounts": {"rate-factor": 100000}})
    ada, bob, cleo = (Person.register(daemon.url, name) for name in ("ada", "bob", "cleo"))
    ada.bring(ada.make_guild()["guild_id"], bob, cleo)
    with ada.gateway() as gateway:
        gateway.ask("presence.set", presence="dnd")
    bob.ask("presence.set", presence="invisible")  # without being connected
    daemon.restart()
    with cleo.gateway() as watcher, bob.gateway() as hidden, ada.gateway() as busy:
        assert busy.ready["presence"][ada.user_id] == "dnd"
        assert hidden.ready["presence"][bob.user_id] == "invisible"
        assert bob.user_id not in busy.ready["presence"]
        watcher.wait("ephemeral", lambda frame: frame["content"] == {"user_id": ada.user_id, "presence": "dnd"})
        assert all(each["user_id"] != bob.user_id for each in watcher.ephemerals("m.presence"))
        hidden.ask("presence.set", presence="online")
        watcher.wait("ephemeral", lambda frame: frame["content"] == {"user_id": bob.user_id, "presence": "online"})
    daemon.restart()
    with bob.gateway() as gateway:
        assert gateway.ready["presence"][bob.user_id] == "online"
