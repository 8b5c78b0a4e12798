"""From a project on disk to notes that are read, identified and checked; nothing is written yet."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator import check as lint
from generator import check_cards, check_ledger, project, typeset
from generator import ledger as ledgers
from generator import media as images
from generator.ledger import Assigned, Ledger
from generator.ledger import file as ledger_file
from generator.model import DeckInfo, Identified, MediaMap, Note, Parsed, Problem, Severity, Skipped, UserError
from generator.project import Project
from generator.watch import Watch

if TYPE_CHECKING:
    from generator import witness


@dataclass(frozen=True, slots=True)
class Understood:
    """A project read, identified and checked; nothing is written yet.

    `before` is what learners have who imported the last deck, if there was one; `assigned` covers the whole project,
    `notes` and `skipped` are those of the files to be built. `now` is when, in seconds since 1970.
    """

    project: Project
    title: str
    before: Ledger | None
    assigned: Assigned
    media: MediaMap
    problems: tuple[Problem, ...]
    notes: tuple[Identified, ...]
    skipped: tuple[Skipped, ...]
    now: int

    @property
    def slug(self) -> str:
        """What the files are called."""
        return slug(self.project, self.title)

    @property
    def answered(self) -> list[Identified]:
        """The notes that can be cards."""
        return [identified for identified in self.notes if identified.note.answered]

    @property
    def unanswered(self) -> int:
        """How many questions are still to be answered."""
        return len(self.notes) - len(self.answered)

    @property
    def info(self) -> DeckInfo:
        """What is said of the deck as a whole."""
        config = self.project.config
        return DeckInfo(
            title=self.title,
            slug=self.slug,
            namespace=self.assigned.ledger.namespace,
            description=config.description,
            lang=next((note.note.lang for note in self.answered if note.note.lang), "") or config.lang,
        )


def understand(found: Project, watch: Watch, jobs: int = 0) -> Understood:
    """All steps but writing: read by up to `jobs` processes (0: one a processor), gather media, assign ids, check."""
    with watch.step("read"):
        parsed = _read(found, jobs)
    title = found.title or parsed.title or found.name
    with watch.step("media"):
        media, media_problems = images.collect_media(found, parsed.notes)
    with watch.step("identify"):
        now = _now()
        known = _known(found, title)
        old = known.ledger or _recovered(found, title, parsed.notes, known, media, now)
        birth = old or ledgers.born(title, parsed.notes)
        decks = [deck for _, deck in known.decks]
        assigned = ledgers.assign(birth, parsed.notes, found.keys, media, now, decks)
        before = _before(found, title, birth, known) if old else None
        _refuse_foreign(found, old, assigned)
    with watch.step("check"):
        identity = check_ledger.Identity(before, assigned)
        checked = [*lint.check(parsed.notes), *check_cards.check(parsed.notes, found.config.print)]
        checked += check_ledger.check(identity)
        if old and not known.ledger:
            checked.append(_recovered_notice(found, len(old.entries)))
    with watch.step("formulas"):
        formulas, formula_problems = typeset.collect_formulas(found, parsed.notes)
    problems = [*found.problems, *parsed.problems, *media_problems, *formula_problems, *known.problems, *checked]
    return Understood(
        project=found,
        title=title,
        before=before,
        assigned=assigned,
        media={**media, **formulas},
        problems=_concerning(found, problems),
        notes=tuple(note for note in assigned.notes if note.note.span.file in found.chosen),
        skipped=tuple(part for part in parsed.skipped if part.span.file in found.chosen),
        now=now,
    )


def slug(found: Project, title: str) -> str:
    """What the files are called: after the title, or after the part of the project that is built."""
    whole, part = project.slug(title), project.slug(found.name)
    if found.whole:
        return whole
    return part if part != whole else f"{part}-part"


def _read(found: Project, jobs: int) -> Parsed:
    from generator import readers, reading

    asked = {source.defaults.asked for source in found.sources} - {"", *reading.NAMES}
    if asked:
        raise UserError(f"there is no dialect `{asked.pop()}`; the dialects are: {', '.join(reading.NAMES)}")
    return readers.read_all(found.sources, jobs)


def _concerning(found: Project, problems: list[Problem]) -> tuple[Problem, ...]:
    """The problems by place; of files that are not to be built only the errors, for they stop the build too."""
    places = {source.name: index for index, source in enumerate(found.sources)}
    kept = (p for p in problems if p.file in found.chosen or p.file not in places or p.severity is Severity.ERROR)
    return tuple(sorted(kept, key=lambda problem: (places.get(problem.file, -1), problem.line, problem.column)))


# --- the ledger, and the decks that were built before -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """The ledger, if there is one, and the decks in the output folder: their files' names and what they remember."""

    ledger: Ledger | None
    decks: Sequence[tuple[str, Ledger]]
    problems: Sequence[Problem]


