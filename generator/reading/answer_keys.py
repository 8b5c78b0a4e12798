"""Answer keys: the answers of many questions in one place, at the end of a quiz or of the file.

A key is taken out of the file before any dialect reads it; then its entries go to the questions above it, by their
numbers or in order. Where they fit none, it is no key, and stays what it was.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from generator.model import Basic, Body, Choice, Kind, Nodes, Note, Skipped, Span
from generator.reading import (
    answers,
    asking,
    choices,
    citations,
    furniture,
    key_entries,
    numbering,
    option,
    right_options,
)
from generator.reading.blocks import plain
from generator.reading.dialects import quiz
from generator.reading.document import Document, prepared
from generator.reading.key_entries import Entry
from generator.reading.notes import Found, Reading, texts

_TITLE = re.compile(
    r"""[\W\d_]*(?:(?:quiz|test|exam|practice|exercise|self|check|assessment|review|chapter|module|section|part|question|correct
      |knowledge|sample|model|week|day|lesson)s?\b[\W\d_]*(?:[a-z]\b[\W_]*)?)*
    (?:answers|answer\s*(?:keys?|sheet)|solutions|solution\s*key|key|respuestas(?:\s+correctas)?|soluciones|respostas
      |gabarito|antworten|lösungen|lösungsschlüssel|réponses|corrigés?|risposte|soluzioni|ответы|ключи?|答案表?|参考答案|解答|정답(?:\s*(?:표|지))?)
    (?:\s*(?:&|and|with|\+|/|und|y|e|et|и)\s*(?:the\s+)?(?:answers?|explanations?|rationales?|reasons?|solutions?
      |discussion|answer\s+key|erklärungen|explicaciones))*
    (?:\s+(?:to|for|of|zu|auf|an|de|a|para|aux?|à|alle?|к|на|для)(?:\s+(?:the|den|die|der|las?|los|as|os|les?|le))?
      \s+(?:questions?|check[- ]?list|self[- ](?:check|test)|fragen|aufgaben|preguntas|ejercicios|perguntas|exercícios
      |exercices|domande|esercizi|вопрос(?:ы|ам|ов)|тест\w{0,3}|задани\w{1,3}|упражнени\w{1,3}|чек-?лист\w{0,2}
      |самопроверк\w))?
    (?:\s*\([^()]*\))?(?:\s*[-–—:]?\s*(?:to|for|of|zu|de|para)?\s*(?:the\s+)?(?:quiz|test|exam|questions?|exercises?
      |section|part|chapter|module|week|day|lesson|mcqs?|self[- ]?test|practice\ \w+)?\s*(?:[a-z]|[\divx]+)?)?[\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)
_LABEL = re.compile(
    r"""[\W_]*(?:(?:quiz|test|exam|mcq|exercise|correct|practice)\s+)?(?:answers|answer\ key|solutions|key|respuestas
    |soluciones|respostas|gabarito|antworten|lösungen|réponses|risposte|ответы|答案|参考答案)\s*(?:\([^()]*\))?
    \s*[*_]*\s*[:：][\s*_]*""",
    re.IGNORECASE | re.VERBOSE,
)
_WORDS = tuple(
    word.encode()
    for word in (
        *("answers", "answer key", "answer sheet", "solutions", "solution key", "# key", "**key"),
        *(
            "respuestas",
            "soluciones",
            "respostas",
            "gabarito",
            "antworten",
            "lösung",
            "réponses",
            "corrigé",
            "risposte",
        ),
        *("soluzioni", "ответы", "Ответы", "ключ", "Ключ", "答案", "解答", "정답"),
    )
)
# So many of a key's entries must go to a question; and at least so many there are.
_MOST = 0.6
_FEWEST = 2
# An answer is known by so much more than what the question's own lines hold.
_BEYOND = 180


class _Key(NamedTuple):
    """A key: the lines that it takes, and what it says."""

    span: Span
    entries: tuple[Entry, ...]


