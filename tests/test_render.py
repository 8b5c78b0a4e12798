"""From Markdown to the HTML of a field. Most of it is the table fixtures/render.txt; the rest is here."""

from __future__ import annotations

import re
from pathlib import Path

import nh3
import pytest

from generator import highlight
from generator.model import NO_MEDIA, Basic, Citation, Cloze, Media, Note, Rendered, Span, Target
from generator.render import render
from tests.cards_support import basic, choice, reversed_note, tree
from tests.reading_support import read

MEDIA = {("cards.md", "cat.png"): Media("cat-1234.png", b"png", "image/png")}
FIXTURE = Path(__file__).parent / "fixtures" / "render.txt"
CASE = re.compile(r"^([^\n]+)\n\.\n(.*?)\n\.\n(.*?)\n\.\n(.*?)\n?\.\n", re.MULTILINE | re.DOTALL)
CASES = CASE.findall(FIXTURE.read_text(encoding="utf-8"))


def anki(note: Note) -> Rendered:
    return render(note, MEDIA, Target.ANKI)


@pytest.mark.parametrize(("markdown", "card", "paper"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_markdown_becomes(markdown: str, card: str, paper: str) -> None:
    note = basic("q", markdown)
    assert anki(note).answer == card
    assert render(note, MEDIA, Target.PAPER).answer == (paper or card)


def test_the_fixture_was_read_to_its_end() -> None:
    dots = FIXTURE.read_text(encoding="utf-8").splitlines().count(".")
    assert len(CASES) * 4 == dots > 120


# --- the parts of a note ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# Why?", "Why?"),
        ("Why *so*?", "Why <em>so</em>?"),
        ("# Why?\n\nBecause", "<p>Why?</p><p>Because</p>"),
        ("![Cat](cat.png)", '<p class="img"><img src="cat-1234.png" alt="Cat"></p>'),
        ("", ""),
    ],
)
def test_a_question_of_one_paragraph_stands_bare(markdown: str, html: str) -> None:
    assert anki(basic(markdown, "a")).question == html


def test_loose_words_of_an_answer_get_a_paragraph() -> None:
    words = tree("loose *words*")[0].children
    loose = Note(Basic(tree("q"), (*words, *tree("- item"))), Span("x.md", 1, 1), "", "", "", "", "", "")
    assert anki(loose).answer == "<p>loose <em>words</em></p><ul><li>item</li></ul>"


def test_hint_and_sources() -> None:
    citations = (
        Citation("Docs & more", "https://x.y/?a=1&b=2"),
        Citation("", "https://z"),
        Citation("B", "javascript:x"),
    )
    found = anki(basic("q", "a", hint="Think *twice*", citations=citations))
    assert found.hint == "Think <em>twice</em>"
    assert found.sources == (
        '<ol><li><a href="https://x.y/?a=1&amp;b=2">Docs &amp; more</a></li><li><a href="https://z">https://z</a></li>'
        "<li>B</li></ol>"
    )
    bare = anki(basic("q", "a"))
    assert (bare.hint, bare.sources, bare.media) == ("", "", ())


def test_media_are_named_once_in_reading_order() -> None:
    found = anki(basic("![x](cat.png)", "![y](cat.png) ![z](none.png) <img src=cat.png>"))
    assert [media.name for media in found.media] == ["cat-1234.png"]
    elsewhere = basic("![x](cat.png)", "a")
    moved = Note(elsewhere.body, Span("other.md", 1, 1), "", "", "", "", "", "")
    assert anki(moved).media == ()


def test_choices_are_marked_only_behind_and_keep_their_order() -> None:
    note = choice("Which?", [("`a`", False), ("b", True), ("c", True)], "Because.")
    found = anki(note)
    assert found.question == (
        '<p>Which?</p><p class="choose">Choose two.</p><ol class="choices">'
        '<li><code dir="ltr" class="dp-n">a</code></li><li>b</li><li>c</li></ol>'
    )
    assert found.answer == (
        '<ol class="choices"><li class="wrong"><code dir="ltr" class="dp-n">a</code></li>'
        '<li class="right">b<span class="tick"> ✓</span></li><li class="right">c<span class="tick"> ✓</span></li></ol>'
        "<p>Because.</p>"
    )


