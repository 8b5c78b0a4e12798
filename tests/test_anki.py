"""The deck in the hands of the real Anki: what an import does to a learner's collection, and what the cards show."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from generator import anki, orders, resources
from generator.model import Citation, Media, RenderedNote
from tests.cards_support import (
    INFO,
    MOD,
    TYPES,
    basic,
    card_page,
    choice,
    chromium,
    cloze_note,
    collection,
    deck,
    import_deck,
    note_of,
    note_type,
    rendered,
    reversed_note,
    rows,
    sides,
    touched,
)

ROOT = Path(__file__).resolve().parent.parent
PICTURE = Media("cat-1234.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="90"/>', "image/svg+xml")
MEDIA = {("cards.md", "cat.svg"): PICTURE}

CODE = """Use `{{ x }}` and {% y %}, not &lt;b&gt;.

```django
{% for book in books %}{{ book.title|upper }} and a rather long line of code that has to wrap on every phone{% endfor %}
```

```python
class BookQuerySet(models.QuerySet):
    def for_listing(self, since=2020):
        return self.select_related("author", "publisher").prefetch_related(Prefetch("reviews", to_attr="recents"))
```

| a | b | c | d |
|---|---|---|---|
| one query with a join | one more query for each relation | `many_to_many_relations()` | and_a_word_that_is_long |

![A picture](cat.svg)

```
┌────────┐      ┌────────┐      ┌────────┐      ┌────────┐
└────────┘─────▶└────────┘─────▶└────────┘─────▶└────────┘
```

> [!TIP]
> https://docs.djangoproject.com/en/5.2/ref/models/querysets/#django.db.models.query.QuerySet.select_related

<details><summary>More</summary>

1. Press <kbd>Ctrl</kbd>

   ```sh
   python manage.py migrate --settings=project.settings.production --database=replica --verbosity=3
   ```

