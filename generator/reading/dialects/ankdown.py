"""ankdown: cards between lines `---`, their fields between lines `%`: front, back, and the tags as the third.

Where headings part the cards, the lines `%` are mdanki's. Others write a question mark between the two sides, as a
paragraph of its own, and rules of any sort around their cards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from generator.model import Problem, Skipped
from generator.reading import notes
from generator.reading.attributes import Attributes
from generator.reading.document import Document
from generator.reading.excerpts import Line, Lines
from generator.reading.inline_cards import DECK, SCHEDULE
from generator.reading.notes import Found, Reading
from generator.reading.places import TOPIC_IN_COMMENT, Places, outside, with_topics_in_comments

NAME = "ankdown"
_POSSIBLE = re.compile(rb"\n[ \t]*[%?][ \t]*\r?$", re.MULTILINE)
_FIELD = re.compile(r"[ \t]*%[ \t]*$")
_CARD = re.compile(r"[ \t]*(?:---|%%)[ \t]*$")
_ASKS = re.compile(r" {0,3}\?[ \t]*$")
_RULE = re.compile(r" {0,3}(?:-{3,}|_{3,}|\*{3,})[ \t]*$")
_FEWEST = 2
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
_TITLE = re.compile(r" {0,3}#[ \t]+(?P<title>.*?)[ \t#]*$")
# Of the parts of a file that hold anything, so many must be cards.
_MOST = 0.5
_LONGEST_TAGS = 200


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return bool(_POSSIBLE.search(doc.lined))


def read(doc: Document) -> Reading:
    """The notes of a file most of whose parts are cards."""
    lines = Lines(doc)
    own = [line for line in lines.all if line.code or not TOPIC_IN_COMMENT.fullmatch(line.text)]
    named = doc.dialect == NAME
    title, cards = _fielded(own, named)
    title, cards = (title, cards) if cards else _asked(own)
    if not cards:
        return Reading()
    taken = [lines.span([line for field in fields for line in field]) for fields in cards]
    places = Places(doc, with_topics_in_comments(outside(doc, taken)))
    found: list[Found] = []
    skipped: list[Skipped] = []
    problems: list[Problem] = []
    for front, back, *more in cards:
        every = [*front, *back, *(line for field in more for line in field)]
        asked = lines.excerpt(line.whole for line in front)
        if not asked.nodes:
            skipped.append(Skipped(lines.span(every), "card without a front"))
            continue
        answer = lines.excerpt(line.whole for line in back)
        marks = Attributes(tags=tuple(_tags(more[0])) if more else ())
        place = places.of(next(line.start for line in front if not line.blank))
        made = notes.of_excerpts(doc, NAME, "%", lines.span(every), asked, answer, place, marks)
        found.append(made.found(notes.SURE))
        problems += made.problems
    beside = places.skipped_beside(one.note.span for one in found)
    return Reading(tuple(found), (*skipped, *beside), tuple(problems), title or places.title)


def _fielded(own: Sequence[Line], named: bool) -> tuple[str, list[list[list[Line]]]]:
    """The title of a file and the fields of each card, if most of its parts are such or its author says so."""
    parts = [part for part in _cut(own, _CARD) if _is_filled(part)]
    title, parts = _without_title(parts)
    cards = [fields for part in parts if len(fields := _cut(part, _FIELD)) > 1 and any(map(_is_filled, fields))]
    none = (not named and len(cards) < _MOST * len(parts)) or any(_headed(fields) for fields in cards)
    return (title, []) if none else (title, cards)


def _asked(own: Sequence[Line]) -> tuple[str, list[list[list[Line]]]]:
    """The same of a file that parts the sides of its cards with question marks; one with a deck's tag is none."""
    parts = [part for part in _cut(own, _RULE) if _is_filled(part)]
    cards = [fields for part in parts if len(fields := _cut(part, _ASKS)) > 1]
    paired = all(len(fields) == 2 and all(map(_is_filled, fields)) and _stand_apart(*fields) for fields in cards)
    tagged = any(not line.code and (DECK.search(line.text) or SCHEDULE.search(line.text)) for line in own)
    none = len(cards) < max(_FEWEST, _MOST * len(parts)) or not paired or tagged
    return ("", []) if none or any(map(_headed, cards)) else (_title(own), cards)


def _stand_apart(front: Sequence[Line], back: Sequence[Line]) -> bool:
    """Whether blank lines are around the mark between two sides."""
    return front[-1].blank and back[0].blank


def _title(own: Sequence[Line]) -> str:
    first = next((line for line in own if not line.blank), None)
    title = _TITLE.match(first.text) if first and not first.code else None
    return title["title"] if title else ""


def _cut(own: Sequence[Line], shape: re.Pattern[str]) -> list[list[Line]]:
    """The lines cut at those of a shape, which are left out."""
    parts: list[list[Line]] = [[]]
    for line in own:
        if not line.code and shape.match(line.text):
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def _is_filled(own: Sequence[Line]) -> bool:
    return any(not line.blank for line in own)


def _without_title(parts: list[list[Line]]) -> tuple[str, list[list[Line]]]:
    """The title in front of the first card, if there is one, and the parts without it."""
    first = [line for line in parts[0] if not line.blank] if parts else []
    title = _TITLE.match(first[0].text) if first else None
    if not title or len(first) == 1 or _FIELD.match(first[1].text):
        return "", parts
    below = [line for line in parts[0] if line.start > first[0].start]
    return title["title"], [below, *parts[1:]]


def _headed(fields: Sequence[Sequence[Line]]) -> bool:
    """Whether a heading begins a card, or stands in it before a further one."""
    return any(_HEADING.match(line.text) for line in fields[0] if not line.code)


def _tags(field: Sequence[Line]) -> Iterator[str]:
    """The tags that a field names, parted by commas; nothing for a text."""
    text = " ".join(line.text.strip() for line in field if not line.blank)
    if len(text) <= _LONGEST_TAGS:
        yield from ("-".join(tag.split()).lstrip("#") for tag in text.split(",") if tag.strip(" #"))
