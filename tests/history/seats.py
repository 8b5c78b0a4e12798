"""Who imports: each with a collection, the builds that they skipped, and what is laid at the door of which edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tests.history.claims import Claim
from tests.history.learner import Failure, Learner, Package, Verdict
from tests.history.report import BYSTANDERS, OURS, Report, Shown
from tests.history.workshop import Built
from tests.history.world import World


@dataclass
class Seat:
    """A learner before one tool's decks.

    `shown` is the deck as it was imported last, `untaken` the edits since. Of notes that did not arrive since then:
    `free` may be new ones without blame, `linked` are those that the author's word saved, `missed` those that a skipped
    build changed or sent again.
    """

    tool: str
    learner: Learner
    report: Report
    shown: World | None = None
    untaken: list[Claim] = field(default_factory=list)
    free: frozenset[int] = frozenset()
    linked: frozenset[int] = frozenset()
    missed: frozenset[int] = frozenset()

    def awaits(self, built: Built, claims: Sequence[Claim]) -> None:
        """A build is there; it may be taken or not."""
        self.untaken += claims
        self.free = self.free.union(*(claim.free for claim in claims))
        self.linked |= built.linked

    def skips(self, built: Built, again: frozenset[int]) -> None:
        """It never reaches this learner: what it alone said the author can't know to be unknown."""
        known = {shown.truth: shown.content for shown in self.learner.shows.values()}
        contents = {truth: built.world.content_of(truth) for truth in built.world.truths() & known.keys()}
        self.missed |= again | {truth for truth, content in contents.items() if content != known[truth]}

    def takes(self, package: Package, built: Built, place: str, excused: frozenset[int]) -> None:
        """Import; `excused` edits can't have arrived, `place` is where in the story this is."""
        known = self.learner.ids().keys()
        verdict = self.learner.takes(replace(package, free=self.free, perhaps=package.perhaps | self.missed))
        self._account(verdict, built.world, place, excused)
        arrived = {note.truth for note in package.notes}
        self.untaken, self.shown = [], built.world
        self.free, self.linked = self.free - arrived, self.linked - arrived
        self.missed -= {note.truth for note in package.notes if note.guid in known}  # a note made anew brings nothing

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
            if failure.what == "edit did not arrive" and failure.truth in excused:
                continue
            known = {failure.truth, failure.other}
            guilty = [kind for kind, truths in touched.items() if known & truths and kind != BYSTANDERS]
            for kind in guilty or [BYSTANDERS]:
                if failure.what.startswith("on the wrong"):
                    self.report.of(kind).wrong[self.tool] += failure.count
                if self.tool == OURS:
                    self.fails(kind, failure, world, place)

    def fails(self, kind: str, failure: Failure, world: World, place: str) -> None:
        """Keep a failure of ours."""
        self.report.of(kind).other[failure.what] += failure.count
        old = (self.shown.item(failure.truth) if self.shown else None) or world.gone.get(failure.truth)
        new = world.item(failure.other or failure.truth)
        texts = [f"{item.heading}\n{item.body}" if item else "(none)" for item in (old, new)]
        where = f"{place} {failure.detail}"
        self.report.failures.append(Shown(kind, failure.what, where, texts[0], texts[1], failure.count))
