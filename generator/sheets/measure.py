"""How tall a short form will be, before it is laid out: in em, for a column so many em wide.

Words are measured with the widths of our label face and wrapped as layout wraps them. That is within a few per cent of
what layout makes of them (tests/test_cheat.py), which is enough to say what shares a page and which type to try first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from math import ceil
from typing import NamedTuple
from unicodedata import combining, east_asian_width

# Advance widths of the label face from space to tilde, in hundredths of an em; semibold against it, and other letters.
_ADVANCES = (
    20, 29, 43, 50, 50, 82, 61, 25, 30, 30, 42, 50, 25, 31, 25, 35, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 25, 25, 50,
    50, 50, 42, 85, 54, 59, 57, 62, 53, 49, 62, 65, 26, 48, 58, 49, 73, 65, 66, 57, 66, 57, 53, 54, 64, 52, 79, 51, 48,
    54, 30, 35, 30, 50, 50, 54, 50, 55, 46, 56, 50, 29, 50, 54, 25, 25, 50, 26, 83, 55, 54, 56, 56, 35, 42, 34, 54, 47,
    72, 45, 47, 42, 30, 24, 30, 50,
)  # fmt: skip
# A point in millimetres.
POINT = 25.4 / 72
_BOLD, _OTHER, _WIDE = 1.06, 0.54, 1.0
# The style sheet's own measures (cheat.css), in em.
LINE = 1.28
_AFTER_BLOCK = 0.15
_INLINE_CODE, _CODE, _CODE_LINE, _CODE_EDGES, _CODE_SIDES = 0.558, 0.552, 1.2545, 0.85, 1.25
_INDENT = 1.1
_CELL_GAP, _CELL_EDGES = 1.2, 0.02
# A picture, whose size nobody knows yet, at its tallest.
_PICTURE = 9.0
# How high a formula is that does not reach below the line.
_LETTER = 0.7

_BLOCK = re.compile(
    r"<pre\b.*?</pre>|<table\b.*?</table>|<img\b(?! class=\"tex\")[^>]*>"
    r"|</?(?:p|ul|ol|li|h\d|dl|dt|dd|blockquote|div|details|summary)\b[^>]*>|<br\b[^>]*>",
    re.DOTALL,
)
# A formula, which says how wide it is and how far it reaches below the line.
_FORMULA = r'<img class="tex"[^>]* style="width:(?P<width>[\d.]+)em;vertical-align:(?P<depth>-?[\d.]+)em"[^>]*>'
_CODE_OR_FORMULA = re.compile(rf"<code\b(?P<attributes>[^>]*)>(?P<code>.*?)</code>|{_FORMULA}", re.DOTALL)
_TIED = re.compile(r'[^ \n\t<>]*<code class="nb[^>]*>.*?</code>[^ \n\t<>]*', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.DOTALL)
_CODE_LINE_START = re.compile(r'(?=<span class="l[ "])')


@dataclass(frozen=True, slots=True)
class _Text:
    """A run of words in one block, `inset` from the column's edge; `after` is the space below it."""

    words: tuple[float, ...]
    inset: float
    after: float

    def height(self, width: float) -> float:
        """How tall it is in a column of this width."""
        return wrapped(self.words, width - self.inset) * LINE + self.after


@dataclass(frozen=True, slots=True)
class _Code:
    """Lines of code, by their lengths in characters."""

    lengths: tuple[int, ...]

    def height(self, width: float) -> float:
        """How tall it is in a column of this width."""
        room = characters(width)
        lines = sum(max(1, ceil(max(0, length - 2) / max(1, room - 2))) for length in self.lengths)
        return lines * _CODE_LINE + _CODE_EDGES


