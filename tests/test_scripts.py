"""Other scripts on paper: directions, languages, and characters that no font has."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from generator import no_glyph, press, resources, scripts, sheets
from generator.machine import fonts_digest
from generator.model import FORMULA, Media, Span
from generator.press import glyphs, keys, layout, mirror
from generator.print_model import Signature
from generator.print_settings import PrintSettings
from tests.print_support import Book, deck_info, identified, letters, missing_glyphs, overlapping, read, with_note

# --- directions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Plain &amp; <b>simple</b></p>", "<p>Plain &amp; <b>simple</b></p>"),
        ("<p>The word שלום is Hebrew</p>", "<p>The word שלום is Hebrew</p>"),
        ("<p>אינדקס הוא מבנה</p>", '<p dir="rtl">אינדקס הוא מבנה</p>'),
        ("<p>SQL היא שפה לשאילתות</p>", '<p dir="rtl">SQL היא שפה לשאילתות</p>'),
        ("<ul><li>אחת</li><li>B-tree.</li></ul>", '<ul dir="rtl"><li>אחת</li><li>⁦B-tree.⁩</li></ul>'),
        ("<ul><li>one item</li><li>שתיים</li></ul>", '<ul><li>one item</li><li dir="rtl">שתיים</li></ul>'),
        ("<p>פקודה <code>a (b)</code> כאן</p>", '<p dir="rtl">פקודה <code>⁦a (b)⁩</code> כאן</p>'),
        (
            '<blockquote><p>ציטוט</p><pre class="code">x = 1</pre></blockquote>',
            '<blockquote dir="rtl"><p>ציטוט</p><pre dir="ltr" class="code">x = 1</pre></blockquote>',
        ),
        (
            '<pre class="code"><span class="s">"שלום"</span>  <span class="c"># עולם</span></pre>',
            '<pre class="code"><span class="s">⁦"שלום"⁩</span>  <span class="c">⁦# עולם⁩</span></pre>',
        ),
        ('<p>אב<br><img alt="a > b">ג</p>', '<p dir="rtl">אב<br><img alt="a > b">ג</p>'),
    ],
)
def test_a_block_has_the_direction_of_most_of_its_letters(html: str, expected: str) -> None:
    assert scripts.directed(html) == expected


def test_a_heading_from_right_to_left_is_a_box_of_its_own() -> None:
    assert scripts.heading("What is שלום?") == "What is שלום?"
    assert scripts.heading("מהו <code>a b</code>?") == '<span class="rtl" dir="rtl">מהו <code>⁦a b⁩</code>?</span>'


@pytest.mark.parametrize(
    ("text", "said", "found"),
    [
        ("What is an index?", "en", "en"),
        ("什么是数据库索引？", "en", "zh"),
        ("索引とは何ですか", "en", "ja"),
        ("索引", "ja", "ja"),
        ("索引", "zh-TW", "zh-TW"),
        ("인덱스란 무엇인가", "en", "ko"),
        ("ما هو الفهرس", "en", "ar"),
        ("این چیست", "fa", "fa"),
        ("The sign 水 means water in Chinese", "en", "en"),
        ("डेटाबेस क्या है", "mr", "mr"),
        ("", "de", "de"),
    ],
)
def test_the_language_is_what_the_letters_show(text: str, said: str, found: str) -> None:
    assert scripts.language(text, said) == found


# --- characters that no font has --------------------------------------------------------------------------------------


def test_what_counts_as_ours_is_in_the_fonts_of_every_family() -> None:
    folder = resources.root() / "print" / "fonts"

    def has(*names: str) -> set[int]:
        return {point for name in names for point in TTFont(folder / f"{name}.ttf").getBestCmap()}

    rest = has("NotoSansSymbols2-Regular", "NotoSansMath-Regular", "NotoEmoji-Regular", "SourceSans3-Regular")
    boxes = {point for point in has("SourceCodePro-Regular") if 0x2500 <= point <= 0x259F}
    invisible = {*map(ord, "\t\n\r"), *range(0x2060, 0x2065)}
    found = [point for point in range(0x3000) if re.match(f"[{glyphs.OURS}]", chr(point))]
    assert len(found) > 900
    for face in ("SourceSerif4-Regular", "SourceSans3-Regular", "SourceCodePro-Regular"):
        lacking = set(found) - rest - boxes - has(face) - invisible
        assert {f"{point:04x}" for point in lacking if chr(point).isprintable()} == set(), face


def test_pages_with_other_scripts_are_kept_by_the_machines_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fonts_digest() == fonts_digest()
    plain, chinese = Signature("a", "<p>Tiếng Việt → ∑ │</p>"), Signature("a", "<p>索引</p>")
    before = keys.key(plain), keys.key(chinese)
    monkeypatch.setattr(keys, "fonts_digest", lambda: b"others")
    assert keys.key(plain) == before[0]
    assert keys.key(chinese) != before[1]


def test_a_missing_character_is_its_number_outside_tags() -> None:
    html = '<p title="\ue000">a \ue000 &lt;</p>'
    told = '<p title="\ue000">a <span class="no-glyph">U+E000</span> &lt;</p>'
    assert glyphs.with_numbers(html, "\ue000") == told
    assert glyphs.with_numbers(html, "") == html


def test_what_pictures_say_is_told_too() -> None:
    said = "<svg><text>\ue000 a</text></svg>".encode()
    formula, drawing = Media("formula-1.svg", said, "image/svg+xml"), Media("b.svg", said, "image/svg+xml")
    html = (
        f'<img class="tex" src="media:formula-1.svg" alt="{FORMULA}\\text{{\ue000}}" style="width:1em">'
        '<img src="media:b.svg" alt="b"><img class="tex" src="media:formula-2.svg" alt="x">'
    )
    told, media = glyphs.in_pictures(html, (formula, drawing), "\ue000")
    assert told == (
        '<code class="tex">\\text{\ue000}</code><img src="media:b.svg" alt="b">'
        '<img class="tex" src="media:formula-2.svg" alt="x">'
    )
    assert media[1].data == b"<svg><text>U+E000  a</text></svg>"
    assert glyphs.in_pictures(html, (formula, drawing), "\ue001") == (html, (formula, drawing))


@pytest.mark.parametrize("product", ["study", "cheat", "quiz", "cards"])
def test_no_product_shows_a_box(product: str) -> None:
    odd = "\ue123 \U000f0001 \u0378 \ufffd \U0001fae9 👩‍👩‍👧‍👦 👍🏽 1️⃣ soft\u00adhyphen a\u200bb \u2066c\u2069 x̂ 𝓐 ⠓"
    inline = f"It **{odd}** *{odd}* and `{odd}`:"
    text = f"# T {odd}\n\n## What is {odd}?\n\n{inline}\n\n```\n{odd}\n```\n\n| a |\n|---|\n| {odd} |\n"
    sheet = sheets.MAKERS[product](deck_info(), [identified(read(text)[0])], PrintSettings())
    (printed,) = press.print_all([sheet], press.MemoryCache(), jobs=1)
    assert {"\ue123", "\U000f0001", "\u0378"} <= {*printed.missing}
    book = Book(printed.data)
    assert missing_glyphs(book) == 0
    assert "".join(book.texts).count("U+E123") >= 3


def test_a_character_that_no_font_has_is_printed_as_its_number_and_told() -> None:
    note = identified(read("# T\n\n## What is it?\n\nA \U000f0001 sign and `x = \U000f0001`.\n")[0])
    printed = press.print_all([sheets.study(deck_info(), [note])], press.MemoryCache(), jobs=1)[0]
    assert printed.missing == "\U000f0001"
    book = Book(printed.data)
    assert "".join(book.texts).count("U+F0001") == 2
    assert all(str(font.get("/Encoding")) == "/Identity-H" for font in book.fonts.values())


@pytest.mark.parametrize(
    ("character", "script", "package"),
    [
        ("速", "cjk", "fonts-noto-cjk"),
        ("あ", "cjk", "fonts-noto-cjk"),
        ("ش", "arabic", "fonts-noto-core"),
        ("अ", "devanagari", "font-noto-sans-devanagari"),
        ("𓀀", "egyptian-hieroglyphs", "google-noto-sans-egyptian-hieroglyphs-fonts"),
        ("🎉", "emoji", "fonts-noto-color-emoji"),
        ("\ue000", "", "only the font that it was made for"),
    ],
)
def test_the_hint_names_what_to_install(character: str, script: str, package: str) -> None:
    (note,) = read(f"# T\n\n## What?\n\n{character}\n")
    assert note.span == Span("awkward.md", 1, 1)
    (problem,) = no_glyph.problems(character, [note], {"awkward.md": [f"## {character}"]})
    assert (problem.code, problem.file, problem.line, problem.column) == ("no-glyph", "awkward.md", 1, 4)
    assert no_glyph.script(character) == script
    assert f"U+{ord(character):04X}" in problem.message
    assert package in problem.hint


def test_without_a_font_for_chinese_a_build_says_so_with_line_and_package(tmp_path: Path) -> None:
    fonts = tmp_path / "fonts.conf"
    fonts.write_text(f"<fontconfig><dir>{tmp_path}</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>")
    (tmp_path / "a.md").write_text("## What is an index?\n\nIt is\n\n- 索引 in Chinese.\n", encoding="utf-8")
    command = [sys.executable, "-m", "generator", "build", "a.md", "--product", "study"]
    path = os.pathsep.join([str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")])
    env = {**os.environ, "FONTCONFIG_FILE": str(fonts), "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, encoding="utf-8", check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "a.md:5:3: warning[no-glyph]" in said
    assert "U+7D22" in said
    assert "fonts-noto-cjk" in said
    (pdf,) = tmp_path.rglob("*-study.pdf")
    assert "U+7D22" in "".join(Book(pdf.read_bytes()).texts)


# --- on the page ----------------------------------------------------------------------------------------------------

SCRIPTS = {
    "Chinese": "什么是数据库索引",
    "Japanese": "データベースとは何ですか",
    "Korean": "인덱스란 무엇인가",
    "Arabic": "ما هو الفهرس",
    "Hebrew": "אינדקס הוא מבנה נתונים",
    "Hindi": "डेटाबेस",
    "Cyrillic": "Привет, мир! Їжак",
    "Greek": "Καλημέρα",
    "Vietnamese": "Tiếng Việt",
    "emoji": "😀🎉",
    "boxes": "┌─┐│",
    "arrows": "→⇒↔",
}


@pytest.fixture(scope="module")
def printed() -> press.bind.Printed:
    text = "# T\n\n" + "".join(
        f"## In {name}?\n\n{words}\n\n- {words}\n\n`{words}`\n\n" for name, words in SCRIPTS.items()
    )
    notes = [identified(note) for note in read(text)]
    return press.print_all([sheets.study(deck_info(), notes)], press.MemoryCache(), jobs=1)[0]


def test_every_script_is_on_the_page_without_a_missing_glyph(printed: press.bind.Printed) -> None:
    """Needs fonts for Chinese, Arabic, Hebrew and Hindi: `.ci/packages` installs Noto's."""
    assert printed.missing == "", "fonts-noto-cjk and fonts-noto-core have these"
    book = Book(printed.data)
    text = letters("".join(book.texts))
    for name in ("Chinese", "Japanese", "Korean", "Cyrillic", "Greek", "Vietnamese"):
        assert text.count(letters(SCRIPTS[name])) == 3, name
    for name in ("Arabic", "Hebrew"):  # a reader may give the letters in the order of the page
        assert set(letters(SCRIPTS[name])) <= set(text), name


