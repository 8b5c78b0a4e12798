"""What stands for one thing whatever Markdown would make of its signs: a formula, an embed, a wikilink, a sound.

Each is found among the bytes of one block, and gives the node that it is to be. CommonMark knows none of them: formulas
are GitHub's and pandoc's, `![[picture.png|300]]` and `[[page|text]]` are Obsidian's, `[sound:name.mp3]` is Anki's; and
an image whose address has spaces is what people write where a program would write `%20`, or tells its size there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.media_names import is_media
from generator.model import Kind, Node
from generator.reading import formulas, sizes
from generator.reading.cloze_marks import Ranges
from generator.reading.formulas import Formula


class Atom(NamedTuple):
    """Some bytes of a text, and the node that they are."""

    start: int
    end: int
    node: Node


_NAMED = re.compile(
    rb"(?P<embed>!?)\[\[(?P<page>[^\[\]|\\\n]+)(?:\\?\|(?P<alias>[^\[\]\n]*))?\]\](?![(\[:])"
    rb"|\[sound:(?P<sound>[^\[\]\n]+)\]"
    rb"|!\[(?P<alt>[^\[\]\n]*)\]\((?P<address>(?:[^()\n]|\([^()\n]*\))*)\)"
)
_SPACED = re.compile(
    r'(?P<address>\S.*?\.\w++)(?:\s++"(?P<title>[^"]*)")?(?:\s++=(?P<size>\d{1,5}%?(?:x\d{0,5})?|x\d{1,5}))?'
)
POSSIBLE = re.compile(rb"\$|\\[(\[]|\[\[|\[sound:|!\[[^\[\]\n]*\]\([^()\n]* ")
# What follows brackets in programs rather than in a vault: numbers, words in quotes, a test of the shell, C++.
_NO_PAGE = re.compile(
    r"""\s|:|["'`]|[\d\s,.;:+*/-]+\Z|.*(?:==|&&)|(?:carries_dependency|deprecated|fallthrough|likely|maybe_unused|"""
    r"""no_unique_address|nodiscard|noreturn|unlikely)\b"""
)


def found(data: bytes, start: int, end: int, opaque: Ranges, links: Ranges, cell: bool) -> Iterator[Atom]:
    r"""The atoms between two places of one block, in order. In code, tags and addresses, the `opaque`, none begins.

    No page is named within the `links` of Markdown itself. In the `cell` of a table a bar may be written `\|`.
    """
    place = start
    for formula in formulas.found(data, start, end, opaque):
        yield from _named(data, place, formula.start, opaque, links)
        yield of_formula(data, formula, cell)
        place = formula.end
    yield from _named(data, place, end, opaque, links)


def of_formula(data: bytes, formula: Formula, cell: bool = False) -> Atom:
    """The atom of a formula: its text as it is written, without what begins the lines of a quote or a list."""
    kind = Kind.DISPLAY_MATHS if formula.mark in _DISPLAY else Kind.MATHS
    text = written(data, formula.start, formula.end, cell)
    return Atom(formula.start, formula.end, Node(kind, formula.start, formula.end, text, target=formula.mark))


_DISPLAY = ("$$", "\\[", "\\\\[")


def written(data: bytes, start: int, end: int, cell: bool = False) -> str:
    r"""Some bytes of a formula as text; `\|` in a table's cell is a bar (GFM, 4.10)."""
    text = data[start:end].decode()
    if "\n" in text:
        line = data[data.rfind(b"\n", 0, start) + 1 : start]
        quotes = len(_QUOTES.match(line)[0].split(b">")) - 1  # type: ignore[index]
        text = re.sub(rf"\n(?:[ \t]*>){{0,{quotes}}}[ \t]*", "\n", text)
    return text.replace("\\|", "|") if cell else text


_QUOTES = re.compile(rb"(?:[ \t>]|(?:[-*+]|\d{1,9}[.)])[ \t])*")


# --- what bears a name ------------------------------------------------------------------------------------------------


def _named(data: bytes, start: int, end: int, opaque: Ranges, links: Ranges) -> Iterator[Atom]:
    for match in _NAMED.finditer(data, start, end):
        place = match.start()
        if opaque.hold(place) or data[max(0, place - 1) : place] == b"\\":
            continue
        node = _node(match, links, data[max(0, place - 1) : place])
        if node:
            words = tuple(child._replace(start=place, end=match.end()) for child in node.children)
            yield Atom(place, match.end(), node._replace(start=place, end=match.end(), children=words))


def _node(match: re.Match[bytes], links: Ranges, before: bytes) -> Node | None:
    """What a name in brackets is; None where it is only text in brackets."""
    groups = {name: text.decode() for name, text in match.groupdict().items() if text is not None}
    if "sound" in groups:
        return Node(Kind.IMAGE, 0, 0, target=groups["sound"].strip())
    if "address" in groups:
        spaced = _SPACED.fullmatch(groups["address"].strip())
        if not spaced or not (" " in spaced["address"] or spaced["size"]) or not is_media(spaced["address"]):
            return None
        picture = _image(spaced["address"], groups["alt"])
        size = (spaced["size"] or picture.text).removesuffix("x")
        return picture._replace(text=size, detail=spaced["title"] or "")
    page, alias = groups["page"], groups.get("alias", "").replace("\\|", "|")
    if groups["embed"] and is_media(page.partition("#")[0]):
        return _image(page.partition("#")[0].strip(), alias)
    if links.hold(match.start()) or _NO_PAGE.match(page) or (not groups["embed"] and before.isalnum()):
        return None
    return Node(Kind.TEXT, 0, 0, alias or _title(page))


def _image(address: str, words: str) -> Node:
    words, size = sizes.in_words(words)
    return Node(Kind.IMAGE, 0, 0, size, (Node(Kind.TEXT, 0, 0, words),) if words else (), address)


def _title(page: str) -> str:
    """A page as Obsidian names it: with its heading, without the id of a block."""
    parts = [part.strip() for part in page.split("#")]
    return " > ".join(part for part in parts if part and not part.startswith("^")) or page
