"""Where cards lie on sheets: a table of the counts, and properties of paper that is really printed, turned and cut."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import print_settings
from generator.card_grid import STOCKS
from generator.imposition import CannotImpose, Imposition, Line, Placement, card_format, on_sheets
from generator.print_model import CardPlan
from generator.print_settings import FEEDS, FLIPS, ORDERS, PAPERS, SIZES

MM = 72 / 25.4
Point = tuple[float, float]


def printed(cards: int = 1, **words: Any) -> Imposition:
    return on_sheets(CardPlan(**words), cards)


# --- tables -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "paper", "shared", "crop", "pairs", "tiled"),
    [
        ("A6", "A4", 2, 2, 1, 4),
        ("A7", "A4", 4, 4, 2, 8),
        ("A8", "A4", 10, 10, 5, 16),
        ("3x5in", "A4", 4, 4, 2, 0),
        ("2.5x3.5in", "A4", 9, 9, 4, 0),
        ("business", "A4", 10, 10, 5, 0),
        ("business-eu", "A4", 10, 10, 5, 0),
        ("A6", "Letter", 2, 2, 1, 0),
        ("A7", "Letter", 4, 4, 2, 0),
        ("A8", "Letter", 10, 10, 5, 0),
        ("3x5in", "Letter", 4, 4, 2, 0),
        ("2.5x3.5in", "Letter", 9, 8, 4, 0),
        ("business", "Letter", 12, 10, 6, 0),
        ("business-eu", "Letter", 9, 9, 4, 0),
        ("A6", "A5", 1, 1, None, 2),
        ("A7", "A5", 2, 2, 1, 4),
        ("A8", "A5", 4, 4, 2, 8),
        ("148x210", "A4", 1, 1, None, 2),
        ("40x40", "A4", 35, 28, 15, 0),
        ("200 × 287 mm", "A4", 1, None, None, 0),
    ],
)
def test_a_sheet_holds_the_most_cards_that_it_can(
    size: str, paper: str, shared: int | None, crop: int | None, pairs: int | None, tiled: int
) -> None:
    def places(**words: Any) -> int | None:
        try:
            found = printed(size=size, paper=paper, **words)
        except CannotImpose:
            return None
        return found.columns * found.rows

    assert places(marks="lines") == shared
    assert places(marks="crop") == crop
    assert places(marks="lines", flip="fold") == pairs
    assert (places(marks="tiled") or 0) == tiled
    assert places() == (tiled or shared)


@pytest.mark.parametrize(
    ("words", "trims"),
    [
        # the first card's left and upper edge, millimetres from the upright paper's upper left corner
        ({"size": "business", "marks": "crop"}, (16.1, 21.5)),
        ({"size": "2.5x3.5in", "marks": "crop"}, (9.75, 15.15)),
        ({"size": "2.5x3.5in", "marks": "gutter"}, (5.75, 11.15)),
        ({"size": "A7"}, (0, 0)),
        ({"stock": "5388"}, (44.45, 25.4)),
        ({"stock": "5371"}, (19.05, 12.7)),
        ({"stock": "5389"}, (31.75, 31.75)),
        ({"stock": "C32011"}, (15, 13.5)),
    ],
)
def test_the_first_card_lies_where_the_margins_say(words: dict[str, Any], trims: Point) -> None:
    found = printed(20, **words)
    corners = [corner for placement in found.sides[0].placements for corner in on_paper(placement, found)]
    left, top = min(x for x, _ in corners), found.paper[1] - max(y for _, y in corners)
    assert (left / MM, top / MM) == pytest.approx(trims, abs=0.01)


@pytest.mark.parametrize("name", sorted(STOCKS))
def test_a_stock_is_symmetric_so_that_its_backs_meet_the_same_cuts(name: str) -> None:
    stock = STOCKS[name]
    for way in (0, 1):
        used = (stock.grid[way] - 1) * stock.pitch[way] + stock.card[way]
        assert 2 * stock.first[way] + used == pytest.approx(PAPERS[stock.paper][way])


def rows_of(found: Imposition, place: int) -> list[list[int]]:
    """A side's cards as they lie, counted from 1, rows from the top; 0 for a blank place."""
    side = found.sides[place]
    centres = {placement.card: centre(placement, found) for placement in side.placements}
    full = next(one for one in found.sides if one.face == "front")
    spots = [centre(placement, found) for placement in full.placements]
    rows = []
    for y in sorted({round(y) for _, y in spots}, reverse=True):
        xs = sorted({round(x) for x, _ in spots})
        rows.append([next((c + 1 for c, at in centres.items() if near(at, (x, y), 2)), 0) for x in xs])
    return rows


