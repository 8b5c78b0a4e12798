"""How hard a question is, or what it is worth, said behind it: `What is a leaf? *(easy)*`, `… [Medium]`, `… (2 pts)`.

Such a mark is no part of the question: a level becomes a tag, points go. So a question that is found harder later on is
the same one.
"""

from __future__ import annotations

import re

from generator.model import Kind, Nodes
from generator.reading import asking, numbering

_LEVEL = (
    r"(?:(?:very|super)[ -])?(?:easy|hard|difficult|tricky)|medium|moderate|beginner|basic|intermediate|advanced|expert"
    r"|junior|middle|mid|senior|(?:very[ ])?important|optional|bonus"
    r"|fácil|media|médio|difícil|facile|moyen|difficile|leicht|mittel|schwer|лёгкий|легкий|средний|сложный"
    r"|简单|中等|困难|쉬움|보통|어려움"
)
_POINTS = r"\d{1,3}[ ]?(?:points?|pts?\.?|marks?|分)"
_SAID = rf"[\s*_`]*(?:(?:level|difficulty)[ ]?[:：][ ]?)?(?:(?P<level>{_LEVEL})(?:[,;/ ]+{_POINTS})?|{_POINTS})[\s*_`]*"
_BRACKETED = re.compile(rf"[(\[（【]{_SAID}[)\]）】]", re.IGNORECASE)
_BARE = re.compile(_SAID, re.IGNORECASE)
_IN_SOURCE = re.compile(
    rf"[ \t]*(?:[*_`]{{1,3}}|<\w{{1,6}}>)?[(\[（【]{_SAID}[)\]）】](?:[*_`]{{1,3}}|</\w{{1,6}}>)?\Z", re.IGNORECASE
)
_LOUD_IN_SOURCE = re.compile(rf"(?<=[?？])[*_]{{0,3}}(?P<mark>[ \t]*[*_`]{{1,3}}{_SAID})\Z", re.IGNORECASE)
_LONGEST = 50
_LOUD = (Kind.EMPHASIS, Kind.STRONG, Kind.CODE)


def at_end(nodes: Nodes) -> tuple[Nodes, tuple[str, ...]] | None:
    """A question's inline nodes without the mark behind it, and the tag that it makes; None where there is none."""
    last = nodes[-1] if nodes else None
    if last is None:
        return None
    if last.kind is Kind.TEXT:
        begin = max(map(last.text.rfind, "([（【"))
        said = _BRACKETED.fullmatch(last.text.rstrip(), begin) if begin >= 0 else None
        kept = (*nodes[:-1], last._replace(text=last.text[:begin])) if said else ()
    else:
        tagged = last.kind is Kind.HTML and len(nodes) > 2 and nodes[-3].kind is Kind.HTML
        loud = nodes[-2:-1] if tagged else nodes[-1:] if last.kind in _LOUD else ()
        text, kept = numbering.raw_text(loud), nodes[: -3 if tagged else -1]
        bracketed = _BRACKETED.fullmatch(text)
        said = bracketed or (_BARE.fullmatch(text) if text and _ends_asking(kept) else None)
    kept = numbering.trimmed(kept)
    if said is None or not kept or not asking.strength(numbering.raw_text(kept)):
        return None
    level = (said["level"] or "").lower()
    return kept, (level.replace(" ", "-"),) if level else ()


def _ends_asking(nodes: Nodes) -> bool:
    return numbering.raw_text(nodes).rstrip().endswith(("?", "？"))


def says_more(text: str) -> bool:
    """Whether some Markdown says anything, and is more than such a mark."""
    own = text.strip(" \t*_`")
    mark = len(own) < _LONGEST and bool(_BRACKETED.fullmatch(own) or _BARE.fullmatch(own))
    return any(map(str.isalnum, own)) and not mark


def without(source: str) -> str:
    """A question's Markdown without the mark behind it."""
    end = source.rstrip()
    tail = end[-_LONGEST:]
    found = _IN_SOURCE.search(tail)
    if found and asking.strength(end[: len(end) - len(found.group())]):
        return end[: len(end) - len(found.group())]
    loud = _LOUD_IN_SOURCE.search(tail)
    return end[: len(end) - len(loud["mark"])] if loud else source
