"""What all print products share: topics and their anchors, where signatures are cut, labels, sources, templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from itertools import groupby, pairwise
from unicodedata import bidirectional

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from generator import formula_words, fragments, long_words, resources, wording
from generator.model import Citation, DeckInfo, Media, RenderedNote
from generator.print_model import Bookmark, Sheet, Signature

# Inside a long run of notes a signature begins at a note that its own hash chooses, one in LEAST, and has at least so
# many notes; the first and the last of a run have EDGE, so that a short run stays whole: each cut leaves a page partly
# blank.
LEAST, EDGE = 16, 40

# What begins with one of these has no first line of words.
_NO_WORDS = ("<pre", "<table", "<ul", "<ol", "<dl", "<blockquote", "<div")

_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]+")

_TopicPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A run of neighbouring notes under the same headings."""

    anchor: str
    title: str
    above: _TopicPath
    lead: str
    notes: tuple[RenderedNote, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One source of a run of notes, numbered within that run."""

    number: int
    title: str
    url: str


def note_anchor(note: RenderedNote) -> str:
    """The anchor of a note in every print product: stable, so that a link into the PDF stays good."""
    name = note.identified.id
    if not _PLAIN_NAME.fullmatch(name):  # an address would write it otherwise than an anchor does
        name = sha256(name.encode()).hexdigest()[:16]
    return f"n-{name}"


# --- topics and signatures ------------------------------------------------------------------------------------------


def topics(info: DeckInfo, notes: Sequence[RenderedNote]) -> Iterator[Topic]:
    """Neighbours under the same headings; the same headings met again get an anchor of their own."""
    seen: dict[_TopicPath, int] = {}
    for path, run in groupby(notes, lambda note: _path(info, note)):
        members = tuple(run)
        seen[path] = seen.get(path, 0) + 1
        anchor = "t-" + sha256("\0".join((*path, str(seen[path]))).encode()).hexdigest()[:10]
        lead = next((note.identified.note.topic_lead for note in members if note.identified.note.topic_lead), "")
        yield Topic(anchor, path[-1], path[:-1], lead, members)


def _path(info: DeckInfo, note: RenderedNote) -> _TopicPath:
    """The headings that a note stands under; the deck's own name says nothing on its own pages, unless it is all."""
    written = note.identified.note
    headings = (*written.deck, *written.topic)
    inner = headings[1:] if headings[:1] == (info.title,) else headings
    return inner or (info.title,)


def cuts(ids: Sequence[str], least: int = LEAST, edge: int = EDGE) -> list[int]:
    """Where a run of notes is cut into signatures: the places (from 0) at which a new one begins.

    A note begins one if its hash chooses it and none of the `least` - 1 before it, with `edge` notes before and behind.
    So a cut hangs on its own hash and on the chosen note before it: one note more or less moves, makes or removes one
    cut at most, and two signatures are others than before. Nothing bounds their length, but few are four times as
    long as most are.
    """
    chosen = [place for place, identity in enumerate(ids) if _hash(identity) % least == 0]
    return [
        place
        for before, place in pairwise([-least, *chosen])
        if place - before >= least and edge <= place <= len(ids) - edge
    ]


def is_of_half(identity: str) -> bool:
    """Whether a note is of that half of all notes which the hash makes of them, whatever else it chooses."""
    return bool(sha256(identity.encode()).digest()[0] & 1)


def _hash(identity: str) -> int:
    return int.from_bytes(sha256(identity.encode()).digest()[1:9])


def outline(topics: Sequence[Topic]) -> tuple[Bookmark, ...]:
    """Topics and their notes as bookmarks."""
    return tuple(
        Bookmark(topic.title, topic.anchor, tuple(Bookmark(label(note), note_anchor(note)) for note in topic.notes))
        for topic in topics
    )


def sheet(
    product: str,
    info: DeckInfo,
    topics: Sequence[Topic],
    signatures: Sequence[Signature],
    ordered: Sequence[RenderedNote],
    marks: Sequence[Bookmark],
) -> Sheet:
    """A product of these signatures; topics and notes are numbered in their order, `marks` are its bookmarks."""
    numbers = {f"topic/{topic.anchor}": str(place) for place, topic in enumerate(topics, 1)}
    numbers |= {f"note/{note_anchor(note)}": str(place) for place, note in enumerate(ordered, 1)}
    return Sheet(
        product=product,
        title=info.title,
        lang=info.lang,
        signatures=tuple(signatures),
        numbers=numbers,
        outline=tuple(marks),
        description=info.description,
        modified=max((note.identified.mod for note in ordered), default=0),
    )


# --- what a note shows -------------------------------------------------------------------------------------------


def used(html: str, media: dict[str, Media]) -> tuple[Media, ...]:
    """Those of the media that the HTML shows, by their names."""
    return tuple(media[name] for name in sorted(media) if f"media:{name}" in html)


def own_tags(topic: Topic, note: RenderedNote) -> tuple[str, ...]:
    """The note's tags without the one that only says its topic again."""
    name = re.sub(r"\W+", "", topic.title.casefold())
    return tuple(tag for tag in note.identified.note.tags if re.sub(r"\W+", "", tag.casefold()) != name)


def safe(html: str) -> Markup:
    """HTML that the renderer has sanitised, to be put into a template as it is."""
    return Markup(html)  # noqa: S704


def numbered(notes: Sequence[RenderedNote]) -> dict[Citation, Source]:
    """The sources of a run of notes, in the order of their first use.

    They are numbered within the signature: a new
    source then moves no number on pages that are laid out already. The same address is the same source.
    """
    numbers: dict[str, int] = {}
    found: dict[Citation, Source] = {}
    for note in notes:
        for citation in note.identified.note.citations:
            number = numbers.setdefault(citation.url or citation.title, len(numbers) + 1)
            url = citation.url if citation.url.startswith(("https://", "http://", "mailto:")) else ""
            found.setdefault(citation, Source(number, citation.title or citation.url, url))
    return found


def label(note: RenderedNote) -> str:
    """The question in a line of plain words, as a list of contents names it: its first block, for more may stand below.

    A cloze's text may be as long as any answer.
    """
    html = formula_words.in_html(note.html.question)
    if not html.startswith(_NO_WORDS) and (title := fragments.title(html)):
        return title
    return " ".join(note.identified.note.question_text.split())


def direction(text: str) -> str:
    """`rtl` if the first letter of a text is written from right to left, else `ltr`."""
    kinds = (bidirectional(letter) for letter in text)
    return "rtl" if next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L" else "ltr"


def with_direction(info: DeckInfo, notes: Sequence[RenderedNote]) -> DeckInfo:
    """What is said of a deck, with whether its pages run from right to left: most of its questions do."""
    from_right = sum(direction(note.identified.note.question_text) == "rtl" for note in notes)
    return replace(info, mirrored=2 * from_right > len(notes))


def in_direction(blocks: Sequence[fragments.Block], note: RenderedNote) -> list[fragments.Block]:
    """The blocks of a note; those that have no direction of their own, numbers alone, have that of its question."""
    if direction(note.identified.note.question_text) != "rtl":
        return [*blocks]
    return [fragments.from_right(block) for block in blocks]


def contents_label(note: RenderedNote) -> str:
    """The same, with its formulas set."""
    html = note.html.question
    return safe(fragments.with_formulas(html)) if 'class="tex"' in html else label(note)


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
    environment.filters["direction"] = direction
    environment.filters["dir"] = _dir
    environment.filters["bind"] = _bind
    environment.filters["breakable"] = _breakable
    return environment


def _bind(text: str) -> str:
    bound = fragments.bind_text(text)
    return safe(bound) if isinstance(text, Markup) else bound


def _dir(text: str, lang: str) -> str:
    """The attributes of an element that holds this text alone: from right to left, and in a language by its script."""
    words = fragments.words(str(text))
    found = fragments.language(words, lang)
    told = f' lang="{found}"' if found != lang else ""
    return safe(told + (' dir="rtl"' if direction(words) == "rtl" else ""))


def _breakable(text: str) -> str:
    return safe(long_words.in_text(str(escape(text))))


def render(template: str, info: DeckInfo | None = None, **values: object) -> str:
    """A template of `templates/print`, filled; what it says itself is in the deck's language."""
    words = wording.of(info.lang if info else "en")
    return _environment().get_template(template).render(values, info=info, words=words)