def _known(found: Project, title: str) -> _Known:
    ledger, problems = project.load_ledger(found)
    decks = []
    for name, data in project.decks(found):
        deck = _read_back(data)
        if deck is not None:
            decks.append((name, ledger_file.recalled(deck, ledger.entries if ledger else ())))
        elif name == f"{slug(found, title)}.apkg":
            where = (found.out / name).as_posix()
            message = "the last deck can't be read, so nothing is known of what it sent out"
            hint = (
                "" if ledger else "there is no ledger either: put one of them back, or delete this file and start anew"
            )
            severity = Severity.NOTICE if ledger else Severity.ERROR
            problems.append(Problem(severity, "deck-unreadable", where, 1, 1, message, hint))
    return _Known(ledger, decks, problems)


def _before(found: Project, title: str, ledger: Ledger, known: _Known) -> Ledger:
    """What the deck that is to be replaced holds; without it, what the ledger and other decks say was sent out.

    A build that was killed may have left the ledger ahead of its deck, a build of a part leaves it ahead of the whole.
    """
    name = f"{slug(found, title)}.apkg"
    last = (deck for deck_name, deck in known.decks if deck_name == name and deck.namespace == ledger.namespace)
    deck = next(last, None)
    if deck is None:
        return ledgers.published(ledger, [deck for _, deck in known.decks])
    return ledgers.with_texts(deck, ledger)


def _read_back(data: bytes) -> witness.Deck | None:
    """A deck of the output folder; None for one of another kind, which is nobody's witness."""
    from generator import witness

    try:
        return witness.read(data)
    except UserError:
        return None


def _recovered(
    found: Project, title: str, notes: Sequence[Note], known: _Known, media: MediaMap, now: int
) -> Ledger | None:
    """The ledger that the last deck remembers, where there is none; the deck to be replaced comes before others."""
    if any(problem.severity is Severity.ERROR for problem in known.problems):
        return None

    def kept(deck: Ledger) -> int:
        ids = {entry.id for entry in deck.entries}
        return sum(note.id in ids for note in ledgers.assign(deck, notes, found.keys, media, now).notes)

    claimed = project.other_namespaces(found)
    decks = [(name, deck) for name, deck in known.decks if deck.namespace not in claimed]
    own = f"{slug(found, title)}.apkg"
    ranked = sorted(((name == own, kept(deck), name, deck) for name, deck in decks), key=lambda one: one[:3])
    for is_own, notes_kept, _, deck in reversed(ranked):
        living = sum(entry.answered and not entry.retired for entry in deck.entries)
        if notes_kept > (0 if is_own else living * _MOST_OF_IT):
            return deck
    return None


# A deck by another name may be of another subject, and share a question or two with this source.
_MOST_OF_IT = 0.5


def _recovered_notice(found: Project, count: int) -> Problem:
    message = f"there was no ledger: it was recovered from the last deck, with {count} notes"
    hint = "commit the ledger, so that it is not lost again"
    return Problem(Severity.NOTICE, "ledger-recovered", project.shown_ledger(found), 1, 1, message, hint)


# So many notes are no accident: a ledger that knows this many and none of ours belongs to somebody else.
_FOREIGN = 5


def _refuse_foreign(found: Project, old: Ledger | None, assigned: Assigned) -> None:
    """Outside a project a ledger is found by the file's name alone, and two files may have one name.

    Likeness is no proof here: another chapter of the same course is alike.
    """
    live = [entry for entry in old.entries if not entry.retired] if old else []
    known = {entry.question for entry in live} | {entry.pin for entry in live if entry.pin}
    here = {text for entry in assigned.ledger.entries if not entry.retired for text in (entry.question, entry.pin)}
    if not found.in_project and len(live) >= _FOREIGN and not (known & here) - {""}:
        message = f"`{found.ledger_path}` belongs to another deck: none of its {len(live)} notes is here"
        raise UserError(f"{message}; write elsewhere with --out, or delete that ledger if its deck is given up")


_A_DAY = 86_400


def _now() -> int:
    """Seconds since 1970; SOURCE_DATE_EPOCH stands in for the clock where it is set (reproducible-builds.org)."""
    said, clock = os.environ.get("SOURCE_DATE_EPOCH", ""), int(time.time())
    if said and not (said.isdecimal() and len(said) < 13):
        raise UserError(f"SOURCE_DATE_EPOCH must be whole seconds since 1970, not `{said}`")
    if said and int(said) > clock + _A_DAY:
        raise UserError(
            "SOURCE_DATE_EPOCH lies in the future: learners' own edits would be lost at each import until then"
        )
    return int(said or clock)
