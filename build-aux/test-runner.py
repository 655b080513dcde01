#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds everything, runs the test suites, and counts. Started by build-aux/test.

    build-aux/test [SUITE…]

Suites, in the order they run when none is named:
    checks      layers, sizes, licences, and the validity of what is installed beside the programs
    unit        the test programs of each layer (TAP)
    fuzz        each parser's fuzz target, for a bounded time (GUILDHALL_FUZZ_SECONDS each, 10)
    server      clients of the real daemon over HTTP and WebSocket
    acceptance  people in real windows on a desktop without a display
    sanitize    unit, and the server tests with the most hostile input, with AddressSanitizer and
                UndefinedBehaviorSanitizer

Only when it is named, since what GLib and libdex promise about order cannot all be told to the sanitizer yet,
and its false alarms come and go:
    threads     what runs on threads of the daemon, and the gateway's tests, with ThreadSanitizer

GUILDHALL_WERROR=1 makes warnings errors. The last line is "N passed, N failed", with ", N skipped" when
there are any; the exit status is 0 when something ran and nothing failed.
"""

import collections
import contextlib
import fcntl
import json
import os
import pathlib
import re
import signal
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

SOURCE = pathlib.Path(__file__).resolve().parent.parent
SUITES = ("checks", "unit", "fuzz", "server", "acceptance", "sanitize")
NAMED_SUITES = (*SUITES, "threads")
SUITE_TIMEOUT_S = 1500
FAILED_TAIL_LINES = 60
SANITIZED_TESTS = "test_accounts or test_messages or test_profiles or test_net_gateway or test_net_http"

# What is run with ThreadSanitizer: only these programs are built with it.
THREADED_UNITS = ("core-metrics", "core-worker", "net-io-thread", "net-queue", "net-wheel")
THREADED_TESTS = "test_net_gateway"

Result = collections.namedtuple("Result", "suite name outcome words")


class Build:
    """A build directory, made when it is missing and used again when it is there."""

    def __init__(self, name, options, env=None, targets=("all", "meson-test-prereq")):
        self.path = SOURCE / f"_build-{name}"
        self.name = name
        self.options = [f"-Dwerror={'true' if os.environ.get('GUILDHALL_WERROR') == '1' else 'false'}", *options]
        self.env = {**os.environ, **(env or {})}
        self.targets = targets
        self.log_dir = self.path / "test-logs"

    def prepare(self):
        """Sets up and compiles; returns what went wrong, or None."""
        self.path.mkdir(exist_ok=True)
        with open(self.path / ".lock", "w", encoding="utf-8") as lock:
            if not _try_lock(lock):
                say(f"another run is building in {self.path.name}; waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
            return self._set_up() or self._compile()

    def _set_up(self):
        # Objects of another root's compiler and libraries are of no use.
        key = json.dumps([self.options, self.env.get("CC", ""), _root_key()])
        key_file = self.path / ".root"
        made = (self.path / "build.ninja").exists()
        if made and key_file.exists() and key_file.read_text(encoding="utf-8") == key:
            return None
        key_file.unlink(missing_ok=True)
        words = ["meson", "setup", *(["--wipe"] if (self.path / "meson-private").exists() else []), *self.options]
        problem = self._run("setup", [*words, str(self.path), str(SOURCE)])
        if problem is None:
            key_file.write_text(key, encoding="utf-8")
        return problem

    def _compile(self):
        return self._run("compile", ["ninja", "-C", str(self.path), *self.targets])

    def _run(self, step, words):
        began = time.monotonic()
        say(f"{step} in {self.path.name}")
        result = subprocess.run(
            words,
            env=self.env,
            cwd=SOURCE,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        warnings = [line for line in result.stdout.splitlines() if re.search(r": (warning|WARNING): ", line)]
        if result.returncode != 0:
            return f"{step} failed:\n{_tail(result.stdout, 200)}"
        for line in warnings:
            print(line)
        say(f"{step} done in {time.monotonic() - began:.0f} s" + (f", {len(warnings)} warnings" if warnings else ""))
        return None


def unit_program(name):
    """The program of one of the server's unit tests, "layer-subject"."""
    return f"tests/server-unit/{name.split('-', 1)[0]}/test-{name}"


def say(words):
    print(f"test: {words}", flush=True)


