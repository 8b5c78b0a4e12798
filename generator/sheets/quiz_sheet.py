"""The quiz: questions with room to write, then the key to them; page references lead both ways.

Shuffled, the order is that of a hash of seed and id: a note that comes in moves no other one, and options likewise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from markupsafe import Markup

from generator import fragments, wording
from generator.model import Choice, Cloze, DeckInfo, RenderedNote
from generator.print_model import Bookmark, Sheet, Signature
from generator.print_settings import PAPERS, PrintSettings
from generator.sheets import choices, code_lines, common, condense, dress, measure, narrow_tables

# Written by hand an answer takes a third more room than in print, of which a line of 139 mm holds so many characters.
_HAND, _CHARACTERS, _FULL_LINE = 1.3, 70, 139.0
_FEWEST_LINES, _MOST_LINES = 2, 12
# Options of fewer characters that fit half a line stand in two columns; their box, letter and space in millimetres.
_SHORT_OPTION, _OPTION, _OPTION_SIZE = 38, 15.0, 9.75
# What is taller than this part of a page may break, behind so many lines to write on, or so many of a box's; what has
# none is kept whole up to a larger part; a box is never taller than that.
_WHOLE, _KEPT_LINES, _KEPT_BOX, _MOST_WHOLE, _TALLEST_BOX = 0.2, 3, 6, 0.3, 0.45
# In points: lines to write on, lines of code, of questions and of what stands below them.
_RULED, _CODE, _HEADING, _TEXT = 22.7, 12.0, 13.5, 12.0
# Type of code in questions and in the key, in points; beside an option of the key its letter, in millimetres.
_ASKED_CODE, _TOLD_CODE, _LETTER = 8.75, 7.4, 5.0
# Beside the text in millimetres: the number, the place for page and tries; in the key the number, and between columns.
_NUMBER, _BESIDE, _KEY_NUMBER, _KEY_GAP = 11.0, 24.0, 8.0, 8.0
# Answers take less room than questions, so that more of them are laid out together: each run ends with part of a page.
_KEY_RUN = 2
# An answer of up to so many full lines is not torn in the key.
_SHORT_ANSWER = 5
_CHOOSE = re.compile(r'<p class="choose">(.*?)</p>', re.DOTALL)


class _Page(NamedTuple):
    """What there is room for, in millimetres: a question's and an answer's line, and the height of a page."""

    line: float
    told: float
    height: float
    narrow: bool

    def share(self, count: int) -> int:
        """So many characters of a full line, on this one."""
        return round(count * self.line / _FULL_LINE)

    def code(self, size: float, *, told: bool = False) -> int:
        """How many characters of code in this size a line holds."""
        return int(((self.told if told else self.line) / measure.POINT - 16) / (size * 0.6))


@dataclass(frozen=True, slots=True)
class _Item:
    """A question as the template sees it: `lines` to write on, or `box` lines of code; neither where it has options.

    `short` says that its answer is. It may break behind its first `kept` lines, or `kept_box` ones of its box; in the
    question too if that is `struck`, for it is long.
    """

    anchor: str
    key: str
    kind: str
    heading: Markup
    more: Markup
    columns: tuple[tuple[choices.Option, ...], ...]
    told: Markup
    right: tuple[choices.Option, ...]
    answer: Markup
    lines: int
    kept: int
    box: int
    kept_box: int
    struck: bool
    short: bool
    lang: str
    direction: str


def quiz(info: DeckInfo, notes: Sequence[RenderedNote], settings: PrintSettings) -> Sheet:
    """The quiz of a deck, topic after topic, or shuffled without regard to them."""
    info = common.with_direction(info, notes)
    seed = settings.quiz.seed if settings.quiz.shuffle else None
    topics = tuple(common.topics(info, notes))
    ordered = [note for topic in topics for note in topic.notes]
    if seed is not None:
        ordered.sort(key=lambda note: _drawn(seed, note.identified.id))
    heads = {} if seed is not None else {topic.notes[0].identified.id: topic for topic in topics}
    signatures = [
        _signature(info, run, {} if key else heads, settings, key=key, opens=run[0] is ordered[0])
        for key in (False, True)
        for run in _runs(ordered, heads, key=key)
    ]
    marks = (*_outline(topics, ordered, seed), Bookmark(wording.of(info.lang).key, "key"))
    sheet = common.sheet("quiz", info, topics, signatures, ordered, marks)
    return replace(sheet, numbers={**sheet.numbers, "count/notes": str(len(ordered))}, right_hand=("key",))


def _runs(
    ordered: Sequence[RenderedNote], heads: Mapping[str, common.Topic], *, key: bool
) -> list[Sequence[RenderedNote]]:
    """The notes as they are laid out together.

    Questions are cut at notes of one half, answers at notes of the other, so that a note more or less moves a cut in
    one of them at most; a topic's first note, whose heading another one may take over, is of neither.
    """
    ids = [note.identified.id for note in ordered]
    half = [place for place, name in enumerate(ids) if name not in heads and common.is_of_half(name) is key]
    factor = _KEY_RUN if key else 1
    cuts = common.cuts([ids[place] for place in half], factor * common.LEAST // 2, factor * common.EDGE // 2)
    bounds = [0, *(half[cut] for cut in cuts), len(ordered)]
    return [ordered[start:end] for start, end in pairwise(bounds)]


def _outline(topics: Sequence[common.Topic], ordered: Sequence[RenderedNote], seed: int | None) -> tuple[Bookmark, ...]:
    if seed is None:
        return common.outline(topics)
    return tuple(Bookmark(common.label(note), common.note_anchor(note)) for note in ordered)


def _drawn(seed: int, *words: str) -> bytes:
    """What the seed gives a note, or an option of one: they are put in order by it."""
    return sha256("\0".join((str(seed), *words)).encode()).digest()


def _signature(
    info: DeckInfo,
    run: Sequence[RenderedNote],
    heads: dict[str, common.Topic],
    settings: PrintSettings,
    *,
    key: bool,
    opens: bool,
) -> Signature:
    """Questions or answers of a run of notes; the first run of each opens it."""
    seed = settings.quiz.seed if settings.quiz.shuffle else None
    page = _page(settings)
    html = common.render(
        "key.html" if key else "quiz.html",
        info=info,
        dress=dress.css(settings, _margins(settings)),
        items=[(heads.get(note.identified.id), _item(note, page, seed)) for note in run],
        opens=opens,
        narrow=page.narrow,
        seed=seed,
    )
    media = {item.name: item for note in run for item in note.html.media}
    name = f"{'key' if key else 'quiz'}, from “{common.label(run[0])}”"
    return Signature(name, html, common.used(html, media))


def _margins(settings: PrintSettings) -> dress.Margins:
    """The margins, of which head and foot need some."""
    edge = settings.margin or (14.0 if settings.paper == "A5" else 18.0)
    return dress.Margins(max(edge + 2, dress.HEAD), edge, max(edge, dress.FOOT), edge)


def _page(settings: PrintSettings) -> _Page:
    """What a page of this paper has room for; on A5 the key has one column."""
    width, height = PAPERS[settings.paper]
    margins, narrow = _margins(settings), settings.paper == "A5"
    inner = width - margins.left - margins.right
    told = inner if narrow else (inner - _KEY_GAP) / 2
    return _Page(inner - _NUMBER - _BESIDE, told - _KEY_NUMBER, height - margins.top - margins.bottom, narrow)


# --- questions ------------------------------------------------------------------------------------------------------


def _item(note: RenderedNote, page: _Page, seed: int | None) -> _Item:
    written = note.identified.note
    options = choices.options(note)
    if seed is not None:
        options = choices.shuffled(options, lambda option: _drawn(seed, note.identified.id, option))
    options = [_option(option, page) for option in options]
    asked, answer = choices.without(note.html.question), note.html.answer
    if isinstance(written.body, Choice):
        answer = choices.without(answer)
    shown = asked
    if isinstance(written.body, Cloze):
        shown, answer = fragments.cloze(asked, answer)
        asked = fragments.gapped(shown)
    heading, more, rows = _asked(asked, note, page)
    told = _told(shown, note, page) if isinstance(written.body, Cloze) else (heading, "")
    blocks = fragments.blocks(answer)
    ruled = not isinstance(written.body, Choice | Cloze)
    box = _code_lines(note, page) if ruled else 0
    lines = _lines(written.answer_text, page) if ruled and not box else 0
    tall = page.height / measure.POINT
    breaks = rows + lines * _RULED + box * _CODE > _WHOLE * tall
    return _Item(
        anchor=common.note_anchor(note),
        key="k" + common.note_anchor(note)[1:],
        kind="choice" if options else "cloze" if 'class="gap' in heading else "gaps" if 'class="gap' in more else "",
        heading=common.safe(heading),
        more=common.safe(more),
        columns=_columns(options, page),
        told=common.safe(told[0]),
        right=tuple(option for option in options if option.right),
        answer=common.safe(told[1] + _dressed(blocks, page, told=True)),
        lines=lines,
        kept=min(lines, _KEPT_LINES) if breaks else lines,
        box=box,
        kept_box=min(box, _KEPT_BOX) if breaks else box,
        struck=rows > _MOST_WHOLE * tall or rows + _options_height(options, page) > _TALLEST_BOX * tall,
        short=sum(block.lines for block in blocks) <= _SHORT_ANSWER,
        lang=written.lang,
        direction=common.direction(f"{written.question_text} {written.answer_text}"),
    )


def _asked(html: str, note: RenderedNote, page: _Page) -> tuple[str, str, float]:
    """A question's first line, what stands below it, and about how tall both are, in points."""
    choose = _CHOOSE.search(html)
    heading, *more = fragments.question(_CHOOSE.sub("", html, count=1), common.label(note))
    words = f'{heading.html} <em class="choose">{choose.group(1)}</em>' if choose else heading.html
    tall = heading.lines * _HEADING + sum(block.lines for block in more) * _TEXT
    return words, _dressed(more, page), tall * _FULL_LINE / page.line


