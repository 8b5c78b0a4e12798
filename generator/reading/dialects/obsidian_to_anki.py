"""Obsidian_to_Anki: `START`, the type of note, its fields (`Back: …`), `END`; or on one line, `STARTI [Basic] … ENDI`.

The marks may stand in comments (`<!-- START -->`, `%%ANKI`, `END%%`). Notes without them, which the tool knows by their
author's own rules, are told by the id that it wrote below them: see `obsidian_styles`. Ids are pins and never shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from generator.model import Problem, Skipped
from generator.reading import asking, clozes, edits, notes
from generator.reading.attributes import CLOZE, REVERSED, Attributes
from generator.reading.dialects import obsidian_styles
from generator.reading.dialects.obsidian_styles import IDENTITY, Card
from generator.reading.document import Document
from generator.reading.excerpts import NOTHING, Excerpt, Line, Lines, Piece
from generator.reading.inline_cards import unique
from generator.reading.notes import Found, Reading
from generator.reading.places import Places, outside

NAME = "obsidian-to-anki"
_WORD = r"(?:(?:ANKI|CARD|NOTE)[ \t_:-]?)?"
_LEAD = r"(?P<lead>[ \t]*(?:>[ \t]?)*)"
_START = re.compile(rf"{_LEAD}(?:(?:<!--|%%?)[ \t]*{_WORD}(?:START|ANKI)(?:[ \t]*(?:-->|%%))?|START)[ \t]*$")
_END = re.compile(rf"[ \t]*(?:>[ \t]?)*(?:(?:<!--|%%)[ \t]*)?{_WORD}END(?:[ \t]*(?:-->|(?:>[ \t]*)?%%))?[ \t]*$")
_INLINE = re.compile(r"STARTI[ \t]*\[(?P<type>[^\[\]]+)\](?P<text>.*?)ENDI(?!\w)")
_DECK = re.compile(r"(?:>[ \t]?)*TARGET DECK(?::[ \t]*(?P<text>.*))?$")
_FILE_TAGS = re.compile(r"(?:>[ \t]?)*FILE TAGS(?::[ \t]*(?P<text>.*))?$")
_POSSIBLE = re.compile(rb"\bSTARTI?\b|%ANKI|<!--[ \t]*ANKI|<!--[ \t]*ID:[ \t]*\d|^ID:[ \t]*\d{13}", re.MULTILINE)

_FRONT = r"(?:Front|Text|Question|Prompt|Anverso|Texto|Pregunta|Vorderseite|Frage|Recto|Frente|Вопрос|正面|问题)"
_BACK = r"(?:Back|Answer|Reverso|Respuesta|Rückseite|Antwort|Verso|Ответ|背面|答案)"
_FRONT_LABEL = re.compile(rf"{_FRONT}:(?:[ \t]+|$)")
_BACK_LABEL = re.compile(rf"{_BACK}:(?:[ \t]+|$)")
# Of the further fields, the label of the one shows nothing, the others' are a part of the answer.
_MORE_LABEL = re.compile(
    r"(?:(?P<hidden>(?:(?:Back|Reverso|Rückseite)[ ])?Extra:|Add[ ]Reverse:.*)"
    r"|(?:References?|Sources?|Addition|Notes?|Hint|Explanation):)(?:[ \t]+|$)"
)
_ANY_LABEL = re.compile(r"\w[\w ]{0,24}:(?:[ \t]+|$)")
_TAGS = re.compile(r"(?:Tags|Etiquetas|Schlagwörter):[ \t]*(?P<tags>.*)$")
_INLINE_BACK = re.compile(rf"(?<!\S){_BACK}:(?!\S)")
_INLINE_TAGS = re.compile(r"(?<!\S)Tags:[ \t]+(?P<tags>.*)$")
_KNOWN = re.compile(r"(?:Basic|Cloze|Básico|Einfach|Basique|Простая|Image Occlusion)\b")
_HIDES = re.compile(r"cloze|anidada|huecos|lücken|trous|填空|穴埋め|пропуск", re.IGNORECASE)
_BOTH_WAYS = re.compile(r"revers|invertid|umgekehrt|invers|обратн|反", re.IGNORECASE)
_ASKED_FOR = re.compile(r"Add Reverse:[ \t]*\S", re.MULTILINE)
_NUMBERED = re.compile(r"\{\{c\d+::")
_LONGEST_TYPE = 60


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return doc.has(b"START", b"ANKI", b"ID:") and bool(_POSSIBLE.search(doc.data))


def read(doc: Document) -> Reading:
    """The notes of a file that was written for that plug-in: between its marks, or with its id below them."""
    lines = Lines(doc)
    header, title, tags = _header(lines)
    blocks, gone = _blocks(lines)
    cards = [*blocks, *_inline(lines)]
    cards += obsidian_styles.cards(lines, {line.start for card in cards for line in card.lines}, bool(cards))
    cards.sort(key=lambda card: card.lines[0].start)
    places = Places(doc, outside(doc, [lines.span(card.lines) for card in cards]))
    found: list[Found] = []
    problems: list[Problem] = []
    for card, pin in zip(cards, unique([card.pin for card in cards]), strict=True):
        span, marks = lines.span(card.lines), Attributes(pin, (*tags, *card.tags))
        place = places.of(card.lines[0].start)
        hiding = replace(doc, may_hide=True) if not card.kind else doc
        made = notes.of_excerpts(hiding, NAME, card.rule, span, card.question, card.answer, place, marks, card.kind)
        found.append(made.found(notes.SURE))
        problems += made.problems
    beside = places.skipped_beside(one.note.span for one in found)
    return Reading(tuple(found), (*header, *gone, *beside), tuple(problems), title or places.title)


# --- what a file says of all its notes --------------------------------------------------------------------------------


def _header(lines: Lines) -> tuple[list[Skipped], str, tuple[str, ...]]:
    """The lines that name deck and tags, and what they say; the first deck counts."""
    skipped: list[Skipped] = []
    decks: list[str] = []
    tags: list[str] = []
    for place, line in enumerate(lines.all):
        if line.code:
            continue
        for shape, said in ((_DECK, decks), (_FILE_TAGS, tags)):
            label = shape.match(line.text)
            if not label:
                continue
            below = lines.all[place + 1 : place + 2] if label["text"] is None else []
            said.append((below[0].text if below else label["text"] or "").strip())
            skipped.append(Skipped(lines.span([line, *below]), "deck" if shape is _DECK else "tags"))
    words = (word.lstrip("#") for text in tags for word in text.replace(",", " ").split())
    return skipped, next(filter(None, decks), ""), tuple(filter(None, words))


# --- notes between START and END --------------------------------------------------------------------------------------


def _shown(every: Sequence[Line]) -> list[Line]:
    """The lines; those in a fence that says `anki` are the plug-in's, and no code."""
    found: list[Line] = []
    fence = ""
    for line in every:
        opening = _ANKI_FENCE.match(line.text) if line.code else None
        if fence and (not line.code or line.text.strip() == fence):
            fence = ""
        elif fence:
            line = line._replace(code=False)
        elif opening and (not found or not found[-1].code or found[-1].text.strip()[:3] == opening["fence"][:3]):
            fence = opening["fence"]
        found.append(line)
    return found


