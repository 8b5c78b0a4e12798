"""Notes and lines that share what only one note has: its pin, its content, its question."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from generator.ledger.content import folded, texts_hash


class Line(NamedTuple):
    """What a note is known by: a line of the ledger (with an `id`), or a note of the source (without one).

    `question` and `answer` are normalised text, `hash` that of all its content, `deck` its deck's path; `texts` stands
    for question and answer where only a hash of both is remembered.
    """

    type: str
    file: str
    deck: str
    question: str
    answer: str
    hash: str
    pin: str = ""
    id: str = ""
    retired: bool = False
    texts: str = ""


class Doubt(NamedTuple):
    """A new note (its place) that may be an old line (its place), but not surely."""

    new: int
    old: int


Way = Callable[[Line], Hashable]

# What two lines share that are the same note beyond doubt, the surest way first; None can't be shared. Twins stand in
# their order. (A line recovered from a deck may have no hash.)
_SAME: tuple[Way, ...] = (
    lambda line: (line.type, line.hash, line.file) if line.hash else None,
    lambda line: (line.type, line.hash) if line.hash else None,
    lambda line: _asked(line, line.answer, line.file, line.deck),
    lambda line: _asked(line, line.answer, line.file),
    lambda line: _asked(line, line.answer),
)
# What must be one line's alone on either side.
_UNIQUE: tuple[Way, ...] = (
    lambda line: _asked(line, line.file, line.deck),
    lambda line: _asked(line, line.file),
    lambda line: _asked(line),
    lambda line: _loosely(line, folded(line.answer)),
    lambda line: _loosely(line, line.file),
    lambda line: _loosely(line),
)
# How a line that was retired comes back: a common question in another file with another answer is another note.
_CAME_BACK: tuple[Way, ...] = (
    lambda line: _asked(line, line.file),
    lambda line: _asked(line, line.deck),
    lambda line: _loosely(line, folded(line.answer)),
)


def _told(line: Line) -> Hashable:
    """Question and answer to the letter, be it by their hash."""
    return (line.type, line.texts or texts_hash(line.question, line.answer))


def _asked(line: Line, *also: str) -> Hashable:
    """The question to the letter, and what else; nothing for a line that is remembered without its texts."""
    return (line.type, line.question, *also) if line.question else None


def _loosely(line: Line, *also: str) -> Hashable:
    """The question without case, width and the like."""
    return (line.type, folded(line.question), *also) if line.question else None


@dataclass
class Table:
    """The notes, the lines, and which of them have found one another."""

    old: Sequence[Line]
    new: Sequence[Line]
    found: list[int | None] = field(init=False)
    left: dict[int, Line] = field(init=False)

    def __post_init__(self) -> None:
        self.found = [None] * len(self.new)
        self.left = dict(enumerate(self.old))
        self._lines_of: dict[str, list[int]] = defaultdict(list)
        for place, line in enumerate(self.old):
            self._lines_of[line.id].append(place)

    def is_settled(self) -> bool:
        """Whether nobody is left on one of the two sides."""
        return not any(self.is_new(place) for place in range(len(self.new))) or not any(
            not line.retired for line in self.left.values()
        )

    def is_new(self, place: int) -> bool:
        """Whether the note was not there when the source was read last: it has no line, or one that was retired."""
        line = self.found[place]
        return line is None or self.old[line].retired

    def waiting(self) -> Iterator[tuple[int, Line]]:
        """The notes that have not found their line."""
        return ((place, line) for place, line in enumerate(self.new) if self.found[place] is None)

    def settle(self, new: int, old: int) -> None:
        """The note has found its line; other lines of the same id are spoken for as well."""
        self.found[new] = old
        for place in self._lines_of[self.old[old].id]:
            self.left.pop(place, None)

    def pair(self, way: Way, living: bool, twins: bool = False) -> None:
        """Pair what is the same in this way: with `twins` in order of appearance, else only what is alone in it.

        Where "What's the output?" is asked twice, even one of them left over may be another one.
        """
        shelves: dict[Hashable, list[int]] = defaultdict(list)
        for place, line in self.left.items():
            key = way(line) if line.retired is not living else None
            if key is not None:
                shelves[key].append(place)
        if not shelves:
            return
        asking: dict[Hashable, list[int]] = defaultdict(list)
        for place, line in self.waiting():
            if (key := way(line)) in shelves:
                asking[key].append(place)
        often = set() if twins else self._asked_often(way, asking)
        for key, askers in asking.items():
            offered = self._one_an_id(shelves[key])
            if twins or (key not in often and len(askers) == len(offered) == 1):
                for asker, place in zip(askers, offered, strict=False):
                    self.settle(asker, place)

    def _asked_often(self, way: Way, keys: Collection[Hashable]) -> set[Hashable]:
        """The keys that several notes have, before or now."""
        now = Counter(way(line) for line in self.new)
        before: dict[Hashable, set[str]] = defaultdict(set)
        for line in self.old:
            if not line.retired and (key := way(line)) in keys:
                before[key].add(line.id)
        return {key for key in keys if now[key] > 1 or len(before[key]) > 1}

    def _one_an_id(self, places: Iterable[int]) -> list[int]:
        """Of several lines of one id the first, of those that are still left."""
        left = [place for place in places if place in self.left]
        return list({self.old[place].id: place for place in reversed(left)}.values())[::-1]

    def pair_pinned(self) -> None:
        """An author may pin a note by a word of their own, or by the id that it was given."""
        shelf: dict[tuple[str, str], int] = {}
        for place, line in reversed([*self.left.items()]):
            shelf[line.type, line.id] = place
        for retired in (True, False):
            for place, line in reversed([*self.left.items()]):
                if line.pin and line.retired is retired:
                    shelf[line.type, line.pin] = place
        for place, line in self.waiting():
            wanted = shelf.get((line.type, line.pin)) if line.pin else None
            if wanted in self.left:
                self.settle(place, wanted)


def pair_exactly(table: Table) -> None:
    """Settle all that needs no likeness: the living lines first, then those that come back as they were."""
    table.pair_pinned()
    same = (*_SAME, _told) if any(line.texts for line in table.old) else _SAME
    for way in same:
        table.pair(way, living=True, twins=True)
    for way in _UNIQUE:
        table.pair(way, living=True)
    for way in same:
        table.pair(way, living=False, twins=True)
    for way in _CAME_BACK:
        table.pair(way, living=False)
