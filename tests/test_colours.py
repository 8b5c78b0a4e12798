"""Colours on paper: what can be told from its ground, in colour and in grey, and a palette without any colour."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from PIL import Image

from generator import resources, sheets
from generator.model import Media
from generator.press import grey, keys, layout
from generator.print_model import Signature
from generator.print_settings import PrintSettings, wrong
from generator.sheets import dress
from tests import pdf_ua, ua_decks
from tests.print_support import deck_info

GREY = PrintSettings(palette="grey")
STYLES = {path.name: path.read_text("utf-8") for path in (resources.root() / "print").glob("*.css")}
# What colours are for: type, which must be read; what must be found; and what only parts or decorates.
TYPE = {"ink", "accent", "rust", "comment"}
FOUND = {"rule", "pen"}
GROUNDS = {"tint", "glow"}
ORNAMENTS = {"hairline", "ground"}  # on the ground stand pictures of light strokes, no type


def colours() -> dict[str, str]:
    """The colours of the style sheets, in colour."""
    found = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{3,6});", STYLES["base.css"]))
    return found | {"bar": found["accent"]}


def greys() -> dict[str, str]:
    """The same with the palette of greys, as the products say it."""
    css = dress.css(GREY, dress.Margins(1, 1, 1, 1))
    return {"ink": "#000"} | dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", css))


def printed_in_grey() -> dict[str, str]:
    """The colours as a printer without colour shows them: as light as they were."""
    return {name: as_grey(colour) for name, colour in colours().items()}


def as_grey(colour: str) -> str:
    """The grey that is as light as a colour, as a colour of a style sheet."""
    return "#" + f"{round(grey.shade_of(*parts(colour)) * 255):02x}" * 3


def parts(colour: str) -> list[float]:
    """Red, green and blue, 0 to 1."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    return [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]


