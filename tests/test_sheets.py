"""Notes to signatures: where the cuts are, what a signature says, and that no running number is in it."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import fragments, press, sheets
from generator.model import Citation, Rendered, RenderedNote
from generator.print_settings import PAPERS, PrintSettings
from tests.print_support import BOOK, REFERENCE, Book, deck_info, identified, read, simple_notes, with_note
from tests.reading_support import read as markdown


def runs(ids: list[str], least: int = sheets.LEAST, edge: int = sheets.EDGE) -> list[tuple[str, ...]]:
    """The ids as signatures would hold them."""
    bounds = [0, *sheets.cuts(ids, least, edge), len(ids)]
    return [tuple(ids[start:end]) for start, end in pairwise(bounds)]


@settings(max_examples=300, deadline=None)
@given(
    count=st.integers(0, 400),
    seed=st.integers(0, 10**6),
    where=st.floats(0, 1),
    least=st.sampled_from([1, 3, sheets.LEAST]),
    edge=st.sampled_from([1, 5, sheets.EDGE]),
)
def test_a_note_more_or_less_changes_two_signatures_at_most(
    count: int, seed: int, where: float, least: int, edge: int
) -> None:
    without = [f"{seed}-{place}" for place in range(count)]
    place = round(where * count)
    with_it = [*without[:place], f"{seed}-new", *without[place:]]
    few, more = runs(without, least, edge), runs(with_it, least, edge)
    assert sum(run not in few for run in more) <= 2
    assert sum(run not in more for run in few) <= 2
    assert [name for run in more for name in run] == with_it
    assert all(len(run) >= least for run in more[1:-1])
    assert len(more) == 1 or min(len(more[0]), len(more[-1])) >= edge


def test_short_runs_are_whole_and_signatures_of_long_ones_seldom_very_long() -> None:
    assert runs([str(n) for n in range(79)]) == [tuple(str(n) for n in range(79))]
    lengths = sorted(len(run) for run in runs([str(n) for n in range(20_000)]))
    assert lengths[len(lengths) // 2] in range(32, 50)
    assert lengths[-1] < 12 * sheets.LEAST


@pytest.mark.parametrize("fresh", [True, False])
def test_a_note_more_or_less_lays_out_three_signatures_of_study_at_most(fresh: bool) -> None:
    """Whatever it bears: what all the others have, its author's tags too, and a place as the first of its topic."""
    wanted = PrintSettings(fresh_topics=fresh)
    bearing = [with_note(note, tags=("deck", "each"), own_tags=("each",)) for note in simple_notes(260)]
    notes = [*(with_note(note, topic=("Two",)) for note in simple_notes(50, "Two", "b")), *bearing]
    new = simple_notes(1, "Topic", "new")[0]

    def signatures(some: list[RenderedNote]) -> set[str]:
        return {one.html for one in sheets.study(deck_info(), some, wanted).signatures}

    without = signatures(notes)
    for place in [*range(50, 310, 9), *(50 + cut for cut in sheets.cuts([f"q{n}" for n in range(260)]))]:
        with_it = signatures([*notes[:place], with_note(new, tags=("deck",)), *notes[place:]])
        assert len(with_it - without) <= 3
        assert len(without - with_it) <= 3


def test_topics_start_signatures_and_a_note_moves_only_its_own() -> None:
    first, second, third = simple_notes(3, "One", "a"), simple_notes(3, "Two", "b"), simple_notes(3, "Three", "c")
    before = sheets.study(deck_info(), [*first, *second, *third])
    after = sheets.study(deck_info(), [*first, simple_notes(9, "One", "new")[8], *second, *third])
    assert [part.name.partition(",")[0] for part in before.signatures] == ["title and contents", "One", "Two", "Three"]
    changed = [old.name for old, new in zip(before.signatures, after.signatures, strict=True) if old.html != new.html]
    assert [name.partition(",")[0] for name in changed] == ["title and contents", "One"]
    # and yet every later number is another
    assert (before.numbers["note/n-c0"], after.numbers["note/n-c0"]) == ("7", "8")


def test_no_running_number_stands_in_a_signature() -> None:
    sheet = sheets.study(deck_info(), simple_notes(30))
    for signature in sheet.signatures:
        text = re.sub(r"<style>.*?</style>|<[^>]*>", " ", signature.html)
        shown = re.sub(r"What is\sq\d+\?|It is\s\d+\.|30 questions", "", text)
        assert set(re.findall(r"\d+", shown)) == {"0123456789"}


