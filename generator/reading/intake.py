"""Bytes of a file to text that the parser can be trusted with, line by line, each line knowing where it came from.

Everything here keeps lines apart: a repair changes a line, an insertion adds an empty one, and `Text.origin` says for each
line which line of the file it is. So positions stay true whatever was mended.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from generator.model import Problem, Severity
from generator.reading import frontmatter, mojibake


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text, mended: `lines` for the parser, `origin` their 1-based line numbers in the file.

    `front` holds the front matter's values, `front_lines` how many lines it took; `readable` is False where the bytes are
    no text at all.
    """

    name: str
    lines: tuple[str, ...]
    origin: tuple[int, ...]
    problems: tuple[Problem, ...] = ()
    front: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    front_lines: int = 0
    readable: bool = True


def take_in(name: str, data: bytes) -> Text:
    """The text of a file. Never raises: what can't be read is a problem, and the text is then empty."""
    problems: list[Problem] = []
    text, broken = _decoded(name, data)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    origin = tuple(range(1, len(lines) + 1))
    if broken:
        return Text(name, tuple(lines), origin, (broken,), readable=False)
    lines = _without_nul(name, lines, problems)
    lines = mojibake.mend(name, lines, problems)
    front, front_lines = frontmatter.split(name, lines, problems)
    lines[:front_lines] = [""] * front_lines
    lines, origin = _apart(lines)
    return Text(name, tuple(lines), origin, tuple(problems), front, front_lines)


def _decoded(name: str, data: bytes) -> tuple[str, Problem | None]:
    """The bytes as text, without a byte order mark; a problem at the first byte that is not UTF-8."""
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        kind = "UTF-16" if utf16 else "WINDOWS-1252"
        problem = Problem(
            Severity.ERROR, "not-utf8", name, line, column,
            "this file is UTF-16, not UTF-8" if utf16 else f"byte 0x{data[error.start]:02x} is not UTF-8, so this file can't be read",
            f"save it as UTF-8, for instance with: iconv -f {kind} -t UTF-8",
        )  # fmt: skip
        return data.decode("utf-8", errors="replace"), problem


def _without_nul(name: str, lines: list[str], problems: list[Problem]) -> list[str]:
    """The lines without NUL characters, which SQLite and PDF would end the text at."""
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            message = "a NUL character was left out"
            problems.append(Problem(Severity.WARNING, "nul", name, number, line.index("\0") + 1, message, "delete it"))
    return [line.replace("\0", "") for line in lines]


_FENCE = re.compile(r" {0,3}(`{3,}(?!.*`)|~{3,})")


_HTML_LINE = re.compile(r"\s*(?:</?details\b[^>]*>|<summary\b[^>]*>.*|.*</summary>)\s*$", re.IGNORECASE)


def _apart(lines: list[str]) -> tuple[list[str], tuple[int, ...]]:
    """The lines with an empty one after `<details>` and `<summary>` where text follows at once.

    By CommonMark an HTML block goes on to the next blank line, so Markdown that follows the tag at once would not be
    parsed, and a `##` in a fence there would be a heading.
    """
    out: list[str] = []
    origin: list[int] = []
    fence = ""
    for number, line in enumerate(lines, 1):
        out.append(line)
        origin.append(number)
        match = _FENCE.match(line)
        if match and not fence:
            fence = match.group(1)
        elif match and match.group(1).startswith(fence):
            fence = ""
        follows = lines[number].strip() if number < len(lines) else ""
        if not fence and follows and not follows.startswith("<") and _HTML_LINE.match(line):
            out.append("")
            origin.append(number)
    return out, tuple(origin)
