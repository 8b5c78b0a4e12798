"""Print products as signatures: finished notes in, HTML out, cut so that little is laid out again after an edit.

A signature holds no running number: not a note's, a topic's or a page's. In their stead stand slots, links to
`deckpress:note/ID`, `deckpress:topic/ID`, `deckpress:page/ANCHOR` and `deckpress:folio`, which binding fills. A link to
an anchor that may lie in another signature is written `deckpress:go/ANCHOR`, and what is only drawn (running
heads) stands in a link to `deckpress:artifact`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import groupby, pairwise

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from generator import fragments, resources
from generator.model import Bookmark, Citation, Cloze, DeckInfo, Media, RenderedNote, Sheet, Signature

# A signature inside a long topic ends where a note's hash is the least of this many on either side, so that a cut
# depends on its neighbours only; a topic of up to MOST notes stays whole, for each cut leaves a page partly blank.
LEAST, MOST = 20, 80
# A list of contents longer than this names topics only.
LONGEST_CONTENTS = 300
# Lines that one page's block may take and still be kept with its question: a first block, and a question's own code.
_KEPT_LINES, _KEPT_QUESTION_LINES = 10, 18

_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]+")

_TopicPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Topic:
    """A run of neighbouring notes under the same headings."""

    anchor: str
    title: str
    above: _TopicPath
    lead: str
    notes: tuple[RenderedNote, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    """One source of a run of notes, numbered within that run."""

    number: int
    title: str
    url: str


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
    sources: tuple[_Source, ...]
    lang: str


def study(info: DeckInfo, notes: Sequence[RenderedNote]) -> Sheet:
    """The study sheets of a deck: title and contents, then its topics, each on a fresh page."""
    topics = tuple(_topics(info, notes))
    signatures = [_front(info, topics)]
    for topic in topics:
        signatures += _topic_signatures(info, topic)
    numbers = {f"topic/{topic.anchor}": str(place) for place, topic in enumerate(topics, 1)}
    ordered = [note for topic in topics for note in topic.notes]
    numbers |= {f"note/{note_anchor(note)}": str(place) for place, note in enumerate(ordered, 1)}
    return Sheet(
        product="study",
        title=info.title,
        lang=info.lang,
        signatures=tuple(signatures),
        numbers=numbers,
        outline=tuple(
            Bookmark(topic.title, topic.anchor, tuple(Bookmark(_label(n), note_anchor(n)) for n in topic.notes))
            for topic in topics
        ),
        description=info.description,
        modified=max((note.identified.mod for note in notes), default=0),
    )


def note_anchor(note: RenderedNote) -> str:
    """The anchor of a note in every print product: stable, so that a link into the PDF stays good."""
    name = note.identified.id
    if not _PLAIN_NAME.fullmatch(name):  # an address would write it otherwise than an anchor does
        name = sha256(name.encode()).hexdigest()[:16]
    return f"n-{name}"


# --- topics and signatures ------------------------------------------------------------------------------------------


def _topics(info: DeckInfo, notes: Sequence[RenderedNote]) -> Iterator[_Topic]:
    """Neighbours under the same headings; the same headings met again get an anchor of their own."""
    seen: dict[_TopicPath, int] = {}
    for path, run in groupby(notes, lambda note: _path(info, note)):
        members = tuple(run)
        seen[path] = seen.get(path, 0) + 1
        anchor = "t-" + sha256("\0".join((*path, str(seen[path]))).encode()).hexdigest()[:10]
        lead = next((note.identified.note.topic_lead for note in members if note.identified.note.topic_lead), "")
        yield _Topic(anchor, path[-1], path[:-1], lead, members)


def _path(info: DeckInfo, note: RenderedNote) -> _TopicPath:
    """The headings that a note stands under; the deck's own name says nothing on its own pages, unless it is all."""
    written = note.identified.note
    headings = (*written.deck, *written.topic)
    inner = headings[1:] if headings[:1] == (info.title,) else headings
    return inner or (info.title,)


def cuts(ids: Sequence[str]) -> list[int]:
    """Where a topic's notes are cut into signatures: the places (from 0) at which a new one begins.

    Each signature has `LEAST` to `MOST` notes, unless the topic has fewer. A cut stands at a note whose hash is the
    least among its `LEAST` neighbours on either side; a stretch of over `MOST` notes without one is cut at its least.
    """
    if len(ids) <= MOST:
        return []
    hashes = [sha256(identity.encode()).digest() for identity in ids]
    inner = range(LEAST, len(ids) - LEAST + 1)
    found = [place for place in inner if hashes[place] == min(hashes[place - LEAST : place + LEAST + 1])]
    bounds = [0, *found, len(ids)]
    for start, end in pairwise(bounds):
        found += _cut_stretch(hashes, start, end)
    return sorted(found)


