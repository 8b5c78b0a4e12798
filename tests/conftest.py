"""What several test files stand on: the awkward deck as a sheet, and its PDF, made once for each file that asks."""

from __future__ import annotations

import pytest

from generator import press, sheets
from generator.model import RenderedNote
from generator.print_model import Sheet
from tests.print_support import Book, awkward_notes, deck_info


@pytest.fixture(scope="module")
def notes() -> list[RenderedNote]:
    """The notes to be printed; a file that needs others has a fixture of this name of its own."""
    return awkward_notes()


@pytest.fixture(scope="module")
def sheet(notes: list[RenderedNote]) -> Sheet:
    """The study sheets of `notes`."""
    return sheets.study(deck_info(), notes)


@pytest.fixture(scope="module")
def kept() -> press.MemoryCache:
    """The pages laid out so far in this file."""
    return press.MemoryCache()


@pytest.fixture(scope="module")
def book(sheet: Sheet, kept: press.MemoryCache) -> Book:
    """The bound PDF of `sheet`."""
    return Book(press.print_sheet(sheet, kept, jobs=1))
