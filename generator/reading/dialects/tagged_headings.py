"""Headings with a tag at their end: `## What is a view? #anki`, whatever the tag.

What tells a program's cards from the rest of a file is its mark: the tag is not shown, and a tag of the note only if it
is an author's own. Where only the first headings of a level have it, the others of that shape are meant too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from generator.model import Kind, Node, Nodes, Problem
from generator.reading import asking, attributes, clozes, furniture, inline_cards, notes, numbering, sections
from generator.reading.attributes import Attributes
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.inline_cards import MARKER_TAG
from generator.reading.notes import Asked, Found, Made, Place, Reading
from generator.reading.places import Places
from generator.reading.sections import Section

NAME = "tagged-headings"
# A tag that no program is known by marks questions, if so many headings of a level have it, and most of these ask.
_FEWEST = 3
_MOST = 0.6
# So many headings with the tag, and then none, are the first ones of many.
_FIRST_FEW = 2
_REVERSE = re.compile(r"#\w+[-/]reversed?\Z", re.IGNORECASE)


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    if "cards-deck" in doc.text.front or _ID.search(doc.lined):
        return False  # another plug-in's, which says more
    return any(node.kind is Kind.HEADING and " #" in plain((node,)) for node in doc.tree.children)


_ID = re.compile(rb"\n\^\d{13}\s*$", re.MULTILINE)


class _Head(NamedTuple):
    """A section with the tags at the end of its heading, and the heading without them.

    `holds` says that something stands under it, be it under deeper headings.
    """

    section: Section
    inline: Nodes
    words: str
    tags: tuple[str, ...]
    holds: bool

    @property
    def asks(self) -> bool:
        """Whether its words ask."""
        return bool(asking.strength(self.words))


def read(doc: Document) -> Reading:
    """The notes of a file in which a tag says which headings ask."""
    heads = _heads(sections.of_file(doc)[1])
    asks = _asking(heads, doc.dialect == NAME)
    if not any(asks):
        return Reading()
    taken = [place for place, ask in enumerate(asks) if ask]
    places = Places(doc)
    where = inline_cards.Where(doc, places, {heads[place].section.heading.start for place in taken})
    found: list[Found] = []
    problems: list[Problem] = []
    for place in taken:
        above = where.of(heads[place].section.heading.start, inline_cards.deck_of(heads[place].tags) or ())
        made = _note(doc, above, heads[place : _end(heads, asks, place)])
        found.append(made.found(notes.SURE))
        problems += made.problems
    skipped = places.skipped_beside(one.note.span for one in found)
    return Reading(tuple(found), skipped, tuple(problems), where.title)


def _heads(sections: Sequence[Section]) -> list[_Head]:
    holding: dict[int, bool] = {}  # by level, whether text stands under the heading of that level that comes next
    found = []
    for section in reversed(sections):
        holds = section.holds_text or any(held for level, held in holding.items() if level > section.level)
        holding = {level: held for level, held in holding.items() if level <= section.level} | {section.level: holds}
        found.append(_head(section, holds))
    return found[::-1]


def _head(section: Section, holds: bool) -> _Head:
    inline = section.inline
    last = inline[-1] if inline else None
    if last is None or last.kind is not Kind.TEXT or "#" not in last.text:
        return _Head(section, inline, section.text, (), holds)
    start, tags = inline_cards.trailing_tags(last.text)
    if not tags or not (start or len(inline) > 1):
        return _Head(section, inline, section.text, (), holds)
    inline = numbering.trimmed((*inline[:-1], last._replace(text=last.text[:start])))
    return _Head(section, inline, plain(inline), tags, holds)


# --- which of them ask --------------------------------------------------------------------------------------------


def _asking(heads: Sequence[_Head], named: bool) -> list[bool]:
    """Which headings ask: those with the tag, and those it is meant for; `named`: the file names the dialect."""
    markers = _markers(heads, named)
    asks = [bool(markers & _names(head)) and (named or _is_card(head, heads)) for head in heads]
    for level in {head.section.level for head, ask in zip(heads, asks, strict=True) if ask}:
        own = [place for place, head in enumerate(heads) if head.section.level == level]
        first = [asks[place] for place in own]
        count = sum(first)
        if count < len(own) and all(first[:count]):
            tagged = [heads[place] for place in own[:count]]
            for place in own[count:]:
                asks[place] = _is_alike(heads[place], tagged)
    return asks


def _names(head: _Head) -> frozenset[str]:
    return frozenset(tag.lower() for tag in head.tags)


def _markers(heads: Sequence[_Head], named: bool) -> frozenset[str]:
    """The tags by which the file's questions are known."""
    counted = Counter(name for head in heads if head.holds or named for name in sorted(_names(head)))
    known = frozenset(name for name in counted if MARKER_TAG.match(name))
    if known:
        return known
    for name, times in counted.most_common(1):
        own = [head for head in heads if name in _names(head)]
        level = Counter(head.section.level for head in own).most_common(1)[0][0]
        of_level = sum(head.section.level == level for head in heads)
        ask = sum(head.asks for head in own)
        if times >= max(_FEWEST, _MOST * of_level) and ask >= _MOST * len(own):
            return frozenset({name})
    return frozenset()


