"""mdanki: `## question` and its answer, or with more text before it a line `%` between the two; tags as `[#tag]()`.

Without such a line, such tags and the ids that a program leaves these are headings like any other, unless the file says
by which command it becomes a deck.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.model import Problem, Skipped
from generator.reading import notes
from generator.reading.attributes import Attributes
from generator.reading.document import Document
from generator.reading.excerpts import NOTHING, Excerpt, Line, Lines
from generator.reading.inline_cards import unique
from generator.reading.notes import Found, Reading
from generator.reading.places import Places, outside, with_topics_in_comments

NAME = "mdanki"
_POSSIBLE = re.compile(
    rb"\n[ \t]*%[ \t]*\r?$|\n\[#[^\]\d\n]|<!--[ \t]*md2apkg[ \t]+split|\bmdanki[ \t]|<!--[ \t]*notecardId:",
    re.MULTILINE,
)
_HEADING = re.compile(r"(?P<level>#{1,6})(?:[ \t]+(?P<text>.*?))?[ \t]*$")
_FLIP = re.compile(r"[ \t]*(?:%|<!--[ \t]*md2apkg[ \t]+split[ \t]*-->)[ \t]*$")
_TAGS = re.compile(r"(?:\[#[^\]]*\]\([^()]*\)[ \t]*)+$")
_TAG = re.compile(r"\[#(?P<tag>[^\]]*)\]")
_IDENTITY = re.compile(r"<!--[ \t]*notecardId:[ \t]*(?P<id>\d+)[ \t]*-->")
# The command that makes a deck of a file.
_COMMAND = re.compile(r"\bmdanki[ \t]+(?P<file>\S+\.md)[ \t]+\S+\.apkg\b")
# Tags alone may be links of another sort: so many of the cards must have some.
_MOST = 0.5


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    signs = doc.has(b"%", b"\n[#", b"md2apkg", b"mdanki", b"notecardId:") or doc.data.startswith(b"[#")
    return signs and b"#" in doc.data and bool(_POSSIBLE.search(doc.lined))


class _Card(NamedTuple):
    """A heading and the lines below it; where they flip, how often, and the line of their tags."""

    heading: Line
    below: tuple[Line, ...]
    flip: int
    flips: int
    tags: Line | None


def read(doc: Document) -> Reading:
    """The notes of a file in which lines `%` part question and answer, or most of whose answers have tags or an id."""
    lines = Lines(doc)
    cards = [*_cards(lines)]
    told = [card for card in cards if not _makes(card, doc)]  # the others say how it becomes a deck
    if doc.dialect != NAME and len(told) == len(cards) and not _is_own(cards):
        return Reading()
    places = Places(
        doc, with_topics_in_comments(outside(doc, [lines.span(_filled((card.heading, *card.below))) for card in cards]))
    )
    cards = told
    found: list[Found] = []
    skipped: list[Skipped] = []
    problems: list[Problem] = []
    for card, pin in zip(cards, unique([_pin(card) for card in cards]), strict=True):
        own = (card.heading, *card.below)
        asked, answer = _sides(lines, card)
        if not asked.nodes:
            skipped.append(Skipped(lines.span(own), "card without a front"))
            continue
        tags = tuple("-".join(tag.split()) for tag in _TAG.findall(card.tags.text) if tag.strip()) if card.tags else ()
        rule, place = "%" if card.flip >= 0 else "heading", places.of(card.heading.start)
        made = notes.of_excerpts(doc, NAME, rule, lines.span(_filled(own)), asked, answer, place, Attributes(pin, tags))
        found.append(made.found(notes.SURE))
        problems += made.problems
    beside = places.skipped_beside(one.note.span for one in found)
    return Reading(tuple(found), (*skipped, *beside), tuple(problems), places.title)


def _is_own(cards: Sequence[_Card]) -> bool:
    """Whether lines `%` part two sides, once a card, or else most cards have tags or an id."""
    parted = sum(
        card.flips == 1 and any(not line.blank and _shows(line, card) for line in card.below[card.flip :])
        for card in cards
    )
    marked = sum(card.tags is not None or bool(_pin(card)) for card in cards)
    return parted > sum(card.flips > 1 for card in cards) or marked > _MOST * len(cards)


def _makes(card: _Card, doc: Document) -> bool:
    """Whether a section holds the command that makes a deck of this very file."""
    found = (_COMMAND.search(line.text) for line in card.below)
    return any(command and _name(command["file"]) == _name(doc.name) for command in found)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _cards(lines: Lines) -> Iterator[_Card]:
    """What stands under the headings of the level that asks, each up to the next one of it or above."""
    heads = [(place, found) for place, line in enumerate(lines.all) if not line.code and (found := _head(line))]
    level = _level(lines, heads)
    heads = [(place, found) for place, found in heads if found <= level]
    for number, (place, found) in enumerate(heads):
        if found == level:
            end = heads[number + 1][0] if number + 1 < len(heads) else len(lines.all)
            below = lines.all[place + 1 : end]
            flips = [n for n, line in enumerate(below) if not line.code and _FLIP.match(line.text)]
            tags = next((line for line in below if not line.code and _TAGS.match(line.text)), None)
            yield _Card(lines.all[place], tuple(below), flips[0] if flips else -1, len(flips), tags)


def _head(line: Line) -> int:
    """A heading's level; 0 for another line."""
    found = _HEADING.match(line.text)
    return len(found["level"]) if found else 0


def _level(lines: Lines, heads: Sequence[tuple[int, int]]) -> int:
    """The level that asks: that of the headings right above most lines `%`, or else the tool's own."""
    above: Counter[int] = Counter()
    for (place, level), end in zip(heads, [*(head[0] for head in heads[1:]), len(lines.all)], strict=False):
        if level > 1:  # the first level names the deck
            above[level] += any(_FLIP.match(line.text) for line in lines.all[place:end] if not line.code)
    most = max(above.values(), default=0)
    return min(level for level, times in above.items() if times == most) if most else _OWN


_OWN = 2


def _pin(card: _Card) -> str:
    """The id that a program left in a comment below the question."""
    found = (_IDENTITY.search(line.text) for line in card.below if not line.code)
    return next((identity["id"] for identity in found if identity), "")


def _is_comment(line: Line) -> bool:
    """Whether a line is a comment and nothing else."""
    text = line.text.strip()
    return text.startswith("<!--") and text.find("-->", 2) == len(text) - 3 and not line.code


def _filled(own: Sequence[Line]) -> list[Line]:
    """The lines of a card without comments at their end, which stand between two."""
    kept = [*own]
    while len(kept) > 1 and (kept[-1].blank or _is_comment(kept[-1])):
        kept.pop()
    return kept


def _sides(lines: Lines, card: _Card) -> tuple[Excerpt, Excerpt]:
    """Front and back: where nothing parts them, the heading is the front."""
    heading = _HEADING.match(card.heading.text)
    start = heading.start("text") if heading and heading["text"] else len(card.heading.text)
    front = [card.heading.after(start)]
    back = card.below
    if card.flip >= 0:
        above, back = card.below[: card.flip], card.below[card.flip + 1 :]
        front += [line.whole for line in above if _shows(line, card)]
    asked = lines.excerpt(front)
    return asked, lines.excerpt(line.whole for line in back if _shows(line, card)) if back else NOTHING


def _shows(line: Line, card: _Card) -> bool:
    """Whether a line is a part of what is shown: comments, tags and further lines `%` are not."""
    return line.code or not (line is card.tags or _is_comment(line) or _FLIP.match(line.text))
