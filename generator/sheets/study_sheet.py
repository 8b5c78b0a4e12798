"""The study sheet: title and contents, then topic after topic, with tags and sources at the side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from generator import fragments
from generator.model import Citation, DeckInfo, RenderedNote
from generator.print_model import Sheet, Signature
from generator.print_settings import PrintSettings
from generator.sheets import common, dress

_USUAL = PrintSettings()

# A list of contents longer than this names topics only.
LONGEST_CONTENTS = 300
# Lines that one page's block may take and still be kept with its question: a first block, and a question's own code.
_KEPT_LINES, _KEPT_QUESTION_LINES = 10, 18


@dataclass(frozen=True, slots=True)
class _Piece:
    """A note as its template sees it: what holds together on one page, then the rest."""

    anchor: str
    label: str
    heading: Markup
    question: tuple[Markup, ...]
    kept: Markup
    rest: Markup
    struck: bool
    tags: tuple[str, ...]
    hint: Markup
    sources: tuple[common.Source, ...]
    lang: str


# A run of neighbouring notes of one topic: its notes from one place to another.
_Part = tuple[common.Topic, int, int]


def study(info: DeckInfo, notes: Sequence[RenderedNote], settings: PrintSettings = _USUAL) -> Sheet:
    """The study sheets of a deck: title and contents, then its topics, each on a fresh page if that is wanted."""
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
        dress=_dress(settings),
        narrow=_is_narrow(settings),
        parts=[_section(part, sources) for part in parts],
        sources=sources.values(),
    )
    media = {item.name: item for note in members for item in note.html.media}
    name = f"{parts[0][0].title}, from “{common.label(members[0])}”"
    return Signature(name, html, common.used(html, media))


def _section(part: _Part, sources: dict[Citation, common.Source]) -> dict[str, object]:
    """A topic, or a run of its notes, as the template sees it."""
    topic, start, end = part
    tags = [common.own_tags(topic, note) for note in topic.notes]
    shared = tuple(tag for tag in tags[0] if all(tag in own for own in tags))
    if end - start < len(topic.notes):
        # Of a tag that authors gave note by note the next one may not have it, and be it for that in every signature.
        own = [note.identified.note.own_tags for note in topic.notes]
        shared = tuple(tag for tag in shared if any(tag not in given for given in own))
    pieces = [
        _piece(topic.notes[place], sources, [tag for tag in tags[place] if tag not in shared])
        for place in range(start, end)
    ]
    return {"topic": topic, "opens": start == 0, "tags": shared, "pieces": pieces}


def _dress(settings: PrintSettings) -> str:
    edge = settings.margin
    if settings.paper == "A5":
        return dress.css(settings, dress.Margins(*([edge or 14.0] * 4)))
    usual = dress.Margins(20, 14, 18, 18)
    return dress.css(settings, dress.Margins(edge + 4, edge, edge + 2, edge) if edge else usual)


def _is_narrow(settings: PrintSettings) -> bool:
    """Whether there is no room for a column at the side."""
    return settings.paper == "A5"


def _front(info: DeckInfo, topics: Sequence[common.Topic], settings: PrintSettings) -> Signature:
    count = sum(len(topic.notes) for topic in topics)
    html = common.render(
        "front.html",
        info=info,
        dress=_dress(settings),
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


def _piece(note: RenderedNote, sources: dict[Citation, common.Source], tags: Sequence[str]) -> _Piece:
    """A note cut where a page may end: question, side notes and the answer's first block hold together.

    A first block of more than ten lines does not: there only three lines of it must follow the question.
    """
    written = note.identified.note
    heading, *question = fragments.question(note.html.question, common.label(note))
    answer = fragments.blocks(note.html.answer)
    first = answer[0] if answer else fragments.Block("", 0)
    heavy = sum(block.lines for block in question) > _KEPT_QUESTION_LINES
    struck = heavy or first.lines > _KEPT_LINES
    rest = answer if struck else answer[1:]
    return _Piece(
        anchor=common.note_anchor(note),
        label=common.label(note),
        heading=common.safe(heading.html),
        question=tuple(common.safe(block.html) for block in question),
        kept=common.safe("" if struck else first.html),
        rest=common.safe("".join(block.html for block in rest)),
        struck=struck,
        tags=tuple(tags),
        hint=common.safe(fragments.unwrapped(note.html.hint)),
        sources=tuple(sources[citation] for citation in dict.fromkeys(written.citations) if citation in sources),
        lang=written.lang,
    )
