"""What a build says of its cards, and what `check` says of notes too long for one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator import build, card_report, check_cards, outcome, report
from generator.cli import main
from generator.model import Basic
from generator.print_model import Fit
from generator.print_settings import CardSettings, PrintSettings
from generator.watch import Watch
from tests.print_support import markdown_notes

_LONG = "A sentence of this length is said again and again until no card can hold it. "


def written(lines: str) -> list[str]:
    """What is said of a note with this answer, on cards of the usual size."""
    notes = [note.identified.note for note in markdown_notes(f"# T\n\n## What is long?\n\n{lines}\n")]
    return [problem.message for problem in check_cards.check(notes, PrintSettings())]


@pytest.mark.parametrize(
    ("answer", "is_long"),
    [
        ("Short.", False),
        (_LONG * 14, False),
        (_LONG * 25, True),
        ("```\n" + "x = 1\n" * 14 + "```", False),
        ("```\n" + "x = 1\n" * 24 + "```", True),
        ("```\n" + f"x = [{'1, ' * 90}]\n" * 5 + "```", True),
        ("".join(f"- point {n}\n" for n in range(12)), False),
        ("".join(f"- point {n}\n" for n in range(30)), True),
        ("| a | b |\n|---|---|\n" + "| one | two |\n" * 25, True),
        ("这是一个很长的句子。" * 40, False),
        ("这是一个很长的句子。" * 90, True),
    ],
)
def test_a_note_too_long_for_a_card_is_told(answer: str, is_long: bool) -> None:
    assert bool(written(answer)) == is_long


def test_it_says_where_how_long_and_what_to_do() -> None:
    (note,) = [one.identified.note for one in markdown_notes(f"# T\n\n## What is long?\n\n{_LONG * 30}\n")]
    (problem,) = check_cards.check([note], PrintSettings())
    assert (problem.code, problem.file, problem.line, problem.severity.value) == (
        "long-card",
        "awkward.md",
        3,
        "warning",
    )
    assert "answer" in problem.message and "A7" in problem.message and "18" in problem.message
    assert "print.cards.size" in problem.hint


def test_a_larger_card_holds_more_and_no_cards_hold_all() -> None:
    notes = [note.identified.note for note in markdown_notes(f"# T\n\n## What is long?\n\n{_LONG * 30}\n")]
    assert check_cards.check(notes, PrintSettings(cards=CardSettings(size="A6"))) == []
    assert check_cards.check(notes, PrintSettings(products=("study",))) == []
    assert check_cards.check(notes, PrintSettings(cards=CardSettings(size="A8")))


def test_a_long_question_is_told_too() -> None:
    (note,) = [one.identified.note for one in markdown_notes("# T\n\n## What is short?\n\nYes.\n")]
    assert isinstance(note.body, Basic)
    (long,) = [one.identified.note for one in markdown_notes(f"# T\n\n## What?\n\n{_LONG * 30}\n")]
    assert isinstance(long.body, Basic)
    asked = replace(note, body=replace(note.body, question=long.body.answer))
    assert [p.message.split()[1] for p in check_cards.check([asked], PrintSettings())] == ["question"]


# --- what a build says ------------------------------------------------------------------------------------------------


def made() -> outcome.CardsMade:
    notes = markdown_notes("# T\n\n## One?\n\nA.\n\n## Two?\n\nB.\n\n## Three?\n\nC.\n")
    fronts = {f"f-{place}": note.identified for place, note in enumerate(notes)}
    # in the order in which they were laid out
    fits = [Fit("f-2", 0, 1), Fit("b-2", 7, 3), Fit("f-0", 0, 1), Fit("b-0", 4, 1), Fit("f-1", 0, 1), Fit("b-1", 0, 1)]
    return card_report.made(5, 2, ["there is no room"], fits, fronts)


def test_notes_in_smaller_type_and_on_further_cards_are_named_in_the_decks_order() -> None:
    assert [(one.question, one.question_type, one.answer_type, one.cards) for one in made().small] == [
        ("One?", 14, 7.5, 1),
        ("Three?", 14, 6, 3),
    ]


def test_the_report_counts_and_names() -> None:
    done = outcome.Outcome(notes=3, cards=made())
    short = [*report.outcome_text(done, Path("build"), 0)]
    assert short[0] == (
        "cards      5 on 2 sheets; 1 note in smaller type, 7.5 pt at least; 1 note continued on 2 further cards"
    )
    assert short[1] == "  there is no room"
    named = [*report.outcome_text(done, Path("build"), 0, names=True)]
    assert named[1] == "  awkward.md:11: question 14 pt, answer 6 pt, 3 cards: Three?"
    assert named[2] == "  awkward.md:3: question 14 pt, answer 7.5 pt: One?"


def test_the_next_build_remembers_it() -> None:
    done = outcome.Outcome(notes=3, cards=made())
    assert outcome.from_memory(json.loads(json.dumps(outcome.to_memory(done)))).cards == made()
    assert outcome.from_memory(json.loads(json.dumps(outcome.to_memory(outcome.Outcome())))).cards is None


def test_a_build_says_it_once_more_where_nothing_is_to_do(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(f"# T\n\n## Long?\n\n{_LONG * 30}\n\n## Short?\n\nYes.\n", "utf-8")
    request = build.Request((tmp_path / "notes.md",), tmp_path / "out", ("cards",), cwd=tmp_path, jobs=1)
    first = build.build(request, Watch())
    assert first.cards and first.cards.cards == 3 and first.cards.sheets == 1
    assert [(one.question, one.cards) for one in first.cards.small] == [("Long?", 2)]
    again = build.build(request, Watch())
    assert again.unchanged and again.cards == first.cards
    value = report.outcome_value(again, Path("out"), 0)
    assert value["cards"]["small"][0]["line"] == 3


# --- settings that can't be together ----------------------------------------------------------------------------------


def test_cards_that_fit_no_paper_are_a_problem_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.md").write_text("# T\n\n## A?\n\nB.\n", "utf-8")
    settings = 'title = "T"\n[print]\npaper = "Letter"\n[print.cards]\nmarks = "tiled"\n'
    (tmp_path / "source" / "deck.toml").write_text(settings, "utf-8")
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(main, ["check"])
    assert told.exit_code == 1
    assert "source/deck.toml:5:1: error[config-value]" in told.output and 'marks = "crop"' in told.output
