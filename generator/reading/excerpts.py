"""Parts of lines read as Markdown by themselves, for dialects in which a line, not a block, says what a card is.

An excerpt is put together from pieces of lines (`Q: ` cut off, an indentation taken away) and parsed on its own. Each
node knows where in the file it stands, as the nodes of the file's own tree do.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from generator.model import Kind, Node, Nodes, Span
from generator.reading import edits, highlights, protection, spacing
from generator.reading.document import Document
from generator.reading.edits import Edits

_DEFINITION = re.compile(r" {0,3}\[(?!\^)[^\]]+\]:\s*\S")
# What CommonMark takes for a list or a heading with nothing in it: `27.`, `#`.
_NOTHING_BUT_MARK = re.compile(r" {0,3}(?:\d{1,9}[.)]|[-+*]|#{1,6}|>)\s*")
_COMMENT = re.compile(r" {0,3}<!--")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")
_REFERENCE = re.compile(r"\](?!\()")


class Line(NamedTuple):
    """A line of the text that is parsed: its bytes from `start` to `end`, without the line break.

    `number` is that of the file's line. `code` says that it is in a code fence or in a comment of several lines, or
    opens or closes one: nothing that stands there marks a card.
    """

    number: int
    start: int
    end: int
    text: str
    code: bool

    @property
    def blank(self) -> bool:
        """Whether nothing stands on it."""
        return not self.text.strip()

    def after(self, characters: int) -> tuple[int, int]:
        """The piece of it behind so many characters."""
        return self.start + len(self.text[:characters].encode()), self.end

    @property
    def whole(self) -> tuple[int, int]:
        """All of it, as a piece."""
        return self.start, self.end

    def between(self, first: int, last: int) -> tuple[int, int]:
        """The piece of it between two places, in characters."""
        return self.start + len(self.text[:first].encode()), self.start + len(self.text[:last].encode())


Piece = tuple[int, int]


class Excerpt(NamedTuple):
    """Markdown that was taken out of a file: its blocks, and the text that they were parsed from."""

    nodes: Nodes
    source: str


NOTHING = Excerpt((), "")


def _lines(doc: Document) -> list[Line]:
    """The lines of a file, each with whether it is one of code, or of a comment over several lines."""
    fence, comment = "", False
    last = max((place for place, text in enumerate(doc.text.lines) if "-->" in text), default=0)
    found: list[Line] = []
    for text, start, number in zip(doc.text.lines, doc.starts, doc.text.origin, strict=True):
        inside = bool(fence) or comment
        if comment:
            comment = "-->" not in text
        elif "```" in text or "~~~" in text:
            fence = spacing.fence_after(fence, text)
        elif not fence and _COMMENT.match(text) and "-->" not in text:
            comment = len(found) < last
        code = inside or bool(fence) or comment
        found.append(Line(number, start, start + len(text.encode()), text, code))
    return found


@dataclass
class Lines:
    """A file by its lines, and excerpts of it."""

    doc: Document

    def __post_init__(self) -> None:
        self.all: list[Line] = self.doc.once("lines", lambda: _lines(self.doc))

    def span(self, lines: Sequence[Line]) -> Span:
        """The lines of the file from the first to the last of these that isn't blank."""
        filled = [line for line in lines if not line.blank] or list(lines)
        return Span(self.doc.name, filled[0].number, filled[-1].number)

    def between(self, start: int, end: int) -> Span:
        """The lines of the file that hold these bytes."""
        return Span(self.doc.name, self.doc.line(start), self.doc.line(max(start, end - 1)))

    def pieces(self, start: int, end: int) -> list[Piece]:
        """Some bytes as pieces, a line each, without the indentation that all lines but the first have."""
        first = max(0, bisect_right(self.doc.starts, start) - 1)
        held = [line for line in self.all[first : bisect_right(self.doc.starts, end)] if line.end >= start]
        below = [line for line in held[1:] if not line.blank]
        indent = min((len(line.text) - len(line.text.lstrip(" ")) for line in below), default=0)
        found = [(max(start, line.start), min(end, line.end)) for line in held[:1]]
        return found + [(min(line.start + indent, line.end), min(end, line.end)) for line in held[1:]]

    def excerpt(self, pieces: Iterable[Piece], changes: Edits | None = None) -> Excerpt:
        """The pieces, a line each, as Markdown of their own; empty ones at either end are left out.

        `changes` are made before it is parsed; the excerpt's source is the text as it was.
        """
        kept = _without_empty_edges(self.doc.data, list(pieces))
        if not kept:
            return NOTHING
        if changes:
            return self._parsed(kept, changes)
        made = self.doc.once("excerpts", dict[tuple[Piece, ...], Excerpt])  # several dialects may take out the same
        key = tuple(kept)
        if key not in made:
            made[key] = self._parsed(kept)
        return made[key]

    def _parsed(self, kept: Sequence[Piece], changes: Edits | None = None) -> Excerpt:
        source = "\n".join(self.doc.data[start:end].decode() for start, end in kept)
        text, origin = edits.edited(source, changes(source)) if changes else (source, None)
        tree = protection.parse(text + self._defined(text))
        if "==" in text:
            tree = highlights.marked(tree)
        placed = _Placed(kept, origin)
        length = len(text.encode())
        if _NOTHING_BUT_MARK.fullmatch(text):
            tree = tree._replace(children=_as_text(text, length))
        nodes = (node for node in tree.children if node.kind is not Kind.FOOTNOTE and node.start < length)
        return Excerpt(tuple(map(placed.node, nodes)), source)

    def _defined(self, text: str) -> str:
        """What an excerpt refers to and does not hold: link definitions; of footnotes, that they are there."""
        if "]" not in text:
            return ""
        links = self._definitions if self._definitions and _REFERENCE.search(text) else ()
        notes = [f"{label}: ." for label in dict.fromkeys(_FOOTNOTE.findall(text)) if f"{label}:" not in text]
        return "\n\n" + "\n\n".join([*links, *notes]) if links or notes else ""

    @cached_property
    def _definitions(self) -> list[str]:
        return [line.text for line in self.all if not line.code and _DEFINITION.match(line.text)]


def _as_text(text: str, length: int) -> Nodes:
    """A text as a paragraph, whatever Markdown would make of it."""
    return (Node(Kind.PARAGRAPH, 0, length, children=(Node(Kind.TEXT, 0, length, text.strip()),)),)


def _without_empty_edges(data: bytes, pieces: list[Piece]) -> list[Piece]:
    while pieces and not data[slice(*pieces[0])].strip():
        pieces.pop(0)
    while pieces and not data[slice(*pieces[-1])].strip():
        pieces.pop()
    return pieces


class _Placed:
    """Nodes of an excerpt moved to where they stand in the file; `origin` undoes changes to its text."""

    def __init__(self, pieces: Sequence[Piece], origin: Callable[[int], int] | None = None) -> None:
        self._pieces = pieces
        self._origin = origin
        self._begins = [0]
        for start, end in pieces[:-1]:
            self._begins.append(self._begins[-1] + end - start + 1)

    def node(self, node: Node) -> Node:
        """The node, with all below it."""
        start = self._place(node.start)
        end = self._place(node.end - 1) + 1 if node.end > node.start else start
        return node._replace(start=start, end=end, children=tuple(map(self.node, node.children)))

    def _place(self, offset: int) -> int:
        offset = self._origin(offset) if self._origin else offset
        index = max(0, bisect_right(self._begins, offset) - 1)
        start, end = self._pieces[index]
        return min(start + offset - self._begins[index], end)
