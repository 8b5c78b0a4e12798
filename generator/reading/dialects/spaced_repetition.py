"""Obsidian's Spaced Repetition plug-in: `question::answer`, `:::` for both ways, a `?` line, `==cloze==`.

Cards on one line stand by themselves; of other paragraphs a line of its own, `?` or `??`, parts question and answer. A
tag (`#flashcards/sub/deck`) or a schedule (`<!--SR:…-->`) says that a file is such a one; neither is ever shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from generator.model import Kind, Nodes, Problem
from generator.reading import asking, clozes, hiding, inline_cards, notes, spacing
from generator.reading.attributes import Attributes
from generator.reading.blocks import plain
from generator.reading.dialects import logseq, passages
from generator.reading.dialects.passages import HEADING, Is, Passage, Separators
from generator.reading.document import Document
from generator.reading.excerpts import NOTHING, Excerpt, Line, Lines, Piece
from generator.reading.inline_cards import DECK, MARKER_TAG, SCHEDULE, inline
from generator.reading.notes import Found, Reading
from generator.reading.places import Places

NAME = "spaced-repetition"
_INLINE = ("::", ":::")
_ITEM = re.compile(r"[ \t]*(?:(?:[-*+]|\d+[.)]|#{1,6})[ \t]+)")
# Without a tag or a schedule, so many of the lines of text must be cards, and at least so many there must be.
_NEARLY_ALL = 0.75
_FEWEST = 3
_DISTINCT = 0.8
# A code fence is a deck to be copied when it has its tag and so many cards; fewer are an example.
_DECK_IN_FENCE = 8
_TAGS = tuple(word.encode() for word in ("#flash", "#🧠", "#sr", "#card", "#spaced"))
# A file whose headings ask is none of the plug-in's for a few lines with two colons.
_RATHER_HEADINGS = 2


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    tagged = bool(doc.text.front.get("tags")) or doc.has_in_any_case(*_TAGS)
    possible = tagged or b"SR:" in doc.data or doc.data.count(b"::") >= _FEWEST
    return possible and not logseq.is_page(doc)


class _Card(NamedTuple):
    lines: tuple[Line, ...]
    question: Excerpt
    answer: Excerpt
    kind: str
    rule: str
    deck: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    pin: str = ""


def read(doc: Document) -> Reading:
    """The notes of a file that was written for that plug-in, as its tag, a schedule or nearly all its lines say."""
    lines, places = Lines(doc), Places(doc)
    cards = _cards_of_file(doc, lines) or [
        card for inner in _fences(lines) for card in _Deck(lines, passages.passages(inner), True)
    ]
    cards = [card for card in cards if not places.is_housekeeping(card.lines[0].start)]
    if not cards and doc.dialect != NAME:
        return Reading()
    where = inline_cards.Where(doc, places, {line.start for card in cards for line in card.lines})
    found: list[Found] = []
    problems: list[Problem] = []
    for card, pin in zip(cards, inline_cards.unique([card.pin for card in cards]), strict=True):
        span, place = lines.span(card.lines), where.of(card.lines[0].start, card.deck)
        marks = Attributes(pin, card.tags)
        made = notes.of_excerpts(doc, NAME, card.rule, span, card.question, card.answer, place, marks, card.kind)
        found.append(made.found(notes.SURE))
        problems += made.problems
    skipped = (*inline_cards.skipped(lines), *places.skipped_beside(one.note.span for one in found))
    return Reading(tuple(found), skipped, tuple(problems), where.title)


# --- whether it is one --------------------------------------------------------------------------------------------


def _cards_of_file(doc: Document, lines: Lines) -> list[_Card]:
    """The cards of a file, or none where nothing says that it was written for the plug-in."""
    tagged = _tagged_from(doc, lines)
    told = tagged is not None or doc.dialect == NAME
    if not told and b"SR:" not in doc.data and doc.data.count(b"::") < _FEWEST:
        return []
    every = passages.passages(lines.all)
    scheduled = any(passage.scheduled for passage in every)
    if not told and not scheduled and not _may_be_all(every):
        return []
    shown = any(passage.scheduled and passage.highlights for passage in every)
    cards = [*_Deck(lines, every, told or shown)]
    if doc.dialect == NAME:
        return cards
    if scheduled:
        return [card for card in cards if card.kind != "cloze" or _is_told(card, tagged, shown)]
    if tagged is None:
        return cards if _nearly_all(every, cards) else []
    if tagged:
        cards = [card for card in cards if card.lines[0].start > tagged] or [
            card for card in cards if card.rule in _INLINE
        ]
    questions = [node for node in doc.tree.children if node.kind is Kind.HEADING and asking.strength(plain((node,)))]
    return [] if len(questions) > _RATHER_HEADINGS * len(cards) else cards


def _is_told(card: _Card, tagged: int | None, shown: bool) -> bool:
    """Whether a cloze of a file with schedules has one, stands below the tag, or is one of many."""
    below = tagged is not None and card.lines[0].start >= tagged
    return below or shown or any(SCHEDULE.search(line.text) for line in card.lines)


def _tagged_from(doc: Document, lines: Lines) -> int | None:
    """The byte from which on a tag says that cards stand in the file; 0 where it holds for all of it, or None."""
    if any(DECK.fullmatch(f"#{tag}") for tag in doc.text.front.get("tags", ())):
        return 0
    for line, below in pairwise([*lines.all, lines.all[-1]]):
        if line.code or "#" not in line.text:
            continue
        if passages.USUAL.line.match(below.text) and any(map(DECK.match, inline_cards.trailing_tags(line.text)[1])):
            return 0
        _, ending = inline_cards.trailing_tags(line.text) if HEADING.match(line.text) else (0, ())
        if any(map(DECK.match, (*inline_cards.tags_of(line.text), *ending))):
            return line.start
        if DECK.match(line.text.lstrip()):
            return 0
    return None


def _may_be_all(every: Sequence[Passage]) -> bool:
    """Whether enough lines have what parts a card on one line, so that it is worth making them."""
    parts = passages.separators(every, told=False).inline
    parted = sum(bool(parts.search(line.text)) for passage in every for line in passage.lines)
    return parted >= max(_FEWEST, _NEARLY_ALL * sum(len(one.lines) for one in every if one.kind is Is.TEXT))


def _nearly_all(every: Sequence[Passage], cards: Sequence[_Card]) -> bool:
    """Whether nearly every line of text is a card on one line, and none of them a name in some program."""
    single = [card for card in cards if card.rule in _INLINE]
    text = sum(len(passage.lines) for passage in every if passage.kind is Is.TEXT)
    names = {card.question.source.casefold() for card in single}
    types = sum("->" in card.answer.source for card in single)
    return (
        len(single) >= max(_FEWEST, _NEARLY_ALL * text)
        and len(names) >= _DISTINCT * len(single)
        and types * 2 <= len(single)
    )


def _fences(lines: Lines) -> Iterator[list[Line]]:
    """What stands in code fences that are decks to be copied, as lines that are no code."""
    inside: list[Line] = []
    for line in [*lines.all, lines.all[-1]._replace(code=False)]:
        if line.code:
            inside.append(line)
            continue
        if len(inside) > _DECK_IN_FENCE and "SR:" not in inside[0].text:
            inner = _without_fence(inside[1:])
            tagged = any(DECK.search(one.text) and inline_cards.tags_of(one.text) for one in inner)
            if tagged and sum(bool(inline(one)) for one in inner) >= _DECK_IN_FENCE:
                yield inner
        inside = []


def _without_fence(inside: Sequence[Line]) -> list[Line]:
    found, fence = [], ""
    for line in inside:
        before = bool(fence)
        fence = spacing.fence_after(fence, line.text)
        found.append(line._replace(code=before or (bool(fence) and line is not inside[-1])))
    return found


# --- from passages to cards ---------------------------------------------------------------------------------------


class _Deck:
    """The cards of some lines, in order. `told` says that clozes need no schedule to be such."""

    def __init__(self, lines: Lines, every: Sequence[Passage], told: bool) -> None:
        self._lines, self._every, self._told = lines, every, told
        self._parting: Separators = passages.separators(self._every, told)
        self._places = [self._parting.place(passage) for passage in self._every]
        self._holds = [self._parting.has_card(passage) for passage in self._every]
        self._deck = inline_cards.deck_of([f"#{tag}" for tag in lines.doc.text.front.get("tags", ())]) or ()
        self._tags: tuple[str, ...] = ()
        self._ended = self._are_ended()

    def __iter__(self) -> Iterator[_Card]:
        taken = -1  # the last passage that is in a card
        for index, passage in enumerate(self._every):
            if passage.kind is Is.TAGS:
                self._take_tags(passage)
            elif index > taken and passage.kind is Is.HEADING:
                yield from self._heading(passage)
            elif index > taken and passage.kind is Is.TEXT:
                place = self._places[index]
                rest = [*self._inline(passage.lines[: place if place >= 0 else None])]
                yield from (card for card in rest if isinstance(card, _Card))
                free = [line for line in rest if isinstance(line, Line)]
                if place >= 0:
                    card, last = self._multi(index, place, free, taken)
                    taken = max(taken, last)
                    yield from card
                elif len(free) == len(rest):
                    yield from self._cloze(passage)
            if passage.kind is not Is.TAGS:
                self._tags = ()

    def _take_tags(self, passage: Passage) -> None:
        """A line of tags names the deck of all that follows, its other tags are those of what it touches."""
        tags = inline_cards.tags_of(passage.lines[0].text)
        deck = inline_cards.deck_of(tags)
        self._deck = self._deck if deck is None else deck
        self._tags = inline_cards.without_markers([tag for tag in tags if not DECK.match(tag)])

    def _card(
        self, own: Sequence[Line], asks: Sequence[Piece], tells: Sequence[Piece], rule: str, kind: str, **more: object
    ) -> Iterator[_Card]:
        question = inline_cards.asked(self._lines.excerpt(asks))
        answer = inline_cards.told(self._lines.excerpt(tells))
        still_open = rule in ("?", "??") and self._lines.doc.dialect == NAME
        if question.nodes and (answer.nodes or still_open):
            card = _Card(tuple(own), question, answer, kind, rule, self._deck, self._tags)
            yield card._replace(**{name: value for name, value in more.items() if value})  # type: ignore[arg-type]

    def _inline(self, own: Sequence[Line]) -> Iterator[_Card | Line]:
        """The cards among some lines, each with its schedule, and the lines after the last of them."""
        free: list[Line] = []
        place = 0
        while place < len(own):
            line, end = own[place], place + 1
            card = inline(line, self._parting.inline)
            while card and end < len(own) and SCHEDULE.search(own[end].text) and not own[end].code:
                end += 1
            made = [*self._on_a_line(own[place:end], card)] if card else []
            if made:
                yield from made
                free = []
            else:
                free += own[place:end]
            place = end
        yield from free

    def _on_a_line(self, own: Sequence[Line], card: inline_cards.Inline) -> Iterator[_Card]:
        start, deck = self._without_deck(own[0], card.question[0])
        rule, kind = (":::", "reversed") if card.both else ("::", "")
        tags = (*self._tags, *card.tags)
        asks = [(start, card.question[1])]
        yield from self._card(own, asks, [card.answer], rule, kind, deck=deck, tags=tags, pin=card.pin)

    @staticmethod
    def _without_deck(line: Line, start: int) -> tuple[int, tuple[str, ...]]:
        """Where a line's question begins behind the tag of its deck, and the deck."""
        indent = len(line.text) - len(line.text.lstrip())
        tag = DECK.match(line.text, indent)
        return (max(start, line.after(tag.end())[0]), inline_cards.deck_of([tag.group()]) or ()) if tag else (start, ())

    def _heading(self, passage: Passage) -> Iterator[_Card]:
        card = inline(passage.lines[0], self._parting.inline)
        if card:
            yield from self._on_a_line(passage.lines, card)

    def _multi(self, index: int, place: int, free: Sequence[Line], taken: int) -> tuple[list[_Card], int]:
        """The card of the passage that has a line of its own to part it, and the last passage that is in it."""
        own = self._every[index].lines
        front, tells, last = [*free], own[place + 1 :], index
        if not front and index and index - 1 > taken and self._every[index - 1].kind in (Is.TEXT, Is.HEADING):
            before = self._every[index - 1]
            front = [] if self._holds[index - 1] else before.lines
        if not _content(tells) and self._is_free_text(index + 1):
            last = index + 1
            tells = [*tells, *self._every[last].lines]
        until = last + self._extension(last)
        for passage in self._every[last + 1 : until + 1]:
            tells = [*tells, *_blank_before(passage.lines[0]), *passage.lines]
        asks, deck, tags = self._asks(front)
        both = len(own[place].text.strip()) == 2 and own[place].text.strip() == "??"
        rule, kind = ("??", "reversed") if both else ("?", "")
        below = inline_cards.without_schedule([*inline_cards.dedented(tells)])
        lines = [*front, own[place], *tells]
        return [*self._card(lines, asks, below, rule, kind, deck=deck, tags=tags)], until

    def _asks(self, front: Sequence[Line]) -> tuple[list[Piece], tuple[str, ...], tuple[str, ...]]:
        """The pieces of a question's lines, without tags; its own deck, and its own tags."""
        pieces: list[Piece] = []
        deck: tuple[str, ...] = ()
        tags = self._tags
        kept = [line for line in front if line.code or SCHEDULE.sub("", line.text).strip()]
        for number, line in enumerate(kept):
            start, end = line.whole
            if not line.code:
                end = line.between(0, inline_cards.tail(line.text)[0])[1]
                if number == 0:
                    item = _ITEM.match(line.text) if len(kept) == 1 else None
                    start, own = self._without_deck(line, line.after(item.end())[0] if item else start)
                    deck = own or deck
                if number == len(kept) - 1:
                    cut, ending = inline_cards.trailing_tags(line.text[: inline_cards.tail(line.text)[0]])
                    if cut and any(map(MARKER_TAG.match, ending)):
                        end, tags = line.between(0, cut)[1], (*tags, *inline_cards.without_markers(ending))
            pieces.append((start, max(start, end)))
        return pieces, deck, tags

    def _cloze(self, passage: Passage) -> Iterator[_Card]:
        """The card of a passage in which something is hidden."""
        own = passage.lines
        if not (passage.scheduled or self._told) or all(line.code for line in own):
            return
        pieces, deck, tags = self._asks(own)
        text = self._lines.excerpt(pieces)
        for nodes, rule in _hidden(text.nodes, self._lines.doc.data, passage.scheduled):
            if clozes.deletes(nodes):
                excerpt = Excerpt(nodes, text.source)
                yield _Card(tuple(own), excerpt, NOTHING, "cloze", rule, deck or self._deck, tags)
                return

    # --- how far an answer goes

    def _begins_card(self, index: int) -> bool:
        """Whether a card begins with this passage, or has its question in it."""
        following = index + 1 < len(self._every) and self._places[index + 1] == 0
        return self._holds[index] or (following and self._every[index].kind in (Is.TEXT, Is.HEADING))

    def _is_free_text(self, index: int) -> bool:
        return index < len(self._every) and self._every[index].kind is Is.TEXT and not self._begins_card(index)

    def _end(self, index: int) -> int:
        """The next passage after an answer's that ends a card, begins one, or is a heading."""
        end = index + 1
        while end < len(self._every) and self._every[end].kind in (Is.TEXT, Is.COMMENT) and not self._begins_card(end):
            end += 1
        return end

    def _are_ended(self) -> bool:
        """Whether the file's cards are ended by a line of their own (`+++`, `---`), so that blank lines do not."""
        ended = parted = end = 0
        for index, place in enumerate(self._places):
            if place < 0 or index < end:
                continue
            end = self._end(index)
            if end < len(self._every) and self._every[end].kind is not Is.HEADING:
                parted += 1
                ended += self._every[end].kind is Is.END
        few = 1 if self._lines.doc.dialect == NAME else 2
        return ended >= few and ended >= 0.6 * parted

    def _extension(self, index: int) -> int:
        """How many passages after an answer's own lines still belong to it."""
        if self._every[index].scheduled:
            return 0
        end = self._end(index)
        if self._ended and (end == len(self._every) or not self._begins_card(end)):
            return end - index - 1
        scheduled = [place for place in range(index + 1, end) if self._every[place].scheduled]
        return scheduled[0] - index if scheduled else 0


def _content(lines: Sequence[Line]) -> bool:
    return any(line.code or SCHEDULE.sub("", line.text).strip() for line in lines)


def _blank_before(line: Line) -> list[Line]:
    """An empty line, as it stands between two passages."""
    return [line._replace(end=line.start, text="")]


def _hidden(nodes: Nodes, data: bytes, scheduled: bool) -> Iterator[tuple[Nodes, str]]:
    """What may be hidden in a text, way by way; what is bold or in braces only where the plug-in made cards of it."""
    yield hiding.spoken(nodes, Kind.MARK, "==", data), "=="
    yield hiding.hidden(nodes, hiding.MARKED_BRACES, data), "{@{}@}"
    if scheduled:
        yield hiding.hidden(nodes, hiding.LOOSE, data), "=="
        yield hiding.hidden(nodes, hiding.CURLY, data), "{{}}"
        yield hiding.spoken(nodes, Kind.STRONG, "**", data), "**"
