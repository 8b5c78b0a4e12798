"""What a question is about and can't be asked without: the code or the picture right below it."""

from __future__ import annotations

import re

from generator.model import Kind, Node, Nodes
from generator.reading.blocks import plain

_CODE = (
    r"(?:code|snippets?|programs?|scripts?|expressions?|statements?|quer(?:y|ies)|functions?|loops?|class|commands?)"
)
# "The following code" in other languages.
_ELSEWHERE = (
    r"(?:以下|下列|下面|这段|此段).{0,12}(?:代码|程序)|次の(?:コード|プログラム)"
    r"|\b(?:siguiente|este|seguinte)\s+(?:código|programa|fragmento)|\b(?:código|programa)\s+(?:siguiente|seguinte)"
    r"|\b(?:folgende[rns]?|diese[rs]?)\s+(?:code\w*|programm\w*|ausdruck)"
    r"|\b(?:следующ\w+|эт\w+|данн\w+|приведённ\w+|приведенн\w+)\s+(?:\w+\s+)?(?:код\w*|программ\w+|фрагмент\w*)"
    r"|\b(?:выведет|напечатает)\s+(?:код|программа)|\bce\s+(?:code|programme)|\bcode\s+suivant"
)
# What a question of a few words ends with, when it is about something that follows it.
_RESULT = re.compile(
    r"\b(?:output|printed|print|logged|log|displayed|returned|result|happens?|shown|wrong)\s*\W*\Z", re.IGNORECASE
)
_POINTING = re.compile(
    rf"\b(?:following|below|here|(?:this|these|the)\s+(?:{_CODE}|regex|example|picture|image|diagram|figure))\b"
    rf"|{_ELSEWHERE}",
    re.IGNORECASE,
)
_FEW_WORDS = 6
# A question that more of the same does not answer.
_ABOUT = re.compile(
    rf"""\b(?:output|printed|logged|returned|displayed|happens?|happening|wrong)\b .*
        \b(?:following|below|these|this|above)\b
    | \b(?:following|this|these)\s+(?:\w+\s+)?{_CODE}\b .*
        \b(?:output|print|log|return|display|do|wrong|work|happen)\w*
    | {_ELSEWHERE}
    | \A\W*(?:make|fix|debug|refactor|optimi[sz]e|improve|examine|review|consider|given|look\s+at)\s+
        (?:this|these|the\s+(?:following|code|snippet))\b""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_SHOWN = (Kind.CODE_BLOCK, Kind.QUOTE)


def is_picture(node: Node) -> bool:
    """Whether a block is a picture, or several, without a word."""
    return (
        node.kind is Kind.PARAGRAPH and any(inner.kind is Kind.IMAGE for inner in node.children) and not plain((node,))
    )


def points_below(question: str, below: Nodes) -> bool:
    """Whether the question can't be asked without the code or the picture with which these blocks begin."""
    if not below or not (below[0].kind is Kind.CODE_BLOCK or is_picture(below[0])):
        return False
    return points(question)


def points(question: str) -> bool:
    """Whether a question is about something that must stand below it."""
    few = len(question.split()) <= _FEW_WORDS
    return bool(_POINTING.search(question)) or (few and bool(_RESULT.search(question)))


def is_all(question: str, below: Nodes) -> bool:
    """Whether these blocks, all that stands below the question, are what it is about, and no answer."""
    about = all(node.kind in _SHOWN or is_picture(node) for node in below)
    return bool(below) and about and bool(_ABOUT.search(question))
