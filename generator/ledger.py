"""The ledger: the only place where ids are made, of notes, cards and (one day) cloze deletions.

A ledger is a file of JSON lines: a header (format, namespace, note type ids), then a line a note in the order of the
source, retired notes last. What was recorded once never depends on wording, place or renderer again:

- `id` is ours, short, shown to learners as `Ref`; `guid` is what Anki matches notes by at import: hash(namespace, id);
- `nid` is Anki's integer note id, which travels with AnkiWeb's sync: from the GUID's hash, on a grid of 512 between
  1.0e12 and 1.7e12 (milliseconds, so never in the future), a card's id being `nid + 1 + ordinal`;
- `mod` is when the note's content last changed: Anki takes an update only if it is newer, in whole seconds.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from generator.model import Basic, Choice, Cloze, Identified, MediaMap, Note, Reversed

_GRID, _FIRST, _LAST = 512, 1_000_000_000_000, 1_700_000_000_000
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without 0, 1, i, l and o, which are read for one another


@dataclass(frozen=True, slots=True)
class Entry:
    """One note as recorded. `question` and `answer` are normalised text, so that similarity can be computed from them.

    `type` is the Anki note type (`qa` or `cloze`); `clozes` maps the number of each deletion ever made to its text.
    """

    id: str
    guid: str
    nid: int
    type: str
    file: str
    question: str
    answer: str
    hash: str
    mod: int
    pin: str = ""
    retired: bool = False
    clozes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A project's identity: its namespace, the ids of its two note types, and every note that it ever had."""

    namespace: str
    qa_type: int
    cloze_type: int
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What assigning found, as ids."""

    new: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assigned:
    """Notes with their identity, the ledger that records it, and what changed."""

    notes: tuple[Identified, ...]
    ledger: Ledger
    changes: Changes


# --- birth ----------------------------------------------------------------------------------------------------------


def born(title: str, notes: Sequence[Note]) -> Ledger:
    """The empty ledger of a new project: the same on every machine for the same title and questions."""
    questions = "\n".join(sorted(normal(note.question_text) for note in notes))
    namespace = _digest("namespace", title, questions).hex()[:24]
    return Ledger(namespace, _on_grid("note type", namespace, "qa"), _on_grid("note type", namespace, "cloze"))


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()


def _on_grid(*parts: str) -> int:
    """An integer id from a hash: in the past as Anki reads it (milliseconds), with room for 511 card ids after it."""
    slots = (_LAST - _FIRST) // _GRID
    return _FIRST + int.from_bytes(_digest(*parts)[:8], "big") % slots * _GRID


def is_on_grid(number: int) -> bool:
    """Whether a note or a note type may have this integer id."""
    return _FIRST <= number < _LAST and (number - _FIRST) % _GRID == 0


def _short(*parts: str) -> str:
    value = int.from_bytes(_digest(*parts)[:8], "big")
    letters = []
    for _ in range(8):
        value, index = divmod(value, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    return "".join(letters)


_SPACES = re.compile(r"\s+")


def normal(text: str) -> str:
    """Text as the ledger keeps and compares it: compatibility-normalised, case-folded, white space collapsed."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


# --- assigning ------------------------------------------------------------------------------------------------------


def assign(ledger: Ledger, notes: Sequence[Note], keys: Mapping[str, str], media: MediaMap, now: int) -> Assigned:
    """Each note with its recorded identity; new notes get one, notes gone from the source are retired.

    `notes` are all of the project's, `keys` maps each file to its name in the ledger, which doesn't depend on where the
    project lies, and `now` is in seconds since 1970.
    """
    found = _matched(ledger.entries, notes, keys)
    ids = {entry.id for entry in ledger.entries}
    nids = {entry.nid for entry in ledger.entries}
    entries: list[Entry] = []
    changes: dict[str, list[str]] = defaultdict(list)
    for note, old in zip(notes, found, strict=True):
        described = _described(note, keys.get(note.span.file, note.span.file), media)
        if old is None:
            entry = _new(ledger.namespace, note, described, ids, nids, now)
            changes["new"].append(entry.id)
        else:
            entry = _kept(old, note, described, now)
            if old.retired:
                changes["returned"].append(entry.id)
            elif entry.hash != old.hash:
                changes["edited"].append(entry.id)
        entries.append(entry)
    kept = {entry.id for entry in entries}
    retired = _retired(ledger.entries, kept, changes)
    identified = (
        Identified(note, entry.id, entry.guid, entry.nid, entry.mod) for note, entry in zip(notes, entries, strict=True)
    )
    changed = Changes(**{name: tuple(values) for name, values in changes.items()})
    return Assigned(tuple(identified), replace(ledger, entries=(*entries, *retired)), changed)


