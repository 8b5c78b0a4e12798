"""Bold lines at the beginning of a paragraph, which may ask: what of one is the question, and what follows on it."""

from __future__ import annotations

import re
from typing import NamedTuple

from generator.model import Kind, Node, Nodes
from generator.reading import asking, attributes, clozes, furniture, numbering, sections
from generator.reading.blocks import plain
from generator.reading.document import Document

# What may stand beside the bold text of a question: signs, stars, emoji, no words.
_BESIDE = re.compile(r"[^\w]*")
_MARK = re.compile(r"[^\w\s?!.,:;()\[\]{}'\"“”‘’«»/*`>+=&%$#@~^|\\<–—-]")
# What joins or colours an emoji, and is none.
_INVISIBLE = re.compile(r"[\u200b-\u200d\ufe0e\ufe0f]")
_OPENING = re.compile(r"<(?P<name>b|strong|i|em)>", re.IGNORECASE)
# A part of an answer is often called so; as a question it ends with its mark, or is numbered.
_LABEL = re.compile(
    r"\W*(?:how|why|when|where|what)(?:\s+(?:it|this|that|these|they|to|not|use|you|we|i|people|happens|matters?)\b.*)?\W*",
    re.IGNORECASE | re.DOTALL,
)
# So many paragraphs with a bold number in front are tasks, if this share of them has something below.
_FEWEST_TASKS, _ANSWERED = 4, 0.5


class Line(NamedTuple):
    """A bold line at the beginning of a paragraph: its inline nodes, and what follows it in the paragraph.

    `slanted` says that it is in italics, `joined` that the answer begins on the same line.
    """

    node: Node
    inline: Nodes
    text: str
    number: numbering.Number | None
    marks: attributes.Attributes
    rest: Nodes
    slanted: bool
    joined: bool

    @property
    def words(self) -> str:
        """Its text without the number in front."""
        return self.text[self.number.length :] if self.number else self.text

    @property
    def told(self) -> bool:
        """Whether its author says that it asks: by a label such as `Q3.`, the kind of the note, or what it hides."""
        labelled = self.number is not None and self.number.labelled
        return bool(labelled or self.marks.kind or clozes.deletes(self.inline))

    @property
    def value(self) -> int | None:
        """The number in front."""
        return self.number.value if self.number else None

    @property
    def counted(self) -> bool:
        """Whether a number stands in front."""
        return self.value is not None

    @property
    def strength(self) -> float:
        """How surely it asks."""
        if self.told:
            return asking.MARKED
        found = asking.strength(self.words)
        label = not self.counted and (_LABEL if found < asking.MARKED else _WORD).fullmatch(self.words)
        return 0.0 if label or (self.text.endswith((":", "：")) and not self.counted) else found

    @property
    def mark(self) -> str:
        """The sign behind it, such as an emoji of difficulty."""
        found = _MARK.findall(_INVISIBLE.sub("", self.text[-6:]))
        return found[-1] if found else ""


_WORD = re.compile(r"\W*(?:how|why|when|where|what|who)\W*", re.IGNORECASE)


def of_paragraph(node: Node) -> Line | None:
    """The bold first line of a paragraph; None where it has none, or other words beside it than its answer."""
    if node.kind is not Kind.PARAGRAPH:
        return None
    end = next((place for place, child in enumerate(node.children) if numbering.ends_line(child)), len(node.children))
    first, rest = numbering.trimmed(_marked_up(node.children[:end])), numbering.without_breaks(node.children[end:])
    inline, marks = attributes.at_end(first)
    inline = tuple(child.children[0] if _is_bold_within(child) else child for child in inline)
    kind = next((child.kind for child in inline if child.kind in _EMPHASISED), None)
    strong = [place for place, child in enumerate(inline) if child.kind is kind]
    if kind is None or not all(map(_is_beside, inline[: strong[0]])):
        return None
    joined = len(strong) != 1 or not all(map(_is_beside, inline[strong[0] + 1 :]))
    if joined:
        tail = numbering.trimmed(inline[strong[0] + 1 :])
        inline = inline[: strong[0] + 1]
        if kind is not Kind.STRONG or not _is_answer(inline, tail):
            return None
        rest = (*tail, *node.children[end:])
    flat, within = attributes.at_end(_flattened(inline, kind))
    text = numbering.raw_text(flat).strip()
    slanted = kind is Kind.EMPHASIS
    number = numbering.number(text) or numbering.section(text)
    return Line(node, flat, text, number, marks | within, rest, slanted, joined) if text else None


