"""Lint: what can be said of the notes as a whole. To add a rule, write a function and its line in RULES."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from generator.html_names import BLOCKS, FORBIDDEN, PLAYERS
from generator.model import Basic, Choice, Cloze, Kind, Node, Note, Problem, Reversed, Severity


def check(notes: Sequence[Note]) -> list[Problem]:
    """All that the rules find, rule by rule."""
    return [problem for rule in RULES for problem in rule(notes)]


_SHOWING = re.compile(r"<(?:img|audio|video)\b", re.IGNORECASE)


def same_question(notes: Sequence[Note]) -> Iterator[Problem]:
    """Two notes of one deck with the same question: a learner can't tell which answer is meant."""
    for first, *others in _groups(notes, lambda note: (note.deck, note.question_text.casefold())):
        if not any(
            node.kind in (Kind.CODE_BLOCK, Kind.IMAGE) or _SHOWING.match(node.text) for node in _question(first)
        ):
            for note in others:
                where = f"{first.span.file}:{first.span.line}"
                message = f"this question was asked before, at {where}"
                yield _problem(note, Severity.WARNING, "same-question", message, "ask it in other words")


def no_visible_answer(notes: Sequence[Note]) -> Iterator[Problem]:
    """An answer of nothing but markup that no card may hold: its back would be empty."""
    for note in notes:
        hidden = isinstance(note.body, Cloze)  # the answer is in the text
        if note.answered and not hidden and not note.answer_text and not note.images:
            message = "nothing of this answer can be shown"
            yield _problem(note, Severity.WARNING, "empty-answer", message, "write it as text, code or an image")


_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)[\s/>]")
_NOT_SHOWN = (BLOCKS | FORBIDDEN) - PLAYERS


def markup_in_question(notes: Sequence[Note]) -> Iterator[Problem]:
    """A question about `<div>` without backticks: to Markdown it is a tag, and what a learner sees is a gap."""
    for note in notes:
        tags = (_TAG.match(node.text) for node in _question(note) if node.kind is Kind.HTML)
        name = next((tag.group(1) for tag in tags if tag and tag.group(1).lower() in _NOT_SHOWN), None)
        if name:
            message = f"`<{name}>` in a question is markup, so it is not shown"
            yield _problem(note, Severity.WARNING, "markup-in-question", message, f"write it as code: `<{name}>`")


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


# Anki takes 0 for no number, and gives what is above 500 one card.
_MOST_CLOZES = 499


def cloze_numbers(notes: Sequence[Note]) -> Iterator[Problem]:
    """A number that Anki makes no card of, or none of its own."""
    for note in notes:
        for deletion in note.body.deletions() if isinstance(note.body, Cloze) else ():
            if not 0 <= deletion.level <= _MOST_CLOZES:
                message = f"a deletion has the number {max(0, deletion.level)}, which Anki makes no card of"
                yield _problem(note, Severity.ERROR, "cloze-number", message, f"number it from 1 to {_MOST_CLOZES}")


def empty_deletions(notes: Sequence[Note]) -> Iterator[Problem]:
    """A deletion that hides nothing: a card with nothing to answer."""
    for note in notes:
        for deletion in note.body.deletions() if isinstance(note.body, Cloze) else ():
            shown = (part.text.strip() or part.kind is Kind.IMAGE for part in deletion.walk())
            if not any(shown):
                message = "a deletion hides nothing"
                yield _problem(note, Severity.WARNING, "empty-deletion", message, "write in it what is hidden")


RULES: tuple[Callable[[Sequence[Note]], Iterable[Problem]], ...] = (
    same_question,
    same_pin,
    no_text,
    no_visible_answer,
    markup_in_question,
    cloze_numbers,
    empty_deletions,
)


def _groups(notes: Iterable[Note], key: Callable[[Note], object]) -> list[list[Note]]:
    """Notes that share a key, where at least two do."""
    groups: dict[object, list[Note]] = defaultdict(list)
    for note in notes:
        groups[key(note)].append(note)
    return [group for group in groups.values() if len(group) > 1]


def _question(note: Note) -> Iterator[Node]:
    """All nodes of what is asked: of a cloze, whose answer may stand in its text, those of the first block."""
    match note.body:
        case Basic(question=front) | Reversed(question=front) | Choice(question=front):
            pass
        case Cloze(text=text):
            front = text[:1]
    for node in front:
        yield from node.walk()


def _problem(note: Note, severity: Severity, code: str, message: str, hint: str) -> Problem:
    return Problem(severity, code, note.span.file, note.span.line, 1, message, hint)
