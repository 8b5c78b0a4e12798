"""Which note of the source is which line of the ledger, so that a note keeps its identity through every edit.

A note finds its line by, in this order: the id that its author pinned it with; all its content; its question, in the
same file and then elsewhere; its answer, where that is long and nobody else's; and at last by likeness of question,
answer and neighbours, in an optimal pairing, only above a threshold and by a margin. A line that could be meant but is
not sure is a doubt: it is told, never guessed. Lines that were retired before come back only as they were.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from generator.ledger import pairing
from generator.ledger.likeness import Lexicon, compared, folded, words
from generator.ledger.same_note import Said, likeness


class Line(NamedTuple):
    """What a note is known by: a line of the ledger (with an `id`), or a note of the source (without one).

    `question` and `answer` are normalised text, `hash` that of all its content, `deck` its deck's path.
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


class Doubt(NamedTuple):
    """A new note (its place) that may be an old line (its place), but not surely."""

    new: int
    old: int


@dataclass(frozen=True, slots=True)
class Matches:
    """For each new note the place of its old line, or None; and what could not be decided.

    `turned` are new notes that seem to be an old line of the other note type.
    """

    found: tuple[int | None, ...]
    doubts: tuple[Doubt, ...] = ()
    turned: tuple[Doubt, ...] = ()


def match(old: Sequence[Line], new: Sequence[Line]) -> Matches:
    """Pair the notes of the source with the lines of the ledger, which stand in the order of the last source.

    Several old lines may have one id (branches that were merged); one of them at most is found.
    """
    table = _Table(old, new)
    table.pair_pinned()
    for way in _SAME:
        table.pair(way, living=True, twins=True)
    for way in _UNIQUE:
        table.pair(way, living=True)
    for way in _SAME:
        table.pair(way, living=False, twins=True)
    for way in _CAME_BACK:
        table.pair(way, living=False)
    doubts = _pair_alike(table)
    return Matches(tuple(table.found), tuple(doubts), tuple(_turned(table)))


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


def _asked(line: Line, *also: str) -> Hashable:
    """The question to the letter, and what else; nothing for a line that is remembered without its texts."""
    return (line.type, line.question, *also) if line.question else None


def _loosely(line: Line, *also: str) -> Hashable:
    """The question without case, width and the like."""
    return (line.type, folded(line.question), *also) if line.question else None


_LONG_ANSWER = 40


@dataclass
class _Table:
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


# --- by the answer --------------------------------------------------------------------------------------------------


def _own_answers(table: _Table) -> set[tuple[int, int]]:
    """The pairs whose answer is long and nobody else's, before and now; their questions must share a word all the same.

    An answer such as "undefined" says nothing.
    """
    waiting = {line.answer: place for place, line in table.waiting() if len(line.answer) >= _LONG_ANSWER}
    offered: dict[str, dict[str, int]] = defaultdict(dict)
    for place, line in enumerate(table.old):
        if line.answer in waiting and not line.retired:
            offered[line.answer].setdefault(line.id, place)
    asking = Counter(line.answer for line in table.new if line.answer in waiting)
    pairs = set()
    for answer, place in waiting.items():
        lines = list(offered[answer].values())
        if asking[answer] == len(lines) == 1 and lines[0] in table.left:
            before, now = table.old[lines[0]], table.new[place]
            if before.type == now.type and _stems(before.question) & _stems(now.question):
                pairs.add((place, lines[0]))
    return pairs


def _stems(question: str) -> set[str]:
    """The beginnings of its words: "rebase" and "rebasing" share theirs."""
    return {word[:_STEM] for word in words(question)}


_STEM = 4

# --- by likeness ----------------------------------------------------------------------------------------------------

# A pair is the same note from this likeness on, if it is surer than any other pairing by the margin; and worth a
# word to the author from that one on. Found by trial on some thousands of edits (`make bench-history`).
_ACCEPTED = 0.6
_DOUBTFUL = 0.45
_MARGIN = 0.07

_ROUNDS = 4
# With more pairs than this, only those are compared that share a rare word.
_ALL_PAIRS = 20_000
_MOST_SHARING = 40
_BEST_CANDIDATES = 8
# The words are weighed by so many of the notes, evenly spread: more would cost time and tell no more.
_SAMPLE = 800


def _pair_alike(table: _Table) -> list[Doubt]:
    """Pair what is alike enough, in rounds: a neighbour found in one is evidence in the next."""
    old = {place: line for place, line in table.left.items() if not line.retired}
    new = dict(table.waiting())
    if not old or not new:
        return []
    lexicon = Lexicon.of(_sample(table.old))
    before, now = (
        {place: Said(line.question, line.answer, line.deck, lexicon) for place, line in lines.items()}
        for lines in (old, new)
    )
    pairs = _Pairs(table, before, now)
    edges: dict[tuple[int, int], float] = {}
    for _ in range(_ROUNDS):
        edges = pairs.edges()
        sure = pairing.paired(edges, _ACCEPTED, _MARGIN)
        for place, line in sure.items():
            if line in table.left:
                table.settle(place, line)
        if not sure:
            break
    best: dict[int, tuple[float, int]] = {}
    for (place, line), score in edges.items():
        best[place] = max(best.get(place, (0.0, 0)), (score, line))
    return [Doubt(place, line) for place, (_, line) in sorted(best.items())]


