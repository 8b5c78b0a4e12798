"""Where in a file's headings something stands: for the dialects in which headings do not ask, but group."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable
from dataclasses import dataclass
from itertools import pairwise

from generator.model import Kind, Node, Nodes, Skipped, Span
from generator.reading import answers, asking, furniture
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.notes import NOWHERE, Place

_OUTSIDE = "text outside any question"


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands under a heading, from its first byte on, up to the next heading."""

    start: int
    place: Place
    housekeeping: bool
    why: str
    contents: bool


class Places:
    """The headings of a file as topics. The first one is the title, if it is the only one of its level or above.

    `blocks` are those whose headings group, if not all do: a dialect that takes some for questions leaves these out.
    """

    def __init__(self, doc: Document, blocks: Nodes | None = None) -> None:
        self._doc = doc
        if blocks is None:
            self.title, self._parts = doc.once("places", lambda: _parted(doc, doc.tree.children))
        else:
            self.title, self._parts = _parted(doc, blocks)
        self._seen: dict[tuple[int, int], tuple[Span, str]] = doc.once("blocks seen", dict)
        self._starts = [part.start for part in self._parts]

    def of(self, offset: int) -> Place:
        """The topics above this byte."""
        part = self._part(offset)
        return part.place if part else NOWHERE

    def is_housekeeping(self, offset: int) -> bool:
        """Whether this byte stands in a part about the file: its contents, its licence."""
        part = self._part(offset)
        return part is not None and part.housekeeping

    def is_closed(self, offset: int) -> bool:
        """Whether nothing may be a question there: in a part about the file, unless it is right under its contents."""
        part = self._part(offset)
        return part is not None and part.housekeeping and not part.contents

    def is_contents(self, offset: int) -> bool:
        """Whether this byte stands right under the heading of a table of contents."""
        part = self._part(offset)
        return part is not None and part.contents

    def _part(self, offset: int) -> _Part | None:
        index = bisect_right(self._starts, offset) - 1
        return self._parts[index] if index >= 0 else None

    def skipped_beside(self, taken: Iterable[Span], why: str = "") -> tuple[Skipped, ...]:
        """All blocks of the file that begin in none of these lines, each with its reason; a preface is before them."""
        taken = [*taken]
        first = min((span.line for span in taken), default=0)
        free = outside(self._doc, taken)
        count = bisect_left(free, first, key=lambda node: self._doc.line(node.start))
        return (*self.skipped(free[:count], why), *self.skipped(free[count:], why or _OUTSIDE))

    def skipped(self, blocks: Nodes, why: str = "") -> tuple[Skipped, ...]:
        """Blocks that are in no note, each with its reason: what it is as a heading or as furniture, else `why`."""
        return tuple(self._one_skipped(node, why) for node in blocks)

    def _one_skipped(self, node: Node, why: str) -> Skipped:
        span, known = self._look(node)
        part = self._part(node.start)
        if node.kind is Kind.HEADING and part:
            return Skipped(span, part.why)
        if part is not None and part.housekeeping:
            return Skipped(span, "housekeeping section")
        return Skipped(span, known or why or (_OUTSIDE if part else "preface"))

    def _look(self, node: Node) -> tuple[Span, str]:
        """A block's lines, and what it is as furniture: the same to all dialects that read the file."""
        key = (node.start, node.end)
        if key not in self._seen:
            self._seen[key] = self._doc.span((node,)), furniture.furniture(node)
        return self._seen[key]


def _parted(doc: Document, blocks: Nodes) -> tuple[str, list[_Part]]:
    """A file's title, and what stands under each of the headings among its blocks."""
    headings = [node for node in blocks if node.kind is Kind.HEADING]
    lists = _lists_of_questions(blocks)
    title = ""
    parts: list[_Part] = []
    alone = bool(headings) and not any(node.level <= headings[0].level for node in headings[1:])
    above: list[tuple[int, str]] = []
    closed = 0
    for index, node in enumerate(headings):
        words = plain(_without_links_back(node.children)).strip(" :：.#")
        closed = closed if closed and node.level > closed and not parts[-1].contents else 0
        about_file = furniture.is_housekeeping(words) and node.start not in lists
        if index == 0 and alone and words and not about_file:
            title = words
            above = [(node.level, words)] if doc.title_is_topic(words) else []
            why = "topic" if above else "title"
        else:
            above = [(level, name) for level, name in above if level < node.level]
            if not closed and about_file and not furniture.may_be_topic(words):
                closed = node.level
            if words and not closed and not furniture.names_one(words):
                above.append((node.level, words))
            why = "housekeeping section" if closed else "topic"
        place = Place(tuple(name for _, name in above))
        contents = about_file and furniture.is_contents(words)
        parts.append(_Part(node.start, place, bool(closed), why, contents))
    return title, parts


