"""One build at a time: the lock, who waits for it, and what becomes of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from generator import outputs
from generator.model import UserError

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of the test's own, for locks."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


HOLDER = """
import sys, time
from pathlib import Path
from generator import outputs
with outputs.locked(Path(sys.argv[1]), lambda: print("waits", flush=True)):
    print("has it", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(ledger: Path, seconds: float = 0, code: str = HOLDER) -> subprocess.Popen[str]:
    """Another process that wants the lock."""
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    call = [sys.executable, "-c", code, str(ledger), str(seconds)]
    return subprocess.Popen(call, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def said(process: subprocess.Popen[str]) -> str:
    """The next line that a process prints."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def wanted(ledger: Path) -> tuple[float, int]:
    """How long the lock took to get, and how often we were told to wait."""
    told: list[None] = []
    start = time.monotonic()
    with outputs.locked(ledger, lambda: told.append(None)):
        return time.monotonic() - start, len(told)


def test_the_second_waits_and_is_told_so_once(tmp_path: Path, temporary: Path) -> None:
    ledger = tmp_path / "source/ledger.jsonl"
    first = holder(ledger, 1.5)
    assert said(first) == "has it"
    took, told = wanted(ledger)
    assert 1 < took < 10
    assert told == 1
    assert first.wait(10) == 0
    assert list(temporary.iterdir()) == []
    assert not ledger.parent.exists()


def test_a_short_wait_is_not_worth_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "_PATIENCE", 30)
    first = holder(tmp_path / "ledger.jsonl", 0.3)
    assert said(first) == "has it"
    assert wanted(tmp_path / "ledger.jsonl")[1] == 0
    assert first.wait(10) == 0


def test_other_ledgers_do_not_wait_and_the_same_one_by_another_name_does(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "link").symlink_to("source")
    first = holder(tmp_path / "link/ledger.jsonl", 30)
    assert said(first) == "has it"
    assert wanted(tmp_path / "source/b.ledger.jsonl")[1] == 0
    second = holder(tmp_path / "source/../source/ledger.jsonl")
    assert said(second) == "waits"
    first.kill()
    assert said(second) == "has it"
    assert (first.wait(10), second.wait(10)) == (-signal.SIGKILL, 0)


WITH_A_WORKER = """
import multiprocessing, sys, time
from pathlib import Path
from generator import outputs
if __name__ == "__main__":
    with outputs.locked(Path(sys.argv[1]), print):
        multiprocessing.get_context("spawn").Process(target=time.sleep, args=(30,)).start()
        print("has it", flush=True)
        time.sleep(30)
"""


def test_a_killed_build_has_no_lock_even_if_its_workers_live_on(tmp_path: Path) -> None:
    script = tmp_path / "holder.py"
    script.write_text(WITH_A_WORKER, encoding="utf-8")
    call = [sys.executable, str(script), str(tmp_path / "ledger.jsonl")]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    first = subprocess.Popen(call, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert said(first) == "has it"
        first.kill()
        first.wait(10)
        os.killpg(first.pid, 0)  # raises if the worker is gone
        assert wanted(tmp_path / "ledger.jsonl")[1] == 0
    finally:
        os.killpg(first.pid, signal.SIGKILL)


def test_ctrl_c_ends_a_wait_at_once(tmp_path: Path) -> None:
    first, second = holder(tmp_path / "ledger.jsonl", 30), None
    try:
        assert said(first) == "has it"
        second = holder(tmp_path / "ledger.jsonl")
        assert said(second) == "waits"
        start = time.monotonic()
        second.send_signal(signal.SIGINT)
        assert second.wait(10) != 0
        assert time.monotonic() - start < 1
        assert first.poll() is None
    finally:
        first.kill()
        first.wait(10)


COUNTER = """
import sys, time
from pathlib import Path
from generator import outputs
with outputs.locked(Path(sys.argv[1]), print):
    count = Path(sys.argv[1]).with_name("count")
    number = int(count.read_text())
    time.sleep(0.03)
    count.write_text(str(number + 1))
"""


def test_many_at_once_are_one_after_another(tmp_path: Path, temporary: Path) -> None:
    """Each reads a number, waits, and writes the next one; without the lock some would be lost."""
    count = tmp_path / "count"
    count.write_text("0", encoding="utf-8")
    crowd = [holder(tmp_path / "ledger.jsonl", code=COUNTER) for _ in range(8)]
    assert [process.wait(30) for process in crowd] == [0] * 8
    assert count.read_text(encoding="utf-8") == "8"
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("taken", [False, True])
def test_a_lock_on_a_file_that_the_one_before_deleted_is_none(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    """Between our opening and our locking the one before deletes the file, and perhaps a third makes it anew."""
    lock, tries = outputs._lock, 0

    def late(handle: int) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            (path,) = temporary.iterdir()
            path.unlink()
            if taken:
                path.touch()
        lock(handle)

    monkeypatch.setattr(outputs, "_lock", late)
    with outputs.locked(tmp_path / "ledger.jsonl", pytest.fail):
        (path,) = temporary.iterdir()
        assert outputs._tried(str(path)) is None
    assert tries == 3


def test_a_lock_goes_when_a_build_fails(tmp_path: Path, temporary: Path) -> None:
    with pytest.raises(UserError), outputs.locked(tmp_path / "ledger.jsonl", pytest.fail):
        raise UserError("no")
    assert list(temporary.iterdir()) == []
    assert wanted(tmp_path / "ledger.jsonl")[1] == 0


def test_without_a_place_for_a_lock_the_build_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert wanted(tmp_path / "ledger.jsonl")[1] == 0

    def nowhere() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    assert wanted(tmp_path / "ledger.jsonl")[1] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["tmp"]