def _told(html: str, note: RenderedNote, page: _Page) -> tuple[str, str]:
    """The same for the key."""
    heading, *more = fragments.question(html, common.label(note))
    return heading.html, _dressed(more, page, told=True)


def _dressed(blocks: Sequence[fragments.Block], page: _Page, *, told: bool = False) -> str:
    """Blocks as HTML, with tables and code that fit their line."""
    size, width = (_TOLD_CODE, page.told) if told else (_ASKED_CODE, page.line)
    html = narrow_tables.fitted("".join(block.html for block in blocks), width / measure.POINT / 8.6)
    return code_lines.dressed(html, page.code(size, told=told))


def _option(option: choices.Option, page: _Page) -> choices.Option:
    """An option with code and tables that fit its line, in the question and in the key."""
    letter, asked = _LETTER / measure.POINT / (_TOLD_CODE * 0.6), _OPTION / measure.POINT / (_ASKED_CODE * 0.6)
    room = min(page.code(_ASKED_CODE) - ceil(asked), page.code(_TOLD_CODE, told=True) - ceil(letter))
    html = narrow_tables.fitted(option.html, (min(page.line, page.told) - _OPTION) / measure.POINT / 8.6)
    return option._replace(html=code_lines.dressed(html, room))


def _lines(answer: str, page: _Page) -> int:
    """How many lines to write the answer on."""
    return min(_MOST_LINES, max(_FEWEST_LINES, ceil(len(answer) / page.share(_CHARACTERS) * _HAND)))


