"""Items of lists as questions: what an item's first line says, and what stands below that. For `lists`, `checklist`.

A paragraph that begins with a number which Markdown takes for none (`1、…`, `1.What …`) is an item as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.model import Kind, Node, Nodes
from generator.reading import asking, attributes, brackets, clozes, notes, numbering
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.notes import Asked
from generator.reading.protection import INLINE

_LOUD = (Kind.STRONG, Kind.EMPHASIS)
_INLINE = INLINE | {Kind.MARK, Kind.DELETION}
_MARKER = re.compile(rb"\s*(\d{1,9})[.)]")
# A number that makes no list: an ideographic comma, or no space behind the dot.
_PARAGRAPH = re.compile(r"\s*(?P<number>\d{1,4})\s?(?:[、．]|[.)](?=[^\s\d.)]))")
_POINTS = re.compile(r"[(（\[]\d{1,3}\s*(?:points?|pts?|marks?|分)[)）\]]", re.IGNORECASE)
_LOUD_NUMBER = re.compile(r"\s*(?P<number>\d{1,4})[.)]\s*")
# What stands between a question and its answer on one line.
_BETWEEN = re.compile(
    r"[?？]\W{0,3}?(?P<between>\s*(?:(?:->|=>|→|➔|[-–—])\s+|\(?(?:answer|ans|a)\s*[:：]\s*))", re.IGNORECASE
)
_BRACKETED = re.compile(r"\W*\([^()]*\)\W*")
# From so many characters on a line may have been wrapped, so that the next one goes on with its sentence.
_WRAPPED = 55


class Item(NamedTuple):
    """An item with its line, and the blocks below that in the item.

    `number` is the one written, None for a bullet. `bold` says that the whole line is bold, or a heading; `linked` that
    it is nothing but links, `told` that its author says that it is a note. `strength` is how surely it asks: by a label
    such as `Q3.`, else by its words. `joined` says that its answer begins on its line, `answered`
    that what follows says of itself that it answers.
    """

    node: Node
    number: int | None
    inline: Nodes
    text: str
    marks: attributes.Attributes
    rest: Nodes
    bold: bool
    linked: bool
    told: bool
    strength: float
    joined: bool
    answered: bool = False

    @property
    def rank(self) -> int:
        """How much its form is that of a question: a bold one is more than a plain one, a number more than a bullet."""
        return 2 * self.bold + (self.number is not None)

    @property
    def line(self) -> Node:
        """Its line as a paragraph."""
        return self.node._replace(kind=Kind.PARAGRAPH, end=self.inline[-1].end, children=self.inline)

    def asked(self, doc: Document) -> Asked:
        """What it asks, without its number."""
        inline, _ = notes.without_number(self.inline, self.text)
        return Asked(
            (self.line,),
            notes.question(self.line, inline),
            notes.question_source(doc, self.inline),
            plain(inline),
            self.marks,
            whole=bool(inline),
            letter=True,
        )


def of_list(doc: Document, node: Node) -> Sequence[Item | None]:
    """A list's items; None for each that begins with no line of text."""
    made: dict[tuple[int, int], Sequence[Item | None]] = doc.once("items of lists", dict)
    if (node.start, node.end) not in made:
        made[node.start, node.end] = [*_of_list(doc, node)]
    return made[node.start, node.end]


def _of_list(doc: Document, node: Node) -> Iterator[Item | None]:
    for item in node.children:
        marker = _MARKER.match(doc.data, item.start) if node.level >= 0 else None
        yield _item(item, int(marker.group(1)) if marker else None, item.children, brackets.answer(doc))


def strength_of(item: Node) -> float:
    """How surely the first line of an item asks."""
    first = item.children[0] if item.children and item.children[0].kind is Kind.PARAGRAPH else item
    return asking.strength(_own_text(first))


def _own_text(node: Node) -> str:
    return plain(tuple(inner for inner in node.children if inner.kind is not Kind.LIST))


