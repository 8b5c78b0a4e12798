"""A freshly laid-out PDF made ready for binding, once, before it is kept: slots found, ornaments set apart.

Every link to `deckpress:…` is known in the structure tree by its annotation. The marked content that it owns is either
a slot's digits, which become a mark without ink, or an artifact: running heads and folios are no content.
Leader dots are drawn here, on one grid for all lines: as text, each would be a box to lay out and a word to read aloud.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from math import ceil
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from generator.model import FORMULA
from generator.press.slots import DIGITS, LETTERS, Slot
from generator.print_model import Fit

SCHEME = "deckpress:"
_FITS = "/DeckpressFits"
_MISSING = "/DeckpressMissing"
# CSS pixels to points: WeasyPrint scales each page once, at its start.
_POINTS = 0.75

# Leader dots, in CSS pixels: the distance from one to the next, their size, the least room for any, and the room that
# is kept free before and behind; their colour is `--comment` of base.css, as PDF writes it.
_DOTS, _DOT, _LEAST_LEADER, _GAP = 5.5, 1.0, 14.0, 5.0
_DOT_COLOUR = "0.267 0.286 0.31"

_RUN = re.compile(rb"/Span\s*<<\s*/MCID (\d+)\s*>>\s*BDC\n(.*?)\nEMC\n", re.DOTALL)
_TEXT = re.compile(rb"1 0 0 -1 (\S+) (\S+) Tm\n/(\S+) (\S+) Tf\n\[(.*?)\] TJ", re.DOTALL)
_HEX = re.compile(rb"<([0-9a-f]+)>")


class _Place(NamedTuple):
    """What a link to `deckpress:…` stands for, with its box on the page and its element in the structure tree."""

    name: str
    left: float
    right: float
    element: Any
    words_end: float = 0.0


def prepare(pdf: bytes, fits: Sequence[Fit] = (), missing: str = "") -> bytes:
    """The PDF with marks for numbers, artifacts marked as such, and element ids that no other signature has.

    `fits` and `missing` are kept in it, for `fits_of` and `missing_of`.
    """
    with Pdf.open(io.BytesIO(pdf)) as document:
        tree = document.Root.StructTreeRoot.ParentTree.Nums
        owners = {int(tree[place]): tree[place + 1] for place in range(0, len(tree), 2)}
        for page in document.pages:
            _prepare_page(page, owners)
        _flatten_parents(document, owners)
        _name_elements(document.Root.StructTreeRoot, sha256(pdf).hexdigest()[:8])
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


def missing_of(part: Pdf) -> str:
    """The characters of a prepared PDF that no font has; their numbers are printed."""
    return str(part.Root.get(_MISSING, ""))


def fits_of(part: Pdf) -> tuple[Fit, ...]:
    """How the units of a prepared signature were made to fit."""
    return tuple(Fit(*values) for values in json.loads(str(part.Root.get(_FITS, "[]"))))


def _prepare_page(page: pikepdf.Page, owners: dict[int, Any]) -> None:
    places: dict[int, _Place] = {}
    kept = []
    for annotation in page.obj.get("/Annots", Array()):
        name = _private(annotation)
        if not name or name.startswith("go/"):
            kept.append(annotation)
            continue
        turns = name.startswith(("page/", "see/"))
        element = owners[int(annotation.StructParent)] if turns else owners.pop(int(annotation.StructParent))
        box = [float(edge) / _POINTS for edge in annotation.Rect]
        words_end = _right(kept[-1]) if name.startswith("page/") and kept else 0.0
        place = _Place(name, min(box[0], box[2]), max(box[0], box[2]), element, words_end)
        for number in _marked(element):
            places[number] = place
        if turns:
            annotation.A.URI = String(f"{SCHEME}go/{name.partition('/')[2]}")
            kept.append(annotation)
        else:
            _detach(element, keep=not _is_drawn(name))
    page.obj.Annots = Array(kept)
    parents = owners[int(page.obj.StructParents)]
    widths = _Widths(page)

    def rewritten(found: re.Match[bytes]) -> bytes:
        number = int(found.group(1))
        place = places.get(number)
        if place is None:
            return found.group()
        body = found.group(2)
        if place.name != "artifact":
            body = _slot(body, place, widths)
        if _is_drawn(place.name):
            parents[number] = pikepdf.Object.parse(b"null")
            return b"/Artifact BMC\n" + body + b"\nEMC\n"
        return _leader(found.group(2), place) + b"/Span <</MCID %d>> BDC\n" % number + body + b"\nEMC\n"

    content = page.obj.Contents
    content.write(_RUN.sub(rewritten, content.read_bytes()))


def _is_drawn(name: str) -> bool:
    """Whether a place's text is only drawn: running heads, and the numbers that stand beside them."""
    return name in {"artifact", "folio", "of", "part"} or name.startswith("card/")


