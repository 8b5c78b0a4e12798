"""Pictures on paper: what of them would not be seen there, or can't be read, and drawings that do not say how large.

A screenshot of a dark window gets a thin edge; white strokes on nothing get a dark ground, for paper is white. Pillow
looks at the points of a picture; of a drawing its own colours tell. What was found is kept by the picture's bytes.
"""

from __future__ import annotations

import contextlib
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from html import unescape
from typing import TYPE_CHECKING

from generator.model import Media, MediaMap, Note, Problem, RenderedNote, Severity
from generator.outputs import PageCache, program

if TYPE_CHECKING:
    from PIL.Image import Image

# What a picture is for paper. The last is a word of ours, the others are classes of the style sheet.
PLAIN, DARK, LIGHT, BROKEN = "", "dark", "light", "broken"

_IMAGE = re.compile(r'<img src="media:([^"]+)" alt="([^"]*)"[^>]*>')
# A picture is looked at so small: that is enough to tell its ground.
_SMALL = (96, 96)
# Lightness from 0 to 255: what counts as light and as dark, and the mean of a dark picture.
_LIGHT, _DARK, _DARK_MEAN = 190, 128, 90
# Parts of a picture: it is seen through if so much of it is clear, and light if so little of the rest is dark.
_CLEAR, _FEW_DARK = 0.35, 0.05


def for_paper(notes: Sequence[RenderedNote], kept: PageCache) -> tuple[list[RenderedNote], set[str]]:
    """The notes with pictures that can be seen on paper, and the names of those that can't be read."""
    media = {item.name: item for note in notes for item in note.html.media if _is_looked_at(item)}
    found = {name: _kept(item, kept) for name, item in media.items()}
    broken = {name for name, look in found.items() if look == BROKEN}
    drawings = {name: sized(item) for name, item in media.items() if item.mime == "image/svg+xml"}
    return [_with_looks(note, found, drawings) for note in notes], broken


def _is_looked_at(item: Media) -> bool:
    return item.is_picture and not item.name.startswith("formula-")


def problems(broken: Iterable[str], notes: Iterable[Note], media: MediaMap) -> Iterator[Problem]:
    """A problem for each picture that can't be read, where it is shown first."""
    left = set(broken)
    for note in notes:
        for image in note.images:
            item = media.get((note.span.file, image.address))
            if item is not None and item.name in left:
                left.discard(item.name)
                name = image.address if len(image.address) < _LONGEST else image.address[:_LONGEST] + "…"
                message = f"the image `{name}` can't be read to its end, so its words stand on paper instead"
                hint = "save it again from where it was made"
                where = (note.span.file, image.line, image.column)
                yield Problem(Severity.WARNING, "image-broken", *where, message, hint)


_LONGEST = 120


def _with_looks(note: RenderedNote, found: dict[str, str], drawings: dict[str, Media]) -> RenderedNote:
    if not any(item.name in found for item in note.html.media):
        return note

    def dressed(image: re.Match[str]) -> str:
        look = found.get(image[1], PLAIN)
        if look == BROKEN:
            return f'<span class="missing">{image[2]}</span>'
        return image.group().replace("<img", f'<img class="{look}"', 1) if look else image.group()

    html = note.html
    question, answer, hint = (_IMAGE.sub(dressed, part) for part in (html.question, html.answer, html.hint))
    media = tuple(drawings.get(item.name, item) for item in html.media)
    return RenderedNote(note.identified, replace(html, question=question, answer=answer, hint=hint, media=media))


def _kept(item: Media, kept: PageCache) -> str:
    key = sha256(f"look {program()} ".encode() + item.data).hexdigest()
    known = kept.get(key)
    if known is None:
        known = look(item).encode()
        kept.put(key, known)
    return known.decode()


def look(item: Media) -> str:
    """What a picture is for paper."""
    if item.mime == "image/svg+xml":
        return _look_of_drawing(item.data)
    from PIL import UnidentifiedImageError
    from PIL.Image import DecompressionBombError
    from PIL.Image import open as decoded

    try:
        with _strictly(), decoded(io.BytesIO(item.data)) as image:
            image.load()
            return _look_of_points(image)
    except UnidentifiedImageError:
        return BROKEN if item.mime in _ALWAYS_READ else PLAIN
    except (OSError, ValueError, SyntaxError, DecompressionBombError):
        return BROKEN


@contextlib.contextmanager
def _strictly() -> Iterator[None]:
    """WeasyPrint lets Pillow read pictures that are cut short, and prints the rest in black."""
    from PIL import ImageFile

    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


# Of the others it depends on the machine whether they can be.
_ALWAYS_READ = ("image/png", "image/jpeg", "image/gif")


