"""A judge of printed pages: what stands in the PDF is held against the notes, word by word and box by box.

It knows nothing of how pages are made but anchors and margins; each check gives what is wrong, in words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import unescape
from typing import Any, NamedTuple
from unicodedata import normalize

import pypdfium2.raw as pdfium

from generator import fragments, sheets
from generator.model import RenderedNote
from tests.cut_cards_support import Face
from tests.print_support import Book, letters

MILLIMETRE = 72 / 25.4
# Nearer to the paper's edge printers lose ink, in points; boxes may be so much off.
_LOST, _SLACK = 5 * MILLIMETRE, 1.5
# A word that is met less than this far behind the last one follows it.
_NEAR = 600


class Letter(NamedTuple):
    """A visible letter and the box of its ink, in points from the page's lower left corner."""

    letter: str
    left: float
    bottom: float
    right: float
    top: float


class Frame(NamedTuple):
    """Where text may stand: margins in millimetres as CSS has them, and from where to where each column goes."""

    top: float
    bottom: float
    columns: tuple[tuple[float, float], ...]


@cache
def page_letters(book: Book, page: int) -> list[Letter]:
    """The letters of a page in the order of reading; a hyphen at a line's end is none."""
    text = book.reader[page].get_textpage()
    found = []
    for place in range(text.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(text.raw, place))
        if (
            letter.strip()
            and letter not in "\u00ad\u2010\ufffe\x02"
            and not pdfium.FPDFText_IsGenerated(text.raw, place)
        ):
            found.append(Letter(letter, *text.get_charbox(place)))
    return found


def _inside(book: Book, page: int, frame: Frame) -> list[Letter]:
    """The letters between head and foot."""
    top = book.reader[page].get_height() - frame.top * MILLIMETRE
    return [one for one in page_letters(book, page) if one.top < top + 2 and one.bottom > frame.bottom * MILLIMETRE - 4]


def _plain(text: str) -> str:
    return letters(normalize("NFKC", text).casefold())


def words(html: str) -> list[str]:
    """The words of HTML or of a plain text."""
    text = re.sub(r'<span class="l[ "]', " <br", html)
    text = re.sub(r"<wbr>|</?(?:a|b|code|em|i|mark|s|span|strong|sub|sup|u)\b[^>]*>", "", text)
    return re.findall(r"[^\W_]+", normalize("NFKC", unescape(re.sub(r"<[^>]*>", " ", text))).casefold())


def lost(book: Book, told: Sequence[tuple[str, str]], frame: Frame) -> list[str]:
    """The words that a page should have and has not: `told` has anchors in their order, each with what stands there."""
    pages = [_plain("".join(one.letter for one in _inside(book, page, frame))) for page in range(len(book.reader))]
    wrong = []
    for place, (anchor, text) in enumerate(told):
        first = book.anchors[anchor]
        last = book.anchors[told[place + 1][0]] if place + 1 < len(told) else len(pages) - 1
        there = "".join(pages[first : last + 1])
        wanted = Counter(words(text))
        missing = [word for word, count in wanted.items() if there.count(word) < (count if len(word) > 4 else 1)]
        wrong += [f"{anchor} has lost {' '.join(missing[:9])}"] if missing else []
    return wrong


def in_disorder(book: Book, told: Sequence[tuple[str, str, str]], frame: Frame) -> list[str]:
    """The anchors behind which words do not follow each other as they were written: each with its heading, and the text
    from there on.
    """
    read = ("".join(one.letter for one in _inside(book, page, frame)) for page in range(len(book.reader)))
    pages = [_plain(re.sub(r"p\.\d+", "", page)) for page in read]  # page references stand amid a heading's lines
    wrong = []
    for anchor, heading, html in told:
        text = "".join(pages[book.anchors[anchor] :])
        place = text.find("".join(words(heading)))
        for word in words(html) if place >= 0 else []:
            found = text.find(word, place, place + _NEAR)
            if found < 0:
                wrong.append(f"{anchor}: {word}")
                break
            place = found + len(word)
        wrong += [f"{anchor}: {heading}"] if place < 0 else []
    return wrong


def outside(book: Book, frame: Frame) -> Iterator[str]:
    """Letters that a printer would lose, and those between head and foot that are in no column."""
    for page in range(len(book.reader)):
        width, height = book.reader[page].get_size()
        for letter, left, bottom, right, top in page_letters(book, page):
            if min(left, bottom, width - right, height - top) < _LOST - _SLACK / 2:
                yield f"page {page + 1}: {letter} at {left:.0f}, {bottom:.0f}"
        for letter, left, bottom, right, _ in _inside(book, page, frame):
            if not any(
                start * MILLIMETRE - _SLACK <= left and right <= end * MILLIMETRE + _SLACK
                for start, end in frame.columns
            ):
                yield f"page {page + 1}: {letter} at {left:.0f}, {bottom:.0f} is in no column"


def bare_fonts(book: Book) -> list[str]:
    """Fonts that are named only."""
    found = []
    for name, font in book.fonts.items():
        described = (
            font.DescendantFonts[0].FontDescriptor if "/DescendantFonts" in font else font.get("/FontDescriptor")
        )
        if described is None or not {"/FontFile", "/FontFile2", "/FontFile3"} & {*described.keys()}:
            found.append(name)
    return found


