"""The press: signatures are laid out in a pool of processes, kept by their content, and bound into PDFs.

The only part that knows WeasyPrint and pikepdf; neither is imported before a page must be laid out or bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Protocol

from generator import workers
from generator.machine import pango_version
from generator.press import keys
from generator.press.errors import LayoutFailed, PangoMissing
from generator.print_model import Sheet, Signature

if TYPE_CHECKING:
    from generator.press.bind import Printed

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
) -> tuple[Printed, ...]:
    """The PDFs of these sheets, in their order, each with how what is in it was made to fit.

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
    for done, (name, data) in enumerate(_laid_out(missing, jobs or workers.processors()), 1):
        cache.put(name, data)
        pages[name] = data
        if on_done:
            on_done(done, len(missing))
    return tuple(_joined(sheet, [pages[name] for name in names]) for sheet, names in zip(sheets, ordered, strict=True))


def _joined(sheet: Sheet, prepared: Sequence[bytes]) -> Printed:
    """The sheet's signatures as one PDF: bound, or imposed as cards."""
    if sheet.plan:
        from generator.press.impose import impose

        return impose(sheet, prepared, sheet.plan)
    from generator.press.bind import bind

    return bind(sheet, prepared)


def print_sheet(sheet: Sheet, cache: Cache, jobs: int = 0, on_done: Callable[[int, int], None] | None = None) -> bytes:
    """One sheet's PDF; see `print_all`."""
    return print_all([sheet], cache, jobs, on_done)[0].data


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
    """The same by processes that are spawned, for Pango does not survive a fork."""
    from generator.press.layout import lay_out

    yield from workers.done(lay_out, ((name, one, len(one.html)) for name, one in missing.items()), jobs)
