# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts, sign-in, devices and tokens."""

import time

import pytest
import requests

from fixture.process import wait_until
from people import PASSWORD, Closed, Person, Visitor, refused, text_channel


@pytest.fixture
def visitor(hall):
    return Visitor(hall.url)


def test_server_info(visitor):
    info = visitor.ask("server.info")
    assert info["name"] == "localhost" and info["registration"] == "open"
    assert info["password_min"] == 10 and info["limits"]["message_bytes"] == 8000
    assert len(info["signing_keys"]) == 1 and all(name.startswith("ed25519:") for name in info["signing_keys"])


def test_register_and_be_oneself(visitor, hall):
    tokens = visitor.ask("account.register", username="ada.lovelace", password=PASSWORD, display_name="  Ada   Lovelace ", device_name="engine")
    assert tokens["user"] == {
        "user_id": "@ada.lovelace:localhost", "display_name": "Ada Lovelace", "bio": "", "changed_ts": tokens["user"]["changed_ts"],
    }
    ada = Person(hall.url, "ada.lovelace", tokens)
    assert ada.ask("profile.get", user_id=ada.user_id)["display_name"] == "Ada Lovelace"
    assert ada.ask("guild.list")["guilds"] == []
    minutes = (tokens["access_expires_ts"] / 1000 - time.time()) / 60
    assert 14 < minutes <= 15


def test_names(visitor, crowd):
    assert visitor.ask("account.check_name", username="nobody-yet") == {"username": "nobody-yet", "available": True}
    crowd["alice"]  # pylint: disable=pointless-statement
    for name, code, reason in (
        ("alice", "conflict", "username.taken"),
        ("a1ice", "conflict", "username.confusable"),
        ("admin", "conflict", "username.reserved"),
        ("Alice", "invalid", "username.invalid"),
        ("a", "invalid", "username.invalid"),
        ("a" * 33, "invalid", "username.invalid"),
        ("1alice", "invalid", "username.invalid"),
        ("al..ice", "invalid", "username.invalid"),
        ("al/ice", "invalid", "username.invalid"),
    ):
        with refused(code, reason, "username"):
            visitor.ask("account.check_name", username=name)
        with refused(code, reason, "username"):
            visitor.ask("account.register", username=name, password=PASSWORD)
    # A letter of another alphabet is no letter of a name at all.
    with refused("invalid", field="username"):
        visitor.ask("account.register", username="аlice", password=PASSWORD)


@pytest.mark.parametrize("password, reason", [
    ("short", "password.short"),
    ("password123", "password.common"),
    ("Password2024", "password.common"),
    ("aaaaaaaaaaaaaaaa", "password.common"),
    ("quite-unheard-of", "password.username"),
])
def test_bad_passwords(visitor, password, reason):
    with refused("invalid", reason, "password"):
        visitor.ask("account.register", username="quite-unheard-of", password=password)


def test_no_rules_of_composition(visitor):
    visitor.ask("account.register", username="plainwords", password="only small letters")
    visitor.ask("session.login", username="plainwords", password="only small letters")


def test_login_and_logout(visitor, hall, crowd):
    carol = crowd["carol"]
    again = carol.again()
    assert again.user_id == carol.user_id and again.device_id != carol.device_id
    # The name may be typed with capitals.
    visitor.ask("session.login", username="Carol", password=PASSWORD, device_name="loud")
    assert again.ask("session.logout") == {}
    with refused("unauthenticated", "session.unknown"):
        again.ask("guild.list")
    with refused("unauthenticated"):
        again.ask("session.refresh", refresh_token=again.tokens["refresh_token"])
    carol.ask("guild.list")


def test_wrong_password_and_unknown_name_are_one(visitor, crowd):
    crowd["dora"]  # pylint: disable=pointless-statement
    answers = []
    for name, password in (("dora", "not her pass phrase"), ("not-registered", "not her pass phrase")):
        response = visitor.fetch("POST", "/login", body={"username": name, "password": password})
        assert response.status_code == 401
        answers.append(response.json())
    assert answers[0] == answers[1]
    assert answers[0]["error"]["reason"] == "session.wrong"


