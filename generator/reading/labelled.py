"""Questions and answers by the labels of their lines: where each begins and ends, and what of it is the answer."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median_low
from typing import NamedTuple

from generator.model import Kind, Node, Nodes
from generator.reading import answers, asking, furniture, labels, levels, material, numbering
from generator.reading.blocks import plain
from generator.reading.excerpts import Excerpt, Line, Lines, Piece
from generator.reading.labels import Label, Marks

Letters = tuple[str, str]


class Labelled(NamedTuple):
    """A labelled question and its answer, if it has one, with the lines of both.

    `pair` says that the answer has a label of its own; `text` is what the question says.
    """

    lines: tuple[Line, ...]
    label: Label
    question: Excerpt
    answer: Excerpt | None
    pair: bool

    @property
    def text(self) -> str:
        """What the question says."""
        return plain(self.question.nodes)


def marked(lines: Lines) -> dict[int, Marks]:
    """The labels of a file; in code without a fence a question is an example of one."""
    marks = labels.found(lines.all)
    indented = [place for place, mark in marks.items() if mark.ask and _INDENTED.match(lines.all[place].text)]
    if indented:
        code = _code(lines)
        marks |= {place: marks[place]._replace(ask=None) for place in indented if place in code}
    return marks


_INDENTED = re.compile(r"[ >]*(?: {4}|\t)")


def _code(lines: Lines) -> set[int]:
    """The places of the lines that are code."""
    starts, found = lines.doc.starts, set[int]()
    for node in lines.doc.tree.walk():
        if node.kind is Kind.CODE_BLOCK:
            found.update(range(bisect_right(starts, node.start) - 1, bisect_left(starts, node.end)))
    return found


def read(lines: Lines, marks: Mapping[int, Marks], letters: Letters) -> list[Labelled]:
    """The labelled questions of a file that uses these letters."""
    parts = [*_Parts(lines, marks, letters).all()]
    style = _style([part for part in parts if part.tell is None])
    every = (_labelled(lines, part, letters, style) for part in parts if not _is_legend(part))
    return [one for one in every if _asks(one) and (one.answer or not _KEY.fullmatch(one.text))]


def _asks(one: Labelled) -> bool:
    """Whether anything stands behind a question's label, but for a line or dots to be written on."""
    shown = [node for node in one.question.nodes if node.kind is not Kind.RULE]
    return bool(shown) and not _DOTS.match(one.question.source)


_DOTS = re.compile(r"[ \t]*(?:\.{3,}|…|_{3,})[ \t]*(?:\n|$)")


# What stands on a line of a key, or of a sheet to be filled in: `Q3: B`, `Q4: ___`.
_KEY = re.compile(r"[\W_]*(?:[A-Ha-h]|true|false)?(?:[\W_]+[A-H])*[\W_]*", re.IGNORECASE)


# Another letter in front of a line, as in a list of keys or symbols.
_OTHER_LETTER = re.compile(r"[ \t>*_`+\-]*[b-pr-z][*_`]*[ \t]*[:=]", re.IGNORECASE)


def _is_legend(part: _Part) -> bool:
    """Whether Q and A are two of several letters that are explained a line each."""
    if not part.tell or not part.ask.letter or part.ask.number or len(part.asks) > 1 or len(part.tells) < 2:
        return False
    return bool(_OTHER_LETTER.match(part.tells[1].text)) and not asking.strength(part.asks[0].text[part.ask.length :])


# --- where each begins and ends ---------------------------------------------------------------------------------------

_HEADING = re.compile(r"[ >]{0,9}#{1,6}(?:[ \t]|$)")
_RULE = re.compile(r"[ \t>]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_ITEM = re.compile(r"[ \t>]*(?:[-*+•]|\d+[.)])[ \t]")
# What authors put at the margin although it belongs to the item above it.
_MATERIAL = re.compile(r"[ \t]*(?:`{3,}|~{3,}|\||!\[|<img\b|\$\$)")
_OTHER_OPTION = re.compile(r"[\s>*_+\-(]*[Bb][*_]{0,2}(?:[.)\]:：]|[ \t]?[-–—][ \t])")
_OPTION_AHEAD = 12


