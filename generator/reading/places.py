"""Where in a file's headings something stands: for the dialects in which headings do not ask, but group."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from generator.model import Kind, Node, Nodes, Skipped, Span
from generator.reading import furniture
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.notes import NOWHERE, Place

_OUTSIDE = "text outside any question"


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands under a heading, from its first byte on, up to the next heading."""

    start: int
    place: Place
    housekeeping: bool
    why: str
    contents: bool


class Places:
    """The headings of a file as topics. The first one is the title, if it is the only one of its level or above.

    `blocks` are those whose headings group, if not all do: a dialect that takes some for questions leaves these out.
    """

    def __init__(self, doc: Document, blocks: Nodes | None = None) -> None:
        self._doc = doc
        if blocks is None:
            self.title, self._parts = doc.once("places", lambda: _parted(doc, doc.tree.children))
            self._skipped: dict[tuple[int, int, str], Skipped] = doc.once("skipped", dict)
        else:
            self.title, self._parts = _parted(doc, blocks)
            self._skipped = {}
        self._starts = [part.start for part in self._parts]

    def of(self, offset: int) -> Place:
        """The topics above this byte."""
        part = self._part(offset)
        return part.place if part else NOWHERE

    def is_housekeeping(self, offset: int) -> bool:
        """Whether this byte stands in a part about the file: its contents, its licence."""
        part = self._part(offset)
        return part is not None and part.housekeeping

    def is_contents(self, offset: int) -> bool:
        """Whether this byte stands right under the heading of a table of contents."""
        part = self._part(offset)
        return part is not None and part.contents

    def _part(self, offset: int) -> _Part | None:
        index = bisect_right(self._starts, offset) - 1
        return self._parts[index] if index >= 0 else None

    def skipped_beside(self, taken: Iterable[Span], why: str = "") -> tuple[Skipped, ...]:
        """All blocks of the file that begin in none of these lines, each with its reason; a preface is before them."""
        taken = [*taken]
        first = min((span.line for span in taken), default=0)
        free = outside(self._doc, taken)
        count = bisect_left(free, first, key=lambda node: self._doc.line(node.start))
        return (*self.skipped(free[:count], why), *self.skipped(free[count:], why or _OUTSIDE))

    def skipped(self, blocks: Nodes, why: str = "") -> tuple[Skipped, ...]:
        """Blocks that are in no note, each with its reason: what it is as a heading or as furniture, else `why`."""
        return tuple(self._one_skipped(node, why) for node in blocks)

    def _one_skipped(self, node: Node, why: str) -> Skipped:
        key = (node.start, node.end, why)
        found = self._skipped.get(key)
        if found is None:
            found = self._skipped[key] = Skipped(self._doc.span((node,)), self._reason(node, why))
        return found

    def _reason(self, node: Node, why: str) -> str:
        part = self._part(node.start)
        if node.kind is Kind.HEADING and part:
            return part.why
        if part is not None and part.housekeeping:
            return "housekeeping section"
        return furniture.furniture(node) or why or (_OUTSIDE if part else "preface")


def _parted(doc: Document, blocks: Nodes) -> tuple[str, list[_Part]]:
    """A file's title, and what stands under each of the headings among its blocks."""
    headings = [node for node in blocks if node.kind is Kind.HEADING]
    title = ""
    parts: list[_Part] = []
    alone = bool(headings) and not any(node.level <= headings[0].level for node in headings[1:])
    above: list[tuple[int, str]] = []
    closed = 0
    for index, node in enumerate(headings):
        words = plain(node.children).strip(" :：.#")
        closed = closed if closed and node.level > closed else 0
        if index == 0 and alone and words and not furniture.is_housekeeping(words):
            title = words
            above = [(node.level, words)] if doc.title_is_topic(words) else []
            why = "topic" if above else "title"
        else:
            above = [(level, name) for level, name in above if level < node.level]
            if not closed and furniture.is_housekeeping(words) and not furniture.may_be_topic(words):
                closed = node.level
            if words and not closed:
                above.append((node.level, words))
            why = "housekeeping section" if closed else "topic"
        place = Place(tuple(name for _, name in above))
        parts.append(_Part(node.start, place, bool(closed), why, furniture.is_contents(words)))
    return title, parts


def outside(doc: Document, taken: Iterable[Span]) -> Nodes:
    """The blocks of a file that begin in none of these lines."""
    ordered = sorted(taken)
    begins = [span.line for span in ordered]
    free = []
    lines = doc.once("lines of blocks", lambda: [doc.line(node.start) for node in doc.tree.children])
    for node, line in zip(doc.tree.children, lines, strict=True):
        index = bisect_right(begins, line) - 1
        if index < 0 or ordered[index].end_line < line:
            free.append(node)
    return tuple(free)