def asks_on(node: Node) -> bool:
    """Whether a block below a question asks further."""
    if node.kind is Kind.LIST:
        return all(map(asks_on, node.children)) and any(
            strength_of(item) >= asking.MARKED or asking.is_task(plain((item,))) for item in node.children
        )
    if node.kind is Kind.ITEM:
        return strength_of(node) > 0 and all(asks_on(inner) for inner in node.children if inner.kind is Kind.LIST)
    return node.kind is Kind.PARAGRAPH and asking.strength(plain((node,))) >= asking.MARKED


def of_paragraph(node: Node, bare: bool = False) -> Item | None:
    """A paragraph that begins with a number as an item, or holds a question and `(answer: …)`; None for others."""
    if node.kind is not Kind.PARAGRAPH:
        return None
    first, last = node.children[0].text[:1], node.children[-1].text[-1:]
    if last in ")]" and not any(map(numbering.ends_line, node.children)) and brackets.parted(node.children, bare):
        return _item(node, None, (node,), bare)
    loud = node.children[0].kind is Kind.STRONG and len(node.children) > 1
    match = None if first.isalpha() else _PARAGRAPH.match(numbering.raw_text(node.children[:2])[:8])
    match = match or (_LOUD_NUMBER.fullmatch(numbering.raw_text(node.children[:1])[:8]) if loud else None)
    if not match:
        return None
    inline = numbering.trimmed(numbering.without_prefix(node.children, match.end()))
    return _item(node, int(match["number"]), (node._replace(children=inline),)) if inline else None


def of_line(node: Node) -> Item | None:
    """A paragraph of one line as an item without a number."""
    return _item(node, None, (node,))


def _item(node: Node, number: int | None, children: Nodes, bare: bool = False) -> Item | None:
    """The item; `bare` says that a bracket behind a question answers it also without a label."""
    line, rest = _first_line(node, children)
    line, marks = attributes.at_end(tuple(part for part in line if part.kind is not Kind.TASK))
    inline, tail = _parted(numbering.trimmed(line), bare)
    if tail:
        rest = (node._replace(kind=Kind.PARAGRAPH, start=tail[0].start, end=tail[-1].end, children=tail), *rest)
    bold = _is_bold(inline) or (bool(children) and children[0].kind is Kind.HEADING)
    inline = numbering.unwrapped(inline)
    text = numbering.raw_text(inline).strip()
    if not text or _POINTS.fullmatch(text):
        return None
    told = bool(marks.kind) or clozes.deletes(inline)
    strength = asking.MARKED if told else _strength(inline, text, bold)
    return Item(node, number, inline, text, marks, rest, bold, _is_linked(inline), told, strength, bool(tail))


def _strength(inline: Nodes, text: str, bold: bool) -> float:
    number = numbering.number(text)
    if number and number.labelled:
        return asking.MARKED
    found = asking.strength(text[number.length :] if number and not number.bare else text)
    label = not bold and inline[0].kind in _LOUD  # `**How it works**: it does`
    return 0.0 if label and found < asking.MARKED else found


def _is_bold(inline: Nodes) -> bool:
    strong = [node for node in inline if node.kind is Kind.STRONG]
    beside = "".join(node.text for node in inline if node.kind is Kind.TEXT)
    return len(strong) == 1 and not any(map(str.isalnum, beside)) and len(inline) <= 3


def _is_linked(inline: Nodes) -> bool:
    return any(node.kind is Kind.LINK for node in inline) and not any(
        map(str.isalnum, numbering.raw_text(tuple(node for node in inline if node.kind is not Kind.LINK)))
    )


# --- which line asks ------------------------------------------------------------------------------------------------


