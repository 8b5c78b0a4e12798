"""A signature's structure tree in memory: read from what was laid out, and written back once it is repaired.

Marked content is known by its page and its number there, a link by its annotation. The parent tree is made of the tree
itself when that is written, so neither can say otherwise than the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from pikepdf import Array, Dictionary, Name, Pdf, String

from generator.press.tagging import CLASS, NUMBER, TAG, TEXT, TEXTS

# CSS pixels to points: WeasyPrint scales each page once, at its start.
POINTS = 0.75
# Where a written tree lists its headings in the order of reading; their levels are settled when it is bound.
HEADINGS = "/DeckHeadings"


class Mark(NamedTuple):
    """Marked content: the page that it is on, from 0, and its number there."""

    page: int
    number: int


class Reference(NamedTuple):
    """A link's annotation, and the page that it is on."""

    page: int
    annotation: Any


@dataclass(eq=False, slots=True)
class Element:
    """A structure element. `tag`, `number` and `classes` are those of the HTML element that it stands for.

    `text` is what is read in place of what is drawn; `attributes` are written as they are, each with its owner.
    """

    kind: str
    kids: list[Kid] = field(default_factory=list)
    tag: str = ""
    number: int = -1
    classes: tuple[str, ...] = ()
    lang: str = ""
    alt: str = ""
    text: str = ""
    id: str = ""
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def elements(self) -> list[Element]:
        """The elements right below."""
        return [kid for kid in self.kids if isinstance(kid, Element)]

    def walk(self) -> Iterator[Element]:
        """The element and all below, in the order of reading."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.walk()

    def marks(self) -> Iterator[Mark]:
        """All marked content below."""
        for element in self.walk():
            yield from (kid for kid in element.kids if isinstance(kid, Mark))

    def is_line(self) -> bool:
        """Whether it is a line of code."""
        return "l" in self.classes

    def is_bare(self) -> bool:
        """Whether nothing but its place in the tree would be lost without it."""
        return not (self.lang or self.alt or self.text or self.id or self.attributes)


Kid: TypeAlias = Element | Mark | Reference


# --- reading ----------------------------------------------------------------------------------------------------------


class Tree:
    """What was laid out: the root, the pages, and the element of each link's annotation, by its object's number.

    Margins are no part of the document, but the links in them have elements too.
    """

    def __init__(self, pdf: Pdf) -> None:
        self._pages = {page.obj.objgen: place for place, page in enumerate(pdf.pages)}
        self._heights = [float(page.obj.MediaBox[3]) for page in pdf.pages]
        self.links: dict[tuple[int, int], Element] = {}
        root = pdf.Root.StructTreeRoot
        noted = [dict(_in_pairs(page)) for page in pdf.Root.get(f"/{TEXTS}", ())]
        self._texts = {Mark(page, mark): str(text) for page, texts in enumerate(noted) for mark, text in texts.items()}
        if noted:
            del pdf.Root[f"/{TEXTS}"]
        self.root = self._element(root.K[0])
        owners = dict(_in_pairs(root.ParentTree.Nums))
        for page in pdf.pages:
            for annotation in page.obj.get("/Annots", ()):
                if annotation.objgen not in self.links:
                    self._element(owners[int(annotation.StructParent)])

    def _element(self, found: Any) -> Element:
        element = Element(
            kind=str(found.S)[1:],
            tag=str(found.get(f"/{TAG}", "")),
            number=int(found.get(f"/{NUMBER}", -1)),
            classes=tuple(str(found.get(f"/{CLASS}", "")).split()),
            lang=str(found.get("/Lang", "")),
            alt=str(found.get("/Alt", "")),
            text=str(found.get(f"/{TEXT}", "")),
            id=str(found.get("/ID", "")),
        )
        page = self._pages[found.Pg.objgen] if "/Pg" in found else 0
        if "/A" in found:
            element.attributes = self._attributes(found.A, page)
        for kid in found.K:
            if isinstance(kid, int):
                mark = Mark(page, kid)
                text = self._texts.get(mark)
                element.kids.append(Element("Span", [mark], text=text) if text else mark)
            elif "/S" in kid:
                element.kids.append(self._element(kid))
            elif "/Obj" in kid:
                element.kids.append(Reference(page, kid.Obj))
                self.links[kid.Obj.objgen] = element
        return element

    def _attributes(self, found: Any, page: int) -> dict[str, dict[str, Any]]:
        """Of a picture its box, measured in points from the foot of the page; of a cell how far it spans."""
        if "/BBox" in found:
            left, top, right, low = (float(edge) * POINTS for edge in found.BBox)
            height = self._heights[page]
            box = [round(edge, 3) for edge in (left, height - low, right, height - top)]
            return {"Layout": {"BBox": box}}
        spans = {key: int(found[f"/{key}"]) for key in ("ColSpan", "RowSpan") if f"/{key}" in found}
        return {"Table": spans} if spans else {}


def _in_pairs(found: Any) -> Iterator[tuple[int, Any]]:
    """A number and what belongs to it, by turns."""
    for place in range(0, len(found), 2):
        yield int(found[place]), found[place + 1]


# --- writing ----------------------------------------------------------------------------------------------------------


class _Writer:
    """Elements as objects of a file, and who owns what on its pages."""

    def __init__(self, pdf: Pdf, numbers: dict[Mark, int | None]) -> None:
        self._pdf, self._numbers = pdf, numbers
        self._pages = [page.obj for page in pdf.pages]
        self.owners: list[dict[int, Any]] = [{} for _ in self._pages]
        self.links: list[tuple[Any, Any]] = []
        self.headings: list[Any] = []

    def write(self, element: Element, parent: Any) -> Any:
        """The element below its parent, with all that is below itself."""
        written = self._pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{element.kind}"), P=parent))
        page = next((kid.page for kid in element.kids if not isinstance(kid, Element)), None)
        if page is not None:
            written.Pg = self._pages[page]
        self._describe(element, written)
        kids = (self._kid(kid, written, page) for kid in element.kids)
        written.K = Array([kid for kid in kids if kid is not None])
        return written

    def _kid(self, kid: Kid, parent: Any, page: int | None) -> Any:
        if isinstance(kid, Element):
            return self.write(kid, parent)
        leaf = self._pages[kid.page]
        if isinstance(kid, Reference):
            self.links.append((kid.annotation, parent))
            return Dictionary(Type=Name.OBJR, Obj=kid.annotation, Pg=leaf)
        number = self._numbers.get(kid)
        if number is None:
            return None
        self.owners[kid.page][number] = parent
        return number if kid.page == page else Dictionary(Type=Name.MCR, Pg=leaf, MCID=number)

    def _describe(self, element: Element, written: Any) -> None:
        if element.kind[0] == "H" and element.kind[1:].isdigit():
            self.headings.append(written)
        for key, value in (("/Lang", element.lang), ("/Alt", element.alt), ("/ID", element.id)):
            if value:
                written[key] = String(value)
        if element.text:
            written.ActualText = String(element.text)
        told = [Dictionary(O=Name(f"/{owner}"), **_values(said)) for owner, said in element.attributes.items()]
        if told:
            written.A = told[0] if len(told) == 1 else Array(told)


def _values(said: dict[str, Any]) -> dict[str, Any]:
    """An element's attributes as a file has them: names begin with a slash, lists of words are of strings."""
    values: dict[str, Any] = {}
    for key, value in said.items():
        if isinstance(value, str):
            values[key] = Name(value)
        elif isinstance(value, list):
            values[key] = Array([String(item) if isinstance(item, str) else item for item in value])
        else:
            values[key] = value
    return values


