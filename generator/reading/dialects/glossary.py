"""Terms and what they mean: definition lists, two-column tables, items or lines such as `**Term**: definition`.

A table is one if its header says so (`Term | Definition`, `Question | Answer`). Items and lines are, if the title or a
heading above says that they are a glossary, and so are headings below it (`heading_terms`); items also, if they are
nearly all that the file holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from statistics import median_low
from typing import NamedTuple

from generator.model import Kind, Node, Nodes, Problem, Skipped
from generator.reading import attributes, furniture, notes, numbering, terms, writing
from generator.reading.blocks import plain
from generator.reading.dialects import heading_terms
from generator.reading.document import Document
from generator.reading.notes import Asked, Found, Made, Reading
from generator.reading.places import Places
from generator.reading.protection import INLINE
from generator.reading.writing import Entry

NAME = "glossary"
_KINDS = (Kind.HEADING, Kind.LIST, Kind.TABLE, Kind.DEFINITION_LIST, Kind.PARAGRAPH)
_BREAKS = (Kind.SOFT_BREAK, Kind.HARD_BREAK)
_PARTING = re.compile(r"[ \t]*(?:[:：](?=\s|$|[^\x00-\x7f])|(?<=\s):(?=\()|[-–—](?=\s)|→|=>|(?<=\s)=(?=\s))[ \t]*")
_LONGEST_TERM = 60
_LONGEST_DEFINED = 150  # in a definition list, where a question may stand as well
_SHORTEST_TERM = 2
_MOST_WORDS = 8
# Without a word that says so, so many of a file's items must be of the shape, at least so many there must be, and so
# much of its text they must be.
_NEARLY_ALL = 0.85
_FEWEST = 5
_MOST_TEXT = 0.6
# A meaning takes more bytes than a value does: `Height: 30 m` is a fact about one thing.
_SHORTEST_MEANING = 15
_FEWEST_LINES = 2


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return any(node.kind in _KINDS for node in doc.tree.children)


class _Term(NamedTuple):
    """A term with what it means: the lines of both, the term's inline nodes, and the blocks of its meaning."""

    lines: Nodes
    inline: Nodes
    meaning: Nodes
    rule: str
    weight: float = 1.0


def read(doc: Document) -> Reading:
    """The notes of a file that explains terms."""
    places = Places(doc)
    found: list[Found] = []
    problems: list[Problem] = []
    skipped: list[Skipped] = []
    every = [*_Glossary(doc, places).terms()]
    headed = [term for term in every if term.lines[0].kind is Kind.HEADING]
    if headed:  # neither a term nor a heading in its meaning is a topic
        inside = {node.start for term in headed for node in (*term.lines, *term.meaning)}
        places = Places(doc, tuple(node for node in doc.tree.children if node.start not in inside))
    for term in every:
        if places.is_housekeeping(term.lines[0].start):
            continue
        made = _made(doc, places, term)
        if made.note.answered or term.rule == "table":
            found.append(made.found(term.weight))
            problems += made.problems
            skipped += made.skipped
    skipped += places.skipped_beside(one.note.span for one in found)
    return Reading(tuple(found), tuple(skipped), tuple(problems), places.title)


def _made(doc: Document, places: Places, term: _Term) -> Made:
    inline, marks = attributes.at_end(term.inline)
    first = term.lines[0]
    asked = Asked(term.lines, notes.question(first, inline), _source(doc, inline), plain(inline), marks)
    return notes.of_blocks(doc, NAME, term.rule, places.of(first.start), asked, (), term.meaning)


def _source(doc: Document, inline: Nodes) -> str:
    """The Markdown of a term; of a text that was cut, what is left."""
    return "".join(node.text if node.kind is Kind.TEXT else doc.source((node,)) for node in inline)


# --- where terms stand ------------------------------------------------------------------------------------------------


