"""Tagged PDFs: every product, in one signature and in many, keeps the rules of PDF/UA-1; and the rules bite."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from generator import sheets
from generator.press import layout
from generator.print_settings import PrintSettings
from tests import pdf_ua, ua_decks
from tests.pdf_ua import File, attribute, kids, kind
from tests.print_support import Book, deck_info, letters

SIZES = [pytest.param(False, id="one signature"), pytest.param(True, id="many")]


@pytest.mark.parametrize("large", SIZES)
@pytest.mark.parametrize("product", ua_decks.PRODUCTS)
def test_every_product_keeps_the_rules(product: str, large: bool) -> None:
    assert pdf_ua.problems(ua_decks.printed(product, large=large)) == []


# --- each repair ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def study() -> File:
    return File(ua_decks.printed("study", large=False))


def of(file: File, *kinds: str) -> list[Any]:
    """The elements of these types."""
    return [element for element in file.elements if kind(element) in kinds]


def words(file: File, element: Any) -> str:
    """An element's words, with one space between."""
    return " ".join(file.text(element).split())


@pytest.mark.parametrize("product", ua_decks.PRODUCTS)
def test_what_stands_in_margins_is_no_content(product: str) -> None:
    file = File(ua_decks.printed(product, large=True))
    ornaments = [found for found in file.content if found.kind == "artifact"]
    assert len(ornaments) >= len(file.pdf.pages)
    read = "".join(file.texts[mark] for mark, _ in file.reading)
    assert "Cheat sheet · short forms" not in read and "Shuffled" not in read
    # Drawn on many pages, read where they are the title and nowhere else.
    assert read.count("The awkward squad") <= 1


def test_a_picture_without_words_is_no_content_and_others_say_what_they_show(study: File) -> None:
    assert [str(element.Alt) for element in of(study, "Figure")] == ["A chart"]
    drawn = study.pdf.pages[1].obj.Contents.read_bytes()
    assert re.search(rb"/Artifact BMC\n(?:(?!EMC)[^T])*40 0 l", drawn), "the ornament is drawn all the same"
    (chart,) = of(study, "Figure")
    left, low, right, top = (float(edge) for edge in attribute(chart, "Layout", "BBox"))
    assert right - left == pytest.approx(90 * 0.75, abs=1) and top - low == pytest.approx(50 * 0.75, abs=1)
    page = study.pages[chart.Pg.objgen]
    below = Book(ua_decks.printed("study", large=False)).text_in(page, left, low - 45, 595, low)
    assert "the end of its line" in below, "the box is where the picture is: its line of text goes on beneath it"


def test_a_formula_has_its_tex(study: File) -> None:
    told = [str(element.Alt) for element in of(study, "Formula")]
    assert told == [r"x_1 + \frac{a}{b}", r"x_1 + \frac{a}{b}", r"\sqrt{2}", r"\sum_{i=1}^n i"]


def test_heads_say_of_what_they_are_the_heads_and_cells_name_them(study: File) -> None:
    scopes = {words(study, head): str(attribute(head, "Table", "Scope")) for head in of(study, "TH")}
    assert scopes == {"Name": "/Column", "Use": "/Column", "Cost": "/Column", "Raw": "/Row", "Two": "/Row"}
    names = {str(head.ID): words(study, head) for head in of(study, "TH")}
    cells = [
        (words(study, cell), [names[str(name)] for name in attribute(cell, "Table", "Headers")])
        for cell in of(study, "TD")
    ]
    assert cells == [
        ("a", ["Name"]), ("one", ["Use"]), ("1", ["Cost"]),
        ("b", ["Name"]), ("two bold words", ["Use"]), ("2", ["Cost"]),
        ("1", ["Raw"]), ("2", ["Two"]), ("3", ["Two"]),
    ]  # fmt: skip
    assert [kind(part) for part in kids(of(study, "Table")[0])] == ["THead", "TBody"]


def test_code_is_code_and_its_lines_end(study: File) -> None:
    inline = [words(study, code) for code in of(study, "Code") if attribute(code, "Layout", "Placement") is None]
    assert {"walk", "code", "Ctrl", "a"} <= set(inline)
    blocks = [code for code in of(study, "Code") if attribute(code, "Layout", "Placement") == "/Block"]
    texts = ["".join(str(line.ActualText) for line in kids(block)) for block in blocks]
    first, second = (ua_decks.code_of("walk("), "raw\n  lines\n")
    assert texts == [first, second]


