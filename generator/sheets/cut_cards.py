"""Cut-out cards: for each note a front and a back of a card's size, in type that fits.

A face that does not fit in its least type goes on on a further card. Faces are laid out in the deck's order, a front
and its back after one another; where they lie on the paper is the press's matter, so that an insertion lays out one
batch anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import sqrt

from markupsafe import Markup

from generator import fragments
from generator.model import Cloze, DeckInfo, RenderedNote
from generator.print_model import Bookmark, Fitting, Sheet, Signature
from generator.print_settings import SIZES, PrintSettings
from generator.sheets import code_lines, common, dress, narrow_tables
from generator.sheets.measure import POINT

# A batch of notes that is laid out at once: as few and as many.
_LEAST, _MOST = 16, 32
# Type of the backs, in points, from the largest to the least that is still read; fronts are set in as many steps.
STEPS = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
_CLASSES = tuple(f"t{round(size * 10)}" for size in STEPS)
# The head of a card, its rule, topic and number, is so many millimetres high, below the padding.
_HEAD = 5.0
# In em of a face (cards.css): tables, those that are set small, a character of code, and what stands beside it.
_TABLE, _SMALL_TABLE, _CODE, _CODE_SIDES = 0.95, 0.8, 0.516, 1.5
# An average letter is so many times as wide as the type is high; a line so many times as high, with what is between.
_LETTER, _LEADING = 0.47, 1.36


@dataclass(frozen=True, slots=True)
class _Card:
    """A note's two faces as the template sees them."""

    front: str
    back: str
    topic: str
    anchor: str
    heading: Markup
    more: Markup
    answer: Markup
    hint: Markup
    sources: tuple[Markup, ...]
    lang: str


def size_of(settings: PrintSettings) -> tuple[float, float]:
    """A card's width and height in millimetres, wider than high."""
    if settings.cards.size in SIZES:
        return SIZES[settings.cards.size]
    first, second = (float(side) for side in settings.cards.size.split("x"))
    return max(first, second), min(first, second)


def cards(info: DeckInfo, notes: Sequence[RenderedNote], settings: PrintSettings) -> Sheet:
    """The cut-out cards of a deck, in its order."""
    info = common.with_direction(info, notes)
    topics = tuple(common.topics(info, notes))
    ordered = [(topic, note) for topic in topics for note in topic.notes]
    bounds = [0, *common.cuts([note.identified.id for _, note in ordered], _LEAST, _MOST), len(ordered)]
    signatures = [_signature(info, ordered[start:end], settings) for start, end in pairwise(bounds)]
    members = [note for _, note in ordered]
    return common.sheet("cards", info, topics, signatures, members, _outline(topics))


def _outline(topics: Sequence[common.Topic]) -> tuple[Bookmark, ...]:
    """Topics as bookmarks of their first cards: they have no page of their own."""
    return tuple(replace(mark, anchor=mark.children[0].anchor) for mark in common.outline(topics))


def faces_of(note: RenderedNote) -> tuple[str, str]:
    """The names of a note's front and back."""
    name = common.note_anchor(note).removeprefix("n-")
    return f"f-{name}", f"b-{name}"


def _signature(info: DeckInfo, run: Sequence[tuple[common.Topic, RenderedNote]], settings: PrintSettings) -> Signature:
    cut = [_card(topic, note, settings) for topic, note in run]
    width, height = size_of(settings)
    html = common.render("cards.html", info=info, dress=_dress(settings), cards=cut)
    room = (width - 2 * _padding(width)) * (height - 2 * _padding(width) - _HEAD)
    units, first = [], []
    for card, (_, note) in zip(cut, run, strict=True):
        units += [card.front, card.back]
        first += [_guess(len(note.html.question), room / 2.2), _guess(len(note.identified.note.answer_text), room)]
    media = {item.name: item for _, note in run for item in note.html.media}
    fitting = Fitting(_CLASSES, tuple(units), tuple(first))
    return Signature(f"cards, from “{common.label(run[0][1])}”", html, common.used(html, media), fitting)


def _guess(characters: int, room: float) -> int:
    """The step to begin with: the largest in which so many characters may just fill so many square millimetres."""
    most = sqrt(room / (max(characters, 1) * _LETTER * _LEADING)) / POINT
    return next((place for place, size in enumerate(STEPS) if size <= most), len(STEPS) - 1)


def _padding(width: float) -> float:
    """The room inside a card's edge in millimetres: what printers lose, and what cutting and turning may miss."""
    return min(10.0, max(5.0, width * 0.075))


def _dress(settings: PrintSettings) -> str:
    width, height = size_of(settings)
    padding = _padding(width)
    return dress.face_css(settings, width, height, dress.Margins(padding + _HEAD, padding, padding, padding))


def _fitted(blocks: Sequence[fragments.Block], settings: PrintSettings) -> str:
    """Blocks as HTML, with tables and code that fit a face in the largest type, and so in any."""
    width, _ = size_of(settings)
    room = (width - 2 * _padding(width)) / POINT / STEPS[0]
    html = narrow_tables.on_page("".join(block.html for block in blocks), room / _TABLE, room / _SMALL_TABLE)
    return code_lines.dressed(html, int((room - _CODE_SIDES) / _CODE))


def _card(topic: common.Topic, note: RenderedNote, settings: PrintSettings) -> _Card:
    written = note.identified.note
    front, back = faces_of(note)
    question, answer = note.html.question, note.html.answer
    if isinstance(written.body, Cloze):
        told = fragments.question(question, common.label(note))
        answer = f"<p>{told[0].html}</p>" + "".join(block.html for block in told[1:]) + answer
        question = fragments.gapped(question)
    heading, *more = fragments.question(question, common.label(note))
    sources = common.numbered([note]) if settings.sources else {}
    return _Card(
        front=front,
        back=back,
        topic=topic.title,
        anchor=common.note_anchor(note),
        heading=common.safe(heading.html),
        more=common.safe(_fitted(common.in_direction(more, note), settings)),
        answer=common.safe(_fitted(common.in_direction(fragments.blocks(answer), note), settings)),
        hint=common.safe(fragments.unwrapped(note.html.hint)),
        sources=tuple(Markup.escape(source.title) for source in sources.values()),
        lang=written.lang,
    )
