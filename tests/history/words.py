"""Edits of Markdown that an author makes to words: typing errors and re-wordings, which leave code and links alone."""

from __future__ import annotations

import re
from random import Random

# What a re-worded text gets instead of its words: words of no deck's own.
OTHER_WORDS = """
garden window simple possible usual several certain better example moment perhaps quickly mainly partly common
proper useful careful ordinary general basic further whole latter former actual present typical different
similar special important relevant normal practical reader author person team reason purpose effect
result approach manner means notion idea thought detail aspect matter subject course choice option variant
version edition section portion share amount degree extent measure level stage phase point place position
corner border centre middle surface inside outside often always never rarely mostly nearly almost barely
hardly clearly plainly simply merely truly really actually
""".split()  # noqa: SIM905, a list this long reads better so

_FUNCTION_WORDS = frozenset(
    """
what which who whom whose when where why how does did are was were can could should would will has have may
must the and between its that more than with for from into under this these those one most about only each
define you your they them there their any all not but get use used using make put happens purpose differ
difference
""".split()  # noqa: SIM905
)

_NOT_PROSE = re.compile(
    r"```.*?```|`[^`\n]*`|\]\([^)\n]*\)|<[^>\n]*>|\{\{.*?\}\}|\{%.*?%\}|==.*?==|https?://\S+|^Sources?:.*",
    re.DOTALL | re.MULTILINE,
)
_WORD = re.compile(r"(?<![\w'’@#&\\-])[A-Za-z][a-z]{2,}(?![\w'’-])")


def prose(text: str) -> list[tuple[int, int]]:
    """Where the words stand that can be replaced without harm to the Markdown."""
    blank = _NOT_PROSE.sub(lambda found: " " * len(found.group()), text)
    return [match.span() for match in _WORD.finditer(blank)]


def content_words(text: str) -> list[tuple[int, int]]:
    """Those of them that say what the text is about."""
    return [(start, end) for start, end in prose(text) if text[start:end].lower() not in _FUNCTION_WORDS]


def typo(text: str, dice: Random) -> str | None:
    """The text with one typing error; None where there is no word to mistype."""
    spans = [(start, end) for start, end in prose(text) if end - start > 3]
    if not spans:
        return None
    start, end = dice.choice(spans)
    at = dice.randrange(start + 1, end - 1)
    how = dice.randrange(3)
    if how == 0 and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at] + text[at:] if how == 1 else text[:at] + text[at + 1 :]


def reworded(text: str, share: float, dice: Random) -> str | None:
    """The text with at least one and at most this share of its words replaced; None where that can't be.

    In a text with code only prose counts, or a one-word answer below its code would be all rewritten.
    """
    spans = prose(text)
    most = min(int((len(spans) if "```" in text else len(text.split())) * share), len(spans))
    if not most:
        return None
    for start, end in sorted(dice.sample(spans, dice.randint(1, most)), reverse=True):
        other = dice.choice([word for word in OTHER_WORDS if word != text[start:end].lower()])
        text = text[:start] + (other.capitalize() if text[start].isupper() else other) + text[end:]
    return text
