"""Lines of code in a column: where they may wrap, and the marks that they show if they do."""

from __future__ import annotations

import re

from generator import fragments
from generator.sheets import condense

_LINE = re.compile(r'<span class="l(?: ww?)?(?=[ "])([^>]*>)(.*?)(?=<span class="l[ "]|</pre>)', re.DOTALL)
_PIECE = re.compile(r"<[^>]*>|&[#\w]+;|.", re.DOTALL)
# A line may wrap behind these signs if so many characters stand before, before a run of so many without one, and
# anywhere in one of so many: any shorter name goes on a line of its own rather than be cut.
_SIGNS, _FEW, _MANY, _CUT = frozenset((*".,;:/=|([{+-", "&amp;")), 6, 22, 30


def dressed(html: str, room: int) -> str:
    """The HTML with its code dressed for lines of `room` characters."""
    if "<pre" not in html:
        return html

    def line(found: re.Match[str]) -> str:
        opening, inner = found.groups()
        length = len(condense.text(inner))
        if length <= room:
            return f'<span class="l{opening}{inner}'
        return f'<span class="l {fragments.wrap_marks(length, room - 4)}{opening}{_breakable(inner)}'

    return _LINE.sub(line, html)


def _breakable(inner: str) -> str:
    """A line with places to wrap at: layout finds none between two elements without a space."""
    parts: list[str] = []
    run: list[str] = []

    def end_run(*more: str) -> None:
        text = "".join(run)
        long = f'<span class="br">{text}</span>' if len(run) >= _CUT else text
        parts.extend((f"<wbr>{long}" if len(run) >= _MANY else text, *more))
        run.clear()

    since = 0
    for piece in _PIECE.findall(inner):
        if piece.startswith("<") or piece.isspace():
            end_run(piece)
            since = since if piece.startswith("<") else 0
            continue
        run.append(piece)
        since += 1
        if since >= _FEW and piece in _SIGNS:
            end_run("<wbr>")
            since = 0
    end_run()
    return "".join(parts)
