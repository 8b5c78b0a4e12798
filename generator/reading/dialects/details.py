"""Questions to unfold: `<details><summary>question</summary>answer</details>`.

Where the summary only says "Answer", what stands before it asks: a paragraph or two, with their code. Where a heading
asks, the note is that dialect's. Tags in code are code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.model import Kind, Node, Nodes, Problem
from generator.reading import answers, asking, attributes, furniture, notes, numbering, writing
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.excerpts import Excerpt, Line, Lines
from generator.reading.notes import Found, Made, Place, Reading
from generator.reading.places import Places
from generator.reading.writing import Entry

NAME = "details"
_TAG = re.compile(r"<(?P<close>/?)(?P<name>details|summary)\b[^>]*>", re.IGNORECASE)
_LEADING = re.compile(r"(?:\s|<(?:br|p|div)\b[^>]*>|<(?:b|strong)>(?=\s|\Z))*", re.IGNORECASE)
_TRAILING = re.compile(r"(?:\s|</(?:p|div|b|strong)>|<br\b[^>]*>)*\Z", re.IGNORECASE)
_WRAPPED = re.compile(
    r"\s*<(?P<tag>b|strong|h[1-6]|i|em|p)\b[^>]*>(?P<text>.*)</(?P=tag)>\s*", re.IGNORECASE | re.DOTALL
)
# So many blocks at most are a question whose answer is to be unfolded.
_MOST_BLOCKS = 6


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return b"<details" in doc.data or b"<DETAILS" in doc.data


def read(doc: Document) -> Reading:
    """The notes of a file whose answers are to be unfolded."""
    lines, places = Lines(doc), Places(doc)
    found: list[Found] = []
    problems: list[Problem] = []
    for made in _made(doc, lines, places):
        found.append(made.found())
        problems += made.problems
    taken = [one.note.span for one in found]
    return Reading(tuple(found), places.skipped_beside(taken), tuple(problems), places.title)


class _Disclosure(NamedTuple):
    """A `<details>`, by bytes: what its summary holds, and what is unfolded."""

    start: int
    end: int
    summary: tuple[int, int]
    content: tuple[int, int]


def _disclosures(lines: Lines) -> Iterator[_Disclosure]:
    """The outermost `<details>` of a file; one that is never closed ends where the next one begins."""
    tags = [(line, tag) for line in lines.all if not line.code for tag in _TAG.finditer(line.text)]
    opened = [place for place, (_, tag) in enumerate(tags) if _is(tag, "details", close=False)]
    closed = sum(_is(tag, "details", close=True) for _, tag in tags)
    nests = len(opened) == closed
    place = 0
    while place < len(tags):
        if not _is(tags[place][1], "details", close=False):
            place += 1
            continue
        end = _end(tags, place, nests)
        part = _disclosure(lines, tags[place:end])
        if part:
            yield part
        place = end


def _is(tag: re.Match[str], name: str, close: bool) -> bool:
    return tag["name"].lower() == name and bool(tag["close"]) is close


def _end(tags: list[tuple[Line, re.Match[str]]], place: int, nests: bool) -> int:
    """The place behind the tag that closes the one at `place`."""
    depth = 0
    for index in range(place, len(tags)):
        if _is(tags[index][1], "details", close=True):
            depth -= 1
        elif _is(tags[index][1], "details", close=False):
            if index > place and not nests:
                return index
            depth += 1
        if depth == 0:
            return index + 1
    return len(tags)


def _disclosure(lines: Lines, tags: list[tuple[Line, re.Match[str]]]) -> _Disclosure | None:
    """One `<details>` by its tags; None for one without a summary."""
    opening = next((at for at in tags[1:3] if _is(at[1], "summary", close=False)), None)
    closing = next((at for at in tags[1:] if _is(at[1], "summary", close=True)), None)
    if not opening or not closing:
        return None
    last = tags[-1] if _is(tags[-1][1], "details", close=True) else None
    end = lines.all[-1].end
    return _Disclosure(
        _offset(*tags[0], 0),
        _offset(*last, 1) if last else end,
        (_offset(*opening, 1), _offset(*closing, 0)),
        (_offset(*closing, 1), _offset(*last, 0) if last else end),
    )


def _offset(line: Line, tag: re.Match[str], side: int) -> int:
    """The byte at which a tag begins (0) or ends (1)."""
    return line.after(tag.span()[side])[0]


# --- from a disclosure to a note --------------------------------------------------------------------------------------


def _made(doc: Document, lines: Lines, places: Places) -> Iterator[Made]:
    """The notes of a file's `<details>`, of those that hide an answer.

    Summaries that ask nothing are terms to be explained where there are several, or no more than those that ask.
    """
    parts = [(part, _unwrapped(doc, lines, part.summary)) for part in _disclosures(lines)]
    parts = [(part, asked) for part, asked in parts if not places.is_housekeeping(part.start)]
    texts = [plain(asked.nodes) for _, asked in parts]
    strengths = [0.0 if answers.says_answer(text) else asking.strength(text) for text in texts]
    silent = sum(
        not strength and not answers.says_answer(text) for strength, text in zip(strengths, texts, strict=True)
    )
    terms = silent >= _FEWEST_TERMS or silent <= sum(strength > 0 for strength in strengths)
    for (part, asked), text, strength in zip(parts, texts, strengths, strict=True):
        if answers.says_answer(text):
            made = _with_question_before(doc, places, part)
            if made:
                yield made
        elif strength or (terms and text and not _links_only(doc, part)):
            answer = lines.excerpt(lines.pieces(*_stripped(doc, *part.content)))
            if strength or answer.nodes or silent * 2 < len(strengths):
                yield _asked_in_summary(doc, lines, part, asked, answer, places.of(part.start))


_FEWEST_TERMS = 3


def _links_only(doc: Document, part: _Disclosure) -> bool:
    """Whether all that is unfolded is a list of links: translations, contents."""
    inside = [node for node in doc.tree.children if part.start < node.start < part.content[1] - 1]
    items = [item for node in inside if node.kind is Kind.LIST for item in node.children]
    linked = sum(any(inner.kind is Kind.LINK for inner in item.walk()) for item in items)
    return bool(items) and linked * 2 > len(items) and not any(node.kind is Kind.PARAGRAPH for node in inside)


def _asked_in_summary(
    doc: Document, lines: Lines, part: _Disclosure, asked: Excerpt, answer: Excerpt, place: Place
) -> Made:
    number = numbering.number(plain(asked.nodes))
    if number and not number.bare:
        asked = _without_number(asked, number.length)
    span = lines.between(part.start, part.end)
    return notes.of_excerpts(doc, NAME, "summary of <details>", span, asked, answer, place)


def _unwrapped(doc: Document, lines: Lines, summary: tuple[int, int]) -> Excerpt:
    """What a summary says, without the tags around all of it."""
    start, end = summary
    while match := _WRAPPED.fullmatch(doc.data[start:end].decode(errors="replace")):
        before = len(doc.data[start:end].decode(errors="replace")[: match.start("text")].encode())
        start, end = start + before, start + before + len(match["text"].encode())
    return lines.excerpt(lines.pieces(start, end))


def _without_number(asked: Excerpt, length: int) -> Excerpt:
    """A question without the number in front of it."""
    first = asked.nodes[0]
    inline = numbering.unwrapped(numbering.without_prefix(first.children, length))
    return Excerpt((first._replace(children=inline), *asked.nodes[1:]), asked.source.lstrip("* ")[length:].strip("* "))


def _stripped(doc: Document, start: int, end: int) -> tuple[int, int]:
    """What is unfolded without the tags and white space at its edges."""
    text = doc.data[start:end].decode(errors="replace")
    trailing = _TRAILING.search(text)
    kept = text[: trailing.start()] if trailing else text
    leading = _LEADING.match(kept)
    before = len(kept[: leading.end()].encode()) if leading else 0
    return start + before, start + len(kept.encode())


def _with_question_before(doc: Document, places: Places, part: _Disclosure) -> Made | None:
    """The note of a `<details>` that holds the answer of what stands before it; None where a heading asks."""
    before = _blocks_before(doc, part.start)
    first = next((place for place, node in enumerate(before) if _asks(node)), None)
    if first is None:
        return None
    asked, blocks = before[first], before[first + 1 :]
    inline, marks = attributes.at_end(numbering.unwrapped(asked.children))
    question, number = notes.without_number(inline, numbering.raw_text(inline).strip())
    inside = tuple(node for node in doc.tree.children if part.start <= node.start < part.end)
    source = doc.source(asked.children)
    source = source.strip("* ")[number.length :].strip("* ") if number else source
    head = notes.Asked((asked,), notes.question(asked, question), attributes.without(source), plain(question), marks)
    place: Place = places.of(asked.start)
    return notes.of_blocks(doc, NAME, "question before <details>", place, head, (*blocks, *inside))


def _blocks_before(doc: Document, start: int) -> Nodes:
    """The blocks between what ends a question and this byte."""
    before = [node for node in doc.tree.children if node.end <= start]
    found: list[Node] = []
    for node in reversed(before[-_MOST_BLOCKS:]):
        if node.kind in (Kind.HEADING, Kind.RULE) or (node.kind is Kind.HTML_BLOCK and "details" in node.text.lower()):
            break
        if furniture.furniture(node):
            continue
        found.append(node)
    return tuple(reversed(found))


def _asks(node: Node) -> bool:
    if node.kind is not Kind.PARAGRAPH:
        return False
    text = numbering.raw_text(node.children).strip()
    return asking.strength(text) > 0 or numbering.number(text) is not None


# --- the other way ----------------------------------------------------------------------------------------------------


def write(title: str, entries: Sequence[Entry]) -> str:
    """The notes with their answers to be unfolded, under the headings of their topics."""

    def note(entry: Entry, _: int) -> str:
        more = "\n\n".join(filter(None, [entry.below, entry.choices]))
        asked = f"{entry.asked}\n\n{more}\n\n" if more else entry.asked
        return f"<details>\n<summary>{asked}</summary>\n\n{entry.answer}\n\n</details>"

    return writing.under_topics(title, entries, note)
