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
    Target,
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
    """A project read, identified and checked; nothing is written yet."""

    project: Project
    parsed: Parsed
    assigned: ledgers.Assigned
    media: MediaMap
    problems: tuple[Problem, ...]

    @property
    def answered(self) -> list[Identified]:
        """The notes that can be cards."""
        return [identified for identified in self.assigned.notes if identified.note.answered]


def understand(found: Project, watch: Watch) -> Understood:
    """All steps but writing: read, gather media, assign ids, check."""
    with watch.step("read"):
        parsed = _read(found)
    with watch.step("media"):
        media, media_problems = project.collect_media(found, parsed.notes)
    with watch.step("identify"):
        old, ledger_problems = project.load_ledger(found)
        ledger = old or ledgers.born(_title(found, parsed), parsed.notes)
        assigned = ledgers.assign(ledger, parsed.notes, found.scope, media, _now())
    with watch.step("check"):
        checked = lint.check(parsed.notes)
    problems = [*found.problems, *parsed.problems, *media_problems, *ledger_problems, *checked]
    places = {source.name: index for index, source in enumerate(found.sources)}
    problems.sort(key=lambda problem: (places.get(problem.file, -1), problem.line, problem.column))
    return Understood(found, parsed, assigned, media, tuple(problems))


def _read(found: Project) -> Parsed:
    from generator import reading

    parts = [reading.read(source) for source in found.sources]
    return Parsed(
        tuple(chain.from_iterable(part.notes for part in parts)),
        tuple(chain.from_iterable(part.skipped for part in parts)),
        tuple(chain.from_iterable(part.problems for part in parts)),
        parts[0].title if len(parts) == 1 else "",
    )


def _title(found: Project, parsed: Parsed) -> str:
    """The title that names the deck and its files: the project's, else the file's own, else its name."""
    return found.title or parsed.title or found.name


def _now() -> int:
    """Seconds since 1970; SOURCE_DATE_EPOCH stands in for the clock where it is set (reproducible-builds.org)."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())


# --- building -------------------------------------------------------------------------------------------------------


def build(request: Request, watch: Watch, strict: bool = False) -> Outcome:
    """Build what was asked for.

    Raises UserError for wrong usage or environment. With fatal problems in the source nothing is written.
    """
    with watch.step("load"):
        found = project.load(request.paths, request.out, request.cwd)
        before = None if request.force else outputs.remembered(found, request.products, _ledger_bytes(found))
    if before is not None:
        return before
    understood = understand(found, watch)
    problems = list(understood.problems)
    if not understood.answered and not any(problem.severity is Severity.ERROR for problem in problems):
        problems.append(_nothing(found, understood))
    if any(is_fatal(problem, strict) for problem in problems):
        return Outcome(tuple(problems), notes=len(understood.answered), unanswered=_unanswered(understood))
    artifacts, missing = _made(request, understood, watch)
    with watch.step("publish"):
        ledger_bytes = ledger_file.dump(understood.assigned.ledger).encode()
        outputs.publish(found.ledger_path, ledger_bytes)
        outputs.publish_all(found.out, artifacts)
    outcome = _outcome(understood, problems, artifacts, missing)
    if not missing:
        media = dict(project.media_digests(found, understood.parsed.notes, understood.media))
        outputs.remember(found, request.products, ledger_bytes, artifacts, media, outcome)
    return outcome


def _made(request: Request, understood: Understood, watch: Watch) -> tuple[list[Artifact], str]:
    """The artifacts of the products asked for, and what could not be made."""
    info = _info(understood)
    artifacts: list[Artifact] = []
    missing = ""
    if "deck" in request.products:
        artifacts.append(_deck(info, understood, watch))
    if "study" in request.products:
        from generator.press import PangoMissing

        try:
            artifacts.append(_study(info, understood, request, watch))
        except PangoMissing as error:
            missing = str(error)
            if not artifacts:
                raise
    return artifacts, missing


def _info(understood: Understood) -> DeckInfo:
    found = understood.project
    title = _title(found, understood.parsed)
    name = title if found.scope.whole else found.name
    config = found.config
    lang = next((i.note.lang for i in understood.answered if i.note.lang), "") or config.lang
    return DeckInfo(
        title, project.slug(name), understood.assigned.ledger.namespace, config.description, lang, config.paper
    )


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
        data = press.print_sheet(sheet, cache, jobs=request.jobs or os.cpu_count() or 1, on_done=watch.advanced)
        cache.prune()
    return Artifact(f"{info.slug}-study.pdf", data)


def _nothing(found: Project, understood: Understood) -> Problem:
    """The problem of a source in which no question is answered: an empty deck is never written."""
    where = found.sources[0].name if found.sources else str(found.root)
    count = _unanswered(understood)
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


def _unanswered(understood: Understood) -> int:
    return len(understood.assigned.notes) - len(understood.answered)


def _ledger_bytes(found: Project) -> bytes:
    return found.ledger_path.read_bytes() if found.ledger_path.is_file() else b""


def _outcome(understood: Understood, problems: Sequence[Problem], artifacts: list[Artifact], missing: str) -> Outcome:
    changes = understood.assigned.changes
    counts = {name: len(getattr(changes, name)) for name in ("new", "edited", "retired", "returned")}
    written = tuple((artifact.name, len(artifact.data)) for artifact in artifacts)
    return Outcome(tuple(problems), written, len(understood.answered), _unanswered(understood), counts, missing)