def wrong_references(book: Book, pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Of pairs of anchors, those beside the first of which `p. N` is not the page of the second."""
    wrong = []
    for here, there in pairs:
        page, left, top = _place(book, here)
        wanted = f"p.{book.anchors[there] + 1}"
        row = [one for one in page_letters(book, page) if top - 22 < one.bottom < top + 2 and one.left > left - 1]
        if wanted not in "".join(one.letter for one in row):
            wrong.append(f"{here} does not say {wanted}")
    return wrong


def wrong_links(book: Book) -> list[str]:
    """Links that are a page's number, but not of the page that they lead to."""
    wrong = []
    for page, annotation in book.annotations():
        left, bottom, right, top = (float(edge) for edge in annotation.Rect)
        low, high = sorted((bottom, top))
        inside = [one for one in page_letters(book, page) if left <= one.left + 1 and one.right <= right + 1]
        text = "".join(one.letter for one in inside if low < (one.bottom + one.top) / 2 < high)
        if "/Dest" in annotation and text.isdigit() and int(text) != book.anchors[str(annotation.Dest)] + 1:
            wrong.append(f"page {page + 1}: {annotation.Dest} at {text}")
    return wrong


def _place(book: Book, anchor: str) -> tuple[int, float, float]:
    names = book.pdf.Root.Names.Dests.Names
    target: Any = next(names[place + 1] for place in range(0, len(names), 2) if str(names[place]) == anchor)
    return book.anchors[anchor], float(target[2]), float(target[3])


def lines(book: Book, page: int, frame: Frame) -> list[list[str]]:
    """The lines of each column of a page, from its top to its foot."""
    columns = []
    for start, end in frame.columns:
        rows: list[tuple[float, list[Letter]]] = []
        inside = (one for one in _inside(book, page, frame) if start <= one.left / MILLIMETRE + 0.5 < end)
        for one in sorted(inside, key=lambda one: -(one.bottom + one.top)):
            middle = (one.bottom + one.top) / 2
            if not rows or rows[-1][0] - 5 > middle:
                rows.append((middle, []))
            rows[-1][1].append(one)
        columns.append(
            [_plain("".join(one.letter for one in sorted(row, key=lambda one: one.left))) for _, row in rows]
        )
    return columns


def lonely_lines(book: Book, notes: Sequence[RenderedNote], frame: Frame) -> list[str]:
    """Lines that stand alone before or behind a page's end, the rest of their paragraph on the other side of it, and
    questions at a foot.
    """
    whole = {_plain(" ".join(words(html))) for html in _paragraphs(notes)}
    # A cloze to which nothing is added is all that there is of it.
    asked = {_plain(note.identified.note.question_text) for note in notes if note.html.answer}
    wrong, before = [], ""
    for page in range(len(book.reader)):
        for column in filter(None, lines(book, page, frame)):
            joined = before + column[0]
            if any(
                len(text) > len(joined) + 9 and (text.endswith(joined) or text.startswith(joined)) for text in whole
            ):
                wrong.append(f"page {page + 1}: {before} / {column[0]}")
            before = column[-1]
            if re.sub(r"^\d+", "", before) in asked and page + 1 < len(book.reader):
                wrong.append(f"page {page + 1} ends with a question: {before}")
    return wrong


def _paragraphs(notes: Sequence[RenderedNote]) -> Iterator[str]:
    for note in notes:
        for html in (note.html.question, note.html.answer):
            for found in re.finditer(
                r"<(p|li|dd)>(.*?)(?=</?(?:p|li|ul|ol|dd|dt|pre|table|br|img)\b)", html, re.DOTALL
            ):
                yield found.group(2)


def told_in_key(anchor: str) -> str:
    """The anchor of a note's answer in the quiz."""
    return "k" + anchor[1:]


def anchored(notes: Sequence[RenderedNote]) -> list[tuple[str, RenderedNote]]:
    """The notes with their anchors."""
    return [(sheets.note_anchor(note), note) for note in notes]


# --- cut-out cards ----------------------------------------------------------------------------------------------------


def _on_faces(note: RenderedNote) -> tuple[str, str]:
    """What must stand on a note's front and back: a cloze's gaps hide in front, and tell behind."""
    question, answer = note.html.question, note.html.answer
    if fragments.hides(question + answer):
        shown, answer = fragments.cloze(question, answer)
        question, answer = fragments.gapped(shown), shown + answer
    return f"{question} {note.html.hint}", answer


def lost_on_cards(faces: Sequence[Face], notes: Sequence[RenderedNote]) -> list[str]:
    """The words of notes that are not on their cards, each behind its number; notes are counted from 1.

    Not looked for are those that are written from right to left.
    """
    missing = []
    for number, note in enumerate(notes, 1):
        mine = sorted((face for face in faces if face.number[0] == number), key=lambda face: face.number)
        for back, html in zip((False, True), _on_faces(note), strict=True):
            text = _plain("".join(face.text for face in mine if face.back is back))
            found = (word for word in words(html) if not re.search("[\u0590-\u08ff]", word))
            missing += [f"{number}: {word}" for word in found if word not in text]
    return missing


def outside_of_cards(faces: Sequence[Face], card: tuple[float, float, float]) -> list[str]:
    """The faces with letters that are nearer to their edge than the white is wide, but for the head.

    A card is its width, its height and its white, in millimetres.
    """
    wide, high, white = (length * MILLIMETRE for length in card)
    return [
        face.label
        for face in faces
        for left, top, right, low in face.ink
        if left < white - 1.5 or right > wide - white + 1.5 or top < white - 3 or low > high - white + 1.5
    ]
