"""Logseq: a bullet with `#card` asks, the bullets below it answer; `{{cloze text}}` in it makes it a cloze.

A card that stands below another one is a note of its own. A page in which no bullet has the tag may still have clozes.
Ids (`id:: …`) are pins, `[[page]]` is shown as its words, and what Logseq alone understands is not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from generator.model import Problem, Skipped
from generator.reading import clozes, edits, notes, protection
from generator.reading.attributes import BASIC, REVERSED, Attributes
from generator.reading.blocks import plain
from generator.reading.dialects import logseq_blocks
from generator.reading.dialects.logseq_blocks import PROPERTY, Block
from generator.reading.document import Document
from generator.reading.excerpts import NOTHING, Excerpt, Line, Lines, Piece
from generator.reading.inline_cards import inline, unique
from generator.reading.notes import Found, Place, Reading

NAME = "logseq"
_CARD = r"#(?:card|flashcards?)|#?\[\[(?:card|flashcard)\]\]"
_ASKS = re.compile(rf"(?:(?<!\S)|(?<=[^\x00-\x7f]))(?:{_CARD})(?![\w/\-])", re.IGNORECASE)
_TAG = r"(?:#\[\[[^\[\]\n]+\]\]|#[^\s#\[\](){},;:!?\"'`\d][^\s#\[\](){},;:!?\"'`]*|\[\[card\]\])"
# Behind a letter that is none of ASCII's, a tag needs no space.
_TAGS = re.compile(
    rf"(?:(?<!\S)|(?<=[^\x00-\x7f])|(?<=\}}\}})|(?<![ \t])[ \t]+){_TAG}(?:[ \t]+{_TAG})*(?!\S)", re.IGNORECASE
)
_WORD = re.compile(r"#?\[\[(?P<page>[^\[\]]+)\]\]|#(?P<word>\S+)")
_CLOZE = re.compile(r"\{\{(?:cloze|c(?P<number>[1-9]))[ \t\n]+(?=\S)", re.IGNORECASE)
_REFERENCE = re.compile(r"(?<!\]\()\(\([0-9a-f]{8}-[0-9a-f-]{27}\)\)", re.IGNORECASE)
_ALIAS = re.compile(r"\[(?P<text>[^\[\]\n]+)\]\((?:\[\[[^\[\]\n]+\]\]|\(\([0-9a-fA-F-]{36}\)\))\)")
_MACRO = re.compile(r"\{\{(?:renderer|query|cards|embed|function|namespace)\b[^{}\n]*\}\}")
_ORG = re.compile(
    r"^(?P<indent>[ \t]*(?:[-*+][ \t]+)?)#\+(?P<end>BEGIN|END)_(?:SRC|EXAMPLE)(?P<language>[ \t]+[\w+#-]+)?.*$",
    re.MULTILINE,
)
_AREA = re.compile(r"\[:span\]")
# Properties that Logseq itself writes, and its deletions.
_OWN = re.compile(
    rb"\n[ \t]*(?:[-*+][ \t]+)?(?:card-(?:last|next|repeats|ease)[\w-]*|collapsed|background-color|hl-page|ls-type"
    rb"|id(?=::[ \t]+[0-9a-f]{8}-))::[ \t]|\{\{cloze\s",
)
_TAGGED = re.compile(
    rb"^[ \t]*[-*+][ \t].*(?:#(?:card|flashcards?)(?![\w/-])|\[\[card\]\]).*$", re.MULTILINE | re.IGNORECASE
)
_BARE = re.compile(rb"[ \t]*[-*+](?:[ \t]+#[^\s#]+)+\s*")
# What Obsidian's plug-ins leave in a file, and what they alone know.
_OTHERS = re.compile(rb"\^\d{13}[ \t\r]*$|<!--[ \t]*SR:|#(?:card|flashcards?)[-/](?:reverse|spaced)", re.MULTILINE)
_LONGEST_TOPIC = 40
_LONGEST_HEADING = 80
_DEEPEST_TOPIC = 6


def is_page(doc: Document) -> bool:
    """Whether a file is a page of Logseq's: it has properties of its own, or is an outline with cards and no more."""
    return doc.once("page of logseq", lambda: _is_page(doc))


def _is_page(doc: Document) -> bool:
    if _OTHERS.search(doc.data):
        return False
    if doc.has(b"::", b"{{cloze") and _OWN.search(doc.lined):
        return True
    if not _is_tagged(doc):
        return False
    lines = Lines(doc).all
    blocks = logseq_blocks.parsed(lines)
    if not any(_may_answer(block, place) and _ASKS.search(block.source) for place, block in enumerate(blocks)):
        return False
    own = {line.start for block in blocks for line in block.lines}
    return all(line.blank or PROPERTY.match(line.text) or (line.start in own and not inline(line)) for line in lines)


def _may_answer(block: Block, place: int) -> bool:
    """Whether a card has anything below its first line, or hides something in it."""
    return block.after > place + 1 or "{{c" in block.source or any(line.text[:1].isspace() for line in block.lines[1:])