def _first_line(item: Node, children: Nodes) -> tuple[Nodes, Nodes]:
    """The line of an item, of several lines where its sentence goes on, and all else in it as blocks."""
    if children and children[0].kind in (Kind.PARAGRAPH, Kind.HEADING):
        own, blocks = children[0].children, children[1:]
    else:  # a tight list
        count = next((place for place, node in enumerate(children) if node.kind not in _INLINE), len(children))
        own, blocks = children[:count], children[count:]
    end = _end_of_question(own)
    below = numbering.without_breaks(own[end:]) if end < len(own) else ()
    if below:
        paragraph = item._replace(kind=Kind.PARAGRAPH, start=below[0].start, end=below[-1].end, children=below)
        blocks = (paragraph, *blocks)
    return numbering.without_breaks(own[:end]), blocks


def _end_of_question(own: Nodes) -> int:
    """The place of the break behind the question: behind the first line, or the line in which its sentence ends."""
    ends = [place for place, node in enumerate(own) if numbering.ends_line(node)]
    if not ends:
        return len(own)
    begin = 0
    for place, following in zip(ends, [*ends[1:], len(own)], strict=True):
        line, after = numbering.raw_text(own[begin:place]), own[place + 1 : following]
        wrapped = own[place].kind is Kind.SOFT_BREAK and _goes_on(line.strip(), after)
        if line.strip() and not wrapped:
            return place
        begin = place
    return len(own)


def _goes_on(line: str, following: Nodes) -> bool:
    """Whether a line's sentence goes on in the next one: it was wrapped, or ends where only the next one asks."""
    if line.endswith(tuple("?!:;？！：")) or (len(following) == 1 and following[0].kind is not Kind.TEXT):
        return False
    after = numbering.raw_text(following).strip()
    asks_after = asking.strength(after) >= asking.MARKED and after.endswith(("?", "？"))
    if line.endswith((".", "。")):
        return asks_after and not asking.strength(line)  # what is given, and what is asked of it
    if asks_after and asking.strength(line) < asking.MARKED:
        return not asking.opens(after)
    return len(line) >= _WRAPPED and (after[:1].islower() or after[:1].isdigit())


def _parted(line: Nodes, bare: bool) -> tuple[Nodes, Nodes]:
    """A line that holds question and answer: `**What is a leaf?** The end.`, `What is a leaf? - The end.`."""
    if line and line[0].kind is Kind.STRONG and asking.strength(plain(line[:1])) >= asking.MARKED:
        tail = numbering.trimmed(line[1:])
        said = plain(tail)
        if any(map(str.isalnum, said)) and not _BRACKETED.fullmatch(said) and asking.strength(said) < asking.MARKED:
            return line[:1], _without_dash(tail)
        return line, ()
    bracket = brackets.parted(line, bare)
    if bracket:
        return bracket
    if line and line[0].kind is Kind.STRONG and asking.opens(plain(line[:1])) and _refers(line[1:]):
        return line[:1], _without_dash(numbering.trimmed(line[1:]))
    text = numbering.raw_text(line)
    between = _BETWEEN.search(text) if "?" in text or "？" in text else None
    if between and any(map(str.isalnum, text[between.end() :])) and asking.strength(text[: between.start() + 1]):
        asked, tail = brackets.cut(line, between.start("between"))
        answer = numbering.without_prefix(tail, between.end() - between.start("between"))
        bracketed = "(" in between["between"] and text.endswith(")")
        if bracketed and answer[-1].kind is Kind.TEXT:
            answer = (*answer[:-1], answer[-1]._replace(text=answer[-1].text[:-1]))
        return numbering.trimmed(asked), numbering.trimmed(answer)
    return line, ()


def _refers(tail: Nodes) -> bool:
    """Whether a dash and links follow: where one may read the answer."""
    links = [node for node in tail if node.kind is Kind.LINK]
    return bool(links) and bool(_DASH.match(numbering.raw_text(tail))) and links[0] in tail[:2]


def _without_dash(tail: Nodes) -> Nodes:
    """An answer without the sign that joins it to its question."""
    match = _DASH.match(numbering.raw_text(tail))
    return numbering.trimmed(numbering.without_prefix(tail, match.end())) if match else tail


_DASH = re.compile(r"\s*(?:->|=>|→|➔|[-–—:：])\s+")