@pytest.mark.parametrize(
    ("flip", "back"),
    [
        ("long-edge", [[2, 1], [4, 3], [6, 5], [8, 7], [10, 9]]),
        ("manual", [[2, 1], [4, 3], [6, 5], [8, 7], [10, 9]]),
        ("short-edge", [[9, 10], [7, 8], [5, 6], [3, 4], [1, 2]]),
    ],
)
def test_backs_are_mirrored_as_the_paper_turns(flip: str, back: list[list[int]]) -> None:
    found = printed(10, size="business-eu", flip=flip, order="sheet")
    assert rows_of(found, 0) == [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]]
    assert rows_of(found, 1) == back
    upside_down = flip == "short-edge"
    assert all((placement.matrix[0] == -1) == upside_down for placement in found.sides[1].placements)


def test_blank_places_stay_blank_on_both_faces() -> None:
    found = printed(13, size="business-eu", order="sheet")
    assert rows_of(found, 2) == [[11, 12], [13, 0], [0, 0], [0, 0], [0, 0]]
    assert rows_of(found, 3) == [[12, 11], [0, 13], [0, 0], [0, 0], [0, 0]]


def test_in_a_stack_thirteen_cards_lie_as_their_piles_will() -> None:
    found = printed(13, size="100x90", marks="lines")
    assert found.columns * found.rows == 6
    cards = [[p.card + 1 for p in side.placements] for side in found.sides if side.face == "front"]
    assert cards == [[1, 4, 7, 10, 13], [2, 5, 8, 11], [3, 6, 9, 12]]


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ({"flip": "long-edge"}, "1f 1b 2f 2b 3f 3b"),
        ({"flip": "short-edge"}, "1f 1b 2f 2b 3f 3b"),
        ({"flip": "manual"}, "1f 2f 3f 1b 2b 3b"),
        ({"flip": "manual", "feed": "reverse"}, "1f 2f 3f 3b 2b 1b"),
        ({"flip": "fold", "size": "A6"}, "1f 2f 3f 4f 5f 6f 7f 8f 9f"),
    ],
)
def test_sides_are_printed_in_this_order(words: dict[str, str], order: str) -> None:
    found = printed(17, **{"size": "A7", **words})
    assert " ".join(f"{side.sheet}{side.face[0]}" for side in found.sides) == order


@pytest.mark.parametrize(
    ("flip", "duplex"),
    [
        ("long-edge", "DuplexFlipLongEdge"),
        ("short-edge", "DuplexFlipShortEdge"),
        ("manual", "Simplex"),
        ("fold", "Simplex"),
    ],
)
def test_the_printer_is_told_how_to_turn(flip: str, duplex: str) -> None:
    assert printed(flip=flip).duplex == duplex


