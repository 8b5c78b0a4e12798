"""The project tree: the only module that reads and writes what belongs to a user. Everything else gets values."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from generator import config as configuration
from generator import ledger as ledgers
from generator.config import Config
from generator.ledger import file as ledger_file
from generator.media_names import is_media
from generator.model import Defaults, Problem, Severity, Source, UserError

SOURCE = "source"
CONFIG = "deck.toml"
LEDGER = "ledger.jsonl"
_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")
_PASSED_OVER = {"node_modules", "__pycache__", "build", "dist", "site-packages"}
# Files about a project, as hosts of code know them; those whose names may be a subject's, only where they are shouted.
_OF_PROJECT = re.compile(
    r"(?i:licen[sc]e|copying|contribut(?:ing|ors)|code[_-]of[_-]conduct|change-?log|(?:pull[_-]request|issue)[_-]template"
    r"|bug[_-]report|feature[_-]request|codeowners)(?i:[._-]\w+)*"
    r"|SECURITY|SUPPORT|HISTORY|CHANGES|NOTICE|AUTHORS|MAINTAINERS|GOVERNANCE|RELEASES?"
)


@dataclass(frozen=True, slots=True)
class Project:
    """What is read, what of it is to be built, and where that goes.

    `files` maps the name of each source to where it lies, `keys` to its name in the ledger, which doesn't depend on
    where the project lies. `chosen` are the sources to be built: a project is always read whole, since a note's
    identity depends on all of it. `root` is the folder that media must lie in; `title` is empty for a single file
    outside a project, whose own title then names the deck; `name` is what output files are called if the title does
    not say.
    """

    sources: tuple[Source, ...]
    files: Mapping[str, Path]
    keys: Mapping[str, str]
    chosen: frozenset[str]
    config: Config
    title: str
    name: str
    root: Path
    out: Path
    ledger_path: Path
    problems: tuple[Problem, ...] = ()

    @property
    def in_project(self) -> bool:
        """Whether the ledger is a project's own, rather than one beside the deck of a loose file."""
        return self.ledger_path.name == LEDGER

    @property
    def whole(self) -> bool:
        """Whether all that was read is to be built."""
        return len(self.chosen) == len(self.sources)


# --- loading --------------------------------------------------------------------------------------------------------


def load(paths: Sequence[Path], out: Path | None, cwd: Path, dialect: str = "") -> Project:
    """The project in `cwd`, or the files and folders of `paths`, with all that is read of them, be it in a `dialect`.

    Raises UserError where there is nothing to build: no project, a path that does not exist, a folder without Markdown.
    """
    source = _absolute(cwd / SOURCE)
    out = cwd / "build" if out is None else cwd / out
    if not paths:
        if not source.is_dir():
            message = f"there is no folder `{SOURCE}` in {cwd}"
            raise UserError(f"{message}: write your questions there, or name files or folders to build")
        return _read_as(_in_project(source, [source], out), dialect)
    for path in paths:
        if not path.exists():
            raise UserError(f"there is no file or folder `{path}`")
    places = [_entered(_absolute(cwd / path)) for path in paths]
    home = _home(places, source)
    found = _loose(paths, out, cwd) if home is None else _in_project(home, places, out)
    return _read_as(found, dialect)


def one_source(path: Path, cwd: Path, dialect: str = "") -> Source:
    """One file, as the project that it lies in would read it."""
    found = load([path], None, cwd, dialect)
    return next(source for source in found.sources if source.name in found.chosen)


def put(path: Path, data: str | bytes) -> None:
    """Write a file of the user's choosing; UserError where that can't be."""
    try:
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    except OSError as error:
        raise UserError(f"`{path}` can't be written: {error.strerror}") from error


def _read_as(found: Project, dialect: str) -> Project:
    """The project with its files to be read in this dialect, if one was asked for."""
    if not dialect:
        return found
    sources = (replace(source, defaults=replace(source.defaults, asked=dialect)) for source in found.sources)
    return replace(found, sources=tuple(sources))


def _entered(path: Path) -> Path:
    """A project's own folder stands for the `source` in it."""
    source = path / SOURCE
    return source if (source / CONFIG).is_file() or (source / LEDGER).is_file() else path


def _home(paths: Sequence[Path], here: Path) -> Path | None:
    """The source folder of the project that all the paths lie in, if there is one: a folder `source` that has settings,
    a ledger, or lies right `here`; or any other folder with settings that is named itself or was built before.
    """

    def is_home(folder: Path, named: Path) -> bool:
        settings, ledger = (folder / CONFIG).is_file(), (folder / LEDGER).is_file()
        if folder.name == SOURCE:
            return settings or ledger or (folder == here and folder.is_dir())
        return settings and (ledger or folder == named)

    homes = {next((folder for folder in (path, *path.parents) if is_home(folder, path)), None) for path in paths}
    return homes.pop() if len(homes) == 1 else None