@dataclass
class _Part:
    """A question's label with its lines, and its answer's with those."""

    ask: Label
    asks: list[Line]
    tell: Label | None = None
    tells: list[Line] = field(default_factory=list)
    closed: bool = False  # another question follows at once

    @property
    def lines(self) -> tuple[Line, ...]:
        return (*self.asks, *self.tells)


class _Parts:
    """A file cut at its labels."""

    def __init__(self, lines: Lines, marks: Mapping[int, Marks], letters: Letters) -> None:
        self._lines, self._marks, self._letters = lines.all, marks, letters
        self._headings = {node.start for node in lines.doc.tree.children if node.kind is Kind.HEADING}

    def all(self) -> Iterator[_Part]:
        """The parts, in order."""
        part: _Part | None = None
        for place, line in enumerate(self._lines):
            ask = self._ask(place) or (self._ask_bare(part, place) if part else None)
            if ask:
                if part:
                    part.closed = True
                    yield part
                part = _Part(ask, [line])
            elif part and part.tell is None and (tell := self._tell(place, part.ask)):
                part.tell = tell
                part.tells.append(line)
            elif part and self._ends(part, place):
                yield part
                part = None
            elif part:
                (part.tells if part.tell else part.asks).append(line)
        if part:
            yield part

    def _ask(self, place: int) -> Label | None:
        """The label of a question in front of a line; a bare one only before what asks, or is answered."""
        label = self._marks[place].ask if place in self._marks else None
        if not label or label.letter not in ("", self._letters[0]) or "#" in label.lead:
            return None
        if label.bare and not asking.strength(self._lines[place].text[label.length :]):
            following = self._following(place)
            return label if following and following.number == label.number else None
        return label

    def _ask_bare(self, part: _Part, place: int) -> Label | None:
        """The label, as it were, of what asks above code: a labelled answer follows, or it must mean the code."""
        if not labels.is_above_code(self._lines, place):
            return None
        told = sum(not line.blank for line in part.asks) > 1 and material.points(self._lines[place].text)
        return labels.UNLABELLED if (self._following(place) if part.tell else told) else None

    def _following(self, place: int) -> Label | None:
        """The label of an answer that comes next, if no question comes before it."""
        for at in range(place + 1, min(place + _OPTION_AHEAD, len(self._lines))):
            if at in self._marks:
                return self._marks[at].tell
        return None

    def _tell(self, place: int, ask: Label) -> Label | None:
        """The label of an answer to what `ask` asks, in front of a line."""
        label = self._marks[place].tell if place in self._marks else None
        if not label or label.letter not in ("", self._letters[1]) or label.side != ask.side:
            return None
        if label.bare and ask.number and label.number != ask.number:
            return None
        if label.letter and not label.number:
            if label.sign not in (":", "：") and not ask.letter:
                return None
            if label.letter == "a" and self._begins_options(place):
                return None
        return label

    def _begins_options(self, place: int) -> bool:
        """Whether `A:` or `A)` is the first of several options."""
        for at in range(place + 1, min(place + _OPTION_AHEAD, len(self._lines))):
            if at in self._marks and self._marks[at].ask:
                return False
            if _OTHER_OPTION.match(self._lines[at].text) and not self._lines[at].code:
                return True
        return False

    def _ends(self, part: _Part, place: int) -> bool:
        """Whether a question and its answer end before this line."""
        line = self._lines[place]
        if line.code or line.blank:
            return False
        if _HEADING.match(line.text) or line.start in self._headings:
            return part.tell is None or not furniture.names_part(line.text)
        if _RULE.match(line.text):
            return True
        if not self._lines[place - 1].blank:
            return False
        if part.ask.quotes:
            return not line.text.lstrip().startswith(">")
        indent = len(line.text) - len(line.text.lstrip())
        if not _ITEM.match(part.ask.lead) or indent > len(part.ask.lead) - len(part.ask.lead.lstrip()):
            return False
        return not _ITEM.match(line.text) and not _MATERIAL.match(line.text)


# --- questions whose answers have no label ----------------------------------------------------------------------------