def _code_lines(note: RenderedNote, page: _Page) -> int:
    """How many lines of code the answer has, and two more, where code is all of it; else 0."""
    blocks = [*fragments.blocks(note.html.answer)]
    if not blocks or not all(block.html.startswith("<pre") for block in blocks):
        return 0
    most = int(_TALLEST_BOX * page.height / measure.POINT / _CODE)
    return min(most, sum(block.lines for block in blocks) + 2)


def _options_height(options: Sequence[choices.Option], page: _Page) -> float:
    """About how tall options are below one another, in points."""
    width = (page.line - _OPTION) / measure.POINT / _OPTION_SIZE
    return sum((measure.height(measure.measured(one.html), width) + 1) * _OPTION_SIZE for one in options)


def _columns(options: Sequence[choices.Option], page: _Page) -> tuple[tuple[choices.Option, ...], ...]:
    """Options in two columns if all are short, else in one."""
    room = ((page.line / 2) - _OPTION) / measure.POINT / _OPTION_SIZE
    short = all(
        len(condense.text(option.html)) < _SHORT_OPTION
        and measure.breadth(option.html) < room
        and not re.search("<(?:pre|p|img|br|table)", option.html)
        for option in options
    )
    if not short or len(options) < 3:
        return (tuple(options),) if options else ()
    half = (len(options) + 1) // 2
    return tuple(options[:half]), tuple(options[half:])
