"""md2anki: `## question (id)` below `# deck (id)`; the first line `---` of a note parts question and answer.

A heading `Subdeck: name (id)` begins a deck a level deeper. Tags stand in code, `` `{=:tag, other:=}` ``; below a
heading they are those of all its notes. An id of that form at the end of a heading is no other tool's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from generator.model import Problem, Skipped
from generator.reading import edits, notes
from generator.reading.attributes import Attributes
from generator.reading.document import Document
from generator.reading.excerpts import NOTHING, Line, Lines, Piece
from generator.reading.inline_cards import unique
from generator.reading.notes import Found, Place, Reading

NAME = "md2anki"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_POSSIBLE = re.compile(rf"\n#{{1,6}}[ \t].*\({_UUID}\)[ \t]*\r?$".encode(), re.MULTILINE)
_HEADING = re.compile(r"(?P<level>#{1,6})[ \t]+(?P<text>.*)$")
_ID = re.compile(rf"[ \t]*\((?P<id>{_UUID}|\d{{6,}})\)[ \t]*$")
_SUBDECK = re.compile(r"Subdeck:[ \t]*")
_PARTING = re.compile(r" {0,3}---[ \t]*$")
_TAGS = re.compile(r"`\{=:(?P<tags>[^`]*?):?=\}`")
_TYPE = re.compile(r"`\{=<[^`]*>=\}`")
# What marks code that the tool runs: `{=python}`, behind a span and in place of a fence's language.
_RUN_SPAN = re.compile(r"(?<=`)\{=\w+\}")
_RUN_FENCE = re.compile(r"^([ \t]*(?:`{3,}|~{3,}))\{=(\w+)\}", re.MULTILINE)


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return bool(_POSSIBLE.search(doc.lined))


@dataclass(slots=True)
class _Part:
    """A heading and the lines below it, up to the next one that is no part of an answer."""

    heading: Line
    level: int
    start: int
    end: int
    pin: str
    below: list[Line] = field(default_factory=list)


class _Deck(NamedTuple):
    """A deck that is open: the level of its heading, its name, its tags."""

    level: int
    name: str
    tags: tuple[str, ...]


def read(doc: Document) -> Reading:
    """The notes of a file that was written for that tool."""
    lines = Lines(doc)
    parts = _parts(lines)
    decks: list[_Deck] = []
    title = _name(parts[0].heading.text[parts[0].start : parts[0].end]) if parts else ""
    own = 0 if title and doc.title_is_topic(title) else 1  # the first deck that is a topic
    found: list[Found] = []
    skipped: list[Skipped] = []
    problems: list[Problem] = []
    for part, pin in zip(parts, unique([part.pin for part in parts]), strict=True):
        text = part.heading.text[part.start : part.end]
        decks = [deck for deck in decks if deck.level < part.level]
        if not decks or _SUBDECK.match(text):
            decks.append(_Deck(part.level, _name(text), tuple(_tags_of([part.heading, *part.below]))))
            skipped.append(Skipped(lines.span([part.heading]), "topic" if decks[1:] else "title"))
            continue
        tags = (*(tag for deck in decks for tag in deck.tags), *_tags_of([part.heading, *part.below]))
        place, marks = Place(tuple(deck.name for deck in decks[own:])), Attributes(pin, tags)
        made = _note(doc, lines, part, place, marks)
        found.append(made.found(notes.SURE))
        problems += made.problems
    return Reading(tuple(found), tuple(skipped), tuple(problems), title)


def _parts(lines: Lines) -> list[_Part]:
    """The headings that begin a deck or a note; a deeper one is a part of the answer above it."""
    parts: list[_Part] = []
    asking = 0  # the level of the notes of the deck that is open
    for line in lines.all:
        heading = None if line.code else _HEADING.match(line.text)
        level = len(heading["level"]) if heading else 0
        if heading and (not asking or level <= asking):
            identity = _ID.search(line.text, heading.start("text"))
            end = identity.start() if identity else len(line.text.rstrip())
            parts.append(_Part(line, level, heading.start("text"), end, identity["id"] if identity else ""))
            begins = len(parts) == 1 or _SUBDECK.match(heading["text"])
            asking = level + 1 if begins else level
        elif parts:
            parts[-1].below.append(line)
    return parts


def _note(doc: Document, lines: Lines, part: _Part, place: Place, marks: Attributes) -> notes.Made:
    cut = next((n for n, line in enumerate(part.below) if not line.code and _PARTING.match(line.text)), -1)
    front: list[Piece] = [part.heading.between(part.start, part.end)]
    front += [(line.start, line.end) for line in part.below[: max(cut, 0)]]
    asked = lines.excerpt(front, _changes)
    answer = lines.excerpt((line.whole for line in part.below[cut + 1 :]), _changes)
    span = lines.span([part.heading, *part.below])
    rule = "---" if cut >= 0 else "heading"
    return notes.of_excerpts(doc, NAME, rule, span, asked, answer or NOTHING, place, marks)


def _changes(text: str) -> Iterator[edits.Edit]:
    """What the tool alone understands goes: tags, types of notes, code to be run."""
    for shape in (_TAGS, _TYPE, _RUN_SPAN):
        for found in shape.finditer(text) if "{=" in text else ():
            yield edits.Edit(*found.span(), "")
    for found in _RUN_FENCE.finditer(text) if "{=" in text else ():
        yield edits.Edit(*found.span(), found[1] + found[2])


def _tags_of(own: list[Line]) -> Iterator[str]:
    for line in own:
        for found in _TAGS.finditer(line.text) if not line.code else ():
            yield from ("-".join(tag.split()) for tag in found["tags"].split(",") if tag.strip(" :"))


def _name(text: str) -> str:
    return _TAGS.sub("", _SUBDECK.sub("", text, count=1)).strip()
