"""Reading: one file's bytes to its notes, to what was skipped and why, and to problems. Never raises, loses nothing."""

from __future__ import annotations

from dataclasses import replace

from generator.model import Parsed, Problem, Severity, Skipped, Source, Span
from generator.reading import account, finish, intake
from generator.reading.dialects import DIALECTS, Dialect
from generator.reading.document import Document, document, open_fences

__all__ = ["read"]


def read(source: Source) -> Parsed:
    """The notes of one file. Every non-blank line is in exactly one note's span or in one skipped range."""
    text = intake.take_in(source.name, source.data)
    count = text.origin[-1] if text.origin else 0
    if not text.readable:
        return Parsed(skipped=(Skipped(Span(source.name, 1, count), "not UTF-8"),), problems=text.problems)
    asked = str(text.front.get("dialect", source.defaults.dialect))
    doc = document(text, asked, source.defaults.title)
    dialect, doubts = _chosen(doc)
    parsed = dialect.read(doc)
    if not parsed.notes:
        doubts = [*doubts, _no_questions(source)]
    notes = finish.finished(doc, parsed.notes, parsed.title, source.defaults)
    problems = (*text.problems, *doubts, *open_fences(doc), *parsed.problems)
    title = str(text.front.get("title", "")) or parsed.title
    return account.balanced(text, replace(parsed, notes=notes, problems=problems, title=title), count)


def _chosen(doc: Document) -> tuple[Dialect, list[Problem]]:
    """The dialect asked for, else the one that scores best."""
    named = next((dialect for dialect in DIALECTS if dialect.name == doc.dialect), None)
    if named:
        return named, []
    doubts: list[Problem] = []
    if doc.dialect:
        names = ", ".join(dialect.name for dialect in DIALECTS)
        message = f"there is no dialect `{doc.dialect}`"
        doubts.append(Problem(Severity.WARNING, "unknown-dialect", doc.name, 1, 1, message, f"the dialects are: {names}"))
    return max(DIALECTS, key=lambda dialect: dialect.score(doc)), doubts


def _no_questions(source: Source) -> Problem:
    if not source.data.strip(b"\xef\xbb\xbf\0 \t\r\n"):
        return Problem(Severity.NOTICE, "empty-file", source.name, 1, 1, "this file is empty")
    return Problem(
        Severity.WARNING, "no-questions", source.name, 1, 1, "no question was found in this file",
        "if its headings are meant as questions, say so at its top: ---, dialect: headings, ---",
    )  # fmt: skip
