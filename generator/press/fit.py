"""Type that fits: each unit of a signature in the largest of its steps with which it takes one page.

What fits is not laid out again: the pages that are drawn are those on which it was found to fit. A unit that takes
several pages even in its least type keeps them; what is to spare in it (sources) goes if one page fewer is enough
without it. Each unit begins on a page of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Protocol, TypeVar

from generator.print_model import Fit, Fitting

_UNIT = re.compile(r"<!--unit ([\w.-]+)-->.*?<!--/unit-->", re.DOTALL)
_SPARE = re.compile(r"<!--spare-->.*?<!--/spare-->", re.DOTALL)
_STEP = re.compile(r"step:([\w.-]+)")
# What fits may fit in a step in which it is expected to take more room, up to so much.
_HOPE = 1.12


class Page(Protocol):
    """A page that was laid out."""

    @property
    def anchors(self) -> Collection[str]:
        """The ids of what stands on it."""


PageT = TypeVar("PageT", bound=Page)
Pages = Callable[[str], Sequence[PageT]]


def fitted(html: str, fitting: Fitting, pages: Pages[PageT]) -> tuple[list[PageT], tuple[Fit, ...]]:
    """The pages with each unit in a step of its own, and what was chosen. `pages` lays HTML out."""
    last = len(fitting.steps) - 1
    chosen = dict(zip(fitting.units, fitting.first, strict=True))
    taken: dict[str, list[PageT]] = {}
    waiting = [*fitting.units]
    while waiting:
        taken |= _laid_out(html, fitting, chosen, waiting, pages)
        waiting = [unit for unit in waiting if len(taken[unit]) > 1 and chosen[unit] < last]
        chosen |= {unit: _smaller(fitting, chosen[unit]) for unit in waiting}
    _spare(html, fitting, chosen, taken, pages)
    if fitting.grow:
        _grow(html, fitting, chosen, taken, pages)
    fits = tuple(Fit(unit, chosen[unit], len(taken[unit])) for unit in fitting.units)
    return [page for unit in fitting.units for page in taken[unit]], fits


def _spare(
    html: str, fitting: Fitting, chosen: dict[str, int], taken: dict[str, list[PageT]], pages: Pages[PageT]
) -> None:
    """Lay out those units without what is to spare in them that take fewer pages so."""
    parts = {unit.group(1): unit.group() for unit in _UNIT.finditer(html)}
    over = [unit for unit in fitting.units if len(taken[unit]) > 1 and _SPARE.search(parts[unit])]
    if over:
        shorter = _laid_out(_SPARE.sub("", html), fitting, chosen, over, pages)
        taken |= {unit: found for unit, found in shorter.items() if len(found) < len(taken[unit])}


def _smaller(fitting: Fitting, step: int) -> int:
    """What is tried after a step in which a unit did not fit: the next in which it is likely to take less room."""
    later = range(step + 1, len(fitting.steps))
    likely = (one for one in later if not fitting.expected or fitting.expected[one] < fitting.expected[step])
    return next(likely, len(fitting.steps) - 1)


def _is_hopeful(fitting: Fitting, step: int) -> bool:
    """Whether what fits in a step may fit in the one before."""
    return not fitting.expected or fitting.expected[step - 1] < fitting.expected[step] * _HOPE


def _grow(
    html: str, fitting: Fitting, chosen: dict[str, int], taken: dict[str, list[PageT]], pages: Pages[PageT]
) -> None:
    """Larger steps for the units that fitted at once, as long as they do."""
    waiting = [
        unit
        for unit, first in zip(fitting.units, fitting.first, strict=True)
        if chosen[unit] == first > 0 and len(taken[unit]) == 1 and _is_hopeful(fitting, first)
    ]
    while waiting:
        larger = {unit: chosen[unit] - 1 for unit in waiting}
        found = _laid_out(html, fitting, chosen | larger, waiting, pages)
        waiting = [unit for unit in waiting if len(found[unit]) == 1]
        chosen |= {unit: larger[unit] for unit in waiting}
        taken |= {unit: found[unit] for unit in waiting}
        waiting = [unit for unit in waiting if chosen[unit] > 0 and _is_hopeful(fitting, chosen[unit])]


def _laid_out(
    html: str, fitting: Fitting, chosen: dict[str, int], units: Collection[str], pages: Pages[PageT]
) -> dict[str, list[PageT]]:
    """Some units' pages; one on which no unit is known belongs to the unit before."""
    found: dict[str, list[PageT]] = {unit: [] for unit in units}
    unit = next(iter(units))
    for page in pages(_stepped(html, fitting, chosen, units)):
        unit = next((name for name in page.anchors if name in found), unit)
        found[unit].append(page)
    return found


def _stepped(html: str, fitting: Fitting, chosen: dict[str, int], units: Collection[str]) -> str:
    """The HTML of some units, each in its step."""
    wanted = set(units)
    kept = _UNIT.sub(lambda unit: unit.group() if unit.group(1) in wanted else "", html)
    return _STEP.sub(lambda step: fitting.steps[chosen[step.group(1)]] if step.group(1) in chosen else "", kept)
