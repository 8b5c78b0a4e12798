"""The quiz and its key: room to write, options and their letters, order by a seed, and references that are true."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import press, sheets
from generator.model import RenderedNote
from generator.print_model import Sheet
from generator.print_settings import PrintSettings, QuizSettings
from generator.print_settings import settings as print_settings
from generator.reading.blocks import plain
from generator.sheets import choices, condense
from tests.driver import Story
from tests.print_support import (
    Book,
    awkward_notes,
    choice_note,
    deck_info,
    identified,
    in_order,
    letters,
    made_notes,
    markdown_notes,
    missing_glyphs,
    overlapping,
    read,
    simple_notes,
    with_note,
)

MILLIMETRE = 72 / 25.4
SHUFFLED = PrintSettings(quiz=QuizSettings(shuffle=True, seed=7))
CLOZES = """
# Clozes

## A lookup takes {{c1::constant}} time, {{c2::linear}} time in the worst case. {kind=cloze}

## France {kind=cloze}

The French {{c1::Revolution}} began in {{c2::1789::year}}.
"""


def many() -> list[RenderedNote]:
    """Every kind of note."""
    options = [
        choice_note("Which is right?", "This `one`", "That one", "The other", "None of these"),
        choice_note("Which is long?", "An option that is far too long to stand in half a line of the page", "Short"),
    ]
    return [*awkward_notes(), *markdown_notes(CLOZES), *options, *made_notes(100)]


def printed(notes: list[RenderedNote], **values: object) -> tuple[Sheet, Book]:
    """The quiz of these notes with these settings."""
    sheet = sheets.quiz(deck_info(), notes, print_settings(values))
    return sheet, Book(press.print_sheet(sheet, press.MemoryCache(), jobs=1))


@pytest.fixture(scope="module")
def notes() -> list[RenderedNote]:
    return many()


@pytest.fixture(scope="module")
def made(notes: list[RenderedNote]) -> tuple[Sheet, Book]:
    return printed(notes)


def html_of(notes: list[RenderedNote], wanted: PrintSettings = PrintSettings()) -> tuple[str, str]:  # noqa: B008
    """The questions and the key of a short quiz, as HTML."""
    questions, key = (part.html for part in sheets.quiz(deck_info(), notes, wanted).signatures)
    return questions, key


def key_anchor(note: RenderedNote) -> str:
    """Where the key has a note."""
    return "k" + sheets.note_anchor(note)[1:]


# --- on paper ---------------------------------------------------------------------------------------------------------


def test_every_word_of_every_note_is_there(notes: list[RenderedNote], made: tuple[Sheet, Book]) -> None:
    _, book = made
    text = letters("".join(book.texts))
    for note in notes:
        for tree in note.identified.note.trees():
            words = [letters(word) for word in re.findall(r"\w+", plain((tree,)))]
            assert not [word for word in words if word not in text]
        assert {sheets.note_anchor(note), key_anchor(note)} <= set(book.anchors)


def test_page_references_are_true_both_ways(notes: list[RenderedNote], made: tuple[Sheet, Book]) -> None:
    _, book = made
    key_begins = book.anchors["key"]
    for there, here in ((key_anchor, sheets.note_anchor), (sheets.note_anchor, key_anchor)):
        told: list[str] = []
        for place, text in enumerate(book.texts):
            if (place >= key_begins) == (here is key_anchor):
                told += re.findall(r"\bp\.\s*(\d+)\b", text)
        assert sorted(map(int, told)) == sorted(book.anchors[there(note)] + 1 for note in notes)
    for note in notes[::7]:
        page = book.anchors[sheets.note_anchor(note)]
        assert re.search(rf"\bp\.\s*{book.anchors[key_anchor(note)] + 1}\b", book.texts[page])
    links = [str(one.Dest) for _, one in book.annotations() if "/Dest" in one]
    assert {key_anchor(note) for note in notes} <= set(links)
    assert {sheets.note_anchor(note) for note in notes} <= set(links)


def test_the_key_begins_on_a_leaf_of_its_own(made: tuple[Sheet, Book]) -> None:
    pages = {printed(simple_notes(count))[1].anchors["key"] + 1 for count in (2, 24)}
    _, book = made
    assert all(page % 2 == 1 for page in {*pages, book.anchors["key"] + 1})
    assert book.texts[book.anchors["key"]].startswith("Answer key") or "Answer key" in book.texts[book.anchors["key"]]
    assert len(pages) > 1


@pytest.mark.parametrize(("paper", "margin"), [("A4", 0.0), ("Letter", 0.0), ("A5", 0.0), ("A4", 6.0)])
def test_nothing_leaves_its_page_or_lies_on_anything(paper: str, margin: float, made: tuple[Sheet, Book]) -> None:
    _, book = made if (paper, margin) == ("A4", 0) else printed(many()[:30], paper=paper, margin=margin)
    edge = margin or (14 if paper == "A5" else 18)
    checked = 0
    for place in range(len(book.reader)):
        width, height = (float(size) for size in list(book.pdf.pages[place].MediaBox)[2:])
        assert overlapping(book, place) == [], place
        for left, bottom, right, top in book.boxes(place):
            assert left > edge * MILLIMETRE - 1 and right < width - edge * MILLIMETRE + 3, place
            assert bottom > 5 * MILLIMETRE and top < height - 5 * MILLIMETRE, place
            checked += 1
    assert checked > 3000


def test_faces_are_embedded_and_have_what_is_asked_of_them(made: tuple[Sheet, Book]) -> None:
    _, book = made
    assert missing_glyphs(book) == 0
    assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in book.fonts.values())


def test_the_same_notes_give_the_same_bytes() -> None:
    notes = awkward_notes()[::6]
    assert printed(notes)[1].data == printed(notes)[1].data


def test_topics_stay_with_their_first_question(made: tuple[Sheet, Book]) -> None:
    sheet, book = made
    checked = 0
    for mark in sheet.outline[:-1]:
        assert book.anchors[mark.anchor] == book.anchors[mark.children[0].anchor]
        checked += 1
    assert checked > 8 and sheet.outline[-1].anchor == "key"


def test_grey_is_grey() -> None:
    _, book = printed(awkward_notes(), palette="grey")
    colours = set()
    for page in book.pdf.pages:
        for found in re.finditer(rb"(?m)^([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG)$", page.obj.Contents.read_bytes()):
            colours.add(tuple(map(float, found.groups())))
    assert all(max(colour) - min(colour) < 0.01 for colour in colours)


# --- order ------------------------------------------------------------------------------------------------------------


def order(notes: list[RenderedNote], wanted: PrintSettings = SHUFFLED) -> list[str]:
    """The ids of the notes in the order in which they are asked."""
    html = "".join(part.html for part in sheets.quiz(deck_info(), notes, wanted).signatures)
    return re.findall(r'<h3 id="n-([^"]+)"', html)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 40), st.integers(0, 40))
def test_an_added_note_leaves_the_order_of_the_others(seed: int, count: int, where: int) -> None:
    wanted = PrintSettings(quiz=QuizSettings(shuffle=True, seed=seed))
    notes = simple_notes(count + 1)
    added = notes.pop(min(where, count))
    before = order(notes, wanted)
    after = order([*notes[: count // 2], added, *notes[count // 2 :]], wanted)
    assert [one for one in after if one != added.identified.id] == before
    assert sorted(before) == sorted(note.identified.id for note in notes)


def test_another_seed_is_another_order_and_none_is_the_decks() -> None:
    notes = simple_notes(30)
    assert order(notes) == order(notes) != order(notes, PrintSettings(quiz=QuizSettings(shuffle=True, seed=8)))
    assert order(notes, PrintSettings()) == [note.identified.id for note in notes] != order(notes)


@pytest.mark.parametrize("wanted", [PrintSettings(), SHUFFLED])
def test_a_note_more_or_less_lays_out_three_signatures_at_most(wanted: PrintSettings) -> None:
    """Questions and answers together, wherever it comes in, be it as the first of a topic."""
    notes = [note for n in range(12) for note in simple_notes(30, f"Topic {n}", f"t{n}q")]

    def signatures(some: list[RenderedNote]) -> set[str]:
        return {one.html for one in sheets.quiz(deck_info(), some, wanted).signatures}

    for few, places in ((notes, range(0, 360, 37)), (notes[:81], range(0, 81, 10)), (notes[:163], range(0, 163, 20))):
        without = signatures(few)
        for place in places:
            topic = few[place].identified.note.topic[0]
            new = simple_notes(1, topic, f"n{place}")[0]
            with_it = signatures([*few[:place], new, *few[place:]])
            assert len(with_it - without) <= 3
            assert len(without - with_it) <= 3


def test_no_running_number_stands_in_a_signature() -> None:
    for signature in sheets.quiz(deck_info(), simple_notes(30), PrintSettings()).signatures:
        text = re.sub(r"<style>.*?</style>|<[^>]*>", " ", signature.html)
        assert set(re.findall(r"\d+", re.sub(r"What is\sq\d+\?|It is\s\d+\.", "", text))) == {"0123456789"}


# --- options ----------------------------------------------------------------------------------------------------------


def lettered(html: str) -> list[tuple[str, str]]:
    """Each option that the HTML shows, with its letter."""
    found = re.findall(r'<li><span class="mark">(?:<span class="tick"></span>)?(\w+)</span>(.*?)</li>', html, re.DOTALL)
    return [(letter, condense.text(inner)) for letter, inner in found]


def test_letters_of_the_key_are_those_of_the_question() -> None:
    for seed in range(12):
        wanted = PrintSettings(quiz=QuizSettings(shuffle=True, seed=seed))
        questions, key = html_of([choice_note("Which?", "one", "two", "three", "four", right=(1, 3))], wanted)
        asked, told = lettered(questions), lettered(key)
        assert [letter for letter, _ in asked] == list("ABCD")
        assert sorted(text for _, text in asked) == ["four", "one", "three", "two"]
        assert {text for _, text in told} == {"two", "four"} and set(told) <= set(asked)


def test_seeds_shuffle_options_and_without_one_they_stay() -> None:
    note = choice_note("Which?", *(f"option {n}" for n in range(6)))
    orders = {
        tuple(text for _, text in lettered(html_of([note], PrintSettings(quiz=QuizSettings(True, seed)))[0]))
        for seed in range(8)
    }
    assert len(orders) > 4
    assert [text for _, text in lettered(html_of([note])[0])] == [f"option {n}" for n in range(6)]


@pytest.mark.parametrize(
    "last",
    [
        "All of the above",
        "None of these",
        "none of the above.",
        "Alle der genannten",
        "Todas las anteriores",
        "以上都是",
    ],
)
def test_what_speaks_of_the_others_stays_last(last: str) -> None:
    note = choice_note("Which?", "one", "two", "three", last)
    for seed in range(8):
        shown = lettered(html_of([note], PrintSettings(quiz=QuizSettings(True, seed)))[0])
        assert shown[-1] == ("D", last)


@pytest.mark.parametrize("option", ["Both A and B", "A or C", "Options A, B", "A & B", "Answer B and one more"])
def test_where_options_name_each_other_none_moves(option: str) -> None:
    note = choice_note("Which?", "one", "two", option, "four")
    for seed in range(4):
        shown = lettered(html_of([note], PrintSettings(quiz=QuizSettings(True, seed)))[0])
        assert [text for _, text in shown] == ["one", "two", option, "four"]


@pytest.mark.parametrize("option", ["All of it", "A cat and B", "None", "Plan A", "both"])
def test_what_speaks_of_something_else_is_shuffled(option: str) -> None:
    found = choices.lettered([("x", False), (option, True)])
    assert not choices.speaks_of_others(found[1])


def test_short_options_stand_in_two_columns_with_their_letters_downwards() -> None:
    questions, _ = html_of([choice_note("Which?", "one", "two", "three", "four")])
    assert 'class="options halves"' in questions and questions.count('<ol class="choices">') == 2
    assert [letter for letter, _ in lettered(questions)] == list("ABCD")
    long = "a text that has more than thirty-eight characters in it"
    assert "halves" not in html_of([choice_note("Which?", "one", "two", long)])[0]
    assert "halves" not in html_of([choice_note("Which?", "one", "two")])[0]


def test_boxes_letters_and_texts_stand_apart() -> None:
    _, book = printed([choice_note("Which is it?", "Xerox", "Yellow", "Zebra", "Quince")])
    lefts = {word: next(book.starts(0, word))[0] for word in ("Xerox", "Yellow", "Zebra", "Quince")}
    assert lefts["Xerox"] == pytest.approx(lefts["Yellow"], abs=1.5)
    assert lefts["Zebra"] == pytest.approx(lefts["Quince"], abs=1.5)
    assert lefts["Zebra"] - lefts["Xerox"] > 50 * MILLIMETRE
    text = book.text_in(0, lefts["Xerox"] - 8 * MILLIMETRE, 0, lefts["Xerox"] - 2, 842)
    assert re.findall(r"\b[AB]\b", text) == ["A", "B"]


# --- room to write ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("characters", "lines"), [(1, 2), (70, 2), (107, 2), (108, 3), (161, 3), (162, 4), (600, 12), (5000, 12)]
)
def test_lines_suit_the_length_of_the_answer(characters: int, lines: int) -> None:
    (note,) = simple_notes(1)
    questions, _ = html_of([with_note(note, answer_text="x" * characters)])
    assert questions.count('class="line"') == lines


def test_code_is_answered_in_a_box() -> None:
    notes = [identified(note) for note in read("# T\n\n## Write it.\n\n```python\na = 1\nb = 2\nc = 3\n```\n")]
    questions, _ = html_of(notes)
    assert 'class="line"' not in questions
    assert f'<div class="box">{"<div></div>" * 5}</div>' in questions


def test_a_long_answer_holds_three_lines_to_its_question_and_may_run_over() -> None:
    (note,) = simple_notes(1)
    questions, _ = html_of([with_note(note, answer_text="x" * 5000)])
    kept, rest = re.findall(r'<article.*?</article>|<div class="item rest">.*?\n</div>\n', questions, re.DOTALL)
    assert (kept.count('class="line"'), rest.count('class="line"')) == (3, 9)


def test_a_cloze_has_gaps_and_the_key_its_text_once() -> None:
    notes = markdown_notes(CLOZES)
    questions, key = html_of(notes)
    assert questions.count('class="gap ') == 4 and 'class="gap' not in key
    shown = " ".join(condense.text(re.sub(r"<style>.*?</style>|<wbr>", "", key, flags=re.DOTALL)).split())
    for text in ("constant", "linear", "The French Revolution began in 1789."):
        assert shown.count(text) == 1, text
    words = condense.text(re.sub(r"<style>.*?</style>", "", questions, flags=re.DOTALL))
    assert not [hidden for hidden in ("constant", "linear", "Revolution", "1789") if hidden in words]
    assert '<span class="gap short"></span> <span class="gap-hint">(year)</span>' in questions
    assert "year" not in shown


def test_hints_and_sources_are_not_asked_for() -> None:
    notes = [with_note(note, answer_text="x") for note in awkward_notes()]
    _, key = html_of(notes[:4])
    assert "Fluent Python" not in key


def test_a_right_to_left_note_says_so() -> None:
    notes = [identified(note) for note in read("# עברית\n\n## מהי בירת ישראל?\n\nירושלים.")]
    questions, key = html_of([with_note(note, lang="he") for note in notes])
    assert '<article class="item" lang="he" dir="rtl">' in questions
    assert '<article class="told whole" lang="he" dir="rtl">' in key


def test_a_deck_of_one_note_and_of_none_but_choices() -> None:
    for notes in (simple_notes(1), [choice_note("Which?", "a", "b", "c")]):
        _, book = printed(notes)
        assert len(book.reader) == 3 and not book.texts[1].strip()
        assert in_order(["Name", "Date", "Score", "of 1"], " ".join(book.texts[0].split())) == ""


def test_the_seed_of_the_command_line_is_printed(tmp_path: Path) -> None:
    text = "# T\n\n" + "".join(f"## What is {name}?\n\nIt is {name}.\n\n" for name in ("ant", "bee", "cow", "dog"))
    story = Story(tmp_path).write("a.md", text)
    found = {}
    for seed in ((), ("--seed", "7"), ("--seed", "8")):
        story.build(*seed, product="quiz")
        (path,) = (tmp_path / "build").glob("*-quiz.pdf")
        found[seed] = " ".join(" ".join(Book(path.read_bytes()).texts).split())
    assert "Shuffled" not in found[()]
    assert "Shuffled, seed 7" in found[("--seed", "7")] and "Shuffled, seed 8" in found[("--seed", "8")]


def test_every_second_question_follows_the_first() -> None:
    found = order(simple_notes(10), PrintSettings())
    assert all(int(first[1:]) + 1 == int(second[1:]) for first, second in pairwise(found))


def test_a_box_for_code_goes_on_overleaf_rather_than_leave_a_hole() -> None:
    def asked(lines: int) -> str:
        return f"## What is written in {lines} lines?\n\n```python\n" + "x = 1\n" * lines + "```\n\n"

    notes = markdown_notes("# Code\n\n" + "".join(asked(lines) for lines in (4, 12, 24, 26, 21)))
    html, _ = html_of(notes)
    boxes = [
        (name, found.count("<div>")) for name, found in re.findall(r'<div class="(box[ \w]*)">((?:<div></div>)+)', html)
    ]
    assert boxes[:3] == [("box", 6), ("box begun", 6), ("box on", 8)]
    _, book = printed(notes)
    for page in range(book.anchors["key"] - 2):
        drawn = [thing.get_bounds()[1] for thing in book.reader[page].get_objects(max_depth=2)]
        lowest = min(bottom for bottom in drawn if bottom > 17 * MILLIMETRE)
        assert lowest < 18 * MILLIMETRE + 0.1 * book.reader[page].get_height()


def test_long_code_in_an_option_may_wrap_and_is_marked_there() -> None:
    code = f"```python\n{'call(argument, ' * 9}1)\n```"
    notes = [choice_note("Which?", code, "b")]
    questions, key = (part.html for part in sheets.quiz(deck_info(), notes, PrintSettings()).signatures)
    for html in (questions, key):
        assert '<span class="l w">' in html
        assert "<wbr>" in html
    short = [choice_note("Which?", "```python\ncall(1)\n```", "b")]
    assert 'class="l w' not in sheets.quiz(deck_info(), short, PrintSettings()).signatures[0].html
