"""Questions alone: lists of them, for an interview or for oneself. Each is a note that is not answered yet.

An item below another asks further: it is no answer. Code below an item belongs to its question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.model import Kind, Node, Nodes, Problem
from generator.reading import attributes, notes
from generator.reading.blocks import plain
from generator.reading.dialects.lists import Item, itemised
from generator.reading.document import Document
from generator.reading.notes import Asked, Found, Reading
from generator.reading.places import Places

NAME = "checklist"
# So many of the items must ask, for the others to be questions as well; and so many there must be.
_ENOUGH = 0.5
_FEWEST = 3
# Less will do where the head of the file says that they are questions.
_FEW_ASK = 0.1
_HEAD = 5
_QUESTIONS = re.compile(
    r"\b(?:questions|checklist|preguntas|perguntas|fragen|domande|вопросы|питання|pytania)\b|问题|問題|面试题|质问",
    re.IGNORECASE,
)
_WEIGHT = 0.5


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return any(node.kind is Kind.LIST for node in doc.tree.children)


def read(doc: Document) -> Reading:
    """The notes of a file that only asks; none where its items are mostly something else."""
    places = Places(doc)
    blocks = doc.tree.children
    items = [
        (item, _code_below(blocks, place, last))
        for place, node in enumerate(blocks)
        if node.kind is Kind.LIST and not places.is_housekeeping(node.start)
        for item, last in _items(node)
    ]
    asks = [item for item, _ in items if item.strength]
    told = bool(_QUESTIONS.search(" ".join(doc.text.lines[:_HEAD])))
    if len(items if told else asks) < _FEWEST or len(asks) < (_FEW_ASK if told else _ENOUGH) * len(items):
        return Reading()
    found: list[Found] = []
    problems: list[Problem] = []
    for item, code in items:
        inline, _ = notes.without_number(item.inline, item.text)
        source = attributes.without(doc.source_between(item.inline[0].start, item.inline[-1].end))
        line = item.node._replace(kind=Kind.PARAGRAPH, end=item.inline[-1].end, children=item.inline)
        below = (*(node for node in item.rest if node.kind is not Kind.LIST), *code)
        asked = Asked((line,), notes.question(line, inline), source, plain(inline), item.marks)
        made = notes.of_blocks(doc, NAME, "question alone", places.of(line.start), asked, below, ())
        found.append(made.found(_WEIGHT))
        problems += made.problems
    return Reading(tuple(found), places.skipped_beside(one.note.span for one in found), tuple(problems), places.title)


def _items(node: Node) -> Iterator[tuple[Item, bool]]:
    """All items of a list, those of the lists in it too, in order; and whether each is the last one."""
    for place, child in enumerate(node.children):
        last = place == len(node.children) - 1
        below = [inner for inner in child.children if inner.kind is Kind.LIST]
        for item in itemised(child, node.level >= 0):
            yield item, last and not below
        for inner in below:
            yield from ((item, last and end) for item, end in _items(inner))


def _code_below(blocks: Nodes, place: int, last: bool) -> Nodes:
    """The code right behind a list, which is that of its last question."""
    if not last:
        return ()
    after = blocks[place + 1 : place + 2]
    return after if after and after[0].kind is Kind.CODE_BLOCK else ()
