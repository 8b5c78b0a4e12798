"""Nothing that anybody can write in Markdown may run, load or break out of its card."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from generator import sanitise
from generator.model import Kind, Media, Target
from generator.render import render
from tests.cards_support import basic, top_nodes

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
        assert _parsed(html) == html.replace("&#91;", "[")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES + RAW), max_size=14).map("".join), st.sampled_from(Target))
def test_raw_html_leaves_nothing_that_the_sanitiser_would_still_change(markdown: str, target: Target) -> None:
    for html in _fields(markdown, target):
        assert _parsed(html) == html.replace("&#91;", "[")
