"""What `[print]` of `deck.toml` may say: which products, on which paper, in which type and colours."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

PRODUCTS = ("study", "cheat", "quiz", "cards")
# Width and height in millimetres, as paper is held.
PAPERS = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4), "A5": (148.0, 210.0)}
PALETTES = ("colour", "grey")
QUOTES = ("typographic", "as-written")
FLIPS = ("long-edge", "short-edge", "manual", "fold")
MARKS = ("auto", "tiled", "crop", "gutter", "lines")
ORDERS = ("stack", "sheet")
FEEDS = ("forward", "reverse")
STOCKS = ("5371", "5388", "5389", "8371", "C32011")
# Cards by name, in millimetres as they are read, wider than high; any other is width x height, as `90x60`.
SIZES = {
    "A6": (148.0, 105.0),
    "A7": (105.0, 74.0),
    "A8": (74.0, 52.0),
    "3x5in": (127.0, 76.2),
    "2.5x3.5in": (88.9, 63.5),
    "business": (88.9, 50.8),
    "business-eu": (85.0, 55.0),
}
# Type of a card's answer, in points, from the largest to the least that is still read; and of its question.
CARD_STEPS = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
QUESTION_STEPS = (14.0, 12.5, 11.25, 10.0, 9.0, 8.0, 7.0, 6.0)


@dataclass(frozen=True, slots=True)
class CheatSettings:
    """The cheat sheet: so many columns, 0 for as many as suit the deck; the largest type, in points."""

    columns: int = 0
    type_size: float = 8.0


@dataclass(frozen=True, slots=True)
class QuizSettings:
    """The quiz: whether questions and options are shuffled, and by which seed."""

    shuffle: bool = False
    seed: int = 1


@dataclass(frozen=True, slots=True)
class CardSettings:
    """Cut-out cards: their size, how sheets are turned, cut and put in order; backs are shifted by so many mm."""

    size: str = "A7"
    flip: str = "long-edge"
    marks: str = "auto"
    stock: str = ""
    order: str = "stack"
    feed: str = "forward"
    shift_x: float = 0.0
    shift_y: float = 0.0


@dataclass(frozen=True, slots=True)
class PrintSettings:
    """All of `[print]`. `margin` is in millimetres, 0 for each product's own; a font that is empty is ours."""

    products: tuple[str, ...] = PRODUCTS
    paper: str = "A4"
    margin: float = 0.0
    palette: str = "colour"
    accent: str = "#0b4f6c"
    second: str = "#9a3412"
    text_font: str = ""
    label_font: str = ""
    code_font: str = ""
    quotes: str = "typographic"
    fresh_topics: bool = True
    sources: bool = True
    cheat: CheatSettings = field(default_factory=CheatSettings)
    quiz: QuizSettings = field(default_factory=QuizSettings)
    cards: CardSettings = field(default_factory=CardSettings)


# Every key below `print.`, its type and what it means, in the order of the documentation.
KEYS: tuple[tuple[str, type, str], ...] = (
    ("products", list, f"which PDFs are made beside the deck: {', '.join(PRODUCTS)}"),
    ("paper", str, f"the paper: {', '.join(PAPERS)}"),
    ("margin", float, "the margins of study sheet and quiz in millimetres, from 5 on; 0 for their own"),
    ("palette", str, "`colour`, or `grey`: black and grey alone, pictures too"),
    ("accent", str, "the colour of numbers, tags and bars, as #rrggbb"),
    ("second", str, "the colour of strings in code and of warnings, as #rrggbb"),
    ("text_font", str, "a family on this machine for answers, instead of Source Serif"),
    ("label_font", str, "a family on this machine for questions and tables, instead of Source Sans"),
    ("code_font", str, "a family on this machine for code, instead of Source Code Pro"),
    (
        "quotes",
        str,
        f"what becomes of typewriter quotes and apostrophes outside code: {', '.join(QUOTES)}; typographic ones are "
        "those of the note's language, on paper alone",
    ),
    ("fresh_topics", bool, "whether each topic of the study sheet starts on a fresh page"),
    ("sources", bool, "whether sources are printed"),
    ("cheat.columns", int, "how many columns the cheat sheet has, 2 to 4; 0 for as many as suit the deck"),
    ("cheat.type_size", float, "the largest type of the cheat sheet in points, 6.5 to 8"),
    ("quiz.shuffle", bool, "whether the quiz asks in another order, and shuffles options"),
    ("quiz.seed", int, "the seed of that order; the same seed gives the same order"),
    ("cards.size", str, f"the size of a card: {', '.join(SIZES)}, or millimetres as `90x60`"),
    ("cards.flip", str, f"how the paper is turned between front and back: {', '.join(FLIPS)}"),
    ("cards.marks", str, f"how cards are cut apart: {', '.join(MARKS)}"),
    ("cards.stock", str, f"pre-cut sheets: {', '.join(STOCKS)}"),
    ("cards.order", str, f"how cards lie: in `stack` order a cut pile is sorted; {', '.join(ORDERS)}"),
    ("cards.feed", str, f"with manual feed, in which order the pile goes in again: {', '.join(FEEDS)}"),
    ("cards.shift_x", float, "how far backs are moved to the right, in mm, as `deckpress calibrate` finds out"),
    ("cards.shift_y", float, "how far backs are moved down, in mm"),
)

