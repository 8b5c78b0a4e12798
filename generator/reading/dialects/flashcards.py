"""Cards of Obsidian's Flashcards plug-in: `Question #card` with the answer below, `question::answer`, `^1652738734578`.

A tag ends the question, be it a line's or a heading's; the answer goes on to an empty line, under a heading to the next
one, or to its id. `-reverse` asks both ways, `-spaced` asks nothing. `==text==` and `{1:text}` are clozes where an id
or a number says so. The tag may be another one, if ids stand below what has it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.model import Kind, Nodes, Problem
from generator.reading import asking, clozes, hiding, inline_cards, notes
from generator.reading.attributes import Attributes
from generator.reading.blocks import plain
from generator.reading.dialects import logseq
from generator.reading.document import Document
from generator.reading.excerpts import NOTHING, Excerpt, Line, Lines, Piece
from generator.reading.inline_cards import PARTS, inline
from generator.reading.notes import Found, Reading
from generator.reading.places import Places

NAME = "flashcards"
_NAMES = frozenset({"card", "flashcard", "flashcards", "anki"})
# These name a deck as well, so that a line of such a tag alone is no card's.
_OF_DECKS = frozenset({"flashcards", "anki"})
_TAG = re.compile(r"#(?P<name>[^\s#/-][^\s#/]*?)(?:[-/](?P<way>reversed?|spaced|reminder))?\Z", re.IGNORECASE)
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d+[.)])[ \t]+")
_PARTING = re.compile(r"[ \t]*\?\??[ \t]*$")
_PROPERTY = re.compile(r"[ \t]+[a-z][\w-]*::[ \t]")
_HIDES = re.compile(r"==[^=\n]+==|\{[^{}\n]+\}")
# A term and its meaning before the tag, on one line.
_MEANS = re.compile(r"(?P<term>\*\*[^*]{1,80}\*\*|[^:]{1,80}[ \t])(?P<sign>:|\*\*:)[ \t]+(?=\S)")
# What some put around each card: a sign that is no text, and a break.
_ORNAMENT = re.compile(r"(?:\s|<br\s*/?>)*[^\w\s!-~]?(?:\s|<br\s*/?>)*\Z")
_END = re.compile(r"[ \t]*<!--[ \t]*end[ \t]*-->[ \t]*")
_BLOCK_ID = re.compile(rb"\^\d{13}")


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    tagged = doc.has_in_any_case(b"#card", b"#flashcard", b"#anki", b"cards-deck:")
    possible = tagged or "cards-deck" in doc.text.front or bool(_BLOCK_ID.search(doc.data))
    return possible and not logseq.is_page(doc)


class _Card(NamedTuple):
    lines: tuple[Line, ...]
    rule: str
    question: Excerpt
    answer: Excerpt = NOTHING
    kind: str = ""
    pin: str = ""
    tags: tuple[str, ...] = ()
    deck: tuple[str, ...] = ()
    sure: bool = False


def read(doc: Document) -> Reading:
    """The notes of a file that was written for that plug-in: with its ids, its tag, or its deck in the front matter."""
    lines, places = Lines(doc), Places(doc)
    cards = [*_Deck(doc, lines, places.title)]
    if doc.dialect != NAME and not any(card.sure for card in cards):
        return Reading()
    where = inline_cards.Where(doc, places, {line.start for card in cards for line in card.lines})
    found: list[Found] = []
    problems: list[Problem] = []
    for card, pin in zip(cards, inline_cards.unique([card.pin for card in cards]), strict=True):
        span, marks = lines.span(card.lines), Attributes(pin, card.tags)
        place = where.of(card.lines[0].start, card.deck)
        made = notes.of_excerpts(doc, NAME, card.rule, span, card.question, card.answer, place, marks, card.kind)
        found.append(made.found(notes.SURE))
        problems += made.problems
    skipped = (*inline_cards.skipped(lines), *places.skipped_beside(one.note.span for one in found))
    return Reading(tuple(found), skipped, tuple(problems), where.title)


class _Tag(NamedTuple):
    """The tag that ends a question: where the tags begin, which way it asks, and the other tags."""

    start: int
    name: str
    way: str
    more: tuple[str, ...]


class _Deck:
    """The cards of a file, in order."""

    def __init__(self, doc: Document, lines: Lines, title: str) -> None:
        self._lines, self._every, self._title = lines, lines.all, title
        self._has_deck = "cards-deck" in doc.text.front
        self._named = doc.dialect == NAME
        self._has_ids = any(_identity(line) for line in lines.all)
        self._names = _NAMES | self._names_of_own()
        self._tags = [self._tag(line) for line in lines.all]
        self._free = 0  # the first line that is in no card yet
        self._file_tags: tuple[str, ...] = ()
        self._deck: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[_Card]:
        if self._is_outline():
            return
        place = 0
        while place < len(self._every):
            line = self._every[place]
            card, end = None, place + 1
            if not line.code and not line.blank:
                card, end = self._at(place)
            if card:
                self._free = end
                yield card._replace(tags=tuple(dict.fromkeys((*self._file_tags, *card.tags))), deck=self._deck)
            elif not line.code and (tags := inline_cards.tags_of(line.text)):
                self._file_tags = inline_cards.without_markers(tags)
                self._deck = inline_cards.deck_of(tags) or ()
            place = end

    def _at(self, place: int) -> tuple[_Card | None, int]:
        """The card that has this line, if it has one, and the line to go on with."""
        line, tag = self._every[place], self._tags[place]
        found = inline(line, PARTS, tagged=True, fields=self._ids_end(place + 1) > place + 1)
        if found:
            return self._inline(place, found)
        if tag:
            return self._tagged(place, tag)
        return (None, place + 1) if _HEADING.match(line.text) else self._cloze(place)

    # --- tags

    def _names_of_own(self) -> frozenset[str]:
        """Which tags but the usual ones ask: what ids stand below, or what ends several headings of a deck."""
        if not (self._has_ids or self._has_deck):
            return frozenset()
        below: set[str] = set()
        headings: Counter[str] = Counter()
        last = len(self._every)  # the line behind the paragraph
        for place in range(len(self._every) - 1, -1, -1):
            line = self._every[place]
            if line.blank and not line.code:
                last = place
            tags = [] if line.code or "#" not in line.text else [*inline_cards.trailing_tags(line.text)[1]]
            if not tags or inline_cards.tags_of(line.text) or not (match := _TAG.match(tags[0])):
                continue
            name = match["name"].lower()
            headings[name] += self._has_deck and bool(_HEADING.match(line.text))
            if last > place + 2 and _identity(self._every[last - 1]) and not inline(self._every[last - 2]):
                below.add(name)
        return frozenset(below | {name for name, times in headings.items() if times > 1})

    def _tag(self, line: Line) -> _Tag | None:
        if line.code or "#" not in line.text:
            return None
        start, tags = inline_cards.trailing_tags(line.text)
        found = [match for tag in tags if (match := _TAG.match(tag)) and match["name"].lower() in self._names]
        if not found:
            return None
        more = tuple(tag.lstrip("#") for tag in tags if tag not in {match.group() for match in found})
        return _Tag(start, found[0]["name"].lower(), (found[0]["way"] or "").lower(), more)

    def _is_outline(self) -> bool:
        """Whether the tagged lines are bullets with others, or with properties, under them: Logseq's."""
        tagged = [place for place, tag in enumerate(self._tags[:-1]) if tag]
        nested = 0
        for place in tagged:
            line, below = self._every[place], self._every[place + 1]
            item = _ITEM.match(line.text)
            if item and not below.code and _indent(below) > _indent(line):
                nested += bool(_ITEM.match(below.text) or _PROPERTY.match(below.text))
        return nested * 2 > len(tagged)

    # --- ids

    def _ids_end(self, place: int) -> int:
        """The line behind the ids that stand from here on."""
        while place < len(self._every) and not self._every[place].code and _is_identity(self._every[place]):
            place += 1
        return place

    def _pin(self, first: int, end: int) -> str:
        """The first id among the last of these lines."""
        while end > first and self._every[end - 1].blank:
            end -= 1
        pin = ""
        while end > first and not self._every[end - 1].code and (found := _identity(self._every[end - 1])):
            pin, end = found, end - 1
        return pin

    # --- cards

    def _inline(self, place: int, found: inline_cards.Inline) -> tuple[_Card, int]:
        end = self._ids_end(place + 1)
        own = tuple(self._every[place:end])
        pin = found.pin or self._pin(place + 1, end)
        question = inline_cards.asked(self._lines.excerpt([found.question]))
        answer = inline_cards.told(self._lines.excerpt([found.answer]))
        sure = bool(self._has_deck or self._tags[place]) or any(f"^{pin}" in line.text for line in own if pin)
        kind = "reversed" if found.both else ""
        return _Card(own, "inline", question, answer, kind, pin, found.tags, sure=sure), end

    def _tagged(self, place: int, tag: _Tag) -> tuple[_Card | None, int]:
        """The card of a question with a tag at its end."""
        line = self._every[place]
        lone = not line.text[: tag.start].strip()
        first = self._first(place, tag, lone)
        heading = _HEADING.match(self._every[first].text) if first >= 0 else None
        if first < 0 or (heading and self._names_deck(heading, tag, lone)):
            return None, place + 1
        begin, means = self._begin(place, first), None
        if tag.way == "spaced" or tag.way == "reminder":
            end = self._ids_end(place + 1)
        else:
            means = None if lone or heading else _MEANS.match(line.text[: tag.start], begin)
            end = self._end(place + 1, len(heading.group(1)) if heading else 0, through=not means)
        if lone and first < place - 1 and self._every[place - 1].blank and not self._pin(place + 1, end):
            return None, place + 1
        pin = self._pin(place + 1, end)
        told = [one for one in self._every[place + 1 : end] if one.code or not _is_identity(one)]
        if next((_PARTING.match(one.text) for one in told if not one.blank), None):
            return None, place + 1  # what parts these is another plug-in's
        answer = inline_cards.told(self._lines.excerpt(_pieces(told)))
        if lone and heading:
            asks = [self._every[first].after(heading.end())]
        else:
            asks = [*_pieces(self._every[first:place]), *([] if lone else [line.between(begin, tag.start)])]
        if means and not answer.nodes:
            asks = [line.between(begin, means.end("term"))]
            answer = self._lines.excerpt([inline_cards.trimmed(line, means.end(), tag.start)])
        question = inline_cards.asked(self._lines.excerpt(asks))
        if not question.nodes:
            return None, place + 1
        kind = "reversed" if tag.way.startswith("reverse") else ""
        unlikely = tag.name in _OF_DECKS and not heading and not pin and not asking.strength(plain(question.nodes))
        if unlikely and (not answer.nodes or (not means and self._every[place + 1].blank)):
            return None, place + 1
        own = tuple(self._every[first : max(end, place + 1)])
        return _Card(own, "tag", question, answer, kind, pin, tag.more, sure=bool(answer.nodes or tag.way)), max(
            end, place + 1
        )

    def _first(self, place: int, tag: _Tag, lone: bool) -> int:
        """The first line of a tag's question, which may go on over several; -1 where it has none."""
        line = self._every[place]
        if _HEADING.match(line.text) or (_ITEM.match(line.text) and not lone):
            return place
        first = place
        if lone and place and self._every[place - 1].blank:
            first = place - 1
            while first > self._free and self._every[first - 1].blank:
                first -= 1
        last = first
        while first > self._free and self._is_of_question(first - 1):
            first -= 1
        if not lone:
            return first
        if first == last and first > self._free and _HEADING.match(self._every[first - 1].text):
            return -1 if tag.name in _OF_DECKS else first - 1
        return -1 if first == last or (tag.name in _OF_DECKS and last < place) else first

    def _is_of_question(self, place: int) -> bool:
        line = self._every[place]
        return line.code or not (
            line.blank or _HEADING.match(line.text) or _identity(line) or self._tags[place] or inline(line)
        )

    def _is_of_paragraph(self, place: int) -> bool:
        line = self._every[place]
        if line.code or _is_identity(line):
            return False
        ends = bool(_identity(line)) and self._tags[place] is None and not inline(line)
        return ends or self._is_of_question(place)

    def _names_deck(self, heading: re.Match[str], tag: _Tag, lone: bool) -> bool:
        """Whether a heading's tag says where the cards below it go: that of the file's title, or `## Flashcards`."""
        words = heading.string[heading.end() : None if lone else tag.start].strip()
        groups = words == self._title or "card" in words.lower()
        return (lone or tag.name in _OF_DECKS) and not asking.strength(words) and groups

    def _begin(self, place: int, first: int) -> int:
        """Where on its line a question begins, behind the mark of a heading or of a list."""
        text = self._every[place].text
        lead = _HEADING.match(text) or (_ITEM.match(text) if first == place else None)
        return lead.end() if lead else 0

    def _end(self, place: int, level: int, through: bool) -> int:
        """Where the answer that begins here ends: behind an id, before an empty line or the next card.

        Under a heading of some `level` it goes on to the next one that is not deeper. `through` says that empty lines
        may stand before it.
        """
        begun, stopped = False, 0
        last = next(
            (here for here in range(place, len(self._every)) if self._tags[here] or _is_end(self._every[here])), 0
        )
        if last and _is_end(self._every[last]):
            return last + 1
        for here in range(place, len(self._every)):
            line = self._every[here]
            if line.code:
                begun = True
                continue
            if _identity(line) and (begun or here == place):
                return self._ids_end(here + 1)
            heading = _HEADING.match(line.text)
            if self._tags[here] or (heading and not level) or (heading and len(heading.group(1)) <= level):
                return stopped or here
            if not level and stopped and self._is_card(here):
                return stopped
            if line.blank and not stopped and not level and (begun or not through):
                stopped = here
            begun = begun or not line.blank
        return stopped or len(self._every)

    def _is_card(self, place: int) -> bool:
        """Whether a line may be a card of its own, so that the id below is its."""
        line = self._every[place]
        return bool(inline(line, fields=True) or _HIDES.search(line.text))

    def _cloze(self, place: int) -> tuple[_Card | None, int]:
        """The card of a paragraph in which something is hidden."""
        end = place
        while end < len(self._every) and self._is_of_paragraph(end):
            end += 1
            if _ITEM.match(self._every[place].text) or _identity(self._every[end - 1]):
                break
        if end == place:
            return None, place + 1
        until = self._ids_end(end)
        pin = self._pin(end - 1, until)
        asked_below = end < len(self._every) and self._tags[end] is not None
        if asked_below or not any(_HIDES.search(line.text) for line in self._every[place:end]):
            return None, end
        last = self._every[end - 1]
        start, tags = inline_cards.trailing_tags(last.text[: inline_cards.tail(last.text)[0]])
        text = self._lines.excerpt([*_pieces(self._every[place : end - 1]), last.between(0, start)])
        for nodes in self._hidden(text.nodes, pin):
            if clozes.deletes(nodes):
                own = tuple(self._every[place:until])
                more = inline_cards.without_markers(tags)
                return _Card(
                    own,
                    "cloze",
                    Excerpt(nodes, text.source),
                    NOTHING,
                    "cloze",
                    pin,
                    more,
                    sure=bool(pin or self._has_deck),
                ), until
        return None, end

    def _hidden(self, nodes: Nodes, pin: str) -> Iterator[Nodes]:
        """What a paragraph may hide: where others have ids, one without is a cloze only by its numbers."""
        data = self._lines.doc.data
        numbered = hiding.hidden(nodes, hiding.NUMBERED, data)
        marked = hiding.spoken(numbered, Kind.MARK, "==", data)
        if pin:
            yield marked
            yield hiding.hidden(nodes, hiding.BRACES, data)
        elif self._has_ids and not self._named:
            yield numbered
        elif self._has_deck or self._named:
            yield marked


def _is_end(line: Line) -> bool:
    """Whether a line ends an answer that goes on behind empty ones, as an id does."""
    return not line.code and bool(_END.fullmatch(line.text))


def _identity(line: Line) -> str:
    """The id at the end of a line, if it is one of the plug-in's."""
    if line.code:
        return ""
    return inline_cards.tail(line.text)[1] if "^" in line.text or "<!--" in line.text else ""


def _is_identity(line: Line) -> bool:
    """Whether a line is an id and nothing else but an ornament."""
    return _is_end(line) or (
        bool(_identity(line)) and bool(_ORNAMENT.match(line.text[: inline_cards.tail(line.text)[0]]))
    )


def _indent(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip())


def _pieces(own: Sequence[Line]) -> list[Piece]:
    """Lines as pieces, without ids, and without ornaments at either end."""
    first, last = 0, len(own)
    while first < last and not own[first].code and _ORNAMENT.match(own[first].text):
        first += 1
    while last > first and not own[last - 1].code and _ORNAMENT.match(own[last - 1].text):
        last -= 1
    return inline_cards.without_schedule(own[first:last])
