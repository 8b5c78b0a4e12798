"""The outcome as a table: a row a kind of edit, the three ways side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tests.history.report import BYSTANDERS, OURS, Report, Shown, Tally
from tests.history.rivals import RIVALS

TOOLS = (OURS, *RIVALS)
_WRONG = ("on the wrong question", "on the wrong deletion")
_COUNTED = ("not kept", "doubtful", *_WRONG, "updated, not edited", "duplicate")


def joined(reports: Sequence[Report]) -> Report:
    """Many lives as one."""
    whole = Report()
    for report in reports:
        whole.failures += report.failures
        for kind, tally in report.tallies.items():
            _add(whole.of(kind), tally)
    return whole


def _add(to: Tally, tally: Tally) -> None:
    to.edits += tally.edits
    to.doubts += tally.doubts
    for name in ("stake", "kept", "wrong", "other"):
        getattr(to, name).update(getattr(tally, name))


def total(tallies: Mapping[str, Tally]) -> Tally:
    """All rows as one. Edits of one build may touch the same notes, so reviews may count twice."""
    whole = Tally()
    for tally in tallies.values():
        _add(whole, tally)
    return whole


def is_broken(tally: Tally) -> bool:
    """Whether a promise was broken in this row."""
    return tally.kept[OURS] < tally.stake[OURS] or bool(sum(tally.other.values()))


def lines(report: Report) -> Iterator[str]:
    """The table for people."""
    head = ("edit", "edits", "reviews", "kept %", "", "", "wrong", "", "", "upd.", "dup.", "doubt", "other")
    under = ("", "", "", OURS, *RIVALS, OURS, *RIVALS, *[""] * 4)
    rows = [head, under]
    kinds = sorted(report.tallies, key=lambda kind: (kind == BYSTANDERS, kind))
    rows += [_row(kind, report.tallies[kind]) for kind in kinds]
    rows.append(_row("all", total(report.tallies)))
    wide = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        cells = [f"{cell:<{wide[0]}}" if i == 0 else f"{cell:>{wide[i]}}" for i, cell in enumerate(row)]
        yield "  ".join(cells).rstrip()


def _row(kind: str, tally: Tally) -> tuple[str, ...]:
    kept = [_percent(tally.kept[tool], tally.stake[tool]) for tool in TOOLS]
    wrong = [str(tally.wrong[tool]) for tool in TOOLS]
    other = {what: count for what, count in sorted(tally.other.items()) if what not in _COUNTED}
    counts = [str(tally.other[what]) for what in ("updated, not edited", "duplicate")]
    said = ", ".join(f"{count} {what}" for what, count in other.items())
    mark = "" if not is_broken(tally) else "  <"
    return (
        kind, str(tally.edits), str(tally.stake[OURS]), *kept, *wrong, *counts, str(tally.doubts), said + mark,
    )  # fmt: skip


def _percent(part: int, whole: int) -> str:
    """Rounded down: 100 means all."""
    return f"{part * 1000 // whole / 10:.1f}" if whole else "-"


def failures(found: Sequence[Shown]) -> Iterator[str]:
    """Each failure with the note before and after."""
    for shown in sorted(found, key=lambda shown: (shown.kind, shown.what, shown.place)):
        yield f"--- {shown.kind}: {shown.what} ({shown.count}) — {shown.place}"
        yield from (f"  before | {line}" for line in shown.before.split("\n")[:12])
        if shown.after != shown.before:
            yield from (f"  after  | {line}" for line in shown.after.split("\n")[:12])
