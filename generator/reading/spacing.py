"""Empty lines put where CommonMark needs one to see what the author meant.

Only empty lines are added (in a quote, with its mark), never inside a code fence, and each knows the line that it
follows.
"""

from __future__ import annotations

import re

from generator.reading import asking, numbering

# A fence may stand in a quote or a list, so what stands before it is not looked at closely.
_FENCE = re.compile(r"[\s>]*(?:(?:[-*+]|\d+[.)])\s+)?(`{3,}(?!.*`)|~{3,})")
_OPENED = r"(?:\s*<(?:br|b|p|div|strong)\b[^>]*>)*"
_DISCLOSURE = re.compile(
    rf"\s*(?:</?details\b[^>]*>|<div\b[^>]*\smarkdown\b[^>]*>|<summary\b[^>]*>.*|.*</summary>){_OPENED}\s*$",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"\s*(?:</(?:b|p|div|strong|i|em)>\s*|<br\s*/?>\s*)*</details\s*>\s*$", re.IGNORECASE)
_DASHES = re.compile(r" {0,3}-{3,}\s*$")
# A line that is bold from end to end, and one that begins with a number.
_BOLD = re.compile(r"(?:\*\*(?P<stars>[^*\s].*?)\*\*|__(?P<bars>[^_\s].*?)__)[^\w]*$")
_NUMBERED = re.compile(r"\d{1,4}(?:[.)]\s*|\s?[、．]\s*)(?P<words>\S.*)")
_PARAGRAPH = re.compile(r"(?![ \t]|#{1,6}\s|[-*+]\s|\d{1,9}[.)]\s|>|\||```|~~~)")
_ENDED = re.compile(r"[.!:;,)`»”\"|>]\**\s*$")