def test_on_paper_the_right_options_stand_behind_with_their_letters() -> None:
    note = choice("Which?", [("a", False), ("b", True), ("c", True)], "Because.")
    assert render(note, MEDIA, Target.PAPER).question == anki(note).question
    assert render(note, MEDIA, Target.PAPER).answer == (
        '<ol class="choices"><li class="right" value="2">b</li><li class="right" value="3">c</li></ol><p>Because.</p>'
    )


def test_options_may_be_code_or_hold_a_list() -> None:
    note = choice("Which?", [("```\nx\n```", True), ("These:\n\n- 1\n- 2", False)])
    code, wrong = '<span class="dp-l">x</span></pre>', "<p>These:</p><ul><li>1</li><li>2</li></ul>"
    front, back = anki(note).question, anki(note).answer
    assert front.startswith('<p>Which?</p><ol class="choices"><li><pre') and f"{code}</li><li>{wrong}</li>" in front
    assert f'{code}<span class="tick"> ✓</span></li><li class="wrong">{wrong}</li>' in back
    assert render(note, MEDIA, Target.PAPER).answer.startswith('<ol class="choices"><li class="right" value="1"><pre')


def test_one_right_choice_needs_no_number_and_another_language_no_english() -> None:
    options = [("a", True), ("b", False)]
    assert "choose" not in anki(choice("Which?", options)).question
    assert "Choose" not in anki(choice("¿Cuál?", [*options, ("c", True)], lang="es")).question


def test_a_reversed_note_reads_like_a_basic_one() -> None:
    assert anki(reversed_note("front", "back")) == anki(basic("front", "back"))


def test_footnotes_of_the_question_stand_behind() -> None:
    question, answer, footnote = tree("What[^1]?\n\nThat.\n\n[^1]: *Which*")
    note = Note(Basic((question,), (answer,)), Span("x.md", 1, 1), "", "", "", "", "", "", footnotes=(footnote,))
    found = anki(note)
    assert found.question == 'What<sup class="fn">1</sup>?'
    assert found.answer == '<p>That.</p><ol class="footnotes"><li><em>Which</em></li></ol>'


def test_highlighted_text_is_marked_and_compared_values_are_not() -> None:
    (note,) = read("## What is ==*this*==?\nA ==b `c`==; `==d==`; e == f, g==h.").notes
    assert anki(note).question == "What is <mark><em>this</em></mark>?"
    assert anki(note).answer == (
        '<p>A <mark>b <code dir="ltr" class="dp-n">c</code></mark>; <code dir="ltr" class="dp-n">==d==</code>; '
        "e == f, g==h.</p>"
    )


def test_what_only_looks_like_a_deletion_makes_no_card_of_a_cloze() -> None:
    body = Cloze(tree("Use {{c1::it}} with `{{ x }}` and <b>y</b>."), tree("Extra {{c2::too}}"))
    found = anki(Note(body, Span("cards.md", 1, 1), "", "", "", "", "", ""))
    assert "{{c" not in found.question + found.answer
    assert "{{ x &#125;&#125;</code>" in found.question


def test_ten_thousand_quotes_are_told_and_not_drawn() -> None:
    found = anki(basic("q", "> " * 10_000 + "deep"))
    assert "deep" in found.answer
    assert found.answer.count("<blockquote>") < 100


# --- code ---------------------------------------------------------------------------------------------------------

NESTED = """def f(items, *, sep=", "):
    # a comment, with [brackets]
    for item in items:
        yield sep.join(item)   # trailing

\tTAB = "tab"
if x:

    y = {"a": [1, 2.5]}"""

COPIED = [
    "python",
    "js",
    "html",
    "django",
    "yaml",
    "sh",
    "console",
    "diff",
    "rust",
    "sql",
    "klingon",
    "",
    "text",
    "pycon",
]


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("language", COPIED)
def test_copied_code_is_the_source(language: str, target: Target) -> None:
    html = highlight.block(NESTED, language, target)
    if target is Target.PAPER:
        html = html.replace('</span><span class="l', '</span>\n<span class="l')
    text = re.sub(r"<[^>]*>", "", html)
    assert text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == NESTED


@pytest.mark.parametrize(
    ("info", "language"),
    [
        ("python title=x {1,3}", "python"), ("{.python}", "python"), ("{.python .numbers}", "python"),
        ("Python", "python"),
        ("js{1,3}", "js"), ("rust,ignore", "rust"), ("c++", "c++"), ("C#", "c#"), ("html+django", "html+django"),
        ("language-ts", "ts"), ("{r, echo=FALSE}", "r"), ("", ""), ("{1,3}", "1"), ("   ", ""),
    ],
)  # fmt: skip
def test_the_language_is_the_first_word(info: str, language: str) -> None:
    assert highlight.language(info) == language


