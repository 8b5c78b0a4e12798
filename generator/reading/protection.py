"""Markdown with formulas, embeds and cloze deletions to a tree: they are lifted out before the text is parsed.

So no markup is seen in a formula (`$a_1*b_2*c$`), none reaches across a deletion's border (`**{{c3::b**c}}` keeps its
stars), and no brace is taken for another's. The text is parsed once to see its blocks and its code, for both come
before all these; then once more as `lifting` puts it. A text without any of them is parsed once.
Code and raw HTML are left as they are: `clozes` looks into those of a note that is a cloze.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby

from generator.model import Kind, Node, Nodes
from generator.reading import atoms, bare_tags, blocks, cloze_marks, formulas, lifting
from generator.reading.atoms import Atom
from generator.reading.cloze_marks import WITHIN, Deletion, Opened, Ranges, written
from generator.reading.formulas import Formula

__all__ = ["INLINE", "is_whole", "literal", "parse", "written"]

INLINE = frozenset({
    Kind.TEXT, Kind.CODE, Kind.EMPHASIS, Kind.STRONG, Kind.STRIKE, Kind.LINK, Kind.IMAGE, Kind.HTML, Kind.SOFT_BREAK,
    Kind.HARD_BREAK, Kind.FOOTNOTE_REFERENCE, Kind.TASK, Kind.MATHS, Kind.DISPLAY_MATHS,
})  # fmt: skip
_UNREAD = frozenset({Kind.CODE, Kind.HTML, Kind.IMAGE})
_VERBATIM = frozenset({Kind.CODE_BLOCK, Kind.HTML_BLOCK})


def parse(text: str) -> Node:
    """The tree of a text, its formulas and embeds as nodes; the `target` of a deletion outside code keeps its marks."""
    data = text.encode()
    hides, stands = cloze_marks.OPENING.search(data), atoms.POSSIBLE.search(data)
    sign = next((sign for sign in map(chr, range(0xFDD0, 0xFDF0)) if sign not in text), "") if hides or stands else ""
    if not sign:
        return bare_tags.shown(blocks.parse(text), text)
    tree, found = _with_atoms(text, data) if stands else (blocks.parse(text), [])
    deletions, hidden = _found(data, tree, found) if hides else ([], {})
    if deletions or found:
        tree = lifting.Lifted(data, sign, deletions, hidden, found).tree()
    return bare_tags.shown(tree, text)


def literal(nodes: Nodes) -> Nodes:
    """The nodes with deletions turned back into the text that they were written as."""
    if not any(part.kind is Kind.DELETION for node in nodes for part in node.walk()):
        return nodes
    return tuple(chain.from_iterable(map(_literal, nodes)))


def _literal(node: Node) -> Nodes:
    inside = literal(node.children)
    if node.kind is not Kind.DELETION:
        return (node._replace(children=inside),)
    before, _, after = node.target.partition(WITHIN)
    first, last = (Node(Kind.TEXT, node.start, node.end, mark) for mark in (before, after))
    return tuple(part for part in (first, *inside, last) if part.text or part.kind is not Kind.TEXT)


def is_whole(deletion: Node) -> bool:
    """Whether a deletion begins and ends here; else it is one block's part of a longer one."""
    before, _, after = deletion.target.partition(WITHIN)
    return bool(before and after)


# --- which formulas and embeds there are ------------------------------------------------------------------------------


def _with_atoms(text: str, data: bytes) -> tuple[Node, list[Atom]]:
    """The tree of a text as the parser sees it, and what stands in it for one thing."""
    concealed = formulas.hidden(data)
    tree = blocks.parse(formulas.masked(data, concealed) if concealed else text)
    wanted = [match.start() for match in atoms.POSSIBLE.finditer(data)]
    lines = list(_lines(data, tree, wanted))
    inside = Ranges([(line.start, line.end) for line in lines])
    kept = [formula for formula in concealed if inside.hold(formula.start)]
    if len(kept) < len(concealed):  # what looked like a formula stands in code
        tree = blocks.parse(formulas.masked(data, kept) if kept else text)
        lines = list(_lines(data, tree, wanted))
    return tree, [atom for line in lines for atom in _atoms(data, line, kept)]


@dataclass(slots=True)
class _Line:
    """A run of inline nodes in one block, in which atoms may stand."""

    start: int
    end: int
    nodes: Nodes
    cell: bool