def test_every_font_is_embedded(printed: press.bind.Printed) -> None:
    book = Book(printed.data)
    assert len(book.fonts) > 8
    for name, font in book.fonts.items():
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor, name


def test_text_from_right_to_left_begins_at_the_right(printed: press.bind.Printed) -> None:
    book = Book(printed.data)
    page = [place for place, text in enumerate(book.texts) if "In Hebrew" in text][-1]  # behind the contents
    column = (18 + 12 + 118) / 25.4 * 72  # the notes' right edge
    assert column - 15 < max(left for left, *_ in book.starts(page, "א")) < column


# --- from right to left -----------------------------------------------------------------------------------------------

HEBREW = """# אינדקסים

## מהו אינדקס בטבלה?

אינדקס הוא מבנה נתונים.

```python
def f(x):  # הערה
    return x
```

## מה ההבדל ביניהם?

| ראשון | שני |
|---|---|
| אלף | בית |

## באיזו שנה?

1948

## What is English here?

An answer from left to right.
"""


def hebrew(product: str) -> Book:
    notes = [with_note(identified(note), lang="he") for note in read(HEBREW)]
    sheet = sheets.MAKERS[product](deck_info(lang="he"), notes, PrintSettings())
    return Book(press.print_sheet(sheet, press.MemoryCache(), jobs=1))


