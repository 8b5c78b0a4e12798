"""The press: every word on paper, in our faces, inside the page; laid out once, by whatever number of processes."""

from __future__ import annotations

import base64
import builtins
import io
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from generator import press, resources, sheets
from generator.model import Citation, Media, RenderedNote
from generator.press import keys, layout, prepare
from generator.print_model import Sheet, Signature
from generator.print_settings import PrintSettings
from generator.reading.blocks import plain
from tests.print_support import (
    BOOK,
    PICTURES,
    REFERENCE,
    SVG,
    Book,
    deck_info,
    identified,
    in_order,
    letters,
    png,
    read,
    simple_notes,
    with_note,
)

MILLIMETRE = 72 / 25.4
OURS = {"Deckpress-Serif", "Deckpress-Sans", "Deckpress-Code", "Deckpress-Maths", "Deckpress-Symbols", "emoji"}


def test_every_word_of_every_note_is_there_in_order(book: Book, notes: list[RenderedNote]) -> None:
    assert len(notes) > 12
    text = letters("".join(book.texts[book.anchors[sheets.note_anchor(notes[0])] :]))
    for note in notes:
        written = note.identified.note
        for part in (written.question_text, plain(tuple(written.trees()))):
            words = [letters(word) for word in re.findall(r"[\w]+", part)]
            assert in_order([word for word in words if word], text) == "", written.question_text


def test_code_keeps_its_lines_and_its_indent(book: Book) -> None:
    place = next(place for place, text in enumerate(book.texts) if "class Walker:" in text)
    text = book.texts[place]
    assert "\nclass Walker:\n" in text and "\ndef walk(self) -> None:\n" in text and "\nfor name in files:\n" in text
    page = book.reader[place].get_textpage()
    lines = ("class Walker", "def walk", "for name in files")
    starts = [page.get_charbox(page.search(line).get_next()[0])[0] for line in lines]
    columns = [round((start - starts[0]) / 4.95) for start in starts]
    assert columns == [0, 4, 12]


def test_all_faces_are_ours_and_embedded(book: Book) -> None:
    names = set()
    for name, font in book.fonts.items():
        tag, _, family = name.partition("+")
        assert re.fullmatch(r"[A-Z]{6}", tag)
        names.add(re.sub(r"(-Semi-Bold|-Bold|-Italic)+$", "", family))
        assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor, name
    assert names <= OURS
    assert {"Deckpress-Serif", "Deckpress-Sans", "Deckpress-Code", "emoji", "Deckpress-Maths"} <= names


def test_no_two_fonts_share_a_name_and_none_a_face(book: Book) -> None:
    faces = [name.partition("+")[2] for name in book.fonts]
    assert len(faces) == len(set(faces)) > 8


@pytest.mark.parametrize(("paper", "width", "height"), [("A4", 595.28, 841.89), ("Letter", 612, 792)])
def test_no_letter_leaves_its_page_or_the_side_column(
    paper: str, width: float, height: float, notes: list[RenderedNote], book: Book, kept: press.MemoryCache
) -> None:
    printed = book
    if paper != "A4":
        printed = Book(press.print_sheet(sheets.study(deck_info(), notes, PrintSettings(paper=paper)), kept, jobs=1))
    checked = 0
    for place in range(len(printed.reader)):
        media_box = [float(edge) for edge in printed.pdf.pages[place].MediaBox]
        assert media_box == pytest.approx([0, 0, width, height], abs=0.1)
        for left, bottom, right, top in printed.boxes(place):
            assert left >= 18 * MILLIMETRE - 1, f"page {place + 1}"
            assert right <= width - 14 * MILLIMETRE + 1, f"page {place + 1}"
            assert bottom >= 5 * MILLIMETRE and top <= height - 5 * MILLIMETRE
            checked += 1
    assert checked > 3000


def test_side_notes_stand_level_with_their_own_answer(book: Book, notes: list[RenderedNote]) -> None:
    place = book.anchors[sheets.note_anchor(notes[0])]
    page = book.reader[place].get_textpage()
    for words, beside in (("Nothing.", "pitfalls"), ("A four-leaved one", "")):
        index, _ = page.search(words).get_next()
        _, bottom, _, _ = page.get_charbox(index)
        assert book.text_in(place, 150 * MILLIMETRE, bottom - 2, 595, bottom + 8) == beside


