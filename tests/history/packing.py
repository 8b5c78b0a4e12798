"""Our package read back: which note is which, and which of its cards asks what."""

from __future__ import annotations

import contextlib
import io
import re
import sqlite3
import zipfile
from collections.abc import Iterator

from tests.history.learner import PackedNote
from tests.history.world import Item, World

_DELETION = re.compile(r"\{\{c(\d+)::")


def packed(world: World, data: bytes) -> Iterator[PackedNote]:
    """The notes of our package; they come in the order of the source, which tells which is which.

    Raises ValueError where there are more or fewer than the author wrote.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        collection = archive.read("collection.anki2")
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(collection)
        cards = connection.execute("select nid, ord, due from cards").fetchall()
        due = {nid: place for nid, _, place in cards}
        ordinals: dict[int, set[int]] = {}
        for nid, ordinal, _ in cards:
            ordinals.setdefault(nid, set()).add(ordinal)
        rows = connection.execute("select id, guid, flds, mod from notes").fetchall()
    items = world.answered()
    if len(rows) != len(items):
        raise ValueError(f"{len(rows)} notes were built from {len(items)}")
    for (nid, guid, fields, mod), item in zip(sorted(rows, key=lambda row: due[row[0]]), items, strict=True):
        faces = _faces(item, fields.split("\x1f")[0], ordinals[nid])
        yield PackedNote(guid, tuple(fields.split("\x1f")), item.truth, world.content(item), faces, mod)


def _faces(item: Item, text: str, ordinals: set[int]) -> dict[int, frozenset[str]]:
    """What each card asks."""
    if not item.sentences:
        return {ordinal: frozenset({("front", "back")[ordinal]}) for ordinal in ordinals}
    numbers = [int(number) for number in _DELETION.findall(text)]
    if not numbers:  # no cloze as yet: one card of all
        return {0: frozenset(deletion.face for deletion in item.deletions)}
    faces: dict[int, frozenset[str]] = {}
    for number, deletion in zip(numbers, item.deletions, strict=True):
        faces[number - 1] = faces.get(number - 1, frozenset()) | {deletion.face}
    return faces
