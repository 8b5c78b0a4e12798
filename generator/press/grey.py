"""Pure grey: every colour of a laid-out file, of type, rules, drawings, blends and pictures, as DeviceGray.

A grey is as light as its colour was, so what could be told from its ground still can. Pictures too: a printer that is
given a colour mixes its black of all inks, and a reader of grey paper has nothing of the colour.
"""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

_COLOUR = re.compile(rb"^([\d.]+) ([\d.]+) ([\d.]+) (rg|RG)$", re.MULTILINE)
_SPACE = re.compile(
    rb"^/(lab-d50|lab-d65|DeviceCMYK) (cs|CS)\n((?:-?[\d.]+ )+)(scn|SCN|sc|SC)$",
    re.MULTILINE,
)
# How much light red, green and blue give (sRGB, IEC 61966-2-1).
_LIGHT = (0.2126, 0.7152, 0.0722)
_QUALITY = 90


def grey(pdf: Pdf) -> None:
    """Change all colours of a file."""
    walker = _Walker(pdf)
    for page in pdf.pages:
        content = page.obj.Contents
        walker.once(content, lambda stream: stream.write(in_grey(stream.read_bytes())))
        walker.resources(page.obj.get("/Resources", Dictionary()))
        if "/Group" in page.obj:
            page.obj.Group.CS = Name.DeviceGray


def in_grey(content: bytes) -> bytes:
    """A content stream with its colours as greys."""

    def changed(found: re.Match[bytes]) -> bytes:
        shade = shade_of(*map(float, found.groups()[:3]))
        return b"%b %b" % (_written(shade), b"g" if found.group(4) == b"rg" else b"G")

    def spaced(found: re.Match[bytes]) -> bytes:
        values = [float(value) for value in found.group(3).split()]
        if found.group(1) == b"DeviceCMYK":
            *inks, black = values
            shade = shade_of(*((1 - ink) * (1 - black) for ink in inks))
        else:
            above = (values[0] + 16) / 116
            shade = _encoded(above**3 if above > 6 / 29 else values[0] / 903.3)
        return b"%b %b" % (_written(shade), b"g" if found.group(2) == b"cs" else b"G")

    return _SPACE.sub(spaced, _COLOUR.sub(changed, content))


def shade_of(red: float, green: float, blue: float) -> float:
    """The grey that is as light as a colour; all between 0 and 1."""
    return _encoded(sum(part * _linear(value) for part, value in zip(_LIGHT, (red, green, blue), strict=True)))


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _encoded(light: float) -> float:
    light = min(1.0, max(0.0, light))
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def _written(shade: float) -> bytes:
    return f"{shade:.4f}".rstrip("0").rstrip(".").encode() or b"0"


class _Walker:
    """Changes what resources hold, each thing once."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._seen: set[tuple[int, int]] = set()

    def once(self, thing: Any, change: Any) -> None:
        """Change a thing unless it has been."""
        if thing.objgen == (0, 0) or thing.objgen not in self._seen:
            self._seen.add(thing.objgen)
            change(thing)

    def resources(self, found: Any) -> None:
        """All that a dictionary of resources holds."""
        for kind, change in (("/XObject", self._drawing), ("/Pattern", self._pattern), ("/Shading", self._blend)):
            for thing in dict(found.get(kind, Dictionary()).items()).values():
                self.once(thing, change)
        for state in dict(found.get("/ExtGState", Dictionary()).items()).values():
            mask = state.get("/SMask")
            if isinstance(mask, Dictionary) and "/G" in mask:
                self.once(mask.G, self._drawing)

    def _drawing(self, thing: Any) -> None:
        if thing.get("/Subtype") == "/Image":
            _picture(thing)
            return
        thing.write(in_grey(thing.read_bytes()))
        if "/Group" in thing:
            thing.Group.CS = Name.DeviceGray
        self.resources(thing.get("/Resources", Dictionary()))

    def _pattern(self, thing: Any) -> None:
        if isinstance(thing, Stream):
            self._drawing(thing)
        elif "/Shading" in thing:
            self.once(thing.Shading, self._blend)

    def _blend(self, thing: Any) -> None:
        if thing.get("/ColorSpace") != Name.DeviceRGB:
            return
        thing.ColorSpace = Name.DeviceGray
        functions = thing.get("/Function", Array())
        for function in functions if isinstance(functions, Array) else [functions]:
            self._function(function)

    def _function(self, function: Any) -> None:
        for part in function.get("/Functions", Array()):
            self._function(part)
        for key in ("/C0", "/C1"):
            if key in function and len(function[key]) == 3:
                function[key] = Array([round(shade_of(*map(float, function[key])), 4)])


def _picture(thing: Any) -> None:
    """A picture in grey, kept as it was compressed: a photograph as JPEG, anything else without loss."""
    if thing.get("/ColorSpace") == Name.DeviceGray or thing.get("/ImageMask", False):
        return
    photograph = thing.get("/Filter") == Name.DCTDecode
    picture = pikepdf.PdfImage(thing).as_pil_image().convert("L")
    if photograph:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=_QUALITY)
        thing.write(out.getvalue(), filter=Name.DCTDecode)
    else:
        thing.write(picture.tobytes())
    for key in ("/Decode", "/DecodeParms"):
        if key in thing:
            del thing[key]
    thing.ColorSpace, thing.BitsPerComponent = Name.DeviceGray, 8
