"""hashcards: `Q:` and `A:`, and `C: A text with [deletions].`, in files whose front matter is TOML.

A card ends where the next one begins, at a heading or a rule. Brackets are deletions in a `C:` card only, and there in
no code, link or picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.model import Kind, Node, Nodes, Problem
from generator.reading import notes, protection
from generator.reading.document import Document
from generator.reading.excerpts import NOTHING, Excerpt, Line, Lines
from generator.reading.notes import Found, Reading
from generator.reading.places import Places

NAME = "hashcards"
_BEGIN = re.compile(r"(?P<label>[QAC]):[ \t]*")
_END = re.compile(r" {0,3}(?:#{1,6}(?:[ \t]|$)|-{3,}[ \t]*$|<!--)")
_POSSIBLE = re.compile(rb"^C:", re.MULTILINE)
_BRACKET = re.compile(r"(?<!!)\[|\]")
# In a formula, those that no command takes, and that are no function's argument.
_BRACKET_IN_MATHS = re.compile(r"(?<!\\)(?<!\\left)(?<!\\right)(?<!\\[Bb]ig)\[[^\[\]]*\](?!\()")
_VERBATIM = (Kind.CODE, Kind.CODE_BLOCK, Kind.HTML, Kind.HTML_BLOCK, Kind.LINK, Kind.IMAGE)
_MATHS = (Kind.MATHS, Kind.DISPLAY_MATHS)


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return bool(_POSSIBLE.search(doc.data)) or "name" in doc.text.front


class _Card(NamedTuple):
    lines: tuple[Line, ...]
    question: Excerpt
    answer: Excerpt
    cloze: bool


def read(doc: Document) -> Reading:
    """The notes of a file that was written for hashcards: it has a cloze of theirs, or their front matter."""
    lines, places = Lines(doc), Places(doc)
    cards = [*_cards(lines)]
    if "name" not in doc.text.front and not any(card.cloze and card.question.nodes for card in cards):
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
        if ends or (begin and begin["label"] in "QC"):
            yield from _card(lines, labels, parts)
            parts, labels = [], ""
        if begin and (begin["label"] in "QC" or labels == "Q"):
            parts.append([line])
            labels += begin["label"]
        elif parts and not ends:
            parts[-1].append(line)
    yield from _card(lines, labels, parts)


def _card(lines: Lines, labels: str, parts: list[list[Line]]) -> Iterator[_Card]:
    """The card of the parts, if they are one."""
    told = [lines.excerpt([part[0].after(_length(part[0])), *(line.whole for line in part[1:])]) for part in parts]
    every = tuple(line for part in parts for line in part)
    if labels == "C" and told[0].nodes:
        nodes = hidden(told[0].nodes)
        if any(part.kind is Kind.DELETION for node in nodes for part in node.walk()):
            yield _Card(every, Excerpt(nodes, told[0].source), NOTHING, cloze=True)
    elif labels in ("Q", "QA") and told[0].nodes:
        yield _Card(every, told[0], told[1] if labels == "QA" else NOTHING, cloze=False)


def _length(line: Line) -> int:
    found = _BEGIN.match(line.text)
    return found.end() if found else 0


# --- what brackets hide -----------------------------------------------------------------------------------------------


def hidden(nodes: Nodes) -> Nodes:
    """The nodes with what stands in brackets as deletions."""
    if any(node.kind is Kind.TEXT for node in nodes):
        nodes = _paired(nodes)
    return tuple(map(_hidden, nodes))


def _hidden(node: Node) -> Node:
    if node.kind in _MATHS:
        return _hidden_in_formula(node) if not node.children else node
    return node if node.kind in (*_VERBATIM, Kind.DELETION) else node._replace(children=hidden(node.children))


def _hidden_in_formula(node: Node) -> Node:
    """A formula with what stands in brackets as deletions, if that leaves its own marks and braces whole."""
    pieces: list[Node] = []
    place = 0
    for bracket in _BRACKET_IN_MATHS.finditer(node.text):
        inside = bracket.group()[1:-1]
        if inside.count("{") == inside.count("}"):
            pieces.append(Node(Kind.TEXT, node.start, node.end, node.text[place : bracket.start()]))
            pieces.append(_deletion(node, [Node(Kind.TEXT, node.start, node.end, inside)]))
            place = bracket.end()
    last = Node(Kind.TEXT, node.start, node.end, node.text[place:])
    return node._replace(text="", children=(*pieces, last)) if pieces else node


def _paired(nodes: Nodes) -> Nodes:
    """Siblings, those between a bracket and the one that closes it taken together."""
    done: list[Node] = []
    inside: list[Node] = []
    depth = 0
    for node in nodes:
        if node.kind is not Kind.TEXT:
            (inside if depth else done).append(node)
            continue
        place = 0
        for bracket in _BRACKET.finditer(node.text):
            opens = bracket.group() == "["
            piece = node._replace(text=node.text[place : bracket.start()])
            (inside if depth else done).append(piece)
            place = bracket.end()
            depth += 1 if opens else -1 if depth else 0
            if opens and depth == 1:
                inside = []
            elif not opens and depth == 0 and inside:
                done.append(_deletion(node, inside))
                inside = []
            else:
                (inside if depth else done).append(node._replace(text=bracket.group()))
        (inside if depth else done).append(node._replace(text=node.text[place:]))
    if depth:  # never closed: a bracket like any other
        done += [nodes[0]._replace(kind=Kind.TEXT, text="[", children=()), *inside]
    return tuple(node for node in done if node.text or node.kind is not Kind.TEXT)


def _deletion(node: Node, inside: list[Node]) -> Node:
    kept = tuple(part for part in inside if part.text or part.kind is not Kind.TEXT)
    return Node(Kind.DELETION, kept[0].start if kept else node.start, node.end, "", kept, protection.written("[", "]"))
