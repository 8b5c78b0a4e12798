"""What authors do to a note's id, kind and tags, and to answers that they take away and write again later."""

from __future__ import annotations

from dataclasses import replace

from tests.history import words
from tests.history.claims import Author, Claim, Edited, clozes, keep, plain
from tests.history.world import Deletion, Item, World


def pin_added(world: World, author: Author) -> Edited | None:
    """An id by hand: a word of the author's own, or the one that the note was given."""
    item = author.one(item for item in world.items() if not item.pin)
    if not item:
        return None
    given = author.ids.get(item.truth) if author.supply.dice.random() < 0.3 else None
    return world.with_item(replace(item, pin=given or author.pin())), keep("pin added", item.truth)


def pin_removed(world: World, author: Author) -> Edited | None:
    item = author.one(item for item in world.items() if item.pin)
    if not item:
        return pin_added(world, author)
    return world.with_item(replace(item, pin="")), keep("pin removed", item.truth)


def pinned_rewritten(world: World, author: Author) -> Edited | None:
    """A pinned note says something quite different: its author's word counts."""
    item = author.one(item for item in plain(world) if item.pin)
    if not item:
        return pin_added(world, author)
    fresh = author.supply.plain()
    after = replace(item, question=fresh.question, answer=fresh.answer, family="", key="", generic=False)
    return world.with_item(after), keep("pinned, all rewritten", item.truth)


def answer_deleted(world: World, author: Author) -> Edited | None:
    """The question stays, and is in no deck until it has an answer again."""
    item = author.one(item for item in plain(world) if not item.generic and not item.image)
    if not item:
        return None
    return world.with_item(replace(item, answer="")), keep("answer deleted", item.truth)


def answer_written(world: World, author: Author) -> Edited | None:
    """A question without an answer gets one: another than before, or the same but for a few words."""
    item = author.one(item for item in world.items() if not item.answered)
    if not item:
        return answer_deleted(world, author)
    after = replace(item, answer=author.supply.answer())
    return world.with_item(after), keep("answer written again", item.truth)


def file_tagged(world: World, author: Author) -> Edited | None:
    """All notes of a file get a tag, or lose it."""
    left = [i for i, file in enumerate(world.files) if not author.busy & {item.truth for item in file.items}]
    if not left:
        return None
    index = author.supply.dice.choice(left)
    file = world.files[index]
    tags = file.tags[:-1] if file.tags else (author.supply.dice.choice(("exam", "basics")),)
    truths = [item.truth for item in file.items]
    return world.with_file(index, replace(file, tags=tags)), keep("tag of the file", *truths)


# --- the other note type --------------------------------------------------------------------------------------------


def made_cloze(world: World, author: Author) -> Edited | None:
    """A word of the answer is hidden: Anki can't carry the note over, so it is a new one, and the author is told."""
    item = author.one(item for item in plain(world) if not item.image and not item.turned and _places(item))
    if not item:
        return None
    start, end = author.supply.dice.choice(_places(item))
    hidden = Deletion(author.supply.truth(), item.answer[start:end])
    parts = tuple(part for part in (item.answer[:start], hidden, item.answer[end:]) if part)
    return _turned(world, item, Item(author.supply.truth(), item.question, sentences=(parts,), tags=item.tags), author)


def made_basic(world: World, author: Author) -> Edited | None:
    """The other way: nothing is hidden any more."""
    item = author.one(item for item in clozes(world) if not item.in_heading and not item.turned)
    if not item:
        return None
    parts = (part if isinstance(part, str) else part.text for sentence in item.sentences for part in (*sentence, " "))
    answer = "".join(parts).strip()
    return _turned(world, item, Item(author.supply.truth(), item.question, answer, tags=item.tags), author)


def _places(item: Item) -> list[tuple[int, int]]:
    """The words of the answer that can be hidden."""
    return [
        (start, end)
        for start, end in words.prose(item.answer)
        if end - start > 4 and item.answer[start - 2 : start] != "**"
    ]


def _turned(world: World, old: Item, new: Item, author: Author) -> Edited | None:
    others = {item.truth for item in (*world.items(), *world.gone.values()) if item.question == new.question}
    if (others | author.asked.get(new.question, set())) - {old.truth}:
        return None  # what looks the same is there, or was, and the new one would be it
    f, i = world.place(old.truth)
    truths = frozenset({new.truth})
    claim = Claim("question made cloze, or back", gone=frozenset({old.truth}), new=truths, turned=truths)
    return world.inserted(replace(new, turned=True), f, i).without(old.truth), claim
