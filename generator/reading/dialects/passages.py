"""A file as the Spaced Repetition plug-in sees it: lines that touch, headings, and lines that end a card.

A schedule (`<!--SR:…-->`) belongs to the lines above it and ends them. From what is scheduled and has none of the usual
separators those that the author has set instead can be told: `->->->`, `;;`, a line of `&*`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from generator.reading.excerpts import Line
from generator.reading.inline_cards import DECK, PARTS, SCHEDULE, inline, masked, tags_of

HEADING = re.compile(r" {0,3}#{1,6}[ \t]+")
_END = re.compile(r" {0,3}(?:-{3,}|_{3,}|\*{3,}|\+{3,})[ \t]*$")
_COMMENT = re.compile(r"[ \t]*<!--.*-->[ \t]*$")
_HIGHLIGHT = re.compile(r"(?<!=)==(?!=)[^=\n]+==(?!=)|\{@\{")


class Is(Enum):
    """What a passage is."""

    TEXT = "text"
    HEADING = "heading"
    END = "end of a card"
    TAGS = "tags"
    COMMENT = "comment"


@dataclass(slots=True)
class Passage:
    """Some lines of a file. `touches` says that no empty line stands between them and the passage before."""

    kind: Is
    lines: list[Line]
    touches: bool
    scheduled: bool = False

    @property
    def highlights(self) -> bool:
        """Whether something in it is highlighted."""
        return any(not line.code and _HIGHLIGHT.search(line.text) for line in self.lines)


class Separators(NamedTuple):
    """What parts question and answer, on a line and as a line of its own."""

    inline: re.Pattern[str]
    line: re.Pattern[str]

    def place(self, passage: Passage) -> int:
        """Where among a passage's lines the one stands that parts them, or -1."""
        if passage.kind is not Is.TEXT:
            return -1
        return next((n for n, line in enumerate(passage.lines) if not line.code and self.line.match(line.text)), -1)

    def has_card(self, passage: Passage) -> bool:
        """Whether a separator is in a passage."""
        if self.place(passage) >= 0:
            return True
        return passage.kind is Is.TEXT and any(inline(line, self.inline) for line in passage.lines)


USUAL = Separators(PARTS, re.compile(r"[ \t]*(\?\??)[ \t]*$"))


def passages(lines: Sequence[Line]) -> list[Passage]:
    """The lines that aren't blank, those that belong together as one passage each."""
    found: list[Passage] = []
    touches = closed = False
    for line in lines:
        last = found[-1] if found else None
        kind = _kind(line)
        if kind is None:
            touches, closed = False, True
        elif kind is Is.TEXT and _is_schedule(line) and last and last.kind is Is.TEXT:
            last.lines.append(line)
            last.scheduled = closed = True
        elif last and last.kind is Is.TEXT and not closed and (kind is Is.TEXT or kind is Is.TAGS):
            last.lines.append(line)
            last.scheduled = closed = not line.code and bool(SCHEDULE.search(line.text))
            touches = True
        else:
            scheduled = kind is Is.TEXT and not line.code and bool(SCHEDULE.search(line.text))
            found.append(Passage(kind, [line], touches, scheduled))
            touches, closed = True, scheduled or kind is not Is.TEXT
    return found


def _kind(line: Line) -> Is | None:
    if line.code:
        return Is.TEXT
    if line.blank:
        return None
    if HEADING.match(line.text):
        return Is.HEADING
    if _END.match(line.text):
        return Is.END
    if _COMMENT.match(line.text) and not SCHEDULE.search(line.text):
        return Is.COMMENT
    return Is.TAGS if tags_of(line.text) else Is.TEXT


def _is_schedule(line: Line) -> bool:
    return not line.code and "SR:" in line.text and not SCHEDULE.sub("", line.text).strip()


# --- separators of the author's own -------------------------------------------------------------------------------

_SIGNS = re.compile(r"[-=<>;|~&/\\+^%@!→⇒»:]{2,8}")
# A single sign must mean nothing in Markdown.
_LINE_OF_SIGNS = re.compile(r"[ \t]*([!-/:-@\[-^`{-~→⇒»]{2,6}|[!%&/:;@^~→⇒»⟶➜➔↪↔⇔¿])[ \t]*$")
_SEMICOLONS = re.compile(r"(?<!;);;;?(?!;)")
_SEVERAL = 3
_MOST = 0.6
_FEWEST = 2


def separators(every: Sequence[Passage], told: bool) -> Separators:
    """The usual separators, and with them the ones that what is marked as a card but has none of these shows.

    `told` says that a tag makes the file one of cards: then `;;` parts, where it stands in more lines than `::`.
    """
    lines = [line for passage in every if passage.kind is Is.TEXT for line in passage.lines] if told else []
    semicolons = sum(bool(inline(line, _SEMICOLONS)) for line in lines if ";;" in line.text)
    hints = any(";;" in found.group() for line in lines for found in _HIGHLIGHT.finditer(line.text))
    if (
        not hints
        and semicolons >= _SEVERAL
        and semicolons > sum(bool(inline(line)) for line in lines if "::" in line.text)
    ):
        return USUAL._replace(inline=_SEMICOLONS)
    marked = [passage for passage in every if passage.kind is Is.TEXT and _is_marked(passage)]
    other = [passage for passage in marked if not USUAL.has_card(passage)]
    if not other:
        return USUAL
    lone = Counter(sign for passage in other for sign in _lone(passage))
    within = Counter(sign for passage in other for sign in _within(passage))
    line, times = max(lone.items(), key=lambda item: item[1], default=("", 0))
    if times >= _MOST * len(other):
        return USUAL._replace(line=re.compile(rf"[ \t]*(\?\??|{re.escape(line)})[ \t]*$"))
    sign, times = max(within.items(), key=lambda item: (item[1], len(item[0])), default=("", 0))
    if times < _FEWEST <= len(marked):  # a name with two colons may stand in the others
        times = sum(sign in _within(passage) for passage in marked) * len(other) // len(marked)
    if sign and times >= _MOST * len(other) and (times >= _FEWEST or len(marked) >= _FEWEST):
        return USUAL._replace(inline=re.compile(rf"{PARTS.pattern}|{re.escape(sign)}"))
    return USUAL


def _is_marked(passage: Passage) -> bool:
    first = passage.lines[0]
    if first.code or passage.highlights:
        return False
    return passage.scheduled or bool(DECK.match(first.text.lstrip()))


def _lone(passage: Passage) -> set[str]:
    inner = [line for line in passage.lines if line.code or not _is_schedule(line)][1:-1]
    return {found.group(1) for line in inner if not line.code and (found := _LINE_OF_SIGNS.match(line.text))}


def _within(passage: Passage) -> set[str]:
    text = SCHEDULE.sub("", passage.lines[0].text)
    read = masked(text)
    signs = [found for found in _SIGNS.finditer(read) if read[: found.start()].strip() and read[found.end() :].strip()]
    return {found.group() for found in signs}
