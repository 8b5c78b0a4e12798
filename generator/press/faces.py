"""One font a face in the bound file. WeasyPrint embeds a subset in every signature and gives them all the same tag.

It keeps each glyph's number when it subsets, so one subset, cut anew from our own face with the glyphs of all, serves
every page as it is. A font of the machine's, where a text needed one, is shared between equals only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, Stream

from generator import resources
from generator.press import truetype
from generator.press.prepare import glyph_widths

# Our faces: a family's name in the style sheet, and a style's in the PDF, to the parts of the file's name.
_FAMILIES = {
    "Deckpress-Serif": "SourceSerif4",
    "Deckpress-Sans": "SourceSans3",
    "Deckpress-Code": "SourceCodePro",
    "Deckpress-Maths": "NotoSansMath",
    "Deckpress-Symbols": "NotoSansSymbols2",
    "emoji": "NotoEmoji",
}
_STYLES = {"": "Regular", "-Italic": "It", "-Semi-Bold": "Semibold", "-Semi-Bold-Italic": "SemiboldIt", "-Bold": "Bold"}
_NAME = re.compile(rf"({'|'.join(_FAMILIES)})({'|'.join(_STYLES)})")
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


def share(pdf: Pdf, dictionaries: Sequence[Any]) -> None:
    """Give the fonts of all these font dictionaries (name -> font) one object a face, tagged by its content."""
    faces: dict[str, list[Any]] = {}
    for fonts in dictionaries:
        for name in fonts:
            faces.setdefault(_face(fonts[name]), []).append(fonts[name])
    shared = {face: _joined(pdf, fonts) for face, fonts in sorted(faces.items())}
    for fonts in dictionaries:
        for name in list(fonts):
            fonts[name] = shared[_face(fonts[name])]
    for font in shared.values():
        _tag(font)


def _plain_name(font: Any) -> str:
    return str(font.BaseFont).lstrip("/").partition("+")[2]


def _file(font: Any) -> str:
    """The file of ours that a font was cut from; empty where glyph numbers might not be that file's."""
    name = _NAME.fullmatch(_plain_name(font))
    identity = font.get("/Encoding") == Name("/Identity-H")
    file = f"{_FAMILIES[name.group(1)]}-{_STYLES[name.group(2)]}.ttf" if name and identity else ""
    return file if file in _files() else ""


@cache
def _files() -> frozenset[str]:
    """The faces that there are: a bold of a family that has none is made up of its regular one."""
    return frozenset(path.name for path in (resources.root() / "print/fonts").iterdir())


def _face(font: Any) -> str:
    """What fonts must have in common to be one: our file, or for any other font its very bytes."""
    return _file(font) or f"{_plain_name(font)} {_program_hash(font)}"


def _program_hash(font: Any) -> str:
    digest = sha256()
    for stream in _streams(font):
        digest.update(stream.read_bytes())
    return digest.hexdigest()


def _streams(font: Any) -> Iterable[Any]:
    descendants = font.get("/DescendantFonts", Array())
    descriptor = descendants[0].FontDescriptor if len(descendants) else Dictionary()
    programs = [descriptor.get(key) for key in ("/FontFile2", "/FontFile3")]
    parts = [*programs, font.get("/ToUnicode"), font.get("/Encoding")]
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
    first, file = fonts[0], _file(fonts[0])
    if not file:
        return first
    widths: dict[int, float] = {}
    letters: dict[bytes, bytes] = {}
    for font in fonts:
        widths |= glyph_widths(font.DescendantFonts[0].W)
        for glyph, text in _PAIR.findall(font.ToUnicode.read_bytes()):
            # A space and a no-break space may share a glyph: the simpler character stands for both.
            letters[glyph] = min(letters.get(glyph, text), text, key=lambda text: (len(text), text))
    program = truetype.subset((resources.root() / "print/fonts" / file).read_bytes(), widths)
    descendant = first.DescendantFonts[0]
    descendant.W = _width_array(widths)
    descendant.FontDescriptor.FontFile2 = pdf.make_stream(program, Length1=len(program))
    descendant.FontDescriptor.FontBBox[2] = max(widths.values())
    first.ToUnicode = pdf.make_stream(_cmap(letters))
    return first


def _cmap(letters: dict[bytes, bytes]) -> bytes:
    pairs = [b"<%b> <%b>\n" % pair for pair in sorted(letters.items())]
    batches = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    body = b"".join(b"%d beginbfchar\n%bendbfchar\n" % (len(batch), b"".join(batch)) for batch in batches)
    return _CMAP_HEAD + body + _CMAP_TAIL


def _width_array(widths: dict[int, float]) -> Array:
    """`[first [width …] …]`: one inner array a run of neighbouring glyphs."""
    entries: list[Any] = []
    for glyph in sorted(widths):
        if glyph - 1 not in widths:
            entries += [glyph, []]
        entries[-1].append(widths[glyph])
    return Array([Array(entry) if isinstance(entry, list) else entry for entry in entries])
