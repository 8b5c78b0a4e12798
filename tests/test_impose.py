"""Imposed sheets, read back by libraries that did not write them: text, structure, links, fonts, marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import pikepdf
import pytest
from PIL.ImageFilter import GaussianBlur

from generator.imposition import Card, Imposition, Placement, on_sheets
from generator.press import slots
from generator.press.impose import impose
from generator.print_model import CardPlan
from tests import card_pages
from tests.print_support import Book

MM = 72 / 25.4
COUNT = 11
PLANS = {
    "tiled": CardPlan(),
    "tiled, turned, short edge": CardPlan(size="A8", flip="short-edge"),
    "crop marks, set off": CardPlan(size="business-eu", shift_x=1.3, shift_y=-0.7),
    "gutters, by hand": CardPlan(size="2.5x3.5in", marks="gutter", flip="manual", feed="reverse"),
    "stock": CardPlan(stock="5388", order="sheet"),
    "folded beside": CardPlan(flip="fold"),
    "folded above, turned": CardPlan(size="business", paper="Letter", flip="fold"),
}


@cache
def printed(name: str) -> Book:
    plan = PLANS[name]
    return Book(impose(card_pages.sheet(COUNT), card_pages.plain(plan, COUNT), plan).data)


@pytest.fixture(params=sorted(PLANS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def placements(plan: CardPlan, cards: int = COUNT) -> Iterator[tuple[int, Placement, Imposition]]:
    """Every face with the page, from 0, that it is on."""
    found = on_sheets(plan, cards)
    for page, side in enumerate(found.sides):
        for placement in side.placements:
            yield page, placement, found


def box(placement: Placement, found: Imposition) -> tuple[float, float, float, float]:
    a, b, c, d, e, f = placement.matrix
    corners = [(x, y) for x in (0, found.card.width) for y in (0, found.card.height)]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def test_every_face_is_in_its_card_and_nowhere_else(name: str) -> None:
    book, met = printed(name), 0
    for page, placement, found in placements(PLANS[name]):
        number = placement.card + 1
        words = f"Question {number}?" if placement.face == "front" else f"Answer {number}."
        left, low, right, high = box(placement, found)
        text = book.text_in(page, left, low, right, high)
        # what is extracted of turned cards has no spaces
        said = sorted(re.sub(r"\W", "", "".join(sorted(f"Topic{words}{100 + number}"))))
        assert sorted(re.sub(r"\W", "", text)) == said and f"{number}" in text
        met += 1
    assert met == 2 * COUNT
    assert sum(text.count("Topic") for text in book.texts) == 2 * COUNT


def test_ink_keeps_clear_of_the_trims(name: str) -> None:
    book = printed(name)
    covered = [(page, box(placement, found), found) for page, placement, found in placements(PLANS[name])]
    inked = 0
    for page in range(len(book.reader)):
        for left, low, right, high in book.boxes(page):
            (edges,) = [(b, f) for p, b, f in covered if p == page and b[0] <= left <= b[2] and b[1] <= low <= b[3]]
            (trim_left, trim_low, trim_right, trim_high), found = edges
            white = found.card.padding - 1
            assert left >= trim_left + white and low >= trim_low + white
            assert right <= trim_right - white and high <= trim_high - white
            inked += 1
    assert inked > COUNT * 2 * 10


def test_pages_are_the_papers(name: str) -> None:
    book, plan = printed(name), PLANS[name]
    found = on_sheets(plan, COUNT)
    assert len(book.pdf.pages) == len(found.sides)
    for page in book.pdf.pages:
        assert [float(edge) for edge in page.mediabox] == pytest.approx([0, 0, *found.paper], abs=0.001)


def test_the_printer_is_told_not_to_scale_and_how_to_turn(name: str) -> None:
    wishes = printed(name).pdf.Root.ViewerPreferences
    assert str(wishes.PrintScaling) == "/None" and bool(wishes.PickTrayByPDFSize) and bool(wishes.DisplayDocTitle)
    assert str(wishes.Duplex) == "/" + on_sheets(PLANS[name], 1).duplex


def test_viewers_name_sheet_and_face() -> None:
    book = printed("gutters, by hand")
    labels = [book.reader.get_page_label(page) for page in range(len(book.reader))]
    assert labels == ["1 front", "2 front", "2 back", "1 back"]


# --- structure --------------------------------------------------------------------------------------------------------


def marked_texts(book: Book) -> dict[tuple[Any, int], str]:
    """The text of all marked content, by page and number."""
    found = {}
    for page in book.pdf.pages:
        fonts = {key.lstrip("/"): letters(font) for key, font in page.obj.Resources.Font.items()}
        content = page.obj.Contents.read_bytes().decode("latin-1")
        for number, body in re.findall(r"/MCID (\d+)\s*>>\s*BDC\n(.*?)\nEMC", content, re.DOTALL):
            text, font = "", ""
            for name, shown in re.findall(r"/(\S+) \S+ Tf|<([0-9a-f]+)>", body):
                font = name or font
                text += "".join(fonts[font].get(shown[i : i + 4], "?") for i in range(0, len(shown), 4))
            assert (page.obj.objgen, int(number)) not in found
            found[page.obj.objgen, int(number)] = text
    return found


def letters(font: Any) -> dict[str, str]:
    pairs = re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]+)>", font.ToUnicode.read_bytes())
    return {glyph.decode(): bytes.fromhex(code.decode()).decode("utf-16-be") for glyph, code in pairs}


def read_aloud(book: Book) -> list[str]:
    """The text of all elements, in the order of the tree."""
    texts = marked_texts(book)
    spoken = []
    for element in book.elements():
        kids = element.get("/K", pikepdf.Array())
        marked = [kid for kid in (kids if isinstance(kids, pikepdf.Array) else [kids]) if isinstance(kid, int)]
        spoken += [texts.pop((element.Pg.objgen, number)) for number in marked]
    assert texts == {}, "marked content that no element owns"
    return spoken


def test_cards_are_read_one_by_one_front_then_back(name: str) -> None:
    said: list[str] = []
    for number in range(1, COUNT + 1):
        said += ["Topic", f"Question {number}?", "Topic", f"Answer {number}."]
    assert read_aloud(printed(name)) == said


def check_parents(book: Book) -> None:
    """The parent tree says of all marked content and all links which element owns them."""
    root = book.pdf.Root.StructTreeRoot
    nums = list(root.ParentTree.Nums)
    table = {int(nums[place]): nums[place + 1] for place in range(0, len(nums), 2)}
    assert [*table] == [*range(len(table))] and int(root.ParentTreeNextKey) == len(table)
    owned = {
        (element.Pg.objgen, kid): element.objgen
        for element in book.elements()
        for kid in (element.K if isinstance(element.K, pikepdf.Array) else [element.K])
        if isinstance(kid, int)
    }
    keys = set()
    for page in book.pdf.pages:
        assert str(page.obj.Tabs) == "/S"
        keys.add(int(page.obj.StructParents))
        for number, element in enumerate(table[int(page.obj.StructParents)]):
            if element is not None:
                assert owned.pop((page.obj.objgen, number)) == element.objgen
    assert owned == {}
    for page_number, link in book.annotations():
        keys.add(int(link.StructParent))
        element = table[int(link.StructParent)]
        assert element.S == "/Link" and element.Pg.objgen == book.pdf.pages[page_number].obj.objgen
    assert keys == set(table)
    reached = [element.objgen for element in book.elements()]
    assert len(reached) == len(set(reached))


def test_every_piece_of_content_knows_its_element(name: str) -> None:
    check_parents(printed(name))


def test_all_that_is_drawn_is_content_or_artifact_and_marks_are_on_fronts(name: str) -> None:
    book = printed(name)
    found = on_sheets(PLANS[name], COUNT)
    for page, side in zip(book.pdf.pages, found.sides, strict=True):
        depth, strokes = 0, 0
        for step in pikepdf.parse_content_stream(page):
            word = str(step.operator)
            depth += (word in ("BDC", "BMC")) - (word == "EMC")
            if word in ("Tj", "TJ", "S", "f"):
                assert depth > 0, step
                strokes += word == "S"
        assert depth == 0
        assert strokes == len(side.lines)


# --- places to go to --------------------------------------------------------------------------------------------------


def test_bookmarks_lead_to_the_cards(name: str) -> None:
    book = printed(name)
    fronts = {p.card: (page, box(p, f)) for page, p, f in placements(PLANS[name]) if p.face == "front"}
    with book.pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == [f"Question {number}?" for number in range(1, COUNT + 1)]
        for card, item in enumerate(outline.root):
            page, (left, _, _, high) = fronts[card]
            assert isinstance(item.destination, pikepdf.Array)
            assert item.destination[0].objgen == book.pdf.pages[page].obj.objgen
            assert [float(edge) for edge in list(item.destination)[2:4]] == pytest.approx([left, high], abs=0.01)
    assert book.anchors == {f"n-{card + 1}": page for card, (page, _) in fronts.items()}


@pytest.mark.parametrize("name", ["tiled", "tiled, turned, short edge", "folded above, turned"])
def test_links_lie_on_their_words(name: str) -> None:
    plan = PLANS[name]
    more = '<p><a href="https://example.org/{0}">elsewhere</a> or <a href="deckpress:go/n-{1}">Number{1}</a></p>'
    bodies = [card_pages.faces(number, back=more.format(number, 4 - number)) for number in (1, 2, 3)]
    book = Book(impose(card_pages.sheet(3), [card_pages.lay_out(plan, bodies)], plan).data)
    check_parents(book)
    seen = []
    for page, link in book.annotations():
        left, low, right, high = (float(edge) for edge in link.Rect)
        text = re.sub(r"\s", "", book.text_in(page, left - 1, low - 1, right + 1, high + 1))
        if "/Dest" in link:
            assert text == "Number" + str(link.Dest).removeprefix("n-")
        else:
            assert text == "elsewhere"
        seen.append(str(link.Dest) if "/Dest" in link else str(link.A.URI))
    expected = [f"https://example.org/{n}" for n in (1, 2, 3)] + ["n-1", "n-2", "n-3"]
    assert sorted(seen) == sorted(expected)


# --- resources --------------------------------------------------------------------------------------------------------


def test_one_font_a_face_and_all_embedded(name: str) -> None:
    fonts = printed(name).fonts
    faces = [one.partition("+")[2] for one in fonts]
    assert len(faces) == len(set(faces)) == 3
    assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in fonts.values())


GROUP = '<p style="opacity:.{0}">Half <b style="opacity:.5">seen {0}</b></p><svg width="60" height="20">{1}</svg>'
SHAPE = '<title>A shape</title><rect width="{0}" height="20" fill="#0b4f6c" opacity=".{0}"/>'


def groups(plan: CardPlan) -> list[bytes]:
    """Two signatures whose resources have the same names and are not the same things."""
    more = [GROUP.format(30 + 10 * n, SHAPE.format(20 + 10 * n)) for n in range(6)]
    bodies = [card_pages.faces(n + 1, front=more[n], back=more[5 - n]) for n in range(6)]
    return [card_pages.lay_out(plan, bodies[:4]), card_pages.lay_out(plan, bodies[4:])]


def test_each_face_looks_as_it_was_laid_out() -> None:
    plan, sheet = CardPlan(stock="C32011"), card_pages.sheet(6)
    parts = groups(plan)
    book = Book(impose(sheet, parts, plan).data)
    check_parents(book)
    alone = [(Book(part), page) for part in parts for page in range(len(Book(part).reader))]
    compared = 0
    for page, placement, found in placements(plan, 6):
        source, number = alone[2 * placement.card + (placement.face == "back")]
        left, low, right, high = box(placement, found)
        width, height = found.paper
        spot = book.reader[page].render(scale=4, crop=(left, low, width - right, height - high)).to_pil().convert("L")
        was = source.reader[number].render(scale=4).to_pil().convert("L").resize(spot.size)
        # The corner has the card's number, which was not there yet. Edges may fall between other pixels.
        below = (0, 110, spot.width, spot.height)
        ours, theirs = (one.crop(below).filter(GaussianBlur(8)).reduce(8).tobytes() for one in (spot, was))
        ink = sum(255 - value for value in theirs)
        assert ink > 2_000
        assert sum(abs(one - other) for one, other in zip(ours, theirs, strict=True)) < 0.05 * ink
        compared += 1
    assert compared == 12


def test_groups_count_their_content_anew() -> None:
    """Half transparent text is a drawing within the drawing; its marked content is counted with its page's."""
    book = Book(impose(card_pages.sheet(6), groups(CardPlan()), CardPlan()).data)
    for page in book.pdf.pages:
        outer = re.findall(rb"/MCID (\d+)", page.obj.Contents.read_bytes())
        drawn = re.findall(rb"/(\S+) Do", page.obj.Contents.read_bytes())
        waiting = [page.obj.Resources.XObject["/" + one.decode()] for one in drawn]
        inner: list[bytes] = []
        while waiting:
            group = waiting.pop()
            inner += re.findall(rb"/MCID (\d+)", group.read_bytes())
            nested = group.get("/Resources", pikepdf.Dictionary()).get("/XObject", pikepdf.Dictionary())
            waiting += [nested["/" + one.decode()] for one in re.findall(rb"/(\S+) Do", group.read_bytes())]
        assert inner
        numbers = [int(number) for number in outer + inner]
        table = book.pdf.Root.StructTreeRoot.ParentTree.Nums[2 * int(page.obj.StructParents) + 1]
        assert sorted(numbers) == [number for number, element in enumerate(table) if element is not None]


