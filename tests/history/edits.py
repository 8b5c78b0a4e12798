"""All kinds of edits, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.history.attributes import (
    answer_deleted,
    answer_written,
    file_tagged,
    made_basic,
    made_cloze,
    pin_added,
    pin_removed,
    pinned_rewritten,
)
from tests.history.claims import Edit
from tests.history.deletions import (
    deletion_inserted,
    deletion_removed,
    deletion_reworded,
    deletions_reordered,
    surroundings_reworded,
)
from tests.history.places import (
    file_renamed,
    file_split,
    files_merged,
    level_changed,
    moved,
    reordered,
    swapped,
    title_renamed,
    topic_renamed,
)
from tests.history.real import (
    code_changed,
    extended,
    list_item_added,
    nearest_added,
    nearest_back,
    nearest_deleted,
    nearest_exchanged,
    paraphrased,
    paraphrased_and_edited,
    real_supply,
    real_world,
    sentence_added,
    sentence_dropped,
    sentences_swapped,
    term_renamed,
)
from tests.history.supply import Supply, new_world
from tests.history.texts import (
    answer_rewritten,
    both_rewritten,
    brought_back,
    deleted,
    image_changed,
    inserted,
    look_alike,
    made_reversed,
    near_twin,
    question_and_answer_reworded,
    question_reworded,
    retagged,
    typo_in_answer,
    typo_in_question,
)
from tests.history.world import World

# What is done to single notes.
NOTE_EDITS: tuple[Edit, ...] = (
    typo_in_question,
    typo_in_answer,
    question_reworded,
    question_and_answer_reworded,
    answer_rewritten,
    both_rewritten,
    retagged,
    made_reversed,
    image_changed,
    look_alike,
    near_twin,
    brought_back,
    inserted,
    deleted,
    deletion_inserted,
    deletion_removed,
    deletions_reordered,
    deletion_reworded,
    surroundings_reworded,
    pin_added,
    pin_removed,
    pinned_rewritten,
    answer_deleted,
    answer_written,
    made_cloze,
    made_basic,
    file_tagged,
)
# What is done to many at once, or to their places.
PLACE_EDITS: tuple[Edit, ...] = (
    reordered,
    swapped,
    moved,
    file_renamed,
    topic_renamed,
    title_renamed,
    file_split,
    files_merged,
    level_changed,
)
# What people do to real notes.
REAL_EDITS: tuple[Edit, ...] = (
    typo_in_question,
    typo_in_answer,
    paraphrased,
    paraphrased_and_edited,
    extended,
    term_renamed,
    sentence_added,
    sentence_dropped,
    sentences_swapped,
    code_changed,
    list_item_added,
    nearest_deleted,
    nearest_back,
    nearest_added,
    nearest_exchanged,
    inserted,
    deleted,
    brought_back,
    made_reversed,
    pin_added,
    answer_deleted,
    file_tagged,
)
# What merges note by note.
BRANCH_EDITS = frozenset((*NOTE_EDITS, *REAL_EDITS)) - {
    brought_back, image_changed, file_tagged, nearest_back, nearest_exchanged, term_renamed,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decks:
    """A family of decks: how its notes come about, and what is done to them."""

    supply: Callable[[Random], Supply]
    world: Callable[[Supply, int], World]
    notes: tuple[Edit, ...]
    places: tuple[Edit, ...]


DECKS = {
    "made": Decks(Supply, new_world, NOTE_EDITS, PLACE_EDITS),
    "real": Decks(real_supply, real_world, REAL_EDITS, tuple(edit for edit in PLACE_EDITS if edit is not swapped)),
}
