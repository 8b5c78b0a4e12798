"""Whether a PDF is PDF/UA-1 as far as a program can tell: a list of rules, each a small function that gives problems.

The numbers are those of the Matterhorn Protocol 1.1, which names what fails ISO 14289-1; a rule without a number is one
of ISO 32000-1 or our own. Nothing of ours is imported: the file is read with pikepdf alone.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary

_PAINTS = frozenset(["Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "EI"])
_HEADING = re.compile(r"H[1-6]")
_STANDARD = (
    "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl "
    "LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu "
    "WT WP Figure Formula Form"
)
STANDARD = frozenset(_STANDARD.split())


class Sequence(NamedTuple):
    """A stretch of a page's content: whose it is, what paints in it, and what it stands in."""

    page: int
    mcid: int | None
    kind: str  # "tagged", "artifact" or "bare"
    outer: str


class Kid(NamedTuple):
    """Marked content that an element lists: the page, and the number there."""

    page: int
    mcid: int


class File:
    """A PDF as its reader sees it."""

    def __init__(self, data: bytes) -> None:
        self.pdf = pikepdf.open(io.BytesIO(data))
        self.root = self.pdf.Root
        self.pages = {page.obj.objgen: place for place, page in enumerate(self.pdf.pages)}

    @cached_property
    def elements(self) -> list[Any]:
        """All structure elements in the order of reading."""
        return [*self._below(self.root.StructTreeRoot)] if "/StructTreeRoot" in self.root else []

    def _below(self, element: Any) -> Iterator[Any]:
        for kid in kids(element):
            if is_element(kid):
                yield kid
                yield from self._below(kid)

    def marks(self, element: Any) -> Iterator[Kid]:
        """The marked content that an element lists itself; -1 is a page that is none."""
        for kid in kids(element):
            if isinstance(kid, int):
                yield Kid(self.page(element), kid)
            elif isinstance(kid, Dictionary) and kid.get("/Type") == "/MCR":
                yield Kid(self.page(kid) if "/Pg" in kid else self.page(element), int(kid.MCID))

    def page(self, holder: Any) -> int:
        """The page that something says it is on."""
        return self.pages.get(holder.Pg.objgen, -1) if "/Pg" in holder else -1

    @cached_property
    def reading(self) -> list[tuple[Kid, Any]]:
        """All marked content in the order of reading, with its element."""
        found: list[tuple[Kid, Any]] = []

        def below(element: Any) -> None:
            for kid in kids(element):
                if is_element(kid):
                    below(kid)
                elif isinstance(kid, int):
                    found.append((Kid(self.page(element), kid), element))
                elif isinstance(kid, Dictionary) and kid.get("/Type") == "/MCR":
                    found.append((Kid(self.page(kid), int(kid.MCID)), element))

        if "/StructTreeRoot" in self.root:
            below(self.root.StructTreeRoot)
        return found

    @cached_property
    def content(self) -> list[Sequence]:
        """The sequences of all pages, in the order in which they are drawn; bare is what paints in none."""
        return [found for place, page in enumerate(self.pdf.pages) for found in _sequences(place, page.obj)]

    @cached_property
    def texts(self) -> dict[Kid, str]:
        """The text of all marked content, as its fonts say; spaces that are only distances are none."""
        found: dict[Kid, str] = {}
        for place, page in enumerate(self.pdf.pages):
            fonts = {name: _letters(font) for name, font in dict(page.obj.Resources.get("/Font", {}).items()).items()}
            found |= {Kid(place, number): text for number, text in _texts(page.obj, fonts).items()}
        return found

    def text(self, element: Any) -> str:
        """The text of an element with all that is below it."""
        below = {one.objgen for one in [element, *self._below(element)]}
        return " ".join(self.texts.get(mark, "").strip() for mark, owner in self.reading if owner.objgen in below)

    @cached_property
    def annotations(self) -> list[tuple[int, Any]]:
        """All annotations with their page."""
        return [(p, one) for p, page in enumerate(self.pdf.pages) for one in page.obj.get("/Annots", Array())]

    @cached_property
    def parents(self) -> dict[int, Any]:
        """The parent tree."""
        nums = self.root.StructTreeRoot.ParentTree.Nums if "/StructTreeRoot" in self.root else Array()
        return {int(nums[place]): nums[place + 1] for place in range(0, len(nums), 2)}

    @cached_property
    def fonts(self) -> dict[tuple[int, int], Any]:
        """All fonts, by their object's number."""
        found: dict[tuple[int, int], Any] = {}
        for page in self.pdf.pages:
            for font in dict(page.obj.get("/Resources", Dictionary()).get("/Font", Dictionary()).items()).values():
                found[font.objgen] = font
        return found