# --- sources --------------------------------------------------------------------------------------------------------


def test_a_list_of_sources_is_never_alone_on_its_page() -> None:
    """Topics whose last note ends lower and lower, and at last on the next page: something of it always comes along."""
    notes: list[RenderedNote] = []
    for count in range(24, 44):
        lines = "\n\n".join(f"Line {line} of this." for line in range(count))
        text = f"# Topic {count}\n\n## Why {count}?\n\nSo.\n\n## What {count}?\n\n{lines}\n"
        first, last = (identified(note, f"{which}{count}") for which, note in zip("ab", read(text), strict=True))
        notes += [first, with_note(last, citations=(REFERENCE, BOOK))]
    printed = Book(press.print_sheet(sheets.study(deck_info(), notes), press.MemoryCache(), jobs=1))
    turned = 0
    for place in range(1, len(printed.reader)):
        for _, bottom, _, _ in printed.starts(place, "Sources"):
            above = printed.text_in(place, 60, bottom + 12, 400, 780)
            assert "of this." in above, f"page {place + 1}: {above!r}"
            turned += "What" not in above
    assert turned >= 3


def test_a_source_and_its_address_are_apart_and_a_long_address_wraps() -> None:
    long = "https://example.org/" + "x" * 400
    (note,) = simple_notes(1)
    note = with_note(note, citations=(Citation("Short", "https://a.example/"), Citation("Long", long)))
    printed = Book(press.print_sheet(sheets.study(deck_info(), [note]), press.MemoryCache(), jobs=1))
    place = printed.anchors["n-q0"]
    *_, (_, _, title, _) = printed.starts(place, "t https://a.")
    address, _, _, _ = next(printed.starts(place, "https://a."))
    # a word space of this face and size is 1.5 points wide
    assert 3.5 < address - title < 6
    assert max(right for _, _, right, _ in printed.boxes(place)) <= 595.28 - 14 * MILLIMETRE + 1
    assert long in re.sub(r"\s", "", printed.texts[place])


# --- colours --------------------------------------------------------------------------------------------------------

_STYLES = {path.name: path.read_text("utf-8") for path in (resources.root() / "print").glob("*.css")}
_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b")


def palette() -> dict[str, str]:
    """The colours by the names that base.css gives them."""
    return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{3,6});", _STYLES["base.css"]))


def test_every_colour_is_written_once_and_used() -> None:
    assert len(palette()) >= 7
    assert sorted(_COLOUR.findall("".join(_STYLES.values()))) == sorted(palette().values())
    used = set(re.findall(r"var\(--([a-z]+)\)", "".join(_STYLES.values())))
    assert set(palette()) < used
    # where no variable reaches
    assert set(_COLOUR.findall(resources.text("print/wrap.svg"))) == {palette()["rust"]}
    assert " ".join(f"{part:.3g}" for part in fractions(palette()["comment"])) == prepare._DOT_COLOUR


def test_all_colours_arrive_on_paper(book: Book) -> None:
    drawn = set()
    for page in book.pdf.pages:
        for operands in re.findall(rb"^([\d. ]+) (?:rg|RG)$", page.obj.Contents.read_bytes(), re.MULTILINE):
            drawn.add(tuple(round(float(part) * 255) for part in operands.split()))
    # The quiz's, to write on, and what pictures of light strokes stand on.
    own = {name: colour for name, colour in palette().items() if name not in ("pen", "ground")}
    wanted = {tuple(round(part * 255) for part in fractions(colour)) for colour in own.values()}
    assert wanted == drawn