def _private(annotation: Any) -> str:
    """What follows `deckpress:` in a link's address; empty for any other link."""
    action = annotation.get("/A")
    address = str(action.URI) if action is not None and "/URI" in action else ""
    return address.removeprefix(SCHEME) if address.startswith(SCHEME) else ""


def _marked(element: Any) -> Iterator[int]:
    """The numbers of all marked content that an element owns."""
    kids = element.get("/K", Array())
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, int):
            yield kid
        elif isinstance(kid, Dictionary) and "/S" in kid:
            yield from _marked(kid)


def _detach(element: Any, *, keep: bool) -> None:
    """A link that is none: kept as a plain run of text, or taken out of the tree."""
    if keep:
        element.S = Name.Span
        element.K = Array([kid for kid in element.K if isinstance(kid, int) or "/S" in kid])
        return
    parent = element.get("/P")
    if parent is not None and "/K" in parent:
        parent.K = Array([kid for kid in parent.K if isinstance(kid, int) or kid.objgen != element.objgen])


def _right(annotation: Any) -> float:
    return max(float(annotation.Rect[0]), float(annotation.Rect[2])) / _POINTS


def _leader(body: bytes, place: _Place) -> bytes:
    """Dots from the end of a line of the contents to its page number, as an artifact; nothing before other slots."""
    text = _TEXT.search(body)
    first = _DOTS * ceil((place.words_end + _GAP) / _DOTS)
    if not place.words_end or text is None or place.left - _GAP - first < _LEAST_LEADER:
        return b""
    height = float(text.group(2)) - _DOT / 2
    line = f"{first:g} {height:g} m {place.left - _GAP:g} {height:g} l S"
    return f"/Artifact BMC\nq {_DOT_COLOUR} RG {_DOT:g} w 1 J [0 {_DOTS:g}] 0 d {line} Q\nEMC\n".encode()


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


def _flatten_parents(document: Pdf, owners: dict[int, Any]) -> None:
    """Entries of removed annotations leave the parent tree; the rest are numbered from 0 without a gap."""
    entries: list[Any] = []
    for fresh, old in enumerate(sorted(owners)):
        entries += [fresh, owners[old]]
    renumbered = {old: fresh for fresh, old in enumerate(sorted(owners))}
    document.Root.StructTreeRoot.ParentTree.Nums = Array(entries)
    for page in document.pages:
        page.obj.StructParents = renumbered[int(page.obj.StructParents)]
        for annotation in page.obj.Annots:
            annotation.StructParent = renumbered[int(annotation.StructParent)]


def _name_elements(root: Any, prefix: str) -> None:
    """Table headers' ids, and the references to them, get a prefix of this signature's own; formulas are called so."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if "/ID" in element:
            element.ID = String(f"{prefix}-{element.ID}")
        if str(element.get("/Alt", "")).startswith(FORMULA):
            element.S = Name.Formula
            element.Alt = String(str(element.Alt).removeprefix(FORMULA))
        if "/A" in element and "/Headers" in element.A:
            element.A.Headers = Array([String(f"{prefix}-{header}") for header in element.A.Headers])
        kids = element.get("/K", Array())
        waiting += [kid for kid in kids if isinstance(kid, Dictionary) and "/S" in kid]
