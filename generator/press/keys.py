"""The name under which a signature's pages are kept: a hash of everything that they depend on."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from generator import resources
from generator.machine import fonts_digest, pango_version
from generator.press.glyphs import beyond_ours
from generator.print_model import Signature

# What lays out, writes or reshapes a page.
_LIBRARIES = ("weasyprint", "pydyf", "tinyhtml5", "tinycss2", "fonttools", "pyphen", "pillow", "pikepdf")
_OUR_MODULES = (
    *("content.py", "fit.py", "glyphs.py", "grey.py", "layout.py", "mirror.py", "prepare.py", "repairs.py", "slots.py"),
    *("sparing.py", "structure.py", "tagging.py", "variables.py"),
)


def key(signature: Signature) -> str:
    """The content key of a signature, 64 hexadecimal digits."""
    digest = sha256(_press_digest())
    digest.update(signature.html.encode())
    if signature.fitting:
        digest.update(repr(signature.fitting).encode())
    if beyond_ours(signature.html):
        digest.update(fonts_digest())
    for media in signature.media:
        digest.update(b"\0" + media.name.encode() + b"\0" + sha256(media.data).digest())
    return digest.hexdigest()


@cache
def _press_digest() -> bytes:
    """The style sheets, the fonts, our code and the libraries; worked out once a process."""
    digest = sha256()
    templates = resources.root() / "print"
    files = [path for path in templates.rglob("*") if path.suffix in {".css", ".svg", ".ttf", ".otf"}]
    files += [Path(__file__).parent / name for name in _OUR_MODULES]
    for path in sorted(files, key=lambda path: path.name):
        digest.update(path.name.encode() + b"\0" + sha256(path.read_bytes()).digest())
    for name in _LIBRARIES:
        digest.update(f"{name} {_version(name)}\0".encode())
    digest.update(pango_version())
    return digest.digest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
