"""Obsidian callouts as cards: `> [!question] text`, its options, and `>> [!success]- Answer`.

The title asks, or the first paragraph where the title says nothing; a callout inside it answers, or all the rest where
the callout is folded. Notes, tips and warnings are none.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from generator.model import Kind, Node, Nodes, Problem
from generator.reading import answers, asking, attributes, choices, notes, numbering
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.notes import Asked, Found, Made, Reading
from generator.reading.places import Places

NAME = "callouts"
_OPENING = re.compile(r"\[!(?P<kind>[\w-]+)\](?P<fold>[+-]?)[ \t]*")
_ASKING = frozenset({"question", "faq", "help", "quiz", "card", "flashcard", "dbq", "mcq", "q"})
_ANSWERING = frozenset(
    {"success", "check", "done", "answer", "tip", "solution", "a", "hint", "info", "abstract", "quote"}
)
_BREAKS = (Kind.SOFT_BREAK, Kind.HARD_BREAK)


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return b"[!" in doc.data


class _Callout(NamedTuple):
    """A quote that is a callout: its kind in lower case, whether it is folded, its title, and what stands below."""

    node: Node
    kind: str
    folded: bool
    title: Nodes
    blocks: Nodes


def read(doc: Document) -> Reading:
    """The notes of a file whose questions are callouts."""
    places = Places(doc)
    found: list[Found] = []
    problems: list[Problem] = []
    for node in doc.tree.children:
        callout = _callout(node)
        made = _made(doc, places, callout) if callout and callout.kind in _ASKING else None
        if made:
            found.append(made.found())
            problems += made.problems
    return Reading(tuple(found), places.skipped_beside(one.note.span for one in found), tuple(problems), places.title)


def _callout(node: Node) -> _Callout | None:
    """A quote as a callout, if it is one. GitHub's five kinds the parser knows by itself."""
    if node.kind is not Kind.QUOTE:
        return None
    if node.target:
        return _Callout(node, node.target, False, (), node.children)
    first = node.children[0] if node.children else None
    if first is None or first.kind is not Kind.PARAGRAPH:
        return None
    opening = _OPENING.match(numbering.raw_text(first.children)[:40])
    if not opening:
        return None
    inline = numbering.without_prefix(first.children, opening.end())
    end = next((place for place, child in enumerate(inline) if child.kind in _BREAKS), len(inline))
    title, below = numbering.trimmed(inline[:end]), numbering.trimmed(inline[end:])
    blocks = node.children[1:]
    if below:
        blocks = (first._replace(start=below[0].start, children=below), *blocks)
    return _Callout(node, opening["kind"].lower(), bool(opening["fold"]), title, blocks)


def _made(doc: Document, places: Places, callout: _Callout) -> Made | None:
    """The note of a callout that asks, or None where nothing in it does."""
    line, blocks = callout.title, callout.blocks
    if _names_nothing(plain(line)):
        if not blocks or blocks[0].kind is not Kind.PARAGRAPH:
            return None
        line, blocks = blocks[0].children, blocks[1:]
    inline, marks = attributes.at_end(line)
    question, number = notes.without_number(inline, numbering.raw_text(inline).strip())
    source = attributes.without(doc.source_between(line[0].start, line[-1].end))
    asked = Asked(
        (callout.node,),
        notes.question(callout.node, question),
        source[number.length :] if number else source,
        plain(question),
        marks,
    )
    where = places.of(callout.node.start)
    inner = [(place, found) for place, node in enumerate(blocks) if (found := _callout(node))]
    answer = next(((place, found) for place, found in inner if found.kind in _ANSWERING), None)
    if answer:
        place, found = answer
        title = () if answers.says_answer(plain(found.title)) else notes.question(found.node, found.title)
        told = (*title, *found.blocks, *blocks[place + 1 :])
        return notes.of_blocks(doc, NAME, "callout", where, asked, blocks[:place], told)
    whole = callout.folded or choices.found(doc, blocks) or asking.strength(plain(question))
    return notes.of_blocks(doc, NAME, "callout", where, asked, blocks) if whole else None


def _names_nothing(title: str) -> bool:
    """Whether a title is none, or only says what the callout is."""
    return bool(_TITLE.fullmatch(title))


_TITLE = re.compile(r"[\W\d_]*(?:question|frage|pregunta|вопрос|quiz|card|flashcard|q)?[\W\d_]*", re.IGNORECASE)
