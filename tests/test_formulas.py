r"""Which dollars and brackets are formulas, and that nothing in one is taken for Markdown."""

from __future__ import annotations

import time

import pytest

from generator.model import NO_MEDIA, Kind, Node, Target
from generator.reading import protection
from generator.reading.blocks import plain
from generator.render import render
from tests.reading_support import read


def formulas(markdown: str) -> list[str]:
    """The formulas of a text, as they are written."""
    kinds = (Kind.MATHS, Kind.DISPLAY_MATHS)
    return [plain((node,)) for node in protection.parse(markdown).walk() if node.kind in kinds]


def kinds(markdown: str) -> list[Kind]:
    """The kinds of all nodes of a text but the document's."""
    return [node.kind for node in protection.parse(markdown).walk()][1:]


def card(markdown: str, target: Target = Target.ANKI) -> str:
    """The answer's field."""
    (note,) = read(f"## What is it?\n\n{markdown}\n").notes
    return render(note, NO_MEDIA, target).answer


# --- what is one ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "markdown",
    [
        "$x$", "$a_1*b*c_2$", "$\\{p_n\\}$", "$\\$5$", "$x < y$", "$P(A|B)$", "$-1$", "$5$", "$n = 5$", "$|x|$",
        "$f(x) = x^2 + 1$", "$\\text{if $x$ holds}$", "$a\nb$", "$`a_b`$",
        "$$x$$", "$$\nx\n$$", "$$ a \\\\ b $$", "$$Q，K$$", "$$\nx\n\ny\n$$", "$$\na\n- b\n$$", "$$\na\n= b\n$$",
        "$$\na\n> b\n$$", "$$\n    a\n\n    b\n$$", "$$x = 1\n+ 2$$",
        "\\(x\\)", "\\(a_1*b*c_2\\)", "\\( O(n \\log n) \\)", "\\(x, y\\)", "\\(1\\)",
        "\\[x^2\\]", "\\[ \\frac{a}{b} \\]", "\\[\na = b\n\\]", "\\[\n- a\n+ b = c\n\\]", "\\[x = y\\]",
        "\\\\(a_1 b_2\\\\)", "\\\\[x^2\\\\]",
    ],
)  # fmt: skip
def test_a_formula_is_one_node_with_its_text(markdown: str) -> None:
    assert formulas(markdown) == [" ".join(markdown.split())]
    assert kinds(markdown)[0] is Kind.PARAGRAPH
    assert len(kinds(markdown)) == 2


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("A **$x$** and *$y_1$*", ["$x$", "$y_1$"]),
        ("The $f_i$s, the $n$th, $k$-means, ($x$), 设$x$为$y$。", ["$f_i$", "$n$", "$k$", "$x$", "$x$", "$y$"]),
        ("H$_2$O, CO$_2$, 10$^{3}$, a 3$\\times$3 matrix", ["$_2$", "$_2$", "$^{3}$", "$\\times$"]),
        ("It costs $5, where $x$ is $y$", ["$x$", "$y$"]),
        ("`$a$` and ``$ b`` then $c$", ["$c$"]),
        ("[a $x$](http://b.example/$c) $d$", ["$x$", "$d$"]),
        ("https://a.example/$x/$y and $z$", ["$z$"]),
        ("$a$$b$ and $$c$$$$d$$", ["$a$", "$b$", "$$c$$", "$$d$$"]),
        ("costs $$x$$ or $y$", ["$$x$$", "$y$"]),
        ("costs $5, where \\(x\\) is $6", ["\\(x\\)"]),
        ("\\[1], $x$, \\(y\\), \\[2] and \\(see $z$ there\\)", ["$x$", "\\(y\\)", "$z$"]),
        ("# The $x_1$ and $x_2$", ["$x_1$", "$x_2$"]),
        ("- $a$\n- $$\n  b\n  - c\n  $$\n", ["$a$", "$$ b - c $$"]),
        ("> $$\n> a\n> > b\n> $$\n> $c$", ["$$ a > b $$", "$c$"]),
        ("| a | $b|c$ |\n|---|---|\n| $P(A|B)$ | $\\|x\\|$ |", ["$b|c$", "$P(A|B)$", "$|x|$"]),
        ("<b>$x$</b> and $a <b and c> d$", ["$x$", "$a <b and c> d$"]),
        ("we get \\[ \\frac{a}{b} \\] so", ["\\[ \\frac{a}{b} \\]"]),
        ("text\n$$\na\n---\nb\n$$\nmore $x$", ["$$ a --- b $$", "$x$"]),
        ("{{c1::$\\frac{a}{b_{c}}$}}$=f=${{c2::$x$}}", ["$\\frac{a}{b_{c}}$", "$=f=$", "$x$"]),
        ("$x = {{c1::y_{1}::hint}}$", ["$x = y_{1}$"]),
        ("{{c1::$x}} and {{c2::y$}}", []),
        ("$a$[^1]\n\n[^1]: See $b$.", ["$a$", "$b$"]),
        ("![$a$](x.png) [$b$][r]\n\n[r]: http://c.example", ["$b$"]),
    ],
)  # fmt: skip
def test_formulas_among_other_things(markdown: str, found: list[str]) -> None:
    assert formulas(markdown) == found


