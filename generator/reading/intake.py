"""Bytes of a file to text that the parser can be trusted with, line by line, each line knowing where it came from.

Everything here keeps lines apart: a repair changes a line, an insertion adds an empty one, and `Text.origin` says for
each line which line of the file it is. So positions stay true whatever was mended.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from generator.model import Problem, Severity
from generator.reading import admonitions, boxes, containers, frontmatter, mojibake, spacing


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text, mended: `lines` for the parser, `origin` their 1-based line numbers in the file.

    `filled` holds the numbers of the file's lines that aren't blank, as it was found, `count` how many lines it has.
    `front` holds the front matter's values, `front_lines` how many lines it took; `readable` is False where the bytes
    are no text at all. `wrapping` holds the numbers of the two lines of a code fence that the whole file stood in.
    """

    name: str
    lines: tuple[str, ...]
    origin: tuple[int, ...]
    filled: tuple[int, ...]
    count: int
    problems: tuple[Problem, ...] = ()
    front: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    front_lines: int = 0
    readable: bool = True
    wrapping: tuple[int, ...] = ()


def take_in(name: str, data: bytes) -> Text:
    """The text of a file. Never raises: what can't be read is a problem, and `readable` is then False."""
    problems: list[Problem] = []
    text, broken = _decoded(name, data)
    lines = _lines(text)
    filled = tuple(number for number, line in enumerate(lines, 1) if line.strip("\ufeff\0 \t"))
    count = len(lines)
    if broken:
        return Text(name, (), (), filled, count, (broken,), readable=False)
    lines = _without_nul(name, lines, problems)
    lines = mojibake.mend(name, lines, problems)
    front, front_lines = frontmatter.split(name, lines, problems)
    lines[:front_lines] = [""] * front_lines
    wrapping = _wrapping(lines)
    for number in wrapping:
        lines[number - 1] = ""
    lines = containers.as_callouts(lines) if containers.are_possible(text) else lines
    lines = spacing.with_headings_parted(spacing.without_attribute_lists(lines))
    lines = boxes.as_tasks(lines) if boxes.are_possible(text) else lines
    spaced, origin = spacing.spaced(lines)
    if admonitions.are_possible(text):
        spaced, origin = admonitions.as_callouts(spaced, origin)
    return Text(name, spaced, origin, filled, count, tuple(problems), front, front_lines, wrapping=wrapping)


def _lines(text: str) -> list[str]:
    """The lines as CommonMark ends them: by LF, CRLF or CR alone."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _decoded(name: str, data: bytes) -> tuple[str, Problem | None]:
    """The bytes as text, without a byte order mark; a problem at the first byte that is not UTF-8."""
    hint = "save it as UTF-8, for instance with: iconv -f {} -t UTF-8"
    if _is_utf16(data):
        what = "this file is UTF-16, not UTF-8"
        problem = Problem(Severity.ERROR, "not-utf8", name, 1, 1, what, hint.format("UTF-16"))
        return data.decode("utf-8", errors="replace"), problem
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        before = _lines(data[: error.start].decode())
        what = f"byte 0x{data[error.start]:02x} is not UTF-8, so this file can't be read"
        place = (len(before), len(before[-1]) + 1)
        problem = Problem(Severity.ERROR, "not-utf8", name, *place, what, hint.format("WINDOWS-1252"))
        return data.decode("utf-8", errors="replace"), problem


def _is_utf16(data: bytes) -> bool:
    """Whether the bytes begin as UTF-16 does or, without its mark, are zeros for a good part."""
    return data[:2] in (b"\xff\xfe", b"\xfe\xff") or (len(data) >= 16 and data.count(0) * 4 > len(data))


def _without_nul(name: str, lines: list[str], problems: list[Problem]) -> list[str]:
    """The lines without NUL characters, which SQLite and PDF would end the text at."""
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            message = "a NUL character was left out"
            problems.append(Problem(Severity.WARNING, "nul", name, number, line.index("\0") + 1, message, "delete it"))
    return [line.replace("\0", "") for line in lines]


_WRAPPED = re.compile(r"(?P<fence>`{3,}|~{3,})[ \t]*(?:markdown|md|mdx)[ \t]*", re.IGNORECASE)
_FENCE = re.compile(r"[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)")


def _wrapping(lines: list[str]) -> tuple[int, ...]:
    """The numbers of the first and the last line of a file, where it is a code fence of Markdown from end to end.

    That is how chat programs hand a file over. By CommonMark (4.5) the first fence within would end it, so a fence that
    names a language is taken to begin one, and the next one that names none to end that.
    """
    numbers = [number for number, line in enumerate(lines, 1) if line.strip()]
    first = _WRAPPED.fullmatch(lines[numbers[0] - 1]) if numbers else None
    if not first:
        return ()
    inside = ""
    for number in numbers[1:]:
        match = _FENCE.fullmatch(lines[number - 1])
        if match and inside:
            inside = "" if match["fence"].startswith(inside) and not match["info"].strip() else inside
        elif match and match["info"].strip():
            inside = match["fence"]
        elif match and match["fence"].startswith(first["fence"]):
            return (numbers[0], number) if number == numbers[-1] else ()
    return ()