def _in_project(source: Path, paths: Sequence[Path], out: Path) -> Project:
    """A project, of which the parts that the paths name are to be built."""
    root = source.parent
    problems: list[Problem] = []
    config = Config()
    if (source / CONFIG).is_file():
        text = read_bytes(source / CONFIG).decode("utf-8", errors="replace")
        config, problems = configuration.read(_shown(source / CONFIG, root), text)
    chosen = _files(paths)
    files = {_shown(path, root): path for path in dict.fromkeys([*_markdown_in(source), *chosen])}
    title = config.title or root.name or SOURCE
    built = frozenset(_shown(path, root) for path in chosen)
    return Project(
        sources=_sources(files, source, config.defaults(title), problems),
        files=files,
        keys={name: _key(path, source) for name, path in files.items()},
        chosen=built,
        config=config,
        title=title,
        name=title if len(built) == len(files) else _part(_absolute(paths[0]), source),
        root=source,
        out=out,
        ledger_path=source / LEDGER,
        problems=tuple(problems),
    )


def _part(path: Path, source: Path) -> str:
    """What a part of a project is called: two folders may have files of one name."""
    inside = path.relative_to(source) if path.is_relative_to(source) else Path(path.name)
    return "-".join((*inside.parts[:-1], path.name if path.is_dir() else path.stem))


def _loose(paths: Sequence[Path], out: Path, cwd: Path) -> Project:
    """Files and folders outside any project; the ledger lies beside the deck, named after the source."""
    chosen = _files([cwd / path for path in paths])
    first = _absolute(cwd / paths[0])
    base = first if first.is_dir() else first.parent
    stem = _called(first)
    title = "" if len(chosen) == 1 and not first.is_dir() else stem
    files = {_shown(path, _absolute(cwd)): path for path in chosen}
    config = Config()
    problems: list[Problem] = []
    return Project(
        sources=_sources(files, base, replace(config.defaults(title), name=stem), problems),
        files=files,
        keys={name: _key(path, base) for name, path in files.items()},
        chosen=frozenset(files),
        config=config,
        title=title,
        name=stem,
        root=base,
        out=out,
        ledger_path=out / f"{_cut(stem)}.ledger.jsonl",
        problems=tuple(problems),
    )


def _files(paths: Sequence[Path]) -> list[Path]:
    """The files that the paths name, each once; a folder's Markdown files, and any file that is named itself."""
    found: list[Path] = []
    for path in map(_absolute, paths):
        inside = list(_markdown_in(path)) if path.is_dir() else [path]
        if not inside:
            shown = _shown(path, _absolute(Path.cwd()))
            raise UserError(f"there is no Markdown file in the folder `{shown}` (looked for {', '.join(_SUFFIXES)})")
        found += inside
    return list(dict.fromkeys(found))


def _markdown_in(folder: Path) -> Iterator[Path]:
    """The Markdown files below a folder, in natural order.

    Passed over are hidden folders and files, those of other tools, and files about a project such as its licence.
    """
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "_")) and name not in _PASSED_OVER]
        found += [Path(place, name) for name in names if _may_hold_notes(name)]
    return iter(sorted(found, key=lambda path: [_natural(part) for part in path.relative_to(folder).parts]))


def _may_hold_notes(name: str) -> bool:
    stem, suffix = os.path.splitext(name)
    return suffix.lower() in _SUFFIXES and not name.startswith(".") and not _OF_PROJECT.fullmatch(stem)


def media_files(root: Path) -> list[Path]:
    """The pictures, sounds and films below a folder, by their names; hidden folders and those of other tools apart."""
    found = []
    for place, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _PASSED_OVER]
        found += [Path(place, name) for name in names if is_media(name)]
    return sorted(found)


def listing_digest(root: Path) -> str:
    """A hash of which pictures, sounds and films lie below a folder."""
    paths = "\0".join(_relative(path, root) for path in media_files(root))
    return hashlib.sha256(paths.encode(errors="surrogateescape")).hexdigest()


