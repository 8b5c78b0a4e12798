"""The cheat sheet: what stands on which page, and that all of it can be read there."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import press, sheets
from generator.model import Media, RenderedNote
from generator.press import bind
from generator.print_model import Sheet
from generator.print_settings import PAPERS, PrintSettings
from generator.print_settings import settings as print_settings
from generator.sheets import cheat_sheet, choices, condense, pages
from tests.print_support import (
    SVG,
    Book,
    awkward_notes,
    choice_note,
    deck_info,
    letters,
    made_notes,
    markdown_notes,
    missing_glyphs,
    overlapping,
    read,
    simple_notes,
    with_note,
)
from tests.print_support import identified as rendered

MILLIMETRE = 72 / 25.4
Made = tuple[Sheet, Book, bind.Printed]
CLOZES = """
# Clozes

## A lookup takes {{c1::constant}} time on average and {{c2::linear}} in the worst case. {kind=cloze}

## France {kind=cloze}

The French {{c1::Revolution}} began in {{c2::1789::year}}.
"""


def printed(notes: list[RenderedNote], **values: object) -> Made:
    """The cheat sheet of these notes with these settings."""
    sheet = sheets.cheat(deck_info(), notes, print_settings(values))
    done = press.print_all([sheet], press.MemoryCache(), jobs=1)[0]
    return sheet, Book(done.data), done


def many() -> list[RenderedNote]:
    """Every kind of note."""
    options = [
        choice_note("Which is right?", "This `one`", "That", "None of these"),
        choice_note("All?", "a", "b", "All of the above", right=(2,)),
    ]
    return [*awkward_notes(), *markdown_notes(CLOZES), *options, *made_notes(200)]


@pytest.fixture(scope="module")
def notes() -> list[RenderedNote]:
    return many()


@pytest.fixture(scope="module")
def made(notes: list[RenderedNote]) -> Made:
    return printed(notes)


# --- on paper ---------------------------------------------------------------------------------------------------------


def test_every_word_of_every_short_form_is_there(notes: list[RenderedNote], made: Made) -> None:
    sheet, book, _ = made
    text = letters("".join(book.texts))
    checked = 0
    for signature in sheet.signatures:
        for article in re.findall(r"<article.*?</article>", signature.html, re.DOTALL):
            for word in re.findall(r"\w+", condense.text(re.sub(r"(?=<)|<wbr>", " ", article))):
                assert letters(word) in text, word
                checked += 1
    assert checked > 3000
    assert {sheets.note_anchor(note) for note in notes} <= set(book.anchors)


def test_nothing_leaves_its_column_or_lies_on_anything(made: Made) -> None:
    sheet, book, done = made
    checked = 0
    for place, (signature, fit) in enumerate(zip(sheet.signatures, done.fits, strict=True)):
        columns = int(signature.fitting.steps[fit.step][1])  # type: ignore[union-attr]
        assert overlapping(book, place) == []
        width, height = 297 * MILLIMETRE, 210 * MILLIMETRE
        column = (width - 16 * MILLIMETRE - (columns - 1) * 4.5 * MILLIMETRE) / columns
        gaps = [8 * MILLIMETRE + (column + 4.5 * MILLIMETRE) * n - 2.25 * MILLIMETRE for n in range(1, columns)]
        for left, bottom, right, top in book.boxes(place):
            assert left > 7.9 * MILLIMETRE and right < width - 7.9 * MILLIMETRE
            assert bottom > 7.5 * MILLIMETRE and top < height - 5 * MILLIMETRE
            if top < height - 16 * MILLIMETRE:
                assert not any(left < gap < right for gap in gaps), (place, left, bottom)
            checked += 1
    assert checked > 8000


def test_pages_are_full_and_none_runs_over(made: Made) -> None:
    sheet, book, done = made
    assert [fit.pages for fit in done.fits] == [1] * len(sheet.signatures) and len(sheet.signatures) > 4
    room = (210 - 16 - 8) * MILLIMETRE
    filled = []
    for place in range(len(book.reader)):
        lowest = min(box[1] for box in book.boxes(place))
        filled.append((210 * MILLIMETRE - 16 * MILLIMETRE - lowest) / room)
    assert sum(filled[:-1]) / len(filled[:-1]) > 0.85, filled
    assert sum(share > 0.75 for share in filled[:-1]) >= 0.8 * len(filled[:-1]), filled


def test_what_is_measured_is_near_what_is_laid_out(made: Made) -> None:
    sheet, _, done = made
    guesses = [one.fitting.first[0] for one in sheet.signatures if one.fitting]
    assert all(abs(fit.step - guess) <= 2 for fit, guess in zip(done.fits, guesses, strict=True))
    assert sum(fit.step == guess for fit, guess in zip(done.fits, guesses, strict=True)) >= len(guesses) / 3


def _with_formulas(count: int) -> list[RenderedNote]:
    """Notes with a formula in each question and two in each answer, as the walker writes those that were set."""

    def formula(width: float, depth: float) -> str:
        return f'<img class="tex" src="media:f.svg" alt="x" style="width:{width:.3f}em;vertical-align:{-depth:.3f}em">'

    picture = Media("f.svg", SVG, "image/svg+xml")
    notes = []
    for number, note in enumerate(simple_notes(count)):
        question = f'<p>Why is <span class="maths">{formula(3, 0.1)}</span> like number {number}?</p>'
        answer = (
            f'<p>For <span class="maths">{formula(2, 0.2)}</span> is <span class="maths">{formula(4, 0.2)}</span>.</p>'
        )
        notes.append(replace(note, html=replace(note.html, question=question, answer=answer, media=(picture,))))
    return notes


def test_formulas_in_a_line_take_no_more_room_than_the_line() -> None:
    sheet, book, _ = printed(_with_formulas(70), **{"cheat.columns": 3})
    assert len(sheet.signatures) == len(book.reader) == 2
    assert min(box[1] for box in book.boxes(0)) < 35 * MILLIMETRE


def test_faces_are_embedded_and_have_what_is_asked_of_them(made: Made) -> None:
    _, book, _ = made
    assert missing_glyphs(book) == 0
    for name, font in book.fonts.items():
        assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor, name
        assert re.sub(r"^[A-Z]{6}\+", "", name).startswith(("Deckpress", "emoji")), name


def test_pages_say_which_they_are_of_how_many(made: Made) -> None:
    _, book, _ = made
    count = len(book.reader)
    for place, text in enumerate(book.texts, 1):
        assert re.search(rf"(?m)(?:^|\s){place} ?/ ?{count}\s*$", text), text[:300]


def test_the_same_notes_give_the_same_bytes() -> None:
    notes = awkward_notes()[::6]
    assert printed(notes)[1].data == printed(notes)[1].data


@pytest.mark.parametrize(("paper", "width", "height"), [("Letter", 792, 612), ("A5", 595.28, 419.53)])
def test_other_papers(paper: str, width: float, height: float) -> None:
    sheet, book, done = printed(awkward_notes(), paper=paper)
    for place in range(len(book.reader)):
        assert [float(edge) for edge in book.pdf.pages[place].MediaBox] == pytest.approx([0, 0, width, height], abs=0.1)
        assert overlapping(book, place) == []
        for left, bottom, right, top in book.boxes(place):
            assert left > 7.9 * MILLIMETRE and right < width - 7.9 * MILLIMETRE
            assert bottom > 5 * MILLIMETRE and top < height - 5 * MILLIMETRE
    assert all(fit.pages == 1 for fit in done.fits) and len(sheet.signatures) == len(book.reader)


@pytest.mark.parametrize("columns", [2, 3, 4])
def test_as_many_columns_as_are_asked_for(columns: int) -> None:
    _, book, _ = printed(simple_notes(24), **{"cheat.columns": columns})
    lefts = {round(box[0]) for n in range(24) for box in book.starts(0, f"What is q{n}?")}
    assert len(lefts) == columns


def test_column_tops_are_level() -> None:
    _, book, _ = printed(simple_notes(60), **{"cheat.columns": 3})
    found = [box for n in range(60) for box in book.starts(0, f"What is q{n}?")]
    columns = [[*run] for _, run in groupby(sorted(found), key=lambda box: round(box[0]))]
    tops = [max(box[3] for box in column) for column in columns]
    assert len(tops) == 3
    assert tops[1] == pytest.approx(tops[2], abs=0.01)


def test_type_of_any_size_is_set_in_that_size() -> None:
    _, book, _ = printed(simple_notes(3), **{"cheat.type_size": 7.1})
    sizes = {float(size) for size in re.findall(rb"/\S+ ([\d.]+) Tf", book.pdf.pages[0].obj.Contents.read_bytes())}
    assert min(sizes) * 0.75 == pytest.approx(7.1, abs=0.01)


# --- topics and pages -------------------------------------------------------------------------------------------------


def titles(sheet: Sheet) -> list[list[str]]:
    """The bars of each page."""
    return [re.findall(r"<h1[^>]*>(.*?)</h1>", signature.html) for signature in sheet.signatures]


def test_short_topics_share_a_page_and_a_long_one_goes_on_under_its_name() -> None:
    notes = [*simple_notes(4, "One", "a"), *simple_notes(4, "Two", "b"), *made_notes(260)[:1]]
    assert titles(sheets.cheat(deck_info(), notes, PrintSettings()))[0][:2] == ["One", "Two"]
    long = titles(sheets.cheat(deck_info(), simple_notes(500, "Long"), PrintSettings()))
    assert long[0] == ["Long"] and len(long) > 2
    assert all(page == ["Long, cont."] for page in long[1:])


def test_a_topic_that_fits_on_a_page_is_never_torn() -> None:
    notes = [note for n in range(12) for note in simple_notes(15, f"Topic {n}", f"t{n}-")]
    shown = titles(sheets.cheat(deck_info(), notes, PrintSettings()))
    assert not any("cont." in title for page in shown for title in page) and 3 <= len(shown) < 12


def test_a_short_deck_has_two_columns_and_its_largest_type() -> None:
    sheet, _, done = printed(simple_notes(6))
    assert sheet.signatures[0].fitting
    assert sheet.signatures[0].fitting.steps[done.fits[0].step] == "c2 s800"


def test_only_a_note_taller_than_a_column_may_break() -> None:
    rows = "\n".join(f"- [{n}](https://example.org/{n}) " + "word " * 90 for n in range(8))
    tall = [rendered(note, "tall") for note in read(f"# T\n\n## Tall?\n\n{rows}\n")]
    sheet, book, _ = printed([*tall, *simple_notes(3)])
    assert sheet.signatures[0].html.count('class="note tall') == 1
    assert overlapping(book, 0) == []
    plain = sheets.cheat(deck_info(), made_notes(60), PrintSettings()).signatures
    assert not any('class="note tall' in one.html for one in plain)


_HEIGHTS = st.lists(st.tuples(st.floats(1, 60), st.integers(0, 5)), max_size=60)


@settings(max_examples=150, deadline=None)
@given(_HEIGHTS)
def test_pages_hold_all_notes_in_order_and_what_fits(drawn: list[tuple[float, int]]) -> None:
    heights = [(height, height * 0.7) for height, _ in drawn]
    topics: list[int] = []
    for _, same in drawn:
        topics.append((topics[-1] if topics else 0) + (not same))
    ends = pages.breaks(heights, topics, (100.0, 100.0), 2.0)
    assert ends == sorted(set(ends)) and (ends[-1:] == [len(drawn)] or not drawn)
    for start, end in pairwise([0, *ends]):
        bars = 2.0 * len(set(topics[start:end]))
        assert end == start + 1 or sum(low for _, low in heights[start:end]) + bars <= 100.0001


# --- notes ------------------------------------------------------------------------------------------------------------


def short_of(note: RenderedNote) -> str:
    """A note's short form as words."""
    html = sheets.cheat(deck_info(), [note], PrintSettings()).signatures[0].html
    (article,) = re.findall(r"<article.*?</article>", html, re.DOTALL)
    return " ".join(condense.text(re.sub(r"(?=</(?:h2|li|p|pre)>)", " ", article)).split())


