"""The life of one deck: its author edits, builds, reverts, merges and loses things; its learners import and study."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import NoReturn

from generator.project import slug
from tests.driver import deckpress
from tests.history import rivals, upgrade
from tests.history.claims import Author, Claim, Edit
from tests.history.edits import NOTE_EDITS, PLACE_EDITS
from tests.history.learner import Failure, Learner, Package, Verdict
from tests.history.merging import merged, union
from tests.history.packing import packed
from tests.history.report import BYSTANDERS, OURS, Report, Shown
from tests.history.supply import Supply, new_world
from tests.history.world import World, Written, write


class BuildFailedError(Exception):
    """The command refused to build, or built something else."""


@dataclass(frozen=True, slots=True)
class Commit:
    """What version control holds."""

    world: World
    ledger: bytes
    claims: tuple[Claim, ...] = ()


@dataclass
class Life:
    """One deck from its first build on. `only` limits the kinds of edits."""

    seed: str
    folder: Path
    learners: dict[str, Learner]
    only: str = ""
    clock: int = 1_750_000_000
    builds: int = 0
    report: Report = field(default_factory=Report)
    waiting: list[str] = field(default_factory=list)
    untaken: list[Claim] = field(default_factory=list)
    skipped: list[World] = field(default_factory=list)
    doubted: frozenset[int] = frozenset()
    excused: frozenset[int] = frozenset()
    commits: list[Commit] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)
        self.author = Author(Supply(self.dice))
        self.world = new_world(self.author.supply, self.dice.randint(40, 80))

    # --- what happens -------------------------------------------------------------------------------------------------

    def lasts(self, edits: int) -> Report:
        """Live until so many edits were made."""
        with contextlib.suppress(BuildFailedError):
            self._release(self.world, ())
            self._study(0.8)
            while sum(tally.edits for tally in self.report.tallies.values()) < edits:
                self.author.busy.clear()
                self._next()
                self._study(0.1)
        return self.report

    def _next(self) -> None:
        """The next kind in turn, with others where that is no event of its own."""
        if not self.waiting:
            self.waiting = [name for name in (*EDITS, *EVENTS) if self.only in name]
            self.dice.shuffle(self.waiting)
        name = self.waiting.pop()
        if name in EVENTS:
            getattr(self, EVENTS[name])(name)
            return
        names = [name, *(self.waiting.pop() for _ in range(self.dice.randint(0, 5)) if self._waits_an_edit())]
        world, claims = self._edited(self.world, [EDITS[name] for name in names])
        if claims:
            self._release(world, claims)

    def _waits_an_edit(self) -> bool:
        return bool(self.waiting) and self.waiting[-1] in EDITS

    def _edited(self, world: World, edits: Sequence[Edit], met: bool = False) -> tuple[World, list[Claim]]:
        """The edits done one after the other; unless they may have `met`, on different notes."""
        claims = []
        for edit in edits:
            done = edit(world, self.author)
            if done:
                world, claim = done
                claims.append(claim)
                if not met or edit in NOTE_EDITS:
                    self.author.busy |= claim.touched
        return world, claims

    def _several(self, kind: str) -> None:
        """Two to four edits that may meet at one note, and sometimes a lost ledger or a new Pygments on top."""
        edits = self.dice.sample([*NOTE_EDITS, *PLACE_EDITS], self.dice.randint(2, 4))
        world, claims = self._edited(self.world, edits, met=True)
        if not claims:
            return
        chance = self.dice.random()
        if chance < 0.1:
            world = self._forget(world)
        elif chance < 0.2:
            upgrade.install(self.dice)
        everything = [Claim(kind, keep=world.truths())] if chance < 0.2 else []
        self._release(world, [_together(kind, claims + everything)], edits=len(claims))

    def _revert(self, kind: str) -> None:
        """The last commit is taken back, its ledger too; the deck that it built stays. Sometimes it comes once more."""
        if len(self.commits) < 2:
            return
        before, last = self.commits[-2:]
        free = frozenset[int]().union(*(claim.free for claim in last.claims)) | before.world.lost | last.world.lost
        self._restore(before)
        self._release(before.world, [_kept(kind, before.world, last.world, free)])
        if self.dice.random() < 0.3:
            self._study(0.1)
            self._restore(last)
            self._release(last.world, [_kept(kind, last.world, before.world, free)])

    def _restore(self, commit: Commit) -> None:
        self._ledger.write_bytes(commit.ledger)

    def _branches(self, kind: str) -> None:
        """Two branches edited apart and merged, in one checkout or in two; learners may get any of the three builds."""
        base = self.commits[-1]
        two_checkouts = self.dice.random() < 0.5
        build, elsewhere = self.folder / "build", self.folder / "elsewhere"
        if two_checkouts:
            shutil.copytree(build, elsewhere)
        edits = [edit for edit in NOTE_EDITS if edit.__name__ not in ("brought_back", "image_changed")]
        one, claims = self._edited(base.world, self.dice.sample(edits, 3))
        first = _together(kind, claims or [Claim(kind)])
        self._release(one, [first], edits=len(claims), taken=self.dice.random() < 0.6)
        ledger = self._ledger.read_bytes()
        if two_checkouts:
            shutil.rmtree(build)
            elsewhere.rename(build)
        self._restore(base)
        other, claims = self._edited(base.world, self.dice.sample(edits, 3))
        second = _together(kind, claims or [Claim(kind)])
        without_first = Claim(kind, keep=first.touched - first.free, free=first.free)
        # A deck built where the first branch was never seen can't take its edits back.
        self.excused = first.touched if two_checkouts else frozenset()
        taken = self.dice.random() < 0.6
        self._release(other, [_together(kind, [second, without_first])], edits=len(claims), taken=taken)
        self.excused = frozenset()
        self._ledger.write_bytes(union(self.folder, ledger, base.ledger, self._ledger.read_bytes()))
        self._release(merged(base.world, one, other), [_together(kind, [first, second])], edits=0)

    def _lose_ledger(self, kind: str) -> None:
        self._release(self._forget(self.world), [Claim(kind, keep=self.world.truths())])

    def _forget(self, world: World) -> World:
        """The ledger is deleted, the deck stays: what was deleted before may be forgotten."""
        self._ledger.unlink()
        return replace(world, lost=world.lost | frozenset(self.world.gone))

    def _upgrade(self, kind: str) -> None:
        upgrade.install(self.dice)
        self._release(self.world, [Claim(kind, keep=self.world.truths())])

    # --- building and importing ---------------------------------------------------------------------------------------

    @property
    def _ledger(self) -> Path:
        return self.folder / "source" / "ledger.jsonl"

    def _release(self, world: World, claims: Sequence[Claim], edits: int = 1, taken: bool = True) -> None:
        """Build with our command and as the rivals do; learners import, unless they skip this one."""
        before, self.world = self.world, world
        self.builds += 1
        self.clock += self.dice.randint(1, 5000)
        for claim in claims:
            self.report.of(claim.kind).edits += edits
        ours = self._built(claims)
        self.commits.append(Commit(world, self._ledger.read_bytes(), tuple(claims)))
        self.untaken += claims
        if not taken:
            self.skipped.append(world)
            return
        free = frozenset[int]().union(*(claim.free for claim in self.untaken))
        for name, learner in self.learners.items():
            path = self.folder / f"{name}.apkg"
            package = ours if name == OURS else rivals.package(world, rivals.RIVALS[name], path, self.clock)
            self._account(name, learner.takes(replace(package, free=free)), before)
        self.untaken, self.skipped = [], []

    def _study(self, share: float) -> None:
        self.clock += self.dice.randint(1, 5000)
        seed = self.dice.random()
        for learner in self.learners.values():
            learner.studies(Random(seed), share, self.clock)

    def _built(self, claims: Sequence[Claim]) -> Package:
        """The package that our command makes."""
        written = write(self.world, self.folder)
        force = ("--force",) if self.dice.random() < 0.5 else ()
        arguments = ("build", "--product", "deck", "--json", *force)
        done = deckpress(*arguments, cwd=self.folder, env={"SOURCE_DATE_EPOCH": str(self.clock)})
        if done.exit_code:
            self._end(claims, "build failed", done.output)
        doubts = _doubts(json.loads(done.stdout)["problems"], written)
        for claim in claims:
            self.report.of(claim.kind).doubts += len((doubts - self.doubted) & claim.touched)
        self.doubted = doubts
        path = self.folder / "build" / f"{slug(self.world.title)}.apkg"
        try:
            notes = tuple(packed(self.world, path.read_bytes()))
        except ValueError as error:
            self._end(claims, "not understood", str(error))
        return Package(path, notes, doubts=doubts)

    def _end(self, claims: Sequence[Claim], what: str, why: str) -> NoReturn:
        """The story of this deck ends here, and not well."""
        for claim in claims or [Claim("first build")]:
            self._fail(claim.kind, Failure(what, 0, detail=why), self.world)
        raise BuildFailedError(why)

    # --- accounting ---------------------------------------------------------------------------------------------------

    def _account(self, tool: str, verdict: Verdict, before: World) -> None:
        """Lay what the import did at the door of the edits that touched the notes."""
        touched: dict[str, frozenset[int]] = {}
        for claim in self.untaken:
            touched[claim.kind] = touched.get(claim.kind, frozenset()) | claim.touched
        touched[BYSTANDERS] = frozenset(verdict.stake).difference(*touched.values())
        for kind, truths in touched.items():
            tally = self.report.of(kind)
            tally.stake[tool] += sum(verdict.stake[truth] for truth in truths)
            tally.kept[tool] += sum(verdict.kept[truth] for truth in truths)
        for failure in verdict.failures:
            if self._is_excused(failure):
                continue
            known = {failure.truth, failure.other}
            guilty = [kind for kind, truths in touched.items() if known & truths and kind != BYSTANDERS]
            for kind in guilty or [BYSTANDERS]:
                if failure.what.startswith("on the wrong"):
                    self.report.of(kind).wrong[tool] += failure.count
                if tool == OURS:
                    self._fail(kind, failure, before)

    def _is_excused(self, failure: Failure) -> bool:
        """Whether nobody could have done better: what a learner skipped, the author can't know."""
        if failure.what in ("updated, not edited", "tag lost"):
            now = self.world.content_of(failure.truth)
            return any(world.content_of(failure.truth) != now for world in self.skipped)
        return failure.what == "edit did not arrive" and failure.truth in self.excused

    def _fail(self, kind: str, failure: Failure, before: World) -> None:
        """Keep a failure of ours."""
        self.report.of(kind).other[failure.what] += failure.count
        old = before.item(failure.truth) or self.world.gone.get(failure.truth)
        new = self.world.item(failure.other or failure.truth)
        shown = [f"{item.heading}\n{item.body}" if item else "(none)" for item in (old, new)]
        place = f"world {self.seed}, build {self.builds}"
        self.report.failures.append(
            Shown(kind, failure.what, f"{place} {failure.detail}", shown[0], shown[1], failure.count)
        )


