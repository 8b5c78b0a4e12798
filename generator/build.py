"""A build: the steps from Markdown files to artifacts, a line each, timed by one wrapper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator import check_ledger, no_glyph, outputs, print_pack, print_settings, project
from generator import ledger as ledgers
from generator import media as images
from generator.changes import Change, Comparison, summary
from generator.changes import compare as compare_ledgers
from generator.ledger import file as ledger_file
from generator.model import (
    Artifact,
    DeckInfo,
    Identified,
    Problem,
    Rendered,
    RenderedNote,
    Severity,
    Target,
    UserError,
)
from generator.outcome import CardsMade, Outcome, is_fatal
from generator.print_settings import QuizSettings
from generator.project import Project
from generator.understanding import Understood, understand
from generator.watch import Watch

PRODUCTS = ("deck", *print_settings.PRODUCTS)


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for.

    `paths` empty means the project in `cwd`; `products` empty the deck and what the project's settings name; `jobs` 0
    means one process a core. A `seed` shuffles the quiz, whatever the settings say.
    """

    paths: tuple[Path, ...] = ()
    out: Path | None = None
    products: tuple[str, ...] = ()
    force: bool = False
    jobs: int = 0
    cwd: Path = field(default_factory=Path.cwd)
    locked: bool = False
    refresh: bool = False
    republish: tuple[str, ...] = ()
    dialect: str = ""
    seed: int | None = None


# What may have been mended elsewhere than in the source: the next build looks again.
_TO_TRY_AGAIN = (images.TO_TRY_AGAIN, no_glyph.CODE)


# --- building -------------------------------------------------------------------------------------------------------


def build(request: Request, watch: Watch, strict: bool = False) -> Outcome:
    """Build what was asked for.

    Raises UserError for wrong usage or environment. With fatal problems in the source nothing is written. Another build
    of the same project is waited for.
    """
    with watch.step("load"):
        found = project.load(request.paths, request.out, request.cwd, request.dialect)
    found = _seeded(found, request.seed)
    request = _resolved(request, found)
    with outputs.locked(found.ledger_path, watch.waiting):
        return _build(found, request, watch, strict)


def _seeded(found: Project, seed: int | None) -> Project:
    """The project with its quiz shuffled by the seed that was asked for, if one was."""
    if seed is None:
        return found
    printed = replace(found.config.print, quiz=QuizSettings(shuffle=True, seed=seed))
    return replace(found, config=replace(found.config, print=printed))


def _resolved(request: Request, found: Project) -> Request:
    return replace(request, products=request.products or ("deck", *found.config.print.products))


def _build(found: Project, request: Request, watch: Watch, strict: bool) -> Outcome:
    with watch.step("compare"):
        ledger = project.ledger_bytes(found)
        as_ever = not (request.force or request.refresh or request.republish)
        before = outputs.remembered(found, request.products, ledger) if as_ever else None
    if before is not None:
        outputs.sweep([found.ledger_path, *(found.out / name for name, _ in before.written)])
        return before
    understood = understand(found, watch, request.jobs)
    if any(is_fatal(problem, strict) for problem in understood.problems):
        return Outcome(understood.problems, (), len(understood.answered), understood.unanswered)
    ready = _ready(request, understood, watch)
    understood = ready.understood
    problems = [*understood.problems, *_objections(request, ready, ledger)]
    if any(is_fatal(problem, strict) for problem in problems):
        return _outcome(ready, problems, [], "")
    made = _made(request, ready, watch)
    artifacts, missing = made.artifacts, made.missing
    problems += made.problems
    if any(is_fatal(problem, strict) for problem in made.problems):
        return _outcome(ready, problems, [], "")
    with watch.step("publish"):
        if project.ledger_bytes(found) != ledger:
            raise UserError("another program has changed the ledger meanwhile; nothing was written, run it again")
        ledger = _dumped(understood)
        outputs.publish_all([(found.ledger_path, ledger), *((found.out / made.name, made.data) for made in artifacts)])
    outcome = replace(_outcome(ready, problems, artifacts, missing), cards=made.cards)
    if not missing and not any(problem.code in _TO_TRY_AGAIN for problem in problems):
        every = (note.note for note in understood.assigned.notes)
        media = dict(images.media_digests(found, every, understood.media))
        lasting = tuple(problem for problem in outcome.problems if problem.code not in check_ledger.ONCE)
        outputs.remember(found, request.products, ledger, artifacts, media, replace(outcome, problems=lasting))
    return outcome


