"""The images that notes show: found beside their files, named by their content. What can't be had is a problem."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from generator.model import ImageRef, Media, MediaMap, Note, Problem, Severity
from generator.project import Project, read_bytes, slug

_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)
_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"GIF87a", "image/gif", ".gif"),
    (b"GIF89a", "image/gif", ".gif"),
)


def collect_media(project: Project, notes: Iterable[Note]) -> tuple[MediaMap, list[Problem]]:
    """The local images that notes show, read, under names that cannot clash; a problem for each that can't be had."""
    found: dict[tuple[str, str], Media] = {}
    problems: list[Problem] = []
    read: dict[Path, Media] = {}
    for note in notes:
        for image in note.images:
            key = (note.span.file, image.address)
            if key in found:
                continue
            if _REMOTE.match(image.address):
                problems.append(_remote(note.span.file, image))
                continue
            media = _media(project, note.span.file, image, read)
            if isinstance(media, Media):
                found[key] = media
            else:
                problems.append(media)
    return found, problems


def _remote(file: str, image: ImageRef) -> Problem:
    message = f"the image `{image.address}` is not here, so it is not in the deck: a link stands in its place"
    hint = "save it beside the file and name that"
    return Problem(Severity.NOTICE, "media-remote", file, image.line, image.column, message, hint)


def _media(project: Project, file: str, image: ImageRef, read: dict[Path, Media]) -> Media | Problem:
    """One image, or the problem with it: its note says what it was to show, and nothing else is lost.

    Nothing outside the folder that is built is read: decks are given away.
    """

    def problem(code: str, message: str, hint: str) -> Problem:
        return Problem(Severity.WARNING, code, file, image.line, image.column, message, hint)

    mend = "mend the path, or take the image out of the text"
    try:
        path = image_path(project, file, image.address)
        if not path.resolve().is_relative_to(project.root.resolve()):
            message = f"the image `{image.address}` lies outside the folder that is built"
            return problem("media-outside", message, "copy it into that folder")
        if not path.is_file():
            return problem("media-missing", f"there is no image `{image.address}`", mend)
    except (OSError, ValueError, RuntimeError):  # a name too long, one with a NUL, links that lead to one another
        return problem("media-missing", f"there is no image `{image.address}`", mend)
    if path not in read:
        data = read_bytes(path)
        kind = _image_kind(data)
        if kind is None:
            return problem("media-type", f"`{image.address}` is no image", "PNG, JPEG, GIF, WebP and SVG can be shown")
        name = f"{slug(path.stem)[:40]}-{hashlib.sha256(data).hexdigest()[:12]}{kind[1]}"
        read[path] = Media(name, data, kind[0])
    return read[path]


def image_path(project: Project, file: str, address: str) -> Path:
    """Where the image lies that a note of this file names: from the file's folder, or with `/` from the root."""
    name = unquote(address.split("#")[0].split("?")[0])
    folder = project.root if name.startswith("/") else project.files[file].parent
    return folder / name.lstrip("/")


def _image_kind(data: bytes) -> tuple[str, str] | None:
    """Media type and suffix by the first bytes: a name proves nothing."""
    for magic, mime, suffix in _KINDS:
        if data.startswith(magic):
            return mime, suffix
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp", ".webp"
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in data[:4096].lower():
        return "image/svg+xml", ".svg"
    return None


def media_digests(project: Project, notes: Iterable[Note], media: MediaMap) -> Iterator[tuple[Path, str]]:
    """Where each image lies, or should, as notes name it, and the hash of its bytes, empty where there is none."""
    for note in notes:
        for image in note.images:
            if not _REMOTE.match(image.address):
                found = media.get((note.span.file, image.address))
                digest = hashlib.sha256(found.data).hexdigest() if found else ""
                yield image_path(project, note.span.file, image.address), digest
