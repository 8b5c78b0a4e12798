"""Attributes that an author writes after a question: `{#my-id .tag kind=reversed}`, bare or in a comment.

`short="…"` says the answer in a few words, for the cheat sheet.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from generator.model import Kind, Nodes, Problem, Severity
from generator.reading import levels, numbering

# What an author may call a note.
BASIC, REVERSED, CLOZE = KINDS = ("basic", "reversed", "cloze")

_SHORT = r"""short=(?:"[^"{}\n]{1,400}"|'[^'{}\n]{1,400}'|“[^”{}\n]{1,400}”)"""
_WORD = rf"""(?:[#.][\w\u0300-\u036f:/-]+|kind=["']?[\w-]+["']?|{_SHORT})"""
_WORDS = re.compile(_WORD)
# Opened with no space: Django's `{# comment #}`, `{{ x }}`, `{% x %}` are not it.
_BRACED = rf"\{{({_WORD}(?:\s+{_WORD})*)\s*\}}"
_ATTRIBUTES = re.compile(rf"{_BRACED}\s*")
_COMMENT = re.compile(rf"\s*<!--\s*{_BRACED}\s*-->\s*")


class Attributes(NamedTuple):
    """The pinned id, if any, the tags, the kind of note as its author wrote it, and the answer in a few words."""

    pin: str = ""
    tags: tuple[str, ...] = ()
    kind: str = ""
    short: str = ""

    def __or__(self, other: Attributes) -> Attributes:
        """What two places say together: the first id, kind and short form, and all tags."""
        return Attributes(
            self.pin or other.pin, (*self.tags, *other.tags), self.kind or other.kind, self.short or other.short
        )


NONE = Attributes()


def written(said: Attributes) -> str:
    """The attributes in their braces, or nothing where there are none."""
    words = [f"#{said.pin}"] if said.pin else []
    words += [f".{tag}" for tag in said.tags]
    words += [f"kind={said.kind}"] if said.kind else []
    words += [f'short="{said.short}"'] if said.short else []
    return f"{{{' '.join(words)}}}" if words else ""


def unknown_kind(name: str, line: int, column: int, kind: str) -> Problem:
    """The problem of a note, or of all of a file's, that is called what nobody knows."""
    hint = f"the kinds are: {', '.join(KINDS)}"
    return Problem(Severity.WARNING, "unknown-kind", name, line, column, f"there is no kind of note `{kind}`", hint)


def in_comments(markup: str) -> Attributes:
    """The attributes in raw HTML that is nothing but comments of attributes; none where it is anything else."""
    found, place = NONE, 0
    while place < len(markup):
        comment = _COMMENT.match(markup, place)
        if not comment:
            return NONE
        found, place = found | _read(comment.group(1)), comment.end()
    return found


def at_end(nodes: Nodes) -> tuple[Nodes, Attributes]:
    """A question's inline nodes without the attributes at their end, and these."""
    if nodes and nodes[-1].kind is Kind.TEXT and nodes[-1].text[-1:].isalnum():
        return numbering.trimmed(nodes), NONE  # by far the most common
    nodes, after = _without_comments(nodes)
    text = nodes[-1].text if nodes and nodes[-1].kind is Kind.TEXT else ""
    own, length = _braced(text)
    if length:
        kept = text[: len(text) - length]
        nodes = (*nodes[:-1], nodes[-1]._replace(text=kept)) if kept else nodes[:-1]
    nodes, before = _without_comments(nodes)
    said = levels.at_end(nodes)
    nodes, level = (said[0], Attributes(tags=said[1])) if said else (nodes, NONE)
    return nodes, level | before | own | after


def without(source: str) -> str:
    """A question's Markdown without the attributes at its end."""
    source = _without_comments_in(source)
    return levels.without(_without_comments_in(source[: len(source) - _braced(source)[1]]))


def _without_comments(nodes: Nodes) -> tuple[Nodes, Attributes]:
    found = NONE
    nodes = numbering.trimmed(nodes)
    while nodes and nodes[-1].kind is Kind.HTML and (here := in_comments(nodes[-1].text)) != NONE:
        found = here | found
        nodes = numbering.trimmed(nodes[:-1])
    return nodes, found


def _without_comments_in(source: str) -> str:
    while (begin := source.rfind("<!--")) >= 0 and in_comments(source[begin:]) != NONE:
        source = source[:begin].rstrip()
    return source


def _braced(text: str) -> tuple[Attributes, int]:
    """The attributes in the braces at the end of a text, and how many characters they take, space before included."""
    begin = text.rfind("{")
    match = _ATTRIBUTES.fullmatch(text, begin) if begin >= 0 else None
    return (_read(match.group(1)), len(text) - len(text[:begin].rstrip())) if match else (NONE, 0)


def _read(words: str) -> Attributes:
    """The words between the braces, in any order."""
    said = _WORDS.findall(words)
    kind = next((word.partition("=")[2].strip("\"'").lower() for word in said if word.startswith("kind=")), "")
    pin = next((word[1:] for word in said if word[0] == "#"), "")
    short = next((word.partition("=")[2][1:-1].strip() for word in said if word.startswith("short=")), "")
    return Attributes(pin, tuple(word[1:] for word in said if word[0] == "."), kind, short)
