"""The README's picture of paper: pages of the built study sheet side by side. `python page.py SHEET.pdf OUT.png`."""

from __future__ import annotations

import sys
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops

_WIDTH, _GAP, _CANVAS = 900, 36, (226, 224, 219)


def page_picture(sheet: Path, number: int) -> Image.Image:
    """One page (counted from 1) as a picture `_WIDTH` pixels wide, on a canvas that shows its edge."""
    page = pypdfium2.PdfDocument(sheet)[number - 1]
    picture = page.render(scale=_WIDTH / page.get_width() * 2).to_pil().convert("RGB")
    picture = picture.resize((_WIDTH, round(picture.height * _WIDTH / picture.width)), Image.Resampling.LANCZOS)
    framed = Image.new("RGB", (picture.width + 2 * _GAP, picture.height + 2 * _GAP), _CANVAS)
    framed.paste(picture, (_GAP, _GAP))
    return framed


def fullest_page(sheet: Path) -> int:
    """The page (counted from 1) with the most ink among those that open a topic: a page worth showing."""
    document = pypdfium2.PdfDocument(sheet)
    best, most = 1, -1
    for number in range(1, len(document) + 1):
        page = document[number - 1]
        small = page.render(scale=0.25).to_pil().convert("L")
        rule = small.crop((0, 0, small.width, small.height // 8)).getextrema()[0] < 120  # the rule of a topic's opener
        ink = sum(ImageChops.invert(small).histogram()[64:])
        if rule and ink > most and number > 1:
            best, most = number, ink
    return best


if __name__ == "__main__":
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    target.parent.mkdir(parents=True, exist_ok=True)
    page_picture(source, fullest_page(source)).save(target, optimize=True)
