"""Where an answer begins, when its author says so: by `Answer:`, a heading, or the summary of `<details>`.

What stands before it (code, options, an image) belongs to the question then.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from generator.model import Kind, Node, Nodes
from generator.reading import numbering
from generator.reading.blocks import plain
from generator.reading.furniture import furniture

ANSWER = (
    r"(?:the\s+)?(?:(?:correct|right|best)\s+)?(?:answers?|ans)|(?:correct|right|best)\s+(?:options?|choices?)"
    r"|respostas?(?:\s+(?:corretas?|certas?))?|respuestas?(?:\s+correctas?)?|risposta(?:\s+corretta)?"
    r"|(?:richtige\s+)?antwort(?:en)?|(?:bonnes?\s+)?réponses?(?:\s+correctes?)?|antwoord|svar|odpowied[zź]"
    r"|(?:правильный\s+|верный\s+)?ответ|jawaban|cevap|đáp\ án|(?:正确|参考)?答案|正解|答え?|정답"
)
_SOLUTION = (
    r"solutions?|lösung|solución|solução|решение|解答|explanation|explicación|explicação|erklärung|explication"
    r"|объяснение|пояснение|解析|解説"
)
# A mark such as ✅ may stand before it.
_LABEL = re.compile(rf"\s*(?:[^\x00-\x7f\w]+\s*)?(?:(?P<answer>{ANSWER})|{_SOLUTION})\s*(?:[.:：]\s*|$)", re.IGNORECASE)
_LETTER = re.compile(r"\s*[AА]\s*(?:\d{0,3}\s*[:：]|\d{1,3}[.)])\s*")
# What says which option is right, and would say little without its label.
_KEY = re.compile(r"[A-Ha-h1-8](?:(?:\s*(?:,|&|/|and)\s*|\s+)[A-Ha-h1-8])*[.)]?")
_ANSWER_WORD = re.compile(rf"\b(?:{ANSWER}|{_SOLUTION})\b|答案|正解|解答|정답", re.IGNORECASE)
_REVEAL_WORD = re.compile(
    r"\b(?:show|view|see|click|reveal|expand|toggle|details|ver|mostrar|afficher|voir|anzeigen|показать)\b|查看|点击",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\s*<details\b[^>]*>\s*(?:<summary\b[^>]*>(?P<summary>.*?)</summary\s*>)?\s*(?:<(?:p|div|br)\b[^>]*>\s*)*",
    re.IGNORECASE | re.DOTALL,
)
_DETAILS = re.compile(r"<(/?)details\b[^>]*>", re.IGNORECASE)
_CLOSING = re.compile(r"(?:\s|</?(?:p|div|br)\b[^>]*>)*</details\s*>(?:\s|</?(?:p|div|br)\b[^>]*>)*", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


class _Announces(Enum):
    """How surely a block says that the answer begins: a solution may as well be a part of it."""

    ANSWER = 2
    PERHAPS = 1


# What belongs to a question when a solution follows; prose before one is rather the answer.
_MATERIAL = frozenset({Kind.CODE_BLOCK, Kind.LIST, Kind.TABLE, Kind.HTML_BLOCK, Kind.RULE, Kind.QUOTE})


def divided(blocks: Nodes, asked: bool, question: str = "") -> tuple[Nodes, Nodes]:
    """The blocks under a question's heading as what still belongs to the question, and the answer.

    `asked` is False where the heading holds no question (`## Question 3`): its first block, at least, is the question.
    A `question` such as "What's the output?" is one about the code or the picture right below it.
    """
    for index, node in enumerate(blocks):
        announced = _announces(node)
        if announced and _belongs(blocks[:index], announced, asked):
            return _content(blocks[:index]), without_label(opened(blocks[index:]))
        if node.kind is Kind.HEADING:
            break
    if not asked or (points_below(question, blocks[:1]) and _content(blocks[1:])):
        return blocks[:1], blocks[1:]
    return (), blocks


def _belongs(before: Nodes, announced: _Announces, asked: bool) -> bool:
    """Whether what stands before the announcement is the question's."""
    if announced is _Announces.ANSWER or not asked:
        return True
    return all(node.kind in _MATERIAL or _is_picture(node) for node in before)


# What a question of a few words ends with, when it is about something that follows it.
_RESULT = re.compile(
    r"\b(?:output|printed|print|logged|log|displayed|returned|result|happens?|shown|wrong)\s*\W*\Z", re.IGNORECASE
)
_POINTING = re.compile(
    r"\b(?:following|below|here|(?:this|these|the)\s+(?:code|snippet|program|script|expression|statement|quer(?:y|ies)|"
    r"functions?|loop|class|command|regex|example|picture|image|diagram|figure))\b",
    re.IGNORECASE,
)
_FEW_WORDS = 6


def points_below(question: str, below: Nodes) -> bool:
    """Whether the question can't be asked without the code or the picture below it."""
    if not below or not (below[0].kind is Kind.CODE_BLOCK or _is_picture(below[0])):
        return False
    few = len(question.split()) <= _FEW_WORDS
    return bool(_POINTING.search(question)) or (few and bool(_RESULT.search(question)))