_ANKI_FENCE = re.compile(r"[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*anki[ \t]*$", re.IGNORECASE)


def _blocks(lines: Lines) -> tuple[list[Card], list[Skipped]]:
    """The notes between the marks, and what stands there that is none."""
    found: list[Card] = []
    gone: list[Skipped] = []
    every = _shown(lines.all)
    begin, depth = -1, 0
    for place, line in enumerate(every):
        if line.code:
            continue
        if mark := _START.match(line.text):
            begin, depth = place, mark["lead"].count(">")
        elif begin >= 0 and _END.match(line.text):
            own = every[begin : place + 1]
            card = _block(lines, own, depth)
            if card:
                found.append(card)
            elif any(IDENTITY.search(inner.text) for inner in own):
                gone.append(Skipped(lines.span(own), "note without a question"))
            begin = -1
    return found, gone


class _Row(NamedTuple):
    """A line of a note without the marks of a quote around it: its text, from the character `start` of the line on."""

    line: Line
    start: int
    text: str

    def piece(self, skip: int = 0, until: int | None = None) -> Piece:
        """What it holds behind so many characters."""
        return self.line.between(self.start + skip, self.start + (len(self.text) if until is None else until))


def _block(lines: Lines, own: Sequence[Line], depth: int) -> Card | None:
    """The note of these lines, the marks among them, in so many quotes; None where they are none."""
    rows = [_row(line, depth) for line in own[1:-1]]
    first = next((n for n, row in enumerate(rows) if row.text.strip()), None)
    if first is None or rows[first].line.code:
        return None
    head, rows = rows[first], rows[first + 1 :]
    kind = head.text.strip()
    rows, pin, tags = _without_marks(rows)
    text = "\n".join(row.text for row in rows)
    hides = bool(_HIDES.search(kind) or (not _known(kind) and _NUMBERED.search(text)))
    front, back = _fields(rows, hides)
    told = pin or _known(kind) or back is not None or _NUMBERED.search(text)
    if len(kind) > _LONGEST_TYPE or not told:
        return None
    if not hides and back is None and not _known(kind):
        front, back = _by_any_label(rows)
    question, answer = _excerpts(lines, front, back or [], hides)
    if not question.nodes and asking.strength(kind):  # the type was left out
        question = lines.excerpt([head.piece()])
    if not question.nodes:
        return None
    both = _BOTH_WAYS.search(kind) and ("optional" not in kind or _ASKED_FOR.search(text))
    named = _named(question) if hides else REVERSED if both else "basic"
    return Card(tuple(own), question, answer, named, pin, tags, "START … END")


