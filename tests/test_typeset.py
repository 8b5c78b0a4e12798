r"""Formulas on paper: set as outlines on the line of the text, or shown as written, with a problem; never a blank."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator import press, sheets, tex, typeset
from generator.model import FORMULA, NO_MEDIA, Identified, Kind, Node, RenderedNote, Target
from generator.project import load
from generator.reading import protection
from generator.render import render
from tests import print_support
from tests.reading_support import read


def set_as(text: str, *, display: bool = False) -> str:
    """The SVG of a formula that can be set."""
    made = typeset.svg(text, display=display)
    assert isinstance(made, str), made
    return made


def formula(markdown: str) -> Node:
    """The first formula of a text."""
    kinds = (Kind.MATHS, Kind.DISPLAY_MATHS)
    return next(node for node in protection.parse(markdown).walk() if node.kind in kinds)


def on_paper(markdown: str, tmp_path: Path) -> tuple[str, list[str]]:
    """The answer's field on paper, and the codes and places of what can't be set."""
    (tmp_path / "source").mkdir(exist_ok=True)
    (tmp_path / "source" / "a.md").write_text(f"## What is it?\n\n{markdown}\n", encoding="utf-8")
    project = load((), None, tmp_path)
    (note,) = read(f"## What is it?\n\n{markdown}\n").notes
    media, problems = typeset.collect_formulas(project, [note])
    found = [f"{problem.line}:{problem.column} {problem.message}" for problem in problems]
    assert {problem.code for problem in problems} <= {"formula-unset"}
    return render(note, {**NO_MEDIA, **media}, Target.PAPER).answer, found


# --- what is set ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "x", "E=mc^2", r"\frac{a}{b}", r"\int_0^\infty e^{-x^2}\,dx", r"\begin{pmatrix}a&b\\c&d\end{pmatrix}",
        r"\begin{cases}x&\text{if }x>0\\-x&\text{otherwise}\end{cases}", r"\begin{aligned}a&=b\\c&=d\end{aligned}",
        r"\begin{equation}a=b\end{equation}", r"\begin{gather*}a\\b\end{gather*}", r"\binom{n}{k}",
        r"\vec{x}\cdot\hat{y}",
        r"\operatorname{rank} A", r"\operatorname*{arg\,max}_x f(x)", r"\mathbb{R}\mathcal{L}\mathfrak{g}", r"50\%",
        r"\text{é “a” Ж}", "α+β≤γ→∞", r"\bm{x}", r"\left\{\frac12\right\}", r"a=b\tag{1}", r"a\label{x}", "|x|", "a<b",
        r"\underbrace{a+b}_{n}", r"x'", "[0,1)", r"\sum\limits_{i=1}^n i",
    ],
)  # fmt: skip
def test_what_people_write_is_set(text: str) -> None:
    for display in (False, True):
        picture = set_as(text, display=display)
        width, depth = tex.measures(picture.encode())
        assert 0.2 < width < 30
        assert -1 < depth < 6
        assert picture == set_as(text, display=display)


@pytest.mark.parametrize(
    ("text", "across", "down"),
    [
        (r"\begin{array}{cc}a&b\\c&d\end{array}", 0, 0),
        (r"\begin{array}{c|c}a&b\\\hline c&d\end{array}", 1, 1),
        (r"\begin{array}{|c|c|}\hline a&b\\\hline c&d\\\hline\end{array}", 3, 3),
        (r"\begin{array}{||l||}a\end{array}", 0, 2),
        (r"\begin{array}[t]{@{}l|p{2cm}*{2}{|r}}a&b&c&d\end{array}", 0, 3),
        (r"\left[\begin{array}{cc|c}1&2&3\\4&5&6\end{array}\right]", 0, 1),
        (r"\begin{pmatrix}A&B\\[1ex]\hline C&D\end{pmatrix}", 1, 0),
        (r"\begin{array}{c|c}\begin{array}{c}a\\\hline b\end{array}&c\end{array}", 1, 1),
        (r"\begin{array}{c|c}\text{a}&b\end{array}+\begin{array}{c}a\end{array}", 0, 1),
    ],
)
def test_the_rules_of_a_table_are_drawn(text: str, across: int, down: int) -> None:
    rules = re.findall(r'<rect [^>]*width="([\d.]+)" height="([\d.]+)"', set_as(text, display=True))
    assert sum(float(width) > float(height) for width, height in rules) == across
    assert sum(float(width) < float(height) for width, height in rules) == down


def test_dashed_rules_are_dashed() -> None:
    picture = set_as(r"\begin{array}{c:c}a&b\\\hdashline c&d\end{array}", display=True)
    assert picture.count("<rect") > 8


def test_rules_stand_in_the_formula_and_cross_no_cell() -> None:
    picture = set_as(r"\begin{array}{|c|c|}\hline a&b\\\hline c&d\\\hline\end{array}", display=True)
    left, top, width, height = map(float, re.findall(r'viewBox="(\S+) (\S+) (\S+) (\S+)"', picture)[0])
    rects = [
        [*map(float, rect)] for rect in re.findall(r'<rect x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)"', picture)
    ]
    assert all(
        left <= x and x + wide <= left + width and top <= y and y + high <= top + height for x, y, wide, high in rects
    )
    glyphs = [float(x) for x in re.findall(r'<use [^>]*x="(\S+?)"', picture)]
    bars = sorted(x for x, _, wide, high in rects if high > wide)
    assert len(glyphs) == 4
    assert all(bars[0] < x < bars[2] and abs(x - bars[1]) > 50 for x in glyphs)


def test_words_in_square_signs_are_text_that_finds_its_font() -> None:
    picture = set_as(r"v_{\text{平均 a}} = \frac{\text{距離}}{速}")
    found = re.findall(r'<text x="\S+" y="\S+" font-size="(\S+)" font-family="Deckpress Serif">(\S+)</text>', picture)
    assert [words for _, words in found] == ["平均", "距離", "速"]
    assert all(400 < float(size) < 1000 for size, _ in found)


def test_words_in_square_signs_are_on_the_page(tmp_path: Path) -> None:
    """Needs a font for Chinese: `.ci/packages` installs Noto's."""
    (note,) = read("# T\n\n## What?\n\nIt is $\\text{距離}$ there.\n").notes
    media, problems = typeset.collect_formulas(load((_file(tmp_path),), None, tmp_path), [note])
    assert problems == []
    rendered = RenderedNote(Identified(note, "a", "a", 1, 1), render(note, {**NO_MEDIA, **media}, Target.PAPER))
    (printed,) = press.print_all([sheets.study(print_support.deck_info(), [rendered])], press.MemoryCache(), jobs=1)
    assert printed.missing == ""
    assert "距離" in "".join(print_support.Book(printed.data).texts)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (r"\foo{x}", r"`\foo`"),
        (r"\ce{H2O}", r"`\ce`"),
        (r"\begin{tikzcd}a\end{tikzcd}", "`tikzcd`"),
        (r"\frac{a", "braces"),
        ("a}", "braces"),
        ("x^", "`^`"),
        ("x^2^3", "two exponents"),
        (r"\left( a", "braces"),
        ("a & b", "read as TeX"),
        (r"\newcommand{\R}{x}\R", "commands of its own"),
        (r"\phantom{x}", "nothing of it"),
        (r"\text{كتلة}", "“ك” (U+0643)"),
        (r"\SI{5}{\metre}", r"`\SI` is siunitx's"),
        (r"\pu{3 kg}", r"`\pu` is mhchem's"),
        (r"\begin{array}{cc}a&b\\\cline{1-1}c&d\end{array}", r"`\cline`"),
        (r"a\hline b", "outside a table"),
        (r"\begin{array}{cXc}a&b\end{array}", "`cXc`"),
        (r"\mathop{x}\limits_a", "read as TeX"),
        (r"\left(" * 14 + "x" + r"\right)" * 14, "nested"),
        ("x+" * 1900 + "y", "nested"),
        ("x" * 5000, "too long"),
    ],
)
def test_what_cannot_be_set_whole_says_why(text: str, why: str) -> None:
    made = typeset.svg(text, display=False)
    assert isinstance(made, typeset.Unset), made
    assert why in made.why


