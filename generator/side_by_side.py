"""Compared texts laid out for a screen: in two columns where there is room, else in one, as `git diff --word-diff`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import NamedTuple

from generator.changes import Piece, tokens
from generator.report import shown

_INDENT, _LABEL, _GAP = 4, 6, " │ "
_ROOM = 100  # columns from which two texts fit beside each other
_LONG, _HEAD, _TAIL = 140, 90, 40  # of a changed passage longer than so many tokens only its two ends are shown
_MARKS = {"-": ("[-", "-]"), "+": ("{+", "+}")}
_COLOURS = {"-": "\x1b[31;9m", "+": "\x1b[32;4m"}  # struck out and underlined, for those who see no red and green
_STRONG, _PLAIN = "\x1b[1m", "\x1b[0m"


class _Token(NamedTuple):
    """A word, or the space between two, and which text has it."""

    op: str
    text: str


_Line = list[_Token]


@dataclass(frozen=True, slots=True)
class Screen:
    """Where it is shown: how many columns wide, with or without colour, a terminal or not."""

    width: int = 100
    colour: bool = False
    terminal: bool = False

    def strong(self, text: str) -> str:
        """The text, to stand out."""
        return f"{_STRONG}{text}{_PLAIN}" if self.colour else text

    def listed(self, text: str) -> str:
        """The text as a line of a list, cut where the screen ends."""
        width = max(20, self.width - _INDENT)
        lines = _wrapped([_Token("=", token) for token in tokens(text)], width)
        return " " * _INDENT + self._paint(_cut(lines, 1, width)[0])

    def plain(self, label: str, text: str, lines: int = 0) -> Iterator[str]:
        """A text that did not change; at most so many `lines` of it."""
        found = _wrapped([_Token("=", token) for token in tokens(text)], self._inner)
        yield from self._labelled(label, map(self._paint, _cut(found, lines, self._inner) if lines else found))

    def inline(self, label: str, pieces: Iterable[Piece]) -> Iterator[str]:
        """Old and new in one text."""
        yield from self._labelled(label, map(self._paint, _wrapped(self._tokens(pieces), self._inner)))

    def compared(self, label: str, pieces: Sequence[Piece]) -> Iterator[str]:
        """Old and new beside each other, if there is room."""
        if not self.terminal or self.width < _ROOM:
            yield from self.inline(label, pieces)
            return
        wide = (self._inner - len(_GAP)) // 2
        old, new = (_wrapped(self._tokens(p for p in pieces if p.op in ("=", own)), wide) for own in "-+")
        rows: Iterable[tuple[_Line, _Line]] = zip_longest(old, new, fillvalue=[])
        yield from self._labelled(label, (f"{self._padded(a, wide)}{_GAP}{self._paint(b)}".rstrip() for a, b in rows))

    @property
    def _inner(self) -> int:
        return max(20, self.width - _INDENT - _LABEL)

    def _labelled(self, label: str, lines: Iterable[str]) -> Iterator[str]:
        for number, line in enumerate(lines):
            yield f"{'':{_INDENT}}{label if number == 0 else '':<{_LABEL}}{line}".rstrip()

    def _tokens(self, pieces: Iterable[Piece]) -> _Line:
        """The pieces as tokens; without colour a mark stands at both ends of what changed."""
        found: _Line = []
        for op, text in pieces:
            parts = _shortened(tokens(text)) if op != "=" else tokens(text)
            core = [index for index, part in enumerate(parts) if not part.isspace()]
            if core and op != "=" and not self.colour:
                parts[core[0]] = _MARKS[op][0] + parts[core[0]]
                parts[core[-1]] += _MARKS[op][1]
            found += [_Token("=" if part.isspace() else op, part) for part in parts]
        return found

    def _paint(self, line: _Line) -> str:
        """The line as a terminal takes it."""
        parts = []
        for op, run in groupby(line, lambda token: token.op):
            text = shown("".join(token.text for token in run))
            parts.append(f"{_COLOURS[op]}{text}{_PLAIN}" if self.colour and op in _COLOURS else text)
        return "".join(parts)

    def _padded(self, line: _Line, width: int) -> str:
        return self._paint(line) + " " * (width - sum(_cells(token.text) for token in line))


# --- lines ----------------------------------------------------------------------------------------------------------


def _shortened(parts: list[str]) -> list[str]:
    """The two ends of a long passage."""
    if len(parts) <= _LONG:
        return parts
    head, tail = "".join(parts[:_HEAD]).rstrip(), "".join(parts[-_TAIL:])
    return tokens(f"{head} … {tail.lstrip()}")


def _wrapped(parts: Iterable[_Token], width: int) -> list[_Line]:
    """The tokens in lines of at most so many columns, broken at spaces; a word that is wider is cut."""
    lines: list[_Line] = [[]]
    used = 0
    for word in _words(parts):
        wide = sum(_cells(token.text) for token in word)
        if used + wide > width and used:
            lines.append([])
            used = 0
        if word[0].text.isspace() and not used:
            continue  # no line begins with a space
        for token in word if wide <= width else _letters(word):
            if used + _cells(token.text) > width:
                lines.append([])
                used = 0
            lines[-1].append(token)
            used += _cells(token.text)
    return [_trimmed(line) for line in lines if line] or [[]]


def _words(parts: Iterable[_Token]) -> Iterator[_Line]:
    """What stays on one line: tokens up to a space, a space alone, a letter of a script that has no spaces."""
    word: _Line = []
    for op, text in parts:
        token = _Token(op, " " if text.isspace() else text)
        if word and (text.isspace() or word[-1].text.isspace() or _cells(text[0]) == 2):
            yield word
            word = []
        word.append(token)
    if word:
        yield word


def _letters(word: _Line) -> Iterator[_Token]:
    for op, text in word:
        yield from (_Token(op, letter) for letter in text)


def _trimmed(line: _Line) -> _Line:
    return line[:-1] if line and line[-1].text == " " else line


def _cut(lines: list[_Line], most: int, width: int) -> list[_Line]:
    """The first lines; where more are left out, the last of them ends in `…`."""
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while len(last) > 1 and sum(_cells(token.text) for token in last) + 2 > width:
        last = last[:-1]
    return [*lines[: most - 1], [*_trimmed(last), _Token("=", " …")]]


def _cells(text: str) -> int:
    """How many columns a terminal gives the text."""
    if text.isascii():
        return len(text)
    return sum(_WIDE.get(unicodedata.east_asian_width(c), 1) for c in text if unicodedata.category(c) not in _UNSEEN)


_WIDE = {"W": 2, "F": 2}
_UNSEEN = ("Mn", "Me", "Cf")
