"""What holds for any text in which the marks of flashcard programs stand, in any order; and that it takes no time."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.reading.edits import Edit, curly, edited, masked
from tests.reading_support import keeps_every_line, read, takes_long

# Lines of all these programs, to be shuffled.
LINES = (
    "START", "> START", "%%ANKI", "<!-- START -->", "Basic", "Basic (and reversed card)", "Cloze", "Back: x",
    "> Back: y", "Front: What?", "Tags: a b", "<!--ID: 1566052191670-->", "<!--ID:1566052191670-->", "END", "END%%",
    "> END", "<!-- END -->", "STARTI [Basic] a Back: b <!--ID: 1566052191671--> ENDI", "STARTI [Cloze] {a} ENDI",
    "TARGET DECK: x", "TARGET DECK", "FILE TAGS: y", "DELETE", "a ;; b = #c", "a::b", "q #flashcard",
    "{1:a} b {c} {c2|d}", "==e== f", "---", "Deck: D", "1. What is it?", "> It.", "2. {a} b", "> ```", "```", "~~~",
    "%", "%%", "## q", "# d (750441971)", "## q (f51d6aa5-1e39-4ad7-94fb-042f7084eff5)", "## Subdeck: s (406542328)",
    "[#a]() [#b]()", "`{=:t:=}`", "```{=py}", "a ::: b", ":::", "{{c1::x}}", "[^uid]: aaAA11bb22",
    "[^type]: reversed", "<div data-question>", "</div>", "<h2 markdown=\"block\">", "</h2>", "- q #card",
    "\t- a {{cloze b}}", "\t\t- #card deep", "  id:: 28e250b0-c4a1", "-", "\t- ```", "\t  code", "\t  ```",
    "- a #card #b {{c2 d}}", "- #+BEGIN_SRC x", "  #+END_SRC", "  more [[p|q]]", "\t-",
    "- ((28e250b0-c4a1-477f-ac3b-561c0d970f17))", "title:: x", "\t- collapsed:: true", "text", "", "", "\t", "{{",
    "}}", "$x_{1}$", "`{y}`", "![[i.png|30]]", "é 中 {ü}",
)  # fmt: skip
often = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@often
@given(st.lists(st.sampled_from(LINES), max_size=24), st.sampled_from(["\n", "\r\n"]))
def test_any_marks(parts: list[str], end: str) -> None:
    """However the marks follow each other: no line is lost, notes lie beside one another, nothing is shown twice."""
    markdown = end.join(parts)
    keeps_every_line(read(markdown), markdown)


@often
@given(st.text(alphabet="{}[]|:c12$`\\ a\nü!.png", max_size=60))
def test_changes_keep_places(text: str) -> None:
    """Every byte of a changed text has its place in the old one, in order; what is masked keeps its length."""
    assert len(masked(text)) == len(text)
    new, origin = edited(text, curly(text))
    places = [origin(byte) for byte in range(len(new.encode()) + 1)]
    assert places == sorted(places)
    assert places[-1] == len(text.encode())


def test_changes() -> None:
    """Braces become ours; code and maths keep theirs."""

    def changed(text: str) -> str:
        return edited(text, curly(text))[0]

    assert changed("{a} {2:b} {c3|d} {4::e}") == "{{c0::a}} {{c2::b}} {{c3::d}} {{c4::e}}"
    assert changed("{$x_{1}$} `{a}` ${HOME} {{b}} { c }") == "{{c0::$x_{1}$}} `{a}` ${HOME} {{b}} { c }"
    assert edited("abc", [Edit(1, 2, "xyz")])[0] == "axyzc"


@pytest.mark.parametrize(
    "line",
    [
        "START\n", "START\nBasic\nx\nBack: y\nEND\n", "STARTI [Basic] a Back: b ",
        "a ;; b\n<!--ID: 1566052191670-->\n", "{", "{a", "{a} ", "[[", "[[a|", "`", "$", "\\(", "%\n", "%\n---\n",
        "## a\n%\n", "---\n", "---\n[^uid]: aaAA11bb22\n", "## q (f51d6aa5-1e39-4ad7-94fb-042f7084eff5)\n", "`{=:",
        "- a #card\n", "- a #card\n\t- b\n", "{{cloze ", " #a", "- {{cloze a}}\n", "id:: 28e250b0-c4a1\n", "- ((",
        "<div data-question>\n", "---\nDeck: a\n", "1. {a}\n", " ", "\t",
    ],
)  # fmt: skip
def test_no_text_takes_long(line: str) -> None:
    """Time grows with the text, not with its square: a mark thousands of times over, under what begins a note."""

    assert not takes_long("START\nCloze\n{a} <!--ID: 1566052191670-->\n- q #card {{cloze y}}\n%\n---\nDeck: x\n", line)