def test_lists_have_labels_and_bodies_and_stand_in_each_other(study: File) -> None:
    outer = next(element for element in of(study, "L") if words(study, element).startswith("1. first"))
    assert attribute(outer, "List", "ListNumbering") == "/Decimal"
    label, body = kids(kids(outer)[0])
    assert (kind(label), kind(body)) == ("Lbl", "LBody")
    assert [kind(kid) for kid in kids(body)] == ["P", "L", "P"], "what is nested stands between what is around it"
    assert attribute(kids(body)[1], "List", "ListNumbering") == "/Disc"
    terms = next(element for element in of(study, "L") if words(study, element).startswith("Term"))
    told = [[(kind(part), words(study, part)) for part in kids(item)] for item in kids(terms)]
    assert told == [
        [("Lbl", "Term"), ("LBody", "what it means and more of it")],
        [("Lbl", "Other"), ("LBody", "its meaning")],
    ]


def test_options_of_a_choice_have_their_letters_as_labels() -> None:
    file = File(ua_decks.printed("quiz", large=False))
    columns = [element for element in of(file, "L") if kind(kids(kids(element)[0])[0]) == "Lbl"]
    found = [[words(file, part) for part in kids(item)] for listed in columns for item in kids(listed)]
    assert found[:3] == [["A", "Venus"], ["B", "Mars"], ["C", "all of the above"]]


def test_a_note_in_another_language_says_so(study: File) -> None:
    assert str(study.root.Lang) == "en"
    others = [element for element in study.elements if "/Lang" in element and str(element.Lang) != "en"]
    assert [(kind(one), str(one.Lang)) for one in others] == [("P", "he"), ("Art", "he")], "in the contents, and itself"
    hebrew = others[1]
    heading = next(element for element in kids(hebrew) if kind(element) == "H2")
    assert [str(kid.ActualText) for kid in kids(heading) if "/ActualText" in kid] == ["מהו אינדקס?"]


@pytest.mark.parametrize("product", ["study", "quiz", "cards", "folded"])
def test_links_know_their_annotations_and_say_where_they_lead(product: str) -> None:
    file = File(ua_decks.printed(product, large=False))
    links = of(file, "Link")
    assert len(links) >= 1
    for link in links:
        assert any(isinstance(kid, Dictionary) and kid.get("/Type") == "/OBJR" for kid in kids(link))
    if product == "study":
        (broken,) = [link for link in links if words(file, link).startswith("with a link that is long")]
        assert sum(isinstance(kid, Dictionary) and "/Obj" in kid for kid in kids(broken)) == 2, "one link, two boxes"


def test_an_element_over_several_pages_is_one() -> None:
    """A long listing, a table whose head is repeated, a paragraph: each was begun anew by the layout on each page."""
    file = File(ua_decks.printed("study", large=True))
    for element in of(file, "Code"):
        lines = [kid for kid in kids(element) if pdf_ua.is_element(kid) and "/ActualText" in kid]
        if any("class Walker" in str(line.ActualText) for line in lines):
            assert str(lines[0].ActualText) == "import os\n" and str(lines[-1].ActualText) == "# 5\n"
            assert len({line.Pg.objgen for line in lines}) > 1
            return
    pytest.fail("no long listing")


def test_headings_begin_with_one_and_skip_none() -> None:
    files = {product: File(ua_decks.printed(product, large=False)) for product in ua_decks.PRODUCTS}
    counts = {product: Counter(map(kind, of(file, "H1", "H2", "H3", "H4"))) for product, file in files.items()}
    notes = len(ua_decks.order(large=False))
    assert counts["study"] == {"H1": 2, "H2": notes, "H3": 2}
    assert counts["cards"]["H1"] == counts["folded"]["H1"] == notes and counts["cards"]["H2"] == 1
    assert counts["quiz"]["H1"] == 2 and counts["quiz"]["H2"] >= notes


@pytest.mark.parametrize("product", ["study", "cheat", "quiz"])
def test_pages_look_as_they_were_laid_out(product: str) -> None:
    """Runs are drawn in another order than by the layout; numbers apart, which binding puts in, no pixel may differ."""
    sheet = sheets.MAKERS[product](deck_info(), ua_decks.deck(large=False), PrintSettings())
    compared = 0
    for part in sheet.signatures[-1:]:
        raw, prepared = Book(layout._drawn(part, "").pdf), Book(layout.lay_out(part))
        for page in range(len(raw.reader)):
            places = [link.Rect for at, link in raw.annotations() if at == page and _is_slot(link)]
            assert picture(raw, page, places) == picture(prepared, page, places), f"page {page + 1}"
            compared += 1
    assert compared >= 1


