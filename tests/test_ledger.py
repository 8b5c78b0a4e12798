"""Identity: what an id survives, and what must never happen to one."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import ledger
from generator.changes import compare
from generator.ledger import Ledger, assign, born
from generator.ledger.content import content_hash
from generator.ledger.file import dump, parse
from generator.model import NO_MEDIA, Defaults, Media, Note, Source, UserError
from generator.reading import read

NOW = 1_750_000_000


def notes_of(text: str, file: str = "a.md") -> tuple[Note, ...]:
    return read(Source(file, text.encode(), Defaults("Deck"))).notes


def questions(*pairs: tuple[str, str], file: str = "a.md") -> tuple[Note, ...]:
    return notes_of("\n\n".join(f"## {question}\n\n{answer}" for question, answer in pairs), file)


def built(
    notes: tuple[Note, ...], old: Ledger | None = None, now: int = NOW, witnesses: tuple[Ledger, ...] = ()
) -> ledger.Assigned:
    files = {note.span.file for note in notes}
    return assign(old or born("Deck", notes), notes, {file: file for file in files}, NO_MEDIA, now, witnesses)


def changes(before: ledger.Assigned, after: ledger.Assigned) -> dict[str, tuple[str, ...]]:
    """What happened to each note, by its id."""
    old, new = (
        replace(one.ledger, entries=tuple(replace(entry, shown=entry.shown or "so") for entry in one.ledger.entries))
        for one in (before, after)
    )
    return {change.id: change.kinds for change in compare(old, new)}


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
    assert "retired" not in str(changes(first, second))


def test_mod_grows_only_where_content_changed_and_then_above_what_it_was() -> None:
    first = built(questions(ORM, MVT))
    second = built(questions((ORM[0], "A mapper between rows and objects."), MVT), first.ledger, NOW - 500)
    assert [note.mod for note in second.notes] == [NOW + 1, NOW]  # the clock went back, mod did not
    assert changes(first, second) == {second.notes[0].id: ("edited",)}
    third = built(questions(SQL, MVT, (ORM[0], "A mapper between rows and objects.")), second.ledger, NOW + 900)
    assert {n.note.question_text: n.mod for n in third.notes} == {SQL[0]: NOW + 900, MVT[0]: NOW, ORM[0]: NOW + 1}


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        ("# Another topic\n\n## What is an ORM?\n\nA mapper.", False),
        ("## What is an ORM?\n\nA mapper.", False),
        ("## 7. What is an ORM?\n\n\nA mapper.   \n\n---\n", False),
        ("## **What is an ORM?**\n\nA mapper.\n", False),
        ("## What is an ORM?\n\nA **mapper**.", True),
        ("## What is an ORM?\n\nA mapper.\n\n\n\n", False),
        ("## What is an ORM? {.orm}\n\nA mapper.", True),
        ("## What is an ORM?\n\nA mapper.\n\nSource: https://example.org/orm", True),
    ],
)
def test_what_counts_as_content(text: str, edits: bool) -> None:
    first = built(notes_of("## What is an ORM?\n\nA mapper."))
    second = built(notes_of(text), first.ledger, NOW + 5)
    assert (second.notes[0].id, second.notes[0].mod > NOW) == (first.notes[0].id, edits)


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
    second = built(notes_of(f"## What is it?\n\n{after}"), first.ledger, NOW + 5)
    assert changes(first, second) == {first.notes[0].id: ("edited",)}


def test_a_picture_whose_bytes_changed_changes_its_note() -> None:
    (note,) = notes_of("## What is this?\n\n![a](a.png)")
    key = ("a.md", "a.png")
    old = content_hash(note, {key: Media("a-111.png", b"1", "image/png")})
    assert old == content_hash(note, {key: Media("a-111.png", b"1", "image/png")})
    assert old != content_hash(note, {key: Media("a-222.png", b"2", "image/png")})


def test_a_note_that_is_gone_is_retired_and_comes_back_as_itself() -> None:
    first = built(questions(ORM, MVT))
    without = built(questions(MVT), first.ledger)
    assert changes(first, without) == {ids(first)[ORM[0]]: ("retired",)}
    assert [entry.retired for entry in without.ledger.entries] == [False, True]
    again = built(questions(ORM, MVT), without.ledger)
    assert changes(without, again) == {ids(first)[ORM[0]]: ("returned",)}
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
    assert changes(first, swapped) == {}


def test_a_deleted_file_retires_its_notes() -> None:
    first = built((*questions(ORM, file="orm.md"), *questions(MVT, file="mvt.md")))
    assert changes(first, built(questions(ORM, file="orm.md"), first.ledger)) == {ids(first)[MVT[0]]: ("retired",)}


def test_integer_ids_lie_in_the_past_and_leave_room_for_cards() -> None:
    assigned = built(questions(*((f"What is number {n}?", f"It is {n}.") for n in range(500))))
    nids = sorted(note.nid for note in assigned.notes)
    assert len(set(nids)) == 500
    assert all(1_000_000_000_000 <= nid < 1_700_000_000_000 and nid % 512 == nids[0] % 512 for nid in nids)
    assert min(b - a for a, b in pairwise(nids)) >= 512
    assert nids != [note.nid for note in assigned.notes], "ids follow position"


def test_colliding_ids_are_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        ledger.hashes, "digest", lambda *parts: b"\0" * 32 if parts[0] != "guid" else ("".join(parts) * 8).encode()
    )
    monkeypatch.setattr(ledger.hashes, "short", lambda *parts: f"id{parts[-1]}")
    assigned = built(questions(ORM, MVT, SQL))
    assert [n.id for n in assigned.notes] == ["id0", "id1", "id2"]
    assert len({n.nid for n in assigned.notes}) == 3


def test_a_pin_holds_whatever_else_changes() -> None:
    first = built(notes_of("## What is an ORM? {#orm}\n\nA mapper."))
    second = built(notes_of("## Explain object-relational mapping {#orm}\n\nRows become objects."), first.ledger)
    assert second.notes[0].id == first.notes[0].id
    assert second.notes[0].mod > first.notes[0].mod


def test_a_note_can_be_pinned_by_the_id_that_it_was_given() -> None:
    first = built(questions(ORM, MVT))
    given = first.notes[0].id
    second = built(notes_of(f"## Explain object-relational mapping {{#{given}}}\n\nRows become objects."), first.ledger)
    assert second.notes[0].id == given
    assert "new" not in str(changes(first, second))


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
    assert changes(alone, edited) == {first.notes[0].id: ("edited",)}


def test_a_pin_that_was_taken_off_holds_nobody() -> None:
    first = built(notes_of("## What is alpha? {#x}\n\nA."))
    bare = built(notes_of("## What is alpha?\n\nA."), first.ledger)
    both = built(notes_of("## What is alpha?\n\nA.\n\n## What is gamma? {#x}\n\nC."), bare.ledger)
    assert both.notes[0].id == first.notes[0].id
    assert changes(bare, both) == {both.notes[1].id: ("new",)}


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


# --- witnesses --------------------------------------------------------------------------------------------------------

EDITED = (ORM[0], "A mapper between rows and objects.")


def test_what_version_control_took_back_reaches_the_learner() -> None:
    """`git revert` restores source and ledger; the deck still knows that another text was sent out."""
    first = built(questions(ORM, MVT))
    second = built(questions(EDITED, MVT), first.ledger, NOW + 60)
    reverted = built(questions(ORM, MVT), first.ledger, NOW + 120, witnesses=(second.ledger,))
    assert [note.mod for note in reverted.notes] == [NOW + 120, NOW]
    assert reverted.notes[0].id == first.notes[0].id
    again = built(questions(ORM, MVT), reverted.ledger, NOW + 180, witnesses=(reverted.ledger,))
    assert [note.mod for note in again.notes] == [NOW + 120, NOW], "once is enough"


def test_mod_is_above_the_deck_s_even_where_the_clock_is_not() -> None:
    first = built(questions(ORM))
    second = built(questions(EDITED), first.ledger, NOW + 60)
    assert built(questions(ORM), first.ledger, NOW, witnesses=(second.ledger,)).notes[0].mod == NOW + 61


def test_a_deck_that_was_sent_out_as_the_source_is_now_changes_nothing() -> None:
    first = built(questions(ORM))
    second = built(questions(EDITED), first.ledger, NOW + 60)
    lost = built(questions(EDITED), first.ledger, NOW + 120, witnesses=(second.ledger,))
    assert lost.notes == second.notes
    assert lost.ledger == second.ledger


def test_the_deck_of_another_project_is_no_witness() -> None:
    first = built(questions(ORM))
    other = replace(built(questions(EDITED), first.ledger, NOW + 60).ledger, namespace="another")
    assert built(questions(ORM), first.ledger, NOW + 120, witnesses=(other,)).ledger == first.ledger


def test_a_note_that_only_the_deck_still_knows_is_found_there() -> None:
    """The ledger was taken back to before the note was added and worded anew."""
    first = built(questions(ORM))
    added = built(questions(ORM, MVT), first.ledger, NOW + 60)
    reworded = built(questions(ORM, ("Explain MVT", MVT[1])), added.ledger, NOW + 120)
    again = built(questions(ORM, ("Explain MVT", MVT[1])), first.ledger, NOW + 180, witnesses=(reworded.ledger,))
    assert again.notes == reworded.notes
    without = built(questions(ORM), first.ledger, NOW + 180, witnesses=(reworded.ledger,))
    assert [(entry.id, entry.retired) for entry in without.ledger.entries] == [
        (first.notes[0].id, False),
        (added.notes[1].id, True),  # learners have it
    ]


def union(one: Ledger, other: Ledger) -> Ledger:
    """Two branches' ledgers merged line by line, as `merge=union` does it, and read again."""
    ours, theirs = dump(one).splitlines(), dump(other).splitlines()
    merged = [line for pair in zip_longest(ours, theirs) for line in dict.fromkeys(pair) if line]
    found, problems = parse("ledger.jsonl", "\n".join(merged))
    assert found is not None, problems
    return found


