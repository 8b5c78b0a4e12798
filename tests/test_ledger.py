"""Identity: what an id survives, and what must never happen to one."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import ledger
from generator.ledger import Ledger, assign, born
from generator.ledger_file import dump, parse
from generator.model import NO_MEDIA, Defaults, Media, Note, Severity, Source
from generator.reading import read

NOW = 1_750_000_000


def notes_of(text: str, file: str = "a.md") -> tuple[Note, ...]:
    return read(Source(file, text.encode(), Defaults("Deck"))).notes


def questions(*pairs: tuple[str, str], file: str = "a.md") -> tuple[Note, ...]:
    return notes_of("\n\n".join(f"## {question}\n\n{answer}" for question, answer in pairs), file)


def built(notes: tuple[Note, ...], old: Ledger | None = None, now: int = NOW) -> ledger.Assigned:
    files = {note.span.file for note in notes}
    return assign(old or born("Deck", notes), notes, {file: file for file in files}, NO_MEDIA, now)


def ids(assigned: ledger.Assigned) -> dict[str, str]:
    return {found.note.question_text: found.id for found in assigned.notes}


ORM, MVT, SQL = ("What is an ORM?", "A mapper."), ("What is MVT?", "Three layers."), ("What is SQL?", "A language.")


def test_a_first_build_makes_the_same_ids_on_every_machine() -> None:
    one, other = built(questions(ORM, MVT), now=NOW), built(questions(ORM, MVT), now=NOW + 99)
    assert ids(one) == ids(other)
    assert [note.nid for note in one.notes] == [note.nid for note in other.notes]


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(questions(SQL, ORM, MVT), id="inserted in front"),
        pytest.param(questions(MVT, ORM), id="reordered"),
        pytest.param(questions(ORM, MVT, file="b.md"), id="another file"),
        pytest.param(
            notes_of("### 1. What is an ORM?\n\nA mapper.\n\n### 2. What is MVT?\n\nThree layers."),
            id="another level and numbers",
        ),
        pytest.param(
            notes_of("# Basics\n\n## What is an ORM?\n\nA mapper.\n\n## What is MVT?\n\nThree layers."),
            id="under a topic",
        ),
        pytest.param(
            questions((ORM[0], "Something else."), (MVT[0], "Model, view, template.")), id="answers rewritten"
        ),
        pytest.param(
            questions(("What  is an orm?", "A mapper."), ("What is MVT?", "Three layers.")),
            id="case and space of the question",
        ),
    ],
)
def test_an_id_outlives(after: tuple[Note, ...]) -> None:
    first = built(questions(ORM, MVT))
    second = built(after, first.ledger, NOW + 60)
    before = {n.note.question_text.casefold().replace("  ", " "): (n.id, n.guid, n.nid) for n in first.notes}
    now = {n.note.question_text.casefold().replace("  ", " "): (n.id, n.guid, n.nid) for n in second.notes}
    assert {question: now[question] for question in before} == before
    assert second.changes.retired == ()


def test_mod_grows_only_where_content_changed_and_then_above_what_it_was() -> None:
    first = built(questions(ORM, MVT))
    second = built(questions((ORM[0], "A mapper between rows and objects."), MVT), first.ledger, NOW - 500)
    assert [note.mod for note in second.notes] == [NOW + 1, NOW]  # the clock went back, mod did not
    assert second.changes.edited == (second.notes[0].id,)
    third = built(questions(SQL, MVT, (ORM[0], "A mapper between rows and objects.")), second.ledger, NOW + 900)
    assert {n.note.question_text: n.mod for n in third.notes} == {SQL[0]: NOW + 900, MVT[0]: NOW, ORM[0]: NOW + 1}


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("## What is an ORM?\n\nA mapper.", False),
        ("## 7. What is an ORM?\n\n\nA mapper.   \n\n---\n", False),
        ("## **What is an ORM?**\n\nA mapper.\n", False),
        ("## What is an ORM?\n\nA **mapper**.", True),
        ("## What is an ORM?\n\nA mapper.\n\n\n\n", False),
        ("## What is an ORM? {.orm}\n\nA mapper.", True),
        ("## What is an ORM?\n\nA mapper.\n\nSource: https://example.org/orm", True),
    ],
)
def test_what_counts_as_content(text: str, changes: bool) -> None:
    first = built(notes_of("## What is an ORM?\n\nA mapper."))
    assert bool(built(notes_of(text), first.ledger, NOW + 5).changes.edited) is changes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("```py\nimport x\n\n\ndef f(): ...\n```", "```py\nimport x\n\ndef f(): ...\n```"),
        ("```py\nx = 1  \n```", "```py\nx = 1\n```"),
        ('A [link][r].\n\n[r]: https://a.example "tip"', 'A [link][r].\n\n[r]: https://a.example "tap"'),
    ],
)
def test_what_shows_on_the_card_is_content(before: str, after: str) -> None:
    first = built(notes_of(f"## What is it?\n\n{before}"))
    assert built(notes_of(f"## What is it?\n\n{after}"), first.ledger, NOW + 5).changes.edited


def test_a_picture_whose_bytes_changed_changes_its_note() -> None:
    (note,) = notes_of("## What is this?\n\n![a](a.png)")
    key = ("a.md", "a.png")
    old = ledger.content_hash(note, {key: Media("a-111.png", b"1", "image/png")})
    assert old == ledger.content_hash(note, {key: Media("a-111.png", b"1", "image/png")})
    assert old != ledger.content_hash(note, {key: Media("a-222.png", b"2", "image/png")})


def test_a_note_that_is_gone_is_retired_and_comes_back_as_itself() -> None:
    first = built(questions(ORM, MVT))
    without = built(questions(MVT), first.ledger)
    assert without.changes.retired == (ids(first)[ORM[0]],)
    assert [entry.retired for entry in without.ledger.entries] == [False, True]
    again = built(questions(ORM, MVT), without.ledger)
    assert again.changes.returned == (ids(first)[ORM[0]],)
    assert ids(again) == ids(first)


def test_an_id_is_never_given_to_another_note() -> None:
    first = built(questions(ORM))
    reworded = built(questions(("What does ORM mean?", "Object-relational mapping, spelt out.")), first.ledger)
    both = built(questions(("What does ORM mean?", "Object-relational mapping, spelt out."), SQL), reworded.ledger)
    seen = [entry.id for entry in both.ledger.entries]
    assert len(seen) == len(set(seen)) == 3
    assert ids(first)[ORM[0]] not in ids(both).values()


def test_the_same_question_twice_is_two_notes_told_apart_by_their_answers() -> None:
    twins = (("What's the output?", "One."), ("What's the output?", "Two."))
    first = built(questions(*twins))
    assert first.notes[0].id != first.notes[1].id
    swapped = built(questions(*reversed(twins)), first.ledger)
    assert [n.id for n in swapped.notes] == [n.id for n in reversed(first.notes)]
    assert swapped.changes == ledger.Changes()


def test_a_deleted_file_retires_its_notes() -> None:
    first = built((*questions(ORM, file="orm.md"), *questions(MVT, file="mvt.md")))
    assert built(questions(ORM, file="orm.md"), first.ledger).changes.retired == (ids(first)[MVT[0]],)


def test_integer_ids_lie_in_the_past_and_leave_room_for_cards() -> None:
    assigned = built(questions(*((f"What is number {n}?", f"It is {n}.") for n in range(500))))
    nids = sorted(note.nid for note in assigned.notes)
    assert len(set(nids)) == 500
    assert all(1_000_000_000_000 <= nid < 1_700_000_000_000 and nid % 512 == nids[0] % 512 for nid in nids)
    assert min(b - a for a, b in pairwise(nids)) >= 512
    assert nids != [note.nid for note in assigned.notes], "ids follow position"


def test_colliding_ids_are_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        ledger, "_digest", lambda *parts: b"\0" * 32 if parts[0] != "guid" else ("".join(parts) * 8).encode()
    )
    monkeypatch.setattr(ledger, "_short", lambda *parts: f"id{parts[-1]}")
    assigned = built(questions(ORM, MVT, SQL))
    assert [n.id for n in assigned.notes] == ["id0", "id1", "id2"]
    assert len({n.nid for n in assigned.notes}) == 3


def test_a_pin_holds_whatever_else_changes() -> None:
    first = built(notes_of("## What is an ORM? {#orm}\n\nA mapper."))
    second = built(notes_of("## Explain object-relational mapping {#orm}\n\nRows become objects."), first.ledger)
    assert second.notes[0].id == first.notes[0].id
    assert second.changes.edited


def test_a_note_can_be_pinned_by_the_id_that_it_was_given() -> None:
    first = built(questions(ORM, MVT))
    given = first.notes[0].id
    second = built(notes_of(f"## Explain object-relational mapping {{#{given}}}\n\nRows become objects."), first.ledger)
    assert second.notes[0].id == given
    assert second.changes.new == ()


def test_questions_that_differ_in_case_alone_are_two() -> None:
    pair = (("What is `List`?", "The type."), ("What is `list`?", "The builtin."))
    first = built(questions(*pair))
    second = built(questions(("What is `list`?", "Python's own.")), first.ledger)
    assert second.notes[0].id == first.notes[1].id


def test_a_living_note_comes_before_a_retired_twin() -> None:
    first = built(questions(("What is a?", "One."), ("What is a?", "Two.")))
    alone = built(questions(("What is a?", "One.")), first.ledger)
    edited = built(questions(("What is a?", "Two.")), alone.ledger)
    assert edited.notes[0].id == first.notes[0].id
    assert (edited.changes.returned, edited.changes.retired) == ((), ())


def test_a_pin_that_was_taken_off_holds_nobody() -> None:
    first = built(notes_of("## What is alpha? {#x}\n\nA."))
    bare = built(notes_of("## What is alpha?\n\nA."), first.ledger)
    both = built(notes_of("## What is alpha?\n\nA.\n\n## What is gamma? {#x}\n\nC."), bare.ledger)
    assert both.notes[0].id == first.notes[0].id
    assert both.changes.new == (both.notes[1].id,)


def test_a_ledger_written_is_the_ledger_read() -> None:
    assigned = built(notes_of("## What is “ü”? {#u}\n\nЮникод 🍀\n\n## What is b?\n\nB.\n\n## What is unanswered?"))
    again, problems = parse("ledger.jsonl", dump(assigned.ledger))
    assert (again, problems) == (assigned.ledger, [])


def changed(line: str, **values: object) -> str:
    """A line of the ledger with some of its values changed."""
    return json.dumps(json.loads(line) | values)


HEADER, LINE, OTHER = dump(built(questions(ORM, MVT)).ledger).splitlines()


@pytest.mark.parametrize(
    ("lines", "code", "line"),
    [
        ([HEADER, LINE[:50], OTHER], "ledger-broken", 2),
        ([HEADER, "<<<<<<< ours", LINE, "=======", OTHER, ">>>>>>> theirs"], "ledger-conflict", 2),
        ([LINE, OTHER], "ledger-header", 1),
        ([], "ledger-header", 1),
        (['{"deckpress": 99, "namespace": "x", "note_types": {"qa": 1, "cloze": 2}}'], "ledger-header", 1),
        ([HEADER, LINE, LINE.replace('"guid": "', '"guid": "0')], "ledger-twins", 3),
        ([HEADER, '{"id": "x"}'], "ledger-broken", 2),
        ([HEADER, changed(LINE, nid=-5)], "ledger-broken", 2),
        ([HEADER, changed(LINE, nid=str(json.loads(LINE)["nid"]))], "ledger-broken", 2),
        ([HEADER, changed(LINE, nid=json.loads(LINE)["nid"] + 1)], "ledger-broken", 2),
        ([HEADER, changed(LINE, mod=True)], "ledger-broken", 2),
        ([HEADER, LINE.replace(f'"mod": {NOW}', '"mod": 1e400')], "ledger-broken", 2),
        ([HEADER, changed(LINE, type="poem")], "ledger-broken", 2),
        ([HEADER, changed(LINE, id="")], "ledger-broken", 2),
        ([HEADER, changed(LINE, id="\ud800")], "ledger-broken", 2),
        ([HEADER, LINE, changed(OTHER, nid=json.loads(LINE)["nid"])], "ledger-twins", 3),
        ([HEADER, LINE, changed(OTHER, guid=json.loads(LINE)["guid"])], "ledger-twins", 3),
        ([HEADER, LINE, changed(HEADER, namespace="another")], "ledger-twins", 3),
        ([changed(HEADER, namespace=""), LINE], "ledger-header", 1),
        ([changed(HEADER, note_types={"qa": 1, "cloze": 2}), LINE], "ledger-header", 1),
    ],
)
def test_a_ledger_that_cannot_be_trusted_is_reported_with_its_line(lines: list[str], code: str, line: int) -> None:
    found, problems = parse("source/ledger.jsonl", "\n".join(lines))
    assert found is None
    first = problems[0]
    assert (first.code, first.line, first.file, first.severity) == (code, line, "source/ledger.jsonl", Severity.ERROR)


def test_two_lines_of_one_note_are_healed_with_a_notice_and_the_newer_counts() -> None:
    newer = json.dumps(json.loads(LINE) | {"mod": NOW + 7})
    found, problems = parse("ledger.jsonl", "\n".join([HEADER, newer, LINE, OTHER, HEADER]))
    assert found is not None
    assert [(entry.id, entry.mod) for entry in found.entries] == [
        (json.loads(LINE)["id"], NOW + 7),
        (json.loads(OTHER)["id"], NOW),
    ]
    assert [(problem.code, problem.severity) for problem in problems] == [("ledger-healed", Severity.NOTICE)]


@given(st.lists(st.sampled_from("abcdefgh"), max_size=8), st.lists(st.sampled_from("abcdefgh"), max_size=8))
def test_whatever_the_edit_no_id_is_lost_doubled_or_moved_to_another_question(
    before: list[str], after: list[str]
) -> None:
    first = built(questions(*((f"What is {x}?", f"It is {x}.") for x in before)))
    second = built(questions(*((f"What is {x}?", f"It is {x}.") for x in after)), first.ledger, NOW + 1)
    entries = second.ledger.entries
    assert {entry.id for entry in first.ledger.entries} <= {entry.id for entry in entries}
    assert len({entry.id for entry in entries}) == len(entries)
    was = {entry.id: entry.question for entry in first.ledger.entries}
    assert all(was.get(entry.id, entry.question) == entry.question for entry in entries)
    live = [entry for entry in entries if not entry.retired]
    assert [entry.id for entry in live] == [note.id for note in second.notes]


def test_the_order_of_the_ledger_is_that_of_the_source() -> None:
    first = built(questions(ORM, MVT))
    second = built(questions(SQL, MVT, ORM), first.ledger)
    assert [entry.question for entry in second.ledger.entries] == ["What is SQL?", "What is MVT?", "What is an ORM?"]
    assert replace(second.ledger, entries=()) == replace(first.ledger, entries=())
