"""What a build changes, for people and programs: `deckpress diff`, and the file of changes beside the deck."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from generator.changes import KINDS, Change, Comparison, Piece, gone, hunks, in_deck, summary, words
from generator.ledger import Entry, Ledger
from generator.model import Problem
from generator.outcome import problem_value
from generator.report import counted, json_lines, stale_text
from generator.side_by_side import Screen

# What an author ought to know of a kind of change before learners import it.
_MEANING = {
    "returned": "gone once, and back with the history they had",
    "retired": "no longer in the deck; learners keep them until they suspend or delete them",
    "moved": "an import moves no card; where the deck is another, learners move it by hand",
    "refreshed": "nothing of them changed, but they look different",
    "republished": "nothing of them changed; sent again",
}
_SAME = "(the same words: formatting, a source, a hint, an image or a deletion changed)"
_MANY = 25  # of more notes than so many, whose texts did not change, only the questions are listed
_MOST = 12  # so many moved notes of one route are listed; the rest is a number


# The problems that are about who is who, rather than about what a source says.
_DOUBTS = (
    *("doubtful-match", "kind-changed", "deck-renamed", "notes-moved"),
    *("ledger-healed", "ledger-recovered", "deck-unreadable"),
)

# --- for people -----------------------------------------------------------------------------------------------------


def diff_text(comparison: Comparison, screen: Screen) -> Iterator[str]:
    """The changes for people, by kind, each note once: under the first of its kinds."""
    title, total = comparison.title, counted(sum(map(in_deck, comparison.ledger.entries)), "note")
    if comparison.first:
        yield f"{title}: nothing was built before; the first build makes {total}"
        return
    yield f"{title}, {total}: {_in_short(comparison.changes)}"
    if comparison.changes:
        yield _on_import(comparison.changes)
    for kind in KINDS:
        part = [change for change in comparison.changes if change.kinds[0] == kind]
        if part:
            meaning = f": {_MEANING[kind]}" if kind in _MEANING else ""
            yield from ("", screen.strong(f"{kind} ({len(part)})") + meaning)
            yield from _moves(part, screen) if kind == "moved" else _each(kind, part, screen)
    if comparison.stale:
        yield from ("", stale_text(comparison.stale))


def doubts(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that whoever reads of changes ought to know too."""
    return [problem for problem in problems if problem.code in _DOUBTS]


def _in_short(changes: Sequence[Change]) -> str:
    counts = ", ".join(f"{count} {kind}" for kind, count in summary(changes).items())
    return counts or "nothing has changed since the last build"


def _on_import(changes: Sequence[Change]) -> str:
    """What Anki will do with the new deck."""
    added = sum(change.before is None for change in changes)
    updated = sum(change.sent for change in changes) - added
    parts = ([f"adds {counted(added, 'note')}"] if added else []) + ([f"updates {updated}"] if updated else [])
    return f"an import {' and '.join(parts)}; it touches no other" if parts else "an import changes no note"


def _each(kind: str, changes: Sequence[Change], screen: Screen) -> Iterator[str]:
    """The notes of one kind."""
    if kind in ("refreshed", "republished") or (kind in ("new", "retired") and len(changes) > _MANY):
        for file, part in _grouped((change.entry.file, change) for change in changes).items():
            yield from ("", f"  {_line(file)}")
            yield from (_listed(change, screen) for change in part)
        return
    for change in changes:
        rest = f"  also {', '.join(change.kinds[1:])}" if len(change.kinds) > 1 else ""
        yield from ("", f"  {_line(change.entry.file)}  {change.id}{rest}")
        yield from _shown(change, screen)


def _shown(change: Change, screen: Screen) -> Iterator[str]:
    """One note: its question, and what differs."""
    if change.before is None or change.after is None:
        yield from screen.plain("Q", change.entry.question)
        yield from screen.plain("A", change.entry.answer, lines=2)
        return
    for label, name in (("Q", "question"), ("A", "answer")):
        old, new = _texts(change, name)
        if old != new:
            for number, hunk in enumerate(hunks(words(old, new))):
                yield from screen.compared(label if number == 0 else "", hunk)
        elif label == "Q":
            yield from screen.plain(label, new)
        elif "edited" in change.kinds:
            yield from screen.plain("", _SAME)
    yield from _facts(change, change.before, change.after, screen)