@pytest.mark.parametrize(
    ("words", "width", "height", "padding"),
    [
        ({"size": "A7"}, 105, 74.25, 8),
        ({"size": "A7", "marks": "crop"}, 105, 74, 8),
        ({"size": "A6"}, 148.5, 105, 9),
        ({"size": "A8"}, 74.25, 52.5, 7),
        ({"size": "A8", "paper": "Letter"}, 74, 52, 6),
        ({"size": "2.5x3.5in"}, 88.9, 63.5, 6),
        ({"size": "90x60"}, 90, 60, 6.75),
        ({"size": "60x40"}, 60, 40, 5),
        ({"size": "180x120"}, 180, 120, 10),
        ({"stock": "5389"}, 152.4, 101.6, 10),
        ({"stock": "5371"}, 88.9, 50.8, 6.6675),
        ({}, 105, 74.25, 8),
    ],
)
def test_a_card_has_this_page(words: dict[str, str], width: float, height: float, padding: float) -> None:
    found = card_format(CardPlan(**words))  # type: ignore[arg-type]
    expected = (width * MM, height * MM, padding * MM)
    assert (found.width, found.height, found.padding) == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"size": "300x200"}, "a card of 300 × 200 mm does not fit on A4 paper, 210 × 297 mm with 5 mm kept free"),
        ({"size": "A6", "paper": "A5", "marks": "crop", "flip": "fold"}, "its back beside it does not fit on A5 paper"),
        ({"size": "200x287", "marks": "crop"}, "with 8 mm kept free for marks"),
        ({"size": "A9"}, "`A9` is no card size; the sizes are: A6, A7"),
        ({"size": "20x90"}, "too small: 25 mm"),
        ({"size": "A7", "paper": "Letter", "marks": "tiled"}, "do not fill Letter paper from edge to edge"),
        ({"paper": "A3"}, "`A3` is no paper of cards; it is one of: A4, Letter, A5"),
        ({"flip": "over"}, "`over` is no flip of cards; it is one of: long-edge"),
        ({"feed": "back"}, "`back` is no feed of cards; it is one of: forward, reverse"),
        ({"marks": "laser"}, "`laser` is no marks"),
        ({"order": "random"}, "`random` is no order"),
        ({"stock": "1234"}, "`1234` is no stock of cards; it is one of: 5388"),
        ({"stock": "5388", "flip": "fold"}, "stock 5388 is cut already"),
        ({"shift_x": 11.0}, "10 mm at most"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(words: dict[str, Any], said: str) -> None:
    with pytest.raises(CannotImpose, match=r"^[a-z`]") as error:
        printed(**words)
    assert said in str(error.value)
    assert isinstance(error.value, ValueError)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"size": "2.5x3.5in"}, ["top and bottom: they need 8 mm beside the cards, and there are 6.35 mm"]),
        ({"size": "business"}, ["left and right", "top and bottom"]),
        ({"size": "2.5x3.5in", "marks": "crop"}, []),
        ({"size": "2.5x3.5in", "marks": "lines"}, []),
        ({"size": "business-eu"}, []),
        ({"size": "200x100"}, ["left and right: they need 8 mm beside the cards, and there are 7.95 mm"]),
        ({"stock": "5371"}, []),
        ({"size": "A7", "paper": "A4"}, []),
    ],
)
def test_marks_without_room_are_left_off_and_that_is_said(words: dict[str, Any], said: list[str]) -> None:
    found = printed(**{"paper": "Letter", **words})
    assert len(found.left_off) == len(said)
    for sentence, part in zip(found.left_off, said, strict=True):
        assert part in sentence


def ends(lines: tuple[Line, ...]) -> set[tuple[float, ...]]:
    """Each line's two ends in millimetres, the lower or left one first."""
    pairs = (sorted(((one.x1, one.y1), (one.x2, one.y2))) for one in lines)
    return {tuple(round(length / MM, 2) for end in pair for length in end) for pair in pairs}


def test_tiled_sheets_have_ticks_and_crosses_on_their_cuts() -> None:
    assert ends(printed(size="A6").sides[0].lines) == {
        (5.0, 148.5, 8.0, 148.5),
        (202.0, 148.5, 205.0, 148.5),
        (105.0, 5.0, 105.0, 8.0),
        (105.0, 289.0, 105.0, 292.0),
        (103.2, 148.5, 106.8, 148.5),
        (105.0, 146.7, 105.0, 150.3),
    }


