"""What a dialect leaves open: deck, tags and language of each note, its footnotes, and the images it shows."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

from generator import tex
from generator.html_names import PLAYERS
from generator.model import Basic, Cloze, Defaults, FormulaRef, ImageRef, Kind, Node, Nodes, Note, Reversed, Span
from generator.reading.document import Document
from generator.reading.protection import literal


def finished(doc: Document, notes: tuple[Note, ...], title: str, defaults: Defaults) -> tuple[Note, ...]:
    """The notes of a dialect's reading made whole. `title` is the file's own title as the dialect found it."""
    notes = tuple(_with_defaults(note, doc, defaults, title) for note in notes)
    defined = _footnotes(doc)
    if defined:
        notes = tuple(_with_footnotes(doc, note, defined) for note in notes)
    if b"]" in doc.data:
        notes = tuple(_with_addresses(note) for note in notes)
    if _SHOWING.search(doc.data):
        notes = tuple(_with_images(doc, note) for note in notes)
    if _FORMULAS.search(doc.data):
        notes = tuple(_with_formulas(doc, note) for note in notes)
    return notes


# --- what the file and the project say of each note ---------------------------------------------------------------


def _with_defaults(note: Note, doc: Document, defaults: Defaults, title: str) -> Note:
    """The note with its deck, tags and language from the file's front matter, the project and its topics."""
    front, name = doc.text.front, doc.name
    own_title = str(front.get("title", ""))
    topic = note.topic
    if defaults.title and own_title and own_title != defaults.title:
        topic = (own_title, *topic[1:]) if topic[:1] == (title,) else (own_title, *topic)
    whole = defaults.deck or defaults.title or own_title or title or defaults.name or _stem(name)
    deck = str(front.get("deck", "")) or "::".join((whole, *defaults.folders))
    if defaults.folders and topic and _bare(topic[0]) == _bare(defaults.folders[-1]):
        topic = topic[1:]  # a file called after its folder
    given = (*defaults.tags, *front.get("tags", ()))
    tags = (*given, *map(_slug, topic), *note.tags)
    return replace(
        note,
        deck=tuple(part.strip() for part in deck.split("::") if part.strip()) or (_stem(name),),
        topic=topic,
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        own_tags=tuple(dict.fromkeys((*given, *note.tags))),
        lang=str(front.get("lang", "")) or defaults.lang,
    )


def _bare(name: str) -> str:
    """A name as it is compared: `linux-basics` and `Linux basics` are one."""
    return re.sub(r"[\W_]+", "", name).casefold()


def _stem(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0] or name.rpartition("/")[2]


def _slug(topic: str) -> str:
    """A topic as a tag: Anki's tags hold no spaces, and `::` would nest them."""
    return re.sub(r"[^\w+#.]+", "-", topic.casefold()).strip("-.")


# --- footnotes and what stands elsewhere --------------------------------------------------------------------------


def _footnotes(doc: Document) -> dict[str, Node]:
    """The file's footnote definitions by their labels, case folded (GitHub: footnotes); the first of a label counts."""
    defined: dict[str, Node] = {}
    if b"[^" in doc.data:
        for node in doc.tree.walk():
            if node.kind is Kind.FOOTNOTE:
                defined.setdefault(node.target.casefold(), node)
    return defined


def _with_footnotes(doc: Document, note: Note, defined: dict[str, Node]) -> Note:
    """The note with the footnotes that it refers to, wherever they are defined, and with none among its answer."""
    wanted: dict[str, Node] = {}
    waiting: deque[Node] = deque(note.trees())
    while waiting:
        for node in waiting.popleft().walk():
            label = node.target.casefold()
            if node.kind is Kind.FOOTNOTE_REFERENCE and label in defined and label not in wanted:
                wanted[label] = defined[label]
                waiting.append(defined[label])
    body = note.body
    if isinstance(body, Basic | Reversed):
        body = replace(body, answer=_without_definitions(body.answer))
    elif isinstance(body, Cloze):
        body = Cloze(_without_definitions(body.text), _without_definitions(body.extra))
    elsewhere = [doc.source((node,)) for node in wanted.values() if not _inside(node, doc, note.span)]
    source = "\n".join([note.answer_source, *elsewhere])
    footnotes = literal(tuple(wanted.values()))  # what a note refers to is no part of what it hides
    return replace(note, body=body, footnotes=footnotes, answer_source=source)


def _without_definitions(nodes: Nodes) -> Nodes:
    return tuple(node for node in nodes if node.kind is not Kind.FOOTNOTE)


def _inside(node: Node, doc: Document, span: Span) -> bool:
    return span.line <= doc.line(node.start) <= span.end_line


# A bracket closed and no address after it: `[text][label]`, `[label]`.
_REFERENCE = re.compile(r"\](?!\()")


def _with_addresses(note: Note) -> Note:
    """The note with its canonical Markdown naming the addresses that it doesn't spell out (`[text][label]`)."""
    own = note.question_source + note.answer_source
    if not _REFERENCE.search(own):
        return note
    found = (
        said
        for tree in note.trees()
        for node in tree.walk()
        if node.kind is Kind.LINK or node.kind is Kind.IMAGE
        for said in (node.target, node.detail)
    )
    missing = [target for target in dict.fromkeys(found) if target.removeprefix("mailto:") not in own]
    return replace(note, answer_source="\n".join([note.answer_source, *missing])) if missing else note


# --- images ---------------------------------------------------------------------------------------------------------


_SHOWING = re.compile(rb"!\[|\[sound:|<(?:img|audio|video|source)\b", re.IGNORECASE)
_TAGS = ("img", *PLAYERS)


class _Images(HTMLParser):
    """The addresses of images, sounds and films in raw HTML, each with the line of the markup that it is on, from 0."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an image's address."""
        address = dict(attrs).get("src") if tag in _TAGS else None
        if address:
            self.found.append((address, self.getpos()[0] - 1))


def _with_images(doc: Document, note: Note) -> Note:
    """The note with the place of each image that it shows."""
    found = dict.fromkeys(ref for tree in note.trees() for node in tree.walk() for ref in _images(doc, node))
    return replace(note, images=tuple(found)) if found else note


def _images(doc: Document, node: Node) -> Iterator[ImageRef]:
    if node.kind is Kind.IMAGE:
        yield ImageRef(node.target, doc.line(node.start), doc.column(node.start))
    elif node.kind in (Kind.HTML, Kind.HTML_BLOCK) and _SHOWING.search(node.text.encode()):
        parser = _Images()
        parser.feed(node.text)
        for address, line in parser.found:
            yield ImageRef(address, doc.line(node.start) + line, doc.column(node.start))


# --- formulas -------------------------------------------------------------------------------------------------------

_FORMULAS = re.compile(rb"\$|\\[(\[]|math", re.IGNORECASE)


def _with_formulas(doc: Document, note: Note) -> Note:
    """The note with the place of each formula."""
    found = (node for tree in note.trees() for node in tree.walk() if tex.is_formula(node))
    places = (
        FormulaRef(tex.address(tex.tex(node), tex.is_display(node)), doc.line(node.start), doc.column(node.start))
        for node in found
    )
    return replace(note, formulas=tuple(dict.fromkeys(places)))
