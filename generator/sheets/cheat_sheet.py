"""The cheat sheet: short forms in two to four columns on landscape pages, in type as large as fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from generator import fragments
from generator.model import Choice, Cloze, DeckInfo, RenderedNote
from generator.print_model import Fitting, Sheet, Signature
from generator.print_settings import PrintSettings
from generator.sheets import common, condense, dress

# So many characters fill a page at 8 and at 6.5 points; topics that together have fewer share one.
_FILLS, _MOST = 4200, 6200
# A note takes this much besides its letters: its line, its space, lines that are not full.
_EACH = 45
_SMALLEST = 6.5
_STEP = 0.25
_SHORT_DECK = 1600


@dataclass(frozen=True, slots=True)
class _Entry:
    """A note as the template sees it."""

    anchor: str
    heading: Markup
    short: Markup
    lang: str


@dataclass(frozen=True, slots=True)
class _Group:
    """A topic with its notes, as the template sees it."""

    topic: common.Topic
    entries: tuple[_Entry, ...]
    length: int


def cheat(info: DeckInfo, notes: Sequence[RenderedNote], settings: PrintSettings) -> Sheet:
    """The cheat sheet of a deck: neighbouring topics share a page where they fit, a long one has pages of its own."""
    topics = tuple(common.topics(info, notes))
    groups = [_group(topic) for topic in topics]
    signatures = [_signature(info, page, settings, len(notes)) for page in _pages(groups)]
    ordered = [note for topic in topics for note in topic.notes]
    return common.sheet("cheat", info, topics, signatures, ordered, common.outline(topics))


def _pages(groups: Sequence[_Group]) -> Iterator[list[_Group]]:
    """Neighbouring topics that fill a page together."""
    page: list[_Group] = []
    for group in groups:
        if page and sum(one.length for one in page) + group.length > _FILLS:
            yield page
            page = []
        page.append(group)
    if page:
        yield page


def _group(topic: common.Topic) -> _Group:
    entries = tuple(map(_entry, topic.notes))
    length = sum(len(condense.text(entry.heading + entry.short)) + _EACH for entry in entries)
    return _Group(topic, entries, length)


def _entry(note: RenderedNote) -> _Entry:
    written = note.identified.note
    question, answer = note.html.question, note.html.answer
    heading = fragments.question(question, common.label(note))[0].html
    if isinstance(written.body, Cloze):
        told = fragments.question(question, common.label(note))
        heading, short = "", f"<p>{told[0].html}</p>" + "".join(block.html for block in told[1:])
    elif isinstance(written.body, Choice):
        short = fragments.blocks(answer)[0].html
    else:
        short = condense.short(answer)
    return _Entry(common.note_anchor(note), common.safe(heading), common.safe(short), written.lang)


def _signature(info: DeckInfo, groups: Sequence[_Group], settings: PrintSettings, count: int) -> Signature:
    notes = [note for group in groups for note in group.topic.notes]
    html = common.render("cheat.html", info=info, dress=_dress(settings), groups=groups, count=count)
    media = {item.name: item for note in notes for item in note.html.media}
    steps = _steps(settings, sum(group.length for group in groups))
    first = _guess(steps, sum(group.length for group in groups))
    fitting = Fitting(steps, ("page",), (first,), grow=True)
    return Signature(f"cheat sheet, from “{groups[0].topic.title}”", html, common.used(html, media), fitting)


def _steps(settings: PrintSettings, length: int) -> tuple[str, ...]:
    """Columns and type to be tried, from what is read most easily to what takes the least room."""
    largest = settings.cheat.type_size
    sizes = [largest - _STEP * place for place in range(int((largest - _SMALLEST) / _STEP) + 1)]
    columns = [settings.cheat.columns] if settings.cheat.columns else [2] if length < _SHORT_DECK else [3, 4]
    tried = [(number, size) for number in columns for size in sizes if number < 4 or size <= 7 or len(columns) == 1]
    return tuple(f"c{number} s{round(size * 100)}" for number, size in tried)


def _guess(steps: Sequence[str], length: int) -> int:
    """The step to begin with: the more characters, the smaller."""
    full = (length - _FILLS) / (_MOST - _FILLS)
    return min(len(steps) - 1, max(0, round(full * (len(steps) - 1))))


def _dress(settings: PrintSettings) -> str:
    return dress.css(settings, dress.Margins(15, 8, 8, 8), landscape=True)
