"""The `<details>` of a file by their tags, as lines show them: tags in code are code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.reading.excerpts import Line, Lines

_TAG = re.compile(r"<(?P<close>/?)(?P<name>details|summary)\b[^>]*>", re.IGNORECASE)
Tags = list[tuple[Line, re.Match[str]]]


class Disclosure(NamedTuple):
    """A `<details>`, by bytes: what its summary holds, and what is unfolded; `inner` are those in it."""

    start: int
    end: int
    summary: tuple[int, int]
    content: tuple[int, int]
    inner: tuple[Disclosure, ...] = ()


def disclosures(lines: Lines) -> Iterator[Disclosure]:
    """The outermost `<details>` of a file; one that is never closed ends where the next one begins."""
    tags = [(line, tag) for line in lines.all if not line.code and "<" in line.text for tag in _tags(line.text)]
    return _outermost(tags, lines.all[-1].end)


def _outermost(tags: Tags, end_of_all: int) -> Iterator[Disclosure]:
    opened = [place for place, (_, tag) in enumerate(tags) if _is(tag, "details", close=False)]
    closed = sum(_is(tag, "details", close=True) for _, tag in tags)
    nests = len(opened) == closed
    place = 0
    while place < len(tags):
        if not _is(tags[place][1], "details", close=False):
            place += 1
            continue
        end = _end(tags, place, nests)
        limit = tags[end][0].start if end < len(tags) else end_of_all
        part = _disclosure(tags[place:end], limit)
        if part:
            yield part
        place = end


def _tags(text: str) -> Iterator[re.Match[str]]:
    """The tags of a line that don't stand in code."""
    code = [span.span() for span in _CODE.finditer(text)] if "`" in text else []
    for tag in _TAG.finditer(text):
        if not any(start < tag.start() < end for start, end in code):
            yield tag


_CODE = re.compile(r"(`+)[^`]+\1")


def _is(tag: re.Match[str], name: str, close: bool) -> bool:
    return tag["name"].lower() == name and bool(tag["close"]) is close


def _end(tags: Tags, place: int, nests: bool) -> int:
    """The place behind the tag that closes the one at `place`."""
    depth = 0
    for index in range(place, len(tags)):
        if _is(tags[index][1], "details", close=True):
            depth -= 1
        elif _is(tags[index][1], "details", close=False):
            if index > place and not nests:
                return index
            depth += 1
        if depth == 0:
            return index + 1
    return len(tags)


def _disclosure(tags: Tags, limit: int) -> Disclosure | None:
    """One `<details>` by its tags; None for one without a summary. One that is never closed ends at the `limit`."""
    opening = next((at for at in tags[1:3] if _is(at[1], "summary", close=False)), None)
    closing = next((at for at in tags[1:] if _is(at[1], "summary", close=True)), None)
    if not opening or not closing:
        return None
    last = tags[-1] if _is(tags[-1][1], "details", close=True) else None
    return Disclosure(
        _offset(*tags[0], 0),
        _offset(*last, 1) if last else limit,
        (_offset(*opening, 1), _offset(*closing, 0)),
        (_offset(*closing, 1), _offset(*last, 0) if last else limit),
        tuple(_outermost(tags[1:-1] if last else tags[1:], _offset(*last, 0) if last else limit)),
    )


def _offset(line: Line, tag: re.Match[str], side: int) -> int:
    """The byte at which a tag begins (0) or ends (1)."""
    return line.after(tag.span()[side])[0]