def test_an_unknown_name_takes_as_long(visitor, crowd):
    """Who has an account cannot be told from the time of the answer: nobody's password is hashed too."""
    crowd["dora"]  # pylint: disable=pointless-statement
    shortest = dict.fromkeys(("dora", "not-registered"), 3600.0)

    def compare():
        """On a busy machine it may take a few tries until each had its luck; without a hash no luck is ever enough."""
        for name in shortest:
            start = time.monotonic()
            visitor.fetch("POST", "/login", body={"username": name, "password": "not her pass phrase"})
            shortest[name] = min(shortest[name], time.monotonic() - start)
        return shortest["not-registered"] > shortest["dora"] / 2

    tries = [compare() for _ in range(5)]
    while not tries[-1] and len(tries) < 30:
        tries.append(compare())
    assert tries[-1], shortest


def test_tokens_are_not_kept(hall, crowd):
    eve = crowd["eve"]
    dump = str(hall.database.execute("SELECT encode (hash, 'escape') FROM token")) + str(hall.database.execute("SELECT * FROM account"))
    assert eve.tokens["access_token"] not in dump and eve.tokens["refresh_token"] not in dump
    assert PASSWORD not in dump and "$argon2id$" in dump
    log = hall.log()
    assert eve.tokens["access_token"] not in log and eve.tokens["refresh_token"] not in log and PASSWORD not in log


def test_refresh_rotates(crowd):
    frank = crowd["frank"].again()
    first = frank.tokens
    second = frank.ask("session.refresh", refresh_token=first["refresh_token"])
    assert second["device_id"] == first["device_id"]
    assert second["refresh_token"] != first["refresh_token"] and second["access_token"] != first["access_token"]
    frank.take(second)
    frank.ask("guild.list")
    third = frank.ask("session.refresh", refresh_token=second["refresh_token"])
    frank.take(third)
    frank.ask("guild.list")


def test_a_refresh_token_used_twice_ends_the_device(crowd):
    frank = crowd["frank"].again()
    other = crowd["frank"]
    stolen = frank.tokens["refresh_token"]
    fresh = frank.ask("session.refresh", refresh_token=stolen)
    frank.take(fresh)
    with frank.gateway() as gateway:
        with refused("unauthenticated", "session.reused"):
            frank.ask("session.refresh", refresh_token=stolen)
        assert gateway.wait_closed() == 4001
    # The whole family is void, the thief's tokens and the robbed one's; other devices are not.
    with refused("unauthenticated", "session.unknown"):
        frank.ask("guild.list")
    with refused("unauthenticated"):
        frank.ask("session.refresh", refresh_token=fresh["refresh_token"])
    other.ask("guild.list")


def test_bad_tokens(visitor, crowd):
    for token in ("x", "A" * 43, crowd["alice"].tokens["refresh_token"]):
        with refused("unauthenticated"):
            visitor.ask("guild.list", token=token)
    for token in ("x", "A" * 43, crowd["alice"].tokens["access_token"]):
        with refused("unauthenticated", "session.unknown"):
            visitor.ask("session.refresh", refresh_token=token)
    with pytest.raises(Closed) as closed:
        Person.gateway(type("Nobody", (), {"url": visitor.url, "token": "not a token"}))
    assert closed.value.code == 4001


