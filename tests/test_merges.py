"""Whatever branches do to source and ledger before they are merged, learners keep their reviews and get the text."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.driver import Learner, Story
from tests.git_support import MIGRATION, ORM, SETTING, SIGNAL, UNION, VIEWS, Author, at_work


@pytest.fixture
def author(tmp_path: Path) -> Iterator[Author]:
    with at_work(tmp_path) as author:
        yield author


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
    author.release(updated=edits.updated).commit().in_ci()


def merge(author: Author, *, union: bool) -> None:
    """Merge `topic`; where git can't merge the ledger both sides' lines are kept by hand, after an error says so."""
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


def resolve(author: Author, name: str, text: str) -> None:
    """Settle a conflict in a source, as an author does by hand; the ledger's lines are git's union."""
    (author.story.folder / "source" / name).write_text(text, encoding="utf-8")


def conflict(author: Author, on_topic: tuple[str, str], on_main: tuple[str, str]) -> tuple[str, str]:
    """Two branches edit one passage of `a.md`, and the merge stops there; the text of `topic` and that of `main`."""
    author.git("checkout", "-q", "-b", "topic")
    author.edit("a.md", *on_topic)
    author.story.build()
    author.learner.takes(author.story.package)
    author.commit("topic")
    theirs = (author.story.folder / "source/a.md").read_text(encoding="utf-8")
    author.git("checkout", "-q", "main")
    author.edit("a.md", *on_main)
    author.story.build()
    author.learner.takes(author.story.package)
    author.commit("main")
    ours = (author.story.folder / "source/a.md").read_text(encoding="utf-8")
    author.git("merge", "-q", "topic", fails=True)
    return theirs, ours


QUESTION = "What is a migration?"
CONFLICTS = (
    pytest.param((QUESTION, "What does a schema migration do?"), (QUESTION, "Explain migrations."), id="both reword"),
    pytest.param((MIGRATION, ""), (QUESTION, "What does a schema migration do?"), id="deleted there, reworded here"),
    pytest.param((QUESTION, "What does a schema migration do?"), (MIGRATION, ""), id="reworded there, deleted here"),
    pytest.param(
        ("A file that changes", "A file that alters"), ("A file that changes", "Code that changes"), id="both edit"
    ),
    pytest.param((MIGRATION, MIGRATION + SIGNAL), (MIGRATION, MIGRATION + SETTING), id="both add in one place"),
    pytest.param((MIGRATION, SIGNAL), (MIGRATION, SETTING), id="both put another in its place"),
)


@pytest.mark.parametrize(("on_topic", "on_main"), CONFLICTS)
@pytest.mark.parametrize("winner", [0, 1], ids=["theirs", "ours"])
def test_a_conflict_in_a_source_settled_for_one_side(
    author: Author, on_topic: tuple[str, str], on_main: tuple[str, str], winner: int
) -> None:
    before = author.story.ids
    resolve(author, "a.md", conflict(author, on_topic, on_main)[winner])
    had = {note["question"]: note["id"] for note in author.story.notes}
    reviews = author.reviews()
    author.story.build()
    author.learner.takes(author.story.package)
    author.same_text()
    assert author.reviews() == reviews
    now = author.story.ids
    assert {question: now[question] for question in before.keys() & now.keys()} == {
        question: before[question] for question in before.keys() & now.keys()
    }
    assert now == had
    author.release().commit().in_ci()


def test_a_conflict_in_a_source_is_no_deck(author: Author) -> None:
    deck = author.story.build().package.read_bytes()
    conflict(author, (QUESTION, "What does a schema migration do?"), (QUESTION, "Explain migrations."))
    after = author.story.package.read_bytes()
    author.story.build(code=1)
    assert author.story.package.read_bytes() == after != deck


def test_a_branch_rebased(author: Author) -> None:
    edits = BRANCHES[1]
    part_ways(author, edits, both_released=False)
    author.git("checkout", "-q", "topic")
    author.git("rebase", "-q", "main")
    author.release(updated=1).commit().in_ci()
    author.git("checkout", "-q", "main")
    author.git("merge", "-q", "--ff-only", "topic")
    author.release().in_ci()


def test_a_commit_picked_from_a_branch_that_goes_on(author: Author) -> None:
    part_ways(author, BRANCHES[0], both_released=False)
    author.git("checkout", "-q", "topic")
    author.edit("b.md", "# Views\n", f"# Views\n\n{SIGNAL}")
    author.story.build("--out", "elsewhere")
    shutil.rmtree(author.story.folder / "elsewhere")
    author.commit("a signal").git("checkout", "-q", "main")
    author.git("cherry-pick", "topic")
    author.release(new=1).commit().in_ci()
    merge(author, union=True)
    author.release(updated=1).commit().in_ci()


def test_branches_that_merge_one_another_again_and_again(author: Author) -> None:
    author.git("checkout", "-q", "-b", "topic")
    for turn, words in enumerate(("alters", "turns", "moves", "changes")):
        before = ("changes", "alters", "turns", "moves")[turn]
        author.edit("a.md", f"A file that {before}", f"A file that {words}").release(updated=1).commit()
        author.git("checkout", "-q", "main")
        author.edit("b.md", f"Every{'!' * turn} request", f"Every{'!' * (turn + 1)} request").release(
            updated=2
        ).commit()
        merge(author, union=True)
        author.release(updated=1).commit().in_ci()
        author.git("checkout", "-q", "topic")
        author.git("merge", "-q", "--no-edit", "main")
        author.release().commit().in_ci()
    assert len(author.story.ledger) == 8


def test_a_merge_reverted_and_the_revert_reverted(author: Author) -> None:
    part_ways(author, BRANCHES[2], both_released=False)
    merge(author, union=True)
    author.release(updated=1).commit()
    author.git("revert", "--no-edit", "-m", "1", "HEAD~1")
    author.release(updated=1).commit()
    author.git("revert", "--no-edit", "HEAD~1")
    author.release(updated=1).commit().in_ci()


def test_two_branches_pin_different_notes_with_one_id(author: Author) -> None:
    part_ways(
        author,
        Edits(
            "",
            (("a.md", "# ORM\n", f"# ORM\n\n{SETTING.replace('?', '? {#x}')}"),),
            (("b.md", "# Views\n", f"# Views\n\n{SIGNAL.replace('?', '? {#x}')}"),),
        ),
        both_released=False,
    )
    merge(author, union=True)
    author.story.build(code=1)
    assert "[same-id]" in author.story.last.output
    author.edit("b.md", "{#x}", "{#y}").release(new=1).commit().in_ci()


def test_two_branches_born_apart(tmp_path: Path) -> None:
    """Each side's first build made a namespace of its own: nobody may choose between them but the author."""
    story = Story(tmp_path / "project").write("deck.toml", 'title = "Django"\n').write("a.md", ORM)
    (story.folder / ".gitignore").write_text("build/\n")
    (story.folder / ".gitattributes").write_text(UNION)
    with Learner.at(tmp_path / "anki") as learner:
        author = Author(story, learner)
        author.git("init", "-q")
        author.commit().git("checkout", "-q", "-b", "topic")
        story.write("b.md", VIEWS).build()
        author.commit().git("checkout", "-q", "main")
        shutil.rmtree(story.folder / "build")
        author.release(new=5).commit()
        learner.reviews("a migration")
        lines = (story.folder / "source/ledger.jsonl").read_text(encoding="utf-8")
        author.git("merge", "-q", "--no-edit", "topic")
        deck = story.package.read_bytes()
        story.build(code=1)
        assert "the ledger has the headers of two projects" in story.last.output
        assert story.package.read_bytes() == deck
        author.git("checkout", "HEAD^1", "--", "source/ledger.jsonl")
        assert (story.folder / "source/ledger.jsonl").read_text(encoding="utf-8") == lines
        author.release(new=3).commit().in_ci()