def _texts(change: Change, name: str) -> tuple[str, str]:
    """Question or answer, old and new. Content with the same hash did not change, however its text was had."""
    before, after = change.before, change.after
    old, new = (_line(getattr(entry, name)) if entry else "" for entry in (before, after))
    return (new, new) if before and after and before.hash == after.hash else (old, new)


def _listed(change: Change, screen: Screen) -> str:
    return screen.listed(f"{change.id}  {change.entry.question}")


def _facts(change: Change, before: Entry, after: Entry, screen: Screen) -> Iterator[str]:
    """What differs beside question and answer."""
    if "retagged" in change.kinds:
        yield from screen.inline("tags", _tags(before, after))
    if "moved" in change.kinds:
        for label, old, new in (("file", before.file, after.file), ("deck", before.deck, after.deck)):
            if old != new:
                yield from screen.plain(label, f"{old} → {new}")


def _tags(before: Entry, after: Entry) -> list[Piece]:
    """The tags that stay, that go and that come."""
    old, new = set(before.tags), set(after.tags)
    parts = (("=", old & new), ("-", old - new), ("+", new - old))
    return [piece for op, tags in parts for tag in sorted(tags) for piece in (Piece(op, tag), Piece("=", " "))]


def _moves(changes: Iterable[Change], screen: Screen) -> Iterator[str]:
    """Moved notes by where from and where to: a renamed file moves many at once."""
    for route, part in _grouped((_route(change), change) for change in changes).items():
        yield from ("", f"  {route} ({len(part)})")
        for change in part[:_MOST]:
            yield _listed(change, screen)
            if "retagged" in change.kinds and change.before and change.after:
                yield from screen.inline("tags", _tags(change.before, change.after))
        if len(part) > _MOST:
            yield f"    … and {len(part) - _MOST} more"


def _route(change: Change) -> str:
    before, after = change.before or change.entry, change.entry
    pairs = (("deck", before.deck, after.deck), ("file", before.file, after.file))
    told = "; ".join(f"{name} {_line(old) or '?'} → {_line(new)}" for name, old, new in pairs if old != new)
    return told if before.deck != after.deck else f"{told}, in the same deck"


# --- for programs ---------------------------------------------------------------------------------------------------


def diff_json(comparison: Comparison) -> str:
    """The changes for programs, with all their texts: one JSON object, with a line for each change."""
    head = {
        "title": comparison.title,
        "first": comparison.first,
        "counts": dict(summary(comparison.changes)),
        "stale": comparison.stale,
        "search": search([change.id for change in comparison.changes if change.after is None]),
        "problems": [problem_value(problem) for problem in comparison.problems],
    }
    opened = json.dumps(head, ensure_ascii=False)[:-1]
    return f'{opened}, "changes": {json_lines(map(_change_value, comparison.changes))}}}'


def _change_value(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "kinds": list(change.kinds),
        "sent": change.sent,
        "file": change.entry.file,
        "before": _entry_value(change.before),
        "after": _entry_value(change.after),
        "question_words": [list(piece) for piece in words(*_texts(change, "question"))],
        "answer_words": [list(piece) for piece in words(*_texts(change, "answer"))],
    }


