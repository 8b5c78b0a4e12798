"""What an edit promises, and who makes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tests.history.supply import Supply
from tests.history.world import Item, World


@dataclass(frozen=True, slots=True)
class Claim:
    """What an edit touched, and what must become of it.

    `keep`: question or answer stays recognisable, every review must be kept. `free`: both were rewritten, a new note is
    as good. `gone` and `new`: deleted and added; nothing may take over what the deleted ones had. `turned` are those of
    `new` that are a gone one in the other note type, which the author must be told.
    """

    kind: str
    keep: frozenset[int] = frozenset()
    free: frozenset[int] = frozenset()
    gone: frozenset[int] = frozenset()
    new: frozenset[int] = frozenset()
    turned: frozenset[int] = frozenset()

    @property
    def touched(self) -> frozenset[int]:
        """All notes that the edit has to do with."""
        return self.keep | self.free | self.gone | self.new


Edited = tuple[World, Claim]


@dataclass
class Author:
    """Who edits: `busy` notes were edited since the last build, and are left alone unless several edits are to meet.

    `ids` are those that the notes were given, as their cards show them; `asked` says which notes ever asked a question.
    """

    supply: Supply
    busy: set[int] = field(default_factory=set)
    ids: dict[int, str] = field(default_factory=dict)
    pins: int = 0
    asked: dict[str, set[int]] = field(default_factory=dict)

    def pin(self) -> str:
        """An id of the author's own, never used before."""
        self.pins += 1
        return f"own-{self.pins}"

    def one(self, items: Iterable[Item]) -> Item | None:
        """Any of the notes that isn't busy."""
        found = [item for item in items if item.truth not in self.busy]
        return self.supply.dice.choice(found) if found else None


Edit = Callable[[World, Author], Edited | None]


def keep(kind: str, *truths: int) -> Claim:
    """The claim of an edit that must lose nothing."""
    return Claim(kind, keep=frozenset(truths))


def kept(kind: str, after: World, before: World, free: frozenset[int]) -> Claim:
    """All of a deck must be kept, and nothing that it lacks may be taken for anything in it."""
    return Claim(kind, keep=after.truths() - free, free=free, gone=before.truths() - after.truths() - free)


def together(kind: str, claims: Sequence[Claim]) -> Claim:
    """Several claims as one."""
    free, gone, new, keep, turned = (
        frozenset[int]().union(*(getattr(claim, name) for claim in claims))
        for name in ("free", "gone", "new", "keep", "turned")
    )
    return Claim(kind, keep - free - gone - new, free, gone, new, turned)


def plain(world: World) -> list[Item]:
    """The answered notes without deletions."""
    return [item for item in world.items() if item.answer and not item.sentences]


def clozes(world: World, least: int = 1) -> list[Item]:
    """The notes with at least so many deletions."""
    return [item for item in world.items() if len(item.deletions) >= least]
