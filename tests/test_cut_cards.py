"""Cut-out cards as they come out of the press, read back from the PDF: every size, paper, flip, order and mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from generator import press, sheets
from generator.card_grid import CannotImpose, grid_of
from generator.model import RenderedNote
from generator.press.bind import Printed
from generator.print_model import Sheet, plan_of
from generator.print_settings import FLIPS, PAPERS, SIZES, CardSettings, PrintSettings
from generator.sheets import cut_cards
from tests import cut_cards_support as paper
from tests import proof
from tests.cut_cards_support import MM, Face
from tests.print_support import (
    BOOK,
    Book,
    awkward_notes,
    choice_note,
    deck_info,
    letters,
    markdown_notes,
    missing_glyphs,
    overlapping,
    simple_notes,
    with_note,
)

_KEPT = press.MemoryCache()
_MORE = """# Gaps and more

## Which {{c1::leaf}} has no {{c2::children of its own::a plural}}?

It ends a branch.

## What is a node with long code?

```python
first = [node for node in tree.walk() if node.children and node.parent is not None and node.value > 10_000]
```

| Name | Stands for | Since |
|---|---|---|
| `walk()` | all nodes below, itself too | 1.0 |
"""


@cache
def notes() -> tuple[RenderedNote, ...]:
    """Few notes with much that is awkward: long code, tables of five and nine columns, scripts, pictures, choices."""
    words = ("None?", "ORM", "long listing", "list inside", "five columns", "nine", "an image")
    some = [note for note in awkward_notes() if any(word in note.identified.note.question_text for word in words)]
    choice = with_note(
        choice_note("Which are **trees**?", "an oak", "a rose", "a pine", right=(0, 2)), citations=(BOOK,)
    )
    more = (replace(note, html=replace(note.html, hint="<p>It is green.</p>")) for note in markdown_notes(_MORE))
    found = (*some, choice, *more)
    assert len(found) >= 10
    return found


@cache
def made(**words: Any) -> Printed:
    settings = settings_of(**words)
    return press.print_all([sheets.cards(deck_info(), notes(), settings)], _KEPT, jobs=1)[0]


def settings_of(paper: str = "A4", **words: Any) -> PrintSettings:
    return PrintSettings(paper=paper, cards=CardSettings(**words))


@cache
def book(**words: Any) -> Book:
    return Book(made(**words).data)


def card(size: str, on: str, marks: str = "auto") -> tuple[float, float, float]:
    tiled = paper.TILES.get((size, on)) if marks in ("auto", "tiled") else None
    return tiled or paper.CARDS[size]


@cache
def found(size: str = "A7", paper_name: str = "A4", **words: Any) -> tuple[Face, ...]:
    return tuple(
        paper.faces(book(size=size, paper=paper_name, **words), card(size, paper_name, words.get("marks", "auto")))
    )


def possible(size: str, name: str, flip: str) -> bool:
    """Whether a paper takes cards of a size, to be printed so."""
    try:
        grid_of(plan_of(settings_of(name, size=size, flip=flip)))
    except CannotImpose:
        return False
    return True


EVERY = [
    (size, name, flip) for size in (*SIZES, "60x90") for name in PAPERS for flip in FLIPS if possible(size, name, flip)
]


def chosen() -> Iterator[tuple[str, str, str]]:
    """So few of all combinations that each two of a size, a paper and a flip meet."""
    met: set[tuple[str, str]] = set()
    # Sizes and flips of a paper in turn: in plain order the first of a size would meet all that is.
    for size, name, flip in sorted(EVERY, key=lambda one: ((FLIPS.index(one[2]) + [*PAPERS].index(one[1])) % 3, one)):
        pairs = {(size, name), (size, flip), (name, flip)}
        if not pairs <= met:
            met |= pairs
            yield size, name, flip


COMBINATIONS = sorted(chosen())


def test_there_is_hardly_a_size_that_no_paper_takes() -> None:
    assert len(EVERY) > 80
    assert {size for size, _, _ in EVERY} == {*paper.CARDS}
    assert dict(paper.PAPERS) == {name: tuple(map(float, size)) for name, size in PAPERS.items()}
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert {(it[one], it[other]) for it in COMBINATIONS} == {(it[one], it[other]) for it in EVERY}


# --- fronts and backs -------------------------------------------------------------------------------------------------


def behind(box: paper.Box, flip: str, name: str, fold: paper.Box | None) -> paper.Box:
    """Where a back is seen through the paper when it is turned, or lies when it is folded."""
    left, low, right, high = box
    wide, tall = (length * MM for length in paper.PAPERS[name])
    if fold:
        across, up = fold[0] + fold[2], fold[1] + fold[3]
        return (across - right, low, across - left, high) if _upright(fold) else (left, up - high, right, up - low)
    if flip == "short-edge":
        return left, tall - high, right, tall - low
    return wide - right, low, wide - left, high


def _upright(line: paper.Box) -> bool:
    return line[2] - line[0] < line[3] - line[1]


def pairs(size: str, name: str, flip: str, **words: Any) -> Iterator[tuple[Face, Face]]:
    """Every front with the back of the same number."""
    every = found(size, name, flip=flip, **words)
    backs = {face.number: face for face in every if face.back}
    fronts = [face for face in every if not face.back]
    assert len(fronts) == len(backs) == made(size=size, paper=name, flip=flip, **words).cards
    for front in fronts:
        yield front, backs[front.number]


def folds(name_of: Book, page: int) -> list[paper.Box]:
    """The strokes of a page that are longer than any mark."""
    strokes = [one.box for one in paper.drawn(name_of, page) if one.is_mark]
    return [box for box in strokes if max(box[2] - box[0], box[3] - box[1]) > 60]


@pytest.mark.parametrize(("size", "name", "flip"), COMBINATIONS)
def test_every_back_is_exactly_behind_its_front(size: str, name: str, flip: str) -> None:
    lines = folds(book(size=size, paper=name, flip=flip), 0) if flip == "fold" else []
    for front, back in pairs(size, name, flip):
        seen = [behind(back.trim, flip, name, line) for line in lines] or [behind(back.trim, flip, name, None)]
        off = min(max(abs(a - b) for a, b in zip(front.trim, box, strict=True)) for box in seen)
        assert off < 0.1 * MM, front.label
        assert (front.topic, front.label) == (back.topic, back.label)
        # A card turns like the page of a book: seen from behind, its back is upright where its front was.
        if flip == "fold":
            beside = _upright(lines[0]) == (front.turn in (0, 180))
            assert (back.turn - front.turn) % 360 == (0 if beside else 180)
        else:
            assert (front.turn + back.turn + (180 if flip == "short-edge" else 0)) % 360 == 0
            assert back.page == facing(front.page, flip, len(book(size=size, paper=name, flip=flip).reader))


def facing(front: int, flip: str, count: int) -> int:
    """The page that is printed on the other side of a front's sheet."""
    return front + count // 2 if flip == "manual" else front + 1


