"""A tree of folders: one deck a folder, settings of its own, and what a change of them does."""

from __future__ import annotations

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
