"""The words that we put on paper and on cards ourselves, in the language of deck or note: templates/words.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from generator import resources

# Where Chinese is written in the traditional signs, if its tag does not say so itself.
_TRADITIONAL = frozenset(("tw", "hk", "mo"))
_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; `{}` in one is what it speaks of."""

    contents: str
    questions: str
    topics: str
    sources: str
    hint: str
    cheat: str
    continued: str
    quiz: str
    key_of: str
    key: str
    shuffled: str
    page: str
    name: str
    date: str
    score: str
    of: str
    choose: str
    note: str
    tip: str
    important: str
    warning: str
    caution: str
    question: str = ""

    def count(self, questions: int) -> str:
        """How many questions there are."""
        return (self.question if self.question and questions == 1 else self.questions).format(questions)

    def how_many(self, right: int) -> str:
        """How many options are right; in English in a word, in other languages beside one, which so needs no forms."""
        return self.choose.format(_NUMBERS.get(right, right) if self is of("en") else right)

    def callout(self, name: str) -> str:
        """The title of a callout that has none of its own; of a name that is not one of the five, that name."""
        titles = {
            "note": self.note,
            "tip": self.tip,
            "important": self.important,
            "warning": self.warning,
            "caution": self.caution,
        }
        return titles.get(name) or name.capitalize()


@cache
def of(lang: str) -> Words:
    """The words of a language, such as `pt-BR`; English ones if we have none in it."""
    return _all().get(_name(lang), _all()["en"])


def knows(lang: str) -> bool:
    """Whether we have words in this language."""
    return _name(lang) in _all()


def _name(lang: str) -> str:
    """The table of a language: the primary part of its tag, but Chinese has two."""
    primary, *others = lang.lower().replace("_", "-").split("-")
    if primary == "zh" and ("hant" in others or ("hans" not in others and _TRADITIONAL.intersection(others))):
        return "zh-Hant"
    return primary


@cache
def _all() -> dict[str, Words]:
    return {lang: Words(**table) for lang, table in tomllib.loads(resources.text("words.toml")).items()}
