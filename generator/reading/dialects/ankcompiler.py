"""AnkCompiler: cards between lines `---`, `front ::: back` or with deletions, and footnotes for their ids below.

`[^uid]: aB3xK9m2Qr` says which card it is, `[^tag]: x` and `[^type]: reversed` more of it. A draft has no ids yet: its
front matter names the deck, and every part of it is a card.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from generator.model import Problem
from generator.reading import clozes, edits, notes
from generator.reading.attributes import BASIC, REVERSED, Attributes
from generator.reading.document import Document
from generator.reading.excerpts import NOTHING, Excerpt, Line, Lines, Piece
from generator.reading.inline_cards import unique
from generator.reading.notes import Found, Reading
from generator.reading.places import TOPIC_IN_COMMENT, Places, outside, with_topics_in_comments

NAME = "ankcompiler"
_POSSIBLE = re.compile(rb"\n\[\^uid\]:[ \t]*[A-Za-z0-9]{10}[ \t]*\r?$", re.MULTILINE)
_RULE = re.compile(r"---[ \t]*$")
_FOOTNOTE = re.compile(r"\[\^(?P<key>uid|tag|type)\]:[ \t]*(?P<value>\S.*?)[ \t]*$")
_PARTING = re.compile(r"(?<![ \t])[ \t]*(?<!:):::(?!:)[ \t]*")
_DELETES = re.compile(r"\{\{[ \t]*c\d+[ \t]*::")
_FEWEST = 2


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    draft = "deck" in doc.text.front and b"\n---" in doc.data and (b":::" in doc.data or b"{{c" in doc.data)
    return draft or bool(_POSSIBLE.search(doc.lined))


class _Card(NamedTuple):
    lines: tuple[Line, ...]
    question: Excerpt
    answer: Excerpt
    kind: str
    pin: str
    tags: tuple[str, ...]


def read(doc: Document) -> Reading:
    """The notes of a file with ids of that tool, or of a draft that is nothing but cards."""
    lines = Lines(doc)
    parts = _parts(lines)
    cards = [card for body, said in parts if (card := _card(lines, body, said))]
    if doc.dialect != NAME and not _POSSIBLE.search(doc.lined) and (len(cards) < _FEWEST or len(cards) < len(parts)):
        return Reading()
    others = outside(doc, [lines.span(card.lines) for card in cards])
    places = Places(doc, with_topics_in_comments(others))
    found: list[Found] = []
    problems: list[Problem] = []
    for card, pin in zip(cards, unique([card.pin for card in cards]), strict=True):
        span, marks = lines.span(card.lines), Attributes(pin, card.tags)
        rule, place = (
            "cloze" if not card.kind else ":::",
            places.of(next(line.start for line in card.lines if not line.blank)),
        )
        made = notes.of_excerpts(doc, NAME, rule, span, card.question, card.answer, place, marks, card.kind)
        found.append(made.found(notes.SURE))
        problems += made.problems
    beside = places.skipped_beside(one.note.span for one in found)
    return Reading(tuple(found), beside, tuple(problems), places.title)


def _parts(lines: Lines) -> list[tuple[list[Line], list[Line]]]:
    """What stands between two rules, without footnotes, and the footnotes that follow."""
    parts: list[tuple[list[Line], list[Line]]] = [([], [])]
    above: tuple[list[Line], list[Line]] = ([], [])  # the last part that holds anything: footnotes are of that one
    for line in lines.all:
        if not line.code and _RULE.match(line.text):
            parts.append(([], []))
        elif not line.code and _FOOTNOTE.match(line.text):
            above[1].append(line)
        elif line.code or not TOPIC_IN_COMMENT.fullmatch(line.text):
            parts[-1][0].append(line)
            above = above if line.blank else parts[-1]
    return [part for part in parts if any(not line.blank and line.text.strip() != "." for line in part[0])]


def _card(lines: Lines, body: Sequence[Line], footnotes: Sequence[Line]) -> _Card | None:
    said = [found.groupdict() for line in footnotes if (found := _FOOTNOTE.match(line.text))]
    pin = next((one["value"] for one in said if one["key"] == "uid"), "")
    tags = tuple(one["value"] for one in said if one["key"] == "tag")
    both = any(one["key"] == "type" and one["value"].lower() == REVERSED for one in said)
    own = (*body, *footnotes)
    sides = _sides(body)
    deletes = any(_DELETES.search(line.text) for line in body)
    if deletes and not sides:
        text = lines.excerpt(line.whole for line in body)
        return _Card(own, text, NOTHING, "", pin, tags) if clozes.deletes(text.nodes) else None
    if sides is None:
        return None
    question, answer = lines.excerpt(sides[0]), lines.excerpt(sides[1])
    kind = REVERSED if both else "" if deletes else BASIC
    return _Card(own, question, answer, kind, pin, tags) if question.nodes else None


def _sides(body: Sequence[Line]) -> tuple[list[Piece], list[Piece]] | None:
    """The pieces before and behind `:::`."""
    for place, line in enumerate(body):
        found = None if line.code else _PARTING.search(edits.masked(line.text))
        if found:
            front = [*(above.whole for above in body[:place]), line.between(0, found.start())]
            return front, [line.after(found.end()), *(below.whole for below in body[place + 1 :])]
    return None
