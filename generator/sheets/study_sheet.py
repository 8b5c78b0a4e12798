"""The study sheet: title and contents, then topic after topic, with tags and sources at the side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from generator import fragments
from generator.model import Bookmark, Citation, DeckInfo, RenderedNote, Sheet, Signature
from generator.sheets import common

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


def study(info: DeckInfo, notes: Sequence[RenderedNote]) -> Sheet:
    """The study sheets of a deck: title and contents, then its topics, each on a fresh page."""
    topics = tuple(common.topics(info, notes))
    signatures = [_front(info, topics)]
    for topic in topics:
        signatures += _topic_signatures(info, topic)
    numbers = {f"topic/{topic.anchor}": str(place) for place, topic in enumerate(topics, 1)}
    ordered = [note for topic in topics for note in topic.notes]
    numbers |= {f"note/{common.note_anchor(note)}": str(place) for place, note in enumerate(ordered, 1)}
    return Sheet(
        product="study",
        title=info.title,
        lang=info.lang,
        signatures=tuple(signatures),
        numbers=numbers,
        outline=tuple(
            Bookmark(
                topic.title, topic.anchor, tuple(Bookmark(common.label(n), common.note_anchor(n)) for n in topic.notes)
            )
            for topic in topics
        ),
        description=info.description,
        modified=max((note.identified.mod for note in notes), default=0),
    )


def _topic_signatures(info: DeckInfo, topic: common.Topic) -> Iterator[Signature]:
    bounds = [0, *common.cuts([note.identified.id for note in topic.notes]), len(topic.notes)]
    tags = {common.note_anchor(note): common.own_tags(topic, note) for note in topic.notes}
    # What the whole topic bears is said where it opens, so its last signature counts as much as its first.
    shared = tuple(tag for tag in next(iter(tags.values())) if all(tag in own for own in tags.values()))
    for start, end in pairwise(bounds):
        members = topic.notes[start:end]
        sources = common.numbered(members)
        html = common.render(
            "study.html",
            info=info,
            topic=topic,
            opens=start == 0,
            tags=shared,
            pieces=[
                _piece(note, sources, [t for t in tags[common.note_anchor(note)] if t not in shared])
                for note in members
            ],
            sources=sources.values(),
        )
        media = {item.name: item for note in members for item in note.html.media}
        yield Signature(f"{topic.title}, from “{common.label(members[0])}”", html, common.used(html, media))


def _front(info: DeckInfo, topics: Sequence[common.Topic]) -> Signature:
    count = sum(len(topic.notes) for topic in topics)
    html = common.render(
        "front.html",
        info=info,
        count=count,
        topics=topics,
        questions=count + len(topics) <= LONGEST_CONTENTS,
        label=common.label,
        anchor=common.note_anchor,
    )
    return Signature("title and contents", html)


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
        sources=tuple(sources[citation] for citation in dict.fromkeys(written.citations)),
        lang=written.lang,
    )
