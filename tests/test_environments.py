"""The same bytes wherever a build runs, and an honest answer where a part of the environment is missing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TEXT = """# Trees

## What is a leaf?

A node without children: 🍀 → `{{ leaf }}`.

## What is a root?

```python
def root(node):
    return node if node.parent is None else root(node.parent)
```

| a | b |
|---|---|
| 1 | 2 |

Source: https://example.org/trees
"""


def run(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "generator", "build", *arguments],
        cwd=folder,
        env=os.environ | {"SOURCE_DATE_EPOCH": "1750000000"} | env,
        capture_output=True,
        text=True,
        check=False,
    )


def project(folder: Path) -> Path:
    (folder / "source").mkdir(parents=True)
    (folder / "source/deck.toml").write_text('title = "Trees"\n', encoding="utf-8")
    (folder / "source/trees.md").write_text(TEXT, encoding="utf-8")
    return folder


def artifacts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_bytes_do_not_show_hash_seed_time_zone_locale_jobs_place_or_cache(tmp_path: Path) -> None:
    here = project(tmp_path / "here")
    done = run(here, "--jobs", "1", PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    first = artifacts(here / "build") | {"ledger": (here / "source/ledger.jsonl").read_bytes()}
    assert sorted(first) == ["ledger", "trees-study.pdf", "trees.apkg"]

    there = project(tmp_path / "a longer path" / "there")
    done = run(there, "--jobs", "2", PYTHONHASHSEED="77", TZ="Asia/Kathmandu", LC_ALL="C.UTF-8")
    assert done.returncode == 0, done.stderr
    second = artifacts(there / "build") | {"ledger": (there / "source/ledger.jsonl").read_bytes()}
    assert {name: second[name] == data for name, data in first.items()} == dict.fromkeys(first, True)

    done = run(here, "--force", SOURCE_DATE_EPOCH="1760000000")  # later, with cached pages
    assert done.returncode == 0, done.stderr
    assert artifacts(here / "build") == {name: first[name] for name in ("trees-study.pdf", "trees.apkg")}


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
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["wrote", "2"]

    only = run(folder, "--product", "study", "--json", PYTHONPATH=str(stand_in.parent))
    assert only.returncode == 2
    assert "Pango" in only.stderr


def test_json_goes_to_standard_output_alone(tmp_path: Path) -> None:
    done = run(project(tmp_path / "p"), "--product", "deck", "--json")
    assert json.loads(done.stdout)["exit"] == 0
    assert done.stderr == ""


@pytest.mark.skipif(os.name != "posix", reason="make is a program of POSIX systems")
def test_make_speaks_of_every_target() -> None:
    root = Path(__file__).resolve().parent.parent
    make = shutil.which("make")
    assert make, "make is missing"
    call = [make, "--silent", "--no-print-directory", "help"]
    env = os.environ | {"MAKELEVEL": "1"}  # as when `make test` runs this
    done = subprocess.run(call, cwd=root, env=env, capture_output=True, text=True, check=True)
    said = {line.split()[1] for line in done.stdout.splitlines()}
    assert {"build", "test", "check", "clean", "help", "bench", "pictures"} <= said
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    (phony,) = [line for line in makefile.splitlines() if line.startswith(".PHONY:")]
    assert set(phony.split()[1:]) - {"system"} == said
