"""A project under version control: whatever git does to source and ledger, learners keep their reviews and get the text.

After every release a real Anki imports the deck. What `diff` said must come, nothing else may be touched, no review may
move; and in continuous integration `build --locked` must agree with what was committed.
"""

from __future__ import annotations

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

import pytest

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
        refs = [fields[-1] for fields in self.fields_of(self.learner.col.db).values()]  # type: ignore[arg-type]
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
        """A fresh clone without any deck builds with `--locked`, unless the ledger that was committed is not current."""
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


@pytest.fixture
def author(tmp_path: Path) -> Iterator[Author]:
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
        story.clock = 1_900_000_000  # the author's edits come after the learner's, which Anki dates by the clock
        yield author
        assert len(author.reviews()) >= 16
        for words in NEVER_EDITED:
            assert "mine" in learner.note(words).tags, "a note that nobody edited was touched"


# --- back and forth ---------------------------------------------------------------------------------------------------


def test_an_edit_committed_and_built(author: Author) -> None:
    author.edit("a.md", "A file that changes", "A file that alters").commit().in_ci(stale=True)
    author.release(updated=1).commit().in_ci()


def test_a_reverted_edit_reaches_the_learner(author: Author) -> None:
    author.edit("a.md", "A file that changes", "A file that alters").release(updated=1).commit()
    author.git("revert", "--no-edit", "HEAD")
    author.release(updated=1).commit().in_ci()
    assert "A file that changes" in author.learner.note("a migration")["Answer"]


def test_an_edit_reverted_before_its_ledger_was_committed_reaches_the_learner(author: Author) -> None:
    author.edit("a.md", "A file that changes", "A file that alters").commit().release(updated=1)
    author.git("checkout", "--", "source/ledger.jsonl")
    author.git("revert", "--no-edit", "HEAD")
    author.release(updated=1).commit().in_ci()


def test_a_revert_of_a_rewording_brings_the_old_question_back_with_its_reviews(author: Author) -> None:
    author.edit("a.md", "What is a migration?", "What does a schema migration do?").release(updated=1).commit()
    author.git("revert", "--no-edit", "HEAD")
    author.release(updated=1).commit().in_ci()
    author.learner.note("What is a migration")


def test_a_revert_of_a_deletion_brings_the_note_back_with_its_reviews(author: Author) -> None:
    gone = "## What is a migration?\n\nA file that changes the database's schema.\n\n"
    before = author.story.ids
    author.edit("a.md", gone, "").release().commit().in_ci()
    author.git("revert", "--no-edit", "HEAD")
    author.release().commit().in_ci()
    assert author.story.ids == before


def test_a_revert_of_an_addition_and_a_second_try_is_one_note(author: Author) -> None:
    """The ledger is taken back with the note: it must not forget that learners have it."""
    added = "## What is a signal?\n\nA message that is sent when something happens elsewhere.\n"
    author.edit("b.md", "# Views\n", f"# Views\n\n{added}").release(new=1).commit()
    ident = author.story.ids["What is a signal?"]
    author.learner.reviews("a signal")
    author.git("revert", "--no-edit", "HEAD")
    author.release().commit().in_ci()
    assert [entry["retired"] for entry in author.story.ledger if entry["id"] == ident] == [True]
    author.edit("b.md", "# Views\n", f"# Views\n\n{added.replace('A message that', 'A note which')}")
    author.release(updated=1).commit().in_ci()
    assert author.story.ids["What is a signal?"] == ident


def test_an_old_commit_checked_out_and_back(author: Author) -> None:
    author.edit("a.md", "A file that changes", "A file that alters").release(updated=1).commit()
    author.edit("b.md", "A callable", "A thing").edit("b.md", "A thing", "A callable")
    author.edit("b.md", "Every request, and", "All requests and").release(updated=1).commit()
    author.git("checkout", "-q", "HEAD~2")
    author.release(updated=2)
    author.git("checkout", "-q", "--force", "main")
    author.release(updated=2).commit().in_ci()


