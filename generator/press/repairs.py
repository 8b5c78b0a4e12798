"""What a structure tree lacks after layout, mended: a list of small functions, in the order in which they work.

ISO 14289-1 (PDF/UA-1) says what must hold, ISO 32000-1, 14.8 which elements there are. Each function takes the tree's
root and changes what is below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count, groupby

from generator.model import FORMULA
from generator.press.structure import Element, Kid, Mark, Reference

_CODE = frozenset({"code", "samp", "tt", "kbd", "var"})
# Elements that group others, and those that hold text.
_GROUPS = frozenset({"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "NonStruct", "TOC", "TOCI"})


def repair(document: Element) -> None:
    """All repairs, in their order."""
    for mend in REPAIRS:
        mend(document)


# --- what lies over several pages or columns --------------------------------------------------------------------------


def join(document: Element) -> None:
    """An element that was begun anew on each page, column or line is one again."""
    joined: list[Kid] = []
    for kid in document.kids:
        last = joined[-1] if joined else None
        if isinstance(kid, Element) and isinstance(last, Element) and _is_one(last, kid):
            _append(last, kid)
        else:
            joined.append(kid)
    document.kids[:] = joined
    for element in document.elements():
        join(element)


def _is_one(first: Element, second: Element) -> bool:
    """Whether two elements stand for one of the HTML; lines of code are kept apart, for each page has its own text."""
    return first.number == second.number >= 0 and first.kind == second.kind and not first.text


def _append(first: Element, second: Element) -> None:
    """Put what the second has behind what the first has; a table's head that is repeated is no content."""
    known = {kid.number: kid for kid in first.elements() if kid.number >= 0}
    for kid in second.kids:
        own = known.get(kid.number) if isinstance(kid, Element) else None
        if own is None or not isinstance(kid, Element) or not _is_one(own, kid):
            first.kids.append(kid)
        elif kid.kind not in ("THead", "TFoot"):
            _append(own, kid)


def unwrap(document: Element) -> None:
    """What layout puts around a part of an element, where it needs a box, is no element within the element."""
    for element in document.walk():
        kids: list[Kid] = []
        for kid in element.kids:
            inner = isinstance(kid, Element) and kid.number == element.number >= 0 and kid.kind == element.kind
            kids += kid.kids if isinstance(kid, Element) and inner else [kid]
        element.kids[:] = kids


def read_references_last(document: Element) -> None:
    """The page reference beside a question stands before it, to float there; it is read, and copied, after it."""
    for element in document.walk():
        for kid in element.elements():
            if not {"see", "beside"} & {*kid.classes}:
                continue
            place = element.kids.index(kid)
            following = element.kids[place + 1] if place + 1 < len(element.kids) else None
            if element.kind in ("H1", "H2", "H3"):
                element.kids.append(element.kids.pop(place))
            elif isinstance(following, Element) and following.kind in ("H1", "H2", "H3"):
                element.kids.insert(place + 1, element.kids.pop(place))


# --- pictures and formulas --------------------------------------------------------------------------------------------


def drop_ornaments(document: Element) -> None:
    """A picture without words is an ornament; a formula is called so."""
    for element in document.walk():
        element.kids[:] = [
            kid for kid in element.kids if not (isinstance(kid, Element) and kid.kind == "Figure" and not kid.alt)
        ]
        if element.alt.startswith(FORMULA):
            element.kind, element.alt = "Formula", element.alt.removeprefix(FORMULA)


def link_pictures(document: Element) -> None:
    """A picture that leads somewhere stands in a link."""
    for element in document.walk():
        kids: list[Kid] = []
        for kid in element.kids:
            links = [one for one in kid.kids if isinstance(one, Reference)] if isinstance(kid, Element) else []
            if isinstance(kid, Element) and links and kid.kind != "Link":
                kid.kids = [one for one in kid.kids if not isinstance(one, Reference)]
                kids += [*links, kid] if element.kind == "Link" else [Element("Link", [*links, kid])]
            else:
                kids.append(kid)
        element.kids[:] = kids


# --- code -------------------------------------------------------------------------------------------------------------


