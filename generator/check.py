"""Lint: what can be said of the notes as a whole. To add a rule, write a function and its line in RULES."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from generator.model import Kind, Note, Problem, Severity


def check(notes: Sequence[Note]) -> list[Problem]:
    """All that the rules find, rule by rule."""
    return [problem for rule in RULES for problem in rule(notes)]


def same_question(notes: Sequence[Note]) -> Iterator[Problem]:
    """Two notes of one deck with the same question: a learner can't tell which answer is meant."""
    for first, *others in _groups(notes, lambda note: (note.deck, note.question_text.casefold())):
        if not any(node.kind in (Kind.CODE_BLOCK, Kind.IMAGE) for tree in first.trees() for node in tree.walk()):
            for note in others:
                where = f"{first.span.file}:{first.span.line}"
                yield _problem(
                    note,
                    Severity.WARNING,
                    "same-question",
                    f"this question was asked before, at {where}",
                    "ask it in other words",
                )


def same_pin(notes: Sequence[Note]) -> Iterator[Problem]:
    """Two notes with one explicit id: it would be a guess whose reviews are whose."""
    for first, *others in _groups((note for note in notes if note.pin), lambda note: note.pin):
        for note in others:
            where = f"{first.span.file}:{first.span.line}"
            yield _problem(
                note,
                Severity.ERROR,
                "same-id",
                f"the id `{note.pin}` is taken, at {where}",
                "give one of the two another id",
            )


def no_text(notes: Sequence[Note]) -> Iterator[Problem]:
    """A question without a word and without an image: an empty card."""
    for note in notes:
        if not note.question_text and not note.images:
            yield _problem(
                note, Severity.ERROR, "empty-question", "this question has no text", "write the question, or delete it"
            )


RULES: tuple[Callable[[Sequence[Note]], Iterable[Problem]], ...] = (same_question, same_pin, no_text)


def _groups(notes: Iterable[Note], key: Callable[[Note], object]) -> list[list[Note]]:
    """Notes that share a key, where at least two do."""
    groups: dict[object, list[Note]] = defaultdict(list)
    for note in notes:
        groups[key(note)].append(note)
    return [group for group in groups.values() if len(group) > 1]


def _problem(note: Note, severity: Severity, code: str, message: str, hint: str) -> Problem:
    return Problem(severity, code, note.span.file, note.span.line, 1, message, hint)