@pytest.mark.parametrize(
    "markdown",
    [
        "costs $5 and $10", "$5 or $6, US$20 and CA$ 30", "US$20/CA$30", "R$ 20 or R$ 30", "between $1M and $2M",
        "5$ or 6$", "5$/hour, 6$/day", "$20 and CA$", "from $5k up to 10k$ a year", "$5-$10", "$5–$10",
        "价格$5元和$6元", "1$=0.9€, 2$=1.8€", "$5*3=$15", "@$x and @$y", "$foo_bar and $baz_qux", "$x++; $y--",
        "$HOME and $PATH", "$HOME/$USER", "$PATH:$HOME/bin", "${a}/${b}", "$(document).ready($(this))",
        "PHP: $a,$b", "foo$bar$baz", "$_GET[$x]", "$_POST[$y]", "a $ b $ c", "$ x $", "$x $y", "\\$a$ and b$",
        "$a\n\nb$", "$$$", "$$", "$$ $$", "- $$\n- $$",
        "$x is a number, and y is one too$", "price level $$ and $$ again", "the |$a|$b| cells",
        "file\\(s\\)", "\\(optional\\)", "a word \\(e.g. this one\\)", "\\(see the other page\\)", "\\(or\\)",
        "\\[1\\] A title", "\\[x\\] done", "\\[ \\]", "\\[text\\](https://a.example)", "arr\\[i\\]", "\\[note\\]",
        "\\[\\[page\\]\\]", "[$]x_1[/$] and [$$]y[/$$]",
        "| $5 | $6 |\n|---|---|\n| $7 | $8 |", "    $x$", "```\n$$\na\n$$\n```",
        "<pre>\n$x$\n</pre>", "<a title=\"$x$\">y</a>",
    ],
)  # fmt: skip
def test_what_is_no_formula(markdown: str) -> None:
    assert formulas(markdown) == []


def test_text_that_is_no_formula_is_the_markdown_that_it_was() -> None:
    assert plain(protection.parse("Costs $5_a_ or *$6*, \\[x\\] \\(optional\\) \\$7$").children) == (
        "Costs $5_a_ or $6, [x] (optional) $7$"
    )


def test_a_table_keeps_its_cells() -> None:
    (table,) = protection.parse("| a | b |\n|---|---|\n| $P(A|B)$ | c |\n| $x$ | $\\|y\\|$ |").children
    assert [[plain((cell,)) for cell in row.children] for row in table.children] == [
        ["a", "b"], ["$P(A|B)$", "c"], ["$x$", "$|y|$"],
    ]  # fmt: skip


def test_a_formula_says_where_it_stands() -> None:
    markdown = "é {{c1::b *$x$*}}\n\n> - $$\n>   a\n>   $$ and $b$"
    data = markdown.encode()

    def places(node: Node) -> list[bytes]:
        own = [data[node.start : node.end]] if node.kind in (Kind.MATHS, Kind.DISPLAY_MATHS) else []
        return own + [place for child in node.children for place in places(child)]

    assert places(protection.parse(markdown)) == [b"$x$", b"$$\n>   a\n>   $$", b"$b$"]


