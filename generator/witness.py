"""A deck read back: the second witness of what learners have, beside the ledger.

Ours is read, and one that Anki exported in its older format. Nothing in it is trusted: whatever is no deck, is torn or
would grow beyond all measure gives None and no exception.
"""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from html import unescape
from typing import Any, NamedTuple

from generator.anki import CLOZE_FIELDS, OURS, QA_FIELDS
from generator.html_names import INLINES
from generator.model import UserError


class Sent(NamedTuple):
    """One note of a deck. `type` is `qa` or `cloze`, `memory` what the deck remembers of it for its author, if it does.

    A deck that Anki exported holds what a learner made of it: `mod` and `fields` may be theirs.
    """

    nid: int
    guid: str
    type: str
    mod: int
    fields: tuple[str, ...]
    memory: str = ""

    @property
    def ref(self) -> str:
        """The note's id in the ledger."""
        return text(self.fields[-1])

    @property
    def told(self) -> Told:
        """What the note asks and answers."""
        return told(self.type, self.fields[0], self.fields[1])

    @property
    def path(self) -> tuple[str, ...]:
        """The deck and the topics that the note stands under."""
        return tuple(text(self.fields[_TOPIC[self.type]]).split(" \u203a "))

    @property
    def deletions(self) -> dict[int, tuple[str, str, str]]:
        """For each number of a cloze the text of its first deletion, and all text before and after it."""
        whole, hidden = unmarked(self.fields[0] if self.type == "cloze" else "")
        found: dict[int, tuple[str, str, str]] = {}
        for number, start, end in sorted(hidden, key=lambda part: (part.start, -part.end)):
            found.setdefault(number, (whole[start:end], whole[:start], whole[end:]))
        return found


@dataclass(frozen=True, slots=True)
class Deck:
    """The notes of one project in the order of the deck, and whose they are: empty and 0 where the deck does not say.

    `memory` is what the deck remembers as a whole.
    """

    namespace: str
    qa_type: int
    cloze_type: int
    notes: tuple[Sent, ...]
    memory: str = ""


_FIELDS = {"qa": QA_FIELDS, "cloze": CLOZE_FIELDS}
_TOPIC = {kind: names.index("Topic") for kind, names in _FIELDS.items()}


def read(data: bytes) -> Deck | None:
    """The deck in the bytes of an .apkg, or None where there is none of ours.

    Raises UserError for what a person can mend: Anki's newer format, and a deck of several projects.
    """
    collection = _collection(data)
    if not collection:
        return None
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, len(collection))
            # So many steps of SQLite's machine are ten times what the queries take: in a torn or vicious file they may
            # go round in circles. The answer 1 ends a query.
            connection.set_progress_handler(lambda: 1, min(1_000_000 + 2 * len(collection), 2**31 - 1))
            connection.deserialize(collection)
            return _deck(connection)
    except _GARBLED:
        return None


_GARBLED = (
    sqlite3.Error, ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError,
)  # fmt: skip


# --- the package ----------------------------------------------------------------------------------------------------

# What text and SQLite's pages shrink to is a tenth or so; deflate can do a thousandth, of nothing.
_LARGEST, _SMALL, _FACTOR = 1 << 30, 1 << 26, 100


