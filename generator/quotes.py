"""Typewriter quotes and apostrophes made those of a language: which of them opens, which closes, and what is neither.

A quote opens before a word and closes behind one; the others that stand open tell which it is where it may be either.
What is no quote stays as it is written, or becomes what it is: feet and inches, minutes, the apostrophe of `'tis` and
of `dogs'`. Hyphens are left alone: `--` before a word may be a program's option.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

# What stands for something in a line that is no text: code, a formula. To quotes it is a word.
SEAL = "\N{OBJECT REPLACEMENT CHARACTER}"
_APOSTROPHE, _PRIMES = "’", {"'": "′", '"': "″"}
_MARK = re.compile("[\"']")


class Marks(NamedTuple):
    """The quotes of a language, and those inside them.

    `by_depth`: a single quote is written as a double one, where it is inside no other; else the author's choice stands.
    """

    outer: tuple[str, str]
    inner: tuple[str, str]
    by_depth: bool = False


_ENGLISH = Marks(("“", "”"), ("‘", "’"))
_GERMAN = Marks(("„", "“"), ("‚", "‘"))
_SWISS = Marks(("«", "»"), ("‹", "›"))
_SPANISH = Marks(("«", "»"), ("“", "”"), by_depth=True)
_FRENCH = Marks(("«\u202f", "\u202f»"), ("“", "”"), by_depth=True)
_RUSSIAN = Marks(("«", "»"), ("„", "“"), by_depth=True)
_POLISH = Marks(("„", "”"), ("«", "»"), by_depth=True)
_SWEDISH = Marks(("”", "”"), ("’", "’"))
_NORWEGIAN = Marks(("«", "»"), ("‘", "’"))
_BULGARIAN = Marks(("„", "“"), ("’", "’"))
_HUNGARIAN = Marks(("„", "”"), ("»", "«"), by_depth=True)
_ARABIC = Marks(("«", "»"), ("‹", "›"))
_JAPANESE = Marks(("「", "」"), ("『", "』"), by_depth=True)

# After CLDR's delimiters. A language that is not here has those of English, which most have.
_LANGUAGES = {
    "de": _GERMAN, "de-ch": _SWISS, "de-li": _SWISS, "cs": _GERMAN, "sk": _GERMAN, "sl": _GERMAN, "is": _GERMAN,
    "hr": Marks(("„", "”"), ("‚", "’")), "sr": Marks(("„", "“"), ("‘", "’")), "bg": _BULGARIAN, "et": _BULGARIAN,
    "lt": _BULGARIAN, "lv": Marks(("“", "”"), ("‘", "’")), "fr": _FRENCH, "fr-ch": _SWISS, "it-ch": _SWISS,
    "es": _SPANISH, "it": _SPANISH, "ca": _SPANISH, "gl": _SPANISH, "eu": _SPANISH, "pt-pt": _SPANISH, "el": _SPANISH,
    "ru": _RUSSIAN, "uk": _RUSSIAN, "be": _RUSSIAN, "pl": _POLISH, "ro": _POLISH, "hu": _HUNGARIAN,
    "sv": _SWEDISH, "fi": _SWEDISH, "nb": _NORWEGIAN, "nn": _NORWEGIAN, "no": _NORWEGIAN,
    "ar": _ARABIC, "fa": _ARABIC, "he": Marks(("”", "”"), ("’", "’")), "ja": _JAPANESE, "zh-hant": _JAPANESE,
    "zh-tw": _JAPANESE, "zh-hk": _JAPANESE, "zh-mo": _JAPANESE,
}  # fmt: skip

# Words that begin with an apostrophe, and Dutch ones that are one. Others are found out by nothing closing behind them.
_ELIDED = re.compile(r"'(?:tis|twas|twere|twill|til|nuff)\b|(?<!\w)'n'(?!\w)|'\d0s\b", re.IGNORECASE)
_ELIDED_DUTCH = re.compile(r"(?<!\w)'[stnkm](?=[\s-])", re.IGNORECASE)
# Feet and inches, minutes and seconds: 5'10", 48°51'24", 6'.
_MEASURE = re.compile(r"""(?<=\d)'(?=\ ?\d{1,2}(?:[.,]\d+)?(?:"|''|\ ?\D|\Z))|(?<=\d)'(?=\s)""")
# Code that is not marked as such, and addresses: nothing is another sign there.
_CODE = re.compile(
    r"""
      [\w\])]\((?:[^()'"]*[,=:(]\ ?)?["'][^()]*\)      # call("x"), call(1, 'x')
    | =\s?(?:"[^"\n]*"|'[^'\n]*')                      # lang="en"
    | \[(?:[^\[\]\n'"]*,)?\s?["'][^\[\]\n]*\]         # ['a', 'b'], [1, "b"]
    | \{(?:[^{}\n'"]*[,:])?\s?["'][^{}\n]*\}           # {"a": 1}, {a: 'b'}
    | \A\s*'[^'\n]*'\s*\Z                             # what a program has printed
    | (?<![\w'’])(?:[bfru]|rb|br|fr|rf)(?:"[^"\n]*"|'[^'\n]+')(?!\w)   # b'x'
    | \w+://[^\s"<>]+ | \bwww\.[^\s"<>]+
    | ""+ | ''+ | ["']{4,} | \\["'] | \$'[^'\n]*'
    """,
    re.VERBOSE,
)
# A sign that is spoken of: "..." or ','.
_SIGN = re.compile(r"""(?<![^\s(\[{])(["'])[^\s\w"']{1,5}\1(?=[\s)\]}.,;:!?]|\Z)""")
_OPENING, _CLOSING = "([{⟨<“‘„‚«‹「『—–/", ")]}⟩>”’»›」』.,;:!?…。、，！？；："
# Signs that are written without spaces between words.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff10-\uff5a\u0e00-\u0e7f]")
_HEBREW = re.compile("[\u05d0-\u05ea]")
_TO_THE_NEXT = re.compile(r'"[^"]*[^"\s]"(?!\w)')


def of(lang: str) -> Marks:
    """The quotes of a language, such as `de-CH`."""
    tag = lang.lower().replace("_", "-")
    while tag and tag not in _LANGUAGES:
        tag = tag.rpartition("-")[0]
    return _LANGUAGES.get(tag, _ENGLISH)


def in_text(text: str, lang: str) -> str:
    """A text with the quotes of its language."""
    new = changes(text, lang)
    return "".join(new.get(place, sign) for place, sign in enumerate(text)) if new else text


def changes(text: str, lang: str) -> dict[int, str]:
    """What comes in place of which characters of a text."""
    if not _MARK.search(text):
        return {}
    return _Reading(text, lang).changes()


class _Open(NamedTuple):
    """A quote that nothing has closed yet."""

    place: int
    mark: str


class _Reading:
    """A text as its quotes are read, one after another."""

    def __init__(self, text: str, lang: str) -> None:
        self.text = text
        self.marks = of(lang)
        self.new: dict[int, str] = {}
        self.waiting: list[_Open] = []
        self.last: dict[str, list[int]] = {"'": [], '"': []}
        self.pairs: list[tuple[int, int]] = []
        self.opened: set[int] = set()
        self.left = {place for found in _CODE.finditer(text) for place in range(*found.span())}
        for pattern in (_ELIDED, *((_ELIDED_DUTCH,) if lang.lower()[:2] in ("nl", "af") else ())):
            for found in pattern.finditer(text):
                for mark in _MARK.finditer(text, *found.span()):
                    self.new.setdefault(mark.start(), _APOSTROPHE)
        self.new |= {found.start(): _PRIMES["'"] for found in _MEASURE.finditer(text)}
        for found in _SIGN.finditer(text):
            self.pairs.append((found.start(), found.end() - 1))

    def changes(self) -> dict[int, str]:
        """Read it, and say what comes in place of what."""
        paired = {place for pair in self.pairs for place in pair}
        for found in _MARK.finditer(self.text):
            place = found.start()
            if place in paired:
                continue
            if place not in self.left and (place not in self.new or self._closes(place)):
                self._read(place)
        for still in self.waiting:
            self._alone(still, opens=True)
        for start, end, depth in self._nested():
            inner = depth % 2 == 1 if self.marks.by_depth else depth > 0 or self.text[start] == "'"
            self.new[start], self.new[end] = self.marks.inner if inner else self.marks.outer
        return {place: sign for place, sign in self.new.items() if place not in self.left}

    def _closes(self, place: int) -> bool:
        """Whether what looks like a measure or an elision closes a quote all the same: `'room 6' and`."""
        after = self.text[place + 1 : place + 2]
        return after in ("", " ") and self._partner(self.text[place]) is not None

    def _read(self, place: int) -> None:
        """Let one mark open, close, or be something else."""
        mark = self.text[place]
        before, after = self._beside(place)
        if _HEBREW.match(before) and (mark == "'" or _HEBREW.match(after)) and not self._opens_in_hebrew(place):
            return  # a sign of abbreviation
        if mark == "'" and _is_word(before) and _is_word(after) and not _UNSPACED.match(before + after):
            self.new[place] = _APOSTROPHE
            return
        partner = self._partner(mark)
        parted = not _is_word(before) or bool(_UNSPACED.match(before)) or bool(_HEBREW.match(before))
        opens = bool(after.strip()) and after not in _CLOSING and parted
        closes = bool(before.strip()) and before not in _OPENING
        if closes and partner is not None:  # a word's ending may follow, in Korean or Finnish
            while len(self.waiting) > partner + 1:
                self._alone(self._taken(), opens=True)
            self.pairs.append((self._taken().place, place))
        elif opens:
            self.last[mark].append(len(self.waiting))
            self.waiting.append(_Open(place, mark))
            self.opened.add(place)
        elif closes and not _is_word(after):
            self._alone(_Open(place, mark), opens=False)
        elif before.isdecimal():
            self.new[place] = _PRIMES[mark]

    def _taken(self) -> _Open:
        """The last quote that waits, taken off."""
        last = self.waiting.pop()
        self.last[last.mark].pop()
        return last

    def _partner(self, mark: str) -> int | None:
        """Which of the quotes that wait is the last of this sort."""
        return self.last[mark][-1] if self.last[mark] else None

    def _opens_in_hebrew(self, place: int) -> bool:
        """Whether a mark between letters is behind a prefix: the next one closes a word, and none stands open."""
        return self._partner('"') is None and _TO_THE_NEXT.match(self.text, place) is not None

    def _alone(self, quote: _Open, *, opens: bool) -> None:
        """What a mark is that has no partner: an apostrophe, inches, or a quote that goes on in another paragraph."""
        before = self.text[quote.place - 1 : quote.place] if quote.place else ""
        if not opens and before.isdecimal():
            self.new[quote.place] = _PRIMES[quote.mark]
        elif quote.mark == "'":
            self.new[quote.place] = _APOSTROPHE
        else:
            self.new[quote.place] = self.marks.outer[0 if opens else 1]

    def _beside(self, place: int) -> tuple[str, str]:
        """The characters around a mark, other marks left out: one that opens another is a bracket before this one."""
        start, end = place - 1, place + 1
        while start >= 0 and self.text[start] in "\"'" and start not in self.new:
            if start in self.opened:
                break
            start -= 1
        while end < len(self.text) and self.text[end] in "\"'":
            end += 1
        before = "(" if start in self.opened else self.text[start] if start >= 0 else ""
        return before, self.text[end : end + 1]

    def _nested(self) -> Iterator[tuple[int, int, int]]:
        """The pairs, each with how many others it is inside, the author's own ones too.

        Where a single quote is always written as one, only double ones count.
        """
        opening, closing = (mark.strip() for mark in self.marks.outer)
        starts, ends = dict(self.pairs), {end for _, end in self.pairs}
        depth = 0
        for place, sign in enumerate(self.text):
            if place in starts:
                yield place, starts[place], depth
                depth += self.marks.by_depth or sign == '"'
            elif place in ends:
                depth -= self.marks.by_depth or sign == '"'
            elif opening != closing and sign in (opening, closing):
                depth = max(0, depth + (1 if sign == opening else -1))


def _is_word(sign: str) -> bool:
    """Whether a character is part of a word, or a seal."""
    return sign == SEAL or sign.isalnum() or (bool(sign) and unicodedata.category(sign) in ("Mn", "Mc", "Pc"))
