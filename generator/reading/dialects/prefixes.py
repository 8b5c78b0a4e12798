"""Lines that say what they are: `Q: …` and `A: …`, `Question 3: …`, `**Answer:**`, in many languages.

A question goes on to its answer's label, an answer to the next question, heading or the end. Labels may be bold,
numbered, in a list or a quote; in code they are code. A question in a heading is the headings dialect's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.model import Problem
from generator.reading import notes, writing
from generator.reading.document import Document
from generator.reading.excerpts import NOTHING, Excerpt, Line, Lines, Piece
from generator.reading.notes import Found, Reading
from generator.reading.places import Places
from generator.reading.writing import Entry

NAME = "prefixes"

# What asks and what answers, a language a line.
_WORDS: tuple[tuple[str, str], ...] = (
    ("question|ques|q", r"(?:(?:the )?(?:correct|right) )?answer|ans|solution|a"),
    ("frage|f", "antwort|a"),
    ("pregunta|p", "respuesta|r"),
    ("pergunta|p", "resposta|r"),
    ("question|q", "réponse|reponse|r"),
    ("domanda|d", "risposta|r"),
    ("вопрос|в", "ответ|о"),
    ("питання|п", "відповідь|в"),
    ("问题|问|問題|問|q", "答案|答|回答|a"),
    ("質問|問題|問|q", "回答|答え|答|解答|a"),
    ("질문|문|q", "답변|답|a"),
    ("vraag|v", "antwoord|a"),
    ("pytanie|p", "odpowiedź|o"),
    ("fråga|spørgsmål|spørsmål|f|s", "svar"),
    ("soru|s", "cevap|c"),
    ("prompt", "response"),
    ("front", "back"),
)
_FOLLOWING = r"follow[- ]?up(?:[- ]question)?"
_LEAD = r"(?P<lead>[ \t]*(?:>[ \t]?)*(?:(?:[-*+]|\d+[.)])[ \t]+)?(?:\[[ xX]\][ \t]+)?)"
_NUMBER = r"(?:[ \t]*[#№]?[ \t]*(?P<number>\d+(?:\.\d+)*[a-z]?))?"
_END = r"[ \t]*(?P<inner>[*_]{0,3})[ \t]*(?P<sign>[:：]|(?:[.)](?=[ \t]|$)))(?P<close>[*_]{0,3})[ \t]*"
_TOGETHER = re.compile(r"[ \t]+(?P<open>[*_]{0,3})(?:answer|ans|a)[*_]{0,3}[:：][*_]{0,3}[ \t]*", re.IGNORECASE)
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
_FEWEST_LETTERS = 2
_FEWEST_ALONE = 3
_IDEOGRAPHS = "\u2e80"  # from here on a sign is a word


class _Language(NamedTuple):
    """How questions and answers are labelled."""

    asks: re.Pattern[str]
    answers: re.Pattern[str]


def _label(words: str) -> re.Pattern[str]:
    return re.compile(rf"{_LEAD}(?P<open>[*_]{{0,3}})(?P<label>{words}){_NUMBER}{_END}", re.IGNORECASE)


_LANGUAGES = tuple(_Language(_label(f"{asks}|{_FOLLOWING}"), _label(answers)) for asks, answers in _WORDS)
_POSSIBLE = re.compile(rf"(?im)^[ \t>*_+\-\d.)\[\]x]*(?:{'|'.join(asks for asks, _ in _WORDS)})[ \t#№\d.*_a-z]*[:：.)]")


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return any(_POSSIBLE.match(line) for line in doc.text.lines)


def read(doc: Document) -> Reading:
    """The notes of a file whose questions and answers are labelled."""
    lines, places = Lines(doc), Places(doc)
    best: list[_Card] = []
    for language in _LANGUAGES:
        cards = [card for card in _cards(lines, language) if not places.is_housekeeping(card.lines[0].start)]
        pairs = [card for card in cards if card.answer is not None]
        short = all(len(card.label) == 1 and card.label < _IDEOGRAPHS for card in pairs)
        if len(pairs) >= (_FEWEST_LETTERS if short and not _is_common(language) else 1):
            best = max(best, cards, key=lambda found: sum(card.answer is not None for card in found))
    best = best or _questions_alone(lines, places)
    found: list[Found] = []
    problems: list[Problem] = []
    for card in best:
        span = lines.span(card.lines)
        answer = card.answer if card.answer is not None else NOTHING
        made = notes.of_excerpts(doc, NAME, "labels", span, card.question, answer, places.of(card.lines[0].start))
        found.append(made.found())
        problems += made.problems
    taken = [one.note.span for one in found]
    return Reading(tuple(found), places.skipped_beside(taken), tuple(problems), places.title)


def _questions_alone(lines: Lines, places: Places) -> list[_Card]:
    """Questions that are labelled and numbered, and not answered: `Q1: …`, `Q2: …`."""
    cards = [card for card in _cards(lines, _LANGUAGES[0]) if not places.is_housekeeping(card.lines[0].start)]
    numbered = [card for card in cards if card.numbered and card.question.nodes]
    return numbered if len(numbered) >= _FEWEST_ALONE else []


def _is_common(language: _Language) -> bool:
    """Whether one letter is enough: `Q:` and `A:` mean nothing else."""
    return language is _LANGUAGES[0]


# --- from lines to cards ----------------------------------------------------------------------------------------------


class _Card(NamedTuple):
    """A question and its answer, if it has one, with the lines of both."""

    lines: tuple[Line, ...]
    label: str
    question: Excerpt
    answer: Excerpt | None
    numbered: bool = False


def _cards(lines: Lines, language: _Language) -> Iterator[_Card]:
    """The cards of a file in one language."""
    options = _has_options(lines)
    asks: list[Line] = []
    tells: list[Line] = []

    def card() -> Iterator[_Card]:
        if asks:
            yield _card(lines, language, asks, tells)
        asks.clear()
        tells.clear()

    for line in lines.all:
        if not line.code and _HEADING.match(line.text):
            yield from card()
        elif not line.code and (match := language.asks.match(line.text)) and _labels(match, options):
            yield from card()
            asks.append(line)
        elif tells:
            tells.append(line)
        elif asks:
            match = None if line.code else language.answers.match(line.text)
            (tells if match and _labels(match, options) else asks).append(line)
    yield from card()


def _has_options(lines: Lines) -> bool:
    """Whether the file has options with letters, so that `A.` and `A)` are none of an answer's labels."""
    return any(re.match(r"[\s>*_\-]*\(?[B-Db-d][.)][\s*_]", line.text) for line in lines.all if not line.code)


