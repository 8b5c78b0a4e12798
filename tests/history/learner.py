"""A real Anki collection that takes packages, and the comparison of what it held before and after."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.scheduler.v3 import CardAnswer, Scheduler

from tests.history.world import Content

Faces = frozenset[str]

RATINGS = (CardAnswer.AGAIN, CardAnswer.HARD, CardAnswer.GOOD, CardAnswer.GOOD, CardAnswer.EASY)


@dataclass(frozen=True, slots=True, eq=False)
class PackedNote:
    """A note of a package: its fields, and the truth of which it is and what each of its cards asks (by ordinal)."""

    guid: str
    fields: tuple[str, ...]
    truth: int
    content: Content
    faces: Mapping[int, Faces]
    mod: int = 0


@dataclass(frozen=True, slots=True)
class Package:
    """A package; `free` notes may be new ones without blame.

    Of notes that nobody edited `again` must be sent all the same, with `refreshed` those that look otherwise now, and
    `perhaps` may be.
    """

    path: Path
    notes: tuple[PackedNote, ...]
    free: frozenset[int] = frozenset()
    again: frozenset[int] = frozenset()
    perhaps: frozenset[int] = frozenset()
    refreshed: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with a note: `other` is the one that has its history now, `count` how many reviews it had."""

    what: str
    truth: int
    other: int = 0
    count: int = 1
    detail: str = ""