def fractions(colour: str) -> list[float]:
    """A colour of a style sheet as red, green and blue, 0 to 1."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    return [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]


# --- cache, pool, errors --------------------------------------------------------------------------------------------


def test_what_is_kept_is_not_laid_out_again(
    sheet: Sheet, kept: press.MemoryCache, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid: list[str] = []

    def refuse(signature: Signature) -> bytes:
        laid.append(signature.name)
        raise AssertionError("laid out again")

    monkeypatch.setattr(layout, "lay_out", refuse)
    told: list[tuple[int, int]] = []
    again = press.print_sheet(sheet, kept, jobs=1, on_done=lambda done, total: told.append((done, total)))
    assert (laid, told) == ([], [])
    assert again == book.data


def test_one_edit_lays_out_its_signature_and_the_contents(kept: press.MemoryCache) -> None:
    first, second = simple_notes(3, "One", "a"), simple_notes(3, "Two", "b")
    press.print_sheet(sheets.study(deck_info(), [*first, *second]), kept, jobs=1)
    told: list[tuple[int, int]] = []
    more = sheets.study(deck_info(), [*first, simple_notes(9, "One", "new")[8], *second])
    printed = Book(press.print_sheet(more, kept, jobs=1, on_done=lambda done, total: told.append((done, total))))
    assert told == [(1, 2), (2, 2)]
    assert printed.anchors["n-b0"] == 2


def test_the_key_follows_everything_that_a_page_depends_on() -> None:
    picture, other = PICTURES.values()
    plain_one = Signature("a", "<p>x</p>")
    assert keys.key(plain_one) == keys.key(Signature("another name", "<p>x</p>"))
    changed = [Signature("a", "<p>y</p>"), Signature("a", "<p>x</p>", (picture,)), Signature("a", "<p>x</p>", (other,))]
    assert len({keys.key(signature) for signature in (plain_one, *changed)}) == 4


def test_two_processes_print_the_same_bytes_as_one(monkeypatch: pytest.MonkeyPatch, sheet: Sheet, book: Book) -> None:
    monkeypatch.setattr(press, "_WORTH_A_POOL", 0)
    used: list[int] = []
    by_pool = press._by_pool

    def watched(missing: dict[str, Signature], jobs: int) -> Iterator[tuple[str, bytes]]:
        used.append(jobs)
        return by_pool(missing, jobs)

    monkeypatch.setattr(press, "_by_pool", watched)
    assert press.print_sheet(sheet, press.MemoryCache(), jobs=2) == book.data
    assert used == [2]


def test_neither_hash_seed_nor_time_zone_shows(book: Book, tmp_path: Path) -> None:
    script = (
        "import sys; sys.path[:0] = sys.argv[2:]\n"
        "from tests.print_support import awkward_notes, deck_info\n"
        "from generator import press, sheets\n"
        "data = press.print_sheet(sheets.study(deck_info(), awkward_notes()), press.MemoryCache(), jobs=1)\n"
        "open(sys.argv[1], 'wb').write(data)\n"
    )
    out = tmp_path / "out.pdf"
    here = Path(__file__).resolve().parent
    command = [sys.executable, "-c", script, str(out), str(here), str(here.parent)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"})
    assert out.read_bytes() == book.data


def test_where_harfbuzz_subset_is_missing_the_clock_does_not_show_either(
    monkeypatch: pytest.MonkeyPatch, sheet: Sheet
) -> None:
    """WeasyPrint lets fontTools cut the fonts then, which dates what it cuts."""
    printed = layout.weasyprint().pdf.fonts
    monkeypatch.setattr(printed, "harfbuzz_subset", None)
    found = set()
    for clock in (1_000_000_000.0, 2_000_000_000.0):
        monkeypatch.setattr(time, "time", lambda now=clock: now)
        found.add(layout.lay_out(sheet.signatures[0]))
    assert len(found) == 1
    assert "SOURCE_DATE_EPOCH" not in os.environ, "as it was before"


def test_a_pool_that_breaks_is_done_without(monkeypatch: pytest.MonkeyPatch, sheet: Sheet, book: Book) -> None:
    def breaking(missing: dict[str, Signature], jobs: int) -> Iterator[tuple[str, bytes]]:
        assert jobs == 2
        name, signature = next(iter(missing.items()))
        yield name, layout.lay_out(signature)
        raise BrokenProcessPool

    monkeypatch.setattr(press, "_WORTH_A_POOL", 0)
    monkeypatch.setattr(press, "_by_pool", breaking)
    told: list[int] = []
    data = press.print_sheet(sheet, press.MemoryCache(), jobs=2, on_done=lambda done, total: told.append(total - done))
    assert data == book.data
    assert told == list(reversed(range(len(sheet.signatures))))


def test_missing_pango_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_pango(name: str, *rest: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest)

    layout.weasyprint.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without_pango)
    with pytest.raises(press.PangoMissing, match=r"lacks Pango.*apt install libpango"):
        press.print_sheet(sheets.study(deck_info(), simple_notes(1)), press.MemoryCache(), jobs=1)


def test_a_signature_that_cannot_be_laid_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_self: object, **_options: object) -> bytes:
        raise RecursionError("too deep")

    monkeypatch.setattr(layout.weasyprint().HTML, "render", failing)
    with pytest.raises(press.LayoutFailed, match="the pages of the bad one could not be laid out: RecursionError"):
        layout.lay_out(Signature("the bad one", '<html lang="en"><p>x</p></html>'))


def test_a_mistake_of_our_own_is_not_dressed_as_the_users() -> None:
    slot_without_digits = '<html lang="en"><p><a href="deckpress:note/n-1">no digits</a></p></html>'
    with pytest.raises(ValueError, match="not ten digits but 9"):
        layout.lay_out(Signature("the bad one", slot_without_digits))


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname", "http://example.org/", "https://example.org/x.png", "data:text/plain,x", "media:x.png",
        "style:../../pyproject.toml", "font:../base.css", "style:page.html", "style:fonts/SourceSans3-Regular.ttf",
        "/etc/hostname", "",
    ],
)  # fmt: skip
def test_the_press_fetches_nothing_from_outside(address: str) -> None:
    with pytest.raises(ValueError, match="refused"):
        layout.served(address, {})


def test_the_press_finds_what_is_ours() -> None:
    picture = next(iter(PICTURES.values()))
    assert layout.served(f"media:{picture.name}", {picture.name: picture}) == (picture.data, "image/png")
    assert layout.served("style:wrap.svg", {})[1] == "image/svg+xml"
    assert layout.served("font:SourceSans3-Regular.ttf", {})[0][:4] == b"\0\1\0\0"


def test_a_page_that_asks_for_a_file_gets_nothing_of_it() -> None:
    html = '<html lang="en"><title>x</title><p><img src="file:///etc/hostname" alt="words instead"></p></html>'
    asked: list[str] = []
    real = layout.served

    def watched(url: str, pictures: Any) -> tuple[bytes, str]:
        asked.append(url)
        return real(url, pictures)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "served", watched)
        data = layout.lay_out(Signature("a page", html))
    assert asked == ["file:///etc/hostname"]
    assert b"/Subtype /Image" not in data
    given = next(picture for picture in PICTURES.values() if picture.mime == "image/png")
    html = html.replace("file:///etc/hostname", f"media:{given.name}")
    assert b"/Subtype /Image" in layout.lay_out(Signature("a page", html, (given,)))


_SPACES = 'width="90" height="50" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


@pytest.mark.parametrize(
    ("doctype", "body", "asks"),
    [
        ("", '<image href="{file}" width="90" height="50"/>', True),
        ("", '<image xlink:href="{file}" width="90" height="50"/>', True),
        ("", '<image href="{web}" width="90" height="50"/>', True),
        ("", '<image href="data:image/png;base64,{base64}" width="90" height="50"/>', True),
        ("", '<use href="{file}#x"/>', False),
        ("", '<style>@import url("{file}"); text {{ fill: red }}</style><text y="20">kept</text>', False),
        ("", '<style>@import "{web}";</style><text y="20">kept</text>', False),
        ("", '<style>@font-face {{ font-family: x; src: url("{file}") }}</style><text y="20">kept</text>', True),
        ("", '<rect width="90" height="50" fill="url({file}#x)"/>', False),
        ('<?xml-stylesheet href="{file}"?>', '<text y="20">kept</text>', False),
        ('<!DOCTYPE svg [<!ENTITY x SYSTEM "{file}">]>', '<text y="20">&x;</text>', False),
        ('<!DOCTYPE svg [<!ENTITY % x SYSTEM "{web}"> %x;]>', '<text y="20">kept</text>', False),
        ('<!DOCTYPE svg SYSTEM "{web}">', '<text y="20">kept</text>', False),
    ],
)  # fmt: skip
def test_a_picture_that_asks_for_other_files_gets_nothing_of_them(
    doctype: str, body: str, asks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where `asks`, the layout engine is known to ask for the file, and must have been refused."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(png())
    places = {
        "file": secret.as_uri(),
        "web": "http://127.0.0.1:9/secret.png",
        "base64": base64.b64encode(png()).decode(),
    }
    svg = f"{doctype.format(**places)}<svg {_SPACES}>{body.format(**places)}</svg>"
    picture = Media("x.svg", svg.encode(), "image/svg+xml")
    html = '<html lang="en"><title>x</title><p>Before.</p><p><img src="media:x.svg" alt="words"></p></html>'
    given, refused, opened = [], [], []
    real, real_open = layout.served, io.open

    def watched(url: str, pictures: dict[str, Media]) -> tuple[bytes, str]:
        try:
            answer = real(url, pictures)
        except ValueError:
            refused.append(url)
            raise
        given.append(url)
        return answer

    def opening(path: Any, *rest: Any, **named: Any) -> Any:
        opened.append(str(path))
        return real_open(path, *rest, **named)

    monkeypatch.setattr(layout, "served", watched)
    monkeypatch.setattr(builtins, "open", opening)
    monkeypatch.setattr(io, "open", opening)
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: opened.append(str(address)))
    data = layout.lay_out(Signature("a page", html, (picture,)))
    assert given == ["media:x.svg"]
    assert refused or not asks
    assert not [path for path in opened if "secret" in path or "127.0.0.1" in path]
    printed = Book(data)
    assert "Before." in printed.texts[0]
    assert b"/Subtype /Image" not in data


def test_a_picture_may_have_a_name_in_any_script() -> None:
    """WeasyPrint percent-encodes addresses before it asks for them."""
    picture = Media("дерево-é 1.svg", SVG, "image/svg+xml")
    shown = layout.served("media:%D0%B4%D0%B5%D1%80%D0%B5%D0%B2%D0%BE-%C3%A9%201.svg", {picture.name: picture})
    assert shown == (SVG, "image/svg+xml")
    html = '<html lang="en"><title>x</title><p><img src="media:{}" alt="words"></p></html>'
    with_picture = layout.lay_out(Signature("x", html.format(picture.name), (picture,)))
    without = layout.lay_out(Signature("x", html.format("gone.svg"), ()))
    assert "words" in text_of(without)
    assert "words" not in text_of(with_picture)


def text_of(pdf: bytes) -> str:
    """All text of a PDF."""
    return " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))


KILLED = """
import sys
from generator import press
from generator.print_settings import PrintSettings
from generator.print_model import Signature
from tests.print_support import REFERENCE
if __name__ == "__main__":
    page = "<p>" + "long " * 400_000
    html = '<html lang="en"><title>x</title>'
    missing = {str(n): Signature(str(n), f"{html}{page}{n}") for n in range(2)}
    print("started", flush=True)
    for _ in press._by_pool(missing, 2):
        pass
"""


def test_workers_do_not_outlive_a_killed_build(tmp_path: Path) -> None:
    """A killed parent can't tell its workers, so they must look after it themselves."""
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    root = str(Path(__file__).resolve().parent.parent)
    env = os.environ | {"PYTHONPATH": root, "DECKPRESS_TEST_MARK": str(tmp_path)}
    process = subprocess.Popen([sys.executable, str(script)], env=env, stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    assert process.stdout.readline() == b"started\n"
    for _ in range(100):
        if len(marked(str(tmp_path))) >= 3:
            break
        time.sleep(0.1)
    assert len(marked(str(tmp_path))) >= 3, "the workers did not start"
    time.sleep(1.5)  # past their imports, into the pages
    process.kill()
    process.wait()
    for _ in range(80):
        if not marked(str(tmp_path)):
            return
        time.sleep(0.1)
    pytest.fail(f"still running: {marked(str(tmp_path))}")


def marked(mark: str) -> list[int]:
    """The processes that have this mark in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"DECKPRESS_TEST_MARK={mark}".encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found
