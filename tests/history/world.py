"""A deck as its author has it in mind: files of notes, and the truth of which note and which deletion is which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Deletion:
    """A cloze deletion; `truth` is which it is, whatever its words and place. `number` is the author's own, or 0."""

    truth: int
    text: str
    number: int = 0
    hint: str = ""

    @property
    def face(self) -> str:
        """What the card that hides it asks."""
        return f"deletion {self.truth}"

    def markdown(self) -> str:
        """As it stands in the file."""
        if not self.number:
            return f"=={self.text}=="
        return f"{{{{c{self.number}::{self.text}{f'::{self.hint}' if self.hint else ''}}}}}"


Sentence = tuple[str | Deletion, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A note; `truth` is which it is, whatever becomes of its words.

    `family` and `key` are what near-twins share and what tells them apart; `generic` notes share their question with
    others. A cloze has `sentences`, in its heading or, under `question`, in its answer. `turned` tells what was of the
    other note type before: turned once more it might be what it was at first.
    """

    truth: int
    question: str = ""
    answer: str = ""
    family: str = ""
    key: str = ""
    generic: bool = False
    reversed: bool = False
    tags: tuple[str, ...] = ()
    image: str = ""
    sentences: tuple[Sentence, ...] = ()
    in_heading: bool = False
    dropped: tuple[str, ...] = ()
    pin: str = ""
    turned: bool = False

    @property
    def answered(self) -> bool:
        """Whether it can be a card: questions without an answer are left out of decks."""
        return bool(self.answer or self.sentences or self.image)

    @property
    def deletions(self) -> list[Deletion]:
        """In reading order."""
        return [part for sentence in self.sentences for part in sentence if isinstance(part, Deletion)]

    @property
    def text(self) -> str:
        """The sentences of a cloze as they stand in the file."""
        parts = ("".join(p if isinstance(p, str) else p.markdown() for p in sentence) for sentence in self.sentences)
        return " ".join(parts)

    @property
    def heading(self) -> str:
        """The question as it stands in the file, without attributes."""
        return self.text if self.in_heading else self.question

    @property
    def body(self) -> str:
        """The answer as it stands in the file."""
        text = self.text if self.sentences and not self.in_heading else self.answer
        return f"{text}\n\n![]({self.image})" if self.image else text

    def attributes(self, cloze_file: bool) -> str:
        """Id, tags and kind; `==x==` needs to be told that it is a deletion, unless the whole file is."""
        words = [f"#{self.pin}"] if self.pin else []
        words += [f".{tag}" for tag in self.tags]
        if self.reversed:
            words.append("kind=reversed")
        elif any(not deletion.number for deletion in self.deletions) and not cloze_file:
            words.append("kind=cloze")
        return f" {{{' '.join(words)}}}" if words else ""


@dataclass(frozen=True, slots=True)
class File:
    """One Markdown file."""

    name: str
    topic: str
    items: tuple[Item, ...]
    level: int = 2
    numbered: bool = False
    clozes: bool = False
    tags: tuple[str, ...] = ()


# What an author calls an edit of a note: if none of it changed, no import may touch the note.
Content = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class World:
    """The whole deck. `gone` are deleted notes, as they were; `lost` those of them that only a lost ledger knew."""

    title: str
    files: tuple[File, ...]
    images: Mapping[str, bytes] = field(default_factory=dict)
    gone: Mapping[int, Item] = field(default_factory=dict)
    lost: frozenset[int] = frozenset()

    def items(self) -> Iterator[Item]:
        """All notes, in the order of the deck."""
        for file in self.files:
            yield from file.items

    def truths(self) -> frozenset[int]:
        """Which notes there are."""
        return frozenset(item.truth for item in self.items())

    def answered(self) -> list[Item]:
        """The notes that a deck is made of."""
        return [item for item in self.items() if item.answered]

    def item(self, truth: int) -> Item | None:
        """The note, if it is in the deck."""
        return next((item for item in self.items() if item.truth == truth), None)

    def place(self, truth: int) -> tuple[int, int]:
        """The note's file and its place in that, as indexes."""
        places = ((f, i) for f, file in enumerate(self.files) for i, item in enumerate(file.items))
        return next(place for place in places if self.files[place[0]].items[place[1]].truth == truth)

    def content(self, item: Item) -> Content:
        """All that the author decides of a note, but not where it stands."""
        deletions = tuple((d.text, d.number, d.hint) for d in item.deletions)
        kind = "cloze" if deletions else "reversed" if item.reversed else "basic"
        tags = (*item.tags, *self.files[self.place(item.truth)[0]].tags)
        return (item.heading, item.body, kind, tags, self.images.get(item.image, b""))

    def content_of(self, truth: int) -> Content | None:
        """The same of the note with this number, if it is in the deck."""
        item = self.item(truth)
        return self.content(item) if item else None

    def part(self, index: int) -> World:
        """One file alone."""
        return replace(self, files=(self.files[index],))

    def with_file(self, index: int, *files: File) -> World:
        """With these files in the place of one; a deck is read in the order of its files' names."""
        every = (*self.files[:index], *files, *self.files[index + 1 :])
        return replace(self, files=tuple(sorted((f for f in every if f.items), key=lambda f: f.name)))

    def with_items(self, index: int, items: tuple[Item, ...]) -> World:
        """With these notes in one file."""
        return self.with_file(index, replace(self.files[index], items=items))

    def with_item(self, item: Item) -> World:
        """With this note in place of what it was."""
        f, i = self.place(item.truth)
        items = self.files[f].items
        return self.with_items(f, (*items[:i], item, *items[i + 1 :]))

    def without(self, truth: int) -> World:
        """With this note deleted."""
        f, i = self.place(truth)
        items = self.files[f].items
        return replace(self, gone={**self.gone, truth: items[i]}).with_items(f, (*items[:i], *items[i + 1 :]))

    def inserted(self, item: Item, f: int, i: int) -> World:
        """With this note in front of the `i`th of a file."""
        items = self.files[f].items
        gone = {truth: old for truth, old in self.gone.items() if truth != item.truth}
        return replace(self, gone=gone).with_items(f, (*items[:i], item, *items[i:]))


@dataclass(frozen=True, slots=True)
class Written:
    """A deck on the disk: which note begins at which line of which file."""

    lines: Mapping[str, tuple[tuple[int, int], ...]]

    def truth_at(self, file: str, line: int) -> int | None:
        """The note in which this line stands."""
        starts = [truth for start, truth in self.lines.get(file, ()) if start <= line]
        return starts[-1] if starts else None


def write(world: World, folder: Path) -> Written:
    """Write the deck below `folder`, and delete what is no more of it."""
    source = folder / "source"
    source.mkdir(parents=True, exist_ok=True)
    (source / "deck.toml").write_text(f'title = "{world.title}"\n', encoding="utf-8")
    for path in source.glob("*.md"):
        if path.name not in {file.name for file in world.files}:
            path.unlink()
    for name, data in world.images.items():
        (source / name).write_bytes(data)
    lines = {}
    for file in world.files:
        text, starts = markdown(file)
        lines[f"source/{file.name}"] = starts
        (source / file.name).write_text(text, encoding="utf-8")
    return Written(lines)


def markdown(file: File) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A file's text, and (line, note) for each note."""
    said = ("kind: cloze\n" if file.clozes else "") + (f"tags: [{', '.join(file.tags)}]\n" if file.tags else "")
    lines = f"---\ndialect: headings\n{said}---\n\n{'#' * (file.level - 1)} {file.topic}\n".split("\n")
    starts = []
    for number, item in enumerate(file.items, 1):
        starts.append((len(lines) + 1, item.truth))
        label = f"{number}. " if file.numbered else ""
        heading = f"{'#' * file.level} {label}{item.heading}{item.attributes(file.clozes)}"
        lines += [heading, "", *item.body.split("\n"), ""]
    return "\n".join(lines), tuple(starts)
