"""Where words that are too long for their line may break on paper: addresses, paths and names, and code in a sentence.

An address breaks at its own signs and never with a hyphen, which would be taken for a part of it.
"""

from __future__ import annotations

import re

# From so many characters on, a word of prose is given places to break at.
_LONG = 25
# Korean has spaces between its words, up to so many letters long, and lines end there.
_KOREAN = 12
_HANGUL = re.compile("(?<![\uac00-\ud7af])[\uac00-\ud7af]{2,}(?![^<>]*>)")
# Options and names in code up to so many stay whole where code may wrap at its spaces.
_WHOLE = 30

_TAG = re.compile(r'<(/?)([A-Za-z][\w-]*)((?:[^<>"]|"[^"]*")*+)>')
_WORD = re.compile(r"[^\s\xa0<>]+")
_PIECE = re.compile(r"&[#\w]+;|.", re.DOTALL)
_SIGN = re.compile(r"[/_.:=?&#@\\|,;+~-]")
_BEHIND, _BEFORE = frozenset("/=:,;|\\@"), frozenset(("?", "&amp;", "#", ".", "_", "+", "~", "%"))
# The first piece and the last one are not broken off alone.
_LEAST = 4


def broken(html: str) -> str:
    """The HTML with places to break at in its long words, blocks of code apart."""
    if _HANGUL.search(html):
        html = _HANGUL.sub(
            lambda found: _JOINER.join(found.group()) if len(found.group()) <= _KOREAN else found.group(), html
        )
    if not _has_long_word(html):
        return html
    written: list[str] = []
    place = 0
    stack: list[str] = []
    for tag in _TAG.finditer(html):
        _write(html[place : tag.start()], stack, written)
        place = tag.end()
        written.append(tag.group())
        closing, name = tag.group(1), tag.group(2)
        if name not in _AROUND:
            continue
        if not closing:
            stack.append("pre" if 'class="nb"' in tag.group(3) else name)
        elif stack:
            stack.pop()
    _write(html[place:], stack, written)
    return "".join(written)


def in_text(text: str) -> str:
    """The same for a text alone, escaped as HTML has it."""
    return _WORD.sub(lambda found: _SPACE.join(_parts(found.group())) if _is_long(found) else found.group(), text)


_AROUND = ("pre", "code", "a")


def _has_long_word(html: str) -> bool:
    return any(len(word) >= _LONG for word in _WORD.findall(_TAG.sub("", html))) or "<code>" in html


def _write(text: str, stack: list[str], written: list[str]) -> None:
    """The text between two tags; where it is all of a link, the link's tag says that it is an address."""
    if not text or "pre" in stack:
        written.append(text)
    elif "code" in stack:
        written.append(_WORD.sub(_code_word, text))
    elif "a" in stack:
        broken_text = in_text(text)
        if broken_text != text and written[-1].startswith("<a href"):
            written[-1] = f'<a class="address"{written[-1][2:]}'
        written.append(broken_text)
    else:
        written.append(_WORD.sub(_word, text))


def _is_long(found: re.Match[str]) -> bool:
    return len(found.group()) >= _LONG and _SIGN.search(found.group()) is not None


def _word(found: re.Match[str]) -> str:
    word = found.group()
    return f'<span class="address">{_SPACE.join(_parts(word))}</span>' if _is_long(found) else word


def _code_word(found: re.Match[str]) -> str:
    """A word of code that may wrap: one of usual length stays whole, though it may have hyphens."""
    word = found.group()
    parts = [piece for part in _parts(word) for piece in _HUMP.split(part)] if len(word) > _WHOLE else [word]
    return _SPACE.join(part.replace("-", f"-{_JOINER}") if part != "-" else part for part in parts)


# A place to break at, and one not to: layout draws neither, and they are not copied from a page.
_SPACE, _JOINER = "\N{ZERO WIDTH SPACE}", "\N{WORD JOINER}"
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _parts(word: str) -> list[str]:
    """The word, cut where it may break: behind a stroke, before what begins another part."""
    pieces = _PIECE.findall(word)
    parts: list[str] = [""]
    run = 0
    for place, piece in enumerate(pieces):
        following = pieces[place + 1] if place + 1 < len(pieces) else ""
        left = len(pieces) - place
        if piece in _BEFORE and run >= _LEAST and left > _LEAST:
            parts.append("")
            run = 0
        parts[-1] += piece
        run += 1
        if piece in _BEHIND and following not in _BEHIND and run >= _LEAST and left > _LEAST:
            parts.append("")
            run = 0
    return [part for part in parts if part]