def kids(element: Any) -> list[Any]:
    """What an element holds."""
    found = element.get("/K", Array())
    return list(found) if isinstance(found, Array) else [found]


def is_element(kid: Any) -> bool:
    """Whether a kid is an element, and no content or annotation."""
    return isinstance(kid, Dictionary) and "/S" in kid


def kind(element: Any) -> str:
    """An element's type."""
    return str(element.S)[1:]


def attribute(element: Any, owner: str, key: str) -> Any:
    """An attribute of an element, or None."""
    found = element.get("/A", Array())
    for one in found if isinstance(found, Array) else [found]:
        if one.get("/O") == f"/{owner}" and f"/{key}" in one:
            return one[f"/{key}"]
    return None


def _sequences(place: int, page: Any) -> Iterator[Sequence]:
    stack: list[Sequence] = []
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator in ("BDC", "BMC"):
            name = str(instruction.operands[0])
            values = instruction.operands[1] if operator == "BDC" else Dictionary()
            mcid = int(values.MCID) if isinstance(values, Dictionary) and "/MCID" in values else None
            told = "artifact" if name == "/Artifact" else "tagged" if mcid is not None else "bare"
            outer = next((one.kind for one in reversed(stack) if one.kind != "bare"), "")
            stack.append(Sequence(place, mcid, told, outer))
            if told != "bare":
                yield stack[-1]
        elif operator == "EMC":
            if not stack:
                yield Sequence(place, None, "bare", "an end without a beginning")
            else:
                stack.pop()
        elif operator in _PAINTS and not any(one.kind != "bare" for one in stack):
            yield Sequence(place, None, "bare", operator)
    if stack:
        yield Sequence(place, None, "bare", "a beginning without an end")


