# SPDX-License-Identifier: GPL-3.0-or-later
"""What the acceptance tests share: people, their steps, and a picture of each."""

import contextlib
import os
import pathlib
import re

import pytest

from fixture.process import build_dir

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


@pytest.fixture
def people(desktop, daemon):
    """Makes people on this test's desktop and server; their windows are closed at the end."""
    made = []

    def make(name, **options):
        made.append(Person(desktop, name, options.pop("address", daemon.url), **options))
        return made[-1]

    yield make
    for person in made:
        person.app.close()


@pytest.fixture
def two(people):  # pylint: disable=redefined-outer-name
    """Ada and Brook, each before the first page of a new installation."""
    return people("Ada"), people("Brook")
