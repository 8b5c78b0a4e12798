"""The field of a cloze: deletions written so that Anki reads them as their author meant.

Anki takes the first `}}` for a deletion's end and the first `::` in it for its hint, wherever in the HTML they stand.
So signs that no text has mark deletions while a field is made, and what else looks like a mark is escaped at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count

from generator.model import Cloze, Kind, Node, Nodes

# Noncharacters of Unicode: the renderer takes them out of every text.
SIGNS = range(0xFDD0, 0xFDD3)
_OPEN, _PART, _CLOSE = map(chr, SIGNS)
_MARK = re.compile(f"([{_OPEN}{_PART}{_CLOSE}])")
# What would end a deletion where none ends, begin one, or begin a hint together with the mark before it.
_MISREAD = re.compile(rf"\}}(?=[}}{_CLOSE}])|(?<=\}})\}}|\{{(?=\{{c[0-9])|:(?={_PART})")
_SECOND_COLON = re.compile(r"(?<=:):")


def around(number: int, hint: str) -> tuple[str, str]:
    """What stands before and after what a deletion hides, until the field is finished; `hint` is HTML."""
    return f"{_OPEN}{number}{_PART}", f"{_PART}{hint}{_CLOSE}" if hint else _CLOSE


def finished(html: str) -> str:
    """The field as Anki reads it. What raw HTML has torn is mended: every deletion that begins also ends."""
    parts: list[str] = []
    depth = 0
    for part in _MARK.split(_MISREAD.sub(_entity, html)):
        if part == _OPEN:
            depth += 1
            parts.append("{{c")
        elif part in (_PART, _CLOSE):
            parts.append(("::" if part == _PART else "}}") if depth else "")
            depth -= 1 if part == _CLOSE and depth else 0
        else:
            parts.append(_SECOND_COLON.sub(_entity, part) if depth else part)
    return "".join(parts) + "}}" * depth


def _entity(sign: re.Match[str]) -> str:
    return f"&#{ord(sign.group())};"


def numbered(body: Cloze, numbers: Iterable[int]) -> Nodes:
    """The text of a cloze with these numbers in its deletions, in their order.

    Where there are none, each whose number its author left open gets the first that is free.
    """
    written = {node.level for node in body.deletions()}
    given = iter(numbers)
    free = (number for number in count(1) if number not in written)
    return tuple(_with_numbers(node, given, free) for node in body.text)


def _with_numbers(node: Node, given: Iterator[int], free: Iterator[int]) -> Node:
    if node.kind is Kind.DELETION:
        node = node._replace(level=next(given, 0) or node.level or next(free))
    return node._replace(children=tuple(_with_numbers(child, given, free) for child in node.children))
