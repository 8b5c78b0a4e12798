"""Work that several processes share, each of which ends when its parent does."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from typing import Literal, TypeVar

Start = Literal["spawn", "fork"]
_Given = TypeVar("_Given")
_Made = TypeVar("_Made")
_Name = TypeVar("_Name", bound=Hashable)


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def done(
    work: Callable[[_Given], _Made],
    tasks: Iterable[tuple[_Name, _Given, int]],
    jobs: int,
    start: Start = "spawn",
    helping: bool = False,
) -> Iterator[tuple[_Name, _Made]]:
    """The tasks' names with what `work` makes of them, as they are finished: each is its name, what is given, its size.

    The largest come first, so that no process is left with one at the end. `helping` says that this process is one of
    the `jobs`: it does the smallest itself, which need not be handed over. Raises what `work` raises, and
    `BrokenProcessPool` where a process can't be started or was killed.
    """
    context = multiprocessing.get_context(start)
    with ProcessPoolExecutor(
        jobs - helping, context, initializer=_begin, initargs=(os.getpid(), *gc.get_threshold())
    ) as pool:
        ordered = sorted(tasks, key=lambda task: (-task[2], str(task[0])))
        waiting: dict[Future[_Made], _Name] = {pool.submit(work, given): name for name, given, _ in ordered}
        try:
            for future, (name, given, _) in zip(reversed([*waiting]), reversed(ordered), strict=True):
                if helping and future.cancel():  # none has begun it
                    del waiting[future]
                    yield name, work(given)
            while waiting:
                finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield waiting.pop(future), future.result()
        finally:
            for future in waiting:
                future.cancel()


def _begin(parent: int, *thresholds: int) -> None:
    """Have this worker look for cycles as rarely as its parent does, and end when that is gone.

    A build that was killed has nobody to tell it so.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    gc.set_threshold(*thresholds)
    threading.Thread(target=watch, daemon=True).start()
