"""The Anki deck: the only module that knows Anki.

What Anki does with a package was measured on the real library (26.9.3) and rules everything here: a note is matched by
its GUID and updated only when its `mod` is newer; integer ids travel with AnkiWeb's sync, so they are fixed ones; a
change to a note type's fields or template names makes "conflicting" notes and a second type, so both types are frozen
for good; a note type's CSS and template text are replaced only when the type's own `mod` is newer
(templates/anki/revision.toml). Nothing here reads a clock: the same notes make the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import sqlite3
import tomllib
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from html import escape, unescape
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from generator import orders, resources
from generator.model import Cloze, DeckInfo, Media, RenderedNote, Reversed

if TYPE_CHECKING:
    import genanki

# Frozen: a changed field, order or template name would break every deck that was ever shipped.
QA_FIELDS = (
    "Question", "Answer", "Extra", "Hint", "Sources", "Topic", "Link", "Reverse", "Typed", "Spare", "Ref",
)  # fmt: skip
QA_TEMPLATES = ("Forward", "Backward", "Typed")
CLOZE_FIELDS = ("Text", "Extra", "Hint", "Sources", "Topic", "Link", "Typed", "Spare", "Ref")
CLOZE_TEMPLATES = ("Cloze",)

# What the browser's columns show: the field alone, without the topic line that every card opens with.
_BROWSER = {
    "Forward": ("{{Question}}", "{{Answer}}"),
    "Backward": ("{{Answer}}", "{{Question}}"),
    "Typed": ("{{Question}}", "{{Answer}}"),
    "Cloze": ("{{cloze:Text}}", "{{Extra}}"),
}

_OLDEST_ID, _LATEST_ID = 1_000_000_000_000, 1_700_000_000_000
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_DELETION = re.compile(r"\{\{c(\d{1,5}(?:,\d{1,5})*)::|\}\}")
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_IMAGE = re.compile(r'<img\b[^>]*?\bsrc="([^"]*)"[^>]*>')
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*\Z")


class NoteTypeIds(NamedTuple):
    """The ids of a project's two note types, as its ledger's header records them."""

    qa: int
    cloze: int


class Memory(NamedTuple):
    """What a deck carries for its author's next build: a string for each note, by its id, and one for the whole.

    Tried: an import (26.9.3) reads neither; Anki 2.1.49 keeps the notes' strings and does nothing with them.
    """

    notes: Mapping[str, str] = MappingProxyType({})
    whole: str = ""


NO_MEMORY = Memory()
# Where the memory for the whole stands among a collection's settings, and the project's name in its note types.
OURS = "deckpress"


def package(info: DeckInfo, notes: Sequence[RenderedNote], types: NoteTypeIds, memory: Memory = NO_MEMORY) -> bytes:
    """The bytes of an .apkg with all these notes, in this order; every one of them must have an answer.

    The same arguments give the same bytes, whatever the clock, the hash seed and the machine's time zone.
    """
    media: dict[str, Media] = {item.name: item for note in notes for item in note.html.media}
    return _zipped(_collection(info, notes, types, memory), [media[name] for name in sorted(media)])


def digest(note: RenderedNote) -> str:
    """A short hash of what a note's owner gets to see: its finished fields, but for its id, and its tags.

    Another digest under the same content means that the note would be rendered otherwise than it was.
    """
    *fields, _ = _fields(note, (*note.identified.note.deck, *note.identified.note.topic))
    text = "\x1f".join((*fields, _tags(note.identified.note.tags)))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def note_type_names(namespace: str) -> tuple[str, str]:
    """What the two note types are called: one name for good, and another for each project.

    Tried: when a second project's type arrives under a name that is taken, Anki calls it "Name+" and stamps it with the
    time of the import, so that no later change of its looks gets through.
    """
    owner = hashlib.sha256(namespace.encode()).hexdigest()[:5]
    return f"Deckpress Q&A {owner}", f"Deckpress Cloze {owner}"


# --- the collection -----------------------------------------------------------------------------------------------


def _collection(info: DeckInfo, notes: Sequence[RenderedNote], types: NoteTypeIds, memory: Memory) -> bytes:
    """The SQLite file inside the package: written by genanki into memory, with ids and times that are ours."""
    import genanki

    qa, cloze = _note_types(info.namespace, types)
    decks = _Decks(info)
    with sqlite3.connect(":memory:") as connection:
        cursor = connection.cursor()
        genanki.Package([]).write_to_db(cursor, 0, iter(()))
        for place, note in enumerate(notes, 1):
            source = note.identified.note
            path = (*(source.deck or (info.title,)), *source.topic)
            note_type = cloze if isinstance(source.body, Cloze) else qa
            _write_note(cursor, note, note_type, path, memory.notes.get(note.identified.id, ""))
            _write_cards(cursor, note, decks.deck_of(path), place)
        home = next(iter(decks.all())).deck_id if notes else 1
        made = {str(deck.deck_id): deck.to_json() for deck in decks.all()}
        # Whose the note types are, under a key of ours: Anki keeps it, and writes it into its own exports (tried).
        whose = {OURS: {"namespace": info.namespace, "note_types": types._asdict()}}
        kinds = {str(kind.model_id): kind.to_json(revision()[0], home) | whose for kind in (qa, cloze)}
        default, settings = cursor.execute("SELECT decks, conf FROM col").fetchone()
        told = {OURS: memory.whole} if memory.whole else {}
        row = (json.loads(default) | made, kinds, json.loads(settings) | told)
        cursor.execute("UPDATE col SET decks = ?, models = ?, conf = ?", [json.dumps(column) for column in row])
        connection.commit()
        return connection.serialize()


def _write_note(
    cursor: sqlite3.Cursor, note: RenderedNote, note_type: genanki.Model, path: Sequence[str], memory: str
) -> None:
    """One note. genanki's own `Note` numbers by position and stamps with the build's time."""
    nid, guid, mod = note.identified.nid, note.identified.guid, note.identified.mod
    fields = _fields(note, path)
    first = _visible(fields[0])
    checksum = int(hashlib.sha1(first.encode(), usedforsecurity=False).hexdigest()[:8], 16)
    row = (nid, guid, note_type.model_id, mod, -1, _tags(note.identified.note.tags), "\x1f".join(fields), first)
    cursor.execute("INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)", (*row, checksum, memory))


def _write_cards(cursor: sqlite3.Cursor, note: RenderedNote, deck: int, due: int) -> None:
    from genanki import Card

    nid = note.identified.nid
    for ordinal in _ordinals(note):
        Card(ordinal).write_to_db(cursor, note.identified.mod, deck, nid, iter((nid + 1 + ordinal,)), due)


def _ordinals(note: RenderedNote) -> list[int]:
    """Which of its type's templates a note has cards of; of a cloze, its deletions' numbers less one."""
    match note.identified.note.body:
        case Cloze():
            return sorted({number - 1 for number in _deletions(note.html.question)}) or [0]
        case Reversed():
            return [0, 1]
    return [0]


def _deletions(field: str) -> Iterator[int]:
    """The numbers of a field's deletions as Anki counts them: of what is closed; 0 makes no card, 501 the 500th."""
    opened: list[str] = []
    for found in _DELETION.finditer(field):
        if found.group(1):
            opened.append(found.group(1))
        elif opened:
            yield from (min(int(number), 500) for number in opened.pop().split(",") if 0 < int(number) < 2**16)


