"""The outcome as a table: a row a kind of edit, the three tools side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tests.history.report import BYSTANDERS, OURS, Report, Shown, Tally
from tests.history.rivals import RIVALS

_WRONG = ("on the wrong question", "on the wrong deletion")
_COUNTED = ("not kept", *_WRONG, "updated, not edited", "duplicate", "tag lost")


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
    to.alone += tally.alone
    to.asked += tally.asked
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


_HEAD = (
    "edit",
    "edits",
    "reviews",
    "kept %",
    "alone %",
    "asked",
    "wrong",
    "upd.",
    "dup.",
    "tags",
    "kept %",
    "",
    "wrong",
    "",
    "other",
)
_UNDER = ("", "", "", *[""] * 7, *RIVALS, *RIVALS, "")

# Under the table: what its first promise is about.
RECOGNISABLE = """\
Recognisable means that question or answer still says which note it is, by something that no other note of the deck
shares: the one to the letter, or at least 60 % of the question's words beside 85 % of the answer's (made up decks), or
a paraphrase, a clause, a sentence or a line more or less (real ones); what is rewritten beyond that may become a new
note, and its reviews are not counted. Where the program can't be sure it asks: `asked` counts the doubts that it told,
`kept` is with the author's word on each, `alone` without any."""


def lines(report: Report) -> Iterator[str]:
    """The table for people: ours, then the other tools."""
    rows = [_HEAD, _UNDER]
    kinds = sorted(report.tallies, key=lambda kind: (kind == BYSTANDERS, kind))
    rows += [_row(kind, report.tallies[kind]) for kind in kinds]
    rows.append(_row("all", total(report.tallies)))
    wide = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    for row in rows:
        cells = [f"{cell:<{wide[0]}}" if i == 0 else f"{cell:>{wide[i]}}" for i, cell in enumerate(row)]
        yield "  ".join(cells).rstrip()


def _row(kind: str, tally: Tally) -> tuple[str, ...]:
    stake = tally.stake[OURS]
    counts = [str(tally.other[what]) for what in ("updated, not edited", "duplicate", "tag lost")]
    kept = [_percent(tally.kept[tool], tally.stake[tool]) for tool in RIVALS]
    wrong = [str(tally.wrong[tool]) for tool in RIVALS]
    said = ", ".join(f"{count} {what}" for what, count in sorted(tally.other.items()) if what not in _COUNTED)
    mark = "  <" if is_broken(tally) else ""
    return (
        kind, str(tally.edits), str(stake), _percent(tally.kept[OURS], stake), _percent(tally.alone, stake),
        str(tally.asked), str(tally.wrong[OURS]), *counts, *kept, *wrong, said + mark,
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