def test_an_old_commit_built_and_left_with_its_ledger_stashed(author: Author) -> None:
    author.edit("a.md", "A file that changes", "A file that alters").release(updated=1).commit()
    author.git("checkout", "-q", "HEAD~1")
    author.release(updated=1).git("stash")
    author.git("checkout", "-q", "main")
    author.git("stash", "drop")
    author.release(updated=1).commit().in_ci()


def test_work_that_is_stashed_away_and_taken_up_again(author: Author) -> None:
    author.edit("a.md", "A file that changes", "A file that alters").release(updated=1)
    author.git("stash")
    author.release(updated=1)
    author.git("checkout", "--", ".")
    author.git("stash", "pop")
    author.release(updated=1).commit().in_ci()


def test_work_stashed_with_a_ledger_that_went_on(author: Author) -> None:
    author.edit("a.md", "A file that changes", "A file that alters").release(updated=1)
    author.git("stash")
    author.edit("b.md", "Every request, and", "All requests and").release(updated=2).commit()
    author.git("stash", "pop")
    author.release(updated=1).commit().in_ci()


def test_a_ledger_reset_alone_costs_nothing(author: Author) -> None:
    author.edit("a.md", "What is a migration?", "What does a schema migration do?").release(updated=1)
    author.git("checkout", "--", "source/ledger.jsonl")
    author.release()
    author.commit().in_ci()


def test_a_ledger_deleted_is_recovered(author: Author) -> None:
    author.edit("a.md", "What is a migration?", "What does a schema migration do?").release(updated=1).commit()
    ledger = author.story.ledger
    author.git("rm", "-q", "source/ledger.jsonl")
    author.release()
    assert author.story.ledger == ledger
    author.commit().in_ci()


def test_a_clone_without_ledger_recovers_from_a_downloaded_deck(author: Author, tmp_path: Path) -> None:
    author.git("rm", "-q", "--cached", "source/ledger.jsonl")
    author.git("commit", "-m", "the ledger is lost")
    author.git("clone", "-q", ".", str(tmp_path / "lost"))
    other = Author(Story(tmp_path / "lost", clock=author.story.clock), author.learner)
    deck = author.story.package.rename(tmp_path / "downloaded.apkg")
    assert deckpress("ledger", "recover", str(deck), cwd=other.story.folder).exit_code == 0
    assert other.story.ids == author.story.ids
    other.edit("a.md", "What is a migration?", "What does a schema migration do?").release(updated=1)
    other.commit().in_ci()


# --- branches ---------------------------------------------------------------------------------------------------------


@dataclass
class Edits:
    """What two branches do, and what the learner of `main` gets by the merge."""

    name: str
    main: tuple[tuple[str, str, str], ...]
    branch: tuple[tuple[str, str, str], ...]
    updated: int = 0
    new: int = 0
    kept: tuple[str, ...] = ()