def _cut_stretch(hashes: Sequence[bytes], start: int, end: int) -> list[int]:
    if end - start <= MOST:
        return []
    place = min(range(start + LEAST, end - LEAST + 1), key=lambda candidate: hashes[candidate])
    return [place, *_cut_stretch(hashes, start, place), *_cut_stretch(hashes, place, end)]


def _topic_signatures(info: DeckInfo, topic: _Topic) -> Iterator[Signature]:
    bounds = [0, *cuts([note.identified.id for note in topic.notes]), len(topic.notes)]
    tags = {note_anchor(note): _own_tags(topic, note) for note in topic.notes}
    # What the whole topic bears is said where it opens, so its last signature counts as much as its first.
    common = tuple(tag for tag in next(iter(tags.values())) if all(tag in own for own in tags.values()))
    for start, end in pairwise(bounds):
        members = topic.notes[start:end]
        sources = _numbered(members)
        html = _render(
            "study.html",
            info=info,
            topic=topic,
            opens=start == 0,
            tags=common,
            pieces=[_piece(note, sources, [t for t in tags[note_anchor(note)] if t not in common]) for note in members],
            sources=sources.values(),
        )
        media = {item.name: item for note in members for item in note.html.media}
        yield Signature(f"{topic.title}, from “{_label(members[0])}”", html, _used(html, media))


def _used(html: str, media: dict[str, Media]) -> tuple[Media, ...]:
    return tuple(media[name] for name in sorted(media) if f"media:{name}" in html)


def _front(info: DeckInfo, topics: Sequence[_Topic]) -> Signature:
    count = sum(len(topic.notes) for topic in topics)
    html = _render(
        "front.html",
        info=info,
        count=count,
        topics=topics,
        questions=count + len(topics) <= LONGEST_CONTENTS,
        label=_label,
        anchor=note_anchor,
    )
    return Signature("title and contents", html)


# --- notes ----------------------------------------------------------------------------------------------------------


def _own_tags(topic: _Topic, note: RenderedNote) -> tuple[str, ...]:
    """The note's tags without the one that only says its topic again."""
    name = re.sub(r"\W+", "", topic.title.casefold())
    return tuple(tag for tag in note.identified.note.tags if re.sub(r"\W+", "", tag.casefold()) != name)


def _piece(note: RenderedNote, sources: dict[Citation, _Source], tags: Sequence[str]) -> _Piece:
    """A note cut where a page may end: question, side notes and the answer's first block hold together.

    A first block of more than ten lines does not: there only three lines of it must follow the question.
    """
    written = note.identified.note
    heading, *question = fragments.question(note.html.question, _label(note))
    answer = fragments.blocks(note.html.answer)
    first = answer[0] if answer else fragments.Block("", 0)
    heavy = sum(block.lines for block in question) > _KEPT_QUESTION_LINES
    struck = heavy or first.lines > _KEPT_LINES
    rest = answer if struck else answer[1:]
    return _Piece(
        anchor=note_anchor(note),
        label=_label(note),
        heading=_safe(heading.html),
        question=tuple(_safe(block.html) for block in question),
        kept=_safe("" if struck else first.html),
        rest=_safe("".join(block.html for block in rest)),
        struck=struck,
        tags=tuple(tags),
        hint=_safe(fragments.unwrapped(note.html.hint)),
        sources=tuple(sources[citation] for citation in dict.fromkeys(written.citations)),
        lang=written.lang,
    )


def _safe(html: str) -> Markup:
    """HTML that the renderer has sanitised, to be put into a template as it is."""
    return Markup(html)  # noqa: S704


def _numbered(notes: Sequence[RenderedNote]) -> dict[Citation, _Source]:
    """The sources of a run of notes, in the order of their first use.

    They are numbered within the signature: a new
    source then moves no number on pages that are laid out already. The same address is the same source.
    """
    numbers: dict[str, int] = {}
    found: dict[Citation, _Source] = {}
    for note in notes:
        for citation in note.identified.note.citations:
            number = numbers.setdefault(citation.url or citation.title, len(numbers) + 1)
            url = citation.url if citation.url.startswith(("https://", "http://", "mailto:")) else ""
            found.setdefault(citation, _Source(number, citation.title or citation.url, url))
    return found


def _label(note: RenderedNote) -> str:
    """The question as a list of contents names it; a cloze's text may be as long as any answer."""
    written = note.identified.note
    if isinstance(written.body, Cloze) and (title := fragments.title(note.html.question)):
        return title
    return " ".join(written.question_text.split())


# --- templates ------------------------------------------------------------------------------------------------------


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(lambda name: resources.text(f"print/{name}")),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["bind"] = fragments.bind_text
    return environment


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(values)
