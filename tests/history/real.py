"""Decks of real notes, this project's own, and what people do to such: they paraphrase, add and drop, rename terms."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from rapidfuzz import fuzz

from tests.history.claims import Author, Claim, Edited, keep, plain
from tests.history.places import moved
from tests.history.supply import Supply, own_files
from tests.history.texts import brought_back
from tests.history.world import File, Item, World

# --- the deck -------------------------------------------------------------------------------------------------------


class RealSupply(Supply):
    """Notes that are not in the deck as yet; when there are no more, made up ones."""

    most_notes = 120
    most_files = 12

    def plain(self) -> Item:
        """A real note that the deck never had."""
        if not self.own:
            return super().plain()
        question, answer = self.own.pop()
        return Item(self.truth(), question, answer)

    def fresh(self, world: World | None = None) -> Item:  # noqa: ARG002
        """The same: there is nothing else in this deck."""
        return self.plain()


def real_supply(dice: Random) -> Supply:
    """A third of the notes is kept back."""
    return RealSupply(dice)


def real_world(supply: Supply, size: int) -> World:  # noqa: ARG001
    """Two thirds of the deck in its own files and order; the rest stays with the supply."""
    back = set(supply.own[: len(supply.own) // 3])
    files = []
    for name, topic, notes in own_files():
        items = tuple(Item(supply.truth(), *note) for note in notes if note not in back)
        files.append(File(name, topic, items))
    supply.own = [note for note in supply.own if note in back]
    return World("Interview", tuple(file for file in files if file.items))


# --- questions ------------------------------------------------------------------------------------------------------

_PARAPHRASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"What is (?:the |an? )?(.+)\?", ("Explain {0}.", "Define {0}.", "How would you describe {0}?")),
    (r"What are (.+)\?", ("Explain {0}.", "Describe {0} in a sentence.", "What do you know about {0}?")),
    (r"What does (.+) do( .+)?\?", ("Describe what {0} does{1}.", "What is {0} for{1}?", "Explain {0}{1}.")),
    (r"What does (.+)\?", ("Explain what {0}.", "Say what {0}.")),
    (r"How does (.+) differ from (.+)\?", ("Compare {0} and {1}.", "What is the difference between {0} and {1}?")),
    (r"How do (.+) differ( .+)?\?", ("Compare {0}{1}.", "What are the differences between {0}{1}?")),
    (r"How do you (.+)\?", ("How can one {0}?", "Show how to {0}.", "What is the way to {0}?", "How would you {0}?")),
    (r"How does (.+)\?", ("Explain how {0}.", "Describe the way {0}.", "In what way does {0}?")),
    (r"Why (.+)\?", ("For what reason {0}?", "What is the reason: why {0}?", "Explain why {0}.")),
    (r"When (.+)\?", ("In which situations {0}?", "In what cases {0}?")),
    (r"Which (.+)\?", ("Name the {0}.", "List the {0}.", "What {0}?")),
    (r"Where (.+)\?", ("In which place {0}?", "At what place {0}?")),
)
_ANY = ("In your own words: {0}", "Short answer, please: {0}", "{0} Give an example.")
_CLAUSES = (", and why?", ", and when would you use it?", ", and what are the drawbacks?", " in a large project?")


def paraphrases(question: str) -> list[str]:
    """The question in other words."""
    lower = question[0].lower() + question[1:]
    found = [frame.format(lower if frame[0] == "I" or frame[0] == "S" else question) for frame in _ANY]
    for pattern, frames in _PARAPHRASES:
        match = re.fullmatch(pattern, question)
        if match:
            parts = [part or "" for part in match.groups()]
            return [frame.format(*parts) for frame in frames] + found[:1]
    return found


def paraphrased(world: World, author: Author) -> Edited | None:
    """The question in other words; the answer stays."""
    item = author.one(plain(world))
    if not item:
        return None
    other = author.supply.dice.choice(paraphrases(item.question))
    return world.with_item(replace(item, question=other)), keep("question paraphrased", item.truth)


def paraphrased_and_edited(world: World, author: Author) -> Edited | None:
    """The question in other words, and a sentence of the answer more, less or elsewhere."""
    edit = author.supply.dice.choice((_one_more, _one_less, _two_swapped))
    item, answer = _edited_answer(world, author, edit)
    if not item or not answer:
        return None
    other = author.supply.dice.choice(paraphrases(item.question))
    after = replace(item, question=other, answer=answer)
    return world.with_item(after), keep("paraphrased, answer edited", item.truth)


def extended(world: World, author: Author) -> Edited | None:
    """The question asks for more, and mostly gets it."""
    item = author.one(item for item in plain(world) if item.question.endswith("?"))
    if not item:
        return None
    dice = author.supply.dice
    answer = _one_more(item.answer, author) if dice.random() < 0.7 else None
    after = replace(item, question=item.question[:-1] + dice.choice(_CLAUSES), answer=answer or item.answer)
    return world.with_item(after), keep("question extended by a clause", item.truth)


_NAME = re.compile(r"`([A-Za-z_]{5,})(?:\(\))?`")


def term_renamed(world: World, author: Author) -> Edited | None:
    """An API is renamed: a name in code becomes another one wherever it stands, but in addresses."""
    names = sorted({name for item in plain(world) for name in _NAME.findall(item.question)})
    if not names:
        return None
    dice = author.supply.dice
    old = dice.choice(names)
    new = "_".join(dice.sample(("fetch", "build", "shared", "local", "joined", "record", "entry", "stage"), 2))
    pattern = re.compile(rf"(?<![\w/.#-]){old}(?![\w/#-])")
    after, truths = world, []
    for item in plain(world):
        question, answer = (pattern.sub(new, text) for text in (item.question, item.answer))
        if (question, answer) != (item.question, item.answer):
            after = after.with_item(replace(item, question=question, answer=answer))
            truths.append(item.truth)
    if not truths or author.busy.intersection(truths):
        return None
    return after, keep("term renamed everywhere", *truths)


# --- answers --------------------------------------------------------------------------------------------------------

_SENTENCE = re.compile(r"(?<=[.?!]) (?=[A-Z`*])")


def _prose(answer: str) -> int | None:
    """Which paragraph is the first of prose."""
    for index, part in enumerate(answer.split("\n\n")):
        if part.startswith("Source"):
            return None
        if part[:1].isalpha() or (part[:1] in "`*" and not part.startswith("```")):
            return index
    return None


def _with_prose(answer: str, edit: Callable[[list[str]], list[str] | None]) -> str | None:
    """The answer with the sentences of its first paragraph edited."""
    parts, index = answer.split("\n\n"), _prose(answer)
    sentences = edit(_SENTENCE.split(parts[index])) if index is not None else None
    if index is None or not sentences:
        return None
    return "\n\n".join([*parts[:index], " ".join(sentences), *parts[index + 1 :]])


def _one_more(answer: str, author: Author) -> str | None:
    dice = author.supply.dice
    told = [_SENTENCE.split(text.split("\n\n")[0])[0] for _, _, notes in own_files() for _, text in notes]
    fresh = dice.choice([sentence for sentence in told if sentence.endswith(".") and sentence not in answer])

    def more(sentences: list[str]) -> list[str]:
        at = dice.randint(0, len(sentences))
        return [*sentences[:at], fresh, *sentences[at:]]

    return _with_prose(answer, more)


def _one_less(answer: str, author: Author) -> str | None:
    def less(sentences: list[str]) -> list[str] | None:
        at = author.supply.dice.randrange(len(sentences))
        return [*sentences[:at], *sentences[at + 1 :]] if len(sentences) > 1 else None

    return _with_prose(answer, less)


def _two_swapped(answer: str, author: Author) -> str | None:
    def swap(sentences: list[str]) -> list[str] | None:
        at = author.supply.dice.randrange(max(1, len(sentences) - 1))
        head, pair, tail = sentences[:at], sentences[at : at + 2], sentences[at + 2 :]
        return [*head, *pair[::-1], *tail] if len(pair) > 1 else None

    return _with_prose(answer, swap)


def _code_line(answer: str, author: Author) -> str | None:
    """A line of code more, less, or another."""
    lines, dice = answer.split("\n"), author.supply.dice
    fences = [index for index, line in enumerate(lines) if line.startswith("```")]
    if len(fences) < 2 or fences[1] - fences[0] < 2:
        return None
    at = dice.randrange(fences[0] + 1, fences[1])
    fresh = f"value_{dice.randrange(99)} = compute({dice.randrange(99)})"
    how = dice.randrange(3)
    if how == 0 and fences[1] - fences[0] > 2:
        return "\n".join([*lines[:at], *lines[at + 1 :]])
    return "\n".join([*lines[:at], fresh, *lines[at + (how == 1) :]])


def _list_item(answer: str, author: Author) -> str | None:
    """One more item in a list that is not one of sources."""
    body, mark, sources = answer.partition("\n\nSource")
    lines = body.split("\n")
    places = [index for index, line in enumerate(lines) if line.startswith("- ")]
    if not places:
        return None
    at = author.supply.dice.choice(places)
    return "\n".join([*lines[:at], f"- {author.supply.prose()}", *lines[at:]]) + mark + sources


_AnswerEdit = Callable[[str, Author], str | None]


def _edited_answer(world: World, author: Author, edit: _AnswerEdit) -> tuple[Item | None, str | None]:
    """A note on which the edit does something, and what its answer is then."""
    for _ in range(10):
        item = author.one(plain(world))
        answer = item and edit(item.answer, author)
        if answer:
            return item, answer
    return None, None


def _answer_edited(kind: str, edit: _AnswerEdit, world: World, author: Author) -> Edited | None:
    item, answer = _edited_answer(world, author, edit)
    return (world.with_item(replace(item, answer=answer)), keep(kind, item.truth)) if item and answer else None


def sentence_added(world: World, author: Author) -> Edited | None:
    return _answer_edited("sentence added", _one_more, world, author)


def sentence_dropped(world: World, author: Author) -> Edited | None:
    return _answer_edited("sentence dropped", _one_less, world, author)


def sentences_swapped(world: World, author: Author) -> Edited | None:
    return _answer_edited("sentences swapped", _two_swapped, world, author)


def code_changed(world: World, author: Author) -> Edited | None:
    return _answer_edited("code changed by a line", _code_line, world, author)


def list_item_added(world: World, author: Author) -> Edited | None:
    return _answer_edited("list item added", _list_item, world, author)


# --- the notes that look most alike ---------------------------------------------------------------------------------


def _alike(one: Item, other: Item) -> float:
    """How much two notes look alike, to a machine."""
    return fuzz.token_set_ratio(one.question, other.question) + 0.5 * fuzz.token_set_ratio(one.answer, other.answer)


def nearest_deleted(world: World, author: Author) -> Edited | None:
    """Of two notes that look alike one is deleted."""
    left = [item for item in plain(world) if item.truth not in author.busy]
    if len(left) < 60:
        return None
    one = author.supply.dice.choice(left)
    other = max((item for item in left if item.truth != one.truth), key=lambda item: _alike(one, item))
    if len(world.files[world.place(other.truth)[0]].items) < 2:
        return None
    claim = Claim("most similar deleted", keep=frozenset({one.truth}), gone=frozenset({other.truth}))
    return world.without(other.truth), claim


def nearest_back(world: World, author: Author) -> Edited | None:
    """A note that was deleted comes back as it was, and in its favour the one that looks most like it goes."""
    gone = [item for _, item in sorted(world.gone.items()) if item.answered and not item.image]
    left = [item for item in plain(world) if item.truth not in author.busy]
    if not gone or not left:
        return brought_back(world, author)
    back = author.supply.dice.choice(gone)
    going = max(left, key=lambda item: _alike(back, item))
    keeps, free = frozenset({back.truth}) - world.lost, frozenset({back.truth}) & world.lost
    claim = Claim("most similar brought back instead", keep=keeps, free=free, gone=frozenset({going.truth}))
    return _instead(world, going, back), claim


def nearest_added(world: World, author: Author) -> Edited | None:
    """A note is deleted, and in its place comes the one that looks most like it of those that never were there."""
    left = [item for item in plain(world) if item.truth not in author.busy]
    if not left or not author.supply.own:
        return None
    going = author.supply.dice.choice(left)
    note = max(author.supply.own, key=lambda note: _alike(going, Item(0, *note)))
    author.supply.own.remove(note)
    new = Item(author.supply.truth(), *note)
    claim = Claim("most similar new one instead", gone=frozenset({going.truth}), new=frozenset({new.truth}))
    return _instead(world, going, new), claim


def _instead(world: World, going: Item, coming: Item) -> World:
    return world.inserted(coming, *world.place(going.truth)).without(going.truth)


def nearest_exchanged(world: World, author: Author) -> Edited | None:
    """Two notes that look alike, in two files, change places."""
    left = [item for item in plain(world) if item.truth not in author.busy]
    if not left:
        return None
    one = author.supply.dice.choice(left)
    home = world.place(one.truth)[0]
    others = [item for item in left if world.place(item.truth)[0] != home]
    if not others:
        return moved(world, author)
    other = max(others, key=lambda item: _alike(one, item))
    places = {one.truth: other, other.truth: one}
    files = [replace(file, items=tuple(places.get(item.truth, item) for item in file.items)) for file in world.files]
    return replace(world, files=tuple(files)), keep("most similar swapped between files", one.truth, other.truth)