def _without_links_back(inline: Nodes) -> Nodes:
    """A heading's inline nodes without links to places in the file, unless nothing else says anything."""
    kept = tuple(node for node in inline if node.kind is not Kind.LINK or not node.target.startswith("#"))
    return kept if any(map(str.isalnum, plain(kept))) else inline


def grouping(blocks: Nodes, asked: Container[int]) -> tuple[int, ...]:
    """The places of the headings that group: all but those that name a part of an answer, as `Example` does.

    Such a one is deeper than the heading above it and stands between two questions, the second not right below it; the
    last question's is known by those before it. `asked` are the first bytes of the blocks that ask.
    """
    places: list[int] = []
    waiting: list[int] = []  # those that name a part, if a question follows
    levels: set[int] = set()  # those of headings that did
    level, below = 0, False
    for place, node in enumerate(blocks):
        if node.start in asked:
            levels.update(blocks[part].level for part in waiting)
            below, waiting = True, []
        elif node.kind is Kind.HEADING:
            heads = any(following.start in asked for following in blocks[place + 1 : place + 2])
            if below and not heads and node.level > level and _names_part(node):
                waiting += [] if node.level in levels else [place]
            else:
                places += [*waiting, place]
                level, below, waiting = node.level, False, []
    return (*places, *waiting)


def _names_part(heading: Node) -> bool:
    words = plain(heading.children)
    return furniture.names_part(words) and not furniture.is_housekeeping(words)


def _lists_of_questions(blocks: Nodes) -> set[int]:
    """Where headings begin that say `List of questions` above one with more than links, which is no contents.

    And those right above a `<details>` whose summary asks: there a word such as `References` is a topic.
    """
    found: set[int] = set()
    above: Node | None = None
    for before, node in pairwise(blocks):
        if before.kind is Kind.HEADING and _SUBJECT.fullmatch(plain(before.children)):
            found.update([before.start] if asking.strength(answers.summary(node)) else ())
    for node in blocks:
        if node.kind is Kind.HEADING:
            above = node if furniture.names_questions(plain(node.children)) else None
        elif above and node.kind is Kind.LIST and not _links_alone(node):
            found.add(above.start)
    return found


# What a part about the file is called, and a subject as well: of Git, of C++, of HTML.
_SUBJECT = re.compile(r"\W*(?:references?|links?|resources?)\W*", re.IGNORECASE)


def _links_alone(node: Node) -> bool:
    """Whether most items of a list are links."""
    return 2 * sum(any(inner.kind is Kind.LINK for inner in item.walk()) for item in node.children) > len(node.children)


def outside(doc: Document, taken: Iterable[Span]) -> Nodes:
    """The blocks of a file that begin in none of these lines."""
    ordered = sorted(taken)
    begins = [span.line for span in ordered]
    free = []
    lines = doc.once("lines of blocks", lambda: [doc.line(node.start) for node in doc.tree.children])
    for node, line in zip(doc.tree.children, lines, strict=True):
        index = bisect_right(begins, line) - 1
        if index < 0 or ordered[index].end_line < line:
            free.append(node)
    return tuple(free)


def with_topics_in_comments(blocks: Nodes) -> Nodes:
    """The blocks with comments such as `<!-- ## Topic -->` as headings: of files whose headings are cards."""
    return tuple(_topic_in_comment(node) for node in blocks)


def _topic_in_comment(node: Node) -> Node:
    topic = TOPIC_IN_COMMENT.fullmatch(node.text) if node.kind is Kind.HTML_BLOCK else None
    if not topic:
        return node
    name = Node(Kind.TEXT, node.start, node.end, topic["name"])
    return node._replace(kind=Kind.HEADING, text="", children=(name,), level=len(topic["level"]))


TOPIC_IN_COMMENT = re.compile(r"\s*<!--[ \t]*(?P<level>#{1,6})[ \t]+(?P<name>\S(?:.*\S)?)[ \t]*-->\s*")
