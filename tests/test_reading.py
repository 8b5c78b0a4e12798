"""What becomes a note and what doesn't: every case of `fixtures/reading`, and the account of each."""

from __future__ import annotations

import pytest

from tests.reading_support import Case, cases, miscounted, read, shown

ALL = cases()


def test_there_are_cases() -> None:
    """Guards the tables below: an empty folder would pass them all."""
    assert len(ALL) >= 100
    assert len({case.name for case in ALL}) == len(ALL)
    assert sum(not case.expected["notes"] for case in ALL) >= 15, "what must not match is tested as well"


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_notes(case: Case) -> None:
    """The notes of a case, and where it says so, its skipped ranges and problems."""
    found = shown(read(case.markdown))
    assert {part: found[part] for part in case.expected} == case.expected


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_account(case: Case) -> None:
    """Every line that isn't blank is in one note or one skipped range."""
    assert miscounted(read(case.markdown), case.markdown) == []


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_other_line_ends(case: Case, ending: str) -> None:
    """How lines end changes nothing, nor does a byte order mark."""
    text = "\ufeff" + case.markdown.replace("\n", ending)
    assert shown(read(text)) == shown(read(case.markdown))
    assert miscounted(read(text), text) == []
