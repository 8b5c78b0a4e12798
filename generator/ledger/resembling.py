"""The notes that nothing exact has settled: paired by likeness of question, answer and neighbours, or doubts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from generator.ledger import pairing
from generator.ledger.exact import Doubt, Line, Table
from generator.ledger.likeness import Lexicon, compared, words
from generator.ledger.same_note import Said, likeness

_LONG_ANSWER = 40

# --- by the answer --------------------------------------------------------------------------------------------------


def _own_answers(table: Table) -> set[tuple[int, int]]:
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

# With more pairs than this, only those are compared that share a rare word.
_ALL_PAIRS = 20_000
_MOST_SHARING = 40
_BEST_CANDIDATES = 5
# One that shares a quarter of what the best one shares may still be alike in its question.
_AS_MUCH = 4
# The words are weighed by so many of the notes, evenly spread: more would cost time and tell no more.
_SAMPLE = 800


def pair(table: Table) -> tuple[Doubt, ...]:
    """Settle what is alike enough, in rounds: a neighbour found in one is evidence in the next. The rest are doubts."""
    old = {place: line for place, line in table.left.items() if not line.retired}
    new = dict(table.waiting())
    if not old or not new:
        return ()
    lexicon = Lexicon.of(_sample(table.old))
    before, now = (
        {place: Said(line.question, line.answer, line.deck, lexicon) for place, line in lines.items()}
        for lines in (old, new)
    )
    pairs = _Pairs(table, before, now)
    edges: dict[tuple[int, int], float] = {}
    while True:
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
    return tuple(Doubt(place, line) for place, (_, line) in sorted(best.items()))


def _sample(lines: Sequence[Line]) -> Iterator[str]:
    """The texts of some of the lines, evenly spread."""
    living = [line for line in lines if not line.retired]
    step = max(1, len(living) // _SAMPLE)
    return (f"{line.question} {line.answer}" for line in living[::step])


@dataclass
class _Pairs:
    """The notes and lines that are left, and how alike they are."""

    table: Table
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
            best = sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:_BEST_CANDIDATES]
            yield from ((place, line) for line, count in best if count * _AS_MUCH >= best[0][1])


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


def turned(table: Table) -> tuple[Doubt, ...]:
    """New notes that seem to be a line of the other note type: a question that became a cloze, or the other way.

    A note that was retired and comes back may be one as well.
    """
    gone = {place: line for place, line in table.left.items() if not line.retired}
    types = {line.type for line in gone.values()}
    new = {place: line for place, line in enumerate(table.new) if table.is_new(place) and types - {line.type}}
    if not new:
        return ()
    found: list[Doubt] = []
    claimed: set[int] = set()
    lexicon = Lexicon.of(_sample(table.old))
    bags = {place: lexicon.bag(f"{line.question} {line.answer}") for place, line in gone.items()}
    pins = {pin: place for place, line in gone.items() for pin in (line.id, line.pin) if pin}
    shelves: dict[str, list[int]] = defaultdict(list)
    for place, bag in bags.items():
        for word in bag.counts:
            shelves[word].append(place)
    for place, line in new.items():
        bag = lexicon.bag(f"{line.question} {line.answer}")
        shared = Counter(other for word in bag.counts if len(shelves[word]) <= _MOST_SHARING for other in shelves[word])
        near = [other for other, _ in shared.most_common(_BEST_CANDIDATES) if gone[other].type != line.type]
        alike = [(compared(bags[other], bag).ratio, other) for other in near if other not in claimed]
        if line.pin in pins:
            alike = [(1.0, pins[line.pin])]
        score, other = max(alike, default=(0.0, 0))
        if score >= _ACCEPTED:
            found.append(Doubt(place, other))
            claimed.add(other)
    return tuple(found)
