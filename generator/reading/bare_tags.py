"""Tags that a question is about, written without the marks of code: `What is a <br>?`, `… between <span> and <div>?`.

By CommonMark (6.6) they are HTML, so a reader would see nothing. Here they become text where nothing closes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.model import Kind, Node, Nodes

_TAG = re.compile(r"<(?P<name>[a-z][a-z0-9]*)\s*/?>", re.IGNORECASE)
_CLOSING = re.compile(r"</(?P<name>[a-z][a-z0-9]*)\s*>", re.IGNORECASE)
# A line that may have one, as a quick look at a whole text sees it: each line is looked at once.
_POSSIBLE = re.compile(r"<[a-z][a-z0-9]{0,10} ?/?>", re.IGNORECASE)
# What is often written for its effect, and so only spoken of where the words around it say so.
_EFFECTIVE = frozenset({"br", "p", "wbr", "hr", "center", "div"})
_SPOKEN_BEFORE = re.compile(r"\b(?:an?|the|of|between|html)\s$", re.IGNORECASE)
_SPOKEN_AFTER = re.compile(r"\s?[?,;)]|\s(?:tags?|elements?)\b", re.IGNORECASE)
_BREAKS = (Kind.SOFT_BREAK, Kind.HARD_BREAK)
_HELD = (Kind.STRONG, Kind.EMPHASIS)
_LEAVES = (Kind.HEADING, Kind.PARAGRAPH)
# A line with more of them is no question about some.
_MOST = 8


def shown(tree: Node, text: str) -> Node:
    """The tree of a text, with such tags as text."""
    if "<" not in text or not _POSSIBLE.search(text):
        return tree
    return _shown(tree)


def _shown(node: Node) -> Node:
    if node.kind in _LEAVES or (node.kind is Kind.ITEM and any(part.kind is Kind.HTML for part in node.children)):
        children = _in_lines(node.children, node.kind is Kind.HEADING)
        if node.kind is Kind.ITEM:
            children = tuple(_shown(part) if part.kind is Kind.LIST else part for part in children)
    elif node.kind is Kind.CODE_BLOCK or not node.children:
        return node
    else:
        children = tuple(map(_shown, node.children))
    return node if children == node.children else node._replace(children=children)


def _in_lines(nodes: Nodes, asks: bool) -> Nodes:
    """Inline nodes with the tags of each line as text, where that line asks."""
    if not any(part.kind is Kind.HTML for node in nodes for part in (node, *node.children)):
        return nodes
    done: list[Node] = []
    for line in _lines(nodes):
        leaves = [*_leaves(line)]
        says = "".join(map(_text, leaves)).rstrip()
        spoken = _spoken(leaves) if asks or says.endswith(("?", "？")) else frozenset()
        done += (_replaced(node, spoken) for node in line) if spoken else line
    return tuple(done)


def _lines(nodes: Nodes) -> Iterator[Nodes]:
    """The nodes, line for line, each with the break that ends it."""
    begin = 0
    for place, node in enumerate(nodes):
        if node.kind in _BREAKS:
            yield nodes[begin : place + 1]
            begin = place + 1
    yield nodes[begin:]


def _spoken(leaves: list[Node]) -> frozenset[int]:
    """The first bytes of the tags of a line that it speaks of."""
    closed = {match["name"].lower() for node in leaves if (match := _CLOSING.fullmatch(node.text))}
    tags = [(place, match["name"].lower()) for place, node in enumerate(leaves) if (match := _tag(node))]
    if len(tags) > _MOST:
        return frozenset()
    found = set()
    for place, name in tags:
        before, after = ("".join(map(_text, part)) for part in (leaves[:place], leaves[place + 1 :]))
        if name in closed or not any(map(str.isalnum, before)) or not after.strip():
            continue
        around = _SPOKEN_BEFORE.search(before) or (before[-1:].isspace() and _SPOKEN_AFTER.match(after))
        if around or name not in _EFFECTIVE:
            found.add(leaves[place].start)
    return frozenset(found)


def _tag(node: Node) -> re.Match[str] | None:
    return _TAG.fullmatch(node.text) if node.kind is Kind.HTML else None


def _replaced(node: Node, spoken: frozenset[int]) -> Node:
    if node.kind in _HELD:
        return node._replace(children=tuple(_replaced(part, spoken) for part in node.children))
    return node._replace(kind=Kind.TEXT) if node.kind is Kind.HTML and node.start in spoken else node


def _leaves(nodes: Nodes) -> Iterator[Node]:
    for node in nodes:
        if node.kind in _HELD:
            yield from _leaves(node.children)
        else:
            yield node


def _text(node: Node) -> str:
    if node.kind is Kind.TEXT or node.kind is Kind.CODE:
        return node.text
    return " " if node.kind in _BREAKS else "".join(map(_text, node.children))
