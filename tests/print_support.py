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
from random import Random
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from generator import outputs, print_pack, project, reading, render
from generator.model import (
    Basic,
    Choice,
    Citation,
    DeckInfo,
    Defaults,
    Identified,
    Kind,
    Media,
    Note,
    Option,
    RenderedNote,
    Source,
    Span,
    Target,
)
from generator.print_model import Sheet
from generator.reading.blocks import parse, plain
from generator.understanding import understand
from generator.watch import Watch

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


def sheets_of(folder: Path, products: Sequence[str]) -> tuple[Sheet, ...]:
    """What a build of a project in this folder would print."""
    found = project.load((), None, folder)
    understood = understand(found, Watch())
    cache = outputs.PageCache.below(found.out)
    return print_pack.prepared(products, understood, understood.info, cache, Watch()).sheets


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


_WORDS = (
    "order", "key", "table", "index", "value", "page", "reader", "writer", "column", "lock", "thread", "cache",
    "query", "field", "model",
)  # fmt: skip


def made_notes(count: int, seed: int = 1) -> list[RenderedNote]:
    """So many notes of every kind, in topics of very different lengths; the same seed gives the same ones."""
    chance = Random(seed)

    def say(least: int, most: int) -> str:
        said = [chance.choice(_WORDS) for _ in range(chance.randint(least, most))]
        return " ".join([said[0].capitalize(), *said[1:]])

    parts, left = [], 0
    for number in range(count):
        if not left:
            left = chance.choice([3, 5, 8, 13, 21, 34, 90])
            parts.append(f"# {say(1, 3)} {number}")
        left -= 1
        question = f"## {number}: {say(3, 11)}?"
        match chance.randrange(9):
            case 0:
                answer = f"{say(4, 9)}:\n\n" + "".join(f"- **{say(1, 2)}**: {say(4, 20)}.\n" for _ in range(4))
            case 1:
                lines = "".join(
                    f"{chance.choice(_WORDS)}_{n} = {chance.choice(_WORDS)}({n})\n" for n in range(chance.randint(1, 9))
                )
                answer = f"{say(5, 14)}.\n\n```python\n{lines}```"
            case 2:
                rows = "".join(f"| `{chance.choice(_WORDS)}` | {say(1, 4)} | {say(1, 3)} |\n" for _ in range(3))
                answer = f"| Name | Use | Cost |\n|---|---|---|\n{rows}"
            case 3:
                answer = f"```sql\nSELECT {chance.choice(_WORDS)} FROM {chance.choice(_WORDS)};\n```"
            case _:
                answer = f"{say(6, 24)}. {say(5, 40)}.\n\n{say(20, 60)}."
        parts.append(f"{question}\n\n{answer}")
    return [identified(note, f"m{place}") for place, note in enumerate(read("\n\n".join(parts)))]


def choice_note(question: str, *options: str, right: Sequence[int] = (0,), name: str = "") -> RenderedNote:
    """A choice of these options."""
    contents = [tuple(parse(option).children) for option in options]
    found = tuple(Option(nodes, place in right, plain(nodes)) for place, nodes in enumerate(contents))
    (basic,) = read(f"# Choices\n\n## {question}\n\n-")
    assert isinstance(basic.body, Basic)
    return identified(replace(basic, body=Choice(basic.body.question, found, ()), answer_text=""), name or question)


def markdown_notes(markdown: str, **changes: Any) -> list[RenderedNote]:
    """The notes of a text as they are printed, with all that the reader knows: choices, clozes."""
    parsed = reading.read(Source("awkward.md", markdown.encode(), Defaults(title=TITLE, lang="en")))
    return [identified(replace(note, **changes)) for note in parsed.notes]


def overlapping(book: Book, page: int) -> list[str]:
    """Letters of a page that lie on others, ligatures apart: more than a third of the smaller one is covered."""
    text = book.reader[page].get_textpage()
    found: list[str] = []
    rows: dict[int, list[tuple[float, float, float, float, str, int]]] = {}
    for place in range(text.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(text.raw, place))
        left, bottom, right, top = text.get_charbox(place)
        if not letter.strip() or "\ud800" <= letter <= "\udfff" or right - left < 0.8 or top - bottom < 0.8:
            continue
        for row in {int(bottom // 12), int(top // 12)}:
            for other in rows.setdefault(row, []):
                wide = min(right, other[2]) - max(left, other[0])
                high = min(top, other[3]) - max(bottom, other[1])
                least = min((right - left) * (top - bottom), (other[2] - other[0]) * (other[3] - other[1]))
                if wide > 0 and high > 0 and wide * high > least / 3 and place - other[5] > 2:
                    found.append(f"{letter} on {other[4]} at {left:.0f}, {bottom:.0f}")
            rows[row].append((left, bottom, right, top, letter, place))
    return found


def missing_glyphs(book: Book) -> int:
    """How often the glyph stands that a font shows for what it has not."""
    shown = re.compile(rb"<((?:[0-9a-f]{4})+)>")
    count = 0
    for page in book.pdf.pages:
        for found in shown.finditer(page.obj.Contents.read_bytes()):
            glyphs = found.group(1)
            count += sum(glyphs[place : place + 4] == b"0000" for place in range(0, len(glyphs), 4))
    return count


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
