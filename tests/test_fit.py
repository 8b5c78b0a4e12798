"""Type that fits: each unit in the largest of its steps with which it takes one page."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from generator.press import fit, layout, prepare
from generator.print_model import Fit, Fitting, Signature

STEPS = ("s9", "s8", "s7", "s6")
HEIGHT = {"s9": 9, "s8": 8, "s7": 7, "s6": 6}


def html(units: dict[str, int]) -> str:
    """Units, each with so many lines."""
    parts = (
        f'<!--unit {name}--><p id="{name}" class="face step:{name}">{"x" * lines}</p><!--/unit-->'
        for name, lines in units.items()
    )
    return f"<body>{''.join(parts)}</body>"


class Page(NamedTuple):
    """A page: the ids on it, and in which step it is set."""

    anchors: dict[str, tuple[int, int]]
    step: str


class Paper:
    """Pages 90 points high, on which a line is as high as its step says; `laid` counts what was laid out."""

    def __init__(self) -> None:
        self.laid: list[str] = []

    def pages(self, text: str) -> list[Page]:
        """What is laid out."""
        found = []
        for name, step, lines in re.findall(r'id="(\w+)" class="face (\w+)">(x*)', text):
            self.laid.append(f"{name} {step}")
            found += [Page({name: (0, 0)}, step)] * -(-len(lines) * HEIGHT[step] // 90)
        return found


@pytest.mark.parametrize(
    ("lines", "first", "grow", "step", "pages"),
    [
        (10, 0, False, 0, 1),
        (11, 0, False, 1, 1),
        (15, 0, False, 3, 1),
        (16, 0, False, 3, 2),  # too much for any: it goes on over two pages
        (40, 2, False, 3, 3),
        (10, 2, False, 2, 1),  # it fits where it was begun
        (10, 2, True, 0, 1),
        (12, 3, True, 2, 1),
        (14, 1, True, 3, 1),  # it did not fit where it was begun: nothing larger is tried
    ],
)
def test_the_largest_step_that_fits(lines: int, first: int, grow: bool, step: int, pages: int) -> None:
    drawn, fits = fit.fitted(html({"a": lines}), Fitting(STEPS, ("a",), (first,), grow), Paper().pages)
    assert fits == (Fit("a", step, pages),)
    assert [page.step for page in drawn] == [STEPS[step]] * pages


def test_what_fits_is_not_laid_out_again() -> None:
    paper = Paper()
    drawn, fits = fit.fitted(html({"a": 5, "b": 12, "c": 5}), Fitting(STEPS, ("a", "b", "c"), (0, 0, 1)), paper.pages)
    assert paper.laid == ["a s9", "b s9", "c s8", "b s8", "b s7"]
    assert [one.step for one in fits] == [0, 2, 1]
    assert [(*page.anchors, page.step) for page in drawn] == [("a", "s9"), ("b", "s7"), ("c", "s8")]


def test_a_page_without_a_unit_belongs_to_the_one_before() -> None:
    def pages(_text: str) -> list[Page]:
        return [Page({name: (0, 0)}, "s6") for name in ("a", "x", "b")]

    drawn, fits = fit.fitted(html({"a": 1, "b": 1}), Fitting(STEPS, ("a", "b"), (3, 3)), pages)
    assert fits == (Fit("a", 3, 2), Fit("b", 3, 1))
    assert [[*page.anchors] for page in drawn] == [["a"], ["x"], ["b"]]


@pytest.mark.parametrize(
    ("lines", "spare", "pages"),
    [
        (10, 5, 1),
        (14, 2, 1),  # without what is to spare it fits
        (20, 5, 2),
        (28, 5, 2),
        (50, 5, 4),
    ],
)
def test_what_is_to_spare_takes_no_further_page(lines: int, spare: int, pages: int) -> None:
    text = html({"a": lines, "b": 5}).replace("x</p>", f"x<!--spare-->{'x' * spare}<!--/spare--></p>", 1)
    paper = Paper()

    def shown(text: str) -> list[Page]:
        return paper.pages(re.sub("<!--/?spare-->", "", text))

    drawn, fits = fit.fitted(text, Fitting(STEPS, ("a", "b"), (0, 0)), shown)
    assert fits[0].pages == pages
    assert fits[1] == Fit("b", 0, 1)
    assert len(drawn) == pages + 1


def test_on_real_pages() -> None:
    """A unit over several pages is on each of them, and what was chosen stands in the prepared pages."""
    import io

    import pikepdf

    words = "word " * 60
    units = "".join(
        f'<!--unit {name}--><div id="{name}" class="face step:{name}"><p>{words * times}</p></div><!--/unit-->'
        for name, times in (("a", 1), ("b", 2), ("c", 9))
    )
    style = "@page { size: 74mm 105mm; margin: 8mm } p { margin: 0 } .face { break-after: page }"
    style += ".l { font: 12pt/15pt serif } .m { font: 9pt/11pt serif } .s { font: 6pt/7.5pt serif }"
    text = f'<html lang="en"><head><title>x</title><style>{style}</style></head><body>{units}</body></html>'
    signature = Signature("cards", text, fitting=Fitting(("l", "m", "s"), ("a", "b", "c"), (0, 0, 0)))
    with pikepdf.open(io.BytesIO(layout.lay_out(signature))) as pdf:
        fits = prepare.fits_of(pdf)
        pages = len(pdf.pages)
    assert [(one.unit, one.step) for one in fits] == [("a", 0), ("b", 1), ("c", 2)]
    assert [one.pages for one in fits[:2]] == [1, 1]
    assert fits[2].pages > 1
    assert pages == sum(one.pages for one in fits)


def test_what_is_likely_not_to_fit_is_not_tried() -> None:
    """Four columns of a size may hold more than three of a smaller one."""
    paper = Paper()
    expected = (1.2, 1.0, 1.1, 0.9)
    down = Fitting(STEPS, ("a",), (1,), grow=True, expected=expected)
    _, fits = fit.fitted(html({"a": 13}), down, paper.pages)
    assert (paper.laid, fits[0].step) == (["a s8", "a s6"], 3)
    for steps, tried in ((expected, ["a s8"]), ((1.05, 1.0, 0.95, 0.9), ["a s8", "a s9"])):
        paper = Paper()
        fit.fitted(html({"a": 11}), Fitting(STEPS, ("a",), (1,), grow=True, expected=steps), paper.pages)
        assert paper.laid == tried
