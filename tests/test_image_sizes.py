"""The size that an author gives a picture is the one that it has: on a card as on paper, never wider than either."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pypdfium2.raw
import pytest

from generator.anki import _COMMENT  # the style sheet as decks have it
from generator.model import Media
from generator.press import layout
from generator.print_model import Signature
from generator.resources import text
from tests.cards_support import card_page, chromium
from tests.print_support import png

PICTURE = Media("wide.png", png(900, 450), "image/png")
# What an author says, and width and height in pixels where there is room enough.
SIZES = [
    ('width="300"', (300, 150)),
    ('height="100"', (200, 100)),
    ('width="300" height="150"', (300, 150)),
    ('width="30"', (30, 15)),
]


@pytest.mark.parametrize(("attributes", "size"), SIZES)
def test_on_paper(attributes: str, size: tuple[int, int]) -> None:
    image = f'<img src="media:wide.png" alt="" {attributes}>'
    html = f'<link rel="stylesheet" href="style:base.css"><html lang="en"><title>x</title><p>{image}</p>'
    page = pypdfium2.PdfDocument(layout.lay_out(Signature("x", html, (PICTURE,))))[0]
    (drawn,) = page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    left, bottom, right, top = drawn.get_bounds()
    assert (right - left, top - bottom) == pytest.approx([pixels * 0.75 for pixels in size], abs=0.5)


def test_on_a_card(tmp_path: Path) -> None:
    images = "".join(f'<img src="{PICTURE.name}" {attributes}>' for attributes, _ in [*SIZES, ('width="3000"', 0)])
    side = f"<style>{_COMMENT.sub('', text('anki/card.css'))}</style><div class='dp'>{images}</div>"
    script = (
        "<script>onload = () => document.body.textContent = JSON.stringify([innerWidth, ...[...document.images]"
        ".map(image => [image.offsetWidth, image.offsetHeight])])</script>"
    )
    (tmp_path / PICTURE.name).write_bytes(PICTURE.data)
    page = tmp_path / "card.html"
    page.write_text(card_page(side) + script, encoding="utf-8")
    out = chromium("--dump-dom", "--window-size=600,800", page.as_uri())
    screen, *sizes, widest = json.loads(out[out.index("[", out.index("<body")) : out.rindex("]") + 1])
    assert [tuple(size) for size in sizes] == [size for _, size in SIZES]
    assert 300 < widest[0] <= screen
