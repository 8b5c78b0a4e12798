"""What cut-out cards and papers there are, and how many cards a sheet of paper holds. Lengths are millimetres.

Paper is always held upright. A landscape sheet holds no more cards: it is an upright one with all cards turned, and a
printer would have to guess which way to turn it. So cards are laid out in a *frame*, upright and in reading order; the
frame is the page, or the page turned by a quarter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from generator.model import UserError
from generator.print_model import CardPlan
from generator.print_settings import FEEDS, FLIPS, MARKS, ORDERS, PAPERS, SIZES

MM = 72 / 25.4

# What a printer leaves white at the paper's edge, millimetres.
PRINTABLE = 5.0

# White round a card's text: two sizes have their own, any other a part of its width within limits.
_PADDINGS = {"A7": 8.0, "A8": 6.0, "2.5x3.5in": 6.0, "business": 6.0, "business-eu": 6.0, "A6": 9.0, "3x5in": 9.0}
_PADDING_PART, _LEAST_PADDING, _MOST_PADDING = 0.075, 5.0, 10.0
# Where paper edges are card edges, the printer's white border and an error of printing must find room in it.
_TILED_PADDING = 7.0
# A card tiles a paper if its cell is this near to its own size.
_TILED_TOLERANCE = 0.5
_LEAST_CARD = 25.0
_MOST_OFFSET = 10.0

# The least distance of a crop mark from the trim, its least length, and the room that it needs beside the cards.
LEAST_GAP, LEAST_LENGTH = 1.0, 2.0
MARK_ROOM = PRINTABLE + LEAST_GAP + LEAST_LENGTH
# The strip between cards that has marks in it.
GUTTER = 4.0
_CUSTOM = re.compile(r"(\d{1,4}(?:\.\d{1,3})?) ?[x×] ?(\d{1,4}(?:\.\d{1,3})?)(?: ?mm)?")


class CannotImpose(UserError, ValueError):  # noqa: N818 -- the name says what is the matter
    """Cards that can't be laid on this paper so; the sentence says why, and what could be done."""


@dataclass(frozen=True, slots=True)
class Stock:
    """Paper that is cut already: where its cards lie, in millimetres from the upper left corner."""

    paper: str
    card: tuple[float, float]
    first: tuple[float, float]
    pitch: tuple[float, float]
    grid: tuple[int, int]


STOCKS: dict[str, Stock] = {
    "5388": Stock("Letter", (127, 76.2), (44.45, 25.4), (127, 76.2), (1, 3)),
    "5371": Stock("Letter", (88.9, 50.8), (19.05, 12.7), (88.9, 50.8), (2, 5)),
    "8371": Stock("Letter", (88.9, 50.8), (19.05, 12.7), (88.9, 50.8), (2, 5)),
    "5389": Stock("Letter", (152.4, 101.6), (31.75, 31.75), (152.4, 114.3), (1, 2)),
    "C32011": Stock("A4", (85, 54), (15, 13.5), (95, 54), (2, 5)),
}


@dataclass(frozen=True, slots=True)
class CardFormat:
    """A card's page, in points: its size as it is read, and the white that its text keeps to every edge."""

    width: float
    height: float
    padding: float


@dataclass(frozen=True, slots=True)
class Grid:
    """Places in a frame, in millimetres from its upper left corner. A unit is a card, or front and back to be folded.

    `fold`: where a unit's back lies: "" on the other side of the paper, "beside" or "above" its front.
    """

    frame: tuple[float, float]
    turned: bool
    card: tuple[float, float]
    unit: tuple[float, float]
    count: tuple[int, int]
    first: tuple[float, float]
    pitch: tuple[float, float]
    fold: str = ""
    tiled: bool = False

    @property
    def places(self) -> int:
        """How many cards a sheet has."""
        return self.count[0] * self.count[1]

    def corners(self) -> Iterator[tuple[float, float]]:
        """Each unit's upper left corner, in reading order."""
        for row, column in product(range(self.count[1]), range(self.count[0])):
            yield self.first[0] + column * self.pitch[0], self.first[1] + row * self.pitch[1]

    def edges(self, way: int) -> list[tuple[float, float]]:
        """Where units begin and end, across (0) or down (1)."""
        starts = [self.first[way] + place * self.pitch[way] for place in range(self.count[way])]
        return [(start, start + self.unit[way]) for start in starts]


def points(length: float) -> float:
    """Millimetres as a PDF's points, to a thousandth."""
    return round(length * MM, 3)


# --- how many cards a paper holds -------------------------------------------------------------------------------------


