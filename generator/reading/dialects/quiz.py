"""Multiple choice wherever it stands: a paragraph that options and their key follow is a question, however it begins.

`Q12) …`, `Question #12 - Topic 1`, a plain sentence or an item of a list; where a heading asks, the note is that
dialect's, unless its headings don't look like questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from generator.model import Choice, Kind, Node, Nodes, Note, Problem, Skipped
from generator.reading import (
    answers,
    asking,
    attributes,
    choices,
    furniture,
    notes,
    numbering,
    option,
    right_options,
    writing,
)
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.notes import Asked, Found, Made, Reading
from generator.reading.options import Form
from generator.reading.places import Places
from generator.reading.writing import Entry

NAME = "quiz"
# A box or a letter as options have them; or a mark on an option.
_OPTION = re.compile(
    rb"\n[ \t>]{0,8}(?:[-*+][ \t]+)?(?:\[[ xX]\]|[*_(]{0,3}(?:[AaBb]|\xd0[\x90\x91\xb0\xb1])[*_)]{0,2}[).:])"
    rb"|\n[*_]{0,2}(?:[Cc]orrect )?[Aa]ns(?:wer)?[ \t]*[-:]"
)
_RIGHT = re.compile(rb"\xe2\x9c[\x85\x93\x94]|[(<\[-] ?(?:[Cc]orrect|CORRECT)")
# So many blocks at most, without a number in front of them, are one question.
_MOST_BLOCKS = 4
_MATERIAL = frozenset({Kind.CODE_BLOCK, Kind.TABLE, Kind.QUOTE, Kind.LIST})


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    marked = _OPTION.search(doc.lined) or (doc.has(b"\xe2\x9c", b"orrect", b"CORRECT") and _RIGHT.search(doc.data))
    return bool(marked) or (b"nswer" in doc.data and choices.is_quiz(doc))


def read(doc: Document) -> Reading:
    """The notes of all options that have a key, or stand among others that have one."""
    blocks = [block for node in choices.dedented(doc, doc.tree.children) for block in _blocks(node)]
    questions = [*_questions(blocks)]
    asking_here = {blocks[head].node.start for head, _, _ in questions}
    places = Places(doc, tuple(node for node in doc.tree.children if node.start not in asking_here))
    found: list[Found] = []
    problems: list[Problem] = []
    skipped: list[Skipped] = []
    for head, after, end in questions:
        node = blocks[head].node
        if places.is_housekeeping(node.start):
            continue
        made = _note(doc, places, node, tuple(block.node for block in blocks[head + 1 : end]))
        if doc.keyed and not made.note.answered:  # what follows the options is something else
            made = _note(doc, places, node, tuple(block.node for block in blocks[head + 1 : after]))
        if isinstance(made.note.body, Choice) and _is_plain(doc, node, made.note):
            found.append(made.found())
            problems += made.problems
            skipped += made.skipped
    skipped += places.skipped_beside(one.note.span for one in found)
    return Reading(tuple(found), tuple(skipped), tuple(problems), places.title)


class _Block(NamedTuple):
    """A block of the file, or of an item that holds options; `heads` says that a question begins with it.

    `quoted` says that it is one of a quote around a whole question.
    """

    node: Node
    heads: bool = False
    quoted: bool = False


def _blocks(node: Node) -> Iterator[_Block]:
    """A block as it is; a list of questions as the blocks of its items, a quote around one as what it holds."""
    if node.kind is Kind.QUOTE and _has_options(node.children):
        yield from (_Block(block, heads=place == 0, quoted=True) for place, block in enumerate(node.children))
        return
    if node.kind is Kind.LIST:
        items = [_item(item) for item in node.children]
        if any(_has_options(item) for item in items) or (node.level >= 0 and len(items) == 1):
            for item in items:
                yield from (_Block(block, heads=place == 0) for place, block in enumerate(item))
            return
    yield _Block(node, node.kind is Kind.PARAGRAPH and _is_numbered(node))


def _item(item: Node) -> Nodes:
    """An item's blocks, its first line as a paragraph."""
    children = item.children
    if children and children[0].kind is Kind.PARAGRAPH:
        return children
    inline = option.first_lines(children)
    return (*option.paragraph([inline]), *children[len(inline) :])


