"""All kinds of edits, in the order of the table."""

from __future__ import annotations

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
