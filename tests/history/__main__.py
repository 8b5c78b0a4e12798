"""`make bench-history`: at least 10,000 edits, and what became of every review."""

from __future__ import annotations

import argparse
import os
import sys
import time
from multiprocessing import get_context

from tests.history import table
from tests.history.edits import DECKS
from tests.history.life import Task, lives
from tests.history.rivals import RIVALS

PER_WORLD = 100


def main() -> int:
    """Run as many lives as it takes, print the table; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="bench-history", description=__doc__)
    parser.add_argument("--edits", type=int, default=10_000, help="how many edits in all")
    parser.add_argument("--seed", default="1", help="another seed, other decks and edits")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="how many processes")
    parser.add_argument("--world", type=int, help="only this deck of the many")
    parser.add_argument(
        "--decks", choices=sorted(DECKS), default="made", help="made up, or real ones edited by templates"
    )
    parser.add_argument("--only", default="", help="only kinds of edits with this in their name")
    parser.add_argument("--ours", action="store_true", help="leave the other tools out")
    parser.add_argument(
        "--show", nargs="?", const="", help="list failures with both texts: all, or those with this in what they are"
    )
    said = parser.parse_args()
    count = max(1, -(-said.edits // PER_WORLD))
    numbers = [said.world] if said.world is not None else list(range(count))
    tools = () if said.ours else tuple(RIVALS)
    tasks = [Task(f"{said.seed}/{n}", min(PER_WORLD, said.edits), said.only, tools, said.decks) for n in numbers]
    start, reports = time.monotonic(), []
    with get_context("spawn").Pool(said.jobs, maxtasksperchild=10) as pool:
        for done, report in enumerate(pool.imap(lives, tasks), 1):
            reports.append(report)
            print(f"\r{done} of {len(tasks)} decks, {time.monotonic() - start:.0f} s", end="", file=sys.stderr)
    print(file=sys.stderr)
    whole = table.joined(reports)
    if said.show is not None:
        shown = [failure for failure in whole.failures if said.show in f"{failure.kind}: {failure.what}"]
        print("\n".join(table.failures(shown)), end="\n\n")
    print("\n".join([*table.lines(whole), "", table.RECOGNISABLE]))
    return int(any(table.is_broken(tally) for tally in whole.tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
