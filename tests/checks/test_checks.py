#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves that the checks of the source tree, and of what benchmarks print, refuse what they are there to refuse. Speaks TAP."""

import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(sys.argv[1])
TABLE = """
| folder | prefix | holds | may use |
|---|---|---|---|
| `src/low` | `L` | the bottom | libsodium |
| `src/mid` | `M` | the middle | low, libdex |
| `src/high` | `H` | the top | mid |
"""


def run(script, files):
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        for name, text in {"ARCHITECTURE.md": TABLE, **files}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        (root / "src").mkdir(exist_ok=True)
        return subprocess.run(
            [sys.executable, SOURCE / "build-aux" / script, root], capture_output=True, text=True, check=False
        )


GOOD = {
    "src/low/low.h": "#include <glib.h>\n#include <sodium.h>\n",
    "src/mid/mid.h": '#include "low.h"\n#include <libdex.h>\n',
    "src/mid/mid.c": '#include "mid.h"\n#include <string.h>\n#include <sys/epoll.h>\n#include "mid-resources.h"\n',
    "src/high/high.c": '#include "mid.h"\n',
}

# What is added to the good tree, and the words of the refusal.
REFUSED = {
    "upward": ({"src/low/low.c": '#include "mid.h"\n'}, "src/low may not use src/mid"),
    "upward, in angle brackets": ({"src/low/low.c": "#  include <mid.h>\n"}, "src/low may not use src/mid"),
    "past the neighbour": ({"src/high/high.c": '#include "low.h"\n'}, "src/high may not use src/low"),
    "a path to another layer": ({"src/low/low.c": '#include "../mid/mid.h"\n'}, "src/low may not use src/mid"),
    "a library of another layer": ({"src/mid/mid.c": "#include <sodium.h>\n"}, "src/mid may not use libsodium"),
    "an unknown library": ({"src/mid/mid.c": "#include <curl/curl.h>\n"}, "neither in this project nor"),
    "a header that is nowhere": ({"src/mid/mid.c": '#include "gone.h"\n'}, "neither in this project nor"),
    "a folder without a row": ({"src/attic/a.c": "#include <glib.h>\n"}, "no row for this folder"),
    "two headers of one name": ({"src/high/low.h": "\n"}, "more than one header"),
    "a row with an unknown word": (
        {"ARCHITECTURE.md": TABLE.replace("libdex", "libfoo")},
        "neither a layer nor a known library",
    ),
    "rows in a circle": ({"ARCHITECTURE.md": TABLE.replace("libsodium", "libsodium, high")}, "uses itself"),
    "no table": ({"ARCHITECTURE.md": "# Nothing\n"}, "has no table of layers"),
}


def cases():
    result = run("check-layers.py", GOOD)
    yield "layers: a tree as the table has it passes", result.returncode == 0, result
    for name, (files, words) in REFUSED.items():
        result = run("check-layers.py", {**GOOD, **files})
        yield f"layers: {name} is refused", result.returncode == 1 and words in result.stderr, result
    result = run("check-sizes.py", {"src/a.c": "\n" * 1000})
    yield "sizes: 1,000 lines pass", result.returncode == 0, result
    result = run("check-sizes.py", {"src/a.c": "\n" * 1001})
    yield "sizes: 1,001 lines are refused", result.returncode == 1 and "src/a.c: 1001 lines" in result.stderr, result


# What a benchmark may print, and what is wrong with the rest.
FIGURE = {"bench": "message", "case": "n=1000 window=1 cpu", "figure": 2.4, "unit": "us", "reference": 2.4, "ratio": 1.0}
FIGURES = {
    "a whole line": (FIGURE, None),
    "without a reference": ({**FIGURE, "reference": None, "ratio": None}, None),
    "a reference without its ratio": ({**FIGURE, "ratio": None}, "a reference without a ratio"),
    "a figure in words": ({**FIGURE, "figure": "2.4"}, "not a number"),
    "a case that does not say what is measured": ({**FIGURE, "case": "n=1000"}, "does not end in what is measured"),
    "a key too many": ({**FIGURE, "note": ""}, "not exactly the keys"),
    "a key too few": ({"bench": "message"}, "not exactly the keys"),
    "a list": ([FIGURE], "not exactly the keys"),
}


def figures():
    specification = importlib.util.spec_from_file_location("bench_runner", SOURCE / "build-aux" / "bench-runner.py")
    runner = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(runner)
    for name, (figure, words) in FIGURES.items():
        problem = runner.judge(json.dumps(figure))
        yield f"bench: {name}", problem is None if words is None else words in (problem or ""), problem
    yield "bench: no JSON", runner.judge("2.4 us") == "is not JSON", runner.judge("2.4 us")


def main():
    count = failed = 0
    for count, (name, passed, result) in enumerate((*cases(), *figures()), 1):
        print(f"{'ok' if passed else 'not ok'} {count} - {name}")
        if not passed:
            failed += 1
            said = f"status {result.returncode}\n{result.stdout}{result.stderr}" if hasattr(result, "stdout") else str(result)
            for line in said.splitlines():
                print(f"# {line}")
    print(f"1..{count}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
