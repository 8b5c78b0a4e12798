"""The life of one deck: its author edits, builds, reverts, merges and loses things; its learners import and study."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import NoReturn

from tests.history import rivals, upgrade
from tests.history.claims import Author, Claim, Edit, kept, together
from tests.history.edits import BRANCH_EDITS, DECKS
from tests.history.learner import Failure, Learner, Package
from tests.history.merging import merged, union
from tests.history.report import OURS, Report
from tests.history.seats import Seat
from tests.history.workshop import BuildFailedError, Built, Workshop
from tests.history.world import World


@dataclass(frozen=True, slots=True)
class Commit:
    """What version control holds."""

    world: World
    ledger: bytes
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """Which deck, how many edits of which kinds, beside which other tools."""

    seed: str
    edits: int
    only: str = ""
    tools: tuple[str, ...] = tuple(rivals.RIVALS)
    decks: str = "made"


@dataclass
class Life:
    """One deck from its first build on. The first learner takes all that is published, the last one, on another
    computer, only some of it.
    """

    task: Task
    folder: Path
    learners: dict[str, Learner]
    away: Learner
    clock: int = 1_750_000_000
    builds: int = 0
    report: Report = field(default_factory=Report)
    waiting: list[str] = field(default_factory=list)
    excused: frozenset[int] = frozenset()
    commits: list[Commit] = field(default_factory=list)
    sent: dict[int, tuple[int, tuple[str, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = Random(self.task.seed)
        decks = DECKS[self.task.decks]
        self.edits: dict[str, Edit] = {edit.__name__: edit for edit in (*decks.notes, *decks.places)}
        self.author = Author(decks.supply(self.dice))
        self.world = decks.world(self.author.supply, self.dice.randint(40, 80))
        self.workshop = Workshop(self.folder, self.author, self.dice)
        self.seats = [Seat(tool, learner, self.report) for tool, learner in self.learners.items()]
        self.elsewhere = Seat(OURS, self.away, self.report)

    # --- what happens -------------------------------------------------------------------------------------------------

    def lasts(self) -> Report:
        """Live until so many edits were made."""
        with contextlib.suppress(BuildFailedError):
            self._release(self.world, ())
            self._study(0.8)
            while sum(tally.edits for tally in self.report.tallies.values()) < self.task.edits:
                self.author.busy.clear()
                self._next()
                self._study(0.1)
        return self.report

    def _next(self) -> None:
        """The next kind in turn, with others where that is no event of its own."""
        if not self.waiting:
            self.waiting = [name for name in (*self.edits, *EVENTS) if self.task.only in name]
            self.dice.shuffle(self.waiting)
        name = self.waiting.pop()
        if name in EVENTS:
            getattr(self, EVENTS[name])(name)
            return
        names = [name, *(self.waiting.pop() for _ in range(self.dice.randint(0, 5)) if self._waits_an_edit())]
        world, claims = self._edited(self.world, [self.edits[name] for name in names])
        if claims:
            self._release(world, claims)

    def _waits_an_edit(self) -> bool:
        return bool(self.waiting) and self.waiting[-1] in self.edits

    def _edited(self, world: World, edits: Sequence[Edit], met: bool = False) -> tuple[World, list[Claim]]:
        """The edits done one after the other; unless they may have `met`, on different notes."""
        claims = []
        for edit in edits:
            done = edit(world, self.author)
            if done:
                world, claim = done
                claims.append(claim)
                if not met or edit in DECKS[self.task.decks].notes:
                    self.author.busy |= claim.touched
        return world, claims

    def _some(self, least: int, most: int, met: bool = False) -> tuple[World, list[Claim]]:
        """Edits by chance."""
        return self._edited(self.world, self.dice.sample([*self.edits.values()], self.dice.randint(least, most)), met)

    def _several(self, kind: str) -> None:
        """Two to four edits that may meet at one note, and sometimes a lost ledger or a new Pygments on top."""
        world, claims = self._some(2, 4, met=True)
        if not claims:
            return
        chance = self.dice.random()
        if chance < 0.1:
            world = self._forget(world)
        elif chance < 0.2:
            upgrade.install(self.dice)
        everything = [Claim(kind, keep=world.truths())] if chance < 0.2 else []
        self._release(world, [together(kind, claims + everything)], edits=len(claims))

    def _revert(self, kind: str) -> None:
        """The last commit is taken back, its ledger too; the deck that it built stays. Sometimes it comes once more."""
        if len(self.commits) < 2:
            return
        before, last = self.commits[-2:]
        free = frozenset[int]().union(*(claim.free for claim in last.claims)) | before.world.lost | last.world.lost
        self._restore(before)
        self._release(before.world, [kept(kind, before.world, last.world, free)])
        if self.dice.random() < 0.3:
            self._study(0.1)
            self._restore(last)
            self._release(last.world, [kept(kind, last.world, before.world, free)])

    def _restore(self, commit: Commit) -> None:
        self.workshop.ledger.write_bytes(commit.ledger)

    def _branches(self, kind: str) -> None:
        """Two branches edited apart and merged, in one checkout or in two; learners may get any of the three builds."""
        base = self.commits[-1]
        two_checkouts = self.dice.random() < 0.5
        build, elsewhere = self.folder / "build", self.folder / "elsewhere"
        if two_checkouts:
            shutil.copytree(build, elsewhere)
        edits = [edit for edit in self.edits.values() if edit in BRANCH_EDITS]
        one, claims = self._edited(base.world, self.dice.sample(edits, 3))
        first = together(kind, claims or [Claim(kind)])
        self._release(one, [first], edits=len(claims), taken=self.dice.random() < 0.6)
        one, ledger = self.world, self.workshop.ledger.read_bytes()
        if two_checkouts:
            shutil.rmtree(build)
            elsewhere.rename(build)
        self._restore(base)
        other, claims = self._edited(base.world, self.dice.sample(edits, 3))
        second = together(kind, claims or [Claim(kind)])
        without_first = Claim(kind, keep=first.touched - first.free, free=first.free)
        # A deck built where the first branch was never seen can't take its edits back.
        self.excused = first.touched if two_checkouts else frozenset()
        taken = self.dice.random() < 0.6
        self._release(other, [together(kind, [second, without_first])], edits=len(claims), taken=taken)
        self.excused = frozenset()
        other = self.world
        self.workshop.ledger.write_bytes(union(self.folder, ledger, base.ledger, self.workshop.ledger.read_bytes()))
        self._release(merged(base.world, one, other), [together(kind, [first, second])], edits=0)

    def _lose_ledger(self, kind: str) -> None:
        self._release(self._forget(self.world), [Claim(kind, keep=self.world.truths())])

    def _forget(self, world: World) -> World:
        """The ledger is deleted, the deck stays: what was deleted before may be forgotten."""
        self.workshop.ledger.unlink()
        return replace(world, lost=world.lost | frozenset(self.world.gone))

    def _upgrade(self, kind: str) -> None:
        upgrade.install(self.dice)
        self._release(self.world, [Claim(kind, keep=self.world.truths())])

    # --- sent again, and in parts -------------------------------------------------------------------------------------

    def _refresh(self, kind: str) -> None:
        """Another Pygments, which updates nothing; then all that it changed is sent out on purpose."""
        self._upgrade(kind)
        self._study(0.1)
        self._release(self.world, [Claim(kind, keep=self.world.truths())], again=("--refresh",))

    def _republish(self, kind: str) -> None:
        """Up to three notes, or a file's, are sent again."""
        if self.dice.random() < 0.5:
            chosen = self.dice.sample([item.truth for item in self.world.answered()], 3)
            queries = [self.author.ids[truth] for truth in chosen]
        else:
            file = self.dice.choice([file for file in self.world.files if any(item.answered for item in file.items)])
            chosen, queries = [item.truth for item in file.items if item.answered], [f"file:{file.name}"]
        options = [word for query in queries for word in ("--republish", query)]
        claims = [Claim(kind, keep=frozenset(chosen))]
        self._release(self.world, claims, again=options, chosen=frozenset(chosen))

    def _part(self, kind: str) -> None:
        """After some edits one file is built alone, which learners may import; then all."""
        world, claims = self._some(1, 3)
        parts = [i for i, file in enumerate(world.files) if any(item.answered for item in file.items)]
        every = [together(kind, [*claims, Claim(kind, keep=world.truths())])]
        self._release(world, every, len(claims), taken=self.dice.random() < 0.5, part=self.dice.choice(parts))
        self._study(0.1)
        self._release(self.world, every, edits=0)

    # --- building and importing ---------------------------------------------------------------------------------------

    def _release(
        self,
        world: World,
        claims: Sequence[Claim],
        edits: int = 1,
        taken: bool = True,
        again: Sequence[str] = (),
        chosen: frozenset[int] = frozenset(),
        part: int | None = None,
    ) -> None:
        """Build with our command and as the rivals do; learners import, unless they skip this one."""
        self.builds += 1
        self.clock += self.dice.randint(1, 5000)
        for claim in claims:
            self.report.of(claim.kind).edits += edits
        built = self._built(world, claims, again, part)
        shown = built.world if part is None else built.world.part(part)
        self._ask(built, claims, shown.truths() if edits else frozenset())
        self.world = built.world
        for item in self.world.items():
            self.author.asked.setdefault(item.question, set()).add(item.truth)
        self.commits.append(Commit(self.world, self.workshop.ledger.read_bytes(), tuple(claims)))
        package = replace(built.package, again=chosen, refreshed="--refresh" in again)
        sent = chosen | (self._redated(package) if package.refreshed else frozenset())
        if package.refreshed:  # what a learner may have seen only as it looks now
            package = replace(package, perhaps=self._looking_otherwise(package))
        for note in package.notes:
            if self.sent.get(note.truth, (0, ()))[0] != note.mod:
                self.sent[note.truth] = note.mod, note.fields
        place = f"world {self.task.seed}, build {self.builds}"
        for seat in (*self.seats, self.elsewhere):
            seat.awaits(built, claims)
            if not (taken if seat is not self.elsewhere else self.builds == 1 or self.dice.random() < 0.35):
                seat.skips(built, sent)
            elif seat is self.elsewhere:
                lax = replace(package, refreshed=False, again=frozenset(), perhaps=sent)
                seat.takes(lax, built, f"{place} (elsewhere)", self.excused)
                self._compare_ids(place)
            elif seat.tool == OURS:
                seat.takes(package, built, place, self.excused)
            else:
                path = self.folder / f"{seat.tool}.apkg"
                theirs = rivals.package(shown, rivals.RIVALS[seat.tool], path, self.clock)
                seat.takes(theirs, built, place, frozenset())

    def _redated(self, package: Package) -> frozenset[int]:
        """The notes that a refresh dated anew: who skips it gets them later. Whether it was right to, others show."""
        return frozenset(n.truth for n in package.notes if n.truth in self.sent and n.mod > self.sent[n.truth][0])

    def _looking_otherwise(self, package: Package) -> frozenset[int]:
        """The notes that look otherwise than when they were sent out under their date."""
        return frozenset(n.truth for n in package.notes if n.truth in self.sent and n.fields != self.sent[n.truth][1])

    def _built(self, world: World, claims: Sequence[Claim], again: Sequence[str], part: int | None) -> Built:
        """The package that our command makes."""
        try:
            built = self.workshop.builds(world, self.clock, again, part)
        except BuildFailedError as error:
            self._end(world, claims, "build failed", str(error))
        except ValueError as error:
            self._end(world, claims, "not understood", str(error))
        self.clock += 10  # so many seconds the author may take to settle what is doubtful
        return built

    def _ask(self, built: Built, claims: Sequence[Claim], fresh: frozenset[int]) -> None:
        """Count what the author was asked, and see that they were told of `fresh` notes of another kind."""
        for claim in claims:
            self.report.of(claim.kind).asked += sum(truth in claim.touched for truth in built.asked)
            for truth in sorted(claim.turned & fresh - built.turned):
                self.seats[0].fails(claim.kind, Failure("no warning", truth), built.world, f"world {self.task.seed}")

    def _compare_ids(self, place: str) -> None:
        """What both computers have must be one note to a sync."""
        here, there = self.seats[0].learner.ids(), self.elsewhere.learner.ids()
        for guid in sorted(here.keys() & there.keys()):
            some, more = sorted((here[guid], there[guid]), key=len)  # cards that one computer doesn't have yet
            if not set(some) <= set(more):
                failure = Failure("other ids elsewhere", 0, detail=f"{some} {more}")
                self.seats[0].fails("(all other notes)", failure, self.world, place)

    def _study(self, share: float) -> None:
        self.clock += self.dice.randint(1, 5000)
        seed = self.dice.random()
        for seat in (*self.seats, self.elsewhere):
            seat.learner.studies(Random(seed), share, self.clock)

    def _end(self, world: World, claims: Sequence[Claim], what: str, why: str) -> NoReturn:
        """The story of this deck ends here, and not well."""
        for claim in claims or [Claim("first build")]:
            place = f"world {self.task.seed}, build {self.builds}"
            self.seats[0].fails(claim.kind, Failure(what, 0, detail=why), world, place)
        raise BuildFailedError(why)


EVENTS = {
    "last commit reverted": "_revert",
    "branches merged": "_branches",
    "ledger lost": "_lose_ledger",
    "Pygments upgraded": "_upgrade",
    "refreshed after an upgrade": "_refresh",
    "sent again by choice": "_republish",
    "a part built alone": "_part",
    "several at once": "_several",
}


@contextlib.contextmanager
def lived(task: Task) -> Iterator[Life]:
    """A life in a folder of its own, with a learner for each tool."""
    with tempfile.TemporaryDirectory(prefix="history-") as place, contextlib.ExitStack() as stack:
        stack.callback(upgrade.undo)
        names = (OURS, *task.tools, "away")
        learners = {name: stack.enter_context(Learner.at(Path(place, "anki", name))) for name in names}
        yield Life(task, Path(place), learners, learners.pop("away"))


def lives(task: Task) -> Report:
    """The report of one deck's life."""
    with lived(task) as life:
        return life.lasts()
