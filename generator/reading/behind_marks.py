"""Answers that go on behind the marks of their questions, in lists: `- What is a leaf? It is the end of a twig.`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from generator.model import Kind, Node
from generator.reading import asking, brackets, items, numbering
from generator.reading.document import Document
from generator.reading.items import Item

_LINE = re.compile(r"[ \t>]*(?:[-*+]|\d{1,4}[.)])[ \t]+(?P<asked>[^?？\n]*[?？])(?P<said>.*)")
_TASK = re.compile(
    r"""\W*(?:please\s+)?(?:explain|give|draw|list|name|provide|describe|show|write|justify|compare|mention|check|choose
    |select|pick|use|cite|state|discuss|elaborate|think|answer|explica|menciona|da|dé|expliquez|donnez|citez|expliquer
    |nenne|erkläre|begründe|explique|cite|dê|приведите|объясните|назовите|опишите|açıkla\w*)\b""",
    re.IGNORECASE | re.VERBOSE,
)
# So many items of a file must say something behind their mark, this share of those with one, in so many words.
_FEWEST, _SHARE, _WORDS = 3, 0.7, 3


def are_answers(doc: Document) -> bool:
    """Whether what a file's items say behind their question marks answers them: nearly all of them tell something."""
    return doc.once("behind marks", lambda: _are_answers(doc))


def _are_answers(doc: Document) -> bool:
    asked = [match for line in doc.text.lines if "?" in line or "？" in line if (match := _LINE.match(line))]
    told = sum(_tells(match["said"]) for match in asked)
    return told >= _FEWEST and told >= _SHARE * len(asked)


def _tells(said: str) -> bool:
    """Whether words behind a question mark are a statement."""
    if said[:1] not in (" ", "\t") or len(said.split()) < _WORDS or "?" in said or said.strip()[0] in "([*_-–—":
        return False
    return not asking.opens(said.strip()) and not _TASK.match(said)


def items_of(doc: Document, node: Node) -> Sequence[Item | None]:
    """A list's items, cut behind their marks where the file answers there; a bullet's number may be in its text."""
    found = items.of_list(doc, node)
    return [item and _cut(_counted(item)) for item in found] if are_answers(doc) else found


def _counted(item: Item) -> Item:
    number = numbering.number(item.text) if item.number is None else None
    return item if number is None or number.bare else item._replace(number=number.value)


def _cut(item: Item) -> Item:
    """An item whose line goes on behind its question's mark, cut there; else as it is."""
    text = numbering.raw_text(item.inline)
    place = next((at for at, sign in enumerate(text, 1) if sign in "?？"), 0)
    if not place or item.joined or not _tells(text[place:]):
        return item
    asked, tail = brackets.cut(item.inline, place)
    told = numbering.trimmed(tail)
    if not told:
        return item
    answer = item.node._replace(kind=Kind.PARAGRAPH, start=told[0].start, end=told[-1].end, children=told)
    kept = numbering.trimmed(asked)
    return item._replace(
        inline=kept,
        text=numbering.raw_text(kept).strip(),
        rest=(answer, *item.rest),
        strength=asking.MARKED,
        joined=True,
    )
