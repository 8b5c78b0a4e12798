"""What a person sees while a build runs: nothing, the steps with their times, or a bar for work over a second."""

from __future__ import annotations

import sys
import time
from typing import Any

import click

from generator.watch import Watch

Silent = Watch
_PATIENCE = 1.0  # seconds after which a bar is worth its flicker


class Plain(Watch):
    """Says why nothing happens, if nothing does."""

    def waiting(self) -> None:
        """Print that another build is waited for."""
        click.echo("waiting for another build of this project", err=True)


class Steps(Plain):
    """Prints each step and how long it took (`--verbose`)."""

    def ended(self, step: str, seconds: float) -> None:
        """Print the step."""
        click.echo(f"{step:<16} {seconds:7.3f} s", err=True)


class Terminal(Plain):
    """Draws a bar on the terminal once a build has taken over a second."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._bar: Any = None

    def ended(self, step: str, seconds: float) -> None:  # noqa: ARG002, the base class names them
        """Take the bar away with its step."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None

    def advanced(self, done: int, total: int) -> None:
        """Move the bar, drawing it first where there is reason to."""
        if self._bar is None and time.monotonic() - self._start > _PATIENCE:
            self._bar = click.progressbar(length=total, label="pages", file=sys.stderr)
        if self._bar is not None:
            self._bar.update(done - self._bar.pos)
