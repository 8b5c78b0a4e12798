"""What a user installs: a wheel, in a fresh environment, in another folder, on one Markdown file."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pypdfium2
import pytest

from tests.driver import Learner

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_templates_and_fonts_and_nothing_of_the_workshop(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    in_project = {path.relative_to(ROOT).as_posix() for path in (ROOT / "templates").rglob("*") if path.is_file()}
    assert len(in_project) > 20
    assert {f"generator/{name}" for name in in_project} <= set(names)
    assert any(name.endswith(".ttf") for name in names)
    assert not [name for name in names if name.startswith(("tests", "source", "docs", "build"))]


def test_a_fresh_environment_builds_a_deck_and_a_sheet_from_one_file(wheel: Path, tmp_path: Path) -> None:
    home, work = tmp_path / "environment", tmp_path / "some where"
    work.mkdir()
    pinned = re.sub(r" *\\\n +--hash=\S+", "", (ROOT / "requirements.lock").read_text(encoding="utf-8"))
    (tmp_path / "constraints.txt").write_text(pinned, encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, env=env)
    pip = [str(home / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-c", str(tmp_path / "constraints.txt"), str(wheel)], check=True, env=env, cwd=work)
    (work / "notes.md").write_text("# Trees\n\n## What is a leaf?\n\nA node without `children`.\n", encoding="utf-8")

    done = subprocess.run(
        [str(home / "bin/deckpress"), "build", "notes.md"],
        cwd=work,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(path.name for path in (work / "build").iterdir() if path.is_file()) == [
        "notes.ledger.jsonl",
        "trees-cards.pdf",
        "trees-cheat.pdf",
        "trees-quiz.pdf",
        "trees-study.pdf",
        "trees.apkg",
    ]
    with Learner.at(tmp_path / "anki") as learner:
        assert len(learner.takes(work / "build/trees.apkg")["new"]) == 1
    pages = pypdfium2.PdfDocument(work / "build/trees-study.pdf")
    text = " ".join(page.get_textpage().get_text_bounded() for page in pages)
    assert "What is a leaf?" in text
    assert "A node without children" in " ".join(text.split())
