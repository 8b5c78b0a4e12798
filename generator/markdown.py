r"""From a block tree back to Markdown, as a person would write it: what is parsed again is the same tree.

A block is written plainly first; only where that would be read otherwise, its signs are escaped (`2 \* 3`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby

from generator.model import Kind, Node, Nodes

# Reads a text as the reader does: passed in, since the reader stands above the model, and this module beside it.
Parse = Callable[[str], Nodes]

_BREAKS = (Kind.SOFT_BREAK, Kind.HARD_BREAK)
_SPECIAL = re.compile(r"([\\`*_\[\]<>&#|~$=!{}:])")
# What begins a block where it stands at the beginning of a line.
_OPENING = re.compile(r"^(\s*\d*)([-+>.)])", re.MULTILINE)
_LONGEST_RUN = re.compile(r"`+")
_BLOCKS = frozenset({
    Kind.PARAGRAPH, Kind.HEADING, Kind.CODE_BLOCK, Kind.QUOTE, Kind.LIST, Kind.ITEM, Kind.TABLE, Kind.RULE,
    Kind.HTML_BLOCK, Kind.FOOTNOTE, Kind.DEFINITION_LIST,
})  # fmt: skip


def written(nodes: Nodes, parse: Parse) -> str:
    """The blocks as Markdown, parted by blank lines."""
    return "\n\n".join(filter(None, _apart([_block(node, parse) for node in _whole(nodes)], nodes)))


def line(nodes: Nodes, parse: Parse) -> str:
    """A question's first block, or an option, as one line: what stands on several lines goes on after a space."""
    inside = nodes[0].children if len(nodes) == 1 and nodes[0].kind in (Kind.PARAGRAPH, Kind.HEADING) else nodes
    flat = tuple(_SPACE if node.kind in _BREAKS else node for node in inside)
    return " ".join(_checked(flat, parse, "# ").split("\n"))


_SPACE = Node(Kind.TEXT, 0, 0, " ")


def bare(nodes: Nodes) -> Nodes:
    """The nodes without their places and without what only says how they were written: equal for what reads equal."""
    return tuple(_bare(node) for node in _merged(nodes))


def _bare(node: Node) -> Node:
    target = "" if node.kind is Kind.DELETION else node.target
    text = node.text.rstrip("\n") if node.kind in (Kind.CODE_BLOCK, Kind.HTML_BLOCK) else node.text
    return Node(node.kind, 0, 0, text, bare(node.children), target, node.level, node.detail)


def _merged(nodes: Nodes) -> Nodes:
    """Neighbouring texts as one."""
    found: list[Node] = []
    for node in nodes:
        if found and node.kind is Kind.TEXT and found[-1].kind is Kind.TEXT:
            found[-1] = found[-1]._replace(text=found[-1].text + node.text)
        elif node.kind is not Kind.TEXT or node.text:
            found.append(node)
    return tuple(found)


# --- blocks -----------------------------------------------------------------------------------------------------------


def _whole(nodes: Nodes) -> Iterable[Node]:
    """The nodes with what stands loose among them in paragraphs."""
    for is_block, group in groupby(nodes, lambda node: node.kind in _BLOCKS):
        loose = tuple(group)
        if is_block:
            yield from loose
        else:
            yield Node(Kind.PARAGRAPH, loose[0].start, loose[-1].end, children=loose)


def _apart(blocks: list[str], nodes: Nodes) -> list[str]:
    """The blocks with a comment between two lists, which would be one otherwise."""
    kinds = [node.kind for node in _whole(nodes)]
    found: list[str] = []
    for place, block in enumerate(blocks):
        if place and kinds[place] is kinds[place - 1] and kinds[place] in (Kind.LIST, Kind.QUOTE, Kind.DEFINITION_LIST):
            found.append("<!-- -->")
        found.append(block)
    return found


def _block(node: Node, parse: Parse) -> str:
    match node.kind:
        case Kind.PARAGRAPH:
            return _checked(node.children, parse)
        case Kind.HEADING:
            return f"{'#' * node.level} {line(node.children, parse)}"
        case Kind.CODE_BLOCK:
            return _fenced(node)
        case Kind.QUOTE:
            opening = f"[!{node.target.upper()}]\n" if node.target else ""
            return _prefixed(opening + written(node.children, parse), "> ", "> ")
        case Kind.LIST:
            return _list(node, parse)
        case Kind.TABLE:
            return _table(node, parse)
        case Kind.RULE:
            return "***"  # dashes part the cards of several programs
        case Kind.HTML_BLOCK:
            return (_inline(node.children, plainly=True) if node.children else node.text).rstrip("\n")
        case Kind.FOOTNOTE:
            return _prefixed(written(node.children, parse), f"[^{node.target}]: ", "    ")
        case Kind.DEFINITION_LIST:
            return _definitions(node, parse)
    return _checked((node,), parse)


def _prefixed(text: str, first: str, later: str) -> str:
    """The lines of a text, each behind its prefix; blank ones without white space at their end."""
    lines = text.split("\n")
    return "\n".join([first + lines[0], *(later + line if line else later.rstrip() for line in lines[1:])])


