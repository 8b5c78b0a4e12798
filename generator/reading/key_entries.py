"""What an answer key says, entry by entry: the number of a question, and what answers it.

Entries are items of a list, lines or sentences that begin with a number (`1. C 2. A`, `1-c, 2-b`), rows or columns of
a table, sections under numbered headings; those of a list may go without a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from generator.model import Kind, Node, Nodes
from generator.reading import answers, furniture, numbering, option
from generator.reading.blocks import plain


class Entry(NamedTuple):
    """The answer to a question: its number, if it has one, and the blocks of the answer.

    `question` is what a heading says of the question itself, once more.
    """

    number: int | None
    nodes: Nodes
    question: str = ""


_WORD = (
    r"(?:(?:q|a|question|answer|ans|solution|exercise|task|problem|item|frage|antwort|pregunta|вопрос)\s*[.#№]?\s*)?"
)
_SIGN = r"[\s*_`)\]]*(?:[.):=→、．]|[-–—])+[\s*_`(\[]*(?!\d)"
_BEGINS = re.compile(
    rf"[\s*_(\[#]*{_WORD}(?P<number>\d{{1,4}})(?:{_SIGN}|[*_]*\s+(?=[(*_]*[A-Ja-j][)*_]*(?:[\s.,;]|$)))", re.IGNORECASE
)
_HEADING = re.compile(rf"[\W_]*{_WORD}(?P<number>\d{{1,4}})\b[\s.):\-–—]*", re.IGNORECASE)
_SHORT = re.compile(r"\W*(?:[A-Ja-j](?:\W*[A-Ja-j])*|true|false|yes|no|t|f)\W*", re.IGNORECASE)


def entries(blocks: Nodes, data: bytes = b"") -> list[Entry]:
    """The entries of all blocks of a key; in `data` stand the numbers as their author wrote them."""
    found: list[Entry] = []
    last: int | None = None  # the number of the entry that what follows may belong to
    goes_on = False
    for node in _unwrapped(blocks):
        new = _entries(node, last, data)
        if new is not None:
            found += new
            goes_on = len(new) == 1
            last = new[-1].number if new else None
        elif goes_on and node.kind is not Kind.RULE and not furniture.furniture(node):
            found[-1] = found[-1]._replace(nodes=(*found[-1].nodes, node))
    return [entry for entry in found if entry.nodes]


def _unwrapped(blocks: Nodes) -> Iterator[Node]:
    """The blocks without the `<details>` and the quotes around them."""
    place = 0
    while place < len(blocks):
        inside = answers.unfolded(blocks[place:]) if blocks[place].kind is Kind.HTML_BLOCK else None
        if inside:
            yield from _unwrapped(inside.inside)
            place += inside.blocks
            continue
        if blocks[place].kind is Kind.QUOTE:
            yield from _unwrapped(blocks[place].children)
        elif blocks[place].kind is not Kind.HTML_BLOCK or plain((blocks[place],)):
            yield blocks[place]
        place += 1


def _entries(node: Node, last: int | None, data: bytes) -> list[Entry] | None:
    """The entries that begin in a block; None for one that goes on with the entry before it, numbered `last`."""
    match node.kind:
        case Kind.HEADING:
            return _of_heading(node)
        case Kind.LIST:
            return _of_list(node, last, data)
        case Kind.TABLE:
            return _of_table(node) or None
        case Kind.PARAGRAPH:
            return _of_lines(node, last)
    return None


def _of_heading(node: Node) -> list[Entry]:
    """The entry that a heading begins; one without a number is a part of the key."""
    text = numbering.raw_text(node.children)
    match = _HEADING.match(text)
    if not match:
        return []
    rest = numbering.trimmed(numbering.without_prefix(node.children, match.end()))
    short = _SHORT.fullmatch(plain(rest)) is not None
    return [
        Entry(
            int(match["number"]),
            option.paragraph([rest] if rest else ()) if short else (),
            "" if short else plain(rest),
        )
    ]


def goes_on(blocks: Nodes, node: Node) -> bool:
    """Whether a paragraph begins with the number that comes after those of a key's last block."""
    last = entries(blocks[-1:]) if node.kind is Kind.PARAGRAPH else []
    begins = _BEGINS.match(numbering.raw_text(node.children)) if last else None
    return begins is not None and last[-1].number is not None and int(begins["number"]) == last[-1].number + 1


def is_letter(nodes: Nodes) -> bool:
    """Whether an entry is only a letter: without options it answers nothing."""
    return bool(_ONE_LETTER.fullmatch(plain(nodes)))


_ONE_LETTER = re.compile(r"\W*[A-Ja-j](?:\W*[A-Ja-j])*\W*")


def _of_list(node: Node, last: int | None, data: bytes) -> list[Entry] | None:
    if node.level >= 0:
        if last is not None and node.level != last + 1 and node.level <= 1:
            return None  # a list within an entry
        numbers = _written(node, data)
        return [entry for number, item in zip(numbers, node.children, strict=True) for entry in _of_item(item, number)]
    found: list[Entry] = []
    for item in node.children:
        inline = option.first_lines(item.children)
        begins = _BEGINS.match(numbering.raw_text(inline))
        if begins:
            found.append(Entry(int(begins["number"]), _rest(item.children, inline, begins.end())))
    if found and len(found) == len(node.children):
        return found
    return None if last is not None else [Entry(None, item.children) for item in node.children]