def is_label(node: Node) -> bool:
    """Whether a paragraph is some bold words and no more, as `**Recall**` is."""
    if node.kind is not Kind.PARAGRAPH or len(node.children) != 1 or node.children[0].kind is not Kind.STRONG:
        return False
    words = plain(node.children)
    return words[-1:].isalnum() and asking.strength(words) < asking.MARKED and not furniture.names_part(words)


_EMPHASISED = (Kind.STRONG, Kind.EMPHASIS)


def _marked_up(inline: Nodes) -> Nodes:
    """The nodes with `<b>…</b>` around all of them as Markdown would have it."""
    opening = _OPENING.fullmatch(inline[0].text) if inline and inline[0].kind is Kind.HTML else None
    closing = f"</{opening['name']}>" if opening else ""
    if opening is None or len(inline) < 3 or inline[-1].text.lower() != closing.lower():
        return inline
    kind = Kind.STRONG if opening["name"].lower() in ("b", "strong") else Kind.EMPHASIS
    return (Node(kind, inline[0].start, inline[-1].end, children=inline[1:-1]),)


def _is_bold_within(node: Node) -> bool:
    """Whether words are bold and in italics at once: `***What is a leaf?***`."""
    return node.kind is Kind.EMPHASIS and len(node.children) == 1 and node.children[0].kind is Kind.STRONG


def _is_answer(asked: Nodes, tail: Nodes) -> bool:
    """Whether what follows bold words on their line answers them: `**What is a leaf?** The end.`."""
    said = plain(tail)
    return (
        asking.strength(plain(asked)) >= asking.MARKED
        and any(map(str.isalnum, said))
        and asking.strength(said) < asking.MARKED
    )


def _is_beside(node: Node) -> bool:
    """Whether a node may stand beside the bold words: a number in front, signs, an anchor."""
    if node.kind is Kind.TEXT:
        number = numbering.number(node.text)
        return bool(_BESIDE.fullmatch(node.text)) or (number is not None and number.length >= len(node.text.strip()))
    return node.kind in (Kind.HTML, Kind.IMAGE)


def _flattened(inline: Nodes, kind: Kind) -> Nodes:
    """The line without its bold, which a question has anyway."""
    flat = tuple(child for node in inline for child in (node.children if node.kind is kind else (node,)))
    return numbering.unwrapped(flat)


def tasks(doc: Document) -> dict[int, Line]:
    """The paragraphs with a bold number in front (`**1)** All rows.`) of a file for interviews, by their places."""
    if not sections.is_for_interviews(doc):
        return {}
    blocks = doc.tree.children
    found = {}
    for place, node in enumerate(blocks):
        if node.kind is not Kind.PARAGRAPH or not node.children or node.children[0].kind is not Kind.STRONG:
            continue
        text = numbering.raw_text(node.children).strip()
        number = numbering.number(numbering.raw_text(node.children[:1]).lstrip())
        if number and not number.bare and number.value is not None and number.length < len(text):
            inline = (*node.children[0].children, *node.children[1:])
            found[place] = Line(node, inline, text, numbering.number(text), attributes.NONE, (), False, False)
    answered = sum(place + 1 < len(blocks) and not furniture.furniture(blocks[place + 1]) for place in found)
    return found if answered >= max(_FEWEST_TASKS, _ANSWERED * len(found)) else {}
