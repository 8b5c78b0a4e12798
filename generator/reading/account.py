"""The account of a file: every non-blank line is in exactly one note's span or in one skipped range that says why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from generator.model import Note, Parsed, Skipped, Span
from generator.reading.intake import Text

UNEXPLAINED = "text outside any question"
# What leaves no block in the tree, although its line isn't blank.
_TRACELESS = (
    ("link definition", re.compile(r"[\s>]*\[[^\]]+\]:")),
    ("white space", re.compile(r"[\s>\ufeff]*$")),
)
_NOTE = ""


def balanced(text: Text, parsed: Parsed) -> Parsed:
    """`parsed` with its account made whole: overlaps cut, gaps filled, blank lines at the edges of ranges left out.

    A dialect says what it knows (title, topic, link back, …); this function guarantees the sum.
    """
    ordered = sorted(parsed.notes, key=lambda note: note.span)
    notes = tuple(_ending_before(note, following) for note, following in pairwise([*ordered, None]) if note is not None)
    owner: list[str | None] = [None] * (text.count + 1)
    for skipped in parsed.skipped:
        _claim(owner, skipped.span, skipped.why)
    _claim(owner, Span(text.name, 1, text.front_lines), "front matter")
    for number in text.wrapping:
        _claim(owner, Span(text.name, number, number), "code fence")
    for note in notes:
        _claim(owner, note.span, _NOTE, over=True)
    _explain(owner, text)
    return replace(parsed, notes=notes, skipped=tuple(_ranges(text, owner)))


def _ending_before(note: Note, following: Note | None) -> Note:
    if following is None or note.span.end_line < following.span.line:
        return note
    end = max(note.span.line, following.span.line - 1)
    return replace(note, span=note.span._replace(end_line=end))


def _claim(owner: list[str | None], span: Span, why: str, over: bool = False) -> None:
    """The lines of the span get their reason; `over` takes lines that have one already."""
    for line in range(span.line, min(span.end_line, len(owner) - 1) + 1):
        if over or owner[line] is None:
            owner[line] = why


def _explain(owner: list[str | None], text: Text) -> None:
    """A reason for each line that nobody claimed."""
    if all(owner[number] is not None for number in text.filled):
        return
    written = dict(zip(reversed(text.origin), reversed(text.lines), strict=True))
    for number in text.filled:
        if owner[number] is None:
            owner[number] = next((why for why, shape in _TRACELESS if shape.match(written[number])), UNEXPLAINED)


def _ranges(text: Text, owner: list[str | None]) -> Iterable[Skipped]:
    """Runs of lines skipped for one reason, as ranges from and to a line that isn't blank."""
    start = end = 0
    why = _NOTE
    for line in text.filled:
        reason = owner[line] or _NOTE
        if start and reason != why:
            yield Skipped(Span(text.name, start, end), why)
            start = 0
        if reason:
            start, end, why = start or line, line, reason
    if start:
        yield Skipped(Span(text.name, start, end), why)
