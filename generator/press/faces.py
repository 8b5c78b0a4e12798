"""One font a face in the bound file. WeasyPrint embeds a subset in every signature and gives them all the same tag.

It keeps each glyph's number when it subsets, so the subsets of one face can be joined glyph by glyph and no page need
change; a font that cannot be joined (CFF outlines, an encoding of its own) is shared between equals only.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, Stream

from generator.press.prepare import glyph_widths

# The tables that a TrueType font in a PDF needs (ISO 32000-1, 9.9); glyf, loca and hmtx are joined.
_CARRIED = ("cvt ", "fpgm", "head", "hhea", "maxp", "prep")
_PAIR = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]+)>")
_CMAP_HEAD = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo
<< /Registry (Adobe)
/Ordering (UCS)
/Supplement 0
>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
"""
_CMAP_TAIL = b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"


def share(pdf: Pdf, resources: Sequence[Any]) -> None:
    """Give the fonts of all these font dictionaries (name -> font) one object a face, tagged by its content."""
    faces: dict[str, list[Any]] = {}
    for fonts in resources:
        for name in fonts:
            faces.setdefault(_face(fonts[name]), []).append(fonts[name])
    joined = {face: _joined(pdf, fonts) if _joinable(fonts[0]) else None for face, fonts in sorted(faces.items())}
    for face, font in joined.items():
        for single in faces[face] if font is None else [font]:
            _tag(single)
    for fonts in resources:
        for name in list(fonts):
            shared = joined[_face(fonts[name])]
            if shared is not None:
                fonts[name] = shared


def _plain_name(font: Any) -> str:
    return str(font.BaseFont).lstrip("/").partition("+")[2]


def _face(font: Any) -> str:
    """What fonts must have in common to be one: their name, or for the unjoinable their very bytes."""
    name = _plain_name(font)
    return f"{name} joined" if _joinable(font) else f"{name} {_program_hash(font)}"


def _joinable(font: Any) -> bool:
    descriptor = font.DescendantFonts[0].FontDescriptor if "/DescendantFonts" in font else Dictionary()
    return "/FontFile2" in descriptor and font.get("/Encoding") == Name("/Identity-H")


def _program_hash(font: Any) -> str:
    digest = sha256()
    for stream in _streams(font):
        digest.update(stream.read_bytes())
    return digest.hexdigest()


def _streams(font: Any) -> Iterable[Any]:
    descendants = font.get("/DescendantFonts", Array())
    descriptor = descendants[0].FontDescriptor if len(descendants) else Dictionary()
    parts = [descriptor.get(key) for key in ("/FontFile2", "/FontFile3")] + [font.get("/ToUnicode"), font.get("/Encoding")]
    return [part for part in parts if isinstance(part, Stream)]


def _tag(font: Any) -> None:
    """The subset's six letters, from its content (ISO 32000-1, 9.6.4): different subsets need different ones."""
    digest = sha256(_program_hash(font).encode()).digest()
    tag = "".join(chr(65 + byte % 26) for byte in digest[:6])
    name = Name(f"/{tag}+{_plain_name(font)}")
    font.BaseFont = name
    for descendant in font.get("/DescendantFonts", Array()):
        descendant.BaseFont = name
        descendant.FontDescriptor.FontName = name


def _joined(pdf: Pdf, fonts: Sequence[Any]) -> Any:
    """One font with all the glyphs of these; the first gives what they have in common."""
    first = fonts[0]
    if len({_program_hash(font) for font in fonts}) == 1:
        return first
    program = _join_programs([bytes(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()) for font in fonts])
    widths: dict[int, float] = {}
    letters: dict[bytes, bytes] = {}
    for font in fonts:
        widths |= glyph_widths(font.DescendantFonts[0].W)
        for glyph, text in _PAIR.findall(font.ToUnicode.read_bytes()):
            # A hyphen and a soft hyphen may share a glyph: the simpler character stands for both.
            letters[glyph] = min(letters.get(glyph, text), text, key=lambda text: (len(text), text))
    descendant = first.DescendantFonts[0]
    descendant.W = _width_array(widths)
    descendant.FontDescriptor.FontFile2 = pdf.make_stream(program, Length1=len(program))
    box = descendant.FontDescriptor.FontBBox
    box[2] = max(widths.values())
    first.ToUnicode = pdf.make_stream(_cmap(letters))
    return first


def _cmap(letters: dict[bytes, bytes]) -> bytes:
    pairs = [b"<%b> <%b>\n" % pair for pair in sorted(letters.items())]
    batches = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    body = b"".join(b"%d beginbfchar\n%bendbfchar\n" % (len(batch), b"".join(batch)) for batch in batches)
    return _CMAP_HEAD + body + _CMAP_TAIL


