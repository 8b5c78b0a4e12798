"""Markdown with cloze deletions to a tree: each is lifted out before the text is parsed, and parsed by itself.

So no markup reaches across a deletion's border (`**{{c3::b**c}}` keeps its stars), and no brace is taken for another's.
The text is parsed once to see its blocks and its code, for both come before deletions; then once more with a word in
each deletion's place, and what the deletions hide as paragraphs in front, where links and footnotes are still known.
Code and raw HTML are left as they are: `clozes` looks into those of a note that is a cloze.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby

from generator.model import Kind, Node, Nodes
from generator.reading import blocks, cloze_marks
from generator.reading.blocks import plain
from generator.reading.cloze_marks import Deletion, Opened, Ranges

INLINE = frozenset({
    Kind.TEXT, Kind.CODE, Kind.EMPHASIS, Kind.STRONG, Kind.STRIKE, Kind.LINK, Kind.IMAGE, Kind.HTML, Kind.SOFT_BREAK,
    Kind.HARD_BREAK, Kind.FOOTNOTE_REFERENCE, Kind.TASK, Kind.MATHS, Kind.DISPLAY_MATHS,
})  # fmt: skip
_UNREAD = frozenset({Kind.CODE, Kind.HTML, Kind.IMAGE})
_VERBATIM = frozenset({Kind.CODE_BLOCK, Kind.HTML_BLOCK})
# Between the two marks of a deletion as it was written, in `target`.
_WITHIN = "\0"


def parse(text: str) -> Node:
    """The tree of a text, its deletions outside code as nodes whose `target` keeps their marks."""
    tree = blocks.parse(text)
    data = text.encode()
    if not cloze_marks.OPENING.search(data):
        return tree
    deletions, hidden = _found(data, tree)
    sign = next((sign for sign in map(chr, range(0xFDD0, 0xFDF0)) if sign not in text), "")
    return _Lifted(data, sign, deletions, hidden).tree() if deletions and sign else tree


def literal(nodes: Nodes) -> Nodes:
    """The nodes with deletions turned back into the text that they were written as."""
    if not any(part.kind is Kind.DELETION for node in nodes for part in node.walk()):
        return nodes
    return tuple(chain.from_iterable(map(_literal, nodes)))


def _literal(node: Node) -> Nodes:
    inside = literal(node.children)
    if node.kind is not Kind.DELETION:
        return (node._replace(children=inside),)
    before, _, after = node.target.partition(_WITHIN)
    first, last = (Node(Kind.TEXT, node.start, node.end, mark) for mark in (before, after))
    return tuple(part for part in (first, *inside, last) if part.text or part.kind is not Kind.TEXT)


def written(before: str, after: str) -> str:
    """The `target` of a deletion that stands between these marks."""
    return before + _WITHIN + after


def is_whole(deletion: Node) -> bool:
    """Whether a deletion begins and ends here; else it is one block's part of a longer one."""
    before, _, after = deletion.target.partition(_WITHIN)
    return bool(before and after)


# --- which deletions there are ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Run:
    """A run of inline nodes in one block, in which deletions may stand; or a `block` of code or HTML."""

    start: int
    end: int
    unread: Ranges = cloze_marks.NOWHERE
    block: bool = False
    found: list[Deletion] = field(default_factory=list)


def _found(data: bytes, tree: Node) -> tuple[list[Deletion], dict[int, Deletion]]:
    """The deletions of a text in order, and those that hide a whole block of code or HTML, by its first byte.

    A deletion that goes on over further blocks has a part in each of them.
    """
    runs: list[_Run] = []
    hidden: dict[int, Deletion] = {}
    opened: Opened | None = None
    first = 0
    for run in _runs(tree):
        if run is None:
            opened = None
            continue
        runs.append(run)
        if run.block:
            continue
        scan = cloze_marks.scan(data, run.start, run.end, run.unread)
        run.found = [*scan.found]
        if opened is not None and scan.stray >= 0:
            _close(data, opened, runs[first:], scan.stray, hidden)
            opened = None
        if scan.opened is not None:
            opened, first = scan.opened, len(runs) - 1
    return [part for run in runs for part in run.found], hidden