@pytest.mark.parametrize(
    "word",
    ["py", "js", "ts", "sh", "console", "django", "jinja", "html+django", "yml", "golang", "c#", "c++", "jsx", "tsx",
     "bash", "zsh", "dockerfile", "toml", "json", "sql", "powershell", "kotlin", "swift", "css", "scss", "xml", "java",
     "rs"],
)  # fmt: skip
def test_languages_by_the_names_that_authors_use(word: str) -> None:
    assert "<span class=" in highlight.block('$ x = "1"; {% if x %}<a b="c"> // 2 # 3', word, Target.PAPER).replace(
        '<span class="l">', ""
    )


@pytest.mark.parametrize(
    ("code", "language", "wanted", "unwanted"),
    [
        ("{% load x %}<b>{{ y }}</b>", "django", '<span class="k">load</span>', ""),
        (">>> f(1)\n2", "python", '<span class="c">&gt;&gt;&gt;', ""),
        ("a.b = c; d(e)", "js", '<span class="nf">d</span>', '<span class="nf">a'),
        ("-old\n+new", "diff", '<span class="s dp-n">+new</span>', ""),
        ("True", "python", '<span class="m">True</span>', '"k"'),
        ("x = nb", "python", "x ", 'class="n"'),
    ],
)
def test_tokens_take_the_eight_colours(code: str, language: str, wanted: str, unwanted: str) -> None:
    html = highlight.block(code, language, Target.ANKI)
    assert wanted in html
    assert not unwanted or unwanted not in html


def test_only_the_eight_classes_are_written() -> None:
    html = "".join(highlight.block(NESTED, language, Target.PAPER) for language in COPIED)
    found = set(re.findall(r'<span class="([a-z]+)">', html)) - {"l"}
    assert found <= set(highlight.PALETTE_CLASSES)
    assert len(found) > 5


@pytest.mark.parametrize(
    ("code", "fours"),
    [("a\n    b\n        c", True), ("a\n\tb", True), ("a\n  b\n    c", False), ("a\nb", False), ("a\n     b", False)],
)
def test_only_blocks_in_fours_may_be_drawn_in_twos(code: str, fours: bool) -> None:
    assert (' t4"' in highlight.block(code, "", Target.ANKI)) is fours


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        ("foo(bar, baz)", "foo(|bar, baz)"),
        ("foo()", "foo()"),
        ("a.b.c(d)[e]", "a|.b|.c(|d)[|e]"),
        ("x = [1,2]", "x = [|1,|2]"),
        ("1.5 ... a", "1.5 ... a"),
        ("{{ x }}", "{{ x }}"),
        ("f(g(", "f(|g("),
    ],
)
def test_code_may_break_after_brackets_and_before_full_stops(code: str, broken: str) -> None:
    html = highlight.block(code, "", Target.ANKI)
    assert re.sub(r"<[^>]*>", "", html.replace("<wbr>", "|")) == broken
    assert "<wbr>" not in highlight.block(code, "", Target.PAPER)


def test_short_strings_stay_whole_and_long_ones_may_break() -> None:
    html = highlight.block('f("short", "a string that is rather long")', "python", Target.ANKI)
    assert '<span class="s dp-n">"short"</span>' in html
    assert '<span class="s">"a string that is rather long"</span>' in html


def test_a_lexer_that_fails_or_alters_the_text_leaves_plain_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object, text: str) -> object:
        raise ValueError(text)

    monkeypatch.setattr("pygments.lexers.python.PythonLexer.get_tokens_unprocessed", broken)
    assert highlight.block("fails = 1", "python", Target.PAPER) == (
        '<pre class="code lang-python"><span class="l">fails = 1</span></pre>'
    )


def test_code_is_the_same_after_the_sanitiser() -> None:
    note = basic("q", f"<b>raw</b>\n\n```python\n{NESTED}\n```\n\n`inline`")
    assert highlight.block(NESTED, "python", Target.ANKI) in anki(note).answer
    assert nh3.is_html(anki(note).answer)


def test_rendering_is_pure() -> None:
    note = basic("q", "*a* `b`[^1]\n\n[^1]: c")
    assert render(note, NO_MEDIA, Target.ANKI) == render(note, NO_MEDIA, Target.ANKI)
