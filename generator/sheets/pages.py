"""Where the pages of a cheat sheet end: as few as may be, each full, in type no smaller than need be, topics whole."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

# What is bad about a page, in parts of one: that there is it at all, that it is blank, that its type is the least.
_A_PAGE, _BLANK, _SMALL = 0.6, 1.5, 0.8
# A topic that would fit on a page by itself goes on overleaf.
_TORN = 2.0
# So does one that would not: but it should not leave a note or two alone.
_CUT = 0.15


def breaks(heights: Sequence[Sequence[float]], topics: Sequence[int], room: Sequence[float], bar: float) -> list[int]:
    """Behind which notes pages end, the last one's end included.

    `heights` has for each note what it takes at each step of type, `room` what a page has at each; `topics` says which
    topic each note belongs to, whose `bar` stands on every page it is on. A note taller than a page has one by itself.
    """
    sums = _sums(heights, len(room))
    fitting = _fitting_topics(topics, sums, room, bar)
    best = [0.0] + [float("inf")] * len(heights)
    before = [0] * (len(heights) + 1)
    for end in range(1, len(heights) + 1):
        bars = 0
        for start in range(end - 1, -1, -1):
            bars += start == end - 1 or topics[start] != topics[start + 1]
            page = _page(sums, start, end, room, bars * bar)
            if page is None and start < end - 1:
                break
            cost = best[start] + (page if page is not None else _A_PAGE + _SMALL)
            if end < len(heights) and topics[end - 1] == topics[end]:
                cost += _TORN if topics[end] in fitting else _CUT
            if end == len(heights) and page is not None:
                cost -= _BLANK / 2 * _blank(sums, start, end, room, bars * bar)  # what ends may end early
            if cost < best[end]:
                best[end], before[end] = cost, start
    ends = []
    place = len(heights)
    while place:
        ends.append(place)
        place = before[place]
    return ends[::-1]


def _sums(heights: Sequence[Sequence[float]], steps: int) -> list[list[float]]:
    """For each step, what the notes before each place take together."""
    sums = [[0.0] for _ in range(steps)]
    for note in heights:
        for column, height in zip(sums, note, strict=True):
            column.append(column[-1] + height)
    return sums


def _fitting_topics(topics: Sequence[int], sums: list[list[float]], room: Sequence[float], bar: float) -> set[int]:
    """The topics that fit on a page by themselves."""
    starts = [place for place in range(len(topics)) if not place or topics[place] != topics[place - 1]]
    return {
        topics[start]
        for start, end in pairwise([*starts, len(topics)])
        if _page(sums, start, end, room, bar) is not None
    }


def _page(sums: list[list[float]], start: int, end: int, room: Sequence[float], bars: float) -> float | None:
    """How bad a page of these notes is; None if they do not fit on one in the least type."""
    last = len(room) - 1
    if sums[last][end] - sums[last][start] + bars > room[last]:
        return None
    step = next(place for place in range(len(room)) if sums[place][end] - sums[place][start] + bars <= room[place])
    small = step / last if last else 0.0
    return _A_PAGE + _BLANK * _blank(sums, start, end, room, bars) ** 2 + _SMALL * small**2


def _blank(sums: list[list[float]], start: int, end: int, room: Sequence[float], bars: float) -> float:
    """How much of the page is blank in the largest type."""
    return max(0.0, 1 - (sums[0][end] - sums[0][start] + bars) / room[0])
