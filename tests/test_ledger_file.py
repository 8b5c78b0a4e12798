"""The ledger as a file, and as what a deck remembers: what is written is read again, and what is garbled is told."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import anki, project, reading, witness
from generator.ledger import Assigned, Deletion, Entry, Ledger, assign, born, founded, shown
from generator.ledger.content import texts_hash
from generator.ledger.file import dump, memory, parse, recalled
from generator.model import NO_MEDIA, DeckInfo, Defaults, Note, RenderedNote, Severity, Source, Target
from generator.render import render

ROOT = Path(__file__).resolve().parent.parent
NOW = 1_750_000_000
EMPTY = founded("0123456789abcdef01234567")
PLAIN = Entry(
    "eg386u24", "31f8671a69820d9380f6", 1_684_562_426_880, "qa", "a.md", "What is x?", "It is x.", "cd" * 16, NOW
)
FULL = replace(
    PLAIN, id="jm9abp5q", guid="8f7a8a07f9172524632a", nid=1_311_055_946_752, type="cloze", deck="Django::ORM",
    tags=("orm", "sql"), pin="mine", shown="0123456789ab", answered=False, retired=True, like="eg386u24",
    clozes={1: Deletion("a “text”", "before", "after"), 12: Deletion("b")},
)  # fmt: skip


def read(*lines: str) -> tuple[Ledger | None, list[tuple[str, int, Severity]]]:
    found, problems = parse("source/ledger.jsonl", "\n".join(lines))
    assert all(problem.file == "source/ledger.jsonl" for problem in problems)
    return found, [(problem.code, problem.line, problem.severity) for problem in problems]


def changed(line: str, **values: object) -> str:
    """A line of the ledger with some of its values changed; None takes one out."""
    return json.dumps({name: value for name, value in (json.loads(line) | values).items() if value is not None})


HEADER, LINE, OTHER = dump(replace(EMPTY, entries=(PLAIN, FULL))).splitlines()


# --- the file -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entries", [(), (PLAIN,), (PLAIN, FULL), (replace(PLAIN, question="Что такое “ü”? 🍀"),)])
def test_a_ledger_written_is_the_ledger_read(entries: tuple[Entry, ...]) -> None:
    ledger = replace(EMPTY, entries=entries)
    assert parse("ledger.jsonl", dump(ledger)) == (ledger, [])


def test_what_is_empty_is_not_written() -> None:
    assert list(json.loads(LINE)) == ["id", "guid", "nid", "type", "mod", "hash", "file", "question", "answer"]
    assert json.loads(OTHER)["unanswered"] is True
    assert json.loads(OTHER)["clozes"] == {"1": ["a “text”", "before", "after"], "12": ["b", "", ""]}


def test_a_note_recovered_from_a_learners_deck_has_no_hash_and_is_a_line_all_the_same() -> None:
    ledger = replace(EMPTY, entries=(replace(PLAIN, hash="", file=""),))
    assert parse("ledger.jsonl", dump(ledger)) == (ledger, [])


def test_what_an_editor_adds_around_the_lines_does_no_harm() -> None:
    text = dump(replace(EMPTY, entries=(PLAIN, FULL)))
    assert parse("l", "\ufeff" + text.replace("\n", "\r\n\r\n")) == parse("l", text)


@pytest.mark.parametrize(
    ("lines", "code", "line"),
    [
        ([HEADER, LINE[:50], OTHER], "ledger-broken", 2),
        ([HEADER, "<<<<<<< ours", LINE, "=======", OTHER, ">>>>>>> theirs"], "ledger-conflict", 2),
        ([LINE, OTHER], "ledger-header", 1),
        ([], "ledger-header", 1),
        ([changed(HEADER, deckpress=99), LINE], "ledger-header", 1),
        ([changed(HEADER, deckpress=True), LINE], "ledger-header", 1),
        ([changed(HEADER, namespace=""), LINE], "ledger-header", 1),
        ([changed(HEADER, note_types={"qa": 1, "cloze": 2}), LINE], "ledger-header", 1),
        ([HEADER, LINE, changed(LINE, guid="another")], "ledger-twins", 3),
        ([HEADER, LINE, changed(LINE, nid=PLAIN.nid + 512)], "ledger-twins", 3),
        ([HEADER, LINE, changed(LINE, type="cloze")], "ledger-twins", 3),
        ([HEADER, LINE, changed(OTHER, nid=PLAIN.nid)], "ledger-twins", 3),
        ([HEADER, LINE, changed(OTHER, guid=PLAIN.guid)], "ledger-twins", 3),
        ([HEADER, LINE, changed(HEADER, namespace="another")], "ledger-twins", 3),
        ([HEADER, "[" * 100_000], "ledger-broken", 2),
        ([HEADER, LINE.replace(f'"mod": {NOW}', '"mod": 1e400')], "ledger-broken", 2),
        ([HEADER, "7"], "ledger-broken", 2),
    ],
)
def test_a_ledger_that_cannot_be_trusted_is_reported_with_its_line(lines: list[str], code: str, line: int) -> None:
    found, problems = read(*lines)
    assert (found, problems[0]) == (None, (code, line, Severity.ERROR))


@pytest.mark.parametrize(
    "values",
    [
        *({name: None} for name in ("id", "guid", "nid", "type", "mod", "hash", "file", "question", "answer")),
        {"id": ""}, {"guid": ""}, {"id": 5}, {"id": "\ud800"}, {"guid": None}, {"type": "poem"},
        {"nid": -5}, {"nid": str(FULL.nid)}, {"nid": FULL.nid + 1}, {"nid": 1_700_000_000_000 + 512},
        {"mod": True}, {"mod": -1}, {"mod": float(NOW)}, {"mod": 1 << 64}, {"hash": None}, {"question": ["x"]},
        {"deck": 5}, {"tags": "orm"}, {"tags": [5]}, {"tags": ["\udfff"]}, {"pin": 5}, {"shown": False}, {"like": []},
        {"retired": 1}, {"retired": "no"}, {"unanswered": 0}, {"clozes": []}, {"clozes": {"x": ["a", "", ""]}},
        {"clozes": {"0": ["a", "", ""]}}, {"clozes": {"01": ["a", "", ""]}}, {"clozes": {"1": "a"}},
        {"clozes": {"1": ["a", ""]}}, {"clozes": {"1": ["a", "", 5]}}, {"clozes": {"1": ["a", "", "\ud800"]}},
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_sort_is_never_taken_for_another(values: dict[str, object]) -> None:
    found, problems = read(HEADER, LINE, changed(OTHER, **values))
    assert (found, problems) == (None, [("ledger-broken", 3, Severity.ERROR)])


def test_what_a_later_version_wrote_is_neither_dropped_nor_guessed_at() -> None:
    found, problems = parse("l", "\n".join([HEADER, changed(LINE, mnemonic="x")]))
    assert found is None
    assert [problem.message for problem in problems] == ["this line of the ledger has an unknown part, `mnemonic`"]
    assert "update" in problems[0].hint


@pytest.mark.parametrize(
    ("first", "second", "counts"),
    [
        pytest.param({}, {"mod": NOW + 7}, "second", id="the newer line counts"),
        pytest.param({"mod": NOW + 7}, {}, "first", id="wherever it stands"),
        pytest.param({"retired": True}, {}, "second", id="at the same time the living one"),
        pytest.param({"mod": NOW + 1, "retired": True}, {}, "first", id="a newer line though it is retired"),
        pytest.param({"question": "A?"}, {"question": "B?"}, "first", id="else the first"),
    ],
)
def test_two_lines_of_one_note_are_healed_and_the_other_is_not_forgotten(
    first: dict[str, object], second: dict[str, object], counts: str
) -> None:
    one, two = replace(PLAIN, **first), replace(PLAIN, **second)  # type: ignore[arg-type]
    lines = dump(replace(EMPTY, entries=(one, FULL, two))).splitlines()
    found, problems = read(*lines, HEADER)  # a union merge keeps the header of both sides, too
    kept, twin = (one, two) if counts == "first" else (two, one)
    assert found == replace(EMPTY, entries=(kept, FULL), twins=(twin,))
    assert problems == [("ledger-healed", 4, Severity.NOTICE)]


def test_three_lines_of_one_note_leave_two_twins() -> None:
    newer, newest = changed(LINE, mod=NOW + 1), changed(LINE, mod=NOW + 2)
    found, problems = read(HEADER, newer, newest, LINE)
    assert found is not None
    assert ([entry.mod for entry in found.entries], [twin.mod for twin in found.twins]) == ([NOW + 2], [NOW + 1, NOW])
    assert [code for code, _, _ in problems] == ["ledger-healed", "ledger-healed"]


def test_twins_are_not_written_again() -> None:
    ledger = replace(EMPTY, entries=(PLAIN,), twins=(replace(PLAIN, mod=1),))
    assert dump(ledger) == dump(replace(EMPTY, entries=(PLAIN,)))


# --- a deck remembers -----------------------------------------------------------------------------------------------


def notes_of(text: str, file: str = "a.md") -> tuple[Note, ...]:
    return reading.read(Source(file, text.encode(), Defaults("Deck"))).notes


def built(notes: Sequence[Note], old: Ledger | None = None, now: int = NOW) -> tuple[Assigned, bytes]:
    """The notes with their identity, and the deck of those that are answered."""
    found = assign(old or born("Deck", notes), notes, {note.span.file: note.span.file for note in notes}, NO_MEDIA, now)
    sent = [
        RenderedNote(one, render(one.note, NO_MEDIA, Target.ANKI, one.clozes))
        for one in found.notes
        if one.note.answered
    ]
    found, _ = shown(found, {note.identified.id: anki.digest(note) for note in sent})
    ledger = found.ledger
    info, types = DeckInfo("Deck", "deck", ledger.namespace), anki.NoteTypeIds(ledger.qa_type, ledger.cloze_type)
    fields = {note.identified.id: (note.html.question, note.html.answer) for note in sent}
    return found, anki.package(info, sent, types, anki.Memory(*memory(ledger, fields)))


def recall(package: bytes) -> Ledger:
    deck = witness.read(package)
    assert deck is not None
    return recalled(deck)


ORM, MVT, SQL = "## What is an ORM?\n\nA mapper.", "## What is MVT?\n\nThree layers.", "## What is SQL?\n\nA language."
STRANGE = """# Topic › with :: signs

