#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves that what the test command says at its end of a failure tells what was wrong, and where, whoever runs it. Speaks TAP."""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(sys.argv[1]) / "build-aux"))

from testing.environment import kept  # noqa: E402 pylint: disable=wrong-import-position
from testing.pytest_suite import read_pytest  # noqa: E402 pylint: disable=wrong-import-position
from testing.results import GIST_LINES, gist  # noqa: E402 pylint: disable=wrong-import-position

FAILING = """
def helper():
    raise AssertionError("30 s for a kettle; there is:\\n" + "\\n".join(f"  panel {number}" for number in range(400)))


def test_tea():
    helper()
"""

C_PROGRAM = """exit status 1
ERROR:tea.c:12: assertion failed (hot)
-- its stdout:
ok 1 /tea/leaves
"""


def pytest_fails(settings):
    """What the runner makes of a test that fails, with SETTINGS in the environment."""
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory, "test_tea.py")
        path.write_text(FAILING, encoding="utf-8")
        junit_path = pathlib.Path(directory, "tea.xml")
        words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", directory, f"--junitxml={junit_path}", str(path)]
        subprocess.run(words, capture_output=True, check=False, timeout=240, cwd=directory, env={**kept(os.environ), **settings})
        (result,) = read_pytest("tea", junit_path)
    assert result.outcome == "failed" and result.name == "test_tea: test_tea", result
    return result.words


def said_of_pytest(words):
    said = gist(words)
    assert len(said) <= GIST_LINES, said
    assert any("30 s for a kettle" in line for line in said), said
    assert any(line == "test_tea.py:7:" for line in said), said
    assert any(line.startswith("test_tea.py:3: ") for line in said), said
    assert "30 s for a kettle" in words and "panel 399" in words and "panel 200" not in words, words


def check_pytest():
    said_of_pytest(pytest_fails({}))


def check_pytest_that_says_more():
    said_of_pytest(pytest_fails({"CI": "true", "BUILD_NUMBER": "3"}))


def check_environment():
    caller = {"PATH": "/bin", "GUILDHALL_WERROR": "1", "CI": "true", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8", "LIBRARY_PATH": "/opt/lib"}
    assert kept(caller) == {"PATH": "/bin", "GUILDHALL_WERROR": "1", "LANG": "C.UTF-8"}, kept(caller)
    if "GUILDHALL_TEST_TMP" not in os.environ:
        return  # started by meson itself
    assert "CI" not in os.environ and "LIBRARY_PATH" not in os.environ, "the runner handed on what it should have kept to itself"


def check_compiler():
    noise = "\n".join(f"[{number}/900] Compiling" for number in range(900))
    said = gist(f"compile failed:\n{noise}\nFAILED: tea.o\n../tea.c:3:1: error: no leaves\n{noise}")
    assert said == ["FAILED: tea.o", "../tea.c:3:1: error: no leaves"], said


def check_linker_nobody_knows():
    said = gist("compile failed:\n" + "\n".join(f"line {number}" for number in range(900)))
    assert said[-1] == "line 899" and len(said) <= GIST_LINES, said


def check_program():
    assert gist(C_PROGRAM)[:2] == C_PROGRAM.splitlines()[:2], gist(C_PROGRAM)


def main():
    checks = [check_pytest, check_pytest_that_says_more, check_environment, check_compiler, check_linker_nobody_knows, check_program]
    print(f"1..{len(checks)}")
    failed = 0
    for number, check in enumerate(checks, 1):
        try:
            check()
            print(f"ok {number} {check.__name__}")
        except AssertionError as error:
            failed += 1
            print(f"not ok {number} {check.__name__}")
            print("\n".join(f"# {line}" for line in str(error).splitlines()))
    return 1 if failed else 0


sys.exit(main())
