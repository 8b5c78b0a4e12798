"""Numbers and labels in front of a question (`1.`, `Q3.`, `10)`, `Question 12:`), and taking them off."""

from __future__ import annotations

import re
from typing import NamedTuple

from generator.model import Kind, Node, Nodes

_LABEL = r"(?:q|que|ques|question|frage|pregunta|pergunta|вопрос|问题?|問題?)"
# The label counts alone (`Q: x`), with a number (`Q12. x`, `Question 3 x`), or the number alone (`3. x`, `3) x`, `#3 x`).
_NUMBERED = re.compile(
    rf"""\s*(?:
        (?P<label>{_LABEL})\s*\#?\s*(?P<n1>\d+)(?P<part1>[a-z]?)\s*(?:[.):：\-–—]+(?=\s|$|\D)|\s)\s*
      | (?P<bare_label>{_LABEL})\s*[.:：]\s*
      | \#?(?P<n2>\d+(?:\.\d+)*)(?P<part2>[a-z]?)\s*(?:[.):：](?!\d)|\s[-–—](?=\s))\s*
      | \#?(?P<n3>\d+)\s+(?=\D)
    )""",
    re.IGNORECASE | re.VERBOSE,
)


class Number(NamedTuple):
    """What stands in front of a question: `value` is None for a label alone; `length` characters go.

    `labelled` says that a word such as Q stands there, `bare` that the number has neither label nor punctuation and so
    may belong to the question (`2 phase commit`).
    """

    value: int | None
    length: int
    labelled: bool
    bare: bool


def number(text: str) -> Number | None:
    """The numbering at the start of a question's text, if any."""
    match = _NUMBERED.match(text)
    if not match:
        return None
    digits = match["n1"] or (match["n2"] or "").rpartition(".")[2] or match["n3"]
    labelled = bool(match["label"] or match["bare_label"])
    return Number(int(digits[:9]) if digits else None, match.end(), labelled, bool(match["n3"]))


def without_prefix(nodes: Nodes, length: int) -> Nodes:
    """The inline nodes without their first `length` characters of text."""
    kept: list[Node] = []
    for node in nodes:
        if length <= 0 or node.kind in (Kind.IMAGE, Kind.HTML):
            kept.append(node)
        elif node.kind in (Kind.TEXT, Kind.CODE):
            rest = node.text[length:]
            length -= len(node.text) - len(rest)
            if rest:
                kept.append(node._replace(text=rest))
        elif node.kind in (Kind.SOFT_BREAK, Kind.HARD_BREAK):
            length -= 1
        else:
            size = _size(node)
            inner = without_prefix(node.children, length)
            length -= size
            if inner:
                kept.append(node._replace(children=inner))
    return tuple(kept)


def raw_text(nodes: Nodes) -> str:
    """The nodes' characters one by one, as `without_prefix` counts them."""
    parts = []
    for node in nodes:
        if node.kind in (Kind.TEXT, Kind.CODE):
            parts.append(node.text)
        elif node.kind in (Kind.SOFT_BREAK, Kind.HARD_BREAK):
            parts.append(" ")
        elif node.kind not in (Kind.IMAGE, Kind.HTML):
            parts.append(raw_text(node.children))
    return "".join(parts)


def _size(node: Node) -> int:
    return len(raw_text(node.children))


def unwrapped(nodes: Nodes) -> Nodes:
    """Inline nodes without a strong or emphasis that spans all of them: a question is set bold anyway."""
    nodes = trimmed(nodes)
    while len(nodes) == 1 and nodes[0].kind in (Kind.STRONG, Kind.EMPHASIS):
        nodes = trimmed(nodes[0].children)
    return nodes


def trimmed(nodes: Nodes) -> Nodes:
    """Inline nodes without white space and breaks at either end."""
    kept = list(nodes)
    while kept and (kept[0].kind in _BREAKS or (kept[0].kind is Kind.TEXT and not kept[0].text.strip())):
        del kept[0]
    while kept and (kept[-1].kind in _BREAKS or (kept[-1].kind is Kind.TEXT and not kept[-1].text.strip())):
        del kept[-1]
    if kept and kept[0].kind is Kind.TEXT:
        kept[0] = kept[0]._replace(text=kept[0].text.lstrip())
    if kept and kept[-1].kind is Kind.TEXT:
        kept[-1] = kept[-1]._replace(text=kept[-1].text.rstrip())
    return tuple(kept)


_BREAKS = (Kind.SOFT_BREAK, Kind.HARD_BREAK)