def test_a_minus_behind_a_sign_is_no_subtraction() -> None:
    def width(text: str) -> float:
        return tex.measures(set_as(text).encode())[0]

    assert width("x=-1") < width("x=y-1") - width("y=1") + width("x=1")
    assert width("(a)-1") == pytest.approx(width("(a)+1"), abs=0.05)


# --- on the page ----------------------------------------------------------------------------------------------------


def test_a_formula_is_a_picture_of_the_texts_own_size_with_its_tex_as_words(tmp_path: Path) -> None:
    html, problems = on_paper("Then $x^2$, so:\n\n$$y<1$$", tmp_path)
    assert not problems
    inline, display = re.findall(r'<img class="tex" src="media:formula-[0-9a-f]{16}\.svg" alt="([^"]*)"', html)
    assert (inline, display) == (f"{FORMULA}x^2", f"{FORMULA}y&lt;1")
    assert re.search(
        r'<span class="maths"><img [^>]*style="width:\d\.\d{3}em;vertical-align:-?\d\.\d{3}em"></span>,', html
    )
    assert '<span class="maths display"><img' in html


def test_what_cannot_be_set_is_shown_as_it_is_written_and_told_with_its_place(tmp_path: Path) -> None:
    html, problems = on_paper("Then $\\foo{x}$ and\n$y^$ and:\n\n```math\n\\bar<\\zoo\n```", tmp_path)
    assert html.count("<img") == 0
    assert '<span class="maths"><code class="tex">\\foo{x}</code></span>' in html
    assert "\\bar&lt;\\zoo" in html
    assert [line.split()[0] for line in problems] == ["3:6", "4:1", "6:1"]


