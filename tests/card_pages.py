"""Card pages for the tests of imposing: HTML as plain as can be, laid out at the card's size by the press."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from generator.imposition import card_format
from generator.press import layout
from generator.print_model import Bookmark, CardPlan, Sheet, Signature

LETTERS = "0123456789/ ·"
_HEAD = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Cards</title>
<link rel="stylesheet" href="style:base.css"><style>
@page {{ size: {width}pt {height}pt; margin: {padding}pt }}
.face {{ break-after: page }} .top {{ font: 600 7pt/9pt var(--sans); position: relative; height: 9pt }}
.top a {{ position: absolute; right: 0; white-space: nowrap; font-kerning: none; font-variant-numeric: tabular-nums }}
.top p {{ font: 7pt/9pt var(--sans) }}
h2 {{ font: 600 12pt/15pt var(--sans); margin: 6pt 0 }} .back p {{ font-size: 9pt; line-height: 12pt }}
</style></head><body>"""
_FRONT = """<div class="face"><div class="top"><a href="deckpress:card/{name}">{letters}</a><p>Topic</p></div>
<h2 id="{name}">Question {number}?</h2>{more}</div>"""
_BACK = """<div class="face back"><div class="top"><a href="deckpress:card/{name}">{letters}</a><p>Topic</p></div>
<p>Answer {number}.</p>{more}</div>"""


def faces(number: int, front: str = "", back: str = "") -> str:
    """The HTML of a card's two faces."""
    words = {"name": f"n-{number}", "number": number, "letters": LETTERS}
    return _FRONT.format(**words, more=front) + _BACK.format(**words, more=back)


def lay_out(plan: CardPlan, bodies: Sequence[str]) -> bytes:
    """A signature of such faces, prepared for imposing."""
    page = card_format(plan)
    head = _HEAD.format(width=page.width, height=page.height, padding=page.padding)
    return layout.lay_out(Signature("cards", f"{head}{''.join(bodies)}</body></html>"))


@cache
def plain(plan: CardPlan, cards: int, batch: int = 8) -> tuple[bytes, ...]:
    """Signatures of plain cards, numbered from 1, `batch` cards each."""
    starts = range(1, cards + 1, batch)
    return tuple(
        lay_out(plan, [faces(number) for number in range(start, min(start + batch, cards + 1))]) for start in starts
    )


def sheet(cards: int) -> Sheet:
    """What the whole is called and how its cards are numbered."""
    marks = tuple(Bookmark(f"Question {number}?", f"n-{number}") for number in range(1, cards + 1))
    numbers = {f"note/n-{number}": str(100 + number) for number in range(1, cards + 1)}
    return Sheet("cards", "Cards", "en", (), numbers, marks, modified=1_700_000_000)
