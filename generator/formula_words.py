r"""A formula in one line of plain letters, where nothing can be set: `x_1 + \frac{a}{b}` is x₁ + a/b in a bookmark.

latex2mathml reads the TeX, as it does where formulas are set.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from functools import cache
from html import escape, unescape
from unicodedata import normalize

from generator.model import FORMULA

_PICTURE = re.compile(r'<img class="tex"[^>]*? alt="([^"]*)"[^>]*>')
_ABOVE = dict(zip("0123456789+-−=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁱⁿ", strict=True))
_BELOW = dict(zip("0123456789+-−=()aeijkmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑᵢⱼₖₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
# Accents that are drawn above, as letters that combine.
_ACCENTS = {"^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "¯": "\u0304", "‾": "\u0304", "―": "\u0304",
            "→": "\u20d7", "⃗": "\u20d7", "˙": "\u0307", "¨": "\u0308", "ˇ": "\u030c", "´": "\u0301"}  # fmt: skip
_SPACED = frozenset("=<>≤≥≠≈∼≡→←⇒⇐⇔↔↦∈∉⊂⊆⊃⊇∪∩∧∨+−±×·∘∝∣≪≫≅≃⊥⟹⟺⟶")
_UNSPOKEN = frozenset("\u2061\u2062\u2063\u2064\u200b&")


def in_html(html: str) -> str:
    """The HTML with its set formulas as text."""
    return _PICTURE.sub(lambda found: escape(words(unescape(found.group(1)).removeprefix(FORMULA))), html)


@cache
def words(tex: str) -> str:
    """The formula in one line; as it is written where it can't be read."""
    from latex2mathml.converter import convert

    try:
        tree = ET.fromstring(convert(tex))  # noqa: S314  # what was made here of a formula, which has no entities
    except Exception:  # a third party's parser: whatever it raises, the TeX itself is still to be read
        return tex
    return " ".join(_row([*tree]).split()) or tex


def _row(parts: Sequence[ET.Element]) -> str:
    said = ""
    for part in parts:
        text = _said(part)
        # A sign between two things has room around it; before a thing it has none.
        between = _name(part) == "mo" and text in _SPACED and said.strip() and said.strip()[-1] not in "([{,;|"
        if re.search(r"[\^_]\w+\Z", said) and text[:1].isalnum():
            said += " "
        said += f" {text} " if between else f"{text} " if text in (",", ";") else text
    return said


def _said(part: ET.Element) -> str:
    """One element of MathML."""
    name, kids = _name(part), [*part]
    if name in ("mi", "mn", "mo", "mtext", "ms"):
        text = "".join(letter for letter in part.text or "" if letter not in _UNSPOKEN)
        return f" {text} " if name == "mi" and len(text) > 1 else text
    if name in ("annotation", "mphantom", "mspace"):
        return " "
    if name == "mtable":
        return "; ".join(map(_said, kids))
    if name == "mtr":
        return ", ".join(_said(cell).strip() for cell in kids)
    if name == "msqrt":
        return f"√{_whole(_row(kids))}"
    if len(kids) > 1 and name in _BUILT:
        return _built(name, part, kids)
    return _row(kids) if kids else part.text or ""


_BUILT = frozenset({"mfrac", "mroot", "msup", "msub", "msubsup", "munder", "mover", "munderover"})


def _built(name: str, part: ET.Element, kids: Sequence[ET.Element]) -> str:
    """What is set above, below or beside something."""
    base, *others = map(_said, kids)
    sign = _name(kids[0]) == "mo"
    match name:
        case "mfrac" if part.get("linethickness") in ("0", "0px"):
            return f"{base} over {others[0]}"
        case "mfrac":
            return f"{_whole(base)}/{_whole(others[0])}"
        case "mroot":
            return f"{_raised(others[0])}√{_whole(base)}"
        case "msup":
            return base + _raised(others[0])
        case "msub":
            return base + _lowered(others[0])
        case "munder":
            return base + ("" if _name(kids[1]) == "mo" else f"{_lowered(others[0])} ")
        case "mover":
            return _accented(base, others[0])
    return base + _lowered(others[0]) + _raised(others[1]) + (" " if sign else "")


def _name(part: ET.Element) -> str:
    return part.tag.rpartition("}")[2]


def _whole(text: str) -> str:
    """A part in brackets, unless it is one thing."""
    text = text.strip()
    return text if len(text) < 2 or re.fullmatch(r"[\w.]+|\(.*\)|\w[₀-₉ᵢⱼₖₙ⁰¹²³⁴-⁹ⁿ]", text) else f"({text})"


def _raised(text: str) -> str:
    text = text.strip()
    if text in ("′", "″", "'"):
        return "′" if text == "'" else text
    return "".join(_ABOVE[one] for one in text) if text and set(text) <= _ABOVE.keys() else f"^{_whole(text)}"


def _lowered(text: str) -> str:
    text = "".join(text.split()) if len(text) < 8 else text.strip()
    return "".join(_BELOW[one] for one in text) if text and set(text) <= _BELOW.keys() else f"_{_whole(text)}"


def _accented(text: str, sign: str) -> str:
    accent = _ACCENTS.get(sign.strip())
    if accent is None:
        return text if len(sign.strip()) == 1 else text + _raised(sign)
    return normalize("NFC", "".join(letter + accent for letter in text.strip()))
