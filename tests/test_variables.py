"""Variables of style sheets, put in before those are read."""

from __future__ import annotations

import re

import pytest

from generator import resources
from generator.press import layout, variables

BASE = 'html { --ink: #000; --bar: var(--ink); --own: "A; B", "C"; --sans: var(--own); color: var(--ink) }'


@pytest.mark.parametrize(
    ("css", "dress", "filled"),
    [
        ("a { color: var(--ink) }", "", "a { color: #000 }"),
        ("a { color: var(--bar) }", "", "a { color: #000 }"),
        ("a { color: var(--bar) }", "html { --ink: red }", "a { color: red }"),
        ("a { font: 1em var(--sans) }", "", 'a { font: 1em "A; B", "C" }'),
        (
            "a { font: 1em var(--sans) }",
            'html { --ink: red; --sans: "D}", var(--own) }',
            'a { font: 1em "D}", "A; B", "C" }',
        ),
        ("a { color: var(--nobody) }", "", "a { color: var(--nobody) }"),
    ],
)
def test_put_in(css: str, dress: str, filled: str) -> None:
    assert variables.filled(css, variables.settings(BASE, dress)) == filled


def test_one_that_is_in_itself_stays() -> None:
    said = variables.settings("html { --a: var(--b); --b: var(--a) }")
    assert "var(" in variables.filled("p { color: var(--a) }", said)


def test_they_are_set_for_the_page_as_a_whole() -> None:
    """Elsewhere they would be put in where they do not hold."""
    sheets = {path.name: path.read_text() for path in (resources.root() / "print").glob("*.css")}
    rules = [
        (name, rule)
        for name, css in sheets.items()
        for rule in re.findall(r"([^{}]*)\{[^{}]*(?<!var\()--\w[\w-]*:", css)
    ]
    assert [name for name, _ in rules] == ["base.css"]
    assert rules[0][1].strip() == "html"


def test_a_product_s_own_are_found() -> None:
    dress = '<style>@page { size: A4 } html { --accent: red; --sans: "D}", var(--own-sans) } p {}</style>'
    assert layout._DRESS.findall(dress) == ['html { --accent: red; --sans: "D}", var(--own-sans) }']
