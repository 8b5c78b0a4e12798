"""Bold lines as questions: `**What is a leaf?**`, `**12. …**`, `**Q1: …**`, the answer below or on the very next line.

A bold line that asks nothing is a label of an answer's part, unless it is numbered, or marked (an emoji of difficulty)
as those that ask are. Where lines in italics ask, they are read alike.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from generator.model import Kind, Nodes, Problem, Skipped
from generator.reading import asking, bold_lines, captions, furniture, notes, numbering, writing
from generator.reading.blocks import plain
from generator.reading.bold_lines import Line
from generator.reading.document import Document
from generator.reading.notes import Asked, Found, Reading
from generator.reading.places import Places, grouping
from generator.reading.writing import Entry

NAME = "bold"
# So many of the numbered bold lines, or of those with a mark, must ask, for the others to be questions too.
_ENOUGH = 0.5
# So many lines in italics must ask, and this share of them; from the other share on all of them do.
_FEWEST, _MOST_SLANTED, _ALL_SLANTED = 3, 0.6, 0.8


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return any(sign in doc.data for sign in (b"**", b"__", b"*", b"_", b"<b>", b"<strong>"))


def read(doc: Document) -> Reading:
    """The notes of a file whose questions are bold lines."""
    blocks = doc.tree.children
    every = {place: line for place, node in enumerate(blocks) if (line := bold_lines.of_paragraph(node))}
    tasks = doc.dialect != NAME and not any(line.strength for line in every.values())
    every = bold_lines.tasks(doc) if tasks else every
    if not every:
        return Reading()
    headings = grouping(blocks, {line.node.start for line in every.values() if line.strength or tasks})
    places = Places(doc, tuple(blocks[place] for place in headings))
    lines = every if doc.dialect == NAME or tasks else _without_captions(every, headings)
    lines = {place: line for place, line in lines.items() if not places.is_closed(line.node.start)}
    begins = {*lines} if tasks else _questions(blocks, lines, headings, doc.dialect == NAME)
    inner = {at for place in begins for at in _parts_below(blocks, place, begins)}
    outer = {at for at in headings if at not in inner}
    ends = sorted({*begins, *outer, *_siblings(lines, begins), *_numbers(blocks), len(blocks)})
    parted = _are_parted(blocks, begins, ends)
    found: list[Found] = []
    problems: list[Problem] = []
    skipped: list[Skipped] = []
    for place, end in pairwise(ends):
        if place not in begins:
            continue
        below, closing = blocks[place + 1 : end], blocks[end:end]
        if parted and end not in begins:
            below, closing = furniture.before_closing_words(below)
        made = _made(doc, places, lines[place], below, tasks)
        skipped += places.skipped(closing, "closing words")
        sure = max(lines[place].strength, notes.GUESS)
        found.append(made.found(notes.GUESS if _is_doubtful(blocks, headings, place, lines[place]) else sure))
        problems += made.problems
        skipped += made.skipped
    skipped += places.skipped_beside(one.note.span for one in found)
    return Reading(tuple(found), tuple(skipped), tuple(problems), places.title)


def _without_captions(lines: dict[int, Line], headings: Sequence[int]) -> dict[int, Line]:
    """The bold lines without those that ask alike under most headings."""
    asks = ((place, line) for place, line in lines.items() if line.strength and not line.counted)
    again = captions.repeated((bisect_right(headings, place), line.text) for place, line in asks)
    return {place: line for place, line in lines.items() if line.told or line.text.casefold() not in again}


def _parts_below(blocks: Nodes, place: int, begins: set[int]) -> Iterator[int]:
    """The headings that part the answer of a question: one stands right below it, and no other question follows.

    They are deeper than the heading that the question stands under.
    """
    following = next((at for at in range(place + 1, len(blocks)) if not furniture.furniture(blocks[at])), len(blocks))
    if following == len(blocks) or blocks[following].kind is not Kind.HEADING:
        return
    level = next((blocks[at].level for at in range(place, -1, -1) if blocks[at].kind is Kind.HEADING), 0)
    found = []
    for at in range(following, len(blocks)):
        if at in begins:
            return
        if blocks[at].kind is Kind.HEADING:
            if blocks[at].level <= level:
                break
            found.append(at)
    yield from found


def _are_parted(blocks: Nodes, begins: set[int], ends: Sequence[int]) -> bool:
    """Whether a rule stands between a file's questions."""
    between = [blocks[end - 1].kind is Kind.RULE for place, end in pairwise(ends) if place in begins and end in begins]
    return bool(between) and all(between)


