"""Cloze and reversed notes from Markdown to a real Anki: what is hidden, what is shown, how many cards there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from generator import check
from generator.model import NO_MEDIA, Note, Rendered, Severity, Target
from generator.render import render
from tests.driver import Learner, Story
from tests.reading_support import read


def note(markdown: str) -> Note:
    """The one note of a text."""
    (found,) = read(markdown).notes
    return found


def card(markdown: str, *numbers: int) -> Rendered:
    """A note's fields for Anki."""
    return render(note(markdown), NO_MEDIA, Target.ANKI, numbers)


# --- in a real Anki -----------------------------------------------------------------------------------------------

DECK = """# Templates

## A template is {{c1::text}} with {{c2::variables::two words}} in braces.

They look like `{{ x }}`.

## How is a variable written?

As {{c1::{{ x }}}}, or `{{ x|{{c3::safe}} }}`, or {{c2::`{{ std::x }}`::in code}}:

```python
render(request, {{c4::{
    "books": books,  # {{ all }}
}::the context}})
```

- {{c5::one
- two::a number}}

## Which filters are safe? {kind=cloze}

==force_escape==, ==escape::the common one==, {{c7::urlencode}}; `==mark_safe==` is none.

## MVT {kind=reversed}

Model, view, template

## How does Anki write a deletion?

As `{{c1::text::hint}}`, and ==not== otherwise.
"""

TAG = re.compile(r"<style>.*?</style>|<[^>]*>", re.DOTALL)


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path / "project").write("deck.toml", 'title = "Django"\n').write("01-templates.md", DECK)


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learner]:
    with Learner.at(tmp_path / "anki") as learner:
        yield learner


def sides(learner: Learner, search: str) -> list[tuple[str, str]]:
    """Front and back of each card that a search finds, as a reader sees them, by the cards' numbers."""
    cards = [learner.col.get_card(card) for card in learner.col.find_cards(search)]
    shown = (
        [" ".join(unescape(TAG.sub(" ", side)).split()) for side in (card.question(), card.answer())]
        for card in sorted(cards, key=lambda card: card.ord)
    )
    return [(front, back) for front, back in shown]


def test_a_cloze_has_a_card_a_number_and_a_reversed_note_two(story: Story, learner: Learner) -> None:
    assert sorted(learner.takes(story.build().package)) == ["new"]
    assert len(learner.col.find_cards("Text:*variable*written*")) == 5
    assert len(learner.col.find_cards("Text:*Which*safe*")) == 3
    assert len(learner.col.find_cards("Question:MVT")) == 2
    assert len(learner.col.find_cards("Question:*Anki*")) == 1
    again = learner.takes(story.build("--force").package)
    assert sorted(again) == ["duplicate"]


def test_a_card_hides_what_its_number_says_and_shows_its_hint(story: Story, learner: Learner) -> None:
    learner.takes(story.build().package)
    (text, variables) = sides(learner, "Text:*template*text*")
    assert text[0] == "Django › Templates A template is [...] with variables in braces."
    assert text[1].endswith("A template is text with variables in braces. They look like {{ x }} .")
    assert variables[0].endswith("A template is text with [two words] in braces.")


def test_braces_colons_and_lines_of_code_come_out_as_they_were_written(story: Story, learner: Learner) -> None:
    learner.takes(story.build().package)
    found = sides(learner, "Text:*variable*written*")
    whole = (
        'As {{ x }} , or {{ x| safe }} , or {{ std::x }} : render ( request , { "books" : books, # {{ all }} } ) '
        "one two"
    )
    fronts = [
        whole.replace("As {{ x }}", "As [...]"),
        whole.replace("{{ std::x }}", "[in code]"),
        whole.replace("safe", "[...]"),
        whole.replace('{ "books" : books, # {{ all }} }', "[the context] [...] [...]"),
        whole.replace("one two", "[a number] [...]"),
    ]
    bare = [[re.sub(r"\s", "", side.partition("written?")[2]) for side in card] for card in found]
    assert [front for front, _ in bare] == [re.sub(r"\s", "", front) for front in fronts]
    assert {back for _, back in bare} == {re.sub(r"\s", "", whole)}