class _Glossary:
    """The blocks of a file, and what its headings say of them."""

    def __init__(self, doc: Document, places: Places) -> None:
        self._doc, self._places = doc, places
        name = doc.name.rpartition("/")[2].rpartition(".")[0].replace("-", " ").replace("_", " ")
        self._heads = cache(terms.heads_glossary)  # a topic stands above many sections
        self._whole = any(map(self._heads, (name, places.title, str(doc.text.front.get("title", "")))))

    def terms(self) -> Iterator[_Term]:
        """All terms that the file explains, in order."""
        blocks = self._doc.tree.children
        headed = [*heading_terms.found(blocks, self._whole, self._holds_terms)]
        taken = {node.start for term in headed for node in (term.heading, *term.meaning)}
        for term in headed:
            yield _Term((term.heading,), term.heading.children, term.meaning, "heading of a glossary")
        yield from self._others(tuple(node for node in blocks if node.start not in taken))

    def _holds_terms(self, body: Nodes) -> bool:
        """Whether what stands below a heading explains several terms itself."""
        lines = _Lines(body)
        others = (
            term
            for node in body
            for term in (
                _defined(node) if node.kind is Kind.DEFINITION_LIST
                else _rows(node, said=True) if node.kind is Kind.TABLE
                else _items(node, said=True, guessed=False) if node.kind is Kind.LIST
                else lines.terms(node) if node.kind is Kind.PARAGRAPH
                else ()
            )
        )  # fmt: skip
        return sum(1 for _ in others) > 1

    def _others(self, blocks: Nodes) -> Iterator[_Term]:
        """The terms of lists, tables and lines."""
        guessed = self._is_list_of_terms()
        for section in _sections(blocks):
            said = self._says(section[-1].start)
            lines = _Lines(section) if said else None
            for node in section:
                if node.kind is Kind.DEFINITION_LIST:
                    yield from _defined(node)
                elif node.kind is Kind.TABLE:
                    yield from _rows(node, said)
                elif node.kind is Kind.LIST and not (lines and lines.takes(node)):
                    yield from _items(node, said, guessed)
                elif node.kind is Kind.PARAGRAPH and lines:
                    yield from lines.terms(node)

    def _says(self, offset: int) -> bool:
        """Whether the headings above this byte say that terms are explained."""
        topics = self._places.of(offset).topics
        innermost = topics[-1] if topics else self._places.title
        return self._whole or terms.heads_terms(innermost) or any(map(self._heads, topics))

    def _is_list_of_terms(self) -> bool:
        """Whether nearly all items of the file explain terms, and they are most of what it holds."""
        blocks = [node for node in self._doc.tree.children if node.kind is not Kind.HEADING]
        items = [item for node in blocks if node.kind is Kind.LIST and node.level < 0 for item in node.children]
        own, text = (sum(node.end - node.start for node in nodes) for nodes in (items, blocks))
        if len(items) < _FEWEST or own < _MOST_TEXT * text:
            return False
        shaped = [term for item in items if (term := _item(item, notes.GUESS)) and not _is_link(term.inline)]
        if len(shaped) < max(_FEWEST, _NEARLY_ALL * len(items)):
            return False
        names = {plain(term.inline).casefold() for term in shaped}
        meanings = [len(plain(term.meaning).encode()) for term in shaped]
        if len(names) < _NEARLY_ALL * len(shaped) or median_low(meanings) < _SHORTEST_MEANING:
            return False
        headings = (plain(node.children) for node in self._doc.tree.children if node.kind is Kind.HEADING)
        return not any(map(furniture.tells_of_project, headings))


def _sections(blocks: Nodes) -> Iterator[Nodes]:
    """The blocks cut before each heading."""
    begins = [0, *(place for place, node in enumerate(blocks) if place and node.kind is Kind.HEADING), len(blocks)]
    for place, end in pairwise(begins):
        if end > place:
            yield blocks[place:end]


def _is_link(inline: Nodes) -> bool:
    """Whether a term is a link to elsewhere."""
    return len(inline) == 1 and inline[0].kind is Kind.LINK and not inline[0].target.startswith("#")


# --- definition lists and tables --------------------------------------------------------------------------------------


def _defined(node: Node) -> Iterator[_Term]:
    """The terms of a definition list; one with several definitions has them all. What begins `:::` is a directive."""
    children = node.children
    begins = [place for place, child in enumerate(children) if child.kind is Kind.DEFINITION_TERM]
    for place, end in zip(begins, [*begins[1:], len(children)], strict=True):
        term, told = plain(children[place].children), children[place + 1 : end]
        if told and len(term) <= _LONGEST_DEFINED and not any(map(_is_no_definition, told)):
            meaning = tuple(block for one in told for block in _blocks(one))
            yield _Term(children[place:end], numbering.unwrapped(children[place].children), meaning, "definition list")


def _is_no_definition(node: Node) -> bool:
    """Whether a directive (`:::note`) or the name of an emoji (`:memo: …`) looks like a definition."""
    text = plain((node,))
    glued = bool(node.children) and node.children[0].start - node.start < len(": ")
    return text.startswith("::") or (glued and bool(_EMOJI.match(text)))


