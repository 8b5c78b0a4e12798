"""The project tree: the only module that reads and writes what belongs to a user. Everything else gets values."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from generator import config as configuration
from generator import ledger as ledgers
from generator import ledger_file
from generator.config import Config
from generator.model import ImageRef, Media, MediaMap, Note, Problem, Severity, Source, UserError

CONFIG = "deck.toml"
LEDGER = "ledger.jsonl"
_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")
_PASSED_OVER = {"node_modules", "__pycache__", "build", "dist", "site-packages"}


@dataclass(frozen=True, slots=True)
class Project:
    """What is to be built and where it goes.

    `files` maps the name of each source to where it lies, `root` is the folder that media must lie in; `title` is empty
    for a single file outside a project, whose own title then names the deck; `name` is what output files are called if
    there is no title.
    """

    sources: tuple[Source, ...]
    files: Mapping[str, Path]
    config: Config
    title: str
    name: str
    root: Path
    out: Path
    ledger_path: Path
    scope: ledgers.Scope
    problems: tuple[Problem, ...] = ()


# --- loading --------------------------------------------------------------------------------------------------------


def load(paths: Sequence[Path], out: Path | None, cwd: Path) -> Project:
    """The project in `cwd`, or the files and folders of `paths`, with all that is read of them.

    Raises UserError where there is nothing to build: no project, a path that does not exist, a folder without Markdown.
    """
    if not paths:
        source = cwd / "source"
        if not source.is_dir():
            raise UserError(
                f"there is no folder `source` in {cwd}: write your questions there, or name files or folders to build"
            )
        return _in_project(source, [source], out or cwd / "build")
    for path in paths:
        if not path.exists():
            raise UserError(f"there is no file or folder `{path}`")
    home = _home(paths)
    if home is not None:
        return _in_project(home, paths, out or cwd / "build")
    return _loose(paths, out or cwd / "build", cwd)


def _home(paths: Sequence[Path]) -> Path | None:
    """The source folder of the project that all the paths lie in, if there is one."""
    homes = set()
    for path in paths:
        place = path.resolve()
        homes.add(next((folder for folder in (place, *place.parents) if (folder / CONFIG).is_file()), None))
    return homes.pop() if len(homes) == 1 else None


def _in_project(source: Path, paths: Sequence[Path], out: Path) -> Project:
    """A project, or the part of it that the paths name."""
    source = source.resolve()
    root = source.parent
    problems: list[Problem] = []
    config = Config()
    if (source / CONFIG).is_file():
        text = _read(source / CONFIG).decode("utf-8", errors="replace")
        config, problems = configuration.read(_shown(source / CONFIG, root), text)
    title = config.title or _pretty(root.name)
    every = list(_markdown_in(source))
    chosen = _files(paths)
    whole = any(path.resolve() == source for path in paths)
    files = every if whole else chosen
    name = title if whole else _pretty(paths[0].resolve().stem)
    named = {_shown(path, root): path for path in files}
    keys = {shown: path.resolve().relative_to(source).as_posix() for shown, path in named.items()}
    sources = _sources(named, config, title)
    scope = ledgers.Scope(keys, whole)
    return Project(sources, named, config, title, name, source, out, source / LEDGER, scope, tuple(problems))


def _loose(paths: Sequence[Path], out: Path, cwd: Path) -> Project:
    """Files and folders outside any project; the ledger lies beside the deck, named after the source."""
    files = _files(paths)
    first = paths[0].resolve()
    base = first if first.is_dir() else first.parent
    single = len(files) == 1 and not first.is_dir()
    stem = first.name if first.is_dir() else first.stem
    title = "" if single else _pretty(stem)
    config = Config()
    named = {_shown(path, cwd): path for path in files}
    keys = {shown: _relative(path.resolve(), base) for shown, path in named.items()}
    sources = _sources(named, config, title)
    ledger_path = out / f"{slug(stem)}.ledger.jsonl"
    return Project(sources, named, config, title, _pretty(stem), base, out, ledger_path, ledgers.Scope(keys))


def _files(paths: Sequence[Path]) -> list[Path]:
    """The files that the paths name, each once; a folder's Markdown files, and any file that is named itself."""
    found: dict[Path, Path] = {}
    for path in paths:
        inside = list(_markdown_in(path)) if path.is_dir() else [path]
        if not inside:
            raise UserError(f"there is no Markdown file in the folder `{path}` (looked for {', '.join(_SUFFIXES)})")
        for file in inside:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _markdown_in(folder: Path) -> Iterator[Path]:
    """The Markdown files below a folder, in natural order; hidden folders and those of other tools are passed over."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "_")) and name not in _PASSED_OVER]
        found += [Path(place, name) for name in names if name.lower().endswith(_SUFFIXES) and not name.startswith(".")]
    return iter(sorted(found, key=lambda path: [_natural(part) for part in path.relative_to(folder).parts]))


def _natural(name: str) -> list[tuple[int, int, str]]:
    """A sort key under which `2-b` comes before `10-a`."""
    return [
        (0, int(part), "") if part.isdigit() else (1, 0, part.casefold()) for part in re.split(r"(\d+)", name) if part
    ]


def _sources(named: Mapping[str, Path], config: Config, title: str) -> tuple[Source, ...]:
    return tuple(Source(name, _read(path), config.defaults(title)) for name, path in named.items())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"`{path}` can't be read: {error.strerror}") from error


def _shown(path: Path, root: Path) -> str:
    """The path as people see it: from `root` where it lies below, else as it is."""
    return (
        _relative(path.resolve(), root.resolve()) if path.resolve().is_relative_to(root.resolve()) else path.as_posix()
    )


def _relative(path: Path, base: Path) -> str:
    return Path(os.path.relpath(path, base)).as_posix()


def _pretty(name: str) -> str:
    return name.strip() or "deck"


def slug(title: str) -> str:
    """A title as a file name: lower case, words joined by `-`; letters of every script stay."""
    return re.sub(r"[^\w.]+", "-", title.casefold()).strip("-._") or "deck"


# --- the ledger -----------------------------------------------------------------------------------------------------


def load_ledger(project: Project) -> tuple[ledgers.Ledger | None, list[Problem]]:
    """The project's ledger; None where there is none yet, or where it is broken (then with problems)."""
    if not project.ledger_path.is_file():
        return None, []
    name = _shown(project.ledger_path, project.root.parent)
    try:
        text = _read(project.ledger_path).decode("utf-8")
    except UnicodeDecodeError:
        return None, [
            Problem(
                Severity.ERROR,
                "ledger-broken",
                name,
                1,
                1,
                "the ledger is not UTF-8",
                "restore it from version control",
            )
        ]
    return ledger_file.parse(name, text)