def _has_options(item: Nodes) -> bool:
    """Whether options stand in an item below its first line."""
    if not item or item[0].kind is not Kind.PARAGRAPH:
        return False
    return bool(choices.stem(item[0])[1]) or any(
        group.form not in (Form.LISTED, Form.COUNTED)
        for place in range(1, min(len(item), _MOST_BLOCKS))
        if (group := choices.group_at(item, place))
    )


def _is_numbered(node: Node) -> bool:
    number = numbering.number(numbering.raw_text(node.children[:8]).strip()[:40])
    return number is not None and not number.bare


def _questions(blocks: Sequence[_Block]) -> Iterator[tuple[int, int, int]]:
    """Where a question with options begins, and where its options and all that belongs to it end."""
    nodes = tuple(block.node for block in blocks)
    found: list[tuple[int, int]] = []  # its first block, and the first one after its options
    place = taken = 0
    while place < len(nodes):
        group = choices.group_at(nodes, place) if nodes[place].kind in (Kind.LIST, Kind.PARAGRAPH) else None
        head = _head(blocks, taken, place, bool(group.stem)) if group else None
        if group and head is not None:
            found.append((head, place + group.blocks))
            taken = place = place + group.blocks
        else:
            place += 1
    for index, (head, after) in enumerate(found):
        following = found[index + 1][0] if index + 1 < len(found) else len(nodes)
        stops = (
            at
            for at in range(after, following)
            if (_ends(nodes[at]) and not right_options.are_judged(nodes, at)) or _leaves(blocks, head, at)
        )
        end = next(stops, following)
        if blocks[head].heads:  # an item that is no choice begins another question
            end = next((at for at in range(after, end) if blocks[at].heads), end)
        yield head, after, end


def _leaves(blocks: Sequence[_Block], head: int, at: int) -> bool:
    """Whether a text stands outside the quote that holds the question; what says that it answers belongs to it."""
    if not blocks[head].quoted or blocks[at].quoted or answers.announces_answer(blocks[at].node):
        return False
    return blocks[at].node.kind in (Kind.PARAGRAPH, Kind.LIST)


def _head(blocks: Sequence[_Block], taken: int, place: int, own: bool) -> int | None:
    """Where the question of the options at `place` begins, not before `taken`; `own` says that they hold a question."""
    first = place
    while first > taken and not _ends(blocks[first - 1].node):
        first -= 1
    last = place + 1 if own else place
    strong = [at for at in range(first, last) if blocks[at].heads]
    if strong:
        return strong[-1]
    alone = first > taken or taken == 0
    if alone and 0 < last - first <= _MOST_BLOCKS and blocks[first].node.kind is Kind.PARAGRAPH:
        return first
    for at in range(last - 1, max(first, last - _MOST_BLOCKS) - 1, -1):
        if blocks[at].node.kind is Kind.PARAGRAPH and plain((blocks[at].node,)):
            return at
        if blocks[at].node.kind not in _MATERIAL and not furniture.furniture(blocks[at].node):
            return None
    above = blocks[first - 1].node if first > taken else None
    return first - 1 if above and above.kind is Kind.HEADING and _asks(above) else None


def _asks(heading: Node) -> bool:
    """Whether a heading that stands right above options is a question, and no title."""
    text = numbering.raw_text(heading.children).strip()
    return bool(numbering.number(text) or asking.strength(text)) or len(text.split()) > _TITLE_WORDS


_TITLE_WORDS = 3


def _ends(node: Node) -> bool:
    """Whether a block stands between two questions."""
    if node.kind is Kind.HEADING:
        return not furniture.names_part(plain((node,)))
    return node.kind is Kind.RULE


