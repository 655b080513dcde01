# SPDX-License-Identifier: GPL-3.0-or-later
"""What is built and run for each suite."""

import functools
import os
import pathlib
import shutil

from .builds import WARNINGS_ARE_ERRORS, Build
from .jobs import Job, Schedule, Step
from .meson_suite import run_meson
from .processes import SOURCE
from .pytest_suite import run_pytest

SUITES = ("checks", "unit", "fuzz", "server", "acceptance", "sanitize")
NAMED_SUITES = (*SUITES, "threads")

CORES = os.cpu_count() or 1
# Many of the tests mostly wait, so one more than there are cores runs.
WIDTH = CORES + 1
# How much longer than on an idle machine things may take: beside other tests, and with a sanitizer.
PATIENCE = 3
SANITIZED_PATIENCE = 3 * PATIENCE

# With a sanitizer, what is told in real time is not asked for: such programs are of meson's suite "timed" then, which is not
# run, or leave those tests out themselves (run_is_timed() in tests/client/media). The same code is run by the others.

# All of the server's tests take too long with a sanitizer: those whose input is the most hostile.
SANITIZED_TESTS = "test_accounts or test_messages or test_profiles or test_net_gateway or test_net_http"

# Sound comes in time or it is not sound: these have the machine to themselves, after all others. Each waits for what is
# said and heard most of the time, so that two do not disturb each other; nor do two windows and two others, where what is
# waited for is words, and whether somebody is heard at all. But where it is measured how soon, or how many pictures, two
# windows that show what is shared, or four that talk, are as much as two cores can do.
TIMED_TESTS = "test_call or test_sound or test_internet or test_wire"
MEASURED_TESTS = "test_calls or test_call_four or test_call_share or test_call_sounds"
WINDOWED_TESTS = "test_call_failures or test_call_key or test_call_seen"
# Who is in a call there has no sound card, and only reads.
SILENT_TESTS = "test_key_is_refused or test_no_portal"
PAIRS = 2
TALKING = f"({TIMED_TESTS}) and not ({MEASURED_TESTS} or {WINDOWED_TESTS})"
WATCHING = f"({WINDOWED_TESTS}) and not ({SILENT_TESTS})"
TIMELESS = f"not ({TIMED_TESTS}) or {SILENT_TESTS}"

# What is run with ThreadSanitizer: only these programs are built with it.
THREADED_UNITS = ("core-metrics", "core-worker", "net-io-thread", "net-queue", "net-wheel", "store-signing", "store-writer")
THREADED_TESTS = "test_net_gateway"

DAEMON = "src/server/guildhalld"
# What its tests put before it.
CLOCK_SHIM = "tests/tools/clock-shim.so"


def unit_program(name):
    """The program of one of the server's unit tests, "layer-subject"."""
    return f"tests/server-unit/{name.split('-', 1)[0]}/test-{name}"


def clang():
    """The compiler that sanitizes, behind ccache where there is one: meson puts that before its own choice alone."""
    ccache = "ccache " if shutil.which("ccache") else ""
    return {"CC": f"{ccache}clang", "CXX": f"{ccache}clang++"}