def _matched(entries: Sequence[Entry], notes: Sequence[Note], keys: Mapping[str, str]) -> list[Entry | None]:
    """For each note its old entry: by pin, by question in its file, by question elsewhere; live before retired."""
    found: list[Entry | None] = [None] * len(notes)
    taken: set[str] = set()
    facts = [
        (_type(note), normal(note.question_text), normal(note.answer_text), keys.get(note.span.file, ""))
        for note in notes
    ]

    def by(entry_key: Callable[[Entry], Hashable], note_key: Callable[[int], Hashable]) -> None:
        """Pair what is equal under a key, in order of appearance; a note without a key (None) is left out."""
        shelves: dict[Hashable, list[Entry]] = defaultdict(list)
        for entry in sorted((e for e in entries if e.id not in taken), key=lambda e: e.retired):
            shelves[entry_key(entry)].append(entry)
        for index in range(len(notes)):
            key = note_key(index) if found[index] is None else None
            if key is not None and shelves[key]:
                entry = shelves[key].pop(0)
                found[index] = entry
                taken.add(entry.id)

    # An author may pin a note by a word of their own, or by the id that it was given.
    by(lambda e: (e.type, e.pin or e.id), lambda i: (facts[i][0], notes[i].pin) if notes[i].pin else None)
    by(lambda e: (e.type, e.question, e.answer, e.file), lambda i: facts[i])
    by(lambda e: (e.type, e.question, e.answer), lambda i: facts[i][:3])
    by(lambda e: (e.type, e.question, e.file), lambda i: (facts[i][0], facts[i][1], facts[i][3]))
    by(lambda e: (e.type, e.question), lambda i: facts[i][:2])
    return found


def _type(note: Note) -> str:
    match note.body:
        case Cloze():
            return "cloze"
        case Basic() | Reversed() | Choice():
            return "qa"


@dataclass(frozen=True, slots=True)
class _Described:
    """What the ledger records of a note's content."""

    type: str
    file: str
    question: str
    answer: str
    hash: str


def _described(note: Note, file: str, media: MediaMap) -> _Described:
    return _Described(
        _type(note), file, normal(note.question_text), normal(note.answer_text), content_hash(note, media)
    )


def content_hash(note: Note, media: MediaMap) -> str:
    """A hash of all that the author decides of a note: its Markdown, kind, tags, topic, sources, language and media.

    Nothing of how it is rendered goes in, so a new version of a library or a template touches no note. Nor does the
    deck's name: Anki leaves existing cards where they are.
    """
    shown = [media[key].name for image in note.images if (key := (note.span.file, image.address)) in media]
    content: list[object] = [
        type(note.body).__name__,
        note.question_source,
        note.answer_source,
        [[c.title, c.url] for c in note.citations],
        sorted(note.tags),
        list(note.topic),
        note.lang,
        shown,
    ]
    if note.hint_source:  # added where there is one, so that no note without it changes
        content.append(note.hint_source)
    return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()[:32]


def _new(namespace: str, note: Note, said: _Described, ids: set[str], nids: set[int], now: int) -> Entry:
    """A fresh identity, from the pin or the question: the same on every machine, and never one that was used."""
    seed = ("pin", note.pin) if note.pin else ("question", said.type, said.question)
    count = 0
    while (made := _short(namespace, *seed, str(count))) in ids:
        count += 1
    guid = _digest("guid", namespace, made).hex()[:20]
    nid = _on_grid("nid", guid)
    while nid in nids:
        nid = nid + _GRID if nid + _GRID < _LAST else _FIRST
    ids.add(made)
    nids.add(nid)
    return Entry(made, guid, nid, said.type, said.file, said.question, said.answer, said.hash, now, note.pin)


def _kept(old: Entry, note: Note, said: _Described, now: int) -> Entry:
    """The old identity with the content of today; `mod` grows only if the content changed."""
    mod = old.mod if old.hash == said.hash else max(now, old.mod + 1)
    return replace(
        old,
        file=said.file,
        question=said.question,
        answer=said.answer,
        hash=said.hash,
        mod=mod,
        pin=note.pin or old.pin,
        retired=False,
    )


def _retired(entries: Sequence[Entry], kept: Collection[str], changes: dict[str, list[str]]) -> list[Entry]:
    """The entries that no note claimed, by id: a note gone from the source is retired, not forgotten."""
    gone = sorted((entry for entry in entries if entry.id not in kept), key=lambda entry: entry.id)
    changes["retired"] += [entry.id for entry in gone if not entry.retired]
    return [replace(entry, retired=True) for entry in gone]
