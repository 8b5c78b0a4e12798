"""Markdown text to one tree of blocks, by pyromark (pulldown-cmark).

The parser gives events with byte ranges; this module folds them into `Node`s and adds nothing of its own but links for
bare addresses, which CommonMark leaves as text.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any, NamedTuple

import pyromark

from generator.model import Kind, Node, Nodes

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_GFM
    | pyromark.Options.ENABLE_DEFINITION_LIST
)

_PLAIN_BLOCKS = {
    "Paragraph": Kind.PARAGRAPH,
    "TableHead": Kind.TABLE_HEAD,
    "TableRow": Kind.TABLE_ROW,
    "TableCell": Kind.TABLE_CELL,
    "Item": Kind.ITEM,
    "HtmlBlock": Kind.HTML_BLOCK,
    "DefinitionList": Kind.DEFINITION_LIST,
    "DefinitionListTitle": Kind.DEFINITION_TERM,
    "DefinitionListDefinition": Kind.DEFINITION,
    "Emphasis": Kind.EMPHASIS,
    "Strong": Kind.STRONG,
    "Strikethrough": Kind.STRIKE,
}
_LEAVES = {
    "Text": Kind.TEXT,
    "Code": Kind.CODE,
    "Html": Kind.HTML,
    "InlineHtml": Kind.HTML,
    "InlineMath": Kind.MATHS,
    "DisplayMath": Kind.DISPLAY_MATHS,
}
_BARE = {"SoftBreak": Kind.SOFT_BREAK, "HardBreak": Kind.HARD_BREAK, "Rule": Kind.RULE}

# A bare address ends before closing punctuation and before a bracket that it did not open (GFM autolinks, 6.9).
_ADDRESS = re.compile(r"\b(?:https?://|www\.(?=\w+\.))[^\s<>\"“”]+", re.IGNORECASE)


class _Open(NamedTuple):
    """A block whose end has not come yet."""

    kind: Kind
    start: int
    end: int
    target: str
    level: int
    detail: str
    children: list[Node]


def parse(text: str) -> Node:
    """The tree of `text`; offsets are bytes of its UTF-8. Any text has a tree: nothing is raised."""
    root = _Open(Kind.DOCUMENT, 0, len(text.encode()), "", 0, "", [])
    stack = [root]
    for event, span in pyromark.events_with_range(text, options=_OPTIONS):
        start, end = span["start"], span["end"]
        if isinstance(event, str):
            stack[-1].children.append(Node(_BARE[event], start, end))
            continue
        name, value = next(iter(event.items()))
        if name == "Start":
            stack.append(_opened(value, start, end))
        elif name == "End":
            block = stack.pop()
            stack[-1].children.append(_closed(block))
        else:
            stack[-1].children.append(_leaf(name, value, start, end))
    return _closed(root)


def _opened(value: Any, start: int, end: int) -> _Open:
    """A block or span that begins; what pyromark says of it goes to target, level and detail."""
    if isinstance(value, str):
        return _Open(_PLAIN_BLOCKS.get(value, Kind.PARAGRAPH), start, end, "", 0, "", [])
    name, info = next(iter(value.items()))
    match name:
        case "Heading":
            return _Open(Kind.HEADING, start, end, "", int(info["level"][1]), "", [])
        case "BlockQuote":
            return _Open(Kind.QUOTE, start, end, (info or "").lower(), 0, "", [])
        case "CodeBlock":
            fence = "" if isinstance(info, str) else info["Fenced"]
            return _Open(Kind.CODE_BLOCK, start, end, fence, 0, "", [])
        case "List":
            return _Open(Kind.LIST, start, end, "", -1 if info is None else info, "", [])
        case "FootnoteDefinition":
            return _Open(Kind.FOOTNOTE, start, end, info, 0, "", [])
        case "Table":
            return _Open(Kind.TABLE, start, end, "", 0, "".join(_ALIGN[a] for a in info), [])
        case "Link" | "Image":
            kind = Kind.LINK if name == "Link" else Kind.IMAGE
            address = info["dest_url"]
            if info["link_type"] == "Email":
                address = "mailto:" + address
            return _Open(kind, start, end, address, 0, info["title"], [])
    return _Open(Kind.PARAGRAPH, start, end, "", 0, "", [])


_ALIGN = {"None": "-", "Left": "l", "Center": "c", "Right": "r"}


def _leaf(name: str, value: Any, start: int, end: int) -> Node:
    if name == "FootnoteReference":
        return Node(Kind.FOOTNOTE_REFERENCE, start, end, target=value)
    if name == "TaskListMarker":
        return Node(Kind.TASK, start, end, level=int(value))
    return Node(_LEAVES[name], start, end, value)


def _closed(block: _Open) -> Node:
    children = block.children
    text = ""
    if block.kind in (Kind.CODE_BLOCK, Kind.HTML_BLOCK):
        text = "".join(child.text for child in children)
        children = []
    elif block.kind not in (Kind.LINK, Kind.IMAGE):
        children = _merged(children)
    return Node(block.kind, block.start, block.end, text, tuple(children), block.target, block.level, block.detail)


def _merged(children: list[Node]) -> list[Node]:
    """The children with neighbouring texts joined (the parser splits at every escape and entity) and addresses linked."""
    found: list[Node] = []
    for child in children:
        if child.kind is Kind.TEXT and found and found[-1].kind is Kind.TEXT:
            before = found[-1]
            found[-1] = Node(Kind.TEXT, before.start, child.end, before.text + child.text)
        else:
            found.append(child)
    if not any(child.kind is Kind.TEXT and ("://" in child.text or "www." in child.text) for child in found):
        return found
    linked: list[Node] = []
    for child in found:
        linked.extend(_linked(child) if child.kind is Kind.TEXT else (child,))
    return linked


def _linked(text: Node) -> list[Node]:
    """A text node cut at its bare addresses, each a link; every piece keeps the offsets of the whole text."""
    pieces: list[Node] = []
    place = 0
    for match in _ADDRESS.finditer(text.text):
        address = _trimmed(match.group())
        begin, end = match.start(), match.start() + len(address)
        if begin > place:
            pieces.append(text._replace(text=text.text[place:begin]))
        words = Node(Kind.TEXT, text.start, text.end, address)
        target = address if "://" in address else "http://" + address
        pieces.append(Node(Kind.LINK, text.start, text.end, children=(words,), target=target))
        place = end
    if place < len(text.text):
        pieces.append(text._replace(text=text.text[place:]))
    return pieces


def _trimmed(address: str) -> str:
    while address:
        last = address[-1]
        if last in ".,:;!?'*_~’”»":
            address = address[:-1]
        elif last in ")]}" and address.count(last) > address.count({")": "(", "]": "[", "}": "{"}[last]):
            address = address[:-1]
        else:
            break
    return address


_SPACES = re.compile(r"\s+")
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_BLOCKS_APART = {
    Kind.PARAGRAPH, Kind.HEADING, Kind.CODE_BLOCK, Kind.QUOTE, Kind.LIST, Kind.ITEM, Kind.TABLE, Kind.TABLE_ROW,
    Kind.TABLE_HEAD, Kind.TABLE_CELL, Kind.HTML_BLOCK, Kind.DEFINITION_TERM, Kind.DEFINITION, Kind.SOFT_BREAK, Kind.HARD_BREAK,
}  # fmt: skip


def plain(nodes: Nodes) -> str:
    """The text that a reader would see, markup and images removed, white space collapsed."""
    parts: list[str] = []
    _collect(nodes, parts)
    return _SPACES.sub(" ", "".join(parts)).strip()


def _collect(nodes: Nodes, parts: list[str]) -> None:
    for node in nodes:
        match node.kind:
            case Kind.TEXT | Kind.CODE | Kind.CODE_BLOCK | Kind.MATHS | Kind.DISPLAY_MATHS:
                parts.append(node.text)
            case Kind.HTML | Kind.HTML_BLOCK:
                parts.append(_visible(node.text))
            case Kind.IMAGE | Kind.FOOTNOTE_REFERENCE:
                pass
            case _:
                _collect(node.children, parts)
        if node.kind in _BLOCKS_APART:
            parts.append(" ")


def _visible(markup: str) -> str:
    """HTML without its tags and comments; a tag alone leaves nothing behind."""
    return unescape(_TAG.sub("", markup))
