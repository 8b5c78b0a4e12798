"""What pages and packages depend on beside our code and Python's libraries."""

from __future__ import annotations

import ctypes
from functools import cache
from hashlib import sha256

_PANGO = ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll", "libpango-1.0-0", "pango-1.0-0")


@cache
def pango_version() -> bytes:
    """Pango's own version, asked without importing WeasyPrint, which takes a second; empty when it can't be found."""
    for name in _PANGO:
        try:
            pango = ctypes.CDLL(name)
            pango.pango_version_string.restype = ctypes.c_char_p
            return bytes(pango.pango_version_string())
        except (OSError, AttributeError):
            continue
    return b""


_FONTCONFIG = ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig.dylib", "libfontconfig-1.dll")


class _FontSet(ctypes.Structure):
    """fontconfig's `FcFontSet`."""

    _fields_ = (("count", ctypes.c_int), ("room", ctypes.c_int), ("fonts", ctypes.POINTER(ctypes.c_void_p)))


@cache
def fonts_digest() -> bytes:
    """A hash of the names and versions of this machine's fonts, as Pango finds them; empty when nobody can tell."""
    for name in _FONTCONFIG:
        try:
            return _digest_of(ctypes.CDLL(name))
        except (OSError, AttributeError):
            continue
    return b""


def _digest_of(fontconfig: ctypes.CDLL) -> bytes:
    fontconfig.FcConfigGetFonts.restype = ctypes.POINTER(_FontSet)
    fontconfig.FcConfigGetFonts.argtypes = (ctypes.c_void_p, ctypes.c_int)
    fontconfig.FcPatternGetString.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p)
    fontconfig.FcPatternGetInteger.argtypes = fontconfig.FcPatternGetString.argtypes
    fontconfig.FcInit()
    found = fontconfig.FcConfigGetFonts(None, 0)
    told: list[bytes] = []
    for place in range(found.contents.count if found else 0):
        text, number = ctypes.c_char_p(), ctypes.c_int()
        font = found.contents.fonts[place]
        fontconfig.FcPatternGetString(font, b"file", 0, ctypes.byref(text))
        fontconfig.FcPatternGetInteger(font, b"fontversion", 0, ctypes.byref(number))
        told.append(b"%b %d" % (text.value or b"", number.value))
    return sha256(b"\n".join(sorted(told))).digest()