def test_in_reverse_the_last_sheet_comes_first_again() -> None:
    count = len(book(size="business", flip="manual", feed="reverse").reader)
    assert count > 3
    for front, back in pairs("business", "A4", "manual", feed="reverse"):
        assert back.page == count - 1 - front.page


@pytest.mark.parametrize(
    ("flip", "x", "y"), [("long-edge", 1.3, -0.7), ("short-edge", -0.9, 2.0), ("manual", 0.0, 0.4)]
)
def test_what_a_printer_sets_off_is_taken_back(flip: str, x: float, y: float) -> None:
    """Seen from the front backs come out so far to the right and up: they are printed as far to the left and down."""
    size = "business-eu"
    plain, moved = found(size, flip=flip), found(size, flip=flip, shift_x=x, shift_y=y)
    for before, after in zip(plain, moved, strict=True):
        if before.back:
            one, other = (behind(face.trim, flip, "A4", None) for face in (before, after))
            assert (other[0] - one[0], other[1] - one[1]) == pytest.approx((-x * MM, -y * MM), abs=0.01)
        else:
            assert before == after


# --- the paper --------------------------------------------------------------------------------------------------------

PLANS: dict[str, dict[str, Any]] = {
    "tiled": {"size": "A7"},
    "tiled, small": {"size": "A8"},
    "crop": {"size": "business-eu", "marks": "crop"},
    "crop, little room": {"size": "2.5x3.5in", "paper": "Letter", "marks": "crop"},
    "gutter": {"size": "business", "marks": "gutter"},
    "lines": {"size": "60x90", "marks": "lines"},
    "fold": {"size": "A7", "paper": "Letter", "flip": "fold"},
    "A5": {"size": "A7", "paper": "A5"},
    "stock": {"stock": "C32011"},
}


