"""Sheets of cut-out cards read back from their PDF alone: rules, numbers, words and marks as they lie on the paper.

Nothing here asks the code that put them there. A face is found by its head, a box as wide as its text with a rule at
its upper edge; which way is up, by the topic and the number in it, which are nearer to its lower edge.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import pypdfium2.raw as pdfium

from tests.print_support import Book

MM = 72 / 25.4
# The colour of a head, and what it is in grey.
ACCENT = (11, 79, 108), (73, 73, 73)
# Millimetres: a card as it is read, on paper that it doesn't fill, and the white round its text.
CARDS = {
    "A6": (148, 105, 9),
    "A7": (105, 74, 8),
    "A8": (74, 52, 6),
    "3x5in": (127, 76.2, 9),
    "2.5x3.5in": (88.9, 63.5, 6),
    "business": (88.9, 50.8, 6),
    "business-eu": (85, 55, 6),
    "60x90": (60, 90, 5),
}
# The same of the A sizes on paper that they fill, whose edges are theirs.
TILES = {
    ("A6", "A4"): (148.5, 105, 9), ("A7", "A4"): (105, 74.25, 8), ("A8", "A4"): (74.25, 52.5, 7),
    ("A6", "A5"): (148, 105, 9), ("A7", "A5"): (105, 74, 8), ("A8", "A5"): (74, 52.5, 7),
}  # fmt: skip
PAPERS = {"A4": (210, 297), "Letter": (215.9, 279.4), "A5": (148, 210)}
# The rule lies so many points nearer to the edge than the text.
_RULE = 2.8

Box = tuple[float, float, float, float]


class Stroke(NamedTuple):
    """Something drawn: its box, or that of the line that it follows, its colour, and how thick a line is."""

    box: Box
    colour: tuple[int, int, int]
    thick: float

    @property
    def is_mark(self) -> bool:
        """Whether it is a line to cut or to fold along: thinner than any on a card."""
        return self.colour == (0, 0, 0) and 0 < self.thick < 0.3


@dataclass(frozen=True)
class Face:
    """A card's face on a page: its trim, how it is turned (0, 90, 180 or 270 degrees), and what it says.

    `ink` are the boxes of its letters in its own frame, from its upper left corner to the right and down.
    """

    page: int
    back: bool
    turn: int
    trim: Box
    rule: Box
    label: str
    topic: str
    text: str
    ink: tuple[Box, ...]

    @property
    def number(self) -> tuple[int, int]:
        """The card's number, and its part."""
        number, _, part = self.label.partition("·")
        return int(number), int(part.partition("/")[0] or 1)


@cache
def drawn(book: Book, page: int) -> tuple[Stroke, ...]:
    """All paths of a page."""
    return tuple(_drawn(book, page))


def _drawn(book: Book, page: int) -> Iterator[Stroke]:
    for thing in book.reader[page].get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=9):
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(thing.raw, fill, stroke)
        channels = [ctypes.c_uint() for _ in range(4)]
        of = pdfium.FPDFPageObj_GetFillColor if fill.value else pdfium.FPDFPageObj_GetStrokeColor
        of(thing.raw, *channels)
        red, green, blue = (one.value for one in channels[:3])
        left, low, right, high = thing.get_bounds()
        width = ctypes.c_float()
        pdfium.FPDFPageObj_GetStrokeWidth(thing.raw, width)
        more = 0.0 if fill.value else width.value  # by which a stroke's bounds are larger than its line, on every side
        box = (left + more, low + more, right - more, high - more)
        yield Stroke(box, (red, green, blue), more)


@cache
def letters_of(book: Book, page: int) -> tuple[tuple[str, Box], ...]:
    """The letters of a page that can be seen, with their boxes."""
    return tuple(_letters_of(book, page))


def _letters_of(book: Book, page: int) -> Iterator[tuple[str, Box]]:
    text = book.reader[page].get_textpage()
    for place in range(text.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(text.raw, place))
        if letter.strip():
            yield letter, text.get_charbox(place)