_CHOICES: dict[str, Collection[str]] = {
    "paper": PAPERS,
    "palette": PALETTES,
    "quotes": QUOTES,
    "cards.flip": FLIPS,
    "cards.marks": MARKS,
    "cards.stock": ("", *STOCKS),
    "cards.order": ORDERS,
    "cards.feed": FEEDS,
}
# From where to where a number may go.
_LIMITS = {
    "margin": (0.0, 40.0),
    "cheat.columns": (0, 4),
    "cheat.type_size": (6.5, 8.0),
    "cards.shift_x": (-10.0, 10.0),
    "cards.shift_y": (-10.0, 10.0),
}
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_MILLIMETRES = re.compile(r"\d{2,3}(?:\.\d+)?x\d{2,3}(?:\.\d+)?")


# What type needs against its ground (WCAG 2.2, 1.4.3).
LEAST_CONTRAST = 4.5


def contrast_with_white(colour: str) -> float:
    """The contrast of a colour, `#rrggbb`, with white paper, as WCAG computes it: 1 to 21."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def wrong(key: str, value: object) -> tuple[str, str] | None:
    """What is wrong with the value of a key below `print.`, and a hint; its type is right already."""
    if key in _CHOICES and value not in _CHOICES[key]:
        name = key.rpartition(".")[2].removesuffix("s")
        return f"there is no {name} `{value}`", f"the {name}s are: {', '.join(filter(None, _CHOICES[key]))}"
    if key == "products" and isinstance(value, list) and (other := [one for one in value if one not in PRODUCTS]):
        return f"there is no product `{other[0]}`", f"the products are: {', '.join(PRODUCTS)}"
    if key in ("accent", "second") and not _COLOUR.fullmatch(str(value)):
        return f"`{value}` is no colour", "a colour is written as #0b4f6c"
    if key in ("accent", "second") and (contrast := contrast_with_white(str(value))) < LEAST_CONTRAST:
        return (
            f"`{value}` is too light for type: its contrast is {contrast:.1f}",
            f"a darker one has {LEAST_CONTRAST} or more against white (WCAG AA)",
        )
    if key == "cards.size" and value not in SIZES and not _MILLIMETRES.fullmatch(str(value)):
        return f"there is no size `{value}`", f"the sizes are: {', '.join(SIZES)}, or millimetres as `90x60`"
    if key in _LIMITS and isinstance(value, int | float):
        least, most = _LIMITS[key]
        between = 0 < value < 5 if key == "margin" else value == 1 if key == "cheat.columns" else False
        if not least <= value <= most or between:
            return f"`{value}` is out of bounds", f"it goes from {least:g} to {most:g}"
    return None


def settings(values: dict[str, object]) -> PrintSettings:
    """The settings of these keys, each as it is named below `print.`; the others are what they always are."""
    parts: dict[str, dict[str, object]] = {"": {}, "cheat": {}, "quiz": {}, "cards": {}}
    for key, value in values.items():
        part, _, name = key.rpartition(".")
        parts[part][name] = tuple(value) if isinstance(value, list) else value
    return PrintSettings(
        **parts[""],  # type: ignore[arg-type]
        cheat=CheatSettings(**parts["cheat"]),  # type: ignore[arg-type]
        quiz=QuizSettings(**parts["quiz"]),  # type: ignore[arg-type]
        cards=CardSettings(**parts["cards"]),  # type: ignore[arg-type]
    )
