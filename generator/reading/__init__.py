"""Reading: one file's bytes to its notes, to what was skipped and why, and to problems. Never raises, loses nothing.

    intake     bytes to lines: decoding, NUL, mojibake, front matter, missing empty lines (`spacing`)
    document   lines to a tree (`blocks`, `protection` of cloze deletions, `highlights`), and from a node back to lines
    dialects   the tree to notes; each dialect is a file, all of them a list in `dialects/__init__.py`
    finish     deck, tags, language, footnotes and images of each note
    account    every line in one note or in one skipped range

Shared by the dialects: `asking`, `numbering`, `attributes`, `answers`, `citations`, `clozes`, `furniture`.
"""

from __future__ import annotations

from dataclasses import replace

from generator.model import Parsed, Problem, Severity, Skipped, Source, Span
from generator.reading import account, finish, intake
from generator.reading.dialects import DIALECTS, Dialect
from generator.reading.document import Document, conflicts, open_fences, prepared

__all__ = ["read"]


def read(source: Source) -> Parsed:
    """The notes of one file. Every non-blank line is in exactly one note's span or in one skipped range."""
    text = intake.take_in(source.name, source.data)
    if not text.readable:
        everything = Skipped(Span(source.name, 1, text.count), "not UTF-8")
        return account.balanced(text, Parsed(skipped=(everything,), problems=text.problems))
    doc = prepared(text, str(text.front.get("dialect", source.defaults.dialect)), source.defaults.title)
    dialect, doubts = _chosen(doc)
    parsed = dialect.read(doc)
    if not parsed.notes:
        doubts = [*doubts, _no_questions(text)]
    notes = finish.finished(doc, parsed.notes, parsed.title, source.defaults)
    problems = (*text.problems, *doubts, *open_fences(doc), *conflicts(doc), *parsed.problems)
    title = str(text.front.get("title", "")) or parsed.title
    return account.balanced(text, replace(parsed, notes=notes, problems=problems, title=title))


def _chosen(doc: Document) -> tuple[Dialect, list[Problem]]:
    """The dialect asked for, else the one that scores best, and what is wrong with the asking."""
    named = next((dialect for dialect in DIALECTS if dialect.name == doc.dialect), None)
    if named:
        return named, []
    best = DIALECTS[0] if len(DIALECTS) == 1 else max(DIALECTS, key=lambda dialect: dialect.score(doc))
    return best, [_unknown_dialect(doc)] if doc.dialect else []


def _unknown_dialect(doc: Document) -> Problem:
    names = ", ".join(dialect.name for dialect in DIALECTS)
    message = f"there is no dialect `{doc.dialect}`"
    return Problem(Severity.WARNING, "unknown-dialect", doc.name, 1, 1, message, f"the dialects are: {names}")


def _no_questions(text: intake.Text) -> Problem:
    if not text.filled:
        return Problem(Severity.NOTICE, "empty-file", text.name, 1, 1, "this file is empty")
    return Problem(
        Severity.WARNING, "no-questions", text.name, 1, 1, "no question was found in this file",
        "questions are headings, answers stand below; if these are, say so at the top: ---, dialect: headings, ---",
    )  # fmt: skip
