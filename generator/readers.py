"""All files of a project, read by several processes where there is enough to read, as one."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from sys import platform

from generator import reading, workers
from generator.model import Note, Parsed, Problem, Severity, Source

# Handing notes over from one process to another costs a tenth of reading them: below so many bytes it isn't worth it.
_WORTH_A_POOL = 400_000


def read_all(sources: Sequence[Source], jobs: int = 0) -> Parsed:
    """The notes of all files, in their order; `jobs` is how many processes may read, 0 means one a processor.

    The title is that of a file which is the only one.
    """
    parts = _parts(sources, jobs or workers.processors())
    notes, shared = _without_shared_pins(tuple(chain.from_iterable(part.notes for part in parts)))
    problems = [*chain.from_iterable(part.problems for part in parts), *shared]
    return Parsed(
        notes,
        tuple(chain.from_iterable(part.skipped for part in parts)),
        tuple(_without_noise(problems) if notes else problems),
        parts[0].title if len(parts) == 1 else "",
    )


def _parts(sources: Sequence[Source], jobs: int) -> list[Parsed]:
    """What each of the files holds."""
    jobs = min(jobs, len(sources))
    found: dict[int, Parsed] = {}
    if jobs > 1 and sum(len(source.data) for source in sources) > _WORTH_A_POOL:
        tasks = ((place, source, len(source.data)) for place, source in enumerate(sources))
        # A fork is there at once; elsewhere, or beside other threads, it isn't safe.
        start: workers.Start = "fork" if platform == "linux" and threading.active_count() == 1 else "spawn"
        # A script without a `__main__` guard can't spawn, and a worker may be killed: what is left is read here.
        with suppress(BrokenProcessPool):
            found.update(workers.done(reading.read, tasks, jobs, start, helping=True))
    return [found[place] if place in found else reading.read(source) for place, source in enumerate(sources)]


def _without_noise(problems: Sequence[Problem]) -> Iterator[Problem]:
    """The problems, those of files without questions as notices, for such files are usual; many of them are one."""
    empty = [problem for problem in problems if problem.code in _WITHOUT_NOTES]
    yield from (problem for problem in problems if problem.code not in _WITHOUT_NOTES)
    if len(empty) <= _FEW:
        yield from (replace(problem, severity=Severity.NOTICE) for problem in empty)
        return
    first = empty[0]
    names = ", ".join(problem.file for problem in empty[:_FEW])
    message = f"no question was found in {len(empty)} files: {names} and {len(empty) - _FEW} more"
    hint = "`deckpress cards --skipped` shows what stands in them"
    yield Problem(Severity.NOTICE, "no-questions", first.file, 1, 1, message, hint)


_WITHOUT_NOTES = ("no-questions", "empty-file")
# So many files without questions are told one by one.
_FEW = 3


def _without_shared_pins(notes: tuple[Note, ...]) -> tuple[tuple[Note, ...], list[Problem]]:
    """The notes, those without an id that a flashcard program left in more places than one: it says nothing.

    An id that an author wrote twice is left to `check`, which refuses it.
    """
    times = Counter(note.pin for note in notes if note.pin)
    kept: list[Note] = []
    first: dict[str, Note] = {}
    lost: Counter[str] = Counter()
    for note in notes:
        if times[note.pin] > 1 and note.dialect in reading.TOOLS:
            first.setdefault(note.span.file, note)
            lost[note.span.file] += 1
            note = replace(note, pin="")
        kept.append(note)
    return tuple(kept), [_shared_pins(first[file], count) for file, count in lost.items()]


def _shared_pins(note: Note, count: int) -> Problem:
    """A notice that so many notes of a file, this one the first of them, lose the ids in it."""
    ids = "an id" if count == 1 else f"{count} ids"
    message = f"{ids} in this file, as `{note.pin}` here, also stand elsewhere"
    hint = "these notes are known by their text instead"
    return Problem(Severity.NOTICE, "shared-id", note.span.file, note.span.line, 1, message, hint)
