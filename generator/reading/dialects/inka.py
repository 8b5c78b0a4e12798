"""inka: sections between `---` lines, in which numbered questions have their answers as quotes below.

Of a section `Deck:` and `Tags:` lines say where its cards go; `<!--ID:…-->` is the tool's. All outside is prose. A
numbered item without a quote is a cloze if it has deletions in braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from generator.model import Problem, Skipped
from generator.reading import clozes, edits, notes
from generator.reading.attributes import BASIC, Attributes
from generator.reading.document import Document
from generator.reading.excerpts import NOTHING, Excerpt, Line, Lines, Piece
from generator.reading.inline_cards import unique
from generator.reading.notes import Found, Place, Reading
from generator.reading.places import Places

NAME = "inka"
_RULE = re.compile(r"---[ \t]*$")
_QUESTION = re.compile(r"\d+\.[ \t]+")
_QUOTE = re.compile(r">[ \t]?")
_ID = re.compile(r"[ \t]*<!--\s*ID:\s*(?P<id>\S+?)\s*-->[ \t]*$")
_DECK = re.compile(r"Deck:[ \t]*(?P<deck>\S.*)$")
_TAGS = re.compile(r"Tags:[ \t]*(?P<tags>\S.*)$")
_ANKIS = re.compile(r"\{\{c\d+::")
_POSSIBLE = re.compile(rb"\n(?:Deck:|[ \t]*<!--[ \t]*ID:)")


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return b"---" in doc.data and bool(_POSSIBLE.search(doc.lined))


class _Card(NamedTuple):
    lines: tuple[Line, ...]
    question: Excerpt
    answer: Excerpt
    kind: str
    deck: str
    tags: tuple[str, ...]
    pin: str
    sure: bool


def read(doc: Document) -> Reading:
    """The notes of a file with sections of inka's."""
    lines, places = Lines(doc), Places(doc)
    sections = [*_sections(lines)]
    cards = [card for section in sections for card in _cards(lines, section)]
    if doc.dialect != NAME and not any(card.sure for card in cards):
        return Reading()
    found: list[Found] = []
    problems: list[Problem] = []
    for card, pin in zip(cards, unique([card.pin for card in cards]), strict=True):
        place = Place(tuple(card.deck.split("::"))) if card.deck else places.of(card.lines[0].start)
        span, marks = lines.span(card.lines), Attributes(pin, card.tags)
        hiding = replace(doc, may_hide=True) if not card.kind else doc
        made = notes.of_excerpts(hiding, NAME, "section", span, card.question, card.answer, place, marks, card.kind)
        found.append(made.found(notes.SURE))
        problems += made.problems
    beside = places.skipped_beside(one.note.span for one in found)
    return Reading(tuple(found), (*_headers(lines, sections), *beside), tuple(problems), places.title)


def _headers(lines: Lines, sections: Sequence[Sequence[Line]]) -> Iterator[Skipped]:
    """The lines that name a section's deck and its tags."""
    for line in (line for section in sections for line in section if not line.code):
        for shape, why in ((_DECK, "deck"), (_TAGS, "tags")):
            if shape.match(line.text):
                yield Skipped(lines.span([line]), why)


def _prose(line: Line) -> str:
    """A line's text, or nothing for code: but code in a quote is a part of that."""
    return "" if line.code and not line.text.startswith(">") else line.text


def _sections(lines: Lines) -> Iterator[list[Line]]:
    """What stands between two rules, if it begins as a section does; another rule may as well be one of a table.

    The last one may be left open, if it is surely one.
    """
    rules = [place for place, line in enumerate(lines.all) if not line.code and _RULE.match(line.text)]
    place = 0
    while place < len(rules):
        closed = place + 1 < len(rules)
        section = lines.all[rules[place] + 1 : rules[place + 1] if closed else len(lines.all)]
        first = next((line for line in section if not line.blank), None)
        begins = first and any(shape.match(first.text) for shape in (_ID, _DECK, _TAGS, _QUESTION))
        own = _is_own(section)
        asks = any(_QUOTE.match(_prose(line)) or (own and "{" in line.text) for line in section)
        if begins and (asks or _is_named(lines)) and (closed or own):
            yield section
            place += 2
        else:
            place += 1


def _is_named(lines: Lines) -> bool:
    """Whether the file says that it is inka's: then what has no answer in a section is still to be answered."""
    return lines.doc.dialect == NAME


def _is_own(section: Sequence[Line]) -> bool:
    """Whether a section is surely one: it has an id of the tool's, or the name of a deck."""
    return any(_ID.match(line.text) or _DECK.match(line.text) for line in section if not line.code)


def _cards(lines: Lines, section: Sequence[Line]) -> Iterator[_Card]:
    deck, tags, pin = "", (), ""
    own = _is_own(section)
    begin = -1
    quoted = False
    for place, line in enumerate(section):
        text = _prose(line)
        ends = begin >= 0 and (_QUESTION.match(text) or _ID.match(text) or (quoted and not _QUOTE.match(text)))
        if ends:
            yield from _card(lines, section[begin:place], deck, tags, pin, own)
            begin, quoted, pin = -1, False, ""
        if found := _DECK.match(text):
            deck = found["deck"].strip()
        elif found := _TAGS.match(text):
            tags = tuple(found["tags"].split())
        elif found := _ID.match(text):
            pin = found["id"]
        elif _QUESTION.match(text) and begin < 0:
            begin = place
        quoted = begin >= 0 and (quoted or bool(_QUOTE.match(text)))
    if begin >= 0:
        yield from _card(lines, section[begin:], deck, tags, pin, own)


def _card(lines: Lines, own: Sequence[Line], deck: str, tags: tuple[str, ...], pin: str, sure: bool) -> Iterator[_Card]:
    number = _QUESTION.match(own[0].text)
    if not number:
        return
    quote = next((n for n, line in enumerate(own) if _QUOTE.match(_prose(line))), len(own))
    asked = [own[0].after(number.end()), *(line.whole for line in own[1:quote])]
    if quote < len(own):
        question, answer = lines.excerpt(asked), lines.excerpt(_unquoted(own[quote:]))
        if question.nodes and answer.nodes:
            yield _Card(tuple(own), question, answer, BASIC, deck, tags, pin, sure)
    elif clozes.deletes((question := _hiding(lines, asked)).nodes):
        yield _Card(tuple(own), question, NOTHING, "", deck, tags, pin, sure)
    elif _is_named(lines) and (question := lines.excerpt(asked)).nodes:
        yield _Card(tuple(own), question, NOTHING, BASIC, deck, tags, pin, sure)


def _hiding(lines: Lines, asked: Sequence[Piece]) -> Excerpt:
    """A question without an answer, with what stands in braces as deletions: all braces, or Anki's, if it has some."""

    def changes(text: str) -> Iterable[edits.Edit]:
        return () if _ANKIS.search(edits.masked(text)) else edits.curly(text)

    question = lines.excerpt(asked, changes)
    return question._replace(nodes=edits.unnumbered(question.nodes, "{", "}"))


def _unquoted(own: Sequence[Line]) -> Iterator[Piece]:
    for line in own:
        mark = _QUOTE.match(line.text)
        if mark:
            yield line.after(mark.end())
