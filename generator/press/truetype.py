"""A TrueType font cut down to some glyphs, which keep their numbers: what a PDF needs of it and no more.

The fonts are our own, so this reads what they have (OpenType's `glyf`, `loca` and `hmtx`) and nothing else. Hints
are left out: at the resolutions of print they do nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from itertools import pairwise

# Flags of a composite glyph's component.
_WORDS, _SCALE, _MORE, _TWO_SCALES, _MATRIX, _INSTRUCTIONS = 0x1, 0x8, 0x20, 0x40, 0x80, 0x100


def subset(font: bytes, glyphs: Iterable[int]) -> bytes:
    """The font with the outlines and metrics of these glyphs, of those that they are made of, and of none else."""
    tables = _tables(font)
    outlines, metrics = _outlines(tables), _metrics(tables)
    wanted: set[int] = set()
    waiting = [0, *glyphs]
    while waiting:
        glyph = waiting.pop()
        if glyph not in wanted and glyph < len(outlines):
            wanted.add(glyph)
            waiting += [part for _, part in _components(outlines[glyph])]
    size = max(wanted) + 1
    kept = [_unhinted(outlines[glyph]) if glyph in wanted else b"" for glyph in range(size)]
    places = [0]
    for outline in kept:
        places.append(places[-1] + len(outline) + -len(outline) % 4)
    measures = (metrics[glyph] if glyph in wanted else (0, 0) for glyph in range(size))
    return _font(
        {
            "glyf": b"".join(outline + bytes(-len(outline) % 4) for outline in kept),
            "head": _with(tables["head"], (8, ">L", 0), (50, ">h", 1)),
            "hhea": _with(tables["hhea"], (34, ">H", size)),
            "hmtx": b"".join(struct.pack(">Hh", *measure) for measure in measures),
            "loca": struct.pack(f">{size + 1}L", *places),
            "maxp": _with(tables["maxp"], (4, ">H", size)),
        }
    )


def _tables(font: bytes) -> dict[str, bytes]:
    (count,) = struct.unpack_from(">H", font, 4)
    found = {}
    for place in range(count):
        tag, _, offset, length = struct.unpack_from(">4sLLL", font, 12 + 16 * place)
        found[tag.decode("latin-1")] = font[offset : offset + length]
    return found


def _outlines(tables: dict[str, bytes]) -> list[bytes]:
    (long_format,) = struct.unpack_from(">h", tables["head"], 50)
    loca, glyf = tables["loca"], tables["glyf"]
    if long_format:
        offsets = struct.unpack(f">{len(loca) // 4}L", loca)
    else:
        offsets = tuple(2 * half for half in struct.unpack(f">{len(loca) // 2}H", loca))
    return [glyf[start:end] for start, end in pairwise(offsets)]


def _metrics(tables: dict[str, bytes]) -> list[tuple[int, int]]:
    """Advance and left side bearing of every glyph; the last advance holds for all that have none of their own."""
    (full,) = struct.unpack_from(">H", tables["hhea"], 34)
    (count,) = struct.unpack_from(">H", tables["maxp"], 4)
    data = tables["hmtx"]
    pairs = list(struct.iter_unpack(">Hh", data[: 4 * full]))
    bearings = struct.unpack_from(f">{count - full}h", data, 4 * full)
    return [*pairs, *((pairs[-1][0], bearing) for bearing in bearings)]


def _components(outline: bytes) -> Iterator[tuple[int, int]]:
    """Of a composite glyph: where each component's flags stand, and its glyph."""
    if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:
        return
    place, flags = 10, _MORE
    while flags & _MORE:
        flags, glyph = struct.unpack_from(">HH", outline, place)
        yield place, glyph
        place = _after(place, flags)


def _after(place: int, flags: int) -> int:
    """Where a component ends whose flags stand at `place`."""
    scale = 2 if flags & _SCALE else 4 if flags & _TWO_SCALES else 8 if flags & _MATRIX else 0
    return place + 4 + (4 if flags & _WORDS else 2) + scale


def _unhinted(outline: bytes) -> bytes:
    """The glyph without its instructions."""
    if not outline:
        return outline
    (contours,) = struct.unpack_from(">h", outline)
    if contours >= 0:
        place = 10 + 2 * contours
        (length,) = struct.unpack_from(">H", outline, place)
        return outline[:place] + b"\0\0" + outline[place + 2 + length :]
    bare, end = bytearray(outline), len(outline)
    for place, _ in _components(outline):
        (flags,) = struct.unpack_from(">H", outline, place)
        struct.pack_into(">H", bare, place, flags & ~_INSTRUCTIONS)
        end = _after(place, flags)
    return bytes(bare[:end])


def _with(table: bytes, *fields: tuple[int, str, int]) -> bytes:
    """The table with some fields, each at its offset, set anew."""
    changed = bytearray(table)
    for offset, kind, value in fields:
        struct.pack_into(kind, changed, offset, value)
    return bytes(changed)


def _font(tables: dict[str, bytes]) -> bytes:
    """The tables as a font file, with checksums and the directory sorted by tag."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(">LHHHH", 0x00010000, count, power * 16, power.bit_length() - 1, (count - power) * 16)
    directory, body = b"", b""
    start = 12 + 16 * count
    for tag in sorted(tables):
        data = tables[tag] + bytes(-len(tables[tag]) % 4)
        checksum = sum(struct.unpack(f">{len(data) // 4}L", data)) & 0xFFFFFFFF
        directory += struct.pack(">4sLLL", tag.encode(), checksum, start + len(body), len(tables[tag]))
        body += data
    return head + directory + body
