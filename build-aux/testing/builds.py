# SPDX-License-Identifier: GPL-3.0-or-later
"""Build directories, made when they are missing and used again when they are there."""

import contextlib
import fcntl
import json
import os
import pathlib
import re
import time

from .environment import kept, kept_for_fetching
from .processes import SOURCE, say, tell
from .results import tail

WARNINGS_ARE_ERRORS = os.environ.get("GUILDHALL_WERROR") == "1"

# Beside tests that run, a build takes only what they leave.
BESIDE_TESTS = ("nice", "-n", "10")


class Build:
    """One build directory, _build-NAME."""

    def __init__(self, processes, scratch, name, options, env=None):
        self.path = SOURCE / f"_build-{name}"
        self.name = name
        self.options = [f"-Dwerror={'true' if WARNINGS_ARE_ERRORS else 'false'}", "-Db_pch=true", *options]
        # Without the first ccache lets alone whatever uses a precompiled header. With the second it believes what the compiler
        # says it has read, and does not preprocess first what it has not seen before. With the last two it knows again what
        # was compiled in another clone, whose folder debugging symbols may then name: but not clang's, whose precompiled
        # headers name the folder that they were made in, and are of no use where that is not there.
        ccache = {"CCACHE_SLOPPINESS": "pch_defines,time_macros", "CCACHE_DEPEND": "1", "CCACHE_BASEDIR": str(SOURCE)}
        if "clang" not in (env or {}).get("CC", ""):
            ccache["CCACHE_NOHASHDIR"] = "1"
        self.env = {**kept(os.environ), **ccache, **(env or {})}
        self.log_dir = self.path / "test-logs"
        self._processes = processes
        self._scratch = scratch

    def prepare(self, targets, beside_tests=False):
        """Sets up and compiles TARGETS; returns what went wrong, or None."""
        self.path.mkdir(exist_ok=True)
        with open(self.path / ".lock", "w", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say(f"another run is building in {self.path.name}; waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
            return self._set_up() or self._compile(targets, beside_tests)

    def _set_up(self):
        # Objects of another root's compiler and libraries are of no use.
        key = json.dumps([self.options, self.env.get("CC", ""), _root_key()])
        key_file = self.path / ".root"
        made = (self.path / "build.ninja").exists()
        if made and key_file.exists() and key_file.read_text(encoding="utf-8") == key:
            return None
        key_file.unlink(missing_ok=True)
        words = ["meson", "setup", *(["--wipe"] if (self.path / "meson-private").exists() else []), *self.options]
        problem = self._run("setup", [*words, str(self.path), str(SOURCE)], kept_for_fetching(os.environ))
        if problem is None:
            key_file.write_text(key, encoding="utf-8")
        return problem

    def _compile(self, targets, beside_tests):
        words = ["ninja", f"-j{os.cpu_count() or 1}", "-C", str(self.path), *targets]
        return self._run("compile", [*(BESIDE_TESTS if beside_tests else ()), *words])

    def _run(self, step, words, more_env=None):
        began = time.monotonic()
        say(f"{step} in {self.path.name}")
        # Not in the directory, which --wipe empties.
        log_path = pathlib.Path(self._scratch.path, f"{step}-{self.name}.log")
        status = self._processes.run(words, {**self.env, **(more_env or {})}, log_path)
        output = log_path.read_text(encoding="utf-8", errors="replace")
        if status != 0:
            return f"{step} failed:\n{tail(output, 200)}"
        warnings = [line for line in output.splitlines() if re.search(r": (warning|WARNING): ", line)]
        for line in warnings:
            tell(line)
        say(f"{step} in {self.path.name} done in {time.monotonic() - began:.0f} s" + (f", {len(warnings)} warnings" if warnings else ""))
        return None


def _root_key():
    """What tells one build root from another: its own machine id; on a host used directly its release."""
    words = []
    for path in ("/etc/machine-id", "/etc/os-release"):
        with contextlib.suppress(OSError):
            words.append(pathlib.Path(path).read_text(encoding="utf-8"))
    return "".join(words)