def _objections(request: Request, ready: Ready, ledger: bytes) -> Iterator[Problem]:
    """What keeps a project that was understood from being built."""
    understood = ready.understood
    if not understood.answered and not any(problem.severity is Severity.ERROR for problem in understood.problems):
        yield _nothing(understood)
    if request.locked and _dumped(understood) != ledger.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n"):
        where = project.shown_ledger(understood.project)
        hint = "build without --locked and commit the ledger; `deckpress diff` shows what changes"
        yield Problem(Severity.ERROR, "ledger-locked", where, 1, 1, "the ledger is not that of this source", hint)


def _dumped(understood: Understood) -> bytes:
    return ledger_file.dump(understood.assigned.ledger).encode()


@dataclass(frozen=True, slots=True)
class Ready:
    """A project understood, its notes rendered for Anki, and the ledger complete.

    `stale` are the ids of notes that look otherwise than when they were sent out.
    """

    understood: Understood
    info: DeckInfo
    html: Mapping[str, Rendered]
    changes: tuple[Change, ...]
    stale: frozenset[str]

    @property
    def notes(self) -> list[RenderedNote]:
        """The notes that can be cards, as Anki gets them."""
        return [RenderedNote(note, self.html[note.id]) for note in self.understood.answered]


def _ready(request: Request, understood: Understood, watch: Watch) -> Ready:
    """Render for Anki, see what was sent out otherwise, and send again what was asked for."""
    with watch.step("render for Anki"):
        from generator import anki
        from generator.render import rendered

        html = {note.identified.id: note.html for note in rendered(understood.answered, understood.media, Target.ANKI)}
        notes = [RenderedNote(note, html[note.id]) for note in understood.answered]
        fields = {note.identified.id: anki.digest(note) for note in notes} if "deck" in request.products else {}
    assigned, stale = ledgers.shown(understood.assigned, fields)
    chosen = _chosen(request.republish, understood)
    again = chosen | (stale if request.refresh else frozenset())
    assigned = ledgers.sent_again(assigned, again, understood.now)
    assigned, stale = ledgers.shown(assigned, fields)
    mods = {note.id: note.mod for note in assigned.notes}
    notes_now = tuple(
        note if note.mod == mods[note.id] else replace(note, mod=mods[note.id]) for note in understood.notes
    )
    understood = replace(understood, assigned=assigned, notes=notes_now)
    changes = _concerning(understood, compare_ledgers(understood.before, assigned.ledger, chosen))
    return Ready(understood, understood.info, html, changes, stale)