@pytest.mark.parametrize(
    ("margin", "gap", "length"), [(8.0, 1, 2), (9.0, 1, 3), (10.0, 1, 4), (10.5, 1.5, 4), (11.0, 2, 4), (30.0, 2, 4)]
)
def test_crop_marks_shrink_before_they_go(margin: float, gap: float, length: float) -> None:
    found = printed(size=f"{210 - 2 * margin:g}x200")
    assert found.left_off == ()
    level = [line for line in ends(found.sides[0].lines) if line[1] == line[3]]
    assert {round(margin - max(x1, x2), 2) for x1, _, x2, _ in level if x1 < 105} == {gap}
    assert {round(abs(x1 - x2), 2) for x1, _, x2, _ in level} == {length}


def test_lines_run_from_end_to_end() -> None:
    assert ends(printed(size="100x140", marks="lines").sides[0].lines) == {
        (5, 8.5, 5, 288.5),
        (105, 8.5, 105, 288.5),
        (205, 8.5, 205, 288.5),
        (5, 8.5, 205, 8.5),
        (5, 148.5, 205, 148.5),
        (5, 288.5, 205, 288.5),
    }


def test_gutters_have_marks_in_them() -> None:
    shared, gutters = (printed(size="business", marks=marks).sides[0].lines for marks in ("crop", "gutter"))
    # 3 + 6 cuts of a grid of 2 by 5, at both ends; with gutters 4 + 10, and 4 strips of 4 ticks, 1 of 10
    assert len(shared) == 2 * (3 + 6)
    assert len(gutters) == 2 * (4 + 10) + 4 * 4 + 1 * 10


# --- properties -------------------------------------------------------------------------------------------------------

custom = st.builds(lambda width, height: f"{width}x{height}", st.integers(25, 190), st.integers(25, 190))
offsets = st.floats(-4, 4).map(lambda value: round(value, 1))


@st.composite
def plans(draw: st.DrawFn, *flips: str) -> CardPlan:
    flip = draw(st.sampled_from(flips or FLIPS))
    return CardPlan(
        size=draw(st.one_of(st.sampled_from([*SIZES]), custom)),
        paper=draw(st.sampled_from([*PAPERS])),
        flip=flip,
        marks=draw(st.sampled_from(["auto", "auto", "crop", "gutter", "lines"])),
        stock="" if flip == "fold" else draw(st.sampled_from(["", "", "", *STOCKS])),
        order=draw(st.sampled_from(ORDERS)),
        feed=draw(st.sampled_from(FEEDS)),
        shift_x=draw(offsets),
        shift_y=draw(offsets),
    )


def imposed(plan: CardPlan, cards: int) -> Imposition | None:
    """The sheets, or None where the card is too large for the paper."""
    try:
        return on_sheets(plan, cards)
    except CannotImpose as error:
        assert "does not fit" in str(error)
        return None


def near(one: Point, other: Point, by: float = 0.1 * MM) -> bool:
    return abs(one[0] - other[0]) <= by and abs(one[1] - other[1]) <= by


def moved(placement: Placement, x: float, y: float) -> Point:
    """A point of a card's face on the side that it is printed on."""
    a, b, c, d, e, f = placement.matrix
    return a * x + c * y + e, b * x + d * y + f


def on_paper(placement: Placement, found: Imposition) -> Iterator[Point]:
    """The card's corners, as it is read: lower left, lower right, upper right, upper left."""
    width, height = found.card.width, found.card.height
    for corner in ((0, 0), (width, 0), (width, height), (0, height)):
        yield moved(placement, *corner)


def centre(placement: Placement, found: Imposition) -> Point:
    return moved(placement, found.card.width / 2, found.card.height / 2)


