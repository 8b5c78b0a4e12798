"""Lines of code in a narrow column: where they may wrap, and as many marks as they may need there."""

from __future__ import annotations

import re

from generator.sheets import condense

_LINE = re.compile(r'<span class="l(?: w\d)?(?=[ "])([^>]*>)(.*?)(?=<span class="l[ "]|</pre>)', re.DOTALL)
_PIECE = re.compile(r"<[^>]*>|&[#\w]+;|.", re.DOTALL)
# The style sheet draws up to so many marks at a line.
_MOST_WRAPS = 5
# A line may wrap behind these signs if so many characters stand before, and anywhere behind so many.
_SIGNS, _FEW, _MANY = frozenset(".,;:/=|([{+-&"), 6, 22


def dressed(html: str, room: int) -> str:
    """The HTML with its code dressed for lines of `room` characters."""
    if "<pre" not in html:
        return html

    def line(found: re.Match[str]) -> str:
        opening, inner = found.groups()
        length = len(condense.text(inner))
        if length <= room:
            return f'<span class="l{opening}{inner}'
        wraps = min(_MOST_WRAPS, -(-length // max(1, room - 4)) - 1)
        return f'<span class="l w{wraps}{opening}{_breakable(inner)}'

    return _LINE.sub(line, html)


def _breakable(inner: str) -> str:
    """A line with places to wrap at: layout finds none between two elements without a space."""
    parts: list[str] = []
    run = 0
    for piece in _PIECE.findall(inner):
        parts.append(piece)
        if piece.startswith("<"):
            continue
        run = 0 if piece.isspace() else run + 1
        if run >= _MANY or (run >= _FEW and piece[0] in _SIGNS):
            parts.append("<wbr>")
            run = 0
    return "".join(parts)
