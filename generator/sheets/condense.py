"""The short form of an answer, for the cheat sheet: what its author calls the key point, else parts of it, no new word.

The rule is told in docs/cheat-and-quiz.md: the first sentence; of a list that follows it (or is all there is) the bold
lead-ins, or each point's first sentence; the first code, table or picture, if it is small.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from generator import fragments
from generator.sheets import sentences

# What an author puts in front of a line that says it all.
_KEYS = (
    "key point", "key points", "key idea", "key fact", "key takeaway", "takeaway", "in short", "in brief",
    "in a nutshell", "short answer", "bottom line", "tl;dr", "tldr", "merke", "merksatz", "kernpunkt", "kernaussage",
    "kurz gesagt", "kurzfassung", "kurz", "point clé", "idée clé", "en bref", "en résumé", "l'essentiel",
    "punto clave", "idea clave", "en resumen", "en breve", "ponto-chave", "ponto chave", "ideia-chave", "em resumo",
    "punto chiave", "in breve", "in sintesi", "kernpunt", "kort gezegd", "kortom", "najważniejsze", "w skrócie",
    "главное", "ключевая мысль", "кратко", "коротко", "головне", "коротко кажучи", "özet", "kısaca", "ý chính",
    "tóm lại", "要点", "重点", "关键点", "重點", "關鍵點", "ポイント", "まとめ", "핵심", "요점", "मुख्य बात", "الخلاصة",
    "النقطة الأساسية", "בקצרה", "עיקר הדברים",
)  # fmt: skip
_WORDS = "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in sorted(_KEYS, key=len, reverse=True))
_MARKS = r"(?:</?(?:strong|em|b|i|mark|u)>|\s)*"
_BEGINS = r"(?:<p(?: class=\"ahead\")?>|<li>|<br ?/?>|\n)"
_CLOSES = r"(?:</(?:strong|em|b|i|mark|u)>|\s)*"
_KEY = re.compile(
    rf"{_BEGINS}{_MARKS}(?:{_WORDS}){_MARKS}[:：]{_CLOSES}(.*?)(?=</p>|</li>|<ul|<ol|<br)", re.IGNORECASE | re.DOTALL
)
_KEY_HEADING = re.compile(rf"<h\d>{_MARKS}(?:{_WORDS}){_MARKS}:?{_MARKS}</h\d>", re.IGNORECASE)
_FOOTNOTES = re.compile(r'<sup class="fn">.*?</sup>|<ol class="footnotes">.*?</ol>', re.DOTALL)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^>]*>", re.IGNORECASE)
_VOID = frozenset({"br", "img", "hr", "wbr"})
_ITEM = re.compile(r"<li[^>]*>(.*?)(?=<li|</li>|<ul|<ol)", re.DOTALL)
_LEAD = re.compile(r"\s*(?:<p>)?\s*(<(?:strong|b)>.*?</(?:strong|b)>)", re.DOTALL)
_PARAGRAPH = re.compile(r'<p(?: class="(?:ahead|img)")?>(.*?)</p>', re.DOTALL)
_TERM = re.compile(r"<dt>(.*?)</dt>", re.DOTALL)
_LINE = re.compile(r'(?=<span class="l[ "])')
_FORMULA = re.compile(r'<p><span class="maths display">(?:(?!</?p\b).)*</span></p>\Z', re.DOTALL)

# Small enough for a cheat sheet: lines of code, rows of a table, points of a list.
_MOST_CODE, _MOST_ROWS, _MOST_POINTS = 6, 8, 8
# Code that is all of the answer, or part of the question, may be longer; of longer code so many lines are shown.
_ONLY_CODE, _SHOWN_CODE = 12, 8
# A sentence this short leaves room for the list behind it.
_BRIEF = 80


def short(html: str, lang: str = "") -> str:
    """The short form of an answer's HTML."""
    html = _FOOTNOTES.sub("", html)
    if key := _key_point(html):
        return key
    blocks = fragments.blocks(html)
    found: list[str] = []
    follows = True
    for block in blocks:
        part = _part(block, found, lang, follows)
        if part:
            found.append(part)
        follows = bool(part)
    return "".join(found) or _first_words(blocks, lang)


def question(blocks: Sequence[fragments.Block]) -> str:
    """What a question shows below its first line: code and pictures, without which it asks nothing."""
    kept = (block for block in blocks if _name(block) in ("pre", "table") or "<img" in block.html)
    return "".join(_beginning(block) if _name(block) == "pre" else block.html for block in kept)