# --- media ----------------------------------------------------------------------------------------------------------

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
            if key in found or _REMOTE.match(image.address):
                continue
            media = _media(project, note.span.file, image, read)
            if isinstance(media, Media):
                found[key] = media
            else:
                problems.append(media)
    return found, problems


def _media(project: Project, file: str, image: ImageRef, read: dict[Path, Media]) -> Media | Problem:
    """One image, or the problem with it. Nothing outside the folder that is built is read: decks are given away."""

    def problem(code: str, message: str, hint: str) -> Problem:
        return Problem(Severity.ERROR, code, file, image.line, image.column, message, hint)

    root = project.root.resolve()
    address = unquote(image.address).split("#")[0].split("?")[0]
    try:
        folder = root if address.startswith("/") else project.files[file].resolve().parent
        path = (folder / address.lstrip("/")).resolve()
        if not path.is_relative_to(root):
            message = f"the image `{image.address}` lies outside the folder that is built"
            return problem("media-outside", message, "copy it into that folder")
        if not path.is_file():
            return problem(
                "media-missing",
                f"there is no image `{image.address}`",
                "mend the path, or take the image out of the text",
            )
    except (OSError, ValueError):  # a name too long, or with a NUL
        return problem(
            "media-missing", f"there is no image `{image.address}`", "mend the path, or take the image out of the text"
        )
    if path not in read:
        data = _read(path)
        kind = _image_kind(data)
        if kind is None:
            return problem("media-type", f"`{image.address}` is no image", "PNG, JPEG, GIF, WebP and SVG can be shown")
        name = f"{slug(path.stem)[:40]}-{hashlib.sha256(data).hexdigest()[:12]}{kind[1]}"
        read[path] = Media(name, data, kind[0])
    return read[path]


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
    """Where each image lies that the notes show, and the hash of its bytes."""
    for note in notes:
        for image in note.images:
            found = media.get((note.span.file, image.address))
            if found is not None:
                address = unquote(image.address).split("#")[0].split("?")[0]
                folder = project.root if address.startswith("/") else project.files[note.span.file].resolve().parent
                yield (folder / address.lstrip("/")).resolve(), hashlib.sha256(found.data).hexdigest()