def through_the_paper(plan: CardPlan, point: Point, found: Imposition) -> Point:
    """A point printed on the back, as it is seen from the front: the sheet is turned by 180° in space about its axis
    and the printer sets the back off as the plan says that it does."""
    x, y = point[0] - found.paper[0] / 2, point[1] - found.paper[1] / 2
    axis = (1, 0, 0) if plan.flip == "short-edge" else (0, 1, 0)
    # half a turn about a unit axis: v -> 2 (v · axis) axis - v
    along = 2 * (x * axis[0] + y * axis[1])
    x, y = along * axis[0] - x, along * axis[1] - y
    return x + found.paper[0] / 2 + plan.shift_x * MM, y + found.paper[1] / 2 + plan.shift_y * MM


@given(plans("long-edge", "short-edge", "manual"), st.integers(1, 60))
def test_every_back_is_behind_its_front_and_turns_like_a_page(plan: CardPlan, cards: int) -> None:
    found = imposed(plan, cards)
    if found is None:
        return
    fronts = {p.card: (side.sheet, p) for side in found.sides if side.face == "front" for p in side.placements}
    backs = {p.card: (side.sheet, p) for side in found.sides if side.face == "back" for p in side.placements}
    assert set(fronts) == set(backs) == set(range(cards))
    for card, (sheet, front) in fronts.items():
        behind, back = backs[card]
        assert behind == sheet and front.face == "front" and back.face == "back"
        assert back.matrix[0] * back.matrix[3] - back.matrix[1] * back.matrix[2] == 1, "no face is mirrored"
        seen = [through_the_paper(plan, point, found) for point in on_paper(back, found)]
        lower_left, lower_right, upper_right, upper_left = on_paper(front, found)
        # The card is turned about its upright axis: left and right change, up stays up.
        assert all(map(near, seen, (lower_right, lower_left, upper_left, upper_right)))


@given(plans("manual"), st.integers(1, 60))
def test_the_reloaded_pile_gets_the_right_backs(plan: CardPlan, cards: int) -> None:
    found = imposed(plan, cards)
    if found is None:
        return
    half = len(found.sides) // 2
    pile = [side.sheet for side in found.sides[:half]]
    assert pile == [*range(1, half + 1)] and all(side.face == "front" for side in found.sides[:half])
    fed = pile if plan.feed == "forward" else pile[::-1]
    assert [side.sheet for side in found.sides[half:]] == fed
    assert all(side.face == "back" for side in found.sides[half:])


@given(plans("fold"), st.integers(1, 40))
def test_a_folded_pair_is_a_card(plan: CardPlan, cards: int) -> None:
    found = imposed(plan, cards)
    if found is None:
        return
    met = set()
    for side in found.sides:
        folds = [line for line in side.lines if line.dashed]
        fronts = {p.card: p for p in side.placements if p.face == "front"}
        backs = {p.card: p for p in side.placements if p.face == "back"}
        assert fronts.keys() == backs.keys()
        assert len(folds) == found.columns * found.rows
        for card, front in fronts.items():
            met.add(card)
            lower_left, lower_right, upper_right, upper_left = on_paper(front, found)
            turned = (lower_right, lower_left, upper_left, upper_right)
            assert any(
                all(map(near, (folded(point, line) for point in on_paper(backs[card], found)), turned))
                for line in folds
            )
    assert met == set(range(cards))


def folded(point: Point, line: Line) -> Point:
    """The point after the paper is folded along the line."""
    if line.x1 == line.x2:
        return 2 * line.x1 - point[0], point[1]
    return point[0], 2 * line.y1 - point[1]


def boxes(found: Imposition, side: int, inner: float = 0.0) -> list[tuple[float, float, float, float]]:
    """What cards cover on a side, less `inner` at each edge: left, bottom, right, top."""
    covered = []
    for placement in found.sides[side].placements:
        xs, ys = zip(*on_paper(placement, found), strict=True)
        covered.append((min(xs) + inner, min(ys) + inner, max(xs) - inner, max(ys) - inner))
    return covered


