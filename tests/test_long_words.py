"""What is too long for its line: addresses, names, code without a space, and tables that are too wide."""

from __future__ import annotations

import re

import pytest

from generator import fragments, long_words, press, sheets
from generator.print_settings import CardSettings, PrintSettings
from generator.sheets import code_lines, narrow_tables
from tests.print_support import Book, deck_info, identified, letters, read

MILLIMETRE = 72 / 25.4
TOKEN = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9" * 12
MINIFIED = '!function(e,t){"object"==typeof exports&&"undefined"!=typeof module?module.exports=t():define(t)}' * 4
ADDRESS = "https://example.com/a/very/long/path/that/goes/on/without/any/space?query=string&other=thing#and-a-part"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>plain words</p>", "<p>plain words</p>"),
        ("<p>Donaudampfschifffahrtsgesellschaft</p>", "<p>Donaudampfschifffahrtsgesellschaft</p>"),
        (
            "<p>See https://example.com/some/long/path?a=b&amp;c=d.</p>",
            '<p>See <span class="address">https://|example|.com/|some/|long/|path|?a=b|&amp;c=d.</span></p>',
        ),
        (
            '<a href="https://example.com/some/path">https://example.com/some/path</a>',
            '<a class="address" href="https://example.com/some/path">https://|example|.com/|some/|path</a>',
        ),
        ("<code>npm install --save-dev</code>", "<code>npm install -+-+save-+dev</code>"),
        ('<code class="nb">a --save-dev</code>', '<code class="nb">a --save-dev</code>'),
        (
            "<code>AbstractSingletonProxyFactoryBean a</code>",
            "<code>Abstract|Singleton|Proxy|Factory|Bean a</code>",
        ),
        ('<pre class="code">https://example.com/some/long/path</pre>',) * 2,
        ('<img alt="https://example.com/some/long/path">',) * 2,
    ],
)
def test_long_words_break_at_their_own_signs(html: str, expected: str) -> None:
    marked = long_words.broken(html).replace("\N{ZERO WIDTH SPACE}", "|").replace("\N{WORD JOINER}", "+")
    assert marked == expected


def test_code_fills_its_lines_and_breaks_behind_signs() -> None:
    code = f'<pre class="code"><span class="l">x = <span class="s">"{"A" * 30}"</span>.call(a)</span></pre>'
    found = code_lines.dressed(code, 20)
    assert f'<span class="l w">x = <span class="s"><wbr><span class="br">"{"A" * 30}"</span></span>' in found
    assert ".<wbr>call(a)" in found
    assert code_lines.dressed(code, 60) == code
    shorter = code.replace("A" * 30, "A" * 24)  # it goes on a line of its own, whole
    assert f'<wbr>"{"A" * 24}"</span>' in code_lines.dressed(shorter, 20)


# --- on the page ----------------------------------------------------------------------------------------------------

TEXT = f"""# T

## What is at {ADDRESS}?

See {ADDRESS} and `AbstractSingletonProxyFactoryBeanWithAVeryLongNameThatNeverEnds{"AndGoesOn" * 20}` in code.

- It is:

  ```js
  {MINIFIED}
  ```

```
{TOKEN}
```

| Name | Where | What |
|---|---|---|
| short | {ADDRESS} | A word |
| `{"AbstractSingleton" * 5}` | {"x" * 64} | Another |

## Which tables are too wide?

{"| `application_identifier` " * 12}|
{"|---" * 12}|
{"| configuration " * 12}|
{"| implementation " * 12}|
"""
EDGES = {"A4": (18, 14), "Letter": (18, 14), "A5": (14, 14)}
WIDTHS = {"A4": 210.0, "Letter": 215.9, "A5": 148.0}


@pytest.fixture(scope="module", params=["A4", "A5"])
def study(request: pytest.FixtureRequest) -> tuple[str, Book]:
    notes = [identified(note) for note in read(TEXT)]
    sheet = sheets.study(deck_info(), notes, PrintSettings(paper=request.param))
    return request.param, Book(press.print_sheet(sheet, press.MemoryCache(), jobs=1))


def test_nothing_leaves_its_column(study: tuple[str, Book]) -> None:
    paper, book = study
    left, right = (edge * MILLIMETRE for edge in EDGES[paper])
    for page in range(1, len(book.texts)):
        boxes = [*book.boxes(page)]
        assert min(box[0] for box in boxes) > left - 1
        assert max(box[2] for box in boxes) < WIDTHS[paper] * MILLIMETRE - right + 1