def _is_slot(link: Any) -> bool:
    return "/A" in link and str(link.A.get("/URI", "")).startswith("deckpress:")


def picture(book: Book, page: int, without: Sequence[Any]) -> bytes:
    """A page's pixels, without some places."""
    image = book.reader[page].render(scale=2).to_pil().convert("RGB")
    for place in without:
        edges = [float(edge) * 2 for edge in place]
        left, right = sorted((edges[0], edges[2]))
        top, low = sorted((image.height - edges[1], image.height - edges[3]))
        # Ten digits stand in the place of one, and may be wider than it, to whichever side.
        wide = int(8 * (low - top))
        image.paste("white", (int(right) - wide, int(top) - 4, int(left) + wide, int(low) + 4))
    return bytes(image.tobytes())


# --- reading order ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("large", SIZES)
@pytest.mark.parametrize("product", ua_decks.PRODUCTS)
def test_notes_are_read_in_the_order_of_the_deck(product: str, large: bool) -> None:
    file = File(ua_decks.printed(product, large=large))
    read = letters("".join(_said(file, mark, element) for mark, element in file.reading))
    place = 0
    for asked in ua_decks.order(large=large):
        asked = asked.partition("x₁")[0]  # a formula is drawn, and read as its TeX
        for word in filter(None, map(letters, asked.split())):
            found = read.find(word, place)
            assert found >= 0, f"{word} of {asked}"
            place = found


def _said(file: File, mark: pdf_ua.Kid, element: Any) -> str:
    """What is read of a mark: what its element says, or what its glyphs are."""
    return str(element.ActualText) if "/ActualText" in element else file.texts[mark]


def test_of_imposed_cards_each_front_is_read_before_its_back() -> None:
    file = File(ua_decks.printed("cards", large=True))
    read = letters("".join(_said(file, mark, element) for mark, element in file.reading))
    places = [
        (read.index(f"Whatisma{n}Itisma{n}") if f"Whatisma{n}Itisma{n}" in read else read.index(f"Whatisma{n}"))
        for n in range(ua_decks.MANY)
    ]
    assert places == sorted(places)
    for number in range(ua_decks.MANY):
        asked = read.index(f"Whatisma{number}It")
        assert re.match(rf"Whatisma{number}Itis{number}", read[asked:])
    pages = [mark.page for mark, _ in file.reading]
    assert pages != sorted(pages), "on the sheets they lie otherwise"


def test_text_is_copied_in_the_order_of_reading() -> None:
    book, file = Book(ua_decks.printed("study", large=False)), File(ua_decks.printed("study", large=False))
    copied = letters("".join(book.texts))
    for before, after in (
        ("Python Language Reference", "A sum"),
        ("Which of these are rows", "two"),
        ("first", "nested"),
    ):
        assert copied.index(letters(before)) < copied.index(letters(after))
    assert [found for found in file.content if found.kind == "tagged"]


@pytest.mark.parametrize("product", ["study", "quiz", "cards", "folded", "cheat"])
def test_code_is_copied_with_its_lines(product: str) -> None:
    """As pdfium copies it: an indent is one space there, and a line that wraps on paper is one line."""
    wanted = [" ".join(line.split()) for line in ua_decks.code_of("walk(").splitlines() if line.strip()]
    copied = [
        " ".join(line.split())
        for text in Book(ua_decks.printed(product, large=False)).texts
        for line in text.splitlines()
    ]
    place = copied.index(wanted[0])
    assert [line for line in copied[place:] if line][: len(wanted)] == wanted


def test_bookmarks_are_topics_and_questions_in_words() -> None:
    for product in ua_decks.PRODUCTS:
        file = File(ua_decks.printed(product, large=True))
        with file.pdf.open_outline() as outline:
            titles = [(item.title, [child.title for child in item.children]) for item in outline.root]
        assert [title for title, _ in titles][:2] == ["All that has a tag", "Plain things"]
        assert titles[0][1][:3] == ["What is x₁ + a/b in words?", "What does walk print?", "Which of these are rows?"]


# --- the rules bite ---------------------------------------------------------------------------------------------------


def first(file: pikepdf.Pdf, *kinds: str) -> Any:
    """The first element of these types."""
    return next(element for element in File(_saved(file)).elements if kind(element) in kinds)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def every(pdf: pikepdf.Pdf, *kinds: str) -> list[Any]:
    found: list[Any] = []

    def below(element: Any) -> None:
        for kid in kids(element):
            if pdf_ua.is_element(kid):
                if kind(kid) in kinds:
                    found.append(kid)
                below(kid)

    below(pdf.Root.StructTreeRoot)
    return found


