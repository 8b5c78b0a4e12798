"""Where a deck is built: its author runs the command, reads what it doubts, settles it, and builds again."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from generator.project import slug
from tests.driver import deckpress
from tests.history.claims import Author
from tests.history.learner import Package
from tests.history.packing import packed
from tests.history.world import World, Written, write

_LINK = re.compile(r"`deckpress ledger link (\S+) (\S+)`")
_ROUNDS = 4


class BuildFailedError(Exception):
    """The command refused to build, or built something else."""


@dataclass(frozen=True, slots=True)
class Built:
    """A package, and the deck as its author left it: doubts may have been settled in its source.

    `asked` are the notes that the author was asked about, one each time, `linked` those that the author's word saved,
    `turned` those reported as being of another kind now.
    """

    world: World
    package: Package
    asked: tuple[int, ...] = ()
    linked: frozenset[int] = frozenset()
    turned: frozenset[int] = frozenset()


@dataclass
class Workshop:
    """The folder of one deck. `truths` tells which note each id was given to first, `told` the doubts told before."""

    folder: Path
    author: Author
    dice: Random
    truths: dict[str, int] = field(default_factory=dict)
    told: set[tuple[str, str]] = field(default_factory=set)

    @property
    def ledger(self) -> Path:
        """What records who is who."""
        return self.folder / "source" / "ledger.jsonl"

    def builds(self, world: World, clock: int, again: Sequence[str] = (), part: int | None = None) -> Built:
        """The deck, or of it one file, with all doubts settled; `again` are options that send notes again on purpose.

        Raises BuildFailedError where the command fails, and ValueError where it made more or fewer notes than were
        written.
        """
        asked, linked, turned = list[int](), set[int](), frozenset[int]()
        for _ in range(_ROUNDS):
            written = write(world, self.folder)
            problems = self._run(clock, again, world.files[part].name if part is not None else "")
            self._learn(world)
            turned |= _about(problems, "kind-changed", written)
            before, world = world, self._settled(world, problems, asked, linked)
            if not self._link(problems) and world is before:
                break
            clock += 1
        else:
            raise BuildFailedError(f"settled, and doubted again: {problems}")
        shown = world if part is None else world.part(part)
        name = slug(world.title) if part is None else slug(Path(world.files[part].name).stem)
        path = self.folder / "build" / f"{name}.apkg"
        package = Package(path, tuple(packed(shown, path.read_bytes())))
        return Built(world, package, tuple(asked), frozenset(linked), turned)

    def _run(self, clock: int, again: Sequence[str], part: str) -> list[dict[str, Any]]:
        force = ("--force",) if self.dice.random() < 0.5 else ()
        paths = (f"source/{part}",) if part else ()
        arguments = ("build", *paths, "--product", "deck", "--json", *force, *again)
        done = deckpress(*arguments, cwd=self.folder, env={"SOURCE_DATE_EPOCH": str(clock)})
        if done.exit_code:
            raise BuildFailedError(done.output)
        return list(json.loads(done.stdout)["problems"])

    def _learn(self, world: World) -> None:
        """See which ids the notes were given: the ledger lists them in the order of the source."""
        lines = [json.loads(line) for line in self.ledger.read_text(encoding="utf-8").splitlines()[1:]]
        ids = [line["id"] for line in lines if not line.get("retired")]
        self.author.ids = {item.truth: name for item, name in zip(world.items(), ids, strict=True)}
        for truth, name in self.author.ids.items():
            self.truths.setdefault(name, truth)

    # --- settling -----------------------------------------------------------------------------------------------------

    def _settled(self, world: World, problems: Sequence[dict[str, Any]], asked: list[int], linked: set[int]) -> World:
        """The deck with ids of their own for some of the notes that are not what they were taken for."""
        for old, new in _doubts(problems):
            truth = self.truths[new]
            if (old, new) not in self.told:
                asked.append(truth)
            if self.truths.get(old) == truth:
                linked.add(truth)
            elif (old, new) not in self.told and self.dice.random() < 0.5:
                item = world.item(truth)
                assert item, "a doubt about a note that is not there"
                world = world.with_item(replace(item, pin=self.author.pin()))
            self.told.add((old, new))
        return world

    def _link(self, problems: Sequence[dict[str, Any]]) -> bool:
        """Say of each doubt that is right that it is; whether there were any."""
        right = [pair for pair in _doubts(problems) if self.truths.get(pair[0]) == self.truths[pair[1]]]
        for old, new in right:
            done = deckpress("ledger", "link", old, new, cwd=self.folder)
            if done.exit_code:
                raise BuildFailedError(done.output)
        return bool(right)


def _doubts(problems: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """(old, new) of each doubt, as the command says it is settled."""
    found = (_LINK.search(str(problem["hint"])) for problem in problems if problem["code"] == "doubtful-match")
    return [(match.group(1), match.group(2)) for match in found if match]


def _about(problems: Sequence[dict[str, Any]], code: str, written: Written) -> frozenset[int]:
    """The notes that have a problem of this code."""
    places = [(str(problem["file"]), int(problem["line"])) for problem in problems if problem["code"] == code]
    return frozenset(truth for place in places if (truth := written.truth_at(*place)) is not None)
