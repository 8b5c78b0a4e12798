"""Highlighted text, `==text==`, which the parser does not know: two marks at the edges of words, in one block."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.model import Kind, Node, Nodes

# Exactly two signs: a row of them is a rule, or a comparison in some language.
_MARK = re.compile(r"(?<!=)==(?!=)")
_WORD = re.compile(r"[A-Za-z0-9_]")
_VERBATIM = frozenset({
    Kind.CODE_BLOCK, Kind.HTML_BLOCK, Kind.CODE, Kind.IMAGE, Kind.MATHS, Kind.DISPLAY_MATHS,
})  # fmt: skip
_BREAKS = (Kind.SOFT_BREAK, Kind.HARD_BREAK)


def marked(node: Node) -> Node:
    """The tree with a node for each highlighted text."""
    if node.kind in _VERBATIM or not node.children:
        return node
    children = tuple(map(marked, node.children))
    if any(child.kind is Kind.TEXT and "==" in child.text for child in children):
        children = _paired(children)
    same = len(children) == len(node.children) and all(map(operator.is_, children, node.children))
    return node if same else node._replace(children=children)


class _Edge(NamedTuple):
    """A mark among siblings: the text that it stands in, where there, and which side of a word it is at."""

    node: int
    place: int
    opens: bool
    closes: bool


def _paired(nodes: Nodes) -> Nodes:
    """Siblings, those between an opening mark and the next closing one taken together."""
    done: list[Node] = []
    opened: _Edge | None = None
    index = place = 0
    for edge in _edges(nodes):
        if opened and edge.closes:
            done += between(nodes, index, place, opened.node, opened.place)
            inside = tuple(between(nodes, opened.node, opened.place + 2, edge.node, edge.place))
            done.append(Node(Kind.MARK, nodes[opened.node].start, nodes[edge.node].end, children=inside))
            opened, index, place = None, edge.node, edge.place + 2
        elif edge.opens:
            opened = edge
    return (*done, *between(nodes, index, place, len(nodes), 0)) if done else nodes


def _edges(nodes: Nodes) -> Iterator[_Edge]:
    """The marks that stand at a word's edge: `a == b` and `a==b` are comparisons."""
    for index, node in enumerate(nodes):
        for mark in _MARK.finditer(node.text) if node.kind is Kind.TEXT else ():
            before = node.text[mark.start() - 1] if mark.start() else _neighbour(nodes, index - 1)
            after = node.text[mark.end()] if mark.end() < len(node.text) else _neighbour(nodes, index + 1)
            opens = not after.isspace() and not _WORD.match(before)
            closes = not before.isspace() and not _WORD.match(after)
            yield _Edge(index, mark.start(), opens, closes)


def _neighbour(nodes: Nodes, index: int) -> str:
    """What stands beside a text: white space, or something that is no letter."""
    return " " if not 0 <= index < len(nodes) or nodes[index].kind in _BREAKS else "*"


def between(nodes: Nodes, index: int, place: int, last: int, end: int) -> Iterator[Node]:
    """The siblings from a place in one text to a place in another; the pieces keep the offsets of their texts."""
    for here in range(index, min(last + 1, len(nodes))):
        node = nodes[here]
        if node.kind is Kind.TEXT:
            node = node._replace(text=node.text[place if here == index else 0 : end if here == last else None])
            if not node.text:
                continue
        yield node
