# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person's web browser sees."""

import html
import re

from net_peer import Peer, make_people


def fetch(daemon, path, host="localhost"):
    with Peer(daemon.port) as peer:
        peer.send(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n")
        status, headers, body = peer.response()
    return status, headers, body.decode()


def invite(daemon, name="Hall", description="A quiet place"):
    (owner,), _ = make_people(daemon.url, "owner")
    guild = owner.call("POST", "/guilds", {"name": name, "txn_id": "named"})
    path = f"/guilds/{guild['guild_id'].replace('!', '%21')}"
    owner.call("PATCH", path, {"description": description, "txn_id": "described"})
    return owner.call("POST", f"{path}/invites", {})


def test_the_invitation(daemon):
    made = invite(daemon)
    status, headers, page = fetch(daemon, f"/invite/{made['code']}", f"127.0.0.1:{daemon.port}")
    assert status == 200
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert "A quiet place" in page
    assert ">Hall<" in page
    links = {html.unescape(link) for link in re.findall(r'href="([^"]+)"', page)}
    assert made["link"] in links
    assert made["link"].startswith("guildhall://127.0.0.1:")
    assert "<script" not in page and "style=" not in page and "{{" not in page


def test_names_cannot_be_markup(daemon):
    made = invite(daemon, '<b>"Hall\' & co</b>', "<script>alert(1)</script>")
    _, _, page = fetch(daemon, f"/invite/{made['code']}")
    assert "<script" not in page and "<b>" not in page
    assert html.escape("<script>alert(1)</script>") in page


def test_the_host_header_cannot_be_markup(daemon):
    made = invite(daemon)
    for host in ('x"><script>', "evil.example/path", "javascript:alert(1)", "a b"):
        status, _, page = fetch(daemon, f"/invite/{made['code']}", host)
        assert "<script" not in page and "javascript:" not in page
        assert status in (200, 400, 404)


def test_invitations_that_are_none(daemon):
    for code in ("", "nonsense", "A" * 22, "%2e%2e%2fetc", "%3Cscript%3E", "a/b"):
        status, headers, page = fetch(daemon, f"/invite/{code}")
        assert status == 404, code
        assert headers["content-type"].startswith("text/html")
        assert "invite" in page
        assert "<script" not in page


def test_the_front_page_and_what_it_needs(daemon):
    status, headers, page = fetch(daemon, "/", f"127.0.0.1:{daemon.port}")
    assert status == 200 and "{{" not in page
    assert f"127.0.0.1:{daemon.port}" in page
    for path in re.findall(r'(?:src|href)="(/[^"]*)"', page):
        assert fetch(daemon, path)[0] == 200, path
    assert "style-src 'self'" in headers["content-security-policy"]
    _, headers, style = fetch(daemon, "/style.css")
    assert headers["content-type"].startswith("text/css")
    assert "prefers-color-scheme: dark" in style
    assert headers["cache-control"] == "public, max-age=300"
