"""Lint of identity: what the author should know of a note's history before the next deck goes out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from generator.ledger import Assigned, Entry, Ledger
from generator.ledger.deletions import LARGEST, likeness
from generator.model import Cloze, Identified, Problem, Severity


@dataclass(frozen=True)
class Identity:
    """The ledger before, and what was assigned now."""

    before: Ledger | None
    assigned: Assigned

    @cached_property
    def known(self) -> Mapping[str, Entry]:
        """What the ledger knew before, by id."""
        return {entry.id: entry for entry in self.before.entries} if self.before else {}

    @cached_property
    def now(self) -> Mapping[str, Entry]:
        """What it knows now, by id."""
        return {entry.id: entry for entry in self.assigned.ledger.entries}

    @cached_property
    def notes(self) -> Mapping[str, Identified]:
        """The notes of the source, by id."""
        return {note.id: note for note in self.assigned.notes}

    @cached_property
    def moved(self) -> Mapping[tuple[str, str], list[Identified]]:
        """The notes whose cards learners have in another deck than a new learner would: (before, now) -> notes."""
        found: dict[tuple[str, str], list[Identified]] = defaultdict(list)
        for note in self.assigned.notes:
            was, here = self.known.get(note.id), self.now[note.id]
            if was and was.answered and here.answered and was.deck and was.deck != here.deck:
                found[was.deck, here.deck].append(note)
        return found


def check(identity: Identity) -> list[Problem]:
    """All that the rules find, rule by rule."""
    return [problem for rule in RULES for problem in rule(identity)]


def doubtful(identity: Identity) -> Iterator[Problem]:
    """A new note that may be an old one worded anew: nobody but its author can know."""
    for entry in identity.assigned.ledger.entries:
        old = identity.now.get(entry.like) if entry.like else None
        if old and not entry.retired:
            answer = f", whose answer was “{_short(old.answer)}”" if old.answer else ""
            message = f"this may be “{_short(old.question)}” worded anew{answer}"
            settle = f"if it is, `deckpress ledger link {old.id} {entry.id}` keeps its reviews"
            hint = f"{settle}; if not, give it an id of its own: {{#my-id}}. Until then it is a new note"
            yield _problem(identity.notes[entry.id], Severity.WARNING, "doubtful-match", message, hint)


def turned(identity: Identity) -> Iterator[Problem]:
    """A question that became a cloze, or the other way: Anki can't carry a note over to another note type."""
    for new, old in identity.assigned.turned:
        kind = "a cloze" if identity.now[new].type == "cloze" else "a question with an answer"
        made = "goes on as what it once was" if new in identity.known else "is made anew"
        message = f"this note has become {kind}: it {made} (`{new}`), and the old one (`{old}`) is retired"
        hint = (
            "learners keep the old card with its reviews, and get the new one without; take the change back to keep one"
        )
        yield _problem(identity.notes[new], Severity.WARNING, "kind-changed", message, hint)


def taken(identity: Identity) -> Iterator[Problem]:
    """A note pinned with the identity of another that is still there: it takes that one's reviews.

    By the id that Deckpress gave the other it is a slip. A word of the author's own may have been moved on purpose.
    """
    for by, owner in identity.assigned.taken:
        note, other = identity.notes[by], identity.notes[owner].note.span
        given = note.note.pin == by
        message = (
            f"the id `{note.note.pin}` was that of the question at {other.file}:{other.line}: its reviews go along"
        )
        hint = "give this one an id of its own"
        yield _problem(note, Severity.ERROR if given else Severity.WARNING, "same-id", message, hint)


# Below this likeness a number has been given to quite another deletion.
_ANOTHER = 0.3


def numbers_used_up(identity: Identity) -> Iterator[Problem]:
    """A number that Anki makes no card of: the note has had too many deletions."""
    for note in identity.assigned.notes:
        if any(number > LARGEST for number in note.clozes):
            message = f"this cloze has had so many deletions that its numbers are used up: Anki takes {LARGEST}"
            hint = "give the note an id of its own, {#my-id}: it is made anew, without its reviews"
            yield _problem(note, Severity.ERROR, "cloze-number", message, hint)


def renumbered(identity: Identity) -> Iterator[Problem]:
    """A number that the author wrote, and that another deletion had: its reviews would count for this one."""
    for entry in identity.assigned.ledger.entries:
        was = identity.known.get(entry.id)
        if not was or not was.clozes or entry.retired or entry.hash == was.hash:
            continue
        body = identity.notes[entry.id].note.body
        written = {part.level for part in body.deletions() if part.level > 0} if isinstance(body, Cloze) else set()
        for number in sorted(written & was.clozes.keys()):
            old, new = was.clozes[number], entry.clozes[number]
            if likeness(old, new) < _ANOTHER:
                message = (
                    f"deletion {number} was “{_short(old.text)}” and is “{_short(new.text)}” now: its reviews go along"
                )
                hint = f"give this one a number that was never used: {max(was.clozes) + 1}"
                yield _problem(identity.notes[entry.id], Severity.WARNING, "cloze-number-reused", message, hint)