@pytest.mark.parametrize(("size", "name", "flip"), COMBINATIONS)
def test_nothing_is_where_printers_do_not_print(size: str, name: str, flip: str) -> None:
    here, (wide, tall) = book(size=size, paper=name, flip=flip), paper.PAPERS[name]
    least = 5 * MM - 0.01
    for page in range(len(here.reader)):
        inked = [box for _, box in paper.letters_of(here, page)] + [one.box for one in paper.drawn(here, page)]
        assert inked
        for left, low, right, high in inked:
            assert left >= least and low >= least and right <= wide * MM - least and high <= tall * MM - least


@pytest.mark.parametrize("plan", sorted({*PLANS} - {"stock"}))
def test_marks_are_outside_of_the_trims_and_in_line_with_them(plan: str) -> None:
    words = PLANS[plan]
    size, name = words["size"], words.get("paper", "A4")
    here = book(**words)
    every = paper.faces(here, card(size, name, words.get("marks", "auto")))
    fronts = [face for face in every if face.page == 0]
    # A place that stays blank has marks too: its trims are those of others.
    xs, ys = ({round(face.trim[way + end], 1) for face in fronts for end in (0, 2)} for way in (0, 1))
    counted = 0
    for one in paper.drawn(here, 0):
        if not one.is_mark:
            continue
        left, low, right, high = one.box
        upright = right - left < high - low
        place, trims = ((left + right) / 2, xs) if upright else ((low + high) / 2, ys)
        assert min(abs(place - trim) for trim in trims) < 0.1 * MM
        counted += 1
        for face in fronts:  # on its edge, perhaps, but never in it
            inner = (face.trim[0] + 0.3, face.trim[1] + 0.3, face.trim[2] - 0.3, face.trim[3] - 0.3)
            assert right <= inner[0] or left >= inner[2] or high <= inner[1] or low >= inner[3]
    assert counted >= 4
    marked = [page for page in range(len(here.reader)) if any(one.is_mark for one in paper.drawn(here, page))]
    assert marked == [page for page in range(len(here.reader)) if any(f.page == page and not f.back for f in every)]


def test_what_finds_no_room_is_said() -> None:
    said = made(size="2.5x3.5in", paper="Letter").left_off
    assert len(said) == 1 and "no cut marks" in said[0] and 'marks = "lines"' in said[0]
    assert made(size="A7").left_off == ()


@pytest.mark.parametrize("plan", sorted(PLANS))
def test_a_cut_stack_is_sorted(plan: str) -> None:
    """Sheets are cut as one pile; each small pile is put under the one before it, row by row."""
    words = {**PLANS[plan], "order": "stack"}
    size = words.get("size", "business-eu")
    fronts = [face for face in paper.faces(book(**words), card(size, words.get("paper", "A4"))) if not face.back]
    piles: dict[tuple[int, int], list[Face]] = {}
    for face in fronts:
        piles.setdefault(place_of(face), []).append(face)
    assert len(piles) > 1
    assert [face.number for place in sorted(piles) for face in piles[place]] == sorted(face.number for face in fronts)


def place_of(face: Face) -> tuple[int, int]:
    """Row and column of a face, as one reads them who holds the sheet so that its cards are upright."""
    left, low, _, high = face.trim
    if face.turn == 90:
        return round(left), round(low)
    return round(-high), round(left)


@pytest.mark.parametrize("plan", sorted(PLANS))
def test_by_the_sheet_neighbours_lie_side_by_side(plan: str) -> None:
    words = {**PLANS[plan], "order": "sheet"}
    size = words.get("size", "business-eu")
    fronts = [face for face in paper.faces(book(**words), card(size, words.get("paper", "A4"))) if not face.back]
    read = sorted(fronts, key=lambda face: (face.page, place_of(face)))
    assert [face.number for face in read] == sorted(face.number for face in fronts)


# --- what is on a card ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [*SIZES, "60x90"])
def test_every_word_of_every_note_is_on_its_card(size: str) -> None:
    assert proof.lost_on_cards(found(size), notes()) == []
    assert proof.outside_of_cards(found(size), card(size, "A4")) == []
    topics = [letters(note.identified.note.topic[-1]) for note in notes()]
    assert all(face.topic == topics[face.number[0] - 1] or "…" in face.topic for face in found(size))


