"""Lines of one paragraph as questions, for people who write a list without Markdown's marks. For `checklist`.

They begin with the same sign (`✅ What …?`), or with numbers (`3 - What …?`, a keycap), or all of them ask.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from generator.model import Kind, Node, Nodes
from generator.reading import asking, items, numbering
from generator.reading.document import Document
from generator.reading.items import Item

_SIGN = re.compile(
    r"""\s*(?:(?P<number>(?:\d+\ufe0f?\u20e3)+|\U0001f51f|\d{1,3}(?:\s?[.)]\s?|\s?[-–—]|\s(?=\D)))[\s–—-]{0,3}
    |(?P<sign>[•‣◦●○■□▪▫\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f300-\U0001faff])
     [\ufe0f\u200d]*\s*)""",
    re.VERBOSE,
)
# So many of the lines that begin alike must ask; so many there must be, and so many that only ask.
_ENOUGH, _FEWEST, _FEWEST_UNMARKED = 0.6, 2, 3


class _Line(NamedTuple):
    """A line of a paragraph, what it begins with, and how long that is; `#` is any number."""

    nodes: Nodes
    mark: str
    length: int

    @property
    def text(self) -> str:
        """What it says."""
        return numbering.raw_text(self.nodes)[self.length :].strip()


def of_file(doc: Document) -> dict[int, Sequence[Item]]:
    """The lines that ask, or stand among such, by the first bytes of their paragraphs.

    What begins lines of questions in one paragraph does so in another where fewer of them ask.
    """
    return doc.once("questions in lines", lambda: _of_file(doc))


def _of_file(doc: Document) -> dict[int, Sequence[Item]]:
    made = [(node, _lines_of(node)) for node in doc.tree.children if node.kind is Kind.PARAGRAPH]
    marks = {mark for _, lines in made if lines for mark, kept in [_asking(lines)] if kept and mark}
    found: dict[int, Sequence[Item]] = {}
    for node, lines in made:
        kept = _asking(lines, marks)[1] if lines else []
        if kept:
            found[node.start] = [item for line in kept for item in [_item(node, line)] if item]
    return found


def _lines_of(node: Node) -> Sequence[_Line]:
    return [*_lines(node.children)] if _may_be(node.children) else ()


def _asking(lines: Sequence[_Line], marks: Collection[str] = ()) -> tuple[str, list[_Line]]:
    """What most lines begin with, and those that ask, or stand among such; none where the paragraph is rather a text.

    `marks` are those that questions begin with elsewhere in the file.
    """
    mark, count = Counter(line.mark for line in lines if line.mark).most_common(1)[0] if _signs(lines) else ("", 0)
    alike = [line for line in lines if line.mark == mark]
    asks = sum(asking.strength(line.text) > 0 for line in alike)
    if not mark:
        surely = len(lines) >= _FEWEST_UNMARKED and all(map(_asks_surely, lines))
        return mark, [*lines] if surely else []
    if asks < (1 if mark in marks else _ENOUGH * count) or (
        count < _FEWEST and not (mark in marks or _is_counted(lines))
    ):
        return mark, []
    kept = [line for line in lines if line.mark == mark or (not line.mark and _asks_surely(line))]
    return mark, [] if any(_is_text(line) for line in lines[1:] if line not in kept) else kept


def _may_be(children: Nodes) -> bool:
    """Whether a quick look at the beginnings of its lines allows it."""
    begins = [children[0], *(node for before, node in pairwise(children) if _breaks(before))]
    marked = any(not node.text[:1].isalpha() and _SIGN.match(node.text) for node in begins if node.kind is Kind.TEXT)
    return marked or (len(begins) >= _FEWEST_UNMARKED and children[-1].text.rstrip().endswith(("?", "？")))


def _breaks(node: Node) -> bool:
    return node.kind is Kind.SOFT_BREAK or node.kind is Kind.HARD_BREAK


def _lines(children: Nodes) -> Iterator[_Line]:
    begin = 0
    ends = [place for place, node in enumerate(children) if numbering.ends_line(node)]
    for end in (*ends, len(children)):
        nodes = numbering.without_breaks(children[begin:end])
        begin = end + 1
        if nodes:
            match = _SIGN.match(numbering.raw_text(nodes[:1]))
            mark = match["sign"] or "#" if match else ""
            yield _Line(nodes, mark, match.end() if match else 0)


def _signs(lines: Sequence[_Line]) -> bool:
    return any(line.mark for line in lines)


def _is_counted(lines: Sequence[_Line]) -> bool:
    """Whether a paragraph is one line with a number, and surely asks: `13 - What …?`."""
    return len(lines) == 1 and lines[0].mark == "#" and _asks_surely(lines[0])


def _asks_surely(line: _Line) -> bool:
    return asking.opens(line.text) and line.text.endswith(("?", "？"))


def _is_text(line: _Line) -> bool:
    """Whether a line without a mark is no heading of those below it, as bold words are."""
    return not line.mark and not (len(line.nodes) == 1 and line.nodes[0].kind is Kind.STRONG)


def _item(node: Node, line: _Line) -> Item | None:
    nodes = numbering.trimmed(numbering.without_prefix(line.nodes, line.length))
    own = node._replace(start=line.nodes[0].start, end=line.nodes[-1].end, children=nodes)
    return items.of_line(own) if nodes else None
