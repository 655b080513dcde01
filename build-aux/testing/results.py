# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests came to."""

import collections

FAILED_TAIL_LINES = 60

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
