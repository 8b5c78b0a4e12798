"""Bytes that are hard to read: encodings, and files made to hurt."""

from __future__ import annotations

import time

import pytest

from tests.reading_support import miscounted, read, shown

QUESTION = "# 1. What is Django?\n\nA framework — “one”.\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_one_clear_error(encoding: str) -> None:
    """UTF-16, with its mark or without, is an error with a hint."""
    parsed = read(QUESTION.encode(encoding))
    assert shown(parsed)["notes"] == []
    assert shown(parsed)["problems"] == ["1:1 | error | not-utf8"]
    assert "UTF-16" in parsed.problems[0].message
    assert "iconv -f UTF-16" in parsed.problems[0].hint


@pytest.mark.parametrize(("end", "line"), [("\n", 2), ("\r\n", 2), ("\r", 2)])
def test_latin1_is_an_error_at_its_place(end: str, line: int) -> None:
    """The first byte that is no UTF-8 is named with its line and column, however lines end."""
    data = f"# 1. What is it?{end}Où est le café?{end}".encode("latin-1")
    parsed = read(data)
    assert shown(parsed) == {"notes": [], "skipped": ["1-2 | not UTF-8"], "problems": [f"{line}:2 | error | not-utf8"]}
    assert "0xf9" in parsed.problems[0].message
    assert miscounted(parsed, data.decode(errors="replace")) == []


@pytest.mark.parametrize(
    ("encoding", "what"),
    [
        ("mac-roman", "A page¹²³ — it’s nice. Good luck"),
        ("windows-1252", "“Déjà” — it’s nice…"),
        ("latin-1", "Déjà — it’s nice"),
    ],
)
def test_mojibake_of_each_encoding_is_mended(encoding: str, what: str) -> None:
    """UTF-8 once read in another encoding comes out as it was meant, with a warning at each line."""
    broken = f"# 1. What is it?\n{what}\n".encode().decode(
        "sloppy-windows-1252" if encoding == "windows-1252" else encoding
    )
    parsed = read(broken)
    assert [note.answer_text for note in parsed.notes] == [what]
    assert [(problem.code, problem.line) for problem in parsed.problems] == [("mojibake", 2)]
    assert shown(read(f"# 1. What is it?\n{what}\n"))["problems"] == [], "what is right already is let alone"


def test_nul_and_marks_go() -> None:
    """A byte order mark and NUL characters are in no note; NUL is told of."""
    parsed = read("\ufeff# 1. What\0 is it?\nA th\0ing.\n")
    assert shown(parsed) == {
        "notes": ["1-2 | - | What is it? | A thing."],
        "skipped": [],
        "problems": ["1:10 | warning | nul", "2:5 | warning | nul"],
    }


# --- files made to hurt ---------------------------------------------------------------------------------------------

DEEP = 10_000
_TWICE = "".join(f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefghij", "bcdefghijk", strict=True))
HARD = {
    "quotes": "# What is Django?\n\n" + "> " * DEEP + "x",
    "lists": "# What is Django?\n\n" + "- " * DEEP + "x",
    "brackets": "# What is Django?\n\n" + "[" * DEEP + "x" + "]" * DEEP,
    "open links": "# What is Django?\n\n" + "[a](" * DEEP,
    "emphasis": "# What is Django?\n\n" + "*a **b " * 5_000 + "c** d*" * 5_000,
    "bold heading": "# What is " + "**" * 3_000 + "x" + "**" * 3_000 + "?\n\nx",
    "comments never closed": "# What is Django?\n\nx\n\n" + "<!--" * 20_000,
    "tags never closed": "# What is Django?\n\nx\n\n" + "<a " * 100_000,
    "brackets after an address": "# What is Django?\n\nhttps://a.example/" + ")" * 100_000,
    "spaces in a heading": "# What is" + " " * 100_000 + "is?\n\nx",
    "marks in a heading": "# What is it, then" + "?!" * 50_000 + "\n\nx",
    "numbers in a heading": "# " + "1." * 50_000 + " What is Django?\n\nx",
    "attributes never closed": "# What is Django? {" + "#a " * 20_000 + "\n\nx",
    "nested summaries": "# What is Django?\n\n<details>" + "<summary>" * 20_000 + "\n\nx",
    "sources": "# What is Django?\n\nx\n\nSource: y\n" + "(1) T. https://a.example\n" * 5_000,
    "fences": "# What is Django?\n\n" + "```\n" * 20_001,
    "rules": "# What is Django?\n\nx\n\n" + "---\n\n" * 20_000,
    "front matter": "---\na: " + "[" * 100_000 + "\n---\n# What is Django?\n\nx",
    "front matter that multiplies": "---\na: &a [x]\n" + _TWICE + "tags: *k\n---\n# What is Django?\n\nx",
}  # fmt: skip


@pytest.mark.parametrize("name", HARD)
def test_hard_files(name: str) -> None:
    """Nesting and repetition neither raise nor take long: work is about proportional to the size."""
    begun = time.perf_counter()
    parsed = read(HARD[name])
    assert time.perf_counter() - begun < 5, "one of these takes minutes where a pattern backtracks"
    assert [note.question_text[:4] for note in parsed.notes] == ["What"]
    assert miscounted(parsed, HARD[name]) == []


def test_one_line_of_five_megabytes() -> None:
    """A file may be one line."""
    parsed = read("# What is Django?\n\n" + "word " * 1_000_000)
    assert len(parsed.notes[0].answer_text) == 5_000_000 - 1


def test_fifty_thousand_headings() -> None:
    """A file may be headings only, and a deck large; the same question again is a note again."""
    begun = time.perf_counter()
    parsed = read("# What is Django?\n" * 50_000)
    assert len(parsed.notes) == len(parsed.problems) == 50_000
    parsed = read("".join("#" * (1 + i % 6) + f" {i}. why now\n\nso\n\n" for i in range(20_000)))
    assert len(parsed.notes) > 3_000
    assert time.perf_counter() - begun < 30
