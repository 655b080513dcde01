# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech between two clients in homes of their own, on a network that loses packets, is narrow, or changes its address.

Two real engines with the product's own settings, each with a sound card of its own and a tone to say, a real server, and
network namespaces between them; what is heard is measured in what the sound cards recorded. Of the two ends each figure is
that of the worse one. It needs user namespaces, nft, tc and turnserver, and says so where they are missing. The reference
is the same call in the same run while nothing is lost.
"""

import json
import sys

from acceptance.hall import Hall, Room
from acceptance.listening import hear, interruptions, listen
from fixture import internet as module

LISTEN_S = 8
SETTLE_S = 2
KBIT = 64


def report(case, figure, unit, reference=None):
    ratio = round(figure / reference, 2) if reference else None
    line = {"bench": "network", "case": case, "figure": round(figure, 2), "unit": unit, "reference": reference if ratio is not None else None, "ratio": ratio}
    print(json.dumps(line), flush=True)


def listen_through(pair, what, reference=None):
    """Three figures of how much does not come as it was said."""
    results = listen(pair, LISTEN_S)
    unheard = 100 * (1 - min(each["heard"] for each in results))
    report(f"{what}, packets lost rate", 100 * max(each["lost"] for each in results), "%")
    report(f"{what}, sound made up rate", 100 * max(each["made up"] for each in results), "%")
    report(f"{what}, not heard rate", unheard, "%", reference)
    report(f"{what}, longest silence time", max((each["silences"] or [0])[0] for each in results), "ms")
    return round(unheard, 2)


def measure(room, internet):
    home = internet.homes[0]
    pair = ann, ben = room.peer(0, home), room.peer(1, internet.homes[1])
    for each in pair:
        each.joins(room.channel)
    ann.reaches(ben)
    ben.reaches(ann)
    hear(pair)
    reference = listen_through(pair, "0 % lost each way")
    for percent in (10, 20):
        home.lose(percent)
        listen(pair, SETTLE_S)
        listen_through(pair, f"{percent} % lost each way", reference)
    home.lose(0)
    home.narrow(KBIT)
    # It takes some seconds until longer frames are sent.
    listen(pair, 10)
    listen_through(pair, f"{KBIT} kbit/s each way", reference)
    home.narrow(None)
    listen(pair, SETTLE_S)
    report("the address changes, interruption time", max(interruptions(pair, home.change_address).values()), "ms")
    report("one more address comes, interruption time", max(interruptions(pair, home.add_address).values()), "ms")


def main():
    missing = module.lacks()
    if missing is not None:
        print(f"network: nothing can be measured here: {missing}", file=sys.stderr)
        return 1
    with module.Internet(translates=False) as internet:
        hall = Hall(None, internet)
        try:
            hall.start()
            room = Room(hall, ["ann", "ben"])
            try:
                measure(room, internet)
            finally:
                room.close()
        finally:
            hall.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