def _look_of_points(image: Image) -> str:
    small = image.convert("RGBA")
    small.thumbnail(_SMALL)
    data = small.tobytes()
    seen = [
        (299 * red + 587 * green + 114 * blue) // 1000
        for red, green, blue, alpha in zip(data[0::4], data[1::4], data[2::4], data[3::4], strict=True)
        if alpha > 40
    ]
    if not seen:
        return PLAIN
    clear = 1 - len(seen) / (len(data) // 4)
    if clear >= _CLEAR:
        light = sum(value >= _LIGHT for value in seen) / len(seen)
        dark = sum(value < _DARK for value in seen) / len(seen)
        return LIGHT if light > 0.5 and dark <= _FEW_DARK else PLAIN
    return DARK if sum(seen) / len(seen) < _DARK_MEAN else PLAIN


# --- drawings -------------------------------------------------------------------------------------------------------

_DRAWN = frozenset(("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "use"))
_ROOT = re.compile(rb"<(?:\w+:)?svg\b(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_NAMED = {"white": 255, "snow": 250, "ivory": 250, "whitesmoke": 245, "ghostwhite": 248, "lightgray": 211,
          "lightgrey": 211, "gainsboro": 220, "silver": 192, "yellow": 225, "lightyellow": 250, "black": 0}  # fmt: skip
_LENGTH = re.compile(r"\s*(\d*\.?\d+(?:e[+-]?\d+)?)\s*(px|pt|pc|mm|cm|in|q|em|ex)?\s*", re.IGNORECASE)
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "q": 96 / 101.6,
          "em": 16.0, "ex": 8.0}  # fmt: skip
# A drawing that says nothing of its size is as large as browsers have it.
_USUAL = (300.0, 150.0)


def _look_of_drawing(data: bytes) -> str:
    """Broken, light where all that is drawn is drawn in light colours, or plain."""
    try:
        root = ET.fromstring(data)  # noqa: S314 -- expat expands no entity without bounds, and reads no other file
    except ET.ParseError:
        return BROKEN
    inks: list[int] = []
    waiting = [(root, 0, 255)]  # fill is black where nothing else is said, stroke is none
    while waiting:
        element, fill, stroke = waiting.pop()
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if name in ("style", "image", "foreignObject", "linearGradient", "radialGradient", "pattern"):
            return PLAIN
        fill, stroke = _ink(element, "fill", fill), _ink(element, "stroke", stroke)
        if name == "rect" and fill >= _LIGHT:
            return PLAIN  # its own ground
        if name in _DRAWN:
            inks += [ink for ink in (fill, stroke) if ink >= 0]
        if name not in ("defs", "title", "desc", "metadata"):
            waiting += [(child, fill, stroke) for child in element]
    return LIGHT if inks and min(inks) >= _LIGHT else PLAIN


def _ink(element: ET.Element, name: str, inherited: int) -> int:
    """How light a fill or a stroke is, -1 where there is none; a colour that is not understood counts as dark."""
    styled = re.search(rf"(?:^|;)\s*{name}\s*:\s*([^;]+)", element.get("style", ""))
    said = (styled[1] if styled else element.get(name, "")).strip().lower()
    if not said or said == "inherit":
        return inherited
    if said in ("none", "transparent"):
        return -1
    digits = said[1:] if said.startswith("#") else ""
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits[:3])
    try:
        red, green, blue = (int(digits[place : place + 2], 16) for place in (0, 2, 4))
    except ValueError:
        return _NAMED.get(said, 0)
    return (299 * red + 587 * green + 114 * blue) // 1000


def sized(item: Media) -> Media:
    """A drawing that says how large it is, and by what it is measured: else layout blows it up, or cuts it off."""
    tag = _ROOT.search(item.data)
    if tag is None:
        return item
    attributes = {name: unescape(value) for name, value in _attributes(tag.group().decode("utf-8", "replace"))}
    box = [_number(side) for side in attributes.get("viewBox", "").replace(",", " ").split()]
    whole = len(box) == 4 and None not in box and all(side and side > 0 for side in box[2:])
    width, height = _length(attributes.get("width", "")), _length(attributes.get("height", ""))
    natural = (box[2] or 0.0, box[3] or 0.0) if whole else (width or _USUAL[0], height or _USUAL[1])
    if whole and (width or height):
        natural = (
            width or (height or 0.0) * natural[0] / natural[1],
            height or (width or 0.0) * natural[1] / natural[0],
        )
    told = f' width="{natural[0]:g}" height="{natural[1]:g}"'
    if not whole:
        told += f' viewBox="0 0 {natural[0]:g} {natural[1]:g}"'
    pattern = (
        rb"\s(?:width|height)\s*=\s*(?:\"[^\"]*\"|'[^']*')"
        if whole
        else rb"\s(?:width|height|viewBox)\s*=\s*(?:\"[^\"]*\"|'[^']*')"
    )
    written = re.sub(pattern, b"", tag.group())
    end = -2 if written.endswith(b"/>") else -1
    return replace(
        item, data=item.data[: tag.start()] + written[:end] + told.encode() + written[end:] + item.data[tag.end() :]
    )


def _attributes(tag: str) -> list[tuple[str, str]]:
    return [(name, value[1:-1]) for name, value in re.findall(r"\s([\w:.-]+)\s*=\s*(\"[^\"]*\"|'[^']*')", tag)]


def _length(said: str) -> float | None:
    """A length in CSS pixels; None for a share of something."""
    found = _LENGTH.fullmatch(said)
    return float(found[1]) * _UNITS[(found[2] or "").lower()] or None if found else None


def _number(said: str) -> float | None:
    try:
        return float(said)
    except ValueError:
        return None
