"""The options of a multiple-choice question on paper: their letters, which of them are right, and their order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from string import ascii_uppercase
from typing import NamedTuple

from generator.model import Choice, RenderedNote
from generator.sheets import condense

_START = '<ol class="choices">'
_TAG = re.compile(r"<(/?)(ol|ul|li)\b[^>]*>")
# An option that speaks of the others stays behind them, in the languages in which such are common.
_OF_ALL = re.compile(
    r"\b(?:all|both|each) of (?:the|these|them)\b|\ball (?:the )?above\b|\ball answers\b"
    r"|\balle (?:der genannten|antworten|oben)\b|\btoutes? les réponses\b|\btous les (?:choix|précédents)\b"
    r"|\btodas las (?:anteriores|respuestas)\b|\btodas as (?:anteriores|alternativas|opções|respostas)\b"
    r"|\btutte le (?:precedenti|risposte)\b|\bвсе (?:вышеперечисленн|перечисленн|ответы|варианты)"
    r"|以上(?:都|全部|皆)|上記(?:の)?(?:すべて|全て)",
    re.IGNORECASE,
)
_OF_NONE = re.compile(
    r"\b(?:none|neither|either|any|some) of (?:the|these|them)\b|\bnone above\b"
    r"|\bkeine (?:der|antwort)\b|\baucune? (?:des|de ces)\b|\bninguna de\b|\bnenhuma das\b|\bnessuna delle\b"
    r"|\bни один|\bничего из|以上都不|上記のいずれ",
    re.IGNORECASE,
)
_AND = r"(?:(?:and|or|und|oder|et|ou|y|o|e|и|или|to)\b|&)"
_LETTERS = re.compile(rf"\b[A-H]\b[^\w]{{1,3}}{_AND}[^\w]{{1,3}}\b[A-H]\b|\b(?i:options?|answers?) [A-H]\b")


class Option(NamedTuple):
    """One option: its letter where it stands, its HTML, and whether it is right."""

    letter: str
    html: str
    right: bool


def options(note: RenderedNote) -> list[Option]:
    """The options of a note in the order written; none if it is no choice."""
    body = note.identified.note.body
    if not isinstance(body, Choice):
        return []
    before, begun, _ = note.html.question.partition(_START)
    inner = note.html.question[len(before) + len(_START) : _end(note.html.question, len(before))] if begun else ""
    items = _items(inner.removesuffix("</ol>"))
    return lettered([(html, option.correct) for html, option in zip(items, body.options, strict=False)])


def lettered(pairs: Sequence[tuple[str, bool]]) -> list[Option]:
    """Options with the letters of their places."""
    return [Option(_letter(place), html, right) for place, (html, right) in enumerate(pairs)]


def shuffled(found: Sequence[Option], drawn: Callable[[str], bytes]) -> list[Option]:
    """The options in the order of what is drawn for each; those that speak of the others stay last.

    Where one names others by their letters ("both A and B"), all stay where they are.
    """
    if any(_names_letters(option.html) for option in found):
        return [*found]
    bound = {option.html for option in found if speaks_of_others(option)}
    order = sorted(
        found, key=lambda option: (option.html in bound, b"" if option.html in bound else drawn(option.html))
    )
    return lettered([(option.html, option.right) for option in order])


def without(html: str) -> str:
    """A question's or an answer's HTML without its list of options."""
    start = html.find(_START)
    return html if start < 0 else html[:start] + html[_end(html, start) :]


def speaks_of_all(option: Option) -> bool:
    """Whether the option says that all others are right."""
    return _OF_ALL.search(condense.text(option.html)) is not None


def speaks_of_others(option: Option) -> bool:
    """Whether the option says something of those before it."""
    return speaks_of_all(option) or _OF_NONE.search(condense.text(option.html)) is not None


def _names_letters(html: str) -> bool:
    return _LETTERS.search(condense.text(html)) is not None


def _end(html: str, start: int) -> int:
    """Where the list ends that begins at `start`."""
    depth = 0
    for tag in _TAG.finditer(html, start):
        depth += -1 if tag.group(1) else 1
        if depth == 0:
            return tag.end()
    return len(html)


def _items(inner: str) -> list[str]:
    """The items of a list's inner HTML, lists inside them left whole."""
    items: list[str] = []
    depth = start = 0
    for tag in _TAG.finditer(inner):
        if tag.group(1):
            depth -= 1
            if depth == 0 and tag.group(2) == "li":
                items.append(inner[start : tag.start()])
        else:
            if depth == 0:
                start = tag.end()
            depth += 1
    return items


def _letter(place: int) -> str:
    """A, B, …, Z, AA."""
    return ascii_uppercase[place] if place < 26 else _letter(place // 26 - 1) + ascii_uppercase[place % 26]