def _entry_value(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    return {"question": entry.question, "answer": entry.answer, "deck": entry.deck, "tags": list(entry.tags)}


# --- for learners ---------------------------------------------------------------------------------------------------

# SQLite takes at most 1000 `OR`s (https://sqlite.org/limits.html#max_expr_depth) and Anki adds some of its own; the
# regular expression knows no such bound.
_LONGEST_SEARCH = 500


def search(ids: Sequence[str]) -> str:
    """The search that finds exactly these notes in Anki's browser; empty for none."""
    if len(ids) > _LONGEST_SEARCH:
        return f'"Ref:re:^(?:{"|".join(ids)})$"'
    return " OR ".join(f'"Ref:{identity}"' for identity in ids)


_RETIRED = """Their questions are no longer in the deck. An import deletes nothing, so they stay in your collection and
you go on being asked. Paste the search into Anki's browser (Browse), select all that it finds (Ctrl+A), and suspend
them (Cards > Toggle Suspend: they keep their history, should a question return) or delete them (Notes > Delete)."""
_MOVED = """An import leaves cards in the deck they are in. To put them where they belong now: paste the search into
Anki's browser (Browse), select all (Ctrl+A), choose Cards > Change Deck and take the deck named above the search.
Where a whole deck only has another name, renaming it in Anki before the import does the same."""
_UPDATED = """The import gives them their new text and the deck's tags: tags of your own on these notes are lost. If you
changed one of them in Anki after this build was made, yours stays. Reviews stay in any case. This search finds them."""


def changes_file(title: str, changes: Sequence[Change], ledger: Ledger) -> str:
    """The text of `<slug>-changes.txt`: what this build changed, and what a learner may want to do about it in Anki."""
    total = counted(sum(map(in_deck, ledger.entries)), "note")
    lines = [f"{_line(title)}: what the last build changed", "", f"{total}: {_in_short(changes)}"]
    if changes:
        lines += [_on_import(changes)]
    updated = [change.id for change in changes if change.sent and change.before]
    lines += _section("NOTES THAT AN IMPORT UPDATES", _UPDATED, [("", updated)])
    lines += _section("RETIRED NOTES", _RETIRED, _retired(changes, ledger))
    lines += _section("MOVED NOTES", _MOVED, _moved(changes))
    for kind in KINDS:
        part = [change for change in changes if kind in change.kinds]
        if part:
            lines += ["", "", f"{kind.upper()} ({len(part)})", "", *map(_told, part)]
    return "\n".join(lines) + "\n"


def _section(heading: str, meaning: str, searches: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
    """A heading, what to do, and one search for each group of notes; nothing where there are no notes."""
    found = [(name, ids) for name, ids in searches if ids]
    lines = ["", "", heading, "", meaning] if found else []
    for name, ids in found:
        lines += ["", f"{name} ({len(ids)}):" if name else f"{counted(len(ids), 'note')}:", "", f"    {search(ids)}"]
    return lines


def _retired(changes: Iterable[Change], ledger: Ledger) -> Iterator[tuple[str, list[str]]]:
    """Those of this build, then all there ever were if these are more."""
    now = [change.id for change in changes if change.after is None]
    ever = [entry.id for entry in gone(ledger)]
    yield "retired by this build", now
    yield "all that were ever retired", ever if set(ever) != set(now) else []


def _moved(changes: Iterable[Change]) -> Iterator[tuple[str, list[str]]]:
    moved = (c for c in changes if c.before and c.after and "moved" in c.kinds and c.before.deck != c.after.deck)
    for deck, part in _grouped((change.entry.deck, change) for change in moved).items():
        yield f'to "{_line(deck)}"', [change.id for change in part]


def _told(change: Change) -> str:
    """One note in one line."""
    entry = change.entry
    more = ""
    if "retagged" in change.kinds and change.before and change.after:
        more = "  tags " + " ".join(f"{op}{tag}" for op, tag in _tags(change.before, change.after) if op != "=")
    return f"{change.id}  {_line(entry.file)}  {_line(entry.question)}{more}"


# --- small things ---------------------------------------------------------------------------------------------------


def _line(text: str) -> str:
    """A text as one line."""
    return " ".join(text.split())


def _grouped(pairs: Iterable[tuple[str, Change]]) -> dict[str, list[Change]]:
    groups: dict[str, list[Change]] = {}
    for key, change in pairs:
        groups.setdefault(key, []).append(change)
    return groups
