"""What holds for any text at all: reading never raises, loses no line, and says where things are."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from generator.model import Cloze, Kind, Parsed
from tests.reading_support import miscounted, read

# Lines as people write them, to be shuffled: most of what the reader looks at is in here.
LINES = (
    "# Deck", "## ORM", "# 1. What is Django?", "# 2 what is a view", "### Q3: Why?", "## Example",
    "#### Answer: C", "###", "##", "What is a model?", "----", "---", "***", "===", "A class.", "    code",
    "\tcode", "- item", "  - inner", "10. ten", "- [x] done", "> quote", "> ## quoted", "> ```", "```", "```python",
    "~~~", "- ```", "# comment", "| a | b |", "|---|:-:|", "[^1]: note", "see[^1]", "[x]: https://a.example",
    "[x][x]", "![i](i.png)", "<details>", "<details><summary>Answer</summary>", "</details>", "<!-- c", "-->",
    "<div>", "</div>", "<br/>", "**Answer:** yes", "Answer", "A: yes", "Source: me", "(1) T. https://a.example/b.",
    "Sources:", "## References", "[top](#top)", "title: x", "tags: [a]", "dialect: headings", "## What? {#id .tag}",
    "{% raw %}", "{{ x }}", "term", ": meaning", "\ufeff", "\x00", "\xa0", "\x0c", "caf\u221a\xa9",
    "\xe2\u20ac\u201d", "\u2028", "  ", "", "", "", "\\", "&nbsp;", "*a", "**", "$$", "www.a.b",
    "## {{c1::What}} is {{c2::this::hint}}", "A {{c1::model", "class}} of {{ x }}", "- {{c3::item", "a ==mark== and",
    "A. one", "B) two", "(a) one (b) two (c) three", "- A: one", "- B: two", "- [ ] A", "**C.** three", "Answer: B",
    "> [!question] Why?", "> a) one", "> b) two", ">> [!success]- Answer", ">> b) two", "> [!faq]- Q2", "Ans: (a)",
    "1. B", "2. A", "**Answers:** 1. B 2. A", "- 1-b", "## Answer Key", "<summary>Question 1</summary>", "Q1. Which?",
    "<details><summary>Hint</summary>", "{: .option}", "\tA. one", "✅ B", "| 1 | B |",
    "`{{c1::code}}`", "## ==Why== {kind=cloze}", "<!-- {#id kind=reversed} -->", "kind: cloze", "}}", "{{c1::",
    "$$", "a $x_1$ and $y", "- b $$", "| $a|b$ | c |", "\\[", "x^2 \\]", "\\(a\\)", "[[page|text]]", "![[i.png|300]]",
    "![](a b.png)", "[sound:s.mp3]", "$x = {{c1::y}}$",
)  # fmt: skip
# Those that read otherwise than they are written.
MENDED = ("caf\u221a\xa9", "\xe2\u20ac\u201d", "&nbsp;", "\x00", "\ufeff")
# What deletions are made of, to be joined at random; nothing that is mended before it is parsed, so that bytes stay.
MARKS = (
    "{{c1::", "{{c22::", "{{c0::", "{{", "}}", "{", "}", "::", "==", "`", "``", "```\n", "*", "**", "\\", "x", "y z",
    "\n", "\n\n", "\n- ", "\n> ", "\n    ", "\n## ", "\n***\n", "| a |\n|---|\n", "[a]", "(b)", "![", "[^1]",
    "\n[^1]: ", "\n[a]: b\n", "<b>", "<", "-->", "<!-- ", "{kind=cloze}", "{#id}", "\ufdd0", "\ufdd1", "é", "中",
    "http://a.b/", "&amp;", " ", "\t", "\n: ", "$", "$x", "$$", "\\(", "\\)", "\\[", "\\]", "[[", "]]", "|",
    "![[a.png|3]]", "\\text{", "[sound:a.mp3]", "![c](d e.png)", "{width=3}",
)  # fmt: skip
# Lists and bold lines, of questions, of answers and of what is neither.
ASKING = (
    "1. **What is it?**", "2. **Why?** So.", "3. What is it?", "12. **Roots**", "1. ### What is it?", "4) How?",
    "1. Dig.", "2. Put it in.", "3. Is it in?", "1、什么？", "1.Why?", "2\\. **Why?**", "- What is it?", "- **Why?**",
    "- **Trees**: tall", "  - a root", "   A root.", "    1. Dig.", "   Answer: yes", "   - Why so?", "- [ ] Is it?",
    "- [x] **How?**", "- Is it? -> Yes", "- Is it? (Answer: yes)", "* ", "1.", "- - What?", "- 1. **What?**",
    "- [What?](#what)", "  - [Why?](#why)", "**What is it?**", "**1. What is it?**", "**Q2: Roots**", "**2. Roots**",
    "**1. Oaks**", "**What? 👶**", "**Bark ⭐️**", "**Example:**", "**Why?**", "**What?** So.", "*What is it?*",
    "***Why?***", "__How?__", "<b>Why?</b>", "**What? {#id kind=reversed}**", "**What is it", "for?**", "A root.<br>",
    "What does the following code print?", "TODO", "Answer here", "Answer: yes", "A: yes", "```", "---", "## Roots",
    "#### Example", "# Questions", "## Contents", "## Contributing", "> A root.", "![r](r.png)", "[top](#top)", "", "",
    "", "  ", "{{c1::root}}", "2. {{c1::root}}", "<br/>", "1. **a** <!-- {#b} -->", "***", "- **", "1. ?", "**?**",
    "** **",
)  # fmt: skip
text = st.text(max_size=400)
lines = st.lists(st.sampled_from(LINES), max_size=30)
ending = st.sampled_from(["\n", "\r\n", "\r"])
often = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def holds(parsed: Parsed, markdown: str) -> None:
    """All that must be true of the reading of any text."""
    assert miscounted(parsed, markdown) == []
    places = markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    starts = [note.span.line for note in parsed.notes]
    assert starts == sorted(set(starts)), "notes come in the order of the file, one a line"
    for note in parsed.notes:
        own = "\n".join(places[note.span.line - 1 : note.span.end_line])
        assert len(note.answer_text) <= len(own) + 200
        assert len(note.answer_text) + len(note.question_text) <= len(own) + 200
    for problem in parsed.problems:
        assert 1 <= problem.line <= len(places)
        assert problem.column >= 1


@often
@given(text)
def test_any_text(markdown: str) -> None:
    """Whatever characters a file holds."""
    holds(read(markdown.encode(errors="replace")), markdown.encode(errors="replace").decode())


@often
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Whatever bytes a file holds: what is no UTF-8 is skipped whole, with an error."""
    parsed = read(data)
    try:
        holds(parsed, data.decode())
    except UnicodeDecodeError:
        assert not parsed.notes
        assert [problem.code for problem in parsed.problems] == ["not-utf8"]
        assert miscounted(parsed, data.decode(errors="replace")) == []


