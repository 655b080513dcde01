# SPDX-License-Identifier: GPL-3.0-or-later
"""pytest's tests, which several processes can share."""

import sys
import xml.etree.ElementTree as ElementTree

from .processes import SOURCE
from .results import Result, pytest_words, tail

SUITE_TIMEOUT_S = 1500
TEST_TIMEOUT_S = 300
NOTHING_RAN = 5  # pytest's status: others were faster, or nothing is of the name asked for


def run_pytest(processes, suite, build, folders, env, patience, select=(), share=""):
    """Runs pytest over FOLDERS, of them only what SELECT says, and returns the results. Processes with different SHAREs
    and the same GUILDHALL_TEST_CLAIMS deal the files out among themselves, see tests/conftest.py."""
    name = f"{suite}{share}"
    if not any(list((SOURCE / folder).glob("**/test_*.py")) for folder in folders):
        return [Result(suite, "(the suite)", "failed", "there are no tests")]
    junit_path = build.log_dir / f"{name}.xml"
    log_path = build.log_dir / f"{name}.log"
    junit_path.unlink(missing_ok=True)
    words = [sys.executable, "-m", "pytest", "-c", "tests/pytest.ini", "--rootdir=tests", f"--junitxml={junit_path}", "-v", "--no-header", *select, *folders]
    # A test that hangs is ended by pytest, and counted, before the suite is.
    words += [f"--timeout={TEST_TIMEOUT_S * patience}"]
    status = processes.run(words, {**env, "GUILDHALL_TEST_PATIENCE": str(patience)}, log_path, echo=name, limit_s=SUITE_TIMEOUT_S)
    results = list(read_pytest(suite, junit_path))
    if status is None:
        results.append(Result(suite, "(the suite)", "failed", f"took more than {SUITE_TIMEOUT_S} s and was ended"))
    elif status not in (0, NOTHING_RAN if share or select else 0) and not any(result.outcome == "failed" for result in results):
        log = log_path.read_text(encoding="utf-8", errors="replace")
        results.append(Result(suite, "(the suite)", "failed", f"pytest ended with status {status}\n{tail(log)}"))
    return results


def read_pytest(suite, junit_path):
    if not junit_path.exists():
        return
    for case in ElementTree.parse(junit_path).getroot().iter("testcase"):
        title = f"{case.get('classname', '').split('.')[-1]}: {case.get('name')}"
        bad = next((case.find(tag) for tag in ("failure", "error") if case.find(tag) is not None), None)
        skipped = case.find("skipped")
        if bad is not None:
            yield Result(suite, title, "failed", pytest_words(bad.text or bad.get("message") or ""))
        elif skipped is not None:
            yield Result(suite, title, "skipped", skipped.get("message") or "no reason given")
        else:
            yield Result(suite, title, "passed", "")