def test_one_heading_met_twice_is_two_topics_with_anchors_of_their_own() -> None:
    notes = [*simple_notes(1, "A", "x"), *simple_notes(1, "B", "y"), *simple_notes(1, "A", "z")]
    sheet = sheets.study(deck_info(), notes)
    assert [mark.title for mark in sheet.outline] == ["A", "B", "A"]
    assert len({mark.anchor for mark in sheet.outline}) == 3
    questions = [child.title for mark in sheet.outline for child in mark.children]
    assert questions == ["What is x0?", "What is y0?", "What is z0?"]


@pytest.mark.parametrize(("count", "listed"), [(298, True), (299, True), (300, False)])
def test_long_contents_name_topics_only(count: int, listed: bool) -> None:
    front = sheets.study(deck_info(), simple_notes(count)).signatures[0].html
    assert ("What is\N{NO-BREAK SPACE}q7?" in front) is listed
    assert "deckpress:page/t-" in front


def test_sources_are_numbered_once_each_and_only_web_and_mail_are_links() -> None:
    notes = simple_notes(3)
    cited = [(REFERENCE, BOOK), (Citation("The same page", REFERENCE.url),), (Citation("bad", "javascript:alert(1)"),)]
    notes = [with_note(note, citations=citations) for note, citations in zip(notes, cited, strict=True)]
    html = sheets.study(deck_info(), notes).signatures[1].html
    beside = re.findall(r'<p class="source"><span class="no">(\d+)</span>', html)
    assert beside == ["1", "2", "1", "3"]
    assert re.findall(r'<li><span class="no">(\d)</span><span class="title">([^<]*)', html) == [
        ("1", "Python Language Reference §8.7"), ("2", "Ramalho, Fluent Python, ch. 6"), ("3", "bad"),
    ]  # fmt: skip
    assert "javascript:" not in html


def test_tags_that_all_bear_are_said_once_and_the_topics_own_never() -> None:
    notes = [with_note(note, tags=("django", "topic")) for note in simple_notes(2)]
    notes[1] = with_note(notes[1], tags=("django", "topic", "Orm"))
    html = sheets.study(deck_info(), notes).signatures[1].html
    assert re.findall(r'<p class="tags">([^<]*)</p>', html) == ["django", "orm"]


def in_signatures(notes: list[RenderedNote]) -> list[tuple[list[RenderedNote], str]]:
    """The notes of one long topic as its signatures hold them, each with its HTML; there are several."""
    topic = sheets.study(deck_info(), notes).signatures[1:]
    assert len(topic) >= 2
    bounds = [0, *sheets.cuts([note.identified.id for note in notes]), len(notes)]
    return [(notes[start:end], part.html) for (start, end), part in zip(pairwise(bounds), topic, strict=True)]


def tags_shown(html: str) -> tuple[list[str], list[str]]:
    """The tags in the topic's opening, and those beside its notes."""
    head, _, body = html.partition("<article")
    return tuple(re.findall(r'<p class="tags">([^<]*)</p>', part) for part in (head, body))  # type: ignore[return-value]


def test_tags_of_a_topic_in_several_signatures_are_all_said() -> None:
    plain = simple_notes(170)
    first, *_, last = [{note.identified.id for note in members} for members, _ in in_signatures(plain)]

    def tags(name: str) -> tuple[str, ...]:
        return ("all", *(("early",) if name in first else ()), *(("late",) if name in last else ()))

    parts = in_signatures([with_note(note, tags=tags(note.identified.id)) for note in plain])
    shown = [tags_shown(html) for _, html in parts]
    # What all the topic bears stands in its opening alone; what only a part of it bears, beside the notes that bear it.
    assert shown[0] == (["all"], ["early"] * len(first))
    assert shown[-1] == ([], ["late"] * len(last))
    assert shown[1:-1] == [([], [])] * len(shown[1:-1])


def test_a_new_tag_of_one_note_changes_only_its_own_signature() -> None:
    notes = [with_note(note, tags=("all",)) for note in simple_notes(170)]
    before = in_signatures(notes)
    after = in_signatures([*notes[:-1], with_note(notes[-1], tags=("all", "late"))])
    same = [old == new for (_, old), (_, new) in zip(before, after, strict=True)]
    assert same == [*[True] * (len(same) - 1), False]


def test_what_people_write_is_text_not_markup() -> None:
    (note,) = simple_notes(1)
    note = with_note(note, topic=("<b>Topic</b>",), topic_lead="a < b", tags=("x", "<i>"), question_text="a<script>?")
    sheet = sheets.study(deck_info(title="<script>1</script>"), [note, *simple_notes(1, "Else", "e")])
    for signature in sheet.signatures:
        assert not re.search(r"<script|<b>|<i>", signature.html)