MIGRATION = "## What is a migration?\n\nA file that changes the database's schema.\n\n"
SIGNAL = "## What is a signal?\n\nA message to whom it may concern.\n\n"
SETTING = "## What is a setting?\n\nA name in capitals that changes how the site behaves.\n\n"
BRANCHES = (
    Edits(
        "edits of different notes",
        (("a.md", "It follows foreign keys", "It goes along foreign keys"),),
        (("a.md", "A file that changes", "A file that alters"),),
        updated=1,
    ),
    Edits(
        "questions worded anew on either side",
        (("a.md", "What is a migration?", "What does a schema migration do?"),),
        (("b.md", "What does a middleware wrap?", "What is wrapped by a middleware?"),),
        updated=1,
    ),
    Edits(
        "one note, its question here and its answer there",
        (("a.md", "What is a migration?", "What does a schema migration do?"),),
        (("a.md", "A file that changes", "A file that alters"),),
        updated=1,
    ),
    Edits(
        "the same edit on both sides",
        (("a.md", "A file that changes", "A file that alters"),),
        (("a.md", "A file that changes", "A file that alters"),),
        updated=0,
    ),
    Edits(
        "a note deleted there, another edited here",
        (("b.md", "Every request, and", "All requests and"),),
        (("a.md", MIGRATION, ""),),
    ),
    Edits(
        "a note deleted here, another added there",
        (("a.md", MIGRATION, ""),),
        (("b.md", "# Views\n", f"# Views\n\n{SIGNAL}"),),
        new=1,
    ),
    Edits(
        "different notes added on either side",
        (("a.md", "# ORM\n", f"# ORM\n\n{SETTING}"),),
        (("b.md", "# Views\n", f"# Views\n\n{SIGNAL}"),),
        new=1,
    ),
    Edits(
        "the same note added on either side",
        (("b.md", "# Views\n", f"# Views\n\n{SIGNAL}"),),
        (("b.md", "# Views\n", f"# Views\n\n{SIGNAL}"),),
    ),
    Edits(
        "a note moved here and edited there",
        (("a.md", MIGRATION, ""), ("b.md", "# Views\n", f"# Views\n\n{MIGRATION}")),
        (("b.md", "Every request, and", "All requests and"),),
        updated=1,
    ),
    Edits(
        "a note deleted on both sides",
        (("a.md", MIGRATION, ""),),
        (("a.md", MIGRATION, ""),),
    ),
)


def part_ways(author: Author, edits: Edits, *, both_released: bool) -> None:
    """Work on `topic` and on `main`, each built and committed there; the learner may follow both."""
    author.git("checkout", "-q", "-b", "topic")
    for edit in edits.branch:
        author.edit(*edit)
    if both_released:
        author.story.build()
        author.learner.takes(author.story.package)
    else:
        author.story.build("--out", "elsewhere")
        shutil.rmtree(author.story.folder / "elsewhere")
    author.commit("topic")
    author.git("checkout", "-q", "main")
    for edit in edits.main:
        author.edit(*edit)
    author.story.build()
    author.learner.takes(author.story.package)
    author.commit("main")


@pytest.mark.parametrize("edits", BRANCHES, ids=lambda edits: edits.name)
@pytest.mark.parametrize("union", [True, False], ids=["union", "by hand"])
def test_branches_merged(author: Author, edits: Edits, union: bool) -> None:
    (author.story.folder / ".gitattributes").write_text(UNION if union else "")
    author.commit("attributes") if not union else None
    part_ways(author, edits, both_released=False)
    merge(author, union=union)
    author.release(updated=edits.updated, new=edits.new).commit().in_ci()
    living = [entry for entry in author.story.ledger if not entry.get("retired")]
    assert len(living) == len(author.story.notes)


@pytest.mark.parametrize("edits", BRANCHES, ids=lambda edits: edits.name)
def test_branches_merged_by_an_author_whose_learner_had_both(author: Author, edits: Edits) -> None:
    part_ways(author, edits, both_released=True)
    merge(author, union=True)
    said = author.diff()
    author.release(updated=said).commit().in_ci()


def merge(author: Author, *, union: bool) -> None:
    """Merge `topic`; what git can't merge in the ledger is kept from both sides by hand, after an error that says so."""
    ledger = author.story.folder / "source/ledger.jsonl"
    try:
        author.git("merge", "-q", "--no-edit", "topic")
    except AssertionError:
        assert not union
        assert author.git("diff", "--name-only", "--diff-filter=U").split() == ["source/ledger.jsonl"]
        before = {path: path.read_bytes() for path in author.story.folder.rglob("*.*") if path.is_file()}
        author.story.build(code=1)
        assert "error[ledger-conflict]" in author.story.last.output
        assert {path: path.read_bytes() for path in before} == before
        lines = ledger.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if line[0] == "{"]
        ledger.write_text("".join(kept), encoding="utf-8")
        author.commit("merged")
