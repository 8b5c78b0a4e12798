"""Parts of a formula that ziamath lacks: tables with rules, and words in a script that its font does not have.

Imported where a formula is set, and nowhere else: a node is known to ziamath as soon as its class is.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from typing import Any

from ziafont.fonttypes import BBox
from ziamath.drawable import HLine, VLine
from ziamath.nodes.mnode import Mnode
from ziamath.nodes.mtable import Mtable

from generator import formula_rules

# Signs as wide as they are high, which every font of the script draws so.
SQUARE = re.compile(
    "[\u2e80-\u2fdf\u3000-\u30ff\u3100-\u312f\u31a0-\u31ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uff60]+"
)
_FAMILIES = "Deckpress Serif"
# Room between a rule and what stands beside it, and a dash and its gap, in em of the formula.
_PAD, _DASH, _DASH_GAP = 0.22, 0.16, 0.12
# How far square signs reach below the base line, in em.
_DEPTH = 0.12


class Foreign(Mnode, tag="foreign"):
    """Words in a script of square signs: text, for the layout engine finds a font for it."""

    def __init__(self, element: ET.Element, parent: Any, **kwargs: Any) -> None:
        super().__init__(element, parent, **kwargs)
        self.text = element.text or ""
        width = len(self.text) * self.glyphsize
        self.bbox = BBox(0, width, -_DEPTH * self.glyphsize, (1 - _DEPTH) * self.glyphsize)

    def draw(self, x: float, y: float, svg: ET.Element) -> tuple[float, float]:
        """Draw it on the SVG from there on; where it ends."""
        place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "font-size": f"{self.glyphsize:.1f}", "font-family": _FAMILIES}
        ET.SubElement(svg, "text", place).text = self.text
        return x + self.bbox.xmax, y


class RuledTable(Mtable, tag="mtable"):
    """A table with the rules that its element's `rules` say."""

    def _setup(self, **kwargs: Any) -> None:
        rules = formula_rules.read(self.element.get("rules", ""))
        if rules is None:
            super()._setup(**kwargs)
            return
        self.element.attrib.update(rowspacing="0.5em", columnspacing="0.7em")
        super()._setup(**kwargs)
        pad = _PAD * self.glyphsize
        lefts, width = self._columns()
        tops = self._tops(pad)
        weight = self.units_to_points(self.font.math.consts.fractionRuleThickness)
        shift = pad if 0 in rules.columns or rules.rows else 0.0
        self.nodexy = [(x + shift, y) for x, y in self.nodexy]
        right = width + shift + pad if len(lefts) in rules.columns or rules.rows else self.bbox.xmax + shift
        for place, sign in rules.columns.items():
            if place <= len(lefts):
                x = 0.0 if place == 0 else right if place == len(lefts) else lefts[place] + shift
                self._line(VLine, x, tops[0], tops[-1], weight, sign)
        for place, sign in rules.rows.items():
            if place < len(tops):
                self._line(HLine, tops[place], 0.0, right, weight, sign)
        self.bbox = BBox(0, right, min(self.bbox.ymin, -tops[-1]), max(self.bbox.ymax, -tops[0]))

    def _columns(self) -> tuple[list[float], float]:
        """Where the middle of the space before each column is, and where the last one ends."""
        gap = self.size_px("0.7em")
        rows = [len(row) for row in self.element]
        widths = [0.0] * max(rows)
        cells = iter(self.nodes)
        for count in rows:
            for column in range(count):
                widths[column] = max(widths[column], next(cells).bbox.xmax)
        lefts, x = [], (self.bbox.xmax - sum(widths) - gap * (len(widths) - 1)) / 2
        for width in widths:
            lefts.append(x - gap / 2)
            x += width + gap
        return lefts, x - gap

    def _tops(self, pad: float) -> list[float]:
        """The heights at which rules stand: above the first row, between rows, below the last one."""
        spans: list[tuple[float, float]] = []
        cells = iter(zip(self.nodes, self.nodexy, strict=True))
        for row in self.element:
            found = [next(cells) for _ in row]
            spans.append(
                (min(y - node.bbox.ymax for node, (_, y) in found), max(y - node.bbox.ymin for node, (_, y) in found))
            )
        between = [(below + above) / 2 for (_, below), (above, _) in pairwise(spans)]
        return [spans[0][0] - pad, *between, spans[-1][1] + pad]

    def _line(self, kind: Any, place: float, start: float, end: float, weight: float, sign: str) -> None:
        """A rule across at `place`, from start to end; a dashed one is many."""
        dash, gap = _DASH * self.glyphsize, _DASH_GAP * self.glyphsize
        length = end - start if sign == "-" else dash
        at = start
        while at < end:
            self.nodes.append(kind(min(length, end - at), weight, self.style))
            self.nodexy.append((place, at) if kind is VLine else (at, place - weight / 2))
            at += length + gap
