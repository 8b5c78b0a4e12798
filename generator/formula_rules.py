r"""Rules in a formula's tables, `\hline` and the bars of `{c|c}`: taken out of its TeX, for what reads that drops them.

Where a table had rules, its first cell begins with a mark that says which; whoever draws the table finds it there.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"\\begin\s*\{([^{}]*)\}|\\end\s*\{[^{}]*\}|\\(hline|hdashline|toprule|midrule|bottomrule)(?![A-Za-z])"
    r"|(\\\\|\\cr(?![A-Za-z]))(?:\s*\[[^\[\]]*\])?|\\.|[{}]",
    re.DOTALL,
)
_GROUP = re.compile(r"\{((?:[^{}]|\{[^{}]*\})*)\}")
_SPEC = re.compile(r"\s*(?:\[[a-z]\]\s*)?\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}")
_REPEATED = re.compile(r"\*\s*\{(\d{1,2})\}\s*\{([^{}]*)\}")
_TABLES = frozenset(("array", "matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix"))
# Private characters around the mark's text.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")


class Rules(NamedTuple):
    """Where a table has rules: before so many columns and rows, each `-` whole or `:` dashed."""

    columns: dict[int, str]
    rows: dict[int, str]


class NotReadError(Exception):
    """Why rules can't be drawn: the end of a sentence."""


class _Table:
    """A table that is open: where its mark goes, its rules, how many rows it has so far, and braces open in it."""

    def __init__(self, name: str, place: int, columns: dict[int, str]) -> None:
        self.name, self.place, self.columns = name, place, columns
        self.rows: dict[int, str] = {}
        self.row = self.depth = 0


def marked(text: str) -> str:
    """The TeX without rules, with a mark in each table that had some; `NotReadError` where it can't be understood."""
    parts: list[str] = []
    tables: list[_Table] = []
    place = 0
    while token := _TOKEN.search(text, place):
        parts.append(text[place : token.start()])
        place = token.end()
        begun, rule, ends_row = token.group(1, 2, 3)
        here = tables[-1] if tables else None
        if rule:
            if here is None or here.name not in _TABLES or here.depth:
                raise NotReadError(rf"`\{rule}` stands outside a table")
            here.rows[here.row] = ":" if "dash" in rule else "-"
            continue
        written = token.group()
        if begun is not None:
            columns: dict[int, str] = {}
            if begun == "array" and (spec := _SPEC.match(text, place)):
                aligned, columns = _columns(spec.group(1))
                written, place = f"{written}{{{aligned}}}", spec.end()
            tables.append(_Table(begun, len(parts) + 1, columns))
            parts += [written, ""]
            continue
        if written.startswith("\\end") and here:
            if here.columns or here.rows:
                parts[here.place] = _written(tables[-1])
            tables.pop()
        elif here and written in "{}":
            here.depth += 1 if written == "{" else -1
        elif here and ends_row and not here.depth:
            here.row += 1
        parts.append(written)
    return "".join([*parts, text[place:]])


def _columns(spec: str) -> tuple[str, dict[int, str]]:
    """The columns' letters without anything else, and the bars between them."""
    spec = _REPEATED.sub(lambda found: found.group(2) * int(found.group(1)), spec)
    letters, bars, place = "", {}, 0
    while place < len(spec):
        sign = spec[place]
        place += 1
        if sign in "lcr":
            letters += sign
        elif sign in "|:":
            bars[len(letters)] = "-" if sign == "|" else ":"
        elif sign in "pmb@!<>" and (group := _GROUP.match(spec, place)):
            letters += "l" if sign in "pmb" else ""
            place = group.end()
        elif not sign.isspace():
            raise NotReadError(f"the columns `{spec}` of its array are not understood")
    return letters or "c", bars


def _written(table: _Table) -> str:
    said = ",".join(
        f"{kind}{place}{sign}"
        for kind, rules in (("c", table.columns), ("r", table.rows))
        for place, sign in sorted(rules.items())
    )
    return rf"\text{{{_OPEN}{said}{_CLOSE}}}"


def read(mark: str) -> Rules | None:
    """The rules that a text says, if it is a mark."""
    found = _MARK.fullmatch(mark.strip())
    if found is None:
        return None
    rules = Rules({}, {})
    for said in filter(None, found.group(1).split(",")):
        (rules.columns if said[0] == "c" else rules.rows)[int(said[1:-1])] = said[-1]
    return rules