def test_a_note_in_another_language_says_so() -> None:
    notes = simple_notes(2)
    notes = [with_note(notes[0], lang="ru"), with_note(notes[1], lang="en")]
    html = sheets.study(deck_info(), notes).signatures[1].html
    assert re.findall(r'<article class="entry"([^>]*)>', html) == [' lang="ru"', ""]


def test_a_cloze_is_named_by_its_first_paragraph_and_shows_what_it_hides() -> None:
    text = "# Rows\n\n## What is a {{c1::row}}?\nA line.\n\n## Which?\nThe {{c1::first}}.\n\n- {{c2::second}}\n"
    sheet = sheets.study(deck_info(), [identified(note) for note in markdown(text).notes])
    assert [child.title for mark in sheet.outline for child in mark.children] == ["What is a row?", "Which?"]
    front, page = (signature.html for signature in sheet.signatures)
    assert "first" not in front
    assert 'What is a <span class="deletion">row</span>?</h2>' in page.replace("\N{NO-BREAK SPACE}", " ")
    assert '<div class="answer"><p>The <span class="deletion">first</span>.</p></div>' in page
    assert '<li><span class="deletion">second</span></li>' in page


def test_an_id_that_no_address_can_hold_gets_a_plain_anchor() -> None:
    strange, plain = (identified(read("# T\n\n## Q?\n\nA.\n")[0], name) for name in ("ключ 1", "orm-1"))
    assert re.fullmatch(r"n-[0-9a-f]{16}", sheets.note_anchor(strange))
    assert sheets.note_anchor(plain) == "n-orm-1"


# --- fragments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("", []),
        ("bare <b>text</b>", ["<p>bare <b>text</b></p>"]),
        ("<p>a</p><p>b</p>", ["<p>a</p>", "<p>b</p>"]),
        ("<p>like this:</p><pre>b</pre>", ['<p class="ahead">like this:</p>', "<pre>b</pre>"]),
        ("a <b>x</b><ul><li><p>b</p></li></ul>c", ["<p>a <b>x</b></p>", "<ul><li><p>b</p></li></ul>", "<p>c</p>"]),
        ('<p><a href="x>y">a</a></p><hr><p>b</p>', ['<p><a href="x>y">a</a></p>', "<hr>", "<p>b</p>"]),
        ('<ol start="9"><li>x</li></ol>', ['<ol style="counter-reset: list-item 8"><li>x</li></ol>']),
        (
            '<ol class="choices"><li class="right" value="3">x</li></ol>',
            [
                '<ol class="choices">'
                '<li class="right" style="counter-increment: list-item 0; counter-set: list-item 3">x</li></ol>'
            ],
        ),
    ],
)  # fmt: skip
def test_an_answer_is_cut_into_its_blocks(html: str, blocks: list[str]) -> None:
    assert [block.html.replace("\N{NO-BREAK SPACE}", " ") for block in fragments.blocks(html)] == blocks


