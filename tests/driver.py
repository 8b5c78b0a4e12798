"""A chainable story: write Markdown, build it with the real command, edit, build again, import into a real Anki."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.scheduler.v3 import CardAnswer, Scheduler
from click.testing import CliRunner, Result

from generator.cli import main


@contextlib.contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """The current folder, for a while."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def deckpress(*arguments: str | Path, cwd: Path, env: dict[str, str] | None = None) -> Result:
    """Run the command in this process; an exception that it lets through fails the test."""
    with working_in(cwd):
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], env=env)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@dataclass
class Story:
    """A project in a folder of its own. Methods return the story, so that a test reads as one."""

    folder: Path
    clock: int = 1_750_000_000
    last: Result = field(default_factory=lambda: Result(CliRunner(), b"", b"", b"", None, 0, None))

    def write(self, name: str, text: str | bytes) -> Story:
        """A file below `source/`."""
        path = self.folder / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def edit(self, name: str, old: str, new: str) -> Story:
        """Replace a passage that stands exactly once in a file."""
        path = self.folder / "source" / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return self

    def delete(self, name: str) -> Story:
        """Delete a file below `source/`."""
        (self.folder / "source" / name).unlink()
        return self

    def rename(self, old: str, new: str) -> Story:
        """Rename a file below `source/`."""
        (self.folder / "source" / old).rename(self.folder / "source" / new)
        return self

    def build(self, *arguments: str, code: int = 0, product: str = "deck") -> Story:
        """Build a minute later than the last time; the exit code must be as said."""
        self.clock += 60
        env = {"SOURCE_DATE_EPOCH": str(self.clock)}
        chosen = ["--product", product] if product else []
        self.last = deckpress("build", *chosen, *arguments, cwd=self.folder, env=env)
        assert self.last.exit_code == code, self.last.output
        return self

    @property
    def notes(self) -> list[dict[str, Any]]:
        """What `cards` says."""
        return list(json.loads(deckpress("cards", "--format", "json", cwd=self.folder).stdout))

    @property
    def ids(self) -> dict[str, str]:
        """Question to id."""
        return {note["question"]: note["id"] for note in self.notes}

    @property
    def package(self) -> Path:
        """The one deck that was built."""
        (path,) = (self.folder / "build").glob("*.apkg")
        return path

    @property
    def ledger(self) -> list[dict[str, Any]]:
        """The ledger's note lines."""
        lines = (self.folder / "source" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines[1:]]


@dataclass
class Learner:
    """A real Anki collection that imports packages and reviews cards."""

    col: Collection

    @classmethod
    @contextlib.contextmanager
    def at(cls, folder: Path) -> Iterator[Learner]:
        """A new collection in a folder; closed at the end."""
        folder.mkdir(parents=True, exist_ok=True)
        col = Collection(str(folder / "collection.anki2"))
        try:
            yield cls(col)
        finally:
            col.close()

    def takes(self, package: Path) -> dict[str, list[str]]:
        """Import with Anki's default options; what its log says, as first fields by kind."""
        log = self.col.import_anki_package(
            ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions())
        ).log
        kinds = ("new", "updated", "duplicate", "conflicting", "first_field_match")
        return {kind: [note.fields[0] for note in getattr(log, kind)] for kind in kinds if getattr(log, kind)}

    def note(self, words: str) -> Any:
        """The one note whose question has these words."""
        (nid,) = self.col.find_notes(f'Question:"*{words}*"')
        return self.col.get_note(nid)

    def reviews(self, words: str, times: int = 2) -> None:
        """Answer the note's first card `Good`, as in a real session."""
        for _ in range(times):
            card = self.note(words).cards()[0]
            card.start_timer()
            scheduler = self.col.sched
            assert isinstance(scheduler, Scheduler)
            states = self.col._backend.get_scheduling_states(card.id)
            scheduler.answer_card(scheduler.build_answer(card=card, states=states, rating=CardAnswer.GOOD))

    def history(self) -> dict[str, list[tuple[int, int]]]:
        """For each question its review log: (time, ease)."""
        assert self.col.db is not None
        rows = self.col.db.all(
            "select r.id, r.ease, n.flds from revlog r join cards c on c.id = r.cid join notes n on n.id = c.nid"
        )
        found: dict[str, list[tuple[int, int]]] = {}
        for time, ease, fields in rows:
            found.setdefault(fields.split("\x1f")[0], []).append((time, ease))
        return found