def _letters(font: Any) -> dict[bytes, str]:
    """What the glyphs of a font stand for."""
    pairs = re.findall(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>", font.ToUnicode.read_bytes())
    return {bytes.fromhex(a.decode()): bytes.fromhex(b.decode()).decode("utf-16-be") for a, b in pairs}


def _texts(page: Any, fonts: dict[str, dict[bytes, str]]) -> dict[int, str]:
    found: dict[int, str] = {}
    current: int | None = None
    letters: dict[bytes, str] = {}
    for instruction in pikepdf.parse_content_stream(page, "BDC EMC Tf Tj TJ"):
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "BDC":
            current = int(operands[1].MCID)
            found[current] = ""
        elif operator == "EMC":
            current = None
        elif operator == "Tf":
            letters = fonts[str(operands[0])]
        elif current is not None:
            for text in operands[0] if operator == "TJ" else operands:
                codes = bytes(text) if isinstance(text, pikepdf.String) else b""
                found[current] += "".join(letters.get(codes[at : at + 2], "") for at in range(0, len(codes), 2))
    return found


# --- rules ------------------------------------------------------------------------------------------------------------


def content_is_tagged(file: File) -> Iterator[str]:
    """01-005: content is neither marked as artifact nor tagged."""
    for found in file.content:
        if found.kind == "bare":
            yield f"page {found.page + 1} paints outside of all marks: {found.outer}"


def artifacts_and_tags_are_apart(file: File) -> Iterator[str]:
    """01-003, 01-004: artifacts in tagged content, and the reverse; tagged content in other tagged content."""
    for found in file.content:
        if found.outer in ("tagged", "artifact") and found.kind != "bare":
            yield f"page {found.page + 1}: {found.kind} content in {found.outer} content"


def marked_content_has_one_owner(file: File) -> Iterator[str]:
    """01-006, 01-007: each marked content is listed once, by one element, and what is listed is there."""
    drawn = Counter(Kid(found.page, found.mcid) for found in file.content if found.mcid is not None)
    listed = Counter(mark for mark, _ in file.reading)
    for mark in drawn.keys() | listed.keys():
        if drawn[mark] != 1 or listed[mark] != 1:
            yield f"{mark}: drawn {drawn[mark]} times, listed {listed[mark]} times"


def parent_tree_agrees(file: File) -> Iterator[str]:
    """ISO 32000-1, 14.7.4.4: the parent tree names for each content the element that lists it, and no other."""
    listed = {mark: element.objgen for mark, element in file.reading}
    keys: set[int] = set()
    for place, page in enumerate(file.pdf.pages):
        own = [mark.mcid for mark in listed if mark.page == place]
        if "/StructParents" not in page.obj:
            if own:
                yield f"page {place + 1} has content, and no place in the parent tree"
            continue
        key = int(page.obj.StructParents)
        keys.add(key)
        owners = file.parents.get(key, Array())
        if len(owners) != len(own):
            yield f"page {place + 1}: {len(own)} contents, {len(owners)} owners"
        for number in own:
            if number >= len(owners) or owners[number].objgen != listed[Kid(place, number)]:
                yield f"page {place + 1}, content {number}: another owner"
    for place, annotation in file.annotations:
        key = int(annotation.get("/StructParent", -1))
        keys.add(key)
        holder = file.parents.get(key)
        if holder is None or annotation.objgen not in [one.Obj.objgen for one in kids(holder) if _is_reference(one)]:
            yield f"page {place + 1}: an annotation that its parent does not list"
    if keys != set(file.parents):
        yield f"the parent tree has other keys than the pages: {sorted(keys ^ set(file.parents))}"


def _is_reference(kid: Any) -> bool:
    return isinstance(kid, Dictionary) and kid.get("/Type") == "/OBJR"


def elements_know_their_parent(file: File) -> Iterator[str]:
    """ISO 32000-1, 14.7.2: each element says what it stands in, and is nowhere else."""
    seen = Counter(element.objgen for element in file.elements)
    for element in [file.root.get("/StructTreeRoot"), *file.elements]:
        for kid in kids(element) if element is not None else []:
            if is_element(kid) and ("/P" not in kid or kid.P.objgen != element.objgen):
                yield f"a {kind(kid)} has another parent"
    yield from (f"an element stands in {count} places" for count in seen.values() if count > 1)


def references_lead_to_pages(file: File) -> Iterator[str]:
    """Elements, links, bookmarks and destinations lead to pages that are there."""
    yield from (f"{mark} is on no page" for mark, _ in file.reading if mark.page < 0)
    for element in file.elements:
        for holder in [element, *(kid for kid in kids(element) if isinstance(kid, Dictionary))]:
            if "/Pg" in holder and holder.Pg.objgen not in file.pages:
                yield f"a {kind(element)} is on a page that is not there"
    names = file.root.get("/Names", Dictionary()).get("/Dests", Dictionary()).get("/Names", Array())
    known = {str(names[place]): names[place + 1] for place in range(0, len(names), 2)}
    yield from (f"{name} leads to no page" for name, to in known.items() if to[0].objgen not in file.pages)
    for _, annotation in file.annotations:
        if "/Dest" in annotation and str(annotation.Dest) not in known:
            yield f"a link leads to {annotation.Dest}, which is not there"
    with file.pdf.open_outline() as outline:
        waiting = [*outline.root]
    while waiting:
        item = waiting.pop()
        waiting += item.children
        if not isinstance(item.destination, Array) or item.destination[0].objgen not in file.pages:
            yield f"the bookmark {item.title!r} leads to no page"


def types_are_standard(file: File) -> Iterator[str]:
    """02-001, 02-003, 02-004: types are standard ones, or mapped to them, without loops; no standard one is mapped."""
    roles = dict(file.root.get("/StructTreeRoot", Dictionary()).get("/RoleMap", Dictionary()).items())
    for role in roles:
        if role[1:] in STANDARD:
            yield f"{role} is a standard type and is mapped"
    for found in {kind(element) for element in file.elements}:
        name, passed = found, set[str]()
        while name not in STANDARD and f"/{name}" in roles and name not in passed:
            passed.add(name)
            name = str(roles[f"/{name}"])[1:]
        if name not in STANDARD:
            yield f"{found} is mapped to no standard type"


def is_marked(file: File) -> Iterator[str]:
    """06-001, 07-001, 07-002, 11-006: it is tagged, shows its title, and has a language."""
    if not file.root.get("/MarkInfo", Dictionary()).get("/Marked", False):
        yield "it does not say that it is tagged"
    if file.root.get("/MarkInfo", Dictionary()).get("/Suspects", False):
        yield "it calls its tags suspect"
    if not file.root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle", False):
        yield "viewers show the file's name"
    if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", str(file.root.get("/Lang", ""))):
        yield f"no language: {file.root.get('/Lang', '')}"
    if "/Metadata" not in file.root:
        yield "no metadata"


def metadata_says_so(file: File) -> Iterator[str]:
    """06-002, 06-003: the metadata say PDF/UA-1, and have the title."""
    with file.pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        if metadata.get("{http://www.aiim.org/pdfua/ns/id/}part") != "1":
            yield "the metadata do not say PDF/UA-1"
        if not metadata.get("dc:title") or metadata["dc:title"] != str(file.pdf.docinfo.get("/Title", "")):
            yield "the metadata have no title, or another"


def languages_are_languages(file: File) -> Iterator[str]:
    """11-001: a language that is given is one."""
    for element in file.elements:
        if "/Lang" in element and not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", str(element.Lang)):
            yield f"{element.Lang} is no language"


def pictures_have_words(file: File) -> Iterator[str]:
    """13-004, 17-002: figures and formulas say what they show; and where, on their page."""
    for element in file.elements:
        if kind(element) not in ("Figure", "Formula"):
            continue
        if not str(element.get("/Alt", "")).strip():
            yield f"a {kind(element)} without words"
        box = attribute(element, "Layout", "BBox")
        if box is None:
            yield f"a {kind(element)} without a box"
            continue
        left, low, right, top = (float(edge) for edge in box)
        _, _, width, height = (float(edge) for edge in element.Pg.MediaBox)
        if not (-1 <= left <= right <= width + 1 and -1 <= low <= top <= height + 1):
            yield f"a {kind(element)} has its box outside of the page: {[left, low, right, top]}"


def headings_skip_no_level(file: File) -> Iterator[str]:
    """14-002, 14-003, 14-006: the first heading is an H1, none is more than one below the last; no H among them."""
    level = 0
    for element in file.elements:
        if kind(element) == "H":
            yield "an H among H1, H2, …"
        if _HEADING.fullmatch(kind(element)):
            found = int(kind(element)[1])
            if found > level + 1:
                yield f"H{found} after {f'H{level}' if level else 'nothing'}"
            level = found


def headings_hold_text(file: File) -> Iterator[str]:
    """14-007, and 09-004 for paragraphs: no block stands in a heading or a paragraph."""
    for element in file.elements:
        if _HEADING.fullmatch(kind(element)) or kind(element) == "P":
            yield from (
                f"a {kind(kid)} in a {kind(element)}"
                for kid in kids(element)
                if is_element(kid) and (kind(kid) in _BLOCKS or _HEADING.fullmatch(kind(kid)))
            )


_INLINE = {"Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Ruby", "Figure", "Formula"}
_BLOCKS = STANDARD - _INLINE - {"Lbl", "Form", "Private", "Warichu"}


def tables_are_tables(file: File) -> Iterator[str]:
    """09-004, 15-003: tables have rows of cells, all rows as many; heads say of what, cells name heads that exist."""
    within = {"Table": {"TR", "THead", "TBody", "TFoot", "Caption"}, "TR": {"TH", "TD"}}
    within |= {part: {"TR"} for part in ("THead", "TBody", "TFoot")}
    parts = {"TR": {"Table", "THead", "TBody", "TFoot"}, "TH": {"TR"}, "TD": {"TR"}}
    parts |= {part: {"Table"} for part in ("THead", "TBody", "TFoot")}
    yield from _nesting(file, within, parts)
    names = {str(element.ID) for element in file.elements if "/ID" in element}
    for element in file.elements:
        if kind(element) == "TH" and str(attribute(element, "Table", "Scope")) not in ("/Row", "/Column", "/Both"):
            yield "a TH without a scope"
        heads = [str(name) for name in attribute(element, "Table", "Headers") or ()]
        if set(heads) - names:
            yield f"a {kind(element)} names heads that are not there"
        if kind(element) == "Table" and len({*_widths(file, element)}) > 1:
            yield f"a table's rows differ: {[*_widths(file, element)]}"


def _widths(file: File, table: Any) -> Iterator[int]:
    """How many columns each row fills, with those that cells of rows above reach into."""
    reaching: Counter[int] = Counter()
    rows = [element for element in file._below(table) if kind(element) == "TR"]
    for number, row in enumerate(rows):
        width = reaching[number]
        for cell in filter(is_element, kids(row)):
            wide = int(attribute(cell, "Table", "ColSpan") or 1)
            width += wide
            for below in range(1, int(attribute(cell, "Table", "RowSpan") or 1)):
                reaching[number + below] += wide
        yield width


def lists_are_lists(file: File) -> Iterator[str]:
    """09-005, 16-001: lists have items, items labels and bodies; a list with labels says how it is numbered."""
    within = {"L": {"LI", "Caption"}, "LI": {"Lbl", "LBody"}}
    yield from _nesting(file, within, {"LI": {"L"}, "LBody": {"LI"}})
    for element in file.elements:
        if kind(element) == "LI" and any(not is_element(kid) for kid in kids(element)):
            yield "text in an item that is in neither label nor body"
        if kind(element) == "L" and attribute(element, "List", "ListNumbering") is None:
            items = [kid for item in kids(element) if is_element(item) for kid in kids(item) if is_element(kid)]
            if any(kind(item) == "Lbl" for item in items):
                yield "a list with labels that does not say how it is numbered"


def contents_are_contents(file: File) -> Iterator[str]:
    """09-006: a list of contents has lines."""
    yield from _nesting(file, {"TOC": {"TOC", "TOCI", "Caption"}}, {"TOCI": {"TOC"}})


def _nesting(file: File, within: dict[str, set[str]], parts: dict[str, set[str]]) -> Iterator[str]:
    for element in file.elements:
        allowed = within.get(kind(element))
        if allowed is not None:
            yield from (
                f"a {kind(kid) if is_element(kid) else 'content'} in a {kind(element)}"
                for kid in kids(element)
                if not is_element(kid) or kind(kid) not in allowed
            )
        for kid in filter(is_element, kids(element)):
            if kind(kid) in parts and kind(element) not in parts[kind(kid)]:
                yield f"a {kind(kid)} in a {kind(element)}"


def ids_are_unique(file: File) -> Iterator[str]:
    """19-003, and for all elements: no two have the same id, and a note has one."""
    names = Counter(str(element.ID) for element in file.elements if "/ID" in element)
    yield from (f"the id {name} is used {count} times" for name, count in names.items() if count > 1)
    yield from ("a note without an id" for element in file.elements if kind(element) == "Note" and "/ID" not in element)


def links_are_links(file: File) -> Iterator[str]:
    """28-002, 28-004, 28-010, 28-011: an annotation stands in a Link, once, is printed, and says where it leads."""
    listed: Counter[tuple[int, int]] = Counter()
    for element in file.elements:
        for kid in filter(_is_reference, kids(element)):
            listed[kid.Obj.objgen] += 1
            if kind(element) != "Link":
                yield f"an annotation in a {kind(element)}"
    for element in file.elements:
        if kind(element) == "Link" and not any(map(_is_reference, kids(element))):
            yield "a Link without an annotation"
    for place, annotation in file.annotations:
        if annotation.Subtype == "/Link" and not str(annotation.get("/Contents", "")).strip():
            yield f"page {place + 1}: a link does not say where it leads"
        if listed[annotation.objgen] != 1:
            yield f"page {place + 1}: an annotation is listed {listed[annotation.objgen]} times"
        flags = int(annotation.get("/F", 0))
        if not flags & 4 or flags & 2:
            yield f"page {place + 1}: an annotation is hidden or not printed"


def tabs_follow_structure(file: File) -> Iterator[str]:
    """28-008: on pages with annotations, the tabulator goes by the structure."""
    for place, page in enumerate(file.pdf.pages):
        if len(page.obj.get("/Annots", Array())) and page.obj.get("/Tabs") != "/S":
            yield f"page {place + 1}: tabs do not follow the structure"


def groups_hold_no_content(file: File) -> Iterator[str]:
    """30-002: drawings that are placed as a whole hold no marked content of a page."""
    for place, page in enumerate(file.pdf.pages):
        waiting = [page.obj.get("/Resources", Dictionary())]
        seen: set[tuple[int, int]] = set()
        while waiting:
            for thing in dict(waiting.pop().get("/XObject", Dictionary()).items()).values():
                if thing.objgen in seen or thing.get("/Subtype") != "/Form":
                    continue
                seen.add(thing.objgen)
                waiting.append(thing.get("/Resources", Dictionary()))
                if re.search(rb"/MCID \d", thing.read_bytes()):
                    yield f"page {place + 1}: marked content in a form"


def fonts_are_embedded(file: File) -> Iterator[str]:
    """31-009, 31-027, 31-028: fonts are embedded, and say which characters their glyphs are."""
    for font in file.fonts.values():
        name = str(font.BaseFont)
        inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        programs = [key for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in inner.FontDescriptor]
        if not programs and font.Subtype != "/Type3":
            yield f"{name} is not embedded"
        if "/ToUnicode" not in font:
            yield f"{name} does not say what its glyphs are"
        elif re.search(rb"<[0-9a-fA-F]+> <(?:0000|fffe|feff|FFFE|FEFF)>", font.ToUnicode.read_bytes()):
            yield f"{name} has glyphs for no character"
        if font.get("/Encoding") == "/Identity-H" and inner.Subtype == "/CIDFontType2" and "/CIDToGIDMap" not in inner:
            yield f"{name} does not say which glyphs its codes are"


def subsets_have_names_of_their_own(file: File) -> Iterator[str]:
    """ISO 32000-1, 9.6.4: different subsets of a font have different tags."""
    names = Counter(str(font.BaseFont) for font in file.fonts.values())
    yield from (f"{name} is the name of {count} fonts" for name, count in names.items() if count > 1)
    yield from (f"{name} has no tag" for name in names if not re.match(r"/[A-Z]{6}\+", name))


def glyphs_are_characters(file: File) -> Iterator[str]:
    """31-030: nothing is drawn with the glyph for what a font has not."""
    for place, page in enumerate(file.pdf.pages):
        for instruction in pikepdf.parse_content_stream(page.obj, "Tj TJ"):
            for operand in instruction.operands:
                for text in operand if isinstance(operand, Array) else [operand]:
                    codes = bytes(text) if isinstance(text, pikepdf.String) else b""
                    if any(codes[at : at + 2] == b"\0\0" for at in range(0, len(codes), 2)):
                        yield f"page {place + 1} shows what no font has"


def drawn_as_read(file: File) -> Iterator[str]:
    """09-001: content is drawn in the order in which it is read, so that it is copied so."""
    read: dict[int, list[int]] = {}
    for mark, _ in file.reading:
        read.setdefault(mark.page, []).append(mark.mcid)
    for place in range(len(file.pdf.pages)):
        drawn = [found.mcid for found in file.content if found.page == place and found.mcid is not None]
        if drawn != read.get(place, []):
            yield f"page {place + 1} is drawn in another order than it is read"


def code_ends_its_lines(file: File) -> Iterator[str]:
    """A block of code is Code whose lines say what they read, with their ends."""
    for element in file.elements:
        if kind(element) == "Code" and attribute(element, "Layout", "Placement") == "/Block":
            lines = [kid for kid in kids(element) if is_element(kid)]
            if len(lines) != len(kids(element)) or not lines:
                yield "a block of code without lines"
            ends = (str(line.get("/ActualText", "")).endswith("\n") for line in lines)
            yield from ("a line of code without its end" for ended in ends if not ended)


def elements_mean_something(file: File) -> Iterator[str]:
    """No element is empty but a cell, and none says only that it is there."""
    for element in file.elements:
        if not kids(element) and kind(element) not in ("TD", "TH"):
            yield f"an empty {kind(element)}"
        if kind(element) == "NonStruct":
            yield "a NonStruct"


def one_document(file: File) -> Iterator[str]:
    """All is below one Document."""
    roots = [kind(kid) for kid in kids(file.root.get("/StructTreeRoot", Dictionary())) if is_element(kid)]
    if roots != ["Document"]:
        yield f"the tree begins with {roots}"
    if sum(kind(element) == "Document" for element in file.elements) > 1:
        yield "a Document in the Document"


RULES: tuple[Callable[[File], Iterator[str]], ...] = (
    content_is_tagged,
    artifacts_and_tags_are_apart,
    marked_content_has_one_owner,
    parent_tree_agrees,
    elements_know_their_parent,
    references_lead_to_pages,
    types_are_standard,
    is_marked,
    metadata_says_so,
    languages_are_languages,
    pictures_have_words,
    headings_skip_no_level,
    headings_hold_text,
    tables_are_tables,
    lists_are_lists,
    contents_are_contents,
    ids_are_unique,
    links_are_links,
    tabs_follow_structure,
    groups_hold_no_content,
    fonts_are_embedded,
    subsets_have_names_of_their_own,
    glyphs_are_characters,
    drawn_as_read,
    code_ends_its_lines,
    elements_mean_something,
    one_document,
)


def problems(data: bytes) -> list[str]:
    """What is wrong with a PDF, each problem with the name of its rule."""
    file = File(data)
    return [f"{rule.__name__}: {problem}" for rule in RULES for problem in rule(file)]
