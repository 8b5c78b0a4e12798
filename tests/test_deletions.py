"""The numbers of cloze deletions: a card's history hangs on its number."""

from __future__ import annotations

import pytest

from generator.ledger.deletions import Deletion, numbered


def found(text: str) -> list[tuple[int, Deletion]]:
    """The deletions of a text in which they stand in brackets, one with its author's number as `[3:text]`."""
    parts = text.replace("]", "[").split("[")
    plain = [part.partition(":")[2] or part if place % 2 else part for place, part in enumerate(parts)]
    result = []
    for place in range(1, len(parts), 2):
        number = parts[place].partition(":")[0] if ":" in parts[place] else "0"
        before, after = "".join(plain[:place]).strip()[-40:], "".join(plain[place + 1 :]).strip()[:40]
        result.append((int(number), Deletion(plain[place], before, after)))
    return result


BIRTH = "Django was born in [2003] at a [newspaper] in [Kansas]."


@pytest.mark.parametrize(
    ("after", "numbers"),
    [
        pytest.param(BIRTH, (1, 2, 3), id="the same"),
        pytest.param("[Django] was born in [2003] at a [newspaper] in [Kansas].", (4, 1, 2, 3), id="one inserted"),
        pytest.param("Django was born in [2003] at a newspaper in [Kansas].", (1, 3), id="one removed"),
        pytest.param("In [Kansas], at a [newspaper], Django was born in [2003].", (3, 2, 1), id="reordered"),
        pytest.param("Django was born in [autumn 2003] at a [daily paper] in [Kansas].", (1, 2, 3), id="re-worded"),
        pytest.param("Django was born in [the year two] at a [newspaper] in [Kansas].", (1, 2, 3), id="other words"),
        pytest.param(
            "Django was born in 2003 at a newspaper in Kansas, and is named after [Reinhardt].", (4,), id="new"
        ),
        pytest.param("Django was born in [3:2003] at a [newspaper] in [Kansas].", (3, 2, 4), id="a number by hand"),
    ],
)
def test_a_deletion_keeps_its_number(after: str, numbers: tuple[int, ...]) -> None:
    first, record = numbered({}, found(BIRTH))
    assert first == (1, 2, 3)
    assert numbered(record, found(after))[0] == numbers


def test_a_number_once_used_is_given_to_no_other() -> None:
    _, record = numbered({}, found(BIRTH))
    _, record = numbered(record, found("Django was born at a [newspaper]."))
    numbers, record = numbered(record, found("Django was born at a [newspaper], and is written in [Python]."))
    assert numbers == (2, 4)
    assert sorted(record) == [1, 2, 3, 4]
    assert numbered(record, found(BIRTH))[0] == (1, 2, 3), "what comes back has its own number again"


def test_numbers_by_hand_are_left_alone() -> None:
    text = "[2:one] and [2:two] and [7:three] and [four]"
    numbers, record = numbered({}, found(text))
    assert numbers == (2, 2, 7, 8)
    assert record[2].text == "one"


def test_the_same_text_twice_is_two_deletions_in_their_order() -> None:
    text = "A [row] is to a table what a [row] is to a sheet."
    numbers, record = numbered({}, found(text))
    assert numbers == (1, 2)
    assert numbered(record, found("A row is to a table what a [row] is to a sheet."))[0] == (2,)


def test_texts_that_change_places_take_their_numbers_along() -> None:
    _, record = numbered({}, found("[Lists] are slower than [tuples]."))
    assert numbered(record, found("[tuples] are slower than [Lists]."))[0] == (2, 1)


def test_of_equal_texts_each_stays_with_the_words_around_it() -> None:
    _, record = numbered({}, found("A [cache] is small. The [cache] of a disk is not. Who needs a [cache]?"))
    moved = "The [cache] of a disk is not. Who needs a [cache]? A [cache] is small."
    assert numbered(record, found(moved))[0] == (2, 3, 1)


def test_a_sentence_takes_its_numbers_along() -> None:
    _, record = numbered({}, found("A [replica] keeps its cache. Then it ends. A [replica] keeps its log."))
    assert numbered(record, found("A [replica] keeps its log. A [replica] keeps its cache. Then it ends."))[0] == (2, 1)


def test_a_deletion_that_can_be_read_now_gives_its_number_to_no_other() -> None:
    before = "A worker changes it; the [layout] merely reads it. A mock has it; the package merely reads it."
    after = "A worker changes it; the layout merely reads it. A mock has it; the [package] merely reads it."
    _, record = numbered({}, found(before))
    assert numbered(record, found(after), after.replace("[", "").replace("]", ""))[0] == (2,)


def test_equal_gaps_between_the_same_words_are_told_apart_by_the_rest_of_their_sentences() -> None:
    text = "When the page fails, the parser falls back to its last [packet]. When the link fails, the token falls back "
    text += "to its last [packet]."
    _, record = numbered({}, found(text))
    after = (
        "When the link fails, the token falls back to its last [packet]. So it goes. When the page fails, the parser "
    )
    after += "falls back to its last [packet]."
    assert numbered(record, found(after), after.replace("[", "").replace("]", ""))[0] == (2, 1)


def test_a_gap_in_the_same_words_is_the_same_gap_whatever_it_hides() -> None:
    numbers, record = numbered({}, found("Define generator packet. [undefined]"))
    assert numbered(record, found("Define generator packet. [namespace]"))[0] == numbers
    assert numbered(record, found("Define another packet. [namespace]"))[0] == (2,)


def test_where_two_gaps_may_be_the_old_one_neither_is() -> None:
    _, record = numbered({}, found("The [second] and the [third]."))
    assert numbered(record, found("The [second] and the [3rd] and the [sixth]."))[0] == (1, 3, 4)


def test_equal_gaps_whose_sentences_change_places_keep_their_own_numbers() -> None:
    text = "It decides which [iterator] belongs to which class. Without a linker the [iterator] would wait."
    _, record = numbered({}, found(text))
    after = "Without a linker the [iterator] would wait. It decides which [iterator] belongs to which class."
    assert numbered(record, found(after), after.replace("[", "").replace("]", ""))[0] == (2, 1)
