"""One option of a multiple-choice question: its label, its content, the marks at its ends and what is said under it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from generator.model import Kind, Node, Nodes
from generator.reading import numbering
from generator.reading.blocks import plain


class Raw(NamedTuple):
    """An option as it was found: its label in lower case (`a`, `3`, or nothing), its content, whether it is marked.

    `comment` is what stands under it and tells why it is right or wrong; `bold` says that all of it is set bold.
    """

    label: str
    content: Nodes
    marked: bool = False
    crossed: bool = False
    comment: Nodes = ()
    bold: bool = False

    @property
    def text(self) -> str:
        """What a reader sees of it."""
        return plain(self.content)


# --- labels ---------------------------------------------------------------------------------------------------------

ALPHABETS = (tuple("abcdefghij"), tuple("абвгдежзик"), tuple("①②③④⑤⑥⑦⑧⑨⑩"))
# Labels that count other things as well, such as statements: options only where an answer names one of them.
_COUNTS = (
    ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"),
    tuple(map(str, range(1, 11))),
    *(tuple(f"{letter}{number}" for number in range(1, 11)) for letter in "oacq"),
)
_LETTER = "A-Ja-jА-Иа-и"
_COUNT = r"[ivx]{1,4}|[oacq](?:[1-9](?!\d)|10)"
# `A. x`, `(a) x`, `**A)** x`, `A: x`, `A - x`, `Option A: x`; without a space only where no file's name begins so.
# And what counts: `(1) x`, `(ii) x`, `iv. x`, `o1) x`.
LABEL = re.compile(
    rf"""\s*(?:(?:option|choice)\s+)?
    (?: (?P<open>[(\[])\s*(?P<bracketed>[{_LETTER}]|(?:(?<=\()(?:{_COUNT}|[1-9]|10)(?=\)\s)))\s*[)\]][.:]?
      | (?P<label>[{_LETTER}]|(?:{_COUNT})(?=[.)]\s))\s*(?:[)\]：．、]|[.:](?!(?-i:[a-z0-9_]))|\s[-–—](?=\s))
      | (?P<circled>[①-⑩])
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
# What a label may begin with, or a line that has one in bold.
_BEGINS = re.compile(rf"\s*(?:[(\[①-⑩]|(?:[{_LETTER}]|{_COUNT})(?:[\W]|$)|option|choice|$)", re.IGNORECASE)
_BARE = re.compile(rf"[{_LETTER}][.):]?\s*")


def letter_of(match: re.Match[str]) -> str:
    """The label that was matched, in lower case."""
    return (match["bracketed"] or match["label"] or match["circled"]).lower()


def follows(label: str, before: Sequence[Raw]) -> bool:
    """Whether a letter is the one after those before it, or the first."""
    return any(
        label in labels and (not before or before[0].label in labels) and labels.index(label) == len(before)
        for labels in (*ALPHABETS, *_COUNTS)
    )


# How a key may name options: with letters, numbers, Roman numbers, or letters and numbers.
SEQUENCES = (ALPHABETS[0], _COUNTS[1], _COUNTS[0], *_COUNTS[2:])


def counts(raw: Raw) -> bool:
    """Whether the first of some options has a label that counts other things as well: `(i)`, `(1)`, `o1)`."""
    return any(raw.label == labels[0] for labels in _COUNTS)


def labelled(nodes: Nodes) -> Raw | None:
    """An option by its letter; None for one without."""
    inline = first_lines(nodes)
    if inline and inline[0].kind is Kind.TEXT and not _BEGINS.match(inline[0].text):
        return None
    match = LABEL.match(numbering.raw_text(inline[:4])[:24])
    if match:
        return Raw(letter_of(match), with_first_lines(nodes, numbering.without_prefix(inline, match.end())))
    first = next((node for node in inline if node.kind is not Kind.TEXT or node.text.strip()), None)
    if first is not None and first.kind is Kind.STRONG and _BARE.fullmatch(plain((first,))):  # **A** text
        return Raw(plain((first,))[0].lower(), with_first_lines(nodes, inline[inline.index(first) + 1 :]))
    return None


# --- an option's content: inline nodes, or blocks of which the first is a paragraph ---------------------------------


def first_lines(nodes: Nodes) -> Nodes:
    """The inline nodes with which an option begins."""
    if nodes and nodes[0].kind is Kind.PARAGRAPH:
        return nodes[0].children
    kept = 0
    while kept < len(nodes) and nodes[kept].kind not in _BLOCKS:
        kept += 1
    return nodes[:kept]


_BLOCKS = frozenset(
    {Kind.PARAGRAPH, Kind.LIST, Kind.CODE_BLOCK, Kind.QUOTE, Kind.TABLE, Kind.HTML_BLOCK, Kind.HEADING, Kind.RULE}
)


def with_first_lines(nodes: Nodes, inline: Nodes) -> Nodes:
    """An option's content with other inline nodes at its beginning."""
    inline = numbering.trimmed(inline)
    if nodes and nodes[0].kind is Kind.PARAGRAPH:
        if len(nodes) == 1:
            return inline
        return (nodes[0]._replace(children=inline), *nodes[1:]) if inline else nodes[1:]
    return (*inline, *nodes[len(first_lines(nodes)) :])


def lines(inline: Nodes) -> list[Nodes]:
    """The lines of a paragraph's inline nodes, those that `<br>` makes too."""
    found: list[list[Node]] = [[]]
    for node in inline:
        if numbering.ends_line(node):
            found.append([])
        else:
            found[-1].append(node)
    return [tuple(line) for line in found if line and numbering.raw_text(tuple(line)).strip()]


