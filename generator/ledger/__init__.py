"""The ledger: the only place where ids are made, of notes, cards and cloze deletions.

A ledger is a file of JSON lines: a header (format, namespace, note type ids), then a line a note in the order of the
source, retired notes last. What was recorded once never depends on wording, place or renderer again:

- `id` is ours, short, shown to learners as `Ref`; `guid` is what Anki matches notes by at import: hash(namespace, id);
- `nid` is Anki's integer note id, which travels with AnkiWeb's sync: from the GUID's hash, on a grid of 512 between
  1.0e12 and 1.7e12 (milliseconds, so never in the future), a card's id being `nid + 1 + ordinal`;
- `mod` is when the note's content last changed: Anki takes an update only if it is newer, in whole seconds.

Decks built before are read back as ledgers too: they are the witnesses of what learners may have.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from generator.ledger import hashes
from generator.ledger.content import Content, content_of, normal
from generator.ledger.deletions import Deletion, numbered
from generator.ledger.exact import Line
from generator.ledger.hashes import guid_of, is_on_grid
from generator.ledger.matching import Matches, match
from generator.model import Identified, MediaMap, Note, UserError

__all__ = [
    "Assigned",
    "Deletion",
    "Entry",
    "Ledger",
    "assign",
    "born",
    "founded",
    "guid_of",
    "is_on_grid",
    "linked",
    "published",
    "sent_again",
    "shown",
    "with_texts",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """One note as recorded. `question` and `answer` are normalised text, so that similarity can be computed from them.

    `type` is the Anki note type (`qa` or `cloze`), `file` the source's name in the ledger, `deck` the whole path of its
    deck, topics included, `tags` those that the author gave it. `hash` is that of the content as of `mod`, `shown` that
    of the fields as they were sent out then, `texts` one of question and answer where a deck told neither. `clozes`
    holds every deletion ever made under its number, which no other is given. `answered` says whether the note is in the
    deck. `like` is the id of a retired note that this one may be, as long as its author has not settled it.
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
    deck: str = ""
    tags: tuple[str, ...] = ()
    pin: str = ""
    shown: str = ""
    answered: bool = True
    retired: bool = False
    like: str = ""
    texts: str = ""
    clozes: Mapping[int, Deletion] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A project's identity: its namespace, the ids of its two note types, and every note that it ever had.

    `twins` are further lines of notes that are among the entries already, as a union merge of two branches leaves them.
    """

    namespace: str
    qa_type: int
    cloze_type: int
    entries: tuple[Entry, ...] = ()
    twins: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Assigned:
    """Notes with their identity, and the ledger that records it.

    `turned` are the ids of new notes that seem to be an old one of the other note type, with that one's id; `taken`
    those of notes that were pinned with the identity of another that is still there, with that one's new id.
    """

    notes: tuple[Identified, ...]
    ledger: Ledger
    turned: tuple[tuple[str, str], ...] = ()
    taken: tuple[tuple[str, str], ...] = ()


# --- birth ----------------------------------------------------------------------------------------------------------


def born(title: str, notes: Sequence[Note]) -> Ledger:
    """The empty ledger of a new project: the same on every machine for the same title and questions."""
    questions = "\n".join(sorted(normal(note.question_text) for note in notes))
    return founded(hashes.digest("namespace", title, questions).hex()[:24])


def founded(namespace: str) -> Ledger:
    """The empty ledger of a namespace."""
    return Ledger(
        namespace, hashes.on_grid("note type", namespace, "qa"), hashes.on_grid("note type", namespace, "cloze")
    )


# --- assigning ------------------------------------------------------------------------------------------------------


def assign(
    ledger: Ledger,
    notes: Sequence[Note],
    keys: Mapping[str, str],
    media: MediaMap,
    now: int,
    witnesses: Sequence[Ledger] = (),
) -> Assigned:
    """Each note with its recorded identity; new notes get one, notes gone from the source are retired.

    `notes` are all of the project's, `keys` maps each file to its name in the ledger, which doesn't depend on where the
    project lies, and `now` is in seconds since 1970. `witnesses` are decks built before: what they say was sent out
    counts as much as what the ledger says, which version control may have taken back.
    """
    own = [witness for witness in witnesses if witness.namespace == ledger.namespace]
    known = _known(ledger, own)
    contents = [content_of(note, keys.get(note.span.file, note.span.file), media) for note in notes]
    matches = match([_line(entry) for entry in known], [_line_of(content) for content in contents])
    sightings = _Sightings([ledger, *own])
    mint = _Mint(ledger.namespace, bool(known), {entry.id for entry in known}, {entry.nid for entry in known})
    entries: list[Entry] = []
    identified: list[Identified] = []
    for note, content, found in zip(notes, contents, matches.found, strict=True):
        entry = mint.entry(content) if found is None else known[found]
        numbers, clozes = numbered(sightings.clozes(entry), content.deletions, content.question)
        entry = sightings.dated(_as_it_is(entry, content, clozes), now)
        entries.append(entry)
        identified.append(Identified(note, entry.id, entry.guid, entry.nid, entry.mod, numbers))
    kept = {entry.id for entry in entries}
    entries = _with_doubts(entries, matches, known)
    retired = [sightings.at_last(entry) for entry in _retired(known, kept)]
    turned = tuple((entries[doubt.new].id, known[doubt.old].id) for doubt in matches.turned)
    taken = tuple((entries[by].id, entries[owner].id) for by, owner in matches.taken)
    return Assigned(tuple(identified), replace(ledger, entries=(*entries, *retired), twins=()), turned, taken)


def _known(ledger: Ledger, witnesses: Iterable[Ledger]) -> list[Entry]:
    """All lines that a note may be: the ledger's, their twins, and what a deck knows that is newer, or not there."""
    known = [*ledger.entries, *ledger.twins]
    newest = {entry.id: entry.mod for entry in known}
    for witness in witnesses:
        newer = [entry for entry in witness.entries if entry.mod > newest.get(entry.id, -1)]
        newer = [entry for entry in newer if entry.question or entry.id not in newest]
        known += newer
        newest |= {entry.id: entry.mod for entry in newer}
    # Of retired lines that say the same, the one that was sent out last is what learners have now.
    return sorted(known, key=lambda entry: (entry.retired, -entry.mod if entry.retired else 0))


