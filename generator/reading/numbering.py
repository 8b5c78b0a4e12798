"""Numbers and labels in front of a question (`1.`, `Q3.`, `10)`, `Question 12:`), and taking them off."""

from __future__ import annotations

import re
from typing import NamedTuple

from generator.model import Kind, Node, Nodes

_WORD = (
    r"(?:que|ques|question|frage|pregunta|pergunta|quest[ãa]o|domanda|vraag|fråga|spørgsmål|spørsmål|pytanie|otázka"
    r"|kérdés|întrebarea?|soru|soal|câu(?:\ hỏi)?|вопрос|питання|въпрос|问题?"
    r"|(?:面试|笔试|思考|练习)?题目?|問題?|質問|질문|문제)"
)
# A label counts alone (`Q: x`) or with a number (`Q12. x`, `Question 3 x`), a number alone with its punctuation
# (`3. x`, `3) x`, `42 . x`, `(3) x`, a keycap). After a label's number may come a part's (`Q1-C17`, `Q1 - Topic 2`).
# The points that it gives (`(2 points) x`) say the same as a label.
# A label's number may be followed by how hard the question is or what sort it is (`Question 3 — Easy`, `Q3. (MCQ)`).
# `3 x` and `Q3 x` may as well be words: they are `bare`.
_SORT = (
    r"(?:(?:very\ )?(?:easy|hard|difficult)|medium|beginner|intermediate|advanced|basic|expert|mcqs?|msq"
    r"|(?:multiple|single)[\ -](?:choice|answer|select)|true\s*(?:/|or)\s*false|(?:short|long)[\ -]answer|essay"
    r"|subjective|objective|descriptive|theory|coding|open[\ -]ended|fill[\ -]in(?:[\ -]the[\ -]blanks?)?"
    r"|fácil|facile|difícil|difficile|média|leicht|mittel|schwer|opción\ múltiple|múltipla\ escolha"
    r"|легк\w+|средн\w+|сложн\w+|简单|中等|困难|单选题?|多选题?|判断题?|简答题?|쉬움|보통|어려움)"
)
_NUMBERED = re.compile(
    rf"""\s*(?:
        第\s?(?P<ordinal>\d+|[一二三四五六七八九十百]+)\s?[题問问](?:[:：、.．]\s*|\s+|$)
      | (?P<label>q|{_WORD})\s*(?:[.\#№]|n[°º]\.?)?\s*(?P<labelled>\d+)[a-z]?(?:-[a-z]{{1,3}}\d+)?\s*+
        (?:(?:[.):：、．\-–—]++(?!\d))?(?:[\s*_]*+[(\[]{_SORT}[)\]]\s*+[.:：\-–—]?|\s*+{_SORT}\s*+(?:[:：]|[\W_]*+$))
        |[.):：、．\-–—]+(?!\d)(?:\s*topic\ \d+\b)?|$)
      | (?P<word>{_WORD}|q(?=\.))\s*(?:[.\#№]|n[°º]\.?)?\s*(?P<worded>\d+)(?=\s)
      | (?P<glued>(?-i:Q))[:：](?=\w)
      | (?P<alone>(?:q|{_WORD})(?=\s*[.:：)])|q(?=\s?[-–—]\s))\s*[.:：)\-–—](?=\s|[^\x00-\x7f]|[\#<\[("']|$)
      | \#?(?P<dotted>\d+(?:\.\d+)*)[a-z]?(?:[.):：、．](?!\d)|\s+[.):：](?=\s)|\s[-–—](?=\s))
      | [(\[](?P<bracketed>\d+)[)\]]
      | (?P<points>【\s*\d{{1,3}}\s*分\s*】|[(（\[]\d{{1,3}}\s*(?:points?|pts?|marks?|分)[)）\]])
      | (?P<keycap>(?:\d+\ufe0f?\u20e3)+|\U0001f51f)
      | (?P<bare>(?:\#|q)?\d+)\s+(?=\D)
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)

_KEYCAPS = re.compile("[\ufe0f\u20e3]")
_TEN = "\U0001f51f"


class Number(NamedTuple):
    """What stands in front of a question: `value` is None for a label alone; `length` characters go.

    `labelled` says that a word such as Q stands there, `bare` that the number has no punctuation and so may belong to
    the question (`2 phase commit`).
    """

    value: int | None
    length: int
    labelled: bool
    bare: bool


def number(text: str) -> Number | None:
    """The numbering at the start of a question's text, if any."""
    match = _NUMBERED.match(text)
    if not match:
        return None
    found = next(
        (
            match[name]
            for name in ("ordinal", "labelled", "worded", "dotted", "bracketed", "keycap", "bare")
            if match[name]
        ),
        "",
    )
    digits = "10" if found == _TEN else _KEYCAPS.sub("", found.rpartition(".")[2].lstrip("#qQ"))
    return Number(
        value=int(digits[:9]) if digits.isdecimal() else None,
        length=match.end(),
        labelled=bool(
            match["ordinal"] or match["label"] or match["word"] or match["alone"] or match["glued"] or match["points"]
        ),
        bare=bool(match["bare"]),
    )


def section(text: str) -> Number | None:
    """The number of a part of a part in front of a text, without a sign behind it: `1.2 x`."""
    match = _SECTION.match(text)
    return Number(int(match["last"][:9]), match.end(), labelled=False, bare=False) if match else None


_SECTION = re.compile(r"\s*\d{1,3}(?:\.\d{1,3}){0,2}\.(?P<last>\d{1,3})\s+(?=[^\W\d_])")


# --- inline nodes, counted in characters --------------------------------------------------------------------------

_BREAKS = (Kind.SOFT_BREAK, Kind.HARD_BREAK)
_MATHS = (Kind.MATHS, Kind.DISPLAY_MATHS)


def raw_text(nodes: Nodes) -> str:
    """The nodes' characters one by one, as `without_prefix` counts them."""
    parts = []
    for node in nodes:
        if node.kind is Kind.TEXT or node.kind is Kind.CODE or (node.kind in _MATHS and not node.children):
            parts.append(node.text)
        elif node.kind in _BREAKS:
            parts.append(" ")
        elif node.kind is not Kind.IMAGE and node.kind is not Kind.HTML:
            parts.append(raw_text(node.children))
    return "".join(parts)


def without_prefix(nodes: Nodes, length: int) -> Nodes:
    """The inline nodes without their first `length` characters of text."""
    kept: list[Node] = []
    for node in nodes:
        if length <= 0 or node.kind in (Kind.IMAGE, Kind.HTML):
            kept.append(node)
        elif node.kind in (Kind.TEXT, Kind.CODE):
            rest = node.text[length:]
            length -= len(node.text) - len(rest)
            if rest:
                kept.append(node._replace(text=rest))
        elif node.kind in _BREAKS:
            length -= 1
        elif node.kind in _MATHS:  # of a formula no part is cut off
            length -= len(raw_text((node,)))
            kept += [node] if length < 0 else []
        else:
            inner = without_prefix(node.children, length)
            length -= len(raw_text(node.children))
            if inner:
                kept.append(node._replace(children=inner))
    return tuple(kept)


def prefix(nodes: Nodes, length: int) -> Nodes:
    """The first `length` characters of text of the inline nodes."""
    kept: list[Node] = []
    for node in nodes:
        if length <= 0:
            break
        if node.kind in (Kind.TEXT, Kind.CODE):
            kept.append(node._replace(text=node.text[:length]))
            length -= len(node.text)
        elif node.children and node.kind not in (Kind.IMAGE, Kind.HTML):
            kept.append(node._replace(children=prefix(node.children, length)))
            length -= len(raw_text(node.children))
        else:
            kept.append(node)
            length -= len(raw_text((node,)))
    return tuple(kept)


def unwrapped(nodes: Nodes) -> Nodes:
    """Inline nodes without a strong or emphasis that spans all of them: a question is set bold anyway."""
    nodes = trimmed(nodes)
    while len(nodes) == 1 and nodes[0].kind in (Kind.STRONG, Kind.EMPHASIS):
        nodes = trimmed(nodes[0].children)
    return nodes


def trimmed(nodes: Nodes) -> Nodes:
    """Inline nodes without white space and breaks at either end."""
    if not nodes or not (_may_be_trimmed(nodes[0], 0) or _may_be_trimmed(nodes[-1], -1)):
        return nodes
    first, last = 0, len(nodes)
    while first < last and _is_space(nodes[first]):
        first += 1
    while last > first and _is_space(nodes[last - 1]):
        last -= 1
    kept = list(nodes[first:last])
    if kept and kept[0].kind is Kind.TEXT:
        kept[0] = kept[0]._replace(text=kept[0].text.lstrip())
    if kept and kept[-1].kind is Kind.TEXT:
        kept[-1] = kept[-1]._replace(text=kept[-1].text.rstrip())
    return tuple(kept)


def ends_line(node: Node) -> bool:
    """Whether a line ends with this node: a break, or the tag of one."""
    return node.kind in _BREAKS or (node.kind is Kind.HTML and bool(_BREAK_TAG.fullmatch(node.text)))


_BREAK_TAG = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)


def without_breaks(nodes: Nodes) -> Nodes:
    """Inline nodes without white space, breaks and the tags of breaks at either end."""
    first, last = 0, len(nodes)
    while first < last and (ends_line(nodes[first]) or _is_space(nodes[first])):
        first += 1
    while last > first and (ends_line(nodes[last - 1]) or _is_space(nodes[last - 1])):
        last -= 1
    return trimmed(nodes[first:last])


def _may_be_trimmed(node: Node, at: int) -> bool:
    """Whether a node at an edge has white space there, or is nothing else."""
    return node.kind in _BREAKS or (node.kind is Kind.TEXT and (not node.text or node.text[at].isspace()))


def _is_space(node: Node) -> bool:
    return node.kind in _BREAKS or (node.kind is Kind.TEXT and not node.text.strip())