@pytest.mark.parametrize(
    "text", ["A mapper between rows and objects.", "It maps rows to objects.", "A mapper of rows."]
)
def test_two_branches_that_were_merged_meet_as_one_note_above_both(text: str) -> None:
    first = built(questions(ORM, MVT))
    ours = built(questions(EDITED, MVT), first.ledger, NOW + 60)
    theirs = built(questions((ORM[0], "It maps rows to objects."), MVT), first.ledger, NOW + 90)
    merged = built(questions((ORM[0], text), MVT), union(ours.ledger, theirs.ledger), NOW + 120)
    assert ids(merged) == ids(first)
    assert len(merged.ledger.entries) == 2
    assert merged.notes[0].mod == (NOW + 90 if text == "It maps rows to objects." else NOW + 120)


def test_a_question_worded_anew_on_one_branch_and_deleted_on_the_other_is_found_by_either_line() -> None:
    first = built(questions(ORM, MVT))
    ours = built(questions(("Explain the ORM", ORM[1]), MVT), first.ledger, NOW + 60)
    theirs = built(questions(MVT), first.ledger, NOW + 90)
    kept = built(questions(("Explain the ORM", ORM[1]), MVT), union(ours.ledger, theirs.ledger), NOW + 120)
    assert kept.notes[0].id == first.notes[0].id
    gone = built(questions(MVT), union(ours.ledger, theirs.ledger), NOW + 120)
    assert [(entry.id, entry.retired) for entry in gone.ledger.entries] == [
        (first.notes[1].id, False),
        (first.notes[0].id, True),
    ]


