"""Tables in a narrow column: as they are where every word fits, else a paragraph a row."""

from __future__ import annotations

import re

from generator.sheets import measure

_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[hd])\b[^>]*>(.*?)</t[hd]>", re.DOTALL)


def fitted(html: str, width: float) -> str:
    """The HTML with each table whose words do not fit into a column, so many em wide, as paragraphs."""

    def dressed(found: re.Match[str]) -> str:
        table = found.group()
        return table if measure.narrowest(table) <= width else stacked(table)

    return _TABLE.sub(dressed, html)


def stacked(table: str) -> str:
    """A row a paragraph: its first cell, then each other one behind the head of its column."""
    rows = [_CELL.findall(row) for row in _ROW.findall(table)]
    heads: list[str] = []
    if rows and all(name == "th" for name, _ in rows[0]):
        heads = [words for _, words in rows.pop(0)]
    paragraphs = []
    for row in filter(None, rows):
        first, *others = [words.strip() for _, words in row]
        told = [
            _told(words, heads[place] if place < len(heads) else "") for place, words in enumerate(others, 1) if words
        ]
        paragraphs.append(
            f"<p><strong>{first}</strong> {' · '.join(told)}</p>" if first else f"<p>{' · '.join(told)}</p>"
        )
    return "".join(paragraphs)


def _told(words: str, head: str) -> str:
    return f"<em>{head.strip()}:</em> {words}" if head.strip() else words
