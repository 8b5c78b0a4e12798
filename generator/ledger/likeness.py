"""How alike two texts are, so that a note is known again when nothing of it is the same to the letter.

Texts are compared as bags of words, each with its weight: *what*, *is* and words that half the deck uses say little,
`select_related` says nearly all. So "What is `select_related`?" and "What is `prefetch_related`?" are not alike,
although most of their letters are the same; and a question worded anew around the same terms is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz.distance import OSA

from generator.ledger.content import folded

# Words of asking and joining, in the languages that decks are mostly written in: they tell no two questions apart.
_COMMON = frozenset(
    re.findall(
        r"\S+",
        """
    a an and any are as at be between by can could describe define did difference do does done each explain for from
    give had has have how i if in into is it its may me mean means might must no not of on or our out
    please s say should so some t tell that the their them then there these they this those through to
    under up use used uses using was way we were what what's when where whether which while who whom whose why will
    with within would you your happens happen compare
    der die das den dem des ein eine einen einem einer eines und oder ist sind was wie warum wann wo welche welcher
    welches wozu wer man im in zum zur mit von zu auf für nicht
    le la les un une des du de et ou est sont que quoi quel quelle quels quelles comment pourquoi quand où qui dans
    el los las una unos unas y o es son qué cuál cuáles cómo cuándo dónde quién en del al para por con se
    o os as um uma e ou é são que qual quais como quando onde quem em do da dos das no na para por com
    что это как какой какая какие каков чем в на и или для зачем почему когда где кто не с по из
    """,
    )
)
_COMMON_WEIGHT = 0.1
# A word that all notes use weighs about a ninth of one that only one note uses.
_STEEPNESS = 8.0
_FEWEST_NOTES = 10

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]+|\w+|[^\w\s]+")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]")
# Two capitals make a name.
_NAME = re.compile(r"\b\w*[A-Z]\w*[A-Z]\w*\b")
# Marks that only part sentences; others (`==`, `[]`, `->`) may be what a question is about.
_PUNCTUATION = re.compile(r"[.,;:?!\"'()“”‘’„«»…–—\-*_`/·、。，？！：；（）「」]+")

_SHORTEST_MISSPELT = 4
_LONG_WORD = 8
_MISSPELT = 0.9
_INFLECTED = 0.6
# More leftover words than this are no matter of misspelling.
_MOST_MISSPELT = 40


def words(text: str) -> list[str]:
    """The words of a text, case folded; scripts that set no spaces give pairs of letters."""
    found: list[str] = []
    for word in _WORD.findall(folded(text)):
        if _HAN.match(word):
            found += [word[place : place + 2] for place in range(max(1, len(word) - 1))]
        elif word[0].isalnum() or not _PUNCTUATION.fullmatch(word):
            found.append(word)
    return found


@dataclass(frozen=True)
class Lexicon:
    """How much each word says, from how many notes use it."""

    notes: int = 0
    used: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Lexicon:
        """The lexicon of these notes' texts."""
        used: Counter[str] = Counter()
        notes = 0
        for text in texts:
            used.update(set(words(text)))
            notes += 1
        return cls(notes, used)

    def weight(self, word: str) -> float:
        """From 0.1 (a word that asks or joins) to 1 (a word that one note alone uses)."""
        if word in _COMMON:
            return _COMMON_WEIGHT
        others = max(0, self.used[word] - 1)
        return 1 / (1 + _STEEPNESS * others / max(self.notes, _FEWEST_NOTES))

    def bag(self, text: str) -> Bag:
        """A text as its words."""
        counts = Counter(words(text))
        weights = {word: self.weight(word) for word in counts}
        names = {folded(name) for name in _NAME.findall(text)}
        return Bag(counts, weights, {word for word in counts if self.used[word]}, names)


@dataclass(frozen=True)
class Bag:
    """A text as the words it uses, what each of them weighs, which of them the old notes know, and which are names.

    A name (`HTTPS`, `QuerySet`) is not misspelt: one letter more makes another.
    """

    counts: Counter[str]
    weights: dict[str, float]
    known: set[str]
    names: set[str]

    @cached_property
    def weight(self) -> float:
        """What all its words weigh together."""
        return sum(self.weights[word] * count for word, count in self.counts.items())


# A word of this weight is one that at most a fifth of the notes use.
_KEY = 0.38
# And of this one, a word that at most one note in twelve uses.
_TELLING = 0.6


@dataclass(frozen=True)
class Likeness:
    """Two texts compared: `ratio` from 0 (no word is shared) to 1; the key words that only one of them has.

    `telling` says that they share a word that hardly another note uses, `misspelt` that they differ in spelling only.
    """

    ratio: float
    gone: frozenset[str]
    come: frozenset[str]
    telling: bool
    misspelt: bool

    @property
    def other_terms(self) -> bool:
        """Whether a key word was put in another's place: most likely the two texts are about different things."""
        return bool(self.gone and self.come)


def compared(old: Bag, new: Bag) -> Likeness:
    """How alike two texts are: the weight of the words they share, misspelt ones too, of the weight of all."""
    total = old.weight + new.weight
    if not total:
        return Likeness(1.0, frozenset(), frozenset(), telling=False, misspelt=True)
    gone, come = _more(old.counts, new.counts), _more(new.counts, old.counts)
    shared = old.weight - sum(old.weights[word] * count for word, count in gone.items())
    telling = any(weight >= _TELLING and word in new.counts for word, weight in old.weights.items())
    if gone and come and len(gone) <= _MOST_MISSPELT and len(come) <= _MOST_MISSPELT:
        for one in sorted(gone):
            other, likeness = _misspelt(one, come, old, new)
            if other:  # the wrong spelling is in no other note, and says no more for that
                lighter = min(old.weights[one], new.weights[other])
                shared += likeness * lighter
                total -= old.weights[one] + new.weights[other] - 2 * lighter
                telling = telling or lighter >= _TELLING
                del gone[one], come[other]
    return Likeness(
        min(1.0, 2 * shared / total),
        frozenset(word for word in gone if old.weights[word] >= _KEY and word not in new.counts),
        frozenset(word for word in come if new.weights[word] >= _KEY and word not in old.counts),
        telling,
        misspelt=not gone and not come,
    )


def _more(one: Counter[str], other: Counter[str]) -> dict[str, int]:
    """The words that the one has more of; quicker than subtracting counters, which this is called for."""
    there = other.get
    return {word: count - there(word, 0) for word, count in one.items() if count > there(word, 0)}


def _misspelt(word: str, others: Collection[str], old: Bag, new: Bag) -> tuple[str, float]:
    """The word that this one is a misspelling of, or the other way about, and how surely; an empty one for none.

    Two words that the deck uses elsewhere are two words, however near (`modal`, `model`): at most an inflection.
    """
    if not _may_be_misspelt(word, old):
        return "", 0.0
    for other in sorted(others):
        if other[0] != word[0] or not _may_be_misspelt(other, new):
            continue
        most = 2 if min(len(word), len(other)) >= _LONG_WORD else 1
        if OSA.distance(word, other, score_cutoff=most) > most:
            continue
        if other not in new.known or old.weights[word] == 1.0:
            return other, _MISSPELT
        if word.startswith(other) or other.startswith(word):
            return other, _INFLECTED
    return "", 0.0


def _may_be_misspelt(word: str, bag: Bag) -> bool:
    """Short words, numbers and names are too near to one another: `GET` and `SET`, 301 and 302 are two."""
    return len(word) >= _SHORTEST_MISSPELT and word.replace("_", "").isalpha() and word not in bag.names