def read(doc: Document, dialects: Callable[[Document], Reading]) -> Reading:
    """What the dialects make of a file, with the answers that stand in keys."""
    keys = list(_keys(doc)) if doc.has_in_any_case(*_WORDS) else []
    for _ in range(2):
        if not keys:
            break
        without = _without(doc, keys)
        reading = dialects(without)
        notes = _Notes(without, reading)
        told = [(key, notes.matched(key, above)) for above, key in pairwise((None, *keys)) if key]
        kept = [key for key, pairs in told if _fits(key, pairs) and notes.ask(pairs)]
        if len(kept) == len(keys):
            return _with(doc, reading, notes, told)
        keys = kept
    return dialects(doc)


# --- where the keys are ---------------------------------------------------------------------------------------------


def _keys(doc: Document) -> Iterator[_Key]:
    """All that looks like a key: under a heading, behind a label, or in `<details>`."""
    blocks = doc.tree.children
    place = 0
    while place < len(blocks):
        end, inside = _region(blocks, place)
        found = tuple(key_entries.entries(inside, doc.data)) if inside else ()
        if len(found) >= _FEWEST:
            yield _Key(doc.span(blocks[place:end]), found)
            place = end
        else:
            place += 1


def _region(blocks: Nodes, place: int) -> tuple[int, Nodes]:
    """Where a key that begins in a block ends, and the blocks of its entries; none where no key begins."""
    node = blocks[place]
    if node.kind is Kind.HEADING and _TITLE.fullmatch(plain((node,))):
        after = range(place + 1, len(blocks))
        higher = (at for at in after if blocks[at].kind is Kind.HEADING and blocks[at].level <= node.level)
        end = next(higher, len(blocks))
        return end, blocks[place + 1 : end]
    if node.kind is Kind.PARAGRAPH:
        label = _LABEL.match(numbering.raw_text(node.children[:6])[:80])
        if label:
            rest = numbering.trimmed(numbering.without_prefix(node.children, label.end()))
            end = place + 1
            while end < len(blocks) and blocks[end].kind in (Kind.LIST, Kind.TABLE) and not rest:
                end += 1
            if not rest:
                return end, blocks[place + 1 : end]
            inside = option.paragraph([rest])
            while end < len(blocks) and key_entries.goes_on(inside, blocks[end]):
                inside, end = (*inside, blocks[end]), end + 1
            return end, inside
    if node.kind is Kind.QUOTE and node.children and node.children[0].kind is Kind.PARAGRAPH:
        return place + 1, _quoted(node.children)
    unfolded = answers.unfolded(blocks[place:]) if node.kind is Kind.HTML_BLOCK else None
    if unfolded and _SUMMARY.fullmatch(" ".join(unfolded.summary.split())):
        return place + unfolded.blocks, unfolded.inside
    return place + 1, ()


def _quoted(blocks: Nodes) -> Nodes:
    """The blocks of the entries of a key in a quote, or in a callout whose title says so; none where it is none."""
    inline = blocks[0].children
    opening = _CALLOUT.match(numbering.raw_text(inline[:6]))
    own = option.lines(numbering.without_prefix(inline, opening.end())) if opening else []
    if own and _TITLE.fullmatch(plain(own[0])):
        return (*option.paragraph(own[1:]), *blocks[1:])
    return () if opening else _region(blocks, 0)[1]


_CALLOUT = re.compile(r"\s*\[![\w-]+\][+-]?\s*")
_SUMMARY = re.compile(
    rf"[\W_]*(?:(?:click|show|view|see|reveal|check|open|expand|ver|mostrar|anzeigen|показать)\W+)*(?:(?:here|to|the|for|all)\W+|(?:show|view|see|reveal)\W+)*(?:{_TITLE.pattern})",
    re.IGNORECASE | re.VERBOSE,
)


