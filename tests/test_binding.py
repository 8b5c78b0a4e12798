"""Binding: numbers, links, outline, structure and fonts of the bound file, read back by other libraries."""

from __future__ import annotations

import io
import re
from collections import Counter, UserDict
from collections.abc import ItemsView
from dataclasses import replace
from typing import Any

import pikepdf
import pytest

from generator import press, sheets
from generator.model import RenderedNote
from generator.press import keys, layout
from generator.press.bind import bind
from generator.print_model import Bookmark, Sheet, Signature
from tests.print_support import REFERENCE, TITLE, Book, awkward_notes, deck_info, simple_notes


@pytest.fixture(scope="module")
def notes() -> list[RenderedNote]:
    """Two topics of awkward things, then so many short notes that a topic is cut and numbers have three digits."""
    return [*awkward_notes(), *simple_notes(100, "Many", "m")]


def first_pages(book: Book, sheet: Sheet) -> str:
    """The text of the contents."""
    return "\n".join(book.texts[: book.anchors[sheet.outline[0].anchor]])


def test_the_contents_name_the_pages_that_the_questions_are_on(book: Book, sheet: Sheet) -> None:
    contents = re.sub(r"\s+", " ", first_pages(book, sheet))
    place = 0
    for mark in [mark for topic in sheet.outline for mark in (topic, *topic.children)]:
        kind = "topic" if mark.anchor.startswith("t-") else "note"
        title = r"\s*".join(re.escape(letter) for letter in re.sub(r"\s", "", mark.title))
        entry = re.compile(rf"(\d+) ?{title}[ .]*? ?(\d+)(?=\s|$)").search(contents, place)
        assert entry, mark.title
        assert entry.group(1) == sheet.numbers[f"{kind}/{mark.anchor}"]
        assert int(entry.group(2)) == book.anchors[mark.anchor] + 1, mark.title
        place = entry.end()


def test_numbers_stand_before_their_questions(book: Book, sheet: Sheet) -> None:
    for topic in sheet.outline:
        for mark in topic.children:
            page = re.sub(r"\s+", "", book.texts[book.anchors[mark.anchor]])
            assert sheet.numbers[f"note/{mark.anchor}"] + re.sub(r"\s+", "", mark.title) in page
    assert sheet.numbers[f"note/{sheet.outline[-1].children[-1].anchor}"] == str(len(awkward_notes()) + 100)


def test_note_numbers_align_on_their_last_digit(book: Book, sheet: Sheet) -> None:
    edges = set()
    for mark in sheet.outline[-1].children[:60] + sheet.outline[0].children[:1]:
        number = sheet.numbers[f"note/{mark.anchor}"]
        page = book.reader[book.anchors[mark.anchor]].get_textpage()
        index, _ = page.search(mark.title.split()[0] + " " + mark.title.split()[1]).get_next()
        while True:  # the heading is the occurrence in whose line the number hangs
            _, bottom, _, top = page.get_charbox(index)
            line = page.get_text_bounded(40, bottom - 2, 84, top + 2).strip()
            if line == number:
                break
            index += 1
        boxes = [page.get_charbox(place) for place in range(page.count_chars())]
        digits = [box for box in boxes if box[0] < 84 and box[1] > bottom - 3 and box[3] < top + 3 and box[2] > box[0]]
        edges.add(round(max(box[2] for box in digits)))
    assert len(edges) <= 2 and max(edges) - min(edges) <= 1


def test_folios_are_the_pages_numbers_but_none_on_the_title(book: Book) -> None:
    corners = [book.text_in(place, 500, 10, 590, 48) for place in range(len(book.reader))]
    assert corners == ["", *[str(place) for place in range(2, len(corners) + 1)]]


def test_running_heads_stand_on_all_pages_but_openers_and_title(book: Book, sheet: Sheet) -> None:
    openers = {0, *(book.anchors[topic.anchor] for topic in sheet.outline)}
    heads = [book.text_in(place, 40, 790, 590, 830) for place in range(len(book.reader))]
    assert len(openers) < len(heads)
    for place, head in enumerate(heads):
        assert head == "" if place in openers else head.endswith(TITLE), f"page {place + 1}"
    assert heads[-1].startswith("Many")