# --- what was shown, sending again, linking ---------------------------------------------------------------------------


def test_a_note_that_looks_otherwise_is_told_and_not_sent() -> None:
    first, stale = ledger.shown(built(questions(ORM, MVT)), {})
    assert stale == frozenset()
    looks = {note.id: f"looks {place}" for place, note in enumerate(first.notes)}
    first, stale = ledger.shown(first, looks)
    assert stale == frozenset()
    again = built(questions(ORM, MVT), first.ledger, NOW + 60)
    other = looks | {first.notes[0].id: "looks better"}
    shown, stale = ledger.shown(again, other)
    assert stale == {first.notes[0].id}
    assert shown.ledger == first.ledger
    sent, stale = ledger.shown(ledger.sent_again(shown, stale, NOW + 60), other)
    assert stale == frozenset()
    assert [note.mod for note in sent.notes] == [NOW + 60, NOW]


PULL = ("What does `git pull` do?", "Downloads commits from a remote repository and merges them into the branch.")
FETCH = ("What does `git fetch` do?", "Downloads commits from a remote repository.")


def test_a_doubt_stays_until_it_is_settled_by_a_link() -> None:
    first = built(questions(FETCH, ORM, MVT))
    second = built(questions(PULL, ORM, MVT), first.ledger, NOW + 60)
    old, new = first.notes[0].id, second.notes[0].id
    assert old != new
    assert second.ledger.entries[0].like == old
    third = built(questions(PULL, ORM, MVT), second.ledger, NOW + 90)
    assert third.ledger == second.ledger, "until then it is a new note, and told again"
    mended = ledger.linked(third.ledger, third, old, new)
    fourth = built(questions(PULL, ORM, MVT), mended, NOW + 120)
    assert (fourth.notes[0].id, fourth.notes[0].mod, fourth.ledger.entries[0].like) == (old, NOW + 120, "")
    assert [(entry.id, entry.retired) for entry in fourth.ledger.entries[-1:]] == [(new, True)]


