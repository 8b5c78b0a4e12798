"""Admonitions of documentation tools, put as callouts: `!!! question "Title"`, `??? success "Answer"`.

By CommonMark such a line is text, and what belongs to it, being indented, goes on with it or is code. As `> [!question]
Title` and `> …` both are what their author meant, on paper too. A line stays a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.reading.spacing import fence_after

_OPENING = re.compile(
    r"""(?P<mark>!!!|\?\?\?\+?)[ ]+(?P<kind>[A-Za-z][\w-]*)(?:[ ]+[a-z][\w-]*)*+[ ]*(?:"(?P<title>.*)")?\s*"""
)
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s")
_INDENT = 4


def as_callouts(lines: tuple[str, ...], origin: tuple[int, ...]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The lines, with a quote's marks where an admonition is, and an empty one behind it; and each one's number.

    One in a code fence is an example.
    """
    marked = [*_marked(lines)]
    return tuple(line for _, line in marked), tuple(origin[place] for place, _ in marked)


def are_possible(text: str) -> bool:
    """Whether a text may have any."""
    return "!!! " in text or "???" in text


def _marked(lines: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """The lines with the marks of the admonitions that they stand in, each with the place of the line that it was."""
    opened: list[int] = []  # how far each of those that are open is indented
    fence = ""
    listed = False  # whether what is indented stands in a list
    blank: list[int] = []
    for place, line in enumerate(lines):
        text = line.lstrip(" \t")
        if not text:
            blank.append(place)
            continue
        width = len(line[: len(line) - len(text)].expandtabs(_INDENT))
        closed = next((at for at, indent in enumerate(opened) if width < indent + _INDENT), len(opened))
        if closed < len(opened):
            opened, fence = opened[:closed], ""
            blank = blank or [place - 1]
        opening = None if fence else _OPENING.fullmatch(text)
        if opening and not opened and width >= _INDENT and not listed:
            opening = None  # in a block of code
        if width < _INDENT:
            listed = bool(_ITEM.match(text))
        yield from ((at, _marks(opened).rstrip()) for at in blank)
        blank = []
        before = _marks(opened) + " " * (width - _base(opened))
        if opening:
            opened = [*opened, width]
            yield place, before + _callout(opening)
        else:
            fence = fence_after(fence, text)
            yield place, before + text if opened else line
    yield from ((at, "") for at in blank)


def _base(opened: list[int]) -> int:
    """How far what belongs to the innermost one is indented."""
    return opened[-1] + _INDENT if opened else 0


def _marks(opened: list[int]) -> str:
    """What stands in front of a line in these."""
    return "".join(" " * (indent - _base(opened[:place])) + "> " for place, indent in enumerate(opened))


def _callout(opening: re.Match[str]) -> str:
    """The first line of an admonition as that of a callout."""
    fold = {"!!!": "", "???": "-", "???+": "+"}[opening["mark"]]
    title = opening["title"] or ""
    return f"> [!{opening['kind']}]{fold} {title}".rstrip()
