"""What the ledger records of a note's content: what it is known by, and whether it changed."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from generator.ledger.deletions import Deletion
from generator.model import Basic, Choice, Cloze, Kind, MediaMap, Node, Nodes, Note, Reversed

# So much of the text on either side is kept of a deletion, in characters.
AROUND = 40


@dataclass(frozen=True, slots=True)
class Content:
    """A note's content as the ledger records it: normalised text, and a hash of all that its author decides.

    `question` is all that tells a question from another: its text with code, its images, the options of a choice.
    `deletions` are a cloze's, each with the number that its author wrote, or 0.
    """

    type: str
    file: str
    deck: str
    question: str
    answer: str
    hash: str
    tags: tuple[str, ...]
    pin: str
    answered: bool
    deletions: tuple[tuple[int, Deletion], ...] = ()


def content_of(note: Note, file: str, media: MediaMap) -> Content:
    """What the ledger records of a note; `file` is its source's name in the ledger."""
    return Content(
        type="cloze" if isinstance(note.body, Cloze) else "qa",
        file=file,
        deck=normal("::".join((*note.deck, *note.topic))),
        question=normal(_question(note)),
        answer=normal(note.answer_text),
        hash=content_hash(note, media),
        tags=tuple(sorted(map(normal, note.own_tags))),
        pin=normal(note.pin),
        answered=note.answered,
        deletions=tuple(_deletions(note.body)) if isinstance(note.body, Cloze) else (),
    )


def normal(text: str) -> str:
    """Text as the ledger keeps it: composed letters, white space collapsed."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def folded(text: str) -> str:
    """Text as it is compared where nothing is the same to the letter: without case, width and the like."""
    return unicodedata.normalize("NFKC", text).casefold()


def content_hash(note: Note, media: MediaMap) -> str:
    """A hash of all that the author decides of a note: Markdown, kind, tags, sources, language and the media's bytes.

    Nothing of how it is rendered goes in, so a new version of a library or a template touches no note. Nor does where
    it stands: a topic renamed, a note moved to another file or deck would cost learners the tags that they gave it.
    """
    shown = [media[key].name for image in note.images if (key := (note.span.file, image.address)) in media]
    content: list[object] = [
        type(note.body).__name__,
        note.question_source,
        note.answer_source,
        [[c.title, c.url] for c in note.citations],
        sorted(note.own_tags),
        note.lang,
        shown,
    ]
    if note.hint_source:  # added where there is one, so that no note without it changes
        content.append(note.hint_source)
    text = _AS_JSON(content)
    if not text.isascii():  # an editor may compose the same letters otherwise
        text = unicodedata.normalize("NFC", text)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


_AS_JSON = json.JSONEncoder(ensure_ascii=False).encode


def texts_hash(question: str, answer: str) -> str:
    """By this a note is known again that a deck tells without its texts, whatever became of its tags and the like."""
    return hashlib.sha256(f"{question}\x1f{answer}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _question(note: Note) -> str:
    match note.body:
        case Basic(question=front) | Reversed(question=front) | Cloze(text=front):
            return " ".join([note.question_text, *_images(front)])
        case Choice(question=front, options=options):
            return " ".join([note.question_text, *_images(front), *(option.text for option in options)])


def _images(nodes: Nodes) -> Iterator[str]:
    """The images of a question by their files' names: where they lie may change, and what they show."""
    for node in nodes:
        for part in node.walk():
            if part.kind is Kind.IMAGE:
                yield f"![{part.target.rpartition('/')[2]}]"


def _deletions(body: Cloze) -> Iterator[tuple[int, Deletion]]:
    """Each deletion of a text, with the words around it."""
    parts: list[str] = []
    places: list[tuple[int, int, int]] = []

    def read(node: Node) -> None:
        if node.kind is not Kind.DELETION:
            parts.append(node.text if not node.children else "")
        place, start = len(places), sum(map(len, parts))
        if node.kind is Kind.DELETION:
            places.append((node.level, start, start))
        for child in node.children:
            read(child)
        if node.kind is Kind.DELETION:
            places[place] = (node.level, start, sum(map(len, parts)))
        if node.kind in _APART:
            parts.append(" ")

    for node in body.text:
        read(node)
    text = "".join(parts)
    for number, start, end in places:
        before, after = normal(text[:start])[-AROUND:], normal(text[end:])[:AROUND]
        yield number, Deletion(normal(text[start:end]), before, after)


_APART = {
    Kind.PARAGRAPH, Kind.HEADING, Kind.CODE_BLOCK, Kind.ITEM, Kind.TABLE_CELL, Kind.SOFT_BREAK, Kind.HARD_BREAK,
    Kind.DEFINITION_TERM, Kind.DEFINITION,
}  # fmt: skip
