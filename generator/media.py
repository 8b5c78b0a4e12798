"""What notes show and play: found beside their files or elsewhere in the project, or fetched; named by its content.

What can't be had is a problem with its line: its note says what it was to show, and nothing else is lost.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import difflib
import hashlib
import os
import posixpath
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from generator import fetching
from generator.media_names import PLAYED, kind_of, suffix
from generator.model import ImageRef, Media, MediaMap, Note, Problem, Severity
from generator.outputs import PageCache
from generator.project import Project, listing_digest, media_files, read_bytes, slug

_REMOTE = re.compile(r"(?!data:)[a-z][a-z0-9+.-]+:|//|#", re.IGNORECASE)
_WEB = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_DATA = re.compile(r"data:[\w.+-]+/[\w.+-]+(?:;[\w=.-]+)*,", re.IGNORECASE)
# The code of what another build may mend by itself: then one is made even where nothing was edited.
TO_TRY_AGAIN = "media-unreachable"
_MEND = "mend the path, or take the image out of the text"


def collect_media(project: Project, notes: Iterable[Note]) -> tuple[MediaMap, list[Problem]]:
    """The media that notes show and play, read, under names that cannot clash; a problem for each that can't be had."""
    found: dict[tuple[str, str], Media] = {}
    problems: list[Problem] = []
    shelf = _Shelf(project)
    for note in notes:
        for image in note.images:
            key = (note.span.file, image.address)
            if key in found:
                continue
            try:
                found[key] = shelf.media(note.span.file, image.address)
            except _NotHadError as why:
                file = note.span.file
                problems.append(replace(why.problem, file=file, line=image.line, column=image.column))
    return found, problems


def media_digests(project: Project, notes: Iterable[Note], media: MediaMap) -> Iterator[tuple[Path, str]]:
    """Where each file lies, or should, as notes name it, and the hash of its bytes, empty where there is none.

    Where one was looked for in all of the project, the project's folder stands for the list of what lies in it.
    """
    shelf = _Shelf(project)
    listing = cache(listing_digest)
    for note in notes:
        for image in note.images:
            if _is_local(image):
                found = media.get((note.span.file, image.address))
                place = shelf.direct(note.span.file, image.address)
                if place is None:
                    yield shelf.first(note.span.file, image.address), ""
                    yield project.root, listing(project.root)
                    with contextlib.suppress(_NotHadError):
                        place = shelf.elsewhere(image.address)
                if place is not None:
                    yield place, hashlib.sha256(found.data).hexdigest() if found else ""


def _is_local(image: ImageRef) -> bool:
    return not _REMOTE.match(image.address) and not _DATA.match(image.address)


