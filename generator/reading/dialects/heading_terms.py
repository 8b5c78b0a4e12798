"""Headings that are the terms of a glossary, each with what it means below it.

A title, the file's name or a heading above must say that there is a glossary. Of its levels the shallowest one counts
at which nearly all headings stand above a meaning; letters of the alphabet and groups of terms are headings as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from generator.model import Kind, Node, Nodes
from generator.reading import asking, furniture, numbering, terms
from generator.reading.blocks import plain

_LONGEST = 60
_MOST_WORDS = 8
_FEWEST = 3
_NEARLY_ALL = 0.8


class HeadingTerm(NamedTuple):
    """A heading that is a term, and the blocks up to the next one."""

    heading: Node
    meaning: Nodes


class _Section(NamedTuple):
    """A heading of a glossary, the blocks right below it, and where in the file it stands."""

    heading: Node
    body: Nodes
    place: int

    @property
    def text(self) -> str:
        """What the heading says."""
        return plain(self.heading.children)


def found(blocks: Nodes, whole: bool, holds_terms: Callable[[Nodes], bool]) -> Iterator[HeadingTerm]:
    """The terms among the headings of a file; `whole` says that all of it is a glossary.

    `holds_terms` says of the blocks below a heading that they are terms themselves.
    """
    begins = [place for place, node in enumerate(blocks) if node.kind is Kind.HEADING]
    cuts = pairwise([*begins, len(blocks)])
    sections = [_Section(blocks[at], blocks[at + 1 : end], at) for at, end in cuts]
    for part in _glossaries(sections, whole):
        level = _level(part, holds_terms)
        if not level:
            continue
        own = [section for section in part if section.heading.level <= level]
        after = part[-1].place + 1 + len(part[-1].body)
        for section, end in zip(own, [*(one.place for one in own[1:]), after], strict=True):
            if section.heading.level == level and _is_term(section, holds_terms):
                yield HeadingTerm(section.heading, blocks[section.place + 1 : end])


def _glossaries(sections: Sequence[_Section], whole: bool) -> Iterator[list[_Section]]:
    """The sections below each heading that says that there is a glossary; all of them where the file is one."""
    own: list[_Section] = []
    inside = 0  # the level of the heading that says so
    for section in sections:
        level = section.heading.level
        if terms.heads_glossary(section.text) and not (own and level > inside):
            if own and inside:
                yield own
                own = []
            inside = level
        elif inside and level <= inside and not whole:
            yield own
            own, inside = [], 0
        elif inside or whole:
            own.append(section)
    if own:
        yield own


def _level(part: Sequence[_Section], holds_terms: Callable[[Nodes], bool]) -> int:
    """The shallowest level of a glossary at which the headings are its terms; 0 where there is none."""
    again = Counter(section.text.casefold() for section in part)
    for level in sorted({section.heading.level for section in part}):
        own = [section for section in part if section.heading.level == level]
        full = [section for section in own if section.body and not _is_beside(section.text)]
        fit = [section for section in full if again[section.text.casefold()] == 1 and _is_term(section, holds_terms)]
        if len(fit) >= _FEWEST and len(fit) >= _NEARLY_ALL * len(full) and len(fit) * 2 > len(own):
            return level
    return 0


def _is_term(section: _Section, holds_terms: Callable[[Nodes], bool]) -> bool:
    """Whether a heading is a short name and a sentence about it stands below."""
    body = tuple(node for node in section.body if not furniture.furniture(node))
    text = section.text
    if not body or body[0].kind is not Kind.PARAGRAPH:
        return False
    name = len(text) > 1 or text > "\x7f"
    short = name and len(text) <= _LONGEST and len(text.split()) <= _MOST_WORDS
    if not short or numbering.number(text) or asking.strength(text) >= asking.MARKED:
        return False
    return not _is_beside(text) and not holds_terms(body)


def _is_beside(text: str) -> bool:
    """Whether a heading is about the glossary, or names where it comes from."""
    return furniture.is_housekeeping(text) or furniture.names_part(text) or furniture.instructs(text)