def _is_card(head: _Head, heads: Sequence[_Head]) -> bool:
    """Whether a tagged heading is a card: not the file's title, nor `## Flashcards`, which say where cards go."""
    if head.asks or head.section.attributes.kind or clozes.deletes(head.inline):
        return True
    if not head.holds or "card" in head.words.lower():
        return False
    return head is not heads[0] or head.section.level > 1 or not any(other.section.level > 1 for other in heads)


def _is_alike(head: _Head, tagged: Sequence[_Head]) -> bool:
    """Whether a heading without a tag is one of the tagged ones' shape."""
    if not head.holds or head.tags or furniture.is_housekeeping(head.words):
        return False
    if head.section.number is None and all(other.section.number for other in tagged):
        return False
    asked = sum(other.asks for other in tagged)
    return head.asks if asked * 2 > len(tagged) else len(tagged) >= _FIRST_FEW


# --- their notes --------------------------------------------------------------------------------------------------


def _end(heads: Sequence[_Head], asks: Sequence[bool], place: int) -> int:
    """The place behind the headings under a question that are parts of its answer: the deeper ones that don't ask."""
    level, end = heads[place].section.level, place + 1
    while end < len(heads) and not asks[end] and heads[end].section.level > level:
        end += 1
    return end


def _note(doc: Document, place: Place, heads: Sequence[_Head]) -> Made:
    """The note of a tagged heading and of the parts of its answer."""
    head, section = heads[0], heads[0].section
    blocks: list[Node] = [*section.body]
    for part in heads[1:]:
        blocks += [part.section.heading, *part.section.comments, *part.section.body]
    inline, text = head.inline, head.words
    number = numbering.number(numbering.raw_text(inline))
    if number:
        inline, text = numbering.without_prefix(inline, number.length), text[number.length :]
    inline = numbering.unwrapped(inline)
    tags = Attributes("", inline_cards.without_markers(head.tags))
    source = attributes.without(" ".join(doc.source(section.heading.children).split("\n")))
    source = source[: inline_cards.trailing_tags(source)[0]].strip("* \t")
    lead = numbering.number(source) if number else None
    asked = Asked(
        (section.heading, *section.comments),
        notes.question(section.heading, inline),
        source[lead.length :].strip("* \t") if lead else source,
        text,
        section.attributes | tags,
        whole=bool(text),
        letter=number is not None and number.labelled,
        kind="reversed" if any(map(_REVERSE.match, head.tags)) else "",
    )
    return notes.of_blocks(doc, NAME, "tagged heading", place, asked, tuple(blocks))