class _NotHadError(Exception):
    """Why a file that a note names can't be had: a problem, still without its place."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def _problem(code: str, message: str, hint: str, severity: Severity = Severity.WARNING) -> _NotHadError:
    return _NotHadError(Problem(severity, code, "", 1, 1, message, hint))


class _Shelf:
    """The media of a project: what was read already, and where all the others lie."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._read: dict[str, Media] = {}
        self._hosts = frozenset(project.config.allow_hosts)
        self._silent: set[str] = set()

    def media(self, file: str, address: str) -> Media:
        """What a file's note names, read."""
        if _REMOTE.match(address):
            return self._remote(address)
        if match := _DATA.match(address):
            return self._written(address, match)
        path = self._path(file, address)
        key = str(path)
        if key not in self._read:
            self._read[key] = self._checked(path.stem, read_bytes(path), address)
        return self._read[key]

    def _checked(self, stem: str, data: bytes, address: str) -> Media:
        """The bytes under a name of their own, if they are something that a card can show or play."""
        kind = kind_of(data)
        if kind is None:
            hint = "PNG, JPEG, GIF, WebP, AVIF and SVG can be shown, MP3, OGG, Opus, WAV, FLAC, M4A and MP4 be played"
            raise _problem("media-type", f"what is called the {_named(address)} is none", hint)
        return Media(f"{slug(stem)[:40]}-{hashlib.sha256(data).hexdigest()[:12]}{kind[1]}", data, kind[0])

    # --- in the project

    def _path(self, file: str, address: str) -> Path:
        """Where a file lies. Nothing outside the folder that is built is read: decks are given away."""
        named = _named(address)
        try:
            path = self.direct(file, address) or self.elsewhere(address)
            if path is None and not self._inside(self.first(file, address)):
                path = self.first(file, address)
            if path is not None and not self._inside(path):
                message = f"the {named} lies outside the folder that is built"
                raise _problem("media-outside", message, "copy it into that folder")
        except (OSError, ValueError, RuntimeError):  # a name too long, one with a NUL, links that lead to one another
            path = None
        if path is None:
            raise _problem("media-missing", f"there is no {named}", self._hint(file, address))
        return path

    def _inside(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self._project.root.resolve())

    def first(self, file: str, address: str) -> Path:
        """Where a file should lie by its name: from the source's folder, or with `/` from the root."""
        return self._at(file, next(_spellings(address)))

    def _at(self, file: str, name: str) -> Path:
        folder = self._project.root if name.startswith("/") else self._project.files[file].parent
        return folder / name.lstrip("/")

    def direct(self, file: str, address: str) -> Path | None:
        """Where a file lies by its name, if it lies there."""
        try:
            paths = (self._at(file, name) for name in _spellings(address))
            return next((path for path in paths if path.is_file()), None)
        except (OSError, ValueError):
            return None

    def elsewhere(self, address: str) -> Path | None:
        """The one file of the project whose path ends with an address, as Obsidian finds what lies in a vault."""
        for name in _spellings(address):
            path = unicodedata.normalize("NFC", posixpath.normpath(name.lstrip("/")))
            alike = self._names.get(path.rpartition("/")[2].casefold(), ())
            found = [(end, place) for end, place in alike if _ends(end.casefold(), path.casefold())]
            same = [(end, place) for end, place in found if _ends(end, path)] or found
            exact = [place for end, place in same if end == path]
            if exact or len(same) == 1:
                return exact[0] if exact else same[0][1]
            if found:
                where = " and ".join(f"`{end}`" for end, _ in found[:3])
                message = f"there are {len(found)} files `{_short(address)}` in the project: {where}"
                raise _problem("media-ambiguous", message, "write the path of the one that is meant")
        return None

    @cached_property
    def _names(self) -> dict[str, list[tuple[str, Path]]]:
        """The media files of the project by their names, in whatever case: each with its path from the root."""
        names: dict[str, list[tuple[str, Path]]] = {}
        for path in media_files(self._project.root):
            end = unicodedata.normalize("NFC", path.relative_to(self._project.root).as_posix())
            names.setdefault(end.rpartition("/")[2].casefold(), []).append((end, path))
        return names

    def _hint(self, file: str, address: str) -> str:
        """The file that is called most nearly so."""
        name = unicodedata.normalize("NFC", unquote(address)).replace("\\", "/").rpartition("/")[2]
        near = difflib.get_close_matches(name.casefold(), self._names, 1)
        if not near:
            return _MEND
        path = min(self._names[near[0]])[1]
        return f"did you mean `{Path(os.path.relpath(path, self._project.files[file].parent)).as_posix()}`?"

    # --- elsewhere

    def _written(self, address: str, match: re.Match[str]) -> Media:
        """An image that is written out in the text itself."""
        body = address[match.end() :]
        try:
            encoded = match.group().lower().endswith(";base64,")
            data = base64.b64decode(unquote(body)) if encoded else unquote_to_bytes(body)
        except (binascii.Error, ValueError):
            data = b""
        return self._checked("image", data, address)

    def _remote(self, address: str) -> Media:
        """A file on the web: fetched where its host is allowed, and never twice."""
        if address not in self._read:
            url = f"https:{address}" if address.startswith("//") else address
            if not fetching.is_allowed(url, self._hosts):
                raise _not_here(address, fetching.host_of(url) if self._project.in_project else "")
            self._read[address] = self._checked(Path(url.split("?")[0]).stem, self._fetched(address, url), address)
        return self._read[address]

    def _fetched(self, address: str, url: str) -> bytes:
        cache = PageCache(self._project.out / ".cache" / "media")
        key = hashlib.sha256(url.encode()).hexdigest()
        data = cache.get(key)
        if data is None:
            host = fetching.host_of(url)
            try:
                if host in self._silent:
                    raise fetching.NotFetchedError("its host can't be reached")
                data = fetching.fetch(url, self._hosts)
            except fetching.NotFetchedError as error:
                self._silent |= {host} if error.offline else set()
                message = f"the {_named(address)} can't be fetched: {error}; a link stands in its place"
                raise _problem("media-unreachable", message, "build again, or save it beside the file") from error
            if kind_of(data) is not None:
                cache.put(key, data)
        return data


def _not_here(address: str, host: str) -> _NotHadError:
    instead = "a link stands" if _WEB.match(address) else "its words stand"
    message = f"the {_named(address)} is not here, so it is not in the deck: {instead} in its place"
    hint = "save it beside the file and name that"
    if host:
        hint += f'; or write allow_hosts = ["{host}"] into deck.toml, and it is fetched'
    return _problem("media-remote", message, hint, Severity.NOTICE)


def _spellings(address: str) -> Iterator[str]:
    """What an address may stand for: as a web address has it, as it is written, and as Windows has it."""
    plain = unquote(address.split("#")[0].split("?")[0])
    yield plain
    if address != plain:
        yield address
    if "\\" in plain:
        yield plain.replace("\\", "/")


def _ends(path: str, end: str) -> bool:
    return path == end or path.endswith(f"/{end}")


def _named(address: str) -> str:
    """What an address should lead to, as problems call it."""
    return f"{'sound' if suffix(address.split('?')[0]) in PLAYED else 'image'} `{_short(address)}`"


def _short(address: str) -> str:
    return address if len(address) <= _LONGEST_SHOWN else address[: _LONGEST_SHOWN - 1] + "…"


_LONGEST_SHOWN = 120
