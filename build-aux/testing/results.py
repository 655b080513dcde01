# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests came to."""

import collections
import re

FAILED_TAIL_LINES = 60

# What is said again of a failure at the very end, because who shows a log may show no more than that.
GIST_LINES = 12
GIST_COLUMNS = 240
# pytest's lines of what was wrong, and of where.
PYTEST_CAUSE = re.compile(r"^E  |^\S+\.py:\d+: ")

Result = collections.namedtuple("Result", "suite name outcome words")


def counted(results):
    """'N passed, N failed', and ', N skipped' when there are any."""
    count = collections.Counter(result.outcome for result in results)
    words = f"{count['passed']} passed, {count['failed']} failed"
    return words + (f", {count['skipped']} skipped" if count["skipped"] else "")


def tail(text, lines=FAILED_TAIL_LINES):
    """The end of TEXT."""
    kept = text.splitlines()
    return "\n".join((["…"] if len(kept) > lines else []) + kept[-lines:])


def gist(words):
    """Of all that is said of a failure, the lines that say what was wrong: pytest marks them, others come first."""
    lines = [line.rstrip()[:GIST_COLUMNS] for line in words.splitlines() if line.strip()]
    return [line for line in lines if PYTEST_CAUSE.search(line)][-GIST_LINES:] or lines[:GIST_LINES]
