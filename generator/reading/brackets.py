"""Answers in brackets behind their questions: `What is a leaf? (answer: the end)`, `What is a leaf? [the end]`."""

from __future__ import annotations

import re

from generator.model import Kind, Nodes
from generator.reading import answers, numbering
from generator.reading.blocks import plain
from generator.reading.document import Document

_OPENS = {")": "(", "）": "（", "]": "["}
# What such brackets say of the question itself.
_REMARK = re.compile(
    r"\W*(?:choose|select|pick|mark|check|tick|important|very|most|asked|hint|note|optional|bonus|easy|medium|hard|basic"
    r"|intermediate|advanced|must|\d+\s*(?:points?|pts?|marks?)|imp|tricky|common|frequent\w*)\b",
    re.IGNORECASE,
)
_IN_BRACKET = re.compile(rf"\s*(?:{answers.ANSWER}|[AА]|答)\s*[:：=]\s*", re.IGNORECASE)
# A question with a square bracket behind it, on a line of its own.
_BEHIND = re.compile(r"^[^\n\[\]]*[?？][ \t]*(?:\*\*)?\[(?P<said>[^\[\]\n]*)\](?:\*\*)?[ \t.]*$", re.MULTILINE)
_FEWEST = 3
_DIFFERENT = 0.8


def answer(doc: Document) -> bool:
    """Whether a file's square brackets behind questions answer them, also without a label.

    There are several and they differ: levels and companies come again. None of them is a number, or a remark.
    """
    return doc.once("brackets", lambda: _answer([match["said"].strip() for match in _behind(doc)]))


def _behind(doc: Document) -> list[re.Match[str]]:
    return [match for line in doc.text.lines if "[" in line and (match := _BEHIND.match(line))]


def _answer(said: list[str]) -> bool:
    if len(said) < _FEWEST or len({text.casefold() for text in said}) < _DIFFERENT * len(said):
        return False
    return all(any(map(str.isalpha, text)) and not _REMARK.match(text) for text in said)


def parted(line: Nodes, bare: bool = False) -> tuple[Nodes, Nodes] | None:
    """A line cut into its question and the answer in the bracket that ends it; `bare` says that it needs no label."""
    place = _place(numbering.raw_text(line))
    if place is None:
        return None
    asked, tail = cut(line, place)
    told = _told(tail, bare)
    return (numbering.trimmed(asked), told) if told else None


def _place(text: str) -> int | None:
    """Where the bracket opens that stands behind a question and ends its line."""
    text = text.rstrip(" .。")
    if not text.endswith(tuple(_OPENS)):
        return None
    closing, opening = text[-1], _OPENS[text[-1]]
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] == closing) - (text[place] == opening)
        if depth == 0:
            before = text[:place].rstrip()
            return place if before.endswith(("?", "？", "؟")) and text[place + 1 : -1].strip() else None
    return None


def _told(tail: Nodes, bare: bool) -> Nodes:
    """The answer that stands in a bracket, where its author says so by a label or by emphasis; else nothing."""
    text = numbering.raw_text(tail)
    inside = numbering.trimmed(numbering.prefix(tail, len(text.rstrip(" .。")) - 1))
    inside = numbering.trimmed(numbering.without_prefix(inside, 1))
    label = _IN_BRACKET.match(numbering.raw_text(inside))
    if label:
        return numbering.unwrapped(numbering.without_prefix(inside, label.end()))
    if bare and text.startswith("["):
        return numbering.unwrapped(inside)
    emphasised = inside and inside[0].kind is Kind.STRONG and not _REMARK.match(plain(inside))
    return inside if emphasised else ()


def cut(line: Nodes, length: int) -> tuple[Nodes, Nodes]:
    """Inline nodes cut behind so many characters; only a text is cut, another node goes with what is before."""
    for place, node in enumerate(line):
        own = len(numbering.raw_text((node,)))
        if own < length or (node.kind is not Kind.TEXT and length):
            length = max(0, length - own)
            continue
        if node.kind is not Kind.TEXT:
            return line[:place], line[place:]
        before = (*line[:place], node._replace(text=node.text[:length]))
        return before, (node._replace(text=node.text[length:]), *line[place + 1 :])
    return line, ()