@pytest.mark.parametrize("size", ["A7", "3x5in", "A8"])
def test_sources_are_at_the_foot_and_no_card_is_for_them_alone(size: str) -> None:
    shown: list[int] = []
    hidden: list[int] = []
    for number, note in enumerate(notes(), 1):
        titles = letters("".join(citation.title for citation in note.identified.note.citations))
        backs = [face for face in found(size) if face.back and face.number[0] == number]
        last = max(backs, key=lambda face: face.number)
        if titles:
            (shown if letters(last.text).endswith(titles) else hidden).append(number)
            assert letters(last.text) != titles
            assert titles not in letters("".join(face.text for face in backs if face != last))
    assert len(shown) > 2
    assert bool(hidden) == (size == "3x5in"), "what takes all of its card gives up its sources"


LONG_NAMES = """# Names

## What does Django do with a `transaction.atomic_block_of_it` decorator?

It begins with a `settings.DATABASE_ROUTER_NAMES` constant.

## When does code break?

It is long. It is longer than a card of this size holds beside these lines, of which there are a few more than two.

For example:

```python
first = 1
second = 2
third = 3
fourth = 4
fifth = 5
sixth = 6
seventh = 7
eighth = 8
ninth = 9
tenth = 10
```

## What is far to the right?

```python
if it:
                                first_of = the_longest_name_of_all_(1)
                                "a_text_that_is_longer_still_x"
```
"""


@pytest.mark.parametrize("size", ["A8", "60x90"])
def test_names_that_never_wrap_fit_and_long_code_leaves_no_card_half_blank(size: str) -> None:
    sheet = sheets.cards(deck_info(), markdown_notes(LONG_NAMES), settings_of(size=size))
    faces = paper.faces(Book(press.print_sheet(sheet, _KEPT, jobs=1)), card(size, "A4"))
    assert proof.outside_of_cards(faces, card(size, "A4")) == []
    assert proof.lost_on_cards(faces, markdown_notes(LONG_NAMES)) == []
    assert not [face.label for face in faces if face.text.endswith("Forexample:")]


def test_parts_are_counted_on_both_faces_and_bear_the_question() -> None:
    every = found("A8")
    continued = {face.number[0] for face in every if "/" in face.label}
    assert continued
    for number in continued:
        for back in (False, True):
            mine = sorted(
                (face for face in every if face.number[0] == number and face.back is back), key=lambda f: f.number
            )
            assert [face.label for face in mine] == [f"{number}·{part}/{len(mine)}" for part in range(1, len(mine) + 1)]
        fronts = [face.text for face in every if face.number[0] == number and not face.back]
        assert len(set(fronts)) == 1 or len(fronts) == len(set(fronts))
    assert {face.label for face in every if face.number[0] not in continued} == {
        str(number) for number in range(1, len(notes()) + 1) if number not in continued
    }


@pytest.mark.parametrize("size", ["A7", "A8", "business"])
def test_no_letter_lies_on_another_and_none_is_a_box(size: str) -> None:
    # Turned letters have boxes that touch: sizes that lie upright are looked at.
    here = book(size=size, marks="lines", paper="Letter")
    assert missing_glyphs(here) == 0
    if {face.turn for face in paper.faces(here, paper.CARDS[size])} == {0}:
        assert [overlapping(here, page) for page in range(len(here.reader))] == [[] for _ in here.reader]


def test_no_type_is_smaller_than_six_points() -> None:
    """What is raised or lowered, and a sign of the maths font apart."""
    sizes = set()
    for page in book(size="A8").pdf.pages:
        for step in re.findall(rb"/\S+ (\S+) Tf", page.obj.Contents.read_bytes()):
            sizes.add(round(float(step) * 0.75, 2))
    assert len(sizes) > 4
    assert [size for size in sizes if size < 6 and size not in (4.2, 6.25)] == []


def test_a_choice_asks_with_all_options_and_answers_with_the_right_ones() -> None:
    number = next(n for n, note in enumerate(notes(), 1) if "trees" in note.identified.note.question_text)
    front, back = (next(f.text for f in found() if f.number[0] == number and f.back is side) for side in (False, True))
    assert all(word in front for word in ("anoak", "arose", "apine"))
    assert "anoak" in back and "apine" in back and "arose" not in back


