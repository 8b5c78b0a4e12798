r"""What a formula's node says: its TeX without marks, as a whole, and in pieces where a cloze hides some of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.model import Kind, Node, Nodes

_MATHS = (Kind.MATHS, Kind.DISPLAY_MATHS)
_COUNTED = re.compile(r"\\(left|right|begin|end)(?![A-Za-z])|\\.|([{}])", re.DOTALL)


class Piece(NamedTuple):
    """A part of a formula's TeX, and the deletion that hides it, if one does."""

    tex: str
    deletion: Node | None


def is_formula(node: Node) -> bool:
    """Whether a node is a formula; code that says it is `math` is one too, as GitHub and GitLab have it."""
    return node.kind in _MATHS or (node.kind is Kind.CODE_BLOCK and node.target.strip().lower() == "math")


def is_display(node: Node) -> bool:
    """Whether a formula stands on a line of its own."""
    return node.kind is not Kind.MATHS


def pieces(node: Node) -> list[Piece]:
    """A formula's TeX, cut where a deletion begins or ends."""
    parts: Nodes = node.children or (node,)
    texts = [parts[0].text if not node.children else _text(part) for part in parts]
    if node.kind in _MATHS:
        length = len(node.target)
        texts[0] = texts[0][length:]
        texts[-1] = texts[-1][: len(texts[-1]) - length]
    hidden = [part if part.kind is Kind.DELETION else None for part in parts]
    return [Piece(text, deletion) for text, deletion in zip(texts, hidden, strict=True)]


def tex(node: Node) -> str:
    """A formula's TeX as one."""
    return "".join(piece.tex for piece in pieces(node)).strip()


def marked(node: Node) -> str:
    """The same with a line below what is hidden: for a formula that no cut leaves whole."""
    return "".join(rf"{{\underline{{{piece.tex}}}}}" if piece.deletion else piece.tex for piece in pieces(node)).strip()


def is_whole(text: str) -> bool:
    """Whether each brace, left and begin has its counterpart."""
    depth = {"{": 0, "left": 0, "begin": 0}
    opens = {"{": "{", "left": "left", "begin": "begin"}
    closes = {"}": "{", "right": "left", "end": "begin"}
    for command, brace in _COUNTED.findall(text):
        sign = command or brace
        if sign in opens:
            depth[sign] += 1
        elif sign in closes:
            depth[closes[sign]] -= 1
            if depth[closes[sign]] < 0:
                return False
    return not any(depth.values())


def address(text: str, display: bool) -> str:
    """Under which a formula that is set is found among the media."""
    return f"$${text}$$" if display else f"${text}$"


def addresses(node: Node) -> Iterator[str]:
    """All that a formula may be set as, the whole first."""
    display = is_display(node)
    yield address(tex(node), display)
    parts = pieces(node)
    if any(piece.deletion for piece in parts):
        yield address(marked(node), display)
        yield from (address(piece.tex.strip(), display) for piece in parts if piece.tex.strip() and is_whole(piece.tex))


_VIEW_BOX = re.compile(rb'viewBox="(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+)"')
EM = 1000  # units of a set formula's view box, whose 0 is the base line


def measures(picture: bytes) -> tuple[float, float]:
    """Of a formula set as an SVG: its width, and how far it reaches below the base line, in em."""
    box = _VIEW_BOX.search(picture)
    if box is None:
        return 0.0, 0.0
    _, top, width, height = map(float, box.groups())
    return width / EM, (top + height) / EM


def _text(node: Node) -> str:
    return "".join(part.text for part in node.walk())
