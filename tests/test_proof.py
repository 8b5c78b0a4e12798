"""Nothing is lost, cut off, set over something else or left alone: a nasty deck, read back from its PDFs."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from generator import fragments, press, sheets
from generator.model import RenderedNote
from generator.print_settings import PAPERS, CardSettings, CheatSettings, PrintSettings, QuizSettings
from tests import cut_cards_support, proof
from tests.print_support import Book, choice_note, deck_info, markdown_notes, missing_glyphs, overlapping

_SENTENCE = "A transaction that reads what another one has not committed yet sees a value that may never have been. "


def _said(count: int, mark: str) -> str:
    return " ".join(f"{_SENTENCE}{mark}{place}." for place in range(count))


def _table(columns: int, rows: int, cell: str) -> str:
    head = "| " + " | ".join(f"Head{place} of columns" for place in range(columns)) + " |\n" + "|---" * columns + "|\n"
    body = ("| " + " | ".join(f"{cell}{row}x{place}" for place in range(columns)) + " |\n" for row in range(rows))
    return head + "".join(body)


def _code(lines: int, width: int, mark: str) -> str:
    line = "result = transform(first_argument, second_argument, third_argument) + " * (width // 68 + 1)
    return "```python\n" + "".join(f"{line[:width]}  # {mark}{n}\n" for n in range(lines)) + "```"


_NESTED = "".join(f"{'    ' * depth}- {_SENTENCE}depth{depth}\n" for depth in range(6))
_LIST = "".join(f"{place}. {_SENTENCE}point{place}\n" for place in range(1, 22))
MARKDOWN = f"""
# Tables and code

## Which table has nine columns?

{_table(9, 3, "incomprehensibility ")}

## Which has three, and rows that are tall?

{_table(3, 9, "several words that wrap in a cell ")}

## Which has code that never wraps?

{_table(7, 3, "`transaction_isolation`")}

## {_said(4, "asked")[:-1]}?

{_said(3, "answered")}

## Which lines are very long?

{_code(7, 300, "long")}

## Which code is whole?

{_code(17, 50, "whole")}

## What does it print?

{_code(20, 60, "question")}

It prints this.

{_code(20, 90, "answer")}

# Text

## What is as long as pages?

{chr(10).join(f"{_said(5, f'par{place}n')}{chr(10)}" for place in range(6))}
## How deep is a list?

{_NESTED}
## How long is a list?

{_LIST}
## How is a picture set amid text?

{_said(1, "before")}
![The chart](chart.png)
{_said(2, "behind")}

## What has no place to wrap at?

{"Donaudampfschifffahrtsgesellschaftskapitän" * 3} and `{"unbreakable_name" * 8}`.

## Short?

No.

