# SPDX-License-Identifier: GPL-3.0-or-later
"""What every Python test may ask for: a PostgreSQL, a database of its own, and daemons on it."""

import os
import pathlib

import pytest

from fixture import daemon as daemon_module
from fixture.daemon import Daemon
from fixture.postgres import Cluster, Database


@pytest.hookimpl(tryfirst=True, hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Lets a fixture see at its end whether its test failed."""
    outcome = yield
    report = outcome.get_result()
    setattr(item, f"report_{report.when}", report)


def _claimed(items):
    """Of ITEMS, in their order, those of the files that no other process has taken. With GUILDHALL_TEST_CLAIMS, a
    directory, several processes share the files among them: who is first to make a file's claim there runs it."""
    folder = os.environ.get("GUILDHALL_TEST_CLAIMS")
    files = {}
    for item in items:
        files.setdefault(item.nodeid.split("::", 1)[0], []).append(item)
    for name, own in files.items():
        try:
            if folder:
                pathlib.Path(folder, name.replace("/", "+")).touch(exist_ok=False)
        except FileExistsError:
            continue
        yield from own


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    """As pytest's own, but over what is claimed: the next file is taken before the last test of one begins."""
    if session.testsfailed or session.config.option.collectonly or not os.environ.get("GUILDHALL_TEST_CLAIMS"):
        return None
    own = _claimed(session.items)
    item = next(own, None)
    while item is not None:
        following = next(own, None)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    return True


@pytest.fixture(scope="session")
def postgres():
    """One PostgreSQL for the whole run."""
    cluster = Cluster()
    yield cluster
    cluster.close()


@pytest.fixture(scope="session")
def migrated(postgres):  # pylint: disable=redefined-outer-name
    """The name of a database that guildhalld migrated, to be copied by each test."""
    template = Database(postgres)
    result = daemon_module.run(["migrate"], env={"GUILDHALL_DATABASE_URI": template.uri, "HOME": str(postgres.socket_dir)})
    assert result.returncode == 0, f"guildhalld migrate: status {result.returncode}\n{result.stdout}{result.stderr}"
    yield template.name
    template.drop()


@pytest.fixture
def database(postgres, migrated):  # pylint: disable=redefined-outer-name
    """This test's own, migrated and otherwise empty database."""
    own = Database(postgres, migrated)
    yield own
    own.drop()


@pytest.fixture
def empty_database(postgres):  # pylint: disable=redefined-outer-name
    """This test's own database, without any table."""
    own = Database(postgres)
    yield own
    own.drop()


@pytest.fixture
def make_daemon(request):
    """Starts daemons that end with the test; a failed test shows what they said."""
    daemons = []

    def make(*arguments, kind=Daemon, **options):
        daemons.append(kind(*arguments, start=False, **options))
        return daemons[-1].start()

    yield make
    failed = getattr(getattr(request.node, "report_call", None), "failed", True)
    problems = []
    for own in daemons:
        if failed and own.process is not None:
            print(f"--- guildhalld on port {own.port} said at last:\n{own.process.log_tail(60)}")
        try:
            own.close()
        except AssertionError as error:
            problems.append(str(error))
    assert not problems, "\n".join(problems)


@pytest.fixture
def daemon(make_daemon, database):  # pylint: disable=redefined-outer-name
    """A daemon on this test's own database. Rates are raised, as tests are faster than people."""
    return make_daemon(database, settings={"accounts": {"rate-factor": 100000}})


@pytest.fixture(scope="session")
def desktop():
    """One desktop for the whole run; each test launches its own programs on it."""
    from fixture.desktop import Desktop  # pylint: disable=import-outside-toplevel

    own = Desktop()
    yield own
    own.stop()