def _without(doc: Document, keys: Sequence[_Key]) -> Document:
    """The file with blanks where its keys are; all else stays at its place."""
    taken = {number for key in keys for number in range(key.span.line, key.span.end_line + 1)}
    lines = [
        " " * len(line.encode()) if number in taken else line
        for line, number in zip(doc.text.lines, doc.text.origin, strict=True)
    ]
    return replace(prepared(replace(doc.text, lines=tuple(lines)), doc.dialect, doc.deck_title), keyed=True)


# --- whose entries they are -----------------------------------------------------------------------------------------

Pairs = list[tuple[Found, Entry]]


_LEAD = re.compile(r"(?:[\s>#*_+|\-]|\[[ xX]\]|\[![\w-]+\][+-]?|<[^<>]*>)*")


# What is to be filled in or ended.
_ASKS = re.compile(r"_{2,}|\.{3,}|…|[:：]$")


class _Notes:
    """The notes of a reading in their order, with the lines that they stand on.

    `more` are numbered items that no dialect took for a question: with an answer in a key, each is one.
    """

    def __init__(self, doc: Document, reading: Reading) -> None:
        self._texts: dict[int, list[str]] = {}
        for text, number in zip(doc.text.lines, doc.text.origin, strict=True):
            self._texts.setdefault(number, []).append(text)
        taken = {line for one in reading.found for line in range(one.note.span.line, one.note.span.end_line + 1)}
        self.more = [made.found() for made in quiz.numbered(doc) if made.note.span.line not in taken]
        self._all = sorted([*reading.found, *self.more], key=lambda found: found.note.span)
        self._begins = [found.note.span.line for found in self._all]

    def lines(self, note: Note) -> list[str]:
        """The lines of a note."""
        return [text for at in range(note.span.line, note.span.end_line + 1) for text in self._texts.get(at, ())]

    def matched(self, key: _Key, above: _Key | None) -> Pairs:
        """The notes above a key, below the one before it, each with its entry."""
        first = bisect_right(self._begins, above.span.end_line) if above else 0
        notes = self._all[first : bisect_left(self._begins, key.span.line)]
        if all(entry.number is None for entry in key.entries):
            notes = [found for found in notes if found not in self.more]
            open_ones = [found for found in notes if not found.note.answered]
            same = next((some for some in (open_ones, notes) if len(some) == len(key.entries)), [])
            return list(zip(same, key.entries, strict=False))
        places: dict[int, list[int]] = {}
        for place, found in enumerate(notes):
            number = self._number(found.note)
            if number is not None:
                places.setdefault(number, []).append(place)
        if not places and (same := self._in_order(notes, key)):
            return list(zip(same, key.entries, strict=True))
        pairs: Pairs = []
        end = len(notes)
        for entry in reversed(key.entries):  # the nearest one: numbers begin anew in each part of a quiz
            own = places.get(-1 if entry.number is None else entry.number, [])
            at = bisect_left(own, end) - 1
            if at >= 0:
                pairs.append((notes[own[at]], entry))
                end = own[at]
        return pairs[::-1]

    @staticmethod
    def _in_order(notes: list[Found], key: _Key) -> list[Found]:
        """As many notes without numbers as a key has entries: all of them, the open ones, or those right above it."""
        open_ones = [found for found in notes if not found.note.answered]
        last = notes[-1:]
        nearest = [found for found in open_ones if found.note.topic == last[0].note.topic] if last else []
        counted = [entry.number for entry in key.entries] == [*range(1, len(key.entries) + 1)]
        some = (notes, open_ones, nearest) if counted else (notes,)
        return next((own for own in some if len(own) == len(key.entries)), [])

    def ask(self, pairs: Pairs) -> bool:
        """Whether most of the items that no dialect took for a question look like one after all."""
        spans = {found.note.span for found in self.more}
        more = [found.note.question_text for found, _ in pairs if found.note.span in spans]
        return sum(bool(_ASKS.search(text)) or asking.strength(text) > 0 for text in more) * 2 >= len(more)

    def _number(self, note: Note) -> int | None:
        """The number in front of a question, as it stands in its first line."""
        text = self.lines(note)[0]
        lead = _LEAD.match(text)
        number = numbering.number(text[lead.end() if lead else 0 :].replace("**", "").replace("\\", ""))
        return number.value if number else None