## The {{{{c1::transaction}}}} is {{{{c2::atomic}}}}, and more is said of it than a line holds. {{kind=cloze}}
"""


def deck() -> list[RenderedNote]:
    """The nasty deck."""
    many = choice_note("Which of these forty?", *(f"Option number {n} of all" for n in range(40)), right=(3, 17))
    return [*markdown_notes(MARKDOWN), many, choice_note("Which of three?", "`a = 1`", "b", "None of these")]


@dataclass(frozen=True)
class Proof:
    """A product as it was printed, and where on its pages text may stand."""

    product: str
    book: Book
    frame: proof.Frame
    notes: list[RenderedNote]


def _frame(product: str, wanted: PrintSettings) -> proof.Frame:
    width, height = PAPERS[wanted.paper]
    edge, small = wanted.margin, wanted.paper == "A5"
    match product:
        case "study":
            left, right = (edge or 14,) * 2 if small else (edge or 18, edge or 14)
            top, bottom = (edge or 14,) * 2 if small else (edge + 4, edge + 2) if edge else (20, 18)
            return proof.Frame(top, bottom, ((left, width - right),))
        case "quiz":
            edge = edge or (14 if small else 18)
            return proof.Frame(max(edge + 2, 14), max(edge, 14), ((edge, width - edge),))
        case _:
            count = wanted.cheat.columns or (2 if small else 3)
            column = (height - 16 - 4.5 * (count - 1)) / count
            edges = [8 + place * (column + 4.5) for place in range(count)]
            return proof.Frame(16, 8, tuple((start, start + column) for start in edges))


CASES = {
    "study": ("study", PrintSettings()),
    "study on Letter": ("study", PrintSettings(paper="Letter", margin=20, fresh_topics=False, palette="grey")),
    "study on A5": ("study", PrintSettings(paper="A5", margin=5)),
    "cheat in four columns": ("cheat", PrintSettings(cheat=CheatSettings(columns=4, type_size=7.0))),
    "quiz": ("quiz", PrintSettings()),
    "quiz on A5": ("quiz", PrintSettings(paper="A5", margin=5)),
    "shuffled quiz on Letter": (
        "quiz",
        PrintSettings(paper="Letter", margin=25, quiz=QuizSettings(shuffle=True, seed=7)),
    ),
}


@pytest.fixture(scope="module", params=CASES)
def printed(request: pytest.FixtureRequest) -> Proof:
    """Each case."""
    product, wanted = CASES[request.param]
    sheet = sheets.MAKERS[product](deck_info(), deck(), wanted)
    order = [place.partition("/")[2] for place in sheet.numbers if place.startswith("note/")]
    notes = sorted(deck(), key=lambda note: order.index(sheets.note_anchor(note)))
    return Proof(product, Book(press.print_sheet(sheet, press.MemoryCache(), jobs=1)), _frame(product, wanted), notes)


def test_every_word_is_on_the_paper(printed: Proof) -> None:
    asked, told = [], []
    for anchor, note in proof.anchored(printed.notes):
        question, answer = note.html.question, note.html.answer
        heading = fragments.question(question, note.identified.note.question_text)[0].html
        if printed.product == "quiz":
            hidden = fragments.hides(question)
            asked.append((anchor, fragments.gapped(question) if hidden else question))
            told.append((proof.told_in_key(anchor), question if hidden else heading + answer))
        else:
            asked.append((anchor, heading if printed.product == "cheat" else f"{question} {answer}"))
    assert proof.lost(printed.book, asked, printed.frame) == []
    assert proof.lost(printed.book, told, printed.frame) == []


def test_words_of_texts_follow_each_other(printed: Proof) -> None:
    """Tables may be turned, and what the cheat sheet has of a note is tested elsewhere."""
    key = printed.product == "quiz"
    told = []
    for anchor, note in proof.anchored(printed.notes):
        heading = fragments.question(note.html.question, "")[0].html
        html = (heading if key else note.html.question) + note.html.answer
        if printed.product != "cheat" and "<table" not in html and '"choices"' not in html:
            told.append((proof.told_in_key(anchor) if key else anchor, heading, html))
    assert proof.in_disorder(printed.book, told, printed.frame) == []


def test_nothing_stands_outside_or_over_something_else(printed: Proof) -> None:
    assert [*proof.outside(printed.book, printed.frame)][:9] == []
    assert [found for page in range(len(printed.book.reader)) for found in overlapping(printed.book, page)] == []


def test_every_letter_has_a_shape_and_its_font_is_there(printed: Proof) -> None:
    assert missing_glyphs(printed.book) == 0
    assert proof.bare_fonts(printed.book) == []


def test_page_references_are_right(printed: Proof) -> None:
    anchors = [anchor for anchor, _ in proof.anchored(printed.notes)]
    if printed.product == "quiz":
        pairs = [(anchor, proof.told_in_key(anchor)) for anchor in anchors]
        assert proof.wrong_references(printed.book, [*pairs, *((there, here) for here, there in pairs)]) == []
    assert proof.wrong_links(printed.book) == []


def test_no_line_and_no_question_is_left_alone(printed: Proof) -> None:
    if printed.product == "study":
        assert proof.lonely_lines(printed.book, printed.notes, printed.frame) == []


@pytest.mark.parametrize("product", ["study", "quiz", "cards"])
def test_what_a_callout_is_called_moves_its_first_line_only(product: str) -> None:
    notes = markdown_notes("# Topic\n\n## What?\n\n> [!WARNING]\n> " + "alpha " * 30)
    sheet = sheets.MAKERS[product](deck_info(), notes, PrintSettings())
    book = Book(press.print_sheet(sheet, press.MemoryCache(), jobs=1))
    page = next(place for place, text in enumerate(book.texts) if "Warning:" in text)
    rows: dict[int, float] = {}
    for left, bottom, *_ in book.starts(page, "alpha"):
        rows[round(bottom)] = min(left, rows.get(round(bottom), 999.0))
    first, *others = (left for _, left in sorted(rows.items(), reverse=True))
    assert len(others) > 1
    assert max(others) - min(others) < 0.5 < first - others[0]


# --- cut-out cards ----------------------------------------------------------------------------------------------------

CARDS = {
    "A7": (PrintSettings(), (105, 74.25, 8)),
    "A8, folded, in grey": (
        PrintSettings(paper="Letter", palette="grey", cards=CardSettings(size="A8", flip="fold")),
        (74, 52, 6),
    ),
}


@pytest.mark.parametrize("case", CARDS)
def test_nothing_is_lost_of_what_is_as_long_as_many_cards(case: str) -> None:
    settings, card = CARDS[case]
    notes = deck()
    book = Book(press.print_sheet(sheets.cards(deck_info(), notes, settings), press.MemoryCache(), jobs=1))
    faces = cut_cards_support.faces(book, card)
    assert max(face.number[1] for face in faces) > 3
    assert proof.lost_on_cards(faces, notes) == []
    assert proof.outside_of_cards(faces, card) == []
    assert missing_glyphs(book) == 0 and proof.bare_fonts(book) == []
    # Turned letters have boxes that touch.
    if {face.turn for face in faces} <= {0, 180}:
        assert [found for page in range(len(book.reader)) for found in overlapping(book, page)] == []


def test_the_judge_sees_what_is_wrong() -> None:
    """On pages that are right, asked for what they have not."""
    notes = markdown_notes("# Topic\n\n## What is it?\n\nIt is this, and nothing else.\n")
    book = Book(press.print_sheet(sheets.study(deck_info(), notes), press.MemoryCache(), jobs=1))
    frame = _frame("study", PrintSettings())
    ((anchor, note),) = proof.anchored(notes)
    assert proof.lost(book, [(anchor, note.html.answer)], frame) == []
    assert proof.lost(book, [(anchor, "<p>It is something.</p>")], frame) == [f"{anchor} has lost something"]
    assert proof.in_disorder(book, [(anchor, "What is it?", "<p>What is it? It is this</p>")], frame) == []
    assert proof.in_disorder(book, [(anchor, "What is it?", "<p>nothing this</p>")], frame) == [f"{anchor}: this"]
    narrow = frame._replace(columns=((30, 40),))
    assert re.search("is in no column", next(proof.outside(book, narrow)))
    assert proof.wrong_references(book, [(anchor, anchor)]) == [f"{anchor} does not say p.{book.anchors[anchor] + 1}"]
