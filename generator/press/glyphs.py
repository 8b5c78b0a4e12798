"""Characters that no font has: found where a page was drawn, and their numbers set in their stead.

Only Pango knows which fonts it will look in, and WeasyPrint notes what was in none. So a signature is laid out first;
what was missing is then written as a number, which nobody takes for the text's own, and it is laid out again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from generator.model import FORMULA, Media

# What our own fonts have in every family and style: for any other character it depends on the machine what is printed.
OURS = (
    "\t\n\r\u0020-\u017f\u0384-\u03ce\u0400-\u045f\u1ea0-\u1ef9\u2002-\u2015\u2018-\u201e\u2020-\u2022\u2026\u2030"
    "\u2039\u203a\u2060-\u2064\u20ac\u2122\u2190-\u21ff\u2200-\u22ff\u2500-\u257f\u2580-\u2595"
)
_BEYOND = re.compile(f"[^{OURS}]")
_TAGS = r'<(?:[^<>"]|"[^"]*")*+>'


def beyond_ours(html: str) -> bool:
    """Whether something may have to be set in a font of the machine's."""
    return bool(_BEYOND.search(html))


def missing_from(fonts: Iterable[Any]) -> str:
    """The characters that were drawn as boxes, by WeasyPrint's own record of each font, sorted."""
    return "".join(sorted({chr(point) for font in fonts for point in font.missing}))


def with_numbers(html: str, missing: str) -> str:
    """The HTML with each of these characters as its number, outside tags."""
    if not missing:
        return html

    def told(found: re.Match[str]) -> str:
        text = found.group()
        return text if len(text) > 1 else f'<span class="no-glyph">U+{ord(text):04X}</span>'

    return _pattern(missing).sub(told, html)


def in_pictures(html: str, media: tuple[Media, ...], missing: str) -> tuple[str, tuple[Media, ...]]:
    """The same for what pictures say: a formula stands as its TeX, a drawing has numbers in its text."""
    lacking = [item for item in media if item.mime == "image/svg+xml" and _says(item, missing)]
    names = {item.name for item in lacking}

    def as_tex(found: re.Match[str]) -> str:
        if found[1] not in names:
            return found.group()
        return f'<code class="tex">{found[2].removeprefix(FORMULA)}</code>'

    told = _FORMULA.sub(as_tex, html)
    return told, tuple(_numbered(item, missing) if item in lacking else item for item in media)


_FORMULA = re.compile(r'<img class="tex" src="media:([^"]+)" alt="([^"]*)"[^>]*>')


def _says(item: Media, missing: str) -> bool:
    text = item.data.decode("utf-8", "replace")
    return any(character in text for character in missing)


def _numbered(item: Media, missing: str) -> Media:
    text = item.data.decode("utf-8", "replace")
    return replace(item, data="".join(f"U+{ord(one):04X} " if one in missing else one for one in text).encode())


@cache
def _pattern(missing: str) -> re.Pattern[str]:
    return re.compile(f"{_TAGS}|[{re.escape(missing)}]")