EDITS: dict[str, Edit] = {edit.__name__: edit for edit in (*NOTE_EDITS, *PLACE_EDITS)}
EVENTS = {
    "last commit reverted": "_revert",
    "branches merged": "_branches",
    "ledger lost": "_lose_ledger",
    "Pygments upgraded": "_upgrade",
    "several at once": "_several",
}


def _kept(kind: str, after: World, before: World, free: frozenset[int]) -> Claim:
    """All of a deck must be kept, and nothing that it lacks may be taken for anything in it."""
    return Claim(kind, keep=after.truths() - free, free=free, gone=before.truths() - after.truths() - free)


def _together(kind: str, claims: Sequence[Claim]) -> Claim:
    """Several claims as one."""
    free, gone, new, keep = (
        frozenset[int]().union(*(getattr(claim, name) for claim in claims)) for name in ("free", "gone", "new", "keep")
    )
    return Claim(kind, keep - free - gone - new, free, gone, new)


def _doubts(problems: Sequence[dict[str, object]], written: Written) -> frozenset[int]:
    """The notes that the build reported as doubtful."""
    places = [(str(p["file"]), int(str(p["line"]))) for p in problems if p["code"] == "doubtful-match"]
    return frozenset(truth for place in places if (truth := written.truth_at(*place)) is not None)


@contextlib.contextmanager
def lived(seed: str, only: str = "", tools: Sequence[str] = tuple(rivals.RIVALS)) -> Iterator[Life]:
    """A life in a folder of its own, with a learner for each tool."""
    with tempfile.TemporaryDirectory(prefix="history-") as place, contextlib.ExitStack() as stack:
        stack.callback(upgrade.undo)
        learners = {name: stack.enter_context(Learner.at(Path(place, "anki", name))) for name in (OURS, *tools)}
        yield Life(seed, Path(place), learners, only)


def lives(task: tuple[str, int, str, tuple[str, ...]]) -> Report:
    """The report of one deck's life: its seed, how many edits, which kinds, beside which other tools."""
    seed, edits, only, tools = task
    with lived(seed, only, tools) as life:
        return life.lasts(edits)