# --- what becomes of it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "field"),
    [
        ("A $a_1*b*c_2$.", "<p>A \\(a_1*b*c_2\\).</p>"),
        ("$x < y$ & \\(z\\)", "<p>\\(x &lt; y\\) &amp; \\(z\\)</p>"),
        ("$$\na \\\\\nb\n$$", "<p>\\[\na \\\\\nb\n\\]</p>"),
        ("\\[x^2\\]", "<p>\\[x^2\\]</p>"),
        ("$`a_b`$ and \\\\(c_d\\\\)", "<p>\\(a_b\\) and \\(c_d\\)</p>"),
        ("$a^{b^{c}}$", "<p>\\(a^{b^{c}}\\)</p>"),
        ("Costs $5 and $10.", "<p>Costs $5 and $10.</p>"),
        ("<b>$x$</b>", "<p><b>\\(x\\)</b></p>"),
        ("```math\nx^2\n```", "<p>\\[x^2\n\\]</p>"),
    ],
)
def test_a_formula_in_anki_s_field(markdown: str, field: str) -> None:
    assert card(markdown) == field


def test_on_paper_a_formula_that_was_not_set_is_its_tex() -> None:
    assert card("A $a_1 < b$:\n\n$$x$$", Target.PAPER) == (
        '<p>A <span class="maths"><code class="tex">a_1 &lt; b</code></span>:</p>'
        '<p><span class="maths display"><code class="tex">x</code></span></p>'
    )


@pytest.mark.parametrize(
    ("markdown", "field"),
    [
        ("## {{c1::$\\frac{a}{b_{c}}$}} it", "{{c1::\\(\\frac{a}{b_{c} }\\)}} it"),
        ("## $x = {{c1::y_{1}::a *hint*}}$ it", "\\(x = {{c1::y_{1}::a *hint*}}\\) it"),
        ("## {{c1::it}} is $a^{b^{c}}$", "{{c1::it}} is \\(a^{b^{c} }\\)"),
        ("## {{c1::$f :: A \\to B$::the type}}", "{{c1::\\(f :&#58; A \\to B\\)::the type}}"),
        ("## {{c1::$\\{x$}} it", "{{c1::\\(\\{x\\)}} it"),
        ("## {{c1::a *b* $c*d*e$}}", "{{c1::a <em>b</em> \\(c*d*e\\)}}"),
    ],
)
def test_a_formula_in_a_cloze(markdown: str, field: str) -> None:
    (note,) = read(markdown).notes
    assert render(note, NO_MEDIA, Target.ANKI, ()).question == field


def test_a_basic_note_s_braces_stay() -> None:
    (note,) = read("## What is {{c1::it}}? {kind=basic}\n\n$x = {{c1::y}}$").notes
    assert render(note, NO_MEDIA, Target.ANKI).answer == "<p>\\(x = {{c1::y}}\\)</p>"


# --- what notes say of it -------------------------------------------------------------------------------------------


def test_a_note_is_known_by_its_formulas_as_they_are_written() -> None:
    (note,) = read("## 1. What is $a_1*b$ in \\(c\\)?\n\n$$\nd\n- e\n$$\n\n- f").notes
    assert (note.question_text, note.answer_text) == ("What is $a_1*b$ in \\(c\\)?", "$$ d - e $$ f")
    assert (note.question_source, note.answer_source) == (
        "What is $a_1*b$ in \\(c\\)?",
        "$$\nd\n- e\n$$\n\n- f",
    )


# --- time -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece",
    ["$a ", "$$a ", "\\(a ", "\\[a ", "\\[\n", "$\\text{a ", "$5 ", "$$\n", "[[a", "![](a b", "![](a =1", "[sound:",
     "$a|b ", "\n$$ a", "> ", "- $$\n", "{{c1::$a", "$a}} {{c2::", "<audio>", "|$a|$b", "`$", "$`a", "$[a]", "\\text{$",
     "$a b c ",
     "![](a.png){a=b ", "[$]a"],
)  # fmt: skip
def test_no_text_takes_long(piece: str) -> None:
    """Time grows with the text, not with its square."""

    def taken(times: int) -> float:
        text = "| a |\n|---|\n" + piece * times
        begun = time.process_time()
        protection.parse(text)
        return time.process_time() - begun

    few = min(taken(4_000) for _ in range(2))
    assert few < 0.01 or taken(32_000) < 24 * few + 0.2, "eight times the text, and at most three times that for noise"
