"""Obsidian's Spaced Repetition plug-in: `question::answer`, `:::` for both ways, a `?` line, `==cloze==`.

Cards on one line stand by themselves; of other paragraphs a line of its own, `?` or `??`, parts question and answer. A
tag (`#flashcards/sub/deck`) or a schedule (`<!--SR:…-->`) says that a file is such a one; neither is ever shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.model import Problem
from generator.reading import clozes, notes
from generator.reading.dialects import logseq
from generator.reading.document import Document
from generator.reading.excerpts import NOTHING, Excerpt, Line, Lines
from generator.reading.inline_cards import SCHEDULE, inline, without_schedule
from generator.reading.notes import Found, Reading
from generator.reading.places import Places

NAME = "spaced-repetition"
_DECK = re.compile(r"(?:^|\s)#(?:flashcards?|🧠)(?:/(?P<deck>[^\s#]+))?(?=\s|$)")
_PARTING = re.compile(r"[ \t]*(\?\??)[ \t]*$")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]")
_HIGHLIGHT = re.compile(r"(?<!=)==(?![=\s])[^=\n]+(?<!\s)==(?!=)")
# Without a tag or a schedule, so many of the lines of text must be cards, and at least so many there must be.
_NEARLY_ALL = 0.6
_FEWEST = 3


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return (b"::" in doc.data or b"\n?" in doc.data or b"SR:" in doc.data) and not logseq.is_page(doc)


class _Card(NamedTuple):
    lines: tuple[Line, ...]
    question: Excerpt
    answer: Excerpt
    kind: str
    rule: str


def read(doc: Document) -> Reading:
    """The notes of a file that was written for that plug-in, as its tag, a schedule or nearly all its lines say."""
    lines, places = Lines(doc), Places(doc)
    told = any(SCHEDULE.search(line.text) or _DECK.search(line.text) for line in lines.all if not line.code)
    tags = [str(tag).lower() for tag in doc.text.front.get("tags", ())]
    told = told or any(tag.partition("/")[0] in ("flashcards", "flashcard") for tag in tags)
    cards = [card for card in _cards(lines, told) if not places.is_housekeeping(card.lines[0].start)]
    if not told and not _nearly_all(lines, cards):
        return Reading()
    found: list[Found] = []
    problems: list[Problem] = []
    for card in cards:
        span, place = lines.span(card.lines), places.of(card.lines[0].start)
        made = notes.of_excerpts(doc, NAME, card.rule, span, card.question, card.answer, place, kind=card.kind)
        found.append(made.found(notes.SURE))
        problems += made.problems
    return Reading(tuple(found), places.skipped_beside(one.note.span for one in found), tuple(problems), places.title)


def _nearly_all(lines: Lines, cards: list[_Card]) -> bool:
    text = sum(not (line.blank or line.code or _HEADING.match(line.text)) for line in lines.all)
    single = sum(card.rule in _INLINE for card in cards)
    return single >= _FEWEST and single >= _NEARLY_ALL * text


_INLINE = ("::", ":::")


def _cards(lines: Lines, told: bool) -> Iterator[_Card]:
    """The cards of a file, paragraph by paragraph."""
    paragraph: list[Line] = []
    for line in lines.all:
        card = inline(line)
        if card:
            yield from _of_paragraph(lines, paragraph, told)
            paragraph = []
            rule, kind = (":::", "reversed") if card.both else ("::", "")
            question, answer = _without_deck(lines, line, card.question), lines.excerpt([card.answer])
            yield _Card((line,), question, answer, kind, rule)
        elif not line.code and (line.blank or _HEADING.match(line.text)):
            yield from _of_paragraph(lines, paragraph, told)
            paragraph = []
        else:
            paragraph.append(line)
    yield from _of_paragraph(lines, paragraph, told)


def _without_deck(lines: Lines, line: Line, piece: tuple[int, int]) -> Excerpt:
    """A question without the tag of its deck in front of it."""
    tag = _DECK.match(line.text)
    start = max(piece[0], line.after(tag.end())[0]) if tag else piece[0]
    return lines.excerpt([(start, piece[1])])


def _of_paragraph(lines: Lines, paragraph: list[Line], told: bool) -> Iterator[_Card]:
    """The card that a paragraph is, if it is one."""
    parting = next((n for n, line in enumerate(paragraph) if not line.code and _PARTING.match(line.text)), 0)
    if parting and parting + 1 < len(paragraph):
        both = len(paragraph[parting].text.strip()) == 2
        front = [line for line in paragraph[:parting] if not SCHEDULE.fullmatch(line.text)]
        question = lines.excerpt(line.after(_deck_length(line)) for line in front)
        answer = lines.excerpt(without_schedule(paragraph[parting + 1 :]))
        if question.nodes and answer.nodes:
            yield _Card(tuple(paragraph), question, answer, "reversed" if both else "", "??" if both else "?")
    elif told and any(not line.code and _HIGHLIGHT.search(line.text) for line in paragraph):
        text = lines.excerpt(without_schedule(paragraph))
        if clozes.deletes(text.nodes, highlights=True):
            yield _Card(tuple(paragraph), text, NOTHING, "cloze", "==")


def _deck_length(line: Line) -> int:
    tag = _DECK.match(line.text)
    return tag.end() if tag else 0
