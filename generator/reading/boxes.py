"""Boxes that quiz programs have and Markdown has not, put as those of task lists: `( ) x`, `(x) y`, `[[X]] z`, `[ ] x`.

A line stays a line. Boxes are options where some that stand together are ticked and some are not; else `(x)` may
be a Roman number, and `[ ]` a reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.reading.spacing import fence_after

_BOX = re.compile(
    r"""(?P<lead>[ \t>]*)(?P<mark>(?:[-*+]|\d{1,2}[.)])[ \t]+)?
    (?P<open>\[\(|\[\[|\[|\()(?P<tick>[ ]?|[xX])(?P<close>\)\]|\]\]|\]|\))(?=[ \t]+\S|[ \t]*$)""",
    re.VERBOSE,
)
_CLOSING = {"[(": ")]", "[[": "]]", "[": "]", "(": ")"}
# A line of its own that parts question, options and answer, and would be a text.
_PARTS = re.compile(r"[ \t]*={3,}[ \t]*")
_MOST_BETWEEN = 30


class _Box(NamedTuple):
    """A box: the place of its line, how far it is indented, how it is written, and whether it is ticked."""

    place: int
    indent: int
    shape: tuple[str, str]
    ticked: bool
    match: re.Match[str]


def as_tasks(lines: list[str]) -> list[str]:
    """The lines, with boxes as a task list has them. In code fences they are an example."""
    changed = list(lines)
    for group in _groups(lines):
        if any(box.ticked for box in group) and not all(box.ticked for box in group):
            for box in group:
                mark = box.match["mark"] or "- "
                rest = lines[box.place][box.match.end() :]
                changed[box.place] = f"{box.match['lead']}{mark}[{'x' if box.ticked else ' '}]{rest}"
            for place in _parting(lines, group):
                changed[place] = ""
    return changed


def are_possible(text: str) -> bool:
    """Whether a text may have any: one is ticked."""
    return any(box in text for box in ("(x)", "(X)", "[x]", "[X]"))


def _groups(lines: Sequence[str]) -> Iterator[list[_Box]]:
    """The boxes that stand together: written alike, with nothing between them that is not theirs."""
    group: list[_Box] = []
    for box in _boxes(lines):
        if group and not (
            box.shape == group[-1].shape
            and box.indent == group[-1].indent
            and _is_theirs(lines[group[-1].place + 1 : box.place], box)
        ):
            yield group
            group = []
        group.append(box)
    yield group


def _boxes(lines: Sequence[str]) -> Iterator[_Box]:
    """All boxes outside code fences but those of task lists."""
    fence = ""
    for place, line in enumerate(lines):
        before = fence
        if "```" in line or "~~~" in line:
            fence = fence_after(fence, line)
        match = _BOX.match(line) if not (before or fence) and ("(" in line or "[" in line) else None
        if match is None or match["close"] != _CLOSING[match["open"]]:
            continue
        is_task = match["open"] == "[" and (match["mark"] or not match["tick"])
        if not is_task and (match["mark"] or line[match.end() :].strip()):
            kind = "-" if match["mark"] else ""
            yield _Box(place, len(match["lead"]), (kind, match["open"]), match["tick"] in ("x", "X"), match)


def _is_theirs(between: Sequence[str], box: _Box) -> bool:
    """Whether lines between two boxes are blank, or indented below the first of them."""
    if len(between) > _MOST_BETWEEN:
        return False
    return all(not line.strip() or len(line) - len(line.lstrip()) > box.indent for line in between)


def _parting(lines: Sequence[str], group: Sequence[_Box]) -> Iterator[int]:
    """The places of the lines of `=` right before and after the boxes, and of one more behind these."""
    first, last = group[0].place - 1, group[-1].place + 1
    while first >= 0 and not lines[first].strip():
        first -= 1
    if first > 0 and _PARTS.fullmatch(lines[first]) and not lines[first - 1].strip():
        yield first
    for place in range(last, min(last + _MOST_BETWEEN, len(lines))):
        if _PARTS.fullmatch(lines[place]) and not lines[place - 1].strip():
            yield place
        elif lines[place].startswith("#") or _BOX.match(lines[place]):
            return
