"""No edit loses a review: a small run of `make bench-history`, and the judge itself judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from generator.ledger import pairing
from tests.history import rivals, table, words
from tests.history.claims import Author, Edit
from tests.history.edits import DECKS, NOTE_EDITS, PLACE_EDITS
from tests.history.learner import Learner
from tests.history.life import EVENTS, Task, lives
from tests.history.report import BYSTANDERS, OURS, Report, Tally
from tests.history.supply import Supply
from tests.history.workshop import Workshop
from tests.history.world import Deletion, File, Item, World, markdown, write

CLOCK = 1_750_000_000


# --- the promise ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report() -> Report:
    """What came of 110 edits, most of them of made up decks."""
    tasks = [Task("test/0", 80), Task("test/1", 30, tools=(), decks="real")]
    return table.joined([lives(task) for task in tasks])


def test_no_edit_loses_a_review_or_misplaces_one(report: Report) -> None:
    assert "\n".join(table.failures(report.failures)) == ""
    whole = table.total(report.tallies)
    assert whole.edits >= 110
    assert whole.kept[OURS] == whole.stake[OURS] > 1000
    assert not [kind for kind, tally in report.tallies.items() if table.is_broken(tally)]


def test_every_kind_of_edit_was_made(report: Report) -> None:
    assert len(report.tallies.keys() - {BYSTANDERS}) >= len(NOTE_EDITS) + len(PLACE_EDITS) + len(EVENTS) - 3


def test_the_judge_sees_what_other_ids_lose(report: Report) -> None:
    """A judge that finds nothing anywhere would be no judge."""
    typo, whole = report.tallies["typo in the question"], table.total(report.tallies)
    assert typo.kept["text"] < typo.stake["text"]
    assert whole.wrong["place"] > 100
    assert whole.kept["place"] < 0.95 * whole.stake["place"]


def test_the_same_seed_is_the_same_run() -> None:
    one, other = (lives(Task("same", 8, tools=())) for _ in range(2))
    assert one.tallies == other.tallies
    assert one.failures == other.failures
    assert lives(Task("another", 8, tools=())).tallies != one.tallies


# --- the judge: a broken tool is seen as what it is -----------------------------------------------------------------

ONE, TWO = Item(1, "What is an ORM?", "A mapper."), Item(2, "What is MVT?", "Three layers.")
CLOZE = Item(3, sentences=(("A ", Deletion(1, "view"), " answers a ", Deletion(2, "request"), "."),), in_heading=True)
SWAPPED = replace(CLOZE, sentences=(("A ", Deletion(2, "request"), " gets a ", Deletion(1, "view"), "."),))


def world_of(*items: Item) -> World:
    return World("Deck", (File("01-a.md", "Topic", items),))


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learner]:
    with Learner.at(tmp_path / "anki") as learner:
        yield learner


def by_truth(item: Item, place: int) -> str:  # noqa: ARG001
    """Ids as no tool can have them: never wrong."""
    return f"truth {item.truth}"


def crosswise(item: Item, place: int) -> str:  # noqa: ARG001
    """Ids by which two notes take each other's."""
    return f"truth {3 - item.truth}"


def anew(item: Item, place: int) -> str:  # noqa: ARG001
    """Other ids for all."""
    return f"again {item.truth}"


def found(
    learner: Learner, tmp_path: Path, before: World, after: World, scheme: rivals.Scheme, clock: int
) -> list[str]:
    """What the judge says of an import after the first one; between the two the learner has tagged a note."""
    learner.takes(rivals.package(before, by_truth, tmp_path / "one.apkg", CLOCK))
    learner.studies(Random(2), 1.0, CLOCK + 60)
    verdict = learner.takes(rivals.package(after, scheme, tmp_path / "two.apkg", CLOCK + clock))
    assert bool(verdict.failures) or verdict.kept == verdict.stake
    return sorted({failure.what for failure in verdict.failures})


EDITED = world_of(replace(ONE, answer="A mapper of rows."), replace(TWO, answer="Model, view, template."))


@pytest.mark.parametrize(
    ("after", "scheme", "clock", "what"),
    [
        pytest.param(EDITED, by_truth, 120, [], id="sound"),
        pytest.param(EDITED, crosswise, 120, ["on the wrong question"], id="ids exchanged"),
        pytest.param(EDITED, anew, 120, ["duplicate", "not kept"], id="other ids"),
        pytest.param(EDITED, by_truth, 0, ["edit did not arrive"], id="edited, no newer"),
        pytest.param(world_of(ONE, TWO), by_truth, 120, ["tag lost", "updated, not edited"], id="newer, not edited"),
        pytest.param(world_of(ONE, TWO), by_truth, 0, [], id="the same again"),
        pytest.param(world_of(TWO), by_truth, 0, [], id="one gone"),
    ],
)
def test_the_judge_tells(
    learner: Learner, tmp_path: Path, after: World, scheme: rivals.Scheme, clock: int, what: list[str]
) -> None:
    assert found(learner, tmp_path, world_of(ONE, TWO), after, scheme, clock) == what


