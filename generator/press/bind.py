"""Binding: prepared signatures become one PDF, which is where every number, link, tag and font name is settled."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from generator.press import faces, slots
from generator.press.prepare import SCHEME, fits_of, missing_of
from generator.press.structure import HEADINGS
from generator.print_model import Bookmark, Fit, Sheet

PRODUCER = "Deckpress"


class Numbers:
    """What stands in a sheet's slots: running numbers from the sheet, page numbers from where the anchors are."""

    def __init__(self, sheet: Sheet, pages: Mapping[str, int], count: int = 0) -> None:
        self._numbers, self._pages, self._count = sheet.numbers, pages, count
        self._widest: dict[str, int] = {}
        for place, text in sheet.numbers.items():
            kind = place.partition("/")[0]
            self._widest[kind] = max(self._widest.get(kind, 0), len(text))

    def on_page(self, folio: int, place: str) -> tuple[str, int]:
        """The number of a place on the page `folio`, counted from 1, and the width of the widest of its kind."""
        kind, _, anchor = place.partition("/")
        if kind == "folio":
            return str(folio), 0
        if kind == "of":
            return f"{folio} / {self._count}", 0
        if kind in ("page", "see"):
            return str(self._pages[anchor] + 1), 0
        if kind == "card":
            return self._numbers[f"note/{anchor}"], 0
        return self._numbers[place], self._widest[kind]


class Printed(NamedTuple):
    """A product's PDF, how the units in it were made to fit, and the characters that no font has.

    Of cards also how many there are, on how many sheets, and what found no room, in sentences.
    """

    data: bytes
    fits: tuple[Fit, ...] = ()
    missing: str = ""
    cards: int = 0
    sheets: int = 0
    left_off: tuple[str, ...] = ()


def bind(sheet: Sheet, prepared: Sequence[bytes]) -> Printed:
    """The sheet's signatures, in its order, as one PDF. The same signatures give the same bytes."""
    with Pdf.new() as pdf:
        joined = join(pdf, prepared, sheet.right_hand)
        numbers = Numbers(sheet, pages_of(pdf, joined.anchors), len(pdf.pages))
        for folio, page in enumerate(pdf.pages, 1):
            content = page.obj.Contents
            content.write(slots.fill(content.read_bytes(), partial(numbers.on_page, folio)))
        return Printed(finish(pdf, sheet, joined.anchors, sheet.duplex), joined.fits, joined.missing)


class Joined(NamedTuple):
    """What was found in signatures that are now one file: the anchors, and the rest of `Printed`."""

    anchors: dict[str, Any]
    fits: tuple[Fit, ...]
    missing: str


def join(pdf: Pdf, prepared: Sequence[bytes], right_hand: Sequence[str] = ()) -> Joined:
    """Put the signatures' pages into one file, with one structure tree and one font a face."""
    fonts: list[Any] = []
    trees: list[Any] = []
    anchors: dict[str, Any] = {}
    fits: list[Fit] = []
    missing: set[str] = set()
    for data in prepared:
        with Pdf.open(io.BytesIO(data)) as part:
            fits += fits_of(part)
            missing |= {*missing_of(part)}
            first = len(pdf.pages)
            _append(pdf, part, fonts, trees, anchors)
            if first % 2 and _begins_with(right_hand, pdf.pages[first], anchors):
                pdf.pages.insert(first, _blank(pdf, pdf.pages[first]))
    _join_trees(pdf, trees)
    faces.share(pdf, fonts)
    return Joined(anchors, tuple(fits), "".join(sorted(missing)))


def finish(pdf: Pdf, sheet: Sheet, anchors: Mapping[str, Any], duplex: str = "") -> bytes:
    """The file's bytes, once its pages are as they shall be: links, outline and what it says about itself.

    With `duplex`, it asks not to be scaled, and to be turned so.
    """
    titles = {mark.anchor: mark.title for mark in _all_marks(sheet.outline)}
    for page in pdf.pages:
        _rewire(page, anchors, titles)
    _name_anchors(pdf, anchors)
    _outline(pdf, sheet.outline, anchors)
    _describe(pdf, sheet)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    if duplex:
        wishes = Dictionary(PrintScaling=Name("/None"), Duplex=Name(f"/{duplex}"), PickTrayByPDFSize=True)
        pdf.Root.ViewerPreferences.update(wishes)
    out = io.BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True, deterministic_id=True)
    return out.getvalue()


def _append(pdf: Pdf, part: Pdf, fonts: list[Any], trees: list[Any], anchors: dict[str, Any]) -> None:
    """A part's pages, then its structure tree and its anchors, whose references to pages come along."""
    first = len(pdf.pages)
    for page in part.pages:
        pdf.pages.append(page)
    fonts.append(pdf.pages[first].obj.Resources.Font)
    trees.append((pdf.copy_foreign(part.Root.StructTreeRoot), [page.obj for page in list(pdf.pages)[first:]]))
    names = part.Root.get("/Names", Dictionary()).get("/Dests", Dictionary()).get("/Names", Array())
    pages = {page.obj.objgen: place for place, page in enumerate(part.pages, first)}
    for place in range(0, len(names), 2):
        target = names[place + 1]
        leaf = pdf.pages[pages[target[0].objgen]].obj
        anchors.setdefault(str(names[place]), Array([leaf, *list(target)[1:]]))


def _begins_with(wanted: Sequence[str], page: pikepdf.Page, anchors: Mapping[str, Any]) -> bool:
    """Whether one of the wanted anchors is on the page."""
    return any(anchor in anchors and anchors[anchor][0].objgen == page.obj.objgen for anchor in wanted)


