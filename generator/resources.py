"""Where the templates, style sheets and fonts lie: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def root() -> Path:
    """The templates folder. In a checkout it is top level, where an author of templates looks for it."""
    package = Path(__file__).resolve().parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


@cache
def text(name: str) -> str:
    """The text of one template or style sheet, such as `anki/card.css`."""
    return (root() / name).read_text(encoding="utf-8")
