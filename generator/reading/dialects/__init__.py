"""The dialects that Deckpress reads: to add one, write a file with NAME, score and read, and add its line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from generator.model import Parsed
from generator.reading.dialects import headings
from generator.reading.document import Document


class Dialect(NamedTuple):
    """A way of writing questions and answers: `score` is the number of questions that its reading would find."""

    name: str
    score: Callable[[Document], float]
    read: Callable[[Document], Parsed]


DIALECTS: tuple[Dialect, ...] = (Dialect(headings.NAME, headings.score, headings.read),)
