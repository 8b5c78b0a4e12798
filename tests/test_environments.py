"""The same bytes wherever a build runs, and an honest answer where a part of the environment is missing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pikepdf
import pytest

ROOT = Path(__file__).resolve().parent.parent

TEXT = """# Trees

## What is a leaf?

A node without children: 🍀 → `{{ leaf }}`.

![a leaf](images/leaf.png) ![a tree](images/tree.svg)

## What is a root? {kind=reversed .top}

```python
def root(node):
    return node if node.parent is None else root(node.parent)
```

| a | b |
|---|---|
| 1 | 2 |

## Which parts has a tree?

It has {{c1::a root}}, {{c2::branches}} and {{c3::leaves::green}}.

Source: https://example.org/trees
"""
MORE = "# Woods\n\n## Welcher Baum wächst größer?\n\nDie Öfter-Gegossene.\n"
LEAF = (  # a PNG of one green pixel
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c6390abb00100018a"
    "00d31c7892590000000049454e44ae426082"
)
TREE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="3"/></svg>'
FILES = {
    "deck.toml": b'title = "Trees"\n',
    "2-trees.md": TEXT.encode(),
    "10-woods.md": MORE.encode(),
    "images/leaf.png": bytes.fromhex(LEAF),
    "images/tree.svg": TREE.encode(),
}


def run(
    folder: Path,
    *arguments: str | Path,
    flags: Sequence[str] = (),
    umask: int = -1,
    cwd: Path | None = None,
    **env: str,
) -> subprocess.CompletedProcess[str]:
    """A build in a process of its own; `flags` are the interpreter's, an empty variable is one that is not set."""
    there = os.environ | {"SOURCE_DATE_EPOCH": "1750000000"} | env
    return subprocess.run(
        [sys.executable, *flags, "-m", "generator", "build", *map(str, arguments)],
        cwd=cwd or folder,
        env={name: value for name, value in there.items() if value},
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )


def project(folder: Path, names: Iterable[str] = tuple(FILES)) -> Path:
    """A project whose files are made in this order."""
    for name in names:
        path = folder / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(FILES[name])
    return folder


def artifacts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def made(folder: Path) -> dict[str, bytes]:
    """All that a build made, the ledger too."""
    return artifacts(folder / "build") | {"ledger": (folder / "source/ledger.jsonl").read_bytes()}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project built as usual."""
    folder = project(tmp_path_factory.mktemp("usual"))
    done = run(folder, "--jobs", "1", PYTHONHASHSEED="1", TZ="UTC")
    assert done.returncode == 0, done.stderr
    assert sorted(made(folder)) == [
        "ledger",
        *(f"trees-{name}.pdf" for name in ("cards", "cheat", "quiz", "study")),
        "trees.apkg",
    ]
    return folder


def differing(folder: Path, usual: Path) -> list[str]:
    """The files that are not those of the usual build, byte for byte."""
    here, there = made(folder), made(usual)
    return sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))


def test_bytes_do_not_show_the_process(tmp_path: Path, usual: Path) -> None:
    """Hash seed, number of processes, an interpreter that drops assertions and docstrings."""
    folder = project(tmp_path)
    done = run(folder, "--jobs", "2", flags=["-OO"], PYTHONHASHSEED="77")
    assert (done.returncode, differing(folder, usual)) == (0, []), done.stderr


def test_bytes_do_not_show_the_place(tmp_path: Path, usual: Path) -> None:
    """Where the project lies and the command is given, home, temporary folder, permissions."""
    folder = project(tmp_path / "a longer path" / "there")
    (tmp_path / "tmp").mkdir()
    arguments = (folder / "source", "--out", folder / "build")
    tmp = str(tmp_path / "tmp")
    done = run(folder, *arguments, cwd=tmp_path, umask=0o077, HOME="", XDG_CACHE_HOME="", TMPDIR=tmp)
    assert (done.returncode, differing(folder, usual)) == (0, []), done.stderr


# Imported by an interpreter when it starts: all folders are listed backwards.
BACKWARDS = """
import os
listdir, scandir = os.listdir, os.scandir
class Backwards:
    def __init__(self, *path):
        with scandir(*path) as entries:
            self.entries = iter(sorted(entries, key=lambda entry: os.fsencode(entry.name), reverse=True))
    def __iter__(self): return self.entries
    def __next__(self): return next(self.entries)
    def __enter__(self): return self
    def __exit__(self, *error): pass
    def close(self): pass
