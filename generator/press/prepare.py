"""A freshly laid-out PDF made ready for binding, once, before it is kept: slots found, ornaments set apart.

Every link to `deckpress:…` is known in the structure tree by its annotation. The marked content that it owns is either
a slot's digits, which become a mark without ink, or an artifact: running heads and folios are no content.
Leader dots are drawn here, on one grid for all lines: as text, each would be a box to lay out and a word to read aloud.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from math import ceil
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Pdf, String

from generator.press import content, structure
from generator.press import grey as greys
from generator.press.content import Drawn, Run
from generator.press.repairs import repair
from generator.press.slots import DIGITS, LETTERS, Slot
from generator.press.structure import POINTS, Element, Mark, Tree
from generator.print_model import Fit

SCHEME = "deckpress:"
_FITS = "/DeckpressFits"
_MISSING = "/DeckpressMissing"

# Leader dots, in CSS pixels: the distance from one to the next, their size, the least room for any, and the room that
# is kept free before and behind; their colour is `--comment` of base.css, as PDF writes it.
_DOTS, _DOT, _LEAST_LEADER, _GAP = 5.5, 1.0, 14.0, 5.0
_DOT_COLOUR = "0.267 0.286 0.31"

_TEXT = re.compile(rb"1 0 0 -1 (\S+) (\S+) Tm\n/(\S+) (\S+) Tf\n\[(.*?)\] TJ", re.DOTALL)
# The base line of a run of text.
_BASE = re.compile(rb"1 0 0 -1 \S+ (\S+) Tm")
_HEX = re.compile(rb"<([0-9a-f]+)>")


class _Place(NamedTuple):
    """What a link to `deckpress:…` stands for, with its box on the page."""

    name: str
    left: float
    right: float
    words_end: float = 0.0


def prepare(pdf: bytes, fits: Sequence[Fit] = (), missing: str = "", *, grey: bool = False) -> bytes:
    """The PDF with marks for numbers, a mended structure tree, and element ids that no other signature has.

    `fits` and `missing` are kept in it, for `fits_of` and `missing_of`. With `grey`, all colours become greys.
    """
    with Pdf.open(io.BytesIO(pdf)) as document:
        tree = Tree(document)
        places = [_places(page, tree) for page in document.pages]
        repair(tree.root)
        _name_elements(tree.root, sha256(pdf).hexdigest()[:8])
        owners: list[dict[int, Element]] = [{} for _ in places]
        for element, mark in _owned(tree.root):
            owners[mark.page][mark.number] = element
        numbers: dict[Mark, int | None] = {}
        for place, page in enumerate(document.pages):
            written = _Content(place, page, places[place], owners[place])
            written.rewrite()
            numbers |= {Mark(place, number): now for number, now in written.numbers.items()}
        structure.write(document, tree.root, numbers)
        if grey:
            greys.grey(document)
        if fits:
            document.Root[_FITS] = String(json.dumps(fits))
        if missing:
            document.Root[_MISSING] = String(missing)
        out = io.BytesIO()
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            deterministic_id=True,
        )
        return out.getvalue()


def _owned(element: Element) -> Iterator[tuple[Element, Mark]]:
    """All marked content in the order of reading, with the element right above."""
    for kid in element.kids:
        if isinstance(kid, Mark):
            yield element, kid
        elif isinstance(kid, Element):
            yield from _owned(kid)


def missing_of(part: Pdf) -> str:
    """The characters of a prepared PDF that no font has; their numbers are printed."""
    return str(part.Root.get(_MISSING, ""))


def fits_of(part: Pdf) -> tuple[Fit, ...]:
    """How the units of a prepared signature were made to fit."""
    return tuple(Fit(*values) for values in json.loads(str(part.Root.get(_FITS, "[]"))))


def _places(page: pikepdf.Page, tree: Tree) -> dict[int, _Place]:
    """The slots of a page by the numbers of their marked content; their links leave the page, or become what they are.

    What is only drawn leaves the tree.
    """
    places: dict[int, _Place] = {}
    kept: list[Any] = []
    for annotation in page.obj.get("/Annots", Array()):
        name = _private(annotation)
        if not name or name.startswith("go/"):
            kept.append(annotation)
            continue
        box = [float(edge) / POINTS for edge in annotation.Rect]
        words_end = _right(kept[-1]) if name.startswith("page/") and kept else 0.0
        place = _Place(name, min(box[0], box[2]), max(box[0], box[2]), words_end)
        element = tree.links[annotation.objgen]
        places |= {mark.number: place for mark in element.marks()}
        if name.startswith(("page/", "see/")):
            annotation.A.URI = String(f"{SCHEME}go/{name.partition('/')[2]}")
            kept.append(annotation)
        else:
            element.kind = "Span"
            element.kids = [] if _is_drawn(name) else [*element.marks()]
    page.obj.Annots = Array(kept)
    return places


class _Content:
    """A page's content stream as it is written anew: with slots, and its runs in the order of reading, counted so.

    What no element owns is drawn only. The runs of a line of code become one. If it wraps, it says what it reads, and
    is copied as one line; only then, for viewers that mark what is chosen by the letters' places lose them by that.
    """

    def __init__(
        self, number: int, page: pikepdf.Page, slots: Mapping[int, _Place], owners: Mapping[int, Element]
    ) -> None:
        self._page, self._slots, self._owners = number, slots, owners
        self._content, self._resources = page.obj.Contents, page.obj.Resources
        self._widths = _Widths(page)
        self.numbers: dict[int, int | None] = {}
        self._count = 0
        self._known: dict[int, Run] = {}

    def rewrite(self) -> None:
        """Write it. `numbers` then says what each run is counted as; None is part of the one before."""
        laid_out = self._content.read_bytes()
        rest, runs = content.split(laid_out)
        self._known = {run.number: run for run in runs}
        only_drawn = (run for run in runs if run.number not in self._owners)
        ornaments = [Drawn(run, b"/Artifact BMC\n", self._body(run)) for run in only_drawn]
        read: list[Drawn] = []
        for number in self._owners:
            if number in self._known:
                read += self._read(self._known[number])
            else:
                self._counted(number)
        self._content.write(rest + b"\n" + content.drawn([*ornaments, *read]))
        for group in [*content.groups(laid_out, self._resources)]:
            group.write(content.renumbered(group.read_bytes(), self.numbers))

    def _body(self, run: Run) -> bytes:
        place = self._slots.get(run.number)
        return run.body if place is None or place.name == "artifact" else _slot(run.body, place, self._widths)

    def _read(self, run: Run) -> Iterator[Drawn]:
        """A run of content, and a leader before it where one belongs."""
        owner, place = self._owners[run.number], self._slots.get(run.number)
        if place is not None and (dots := _leader(run.body, place)):
            yield Drawn(run, b"/Artifact BMC\n", dots)
        line = self._line(owner) if owner.is_line() else [run]
        opening = b""
        if run is line[0]:
            said = b""
            if len({height for part in line for height in _BASE.findall(part.body)}) > 1:
                said = b" /ActualText <%s>" % _utf16(owner.text.removesuffix("\n"))
            opening = b"/Span <</MCID %d%s>> BDC\n" % (self._counted(run.number), said)
        else:
            self.numbers[run.number] = None
        yield Drawn(run, opening, self._body(run), b"EMC\n" if run is line[-1] else b"")

    def _line(self, owner: Element) -> list[Run]:
        """The runs of a line of code on this page."""
        return [self._known[mark.number] for mark in owner.marks() if mark.page == self._page]

    def _counted(self, number: int) -> int:
        self.numbers[number] = self._count
        self._count += 1
        return self._count - 1


def _utf16(text: str) -> bytes:
    return b"FEFF" + text.encode("utf-16-be").hex().upper().encode()


def _is_drawn(name: str) -> bool:
    """Whether a place's text is only drawn: running heads, and the numbers that stand beside them."""
    return name in {"artifact", "folio", "of", "part"} or name.startswith("card/")