def numbered(doc: Document) -> Iterator[Made]:
    """All numbered items and paragraphs as questions, whatever they say: an answer key may answer them."""
    places = Places(doc)
    for node in doc.tree.children:
        if furniture.furniture(node) or places.is_housekeeping(node.start):
            continue
        for blocks in _numbered(node):
            if blocks and blocks[0].kind is Kind.PARAGRAPH:
                yield _note(doc, places, blocks[0], blocks[1:], "number in an answer key")


def _numbered(node: Node) -> Iterator[Nodes]:
    """The items of a numbered list; the lines of a paragraph that begin with a number, each with those after it."""
    if node.kind is Kind.LIST and node.level >= 0:
        yield from map(_item, node.children)
    elif node.kind is Kind.PARAGRAPH:
        own = option.lines(node.children)
        cuts = [at for at, line in enumerate(own) if _is_numbered(node._replace(children=line))]
        for at, end in pairwise([*cuts, len(own)]):
            yield option.paragraph(own[at:end])


def _note(doc: Document, places: Places, head: Node, blocks: Nodes, rule: str = "options") -> Made:
    """The note of a question that begins in a paragraph, and of what follows it."""
    line, below = choices.stem(head)
    group = None if below else choices.group_at((head, *blocks), 0)
    if group and group.stem and group.form is Form.LISTED:
        line, below = group.stem[0].children, group.shown
    line = _without_title(line)
    inline, marks = attributes.at_end(numbering.unwrapped(line))
    question, number = notes.without_number(inline, numbering.raw_text(inline).strip())
    source = attributes.without(doc.source(line)) if line else ""
    source = source.strip("* \t")[number.length :].strip("* \t") if number else source
    asked = Asked((head,), notes.question(head, question), source, plain(question), marks, whole=bool(question))
    return notes.of_blocks(doc, NAME, rule, places.of(head.start), asked, (*below, *blocks))


def _is_plain(doc: Document, head: Node, note: Note) -> bool:
    """Whether a choice is plainly one: a list of things that are done, or not yet, looks like one as well."""
    told = note.question_source.split("\n")
    if _is_numbered(head) or asking.strength(note.question_text) > 0:
        return True
    if not note.answered and any(_BOX.match(line) for line in told):
        return False  # what there is to do, or to be able to
    return choices.ticks_often(doc) or not any(_TICKED.match(line) for line in told)


_TICKED = re.compile(r"[ \t>]*[-*+][ \t]+\[[xX]\][ \t](?![*_(]{0,2}[A-Ja-j][).:])")


_BOX = re.compile(r"[ \t>]*[-*+][ \t]+\[[ xX]\][ \t](?![*_(]{0,2}[A-Ja-j][).:])")


def _without_title(line: Nodes) -> Nodes:
    """A question without the line above it that only says its number: `Question #12 - Topic 1`."""
    own = option.lines(line)
    if not own or not _TITLE.fullmatch(numbering.raw_text(own[0])):
        return line
    return option.paragraph(own[1:])[0].children if own[1:] else ()


_TITLE = re.compile(
    r"""[\W_]*(?:q|que|question|questão|pregunta|frage|вопрос|exam\s+question|topic)\s*[:#.]?\s*(?:n[o°º]\.?\s*)?\#?\d+[a-z]?
    (?:\W*topic\W*\d+|\s*\([^()]*\)|\s*\[[^\[\]]*\]|\s*(?:of|/)\s*\d+)?[\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)


# --- the other way ----------------------------------------------------------------------------------------------------


def write(title: str, entries: Sequence[Entry]) -> str:
    """The notes as numbered paragraphs with their options."""
    count = iter(range(1, len(entries) + 1))

    def note(entry: Entry, _: int) -> str:
        asked = f"Q{next(count)}. {entry.remarked}"
        rule = "" if entry.options else "***"  # else it would explain the choice above it
        return "\n\n".join(filter(None, [rule, asked, entry.below, entry.choices, entry.answer]))

    return writing.under_topics(title, entries, note)