def test_every_link_leads_somewhere_and_none_is_ours_alone(book: Book) -> None:
    inside = outside = 0
    for _, annotation in book.annotations():
        assert annotation.Subtype == "/Link"
        if "/Dest" in annotation:
            assert str(annotation.Dest) in book.anchors
            assert str(annotation.Contents)
            inside += 1
        else:
            assert str(annotation.A.URI).startswith(("https://", "http://", "mailto:"))
            outside += 1
    assert inside >= 2 * 115 and outside > 5
    assert any(str(a.A.URI) == REFERENCE.url for _, a in book.annotations() if "/A" in a)


def test_no_trace_of_placeholders_is_left(book: Book) -> None:
    for page in book.pdf.pages:
        content = page.obj.Contents.read_bytes()
        assert b"%slot" not in content
    out = io.BytesIO()
    book.pdf.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert b"deckpress:" not in out.getvalue()
    assert b"https:" in out.getvalue()
    assert not any("0123456789" in text for text in book.texts)


def goal(item: pikepdf.OutlineItem) -> Any:
    """The page that a bookmark leads to."""
    assert isinstance(item.destination, pikepdf.Array)
    return item.destination[0]


def test_the_outline_has_every_topic_and_question(book: Book, sheet: Sheet) -> None:
    found: list[tuple[str, int, list[tuple[str, int]]]] = []
    pages = {page.obj.objgen: place for place, page in enumerate(book.pdf.pages)}
    with book.pdf.open_outline() as outline:
        for item in outline.root:
            children = [(child.title, pages[goal(child).objgen]) for child in item.children]
            found.append((item.title, pages[goal(item).objgen], children))
    assert found == [
        (topic.title, book.anchors[topic.anchor], [(mark.title, book.anchors[mark.anchor]) for mark in topic.children])
        for topic in sheet.outline
    ]


def test_one_document_whose_every_part_knows_its_parent(book: Book) -> None:
    root = book.pdf.Root.StructTreeRoot
    assert [element.S for element in root.K] == ["/Document"]
    elements = list(book.elements())
    kinds = Counter(str(element.S) for element in elements)
    assert kinds["/Document"] == 1 and kinds["/H2"] == 115 and kinds["/H1"] == 5
    for element in elements:
        assert "/P" in element
    names = [str(element.ID) for element in elements if "/ID" in element]
    assert len(names) == len(set(names)) > 10
    headers = [str(name) for element in elements if "/A" in element for name in element.A.get("/Headers", [])]
    assert headers and set(headers) <= set(names)


def test_all_marked_content_is_in_the_parent_tree_or_an_artifact(book: Book) -> None:
    nums = book.pdf.Root.StructTreeRoot.ParentTree.Nums
    table = {int(nums[place]): nums[place + 1] for place in range(0, len(nums), 2)}
    assert sorted(table) == list(range(len(table)))
    reached = {element.objgen for element in book.elements()}
    seen = set()
    for page in book.pdf.pages:
        key = int(page.obj.StructParents)
        seen.add(key)
        content = page.obj.Contents.read_bytes()
        marks = [int(number) for number in re.findall(rb"/MCID (\d+)", content)]
        assert marks
        for number in marks:
            assert table[key][number].objgen in reached
        # all text is either content or an artifact
        depth = 0
        for line in content.split(b"\n"):
            depth += line.strip().endswith((b"BDC", b"BMC")) - (line.strip() == b"EMC")
            assert depth > 0 or not line.endswith((b"Tj", b"TJ"))
    for _, annotation in book.annotations():
        seen.add(int(annotation.StructParent))
        assert table[int(annotation.StructParent)].S == "/Link"
    assert seen == set(table)


