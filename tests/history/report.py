"""What came of the edits, counted by kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

OURS = "deckpress"
BYSTANDERS = "(all other notes)"


@dataclass(slots=True)
class Tally:
    """What came of one kind of edit. Counters are by tool; `alone` is what ours kept without its author's word."""

    edits: int = 0
    stake: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    other: Counter[str] = field(default_factory=Counter)  # failures of ours, by what they are
    alone: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A failure of ours for people: where it happened, and the note before and after."""

    kind: str
    what: str
    place: str
    before: str
    after: str
    count: int


@dataclass(slots=True)
class Report:
    """All that came of one deck's life."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    failures: list[Shown] = field(default_factory=list)

    def of(self, kind: str) -> Tally:
        """The tally of one kind of edit."""
        return self.tallies.setdefault(kind, Tally())
