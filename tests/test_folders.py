"""A tree of folders: one deck a folder, settings of its own, and what a change of them does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.driver import Story, deckpress

LEAF = "# Trees\n\n## What is a leaf?\n\nA node without children.\n"


@pytest.fixture
def story(tmp_path: Path) -> Story:
    story = Story(tmp_path / "project").write("deck.toml", 'title = "Notes"\ntags = ["all"]\n')
    return story.write("a.md", LEAF.replace("leaf", "root")).write("trees/binary/README.md", LEAF)


def decks(story: Story) -> dict[str, tuple[str, list[str]]]:
    """Question to deck and tags."""
    return {note["question"]: (note["deck"], note["tags"]) for note in story.notes}


def test_each_folder_is_a_deck_in_that_of_the_folder_above(story: Story) -> None:
    assert decks(story) == {
        "What is a root?": ("Notes::Trees", ["all", "trees"]),
        "What is a leaf?": ("Notes::trees::binary::Trees", ["all", "trees"]),
    }


def test_a_file_that_is_called_as_its_folder_makes_no_deck_below_it(story: Story) -> None:
    story.write("linux_basics/x.md", "# Linux basics\n\n## What is a shell?\n\nA program.\n")
    assert decks(story)["What is a shell?"][0] == "Notes::linux_basics"


def test_settings_of_a_folder_count_for_it_and_below_and_nowhere_else(story: Story) -> None:
    story.write("trees/deck.toml", 'title = "Of trees"\ntags = ["graph"]\nlang = "de"\n')
    assert decks(story) == {
        "What is a root?": ("Notes::Trees", ["all", "trees"]),
        "What is a leaf?": ("Notes::Of trees::binary::Trees", ["all", "graph", "trees"]),
    }
    story.write("trees/binary/deck.toml", 'deck = "Elsewhere::Binary"\n')
    assert decks(story)["What is a leaf?"] == ("Elsewhere::Binary::Trees", ["all", "graph", "trees"])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('titel = "x"', "source/trees/deck.toml:1:1: error[config-key] there is no key `titel`"),
        ('\n[print]\npaper = "A4"', "source/trees/deck.toml:3:1: error[config-key] `print.paper` is the project's"),
        ("title = ", "source/trees/deck.toml:1:9: error[config-syntax]"),
    ],
)
def test_what_is_wrong_in_them_is_told_with_its_place(story: Story, text: str, problem: str) -> None:
    story.write("trees/deck.toml", text)
    assert problem in deckpress("check", cwd=story.folder).stdout


def test_a_change_of_them_is_built(story: Story) -> None:
    first = story.build().package.read_bytes()
    assert "is current" in story.build().last.output
    story.write("trees/deck.toml", 'tags = ["graph"]\n').build()
    assert story.package.read_bytes() != first


# --- repositories of other people -------------------------------------------------------------------------------------

REPOSITORY = {
    "README.md": "# Questions\n\n- [What is a leaf?](trees/README.md)\n\n## How can I contribute?\n\nWith a request.\n",
    "trees/README.md": LEAF,
    "trees/security.md": "# Security\n\n## What is a salt?\n\nRandom bytes.\n",
    "CONTRIBUTING.md": "# Contributing\n\n## How do I add a question?\n\nBelow the others.\n",
    "code_of_conduct.md": "# Conduct\n\n## Who enforces it?\n\nWe do.\n",
    "SECURITY.md": "# Security\n\n## How do I tell you of a hole?\n\nBy mail.\n",
    "CHANGELOG.de.md": "# Changes\n\n## What is new?\n\nAll.\n",
    ".github/ISSUE_TEMPLATE/bug.md": "## What happened?\n\nThis.\n",
    "node_modules/a/README.md": "# A\n\n## What is A?\n\nA package.\n",
}


def repository(tmp_path: Path, more: dict[str, str]) -> Path:
    """A folder with these files."""
    for name, text in (REPOSITORY | more).items():
        path = tmp_path / "repository" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "repository"


def test_of_a_repository_the_files_about_itself_and_those_of_other_tools_are_passed_over(tmp_path: Path) -> None:
    told = deckpress("cards", ".", "--format", "json", cwd=repository(tmp_path, {}))
    assert told.exit_code == 0
    assert [(note["file"], note["question"]) for note in json.loads(told.stdout)] == [
        ("trees/README.md", "What is a leaf?"),
        ("trees/security.md", "What is a salt?"),
    ]
    assert [line for line in told.stderr.splitlines() if not line.startswith(" ")] == [
        "README.md:1:1: notice[no-questions] no question was found in this file"
    ]


def test_a_file_about_the_project_is_read_where_it_is_named(tmp_path: Path) -> None:
    told = deckpress("cards", "SECURITY.md", cwd=repository(tmp_path, {}))
    assert "How do I tell you of a hole?" in told.stdout


def test_many_files_without_questions_are_told_in_a_line_and_stop_nothing(tmp_path: Path) -> None:
    prose = {f"notes/{n}.md": f"# Day {n}\n\nWe walked.\n" for n in range(9)}
    told = deckpress("build", ".", "--product", "deck", "--strict", cwd=repository(tmp_path, prose))
    assert told.exit_code == 0
    (line,) = [line for line in told.stderr.splitlines() if not line.startswith(" ")]
    assert line.startswith("notes/0.md:1:1: notice[no-questions] no question was found in 10 files: notes/0.md, ")
    assert line.endswith(" and 7 more")


def test_where_no_file_has_questions_each_is_a_warning(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.md").write_text("# A day\n\nWe walked.\n", encoding="utf-8")
    told = deckpress("cards", ".", cwd=tmp_path)
    assert [line.split(":")[0] for line in told.stderr.splitlines() if "warning[no-questions]" in line] == [
        "a.md",
        "b.md",
    ]
