# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests came to."""

import collections
import re

FAILED_TAIL_LINES = 60

# What is said again of a failure at the very end, because who shows a log may show no more than that.
GIST_LINES = 16
GIST_COLUMNS = 240
# pytest's lines of what was wrong, and of where; those of a build.
PYTEST_CAUSE = re.compile(r"^E(?:  |$)")
PYTEST_PLACE = re.compile(r"^\S+\.py:\d+:(?: |$)")
BUILD_FAILED = re.compile(r"^(?:setup|compile) failed:")
BUILD_CAUSE = re.compile(r": (?:fatal )?error: |^FAILED: |^ERROR: | ERROR: |undefined reference")

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


def shortened(lines, most):
    """LINES, where they are more than MOST without those before the last few: a cause comes first, and what was seen
    instead, which may be a whole window, after it."""
    kept = most // 4
    return lines if len(lines) <= most else [*lines[: most - kept - 1], "…", *lines[len(lines) - kept :]]


def pytest_words(text):
    """What pytest says of a failure, with long causes cut short, so that the end has the places, too."""
    words, cause = [], []
    for line in [*text.splitlines(), ""]:
        if PYTEST_CAUSE.search(line):
            cause.append(line)
            continue
        words += [*shortened(cause, FAILED_TAIL_LINES // 2), line]
        cause = []
    return tail("\n".join(words), 2 * FAILED_TAIL_LINES)


def gist(words):
    """Of all that is said of a failure, the lines that say what was wrong and where: pytest and compilers mark them,
    others come first."""
    lines = [line.rstrip()[:GIST_COLUMNS] for line in words.splitlines() if line.strip()]
    if lines and BUILD_FAILED.search(lines[0]):
        return shortened([line for line in lines if BUILD_CAUSE.search(line)] or lines[-GIST_LINES:], GIST_LINES)
    causes = [line for line in lines if PYTEST_CAUSE.search(line)]
    if not causes:
        return lines[:GIST_LINES]
    places = [line for line in lines if PYTEST_PLACE.search(line)][-GIST_LINES // 2 :]
    return [*places, *shortened(causes, GIST_LINES - len(places))]
