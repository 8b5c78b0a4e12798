"""The blocks of a Logseq page: its bullets, each with its own lines and those below it.

A page is an outline: every bullet (and a heading without one) is a block, what is indented under it belongs to it.
Properties (`collapsed:: true`, `card-repeats:: 4`) stand on lines of their own in a block; they are never shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from generator.reading import spacing
from generator.reading.excerpts import Line, Piece

_BULLET = re.compile(r"(?P<indent>[ \t]*)[-*+](?:[ \t]+|$)")
_HEADING = re.compile(r"#{1,6}(?:[ \t]+|$)")
PROPERTY = re.compile(r"[ \t]*(?P<key>[A-Za-z][\w./+-]*)::(?:[ \t]+(?P<value>.*?))?[ \t]*$")
_UNSEEN = re.compile(r"[ \t]*(?:(?:SCHEDULED|DEADLINE|CLOCK):|:LOGBOOK:|:END:|#\+(?:BEGIN|END)_(?!SRC|EXAMPLE)[A-Z]+)")
_TAB = 4


@dataclass(slots=True)
class Block:
    """A bullet. `column` is where it stands; `bullet` and `begin` are the characters of its first line at which its
    Markdown and its text begin: between them stand the signs of a heading.

    `level` is that of a heading, else 0; `above` the number of the block that it is indented under, -1 for none;
    `after` the number of the first block that is not below it; `inside` says of each line whether it is in a fence,
    `is_text` that it has no bullet: text that goes on behind the bullets below the block that it stands under.
    """

    column: int
    bullet: int
    begin: int
    level: int
    above: int
    lines: list[Line]
    after: int = 0
    inside: list[bool] = field(default_factory=list)
    is_text: bool = False

    def rows(self) -> Iterator[tuple[Line, int, int]]:
        """Its lines that are shown, from which character to which: properties, drawers and empty ends are not."""
        last = max((n for n, line in enumerate(self.lines) if not line.blank), default=0)
        first = self.lines[0]
        yield first, self.begin, self.begin if is_unseen(first.text[self.begin :]) else len(first.text)
        for place, line in enumerate(self.lines[1 : last + 1], 1):
            if self.inside[place] or not is_unseen(line.text):
                yield line, 0, len(line.text)

    def properties(self) -> dict[str, str]:
        """What its properties say."""
        found = {}
        for place, line in enumerate(self.lines):
            said = PROPERTY.match(line.text[self.begin if place == 0 else 0 :])
            if said and not self.inside[place]:
                found[said["key"].lower()] = said["value"] or ""
        return found

    @property
    def source(self) -> str:
        """All its lines as they are written."""
        return "\n".join(line.text for line in self.lines)

    @property
    def text(self) -> str:
        """What it shows, as it is written."""
        return "\n".join(line.text[begin:end] for line, begin, end in self.rows()).strip()


def is_unseen(text: str) -> bool:
    """Whether a line is a property, or belongs to a drawer or to the marks of a block in Org's way."""
    return bool(PROPERTY.match(text) or _UNSEEN.match(text))


def parsed(every: Sequence[Line]) -> list[Block]:
    """The blocks of a page, in its order."""
    blocks: list[Block] = []
    opened: list[int] = []  # the blocks that the next one may be below
    current: Block | None = None
    fence = ""
    blank = True
    for line in every:
        inside = bool(fence)
        fence = spacing.fence_after(fence, line.text)
        bullet = None if inside else _BULLET.match(line.text)
        heading = None if inside else _HEADING.match(line.text)
        if bullet or heading:
            column = _columns(bullet["indent"]) if bullet else 0
            while opened and blocks[opened[-1]].column >= column:
                blocks[opened.pop()].after = len(blocks)
            begin = bullet.end() if bullet else 0
            inner = _HEADING.match(line.text, begin)
            level = len(inner.group().rstrip()) if inner else 0
            above = opened[-1] if opened else -1
            current = Block(column, begin, inner.end() if inner else begin, level, above, [line], inside=[False])
            opened.append(len(blocks))
            blocks.append(current)
        elif current and (inside or line.blank or not blank or _columns(_indent(line.text)) > current.column):
            current.lines.append(line)
            current.inside.append(inside)
        else:
            current = _going_on(blocks, opened, line)
            if current is None:
                opened = _closed(blocks, opened)
        blank = line.blank and not inside
    _closed(blocks, opened)
    return blocks


def _going_on(blocks: list[Block], opened: list[int], line: Line) -> Block | None:
    """Text below an empty line as a block of its own, if it is indented under one that is open."""
    indent = _indent(line.text)
    column = _columns(indent)
    while opened and blocks[opened[-1]].column >= column:
        blocks[opened.pop()].after = len(blocks)
    if not opened:
        return None
    block = Block(column, len(indent), len(indent), 0, opened[-1], [line], inside=[False], is_text=True)
    opened.append(len(blocks))
    blocks.append(block)
    return block


def _closed(blocks: list[Block], opened: list[int]) -> list[int]:
    """Text that is no bullet's ends all blocks that are open."""
    for place in opened:
        blocks[place].after = len(blocks)
    return []


def _indent(text: str) -> str:
    return text[: len(text) - len(text.lstrip(" \t"))]


def _columns(indent: str) -> int:
    return len(indent.expandtabs(_TAB))


def outdented(line: Line, columns: int, end: int | None = None) -> Piece:
    """The line, up to a character, without the white space that so many columns have."""
    place = column = 0
    while place < len(line.text) and line.text[place] in " \t" and column < columns:
        column += _TAB - column % _TAB if line.text[place] == "\t" else 1
        place += 1
    return line.between(place, max(place, len(line.text) if end is None else end))
