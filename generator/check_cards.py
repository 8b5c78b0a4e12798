"""Notes too long for a cut-out card, estimated from their text alone: what layout makes of them, a build tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from generator.imposition import CannotImpose, card_format
from generator.model import Basic, Choice, Cloze, Kind, Node, Note, Problem, Reversed, Severity
from generator.print_model import plan_of
from generator.print_settings import CARD_STEPS, PrintSettings

# A letter of text and a sign of code are so many times as wide as the least type is high, a line so many times as high.
_LETTER, _SIGN, _LINE = 0.47, 0.62, 1.34
# In lines: what stands between two blocks, and around code.
_BETWEEN, _AROUND = 0.35, 1.2
# Sources at the foot of an answer take so many lines.
_SOURCES = 1.5
# A card's head takes this part of its height, and a face so many lines more before it is too long: this is an estimate.
_HEAD, _DOUBT = 0.085, 0.5
_BLOCKS = frozenset((
    Kind.PARAGRAPH, Kind.HEADING, Kind.CODE_BLOCK, Kind.QUOTE, Kind.LIST, Kind.ITEM, Kind.TABLE, Kind.TABLE_HEAD,
    Kind.TABLE_ROW, Kind.HTML_BLOCK, Kind.FOOTNOTE, Kind.DEFINITION_LIST, Kind.DEFINITION_TERM, Kind.DEFINITION,
))  # fmt: skip
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class _Room:
    """How many lines a face of a card has in the least type, and how many letters or signs of code each."""

    lines: float
    letters: int
    signs: int


def check(notes: Sequence[Note], settings: PrintSettings) -> list[Problem]:
    """The notes whose question or answer may not fit on one card, where cards are made."""
    if "cards" not in settings.products:
        return []
    try:
        room = _room(settings)
    except CannotImpose:  # which is a problem of its own
        return []
    size = settings.cards.stock or settings.cards.size
    answered = [note for note in notes if note.answered]
    return [
        problem
        for note in answered
        for problem in _too_long(note, room, size, _SOURCES if note.citations and settings.sources else 0.0)
    ]


def _room(settings: PrintSettings) -> _Room:
    card = card_format(plan_of(settings))
    least = CARD_STEPS[-1]
    width, height = card.width - 2 * card.padding, card.height * (1 - _HEAD) - 2 * card.padding
    return _Room(height / least / _LINE, int(width / least / _LETTER), int(width / least / _SIGN))


def _too_long(note: Note, room: _Room, size: str, foot: float) -> Iterator[Problem]:
    front, back = _faces(note)
    for name, face, below in (("question", front, 0.0), ("answer", back, foot)):
        lines = _lines(face, room) + below
        if lines > room.lines + _DOUBT:
            message = (
                f"this {name} is too long for a card of the size {size}: about {ceil(lines)} lines "
                f"in the least type, where {int(room.lines)} have room"
            )
            hint = "it is continued on further cards; make two notes of it, or set a larger print.cards.size"
            yield Problem(Severity.WARNING, "long-card", note.span.file, note.span.line, 1, message, hint)


def _faces(note: Note) -> tuple[Sequence[Node], Sequence[Node]]:
    """What stands on the front and on the back."""
    match note.body:
        case Basic(question=front, answer=back) | Reversed(question=front, answer=back):
            return front, (*back, *note.footnotes)
        case Choice(question=front, options=options, explanation=back):
            asked = [node for option in options for node in option.content]
            right = [node for option in options if option.correct for node in option.content]
            return (*front, *asked), (*right, *back, *note.footnotes)
        case Cloze(text=text, extra=extra):
            return text, (*text, *extra, *note.footnotes)


def _lines(nodes: Iterable[Node], room: _Room) -> float:
    """About how many lines these blocks fill. Pictures and formulas are not reckoned with: they are scaled."""
    total, bare = 0.0, 0
    for node in nodes:
        if node.kind is Kind.CODE_BLOCK:
            total += sum(max(1, ceil(len(line) / room.signs)) for line in node.text.rstrip().split("\n")) + _AROUND
        elif node.kind in (Kind.TABLE_HEAD, Kind.TABLE_ROW):
            total += ceil(_length(node) / room.letters) + _BETWEEN
        elif node.kind in _BLOCKS:
            total += _lines(node.children, room) if node.children else ceil(_length(node) / room.letters)
            total += _BETWEEN if node.kind in (Kind.PARAGRAPH, Kind.LIST, Kind.HTML_BLOCK) else 0.0
        else:
            bare += _length(node)
    return total + ceil(bare / room.letters)


def _length(node: Node) -> int:
    """How many letters it shows; those of scripts that are twice as wide count twice."""
    text = "".join(_TAG.sub("", part.text) if part.text else " " for part in node.walk())
    return len(text) if text.isascii() else len(text) + sum(letter >= "\u2e80" for letter in text)
