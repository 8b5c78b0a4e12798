"""What nobody may take from a note: by a pin, by hand in the ledger, by another deck in the same folder."""

from __future__ import annotations

import json
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from generator import project, reading
from generator.ledger.content import content_hash, normal
from generator.media import collect_media
from tests.driver import Learner, Story, deckpress

TERMS = "\n\n".join(f"## What is term{n}?\n\nTerm{n} is number {n} of the list." for n in range(3)) + "\n"


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path / "p").write("deck.toml", 'title = "Terms"\n').write("a.md", TERMS)


def changes(story: Story) -> list[dict[str, Any]]:
    return list(json.loads(deckpress("diff", "--format", "json", cwd=story.folder).stdout)["changes"])


def test_a_pin_moved_to_another_question_takes_no_reviews_unseen(story: Story) -> None:
    """As `same-id` does for a pin that is an id."""
    story.write("a.md", TERMS.replace("term1?", "term1? {#one}")).build()
    story.write("a.md", TERMS.replace("term2?", "term2? {#one}")).build()
    assert (
        "source/a.md:9:1: warning[same-id] the id `one` was that of the question at source/a.md:5" in story.last.stderr
    )


def test_the_id_of_a_note_whose_question_was_touched_in_the_same_build_is_still_taken(story: Story) -> None:
    ident = story.build().ids["What is term1?"]
    story.write(
        "a.md", TERMS.replace("What is term1?", "What is this term1?").replace("term2?", f"term2? {{#{ident}}}")
    )
    result = deckpress("build", "--product", "deck", cwd=story.folder)
    assert "[same-id]" in result.output, result.output


def test_a_number_whose_deletion_is_gone_goes_to_no_other(story: Story) -> None:
    begin = "## The war began in ==1914== and ended in ==1918==. {kind=cloze}\n"
    end = "## The war ended in ==1918==. {kind=cloze}\n"
    more = "## The war ended in ==1918== and the treaty was signed in ==1919==. {kind=cloze}\n"
    for text in (begin, end, more):
        story.write("a.md", text).build()
    (entry,) = story.ledger
    assert {number: parts[0] for number, parts in entry["clozes"].items()} == {"1": "1914", "2": "1918", "3": "1919"}


def test_no_deletion_gets_a_number_that_anki_does_not_take(story: Story) -> None:
    """From 501 on Anki makes no card."""
    story.write("a.md", "## {{c499::Rings}} add and ==multiply==. {kind=cloze}\n").build()
    assert set(story.ledger[0]["clozes"]) == {"1", "499"}


def test_a_returned_note_is_compared_with_its_old_text(story: Story) -> None:
    story.build().write("a.md", TERMS[: TERMS.index("## What is term2?")]).build()
    story.write("a.md", TERMS.replace("number 2", "number two"))
    (change,) = changes(story)
    assert change["before"]["question"] == "What is term2?"
    assert change["kinds"] == ["returned", "edited"]


def test_an_answer_taken_out_and_put_back_touches_nobody(story: Story, tmp_path: Path) -> None:
    """As a note deleted and brought back."""
    with Learner.at(tmp_path / "anki") as learner:
        learner.takes(story.build().package)
        story.write("a.md", TERMS.replace("Term1 is number 1 of the list.", "")).build()
        learner.takes(story.package)
        log = learner.takes(story.write("a.md", TERMS).build().package)
        assert list(log) == ["duplicate"]


def test_the_same_letters_composed_otherwise_are_no_edit(story: Story) -> None:
    """An editor or a copy over macOS turns NFC into NFD."""
    text = "# Grün\n\n## Was ist Größe?\n\nEine Änderung.\n"
    story.write("a.md", text).build().write("a.md", unicodedata.normalize("NFD", text))
    assert changes(story) == []


def test_the_first_deck_after_study_sheets_alone_is_new_to_everybody(story: Story) -> None:
    deckpress("build", "--product", "study", cwd=story.folder)
    assert [change["kinds"] for change in changes(story)] == [["new"]] * 3


@pytest.mark.parametrize(
    "spoilt", [{"id": '<b> "'}, {"id": "ABCDEFGH"}, {"guid": "\x1f"}], ids=["id", "case of an id", "guid"]
)
def test_ids_that_no_ledger_of_ours_has_are_broken_lines(story: Story, spoilt: dict[str, str]) -> None:
    story.build()
    path = story.folder / "source/ledger.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = json.dumps(json.loads(lines[1]) | spoilt)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    story.build("--force", code=1)
    assert "[ledger-broken]" in story.last.output


def test_guids_swapped_by_hand_are_broken_lines(story: Story) -> None:
    story.build()
    path = story.folder / "source/ledger.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    one, two = json.loads(lines[1]), json.loads(lines[2])
    lines[1], lines[2] = json.dumps(one | {"guid": two["guid"]}), json.dumps(two | {"guid": one["guid"]})
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    story.build("--force", code=1)


