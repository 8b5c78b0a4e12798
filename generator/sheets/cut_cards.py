"""Cut-out cards: for each note a front and a back of a card's size, in type that fits.

A face that does not fit in its least type goes on on a further card. A front and its back are laid out after one
another, notes in batches that have nothing to do with the deck's order; where they lie on the paper is the press's
matter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import ceil

from markupsafe import Markup

from generator import fragments, wording
from generator.imposition import CardFormat, card_format, points
from generator.model import Cloze, DeckInfo, RenderedNote
from generator.print_model import Bookmark, Fitting, Sheet, Signature, plan_of
from generator.print_settings import CARD_STEPS, QUESTION_STEPS, PrintSettings
from generator.sheets import code_lines, common, condense, dress, measure, narrow_tables

# As many notes are laid out at once, and up to so many more.
_MOST, _MORE = 24, 16
_CLASSES = tuple(f"t{round(size * 10)}" for size in CARD_STEPS)
# The head, that is rule, topic and number, is a part of the card's height, within limits in millimetres.
_HEAD_PART, _LEAST_HEAD, _MOST_HEAD = 0.085, 4.6, 7.0
# The rule is so many points nearer to the edge than text is.
_RULE_ABOVE = 2.8
_HAIR = 0.2
# A question stands higher than the middle by this part of the card's height.
_RAISED = 0.05
# Sources at the foot: their type and leading in points, and the room above them.
_SOURCE, _SOURCE_LINE, _SOURCE_GAP = 6.25, 7.5, 4.5
_HINT, _HINT_LINE = 8.0, 10.0
# What measuring reckons for the label face at its leading, against what stands on a card.
_SERIF, _LEADING, _BETWEEN = 1.06, 1.34 / measure.LINE, 0.25
# Type is tried first in which a face may just fit: what it measures may be too much by so much.
_HOPE = 0.88
# Tables are set in so much of the type; where one does not fit in this, it becomes paragraphs.
_TABLE, _LEAST_TABLE = 0.95, 7.0
# A sign of code is so wide, in the type's size; a list takes the room of so many signs.
_SIGN, _PRE_SIDES, _LIST_SIGNS = 0.516, 1.5, 4
# A picture is as high as this part of a face at most, in the largest type and in the least.
_MOST_PICTURE, _LEAST_PICTURE = 0.66, 0.45
# Type becomes smaller so that no line of code must wrap, down to this.
_LEAST_CODE = 7.5
_CODE_LINE = re.compile(r'<span class="l[ "][^>]*>(.*?)(?=<span class="l[ "]|</pre>)', re.DOTALL)
_TABLES = re.compile(r"<table\b.*?</table>", re.DOTALL)


_Member = tuple[common.Topic, RenderedNote]


@dataclass(frozen=True, slots=True)
class _Face:
    """A card's page, in points: its text is so wide and high, below a head."""

    format: CardFormat
    head: float

    @property
    def width(self) -> float:
        """The width of the text."""
        return self.format.width - 2 * self.format.padding

    @property
    def height(self) -> float:
        """The height of the text, a hair less than there is, for lengths are rounded."""
        return self.format.height - 2 * self.format.padding - self.head - _HAIR

    @property
    def high(self) -> float:
        """The height of a cell in whose middle a question stands somewhat above the card's."""
        return self.height - self.head - 2 * _RAISED * self.format.height


@dataclass(frozen=True, slots=True)
class _Card:
    """A note's two faces as the template sees them; `front_height` and `back_height` pin what stands at their feet."""

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
    front_height: float
    back_height: float
    first: tuple[int, int]


def cards(info: DeckInfo, notes: Sequence[RenderedNote], settings: PrintSettings) -> Sheet:
    """The cut-out cards of a deck, in its order. Raises `CannotImpose` where the settings allow no cards."""
    info = common.with_direction(info, notes)
    plan = plan_of(settings)
    face = _face(card_format(plan))
    topics = tuple(common.topics(info, notes))
    ordered = [(topic, note) for topic in topics for note in topic.notes]
    signatures = [_signature(info, batch, settings, face) for batch in _batches(ordered)]
    members = [note for _, note in ordered]
    sheet = common.sheet("cards", info, topics, signatures, members, _outline(topics))
    return replace(sheet, plan=plan)


def _batches(members: Sequence[_Member], begins: str = "") -> list[Sequence[_Member]]:
    """The notes as they are laid out together: those whose hashes begin alike, as many as may be.

    So a note that is added changes one batch, or splits it, and never one that is beside it. How many may be differs
    from batch to batch, else many would be full at once.
    """
    if len(members) <= _MOST + sha256(begins.encode()).digest()[0] % (_MORE + 1):
        return [members] if members else []
    halves: dict[str, list[_Member]] = {"0": [], "1": []}
    for member in members:
        digest = int(sha256(member[1].identified.id.encode()).hexdigest(), 16)
        halves[str(digest >> len(begins) & 1)].append(member)
    return [batch for bit, half in halves.items() for batch in _batches(half, begins + bit)]


def _outline(topics: Sequence[common.Topic]) -> tuple[Bookmark, ...]:
    """Topics as bookmarks of their first cards: they have no page of their own."""
    return tuple(replace(mark, anchor=mark.children[0].anchor) for mark in common.outline(topics))


def faces_of(note: RenderedNote) -> tuple[str, str]:
    """The names of a note's front and back."""
    name = common.note_anchor(note).removeprefix("n-")
    return f"f-{name}", f"b-{name}"


