"""Who is told what happens while it happens, and the one wrapper of every step."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Watch:
    """Told what happens while it happens; this one tells nobody."""

    def began(self, step: str) -> None:
        """A step has begun."""

    def ended(self, step: str, seconds: float) -> None:
        """A step has ended."""

    def advanced(self, done: int, total: int) -> None:
        """So many of the step's parts are done."""

    def waiting(self) -> None:
        """Another build of the same project is at work; this one waits for it."""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """The one wrapper of every step."""
        self.began(name)
        start = time.perf_counter()
        try:
            yield
        finally:
            self.ended(name, time.perf_counter() - start)