</details>
"""


def notes() -> list[RenderedNote]:
    """Five notes of the kinds that readers make, seven cards."""
    options = [("`Book.objects.filter(pk=1)`", False), ("`len(Book.objects.all())`", True), ("both", True)]
    cloze = cloze_note("A signal is received by {{c1::a decorator}} and {{c3::ready()::method}}.", "So.")
    written = [
        basic(
            "# What does `select_related()` do?", "It *joins*.", hint="Think", topic=("ORM",), tags=("sql joins", "ORM")
        ),
        basic(
            "# Why?\n\n```html\n<b>{{ x }}</b>\n```",
            CODE,
            topic=("Templates",),
            citations=(Citation("D", "https://d.x"),),
        ),
        choice("Which of these?", options, "Because.", topic=("ORM", "Query: sets")),
        reversed_note("404", "not found", topic=("HTTP",)),
        basic("ما الفرق بين `null` و `blank`؟", "الخيار **null** يخص قاعدة البيانات.", lang="ar"),
        cloze,
    ]
    return [rendered(note, media=MEDIA) for note in written]


def database(package: bytes) -> sqlite3.Connection:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        data = archive.read("collection.anki2")
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data)
    return connection


# --- imports ------------------------------------------------------------------------------------------------------


def test_a_deck_arrives_whole_and_comes_again_without_a_trace() -> None:
    package = deck(notes())
    with collection() as opened:
        assert import_deck(opened, package) == {"new": 6}
        before = rows(opened, "select * from notes order by id"), rows(opened, "select id, did, ord from cards")
        assert import_deck(opened, package) == {"duplicate": 6}
        assert before == (
            rows(opened, "select * from notes order by id"),
            rows(opened, "select id, did, ord from cards"),
        )
        assert opened.card_count() == 8
        assert sorted(tag for tag in opened.tags.all()) == ["ORM", "sql-joins"]


def test_one_changed_note_is_one_update_and_a_learners_tag_on_another_stays() -> None:
    first = notes()
    with collection() as opened:
        import_deck(opened, deck(first))
        other = note_of(opened, first[3])
        other.add_tag("leech")
        opened.update_note(other)
        fixed = touched(first[0], mod=MOD + 60)
        fixed = replace(fixed, html=replace(fixed.html, answer="<p>It joins!</p>"))
        assert import_deck(opened, deck([fixed, *first[1:]])) == {"updated": 1, "duplicate": 5}
        assert note_of(opened, fixed)["Answer"] == "<p>It joins!</p>"
        assert note_of(opened, first[3]).has_tag("leech")


def test_a_change_without_a_newer_mod_does_not_arrive() -> None:
    """Why the ledger raises `mod`: Anki looks at nothing else."""
    first = notes()[:1]
    with collection() as opened:
        import_deck(opened, deck(first))
        changed = [replace(first[0], html=replace(first[0].html, answer="<p>new</p>"))]
        assert import_deck(opened, deck(changed)) == {"duplicate": 1}


def test_a_note_that_turns_reversed_keeps_its_card_and_gets_another() -> None:
    plain = rendered(basic("404", "not found"))
    turned = rendered(reversed_note("404", "not found"), MOD + 1)
    with collection() as opened:
        import_deck(opened, deck([plain]))
        assert import_deck(opened, deck([turned])) == {"updated": 1}
        assert [(card, opened.get_card(card).ord) for card in sorted(opened.find_cards(""))] == [
            (plain.identified.nid + 1, 0),
            (plain.identified.nid + 2, 1),
        ]


def test_ids_are_the_ledgers_and_cards_follow_their_note() -> None:
    with collection() as opened:
        import_deck(opened, deck(notes()))
        cards = rows(opened, "select id, nid, ord, due from cards")
        assert all(card == nid + 1 + ordinal for card, nid, ordinal, _ in cards)
        assert {nid for _, nid, _, _ in cards} == {note.identified.nid for note in notes()}
        assert [ordinal for _, nid, ordinal, _ in sorted(cards) if nid == notes()[5].identified.nid] == [0, 2]
        places = {nid: due for _, nid, _, due in cards}
        assert [places[note.identified.nid] for note in notes()] == [1, 2, 3, 4, 5, 6]


def test_a_second_project_has_types_of_its_own_and_both_can_be_restyled(monkeypatch: pytest.MonkeyPatch) -> None:
    other_info = replace(INFO, title="Python", namespace="f" * 24)
    other_types = anki.NoteTypeIds(1_300_000_000_512, 1_400_000_000_512)
    other = rendered(basic("What is a list?", "A sequence.", deck=("Python",)))
    with collection() as opened:
        import_deck(opened, deck(notes()))
        assert import_deck(opened, deck([other], other_info, other_types)) == {"new": 1}
        ours = [(kind.id, kind.name) for kind in opened.models.all_names_and_ids() if kind.name.startswith("Deckpress")]
        expected = [*zip(TYPES, anki.note_type_names(INFO.namespace), strict=True)]
        expected.append((other_types.qa, anki.note_type_names(other_info.namespace)[0]))
        assert sorted(ours) == sorted(expected)
        newer = anki.revision()[0] + 1
        monkeypatch.setattr(anki, "revision", lambda: (newer, ""))
        before = resources.text
        monkeypatch.setattr(resources, "text", lambda name: before(name) + (".new {}" if name.endswith(".css") else ""))
        import_deck(opened, deck([other], other_info, other_types))
        assert note_type(opened, other_types.qa)["css"].endswith(".new {}")
        assert not note_type(opened, TYPES.qa)["css"].endswith(".new {}")


def test_note_types_are_frozen() -> None:
    """A changed field, order or template name would make every shipped deck's notes conflicting ones."""
    with collection() as opened:
        import_deck(opened, deck(notes()))
        qa, cloze = (note_type(opened, kind) for kind in TYPES)
        assert " ".join(field["name"] for field in qa["flds"]) == (
            "Question Answer Extra Hint Sources Topic Link Reverse Typed Spare Ref"
        )
        assert (
            " ".join(field["name"] for field in cloze["flds"]) == "Text Extra Hint Sources Topic Link Typed Spare Ref"
        )
        assert [template["name"] for template in qa["tmpls"]] == ["Forward", "Backward", "Typed"]
        assert [template["name"] for template in cloze["tmpls"]] == ["Cloze"]
        assert (qa["name"], cloze["name"]) == ("Deckpress Q&A 8865f", "Deckpress Cloze 8865f")


def test_a_typed_note_would_work_without_a_new_type() -> None:
    with collection() as opened:
        import_deck(opened, deck(notes()[:1]))
        note = note_of(opened, notes()[0])
        note["Typed"] = "1"
        opened.update_note(note)
        assert [card.template()["name"] for card in note.cards()] == ["Forward", "Typed"]
        assert "[[type:Answer]]" in note.cards()[1].question()


