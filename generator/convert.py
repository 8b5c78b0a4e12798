"""A file written anew in another dialect: the same notes, with the same ids."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from generator.model import Choice, Note, Problem, Severity, Source, UserError


@dataclass(frozen=True, slots=True)
class Converted:
    """The new text, and a problem for each note that would be read otherwise from it."""

    text: str
    problems: tuple[Problem, ...]


def convert(source: Source, to: str) -> Converted:
    """The file in the dialect `to`. Raises UserError where there is nothing to write, or no way to write it so."""
    from generator import reading
    from generator.reading import intake, writing
    from generator.reading.dialects import DIALECTS

    write = next((dialect.write for dialect in DIALECTS if dialect.name == to), None)
    if write is None:
        names = ", ".join(dialect.name for dialect in DIALECTS if dialect.write)
        raise UserError(f"notes can't be written as `{to}`; they can as: {names}")
    parsed = reading.read(source)
    if not parsed.notes:
        raise UserError(f"no question was found in `{source.name}`")
    front = intake.take_in(source.name, source.data).front
    shared = [*source.defaults.tags, *front.get("tags", ())]
    title = parsed.title or source.name.rpartition("/")[2].rpartition(".")[0]
    every = writing.entries(parsed.notes, shared)
    if all(entry.topics[:1] == (title,) for entry in every):  # the file's title is a topic of a larger deck
        every = [entry._replace(topics=entry.topics[1:]) for entry in every]
    text = _front(front, parsed.title, to) + write(title, every)
    again = reading.read(Source(source.name, text.encode(), source.defaults))
    return Converted(text, tuple(_differences(source.name, parsed.notes, again.notes)))


def _front(front: Mapping[str, Any], title: str, dialect: str) -> str:
    """The front matter: what the old one said, and the dialect."""
    values: dict[str, Any] = {key: front[key] for key in ("title", "deck", "tags", "lang") if key in front}
    if title and "title" in values:
        values["title"] = title
    values["dialect"] = dialect
    lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return "\n".join(["---", *lines, "---", "", ""])


def _differences(name: str, before: Sequence[Note], after: Sequence[Note]) -> Iterator[Problem]:
    """What the new text does not say as the old one did."""
    for old, new in zip_longest(before, after):
        if old is None or new is None or _said(old) != _said(new):
            line = old.span.line if old else 1
            what = "this note would not be read from the new text as it is read here"
            message = what if old else "the new text would be read as having more notes"
            hint = "its question or answer holds what that dialect has no marks for"
            yield Problem(Severity.WARNING, "convert-differs", name, line, 1, message, hint)
        if old is None or new is None:
            return


def _said(note: Note) -> tuple[object, ...]:
    """What makes a note the same note with the same content."""
    options = [(one.text, one.correct) for one in note.body.options] if isinstance(note.body, Choice) else []
    kind = type(note.body).__name__
    cited = [(one.title, one.url) for one in note.citations]
    return kind, note.question_text, note.answer_text, options, note.pin, sorted(note.own_tags), note.topic, cited