def _row(line: Line, depth: int) -> _Row:
    start = 0
    for _ in range(depth):
        mark = re.match(r"[ \t]*>[ \t]?", line.text[start:])
        start += mark.end() if mark else 0
    return _Row(line, start, line.text[start:])


def _known(kind: str) -> bool:
    return bool(_KNOWN.match(kind))


def _named(question: Excerpt) -> str:
    """The kind of a cloze: with deletions of its own, what is highlighted is just that."""
    return "" if clozes.deletes(question.nodes) else CLOZE


def _without_marks(rows: Sequence[_Row]) -> tuple[list[_Row], str, tuple[str, ...]]:
    """The lines of a note without its id and its tags, and these."""
    kept: list[_Row] = []
    pin, tags = "", ""
    for row in rows:
        identity = None if row.line.code else IDENTITY.search(row.text)
        if identity:
            pin = pin or identity["id"]
            row = row._replace(text=row.text[: identity.start()].rstrip("- \t"))
            if not row.text:
                continue
        label = None if row.line.code else _TAGS.match(row.text)
        if label:
            tags = label["tags"]
        else:
            kept.append(row)
    return kept, pin, tuple(word.strip("#,") for word in tags.split() if word.strip("#,"))


def _fields(rows: Sequence[_Row], hides: bool) -> tuple[list[Piece], list[Piece] | None]:
    """The lines of the first field and of those behind it; None for these where no label begins them."""
    front: list[Piece] = []
    back: list[Piece] | None = None
    for row in _without_empty_labels(rows):
        into = front if back is None else back
        begins = None if row.line.code else _BACK_LABEL.match(row.text)
        more = None if row.line.code or begins else _MORE_LABEL.match(row.text)
        if begins and back is None:
            back = [row.piece(begins.end())]
        elif more and (back is not None or hides):
            back = back or []
            back += [row.piece(0, 0), row.piece(more.end() if more["hidden"] else 0)]
        elif not into and into is front and (label := _FRONT_LABEL.match(row.text)):
            front.append(row.piece(label.end()))
        elif row.text.strip() or into:
            into.append(row.piece())
    return front, back


