"""A formula in a field for paper: its picture on the line of the text, or its TeX where it could not be set."""

from __future__ import annotations

from collections.abc import Callable

from generator import tex
from generator.highlight import escape
from generator.model import FORMULA, Media, MediaMap, Node

FindSource = Callable[[Media], str]


def on_paper(node: Node, cloze: bool, media: MediaMap, source: FindSource) -> str:
    """A formula as HTML: what a cloze hides of it in pieces of its own, or where none can be cut off, all of it."""
    whole = tex.tex(node)

    def picture(text: str, words: str = "") -> str:
        found = media.get(("", tex.address(text, tex.is_display(node)))) if text else None
        return _picture(found, source(found), words or text) if found else ""

    pieces = tex.pieces(node)
    if not cloze or not any(piece.deletion for piece in pieces):
        return picture(whole) or _code(whole)
    parts = [(piece, piece.tex.strip()) for piece in pieces]
    set_parts = [picture(text) if tex.is_whole(text) else "" for _, text in parts]
    if all(html or not text for html, (_, text) in zip(set_parts, parts, strict=True)):
        return "".join(
            f'<span class="deletion">{html}</span>' if piece.deletion else html
            for html, (piece, _) in zip(set_parts, parts, strict=True)
        )
    marked = picture(tex.marked(node), whole)
    if marked:
        return f'<span class="deletion marked">{marked}</span>'
    return f'<span class="deletion">{_code(whole)}</span>'


def _picture(found: Media, source: str, words: str) -> str:
    """A formula that was set, as large as the text around it and on its base line."""
    width, depth = tex.measures(found.data)
    place = f"width:{width:.3f}em;vertical-align:{-depth:.3f}em"
    return f'<img class="tex" src="{source}" alt="{_attribute(FORMULA + words)}" style="{place}">'


def _code(text: str) -> str:
    """A formula that nobody can set, as it was written."""
    return f'<code class="tex">{escape(_plain(text))}</code>'


def _attribute(text: str) -> str:
    return escape(_plain(text)).replace('"', "&quot;")


def _plain(text: str) -> str:
    """Text without control characters."""
    return "".join(character if character >= " " else " " for character in text)