## What is “ü”? {#mine .tagged}

Юникод 🍀 `{{ x }}` and a
line[^1] 中文
中文.[^1]: no

> [!NOTE]
> A callout.

- [x] done
- a<br>b &nbsp; <kbd>K</kbd> &lt;b> <T>

```python
def f(x):

    return {"a": [x]}  # <b>
```

| a | b |
| - | - |
| 1 | ![image](x.png) |

[^1]: A footnote.

Source: https://example.org/orm
"""


def test_a_deck_remembers_the_ledger_that_it_was_built_from() -> None:
    found, package = built(notes_of(f"{STRANGE}\n\n{ORM}\n\n{MVT}"))
    assert recall(package) == found.ledger
    assert all(entry.shown and entry.hash and entry.deck and entry.answer for entry in found.ledger.entries)


def test_the_project_s_own_deck_remembers_its_ledger_and_says_every_text_itself() -> None:
    own = project.load([], None, ROOT)
    notes = [note for source in own.sources for note in reading.read(source).notes]
    found, package = built(notes)
    deck = witness.read(package)
    assert deck is not None
    assert recalled(deck) == found.ledger
    assert len(deck.notes) > 150
    assert [note.ref for note in deck.notes if "question" in json.loads(note.memory)] == []
    assert [note.ref for note in deck.notes if "answer" in json.loads(note.memory)] == []


def test_what_is_known_need_not_be_gathered_again_and_comes_out_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    found, package = built(notes_of(f"{ORM}\n\n{MVT}"))
    deck = witness.read(package)
    assert deck is not None
    other = replace(found.ledger.entries[0], hash="of another time", question="Not this")
    assert recalled(deck, [other, *found.ledger.entries]) == found.ledger
    monkeypatch.setattr(witness, "told", lambda *_: pytest.fail("gathered"))
    assert recalled(deck, found.ledger.entries) == found.ledger


def without_texts(entry: Entry) -> Entry:
    """An entry as a deck remembers it that does not hold the note."""
    texts = texts_hash(entry.question, entry.answer)
    return replace(entry, file="", deck="", tags=(), question="", answer="", texts=texts)


def test_notes_that_are_not_in_the_deck_are_remembered_without_their_texts() -> None:
    first, _ = built(notes_of(f"{ORM}\n\n{MVT}\n\n## What is a secret draft?"))
    second, package = built(notes_of(f"{MVT}\n\n## What is a secret draft?"), first.ledger, NOW + 60)
    living, draft, retired = second.ledger.entries
    again = recall(package)
    assert again.entries == (
        living,
        without_texts(draft),
        without_texts(retired),
    )
    assert (again.entries[1].answered, again.entries[2].retired) == (False, True)
    connection = sqlite3.connect(":memory:")
    connection.deserialize(witness._collection(package) or b"")
    told = "\n".join(connection.iterdump())
    assert "MVT" in told
    assert "secret" not in told
    assert "ORM" not in told


def test_without_the_ledger_a_retired_note_comes_back_as_itself_and_its_id_is_given_to_nobody_else() -> None:
    first, _ = built(notes_of(f"{ORM}\n\n{MVT}"))
    second, package = built(notes_of(MVT), first.ledger, NOW + 60)
    back, _ = built(notes_of(f"{MVT}\n\n{ORM}"), recall(package), NOW + 120)
    assert [note.id for note in back.notes] == [first.notes[1].id, first.notes[0].id]
    assert back.notes[0].mod == second.notes[0].mod
    tagged, _ = built(notes_of(f"{MVT}\n\n{ORM.replace('?', '? {.often}')}"), recall(package), NOW + 120)
    assert [note.id for note in tagged.notes] == [note.id for note in back.notes], "its text says that it is the same"
    assert [entry.texts for entry in tagged.ledger.entries] == ["", ""]
    another, _ = built(
        notes_of(f"{MVT}\n\n## What is an ORM?\n\nA mineral of four letters."), recall(package), NOW + 120
    )
    assert another.notes[1].id not in {note.id for note in first.notes}
    assert {entry.id for entry in first.ledger.entries} <= {entry.id for entry in another.ledger.entries}


def test_a_deck_of_a_part_of_the_project_remembers_the_rest() -> None:
    notes = (*notes_of(ORM, "a.md"), *notes_of(MVT, "b.md"))
    whole, _ = built(notes)
    note = next(RenderedNote(one, render(one.note, NO_MEDIA, Target.ANKI)) for one in whole.notes)
    ledger = whole.ledger
    strings = memory(ledger, {note.identified.id: (note.html.question, note.html.answer)})
    types = anki.NoteTypeIds(ledger.qa_type, ledger.cloze_type)
    part = recall(anki.package(DeckInfo("D", "d", ledger.namespace), [note], types, anki.Memory(*strings)))
    assert part.entries[0] == ledger.entries[0]
    assert part.entries[1] == without_texts(ledger.entries[1])


# --- a deck that remembers nothing, or lies -------------------------------------------------------------------------


def sent(**values: object) -> witness.Sent:
    fields = ("What is <b>x</b>?", "<p>It is x.</p>", "", "", "", "Deck › ORM", "", "", "", "", "eg386u24")
    note = witness.Sent(PLAIN.nid, PLAIN.guid, "qa", NOW, fields)
    return note._replace(**values)  # type: ignore[arg-type]


def deck_of(*notes: witness.Sent, namespace: str = EMPTY.namespace, memory: str = "") -> witness.Deck:
    return witness.Deck(namespace, EMPTY.qa_type, EMPTY.cloze_type, notes, memory)


GUESSED = replace(PLAIN, file="", hash="", deck="Deck::ORM")


def test_a_deck_that_came_through_anki_still_says_whose_notes_are_whose() -> None:
    assert recalled(deck_of(sent())) == replace(EMPTY, entries=(GUESSED,))


def test_a_cloze_that_came_through_anki_keeps_its_numbers() -> None:
    text = "<p>A {{c3::<b>signal</b>::what}} is {{c1::sent}}, {{c3::again}}.</p>"
    fields = (text, "", "", "", "Deck", "", "", "", "eg386u24")
    (entry,) = recalled(deck_of(sent(type="cloze", fields=fields))).entries
    assert entry.question == "A signal is sent, again."
    assert entry.clozes == {
        3: Deletion("signal", "A", "is sent, again."),
        1: Deletion("sent", "A signal is", ", again."),
    }


def test_a_deck_that_does_not_say_its_namespace_gets_one_from_its_guids() -> None:
    unnamed = replace(deck_of(sent(), namespace=""), qa_type=PLAIN.nid, cloze_type=0)
    one, other = recalled(unnamed), recalled(replace(unnamed, notes=(sent(guid="another"),)))
    assert one == recalled(unnamed)
    assert len({one.namespace, other.namespace, EMPTY.namespace}) == 3
    assert one.qa_type == PLAIN.nid
    assert parse("l", dump(one)) == (one, [])


HEAD = json.dumps(
    {"deckpress": 1, "namespace": EMPTY.namespace, "note_types": {"qa": EMPTY.qa_type, "cloze": EMPTY.cloze_type}}
)


@pytest.mark.parametrize(
    ("deck", "entries"),
    [
        pytest.param(deck_of(sent(), sent(guid="b", nid=PLAIN.nid + 512)), [GUESSED], id="one id twice: the first"),
        pytest.param(deck_of(sent(nid=1_795_000_000_123)), [], id="a copy that a learner made in Anki"),
        pytest.param(deck_of(sent(mod=-1)), [], id="a time before all times"),
        pytest.param(deck_of(sent(fields=("q", "a", *[""] * 9))), [], id="no id"),
        pytest.param(deck_of(sent(memory="{"), memory=HEAD), [GUESSED], id="a memory that is torn"),
        pytest.param(deck_of(sent(memory='{"hash": 5}'), memory=HEAD), [GUESSED], id="or garbled"),
        pytest.param(deck_of(sent(memory='{"hash": "\\ud800", "file": "x"}'), memory=HEAD), [GUESSED], id="or no text"),
        pytest.param(deck_of(sent(memory='{"hash": "h", "file": "x", "nid": 5}'), memory=HEAD),
                     [replace(GUESSED, hash="h", file="x", deck="")], id="a memory does not overrule the columns"),
        pytest.param(deck_of(sent(), memory=HEAD.replace("1", "9", 1)), [GUESSED], id="a later version's"),
        pytest.param(deck_of(sent(), memory="[" * 100_000), [GUESSED], id="nested beyond measure"),
        pytest.param(deck_of(sent(), memory=HEAD[:-1] + ', "absent": 5}'), [GUESSED], id="no list"),
        pytest.param(deck_of(sent(), memory=HEAD[:-1] + ', "absent": [5, {}, {"id": "x"}]}'), [GUESSED], id="no lines"),
        pytest.param(deck_of(memory=HEAD), [], id="nothing"),
    ],
)  # fmt: skip
def test_what_a_deck_says_is_taken_with_care(deck: witness.Deck, entries: list[Entry]) -> None:
    found = recalled(deck)
    assert list(found.entries) == entries
    assert parse("ledger.jsonl", dump(found)) == (found, [])


_NAMES = st.sampled_from(["hash", "file", "tags", "clozes", "1", "pin", "question", "like", "retired", "id", "mod"])
_VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


@given(st.recursive(_VALUES, lambda inner: st.lists(inner) | st.dictionaries(_NAMES, inner)))
def test_whatever_a_deck_remembers_the_ledger_can_be_written_and_read(value: object) -> None:
    text = json.dumps(value)
    found = recalled(deck_of(sent(memory=text), memory=HEAD[:-1] + f', "absent": [{text}]}}'))
    assert [entry.id for entry in found.entries] == [PLAIN.id]
    assert parse("ledger.jsonl", dump(found)) == (found, [])
