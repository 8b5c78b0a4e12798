"""Decks with all that has a tag, printed as every product: what the tests of tagged PDFs read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from generator import press, reading, render, sheets, typeset
from generator.model import (
    Defaults,
    Identified,
    Media,
    MediaMap,
    Note,
    RenderedNote,
    Source,
    Target,
)
from generator.print_settings import CardSettings, PrintSettings
from generator.sheets import common
from tests.print_support import BOOK, FIXTURES, PICTURES, REFERENCE, TITLE, awkward_notes, deck_info, simple_notes

FORMULAS = {r"$x_1 + \frac{a}{b}$": False, r"$\sqrt{2}$": False, r"$$\sum_{i=1}^n i$$": True}
# So many plain notes a large deck has as well: enough for a second signature of every product.
MANY = 60
PRODUCTS = ("study", "cheat", "quiz", "cards", "folded")


@cache
def media() -> MediaMap:
    """The pictures of the fixtures, and the formulas of one, set."""
    found = dict(PICTURES)
    for place, (address, display) in enumerate(FORMULAS.items()):
        made = typeset.svg(address.strip("$"), display=display)
        assert isinstance(made, str)
        found["", address] = Media(f"formula-{place}.svg", made.encode(), "image/svg+xml")
    return found


@cache
def tagged_notes() -> tuple[RenderedNote, ...]:
    """One of each: what there is in notes that has a tag of its own."""
    text = (FIXTURES / "tagged.md").read_bytes()
    notes = reading.read(Source("awkward.md", text, Defaults(title=TITLE, lang="en"))).notes
    return tuple(_rendered(note, place) for place, note in enumerate(notes))


def _rendered(note: Note, place: int) -> RenderedNote:
    lang = "he" if "\N{HEBREW LETTER ALEF}" in note.question_text else note.lang
    note = replace(note, lang=lang, tags=("first", "second"), citations=(REFERENCE, BOOK))
    return RenderedNote(
        Identified(note, f"t{place}", f"t{place}", 1, 1_700_000_000), render.render(note, media(), Target.PAPER)
    )


def deck(*, large: bool) -> list[RenderedNote]:
    """The tagged notes; in a large deck, which is many signatures, the awkward ones and many plain ones too."""
    more: Sequence[RenderedNote] = [*awkward_notes(), *simple_notes(MANY, "Many", "ma")] if large else []
    return [*tagged_notes(), *more]


_KEPT = press.MemoryCache()


_USUAL = PrintSettings()


@cache
def printed(product: str, *, large: bool, settings: PrintSettings = _USUAL) -> bytes:
    """A deck as a product; `folded` are cards with both faces side by side."""
    if product == "folded":
        product, settings = "cards", replace(settings, cards=CardSettings(size="A8", flip="fold"))
    made = sheets.MAKERS[product](deck_info(), deck(large=large), settings)
    return press.print_sheet(made, _KEPT, jobs=1)


def order(*, large: bool) -> list[str]:
    """What the notes of a deck ask, in its order, as bookmarks have it."""
    topics = common.topics(deck_info(), deck(large=large))
    return [common.label(note) for topic in topics for note in topic.notes]


def code_of(word: str) -> str:
    """The code block of the fixture that has this word, each line with its end."""
    text = (FIXTURES / "tagged.md").read_text(encoding="utf-8")
    blocks: list[str] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    return next(block for block in blocks if word in block)
