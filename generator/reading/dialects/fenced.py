"""Labelled questions in code fences: a file that is one fence from end to end, or labels nothing outside of them.

What a fence holds is read as if it stood there without it. A fence among prose shows how something is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from generator.model import Skipped, Span
from generator.reading import labels, notes, spacing
from generator.reading.dialects import prefixes
from generator.reading.document import Document, prepared
from generator.reading.excerpts import Line, Lines
from generator.reading.notes import Reading
from generator.reading.writing import Entry

NAME = "fenced"
# A fence that names another language holds code.
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>(?:text|txt|plain|plaintext|md|markdown)?)[ \t]*")
_NO_PROSE = re.compile(r" {0,3}(?:#{1,6}(?:[ \t].*)?|(?:[-*_][ \t]*){3,}|<!--.*-->\s*)")
# So many lines of prose may stand outside the fences for each line within.
_MOST_PROSE = 0.2
_FEWEST = 2


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return b"```" in doc.data or b"~~~" in doc.data


def read(doc: Document) -> Reading:
    """The notes of a file whose questions stand in code fences."""
    lines = Lines(doc).all
    fences = tuple(_fences(lines))
    held = {number for fence in fences for number in range(fence.first.number, fence.last.number + 1)}
    outside = [line for line in lines if not line.blank and line.number not in held]
    prose = [line for line in outside if not _NO_PROSE.fullmatch(line.text)]
    if not fences or len(prose) > _MOST_PROSE * len(held) or any(mark.ask for mark in labels.found(prose).values()):
        return Reading()
    inside = prefixes.read(_opened(doc, fences))
    if outside and sum(found.note.answered for found in inside.found) < _FEWEST:
        return Reading()
    if not inside.found:
        return Reading()
    edges = (line for fence in fences for line in fence if _EDGE.match(line.text))
    gone = tuple(Skipped(Span(doc.name, line.number, line.number), "code fence") for line in edges)
    guessed = tuple(found._replace(weight=min(found.weight, notes.GUESS)) for found in inside.found)
    return inside._replace(found=guessed if prose else inside.found, skipped=(*gone, *inside.skipped))


class _Fence(NamedTuple):
    """The first and the last line of a code fence."""

    first: Line
    last: Line


def _fences(lines: Sequence[Line]) -> Iterator[_Fence]:
    """The fences of text in a file; one that is never closed ends with it."""
    fence, opening = "", None
    for line in lines:
        before, fence = fence, spacing.fence_after(fence, line.text)
        if fence and not before:
            opening = line if _FENCE.fullmatch(line.text) else None
        elif before and not fence and opening:
            yield _Fence(opening, line)
    if fence and opening:
        yield _Fence(opening, lines[-1])


def _opened(doc: Document, fences: Sequence[_Fence]) -> Document:
    """The file with rules in place of the fences' edges, each byte where it was."""
    edges = {line.number for fence in fences for line in fence}
    told = zip(doc.text.lines, doc.text.origin, strict=True)
    ruled = tuple(_rule(line) if number in edges and _EDGE.match(line) else line for line, number in told)
    return prepared(replace(doc.text, lines=ruled), doc.dialect, doc.deck_title)


_EDGE = re.compile(r" {0,3}(?:`{3,}|~{3,})")


def _rule(line: str) -> str:
    """A rule as many bytes long as the line that it stands for."""
    return "***".ljust(len(line.encode()))


# --- the other way ----------------------------------------------------------------------------------------------------


def write(title: str, entries: Sequence[Entry]) -> str:
    """The notes with labels, all in one code fence."""
    inside = prefixes.write(title, entries)
    longest = max((len(run) for run in re.findall(r"`+", inside)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{inside}{fence}\n"