def test_decks_are_nested_named_and_described() -> None:
    strange = [
        rendered(basic("a", "b", deck=(), topic=('std::vector "x"', "A\nB"))),
        rendered(basic("c", "d", deck=("django",))),
        rendered(basic("e", "f", deck=("Lang", "Py:"), topic=("Cafe\u0301",))),
    ]
    with collection() as opened:
        import_deck(opened, deck(strange))
        names = {entry.name for entry in opened.decks.all_names_and_ids(skip_empty_default=True)}
        assert names == {
            "Django", "Django::std: :vector x", "Django::std: :vector x::A B",
            "Lang", "Lang::Py", "Lang::Py::Caf\u00e9",
        }  # fmt: skip
        assert opened.decks.by_name("Django")["desc"] == "Questions &lt;and&gt; answers"  # type: ignore[index]
        assert opened.decks.by_name("Lang::Py")["desc"] == ""  # type: ignore[index]
        (home,) = rows(opened, f"select did from cards where nid = {strange[1].identified.nid}")
        assert home == [opened.decks.id_for_name("Django")]


def test_media_arrive_once_and_by_name() -> None:
    with zipfile.ZipFile(io.BytesIO(deck(notes()))) as archive:
        assert json.loads(archive.read("media")) == {"0": PICTURE.name}
        assert archive.read("0") == PICTURE.data
    with collection() as opened:
        import_deck(opened, deck(notes()))
        assert (Path(opened.media.dir()) / PICTURE.name).read_bytes() == PICTURE.data
        assert not opened.media.check().missing


def test_sort_field_and_checksum_are_what_anki_would_compute() -> None:
    written = [*notes(), rendered(basic("![x](cat.svg) &amp; *more* `<b>`", "a"), media=MEDIA)]
    ours = database(deck(written)).execute("select id, sfld, csum from notes order by id").fetchall()
    with collection() as opened:
        import_deck(opened, deck(written))
        for note in map(opened.get_note, opened.find_notes("")):
            opened.update_note(note)
        assert rows(opened, "select id, sfld, csum from notes order by id") == [list(row) for row in ours]


def test_a_field_holds_nothing_that_parts_fields() -> None:
    odd = rendered(basic("a\x1fb", "c\x1fd"))
    fields = database(deck([odd])).execute("select flds from notes").fetchone()[0].split("\x1f")
    assert fields[:2] == ["ab", "<p>cd</p>"]
    assert len(fields) == len(anki.QA_FIELDS)


def test_no_notes_are_a_deck_too() -> None:
    with collection() as opened:
        assert import_deck(opened, deck([])) == {}


# --- what a deck carries for its author ---------------------------------------------------------------------------


def remembering(found: Sequence[RenderedNote], words: str) -> bytes:
    """A deck with a memory."""
    notes_memory = {note.identified.id: f'{{"{words}": "{note.identified.id}"}}' for note in found}
    return anki.package(INFO, found, TYPES, anki.Memory(notes_memory, f"{words} \u00fc"))


def test_a_learner_gets_nothing_of_what_a_deck_remembers_and_no_update_for_it() -> None:
    tables = (
        "select * from notes order by id",
        "select id, nid, ord, mod, type, queue, due, flags, data from cards order by id",
        "select key from config order by key",
    )
    with collection() as bare, collection() as opened:
        import_deck(bare, deck(notes()))
        assert import_deck(opened, remembering(notes(), "first")) == {"new": 6}
        assert [rows(opened, sql) for sql in tables] == [rows(bare, sql) for sql in tables]
        assert import_deck(opened, remembering(notes(), "second")) == {"duplicate": 6}
        changed = [touched(notes()[0], mod=MOD + 60), *notes()[1:]]
        assert import_deck(opened, remembering(changed, "third")) == {"updated": 1, "duplicate": 5}
        always = import_deck(opened, remembering(notes(), "fourth"), update_notes=1)
        assert always == {"updated": 1, "duplicate": 5}
        assert rows(opened, "select distinct data from notes") == [[""]]