def test_folios_heads_and_leaders_are_artifacts(book: Book) -> None:
    content = book.pdf.pages[1].obj.Contents.read_bytes()
    tagged = b"".join(re.findall(rb"BDC\n(.*?)\nEMC", content, re.DOTALL))
    artifacts = re.findall(rb"/Artifact BMC\n(.*?)\nEMC", content, re.DOTALL)
    assert sum(b"TJ" in artifact or b"Tj" in artifact for artifact in artifacts) >= 3
    assert tagged


def test_the_file_says_what_it_is_and_has_no_clock(book: Book) -> None:
    root, info = book.pdf.Root, book.pdf.docinfo
    assert str(info.Title) == TITLE and str(root.Lang) == "en"
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    assert str(info.CreationDate) == str(info.ModDate) == "D:20231114221320Z"
    assert b"2023-11-14T22:13:20Z" in root.Metadata.read_bytes()
    assert bool(root.MarkInfo.Marked)


def test_joined_fonts_draw_what_the_subsets_drew(book: Book, sheet: Sheet, kept: press.MemoryCache) -> None:
    """The pages as they were laid out, each with its own subsets, against the bound ones: but for the numbers at the
    left and the folio at the foot, no pixel may differ. (Composite glyphs once lost their parts here.)"""
    place = book.anchors[sheet.outline[0].anchor]
    compared = 0
    for part in sheet.signatures[1:]:
        alone = Book(kept.kept[keys.key(part)])
        for page in range(len(alone.reader)):
            assert picture(alone, page).tobytes() == picture(book, place).tobytes(), f"page {place + 1}"
            place, compared = place + 1, compared + 1
    assert compared >= 8


def picture(book: Book, place: int) -> Any:
    """A page's pixels at 144 dots an inch, without the column of numbers and the folio."""
    image = book.reader[place].render(scale=2).to_pil()
    return image.crop(((2 * 84), 0, image.width, image.height - 2 * 50))


def test_binding_is_no_larger_than_half_again_one_layout(book: Book, sheet: Sheet) -> None:
    bodies = [re.search(r"<body[^>]*>(.*)</body>", part.html, re.DOTALL) for part in sheet.signatures]
    head = sheet.signatures[0].html.partition("<body")[0]
    html = f'{head}<body class="opener">{"".join(body.group(1) for body in bodies if body)}</body></html>'
    media = {item.name: item for part in sheet.signatures for item in part.media}
    whole = Signature("all", html, tuple(media.values()))
    at_once = bind(replace(sheet, signatures=(whole,)), [layout.lay_out(whole)]).data
    assert len(sheet.signatures) >= 5
    assert len(book.data) <= 1.5 * len(at_once)


def test_a_link_to_nowhere_is_our_own_fault_and_loud() -> None:
    sheet = sheets.study(deck_info(), simple_notes(1))
    front, topic = sheet.signatures
    front = replace(front, html=front.html.replace("deckpress:go/n-q0", "deckpress:go/n-gone"))
    broken = replace(sheet, signatures=(front, topic))
    with pytest.raises(KeyError, match="n-gone"):
        press.print_sheet(broken, press.MemoryCache(), jobs=1)


def test_the_widest_number_is_sought_once_a_sheet_not_once_a_page() -> None:
    class Counted(UserDict[str, str]):
        looked = 0

        def items(self) -> ItemsView[str, str]:
            self.looked += 1
            return super().items()

    sheet = sheets.study(deck_info(), simple_notes(30))
    numbers = Counted(sheet.numbers)
    printed = Book(press.print_sheet(replace(sheet, numbers=numbers), press.MemoryCache(), jobs=1))
    assert len(printed.reader) >= 3
    assert numbers.looked == 1


def test_a_sheet_without_outline_is_bound_too() -> None:
    sheet = replace(sheets.study(deck_info(), simple_notes(1)), outline=())
    assert "/Outlines" not in Book(press.print_sheet(sheet, press.MemoryCache(), jobs=1)).pdf.Root
    assert Bookmark("a", "b").children == ()
