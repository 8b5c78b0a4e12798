"""Type that fits: each unit of a signature in the largest of its steps with which it takes one page.

What fits is not laid out again. A unit that takes several pages even in its least type keeps them; what is to spare in
it (sources) goes if one page fewer is enough without it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection

from generator.print_model import Fit, Fitting

_UNIT = re.compile(r"<!--unit ([\w.-]+)-->.*?<!--/unit-->", re.DOTALL)
_SPARE = re.compile(r"<!--spare-->.*?<!--/spare-->", re.DOTALL)
_STEP = re.compile(r"step:([\w.-]+)")

Pages = Callable[[str], list[set[str]]]


def fitted(html: str, fitting: Fitting, pages: Pages) -> tuple[str, tuple[Fit, ...]]:
    """The HTML with a step for each unit, and what was chosen.

    `pages` lays HTML out, and gives for each page the ids of what stands on it.
    """
    last = len(fitting.steps) - 1
    chosen = dict(zip(fitting.units, fitting.first, strict=True))
    taken: dict[str, int] = {}
    waiting = [*fitting.units]
    while waiting:
        taken |= _counted(_stepped(html, fitting, chosen, waiting), waiting, pages)
        waiting = [unit for unit in waiting if taken[unit] > 1 and chosen[unit] < last]
        chosen |= {unit: chosen[unit] + 1 for unit in waiting}
    html = _without_spare(html, fitting, chosen, taken, pages)
    if fitting.grow:
        _grow(html, fitting, chosen, taken, pages)
    fits = tuple(Fit(unit, chosen[unit], taken[unit]) for unit in fitting.units)
    return _stepped(html, fitting, chosen, fitting.units), fits


def _without_spare(html: str, fitting: Fitting, chosen: dict[str, int], taken: dict[str, int], pages: Pages) -> str:
    """The HTML without what is to spare in those units that take fewer pages without it."""
    parts = {unit.group(1): unit.group() for unit in _UNIT.finditer(html)}
    over = [unit for unit in fitting.units if taken[unit] > 1 and _SPARE.search(parts[unit])]
    if not over:
        return html
    shorter = _counted(_SPARE.sub("", _stepped(html, fitting, chosen, over)), over, pages)
    gone = {unit: count for unit, count in shorter.items() if count < taken[unit]}
    taken |= gone
    return _UNIT.sub(lambda unit: _SPARE.sub("", unit.group()) if unit.group(1) in gone else unit.group(), html)


def _grow(html: str, fitting: Fitting, chosen: dict[str, int], taken: dict[str, int], pages: Pages) -> None:
    """Larger steps for the units that fitted at once, as long as they do."""
    waiting = [
        unit
        for unit, first in zip(fitting.units, fitting.first, strict=True)
        if chosen[unit] == first > 0 and taken[unit] == 1
    ]
    while waiting:
        larger = {unit: chosen[unit] - 1 for unit in waiting}
        counts = _counted(_stepped(html, fitting, chosen | larger, waiting), waiting, pages)
        waiting = [unit for unit in waiting if counts[unit] == 1]
        chosen |= {unit: larger[unit] for unit in waiting}
        waiting = [unit for unit in waiting if chosen[unit] > 0]


def _counted(html: str, units: Collection[str], pages: Pages) -> dict[str, int]:
    """On how many pages each unit stands."""
    counts = Counter(name for page in pages(html) for name in page)
    return {unit: counts[unit] for unit in units}


def _stepped(html: str, fitting: Fitting, chosen: dict[str, int], units: Collection[str]) -> str:
    """The HTML of some units, each in its step."""
    wanted = set(units)
    kept = _UNIT.sub(lambda unit: unit.group() if unit.group(1) in wanted else "", html)
    return _STEP.sub(lambda step: fitting.steps[chosen[step.group(1)]] if step.group(1) in chosen else "", kept)