@dataclass(slots=True)
class Verdict:
    """What an import did: of each note the reviews that had to be kept, those that were, and all that went wrong."""

    stake: Counter[int] = field(default_factory=Counter)
    kept: Counter[int] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a note of the collection shows."""

    truth: int
    content: Content
    faces: Mapping[int, Faces]


@dataclass(frozen=True, slots=True)
class _Row:
    """A note of the collection; `tags` are those that the learner gave it."""

    guid: str
    fields: str
    tags: frozenset[str]


@dataclass(slots=True)
class _State:
    """What is in a collection, by id."""

    notes: dict[int, _Row]
    cards: dict[int, tuple[Any, ...]]  # note, ordinal, schedule
    log: dict[int, tuple[int, ...]]


_Placed = Mapping[PackedNote, set[int]]
_Homes = dict[tuple[int, str], set[tuple[int, int]]]
_SCHEDULE = "did, type, queue, due, ivl, factor, reps, lapses, left, odue, odid, flags, data"


@dataclass
class Learner:
    """A learner with a collection.

    `shows` is what each note shows, `past` what each card asked when it was answered, `homes` where the last package
    that had it has each face of each note; `orphans` are cards whose history is lost already, `spoilt` those
    whose history is another's: what comes of these later tells nothing new. `tagged` is when a note was tagged last,
    `held` are those on which Anki therefore kept an edit back, which the author can't know.
    """

    col: Collection
    shows: dict[int, _Shown] = field(default_factory=dict)
    past: dict[int, tuple[int, Faces]] = field(default_factory=dict)
    homes: _Homes = field(default_factory=dict)
    orphans: set[int] = field(default_factory=set)
    spoilt: set[int] = field(default_factory=set)
    tagged: dict[int, int] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)
    tags: int = 0

    @classmethod
    @contextlib.contextmanager
    def at(cls, folder: Path) -> Iterator[Learner]:
        """A new collection in a folder; closed at the end."""
        folder.mkdir(parents=True)
        col = Collection(str(folder / "collection.anki2"))
        try:
            yield cls(col)
        finally:
            col.close()

    # --- studying ---

    def studies(self, dice: Random, share: float, clock: int) -> None:
        """Answer a share of the cards, tag and suspend a few, at this time."""
        assert self.col.db is not None
        for cid, nid, ordinal in self.col.db.all("select id, nid, ord from cards order by id"):
            faces = self.shows[nid].faces.get(ordinal) if nid in self.shows else None
            if not faces or dice.random() > share or cid in self.spoilt:
                continue
            alive = _homes(self.homes, self.shows[nid].truth, faces)
            if alive and (nid, ordinal) not in alive:
                continue  # a note that lives on elsewhere: what is answered here was lost before
            for _ in range(dice.choice((1, 1, 2, 3))):
                self._answers(cid, dice)
            self.past[cid] = (self.shows[nid].truth, faces)
            if dice.random() < 0.15:
                self._tags(nid, clock)
            if dice.random() < 0.05:
                self.col.sched.suspend_cards([cid])

    def _answers(self, cid: int, dice: Random) -> None:
        card = self.col.get_card(cid)  # type: ignore[arg-type]
        card.start_timer()
        scheduler = self.col.sched
        assert isinstance(scheduler, Scheduler)
        states = self.col._backend.get_scheduling_states(card.id)
        scheduler.answer_card(scheduler.build_answer(card=card, states=states, rating=dice.choice(RATINGS)))

    def _tags(self, nid: int, clock: int) -> None:
        """Add a tag. The note's time is the story's, not today's: Anki compares it with the package's."""
        assert self.col.db is not None
        note = self.col.get_note(nid)  # type: ignore[arg-type]
        self.tags += 1
        note.add_tag(f"mine::{self.tags}")
        self.col.update_note(note)
        self.col.db.execute("update notes set mod = ? where id = ?", clock, nid)
        self.tagged[nid] = clock

    # --- importing ---

    def takes(self, package: Package) -> Verdict:
        """Import with Anki's default options, and compare."""
        before, verdict = self._state(), Verdict()
        request = ImportAnkiPackageRequest(package_path=str(package.path), options=ImportAnkiPackageOptions())
        log = self.col.import_anki_package(request).log
        after = self._state()
        for kind in ("conflicting", "missing_notetype", "missing_deck", "empty_first_field"):
            verdict.failures += [Failure("refused by Anki", 0, detail=note.fields[0]) for note in getattr(log, kind)]
        self._compare_schedules(before, after, verdict)
        placed = _placed(package, after)
        same = {nid: note for note in package.notes for nid in placed[note] if self._is_unedited(nid, note)}
        updated = {entry.id.nid for entry in log.updated}
        self._compare_unedited(package, same, updated, before, after, verdict)
        self._compare_notes(package, placed, verdict)
        self._look(package, placed, updated, after, verdict)
        self._compare_histories(package, placed, after, verdict)
        return verdict

    def ids(self) -> dict[str, tuple[object, ...]]:
        """Anki's own ids of each note and its cards, by GUID: what travels to another computer."""
        assert self.col.db is not None
        rows = self.col.db.all("select n.guid, n.id, c.ord, c.id from notes n join cards c on c.nid = n.id order by 3")
        found: dict[str, tuple[object, ...]] = {}
        for guid, *ids in rows:
            found[guid] = (*found.get(guid, ()), *ids)
        return found

    def _compare_unedited(
        self,
        package: Package,
        same: Mapping[int, PackedNote],
        updated: set[int],
        before: _State,
        after: _State,
        verdict: Verdict,
    ) -> None:
        """Notes that nobody edited stay untouched, unless they were sent again on purpose."""
        looks = {nid: before.notes[nid].fields == "\x1f".join(note.fields) for nid, note in same.items()}
        again = {nid for nid, note in same.items() if note.truth in package.again}
        again |= {nid for nid in same if package.refreshed and not looks[nid]}
        perhaps = {nid for nid, note in same.items() if note.truth in package.perhaps}
        free = again | self.held | perhaps
        verdict.failures += [Failure("not sent again", same[nid].truth) for nid in sorted(again - updated)]
        known = sorted(same.keys() - free)
        verdict.failures += [Failure("updated, not edited", same[nid].truth) for nid in known if nid in updated]
        lost = [nid for nid in known if before.notes[nid].tags - after.notes[nid].tags]
        verdict.failures += [Failure("tag lost", same[nid].truth) for nid in lost]

    def _state(self) -> _State:
        assert self.col.db is not None
        rows = self.col.db.all("select id, guid, flds, tags from notes")
        notes = {row[0]: _Row(row[1], row[2], frozenset(t for t in row[3].split() if "mine" in t)) for row in rows}
        cards = self.col.db.all(f"select id, nid, ord, {_SCHEDULE} from cards")
        log = self.col.db.all("select id, cid, ease, ivl, lastIvl, factor, time, type from revlog")
        return _State(
            notes,
            {row[0]: tuple(row[1:]) for row in cards},
            {row[0]: tuple(row[1:]) for row in log},
        )

    def _is_unedited(self, nid: int, note: PackedNote) -> bool:
        shown = self.shows.get(nid)
        return shown is not None and (shown.truth, shown.content) == (note.truth, note.content)

    def _compare_schedules(self, before: _State, after: _State, verdict: Verdict) -> None:
        for cid, (truth, _) in sorted(self.past.items()):
            if before.cards.get(cid) != after.cards.get(cid):
                detail = f"{before.cards.get(cid)} -> {after.cards.get(cid)}"
                verdict.failures.append(Failure("schedule changed", truth, detail=detail))
        for row, value in before.log.items():
            if after.log.get(row) != value:
                truth, _ = self.past.get(value[0], (0, frozenset()))
                verdict.failures.append(Failure("review deleted", truth))

    def _compare_notes(self, package: Package, placed: _Placed, verdict: Verdict) -> None:
        """A note that came anew although an older one shows the same."""
        known = {shown.truth for shown in self.shows.values()} - package.free
        verdict.failures += [
            Failure("duplicate", note.truth)
            for note in package.notes
            if note.truth in known and not self.shows.keys() & placed[note]
        ]

    def _look(self, package: Package, placed: _Placed, updated: set[int], after: _State, verdict: Verdict) -> None:
        """See what the notes show now; an edit that did not arrive is a failure.

        Unless the learner tagged the note after it was edited: Anki keeps the newer version.
        """
        for note in package.notes:
            for nid in sorted(placed[note]):
                edited = not self._is_unedited(nid, note)
                here = not edited or nid in updated or nid not in self.shows
                if here and after.notes[nid].fields == "\x1f".join(note.fields):
                    self.shows[nid] = _Shown(note.truth, note.content, note.faces)
                    self.held.discard(nid)
                elif edited and self.tagged.get(nid, 0) >= note.mod:
                    self.held.add(nid)
                elif edited:
                    verdict.failures.append(Failure("edit did not arrive", note.truth))

    def _compare_histories(self, package: Package, placed: _Placed, after: _State, verdict: Verdict) -> None:
        """Where each reviewed card's history hangs now, and where it should."""
        rows = Counter(value[0] for value in after.log.values())
        here: _Homes = {}
        notes = {note.truth: placed[note] for note in package.notes}
        for note in package.notes:
            for ordinal, faces in note.faces.items():
                for face in faces:
                    here.setdefault((note.truth, face), set()).update((nid, ordinal) for nid in placed[note])
        self.homes |= here
        for cid, (truth, faces) in sorted(self.past.items()):
            nid, ordinal = after.cards[cid][:2]
            shown = self.shows[nid]
            now = shown.faces.get(ordinal, frozenset())
            alive = _homes(here, truth, faces)
            stake = rows[cid] * (bool(alive) and truth not in package.free and cid not in self.orphans)
            verdict.stake[truth] += stake
            if shown.truth != truth or (now and not faces & now):
                what = "on the wrong question" if shown.truth != truth else "on the wrong deletion"
                detail = f"{sorted(faces)} -> {sorted(now)}"
                verdict.failures.append(Failure(what, truth, shown.truth, rows[cid], detail))
                del self.past[cid]
                self.spoilt.add(cid)
                continue
            self.past[cid] = (truth, now or faces)
            if (nid, ordinal) in alive:
                self.orphans.discard(cid)
                verdict.kept[truth] += stake
            elif alive or nid not in notes.get(truth, {nid}):  # its own card, or its whole note, is another now
                self.orphans.add(cid)
                if stake:
                    verdict.failures.append(Failure("not kept", truth, count=stake, detail=str(sorted(faces))))


def _homes(homes: _Homes, truth: int, faces: Faces) -> set[tuple[int, int]]:
    """The cards that ask this now, as (note, ordinal)."""
    return set[tuple[int, int]]().union(*(homes.get((truth, face), ()) for face in faces))


def _placed(package: Package, state: _State) -> _Placed:
    """For each note of the package the collection's notes that have its GUID: one, if the package is sound."""
    nids: dict[str, set[int]] = {}
    for nid, row in state.notes.items():
        nids.setdefault(row.guid, set()).add(nid)
    return {note: nids.get(note.guid, set()) for note in package.notes}
