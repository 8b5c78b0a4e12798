"""Finished HTML, cut and dressed for paper: its top-level blocks, how tall they are, and what code and tables need.

The HTML comes from the renderer, which has closed every element and escaped every attribute, so tags can be counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape, unescape
from math import ceil
from typing import NamedTuple

from generator import long_words, scripts

# Columns of prose and of code that a line of 118 mm holds; code may stand in a list, which takes some of them.
_PROSE, _CODE, _TABLE = 74, 64, 66
_CODE_IN_LIST = 56
# Code up to this many lines stays on one page, a table of this many columns or more is set small and wide.
_WHOLE_CODE, _MANY_COLUMNS = 18, 6
# A picture is taken to be this many lines high: how high it is, only layout knows.
_PICTURE = 12
# And a formula on a line of its own this many.
_FORMULA = 3
# A line of code that wraps more often than this needs the taller of the two pictures of wrap marks.
_FEW_WRAPS = 10

# Of what may be divided, so many lines at its top stay together.
_KEPT = 3

_VOID = frozenset({"br", "hr", "img", "wbr", "col"})
_INLINE = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "i", "img", "ins", "kbd",
    "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
    "u", "var", "wbr",
))  # fmt: skip
_TAG = re.compile(r'<(/?)([A-Za-z][\w-]*)((?:[^>"]|"[^"]*")*)>')
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_HEADING = re.compile(r"<(p|h[1-6])>(.*)</\1>\Z", re.DOTALL)
_PLAIN_PARAGRAPH = re.compile(r"<p>((?:(?!</p>).)*)</p>\Z", re.DOTALL)
_LONE_PICTURE = re.compile(
    r'(?:(?<![^\n])|<br ?/?>)\s*+(<img (?!class="tex")[^>]*>)(?=\s*(?:\n|<br\b|\Z))(?:\s*<br ?/?>)?'
)
_PAIRED = re.compile(r"</?(?!(?:br|hr|img|wbr|col)\b)[A-Za-z]")
_LINE_START = '<span class="l'
_CODE_LINE = re.compile(_LINE_START + '(?=[ "])')
_INDENT = re.compile(r'^([^>]*>(?:<span class="[^"]*">)*)( +)')
# Tokens that are printed as plain ink: without an element they are laid out faster and copied in fewer pieces.
_INK = re.compile(r'<span class="[om]">([^<]*)</span>')
_CODE_BLOCK = re.compile(r'<pre class="code([^"]*)">(.*?)</pre>', re.DOTALL)
_TABLE_START = re.compile(r"<table>(?=(.*?)</tr>)", re.DOTALL)
_LIST_START = re.compile(r'<ol start="(\d{1,9})">')
_ITEM_NUMBER = re.compile(r'<li class="right" value="(\d{1,2})">')
_TABLE_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_ROW = re.compile(r"(?=<(?:li|tr|p|br|dt|dd|h4|div|summary)\b)")
_SPACES = re.compile(r"[ \t\n\r\f\v]+")
# Not before a tag: WeasyPrint 70 then breaks the line after each of its first words instead.
_LAST_WORD = re.compile(r" (?=[^\s<>]{1,9}(?:</[a-z]+>)*[^\s<>]{0,2}\Z)")


class Block(NamedTuple):
    """A top-level element of a fragment, and about how many lines it fills; so many at its top no page divides."""

    html: str
    lines: int
    whole: int = 0


def blocks(html: str) -> list[Block]:
    """The top-level elements of an answer, dressed; what stands bare becomes a paragraph."""
    return [_block(piece) for piece in _pieces(html)]


def question(html: str, label: str) -> list[Block]:
    """A question as its heading's inner HTML, then what else it holds: code, pictures, further paragraphs."""
    pieces = list(_pieces(html))
    if pieces and (only := _HEADING.match(pieces[0])):
        heading, others = bind_text(only.group(2)), pieces[1:]
    else:
        heading, others = ("" if pieces else bind_text(escape(label))), pieces
    first = Block(long_words.broken(scripts.heading(heading)), _rows(heading))
    return [first, *(_block(piece) for piece in others)]


# Every product asks for the same answers.
@lru_cache(maxsize=5000)
def _block(piece: str) -> Block:
    return Block(scripts.directed(_dressed(piece)), _lines(piece), _whole(piece))


