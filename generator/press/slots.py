"""A slot: a place on a laid-out page whose number is known only when the sheet is bound.

In the HTML it is a link to `deckpress:note/…`, `topic/…`, `page/…`, `see/…` or `folio` that holds all ten digits, so
that the page's own font has them. In a prepared page it is a comment in the content stream, which draws nothing;
binding puts the number's glyphs there, in the style and at the place that the style sheet gave them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NamedTuple

_MARK = re.compile(rb"^%slot (\[.*\])$", re.MULTILINE)


class Slot(NamedTuple):
    """Where a number goes. Lengths are in the page's own units (CSS pixels, y downwards).

    `left`, `right`, `base`: the box and the base line; `font`: the operands of `Tf`; `advance`: a digit's width;
    `glyphs`: the ten digits' glyph ids, four hexadecimal digits each.
    """

    place: str
    left: float
    right: float
    base: float
    font: str
    advance: float
    glyphs: str

    def mark(self) -> bytes:
        """The slot as a line of a content stream that draws nothing."""
        return b"%slot " + json.dumps(list(self)).encode()

    def show(self, number: str, widest: int) -> bytes:
        """Operators that draw the number. Page and card numbers end at the right edge, those after a `p.` begin at
        the left; note and topic numbers align on their last digit in a column as wide as the widest, which begins
        there.
        """
        if self.place.startswith(("page/", "card/", "folio")):
            start = self.right - len(number) * self.advance
        elif self.place.startswith("see/"):
            start = self.left
        else:
            start = self.left + (max(widest, len(number)) - len(number)) * self.advance
        text = "".join(self.glyphs[4 * int(digit) : 4 * int(digit) + 4] for digit in number)
        return f"1 0 0 -1 {start:.4f} {self.base:.4f} Tm\n/{self.font} Tf\n<{text}> Tj".encode()


def fill(content: bytes, number: Callable[[str], tuple[str, int]]) -> bytes:
    """The content stream with every slot drawn; `number` gives a place's number and the widest of its kind."""

    def drawn(found: re.Match[bytes]) -> bytes:
        slot = Slot(*json.loads(found.group(1)))
        return slot.show(*number(slot.place))

    return _MARK.sub(drawn, content)
