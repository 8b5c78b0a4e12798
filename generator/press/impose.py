"""Imposing: the pages of cards, laid out at a card's size, become sheets of paper with their marks.

Content streams are placed as they are (`q … cm … Q`): as form XObjects they would lose structure and links. So what
counts within a page is counted anew within a sheet's side: marked content, resources, links, destinations. The
structure tree keeps the order of reading, card by card, each front before its back, wherever on the sheets they lie.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from generator.imposition import Card, Imposition, Line, Placement, Side, cards_of, on_sheets
from generator.press import bind, slots
from generator.print_model import CardPlan, Sheet

# How far a laid-out page may differ from the card's size, points.
_TOLERANCE = 0.5
_MARK_WIDTH, _DASHES = 0.25, "[3 3] 0 d"

_MCID = re.compile(rb"/MCID (\d+)")
_MARKED = re.compile(rb"/\w+\s*<<\s*/MCID \d+.*?>>\s*BDC")
# A resource's name, with the operator that says which kind it is of.
_USE = re.compile(rb"/([^\s/<>\[\]()]+)(?=(?:\s+[-\d.]+)?\s+(Tf|Do|gs|sh|cs|CS|scn|SCN)\b)")
_KINDS = {
    b"Tf": "/Font",
    b"Do": "/XObject",
    b"gs": "/ExtGState",
    b"sh": "/Shading",
    b"cs": "/ColorSpace",
    b"CS": "/ColorSpace",
    b"scn": "/Pattern",
    b"SCN": "/Pattern",
}


class _Move(NamedTuple):
    """Where a laid-out page has gone: onto which side, how, and what its first marked content is counted as there."""

    side: Any
    placement: Placement
    first: int

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page on the side."""
        a, b, c, d, e, f = self.placement.matrix
        return a * x + c * y + e, b * x + d * y + f

    def box(self, edges: Any) -> list[float]:
        """A rectangle of the page on the side: left, bottom, right, top."""
        left, low, right, high = (float(edge) for edge in edges)
        xs, ys = zip(*(self.point(x, y) for x, y in product((left, right), (low, high))), strict=True)
        return [round(edge, 3) for edge in (min(xs), min(ys), max(xs), max(ys))]


def impose(
    sheet: Sheet, prepared: Sequence[bytes], plan: CardPlan, cards: Sequence[Card] | None = None
) -> bind.Printed:
    """The sheets of paper with these cards, in the deck's order. The same pages give the same bytes.

    Without `cards` they are those of the units that were made to fit, or of pages that are fronts and backs by turns.
    `deckpress:card/ID` is filled with the note's number, and with the card's part where it has one; `deckpress:part`
    with the part alone. Raises `CannotImpose` if the plan cannot be, and `ValueError` if pages are not of the card's
    size or are on no card.
    """
    with Pdf.new() as pdf:
        joined = bind.join(pdf, prepared)
        pages = [page.obj for page in pdf.pages]
        if cards is None:
            turns = [Card(front, front + 1) for front in range(0, len(pages), 2)]
            cards = cards_of(joined.fits, sheet.numbers) if joined.fits else turns
        imposed = on_sheets(plan, len(cards))
        _check(pages, cards, imposed)
        sides = _Sides(pdf, pages, cards)
        numbers = bind.Numbers(sheet, _sides_of(bind.pages_of(pdf, joined.anchors), cards, imposed))
        for folio, side in enumerate(imposed.sides, 1):
            sides.add(side, imposed, partial(_number, numbers, folio))
        moves = sides.moves
        _reorder(pdf, [page.objgen for page in _in_reading_order(pages, cards)])
        _move_elements(pdf.Root.StructTreeRoot.K[0], moves)
        _join_parents(pdf, sides)
        del pdf.pages[: len(pages)]
        _label_pages(pdf, imposed.sides)
        moved = {anchor: _moved_target(target, moves) for anchor, target in joined.anchors.items()}
        data = bind.finish(pdf, sheet, moved, imposed.duplex)
        sheets = len({side.sheet for side in imposed.sides})
        return bind.Printed(data, joined.fits, joined.missing, len(cards), sheets, imposed.left_off)


