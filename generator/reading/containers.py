"""Containers of documentation tools, put as callouts: `::: details Answer`, `:::tip[Title]`, `::: {.callout-note}`.

By CommonMark their marks are text, and where they begin with backticks what they hold is code. A line stays a line; the
marks of what only arranges text (columns, tabs) are left out. What never ends is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from generator.reading.spacing import fence_after

_OPENING = re.compile(
    r"""(?P<indent>[ ]*)(?P<mark>:{3,})[ \t]*+
    (?:\{(?P<classes>[^{}]*)\}|(?P<kind>[A-Za-z][\w-]*))?[ \t]*
    (?:\[(?P<label>.*)\][ \t:]*|(?P<title>[^:\[{].*)|:+[ \t]*)?""",
    re.VERBOSE,
)
# What a fence names that holds text.
_DIRECTIVE = re.compile(
    r"""(?P<indent>[ ]*)(?P<mark>`{3,}|~{3,})[ \t]*
    \{(?P<classes>admonition|dropdown|exercise|solution|question|note|tip|hint|warning|important|caution|attention|danger
    |error|seealso|toggle|details)\}[ \t]*(?P<title>.*)""",
    re.VERBOSE,
)
_CLOSING = re.compile(r"[ ]*:{3,}[ \t]*")
_OPTION = re.compile(r"[ \t]*:[\w-]+:.*")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+(?P<title>\S.*)")
_TITLE = re.compile(r"""\btitle=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""")
_COLLAPSED = re.compile(r"""\bcollapse=["']?true""")
_KINDS = frozenset(
    {"note", "tip", "info", "warning", "danger", "caution", "important", "success", "question", "quiz", "details"}
    | {"dropdown", "toggle", "spoiler", "answer", "solution", "challenge", "exercise", "hint", "example", "callout"}
    | {"discussion", "admonition", "seealso", "attention", "error"}
)
_DEEPEST = 20
# Kinds that hide what they hold.
_HIDING = frozenset({"details", "dropdown", "toggle", "spoiler"})


class _Container(NamedTuple):
    """A container: the places of its first and its last line, and what its first line says of it."""

    first: int
    last: int
    indent: int
    kind: str
    title: str


def as_callouts(lines: list[str]) -> list[str]:
    """The lines, with a quote's marks where a container is. In code fences they are an example."""
    found = _found(lines)
    return _marked(lines, found) if found else lines


def are_possible(text: str) -> bool:
    """Whether a text may have any."""
    return ":::" in text or "```{" in text or "~~~{" in text


def _found(lines: Sequence[str]) -> list[_Container]:
    """The containers that end, in the order of their first lines."""
    opened: list[tuple[int, re.Match[str]]] = []
    found: list[_Container] = []
    fence = ""
    for place, line in enumerate(lines):
        if ":::" not in line and "```" not in line and "~~~" not in line:
            continue
        closes = not fence and bool(opened) and _closes(line, opened[-1][1]["mark"])
        opening = None if fence or closes else _OPENING.fullmatch(line) or _DIRECTIVE.fullmatch(line)
        if closes:
            first, match = opened.pop()
            found.append(_container(first, place, match))
        elif len(opened) < _DEEPEST and opening and (opening["classes"] or opening.groupdict().get("kind")):
            opened.append((place, opening))
        else:
            fence = fence_after(fence, line)
    return sorted(found)


def _closes(line: str, mark: str) -> bool:
    """Whether a line ends the container that began with this mark."""
    if mark.startswith(":"):
        return bool(_CLOSING.fullmatch(line))
    return line.strip() == mark


def _container(first: int, last: int, match: re.Match[str]) -> _Container:
    """A container by its first line; a heading right below is its title where it has no other."""
    said = match.groupdict()
    names = re.findall(r"[\w-]+", said.get("kind") or said["classes"] or "")
    kind = next((name for name in (re.sub(r"^callout-", "", name).lower() for name in names) if name in _KINDS), "")
    kind = "details" if kind and _COLLAPSED.search(said["classes"] or "") else kind
    named = _TITLE.search(said["classes"] or "")
    title = said.get("label") or said["title"] or (named and (named["double"] or named["single"])) or ""
    return _Container(first, last, len(match["indent"]), kind, title.strip(" \t:"))


def _marked(lines: Sequence[str], found: Sequence[_Container]) -> list[str]:
    """The lines with the marks of the callouts that they stand in."""
    begins = {one.first: one for one in found}
    opened: list[_Container] = []
    out: list[str] = []
    below: _Container | None = None  # a title or options may stand on this line
    for place, line in enumerate(lines):
        while opened and place > opened[-1].last:
            opened.pop()
        one = begins.get(place)
        if one:
            out.append(_put(opened, _first_line(one)) if one.kind else _put(opened, ""))
            opened.append(one)
            below = one
        elif opened and place == opened[-1].last:
            follows = place + 1 < len(lines) and lines[place + 1].strip()
            out.append(_put(opened[:-1] if follows else opened, ""))
        elif below and (title := _HEADING.fullmatch(line)) and not below.title and below.kind:
            named = below._replace(title=title["title"].strip("# \t"))
            out[below.first] = _put(opened[:-1], _first_line(named))
            out.append(_put(opened, ""))
            below = None
        elif below and _OPTION.fullmatch(line):
            out.append(_put(opened, ""))
        else:
            below = below if not line.strip() else None
            out.append(_put(opened, line))
    return out


def _put(opened: Sequence[_Container], line: str) -> str:
    """A line with the marks of the callouts that are open."""
    shown = [one for one in opened if one.kind]
    if not shown:
        return line
    indent = shown[0].indent
    text = line[indent:] if not line[:indent].strip() else line.lstrip()
    return (" " * indent + "> " * len(shown) + text).rstrip() if not text else " " * indent + "> " * len(shown) + text


def _first_line(one: _Container) -> str:
    """The first line of a callout; one that asks and is to be unfolded is a question as `<details>` is."""
    hides = one.kind in _HIDING or (one.kind == "admonition" and one.title.endswith("?"))
    fold, kind = ("-", "details") if hides else ("", one.kind)
    return f"{' ' * one.indent}> [!{kind}]{fold} {one.title}".rstrip()
