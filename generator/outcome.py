"""What a build did: for its caller, and for the next build, which may find that there is nothing to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from generator.model import Problem, Severity

CHANGES = "-changes.txt"  # how the name of the file ends that tells what a build changed


@dataclass(frozen=True, slots=True)
class SmallCard:
    """A note that a card holds in smaller type only, or not at all: the type of question and answer, in points."""

    id: str
    file: str
    line: int
    question: str
    question_type: float
    answer_type: float
    cards: int


@dataclass(frozen=True, slots=True)
class CardsMade:
    """The cut-out cards of a build: how many, on how many sheets of paper, and which notes had to be made to fit.

    `left_off` says in sentences what found no room on the paper.
    """

    cards: int
    sheets: int
    left_off: tuple[str, ...] = ()
    small: tuple[SmallCard, ...] = ()


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
    cards: CardsMade | None = None

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
        "cards": cards_value(outcome.cards),
    }


def cards_value(made: CardsMade | None) -> dict[str, Any] | None:
    """What came of the cards as plain values, for JSON."""
    return asdict(made) if made else None


def from_memory(value: Mapping[str, Any]) -> Outcome:
    """The outcome of a build that found nothing to do. KeyError, TypeError or ValueError where it is no memory."""
    problems = (Problem(**{**one, "severity": Severity(one["severity"])}) for one in value["problems"])
    written = tuple((str(name), int(size)) for name, size in value["written"])
    notes, unanswered, stale = (int(value[name]) for name in ("notes", "unanswered", "stale"))
    cards = _cards(value["cards"]) if value["cards"] else None
    return Outcome(tuple(problems), written, notes, unanswered, unchanged=True, stale=stale, cards=cards)


def _cards(value: Mapping[str, Any]) -> CardsMade:
    small = tuple(SmallCard(**one) for one in value["small"])
    return CardsMade(int(value["cards"]), int(value["sheets"]), tuple(map(str, value["left_off"])), small)
