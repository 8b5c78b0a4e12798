"""A note known again: what must be the same note, what must never be, and what nobody but its author can know."""

from __future__ import annotations

import pytest

from generator.ledger.exact import Line
from generator.ledger.likeness import Lexicon, compared
from generator.ledger.matching import Matches, match
from generator.ledger.pairing import paired

FETCH = ("What does `git fetch` do?", "Downloads commits, files and refs from a remote repository into the local one.")
STASH = ("When is `git stash` of use?", "When work in progress must be put aside for a while, to be taken up later.")
BLAME = ("Who wrote this line, and how do you find out?", "`git blame` annotates every line with its last commit.")
REBASE = ("What is a rebase?", "It writes commits anew on top of another base, so that the history is a straight line.")
TAG = ("How does a lightweight tag differ from an annotated one?", "It is a name only: no author, date or message.")
DECK = (FETCH, STASH, BLAME, REBASE, TAG)

Pair = tuple[str, str]


def lines(*pairs: Pair, file: str = "a.md", ids: bool = False) -> list[Line]:
    return [
        Line("qa", file, "Git", question, answer, f"{question}|{answer}", id=f"id{place}" if ids else "")
        for place, (question, answer) in enumerate(pairs)
    ]


def edited(place: int, question: str = "", answer: str = "") -> list[Line]:
    """The deck with one of its notes edited."""
    pairs = list(DECK)
    pairs[place] = (question or pairs[place][0], answer or pairs[place][1])
    return lines(*pairs)


def matched(new: list[Line], old: list[Line] | None = None) -> Matches:
    return match(lines(*DECK, ids=True) if old is None else old, new)


@pytest.mark.parametrize(
    ("place", "question", "answer"),
    [
        pytest.param(0, "What does `git fecth` do?", "", id="a slip in the question"),
        pytest.param(1, "When is git stash useful?", "", id="other small words"),
        pytest.param(3, "Explain rebasing", "", id="asked otherwise, the answer the same"),
        pytest.param(4, "How do lightweight lamps differ from an annotated stone?", "", id="four words in ten"),
        pytest.param(
            4, "In which way is a lightweight tag other than an annotated one?",
            "It is only a name: it has no author, date or message.", id="asked otherwise, the answer edited a little",
        ),
        pytest.param(2, "", "Ask the version control.", id="the answer rewritten"),
        pytest.param(2, "Who wrote this lien, and how do you find out?", "See the log.", id="a slip, and a new answer"),
        pytest.param(0, "WHAT DOES `GIT FETCH` DO?", "It talks to the remote.", id="case, and a new answer"),
    ],
)  # fmt: skip
def test_an_edited_note_is_the_same_note(place: int, question: str, answer: str) -> None:
    assert matched(edited(place, question, answer)) == Matches((0, 1, 2, 3, 4))


@pytest.mark.parametrize(
    ("place", "question", "answer"),
    [
        pytest.param(
            0, "What does `git bisect` do?", "Finds the commit that broke things, by halves.", id="other term"
        ),
        pytest.param(3, "What is a submodule?", "A repository inside another, held at one commit.", id="same frame"),
        pytest.param(
            4, "What is a reflog?", "Where each branch has been, kept for ninety days.", id="nothing in common"
        ),
    ],
)
def test_a_question_in_another_s_place_is_a_new_note(place: int, question: str, answer: str) -> None:
    found = matched(edited(place, question, answer)).found
    assert found == tuple(None if here == place else here for here in range(5))


ROWS = "Rows are matched by the condition after ON, which compares columns of both tables."
TWINS = (
    ("What does a `LEFT JOIN` return?", "All rows of the left table, with those of the right that match."),
    ("What does `HTTP 301` say?", "The page 301 is moved for good."),
    ("What is term 17?", "Term 17 is number 17."),
)


