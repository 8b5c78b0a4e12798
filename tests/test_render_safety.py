"""Nothing that anybody can write in Markdown may run, load or break out of its card."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator import sanitise
from generator.model import Cloze, Kind, Media, Target
from generator.reading.blocks import plain
from generator.render import render
from tests.cards_support import basic, top_nodes
from tests.reading_support import read

IMAGE = Media("cat-1234.png", b"png", "image/png")
MEDIA = {("cards.md", "cat.png"): IMAGE}

# Pieces that mean something to Markdown, to HTML, to Anki or to a template, put together at random.
PIECES = [
    "a", "b c", "word", " ", "  ", "\n", "\n\n", "*", "**", "_", "~~", "`", "``", "```\n", "```python\n",
    "~~~ x\"y<z\n", "# ", "> ", "> [!NOTE]\n> ", "> [!tip] T\n> ", "- ", "- [x] ", "1. ", "    ", "\t",
    "| a | b |\n|--:|---|\n| c | d |\n", '[a](http://x.y/?a=1&b="2")', "[a](javascript:alert(1))",
    "[*http://in.side*](http://out.side)", '![a"b](cat.png)', "![](none.png)", "http://bare.url/<x>",
    "<http://auto.link>", "&lt;", "&amp;", "&", "<", ">", '"', "'", "{{", "}}", "{{c1::x}}", "{% x %}", "[^1]",
    "[^1]: note\n", "[sound:x.mp3]", "\\[", "\\(", "$x$", "---\n", "term\n: definition\n", "\x1f", "\x00", "\u200f",
    "\xa0", "\ufdd0", "مرحبا", "中文", "🍀", "def f(a, b=\"c\"): # d\n", "\r\n",
]  # fmt: skip
RAW = [
    "<b>", "</b>", "<script>", "</script>", "<details>\n", "<summary>", "</details>\n",
    "<img src=cat.png width=10 onerror=x()>", '<img src=x.png alt="a>b">', "<a href=javascript:x>", "</a>", "<T>",
    "<!--", "-->", "<svg onload=x>", "<style>", '<p style="color:red" class="dp q k" id=answer>', "<table><tr><td>",
    "<iframe src=//x>", "<form action=x><input>", '<math><mi//xlink:href="data:x,<script>">', "<textarea>",
    "</textarea>", "<br/>", "</div>", "</p>", "<select><option>",
]  # fmt: skip


def _fields(markdown: str, target: Target) -> list[str]:
    html = render(basic(markdown, markdown), MEDIA, target)
    return [html.question, html.answer]


def _parsed(html: str) -> str:
    """The field as the sanitiser's HTML parser writes what it understood: the same text when nothing was wrong."""
    known = {IMAGE.name, f"media:{IMAGE.name}"}
    return sanitise.clean(html, lambda address: address if address in known else None)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.sampled_from(Target))
def test_the_walker_alone_writes_only_what_the_sanitiser_would_leave(markdown: str, target: Target) -> None:
    note = basic(markdown, markdown)
    if any(node.kind in (Kind.HTML, Kind.HTML_BLOCK) for node in top_nodes(note)):
        return
    for html in _fields(markdown, target):
        assert _parsed(html) == html


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES + RAW), max_size=14).map("".join), st.sampled_from(Target))
def test_raw_html_leaves_nothing_that_the_sanitiser_would_still_change(markdown: str, target: Target) -> None:
    for html in _fields(markdown, target):
        assert _parsed(html) == html


# --- clozes -------------------------------------------------------------------------------------------------------

# What bears on deletions, in prose, in code and in raw HTML, whole and torn.
MARKS = [
    "{{c1::", "{{c2::", "{{c03::", "{{", "{", "}", "}}", "}}", "}}", "::", "::hint}}", ":", "=", "==", "==b==", "\\",
    "{{c1::a}}", "{{c4::*b*::h}}", "{{ x }}", "<b>", "</b>", "<!-- {kind=cloze} -->\n", "<div>\n", "</div>\n",
]  # fmt: skip
READ = re.compile(r"\{\{c(\d+)::|\}\}")
SIGNS = re.compile("[\ufdd0-\ufdef]")


def _as_anki_reads(field: str) -> list[tuple[int, str]]:
    """The deletions of a field by Anki's rules, in the order of their beginnings: number, and what is hidden."""
    opened: list[tuple[int, int]] = []
    found: list[tuple[int, int, str]] = []
    for mark in READ.finditer(field):
        if mark.group(1):
            opened.append((int(mark.group(1)), mark.end()))
        elif opened:
            number, start = opened.pop()
            found.append((start, number, field[start : mark.start()]))
    assert not opened, field
    return [(number, hidden) for _, number, hidden in sorted(found)]


PLAIN = {
    Kind.TEXT, Kind.EMPHASIS, Kind.STRONG, Kind.STRIKE, Kind.CODE, Kind.MARK, Kind.LINK, Kind.SOFT_BREAK,
}  # fmt: skip


def _letters(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\ufdd0]", "", text)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES + MARKS), max_size=14).map("".join), st.sampled_from(["", " {kind=cloze}"]))
def test_anki_finds_the_deletions_that_were_read_and_what_they_hide(markdown: str, kind: str) -> None:
    for note in read(f"## What is {{{{c9::it}}}}?{kind}\n{markdown}").notes:
        if not isinstance(note.body, Cloze) or any(node.kind is Kind.HTML_BLOCK for node in top_nodes(note)):
            continue  # what is no HTML may be dropped, and a deletion with it
        deletions = [*note.body.deletions()]
        field = render(note, MEDIA, Target.ANKI, [*range(1, len(deletions) + 1)]).question
        found: dict[int, str] = {}
        for number, hidden in _as_anki_reads(field):  # in code each line has a part of its own
            found[number] = found.get(number, "") + hidden.partition("::")[0]
        seen = [number for number, deletion in enumerate(deletions, 1) if plain((deletion,))]
        assert [number for number in found if number in seen] == seen
        assert found.keys() <= {*range(1, len(deletions) + 1)}
        for number in seen:
            inside = deletions[number - 1].children
            if {part.kind for node in inside for part in node.walk()} <= PLAIN:
                text = unescape(re.sub("<[^>]*>", "", found[number]))
                assert _letters(text) == _letters(plain(inside))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES + RAW + MARKS), max_size=14).map("".join), st.sampled_from(Target))
@example("{{c4::*b*::h}}", Target.PAPER)
def test_a_cloze_is_as_safe_as_any_note(markdown: str, target: Target) -> None:
    for note in read(f"## What is {{{{c9::it}}}}? {{kind=cloze}}\n{markdown}").notes:
        html = render(note, MEDIA, target)
        for field in (html.question, html.answer):
            assert not SIGNS.search(field)
            # A definition below may be a note of its own, which hides nothing.
            hides = isinstance(note.body, Cloze) and field == html.question and target is Target.ANKI
            assert not hides or _as_anki_reads(field)
            assert unescape(_parsed(field)) == unescape(field)