_ENDS_ASKING = re.compile(r"[?？؟][\W_]*$")
_BLOCK = re.compile(r"[ \t]*(?:`{3,}|~{3,}|\||>|!\[|<|\$\$|#{1,6}[ \t]|(?:[-*+•]|\d+[.)])[ \t])")


class _Style(NamedTuple):
    """How a file's questions are answered that have no label: on the `next` line; so many blank lines end them."""

    next: bool = False
    blanks: int = 0


def _style(parts: Sequence[_Part]) -> _Style:
    told = [part for part in parts if any(not line.blank for line in part.asks[1:])]
    touching = [part for part in told if len(_head(part)) > 1 and _ENDS_ASKING.search(part.asks[0].text)]
    if len(touching) < 2 or 2 * len(touching) < len(told):
        return _Style()
    gaps = [_trailing_blanks(part) for part in touching if part.closed]
    return _Style(next=True, blanks=1 + (median_low(gaps) if gaps else 1))


def _trailing_blanks(part: _Part) -> int:
    return next((place for place, line in enumerate(reversed(part.asks)) if not line.blank), 0)


def _head(part: _Part) -> list[Line]:
    """The lines of the first paragraph behind a label, from the label's own on."""
    head = part.asks[:1]
    filled = not part.ask.alone
    for line in part.asks[1:]:
        if line.code or (filled and (line.blank or _BLOCK.match(line.text))):
            break
        filled = filled or not line.blank
        head.append(line)
    return head


def _without_far(part: _Part, style: _Style) -> list[Line]:
    """The lines of a question that has no labelled answer, up to a gap that ends it."""
    blanks = 0
    for place, line in enumerate(part.asks):
        blanks = blanks + 1 if line.blank else 0
        if style.next and blanks >= style.blanks:
            return part.asks[: place + 1 - blanks]
    return part.asks


def _asking_lines(part: _Part, style: _Style) -> int:
    """How many lines the question itself takes."""
    head = _head(part)
    if part.ask.alone or len(head) == 1 or (part.ask.opened and _closed(head[0], part.ask) is not None):
        return 1 if not part.ask.alone else len(head)
    ends = next((place for place, line in enumerate(head, 1) if _ENDS_ASKING.search(line.text)), 0)
    return ends or (1 if style.next else len(head))


# --- from lines to excerpts -------------------------------------------------------------------------------------------


def _labelled(lines: Lines, part: _Part, letters: Letters, style: _Style) -> Labelled:
    if part.tell:
        question = _excerpt(lines, part.asks, part.ask)
        return Labelled(part.lines, part.ask, question, _excerpt(lines, part.tells, part.tell), pair=True)
    own, first = _without_far(part, style), part.asks[0]
    rest = first.text[part.ask.length :]
    beside = labels.told_beside(rest, letters)
    if beside:
        start, end = part.ask.length + beside.start(), part.ask.length + beside.end()
        question = _without_mark(lines.excerpt([first.between(part.ask.length, start)]), part.ask.opened)
        told = lines.excerpt([first.after(end), *_below(own[1:], part.ask)])
        return Labelled(tuple(own), part.ask, question, told, pair=True)
    closed = _closed(first, part.ask)
    if closed is not None and levels.says_more(first.text[closed:]) and asking.strength(first.text[:closed]):
        question = _without_mark(lines.excerpt([first.between(part.ask.length, closed)]), part.ask.opened)
        told = lines.excerpt([first.after(closed), *_below(own[1:], part.ask)])
        return Labelled(tuple(own), part.ask, question, told, pair=False)
    count = _asking_lines(part, style)
    question = _excerpt(lines, own[:count], part.ask)
    below, answer = _divided(lines, lines.excerpt(_below(own[count:], part.ask)), question)
    return Labelled(tuple(own), part.ask, _joined(lines, question, below), answer, pair=False)


def _closed(line: Line, label: Label) -> int | None:
    """Where in its line the emphasis ends that begins before a label."""
    if not label.opened:
        return None
    mark = label.opened.replace("<", "</") if label.opened.startswith("<") else label.opened
    place = line.text.find(mark, label.length)
    return place + len(mark) if place >= 0 else None


