"""A deck read back: what stands in it, whoever wrote it last, and nothing but None for what is no deck."""

from __future__ import annotations

import contextlib
import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection, ExportAnkiPackageOptions
from anki.notes import NoteId

from generator import anki, reading, witness
from generator.ledger import founded
from generator.ledger.file import recalled
from generator.model import Cloze, DeckInfo, Defaults, Kind, Media, RenderedNote, Source, UserError
from generator.reading.blocks import plain
from generator.witness import Deck, Sent, read, text, unmarked
from tests.cards_support import (
    INFO,
    MOD,
    TYPES,
    basic,
    collection,
    deck,
    identified,
    import_deck,
    rendered,
    reversed_note,
    rows,
    touched,
    tree,
)


def notes() -> list[RenderedNote]:
    """Three notes, of both types, in an order that is not that of their ids."""
    text = b"# ORM\n\n## {{c2::A}} b {{c1::c::hint}}.\n\nSo.\n"
    (cloze,) = reading.read(Source("c.md", text, Defaults("Django"))).notes
    assert isinstance(cloze.body, Cloze)
    written = [
        rendered(basic("What is *x*?", "It `is`.", topic=("ORM", "Sets"))),
        rendered(reversed_note("a", "b")),
        rendered(cloze),
    ]
    return sorted(written, key=lambda note: -note.identified.nid)


def packed(found: list[RenderedNote]) -> bytes:
    memory = anki.Memory({note.identified.id: f"of {note.identified.id}" for note in found}, "of the whole")
    return anki.package(INFO, found, TYPES, memory)


def read_back(package: bytes) -> Deck:
    found = read(package)
    assert found is not None
    return found


# --- decks of ours --------------------------------------------------------------------------------------------------


def test_a_deck_says_what_was_packed() -> None:
    found = read_back(packed(notes()))
    assert (found.namespace, found.qa_type, found.cloze_type) == (INFO.namespace, *TYPES)
    assert found.memory == "of the whole"
    for note, sent in zip(notes(), found.notes, strict=True):
        known = note.identified
        assert (sent.nid, sent.guid, sent.mod, sent.ref) == (known.nid, known.guid, known.mod, known.id)
        assert sent.memory == f"of {known.id}"
        assert sent.fields[0] == note.html.question
        assert sent.type == ("cloze" if isinstance(known.note.body, Cloze) else "qa")
        assert sent.path == (*known.note.deck, *known.note.topic)


def test_a_deck_without_notes_or_memory_is_a_deck() -> None:
    assert read_back(deck([])) == Deck(INFO.namespace, *TYPES, ())
    assert [note.memory for note in read_back(deck(notes())).notes] == ["", "", ""]


# --- decks that came through Anki -----------------------------------------------------------------------------------