_EMOJI = re.compile(r"[a-z0-9_+-]{2,40}:(?:\s|$)")


def _blocks(node: Node) -> Nodes:
    """What stands in a definition or an item, as blocks."""
    count = next((n for n, child in enumerate(node.children) if child.kind not in INLINE), len(node.children))
    loose = node.children[:count]
    if not loose:
        return node.children
    paragraph = Node(Kind.PARAGRAPH, loose[0].start, loose[-1].end, children=loose)
    return (paragraph, *node.children[count:])


def _rows(node: Node, said: bool) -> Iterator[_Term]:
    """The rows of a table whose header says that it explains terms, or answers questions."""
    head, *rows = node.children
    header = [plain(cell.children) for cell in head.children]
    place = terms.columns(header) or ((0, 1) if said and len(header) == 2 else None)
    if not place:
        return
    told = [(row, row.children[place[0]], row.children[place[1]]) for row in rows if len(row.children) > place[1]]
    meanings = [numbering.trimmed(meaning.children) for _, _, meaning in told]
    linked = sum(len(inline) == 1 and inline[0].kind is Kind.LINK for inline in meanings)
    if linked == len(told) or (not terms.columns(header) and linked * 2 > len(told)):
        return  # it says where to go
    if all(_is_entry(term, meaning) for _, term, meaning in told):
        return
    counted = [numbering.number(numbering.raw_text(term.children)) for _, term, _ in told]
    count = all(number and not number.bare for number in counted) and len(counted) > 1
    for (row, term, meaning), number in zip(told, counted, strict=True):
        if plain(term.children):
            paragraph = Node(Kind.PARAGRAPH, meaning.start, meaning.end, children=meaning.children)
            blocks = (paragraph,) if meaning.children else ()
            inline = numbering.without_prefix(term.children, number.length) if count and number else term.children
            yield _Term((row,), numbering.unwrapped(numbering.trimmed(inline)), blocks, "table")


def _is_entry(term: Node, meaning: Node) -> bool:
    """Whether a row is one of an answer key: a number and a letter, whose question stands elsewhere."""
    return bool(_COUNTED.fullmatch(plain(term.children)) and _LETTER.fullmatch(plain(meaning.children)))


_COUNTED = re.compile(r"\W*(?:q(?:uestion)?)?\W*\d{1,4}\W*", re.IGNORECASE)
_LETTER = re.compile(r"\W*(?:[A-H](?:\W+[A-H])*|true|false)\W*", re.IGNORECASE)

# --- items and lines --------------------------------------------------------------------------------------------------


def _items(node: Node, said: bool, guessed: bool) -> Iterator[_Term]:
    """The items of a list that explain terms."""
    guessed = guessed and node.level < 0
    if not said and not guessed:
        return
    own = [_item(item, 1.0 if said else notes.GUESS) for item in node.children]
    if guessed or sum(map(bool, own)) * 2 > len(own):
        yield from filter(None, own)


def _item(item: Node, weight: float) -> _Term | None:
    """`Term: definition` as an item, or None for another one."""
    blocks = _blocks(item)
    if not blocks or blocks[0].kind is not Kind.PARAGRAPH:
        return None
    first = blocks[0]
    if first.children[:1] and first.children[0].kind is Kind.TASK:
        return None
    parts = _parted(first.children)
    if parts:
        term, rest = parts
        told = first._replace(start=rest[0].start, children=rest)
        return _Term((item,), term, (told, *blocks[1:]), "term of a list", weight)
    if len(first.children) == 1 and first.children[0].kind is Kind.STRONG and blocks[1:]:
        return _Term((item,), numbering.unwrapped(first.children), blocks[1:], "term of a list", weight)
    return None


def _parted(inline: Nodes) -> tuple[Nodes, Nodes] | None:
    """A line as a term and its definition, if it is of that shape."""
    inline = numbering.trimmed(inline)
    if not inline:
        return None
    text = numbering.raw_text(inline)
    marked = inline[0] if inline[0].kind in (Kind.STRONG, Kind.EMPHASIS, Kind.CODE, Kind.LINK) else None
    begin = max(1, len(numbering.raw_text((marked,))) - 1) if marked else 1
    if marked and len(inline) > 2 and inline[1].kind in _BREAKS and marked.kind is Kind.STRONG:
        start, end = begin + 1, begin + 2
    else:
        parts = _PARTING.search(_masked(inline), begin)
        if not parts:
            return None
        start, end = parts.span()
    name = text[:start].strip("*_ ()")
    if start > _LONGEST_TERM or len(name.split()) > _MOST_WORDS or terms.is_aside(name):
        return None
    if len(name) < _SHORTEST_TERM and name < "\x7f":
        return None  # an option, `A: …`
    rest = numbering.trimmed(numbering.without_prefix(inline, end))
    term = numbering.unwrapped(numbering.prefix(inline, start))
    return (term, rest) if term and rest and text[end:].strip() else None


