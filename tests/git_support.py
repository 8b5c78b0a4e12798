"""An author whose project is under version control, and a learner who imports every release.

After every release a real Anki imports the deck. What `diff` said must come, nothing else may be touched, no review may
move; and in continuous integration `build --locked` must agree with what was committed.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.driver import Learner, Story, deckpress

ORM = """# ORM

## What is an ORM?

A mapper between rows and objects.

## What does `select_related()` do?

It follows foreign keys in one query, with a join.

## What does `prefetch_related()` do?

It fetches the other side in a second query and joins in Python.

## What is a migration?

A file that changes the database's schema.

## When is a queryset evaluated?

Only when its rows are needed: lazily.
"""

VIEWS = """# Views

## What is a view?

A callable that takes a request and returns a response.

## What does a middleware wrap?

Every request, and every response on its way back.

## How do you protect a form from forgery?

With a token that only the own site knows.
"""

MIGRATION = "## What is a migration?\n\nA file that changes the database's schema.\n\n"
SIGNAL = "## What is a signal?\n\nA message to whom it may concern.\n\n"
SETTING = "## What is a setting?\n\nA name in capitals that changes how the site behaves.\n\n"
NEVER_EDITED = ("What is an ORM", "When is a queryset", "What is a view")
REVIEWED = (*NEVER_EDITED, "select_related", "prefetch_related", "a migration", "middleware", "forgery")
TOPIC = 5  # the field that says where a note stands: a move alone is not sent
UNION = "source/ledger.jsonl merge=union\n"


@dataclass
class Author:
    """Somebody who keeps a project in git, and a learner who imports every release."""

    story: Story
    learner: Learner
    sent: dict[str, int] = field(default_factory=dict)

    def git(self, *arguments: str, fails: bool = False) -> str:
        """Run git; whether it fails must be as said."""
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.story.folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_EDITOR": "true",
        } | {f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        command = ["git", "-c", "init.defaultBranch=main", "-c", "core.autocrlf=false", *arguments]
        done = subprocess.run(command, cwd=self.story.folder, env=env, capture_output=True, text=True, check=False)
        assert (done.returncode != 0) == fails, f"git {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def commit(self, message: str = "work") -> Author:
        """Commit all that there is."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self

    def edit(self, name: str, old: str, new: str) -> Author:
        """Replace a passage that stands once in a file."""
        self.story.edit(name, old, new)
        return self

    def release(self, *arguments: str, updated: int = 0, new: int = 0, had: int = 0) -> Author:
        """Build and have the learner import it: so many notes are updated and new, and nothing else happens.

        `had` counts those that the learner had from another branch already, though the last deck did not.
        """
        reviews = self.reviews()
        said = self.diff()
        self.story.build(*arguments)
        log = self.learner.takes(self.story.package)
        assert {kind: len(notes) for kind, notes in log.items() if kind != "duplicate"} == {
            kind: count for kind, count in (("new", new), ("updated", updated)) if count
        }, self.story.last.output
        assert said == updated + new + had, "`diff` said otherwise"
        now = self.reviews()
        assert {review: now.get(review) for review in reviews} == reviews, "a review is lost or has moved"
        self.same_text()
        refs = [fields[-1] for fields in self.fields_of(self.learner.col.db).values()]
        assert len(refs) == len(set(refs)), "a note is there twice"
        assert self.diff() == 0, "the same source is nothing to send"
        return self

    def diff(self) -> int:
        """How many notes `diff` says an import will add or update."""
        env = {"SOURCE_DATE_EPOCH": str(self.story.clock + 60)}
        result = deckpress("diff", "--format", "json", cwd=self.story.folder, env=env)
        assert result.exit_code == 0, result.output
        return sum(change["sent"] for change in json.loads(result.stdout)["changes"])

    def reviews(self) -> dict[int, tuple[int, str, str]]:
        """Every review: its card, that one's due date and interval, and the note's id."""
        rows = self.learner.col.db.all(  # type: ignore[union-attr]
            "select r.id, c.id, c.due || '/' || c.ivl || '/' || c.reps, n.flds "
            "from revlog r join cards c on c.id = r.cid join notes n on n.id = c.nid"
        )
        return {review: (card, state, fields.split("\x1f")[-1]) for review, card, state, fields in rows}

    def fields_of(self, db: Any) -> dict[str, list[str]]:
        """The fields of every note, by its GUID."""
        rows = db.execute("select guid, flds from notes")
        found = {guid: fields.split("\x1f") for guid, fields in rows}
        return {guid: [*fields[:TOPIC], *fields[TOPIC + 1 :]] for guid, fields in found.items()}

    def same_text(self) -> None:
        """What the learner has of the notes in the deck is what the deck says."""
        with zipfile.ZipFile(self.story.package) as archive:
            data = archive.read("collection.anki2")
        deck = sqlite3.connect(":memory:")
        deck.deserialize(data)
        theirs = self.fields_of(self.learner.col.db)
        for guid, fields in self.fields_of(deck).items():
            assert theirs[guid] == fields, "an edit did not arrive"
        deck.close()

    def in_ci(self, *, stale: bool = False) -> Author:
        """A fresh clone without any deck builds with `--locked`, unless the committed ledger is not current."""
        clone = self.story.folder.parent / "clone"
        shutil.rmtree(clone, ignore_errors=True)
        self.git("clone", "-q", ".", str(clone))
        result = deckpress("build", "--locked", "--product", "deck", cwd=clone)
        assert result.exit_code == (1 if stale else 0), result.output
        assert ("[ledger-locked]" in result.output) is stale
        if not stale:
            (made,) = (clone / "build").glob("*.apkg")
            log = self.learner.takes(made)
            assert list(log) == ["duplicate"], "a clone's deck is nothing new to those who have the last one"
        return self


@contextlib.contextmanager
def at_work(tmp_path: Path) -> Iterator[Author]:
    """Two files, committed, released and reviewed; three notes that no story edits bear the learner's tag."""
    story = Story(tmp_path / "project").write("deck.toml", 'title = "Django"\n').write("a.md", ORM).write("b.md", VIEWS)
    (story.folder / ".gitignore").write_text("build/\n")
    (story.folder / ".gitattributes").write_text(UNION)
    with Learner.at(tmp_path / "anki") as learner:
        author = Author(story, learner)
        author.git("init", "-q")
        author.release(new=8).commit("first").in_ci()
        for words in REVIEWED:
            learner.reviews(words)
        for words in NEVER_EDITED:
            note = learner.note(words)
            note.add_tag("mine")
            learner.col.update_note(note)
        # Anki dates that by the clock; the author's edits, which have a clock of their own, are to come after it.
        learner.col.db.execute("update notes set mod = ? where mod > ?", story.clock + 1, story.clock)  # type: ignore[union-attr]
        yield author
        assert len(author.reviews()) >= 16
        for words in NEVER_EDITED:
            assert "mine" in learner.note(words).tags, "a note that nobody edited was touched"