@often
@given(lines, ending)
@example(["## What?", "[^1]: note", "see[^1]"], "\n")
@example(["---", "title: x", "---", "# What?", "yes"], "\r")
def test_any_lines(parts: list[str], end: str) -> None:
    """Whatever lines of Markdown follow each other."""
    markdown = end.join(parts)
    holds(read(markdown), markdown)


@often
@given(st.lists(st.sampled_from(ASKING), max_size=24), ending, st.sampled_from(["", "lists", "bold", "checklist"]))
def test_any_lists_and_bold_lines(parts: list[str], end: str, dialect: str) -> None:
    """However questions in lists and in bold follow each other, also where their dialect is named."""
    front = ["---", f"dialect: {dialect}", "---"] if dialect else []
    markdown = end.join([*front, *parts])
    holds(read(markdown), markdown)


@pytest.mark.parametrize(
    "line",
    [
        "1. **What is it?**\n", "2. **Why?** So.\n", "1. Dig.\n", "1、什么？\n", "- Is it? -> Yes\n", "- [ ] Is it?\n",
        "  - a root\n", "   Answer: yes\n", "A: yes\n", "- - What?\n", "- [What?](#what)\n", "**Q2: Roots**\n",
        "**1. Oaks**\n", "**Why?**\n\n", "*Why?*\n\n", "#### Example\n", "TODO\n", "<br>", "? ", "** ", "(Answer: ",
        "1. ", "**", "{{c1::", "a\n",
    ],
)  # fmt: skip
def test_no_list_takes_long(line: str) -> None:
    """Time grows with the text, not with its square: a mark thousands of times over, in a question and below it."""

    def taken(times: int) -> float:
        begun = time.process_time()
        read("1. **What is it?**\n\n**Why?**\n\n- What is it? " + line * times)
        return time.process_time() - begun

    long = taken(1600)
    assert long < 0.3 or long < 10 * taken(400)


