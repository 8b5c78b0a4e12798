"""What authors do to cloze deletions: whose number, and so whose history, must follow them."""

from __future__ import annotations

from dataclasses import replace

from tests.history import words
from tests.history.claims import Author, Edited, clozes, keep
from tests.history.world import Deletion, Item, Sentence, World


def _words_to_hide(item: Item) -> list[tuple[int, int, str]]:
    """(sentence, part, word) for each word that could be hidden."""
    return [
        (s, p, part[start:end])
        for s, sentence in enumerate(item.sentences)
        for p, part in enumerate(sentence)
        if isinstance(part, str)
        for start, end in words.prose(part)
        if end - start > 4 and part.count(part[start:end]) == 1 and part[start:end] not in item.dropped
    ]


def deletion_inserted(world: World, author: Author) -> Edited | None:
    item = author.one(item for item in clozes(world) if len(item.deletions) < 8 and _words_to_hide(item))
    if not item:
        return None
    s, p, word = author.supply.dice.choice(_words_to_hide(item))
    part = item.sentences[s][p]
    assert isinstance(part, str)
    before, _, after = part.partition(word)
    number = author.supply.number(item) if item.deletions[0].number else 0
    new = (before, Deletion(author.supply.truth(), word, number), after)
    sentence = (*item.sentences[s][:p], *(piece for piece in new if piece), *item.sentences[s][p + 1 :])
    return world.with_item(_with(item, s, sentence)), keep("deletion inserted", item.truth)


def deletion_removed(world: World, author: Author) -> Edited | None:
    """What was hidden is plain text from now on."""
    item = author.one(clozes(world, 2))
    if not item:
        return None
    gone = author.supply.dice.choice(item.deletions)
    author.supply.highest(item)
    s, _ = next(place for place in _places(item) if item.sentences[place[0]][place[1]] == gone)
    sentence = tuple(gone.text if part == gone else part for part in item.sentences[s])
    after = replace(_with(item, s, sentence), dropped=(*item.dropped, gone.text))
    return world.with_item(after), keep("deletion removed", item.truth)


def deletions_reordered(world: World, author: Author) -> Edited | None:
    """Sentences change places, or two deletions do."""
    item = author.one(clozes(world, 2))
    if not item:
        return None
    dice = author.supply.dice
    if len(item.sentences) > 1 and dice.random() < 0.6:
        sentences = item.sentences[1:] + item.sentences[:1] if dice.random() < 0.5 else item.sentences[::-1]
        return world.with_item(replace(item, sentences=sentences)), keep("deletions reordered", item.truth)
    one, other = dice.sample(item.deletions, 2)
    if one.text == other.text or bool(one.number) != bool(other.number):
        return None
    places: dict[str | Deletion, Deletion] = {one: other, other: one}
    swapped = tuple(tuple(places.get(part, part) for part in sentence) for sentence in item.sentences)
    return world.with_item(replace(item, sentences=swapped)), keep("deletions reordered", item.truth)


def deletion_reworded(world: World, author: Author) -> Edited | None:
    """What is hidden is said in another word; its surroundings stay."""
    item = author.one(clozes(world))
    if not item:
        return None
    s, p = author.supply.dice.choice(_places(item))
    part = item.sentences[s][p]
    assert isinstance(part, Deletion)
    other = author.supply.term(item.text)
    sentence = (*item.sentences[s][:p], replace(part, text=other), *item.sentences[s][p + 1 :])
    return world.with_item(_with(item, s, sentence)), keep("deletion re-worded", item.truth)


def surroundings_reworded(world: World, author: Author) -> Edited | None:
    """Another word in the text around the deletions."""
    item = author.one(item for item in clozes(world) if _words_to_hide(item))
    if not item:
        return None
    s, p, word = author.supply.dice.choice(_words_to_hide(item))
    part = item.sentences[s][p]
    assert isinstance(part, str)
    other = author.supply.dice.choice([other for other in words.OTHER_WORDS if other != word])
    sentence = (*item.sentences[s][:p], part.replace(word, other), *item.sentences[s][p + 1 :])
    return world.with_item(_with(item, s, sentence)), keep("text around deletions re-worded", item.truth)


def _places(item: Item) -> list[tuple[int, int]]:
    """(sentence, part) of each deletion."""
    return [
        (s, p)
        for s, sentence in enumerate(item.sentences)
        for p, part in enumerate(sentence)
        if isinstance(part, Deletion)
    ]


def _with(item: Item, index: int, sentence: Sentence) -> Item:
    """The cloze with this sentence in place of one."""
    return replace(item, sentences=(*item.sentences[:index], sentence, *item.sentences[index + 1 :]))