def test_devices(crowd):
    gina = crowd["gina"]
    phone = gina.again()
    devices = gina.ask("session.list")["devices"]
    assert {device["device_id"] for device in devices} == {gina.device_id, phone.device_id}
    assert [device["device_id"] for device in devices if device["current"]] == [gina.device_id]
    assert {device["name"] for device in devices} == {"test", "another"}
    with phone.gateway() as gateway, gina.gateway() as own:
        assert gina.ask("session.revoke", device_id=phone.device_id) == {}
        assert gateway.wait_closed() == 4001
        own.settle()
    with refused("unauthenticated"):
        phone.ask("guild.list")
    with refused("not_found"):
        gina.ask("session.revoke", device_id=phone.device_id)
    # Nobody revokes somebody else's.
    with refused("not_found"):
        crowd["alice"].ask("session.revoke", device_id=gina.device_id)
    gina.ask("guild.list")


def test_logging_out_closes_the_connection(crowd):
    phone = crowd["gina"].again()
    with phone.gateway() as gateway:
        phone.ask("session.logout")
        assert gateway.wait_closed() == 4001


def test_change_password(crowd, visitor):
    henry = crowd.fresh()
    other = henry.again()
    with refused("denied", "password.wrong", "password"):
        henry.ask("account.set_password", password="not the right one", new_password="a new long pass phrase")
    with refused("invalid", "password.short", "new_password"):
        henry.ask("account.set_password", password=PASSWORD, new_password="short")
    with other.gateway() as gateway:
        assert henry.ask("account.set_password", password=PASSWORD, new_password="a new long pass phrase") == {}
        assert gateway.wait_closed() == 4001
    henry.ask("guild.list")
    with refused("unauthenticated"):
        other.ask("guild.list")
    with refused("unauthenticated", "session.wrong"):
        visitor.ask("session.login", username=henry.name, password=PASSWORD)
    visitor.ask("session.login", username=henry.name, password="a new long pass phrase")


def test_disabled_from_the_command_line(hall, crowd, visitor):
    ian = crowd.fresh()
    gateway = ian.gateway()
    result = hall.command("user", "disable", ian.name)
    assert result.returncode == 0, result.stderr
    with refused("denied", "account.disabled"):
        visitor.ask("session.login", username=ian.name, password=PASSWORD)
    assert gateway.wait_closed(timeout=60) == 4001

    def shut_out():
        response = ian.fetch("GET", "/guilds")
        return response.status_code == 401

    wait_until(shut_out, "the cached token to be looked up again")


@pytest.mark.parametrize("mode", ["invite", "closed"])
def test_registration_modes(make_daemon, database, mode):
    daemon = make_daemon(database, settings={"accounts": {"rate-factor": 100000}, "server": {"registration": mode}})
    visitor = Visitor(daemon.url)
    assert visitor.ask("server.info")["registration"] == mode
    with refused("denied", "registration.closed" if mode == "closed" else "registration.invite"):
        visitor.ask("account.register", username="outsider", password=PASSWORD)
    result = daemon.command("user", "add", "founder", "--password-stdin", stdin=PASSWORD + "\n")
    assert result.returncode == 0, result.stderr
    founder = Person(daemon.url, "founder", visitor.ask("session.login", username="founder", password=PASSWORD))
    guild = founder.make_guild()
    guild_code = founder.invite(guild["guild_id"])
    result = daemon.command("invite", "create", "--uses", "1")
    assert result.returncode == 0, result.stderr
    server_code = result.stdout.split()[-1].rsplit("/", 1)[-1]

    if mode == "closed":
        for code in (guild_code, server_code):
            with refused("denied", "registration.closed"):
                visitor.ask("account.register", username="outsider", password=PASSWORD, invite=code)
        return

    with refused("denied", "invite.unusable", "invite"):
        visitor.ask("account.register", username="outsider", password=PASSWORD, invite="nosuchcode")
    # One use of the server's invite; a failed registration uses nothing up.
    with refused("invalid", "password.short"):
        visitor.ask("account.register", username="first", password="short", invite=server_code)
    visitor.ask("account.register", username="first", password=PASSWORD, invite=server_code)
    with refused("denied", "invite.unusable"):
        visitor.ask("account.register", username="second", password=PASSWORD, invite=server_code)
    # A guild's invite lets people register too, and is not accepted by that.
    second = Person.register(daemon.url, "second", invite=guild_code)
    assert second.ask("guild.list")["guilds"] == []
    assert founder.ask("invite.list", guild_id=guild["guild_id"])["invites"][0]["uses"] == 0
    second.ask("invite.accept", code=guild_code)
    second.say(text_channel(guild), "here by invitation")