def _close(data: bytes, opened: Opened, runs: list[_Run], close: int, hidden: dict[int, Deletion]) -> None:
    """A deletion opened in the first of the runs ends in the last: it gets a part in each, the others inside."""
    last = runs[-1]
    inner = tuple(part for part in last.found if part.end <= close)
    cut, hint = cloze_marks.cut(data, last.start, close, last.unread, inner)
    told = False
    for run in runs:
        start, content = (opened.start, opened.content) if run is runs[0] else (run.start, run.start)
        end = close + 2 if run is last else run.end
        until = cut if run is last else end
        part = Deletion(start, content, until, end, opened.number, (0, 0) if told else hint)
        told = told or bool(data[content:until].strip())  # the hint goes to the first part that hides something
        if run.block:
            hidden[start] = part
            continue
        held = tuple(other for other in run.found if start <= other.start and other.end <= part.until)
        others = (other for other in run.found if other.end <= start or other.start >= end)
        run.found = sorted((*others, part._replace(inner=held)))


_ENDING = frozenset({Kind.HEADING, Kind.RULE, Kind.FOOTNOTE})


def _runs(node: Node) -> Iterator[_Run | None]:
    """The runs of a tree in order, and None where no deletion goes on: at headings, rules and footnotes."""
    if node.kind in _VERBATIM:
        yield _Run(node.start, node.end, block=True)
        return
    if node.kind in _ENDING:
        yield None
    for inline, group in groupby(node.children, lambda child: child.kind in INLINE):
        nodes = tuple(group)
        if inline:
            unread = Ranges([(part.start, part.end) for part in _unread(nodes)])
            yield _Run(nodes[0].start, max(part.end for part in nodes), unread)
        else:
            for child in nodes:
                yield from _runs(child)
    if node.kind in _ENDING:
        yield None


def _unread(nodes: Nodes) -> Iterator[Node]:
    for node in nodes:
        if node.kind in _UNREAD:
            yield node
        else:
            yield from _unread(node.children)


# --- lifted out, and put back -------------------------------------------------------------------------------------

# Deeper than this in the tree, what a deletion hides is kept as text: each brings a depth of its own.
_DEEPEST = 60
_LINE_START = re.compile(rb"\n[ \t>]*")


@dataclass(slots=True)
class _Slot:
    """A deletion with its number among all, and those in it."""

    index: int
    deletion: Deletion
    inner: list[_Slot]