def _divided(lines: Lines, rest: Excerpt, question: Excerpt) -> tuple[Nodes, Excerpt | None]:
    """What stands below a question as what still belongs to it, and its answer."""
    text = plain(question.nodes)
    options = _options(rest.nodes)
    if options:
        below, told = rest.nodes[:options], rest.nodes[options:]
    else:
        below, told = answers.divided(rest.nodes, bool(question.nodes), text)
    if all(node.kind is Kind.CODE_BLOCK for node in told) and material.points_below(text, told):
        below, told = (*below, *told), ()
    if not any(not furniture.furniture(node) for node in told):
        return (*below, *told), None
    return below, Excerpt(told, rest.source if told == rest.nodes else lines.doc.source(told))


_OPTION = re.compile(r"\s*[(\[]?(?P<letter>[A-Ha-h])[.)\]:：]")


def _options(nodes: Nodes) -> int:
    """How many blocks there are up to the last of the options among them; 0 where there are none."""
    count = end = 0
    for place, node in enumerate(nodes):
        inside = node.children if node.kind is Kind.LIST else (node,)
        if node.kind is Kind.LIST and all(_is_task(item) for item in inside):
            return place + 1
        letters = [_OPTION.match(plain((item,))) for item in inside]
        if not all(letters) or node.kind is Kind.CODE_BLOCK:
            if count and node.kind is not Kind.CODE_BLOCK:
                break
            continue
        count += max(len(letters), len(_OPTION_LINE.findall(numbering.raw_text(node.children))))
        end = place + 1
    return end if count > 1 else 0


_OPTION_LINE = re.compile(r"(?:^|\s)[(\[]?[A-Ha-h][.)\]](?=\s)")


def _is_task(item: Node) -> bool:
    first = item.children[0] if item.children else item
    return first.kind is Kind.TASK or any(node.kind is Kind.TASK for node in first.children[:1])


def _joined(lines: Lines, question: Excerpt, below: Nodes) -> Excerpt:
    if not below:
        return question
    return Excerpt((*question.nodes, *below), f"{question.source}\n\n{lines.doc.source(below)}".strip("\n"))


def _excerpt(lines: Lines, own: Sequence[Line], label: Label) -> Excerpt:
    """What stands behind a label, and below it."""
    pieces = [own[0].after(label.length), *_below(own[1:], label)]
    return _without_mark(lines.excerpt(pieces), label.opened)


def _without_mark(excerpt: Excerpt, opened: str) -> Excerpt:
    """An excerpt without the end of the emphasis that began before its label, and without emphasis all round."""
    if not excerpt.nodes or excerpt.nodes[0].kind is not Kind.PARAGRAPH:
        return excerpt
    mark = opened.replace("<", "</") if opened.startswith("<") else opened
    first, source = excerpt.nodes[0], excerpt.source
    inline = first.children
    if mark:
        inline = tuple(_cut(inline, mark))
        source = source.replace(mark, "", 1)
    inline = numbering.unwrapped(inline)
    kept = (first._replace(children=inline),) if inline else ()
    return Excerpt((*kept, *excerpt.nodes[1:]), source)


def _cut(inline: Nodes, mark: str) -> Iterator[Node]:
    """Inline nodes without the first text that is a mark of emphasis."""
    waiting = True
    for node in inline:
        if waiting and node.kind in (Kind.TEXT, Kind.HTML) and mark in node.text:
            waiting = False
            node = node._replace(text=node.text.replace(mark, "", 1))
            if not node.text:
                continue
        yield node


def _below(own: Sequence[Line], label: Label) -> list[Piece]:
    """Further lines without what the label's own line begins with: marks of quotes, the indentation of a list."""
    width = len(label.lead)
    found = []
    for line in own:
        cut = 0
        for _ in range(label.quotes):
            mark = _QUOTE.match(line.text, cut)
            cut = mark.end() if mark else cut
        indent = _INDENT.match(line.text, cut)
        cut += min(len(indent.group()) if indent else 0, max(0, width - cut))
        found.append(line.after(cut))
    return found


_QUOTE = re.compile(r"[ \t]*>[ \t]?")
_INDENT = re.compile(r" *")
