"""Questions alone: lists of them, for an interview or for oneself. Each is a note that is not answered yet.

An item below another that asks further is no answer; one that asks nothing and holds questions is their topic. Code
below an item belongs to its question. Where a heading says that questions follow, fewer of the items need to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from generator.model import Kind, Node, Nodes, Problem
from generator.reading import answers, asking, furniture, items, lined, notes, writing
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.items import Item
from generator.reading.notes import Found, Reading
from generator.reading.places import Places
from generator.reading.writing import Entry

NAME = "checklist"
# So many of a list's items must ask, and so many there must be; fewer where it is announced as one of questions, or as
# a test whose items all ask.
_ENOUGH, _FEWEST = 0.5, 3
_FEWEST_OF_TEST = 2
_FEWEST_UNMARKED = 6
_ENOUGH_ANNOUNCED = 0.15
# From so many on, those that ask nothing by their words are questions too.
_NEARLY_ALL = 0.7
# Beside so many lists under such headings, `Open questions` are those that one may talk about.
_SEVERAL = 3
_WEIGHT = notes.GUESS / 2


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    listed = any(node.kind is Kind.LIST or items.of_paragraph(node) for node in doc.tree.children)
    return listed or bool(lined.of_file(doc))


class _Entry(NamedTuple):
    """An item, how deep it lies, whether an item below it asks, and the code that follows it."""

    item: Item
    depth: int
    holds: bool
    code: Nodes = ()


class _Section(NamedTuple):
    """What stands under a heading, and the items in that; whether the heading says that they ask.

    `tests` says that the heading announces a test, `open` that its questions are still open.
    """

    blocks: Nodes
    entries: list[_Entry]
    headed: bool
    tests: bool
    open: bool

    @property
    def announced(self) -> bool:
        """Whether the heading says that its items ask, or some text there does."""
        leads = (before for before, node in pairwise(self.blocks) if _is_lead(before, node))
        return self.headed or any(asking.announces(plain((lead,))) for lead in leads)

    @property
    def others(self) -> int:
        """How many of its blocks are no lists, and no furniture."""
        return sum(not (node.kind in _LISTS or furniture.furniture(node)) for node in self.blocks)

    @property
    def asks(self) -> int:
        """How many of its items ask."""
        return sum(bool(entry.item.strength) for entry in self.entries)

    @property
    def looks_over(self) -> bool:
        """Whether all of its items only ask whether something is so, as one does who checks it."""
        asks = [entry.item.text for entry in self.entries if entry.item.strength]
        return len(asks) >= _FEWEST and all(map(asking.asks_yes_or_no, asks))


def read(doc: Document) -> Reading:
    """The notes of a file that only asks; none where its items are mostly something else."""
    places = Places(doc)
    sections = _without_open([*_sections(doc, places)])
    if not any(section.asks for section in sections) or _is_answered(sections):
        return Reading()
    alike = _is_list_of_questions(sections)
    named = alike and asking.announces(str(doc.text.front.get("title", "")))
    total = sum(len(section.entries) for section in sections)
    nearly_all = sum(section.asks for section in sections) >= _NEARLY_ALL * total
    found: list[Found] = []
    problems: list[Problem] = []
    for section in sections:
        count, asks = len(section.entries), section.asks
        fewest = 1 if alike else _FEWEST_OF_TEST if section.tests and asks == count else _FEWEST
        said = (section.announced or named) and asks >= max(fewest, _ENOUGH_ANNOUNCED * count)
        said = said or doc.dialect == NAME
        if not said and not (alike and asks >= _ENOUGH * count and not section.looks_over):
            continue
        all_ask = said or asks >= _NEARLY_ALL * count or (alike and nearly_all)
        for entry in section.entries:
            if entry.item.strength or (all_ask and _may_ask(entry)):
                made = _made(doc, places, entry)
                found.append(Found(made.note, notes.GUESS if said and section.headed else _WEIGHT))
                problems += made.problems
    return Reading(tuple(found), places.skipped_beside(one.note.span for one in found), tuple(problems), places.title)


def _may_ask(entry: _Entry) -> bool:
    """Whether an item that does not ask by its words may be a question among others: not one that announces some."""
    return not entry.depth and not entry.item.rest and not asking.announces(entry.item.text)


def _without_open(sections: list[_Section]) -> list[_Section]:
    """The sections without what is still to be found out; among several of questions, open ones are of that sort."""
    headed = sum(section.headed and not section.open for section in sections)
    return sections if headed >= _SEVERAL else [section for section in sections if not section.open]


def _is_answered(sections: Sequence[_Section]) -> bool:
    """Whether text stands below most of the items that ask, which is `lists`' to read."""
    ask = [entry.item for section in sections for entry in section.entries if entry.item.strength]
    return sum(any(node.kind is Kind.PARAGRAPH for node in item.rest) for item in ask) * 2 > len(ask)


