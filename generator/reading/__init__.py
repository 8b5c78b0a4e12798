"""Reading: one file's bytes to its notes, to what was skipped and why, and to problems. Never raises, loses nothing.

    intake     bytes to lines: decoding, NUL, mojibake, front matter, missing empty lines (`spacing`)
    document   lines to a tree (`blocks`, `protection` of cloze deletions, `highlights`), and from a node back to lines
    answer_keys  the answers that stand apart from their questions
    parts      which dialect reads the file, and which parts of it another one
    dialects   the tree to notes; each dialect is a file, all of them a list in `dialects/__init__.py`
    records    files that are none for a deck: minutes, syllabuses, answers without their questions
    finish     deck, tags, language, footnotes and images of each note
    account    every line in one note or in one skipped range

Shared by the dialects: `notes`, which makes a note of what they found, with `asking`, `numbering`, `attributes`,
`answers`, `choices`, `citations`, `clozes` and `furniture`; `places` (topics); `excerpts` for those that go by lines.
"""

from __future__ import annotations

from generator.model import Parsed, Problem, Severity, Skipped, Source, Span
from generator.reading import account, answer_keys, finish, intake, parts, records
from generator.reading.dialects import DIALECTS
from generator.reading.document import conflicts, embeds, open_fences, prepared

__all__ = ["NAMES", "TOOLS", "read"]

# What the dialects are called, in the order of their list.
NAMES = tuple(dialect.name for dialect in DIALECTS)
# Those that are a flashcard program's own.
TOOLS = frozenset(dialect.name for dialect in DIALECTS if dialect.tool)


def read(source: Source) -> Parsed:
    """The notes of one file. Every non-blank line is in exactly one note's span or in one skipped range."""
    text = intake.take_in(source.name, source.data)
    if not text.readable:
        everything = Skipped(Span(source.name, 1, text.count), "not UTF-8")
        return account.balanced(text, Parsed(skipped=(everything,), problems=text.problems))
    dialect = source.defaults.asked or str(text.front.get("dialect", source.defaults.dialect))
    doc = prepared(text, dialect, source.defaults.title)
    reading = records.without(doc, answer_keys.read(doc, parts.read))
    found = tuple(one.note for one in sorted(reading.found, key=lambda one: one.note.span))
    doubts = [] if found or any(one.code == "no-questions" for one in reading.problems) else [_no_questions(text)]
    notes = finish.finished(doc, found, reading.title, source.defaults)
    problems = (*text.problems, *doubts, *open_fences(doc), *conflicts(doc), *embeds(doc, notes), *reading.problems)
    title = str(text.front.get("title", "")) or reading.title
    return account.balanced(text, Parsed(notes, reading.skipped, problems, title))


def _no_questions(text: intake.Text) -> Problem:
    if not text.filled:
        return Problem(Severity.NOTICE, "empty-file", text.name, 1, 1, "this file is empty")
    return Problem(
        Severity.WARNING, "no-questions", text.name, 1, 1, "no question was found in this file",
        "questions are headings, answers stand below; if these are, say so at the top: ---, dialect: headings, ---",
    )  # fmt: skip
