"""`convert`: the same notes in another dialect, with the same ids; what can't be said so is told."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from generator import convert as converting
from generator.ledger import deletions
from generator.model import Choice, Cloze, Defaults, Note, Source, Target
from generator.reading import dialects, read
from generator.reading.dialects import DIALECTS
from generator.reading.writing import Entry
from generator.render import render
from tests.driver import Story, deckpress

NAMES = [dialect.name for dialect in DIALECTS]

# Notes of every kind, each as it stands below its mark of a heading.
KINDS = {
    "basic": "What is a leaf?\n\nA node **without** children, see [this](http://example.org/x).",
    "silent": "A root\n\nThe first node.",
    "ids and tags": "What is a bud? {#bud .often .hard}\n\nA *young* branch.",
    "an id of digits": "What is a cone? {#1652738734578}\n\nA fruit.\n\nOf some trees.",
    "an id as Logseq's": "What is pith? {#65f1c0de-aaaa-bbbb-cccc-0123456789ab}\n\nThe middle.",
    "lists": "What is a twig?\n\nA small branch:\n\n- thin\n- short\n\nAnd more.\n\n1. one\n2. two",
    "code": "What is bark?\n\n```python\nleaf = Node(children=[])  # {{ x }}\n\n# a comment\n```\n\nAnd `x::y`.",
    "a table": "What is a stem?\n\n| a | b |\n|---|:-:|\n| `x` | **y** |",
    "images": "What is a seed?\n\n![A seed](seed.png)\n\nAnd ![](other.png) too.",
    "maths": "What is $n$ of $x_1$?\n\nIt is $a^{b}$:\n\n$$\\frac{a}{b}$$",
    "a quote": "What is said?\n\n> Quoted *words*\n\nby somebody. 2 * 3 * 4, a_b_c, [x], #no",
    "headings": "What has parts?\n\nThis:\n\n##### One\n\nIt.\n\n###### Two\n\n`x`",
    "a rule": "What is parted?\n\nThis\n\n***\n\nand that.",
    "citations": "What is sap?\n\nJuice.\n\nSource: https://example.org/leaf",
    "code asked about": "What is printed? {#out}\n\n```python\nprint(1)\n\nprint(2)\n```\n\n**Answer:** One.\n\nTwo.",
    "reversed": "Both ways {#both kind=reversed}\n\nYes, both.\n\nReally.",
    "cloze": "A root is {{c1::the first}} node of {{c2::a tree}}",
    "cloze with a hint": "A crown is {{c1::the top::where?}} of it",
    "cloze with numbers": "A {{c2::trunk}} bears the {{c1::crown}} {#trunk .often}",
    "cloze with a number twice": "A {{c2::trunk}} bears {{c1::leaves}} and the {{c2::crown}}",
    "cloze with more": "A knot is {{c1::hard}}\n\nIn wood, of all.\n\nAlso in ropes.",
    "cloze without numbers": "A ring is ==a year== and ==wide== {kind=cloze}",
    "cloze with a hint alone": "A shoot is ==new::or old?== {kind=cloze}",
    "cloze in code": "Called is `f({{c1::x}})` here {kind=cloze}",
    "choice": "Which is a tree?\n\n- [ ] a ring\n- [x] a *star*",
    "choice of several": "Which are trees? {#trees .often}\n\n- [x] a path\n- [ ] a ring\n- [x] a star",
    "choice explained": "Which one is it?\n\n- [ ] `a`\n- [x] `b`\n\nA star has a centre.\n\nAnd rays.",
    "unanswered": "Who planted it?",
}
CHOICES = {"choice", "choice of several", "choice explained"}
CLOZES = {"cloze", "cloze with a hint", "cloze with numbers", "cloze without numbers"}
CLOZES |= {"cloze with a hint alone", "cloze in code", "cloze with a number twice"}
# Which of them a dialect has no way to say. Of all others nothing may be lost.
CANNOT = {
    "glossary": {*CHOICES, *CLOZES, "code asked about", "unanswered"},
    "checklist": {*KINDS} - {*CLOZES, "choice", "choice of several", "unanswered"},
    "quiz": {*KINDS} - CHOICES,
    "flashcards": {"cloze with a hint alone"},
    "bold": {"headings"},
    "hashcards": {"headings"},
    "prefixes": {"a rule", "headings"},
    "fenced": {"a rule", "headings"},
    "spaced-repetition": {"a rule", "headings"},
}
# What stands around a note: what these dialects can say.
AROUND = {
    "quiz": ("Which is first?\n\n- [x] this\n- [ ] that", "Which is last?\n\n- [ ] this\n- [x] that\n\nReally."),
    "checklist": ("What is first?", "What is last?"),
}
USUAL = ("What is first?\n\nThis.", "What is last?\n\nThat.\n\nReally.")


def source(text: str) -> Source:
    return Source("trees.md", text.encode(), Defaults())


def deck(kind: str, dialect: str) -> str:
    """A file with a note of this kind between two others, under topics."""
    first, last = AROUND.get(dialect, USUAL)
    parts = ["# Trees", "## Basics", f"#### {first}", f"#### {KINDS[kind]}", "## More", "### Inner", f"#### {last}"]
    return "---\ndialect: headings\n---\n\n" + "\n\n".join(parts) + "\n"


def said(notes: tuple[Note, ...]) -> list[tuple[object, ...]]:
    """What must be the same: all that is shown of them, and all that they are known by."""
    return [
        (
            type(note.body).__name__,
            note.question_text,
            note.answer_text,
            [(one.text, one.correct) for one in note.body.options] if isinstance(note.body, Choice) else [],
            note.pin,
            sorted(note.own_tags),
            note.topic,
            [(one.title, one.url) for one in note.citations],
            shown(note),
        )
        for note in notes
    ]


def shown(note: Note) -> list[str]:
    """What Anki shows, wherever its lines end; a list is the same with and without empty lines between its items."""
    done = render(note, {}, Target.ANKI, numbers(note))
    sides = (done.question, done.answer, done.sources)
    html = (re.sub(r"\s+(?=<|\Z)", "", text.replace("\n", " ")) for text in sides)
    return [re.sub(r"(<li[^>]*>)<p>", r"\1", re.sub(r"</p>(?=</li>|<ul>|<ol>)", "", text)) for text in html]


def numbers(note: Note) -> tuple[int, ...]:
    """The numbers that a cloze's deletions get when they are new."""
    gaps = [*note.body.deletions()] if isinstance(note.body, Cloze) else []
    return deletions.numbered({}, [(gap.level, deletions.Deletion(str(place))) for place, gap in enumerate(gaps)])[0]