def _is_tagged(doc: Document) -> bool:
    """Whether a bullet has the tag of a card, and more than tags."""
    possible = doc.has_in_any_case(b"#card", b"#flashcard", b"[[card]]")
    return possible and any(not _BARE.fullmatch(line.group()) for line in _TAGGED.finditer(doc.data))


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return (b"{{c" in doc.data or _is_tagged(doc)) and is_page(doc)


class _Card(NamedTuple):
    """A note: the numbers of its blocks from the first to the one after the last, and its two sides."""

    first: int
    after: int
    question: Excerpt
    answer: Excerpt
    marks: Attributes
    kind: str


def read(doc: Document) -> Reading:
    """The notes of a page."""
    lines = Lines(doc)
    blocks = logseq_blocks.parsed(lines.all)
    page = _page(lines, blocks)
    cards = [*_cards(lines, blocks)]
    topics = _topics(blocks)
    title = _plain(page.get("title", "") or page.get("deck", ""))
    above = (title,) if doc.title_is_topic(title) and title else ()
    found: list[Found] = []
    problems: list[Problem] = []
    taken: set[int] = set()
    for card, pin in zip(cards, unique([card.marks.pin for card in cards]), strict=True):
        own = [line for block in blocks[card.first : card.after] for line in block.lines]
        taken.update(range(card.first, card.after))
        place, marks = Place((*above, *topics[card.first])), card.marks._replace(pin=pin)
        made = notes.of_excerpts(
            replace(doc, may_hide=True), NAME, card.kind or "cloze", lines.span(own), card.question, card.answer, place,
            marks, card.kind,
        )  # fmt: skip
        found.append(made.found(notes.SURE))
        problems += made.problems
    beside = (_beside(lines, block) for place, block in enumerate(blocks) if place not in taken)
    properties = [Skipped(lines.span([line]), "property") for line in lines.all if _is_page_property(line, blocks)]
    return Reading(tuple(found), (*properties, *beside), tuple(problems), title)


# --- the page ---------------------------------------------------------------------------------------------------------


def _is_page_property(line: Line, blocks: Sequence[Block]) -> bool:
    """Whether a line says something of the whole page: it stands above its blocks."""
    above = not blocks or line.start < blocks[0].lines[0].start
    return above and not line.code and bool(PROPERTY.match(line.text))


def _page(lines: Lines, blocks: Sequence[Block]) -> dict[str, str]:
    found = (PROPERTY.match(line.text) for line in lines.all if _is_page_property(line, blocks))
    return {said["key"].lower(): said["value"] or "" for said in found if said}


def _beside(lines: Lines, block: Block) -> Skipped:
    """A block that is in no note, with its reason."""
    why = "topic" if block.level else "text outside any question" if block.text else "empty bullet"
    return Skipped(lines.span(block.lines), why)


def _topics(blocks: Sequence[Block]) -> list[tuple[str, ...]]:
    """For each block the headings and short bullets that it is indented under, and the headings right above those."""
    found: list[tuple[str, ...]] = []
    beside: dict[int, list[tuple[int, str]]] = {}  # below a block: the headings that stand open there
    for place, block in enumerate(blocks):
        here = beside.setdefault(block.above, [])
        if block.level:
            here[:] = [heading for heading in here if heading[0] < block.level]
        over = [name for level, name in here if name]
        if block.above >= 0:
            parent = blocks[block.above]
            name = _topic(parent)
            above = found[block.above]
            over = [*above, *([name] if name else []), *over]
        found.append(tuple(dict.fromkeys(over))[-_DEEPEST_TOPIC:])
        if block.level and block.after == place + 1:  # nothing is below it: what it heads stands beside it
            here.append((block.level, _topic(block)))
    return found


def _topic(block: Block) -> str:
    """A block's text as the name of a topic; nothing for one that is long, or more than a line."""
    text = block.text
    if "\n" in text or "{{" in text or len(text) > (_LONGEST_HEADING if block.level else _LONGEST_TOPIC):
        return ""
    return _plain(_TAGS.sub("", text))


def _plain(text: str) -> str:
    return _SIGNS.sub("", plain(protection.parse(text.lstrip("# ")).children)).strip(" #:")


_SIGNS = re.compile(r"[*_`^=]+(?=\w)|(?<=\w)[*_`^=]+")


# --- its cards --------------------------------------------------------------------------------------------------------


def _cards(lines: Lines, blocks: Sequence[Block]) -> Iterator[_Card]:
    """The blocks with the tag; where there are none, those that hide something."""
    asking = [bool(_ASKS.search(edits.masked(block.source))) for block in blocks]
    if not any(asking):
        asking = [bool(_CLOZE.search(edits.masked(block.text))) for block in blocks]
    for place, asks in enumerate(asking):
        if asks:
            # What follows a card below this one is no longer its answer's: lines belong to one note.
            inner = [n for n in range(place + 1, blocks[place].after) if asking[n]]
            card = _card(lines, blocks, place, inner)
            if card:
                yield card


