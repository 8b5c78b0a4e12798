"""Mojibake: UTF-8 that somebody once read as Mac Roman, Windows-1252 or Latin-1, and saved.

ftfy mends what it is sure of, a line at a time. Where it falls short (it will not trust `¬π`, which could be meant), a
whole-run repair follows: a run of letters that decodes as UTF-8 in the encoding that this file was seen to be broken by.
"""

from __future__ import annotations

import re

from generator.model import Problem, Severity

# A byte that leads a UTF-8 sequence, as the three encodings show it, then one that is not ASCII: the cheap first look
# that spares clean files ftfy. (`\uf8ff` is how Mac Roman shows 0xf0, the lead of emoji.)
_SUSPECT = re.compile("[\u00c2\u00c3\u00c5\u00ce\u00cf\u00d0\u00d1\u00e2\u00e3\u00e4\u00e5\u00ef\u00f0\u00ac\u221a\u201a\u0192\u2248\uf8ff\u201e\u2026][^\x00-\x7f]")
_RUN = re.compile("[^\x00-\x7f]{2,}")
_ENCODINGS = ("mac-roman", "windows-1252", "latin-1")


def mend(name: str, lines: list[str], problems: list[Problem]) -> list[str]:
    """The lines with mojibake mended, and a warning for each line that was."""
    suspects = [index for index, line in enumerate(lines) if not line.isascii() and _SUSPECT.search(line)]
    if not suspects:
        return lines
    import ftfy

    mended = list(lines)
    for index in suspects:
        mended[index] = ftfy.fix_encoding(lines[index])
    for encoding in _broken_by(lines, mended, suspects):
        for index in suspects:
            mended[index] = _RUN.sub(lambda run, e=encoding: _repaired(run.group(), e), mended[index])  # type: ignore[misc]
    for index in suspects:
        if mended[index] != lines[index]:
            problems.append(_problem(name, index + 1, lines[index], mended[index]))
    return mended


def _broken_by(lines: list[str], mended: list[str], suspects: list[int]) -> list[str]:
    """The encodings that this file is known to have gone through, by what ftfy mended of it."""
    found = []
    for encoding in _ENCODINGS:
        for index in suspects:
            if mended[index] != lines[index] and any(
                _repaired(run, encoding) != run and _repaired(run, encoding) in mended[index] for run in _RUN.findall(lines[index])
            ):
                found.append(encoding)
                break
    return found


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
    return Problem(Severity.WARNING, "mojibake", name, line, column, message, "save the mended text, so that others read it too")
