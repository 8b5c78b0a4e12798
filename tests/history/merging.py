"""Two branches merged: the notes as their author merges them, the ledger as git does."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.history.world import World


def merged(base: World, one: World, other: World) -> World:
    """Both branches' edits: the other's on top of the one's, note by note."""
    both = one
    then = {item.truth: item for item in base.items()}
    for item in other.items():
        if item.truth in then and item != then[item.truth]:
            both = both.with_item(item)
    for truth in sorted(base.truths() - other.truths() & one.truths()):
        if truth in both.truths():
            both = both.without(truth)
    for f, file in enumerate(other.files):
        for i, item in enumerate(file.items):
            if item.truth not in then:
                both = both.inserted(item, f, min(i, len(both.files[f].items)))
    return replace(both, gone={**other.gone, **both.gone})


def union(folder: Path, one: bytes, base: bytes, other: bytes) -> bytes:
    """The ledgers merged as git's `merge=union` does: the lines of both sides where they differ."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        paths = [Path(place, name) for name in ("one", "base", "other")]
        for path, data in zip(paths, (one, base, other), strict=True):
            path.write_bytes(data)
        command = ["git", "merge-file", "-p", "--union", *map(str, paths)]
        return subprocess.run(command, capture_output=True, check=True).stdout
