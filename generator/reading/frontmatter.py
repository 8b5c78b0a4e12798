"""Front matter: settings between two `---` lines at the very top of a file (YAML)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.model import Problem, Severity

_FENCE = "---"
# What front matter may say, and of which type; other keys belong to other tools and are left alone.
_TYPES: dict[str, tuple[type, ...]] = {
    "title": (str, int, float),
    "deck": (str,),
    "tags": (str, list),
    "lang": (str,),
    "dialect": (str,),
}


def split(name: str, lines: list[str], problems: list[Problem]) -> tuple[Mapping[str, Any], int]:
    """The front matter's values and how many lines it takes; nothing and 0 where there is none."""
    if not lines or lines[0].rstrip() != _FENCE:
        return {}, 0
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() in (_FENCE, "...")), 0)
    if not end or not any(":" in line for line in lines[1:end]):
        return {}, 0
    values = _loaded(name, "\n".join(lines[1:end]), problems)
    return ({}, 0) if values is None else (_checked(name, values, lines, problems), end + 1)


def _loaded(name: str, text: str, problems: list[Problem]) -> dict[Any, Any] | None:
    """The YAML mapping in `text`; None where it is no mapping, such as prose between two rules."""
    import yaml

    try:
        values = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506, both loaders are the safe ones
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 2, mark.column + 1) if mark else (2, 1)
        what = getattr(error, "problem", None) or "it is not YAML"
        message = f"the front matter can't be read: {what}"
        problems.append(Problem(Severity.WARNING, "front-matter", name, line, column, message, "put texts with a colon in quotes"))
        return {}
    return values if isinstance(values, dict) else None


def _checked(name: str, values: dict[Any, Any], lines: list[str], problems: list[Problem]) -> dict[str, Any]:
    """The values we know, each of its type; a wrong type is a problem at its line."""
    known: dict[str, Any] = {}
    for key, types in _TYPES.items():
        value = values.get(key)
        if value is None:
            continue
        if isinstance(value, types) and not isinstance(value, bool):
            known[key] = _words(value) if key == "tags" else str(value)
            continue
        line = next((i for i, text in enumerate(lines, 1) if text.startswith(f"{key}:")), 1)
        wanted = "a list of words" if key == "tags" else "a text"
        problems.append(Problem(Severity.WARNING, "front-matter", name, line, 1, f"`{key}` must be {wanted}", ""))
    return known


def _words(value: str | list[Any]) -> tuple[str, ...]:
    """Tags as written in YAML (a list, or words between commas or spaces), without `#`."""
    words = value.replace(",", " ").split() if isinstance(value, str) else [str(word) for word in value if word is not None]
    return tuple(word.strip().lstrip("#") for word in words if word.strip().lstrip("#"))
