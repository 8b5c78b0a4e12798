"""The card's style sheet and templates: contrast computed from the CSS itself, and what must never stand in them."""

from __future__ import annotations

import re

import pytest

from generator import anki, highlight, resources

CSS = re.sub(r"/\*.*?\*/", "", resources.text("anki/card.css"), flags=re.DOTALL)
TEMPLATES = {
    f"{name}.{side}": resources.text(f"anki/{name.lower()}.{side}.html")
    for name in (*anki.QA_TEMPLATES, *anki.CLOZE_TEMPLATES)
    for side in ("front", "back")
}
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def _variables(selector: str) -> dict[str, str]:
    """The colours that a rule defines, by name."""
    body = next(body for head, body in RULE.findall(CSS) if head.strip() == selector)
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", body))


THEMES = {"light": _variables(".card"), "night": _variables(".card.nightMode, .nightMode .card")}


def _contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2: 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# Text, its ground, and the least contrast in the light and at night: a change may not make any text harder to read.
PAIRS = [
    ("ink", "paper", 15.0, 12.8),
    ("soft", "paper", 5.7, 6.7),
    ("accent", "paper", 6.3, 7.8),
    ("accent", "tint", 5.4, 6.2),
    ("right", "right-tint", 5.5, 7.3),
    ("ink", "right-tint", 13.3, 10.6),
    ("soft", "code", 5.2, 7.3),
    ("right", "paper", 4.5, 4.5),
    ("m", "paper", 4.5, 4.5),
    ("ink", "code", 4.5, 4.5),
    ("ink", "tint", 4.5, 4.5),
    ("ink", "glow", 13.0, 9.0),
    ("k", "code", 6.5, 7.7),
    ("s", "code", 5.9, 9.6),
    ("nf", "code", 7.0, 9.0),
    ("m", "code", 6.1, 9.3),
    ("c", "code", 5.0, 6.3),
    ("nd", "code", 6.6, 8.8),
    ("nb", "code", 6.2, 9.7),
    ("o", "code", 7.2, 9.4),
]


@pytest.mark.parametrize(("text", "ground", "light", "night"), PAIRS, ids=[f"{pair[0]} on {pair[1]}" for pair in PAIRS])
def test_text_is_readable_in_both_themes(text: str, ground: str, light: float, night: float) -> None:
    for theme, least in (("light", light), ("night", night)):
        found = _contrast(THEMES[theme][text], THEMES[theme][ground])
        assert round(found, 1) >= least, f"{theme}: {text} on {ground} has a contrast of {found:.2f}"


def test_contrast_is_computed_as_wcag_does() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_both_themes_define_the_same_colours_and_rules_use_no_others() -> None:
    assert THEMES["light"].keys() | {"plate"} == THEMES["night"].keys() > {"ink", "paper"}
    used = set(re.findall(r"var\(--([a-z-]+)", CSS)) - {"i", "mark"}
    assert used == THEMES["night"].keys()
    rules = [body for head, body in RULE.findall(CSS) if ".card" not in head]
    assert not [body for body in rules if re.search(r"#[0-9a-fA-F]{3}|\brgb|\bhsl", body)]


def test_every_colour_of_code_has_its_rule_and_none_reaches_words() -> None:
    for style in highlight.PALETTE_CLASSES:
        assert f"pre .{style} {{ color: var(--{style});" in CSS
    assert not re.search(r"(?<!pre )\.(?:k|s|nf|m|nd|nb|o)\b(?=[^{}]*\{)", CSS)


def test_every_indent_that_is_written_is_drawn() -> None:
    found = dict(re.findall(r"pre \.i(\d+)\{--i:(\d+)\}", CSS))
    assert found == {str(columns): str(columns) for columns in range(1, highlight.DEEPEST_INDENT + 1)}


# --- what must not be there ---------------------------------------------------------------------------------------

# Each with a sample that shows that the guard works.
FORBIDDEN = {
    "scripts": (r"<script|javascript:", "<script>x</script>"),
    "handlers": (r"\son[a-z]+\s*=", '<p onclick="x">'),
    "anything from a network": (r"https?:|url\(|@import|<link|<iframe", "body{background:url(x.png)}"),
    "fixed boxes": (r"position:\s*fixed", "p{position: fixed}"),
    "boxes as high as the window": (r"\b100vh", "p{min-height:100vh}"),
    "hidden flags or marks": (r"(?:body|html|\.card)[^{}]*\{[^}]*overflow[-xy]*:\s*hidden", "body{overflow:hidden}"),
    "ids that are Anki's": (r"\bid=\"(?!answer\")|#(?:qa|typeans|_flag|_mark)\b", '<div id="qa">'),
    "keys and focus": (r"autofocus|accesskey|tabindex", "<p tabindex=1>"),
    "colours in attributes": (r"\sstyle=", '<p style="color:red">'),
    "what moves or waits for a pointer": (r"animation|transition|:hover", "p:hover{}"),
    "the system's theme, which is not Anki's": (r"prefers-color-scheme", "@media (prefers-color-scheme: dark){}"),
    "force": (r"!important", "p{color:red !important}"),
    "Anki's own variables": (r"--(?:canvas|fg)\b", ".card{--fg:#000}"),
    "fields that change with the learner's decks": (r"\{\{[^}]*(?:Tags|Deck|Subdeck)\}\}", "{{Tags}}"),
}  # fmt: skip


@pytest.mark.parametrize("what", FORBIDDEN)
def test_templates_and_sheet_have_no(what: str) -> None:
    pattern, sample = FORBIDDEN[what]
    assert re.search(pattern, sample)
    for name, text in {**TEMPLATES, "card.css": CSS}.items():
        assert not re.search(pattern, text), name


def test_rules_stay_below_our_wrapper() -> None:
    heads = [part.strip() for head, _ in RULE.findall(CSS) for part in re.split(r",(?![^(]*\))", head.split("{")[-1])]
    ours = re.compile(r"(?:\.nightMode )?\.(?:dp|back|card)\b|\.card\.nightMode|pre(?:\.t4)? \.|html$|@media")
    assert len(heads) > 100
    assert [head for head in heads if not ours.match(head)] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_show_only_fields_that_are_there(name: str) -> None:
    fields = anki.CLOZE_FIELDS if name.startswith("Cloze") else anki.QA_FIELDS
    used = set(re.findall(r"\{\{[#/^]?(?:hint:|type:|cloze:)?([A-Za-z]+)\}\}", TEMPLATES[name]))
    assert used - {"FrontSide"} <= set(fields)
    assert TEMPLATES[name].count("{{") == len(re.findall(r"\{\{[#/^]?(?:[a-z]+:)?[A-Za-z]+\}\}", TEMPLATES[name])) > 3


def test_what_may_be_empty_is_wrapped_with_its_box() -> None:
    for name, text in TEMPLATES.items():
        for field in ("Topic", "Hint", "Sources", "Extra", "Link"):
            for before in re.findall(rf"(.{{0,200}})\{{\{{(?:hint:)?{field}\}}\}}", text):
                assert f"{{{{#{field}}}}}" in before, (name, field)


def test_the_revision_is_that_of_these_templates() -> None:
    """Learners get new looks only under a newer `mod`: whoever changes the templates must raise it."""
    assert anki.revision()[1] == anki.templates_digest(), "the card templates changed: run `make revision`"