def _natural(name: str) -> list[tuple[int, int, str]]:
    """A sort key under which `2-b` comes before `10-a`."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part.casefold()) for part in re.split(r"(\d+)", name) if part
    ]


def _called(path: Path) -> str:
    """What the deck of a loose file or folder is called; `README` says nothing, but the name of its folder does."""
    if path.is_dir():
        return path.name
    return path.parent.name or path.stem if path.stem.casefold() in ("readme", "index") else path.stem


def _sources(named: Mapping[str, Path], base: Path, given: Defaults, problems: list[Problem]) -> tuple[Source, ...]:
    """The files with what they get from the project's settings and from those of the folders that they lie in."""
    for name in named:
        shown = name.encode(errors="replace").decode()
        if shown != name:
            raise UserError(f"the name of the file `{shown}` is not UTF-8: rename it")
    known = {base: given}
    return tuple(
        Source(name, read_bytes(path), _defaults(path.parent, base, known, problems)) for name, path in named.items()
    )


def _defaults(folder: Path, base: Path, known: dict[Path, Defaults], problems: list[Problem]) -> Defaults:
    """What the files of a folder get: what the folder above gives, a deck of its own, and the folder's own settings."""
    if folder not in known:
        if not folder.is_relative_to(base):
            return known[base]
        above = _defaults(folder.parent, base, known, problems)
        own = replace(above, folders=(*above.folders, folder.name)) if above.title else above
        if (folder / CONFIG).is_file():
            text = read_bytes(folder / CONFIG).decode("utf-8", errors="replace")
            own, wrong = configuration.of_folder(_shown(folder / CONFIG, base.parent), text, own)
            problems += wrong
        known[folder] = own
    return known[folder]


def read_bytes(path: Path) -> bytes:
    """What a file holds; UserError where it can't be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"`{path}` can't be read: {error.strerror}") from error


def _absolute(path: Path) -> Path:
    """The path from the root, symbolic links left as they are: a linked file belongs where its author put it."""
    return Path(os.path.abspath(path))


def _shown(path: Path, root: Path) -> str:
    """An absolute path as people see it: from `root` where it lies below, else whole."""
    return _relative(path, root) if path.is_relative_to(root) else path.as_posix()


def _key(path: Path, base: Path) -> str:
    """A file's name in the ledger: the same on systems that compose its letters otherwise."""
    return unicodedata.normalize("NFC", _relative(path, base))


def _relative(path: Path, base: Path) -> str:
    return Path(os.path.relpath(path, base)).as_posix()


def _cut(stem: str) -> str:
    return stem.encode()[:_LONGEST_STEM].decode(errors="ignore")


# A file name has 255 bytes on most systems, and suffixes follow.
_LONGEST_SLUG = 80
_LONGEST_STEM = 200


def slug(title: str) -> str:
    """A title as a file name: lower case, words joined by `-`; letters of every script stay, up to a bound."""
    words = re.sub(r"[^\w.]+", "-", unicodedata.normalize("NFC", title).casefold())
    return words.encode()[:_LONGEST_SLUG].decode(errors="ignore").strip("-._") or "deck"


# --- the ledger -----------------------------------------------------------------------------------------------------


def ledger_bytes(project: Project) -> bytes:
    """The ledger as it lies there, empty where there is none yet."""
    return read_bytes(project.ledger_path) if project.ledger_path.is_file() else b""


def load_ledger(project: Project) -> tuple[ledgers.Ledger | None, list[Problem]]:
    """The project's ledger; None where there is none yet, or where it is broken (then with problems)."""
    if not project.ledger_path.is_file():
        return None, []
    name = shown_ledger(project)
    try:
        text = read_bytes(project.ledger_path).decode("utf-8")
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


def decks(project: Project) -> list[tuple[str, bytes]]:
    """The decks that lie in the output folder, each with its file's name: what was built before."""
    found = sorted(project.out.glob("*.apkg")) if project.out.is_dir() else []
    decks = []
    for path in found:
        with contextlib.suppress(OSError):  # what can't be read is nobody's witness
            if path.is_file():
                decks.append((path.name, path.read_bytes()))
    return decks


def other_namespaces(project: Project) -> set[str]:
    """The namespaces of the other ledgers in the output folder: their decks are not this project's."""
    found: set[str] = set()
    for path in sorted(project.out.glob("*.ledger.jsonl")) if project.out.is_dir() else []:
        if path != project.ledger_path:
            ledger, _ = ledger_file.parse(path.name, read_bytes(path).decode("utf-8", errors="replace"))
            found |= {ledger.namespace} if ledger else set()
    return found


def read_deck(path: Path) -> bytes:
    """The bytes of a deck, wherever it lies. UserError where it can't be read."""
    return read_bytes(path)


def shown_ledger(project: Project) -> str:
    """The ledger's path, for people."""
    return _shown(project.ledger_path, project.root.parent)
