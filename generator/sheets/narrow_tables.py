"""Tables that are too wide: as they are where every word fits, else in small type, else a row below the other.

In a narrow column a row is a paragraph; on a page it is pairs of a column's head and what stands in that column.
"""

from __future__ import annotations

import re
from itertools import zip_longest

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


# What a list or a quote takes of a column's width, in em; the space between the columns of a small table.
_INDENT, _SMALL_GAP = 1.75, 0.67


def on_page(html: str, width: float, wide: float) -> str:
    """The HTML with each table that is too wide set small, or as pairs.

    A column of the page is `width` em wide, and a table that is set small has `wide` em of its own.
    """

    def dressed(found: re.Match[str]) -> str:
        table = found.group()
        inset = _INDENT * _depth(html[: found.start()])
        if 'class="many"' not in table[: table.index(">")]:
            if measure.narrowest(table) <= width - inset:
                return table
            table = table.replace("<table", '<table class="many"', 1)
        return table if measure.narrowest(table, _SMALL_GAP) <= wide - inset else paired(table)

    return _TABLE.sub(dressed, html)


def _depth(html: str) -> int:
    """In how many lists and quotes that which follows stands."""
    return sum(-1 if closing else 1 for closing in _INSET.findall(html))


_INSET = re.compile(r"<(/?)(?:ul|ol|dd|blockquote)\b")
_DIRECTION = re.compile(r'<table\b[^>]* (dir="\w+")')


def paired(table: str) -> str:
    """A row of the table for each of its cells, behind the head of that cell's column."""
    rows = [_CELL.findall(row) for row in _ROW.findall(table)]
    heads = [words for _, words in rows.pop(0)] if rows and all(name == "th" for name, _ in rows[0]) else []
    written = []
    for row in filter(None, rows):
        pairs = [*zip_longest(heads[: len(row)], (words for _, words in row), fillvalue="")]
        shown = [(head, words) for place, (head, words) in enumerate(pairs) if words.strip() or not place]
        for place, (head, words) in enumerate(shown):
            edges = ["first"] * (place == 0) + ["last"] * (place == len(shown) - 1)
            style = f' class="{" ".join(edges)}"' if edges else ""
            written.append(f"<tr{style}><th>{head.strip()}</th><td>{words.strip()}</td></tr>")
    direction = _DIRECTION.match(table)
    return f'<table {direction[1] + " " if direction else ""}class="stacked"><tbody>{"".join(written)}</tbody></table>'


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