def grid_of(plan: CardPlan) -> Grid:
    """The places of the plan's sheets: the most cards of all ways to turn them; the first of equals is upright."""
    _check(plan)
    if plan.stock:
        stock = STOCKS[plan.stock]
        return Grid(PAPERS[stock.paper], False, stock.card, stock.card, stock.grid, stock.first, stock.pitch)
    width, height = _card(plan)
    paper = paper_of(plan)
    units = [((width, height), "")]
    if plan.flip == "fold":
        units = [((2 * width, height), "beside"), ((width, 2 * height), "above")]
    turns = [(paper, False), (paper[::-1], True)]
    ways = [(frame, turned, unit, fold) for (frame, turned), (unit, fold) in product(turns, units)]
    if plan.marks in ("auto", "tiled"):
        tiled = [grid for way in ways if (grid := _tiled(*way))]
        if tiled:
            return max(tiled, key=lambda grid: grid.places)
        if plan.marks == "tiled":
            raise CannotImpose(
                f"cards of {_said(width, height)} do not fill {plan.paper} paper from edge to edge; "
                'set marks = "crop" or "lines", or take A6, A7 or A8 cards on A4 or A5 paper'
            )
    best = max((_spread(plan, *way) for way in ways), key=lambda grid: grid.places)
    if not best.places:
        pair = " and its back beside it" if plan.flip == "fold" else ""
        free = f"{MARK_ROOM:g} mm kept free for marks" if plan.marks == "crop" else f"{PRINTABLE:g} mm kept free"
        raise CannotImpose(
            f"a card of {_said(width, height)}{pair} does not fit on {plan.paper} paper, {_said(*paper)} with {free} "
            "at its edges; take a smaller card or larger paper"
        )
    return best


def _tiled(frame: tuple[float, float], turned: bool, unit: tuple[float, float], fold: str) -> Grid | None:
    """Cells that fill the paper, if they are nearly as large as the unit is to be."""
    count = round(frame[0] / unit[0]), round(frame[1] / unit[1])
    if not count[0] or not count[1]:
        return None
    cell = frame[0] / count[0], frame[1] / count[1]
    if any(abs(cell[way] - unit[way]) > _TILED_TOLERANCE for way in (0, 1)):
        return None
    return Grid(frame, turned, _half(cell, fold), cell, count, (0, 0), cell, fold, tiled=True)


def _spread(plan: CardPlan, frame: tuple[float, float], turned: bool, unit: tuple[float, float], fold: str) -> Grid:
    """As many units as fit inside the printable area, in the paper's middle."""
    gutter = GUTTER if plan.marks == "gutter" else 0.0
    margin = MARK_ROOM if plan.marks == "crop" else PRINTABLE
    # A hair more room than there is: a card of 200 mm fits between margins of 5 mm, whatever floats make of it.
    count = tuple(max(0, int((frame[w] - 2 * margin + gutter + 1e-6) / (unit[w] + gutter))) for w in (0, 1))
    first = tuple((frame[w] - count[w] * unit[w] - (count[w] - 1) * gutter) / 2 for w in (0, 1))
    pitch = (unit[0] + gutter, unit[1] + gutter)
    return Grid(frame, turned, _half(unit, fold), unit, (count[0], count[1]), (first[0], first[1]), pitch, fold)


def _half(unit: tuple[float, float], fold: str) -> tuple[float, float]:
    """The card of a unit that is folded, or the unit."""
    return unit[0] / (2 if fold == "beside" else 1), unit[1] / (2 if fold == "above" else 1)


def paper_of(plan: CardPlan) -> tuple[float, float]:
    """The paper, held upright."""
    return PAPERS[STOCKS[plan.stock].paper if plan.stock else plan.paper]


def _card(plan: CardPlan) -> tuple[float, float]:
    """The card's size in millimetres, as the plan's words give it."""
    if plan.size in SIZES:
        return SIZES[plan.size]
    custom = _CUSTOM.fullmatch(plan.size)
    if not custom:
        raise CannotImpose(
            f"`{plan.size}` is no card size; the sizes are: {', '.join(SIZES)}, or millimetres such as 90x60"
        )
    width, height = float(custom.group(1)), float(custom.group(2))
    if min(width, height) < _LEAST_CARD:
        raise CannotImpose(f"a card of {_said(width, height)} is too small: {_LEAST_CARD:g} mm is the least either way")
    return width, height


def _check(plan: CardPlan) -> None:
    """Words that mean nothing, and wishes that exclude each other."""
    allowed: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("paper", plan.paper, tuple(PAPERS)),
        ("flip", plan.flip, FLIPS),
        ("feed", plan.feed, FEEDS),
        ("marks", plan.marks, MARKS),
        ("order", plan.order, ORDERS),
        ("stock", plan.stock, ("", *STOCKS)),
    )
    for name, value, values in allowed:
        if value not in values:
            raise CannotImpose(f"`{value}` is no {name} of cards; it is one of: {', '.join(filter(None, values))}")
    if max(abs(plan.shift_x), abs(plan.shift_y)) > _MOST_OFFSET:
        raise CannotImpose(f"backs can be moved by {_MOST_OFFSET:g} mm at most; is the paper loaded straight?")
    if plan.stock and plan.flip == "fold":
        raise CannotImpose(f"stock {plan.stock} is cut already, so its cards can't be folded; choose another flip")


def _said(width: float, height: float) -> str:
    return f"{width:g} × {height:g} mm"


def format_of(plan: CardPlan, grid: Grid) -> CardFormat:
    """The page of a card on these places."""
    width, height = grid.card
    by_width = min(max(width * _PADDING_PART, _LEAST_PADDING), _MOST_PADDING)
    padding = by_width if plan.stock else _PADDINGS.get(plan.size, by_width)
    return CardFormat(points(width), points(height), points(max(padding, _TILED_PADDING) if grid.tiled else padding))
