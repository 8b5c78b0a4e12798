"""What a build writes: files that appear whole or not at all, one build at a time, the cache of pages, and what the
last build did.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import stat
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from generator import resources
from generator.machine import pango_version
from generator.model import Artifact, UserError
from generator.outcome import Outcome, from_memory, to_memory
from generator.project import Project, listing_digest

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


_CACHE = ".cache"
_CACHE_BYTES = 256 * 1024 * 1024


# --- files that appear whole or not at all ---------------------------------------------------------------------------


def publish(path: Path, data: bytes) -> bool:
    """Write one file as `publish_all` does; whether its bytes changed."""
    return bool(publish_all([(path, data)]))


def publish_all(files: Sequence[tuple[Path, bytes]]) -> tuple[Path, ...]:
    """Write files so that each is there whole or as it was before; the paths of those whose bytes changed.

    Nothing takes its place before all lie ready beside theirs, and then they do so in this order: a full disk leaves
    all as it was, a build that is killed between two of them what came first. Raises UserError where a file can't be
    written.
    """
    sweep(path for path, _ in files)
    changed = [(path, data) for path, data in files if not _has(path, data)]
    ready: list[tuple[Path, str, Path]] = []
    try:
        for path, data in changed:
            with _explaining(path):
                target = Path(os.path.realpath(path))  # a linked file stays one
                ready.append((path, _beside(target, data), target))
        for path, temporary, target in ready:
            with _explaining(path):
                os.replace(temporary, target)
                _settle(target.parent)
    finally:
        for _, temporary, _ in ready:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
    return tuple(path for path, _ in changed)


def sweep(paths: Iterable[Path]) -> None:
    """Delete what a killed build left of these files. Only for who holds the lock: another build may be at them."""
    for path in paths:
        target = Path(os.path.realpath(path))
        _sweep(target.parent, target.name)


# A file that is being written: a dot, the name that it is to have, and what no other has.
_TEMPORARY = re.compile(r"\.(.+)\.[0-9a-f]{8}\.new", re.DOTALL)


def _sweep(folder: Path, name: str = "") -> None:
    """Delete the temporaries in a folder, all or those of one name."""
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(folder)):
            found = _TEMPORARY.fullmatch(entry.name)
            if found and name in ("", found[1]):
                os.unlink(entry)


def _has(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False


def _beside(target: Path, data: bytes) -> str:
    """The name of a new file beside the target, with the data on the disk and the target's permissions."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "a folder lies in its place")
    target.parent.mkdir(parents=True, exist_ok=True)
    name = str(target.with_name(f".{target.name}.{os.urandom(4).hex()}.new"))
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(OSError):
            os.chmod(name, stat.S_IMODE(target.stat().st_mode))
    except BaseException:
        os.unlink(name)
        raise
    return name


def _settle(folder: Path) -> None:
    """Have what was renamed in the folder on the disk, before anything that builds on it."""
    if os.name == "posix":
        with contextlib.suppress(OSError):  # some network folders can't be asked
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


@contextlib.contextmanager
def _explaining(path: Path) -> Iterator[None]:
    """Say why the file can't be written; a file where a folder should be is told by its name."""
    try:
        yield
    except OSError as error:
        nearest = next((folder for folder in path.parents if os.path.lexists(folder)), path.parent)
        reason = error.strerror or str(error) if nearest.is_dir() else f"`{nearest}` is no folder"
        raise UserError(f"`{path}` can't be written: {reason}") from error


# --- one build at a time ---------------------------------------------------------------------------------------------

_PATIENCE = 1.0  # seconds before anybody is told of a wait
_PAUSE = 0.05
# How systems say that another process has the lock, or had it and has just deleted the file.
_BUSY = {errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK, errno.ENOENT}


