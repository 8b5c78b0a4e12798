"""The account of a file: every non-blank line is in exactly one note's span or in one skipped range that says why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from generator.model import Note, Parsed, Skipped, Span
from generator.reading.intake import Text

UNEXPLAINED = "text outside any question"


def balanced(text: Text, parsed: Parsed, origin_lines: int) -> Parsed:
    """`parsed` with its account made whole: overlaps cut, gaps filled, blank lines at the edges of ranges left out.

    A dialect says what it knows (title, topic, link back, …); this function guarantees the sum. `origin_lines` is the
    number of lines of the file.
    """
    blank = _blank_lines(text, origin_lines)
    owner: list[str | None] = [None] * (origin_lines + 1)
    notes = sorted(parsed.notes, key=lambda note: note.span)
    notes = [_ending_before(note, following) for note, following in pairwise([*notes, None]) if note is not None]
    for note in notes:
        for line in range(note.span.line, min(note.span.end_line, origin_lines) + 1):
            owner[line] = ""
    for line in range(1, text.front_lines + 1):
        owner[line] = owner[line] if owner[line] == "" else "front matter"
    for skipped in parsed.skipped:
        for line in range(skipped.span.line, min(skipped.span.end_line, origin_lines) + 1):
            owner[line] = skipped.why if owner[line] is None else owner[line]
    skipped_ranges = _ranges(text.name, owner, blank, origin_lines)
    return replace(parsed, notes=tuple(notes), skipped=tuple(skipped_ranges))


def _ending_before(note: Note, following: Note | None) -> Note:
    if following is None or note.span.end_line < following.span.line:
        return note
    end = max(note.span.line, following.span.line - 1)
    return replace(note, span=replace(note.span, end_line=end))


def _blank_lines(text: Text, count: int) -> list[bool]:
    """For each 1-based line whether it is blank in the file itself (front matter is not)."""
    blank = [True] * (count + 1)
    for line, number in zip(text.lines, text.origin, strict=True):
        if line.strip("\ufeff\0 \t") and number <= count:
            blank[number] = False
    for number in range(1, min(text.front_lines, count) + 1):
        blank[number] = False
    return blank


def _ranges(name: str, owner: list[str | None], blank: list[bool], count: int) -> Iterable[Skipped]:
    """Runs of lines skipped for one reason, as ranges from and to a line that isn't blank."""
    start = end = 0
    why = ""
    for line in range(1, count + 1):
        if blank[line]:
            continue
        reason = owner[line] if owner[line] is not None else UNEXPLAINED
        if start and reason != why:
            yield Skipped(Span(name, start, end), why)
            start = 0
        if reason:
            start, end, why = start or line, line, reason
    if start:
        yield Skipped(Span(name, start, end), why)
