"""The study sheet: title and contents, then topic after topic, with tags and sources at the side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup, escape

from generator import fragments, wording
from generator.model import Citation, DeckInfo, RenderedNote
from generator.print_model import Sheet, Signature
from generator.print_settings import PAPERS, PrintSettings
from generator.sheets import code_lines, common, dress, measure, narrow_tables
from generator.sheets.measure import POINT

_USUAL = PrintSettings()

# A list of contents longer than this names topics only.
LONGEST_CONTENTS = 300
# Lines that one page's block may take and still be kept with its question: a first block, and a question's own code.
_KEPT_LINES, _KEPT_QUESTION_LINES = 10, 18
# Of what does not hold together with its question so many lines must follow it all the same, each so
# many points high; at most a third of a page.
_FEWEST_LINES, _MOST_LINES = 3, 18
_LINE = 13.5
# The side column's text in millimetres and in points: its type, a line, the room around each of its paragraphs.
_SIDE_TEXT, _SIDE_TYPE, _SIDE_LINE, _SIDE_GAP = 41.0, 7.5, 9.0, 2.25
# Taller side notes may be divided.
_TALLEST_SIDE = 405.0


@dataclass(frozen=True, slots=True)
class _Piece:
    """A note as its template sees it: what holds together on one page, then the rest.

    Where that begins with what is too tall for it, `struck` points of it stand on the question's page; where there is
    no rest, the side notes are `beside` points tall.
    """

    anchor: str
    label: str
    heading: Markup
    question: tuple[Markup, ...]
    kept: Markup
    beside: float
    rest: Markup
    struck: float
    tags: tuple[str, ...]
    hint: Markup
    sources: tuple[common.Source, ...]
    lang: str


# A run of neighbouring notes of one topic: its notes from one place to another.
_Part = tuple[common.Topic, int, int]


def study(info: DeckInfo, notes: Sequence[RenderedNote], settings: PrintSettings = _USUAL) -> Sheet:
    """The study sheets of a deck: title and contents, then its topics, each on a fresh page if that is wanted."""
    info = common.with_direction(info, notes)
    topics = tuple(common.topics(info, notes))
    runs = _fresh(topics) if settings.fresh_topics else _running_on(topics)
    signatures = [_front(info, topics, settings), *(_signature(info, run, settings) for run in runs)]
    ordered = [note for topic in topics for note in topic.notes]
    return common.sheet("study", info, topics, signatures, ordered, common.outline(topics))


def _fresh(topics: Sequence[common.Topic]) -> Iterator[list[_Part]]:
    """Each topic by itself, a long one in several runs."""
    for topic in topics:
        bounds = [0, *common.cuts([note.identified.id for note in topic.notes]), len(topic.notes)]
        yield from ([(topic, start, end)] for start, end in pairwise(bounds))


def _running_on(topics: Sequence[common.Topic]) -> Iterator[list[_Part]]:
    """Topic after topic, cut into runs without regard to where one begins."""
    places = [(topic, place) for topic in topics for place in range(len(topic.notes))]
    ids = [topic.notes[place].identified.id for topic, place in places]
    for start, end in pairwise([0, *common.cuts(ids), len(ids)]):
        parts: list[_Part] = []
        for topic, place in places[start:end]:
            if parts and parts[-1][0] is topic:
                parts[-1] = (topic, parts[-1][1], place + 1)
            else:
                parts.append((topic, place, place + 1))
        yield parts


def _signature(info: DeckInfo, parts: Sequence[_Part], settings: PrintSettings) -> Signature:
    members = [note for topic, start, end in parts for note in topic.notes[start:end]]
    sources = common.numbered(members) if settings.sources else {}
    html = common.render(
        "study.html",
        info=info,
        dress=_dress(settings, info.mirrored),
        narrow=_is_narrow(settings),
        parts=[_section(part, sources, _room(settings, info.lang)) for part in parts],
        sources=sources.values(),
    )
    media = {item.name: item for note in members for item in note.html.media}
    name = f"{parts[0][0].title}, from “{common.label(members[0])}”"
    return Signature(name, html, common.used(html, media))


def _section(part: _Part, sources: dict[Citation, common.Source], room: _Room) -> dict[str, object]:
    """A topic, or a run of its notes, as the template sees it."""
    topic, start, end = part
    tags = [common.own_tags(topic, note) for note in topic.notes]
    shared = tuple(tag for tag in tags[0] if all(tag in own for own in tags))
    if end - start < len(topic.notes):
        # Of a tag that authors gave note by note the next one may not have it, and be it for that in every signature.
        own = [note.identified.note.own_tags for note in topic.notes]
        shared = tuple(tag for tag in shared if any(tag not in given for given in own))
    pieces = [
        _piece(topic.notes[place], sources, [tag for tag in tags[place] if tag not in shared], room)
        for place in range(start, end)
    ]
    return {"topic": topic, "opens": start == 0, "tags": shared, "pieces": pieces}


def _dress(settings: PrintSettings, mirrored: bool) -> str:
    margins = _margins(settings)
    # A folio hangs 7 mm below the text where there is room for that.
    side = "left" if mirrored else "right"
    folio = f"@page {{ @bottom-{side} {{ padding-top: {min(7.0, margins.bottom - 10):g}mm }} }}"
    return f"{dress.css(settings, margins, mirrored=mirrored)} {folio}"


def _margins(settings: PrintSettings) -> dress.Margins:
    """The margins, of which head and foot need some."""
    edge = settings.margin
    if settings.paper == "A5":
        edge = edge or 14.0
        return dress.Margins(max(edge, dress.HEAD), edge, max(edge, dress.FOOT), edge)
    if edge:
        return dress.Margins(max(edge + 4, dress.HEAD), edge, max(edge + 2, dress.FOOT), edge)
    return dress.Margins(20, 14, 18, 18)


# Millimetres beside a note: its number, the side column with its gutter, and the edges of code, of which a character is
# so wide; of a list, code stands in. In points: the type of tables, and of those that are set small.
_NUMBER, _SIDE, _CODE_SIDES, _CODE = 12.0, 48.0, 5.3, 4.95 * POINT
_IN_LIST = 8
_TABLE, _SMALL_TABLE = 8.6 * POINT, 7.5 * POINT


class _Room(NamedTuple):
    """What there is room for: characters of code, a table in em of its type, a small one in em of that, side notes.

    `hint` is the word before a hint, which takes room too.
    """

    code: int
    table: float
    small: float
    hint: str
    beside: bool


def _room(settings: PrintSettings, lang: str) -> _Room:
    margins = _margins(settings)
    whole = PAPERS[settings.paper][0] - margins.left - margins.right - _NUMBER
    line = whole if _is_narrow(settings) else whole - _SIDE
    code = int((line - _CODE_SIDES) / _CODE) - _IN_LIST
    hint = wording.of(lang).hint
    return _Room(code, line / _TABLE, whole / _SMALL_TABLE, hint, beside=not _is_narrow(settings))


def _fitted(blocks: Sequence[fragments.Block], room: _Room) -> list[fragments.Block]:
    """The blocks with tables and code that fit their line."""
    html = (narrow_tables.on_page(block.html, room.table, room.small) for block in blocks)
    return [
        block._replace(html=code_lines.dressed(fitted, room.code)) for block, fitted in zip(blocks, html, strict=True)
    ]


def _is_narrow(settings: PrintSettings) -> bool:
    """Whether there is no room for a column at the side."""
    return settings.paper == "A5"


def _front(info: DeckInfo, topics: Sequence[common.Topic], settings: PrintSettings) -> Signature:
    count = sum(len(topic.notes) for topic in topics)
    html = common.render(
        "front.html",
        info=info,
        dress=_dress(settings, info.mirrored),
        narrow=_is_narrow(settings),
        count=count,
        topics=topics,
        questions=count + len(topics) <= LONGEST_CONTENTS,
        label=common.contents_label,
        anchor=common.note_anchor,
    )
    media = {item.name: item for topic in topics for note in topic.notes for item in note.html.media}
    return Signature("title and contents", html, common.used(html, media))


# --- notes ----------------------------------------------------------------------------------------------------------


def _piece(note: RenderedNote, sources: dict[Citation, common.Source], tags: Sequence[str], room: _Room) -> _Piece:
    """A note cut where a page may end: question, side notes and the answer's first block hold together.

    A first block of more than ten lines does not, if it can be divided. Beside side notes that are taller, further
    blocks hold together with them.
    """
    written = note.identified.note
    heading, *question = fragments.question(note.html.question, common.label(note))
    question = _fitted(common.in_direction(question, note), room)
    answer = _fitted(common.in_direction(fragments.blocks(note.html.answer), note), room)
    first = answer[0] if answer else fragments.Block("", 0)
    heavy = sum(block.lines for block in question) > _KEPT_QUESTION_LINES
    struck = heavy or (first.lines > _KEPT_LINES and first.whole < first.lines)
    shown = tuple(sources[citation] for citation in dict.fromkeys(written.citations) if citation in sources)
    beside = _side(tags, f"{room.hint}{note.html.hint}" if note.html.hint else "", shown) if room.beside else 0.0
    held = 0 if struck else _held(answer, beside)
    kept, rest = answer[:held], answer[held:]
    if heavy and question[0].whole == question[0].lines:
        # What can't be divided holds together with the question, however tall it is: it would begin above its page.
        rest = [block._replace(html=f'<div class="question">{block.html}</div>') for block in question[1:]] + answer
        question, kept, struck = question[:1], [], False
    follows = question[0] if heavy else first
    return _Piece(
        anchor=common.note_anchor(note),
        label=common.label(note),
        heading=common.safe(heading.html),
        question=tuple(common.safe(block.html) for block in question),
        kept=_html(kept),
        beside=0 if struck or rest else beside,
        rest=_html(rest),
        struck=max(min(max(_FEWEST_LINES, follows.whole), _MOST_LINES) * _LINE, beside) if struck else 0,
        tags=tuple(tags),
        hint=common.safe(fragments.unwrapped(note.html.hint)),
        sources=shown,
        lang=written.lang,
    )


def _html(blocks: Sequence[fragments.Block]) -> Markup:
    return common.safe("".join(block.html for block in blocks))


def _held(answer: Sequence[fragments.Block], beside: float) -> int:
    """How many blocks of an answer hold together with the question: the first, and more beside taller side notes."""
    held, lines = 1, answer[0].lines if answer else 0
    for block in answer[1:]:
        lines += block.lines
        if (lines - block.lines) * _LINE >= beside or lines > _MOST_LINES:
            break
        held += 1
    return held


def _side(tags: Sequence[str], hint: str, sources: Sequence[common.Source]) -> float:
    """About how tall the side notes are, in points, as far as they are not divided."""
    width = _SIDE_TEXT / POINT / _SIDE_TYPE
    said = [" · ".join(tags), hint, *(f"00 {escape(source.title)}" for source in sources)]
    tall = (measure.lines(one, width - 1) * _SIDE_LINE + _SIDE_GAP for one in said if one)
    return min(sum(tall), _TALLEST_SIDE)
