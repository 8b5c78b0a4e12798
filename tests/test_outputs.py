"""Files are whole or as they were, whatever a disk, a folder or a kill does."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from generator import outputs
from generator.model import UserError
from tests import kills

ROOT = Path(__file__).resolve().parent.parent
NOTES = [f"## What is a tree of {n} nodes?\n\nA tree that has {n}.\n\n" for n in range(2, 40)]


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- files ------------------------------------------------------------------------------------------------------------


def test_what_changed_is_written_and_what_did_not_is_not_touched(tmp_path: Path) -> None:
    same, old, new = (tmp_path / "out" / name for name in ("same", "old", "new"))
    assert outputs.publish_all([(same, b"1"), (old, b"2")]) == (same, old)
    before = same.stat()
    assert outputs.publish_all([(same, b"1"), (old, b"3"), (new, b"4")]) == (old, new)
    assert (same.stat().st_ino, same.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert tree(tmp_path / "out") == {"same": b"1", "old": b"3", "new": b"4"}
    assert outputs.publish(new, b"4") is False


def test_who_reads_a_file_while_it_is_written_anew_reads_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.apkg"
    outputs.publish(path, b"old")
    with path.open("rb") as reader:
        outputs.publish(path, b"new")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new"


def test_permissions_stay_and_new_files_get_the_user_s(tmp_path: Path) -> None:
    secret, common = tmp_path / "secret", tmp_path / "common"
    secret.write_bytes(b"old")
    secret.chmod(0o600)
    umask = os.umask(0o027)
    try:
        outputs.publish_all([(secret, b"new"), (common, b"new")])
    finally:
        os.umask(umask)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (secret, common)] == [0o600, 0o640]


def test_a_linked_file_stays_a_link(tmp_path: Path) -> None:
    """A ledger that lies in a shared folder is written there; replacing the link would part the two for good."""
    (tmp_path / "common").mkdir()
    (tmp_path / "source").mkdir()
    real, link = tmp_path / "common/ledger.jsonl", tmp_path / "source/ledger.jsonl"
    real.write_bytes(b"old")
    link.symlink_to(real)
    (tmp_path / "common/.ledger.jsonl.01234567.new").write_bytes(b"half")
    outputs.publish_all([(link, b"new")])
    assert link.is_symlink()
    assert tree(tmp_path / "common") == {"ledger.jsonl": b"new"}
    assert [path.name for path in (tmp_path / "source").iterdir()] == ["ledger.jsonl"]


def test_what_a_killed_build_left_of_a_file_goes_and_nothing_else(tmp_path: Path) -> None:
    others = [".a.apkg", ".b.a.apkg.01234567.new", ".a.apkg.b.01234567.new", ".a.apkg.0123456g.new", ".a.apkg.01234567"]
    for name in (*others, ".a.apkg.01234567.new", ".a.apkg.89abcdef.new"):
        (tmp_path / name).write_bytes(b"")
    outputs.sweep([tmp_path / "a.apkg", tmp_path / "no such folder" / "b"])
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == sorted(others)


def test_a_cache_keeps_nothing_that_a_killed_build_left(tmp_path: Path) -> None:
    cache = outputs.PageCache.below(tmp_path)
    cache.put("a" * 64, b"page")
    (cache.folder / f".{'b' * 64}.01234567.new").write_bytes(b"half")
    cache.prune()
    assert [path.name for path in cache.folder.iterdir()] == ["a" * 64]


def lines_until_killed(call: Callable[[], object], lines: int) -> int:
    """Run the call in a fork that is killed before it executes so many lines of outputs.py; how the fork ended."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    left = lines

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if frame.f_code.co_filename != outputs.__file__:
            return None
        left -= event == "line"
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    try:
        call()
    finally:
        os._exit(0)


