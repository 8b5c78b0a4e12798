"""The calibration sheet, read back as it will be used: turned over, and held against the light."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image, ImageOps

from generator import build, print_settings
from generator.cli import calibrate, main
from generator.print_settings import PAPERS
from generator.sheets.calibration_sheet import FLIPS
from tests.print_support import Book

# Ten pixels a millimetre.
SCALE = 10 * 25.4 / 72
CORNER = 32.0


@pytest.fixture(params=[(paper, flip) for paper in PAPERS for flip in FLIPS], ids=lambda param: " ".join(param))
def made(request: pytest.FixtureRequest) -> tuple[str, str]:
    paper, flip = request.param
    return str(paper), str(flip)


@cache
def book(paper: str, flip: str) -> Book:
    return Book(build.calibration(paper, flip))


@cache
def picture(paper: str, flip: str, page: int) -> Any:
    """A page, black where there is ink; a back as it is seen through the paper, after the sheet was turned."""
    image = book(paper, flip).reader[page].render(scale=SCALE).to_pil().convert("L")
    width, height = PAPERS[paper]
    image = image.resize((round(10 * width), round(10 * height)))
    if page % 2:
        image = ImageOps.mirror(image) if flip == "long-edge" else ImageOps.flip(image)
    return ImageOps.invert(image).point(lambda value: 255 * (value > 100))


def targets(paper: str) -> list[tuple[float, float]]:
    width, height = PAPERS[paper]
    corners = [(x, y) for x in (CORNER, width - CORNER) for y in (CORNER, height - CORNER)]
    return [(width / 2, height / 2), *corners]


def ink(image: Any, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    """What the ink in a box of the page covers, in millimetres."""
    found = image.crop(tuple(round(10 * edge) for edge in (left, top, right, bottom))).getbbox()
    assert found, "no ink"
    x1, y1, x2, y2 = (edge / 10 for edge in found)
    return left + x1, top + y1, left + x2, top + y2


def middle(box: tuple[float, float, float, float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def test_four_pages_of_the_papers_size_that_ask_not_to_be_scaled(made: tuple[str, str]) -> None:
    paper, flip = made
    pdf = book(paper, flip).pdf
    assert len(pdf.pages) == 4
    for page in pdf.pages:
        size = [float(edge) * 25.4 / 72 for edge in page.mediabox]
        assert size == pytest.approx([0, 0, *PAPERS[paper]], abs=0.01)
    assert str(pdf.Root.ViewerPreferences.PrintScaling) == "/None"
    assert str(pdf.Root.ViewerPreferences.Duplex) == "/" + FLIPS[flip]


def test_against_the_light_every_cross_is_in_its_ring(made: tuple[str, str]) -> None:
    for x, y in targets(made[0]):
        for front in (0, 2):
            ring = ink(picture(*made, front), x - 4, y - 4, x + 4, y + 4)
            cross = ink(picture(*made, front + 1), x - 6, y - 6, x + 6, y + 6)
            assert ring[2] - ring[0] == pytest.approx(6.2, abs=0.2)
            assert cross[2] - cross[0] == pytest.approx(10, abs=0.2)
            assert middle(ring) == pytest.approx((x, y), abs=0.1)
            assert middle(cross) == pytest.approx(middle(ring), abs=0.1)


def ticks(image: Any, x: float, y: float, across: bool) -> list[float]:
    """Where the lines of a scale stand, along a cut through it."""
    if across:
        strip = image.crop((round(10 * (x - 12)), round(10 * y), round(10 * (x + 12)), round(10 * y) + 1))
    else:
        strip = image.crop((round(10 * x), round(10 * (y - 12)), round(10 * x) + 1, round(10 * (y + 12))))
    line = list(strip.tobytes())
    starts = [place for place, value in enumerate(line) if value and not (place and line[place - 1])]
    return [start / 10 - 12 for start in starts]


@pytest.mark.parametrize("across", [True, False])
def test_ten_divisions_of_the_back_are_nine_of_the_front(made: tuple[str, str], across: bool) -> None:
    x, y = targets(made[0])[0]
    for page, pitch, off in ((0, 1.0, -1.0), (1, 0.9, 1.0)):
        cut = (x, y + 17 + off) if across else (x - 17 - off, y)
        found = ticks(picture(*made, page), *cut, across)
        assert len(found) == 21
        assert found == pytest.approx([pitch * place for place in range(-10, 11)], abs=0.16)


def test_bars_are_100_mm_long(made: tuple[str, str]) -> None:
    paper, _ = made
    width, height = PAPERS[paper]
    for page in (0, 2):
        left, _, right, _ = ink(picture(*made, page), 14, height - 46.2, width - 16, height - 45.8)
        assert right - left == pytest.approx(100, abs=0.5)
        _, top, _, bottom = ink(picture(*made, page), width - 12.2, 30, width - 11.8, height - 30)
        assert bottom - top == pytest.approx(100, abs=0.5)


def test_nothing_is_where_printers_do_not_print(made: tuple[str, str]) -> None:
    for page in range(4):
        image = picture(*made, page)
        left, top, right, bottom = (edge / 10 for edge in image.getbbox())
        width, height = PAPERS[made[0]]
        assert min(left, top, width - right, height - bottom) >= 6


def test_the_backs_number_shows_beside_the_fronts_and_both_arrows_point_up(made: tuple[str, str]) -> None:
    width, height = PAPERS[made[0]]
    for front in (0, 2):
        for page, at in ((front, width / 2 - 33), (front + 1, width / 2 + 33)):
            image = picture(*made, page)
            head = ink(image, at - 7, height / 2 - 12, at + 7, height / 2 - 3.4)
            shaft = ink(image, at - 7, height / 2 - 2, at + 7, height / 2 + 12)
            assert head[2] - head[0] == pytest.approx(12.8, abs=0.3)
            assert shaft[2] - shaft[0] == pytest.approx(4, abs=0.3)


def test_no_words_lie_on_words_or_signs(made: tuple[str, str]) -> None:
    """The words of each page keep clear of its drawing, and those of a front of what shows through."""
    for page in (0, 2):
        boxes = list(book(*made).boxes(page))
        assert len(boxes) > 300
        for index, one in enumerate(boxes):
            for other in boxes[index + 1 :]:
                across = min(one[2], other[2]) - max(one[0], other[0])
                up = min(one[3], other[3]) - max(one[1], other[1])
                assert one == other or across <= 0.8 or up <= 0.8  # two letters of a ligature have one box


def test_it_says_what_to_write(made: tuple[str, str]) -> None:
    first, _, second, _ = book(*made).texts
    assert "100 mm" in first and "actual size" in first
    for key in ("flip", "feed", "shift_x", "shift_y"):
        assert f"{key} =" in second
        assert f"cards.{key}" in {name for name, _, _ in print_settings.KEYS}
    assert f'flip = "{made[1]}"' in second
    assert all(f"Sheet {number}, back" in book(*made).texts[2 * number - 1] for number in (1, 2))


def test_it_is_tagged_and_its_drawings_are_told_in_words() -> None:
    elements = list(book("A4", "long-edge").elements())
    told = [str(element.Alt) for element in elements if element.S == "/Figure"]
    assert len(told) == 5 and all(len(words) > 60 for words in told)
    assert {"/H1", "/H2", "/L", "/Table"} <= {str(element.S) for element in elements}


def test_the_command_writes_it(tmp_path: Path) -> None:
    out = tmp_path / "sheet.pdf"
    told = CliRunner().invoke(main, ["calibrate", "--paper", "Letter", "--flip", "short-edge", "--out", str(out)])
    assert told.exit_code == 0 and "actual size" in told.output
    assert out.read_bytes() == build.calibration("Letter", "short-edge")
    told = CliRunner().invoke(main, ["calibrate", "--out", str(tmp_path / "no" / "sheet.pdf")])
    assert told.exit_code == 2 and "can't be written" in told.output


def test_the_command_knows_all_papers() -> None:
    choices = {option.name: option.type for option in calibrate.params}
    assert choices["paper"].choices == tuple(PAPERS)  # type: ignore[attr-defined]
    assert choices["flip"].choices == tuple(FLIPS)  # type: ignore[attr-defined]
    assert isinstance(picture("A4", "long-edge", 0), Image.Image)