def _rewritten(page: Any, old: bytes, new: bytes) -> None:
    content = page.obj.Contents.read_bytes()
    assert re.search(old, content)
    page.obj.Contents.write(re.sub(old, new, content, count=1))


def _swapped(pdf: pikepdf.Pdf) -> None:
    art = every(pdf, "Art")[1]
    art.K = Array([*list(art.K)[::-1]])


def _drop(key: str, *kinds: str) -> Callable[[pikepdf.Pdf], None]:
    def sabotage(pdf: pikepdf.Pdf) -> None:
        del every(pdf, *kinds)[0][key]

    return sabotage


def _renamed(old: str, new: str) -> Callable[[pikepdf.Pdf], None]:
    def sabotage(pdf: pikepdf.Pdf) -> None:
        every(pdf, old)[0].S = Name(f"/{new}")

    return sabotage


def _on(number: int, old: bytes, new: bytes) -> Callable[[pikepdf.Pdf], None]:
    return lambda pdf: _rewritten(pdf.pages[number], old, new)


def _in_root(**values: Any) -> Callable[[pikepdf.Pdf], None]:
    def sabotage(pdf: pikepdf.Pdf) -> None:
        for key, value in values.items():
            pdf.Root[f"/{key}"] = value

    return sabotage


def _link(pdf: pikepdf.Pdf) -> Any:
    return next(annotation for page in pdf.pages for annotation in page.obj.get("/Annots", ()))


def _font(pdf: pikepdf.Pdf, place: int = 0) -> Any:
    return [*dict(pdf.pages[0].obj.Resources.Font.items()).values()][place]