@pytest.mark.parametrize(
    ("html", "heading", "others"),
    [
        ("What is <code>x</code>?", "What is <code>x</code>?", 0),
        ("<p>What is it?</p>", "What is it?", 0),
        ('<p>What prints?</p><pre class="code"><span class="l">1</span></pre>', "What prints?", 1),
        ('<p class="img"><img src="media:a" alt="b"></p>', "", 1),
        ("", "the label", 0),
    ],
)  # fmt: skip
def test_a_question_is_a_heading_and_what_follows_it(html: str, heading: str, others: int) -> None:
    first, *rest = fragments.question(html, "the label")
    assert first.html.replace("\N{NO-BREAK SPACE}", " ") == heading
    assert len(rest) == others


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("assignment and a deep copy?", "assignment and a deep~copy?"),
        ("it is <em>an ORM</em>.", "it is <em>an~ORM</em>."),
        ("skip my model's <code>delete()</code>?", "skip my model's <code>delete()</code>?"),
        ("ends with a representation", "ends with a representation"),
        ("one", "one"),
    ],
)  # fmt: skip
def test_a_short_last_word_is_bound_to_the_one_before(text: str, bound: str) -> None:
    assert fragments.bind_text(text) == bound.replace("~", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(("length", "marks"), [(20, ""), (56, ""), (57, " w"), (560, " w"), (561, " ww")])
def test_lines_of_code_get_as_many_wrap_marks_as_they_may_need(length: int, marks: str) -> None:
    html = f'<pre class="code lang-x"><span class="l i4"><span class="s">"{"x" * (length - 2)}"</span></span></pre>'
    (block,) = fragments.blocks(html)
    assert re.findall(r'<span class="l( ww?)?', block.html) == [marks]


def test_an_indent_is_no_place_to_wrap_at() -> None:
    code = '<span class="l i4"><span class="c">    # a</span></span><span class="l i2">  b c</span>'
    (block,) = fragments.blocks(f'<pre class="code">{code}</pre>')
    lines = re.findall(r'<span class="l[^>]*>(?:<span class="c">)?([^<]*)', block.html)
    assert lines == ["\N{NO-BREAK SPACE}" * 4 + "# a", "\N{NO-BREAK SPACE}" * 2 + "b c"]


@pytest.mark.parametrize(("lines", "whole"), [(1, True), (18, True), (19, False)])
def test_only_short_code_is_kept_on_one_page(lines: int, whole: bool) -> None:
    (block,) = fragments.blocks('<pre class="code">' + '<span class="l">x</span>' * lines + "</pre>")
    assert block.lines == lines
    assert ('class="code whole"' in block.html) is whole


@pytest.mark.parametrize(("columns", "table"), [(5, "<table>"), (6, '<table class="many">')])
def test_a_table_of_many_columns_is_set_small(columns: int, table: str) -> None:
    row = "<tr>" + "<th>x</th>" * columns + "</tr>"
    (block,) = fragments.blocks(f"<table><thead>{row}</thead><tbody>{row}</tbody></table>")
    assert block.html.startswith(table)


@pytest.mark.parametrize(("lines", "kept"), [(10, True), (11, False)])
def test_only_a_short_first_block_is_tied_to_its_question(lines: int, kept: bool) -> None:
    (note,) = simple_notes(1)
    answer = "<p>" + "word " * (74 * lines // 5 - 1) + "</p><p>second</p>"
    note = RenderedNote(note.identified, Rendered("Q?", answer))
    html = sheets.study(deck_info(), [note]).signatures[1].html
    assert ('class="strut"' not in html) is kept
    assert html.count("word") == 74 * lines // 5 - 1


PICTURE = '<img src="media:a" alt="b">'
APART = f'<p class="img">{PICTURE}</p>'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<p>It fails.\n{PICTURE}</p>", ["<p>It\xa0fails.</p>", APART]),
        (
            f"<p>It fails:<br>\n{PICTURE}<br>\nor not.</p>",
            ['<p class="ahead">It\xa0fails:</p>', APART, "<p>or\xa0not.</p>"],
        ),
        (f"<p>{PICTURE}\n{PICTURE}\nBoth.</p>", [APART, APART, "<p>Both.</p>"]),
        # in a line of text, in something that goes on behind it, or a formula
        (f"<p>a\n{PICTURE} b</p>", [f"<p>a\n{PICTURE}\xa0b</p>"]),
        (f"<p>a {PICTURE}\nb</p>", [f"<p>a {PICTURE}\nb</p>"]),
        (f"<p><em>a\n{PICTURE}\nb</em></p>", [f"<p><em>a\n{PICTURE}\nb</em></p>"]),
        ('<p>a\n<img class="tex" src="media:a" alt="b"></p>', ['<p>a\n<img class="tex" src="media:a" alt="b"></p>']),
    ],
)
def test_a_picture_on_a_line_of_its_own_is_a_paragraph(html: str, expected: list[str]) -> None:
    assert [block.html for block in fragments.blocks(html)] == expected


def rows(count: int, width: int = 9) -> str:
    return "".join(f'<span class="l">{"x" * width}</span>' for _ in range(count))


@pytest.mark.parametrize(
    ("html", "whole"),
    [
        ("<p>a</p>", 1),
        (f"<p>{'word ' * 90}</p>", 3),
        (f'<pre class="code">{rows(18)}</pre>', 18),
        (f'<pre class="code">{rows(19)}</pre>', 3),
        (f'<pre class="code">{rows(19, 100)}</pre>', 6),
        (APART, 12),
        (f"<table>{'<tr><td>a</td></tr>' * 20}</table>", 3),
        (f"<table>{('<tr><td>' + 'word ' * 40 + '</td></tr>') * 20}</table>", 7),
    ],
)
def test_what_no_page_divides_is_known(html: str, whole: int) -> None:
    assert [block.whole for block in fragments.blocks(html)] == [whole]


