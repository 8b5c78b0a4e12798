"""Bold lines as questions: `**What is a leaf?**`, `**12. …**`, `**Q1: …**`, the answer below or on the very next line.

A bold line that asks nothing is a label of an answer's part, unless it is numbered, or marked (an emoji of difficulty)
as those that ask are. Where lines in italics ask, they are read alike.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from generator.model import Kind, Node, Nodes, Problem, Skipped
from generator.reading import asking, attributes, captions, clozes, furniture, notes, numbering, writing
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.notes import Asked, Found, Reading
from generator.reading.places import Places, grouping
from generator.reading.writing import Entry

NAME = "bold"
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
# So many of the numbered bold lines, or of those with a mark, must ask, for the others to be questions too.
_ENOUGH = 0.5
# So many lines in italics must ask, and this share of them; from the other share on all of them do.
_FEWEST, _MOST_SLANTED, _ALL_SLANTED = 3, 0.6, 0.8


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return any(sign in doc.data for sign in (b"**", b"__", b"*", b"_", b"<b>", b"<strong>"))


class _Line(NamedTuple):
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


def read(doc: Document) -> Reading:
    """The notes of a file whose questions are bold lines."""
    blocks = doc.tree.children
    every = {place: line for place, node in enumerate(blocks) if (line := _bold(node))}
    if doc.dialect != NAME and not any(line.strength for line in every.values()):
        return Reading()
    headings = grouping(blocks, {line.node.start for line in every.values() if line.strength})
    places = Places(doc, tuple(blocks[place] for place in headings))
    lines = every if doc.dialect == NAME else _without_captions(every, headings)
    lines = {place: line for place, line in lines.items() if not places.is_closed(line.node.start)}
    begins = _questions(blocks, lines, headings, doc.dialect == NAME)
    inner = {at for place in begins for at in _parts_below(blocks, place, begins)}
    ends = sorted(
        {
            *begins,
            *(at for at in headings if at not in inner),
            *_siblings(lines, begins),
            *_numbers(blocks),
            len(blocks),
        }
    )
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
        made = _made(doc, places, lines[place], below)
        skipped += places.skipped(closing, "closing words")
        sure = max(lines[place].strength, notes.GUESS)
        found.append(made.found(notes.GUESS if _is_doubtful(blocks, headings, place, lines[place]) else sure))
        problems += made.problems
        skipped += made.skipped
    skipped += places.skipped_beside(one.note.span for one in found)
    return Reading(tuple(found), tuple(skipped), tuple(problems), places.title)


def _without_captions(lines: dict[int, _Line], headings: Sequence[int]) -> dict[int, _Line]:
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


def _is_doubtful(blocks: Nodes, headings: Sequence[int], place: int, line: _Line) -> bool:
    """Whether a bold line may be a part of an answer: a heading above asks, or words follow on its line."""
    index = bisect_right(headings, place) - 1
    above = plain(blocks[headings[index]].children) if index >= 0 else ""
    return not line.told and ((line.joined and not line.counted) or asking.strength(above) >= asking.MARKED)


# --- bold lines -------------------------------------------------------------------------------------------------------


def _bold(node: Node) -> _Line | None:
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
    return _Line(node, flat, text, number, marks | within, rest, slanted, joined) if text else None


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


# --- which of them are questions --------------------------------------------------------------------------------------


def _questions(blocks: Nodes, lines: dict[int, _Line], headings: Sequence[int], every_one: bool) -> set[int]:
    """The places of the blocks that are questions; all bold lines, where the author says that these ask."""
    if every_one:
        lines = {place: line for place, line in lines.items() if not line.joined and not line.slanted}
        return {place for place, line in lines.items() if not furniture.names_part(line.text)}
    bold = {place: line for place, line in lines.items() if not line.slanted}
    slanted = {place: line for place, line in lines.items() if line.slanted}
    return _asking(blocks, bold, headings) | _slanted(slanted)


def _asking(blocks: Nodes, lines: dict[int, _Line], headings: Sequence[int]) -> set[int]:
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


def _style(lines: Sequence[_Line]) -> _Style:
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


def _asks(line: _Line, before: _Line | None, style: _Style) -> bool:
    """Whether a bold line is a question; `before` is the one before it under the same heading."""
    if line.told or line.mark in style.marks:
        return True
    if not line.counted:
        return line.strength > 0 and (style.joined if line.joined else style.plain)
    last = before.value if before else None
    goes_on = line.value is not None and (last is None or line.value > last)
    return line.strength > 0 or (style.by_number and goes_on)


def _siblings(lines: dict[int, _Line], begins: set[int]) -> set[int]:
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


def _goes_on(before: _Line, line: _Line, between: Nodes) -> bool:
    """Whether a bold line is more of the numbered question before it: it has no number, and only code is between."""
    if not before.counted or line.counted or before.rest or len(between) < 2:
        return False
    return all(node.kind is Kind.CODE_BLOCK for node in between[1:])


def _slanted(lines: dict[int, _Line]) -> set[int]:
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


def _made(doc: Document, places: Places, line: _Line, below: Nodes) -> notes.Made:
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
    return notes.of_blocks(doc, NAME, rule, places.of(line.node.start), asked, (*rest, *below))


# --- the other way ----------------------------------------------------------------------------------------------------


def write(title: str, entries: Sequence[Entry]) -> str:
    """The notes with their questions in bold, under the headings of their topics."""

    def note(entry: Entry, _: int) -> str:
        asked = " ".join(filter(None, (entry.bold, entry.marks)))
        return "\n\n".join(filter(None, [asked, entry.told()]))

    return writing.under_topics(title, entries, note)
