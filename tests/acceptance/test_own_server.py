# SPDX-License-Identifier: GPL-3.0-or-later
"""A server on one's own computer, started from the window by somebody who never saw a terminal."""

import contextlib
import http.server
import shutil
import socketserver
import threading

import pytest

from . import story
from .own_server import OwnServer

START = "Start One on This Computer"


@pytest.fixture
def own_server():
    own = OwnServer()
    yield own
    own.close()


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):  # pylint: disable=invalid-name
        self.send_error(404)

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


class _Other(socketserver.ThreadingTCPServer):
    """Not http.server's own, which asks for the name of the machine, and that can take long."""

    allow_reuse_address = True
    daemon_threads = True


@contextlib.contextmanager
def something_else_at(address):
    """As long as this lasts, a program that has nothing to do with Guildhall answers there."""
    host, port = address.split(":")
    with _Other((host, int(port)), _Page) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def test_a_server_of_ones_own(people, own_server, step):
    """What keeps it from starting is said; then the first account, guild and message. It is there when the window is not, and
    when it is gone, the window brings it back. Another window finds it when it would start one too."""
    ada, brook = (people(name, address=f"http://{own_server.address}", env=own_server.env) for name in ("Ada", "Brook"))
    brook.sees("list item", START)
    with step("the-place-is-taken", ada), something_else_at(own_server.address):
        ada.presses(START, role="list item")
        ada.is_told("couldn’t be started: Another program already listens on")
    with step("made-by-another-postgresql", ada):
        other = own_server.data_dir / "postgres" / "PG_VERSION"
        other.parent.mkdir(parents=True, exist_ok=True)
        other.write_text("9\n", encoding="ascii")
        ada.presses(START, role="list item")
        ada.is_told("couldn’t be started: The database was made by PostgreSQL 9, which is not installed")
        shutil.rmtree(own_server.data_dir)
    with step("started", ada):
        ada.presses(START, role="list item")
        ada.sees("text", "Username", timeout=60, state="focused")
    assert own_server.starts() == 3
    with step("somebody-else-started-it", brook):
        brook.presses(START, role="list item")
        brook.presses("Use the One on This Computer", role="list item")
        brook.sees("text", "Username", state="focused")
        brook.quits()
    assert own_server.starts() == 4
    ada.makes_account()
    ada.creates_guild(story.GUILD)
    ada.says("general", "First words")

    ada.quits()
    assert len(own_server.running()) == 1
    ada.comes_back()
    ada.is_online()
    ada.hears("Ada", "First words")
    ada.quits()
    own_server.stop()
    with step("the-next-day", ada), something_else_at(own_server.address):
        ada.comes_back()
        ada.presses("Start the Server", role="button")
        ada.is_told("couldn’t be started: Another program already listens on")
        ada.reads("couldn’t be started: Another program already listens on")
    with step("it-is-back", ada):
        ada.presses("Start the Server", role="button")
        ada.is_online()
        ada.says("general", "And more")
        ada.has_messages(("Ada", "First words"), ("Ada", "And more"))
    assert own_server.starts() == 6
    ada.quits()
