"""What the author is told of a note's history before the next deck goes out, and when nothing is said."""

from __future__ import annotations

import pytest

from generator.check_ledger import Identity, check
from generator.ledger import Assigned, Ledger, assign, born
from generator.model import NO_MEDIA, Defaults, Problem, Severity, Source
from generator.reading import read

NOW = 1_750_000_000

TEXT = """# Basics

## What is a rebase?

It writes commits anew on top of another base.

## What does `git fetch` do?

Downloads commits from a remote repository.

# Branches

## What is a branch?

A name that points to a commit and moves on with it.
"""


def assigned(text: str, before: Ledger | None = None, title: str = "Git") -> Assigned:
    notes = read(Source("a.md", text.encode(), Defaults(title))).notes
    return assign(before or born("Git", notes), notes, {"a.md": "a.md"}, NO_MEDIA, NOW)


def told(*edits: tuple[str, str], title: str = "Git") -> list[Problem]:
    """The problems after the edits, against the text as it was."""
    first, text = assigned(TEXT), TEXT
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return check(Identity(first.ledger, assigned(text, first.ledger, title)))


@pytest.mark.parametrize(
    ("edit", "code", "line", "words"),
    [
        (("# Basics\n", "# First steps\n"), "deck-renamed", 3, "“Git::Basics” is now “Git::First steps”"),
        (("# Branches\n\n", ""), "deck-renamed", 11, "“Git::Branches” is now “Git::Basics”"),
        (("## What does", "# Remotes\n\n## What does"), "notes-moved", 9, "but in “Git::Remotes”"),
        (
            ("`git fetch` do?\n\nDownloads commits from a remote repository.",
             "`git pull` do?\n\nDownloads commits from a remote repository and merges them."),
            "doubtful-match", 7, "this may be “What does git fetch do?”",
        ),
    ],
)  # fmt: skip
def test_what_an_edit_makes_of_a_learner_s_cards_is_told(
    edit: tuple[str, str], code: str, line: int, words: str
) -> None:
    (problem,) = told(edit)
    assert (problem.code, problem.line, problem.severity) == (code, line, Severity.WARNING)
    assert words in problem.message
    assert problem.hint


@pytest.mark.parametrize(
    "edit",
    [
        ("Downloads", "Fetches"),
        ("What is a rebase?", "Explain a rebase"),
        ("## What is a branch?", "## What is a tag?\n\nA name that stays.\n\n## What is a branch?"),
        ("## What is a rebase?\n\nIt writes commits anew on top of another base.\n\n", ""),
    ],
)
def test_nothing_is_said_where_nothing_is_to_be_known(edit: tuple[str, str]) -> None:
    assert told(edit) == []


def test_a_deck_s_new_title_is_told_once_and_not_for_each_topic() -> None:
    (problem,) = told(title="Version control")
    assert problem.code == "deck-renamed"
    assert "“Git” is now “Version control”" in problem.message


def test_a_topic_renamed_below_a_new_title_is_told_apart() -> None:
    problems = told(("# Basics\n", "# First steps\n"), title="Version control")
    assert [problem.code for problem in problems] == ["deck-renamed", "deck-renamed"]


def test_a_first_build_says_nothing() -> None:
    assert check(Identity(None, assigned(TEXT))) == []


def test_the_id_of_a_note_that_is_still_there_can_not_be_taken() -> None:
    first = assigned(TEXT)
    owner = first.notes[0].id
    text = TEXT.replace("What is a branch?", f"What is a branch? {{#{owner}}}")
    problems = check(Identity(first.ledger, assigned(text, first.ledger)))
    (problem,) = [problem for problem in problems if problem.severity is Severity.ERROR]
    assert (problem.code, problem.line) == ("same-id", 13)
    assert "a.md:3" in problem.message


def test_a_note_may_take_back_its_own_id_under_another_question() -> None:
    first = assigned(TEXT)
    text = TEXT.replace("What is a branch?", f"Branches: {{#{first.notes[2].id}}}")
    assert check(Identity(first.ledger, assigned(text, first.ledger))) == []


@pytest.mark.parametrize(
    ("after", "warned"),
    [
        ("A {{c1::commit}} is a snapshot, a {{c2::branch}} a name, a {{c3::tag}} too.", False),
        ("A {{c1::commit object}} is a snapshot, a {{c2::branch}} a name.", False),
        ("A commit is a {{c1::snapshot}}, a {{c2::branch}} a name.", True),
    ],
)
def test_a_number_that_another_deletion_had_is_told(after: str, warned: bool) -> None:
    text = "# Git\n\n## Fill in\n\nA {{c1::commit}} is a snapshot, a {{c2::branch}} a name.\n"
    first = assigned(text)
    second = assigned(text.replace("A {{c1::commit}} is a snapshot, a {{c2::branch}} a name.", after), first.ledger)
    assert second.notes[0].id == first.notes[0].id
    assert [problem.code for problem in check(Identity(first.ledger, second))] == ["cloze-number-reused"] * warned


def test_a_question_that_becomes_a_cloze_is_told() -> None:
    (problem,) = told(("A name that points to a commit", "A {{c1::name}} that points to a commit"))
    assert (problem.code, problem.line) == ("kind-changed", 13)
    assert "has become a cloze" in problem.message


def test_a_cloze_that_becomes_the_question_again_that_it_once_was_is_told() -> None:
    cloze = TEXT.replace("A name that points to a commit", "A {{c1::name}} that points to a commit")
    first = assigned(TEXT)
    second = assigned(cloze, first.ledger)
    third = assigned(TEXT, second.ledger)
    assert third.notes[2].id == first.notes[2].id
    (problem,) = check(Identity(second.ledger, third))
    assert (problem.code, problem.line) == ("kind-changed", 13)
    assert "goes on as what it once was" in problem.message


@pytest.mark.parametrize(
    ("after", "codes"),
    [
        ("The ==second== and the ==third== and a ==sixth==.", []),
        ("The ==second==.", []),
        ("The chords on ==two== and ==three==.", ["cloze-gaps-exchanged"]),
    ],
)
def test_gaps_that_may_be_one_are_told(after: str, codes: list[str]) -> None:
    text = "# Music\n\n## Which chords are minor? {#minor kind=cloze}\n\nThe ==second== and the ==third==.\n"
    first = assigned(text)
    second = assigned(text.replace("The ==second== and the ==third==.", after), first.ledger)
    assert [problem.code for problem in check(Identity(first.ledger, second))] == codes


def test_a_merge_s_conflict_is_an_error_but_not_in_code() -> None:
    conflict = "- one\n<<<<<<< HEAD\n- two\n=======\n- three\n>>>>>>> b\n"
    for text, codes in ((conflict, ["merge-conflict"]), (f"```diff\n{conflict}```\n", [])):
        problems = read(Source("a.md", f"# T\n\n## What is it?\n\n{text}".encode(), Defaults("T"))).problems
        assert [problem.code for problem in problems if problem.severity is Severity.ERROR] == codes