def test_of_two_retired_lines_that_say_the_same_the_one_that_was_sent_out_last_comes_back() -> None:
    """As a link leaves them: the new id that was given up asks the same as the one that goes on."""
    first = built(questions(FETCH, ORM, MVT))
    second = built(questions(PULL, ORM, MVT), first.ledger, NOW + 60)
    old, new = first.notes[0].id, second.notes[0].id
    linked = built(questions(PULL, ORM, MVT), ledger.linked(second.ledger, second, old, new), NOW + 120)
    for name in (f"2{new[1:]}", f"z{new[1:]}"):  # before the other by its id, and after it
        given_up = replace(linked.ledger.entries[-1], id=name)
        recorded = replace(linked.ledger, entries=(*linked.ledger.entries[:-1], given_up))
        gone = built(questions(ORM, MVT), recorded, NOW + 180)
        assert built(questions(PULL, ORM, MVT), gone.ledger, NOW + 240).notes[0].id == old


def test_a_doubt_can_be_settled_before_the_first_build() -> None:
    first = built(questions(FETCH, ORM, MVT))
    second = built(questions(PULL, ORM, MVT), first.ledger, NOW + 60)
    old, new = first.notes[0].id, second.notes[0].id
    mended = ledger.linked(first.ledger, second, old, new)
    third = built(questions(PULL, ORM, MVT), mended, NOW + 60)
    assert third.notes[0].id == old
    assert len(third.ledger.entries) == 3, "the new id was never sent out, so nothing of it stays"


def test_an_id_of_one_s_own_settles_a_doubt_the_other_way() -> None:
    first = built(questions(FETCH, ORM, MVT))
    second = built(questions(PULL, ORM, MVT), first.ledger, NOW + 60)
    pinned = built(questions((f"{PULL[0]} {{#pull}}", PULL[1]), ORM, MVT), second.ledger, NOW + 90)
    assert (pinned.notes[0].id, pinned.ledger.entries[0].like) == (second.notes[0].id, "")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [("gone", "gone", "not in the source"), ("live", "live", "still in the source"), ("x", "live", "no note `x`")],
)
def test_what_can_t_be_linked_is_refused(old: str, new: str, words: str) -> None:
    first = built(questions(FETCH, ORM, MVT))
    second = built(questions(ORM, MVT), first.ledger, NOW + 60)
    names = {"gone": first.notes[0].id, "live": second.notes[0].id, "x": "x"}
    with pytest.raises(UserError, match=words):
        ledger.linked(second.ledger, second, names[old], names[new])


def test_what_was_never_sent_out_dates_nothing() -> None:
    """An answer came and was taken back by version control, with the ledger; and the taking back was taken back."""
    bare = "## What is an ORM?\n\n## What is MVT?\n\nThree layers."
    first = built(notes_of(bare))
    answered, _ = ledger.shown(built(questions(ORM, MVT), first.ledger, NOW + 60), {"x": "y"})
    sent = replace(answered.ledger, entries=tuple(replace(entry, shown="so") for entry in answered.ledger.entries))
    reverted = built(notes_of(bare), first.ledger, NOW + 120, witnesses=(sent,))
    again = built(questions(ORM, MVT), reverted.ledger, NOW + 180, witnesses=(sent,))
    assert [note.mod for note in again.notes] == [note.mod for note in answered.notes]


def test_a_note_deleted_after_a_revert_comes_back_as_it_was_sent_out_last() -> None:
    first = built(questions(ORM, MVT))
    edited = built(questions(EDITED, MVT), first.ledger, NOW + 60)
    deleted = built(questions(MVT), first.ledger, NOW + 120, witnesses=(edited.ledger,))
    back = built(questions(ORM, MVT), deleted.ledger, NOW + 180)
    assert back.notes[0].id == first.notes[0].id
    assert back.notes[0].mod > edited.notes[0].mod
