"""The house rules: who imports whom, who touches what. A guard that found nothing to guard would be no guard."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "generator"

# Who may import what of ours: each name is a module of `generator`, a package stands for all below it.
ALLOWED: dict[str, set[str]] = {
    "model": set(),
    "resources": set(),
    "print_settings": set(),
    "print_model": {"model", "print_settings"},
    "config": {"model", "print_settings", "print_model", "card_grid"},
    "tex": {"model"},
    "formula_rules": set(),
    "formula_nodes": {"formula_rules"},
    "typeset": {"model", "tex", "formula_nodes", "formula_rules", "outputs", "project"},
    "reading": {"model", "tex", "html_names", "media_names", "markdown"},
    "markdown": {"model"},
    "convert": {"model", "reading", "markdown"},
    "media": {"model", "media_names", "fetching", "project", "outputs"},
    "media_names": set(),
    "fetching": set(),
    "orders": set(),
    "ledger": {"model", "witness"},
    "machine": set(),
    "html_names": set(),
    "witness": {"model", "anki", "html_names"},
    "check": {"model", "html_names"},
    "check_ledger": {"model", "ledger"},
    "check_cards": {"model", "imposition", "print_model", "print_settings"},
    "highlight": {"model"},
    "sanitise": {"highlight", "html_names"},
    "cloze_field": {"model"},
    "wording": {"resources"},
    "callouts": {"model", "wording"},
    "raw_media": {"model", "sanitise"},
    "formula_field": {"model", "tex", "highlight"},
    "walker": {
        "model",
        "callouts",
        "cloze_field",
        "formula_field",
        "highlight",
        "orders",
        "raw_media",
        "sanitise",
        "tex",
    },
    "render": {"model", "cloze_field", "walker", "highlight", "sanitise", "wording"},
    "anki": {"model", "orders", "resources"},
    "scripts": set(),
    "no_glyph": {"model"},
    "pictures": {"model", "outputs"},
    "quotes": set(),
    "paper_quotes": {"model", "quotes", "html_names"},
    "long_words": set(),
    "fragments": {"long_words", "scripts"},
    "formula_words": {"model"},
    "sheets": {
        *("model", "resources", "fragments", "formula_words", "long_words", "print_settings", "print_model"),
        *("imposition", "wording"),
    },
    "card_grid": {"model", "print_settings", "print_model"},
    "imposition": {"card_grid", "print_model"},
    "card_report": {"model", "outcome", "print_model", "print_settings"},
    "workers": set(),
    "readers": {"model", "reading", "workers"},
    "press": {"model", "print_model", "resources", "machine", "workers", "imposition"},
    "project": {"model", "media_names", "config", "ledger"},
    "outcome": {"model"},
    "outputs": {"model", "resources", "machine", "project", "outcome"},
    "changes": {"model", "ledger"},
    "report": {"model", "outcome"},
    "side_by_side": {"changes", "report"},
    "change_report": {"model", "ledger", "outcome", "changes", "report", "side_by_side"},
    "watch": set(),
    "understanding": {
        "model",
        "project",
        "media",
        "readers",
        "reading",
        "ledger",
        "witness",
        "check",
        "check_cards",
        "check_ledger",
        "typeset",
        "watch",
    },
    "print_pack": {
        *("model", "understanding", "outputs", "outcome", "watch", "print_model"),
        *("render", "scripts", "pictures", "paper_quotes", "sheets", "press", "no_glyph", "card_report"),
    },
    "build": {
        *(
            "model",
            "project",
            "media",
            "outputs",
            "understanding",
            "ledger",
            "witness",
            "check_ledger",
            "changes",
            "change_report",
        ),
        *("no_glyph", "print_pack", "render", "anki", "sheets", "press", "outcome", "watch", "print_settings"),
    },
    "watching": {"watch"},
    "cli": {
        "model",
        "print_settings",
        "outcome",
        "build",
        "convert",
        "project",
        "understanding",
        "report",
        "change_report",
        "side_by_side",
        "watch",
        "watching",
    },
    "__main__": {"cli"},
    "": set(),
}

# Libraries and powers that belong to a few modules only.
RESERVED: dict[str, set[str]] = {
    "genanki": {"anki"},
    "sqlite3": {"anki", "witness"},
    "weasyprint": {"press"},
    "pikepdf": {"press"},
    "click": {"cli", "watching"},
    "pyromark": {"reading"},
    "ftfy": {"reading"},
    "yaml": {"reading"},
    "nh3": {"sanitise"},
    "ziamath": {"typeset", "formula_nodes"},
    "latex2mathml": {"formula_words"},
    "pygments": {"highlight"},
    "rapidfuzz": {"ledger"},
    "jinja2": {"sheets"},
    "tomllib": {"config", "anki", "reading", "wording"},
    "tempfile": {"outputs"},
    "fcntl": {"outputs"},
    "msvcrt": {"outputs"},
    "shutil": {"cli"},
    "subprocess": set(),
    "socket": set(),
    "urllib.request": {"fetching"},
    "urllib.error": {"fetching"},
    "http": {"fetching"},
    "requests": set(),
    "multiprocessing": {"workers"},
    "concurrent": {"workers", "readers", "press"},
    "time": {"understanding", "watch", "watching", "workers", "outputs", "fetching"},
    "datetime": {"press"},
    "random": set(),
}


def modules() -> dict[str, list[Path]]:
    """The files of each top-level module of the package."""
    found: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = "" if parts == ("__init__",) else parts[0]
        found.setdefault(name, []).append(path)
    return found


def imports(source: str) -> set[str]:
    """The dotted names that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def own(names: set[str], known: set[str]) -> set[str]:
    """Which of our modules are among imported names."""
    found = set()
    for name in names:
        head, _, rest = name.partition(".")
        if head == "generator":
            part = rest.partition(".")[0]
            found.add(part if part in known else "")
    return found - ({""} if any(n.startswith("generator.") for n in names) else set())