def light(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21."""
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


PALETTES = {"colour": colours, "grey": greys, "colour, printed in grey": printed_in_grey}


def test_contrast_is_computed_as_it_is_defined() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", PALETTES)
def test_every_colour_stands_out_from_all_that_it_is_on(name: str) -> None:
    palette = PALETTES[name]()
    assert set(palette) - {"bar"} == TYPE | FOUND | GROUNDS | ORNAMENTS, "each colour has a use"
    for colour in TYPE:
        for ground in ("#ffffff", *(palette[one] for one in GROUNDS)):
            assert contrast(palette[colour], ground) >= 4.5, f"{colour} on {ground}"
    assert contrast("#ffffff", palette["bar"]) >= 4.5
    for colour in FOUND:
        assert contrast(palette[colour], "#ffffff") >= 3, colour


def test_type_is_set_in_type_colours_only() -> None:
    """`color:` in the style sheets, and the white on the bars."""
    said = {value for text in STYLES.values() for value in re.findall(r"(?<![-\w])color: ([^;}]+)", text)}
    assert {value.strip() for value in said} <= {"inherit", "white", *(f"var(--{one})" for one in TYPE)}


@pytest.mark.parametrize(
    ("colour", "told"), [("#ffee00", "1.2"), ("#8a8f94", "3.3"), ("#767676", ""), ("#0b4f6c", ""), ("#000000", "")]
)
def test_a_colour_that_is_asked_for_must_be_readable(colour: str, told: str) -> None:
    for key in ("accent", "second"):
        found = wrong(key, colour)
        assert (found is None) == (not told)
        assert found is None or f"contrast is {told}" in found[0]


# --- no colour at all -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn() -> dict[str, bytes]:
    """All products in grey."""
    return {product: ua_decks.printed(product, large=False, settings=GREY) for product in ua_decks.PRODUCTS}


def coloured(data: bytes) -> Iterator[str]:
    """Whatever in a PDF is of a colour, or in a space for colours."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for place, page in enumerate(pdf.pages):
            yield from (f"page {place + 1}: {found}" for found in _coloured(page.obj, page.obj.Resources, set()))


def _coloured(content: Any, resources: Any, seen: set[Any]) -> Iterator[str]:
    colours = {"rg", "RG", "k", "K", "cs", "CS", "sc", "SC"}
    for instruction in pikepdf.parse_content_stream(content):
        if str(instruction.operator) in colours and str(instruction.operands[0]) not in ("/Pattern", "/DeviceGray"):
            yield f"{instruction.operands} {instruction.operator}"
    for kind in ("/XObject", "/Pattern", "/Shading"):
        for name, thing in dict(resources.get(kind, pikepdf.Dictionary()).items()).items():
            if thing.objgen in seen:
                continue
            seen.add(thing.objgen)
            blend = thing.get("/Shading", thing)
            if blend.get("/ColorSpace", "/DeviceGray") != "/DeviceGray":
                yield f"{name} in {blend.ColorSpace}"
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") != "/Image":
                yield from _coloured(thing, thing.get("/Resources", pikepdf.Dictionary()), seen)


@pytest.mark.parametrize("product", ua_decks.PRODUCTS)
def test_the_palette_of_greys_has_no_colour(product: str, drawn: dict[str, bytes]) -> None:
    assert [*coloured(ua_decks.printed(product, large=False))], "in colour there is some"
    assert [*coloured(drawn[product])] == []


@pytest.mark.parametrize("product", ua_decks.PRODUCTS)
def test_a_grey_file_keeps_the_rules_too(product: str, drawn: dict[str, bytes]) -> None:
    assert pdf_ua.problems(drawn[product]) == []


def test_pictures_and_drawings_of_every_kind_become_grey() -> None:
    blend = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40"><linearGradient id="g">'
        '<stop stop-color="#f00"/><stop offset=".5" stop-color="#0f0"/><stop offset="1" stop-color="#00f"/>'
        '</linearGradient><rect width="90" height="20" fill="url(#g)"/>'
        '<g opacity=".5"><circle cx="20" cy="30" r="9" fill="orange" stroke="teal"/></g>'
        "</svg>"
    )
    pictures = [
        Media("a.svg", blend.encode(), "image/svg+xml"),
        Media("b.png", _picture("RGB", "PNG"), "image/png"),
        Media("c.png", _picture("RGBA", "PNG"), "image/png"),
        Media("d.png", _picture("P", "PNG"), "image/png"),
        Media("e.jpg", _picture("RGB", "JPEG"), "image/jpeg"),
        Media("f.png", _picture("L", "PNG"), "image/png"),
    ]
    shown = "".join(f'<p><img alt="x" src="media:{one.name}" width="90" height="40"></p>' for one in pictures)
    html = f'<html lang="en"><title>x</title><style>{{}}</style><p style="color: lab(50% 40 20)">Words</p>{shown}'
    in_colour = layout.lay_out(Signature("x", html.format(""), tuple(pictures)))
    in_grey = layout.lay_out(Signature("x", html.format("html { --palette: grey }"), tuple(pictures)))
    assert len([*coloured(in_colour)]) >= 6
    assert [*coloured(in_grey)] == []
    with pikepdf.open(io.BytesIO(in_grey)) as pdf:
        things: list[Any] = [*dict(pdf.pages[0].Resources.XObject.items()).values()]
        images = [thing for thing in things if thing.Subtype == "/Image"]
        assert len(images) == 5
        for image in images:
            red = pikepdf.PdfImage(image).as_pil_image().convert("L").getpixel((0, 0))
            assert red == pytest.approx(76, abs=3), "red is as light as pictures have it"


def _picture(mode: str, kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (9, 4), (255, 0, 0)).convert(mode).save(out, kind)
    return out.getvalue()


def test_a_grey_is_as_light_as_its_colour() -> None:
    for colour in colours().values():
        assert contrast(as_grey(colour), "#fff") == pytest.approx(contrast(colour, "#fff"), rel=0.02)


def test_pages_in_grey_are_pages_of_their_own() -> None:
    made = [sheets.study(deck_info(), ua_decks.deck(large=False), one) for one in (PrintSettings(), GREY)]
    names = [{keys.key(part) for part in sheet.signatures} for sheet in made]
    assert not names[0] & names[1]
