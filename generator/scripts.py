"""What other scripts ask for on paper: a direction from right to left, and a language that tells which shapes.

The layout engine knows `dir` and Unicode's bidirectional algorithm, but neither `dir="auto"` nor elements that isolate:
so directions are worked out here, and characters that isolate (UAX 9, 2.4) stand where a mixed line needs them.
"""

from __future__ import annotations

import re
from unicodedata import bidirectional

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_TAG = re.compile(r'<(/?)([A-Za-z][\w-]*)((?:[^<>"]|"[^"]*")*+)>')
_BLOCKS = frozenset(("p", "h4", "ul", "ol", "li", "table", "td", "th", "blockquote", "dl", "dt", "dd", "div", "pre"))
_CODE = re.compile(r"(<code\b[^>]*>)(.*?)(</code>)", re.DOTALL)
_VOID = frozenset(("br", "hr", "img", "wbr", "col"))
_LRI, _PDI = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
# A block runs from right to left if so many of its letters do; more of them where it begins with another.
_FEW, _MOST = 0.3, 0.6


class _Letters:
    """How many letters of a block run which way, and which comes first."""

    def __init__(self) -> None:
        self.right = self.left = 0
        self.begins = ""

    def add(self, text: str) -> None:
        """Count the letters of a text."""
        for character in text:
            strong = bidirectional(character)
            if strong in ("R", "AL"):
                self.right += 1
            elif strong == "L":
                self.left += 1
            else:
                continue
            self.begins = self.begins or strong

    @property
    def from_right(self) -> bool:
        """Whether the block as a whole runs from right to left."""
        return self.right > (self.right + self.left) * (_MOST if self.begins == "L" else _FEW)


def heading(html: str) -> str:
    """A heading's inner HTML, in a box of its own direction where it runs from right to left."""
    if not _RTL.search(html):
        return html
    letters = _Letters()
    letters.add(_TAG.sub("", _CODE.sub("", html)))
    return f'<span class="rtl" dir="rtl">{_isolated(html)}</span>' if letters.from_right else html


def is_neutral(html: str) -> bool:
    """Whether a block has no letter that runs one way or the other, as one of numbers has none."""
    return not any(bidirectional(character) in ("L", "R", "AL") for character in _TAG.sub("", html))


def directed(html: str) -> str:
    """Blocks of HTML, each with the direction that it has, where that is not the one it stands in."""
    if not _RTL.search(html):
        return html
    written: list[str] = []
    stack: list[tuple[str, bool]] = []
    place = 0
    directions = _directions(html)
    for tag in _TAG.finditer(html):
        from_right = stack[-1][1] if stack else False
        in_code = any(name in ("pre", "code") for name, _ in stack)
        written.append(_text(html[place : tag.start()], from_right, in_code))
        place = tag.end()
        closing, name = tag.group(1), tag.group(2)
        if closing:
            written.append(_PDI + tag.group() if name == "code" and _is_inline_code(stack) else tag.group())
            while stack and stack.pop()[0] != name:
                pass
            continue
        if name in _VOID:
            written.append(tag.group())
            continue
        own = directions.get(tag.start(), from_right)
        differs = own != from_right
        stack.append((name, own))
        written.append(_with_direction(tag, own) if differs else tag.group())
        if name == "code" and _is_inline_code(stack):
            written.append(_LRI)
    written.append(_text(html[place:], False, False))
    return "".join(written)


def _is_inline_code(stack: list[tuple[str, bool]]) -> bool:
    """Whether the code that is open stands in a line that runs from right to left."""
    return bool(stack) and stack[-1] == ("code", True) and all(name != "pre" for name, _ in stack)


def _with_direction(tag: re.Match[str], from_right: bool) -> str:
    return f'<{tag.group(2)} dir="{"rtl" if from_right else "ltr"}"{tag.group(3)}>'


def _text(text: str, from_right: bool, in_code: bool) -> str:
    """A text of its own direction amid code, or in a block that runs the other way, kept together."""
    if not text.strip() or not (in_code or from_right):
        return text
    runs_right = bool(_RTL.search(text))
    if in_code:
        return f"{_LRI}{text}{_PDI}" if runs_right and not from_right else text
    if runs_right or not any(bidirectional(character) == "L" for character in text):
        return text
    words = text.strip()
    return text.replace(words, f"{_LRI}{words}{_PDI}", 1)


def _directions(html: str) -> dict[int, bool]:
    """By where each block's tag begins, whether the block runs from right to left; code never does."""
    found: dict[int, bool] = {}
    stack: list[tuple[str, int, _Letters]] = []
    code = place = 0
    for tag in _TAG.finditer(html):
        if not code:
            for _, _, letters in stack:
                letters.add(html[place : tag.start()])
        place = tag.end()
        closing, name = tag.group(1), tag.group(2)
        if name in ("code", "pre"):
            code = max(0, code + (-1 if closing else 1))
        if name == "pre" and not closing:
            found[tag.start()] = False
        if name not in _BLOCKS or name == "pre":
            continue
        if not closing:
            stack.append((name, tag.start(), _Letters()))
        elif stack and stack[-1][0] == name:
            _, start, letters = stack.pop()
            if letters.right:
                found[start] = letters.from_right
    return found


def _isolated(html: str) -> str:
    """Inline HTML of a line from right to left, with its code kept together."""
    return _CODE.sub(rf"\1{_LRI}\2{_PDI}\3", html)


# --- languages ------------------------------------------------------------------------------------------------------

_LANGUAGES = (
    ("ja", re.compile("[\u3040-\u30ff]"), 0.05),
    ("ko", re.compile("[\uac00-\ud7af\u1100-\u11ff]"), 0.2),
    ("zh", re.compile("[\u3400-\u9fff]"), 0.2),
    ("ar", re.compile("[\u0600-\u06ff]"), 0.4),
    ("he", re.compile("[\u0590-\u05ff]"), 0.4),
    ("hi", re.compile("[\u0900-\u097f]"), 0.4),
    ("th", re.compile("[\u0e00-\u0e7f]"), 0.4),
)
_BEYOND_LATIN = re.compile("[\u0590-\u0fff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Other languages of the same scripts: what an author says of them is believed.
_SAME_SCRIPT = {"zh": ("ja", "ko", "yue"), "ar": ("fa", "ur", "ps", "ckb", "sd", "ug"), "he": ("yi",)}
_SAME_SCRIPT |= {"hi": ("mr", "ne", "sa", "kok", "bho")}


def language(text: str, said: str) -> str:
    """The language of a text: what its author says, unless it is in a script in which that language is not written.

    One sign of Chinese is drawn otherwise in Japan and Korea, so a font must know for whom it is.
    """
    if not _BEYOND_LATIN.search(text):
        return said
    primary = said.lower().split("-")[0]
    letters = max(1, sum(character.isalpha() for character in text))
    for name, signs, share in _LANGUAGES:
        if len(signs.findall(text)) >= share * letters:
            return said if primary == name or primary in _SAME_SCRIPT.get(name, ()) else name
    return said
