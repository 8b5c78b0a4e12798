"""Mojibake: UTF-8 that somebody once read as Mac Roman, Windows-1252 or Latin-1, and saved.

ftfy mends what it is sure of, a line at a time. Where it falls short (it will not trust `¬π`, which could be meant), a
whole-run repair follows: a run of letters that decodes as UTF-8 in the encoding that this file was broken by.
"""

from __future__ import annotations

import re
from functools import cache

from generator.model import Problem, Severity

_ENCODINGS = ("mac-roman", "windows-1252", "latin-1")
_RUN = re.compile("[^\x00-\x7f]{2,}")


def _shown(first: int, last: int, encoding: str) -> str:
    """A character class of how these bytes look in the encoding."""
    return "[" + re.escape(bytes(range(first, last + 1)).decode(encoding, errors="ignore")) + "]"


def _sequences(encoding: str) -> str:
    """A pattern for what UTF-8's sequences of two to four bytes look like in the encoding (RFC 3629, 4)."""
    leads = [_shown(*bounds, encoding) for bounds in ((0xC2, 0xDF), (0xE0, 0xEF), (0xF0, 0xF4))]
    more = _shown(0x80, 0xBF, encoding)
    return "|".join(f"{lead}{more}{{{count}}}" for count, lead in enumerate(leads, 1))


@cache
def _suspect() -> re.Pattern[str]:
    """The cheap first look that spares clean files ftfy, and ASCII files even this pattern.

    Windows-1252 leaves five bytes undefined; Latin-1 has them all.
    """
    return re.compile("|".join(map(_sequences, _ENCODINGS)))


def mend(name: str, lines: list[str], problems: list[Problem]) -> list[str]:
    """The lines with mojibake mended, and a warning for each line that was."""
    if all(map(str.isascii, lines)):
        return lines
    suspects = [index for index, line in enumerate(lines) if not line.isascii() and _suspect().search(line)]
    if not suspects:
        return lines
    import ftfy

    mended = list(lines)
    for index in suspects:
        mended[index] = _one_line(ftfy.fix_encoding(lines[index]), lines[index])
    for encoding in _broken_by(lines, mended, suspects):
        for index in suspects:
            mended[index] = _one_line(_with_runs_repaired(mended[index], encoding), mended[index])
    changed = (index for index in suspects if mended[index] != lines[index])
    problems.extend(_problem(name, index + 1, lines[index], mended[index]) for index in changed)
    return mended


def _one_line(mended: str, line: str) -> str:
    """The mended line, unless mending would have broken it in two or left a NUL in it."""
    return line if any(character in mended for character in "\n\r\0") else mended


def _broken_by(lines: list[str], mended: list[str], suspects: list[int]) -> list[str]:
    """The encodings that this file is known to have gone through, by what ftfy mended of it."""
    changed = [index for index in suspects if mended[index] != lines[index]]
    return [
        encoding
        for encoding in _ENCODINGS
        if any(_explains(encoding, lines[index], mended[index]) for index in changed)
    ]


def _explains(encoding: str, before: str, after: str) -> bool:
    """Whether some run of the line, decoded again from the encoding, is in the mended line."""
    repaired = ((run, _repaired(run, encoding)) for run in _RUN.findall(before))
    return any(run != good and good in after for run, good in repaired)


def _with_runs_repaired(line: str, encoding: str) -> str:
    return _RUN.sub(lambda run: _repaired(run.group(), encoding), line)


def _repaired(run: str, encoding: str) -> str:
    """The run decoded again as UTF-8, or the run itself where it isn't UTF-8 read wrongly."""
    try:
        return run.encode(encoding).decode("utf-8")
    except UnicodeError:
        return run


def _problem(name: str, line: int, before: str, after: str) -> Problem:
    column = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0) + 1
    run = _RUN.search(before, column - 1)
    shown = f" (`{run.group()}`)" if run else ""
    message = f"wrongly decoded text{shown} was mended"
    return Problem(
        Severity.WARNING, "mojibake", name, line, column, message, "save the mended text, so that others read it too"
    )