def _sample(lines: Sequence[Line]) -> Iterator[str]:
    """The texts of some of the lines, evenly spread."""
    living = [line for line in lines if not line.retired]
    step = max(1, len(living) // _SAMPLE)
    return (f"{line.question} {line.answer}" for line in living[::step])


@dataclass
class _Pairs:
    """The notes and lines that are left, and how alike they are."""

    table: _Table
    old: dict[int, Said]
    new: dict[int, Said]

    def __post_init__(self) -> None:
        own = _own_answers(self.table)
        self._alike: dict[tuple[int, int], float] = dict.fromkeys(own, _OWN_ANSWER)
        for place, line in self._candidates():
            alike = max(likeness(self.old[line], self.new[place]), self._alike.get((place, line), 0.0))
            if alike >= _DOUBTFUL - _NEIGHBOURS:
                self._alike[place, line] = alike
        self._before = _Neighbours([line if not line.retired else None for line in self.table.old])
        self._now = _Neighbours(self.table.new)

    def edges(self) -> dict[tuple[int, int], float]:
        """The pairs that are left and worth a thought, with their likeness, neighbours counted in."""
        found: dict[tuple[int, str], tuple[float, int]] = {}  # of several lines of one id the one that fits best
        for (place, line), alike in self._alike.items():
            if self.table.found[place] is None and line in self.table.left:
                score = min(1.0, alike + _NEIGHBOURS * self._near(place, line))
                if score >= _DOUBTFUL:
                    key = place, self.table.old[line].id
                    found[key] = max(found.get(key, (0.0, 0)), (score, line))
        return {(place, line): score for (place, _), (score, line) in found.items()}

    def _near(self, place: int, line: int) -> float:
        """0, 0.5 or 1: how many of the two neighbours are the same notes as before."""
        before, now = self._before.of(line), self._now.of(place)
        same = 0
        for was, here in zip(before, now, strict=True):
            known = self.table.found[here] if here is not None else None
            same += (was is None and here is None) or (known is not None and known == was)
        return same / 2

    def _candidates(self) -> Iterable[tuple[int, int]]:
        """The pairs that are worth comparing."""
        if len(self.old) * len(self.new) <= _ALL_PAIRS:
            return (
                (place, line)
                for place in self.new
                for line in self.old
                if self.table.old[line].type == self.table.new[place].type
            )
        return self._sharing()

    def _sharing(self) -> Iterator[tuple[int, int]]:
        """Of each new note the lines that share most of its rare words."""
        shelves: dict[tuple[str, str], list[int]] = defaultdict(list)
        for line, said in self.old.items():
            for word in said.words():
                shelves[self.table.old[line].type, word].append(line)
        for place, said in self.new.items():
            shared: Counter[int] = Counter()
            for word in said.words():
                lines = shelves.get((self.table.new[place].type, word), ())
                if len(lines) <= _MOST_SHARING:
                    shared.update(lines)
            for line, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:_BEST_CANDIDATES]:
                yield place, line


class _Neighbours:
    """Which line stands before and after each one in its file."""

    def __init__(self, lines: Sequence[Line | None]) -> None:
        self._of: dict[int, list[int | None]] = {}
        last: dict[str, int] = {}
        for place, line in enumerate(lines):
            if line is None:
                continue
            before = last.get(line.file)
            self._of[place] = [before, None]
            if before is not None:
                self._of[before][1] = place
            last[line.file] = place

    def of(self, place: int) -> tuple[int | None, int | None]:
        """The places before and after."""
        before, after = self._of.get(place, (None, None))
        return before, after


# What both neighbours add to a likeness, when they are the same notes as before.
_NEIGHBOURS = 0.1
# How sure a long answer is that nobody else has, under whatever question.
_OWN_ANSWER = 0.85


# --- the other note type --------------------------------------------------------------------------------------------


def _turned(table: _Table) -> Iterator[Doubt]:
    """New notes that seem to be a line of the other note type: a question that became a cloze, or the other way."""
    gone = {place: line for place, line in table.left.items() if not line.retired}
    new = {place: line for place, line in table.waiting() if any(line.type != other.type for other in gone.values())}
    if not new:
        return
    lexicon = Lexicon.of(_sample(table.old))
    bags = {place: lexicon.bag(f"{line.question} {line.answer}") for place, line in gone.items()}
    for place, line in new.items():
        bag = lexicon.bag(f"{line.question} {line.answer}")
        alike = [(compared(bags[other], bag).ratio, other) for other in gone if gone[other].type != line.type]
        score, other = max(alike, default=(0.0, 0))
        if score >= _ACCEPTED or (line.pin and line.pin in (gone[other].pin, gone[other].id)):
            yield Doubt(place, other)