def paragraph(own: Sequence[Nodes]) -> Nodes:
    """Some lines as a paragraph of their own, those without anything left out; nothing for none."""
    own = [line for line in own if line]
    if not own:
        return ()
    children = list(own[0])
    for before, line in pairwise(own):
        children += [Node(Kind.SOFT_BREAK, before[-1].end, before[-1].end), *line]
    return (Node(Kind.PARAGRAPH, children[0].start, children[-1].end, children=tuple(children)),)


def is_bare(raw: Raw) -> bool:
    """Whether an option is only a letter so far: what it labels comes next."""
    return not raw.content or bool(_BARE.fullmatch(raw.text))


def is_task(item: Node) -> bool:
    """Whether an item has a box to be ticked."""
    return starts_with_task(item.children)


def starts_with_task(children: Nodes) -> bool:
    """Whether what stands in an item begins with a box to be ticked."""
    return next((node.kind is Kind.TASK for node in first_lines(children)), False)


def task(children: Nodes) -> Raw:
    """An item of a task list; a letter after its box is a label."""
    inline = first_lines(children)
    content = with_first_lines(children, inline[1:])
    label = labelled(content)
    if label and label.content and any(label.label in letters for letters in ALPHABETS):
        return label._replace(marked=inline[0].level == 1)
    return Raw("", content, inline[0].level == 1)


def beneath(children: Nodes) -> Nodes:
    """The blocks of an item behind its first line."""
    if children and children[0].kind is Kind.PARAGRAPH:
        return children[1:]
    return children[len(first_lines(children)) :]


def as_blocks(content: Nodes) -> Nodes:
    """An option's content, what is inline of it as a paragraph."""
    inline = first_lines(content)
    if content and content[0].kind is Kind.PARAGRAPH:
        return content
    return (*paragraph([inline]), *content[len(inline) :]) if inline else content


# --- marks ----------------------------------------------------------------------------------------------------------

_RIGHT = (
    r"✅|✔️?|☑️?|✓|[(\[]\s*(?:(?:correct|right)(?: answer)?|ans(?:wer)?)\s*[)\]]"
    r"|[<←⬅]+️?[-–—=]*\s*(?:correct|right|answer)\b.*"
)
_WRONG = r"❌|✗|✘|❎|☒|[(\[]\s*(?:incorrect|wrong)(?: answer)?\s*[)\]]"
_MARK = rf"\s*(?:(?P<right>{_RIGHT})|{_WRONG})\s*"
_FIRST = re.compile(_MARK, re.IGNORECASE)
_LAST = re.compile(rf"{_MARK}\Z", re.IGNORECASE)
# One of these stands in every mark.
_MAY_MARK = re.compile(r"[✅✔☑✓❌✗✘❎☒(\[<←⬅]")
_REMARK = re.compile(r"<!--\s*(?:correct|right|answer)\b.*?-->", re.IGNORECASE)


# A box behind a letter, which Markdown makes nothing of: `a. [x] text`.
_BOX = re.compile(r"\s*\[(?P<tick>[ +xXvV✓✔*])\]\s+(?=\S)")


def _without_box(option: Raw) -> Raw:
    """An option with a letter without the box in front of its text, and whether that is ticked."""
    inline = first_lines(option.content)
    if not option.label or not inline or not inline[0].text.startswith("["):
        return option
    box = _BOX.match(numbering.raw_text(inline)) if inline[0].kind is Kind.TEXT else None
    if box is None:
        return option
    kept = numbering.without_prefix(inline, box.end())
    return option._replace(content=with_first_lines(option.content, kept), marked=option.marked or box["tick"] != " ")


def marked(option: Raw) -> Raw:
    """An option without the mark at either end that says that it is right, or wrong."""
    option = _without_box(option)
    inline = first_lines(option.content)
    remark = any(node.kind is Kind.HTML and _REMARK.fullmatch(node.text.strip()) for node in inline)
    text = numbering.raw_text(inline)
    signed = _MAY_MARK.search(text)
    first = _FIRST.match(text) if signed else None
    last = _LAST.search(text[-40:]) if signed and not first else None
    if first:
        kept = numbering.without_prefix(inline, first.end())
    elif last:
        kept = numbering.prefix(inline, len(text) - len(text[-40:]) + last.start())
    else:
        kept = inline
    found = first or last
    right = remark or bool(found and found["right"])
    bold = len(kept) == 1 and kept[0].kind is Kind.STRONG and not found
    if not (found or remark or bold):
        return option
    return option._replace(
        content=with_first_lines(option.content, kept),
        marked=option.marked or right,
        crossed=bool(found) and not right,
        bold=bold,
    )


def is_marked_within(option: Raw) -> bool:
    """Whether a mark stands in an option as well, of which the one at its end was taken off."""
    return bool(_SIGN.search(option.text))


_SIGN = re.compile(r"[✅✔✓☑❌✗✘]")


# --- what is said of an option under it -----------------------------------------------------------------------------

_COMMENT = re.compile(
    r"[\W_]*(?:explanation|rationale|reason(?:ing)?|feedback|why|because|comment|(?:in)?correct|right|wrong|false|true)\b",
    re.IGNORECASE,
)


def commented(raw: Raw) -> Raw:
    """An option without the explanation that stands under it: in front, it would tell which is right."""
    below = beneath(raw.content)
    place = next((at for at, node in enumerate(below) if _COMMENT.match(plain((node,))[:40])), None)
    if place is None or below[place].kind is Kind.CODE_BLOCK:
        return raw
    kept = raw.content[: len(raw.content) - len(below) + place]
    return raw._replace(content=with_first_lines(kept, first_lines(kept)), comment=below[place:])