def faces(book: Book, card: tuple[float, float, float]) -> list[Face]:
    """All faces of a document of cards so many millimetres wide and high, with so much white; all ink is in one."""
    found = []
    for page in range(len(book.reader)):
        letters = letters_of(book, page)
        rules = [one.box for one in drawn(book, page) if _is_head(one)]
        here = [_face(book, page, rule, letters, card) for rule in rules]
        assert sum(len(face.ink) for face in here) == len(letters), "ink outside of all cards, or in two"
        found += here
    return found


# How high a head is, with a front's thick rule and with a back's thin one, in points.
_FRONT, _BACK = 13.3, 12.0


def _is_head(one: Stroke) -> bool:
    left, low, right, high = one.box
    short, long = sorted((right - left, high - low))
    return not one.thick and one.colour in ACCENT and min(abs(short - _FRONT), abs(short - _BACK)) < 0.2 and long > 100


def _face(
    book: Book, page: int, rule: Box, letters: Sequence[tuple[str, Box]], card: tuple[float, float, float]
) -> Face:
    left, low, right, high = rule
    width, height, white = (length * MM for length in card)
    turn = _turn(rule, letters)
    ahead, behind = white - _RULE, height - (white - _RULE)
    trim = {
        0: (left - white, high - behind, right + white, high + ahead),
        180: (left - white, low - ahead, right + white, low + behind),
        90: (left - ahead, low - white, left + behind, high + white),
        270: (right - behind, low - white, right + ahead, high + white),
    }[turn]
    read = _read(book, page, turn) if turn else letters
    own = [(letter, _in_frame(box, trim, turn)) for letter, box in read if _within(_middle(box), trim)]
    head = [(letter, box) for letter, box in own if box[3] < white + 14]
    split = width - white - 20 * MM
    return Face(
        page=page,
        back=min(right - left, high - low) < (_FRONT + _BACK) / 2,
        turn=turn,
        trim=trim,
        rule=rule,
        label="".join(letter for letter, box in head if box[0] >= split),
        topic="".join(letter for letter, box in head if box[0] < split),
        text="".join(letter for letter, box in own if box[3] >= white + 14),
        ink=tuple(_in_frame(box, trim, turn) for _, box in letters if _within(_middle(box), trim)),
    )


def _turn(head: Box, letters: Sequence[tuple[str, Box]]) -> int:
    """How a face is turned, by where its head's letters are: the rule is at the other side."""
    x, y = _middle(head)
    inside = [_middle(box) for _, box in letters if _within(_middle(box), head)]
    right, up = (sum(point[way] for point in inside) / len(inside) - (x, y)[way] for way in (0, 1))
    if head[2] - head[0] > head[3] - head[1]:
        return 0 if up < 0 else 180
    return 90 if right > 0 else 270


def _in_frame(box: Box, trim: Box, turn: int) -> Box:
    """A box of the page in the frame of a face: from its upper left corner to the right and down."""
    left, low, right, high = box
    return {
        0: (left - trim[0], trim[3] - high, right - trim[0], trim[3] - low),
        180: (trim[2] - right, low - trim[1], trim[2] - left, high - trim[1]),
        90: (low - trim[1], left - trim[0], high - trim[1], right - trim[0]),
        270: (trim[3] - high, trim[2] - right, trim[3] - low, trim[2] - left),
    }[turn]


def _read(book: Book, page: int, turn: int) -> list[tuple[str, Box]]:
    """The letters of a page whose cards are turned, in their order when it is held so that they are upright."""
    if (book, page, turn) not in _KNOWN:
        leaf = book.reader[page]
        leaf.set_rotation(turn)
        _KNOWN[book, page, turn] = [*_letters_of(book, page)]
        leaf.set_rotation(0)
    return _KNOWN[book, page, turn]


_KNOWN: dict[tuple[Book, int, int], list[tuple[str, Box]]] = {}


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _within(point: tuple[float, float], box: Box) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]