def _gone_page(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[-1]


def _same_ids(pdf: pikepdf.Pdf) -> None:
    for head in every(pdf, "TH"):
        head.ID = String("1")


def _loop(pdf: pikepdf.Pdf) -> None:
    pdf.Root.StructTreeRoot.RoleMap = Dictionary(Listing=Name.Listing2, Listing2=Name.Listing)
    every(pdf, "Code")[0].S = Name.Listing


def _twice(pdf: pikepdf.Pdf) -> None:
    one, other = every(pdf, "P")[:2]
    one.K = Array([*kids(one), *[kid for kid in kids(other) if isinstance(kid, int)]])


def _other_owner(pdf: pikepdf.Pdf) -> None:
    owners = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
    owners[0], owners[1] = owners[1], owners[0]


def _no_scope(pdf: pikepdf.Pdf) -> None:
    del every(pdf, "TH")[0].A["/Scope"]


def _short_row(pdf: pikepdf.Pdf) -> None:
    row = every(pdf, "TR")[1]
    row.K = Array([*row.K][:-1])


def _same_fonts(pdf: pikepdf.Pdf) -> None:
    _font(pdf, 0).BaseFont = _font(pdf, 1).BaseFont


def _no_program(pdf: pikepdf.Pdf) -> None:
    del _font(pdf).DescendantFonts[0].FontDescriptor["/FontFile2"]


def _no_code_line(pdf: pikepdf.Pdf) -> None:
    line = next(span for span in every(pdf, "Span") if str(span.get("/ActualText", "")).endswith("\n"))
    line.ActualText = String("no end")


def _no_metadata_part(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata.write(pdf.Root.Metadata.read_bytes().replace(b"<pdfuaid:part>1", b"<pdfuaid:part>2"))


SABOTAGES: dict[str, tuple[str, Callable[[pikepdf.Pdf], None]]] = {
    "a picture without words": ("pictures_have_words", _drop("/Alt", "Figure")),
    "a picture without a box": ("pictures_have_words", _drop("/A", "Figure")),
    "a formula without words": ("pictures_have_words", _drop("/Alt", "Formula")),
    "another order": ("drawn_as_read", _swapped),
    "no scope": ("tables_are_tables", _no_scope),
    "a short row": ("tables_are_tables", _short_row),
    "a cell in no row": ("tables_are_tables", _renamed("TR", "Div")),
    "an item in no list": ("lists_are_lists", _renamed("L", "Div")),
    "a list without numbering": ("lists_are_lists", _drop("/A", "L")),
    "a line in no contents": ("contents_are_contents", _renamed("TOC", "Sect")),
    "a level left out": ("headings_skip_no_level", _renamed("H2", "H4")),
    "an H": ("headings_skip_no_level", _renamed("H2", "H")),
    "a list in a heading": ("headings_hold_text", _renamed("LBody", "H2")),
    "an artifact left bare": ("content_is_tagged", _on(1, rb"(?s)/Artifact BMC\n((?:(?!EMC).)*?T[jJ].*?)EMC", rb"\1")),
    "a mark that never ends": ("content_is_tagged", _on(1, rb"EMC\n", b"")),
    "an artifact in content": (
        "artifacts_and_tags_are_apart", _on(1, rb"(MCID 3>> BDC\n)", rb"\1/Artifact BMC\nEMC\n"),
    ),
    "content that nobody lists": ("marked_content_has_one_owner", _drop("/K", "H2")),
    "content that two list": ("marked_content_has_one_owner", _twice),
    "content that is not there": ("marked_content_has_one_owner", _on(1, rb"/Span <</MCID 3>> BDC", b"/Artifact BMC")),
    "another owner": ("parent_tree_agrees", _other_owner),
    "no place in the parent tree": ("parent_tree_agrees", lambda pdf: pdf.pages[1].obj.__delitem__("/StructParents")),
    "no parent": ("elements_know_their_parent", _drop("/P", "H2")),
    "a page that is gone": ("references_lead_to_pages", _gone_page),
    "a link to nowhere": ("references_lead_to_pages", lambda pdf: setattr(_link(pdf), "Dest", String("nowhere"))),
    "a loop of roles": ("types_are_standard", _loop),
    "an unknown type": ("types_are_standard", _renamed("Code", "Listing")),
    "not marked": ("is_marked", _in_root(MarkInfo=Dictionary(Marked=False))),
    "no language": ("is_marked", _in_root(Lang=String(""))),
    "a file's name for a title": ("is_marked", _in_root(ViewerPreferences=Dictionary())),
    "metadata of another kind": ("metadata_says_so", _no_metadata_part),
    "another title": ("metadata_says_so", lambda pdf: setattr(pdf.docinfo, "Title", String("Another"))),
    "no language at all": ("languages_are_languages", lambda pdf: setattr(every(pdf, "Art")[0], "Lang", String("?"))),
    "ids used twice": ("ids_are_unique", _same_ids),
    "a link in no Link": ("links_are_links", _renamed("Link", "Span")),
    "a link that says nothing": ("links_are_links", lambda pdf: _link(pdf).__delitem__("/Contents")),
    "a hidden link": ("links_are_links", lambda pdf: setattr(_link(pdf), "F", 2)),
    "tabs by rows": ("tabs_follow_structure", lambda pdf: setattr(pdf.pages[1].obj, "Tabs", Name.R)),
    "a font elsewhere": ("fonts_are_embedded", _no_program),
    "a font without letters": ("fonts_are_embedded", lambda pdf: _font(pdf).__delitem__("/ToUnicode")),
    "two fonts of a name": ("subsets_have_names_of_their_own", _same_fonts),
    "a glyph for nothing": ("glyphs_are_characters", _on(1, rb"\[<[0-9a-f]{4}", b"[<0000")),
    "a line without its end": ("code_ends_its_lines", _no_code_line),
    "an element of nothing": ("elements_mean_something", _drop("/K", "Lbl")),
    "a box for layout": ("elements_mean_something", _renamed("Art", "NonStruct")),
    "two documents": ("one_document", _renamed("Sect", "Document")),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SABOTAGES))
def test_the_rules_bite(name: str) -> None:
    rule, sabotage = SABOTAGES[name]
    with pikepdf.open(io.BytesIO(ua_decks.printed("study", large=False))) as pdf:
        sabotage(pdf)
        found = pdf_ua.problems(_saved(pdf))
    assert rule in {problem.partition(":")[0] for problem in found}, found


def test_a_group_with_content_is_found() -> None:
    with pikepdf.open(io.BytesIO(ua_decks.printed("study", large=False))) as pdf:
        form = pdf.make_stream(b"/Span <</MCID 0>> BDC EMC", Type=Name.XObject, Subtype=Name.Form)
        resources = pdf.pages[0].obj.Resources
        resources.XObject = Dictionary(x0=form)
        assert any(found.startswith("groups_hold_no_content") for found in pdf_ua.problems(_saved(pdf)))


def test_every_rule_is_seen_to_bite() -> None:
    assert {rule for rule, _ in SABOTAGES.values()} | {"groups_hold_no_content"} == {r.__name__ for r in pdf_ua.RULES}
