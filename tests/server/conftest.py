# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests over the wire share: one daemon for the tests of a file, and the people on it."""

import itertools

import pytest

from fixture.daemon import Daemon
from fixture.postgres import Database
from people import Person

_names = itertools.count(1)


@pytest.fixture(scope="module")
def hall(postgres, migrated):
    """A daemon for all tests of a file, which keep out of each other's way by making their own guilds."""
    database = Database(postgres, migrated)
    own = Daemon(database, settings={"accounts": {"rate-factor": 100000}}, start=False)
    own.database = database
    try:
        yield own.start()
    finally:
        own.close()
        database.drop()


class Crowd(dict):
    """People by name, registered when first asked for."""

    def __init__(self, url):
        super().__init__()
        self.url = url

    def __missing__(self, name):
        self[name] = Person.register(self.url, name)
        return self[name]

    def fresh(self):
        """Somebody whom no other test knows."""
        return self[f"fresh{next(_names)}"]


@pytest.fixture(scope="module")
def crowd(hall):  # pylint: disable=redefined-outer-name
    return Crowd(hall.url)