def test_a_kill_at_any_line_leaves_each_file_whole_and_no_deck_without_its_ledger(tmp_path: Path) -> None:
    ledger, deck, sheet = tmp_path / "source/ledger.jsonl", tmp_path / "build/a.apkg", tmp_path / "build/a.pdf"
    seen = set()
    for lines in range(10_000):
        old = outputs.publish_all([(path, b"old") for path in (ledger, deck, sheet)])
        assert len(old) in (0, 1, 2, 3)
        code = lines_until_killed(lambda: outputs.publish_all([(p, b"new" * 9) for p in (ledger, deck, sheet)]), lines)
        seen.add(tuple(path.read_bytes() == b"new" * 9 for path in (ledger, deck, sheet)))
        assert {path.read_bytes() for path in (ledger, deck, sheet)} <= {b"old", b"new" * 9}
        if code == 0:
            break
        assert code == -signal.SIGKILL
    assert lines > 50
    assert seen == {(False,) * 3, (True, False, False), (True, True, False), (True,) * 3}
    outputs.publish_all([(path, b"old") for path in (ledger, deck, sheet)])
    assert sorted(tree(tmp_path)) == ["build/a.apkg", "build/a.pdf", "source/ledger.jsonl"]


@pytest.mark.parametrize("failing", ["a.apkg", "a.pdf"])
def test_a_folder_in_the_place_of_a_file_leaves_all_as_it_was(tmp_path: Path, failing: str) -> None:
    ledger, deck, sheet = tmp_path / "ledger.jsonl", tmp_path / "a.apkg", tmp_path / "a.pdf"
    ledger.write_bytes(b"old")
    (tmp_path / failing).mkdir()
    with pytest.raises(UserError, match=rf"^`.*{failing}` can't be written: a folder lies in its place$"):
        outputs.publish_all([(ledger, b"new"), (deck, b"new"), (sheet, b"new")])
    assert tree(tmp_path) == {"ledger.jsonl": b"old"}


def test_a_file_in_the_place_of_a_folder_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "build").write_bytes(b"")
    with pytest.raises(UserError, match=r"^`.*a\.apkg` can't be written: `.*/build` is no folder$"):
        outputs.publish_all([(tmp_path / "ledger.jsonl", b"new"), (tmp_path / "build/deck/a.apkg", b"new")])
    assert tree(tmp_path) == {"build": b""}


def test_a_file_that_cannot_take_its_place_stops_those_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to replace a file that another program has open: then the ledger is ahead of its deck."""
    replace = os.replace

    def busy(source: str, target: Path) -> None:
        if target.name == "a.apkg":
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    monkeypatch.setattr(os, "replace", busy)
    with pytest.raises(UserError, match=r"^`.*a\.apkg` can't be written: Permission denied$"):
        outputs.publish_all([(tmp_path / name, b"new") for name in ("ledger.jsonl", "a.apkg", "a.pdf")])
    assert tree(tmp_path) == {"ledger.jsonl": b"new"}


# --- builds on disks and in folders that refuse -----------------------------------------------------------------------


def project(folder: Path) -> Path:
    (folder / "source").mkdir(parents=True)
    (folder / "source/deck.toml").write_text('title = "Trees"\n', encoding="utf-8")
    (folder / "source/trees.md").write_text("".join(NOTES), encoding="utf-8")
    return folder


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "generator", "build", "--product", "deck", *arguments]


def run(folder: Path, *arguments: str, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    """A build in a process of its own, in which `before` is called first."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command(*arguments), cwd=folder, env=env, preexec_fn=before, capture_output=True, text=True, check=False
    )


def small_files() -> None:
    """No file of this process may grow beyond a few kilobytes: less than a deck needs, more than a small ledger."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, 6_000))


def mortal() -> None:
    """Root may write anywhere, whatever a folder's mode says: give that power up."""
    drop_from_bounding_set, dac_override = 24, 1  # as linux/prctl.h and linux/capability.h number them
    if os.geteuid() == 0:
        assert ctypes.CDLL(None).prctl(drop_from_bounding_set, dac_override, 0, 0, 0) == 0


def says(done: subprocess.CompletedProcess[str], name: str, reason: str) -> bool:
    """Whether the build ended with one sentence about this file."""
    (line,) = done.stderr.splitlines()
    assert done.returncode == 2
    assert done.stdout == ""
    return line.startswith("deckpress: `") and line.endswith(f"{name}` can't be written: {reason}")