def exported(opened: Collection, legacy: bool = True) -> bytes:
    """All of a collection as Anki itself exports it."""
    options = ExportAnkiPackageOptions(
        with_scheduling=True, with_deck_configs=False, with_media=True, legacy=legacy
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.apkg"
        opened.export_anki_package(out_path=str(path), options=options, limit=None)
        return path.read_bytes()


def test_a_deck_that_anki_exported_names_the_project_and_its_notes_and_nothing_of_its_memory() -> None:
    with collection() as opened:
        import_deck(opened, packed(notes()))
        own = opened.new_note(opened.models.by_name("Basic"))  # type: ignore[arg-type]
        own["Front"] = "The learner's own"
        opened.add_note(own, 1)  # type: ignore[arg-type]
        changed = opened.get_note(NoteId(notes()[0].identified.nid))
        changed.add_tag("mine")
        opened.update_note(changed)
        found = read_back(exported(opened))
    before = {note.identified.nid: note.identified for note in notes()}
    assert {(note.nid, note.guid, note.ref) for note in found.notes} == {
        (nid, known.guid, known.id) for nid, known in before.items()
    }
    assert (found.namespace, found.qa_type, found.cloze_type) == (INFO.namespace, *TYPES)
    assert found.memory + "".join(note.memory for note in found.notes) == ""
    newer = [note for note in found.notes if note.mod > MOD]
    assert [note.nid for note in newer] == [notes()[0].identified.nid]
    ledger = recalled(found)
    assert {(entry.id, entry.nid) for entry in ledger.entries} == {(n.id, n.nid) for n in before.values()}
    assert [sorted(entry.clozes) for entry in ledger.entries if entry.type == "cloze"] == [[1, 2]]


def test_anki_s_newer_format_is_refused_with_a_way_out() -> None:
    with collection() as opened:
        import_deck(opened, deck(notes()))
        package = exported(opened, legacy=False)
    with pytest.raises(UserError, match="Support older Anki versions"):
        read(package)


def test_a_deck_of_two_projects_is_refused() -> None:
    other = DeckInfo("Other", "other", "f" * 24)
    types = anki.NoteTypeIds(founded("f" * 24).qa_type, founded("f" * 24).cloze_type)
    with collection() as opened:
        import_deck(opened, deck([rendered(basic("a", "b"))]))
        import_deck(opened, deck([rendered(basic("c", "d"))], other, types))
        package = exported(opened)
    with pytest.raises(UserError, match="several projects"):
        read(package)


def test_fields_that_a_learner_added_are_passed_over() -> None:
    with collection() as opened:
        import_deck(opened, deck(notes()))
        model = opened.models.get(TYPES.qa)  # type: ignore[arg-type]
        assert model is not None
        opened.models.add_field(model, opened.models.new_field("Mine"))
        opened.models.update_dict(model)
        found = read_back(exported(opened))
    assert {note.ref for note in found.notes} == {note.identified.id for note in notes()}


# --- what is no deck ------------------------------------------------------------------------------------------------


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return buffer.getvalue()


def doctored(*statements: str, package: bytes = b"") -> bytes:
    """A deck whose collection was worked on."""
    data = witness._collection(package or packed(notes()))
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data or b"")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    return zipped(collection_anki2=connection.serialize())


ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
COLUMNS = f"SELECT n AS id, 'g' AS guid, {TYPES.qa} AS mid, 1 AS mod, '' AS flds, '' AS data"
MODELS = "UPDATE col SET models = "


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"PK\x03\x04" + bytes(1000), id="the beginning of a zip"),
        pytest.param(zipped(), id="an empty zip"),
        pytest.param(zipped(media=b"{}"), id="no collection"),
        pytest.param(zipped(collection_anki2=b""), id="an empty collection"),
        pytest.param(zipped(collection_anki2=b"SQLite format 3\0" + bytes(5000)), id="a collection of zeros"),
        pytest.param(zipped(collection_anki2=b"x" * 5000), id="a collection of letters"),
        pytest.param(zipped(collection_anki2=bytes(100_000_000)), id="a bomb"),
        pytest.param(doctored("DROP TABLE notes"), id="no notes"),
        pytest.param(doctored("DROP TABLE cards"), id="no cards"),
        pytest.param(doctored("DELETE FROM col"), id="no settings"),
        pytest.param(doctored("UPDATE col SET conf = '[]'"), id="settings of another sort"),
        pytest.param(doctored("UPDATE col SET conf = x'ff'"), id="settings in bytes"),
        pytest.param(doctored(MODELS + "'{}'"), id="no note types"),
        pytest.param(doctored(MODELS + "'[1]'"), id="no such note types"),
        pytest.param(doctored(MODELS + "'{\"1\": {}}'"), id="a note type without fields"),
        pytest.param(doctored(MODELS + '\'{"x": {"flds": []}}\''), id="a note type without an id"),
        pytest.param(doctored(MODELS + f"'{'[' * 100_000}'"), id="nested beyond measure"),
        pytest.param(doctored("DROP TABLE notes", f"CREATE VIEW notes AS {ENDLESS} {COLUMNS} FROM r"), id="no end"),
        pytest.param(doctored("DELETE FROM cards", "ALTER TABLE cards RENAME COLUMN due TO x"), id="other columns"),
        pytest.param(doctored("UPDATE cards SET due = 'x' WHERE ord = 0"), id="places that are no numbers"),
    ],
)
def test_what_is_no_deck_of_ours_is_none(data: bytes) -> None:
    assert read(data) is None


def test_somebody_else_s_deck_is_none_of_ours() -> None:
    with collection() as opened:
        own = opened.new_note(opened.models.by_name("Basic"))  # type: ignore[arg-type]
        own["Front"] = "A question"
        opened.add_note(own, 1)  # type: ignore[arg-type]
        assert read(exported(opened)) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE notes SET guid = 5.5 WHERE id = {nid}",
        "UPDATE notes SET flds = 'What?' WHERE id = {nid}",
        "UPDATE notes SET flds = x'00ff' WHERE id = {nid}",
        "UPDATE notes SET mid = 5 WHERE id = {nid}",
        "UPDATE notes SET mod = 'now' WHERE id = {nid}",
    ],
)
def test_a_row_that_is_no_note_is_passed_over_and_the_others_count(statement: str) -> None:
    nid = notes()[1].identified.nid
    found = read_back(doctored("CREATE TABLE n AS SELECT * FROM notes", "DROP TABLE notes",
                               "CREATE TABLE notes (id integer primary key, guid, mid, mod, flds, data)",
                               "INSERT INTO notes SELECT id, guid, mid, mod, flds, data FROM n",
                               statement.format(nid=nid)))  # fmt: skip
    assert [note.nid for note in found.notes] == [notes()[0].identified.nid, notes()[2].identified.nid]


def test_a_deck_torn_anywhere_is_none() -> None:
    package = packed(notes())
    torn = [package[:end] for end in range(0, len(package), 37)]
    assert len(torn) > 50
    assert {read(part) for part in torn} == {None}


