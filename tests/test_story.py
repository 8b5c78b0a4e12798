"""What the project is for, as stories: edit the Markdown, build, import into a real Anki, and lose nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.driver import Learner, Story

ORM = """# ORM

How rows become objects.

## What is an ORM?

A **mapper** between rows and objects: `{{ row }}` becomes an object.

## What does `select_related()` do?

```python
Book.objects.select_related("author")  # one query
```

Sources:

- [QuerySet API](https://docs.djangoproject.com/en/5.2/ref/models/querysets/)

## What is still open?
"""

SECURITY = """# Security

## What is clickjacking?

A page hidden in a frame. See https://owasp.org/clickjacking for more.

## What does `{% csrf_token %}` print?

A hidden field.
"""


@pytest.fixture
def story(tmp_path: Path) -> Story:
    config = 'title = "Django interview"\ndescription = "Short answers."\ntags = ["django"]\n'
    story = Story(tmp_path / "project").write("deck.toml", config)
    return story.write("01-orm.md", ORM).write("02-security.md", SECURITY)


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learner]:
    with Learner.at(tmp_path / "anki") as learner:
        yield learner


def test_a_deck_is_imported_whole_and_once(story: Story, learner: Learner) -> None:
    log = learner.takes(story.build().package)
    assert sorted(log) == ["new"]
    assert len(log["new"]) == 4
    names = {deck.name for deck in learner.col.decks.all_names_and_ids()}
    assert {"Django interview", "Django interview::ORM", "Django interview::Security"} <= names
    again = learner.takes(story.build("--force").package)
    assert sorted(again) == ["duplicate"], "an unchanged deck must change nothing"


def test_an_edit_updates_that_note_and_nothing_else(story: Story, learner: Learner) -> None:
    learner.takes(story.build().package)
    for words in ("What is an ORM", "clickjacking"):
        learner.reviews(words)
    for words in ("select_related", "clickjacking"):
        note = learner.note(words)
        note.add_tag("mine")
        learner.col.update_note(note)
    before = learner.history()

    story.edit("01-orm.md", "A **mapper**", "A *translator*").build()
    log = learner.takes(story.package)

    assert sorted(log) == ["duplicate", "updated"]
    assert len(log["updated"]) == 1
    assert "What is an ORM" in log["updated"][0]
    assert "translator" in learner.note("What is an ORM")["Answer"]
    assert learner.history() == before
    assert "mine" in learner.note("clickjacking").tags
    assert "mine" in learner.note("select_related").tags


def test_notes_inserted_in_front_take_nobody_s_place(story: Story, learner: Learner) -> None:
    learner.takes(story.build().package)
    learner.reviews("What is an ORM", 3)
    before, cards = learner.history(), {c: learner.col.get_card(c).nid for c in learner.col.find_cards("")}
    story.edit("01-orm.md", "## What is an ORM?", "## What comes first?\n\nThis.\n\n## What is an ORM?").build()
    log = learner.takes(story.package)
    assert (len(log["new"]), "updated" in log) == (1, False)
    assert learner.history() == before
    assert {c: learner.col.get_card(c).nid for c in cards} == cards


def test_renaming_files_and_topics_loses_no_review(story: Story, learner: Learner) -> None:
    learner.takes(story.build().package)
    learner.reviews("What is an ORM")
    before = learner.history()
    story.rename("01-orm.md", "05-mapper.md").edit("05-mapper.md", "# ORM\n", "# Object-relational mapping\n").build()
    log = learner.takes(story.package)
    assert "new" not in log
    assert "conflicting" not in log
    assert learner.history() == before


def test_new_cards_come_in_the_order_of_the_source(story: Story, learner: Learner) -> None:
    learner.takes(story.build().package)
    rows = learner.col.db.all("select n.flds from cards c join notes n on n.id = c.nid order by c.due")  # type: ignore[union-attr]
    words = ["What is an ORM", "select_related", "clickjacking", "csrf_token"]
    assert [word in row[0] for word, row in zip(words, rows, strict=True)] == [True] * 4


def test_fields_hold_no_markdown_and_no_template_of_django_is_expanded(story: Story, learner: Learner) -> None:
    learner.takes(story.build().package)
    note = learner.note("What is an ORM")
    assert "**" not in note["Answer"]
    assert "{{ row }}" in note.cards()[0].answer()
    assert "{% csrf_token %}" in learner.note("csrf_token").cards()[0].question()
    assert "What is still open" not in str([learner.col.get_note(n).fields for n in learner.col.find_notes("")])
    sources = learner.note("select_related")["Sources"]
    assert '<a href="https://docs.djangoproject.com/en/5.2/ref/models/querysets/"' in sources
    assert '<a href="https://owasp.org/clickjacking"' in learner.note("clickjacking")["Answer"]
    assert note["Ref"] == story.ids["What is an ORM?"]


def test_ids_in_the_deck_are_those_of_the_ledger(story: Story, learner: Learner) -> None:
    learner.takes(story.build().package)
    by_id = {entry["id"]: entry for entry in story.ledger}
    for nid in learner.col.find_notes(""):
        note = learner.col.get_note(nid)
        entry = by_id[note["Ref"]]
        assert (note.id, note.guid, note.mod) == (entry["nid"], entry["guid"], entry["mod"])
        assert [card.id for card in note.cards()] == [entry["nid"] + 1]


def test_the_same_source_is_the_same_bytes_and_nothing_to_do(story: Story) -> None:
    first = story.build().package.read_bytes()
    assert "is current" in story.build().last.stdout
    assert story.build("--force").package.read_bytes() == first
    story.edit("01-orm.md", "A **mapper**", "A *mapper*").build()
    assert "wrote" in story.last.stdout
    assert story.package.read_bytes() != first


def test_a_deck_that_was_deleted_is_made_again_as_it_was(story: Story) -> None:
    first = story.build().package.read_bytes()
    story.package.unlink()
    assert story.build().package.read_bytes() == first


def test_an_error_writes_nothing_and_leaves_the_last_good_deck_and_ledger(story: Story) -> None:
    first = story.build().package.read_bytes()
    ledger = (story.folder / "source/ledger.jsonl").read_bytes()
    twice = "A hidden field.\n\n## One? {#mine}\n\nA.\n\n## Two? {#mine}\n\nB."
    story.edit("02-security.md", "A hidden field.", twice).build(code=1)
    assert "source/02-security.md:15:1: error[same-id]" in story.last.stderr
    assert story.package.read_bytes() == first
    assert (story.folder / "source/ledger.jsonl").read_bytes() == ledger


def test_an_image_that_is_not_there_costs_nothing_else(story: Story, learner: Learner) -> None:
    story.edit("02-security.md", "A hidden field.", "A hidden field. ![A padlock](gone.png)").build()
    assert "source/02-security.md:9:17: warning[media-missing]" in story.last.stderr
    assert len(learner.takes(story.package)["new"]) == 4
    assert "A padlock" in learner.note("csrf_token")["Answer"], "what it was to show is said"
    story.write("gone.png", PNG).build()
    assert len(learner.takes(story.package)["updated"]) == 1
    assert "<img" in learner.note("csrf_token")["Answer"]


# One transparent pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000b494441"
    "5478da636000020000050001e9fadcd80000000049454e44ae426082"
)


def test_images_travel_and_a_changed_one_arrives(story: Story, learner: Learner) -> None:
    story.write("img/dot one.png", PNG).edit("02-security.md", "A hidden field.", "![A dot](img/dot%20one.png)")
    learner.takes(story.build().package)
    first = learner.note("csrf_token")["Answer"]
    story.write("img/dot one.png", PNG + b"\0").build()
    log = learner.takes(story.package)
    assert len(log["updated"]) == 1
    second = learner.note("csrf_token")["Answer"]
    assert first != second
    names = [name for name in (Path(learner.col.media.dir())).iterdir() if name.suffix == ".png"]
    assert sorted(path.read_bytes() for path in names) == sorted([PNG, PNG + b"\0"])


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/etc/hostname", "media-missing"),  # from the root of the source, where there is no such file
        ("../../../etc/hostname", "media-outside"),
        ("%2e%2e/secret.png", "media-outside"),
        ("out.png", "media-outside"),
        ("file:///etc/hostname", "media-remote"),
    ],
)
def test_nothing_outside_the_source_is_ever_packed(story: Story, address: str, code: str) -> None:
    (story.folder / "secret.png").write_bytes(PNG)
    (story.folder / "source/out.png").symlink_to("../secret.png")
    story.edit("02-security.md", "A hidden field.", f"A hidden field. ![x]({address})")
    story.build()
    with zipfile.ZipFile(story.package) as package:
        assert package.namelist() == ["collection.anki2", "media"]
    assert f"[{code}]" in story.last.stderr


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A hidden field.", "<div>\nA&#x1f;B &#31; \x1f\n</div>"),
        ("# Security", "# Secur &#31; ity \x1f [sound:a.mp3] [latex]x[/latex]"),
        ("A hidden field.", "A field.\n\nSources:\n\n- [[sound:h.mp3] \x1f title](https://example.org/)"),
    ],
)
def test_what_parts_fields_in_anki_stays_out_of_them(story: Story, learner: Learner, old: str, new: str) -> None:
    log = learner.takes(story.edit("02-security.md", old, new).build().package)
    assert (list(log), len(log["new"])) == (["new"], 4)
    note = learner.note("csrf_token")
    assert len(note.fields) == 11
    assert "[sound:" not in note["Topic"] + note["Sources"]
    assert "[latex]" not in note["Topic"]


def test_a_settings_error_is_told_after_a_good_build_too(story: Story) -> None:
    story.build().write(
        "deck.toml", 'title = "Django interview"\ndescription = "Short answers."\ntags = ["django"]\nx = 1\n'
    )
    story.build(code=1)
    assert "config-key" in story.last.stderr


def test_a_sheet_that_cannot_be_laid_out_costs_no_deck(story: Story) -> None:
    deep = "<div>" * 400 + "x" + "</div>" * 400
    story.edit("02-security.md", "A hidden field.", deep).build(product="", code=3)
    assert story.package.exists()
    assert "could not be laid out" in story.last.stderr
