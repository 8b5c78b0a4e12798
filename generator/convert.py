"""A file written anew in another dialect: the same notes, with the same ids."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from generator import markdown
from generator.model import (
    Basic,
    Choice,
    Cloze,
    Kind,
    Node,
    Nodes,
    Note,
    Problem,
    Reversed,
    Severity,
    Source,
    UserError,
)

if TYPE_CHECKING:
    from generator.reading.dialects import Dialect


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

    dialect = next((dialect for dialect in DIALECTS if dialect.name == to), None)
    if dialect is None:
        names = ", ".join(dialect.name for dialect in DIALECTS)
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
    text = _front(front, title, dialect) + dialect.write(title, every)
    again = reading.read(Source(source.name, text.encode(), source.defaults))
    return Converted(text, tuple(_differences(source.name, parsed.notes, again.notes)))


def _front(front: Mapping[str, Any], title: str, dialect: Dialect) -> str:
    """The front matter: what the old one said, and the dialect."""
    values: dict[str, Any] = {"name": title} if dialect.toml else {}
    values |= {key: front[key] for key in ("title", "deck", "tags", "lang") if key in front}
    if "title" in values:
        values["title"] = title
    values["dialect"] = dialect.name
    sign = " = " if dialect.toml else ": "
    lines = (f"{key}{sign}{json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return "\n".join(["---", *lines, "---", "", ""])


def _differences(name: str, before: Sequence[Note], after: Sequence[Note]) -> Iterator[Problem]:
    """What the new text does not say as the old one did: a problem for each note that differs, or comes in between."""
    old, new = [repr(_said(note)) for note in before], [repr(_said(note)) for note in after]
    asked = {note.question_text for note in after}
    hint = "its question or answer holds what that dialect has no marks for"
    for what, first, end, begin, until in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        for note in before[first:end]:
            read = "read otherwise" if note.question_text in asked else "not read as a note"
            message = f"in the new text this note would be {read}"
            yield Problem(Severity.WARNING, "convert-differs", name, note.span.line, 1, message, hint)
        if until - begin > end - first:
            line = before[min(first, len(before) - 1)].span.line
            message = "the new text would be read as having more notes here"
            yield Problem(Severity.WARNING, "convert-differs", name, line, 1, message, hint)


def _said(note: Note) -> tuple[object, ...]:
    """What makes a note the same note with the same content; a topic is the same without its number."""
    from generator.reading import numbering

    options = [(_shown(one.content), one.correct) for one in note.body.options] if isinstance(note.body, Choice) else []
    topics = [name[number.length :] if (number := numbering.number(name)) else name for name in note.topic]
    cited = [(one.title, one.url) for one in note.citations]
    shown = [*map(_shown, _sides(note)), _shown((*note.hint, *note.footnotes))]
    return type(note.body).__name__, options, note.pin, sorted(note.own_tags), topics, cited, shown, _gaps(note)


def _sides(note: Note) -> tuple[Nodes, Nodes]:
    """What stands in front and behind, but for options."""
    match note.body:
        case Basic(question=front, answer=back) | Reversed(question=front, answer=back):
            return front, back
        case Choice(question=front, explanation=back) | Cloze(text=front, extra=back):
            return front, back


def _shown(nodes: Nodes) -> Nodes:
    """The nodes of a note without what only says how it was written: ends of lines, depths of headings."""
    flat = tuple(_SPACE if node.kind is Kind.SOFT_BREAK else node for node in nodes)
    return tuple(_one_shown(node) for node in markdown.bare(flat) if not _is_comment(node))


_SPACE = Node(Kind.TEXT, 0, 0, " ")


def _one_shown(node: Node) -> Node:
    level = 0 if node.kind in (Kind.DELETION, Kind.HEADING) else node.level  # `_gaps` compares a deletion's
    inside = node.children
    if node.kind is Kind.ITEM and inside and inside[0].kind is Kind.PARAGRAPH:  # a list with empty lines between
        inside = (*inside[0].children, *inside[1:])
    return node._replace(children=_shown(inside), level=level)


def _is_comment(node: Node) -> bool:
    """Whether a block shows nothing: it parts two lists."""
    return node.kind is Kind.HTML_BLOCK and node.text.strip() == "<!-- -->"


def _gaps(note: Note) -> list[tuple[int, str]]:
    """The deletions of a cloze, with the numbers that they get where all of them are left open."""
    gaps = [(gap.level, gap.detail) for gap in note.body.deletions()] if isinstance(note.body, Cloze) else []
    return [(place, hint) for place, (_, hint) in enumerate(gaps, 1)] if not any(n for n, _ in gaps) else gaps
