"""What authors do to the order of their notes and to files, topics and titles: none of it is an edit of a note."""

from __future__ import annotations

from dataclasses import replace

from tests.history.claims import Author, Edited, keep
from tests.history.world import World


def _file_of(world: World, author: Author) -> int | None:
    """A file none of whose notes is busy."""
    found = [i for i, file in enumerate(world.files) if not author.busy.intersection(t.truth for t in file.items)]
    return author.supply.dice.choice(found) if found else None


def _truths_of(world: World, *indexes: int) -> list[int]:
    return [item.truth for index in indexes for item in world.files[index].items]


def reordered(world: World, author: Author) -> Edited | None:
    """A file's notes in another order: one moved, or all."""
    index = _file_of(world, author)
    if index is None or len(world.files[index].items) < 2:
        return None
    dice = author.supply.dice
    items = list(world.files[index].items)
    if dice.random() < 0.5:
        dice.shuffle(items)
    else:
        items.insert(dice.randrange(len(items)), items.pop(dice.randrange(len(items))))
    return world.with_items(index, tuple(items)), keep("reordered", *_truths_of(world, index))


def swapped(world: World, author: Author) -> Edited | None:
    """Two near-twins, or two notes with one question, change places."""
    pairs = [
        (one, other)
        for one in world.items()
        for other in world.items()
        if one.truth < other.truth
        and not author.busy & {one.truth, other.truth}
        and ((one.family and one.family == other.family) or (one.generic and one.question == other.question))
    ]
    if not pairs:
        return None
    one, other = author.supply.dice.choice(pairs)
    places = {one.truth: other, other.truth: one}
    files = [replace(file, items=tuple(places.get(item.truth, item) for item in file.items)) for file in world.files]
    return replace(world, files=tuple(files)), keep("similar questions swapped", one.truth, other.truth)


def moved(world: World, author: Author) -> Edited | None:
    """One to three notes go to another file."""
    dice = author.supply.dice
    left = [item for item in world.items() if item.truth not in author.busy]
    if len(world.files) < 2 or not left:
        return None
    chosen = dice.sample(left, min(len(left), dice.randint(1, 3)))
    after = world
    for item in chosen:
        f, _ = after.place(item.truth)
        if len(after.files[f].items) < 2:
            return None
        after = after.with_items(f, tuple(other for other in after.files[f].items if other.truth != item.truth))
        target = dice.choice([index for index in range(len(after.files)) if index != f])
        after = after.inserted(item, target, dice.randint(0, len(after.files[target].items)))
    return after, keep("moved to another file", *(item.truth for item in chosen))


def _fresh_name(world: World, author: Author) -> str:
    taken = {file.name[:2] for file in world.files}
    number = author.supply.dice.choice([n for n in range(1, 99) if f"{n:02}" not in taken])
    return f"{number:02}-{author.supply.dice.choice(('notes', 'more', 'part', 'chapter'))}.md"


def file_renamed(world: World, author: Author) -> Edited | None:
    index = _file_of(world, author)
    if index is None:
        return None
    file = replace(world.files[index], name=_fresh_name(world, author))
    return world.with_file(index, file), keep("file renamed", *_truths_of(world, index))


def _fresh_topic(author: Author) -> str:
    return author.supply.once("{a} and {b}").capitalize()


def topic_renamed(world: World, author: Author) -> Edited | None:
    index = _file_of(world, author)
    if index is None:
        return None
    file = replace(world.files[index], topic=_fresh_topic(author))
    return world.with_file(index, file), keep("topic renamed", *_truths_of(world, index))


def title_renamed(world: World, author: Author) -> Edited | None:
    if author.busy:
        return None
    title = author.supply.once("Interview: {a}, {b}, {c}")
    return replace(world, title=title), keep("title renamed", *sorted(world.truths()))


def file_split(world: World, author: Author) -> Edited | None:
    index = _file_of(world, author)
    if index is None or len(world.files) > author.supply.most_files or len(world.files[index].items) < 4:
        return None
    file = world.files[index]
    at = author.supply.dice.randrange(1, len(file.items))
    topic = file.topic if author.supply.dice.random() < 0.3 else _fresh_topic(author)
    rest = replace(file, name=_fresh_name(world, author), topic=topic, items=file.items[at:])
    return world.with_file(index, replace(file, items=file.items[:at]), rest), keep(
        "file split", *_truths_of(world, index)
    )


def files_merged(world: World, author: Author) -> Edited | None:
    one, other = _file_of(world, author), _file_of(world, author)
    if one is None or other is None or one == other or len(world.files) < 4:
        return None
    truths = _truths_of(world, one, other)
    items = (*world.files[one].items, *world.files[other].items)
    name = world.files[other].name
    after = world.with_items(one, items)
    index = next(i for i, file in enumerate(after.files) if file.name == name)
    return after.with_file(index), keep("files merged", *truths)


def level_changed(world: World, author: Author) -> Edited | None:
    """Headings one level deeper or higher, or numbered, or no more."""
    index = _file_of(world, author)
    if index is None:
        return None
    file = world.files[index]
    other = replace(file, level=5 - file.level)
    after = other if author.supply.dice.random() < 0.5 else replace(file, numbered=not file.numbered)
    return world.with_file(index, after), keep("heading level or numbers", *_truths_of(world, index))
