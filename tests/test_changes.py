"""What a build changes: which change is which, how old and new text are told apart, and what people get to read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.change_report import search
from generator.changes import KINDS, compare, hunks, summary, words
from generator.ledger import Entry, Ledger
from tests.driver import Learner, Story, deckpress

LEAF = Entry(
    id="leaf2345",
    guid="g1",
    nid=1_000_000_000_000,
    type="qa",
    file="trees.md",
    question="What is a leaf?",
    answer="A node without children.",
    hash="h1",
    mod=100,
    deck="Trees",
    tags=("graph", "tree"),
    shown="s1",
)
OPEN = replace(LEAF, answered=False, answer="", shown="")
RETIRED = replace(LEAF, retired=True)


def ledger(*entries: Entry) -> Ledger:
    return Ledger("n", 1, 2, entries)


def edited(entry: Entry = LEAF, **to: Any) -> Entry:
    changed: dict[str, Any] = {"hash": entry.hash + "+", "mod": entry.mod + 60, "shown": entry.shown + "+"}
    return replace(entry, **(changed | to))


# --- which change is which --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "kinds", "sent"),
    [
        pytest.param(None, LEAF, "new", True, id="came in"),
        pytest.param(OPEN, edited(OPEN, answered=True, answer="A."), "new", True, id="answered only now"),
        pytest.param(
            replace(OPEN, retired=True), edited(OPEN, answered=True, answer="A."), "new", True, id="retired unanswered"
        ),
        pytest.param(RETIRED, LEAF, "returned", False, id="back as it was"),
        pytest.param(RETIRED, edited(answer="Else."), "returned, edited", True, id="back with another answer"),
        pytest.param(replace(OPEN, shown="s1"), edited(), "returned, edited", True, id="answered again"),
        pytest.param(LEAF, RETIRED, "retired", False, id="deleted"),
        pytest.param(LEAF, edited(answered=False, answer=""), "retired", False, id="answer deleted"),
        pytest.param(LEAF, None, "retired", False, id="not even in the ledger"),
        pytest.param(LEAF, edited(question="What's a leaf?"), "re-worded", True, id="question"),
        pytest.param(LEAF, edited(answer="A node."), "edited", True, id="answer"),
        pytest.param(LEAF, edited(), "edited", True, id="formatting, a source, a hint, an image"),
        pytest.param(LEAF, edited(question="Leaf?", answer="A node."), "re-worded, edited", True, id="both texts"),
        pytest.param(LEAF, edited(tags=("graph",)), "retagged", True, id="tags"),
        pytest.param(LEAF, edited(tags=("graph",), answer="A node."), "edited, retagged", True, id="tags and answer"),
        pytest.param(LEAF, replace(LEAF, file="b.md"), "moved", False, id="another file"),
        pytest.param(LEAF, replace(LEAF, deck="Trees::Parts"), "moved", False, id="another deck"),
        pytest.param(LEAF, edited(answer="A node.", deck="Graphs"), "edited, moved", True, id="moved and edited"),
        pytest.param(LEAF, replace(LEAF, mod=101, shown="s2"), "refreshed", True, id="looks different and is sent"),
        pytest.param(LEAF, replace(LEAF, mod=101), "republished", True, id="sent again"),
    ],
)
def test_a_change_is_known_for_what_it_is(old: Entry | None, new: Entry | None, kinds: str, sent: bool) -> None:
    (change,) = compare(ledger(old) if old else None, ledger(*([new] if new else [])))
    assert (", ".join(change.kinds), change.sent) == (kinds, sent)
    assert (change.before is None) == ("new" in kinds)
    assert (change.after is None) == (kinds == "retired")
    assert change.entry in (old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(LEAF, LEAF, id="nothing"),
        pytest.param(LEAF, replace(LEAF, pin="mine", like="x"), id="what no card shows"),
        pytest.param(LEAF, replace(LEAF, tags=("tree", "graph")), id="the order of tags"),
        pytest.param(LEAF, replace(LEAF, question="Leaf ?", answer="A node"), id="read from a deck, same hash"),
        pytest.param(replace(LEAF, deck="", tags=()), LEAF, id="a deck that tells no place"),
        pytest.param(OPEN, replace(OPEN, question="What is it?", hash="h2", mod=160), id="open, re-worded"),
        pytest.param(OPEN, replace(OPEN, retired=True), id="open, deleted"),
        pytest.param(RETIRED, RETIRED, id="retired long ago"),
        pytest.param(replace(LEAF, answered=False), replace(LEAF, answered=False, retired=True), id="retired in steps"),
        pytest.param(None, OPEN, id="open from the start"),
    ],
)
def test_what_no_learner_sees_is_no_change(old: Entry | None, new: Entry) -> None:
    assert compare(ledger(old) if old else None, ledger(new)) == ()


def test_what_was_chosen_to_be_sent_again_says_so_beside_what_changed() -> None:
    old = [replace(LEAF, id=name) for name in ("a", "b", "c")]
    new = [replace(old[0], mod=160), edited(old[1], answer="Else."), old[2]]
    found = {change.id: change.kinds for change in compare(ledger(*old), ledger(*new), republished=("a", "b"))}
    assert found == {"a": ("republished",), "b": ("edited", "republished")}


def test_changes_come_in_the_order_of_the_source_and_are_counted_in_that_of_the_kinds() -> None:
    old = ledger(*(replace(LEAF, id=name) for name in "abcd"))
    a, b, _, d = old.entries
    come = replace(LEAF, id="e")
    new = ledger(replace(d, file="b.md"), come, edited(b, answer="x", deck="y"), replace(a, retired=True))
    changes = compare(old, new)
    assert [change.id for change in changes] == ["d", "e", "b", "a", "c"]
    assert list(summary(changes).items()) == [("new", 1), ("retired", 2), ("edited", 1), ("moved", 2)]
    assert [kind for kind in KINDS if kind in summary(changes)] == list(summary(changes))
    assert summary(()) == {}


# --- words ------------------------------------------------------------------------------------------------------------


def marked(old: str, new: str) -> str:
    marks = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return "".join(marks[op].format(text) for op, text in words(old, new))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("a mapper between rows", "a mapper between rows", "a mapper between rows"),
        ("a mapper between rows", "a translator between rows", "a [-mapper-]{+translator+} between rows"),
        ("What is a LEFT JOIN?", "What is a RIGHT JOIN?", "What is a [-LEFT-]{+RIGHT+} JOIN?"),
        ("It is undefined.", "It is null.", "It is [-undefined-]{+null+}."),
        ("One thing.", "One thing, or two.", "One thing{+, or two+}."),
        ("a long word", "a word", "a [-long -]word"),
        ("f(a, b) returns c", "f(a) returns c", "[-f(a, b)-]{+f(a)+} returns c"),
        ("一个数据库索引", "一个索引", "一个[-数据库-]索引"),
        ("", "new", "{+new+}"),
        ("old", "", "[-old-]"),
        ("", "", ""),
        # where all but scraps differ, the scraps are no help
        ("the cat sat on a mat", "one dog lay on two beds", "[-the cat sat on a mat-]{+one dog lay on two beds+}"),
    ],
)
def test_texts_are_compared_word_by_word(old: str, new: str, told: str) -> None:
    assert marked(old, new) == told


_TEXT = st.text("ab ,.(索\t引", max_size=40) | st.text(max_size=20)


@given(_TEXT, _TEXT)
def test_the_pieces_are_the_two_texts(old: str, new: str) -> None:
    pieces = words(old, new)
    assert "".join(text for op, text in pieces if op != "+") == old
    assert "".join(text for op, text in pieces if op != "-") == new
    assert old != new or {op for op, _ in pieces} <= {"="}


@pytest.mark.parametrize("vocabulary", [1, 3, 5000])
def test_long_texts_take_no_time(vocabulary: int) -> None:
    old = " ".join(f"w{n * n % vocabulary}" for n in range(5000))
    new = "first " + " ".join(f"w{n * 7 % vocabulary}" for n in range(5000))
    start = perf_counter()
    pieces = words(old, new)
    assert perf_counter() - start < 2
    assert "".join(text for op, text in pieces if op != "-") == new


def test_of_a_long_text_only_the_changed_places_are_shown() -> None:
    old = " ".join(f"w{n}" for n in range(200))
    new = old.replace("w50 ", "x50 ").replace("w150 ", "").replace("w152 ", "x152 ")
    told = ["".join(text for _, text in hunk) for hunk in hunks(words(old, new), context=4)]
    assert told == ["… w48 w49 w50x50 w51 w52 …", "… w148 w149 w150 w151 w152x152 w153 w154 …"]
    assert hunks(words("a b c", "a x c"), context=4) == [list(words("a b c", "a x c"))]


# --- stories ----------------------------------------------------------------------------------------------------------


def sections(text: str) -> dict[str, str]:
    """The parts of a file of changes by their headings."""
    parts = re.split(r"\n\n\n([A-Z -]+)(?: \(\d+\))?\n\n", "\n\n\nHEAD\n\n" + text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


QA = "# Trees\n\n## What is a leaf?\n\nA node without children.\n\n## What is a root?\n\nA node without a parent.\n"
MORE = "# Parts\n\n## What is a trunk?\n\nWhat holds the tree up.\n\n## What is open?\n"


@pytest.fixture
def story(tmp_path: Path) -> Story:
    settings = 'title = "Trees"\ntags = ["green"]\n'
    return Story(tmp_path / "project").write("deck.toml", settings).write("a.md", QA).write("b.md", MORE)


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learner]:
    with Learner.at(tmp_path / "anki") as learner:
        yield learner


def diff(story: Story, *arguments: str) -> dict[str, Any]:
    """What `diff --format json` says."""
    result = deckpress("diff", "--format", "json", *arguments, cwd=story.folder)
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def kinds(story: Story, *arguments: str) -> dict[str, str]:
    """Question to kinds."""
    changes = diff(story, *arguments)["changes"]
    return {(change["after"] or change["before"])["question"]: " ".join(change["kinds"]) for change in changes}


def test_before_the_first_build_all_is_new_and_diff_writes_nothing(story: Story) -> None:
    before = sorted(story.folder.rglob("*"))
    found = diff(story)
    assert (found["first"], found["counts"]) == (True, {"new": 3})
    assert sorted(story.folder.rglob("*")) == before


def test_diff_foretells_what_build_then_does(story: Story) -> None:
    story.build()
    assert (story.last.stdout.count("\n"), diff(story)["changes"], diff(story)["first"]) == (2, [], False)
    story.edit("a.md", "without children", "that has no children").edit("b.md", "## What is open?\n", "")
    story.edit("a.md", "What is a root?", "What is the root?").write("c.md", "# C\n\n## What is new?\n\nThis.\n")
    told = kinds(story)
    assert told == {"What is a leaf?": "edited", "What is the root?": "re-worded", "What is new?": "new"}
    counts = diff(story)["counts"]
    story.build("--json")
    assert json.loads(story.last.stdout)["changes"] == counts == {"new": 1, "re-worded": 1, "edited": 1}
    assert diff(story)["changes"] == []


def test_a_build_says_in_short_what_changed_and_where_the_rest_stands(story: Story) -> None:
    story.build()
    assert "3 notes: 3 new; " in story.last.stdout
    assert not list(story.folder.rglob("*-changes.txt")), "there was nothing to compare with"
    story.edit("a.md", "## What is a leaf?\n\nA node without children.\n", "").build()
    line = story.last.stdout.splitlines()[-1]
    assert line.startswith("2 notes: 1 retired; ")
    assert line.endswith("; details in build/trees-changes.txt")
    text = (story.folder / "build/trees-changes.txt").read_text(encoding="utf-8")
    assert "What is a leaf?" in text
    story.build()
    assert "2 notes; " in story.last.stdout
    assert "details" not in story.last.stdout


def test_an_import_updates_what_diff_said_it_sends_and_nothing_else(story: Story, learner: Learner) -> None:
    learner.takes(story.build().package)
    story.rename("a.md", "z.md").edit("z.md", "without a parent", "that has no parent").edit(
        "b.md", "# Parts", "# Bits"
    )
    story.write("c.md", "# C\n\n## What is new?\n\nThis.\n")
    changes = diff(story)["changes"]
    sent = {change["after"]["question"] for change in changes if change["sent"]}
    assert sent == {"What is a root?", "What is new?"}
    assert {change["after"]["question"] for change in changes if "moved" in change["kinds"]} == {
        "What is a leaf?",
        "What is a root?",
        "What is a trunk?",
    }
    log = learner.takes(story.build().package)
    assert {re.sub("<[^>]+>", "", field) for kind in ("new", "updated") for field in log[kind]} == sent


def test_the_searches_find_exactly_the_notes_they_are_for(story: Story, learner: Learner) -> None:
    learner.takes(story.build().package)
    ids = story.ids
    story.edit("a.md", "## What is a leaf?\n\nA node without children.\n", "")
    story.edit("b.md", "# Parts", "# Bits").edit("a.md", "without a parent", "that has no parent").build()
    learner.takes(story.package)
    parts = sections((story.folder / "build/trees-changes.txt").read_text(encoding="utf-8"))

    def found(section: str) -> set[str]:
        searches = re.findall(r"^    (\S.*)$", parts[section], re.MULTILINE)
        assert searches
        return {learner.col.get_note(nid)["Ref"] for words in searches for nid in learner.col.find_notes(words)}

    assert found("RETIRED NOTES") == {ids["What is a leaf?"]}
    assert found("MOVED NOTES") == {ids["What is a trunk?"]}
    assert found("NOTES THAT AN IMPORT UPDATES") == {ids["What is a root?"]}
    names = re.findall(r'to "(.*)" \(1\):', parts["MOVED NOTES"])
    assert names == ["Trees::Bits"]
    assert learner.col.decks.id_for_name(names[0]), "the import has made the deck that is named"


@pytest.mark.parametrize("count", [1, 2, 500, 501, 3000])
def test_a_search_finds_its_notes_however_many_there_are(story: Story, learner: Learner, count: int) -> None:
    learner.takes(story.build().package)
    leaf, root = story.ids["What is a leaf?"], story.ids["What is a root?"]
    others = [f"zz{number:06}" for number in range(count - 1)]
    found = learner.col.find_notes(search([*others, leaf]))
    assert [learner.col.get_note(nid)["Ref"] for nid in found] == [leaf]
    assert learner.col.find_notes(search([f"{root}x", root[:-1]])) == [], "a part of an id is no id"


def test_what_looks_different_is_sent_on_request_only(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.build()
    from generator import render as rendering
    from generator.model import Rendered

    plain = rendering.render

    def other(*arguments: Any, **named: Any) -> Rendered:
        found = plain(*arguments, **named)
        return replace(found, answer=found.answer.replace("node", "<b>node</b>"))

    monkeypatch.setattr(rendering, "render", other)
    assert (diff(story)["changes"], diff(story)["stale"]) == ([], 2)
    assert "2 notes would look different: `build --refresh` sends them" in deckpress("diff", cwd=story.folder).stdout
    assert set(kinds(story, "--refresh").values()) == {"refreshed"}
    assert all(change["sent"] for change in diff(story, "--refresh")["changes"])
    story.build("--force")
    assert "2 notes would look different" in story.last.stdout
    assert "2 notes would look different" in story.build().last.stdout, "a build with nothing to do says it again"
    story.build("--refresh", "--json")
    assert json.loads(story.last.stdout)["changes"] == {"refreshed": 2}
    assert diff(story)["stale"] == 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tag:green", {"What is a leaf?", "What is a root?", "What is a trunk?"}),
        ("file:b.md", {"What is a trunk?"}),
        ("deck:Trees::Parts", {"What is a trunk?"}),
        ("leaf what", {"What is a leaf?"}),
    ],
)
def test_chosen_notes_are_sent_again(story: Story, learner: Learner, query: str, found: set[str]) -> None:
    learner.takes(story.build().package)
    assert kinds(story, "--republish", query) == dict.fromkeys(found, "republished")
    log = learner.takes(story.build("--republish", query).package)
    assert len(log["updated"]) == len(found)


def test_an_id_chooses_its_note_and_a_query_that_means_none_is_wrong_usage(story: Story) -> None:
    story.build()
    assert kinds(story, "--republish", story.ids["What is a root?"]) == {"What is a root?": "republished"}
    for command in ("diff", "build"):
        result = deckpress(command, "--republish", "tag:red", cwd=story.folder)
        assert result.exit_code == 2
        assert "tag:red" in result.stderr


def test_an_error_in_the_source_leaves_nothing_to_compare(story: Story) -> None:
    story.build().write("bad.md", b"## What is caf\xe9?\n\nA drink.")
    result = deckpress("diff", cwd=story.folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[not-utf8]" in result.stderr
