"""Which notes cut-out cards hold in smaller type only, or on further cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from generator.model import Identified
from generator.outcome import CardsMade, SmallCard
from generator.print_model import Fit
from generator.print_settings import CARD_STEPS, QUESTION_STEPS


def made(
    count: int, sheets: int, left_off: Sequence[str], fits: Sequence[Fit], notes: Mapping[str, Identified]
) -> CardsMade:
    """What came of the cards; `notes` are those behind the units that are fronts, in the deck's order."""
    backs = {front.unit: (front, back) for front, back in zip(fits[::2], fits[1::2], strict=True)}
    pairs = ((note, *backs[unit]) for unit, note in notes.items())
    small = tuple(
        _small(note, front, back)
        for note, front, back in pairs
        if front.step or back.step or front.pages > 1 or back.pages > 1
    )
    return CardsMade(count, sheets, tuple(left_off), small)


def _small(identified: Identified, front: Fit, back: Fit) -> SmallCard:
    note = identified.note
    return SmallCard(
        id=identified.id,
        file=note.span.file,
        line=note.span.line,
        question=note.question_text,
        question_type=QUESTION_STEPS[front.step],
        answer_type=CARD_STEPS[back.step],
        cards=max(front.pages, back.pages),
    )