@pytest.mark.parametrize(
    ("answer", "struck"),
    [
        (f'<pre class="code">{rows(18)}</pre>', None),
        (f'<pre class="code">{rows(19)}</pre>', "40.5"),
        (f'<pre class="code">{rows(19, 100)}</pre>', "81.0"),
        (APART, None),
    ],
)
def test_a_question_stands_with_what_cannot_be_divided(answer: str, struck: str | None) -> None:
    """Else it would be left alone at a page's foot: the code, or the picture, went overleaf whole."""
    (note,) = simple_notes(1)
    note = RenderedNote(note.identified, Rendered(note.html.question, answer))
    html = sheets.study(deck_info(), [note]).signatures[1].html
    assert re.findall(r'class="strut" style="margin-bottom: -([\d.]+)pt"', html) == ([struck] if struck else [])


def test_a_table_too_wide_for_the_page_is_pairs_of_heads_and_cells() -> None:
    cells = "".join(f"<td>incomprehensibility{place}</td>" for place in range(9))
    table = f"<table><tr>{cells.replace('td>', 'th>')}</tr><tr>{cells}</tr></table>"
    (note,) = simple_notes(1)
    note = RenderedNote(note.identified, Rendered(note.html.question, table))
    html = sheets.study(deck_info(), [note]).signatures[1].html
    assert html.count("<table") == html.count('<table class="stacked">') == 1
    assert "<th>incomprehensibility8</th><td>incomprehensibility8</td>" in html
    assert html.count("incomprehensibility8") == 2


# --- margins ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paper", "margin"), [("A4", 5.0), ("Letter", 0.0), ("Letter", 5.0), ("A5", 0.0), ("A5", 5.0), ("A5", 30.0)]
)
@pytest.mark.parametrize("product", ["study", "quiz"])
def test_nothing_stands_where_printers_do_not_print(paper: str, margin: float, product: str) -> None:
    """Heads and folios too, however small the margins are; and all keeps to margins that are wide."""
    notes = simple_notes(34)
    wanted = PrintSettings(paper=paper, margin=margin)
    book = Book(press.print_sheet(sheets.MAKERS[product](deck_info(), notes, wanted), press.MemoryCache(), jobs=1))
    edge = max(5.0, margin) * 72 / 25.4 - 0.5
    width, height = (side * 72 / 25.4 for side in PAPERS[paper])
    assert len(book.texts) > 2
    for page in range(len(book.texts)):
        boxes = [*book.boxes(page)]
        if not boxes:  # so that the key begins on a right-hand page
            continue
        assert min(left for left, *_ in boxes) > edge
        assert max(right for *_, right, _ in boxes) < width - edge
        assert min(bottom for _, bottom, *_ in boxes) > 6 * 72 / 25.4
        assert max(top for *_, top in boxes) < height - 6 * 72 / 25.4
        folio = book.text_in(page, width - edge - 40, 0, width, max(edge, 45))
        assert folio == (str(page + 1) if page or product == "quiz" else "")


def test_side_notes_stand_on_the_page_of_their_question_whole() -> None:
    """Blocks of the answer hold together with the question beside them, and room where there are no more."""
    (note,) = simple_notes(1)
    note = RenderedNote(note.identified, Rendered(note.html.question, "<p>1</p><p>2</p><p>3</p><p>4</p>"))
    cited = [with_note(note, citations=tuple(Citation(f"Book {n}") for n in range(count))) for count in (0, 1, 3, 99)]
    html = [sheets.study(deck_info(), [one]).signatures[1].html for one in cited]
    held = [re.findall(r"<p>(\d)</p>", one.partition('class="keep"')[2].partition("</div>\n</div>")[0]) for one in html]
    assert held == [["1"], ["1"], ["1", "2", "3"], ["1", "2", "3", "4"]]
    rooms = [re.findall(r'"answer" style="min-height: ([\d.]+)pt"', one) for one in html]
    assert rooms == [[], [], [], ["405.0"]]
    assert "min-height" not in sheets.study(deck_info(), [cited[3]], PrintSettings(paper="A5")).signatures[1].html


def test_contents_name_a_question_without_the_code_below_it() -> None:
    (note,) = simple_notes(1)
    note = with_note(note, question_text="What does it print? x = 1 print(x)")
    html = f'<p>What does it print?</p><pre class="code">{rows(2)}</pre>'
    below = RenderedNote(note.identified, Rendered(html, "<p>1</p>"))
    front, page = (part.html for part in sheets.study(deck_info(), [below]).signatures)
    assert "What does it print?" in front.replace("\N{NO-BREAK SPACE}", " ")
    assert "x = 1" not in front
    assert page.count("xxxxxxxxx") == 2
