"""Two computers, two builds, one account: integer ids travel with the sync, so they must not depend on position."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection
from anki.scheduler.v3 import CardAnswer, Scheduler
from anki.sync import SyncAuth

from tests.driver import Learner, Story


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Anki's own sync server, on this machine only."""
    port = free_port()
    env = os.environ | {
        "SYNC_USER1": "me:secret",
        "SYNC_BASE": str(tmp_path / "sync"),
        "SYNC_HOST": "127.0.0.1",
        "SYNC_PORT": str(port),
        "RUST_LOG": "error",
    }
    process = subprocess.Popen([sys.executable, "-m", "anki.syncserver"], env=env, stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            pytest.fail("the sync server did not start")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(10)


def sync(col: Collection, server: str, first: str = "") -> None:
    """A normal sync, or a full one in the direction that `first` names (`up` or `down`)."""
    auth: SyncAuth = col.sync_login("me", "secret", server)
    if not first:
        result = col.sync_collection(auth, sync_media=False)
        assert result.required in (result.NO_CHANGES, result.NORMAL_SYNC), "a full sync would overwrite one side"
        return
    col.close_for_full_sync()
    col.full_upload_or_download(auth=auth, server_usn=None, upload=first == "up")
    col.reopen(after_full_sync=True)


def test_builds_imported_on_two_computers_meet_as_one_deck(tmp_path: Path, server: str) -> None:
    text = "# ORM\n\n" + "\n\n".join(f"## What is term {n}?\n\nTerm {n} is number {n}." for n in range(6))
    story = Story(tmp_path / "project").write("deck.toml", 'title = "Terms"\n').write("a.md", text)
    first = tmp_path / "first.apkg"
    first.write_bytes(story.build().package.read_bytes())
    story.edit("a.md", "# ORM\n", "# ORM\n\n## What came before?\n\nNothing.\n\n## What came then?\n\nThis.\n").build()

    with Learner.at(tmp_path / "home") as home, Learner.at(tmp_path / "work") as work:
        sync(home.col, server, first="up")
        sync(work.col, server, first="down")
        home.takes(first)
        for n in (0, 3, 5):
            home.reviews(f"term {n}")
        reviewed = home.history()
        work.takes(story.package)  # the other computer never sees the first build
        work.reviews("came before")
        sync(home.col, server)
        sync(work.col, server)
        sync(home.col, server)

        expected = reviewed | {question: log for question, log in work.history().items() if "came before" in question}
        assert len(expected) == 4
        for learner in (home, work):
            assert learner.history() == expected
            assert len(learner.col.find_notes("")) == len(learner.col.find_cards("")) == 8
            names = [kind.name for kind in learner.col.models.all_names_and_ids()]
            assert len(names) == len(set(names))
            assert not [name for name in names if name.endswith("+")]
            # Anki gives every deck that it imports a fresh id, whatever the package says, so two computers that
            # never met may show an emptied `Terms+` afterwards (docs/anki.md says so). The cards have one home.
            homes = {
                learner.col.decks.name(learner.col.get_card(cid).did).rstrip("+") for cid in learner.col.find_cards("")
            }
            assert {home.replace("+", "") for home in homes} == {"Terms::ORM"}


BEFORE = """# Terms

## What is a leaf?

A node without children, at the end of every path.

## What is a root?

The node without a parent, where every path begins.

## Haus

House.

## What is a cycle?

A path that comes back to where it began.

## A tree has ==nodes== and ==edges==. {kind=cloze}
"""

# Of the same notes: one worded anew, one reversed, one retired, deletions inserted and moved, and new ones in between.
AFTER = """# Terms

## What is a forest?

Many trees that share no node.

## Which node do you call a leaf?

A node without children, at the end of every path.

## Haus {kind=reversed}

House.

## A rooted tree has ==levels==, ==edges==, ==leaves== and ==nodes==. {kind=cloze}

## What is a root?

The node without a parent, where every path starts.
"""


def review(col: Collection, card_id: Any) -> None:
    """Answer one card `Good`."""
    scheduler = col.sched
    assert isinstance(scheduler, Scheduler)
    card = col.get_card(card_id)
    card.start_timer()
    states = col._backend.get_scheduling_states(card.id)
    scheduler.answer_card(scheduler.build_answer(card=card, states=states, rating=CardAnswer.GOOD))
    time.sleep(0.005)  # the id of a review is its millisecond, and two computers must not share one


def cards(col: Collection) -> dict[tuple[str, int], int]:
    """The id of every card, by what its note's `Ref` and its ordinal are."""
    assert col.db is not None
    rows = col.db.all("select n.flds, c.ord, c.id from cards c join notes n on n.id = c.nid")
    found = {(fields.split("\x1f")[-1], ordinal): card for fields, ordinal, card in rows}
    assert len(found) == len(rows), "a card is there twice"
    return found


def reviews(col: Collection) -> dict[int, tuple[str, int]]:
    """Every review, by the note and the ordinal that it counts for."""
    assert col.db is not None
    of_card = {card: key for key, card in cards(col).items()}
    return {review: of_card[card] for review, card in col.db.all("select id, cid from revlog")}


def texts(col: Collection) -> dict[str, tuple[int, dict[str, str]]]:
    """Every note by its `Ref`: when it changed, and its fields but for the line that says where it stands."""
    notes = [col.get_note(nid) for nid in col.find_notes("")]
    found = {note["Ref"]: (note.mod, {name: text for name, text in note.items() if name != "Topic"}) for note in notes}
    assert len(found) == len(notes), "a note is there twice"
    return found


def two_builds(folder: Path) -> tuple[Path, Path, dict[str, str]]:
    """The deck before and after, and the id of each note by a word of its question."""
    story = Story(folder / "project").write("deck.toml", 'title = "Graphs"\n').write("a.md", BEFORE).build()
    first, second = folder / "first.apkg", folder / "second.apkg"
    first.write_bytes(story.package.read_bytes())
    ids = {word: entry["id"] for word in WORDS for entry in story.ledger if word in entry["question"]}
    assert len(ids) == len(set(ids.values())) == len(WORDS)
    second.write_bytes(story.write("a.md", AFTER).build().package.read_bytes())
    now = {entry["id"] for entry in story.ledger if not entry.get("retired")}
    assert set(ids.values()) - now == {ids["cycle"]}, "only the cycle is gone"
    return first, second, ids


WORDS = ("leaf", "root", "Haus", "cycle", "tree")


def same_on_both(home: Collection, work: Collection) -> None:
    """Nothing tells the two collections apart, and nothing is there twice."""
    assert reviews(home) == reviews(work)
    assert cards(home) == cards(work)
    assert texts(home) == texts(work)
    for col in (home, work):
        names = sorted(kind.name for kind in col.models.all_names_and_ids() if "Deckpress" in kind.name)
        assert len(names) == 2
        assert not [name for name in names if name.endswith("+")]


@pytest.mark.parametrize("first_to_sync", ["home", "work"])
def test_reviews_of_another_build_meet_on_the_right_cards(tmp_path: Path, server: str, first_to_sync: str) -> None:
    first, second, ids = two_builds(tmp_path)
    with Learner.at(tmp_path / "home") as home, Learner.at(tmp_path / "work") as work:
        sync(home.col, server, first="up")
        sync(work.col, server, first="down")
        assert len(home.takes(first)["new"]) == 5
        for card in cards(home.col).values():
            review(home.col, card)
        expected = reviews(home.col)
        assert sorted(expected.values()) == sorted([*((ids[word], 0) for word in WORDS), (ids["tree"], 1)])

        assert len(work.takes(second)["new"]) == 5  # without the cycle, with the forest
        added = [key for key in cards(work.col) if key not in cards(home.col)]
        assert {key[1] for key in added if key[0] == ids["Haus"]} == {1}, "the way back"
        assert {key[1] for key in added if key[0] == ids["tree"]} == {2, 3}, "the two gaps that came in"
        for key in added:
            review(work.col, cards(work.col)[key])
        expected |= reviews(work.col)
        assert len(expected) == 6 + 4

        order = (home.col, work.col) if first_to_sync == "home" else (work.col, home.col)
        for col in (*order, *order):
            sync(col, server)

        assert reviews(home.col) == expected
        same_on_both(home.col, work.col)
        assert len(cards(home.col)) == 6 + 4
        assert "Which node" in texts(home.col)[ids["leaf"]][1]["Question"]
        cloze = "{{c3::levels}}, {{c2::edges}}, {{c4::leaves}} and {{c1::nodes}}"
        assert cloze in texts(home.col)[ids["tree"]][1]["Text"]
        assert "cycle" in texts(work.col)[ids["cycle"]][1]["Question"], "a retired note stays with its reviews"

        # When the builds come to the other computers as well, nothing is left to do.
        assert list(home.takes(second)) == ["duplicate"]
        assert list(work.takes(first)) == ["duplicate"]
        for col in (*order, *order):
            sync(col, server)
        assert reviews(home.col) == expected
        same_on_both(home.col, work.col)


def test_a_deck_reviewed_on_both_computers_and_updated_on_each(tmp_path: Path, server: str) -> None:
    """Both have the first build from one import; each imports the second before they sync again."""
    first, second, ids = two_builds(tmp_path)
    with Learner.at(tmp_path / "home") as home, Learner.at(tmp_path / "work") as work:
        home.takes(first)
        sync(home.col, server, first="up")
        sync(work.col, server, first="down")
        expected: dict[int, tuple[str, int]] = {}
        for learner in (home, work):
            for word in ("leaf", "Haus", "cycle"):
                review(learner.col, cards(learner.col)[ids[word], 0])
            log = learner.takes(second)
            assert (len(log["new"]), len(log["updated"])) == (1, 4)
            for ordinal in (0, 1, 2, 3):
                review(learner.col, cards(learner.col)[ids["tree"], ordinal])
            expected |= reviews(learner.col)
        assert len(expected) == 14

        for col in (home.col, work.col, home.col):
            sync(col, server)
        assert reviews(home.col) == expected
        same_on_both(home.col, work.col)
        assert len(cards(home.col)) == 10


def test_a_build_that_was_taken_back_meets_the_one_before(tmp_path: Path, server: str) -> None:
    """Home has the edit, work has the revert of it: the revert is the newer one, whoever syncs first."""
    story = Story(tmp_path / "project").write("deck.toml", 'title = "Graphs"\n').write("a.md", BEFORE).build()
    ledger = (story.folder / "source/ledger.jsonl").read_bytes()
    edited, reverted = tmp_path / "edited.apkg", tmp_path / "reverted.apkg"
    edited.write_bytes(story.edit("a.md", "at the end of every path", "at its end").build().package.read_bytes())
    story.write("ledger.jsonl", ledger).edit("a.md", "at its end", "at the end of every path")
    reverted.write_bytes(story.build().package.read_bytes())
    with Learner.at(tmp_path / "home") as home, Learner.at(tmp_path / "work") as work:
        sync(home.col, server, first="up")
        sync(work.col, server, first="down")
        home.takes(edited)
        work.takes(reverted)
        home.reviews("leaf")
        time.sleep(0.05)
        work.reviews("leaf")
        expected = reviews(home.col) | reviews(work.col)
        for col in (work.col, home.col, work.col):
            sync(col, server)
        assert reviews(home.col) == expected
        same_on_both(home.col, work.col)
        assert "at the end of every path" in home.note("leaf")["Answer"]


def test_a_deck_that_was_renamed_between_the_builds_has_one_note_type(tmp_path: Path, server: str) -> None:
    story = Story(tmp_path / "project").write("deck.toml", 'title = "Graphs"\n').write("a.md", BEFORE).build()
    first = story.package.rename(tmp_path / "first.apkg")
    story.write("deck.toml", 'title = "Trees and graphs"\n').build()
    with Learner.at(tmp_path / "home") as home, Learner.at(tmp_path / "work") as work:
        sync(home.col, server, first="up")
        sync(work.col, server, first="down")
        home.takes(first)
        home.reviews("leaf")
        time.sleep(0.05)
        work.takes(story.package)
        work.reviews("root")
        expected = reviews(home.col) | reviews(work.col)
        for col in (home.col, work.col, home.col):
            sync(col, server)
        assert reviews(home.col) == expected
        same_on_both(home.col, work.col)
        assert len(cards(home.col)) == 6