def _concerning(understood: Understood, changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes of the files that are built."""
    found = understood.project
    files = {found.keys[name] for name in found.chosen}
    return tuple(change for change in changes if found.whole or change.entry.file in files)


def _chosen(queries: Sequence[str], understood: Understood) -> frozenset[str]:
    """The ids of the notes that the queries mean; UserError for one that means none."""
    found: set[str] = set()
    for query in queries:
        meant = {note.id for note in understood.answered if _means(query, note)}
        if not meant:
            raise UserError(f"`--republish {query}` means none of the notes: `deckpress cards` lists them")
        found |= meant
    return frozenset(found)


def _means(query: str, identified: Identified) -> bool:
    """Whether a query means this note: its id, `tag:`, `file:` or `deck:` and a name, or words of its question."""
    note = identified.note
    key, colon, name = query.partition(":")
    wanted = name.casefold()
    match key if colon and wanted else "":
        case "tag":
            return wanted in map(str.casefold, note.tags)
        case "file":
            return f"/{note.span.file}".casefold().endswith(f"/{wanted}")
        case "deck":
            return f"{'::'.join((*note.deck, *note.topic))}::".casefold().startswith(f"{wanted}::")
    question = note.question_text.casefold()
    return query == identified.id or (
        bool(query.strip()) and all(word in question for word in query.casefold().split())
    )


# --- looking and mending ----------------------------------------------------------------------------------------------


def compare(request: Request, watch: Watch) -> Comparison:
    """What the next build would change against the last; nothing is written."""
    found = project.load(request.paths, request.out, request.cwd, request.dialect)
    request = _resolved(request, found)
    ready = _ready(request, understand(found, watch, request.jobs), watch)
    understood = ready.understood
    return Comparison(
        understood.title,
        understood.slug,
        ready.changes,
        len(ready.stale),
        understood.before is None,
        understood.problems,
        understood.assigned.ledger,
    )


def link(request: Request, old: str, new: str) -> str:
    """Let the note `new` go on with the reviews of the retired note `old`; a sentence that says so.

    Raises UserError where that can't be.
    """
    found = project.load(request.paths, request.out, request.cwd, request.dialect)
    with outputs.locked(found.ledger_path, lambda: None):
        understood = understand(found, Watch())
        known, _ = project.load_ledger(found)
        if known is None:
            raise UserError("there is no ledger yet that could be mended: build first")
        ledger = ledgers.linked(known, understood.assigned, old, new)
        outputs.publish(found.ledger_path, ledger_file.dump(ledger).encode())
    asked = {entry.id: entry.question for entry in understood.assigned.ledger.entries}
    return f"“{asked[new]}” goes on with the reviews of “{asked[old]}” (`{old}`); the next build sends it out"


def recover(request: Request, deck: Path) -> str:
    """Write the ledger that a deck remembers; a sentence that says so. Raises UserError where that can't be."""
    from generator import witness

    found = project.load(request.paths, request.out, request.cwd, request.dialect)
    with outputs.locked(found.ledger_path, lambda: None):
        if project.ledger_bytes(found):
            raise UserError(f"there is a ledger already, `{project.shown_ledger(found)}`: move it away first")
        remembered = witness.read(project.read_deck(request.cwd / deck))
        if remembered is None:
            raise UserError(f"`{deck}` is no deck that Deckpress has made, or Anki exported from one")
        ledger = ledger_file.recalled(remembered)
        outputs.publish(found.ledger_path, ledger_file.dump(ledger).encode())
    living = sum(not entry.retired for entry in ledger.entries)
    return f"wrote `{project.shown_ledger(found)}`: {living} notes, as the deck remembers them"


def calibration(paper: str, flip: str) -> bytes:
    """The PDF by which somebody finds out what a printer does, for a paper and a way to turn it."""
    from generator import press, sheets

    return press.print_sheet(sheets.calibration(paper, flip), press.MemoryCache(), jobs=1)


# --- making -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """The artifacts of the products asked for, what could not be made, and what could not be printed as it is."""

    artifacts: list[Artifact]
    problems: Sequence[Problem] = ()
    missing: str = ""
    cards: CardsMade | None = None


def _made(request: Request, ready: Ready, watch: Watch) -> Made:
    artifacts: list[Artifact] = []
    if "deck" in request.products:
        artifacts.append(_deck(ready, watch))
        if ready.changes and ready.understood.before is not None:
            from generator import change_report

            text = change_report.changes_file(ready.understood.title, ready.changes, ready.understood.assigned.ledger)
            artifacts.append(Artifact(f"{ready.info.slug}-changes.txt", text.encode()))
    if printed := [product for product in print_settings.PRODUCTS if product in request.products]:
        from generator.press import LayoutFailed, PangoMissing

        try:
            pack = print_pack.made(printed, ready.understood, ready.info, request.jobs, watch)
            return Made([*artifacts, *pack.artifacts], pack.problems, cards=pack.cards)
        except (PangoMissing, LayoutFailed) as error:
            if not artifacts:
                raise
            return Made(artifacts, missing=str(error))
    return Made(artifacts)


def _deck(ready: Ready, watch: Watch) -> Artifact:
    with watch.step("package"):
        from generator import anki

        ledger = ready.understood.assigned.ledger
        notes = ready.notes
        fields = {note.identified.id: (note.html.question, note.html.answer) for note in notes}
        memory = anki.Memory(*ledger_file.memory(ledger, fields))
        data = anki.package(ready.info, notes, anki.NoteTypeIds(ledger.qa_type, ledger.cloze_type), memory)
    return Artifact(f"{ready.info.slug}.apkg", data)


def _nothing(understood: Understood) -> Problem:
    """The problem of a source in which no question is answered: an empty deck is never written."""
    where = min(understood.project.chosen)
    count = understood.unanswered
    message = f"none of the {count} questions has an answer" if count else "no questions were found"
    return Problem(
        Severity.ERROR,
        "nothing-to-build",
        where,
        1,
        1,
        message + ", so there is nothing to build",
        "write questions as headings",
    )


def _outcome(ready: Ready, problems: Sequence[Problem], artifacts: list[Artifact], missing: str) -> Outcome:
    understood = ready.understood
    written = tuple((artifact.name, len(artifact.data)) for artifact in artifacts)
    counts = summary(ready.changes)
    stale = len(ready.stale)
    return Outcome(
        tuple(problems), written, len(understood.answered), understood.unanswered, counts, missing, stale=stale
    )