def _collection(data: bytes) -> bytes | None:
    """The SQLite file inside a package."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            there = {entry.filename: entry for entry in archive.infolist()}
            newer = "collection.anki21b" in there
            entry = there.get("collection.anki21") or there.get("collection.anki2")
            if newer or entry is None or entry.file_size > min(_LARGEST, max(_SMALL, len(data) * _FACTOR)):
                found = None
            else:
                found = archive.read(entry)
    except Exception:  # what zipfile and zlib raise on garbage is of a dozen sorts, and none of it is our fault
        return None
    if newer:
        raise UserError("this deck is in Anki's newer format: export it with «Support older Anki versions» ticked")
    return found


# --- the collection -------------------------------------------------------------------------------------------------


class _Type(NamedTuple):
    """One of our note types as a collection has it, and whose it says it is."""

    kind: str
    namespace: str
    qa: int
    cloze: int


def _deck(connection: sqlite3.Connection) -> Deck | None:
    settings, models = connection.execute("SELECT conf, models FROM col").fetchone()
    types = {int(key): found for key, model in json.loads(models).items() if (found := _type(int(key), model))}
    if not types:
        return None
    notes = list(_notes(connection, types))
    whose = {types[mid][1:] for mid, _ in notes} or {found[1:] for found in types.values()}
    namespaces = {namespace for namespace, _, _ in whose}
    if len(namespaces) > 1:
        raise UserError("this deck holds the notes of several projects: export one deck from Anki, not all")
    qa, cloze = (max(ids) for ids in zip(*((qa, cloze) for _, qa, cloze in whose), strict=True))
    memory = json.loads(settings).get(OURS)
    sent = tuple(note for _, note in notes)
    return Deck(namespaces.pop(), qa, cloze, sent, memory if isinstance(memory, str) else "")


def _type(ident: int, model: Any) -> _Type | None:
    """What a note type of a collection is, if it has our fields; learners should not add any, but may have."""
    names = tuple(field["name"] for field in sorted(model["flds"], key=lambda field: int(field["ord"])))
    kind = next((kind for kind, ours in _FIELDS.items() if names[: len(ours)] == ours), None)
    if kind is None:
        return None
    match model.get(OURS):
        case {"namespace": str(namespace), "note_types": {"qa": int(qa), "cloze": int(cloze)}}:
            return _Type(kind, namespace, qa, cloze)
    return _Type(kind, "", ident if kind == "qa" else 0, ident if kind == "cloze" else 0)


_NOTES = "SELECT id, guid, mid, mod, flds, data FROM notes"
_PLACES = "SELECT nid, min(due) FROM cards GROUP BY nid"
_SORTS = (int, str, int, int, str, str)


def _notes(connection: sqlite3.Connection, types: Mapping[int, _Type]) -> Iterator[tuple[int, Sent]]:
    """The notes of our types, each with its type's id, in the order of their cards; broken rows are passed over."""
    places = dict(connection.execute(_PLACES))
    rows = [row for row in connection.execute(_NOTES) if tuple(map(type, row)) == _SORTS and row[2] in types]
    for nid, guid, mid, mod, flds, data in sorted(rows, key=lambda row: (places.get(row[0]) or 0, row[0])):
        kind = types[mid].kind
        fields = tuple(flds.split("\x1f"))[: len(_FIELDS[kind])]
        if len(fields) == len(_FIELDS[kind]):
            yield mid, Sent(nid, guid, kind, mod, fields, data)


# --- from fields to text --------------------------------------------------------------------------------------------

# What is on a card and not in the text that a ledger records: marks of ours, and images.
_UNSAID = re.compile(
    r'<sup class="fn">\d+</sup>|<p class="(?:choose|callout-title)">[^<]*</p>'
    r'|<span class="(?:missing|tick)">[^<]*</span>|<li class="task">[☐☑] |<img\b[^<>]*>'
)
# Tags inside a line leave nothing behind, all others part words. Without `<` excluded this would be quadratic.
_OFTEN = ("span", "wbr", "code", "a", "strong", "em")
_INLINE = re.compile(rf"</?(?:{'|'.join([*_OFTEN, *sorted(INLINES.difference(_OFTEN, ['br']))])})(?:\s[^<>]*)?>")
_BLOCK = re.compile(r"<[^<>]*>")


def text(field: str) -> str:
    """What a reader sees of a field, near to what the ledger records of it (`reading.blocks.plain`)."""
    return _collapsed(_unescaped(_untagged(field)))


def _untagged(field: str) -> str:
    return _BLOCK.sub(" ", _INLINE.sub("", _UNSAID.sub("", field))) if "<" in field else field


def _unescaped(text: str) -> str:
    return unescape(text) if "&" in text else text


def _collapsed(text: str) -> str:
    return " ".join(text.split())


class Told(NamedTuple):
    """The text of a note."""

    question: str
    answer: str


def told(kind: str, front: str, back: str) -> Told:
    """The text of a note of this type, from the fields that ask and answer."""
    return Told(_collapsed(unmarked(front)[0]) if kind == "cloze" else text(front), text(back))


class Hidden(NamedTuple):
    """A deletion of a cloze: its number, and where it is in the text without marks."""

    number: int
    start: int
    end: int


_MARK = re.compile(r"\{\{c(\d{1,3})::|\}\}|::")


def unmarked(field: str) -> tuple[str, tuple[Hidden, ...]]:
    """A cloze's text without the marks and hints of its deletions, and where these are, in the order of their ends.

    White space is as it comes. An entity is never a part of a mark: that is how a text says `}}` inside a deletion.
    """
    parts: list[str] = []
    found: list[Hidden] = []
    opened: list[tuple[int, int]] = []
    marked, place, length, hint = _untagged(field), 0, 0, False
    for mark in _MARK.finditer(marked):
        if not mark.group(1) and not opened:
            continue
        if not hint:
            parts.append(_unescaped(marked[place : mark.start()]))
            length += len(parts[-1])
        place = mark.end()
        if mark.group(1):
            opened.append((int(mark.group(1)), length))
        elif mark.group() == "}}":
            found.append(Hidden(*opened.pop(), length))
        hint = mark.group() == "::" or (hint and mark.group() != "}}")
    return "".join([*parts, _unescaped(marked[place:])]), tuple(found)
