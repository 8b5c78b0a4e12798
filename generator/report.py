"""What people and programs get to see: problems, notes and outcomes as text or as JSON-ready values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from generator.model import Choice, Cloze, Identified, Kind, Node, Note, Problem, Severity, Skipped, Span
from generator.outcome import CHANGES, CardsMade, Outcome, SmallCard, cards_value, problem_value

_CONTROL = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "�")
_TAG = re.compile(r"<[^<>]*>")


def shown(text: str) -> str:
    """Text that a terminal can be trusted with: control characters of a source must not move a cursor."""
    return text.translate(_CONTROL)


def problem_text(problem: Problem) -> str:
    """A problem for people: where, what, and on the next line how to mend it."""
    place = f"{problem.file}:{problem.line}:{problem.column}"
    hint = f"\n  {problem.hint}" if problem.hint else ""
    return shown(f"{place}: {problem.severity.value}[{problem.code}] {problem.message}{hint}")


def problem_github(problem: Problem) -> str:
    """A problem as an annotation of GitHub's workflow commands, escaped as those ask."""

    def data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def value(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    words = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
    place = f"file={value(problem.file)},line={problem.line},col={problem.column},title={value(problem.code)}"
    return f"::{problem.severity.value} {place}::{data(words)}"


def json_lines(values: Iterable[dict[str, Any]]) -> str:
    """The values as a JSON array, one a line: easy on the eyes of a person, and of a program that reads by lines."""
    lines = ",\n".join(json.dumps(value, ensure_ascii=False) for value in values)
    return f"[\n{lines}\n]" if lines else "[]"


def note_value(identified: Identified) -> dict[str, Any]:
    """A note for programs."""
    note = identified.note
    value: dict[str, Any] = {
        "id": identified.id,
        "kind": kind(note),
        "question": note.question_text,
        "answer": note.answer_text,
        "answered": note.answered,
        "tags": list(note.tags),
        "deck": "::".join((*note.deck, *note.topic)),
        "topic": " › ".join(note.topic),
        "file": note.span.file,
        "line": note.span.line,
        "end_line": note.span.end_line,
        "dialect": note.dialect,
        "rule": note.rule,
    }
    if isinstance(note.body, Choice):
        value["choices"] = [{"text": option.text, "correct": option.correct} for option in note.body.options]
    if isinstance(note.body, Cloze):
        deletions = tuple(note.body.deletions())
        numbers = identified.clozes or tuple(deletion.level for deletion in deletions)
        value["clozes"] = [
            {"number": number, "text": _text(deletion), "hint": deletion.detail}
            for number, deletion in zip(numbers, deletions, strict=True)
        ]
    return value


def _text(node: Node) -> str:
    """What a reader sees of a node, white space collapsed."""
    texts = (_TAG.sub("", part.text) if part.kind is Kind.HTML else part.text for part in node.walk())
    apart = (" " if part.kind in (Kind.SOFT_BREAK, Kind.HARD_BREAK) else "" for part in node.walk())
    return " ".join("".join(map("".join, zip(apart, texts, strict=True))).split())


def kind(note: Note) -> str:
    """The kind of a note as programs read it."""
    return type(note.body).__name__.lower()


def skipped_value(skipped: Skipped) -> dict[str, Any]:
    """A skipped range for programs."""
    return {"file": skipped.span.file, "line": skipped.span.line, "end_line": skipped.span.end_line, "why": skipped.why}


def account(parts: Sequence[Identified | Skipped], explain: bool, width: int) -> Iterable[str]:
    """Notes and skipped ranges for people, a line each of `width` columns at most.

    A note's line is place, id, question and the beginning of its answer; to `explain` it, all its lines and the rule.
    """
    alone = not any(isinstance(part, Identified) for part in parts)
    places = [_place(_span(part)) if explain or alone else _beginning(_span(part)) for part in parts]
    wide = 0 if alone else max(map(len, places), default=0)
    for place, part in zip(places, parts, strict=True):
        yield _cut(f"{place:<{wide}}  {_told(part, explain)}", width)


def account_json(parts: Sequence[Identified | Skipped]) -> str:
    """The same for programs."""
    return json_lines(skipped_value(part) if isinstance(part, Skipped) else note_value(part) for part in parts)


def in_order(
    notes: Sequence[Identified], skipped: Sequence[Skipped], files: Sequence[str]
) -> list[Identified | Skipped]:
    """Notes and skipped ranges as they stand in the files, which come in this order."""
    order = {name: place for place, name in enumerate(files)}
    parts: list[Identified | Skipped] = [*notes, *skipped]
    return sorted(parts, key=lambda part: (order[_span(part).file], _span(part).line))


def _span(part: Identified | Skipped) -> Span:
    return part.span if isinstance(part, Skipped) else part.note.span


def _place(span: Span) -> str:
    lines = str(span.line) if span.line == span.end_line else f"{span.line}-{span.end_line}"
    return f"{span.file}:{lines}"


def _beginning(span: Span) -> str:
    return f"{span.file}:{span.line}"


def _told(part: Identified | Skipped, explain: bool) -> str:
    if isinstance(part, Skipped):
        return part.why
    note = part.note
    answer = note.answer_text if note.answered else "(no answer yet)"
    rule = f"{note.dialect}: {note.rule}, {kind(note)}  " if explain else ""
    return f"{part.id}  {rule}{note.question_text}  —  {answer}"


def _cut(text: str, width: int) -> str:
    text = shown(text)
    return text if len(text) <= width else text[: max(1, width - 1)] + "…"


def outcome_value(outcome: Outcome, folder: Path, code: int) -> dict[str, Any]:
    """What a build did, for programs; `folder` is the output folder as it was named."""
    return {
        "exit": code,
        "unchanged": outcome.unchanged,
        "notes": outcome.notes,
        "unanswered": outcome.unanswered,
        "changes": dict(outcome.changes),
        "stale": outcome.stale,
        "written": [{"path": str(folder / name), "bytes": size} for name, size in outcome.written],
        "cards": cards_value(outcome.cards),
        "missing": outcome.missing,
        "problems": [problem_value(problem) for problem in outcome.problems],
    }


def outcome_text(outcome: Outcome, folder: Path, code: int, names: bool = False) -> Iterable[str]:
    """What a build did, for people: what was written, how many notes, what needs attention.

    With `names`, also which notes a card holds in smaller type only.
    """
    if code == 1:
        errors = sum(problem.severity is Severity.ERROR for problem in outcome.problems)
        parts = [counted(errors, "error")] if errors else []
        yield f"nothing was written: {', '.join(parts + _to_mend(outcome))}"
        return
    details = ""
    for name, size in outcome.written:
        if name.endswith(CHANGES):
            details = str(folder / name)
        else:
            yield f"{'is current' if outcome.unchanged else 'wrote':<10} {folder / name} ({_size(size)})"
    if outcome.cards:
        yield from _cards_text(outcome.cards, names)
    changes = ", ".join(f"{count} {name}" for name, count in outcome.changes.items() if count)
    told = [f"{counted(outcome.notes, 'note')}{f': {changes}' if changes else ''}", _attention(outcome)]
    yield "; ".join(told + ([f"details in {details}"] if changes and details else []))
    if outcome.stale:
        yield stale_text(outcome.stale)


def _cards_text(made: CardsMade, names: bool) -> Iterable[str]:
    """How many cards there are, how many notes had to be made to fit; then what found no room on the paper."""
    smaller = [one for one in made.small if one.cards == 1]
    continued = [one for one in made.small if one.cards > 1]
    told = [f"{made.cards} on {counted(made.sheets, 'sheet')}"]
    if smaller:
        least = min(min(one.question_type, one.answer_type) for one in smaller)
        told.append(f"{counted(len(smaller), 'note')} in smaller type, {least:g} pt at least")
    if continued:
        further = sum(one.cards - 1 for one in continued)
        told.append(f"{counted(len(continued), 'note')} continued on {counted(further, 'further card')}")
    yield f"{'cards':<10} {'; '.join(told)}"
    for one in (*continued, *smaller) if names else ():
        yield shown(f"  {_small_text(one)}")
    yield from (f"  {sentence}" for sentence in made.left_off)


def _small_text(one: SmallCard) -> str:
    sizes = f"question {one.question_type:g} pt, answer {one.answer_type:g} pt"
    cards = f", {one.cards} cards" if one.cards > 1 else ""
    return f"{one.file}:{one.line}: {sizes}{cards}: {one.question}"


def stale_text(count: int) -> str:
    """What can be done for notes whose looks have changed since they were sent."""
    return f"{counted(count, 'note')} would look different: `build --refresh` sends {'it' if count == 1 else 'them'}"


def _attention(outcome: Outcome) -> str:
    return ", ".join(_to_mend(outcome)) or "nothing needs attention"


def _to_mend(outcome: Outcome) -> list[str]:
    warnings = sum(problem.severity is Severity.WARNING for problem in outcome.problems)
    parts = [counted(warnings, "warning")] if warnings else []
    return parts + ([f"{outcome.unanswered} unanswered"] if outcome.unanswered else [])


def counted(count: int, noun: str) -> str:
    """`1 note`, `2 notes`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1000))} kB"