def place(book: Book, words: str) -> tuple[int, float, float]:
    """The page, left edge and middle height of the last place of these words."""
    for page in reversed(range(len(book.texts))):
        if found := [*book.starts(page, words)]:
            left, bottom, _, top = found[-1]
            return page, left, (bottom + top) / 2
    raise AssertionError(words)


def test_a_mirrored_style_sheet_says_right_for_left() -> None:
    css = (
        "@page { @top-left { content: none } }\n.a { float: left; margin: 1pt 2pt 3pt 4pt; padding-right: 5pt }\n"
        '[dir="rtl"] .a { margin: 1pt 2pt 3pt 4pt; left: 0 }\n.b { margin: 0 1pt }'
    )
    told = mirror.mirrored(css)
    assert "@top-right { content" in told
    assert ".a { float: right; margin: 1pt 4pt 3pt 2pt; padding-left: 5pt }" in told
    assert '[dir="rtl"] .a { margin: 1pt 2pt 3pt 4pt; left: 0 }' in told
    assert ".b { margin: 0 1pt }" in told
    for name in ("study", "quiz", "cheat", "cards"):
        sheet = resources.text(f"print/{name}.css")
        assert mirror.mirrored(mirror.mirrored(sheet)) == sheet
        assert mirror.mirrored(sheet) != sheet
        assert layout.served(f"style:{name}.rtl.css", {})[0].decode() == mirror.mirrored(sheet)


