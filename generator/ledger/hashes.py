"""What ids are made of: hashes as GUIDs, as integers that Anki takes for ids, and as a few letters for people."""

from __future__ import annotations

import hashlib

_GRID, _FIRST, _LAST = 512, 1_000_000_000_000, 1_700_000_000_000
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without 0, 1, i, l and o, which are read for one another


def digest(*parts: str) -> bytes:
    """A hash of some texts, each apart from the next."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()


def guid_of(namespace: str, identity: str) -> str:
    """The GUID by which Anki knows a note: of its id and its project."""
    return digest("guid", namespace, identity).hex()[:20]


def on_grid(*parts: str) -> int:
    """An integer id from a hash: in the past as Anki reads it (milliseconds), with room for 511 card ids after it."""
    slots = (_LAST - _FIRST) // _GRID
    return _FIRST + int.from_bytes(digest(*parts)[:8], "big") % slots * _GRID


def next_on_grid(number: int) -> int:
    """The integer id after this one; after the last comes the first."""
    return number + _GRID if number + _GRID < _LAST else _FIRST


def is_on_grid(number: int) -> bool:
    """Whether a note or a note type may have this integer id."""
    return _FIRST <= number < _LAST and (number - _FIRST) % _GRID == 0


def short(*parts: str) -> str:
    """An id of eight letters from a hash."""
    value = int.from_bytes(digest(*parts)[:8], "big")
    letters = []
    for _ in range(8):
        value, index = divmod(value, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    return "".join(letters)
