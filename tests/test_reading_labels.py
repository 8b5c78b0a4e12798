"""What holds for any text of labelled questions and explained terms, in any order; and that it takes no time."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from generator.reading import intake, labels
from generator.reading.dialects import glossary, prefixes
from generator.reading.document import prepared
from tests.reading_support import keeps_every_line, read, takes_long

# Labels of all sorts, what explains terms, and what both may stand in.
LINES = (
    "Q: What is a leaf?", "A: The end.", "Q:", "A:", "**Q:** Why?", "**A:** So.", "**Q: Which? A: That.**", "Q1 text",
    "Q2 What is it?", "A2. It.", "Question 3", "Answer", "**Question 4**", "**Answer:**", "Q. a", "Ans. b", "P: x",
    "R: y", "Frage: Was?", "Antwort: Das.", "\u554f\uff1a\u4f55\uff1f", "\u7b54\uff1a\u662f\u3002",
    "\u3010\u95ee\u3011x",
    "Follow-up: And?", "- Q: a?", "- A: b", "  - A: c", "1. **Q:** d?", "   **A:** e", "> Q: f?", "> A: g",
    "> > Q: h?",
    "    Q: i?", "\tA: j", "B: k", "A) one", "B) two", "Answer: B", "Front: m", "Back: n", "Term: o", "Definition: p",
    "### Q: q?", "#### Answer", "# Glossary", "## Key terms", "- **Leaf**: the end", "- Root - what holds",
    "Bark: around",
    "**Twig** \u2014 small", "**Fork**", "| Term | Definition |", "| Q | A |", "|---|---|", "| a | b |",
    "Leaf", ": end",
    ":::tip", ":::", "```", "~~~", "```text", "---", "***", "<!--", "-->", "- x", "text", "", "", "", "q: r? a: s",
    "\u2753 Q: t?", "Q (easy): u?", "Q: v? {#id .tag}", "Q: ==w==", "Q: {{c1::x}}", "dialect: prefixes",
    "title: Glossary",
)  # fmt: skip
often = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
some = st.lists(st.sampled_from(LINES), max_size=24)


@often
@given(some, st.sampled_from(["\n", "\r\n"]))
def test_any_labels(parts: list[str], end: str) -> None:
    """However labels and terms follow each other: no line is lost, notes lie beside one another, nothing is added."""
    markdown = end.join(parts)
    keeps_every_line(read(markdown), markdown)


@often
@given(some)
@example(["```", "Q: What?", "A: That.", "```", "text", "text", "text"])
def test_a_labelled_question_begins_with_its_label(parts: list[str]) -> None:
    """Where a note begins, a line that asks begins, outside of code; and notes of either dialect never overlap."""
    doc = prepared(intake.take_in("deck.md", "\n".join(parts).encode()))
    lines = dict(zip(reversed(doc.text.origin), reversed(doc.text.lines), strict=True))
    found = [one.note for one in prefixes.read(doc).found]
    assert all(labels.may_ask(lines[note.span.line]) for note in found)
    for notes in (found, [one.note for one in glossary.read(doc).found]):
        assert all(before.span.end_line < after.span.line for before, after in pairwise(notes))


@often
@given(some)
def test_a_quick_look_is_right(parts: list[str]) -> None:
    """What is not even possible has no notes."""
    doc = prepared(intake.take_in("deck.md", "\n".join(parts).encode()))
    for dialect in (prefixes, glossary):
        assert dialect.is_possible(doc) or not dialect.read(doc).found


@pytest.mark.parametrize(
    "line",
    [
        "Q: a?\n", "A: b\n", "Q1 a\n", "A1\n", "Q: a? A: b\n", "**Q:** a?\n", "**Q: ", "- Q: a?\n", "> ", "> Q: a?\n",
        "Q", "Q: ", "Question ", "Q1", "1. ", "1.", "**", "_", "(", "\u3010", "# ", "- ", " ", "\t", "-",
        "\u2014", ":", "\uff1a",
        "\u2753", "[x] ", "\\", "<b>", "A:\n", "B: c\n", "A) c\n", "Frage: a?\nAntwort: b\n", "    Q: a?\n",
        "Q: a?\n\n",
        "P: a?\nR: b\n", "Q: a\nA: b\nC: c\n", "- a: b\n", "- **a**: b\n", "**a**: b\n", "**a**\nb\n\n", "a\n: b\n\n",
        ": b\n", "| a | b |\n", "a - b\n", "a - ", "a: ", "| a", "## Glossary\n", "## Terms\n- a: b\n",
        "(a) ", "the ",
        "correct ", "1", "1.1", "Q1-a1", "<br>A: ", "```\nQ: a?\nA: b\n```\n", "<!-- Q: a?\n", "--> ",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", ["Q: What?\nA: That.\n\n", "# Glossary\n\n- **Leaf**: the end\n"])
def test_no_label_takes_long(before: str, line: str) -> None:
    """Time grows with the text, not with its square: a mark thousands of times over, behind what asks or explains."""
    assert not takes_long(before, line)
