"""What a tool writes in a way of its own, put as our Markdown says it: for excerpts, before they are parsed.

Deletions in single braces (`{2:x}`), and what a dialect has of its own. What stands in code or maths is left alone, and
every byte of the new text knows its place in the old one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from generator.model import Kind, Node, Nodes
from generator.reading import protection


class Edit(NamedTuple):
    """Characters of a text, one at least, and what stands there instead."""

    start: int
    end: int
    text: str


# What makes the changes of an excerpt, from its text.
Edits = Callable[[str], Iterable[Edit]]


def edited(text: str, changes: Iterable[Edit]) -> tuple[str, Callable[[int], int]]:
    """The text with the changes made, of which none overlaps an earlier one, and from its bytes to those of the old."""
    parts: list[str] = []
    begins, origins, lengths = [0], [0], [0]
    old = 0

    def put(piece: str, replaced: str) -> None:
        nonlocal old
        length = len(replaced.encode())
        begins.append(begins[-1] + (len(parts[-1].encode()) if parts else 0))
        origins.append(old)
        lengths.append(length)
        parts.append(piece)
        old += length

    place = 0
    for change in sorted(changes):
        if change.start >= place:
            put(text[place : change.start], text[place : change.start])
            put(change.text, text[change.start : change.end])
            place = change.end
    put(text[place:], text[place:])

    def origin(byte: int) -> int:
        index = bisect_right(begins, byte) - 1
        return origins[index] + min(byte - begins[index], lengths[index])

    return "".join(parts), origin


# --- what is left alone -----------------------------------------------------------------------------------------------

_TICKS = re.compile(r"`+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_MATHS = re.compile(
    r"\$\$[^$]+\$\$|\$(?![\s$])[^$\n]*(?<![\s\\])\$|\\\((?:[^\\]|\\(?!\))){0,400}\\\)|\\\[(?:[^\\]|\\(?!\])){0,2000}\\\]"
)
# A letter in the place of each masked character: no rule looks for this one.
_MASK = "\ufdd2"


def masked(text: str, maths: bool = True) -> str:
    """The text with code, and with maths if asked for, as a row of characters that mean nothing."""
    text = _without_code(text)
    return (
        _MATHS.sub(lambda found: _MASK * len(found.group()), text) if maths and ("$" in text or "\\" in text) else text
    )


def _without_code(text: str) -> str:
    """The text with what stands between as many backticks as begin it masked, spans and fences alike."""
    runs = [run.span() for run in _TICKS.finditer(text)]
    closing: list[int | None] = [None] * len(runs)
    later: dict[int, int] = {}
    for place in range(len(runs) - 1, -1, -1):
        length = runs[place][1] - runs[place][0]
        closing[place], later[length] = later.get(length), place
    parts: list[str] = []
    done = place = 0
    while place < len(runs):
        end = closing[place]
        start, opened = runs[place]
        if end is None or (opened - start < _FENCE and _BLANK_LINE.search(text, opened, runs[end][0])):
            place += 1
            continue
        parts += [text[done:start], _MASK * (runs[end][1] - start)]
        done, place = runs[end][1], end + 1
    return "".join([*parts, text[done:]])


_FENCE = 3


# --- changes ----------------------------------------------------------------------------------------------------------

_CURLY = re.compile(
    r"(?<![{\\$])\{(?![{}#\s]|kind=)(?P<prefix>c?(?P<number>[0-9]{1,3})(?:::?|\|))?(?=\S)[^{}]+\}(?!\})"
)
OPEN = "{{c0::"


def curly(text: str) -> Iterator[Edit]:
    """What stands in single braces as deletions: `{x}`, `{2:x}`, `{c2|x}`, `{2::x}`; maths keep theirs."""
    if "{" in text:
        for found in _CURLY.finditer(masked(text)):
            begin = found.end("prefix") if found["prefix"] else found.start() + 1
            yield Edit(found.start(), begin, f"{{{{c{found['number']}::" if found["prefix"] else OPEN)
            yield Edit(found.end() - 1, found.end(), "}}")


# --- after parsing ----------------------------------------------------------------------------------------------------


def unnumbered(nodes: Nodes, before: str, after: str) -> Nodes:
    """The nodes in which deletions that were written as `OPEN` have no number; these marks stood around them."""
    done = []
    for node in nodes:
        inside = unnumbered(node.children, before, after)
        if node.kind is Kind.DELETION and node.level < 0:
            node = node._replace(level=0, target=protection.written(before, after))
        done.append(node._replace(children=inside))
    return tuple(done)


def revealed(nodes: Nodes) -> Nodes:
    """The nodes with what deletions hide in their place."""
    found: list[Node] = []
    for node in nodes:
        inside = revealed(node.children)
        found += inside if node.kind is Kind.DELETION else [node._replace(children=inside)]
    return tuple(found)
