"""`make bench-kills`: builds killed at random moments, two at a time, while an author goes on writing.

Every deck and every ledger that can be seen after a kill must be whole, and together they must never contradict what
was seen before: an id that was once in a ledger stays in it, with its guid and its integer id, and with its question.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pypdfium2

from generator.ledger import file as ledger_file

ROOT = Path(__file__).resolve().parent.parent
DECK = ("--product", "deck")
BOTH: tuple[str, ...] = ()
_KEY = re.compile(r"\bk\d{4}\b")


# --- the author -------------------------------------------------------------------------------------------------------


@dataclass
class Author:
    """Writes a source of notes that are like no other, each with a key in its question, and edits it at random."""

    folder: Path
    dice: random.Random
    notes: dict[str, tuple[str, str]] = field(default_factory=dict)
    gone: dict[str, tuple[str, str]] = field(default_factory=dict)
    made: int = 0

    def words(self, count: int) -> str:
        """Words that nobody else uses."""
        syllables = ["ba", "ke", "lo", "mi", "nu", "ra", "si", "to", "ve", "zu"]
        return " ".join("".join(self.dice.choices(syllables, k=4)) for _ in range(count))

    def add(self) -> None:
        """A new question anywhere."""
        self.made += 1
        pairs = list(self.notes.items())
        new = (f"k{self.made:04}", (self.words(4), self.words(12)))
        pairs.insert(self.dice.randrange(len(pairs) + 1), new)
        self.notes = dict(pairs)

    def reword(self) -> None:
        """One word of a question."""
        key = self.dice.choice(list(self.notes))
        question, answer = self.notes[key]
        self.notes[key] = (" ".join([*question.split()[:3], self.words(1)]), answer)

    def answer(self) -> None:
        """Another answer under the same question."""
        key = self.dice.choice(list(self.notes))
        self.notes[key] = (self.notes[key][0], self.words(12))

    def delete(self) -> None:
        """A question goes."""
        if len(self.notes) > 8:
            key = self.dice.choice(list(self.notes))
            self.gone[key] = self.notes.pop(key)

    def restore(self) -> None:
        """A question comes back as it was."""
        if self.gone:
            key = self.dice.choice(list(self.gone))
            self.notes[key] = self.gone.pop(key)

    def shuffle(self) -> None:
        """The same notes in another order."""
        pairs = list(self.notes.items())
        self.dice.shuffle(pairs)
        self.notes = dict(pairs)

    def edits(self) -> None:
        """One to three edits, and the files are written, each whole as an editor does it."""
        for _ in range(self.dice.randint(1, 3)):
            self.dice.choice([self.add, self.reword, self.answer, self.delete, self.restore, self.shuffle])()
        self.write()

    def write(self) -> None:
        """The notes as two files."""
        texts = [f"## What is {key} {question}?\n\n{answer}.\n" for key, (question, answer) in self.notes.items()]
        half = len(texts) // 2
        for name, part in (("a.md", texts[:half]), ("b.md", texts[half:])):
            path = self.folder / "source" / name
            beside = path.with_suffix(".tmp")
            beside.write_text("# Words\n\n" + "\n".join(part), encoding="utf-8")
            beside.replace(path)

    @classmethod
    def at(cls, folder: Path, dice: random.Random) -> Author:
        """An author with a dozen notes."""
        author = cls(folder, dice)
        (folder / "source").mkdir(parents=True)
        (folder / "source/deck.toml").write_text('title = "Kills"\n', encoding="utf-8")
        for _ in range(12):
            author.add()
        author.write()
        return author


# --- what must hold ---------------------------------------------------------------------------------------------------


class BrokenError(Exception):
    """Something that must never be."""


def must(holds: bool, what: str) -> None:
    """Raise BrokenError where it doesn't hold."""
    if not holds:
        raise BrokenError(what)


def key_of(text: str) -> str:
    """The key in a question."""
    found = _KEY.findall(text)
    must(len(found) == 1, f"a question without its key: {text!r}")
    return str(found[0])