@dataclass(frozen=True, slots=True)
class _Table:
    """A table: for each row the words of its cells."""

    rows: tuple[tuple[tuple[float, ...], ...], ...]

    def height(self, width: float) -> float:
        """How tall it is in a column of this width."""
        columns = self._columns()
        room = width - _CELL_GAP * (len(columns) - 1)
        if (total := sum(columns)) > room:
            columns = [max(3.0, column * room / total) for column in columns]
        lines = (
            max((wrapped(cell, column) for cell, column in zip(row, columns, strict=False)), default=1)
            for row in self.rows
        )
        return sum(one * LINE + _CELL_EDGES for one in lines) + _AFTER_BLOCK

    def _columns(self) -> list[float]:
        count = max(map(len, self.rows), default=0)
        return [max((_line(row[place]) for row in self.rows if place < len(row)), default=0) for place in range(count)]


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture, taken to be as tall as one may be."""

    def height(self, _width: float) -> float:
        """How tall it is."""
        return _PICTURE


Measured = Sequence[_Text | _Code | _Table | _Picture]


def height(parts: Measured, width: float) -> float:
    """How tall these are, one below the other, in a column of this width."""
    return sum(part.height(width) for part in parts)


def measured(html: str, *, bold: bool = False) -> Measured:
    """The blocks of some HTML, measured; bare text is a block."""
    found: list[_Text | _Code | _Table | _Picture] = []
    depth = place = 0

    def add(text: str) -> None:
        if words := tuple(_words(text, _BOLD if bold else 1.0)):
            found.append(_Text(words, depth * _INDENT, _AFTER_BLOCK + _above_line(text)))

    for tag in _BLOCK.finditer(html):
        add(html[place : tag.start()])
        place = tag.end()
        markup = tag.group()
        if markup.startswith("<pre"):
            lines = _CODE_LINE_START.split(markup)[1:] or [markup]
            found.append(_Code(tuple(len(_plain(line)) for line in lines)))
        elif markup.startswith("<table"):
            rows = (_CELL.findall(row) for row in _ROW.findall(markup))
            found.append(_Table(tuple(tuple(tuple(_words(cell, 1.0)) for cell in row) for row in rows)))
        elif markup.startswith("<img"):
            found.append(_Picture())
        elif markup.startswith(("<ul", "<ol", "<dd", "<blockquote")):
            depth += 1
        elif markup.startswith(("</ul", "</ol", "</dd", "</blockquote")):
            depth = max(0, depth - 1)
    add(html[place:])
    return found


def _above_line(html: str) -> float:
    """By how much the tallest formula in a run of words makes a line taller: it is about as high as it is deep."""
    deepest = min((float(formula["depth"]) for formula in re.finditer(_FORMULA, html)), default=0.0)
    return max(0.0, _LETTER - 2 * deepest - LINE)


def lines(html: str, width: float) -> int:
    """How many lines inline HTML takes."""
    return wrapped(tuple(_words(html, 1.0)), width)


def breadth(html: str) -> float:
    """How wide inline HTML is on one line."""
    return _line(tuple(_words(html, 1.0)))


def characters(width: float) -> int:
    """How many characters of code a line holds in a column of this width."""
    return max(8, int((width - _CODE_SIDES) / _CODE))


def narrowest(table: str, gap: float = _CELL_GAP) -> float:
    """The least width of a table in em: its columns each as wide as their longest word, and `gap` between them."""
    rows = [_CELL.findall(row) for row in _ROW.findall(table)]
    count = max(map(len, rows), default=0)
    columns = (
        max(max(_words(row[place], _BOLD), default=0.0) for row in rows if place < len(row)) for place in range(count)
    )
    return sum(columns) + gap * max(0, count - 1)


def tied(html: str) -> float:
    """How wide what never wraps is, in em: the widest inline code that stays on its line, with what hangs on it."""
    return max((width for found in _TIED.findall(html) for width in _words(found, _BOLD)), default=0.0)


def wrapped(words: Sequence[float], width: float) -> int:
    """How many lines these words take."""
    lines, used = 1, 0.0
    for word in words:
        if used and used + word > width:
            lines, used = lines + 1, 0.0
        if word > width:
            lines += int((used + word) / max(1.0, width))
            used = (used + word) % max(1.0, width)
        else:
            used += word + _SPACE
    return lines


_SPACE = _ADVANCES[0] / 100


def _line(words: Sequence[float]) -> float:
    """How wide these words are on one line."""
    return sum(words) + _SPACE * max(0, len(words) - 1)


def _words(html: str, weight: float) -> Iterator[float]:
    """The widths of the words of inline HTML; code in it that never wraps is one word."""
    word = 0.0
    for text, code, whole, width in _runs(html):
        word += width
        for letter in text:
            if letter in " \n\t" and not whole:
                if word:
                    yield word
                word = 0.0
                continue
            if not code and _is_wide(letter):
                if word:
                    yield word
                yield _WIDE - _SPACE
                word = 0.0
                continue
            word += _INLINE_CODE if code else advance(letter) * weight
    if word:
        yield word


class _Run(NamedTuple):
    """A run of text, which may be code and may be kept from wrapping; or no text, but a formula so many em wide."""

    text: str
    code: bool = False
    whole: bool = False
    width: float = 0.0


def _runs(html: str) -> Iterator[_Run]:
    place = 0
    for found in _CODE_OR_FORMULA.finditer(html):
        yield _Run(_plain(html[place : found.start()]))
        if found["width"]:
            yield _Run("", width=float(found["width"]))
        else:
            yield _Run(_plain(found["code"]), code=True, whole="nb" in found["attributes"])
        place = found.end()
    yield _Run(_plain(html[place:]))


def advance(letter: str) -> float:
    """A letter's width in em."""
    place = ord(letter) - 32
    if 0 <= place < len(_ADVANCES):
        return _ADVANCES[place] / 100
    if letter == "\N{NO-BREAK SPACE}":
        return _SPACE
    return 0.0 if combining(letter) else _WIDE if _is_wide(letter) else _OTHER


def _is_wide(letter: str) -> bool:
    return letter >= "\u1100" and east_asian_width(letter) in "WF"


def _plain(html: str) -> str:
    return unescape(_TAG.sub("", html.replace("<wbr>", " ").replace("\N{ZERO WIDTH SPACE}", " ")))
