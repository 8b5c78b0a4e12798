"""Tables that are too wide: as they are where every word fits, else in small type, else a paragraph a row."""

from __future__ import annotations

import re

from generator.sheets import measure

_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_MANY = 'class="many"'
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[hd])\b[^>]*>(.*?)</t[hd]>", re.DOTALL)


def fitted(html: str, width: float, small: float = 0.0) -> str:
    """The HTML with each table whose words do not fit into a column, so many em wide, as paragraphs.

    Where a table of many columns is set in type so small that `small` em of it fit, it may be one of those first.
    """

    def dressed(found: re.Match[str]) -> str:
        table = found.group()
        least = measure.narrowest(table)
        if least <= (small if small and _MANY in table.partition(">")[0] else width):
            return table
        return (
            table.replace("<table", f"<table {_MANY}", 1) if least <= small and _MANY not in table else stacked(table)
        )

    return _TABLE.sub(dressed, html)


def stacked(table: str) -> str:
    """A row a paragraph: its first cell, then the others, each behind the head of its column."""
    rows = [_CELL.findall(row) for row in _ROW.findall(table)]
    heads: list[str] = []
    if rows and all(name == "th" for name, _ in rows[0]):
        heads = [words for _, words in rows.pop(0)]
    opening = '<p dir="rtl">' if 'dir="rtl"' in table.partition(">")[0] else "<p>"
    paragraphs = []
    for row in filter(None, rows):
        cells = [words.strip() for _, words in row]
        cells[0] = f"<strong>{cells[0]}</strong>" if cells[0] else ""
        told = [_told(words, heads[place] if place < len(heads) else "") for place, words in enumerate(cells) if words]
        paragraphs.append(f"{opening}{' · '.join(told)}</p>")
    return "".join(paragraphs)


def _told(words: str, head: str) -> str:
    return f"<em>{head.strip()}:</em> {words}" if head.strip() else words