def deck_notes(data: bytes) -> list[tuple[int, str, int, tuple[str, ...]]]:
    """nid, guid, mod and fields of a package's notes, after a look at every byte of it."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        must(archive.testzip() is None, "a torn package")
        collection = archive.read("collection.anki2")
    db = sqlite3.connect(":memory:")
    try:
        db.deserialize(collection)
        must(db.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "a torn collection")
        rows = db.execute("SELECT id, guid, mod, flds FROM notes").fetchall()
    finally:
        db.close()
    return [(nid, guid, mod, tuple(fields.split("\x1f"))) for nid, guid, mod, fields in rows]


@dataclass
class Witness:
    """Remembers all that was ever seen of a project, and compares."""

    folder: Path
    identities: dict[str, tuple[str, int, str]] = field(default_factory=dict)  # id -> guid, nid, key
    fields: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)  # id, mod -> fields
    decks: int = 0

    def looks(self) -> None:
        """Everything that lies there is whole, and fits what was seen before."""
        decks = [path.read_bytes() for path in sorted((self.folder / "build").glob("*.apkg"))]
        sheets = [path.read_bytes() for path in sorted((self.folder / "build").glob("*.pdf"))]
        ledger = self.folder / "source/ledger.jsonl"
        text = ledger.read_text(encoding="utf-8") if ledger.exists() else ""
        for data in decks:
            self._sees_deck(data)
        for data in sheets:
            with pypdfium2.PdfDocument(data) as pdf:
                must(len(pdf) > 0 and all(page.get_textpage().count_chars() > 0 for page in pdf), "a torn sheet")
        must(bool(text) or not (decks or self.identities), "the ledger is gone")
        if text:
            self._sees_ledger(text)

    def _sees_deck(self, data: bytes) -> None:
        self.decks += 1
        for nid, guid, mod, fields in deck_notes(data):
            ident = fields[-1]
            self._knows(ident, (guid, nid, key_of(fields[0])))
            must(self.fields.setdefault((ident, mod), fields) == fields, f"{ident} changed, its mod {mod} did not")

    def _sees_ledger(self, text: str) -> None:
        ledger, problems = ledger_file.parse("ledger.jsonl", text)
        must(ledger is not None and not problems, f"the ledger does not load: {problems}")
        assert ledger is not None
        for entry in ledger.entries:
            self._knows(entry.id, (entry.guid, entry.nid, key_of(entry.question)))
        lost = set(self.identities) - {entry.id for entry in ledger.entries}
        must(not lost, f"ids are lost from the ledger: {sorted(lost)}")

    def _knows(self, ident: str, what: tuple[str, int, str]) -> None:
        before = self.identities.setdefault(ident, what)
        must(before == what, f"{ident} was {before} and is {what}")

    def agrees(self, author: Author) -> None:
        """The deck is what the author wrote, note for note."""
        (path,) = (self.folder / "build").glob("*.apkg")
        found = {key_of(fields[0]): (fields[0], fields[1]) for *_, fields in deck_notes(path.read_bytes())}
        must(set(found) == set(author.notes), "the deck has other notes")
        for key, (question, answer) in author.notes.items():
            must(question in found[key][0] and answer in found[key][1], f"the deck has another {key}")

    def leftovers(self, temporary: Path) -> list[str]:
        """Temporaries and locks that nobody removed."""
        paths = [path for path in self.folder.rglob(".*") if path.name != ".cache"]
        return [path.name for path in (*paths, *temporary.glob("*.lock"))]


# --- builders ---------------------------------------------------------------------------------------------------------


@dataclass
class Builder:
    """A build in a process of its own, and when it is to be killed: at a time, or when a new file is being written.

    `before` are the temporaries that lay there when it began.
    """

    process: subprocess.Popen[str]
    deadline: float
    aimed: bool
    before: set[str]


def started(folder: Path, products: Sequence[str], env: dict[str, str]) -> subprocess.Popen[str]:
    """A build that has begun."""
    return subprocess.Popen(
        [sys.executable, "-m", "generator", "build", "--quiet", *products],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def temporaries(folder: Path) -> set[str]:
    """The files that are being written in the source and the output folder, or were when a build was killed."""
    names = (os.listdir(folder / place) for place in ("source", "build") if (folder / place).is_dir())
    return {name for listed in names for name in listed if name.startswith(".") and name.endswith(".new")}


def finished(process: subprocess.Popen[str]) -> int:
    """The exit code of a build that has ended: 0, or the kill's."""
    _, said = process.communicate(timeout=60)
    must(process.returncode in (0, -signal.SIGKILL), f"a build ended with {process.returncode}: {said}")
    return process.returncode


