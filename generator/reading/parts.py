"""Which dialect reads a file, and which of its parts another one: each scores on the notes that it would make.

A file that holds cards of one flashcard program is read as that program's. Else the dialect whose notes weigh most
reads the file, and another one a part of it (what stands under a heading) where the first finds nothing, or much less.
What neither of them took goes to whoever is sure of it. A runner-up that reads nearly as much otherwise is told.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from generator.model import Kind, Problem, Severity, Span
from generator.reading.dialects import DIALECTS, Dialect
from generator.reading.document import Document
from generator.reading.notes import GUESS, Found, Reading
from generator.reading.places import Places

# Another dialect reads a part if its notes weigh so much more than those of the file's own; and at least this much.
_TWICE = 2.0
_LEAST = 1.0
# So many lines between a heading and the first question below it may introduce that; more of them tell something.
_LONGEST_LEAD = 5
# From this weight on a dialect is sure of a note; less is a guess, or a question alone.
_SURE = 0.9
# A runner-up is told when its notes weigh this share of the best ones, and most of them are other notes.
_NEARLY = 0.7
_SAME = 0.5


class _Read:
    """A dialect and what it makes of the file; its notes lie beside one another."""

    def __init__(self, dialect: Dialect, reading: Reading) -> None:
        self.dialect, self.reading = dialect, reading
        ordered = sorted(reading.found, key=lambda found: found.note.span)
        self._begins = [found.note.span.line for found in ordered]
        self._ends = [found.note.span.end_line for found in ordered]
        self._sums = [0.0, *accumulate(found.weight for found in ordered)]

    @property
    def answers(self) -> bool:
        """Whether any of its notes has an answer."""
        return any(found.note.answered for found in self.reading.found)

    def weight(self, area: _Area) -> float:
        """What its notes weigh that lie in these lines as a whole."""
        first, after = bisect_left(self._begins, area.first), bisect_right(self._begins, area.last)
        while after > first and self._ends[after - 1] > area.last:
            after -= 1
        return self._sums[after] - self._sums[first]

    def is_cut_by(self, area: _Area) -> bool:
        """Whether one of its notes reaches over an edge of these lines."""
        first, after = bisect_left(self._begins, area.first), bisect_right(self._begins, area.last)
        before = first > 0 and self._ends[first - 1] >= area.first
        return before or (after > first and self._ends[after - 1] > area.last)

    def answers_before(self, area: _Area, other: _Read) -> bool:
        """Whether these lines are one note of its own, whose answer has begun before `other` finds anything there."""
        own, first = bisect_left(self._begins, area.first), bisect_left(other._begins, area.first)
        if own == len(self._begins) or first == len(other._begins) or self._begins[own] != area.first:
            return False
        return self._ends[own] >= other._ends[first] and other._begins[first] - area.first > _LONGEST_LEAD

    def holds(self, span: Span) -> bool:
        """Whether one of its notes holds these lines, and more than them."""
        index = bisect_right(self._begins, span.line) - 1
        if index < 0 or self._ends[index] < span.end_line:
            return False
        return (self._begins[index], self._ends[index]) != (span.line, span.end_line)

    def not_across(self, other: _Read) -> _Read:
        """Its reading without the notes that begin in a note of `other` and end behind it, or the other way round."""
        kept = tuple(found for found in self.reading.found if not other.crosses(found.note.span))
        return self if len(kept) == len(self.reading.found) else _Read(self.dialect, self.reading._replace(found=kept))

    def crosses(self, span: Span) -> bool:
        """Whether one of its notes begins in these lines and ends behind them, or the other way round."""
        return self.is_cut_by(_Area(span.line, span.end_line)) and not self.holds(span)

    def is_free(self, span: Span) -> bool:
        """Whether none of its notes lies in these lines."""
        after = bisect_right(self._begins, span.end_line)
        return after == 0 or self._ends[after - 1] < span.line


@dataclass(frozen=True, slots=True)
class _Area:
    """Lines of the file, both ends included: a part with the parts in it."""

    first: int
    last: int
    parts: list[_Area] = field(default_factory=list)


def read(doc: Document) -> Reading:
    """The notes of a file, by the dialect that its author names or by those that find most."""
    named = next((dialect for dialect in DIALECTS if dialect.name == doc.dialect), None)
    if named:
        return named.read(doc)
    doubts = [_unknown_dialect(doc)] if doc.dialect else []
    whole = _Area(1, doc.text.count, _parts(doc))
    best = _best(_readings(doc, tool=True), whole)
    if best is not None:
        return _with_doubts(best.reading, doubts)
    every = _without_guesses(_readings(doc, tool=False))
    best = _best(every, whole)
    if best is None:
        return _with_doubts(_of_nothing(doc, every), doubts)
    if best.answers:
        every = _without_contents(every)
    shares = [*_shared(whole, best, every)]
    return _filled(_together(shares, doc.text.count, [*doubts, *_rivals(doc, every, best, whole)]), every)


def _of_nothing(doc: Document, every: Sequence[_Read]) -> Reading:
    """What a dialect says of a file in which none finds a note; where none says anything, what its blocks are."""
    said = next((one.reading for one in every if one.reading.skipped or one.reading.problems), None)
    places = Places(doc)
    return said or Reading(skipped=places.skipped_beside(()), title=places.title)


def _readings(doc: Document, tool: bool) -> list[_Read]:
    """What the dialects make of a file; `tool` says whether those of flashcard programs, or the others."""
    return [_Read(one, one.read(doc)) for one in DIALECTS if one.tool is tool and one.is_possible(doc)]


def _without_guesses(every: Sequence[_Read]) -> list[_Read]:
    """The readings without what one of them guesses to be a note, where another is sure that it is a part of one."""
    sure = [_Read(one.dialect, Reading(tuple(f for f in one.reading.found if f.weight >= _SURE))) for one in every]
    kept = []
    for one in every:
        own = next(other for other in sure if other.dialect is one.dialect)
        others = [other.not_across(own) for other in sure if other.dialect is not one.dialect]
        found = tuple(
            note
            for note in one.reading.found
            if note.weight >= _SURE or not any(other.holds(note.note.span) for other in others)
        )
        kept.append(_Read(one.dialect, one.reading._replace(found=found)))
    return kept


def _without_contents(every: Sequence[_Read]) -> list[_Read]:
    """The readings of a file that has answers: questions alone are kept where they are announced as such.

    Others, and those that the file answers elsewhere, are a list of what follows.
    """
    asked = {_letters(found) for one in every if one.answers for found in one.reading.found}
    kept = []
    for one in every:
        alone = [found for found in one.reading.found if found.weight >= GUESS]
        new = tuple(found for found in alone if _letters(found) not in asked)
        if one.answers:
            kept.append(one)
        elif len(new) * 2 > len(alone):
            kept.append(_Read(one.dialect, one.reading._replace(found=new)))
    return kept


def _letters(found: Found) -> str:
    return "".join(filter(str.isalnum, found.note.question_text)).casefold()


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
    if not area.parts or len(every) == 1:
        yield area, current
        return
    for part in area.parts:
        own = current.weight(part)
        other = _best([one for one in every if one is not current], part)
        more = other.weight(part) if other else 0.0
        if other and more >= max(_LEAST, _TWICE * own + (_LEAST if own else 0.0)) and not current.is_cut_by(part):
            yield from _shared(part, current if current.answers_before(part, other) else other, every)
        else:
            yield from _shared(part, current, every)


def _together(shares: Sequence[tuple[_Area, _Read]], count: int, doubts: Sequence[Problem]) -> Reading:
    """One reading of what each dialect makes of its own parts; `count` is how many lines the file has."""
    readers = list(dict.fromkeys(one for _, one in shares))
    if len(readers) == 1:
        return _with_doubts(readers[0].reading, doubts)
    runs: list[_Read] = []  # neighbouring parts of one dialect are one run: a note may go on from one to the next
    run_of = [-1] * (count + 1)
    for area, one in shares:
        if not runs or runs[-1] is not one:
            runs.append(one)
        run_of[area.first : area.last + 1] = [len(runs) - 1] * (area.last + 1 - area.first)

    def owns(one: _Read, span: Span) -> bool:
        return runs[run_of[span.line]] is one and run_of[span.line] == run_of[span.end_line]

    return Reading(
        tuple(found for one in readers for found in one.reading.found if owns(one, found.note.span)),
        tuple(part for one in readers for part in one.reading.skipped if runs[run_of[part.span.line]] is one),
        (*doubts, *(p for one in readers for p in one.reading.problems if runs[run_of[p.line]] is one)),
        next((one.reading.title for one in readers if one.reading.title), ""),
    )


def _filled(reading: Reading, every: Sequence[_Read]) -> Reading:
    """The reading with the sure notes that others find where it has none."""
    for one in sorted(every, key=lambda one: -sum(found.weight for found in one.reading.found)):
        taken = _Read(one.dialect, reading)
        sure = (found for found in one.reading.found if found.weight >= _LEAST and found.note.answered)
        more = tuple(found for found in sure if taken.is_free(found.note.span))
        if more:
            reading = reading._replace(found=(*reading.found, *more))
    return reading


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
