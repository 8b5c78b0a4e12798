"""What a build did: for its caller, and for the next build, which may find that there is nothing to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.model import Problem, Severity

CHANGES = "-changes.txt"  # how the name of the file ends that tells what a build changed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build did. `written` are files below the output folder and their sizes in bytes.

    `changes` counts notes by what happened to them, `stale` those that would look different if they were sent again.
    `missing` says in a sentence what could not be made although the deck could; `unchanged`, that nothing was to do.
    """

    problems: tuple[Problem, ...] = ()
    written: tuple[tuple[str, int], ...] = ()
    notes: int = 0
    unanswered: int = 0
    changes: Mapping[str, int] = field(default_factory=dict)
    missing: str = ""
    unchanged: bool = False
    stale: int = 0

    def exit_code(self, strict: bool) -> int:
        """0 done, 1 problems in the source (with `strict`, warnings too), 3 partly done."""
        if any(is_fatal(problem, strict) for problem in self.problems):
            return 1
        return 3 if self.missing else 0


def is_fatal(problem: Problem, strict: bool) -> bool:
    """Whether the problem stops a build."""
    return problem.severity is Severity.ERROR or (strict and problem.severity is Severity.WARNING)


def problem_value(problem: Problem) -> dict[str, Any]:
    """A problem as plain values, for JSON."""
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity.value,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }


def to_memory(outcome: Outcome) -> dict[str, Any]:
    """What the next build needs to know of this one, as plain values."""
    return {
        "problems": [problem_value(problem) for problem in outcome.problems],
        "written": outcome.written,
        "notes": outcome.notes,
        "unanswered": outcome.unanswered,
        "stale": outcome.stale,
    }


def from_memory(value: Mapping[str, Any]) -> Outcome:
    """The outcome of a build that found nothing to do. KeyError, TypeError or ValueError where it is no memory."""
    problems = (Problem(**{**one, "severity": Severity(one["severity"])}) for one in value["problems"])
    written = tuple((str(name), int(size)) for name, size in value["written"])
    notes, unanswered, stale = (int(value[name]) for name in ("notes", "unanswered", "stale"))
    return Outcome(tuple(problems), written, notes, unanswered, unchanged=True, stale=stale)
