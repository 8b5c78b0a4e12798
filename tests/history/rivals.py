"""What other tools do with the same notes: an id from the question's text, or from the note's place in the deck."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path

import genanki

from tests.history.learner import Package, PackedNote
from tests.history.world import Deletion, Item, World

Scheme = Callable[[Item, int], str]


def by_text(item: Item, place: int) -> str:  # noqa: ARG001
    """The id of tools that hash the question."""
    return str(genanki.guid_for(item.heading))


def by_place(item: Item, place: int) -> str:  # noqa: ARG001
    """The id of tools that count."""
    return str(genanki.guid_for(place))


RIVALS: Mapping[str, Scheme] = {"text": by_text, "place": by_place}

_BASIC = genanki.Model(
    1_600_000_001_000,
    "Rival",
    fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "Reverse"}],
    templates=[
        {"name": "Forward", "qfmt": "{{Question}}", "afmt": "{{Answer}}"},
        {"name": "Backward", "qfmt": "{{#Reverse}}{{Answer}}{{/Reverse}}", "afmt": "{{Question}}"},
    ],
)
_CLOZE = genanki.Model(
    1_600_000_002_000,
    "Rival cloze",
    fields=[{"name": "Text"}, {"name": "Extra"}],
    templates=[{"name": "Cloze", "qfmt": "{{cloze:Text}}", "afmt": "{{cloze:Text}}{{Extra}}"}],
    model_type=genanki.Model.CLOZE,
)


def package(world: World, scheme: Scheme, path: Path, clock: int) -> Package:
    """The deck as such a tool builds it; as usual, every note is stamped with the build's time."""
    deck = genanki.Deck(1_600_000_003_000, "Rival")
    notes = []
    for place, item in enumerate(world.answered()):
        note, faces = _note(item)
        note.guid = scheme(item, place)
        deck.add_note(note)
        notes.append(PackedNote(note.guid, tuple(note.fields), item.truth, world.content(item), faces, clock))
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        ids = itertools.count(clock * 1000)  # as genanki numbers notes and cards: from the time of the build
        genanki.Package(deck).write_to_db(connection.cursor(), clock, ids)
        connection.commit()
        collection = connection.serialize()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("collection.anki2", collection)
        archive.writestr("media", "{}")
    return Package(path, tuple(notes))


def _note(item: Item) -> tuple[genanki.Note, dict[int, frozenset[str]]]:
    if item.sentences:
        text, faces = _numbered(item)
        heading = "" if item.in_heading else f"{escape(item.question)}<br>"
        return genanki.Note(_CLOZE, [heading + text, escape(item.answer)]), faces
    fields = [escape(item.question), escape(item.body), "1" if item.reversed else ""]
    return genanki.Note(_BASIC, fields), {0: frozenset({"front"})} | ({1: frozenset({"back"})} if item.reversed else {})


def _numbered(item: Item) -> tuple[str, dict[int, frozenset[str]]]:
    """The text with deletions numbered as they come, unless the author did."""
    faces: dict[int, frozenset[str]] = {}
    parts = []
    for part in (part for sentence in item.sentences for part in (*sentence, " ")):
        if isinstance(part, Deletion):
            number = part.number or len(faces) + 1
            faces[number - 1] = faces.get(number - 1, frozenset()) | {part.face}
            parts.append(f"{{{{c{number}::{escape(part.text)}}}}}")
        else:
            parts.append(escape(part))
    return "".join(parts), faces
