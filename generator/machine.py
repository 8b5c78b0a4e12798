"""What pages and packages depend on beside our code and Python's libraries."""

from __future__ import annotations

import ctypes
from functools import cache

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
