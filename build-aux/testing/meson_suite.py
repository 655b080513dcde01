# SPDX-License-Identifier: GPL-3.0-or-later
"""Meson's tests."""

import collections
import contextlib
import json
import re
import signal
import xml.etree.ElementTree as ElementTree

from .results import Result, tail

SUITE_TIMEOUT_S = 1500
NO_SUCH_NAME = "does not match any test"

# What says why a program failed, of all that it wrote.
CAUSE = re.compile(
    r"ERROR: \w+Sanitizer|^SUMMARY: |WARNING: ThreadSanitizer|runtime error: |^ERROR:|^not ok |waited in vain|-CRITICAL \*\*|"
    r"Assertion .* failed|^\w*(Error|Exception|TimedOut): "
)
CAUSES = 5
SANITIZER_REPORT = re.compile(r"^==\d+==ERROR: |^WARNING: ThreadSanitizer", re.MULTILINE)
REPORT_LINES = 40


def run_meson(processes, suite, build, meson_suite, env, patience, side_by_side, names=()):
    """Runs one of meson's suites, or of it the tests of these NAMES, so many SIDE_BY_SIDE; returns the results, each TAP
    line one, and none where nothing is of these names."""
    for path in (build.path / "meson-logs").glob(f"{suite}.*"):
        path.unlink()
    words = ["meson", "test", "-C", build.path, "--no-rebuild", "--suite", meson_suite, "--logbase", suite]
    words += ["--timeout-multiplier", str(patience), "--num-processes", str(side_by_side), *names]
    env = {**env, "GUILDHALL_TEST_PATIENCE": str(patience)}
    log_path = build.log_dir / f"{suite}.log"
    status = processes.run(words, env, log_path, limit_s=SUITE_TIMEOUT_S)
    results = list(read_meson(suite, build.path / "meson-logs" / f"{suite}.json", build.path / "meson-logs" / f"{suite}.junit.xml"))
    if status is None:
        results.append(Result(suite, "(the suite)", "failed", f"took more than {SUITE_TIMEOUT_S} s and was ended"))
    elif status != 0 and not any(result.outcome == "failed" for result in results):
        log = log_path.read_text(encoding="utf-8", errors="replace")
        if NO_SUCH_NAME in log:
            return []
        results.append(Result(suite, "(the suite)", "failed", f"meson test: status {status}\n{tail(log)}"))
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
        words = _what_it_said(entry)
        shown = False
        for case in lines[full_name]:
            # GLib puts the words of a failed assertion behind the name.
            title = f"{name}: {case.get('name').split(' - ERROR:')[0]}"
            if case.find("failure") is not None or case.find("error") is not None:
                yield Result(suite, title, "failed", "" if shown else words)
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
            yield Result(suite, name, "failed", f"{_how_it_ended(entry)}\n{words}")


def _how_it_ended(entry):
    status = entry.get("returncode", 0)
    if entry["result"] == "TIMEOUT":
        return "took too long"
    if status < 0 or status > 128:
        number = -status if status < 0 else status - 128
        with contextlib.suppress(ValueError):
            return f"died of {signal.Signals(number).name}"
    return f"exit status {status}" if status else "ended before it had said all it announced"


def _what_it_said(entry):
    """The end of what a program said. What went wrong comes first, because who shows a log may show no more than the
    beginning: assertions and sanitizers write to stderr, behind what went well. A sanitizer's report has its cause at
    its beginning, and a summary at its end."""
    stdout, stderr = (entry.get(name) or "" for name in ("stdout", "stderr"))
    causes = [line.strip() for line in (stderr + stdout).splitlines() if CAUSE.search(line)]
    report = SANITIZER_REPORT.search(stderr)
    parts = [*dict.fromkeys(causes[:CAUSES] + causes[-1:])]
    if report is not None and report.group() not in tail(stderr):
        parts += ["-- its report begins:", *stderr[report.start() :].splitlines()[:REPORT_LINES], "…"]
    for name, text in (("stderr", stderr), ("stdout", stdout)):
        if text.strip():
            parts += [f"-- its {name}:", tail(text.rstrip())]
    return "\n".join(parts)


def _skip_reason(output):
    """Why a whole program was skipped: in the words of its TAP plan, or what it said at last."""
    plan = re.search(r"^1\.\.0\s*#\s*skip\S*\s*(.*)$", output, re.IGNORECASE | re.MULTILINE)
    return (plan.group(1) if plan else tail(output, 3)).strip() or "no reason given"
