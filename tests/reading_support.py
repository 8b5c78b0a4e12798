"""Cases for the reader: Markdown files of many cases each, and what reading one gave, as lines to compare.

A case is `=== its name`, the Markdown, `--- notes` and a line a note, `--- skipped` and a line a range; `--- problems`
and a line a problem, where the case is about problems. A note's line: `lines | topic | question | answer`, then what
else it has: `#tag`, `{pin}`, `<title: url>` for a citation, `^label` for a footnote, `reversed` or `cloze` and a part
for each deletion: `c1 text::hint`, `== text`; `choice` and a part for each option: `(x) right`, `( ) wrong`. `-` stands
for no answer.
`·` is a space and `→` a tab, so that editors keep them at a line's end.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from generator import reading
from generator.model import Basic, Cloze, Defaults, Node, Note, Parsed, Skipped, Source, Span
from generator.reading.blocks import plain

FIXTURES = Path(__file__).parent / "fixtures" / "reading"


@dataclass(frozen=True)
class Case:
    """One case of a fixture file: Markdown in, notes and skipped ranges (and problems) out."""

    name: str
    markdown: str
    expected: dict[str, list[str]]


def cases() -> list[Case]:
    """The cases of all fixture files."""
    return [case for path in sorted(FIXTURES.glob("*.md")) for case in _cases(path)]


def _cases(path: Path) -> list[Case]:
    found = []
    for block in ("\n" + path.read_text(encoding="utf-8")).split("\n=== ")[1:]:
        name, _, rest = block.partition("\n")
        place: list[str] = []
        parts = {"markdown": place}
        for line in rest.split("\n"):
            if line in ("--- notes", "--- skipped", "--- problems"):
                place = parts.setdefault(line[4:], [])
            else:
                place.append(line)
        markdown = "\n".join(parts.pop("markdown")).replace("·", " ").replace("→", "\t")
        expected = {part: [line for line in lines if line] for part, lines in parts.items()}
        found.append(Case(f"{path.stem}: {name}", markdown, expected))
    return found


def read(markdown: str | bytes, name: str = "deck.md", **defaults: str) -> Parsed:
    """What the reader makes of the text."""
    data = markdown if isinstance(markdown, bytes) else markdown.encode()
    return reading.read(Source(name, data, Defaults(**defaults)))  # type: ignore[arg-type]


def shown(parsed: Parsed) -> dict[str, list[str]]:
    """A reading as the fixtures write it."""
    return {
        "notes": [_note(note) for note in parsed.notes],
        "skipped": [f"{_lines(part.span)} | {part.why}" for part in parsed.skipped],
        "problems": [
            f"{problem.line}:{problem.column} | {problem.severity.value} | {problem.code}"
            for problem in parsed.problems
        ],
    }


def _note(note: Note) -> str:
    parts = [
        _lines(note.span),
        "/".join(note.topic) or "-",
        note.question_text,
        (note.answer_text or "(no text)") if note.answered else "-",
    ]
    parts += [f"#{tag}" for tag in note.tags if tag not in {topic.casefold().replace(" ", "-") for topic in note.topic}]
    parts += ["{" + note.pin + "}"] if note.pin else []
    parts += [
        f"<{citation.title}: {citation.url}>" if citation.url else f"<{citation.title}>" for citation in note.citations
    ]
    parts += [f"^{footnote.target}" for footnote in note.footnotes]
    parts += [] if isinstance(note.body, Basic) else [type(note.body).__name__.lower()]
    parts += map(_deletion, note.body.deletions() if isinstance(note.body, Cloze) else ())
    parts += [f"({'x' if o.correct else ' '}) {o.text}" for o in getattr(note.body, "options", ())]
    return " | ".join(parts)


def _deletion(node: Node) -> str:
    hint = f"::{node.detail}" if node.detail else ""
    return f"{f'c{node.level}' if node.level else '=='} {plain(node.children)}{hint}"


def _lines(span: Span) -> str:
    return f"{span.line}-{span.end_line}" if span.end_line > span.line else str(span.line)


def miscounted(parsed: Parsed, text: str) -> list[str]:
    """The lines, blank ones apart, that are not in exactly one note or skipped range; and spans that leave the file."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    times = [0] * (len(lines) + 1)
    wrong = []
    parts: list[Note | Skipped] = [*parsed.notes, *parsed.skipped]
    for part in parts:
        if not 1 <= part.span.line <= part.span.end_line <= len(lines):
            wrong.append(f"{part.span} of {len(lines)} lines")
        for number in range(part.span.line, min(part.span.end_line, len(lines)) + 1):
            times[number] += 1
    wrong += [
        f"line {n} in {times[n]} parts: {line[:60]!r}"
        for n, line in enumerate(lines, 1)
        if line.strip("\ufeff\0 \t") and times[n] != 1
    ]
    return wrong


def takes_long(before: str, line: str) -> bool:
    """Whether reading a line thousands of times over, behind another text, takes more than its share of time."""

    def taken(times: int) -> float:
        begun = time.process_time()
        read(before + line * times)
        return time.process_time() - begun

    long = taken(2000)
    return long >= 0.3 and long >= 10 * taken(500)


def keeps_every_line(parsed: Parsed, markdown: str) -> None:
    """No line is lost, notes lie beside one another, they hold no more than their lines, and nodes lie in the text."""
    assert miscounted(parsed, markdown) == []
    places = markdown.replace("\r\n", "\n").split("\n")
    assert all(before.span.end_line < after.span.line for before, after in pairwise(parsed.notes))
    size = len(markdown.encode()) + len(places)  # empty lines are put between some
    for note in parsed.notes:
        own = "\n".join(places[note.span.line - 1 : note.span.end_line])
        assert len(note.question_text) + len(note.answer_text) <= len(own) + 200
        for tree in note.trees():
            assert all(0 <= part.start <= part.end <= size for part in tree.walk())
