"""Questions to unfold: `<details><summary>question</summary>answer</details>`.

Where the summary only says "Answer", what stands before it asks: a paragraph or two, with their code. Where a heading
asks, the note is that dialect's. Tags in code are code.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from generator.model import Kind, Node, Nodes
from generator.reading import answers, asking, attributes, choices, furniture, notes, numbering, writing
from generator.reading.blocks import plain
from generator.reading.dialects.disclosures import Disclosure, disclosures
from generator.reading.document import Document
from generator.reading.excerpts import Excerpt, Lines
from generator.reading.notes import Made, Place, Reading
from generator.reading.places import Places, outside
from generator.reading.writing import Entry

NAME = "details"
_LEADING = re.compile(r"(?:\s|<(?:br|p|div)\b[^>]*>|<(?:b|strong)>(?=\s|\Z))*", re.IGNORECASE)
_TRAILING = re.compile(r"(?:</(?:p|div|b|strong)>|<br\b[^<>]*>)\Z", re.IGNORECASE)
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
    every = [*_made(doc, lines, places)]
    taken = [made.note.span for made in every]
    free = outside(doc, taken)
    if _headings(free) < _headings(doc.tree.children):  # a heading in an answer is no topic of what follows
        places = Places(doc, free)
        every = [*_made(doc, lines, places)]
        taken = [made.note.span for made in every]
    found = [made.found() for made in every]
    problems = [problem for made in every for problem in made.problems]
    return Reading(tuple(found), places.skipped_beside(taken), tuple(problems), places.title)


def _headings(nodes: Nodes) -> int:
    return sum(node.kind is Kind.HEADING for node in nodes)


# --- from a disclosure to a note --------------------------------------------------------------------------------------


def _made(doc: Document, lines: Lines, places: Places) -> Iterator[Made]:
    """The notes of a file's `<details>`, of those that hide an answer.

    Summaries that ask nothing are terms to be explained where there are several, or no more than those that ask.
    """
    starts = [node.start for node in doc.tree.children]
    parts = [(part, _unwrapped(doc, lines, part.summary)) for part in disclosures(lines)]
    parts = [(part, asked) for part, asked in parts if not places.is_housekeeping(part.start)]
    texts = [plain(asked.nodes) for _, asked in parts]
    own_words = [not answers.says_answer(text) and not _names_nothing(text) for text in texts]
    strengths = [asking.strength(text) if own else 0.0 for own, text in zip(own_words, texts, strict=True)]
    silent = sum(own and not strength for own, strength in zip(own_words, strengths, strict=True))
    terms = doc.dialect == NAME or silent >= _FEWEST_TERMS or silent <= sum(strength > 0 for strength in strengths)
    taken = 0
    for (part, asked), text, strength in zip(parts, texts, strengths, strict=True):
        inside = doc.tree.children[bisect_left(starts, part.start) : bisect_left(starts, part.end)]
        if answers.says_hint(text):
            continue
        if answers.says_answer(text):
            before = _blocks_before(doc.tree.children[bisect_left(starts, taken) : bisect_left(starts, part.start)])
            yield from _with_question_before(doc, places, before, inside)
        elif _names_nothing(text):
            yield from _asked_inside(doc, lines, part, places.of(part.start))
        elif strength or (terms and text and not _links_only(inside)):
            for one, question in _with_last(doc, lines, *_with_answer_inside(doc, lines, part, asked)):
                answer = lines.excerpt(lines.pieces(*_stripped(doc, *one.content)))
                if strength or answer.nodes or doc.dialect == NAME or silent * 2 < len(strengths):
                    yield _asked_in_summary(doc, lines, one, question, answer, places.of(part.start))
        taken = part.end


_FEWEST_TERMS = 3


def _with_answer_inside(doc: Document, lines: Lines, part: Disclosure, asked: Excerpt) -> tuple[Disclosure, Excerpt]:
    """A `<details>` as what is unfolded last of it, and its summary with what stands before that; else as it is."""
    hidden = part.inner[0] if len(part.inner) == 1 else None
    if hidden is None or not answers.says_answer(plain(_unwrapped(doc, lines, hidden.summary).nodes)):
        return part, asked
    above = lines.pieces(*_stripped(doc, part.content[0], hidden.start))
    summary = lines.pieces(*_bounds(doc, part.summary))
    end = summary[-1][1]
    return part._replace(content=hidden.content, inner=()), lines.excerpt((*summary, (end, end), *above))


def _with_last(doc: Document, lines: Lines, part: Disclosure, asked: Excerpt) -> Iterator[tuple[Disclosure, Excerpt]]:
    """A `<details>` and what it asks, then each of those at the end of its answer whose summary asks in turn."""
    last: list[tuple[Disclosure, Excerpt]] = []
    begin, end = part.content
    for inner in reversed(part.inner):
        summary = _unwrapped(doc, lines, inner.summary)
        text = plain(summary.nodes)
        if doc.data[inner.end : end].strip() or asking.strength(text) < asking.MARKED or answers.says_answer(text):
            break
        last.append((inner, summary))
        end = inner.start
    if not last or not doc.data[begin:end].strip():
        yield part, asked
        return
    yield part._replace(end=end, content=(begin, end)), asked
    yield from reversed(last)


def _links_only(inside: Nodes) -> bool:
    """Whether all that is unfolded is a list of links: translations, contents."""
    items = [item for node in inside if node.kind is Kind.LIST for item in node.children]
    linked = sum(any(inner.kind is Kind.LINK for inner in item.walk()) for item in items)
    return bool(items) and linked * 2 > len(items) and not any(node.kind is Kind.PARAGRAPH for node in inside)


def _asked_in_summary(
    doc: Document, lines: Lines, part: Disclosure, asked: Excerpt, answer: Excerpt, place: Place
) -> Made:
    number = numbering.number(plain(asked.nodes))
    if number and not number.bare:
        asked = _without_number(asked, number.length)
    span = lines.between(part.start, part.start + len(doc.data[part.start : part.end].rstrip()))
    return notes.of_excerpts(doc, NAME, "summary of <details>", span, asked, answer, place)


def _names_nothing(text: str) -> bool:
    """Whether a summary only says that a question follows: `Question 3`."""
    number = numbering.number(text)
    return bool(_NAMES.fullmatch(text)) or (number is not None and number.length == len(text))


_NAMES = re.compile(
    r"\W*(?:follow[- ]?up(?:\s+questions?)?|question|exercise|task|problem|quiz)\W*\d*\W*", re.IGNORECASE
)


def _asked_inside(doc: Document, lines: Lines, part: Disclosure, place: Place) -> Iterator[Made]:
    """The notes of a `<details>` that holds the question as well, and its answer in another one inside."""
    says = [plain(_unwrapped(doc, lines, inner.summary).nodes) for inner in part.inner]
    at = next((at for at, text in enumerate(says) if answers.says_answer(text)), None)
    if at is None:
        whole = lines.excerpt(lines.pieces(*_stripped(doc, *part.content)))
        if len(whole.nodes) > 1:
            asked = Excerpt(whole.nodes[:1], doc.source(whole.nodes[:1]))
            answer = Excerpt(whole.nodes[1:], doc.source(whole.nodes[1:]))
            yield notes.of_excerpts(
                doc, NAME, "below the summary", lines.between(part.start, part.end), asked, answer, place
            )
        return
    inner = part.inner[at]
    asked = lines.excerpt(lines.pieces(*_stripped(doc, part.content[0], inner.start)))
    answer = lines.excerpt(lines.pieces(*_stripped(doc, *inner.content)))
    if asked.nodes:
        yield notes.of_excerpts(
            doc, NAME, "below the summary", lines.between(part.start, inner.end), asked, answer, place
        )
    for other, text in zip(part.inner[at + 1 :], says[at + 1 :], strict=True):
        if _names_nothing(text):
            yield from _asked_inside(doc, lines, other, place)


def _unwrapped(doc: Document, lines: Lines, summary: tuple[int, int]) -> Excerpt:
    """What a summary says, without the tags around all of it."""
    return lines.excerpt(lines.pieces(*_bounds(doc, summary)))


def _bounds(doc: Document, summary: tuple[int, int]) -> tuple[int, int]:
    """The bytes of what a summary says, without the tags around all of it."""
    start, end = summary
    while match := _WRAPPED.fullmatch(doc.data[start:end].decode(errors="replace")):
        before = len(doc.data[start:end].decode(errors="replace")[: match.start("text")].encode())
        start, end = start + before, start + before + len(match["text"].encode())
    return start, end


def _without_number(asked: Excerpt, length: int) -> Excerpt:
    """A question without the number in front of it."""
    first = asked.nodes[0]
    inline = numbering.unwrapped(numbering.without_prefix(first.children, length))
    return Excerpt((first._replace(children=inline), *asked.nodes[1:]), asked.source.lstrip("* ")[length:].strip("* "))


def _stripped(doc: Document, start: int, end: int) -> tuple[int, int]:
    """What is unfolded without the tags and white space at its edges."""
    kept = doc.data[start:end].decode(errors="replace").rstrip()
    while tag := _TRAILING.search(kept[-_LONGEST_TAG:]):
        kept = kept[: len(kept) - len(tag.group())].rstrip()
    leading = _LEADING.match(kept)
    before = len(kept[: leading.end()].encode()) if leading else 0
    return start + before, start + len(kept.encode())


_LONGEST_TAG = 40


def _with_question_before(doc: Document, places: Places, before: Nodes, inside: Nodes) -> Iterator[Made]:
    """The note of a `<details>` that holds the answer of what stands before it; none where a heading asks."""
    numbered = [place for place, node in enumerate(before) if _number(node)]
    asks = [place for place, node in enumerate(before) if _asks(node)]
    asks = asks or [*_tasks(places, before)]
    if not inside or not (numbered or asks):
        return
    first = numbered[-1] if numbered else asks[0]
    asked, blocks = before[first], before[first + 1 :]
    line, below = choices.stem(asked)
    inline, marks = attributes.at_end(numbering.unwrapped(line))
    question, number = notes.without_number(inline, numbering.raw_text(inline).strip())
    source = doc.source(line)
    source = source.strip("* ")[number.length :].strip("* ") if number else source
    head = notes.Asked(
        (asked,),
        notes.question(asked, question),
        attributes.without(source),
        plain(question),
        marks,
        whole=bool(question),
    )
    yield notes.of_blocks(
        doc, NAME, "question before <details>", places.of(asked.start), head, (*below, *blocks, *inside)
    )


def _tasks(places: Places, before: Nodes) -> Iterator[int]:
    """The place of what is to be done, in whatever words, right before its answer; none where the heading may ask."""
    topics = places.of(before[0].start).topics if before else ()
    above = topics[-1] if topics else ""
    if not above or asking.strength(above) or numbering.number(above):
        return
    last = [place for place, node in enumerate(before) if node.kind is Kind.PARAGRAPH][-1:]
    yield from (place for place in last if len(plain((before[place],)).split()) >= _FEWEST_WORDS)


_FEWEST_WORDS = 4


def _blocks_before(blocks: Nodes) -> Nodes:
    """The last of some blocks, as far as they may be one question."""
    found: list[Node] = []
    for node in reversed(blocks[-_MOST_BLOCKS:]):
        if node.kind in (Kind.HEADING, Kind.RULE):
            break
        if not furniture.furniture(node):
            found.append(node)
    return tuple(reversed(found))


def _asks(node: Node) -> bool:
    return node.kind is Kind.PARAGRAPH and asking.strength(numbering.raw_text(node.children).strip()) > 0


def _number(node: Node) -> numbering.Number | None:
    return numbering.number(numbering.raw_text(node.children).strip()) if node.kind is Kind.PARAGRAPH else None


# --- the other way ----------------------------------------------------------------------------------------------------


def write(title: str, entries: Sequence[Entry]) -> str:
    """The notes with their answers to be unfolded, under the headings of their topics."""

    def note(entry: Entry, _: int) -> str:
        more = "\n\n".join(filter(None, [entry.below, entry.choices]))
        asked = f"{entry.asked}\n\n{more}\n\n" if more else entry.asked
        return f"<details>\n<summary>{asked}</summary>\n\n{entry.answer}\n\n</details>"

    return writing.under_topics(title, entries, note)
