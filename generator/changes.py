"""What the next build changes against the last, as its author and its learners get to see it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from generator.ledger import Entry, Ledger
from generator.model import Problem

# What can happen to a note, in the order in which it is told; several of these can happen to one note at once.
KINDS = ("new", "returned", "retired", "re-worded", "edited", "moved", "retagged", "refreshed", "republished")


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one note. `before` is None if it was never in the deck, `after` if it is no longer there.

    `sent` says whether an import of the new deck adds or updates the note: a move alone it does not.
    """

    id: str
    kinds: tuple[str, ...]
    before: Entry | None
    after: Entry | None
    sent: bool

    @property
    def entry(self) -> Entry:
        """The note as it is now, or as it last was."""
        return next(entry for entry in (self.after, self.before) if entry)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A deck as the next build would make it, against the last one.

    `stale` counts the notes that would look different although nothing of them changed, `first` says that nothing was
    built before.
    """

    title: str
    slug: str
    changes: tuple[Change, ...]
    stale: int
    first: bool
    problems: tuple[Problem, ...]
    ledger: Ledger


def in_deck(entry: Entry) -> bool:
    """Whether a learner who imports the deck gets this note."""
    return entry.answered and not entry.retired


def was_in_deck(entry: Entry) -> bool:
    """Whether this note was ever sent out; a deck that came through Anki remembers no more than that it was."""
    return bool(entry.shown) or not entry.hash


def gone(ledger: Ledger) -> tuple[Entry, ...]:
    """The notes that learners have and the deck no longer has."""
    return tuple(entry for entry in ledger.entries if was_in_deck(entry) and not in_deck(entry))


# --- notes ----------------------------------------------------------------------------------------------------------


def compare(old: Ledger | None, new: Ledger, republished: Collection[str] = ()) -> tuple[Change, ...]:
    """What changed, in the order of the new ledger. `republished` are the ids that its author chose to send again."""
    before = {entry.id: entry for entry in old.entries} if old else {}
    pairs = [(before.pop(entry.id, None), entry) for entry in new.entries]
    lost = [(entry, None) for entry in before.values()]
    changes = (_change(was, now, republished) for was, now in (*pairs, *lost))
    return tuple(change for change in changes if change)


def _change(was: Entry | None, now: Entry | None, republished: Collection[str]) -> Change | None:
    """What happens to one note, if it is anything that a learner gets to see."""
    known = was if was and was_in_deck(was) else None
    there = now if now and in_deck(now) else None
    if known and not there:
        return Change(known.id, ("retired",), known, None, sent=False) if in_deck(known) else None
    if there is None:
        return None
    if known is None:
        return Change(there.id, ("new",), None, there, sent=True)
    sent = there.mod > known.mod
    found = {kind for kind, is_so in _FACTS.items() if is_so(known, there)}
    if there.id in republished:
        found.add("republished")
    if sent and not found & {"re-worded", "edited", "retagged", "republished"}:
        found.add("refreshed" if known.shown != there.shown else "republished")
    kinds = tuple(kind for kind in KINDS if kind in found)
    return Change(there.id, kinds, known, there, sent) if kinds else None


def _returned(was: Entry, _: Entry) -> bool:
    return not in_deck(was)


def _reworded(was: Entry, now: Entry) -> bool:
    return was.hash != now.hash and was.question != now.question


def _retagged(was: Entry, now: Entry) -> bool:
    return was.hash != now.hash and set(was.tags) != set(now.tags) and bool(was.hash)


def _edited(was: Entry, now: Entry) -> bool:
    """The answer differs, or what no text shows: formatting, a source, a hint, the bytes of an image."""
    unseen = bool(was.hash) and not (_reworded(was, now) or _retagged(was, now))
    return was.hash != now.hash and (was.answer != now.answer or unseen)


def _moved(was: Entry, now: Entry) -> bool:
    return (was.file != now.file and bool(was.file)) or (was.deck != now.deck and _is_placed(was))


def _is_placed(entry: Entry) -> bool:
    """Whether deck and tags are recorded: a deck that somebody exported from Anki does not tell them."""
    return bool(entry.deck)


# The hash decides whether the content changed at all: a text may also differ because it was read back from a deck.
_FACTS = {
    "returned": _returned,
    "re-worded": _reworded,
    "edited": _edited,
    "moved": _moved,
    "retagged": _retagged,
}


def summary(changes: Iterable[Change]) -> Mapping[str, int]:
    """How many notes each kind of change happens to, in the order of KINDS, without those that happen to none."""
    counts = Counter(kind for change in changes for kind in change.kinds)
    return {kind: counts[kind] for kind in KINDS if counts[kind]}


# --- words ----------------------------------------------------------------------------------------------------------


class Piece(NamedTuple):
    """A run of text: `op` is `=` for what both texts have, `-` for the old one's own and `+` for the new one's."""

    op: str
    text: str


# Scripts that put no spaces between words are compared by the letter.
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"\s+|[{_SPACELESS}]|[^\s{_SPACELESS}]*[^\s{_SPACELESS}.,;:!?…]|[.,;:!?…]+")
# Beyond so many pairs of equal words comparing takes longer than anybody waits: all that differs is one change then.
_BOUND = 100_000


def tokens(text: str) -> list[str]:
    """The words, the marks behind them and the spaces between, which together are the text."""
    return _TOKEN.findall(text)


def words(old: str, new: str) -> tuple[Piece, ...]:
    """How the new text differs from the old, word by word: `=` and `-` make up the old text, `=` and `+` the new."""
    return tuple(_pieces(_joined(_blocks(tokens(old), tokens(new)))))


class _Block(NamedTuple):
    """A place that differs, and the text before it that doesn't."""

    same: str
    old: str
    new: str

    @property
    def size(self) -> int:
        return max(len(self.old), len(self.new))


