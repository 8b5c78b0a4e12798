"""A text in which each deletion and each atom is a word of its own: what the parser gets, and its tree put right again.

What deletions hide stands as paragraphs in front, where links and footnotes are still known; what atoms are is known.
A word is a number between two signs that the text doesn't have. Every byte knows its old place.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from generator.model import Kind, Node, Nodes
from generator.reading import atoms, blocks
from generator.reading.atoms import Atom
from generator.reading.blocks import plain
from generator.reading.cloze_marks import Deletion, written

_VERBATIM = frozenset({Kind.CODE_BLOCK, Kind.HTML_BLOCK})
# Deeper than this in the tree, what a deletion hides is kept as text: each brings a depth of its own.
_DEEPEST = 60
_LINE_START = re.compile(rb"\n[ \t>]*")


@dataclass(slots=True)
class _Slot:
    """A deletion or an atom with its number among all, and what stands in it."""

    index: int
    lifted: Deletion | Atom
    inner: list[_Slot] = field(default_factory=list)


class Lifted:
    """A text to be parsed with its deletions and atoms lifted out.

    `hidden` are the deletions that hide a whole block of code or HTML, by its first byte.
    """

    def __init__(
        self, data: bytes, sign: str, deletions: Sequence[Deletion], hidden: dict[int, Deletion], found: Sequence[Atom]
    ) -> None:
        self._data, self._sign = data, sign
        self._word = re.compile(f"{sign}([0-9]+){sign}")
        self._all: list[_Slot] = []
        self._parts: list[bytes] = []
        # Of each piece of the new text: where it begins, its old place, and how much of it there is there.
        self._begins, self._origins, self._lengths = [0], [0], [0]
        self._contents: dict[int, Nodes] = {}
        top = self._nested(deletions, found)
        for slot in self._parsed(top):
            self._put_in_front(slot)
        self._fronted = bool(deletions)
        if self._fronted:
            self._put("***\n\n", 0)
        self._copy(0, len(data), top)
        self._put("", len(data))
        self._hidden = {start: self._slot(part) for start, part in hidden.items()}

    def tree(self) -> Node:
        """The tree of the text as it was."""
        whole = blocks.parse(b"".join(self._parts).decode(), self._place)
        front = [node.kind for node in whole.children].index(Kind.RULE) if self._fronted else -1
        for paragraph in whole.children[: max(0, front)]:
            self._keep(paragraph.children)
        children = self._expanded(whole.children[front + 1 :], 0)
        return whole._replace(start=0, end=len(self._data), children=children)

    # --- the new text

    def _slot(self, lifted: Deletion | Atom) -> _Slot:
        self._all.append(_Slot(len(self._all), lifted))
        return self._all[-1]

    def _nested(self, deletions: Sequence[Deletion], found: Sequence[Atom]) -> list[_Slot]:
        """All as slots, each in the one that it stands in."""
        every = list(_flat(deletions))
        lifted: list[Deletion | Atom] = [*every, *_uncrossed(found, every)]
        lifted.sort(key=lambda one: (one.start, -one.end))
        top: list[_Slot] = []
        above: list[_Slot] = []
        for one in lifted:
            while above and above[-1].lifted.end <= one.start:
                above.pop()
            slot = self._slot(one)
            (above[-1].inner if above else top).append(slot)
            above.append(slot)
        return top

    def _parsed(self, slots: Sequence[_Slot]) -> Iterator[_Slot]:
        """The deletions among the slots and in them whose content is Markdown: all but those in a formula."""
        for slot in slots:
            if isinstance(slot.lifted, Deletion):
                yield slot
                yield from self._parsed(slot.inner)

    def _put_in_front(self, slot: _Slot) -> None:
        """What a deletion hides, and its hint, each as a paragraph between its word and a sign."""
        deletion = slot.lifted
        if not isinstance(deletion, Deletion):
            return
        for place, (start, end) in enumerate([(deletion.content, deletion.until), deletion.hint]):
            held = [inner for inner in slot.inner if start <= inner.lifted.start and inner.lifted.end <= end]
            self._put(f"{self._sign}{2 * slot.index + place}{self._sign} ", start)
            self._copy(start, end, held, fold=True)
            self._put(f" {self._sign}\n\n", end)

    def _copy(self, start: int, end: int, slots: Sequence[_Slot], fold: bool = False) -> None:
        """A part of the text, its slots as words; `fold` takes lines out of the blocks that they stood in."""
        for slot in slots:
            self._copy_plain(start, slot.lifted.start, fold)
            self._put(f"{self._sign}{slot.index}{self._sign}", slot.lifted.start)
            start = slot.lifted.end
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
        """A node in whose own words nothing was to be lifted out."""
        text, target, detail = map(self._written, (node.text, node.target, node.detail))
        children = tuple(map(self._as_written, node.children))
        return node._replace(text=text, target=target, detail=detail, children=children)

    def _text(self, node: Node, depth: int) -> Nodes:
        """A text cut at its words, each put right; every piece keeps the offsets of the whole text."""
        parts: list[Node] = []
        place = 0
        for word in self._word.finditer(node.text):
            parts.append(node._replace(text=node.text[place : word.start()]))
            parts.append(self._put_right(self._all[int(word.group(1))], node, depth))
            place = word.end()
        parts.append(node._replace(text=node.text[place:]))
        return _joined(parts)

    def _put_right(self, slot: _Slot, node: Node, depth: int) -> Node:
        """What a word in this text stands for."""
        if isinstance(slot.lifted, Atom):
            return self._formula(slot) if slot.inner else slot.lifted.node
        kept = self._contents.get(2 * slot.index)
        if kept is None or depth > _DEEPEST:
            raw = self._data[slot.lifted.content : slot.lifted.until].decode()
            kept = (node._replace(text=raw),) if raw else ()
        else:
            kept = self._expanded(kept, depth + 1)
        return self._deletion(slot, kept)

    def _deletion(self, slot: _Slot, children: Nodes) -> Node:
        assert isinstance(slot.lifted, Deletion)  # noqa: S101
        start, content, until, end, number, hint, _ = slot.lifted
        marks = written(self._data[start:content].decode(), self._data[until:end].decode())
        shown = plain(self._contents.get(2 * slot.index + 1, ())) if hint[1] else ""
        return Node(Kind.DELETION, start, end, "", children, marks, number, self._written(shown))

    def _formula(self, slot: _Slot) -> Node:
        """A formula in which something is hidden: its pieces, as code has them."""
        start, end = slot.lifted.start, slot.lifted.end
        assert isinstance(slot.lifted, Atom)  # noqa: S101
        return slot.lifted.node._replace(text="", children=self._pieces(start, end, slot.inner))

    def _pieces(self, start: int, end: int, slots: Sequence[_Slot]) -> Nodes:
        parts: list[Node] = []
        for slot in slots:
            parts.append(Node(Kind.TEXT, start, slot.lifted.start, atoms.written(self._data, start, slot.lifted.start)))
            if isinstance(slot.lifted, Deletion):
                content, until, hint = slot.lifted.content, slot.lifted.until, slot.lifted.hint
                inside = self._pieces(content, until, [one for one in slot.inner if one.lifted.end <= until])
                shown = " ".join(self._data[slice(*hint)].decode().split())
                parts.append(self._deletion(slot, inside)._replace(detail=shown))
            start = slot.lifted.end
        parts.append(Node(Kind.TEXT, start, end, atoms.written(self._data, start, end)))
        return tuple(part for part in parts if part.text or part.kind is not Kind.TEXT)

    def _written(self, text: str) -> str:
        """A text in which nothing was to be lifted out, as its author wrote it."""
        if self._sign not in text:
            return text

        def again(word: re.Match[str]) -> str:
            lifted = self._all[int(word.group(1))].lifted
            return _LINE_START.sub(b" ", self._data[lifted.start : lifted.end]).decode()

        return self._word.sub(again, text)


def _joined(nodes: list[Node]) -> Nodes:
    """The nodes without empty texts, and with neighbouring ones as one."""
    kept: list[Node] = []
    for node in nodes:
        if node.kind is Kind.TEXT and kept and kept[-1].kind is Kind.TEXT:
            kept[-1] = kept[-1]._replace(text=kept[-1].text + node.text)
        elif node.text or node.kind is not Kind.TEXT:
            kept.append(node)
    return tuple(kept)


def _flat(deletions: Sequence[Deletion]) -> Iterator[Deletion]:
    for deletion in deletions:
        yield deletion
        yield from _flat(deletion.inner)


def _uncrossed(found: Sequence[Atom], deletions: Sequence[Deletion]) -> Iterator[Atom]:
    """The atoms that no border of a deletion cuts; each deletion that begins in one of them ends there too."""
    starts = sorted((deletion.start, deletion.end) for deletion in deletions)
    borders = sorted((place, deletion.start) for deletion in deletions for place in (deletion.until, deletion.end))
    for atom in found:
        begun = starts[bisect_left(starts, (atom.start,)) : bisect_left(starts, (atom.end,))]
        ended = borders[bisect_left(borders, (atom.start + 1,)) : bisect_left(borders, (atom.end,))]
        if all(end <= atom.end for _, end in begun) and all(start >= atom.start for _, start in ended):
            yield atom