def _line(entry: Entry) -> Line:
    return Line(
        entry.type,
        entry.file,
        entry.deck,
        entry.question,
        entry.answer,
        entry.hash,
        entry.pin,
        entry.id,
        entry.retired,
        entry.texts,
    )


def _line_of(content: Content) -> Line:
    return Line(content.type, content.file, content.deck, content.question, content.answer, content.hash, content.pin)


def _as_it_is(entry: Entry, content: Content, clozes: Mapping[int, Deletion]) -> Entry:
    """The old identity with the content of today."""
    return replace(
        entry,
        file=content.file,
        deck=content.deck,
        question=content.question,
        answer=content.answer,
        hash=content.hash,
        tags=content.tags,
        pin=content.pin,
        answered=content.answered,
        retired=False,
        texts="",
        clozes=clozes,
    )


class _Sightings:
    """What the ledger, its twins and the decks built before say of each note."""

    def __init__(self, ledgers: Iterable[Ledger]) -> None:
        self._of: dict[str, list[Entry]] = defaultdict(list)
        for ledger in ledgers:
            for entry in (*ledger.entries, *ledger.twins):
                self._of[entry.guid].append(entry)

    def dated(self, entry: Entry, now: int) -> Entry:
        """The entry with its `mod`: what it was if the content is what was sent out last, else above all before.

        A deck that came through Anki has no hashes: it counts only where nothing else knows the note. A note without an
        answer is in no deck: its date and hash stay those of what was sent out before.
        """
        seen = [one for one in self._of[entry.guid] if one.hash] or self._of[entry.guid]
        sent_out = [one for one in seen if one.answered or one.shown]
        if not entry.answered and seen:
            last_one = max(sent_out or seen, key=lambda one: one.mod)
            return replace(entry, hash=last_one.hash, mod=last_one.mod, shown=last_one.shown)
        seen = sent_out or seen
        last = max((one.mod for one in seen), default=0)
        sent = [one for one in seen if one.mod == last]
        if sent and all(one.hash == entry.hash for one in sent):
            fields = next((one.shown for one in sent if one.shown), "")
            return entry if (entry.mod, entry.shown) == (last, fields) else replace(entry, mod=last, shown=fields)
        return replace(entry, mod=max(now, last + 1), shown="")

    def at_last(self, entry: Entry) -> Entry:
        """A note that is gone, dated as it was sent out last, with all numbers that its deletions had."""
        last = max((one for one in self._of[entry.guid] if one.hash), key=lambda one: one.mod, default=entry)
        clozes = self.clozes(entry)
        if last.mod <= entry.mod:
            return replace(entry, clozes=clozes) if clozes else entry
        return replace(entry, mod=last.mod, hash=last.hash, shown=last.shown, clozes=clozes)

    def clozes(self, entry: Entry) -> Mapping[int, Deletion]:
        """Every number that a deletion of the note ever had; of one number the latest text."""
        if entry.type != "cloze":
            return {}
        found: dict[int, Deletion] = {}
        for one in sorted(self._of[entry.guid], key=lambda one: one.mod):
            found |= one.clozes
        return found | dict(entry.clozes)