os.listdir = lambda *path: sorted(listdir(*path), key=os.fsencode, reverse=True)
os.scandir = Backwards
"""


def test_bytes_do_not_show_how_files_lie_in_folders(tmp_path: Path, usual: Path) -> None:
    """The order in which they were made and are listed, and their times."""
    folder = project(tmp_path / "p", reversed(FILES))
    for path in (folder / "source").rglob("*"):
        os.utime(path, (400_000_000, 400_000_000))
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(BACKWARDS, encoding="utf-8")
    done = run(folder, PYTHONPATH=str(tmp_path / "site"))
    assert (done.returncode, differing(folder, usual)) == (0, []), done.stderr


def test_bytes_do_not_show_the_language(tmp_path: Path, usual: Path) -> None:
    """A legacy locale, whose files are in ASCII if their opener doesn't say otherwise; another time zone."""
    folder = project(tmp_path)
    done = run(
        folder, LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="utf-8", TZ="Asia/Kathmandu", PYTHONUTF8="0"
    )
    assert (done.returncode, differing(folder, usual)) == (0, []), done.stderr


@pytest.mark.parametrize("clock", ["", "1000000000"])
def test_bytes_do_not_show_the_clock(tmp_path: Path, usual: Path, clock: str) -> None:
    """Built from source and ledger alone, now and in 2001: dates and identifiers come from what changed last."""
    folder = project(tmp_path)
    shutil.copy(usual / "source/ledger.jsonl", folder / "source")
    done = run(folder, SOURCE_DATE_EPOCH=clock)
    assert (done.returncode, differing(folder, usual)) == (0, []), done.stderr
    with pikepdf.open(folder / "build/trees-study.pdf") as pdf:
        assert str(pdf.docinfo["/ModDate"]) == "D:20250615150640Z"
    with zipfile.ZipFile(folder / "build/trees.apkg") as deck:
        assert {entry.date_time for entry in deck.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_bytes_do_not_show_what_was_cached(tmp_path: Path, usual: Path) -> None:
    folder = tmp_path / "p"
    shutil.copytree(usual, folder)
    pages = artifacts(folder / "build/.cache/pages")
    assert pages
    for name in ("trees.apkg", "trees-study.pdf"):
        (folder / "build" / name).unlink()
    done = run(folder, "--force", SOURCE_DATE_EPOCH="1760000000")
    assert (done.returncode, differing(folder, usual)) == (0, []), done.stderr
    assert artifacts(folder / "build/.cache/pages") == pages


# --- parts of the environment that are missing ------------------------------------------------------------------------


# What WeasyPrint prints to standard output before it fails to load a library.
BANNER = 'print("\\n-----\\n\\nWeasyPrint could not import some external libraries.\\n")\n'


def test_without_pango_the_deck_is_built_and_one_line_says_what_to_install(tmp_path: Path) -> None:
    """WeasyPrint loads Pango with cffi; a stand-in that finds no library is what a machine without it looks like."""
    folder = project(tmp_path / "p")
    stand_in = tmp_path / "stand-in" / "weasyprint"
    stand_in.mkdir(parents=True)
    words = "cannot load library 'libpango-1.0-0': cannot open shared object file"
    (stand_in / "__init__.py").write_text(BANNER + f'raise OSError("{words}")\n', encoding="utf-8")
    done = run(folder, PYTHONPATH=os.pathsep.join([str(stand_in.parent), os.environ.get("PYTHONPATH", "")]))
    assert done.returncode == 3, done.stdout + done.stderr
    (line,) = done.stderr.strip().splitlines()
    for command in ("apt install libpango", "dnf install pango", "brew install pango", "MSYS2"):
        assert command in line
    assert [name for name in artifacts(folder / "build") if not name.startswith(".")] == ["trees.apkg"]
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["wrote", "4"]

    only = run(folder, "--product", "study", "--json", PYTHONPATH=str(stand_in.parent))
    assert only.returncode == 2
    assert "Pango" in only.stderr


def test_json_goes_to_standard_output_alone(tmp_path: Path) -> None:
    done = run(project(tmp_path / "p"), "--product", "deck", "--json")
    assert json.loads(done.stdout)["exit"] == 0
    assert done.stderr == ""


@pytest.mark.skipif(os.name != "posix", reason="make is a program of POSIX systems")
def test_make_speaks_of_every_target() -> None:
    make = shutil.which("make")
    assert make, "make is missing"
    call = [make, "--silent", "--no-print-directory", "help"]
    env = os.environ | {"MAKELEVEL": "1"}  # as when `make test` runs this
    done = subprocess.run(call, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    said = {line.split()[1] for line in done.stdout.splitlines()}
    assert {"build", "test", "check", "clean", "help", "bench", "pictures"} <= said
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = [line for line in makefile.splitlines() if line.startswith(".PHONY:")]
    assert set(phony.split()[1:]) - {"system"} == said