# What parts the fields of a note in Anki's tables, and its like, however it got here: an entity in raw HTML, a title.
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _fields(note: RenderedNote, path: Sequence[str]) -> tuple[str, ...]:
    """The note's fields in the order of its type."""
    source, html = note.identified.note, note.html
    front, back = _in_language(html.question, source.lang), _in_language(html.answer, source.lang)
    hint = _in_language(html.hint, source.lang)
    topic = escape(" \u203a ".join(path), quote=False)
    if isinstance(source.body, Cloze):
        fields: tuple[str, ...] = (front, back, hint, html.sources, topic, "", "", "", note.identified.id)
    else:
        reverse = "1" if isinstance(source.body, Reversed) else ""
        fields = (front, back, "", hint, html.sources, topic, "", reverse, "", "", note.identified.id)
    media = {item.name for item in html.media}
    return tuple(orders.harmless(_CONTROL.sub("", field), media) for field in fields)


def _in_language(html: str, lang: str) -> str:
    """The field marked with its language, which picks the right Han glyphs; English is what no mark means."""
    if not html or not _LANGUAGE.match(lang) or lang.lower().split("-")[0] == "en":
        return html
    return f'<div lang="{lang}">{html}</div>'


def _visible(html: str) -> str:
    """A field as Anki compares and sorts it: without tags, an image as its file's name."""
    return unescape(_TAG.sub("", _IMAGE.sub(r" \1 ", html) if "<img" in html else html))


