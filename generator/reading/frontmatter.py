"""Front matter: settings between two `---` lines at the very top of a file (YAML)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from generator.model import Problem, Severity
from generator.reading import attributes

# What front matter may say; other keys belong to other tools and are left alone.
_KEYS = ("title", "deck", "tags", "lang", "dialect", "kind")
_TOML_KEY = re.compile(r"name\s*=")
# What other tools call the same: by which a dialect knows its files.
_ALIASES = {"cards-deck": "deck", "TARGET DECK": "deck"}
_KEY = re.compile(r"(?:[\w.-]+|TARGET DECK)\s*:(?:\s|$)")
# No mapping has such a line: these are questions under the name of their deck.
_QUESTION = re.compile(r"\d+\.\s+\S")
# Settings are short. Prose that happens to stand between two rules is not worth a parser's time.
_LONGEST = 500


def split(name: str, lines: list[str], problems: list[Problem]) -> tuple[Mapping[str, Any], int]:
    """The front matter's values and how many lines it takes; nothing and 0 where there is none.

    Two rules with prose or questions between them are no front matter: its first line that is no comment is `key:`.
    """
    if not lines or lines[0].rstrip() != "---":
        return {}, 0
    end = next((i for i, line in enumerate(lines[1:_LONGEST], 1) if line.rstrip() in ("---", "...")), 0)
    settings = [line for line in lines[1:end] if line.strip() and not line.startswith("#")]
    if settings and _TOML_KEY.match(settings[0]):
        return _of_toml(name, lines[:end], problems), end + 1
    if not settings or not _KEY.match(settings[0]) or any(map(_QUESTION.match, settings)):
        return {}, 0
    values = _loaded(name, "\n".join(lines[1:end]), problems)
    return _checked(name, values, lines[:end], problems), end + 1


def _of_toml(name: str, lines: list[str], problems: list[Problem]) -> dict[str, Any]:
    """What hashcards says of a deck, its name, and beside it what we know."""
    try:
        values = tomllib.loads("\n".join(lines[1:]))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(values.get("name"), str):
        return {}
    return {**_checked(name, values, lines, problems), "name": values["name"]}


def _loaded(name: str, text: str, problems: list[Problem]) -> dict[Any, Any]:
    """The YAML mapping in `text`; an empty one and a problem where it can't be read.

    The base loader leaves every scalar a text (`title: 1.0`, `lang: no`, `title: 2024-05-01`) and makes no objects.
    Not its twin in C: deep nesting is a segmentation fault there (PyYAML 6.0), a RecursionError here.
    """
    import yaml

    try:
        values = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506, it makes texts, lists and mappings only
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 2, mark.column + 1) if mark else (2, 1)
        what = getattr(error, "problem", None) or "it is not YAML"
        message = f"the front matter can't be read: {what}"
        hint = "see that quotes and brackets close, and put texts with a colon in quotes"
        problems.append(
            Problem(
                Severity.WARNING,
                "front-matter",
                name,
                line,
                column,
                message,
                hint,
            )
        )
        return {}
    return values if isinstance(values, dict) else {}


def _checked(name: str, values: dict[Any, Any], lines: list[str], problems: list[Problem]) -> dict[str, Any]:
    """The values we know: tags a tuple of words, all else a text. A wrong type is a problem at its line."""
    known: dict[str, Any] = {}
    values = {_ALIASES.get(key, key): value for key, value in values.items()} | values
    for key in _KEYS:
        value = values.get(key)
        if not value:
            continue
        if isinstance(value, str):
            known[key] = _tags(value.replace(",", " ").split()) if key == "tags" else value.strip()
        elif key == "tags" and isinstance(value, list) and all(isinstance(word, str) for word in value):
            known[key] = _tags(value)
        else:
            line = next((i for i, text in enumerate(lines, 1) if text.startswith(key)), 1)
            wanted, example = (
                ("a list of words", "tags: [orm, models]")
                if key == "tags"
                else ("a text", f"{key}: a text on this line")
            )
            problems.append(
                Problem(
                    Severity.WARNING, "front-matter", name, line, 1, f"`{key}` must be {wanted}", f"write: {example}"
                )
            )
    if "cards-deck" in values:
        known["cards-deck"] = known.get("deck", "")
    if "kind" in known:
        _check_kind(name, known, lines, problems)
    return known


def _check_kind(name: str, known: dict[str, Any], lines: list[str], problems: list[Problem]) -> None:
    """Leave out a kind of note that there is none of."""
    known["kind"] = known["kind"].lower()
    if known["kind"] not in attributes.KINDS:
        line = next((i for i, text in enumerate(lines, 1) if text.startswith("kind")), 1)
        problems.append(attributes.unknown_kind(name, line, 1, known.pop("kind")))


def _tags(words: list[str]) -> tuple[str, ...]:
    """Tags without `#` in front; Anki's hold no spaces."""
    return tuple("-".join(word.split()).lstrip("#") for word in words if word.strip("# \t"))
