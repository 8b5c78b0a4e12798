"""The press: signatures are laid out in a pool of processes, kept by their content, and bound into PDFs.

The only part that knows WeasyPrint and pikepdf; neither is imported before a page must be laid out or bound.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Protocol

from generator.machine import pango_version
from generator.model import Sheet, Signature
from generator.press import keys
from generator.press.errors import LayoutFailed, PangoMissing

__all__ = ["Cache", "LayoutFailed", "MemoryCache", "PangoMissing", "print_all", "print_sheet"]

# Starting the workers costs each an import of a second. Below this much HTML, about sixty notes, one process is done
# sooner.
_WORTH_A_POOL = 120_000


class Cache(Protocol):
    """Where prepared pages are kept between builds. `get` gives what was `put` under the same key, or None."""

    def get(self, key: str) -> bytes | None:
        """What was put under the key, or None."""

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`, if that can be done; a failure is not told."""


class MemoryCache:
    """A cache that lasts as long as the object: for tests, and for callers who keep nothing on disk."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """The bytes kept under `key`, or None."""
        return self.kept.get(key)

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`."""
        self.kept[key] = data


def print_all(
    sheets: Sequence[Sheet], cache: Cache, jobs: int = 0, on_done: Callable[[int, int], None] | None = None
) -> tuple[bytes, ...]:
    """The PDFs of these sheets, in their order.

    Signatures that the cache has not are laid out by up to `jobs` processes (0: one a processor); `on_done` is told how
    many of how many there are after each. Neither `jobs` nor the cache changes a byte. Raises `PangoMissing`, or
    `LayoutFailed` naming the signature.
    """
    pages: dict[str, bytes] = {}
    missing: dict[str, Signature] = {}
    ordered = [[keys.key(signature) for signature in sheet.signatures] for sheet in sheets]
    for sheet, names in zip(sheets, ordered, strict=True):
        for name, signature in zip(names, sheet.signatures, strict=True):
            if name not in pages and name not in missing:
                kept = cache.get(name)
                if kept is None:
                    missing[name] = signature
                else:
                    pages[name] = kept
    for done, (name, data) in enumerate(_laid_out(missing, jobs or _processors()), 1):
        cache.put(name, data)
        pages[name] = data
        if on_done:
            on_done(done, len(missing))
    from generator.press.bind import bind

    return tuple(bind(sheet, [pages[name] for name in names]) for sheet, names in zip(sheets, ordered, strict=True))


def print_sheet(sheet: Sheet, cache: Cache, jobs: int = 0, on_done: Callable[[int, int], None] | None = None) -> bytes:
    """One sheet's PDF; see `print_all`."""
    return print_all([sheet], cache, jobs, on_done)[0]


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _laid_out(missing: dict[str, Signature], jobs: int) -> Iterator[tuple[str, bytes]]:
    """Each missing signature with its pages, as they are finished."""
    from generator.press.layout import lay_out, weasyprint

    work = sum(len(signature.html) for signature in missing.values())
    jobs = min(jobs, len(missing))
    if not pango_version():
        weasyprint()  # no Pango where it should be: better one failure here than one in each worker
    if jobs > 1 and work > _WORTH_A_POOL:
        left = dict(missing)
        try:
            for name, data in _by_pool(missing, jobs):
                del left[name]
                yield name, data
            return
        except BrokenProcessPool:
            # A script without a `__main__` guard cannot spawn, and a worker may be killed: go on by ourselves.
            missing = left
    for name, signature in missing.items():
        yield name, lay_out(signature)


def _by_pool(missing: dict[str, Signature], jobs: int) -> Iterator[tuple[str, bytes]]:
    """The largest first, so that no worker is left with one at the end; spawned, for Pango does not survive a fork."""
    from generator.press.layout import lay_out

    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=_end_with, initargs=(os.getpid(),)) as pool:
        ordered = sorted(missing.items(), key=lambda item: (-len(item[1].html), item[0]))
        waiting: dict[Future[bytes], str] = {pool.submit(lay_out, signature): name for name, signature in ordered}
        try:
            while waiting:
                finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield waiting.pop(future), future.result()
        finally:
            for future in waiting:
                future.cancel()


def _end_with(parent: int) -> None:
    """Have this worker end when its parent is gone: a build that was killed has nobody to tell it so."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