def test_a_memory_is_part_of_the_bytes_and_of_nothing_else() -> None:
    assert remembering(notes(), "same") == remembering(notes(), "same")
    assert remembering(notes(), "one") != remembering(notes(), "other")
    assert deck(notes()) == anki.package(INFO, notes(), TYPES, anki.NO_MEMORY)


BARE = basic("What is *x*?", "It is.", topic=("ORM",), tags=("b", "a"))


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (rendered(BARE, MOD + 9), True),
        (touched(rendered(BARE), id="other1", guid="other", nid=1), True),
        (rendered(replace(BARE, tags=("a", "b"))), True),
        (rendered(replace(BARE, topic=("Sets",))), False),
        (rendered(replace(BARE, deck=("Flask",))), False),
        (rendered(replace(BARE, tags=("a",))), False),
        (rendered(replace(BARE, lang="de")), False),
        (rendered(replace(BARE, citations=(Citation("D", "https://d.x"),))), False),
        (rendered(reversed_note("What is *x*?", "It is.", topic=("ORM",), tags=("b", "a"))), False),
        (replace(rendered(BARE), html=replace(rendered(BARE).html, answer="<p>It <b>is</b>.</p>")), False),
        (replace(rendered(BARE), html=replace(rendered(BARE).html, hint="Think")), False),
    ],
)
def test_a_digest_is_of_what_a_learner_gets_to_see(other: RenderedNote, same: bool) -> None:
    assert (anki.digest(other) == anki.digest(rendered(BARE))) is same


# --- what Anki would do rather than show --------------------------------------------------------------------------

ORDERS = "[sound:a.mp3] [anki:play:q:0] [ANKI:tts lang=en_US]x[/anki:tts] [latex]x[/latex] [$]y[/$] [$$]z[/$$] [ ] [x]"


def test_no_field_gives_orders_whatever_it_came_through() -> None:
    html = rendered(basic("q", "a")).html
    whole = replace(html, question=ORDERS, answer=f'<img alt="{ORDERS}">', hint=ORDERS, sources=f"<ol>{ORDERS}</ol>")
    odd = replace(rendered(basic("q", "a", deck=(ORDERS,), topic=(ORDERS,))), html=whole)
    cloze = replace(rendered(cloze_note("{{c1::a}}")), html=replace(whole, question="{{c1::a}} " + ORDERS))
    with collection() as opened:
        import_deck(opened, deck([odd, cloze]))
        for note in (note_of(opened, odd), note_of(opened, cloze)):
            assert not [field for field in note.fields if orders.gives_orders(field)]
            assert "[ ] [x]" in note.fields[0]
            for card in note.cards():
                assert not card.question_av_tags() + card.answer_av_tags()
                assert "[sound:a.mp3]" in unescape(card.answer())
                assert "latex.png" not in card.answer()


@pytest.mark.parametrize(
    "field",
    [
        "{{c1::a}} {{c2::b}}", "{{c1::a {{c2::b}} c}}", "{{c1::a", "{{c2::a}} {{c1::b", "{{c0::x}} {{c3::y}}",
        "{{c1,3::x}}",
        "{{c1::}}", "{{C3::x}}", "{{c03::x}}", "{{c600::x}}", "{{c499::x}}{{c500::y}}{{c501::z}}", "{{c65535::x}}",
        "{{c65536::x}}", "{{c2::a}} &#123;{c4::b}}", "{{c3::<b>x</b>::h}}", "{{ c1::x}}", "{{c1:x}}", "none",
        "}} {{c2::b}}",
    ],
)  # fmt: skip
def test_a_cloze_has_the_cards_that_anki_itself_would_make(field: str) -> None:
    note = rendered(cloze_note("{{c1::a}}"))
    note = replace(note, html=replace(note.html, question=field))
    with collection() as opened:
        import_deck(opened, deck([note]))
        ours = [card.ord for card in note_of(opened, note).cards()]
        theirs = opened.new_note(note_type(opened, TYPES.cloze))
        theirs.fields = list(note_of(opened, note).fields)
        opened.add_note(theirs, 1)  # type: ignore[arg-type]
        assert ours == sorted({card.ord for card in theirs.cards()})  # of 501 and 500 Anki makes one card twice


# --- bytes --------------------------------------------------------------------------------------------------------

BUILD = "import sys, hashlib; sys.path[:0] = ['.']; from tests import test_anki as t; " + (
    "print(hashlib.sha256(t.deck(t.notes())).hexdigest())"
)


