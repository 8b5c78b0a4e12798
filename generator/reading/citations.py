"""Trailing citation blocks (`Source: …`, `(1) Title. https://…`, a `Sources:` list) to citations."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from generator.model import Citation, Kind, Node, Nodes
from generator.reading.blocks import plain

_LABEL = re.compile(
    r"\s*(?:sources?|references?|citations?|quellen?|fuentes?|fontes?|sources? d'information|источники?|来源|參考|参考(?:资料)?)"
    r"\s*[:：]\s*",
    re.IGNORECASE,
)
_HEADING = re.compile(r"(?:sources?|references?|citations?|quellen?|fuentes?|fontes?)\s*:?", re.IGNORECASE)
_ITEM = re.compile(r"\s*(?:\(\d+\)|\[\d+\]|\d+[.)]|[-*•])\s*")
_NAMELESS = {"", "undefined", "link", "source", "here"}


def split(answer: Nodes) -> tuple[Nodes, tuple[Citation, ...]]:
    """The answer without a citation block at its end, and the citations of that block in order."""
    for start in range(len(answer) - 1, max(len(answer) - 4, -1), -1):
        tail = answer[start:]
        found = _block(tail)
        if found is not None:
            return answer[:start], found
        if tail[0].kind not in (Kind.LIST, Kind.PARAGRAPH):
            break
    return answer, ()


def _block(tail: Nodes) -> tuple[Citation, ...] | None:
    """The citations when the nodes are a citation block from end to end, else None."""
    head, rest = tail[0], tail[1:]
    if head.kind is Kind.HEADING:
        if not rest or not _HEADING.fullmatch(plain((head,))):
            return None
        first: tuple[Citation, ...] = ()
    elif head.kind is Kind.PARAGRAPH and _LABEL.match(plain((head,))):
        first = tuple(citation for line in _lines(head) if (citation := _citation(line)))
    else:
        return None
    later: list[Citation] = []
    for node in rest:
        entries = _entries(node)
        if entries is None:
            return None
        later += entries
    return (*first, *later)


def _entries(node: Node) -> list[Citation] | None:
    """The citations of a list, or of a paragraph of numbered lines; None for anything else."""
    if node.kind is Kind.LIST:
        lines = [_flat(item.children) for item in node.children]
    elif node.kind is Kind.PARAGRAPH and all(_ITEM.match(plain(line)) for line in _lines(node)):
        lines = _lines(node)
    else:
        return None
    return [citation for line in lines if (citation := _citation(line))]


def _flat(nodes: Nodes) -> Nodes:
    """A list item's inline nodes, whether or not it holds paragraphs."""
    return tuple(child for node in nodes for child in (node.children if node.kind is Kind.PARAGRAPH else (node,)))


def _lines(paragraph: Node) -> list[Nodes]:
    lines: list[list[Node]] = [[]]
    for node in paragraph.children:
        if node.kind in (Kind.SOFT_BREAK, Kind.HARD_BREAK):
            lines.append([])
        else:
            lines[-1].append(node)
    return [tuple(line) for line in lines if line]


def _citation(line: Nodes) -> Citation | None:
    """One line as a citation: the link's words, or the words before a bare address, are its title."""
    link = next((node for part in line for node in part.walk() if node.kind is Kind.LINK), None)
    url = link.target if link else ""
    words = plain(line)
    shown = plain(link.children) if link else ""
    if link and shown.removeprefix("http://").removeprefix("https://") in url:  # a bare address is no title
        words = words.replace(shown, "")
    title = _ITEM.sub("", _LABEL.sub("", words, count=1), count=1).strip(" .,;:-–—")
    if not url:
        return Citation(title) if title else None
    if title.casefold() in _NAMELESS:
        title = urlsplit(url).netloc.removeprefix("www.") or url
    return Citation(title, url)
