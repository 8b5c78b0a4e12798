"""The quiz: questions with room to write, then the key to them; page references lead both ways.

Shuffled, the order is that of a hash of seed and id: a note that comes in moves no other one, and options likewise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from math import ceil

from markupsafe import Markup

from generator import fragments
from generator.model import Choice, Cloze, DeckInfo, RenderedNote
from generator.print_model import Bookmark, Sheet, Signature
from generator.print_settings import PrintSettings
from generator.sheets import common, dress

# Written by hand an answer takes a third more room than in print, of which a line holds so many characters.
_HAND, _LINE = 1.3, 70
_FEWEST_LINES, _MOST_LINES = 2, 12
# Options shorter than this stand in two columns.
_SHORT_OPTION = 38
_LAST_OPTION = re.compile(r"\b(?:all|none|both|neither) of (?:the|these)\b|\b(?:all|none) of them\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Item:
    """A question as the template sees it: `lines` to write on, or `box` lines of code; neither where it has options."""

    anchor: str
    key: str
    heading: Markup
    more: Markup
    answer: Markup
    lines: int
    box: int
    in_columns: bool
    lang: str


def quiz(info: DeckInfo, notes: Sequence[RenderedNote], settings: PrintSettings) -> Sheet:
    """The quiz of a deck, topic after topic, or shuffled without regard to them."""
    seed = settings.quiz.seed if settings.quiz.shuffle else None
    topics = tuple(common.topics(info, notes))
    ordered = [note for topic in topics for note in topic.notes]
    if seed is not None:
        ordered.sort(key=lambda note: _drawn(seed, note.identified.id))
    heads = {} if seed is not None else {topic.notes[0].identified.id: topic for topic in topics}
    bounds = [0, *common.cuts([note.identified.id for note in ordered]), len(ordered)]
    runs = [ordered[start:end] for start, end in pairwise(bounds)]
    counts = [len(ordered), *(0 for _ in runs[1:])]
    asked = [_signature(info, run, heads, settings, key=False, count=n) for run, n in zip(runs, counts, strict=True)]
    told = [_signature(info, run, heads, settings, key=True, count=n) for run, n in zip(runs, counts, strict=True)]
    outline = (*_outline(topics, ordered, seed), Bookmark("Answer key", "key"))
    return common.sheet("quiz", info, topics, [*asked, *told], ordered, outline)


def _outline(topics: Sequence[common.Topic], ordered: Sequence[RenderedNote], seed: int | None) -> tuple[Bookmark, ...]:
    if seed is None:
        return common.outline(topics)
    return tuple(Bookmark(common.label(note), common.note_anchor(note)) for note in ordered)


def _drawn(seed: int, *words: str) -> bytes:
    return sha256("\0".join((str(seed), *words)).encode()).digest()


def _signature(
    info: DeckInfo,
    run: Sequence[RenderedNote],
    heads: dict[str, common.Topic],
    settings: PrintSettings,
    *,
    key: bool,
    count: int,
) -> Signature:
    """Questions or answers of a run of notes; `count` is how many there are in all, where this is the first run."""
    shuffle = settings.quiz.shuffle
    items = [(heads.get(note.identified.id), _item(note, settings.quiz.seed if shuffle else None)) for note in run]
    html = common.render(
        "key.html" if key else "quiz.html",
        info=info,
        dress=_dress(settings),
        items=items,
        opens=count > 0,
        count=count,
        seed=settings.quiz.seed if shuffle else None,
    )
    media = {item.name: item for note in run for item in note.html.media}
    name = f"{'key' if key else 'quiz'}, from “{common.label(run[0])}”"
    return Signature(name, html, common.used(html, media))


def _dress(settings: PrintSettings) -> str:
    edge = settings.margin or (14.0 if settings.paper == "A5" else 18.0)
    return dress.css(settings, dress.Margins(edge + 2, edge, edge, edge))


# --- questions ------------------------------------------------------------------------------------------------------


def _item(note: RenderedNote, seed: int | None) -> _Item:
    written = note.identified.note
    question, answer = note.html.question, note.html.answer
    if isinstance(written.body, Choice) and seed is not None:
        question, answer = _shuffled(note, seed)
    if isinstance(written.body, Cloze):
        told = fragments.question(question, common.label(note))
        question, answer = fragments.gapped(question), "".join(block.html for block in told) + answer
    heading, *more = fragments.question(question, common.label(note))
    box = _code_lines(note) if not isinstance(written.body, Choice | Cloze) else 0
    return _Item(
        anchor=common.note_anchor(note),
        key="k" + common.note_anchor(note)[1:],
        heading=common.safe(heading.html),
        more=common.safe("".join(block.html for block in more)),
        answer=common.safe(_told(answer)),
        lines=0 if box or isinstance(written.body, Choice | Cloze) else _lines(written.answer_text),
        box=box,
        in_columns=all(len(option) < _SHORT_OPTION for option in _options(question)),
        lang=written.lang,
    )


def _told(html: str) -> str:
    return "".join(block.html for block in fragments.blocks(html))


def _lines(answer: str) -> int:
    """How many lines to write the answer on."""
    return min(_MOST_LINES, max(_FEWEST_LINES, ceil(len(answer) / _LINE * _HAND)))


def _code_lines(note: RenderedNote) -> int:
    """How many lines of code the answer has, and two more, where code is all of it; else 0."""
    blocks = [*fragments.blocks(note.html.answer)]
    if not blocks or not all(block.html.startswith("<pre") for block in blocks):
        return 0
    return min(2 * _MOST_LINES, sum(block.lines for block in blocks) + 2)


# --- options --------------------------------------------------------------------------------------------------------

_CHOICES = re.compile(r'<ol class="choices">(.*?)</ol>', re.DOTALL)
_OPTION = re.compile(r"<li[^>]*>(.*?)</li>", re.DOTALL)


def _options(html: str) -> list[str]:
    """The options of a question, as HTML."""
    found = _CHOICES.search(html)
    return _OPTION.findall(found.group(1)) if found else []


def _shuffled(note: RenderedNote, seed: int) -> tuple[str, str]:
    """A question and its answer with the options in the seed's order; what speaks of all of them stays last."""
    options = _options(note.html.question)
    right = [place for place, option in enumerate(note.identified.note.body.options) if option.correct]  # type: ignore[union-attr]

    def place_of(place: int) -> tuple[bool, bytes]:
        return bool(_LAST_OPTION.search(options[place])), _drawn(seed, note.identified.id, options[place])

    order = sorted(range(len(options)), key=place_of)
    rows = "".join(f"<li>{options[place]}</li>" for place in order)
    told = "".join(
        f'<li class="right" value="{number}">{options[place]}</li>'
        for number, place in enumerate(order, 1)
        if place in right
    )
    question = _CHOICES.sub(lambda _: f'<ol class="choices">{rows}</ol>', note.html.question, count=1)
    return question, _CHOICES.sub(lambda _: f'<ol class="choices">{told}</ol>', note.html.answer, count=1)