def _with_doubts(entries: list[Entry], matches: Matches, known: Sequence[Entry]) -> list[Entry]:
    """The entries, each with the retired note that it may be; an id of the author's own settles that."""
    lived = {entry.id for entry in entries}
    doubts = {doubt.new: known[doubt.old].id for doubt in matches.doubts}
    found = []
    for place, entry in enumerate(entries):
        like = doubts.get(place, entry.like)
        like = "" if entry.pin or like in lived else like
        found.append(entry if like == entry.like else replace(entry, like=like))
    return found


def _retired(entries: Sequence[Entry], kept: Collection[str]) -> list[Entry]:
    """The entries that no note claimed, by id: a note gone from the source is retired, not forgotten.

    Nor is one that only a deck knows: learners have it.
    """
    gone = {entry.id: entry for entry in reversed(entries) if entry.id not in kept}
    return [replace(gone[name], retired=True, like="") for name in sorted(gone)]


@dataclass(slots=True)
class _Mint:
    """Makes identities, from the pin or the question: the same on every machine, and never one that was used.

    Once a project has a history, the answer counts as well: two branches may add two notes with one question. At its
    birth it does not, so that a ledger and a deck that are lost both can be made again from the same questions.
    """

    namespace: str
    has_history: bool
    ids: set[str]
    nids: set[int]
    made: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def entry(self, said: Content) -> Entry:
        """A fresh entry. How often a seed was used is counted, so that a thousand twins take no time."""
        text = (said.question, said.answer) if self.has_history else (said.question,)
        seed = ("pin", said.pin) if said.pin else ("question", said.type, *text)
        while True:
            identity = hashes.short(self.namespace, *seed, str(self.made[seed]))
            self.made[seed] += 1
            if identity not in self.ids:
                break
        guid = guid_of(self.namespace, identity)
        nid = hashes.on_grid("nid", guid)
        while nid in self.nids:
            nid = hashes.next_on_grid(nid)
        self.ids.add(identity)
        self.nids.add(nid)
        return Entry(identity, guid, nid, said.type, said.file, said.question, said.answer, said.hash, 0)


