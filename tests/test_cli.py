"""The contract of the command line: what is printed, what is written, which exit code; never a traceback."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from generator import check as lint
from generator import cli
from generator.cli import main
from generator.model import Defaults, Source
from generator.reading import read
from generator.side_by_side import Screen
from generator.watching import Plain, Silent, Steps, Terminal
from tests.driver import Story, deckpress

QA = "# Trees\n\n## What is a leaf?\n\nA node without children.\n\n## What is a root?\n\nA node without a parent.\n"


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path).write("deck.toml", 'title = "Trees and more"\n').write("trees.md", QA)


# --- build ----------------------------------------------------------------------------------------------------------


def test_a_project_is_built_and_says_what_it_wrote(story: Story) -> None:
    story.build()
    assert re.search(r"wrote +build/trees-and-more\.apkg \(\d+ kB\)", story.last.stdout)
    assert "2 notes: 2 new; nothing needs attention" in story.last.stdout
    assert {path.name for path in (story.folder / "build").iterdir() if path.is_file()} == {"trees-and-more.apkg"}


def test_a_file_is_built_with_no_project_whatever_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text(QA, encoding="utf-8")
    result = deckpress("build", "notes.txt", "--product", "deck", "--out", "elsewhere", cwd=tmp_path)
    assert result.exit_code == 0, result.output
    names = sorted(path.name for path in (tmp_path / "elsewhere").iterdir() if path.is_file())
    assert names == ["notes.ledger.jsonl", "trees.apkg"]
    assert not (tmp_path / "build").exists()
    assert not (tmp_path / "source").exists()


def test_a_folder_is_one_deck_named_after_it_and_other_files_are_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "Data structures"
    for name in ("10-b.md", "2-a.MD", "deep/er/c.markdown", ".hidden/d.md", "node_modules/e.md", "f.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"## What is {name}?\n\nA file.\n", encoding="utf-8")
    result = deckpress("build", folder, "--product", "deck", "--json", cwd=tmp_path)
    assert [Path(made["path"]).name for made in json.loads(result.stdout)["written"]] == ["data-structures.apkg"]
    notes = json.loads(deckpress("cards", folder, "--format", "json", cwd=tmp_path).stdout)
    assert [note["question"] for note in notes] == [
        "What is 2-a.MD?",
        "What is 10-b.md?",
        "What is deep/er/c.markdown?",
    ]
    assert [note["deck"] for note in notes] == ["Data structures", "Data structures", "Data structures::deep::er"]


def test_a_path_inside_a_project_uses_its_ledger_and_leaves_its_deck_alone(story: Story) -> None:
    story.write("more.md", "# More\n\n## What else?\n\nThis.\n").build()
    ids, whole = story.ids, story.package.read_bytes()
    result = deckpress("build", "source/more.md", "--product", "deck", cwd=story.folder)
    assert result.exit_code == 0, result.output
    assert {path.name for path in (story.folder / "build").glob("*.*")} >= {"trees-and-more.apkg", "more.apkg"}
    assert (story.folder / "build/trees-and-more.apkg").read_bytes() == whole
    assert story.ids == ids
    assert not any(entry.get("retired") for entry in story.ledger)
    assert not list(story.folder.rglob("*.ledger.jsonl"))


def test_json_says_what_was_done(story: Story) -> None:
    story.write("open.md", "## What is open?\n").build("--json")
    said = json.loads(story.last.stdout)
    assert (said["exit"], said["notes"], said["unanswered"], said["changes"]["new"]) == (0, 2, 1, 2)
    assert [made["path"] for made in said["written"]] == [os.path.join("build", "trees-and-more.apkg")]
    assert [(problem["code"], problem["file"], problem["line"]) for problem in said["problems"]] == [
        ("unanswered", "source/open.md", 1)
    ]


def test_quiet_prints_problems_only(story: Story) -> None:
    assert story.build("--quiet").last.output == ""
    story.write("open.md", "## What is open?\n").build("--quiet")
    assert story.last.stdout == ""
    assert "source/open.md:1:1: warning[unanswered]" in story.last.stderr


def test_a_second_build_reports_the_same_problems(story: Story) -> None:
    story.write("open.md", "## What is open?\n").build()
    first = story.last.stderr
    story.build()
    assert "is current" in story.last.stdout
    assert story.last.stderr == first != ""


def test_strict_takes_warnings_for_errors_and_writes_nothing(story: Story) -> None:
    story.write("open.md", "## What is open?\n").build("--strict", code=1)
    assert "nothing was written" in story.last.stdout
    assert not list(story.folder.rglob("*.apkg"))
    assert not list(story.folder.rglob("ledger.jsonl"))


def test_strict_holds_for_a_build_with_nothing_to_do(story: Story) -> None:
    story.write("open.md", "## What is open?\n").build()
    story.build("--strict", code=1)


# --- what is wrong, said in a sentence --------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["build", "cards", "check", "diff"])
@pytest.mark.parametrize(
    ("files", "arguments", "code", "words"),
    [
        ({}, ["gone.md"], 2, "there is no file or folder `gone.md`"),
        ({}, [], 2, "there is no folder `source`"),
        ({"empty/": b""}, ["empty"], 2, "there is no Markdown file in the folder `empty`"),
        ({"source/x.txt": b"## What?\n\nThis."}, [], 2, "there is no Markdown file in the folder"),
        ({"a.md": b"## What is caf\xe9?\n\nA drink."}, ["a.md"], 1, "a.md:1:15: error[not-utf8]"),
        ({"a.md": "## What?\n\nThis.".encode("utf-16")}, ["a.md"], 1, "this file is UTF-16"),
        (
            {"source/a.md": b"## Q?\n\nA.", "source/deck.toml": b"titel = 'x'"},
            [],
            1,
            "error[config-key] there is no key `titel`\n  did you mean `title`?",
        ),
        (
            {"source/a.md": b"## Q?\n\nA.", "source/deck.toml": b"title = "},
            [],
            1,
            "source/deck.toml:1:9: error[config-syntax]",
        ),
        (
            {"source/a.md": b"## Q?\n\nA.", "source/deck.toml": b"title = 3"},
            [],
            1,
            "error[config-value] `title` must be a text",
        ),
        ({"source/a.md": b"## Q?\n\nA.", "source/deck.toml": b"tags = [1]"}, [], 1, "`tags` must be a list of words"),
        (
            {"source/a.md": b"## Q?\n\nA.", "source/deck.toml": b"[print]\npaper='B5'"},
            [],
            1,
            "the papers are: A4, Letter",
        ),
        pytest.param(
            {"source/a.md": b"## Q?\n\nA.", "source/deck.toml": b"x = " + b"1" * 6000},
            [],
            1,
            "config-syntax",
            id="digits",
        ),
        pytest.param(
            {"source/a.md": b"## Q?\n\nA.", "source/deck.toml": b"x = " + b"[" * 5000},
            [],
            1,
            "config-syntax",
            id="nested",
        ),
        ({"source/caf\udce9.md": b"## Q?\n\nA."}, [], 2, "is not UTF-8: rename it"),
        (
            {"source/a.md": b"## Q?\n\nA.", "source/ledger.jsonl": b"{]"},
            [],
            1,
            "ledger.jsonl:1:1: error[ledger-broken]",
        ),
    ],
)
def test_every_fault_is_a_sentence(
    tmp_path: Path, command: str, files: dict[str, bytes], arguments: list[str], code: int, words: str
) -> None:
    for name, data in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir() if name.endswith("/") else path.write_bytes(data)
    result = deckpress(command, *arguments, cwd=tmp_path)
    assert result.exit_code == code, result.output
    assert words in result.output
    assert "Traceback" not in result.output
    assert not list(tmp_path.rglob("*.apkg"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no questions were found"),
        ("# Only a title\n\nAnd prose.\n", "no questions were found"),
        ("## What is open?\n\n## And this?\n", "none of the 2 questions has an answer"),
    ],
)
def test_a_deck_without_a_card_is_never_written(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    result = deckpress("build", "a.md", cwd=tmp_path)
    assert result.exit_code == 1
    assert f"error[nothing-to-build] {words}" in result.stderr
    assert not (tmp_path / "build").exists()


def test_an_unwritable_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(QA, encoding="utf-8")
    (tmp_path / "build").write_text("in the way", encoding="utf-8")
    result = deckpress("build", "a.md", "--product", "deck", cwd=tmp_path)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_an_unknown_product_or_command_is_wrong_usage(story: Story) -> None:
    assert deckpress("build", "--product", "posters", cwd=story.folder).exit_code == 2
    assert deckpress("bake", cwd=story.folder).exit_code == 2


# --- cards and check --------------------------------------------------------------------------------------------------


def test_cards_lists_what_was_understood(story: Story) -> None:
    story.write(
        "open.md", "---\ntags: [extra]\n---\n\n# Open\n\n## 3. What is `x`?\n\n## What is **y**?\n\n- One\n- two\n"
    )
    result = deckpress("cards", "--format", "json", cwd=story.folder)
    unanswered, answered = json.loads(result.stdout)[:2]
    assert unanswered | {"id": ""} == {
        "id": "",
        "kind": "basic",
        "question": "What is x?",
        "answer": "",
        "answered": False,
        "tags": ["extra", "open"],
        "deck": "Trees and more::Open",
        "topic": "Open",
        "file": "source/open.md",
        "line": 7,
        "end_line": 7,
        "dialect": "headings",
        "rule": "numbered heading",
    }
    assert (answered["question"], answered["answer"], answered["answered"]) == ("What is y?", "One two", True)
    assert (answered["line"], answered["end_line"]) == (9, 12)


def test_cards_as_a_table_is_a_line_a_note(story: Story) -> None:
    lines = deckpress("cards", cwd=story.folder).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["source/trees.md:3", "source/trees.md:7"]
    assert all(identity in line for line, identity in zip(lines, story.ids.values(), strict=True))


def test_cards_and_skipped_parts_are_the_whole_account(story: Story) -> None:
    result = deckpress("cards", "--skipped", "--format", "json", cwd=story.folder)
    assert json.loads(result.stdout) == [{"file": "source/trees.md", "line": 1, "end_line": 1, "why": "topic"}]
    assert "source/trees.md:1  topic" in deckpress("cards", "--skipped", cwd=story.folder).stdout


def test_cards_explained_with_what_is_skipped_tell_each_line_once(story: Story) -> None:
    story.write("10-notes.md", "# Notes\n\nPreface.\n\n## 1. What is `x`?\n\nIt.\n\nIt still.\n\n[top](#notes)\n")
    result = deckpress("cards", "--explain", "--skipped", cwd=story.folder)
    lines = [line.split(None, 1) for line in result.stdout.splitlines() if "notes.md" in line]
    assert [(place.partition(":")[2], told.split("  ")[0].strip()) for place, told in lines] == [
        ("1", "topic"),
        ("3", "preface"),
        ("5-9", story.ids["What is x?"]),
        ("11", "link back"),
    ]
    assert "headings: numbered heading, basic" in result.stdout
    found = json.loads(deckpress("cards", "--explain", "--skipped", "--format", "json", cwd=story.folder).stdout)
    assert [part["line"] for part in found if part["file"].endswith("notes.md")] == [1, 3, 5, 11]
    explained = deckpress("cards", "--explain", cwd=story.folder).stdout.splitlines()
    assert len(explained) == len(story.ids), "without --skipped the notes alone"


def test_a_dialect_that_is_asked_for_comes_before_what_the_file_says(story: Story) -> None:
    story.write(
        "10-a.md", "---\ndialect: headings\n---\n\n<details><summary>What is x?</summary>\n\nIt.\n\n</details>\n"
    )
    assert "What is x?" not in story.ids
    notes = json.loads(deckpress("cards", "--dialect", "details", "--format", "json", cwd=story.folder).stdout)
    assert [(note["question"], note["dialect"]) for note in notes] == [("What is x?", "details")]
    for command in ("build", "cards", "check", "diff"):
        result = deckpress(command, "--dialect", "klingon", cwd=story.folder)
        assert (result.exit_code, "there is no dialect `klingon`; the dialects are: headings, " in result.stderr) == (
            2,
            True,
        )


def test_cards_and_check_write_nothing(story: Story) -> None:
    before = sorted(story.folder.rglob("*"))
    deckpress("cards", cwd=story.folder)
    deckpress("check", cwd=story.folder)
    assert sorted(story.folder.rglob("*")) == before


def test_check_speaks_to_people_programs_and_github(story: Story) -> None:
    assert deckpress("check", cwd=story.folder).stdout == "no problems\n"
    story.write("a,b.md", "## What is 100%?\n")
    text = deckpress("check", cwd=story.folder)
    assert text.exit_code == 0
    assert text.stdout.splitlines() == [
        "source/a,b.md:1:1: warning[unanswered] this question has no answer, so it is not in the deck",
        "  write the answer under it, or delete the question",
    ]
    (value,) = json.loads(deckpress("check", "--format", "json", cwd=story.folder).stdout)
    assert sorted(value) == ["code", "column", "file", "hint", "line", "message", "severity"]
    github = deckpress("check", "--format", "github", cwd=story.folder).stdout
    assert github.startswith(
        "::warning file=source/a%2Cb.md,line=1,col=1,title=unanswered::this question has no answer, so"
    )
    assert deckpress("check", "--strict", cwd=story.folder).exit_code == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("## Same?\n\nA.\n\n## Same?\n\nB.", "same-question"),
        ("## One? {#x}\n\nA.\n\n## Two? {#x}\n\nB.", "same-id"),
        ("## What?\n\n```\nopen", "unclosed-fence"),
        ("## 1. What?\n\nA.\n\n## Words between\n\nB.\n\n## 2. How?\n\nC.", "left-out"),
        ("## What?\n\n![](lint.md)", "media-type"),
        ("## What?\n\n![x](https://example.org/x.png)", "media-remote"),
        ("## Same?\n\n```\ncode\n```\n\n## Same?\n\nB.", "same-question"),
        ("## What <div>x</div> is?\n\nA tag.", "markup-in-question"),
        ("## What is a?\n\n<iframe src=x></iframe>", "empty-answer"),
        ("## What is a?\n\nA.\n\n## What is b?\n\nB.\n\n## ATP\n\nC.", "left-out"),
    ],
)
def test_lint(story: Story, text: str, code: str) -> None:
    story.write("lint.md", text)
    problems = json.loads(deckpress("check", "--format", "json", cwd=story.folder).stdout)
    assert [problem["code"] for problem in problems] == [code]


@pytest.mark.parametrize("text", ["Text <!-- <img src='gone.png'> -->", """<img title='src="gone.png"'> text"""])
def test_an_image_that_is_not_shown_is_not_looked_for(story: Story, text: str) -> None:
    story.write("lint.md", f"## What?\n\n{text}")
    assert json.loads(deckpress("check", "--format", "json", cwd=story.folder).stdout) == []


def test_a_question_without_a_word_would_be_an_empty_card() -> None:
    (note,) = read(Source("a.md", b"## What?\n\nThis.", Defaults())).notes
    empty = dataclasses.replace(note, question_text="")
    assert [problem.code for problem in lint.check([note, empty])] == ["empty-question"]


# --- the ledger -------------------------------------------------------------------------------------------------------


def files(story: Story) -> dict[str, bytes]:
    """All that a learner or the next build could meet."""
    found = (path for path in story.folder.rglob("*") if path.is_file() and ".cache" not in path.parts)
    return {path.relative_to(story.folder).as_posix(): path.read_bytes() for path in found}


def test_a_locked_build_fails_where_the_ledger_would_change_and_writes_nothing(story: Story) -> None:
    before = files(story)
    story.build("--locked", code=1)
    assert "source/ledger.jsonl:1:1: error[ledger-locked]" in story.last.stderr
    assert "nothing was written: 1 error" in story.last.stdout
    assert files(story) == before
    story.build().build("--locked").build("--locked", "--force")
    before = files(story)
    story.edit("trees.md", "without children", "that has no children").build("--locked", code=1)
    del before["source/trees.md"]
    assert before.items() <= files(story).items()
    story.edit("trees.md", "that has no children", "without children").build("--locked")


def retold(story: Story) -> tuple[str, str]:
    """The ids of a retired note and of the new one that asks the same in words of its own."""
    story.build()
    old = story.ids["What is a leaf?"]
    story.edit("trees.md", "What is a leaf?", "How do botanists call an end?")
    story.edit("trees.md", "A node without children.", "Something that has nothing below.").build()
    new = story.ids["How do botanists call an end?"]
    assert new != old
    return old, new


def test_a_note_takes_over_the_history_of_a_retired_one(story: Story) -> None:
    old, new = retold(story)
    guid = {entry["id"]: entry["guid"] for entry in story.ledger}[old]
    result = deckpress("ledger", "link", old, new, cwd=story.folder)
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1), result.output
    assert old in result.stdout
    assert story.ids["How do botanists call an end?"] == old
    story.build()
    assert {entry["id"]: entry["guid"] for entry in story.ledger if not entry.get("retired")}[old] == guid


@pytest.mark.parametrize("names", [("nobody22", "NEW"), ("OLD", "nobody22"), ("NEW", "OLD"), ("OLD", "OLD"), ("", "")])
def test_what_can_not_be_linked_is_said_in_a_sentence(story: Story, names: tuple[str, str]) -> None:
    old, new = retold(story)
    before = files(story)
    given = [{"OLD": old, "NEW": new}.get(name, name) for name in names]
    result = deckpress("ledger", "link", *given, cwd=story.folder)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("deckpress: ")
    assert files(story) == before


def test_a_lost_ledger_is_recovered_from_a_deck(story: Story) -> None:
    story.build()
    ids, kept = story.ids, story.package.rename(story.folder / "kept.apkg")
    (story.folder / "source/ledger.jsonl").unlink()
    result = deckpress("ledger", "recover", "kept.apkg", cwd=story.folder)
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1), result.output
    assert "ledger.jsonl" in result.stdout
    story.edit("trees.md", "What is a leaf?", "What's a leaf?").build()
    assert set(story.ids.values()) == set(ids.values())
    before = files(story)
    again = deckpress("ledger", "recover", kept, cwd=story.folder)
    assert (again.exit_code, again.stdout) == (2, ""), "a ledger is never overwritten"
    assert files(story) == before


@pytest.mark.parametrize("data", [None, b"", b"no deck", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_deck_recovers_nothing(story: Story, data: bytes | None) -> None:
    if data is not None:
        (story.folder / "x.apkg").write_bytes(data)
    result = deckpress("ledger", "recover", "x.apkg", cwd=story.folder)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "x.apkg" in result.stderr
    assert not (story.folder / "source/ledger.jsonl").exists()


def test_a_build_without_a_ledger_finds_it_in_the_last_deck(story: Story) -> None:
    story.build()
    ids = story.ids
    (story.folder / "source/ledger.jsonl").unlink()
    story.edit("trees.md", "What is a leaf?", "What's a leaf?").build()
    assert "notice[ledger-recovered]" in story.last.stderr
    assert set(story.ids.values()) == set(ids.values())


def test_a_last_deck_that_can_not_be_read_is_made_anew(story: Story) -> None:
    story.build().package.write_bytes(b"torn")
    assert "notice[deck-unreadable]" in story.build().last.stderr
    assert story.package.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("# Trees\n", "# Graphs\n", "deck-renamed"),
        ("## What is a root?", "# Roots\n\n## What is a root?", "notes-moved"),
        ("## What is a root?\n\nA node", "## What is a root? {kind=cloze}\n\nA ==node==", "kind-changed"),
    ],
)
def test_what_anki_will_make_of_it_is_said_beforehand(story: Story, old: str, new: str, code: str) -> None:
    story.build().edit("trees.md", old, new)
    for command in ("check", "diff"):
        result = deckpress(command, cwd=story.folder)
        assert result.exit_code == 0, result.output
        assert re.findall(r"warning\[([a-z-]+)\]", result.output) == [code]


def test_only_a_watch_that_nobody_asked_to_be_silent_says_what_it_waits_for(capsys: pytest.CaptureFixture[str]) -> None:
    for watch, told in ((Plain(), True), (Steps(), True), (Terminal(), True), (Silent(), False)):
        watch.waiting()
        out, err = capsys.readouterr()
        assert (out, err) == ("", "waiting for another build of this project\n" if told else "")


@pytest.mark.parametrize(
    ("terminal", "env", "screen"),
    [
        (True, {}, Screen(130, colour=True, terminal=True)),
        (True, {"NO_COLOR": "1"}, Screen(130, colour=False, terminal=True)),
        (True, {"NO_COLOR": ""}, Screen(130, colour=True, terminal=True)),
        (True, {"TERM": "dumb"}, Screen(130, colour=False, terminal=True)),
        (True, {"COLUMNS": "300"}, Screen(160, colour=True, terminal=True)),
        (False, {}, Screen(100, colour=False, terminal=False)),
    ],
)
def test_colour_and_columns_are_for_terminals(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, env: dict[str, str], screen: Screen
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in ({"TERM": "xterm", "COLUMNS": "130"} | env).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    assert cli._screen() == screen


# --- the program as a whole -------------------------------------------------------------------------------------------


def test_every_command_and_option_says_what_it_does() -> None:
    assert set(main.commands) == {"build", "calibrate", "cards", "check", "convert", "diff", "ledger"}
    ledger = main.commands["ledger"]
    assert isinstance(ledger, click.Group)
    assert set(ledger.commands) == {"link", "recover"}
    for command in (*main.commands.values(), *ledger.commands.values()):
        assert command.help
        for parameter in command.params:
            if parameter.param_type_name == "option" and parameter.name not in ("style",):
                assert getattr(parameter, "help", None), f"{command.name} {parameter.name}"


@pytest.mark.parametrize("command", [[], ["build"], ["cards"], ["check"], ["diff"], ["ledger", "link"]])
def test_help_needs_no_heavy_library(command: list[str]) -> None:
    code = (
        "import sys\nfrom generator.cli import main\n"
        f"try: main({[*command, '--help']!r})\nexcept SystemExit: pass\n"
        "heavy = {'weasyprint', 'pikepdf', 'genanki', 'pygments', 'jinja2', 'pyromark', 'yaml', 'ftfy', 'nh3'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage:" in done.stdout


def test_a_build_with_nothing_to_do_needs_no_heavy_library(story: Story) -> None:
    story.build()
    code = (
        "import sys\nfrom generator.cli import main\n"
        "try: main(['build', '--product', 'deck'])\nexcept SystemExit as end: assert end.code == 0, end.code\n"
        "heavy = {'weasyprint', 'pikepdf', 'genanki', 'pygments', 'jinja2', 'pyromark', 'yaml', 'ftfy', 'nh3'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=story.folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "is current" in done.stdout