def _lines(data: bytes, node: Node, wanted: Sequence[int]) -> Iterator[_Line]:
    """The runs of a tree in which one of the wanted places lies."""
    if node.kind in _VERBATIM or not _holds(node.start, node.end, wanted):
        return
    for inline, group in groupby(node.children, lambda child: child.kind in INLINE):
        nodes = tuple(group)
        if not inline:
            for child in nodes:
                yield from _lines(data, child, wanted)
        elif _holds(start := _beginning(data, nodes), end := max(part.end for part in nodes), wanted):
            yield _Line(start, end, nodes, node.kind is Kind.TABLE_CELL)


def _beginning(data: bytes, nodes: Nodes) -> int:
    """Where a run begins: the backslash that escapes its first sign is in no node."""
    start = nodes[0].start
    return start - 1 if nodes[0].kind is Kind.TEXT and data[max(0, start - 1) : start] == b"\\" else start


def _holds(start: int, end: int, wanted: Sequence[int]) -> bool:
    return bisect_left(wanted, start) < bisect_left(wanted, end)


_ADDRESS = re.compile(rb"(?:https?://|www\.)[^\s<>\"]+")


def _atoms(data: bytes, line: _Line, concealed: Sequence[Formula]) -> Iterator[Atom]:
    opaque: list[tuple[int, int]] = [match.span() for match in _ADDRESS.finditer(data, line.start, line.end)]
    links: list[tuple[int, int]] = []
    _look(line.nodes, opaque, links)
    unread, named = _ranges(opaque), _ranges(links)
    place = line.start
    for formula in concealed[bisect_left(concealed, (line.start,)) : bisect_left(concealed, (line.end,))]:
        yield from atoms.found(data, place, formula.start, unread, named, line.cell)
        yield atoms.of_formula(data, formula, line.cell)
        place = formula.end
    yield from atoms.found(data, place, line.end, unread, named, line.cell)


def _look(nodes: Nodes, opaque: list[tuple[int, int]], links: list[tuple[int, int]]) -> None:
    """Where code, tags, images and the addresses of links are, in which no atom begins, and where links are."""
    for node in nodes:
        if node.kind in _UNREAD:
            opaque.append((node.start, node.end))
        elif node.kind is Kind.LINK and node.children and node.children[0].start > node.start:
            opaque.append((max(child.end for child in node.children), node.end))
            links.append((node.start, node.end))
            _look(node.children, opaque, links)
        elif node.children:
            _look(node.children, opaque, links)


def _ranges(found: list[tuple[int, int]]) -> Ranges:
    """Parts of a text as ranges in order, none of which begins in another."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
        elif end > kept[-1][1]:
            kept[-1] = (kept[-1][0], end)
    return Ranges(kept)


# --- which deletions there are ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Run:
    """A run of inline nodes in one block, in which deletions may stand; or a `block` of code or HTML."""

    start: int
    end: int
    code: list[tuple[int, int]] = field(default_factory=list)
    block: bool = False
    unread: Ranges = cloze_marks.NOWHERE
    found: list[Deletion] = field(default_factory=list)


def _found(data: bytes, tree: Node, found: Sequence[Atom]) -> tuple[list[Deletion], dict[int, Deletion]]:
    """The deletions of a text in order, and those that hide a whole block of code or HTML, by its first byte.

    A deletion that goes on over further blocks has a part in each of them.
    """
    runs: list[_Run] = []
    hidden: dict[int, Deletion] = {}
    opened: Opened | None = None
    first = 0
    closed = [(atom.start, atom.end) for atom in found if not cloze_marks.OPENING.search(data, atom.start, atom.end)]
    for run in _runs(data, tree):
        if run is None:
            opened = None
            continue
        runs.append(run)
        if run.block:
            continue
        run.unread = _ranges([*run.code, *closed[bisect_left(closed, (run.start,)) : bisect_left(closed, (run.end,))]])
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


def _runs(data: bytes, node: Node) -> Iterator[_Run | None]:
    """The runs of a tree in order, and None where no deletion goes on: at headings, rules and footnotes."""
    if node.kind in _VERBATIM:
        yield _Run(node.start, node.end, block=True)
        return
    if node.kind in _ENDING:
        yield None
    for inline, group in groupby(node.children, lambda child: child.kind in INLINE):
        nodes = tuple(group)
        if inline:
            code = [(part.start, part.end) for part in _unread(nodes)]
            yield _Run(_beginning(data, nodes), max(part.end for part in nodes), code)
        else:
            for child in nodes:
                yield from _runs(data, child)
    if node.kind in _ENDING:
        yield None


def _unread(nodes: Nodes) -> Iterator[Node]:
    for node in nodes:
        if node.kind in _UNREAD:
            yield node
        else:
            yield from _unread(node.children)
