"""The pictures in docs/gallery.md show what is printed today."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from tests.pictures import gallery


def test_the_gallery_is_current() -> None:
    """The pictures were made of these pages; `make gallery` makes them anew."""
    record = json.loads(gallery.RECORD.read_text(encoding="utf-8"))
    assert {sheet.product: gallery.made_from(sheet) for sheet in gallery.gallery()} == record


def test_every_product_has_its_picture_there() -> None:
    told = (gallery.ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"!\[[^\]]+\]\(images/gallery-(\w+)\.png\)", told))
    assert shown == set(gallery.SHOWN) == {sheet.product for sheet in gallery.gallery()}
    assert all((gallery.IMAGES / f"gallery-{name}.png").is_file() for name in shown)


def test_what_changes_a_page_changes_the_record() -> None:
    sheet = gallery.gallery()[0]
    first, *rest = sheet.signatures
    other = replace(sheet, signatures=(replace(first, html=first.html.replace("Complexity", "Simplicity")), *rest))
    assert gallery.made_from(other) != gallery.made_from(sheet)
    assert gallery.made_from(replace(sheet, numbers={**sheet.numbers, "x": "1"})) != gallery.made_from(sheet)
