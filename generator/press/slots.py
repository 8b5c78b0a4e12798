"""A slot: a place on a laid-out page whose number is known only when the sheet is bound.

In the HTML it is a link to `deckpress:note/…`, `topic/…`, `card/…`, `page/…`, `see/…`, `folio`, `of` or `part` that
holds all ten digits, so that the page's own font has them; where a card says "41 · 1/2", or a page "2 / 3", it holds
`LETTERS`. In a prepared page it is a comment in the content stream, which draws nothing; binding puts the number's
glyphs there, in the style and at the place that the style sheet gave them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

# What a slot may hold, in this order: the digits, which all have one width, then what stands between numbers.
DIGITS = "0123456789"
LETTERS = DIGITS + "/ ·"
# Places whose text ends at the slot's right edge; others align on their last digit, from its left edge.
_AT_THE_RIGHT = ("page/", "folio", "of", "card/", "part")

_MARK = re.compile(rb"^%slot (\[.*\])$", re.MULTILINE)


class Slot(NamedTuple):
    """Where a number goes. Lengths are in the page's own units (CSS pixels, y downwards).

    `left`, `right`, `base`: the box and the base line; `font`: the operands of `Tf`; `advance`: a digit's width;
    `glyphs`: the glyph ids of the digits, or of all `LETTERS`, four hexadecimal digits each; `others`: the widths of
    those that are no digits.
    """

    place: str
    left: float
    right: float
    base: float
    font: str
    advance: float
    glyphs: str
    others: Sequence[float] = ()

    def mark(self) -> bytes:
        """The slot as a line of a content stream that draws nothing."""
        return b"%slot " + json.dumps(list(self)).encode()

    def show(self, number: str, widest: int) -> bytes:
        """Operators that draw the text. Page and card numbers end at the right edge, those after a `p.` begin at the
        left one; note and topic numbers align on their last digit in a column as wide as the widest from there on.
        """
        if not number:
            return b""
        text = "".join(self._glyph(letter) for letter in number)
        if self.place.startswith(_AT_THE_RIGHT):
            start = self.right - sum(self._width(letter) for letter in number)
        elif self.place.startswith("see/"):
            start = self.left
        else:
            start = self.left + (max(widest, len(number)) - len(number)) * self.advance
        return f"1 0 0 -1 {start:.4f} {self.base:.4f} Tm\n/{self.font} Tf\n<{text}> Tj".encode()

    def _glyph(self, letter: str) -> str:
        place = 4 * LETTERS.index(letter)
        if not self.glyphs[place:]:
            raise ValueError(f"the slot {self.place} has no {letter!r}")
        return self.glyphs[place : place + 4]

    def _width(self, letter: str) -> float:
        return self.advance if letter in DIGITS else self.others[LETTERS.index(letter) - len(DIGITS)]


def fill(content: bytes, number: Callable[[str], tuple[str, int]]) -> bytes:
    """The content stream with every slot drawn; `number` gives a place's number and the widest of its kind."""

    def drawn(found: re.Match[bytes]) -> bytes:
        slot = Slot(*json.loads(found.group(1)))
        return slot.show(*number(slot.place))

    return _MARK.sub(drawn, content)