def test_a_collection_with_wrong_bytes_is_none_or_rows_or_refused_in_a_sentence() -> None:
    """Byte by byte, since a zip's check sum would tell sooner."""
    data = witness._collection(packed(notes())) or b""
    seen = set()
    for place in range(0, len(data), max(1, len(data) // 400)):
        for value in (0, 255, data[place] ^ 1):
            found = None
            with contextlib.suppress(UserError):  # its namespace may read as two
                found = read(zipped(collection_anki2=data[:place] + bytes([value]) + data[place + 1 :]))
            seen.add(found is None)
            if found is not None:
                recalled(found)
    assert seen == {True, False}


def test_a_value_as_large_as_the_machine_is_never_made() -> None:
    """A generated column could ask for any size."""
    large = "CREATE TABLE notes (id, guid, mid, mod, flds, data AS (hex(zeroblob(100000000))))"
    assert read(doctored("DROP TABLE notes", large, "INSERT INTO notes VALUES (1, '', 1, 1, '')")) is None


# --- text -----------------------------------------------------------------------------------------------------------

PICTURE = Media("cat-1234.svg", b"<svg/>", "image/svg+xml")


@pytest.mark.parametrize(
    "markdown",
    [
        "A **bold**, *slanted*, ~~struck~~ `code` and [link](https://a.example).",
        "Two\nlines, and\\\na break.",
        "# A heading\n\nand a paragraph",
        "- one\n- two\n  1. nested\n  2. `x`\n\n> A quote",
        "- [x] done\n- [ ] open",
        "```python\ndef f(x):\n\n    return {'a': [x, '<b>']}  # & so on\n```",
        "```\n┌──┐\n└──┘\n```",
        "| a | b |\n| --- | :-: |\n| 1 | `2` |",
        "A picture ![of a cat](cat.svg) inside, &amp; &lt;b> &copy; entities.",
        "Raw <kbd>Ctrl</kbd> and <sub>2</sub> and `List<T>` and <T>.",
        "<details><summary>More</summary>\n\nHidden.\n\n</details>",
        "> [!NOTE]\n> An alert.",
        "Non-breaking\u00a0spaces, “quotes” — Юникод 中文 🍀",
        "[sound:x.mp3] and [$]x[/$] and {{ django }}",
        "---\n\nAfter a rule",
    ],
)
def test_the_text_of_a_field_is_that_of_its_markdown(markdown: str) -> None:
    field = (
        read_back(deck([rendered(basic("q", markdown), media={("cards.md", "cat.svg"): PICTURE})])).notes[0].fields[1]
    )
    assert text(field) == plain(tuple(node for node in tree(markdown) if node.kind is not Kind.FOOTNOTE))


@pytest.mark.parametrize(
    ("field", "whole", "hidden"),
    [
        ("nothing", "nothing", []),
        ("{{c1::a}} b {{c2::c}}", "a b c", [(1, "a"), (2, "c")]),
        ("{{c1::a::hint}} b", "a b", [(1, "a")]),
        ("<p>{{c12::<b>a</b> x::<i>hint</i>}}</p>", " a x ", [(12, "a x")]),
        ("{{c1::a {{c2::b}} c}} d", "a b c d", [(2, "b"), (1, "a b c")]),
        ("{{ x }} and a::b }} {{c1::y}}", "{{ x }} and a::b }} y", [(1, "y")]),
        ("{{c1::open", "open", []),
        ("&lt;{{c1::&amp;}}&gt;", "<&>", [(1, "&")]),
        ("{{c1::{{ x &#125;&#125;}} {{c2::std:&#58;map::what}}", "{{ x }} std::map", [(1, "{{ x }}"), (2, "std::map")]),
        ("<p>a</p><p>{{c1::b}}</p>", " a  b ", [(1, "b")]),
    ],
)
def test_a_cloze_s_text_and_where_its_deletions_are(field: str, whole: str, hidden: list[tuple[int, str]]) -> None:
    found, parts = unmarked(field)
    assert found == whole
    assert [(part.number, found[part.start : part.end]) for part in parts] == hidden


@pytest.mark.parametrize(
    "make", [lambda n: "<" * n, lambda n: "<p class=" * n, lambda n: "{{c1::" * n, lambda n: "::}}" * n]
)
def test_text_takes_no_more_than_its_length_in_time(make: Callable[[int], str]) -> None:
    """Were it quadratic, these would take hours."""
    field = make(300_000)
    note = Sent(1, "g", "cloze", 1, (field, field, *[""] * 7))
    assert len(note.told.answer) <= len(field)
    assert note.deletions == {}


def test_another_build_s_deck_is_read_by_what_it_says_now() -> None:
    first = notes()[0]
    newer = touched(first, mod=MOD + 5)
    assert [note.mod for note in read_back(deck([newer])).notes] == [MOD + 5]
    assert identified(first.identified.note).id == read_back(deck([newer])).notes[0].ref


def test_an_import_takes_nothing_of_a_deck_s_memory() -> None:
    with collection() as opened:
        assert import_deck(opened, packed(notes())) == {"new": 3}
        assert rows(opened, "select distinct data, flags from notes") == [["", 0]]
        assert "deckpress" not in json.dumps(rows(opened, "select key from config"))
