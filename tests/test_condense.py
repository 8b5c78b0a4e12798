"""The short form of an answer: which words of it are taken, and that no other is."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.sheets import condense, measure, narrow_tables, sentences
from tests.print_support import awkward_notes, in_order, made_notes

_CODE = '<pre class="code"><span class="l">a = 1</span></pre>'
_SET = '<p><span class="maths display"><img class="tex" src="media:x" alt="x"></span></p>'
_TEN = '<pre class="code whole">' + "".join(f'<span class="l">line {n}</span>' for n in range(10)) + "</pre>"
_LONG = '<pre class="code">' + "".join(f'<span class="l">line {n}</span>' for n in range(30)) + "</pre>"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("It ends here. Not here.", "It ends here."),
        ("Is it so very long? Yes.", "Is it so very long?"),
        ("Parts, e.g. one of 3.14 parts. More.", "Parts, e.g. one of 3.14 parts."),
        ("See i.e. Node.js and .NET for it. More.", "See i.e. Node.js and .NET for it."),
        ("Names etc. and so on and on. More.", "Names etc. and so on and on."),
        ("It lists names, places etc. The next.", "It lists names, places etc."),
        ("Dr. Smith and J. Doe said so. More.", "Dr. Smith and J. Doe said so."),
        ("It talks plain SQL. Then more.", "It talks plain SQL."),
        ("See no. 5 and fig. 3 for this. More.", "See no. 5 and fig. 3 for this."),
        ("Some of it (see p. 3. Or not) is so. More.", "Some of it (see p. 3. Or not) is so."),
        ("He said “it is so, and stays so.” More.", "He said “it is so, and stays so.”"),
        ("Er sagt: „So ist es und bleibt es.“ Mehr.", "Er sagt: „So ist es und bleibt es.“"),
        ("Il dit : «\u202fC’est bien comme cela.\u202f» Puis.", "Il dit : «\u202fC’est bien comme cela.\u202f»"),
        ("It waits... and then it goes on. More.", "It waits... and then it goes on."),
        ("1. is a number that begins it. More.", "1. is a number that begins it."),
        ("No end at all", "No end at all"),
        ("", ""),
        # a word or two say too little
        ("Yes. It does so. More.", "Yes. It does so."),
        ("<strong>Yes.</strong> It does so. More.", "<strong>Yes.</strong> It does so."),
        ("5.", "5."),
        # code and markup
        ("See <code>foo. Bar</code> for all of this. More.", "See <code>foo. Bar</code> for all of this."),
        ("It is <em>all of what there is.</em> More.", "It is <em>all of what there is.</em>"),
        ("It is &quot;all of what there is.&quot; More.", "It is &quot;all of what there is.&quot;"),
        ("It ends with <code>some</code>. <code>x</code> is next.", "It ends with <code>some</code>."),
        # other languages
        ("Das ist z. B. so und bleibt bzw. wird so. Mehr.", "Das ist z. B. so und bleibt bzw. wird so."),
        ("Так бывает, т.е. не всегда, а редко. Дальше.", "Так бывает, т.е. не всегда, а редко."),
        ("Это модель, которая описывает таблицу. Ещё.", "Это модель, которая описывает таблицу."),
        ("这是一个很长的句子。第二句。", "这是一个很长的句子。"),
        ("これは最初の文です。次の文です。", "これは最初の文です。"),
        ("هل هذا هو السؤال الأول؟ نعم.", "هل هذا هو السؤال الأول؟"),
        ("ירושלים היא בירת ישראל. יש בה כנסת.", "ירושלים היא בירת ישראל."),
        ("यह पहला वाक्य यहाँ पर है। दूसरा।", "यह पहला वाक्य यहाँ पर है।"),
    ],
)  # fmt: skip
def test_the_first_sentence(text: str, first: str) -> None:
    assert condense.sentence(text) == first


def test_an_ordinal_ends_no_sentence_where_it_has_a_point() -> None:
    text = "Das war am 3. Oktober so. Mehr."
    assert condense.sentence(text, "de") == "Das war am 3. Oktober so."
    assert sentences.first("The answer to it all is 42. More.", "en") == "The answer to it all is 42."


@pytest.mark.parametrize(
    ("answer", "short"),
    [
        # what the author says wins
        ("<p>Long. Text.</p><p>Key point: it is <em>so</em>. Yes.</p>", "<p>it is <em>so</em>. Yes.</p>"),
        ("<p><strong>Key point:</strong> it is so.</p><p>Text.</p>", "<p>it is so.</p>"),
        ("<p><strong>Key point</strong>: it is so.</p>", "<p>it is so.</p>"),
        ("<p>Long text.\nKey point: it is so.</p>", "<p>it is so.</p>"),
        ("<blockquote><p>In short: so.</p></blockquote><p>Text.</p>", "<p>so.</p>"),
        ("<ul><li>one</li><li>TL;DR: two</li></ul>", "<p>two</p>"),
        ("<p>Key point:</p><ul><li>a</li><li>b</li></ul><p>x</p>", "<ul><li>a</li><li>b</li></ul>"),
        ("<h4>Key point</h4><p>It is so. And so.</p><p>x</p>", "<p>It is so. And so.</p>"),
        ("<p>Text.</p><p>Merke: das da.</p>", "<p>das da.</p>"),
        ("<p>Text.</p><p>En résumé : ceci.</p>", "<p>ceci.</p>"),
        ("<p>Text.</p><p>要点：只有一个。</p>", "<p>只有一个。</p>"),
        ("<p>Text.</p><p>Главное: вот это.</p>", "<p>вот это.</p>"),
        # and this is none
        ("<p>The key point of all this: it is so. More.</p>", "<p>The key point of all this: it is so.</p>"),
        # sentences, lists, code
        ("<p>One. Two of it. Three.</p><p>Four.</p>", "<p>One. Two of it.</p>"),
        ("<p>One longer sentence is here. Two.</p>" + _CODE, "<p>One longer sentence is here.</p>" + _CODE),
        ("<p>One longer sentence is here. Two.</p>" + _LONG, "<p>One longer sentence is here.</p>"),
        (
            "<p>Three of them are known:</p><ul><li><strong>A:</strong> x.</li><li><strong>B</strong> – y.</li></ul>",
            '<p class="ahead">Three of them are known:</p><p><strong>A</strong>; <strong>B</strong></p>',
        ),
        ("<ol><li>First thing to do. Why.</li><li>B.</li></ol>", "<ol><li>First thing to do.</li><li>B.</li></ol>"),
        ('<p>Text<sup class="fn">1</sup> is.</p><ol class="footnotes"><li>Foot.</li></ol>', "<p>Text is.</p>"),
        ("<dl><dt>Term</dt><dd>meaning</dd></dl>", "<p>Term</p>"),
        ("<blockquote><p>Said one of them before. More.</p></blockquote>", "<p>Said one of them before.</p>"),
        ('<p class="img"><img src="media:x" alt="x"></p>', '<p class="img"><img src="media:x" alt="x"></p>'),
        # what a sentence leads to comes with it, and nothing that it does not lead to
        (f"<p>There is a constant with</p>{_SET}<p>for all.</p>", f"<p>There is a constant with</p>{_SET}"),
        (f"<p>This is <img class='tex'> so.</p>{_SET}", f"<p>This is <img class='tex'> so.</p>{_SET}"),
        (f"<p>This sentence has an end.</p><p>More.</p>{_SET}", "<p>This sentence has an end.</p>"),
        (f"<p>It goes on until nothing is left:</p>{_CODE * 10}", f"<p>It goes on until nothing is left:</p>{_CODE}"),
        (f"<p>It goes on like this:</p>{_TEN}<ul><li>B</li></ul>", f"<p>It goes on like this:</p>{_TEN}"),
        (f"<p>Code of ten lines is too long here.</p>{_TEN}", "<p>Code of ten lines is too long here.</p>"),
        (
            f"<p>They are told in a picture of them:</p><table>{'<tr><td>x</td></tr>' * 20}</table><ul><li>B</li></ul>",
            "<p>They are told in a picture of them:</p>",
        ),
    ],
)  # fmt: skip
def test_what_is_taken(answer: str, short: str) -> None:
    found = condense.short(answer).replace("\N{NO-BREAK SPACE}", " ").replace("code whole", "code")
    assert found.replace('<p class="ahead">', "<p>") == short.replace('<p class="ahead">', "<p>")


def test_of_long_code_alone_the_first_lines_are_taken_and_a_mark_says_so() -> None:
    assert re.findall(r"line \d+|…", condense.short(_LONG)) == [*(f"line {n}" for n in range(8)), "…"]


def test_of_many_points_eight_are_taken_and_a_mark_says_so() -> None:
    points = "".join(f"<li>Point {n} of them</li>" for n in range(12))
    shown = condense.short(f"<ul>{points}</ul>")
    assert shown.count("<li>") == 9 and shown.endswith("<li>…</li></ul>")


_NOTE_MARK = re.compile(r'<sup class="fn">.*?</sup>')


def words(html: str) -> list[str]:
    """Words and numbers."""
    return re.findall(r"\w+", condense.text(re.sub(r"(?=<(?:li|p|td|th|span class=\"l))", " ", html)))


def test_no_word_is_invented() -> None:
    notes = [*awkward_notes(), *made_notes(120)]
    for note in notes:
        taken, there = words(condense.short(note.html.answer)), words(_NOTE_MARK.sub("", note.html.answer))
        assert taken
        left = iter(there)
        assert all(word in left for word in taken), (taken, there)


_PIECES = (
    "Word", "word", ".", ". ", "! ", "e.g. ", " ", "<em>", "</em>", "<code>a. B</code>", "(", ")", "3.14", "。",
    "&amp;", "<br>",
)  # fmt: skip
_INNER = st.lists(st.sampled_from(_PIECES), max_size=25).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(_INNER, max_size=4), st.sampled_from(["p", "li", "blockquote"]))
def test_whatever_is_written_the_short_form_is_a_selection_in_its_order(texts: list[str], name: str) -> None:
    answer = "".join(f"<{name}>{condense.closed(text)}</{name}>" for text in texts)
    if name == "li":
        answer = f"<ul>{answer}</ul>"
    short = condense.short(answer)
    assert in_order(words(short), " ".join(words(answer))) == ""
    for tag in ("em", "code", "p", "li"):
        assert len(re.findall(rf"<{tag}\b", short)) == short.count(f"</{tag}>")


# --- tables -----------------------------------------------------------------------------------------------------------

_TABLE = (
    "<table><thead><tr><th>Name</th><th>Use of it</th><th></th></tr></thead>"
    "<tbody><tr><td><code>abc</code></td><td>for this</td><td>x</td></tr></tbody></table>"
)


def test_a_table_whose_words_do_not_fit_becomes_a_paragraph_a_row() -> None:
    assert narrow_tables.fitted(_TABLE, 30) == _TABLE
    assert narrow_tables.fitted(f"<p>a</p>{_TABLE}", 4) == (
        "<p>a</p><p><em>Name:</em> <strong><code>abc</code></strong> · <em>Use of it:</em> for this · x</p>"
    )


def test_a_table_may_be_set_in_small_type_before_it_is_taken_apart() -> None:
    small = _TABLE.replace("<table>", '<table class="many">')
    assert narrow_tables.fitted(_TABLE, 4, 30) == small
    assert narrow_tables.fitted(small, 4, 30) == small
    assert narrow_tables.fitted(small, 30, 4).startswith("<p><em>Name:")
    assert narrow_tables.fitted(_TABLE.replace("<table>", '<table dir="rtl">'), 1, 1).startswith('<p dir="rtl"><em>')


def test_words_are_wrapped_where_the_line_ends() -> None:
    assert measure.wrapped([2.0, 2.0, 2.0], 4.3) == 2
    assert measure.wrapped([10.0], 4.0) == 3
    assert measure.wrapped([], 4.0) == 1


def test_what_is_measured_is_all_that_is_there() -> None:
    note = replace(made_notes(1)[0])
    parts = measure.measured(note.html.answer + _CODE + _TABLE + '<p><img src="media:x" alt=""></p>')
    assert {type(part).__name__ for part in parts} == {"_Text", "_Code", "_Table", "_Picture"}
    assert measure.height(parts, 20) > measure.height(parts, 40) > 0