def test_env(build, scratch):
    """What the tests find in their environment."""
    home = build.path / "home"
    home.mkdir(exist_ok=True)
    vectors = SOURCE.parent / "shared" / "vectors"
    return {
        **build.env,
        "HOME": str(home),
        "TMPDIR": scratch,
        "GUILDHALL_TEST_TMP": scratch,
        "GUILDHALL_SOURCE": str(SOURCE),
        "GUILDHALL_BUILD": str(build.path),
        "GUILDHALL_BIN": str(build.path / "src" / "client" / "guildhall"),
        "GUILDHALLD_BIN": str(build.path / "src" / "server" / "guildhalld"),
        "GUILDHALL_VECTORS": os.environ.get("GUILDHALL_VECTORS", str(vectors)),
        "GUILDHALL_SCREENSHOTS": str(build.path / "screenshots"),
        "GSETTINGS_BACKEND": "memory",
        "GSETTINGS_SCHEMA_DIR": str(build.path / "data"),
        "LSAN_OPTIONS": f"suppressions={SOURCE / 'tests' / 'lsan.supp'}:print_suppressions=0",
        "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
        "TSAN_OPTIONS": f"suppressions={SOURCE / 'tests' / 'tsan' / 'tsan.supp'}:second_deadlock_stack=1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


class Plan:
    """One call of build-aux/test."""

    def __init__(self, processes, scratch):
        self._processes = processes
        self._scratch = scratch
        self._steps = []
        # Lines and no more of debugging symbols, and a third less to compile; who looks further also warns of more.
        quick = ["-Dc_args=-g1", *([] if WARNINGS_ARE_ERRORS else ["-Doptimization=1"])]
        self._test_build = Build(processes, scratch, "test", quick)
        # One build for the fuzzers and for all that the sanitizers watch. GLib calls functions as being of other types
        # (g_list_free_full with a cast), which clang alone would refuse.
        sanitizers = ["-Db_sanitize=address,undefined", "-Db_lundef=false", "-Doptimization=1", "-Dfuzzers=true"]
        sanitizers += ["-Dc_args=-g1 -fno-sanitize=function"]
        self._sanitize_build = Build(processes, scratch, "sanitize", sanitizers, clang())
        threads = ["-Db_sanitize=thread", "-Db_lundef=false", "-Doptimization=1", "-Dclient=false"]
        self._threads_build = Build(processes, scratch, "threads", threads)

    def schedule(self, suites):
        """The builds and jobs of SUITES, each with the names that choose among its tests, if any. What takes long is
        begun early, so that the end is not one job alone."""
        order = ("server", "acceptance", "unit", "sanitize", "fuzz", "threads", "checks")
        jobs = [job for suite in order if suite in suites for job in getattr(self, f"_{suite}")(suites[suite])]
        # First what most waits for; a build that others run beside is done before them.
        self._steps.sort(key=lambda step: step.rank)
        return Schedule(self._steps, jobs, WIDTH)

    def _step(self, rank, name, build, targets):
        for step in self._steps:
            if step.name == name:
                return step
        step = Step(name, functools.partial(build.prepare, targets, beside_tests=rank > 0))
        step.rank = rank
        self._steps.append(step)
        return step

    def _daemon_built(self):
        return self._step(0, "the server", self._test_build, [DAEMON, CLOCK_SHIM])

    def _all_built(self):
        return self._step(1, "the tests", self._test_build, ["all", "meson-test-prereq"])

    def _sanitized_daemon_built(self):
        return self._step(2, "the server with sanitizers", self._sanitize_build, [DAEMON])

    def _sanitized_built(self):
        return self._step(3, "the unit tests with sanitizers", self._sanitize_build, ["all", "meson-test-prereq"])

    def _meson(self, suite, step, build, meson_suite, only, patience=PATIENCE, names=()):
        names = [f"*{name}*" for name in only] or names
        # Fuzzers use all they get.
        side_by_side = CORES if meson_suite == "fuzz" else WIDTH
        run = functools.partial(
            run_meson, self._processes, suite, build, meson_suite, patience=patience, side_by_side=side_by_side, names=names
        )
        return Job(suite, step, lambda: run(env=test_env(build, self._scratch.path)))

    def _pytest(self, suite, step, build, folders, only, patience=PATIENCE, chosen=None, shares=1, turn=0):
        """Jobs that share the files of FOLDERS among them; of those, the tests of the name CHOSEN."""
        claims = pathlib.Path(self._scratch.path, f"claims-{suite}")
        claims.mkdir()
        wanted = " and ".join(f"({words})" for words in (" or ".join(only), chosen) if words)
        select = [*(["-m", "not slow"] if build is not self._test_build else []), *(["-k", wanted] if wanted else [])]

        def run(share):
            env = {**test_env(build, self._scratch.path), **({"GUILDHALL_TEST_CLAIMS": str(claims)} if share else {})}
            return run_pytest(self._processes, suite, build, folders, env, patience, select, share)

        names = [f"-{number}" for number in range(1, shares + 1)] if shares > 1 else [""]
        return [Job(suite, step, functools.partial(run, share), f"{suite}{share}", turn) for share in names]

    # -- The suites -----------------------------------------------------------------------------

    def _checks(self, only):
        return [self._meson("checks", self._all_built(), self._test_build, "checks", only)]

    def _unit(self, only):
        return [self._meson("unit", self._all_built(), self._test_build, "unit", only)]

    def _fuzz(self, only):
        step = self._step(4, "the fuzz targets", self._sanitize_build, ["fuzz-targets"])
        return [self._meson("fuzz", step, self._sanitize_build, "fuzz", only)]

    def _server(self, only):
        return self._pytest("server", self._daemon_built(), self._test_build, ["tests/server"], only, shares=CORES)

    def _acceptance(self, only):
        folders = ["tests/fixture", "tests/acceptance"]
        built, build = self._all_built(), self._test_build
        return [
            *self._pytest("acceptance", built, build, folders, only, chosen=TIMELESS),
            *self._pytest("calls", built, build, folders, only, chosen=TALKING, shares=PAIRS, turn=1),
            *self._pytest("windows", built, build, folders, only, chosen=WATCHING, shares=PAIRS, turn=2),
            *self._pytest("measured", built, build, folders, only, chosen=MEASURED_TESTS, turn=3),
        ]

    def _sanitize(self, only):
        build, patience = self._sanitize_build, SANITIZED_PATIENCE
        server = self._sanitized_daemon_built()
        return [
            *self._pytest("sanitize-server", server, build, ["tests/server"], only, patience, SANITIZED_TESTS, shares=CORES),
            self._meson("sanitize-unit", self._sanitized_built(), build, "unit", only, patience),
        ]

    def _threads(self, only):
        step = self._step(5, "the threaded parts", self._threads_build, [DAEMON, *map(unit_program, THREADED_UNITS)])
        build, patience = self._threads_build, SANITIZED_PATIENCE
        return [
            self._meson("threads-unit", step, build, "unit", only, patience, THREADED_UNITS),
            *self._pytest("threads-server", step, build, ["tests/server"], only, patience, THREADED_TESTS),
        ]
