"""Which dialect reads a file, and which of its parts another one: each scores on the notes that it would make.

A file that holds cards of one flashcard program is read as that program's. Else the dialect whose notes weigh most
reads the file, and another one a part of it (what stands under a heading) where the first finds nothing, or much less.
What neither of them took goes to whoever is sure of it. A runner-up that reads nearly as much otherwise is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from generator.model import Kind, Problem, Severity, Skipped
from generator.reading.dialects import DIALECTS, Dialect
from generator.reading.document import Document
from generator.reading.notes import Found, Reading

# Another dialect reads a part if its notes weigh so much more than those of the file's own; and at least this much.
_TWICE = 2.0
_LEAST = 1.0
# A runner-up is told when its notes weigh this share of the best ones, and most of them are other notes.
_NEARLY = 0.7
_SAME = 0.5


@dataclass(frozen=True, slots=True)
class _Read:
    """A dialect and what it makes of the file."""

    dialect: Dialect
    reading: Reading

    def weight(self, area: _Area) -> float:
        """What its notes weigh that lie in these lines as a whole."""
        return sum(one.weight for one in self.reading.found if area.holds(one))


@dataclass(frozen=True, slots=True)
class _Area:
    """Lines of the file, both ends included: a part with the parts in it."""

    first: int
    last: int
    parts: list[_Area] = field(default_factory=list)

    def holds(self, found: Found) -> bool:
        """Whether all of a note lies in it."""
        return self.first <= found.note.span.line and found.note.span.end_line <= self.last

    def has(self, line: int) -> bool:
        """Whether a line lies in it."""
        return self.first <= line <= self.last

    def cuts(self, found: Found) -> bool:
        """Whether a note reaches over its edge."""
        span = found.note.span
        return span.line <= self.last and span.end_line >= self.first and not self.holds(found)


def read(doc: Document) -> Reading:
    """The notes of a file, by the dialect that its author names or by those that find most."""
    named = next((dialect for dialect in DIALECTS if dialect.name == doc.dialect), None)
    if named:
        return named.read(doc)
    doubts = [_unknown_dialect(doc)] if doc.dialect else []
    every = [_Read(dialect, dialect.read(doc)) for dialect in DIALECTS if dialect.is_possible(doc)]
    whole = _Area(1, doc.text.count, _parts(doc))
    best = _best([one for one in every if one.dialect.tool], whole)
    if best is not None:
        return _together([(whole, best)], doubts)
    every = [one for one in every if not one.dialect.tool]
    best = _best(every, whole)
    if best is None:
        return _with_doubts(every[0].reading if every else Reading(), doubts)
    shares = [*_shared(whole, best, every)]
    return _filled(_together(shares, [*doubts, *_rivals(doc, every, best, whole)]), every)


def _best(every: Sequence[_Read], area: _Area) -> _Read | None:
    """The dialect whose notes weigh most, of equals the first in the list; None where there are no notes."""
    weights = [one.weight(area) for one in every]
    most = max(weights, default=0.0)
    return every[weights.index(most)] if most else None


def _with_doubts(reading: Reading, doubts: Sequence[Problem]) -> Reading:
    return reading._replace(problems=(*doubts, *reading.problems))


# --- part by part ---------------------------------------------------------------------------------------------------


def _parts(doc: Document) -> list[_Area]:
    """What stands before the first heading, and under each of the headings that no other one is above."""
    headings = [(doc.line(node.start), node.level) for node in doc.tree.children if node.kind is Kind.HEADING]
    return _nested(headings, 1, doc.text.count)


def _nested(headings: Sequence[tuple[int, int]], first: int, last: int) -> list[_Area]:
    """The lines from `first` to `last` cut at the shallowest of the headings in them, and these parts cut again."""
    if not headings:
        return []
    top = min(level for _, level in headings)
    cuts = [place for place, (_, level) in enumerate(headings) if level == top]
    begins = [headings[place][0] for place in cuts]
    found = []
    if first < begins[0]:
        found.append(_Area(first, begins[0] - 1, _nested(headings[: cuts[0]], first, begins[0] - 1)))
    for index, place in enumerate(cuts):
        end = begins[index + 1] - 1 if index + 1 < len(cuts) else last
        until = cuts[index + 1] if index + 1 < len(cuts) else len(headings)
        below = headings[place + 1 : until]
        inner = _nested(below, begins[index], end)
        found.append(_Area(begins[index], end, inner))
    return found


def _shared(area: _Area, current: _Read, every: Sequence[_Read]) -> Iterator[tuple[_Area, _Read]]:
    """The area cut into those that one dialect reads each. A part is not taken out of a note."""
    if not area.parts:
        yield area, current
        return
    for part in area.parts:
        own = current.weight(part)
        other = _best([one for one in every if one is not current], part)
        more = other.weight(part) if other else 0.0
        torn = any(part.cuts(found) for found in current.reading.found)
        if other and not torn and more >= max(_LEAST, _TWICE * own + (_LEAST if own else 0.0)):
            yield from _shared(part, other, every)
        else:
            yield from _shared(part, current, every)


def _together(shares: Sequence[tuple[_Area, _Read]], doubts: Sequence[Problem]) -> Reading:
    """One reading of what each dialect makes of its own parts."""
    if len({one.dialect.name for _, one in shares}) == 1:
        return _with_doubts(shares[0][1].reading, doubts)
    areas: dict[str, list[_Area]] = {}
    readings = {one.dialect.name: one.reading for _, one in shares}
    for area, one in shares:
        areas.setdefault(one.dialect.name, []).append(area)
    found: list[Found] = []
    skipped: list[Skipped] = []
    problems = [*doubts]
    for name, own in areas.items():
        whole = _joined(own)
        reading = readings[name]
        found += [one for one in reading.found if any(area.holds(one) for area in whole)]
        skipped += [part for part in reading.skipped if any(area.has(part.span.line) for area in whole)]
        problems += [problem for problem in reading.problems if any(area.has(problem.line) for area in whole)]
    title = next((reading.title for reading in readings.values() if reading.title), "")
    return Reading(tuple(found), tuple(skipped), tuple(problems), title)


def _joined(areas: Sequence[_Area]) -> list[_Area]:
    """Neighbouring areas as one: a note may go on from one to the next."""
    whole: list[_Area] = []
    for area in sorted(areas, key=lambda one: one.first):
        if whole and whole[-1].last + 1 >= area.first:
            whole[-1] = _Area(whole[-1].first, max(whole[-1].last, area.last))
        else:
            whole.append(_Area(area.first, area.last))
    return whole


def _filled(reading: Reading, every: Sequence[_Read]) -> Reading:
    """The reading with the sure notes that others find where it has none."""
    taken = [(one.note.span.line, one.note.span.end_line) for one in reading.found]
    more: list[Found] = []
    for one in sorted(every, key=lambda one: -sum(found.weight for found in one.reading.found)):
        free = [
            found
            for found in one.reading.found
            if found.weight >= 1.0
            and found.note.answered
            and not any(start <= found.note.span.end_line and found.note.span.line <= end for start, end in taken)
        ]
        more += free
        taken += [(found.note.span.line, found.note.span.end_line) for found in free]
    return reading._replace(found=(*reading.found, *more)) if more else reading


# --- doubts ---------------------------------------------------------------------------------------------------------


def _unknown_dialect(doc: Document) -> Problem:
    names = ", ".join(dialect.name for dialect in DIALECTS)
    message = f"there is no dialect `{doc.dialect}`"
    return Problem(Severity.WARNING, "unknown-dialect", doc.name, 1, 1, message, f"the dialects are: {names}")


def _rivals(doc: Document, every: Sequence[_Read], best: _Read, whole: _Area) -> Iterator[Problem]:
    """A problem where another dialect finds nearly as much, and mostly other notes."""
    most = best.weight(whole)
    lines = {found.note.span.line for found in best.reading.found}
    for one in every:
        found = one.reading.found
        same = sum(bool({note.span.line - 1, note.span.line, note.span.line + 1} & lines) for note, _ in found)
        if one is not best and found and one.weight(whole) >= _NEARLY * most and same < _SAME * len(found):
            mine, theirs = len(best.reading.found), len(found)
            message = (
                f"this file is read as `{best.dialect.name}` ({mine} notes); as `{one.dialect.name}` it has {theirs}"
            )
            hint = f"if that is meant, say so at the top: ---, dialect: {one.dialect.name}, ---"
            yield Problem(Severity.NOTICE, "dialect-doubtful", doc.name, 1, 1, message, hint)
            return
