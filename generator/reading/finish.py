"""What a dialect leaves open: deck, tags and language of each note, its footnotes, and the images it shows."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace

from generator.model import Basic, Defaults, ImageRef, Kind, Node, Note, Reversed, Span
from generator.reading.document import Document


def finished(doc: Document, notes: tuple[Note, ...], title: str, defaults: Defaults) -> tuple[Note, ...]:
    """The notes of a dialect's reading made whole. `title` is the file's own title as the dialect found it."""
    defined: dict[str, Node] = {}
    if b"[^" in doc.data:
        for node in doc.tree.walk():
            if node.kind is Kind.FOOTNOTE:
                defined.setdefault(node.target, node)
    return tuple(_with_images(doc, _with_defaults(_complete(doc, note, defined), doc, defaults, title)) for note in notes)


# --- what the file and the project say of each note ---------------------------------------------------------------


def _with_defaults(note: Note, doc: Document, defaults: Defaults, title: str) -> Note:
    """The note with its deck, tags and language from the file's front matter, the project and its topics."""
    front, name = doc.text.front, doc.name
    own_title = str(front.get("title", ""))
    topic = note.topic
    if defaults.title and own_title and own_title != defaults.title:
        topic = (own_title, *topic[1:]) if topic[:1] == (title,) else (own_title, *topic)
    deck = str(front.get("deck", "")) or defaults.deck or defaults.title or own_title or title or _stem(name)
    front_tags = front.get("tags", ())
    tags = (*defaults.tags, *(front_tags if isinstance(front_tags, tuple) else ()), *map(_slug, topic), *note.tags)
    return replace(
        note,
        deck=tuple(part.strip() for part in deck.split("::") if part.strip()) or (_stem(name),),
        topic=topic,
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        lang=str(front.get("lang", "")) or defaults.lang,
    )


def _stem(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0] or name.rpartition("/")[2]


def _slug(topic: str) -> str:
    """A topic as a tag: Anki's tags hold no spaces, and `::` would nest them."""
    return re.sub(r"[^\w+#.]+", "-", topic.casefold()).strip("-.")


# --- footnotes and what stands elsewhere --------------------------------------------------------------------------


def _complete(doc: Document, note: Note, defined: dict[str, Node]) -> Note:
    """The note with its footnotes, and with its canonical Markdown naming what was written elsewhere."""
    wanted: dict[str, Node] = {}
    queue: list[Node] = list(note.trees()) if defined else []
    while queue:
        for node in queue.pop(0).walk():
            if node.kind is Kind.FOOTNOTE_REFERENCE and node.target in defined and node.target not in wanted:
                wanted[node.target] = defined[node.target]
                queue.append(defined[node.target])
    footnotes = tuple(wanted.values())
    body = note.body
    if footnotes and isinstance(body, Basic | Reversed):
        body = replace(body, answer=tuple(node for node in body.answer if node not in footnotes))
    elsewhere = [doc.source((node,)) for node in footnotes if not _inside(node, doc, note.span)]
    elsewhere += _addresses(note)
    if not footnotes and not elsewhere:
        return note
    return replace(note, body=body, footnotes=footnotes, answer_source="\n".join([note.answer_source, *elsewhere]))


def _inside(node: Node, doc: Document, span: Span) -> bool:
    return span.line <= doc.line(node.start) <= span.end_line


def _addresses(note: Note) -> list[str]:
    """Addresses of links and images that the note's own Markdown does not spell out (`[text][label]`)."""
    if "][" not in note.answer_source and "]" not in note.question_source + note.answer_source:
        return []
    own = note.question_source + note.answer_source
    found = [node.target for tree in note.trees() for node in tree.walk() if node.kind in _POINTING]
    return [target for target in dict.fromkeys(found) if target not in own and target.removeprefix("mailto:") not in own]


_POINTING = (Kind.LINK, Kind.IMAGE)




# --- images ---------------------------------------------------------------------------------------------------------

_IMG = re.compile(r"""<img\b[^>]*?\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def _with_images(doc: Document, note: Note) -> Note:
    """The note with the place of each image that it shows."""
    if b"![" not in doc.data and b"<img" not in doc.data and b"<IMG" not in doc.data:
        return note
    found = (ref for tree in note.trees() for node in tree.walk() for ref in _images(doc, node))
    return replace(note, images=tuple(dict.fromkeys(found)))


def _images(doc: Document, node: Node) -> Iterator[ImageRef]:
    if node.kind is Kind.IMAGE:
        yield ImageRef(node.target, doc.line(node.start), doc.column(node.start))
    elif node.kind in (Kind.HTML, Kind.HTML_BLOCK):
        for match in _IMG.finditer(node.text):
            offset = node.start + len(node.text[: match.start()].encode())
            address = html.unescape(next(group for group in match.groups() if group is not None))
            yield ImageRef(address, doc.line(offset), doc.column(offset))
