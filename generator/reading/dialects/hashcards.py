"""hashcards: `Q:` and `A:`, and `C: A text with [deletions].`, in files whose front matter is TOML.

A card ends where the next one begins, at a heading or a rule. Brackets are deletions in a `C:` card only, and there in
no code, link or picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.model import Problem
from generator.reading import clozes, hiding, notes
from generator.reading.document import Document
from generator.reading.excerpts import NOTHING, Excerpt, Line, Lines
from generator.reading.notes import Found, Reading
from generator.reading.places import Places

NAME = "hashcards"
# `C:\folder` and `C://` are no cards.
_BEGIN = re.compile(r"(?P<label>[QA]:|C:(?![\\/]))[ \t]*")
_END = re.compile(r" {0,3}(?:#{1,6}(?:[ \t]|$)|-{3,}[ \t]*$)")
# In a file with options or speakers `C:` is one of these.
_OTHER = re.compile(rb"\nB:[ \t]")


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return "name" in doc.text.front or (b"\nC:" in doc.lined and not _OTHER.search(doc.lined))


class _Card(NamedTuple):
    lines: tuple[Line, ...]
    question: Excerpt
    answer: Excerpt
    cloze: bool


def read(doc: Document) -> Reading:
    """The notes of a file that was written for hashcards: it has a cloze of theirs, or their front matter."""
    lines, places = Lines(doc), Places(doc)
    cards = [*_cards(lines)]
    if doc.dialect != NAME and "name" not in doc.text.front and not any(card.cloze for card in cards):
        return Reading()
    found: list[Found] = []
    problems: list[Problem] = []
    for card in cards:
        rule, kind = ("C:", "cloze") if card.cloze else ("Q: and A:", "basic")
        span, place = lines.span(card.lines), places.of(card.lines[0].start)
        made = notes.of_excerpts(doc, NAME, rule, span, card.question, card.answer, place, kind=kind)
        found.append(made.found(notes.SURE))
        problems += made.problems
    title = str(doc.text.front.get("name", "")) or places.title
    return Reading(tuple(found), places.skipped_beside(one.note.span for one in found), tuple(problems), title)


def _cards(lines: Lines) -> Iterator[_Card]:
    parts: list[list[Line]] = []  # of the card that is open: its lines, label by label
    labels = ""
    for line in lines.all:
        begin = None if line.code else _BEGIN.match(line.text)
        ends = not line.code and _END.match(line.text)
        label = begin["label"][0] if begin else ""
        if ends or (label and label in "QC"):
            yield from _card(lines, labels, parts)
            parts, labels = [], ""
        if label and (label in "QC" or labels == "Q"):
            parts.append([line])
            labels += label
        elif parts and not ends:
            parts[-1].append(line)
    yield from _card(lines, labels, parts)


def _card(lines: Lines, labels: str, parts: list[list[Line]]) -> Iterator[_Card]:
    """The card of the parts, if they are one."""
    if parts:
        parts[-1] = _without_comments(parts[-1])
    told = [lines.excerpt([part[0].after(_length(part[0])), *(line.whole for line in part[1:])]) for part in parts]
    every = tuple(line for part in parts for line in part)
    if labels == "C" and told[0].nodes:
        nodes = hiding.hidden(told[0].nodes, hiding.BRACKETS, lines.doc.data)
        if clozes.deletes(nodes):
            yield _Card(every, Excerpt(nodes, told[0].source), NOTHING, cloze=True)
    elif labels in ("Q", "QA") and told[0].nodes:
        yield _Card(every, told[0], told[1] if labels == "QA" else NOTHING, cloze=False)


def _length(line: Line) -> int:
    found = _BEGIN.match(line.text)
    return found.end() if found else 0


def _without_comments(part: list[Line]) -> list[Line]:
    """A card's lines without the comments at their end, which are about the cards that follow."""
    end = len(part)
    while end > 1:
        first = end - 1
        if part[first].text.rstrip().endswith("-->"):
            while first > 1 and not part[first].text.lstrip().startswith("<!--"):
                first -= 1
            if not part[first].text.lstrip().startswith("<!--"):
                break
        elif not part[first].blank:
            break
        end = first
    return part[:end]
