"""The cheat sheet: short forms in two to four columns on landscape pages, in type as large as fits.

A page is a signature. What stands on it is chosen by measuring: pages as few and as full as may be, a topic on one page
wherever it fits on one, type no smaller than need be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import ceil

from markupsafe import Markup, escape

from generator import fragments, long_words
from generator.model import Choice, Cloze, DeckInfo, RenderedNote
from generator.print_model import Fitting, Sheet, Signature
from generator.print_settings import PAPERS, PrintSettings
from generator.sheets import choices, code_lines, common, condense, dress, measure, narrow_tables, pages

_SMALLEST, _STEP = 6.5, 0.25
# Four columns are for small type: in larger type their lines are short.
_FOUR_COLUMNS = 7.0
# In millimetres: margins of the page, and between columns.
_MARGINS = dress.Margins(16, 8, 8, 8)
_GAP = 4.5
# Notes don't break, so that columns end at different heights: so much of them is filled.
_FILLED = 0.96
# There is no type behind the least, so a page is planned with some to spare in that.
_SURE = 0.97
# A deck that fills less than this of a page in two columns has two.
_SHORT_DECK = 0.9
# A note this tall against its column may break, so that it can lie over two.
_TALL = 0.8
# What a note and a topic's bar take beside their lines, in em (cheat.css).
_NOTE, _BAR = 0.37, 2.3


@dataclass(frozen=True, slots=True)
class _Entry:
    """A note as the template sees it, with what it takes of a column at each step, in em."""

    topic: common.Topic
    note: RenderedNote
    anchor: str
    heading: Markup
    short: Markup
    lang: str
    direction: str
    heights: tuple[float, ...]
    tall: bool = False


@dataclass(frozen=True, slots=True)
class _Group:
    """A topic, or what of it is on one page, as the template sees it."""

    topic: common.Topic
    continued: bool
    entries: tuple[_Entry, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """Columns and type: `width` of a column in em, `room` in all columns of a page, in em of height."""

    columns: int
    size: float
    width: float
    room: float

    @property
    def classes(self) -> str:
        """The classes of the style sheet."""
        return f"c{self.columns} s{round(self.size * 100)}"


def cheat(info: DeckInfo, notes: Sequence[RenderedNote], settings: PrintSettings) -> Sheet:
    """The cheat sheet of a deck: neighbouring topics share a page where they fit, a long one has pages of its own."""
    info = common.with_direction(info, notes)
    topics = tuple(common.topics(info, notes))
    steps = ladder(settings)
    entries = [_entry(topic, note, steps) for topic in topics for note in topic.notes]
    if _is_short(entries, settings):
        steps = (_step(settings, 2, settings.cheat.type_size), *steps)
        entries = [_entry(topic, note, steps) for topic in topics for note in topic.notes]
    runs = [*_pages(entries, steps)]
    ordered = [entry.note for entry in entries]
    signatures = [_signature(info, run, steps, settings) for run in runs]
    return common.sheet("cheat", info, topics, signatures, ordered, common.outline(topics))


# --- columns and type -------------------------------------------------------------------------------------------------


def ladder(settings: PrintSettings) -> tuple[_Step, ...]:
    """Columns and type to be tried, from what is read most easily to what takes the least room."""
    largest = settings.cheat.type_size
    sizes = [*(largest - _STEP * place for place in range(ceil((largest - _SMALLEST) / _STEP))), _SMALLEST]
    few, many = (2, 3) if settings.paper == "A5" else (3, 4)
    tried = [
        (columns, size)
        for size in sizes
        for columns in ([settings.cheat.columns] if settings.cheat.columns else [few, many])
        if settings.cheat.columns or columns == few or size <= _FOUR_COLUMNS
    ]
    return tuple(_step(settings, columns, size) for columns, size in tried)


def _step(settings: PrintSettings, columns: int, size: float) -> _Step:
    height, width = PAPERS[settings.paper]
    column = (width - _MARGINS.left - _MARGINS.right - _GAP * (columns - 1)) / columns
    em = size * measure.POINT
    return _Step(columns, size, column / em, columns * (height - _MARGINS.top - _MARGINS.bottom) / em)


def _is_short(entries: Sequence[_Entry], settings: PrintSettings) -> bool:
    """Whether all of the deck fits on one page in two columns, where their number is left to us."""
    if settings.cheat.columns or settings.paper == "A5":
        return False
    two = _step(settings, 2, settings.cheat.type_size)
    # Lines are half as long again, and so there are fewer of them than in three columns.
    bars = _BAR * len({entry.topic.anchor for entry in entries})
    return sum(entry.heights[0] for entry in entries) * 0.8 + bars < two.room * _SHORT_DECK


# --- pages ------------------------------------------------------------------------------------------------------------


def _pages(entries: Sequence[_Entry], steps: Sequence[_Step]) -> Iterator[tuple[_Entry, ...]]:
    """What stands on each page."""
    topics = [place for place, (_, run) in enumerate(groupby(entry.topic.anchor for entry in entries)) for _ in run]
    room = [step.room * _FILLED for step in steps]
    room[-1] *= _SURE
    start = 0
    for end in pages.breaks([entry.heights for entry in entries], topics, room, _BAR):
        yield tuple(entries[start:end])
        start = end


def _groups(run: Sequence[_Entry], step: _Step) -> Iterator[_Group]:
    """What is on a page, topic after topic; one that was begun before says so."""
    column = step.room / step.columns
    for _, members in groupby(run, lambda entry: entry.topic.anchor):
        entries = tuple(replace(entry, tall=max(entry.heights) > column * _TALL) for entry in members)
        topic = entries[0].topic
        yield _Group(topic, entries[0].note is not topic.notes[0], entries)


def _signature(info: DeckInfo, run: Sequence[_Entry], steps: Sequence[_Step], settings: PrintSettings) -> Signature:
    groups = [*_groups(run, steps[0])]
    html = common.render("cheat.html", info=info, dress=_dress(settings, steps), groups=groups)
    media = {item.name: item for entry in run for item in entry.note.html.media}
    bars = _BAR * len(groups)
    needed = [sum(entry.heights[place] for entry in run) + bars for place in range(len(steps))]
    fits = (place for place, step in enumerate(steps) if needed[place] <= step.room * _FILLED)
    first = next(fits, len(steps) - 1)
    expected = tuple(round(tall / step.room, 3) for tall, step in zip(needed, steps, strict=True))
    fitting = Fitting(tuple(step.classes for step in steps), ("page",), (first,), grow=True, expected=expected)
    return Signature(f"cheat sheet, from “{groups[0].topic.title}”", html, common.used(html, media), fitting)


def _dress(settings: PrintSettings, steps: Sequence[_Step]) -> str:
    """The page, and a class for each size of type."""
    sizes = sorted({step.size for step in steps}, reverse=True)
    classes = " ".join(f".s{round(size * 100)} {{ font-size: {size:g}pt }}" for size in sizes)
    return f"{dress.css(settings, _MARGINS, landscape=True)} {classes}"


# --- notes ------------------------------------------------------------------------------------------------------------


def _entry(topic: common.Topic, note: RenderedNote, steps: Sequence[_Step]) -> _Entry:
    written = note.identified.note
    narrowest = min(step.width for step in steps)
    heading, short = _short(note)
    short = code_lines.dressed(narrow_tables.fitted(long_words.broken(short), narrowest), measure.characters(narrowest))
    title, body = measure.measured(heading, bold=True), measure.measured(short)
    heights = {step.width: measure.height(title, step.width) + measure.height(body, step.width) for step in steps}
    return _Entry(
        topic=topic,
        note=note,
        anchor=common.note_anchor(note),
        heading=common.safe(heading),
        short=common.safe(short),
        lang=written.lang,
        direction=common.direction(f"{written.question_text} {written.answer_text}"),
        heights=tuple(heights[step.width] + _NOTE for step in steps),
    )


def _short(note: RenderedNote) -> tuple[str, str]:
    """A note's heading, and its short form; a cloze has its text alone, with what it hides marked."""
    written = note.identified.note
    first, *more = fragments.question(note.html.question, common.label(note))
    if written.short:
        return first.html, f"<p>{escape(written.short)}</p>"
    if isinstance(written.body, Cloze):
        text, _ = fragments.cloze(note.html.question, note.html.answer)
        first, *more = fragments.question(text, common.label(note))
        rest = "".join(block.html for block in more)
        if first.html and fragments.hides(first.html):
            return "", f"<p>{first.html}</p>{rest}"
        return first.html, rest
    if isinstance(written.body, Choice):
        asked = [block for block in more if not block.html.startswith(('<ol class="choices"', '<p class="choose"'))]
        return first.html, condense.question(asked) + _right(note)
    return first.html, condense.question(more) + condense.short(note.html.answer, written.lang)


def _right(note: RenderedNote) -> str:
    """The right options of a choice; all of them, where the right one is that all are."""
    found = choices.options(note)
    chosen = [option for option in found if option.right]
    if any(choices.speaks_of_all(option) for option in chosen):
        chosen = found
    right = [option.html for option in chosen]
    if len(right) == 1:
        return right[0] if right[0].startswith(("<p", "<pre")) else f"<p>{right[0]}</p>"
    return f"<ul>{''.join(f'<li>{option}</li>' for option in right)}</ul>"
