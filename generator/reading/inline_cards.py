"""What Obsidian's flashcard plug-ins share: `question::answer` on one line, and the ids and schedules behind it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from generator.reading.excerpts import Line, Piece

# Ids and schedules that the plug-ins leave in the text: never shown.
BLOCK_ID = re.compile(r"[ \t]*\^(?P<id>\d{13})[ \t]*$")
SCHEDULE = re.compile(r"[ \t]*<!--\s*SR:[^>]*-->[ \t]*")
_CODE = re.compile(r"(`+).*?\1|\{\{c\d+::.*?\}\}|\$\$.*?\$\$|\$[^$\s][^$]*\$|https?://\S+|\[\[.*?\]\]|\w+::\w+[(<:]")
_PARTS = re.compile(r"(?<!:):{2,3}(?!:)")
_MARKER = re.compile(r"[ \t]*(?:>[ \t]?)*(?:(?:[-*+]|\d+[.)])[ \t]+)?(?:\[[ xX]\][ \t]+)?")
_TAGS = re.compile(r"(?:[ \t]+#[^\s#\d][^\s#]*)+[ \t]*$")


class Inline(NamedTuple):
    """A card on one line: where question and answer stand, whether it is asked both ways, and the id behind it."""

    question: Piece
    answer: Piece
    both: bool
    pin: str


def inline(line: Line) -> Inline | None:
    """The card on a line, or None; what stands in code, maths, links or addresses parts nothing."""
    if "::" not in line.text or line.code:
        return None
    masked = _CODE.sub(lambda found: "x" * len(found.group()), line.text)
    parts = _PARTS.search(masked)
    marker = _MARKER.match(line.text)
    begin = marker.end() if marker else 0
    if not parts or not line.text[begin : parts.start()].strip():
        return None
    end, pin = len(line.text), ""
    schedule = SCHEDULE.search(line.text, parts.end())
    if schedule:
        end = schedule.start()
    identity = BLOCK_ID.search(line.text[:end])
    if identity and identity.start() > parts.end():
        end, pin = identity.start(), identity["id"]
    tags = _TAGS.search(line.text[:end])
    if tags and tags.start() >= parts.end():
        end = tags.start()
    if not line.text[parts.end() : end].strip():
        return None
    return Inline(
        _trimmed(line, begin, parts.start()),
        _trimmed(line, parts.end(), end),
        len(parts.group()) == 3,
        pin,
    )


def _trimmed(line: Line, first: int, last: int) -> Piece:
    text = line.text[first:last]
    return line.between(first + len(text) - len(text.lstrip()), first + len(text.rstrip()))


def without_schedule(lines: Sequence[Line]) -> list[Piece]:
    """The lines without schedules and ids, as pieces; one that holds nothing else is left out."""
    found: list[Piece] = []
    for line in lines:
        text = line.text
        if not line.code:
            schedule = SCHEDULE.search(text)
            text = text[: schedule.start()] if schedule else text
            identity = BLOCK_ID.search(text)
            text = text[: identity.start()] if identity else text
        if text.strip() or not line.text.strip():
            found.append(line.between(0, len(text)))
    return found


def unique(pins: Sequence[str]) -> list[str]:
    """The ids that stand once in the file; an empty one in place of the others."""
    times = Counter(pins)
    return [pin if pin and times[pin] == 1 else "" for pin in pins]