def name_code(document: Element) -> None:
    """Code is Code; a block of it is a paragraph with nothing else, in which each line ends where it ended."""
    for element in document.walk():
        if element.tag in _CODE and element.kind == "NonStruct":
            element.kind = "Code"
        elif element.tag == "pre" and element.kind == "NonStruct":
            inner = Element("Code", element.kids, attributes={"Layout": {"Placement": "/Block"}})
            if element.text:  # as an author wrote it, whose lines are no elements
                inner.kids = [Element("Span", element.kids, classes=("l",), text=element.text)]
            element.kind, element.kids, element.text = "P", [inner], ""
            _end_lines([line for line in inner.walk() if line.is_line()])


def _end_lines(lines: Sequence[Element]) -> None:
    """Give each line its end; an empty one, which is not drawn, is an end more of the line before."""
    before: Element | None = None
    for line in lines:
        line.kids = [*line.marks()]
        if line.kids:
            line.text += "\n"
            before = line
        elif before is not None:
            before.text += "\n"


# --- lists ------------------------------------------------------------------------------------------------------------


def mend_lists(document: Element) -> None:
    """Lists hold items, items a label and a body, and what is nested stands in the body that it belongs to."""
    for element in document.walk():
        if element.kind == "L":
            element.kids[:] = _items(element)
            if any(kid.kind == "Lbl" for item in element.elements() for kid in item.elements()):
                element.attributes["List"] = {"ListNumbering": _numbering(element)}


def _items(listed: Element) -> Iterator[Element]:
    last: Element | None = None
    for kid in listed.elements():
        if kid.kind == "Caption":
            yield kid
        elif last is not None and kid.kind == "L":
            _nest(_body(last), kid)
        elif last is not None and kid.tag == "dd":
            _body(last).kids += _body(_item(kid)).kids
        else:
            last = _item(kid)
            yield last


def _nest(body: Element, listed: Element) -> None:
    """Put a list into the body of an item, before what was drawn after it."""
    first = min(listed.marks(), default=None)
    later = (
        place for place, kid in enumerate(body.kids) if first is not None and min(_marks(kid), default=first) > first
    )
    body.kids.insert(next(later, len(body.kids)), listed)


def _marks(kid: Kid) -> Iterator[Mark]:
    if isinstance(kid, Mark):
        yield kid
    elif isinstance(kid, Element):
        yield from kid.marks()


def _item(found: Element) -> Element:
    """An item as it must be; a term of a list of terms is the label of what explains it."""
    if found.kind != "LI":
        return Element("LI", [Element("LBody", [found])])
    labels = [*_labels(found)]
    if found.tag == "dt":
        return Element("LI", [Element("Lbl", _unwrapped(found.kids))], lang=found.lang)
    for label in labels:
        _take(found, label)
    others = _unwrapped(found.kids)
    found.kids[:] = [*labels, Element("LBody", others)] if others else [*labels]
    return found


def _labels(item: Element) -> Iterator[Element]:
    """The marker of an item, or what stands for one in our own pages."""
    for element in item.walk():
        if element.kind == "Lbl":
            yield element
            return
        if element is not item and element.kind == "Span" and {"mark", "no"} & {*element.classes}:
            element.kind = "Lbl"
            yield element
            return
        if element is not item and element.kind == "L":
            return


def _take(below: Element, element: Element) -> None:
    """Take an element out of the tree."""
    for holder in below.walk():
        holder.kids[:] = [kid for kid in holder.kids if kid is not element]


def _unwrapped(kids: Sequence[Kid]) -> list[Kid]:
    """What bodies hold, in place of the bodies."""
    found: list[Kid] = []
    for kid in kids:
        if isinstance(kid, Element) and kid.kind == "LBody":
            found += _unwrapped(kid.kids)
        else:
            found.append(kid)
    return found


def _body(item: Element) -> Element:
    """The item's body, made if there is none."""
    body = next((kid for kid in item.elements() if kid.kind == "LBody"), None)
    if body is None:
        body = Element("LBody")
        item.kids.append(body)
    return body


def _numbering(listed: Element) -> str:
    if listed.tag == "ol":
        return "/UpperAlpha" if "choices" in listed.classes else "/Decimal"
    return "/None" if listed.tag == "dl" else "/Disc"


# --- tables -----------------------------------------------------------------------------------------------------------


def mend_tables(document: Element) -> None:
    """Heads say what they are the heads of, cells name theirs, and all rows are as long as the longest."""
    names = count(1)
    for table in document.walk():
        if table.kind == "Table":
            rows = [row for row in table.walk() if row.kind == "TR"]
            for row in rows:
                row.kids[:] = [kid for kid in row.elements() if kid.kind in ("TH", "TD")]
            _scopes(rows)
            _names(rows, names)


