"""Where the first sentence of a paragraph ends, in the languages that decks are written in.

A point ends none inside code, a formula or brackets, after an abbreviation, an initial or the number of a thing, nor
before a small letter. Tags are no part of the text: `<strong>Yes.</strong> It does` has two sentences.
"""

from __future__ import annotations

import re
from html import unescape

# What is read as one word, whatever it holds.
_SEALED = re.compile(r'<code\b.*?</code>|<svg\b.*?</svg>|<span class="maths.*?</span>|<math\b.*?</math>', re.DOTALL)
_PIECE = re.compile(_SEALED.pattern + r"|<[^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);|.", re.DOTALL)
_SEAL = "\N{OBJECT REPLACEMENT CHARACTER}"
_STOPS = re.compile(r"[.!?…‽؟۔।॥։።]+|[。！？｡]+")
_AFTER = re.compile(r"(?:[\"'“”‘’›)\]）」』]|\u202f?»)*+")
_WORD_BEFORE = re.compile(r"[\w.]*\Z")
_OPENING, _CLOSING = "([{（「『", ")]}）」』"
_WIDE = "。！？｡"

# Never the end: something always follows them.
_OPEN_ENDED = frozenset((
    "e.g", "eg", "i.e", "ie", "vs", "cf", "viz", "approx", "resp", "ca", "incl", "esp", "dr", "mr", "mrs", "ms",
    "prof", "gen", "rep", "gov", "z.b", "d.h", "u.a", "o.ä", "s.o", "s.u", "bzw", "ggf", "vgl", "nr", "evtl", "inkl",
    "exkl", "zzgl", "sog", "i.d.r", "p.ex", "p.ej", "mme", "mlle", "núm", "pág", "sig.ra", "т.е", "т.н", "напр", "см",
    "рис", "ср", "им", "г-н", "np", "tzn", "tj", "m.in", "bijv", "d.w.z", "o.a",
))  # fmt: skip
# The end only if a capital follows.
_MAY_END = frozenset((
    "etc", "usw", "u.s.w", "inc", "ltd", "co", "corp", "jr", "sr", "dept", "al", "т.д", "т.п", "др", "пр", "itd",
    "itp", "enz", "a.m", "p.m", "u.s",
))  # fmt: skip
# No end before a number.
_BEFORE_NUMBER = frozenset((
    "no", "nos", "n", "art", "§", "par", "abs", "abb", "kap", "cap", "fig", "figs", "eq", "eqs", "tab", "sec", "ch",
    "chap", "vol", "ver", "v", "p", "pp", "ed", "гл", "стр",
))  # fmt: skip
# Languages that write the day of a date, and an ordinal, with a point: "am 3. Oktober".
_ORDINAL_POINT = frozenset((
    "de", "da", "nb", "nn", "no", "fi", "cs", "sk", "hu", "pl", "sl", "hr", "sr", "et", "lv", "is", "tr",
))  # fmt: skip
# A first sentence shorter than this says little ("Yes."): the next one comes along.
_TOO_SHORT = 12
# A sign that is a syllable or a word says as much as three letters.
_IDEOGRAPHS, _WEIGHT = "\u3040", 3
# An abbreviation is looked for in so many letters.
_LONGEST = 24


def first(html: str, lang: str = "") -> str:
    """The first sentence of a paragraph's inner HTML, and the second if the first is but a word or two.

    Tags that are open where it ends are left open.
    """
    text, places = _read(html.rstrip())
    end = _end(text, 0, lang)
    if end < len(text) and sum(_WEIGHT if one >= _IDEOGRAPHS else 1 for one in text[:end].strip()) < _TOO_SHORT:
        end = _end(text, end, lang)
    return html[: places[end]] if end < len(text) else html


def _read(html: str) -> tuple[str, list[int]]:
    """The text that is read, and for each of its characters, and for its end, where in the HTML it begins."""
    letters: list[str] = []
    places: list[int] = []
    ended = 0
    for piece in _PIECE.finditer(html):
        found = piece.group()
        if found.startswith("<") and not _SEALED.match(found):
            if found.startswith("<br"):
                letters.append("\n")
                places.append(piece.start())
            continue
        letters.append(_SEAL if found.startswith("<") else unescape(found)[:1] if found.startswith("&") else found)
        # Closing tags belong to what stands before them.
        places.append(ended if found.isspace() else piece.start())
        ended = piece.end()
    return "".join(letters), [*places, len(html)]


def _end(text: str, start: int, lang: str) -> int:
    """Where the sentence that begins at `start` ends: behind its point and what closes with it."""
    depth, place = 0, start
    for stop in _STOPS.finditer(text, start):
        before = text[place : stop.start()]
        depth += sum(before.count(one) for one in _OPENING) - sum(before.count(one) for one in _CLOSING)
        depth = max(0, depth)
        place = stop.start()
        end = _AFTER.match(text, stop.end()).end()  # type: ignore[union-attr]
        closed = sum(text[stop.end() : end].count(one) for one in _CLOSING)
        if depth <= closed and _ends(text, start, stop, end, lang):
            return end
    return len(text)


def _ends(text: str, start: int, stop: re.Match[str], end: int, lang: str) -> bool:
    """Whether a sentence ends with these marks, behind which the text goes on at `end`."""
    if stop.group()[0] in _WIDE:
        return True
    if end >= len(text):
        return True
    following = text[end : end + _LONGEST].lstrip()[:1]
    if not text[end].isspace() or following.islower():
        return False
    opens = stop.start() - start < _LONGEST and text[start : stop.start()].strip().isdigit()
    before = text[max(start, stop.start() - _LONGEST) : stop.start()]
    return stop.group() != "." or not (opens or _goes_on(before, following, lang))


def _goes_on(before: str, following: str, lang: str) -> bool:
    """Whether a single point behind this text is part of a word, a name or a number."""
    word = _WORD_BEFORE.search(before).group().casefold()  # type: ignore[union-attr]
    last = word.rpartition(".")[2]
    if word in _OPEN_ENDED or last in _OPEN_ENDED:
        return True
    if word in _MAY_END:
        return not following.isupper()
    if word in _BEFORE_NUMBER:
        return following.isdigit()
    if word.isdigit():
        return len(word) <= 2 and lang[:2] in _ORDINAL_POINT
    return len(word) == 1 and before[-1:].isupper()