def _width_array(widths: dict[int, float]) -> Array:
    """`[first [width …] …]`: one inner array a run of neighbouring glyphs."""
    array = Array()
    run: list[Any] = []
    for glyph in sorted(widths):
        if glyph - 1 not in widths:
            run = []
            array.extend([glyph, run])
        run.append(widths[glyph])
        array[-1] = Array(run)
    return array


# --- TrueType -------------------------------------------------------------------------------------------------------


def _tables(program: bytes) -> dict[str, bytes]:
    (count,) = struct.unpack_from(">H", program, 4)
    found = {}
    for place in range(count):
        tag, _, offset, length = struct.unpack_from(">4sLLL", program, 12 + 16 * place)
        found[tag.decode("latin-1")] = program[offset : offset + length]
    return found


def _outlines(tables: dict[str, bytes]) -> list[bytes]:
    (long_format,) = struct.unpack_from(">h", tables["head"], 50)
    loca = tables["loca"]
    if long_format:
        offsets = struct.unpack(f">{len(loca) // 4}L", loca)
    else:
        offsets = tuple(2 * half for half in struct.unpack(f">{len(loca) // 2}H", loca))
    return [tables["glyf"][start:end] for start, end in zip(offsets, offsets[1:], strict=False)]


def _metrics(tables: dict[str, bytes]) -> list[tuple[int, int]]:
    """Advance and left side bearing of every glyph."""
    (long_count,) = struct.unpack_from(">H", tables["hhea"], 34)
    (glyphs,) = struct.unpack_from(">H", tables["maxp"], 4)
    data = tables["hmtx"]
    pairs = [struct.unpack_from(">Hh", data, 4 * place) for place in range(long_count)]
    last = pairs[-1][0] if pairs else 0
    rest = [(last, *struct.unpack_from(">h", data, 4 * long_count + 2 * place)) for place in range(glyphs - long_count)]
    return [(advance, bearing) for advance, bearing in (*pairs, *rest)]


def _join_programs(programs: Sequence[bytes]) -> bytes:
    """Subsets of one TrueType font, cut with glyph numbers kept, as one font with the glyphs of all."""
    subsets = [_tables(program) for program in programs]
    base = max(subsets, key=lambda tables: len(tables["loca"]))
    size = max(struct.unpack_from(">H", tables["maxp"], 4)[0] for tables in subsets)
    outlines, metrics = [b""] * size, [(0, 0)] * size
    for tables in subsets:
        for glyph, (outline, metric) in enumerate(zip(_outlines(tables), _metrics(tables), strict=True)):
            outlines[glyph] = outlines[glyph] or outline
            metrics[glyph] = max(metrics[glyph], metric) if not outline else metric
    tables = {tag: base[tag] for tag in _CARRIED if tag in base}
    tables["head"] = tables["head"][:8] + bytes(4) + tables["head"][12:50] + struct.pack(">h", 1) + tables["head"][52:]
    tables["hhea"] = tables["hhea"][:34] + struct.pack(">H", size)
    tables["maxp"] = _join_limits([subset["maxp"] for subset in subsets])
    tables["hmtx"] = b"".join(struct.pack(">Hh", *metric) for metric in metrics)
    padded = [outline + bytes(-len(outline) % 4) for outline in outlines]
    places = [0]
    for outline in padded:
        places.append(places[-1] + len(outline))
    tables["loca"] = struct.pack(f">{len(places)}L", *places)
    tables["glyf"] = b"".join(padded)
    return _program(tables)


def _join_limits(tables: Sequence[bytes]) -> bytes:
    """`maxp`: every limit is the greatest of the subsets'."""
    count = (len(tables[0]) - 4) // 2
    rows = [struct.unpack_from(f">{count}H", table, 4) for table in tables]
    return tables[0][:4] + struct.pack(f">{count}H", *map(max, *rows))


def _program(tables: dict[str, bytes]) -> bytes:
    """The tables as a font file, with checksums and the directory sorted by tag."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(">LHHHH", 0x00010000, count, power * 16, power.bit_length() - 1, (count - power) * 16)
    directory, body = b"", b""
    offset = 12 + 16 * count
    for tag in sorted(tables):
        data = tables[tag] + bytes(-len(tables[tag]) % 4)
        checksum = sum(struct.unpack(f">{len(data) // 4}L", data)) & 0xFFFFFFFF
        directory += struct.pack(">4sLLL", tag.encode(), checksum, offset + len(body), len(tables[tag]))
        body += data
    return head + directory + body