def _check(pages: Sequence[Any], cards: Sequence[Card], imposed: Imposition) -> None:
    """Mistakes of our own, which would otherwise lose a card or its edges."""
    used = {page for card in cards for page in (card.front, card.back) if page is not None}
    if lost := sorted(set(range(len(pages))) - used):
        raise ValueError(f"the pages {lost} are on no card")
    for number in sorted(used):
        left, low, right, high = (float(edge) for edge in pages[number].MediaBox)
        size = right - left, high - low
        if left or low or any(abs(size[w] - (imposed.card.width, imposed.card.height)[w]) > _TOLERANCE for w in (0, 1)):
            raise ValueError(f"page {number} is {size} points, not {imposed.card.width} × {imposed.card.height}")


def _in_reading_order(pages: Sequence[Any], cards: Sequence[Card]) -> Iterator[Any]:
    """Each page once: a card's front, then its back."""
    order = [page for card in cards for page in (card.front, card.back) if page is not None]
    for page in dict.fromkeys(order):
        yield pages[page]


# --- numbers ----------------------------------------------------------------------------------------------------------


def _sides_of(places: dict[str, int], cards: Sequence[Card], imposed: Imposition) -> dict[str, int]:
    """The side, from 0, that each anchor is on, by the laid-out page that it is on."""
    sides: dict[int | None, int] = {}
    for number, side in enumerate(imposed.sides):
        for placement in side.placements:
            sides.setdefault(cards[placement.card].page(placement.face), number)
    return {anchor: sides[page] for anchor, page in places.items()}


def _number(numbers: bind.Numbers, folio: int, card: Card, place: str) -> tuple[str, int]:
    """What stands in a slot of this card."""
    kind = place.partition("/")[0]
    if kind == "part":
        return card.part, 0
    text, widest = numbers.on_page(folio, place)
    return (f"{text} · {card.part}" if kind == "card" and card.part else text), widest


# --- sides ------------------------------------------------------------------------------------------------------------


class _Sides:
    """The sides as they fill: for each its page and the elements that own its marked content, by their numbers."""

    def __init__(self, pdf: Pdf, pages: Sequence[Any], cards: Sequence[Card]) -> None:
        self._pdf, self._pages, self._cards = pdf, pages, cards
        self._resources = _Resources(pdf)
        self.owners = dict(_pairs(pdf.Root.StructTreeRoot.ParentTree.Nums))
        self.parents: list[tuple[Any, list[Any]]] = []
        self.moves: dict[tuple[int, int], _Move] = {}

    def add(self, side: Side, imposed: Imposition, number: Any) -> None:
        """One more side, with its marks and its cards' faces."""
        page = self._pdf.make_indirect(
            Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, *imposed.paper]),
                Resources=self._resources.all,
                Annots=Array(),
                Tabs=Name.S,
            )
        )
        parts = [_marks(side.lines)] if side.lines else []
        owners: list[Any] = []
        # As they are read, for text is copied in the order in which it is drawn.
        for placement in sorted(side.placements, key=lambda one: (one.card, one.face == "back")):
            parts += self._face(page, placement, owners, number)
        page.Contents = self._pdf.make_stream(b"\n".join(parts))
        self._pdf.pages.append(pikepdf.Page(page))
        self.parents.append((page, owners))

    def _face(self, side: Any, placement: Placement, owners: list[Any], number: Any) -> Iterator[bytes]:
        """The operators that draw a face; drawn for the second time, it is no content any more."""
        card = self._cards[placement.card]
        place = card.page(placement.face)
        if place is None:
            return
        page = self._pages[place]
        content = slots.fill(page.Contents.read_bytes(), partial(number, card))
        again = page.objgen in self.moves
        if not again:
            move = self.moves[page.objgen] = _Move(side, placement, len(owners))
            owners += list(self.owners[int(page.StructParents)])
            side.Annots.extend(_moved_link(link, move) for link in page.get("/Annots", Array()))
        first = None if again else self.moves[page.objgen].first
        yield f"q {' '.join(f'{value:.10g}' for value in placement.matrix)} cm".encode()
        yield self._resources.renamed(_renumbered(content, first), page.Resources, first)
        yield b"Q"