def gaps_exchanged(identity: Identity) -> Iterator[Problem]:
    """A deletion is gone and another is new: if they are one, reworded past knowing, its card would begin anew."""
    for entry in identity.assigned.ledger.entries:
        was = identity.known.get(entry.id)
        if not was or entry.retired or entry.hash == was.hash:
            continue
        gone = [number for number, one in was.clozes.items() if not one.gone and entry.clozes[number].gone]
        new = [number for number in entry.clozes if number not in was.clozes]
        if gone and new:
            lost = ", ".join(f"{number} “{_short(was.clozes[number].text)}”" for number in gone)
            come = ", ".join(f"{number} “{_short(entry.clozes[number].text)}”" for number in new)
            message = f"of this cloze the gaps {lost} are gone and {come} are new: no card goes on in another"
            hint = f"where two are one, write the old number: {{{{c{gone[0]}::…}}}}"
            yield _problem(identity.notes[entry.id], Severity.WARNING, "cloze-gaps-exchanged", message, hint)


def deck_renamed(identity: Identity) -> Iterator[Problem]:
    """All notes of one deck are in another now."""
    for was, here, notes in _renamed(identity):
        message = f"the deck “{was}” is now “{here}”: Anki leaves the cards that learners have where they are"
        hint = "before they import, they rename the deck in Anki; else old and new cards lie in two decks"
        yield _problem(notes[0], Severity.WARNING, "deck-renamed", message, hint)


def notes_moved(identity: Identity) -> Iterator[Problem]:
    """Some notes of a deck are in another now."""
    renamed = [(was, here) for was, here, _ in _renamed(identity)]
    for (was, here), notes in identity.moved.items():
        if not any(_follows(was, here, *names) for names in renamed):
            what = "this note is" if len(notes) == 1 else f"this note and {len(notes) - 1} others are"
            message = f"{what} no longer in the deck “{was}” but in “{here}”: Anki leaves existing cards where they are"
            hint = "learners move them by hand: the file of changes has the search that finds them"
            yield _problem(notes[0], Severity.WARNING, "notes-moved", message, hint)


# What is true of one build only: the next one, with nothing changed, has no reason to say it again.
ONCE = frozenset(
    {
        "cloze-gaps-exchanged",
        "cloze-number-reused",
        "deck-renamed",
        "deck-unreadable",
        "ledger-healed",
        "same-id",
        "notes-moved",
        "kind-changed",
        "ledger-recovered",
    }
)

RULES: tuple[Callable[[Identity], Iterable[Problem]], ...] = (
    doubtful,
    turned,
    taken,
    numbers_used_up,
    renumbered,
    gaps_exchanged,
    deck_renamed,
    notes_moved,
)


def _renamed(identity: Identity) -> list[tuple[str, str, list[Identified]]]:
    """The decks that were renamed, outermost first, each with the notes below it: (before, now, notes)."""
    homes: dict[str, dict[str, list[Identified]]] = defaultdict(lambda: defaultdict(list))
    for note in identity.assigned.notes:
        was, here = identity.known.get(note.id), identity.now[note.id]
        if was and was.answered and here.answered and was.deck:
            before, now = was.deck.split("::"), here.deck.split("::")
            for depth in range(1, len(before) + 1):  # a deck below keeps its own name: A::x becomes B::x
                rest = before[depth:]
                own = now[: len(now) - len(rest)] if now[len(now) - len(rest) :] == rest else []
                homes["::".join(before[:depth])]["::".join(own)].append(note)
    found: list[tuple[str, str, list[Identified]]] = []
    for was_name, places in sorted(homes.items(), key=lambda item: item[0].count("::")):
        ((here_name, notes), *others) = places.items()
        above = any(_follows(was_name, here_name, *names[:2]) for names in found)
        if here_name and not others and was_name != here_name and not above:
            found.append((was_name, here_name, notes))
    return found


def _follows(was: str, here: str, renamed: str, to: str) -> bool:
    """Whether a deck is elsewhere only because that one, or one above it, was renamed."""
    if was != renamed and not was.startswith(f"{renamed}::"):
        return False
    return here == to + was[len(renamed) :]


# So much of a text says which one is meant, in characters.
_LONGEST = 90


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _problem(note: Identified, severity: Severity, code: str, message: str, hint: str) -> Problem:
    span = note.note.span
    return Problem(severity, code, span.file, span.line, 1, message, hint)