# --- cards of more than two pages -------------------------------------------------------------------------------------


def test_a_note_of_two_cards_has_parts_and_one_question() -> None:
    plan = CardPlan(size="business-eu")
    long = "".join(f"<p>Line {line}.</p>" for line in range(8))
    prepared = card_pages.lay_out(plan, [card_pages.faces(1, back=long), card_pages.faces(2)])
    assert len(Book(prepared).reader) == 5
    cards = [Card(0, 1, "1/2"), Card(0, 2, "2/2"), Card(3, 4)]
    book = Book(impose(card_pages.sheet(2), [prepared], plan, cards).data)
    check_parents(book)
    assert len(book.pdf.pages) == 2
    front = re.sub(r"\s+", " ", book.texts[0])
    assert front.count("Question 1?") == 2 and "101 · 1/2" in front and "101 · 2/2" in front
    said = read_aloud(book)
    assert said.count("Question 1?") == 1 and said.count("Answer 1.") == 1
    lines = [text for text in said if text.startswith("Line")]
    assert lines == [f"Line {line}." for line in range(8)]
    assert said.index("Line 7.") < said.index("Question 2?")


def test_a_face_may_stay_blank() -> None:
    plan = CardPlan(size="business-eu")
    prepared = card_pages.lay_out(plan, [card_pages.faces(1)])
    book = Book(impose(card_pages.sheet(1), [prepared], plan, [Card(0, 1), Card(None, None), Card(1, 0)]).data)
    assert sorted(re.findall("Question|Answer", book.texts[0])) == ["Answer", "Question"]
    check_parents(book)