def _try_lock(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def _root_key():
    """What tells one build root from another: its own machine id; on a host used directly its release."""
    words = []
    for path in ("/etc/machine-id", "/etc/os-release"):
        with contextlib.suppress(OSError):
            words.append(pathlib.Path(path).read_text(encoding="utf-8"))
    return "".join(words)


def _tail(text, lines=FAILED_TAIL_LINES):
    kept = text.splitlines()
    return "\n".join((["…"] if len(kept) > lines else []) + kept[-lines:])


def run_bounded(words, env, log_path, echo=False):
    """Runs WORDS with their output in a file; returns the exit status, or None when they took too long."""
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with log_path.open("wb") as log:
        process = subprocess.Popen(  # pylint: disable=consider-using-with
            words,
            env=env,
            cwd=SOURCE,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if echo else log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        limit = time.monotonic() + SUITE_TIMEOUT_S
        try:
            if echo:
                os.set_blocking(process.stdout.fileno(), False)
            while process.poll() is None and time.monotonic() < limit:
                _pass_on(process, log, echo)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.1)
            _pass_on(process, log, echo)
        finally:
            # What a suite started and left behind must not disturb the next one.
            late = process.poll() is None
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return None if late else process.returncode


def _pass_on(process, log, echo):
    if not echo:
        return
    while True:
        with contextlib.suppress(BlockingIOError):
            data = process.stdout.read()
            if data:
                log.write(data)
                sys.stdout.buffer.write(data)
                sys.stdout.flush()
                continue
        return


def scratch(made=[]):  # pylint: disable=dangerous-default-value
    """A place for what the tests write, short enough for Unix sockets, removed by remove_scratch()."""
    if not made:
        made.append(tempfile.mkdtemp(prefix="gt-"))
    return made[0]


def remove_scratch():
    path = scratch()
    subprocess.run(["chmod", "-R", "u+rwX", path], stderr=subprocess.DEVNULL, check=False)
    shutil.rmtree(path, ignore_errors=True)


def test_env(build):
    """What the tests find in their environment."""
    home = build.path / "home"
    home.mkdir(exist_ok=True)
    vectors = SOURCE.parent / "shared" / "vectors"
    return {
        **build.env,
        "HOME": str(home),
        "TMPDIR": scratch(),
        "GUILDHALL_TEST_TMP": scratch(),
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


# --- Meson's tests ----------------------------------------------------------------------------


def run_meson(suite, build, meson_suite, env=None, names=()):
    """Runs one of meson's suites, or of it the tests of these NAMES; returns the results, each TAP line one."""
    for path in (build.path / "meson-logs").glob(f"{suite}*"):
        path.unlink()
    words = ["meson", "test", "-C", str(build.path), "--no-rebuild", "--suite", meson_suite, "--logbase", suite, *names]
    if env:
        words += ["--timeout-multiplier", "4"]
    status = run_bounded(words, {**test_env(build), **(env or {})}, build.log_dir / f"{suite}.log")
    results = list(read_meson(suite, build.path / "meson-logs" / f"{suite}.json", build.path / "meson-logs" / f"{suite}.junit.xml"))
    if status is None:
        results.append(Result(suite, "(the suite)", "failed", f"took more than {SUITE_TIMEOUT_S} s and was ended"))
    elif status != 0 and not any(result.outcome == "failed" for result in results):
        log = (build.log_dir / f"{suite}.log").read_text(encoding="utf-8", errors="replace")
        results.append(Result(suite, "(the suite)", "failed", f"meson test: status {status}\n{_tail(log)}"))
    return results


def read_meson(suite, json_path, junit_path):
    """The results of a run. TAP's lines are counted from the junit file; a program that died, or said less
    than it announced, is a failure of its own, whatever it had said before."""
    logs = {}
    with contextlib.suppress(OSError):
        for line in json_path.read_text(encoding="utf-8", errors="replace").splitlines():
            entry = json.loads(line)
            logs[entry["name"]] = entry
    lines = collections.defaultdict(list)
    with contextlib.suppress(OSError, ElementTree.ParseError):
        # A TAP program is a testsuite of its own, "project.program"; the others are cases of the project's.
        for program in ElementTree.parse(junit_path).getroot().iter("testsuite"):
            name = program.get("name", "").split(".", 1)[-1]
            if name in logs:
                lines[name] += program.iter("testcase")

    for full_name, entry in logs.items():
        name = full_name.split(" / ", 1)[-1]
        output = (entry.get("stdout") or "") + (entry.get("stderr") or "")
        shown = False
        for case in lines[full_name]:
            # GLib puts the words of a failed assertion behind the name.
            title = f"{name}: {case.get('name').split(' - ERROR:')[0]}"
            if case.find("failure") is not None or case.find("error") is not None:
                yield Result(suite, title, "failed", "" if shown else _tail(output))
                shown = True
            elif case.find("skipped") is not None:
                yield Result(suite, title, "skipped", case.findtext("system-out", "").strip() or "no reason given")
            else:
                yield Result(suite, title, "passed", "")
        result = entry["result"]
        if result in ("OK", "EXPECTEDFAIL"):
            if not lines[full_name]:
                yield Result(suite, name, "passed", "")
        elif result == "SKIP":
            yield Result(suite, name, "skipped", _skip_reason(output))
        elif not shown:
            yield Result(suite, name, "failed", f"{_how_it_ended(entry)}\n{_tail(output)}")


def _how_it_ended(entry):
    status = entry.get("returncode", 0)
    if entry["result"] == "TIMEOUT":
        return "took too long"
    if status < 0 or status > 128:
        number = -status if status < 0 else status - 128
        with contextlib.suppress(ValueError):
            return f"died of {signal.Signals(number).name}"
    return f"exit status {status}" if status else "ended before it had said all it announced"


def _skip_reason(output):
    """Why a whole program was skipped: in the words of its TAP plan, or what it said at last."""
    plan = re.search(r"^1\.\.0\s*#\s*skip\S*\s*(.*)$", output, re.IGNORECASE | re.MULTILINE)
    return (plan.group(1) if plan else _tail(output, 3)).strip() or "no reason given"


# --- pytest's tests ---------------------------------------------------------------------------


def run_pytest(suite, build, folders, env=None, chosen=None):
    """Runs pytest over FOLDERS, of them only what CHOSEN says and what is not slow, and returns the results."""
    folders = [folder for folder in folders if list((SOURCE / folder).glob("**/test_*.py"))]
    if not folders:
        return [Result(suite, "(the suite)", "failed", "there are no tests")]
    junit_path = build.log_dir / f"{suite}.xml"
    build.log_dir.mkdir(parents=True, exist_ok=True)
    junit_path.unlink(missing_ok=True)
    words = [sys.executable, "-m", "pytest", "-c", "tests/pytest.ini", "--rootdir=tests", f"--junitxml={junit_path}", "-v", *folders]
    if chosen:
        words += ["-m", "not slow", "-k", chosen]
    # A test that hangs is ended by pytest, and counted, before the suite is.
    words += [f"--timeout={int(300 * float((env or {}).get('GUILDHALL_TEST_PATIENCE', '1')))}"]
    status = run_bounded(words, {**test_env(build), **(env or {})}, build.log_dir / f"{suite}.log", echo=True)
    results = list(read_pytest(suite, junit_path))
    if status is None:
        results.append(Result(suite, "(the suite)", "failed", f"took more than {SUITE_TIMEOUT_S} s and was ended"))
    elif status != 0 and not any(result.outcome == "failed" for result in results):
        log = (build.log_dir / f"{suite}.log").read_text(encoding="utf-8", errors="replace")
        results.append(Result(suite, "(the suite)", "failed", f"pytest ended with status {status}\n{_tail(log)}"))
    return results


def read_pytest(suite, junit_path):
    if not junit_path.exists():
        return
    for case in ElementTree.parse(junit_path).getroot().iter("testcase"):
        title = f"{case.get('classname', '').split('.')[-1]}: {case.get('name')}"
        bad = next((case.find(tag) for tag in ("failure", "error") if case.find(tag) is not None), None)
        skipped = case.find("skipped")
        if bad is not None:
            yield Result(suite, title, "failed", _tail(bad.text or bad.get("message") or ""))
        elif skipped is not None:
            yield Result(suite, title, "skipped", skipped.get("message") or "no reason given")
        else:
            yield Result(suite, title, "passed", "")


# --- The suites -------------------------------------------------------------------------------


class Run:
    """One call of build-aux/test."""

    def __init__(self):
        sanitizers = ["-Db_sanitize=address,undefined", "-Db_lundef=false", "-Doptimization=1"]
        self.builds = {
            "test": Build("test", []),
            "sanitize": Build("sanitize", sanitizers),
            "threads": Build(
                "threads",
                ["-Db_sanitize=thread", "-Db_lundef=false", "-Doptimization=1", "-Dclient=false"],
                targets=("src/server/guildhalld", *map(unit_program, THREADED_UNITS)),
            ),
            "fuzz": Build("fuzz", [*sanitizers, "-Dfuzzers=true", "-Dclient=false"], {"CC": "clang", "CXX": "clang++"}),
        }
        self._prepared = {}
        self.results = []
        self.durations = {}

    def _build(self, suite, name):
        """The build directory NAME, compiled; None, and a failed result, when that does not work."""
        if name not in self._prepared:
            problem = self._prepared[name] = self.builds[name].prepare()
            if problem is not None:
                print(problem, flush=True)
                self.results.append(Result(suite, f"(build in _build-{name})", "failed", problem))
        elif self._prepared[name] is not None:
            self.results.append(Result(suite, "(the suite)", "failed", f"the build in _build-{name} failed, see above"))
        return self.builds[name] if self._prepared[name] is None else None

    def suite(self, name):
        began = time.monotonic()
        build = self._build(name, name if name in self.builds else "test")
        before = len(self.results)
        if build is not None:
            say(f"suite {name}")
            self.results += getattr(self, f"suite_{name}")(build)
        self.durations[name] = time.monotonic() - began
        mine = self.results[before:]
        for result in mine:
            if result.outcome == "failed" and result.words:
                print(f"--- {result.suite}: {result.name}\n{result.words}", flush=True)
        say(f"suite {name}: {counted(mine)} in {self.durations[name]:.0f} s")

    @staticmethod
    def suite_checks(build):
        return run_meson("checks", build, "checks")

    @staticmethod
    def suite_unit(build):
        return run_meson("unit", build, "unit")

    @staticmethod
    def suite_fuzz(build):
        return run_meson("fuzz", build, "fuzz")

    @staticmethod
    def suite_server(build):
        return run_pytest("server", build, ["tests/server"])

    @staticmethod
    def suite_acceptance(build):
        return run_pytest("acceptance", build, ["tests/fixture", "tests/acceptance"])

    @staticmethod
    def suite_sanitize(build):
        env = {"GUILDHALL_TEST_PATIENCE": "4"}
        # All of the server's tests take too long with a sanitizer: those whose input is the most hostile.
        return run_meson("sanitize-unit", build, "unit", env) + run_pytest("sanitize-server", build, ["tests/server"], env, SANITIZED_TESTS)

    @staticmethod
    def suite_threads(build):
        env = {"GUILDHALL_TEST_PATIENCE": "4"}
        return run_meson("threads-unit", build, "unit", env, THREADED_UNITS) + run_pytest("threads-server", build, ["tests/server"], env, THREADED_TESTS)


def counted(results):
    """'N passed, N failed', and ', N skipped' when there are any."""
    count = collections.Counter(result.outcome for result in results)
    words = f"{count['passed']} passed, {count['failed']} failed"
    return words + (f", {count['skipped']} skipped" if count["skipped"] else "")


def main():
    arguments = sys.argv[1:]
    if any(argument in ("-h", "--help") for argument in arguments):
        print(__doc__.strip())
        return 0
    unknown = [argument for argument in arguments if argument not in NAMED_SUITES]
    if unknown:
        print(f"There is no suite {', '.join(unknown)}; there are {', '.join(NAMED_SUITES)}.", file=sys.stderr)
        return 64

    run = Run()
    try:
        for name in arguments or SUITES:
            run.suite(name)
    except KeyboardInterrupt:
        run.results.append(Result("", "(the run)", "failed", "interrupted"))
    finally:
        remove_scratch()

    print()
    for outcome, heading in (("skipped", "Skipped"), ("failed", "Failed")):
        chosen = [result for result in run.results if result.outcome == outcome]
        if chosen:
            print(f"{heading}:")
        for result in chosen:
            reason = f": {' '.join(result.words.split())}" if outcome == "skipped" else ""
            print(f"  {result.suite}: {result.name}{reason}")
    say("took " + ", ".join(f"{name} {seconds:.0f} s" for name, seconds in run.durations.items()))
    ran = [result for result in run.results if result.outcome != "skipped"]
    if not ran:
        print("No test ran.")
    print(counted(run.results), flush=True)
    return 0 if ran and all(result.outcome == "passed" for result in ran) else 1


if __name__ == "__main__":
    sys.exit(main())
