"""Files whose headings seem to ask, and that are none for a deck: answers without their questions, and records.

A record tells of an occasion: the minutes of a meeting, a retrospective, a journal, the outline of a course. What it
asks (`What went well?`, `Who is the instructor?`) is asked of that occasion, not of a subject that somebody learns.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from generator.model import Kind, Problem, Severity
from generator.reading import answer_keys, asking, key_entries, numbering
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.notes import Found, Reading
from generator.reading.places import Places

# In these a line asks by its words alone, or stands alone; other ways of writing are meant.
_BY_WORDS = ("headings", "bold", "lists", "checklist")


def without(doc: Document, reading: Reading) -> Reading:
    """The reading of a file; without notes where that is answers alone or a record, and with a problem that says so."""
    if doc.dialect or any(found.note.dialect not in _BY_WORDS for found in reading.found):
        return reading
    titles = _titles(doc, reading)
    if any(map(answer_keys.is_title, titles)) and _is_answers(doc, reading):
        return _emptied(doc, reading, "answer without its question", _ANSWERS)
    if reading.found and _is_record(doc, titles, reading):
        return _emptied(doc, reading, "record of an occasion", _RECORD)
    return reading


def _titles(doc: Document, reading: Reading) -> list[str]:
    """What a file is called: its title, its first heading, its name."""
    first = doc.tree.children[0] if doc.tree.children else None
    heading = plain(first.children) if first is not None and first.kind is Kind.HEADING else ""
    stem = re.sub(r"[_-]+", " ", PurePath(doc.name).stem)
    return [title for title in (str(doc.text.front.get("title", "")), reading.title, heading, stem) if title.strip()]


def _emptied(doc: Document, reading: Reading, why: str, told: tuple[str, str]) -> Reading:
    places = Places(doc)
    problem = Problem(Severity.WARNING, "no-questions", doc.name, 1, 1, *told)
    return Reading(skipped=places.skipped_beside((), why), problems=(problem,), title=reading.title or places.title)


# --- answers alone --------------------------------------------------------------------------------------------------

_ANSWERS = (
    "this file holds answers without their questions",
    "put them into the file of the questions, under a heading `Answers`, and number both alike",
)


def _is_answers(doc: Document, reading: Reading) -> bool:
    """Whether a file called so holds numbered answers, and no question."""
    if reading.found:
        written = dict(zip(reversed(doc.text.origin), reversed(doc.text.lines), strict=True))
        return all(_is_bare(found, written.get(found.note.span.line, "")) for found in reading.found)
    blocks = tuple(node for node in doc.tree.children if node.kind is not Kind.HEADING)
    return len([*key_entries.entries(blocks, doc.data)]) > 1


def _is_bare(found: Found, line: str) -> bool:
    """Whether a note is a number with an answer below its first line: `## Question 3`, and nothing that asks."""
    if asking.strength(found.note.question_text):
        return False
    text = line.strip("#*_ \t")
    number = numbering.number(text)
    return not found.note.answered or (number is not None and number.length >= len(text))


# --- records --------------------------------------------------------------------------------------------------------

_RECORD = (
    "this reads as the record of a meeting, a journal or the outline of a course, so nothing in it is a note",
    "if it is for a deck, say so at the top: ---, dialect: headings, ---",
)
_OCCASION = re.compile(
    r"""\b(?:retro(?:spective)?s?|post-?\ ?mortem|stand-?\ ?ups?|minutes|agenda|kick-?\ ?off|one-on-one|1\s?[:-]\s?1
    |(?:meeting|weekly|daily|team|staff|board)\ (?:notes?|log)|(?:sprint|iteration)\ \d+|debrief|journal|diary
    |(?:daily|weekly|monthly|yearly|quarterly|annual)\ (?:notes?|log|review|reflection|report|plan)
    |syllabus|course\ (?:outline|information|info|policies)
    |protokoll|besprechung|tagesordnung|tagebuch|wochenrückblick|rückblick|acta|reunião|retrospectiva|temario
    |compte[\ -]rendu|ordre\ du\ jour|совещани\w+|ретро|ретроспектива|дневник)\b
    | 议程 | 会议记录 | 复盘 | 日记 | 周报 | 議事録 | 회의록""",
    re.IGNORECASE | re.VERBOSE,
)
# What notes on a subject are called after as well.
_PERHAPS = re.compile(
    r"\b(?:meetings?|sync|check-?\ ?in|sprint|reflections?|week|day|reunión|réunion|встреча)\b"
    r"|\b\d{4}-\d{2}(?:-\d{2})?\b",
    re.IGNORECASE,
)
_FRONT = re.compile(r"\W*(?:meetings?|minutes|agenda|retro(?:spective)?|journal|daily(?:[ -]note)?|syllabus)\W*", re.I)
# What is asked of an occasion, by those who were there, or will be.
_OF_OCCASION = re.compile(
    r"""\b(?:went|(?:did|didn't|will|have|had|are|am|were|was)\ (?:we|i)|today|tomorrow|yesterday
    |who\ (?:does|did|is\ doing|was\ there|attended)
    |gut\ gelaufen|(?:haben|hatten|werden|machen)\ wir|habe\ ich|salió|hicimos|fizemos|мы|я)\b
    | 我们 | 我 | 今天 | 明天 | 本周""",
    re.IGNORECASE | re.VERBOSE,
)
# What is asked of one as surely, where the file is called after it, but of a subject elsewhere.
_BESIDES = re.compile(
    r"""\b(?:we|us|our|i|my|me|(?:is|are|comes?)\ next|attend\w*
    |this\ (?:course|class|module|meeting|sprint|week|month|day|quarter)
    |instructors?|teachers?|professors?|lecturers?|office\ hours|grades?|graded|grading|textbooks?|prerequisites
    |(?:late|attendance)\ polic\w+|homeworks?|exams?|class(?:es)?\ (?:meet|take\ place|start)
    |wir|uns|unsere?|ich|nosotros|nós|nous|notre|нас|наш\w*)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def _is_record(doc: Document, titles: list[str], reading: Reading) -> bool:
    """Whether a file is called after an occasion, and most of its questions ask of it."""
    kinds = [str(doc.text.front.get(name, "")) for name in ("type", "category")]
    named = any(map(_OCCASION.search, titles)) or any(map(_FRONT.fullmatch, kinds))
    if not named and not any(map(_PERHAPS.search, titles)):
        return False
    texts = [found.note.question_text for found in reading.found]
    count = sum(bool(_OF_OCCASION.search(text) or (named and _BESIDES.search(text))) for text in texts)
    return count * 2 > len(texts) or count * 2 == len(texts) > 2
