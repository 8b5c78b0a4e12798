"""The short form of an answer, for the cheat sheet: what its author calls the key point, else parts of it, no new word.

The rule: the first sentence; of a list that follows it (or is all there is) the bold lead-ins, or each point's first
sentence; the first block of code, or table, if it is small. A right option and a cloze are short already.
"""

from __future__ import annotations

import re
from html import unescape

from generator import fragments

# What an author puts in front of a line that says it all.
_KEY = re.compile(r"<p>(?:<(?:strong|em|b)>)?\s*(?:key\s+point|key\s+idea|in\s+short|tl;?dr)\s*:(.*?)</p>", re.I | re.S)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^>]*>", re.I)
_VOID = frozenset({"br", "img", "hr", "wbr"})
# Where no sentence ends: in code, and in tags.
_UNREAD = re.compile(r"<code.*?</code>|<[^>]*>", re.S)
# The end of a sentence: not after a single letter, an abbreviation or a number that goes on.
_END = re.compile(
    r"(?<![A-Z])(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)(?<!\bcf)[.!?](?=\s+(?:[A-Z\"“(<]|\W|$)|\s*$)|[。！？]"
)
_ITEM = re.compile(r"<li[^>]*>(.*?)(?=<li|</li>|<ul|<ol)", re.S)
_LEAD = re.compile(r"\s*(?:<p>)?\s*(<strong>.*?</strong>)", re.S)
_FIRST_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.S)
_MOST_CODE, _MOST_ROWS, _MOST_POINTS = 5, 6, 8


def short(html: str) -> str:
    """The short form of an answer's HTML."""
    key = _KEY.search(html)
    if key:
        return f"<p>{_closed(key.group(1)).strip()}</p>"
    found: list[str] = []
    for block in fragments.blocks(html):
        if part := _part(block, found):
            found.append(part)
    return "".join(found) or html


def _part(block: fragments.Block, found: list[str]) -> str:
    """What of a block comes into the short form, of which `found` is there already."""
    name = re.match(r"<(\w+)", block.html)
    match name.group(1) if name else "":
        case "p" if not found:
            return f"<p>{sentence(_inner(block.html))}</p>"
        case "ul" | "ol" if _takes_list(found):
            return _points(block.html)
        case "pre" if block.lines <= _MOST_CODE and not any(one.startswith("<pre") for one in found):
            return block.html
        case "table" if block.html.count("<tr") <= _MOST_ROWS and len(found) < 2:
            return block.html
    return ""


def sentence(html: str) -> str:
    """The first sentence of a paragraph's inner HTML, its tags closed."""
    words = _UNREAD.sub(lambda found: "x" * len(found.group()), html)
    end = _END.search(words)
    return _closed(html[: end.end()]) if end else html


def _takes_list(found: list[str]) -> bool:
    """Whether a list is part of the short form: it is first, or what stands before it leads to it."""
    return not found or found[-1].rstrip().endswith(":</p>") or (len(found) == 1 and len(text(found[0])) < 80)


def _points(html: str) -> str:
    """A list with the bold words of its points, or what each of them says first."""
    points = [point for point in _ITEM.findall(html) if point.strip()][:_MOST_POINTS]
    shown = []
    for point in points:
        lead = _LEAD.match(point)
        first = _FIRST_PARAGRAPH.match(point.strip())
        shown.append(lead.group(1) if lead else sentence(_closed(first.group(1) if first else point)))
    if all(_LEAD.match(point) for point in points):
        return f"<p>{'; '.join(_unmarked(one) for one in shown)}</p>"
    return f"<ul>{''.join(f'<li>{one}</li>' for one in shown)}</ul>"


def _unmarked(lead: str) -> str:
    """A bold lead-in without the punctuation at its end."""
    return re.sub(r"[\s:.,;–—-]+</strong>$", "</strong>", lead)


def _inner(paragraph: str) -> str:
    return re.sub(r"^<p[^>]*>|</p>$", "", paragraph)


def _closed(html: str) -> str:
    """The HTML with each tag that is opened in it closed, and none that is not."""
    open_tags: list[str] = []
    parts: list[str] = []
    place = 0
    for tag in _TAG.finditer(html):
        name = tag.group(2).lower()
        parts.append(html[place : tag.start()])
        place = tag.end()
        if tag.group(1):
            if name not in open_tags:
                continue
            while open_tags:
                last = open_tags.pop()
                parts.append(f"</{last}>")
                if last == name:
                    break
        else:
            parts.append(tag.group())
            if name not in _VOID:
                open_tags.append(name)
    parts.append(html[place:])
    return "".join(parts) + "".join(f"</{name}>" for name in reversed(open_tags))


def text(html: str) -> str:
    """The words of some HTML."""
    return unescape(re.sub(r"<[^>]*>", "", html))