def _fits(key: _Key, pairs: Pairs) -> bool:
    """Whether a key is one of the questions above it."""
    if len(pairs) < max(_FEWEST, _MOST * len(key.entries)):
        return False
    for found, entry in pairs:
        asked = right_options.flattened(entry.question)
        if asking.strength(entry.question) and asked not in right_options.flattened(found.note.question_text):
            return False
    wrong = sum(_contradicts(found.note, entry) for found, entry in pairs)
    return wrong * _SELDOM <= len(pairs)


_SELDOM = 5


def _contradicts(note: Note, entry: Entry) -> bool:
    """Whether a note has another answer already than a key gives it."""
    if not isinstance(note.body, Choice) or not note.answered:
        return False
    blank = replace(note.body, options=tuple(replace(one, correct=False) for one in note.body.options))
    told = choices.with_key(blank, entry.nodes)
    return told is not None and [one.correct for one in told.options] != [one.correct for one in note.body.options]


# --- notes with their answers ---------------------------------------------------------------------------------------


def _with(doc: Document, reading: Reading, notes: _Notes, told: Sequence[tuple[_Key, Pairs]]) -> Reading:
    """The reading with the entries of its keys."""
    new: dict[Span, Note] = {}
    for _, pairs in told:
        for found, entry in pairs:
            note = _answered(doc, notes, found.note, entry)
            if note is not None:
                new[found.note.span] = note
    lines = {line for span in new for line in range(span.line, span.end_line + 1)}
    return reading._replace(
        found=tuple(
            one._replace(note=new.get(one.note.span, one.note))
            for one in (*reading.found, *(one for one in notes.more if one.note.span in new))
        ),
        skipped=(*(Skipped(key.span, "answer key") for key, _ in told), *reading.skipped),
        problems=tuple(one for one in reading.problems if one.code != "unanswered" or one.line not in lines),
    )


_LABELLED = re.compile(rf"[^\w\n]*(?:{answers.ANSWER}|solution)\s*[*_]*\s*(?:[:：]|$)|\s*<details\b", re.IGNORECASE)


def _answered(doc: Document, notes: _Notes, note: Note, entry: Entry) -> Note | None:
    """A note with what a key says of it; None where it has its answer already, or the entry is none."""
    source = doc.source(entry.nodes)
    told, cited = citations.split(furniture.trimmed_tail(option.as_blocks(entry.nodes))[0])
    note = replace(note, citations=(*note.citations, *cited))
    body: Body | None = None
    match note.body:
        case Choice() if not note.answered:
            body = choices.with_key(note.body, told)
        case Basic(question=front, answer=back):
            lines = notes.lines(note)
            if back and any(map(_LABELLED.match, lines[1:])):
                return None
            options = choices.found(doc, (*front[1:], *back), note.question_text, told)
            if options and any(one.correct for one in options.options):
                body = Choice((*front[:1], *options.before), options.options, options.explanation)
            elif told and not key_entries.is_letter(told):
                body = Basic((*front, *back), told)
            if back:  # what stood below the question belongs to it
                note = replace(note, question_source=f"{note.question_source}\n\n{note.answer_source}")
    return _told(replace(note, body=body), source, sum(map(len, notes.lines(note)))) if body else None


def _told(note: Note, source: str, length: int) -> Note:
    """The note with its answer from a key; by no more of that is it known than fits its own lines, `length` long."""
    asked, known = texts(note.body)
    room = length + _BEYOND - len(asked)
    if len(known) > room:
        known = known[:room].rpartition(" ")[0]
    return replace(note, question_text=asked, answer_text=known, answer_source=source)
