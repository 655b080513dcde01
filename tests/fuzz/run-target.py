#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one fuzz target over its corpus and then for a bounded time. Speaks TAP.

    run-target.py TARGET CORPUS

What is found is written to the build directory's fuzz-found/ and told in base64, so that it can be put
into the corpus. New inputs that reach new code are kept there too, for the next run to start from.
"""

import base64
import os
import pathlib
import re
import subprocess
import sys

SECONDS = int(os.environ.get("GUILDHALL_FUZZ_SECONDS", "10"))
LIMITS = ["-timeout=20", "-rss_limit_mb=2048", "-malloc_limit_mb=512", "-print_final_stats=1"]
# A run that does less than this is not fuzzing, whatever its exit status says.
LEAST_RUNS = 500


def run(target, found, arguments):
    words = [target, *LIMITS, f"-artifact_prefix={found}/", *arguments]
    # The watch over libFuzzer's own clock: it may hang where no alarm reaches it.
    result = subprocess.run(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=SECONDS + 300,
        check=False,
    )
    return result.returncode, result.stdout


def tell(number, passed, words, output, found):
    print(f"{'ok' if passed else 'not ok'} {number} - {words}")
    if passed:
        return
    for line in output.splitlines()[-60:]:
        print(f"# {line}")
    for path in sorted(found.glob("*-*")):
        data = path.read_bytes()
        print(f"# {path}: {len(data)} bytes, base64 {base64.b64encode(data[:4096]).decode()}")


def main():
    target, corpus = sys.argv[1], pathlib.Path(sys.argv[2])
    name = pathlib.Path(target).name.removeprefix("fuzz-")
    home = pathlib.Path(os.environ["GUILDHALL_BUILD"]) / "fuzz-found" / name
    found, grown = home / "found", home / "corpus"
    for folder in (found, grown):
        folder.mkdir(parents=True, exist_ok=True)
    for path in found.glob("*-*"):
        path.unlink()
    print("1..2", flush=True)

    seeds = sorted(path for path in corpus.glob("*") if path.is_file())
    status, output = run(target, found, [str(path) for path in seeds])
    tell(1, status == 0 and bool(seeds), f"{len(seeds)} inputs of the corpus", output, found)

    status, output = run(target, found, [f"-max_total_time={SECONDS}", str(grown), *([str(corpus)] if seeds else [])])
    match = re.search(r"stat::number_of_executed_units:\s*(\d+)", output)
    runs = int(match.group(1)) if match else 0
    tell(2, status == 0 and runs >= LEAST_RUNS, f"{SECONDS} s of new inputs", output, found)
    print(f"# {runs} inputs tried")
    return 0


if __name__ == "__main__":
    sys.exit(main())
