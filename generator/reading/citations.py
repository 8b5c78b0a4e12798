"""Trailing citation blocks (`Source: …`, `(1) Title. https://…`, a `Sources:` list) to citations."""

from __future__ import annotations

import re

from generator.model import Citation, Kind, Node, Nodes
from generator.reading.blocks import plain

_WORD = (
    r"(?:sources?|ref(?:erence)?s?(?:\ links?)?|citations?|quellen?|fuentes?|fontes?|referências?|referencias?"
    r"|источники?|来源|參考|参考(?:资料)?)"
)
_LABEL = re.compile(rf"[\s📚🔗📖]*{_WORD}\s*[:：]\s*", re.IGNORECASE)
_HEADING = re.compile(rf"[\W_]*{_WORD}[\W_]*", re.IGNORECASE)
_LINK = re.compile(rf"\s*{_WORD}(?:\s|$)", re.IGNORECASE)
_ITEM = re.compile(r"\s*(?:\(\d+\)|\[\d+\]|\d+[.)]|[-*•])\s*")
_NAMELESS = {"", "undefined", "link", "source", "reference", "here", "null", "none"}
_ADDRESS = re.compile(r"(?:\w+://|www\.)\S+$")
_HOST = re.compile(r"\w+://(?:www\.)?([^/?#]+)")
# A citation block is a label or a heading, and at most a paragraph and a list after it.
_MOST_BLOCKS = 4
# A source without an address is a short name; longer, it is prose that begins with the word.
_LONGEST_NAME = 120


def split(answer: Nodes) -> tuple[Nodes, tuple[Citation, ...]]:
    """The answer without a citation block at its end, and the citations of that block in order.

    An answer that is nothing but a label and a text without an address is an answer: `Reference: another name of …`.
    """
    for start in range(len(answer) - 1, max(len(answer) - 1 - _MOST_BLOCKS, -1), -1):
        found = _block(answer[start:])
        if found is not None and (start > 0 or any(citation.url for citation in found)):
            return answer[:start], found
        if answer[start].kind not in (Kind.LIST, Kind.PARAGRAPH):
            break
    return answer, ()


def _block(tail: Nodes) -> tuple[Citation, ...] | None:
    """The citations when the nodes are a citation block from end to end, else None."""
    head, rest = tail[0], tail[1:]
    if head.kind is Kind.HEADING and rest and _HEADING.fullmatch(plain((head,))):
        first: list[Citation] | None = []
    elif head.kind is Kind.PARAGRAPH and not rest and _is_reference_link(head):
        return _citations(head.children)
    elif head.kind is Kind.PARAGRAPH:
        first = _labelled(head)
    else:
        return None
    if first is None:
        return None
    parts = [first, *map(_entries, rest)]
    if any(part is None for part in parts):
        return None
    return tuple(citation for part in parts if part for citation in part) or None


def _is_reference_link(paragraph: Node) -> bool:
    """Whether the paragraph is one link whose words begin with `Reference` or the like."""
    return (
        len(paragraph.children) == 1
        and paragraph.children[0].kind is Kind.LINK
        and bool(_LINK.match(plain(paragraph.children)))
    )


def _labelled(paragraph: Node) -> list[Citation] | None:
    """The citations of a paragraph whose first line begins with `Source:`; None where it has prose as well."""
    if not _LABEL.match(plain(paragraph.children[:3])[:60]):
        return None
    first, *later = _lines(paragraph)
    if not _has_link(first) and len(plain(first)) > _LONGEST_NAME:
        return None
    if not all(_ITEM.match(plain(line)) or _has_link(line) for line in later):
        return None
    return [citation for line in (first, *later) for citation in _citations(line)]


def _entries(node: Node) -> list[Citation] | None:
    """The citations of a list, or of a paragraph of numbered lines or links; None for anything else."""
    if node.kind is Kind.LIST:
        lines = [_flat(item.children) for item in node.children]
    elif node.kind is Kind.PARAGRAPH and all(_ITEM.match(plain(line)) or _has_link(line) for line in _lines(node)):
        lines = _lines(node)
    else:
        return None
    return [citation for line in lines for citation in _citations(line)]


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


def _links(line: Nodes) -> list[Node]:
    return [node for part in line for node in part.walk() if node.kind is Kind.LINK and node.target]


def _has_link(line: Nodes) -> bool:
    return bool(_links(line))


def _citations(line: Nodes) -> tuple[Citation, ...]:
    """The citations of one line: one, or one a link where several stand on it."""
    links = _links(line)
    if len(links) > 1:
        return tuple(_citation(plain(link.children), link) for link in links)
    title = plain(line)
    if links:
        shown = plain(links[0].children)
        if _ADDRESS.match(shown):  # a bare address is no title: the words before it are
            title = title.replace(shown, "")
        return (_citation(title, links[0]),)
    title = _bare(title)
    return (Citation(title),) if title else ()


def _citation(title: str, link: Node) -> Citation:
    title = _bare(title)
    if title.casefold() in _NAMELESS or _ADDRESS.match(title):
        title = _host(link.target)
    return Citation(title, link.target)


def _bare(title: str) -> str:
    """A title without label, number and the punctuation around it."""
    for front in (_LABEL, _ITEM):
        if found := front.match(title):
            title = title[found.end() :]
    return title.strip(" .,;:-–—")


def _host(address: str) -> str:
    """An address's host, for a source without a name."""
    host = _HOST.match(address)
    return host.group(1) if host else address
