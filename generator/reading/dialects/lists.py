"""List items as questions: `12. **Question?**`, `1. question?`, `- What is …?` with bullets below that answer.

What stands in an item below its question answers it; so does what follows a list of one item at column 0, where
CommonMark ends the list. An item whose items ask in turn is `checklist`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from generator.model import Kind, Node, Nodes, Problem, Skipped
from generator.reading import asking, attributes, clozes, notes, numbering, writing
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.notes import Asked, Found, Reading
from generator.reading.places import Places
from generator.reading.protection import INLINE
from generator.reading.writing import Entry

NAME = "lists"
_BREAKS = (Kind.SOFT_BREAK, Kind.HARD_BREAK)
# So many of a file's items that have an answer must ask, for the others to be questions as well.
_ENOUGH = 0.6


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return any(node.kind is Kind.LIST for node in doc.tree.children)


class Item(NamedTuple):
    """An item of a list as a question: its own line, and what stands below that in the item.

    `bold` says that the whole line is bold, or a heading; `alone` that it is its list's only one, and text follows.
    """

    node: Node
    numbered: bool
    inline: Nodes
    text: str
    marks: attributes.Attributes
    rest: Nodes
    bold: bool
    alone: bool

    @property
    def strength(self) -> float:
        """How surely it asks."""
        return asking.MARKED if self.marks.kind or clozes.deletes(self.inline) else asking.strength(self.text)


def read(doc: Document) -> Reading:
    """The notes of a file whose questions are items of lists."""
    places = Places(doc)
    blocks = doc.tree.children
    items = [item for place, node in enumerate(blocks) for item in _items(node, blocks[place + 1 :][:1])]
    items = [item for item in items if not places.is_housekeeping(item.node.start)]
    asks = {item.node.start for item in items} if doc.dialect == NAME else _questions(items)
    found: list[Found] = []
    problems: list[Problem] = []
    skipped: list[Skipped] = []
    for item, below in _with_below(items, blocks):
        told = (*item.rest, *below)
        if item.node.start not in asks or not (_answers(told) or doc.dialect == NAME):
            continue
        made = _made(doc, places, item, told)
        if made.note.answered or doc.dialect == NAME:
            found.append(made.found(1.0 if item.strength and (item.numbered or item.bold) else notes.GUESS))
            problems += made.problems
            skipped += made.skipped
    skipped += places.skipped_beside(one.note.span for one in found)
    return Reading(tuple(found), tuple(skipped), tuple(problems), places.title)


def _answers(below: Nodes) -> bool:
    """Whether blocks answer: what asks in turn is more of the question."""
    return any(node.kind is not Kind.PARAGRAPH or asking.strength(plain((node,))) < asking.MARKED for node in below)


def _items(node: Node, following: Nodes) -> Iterator[Item]:
    """The items of a list."""
    if node.kind is not Kind.LIST:
        return
    goes_on = bool(following) and following[0].kind not in (Kind.HEADING, Kind.LIST, Kind.RULE)
    if following and following[0].kind is Kind.LIST:  # bullets that are not indented far enough
        goes_on = node.level >= 0 and following[0].level < 0
    for place, item in enumerate(node.children):
        last = place == len(node.children) - 1
        yield from itemised(item, node.level >= 0, last and goes_on and len(node.children) == 1)


def itemised(item: Node, numbered: bool, alone: bool = False) -> Iterator[Item]:
    """An item of a list with its line; nothing for one that begins with no line of text."""
    line, rest = _first_line(item)
    if not line:
        return
    inline, marks = attributes.at_end(line)
    strong = [node for node in inline if node.kind is Kind.STRONG]
    beside = "".join(node.text for node in inline if node.kind is Kind.TEXT)
    bold = len(strong) == 1 and not any(map(str.isalnum, beside)) and len(inline) <= 3
    if not bold and len(strong) == 1 and inline[0] is strong[0] and asking.strength(plain(inline[:1])):
        tail = numbering.trimmed(inline[1:])  # `**Question?** and its answer on the same line`
        paragraph = item._replace(kind=Kind.PARAGRAPH, start=tail[0].start, end=line[-1].end, children=tail)
        inline, rest, bold = inline[:1], (paragraph, *rest), True
    inline = numbering.unwrapped(inline)
    heading = bool(item.children) and item.children[0].kind is Kind.HEADING
    text = numbering.raw_text(inline).strip()
    if text:
        yield Item(item, numbered, inline, text, marks, rest, bold or heading, alone)


def _first_line(item: Node) -> tuple[Nodes, Nodes]:
    """The first line of an item, and all else in it as blocks."""
    children = item.children
    if children and children[0].kind in (Kind.PARAGRAPH, Kind.HEADING):
        own, blocks = children[0].children, children[1:]
    else:  # a tight list
        count = next((place for place, node in enumerate(children) if node.kind not in INLINE), len(children))
        own, blocks = children[:count], children[count:]
    end = next((place for place, node in enumerate(own) if node.kind in _BREAKS), len(own))
    if (
        end < len(own)
        and not asking.strength(numbering.raw_text(own[:end]))
        and asking.strength(numbering.raw_text(own))
    ):
        end = len(own)  # a question of several lines
    below = numbering.trimmed(own[end:])
    if below:
        paragraph = item._replace(kind=Kind.PARAGRAPH, start=below[0].start, end=below[-1].end, children=below)
        blocks = (paragraph, *blocks)
    return numbering.trimmed(own[:end]), blocks


def _questions(items: Sequence[Item]) -> set[int]:
    """Which items are questions, by their first bytes: those that ask, and others like them where most do."""
    whole = [item for item in items if item.rest or item.alone]
    bold = [item for item in whole if item.bold]
    by_bold = _mostly(bold)
    by_number = _mostly([item for item in whole if item.numbered])
    return {
        item.node.start
        for item in items
        if item.strength or (by_bold and item.bold) or (by_number and item.numbered and (item.rest or item.alone))
    }


def _mostly(items: Sequence[Item]) -> bool:
    return len(items) > 1 and sum(bool(item.strength) for item in items) >= _ENOUGH * len(items)


def _with_below(items: Sequence[Item], blocks: Nodes) -> Iterator[tuple[Item, Nodes]]:
    """Each item with what follows its list at column 0, if that is its answer."""
    stops = [place for place, node in enumerate(blocks) if node.kind in (Kind.HEADING, Kind.LIST, Kind.RULE)]
    begins = {item.node.start for item in items}
    lists = {node.start: place for place, node in enumerate(blocks) if node.kind is Kind.LIST}
    ends = dict(pairwise([*stops, len(blocks)]))
    taken = 0  # up to here the blocks are parts of answers
    for item in items:
        place = lists.get(item.node.start)
        if item.node.start < taken:
            continue
        if not item.alone or place is None:
            yield item, ()
            continue
        end = ends[place]
        while end < len(blocks) and blocks[end].kind is Kind.LIST and not _asks(blocks[end], begins):
            end = ends[end]
        taken = blocks[end - 1].end
        yield item, blocks[place + 1 : end]


def _asks(node: Node, begins: set[int]) -> bool:
    """Whether a list is the next question, and no part of an answer."""
    item = next(itemised(node.children[0], node.level >= 0), None)
    return item is None or item.node.start not in begins or bool(item.strength) or item.bold


def _made(doc: Document, places: Places, item: Item, below: Nodes) -> notes.Made:
    inline, number = notes.without_number(item.inline, item.text)
    first, last = item.inline[0].start, item.inline[-1].end
    source = attributes.without(doc.source_between(first, last).strip("* \t"))
    line = item.node._replace(kind=Kind.PARAGRAPH, end=last, children=item.inline)
    asked = Asked((line,), notes.question(line, inline), source, plain(inline), item.marks)
    rule = "numbered item" if item.numbered or number else "item of a list"
    return notes.of_blocks(doc, NAME, rule, places.of(item.node.start), asked, below)


# --- the other way ----------------------------------------------------------------------------------------------------


def write(title: str, entries: Sequence[Entry]) -> str:
    """The notes as items of numbered lists, under the headings of their topics."""
    count = iter(range(1, len(entries) + 1))

    def note(entry: Entry, _: int) -> str:
        marker = f"{next(count)}. "
        asked = " ".join(filter(None, (entry.bold, entry.marks)))
        told = entry.told().split("\n")
        return "\n".join([marker + asked, "", *writing.indented(told, len(marker))])

    return writing.under_topics(title, entries, note)
