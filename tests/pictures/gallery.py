"""The pictures of docs/gallery.md and of the README: pages of all four print products. `make gallery` runs this.

Beside them goes a record of what they were made from, by which a test knows whether they are still current: the sheets'
HTML, their style sheets and pictures. Libraries and the machine's fonts, which differ from one to the other, are not
in it.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pypdfium2
from PIL import Image

from generator import press, resources, sheets
from generator.print_model import Sheet
from tests.print_support import sheets_of

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "tests" / "fixtures" / "gallery"
IMAGES = ROOT / "docs" / "images"
RECORD = IMAGES / "gallery.json"

_GAP, _CANVAS = 24, (226, 224, 219)
# A page is drawn so many times as large and made smaller, which is smoother than what the renderer does.
_OVERSAMPLED = 3


# How high the upright pages of the README's picture are.
_PACK = 560


class Shown(NamedTuple):
    """Which pages of a product are shown side by side, from 1, and how many pixels the picture is wide."""

    pages: tuple[int, ...]
    width: int


SHOWN: Mapping[str, Shown] = {
    "study": Shown((2, 5), 1240),
    "cheat": Shown((1,), 1240),
    "quiz": Shown((3, 5), 1240),
    "cards": Shown((1, 2), 1240),
}


def made_from(sheet: Sheet) -> str:
    """A hash of what a sheet's pages are made from, as long as libraries and fonts stay the same."""
    digest = sha256()
    for signature in sheet.signatures:
        digest.update(f"{signature.html}\0{signature.fitting!r}\0".encode())
        for media in signature.media:
            digest.update(media.name.encode() + b"\0" + media.data)
    digest.update(repr((sheet.numbers, sheet.plan)).encode())
    for style in sorted((resources.root() / "print").glob("*.css")):
        digest.update(style.read_bytes())
    return digest.hexdigest()


def picture(pdf: bytes, shown: Shown) -> Image.Image:
    """The pages on a ground that shows their edges."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    pages = [document[number - 1] for number in shown.pages]
    scale = (shown.width - _GAP * (len(pages) + 1)) / sum(page.get_width() for page in pages)
    return _framed([_drawn(page, scale) for page in pages])


def pack(pdfs: Mapping[str, bytes]) -> Image.Image:
    """A page of each product, upright ones beside those that are on their side."""
    pages = {name: pypdfium2.PdfDocument(io.BytesIO(data))[SHOWN[name].pages[0] - 1] for name, data in pdfs.items()}
    upright = _framed([_drawn(page, _PACK / page.get_height()) for name, page in pages.items() if name != "cheat"])
    scale = (upright.width - 2 * _GAP) / pages["cheat"].get_width()
    wide = _framed([_drawn(pages["cheat"], scale)])
    both = Image.new("RGB", (upright.width, upright.height + wide.height - _GAP), _CANVAS)
    both.paste(upright, (0, 0))
    both.paste(wide, (0, upright.height - _GAP))
    return both


def _framed(pages: Sequence[Image.Image]) -> Image.Image:
    size = sum(page.width + _GAP for page in pages) + _GAP, max(page.height for page in pages) + 2 * _GAP
    framed = Image.new("RGB", size, _CANVAS)
    left = _GAP
    for page in pages:
        framed.paste(page, (left, _GAP))
        left += page.width + _GAP
    return framed


def _drawn(page: pypdfium2.PdfPage, scale: float) -> Image.Image:
    large: Image.Image = page.render(scale=scale * _OVERSAMPLED).to_pil().convert("RGB")
    return large.resize((large.width // _OVERSAMPLED, large.height // _OVERSAMPLED), Image.Resampling.LANCZOS)


def gallery() -> tuple[Sheet, ...]:
    """The sheets of all products, of the gallery's own deck."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(SOURCE, Path(folder) / "source")
        return sheets_of(Path(folder), tuple(sheets.MAKERS))


def main() -> None:
    """Write the pictures and the record."""
    made = gallery()
    pdfs = {
        sheet.product: printed.data
        for sheet, printed in zip(made, press.print_all(made, press.MemoryCache()), strict=True)
    }
    pictures = {f"gallery-{name}": picture(data, SHOWN[name]) for name, data in pdfs.items()}
    for name, image in {**pictures, "pack": pack(pdfs)}.items():
        small = image.quantize(256, kmeans=3, dither=Image.Dither.NONE)
        small.save(IMAGES / f"{name}.png", optimize=True)
    record = {sheet.product: made_from(sheet) for sheet in made}
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
