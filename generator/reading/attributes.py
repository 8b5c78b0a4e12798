"""Attributes that an author writes after a question: `{#my-id .tag}`."""

from __future__ import annotations

import re
from typing import NamedTuple

from generator.model import Kind, Nodes

# At the very end, opened by `{#id` or `{.tag` with no space: Django's `{# comment #}`, `{{ x }}`, `{% x %}` are not it.
_ATTRIBUTES = re.compile(r"\{((?:[#.][\w:/-]+)(?:\s+[#.][\w:/-]+)*)\s*\}\s*")


class Attributes(NamedTuple):
    """The pinned id, if any, and the tags; `length` characters of the text were taken by them."""

    pin: str = ""
    tags: tuple[str, ...] = ()
    length: int = 0


def attributes(text: str) -> Attributes:
    """The attributes at the end of a question's text."""
    begin = text.rfind("{")
    match = _ATTRIBUTES.fullmatch(text, begin) if begin >= 0 else None
    if not match:
        return Attributes()
    words = match.group(1).split()
    pin = next((word[1:] for word in words if word[0] == "#"), "")
    return Attributes(pin, tuple(word[1:] for word in words if word[0] == "."), len(text) - len(text[:begin].rstrip()))


def without_suffix(nodes: Nodes, length: int) -> Nodes:
    """Inline nodes without the last `length` characters, which stand in their last text."""
    if not length or not nodes or nodes[-1].kind is not Kind.TEXT:
        return nodes
    last = nodes[-1]
    kept = last.text[: max(0, len(last.text) - length)]
    return (*nodes[:-1], last._replace(text=kept)) if kept else nodes[:-1]