def _scopes(rows: Sequence[Element]) -> None:
    for row in rows:
        cells = row.elements()
        scope = "/Column" if all(cell.kind == "TH" for cell in cells) else "/Row"
        for cell in cells:
            if cell.kind == "TH":
                cell.attributes.setdefault("Table", {})["Scope"] = scope


def _names(rows: Sequence[Element], names: Iterator[int]) -> None:
    """Each head gets a name, each cell the names of its heads; short rows get empty cells."""
    taken: dict[tuple[int, int], Element] = {}
    for y, row in enumerate(rows):
        x = 0
        for cell in row.elements():
            while (x, y) in taken:
                x += 1
            spans = cell.attributes.get("Table", {})
            wide, high = spans.get("ColSpan", 1), min(spans.get("RowSpan", 1), len(rows) - y)
            taken |= {(x + right, y + down): cell for right in range(wide) for down in range(high)}
            if cell.kind == "TH":
                cell.id = str(next(names))
            x += wide
    width = max((x for x, _ in taken), default=-1) + 1
    for y, row in enumerate(rows):
        row.kids += [Element("TD") for x in range(width) if (x, y) not in taken]
        for cell in row.elements():
            heads = _heads(cell, taken)
            if cell.kind == "TD" and heads:
                cell.attributes.setdefault("Table", {})["Headers"] = heads


def _heads(cell: Element, taken: dict[tuple[int, int], Element]) -> list[str]:
    places = [place for place, found in taken.items() if found is cell]
    columns, rows = {x for x, _ in places}, {y for _, y in places}
    heads: dict[str, None] = {}
    for (x, y), found in taken.items():
        if found.kind == "TH":
            scope = found.attributes["Table"]["Scope"]
            if (scope == "/Column" and x in columns) or (scope == "/Row" and y in rows):
                heads[found.id] = None
    return [*heads]


# --- what elements are for ------------------------------------------------------------------------------------------


def name_contents(document: Element) -> None:
    """A list of contents, and its lines."""
    for element in document.walk():
        if element.kind == "Sect" and "contents" in element.classes:
            element.kind = "TOC"
            element.kids[:] = [Element("TOCI", [kid]) for kid in element.elements()]


_INLINE_TAGS = frozenset((
    "abbr", "b", "bdi", "bdo", "br", "cite", "data", "del", "dfn", "em", "i", "ins", "mark", "q", "rp", "rt", "ruby",
    "s", "small", "strike", "strong", "sub", "sup", "time", "u", "wbr",
))  # fmt: skip
_INLINE = frozenset({"Span", "Link", "Code", "Formula"})
_BOXES = frozenset({"NonStruct", "Div", "Part"})


def simplify(document: Element) -> None:
    """No element without a meaning: runs of text stand in what they are part of, boxes for layout are dissolved."""
    if document.kind == "NonStruct" and (document.tag in _INLINE_TAGS or "::" in document.tag):
        document.kind = "Span"
    kids: list[Kid] = []
    for kid in document.kids:
        if isinstance(kid, Element):
            simplify(kid)
            kids += _simplified(kid)
        else:
            kids.append(kid)
    document.kids[:] = _paragraphs(kids) if document.kind in _GROUPS else kids


def _simplified(element: Element) -> list[Kid]:
    """What stands for the element: itself, or what is in it."""
    if not element.kids and element.kind not in ("TD", "TH"):
        return []
    if element.kind == "Link" and not any(isinstance(kid, Reference) for kid in element.kids):
        element.kind = "Span"
    layout = element.kind in _BOXES or (element.kind == "Span" and "slot" not in element.classes)
    if layout and element.is_bare():
        return element.kids
    if element.kind == "NonStruct":
        element.kind = "Div"
    return [element]


def _paragraphs(kids: Sequence[Kid]) -> Iterator[Kid]:
    """Text that stands bare among blocks, as paragraphs."""
    for bare, run in groupby(kids, lambda kid: not isinstance(kid, Element) or kid.kind in _INLINE):
        if bare:
            yield Element("P", [*run])
        else:
            yield from run


REPAIRS: tuple[Callable[[Element], None], ...] = (
    join,
    unwrap,
    read_references_last,
    drop_ornaments,
    link_pictures,
    name_code,
    mend_lists,
    mend_tables,
    name_contents,
    simplify,
)