def test_both_sides_of_a_reversed_note_ask(story: Story, learner: Learner) -> None:
    learner.takes(story.build().package)
    (forward, backward) = sides(learner, "Question:MVT")
    assert (forward[0], backward[0]) == ("Django › Templates MVT", "Django › Templates Model, view, template")
    assert forward[1].endswith("MVT Model, view, template")
    assert backward[1].endswith("Model, view, template MVT")


def test_a_note_about_anki_is_no_cloze(story: Story, learner: Learner) -> None:
    learner.takes(story.build().package)
    ((_, back),) = sides(learner, "Question:*Anki*")
    assert back.endswith("As {{c1::text::hint}} , and not otherwise.")
    assert "<mark>not</mark>" in learner.note("Anki")["Answer"]


def test_programs_read_what_is_hidden(story: Story) -> None:
    found = {value["question"].split(" ")[0]: value for value in story.notes}
    assert [found[word]["kind"] for word in ("A", "Which", "MVT", "How")] == ["cloze", "cloze", "reversed", "basic"]
    assert found["A"]["clozes"] == [
        {"number": 1, "text": "text", "hint": ""},
        {"number": 2, "text": "variables", "hint": "two words"},
    ]
    hidden = [(one["text"], one["hint"]) for one in found["Which"]["clozes"]]
    assert hidden == [("force_escape", ""), ("escape", "the common one"), ("urlencode", "")]
    assert found["Which"]["clozes"][2]["number"] == 7
    assert "clozes" not in found["MVT"]


# --- fields -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "field"),
    [
        ("## A {{c1::b}} c", "A {{c1::b}} c"),
        ("## {{c2::*b*::1 < 2 & `c`}}", "{{c2::<em>b</em>::1 &lt; 2 &amp; c}}"),
        ("## {{c1::{{ x }}}} {{ y }}", "{{c1::{{ x &#125;&#125;}} {{ y &#125;&#125;"),
        ("## {{c1::{x}}} {{c2::}}}", "{{c1::{x&#125;}} {{c2::}}}"),
        ("## {{c1::`a::b`}} a::b", '{{c1::<code dir="ltr" class="dp-n">a:&#58;b</code>}} a::b'),
        ("## {{c1::a\\:::b}}", "{{c1::a&#58;::b}}"),
        ("## {{c1::a {{c2::b::h}} c}}", "{{c1::a {{c2::b::h}} c}}"),
        ("## {{c3::x}} and {{c1:: y", "{{c3::x}} and &#123;{c1:: y"),
        ("## {{c1::[sound:x.mp3]}}", '<p class="img">{{c1::<span class="missing">x.mp3</span>}}</p>'),
        ("## {{c1::<b>x}}</b> y <i>z</i>", "{{c1::<b>x}}</b> y <i>z</i>"),
    ],
)
def test_a_deletion_in_anki_s_field(markdown: str, field: str) -> None:
    assert card(markdown).question == field


def test_a_question_above_a_text_with_deletions_stands_out() -> None:
    found = card("## What is *it*?\nA {{c1::b}}.\n### Example\nc")
    assert found.question == '<p class="asked">What is <em>it</em>?</p><p>A {{c1::b}}.</p><h4>Example</h4><p>c</p>'
    assert found.answer == ""
    assert card("## A {{c1::b}}?\n{{c2::c}}").question == "<p>A {{c1::b}}?</p><p>{{c2::c}}</p>"


def test_a_deletion_never_crosses_a_line_of_code() -> None:
    field = card("## What {{c1::?}}\n```py\nif x:\n    y = {{c2::[\n        1,\n\n    ]::a list}} + 2\n```").question
    assert re.findall(r"\{\{c2::.*?\}\}", re.sub(r"<(?!/?span class=\"dp).*?>", "", field)) == [
        "{{c2::[::a list}}", "{{c2::1,}}", "{{c2::]}}",
    ]  # fmt: skip
    for line in field.split('<span class="dp-l')[1:]:
        assert line.count("{{c") == line.count("}}")