@pytest.mark.parametrize(
    ("place", "question", "answer"),
    [
        (0, "What does a `RIGHT JOIN` return?", "All rows of the right table, with those of the left that match."),
        (1, "What does `HTTP 302` say?", "The page 302 is moved for good."),
        (2, "What is term 18?", "Term 18 is number 18."),
    ],
)
def test_a_near_twin_is_another_note_although_nearly_every_word_is_the_same(
    place: int, question: str, answer: str
) -> None:
    pairs = list(TWINS)
    pairs[place] = (question, answer)
    found = match(lines(*TWINS, *DECK, ids=True), lines(*pairs, *DECK))
    assert found.found[place] is None
    assert [line for line in found.found if line is not None] == [n for n in range(8) if n != place]


def test_a_note_is_the_same_when_its_code_was_taken_for_a_part_of_the_answer() -> None:
    code = "for commit in log: if commit.author == me: print(commit.subject, commit.date)"
    before, after = (f"What's the output? {code}", "Mine."), ("What's the otuput?", f"{code} Mine.")
    assert match(lines(*DECK, before, ids=True), lines(*DECK, after)).found == (0, 1, 2, 3, 4, 5)


def test_the_next_number_of_a_list_is_another_note_whatever_the_answers_share() -> None:
    rest = "the server says so in the first line of its response, and browsers show that to the user"
    before = ("What does the HTTP status 502 mean?", f"Bad Gateway: {rest}.")
    after = ("What does the HTTP status 204 mean?", f"No Content: {rest}.")
    assert match(lines(*DECK, before, ids=True), lines(*DECK, after)).found == (0, 1, 2, 3, 4, None)


def test_a_near_twin_of_a_question_that_had_been_worded_anew_is_another_note() -> None:
    before = ("What stage a `RIGHT JOIN` possible?", f"A RIGHT JOIN returns all rows of the right table. {ROWS}")
    after = ("What does an `INNER JOIN` return?", f"An INNER JOIN returns only rows that have a match. {ROWS}")
    assert match(lines(*DECK, before, ids=True), lines(*DECK, after)).found == (0, 1, 2, 3, 4, None)


def test_short_answers_that_are_nearly_the_same_say_nothing() -> None:
    before = ("What is the average time complexity of heapsort?", "O(n log n)")
    after = ("What is the average time complexity of binary search?", "O(log n)")
    assert match(lines(*DECK, before, ids=True), lines(*DECK, after)).found == (0, 1, 2, 3, 4, None)


def test_a_short_answer_is_no_proof_where_another_term_of_the_deck_was_put_in_place() -> None:
    asked = "What is the average time complexity of {}?"
    bubble, heap = (asked.format("bubble sort"), "`O(n²)`"), (asked.format("heapsort"), "`O(n log n)`")
    merge = (asked.format("merge sort"), "`O(n log n)`")
    alike = ("What is the average schema complexity of heapsort?", FETCH[1])
    rest = [(f"Where is w{n}a w{n}b?", f"It is w{n}c beside w{n}d.") for n in range(50)]
    found = match(lines(*rest, bubble, heap, ids=True), lines(*rest, bubble, merge, alike))
    assert found.found == (*range(51), None, None)
    assert {doubt.old for doubt in found.doubts} == {51}, "nobody but the author can know"


def test_another_question_in_the_same_place_with_the_same_answer_is_asked_about() -> None:
    before, after = (
        ("How do a gateway and an index differ?", "TypeError"),
        ("How do a border and a barely centre?", "TypeError"),
    )
    found = match(lines(*DECK[:3], before, *DECK[3:], ids=True), lines(*DECK[:3], after, *DECK[3:]))
    assert found.found == (0, 1, 2, None, 4, 5)
    assert [(doubt.new, doubt.old) for doubt in found.doubts] == [(3, 3)]


