"""Write the parts of docs/ that say what the code says: `make docs` runs this, a test checks that it has been run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

import click
from click.testing import CliRunner

from generator.cli import main
from generator.config import KEYS, Config

DOCS = Path(__file__).resolve().parent.parent / "docs"


def commands() -> str:
    """docs/commands.md: the help of every command, as a terminal of 100 columns shows it."""
    parts = ["# Commands\n", "Written by `make docs` from the commands' own help.\n"]
    for arguments in _all(main, []):
        told = CliRunner().invoke(main, [*arguments, "--help"], prog_name="deckpress", terminal_width=100)
        parts.append(f"## `{' '.join(['deckpress', *arguments])}`\n\n```text\n{told.output.rstrip()}\n```\n")
    return "\n".join(parts)


def _all(command: click.Command, name: list[str]) -> Iterator[list[str]]:
    """A command's name and those of all below it."""
    yield name
    for part, below in sorted(getattr(command, "commands", {}).items()):
        yield from _all(below, [*name, part])


def settings() -> str:
    """docs/settings.md: every key of deck.toml."""
    lines = [
        "# Settings",
        "",
        "Written by `make docs` from `generator/config.py`. All of `source/deck.toml` is optional; a key that does not",
        "exist is an error that names the nearest one.",
        "",
        "| key | type | default | what it is |",
        "| --- | --- | --- | --- |",
    ]
    for key, kind, meaning in KEYS:
        default = attrgetter(key)(Config())
        lines.append(f"| `{key}` | {_TYPES[kind]} | {_default(default)} | {meaning} |")
    lines += [
        "",
        "A key with a dot stands in a table of its own:",
        "",
        "```toml",
        'title = "Trees"',
        "",
        "[print]",
        'paper = "Letter"',
        "```",
        *_COLOURS,
    ]
    return "\n".join(lines) + "\n"


_COLOURS = """
## Colours

With `palette = "grey"` a PDF holds black and shades of grey and nothing else, as DeviceGray: a printer with colours
does not mix its black of all of them. Small type is black. Pictures and drawings become grey too, each part as light
as its colour was: a printer without colours would do the same, only by its own lights. If a picture must keep its
colours, print with `palette = "colour"`; every colour of ours can be told from its ground in grey as well.

`accent` and `second` must be dark enough to be read on white paper: a contrast of 4.5 or more, as WCAG AA has it.
""".rstrip().splitlines()

_TYPES = {list: "list of texts", str: "text", bool: "`true` or `false`", int: "whole number", float: "number"}


def _default(value: object) -> str:
    """A key's default as TOML has it; none for what is empty."""
    if value in ("", ()):
        return "none"
    return f"`{json.dumps(value)}`"


PAGES = {"commands.md": commands, "settings.md": settings}

if __name__ == "__main__":
    for page, text in PAGES.items():
        (DOCS / page).write_text(text(), encoding="utf-8")
