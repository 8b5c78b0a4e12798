"""What the settings say of a product's looks, as CSS: paper, margins, families and colours."""

from __future__ import annotations

from typing import NamedTuple

from generator.print_settings import PAPERS, PrintSettings

# What a running head or foot needs of its margin, in millimetres, so that nothing stands within 6 mm of the edge.
HEAD, FOOT = 14.0, 15.0

# In grey, small type is black: a raster of dots would fray it. What is large, or no type, is as dark as the colour.
_GREY = {"accent": "#000000", "bar": "#494949", "rust": "#000000", "comment": "#4a4a4a", "rule": "#8f8f8f",
         "hairline": "#bebebe", "pen": "#868686", "tint": "#f3f3f3", "glow": "#e8e8e8",
         "ground": "#333333"}  # fmt: skip


class Margins(NamedTuple):
    """The margins of a page, in millimetres; of a card in points."""

    top: float
    right: float
    bottom: float
    left: float


def css(settings: PrintSettings, margins: Margins, landscape: bool = False, mirrored: bool = False) -> str:
    """The page's size and margins, and what the style sheets take from the settings."""
    if mirrored:
        margins = margins._replace(left=margins.right, right=margins.left)
    width, height = PAPERS[settings.paper]
    if landscape:
        width, height = height, width
    return _css(width, height, margins, [*_colours(settings), *_families(settings)])


def face_css(settings: PrintSettings, width: float, height: float, margins: Margins) -> str:
    """The same for pages that are a card's faces; all lengths are points."""
    return _css(width, height, margins, [*_colours(settings), *_families(settings)], "pt")


def _css(width: float, height: float, margins: Margins, variables: list[tuple[str, str]], unit: str = "mm") -> str:
    edges = " ".join(f"{edge:g}{unit}" for edge in margins)
    said = "; ".join(f"--{name}: {value}" for name, value in variables)
    root = f"html {{ {said} }}" if said else ""
    return f"@page {{ size: {width:g}{unit} {height:g}{unit}; margin: {edges} }} {root}".strip()


def _colours(settings: PrintSettings) -> list[tuple[str, str]]:
    if settings.palette == "grey":
        return [("palette", "grey"), *_GREY.items()]
    standard = PrintSettings()
    found = []
    if settings.accent != standard.accent:
        found += [("accent", settings.accent), ("bar", settings.accent)]
    if settings.second != standard.second:
        found.append(("rust", settings.second))
    return found


def _families(settings: PrintSettings) -> list[tuple[str, str]]:
    """The families that are asked for, each before our own, which has what it lacks."""
    asked = (("serif", settings.text_font), ("sans", settings.label_font), ("mono", settings.code_font))
    return [(name, f'"{family}", var(--own-{name})') for name, family in asked if family]