class _Lifted:
    """A text in which each deletion is a word of its own, and what they hide stands in paragraphs in front.

    A deletion's word is its number between two signs that the text doesn't have. Every byte knows its old place.
    """

    def __init__(self, data: bytes, sign: str, deletions: Sequence[Deletion], hidden: dict[int, Deletion]) -> None:
        self._data, self._sign = data, sign
        self._word = re.compile(f"{sign}([0-9]+){sign}")
        self._all: list[_Slot] = []
        self._parts: list[bytes] = []
        # Of each piece of the new text: where it begins, its old place, and how much of it there is there.
        self._begins, self._origins, self._lengths = [0], [0], [0]
        self._contents: dict[int, Nodes] = {}
        top = self._slots(deletions)
        for slot in self._all:
            self._put_in_front(slot)
        self._put("***\n\n", 0)
        self._copy(0, len(data), top)
        self._put("", len(data))
        self._hidden = {start: self._slots([part])[0] for start, part in hidden.items()}

    def tree(self) -> Node:
        """The tree of the text as it was."""
        whole = blocks.parse(b"".join(self._parts).decode(), self._place)
        front = [node.kind for node in whole.children].index(Kind.RULE)
        for paragraph in whole.children[:front]:
            self._keep(paragraph.children)
        children = self._expanded(whole.children[front + 1 :], 0)
        return whole._replace(start=0, end=len(self._data), children=children)

    # --- the new text

    def _slots(self, deletions: Sequence[Deletion]) -> list[_Slot]:
        made = []
        for deletion in deletions:
            slot = _Slot(len(self._all), deletion, [])
            self._all.append(slot)
            slot.inner = self._slots(deletion.inner)
            made.append(slot)
        return made

    def _put_in_front(self, slot: _Slot) -> None:
        """What a deletion hides, and its hint, each as a paragraph between its word and a sign."""
        deletion = slot.deletion
        for place, (start, end) in enumerate([(deletion.content, deletion.until), deletion.hint]):
            self._put(f"{self._sign}{2 * slot.index + place}{self._sign} ", start)
            self._copy(start, end, [] if place else slot.inner, fold=True)
            self._put(f" {self._sign}\n\n", end)

    def _copy(self, start: int, end: int, slots: list[_Slot], fold: bool = False) -> None:
        """A part of the text, its deletions as words; `fold` takes lines out of the blocks that they stood in."""
        for slot in slots:
            self._copy_plain(start, slot.deletion.start, fold)
            self._put(f"{self._sign}{slot.index}{self._sign}", slot.deletion.start)
            start = slot.deletion.end
        self._copy_plain(start, end, fold)

    def _copy_plain(self, start: int, end: int, fold: bool) -> None:
        for line in _LINE_START.finditer(self._data, start, end) if fold else ():
            self._put(self._data[start : line.start()], start)
            self._put("\n    ", line.start())  # so deep, nothing but a paragraph goes on
            start = line.end()
        self._put(self._data[start:end], start)

    def _put(self, text: str | bytes, origin: int) -> None:
        piece = text.encode() if isinstance(text, str) else text
        self._begins.append(self._begins[-1] + (len(self._parts[-1]) if self._parts else 0))
        self._origins.append(origin)
        self._lengths.append(len(piece) if isinstance(text, bytes) else 0)
        self._parts.append(piece)

    def _place(self, byte: int) -> int:
        index = bisect_right(self._begins, byte) - 1
        return self._origins[index] + min(byte - self._begins[index], self._lengths[index])

    # --- the new tree

    def _keep(self, nodes: Nodes) -> None:
        """A paragraph in front: what a deletion hides (an even number), or its hint."""
        first, last = (nodes[0].text, nodes[-1].text) if nodes else ("", "")
        word, end = self._word.match(first), f" {self._sign}"
        if not word or first[word.end() :][:1] != " " or not last.endswith(end):
            return
        inside = [*nodes]
        inside[-1] = inside[-1]._replace(text=last[: -len(end)])
        inside[0] = inside[0]._replace(text=inside[0].text[word.end() + 1 :])
        self._contents[int(word.group(1))] = tuple(node for node in inside if node.text or node.kind is not Kind.TEXT)

    def _expanded(self, nodes: Nodes, depth: int) -> Nodes:
        return tuple(chain.from_iterable(self._node(node, depth) for node in nodes))

    def _node(self, node: Node, depth: int) -> Nodes:
        if node.kind is Kind.TEXT:
            return self._text(node, depth) if self._sign in node.text else (node,)
        if node.kind in _VERBATIM and (slot := self._hidden.get(node.start)):
            return (self._deletion(slot, (node,)),)
        if node.kind is Kind.IMAGE:
            return (self._as_written(node),)
        children = self._expanded(node.children, depth + 1)
        return (self._as_written(node._replace(children=()))._replace(children=children),)

    def _as_written(self, node: Node) -> Node:
        """A node in whose own words no deletion can be."""
        text, target, detail = map(self._written, (node.text, node.target, node.detail))
        children = tuple(map(self._as_written, node.children))
        return node._replace(text=text, target=target, detail=detail, children=children)

    def _text(self, node: Node, depth: int) -> Nodes:
        """A text cut at the words of its deletions; every piece keeps the offsets of the whole text."""
        parts: list[Node] = []
        place = 0
        for word in self._word.finditer(node.text):
            parts.append(node._replace(text=node.text[place : word.start()]))
            slot = self._all[int(word.group(1))]
            kept = self._contents.get(2 * slot.index)
            if kept is None or depth > _DEEPEST:
                raw = self._data[slot.deletion.content : slot.deletion.until].decode()
                kept = (node._replace(text=raw),) if raw else ()
            else:
                kept = self._expanded(kept, depth + 1)
            parts.append(self._deletion(slot, kept))
            place = word.end()
        parts.append(node._replace(text=node.text[place:]))
        return tuple(part for part in parts if part.text or part.kind is not Kind.TEXT)

    def _deletion(self, slot: _Slot, children: Nodes) -> Node:
        start, content, until, end, number, hint, _ = slot.deletion
        marks = written(self._data[start:content].decode(), self._data[until:end].decode())
        shown = plain(self._contents.get(2 * slot.index + 1, ())) if hint[1] else ""
        return Node(Kind.DELETION, start, end, "", children, marks, number, self._written(shown))

    def _written(self, text: str) -> str:
        """A text in which no deletion can be, as its author wrote it."""
        if self._sign not in text:
            return text

        def again(word: re.Match[str]) -> str:
            deletion = self._all[int(word.group(1))].deletion
            return _LINE_START.sub(b" ", self._data[deletion.start : deletion.end]).decode()

        return self._word.sub(again, text)
