r"""Where cloze deletions stand in a text: `{{c1::text}}` and `{{c1::text::hint}}`, found by their braces.

Braces inside what is hidden are counted, so that `{{c1::{{ x }}}}` and `{{c1::\frac{a}{b_{c}}}}` end where their
author means; where they do not add up, the first `}}` ends a deletion, as in Anki. Django's `{{ x }}` is none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

OPENING = re.compile(rb"\{\{c[0-9]+::")
# Between the two marks of a deletion as it was written, in its node's `target`.
WITHIN = "\0"

_Range = tuple[int, int]


def written(before: str, after: str) -> str:
    """The `target` of a deletion that stands between these marks."""
    return before + WITHIN + after


class Deletion(NamedTuple):
    """A deletion, or the part of one that lies in one block. All places are bytes of the text.

    What is hidden goes from `content` to `until`; before it and after it, from `start` and to `end`, stand the marks.
    `number` is the author's, -1 for the 0 that Anki does not know. `inner` are the deletions in what is hidden.
    """

    start: int
    content: int
    until: int
    end: int
    number: int
    hint: _Range = (0, 0)
    inner: tuple[Deletion, ...] = ()


class Opened(NamedTuple):
    """A deletion that does not end where it began: its end may stand in a later block."""

    start: int
    content: int
    number: int


class Scan(NamedTuple):
    """What a text holds: whole deletions, one that was left open, and the first `}}` that closes nothing (or -1)."""

    found: tuple[Deletion, ...] = ()
    opened: Opened | None = None
    stray: int = -1


class Ranges:
    """Parts of a text in which nothing is looked for: code and tags. In order, and none in another."""

    def __init__(self, ranges: Sequence[_Range] = ()) -> None:
        self._starts = [start for start, _ in ranges]
        self._ends = [end for _, end in ranges]

    def hold(self, place: int) -> bool:
        """Whether the place lies in one of them."""
        index = bisect_right(self._starts, place) - 1
        return index >= 0 and place < self._ends[index]


NOWHERE = Ranges()

# With escapes as Markdown has them, as code has none, and for texts whose single braces do not add up.
_TOKENS = re.compile(rb"\\[!-/:-@\[-`{-~]|\{\{c([0-9]+)::|[{}]")
_CODE_TOKENS = re.compile(rb"\{\{c([0-9]+)::|[{}]")
_PAIR_TOKENS = re.compile(rb"\{\{c([0-9]+)::|\{\{|\}\}")
_HINT = re.compile(rb"(?<!\\)::")
# Deeper than this, a deletion in a deletion is text: no card is made like that.
_DEEPEST = 8


def scan(data: bytes, start: int, end: int, unread: Ranges = NOWHERE, code: bool = False) -> Scan:
    """The deletions between two places. In `code` a backslash escapes nothing but the `::` before a hint."""
    whole = _pass(data, start, end, unread, _CODE_TOKENS if code else _TOKENS)
    if whole.opened is None:
        return whole
    before = tuple(part for part in whole.found if part.end <= whole.opened.start)
    rest = _pass(data, whole.opened.start, end, unread, _PAIR_TOKENS)
    return Scan((*before, *rest.found), rest.opened, whole.stray)


@dataclass(slots=True)
class _Frame:
    """A deletion whose end is still to come, at its depth of braces."""

    opened: Opened
    depth: int
    inner: list[Deletion] = field(default_factory=list)


def _pass(data: bytes, start: int, end: int, unread: Ranges, tokens: re.Pattern[bytes]) -> Scan:
    """One reading from left to right: linear, whatever the text."""
    found: list[Deletion] = []
    frames: list[_Frame] = []
    depth = done = 0
    stray = -1
    for token in tokens.finditer(data, start, end):
        place, text = token.start(), token.group()
        if place < done or text[:1] == b"\\" or unread.hold(place):
            continue
        if token.group(1) and len(frames) < _DEEPEST:
            number = int(token.group(1)[:9]) or -1
            frames.append(_Frame(Opened(place, token.end(), number), depth))
        elif text[:1] == b"{":
            depth += 2 if token.group(1) and tokens is not _PAIR_TOKENS else 1
        elif depth > (frames[-1].depth if frames else 0):
            depth -= 1
        elif data[place : min(place + 2, end)] == b"}}":
            done = place + 2
            if frames:
                frame = frames.pop()
                level = frames[-1].inner if frames else found
                level.append(_deletion(data, frame, place, unread))
            elif stray < 0:
                stray = place
    for frame in frames:
        found += frame.inner
    return Scan(tuple(found), frames[0].opened if frames else None, stray)


def _deletion(data: bytes, frame: _Frame, close: int, unread: Ranges) -> Deletion:
    start, content, number = frame.opened
    until, hint = cut(data, content, close, unread, frame.inner)
    inner = tuple(part for part in frame.inner if part.end <= until)
    return Deletion(start, content, until, close + 2, number, hint, inner)


def cut(data: bytes, content: int, close: int, unread: Ranges, inner: Sequence[Deletion]) -> tuple[int, _Range]:
    """Where what is hidden ends, and the hint after it: behind the first `::` outside code and inner deletions."""
    held = Ranges([(part.start, part.end) for part in inner])
    for mark in _HINT.finditer(data, content, close):
        if unread.hold(mark.start()) or held.hold(mark.start()):
            continue
        if data[content : mark.start()].strip() and data[mark.end() : close].strip():
            return mark.start(), (mark.end(), close)
    return close, (0, 0)
