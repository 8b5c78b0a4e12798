"""How large an image is to be shown, where its author says so: `![a tree|300](tree.png)`, `![](tree.png){width=300}`.

The first is Obsidian's, the second pandoc's and, as `{:height 200, :width 300}`, Logseq's; `![](tree.png =300x200)` is
HackMD's and Joplin's. A size is written `300`, `300x200`, `x200` or `50%`.
"""

from __future__ import annotations

import re

from generator.model import Kind, Node

_WORDS = re.compile(r"(?P<words>[^|]*(?:\|[^|]*)*?)(?:\A|\|)\s*(?P<size>\d{1,5}%?(?:x\d{1,5})?|x\d{1,5})\s*")
# What pandoc and kramdown let stand behind an image: ids, classes and values, `{#fig .right width=50%}`.
_BRACES = re.compile(r"\{:?\s*((?:[#.][\w:-]+\s*|:?\w[\w-]*(?:=|[ \t]+(?=\d))(?:\"[^\"{}\n]*\"|[^\s\"{}=]+)\s*)++)\}")
_VALUE = re.compile(r"\b(width|height)\b[\s=:]*[\"']?(\d{1,5})(?:\.\d+)?(?:px|pt)?(%?)")


def in_words(words: str) -> tuple[str, str]:
    """An image's words without the size behind their last bar, and that size, if there is one."""
    match = _WORDS.fullmatch(words)
    return (match["words"].strip(" |"), match["size"]) if match else (words, "")


def with_size(image: Node) -> Node:
    """An image whose size stands behind a bar in its words, as one that has it."""
    last = image.children[-1] if image.children else None
    if last is None or last.kind is not Kind.TEXT or "|" not in last.text:
        return image
    words, size = in_words(last.text)
    left = (last._replace(text=words),) if words else ()
    return image._replace(text=size, children=(*image.children[:-1], *left)) if size else image


def in_braces(text: str) -> tuple[str, int]:
    """The size that the attributes right behind an image say, and their length: 0 where none are there."""
    match = _BRACES.match(text)
    values = {name: value + percent for name, value, percent in _VALUE.findall(match[1])} if match else {}
    width, height = values.get("width", ""), values.get("height", "")
    size = f"{width}x{height}" if height and not height.endswith("%") else width
    return (size, match.end()) if match else ("", 0)
