"""A build: the steps from Markdown files to artifacts, a line each, timed by one wrapper."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from generator import check as lint
from generator import ledger as ledgers
from generator import ledger_file, outputs, project
from generator.model import (
    Artifact,
    DeckInfo,
    Identified,
    MediaMap,
    Parsed,
    Problem,
    RenderedNote,
    Severity,
    Skipped,
    Target,
    UserError,
)
from generator.outcome import Outcome, is_fatal
from generator.project import Project

PRODUCTS = ("deck", "study")


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for. `paths` empty means the project in `cwd`; `jobs` 0 means one process a core."""

    paths: tuple[Path, ...] = ()
    out: Path | None = None
    products: tuple[str, ...] = PRODUCTS
    force: bool = False
    jobs: int = 0
    cwd: Path = field(default_factory=Path.cwd)


class Watch:
    """Told what happens while it happens; this one tells nobody."""

    def began(self, step: str) -> None:
        """A step has begun."""

    def ended(self, step: str, seconds: float) -> None:
        """A step has ended."""

    def advanced(self, done: int, total: int) -> None:
        """So many of the step's parts are done."""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """The one wrapper of every step."""
        self.began(name)
        start = time.perf_counter()
        try:
            yield
        finally:
            self.ended(name, time.perf_counter() - start)


# --- what was understood --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Understood:
    """A project read, identified and checked; nothing is written yet.

    `assigned` covers the whole project; `notes` and `skipped` are those of the files to be built.
    """

    project: Project
    title: str
    assigned: ledgers.Assigned
    media: MediaMap
    problems: tuple[Problem, ...]
    notes: tuple[Identified, ...]
    skipped: tuple[Skipped, ...]

    @property
    def answered(self) -> list[Identified]:
        """The notes that can be cards."""
        return [identified for identified in self.notes if identified.note.answered]

    @property
    def unanswered(self) -> int:
        """How many questions are still to be answered."""
        return len(self.notes) - len(self.answered)


def understand(found: Project, watch: Watch) -> Understood:
    """All steps but writing: read, gather media, assign ids, check."""
    with watch.step("read"):
        parsed = _read(found)
    with watch.step("media"):
        media, media_problems = project.collect_media(found, parsed.notes)
    with watch.step("identify"):
        old, ledger_problems = project.load_ledger(found)
        title = found.title or parsed.title or found.name
        assigned = ledgers.assign(old or ledgers.born(title, parsed.notes), parsed.notes, found.keys, media, _now())
        _refuse_foreign(found, old, assigned)
    with watch.step("check"):
        checked = lint.check(parsed.notes)
    problems = [*found.problems, *parsed.problems, *media_problems, *ledger_problems, *checked]
    return Understood(
        project=found,
        title=title,
        assigned=assigned,
        media=media,
        problems=_concerning(found, problems),
        notes=tuple(note for note in assigned.notes if note.note.span.file in found.chosen),
        skipped=tuple(part for part in parsed.skipped if part.span.file in found.chosen),
    )


def _concerning(found: Project, problems: list[Problem]) -> tuple[Problem, ...]:
    """The problems by place; of files that are not to be built only the errors, for they stop the build too."""
    places = {source.name: index for index, source in enumerate(found.sources)}
    kept = (p for p in problems if p.file in found.chosen or p.file not in places or p.severity is Severity.ERROR)
    return tuple(sorted(kept, key=lambda problem: (places.get(problem.file, -1), problem.line, problem.column)))


# So many notes are no accident: a ledger that knows this many and none of ours belongs to somebody else.
_FOREIGN = 5


def _refuse_foreign(found: Project, old: ledgers.Ledger | None, assigned: ledgers.Assigned) -> None:
    """Outside a project a ledger is found by the file's name alone, and two files may have one name."""
    live = {entry.id for entry in old.entries if not entry.retired} if old else set()
    if not found.in_project and len(live) >= _FOREIGN and not live & {note.id for note in assigned.notes}:
        message = f"`{found.ledger_path}` belongs to another deck: none of its {len(live)} notes is here"
        raise UserError(f"{message}; write elsewhere with --out, or delete that ledger if its deck is given up")


def _read(found: Project) -> Parsed:
    from generator import reading

    parts = [reading.read(source) for source in found.sources]
    return Parsed(
        tuple(chain.from_iterable(part.notes for part in parts)),
        tuple(chain.from_iterable(part.skipped for part in parts)),
        tuple(chain.from_iterable(part.problems for part in parts)),
        parts[0].title if len(parts) == 1 else "",
    )


_LATEST = 253_402_300_799  # the last second of the year 9999, which dates end with


