r"""Formulas in TeX, `$…$`, `$$…$$`, `\(…\)` and `\[…\]`: told from dollars that are money, and from escaped brackets.

As pandoc has it (Manual, tex_math_dollars), no space stands inside single dollars, and no digit after them. Beyond that
the text between them is looked at, for an author who writes `US$5/CA$7`, `$HOME/$USER` or `file\(s\)` means no formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.reading.cloze_marks import Ranges


class Formula(NamedTuple):
    """A formula with its marks, by bytes; `mark` is the opening one, and the closing one is as long."""

    start: int
    end: int
    mark: str


POSSIBLE = re.compile(rb"\$|\\[(\[]")
_TOKENS = re.compile(rb"\\\\[()\[\]]|\\.|\$+")
_CLOSING = {b"\\(": b"\\)", b"\\[": b"\\]", b"\\\\(": b"\\\\)", b"\\\\[": b"\\\\]"}
# So many dollars at most may stand in a formula's words: `$\text{if $x$ holds}$`.
_DOLLARS_IN_WORDS = 4
# What is Anki's own mark of LaTeX: `[$]x[/$]`, `[$$]x[/$$]`. A card gets it as it stands.
_LATEX = re.compile(rb".?\[/?\$\$?\]", re.DOTALL)
_WORDS = re.compile(rb"\\(?:text|mbox|hbox)")


def found(data: bytes, start: int, end: int, opaque: Ranges) -> Iterator[Formula]:
    """The formulas between two places of one block; no mark of one stands in what is `opaque`: code, tags, addresses.

    One reading from left to right, linear whatever the text: what looks for its end stops at the next mark of its sort.
    """
    place = start
    unclosed: set[bytes] = set()
    while token := _TOKENS.search(data, place, end):
        mark, place = token.group(), token.end()
        if opaque.hold(token.start()) or mark in unclosed or _LATEX.match(data, max(0, token.start() - 2)):
            continue
        if mark in (b"$", b"$$"):
            close = _in_code(data, token) or _dollars(data, token, end, opaque)
        elif mark in _CLOSING:
            close = _brackets(data, token, end, opaque)
        else:
            continue
        if close is None:
            unclosed.add(mark)
        elif close is not _NONE:
            yield close
            place = close.end


# What a mark begins that another of its sort follows, and is no formula; where none follows, that is None.
_NONE = Formula(0, 0, "")


def _in_code(data: bytes, token: re.Match[bytes]) -> Formula | None:
    """GitLab's way, which GitHub knows too: a dollar on either side of code."""
    code = _IN_CODE.match(data, token.start())
    return Formula(code.start(), code.end(), "$`") if code else None


_IN_CODE = re.compile(rb"\$`[^`\n]+`\$(?!\d)")


def _dollars(data: bytes, opening: re.Match[bytes], end: int, opaque: Ranges) -> Formula | None:
    mark = opening.group()
    content, tries = opening.end(), 0
    for token in _TOKENS.finditer(data, content, end):
        dollars = token.group()
        if dollars[:1] != b"$" or len(dollars) < len(mark) or opaque.hold(token.start()):
            continue
        tex = data[content : token.start()]
        whole = Formula(opening.start(), token.start() + len(mark), mark.decode())
        if len(dollars) != 3 and (_is_inline if mark == b"$" else is_display)(data, whole):
            return whole
        tries += 1
        if tries > _DOLLARS_IN_WORDS or not _WORDS.search(tex) or _is_balanced(tex):
            return _NONE
    return None


def _brackets(data: bytes, opening: re.Match[bytes], end: int, opaque: Ranges) -> Formula | None:
    mark = opening.group()
    for token in _TOKENS.finditer(data, opening.end(), end):
        if opaque.hold(token.start()) or token.group() not in (mark, _CLOSING[mark]):
            continue
        if token.group() == mark:
            return _NONE
        whole = Formula(opening.start(), token.end(), mark.decode())
        meant = _is_in_parentheses if mark.endswith(b"(") else is_display
        return whole if meant(data, whole) else _NONE
    return None


# --- what is meant as a formula ---------------------------------------------------------------------------------------