def _is_picture(node: Node) -> bool:
    return (
        node.kind is Kind.PARAGRAPH and any(inner.kind is Kind.IMAGE for inner in node.children) and not plain((node,))
    )


def _content(nodes: Nodes) -> Nodes:
    return tuple(node for node in nodes if not furniture(node))


def _announces(node: Node) -> _Announces | None:
    if node.kind is Kind.PARAGRAPH or node.kind is Kind.HEADING:
        match = _LABEL.match(numbering.raw_text(node.children)[:40])
        if not match:
            return None
        return _Announces.ANSWER if match["answer"] else _Announces.PERHAPS
    if node.kind is Kind.HTML_BLOCK and "<details" in node.text.lower():
        opening = _OPENING.match(node.text)
        words = _TAG.sub("", (opening and opening["summary"]) or "")
        if _ANSWER_WORD.search(words):
            return _Announces.ANSWER
        return _Announces.PERHAPS if _REVEAL_WORD.search(words) or not words.strip() else None
    return None


def without_label(answer: Nodes, shape: re.Pattern[str] = _LABEL) -> Nodes:
    """The answer without `Answer:` in front, whether bold, plain, or a heading of its own; `Answer: C` stays."""
    if not answer or answer[0].kind not in (Kind.PARAGRAPH, Kind.HEADING):
        return answer
    first = answer[0]
    label = shape.match(numbering.raw_text(first.children))
    if not label:
        return answer
    rest = numbering.trimmed(numbering.without_prefix(first.children, label.end()))
    if _KEY.fullmatch(plain(rest)):
        return answer
    return (first._replace(kind=Kind.PARAGRAPH, level=0, children=rest), *answer[1:]) if rest else answer[1:]


def says_answer(text: str) -> bool:
    """Whether a text, such as a summary's, says that what follows is the answer, and nothing else."""
    rest = _REVEAL_WORD.sub("", _ANSWER_WORD.sub("", text))
    return rest != text and not _SAYING.sub("", rest)


_SAYING = re.compile(r"[\W\d_]+|\b(?:the|for|here|to|a|an|me|and|correct|right|code|hint)\b", re.IGNORECASE)


_HINT = re.compile(r"\W*(?:hints?|tips?|clue|pista|dica|hinweis|tipp|indice|подсказка|提示)\b", re.IGNORECASE)


def says_hint(text: str) -> bool:
    """Whether a text, such as a summary's, says that what follows helps, but does not answer."""
    return bool(_HINT.match(text)) and not _ANSWER_WORD.search(text)


def announces_answer(node: Node) -> bool:
    """Whether a block says that the answer begins: `Answer: …`, a heading, the summary of `<details>`."""
    return _announces(node) is _Announces.ANSWER


def is_label(line: Nodes) -> bool:
    """Whether a line begins with `Answer:` or the like."""
    return bool(_LABEL.match(numbering.raw_text(line)[:40]))


def is_bare_label(node: Node) -> bool:
    """Whether a block is `Answer:` or the like and nothing else."""
    return node.kind in (Kind.PARAGRAPH, Kind.HEADING) and bool(_LABEL.fullmatch(numbering.raw_text(node.children)))


def summary(node: Node) -> str:
    """What the summary of a `<details>` says that begins with this block, as text; nothing where none does."""
    opening = _OPENING.match(node.text) if node.kind is Kind.HTML_BLOCK else None
    return _TAG.sub("", (opening and opening["summary"]) or "").strip()


def hidden(node: Node) -> str:
    """What a block of HTML hides that is a `<details>` from end to end, as text."""
    opening = _OPENING.match(node.text) if node.kind is Kind.HTML_BLOCK else None
    return " ".join(_TAG.sub(" ", node.text[opening.end() :]).split()) if opening else ""


def without_letter(answer: Nodes) -> Nodes:
    """The answer without `A:` in front: what answers a `Q:`."""
    return without_label(answer, _LETTER)


def opened(answer: Nodes) -> Nodes:
    """The answer without the `<details>` that hides it, if that block holds nothing else; what follows it stays."""
    found = unfolded(answer)
    return (*found.inside, *answer[found.blocks :]) if found else answer


_NOTHING = Node(Kind.DOCUMENT, 0, 0)


class Unfolded(NamedTuple):
    """What a `<details>` says in its summary, the blocks that it hides, and how many blocks it takes."""

    summary: str
    inside: Nodes
    blocks: int


def unfolded(blocks: Nodes) -> Unfolded | None:
    """The `<details>` with which the blocks begin, if its tags stand apart from what they hide."""
    first = blocks[0] if blocks else _NOTHING
    opening = _OPENING.fullmatch(first.text) if first.kind is Kind.HTML_BLOCK else None
    if not opening:
        return None
    depth = 0
    for index, node in enumerate(blocks):
        if node.kind is Kind.HTML_BLOCK:
            depth += sum(-1 if closing else 1 for closing in _DETAILS.findall(node.text))
        if depth <= 0:
            whole = index > 0 and bool(_CLOSING.fullmatch(node.text))
            return Unfolded(summary(first), blocks[1:index], index + 1) if whole else None
    return Unfolded(summary(first), blocks[1:], len(blocks))