def test_a_choice_shows_its_right_options_without_their_letters() -> None:
    assert short_of(choice_note("Which?", "one", "two", "three", right=(1,))) == "Which? two"
    assert short_of(choice_note("Which?", "one", "two", "three", right=(0, 2))) == "Which? one three"
    assert (
        short_of(choice_note("Which?", "one", "two", "All of the above", right=(2,)))
        == "Which? one two All of the above"
    )


def test_what_the_author_says_in_short_is_all_that_is_shown() -> None:
    text = '## What is a view? {#view short="any callable: request in, response out"}\n\nA long text.\n'
    (note,) = markdown_notes(text)
    assert short_of(note) == "What is a view? any callable: request in, response out"
    assert "short=" not in note.identified.note.question_source
    assert short_of(with_note(note, short="a <b> & c")) == "What is a view? a <b> & c"


def test_a_cloze_shows_its_text_with_what_it_hides_marked() -> None:
    first, second = markdown_notes(CLOZES)
    assert short_of(first) == "A lookup takes constant time on average and linear in the worst case."
    html = sheets.cheat(deck_info(), [second], PrintSettings()).signatures[0].html
    assert short_of(second) == "France The French Revolution began in 1789."
    assert re.findall(r'<span class="deletion"[^>]*>(.*?)</span>', html) == ["Revolution", "1789"]


