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
import unicodedata
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any, NamedTuple

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


def normal(text: str) -> str:
    """Text as the ledger keeps it: composed letters, white space collapsed."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def _folded(text: str) -> str:
    """Text as it is compared where nothing is the same to the letter: without case, width and the like."""
    return unicodedata.normalize("NFKC", text).casefold()


# --- assigning ------------------------------------------------------------------------------------------------------


def assign(ledger: Ledger, notes: Sequence[Note], keys: Mapping[str, str], media: MediaMap, now: int) -> Assigned:
    """Each note with its recorded identity; new notes get one, notes gone from the source are retired.

    `notes` are all of the project's, `keys` maps each file to its name in the ledger, which doesn't depend on where the
    project lies, and `now` is in seconds since 1970.
    """
    found = _matched(ledger.entries, notes, keys)
    mint = _Mint(ledger.namespace, {entry.id for entry in ledger.entries}, {entry.nid for entry in ledger.entries})
    entries: list[Entry] = []
    changes: dict[str, list[str]] = defaultdict(list)
    for note, old in zip(notes, found, strict=True):
        described = _described(note, keys.get(note.span.file, note.span.file), media)
        if old is None:
            entry = mint.entry(note, described, now)
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


class _Facts(NamedTuple):
    """What a note and an entry are paired by. `folded` is the question without case, width and the like."""

    type: str
    pin: str
    question: str
    answer: str
    file: str
    folded: str


# How a note finds its entry, the surest way first: what must be equal.
_WAYS = (
    attrgetter("type", "question", "answer", "file"),
    attrgetter("type", "question", "answer"),
    attrgetter("type", "question", "file"),
    attrgetter("type", "question"),
    attrgetter("type", "folded", "answer"),
    attrgetter("type", "folded", "file"),
    attrgetter("type", "folded"),
)


def _matched(entries: Sequence[Entry], notes: Sequence[Note], keys: Mapping[str, str]) -> list[Entry | None]:
    """For each note its old entry: by pin, then by the ways above among the living, then among the retired."""
    wanted = [_facts_of_note(note, keys) for note in notes]
    found: list[Entry | None] = [None] * len(notes)
    left = {entry.id: (_facts_of_entry(entry), entry) for entry in sorted(entries, key=lambda entry: entry.retired)}

    def pair(candidates: Iterable[tuple[Any, Entry]], asked: Callable[[_Facts], Any]) -> None:
        """Pair what is equal, in order of appearance; what a note asks for may be None, for nothing."""
        shelves: dict[Any, deque[Entry]] = defaultdict(deque)
        for key, entry in candidates:
            shelves[key].append(entry)
        for index, facts in enumerate(wanted if shelves else ()):
            key = asked(facts) if found[index] is None else None
            if key is not None and shelves.get(key):
                entry = shelves[key].popleft()
                found[index] = entry
                del left[entry.id]

    # An author may pin a note by a word of their own, or by the id that it was given.
    for word in ("pin", "id"):
        pins = [((entry.type, getattr(entry, word)), entry) for _, entry in left.values()]
        pair(pins, lambda facts: (facts.type, facts.pin) if facts.pin else None)
    for retired in (False, True):
        for way in _WAYS:
            pair([(way(facts), entry) for facts, entry in left.values() if entry.retired is retired], way)
    return found


def _facts_of_note(note: Note, keys: Mapping[str, str]) -> _Facts:
    question, file = normal(note.question_text), keys.get(note.span.file, note.span.file)
    return _Facts(_type(note), note.pin, question, normal(note.answer_text), file, _folded(question))


def _facts_of_entry(entry: Entry) -> _Facts:
    return _Facts(entry.type, entry.pin, entry.question, entry.answer, entry.file, _folded(entry.question))


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


@dataclass(slots=True)
class _Mint:
    """Makes identities, from the pin or the question: the same on every machine, and never one that was used."""

    namespace: str
    ids: set[str]
    nids: set[int]
    made: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def entry(self, note: Note, said: _Described, now: int) -> Entry:
        """A fresh entry. How often a seed was used is counted, so that a thousand twins take no time."""
        seed = ("pin", note.pin) if note.pin else ("question", said.type, said.question)
        while True:
            identity = _short(self.namespace, *seed, str(self.made[seed]))
            self.made[seed] += 1
            if identity not in self.ids:
                break
        guid = _digest("guid", self.namespace, identity).hex()[:20]
        nid = _on_grid("nid", guid)
        while nid in self.nids:
            nid = nid + _GRID if nid + _GRID < _LAST else _FIRST
        self.ids.add(identity)
        self.nids.add(nid)
        return Entry(identity, guid, nid, said.type, said.file, said.question, said.answer, said.hash, now, note.pin)


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
        pin=note.pin,
        retired=False,
    )


def _retired(entries: Sequence[Entry], kept: Collection[str], changes: dict[str, list[str]]) -> list[Entry]:
    """The entries that no note claimed, by id: a note gone from the source is retired, not forgotten."""
    gone = sorted((entry for entry in entries if entry.id not in kept), key=lambda entry: entry.id)
    changes["retired"] += [entry.id for entry in gone if not entry.retired]
    return [replace(entry, retired=True) for entry in gone]
