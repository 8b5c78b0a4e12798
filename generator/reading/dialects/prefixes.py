"""Lines that say what they are: `Q: …` and `A: …`, `Question 3: …`, `**Answer:**`, in many languages.

A question goes on to its answer's label, an answer to the next question, a rule, a heading or the end of the list or
quote that it stands in. Where no answer has a label, what stands below a question answers it, on its very next line
too. In code labels are code. A question in a heading is the headings dialect's. Where only answers have labels, what
asks or is counted above them are the questions (`answered`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from generator.model import Node, Nodes, Problem, Skipped
from generator.reading import asking, labelled, labels, notes, writing
from generator.reading.blocks import plain
from generator.reading.dialects import answered
from generator.reading.document import Document
from generator.reading.excerpts import NOTHING, Lines
from generator.reading.labelled import Labelled
from generator.reading.notes import Found, Reading
from generator.reading.places import Places
from generator.reading.writing import Entry

NAME = "prefixes"
_UNANSWERED = 0.9
# So many of the questions must ask, where only letters or numbers say that they are questions.
_ENOUGH = 0.5
_FEWEST = 2
# So many of the answers may ask; more, and two are talking.
_MOST_ASK_BACK = 0.25


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return any(labels.may_ask(line) for line in doc.text.lines) or answered.is_possible(doc)


def read(doc: Document) -> Reading:
    """The notes of a file whose questions and answers are labelled."""
    lines = Lines(doc)
    found: list[Found] = []
    problems: list[Problem] = []
    cards = _best(lines, doc.dialect == NAME)
    places = Places(doc, _outside(doc, cards) if cards else None)
    paired = any(card.pair for card in cards)
    for card in cards:
        if places.is_housekeeping(card.lines[0].start):
            continue
        span, place = lines.span(card.lines), places.of(card.lines[0].start)
        rule = "labels" if card.pair else "label"
        made = notes.of_excerpts(doc, NAME, rule, span, card.question, card.answer or NOTHING, place)
        found.append(Found(made.note, _weight(card, made.note.answered, paired)))
        problems += made.problems
    taken = [one.note.span for one in found]
    skipped: list[Skipped] = []
    for one in answered.made(doc, NAME, places, taken):
        found.append(one.found())
        skipped += one.skipped
    found.sort(key=lambda one: one.note.span.line)
    taken = [one.note.span for one in found]
    return Reading(tuple(found), (*skipped, *places.skipped_beside(taken)), tuple(problems), places.title)


def _weight(card: Labelled, answered: bool, paired: bool) -> float:
    """How surely a card is one. Among labelled answers a label without one is a question that has none yet."""
    if card.label.bare and not card.pair and not asking.strength(card.text):
        return notes.GUESS
    return 1.0 if answered else _UNANSWERED if paired else notes.GUESS


def _outside(doc: Document, cards: Sequence[Labelled]) -> Nodes:
    """The blocks of the file that begin in no question or answer."""
    begins = [card.lines[0].start for card in cards]

    def is_outside(node: Node) -> bool:
        place = bisect_right(begins, node.start) - 1
        return place < 0 or cards[place].lines[-1].end < node.start

    return tuple(node for node in doc.tree.children if is_outside(node))


def _best(lines: Lines, forced: bool) -> list[Labelled]:
    """The cards by the letters that most of them are labelled with."""
    best: list[Labelled] = []
    alone: list[Labelled] = []  # questions without answers
    marks = labelled.marked(lines)
    for letters in labels.used(marks.values()):
        found = labelled.read(lines, marks, letters)
        if forced or _are_meant(found, letters == labels.LETTERS[0]):
            best = max(best, found, key=_told) or found  # the common letters first, also without an answer
            alone = alone or found
    return best or (alone if forced else [])


def _told(cards: Sequence[Labelled]) -> tuple[int, int]:
    """How many answers have labels, and how many there are."""
    return sum(card.pair for card in cards), sum(card.answer is not None for card in cards)


def _are_meant(found: Sequence[Labelled], common: bool) -> bool:
    """Whether these are questions: a pair of labels says so, letters only where they ask, and so do questions alone."""
    pairs = [card for card in found if card.pair]
    sure = [card for card in pairs if (not card.label.letter or common) and not card.label.side]
    sides = [card for card in pairs if card.label.side]
    if len(sides) >= _FEWEST or (sure and not all(card.label.bare for card in pairs)):
        return True
    ask = sum(asking.strength(card.text) > 0 for card in found)
    if len(found) < _FEWEST or ask < _ENOUGH * len(found):
        return False
    return common or (bool(pairs) and not _ask_back(pairs))


def _ask_back(pairs: Sequence[Labelled]) -> bool:
    """Whether what answers asks as well, as those do who talk with each other."""
    answers = [plain(card.answer.nodes) for card in pairs if card.answer]
    return sum(asking.strength(text) == asking.MARKED for text in answers) > _MOST_ASK_BACK * len(answers)


# --- the other way ----------------------------------------------------------------------------------------------------


def write(title: str, entries: Sequence[Entry]) -> str:
    """The notes with `Q:` and `A:`, under the headings of their topics."""

    def note(entry: Entry, _: int) -> str:
        asked = "\n\n".join(filter(None, [f"Q: {entry.asked}", entry.below, entry.choices]))
        return "\n\n".join(filter(None, [asked, writing.labelled("A:", entry.answer)]))

    return writing.under_topics(title, entries, note)
