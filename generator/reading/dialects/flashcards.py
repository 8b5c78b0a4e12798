"""Cards of Obsidian's Flashcards plug-in: `Question #card` with the answer below, `question::answer`, `^1652738734578`.

A tag ends the question, be it a line's or a heading's; the answer goes on to an empty line, under a heading to the next
one. The tag is the tool's, whichever is used: `#card`, `#flashcard`, `#anki`; `-reverse` asks both ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.model import Problem
from generator.reading import notes
from generator.reading.attributes import Attributes
from generator.reading.dialects import logseq
from generator.reading.document import Document
from generator.reading.excerpts import Excerpt, Line, Lines
from generator.reading.inline_cards import BLOCK_ID, inline, unique, without_schedule
from generator.reading.notes import Found, Reading
from generator.reading.places import Places

NAME = "flashcards"
_TAG = re.compile(
    r"(?P<front>.*?)[ \t]*#(?:card|flashcards?|anki)(?P<way>[-/](?:reverse|spaced))?"
    r"(?P<more>(?:[ \t]+#[^\s#]+)*)[ \t]*$",
    re.IGNORECASE,
)
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+")
_MARKER = re.compile(r"[ \t]*(?:[-*+]|\d+[.)])[ \t]+")
_POSSIBLE = re.compile(rb"#(?:card|flashcard|anki)|\^\d{13}|cards-deck:", re.IGNORECASE)


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return bool(_POSSIBLE.search(doc.data)) and not logseq.is_page(doc)


class _Card(NamedTuple):
    lines: tuple[Line, ...]
    question: Excerpt
    answer: Excerpt
    kind: str
    pin: str
    tags: tuple[str, ...]
    sure: bool


def read(doc: Document) -> Reading:
    """The notes of a file that was written for that plug-in: with its ids, its tag, or its deck in the front matter."""
    lines = Lines(doc)
    cards = [*_cards(lines)]
    if not any(card.sure for card in cards):
        return Reading()
    asking = {line.start for card in cards for line in card.lines}
    places = Places(doc, tuple(node for node in doc.tree.children if node.start not in asking))
    found: list[Found] = []
    problems: list[Problem] = []
    for card, pin in zip(cards, unique([card.pin for card in cards]), strict=True):
        span, marks = lines.span(card.lines), Attributes(pin, card.tags)
        rule = "tagged" if card.tags or not card.pin else "inline"
        place = places.of(card.lines[0].start)
        made = notes.of_excerpts(doc, NAME, rule, span, card.question, card.answer, place, marks, card.kind)
        found.append(made.found(notes.SURE))
        problems += made.problems
    return Reading(tuple(found), places.skipped_beside(one.note.span for one in found), tuple(problems), places.title)


def _cards(lines: Lines) -> Iterator[_Card]:
    every = lines.all
    place = 0
    while place < len(every):
        line = every[place]
        tagged = None if line.code else _TAG.match(line.text)
        card = inline(line)
        if card:
            identity = BLOCK_ID.match(every[place + 1].text) if place + 1 < len(every) and not card.pin else None
            end = place + 1 + bool(identity)
            pin = identity["id"] if identity else card.pin
            kind = "reversed" if card.both else ""
            question, answer = lines.excerpt([card.question]), lines.excerpt([card.answer])
            yield _Card(tuple(every[place:end]), question, answer, kind, pin, (), bool(pin))
            place = end
        elif tagged and (tagged["front"].strip() or _above(every, place)):
            made, place = _tagged(lines, place, tagged)
            if made:
                yield made
        else:
            place += 1


def _above(every: list[Line], place: int) -> int:
    """How many lines right above belong to a tag's question."""
    count = 0
    while place - count > 0:
        line = every[place - count - 1]
        if line.blank or line.code or BLOCK_ID.match(line.text) or _HEADING.match(line.text) or inline(line):
            break
        count += 1
    return count


def _tagged(lines: Lines, place: int, tag: re.Match[str]) -> tuple[_Card | None, int]:
    """The card of a tag, and the place behind it."""
    every = lines.all
    heading = _HEADING.match(every[place].text)
    first = place if heading or tag["front"].strip() else place - _above(every, place)
    end = _end(every, place + 1, bool(heading))
    lead = heading or _MARKER.match(every[place].text)
    begin = lead.end() if lead else 0
    own = [every[place].between(begin, max(begin, tag.end("front")))] if tag["front"].strip() else []
    question = lines.excerpt([*(line.whole for line in every[first:place]), *own])
    body = every[place + 1 : end]
    pin = next((found["id"] for line in reversed(body) if not line.code and (found := BLOCK_ID.search(line.text))), "")
    answer = lines.excerpt(without_schedule(body))
    if not question.nodes:
        return None, place + 1
    tags = tuple(word.lstrip("#") for word in tag["more"].split())
    kind = "reversed" if "reverse" in (tag["way"] or "").lower() else ""
    return _Card(tuple(every[first:end]), question, answer, kind, pin, tags, sure=True), max(end, place + 1)


def _end(every: list[Line], place: int, heading: bool) -> int:
    """Where the answer that begins here ends: behind an id, before an empty line or, under a heading, the next one."""
    begun = False
    for here in range(place, len(every)):
        line = every[here]
        if line.code:
            begun = True
            continue
        if BLOCK_ID.search(line.text) and begun:
            return here + 1
        if _HEADING.match(line.text) or (_TAG.match(line.text) and not BLOCK_ID.match(line.text)):
            return here
        if line.blank and begun and not heading:
            return here
        begun = begun or not line.blank
    return len(every)