def _key_point(html: str) -> str:
    """What the author calls the key point: the rest of the line, or what follows it."""
    if key := _KEY.search(html):
        if text(key.group(1)).strip():
            return f"<p>{closed(key.group(1)).strip()}</p>"
        rest = html[key.end() :]
    elif heading := _KEY_HEADING.search(html):
        rest = html[heading.end() :]
    else:
        return ""
    following = fragments.blocks(re.sub(r"\A\s*</\w+>", "", rest))
    return closed(following[0].html) if following else ""


def _part(block: fragments.Block, found: list[str], lang: str, follows: bool) -> str:
    """What of a block comes into the short form, of which `found` is there already; it may follow that at once."""
    match _name(block):
        case "p" if _FORMULA.match(block.html):
            return block.html if follows else ""
        case "p" if "<img" in block.html and not text(block.html).strip():
            return block.html if not any(one.startswith(("<pre", "<table")) or "<img" in one for one in found) else ""
        case "p" if not found:
            return f"<p>{sentence(_inner(block.html), lang)}</p>"
        case "ul" | "ol" if follows and _takes_list(found):
            return _points(block.html, lang)
        case "pre" if follows and _leads_on(found):
            return _beginning(block)
        case "pre" if block.lines <= _MOST_CODE and not any(one.startswith("<pre") for one in found):
            return block.html
        case "table" if block.html.count("<tr") <= _MOST_ROWS and len(found) < 2:
            return block.html
    return ""


def _first_words(blocks: Sequence[fragments.Block], lang: str) -> str:
    """The short form of an answer that has nothing short: a beginning, from whatever it is in."""
    for block in blocks:
        match _name(block):
            case "pre":
                return _beginning(block)
            case "table":
                return block.html
            case "dl":
                return f"<p>{'; '.join(_TERM.findall(block.html)[:_MOST_POINTS])}</p>"
        said = (paragraph.group(1) for paragraph in _PARAGRAPH.finditer(block.html))
        if words := next((inner for inner in said if text(inner).strip()), ""):
            return f"<p>{sentence(words, lang)}</p>"
    return "".join(block.html for block in blocks[:1])


def _beginning(block: fragments.Block) -> str:
    """Code whole, or its first lines and a mark that it goes on."""
    if block.lines <= _ONLY_CODE:
        return block.html
    lines = _LINE.split(block.html)
    shown = closed("".join(lines[: _SHOWN_CODE + 1]).removesuffix("</pre>"))
    return shown.removesuffix("</pre>") + '<span class="l">…</span></pre>'


def sentence(html: str, lang: str = "") -> str:
    """The first sentence of a paragraph's inner HTML, its tags closed."""
    return closed(sentences.first(html, lang))


def _takes_list(found: list[str]) -> bool:
    """Whether a list is part of the short form: it is first, or what stands before it leads to it."""
    return not found or _leads_on(found) or (len(found) == 1 and len(text(found[0])) < _BRIEF)


def _leads_on(found: list[str]) -> bool:
    """Whether what is there ends with a colon."""
    return bool(found) and text(found[-1]).rstrip().endswith((":", "："))


def _points(html: str, lang: str) -> str:
    """A list with the bold words of its points, or what each of them says first."""
    points = [point for point in _ITEM.findall(html) if point.strip()]
    if points and all(_LEAD.match(point) for point in points):
        return f"<p>{'; '.join(_unmarked(_LEAD.match(point).group(1)) for point in points)}</p>"  # type: ignore[union-attr]
    shown = []
    for point in points[:_MOST_POINTS]:
        first = _PARAGRAPH.match(point.strip())
        shown.append(sentence(closed(first.group(1) if first else point), lang))
    more = ["…"] if len(points) > _MOST_POINTS else []
    name = "ol" if html.startswith("<ol") else "ul"
    return f"<{name}>{''.join(f'<li>{one}</li>' for one in [*shown, *more])}</{name}>"


def _unmarked(lead: str) -> str:
    """A bold lead-in without the punctuation at its end."""
    return re.sub(r"[\s:.,;–—-]+</(strong|b)>$", r"</\1>", lead)


def _name(block: fragments.Block) -> str:
    found = re.match(r"<(\w+)", block.html)
    return found.group(1) if found else ""


def _inner(paragraph: str) -> str:
    return re.sub(r"^<p[^>]*>|</p>$", "", paragraph)


def closed(html: str) -> str:
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