def title(html: str) -> str:
    """The words of a question's first block: what a list of contents has room for."""
    return _in_a_line(_text(next(_top_level(html), "")))


def cloze(question: str, answer: str) -> tuple[str, str]:
    """A cloze's whole text, of which the first block is the question, and what stands below it; each undressed."""
    pieces = [*_top_level(question), *_top_level(answer)]
    last = max((place for place, piece in enumerate(pieces) if _DELETION.search(piece)), default=0)
    return "".join(pieces[: last + 1]), "".join(pieces[last + 1 :])


def hides(html: str) -> bool:
    """Whether there is a deletion in it."""
    return _DELETION.search(html) is not None


def gapped(html: str) -> str:
    """A cloze's text with a gap in place of each deletion. Gaps have three lengths, so that none tells its word's."""
    parts: list[str] = []
    place = depth = 0
    begun: re.Match[str] | None = None
    for tag in _TAG.finditer(html):
        if begun is None:
            if _DELETION.match(tag.group()):
                parts.append(html[place : tag.start()])
                begun, depth = tag, 1
        elif tag.group(2).lower() == begun.group(2).lower():
            depth += -1 if tag.group(1) else 1
            if depth == 0:
                parts.append(_gap(begun.group(2), _text(html[begun.end() : tag.start()])))
                begun, place = None, tag.end()
    return "".join([*parts, html[place:]])


_DELETION = re.compile(r'<(?:span|div) class="deletion"')


def _gap(element: str, hidden: str) -> str:
    length = "long" if len(hidden) > 24 else "medium" if len(hidden) > 10 else "short"
    gap = f'<span class="gap {length}"></span>'
    return gap if element == "span" else f"<p>{gap}</p>"


def with_formulas(html: str) -> str:
    """A question's first block as a list of contents shows it, where formulas stand in it: those and the words."""
    first = next(_top_level(html), "")
    return _TAG.sub(lambda tag: tag.group() if tag.group().startswith('<img class="tex"') else "", first).strip()


def unwrapped(html: str) -> str:
    """A short text as inline HTML: one paragraph loses its element, anything more its tags."""
    only = _HEADING.match(html.strip())
    if only and "<p>" not in only.group(2):
        return only.group(2)
    return escape(_in_a_line(_text(html)), quote=False)


def _in_a_line(text: str) -> str:
    """A text whose lines are one; what is bound by a space that is none to break at stays so."""
    return _SPACES.sub(" ", text).strip(" ")


def bind_text(html: str) -> str:
    """The text with its last two words bound, if the last is short: it shall not stand alone on a line."""
    return _LAST_WORD.sub("\N{NO-BREAK SPACE}", html.rstrip(), count=1)


def _top_level(html: str) -> Iterator[str]:
    depth = start = 0
    for tag in _TAG.finditer(html):
        closing, name = tag.group(1), tag.group(2).lower()
        if depth == 0 and name in _INLINE:
            continue  # part of text that stands bare
        if depth == 0 and not closing:
            yield from _bare(html[start : tag.start()])
            start = tag.start()
        if name not in _VOID:
            depth = max(0, depth + (-1 if closing else 1))
        if depth == 0:
            yield html[start : tag.end()]
            start = tag.end()
    yield from _bare(html[start:])


def _pieces(html: str) -> Iterator[str]:
    """The same, with each picture on a line of its own as a paragraph: in one it would count as a line of text."""
    for piece in _top_level(html):
        parts = _LONE_PICTURE.split(only.group(1)) if (only := _PLAIN_PARAGRAPH.match(piece)) else []
        if len(parts) < 3 or any(part.count("</") * 2 != len(_PAIRED.findall(part)) for part in parts):
            yield piece
            continue
        for place, part in enumerate(parts):
            if part.strip():
                yield f'<p class="img">{part}</p>' if place % 2 else f"<p>{part.strip()}</p>"


def _bare(text: str) -> Iterator[str]:
    if text.strip():
        yield f"<p>{text.strip()}</p>"