_BRACES = re.compile(rb"\\.|[{}]")
_COMMAND = re.compile(rb"(?<!\\)(?:\\\\)*\\[A-Za-z]{2,}")
_SIGN = re.compile(rb"\\[A-Za-z]|[\^_{}=<>+]")
_WORD = re.compile(rb"[A-Za-z]{3,}")
_MARKUP = re.compile(rb"`|\]\([^\s()]*\)|</|<br\b|\n[ \t>]*\n|(?<!\\)\\[()\[\]]")
_SPACE = b" \t\n"
# Money with a word behind it; what a program calls a variable; what goes on behind a formula and can't begin there.
_AMOUNT = re.compile(rb"\d[\d.,]*[A-Za-z%]*\s+[A-Za-z]{2,}\b")
_VARIABLE = re.compile(rb"(?![A-Za-z]_)[A-Za-z_]\w+\W*")
# What stands right behind a word: `H$_2$O`, `10$^{-3}$`.
_BESIDE = re.compile(rb"[_^](?:[{\\\d+*-]|[A-Za-z](?!\w))")
_GOES_ON = b'/:,;=(-+.<>&"[{@'
_RELATION = b"=<>+"  # what follows an amount: `1$=0.9€`


def _content(data: bytes, formula: Formula) -> bytes:
    return data[formula.start + len(formula.mark) : formula.end - len(formula.mark)]


def _before(data: bytes, formula: Formula) -> bytes:
    """The byte before a formula, if there is one."""
    return data[max(0, formula.start - 1) : formula.start]


def _is_balanced(tex: bytes) -> bool:
    """Whether each brace has its counterpart, so that no deletion's border lies in between."""
    depth = 0
    for brace in _BRACES.findall(tex) if b"{" in tex or b"}" in tex else ():
        depth += 1 if brace == b"{" else -1 if brace == b"}" else 0
        if depth < 0:
            return False
    return depth == 0


def _is_sound(tex: bytes) -> bool:
    return bool(tex.strip()) and not _MARKUP.search(tex) and _is_balanced(tex)


def _is_prose(tex: bytes) -> bool:
    return not _SIGN.search(tex) and len(_WORD.findall(tex)) > 1 and bool(re.search(rb"\s", tex))


def _is_inline(data: bytes, formula: Formula) -> bool:
    """Whether `$…$` is a formula, by what stands in it and right before and after it."""
    tex = _content(data, formula)
    before, after = _before(data, formula), data[formula.end : formula.end + 1]
    after = b"" if data.startswith(b"{{c", formula.end) else after
    if not _is_sound(tex) or tex[:1] in _SPACE or tex[-1:] in _SPACE:
        return False
    if _COMMAND.search(tex) or _BESIDE.match(tex):
        return True
    if after.isdigit() or _is_prose(tex) or (not _SIGN.search(tex) and _AMOUNT.match(tex)):
        return False
    if (after.isalpha() or after in (b"_", b"(", b"{")) and _is_unfinished(tex, after):
        return False
    if before.isalpha():
        return not tex[:1].isdigit()
    if not before.isdigit():
        return True
    return (bool(_SIGN.search(tex)) and tex[:1] not in _RELATION) or (tex[:1].isalpha() and b" " not in tex)


def _is_unfinished(tex: bytes, after: bytes) -> bool:
    """Whether what follows goes on with the text, as that of `$HOME/$USER` does, and of the cells `|$a|$b|`."""
    if tex.endswith(b"|"):
        return tex.count(b"|") % 2 > 0
    return tex[-1:] in _GOES_ON or (after != b"(" and bool(_VARIABLE.fullmatch(tex)))


_MEANING = re.compile(rb"[^\s!-/:-@\[\]-`{-~]")
_BARE_WORD = re.compile(rb"[ \t]+[A-Za-z]+[ \t]+")
_STARTS_LINE = re.compile(rb"(?:\A|\n)[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:\{\{c\d+::)?[ \t]*\Z")
_ENDS_LINE = re.compile(rb"[ \t]*[.,;:]?[ \t]*(?:\}\}|\n|\Z)")
_LEAD = 80


def is_display(data: bytes, formula: Formula) -> bool:
    r"""Whether `$$…$$` or `\[…\]` is a formula. Brackets without a command are one only on lines of their own."""
    tex = _content(data, formula)
    before, after = _before(data, formula), data[formula.end : formula.end + 1]
    if not _is_sound(tex) or _is_prose(tex) or not _MEANING.search(tex):
        return False
    if formula.mark == "$$":
        apart = (tex[:1] in b" \t" and before.isalnum()) or (tex[-1:] in b" \t" and after.isalnum())
        return not apart and not (before and _BARE_WORD.fullmatch(tex))
    if after in (b"(", b":"):
        return False
    if _COMMAND.search(tex) or b"^" in tex:
        return True
    alone = _STARTS_LINE.search(data[max(0, formula.start - _LEAD) : formula.start])
    return bool(alone and _ENDS_LINE.match(data, formula.end) and re.search(rb"(?<!\\)[=<>+_]", tex))


