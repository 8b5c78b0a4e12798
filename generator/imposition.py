"""Where cut-out cards lie on sheets of paper, so that every back is exactly behind its front.

Only numbers: no file, no PDF. What comes out is points, rounded to .001, with the origin at the page's lower left
corner, as in a PDF. The order is that of printing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import ceil

from generator.card_grid import (
    GUTTER,
    LEAST_GAP,
    MARK_ROOM,
    MM,
    PRINTABLE,
    CannotImpose,
    CardFormat,
    Grid,
    format_of,
    grid_of,
    paper_of,
    points,
)
from generator.print_model import CardPlan, Fit

__all__ = [
    "CannotImpose",
    "Card",
    "CardFormat",
    "CardPlan",
    "Imposition",
    "Line",
    "Placement",
    "Side",
    "card_format",
    "cards_of",
    "on_sheets",
    "points",
]

# Crop marks: the distance from the trim and the length that are wanted.
_GAP, _LENGTH = 2.0, 4.0
# Ticks on the cut lines of tiled sheets, from the paper's edge, and half the width of the crosses where two meet.
_TICK, _CROSS = (5.0, 8.0), 1.8

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Card:
    """The pages of a card's faces, counted from 0 through all signatures; `part` is "1/2" where a note has two cards.

    Cards of one note may have the same front: it is read once and drawn on each. None is a face that stays blank.
    """

    front: int | None
    back: int | None
    part: str = ""

    def page(self, face: str) -> int | None:
        """The page of the "front" or "back"."""
        return self.front if face == "front" else self.back


@dataclass(frozen=True, slots=True)
class Placement:
    """A card's face on a side. `card` counts from 0; `matrix` takes the face's own coordinates to the side's."""

    card: int
    face: str
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class Line:
    """A line to cut or to fold (dashed) along: from one point to another."""

    x1: float
    y1: float
    x2: float
    y2: float
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """One face of a sheet, which counts from 1."""

    sheet: int
    face: str
    placements: tuple[Placement, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Imposition:
    """All sides in the order in which they are printed; lengths in points.

    `duplex` is the PDF's word for how the printer turns the paper; `left_off` says in sentences what found no room.
    """

    paper: tuple[float, float]
    card: CardFormat
    columns: int
    rows: int
    sides: tuple[Side, ...]
    duplex: str
    left_off: tuple[str, ...]


def card_format(plan: CardPlan) -> CardFormat:
    """The page that a card's faces are laid out on under this plan."""
    return format_of(plan, grid_of(plan))


def cards_of(fits: Sequence[Fit], numbers: Mapping[str, str]) -> list[Card]:
    """The cards of notes whose fronts and backs were laid out by turns, on so many pages each; by the notes' numbers.

    A note whose front or back takes several pages has as many cards. Each of them can be used alone, so that the other
    face, which has fewer pages, is begun anew on those that are left over: mostly, all have the same question.
    """
    found: list[tuple[int, list[Card]]] = []
    page = 0
    for front, back in zip(fits[::2], fits[1::2], strict=True):
        fronts, backs = range(page, page + front.pages), range(page + front.pages, page + front.pages + back.pages)
        page = backs.stop
        count = max(front.pages, back.pages)
        parts = [f"{place}/{count}" if count > 1 else "" for place in range(1, count + 1)]
        own = [Card(fronts[place % front.pages], backs[place % back.pages], part) for place, part in enumerate(parts)]
        found.append((int(numbers[f"note/n-{front.unit.removeprefix('f-')}"]), own))
    return [card for _, own in sorted(found, key=lambda one: one[0]) for card in own]


def on_sheets(plan: CardPlan, cards: int) -> Imposition:
    """Where the faces of so many cards lie. Raises `CannotImpose` with a sentence."""
    grid = grid_of(plan)
    paper = paper_of(plan)
    lines, left_off = _lines(grid, plan)
    sheets = ceil(cards / grid.places)
    numbers = range(1, sheets + 1)
    fronts = {number: Side(number, "front", _fronts(grid, plan, number, cards), lines) for number in numbers}
    backs = {number: Side(number, "back", _backs(grid, plan, number, cards), ()) for number in numbers}
    if plan.flip == "fold":
        sides = [Side(n, "front", (*fronts[n].placements, *backs[n].placements), lines) for n in numbers]
    elif plan.flip == "manual":
        again = numbers if plan.feed == "forward" else reversed(numbers)
        sides = [*fronts.values(), *(backs[number] for number in again)]
    else:
        sides = [side for number in numbers for side in (fronts[number], backs[number])]
    duplex = {"long-edge": "DuplexFlipLongEdge", "short-edge": "DuplexFlipShortEdge"}.get(plan.flip, "Simplex")
    size = (points(paper[0]), points(paper[1]))
    return Imposition(size, format_of(plan, grid), *grid.count, tuple(sides), duplex, left_off)


# --- where faces lie --------------------------------------------------------------------------------------------------


def _cards(grid: Grid, plan: CardPlan, sheet: int, cards: int) -> Iterator[tuple[int, tuple[float, float]]]:
    """The cards of a sheet with their places' corners; a place may stay blank."""
    sheets = ceil(cards / grid.places)
    for place, corner in enumerate(grid.corners()):
        card = place * sheets + sheet - 1 if plan.order == "stack" else (sheet - 1) * grid.places + place
        if card < cards:
            yield card, corner


def _fronts(grid: Grid, plan: CardPlan, sheet: int, cards: int) -> tuple[Placement, ...]:
    down = grid.card[1] if grid.fold == "above" else 0.0
    return tuple(
        Placement(card, "front", _rounded(_at(grid, x, y + down))) for card, (x, y) in _cards(grid, plan, sheet, cards)
    )


def _backs(grid: Grid, plan: CardPlan, sheet: int, cards: int) -> tuple[Placement, ...]:
    """Backs beside their fronts, above them and turned, or on the other side, mirrored with the paper."""
    width, height = grid.card
    found = []
    for card, (x, y) in _cards(grid, plan, sheet, cards):
        if grid.fold == "beside":
            matrix = _at(grid, x + width, y)
        elif grid.fold == "above":
            matrix = _after((-1, 0, 0, -1, width * MM, height * MM), _at(grid, x, y))
        else:
            matrix = _behind(_at(grid, x, y), width, plan)
        found.append(Placement(card, "back", _rounded(matrix)))
    return tuple(found)


def _at(grid: Grid, x: float, y: float) -> Matrix:
    """From an upright card whose upper left corner is here in the frame, to the page."""
    moved = (1.0, 0.0, 0.0, 1.0, x * MM, (grid.frame[1] - y - grid.card[1]) * MM)
    return _after(moved, (0, 1, -1, 0, grid.frame[1] * MM, 0)) if grid.turned else moved


def _behind(front: Matrix, width: float, plan: CardPlan) -> Matrix:
    """Where the back of a front is printed on the paper's other face.

    A card turns like a page, about its own upright axis, so a back's point is behind its front's mirrored one; the
    paper turns about the edge that it is flipped on, so that point is mirrored once more. That the printer sets backs
    off by some distance is taken back in between, where it was measured: seen from the front.
    """
    paper = paper_of(plan)
    page_turn = (-1, 0, 0, 1, width * MM, 0)
    setting_off = (1, 0, 0, 1, -plan.shift_x * MM, -plan.shift_y * MM)
    upright_axis = plan.flip != "short-edge"
    paper_turn = (-1, 0, 0, 1, paper[0] * MM, 0) if upright_axis else (1, 0, 0, -1, 0, paper[1] * MM)
    return _after(_after(_after(page_turn, front), setting_off), paper_turn)


def _after(first: Matrix, then: Matrix) -> Matrix:
    """The two steps as one."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _rounded(matrix: Matrix) -> Matrix:
    a, b, c, d, e, f = (round(value, 3) + 0.0 for value in matrix)  # + 0.0: no -0.0
    return a, b, c, d, e, f


# --- what to cut and fold along ---------------------------------------------------------------------------------------

_Stroke = tuple[float, float, float, float]


def _lines(grid: Grid, plan: CardPlan) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """The marks of a front in its page's points, and what found no room."""
    left_off: tuple[str, ...] = ()
    cuts: list[_Stroke] = []
    if not plan.stock:
        if grid.tiled:
            cuts = [*_ticks(grid)]
        elif plan.marks == "lines":
            cuts = [*_cut_lines(grid)]
        else:
            cuts = [*_crop_marks(grid), *_gutter_marks(grid)]
            left_off = tuple(_without_room(grid))
    lines = [_line(grid, stroke) for stroke in cuts]
    lines += [_line(grid, stroke, dashed=True) for stroke in _folds(grid)]
    return tuple(lines), left_off


def _line(grid: Grid, stroke: _Stroke, *, dashed: bool = False) -> Line:
    """From the frame's millimetres, downwards from its upper left corner, to the page's points."""
    x1, y1, x2, y2 = stroke
    ends = []
    for x, y in ((x1, y1), (x2, y2)):
        up = grid.frame[1] - y
        ends += [points(grid.frame[1] - up), points(x)] if grid.turned else [points(x), points(up)]
    return Line(ends[0], ends[1], ends[2], ends[3], dashed)


def _ticks(grid: Grid) -> Iterator[_Stroke]:
    """On the cut lines of a sheet that cards fill: short ticks at its edges, crosses where two lines meet."""
    across = [start for start, _ in grid.edges(0)][1:]
    down = [start for start, _ in grid.edges(1)][1:]
    near, far = _TICK
    for x in across:
        yield x, near, x, far
        yield x, grid.frame[1] - far, x, grid.frame[1] - near
    for y in down:
        yield near, y, far, y
        yield grid.frame[0] - far, y, grid.frame[0] - near, y
    for x, y in product(across, down):
        yield x - _CROSS, y, x + _CROSS, y
        yield x, y - _CROSS, x, y + _CROSS


def _trims(grid: Grid, way: int) -> list[float]:
    """Where to cut, across (0) or down (1)."""
    return sorted({round(edge, 6) for edges in grid.edges(way) for edge in edges})


def _margin(grid: Grid, way: int) -> float:
    """The paper beside the cards (0) or above them (1); they lie in its middle."""
    return grid.first[way]


def _has_room(grid: Grid, way: int) -> bool:
    return _margin(grid, way) + 1e-6 >= MARK_ROOM


def _crop_marks(grid: Grid) -> Iterator[_Stroke]:
    """Outside all cards, in line with every cut; nearer and shorter where the margin is narrow."""
    for way in (0, 1):
        if not _has_room(grid, 1 - way):
            continue
        room = _margin(grid, 1 - way) - PRINTABLE
        gap = min(max(room - _LENGTH, LEAST_GAP), _GAP)
        length = min(_LENGTH, room - gap)
        low, high = _trims(grid, 1 - way)[0], _trims(grid, 1 - way)[-1]
        for trim in _trims(grid, way):
            for start, end in ((low - gap - length, low - gap), (high + gap, high + gap + length)):
                yield (trim, start, trim, end) if way == 0 else (start, trim, end, trim)


def _cut_lines(grid: Grid) -> Iterator[_Stroke]:
    """Hairlines along all cuts, from one end of the cards to the other: they need no room beside them."""
    (left, *_, right), (top, *_, bottom) = _trims(grid, 0), _trims(grid, 1)
    for x in _trims(grid, 0):
        yield x, top, x, bottom
    for y in _trims(grid, 1):
        yield left, y, right, y


def _gutter_marks(grid: Grid) -> Iterator[_Stroke]:
    """In the strips between cards, in line with every cut that crosses them."""
    for way in (0, 1):
        strips = [(end, start) for (_, end), (start, _) in pairwise(grid.edges(1 - way)) if start - end > GUTTER / 2]
        for (start, end), trim in product(strips, _trims(grid, way)):
            near, far = start + LEAST_GAP, end - LEAST_GAP
            yield (trim, near, trim, far) if way == 0 else (near, trim, far, trim)


def _without_room(grid: Grid) -> Iterator[str]:
    for sides, way in (("left and right", int(grid.turned)), ("top and bottom", int(not grid.turned))):
        if not _has_room(grid, way):
            yield (
                f"there are no cut marks at the {sides}: they need {MARK_ROOM:g} mm beside the cards, and there are "
                f'{_margin(grid, way):.4g} mm; marks = "crop" makes room for them, marks = "lines" needs none'
            )


def _folds(grid: Grid) -> Iterator[_Stroke]:
    """Along the edge that a front has in common with its back, but not where no printer prints."""
    if not grid.fold:
        return
    width, height = grid.card
    for x, y in grid.corners():
        if grid.fold == "beside":
            low, high = max(y, PRINTABLE), min(y + height, grid.frame[1] - PRINTABLE)
            yield x + width, low, x + width, high
        else:
            low, high = max(x, PRINTABLE), min(x + width, grid.frame[0] - PRINTABLE)
            yield low, y + height, high, y + height