@contextlib.contextmanager
def locked(ledger_path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Be the only build with this ledger, on this machine and by this user, after waiting for the one at work.

    `waiting` is called once if that takes a while. The lock goes with its process, however that ends, and its file lies
    in the temporary folder, for the source may be read-only. Where no lock can be had the build goes on without: files
    are still whole, and a ledger that another build has changed meanwhile is noticed before it is written.
    """
    lock = _acquired(ledger_path, waiting)
    try:
        yield
    finally:
        if lock is not None:
            path, handle = lock
            with contextlib.suppress(OSError):  # Windows keeps what is open
                os.unlink(path)
            os.close(handle)


def _acquired(ledger_path: Path, waiting: Callable[[], None]) -> tuple[str, int] | None:
    """The path and the handle of the locked file; None where there can be no lock."""
    began, told = time.monotonic(), False
    while True:
        try:
            path = _lock_path(ledger_path)
            handle = _tried(path)
        except OSError:
            return None
        if handle is not None:
            return path, handle
        if not told and time.monotonic() - began > _PATIENCE:
            told = True
            waiting()
        time.sleep(_PAUSE)


def _lock_path(ledger_path: Path) -> str:
    user = "" if sys.platform == "win32" else os.getuid()
    place = os.path.normcase(os.path.realpath(ledger_path)).encode(errors="surrogateescape")
    return os.path.join(tempfile.gettempdir(), f"deckpress-{user}-{hashlib.sha256(place).hexdigest()[:32]}.lock")


def _tried(path: str) -> int | None:
    """The handle of the file, locked and still in its place; None while another has it. OSError where none can."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        _lock(handle)
        if os.path.samestat(os.fstat(handle), os.stat(path)):
            return handle
    except OSError as error:
        if error.errno not in _BUSY:
            os.close(handle)
            raise
    os.close(handle)
    return None


# --- the cache of laid-out pages -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageCache:
    """Bytes by the hash of all they depend on, in the output folder. A cache that can't be written is an empty one."""

    folder: Path

    @classmethod
    def below(cls, out: Path) -> PageCache:
        """The cache of an output folder."""
        return cls(out / _CACHE / "pages")

    def get(self, key: str) -> bytes | None:
        """What was put under the key, or None."""
        path = self.folder / key
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        digest, _, body = data.partition(b"\n")
        return body if digest == hashlib.sha256(body).hexdigest().encode() else None

    def put(self, key: str, data: bytes) -> None:
        """Keep the data, with a check sum, so that a torn file is never taken for a page."""
        with contextlib.suppress(UserError):
            publish(self.folder / key, hashlib.sha256(data).hexdigest().encode() + b"\n" + data)

    def prune(self) -> None:
        """Forget what was used longest ago, down to a bound, and what killed builds left."""
        _sweep(self.folder)
        with contextlib.suppress(OSError):
            files = sorted(
                ((entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in os.scandir(self.folder)),
                reverse=True,
            )
            total = 0
            for _, size, path in files:
                total += size
                if total > _CACHE_BYTES:
                    os.unlink(path)


# --- what the last build did -----------------------------------------------------------------------------------------


def remembered(project: Project, products: Sequence[str], ledger: bytes) -> Outcome | None:
    """What the last build of these things came to, if nothing it depends on has changed and all is still there."""
    try:
        record = json.loads(_memory(project, products).read_bytes())
        same = record["key"] == _key(project, products, ledger)
        there = all(_digest(project.out / name) == digest for name, digest in record["artifacts"].items())
        media = all(_digest_if_there(Path(name)) == digest for name, digest in record["media"].items())
        return from_memory(record["outcome"]) if same and there and media else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def remember(
    project: Project,
    products: Sequence[str],
    ledger: bytes,
    artifacts: Sequence[Artifact],
    media: Mapping[Path, str],
    outcome: Outcome,
) -> None:
    """Record what this build depended on, made and came to. Failing to is no failure: the next build works again."""
    record = {
        "key": _key(project, products, ledger),
        "artifacts": {artifact.name: hashlib.sha256(artifact.data).hexdigest() for artifact in artifacts},
        "media": {str(path): digest for path, digest in media.items()},
        "outcome": to_memory(outcome),
    }
    _sweep(project.out / _CACHE)
    with contextlib.suppress(UserError):
        publish(_memory(project, products), json.dumps(record, ensure_ascii=False).encode())


def _memory(project: Project, products: Sequence[str]) -> Path:
    what = hashlib.sha256("\0".join([project.name, *products, *sorted(project.chosen)]).encode()).hexdigest()[:16]
    return project.out / _CACHE / f"{what}.json"


def _digest_if_there(path: Path) -> str:
    """The hash of an image's bytes, or of what lies in a folder; nothing where it is still missing."""
    try:
        return listing_digest(path) if path.is_dir() else _digest(path)
    except (OSError, ValueError):
        return ""


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _key(project: Project, products: Sequence[str], ledger: bytes) -> str:
    """A hash of all that the outputs depend on, media apart: sources, settings, ledger, our code, its libraries."""
    told = (project.config, project.problems, project.title, project.name, sorted(project.chosen))
    key = hashlib.sha256(repr((products, told, program())).encode())
    for source in project.sources:
        key.update(repr((source.name, source.defaults, len(source.data))).encode() + source.data)
    key.update(ledger)
    return key.hexdigest()


@cache
def program() -> str:
    """A hash of this program: its code, templates and fonts, the interpreter, and the libraries by their versions.

    Worked out once a process: what is edited while a build runs has not made what it writes.
    """
    package = Path(__file__).resolve().parent
    key = hashlib.sha256(sys.version.encode())
    for folder, ours in ((package, "*.py"), (resources.root(), "*")):
        for path in sorted(folder.rglob(ours)):
            if path.is_file():
                key.update(path.relative_to(folder).as_posix().encode() + b"\0")
                key.update(hashlib.sha256(path.read_bytes()).digest())
    libraries = {path.name for kind in ("purelib", "platlib") for path in _installed(kind)}
    key.update("\n".join(sorted(libraries)).encode())
    key.update(pango_version())
    return key.hexdigest()


def _installed(kind: str) -> Iterable[Path]:
    return Path(sysconfig.get_path(kind)).glob("*.dist-info")