def _is_doubtful(blocks: Nodes, headings: Sequence[int], place: int, line: Line) -> bool:
    """Whether a bold line may be a part of an answer: a heading above asks, or words follow on its line."""
    index = bisect_right(headings, place) - 1
    above = plain(blocks[headings[index]].children) if index >= 0 else ""
    return not line.told and ((line.joined and not line.counted) or asking.strength(above) >= asking.MARKED)


# --- which of them are questions --------------------------------------------------------------------------------------


def _questions(blocks: Nodes, lines: dict[int, Line], headings: Sequence[int], every_one: bool) -> set[int]:
    """The places of the blocks that are questions; all bold lines, where the author says that these ask."""
    if every_one:
        lines = {place: line for place, line in lines.items() if not line.joined and not line.slanted}
        return {place for place, line in lines.items() if not furniture.names_part(line.text)}
    bold = {place: line for place, line in lines.items() if not line.slanted}
    slanted = {place: line for place, line in lines.items() if line.slanted}
    return _asking(blocks, bold, headings) | _slanted(slanted)


def _asking(blocks: Nodes, lines: dict[int, Line], headings: Sequence[int]) -> set[int]:
    """The bold lines that ask, or are numbered or marked as most of those are that ask."""
    style = _style([*lines.values()])
    found: set[int] = set()
    last: int | None = None
    step: int | None = None  # the number of the last one before this one, where that was no question
    for place, line in lines.items():
        if last is not None and bisect_right(headings, last) < bisect_right(headings, place):
            last = step = None
        before = lines[last] if last is not None else None
        next_step = step is not None and line.value == step + 1 and not line.strength
        if next_step or not _asks(line, before, style) or (before and _goes_on(before, line, blocks[last:place])):
            step = line.value if line.counted else step
        else:
            found.add(place)
            last, step = place, None
    return found


class _Style(NamedTuple):
    """How a file's bold lines ask: whether numbers make questions, and by which marks; which others may be ones.

    `joined` says that words may follow on the line of a question without a number, `plain` that such a one may ask.
    """

    by_number: bool
    marks: frozenset[str]
    joined: bool
    plain: bool


def _style(lines: Sequence[Line]) -> _Style:
    ask = [line for line in lines if line.strength]
    marked, every = Counter(line.mark for line in ask), Counter(line.mark for line in lines)
    plain_ones = [line for line in lines if not line.counted and not line.joined]
    asks = sum(bool(line.strength) for line in plain_ones)
    return _Style(
        by_number=_mostly(sum(line.counted for line in ask), sum(line.counted for line in lines)),
        marks=frozenset(mark for mark, count in every.items() if mark and _mostly(marked[mark], count)),
        joined=sum(line.joined and not line.counted for line in ask) >= _FEWEST,
        plain=asks > 1 or asks * 2 > len(plain_ones),
    )


def _asks(line: Line, before: Line | None, style: _Style) -> bool:
    """Whether a bold line is a question; `before` is the one before it under the same heading."""
    if line.told or line.mark in style.marks:
        return True
    if not line.counted:
        return line.strength > 0 and (style.joined if line.joined else style.plain)
    last = before.value if before else None
    goes_on = line.value is not None and (last is None or line.value > last)
    return line.strength > 0 or (style.by_number and goes_on)


