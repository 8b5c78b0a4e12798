"""What raw HTML inside the Markdown may become: an allow-list, applied to a whole field at once.

A fragment may open in one HTML node and close in another (`<details>` … `</details>`), so it is the joined field that
is cleaned, by nh3 (ammonia, html5ever). Our own classes pass; an author's others are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html import unescape

from generator import highlight
from generator.html_names import BLOCKS, INLINES, is_html

# From an image's address as written to what it is in the output; None when there is no such image.
FindImage = Callable[[str], str | None]

ALLOWED = BLOCKS | INLINES
_UNREAD = {"script", "style", "noscript", "template", "iframe", "object", "svg", "math", "title", "textarea", "select"}

# In them and in these, HTML reads all that follows as no text, or as no HTML, until they are closed.
_SWALLOWING = "|".join(sorted({*_UNREAD, "xmp", "plaintext", "noembed", "noframes"}))
_MAY_SWALLOW = re.compile(rf"<(?:{_SWALLOWING})\b", re.IGNORECASE)
_SWALLOWING_TAG = re.compile(
    rf"<(?P<closes>/?)(?:(?P<name>{_SWALLOWING})\b(?P<more>[^>]*)>|(?P<block>{'|'.join(sorted(BLOCKS))})\b)",
    re.IGNORECASE,
)

_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang", "title", "class"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "style"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "p": {"align"},
    "span": {"data-hint"},  # what a cloze's deletion says on paper
    "div": {"align", "data-hint"},
    "details": {"open"},
    "time": {"datetime"},
}
_CLASSES = frozenset(highlight.PALETTE_CLASSES) | {
    "code", "plain", "t4", "dp-l", "dp-in", "dp-n", "l", "img", "r", "callout", "callout-title", "note", "tip",
    "important", "warning", "caution", "fn", "footnotes", "task", "maths", "display", "choices", "choose", "right",
    "wrong", "tick", "tex", "marked", "missing", "deletion", "asked",
}  # fmt: skip
_OPEN_CLASSES = re.compile(r"(?:i\d{1,2}|lang-[a-z0-9-]+)\Z")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
_LENGTH = re.compile(r"\d{1,5}(?:%|px)?\Z")
_FORMULA_PLACE = re.compile(r"width:\d{1,3}\.\d{3}em;vertical-align:-?\d{1,3}\.\d{3}em\Z")
_PLAIN_VALUE = re.compile(r"[\w %:+.-]*\Z")
_WITHOUT_SOURCE = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
_ALT = re.compile(r' alt="([^"]*)"')
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)[^>]*>")


def safe_link(address: str) -> bool:
    """Whether an address may be a link: the web or mail, nothing that runs and nothing inside the author's disk."""
    return bool(_SAFE_LINK.match(address))


def literal(markup: str) -> str:
    """Raw HTML in which tags that HTML does not know (`<T>`, `<your-name>`) have become text, as their author meant."""
    return _TAG.sub(lambda tag: tag.group() if is_html(tag.group(1)) else highlight.escape(tag.group()), markup)


def clean(field: str, find_image: FindImage) -> str:
    """A field without anything that could run, load or escape from its card; a missing image leaves its words."""
    import nh3

    def allowed(_: str, name: str, value: str) -> str | None:
        if name == "src":
            return find_image(value)
        return _attribute(name, value)

    html = nh3.clean(
        _closed(field),
        tags=set(ALLOWED),
        clean_content_tags=_UNREAD,
        attributes=_ATTRIBUTES,
        attribute_filter=allowed,
        link_rel=None,
        url_schemes=_SCHEMES,
    )
    return _WITHOUT_SOURCE.sub(_words_of, html) if "<img" in html else html


def _closed(field: str) -> str:
    """The field with what would swallow the rest of it, for nothing closes it in its block, as text.

    Somebody wrote of the <script> tag and forgot to mark it as code.
    """
    if not _MAY_SWALLOW.search(field):
        return field
    waiting: list[tuple[re.Match[str], bool]] = []
    loose: set[int] = set()
    inside = False
    for tag in _SWALLOWING_TAG.finditer(field):
        closes, name = bool(tag["closes"]), (tag["name"] or "").lower()
        if tag["block"]:
            loose.update(one.start() for one, in_text in waiting if in_text)
            waiting = [one for one in waiting if not one[1]]
            inside = not closes
        elif closes:
            waiting = [one for one in waiting if one[0]["name"].lower() != name]
        elif not tag["more"].endswith("/") or name not in ("svg", "math"):
            waiting.append((tag, inside))
    loose.update(one.start() for one, _ in waiting)
    return _SWALLOWING_TAG.sub(
        lambda tag: highlight.escape(tag.group()) if tag.start() in loose else tag.group(), field
    )


# The `media` scheme is ours, for paper; `find_image` lets no other through.
_SCHEMES = {"http", "https", "mailto", "media", "data"}


@cache
def _classes(value: str) -> str | None:
    kept = [name for name in value.split() if name in _CLASSES or _OPEN_CLASSES.match(name)]
    return " ".join(kept) or None


def _attribute(name: str, value: str) -> str | None:
    match name:
        case "class":
            return _classes(value)
        case "href":
            return value if safe_link(value) else None
        case "width" | "height":
            return value.removesuffix("px") if _LENGTH.match(value) else None
        case "style":  # how large a formula is, and how deep
            return value if _FORMULA_PLACE.match(value) else None
        case "title" | "alt" | "data-hint":
            return value
    return value if _PLAIN_VALUE.match(value) else None


def _words_of(image: re.Match[str]) -> str:
    """The image as it is, or the words that stand for it when it lost its source."""
    attributes = image.group(1)
    if ' src="' in attributes:
        return image.group()
    words = _ALT.search(attributes)
    return missing(unescape(words.group(1)) if words else "")


def missing(words: str) -> str:
    """What stands where an image should be and is not."""
    return f'<span class="missing">{highlight.escape(words)}</span>' if words else ""