def _without_empty_labels(rows: Sequence[_Row]) -> Iterator[_Row]:
    """The lines without labels of further fields that nothing follows."""
    for place, row in enumerate(rows):
        label = None if row.line.code else _MORE_LABEL.fullmatch(row.text)
        below = rows[place + 1] if place + 1 < len(rows) else None
        is_filled = below and below.text.strip() and not _MORE_LABEL.match(below.text)
        if not label or label["hidden"] or is_filled:
            yield row


def _by_any_label(rows: Sequence[_Row]) -> tuple[list[Piece], list[Piece] | None]:
    """The same of a type of note that we don't know: its fields have labels of their author's own."""
    filled = [n for n, row in enumerate(rows) if row.text.strip()]
    labels = [n for n in filled[1:] if not rows[n].line.code and _ANY_LABEL.match(rows[n].text)]
    if not filled or not labels:
        return [row.piece() for row in rows], None
    own, other = _ANY_LABEL.match(rows[filled[0]].text), _ANY_LABEL.match(rows[labels[0]].text)
    front = [row.piece(own.end() if own and n == filled[0] else 0) for n, row in enumerate(rows[: labels[0]])]
    back = [row.piece(other.end() if other and n == 0 else 0) for n, row in enumerate(rows[labels[0] :])]
    return front, back


def _excerpts(lines: Lines, front: list[Piece], back: list[Piece], hides: bool) -> tuple[Excerpt, Excerpt]:
    """Question and answer; in a cloze without Anki's own deletions, braces are some."""

    def changes(text: str) -> Iterable[edits.Edit]:
        return edits.curly(text) if hides and not _NUMBERED.search(text) else ()

    question = lines.excerpt(front, changes)
    question = question._replace(nodes=edits.unnumbered(question.nodes, "{", "}"))
    return question, lines.excerpt(back) if back else NOTHING


# --- notes on one line ------------------------------------------------------------------------------------------------


def _inline(lines: Lines) -> Iterator[Card]:
    """The notes that stand on a line each; of two on one line, the first."""
    for line in lines.all:
        if line.code or not 0 <= line.text.find("STARTI") < line.text.rfind("ENDI"):
            continue
        note = _INLINE.search(edits.masked(line.text, maths=False))
        if note:
            yield from _on_line(lines, line, note)


def _on_line(lines: Lines, line: Line, note: re.Match[str]) -> Iterator[Card]:
    begin, end = note.span("text")
    pin, tags = "", ()
    identity = IDENTITY.search(line.text[begin:end])
    if identity:
        pin, end = identity["id"], begin + identity.start()
    label = _INLINE_TAGS.search(line.text[begin:end])
    if label:
        tags, end = tuple(label["tags"].replace(",", " ").split()), begin + label.start()
    kind = note["type"].strip()
    hides = bool(_HIDES.search(kind))
    parting = None if hides else _INLINE_BACK.search(line.text[begin:end])
    cut = begin + parting.start() if parting else end
    back = [_trimmed(lines, line.between(begin + parting.end(), end))] if parting else []
    begin += len(line.text[begin:cut]) - len(line.text[begin:cut].lstrip())
    own = _FRONT_LABEL.match(line.text[begin:cut])
    front = [_trimmed(lines, line.between(begin + (own.end() if own else 0), cut))]
    question, answer = _excerpts(lines, front, back, hides)
    if question.nodes:
        named = _named(question) if hides else REVERSED if _BOTH_WAYS.search(kind) else "basic"
        yield Card((line,), question, answer, named, pin, tags, "STARTI … ENDI")


def _trimmed(lines: Lines, piece: Piece) -> Piece:
    """The piece without white space at either end."""
    start, end = piece
    data = lines.doc.data[start:end]
    start += len(data) - len(data.lstrip())
    return start, max(start, end - len(data) + len(data.rstrip()))