def test_a_question_brings_its_code_along() -> None:
    notes = read("# T\n\n## What does it print?\n\nIt prints one.")
    code = '<p>What does it print?</p><pre class="code"><span class="l">print(1)</span></pre>'
    note = rendered(notes[0])
    note = type(note)(note.identified, type(note.html)(code, note.html.answer))
    assert short_of(note) == "What does it print? print(1) It prints one."


def test_another_language_and_direction_are_said() -> None:
    (note,) = (rendered(one) for one in read("# T\n\n## מהי בירת ישראל?\n\nירושלים."))
    html = sheets.cheat(deck_info(), [with_note(note, lang="he")], PrintSettings()).signatures[0].html
    assert '<article class="note last" lang="he" dir="rtl">' in html


def test_sources_and_footnotes_stay_away(notes: list[RenderedNote], made: Made) -> None:
    sheet, book, _ = made
    assert any(note.identified.note.citations for note in notes)
    assert "Fluent Python" not in "".join(book.texts)
    assert 'class="fn"' not in "".join(signature.html for signature in sheet.signatures)


def test_steps_go_from_the_largest_type_to_the_least() -> None:
    for paper in PAPERS:
        steps = cheat_sheet.ladder(PrintSettings(paper=paper))
        assert [step.size for step in steps] == sorted((step.size for step in steps), reverse=True)
        assert (steps[0].size, steps[-1].size) == (8.0, 6.5)


def test_letters_go_on_after_z() -> None:
    found = choices.lettered([(str(n), False) for n in range(28)])
    assert [option.letter for option in found][24:] == ["Y", "Z", "AA", "AB"]
