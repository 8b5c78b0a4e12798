"""Whatever git does to source and ledger on one branch, learners keep their reviews and get the text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.driver import Story, deckpress
from tests.git_support import MIGRATION, Author, at_work


@pytest.fixture
def author(tmp_path: Path) -> Iterator[Author]:
    with at_work(tmp_path) as author:
        yield author


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


def test_a_ledger_reset_past_two_edits_of_a_note_costs_no_review(author: Author) -> None:
    """The question was worded anew, then the answer: the old ledger has neither, and the last deck has both."""
    long = "It follows foreign keys in one query, with a join."
    short = "Rows of both tables come back together, the other side's columns beside one's own."
    ident = author.story.ids["What does select_related() do?"]
    author.edit("a.md", "What does `select_related()` do?", "How do you fetch a related row along?").release(updated=1)
    author.edit("a.md", long, short).release(updated=1)
    assert author.story.ids["How do you fetch a related row along?"] == ident
    author.git("checkout", "--", "source/ledger.jsonl")
    author.release().commit().in_ci()
    assert author.story.ids["How do you fetch a related row along?"] == ident


def test_a_note_linked_by_hand_stays_linked_when_the_ledger_was_reset_before(author: Author) -> None:
    """The last deck knows the new note, the ledger that is checked out does not."""
    new = "## Who keeps a table's shape?\n\nMigrate does.\n\n"
    ident = author.story.ids["What is a migration?"]
    author.edit("a.md", MIGRATION, new).release(new=1)
    other = author.story.ids["Who keeps a table's shape?"]
    assert other != ident
    author.git("checkout", "--", "source/ledger.jsonl")
    result = deckpress("ledger", "link", ident, other, cwd=author.story.folder)
    assert result.exit_code == 0, result.output
    author.release(updated=1).commit().in_ci()
    assert author.story.ids["Who keeps a table's shape?"] == ident


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


def test_a_clone_whose_git_turns_line_ends_is_built_all_the_same(author: Author, tmp_path: Path) -> None:
    """As on Windows: the sources and the ledger have CRLF there."""
    clone = tmp_path / "windows"
    author.git("-c", "core.autocrlf=true", "clone", "-q", ".", str(clone))
    assert b"\r\n" in (clone / "source/ledger.jsonl").read_bytes()
    assert b"\r\n" in (clone / "source/a.md").read_bytes()
    result = deckpress("build", "--locked", "--product", "deck", cwd=clone)
    assert result.exit_code == 0, result.output
    (made,) = (clone / "build").glob("*.apkg")
    assert list(author.learner.takes(made)) == ["duplicate"]