def _fenced(node: Node) -> str:
    text = "".join(part.text for part in node.walk()) if node.children else node.text
    code = _inline(node.children, plainly=True) if node.children else text
    longest = max((len(run) for run in _LONGEST_RUN.findall(code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{node.target}\n{code.rstrip(chr(10))}\n{fence}"


def _list(node: Node, parse: Parse) -> str:
    loose = any(child.kind is Kind.PARAGRAPH for item in node.children for child in item.children)
    items = []
    for place, item in enumerate(node.children):
        marker = "- " if node.level < 0 else f"{node.level + place}. "
        items.append(_prefixed(_item(item, parse, loose), marker, " " * len(marker)))
    return ("\n\n" if loose else "\n").join(items)


def _item(item: Node, parse: Parse, loose: bool) -> str:
    """What stands in an item; in a tight list nothing is parted by blank lines."""
    blocks = [_block(node, parse) for node in _whole(item.children)]
    return ("\n\n" if loose else "\n").join(_apart(blocks, item.children))


def _table(node: Node, parse: Parse) -> str:
    rows = [[line(cell.children, parse).replace("|", r"\|") for cell in row.children] for row in node.children]
    marks = {"l": ":---", "r": "---:", "c": ":---:", "-": "---"}
    rules = [marks.get(letter, "---") for letter in node.detail] or ["---"] * len(rows[0])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [rows[0], rules, *rows[1:]])


def _definitions(node: Node, parse: Parse) -> str:
    parts = []
    for child in node.children:
        if child.kind is Kind.DEFINITION_TERM:
            parts.append(f"\n{line(child.children, parse)}")
        else:
            parts.append(_prefixed(written(child.children, parse), ": ", "  "))
    return "\n".join(parts).strip("\n")


# --- inline -----------------------------------------------------------------------------------------------------------


def _checked(nodes: Nodes, parse: Parse, behind: str = "") -> str:
    """Inline nodes as Markdown: plainly where that is read as the same, else with all signs escaped.

    `behind` are the marks that they will stand behind, such as a heading's.
    """
    plainly = _inline(nodes, plainly=True).strip("\n")
    read = parse(behind + plainly)
    inside = read[0].children if len(read) == 1 and read[0].kind in (Kind.PARAGRAPH, Kind.HEADING) else read
    return (
        plainly if bare(inside) == bare(nodes) else _OPENING.sub(r"\1\\\2", _inline(nodes, plainly=False).strip("\n"))
    )


def _inline(nodes: Nodes, plainly: bool) -> str:
    return "".join(_span(node, plainly) for node in nodes)


def _span(node: Node, plainly: bool) -> str:  # noqa: C901, a table of the kinds
    inside = _inline(node.children, plainly)
    match node.kind:
        case Kind.TEXT:
            return node.text if plainly else _SPECIAL.sub(r"\\\1", node.text)
        case Kind.CODE:
            return _code(node, inside)
        case Kind.EMPHASIS:
            return f"*{inside}*"
        case Kind.STRONG:
            return f"**{inside}**"
        case Kind.STRIKE:
            return f"~~{inside}~~"
        case Kind.MARK:
            return f"=={inside}=="
        case Kind.LINK | Kind.IMAGE:
            return _link(node, inside)
        case Kind.SOFT_BREAK:
            return "\n"
        case Kind.HARD_BREAK:
            return "\\\n"
        case Kind.FOOTNOTE_REFERENCE:
            return f"[^{node.target}]"
        case Kind.TASK:
            return "[x] " if node.level else "[ ] "
        case Kind.MATHS | Kind.DISPLAY_MATHS:
            return _inline(node.children, plainly=True) or node.text
        case Kind.DELETION:
            return _deletion(node, inside)
    return inside or node.text


def _code(node: Node, inside: str) -> str:
    text = inside or node.text
    longest = max((len(run) for run in _LONGEST_RUN.findall(text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") or (text.strip() and text[0] == text[-1] == " ") else ""
    return f"{fence}{space}{text}{space}{fence}"


def _link(node: Node, inside: str) -> str:
    if node.kind is Kind.LINK and inside in (node.target, node.target.removeprefix("http://")) and not node.detail:
        return inside
    address = f"<{node.target}>" if re.search(r"[\s()<>]", node.target) or not node.target else node.target
    title = f' "{node.detail.replace(chr(34), chr(92) + chr(34))}"' if node.detail else ""
    size = f"|{node.text}" if node.kind is Kind.IMAGE and node.text else ""
    return f"{'!' if node.kind is Kind.IMAGE else ''}[{inside}{size}]({address}{title})"


def _deletion(node: Node, inside: str) -> str:
    """A cloze deletion in our own way, whatever its author's was: highlighted where its number is left open."""
    hint = f"::{node.detail}" if node.detail else ""
    return f"{{{{c{max(node.level, 0)}::{inside}{hint}}}}}" if node.level else f"=={inside}{hint}=="