def _renumbered(content: bytes, first: int | None) -> bytes:
    """Marked content counted from `first`, or made an artifact."""
    if first is None:
        return _MARKED.sub(b"/Artifact BMC", content)
    return _MCID.sub(lambda found: b"/MCID %d" % (int(found.group(1)) + first), content)


def _moved_link(link: Any, move: _Move) -> Any:
    link.Rect = Array(move.box(link.Rect))
    if "/QuadPoints" in link:
        quads = [float(edge) for edge in link.QuadPoints]
        points = (move.point(*quads[place : place + 2]) for place in range(0, len(quads), 2))
        link.QuadPoints = Array([round(edge, 3) for point in points for edge in point])
    if "/P" in link:
        link.P = move.side
    return link


def _marks(lines: Sequence[Line]) -> bytes:
    """Lines to cut along, then dashed ones to fold along."""
    cuts, folds = ([line for line in lines if line.dashed == dashed] for dashed in (False, True))
    strokes = [f"{_MARK_WIDTH} w 0 G", *map(_stroke, cuts), _DASHES, *map(_stroke, folds)]
    return "\n".join(["/Artifact BMC", "q", *strokes, "Q", "EMC"]).encode()


def _stroke(line: Line) -> str:
    return f"{line.x1:.10g} {line.y1:.10g} m {line.x2:.10g} {line.y2:.10g} l S"


class _Resources:
    """One dictionary of resources for all sides. What signatures call by the same name may be different things."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self.all = pdf.make_indirect(Dictionary())
        self._names: dict[tuple[str, str, Any], str] = {}

    def renamed(self, content: bytes, own: Any, first: int | None) -> bytes:
        """The content with the names that its own resources have among all."""
        known: dict[tuple[str, str], str] = {}

        def name(found: re.Match[bytes]) -> bytes:
            use = _KINDS[found.group(2)], "/" + found.group(1).decode("latin-1")
            if use not in known:
                things = own.get(use[0], Dictionary())
                known[use] = self._name(*use, self._counted(things[use[1]], first)) if use[1] in things else use[1]
            return known[use].encode("latin-1")

        return _USE.sub(name, content)

    def _name(self, kind: str, name: str, thing: Any) -> str:
        """The thing's name; the first thing of a name keeps it."""
        identity = thing.objgen if thing.is_indirect else thing.unparse()
        if (kind, name, identity) not in self._names:
            if kind not in self.all:
                self.all[kind] = Dictionary()
            fresh, count = name, 1
            while fresh in self.all[kind]:
                fresh, count = f"{name}.{count}", count + 1
            self.all[kind][fresh] = thing
            self._names[kind, name, identity] = fresh
        return self._names[kind, name, identity]

    def _counted(self, thing: Any, first: int | None) -> Any:
        """A group of drawings (where something is half transparent) holds marked content too, and further groups."""
        if first == 0 or not isinstance(thing, Stream) or thing.get("/Subtype") != Name.Form:
            return thing
        content = thing.read_bytes()
        inner = thing.get("/Resources", Dictionary()).get("/XObject", Dictionary())
        used = {"/" + found.group(1).decode("latin-1") for found in _USE.finditer(content) if found.group(2) == b"Do"}
        groups = {name: self._counted(inner[name], first) for name in sorted(used) if name in inner}
        if not _MCID.search(content) and all(groups[name].objgen == inner[name].objgen for name in groups):
            return thing
        copy = self._pdf.make_stream(_renumbered(content, first))
        for key, value in thing.items():
            if key not in ("/Length", "/Filter", "/DecodeParms"):
                copy[key] = value
        if groups:
            copy.Resources = Dictionary(dict(thing["/Resources"].items()))
            copy.Resources.XObject = Dictionary({**dict(inner.items()), **groups})
        return copy