def _written(node: Node, data: bytes) -> list[int]:
    """The numbers of a list as they are written, where they go up; a list that is `1.` throughout is counted."""
    marks = [_MARKER.match(data, item.start) for item in node.children]
    numbers = [int(mark.group(1)) for mark in marks if mark]
    if len(numbers) == len(marks) and all(before < after for before, after in pairwise(numbers)):
        return numbers
    return [node.level + place for place in range(len(node.children))]


_MARKER = re.compile(rb"\s*(\d{1,9})[.)]")


def _of_item(item: Node, number: int) -> Iterator[Entry]:
    """The entry of a numbered item; several where more numbers stand in its line: `1. C 2. A`."""
    inline = option.first_lines(item.children)
    pieces = [*_pieces(inline, number)]
    if len(pieces) > 1 and len(inline) == len(item.children):
        yield from (Entry(place, option.paragraph([piece])) for place, piece in pieces if piece)
    else:
        yield Entry(number, item.children)


def _rest(children: Nodes, inline: Nodes, length: int) -> Nodes:
    """An item's content without the number in front of it."""
    return option.as_blocks(option.with_first_lines(children, numbering.without_prefix(inline, length)))


def _of_lines(node: Node, last: int | None) -> list[Entry] | None:
    """The entries of a paragraph; None where it begins with none."""
    begins = _BEGINS.match(numbering.raw_text(node.children))
    if not begins or (last is not None and not _is_next(node, int(begins["number"]), last)):
        return None
    number = int(begins["number"])
    rest = numbering.without_prefix(node.children, begins.end())
    return [Entry(place, option.paragraph([piece])) for place, piece in _pieces(rest, number) if piece]


def _is_next(node: Node, number: int, last: int) -> bool:
    """Whether a number may be the one after `last`; one between them may be left out where it is bold."""
    return number in (last + 1, 1) or (number > last and node.children[0].kind is Kind.STRONG)


def _pieces(inline: Nodes, number: int) -> Iterator[tuple[int, Nodes]]:
    """Inline nodes cut before each next number: the first piece has this `number`."""
    text = numbering.raw_text(inline)
    start = 0
    for found in _WITHIN.finditer(text):
        if int(found["number"]) == number + 1 and _WORDS.search(text, start, found.start()):  # in `1. (2)` it answers
            yield number, _piece(inline, start, found.start())
            start, number = found.end(), number + 1
    yield number, _piece(inline, start, len(text))


_WORDS = re.compile(r"\w")
_WITHIN = re.compile(
    rf"(?:(?<=[\s,;.(*_])|^){_WORD}(?P<number>\d{{1,4}})(?:{_SIGN}|\s+(?=\(?[A-Ja-j]\b))", re.IGNORECASE
)


def _piece(inline: Nodes, start: int, end: int) -> Nodes:
    piece = numbering.without_prefix(numbering.prefix(inline, end), start)
    return _without_comma(numbering.trimmed(piece))


def _without_comma(inline: Nodes) -> Nodes:
    if inline and inline[-1].kind is Kind.TEXT:
        text = inline[-1].text.rstrip(" ,;/|(")
        return (*inline[:-1], inline[-1]._replace(text=text)) if text else inline[:-1]
    return inline


# --- tables ---------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(rf"[\W_]*{_WORD}(\d{{1,4}})[\W_]*", re.IGNORECASE)
_ANSWERS = re.compile(
    r"\W*(?:correct\W*)?(?:answers?|ans|key|respuestas?|respostas?|antwort|réponse|ответ|答案|정답|해답)(?!\w)",
    re.IGNORECASE,
)
_REASONS = re.compile(
    r"\W*(?:explanations?|why|reason|rationale|notes?|erklärung|explicación|пояснение|解析|해설|설명|이유)(?!\w)",
    re.IGNORECASE,
)


def _of_table(node: Node) -> list[Entry]:
    rows = [child.children for child in node.children]
    numbers = [_number(cell) for cell in rows[0]] if rows else []
    if len(rows) > 1 and sum(number is not None for number in numbers) > 1:  # the numbers stand in the first row
        return [
            Entry(number, _cell(cell)) for number, cell in zip(numbers, rows[1], strict=False) if number is not None
        ]
    head = [plain(cell.children) for cell in rows[0]] if rows else []
    told = [place for place, name in enumerate(head) if _ANSWERS.match(name)]
    why = [place for place, name in enumerate(head) if _REASONS.match(name)]
    return [entry for row in rows[1:] for entry in _of_row(row, told, why)]


def _of_row(row: Sequence[Node], told: Sequence[int], why: Sequence[int]) -> Iterator[Entry]:
    """The entries of a row: a number and its answer, or several such pairs side by side."""
    numbers = [place for place, cell in enumerate(row) if _number(cell) is not None]
    for index, place in enumerate(numbers):
        end = numbers[index + 1] if index + 1 < len(numbers) else len(row)
        answer = next((at for at in told if place < at < end), place + 1)
        if answer < end:
            reasons = [node for at in why if place < at < end and at != answer for node in _cell(row[at])]
            yield Entry(_number(row[place]), (*_cell(row[answer]), *reasons))
        if told and len(told) < len(numbers):
            return  # other numbers are no questions


def _number(cell: Node) -> int | None:
    match = _NUMBER.fullmatch(plain(cell.children))
    return int(match[1]) if match else None


def _cell(cell: Node) -> Nodes:
    return option.paragraph([cell.children] if cell.children else ())