def write(pdf: Pdf, document: Element, numbers: dict[Mark, int | None]) -> None:
    """Write the tree, and the parent tree: pages first, in their order, then links.

    `numbers` says what marked content is counted as now; what it has not is no content, or part of what stands before.
    A link without an element leaves its page.
    """
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    writer = _Writer(pdf, numbers)
    root.K = Array([writer.write(document, root)])
    nums: list[Any] = []
    for key, (page, owners) in enumerate(zip(pdf.pages, writer.owners, strict=True)):
        page.obj.StructParents = key
        page.obj.Tabs = Name.S
        nums += [key, Array([owners[number] for number in sorted(owners)])]
    for key, (annotation, element) in enumerate(writer.links, len(writer.owners)):
        annotation.StructParent = key
        annotation.F = 4  # printed, and not hidden
        nums += [key, element]
    _keep_links(pdf.pages, [annotation for annotation, _ in writer.links])
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(nums)))
    root[HEADINGS] = Array(writer.headings)
    pdf.Root.StructTreeRoot = root


def _keep_links(pages: Iterable[Any], known: Sequence[Any]) -> None:
    """Links without an element leave their page."""
    names = {annotation.objgen for annotation in known}
    for page in pages:
        links = page.obj.get("/Annots", Array())
        page.obj.Annots = Array([link for link in links if link.objgen in names])
