"""Which notes are clozes, and their text with its deletions: shared by all dialects.

`protection` has found the deletions in a file's text, `highlights` what is highlighted. Here a note's kind decides what
they mean to it; and the code of a cloze is looked through for deletions, which no parser sees there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from generator.model import Basic, Cloze, Kind, Node, Nodes, Reversed
from generator.reading import cloze_marks, protection
from generator.reading.attributes import BASIC, CLOZE, REVERSED
from generator.reading.blocks import plain
from generator.reading.cloze_marks import Deletion, Ranges
from generator.reading.document import Document

_CODE = frozenset({Kind.CODE, Kind.CODE_BLOCK, Kind.HTML_BLOCK})
_CODE_TAG = re.compile(r"<(?:pre|code)\b", re.IGNORECASE)
_TAG = re.compile(rb"<!--.*?(?:-->|\Z)|<[^<>]*>", re.DOTALL)


def kind_of_file(doc: Document) -> str:
    """The kind that the file's front matter gives its notes, or the empty string."""
    return str(doc.text.front.get("kind", ""))


def body(question: Nodes, answer: Nodes, kind: str, doc: Document) -> Basic | Reversed | Cloze:
    """The note that question and answer make, of the kind that its author calls it (or the empty string).

    Deletions make a cloze of any note but one that is called basic. Those in code alone do not, nor does what is
    highlighted, unless the author calls it a cloze: a note about Anki, or with a remark, is none.
    """
    if kind == BASIC:
        return Basic(protection.literal(question), protection.literal(answer))
    front, back = question, answer
    if kind == CLOZE:
        front, back = (tuple(_unmarked(node, doc.data) for node in nodes) for nodes in (question, answer))
    hides = doc.may_hide and any(deletes(nodes) or _deletes_in_html(nodes) for nodes in (front, back))
    if hides or kind == CLOZE:
        front, back = _hiding(front), _hiding(back)
        if deletes(back):
            return Cloze((*front, *back), ())
        if deletes(front):
            return Cloze(front, back)
    return Reversed(question, answer) if kind == REVERSED else Basic(question, answer)


def deletes(nodes: Nodes, highlights: bool = False) -> bool:
    """Whether a deletion is among the nodes; `highlights` says that what is highlighted is one as well."""
    return any(
        node.kind is Kind.DELETION
        or (highlights and node.kind is Kind.MARK)
        or (bool(node.children) and node.kind is not Kind.FOOTNOTE and deletes(node.children, highlights))
        for node in nodes
    )


def _deletes_in_html(nodes: Nodes) -> bool:
    """Whether a block of raw HTML that holds no code has a deletion."""
    texts = (part.text for node in nodes for part in node.walk() if part.kind is Kind.HTML_BLOCK and "{{c" in part.text)
    return any(not _CODE_TAG.search(text) and _deletions(text.encode(), html=True) for text in texts)


# --- what is highlighted, as deletions ----------------------------------------------------------------------------


def _unmarked(node: Node, data: bytes) -> Node:
    """The node with each highlighted text as a deletion whose number is left open."""
    if node.kind is Kind.FOOTNOTE:
        return node
    node = node._replace(children=tuple(_unmarked(child, data) for child in node.children))
    if node.kind is not Kind.MARK:
        return node
    children, hint = _without_hint(node.children, data)
    return node._replace(kind=Kind.DELETION, children=children, target=protection.written("==", "=="), detail=hint)


def _without_hint(nodes: Nodes, data: bytes) -> tuple[Nodes, str]:
    """What a highlight hides, and the hint behind its first `::` outside code, if both are there."""
    for index, node in enumerate(nodes):
        place = node.text.find("::", 0 if index else 1) if node.kind is Kind.TEXT else -1
        if place < 0:
            continue
        hint = plain((node._replace(text=node.text[place + 2 :]), *nodes[index + 1 :]))
        if not hint or b"\\:" in data[node.start : node.end]:
            break
        before = node._replace(text=node.text[:place])
        return (*nodes[:index], *((before,) if before.text else ())), hint
    return nodes, ""


# --- deletions in code --------------------------------------------------------------------------------------------


def _hiding(nodes: Nodes) -> Nodes:
    """The nodes of a cloze with the deletions in their code as nodes as well, and with none in footnotes."""
    return tuple(node for node in map(_hidden, nodes) if not _is_empty_part(node))


def _hidden(node: Node) -> Node:
    if node.kind in _CODE:
        return _hidden_in_code(node)
    children = protection.literal(node.children) if node.kind is Kind.FOOTNOTE else _hiding(node.children)
    return node._replace(children=children)


def _is_empty_part(node: Node) -> bool:
    """Whether the node is a deletion over several blocks, and hides nothing in this one."""
    return node.kind is Kind.DELETION and not node.children and not protection.is_whole(node)


def _hidden_in_code(node: Node) -> Node:
    """Code, or raw HTML, with its deletions among its children, which then hold its text."""
    data = node.text.encode()
    found = _deletions(data, html=node.kind is Kind.HTML_BLOCK)
    if not found:
        return node
    piece = Node(Kind.HTML if node.kind is Kind.HTML_BLOCK else Kind.TEXT, node.start, node.end)
    return node._replace(text="", children=_pieces(data, 0, len(data), found, piece, ""))


def _deletions(data: bytes, html: bool) -> Sequence[Deletion]:
    """The deletions in code, or in raw HTML outside its tags."""
    if not cloze_marks.OPENING.search(data):
        return ()
    tags = Ranges([tag.span() for tag in _TAG.finditer(data)] if html else ())
    return cloze_marks.scan(data, 0, len(data), tags, code=True).found


def _pieces(data: bytes, start: int, end: int, found: Sequence[Deletion], piece: Node, escape: str) -> Nodes:
    """A part of the code cut at its deletions; `escape` is what stands in one of them before a `::` that is none."""
    parts: list[Node] = []

    def add(until: int) -> None:
        text = data[start:until].decode().replace(f"{escape}::", "::")
        parts.extend([piece._replace(text=text)] if text else [])

    for part in found:
        add(part.start)
        inside = _pieces(data, part.content, part.until, part.inner, piece, "\\")
        hint = " ".join(data[slice(*part.hint)].decode().split())
        marks = protection.written(data[part.start : part.content].decode(), data[part.until : part.end].decode())
        parts.append(piece._replace(kind=Kind.DELETION, target=marks, level=part.number, detail=hint, children=inside))
        start = part.end
    add(end)
    return tuple(parts)