def _tags(tags: Iterable[str]) -> str:
    """Tags as Anki stores them: a space between two, none inside one, each once in whatever case."""
    words = {"-".join(tag.split()).casefold(): "-".join(tag.split()) for tag in tags if tag.strip()}
    return f" {' '.join(words[key] for key in sorted(words))} " if words else ""


# --- decks --------------------------------------------------------------------------------------------------------


class _Decks:
    """The decks that the notes need, parents included. Anki matches decks by name and takes no notice of case."""

    def __init__(self, info: DeckInfo) -> None:
        self._info = info
        self._found: dict[str, genanki.Deck] = {}
        self._ids: dict[tuple[str, ...], int] = {}  # of paths that were asked for

    def deck_of(self, path: tuple[str, ...]) -> int:
        """The id of the deck with this path, made with its parents when it is new."""
        if path not in self._ids:
            self._ids[path] = self._made(path)
        return self._ids[path]

    def _made(self, path: tuple[str, ...]) -> int:
        import genanki

        name, ident = "", 1
        for part in path:
            name = f"{name}::{_deck_name(part)}" if name else _deck_name(part)
            deck = self._found.get(name.casefold())
            if deck is None:
                about = self._info.description if "::" not in name else ""
                deck = genanki.Deck(_deck_id(self._info.namespace, name), name, escape(about, quote=False))
                self._found[name.casefold()] = deck
            name, ident = deck.name, deck.deck_id
        return ident

    def all(self) -> Iterator[genanki.Deck]:
        """All decks found, in the order of the notes."""
        return iter(self._found.values())


def _deck_name(part: str) -> str:
    """One level of a deck's name, as Anki itself would write it."""
    text = unicodedata.normalize("NFC", part)
    text = "".join(" " if unicodedata.category(char) == "Cc" else char for char in text.replace('"', ""))
    while "::" in text:
        text = text.replace("::", ": :")
    return " ".join(text.split()).strip(":").strip() or "Notes"


def _deck_id(namespace: str, name: str) -> int:
    digest = hashlib.sha256(f"deck\0{namespace}\0{name}".encode()).digest()
    return _OLDEST_ID + int.from_bytes(digest[:8], "big") % (_LATEST_ID - _OLDEST_ID)


# --- note types ---------------------------------------------------------------------------------------------------


def _note_types(namespace: str, types: NoteTypeIds) -> tuple[genanki.Model, genanki.Model]:
    import genanki

    qa_name, cloze_name = note_type_names(namespace)
    css = _COMMENT.sub("", resources.text("anki/card.css")).strip()  # the comments are for us, not for learners
    return (
        genanki.Model(types.qa, qa_name, _named(QA_FIELDS), list(map(_template, QA_TEMPLATES)), css),
        genanki.Model(
            types.cloze,
            cloze_name,
            _named(CLOZE_FIELDS),
            list(map(_template, CLOZE_TEMPLATES)),
            css,
            genanki.Model.CLOZE,
        ),
    )


def _named(fields: Sequence[str]) -> list[dict[str, str]]:
    return [{"name": name} for name in fields]


def _template(name: str) -> dict[str, str]:
    front, back = (resources.text(f"anki/{name.lower()}.{side}.html").strip() for side in ("front", "back"))
    column_front, column_back = _BROWSER[name]
    return {"name": name, "qfmt": front, "afmt": back, "bqfmt": column_front, "bafmt": column_back}


_COMMENT = re.compile(r"\s*/\*.*?\*/", re.DOTALL)


@cache
def revision() -> tuple[int, str]:
    """The note types' `mod` in seconds, and the digest of the templates that it stands for (revision.toml)."""
    found = tomllib.loads(resources.text("anki/revision.toml"))
    return int(found["mod"]), str(found["digest"])


def templates_digest() -> str:
    """The digest of all that a note type's `mod` stands for: templates, style sheet, browser columns."""
    parts = [_template(name) for name in (*QA_TEMPLATES, *CLOZE_TEMPLATES)]
    text = json.dumps([parts, resources.text("anki/card.css")], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# --- the package --------------------------------------------------------------------------------------------------


def _zipped(collection: bytes, media: Sequence[Media]) -> bytes:
    """The package: the collection, the media under numbers, and the list of their names."""
    names = json.dumps({str(place): item.name for place, item in enumerate(media)})
    members = [("collection.anki2", collection), ("media", names.encode())]
    members += [(str(place), item.data) for place, item in enumerate(media)]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members:
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, data)
    return buffer.getvalue()
