"""Callouts: what a quote is that begins with `[!name]`, GitHub's five and Obsidian's others."""

from __future__ import annotations

import re

from generator import wording
from generator.model import Kind, Node, Nodes

# Obsidian's names for callouts, drawn as the five that GitHub knows.
NAMES = {
    "note": "note", "info": "note", "abstract": "note", "summary": "note", "todo": "note", "question": "note",
    "faq": "note", "help": "note", "example": "note", "quote": "note", "cite": "note", "tip": "tip", "hint": "tip",
    "success": "tip", "check": "tip", "done": "tip", "important": "important", "warning": "warning",
    "attention": "warning", "caution": "caution", "danger": "caution", "error": "caution", "bug": "caution",
    "failure": "caution",
}  # fmt: skip
_OPENING = re.compile(r"\[!(\w+)\][+-]?[ \t]*")
_BREAKS = (Kind.SOFT_BREAK, Kind.HARD_BREAK)


def of(quote: Node, lang: str) -> tuple[str, Nodes, Nodes] | None:
    """Kind, title and content of a quote that is a callout; a title that it has not is in this language."""
    if not quote.target:
        return _obsidian(quote.children, lang)
    title = Node(Kind.TEXT, quote.start, quote.start, wording.of(lang).callout(quote.target))
    return NAMES.get(quote.target, "note"), (title,), quote.children


def _obsidian(children: Nodes, lang: str) -> tuple[str, Nodes, Nodes] | None:
    """The same of one that begins with `[!name] Title`, which the parser does not know."""
    opening = children[0] if children else None
    if opening is None or opening.kind is not Kind.PARAGRAPH or not opening.children:
        return None
    first, *others = opening.children
    found = _OPENING.match(first.text) if first.kind is Kind.TEXT else None
    name = found.group(1).lower() if found else ""
    if found is None or name not in NAMES:
        return None
    line = (first._replace(text=first.text[found.end() :]), *others)
    end = next((place for place, node in enumerate(line) if node.kind in _BREAKS), len(line))
    title = line[:end] if end > 1 or line[0].text.strip() else (first._replace(text=wording.of(lang).callout(name)),)
    left = line[end + 1 :]
    return (NAMES[name], title, (opening._replace(children=left), *children[1:]) if left else children[1:])
