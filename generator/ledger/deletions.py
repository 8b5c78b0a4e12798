"""The numbers of cloze deletions: each keeps its own for good, for a card's history hangs on it.

A number that the author wrote (`{{c3::…}}`) is theirs. Another deletion is known again by its text, or by the words
around it when its text was changed; a new one gets a number that no deletion of the note ever had.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import count, zip_longest
from typing import NamedTuple

from generator.ledger import pairing


class Deletion(NamedTuple):
    """One cloze deletion as recorded: its text, and the words before and after it, by which it is known again.

    One that is `gone` from the text comes back only as it was.
    """

    text: str
    before: str = ""
    after: str = ""
    gone: bool = False


Recorded = Mapping[int, Deletion]

# From 501 on Anki makes no card.
LARGEST = 499

_ACCEPTED = 0.45
_MARGIN = 0.1


def numbered(
    recorded: Recorded, found: Sequence[tuple[int, Deletion]], text: str = ""
) -> tuple[tuple[int, ...], dict[int, Deletion]]:
    """The number of each deletion in `found`, and the record to keep: all numbers ever used, with their latest text.

    `found` gives the deletions in reading order, each with the number that its author wrote, or 0; `text` is the whole
    text, in which a deletion that is one no longer may still stand.
    """
    if not found and not recorded:  # as of most notes
        return (), {}
    numbers = [number for number, _ in found]
    taken = set(numbers)
    old = {number: deletion for number, deletion in recorded.items() if number not in taken}
    _same(old, found, numbers, lambda deletion: deletion[:3])
    _same(old, found, numbers, lambda deletion: deletion.text, alone=True)
    _equal(old, found, numbers)
    _same(old, found, numbers, lambda deletion: deletion[1:3] if any(deletion[1:3]) else None, alone=True)
    shown = " ".join(_words(text))
    hidden = {deletion.text for _, deletion in found}
    lost = (number for number, one in old.items() if one.text not in hidden and _stands_in(shown, one))
    _alike({number: old[number] for number in old.keys() - set(lost)}, found, numbers)
    _same({number: one for number, one in old.items() if number not in numbers}, found, numbers, lambda one: one.text)
    record = {number: Deletion(deletion.text, gone=True) for number, deletion in recorded.items()}
    free = _free({*recorded, *numbers})
    written: set[int] = set()
    for place, (_, deletion) in enumerate(found):
        numbers[place] = numbers[place] or next(free)
        if numbers[place] not in written:  # an author may give several deletions one number: the first stands for it
            record[numbers[place]] = deletion
            written.add(numbers[place])
    return tuple(numbers), dict(sorted(record.items()))


def _free(used: set[int]) -> Iterator[int]:
    """Numbers that were never used: above all that were, as long as Anki takes them, then the gaps between these."""
    last = max(used, default=0)
    yield from range(last + 1, LARGEST + 1)
    yield from (number for number in range(1, last) if number not in used)
    yield from count(max(last, LARGEST) + 1)


def _same(
    old: dict[int, Deletion],
    found: Sequence[tuple[int, Deletion]],
    numbers: list[int],
    key: Callable[[Deletion], Hashable],
    alone: bool = False,
) -> None:
    """Pair what is the same, unless that is None; equal ones in their order, or, with `alone`, not at all."""
    shelves: dict[Hashable, list[int]] = defaultdict(list)
    for number, deletion in old.items():
        if (shared := key(deletion)) is not None:
            shelves[shared].append(number)
    asking: dict[Hashable, list[int]] = defaultdict(list)
    for place, (_, deletion) in enumerate(found):
        if not numbers[place] and key(deletion) in shelves:
            asking[key(deletion)].append(place)
    for what, places in asking.items():
        if not alone or len(places) == len(shelves[what]) == 1:
            for place, number in zip(places, shelves[what], strict=False):
                numbers[place] = number
                del old[number]


def _equal(old: dict[int, Deletion], found: Sequence[tuple[int, Deletion]], numbers: list[int]) -> None:
    """Pair equal texts by what is left of the sentences that they stand in, where that tells them apart."""
    edges = {
        (place, number): score
        for place, (_, deletion) in enumerate(found)
        if not numbers[place]
        for number, other in old.items()
        if other.text == deletion.text and not other.gone and (score := _setting(other, deletion)) >= _ACCEPTED
    }
    for place, number in pairing.paired(edges, _ACCEPTED, _MARGIN).items():
        numbers[place] = number
        del old[number]


def _setting(old: Deletion, new: Deletion) -> float:
    """How alike the sentences around two deletions are, as far as they are recorded: from 0 to 1."""
    from rapidfuzz.distance import Indel  # few builds have a cloze that was edited

    was, here = (
        [*_words(_SENTENCE.split(one.before)[-1]), "", *_words(_SENTENCE.split(one.after)[0])] for one in (old, new)
    )
    return float(Indel.normalized_similarity(was, here))


def _alike(old: dict[int, Deletion], found: Sequence[tuple[int, Deletion]], numbers: list[int]) -> None:
    """Pair what is left by likeness of the texts and of the words around them, half and half."""
    edges = {
        (place, number): score
        for place, (_, deletion) in enumerate(found)
        if not numbers[place]
        for number, other in old.items()
        if not other.gone and (score := likeness(other, deletion)) >= _ACCEPTED
    }
    for place, number in pairing.paired(edges, _ACCEPTED, _MARGIN).items():
        numbers[place] = number


def _stands_in(text: str, deletion: Deletion) -> bool:
    """Whether what was hidden can be read now, between the same words."""
    around = [*_words(deletion.before)[-_NEAREST:], *_words(deletion.text), *_words(deletion.after)[:_NEAREST]]
    return f" {' '.join(around)} " in f" {text} "


def likeness(old: Deletion, new: Deletion) -> float:
    """From 0 to 1: the text counts half, the words next to it the other half."""
    from rapidfuzz import fuzz  # few builds have a cloze that was edited

    before = _next_to(*(_words(_SENTENCE.split(one.before)[-1])[::-1] for one in (old, new)))
    after = _next_to(*(_words(_SENTENCE.split(one.after)[0]) for one in (old, new)))
    sides = [side for side in (before, after) if side is not None]
    around = sum(sides) / len(sides) if sides else 0.0
    return float(fuzz.ratio(old.text, new.text)) / 200 + around / 2


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _next_to(old: list[str], new: list[str]) -> float | None:
    """How many of the next words are the same, the nearest first; None where there are none in either text."""
    if not old and not new:
        return None
    pairs = list(zip_longest(old[:_NEAREST], new[:_NEAREST]))
    return sum(1 for was, now in pairs if was == now) / len(pairs)


_WORD = re.compile(r"\w+")
# Sentences change places; what stands within one stays together.
_SENTENCE = re.compile(r"[.!?。！？](?:\s|$)")
_NEAREST = 3
