"""Many files read as one: by several processes as by one; and ids that a program left in more than one of them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pytest

from generator import readers, reading, workers
from generator.model import Defaults, Source


def source(name: str, text: str) -> Source:
    """A file in memory."""
    return Source(name, text.encode(), Defaults("Deck"))


FILES = [
    source(f"{n}.md", f"# File {n}\n\n" + f"## What is {n}?\n\nIt is {n}.\n\nProse.\n\n" * (n % 5)) for n in range(23)
]


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_several_processes_read_what_one_reads(monkeypatch: pytest.MonkeyPatch, start: workers.Start) -> None:
    used = []
    done = workers.done

    def watched(work: Any, tasks: Any, jobs: int, _: str, helping: bool) -> Iterator[tuple[Any, Any]]:
        for name, made in done(work, tasks, jobs, start, helping):
            used.append(name)
            yield name, made

    alone = readers.read_all(FILES, jobs=1)
    monkeypatch.setattr(readers, "_WORTH_A_POOL", 0)
    monkeypatch.setattr(workers, "done", watched)
    assert readers.read_all(FILES, jobs=2) == alone
    assert sorted(used) == [*range(len(FILES))]
    assert len(alone.notes) == 43


def test_what_a_killed_process_leaves_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking(*_: object, **__: object) -> Iterator[tuple[int, Any]]:
        yield 7, reading.read(FILES[7])
        raise BrokenProcessPool

    alone = readers.read_all(FILES, jobs=1)
    monkeypatch.setattr(readers, "_WORTH_A_POOL", 0)
    monkeypatch.setattr(workers, "done", breaking)
    assert readers.read_all(FILES, jobs=2) == alone


def test_few_files_are_not_worth_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "done", lambda *_, **__: pytest.fail("a process was started"))
    assert len(readers.read_all(FILES).notes) == 43


CARD = "What is a leaf?::The end ^1652738734578\n\nWhat is a root?::The {0} ^1652738734579\n"


def test_an_id_that_a_program_left_in_two_files_is_nobodys() -> None:
    """A vault in which a note was copied: the author wrote none of these ids, so nothing is theirs to mend."""
    files = [source("a.md", CARD.format("beginning")), source("b.md", CARD.format("top").replace("734578", "734570"))]
    parsed = readers.read_all(files)
    assert [(note.span.file, note.pin) for note in parsed.notes] == [
        ("a.md", "1652738734578"),
        ("a.md", ""),
        ("b.md", "1652738734570"),
        ("b.md", ""),
    ]
    assert [(problem.code, problem.file, problem.line) for problem in parsed.problems] == [
        ("shared-id", "a.md", 3),
        ("shared-id", "b.md", 3),
    ]


def test_an_id_that_the_author_wrote_twice_is_kept_for_the_check_that_refuses_it() -> None:
    parsed = readers.read_all([source(f"{name}.md", "## What is a tree? {#tree}\n\nA graph.\n") for name in "ab"])
    assert [note.pin for note in parsed.notes] == ["tree", "tree"]
    assert parsed.problems == ()
