"""Quotes in HTML for paper, and that all of a sheet says the same: labels, bookmarks, key, titles."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import config, paper_quotes, quotes, sheets
from generator.model import Citation
from generator.print_settings import PrintSettings
from tests.driver import Story
from tests.print_support import Book, deck_info, markdown_notes, simple_notes, with_note

HTML = [
    ('<p>It\'s "<em>so</em>".</p>', "<p>It’s “<em>so</em>”.</p>"),
    ('<p>a "<code>x = "y"</code>" b</p>', '<p>a “<code>x = "y"</code>” b</p>'),
    ("<p>the <code>x</code>'s end</p>", "<p>the <code>x</code>’s end</p>"),
    ("<p>&quot;a&#39;s&quot; &amp; &lt;b&gt;</p>", "<p>“a’s” &amp; &lt;b&gt;</p>"),
    ('<p>"one</p><p>two"</p>', "<p>“one</p><p>two”</p>"),
    ('<ul><li>"a"</li><li>it\'s</li></ul>', "<ul><li>“a”</li><li>it’s</li></ul>"),
    ('"bare" <strong>"text"</strong>', "“bare” <strong>“text”</strong>"),
    ('<p>"so"<sup class="fn">1</sup> on</p>', '<p>“so”<sup class="fn">1</sup> on</p>'),
    ('<p>"a"<br>"b"</p>', "<p>“a”<br>“b”</p>"),
    ('<p>the "<img class="tex" alt="\'x\'" src="y">"</p>', '<p>the “<img class="tex" alt="\'x\'" src="y">”</p>'),
    ('<p>"<a href="https://x.org/?a=\'b\'">it\'s</a>"</p>', '<p>“<a href="https://x.org/?a=\'b\'">it’s</a>”</p>'),
    ("<p>see <a href=\"https://x.org/it's\">https://x.org/it's</a></p>", None),
    ('<pre class="code"><span class="l">print("it\'s")</span></pre>', None),
    ('<p><kbd>"</kbd> or <samp>it\'s</samp></p>', None),
    ('<p class="x">nothing</p>', None),
]  # fmt: skip


@pytest.mark.parametrize(("html", "wanted"), HTML)
def test_quotes_are_read_across_elements_and_never_in_code(html: str, wanted: str | None) -> None:
    assert paper_quotes.in_html(html, "en") == (html if wanted is None else wanted)


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(
        st.sampled_from(['"', "'", "a", "B", " ", "5", "(", ")", ".", "-", "=", "[", "]", "\n", "ש", "好", "“", "«"])
    ),
    lang=st.sampled_from(["en", "de", "fr", "ru", "he", "ja", "nl", "xx"]),
)
def test_nothing_but_marks_is_changed(text: str, lang: str) -> None:
    new = quotes.changes(text, lang)
    assert {text[place] for place in new} <= {"'", '"'}
    printed = quotes.in_text(text, lang)
    assert re.sub(r"[^\w(.\-=\[\])]", "", printed) == re.sub(r"[^\w(.\-=\[\])]", "", text)
    assert paper_quotes.in_html(f"<p>{text}</p>", lang) == f"<p>{printed}</p>"


def test_all_that_is_said_of_a_note_has_them() -> None:
    (note,) = simple_notes(1)
    said = 'the "deck\'s" own'
    note = with_note(
        note, lang="de", deck=(said,), topic=(said,), topic_lead=said, tags=("it's",), own_tags=("it's",), short=said,
        citations=(Citation(said, "https://x.org/it's"),),
    )  # fmt: skip
    note = replace(note, html=replace(note.html, hint=f"<p>{said}</p>"))
    info, (new,) = paper_quotes.for_paper(deck_info(title=said, description=said), [note], "typographic")
    english, german = "the “deck’s” own", "the „deck’s“ own"
    assert (info.title, info.description) == (english, english)
    written = new.identified.note
    assert (written.deck, written.topic, written.topic_lead) == ((english,), (english,), english)
    assert (written.tags, written.own_tags, written.short) == (("it’s",), ("it’s",), german)
    assert written.citations == (Citation(german, "https://x.org/it's"),)
    assert new.html.hint == f"<p>{german}</p>"
    assert paper_quotes.for_paper(deck_info(title=said), [note], "as-written") == (deck_info(title=said), [note])


@pytest.mark.parametrize("product", sheets.MAKERS)
def test_no_typewriter_quote_is_left_on_a_sheet(product: str) -> None:
    text = '# It\'s "T"\n\n## What\'s "this"?\n\nThe "answer\'s" `"x"`.\n\n## Which "one"?\n\n- [ ] "a"\n- [x] "b"\n'
    info, notes = paper_quotes.for_paper(deck_info(title="D's"), markdown_notes(text), "typographic")
    sheet = sheets.MAKERS[product](info, notes, PrintSettings())
    html = " ".join(part.html for part in sheet.signatures)
    shown = re.sub(r"<code.*?</code>|<style>.*?</style>|<[^>]*>", "", html, flags=re.DOTALL)
    titles = [mark.title for top in sheet.outline for mark in (top, *top.children)]
    assert "What’s “this”?" in shown.replace("\N{NO-BREAK SPACE}", " ")
    assert not re.search("[\"']", shown + sheet.title + "".join(titles)), shown


def test_french_quotes_stay_with_their_words_in_labels_too() -> None:
    (note,) = markdown_notes('## Qu\'est-ce que "cela" ?\n\nCeci.\n', lang="fr")
    _, notes = paper_quotes.for_paper(deck_info(lang="fr"), [note], "typographic")
    sheet = sheets.study(deck_info(lang="fr"), notes)
    assert sheet.outline[0].children[0].title == "Qu’est-ce que «\u202fcela\u202f» ?"
    assert "«\u202fcela\u202f»" in sheet.signatures[0].html


def test_a_build_prints_them_and_the_switch_turns_them_off(tmp_path: Path) -> None:
    story = Story(tmp_path).write("a.md", '# T\n\n## What\'s "this"?\n\nThe dogs\' `"x"`, "so".\n')
    story.build(product="study")
    (path,) = (tmp_path / "build").glob("*-study.pdf")
    typographic = " ".join(Book(path.read_bytes()).texts)
    story.write("deck.toml", '[print]\nquotes = "as-written"\n')
    story.build(product="study")
    written = " ".join(Book(path.read_bytes()).texts)
    assert "What’s “this”?" in typographic and "dogs’" in typographic and '"x"' in typographic
    assert 'What\'s "this"?' in written and "dogs'" in written and '"x"' in written


def test_another_value_is_a_problem() -> None:
    (problem,) = config.read("deck.toml", '[print]\nquotes = "curly"\n')[1]
    assert (problem.code, problem.line) == ("config-value", 2)
    assert (problem.message, problem.hint) == ("there is no quote `curly`", "the quotes are: typographic, as-written")
