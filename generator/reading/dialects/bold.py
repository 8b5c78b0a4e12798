"""Bold lines as questions: `**What is a leaf?**`, `**12. …**`, `**Q1: …**`, the answer below or on the very next line.

A bold line that asks nothing is a label of an answer's part, unless it is numbered, or marked (an emoji of difficulty)
as those that ask are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from generator.model import Kind, Node, Nodes, Problem, Skipped
from generator.reading import asking, attributes, clozes, furniture, notes, numbering, writing
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.notes import Asked, Found, Reading
from generator.reading.places import Places
from generator.reading.writing import Entry

NAME = "bold"
_BREAKS = (Kind.SOFT_BREAK, Kind.HARD_BREAK)
_LOUD = (Kind.STRONG, Kind.EMPHASIS)
# What may stand beside the bold text of a question: signs, stars, emoji, no words.
_BESIDE = re.compile(r"[^\w]*")
_MARK = re.compile(r"[^\w\s?!.,:;()\[\]{}'\"“”‘’«»/*`>+=&%$#@~^|\\<–—-]")
# So many of the numbered bold lines, or of those with a mark, must ask, for the others to be questions too.
_ENOUGH = 0.5


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return b"*" in doc.data or b"_" in doc.data


class _Line(NamedTuple):
    """A bold line at the beginning of a paragraph: its inline nodes, and what follows it in the paragraph."""

    node: Node
    inline: Nodes
    text: str
    number: numbering.Number | None
    marks: attributes.Attributes
    rest: Nodes

    @property
    def words(self) -> str:
        """Its text without the number in front."""
        return self.text[self.number.length :] if self.number else self.text

    @property
    def strength(self) -> float:
        """How surely it asks."""
        labelled = self.number is not None and self.number.labelled
        told = labelled or self.marks.kind or clozes.deletes(self.inline)
        return asking.MARKED if told else asking.strength(self.words)

    @property
    def mark(self) -> str:
        """The sign behind it, such as an emoji of difficulty."""
        found = _MARK.findall(self.text[-4:])
        return found[-1] if found else ""


def read(doc: Document) -> Reading:
    """The notes of a file whose questions are bold lines."""
    places = Places(doc)
    blocks = doc.tree.children
    lines = {place: line for place, node in enumerate(blocks) if (line := _bold(node))}
    asks = _questions(
        [line for line in lines.values() if not places.is_housekeeping(line.node.start)], doc.dialect == NAME
    )
    begins = {place for place, line in lines.items() if line.node.start in asks}
    found: list[Found] = []
    problems: list[Problem] = []
    skipped: list[Skipped] = []
    stops = sorted(begins | {place for place, node in enumerate(blocks) if node.kind is Kind.HEADING} | {len(blocks)})
    for place, end in pairwise(stops):
        if place not in begins:
            continue
        made = _made(doc, places, lines[place], blocks[place + 1 : end])
        found.append(made.found(max(lines[place].strength, notes.GUESS)))
        problems += made.problems
        skipped += made.skipped
    skipped += places.skipped_beside(one.note.span for one in found)
    return Reading(tuple(found), tuple(skipped), tuple(problems), places.title)


def _bold(node: Node) -> _Line | None:
    """The bold first line of a paragraph; None where it has none, or words beside the bold ones."""
    if node.kind is not Kind.PARAGRAPH:
        return None
    end = next((place for place, child in enumerate(node.children) if child.kind in _BREAKS), len(node.children))
    first, rest = numbering.trimmed(node.children[:end]), numbering.trimmed(node.children[end:])
    inline, marks = attributes.at_end(first)
    strong = [child for child in inline if child.kind in _LOUD]
    if len(strong) != 1 or not all(_is_beside(child) for child in inline if child is not strong[0]):
        return None
    flat = _flattened(inline)
    text = numbering.raw_text(flat).strip()
    return _Line(node, flat, text, numbering.number(text), marks, rest) if text else None


def _is_beside(node: Node) -> bool:
    """Whether a node may stand beside the bold words: a number in front, signs, an anchor."""
    if node.kind is Kind.TEXT:
        number = numbering.number(node.text)
        return bool(_BESIDE.fullmatch(node.text)) or (number is not None and number.length >= len(node.text.strip()))
    return node.kind in (Kind.HTML, Kind.IMAGE)


def _flattened(inline: Nodes) -> Nodes:
    """The line without its bold, which a question has anyway."""
    return numbering.trimmed(
        tuple(child for node in inline for child in (node.children if node.kind in _LOUD else (node,)))
    )


def _questions(lines: Sequence[_Line], every_one: bool) -> set[int]:
    """Which of a file's bold lines are questions, by their first bytes; all, where the author says that these ask."""
    if every_one:
        return {line.node.start for line in lines if not furniture.names_part(line.text)}
    ask = [line for line in lines if line.strength]
    numbered = sum(line.number is not None for line in lines)
    by_number = _mostly(sum(line.number is not None for line in ask), numbered)
    marked, every = Counter(line.mark for line in ask), Counter(line.mark for line in lines)
    marks = {mark for mark, count in every.items() if mark and _mostly(marked[mark], count)}
    return {
        line.node.start
        for line in lines
        if line.strength or (by_number and line.number is not None) or line.mark in marks
    }


def _mostly(some: int, every: int) -> bool:
    return some > 1 and some >= _ENOUGH * every


def _made(doc: Document, places: Places, line: _Line, below: Nodes) -> notes.Made:
    inline, _ = notes.without_number(line.inline, line.text)
    end = line.rest[0].start if line.rest else line.node.end
    source = attributes.without(doc.source_between(line.node.start, end))
    asked = Asked(
        (line.node._replace(end=end),),
        notes.question(line.node, inline),
        source,
        plain(inline),
        line.marks,
        letter=line.number is not None and line.number.labelled,
    )
    rest = (line.node._replace(start=end, children=line.rest),) if line.rest else ()
    rule = "numbered bold line" if line.number else "bold line"
    return notes.of_blocks(doc, NAME, rule, places.of(line.node.start), asked, (*rest, *below))


# --- the other way ----------------------------------------------------------------------------------------------------


def write(title: str, entries: Sequence[Entry]) -> str:
    """The notes with their questions in bold, under the headings of their topics."""

    def note(entry: Entry, _: int) -> str:
        asked = " ".join(filter(None, (entry.bold, entry.marks)))
        return "\n\n".join(filter(None, [asked, entry.told()]))

    return writing.under_topics(title, entries, note)