def test_another_question_with_the_same_answer_that_shares_a_word_is_asked_about_wherever_it_stands() -> None:
    before, after = ("Why does a request need an adapter?", "No."), ("Why does a request measure a whole?", "No.")
    found = match(lines(*DECK[:3], before, *DECK[3:], ids=True), lines(after, *DECK))
    assert found.found == (None, 0, 1, 2, 4, 5)
    assert [(doubt.new, doubt.old) for doubt in found.doubts] == [(0, 3)]


def test_doubt_is_told_and_nothing_is_guessed() -> None:
    answer = "Downloads commits, files and refs from a remote repository and merges them into the current branch."
    found = matched(edited(0, "What does `git pull` do?", answer))
    assert found.found == (None, 1, 2, 3, 4)
    assert [(doubt.new, doubt.old) for doubt in found.doubts] == [(0, 0)]


def test_of_a_note_split_in_two_the_half_that_holds_more_of_it_goes_on() -> None:
    whole = ("What are staging area and working tree?", "The staging area holds the next commit, the tree your files.")
    halves = (
        ("What is the working tree?", "The working tree holds your files."),
        ("What is the staging area?", "The staging area holds the next commit."),
    )
    found = match(lines(*DECK, whole, ids=True), lines(*DECK, *halves))
    assert found.found == (0, 1, 2, 3, 4, None, 5)


def test_a_short_answer_that_many_have_keeps_no_note() -> None:
    before = lines(("typeof null?", "object"), ("typeof []?", "object"), ("void 0?", "undefined"), ids=True)
    found = match(before, lines(("typeof null?", "object"), ("new Date?", "object"), ("var x?", "undefined")))
    assert found.found == (0, None, None)


ASKED = "What's the output?"


def test_twins_are_told_apart_by_their_answers_when_both_were_edited() -> None:
    before = lines(
        (ASKED, "The loop prints one, two, three."), (ASKED, "Nothing, for the call is never made."), ids=True
    )
    after = lines((ASKED, "Nothing, since the call is never made."), (ASKED, "The loop prints one, two and three."))
    assert match(before, after).found == (1, 0)


def test_of_twins_the_one_that_was_deleted_takes_no_other_with_it() -> None:
    before = lines((ASKED, "One, two, three."), (ASKED, "An error is raised."), ids=True)
    assert match(before, lines((ASKED, "An error is raised at once."))).found == (1,)


def test_a_twin_whose_answer_is_another_is_another_note() -> None:
    before = lines(FETCH, (ASKED, "It counts to one."), (ASKED, "An error is raised."), BLAME, ids=True)
    after = lines(FETCH, (ASKED, "It counts to one."), (ASKED, "Nothing, for x is undefined."), BLAME)
    found = match(before, after)
    assert found.found == (0, 1, None, 3)
    assert found.doubts


def test_a_common_question_keeps_its_note_in_its_topic_whatever_the_answer() -> None:
    asked = "What is it used for?"
    before = [*lines((asked, "Queues.")), *lines((asked, "Caches."))]
    before = [line._replace(id=f"id{n}", deck=f"D::{n}", file=f"{n}.md") for n, line in enumerate(before)]
    after = [before[0]._replace(id=""), before[1]._replace(id="", answer="Session data, mostly.", hash="new")]
    assert match(before, after).found == (0, 1)


def test_the_question_counts_more_than_the_answer() -> None:
    assert matched(lines(("What does `git fecth` do?", STASH[1]))).found == (0,)


def test_a_retired_line_comes_back_only_as_it_was() -> None:
    old = [line._replace(retired=True) for line in lines(*DECK, ids=True)]
    assert match(old, lines(FETCH, STASH)).found == (0, 1)
    assert match(old, lines((FETCH[0], "Rewritten."))).found == (0,)
    assert match(old, lines(("What does git fetch do, then?", FETCH[1]))).found == (None,)
    assert match(old, lines((FETCH[0], "Rewritten."), file="other.md")).found == (0,), "the same deck"
    far = [line._replace(deck="Dogs") for line in lines((FETCH[0], "It brings the stick."), file="other.md")]
    assert match(old, far).found == (None,)