def _signature(info: DeckInfo, run: Sequence[_Member], settings: PrintSettings, face: _Face) -> Signature:
    cut = [_card(info, topic, note, settings, face) for topic, note in run]
    html = common.render("cards.html", info=info, dress=_dress(settings, face), cards=cut)
    media = {item.name: item for _, note in run for item in note.html.media}
    units = tuple(unit for card in cut for unit in (card.front, card.back))
    fitting = Fitting(_CLASSES, units, tuple(step for card in cut for step in card.first))
    return Signature(f"cards, with “{common.label(run[0][1])}”", html, common.used(html, media), fitting)


def _face(format_: CardFormat) -> _Face:
    head = min(points(_MOST_HEAD), max(points(_LEAST_HEAD), format_.height * _HEAD_PART))
    return _Face(format_, round(head, 3))


def _dress(settings: PrintSettings, face: _Face) -> str:
    """The page, and how high a picture may be in each step: less where more words stand beside it."""
    padding = face.format.padding
    margins = dress.Margins(padding + face.head, padding, padding, padding)
    told = [f"@page {{ @top-center {{ padding-top: {padding - _RULE_ABOVE:g}pt }} }}"]
    for step, name in enumerate(_CLASSES):
        part = _MOST_PICTURE - (_MOST_PICTURE - _LEAST_PICTURE) * step / (len(_CLASSES) - 1)
        told.append(f".{name} img {{ max-height: {face.height * part:.1f}pt }}")
    return " ".join([dress.face_css(settings, face.format.width, face.format.height, margins), *told])


# --- a card -----------------------------------------------------------------------------------------------------------


def _card(info: DeckInfo, topic: common.Topic, note: RenderedNote, settings: PrintSettings, face: _Face) -> _Card:
    written = note.identified.note
    front, back = faces_of(note)
    asked, answer = note.html.question, note.html.answer
    if isinstance(written.body, Cloze):
        shown, answer = fragments.cloze(asked, answer)
        asked, answer = fragments.gapped(shown), shown + answer
    heading, *more = fragments.question(asked, common.label(note))
    below, least_front = _fitted("".join(block.html for block in common.in_direction(more, note)), face)
    blocks = common.in_direction(fragments.blocks(answer), note)
    told, least_back = _fitted("".join(block.html for block in blocks), face)
    hint = fragments.unwrapped(note.html.hint)
    sources = common.numbered([note]) if settings.sources else {}
    titles = [source.title for source in sources.values()]
    tall = _front_heights(heading.html, below, face)
    hint_height = _foot(f"{wording.of(info.lang).hint}{hint}", _HINT, _HINT_LINE, face) if hint else 0.0
    foot = _foot("; ".join(titles), _SOURCE, _SOURCE_LINE, face) if titles else 0.0
    return _Card(
        front=front,
        back=back,
        topic=topic.title,
        anchor=common.note_anchor(note),
        heading=common.safe(heading.html),
        more=common.safe(below),
        answer=common.safe(told),
        hint=common.safe(hint),
        sources=tuple(Markup.escape(title) for title in titles),
        lang=written.lang,
        front_height=min(face.high, face.height - hint_height) if tall[0] < face.high else face.height - hint_height,
        back_height=face.height - foot,
        first=(
            max(_first(tall, face.height - hint_height), least_front),
            max(_first(_back_heights(told, face), face.height - foot), least_back),
        ),
    )


def _fitted(html: str, face: _Face) -> tuple[str, int]:
    """Blocks with code and tables that fit a card, and the largest step in which they do."""
    html = narrow_tables.fitted(html, face.width / _TABLE / _LEAST_TABLE)
    sizes = [face.width / _TABLE / max(1.0, measure.narrowest(table)) for table in _TABLES.findall(html)]
    longest = max((len(condense.text(line)) for line in _CODE_LINE.findall(html)), default=0)
    unwrapped = face.width / (longest * _SIGN + _PRE_SIDES)
    if unwrapped >= _LEAST_CODE:
        sizes.append(unwrapped)
    room = max(CARD_STEPS[-1], min(sizes, default=CARD_STEPS[0]))
    step = next(step for step, size in enumerate(CARD_STEPS) if size <= room)
    signs = int((face.width / CARD_STEPS[0] - _PRE_SIDES) / _SIGN) - _LIST_SIGNS
    return code_lines.dressed(html, max(12, signs)), step


def _first(heights: Sequence[float], room: float) -> int:
    """The step to begin with: the largest in which a face so high may just fit."""
    return next((step for step, height in enumerate(heights) if height * _HOPE <= room), len(heights) - 1)


def _front_heights(heading: str, more: str, face: _Face) -> list[float]:
    """How high the text of a front is in each step."""
    asked, below = measure.measured(heading, bold=True), measure.measured(more)
    return [
        measure.height(asked, face.width / size) * size + _text_height(below, text, 1.0, face)
        for size, text in zip(QUESTION_STEPS, CARD_STEPS, strict=True)
    ]


def _back_heights(answer: str, face: _Face) -> list[float]:
    """How high the text of a back is in each step."""
    parts = measure.measured(answer)
    return [_text_height(parts, size, _SERIF, face) for size in CARD_STEPS]


def _text_height(parts: measure.Measured, size: float, breadth: float, face: _Face) -> float:
    return (measure.height(parts, face.width / size / breadth) * _LEADING + _BETWEEN * len(parts)) * size


def _foot(text: str, size: float, line: float, face: _Face) -> float:
    """How much room a line or two at the foot take."""
    return ceil(measure.breadth(text) * size * 1.04 / face.width) * line + _SOURCE_GAP