def _masked(nodes: Nodes) -> str:
    """The nodes' characters, those of code and formulas as letters: no sign in these parts anything."""
    parts = []
    for node in nodes:
        own = numbering.raw_text((node,))
        if node.kind in (Kind.CODE, Kind.MATHS, Kind.DISPLAY_MATHS):
            parts.append("x" * len(own))
        else:
            parts.append(_masked(node.children) if node.children and own else own)
    return "".join(parts)


class _Lines:
    """The terms of a section's paragraphs, a line each, with what follows each of them up to the next one.

    In bold a term needs no company; plain ones must be most of the section's paragraphs.
    """

    def __init__(self, section: Nodes) -> None:
        paragraphs = [node for node in section if node.kind is Kind.PARAGRAPH]
        parted = [node for node in paragraphs if _parted(_lines(node)[0])]
        self._plain = len(parted) >= max(_FEWEST_LINES, len(paragraphs) / 2)
        begins = [place for place, node in enumerate(section) if node.kind is Kind.PARAGRAPH and self._begins(node)]
        self._below: dict[int, Nodes] = {}
        for place, end in zip(begins, [*begins[1:], None], strict=False):
            below = section[place + 1 : end]
            stop = next((n for n, node in enumerate(below) if not self._goes_on(node, last=end is None)), len(below))
            self._below[section[place].start] = below[:stop]
        self._taken = {node.start for below in self._below.values() for node in below}

    def takes(self, node: Node) -> bool:
        """Whether a block belongs to a term above it."""
        return node.start in self._taken

    def terms(self, node: Node) -> Iterator[_Term]:
        """The terms of a paragraph."""
        if node.start not in self._below:
            return
        groups: list[list[Nodes]] = []
        for line in _lines(node):
            if groups and not self._is_term(line):
                groups[-1].append(line)
            else:
                groups.append([line])
        for place, group in enumerate(groups):
            term, rest = _parted(group[0]) or ((), ())
            own = node._replace(start=group[0][0].start, end=group[-1][-1].end)
            below = self._below[node.start] if place == len(groups) - 1 else ()
            told = own._replace(start=rest[0].start, children=_joined([rest, *group[1:]]))
            yield _Term((own,), term, (told, *below), "line of a glossary")

    def _begins(self, node: Node) -> bool:
        return self._is_term(_lines(node)[0])

    def _is_term(self, line: Nodes) -> bool:
        return bool(_parted(line)) and (self._plain or line[0].kind is Kind.STRONG)

    def _goes_on(self, node: Node, last: bool) -> bool:
        """Whether a block behind a term still belongs to it; a paragraph behind the last one rather closes the list."""
        if node.kind in (Kind.RULE, Kind.HEADING, Kind.DEFINITION_LIST, Kind.TABLE):
            return False
        return not last or node.kind is not Kind.PARAGRAPH


def _lines(paragraph: Node) -> list[Nodes]:
    """A paragraph's lines, a bold one with the one below it; one empty one for nothing."""
    lines: list[list[Node]] = [[]]
    for node in paragraph.children:
        if node.kind in _BREAKS and [own.kind for own in lines[-1]] != [Kind.STRONG]:
            lines.append([])
        else:
            lines[-1].append(node)
    return [tuple(line) for line in lines if line] or [()]


def _joined(lines: Sequence[Nodes]) -> Nodes:
    children = list(lines[0])
    for line in lines[1:]:
        children += [Node(Kind.SOFT_BREAK, line[0].start, line[0].start), *line]
    return tuple(children)


# --- the other way ----------------------------------------------------------------------------------------------------


def write(title: str, entries: Sequence[Entry]) -> str:
    """The notes as definition lists, one below each topic."""

    def note(entry: Entry, _: int) -> str:
        first, *lines = entry.answer.split("\n")
        told = [f": {first}", *writing.indented(lines, 2)] if entry.answer else []
        return "\n".join(["\n\n".join(filter(None, [entry.remarked, entry.below, entry.choices])), *told])

    return writing.under_topics(title, entries, note)