def _blank(pdf: Pdf, like: pikepdf.Page) -> pikepdf.Page:
    """A page with nothing on it, as large as another."""
    leaf = Dictionary(Type=Name.Page, MediaBox=like.obj.MediaBox, Resources=Dictionary(Font=Dictionary()))
    leaf.Contents = pdf.make_stream(b"")
    return pikepdf.Page(pdf.make_indirect(leaf))


# --- structure ------------------------------------------------------------------------------------------------------


def _join_trees(pdf: Pdf, trees: Sequence[tuple[Any, list[Any]]]) -> None:
    """One Document under one root, and one parent tree: each part's keys follow the last part's."""
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root, K=Array()))
    nums: list[Any] = []
    for tree, pages in trees:
        offset = len(nums) // 2
        own = tree.ParentTree.Nums
        for place in range(0, len(own), 2):
            nums += [int(own[place]) + offset, own[place + 1]]
        for page in pages:
            page.StructParents = int(page.StructParents) + offset
            for annotation in page.get("/Annots", Array()):
                annotation.StructParent = int(annotation.StructParent) + offset
        for element in tree.K[0].K:
            element.P = document
            document.K.append(element)
    root.K = Array([document])
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(nums)))
    root.ParentTreeNextKey = len(nums) // 2
    _level([heading for tree, _ in trees for heading in tree.get(HEADINGS, Array())])
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)


def _level(headings: Iterable[Any]) -> None:
    """No level is left out (ISO 14289-1, 7.4.2): a heading is one below the last that was above it as it was laid out.

    An answer's own headings have the level that they have in every product, and on cards nothing is above a question.
    """
    above: list[int] = []
    for heading in headings:
        level = int(str(heading.S)[2:])
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        heading.S = Name(f"/H{len(above)}")


# --- anchors, links, outline ----------------------------------------------------------------------------------------


def pages_of(pdf: Pdf, anchors: Mapping[str, Any]) -> dict[str, int]:
    """The page, from 0, that each anchor is on."""
    places = {page.obj.objgen: place for place, page in enumerate(pdf.pages)}
    return {anchor: places[target[0].objgen] for anchor, target in anchors.items()}


def _rewire(page: pikepdf.Page, anchors: Mapping[str, Any], titles: Mapping[str, str]) -> None:
    """Links to `deckpress:go/ANCHOR` become links inside the file. `KeyError` if the anchor is in no signature."""
    for annotation in page.obj.get("/Annots", Array()):
        address = str(annotation.A.URI) if "/A" in annotation and "/URI" in annotation.A else ""
        if not address.startswith(SCHEME):
            continue
        anchor = address.removeprefix(f"{SCHEME}go/")
        if anchor not in anchors:
            raise KeyError(f"a link leads to {anchor!r}, which no signature has")
        del annotation.A
        annotation.Dest = String(anchor)
        annotation.Contents = String(titles.get(anchor, anchor))


def _name_anchors(pdf: Pdf, anchors: Mapping[str, Any]) -> None:
    """All anchors as named destinations, sorted as a name tree must be: `study.pdf#n-…` opens at that note."""
    names = Array()
    for anchor in sorted(anchors, key=lambda name: name.encode()):
        names.extend([String(anchor), anchors[anchor]])
    pdf.Root.Names = Dictionary(Dests=pdf.make_indirect(Dictionary(Names=names)))


def _all_marks(marks: Sequence[Bookmark]) -> Iterator[Bookmark]:
    for mark in marks:
        yield mark
        yield from _all_marks(mark.children)


def _outline(pdf: Pdf, marks: Sequence[Bookmark], anchors: Mapping[str, Any]) -> None:
    """The sheet's bookmarks; a topic's questions are folded away until they are asked for."""
    if not marks:
        return
    root = pdf.make_indirect(Dictionary(Type=Name.Outlines))
    _hang(pdf, root, marks, anchors)
    root.Count = len(marks)
    pdf.Root.Outlines = root
    pdf.Root.PageMode = Name.UseOutlines


def _hang(pdf: Pdf, parent: Any, marks: Sequence[Bookmark], anchors: Mapping[str, Any]) -> None:
    items = [
        pdf.make_indirect(Dictionary(Title=String(mark.title), Parent=parent, Dest=anchors[mark.anchor]))
        for mark in marks
    ]
    for item, following in pairwise(items):
        item.Next, following.Prev = following, item
    parent.First, parent.Last = items[0], items[-1]
    for item, mark in zip(items, marks, strict=True):
        if mark.children:
            _hang(pdf, item, mark.children, anchors)
            item.Count = -len(mark.children)


# --- what the file says about itself --------------------------------------------------------------------------------

_XMP = """<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part><dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{description}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language><pdf:Producer>{producer}</pdf:Producer>
<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def _describe(pdf: Pdf, sheet: Sheet) -> None:
    """Title, language and dates; the dates are those of the newest note, never the clock's."""
    date = datetime.fromtimestamp(sheet.modified, UTC)
    stamp = String(date.strftime("D:%Y%m%d%H%M%SZ"))
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(Title=String(sheet.title), Producer=String(PRODUCER), CreationDate=stamp, ModDate=stamp)
    )
    if sheet.description:
        pdf.trailer.Info.Subject = String(sheet.description)
    words = {"title": sheet.title, "description": sheet.description, "lang": sheet.lang, "producer": PRODUCER}
    xmp = _XMP.format(**{key: escape(word) for key, word in words.items()}, date=date.strftime("%Y-%m-%dT%H:%M:%SZ"))
    pdf.Root.Metadata = pdf.make_stream(xmp.encode(), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.Lang = String(sheet.lang)