def _private(annotation: Any) -> str:
    """What follows `deckpress:` in a link's address; empty for any other link."""
    action = annotation.get("/A")
    address = str(action.URI) if action is not None and "/URI" in action else ""
    return address.removeprefix(SCHEME) if address.startswith(SCHEME) else ""


def _right(annotation: Any) -> float:
    return max(float(annotation.Rect[0]), float(annotation.Rect[2])) / POINTS


def _leader(body: bytes, place: _Place) -> bytes:
    """Dots from the end of a line of the contents to its page number; nothing before other slots."""
    text = _TEXT.search(body)
    first = _DOTS * ceil((place.words_end + _GAP) / _DOTS)
    if not place.words_end or text is None or place.left - _GAP - first < _LEAST_LEADER:
        return b""
    height = float(text.group(2)) - _DOT / 2
    line = f"{first:g} {height:g} m {place.left - _GAP:g} {height:g} l S"
    return f"q\n{_DOT_COLOUR} RG\n{_DOT:g} w\n1 J\n[0 {_DOTS:g}] 0 d\n{line}\nQ".encode()


def _slot(body: bytes, place: _Place, widths: _Widths) -> bytes:
    """The run's operators with its letters replaced by the slot's mark; colour and text state stay."""
    text = _TEXT.search(body)
    if text is None:
        raise ValueError(f"no digits were set for {place.name}")
    _, base, font, size, shown = text.groups()
    glyphs = b"".join(_HEX.findall(shown)).decode()
    if len(glyphs) not in (4 * len(DIGITS), 4 * len(LETTERS)):
        raise ValueError(f"not ten digits but {len(glyphs) // 4} letters were set for {place.name}")
    scale = float(size) / 1000
    ids = [int(glyphs[start : start + 4], 16) for start in range(0, len(glyphs), 4)]
    advance, *others = (widths.of(font.decode(), glyph) * scale for glyph in (ids[0], *ids[len(DIGITS) :]))
    style = f"{font.decode()} {size.decode()}"
    slot = Slot(place.name, place.left, place.right, float(base), style, advance, glyphs, others)
    return body[: text.start()] + slot.mark() + body[text.end() :]


class _Widths:
    """Glyph widths of a page's fonts, read when first asked for."""

    def __init__(self, page: pikepdf.Page) -> None:
        self._fonts = page.obj.Resources.Font
        self._known: dict[str, dict[int, float]] = {}

    def of(self, font: str, glyph: int) -> float:
        """A glyph's width in thousandths of the font's size."""
        if font not in self._known:
            self._known[font] = glyph_widths(self._fonts["/" + font].DescendantFonts[0].W)
        return self._known[font][glyph]


def glyph_widths(array: Any) -> dict[int, float]:
    """A font's `/W` array, `[first [width …] …]`, as a table from glyph to width."""
    widths: dict[int, float] = {}
    for place in range(0, len(array), 2):
        for offset, width in enumerate(array[place + 1]):
            widths[int(array[place]) + offset] = float(width)
    return widths


def _name_elements(root: Element, prefix: str) -> None:
    """Table headers' ids, and the references to them, get a prefix of this signature's own."""
    for element in root.walk():
        if element.id:
            element.id = f"{prefix}-{element.id}"
        cell = element.attributes.get("Table", {})
        if "Headers" in cell:
            cell["Headers"] = [f"{prefix}-{header}" for header in cell["Headers"]]
