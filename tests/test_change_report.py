"""What a build changes, as it is told: to people on a screen or in a file, to programs, to learners."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.change_report import changes_file, diff_json, diff_text
from generator.changes import Comparison, compare
from generator.ledger import Entry
from generator.side_by_side import Screen
from tests.test_changes import LEAF, OPEN, RETIRED, edited, ledger, sections

# --- what people read -------------------------------------------------------------------------------------------------


def comparison(*pairs: tuple[Entry | None, Entry], **more: Any) -> Comparison:
    """Notes by what they were and what they are, each under an id of its own."""
    named = [
        (old and replace(old, id=f"note{number:04}"), replace(new, id=f"note{number:04}"))
        for number, (old, new) in enumerate(pairs)
    ]
    old, new = ledger(*(was for was, _ in named if was)), ledger(*(now for _, now in named))
    rest: dict[str, Any] = {"stale": 0, "first": False, "problems": ()} | more
    return Comparison("Trees", "trees", compare(old, new), ledger=new, **rest)


def test_a_diff_is_read_from_the_top() -> None:
    found = comparison(
        (LEAF, LEAF),
        (None, replace(LEAF, question="What is a root?", answer="A node\x1b[31m without a parent.")),
        (LEAF, RETIRED),
        (LEAF, edited(question="What is a leaf node?", deck="Graphs", tags=("graph", "node"))),
        (LEAF, edited(answer="A node without any children.")),
        (LEAF, edited()),
        (LEAF, replace(LEAF, file="b.md")),
        (LEAF, replace(LEAF, file="b.md", question="What is a leaf?")),
        stale=1,
    )
    assert "\n".join(diff_text(found, Screen())) == (
        """\
Trees, 7 notes: 1 new, 1 retired, 1 re-worded, 2 edited, 3 moved, 1 retagged
an import adds 1 note and updates 3; it touches no other