def test_a_cloze_has_gaps_in_front_and_its_words_behind() -> None:
    number = next(n for n, note in enumerate(notes(), 1) if "leaf" in note.identified.note.question_text)
    front, back = (next(f.text for f in found() if f.number[0] == number and f.back is side) for side in (False, True))
    assert "leaf" not in front and "childrenofitsown" not in front and "Hint:Itisgreen." in front
    assert "aplural" in front and "aplural" not in back
    assert "leaf" in back and "childrenofitsown" in back


# --- bytes and work ---------------------------------------------------------------------------------------------------


def test_an_answer_may_begin_with_an_empty_cell() -> None:
    """What has nothing in it is on no page, and stopped the sheets from being put into order."""
    notes = markdown_notes("# T\n\n## Which?\n\n| | Best |\n| --- | --- |\n| one | two |\n\n## And then?\n\nNo.\n")
    sheet = sheets.cards(deck_info(), notes, settings_of(size="A7"))
    text = "".join(Book(press.print_all([sheet], press.MemoryCache(), jobs=1)[0].data).texts)
    assert "Best" in text and "two" in text


def test_the_same_notes_give_the_same_bytes() -> None:
    sheet = sheets.cards(deck_info(), notes(), settings_of(size="A7"))
    assert press.print_all([sheet], press.MemoryCache(), jobs=1)[0].data == made(size="A7").data


def plain_sheet(ids: list[str]) -> Sheet:
    every = [note for name in ids for note in simple_notes(1, prefix=name)]
    return sheets.cards(deck_info(), every, PrintSettings())


@pytest.mark.parametrize("count", [1, 24, 60, 250])
def test_a_note_that_is_added_changes_one_batch(count: int) -> None:
    ids = [f"note{n}" for n in range(count)]
    before = {signature.html for signature in plain_sheet(ids).signatures}
    split = 0
    for place in range(0, count, max(1, count // 20)):
        after = plain_sheet([*ids[:place], f"new{place}x", *ids[place:]]).signatures
        fresh = [one for one in after if one.html not in before]
        assert all(len(one.fitting.units) <= 2 * 40 for one in after if one.fitting)
        laid_out = sum(len(one.fitting.units) // 2 for one in fresh if one.fitting)
        assert len(fresh) == 1 or (len(fresh) == 2 and 24 < laid_out <= 41)  # a full one becomes two
        split += len(fresh) == 2
    assert split <= 3


class _Counting(press.MemoryCache):
    """A cache that counts what was laid out."""

    def __init__(self) -> None:
        super().__init__()
        self.laid_out = 0

    def put(self, key: str, data: bytes) -> None:
        self.laid_out += 1
        super().put(key, data)


def test_only_that_batch_is_laid_out_and_its_card_is_in_its_place() -> None:
    cache = _Counting()
    ids = [f"note{n}" for n in range(44)]
    press.print_sheet(plain_sheet(ids), cache, jobs=1)
    first = cache.laid_out
    assert first > 1
    data = press.print_sheet(plain_sheet([*ids[:10], "fresh", *ids[10:]]), cache, jobs=1)
    assert cache.laid_out == first + 1
    every = paper.faces(Book(data), card("A7", "A4"))
    asked = {face.number: face.text for face in every if not face.back}
    assert asked[11, 1] == "Whatisfresh0?" and asked[12, 1] == "Whatisnote100?" and len(asked) == 45


def test_many_batches_are_no_larger_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    every = simple_notes(44)
    many = press.print_sheet(sheets.cards(deck_info(), every, PrintSettings()), press.MemoryCache(), jobs=1)
    monkeypatch.setattr(cut_cards, "_MOST", 1000)
    whole = sheets.cards(deck_info(), every, PrintSettings())
    assert len(whole.signatures) == 1
    assert len(many) <= 1.5 * len(press.print_sheet(whole, press.MemoryCache(), jobs=1))


def test_a_change_of_how_cards_are_printed_lays_out_nothing() -> None:
    settings = settings_of()
    other = replace(settings, cards=replace(settings.cards, flip="manual", feed="reverse", order="sheet", shift_x=1.0))
    one, two = (sheets.cards(deck_info(), notes(), words) for words in (settings, other))
    assert [signature.html for signature in one.signatures] == [signature.html for signature in two.signatures]