def test_reserved_names_of_the_settings(make_daemon, database):
    daemon = make_daemon(database, settings={"accounts": {"rate-factor": 100000, "reserved-names": "board, chair"}})
    for name in ("board", "chair"):
        with refused("conflict", "username.reserved"):
            Visitor(daemon.url).ask("account.check_name", username=name)


def test_guessing_is_slowed_down(make_daemon, database):
    daemon = make_daemon(database)
    visitor = Visitor(daemon.url)
    Person.register(daemon.url, "target")
    n_guesses = []

    def guess():
        """Guesses until that is too fast; returns when the last guess began, and for how long one is to wait then."""
        for number in range(30):
            began = time.monotonic()
            response = visitor.fetch("POST", "/login", body={"username": "target", "password": "a wrong guess indeed"})
            if response.status_code == 429:
                error = response.json()["error"]
                assert error["code"] == "limited" and error["retry_after_ms"] > 0
                assert int(response.headers["Retry-After"]) >= 1
                n_guesses.append(number)
                return began, error["retry_after_ms"] / 1000
            assert error_reason(response) == "session.wrong"
        raise AssertionError("one can guess without end")

    def is_kept_out():
        """Whether the right password is refused; if not, we were too slow: the delay is a second from when a guess began."""
        began, wait_s = guess()
        response = visitor.fetch("POST", "/login", body={"username": "target", "password": PASSWORD})
        if response.status_code == 429:
            return True
        assert response.status_code == 200 and time.monotonic() - began >= wait_s, "it got through before the delay was over"
        return False

    # The right password does not get through either, until the delay is over; then it does.
    wait_until(is_kept_out, "us to be fast enough to be refused", 60)
    assert n_guesses[0] >= 4
    wait_until(
        lambda: visitor.fetch("POST", "/login", body={"username": "target", "password": PASSWORD}).status_code == 200,
        "the delay to be over", 60, 0.5,
    )


def error_reason(response):
    return response.json()["error"]["reason"]


def test_registering_is_limited_by_address(make_daemon, database):
    daemon = make_daemon(database)
    visitor = Visitor(daemon.url)
    for number in range(30):
        response = visitor.fetch("POST", "/register", body={"username": f"many{number}x", "password": "password123"})
        if response.status_code == 429:
            break
        assert response.status_code == 400
    assert response.status_code == 429 and error_reason(response) == "rate.limited"


def test_an_access_token_expires(make_daemon, database):
    """With a clock that cannot be turned, the row in the database is: the daemon believes the database."""
    daemon = make_daemon(database, settings={"accounts": {"rate-factor": 100000}})
    judy = Person.register(daemon.url, "judy")
    database.execute("UPDATE token SET expires_ts = 1 WHERE NOT is_refresh")
    wait_until(lambda: judy.fetch("GET", "/guilds").status_code == 401, "the cached token to be looked up again")
    with refused("unauthenticated", "session.expired"):
        judy.ask("guild.list")
    judy.take(judy.ask("session.refresh", refresh_token=judy.tokens["refresh_token"]))
    judy.ask("guild.list")
    database.execute("UPDATE token SET expires_ts = 1 WHERE is_refresh AND used_ts = 0")
    with refused("unauthenticated", "session.expired"):
        judy.ask("session.refresh", refresh_token=judy.tokens["refresh_token"])


def test_unknown_path(hall):
    """What is not in the table is refused in the same form as everything else."""
    response = requests.post(f"{hall.url}/client/v1/guilds/x/y/z", timeout=30)
    assert response.status_code == 404 and response.json()["error"]["code"] == "not_found"