def test_the_judge_sees_histories_exchanged_by_deletions(learner: Learner, tmp_path: Path) -> None:
    """Numbered as they come, two deletions that change places take each other's history."""
    what = found(learner, tmp_path, world_of(CLOZE), world_of(SWAPPED), by_truth, 120)
    assert what == ["on the wrong deletion"]
    fixed = [tuple(replace(p, number=p.truth) if isinstance(p, Deletion) else p for p in s) for s in SWAPPED.sentences]
    numbered = world_of(replace(SWAPPED, sentences=tuple(fixed)))
    verdict = learner.takes(rivals.package(numbered, by_truth, tmp_path / "three.apkg", CLOCK + 240))
    assert verdict.failures == [], "the damage was told when it was done"


def test_an_edit_older_than_the_learners_tag_may_wait(learner: Learner, tmp_path: Path) -> None:
    """Anki keeps the newer version; the judge blames only what no tag holds back."""
    assert found(learner, tmp_path, world_of(ONE, TWO), EDITED, by_truth, 30) == []
    assert len(learner.tagged) == 1
    arrived = {shown.truth for shown in learner.shows.values() if shown.content not in map(EDITED.content, (ONE, TWO))}
    assert arrived == {2}


def test_a_new_note_that_is_free_is_no_duplicate(learner: Learner, tmp_path: Path) -> None:
    learner.takes(rivals.package(world_of(ONE, TWO), by_truth, tmp_path / "one.apkg", CLOCK))
    learner.studies(Random(1), 1.0, CLOCK + 60)
    package = rivals.package(EDITED, anew, tmp_path / "two.apkg", CLOCK + 120)
    verdict = learner.takes(replace(package, free=frozenset({1})))
    assert {(failure.what, failure.truth) for failure in verdict.failures} == {("duplicate", 2), ("not kept", 2)}
    assert verdict.stake.keys() - {truth for truth, count in verdict.stake.items() if not count} == {2}


ASKED = [
    pytest.param(world_of(ONE, TWO), {}, 0, 0, id="the same again"),
    pytest.param(world_of(ONE, TWO), {"again": frozenset({1})}, 0, 1, id="not sent though it should be"),
    pytest.param(world_of(ONE, TWO), {"again": frozenset({1, 2})}, 120, 0, id="sent again"),
    pytest.param(world_of(ONE, TWO), {"perhaps": frozenset({1, 2})}, 120, 0, id="sent, as it may be"),
    pytest.param(world_of(ONE, TWO), {"refreshed": True}, 0, 0, id="refreshed, looks as ever"),
    pytest.param(world_of(ONE, TWO), {"refreshed": True}, 120, 2, id="refreshed without need"),
]


@pytest.mark.parametrize(("after", "asked", "clock", "failures"), ASKED)
def test_the_judge_knows_what_was_sent_on_purpose(
    learner: Learner, tmp_path: Path, after: World, asked: dict[str, Any], clock: int, failures: int
) -> None:
    learner.takes(rivals.package(world_of(ONE, TWO), by_truth, tmp_path / "one.apkg", CLOCK))
    package = rivals.package(after, by_truth, tmp_path / "two.apkg", CLOCK + clock)
    verdict = learner.takes(replace(package, **asked))
    assert Counter(failure.what for failure in verdict.failures).total() == failures
    assert not verdict.failures or verdict.failures[0].what in ("not sent again", "updated, not edited")


# --- the author, who is asked ---------------------------------------------------------------------------------------

REWORDED = replace(ONE, question="What's an ORM good for?", answer="A mapper, and more.")


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """Where nothing is ever sure by likeness, so that the author is asked."""
    monkeypatch.setattr(pairing, "paired", lambda *_: {})
    dice = Random(1)
    shop = Workshop(tmp_path, Author(Supply(dice)), dice)
    shop.builds(world_of(ONE, TWO), CLOCK)
    return shop


def test_the_author_says_of_a_true_doubt_that_it_is_the_same(workshop: Workshop) -> None:
    before = workshop.author.ids[1]
    built = workshop.builds(world_of(REWORDED, TWO), CLOCK + 60)
    assert (built.asked, built.linked) == ((1,), frozenset({1}))
    assert workshop.author.ids[1] == before
    again = workshop.builds(world_of(REWORDED, TWO), CLOCK + 120)
    assert (again.asked, again.linked) == ((), frozenset()), "what is settled is not asked again"