def _dressed(html: str) -> str:
    html = _CODE_BLOCK.sub(_dressed_code, html)
    html = _TABLE_START.sub(_dressed_table, html)
    # The layout engine does not know the attributes.
    html = _LIST_START.sub(lambda found: f'<ol style="counter-reset: list-item {int(found.group(1)) - 1}">', html)
    html = _ITEM_NUMBER.sub(
        r'<li class="right" style="counter-increment: list-item 0; counter-set: list-item \1">', html
    )
    return long_words.broken(_PARAGRAPH.sub(_dressed_paragraph, html))


def _dressed_paragraph(found: re.Match[str]) -> str:
    """A paragraph with its last words bound; one that announces what follows stays on its page."""
    text = found.group(1).rstrip()
    opening = '<p class="ahead">' if text.endswith(":") else "<p>"
    return f"{opening}{bind_text(text)}</p>"


def _dressed_code(found: re.Match[str]) -> str:
    """Short code is kept whole; a line that may wrap is given as many marks as it may need."""
    before, *lines = _CODE_LINE.split(_INK.sub(r"\1", found.group(2)))
    whole = " whole" if sum(_wraps(line) + 1 for line in lines) <= _WHOLE_CODE else ""
    marked = (f'<span class="l{_marks(line)}{_unbroken(line)}' for line in lines)
    return f'<pre class="code{whole}{found.group(1)}">{before}{"".join(marked)}</pre>'


def _unbroken(line: str) -> str:
    """A line whose indent is no place to wrap at: else a long first word would stand on a line of its own."""
    return _INDENT.sub(lambda found: found.group(1) + "\N{NO-BREAK SPACE}" * len(found.group(2)), line)


def _wraps(line: str) -> int:
    """How often a line of code may wrap; `line` still has the end of its opening tag."""
    length = len(_text(_LINE_START + line))
    return ceil(length / _CODE_IN_LIST) - 1 if length > _CODE_IN_LIST else 0


def _marks(line: str) -> str:
    return f" {wrap_marks(length, _CODE_IN_LIST)}" if (length := len(_text(_LINE_START + line))) > _CODE_IN_LIST else ""


def wrap_marks(length: int, room: int) -> str:
    """The style of a line of so many characters of code that may wrap, in a column that holds `room` of them."""
    return "w" if length <= _FEW_WRAPS * max(8, room) else "ww"


def _dressed_table(found: re.Match[str]) -> str:
    return '<table class="many">' if len(re.findall(r"<t[hd]\b", found.group(1))) >= _MANY_COLUMNS else "<table>"


def _lines(html: str) -> int:
    """About how many lines of text a block fills."""
    if found := _CODE_BLOCK.match(html):
        lines = _CODE_LINE.split(found.group(2))[1:]
        return sum(ceil(max(1, len(_text(_LINE_START + line))) / _CODE) for line in lines)
    pictures = html.count("<img") - html.count('<img class="tex"')
    return _rows(html) + _PICTURE * pictures + _FORMULA * html.count('class="maths display"')


def _whole(html: str) -> int:
    """About how many lines at the top of a block no page divides."""
    if found := _CODE_BLOCK.match(html):
        rows = [_wraps(line) + 1 for line in _CODE_LINE.split(found.group(2))[1:]]
        return sum(rows) if sum(rows) <= _WHOLE_CODE else sum(rows[:_KEPT])
    if html.startswith("<table"):
        return 1 + sum(_rows(row) for row in _TABLE_ROW.findall(html)[:2])
    return _lines(html) if "<img" in html and not _text(html).strip() else min(_KEPT, _lines(html))


def _rows(html: str) -> int:
    width = _TABLE if html.startswith("<table") else _PROSE
    return sum(ceil(len(text) / width) for piece in _ROW.split(html) if (text := _text(piece).strip()))


def from_right(block: Block) -> Block:
    """A block that has no direction of its own, code and pictures apart, as one that runs from right to left."""
    if block.html.startswith(("<pre", '<p class="img"')) or not scripts.is_neutral(block.html):
        return block
    return block._replace(html=f'<div dir="rtl">{block.html}</div>')


def language(text: str, said: str) -> str:
    """The language of a text by its script, which tells a font for whom its signs are."""
    return scripts.language(text, said)


def words(html: str) -> str:
    """The text of some HTML."""
    return _text(html)


def _text(html: str) -> str:
    return unescape(_TAG.sub("", html))