def spaced(lines: list[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The lines with the empty ones added, and for each the 1-based number of the line that it was or follows."""
    added = _additions(lines)
    if not added:
        return tuple(lines), tuple(range(1, len(lines) + 1))
    out: list[str] = []
    origin: list[int] = []
    for number, line in enumerate(lines, 1):
        out.append(line)
        origin.append(number)
        if number in added:
            out.append(line[: len(line) - len(_unquoted(line))].rstrip())
            origin.append(number)
    return tuple(out), tuple(origin)


def without_attribute_lists(lines: list[str]) -> list[str]:
    """The lines, empty where they only hold attributes for Jekyll (`{: .option}`), which would go on with a text."""
    if not any(line.lstrip("> \t").startswith("{:") for line in lines):
        return lines
    kept: list[str] = []
    fence = ""
    until = 0
    for place, line in enumerate(lines):
        before, fence = fence, fence_after(fence, line)
        if not before and line.strip() == "{:":
            until = _end_of_attributes(lines, place)
        hidden = not before and _ATTRIBUTES.fullmatch(line)
        kept.append("" if place < until else line[: hidden.end("lead")].rstrip() if hidden else line)
    return kept


def _end_of_attributes(lines: list[str], place: int) -> int:
    """The line after a list of attributes that begins here, one on each line; this one where it is none."""
    end = place + 1
    while end < len(lines) and _ATTRIBUTE.fullmatch(lines[end]):
        end += 1
    return end + 1 if end < len(lines) and lines[end].strip() == "}" else place


_ATTRIBUTE = re.compile(r"\s*[A-Za-z][\w-]*\s*=.*")
_ATTRIBUTES = re.compile(r"(?P<lead>[\s>]*)\{:\s*[^{}\n]*\}\s*")


def with_headings_parted(lines: list[str]) -> list[str]:
    """The lines, with a space after the marks of a heading where it is missing (`##Title`).

    By CommonMark (4.2) such a line is text; many were written when GitHub took it for a heading. `#word` is a tag,
    unless it asks (`#What is a leaf?`).
    """
    if not any(line.startswith("#") and _GLUED.match(line) for line in lines):
        return lines
    kept: list[str] = []
    fence = ""
    for line in lines:
        before, fence = fence, fence_after(fence, line)
        glued = None if before or fence else _GLUED.match(line)
        glued = None if glued and glued[0] == "#" and not _asks_surely(line[1:]) else glued
        kept.append(f"{glued[0]} {line[glued.end() :]}" if glued else line)
    return kept


def _asks_surely(text: str) -> bool:
    """Whether a text begins as a question does, and ends with its mark."""
    return asking.opens(text) and asking.strength(text) >= asking.MARKED


_GLUED = re.compile(r"#{1,6}(?=[^\W_]|[*_\[<`\"“«¿¡(（【])")


def _additions(lines: list[str]) -> set[int]:
    """The numbers of the lines after which an empty one is missing."""
    added: set[int] = set()
    fence = ""
    for number, line in enumerate(lines, 1):
        if "```" in line or "~~~" in line:
            fence = fence_after(fence, line)
        elif not fence and (
            (("<" in line or _closes(lines, number)) and _swallows(lines, number))
            or (lines[number : number + 1] and lines[number][:1] in _BEGINS and _asks_next(line, lines[number]))
            or ("---" in line and _ends_a_part(lines, number))
        ):
            added.add(number - 1 if "---" in line and _DASHES.match(line) else number)
    return added


def _unquoted(line: str) -> str:
    """A line without the marks of the quotes that it stands in."""
    return line.lstrip("> \t") if line.lstrip().startswith(">") else line


def fence_after(fence: str, line: str) -> str:
    """The code fence that is open after this line, if any."""
    match = _FENCE.match(line)
    if not match:
        return fence
    if not fence:
        return match.group(1)
    return "" if match.group(1).startswith(fence) and not line[match.end() :].strip() else fence


def _closes(lines: list[str], number: int) -> bool:
    """Whether the next line has a closing tag, as that of `</details>` is."""
    return number < len(lines) and "</" in lines[number]


def _swallows(lines: list[str], number: int) -> bool:
    """Whether Markdown follows `<details>` or `<summary>` at once.

    By CommonMark (4.6) an HTML block goes on to the next blank line: that Markdown would not be parsed, and a `##` in a
    fence there would be a heading.
    """
    line, follows = lines[number - 1], lines[number].strip() if number < len(lines) else ""
    if _unquoted(line) != line:
        line, follows = _unquoted(line), _unquoted(follows) if follows.startswith(">") else ""
    if not follows:
        return False
    if _CLOSED.match(follows):  # it would go on with the list or the paragraph above it
        return not line.lstrip().startswith("<")
    return not follows.startswith("<") and bool(_DISCLOSURE.match(line))


_BEGINS = frozenset("*_0123456789")


def _asks_next(line: str, following: str) -> bool:
    """Whether a question begins right below a text, which would be one paragraph with it: a bold one or a numbered one.

    By CommonMark (5.3) a number other than 1 begins no list there.
    """
    bold = _BOLD.match(following) if line.strip() else None
    if bold:
        words = bold["stars"] or bold["bars"]
        number = numbering.number(words)
        counted = number is not None and not number.bare and number.length < len(words)
        return counted or asking.strength(words) >= asking.MARKED
    numbered = _NUMBERED.match(following)
    if not numbered or not line.strip() or not _PARAGRAPH.match(line):
        return False
    words = numbered["words"]
    return asking.strength(words) >= asking.MARKED or bool(_BOLD.match(words) and asking.opens(words))


def _ends_a_part(lines: list[str], number: int) -> bool:
    """Whether `---` right under a text is meant as a rule, although CommonMark (4.3) makes the text a heading by it.

    It is, when the text is no title: it ends as a sentence does, is long, or goes on from the line above.
    """
    if number < 2 or not _DASHES.match(lines[number - 1]) or len(lines[number - 1].strip()) > 5:
        return False
    text, above = lines[number - 2], lines[number - 3].strip() if number > 2 else ""
    if not text.strip() or asking.strength(text):
        return False
    return bool(above) or len(text) > 60 or bool(_ENDED.search(text))