def _now() -> int:
    """Seconds since 1970; SOURCE_DATE_EPOCH stands in for the clock where it is set (reproducible-builds.org)."""
    said = os.environ.get("SOURCE_DATE_EPOCH", "")
    if said and not (said.isdecimal() and len(said) < 13 and int(said) <= _LATEST):
        raise UserError(f"SOURCE_DATE_EPOCH must be whole seconds since 1970, not `{said}`")
    return int(said or time.time())


# --- building -------------------------------------------------------------------------------------------------------


def build(request: Request, watch: Watch, strict: bool = False) -> Outcome:
    """Build what was asked for.

    Raises UserError for wrong usage or environment. With fatal problems in the source nothing is written.
    """
    with watch.step("load"):
        found = project.load(request.paths, request.out, request.cwd)
        ledger = project.ledger_bytes(found)
        before = None if request.force else outputs.remembered(found, request.products, ledger)
    if before is not None:
        return before
    understood = understand(found, watch)
    problems = list(understood.problems)
    if not understood.answered and not any(problem.severity is Severity.ERROR for problem in problems):
        problems.append(_nothing(understood))
    if any(is_fatal(problem, strict) for problem in problems):
        return _outcome(understood, problems, [], "")
    artifacts, missing = _made(request, understood, watch)
    with watch.step("publish"):
        if project.ledger_bytes(found) != ledger:
            raise UserError("another build has changed the ledger meanwhile; nothing was written, run it again")
        ledger = ledger_file.dump(understood.assigned.ledger).encode()
        outputs.publish(found.ledger_path, ledger)
        outputs.publish_all(found.out, artifacts)
    outcome = _outcome(understood, problems, artifacts, missing)
    if not missing:
        media = dict(project.media_digests(found, understood.media))
        outputs.remember(found, request.products, ledger, artifacts, media, outcome)
    return outcome


def _made(request: Request, understood: Understood, watch: Watch) -> tuple[list[Artifact], str]:
    """The artifacts of the products asked for, and what could not be made."""
    info = _info(understood)
    artifacts: list[Artifact] = []
    missing = ""
    if "deck" in request.products:
        artifacts.append(_deck(info, understood, watch))
    if "study" in request.products:
        from generator.press import LayoutFailed, PangoMissing

        try:
            artifacts.append(_study(info, understood, request, watch))
        except (PangoMissing, LayoutFailed) as error:
            missing = str(error)
            if not artifacts:
                raise
    return artifacts, missing


def _info(understood: Understood) -> DeckInfo:
    found, config = understood.project, understood.project.config
    return DeckInfo(
        title=understood.title,
        slug=_slug(found, understood.title),
        namespace=understood.assigned.ledger.namespace,
        description=config.description,
        lang=next((note.note.lang for note in understood.answered if note.note.lang), "") or config.lang,
        paper=config.paper,
    )


def _slug(found: Project, title: str) -> str:
    """What the files are called: after the title, or after the part of the project that is built."""
    whole, part = project.slug(title), project.slug(found.name)
    if found.whole:
        return whole
    return part if part != whole else f"{part}-part"


def _rendered(understood: Understood, target: Target) -> list[RenderedNote]:
    from generator.render import render

    return [RenderedNote(note, render(note.note, understood.media, target)) for note in understood.answered]


def _deck(info: DeckInfo, understood: Understood, watch: Watch) -> Artifact:
    with watch.step("render for Anki"):
        notes = _rendered(understood, Target.ANKI)
    with watch.step("package"):
        from generator import anki

        ledger = understood.assigned.ledger
        data = anki.package(info, notes, anki.NoteTypeIds(ledger.qa_type, ledger.cloze_type))
    return Artifact(f"{info.slug}.apkg", data)


def _study(info: DeckInfo, understood: Understood, request: Request, watch: Watch) -> Artifact:
    with watch.step("render for paper"):
        notes = _rendered(understood, Target.PAPER)
    with watch.step("lay out"):
        from generator import sheets

        sheet = sheets.study(info, notes)
    with watch.step("print"):
        from generator import press

        cache = outputs.PageCache.below(understood.project.out)
        data = press.print_sheet(sheet, cache, jobs=request.jobs, on_done=watch.advanced)
        cache.prune()
    return Artifact(f"{info.slug}-study.pdf", data)


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


def _outcome(understood: Understood, problems: Sequence[Problem], artifacts: list[Artifact], missing: str) -> Outcome:
    changes = understood.assigned.changes
    cards = {note.id for note in understood.answered}
    counts = {name: len(cards.intersection(getattr(changes, name))) for name in ("new", "edited", "returned")}
    counts["retired"] = len(changes.retired)
    written = tuple((artifact.name, len(artifact.data)) for artifact in artifacts)
    return Outcome(tuple(problems), written, len(understood.answered), understood.unanswered, counts, missing)