@pytest.mark.parametrize("clock", ["4102444800", "253402300799"])
def test_a_date_in_the_future_is_refused(story: Story, clock: str) -> None:
    """Until it came, every import would take the tags and edits of every learner."""
    result = deckpress("build", "--product", "deck", cwd=story.folder, env={"SOURCE_DATE_EPOCH": clock})
    assert (result.exit_code, "lies in the future" in result.stderr) == (2, True)
    assert not (story.folder / "build").exists()


def test_parts_of_one_name_do_not_overwrite_one_another(story: Story) -> None:
    story.write("x/intro.md", "# X\n\n## A?\n\nB.\n").write("y/intro.md", "# Y\n\n## C?\n\nD.\n")
    for part in ("x", "y"):
        deckpress("build", f"source/{part}/intro.md", "--product", "deck", cwd=story.folder)
    assert len(list((story.folder / "build").glob("*.apkg"))) == 2


# --- two decks in one folder ---


def terms(*numbers: int) -> str:
    return "\n\n".join(f"## What is term{n}?\n\nTerm{n} is number {n} of the list." for n in numbers) + "\n"


def namespace(ledger: Path) -> str:
    return str(json.loads(ledger.read_text(encoding="utf-8").splitlines()[0])["namespace"])


def test_two_loose_files_with_one_question_in_common_are_two_decks(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Algebra\n\n" + terms(0, 1, 2, 3))
    (tmp_path / "b.md").write_text("# Biology\n\n" + terms(3, 11, 12, 13))
    for clock, name in enumerate(("a.md", "b.md"), 1_750_000_000):
        result = deckpress("build", name, "--product", "deck", cwd=tmp_path, env={"SOURCE_DATE_EPOCH": str(clock)})
        assert result.exit_code == 0, result.output
    assert "retired" not in result.output
    assert "ledger-recovered" not in result.output
    assert namespace(tmp_path / "build/a.ledger.jsonl") != namespace(tmp_path / "build/b.ledger.jsonl")


def test_a_loose_file_with_a_similar_question_can_be_built_beside_another(tmp_path: Path) -> None:
    ring = "## How do you prove that a ring is commutative?\n\nShow that ab equals ba for all elements a and b of it.\n"
    (tmp_path / "a.md").write_text("# Algebra\n\n" + terms(0, 1, 2, 3) + "\n" + ring)
    (tmp_path / "b.md").write_text(
        "# Biology\n\n" + terms(13, 14) + "\n" + ring.replace("do you prove", "does one prove")
    )
    for name in ("a.md", "b.md"):
        result = deckpress("build", name, "--product", "deck", cwd=tmp_path)
        assert result.exit_code == 0, result.output


def test_an_edit_in_one_deck_never_reaches_the_cards_of_another(tmp_path: Path) -> None:
    """What it does to a learner: the answer of deck A's card is that of deck B, and A's builds fight B's."""
    out = tmp_path / "decks"
    a = Story(tmp_path / "a").write("deck.toml", 'title = "Algebra"\n').write("x.md", terms(0, 1, 2, 3))
    b = Story(tmp_path / "b").write("deck.toml", 'title = "Biology"\n').write("x.md", terms(3, 11, 12, 13))
    with Learner.at(tmp_path / "anki") as learner:
        for story in (a, b):
            story.build("--out", str(out))
        learner.takes(out / "algebra.apkg")
        learner.takes(out / "biology.apkg")
        b.edit("x.md", "Term3 is number 3 of the list.", "In biology it is something else.").build("--out", str(out))
        learner.takes(out / "biology.apkg")
        first = [learner.col.get_note(nid) for nid in learner.col.find_notes('"deck:Algebra*" term3')]
        assert [note["Answer"] for note in first] == ["<p>Term3 is number 3 of the list.</p>"]


def test_a_downloaded_deck_of_somebody_else_in_build_is_no_witness(tmp_path: Path) -> None:
    other = Story(tmp_path / "o").write("deck.toml", 'title = "Other"\n').write("x.md", terms(1, 21, 22, 23)).build()
    mine = Story(tmp_path / "m").write("deck.toml", 'title = "Mine"\n').write("x.md", terms(0, 1))
    (mine.folder / "build").mkdir()
    shutil.copy(other.package, mine.folder / "build")
    mine.build()
    assert namespace(mine.folder / "source/ledger.jsonl") != namespace(other.folder / "source/ledger.jsonl")
    assert len(mine.ledger) == 2


def test_this_version_reads_the_project_s_own_notes_as_those_that_were_sent_out() -> None:
    """A new version of the reader must touch no note: what it records of each is what the ledger has."""
    root = Path(__file__).resolve().parent.parent
    found = project.load([], None, root)
    notes = [note for source in found.sources for note in reading.read(source).notes]
    known, problems = project.load_ledger(found)
    assert known is not None and not problems
    media, _ = collect_media(found, notes)
    recorded = {entry.question: entry.hash for entry in known.entries if not entry.retired}
    assert len(notes) > 150
    assert {normal(note.question_text): content_hash(note, media) for note in notes} == recorded