def _blocks(old: list[str], new: list[str]) -> Iterator[_Block]:
    """The places that differ; the last may differ in nothing."""
    of_old, of_new = Counter(old), Counter(new)
    if sum(count * of_new[word] for word, count in of_old.items() if not word.isspace()) > _BOUND:
        yield from _coarse(old, new)
        return
    same = ""
    matcher = SequenceMatcher(str.isspace, old, new, autojunk=False)  # spaces alone are no reason to align two texts
    for op, i, j, k, m in matcher.get_opcodes():
        if op == "equal":
            same = "".join(old[i:j])
        else:
            yield _Block(same, "".join(old[i:j]), "".join(new[k:m]))
            same = ""
    yield _Block(same, "", "")


def _coarse(old: list[str], new: list[str]) -> Iterator[_Block]:
    """The texts as one block, between what they begin and end with alike."""
    least = min(len(old), len(new))
    head = next((i for i in range(least) if old[i] != new[i]), least)
    tail = next((i for i in range(least - head) if old[-1 - i] != new[-1 - i]), least - head)
    yield _Block("".join(old[:head]), "".join(old[head : len(old) - tail]), "".join(new[head : len(new) - tail]))
    yield _Block("".join(old[len(old) - tail :]), "", "")


def _joined(blocks: Iterable[_Block]) -> list[_Block]:
    """The blocks with those made one that only a scrap holds apart, which reads better than the scrap does."""
    done: list[_Block] = []
    for block in blocks:
        while done and block.size and len(block.same) <= min(done[-1].size, block.size):
            last = done.pop()
            block = _Block(last.same, last.old + block.same + block.old, last.new + block.same + block.new)
        done.append(block)
    return done


def _pieces(blocks: Iterable[_Block]) -> Iterator[Piece]:
    for block in blocks:
        yield from (Piece(op, text) for op, text in zip("=-+", block, strict=True) if text)


def hunks(pieces: Sequence[Piece], context: int = 16) -> list[list[Piece]]:
    """The changed places, each with so many tokens around it; `…` stands for what is left out of a long text."""
    if sum(len(tokens(piece.text)) for piece in pieces if piece.op == "=") <= 4 * context:
        return [list(pieces)]
    found: list[list[Piece]] = [[]]
    last = len(pieces) - 1
    for index, (op, text) in enumerate(pieces):
        parts = tokens(text)
        before, after = index > 0, index < last  # whether something changed on that side
        if op != "=" or len(parts) <= context * (before + after):
            found[-1].append(Piece(op, text))
            continue
        if before:
            found[-1].append(Piece("=", "".join(parts[:context]).rstrip() + " …"))
        if before and after:
            found.append([])
        if after:
            found[-1].append(Piece("=", "… " + "".join(parts[-context:]).lstrip()))
    return found