@given(plans(), st.integers(1, 60))
def test_marks_are_outside_the_cards_and_inside_what_a_printer_prints(plan: CardPlan, cards: int) -> None:
    found = imposed(plan, cards)
    if found is None:
        return
    width, height = found.paper
    for place, side in enumerate(found.sides):
        assert side.face == "front" or not side.lines
        for line in side.lines:
            left, right = sorted((line.x1, line.x2))
            low, high = sorted((line.y1, line.y2))
            assert left == right or low == high
            assert left >= 5 * MM - 0.01 and right <= width - 5 * MM + 0.01
            assert low >= 5 * MM - 0.01 and high <= height - 5 * MM + 0.01
            for box in boxes(found, place, 0.01):
                assert right <= box[0] or left >= box[2] or high <= box[1] or low >= box[3]


@given(plans(), st.integers(1, 60))
def test_nothing_of_a_card_is_lost_at_the_papers_edge(plan: CardPlan, cards: int) -> None:
    """A card's text is inside its padding; the paper's outer 5 mm stay white."""
    found = imposed(plan, cards)
    if found is None:
        return
    allowed = 5 * MM - max(abs(plan.shift_x), abs(plan.shift_y)) * MM - 0.01
    for place, side in enumerate(found.sides):
        spare = 5 * MM - 0.01 if side.face == "front" else allowed
        for left, low, right, high in boxes(found, place, found.card.padding):
            assert left >= spare and low >= spare
            assert right <= found.paper[0] - spare and high <= found.paper[1] - spare


@given(plans(), st.integers(1, 60))
def test_cards_never_overlap_and_trims_of_a_column_agree(plan: CardPlan, cards: int) -> None:
    found = imposed(plan, cards)
    if found is None:
        return
    for place in range(len(found.sides)):
        covered = boxes(found, place, 0.002)
        for index, one in enumerate(covered):
            for other in covered[index + 1 :]:
                assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@given(plans(), st.integers(1, 80))
def test_a_cut_stack_is_sorted(plan: CardPlan, cards: int) -> None:
    found = imposed(plan, cards)
    if found is None:
        return
    fronts = sorted((side for side in found.sides if side.face == "front"), key=lambda side: side.sheet)
    places = found.columns * found.rows
    assert len(fronts) == ceil(cards / places)
    spots: list[Point] = []
    piles: list[list[int]] = []
    for side in fronts:
        for placement in (p for p in side.placements if p.face == "front"):
            spot = centre(placement, found)
            index = next((i for i, known in enumerate(spots) if near(known, spot)), None)
            if index is None:
                spots.append(spot)
                piles.append([])
            piles[-1 if index is None else index].append(placement.card)
    # On a sheet, places are met in reading order: each pile goes under the one before it.
    stacked = [card for pile in piles for card in pile]
    by_sheet = [p.card for side in fronts for p in side.placements if p.face == "front"]
    assert (stacked if plan.order == "stack" else by_sheet) == [*range(cards)]
    assert len(piles) <= places


@given(plans(), st.integers(1, 60))
def test_lengths_are_rounded_to_a_thousandth(plan: CardPlan, cards: int) -> None:
    found = imposed(plan, cards)
    if found is None:
        return
    numbers = [value for side in found.sides for p in side.placements for value in p.matrix]
    numbers += [end for side in found.sides for line in side.lines for end in (line.x1, line.y1, line.x2, line.y2)]
    assert numbers and all(round(value, 3) == value for value in numbers)
    assert "-0.0" not in map(str, numbers)


def test_settings_name_every_stock() -> None:
    """Sizes, papers, flips and the rest are the settings' own; what a stock measures is known here alone."""
    assert sorted(print_settings.STOCKS) == sorted(STOCKS)


def test_no_cards_need_no_paper() -> None:
    assert printed(0).sides == ()
