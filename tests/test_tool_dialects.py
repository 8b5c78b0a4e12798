"""What holds for any text in the dialects of flashcard programs: nothing raises, no line is lost, no time is wasted."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.reading_support import miscounted, read

# Lines as the programs' users write them, to be shuffled, and pieces of lines, to be joined.
LINES = (
    "#flashcards", "#flashcards/a/b", "Tags: #flashcards #x", "# Title #flashcards", "## What? #anki", "## A #card",
    "Question #card", "Question #card-reverse", "Prompt #card-spaced #x", "#card", "^1652738734578",
    "^1652738734579", "<!--SR:!2024-01-02,3,250-->", "a::b", "a ::: b <!--SR:!2024-01-02,3,250-->", "- c:: d #x",
    "std::move(a)", "?", "??", "### b", "What?", "==a== and ==b==^[c]", "{1:a} {b}", "{{c}}", "**d**",
    "#🧠 e ->->-> f", "&*", "+++", "---", "___", "Q: q", "A: a", "C: [c] d", "C:", "[e] `[f]`", "```", "    code",
    "<!-- c", "-->", "%", "> g::h", "| i::j |", "", "", "", "1. k", "- l", "\tm", "name = \"n\"", "cards-deck: n",
    "$o$", "﹇<br>", "**Answer:**", "B: p",
)  # fmt: skip
MARKS = (
    "::", ":::", ":", "?", "#", "#card", "#a", "^", "1652738734578", "==", "[", "]", "[[", "]]", "{", "{1:", "}",
    "{{", "}}", "`", "``", "$", "\\", "<!--SR:!1-->", "<!--", "-->", "->->->", "**", "é", "中", " ", "  ", "\t",
    "\n", "\n\n", "\n?\n", "\nQ: ", "\nA: ", "\nC: ", "\n## ", "\n```\n", "x", "y z", "http://a.b/", "^[h]", "[^1]",
    "\n[^1]: ", "1;;", ";;", ",",
)  # fmt: skip
often = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DIALECTS = ("", "spaced-repetition", "flashcards", "hashcards", "tagged-headings")


def holds(markdown: str, dialect: str) -> None:
    parsed = read(markdown, dialect=dialect)
    assert miscounted(parsed, markdown) == []
    starts = [note.span.line for note in parsed.notes]
    assert starts == sorted(set(starts)), "notes come in the order of the file, one a line"
    places = markdown.split("\n")
    for note in parsed.notes:
        own = "\n".join(places[note.span.line - 1 : note.span.end_line])
        assert len(note.answer_text) + len(note.question_text) <= len(own) + 200


@often
@given(st.lists(st.sampled_from(LINES), max_size=30), st.sampled_from(DIALECTS))
@example(["---", 'name = "n"', "---", "Q: q"], "")
def test_any_lines(parts: list[str], dialect: str) -> None:
    holds("\n".join(parts), dialect)


@often
@given(st.lists(st.sampled_from(MARKS), max_size=40), st.sampled_from(DIALECTS))
def test_any_marks(parts: list[str], dialect: str) -> None:
    holds(f"#flashcards\n{''.join(parts)}", dialect)


@pytest.mark.parametrize(
    "part",
    [
        *("a::b\n", "#card\n", "x #card\n", "x #card #a\n", "?\n", "a\n?\nb\n\n", "a\n\n?\n\n", "C: [\n", "C: [a\n\n"),
        *("==a\n", "{1:\n", "<!--SR:\n", "<!--\n", "^1652738734578\n", "a\n^1652738734578\n", "#x\n", "## a #x\n"),
        *("`", "``a", "$a", "[[", "{{c1::", " ", "a::", "#a ", "<!-- ", "<br>", "std::", "[", "{", "==", "**a ", "\t#"),
    ],
)
def test_time_is_linear(part: str) -> None:
    """Thousands of anything are read in a second, where what is quadratic would take half a minute."""
    text = "#flashcards\nq::a\n" + part * 8_000 + " #card"
    for dialect in DIALECTS[1:]:
        begun = time.perf_counter()
        read(text, dialect=dialect)
        assert time.perf_counter() - begun < 5
