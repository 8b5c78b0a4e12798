"""Who imports: each with a collection, the builds that they skipped, and what is laid at the door of which edits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tests.history.claims import Claim
from tests.history.learner import Failure, Learner, Package, Verdict
from tests.history.report import BYSTANDERS, OURS, Report, Shown
from tests.history.workshop import Built
from tests.history.world import World


@dataclass
class Seat:
    """A learner before one tool's decks.

    Since the last import: `untaken` are the edits, `skipped` the decks that never came, `linked` the notes that the
    author's word saved, `again` those that were sent again on purpose. `shown` is the deck as it was imported last.
    """

    tool: str
    learner: Learner
    report: Report
    shown: World | None = None
    untaken: list[Claim] = field(default_factory=list)
    skipped: list[World] = field(default_factory=list)
    linked: frozenset[int] = frozenset()
    again: frozenset[int] = frozenset()

    def skips(self, built: Built, again: frozenset[int]) -> None:
        """A build that never reaches this learner."""
        self.skipped.append(built.world)
        self.again |= again
        self.linked |= built.linked

    def takes(self, package: Package, built: Built, place: str, excused: frozenset[int]) -> Verdict:
        """Import; `excused` edits can't have arrived, `place` is where in the story this is."""
        free = frozenset[int]().union(*(claim.free for claim in self.untaken))
        verdict = self.learner.takes(replace(package, free=free, perhaps=package.perhaps | self.again))
        self.linked |= built.linked
        self._account(verdict, built.world, place, excused)
        self.untaken, self.skipped, self.linked, self.again = [], [], frozenset(), frozenset()
        self.shown = built.world
        return verdict

    def _account(self, verdict: Verdict, world: World, place: str, excused: frozenset[int]) -> None:
        """Lay what the import did at the door of the edits that touched the notes."""
        touched: dict[str, frozenset[int]] = {}
        for claim in self.untaken:
            touched[claim.kind] = touched.get(claim.kind, frozenset()) | claim.touched
        touched[BYSTANDERS] = frozenset(verdict.stake).difference(*touched.values())
        for kind, truths in touched.items():
            tally = self.report.of(kind)
            tally.stake[self.tool] += sum(verdict.stake[truth] for truth in truths)
            tally.kept[self.tool] += sum(verdict.kept[truth] for truth in truths)
            if self.tool == OURS:
                tally.alone += sum(verdict.kept[truth] for truth in truths - self.linked)
        for failure in verdict.failures:
            if self._is_excused(failure, world, excused):
                continue
            known = {failure.truth, failure.other}
            guilty = [kind for kind, truths in touched.items() if known & truths and kind != BYSTANDERS]
            for kind in guilty or [BYSTANDERS]:
                if failure.what.startswith("on the wrong"):
                    self.report.of(kind).wrong[self.tool] += failure.count
                if self.tool == OURS:
                    self.fails(kind, failure, world, place)

    def _is_excused(self, failure: Failure, world: World, excused: frozenset[int]) -> bool:
        """Whether nobody could have done better: what a learner skipped, the author can't know."""
        if failure.what in ("updated, not edited", "tag lost"):
            now = world.content_of(failure.truth)
            return any(old.content_of(failure.truth) != now for old in self.skipped)
        return failure.what == "edit did not arrive" and failure.truth in excused

    def fails(self, kind: str, failure: Failure, world: World, place: str) -> None:
        """Keep a failure of ours."""
        self.report.of(kind).other[failure.what] += failure.count
        old = (self.shown.item(failure.truth) if self.shown else None) or world.gone.get(failure.truth)
        new = world.item(failure.other or failure.truth)
        texts = [f"{item.heading}\n{item.body}" if item else "(none)" for item in (old, new)]
        where = f"{place} {failure.detail}"
        self.report.failures.append(Shown(kind, failure.what, where, texts[0], texts[1], failure.count))