def test_raw_markup_beside_a_formula_leaves_it_its_size(tmp_path: Path) -> None:
    html, _ = on_paper('A <b style="color:red">b</b> <img src="http://a/b" style="width:9em"> $x$', tmp_path)
    assert html.count("style=") == 1
    assert 'style="width:' in html


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("${{c1::E}} = {{c2::m c^2}}$", ["[E]", "=", "[m c^2]"]),
        (r"$\frac{ {{c1::a}} }{b}$", [r"[\frac{ a }{b}]"]),
        ("$x$ and {{c1::$y$}}", ["x", "[y]"]),
        (r"${{c1::\foo}} = 1$", [r"[\foo = 1]"]),
    ],
)
def test_what_a_cloze_hides_of_a_formula_is_marked(markdown: str, expected: list[str], tmp_path: Path) -> None:
    (note,) = read(f"## Fill in\n\n{markdown}\n").notes
    media, _ = typeset.collect_formulas(load((_file(tmp_path),), None, tmp_path), [note])
    rendered = render(note, {**NO_MEDIA, **media}, Target.PAPER, (1, 2))
    html = rendered.question + rendered.answer
    hides = r'(<span class="deletion[^"]*">(?:<span class="maths">)?)?'
    found = re.findall(hides + r'(?:<img class="tex"[^>]* alt="\u2061([^"]*)"|<code class="tex">([^<]*))', html)
    assert [f"[{image or code}]" if hidden else image or code for hidden, image, code in found] == expected


def _file(tmp_path: Path) -> Path:
    path = tmp_path / "a.md"
    path.write_text("## a\n\nb\n", encoding="utf-8")
    return path


def test_a_formula_is_set_once_and_then_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = on_paper("Then $x^2$ and $\\foo$.", tmp_path)

    def never(*_: object, **__: object) -> str:
        raise AssertionError("set again")

    monkeypatch.setattr(typeset, "svg", never)
    assert on_paper("Then $x^2$ and $\\foo$.", tmp_path) == before


def test_the_address_tells_where_a_formula_stands() -> None:
    assert [*tex.addresses(formula("$x$"))] == ["$x$"]
    assert [*tex.addresses(formula("$$\nx\n$$"))] == ["$$x$$"]
    assert [*tex.addresses(formula(r"\[x^2\]"))] == ["$$x^2$$"]


def test_a_formula_in_a_pdf_is_one_with_its_tex_and_inside_its_column(tmp_path: Path) -> None:
    wide = "+".join(f"a_{{{place}}}x_{{{place}}}" for place in range(40))
    text = f"# T\n\n## What is $e^{{i\\pi}}$?\n\nIt is $-1$.\n\n| a |\n|---|\n| $\\frac12$ |\n\n$${wide}$$\n"
    (note,) = read(text).notes
    media, problems = typeset.collect_formulas(load((_file(tmp_path),), None, tmp_path), [note])
    assert not problems
    rendered = RenderedNote(Identified(note, "a", "a", 1, 1), render(note, media, Target.PAPER))
    sheet = sheets.study(print_support.deck_info(), [rendered])
    data = press.print_sheet(sheet, press.MemoryCache(), jobs=1)
    assert data == press.print_sheet(sheet, press.MemoryCache(), jobs=1)
    book = print_support.Book(data)
    found = [element for element in book.elements() if element.S == "/Formula"]
    assert [str(element.Alt) for element in found][-4:] == ["e^{i\\pi}", "-1", "\\frac12", wide]
    assert all(float(element.A.BBox[2]) < 148 / 25.4 * 96 + 1 for element in found)
    assert "$" not in book.texts[-1]