def trespasses(name: str, source: str) -> list[str]:
    """What a module of this name imports that it must not."""
    names = imports(source)
    wrong = sorted(own(names, set(ALLOWED)) - ALLOWED[name] - {name})
    for library, owners in RESERVED.items():
        if name not in owners and any(n == library or n.startswith(library + ".") for n in names):
            wrong.append(library)
    return wrong


def test_every_module_is_in_the_table_and_every_line_of_the_table_is_a_module() -> None:
    assert set(modules()) == set(ALLOWED)
    assert len(modules()) > 15


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_a_module_imports_only_what_the_table_allows(name: str) -> None:
    files = modules()[name]
    assert files
    for path in files:
        assert trespasses(name, path.read_text(encoding="utf-8")) == [], path


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_the_table_allows_nothing_that_nobody_needs(name: str) -> None:
    used: set[str] = set()
    for path in modules()[name]:
        used |= own(imports(path.read_text(encoding="utf-8")), set(ALLOWED))
    assert ALLOWED[name] - used == set()


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        ("model", "from generator import ledger", ["ledger"]),
        ("model", "from generator.reading.blocks import parse", ["reading"]),
        ("sheets", "def f():\n    import weasyprint", ["weasyprint"]),
        ("ledger", "from time import time", ["time"]),
        ("anki", "import genanki", []),
        ("build", "from generator import anki", []),
    ],
)
def test_the_guard_sees_a_trespass(name: str, source: str, found: list[str]) -> None:
    assert trespasses(name, source) == found


# Calls that touch files, and the modules that may make them.
_FILE_CALLS = {
    *(
        "open",
        "read_bytes",
        "read_text",
        "write_bytes",
        "write_text",
        "unlink",
        "mkdir",
        "touch",
        "symlink_to",
        "rename",
    ),
    *("is_file", "is_dir", "exists", "stat", "iterdir", "glob", "rglob", "scandir", "walk_up", "listdir"),
    *("mkstemp", "fdopen", "fsync", "chmod", "utime", "rmdir"),
}
_TOUCHING = {"project", "media", "fetching", "outputs", "resources", "press"}


def test_only_a_few_modules_touch_files() -> None:
    """`press` and `resources` read templates and fonts, `fetching` opens what lies on the web; only `project`, `media`
    and `outputs` touch a user's files.
    """
    touching = set()
    for name, files in modules().items():
        for path in files:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                    if called in _FILE_CALLS:
                        touching.add(name)
    assert touching, "the guard found nothing to guard"
    assert touching == _TOUCHING


def functions() -> list[tuple[str, int]]:
    """Every function of the package with its length in lines."""
    found = []
    for files in modules().values():
        for path in files:
            nodes = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.FunctionDef)]
            found += [(f"{path.name}:{node.name}", (node.end_lineno or 0) - node.lineno + 1) for node in nodes]
    return found


def test_functions_are_short() -> None:
    assert len(functions()) > 150
    assert [name for name, lines in functions() if lines > 40] == []


def test_files_are_short() -> None:
    lengths = {
        str(path.relative_to(PACKAGE)): len(path.read_text(encoding="utf-8").splitlines())
        for files in modules().values()
        for path in files
    }
    assert len(lengths) > 150
    assert {name: lines for name, lines in lengths.items() if lines > 420} == {}
