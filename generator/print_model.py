"""The nouns of print: what a product hands to the press. Frozen; made by `sheets`, laid out and bound by `press`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import NamedTuple

from generator.model import Media
from generator.print_settings import CardSettings, PrintSettings


@dataclass(frozen=True, slots=True)
class Fitting:
    """How the type of a signature's units is chosen: the largest with which each of them fits on one page.

    A unit stands between `<!--unit NAME-->` and `<!--/unit-->`, and is an element with that id; in place of `step:NAME`
    in its class comes one of `steps`, style classes from the largest type to the least. `first` says for each unit
    which of them is tried first; with `grow`, larger ones are tried after one that fits. `expected` may say for each
    step how much of a page is likely to be filled: what is likely not to fit is not tried.
    """

    steps: tuple[str, ...]
    units: tuple[str, ...]
    first: tuple[int, ...]
    grow: bool = False
    expected: tuple[float, ...] = ()


class Fit(NamedTuple):
    """Which step a unit was set in, and how many pages it takes all the same."""

    unit: str
    step: int
    pages: int


@dataclass(frozen=True, slots=True)
class Signature:
    """A run of notes laid out together, starting on a fresh page; `html` is all that its pages depend on."""

    name: str
    html: str
    media: tuple[Media, ...] = ()
    fitting: Fitting | None = None


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A line of a PDF's outline: its words, the anchor (an element's id in some signature) and what lies below it."""

    title: str
    anchor: str
    children: tuple[Bookmark, ...] = ()


@dataclass(frozen=True, slots=True)
class CardPlan(CardSettings):
    """How cards are to be printed and cut.

    `size`: a name, or `90x60` in millimetres, as it is read. `flip`: how the paper is turned between its
    faces; "manual": all fronts, then all backs in the order of `feed`; "fold": both faces on one, beside each other.
    `marks`: "tiled": the paper's edges are cards' edges; "crop": cards touch, with marks outside them; "gutter": a
    strip between cards has marks too; "lines": cards touch, and are parted by hairlines; "auto": tiled where the card's
    size can be, else crop marks where there is room. `stock`: paper that is cut already, whose size and paper it is.
    `order`: "stack", so that piles laid on each other are sorted, or by "sheet". `shift_x`, `shift_y`: backs move by
    so many millimetres to the right and down, as they are read on an upright sheet: by just as many they come out too
    far to the right and too high when they are seen through the paper from the front.
    """

    paper: str = "A4"


def plan_of(settings: PrintSettings) -> CardPlan:
    """How the settings want cards to be printed and cut."""
    return CardPlan(**asdict(settings.cards), paper=settings.paper)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One print product, ready for the press. `numbers` holds every running number by its place's name (`note/ID`,
    `topic/ID`), for pages are laid out without them; `modified` dates the PDF, in seconds since 1970; `duplex` is how
    the printer shall turn the paper, as PDF has it, where that matters as much as the size. A signature that begins
    with an anchor of `right_hand` does so on an odd page, behind a blank one if need be. With a `plan`, pages are faces
    of cards, in pairs of units `f-…` and `b-…`, and are imposed on sheets of paper.
    """

    product: str
    title: str
    lang: str
    signatures: tuple[Signature, ...]
    numbers: Mapping[str, str]
    outline: tuple[Bookmark, ...]
    description: str = ""
    modified: int = 0
    duplex: str = ""
    right_hand: tuple[str, ...] = ()
    plan: CardPlan | None = None
