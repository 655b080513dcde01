#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves that what the test command says at its end of a failure tells what was wrong, and where. Speaks TAP."""

import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(sys.argv[1]) / "build-aux"))

from testing.results import GIST_LINES, gist, pytest_words  # noqa: E402 pylint: disable=wrong-import-position

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


def pytest_fails():
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory, "test_tea.py")
        path.write_text(FAILING, encoding="utf-8")
        words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--no-header", "--rootdir", directory, str(path)]
        text = subprocess.run(words, capture_output=True, text=True, check=False, timeout=240, cwd=directory).stdout
    return pytest_words(text)


def check_pytest():
    words = pytest_fails()
    said = gist(words)
    assert len(said) <= GIST_LINES, said
    assert any("30 s for a kettle" in line for line in said), said
    assert any(line == "test_tea.py:7:" for line in said), said
    assert any(line.startswith("test_tea.py:3: ") for line in said), said
    assert "30 s for a kettle" in words and "panel 399" in words and "panel 200" not in words, words


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
    checks = [check_pytest, check_compiler, check_linker_nobody_knows, check_program]
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
