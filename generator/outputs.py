"""The output folder: files that appear whole or not at all, the cache of pages, and what the last build did."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from generator import resources
from generator.machine import pango_version
from generator.model import Artifact, UserError
from generator.outcome import Outcome, from_memory, to_memory
from generator.project import Project

_CACHE = ".cache"
_CACHE_BYTES = 256 * 1024 * 1024


def publish(path: Path, data: bytes) -> bool:
    """Write a file so that it is there whole or as it was before; whether its bytes changed.

    Raises UserError where the folder can't be written or the disk is full; the old file is then still there.
    """
    with contextlib.suppress(OSError):
        if path.read_bytes() == data:
            return False
    beside = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, 0o644)
        os.replace(beside, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise UserError(f"`{path}` can't be written: {error.strerror}") from error
    return True


def publish_all(folder: Path, artifacts: Sequence[Artifact]) -> None:
    """Write the artifacts in order."""
    for artifact in artifacts:
        publish(folder / artifact.name, artifact.data)


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
        """Forget what was used longest ago, down to a bound."""
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
        media = all(_digest(Path(name)) == digest for name, digest in record["media"].items())
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
    with contextlib.suppress(UserError):
        publish(_memory(project, products), json.dumps(record, ensure_ascii=False).encode())


def _memory(project: Project, products: Sequence[str]) -> Path:
    what = hashlib.sha256("\0".join([project.name, *products, *sorted(project.chosen)]).encode()).hexdigest()[:16]
    return project.out / _CACHE / f"{what}.json"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _key(project: Project, products: Sequence[str], ledger: bytes) -> str:
    """A hash of all that the outputs depend on, media apart: sources, settings, ledger, our code, its libraries."""
    told = (project.config, project.problems, project.title, project.name, sorted(project.chosen))
    key = hashlib.sha256(repr((products, told, _program())).encode())
    for source in project.sources:
        key.update(repr((source.name, len(source.data))).encode() + source.data)
    key.update(ledger)
    return key.hexdigest()


@cache
def _program() -> str:
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