def test_all_of_it_is_there_and_can_be_copied(study: tuple[str, Book]) -> None:
    _, book = study
    text = letters("".join(book.texts))
    assert text.count(letters(ADDRESS)) == 4  # contents and question, prose, table
    for words in (TOKEN, MINIFIED, "AndGoesOn" * 20, "x" * 64):
        assert letters(words) in text, words
    assert text.count("configuration") == 12
    assert "\N{ZERO WIDTH SPACE}" not in "".join(book.texts)


def test_every_wrapped_line_of_code_has_its_mark(study: tuple[str, Book]) -> None:
    paper, book = study
    marks = sum(_marks(book, page) for page in range(1, len(book.texts)))
    room = 64 if paper == "A4" else 58  # characters of code in a line
    least = sum(-(-len(line) // room) - 1 for line in (TOKEN, MINIFIED))
    assert least <= marks <= least + 4  # one breaks behind its signs, in a list


def _marks(book: Book, page: int) -> int:
    """How many pieces of rust there are at the left of code: rows of them without a gap are one."""
    image = book.reader[page].render(scale=3).to_pil().convert("RGB")
    edge = int((18 + 12 + 16) * MILLIMETRE * 3)
    data = image.crop((0, 0, edge, image.height)).load()
    rows = [any(_is_rust(data[x, y]) for x in range(0, edge, 1)) for y in range(image.height)]
    return sum(row and not before for before, row in zip([False, *rows], rows, strict=False))


def _is_rust(colour: tuple[int, int, int]) -> bool:
    red, green, blue = colour
    return red > 120 and green < 110 and blue < 90


def test_a_table_too_wide_is_set_small_and_then_as_pairs() -> None:
    def table(words: str, columns: int) -> str:
        head, row = (f"<tr>{f'<{tag}>{words}</{tag}>' * columns}</tr>" for tag in ("th", "td"))
        return f"<table><thead>{head}</thead><tbody>{row}{row}</tbody></table>"

    def kind(html: str) -> str:
        return narrow_tables.on_page(html, 38.9, 62.7).split(">")[0]

    assert kind(table("implementation", 4)) == "<table"
    assert kind(table("implementation", 5)) == '<table class="many"'
    assert kind(table("implementation", 9)) == '<table class="stacked"'
    assert kind(f"<ul><li>{table('implementation', 4)}</li></ul>") == "<ul"
    nested = f"<ul><li><blockquote>{table('implementations', 4)}</blockquote></li></ul>"
    assert 'class="many"' in narrow_tables.on_page(nested, 30.0, 62.7)
    paired = narrow_tables.paired(table("a", 2))
    assert re.findall(r"<tr(?: class=\"([a-z ]+)\")?>", paired) == ["first", "last"] * 2
    assert "<th>a</th><td>a</td>" in paired


def test_a_short_row_and_one_without_a_head_lose_nothing() -> None:
    rows = "<tr><td>one</td><td></td><td>three</td></tr><tr><td>lonely</td></tr>"
    paired = narrow_tables.paired(f'<table dir="rtl"><tbody>{rows}</tbody></table>')
    assert paired.startswith('<table dir="rtl" class="stacked"><tbody>')
    assert [*re.findall("<td>([^<]*)</td>", paired)] == ["one", "three", "lonely"]


@pytest.mark.parametrize("size", ["A7", "business"])
def test_cards_hold_it_too(size: str) -> None:
    notes = [identified(note) for note in read(TEXT)]
    settings = PrintSettings(cards=CardSettings(size=size))
    book = Book(press.print_sheet(sheets.cards(deck_info(), notes, settings), press.MemoryCache(), jobs=1))
    text = letters("".join(book.texts))
    for words in (TOKEN, MINIFIED, "x" * 64):
        assert letters(words) in text, words
    for page, _ in enumerate(book.texts):
        width = book.reader[page].get_width()
        assert max(box[2] for box in book.boxes(page)) < width - 4 * MILLIMETRE


def test_headings_break_too() -> None:
    heading, *_ = fragments.question(f"What is at {ADDRESS}?", "")
    assert "\N{ZERO WIDTH SPACE}" in heading.html