def _card(lines: Lines, blocks: Sequence[Block], place: int, inner: Sequence[int]) -> _Card | None:
    """The card of a block; `inner` are the cards below it."""
    block = blocks[place]
    after = inner[0] if inner else block.after
    rows = [*block.rows()]
    pieces = [line.between(begin, end) for line, begin, end in rows[:1]]
    pieces += [logseq_blocks.outdented(line, block.column + 2, end) for line, _, end in rows[1:]]
    question = lines.excerpt(pieces, _asked)
    hides = clozes.deletes(question.nodes)
    below = _below(blocks, place, after)
    if not below and not hides and _ASKS.search(rows[0][0].text):
        # A block of several lines, its first one with the tag: the others answer.
        question = lines.excerpt(pieces[:1], _asked)
        below = [logseq_blocks.outdented(line, block.column + 2) for line, _, _ in rows[1:]]
    question = question._replace(nodes=edits.unnumbered(question.nodes, "{{cloze ", "}}"))
    changes: edits.Edits = _shown
    if not below and not hides and inner:
        below, changes = [*_named(blocks, place, inner)], _asked
        if not below:
            return None
    answer = lines.excerpt(below, changes) if below else NOTHING
    answer = answer._replace(nodes=edits.revealed(answer.nodes))
    if not question.nodes:
        return None
    said = block.properties()
    both = "<->" in said.get("direction", "") or re.search(r"(?<!\S)#bidirectional\b", block.text)
    kind = "" if hides else REVERSED if both else BASIC
    return _Card(place, after, question, answer, Attributes(said.get("id", ""), tuple(_tags(block, said))), kind)


def _below(blocks: Sequence[Block], place: int, after: int) -> list[Piece]:
    """The lines of the blocks below one, as a list; a single one is no list."""
    shown = [n for n in range(place + 1, after) if not _is_empty(blocks, n, after)]
    children = [n for n in shown if blocks[n].above == place]
    if not children:
        return []
    alone = children[0] if len(children) == 1 else -1
    base = blocks[alone].column + 2 if alone >= 0 else min(blocks[n].column for n in children)
    pieces: list[Piece] = []
    for n in shown:
        if blocks[n].is_text and pieces:
            pieces.append(blocks[n].lines[0].between(0, 0))
        for line, _, end in blocks[n].rows():
            if n == alone and line is blocks[n].lines[0]:
                pieces.append(line.between(blocks[n].bullet, max(end, blocks[n].bullet)))
            else:
                pieces.append(logseq_blocks.outdented(line, base, end))
    return pieces


def _named(blocks: Sequence[Block], place: int, inner: Sequence[int]) -> Iterator[Piece]:
    """The questions of the cards right below a card, which are all the answer that it has; none where they are long."""
    own = [blocks[n] for n in inner if blocks[n].above == place]
    if sum(len(block.lines[0].text) for block in own) <= _LONGEST_NAMES:
        for block in own:
            yield logseq_blocks.outdented(block.lines[0], block.column)


_LONGEST_NAMES = 200


def _is_empty(blocks: Sequence[Block], place: int, after: int) -> bool:
    """Whether a block shows nothing, and nothing is below it: a bullet alone, a reference to another page's block."""
    block = blocks[place]
    if min(block.after, after) > place + 1:
        return False
    return not _MACRO.sub("", _REFERENCE.sub("", _AREA.sub("", block.text))).strip()


def _tags(block: Block, said: dict[str, str]) -> Iterator[str]:
    """The tags beside the one that makes a card, and those of its properties."""
    runs = (run.group() for run in _TAGS.finditer(edits.masked(block.source)) if _ASKS.search(run.group()))
    found = [*_WORD.finditer(" ".join(runs))]
    names = [tag["page"] or tag["word"] for tag in found] + said.get("tags", "").split(",")
    for name in names:
        tag = "-".join(_plain(name).split())
        if tag and not _ASKS.fullmatch(f"#{tag}") and tag.lower() != "bidirectional":
            yield tag


# --- how it is written ------------------------------------------------------------------------------------------------


def _asked(text: str) -> Iterable[edits.Edit]:
    """A question without the tags that make it a card."""
    runs = (run for run in _TAGS.finditer(edits.masked(text)) if _ASKS.search(run.group()))
    return [*(edits.Edit(*run.span(), "") for run in runs), *_shown(text)]


def _shown(text: str) -> Iterator[edits.Edit]:
    """What Logseq shows of a text, as Markdown."""
    masked = edits.masked(text)
    for alias in _ALIAS.finditer(masked):
        yield edits.Edit(*alias.span(), text[slice(*alias.span("text"))])
    for shape in (_REFERENCE, _MACRO, _AREA):
        for found in shape.finditer(masked):
            yield edits.Edit(*found.span(), "")
    for found in _CLOZE.finditer(edits.masked(text, maths=False)):
        yield edits.Edit(*found.span(), f"{{{{c{found['number'] or 0}::")
    for found in _ORG.finditer(text) if "#+" in text else ():
        language = (found["language"] or "").strip() if found["end"] == "BEGIN" else ""
        yield edits.Edit(*found.span(), f"{found['indent']}```{language}")
