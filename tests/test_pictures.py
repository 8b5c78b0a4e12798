"""Pictures on paper: never larger than they are or than their column, seen on white paper, and told where broken."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw

from generator import pictures, press, sheets
from generator.build import Request, build
from generator.model import Media, Rendered, RenderedNote
from generator.print_settings import PrintSettings
from generator.watch import Watch
from tests.print_support import Book, deck_info, simple_notes

MILLIMETRE = 72 / 25.4
SVG = '<svg xmlns="http://www.w3.org/2000/svg"'


def raster(mode: str, colour: object, size: tuple[int, int] = (200, 120), kind: str = "PNG") -> bytes:
    """A picture in one colour with a round stroke in it, dark where the ground is light or clear."""
    image = Image.new(mode, size, colour)  # type: ignore[arg-type]
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def strokes(colour: str) -> bytes:
    """Strokes of this colour on nothing."""
    image = Image.new("RGBA", (200, 120), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((20, 20, 100, 100), outline=colour, width=5)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def media(data: bytes, mime: str = "image/png", name: str = "x") -> Media:
    return Media(f"{name}.{mime.partition('/')[2][:3]}", data, mime)


def drawing(text: str) -> Media:
    return media(text.encode(), "image/svg+xml")


@pytest.mark.parametrize(
    ("item", "look"),
    [
        (media(raster("RGB", "#1e1e2e")), "dark"),
        (media(raster("RGB", "#ffffff")), ""),
        (media(raster("RGB", "#88aacc")), ""),
        (media(strokes("white")), "light"),
        (media(strokes("#f8f8f2")), "light"),
        (media(strokes("#112233")), ""),
        (media(strokes("#cc3333")), ""),
        (media(raster("RGBA", (255, 255, 255, 255))), ""),
        (media(raster("RGBA", (0, 0, 0, 0))), ""),
        (media(raster("P", 0), "image/gif"), "dark"),
        (media(raster("RGB", "#1e1e2e")[:90]), "broken"),
        (media(b"\x89PNG\r\n\x1a\n" + b"junk" * 9), "broken"),
        (media(b"\0\0\0 ftypavif junk", "image/avif"), ""),
        (drawing(f"{SVG}><g><rect"), "broken"),
        (drawing(f'{SVG}><circle r="9" fill="none" stroke="white"/><text fill="#eee">x</text></svg>'), "light"),
        (drawing(f'{SVG}><circle r="9" style="fill:none;stroke:#FFF"/></svg>'), "light"),
        (drawing(f'{SVG}><g stroke="#fff" fill="none"><path d="M0 0"/></g></svg>'), "light"),
        (drawing(f'{SVG}><circle r="9"/><text fill="#eee">x</text></svg>'), ""),
        (drawing(f'{SVG}><rect width="9" height="9" fill="#fed"/></svg>'), ""),
        (drawing(f"{SVG}><style>*{{fill:white}}</style><circle r='9'/></svg>"), ""),
        (drawing(f"{SVG}/>"), ""),
    ],
)
def test_what_would_not_be_seen_on_white_paper_is_found(item: Media, look: str) -> None:
    assert pictures.look(item) == look


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("", ' width="300" height="150" viewBox="0 0 300 150"'),
        (' viewBox="0 0 24 12"', ' viewBox="0 0 24 12" width="24" height="12"'),
        (' viewBox="0 0 24 12" width="48"', ' viewBox="0 0 24 12" width="48" height="24"'),
        (' width="100%" height="100%" viewBox="0,0 30 10"', ' viewBox="0,0 30 10" width="30" height="10"'),
        (' width="40" height="20"', ' width="40" height="20" viewBox="0 0 40 20"'),
        (" width='1in' height=\"2.54cm\" id='a'", ' id=\'a\' width="96" height="96" viewBox="0 0 96 96"'),
        (' width="0" height="x"', ' width="300" height="150" viewBox="0 0 300 150"'),
    ],
)
def test_a_drawing_says_how_large_it_is(said: str, told: str) -> None:
    assert pictures.sized(drawing(f"<?xml version='1.0'?>{SVG}{said}><g/></svg>")).data.decode() == (
        f"<?xml version='1.0'?>{SVG}{told}><g/></svg>"
    )


# --- on the page ----------------------------------------------------------------------------------------------------

SHOWN = {
    "tiny": media(raster("RGB", "#c33", (16, 16)), name="tiny"),
    "huge": media(raster("RGB", "#8ac", (3000, 2000)), name="huge"),
    "tall": media(raster("RGB", "#eef", (500, 2400)), name="tall"),
    "usual": media(raster("RGB", "#3c3", (96, 48)), name="usual"),
    "gif": Media("moving.gif", raster("RGB", "#35c", (200, 120), "GIF"), "image/gif"),
    "webp": Media("moving.webp", raster("RGB", "#35c", (200, 120), "WEBP"), "image/webp"),
}


def printed(product: str, paper: str = "A4") -> Book:
    notes = []
    for note, (name, item) in zip(simple_notes(len(SHOWN)), SHOWN.items(), strict=True):
        html = Rendered(
            f"What is {name}?", f'<p class="img"><img src="media:{item.name}" alt="{name}"></p>', media=(item,)
        )
        notes.append(RenderedNote(note.identified, html))
    sheet = sheets.MAKERS[product](deck_info(), notes, PrintSettings(paper=paper))
    return Book(press.print_sheet(sheet, press.MemoryCache(), jobs=1))


def drawn(book: Book) -> list[tuple[int, tuple[float, float, float, float]]]:
    """Where pictures stand: page, and left, bottom, right, top in points."""
    return [
        (place, item.get_bounds())
        for place in range(len(book.texts))
        for item in book.reader[place].get_objects(filter=[3], max_depth=9)
    ]


@pytest.mark.parametrize(("product", "paper"), [("study", "A4"), ("study", "A5"), ("cheat", "A4"), ("quiz", "Letter")])
def test_pictures_keep_their_size_and_their_column(product: str, paper: str) -> None:
    book = printed(product, paper)
    found = drawn(book)
    assert len(found) == len(SHOWN)
    for page, (left, bottom, right, top) in found:
        width, height = book.reader[page].get_size()
        assert left > 5 * MILLIMETRE and right < width - 5 * MILLIMETRE
        assert bottom > 5 * MILLIMETRE and top < height - 5 * MILLIMETRE
    widths = sorted(round(right - left) for _, (left, _, right, _) in found)
    assert widths[0] == 12  # 16 points of the screen are a sixth of an inch
    assert 72 in widths
    if product == "study":
        assert max(widths) <= (118 if paper == "A4" else 108) * MILLIMETRE + 1


def test_a_picture_stands_below_its_question_and_on_no_other_text() -> None:
    book = printed("study")
    for (page, (_, _, _, top)), name in zip(drawn(book), SHOWN, strict=True):
        (_, bottom, _, _) = next(book.starts(page, f"What is {name}?"))
        assert top < bottom


def test_a_broken_picture_is_told_with_its_line_and_the_rest_is_printed(tmp_path: Path) -> None:
    (tmp_path / "b.png").write_bytes(raster("RGB", "#1e1e2e")[:100])
    (tmp_path / "c.svg").write_text(f"{SVG}><g>", encoding="utf-8")
    (tmp_path / "w.png").write_bytes(strokes("white"))
    text = "## What?\n\nIt shows\n\n![a broken one](b.png)\n\nand ![drawn](c.svg)\n\n![seen](w.png)\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    outcome = build(Request((tmp_path / "a.md",), out, ("study",), cwd=tmp_path), Watch())
    told = [(problem.code, problem.line, problem.column) for problem in outcome.problems]
    assert told == [("image-broken", 5, 1), ("image-broken", 7, 5)]
    (path,) = out.glob("*-study.pdf")
    book = Book(path.read_bytes())
    assert "a broken one" in book.texts[-1] and "drawn" in book.texts[-1]
    with pikepdf.open(path) as pdf:
        assert b"0.2 0.2 0.2 rg" in pdf.pages[-1].Contents.read_bytes()  # the ground of what is seen
