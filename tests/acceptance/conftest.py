# SPDX-License-Identifier: GPL-3.0-or-later
"""What the acceptance tests share: people, their steps, and a picture of each."""

import contextlib
import os
import pathlib
import re

import pytest

from fixture.postgres import Database
from fixture.process import build_dir

from .callers import Callers
from .person import Person


@pytest.fixture
def pictures(request):
    """Where this test's pictures go; kept after the run, to be looked at."""
    parent = pathlib.Path(os.environ.get("GUILDHALL_PICTURES", build_dir() / "pictures"))
    folder = parent / re.sub(r"[^A-Za-z0-9]+", "-", request.node.name).strip("-")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    return folder


@pytest.fixture
def step(pictures):  # pylint: disable=redefined-outer-name
    """with step("what", person): …: a picture of the person's window at the end, also when it failed."""
    taken = []

    @contextlib.contextmanager
    def doing(what, person):
        number = len(taken) + 1
        taken.append(what)
        try:
            yield
        except BaseException:
            person.screenshot(pictures / f"{number:02d}-{what}-FAILED.png")
            raise
        person.screenshot(pictures / f"{number:02d}-{what}.png")

    return doing


# What the libraries below a window say when it does not do right by them. (Criticals end it at once.)
WARNING = re.compile(r"^.*\b(?:Gtk|Gdk|Gsk|Adwaita|GLib-GObject)-(?:WARNING|CRITICAL) \*\*.*$", re.MULTILINE)


@pytest.fixture
def people(request, desktop, daemon):
    """Makes people on this test's desktop and server; their windows are closed at the end. In calls, libraries
    that are not a window's talk too: there nobody listens."""
    made = []

    def make(name, **options):
        made.append(Person(desktop, name, options.pop("address", daemon.url), **options))
        return made[-1]

    yield make
    for person in made:
        person.app.close()
    if "call" not in request.node.path.name:
        warnings = [line for person in made for line in WARNING.findall(person.app.log())]
        assert not warnings, "a window printed warnings:\n" + "\n".join(warnings)


@pytest.fixture
def two(people):  # pylint: disable=redefined-outer-name
    """Ada and Brook, each before the first page of a new installation."""
    return people("Ada"), people("Brook")


@pytest.fixture
def callers(people, daemon, tmp_path):  # pylint: disable=redefined-outer-name
    """Makes people who can talk, by name; see callers.py."""
    own = Callers(people, daemon.url, tmp_path)
    yield own
    own.close()


@pytest.fixture(scope="module")
def internet():
    """Two homes behind NATs, and a public machine; only where this machine lets one make it."""
    from fixture import internet as module  # pylint: disable=import-outside-toplevel

    missing = module.lacks()
    if missing is not None:
        pytest.skip(missing)
    with module.Internet() as own:
        yield own


@pytest.fixture(scope="module")
def hall(internet, postgres, migrated):  # pylint: disable=redefined-outer-name
    """A server on the public machine of that internet, for the tests of a file."""
    from .hall import Hall  # pylint: disable=import-outside-toplevel

    database = Database(postgres, migrated)
    own = Hall(database, internet)
    try:
        yield own.start()
    finally:
        own.close()
        database.drop()


@pytest.fixture
def make_room(hall, request):  # pylint: disable=redefined-outer-name
    """Makes a Room of people by name; a failed test shows what they said."""
    from .hall import Room  # pylint: disable=import-outside-toplevel

    rooms = []

    def make(*names):
        rooms.append(Room(hall, names))
        return rooms[-1]

    yield make
    failed = getattr(getattr(request.node, "report_call", None), "failed", True)
    for room in rooms:
        if failed:
            room.tell_all()
        room.close()


@pytest.fixture
def figures(capsys, request):
    """Says what was measured, in the log of the run whether the test passes or not."""

    def say(words):
        with capsys.disabled():
            print(f"\n    {request.node.name}: {words}", end="", flush=True)

    return say
