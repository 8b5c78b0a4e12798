"""What flashcard programs hide by marks of their own, as deletions in a tree: `[x]`, `{{x}}`, `{2:x}`, `== x ==`, bold.

Marks are found in texts only, never in code, links or pictures. A closing mark goes with the nearest opening one, and
of what lies in one another the outermost is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.model import Kind, Node, Nodes
from generator.reading import highlights, protection

Marks = re.Pattern[str]

# What hides (`open` and `close`, `both` where they are the same), what only looks so (`no`), and where maths begins.
BRACKETS = re.compile(r"(?P<no>!\[|\[(?=[\[^])|(?<=\[)\[|\\[A-Za-z]+\[)|(?P<open>\[)|(?P<close>\])|(?P<maths>\$)")
CURLY = re.compile(r"(?P<no>\{\{c\d+::)|(?P<open>\{\{)|(?P<close>\}\})")
NUMBERED = re.compile(r"(?P<open>\{(?P<number>\d{1,3})(?:::?|\|))|(?P<no>\{)|(?P<close>\})")
BRACES = re.compile(
    r"(?P<no>(?:\\[A-Za-z]*|[\^_])\{)|(?P<open>\{(?:(?P<number>\d{1,3})(?:::?|\|))?)|(?P<close>\})|(?P<maths>\$)"
)
MARKED_BRACES = re.compile(r"(?P<open>\{@\{)|(?P<close>\}@\})")
LOOSE = re.compile(r"(?<!=)(?P<both>==)(?!=)")

_VERBATIM = frozenset({Kind.CODE, Kind.CODE_BLOCK, Kind.HTML, Kind.HTML_BLOCK, Kind.LINK, Kind.IMAGE, Kind.DELETION})
_PAIR = re.compile(r"[^\s,]{1,12}\s*,\s*[^\s,]{1,12}")


def hidden(nodes: Nodes, marks: Marks, data: bytes) -> Nodes:
    """The nodes, and all in them, with what stands between the marks as deletions; `data` is what was parsed."""
    if any(node.kind is Kind.TEXT for node in nodes):
        nodes = _paired(nodes, marks, data)
    return tuple(_hidden_within(node, marks, data) for node in nodes)


def _hidden_within(node: Node, marks: Marks, data: bytes) -> Node:
    if node.kind in (Kind.MATHS, Kind.DISPLAY_MATHS):
        return _hidden_in_formula(node) if marks is BRACKETS and not node.children else node
    if node.kind in _VERBATIM or not node.children:
        return node
    return node._replace(children=hidden(node.children, marks, data))


def spoken(nodes: Nodes, kind: Kind, mark: str, data: bytes) -> Nodes:
    """The nodes with all of this kind, highlighted or strong text, as deletions: with their numbers and hints."""
    found: list[Node] = []
    for node in nodes:
        if node.kind is kind:
            found.append(_deletion(node, mark))
        elif found and found[-1].kind is Kind.DELETION and (more := _with_note(found[-1], node, data)):
            found[-1:] = more
        elif node.children and node.kind not in _VERBATIM:
            found.append(node._replace(children=spoken(node.children, kind, mark, data)))
        else:
            found.append(node)
    return tuple(found)


# --- a highlight's number and hint --------------------------------------------------------------------------------

_NUMBER = re.compile(r"(\d{1,3});;")
_HINT = re.compile(r"\^\[([^\[\]]+)\]")


def _deletion(node: Node, mark: str) -> Node:
    """A highlight as a deletion; `==1;;text;;hint==` says its number and a hint."""
    children, number, hint = [*node.children], 0, ""
    first = children[0].text if children and children[0].kind is Kind.TEXT else ""
    if (told := _NUMBER.match(first)) and first[told.end() :]:
        number = int(told.group(1))
        children[0] = children[0]._replace(text=first[told.end() :])
    last = children[-1].text if children and children[-1].kind is Kind.TEXT else ""
    shown, parted, hint = last.partition(";;")
    if parted and shown and hint:
        children[-1] = children[-1]._replace(text=shown)
    else:
        hint = ""
    return node._replace(
        kind=Kind.DELETION, children=tuple(children), target=protection.written(mark, mark), level=number, detail=hint
    )


def _with_note(deletion: Node, after: Node, data: bytes) -> Nodes:
    """A deletion with what stands right behind it, `^[its hint]` or `[^1]`, its number; nothing where neither does."""
    if after.kind is Kind.FOOTNOTE_REFERENCE and after.target.isdecimal() and len(after.target) < 4:
        if f"[^{after.target}]:".encode() not in data:
            return (deletion._replace(level=int(after.target)),)
    elif after.kind is Kind.TEXT and (hint := _HINT.match(after.text)):
        rest = after.text[hint.end() :]
        return (deletion._replace(detail=hint.group(1).strip()), *((after._replace(text=rest),) if rest else ()))
    return ()


# --- pairs of marks -----------------------------------------------------------------------------------------------


class _Mark(NamedTuple):
    """A mark among siblings: the text that it stands in, and where there. `hides` is False for what only looks so."""

    node: int
    start: int
    end: int
    way: str
    hides: bool
    number: int
    maths: bool

    @property
    def place(self) -> tuple[int, int]:
        """Where it begins, to be compared."""
        return self.node, self.start


def _paired(nodes: Nodes, marks: Marks, data: bytes) -> Nodes:
    """Siblings, those between two marks that belong together as a deletion."""
    done: list[Node] = []
    index = place = 0
    for opened, closed in _outermost(nodes, [*_found(nodes, marks, data)]):
        done += highlights.between(nodes, index, place, opened.node, opened.start)
        inside = tuple(highlights.between(nodes, opened.node, opened.end, closed.node, closed.start))
        first, last = nodes[opened.node], nodes[closed.node]
        written = protection.written(first.text[opened.start : opened.end], last.text[closed.start : closed.end])
        done.append(Node(Kind.DELETION, first.start, last.end, "", inside, written, opened.number))
        index, place = closed.node, closed.end
    return (*done, *highlights.between(nodes, index, place, len(nodes), 0)) if done else nodes


def _found(nodes: Nodes, marks: Marks, data: bytes) -> Iterator[_Mark]:
    maths = False
    for index, node in enumerate(nodes):
        if node.kind is not Kind.TEXT or not marks.search(node.text):
            continue
        escaped = _escaped(node, data)
        for mark in marks.finditer(node.text):
            way = mark.lastgroup or ""
            if way == "maths":
                maths = not maths
            elif mark.start() not in escaped:
                number = mark.groupdict().get("number") or 0
                hides = way != "no" and not (maths and mark.group() == "{")
                way = "open" if way == "no" else way
                yield _Mark(index, mark.start(), mark.end(), way, hides, int(number), maths)


def _escaped(node: Node, data: bytes) -> frozenset[int]:
    """The places in a text whose character has a backslash before it in what was parsed."""
    raw = data[node.start : node.end]
    if b"\\" not in raw:
        return frozenset()
    written, place, found = raw.decode(errors="replace"), 0, set()
    for index, sign in enumerate(node.text):
        if written[place : place + 2] == "\\" + sign and sign != "\\":
            found.add(index)
            place += 2
        elif written[place : place + 1] == sign:
            place += 2 if written[place : place + 2] == "\\\\" else 1
        else:
            break  # an entity, or a piece of a text: no more can be said
    return frozenset(found)


def _outermost(nodes: Nodes, marks: Sequence[_Mark]) -> list[tuple[_Mark, _Mark]]:
    """The pairs that hide something, each outside all others."""
    open_ones: list[_Mark] = []
    pairs: list[tuple[_Mark, _Mark]] = []
    for mark in marks:
        if mark.way == "open" or (mark.way == "both" and not open_ones):
            open_ones.append(mark)
        elif open_ones:
            opened = open_ones.pop()
            if opened.hides and _is_text(nodes, opened, mark):
                pairs.append((opened, mark))
    kept: list[tuple[_Mark, _Mark]] = []
    for opened, closed in sorted(pairs, key=lambda pair: pair[0].place):
        if not kept or kept[-1][1].place < opened.place:
            kept.append((opened, closed))
    return kept


def _is_text(nodes: Nodes, opened: _Mark, closed: _Mark) -> bool:
    """Whether something stands between the marks that one can be asked for: `[0, 1)` and `[0, 1]` are intervals."""
    if opened.node != closed.node:
        return True
    text = nodes[opened.node].text[opened.end : closed.start]
    return bool(text.strip()) and not (opened.maths and _PAIR.fullmatch(text.strip()))


# --- in formulas --------------------------------------------------------------------------------------------------

# What a command takes is its argument, and so is what stands before a parenthesis.
_BRACKETS_IN_FORMULA = re.compile(r"\\[A-Za-z]+\[[^\[\]]*\]|\\[A-Za-z]+|(?<!\\)\[(?P<inside>[^\[\]]*)\](?!\()")


def _hidden_in_formula(node: Node) -> Node:
    """A formula with what stands in brackets as deletions, if that leaves its own marks and braces whole."""
    pieces: list[Node] = []
    place = 0
    for found in _BRACKETS_IN_FORMULA.finditer(node.text):
        inside = found["inside"] or ""
        if inside.strip() and inside.count("{") == inside.count("}") and not _PAIR.fullmatch(inside.strip()):
            hidden_part = (Node(Kind.TEXT, node.start, node.end, inside),)
            pieces.append(Node(Kind.TEXT, node.start, node.end, node.text[place : found.start()]))
            pieces.append(Node(Kind.DELETION, node.start, node.end, "", hidden_part, protection.written("[", "]")))
            place = found.end()
    last = Node(Kind.TEXT, node.start, node.end, node.text[place:])
    return node._replace(text="", children=(*pieces, last)) if pieces else node
