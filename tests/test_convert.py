"""`convert`: the same notes in another dialect, with the same ids; what can't be said so is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import convert as converting
from generator.model import Choice, Defaults, Note, Source
from generator.reading import read
from generator.reading.dialects import DIALECTS
from tests.driver import Story, deckpress

WRITTEN = [dialect.name for dialect in DIALECTS if dialect.write]
NOTES = """# Trees

## Basics

### 1. What is a `leaf`? {#leaf .often}

A node **without** children:

```python
leaf = Node(children=[])  # {{ x }}

# a comment
```

Source: https://example.org/leaf

### 2. Which of these is a tree?

- [ ] a ring
- [x] a *star*

A star has a centre.

### 3. What is printed?

```python
print(1)
```

**Answer:** One, *or* 1. Not a list:

- an item

  of two paragraphs
- another

### 4. A root is {{c1::the first::which?}} node

Of all.

### 5. Both ways {kind=reversed}

Yes, and 2 * 3 * 4 is 24.

## Still open

### 6. Who planted it?
"""
ANSWERED = NOTES.partition("## Still open")[0]


def said(notes: tuple[Note, ...]) -> list[tuple[object, ...]]:
    """What must be the same."""
    return [
        (
            type(note.body).__name__,
            note.question_text,
            note.answer_text,
            [(one.text, one.correct) for one in note.body.options] if isinstance(note.body, Choice) else [],
            note.pin,
            note.own_tags,
            note.topic,
            [(one.title, one.url) for one in note.citations],
        )
        for note in notes
    ]


def source(text: str) -> Source:
    return Source("trees.md", text.encode(), Defaults())


def test_there_are_dialects_to_convert_to() -> None:
    assert {"headings", "details", "bold", "lists", "prefixes"} <= set(WRITTEN)


@pytest.mark.parametrize("to", WRITTEN)
def test_notes_of_every_kind_are_the_same_in_every_dialect_and_back(to: str) -> None:
    before = read(source(NOTES)).notes
    assert len(before) == 6
    there = converting.convert(source(NOTES), to)
    assert there.problems == ()
    assert f'dialect: "{to}"' in there.text
    assert said(read(source(there.text)).notes) == said(before)
    back = converting.convert(source(there.text), "headings")
    assert back.problems == ()
    assert said(read(source(back.text)).notes) == said(before)


@pytest.mark.parametrize("to", WRITTEN)
def test_the_ids_are_the_same(tmp_path: Path, to: str) -> None:
    story = Story(tmp_path / "project").write("deck.toml", 'title = "Trees"\n').write("a.md", ANSWERED).build()
    before = story.ids
    result = deckpress("convert", "source/a.md", "--to", to, "-o", "source/a.md", cwd=story.folder)
    assert (result.exit_code, result.output) == (0, "")
    assert story.ids == before
    story.build()
    assert [line["id"] for line in story.ledger] == list(before.values()), "nothing new, nothing retired"


words = st.lists(
    st.sampled_from(
        ["leaf", "root", "*tree*", "`x", "=", "1`", "**deep**", "a_b", "2", "[link](http://e.org)", "is", "of", "the"]
    ),
    min_size=1,
    max_size=6,
)
questions = words.map(lambda found: "What is " + " ".join(found) + "?")
blocks = st.one_of(
    words.map(lambda found: "It is " + " ".join(found)),  # alone, bold words would be a question of the bold dialect
    words.map(lambda found: "\n".join(f"- {word}" for word in found)),
    words.map(lambda found: "```python\n" + "\n".join(found) + "\n```"),
    words.map(lambda found: "> " + " ".join(found)),
    words.map(lambda found: "| a | b |\n|---|---|\n" + "\n".join(f"| {word} | {word} |" for word in found)),
)
decks = st.lists(st.tuples(questions, st.lists(blocks, min_size=1, max_size=3)), min_size=2, max_size=5)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(decks, st.sampled_from(WRITTEN))
def test_any_notes(deck: list[tuple[str, list[str]]], to: str) -> None:
    parts = [f"## {question}\n\nSo:\n\n" + "\n\n".join(below) for question, below in deck]
    text = "---\ndialect: headings\n---\n\n# Trees\n\n" + "\n\n".join(parts) + "\n"
    there = converting.convert(source(text), to)
    assert there.problems == ()
    assert said(read(source(there.text)).notes) == said(read(source(text)).notes)


# --- what can't be ----------------------------------------------------------------------------------------------------


def test_what_the_other_dialect_has_no_marks_for_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\n## What is a ring?\n\nA curve.\n\nQ: And what?\n\nA: A circle.\n")
    result = deckpress("convert", "a.md", "--to", "prefixes", cwd=tmp_path)
    assert result.exit_code == 1
    assert "a.md:3:1: warning[convert-differs]" in result.stderr


@pytest.mark.parametrize(
    ("text", "to", "words"),
    [
        ("## What?\n\nThat.\n", "klingon", "can't be written as `klingon`"),
        ("Prose.\n", "headings", "no question was found"),
    ],
)
def test_what_is_no_use_is_said_in_a_sentence(tmp_path: Path, text: str, to: str, words: str) -> None:
    (tmp_path / "a.md").write_text(text)
    result = deckpress("convert", "a.md", "--to", to, cwd=tmp_path)
    assert (result.exit_code, words in result.stderr) == (2, True)


def test_a_thin_margin_between_two_readings_is_told(tmp_path: Path) -> None:
    questions = "\n\n".join(f"## What is t{n}?\n\nA tree." for n in range(4))
    labels = "\n\n".join(f"Q: What is u{n}?\nA: Another." for n in range(4))
    (tmp_path / "a.md").write_text(f"Intro.\n\n{labels}\n\n{questions}\n")
    problems = json.loads(deckpress("check", "a.md", "--format", "json", cwd=tmp_path).stdout)
    assert [problem["code"] for problem in problems] == ["dialect-doubtful"]
    assert "(4 notes)" in problems[0]["message"] and "it has 4" in problems[0]["message"]
