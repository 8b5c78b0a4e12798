"""What is read, what of it is built and where that goes: projects, parts of projects, loose files, odd places."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from generator import build, outputs
from generator.model import UserError
from tests.driver import Story, deckpress

LEAF = "## What is a leaf?\n\nA node without children.\n"
ROOT = "## What is a root?\n\nA node without a parent.\n"


@pytest.fixture
def story(tmp_path: Path) -> Story:
    story = Story(tmp_path / "project").write("deck.toml", 'title = "Trees"\n')
    return story.write("a.md", LEAF).write("b.md", ROOT)


# --- a part of a project --------------------------------------------------------------------------------------------


def test_a_question_that_moved_keeps_its_id_when_only_its_new_file_is_built(story: Story) -> None:
    ids = story.build().ids
    story.write("a.md", "## What is a twig?\n\nA branch.\n").write("b.md", ROOT + "\n" + LEAF)
    assert deckpress("build", "source/b.md", "--product", "deck", cwd=story.folder).exit_code == 0
    story.build()
    assert {question: story.ids[question] for question in ids} == ids
    assert not any(entry.get("retired") for entry in story.ledger)


def test_the_part_that_is_built_first_does_not_decide_who_notes_are(story: Story, tmp_path: Path) -> None:
    whole = story.build().ids
    other = Story(tmp_path / "other").write("deck.toml", 'title = "Trees"\n').write("a.md", LEAF).write("b.md", ROOT)
    deckpress("build", "source/b.md", "--product", "deck", cwd=other.folder)
    assert other.build().ids == whole


def test_only_the_chosen_files_are_listed_and_written(story: Story) -> None:
    story.write("c.md", "## What is open?\n")
    notes = json.loads(deckpress("cards", "source/a.md", "--format", "json", cwd=story.folder).stdout)
    assert [note["question"] for note in notes] == ["What is a leaf?"]
    assert deckpress("check", "source/a.md", cwd=story.folder).stdout == "no problems\n"
    done = deckpress("build", "source/a.md", "--product", "deck", "--json", cwd=story.folder)
    assert (json.loads(done.stdout)["notes"], json.loads(done.stdout)["unanswered"]) == (1, 0)


def test_a_part_never_takes_the_name_of_the_whole(story: Story) -> None:
    story.rename("a.md", "trees.md").build()
    whole = story.package.read_bytes()
    assert deckpress("build", "source/trees.md", "--product", "deck", cwd=story.folder).exit_code == 0
    assert (story.folder / "build/trees.apkg").read_bytes() == whole


def test_an_error_elsewhere_stops_a_part_too_for_the_ledger_is_the_whole_s(story: Story) -> None:
    story.build().write("b.md", ROOT.encode() + b"\n\xff")
    done = deckpress("build", "source/a.md", "--product", "deck", cwd=story.folder)
    assert done.exit_code == 1
    assert "source/b.md" in done.stderr


# --- where a project is ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [[], ["source"], ["source/a.md", "source/b.md"]])
def test_a_project_without_settings_has_one_ledger_however_it_is_named(story: Story, arguments: list[str]) -> None:
    story.delete("deck.toml").build()
    ids = story.ids
    deckpress("build", *arguments, "--product", "deck", cwd=story.folder)
    assert not list(story.folder.rglob("*.ledger.jsonl"))
    assert story.ids == ids


def test_a_project_is_found_from_another_folder(story: Story, tmp_path: Path) -> None:
    ids = story.build().ids
    done = deckpress("build", "project/source/a.md", "--product", "deck", "--out", "out", cwd=tmp_path)
    assert done.exit_code == 0, done.output
    assert [path.name for path in (tmp_path / "out").iterdir() if path.is_file()] == ["a.apkg"]
    assert story.ids == ids


def test_a_project_s_own_folder_is_the_project(story: Story, tmp_path: Path) -> None:
    ids = story.build().ids
    done = deckpress("build", "project", "--product", "deck", "--out", "out", cwd=tmp_path)
    assert "2 notes;" in done.stdout, done.output
    assert [path.name for path in (tmp_path / "out").iterdir() if path.is_file()] == ["trees.apkg"]
    assert story.ids == ids


def test_settings_above_a_file_do_not_make_a_home_folder_a_project(tmp_path: Path) -> None:
    (tmp_path / "deck.toml").write_text('title = "Stray"\n', encoding="utf-8")
    (tmp_path / "private.md").write_text("## What is my password?\n\nSecret.\n", encoding="utf-8")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/a.md").write_text(LEAF, encoding="utf-8")
    notes = json.loads(deckpress("cards", "notes/a.md", "--format", "json", cwd=tmp_path).stdout)
    assert [(note["question"], note["deck"]) for note in notes] == [("What is a leaf?", "a")]


def test_a_linked_file_belongs_where_its_author_put_it(story: Story, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.md").write_text("## What is a twig?\n\nA branch.\n", encoding="utf-8")
    (story.folder / "source/linked.md").symlink_to(tmp_path / "elsewhere.md")
    assert "What is a twig?" in story.build().ids
    assert {entry["file"] for entry in story.ledger} == {"a.md", "b.md", "linked.md"}


def test_a_deck_of_another_file_with_the_same_name_is_not_taken_over(tmp_path: Path) -> None:
    for folder, word in (("x", "leaf"), ("y", "star")):
        text = "\n\n".join(f"## What is {word} {n}?\n\nIt is {n}." for n in range(6))
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "notes.md").write_text(text, encoding="utf-8")
    assert deckpress("build", "x/notes.md", "--product", "deck", cwd=tmp_path).exit_code == 0
    ledger = (tmp_path / "build/notes.ledger.jsonl").read_bytes()
    done = deckpress("build", "y/notes.md", "--product", "deck", cwd=tmp_path)
    assert (done.exit_code, "belongs to another deck" in done.stderr) == (2, True)
    assert (tmp_path / "build/notes.ledger.jsonl").read_bytes() == ledger


# --- odd names and environments -------------------------------------------------------------------------------------


def test_a_very_long_title_is_a_file_name_all_the_same(story: Story) -> None:
    story.write("deck.toml", f'title = "{"Ünïcode " * 60}"\n').build()
    assert len(story.package.name.encode()) < 100


@pytest.mark.parametrize(("name", "ledger"), [("My Notes.md", "My Notes"), ("ü" * 125 + ".md", "ü" * 100)])
def test_a_loose_ledger_is_named_after_its_file(tmp_path: Path, name: str, ledger: str) -> None:
    (tmp_path / name).write_text(LEAF, encoding="utf-8")
    assert deckpress("build", name, "--product", "deck", cwd=tmp_path).exit_code == 0
    assert (tmp_path / "build" / f"{ledger}.ledger.jsonl").is_file()


@pytest.mark.parametrize("name", ["README.md", "readme.markdown", "index.md"])
def test_a_loose_readme_without_a_title_is_called_after_its_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "js-questions"
    folder.mkdir()
    (folder / name).write_text("### What is a leaf?\n\nA node.\n\n### What is a root?\n\nA node.\n", encoding="utf-8")
    for path, cwd in ((name, folder), (f"js-questions/{name}", tmp_path)):
        assert deckpress("build", path, "--product", "deck", cwd=cwd).exit_code == 0
        made = {file.name for file in (cwd / "build").iterdir() if file.is_file()}
        assert made == {"js-questions.apkg", "js-questions.ledger.jsonl"}
        decks = {note["deck"] for note in json.loads(deckpress("cards", path, "--format", "json", cwd=cwd).stdout)}
        assert decks == {"js-questions"}


def test_superscripts_in_file_names_are_no_numbers(story: Story) -> None:
    assert "What is x²?" in story.write("x².md", "## What is x²?\n\nA square.\n").build().ids


@pytest.mark.parametrize("epoch", ["yesterday", "99999999999999", "-5"])
def test_a_clock_that_is_none_is_a_sentence(story: Story, epoch: str) -> None:
    done = deckpress("build", cwd=story.folder, env={"SOURCE_DATE_EPOCH": epoch})
    assert (done.exit_code, "SOURCE_DATE_EPOCH" in done.stderr) == (2, True)


# --- nothing to do, or something ------------------------------------------------------------------------------------

PICTURES = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{n}" height="9"/>' for n in (1, 2)]


def test_a_link_to_another_picture_is_noticed(story: Story) -> None:
    for number, picture in enumerate(PICTURES):
        story.write(f"{number}.svg", picture)
    link = story.folder / "source/now.svg"
    link.symlink_to("0.svg")
    first = story.edit("a.md", "A node", "![](now.svg) A node").build().package.read_bytes()
    link.unlink()
    link.symlink_to("1.svg")
    assert "wrote" in story.build().last.stdout
    assert story.package.read_bytes() != first


@pytest.mark.parametrize(
    ("name", "value"),
    [("pango_version", lambda: b"99"), ("_installed", lambda _: [Path("weasyprint-99.dist-info")])],
)
def test_other_versions_are_something_to_do(
    story: Story, name: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.build()
    monkeypatch.setattr(outputs, name, value)
    outputs.program.cache_clear()
    assert "wrote" in story.build().last.stdout
    outputs.program.cache_clear()


# --- files appear whole or not at all -------------------------------------------------------------------------------


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "deck.apkg"
    outputs.publish(path, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match=r"deck\.apkg.*can't be written: No space left"):
        outputs.publish(path, b"new")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("deck.apkg", b"old")]


def test_a_ledger_that_changed_during_a_build_stops_it(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.build().edit("a.md", "A node", "A green node")
    ledger, deck = story.folder / "source/ledger.jsonl", story.package.read_bytes()

    def meanwhile(*arguments: object) -> object:
        ledger.write_bytes(ledger.read_bytes() + b"\n")
        return made(*arguments)  # type: ignore[arg-type]

    made = build._made
    monkeypatch.setattr(build, "_made", meanwhile)
    story.build(code=2)
    assert "another program has changed the ledger" in story.last.stderr
    assert story.package.read_bytes() == deck


def test_a_torn_page_is_no_page_and_old_pages_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = outputs.PageCache.below(tmp_path)
    assert cache.get("a" * 64) is None
    cache.put("a" * 64, b"page")
    assert cache.get("a" * 64) == b"page"
    file = cache.folder / ("a" * 64)
    file.write_bytes(file.read_bytes()[:-1])
    assert cache.get("a" * 64) is None
    monkeypatch.setattr(outputs, "_CACHE_BYTES", 200)
    for age, key in enumerate("bcd"):
        cache.put(key * 64, b"page" * 10)
        os.utime(cache.folder / (key * 64), (1_000 + age, 1_000 + age))
    file.unlink()
    cache.prune()
    assert sorted(path.name[0] for path in cache.folder.iterdir()) == ["d"]