def published(ledger: Ledger, witnesses: Sequence[Ledger]) -> Ledger:
    """The ledger as learners have it: of each note what was sent out last, be it that only a deck still knows."""
    newest = {entry.id: entry for entry in ledger.entries}
    for witness in witnesses:
        if witness.namespace == ledger.namespace:
            for entry in witness.entries:
                known = newest.get(entry.id)
                if known is None or entry.mod > known.mod:
                    newest[entry.id] = entry
    return replace(ledger, entries=tuple(newest.values()))


def with_texts(deck: Ledger, ledger: Ledger) -> Ledger:
    """A deck's ledger with the texts of the notes that it knows by their ids only, as the project's ledger has them."""
    known = {entry.id: entry for entry in ledger.entries}
    entries = (
        replace(known[entry.id], hash=entry.hash, mod=entry.mod, retired=entry.retired, answered=entry.answered)
        if not entry.question and entry.id in known
        else entry
        for entry in deck.entries
    )
    return replace(deck, entries=tuple(entries))


# --- after rendering, and on purpose --------------------------------------------------------------------------------


def shown(assigned: Assigned, fields: Mapping[str, str]) -> tuple[Assigned, frozenset[str]]:
    """The ledger with what is sent out now, and the ids of the notes that look otherwise than when they were sent.

    `fields` maps ids to a digest of the finished fields. A note keeps the digest that it was sent with: a new version
    of a library, a topic renamed, change what new learners get, and reach the others with the next edit or on purpose.
    """
    stale = {
        entry.id for entry in _living(assigned) if entry.shown and fields.get(entry.id, "") not in ("", entry.shown)
    }
    entries = (
        replace(entry, shown=fields.get(entry.id, "")) if not entry.shown and not entry.retired else entry
        for entry in assigned.ledger.entries
    )
    return replace(assigned, ledger=replace(assigned.ledger, entries=tuple(entries))), frozenset(stale)


def sent_again(assigned: Assigned, ids: Collection[str], now: int) -> Assigned:
    """These notes as if their content had changed: the next import updates them, whatever learners did meanwhile."""
    if not ids:
        return assigned
    entries = tuple(
        replace(entry, mod=max(now, entry.mod + 1), shown="") if entry.id in ids and not entry.retired else entry
        for entry in assigned.ledger.entries
    )
    mods = {entry.id: entry.mod for entry in entries}
    notes = tuple(replace(note, mod=mods[note.id]) for note in assigned.notes)
    return replace(assigned, notes=notes, ledger=replace(assigned.ledger, entries=entries))


def _living(assigned: Assigned) -> Iterator[Entry]:
    return (entry for entry in assigned.ledger.entries if not entry.retired)


def linked(ledger: Ledger, assigned: Assigned, old: str, new: str) -> Ledger:
    """The ledger in which the note `new` of the source is the note `old`, which was retired. Raises UserError.

    The next assigning finds `old` by its question, and sends it out, since its content is not what it was.
    """
    now = {entry.id: entry for entry in assigned.ledger.entries}
    for name in (old, new):
        if name not in now:
            raise UserError(f"there is no note `{name}` in the ledger")
    was, here = now[old], now[new]
    if here.retired or not was.retired:
        wrong = f"`{new}` is not in the source" if here.retired else f"`{old}` is still in the source"
        raise UserError(f"{wrong}: name the note that is gone first, then the one that took its place")
    if was.type != here.type:
        raise UserError(f"`{old}` and `{new}` are not of one kind: Anki can't carry reviews over")
    taken = replace(
        was,
        **{name: getattr(here, name) for name in ("file", "deck", "question", "answer", "tags", "pin", "answered")},
        retired=False,
    )
    mended = {old: taken, new: replace(here, retired=True, like="")}
    kept = [mended.get(entry.id, entry) for entry in ledger.entries]
    there = {entry.id for entry in ledger.entries}
    sent = {old} | ({new} if here.shown else set())  # a new id that was never sent out leaves no trace
    missing = [mended[name] for name in sorted(sent - there)]
    return replace(ledger, entries=(*kept, *missing))
