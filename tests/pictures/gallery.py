"""The pictures of docs/gallery.md: pages of all four print products. `make gallery` runs this.

Beside them goes a record of what they were made from, by which a test knows whether they are still current: the sheets'
HTML, their style sheets and media, but no library and no font of the machine's, which differ from one to the other.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pypdfium2
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from generator import press, resources, sheets
from generator.print_model import Sheet
from tests.print_support import sheets_of

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "tests" / "fixtures" / "gallery"
IMAGES = ROOT / "docs" / "images"
RECORD = IMAGES / "gallery.json"

_GAP, _CANVAS = 24, (226, 224, 219)
_OVERSAMPLED = 2


class Shown(NamedTuple):
    """Which pages of a product are shown side by side, from 1, and how many pixels the picture is wide."""

    pages: tuple[int, ...]
    width: int


SHOWN: Mapping[str, Shown] = {
    "study": Shown((1, 2), 1240),
    "cheat": Shown((1,), 1400),
    "quiz": Shown((1, 6), 1240),
    "cards": Shown((1, 2), 1240),
}


def made_from(sheet: Sheet) -> str:
    """A hash of what a sheet's pages are made from, as long as the libraries and fonts stay the same."""
    digest = sha256()
    for signature in sheet.signatures:
        digest.update(f"{signature.html}\0{signature.fitting!r}\0".encode())
        for media in signature.media:
            digest.update(media.name.encode() + b"\0" + media.data)
    for style in sorted((resources.root() / "print").glob("*.css")):
        digest.update(style.read_bytes())
    return digest.hexdigest()


def picture(pdf: bytes, shown: Shown) -> Image.Image:
    """The pages on a ground that shows their edges."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    pages = [document[number - 1] for number in shown.pages]
    room = shown.width - _GAP * (len(pages) + 1)
    scale = room / sum(page.get_width() for page in pages)
    images = [page.render(scale=scale * _OVERSAMPLED).to_pil().convert("RGB") for page in pages]
    images = [image.resize((image.width // _OVERSAMPLED, image.height // _OVERSAMPLED)) for image in images]
    framed = Image.new("RGB", (shown.width, max(image.height for image in images) + 2 * _GAP), _CANVAS)
    left = _GAP
    for image in images:
        framed.paste(image, (left, _GAP))
        left += image.width + _GAP
    return framed


def main() -> None:
    """Write the pictures and the record."""
    made = sheets_of(SOURCE, tuple(sheets.MAKERS))
    for sheet, printed in zip(made, press.print_all(made, press.MemoryCache()), strict=True):
        shown = picture(printed.data, SHOWN[sheet.product])
        shown.quantize(128, dither=Image.Dither.NONE).save(IMAGES / f"gallery-{sheet.product}.png", optimize=True)
    record = {sheet.product: made_from(sheet) for sheet in made}
    RECORD.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
