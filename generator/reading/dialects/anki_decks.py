"""markdown-anki-decks, where it is more than headings: a question of several blocks in `<div data-question>` or `<h2>`.

Such a block asks, as a heading `##` does; what follows it up to the next of either answers.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from generator.model import Problem
from generator.reading import notes
from generator.reading.document import Document
from generator.reading.excerpts import Line, Lines, Piece
from generator.reading.notes import Found, Reading
from generator.reading.places import TOPIC_IN_COMMENT, Places, outside, with_topics_in_comments

NAME = "markdown-anki-decks"
_POSSIBLE = re.compile(rb"\n<(?:div[ \t]+[^>\n]*data-question|h2[ \t]+[^>\n]*markdown=)")
_TAGS = ("div", "h2")
_OPENING = re.compile(r"<(?P<tag>div|h2)\b(?=[^>]*\b(?:data-question|markdown=))[^>]*>[ \t]*")
_HEADING = re.compile(r"##[ \t]+(?P<text>.*?)[ \t#]*$")
_ENDING = re.compile(r"#[ \t]")


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return bool(_POSSIBLE.search(doc.lined))


def read(doc: Document) -> Reading:
    """The notes of a file with such a block."""
    lines = Lines(doc)
    cards = [*_cards(lines.all)]
    places = Places(doc, with_topics_in_comments(outside(doc, [lines.span(own) for own, _, _ in cards])))
    found: list[Found] = []
    problems: list[Problem] = []
    for own, front, back in cards:
        asked, answer = lines.excerpt(front), lines.excerpt(line.whole for line in back)
        if not asked.nodes:
            continue
        rule, place = "heading" if own[0].text.startswith("#") else "block", places.of(own[0].start)
        made = notes.of_excerpts(doc, NAME, rule, lines.span(own), asked, answer, place)
        found.append(made.found(notes.SURE))
        problems += made.problems
    beside = places.skipped_beside(one.note.span for one in found)
    return Reading(tuple(found), beside, tuple(problems), places.title)


def _cards(every: Sequence[Line]) -> Iterator[tuple[Sequence[Line], list[Piece], Sequence[Line]]]:
    """The lines of each card, the pieces of its question, and the lines of its answer."""
    begins = [*_begins(every)]
    ends = [*(first for first, _, _ in begins[1:]), len(every)]
    for (first, behind, front), end in zip(begins, ends, strict=False):
        end = next((n for n in range(behind, end) if _ends(every[n])), end)
        yield every[first:end], front, every[behind:end]


def _ends(line: Line) -> bool:
    return not line.code and bool(_ENDING.match(line.text) or TOPIC_IN_COMMENT.fullmatch(line.text))


def _begins(every: Sequence[Line]) -> Iterator[tuple[int, int, list[Piece]]]:
    """Where a question begins, where its answer does, and its pieces."""
    closing = {tag: [n for n, line in enumerate(every) if f"</{tag}>" in line.text and not line.code] for tag in _TAGS}
    place = 0
    while place < len(every):
        line = every[place]
        heading, opening = _HEADING.match(line.text), _OPENING.match(line.text)
        if line.code or not (heading or opening):
            place += 1
        elif heading:
            yield place, place + 1, [line.between(*heading.span("text"))]
            place += 1
        elif opening:
            ends = closing[opening["tag"]]
            here = bisect_left(ends, place)
            end = ends[here] if here < len(ends) else place
            yield place, end + 1, [*_between(every[place : end + 1], opening.end(), f"</{opening['tag']}>")]
            place = end + 1


def _between(own: Sequence[Line], begin: int, mark: str) -> Iterator[Piece]:
    """What stands between the tags of a block, a line each."""
    for line in own:
        first = begin if line is own[0] else 0
        last = line.text.find(mark) if line is own[-1] and mark in line.text else len(line.text)
        yield line.between(first, max(first, last))