def test_a_study_sheet_from_right_to_left_is_mirrored() -> None:
    book = hebrew("study")
    page, _, height = place(book, "מהו")
    width = book.reader[page].get_width()
    right = width - (18 + 12) / 25.4 * 72  # where the text's column begins
    assert max(edge for _, _, edge, _ in book.boxes(page)) > right + 10
    number = [box for box in book.boxes(page) if box[0] > right and abs((box[1] + box[3]) / 2 - height) < 4]
    assert len(number) == 1  # on the line of its question
    assert book.text_in(page, 0, 0, 100, 60) == str(page + 1)
    assert place(book, "ראשון")[1] > place(book, "שני")[1]
    assert place(book, "def")[1] < width / 2
    assert "def f(x):" in book.texts[page]
    assert right - 30 < place(book, "1948")[1] < right
    assert place(book, "An answer")[1] == pytest.approx(place(book, "What is English")[1], abs=1)
    assert place(book, "An answer")[1] < width / 2


def test_a_question_from_right_to_left_among_others_has_its_number_in_the_column_of_all() -> None:
    english = "# Topic\n\n" + "".join(f"## What is it{n}?\n\nThis.\n\n" for n in range(9))
    notes = [identified(note) for note in read(english + HEBREW)]
    book = Book(press.print_sheet(sheets.study(deck_info(), notes), press.MemoryCache(), jobs=1))
    for question, number in (("What is it", "1"), ("מהו", "10"), ("מה ההבדל", "11")):
        _, bottom, _, top = next(book.starts(0, question))
        assert book.text_in(0, 18 / 25.4 * 72 - 1, bottom - 2, 29 / 25.4 * 72, top + 2) == number
    assert overlapping(book, 0) == []


def test_a_quiz_from_right_to_left_has_its_numbers_beside_its_questions() -> None:
    book = hebrew("quiz")
    for question in ("מהו", "מה ההבדל"):
        found = [(page, *box) for page in (0, len(book.texts) - 1) for box in book.starts(page, question)]
        assert len(found) == 2
        for page, left, bottom, _, top in found:
            line = [
                box for box in book.boxes(page) if abs((box[1] + box[3] - bottom - top) / 2) < 4 and box[0] > left + 8
            ]
            assert len(line) == 1


def test_a_cheat_sheet_from_right_to_left_begins_at_the_right() -> None:
    book = hebrew("cheat")
    width = book.reader[0].get_width()
    assert place(book, "מהו")[1] > width / 2
    assert place(book, "def")[1] < place(book, "#")[1]
    assert book.text_in(0, 0, book.reader[0].get_height() - 60, 90, 9999) == "1 / 1"


def test_cards_from_right_to_left_have_their_topic_at_the_right() -> None:
    book = hebrew("cards")
    width, height = book.reader[0].get_size()
    topics = [left for left, *_ in book.starts(0, "אינדקסים")]
    assert len(topics) == 4
    assert all(left % (width / 2) > width / 4 for left in topics)  # two cards stand side by side
    assert book.text_in(0, 0, height - 60, width / 4, height).split()[:1] == ["1"]