@pytest.mark.parametrize(
    ("cards", "said"), [([Card(0, 1)], r"the pages \[2, 3\] are on no card"), ([Card(0, 1), Card(2, 3)], "not 240.9")]
)
def test_our_own_mistakes_are_loud(cards: Sequence[Card], said: str) -> None:
    prepared = card_pages.lay_out(CardPlan(), [card_pages.faces(1), card_pages.faces(2)])
    with pytest.raises(ValueError, match=said):
        impose(card_pages.sheet(2), [prepared], CardPlan(size="business-eu"), cards)


def test_a_part_needs_its_letters() -> None:
    slot = slots.Slot("card/n-1", 0, 50, 10, "F 7", 3.5, "0001" * 10)
    with pytest.raises(ValueError, match="has no '/'"):
        slot.show("4/7", 0)
    assert slot.show("", 0) == b""


def test_a_cards_number_ends_at_the_right() -> None:
    """Where the widths of what stands between numbers are their own."""
    slot = slots.Slot("card/n-1", 0, 50, 10, "F 7", 3.5, "0001" * 13, [2.5, 1.5, 2.0])
    starts = [float(slot.show(text, 0).split()[4]) for text in ("7", "41", "41 · 1/2")]
    assert starts == [46.5, 43.0, 50 - 4 * 3.5 - 2.5 - 2 * 1.5 - 2.0]


def test_the_same_pages_give_the_same_bytes() -> None:
    plan = PLANS["tiled"]
    again = impose(card_pages.sheet(COUNT), card_pages.plain(plan, COUNT), plan).data
    assert again == printed("tiled").data


def test_cards_may_come_in_another_order_than_their_pages() -> None:
    plan = CardPlan(size="business-eu")
    prepared = card_pages.plain(plan, 2)
    book = Book(impose(card_pages.sheet(2), prepared, plan, [Card(2, 3), Card(0, 1)]).data)
    said = [text for text in read_aloud(book) if text.endswith((".", "?"))]
    assert said == ["Question 2?", "Answer 2.", "Question 1?", "Answer 1."]