@dataclass
class Trial:
    """One project, its author, its builders and what was seen."""

    author: Author
    witness: Witness
    dice: random.Random
    temporary: Path
    lasts: dict[tuple[str, ...], float] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    left: set[str] = field(default_factory=set)  # temporaries of killed builds

    @classmethod
    def at(cls, folder: Path, seed: int) -> Trial:
        """A new project below a folder, that nothing has been built of."""
        dice = random.Random(seed)
        temporary = folder / "tmp"
        temporary.mkdir(parents=True)
        return cls(Author.at(folder / "p", dice), Witness(folder / "p"), dice, temporary)

    @property
    def env(self) -> dict[str, str]:
        return {"TMPDIR": str(self.temporary)}

    def builds(self, products: Sequence[str], *more: str) -> float:
        """A build that nobody kills; it must be right. How long it took."""
        start = time.monotonic()
        must(finished(started(self.author.folder, (*products, *more), self.env)) == 0, "a build was killed")
        took = time.monotonic() - start
        self.witness.looks()
        self.witness.agrees(self.author)
        return took

    def measures(self, kinds: Sequence[tuple[str, ...]]) -> None:
        """How long builds take here, so that kills fall anywhere in them."""
        for products in kinds:
            self.lasts[products] = self.builds(products, "--force")

    def round(self, products: tuple[str, ...]) -> None:
        """The author edits, two builds begin, and each is killed at some moment."""
        running = []
        self.author.edits()
        for second in (False, True):
            if second and self.dice.random() < 0.5:
                self.author.edits()
            span = self.lasts[products] * (2 if second and self.dice.random() < 0.5 else 1)
            before = temporaries(self.author.folder)
            process = started(self.author.folder, products, self.env)
            aimed = self.dice.random() < 0.4
            deadline = time.monotonic() + (60 if aimed else self.dice.uniform(0, span))
            running.append(Builder(process, deadline, aimed, before))
        while running:
            running = [builder for builder in running if not self._over(builder)]
            time.sleep(0.0002 if any(builder.aimed for builder in running) else 0.002)

    def _over(self, builder: Builder) -> bool:
        """Whether the builder has ended, which it does at its time; then everything is looked at."""
        if builder.process.poll() is None:
            if builder.aimed and temporaries(self.author.folder) - builder.before:
                builder.aimed = False
                builder.deadline = time.monotonic() + self.dice.uniform(0, 0.005)
            if time.monotonic() < builder.deadline:
                return False
            builder.process.kill()
            code = finished(builder.process)
            half = temporaries(self.author.folder) - self.left
            self.left |= half
            self.counts["killed" if code else "done"] += 1
            self.counts["killed while files were written"] += bool(code and half)
        else:
            finished(builder.process)
            self.counts["done"] += 1
        self.witness.looks()
        return True

    def ends(self) -> None:
        """A last build is right, and nothing of the killed ones is left."""
        self.author.edits()
        self.builds(BOTH)
        self.builds(DECK)
        left = self.witness.leftovers(self.temporary)
        must(not left, f"killed builds left {left}")


def trial(folder: Path, kills: int, seed: int, sheets: bool = True) -> Trial:
    """So many kills in one project; raises BrokenError at what must never be."""
    found = Trial.at(folder, seed)
    found.measures([DECK, BOTH] if sheets else [DECK])
    rounds = 0
    while found.counts["killed"] < kills:
        rounds += 1
        found.round(BOTH if sheets and rounds % 8 == 0 else DECK)
        if rounds % 4 == 0:
            found.builds(DECK)
    found.ends()
    return found


def main() -> None:
    """Kill, look, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    try:
        found = trial(folder, options.kills, options.seed)
    except (BrokenError, zipfile.BadZipFile, sqlite3.Error, pypdfium2.PdfiumError) as error:
        sys.exit(f"broken (seed {options.seed}): {error}; look at {folder}")
    shutil.rmtree(folder)
    seen = ", ".join(f"{count} {what}" for what, count in sorted(found.counts.items()))
    print(f"{seen}; {found.witness.decks} decks looked at, {len(found.witness.identities)} identities")
    print(f"no torn file, no lost id, no broken ledger; {time.monotonic() - start:.0f} s (seed {options.seed})")


if __name__ == "__main__":
    main()