def _labels(match: re.Match[str], options: bool) -> bool:
    """Whether what looks like a label is one: a letter with a full stop may be an option, or an initial."""
    if len(match["label"]) > 1 or match["sign"] in ":：":
        return True
    return bool(match["number"]) or (match["label"].lower() in "qa" and not options)


def _card(lines: Lines, language: _Language, asks: Sequence[Line], tells: Sequence[Line]) -> _Card:
    """The card of a question's lines and its answer's."""
    match = language.asks.match(asks[0].text)
    if match is None:  # never: the first line is the one that asks
        return _Card((*asks, *tells), "", NOTHING, None)
    answer = None
    rest = asks[0].text[match.end() :]
    together = _TOGETHER.search(rest) if not tells else None
    if together:
        middle = match.end() + together.start()
        question = lines.excerpt([asks[0].between(match.end(), middle)])
        answer = lines.excerpt([asks[0].after(match.end() + together.end()), *_below(asks[1:], match)])
    else:
        question = lines.excerpt(_pieces(asks, match))
        label = language.answers.match(tells[0].text) if tells else None
        if label:
            answer = lines.excerpt(_pieces(tells, label))
    return _Card((*asks, *tells), match["label"], question, answer, bool(match["number"]))


def _pieces(lines: Sequence[Line], match: re.Match[str]) -> list[Piece]:
    """What stands behind a label, and below it."""
    first = lines[0]
    start, end = first.after(match.end())
    opened = match["open"]
    if opened and not match["inner"] and not match["close"]:  # bold goes on to the end of the question
        text = first.text[match.end() :].rstrip()
        if text.endswith(opened) and text.count(opened) % 2:
            end = start + len(text[: -len(opened)].encode())
    return [(start, end), *_below(lines[1:], match)]


def _below(lines: Sequence[Line], match: re.Match[str]) -> list[Piece]:
    """Further lines without what the label's own line begins with: marks of quotes, the indentation of a list."""
    quotes = match["lead"].count(">")
    width = len(match["lead"])
    found = []
    for line in lines:
        cut = 0
        for _ in range(quotes):
            mark = re.compile(r"[ \t]*>[ \t]?").match(line.text, cut)
            cut = mark.end() if mark else cut
        indent = re.compile(r" *").match(line.text, cut)
        cut += min(len(indent.group()) if indent else 0, max(0, width - cut))
        found.append(line.after(cut))
    return found


# --- the other way ----------------------------------------------------------------------------------------------------


def write(title: str, entries: Sequence[Entry]) -> str:
    """The notes with `Q:` and `A:`, under the headings of their topics."""

    def note(entry: Entry, _: int) -> str:
        asked = "\n\n".join(filter(None, [f"Q: {entry.asked}", entry.below, entry.choices]))
        return f"{asked}\n\nA: {entry.answer}" if entry.answer else asked

    return writing.under_topics(title, entries, note)