def test_the_same_notes_make_the_same_bytes_anywhere() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", BUILD],
            cwd=ROOT,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for settings in ({"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"}, {"PYTHONHASHSEED": "2", "TZ": "UTC"})
    }
    assert len(found) == 1
    assert deck(notes()) == deck(notes())


# --- what cards show ----------------------------------------------------------------------------------------------


def test_cards_show_their_fields_and_no_trace_of_markdown_or_templates() -> None:
    with collection() as opened:
        import_deck(opened, deck(notes()))
        shown = [side.split("</style>")[-1] for pair in sides(opened) for side in pair]
    assert len(shown) == 16
    for side in shown:
        assert "**" not in side
        assert "```" not in side
        assert "{{c" not in side
        assert "[!" not in side
        assert "{{#" not in side
        assert "Django" in side
    back = shown[3]
    assert "{{ x }}</code> and {% y %}, not &lt;b&gt;." in back
    assert "{{</span> book" in back
    assert back.count('<hr id="answer">') == 1
    assert '<hr id="answer">' not in shown[2]
    assert shown[-2].count('class="cloze"') == 1
    assert "[method]" in shown[-2]


def test_what_is_absent_leaves_no_box() -> None:
    bare = rendered(basic("q", "a", deck=("Django",)))
    with collection() as opened:
        import_deck(opened, deck([bare]))
        front, back = sides(opened)[0]
    for part in ("hint", "<details", "Sources"):
        assert part not in (front + back).split("</style>")[-1]


# --- in a browser -------------------------------------------------------------------------------------------------

MEASURE = """<script>addEventListener("load", () => {
  const wide = [], moved = [];
  const frames = [...document.querySelectorAll("iframe")].map(frame => [frame, frame.contentDocument]);
  for (const [frame, page] of frames) {
    const found = page.documentElement.scrollWidth;
    if (found > frame.clientWidth) wide.push(frame.title + ": " + found);
  }
  const place = page => page.querySelector(".q, .text, .a").getBoundingClientRect();
  for (let n = 0; n + 1 < frames.length; n += 2) {
    const [a, b] = [place(frames[n][1]), place(frames[n + 1][1])];
    if (a.top !== b.top || a.left !== b.left) moved.push(frames[n][0].title);
  }
  const copied = getCopied(frames);
  document.title = "done";
  document.body.textContent = JSON.stringify({frames: frames.length, wide, moved, copied});
});
function getCopied(frames) {
  const block = frames.map(([, page]) => page.querySelector("pre.lang-python")).find(Boolean);
  const view = block.ownerDocument.defaultView, range = block.ownerDocument.createRange();
  range.selectNodeContents(block);
  view.getSelection().removeAllRanges(); view.getSelection().addRange(range);
  return view.getSelection().toString();
}
</script>"""


def test_no_card_is_wider_than_its_screen_and_none_moves_at_the_flip(tmp_path: Path) -> None:
    with collection() as opened:
        import_deck(opened, deck(notes()))
        pairs = sides(opened)
    (tmp_path / PICTURE.name).write_bytes(PICTURE.data)
    frames = []
    for width in (320, 360, 768):
        for number, pair in enumerate(pairs):
            for name, side in zip(("front", "back"), pair, strict=True):
                file = tmp_path / f"{width}-{number}-{name}.html"
                file.write_text(
                    card_page(side.replace("<details", "<details open"), night=number % 2 == 1), encoding="utf-8"
                )
                frames.append(
                    f'<iframe title="{file.stem}" src="{file.name}" style="width:{width}px;height:700px;border:0">'
                )
                frames.append("</iframe>")
    page = tmp_path / "all.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><body>{''.join(frames)}{MEASURE}</body>", encoding="utf-8")
    out = chromium("--dump-dom", "--virtual-time-budget=5000", page.as_uri())
    found = json.loads(out[out.index("{") : out.rindex("}") + 1].replace("&gt;", ">").replace("&lt;", "<"))
    assert found["frames"] == 48
    assert found["wide"] == []
    assert found["moved"] == []
    assert found["copied"] == (
        "class BookQuerySet(models.QuerySet):\n    def for_listing(self, since=2020):\n"
        '        return self.select_related("author", "publisher").prefetch_related('
        'Prefetch("reviews", to_attr="recents"))'
    )
