"""What authors do to the words of their notes, and which notes they write and delete.

An edit gets the deck and gives the edited one with its claim, or None where it has nothing to work on.
"""

from __future__ import annotations

from dataclasses import replace

from tests.history import words
from tests.history.claims import Author, Claim, Edited, keep, plain
from tests.history.supply import image
from tests.history.world import Item, World


def typo_in_question(world: World, author: Author) -> Edited | None:
    item = author.one(plain(world))
    text = item and words.typo(item.question, author.supply.dice)
    if not item or not text:
        return None
    return world.with_item(replace(item, question=text)), keep("typo in the question", item.truth)


def typo_in_answer(world: World, author: Author) -> Edited | None:
    item = author.one(plain(world))
    text = item and words.typo(item.answer, author.supply.dice)
    if not item or not text:
        return None
    return world.with_item(replace(item, answer=text)), keep("typo in the answer", item.truth)


_TELLING = 20


def is_told_apart(item: Item, world: World) -> bool:
    """Whether a reader could still tell which note this is: by what only it has, in question or answer.

    Of a near-twin that lost its key "No." says nothing, even where no other answers that just now.
    """
    if not item.family or item.key in item.question or item.key in item.answer:
        return True
    same = [other for other in world.items() if other.truth != item.truth and other.answer == item.answer]
    return len(item.answer) > _TELLING and not same


def question_reworded(world: World, author: Author) -> Edited | None:
    """Up to 40 % of the question's words are others."""
    item = author.one(plain(world))
    text = item and words.reworded(item.question, 0.4, author.supply.dice)
    if not item or not text:
        return None
    after = replace(item, question=text)
    truths = frozenset({item.truth})
    kept = is_told_apart(after, world)
    claim = Claim("question re-worded", keep=truths if kept else frozenset(), free=frozenset() if kept else truths)
    return world.with_item(after), claim


def question_and_answer_reworded(world: World, author: Author) -> Edited | None:
    """Up to 40 % of the question's words and up to 15 % of the answer's are others."""
    dice = author.supply.dice
    item = author.one(item for item in plain(world) if len(words.prose(item.answer)) > 6)
    question = item and words.reworded(item.question, 0.4, dice)
    answer = item and words.reworded(item.answer, 0.15, dice)
    if not item or not question or not answer:
        return None
    after = replace(item, question=question, answer=answer)
    return world.with_item(after), keep("question re-worded, answer edited", item.truth)


def answer_rewritten(world: World, author: Author) -> Edited | None:
    """Another answer to the same question, which is recognised by it unless others ask the same."""
    item = author.one(plain(world))
    if not item:
        return None
    after = replace(item, answer=author.supply.answer())
    if after.answer == item.answer:
        return None
    truths = frozenset({item.truth})
    claim = Claim("answer rewritten", free=truths) if item.generic else Claim("answer rewritten", keep=truths)
    return world.with_item(after), claim


def both_rewritten(world: World, author: Author) -> Edited | None:
    item = author.one(plain(world))
    if not item:
        return None
    fresh = author.supply.plain()
    after = replace(item, question=fresh.question, answer=fresh.answer, family="", key="", generic=False)
    return world.with_item(after), Claim("question and answer rewritten", free=frozenset({item.truth}))


def retagged(world: World, author: Author) -> Edited | None:
    item = author.one(world.items())
    if not item:
        return None
    tags = () if item.tags else (author.supply.dice.choice(("often", "hard", "later")),)
    return world.with_item(replace(item, tags=tags)), keep("tag added or removed", item.truth)


def made_reversed(world: World, author: Author) -> Edited | None:
    item = author.one(plain(world))
    if not item:
        return None
    return world.with_item(replace(item, reversed=not item.reversed)), keep("made reversed, or no more", item.truth)


