"""How sure it is that an old text and a new one are one note: question and answer weighed together.

What is about other terms is another note, however alike it looks, unless its answer says that it is the same.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property

from rapidfuzz.distance import Indel

from generator.ledger.likeness import Bag, Lexicon, Likeness, compared, words


class Said:
    """What a note says; its words are worked out when they are first asked for."""

    def __init__(self, question: str, answer: str, deck: str, lexicon: Lexicon) -> None:
        self.question = question
        self.answer = answer
        self.deck = deck
        self._lexicon = lexicon

    @cached_property
    def question_bag(self) -> Bag:
        """The question's words."""
        return self._lexicon.bag(self.question)

    @cached_property
    def answer_bag(self) -> Bag:
        """The answer's words."""
        return self._lexicon.bag(self.answer)

    @cached_property
    def whole_bag(self) -> Bag:
        """The words of both as one text."""
        return self._lexicon.bag(f"{self.question} {self.answer}")

    def words(self) -> set[str]:
        """All words of both."""
        return self.question_bag.counts.keys() | self.answer_bag.counts.keys()


# A question counts twice, and an answer at most as much as ten words that no other note uses.
_QUESTION = 2.0
_MOST_ANSWER = 10.0
# Where a question asks about other terms, only the answer can say that it is the same note: from such a weight on, if
# it is so much the same.
_SAME_ANSWER = ((8.0, 0.65), (4.0, 0.8))
_ONE_TERM = 0.12
_SOME_ANSWER = 1.5
_ENOUGH_ANSWER = 4.0
# Common words alone, as in "What is a?", say too little.
_LEAST_SAID = 1.0
_SHARED = 0.1
_PARTLY = 0.4
_HALF = 0.5
_NEARLY = 0.8
_UNSURE = 0.45
# Enough if both neighbours are the same as before, and only then.
_IN_PLACE = 0.52
# Worth a question to the author where one neighbour is the same, and only there; or anywhere.
_ASKED_IN_PLACE = 0.4
_ASKED = 0.45
_SOMEHOW_ALIKE = 0.2
_LONG_ANSWER = 40
_NEARLY_SAME = 0.87
_MOSTLY = 0.6
_SHIFTED = 0.6
_NEARLY_WHOLE = 0.85
_MOSTLY_WHOLE = 0.7
# A question that several notes have says this much.
_TWIN = 0.4
_LEAST_SHARED = 2.5


def likeness(old: Said, new: Said) -> float:
    """How sure it is that two texts are one note, from 0 to 1; neighbours come on top."""
    asked, said = compared(old.question_bag, new.question_bag), compared(old.answer_bag, new.answer_bag)
    if old.question == new.question:  # twins: the answer tells them apart, and where they stand
        return _TWIN + (1 - _TWIN - 0.05) * said.ratio + 0.05 * (old.deck == new.deck)
    weight = min(_MOST_ANSWER, (old.answer_bag.weight + new.answer_bag.weight) / 2)
    question_weight = _QUESTION * (old.question_bag.weight + new.question_bag.weight) / 2
    if not weight + question_weight:
        return 0.0
    alike = (question_weight * asked.ratio + weight * said.ratio) / (weight + question_weight)
    if max(asked.ratio, said.ratio) < _MOSTLY_WHOLE and _may_be_shifted(old.words(), new.words()):
        whole = compared(old.whole_bag, new.whole_bag)
        if whole.ratio >= _MOSTLY_WHOLE:  # what stood in the question stands in the answer now, or the other way
            return max(alike, 0.9 * whole.ratio if whole.ratio >= _NEARLY_WHOLE else _IN_PLACE)
    if question_weight / _QUESTION + weight < _LEAST_SAID:
        return min(alike, _UNSURE)
    if not weight:  # a cloze: its text is all there is, and long enough to bear a term or two in another's place
        enough = asked.ratio >= _MOSTLY and asked.ratio * question_weight / _QUESTION >= _LEAST_SHARED
        return alike if enough else min(alike, _UNSURE)
    if not asked.other_terms:
        spelling = asked.misspelt or not (asked.gone or asked.come)  # that, or small words
        says_enough = asked.misspelt or (spelling and asked.ratio >= _NEARLY_SAME and asked.telling)
        if says_enough:
            return max(alike, 0.95 * asked.ratio)
        return alike if spelling or said.ratio >= _HALF else min(alike, _UNSURE)
    return _about_other_terms(asked, said.ratio, weight, alike, old, new)


def _may_be_shifted(old: set[str], new: set[str]) -> bool:
    """Whether two texts share enough words for a closer look, wherever in them these stand."""
    return len(old & new) >= _SHIFTED * max(len(old), len(new))


def _about_other_terms(asked: Likeness, said: float, weight: float, alike: float, old: Said, new: Said) -> float:
    """How sure it is where terms of the question were put in others' place: the answer must say that it is the same."""
    unsure = min(alike, _UNSURE)
    if old.answer == new.answer:
        unsure = max(unsure, _ASKED if asked.ratio >= _SOMEHOW_ALIKE else _ASKED_IN_PLACE)
    if asked.ratio < _SHARED or _subject_changed(asked, old, new) or _is_next_number(asked):
        return unsure
    one_term = len(asked.gone) == len(asked.come) == 1  # as in the next question of a list
    extra = _ONE_TERM if one_term else 0.0
    if len(new.answer) < _LONG_ANSWER and asked.come & new.question_bag.known:
        return unsure  # the next question of a family: a term that other notes use as well, and an answer like theirs
    if any(weight >= least and said >= ratio + extra for least, ratio in _SAME_ANSWER):
        return alike
    same = old.answer == new.answer and not one_term
    if weight < _SOME_ANSWER:
        return _IN_PLACE if same and asked.ratio >= _MOSTLY else unsure
    if same:
        return alike
    in_place = asked.ratio >= _PARTLY and said >= _NEARLY + extra and weight >= _ENOUGH_ANSWER
    return _IN_PLACE if in_place else unsure


def _is_next_number(asked: Likeness) -> bool:
    """Whether a number was put in another's place: `HTTP 502`, `HTTP 504`."""
    return any(map(str.isdigit, asked.gone)) and any(map(str.isdigit, asked.come))


def _subject_changed(asked: Likeness, old: Said, new: Said) -> bool:
    """Whether the answer differs as the question does: `LEFT JOIN` became `RIGHT JOIN` in both.

    The old answer is read with the terms of the new question; if it comes nearer to the new answer by that, it was
    about those terms.
    """
    less, more = old.answer_bag.counts - new.answer_bag.counts, new.answer_bag.counts - old.answer_bag.counts
    gone = [word for word in words(old.question) if word in asked.gone]
    come = [word for word in words(new.question) if word in asked.come]
    if less.keys() & set(gone) and more.keys() & set(come):  # those that the answer exchanged as well
        gone, come = [word for word in gone if word in less], [word for word in come if word in more]
    other = dict(zip(gone, come, strict=False)) | dict(zip(come, gone, strict=False))
    before, now = words(old.answer)[:_LONGEST], words(new.answer)[:_LONGEST]
    return _distance([other.get(word, word) for word in before], now) < _distance(before, now)


def _distance(before: list[str], now: list[str]) -> int:
    """How far two texts are apart, by their words and by the order of these."""
    counts = Counter(before)
    counts.subtract(now)
    return Indel.distance(before, now) + sum(map(abs, counts.values()))


# So many words of an answer are read for that.
_LONGEST = 300
