"""Print products as signatures: finished notes in, HTML out, cut so that little is laid out again after an edit.

Each product is a file. A signature holds no running number: not a note's, a topic's or a page's. In their stead stand
slots, links to `deckpress:note/ID`, `deckpress:topic/ID`, `deckpress:page/ANCHOR` and `deckpress:folio`, which binding
fills. A link to an anchor that may lie in another signature is written `deckpress:go/ANCHOR`, and what is only drawn
(running heads) stands in a link to `deckpress:artifact`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from generator.model import DeckInfo, RenderedNote
from generator.print_model import Sheet
from generator.print_settings import PrintSettings
from generator.sheets.calibration_sheet import calibration
from generator.sheets.cheat_sheet import cheat
from generator.sheets.common import EDGE, LEAST, cuts, note_anchor
from generator.sheets.cut_cards import cards, faces_of
from generator.sheets.quiz_sheet import quiz
from generator.sheets.study_sheet import LONGEST_CONTENTS, study

__all__ = [
    "EDGE",
    "LEAST",
    "LONGEST_CONTENTS",
    "MAKERS",
    "calibration",
    "cards",
    "cheat",
    "cuts",
    "faces_of",
    "note_anchor",
    "quiz",
    "study",
]

# How each product is made.
MAKERS: Mapping[str, Callable[[DeckInfo, Sequence[RenderedNote], PrintSettings], Sheet]] = {
    "study": study,
    "cheat": cheat,
    "quiz": quiz,
    "cards": cards,
}
