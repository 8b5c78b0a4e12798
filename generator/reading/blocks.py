"""Markdown text to one tree of blocks, by pyromark (pulldown-cmark).

The parser gives events with byte ranges; this module folds them into `Node`s and adds nothing of its own but links for
bare addresses, which CommonMark leaves as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import unescape
from typing import Any, NamedTuple

import pyromark

from generator.html_names import is_html
from generator.model import Kind, Node, Nodes
from generator.reading import sizes

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
    "Code": Kind.CODE,
    "Html": Kind.HTML,
    "InlineHtml": Kind.HTML,
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


# Deeper than this, nesting is dissolved in the block above, so that all who walk a tree may recurse.
_DEEPEST = 80


def _itself(place: int) -> int:
    return place


def parse(text: str, place: Callable[[int], int] = _itself) -> Node:
    """The tree of `text`; offsets are bytes of its UTF-8. Any text has a tree: nothing is raised.

    No tree is deeper than 80 levels and a leaf: the text of what is nested deeper is kept, its structure is not.
    `place` says where in another text, which this one was made from, a byte of it stands: offsets are those then.
    """
    stack = [_Open(Kind.DOCUMENT, place(0), place(len(text.encode())), "", 0, "", [])]
    dissolved = 0
    value: Any
    for event, span in pyromark.events_with_range(text, options=_OPTIONS, merge_text=True):
        start, end = span["start"], span["end"]
        if place is not _itself:
            start, end = place(start), place(end)
        if isinstance(event, str):
            stack[-1].children.append(Node(_BARE[event], start, end))
            continue
        name, value = next(iter(event.items()))
        if name == "Text":
            stack[-1].children.extend(_texts(Node(Kind.TEXT, start, end, value), stack))
        elif name == "Start":
            block = _opened(value, start, end)
            if len(stack) > _DEEPEST and block.kind not in _VERBATIM:
                dissolved += 1
            else:
                stack.append(block)
        elif name != "End":
            stack[-1].children.append(_leaf(name, value, start, end))
        elif dissolved and stack[-1].kind not in _VERBATIM:
            dissolved -= 1
            stack[-1].children.append(Node(Kind.SOFT_BREAK, end, end))
        else:
            block = stack.pop()
            stack[-1].children.append(_closed(block))
    return _closed(stack[0])


def _texts(text: Node, stack: list[_Open]) -> Iterable[Node]:
    """A text as it goes into the tree: cut at bare addresses, unless it is code, HTML or a link's own words."""
    before = stack[-1].children
    if text.text.startswith("{") and before and before[-1].kind is Kind.IMAGE:
        size, length = sizes.in_braces(text.text)
        before[-1] = before[-1]._replace(text=size or before[-1].text)
        if size or stack[-1].kind is not Kind.HEADING:  # the other attributes there are the question's
            text = text._replace(text=text.text[length:])
        if not text.text:
            return ()
    if "://" not in text.text and "www." not in text.text:
        return (text,)
    return (text,) if any(block.kind in _NO_LINKS for block in stack) else _linked(text)


_VERBATIM = (Kind.CODE_BLOCK, Kind.HTML_BLOCK)
_NO_LINKS = (*_VERBATIM, Kind.LINK, Kind.IMAGE)


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
    if name == "InlineHtml" and value[:9].lower() == "<!doctype":
        return Node(Kind.TEXT, start, end, value)  # within a line it is what the line tells of
    return Node(_LEAVES[name], start, end, value)


def _closed(block: _Open) -> Node:
    if block.kind in _VERBATIM:
        text = "".join(child.text for child in block.children)
        return Node(block.kind, block.start, block.end, text, (), block.target, block.level, block.detail)
    node = Node(block.kind, block.start, block.end, "", tuple(block.children), block.target, block.level, block.detail)
    return sizes.with_size(node) if block.kind is Kind.IMAGE else node


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
    end = len(address)
    unopened = {closer: address.count(closer) - address.count(opener) for closer, opener in (")(", "][", "}{")}
    while end:
        last = address[end - 1]
        if unopened.get(last, 0) > 0:
            unopened[last] -= 1
        elif last not in ".,:;!?'*_~’”»":
            break
        end -= 1
    return address[:end]


# --- the text of a tree -------------------------------------------------------------------------------------------

# A comment that is never closed goes on to the end; without that, and without `<` excluded, this would be quadratic.
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)[\s/>]")
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]*>", re.DOTALL)
_LETTERS = frozenset({Kind.TEXT, Kind.CODE, Kind.CODE_BLOCK, Kind.MATHS, Kind.DISPLAY_MATHS})
_UNSEEN = frozenset({Kind.IMAGE, Kind.FOOTNOTE_REFERENCE})
_TOGETHER = _UNSEEN | {
    Kind.MARK,
    Kind.DELETION,
    Kind.EMPHASIS,
    Kind.STRONG,
    Kind.STRIKE,
    Kind.LINK,
    Kind.TEXT,
    Kind.CODE,
    Kind.HTML,
    Kind.MATHS,
    Kind.DISPLAY_MATHS,
    Kind.TASK,
}


def plain(nodes: Nodes) -> str:
    """The text that a reader would see, markup and images removed, white space collapsed."""
    parts: list[str] = []
    _collect(nodes, parts)
    return " ".join("".join(parts).split())


def _collect(nodes: Nodes, parts: list[str]) -> None:
    for node in nodes:
        kind = node.kind
        apart = kind not in _TOGETHER
        if apart:
            parts.append(" ")
        if node.children and kind not in _UNSEEN:  # code has some where a part of it is a deletion
            _collect(node.children, parts)
        elif kind in _LETTERS:
            parts.append(node.text)
        elif kind is Kind.HTML or kind is Kind.HTML_BLOCK:
            parts.append(_visible(node.text))
        if apart:
            parts.append(" ")


def _visible(markup: str) -> str:
    """HTML without its tags and comments; a tag alone leaves nothing behind, and `<T>` is no tag but text."""
    return unescape(_TAG.sub(lambda tag: "" if _is_markup(tag) else tag.group(), markup))


def _is_markup(tag: re.Match[str]) -> bool:
    name = _NAME.match(tag.group())
    return name is None or is_html(name.group(1))
