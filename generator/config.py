"""`deck.toml`: what a project says about itself, checked key by key."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

from generator import card_grid, print_settings
from generator.model import Defaults, Problem, Severity
from generator.print_model import plan_of
from generator.print_settings import PrintSettings


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a project; every field has a default, so that `deck.toml` may be absent."""

    title: str = ""
    description: str = ""
    lang: str = "en"
    tags: tuple[str, ...] = ()
    deck: str = ""
    dialect: str = ""
    allow_hosts: tuple[str, ...] = ()
    print: PrintSettings = field(default_factory=PrintSettings)

    def defaults(self, title: str) -> Defaults:
        """What the files of the project get, under this title."""
        return Defaults(title, self.deck, self.tags, self.lang, self.dialect)


# Every key, its type and what it means, in the order of the documentation.
KEYS: tuple[tuple[str, type, str], ...] = (
    ("title", str, "the name of the deck; files are named after it"),
    ("description", str, "shown in Anki's list of decks and on the sheet's first page"),
    ("lang", str, "the language of the notes, such as en or pt-BR"),
    ("tags", list, "tags that every note gets"),
    ("deck", str, "the deck's path, if it is not the title; :: nests"),
    ("dialect", str, "how questions are written, if it should not be found out"),
    ("allow_hosts", list, "hosts from which images and sounds are fetched; those of no other are"),
    *((f"print.{key}", kind, meaning) for key, kind, meaning in print_settings.KEYS),
)


def read(name: str, text: str) -> tuple[Config, list[Problem]]:
    """The settings in `text` and what is wrong with them. `name` is the file's path, for people."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        end = (text.count("\n") + 1, len(text.rpartition("\n")[2]) + 1)
        line, column = (int(place[1]), int(place[2])) if place else end
        what = str(error).partition(" (at ")[0]
        return Config(), [Problem(Severity.ERROR, "config-syntax", name, line, column, f"this is not TOML: {what}")]
    except (ValueError, RecursionError):  # a number of thousands of digits, lists nested by thousands
        return Config(), [
            Problem(Severity.ERROR, "config-syntax", name, 1, 1, "this is more than a settings file holds")
        ]
    problems: list[Problem] = []
    found = {key: value for key, value in _flat(values) if _is_known(name, text, key, value, problems)}
    tags = tuple(found.get("tags", ()))
    config = Config(
        **{key: found[key] for key in ("title", "description", "lang", "deck", "dialect") if key in found},
        tags=tags,
        allow_hosts=tuple(host.lower() for host in found.get("allow_hosts", ())),
        print=print_settings.settings(
            {key.removeprefix("print."): value for key, value in found.items() if key.startswith("print.")}
        ),
    )
    return config, problems + _impossible_cards(name, text, config)


def _impossible_cards(name: str, text: str, config: Config) -> list[Problem]:
    """A problem if each setting of the cards is right, and all together are not."""
    if "cards" not in config.print.products:
        return []
    try:
        card_grid.grid_of(plan_of(config.print))
    except card_grid.CannotImpose as error:
        what, _, hint = str(error).partition("; ")
        lines = (_line(text, key, 0) for key in ("stock", "marks", "size", "flip", "paper"))
        return [Problem(Severity.ERROR, "config-value", name, next(filter(None, lines), 1), 1, what, hint)]
    return []


def of_folder(name: str, text: str, above: Defaults) -> tuple[Defaults, list[Problem]]:
    """What a folder's own `deck.toml` makes of what its files get from above, and what is wrong with it.

    Its title is that of the folder's deck; its tags come to those from above. What is the whole project's is told.
    """
    config, problems = read(name, text)
    whole = [key for key, _, _ in KEYS if "." in key or key in ("description", "allow_hosts")]
    set_here = [key for key in whole if _line(text, key, 0)]
    for key in set_here:
        hint = "say it in the deck.toml of the project"
        problems.append(
            Problem(Severity.ERROR, "config-key", name, _line(text, key), 1, f"`{key}` is the project's", hint)
        )
    folders = (*above.folders[:-1], config.title) if config.title and above.folders else above.folders
    return Defaults(
        above.title,
        config.deck or above.deck,
        (*above.tags, *config.tags),
        config.lang if _line(text, "lang", 0) else above.lang,
        config.dialect or above.dialect,
        above.asked,
        () if config.deck else folders,
    ), problems


def _flat(values: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    flat: list[tuple[str, Any]] = []
    for key, value in values.items():
        flat += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, value)]
    return flat


def _is_known(name: str, text: str, key: str, value: Any, problems: list[Problem]) -> bool:
    """Whether the key exists and its value is of the right sort; else a problem at its line."""
    line = _line(text, key)
    types = {known: kind for known, kind, _ in KEYS}
    if key not in types:
        near = difflib.get_close_matches(key, types, 1)
        hint = f"did you mean `{near[0]}`?" if near else "the keys are: " + ", ".join(types)
        problems.append(Problem(Severity.ERROR, "config-key", name, line, 1, f"there is no key `{key}`", hint))
        return False
    words = not isinstance(value, list) or all(isinstance(word, str) for word in value)
    if not _is_of(types[key], value) or not words:
        wanted = _WANTED[types[key]]
        problems.append(Problem(Severity.ERROR, "config-value", name, line, 1, f"`{key}` must be {wanted}", ""))
        return False
    wrong = _wrong(key, value)
    if wrong:
        problems.append(Problem(Severity.ERROR, "config-value", name, line, 1, *wrong))
    return not wrong


_WANTED = {list: "a list of words", str: "a text", bool: "true or false", int: "a whole number", float: "a number"}


def _is_of(kind: type, value: object) -> bool:
    """Whether a value is of a type; a whole number is a number too, but `true` is none."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)


def _wrong(key: str, value: Any) -> tuple[str, str] | None:
    """What is wrong with a value of the right sort, and a hint."""
    if key.startswith("print."):
        return print_settings.wrong(key.removeprefix("print."), value)
    if key == "allow_hosts":
        host = next((host for host in value if not _HOST.fullmatch(host)), None)
        if host is not None:
            return f"`{host}` is no host", "a host is what stands between `https://` and the next `/`: example.org"
    return None


_HOST = re.compile(r"[\w.-]+(?::\d{1,5})?")


def _line(text: str, key: str, default: int = 1) -> int:
    """The line on which the key's last part is set, or the default."""
    pattern = re.compile(rf"\s*(?:[\w.]+\.)?{re.escape(key.rpartition('.')[2])}\s*=")
    return next((number for number, line in enumerate(text.split("\n"), 1) if pattern.match(line)), default)
