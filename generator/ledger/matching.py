"""Which note of the source is which line of the ledger, so that a note keeps its identity through every edit.

A note finds its line by, in this order: the id that its author pinned it with; all its content; its question, in the
same file and then elsewhere; its answer, where that is long and nobody else's; and at last by likeness of question,
answer and neighbours, in an optimal pairing, only above a threshold and by a margin. A line that could be meant but is
not sure is a doubt: it is told, never guessed. Lines that were retired before come back only as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from generator.ledger.exact import Doubt, Line, Table, pair_exactly


@dataclass(frozen=True, slots=True)
class Matches:
    """For each new note the place of its old line, or None; and what could not be decided.

    `turned` are new notes that seem to be an old line of the other note type, `taken` pairs of new notes: the first has
    by its pin the line that the second would have had.
    """

    found: tuple[int | None, ...]
    doubts: tuple[Doubt, ...] = ()
    turned: tuple[Doubt, ...] = ()
    taken: tuple[tuple[int, int], ...] = ()


def match(old: Sequence[Line], new: Sequence[Line]) -> Matches:
    """Pair the notes of the source with the lines of the ledger, which stand in the order of the last source.

    Several old lines may have one id (branches that were merged); one of them at most is found.
    """
    found = _matched(old, new)
    claims = {
        line: place
        for place, line in enumerate(found.found)
        if line is not None and new[place].pin and new[place].question != old[line].question
    }
    if not claims:
        return found
    without = _matched(old, [line._replace(pin="") for line in new])
    owners = ((claims.get(line), place) for place, line in enumerate(without.found) if line is not None)
    taken = tuple((by, place) for by, place in owners if by is not None and by != place)
    return replace(found, taken=taken)


def _matched(old: Sequence[Line], new: Sequence[Line]) -> Matches:
    table = Table(old, new)
    pair_exactly(table)
    if table.is_settled():
        return Matches(tuple(table.found))
    from generator.ledger import resembling  # with the library for it, which most builds have no need of

    doubts = resembling.pair(table)
    return Matches(tuple(table.found), doubts, resembling.turned(table))