_LATIN = re.compile(rb"\b(?:e\.g|i\.e)\b")
_TWO_LETTERS = re.compile(rb"(?<![A-Za-z])[A-Za-z]{2}(?![A-Za-z])")


def _is_in_parentheses(data: bytes, formula: Formula) -> bool:
    r"""Whether `\(…\)` is a formula: some editors write all parentheses so, and then words stand in them."""
    tex = _content(data, formula)
    before = _before(data, formula)
    if not _is_sound(tex):
        return False
    if _COMMAND.search(tex) or b"^" in tex or tex[:1] == b"_":
        return True
    if before.isalnum():
        return False
    words = len(_WORD.findall(tex))
    if words:
        return words == 1 and bool(re.search(rb"[=<>]", tex))
    return not _LATIN.search(tex) and not (_TWO_LETTERS.search(tex) and not re.search(rb"[=<>+_]", tex))


# --- formulas that Markdown would take for something else -------------------------------------------------------------

# A display formula that begins on a line of its own, wherever that stands, and goes on over others.
_BEGINS = re.compile(
    rb"^(?:[ \t>]|(?:[-*+]|\d{1,9}[.)])[ \t])*(?:\{\{c\d+::)?(\$\$(?!\$)|\\{1,2}\[)(?P<rest>[^\n]*)$", re.MULTILINE
)
_OTHER_BLOCK = re.compile(rb"^[ \t>]*(?:#{1,6}[ \t]|```|~~~|<details)", re.MULTILINE)
_LONGEST = 4000
_RULED = re.compile(rb"^[ \t>|:-]+$", re.MULTILINE)
_ROW = re.compile(rb"^[^|\n]{0,4000}\|[^\n]{0,4000}$", re.MULTILINE)


def hidden(data: bytes) -> list[Formula]:
    """The formulas that have to be hidden from the parser before it says where blocks begin and end.

    Those over several lines, one of which may begin with `-`, `=` or `>` or be blank; in a table, those with a bar.
    """
    kept: list[Formula] = []
    for formula in sorted([*_over_lines(data), *_with_bars(data)]):
        if not kept or formula.start >= kept[-1].end:
            kept.append(formula)
    return kept


def _over_lines(data: bytes) -> Iterator[Formula]:
    place = 0
    while begin := _BEGINS.search(data, place):
        mark, content = begin.group(1), begin.end(1)
        place = begin.end()
        closing = _CLOSING.get(mark, mark)
        if closing in begin["rest"]:
            continue
        close = data.find(closing, content, content + _LONGEST)
        if close < 0:
            continue
        tex = data[content:close]
        whole = Formula(begin.start(1), close + len(closing), mark.decode())
        apart = not begin["rest"].strip() and not data[data.rfind(b"\n", 0, close) + 1 : close].strip(b" \t>")
        blank = re.search(rb"\n[ \t>]*\n", tex)
        if _OTHER_BLOCK.search(tex) or (blank and not apart):
            continue
        joined = re.sub(rb"\n[ \t>]*\n", b"\n", tex) if blank else tex
        alone = Formula(0, len(joined) + 2 * len(mark), whole.mark)
        if is_display(mark + joined + closing, alone):
            yield whole
            place = whole.end


def _with_bars(data: bytes) -> Iterator[Formula]:
    tables = b"|" in data and any(b"|" in line and b"-" in line for line in _RULED.findall(data))
    for row in _ROW.finditer(data) if tables else ():
        if row.group().count(b"|") > 1 and POSSIBLE.search(row.group()):
            for formula in found(data, row.start(), row.end(), Ranges(_code(row))):
                tex = _content(data, formula)
                if re.search(rb"(?<!\\)\|", tex) and not (tex.count(b"|") % 2 and tex.strip()[-1:] == b"|"):
                    yield formula


def _code(row: re.Match[bytes]) -> list[tuple[int, int]]:
    return [(row.start() + code.start(), row.start() + code.end()) for code in _CODE.finditer(row.group())]


_CODE = re.compile(rb"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")


def masked(data: bytes, formulas: list[Formula]) -> str:
    """The text with so many letters in place of each of these formulas: every other byte stays where it is."""
    parts: list[bytes] = []
    place = 0
    for formula in formulas:
        parts += [data[place : formula.start], b"x" * (formula.end - formula.start)]
        place = formula.end
    return b"".join([*parts, data[place:]]).decode()