def _siblings(lines: dict[int, Line], begins: set[int]) -> set[int]:
    """The places of the numbered bold lines that are no questions, but go on counting from one: its answer is over."""
    found = set()
    last: int | None = None
    step = 0  # the number of the last step of an answer, which is counted anew
    for place, line in lines.items():
        if place in begins:
            last, step = line.value, 0
        elif last is None or line.value is None or line.joined:
            continue
        elif line.value <= last or (step and line.value == step + 1):
            step = line.value
        else:
            found.add(place)
    return found


def _numbers(blocks: Nodes) -> Iterator[int]:
    """The places of the paragraphs that begin with a bold label and no more (`**Q2.** …`): no answer goes on there."""
    for place, node in enumerate(blocks):
        if node.kind is Kind.PARAGRAPH and node.children and node.children[0].kind is Kind.STRONG:
            text = numbering.raw_text(node.children[:1]).strip()
            number = numbering.number(text)
            if number and number.labelled and number.value is not None and number.length == len(text):
                yield place


def _mostly(some: int, every: int) -> bool:
    return some > 1 and some >= _ENOUGH * every


def _goes_on(before: Line, line: Line, between: Nodes) -> bool:
    """Whether a bold line is more of the numbered question before it: it has no number, and only code is between."""
    if not before.counted or line.counted or before.rest or len(between) < 2:
        return False
    return all(node.kind is Kind.CODE_BLOCK for node in between[1:])


def _slanted(lines: dict[int, Line]) -> set[int]:
    """The lines in italics that ask, where most of them do."""
    asks = {place for place, line in lines.items() if line.strength and not line.joined}
    if len(asks) < _FEWEST or len(asks) < _MOST_SLANTED * len(lines):
        return set()
    if len(asks) < _ALL_SLANTED * len(lines):
        return asks
    return {
        place
        for place, line in lines.items()
        if not furniture.names_part(line.text) and (line.strength or len(line.words.split()) > _FEW_WORDS)
    }


# A line in italics of so few words that ask nothing is a title among questions.
_FEW_WORDS = 2


def _divided(below: Nodes) -> tuple[Nodes, Nodes]:
    """What is given for a task, and its solution: the code, with the line that introduces it."""
    content = furniture.trimmed_tail(below)[0]
    if furniture.is_placeholder(content[-1:]):
        return content[:-1], content[-1:]
    code = next((place for place, node in enumerate(content) if node.kind is Kind.CODE_BLOCK), 0)
    leads = code > 0 and plain(content[code - 1 : code]).endswith((":", "："))
    return content[: code - leads], content[code - leads :]


def _made(doc: Document, places: Places, line: Line, below: Nodes, task: bool) -> notes.Made:
    own = numbering.section(line.text)
    whole = numbering.without_prefix(line.inline, own.length) if own else line.inline
    inline, _ = notes.without_number(whole, line.words if own else line.text)
    end = line.rest[0].start if line.rest else line.node.end
    asked = Asked(
        (line.node._replace(end=end),),
        notes.question(line.node, inline),
        notes.question_source(doc, whole),
        plain(inline),
        line.marks,
        whole=bool(inline),
        letter=True,
    )
    rest = (line.node._replace(start=end, children=line.rest),) if line.rest else ()
    rule = "numbered bold line" if line.number else "bold line"
    given, told = _divided(below) if task else ((*rest, *below), None)
    return notes.of_blocks(doc, NAME, rule, places.of(line.node.start), asked, given, told)


# --- the other way ----------------------------------------------------------------------------------------------------


def write(title: str, entries: Sequence[Entry]) -> str:
    """The notes with their questions in bold, under the headings of their topics."""

    def note(entry: Entry, _: int) -> str:
        asked = " ".join(filter(None, (entry.bold, entry.marks)))
        return "\n\n".join(filter(None, [asked, entry.told()]))

    return writing.under_topics(title, entries, note)