def test_the_author_never_says_that_another_note_is_the_same(workshop: Workshop) -> None:
    built = workshop.builds(world_of(replace(REWORDED, truth=3), TWO), CLOCK + 60)
    assert (built.asked, built.linked) == ((3,), frozenset())
    assert workshop.author.ids[3] not in {name for name, truth in workshop.truths.items() if truth == 1}
    again = workshop.builds(built.world, CLOCK + 120)
    assert again.asked == (), "left alone or pinned, it was told once"


def test_a_question_that_becomes_a_cloze_is_told(workshop: Workshop) -> None:
    hidden = Item(4, ONE.question, sentences=(("A ", Deletion(5, "mapper"), "."),))
    assert workshop.builds(world_of(hidden, TWO), CLOCK + 60).turned == {4}
    assert workshop.builds(world_of(hidden, TWO), CLOCK + 120).turned == frozenset()


# --- the table ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tally", "broken"),
    [
        (Tally(1, Counter(deckpress=5), Counter(deckpress=5)), False),
        (Tally(1, Counter(deckpress=5, text=5), Counter(deckpress=5, text=0)), False),
        (Tally(1, Counter(deckpress=5), Counter(deckpress=4)), True),
        (Tally(1, other=Counter({"duplicate": 1})), True),
        (Tally(1, Counter(deckpress=5), Counter(deckpress=5), alone=3, asked=1), False),
    ],
)
def test_a_broken_promise_is_seen_in_the_table(tally: Tally, broken: bool) -> None:
    assert table.is_broken(tally) is broken
    report = Report({"typo": tally})
    row = next(line for line in table.lines(report) if line.startswith("typo"))
    assert row.endswith("<") is broken


def test_the_table_tells_what_only_the_authors_word_saved() -> None:
    tally = Tally(1, Counter(deckpress=5), Counter(deckpress=5), alone=3, asked=2)
    row = next(line for line in table.lines(Report({"typo": tally})) if line.startswith("typo"))
    assert row.split()[:6] == ["typo", "1", "5", "100.0", "60.0", "2"]


# --- edits: what they say is what they do ---------------------------------------------------------------------------


def test_edits_of_words_keep_to_their_bounds_and_leave_code_alone() -> None:
    dice = Random(1)
    text = 'The `get` method returns one object\n\n```py\nprint("the code")\n```\n\nor raises an [error](https://a.example/the).'
    for _ in range(300):
        after = words.reworded(text, 0.4, dice)
        assert after is not None
        changed = [(a, b) for a, b in zip(text.split(), after.split(), strict=True) if a != b]
        assert 0 < len(changed) <= 0.4 * len(words.prose(text))
        for kept in ("`get`", 'print("the code")', "](https://a.example/the)"):
            assert kept in after
        mistyped = words.typo(text, dice)
        assert mistyped is not None
        assert mistyped != text
        assert abs(len(mistyped) - len(text)) <= 1
    assert words.reworded("ORM?", 0.4, dice) is None


KINDS = [(name, edit) for name, decks in DECKS.items() for edit in dict.fromkeys((*decks.notes, *decks.places))]


@pytest.mark.parametrize(("name", "edit"), KINDS, ids=lambda value: getattr(value, "__name__", value))
def test_an_edit_touches_what_it_claims_and_nothing_else(name: str, edit: Edit) -> None:
    done = 0
    for seed in range(12):
        author = Author(DECKS[name].supply(Random(seed)))
        world = DECKS[name].world(author.supply, 50)
        first = next(world.items())
        world = world.without(first.truth)
        edited = edit(world, author)
        if edited is None:
            continue
        done += 1
        after, claim = edited
        assert after.truths() - world.truths() <= claim.new | claim.keep
        assert world.truths() - after.truths() == claim.gone
        assert not claim.keep & claim.gone
        for truth in world.truths() & after.truths() - claim.touched:
            assert after.content_of(truth) == world.content_of(truth)
        assert claim.turned <= claim.new
        if edit in DECKS[name].places:
            assert all(after.content_of(truth) == world.content_of(truth) for truth in world.truths())
    assert done > 3


def test_the_lines_of_a_file_tell_its_notes(tmp_path: Path) -> None:
    text, starts = markdown(world_of(ONE, TWO).files[0])
    lines = text.split("\n")
    assert [lines[line - 1] for line, _ in starts] == ["## What is an ORM?", "## What is MVT?"]
    written = write(world_of(ONE, TWO), tmp_path)
    assert [written.truth_at("source/01-a.md", line) for line in (1, starts[0][0], starts[1][0] + 2)] == [None, 1, 2]