new (1)

  trees.md  note0001
    Q     What is a root?
    A     A node�[31m without a parent.

retired (1): no longer in the deck; learners keep them until they suspend or delete them

  trees.md  note0002
    Q     What is a leaf?
    A     A node without children.

re-worded (1)

  trees.md  note0003  also moved, retagged
    Q     What is a leaf {+node+}?
    tags  graph [-tree-] {+node+}
    deck  Trees → Graphs

edited (2)

  trees.md  note0004
    Q     What is a leaf?
    A     A node without {+any+} children.

  trees.md  note0005
    Q     What is a leaf?
          (the same words: formatting, a source, a hint, an image or a deletion changed)

moved (2): an import moves no card; where the deck is another, learners move it by hand

  file trees.md → b.md, in the same deck (2)
    note0006 What is a leaf?
    note0007 What is a leaf?

1 note would look different: `build --refresh` sends it"""
    )


@pytest.mark.parametrize(
    ("found", "lines"),
    [
        (comparison((LEAF, LEAF)), ["Trees, 1 note: nothing has changed since the last build"]),
        (
            comparison((None, LEAF), (None, LEAF), first=True),
            ["Trees: nothing was built before; the first build makes 2 notes"],
        ),
    ],
)
def test_where_there_is_nothing_to_tell_a_line_says_so(found: Comparison, lines: list[str]) -> None:
    assert list(diff_text(found, Screen())) == lines


def test_many_changes_stay_readable() -> None:
    moved = [(LEAF, replace(LEAF, deck="Graphs"))] * 200
    new: list[tuple[Entry | None, Entry]] = [(None, LEAF)] * 300
    lines = list(diff_text(comparison(*moved, *new), Screen()))
    assert lines[0] == "Trees, 500 notes: 300 new, 200 moved"
    assert len(lines) < 330
    assert "  deck Trees → Graphs (200)" in lines
    assert "    … and 188 more" in lines


OLD = "A queue takes from the front what was put in at the back, and so keeps the order of things."
NEW = "A queue gives out at the front what was put in at the back, so it keeps the order of all things."


def test_a_wide_terminal_has_old_and_new_beside_each_other() -> None:
    found = comparison((replace(LEAF, answer=OLD), edited(answer=NEW)))
    lines = list(diff_text(found, Screen(110, colour=False, terminal=True)))
    rows = [line[10:].split(" │ ") for line in lines if " │ " in line]
    assert {len(line.partition(" │ ")[0]) for line in lines if " │ " in line} == {10 + 48}
    old, new = (" ".join(row[side].strip() for row in rows) for side in (0, 1))
    assert old == (
        "A queue [-takes from-] the front what was put in at the back, [-and so-] keeps the order of things."
    )
    assert new == (
        "A queue {+gives out at+} the front what was put in at the back, {+so it+} keeps the order of {+all+} things."
    )


def test_colour_marks_the_words_and_nothing_else_then_does() -> None:
    found = comparison((LEAF, edited(answer="A node without leaves.")))
    for width, terminal in ((110, True), (80, True)):
        told = "\n".join(diff_text(found, Screen(width, colour=True, terminal=terminal)))
        assert "\x1b[31;9mchildren\x1b[0m" in told
        assert "\x1b[32;4mleaves\x1b[0m" in told
        assert "[-" not in told
        assert "{+" not in told
    assert "\x1b" not in "\n".join(diff_text(found, Screen(110, colour=False, terminal=True)))


_LONG_TEXT = st.text("ab,. 数据", max_size=200)


@given(_LONG_TEXT, _LONG_TEXT, st.integers(40, 170))
def test_no_line_is_wider_than_the_screen(old: str, new: str, width: int) -> None:
    found = comparison((replace(LEAF, answer=old), edited(answer=new)), (None, replace(LEAF, question=new, answer=old)))
    for line in list(diff_text(found, Screen(width, terminal=True)))[3:]:
        cells = sum(2 if c in "数据" else 1 for c in line if c.isascii() or c in "数据│…")
        assert cells <= width or line.startswith(("retired", "moved", "returned"))


def test_a_program_reads_every_change_with_all_its_texts() -> None:
    found = comparison((LEAF, edited(answer="A node.", tags=("tree",))), (LEAF, RETIRED), (None, LEAF), stale=3)
    value = json.loads(diff_json(found))
    assert sorted(value) == ["changes", "counts", "first", "problems", "search", "stale", "title"]
    assert (value["title"], value["first"], value["stale"]) == ("Trees", False, 3)
    assert value["counts"] == {"new": 1, "retired": 1, "edited": 1, "retagged": 1}
    assert value["search"] == '"Ref:note0001"'
    change, retired, new = value["changes"]
    assert change == {
        "id": "note0000",
        "kinds": ["edited", "retagged"],
        "sent": True,
        "file": "trees.md",
        "before": {
            "question": "What is a leaf?",
            "answer": "A node without children.",
            "deck": "Trees",
            "tags": ["graph", "tree"],
        },
        "after": {"question": "What is a leaf?", "answer": "A node.", "deck": "Trees", "tags": ["tree"]},
        "question_words": [["=", "What is a leaf?"]],
        "answer_words": [["=", "A node"], ["-", " without children"], ["=", "."]],
    }
    assert (retired["after"], retired["sent"], retired["answer_words"]) == (None, False, [["-", LEAF.answer]])
    assert (new["before"], new["sent"], new["answer_words"]) == (None, True, [["+", LEAF.answer]])
    assert len(diff_json(found).splitlines()) == 5


# --- what learners get ------------------------------------------------------------------------------------------------


def test_the_file_of_changes_has_what_a_learner_may_do() -> None:
    before = replace(LEAF, retired=True)
    found = comparison(
        (before, before),
        (LEAF, RETIRED),
        (LEAF, edited(answer="A node.")),
        (LEAF, replace(LEAF, deck="Graphs")),
        (LEAF, replace(LEAF, file="b.md")),
        (LEAF, edited(tags=("tree", "node"))),
        (replace(OPEN, retired=True), replace(OPEN, retired=True)),
    )
    text = changes_file(found.title, found.changes, found.ledger)
    parts = sections(text)
    assert parts["HEAD"].splitlines()[2:] == [
        "4 notes: 1 retired, 1 edited, 2 moved, 1 retagged",
        "an import updates 2; it touches no other",
    ]
    assert '"Ref:note0002" OR "Ref:note0005"' in parts["NOTES THAT AN IMPORT UPDATES"]
    assert 'retired by this build (1):\n\n    "Ref:note0001"' in parts["RETIRED NOTES"]
    assert 'all that were ever retired (2):\n\n    "Ref:note0000" OR "Ref:note0001"' in parts["RETIRED NOTES"]
    assert 'to "Graphs" (1):\n\n    "Ref:note0003"' in parts["MOVED NOTES"]
    assert "note0004" not in parts["MOVED NOTES"], "its deck is the same"
    assert parts["RETAGGED"].strip() == "note0005  trees.md  What is a leaf?  tags -graph +node"
    assert "note0006" not in text, "nobody ever had it"
    assert text.endswith("\n")


def test_a_file_of_changes_has_no_section_for_nothing() -> None:
    found = comparison((LEAF, edited(answer="A node.")))
    assert list(sections(changes_file("Trees", found.changes, found.ledger))) == [
        "HEAD",
        "NOTES THAT AN IMPORT UPDATES",
        "EDITED",
    ]