# --- structure --------------------------------------------------------------------------------------------------------


def _pairs(nums: Any) -> Iterator[tuple[int, Any]]:
    for place in range(0, len(nums), 2):
        yield int(nums[place]), nums[place + 1]


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", Array())
    return list(kids) if isinstance(kids, Array) else [kids]


def _reorder(pdf: Pdf, order: Sequence[tuple[int, int]]) -> None:
    """The document's parts in the order of their pages; what is on several stands where it begins."""
    places = {page: place for place, page in enumerate(order)}
    document = pdf.Root.StructTreeRoot.K[0]
    document.K = Array(sorted(document.K, key=lambda element: places[_first_page(element)]))


def _first_page(element: Any) -> tuple[int, int]:
    """The page of an element, or of the first below it that has one; an empty cell of a table has none."""
    return next(_pages_of(element))


def _pages_of(element: Any) -> Iterator[tuple[int, int]]:
    if "/Pg" in element:
        yield element.Pg.objgen
    for kid in _kids(element):
        if not isinstance(kid, int):
            yield from _pages_of(kid)


def _move_elements(document: Any, moves: dict[tuple[int, int], _Move]) -> None:
    """Every element and every reference to a page: to the side that its page is on, and what is counted as there."""
    waiting = [document]
    while waiting:
        element = waiting.pop()
        move = moves[element.Pg.objgen] if "/Pg" in element else None
        kids: list[Any] = []
        for kid in _kids(element):
            if isinstance(kid, int):
                if move is None:
                    raise ValueError("marked content of no page")
                kids.append(kid + move.first)
                continue
            kids.append(kid)
            if "/S" in kid:
                waiting.append(kid)
            elif "/Pg" in kid:
                inner = moves[kid.Pg.objgen]
                kid.Pg = inner.side
                if "/MCID" in kid:
                    kid.MCID = int(kid.MCID) + inner.first
        element.K = Array(kids)
        if move:
            element.Pg = move.side
            attributes = element.get("/A")
            if isinstance(attributes, Dictionary) and "/BBox" in attributes:
                attributes.BBox = Array(move.box(attributes.BBox))


def _join_parents(pdf: Pdf, sides: _Sides) -> None:
    """The parent tree anew: sides first, in their order, then their links."""
    nums: list[Any] = []
    for key, (page, owners) in enumerate(sides.parents):
        page.StructParents = key
        nums += [key, Array(owners)]
    for page, _ in sides.parents:
        for link in page.Annots:
            key = len(nums) // 2
            nums += [key, sides.owners[int(link.StructParent)]]
            link.StructParent = key
    root = pdf.Root.StructTreeRoot
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(nums)))
    root.ParentTreeNextKey = len(nums) // 2


# --- destinations and labels ------------------------------------------------------------------------------------------


def _moved_target(target: Any, moves: dict[tuple[int, int], _Move]) -> Any:
    """A link to a card shows it from its upper left corner, however it is turned."""
    page = target[0]
    move = moves[page.objgen]
    left, _, _, top = move.box(page.MediaBox)
    return Array([move.side, Name.XYZ, left, top, 0])


def _label_pages(pdf: Pdf, sides: Sequence[Side]) -> None:
    """Viewers name the pages "1 front", "1 back": what matters to one who feeds paper by hand."""
    labels: list[Any] = []
    for place, side in enumerate(sides):
        labels += [place, Dictionary(P=String(f"{side.sheet} {side.face}"))]
    pdf.Root.PageLabels = pdf.make_indirect(Dictionary(Nums=Array(labels)))