def test_every_exception_is_of_a_dialect_that_there_is() -> None:
    assert len(NAMES) == 22
    assert {*CANNOT, *AROUND} <= {*NAMES}
    assert set().union(*CANNOT.values()) <= {*KINDS}


def test_the_documentation_says_of_every_dialect_what_is_written() -> None:
    page = (Path(__file__).parent.parent / "docs" / "dialects.md").read_text(encoding="utf-8")
    table = page.partition("| dialect | what is written |")[2].split("\n")[2:]
    told = [name for row in table if row.startswith("|") for name in re.findall(r"`([^`]+)`", row.split("|")[1])]
    assert sorted(told) == sorted(NAMES)


@pytest.mark.parametrize("to", NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_note_of_every_kind_is_the_same_in_every_dialect_and_back_or_is_told(kind: str, to: str) -> None:
    text = deck(kind, to)
    before = read(source(text)).notes
    assert len(before) == 3
    line = before[1].span.line
    there = converting.convert(source(text), to)
    assert f'dialect = "{to}"' in there.text or f'dialect: "{to}"' in there.text
    if kind in CANNOT.get(to, set()):
        assert [(problem.code, problem.line) for problem in there.problems] == [("convert-differs", line)]
        return
    assert there.problems == ()
    assert said(read(source(there.text)).notes) == said(before)
    back = converting.convert(source(there.text), "headings")
    assert back.problems == ()
    assert said(read(source(back.text)).notes) == said(before)


@pytest.mark.parametrize("kind", KINDS)
def test_a_chain_of_all_dialects_that_can_say_it_changes_nothing(kind: str) -> None:
    chain = [name for name in NAMES if kind not in CANNOT.get(name, set())]
    around = next((name for name in ("quiz", "checklist") if name in chain and kind in CHOICES), "headings")
    chain = [name for name in chain if name not in AROUND or name == around]
    assert len(chain) >= 15
    text = deck(kind, around)
    before = read(source(text)).notes
    for name in [*chain, *reversed(chain)]:
        if around == "quiz" and name == "glossary":
            continue
        there = converting.convert(source(text), name)
        assert there.problems == (), name
        text = there.text
    assert said(read(source(text)).notes) == said(before)


@pytest.mark.parametrize("to", [name for name in NAMES if name not in AROUND])
def test_notes_of_all_kinds_stand_beside_one_another(to: str) -> None:
    parts = [f"### {text}" for kind, text in KINDS.items() if kind not in CANNOT.get(to, set())]
    text = "\n\n".join(["---\ndialect: headings\n---\n\n# Trees\n\n## Basics", *parts, "## More", *USUAL_PARTS]) + "\n"
    before = read(source(text)).notes
    assert len(before) == len(parts) + 2
    there = converting.convert(source(text), to)
    assert there.problems == ()
    assert said(read(source(there.text)).notes) == said(before)


USUAL_PARTS = [f"### {text}" for text in USUAL]


@pytest.mark.parametrize("to", [name for name in NAMES if name not in ("quiz", "checklist")])
def test_the_ids_are_the_same(tmp_path: Path, to: str) -> None:
    lost = CANNOT.get(to, set()) | {"unanswered"}
    parts = [f"### {text}" for kind, text in KINDS.items() if kind not in lost]
    text = "\n\n".join(["# Trees\n\n## Basics", *parts]) + "\n"
    story = Story(tmp_path / "project").write("deck.toml", 'title = "Trees"\n').write("a.md", text)
    story.write("seed.png", b"").write("other.png", b"").build()
    before = story.ids
    assert len(before) == len(parts)
    result = deckpress("convert", "source/a.md", "--to", to, "-o", "source/a.md", cwd=story.folder)
    assert (result.exit_code, result.output) == (0, "")
    assert story.ids == before
    story.build()
    assert [line["id"] for line in story.ledger] == list(before.values()), "nothing new, nothing retired"


@pytest.mark.parametrize("to", NAMES)
def test_what_the_file_says_of_all_its_notes_is_kept(to: str) -> None:
    front = '---\ntitle: "Trees: a"\ndeck: Plants::Trees\ntags: [wood, green]\nlang: fr\ndialect: headings\n---\n\n'
    ask = AROUND.get(to, USUAL)[0]
    before = read(source(f"{front}# Trees\n\n## {ask}\n")).notes
    there = converting.convert(source(f"{front}# Trees\n\n## {ask}\n"), to)
    after = read(source(there.text)).notes
    assert [(n.deck, n.tags, n.lang, n.topic) for n in after] == [(n.deck, n.tags, n.lang, n.topic) for n in before]


@pytest.mark.parametrize("to", NAMES)
@pytest.mark.parametrize("folders", [(), ("trees",)])
def test_in_a_larger_deck_the_title_is_a_topic_as_before(to: str, folders: tuple[str, ...]) -> None:
    kind = {"quiz": "choice", "checklist": "unanswered"}.get(to, "basic")
    place = Source("x/trees.md", deck(kind, to).encode(), Defaults(title="Plants", folders=folders))
    there = converting.convert(place, to)
    assert there.problems == ()
    assert said(read(replace(place, data=there.text.encode())).notes) == said(read(place).notes)


# --- any notes --------------------------------------------------------------------------------------------------------

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
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("to", [name for name in NAMES if name not in ("quiz", "checklist")])
@SLOW
@given(deck=decks)
def test_any_notes(to: str, deck: list[tuple[str, list[str]]]) -> None:
    parts = [f"## {question}\n\nSo:\n\n" + "\n\n".join(below) for question, below in deck]
    text = "---\ndialect: headings\n---\n\n# Trees\n\n" + "\n\n".join(parts) + "\n"
    notes = read(source(text)).notes
    # Where one item of nearly every list is bold, they are choices, of which the table says who can write them.
    assume(not any(isinstance(note.body, Choice) for note in notes))
    there = converting.convert(source(text), to)
    assert there.problems == ()
    assert said(read(source(there.text)).notes) == said(notes)


# What means something in one dialect or another, wherever it stands.
marks = st.sampled_from(
    [
        *(
            "Q: x",
            "A: y",
            "C: [z]",
            "---",
            "***",
            "%",
            "::",
            "a::b",
            ":::",
            "?",
            "??",
            "START",
            "END",
            "Back: x",
            "Tags: x",
        ),
        *(
            "#card",
            "#anki",
            "^1652738734578",
            "> x",
            ">> y",
            "{x}",
            "==x==",
            "{{c1::x}}",
            "[x]",
            "[^1]",
            "$x$",
            "id:: x",
        ),
        *("1. x", "- [ ] x", "- [x] y", "A) x", "Answer: B", "**x**", "## x", "# x", "<div>", "</div>", "<!-- x -->"),
        *("```", "~~~", "| x | y |", ": x", "(123456)", "{#x}", "{#y .z}", "TODO", "Sources:", "- x", "    x", "", "x"),
    ]
)
texts = st.lists(marks, min_size=1, max_size=7).map("\n".join)
lines = st.lists(marks, min_size=1, max_size=3).map(" ".join)


@pytest.mark.parametrize("to", NAMES)
@SLOW
@given(deck=st.lists(st.tuples(lines, texts), min_size=1, max_size=3))
def test_nothing_is_lost_in_silence(to: str, deck: list[tuple[str, str]]) -> None:
    parts = [f"## What is {question}?\n\n{below}" for question, below in deck]
    text = source("---\ndialect: headings\n---\n\n# Trees\n\n" + "\n\n".join(parts) + "\n")
    before = read(text).notes
    there = converting.convert(text, to)
    told = {problem.line for problem in there.problems}
    after = said(read(source(there.text)).notes)
    for note, one in zip(before, said(before), strict=True):
        assert one in after or note.span.line in told
    assert there.problems or len(after) == len(before)


# --- what can't be ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A node **without** children", "A node without children"),
        ("a *star*", "a star"),
        ("- [x] a *star*", "- [ ] a *star*"),
        ("- [ ] a ring\n", ""),
        ("#bud", "#bad"),
        (" .often", ""),
        ("kind=reversed", ".reversed"),
        ("```python", "```"),
        ("{{c2::trunk}}", "{{c3::trunk}}"),
        ("::where?", ""),
        ("seed.png", "sead.png"),
        ("x_1", "x_2"),
        ("example.org/x", "example.org/y"),
        ("example.org/leaf", "example.org/lief"),
        ("> Quoted", "Quoted"),
        ("- thin\n", ""),
        ("| `x` |", "| x |"),
        ("## Basics", "## Basic"),
        ("### Who planted it?", ""),
    ],
)
def test_a_writer_that_loses_something_is_found_out(monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> None:
    headings = DIALECTS[0]

    def write(title: str, entries: Sequence[Entry]) -> str:
        text = headings.write(title, entries)
        assert old in text
        return text.replace(old, new)

    monkeypatch.setattr(dialects, "DIALECTS", (headings._replace(write=write), *DIALECTS[1:]))
    text = "\n\n".join(["# Trees\n\n## Basics", *(f"### {text}" for text in KINDS.values())])
    problems = converting.convert(source(text), "headings").problems
    assert {problem.code for problem in problems} == {"convert-differs"}


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