def image_changed(world: World, author: Author) -> Edited | None:
    item = author.one(item for item in world.items() if item.image)
    if not item:
        return None
    images = {**world.images, item.image: image(author.supply.dice)}
    shown = [other.truth for other in world.items() if other.image == item.image]
    return replace(world, images=images), keep("image's bytes changed", *shown)


# --- notes come and go ----------------------------------------------------------------------------------------------


def spot(world: World, author: Author) -> tuple[int, int, list[int]]:
    """Any place in the deck, with the notes before and after it."""
    f = author.supply.dice.randrange(len(world.files))
    items = world.files[f].items
    i = author.supply.dice.randint(0, len(items))
    return f, i, [item.truth for item in items[max(0, i - 1) : i + 1]]


def inserted(world: World, author: Author) -> Edited | None:
    """One to three new notes at one place; sometimes near-twins of others."""
    f, i, around = spot(world, author)
    if len(list(world.items())) > author.supply.most_notes or author.busy.intersection(around):
        return None
    fresh = [author.supply.fresh(world) for _ in range(author.supply.dice.randint(1, 3))]
    after = world
    for item in fresh:
        after = after.inserted(item, f, i)
    new = frozenset(item.truth for item in fresh)
    return after, Claim("neighbours inserted", keep=frozenset(around), new=new)


def deleted(world: World, author: Author) -> Edited | None:
    """One to three neighbours are deleted."""
    f, i, _ = spot(world, author)
    items = world.files[f].items
    going = items[i : i + author.supply.dice.randint(1, 3)]
    around = [item.truth for item in (*items[max(0, i - 1) : i], *items[i + len(going) : i + len(going) + 1])]
    truths = {item.truth for item in going}
    if not going or len(list(world.items())) < 35 or author.busy.intersection(truths, around):
        return None
    if author.busy & truths or author.busy.intersection(around) or len(going) == len(items):
        return None
    after = world
    for item in going:
        after = after.without(item.truth)
    return after, Claim("neighbours deleted", keep=frozenset(around), gone=frozenset(truths))


def _exchanged(kind: str, world: World, old: Item, new: Item, author: Author) -> Edited | None:
    """One note deleted and another added, in its place or elsewhere."""
    f, i = world.place(old.truth)
    if len(world.files[f].items) < 2:
        return None
    after = world.without(old.truth)
    if author.supply.dice.random() < 0.5:
        f = author.supply.dice.randrange(len(after.files))
        i = author.supply.dice.randint(0, len(after.files[f].items))
    return after.inserted(new, f, i), Claim(kind, gone=frozenset({old.truth}), new=frozenset({new.truth}))


def look_alike(world: World, author: Author) -> Edited | None:
    """A note is deleted; the one added has a similar question and quite another answer."""
    item = author.one(i for i in plain(world) if not i.generic and words.content_words(i.question))
    if not item:
        return None
    return _exchanged("deleted, look-alike added", world, item, author.supply.look_alike(item), author)


def near_twin(world: World, author: Author) -> Edited | None:
    """A note is deleted; the one added is its near-twin, or asks the same of other code."""
    asked = [i.question for i in world.items() if i.generic]
    item = author.one(i for i in world.items() if i.family or (i.generic and asked.count(i.question) > 1))
    if not item:
        return None
    new = author.supply.twin(item.family) if item.family else author.supply.generic()
    if not new or new.answer == item.answer:
        return None  # with the same answer nobody could tell it from a re-wording
    if item.generic:
        new = replace(new, question=item.question)
    return _exchanged("deleted, near-twin added", world, item, new, author)


def brought_back(world: World, author: Author) -> Edited | None:
    """A note that was deleted is there again, as it was."""
    back = author.one(item for _, item in sorted(world.gone.items()) if not item.image)
    if not back:
        return None
    f, i, _ = spot(world, author)
    truths = frozenset({back.truth})
    forgotten = back.truth in world.lost
    claim = Claim("brought back as it was", free=truths) if forgotten else keep("brought back as it was", back.truth)
    return world.inserted(back, f, i), claim