def test_a_living_line_comes_before_a_retired_one() -> None:
    living, retired = lines(FETCH, FETCH, ids=True)
    assert match([retired._replace(retired=True), living], lines(FETCH)).found == (1,)


def test_of_two_lines_of_one_note_the_one_that_fits_counts_and_the_other_is_spoken_for() -> None:
    one, other = lines(FETCH, (FETCH[0], "Another branch says so."), ids=True)
    other = other._replace(id=one.id)
    found = match([one, other], lines((FETCH[0], "Another branch says so."), FETCH))
    assert found.found == (1, None)


def test_the_other_note_type_is_never_matched_but_told() -> None:
    cloze = Line("cloze", "a.md", "Git", f"{REBASE[0]} {REBASE[1]}", "", "h")
    found = matched([*lines(*DECK[:3], TAG), cloze])
    assert found.found == (0, 1, 2, 4, None)
    assert [(doubt.new, doubt.old) for doubt in found.turned] == [(4, 3)]


def test_a_pin_comes_before_everything() -> None:
    old = lines(*DECK, ids=True)
    old[0] = old[0]._replace(pin="mine")
    new = lines(FETCH, ("Something else altogether?", "Yes."))
    new[1] = new[1]._replace(pin="mine")
    assert match(old, new).found == (None, 0)


# --- the parts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edges", "found"),
    [
        ({(0, 0): 0.9}, {0: 0}),
        ({(0, 0): 0.5}, {}),
        ({(0, 0): 0.9, (0, 1): 0.88}, {}),
        ({(0, 0): 0.9, (1, 0): 0.88}, {}),
        ({(0, 0): 0.9, (0, 1): 0.8}, {0: 0}),
        # Each alone would be unsure; together there is one good way.
        ({(0, 0): 0.9, (0, 1): 0.85, (1, 0): 0.88, (1, 1): 0.3}, {0: 1, 1: 0}),
        ({(0, 0): 0.9, (0, 1): 0.86, (1, 0): 0.86, (1, 1): 0.9}, {0: 0, 1: 1}),
        ({}, {}),
    ],
)
def test_pairs_are_made_above_a_threshold_and_by_a_margin(
    edges: dict[tuple[int, int], float], found: dict[int, int]
) -> None:
    assert paired(edges, 0.6, 0.07) == found


def test_a_large_group_is_paired_by_its_clear_pairs() -> None:
    edges = {(i, j): 0.95 if i == j else 0.6 for i in range(40) for j in range(40)}
    assert paired(edges, 0.6, 0.07) == {n: n for n in range(40)}
    assert paired(dict.fromkeys(edges, 0.8), 0.6, 0.07) == {}


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("What is a closure?", "Explain the closure.", 0.8, 1.0),
        ("What is a closure?", "What is a generator?", 0.0, 0.3),
        ("select_related", "prefetch_related", 0.0, 0.0),
        ("What is HTTP 301?", "What is HTTP 302?", 0.0, 0.7),
        ("什么是闭包？", "闭包是什么？", 0.5, 1.0),
        ("a == b", "a === b", 0.0, 0.7),
        ("", "", 1.0, 1.0),
    ],
)
def test_how_alike_two_texts_are(one: str, other: str, least: float, most: float) -> None:
    lexicon = Lexicon.of([one])
    assert least <= compared(lexicon.bag(one), lexicon.bag(other)).ratio <= most


def test_words_that_many_notes_use_say_little() -> None:
    common = Lexicon.of([f"What does the iterator return in case {n}?" for n in range(20)])
    rare = Lexicon.of(["What does the iterator return?"])
    texts = "What does the iterator return?", "What does the generator return?"
    often, seldom = (compared(*(lexicon.bag(text) for text in texts)).ratio for lexicon in (common, rare))
    assert often < seldom
