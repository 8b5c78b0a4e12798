"""Decks for the press, and a reader of the PDFs that it makes."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from generator import render
from generator.model import Basic, Citation, DeckInfo, Identified, Kind, Media, Note, RenderedNote, Span, Target
from generator.reading.blocks import parse, plain

FIXTURES = Path(__file__).parent / "fixtures" / "print"
TITLE = "The awkward squad"
REFERENCE = Citation(
    "Python Language Reference §8.7", "https://docs.python.org/3/reference/compound_stmts.html#function"
)
BOOK = Citation("Ramalho, Fluent Python, ch. 6")


def deck_info(**changes: Any) -> DeckInfo:
    """What the writer says of the whole."""
    info = DeckInfo(TITLE, "awkward", "ns", "Everything that might go wrong on paper, and must not.")
    return replace(info, **changes)


def png(width: int = 90, height: int = 50) -> bytes:
    """A plain picture in one colour."""
    rows = b"".join(b"\0" + b"\x0b\x4f\x6c" * width for _ in range(height))
    head = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\0\0\0"
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    chunks = (len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4) for kind, data in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><title>x</title><path d="M0 0h40v20H0z"/></svg>'
PICTURES = {
    ("awkward.md", "chart.png"): Media("chart-12345678.png", png(), "image/png"),
    ("awkward.md", "x.png"): Media("x-12345678.svg", SVG, "image/svg+xml"),
}


def read(markdown: str) -> list[Note]:
    """The notes of a plain text: `#` is a topic, a paragraph below it its lead, `##` a question."""
    tree, source = parse(markdown), markdown.encode()
    heads = [place for place, node in enumerate(tree.children) if node.kind is Kind.HEADING and node.level < 3]
    footnotes = tuple(node for node in tree.children if node.kind is Kind.FOOTNOTE)
    notes: list[Note] = []
    topic, lead = "", ""
    for place, following in pairwise([*heads, len(tree.children)]):
        head, body = tree.children[place], tree.children[place + 1 : following]
        if head.level == 1:
            topic, lead = plain(head.children), plain(body)
            continue
        answer = tuple(node for node in body if node.kind is not Kind.FOOTNOTE)
        own = tuple(node for node in footnotes if any(n.target == node.target for part in answer for n in part.walk()))
        texts = source[head.start : head.end].decode(), source[head.end : answer[-1].end].decode()
        notes.append(
            Note(
                Basic(head.children, answer),
                Span("awkward.md", 1, 1),
                plain(head.children),
                plain(answer),
                *texts,
                "test",
                "test",
                (TITLE,),
                (topic,),
                lead,
                lang="en",
                footnotes=own,
            )
        )
    return notes


def identified(note: Note, name: str = "") -> RenderedNote:
    """The note as the press gets it: with an id, and as HTML for paper."""
    name = name or f"{zlib.crc32(note.question_source.encode()):08x}"
    return RenderedNote(Identified(note, name, name, 1, 1_700_000_000), render.render(note, PICTURES, Target.PAPER))


def awkward_notes() -> list[RenderedNote]:
    """Every awkward thing that we could think of; every second note has sources, every third a tag of its own."""
    notes = []
    for place, note in enumerate(read((FIXTURES / "awkward.md").read_text(encoding="utf-8"))):
        tags = (*note.tags, "pitfalls") if place % 3 == 0 else note.tags
        citations = note.citations or ((REFERENCE, BOOK) if place % 2 == 0 else ())
        notes.append(identified(replace(note, tags=tags, citations=citations)))
    return notes


def simple_notes(count: int, topic: str = "Topic", prefix: str = "q") -> list[RenderedNote]:
    """Short notes under one heading, with ids of their own."""
    text = f"# {topic}\n\nA lead.\n\n" + "".join(f"## What is {prefix}{n}?\n\nIt is {n}.\n\n" for n in range(count))
    return [identified(note, f"{prefix}{place}") for place, note in enumerate(read(text))]


def with_note(note: RenderedNote, **changes: object) -> RenderedNote:
    """The same HTML with other facts about the note."""
    inner = replace(note.identified.note, **changes)  # type: ignore[arg-type]
    return RenderedNote(replace(note.identified, note=inner), note.html)


@dataclass(frozen=True)
class Book:
    """A bound PDF, opened by two libraries that did not write it alone."""

    data: bytes

    @cached_property
    def pdf(self) -> pikepdf.Pdf:
        return pikepdf.open(io.BytesIO(self.data))

    @cached_property
    def reader(self) -> Any:
        return pypdfium2.PdfDocument(self.data)

    @cached_property
    def texts(self) -> list[str]:
        """Each page's text, hyphens at a line's end mended."""
        pages = [self.reader[place].get_textpage().get_text_range() for place in range(len(self.reader))]
        return [re.sub(r"[\ufffe\u2010\u00ad]\s*", "", page).replace("\r\n", "\n") for page in pages]

    def text_in(self, page: int, left: float, bottom: float, right: float, top: float) -> str:
        """The text inside a box, in points from the page's lower left corner; `page` counts from 0."""
        text: str = self.reader[page].get_textpage().get_text_bounded(left, bottom, right, top)
        return text.strip()

    def boxes(self, page: int) -> Iterator[tuple[float, float, float, float]]:
        """The ink box of every visible character of a page: left, bottom, right, top."""
        text = self.reader[page].get_textpage()
        for place in range(text.count_chars()):
            if chr(pdfium.FPDFText_GetUnicode(text.raw, place)).strip():
                yield text.get_charbox(place)

    def starts(self, page: int, words: str) -> Iterator[tuple[float, float, float, float]]:
        """The ink box of the first character of these words, wherever a page has them in this case."""
        text = self.reader[page].get_textpage()
        search = text.search(words, match_case=True)
        while found := search.get_next():
            yield text.get_charbox(found[0])

    @cached_property
    def anchors(self) -> dict[str, int]:
        """Named destinations: the page, from 0, that each is on."""
        names = self.pdf.Root.Names.Dests.Names
        places = {page.obj.objgen: place for place, page in enumerate(self.pdf.pages)}
        return {str(names[i]): places[names[i + 1][0].objgen] for i in range(0, len(names), 2)}

    def annotations(self) -> Iterator[tuple[int, Any]]:
        """All annotations with their page, from 0."""
        for place, page in enumerate(self.pdf.pages):
            for annotation in page.obj.get("/Annots", []):
                yield place, annotation

    @cached_property
    def fonts(self) -> dict[str, Any]:
        """All fonts by their name, with the subset's tag."""
        found = {}
        for page in self.pdf.pages:
            for font in dict(page.obj.Resources.Font).values():
                found[str(font.BaseFont).lstrip("/")] = font
        return found

    def elements(self) -> Iterator[Any]:
        """All structure elements below the root, in reading order."""

        def below(element: Any) -> Iterator[Any]:
            yield element
            kids = element.get("/K", pikepdf.Array())
            for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
                if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                    yield from below(kid)

        for element in self.pdf.Root.StructTreeRoot.K:
            yield from below(element)


def letters(text: str) -> str:
    """Letters and digits only: what layout may not lose, whatever it does with spaces and hyphens."""
    return re.sub(r"[\W_]+", "", text)


def in_order(words: Sequence[str], text: str) -> str:
    """The first word that the text does not have after those before it, or an empty string."""
    place = 0
    for word in words:
        found = text.find(word, place)
        if found < 0:
            return word
        place = found + len(word)
    return ""