def test_a_disk_that_takes_the_ledger_but_not_the_deck_leaves_both_as_they_were(tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    source = folder / "source/trees.md"
    source.write_text("".join(NOTES[:2]), encoding="utf-8")
    assert run(folder).returncode == 0
    source.write_text("".join(NOTES[:4]), encoding="utf-8")
    before = tree(folder)
    assert says(run(folder, before=small_files), "build/trees.apkg", "File too large")
    assert tree(folder) == before
    assert run(folder).returncode == 0
    changed = {name for name, data in tree(folder).items() if before.get(name) != data}
    assert changed >= {"source/ledger.jsonl", "build/trees.apkg"}


FULL = """
import json, os, pathlib, subprocess, sys
place, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
folder = place / "p"
(folder / "source").mkdir(parents=True)
(folder / "source/a.md").write_text("## What is a?\\n\\nA letter.\\n")
first = subprocess.run(command, cwd=folder, capture_output=True, text=True)
(folder / "source/a.md").write_text(os.environ["NOTES"])
def tree():
    return {str(path): path.read_bytes().hex() for path in sorted(place.rglob("*")) if path.is_file()}
room = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
(place / "filler").write_bytes(b"x" * (room - int(os.environ["ROOM"])))
before = tree()
second = subprocess.run(command, cwd=folder, capture_output=True, text=True)
same = tree() == before
(place / "filler").unlink()
third = subprocess.run(command, cwd=folder, capture_output=True, text=True)
print(json.dumps([first.returncode, second.returncode, second.stderr, same, third.returncode]))
"""


@pytest.mark.parametrize(("room", "file"), [(0, "source/ledger.jsonl"), (20_480, "build/p.apkg")])
def test_a_full_disk_leaves_all_as_it_was(tmp_path: Path, room: int, file: str) -> None:
    """A real one, of half a megabyte, mounted where nobody else sees it."""
    (tmp_path / "disk").mkdir()
    mount = 'mount -t tmpfs -o size=512k deckpress "$0" && exec "$@"'
    apart = ["unshare", "--mount", "--map-root-user", "sh", "-c", mount, str(tmp_path / "disk")]
    if sys.platform != "linux" or subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here; the limit on file sizes above is all the proof there is")
    env = os.environ | {
        "PYTHONPATH": str(ROOT),
        "NOTES": "".join(NOTES),
        "ROOM": str(room),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    call = [*apart, sys.executable, "-c", FULL, str(tmp_path / "disk"), *command()]
    done = subprocess.run(call, env=env, capture_output=True, text=True, check=True)
    first, second, said, same, third = json.loads(done.stdout)
    assert (first, second, third) == (0, 2, 0)
    assert said == f"deckpress: `{tmp_path}/disk/p/{file}` can't be written: No space left on device\n"
    assert same


@pytest.fixture
def closed() -> Iterator[Callable[[Path], None]]:
    """Closes folders to writing, for as long as the test runs."""
    folders: list[Path] = []

    def close(folder: Path) -> None:
        folders.append(folder)
        folder.chmod(0o555)

    yield close
    for folder in folders:
        folder.chmod(0o755)


@pytest.mark.parametrize(("shut", "file"), [("source", "source/ledger.jsonl"), ("build", "build/trees.apkg")])
def test_a_read_only_folder_leaves_all_as_it_was(
    tmp_path: Path, shut: str, file: str, closed: Callable[[Path], None]
) -> None:
    folder = project(tmp_path / "p")
    assert run(folder).returncode == 0
    source = folder / "source/trees.md"
    source.write_text("".join(NOTES).replace("A tree that has 7.", "Seven of them."), encoding="utf-8")
    before = tree(folder)
    closed(folder / shut)
    assert says(run(folder, before=mortal), file, "Permission denied")
    assert tree(folder) == before


def test_a_read_only_source_with_a_ledger_that_stays_is_built(tmp_path: Path, closed: Callable[[Path], None]) -> None:
    folder = project(tmp_path / "p")
    assert run(folder).returncode == 0
    before = tree(folder)
    (folder / "build/trees.apkg").unlink()
    closed(folder / "source")
    done = run(folder, before=mortal)
    assert (done.returncode, done.stderr) == (0, "")
    assert tree(folder) == before


# --- kills ------------------------------------------------------------------------------------------------------------


def test_builds_killed_two_at_a_time(tmp_path: Path) -> None:
    """`make bench-kills` does this 500 times, with sheets too."""
    found = kills.trial(tmp_path / "kills", 12, seed=1, sheets=False)
    assert found.counts["killed"] >= 12
    assert found.witness.decks > 12
    assert len(found.witness.identities) > 12