@often
@given(lines, st.integers(0, 5))
def test_a_note_knows_its_line(parts: list[str], blanks: int) -> None:
    """Blank lines in front move every note by as many lines, and change nothing else of it."""
    moved = read("\n" * blanks + "\n".join(["x", "", *parts]))
    still = read("\n".join(["x", "", *parts]))
    assert [note.question_text for note in moved.notes] == [note.question_text for note in still.notes]
    assert [note.span.line - blanks for note in moved.notes] == [note.span.line for note in still.notes]
    assert [note.span.end_line - blanks for note in moved.notes] == [note.span.end_line for note in still.notes]


@often
@given(lines)
@example(["> [!question] Why?", "\x0c", "> [!question] Why?"])  # a line of nothing between two callouts
def test_a_question_stands_on_its_first_line(parts: list[str]) -> None:
    """Its first line is a heading where headings ask, and its lines hold its question, whatever was added before."""
    as_found = [part for part in parts if part not in MENDED]
    markdown = "\n".join(["<details>", "<summary>x</summary>", "text", "", *as_found])
    places = markdown.split("\n")
    for note in read(markdown).notes:
        first = places[note.span.line - 1]
        assert (
            note.dialect != "headings"
            or first.startswith("#")
            or places[note.span.line].strip().startswith(("-", "="))
            or note.span.end_line > note.span.line
        )
        word = note.question_text.split(" ")[0].strip("?") if note.question_text else ""
        assert word in "\n".join(places[note.span.line - 1 : note.span.end_line])


@often
@given(lines)
def test_the_same_text_twice(parts: list[str]) -> None:
    """Reading is pure: the same bytes, the same reading."""
    markdown = "\n".join(parts)
    assert read(markdown) == read(markdown)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(MARKS), max_size=24), st.booleans())
@example(["\n: ", "{{c1::", "x", "}}"], True)
@example(["> [^1]: {{c1::x", "}}", "\n[^1]: "], False)
def test_any_deletions(parts: list[str], cloze: bool) -> None:
    """However deletions are torn, nested or unfinished: no line is lost, and what is read is in the file."""
    markdown = f"## {{{{c1::What}}}} is it?{' {kind=cloze}' if cloze else ''}\n{''.join(parts)}"
    parsed = read(markdown)
    holds(parsed, markdown)
    ends = [0, *(place + 1 for place, sign in enumerate(markdown.encode()) if sign == 10)]
    for note in parsed.notes:
        first, last = note.span.line, note.span.end_line
        for deletion in note.body.deletions() if isinstance(note.body, Cloze) else ():
            assert ends[first - 1] <= deletion.start < deletion.end
            assert deletion.end <= [*ends, len(markdown.encode()) + 1][last]
            for part in deletion.walk():
                assert part.start <= part.end
                assert not part.children or part.kind is not Kind.TEXT
