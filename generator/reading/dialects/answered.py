"""Questions that only their answers tell of: a paragraph that asks or is counted, and below it `Answer: …`.

What stands between the two (code, options, a picture) belongs to the question. Where headings, labels or items of lists
ask, the note is that dialect's. Tasks with the code below each are such pairs where a heading says so; so are the
two parts of a line with a mark alone between them: `What is a leaf? ? A node without children.`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from generator.model import Kind, Node, Nodes, Span
from generator.reading import answers, asking, attributes, brackets, choices, furniture, notes, numbering, option
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.notes import Asked, Made
from generator.reading.options import Form
from generator.reading.places import Places

# So many blocks at most stand between a question and its answer.
_MOST_BETWEEN = 4
_BETWEEN = frozenset({Kind.CODE_BLOCK, Kind.LIST, Kind.TABLE, Kind.QUOTE, Kind.PARAGRAPH})


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return _PARTED in doc.data or any(_tells(node) or _announces(node) for node in doc.tree.children)


def made(doc: Document, dialect: str, places: Places, taken: Sequence[Span]) -> Iterator[Made]:
    """The notes of the paragraphs that are answered below them, but for what is in the notes of `taken` lines."""
    inside = {line for span in taken for line in range(span.line, span.end_line + 1)}
    blocks = tuple(node for node in doc.tree.children if doc.line(node.start) not in inside)
    questions = [*_questions(blocks)]
    for index, (place, tells) in enumerate(questions):
        following = questions[index + 1][0] if index + 1 < len(questions) else len(blocks)
        end = next((at for at in range(tells + 1, following) if _parts(blocks[at])), following)
        bare = choices.group_at(blocks[place:end], 0)
        if bare and bare.form is Form.LISTED and bare.stem:
            continue  # options without letters are `quiz`'s to read
        if not places.is_housekeeping(blocks[place].start):
            one = _note(doc, dialect, places, blocks[place], blocks[place + 1 : end])
            if one.note.answered and not inside & set(range(one.note.span.line, one.note.span.end_line + 1)):
                yield one
    if _PARTED in doc.data:
        yield from _in_lines(doc, dialect, places, blocks)
    for task, code in () if questions or taken else _tasks(blocks):
        yield _note(doc, dialect, places, task, (), (code,))


_PARTED = b"? ? "
_ASKED = re.compile(r"(?P<asks>[^?]*+\?)\s\?\s(?=\S)")


def _in_lines(doc: Document, dialect: str, places: Places, blocks: Nodes) -> Iterator[Made]:
    """The notes of paragraphs of one line whose question and answer are parted by a mark between them."""
    found = []
    for node in blocks:
        one = node.kind is Kind.PARAGRAPH and not any(child.kind in _BREAKS for child in node.children)
        parted = _ASKED.match(numbering.raw_text(node.children)) if one else None
        if parted and asking.strength(parted["asks"]):
            found.append((node, parted))
    if len(found) < _FEWEST_LINES and not doc.has_in_any_case(b"#flashcard"):
        return
    for node, parted in found:
        asks = brackets.cut(node.children, len(parted["asks"]))[0]
        told = numbering.trimmed(numbering.without_prefix(node.children, parted.end()))
        source = doc.source_between(node.start, node.end).partition(_PARTED.decode())[0] + "?"
        head = Asked((node,), notes.question(node, asks), source, plain(asks))
        yield notes.of_blocks(doc, dialect, "?", places.of(node.start), head, (), option.paragraph([told]))


_BREAKS = (Kind.SOFT_BREAK, Kind.HARD_BREAK)
_FEWEST_LINES = 2


def _announces(node: Node) -> bool:
    """Whether a heading says that questions follow."""
    return node.kind is Kind.HEADING and asking.announces(plain((node,)))


def _tasks(blocks: Nodes) -> Iterator[tuple[Node, Node]]:
    """Tasks and the code that solves them, where a heading says that questions follow and nothing else stands there."""
    begins = [place for place, node in enumerate(blocks) if node.kind is Kind.HEADING]
    for begin, end in pairwise([*begins, len(blocks)]):
        body = [node for node in blocks[begin + 1 : end] if not furniture.furniture(node)]
        pairs = [*zip(body[::2], body[1::2], strict=False)]
        alike = all(task.kind is Kind.PARAGRAPH and code.kind is Kind.CODE_BLOCK for task, code in pairs)
        if _announces(blocks[begin]) and alike and len(body) % 2 == 0 and len(pairs) >= _FEWEST_TASKS:
            yield from pairs


_FEWEST_TASKS = 3


def _tells(node: Node) -> bool:
    """Whether a paragraph begins with the label of an answer, or a callout says that it is one."""
    if node.kind is Kind.QUOTE:
        return answers.says_in_callout(node)
    return node.kind is Kind.PARAGRAPH and answers.announces_answer(node)


def _parts(node: Node) -> bool:
    """Whether a block stands between two questions."""
    return node.kind is Kind.RULE or (node.kind is Kind.HEADING and not furniture.names_part(plain((node,))))


def _questions(blocks: Nodes) -> Iterator[tuple[int, int]]:
    """Where a question stands, and where the label of its answer does."""
    taken = 0
    found: list[tuple[int, int]] = []
    parts: list[tuple[int, int]] = []  # `a. …`, `b. …`, each with its answer
    instead: list[tuple[int, int]] = []  # what asks in place of these, where they are not several
    for tells, node in enumerate(blocks):
        if not _tells(node) or (tells and answers.is_bare_label(blocks[tells - 1])):
            continue
        place = _question(blocks, max(taken, tells - _MOST_BETWEEN - 1), tells)
        is_part = tells > taken and _letter(blocks[tells - 1]) == _LETTERS[len(parts) : len(parts) + 1]
        if is_part:
            parts.append((tells - 1, tells))
        if place is not None:
            (instead if is_part else found).append((place, tells))
        taken = tells + 1
    yield from sorted([*found, *(parts if len(parts) >= _FEWEST_LINES else instead)])


_LETTERS = "abcdefghij"
_LETTERED = re.compile(r"(?P<letter>[a-j])[.)]\s+(?=\S)")


def _letter(node: Node) -> str:
    """The letter in front of a paragraph, which counts parts of a question where each is answered by itself."""
    found = _LETTERED.match(numbering.raw_text(node.children)) if node.kind is Kind.PARAGRAPH else None
    return found["letter"] if found else "-"


def _question(blocks: Nodes, first: int, tells: int) -> int | None:
    """The place of the last paragraph before an answer that is counted, or asks; None where there is none."""
    asks: int | None = None
    for place in range(tells - 1, first - 1, -1):
        node = blocks[place]
        if _parts(node) or (node.kind not in _BETWEEN and not furniture.furniture(node)):
            break
        if node.kind is Kind.PARAGRAPH:
            text = numbering.raw_text(node.children).strip()
            number = _number(text)
            if number and not number.bare:
                return place
            if asks is None and asking.strength(text) > 0:
                asks = place
    return asks


def _number(text: str) -> numbering.Number | None:
    return numbering.number(text) or numbering.section(text)


def _note(doc: Document, dialect: str, places: Places, head: Node, blocks: Nodes, told: Nodes | None = None) -> Made:
    """The note of a question that begins in a paragraph, and of what follows it."""
    line, options = choices.stem(head)
    inline, marks = attributes.at_end(numbering.unwrapped(line))
    text = numbering.raw_text(inline)
    number = _number(text.lstrip())
    length = len(text) - len(text.lstrip()) + number.length if number and not number.bare else 0
    part = _LETTERED.match(text) if not length and len(option.lines(line)) == 1 else None
    length = part.end() if part else length
    kept = numbering.unwrapped(numbering.trimmed(numbering.without_prefix(inline, length)))
    source = doc.source_between(kept[0].start, kept[-1].end, kept) if kept else ""
    asked = Asked((head,), notes.question(head, kept), attributes.without(source), plain(kept), marks, whole=bool(kept))
    return notes.of_blocks(
        doc, dialect, "paragraph above an answer", places.of(head.start), asked, (*options, *blocks), told
    )