def test_a_deletion_over_blocks_hides_each_of_them() -> None:
    field = card("## Q?\n{{c1::a\n\n```text\nb\n```\n- c\n- d::h}} e").question
    assert field.partition("</p>")[2] == (
        '<p>{{c1::a::h}}</p>{{c1::<pre dir="ltr" class="code plain lang-text">b</pre>}}'
        "<ul><li>{{c1::c}}</li><li>{{c1::d}} e</li></ul>"
    )


def test_numbers_are_the_author_s_and_the_ledger_s() -> None:
    states = "## ==a== {{c2::b}} =={{c7::c}}== ==d== {kind=cloze}"
    assert card(states).question == "{{c1::a}} {{c2::b}} {{c3::{{c7::c}}}} {{c4::d}}"
    assert card(states, 9, 2, 4, 7, 12).question == "{{c9::a}} {{c2::b}} {{c4::{{c7::c}}}} {{c12::d}}"


def test_on_paper_all_is_shown_and_marked() -> None:
    found = render(
        note("## What is {{c1::it::h}}?\nA ==b== `c {{c2::d}}`.\n\n{{c3::e\n\n    f\n}}"), NO_MEDIA, Target.PAPER
    )
    assert found.question == 'What is <span class="deletion" data-hint="h">it</span>?'
    assert found.answer == (
        '<p>A <mark>b</mark> <code class="nb">c <span class="deletion">d</span></code>.</p>'
        '<p><span class="deletion">e</span></p><div class="deletion"><pre class="code"><span class="l">f</span></pre>'
        "</div>"
    )


def test_hidden_footnotes_links_and_images_are_there() -> None:
    found = card("## See {{c1::[a](https://a.example)[^1]}} and {{c2::![b](b.png)}}\n\n[^1]: More {{c9::on}} it.")
    assert '{{c1::<a href="https://a.example">a</a><sup class="fn">1</sup>}}' in found.question
    assert found.answer == '<ol class="footnotes"><li>More {{c9::on}} it.</li></ol>'.replace(
        "{{c9", "&#123;{c9"
    ).replace("}}", "&#125;&#125;")


# --- canonical text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "question", "answer"),
    [
        ("## 1. **A {{c1::b::h}}** {#x kind=cloze}\nc", "A {{c1::b::h}}", "c"),
        ("## A <!-- {kind=cloze} --> {.t}\n<!-- {#x} -->\n==b::h== c", "A", "==b::h== c"),
        ("## Q?\na  \nb   \n\nc  \n- d \n  e", "Q?", "a  \nb\n\nc\n- d\n  e"),
        ("## Q?\na\\\nb", "Q?", "a\\\nb"),
        ("## Q?\n`a  \nb` c", "Q?", "`a\nb` c"),
        ("## Q?\n- {{c1::a  \n  b}}", "Q?", "- {{c1::a  \n  b}}"),
    ],
)
def test_the_markdown_that_identity_follows(markdown: str, question: str, answer: str) -> None:
    found = note(markdown)
    assert (found.question_source, found.answer_source) == (question, answer)


# --- lint ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "problems"),
    [
        ("## {{c1::a}} {{c499::b}}", []),
        ("## {{c0::a}}", [(Severity.ERROR, "cloze-number")]),
        ("## {{c500::a}}", [(Severity.ERROR, "cloze-number")]),
        ("## {{c1::}} a", [(Severity.WARNING, "empty-deletion")]),
        ("## {{c1:: }} a", [(Severity.WARNING, "empty-deletion")]),
        ("## {{c1::![](a.png)}} and {{c2::`b`}}", []),
        ("## {{c1::a}}\nSome <div>text</div>", []),
        ("## {{c1::a}} <div>", [(Severity.WARNING, "markup-in-question")]),
        ("## What is it?\n<br>{{c1::a}} <div> b", []),
    ],
)
def test_what_the_check_says_of_deletions(markdown: str, problems: list[tuple[Severity, str]]) -> None:
    assert [(problem.severity, problem.code) for problem in check.check([note(markdown)])] == problems
