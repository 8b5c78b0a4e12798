"""Documentation that can drift is checked against what it speaks of."""

from __future__ import annotations

import ast
import re

import pytest

from tests.documents import DOCS, PAGES

ROOT = DOCS.parent


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_generated_page_is_current(page: str) -> None:
    assert (DOCS / page).read_text(encoding="utf-8") == PAGES[page](), "run `make docs`"


def codes_in_the_code() -> set[str]:
    """The second argument of every `Problem(…)` and `….problem(…)`, and what our helpers pass on."""
    found: set[str] = set()
    for path in (ROOT / "generator").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("Problem", "problem", "_problem", "report"):
                    found |= {
                        a.value
                        for a in node.args
                        if isinstance(a, ast.Constant) and isinstance(a.value, str) and _CODE.fullmatch(a.value)
                    }
    return found


_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+|nul|mojibake|unanswered")


def test_every_problem_code_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"^\| `([\w-]+)` \|", (DOCS / "problems.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert len(documented) > 15
    assert codes_in_the_code() == documented


def test_every_problem_code_is_met_in_some_test() -> None:
    tests = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*") if path.suffix in (".py", ".md")
    )
    assert {code for code in codes_in_the_code() if code not in tests} == set()


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *DOCS.glob("*.md")]
    links = [
        (page, target)
        for page in pages
        for target in re.findall(
            r"\]\(([^)#]+)[^)]*\)|src=\"([^\"]+)\"", _without_code(page.read_text(encoding="utf-8"))
        )
    ]
    local = [(page, a or b) for page, (a, b) in links if not (a or b).startswith("http")]
    assert len(local) > 8
    assert [f"{page.name}: {target}" for page, target in local if not (page.parent / target).exists()] == []


def _without_code(page: str) -> str:
    return re.sub(r"(?ms)^ *```.*?^ *```|`[^`\n]+`", "", page)


def test_the_readme_counts_the_notes_that_there_are() -> None:
    (said,) = re.findall(r"(\d+) interview questions", (ROOT / "README.md").read_text(encoding="utf-8"))
    ledger = (ROOT / "source/ledger.jsonl").read_text(encoding="utf-8").splitlines()[1:]
    assert int(said) == sum('"retired": true' not in line for line in ledger)


# A file may be named in the test's own words, so the words are put together here.
_PRIVATE = [
    re.compile(pattern)
    for pattern in ("/wo" + "rk/", "/ro" + "ot/", "sha" + "red/", "pypi" + r"\.org", "registry" + r"\.npm")
]


def test_no_file_speaks_of_a_machine_or_a_registry() -> None:
    import subprocess

    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    looked = 0
    for name in filter(None, names):
        path = ROOT / name
        if path.suffix in (".ttf", ".png", ".otf") or not path.is_file():
            continue
        looked += 1
        text = path.read_text(encoding="utf-8")
        assert [pattern.pattern for pattern in _PRIVATE if pattern.search(text)] == [], name
    assert looked > 40


def test_the_architecture_names_every_module() -> None:
    told = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    modules = {
        path.stem
        for path in (ROOT / "generator").iterdir()
        if path.suffix == ".py" or path.name in ("ledger", "press", "reading")
    }
    assert len(modules) > 15
    assert {name for name in modules if not re.search(rf"\b{name}\b", told)} == {"__init__", "__main__"}


def test_the_top_level_is_as_agreed() -> None:
    import subprocess

    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    folders = {name.split("/")[0] for name in names if "/" in name}
    assert folders == {".ci", "build", "docs", "generator", "source", "templates", "tests"}