def _is_list_of_questions(sections: Sequence[_Section]) -> bool:
    """Whether a file is one, even if nothing announces it: most items ask, some with a question mark, and little else
    stands there.
    """
    entries = [entry for section in sections for entry in section.entries]
    asks = sum(section.asks for section in sections)
    if asks < sum(section.others for section in sections):
        return False
    marked = any(entry.item.strength >= asking.MARKED for entry in entries)
    strength = sum(entry.item.strength for entry in entries)
    surely = marked and asks >= _FEWEST and strength >= _ENOUGH * len(entries)
    return surely or asks >= max(_FEWEST_UNMARKED, _NEARLY_ALL * len(entries))


def _sections(doc: Document, places: Places) -> Iterator[_Section]:
    """What stands under each heading, where that is no part about the file, and no list of links."""
    blocks = doc.tree.children
    begins = [place for place, node in enumerate(blocks) if node.kind is Kind.HEADING]
    for begin, end in pairwise([0, *begins, len(blocks)]):
        if begin == end or places.is_housekeeping(blocks[begin].start):
            continue
        pairs = pairwise((*blocks[begin:end], None))
        entries = [entry for node, below in pairs if node for entry in _entries(doc, node, below)]
        topic = places.of(blocks[begin].start).topics[-1:]
        tests = any(map(asking.announces_test, topic))
        reads = bool(topic) and furniture.is_housekeeping(topic[0])  # links there are what one may read
        own = [e for e in entries if not e.item.linked or (not reads and _leads_away(e.item, tests))]
        aims = any(map(asking.are_aims, topic)) and all(entry.item.strength < asking.MARKED for entry in own)
        if aims or len(own) * 2 < len(entries):
            continue
        headings = [*topic, places.title]
        is_open = any(map(asking.are_open, headings))
        headed = is_open or any(map(asking.announces, headings))
        own = [entry for entry in own if any(node.kind is not Kind.CODE for node in entry.item.inline)]
        yield _Section(blocks[begin:end], own, headed, tests, is_open)


def _leads_away(item: Item, tests: bool) -> bool:
    """Whether a question is a link to where its answer is told, in another text; in a test, it need not ask surely."""
    targets = [node.target for node in item.inline if node.kind is Kind.LINK]
    if tests:
        return item.strength > 0 and not any(target[:1] == "#" for target in targets)
    return item.strength >= asking.MARKED and all("://" in target for target in targets)


_LISTS = (Kind.LIST, Kind.HEADING, Kind.CODE_BLOCK)
_LONGEST_LEAD = 100


def _is_lead(node: Node, below: Node) -> bool:
    """Whether a block is the line that introduces a list."""
    if node.kind is not Kind.PARAGRAPH or below.kind is not Kind.LIST:
        return False
    return len(plain((node,))) <= _LONGEST_LEAD


def _entries(doc: Document, node: Node, below: Node | None) -> Sequence[_Entry]:
    """The items of a block, those of the lists in it too, in order; code below it is the last one's."""
    if node.kind is Kind.LIST:
        found = items.of_list(doc, node)
    else:
        found = lined.of_file(doc).get(node.start) or [items.of_paragraph(node)]
    entries = [*_within(doc, found, 0)]
    if entries and below and below.kind is Kind.CODE_BLOCK:
        entries[-1] = entries[-1]._replace(code=(below,))
    return entries


def _within(doc: Document, found: Iterable[Item | None], depth: int) -> Iterator[_Entry]:
    for item in found:
        if item is None:
            continue
        lists = [inner for inner in item.rest if inner.kind is Kind.LIST]
        deeper = depth + 1 if item.strength else depth  # what asks nothing groups what is below it
        below = [entry for inner in lists for entry in _within(doc, items.of_list(doc, inner), deeper)]
        asks = any(entry.item.strength for entry in below)
        yield _Entry(item, depth, asks)
        if asks:
            yield from below


def _made(doc: Document, places: Places, entry: _Entry) -> notes.Made:
    item = entry.item
    below = (*(node for node in item.rest if node.kind is not Kind.LIST or not entry.holds), *entry.code)
    place = places.of(item.node.start)
    told = None if _is_answered_below(item) else ()
    return notes.of_blocks(doc, NAME, "question alone", place, item.asked(doc), below, told)


def _is_answered_below(item: Item) -> bool:
    """Whether the text below a question answers it: one of a list whose others wait for theirs."""
    first = item.rest[0] if item.rest else None
    if any(map(answers.announces_answer, item.rest)):
        return True
    if first is None or first.kind is not Kind.PARAGRAPH or not item.text.endswith(("?", "？")):
        return False
    text = plain((first,))
    return not asking.strength(text) and not text.endswith((":", "："))


# --- the other way ----------------------------------------------------------------------------------------------------


def write(title: str, entries: Sequence[Entry]) -> str:
    """The questions alone, as the items of lists."""

    def note(entry: Entry, _: int) -> str:
        first, *lines = "\n\n".join(filter(None, [entry.remarked, entry.below, entry.choices])).split("\n")
        return "\n".join([f"- {first}", *writing.indented(lines, 2)])

    return writing.under_topics(title, entries, note)
