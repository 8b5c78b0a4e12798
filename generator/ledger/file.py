"""The ledger as a file: JSON lines, a header and then a line a note. A line that can't be trusted is a problem.

And the ledger in a deck: what the deck is given to remember, and the ledger that a deck read back stands for.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from generator.ledger import Deletion, Entry, Ledger, founded, guid_of, is_on_grid
from generator.ledger.content import AROUND, normal, texts_hash
from generator.model import Problem, Severity

if TYPE_CHECKING:
    from generator.witness import Deck, Sent

FORMAT = 1
# What a line has, in the order in which it is written; what may be empty is then left out.
_FIELDS: dict[str, type] = {
    "id": str,
    "guid": str,
    "nid": int,
    "type": str,
    "mod": int,
    "hash": str,
    "shown": str,
    "retired": bool,
    "unanswered": bool,
    "pin": str,
    "like": str,
    "texts": str,
    "file": str,
    "deck": str,
    "tags": list,
    "question": str,
    "answer": str,
    "clozes": dict,
}
_REQUIRED = ("id", "guid", "nid", "type", "mod", "hash", "file", "question", "answer")
_RESTORE = "restore the ledger from version control: it holds the identity of every card"
_NEWER = "a later version of Deckpress may have written it: update, or restore the ledger from version control"
_CONFLICT = re.compile(r"<{7}|={7}|>{7}|\|{7}")
_NEVER = 1 << 40  # seconds since 1970: a time that no clock shows
# Anki's search takes no notice of case, and its deck file none of what a control character would part.
_ID = re.compile(r"[a-z0-9]{1,64}")
_GUID = re.compile(r"[!-~]{1,64}")
_NUMBER = re.compile(r"[1-9]\d{0,8}")


def dump(ledger: Ledger) -> str:
    """The ledger as JSON lines."""
    lines = [{"deckpress": FORMAT} | _project(ledger), *map(_record, ledger.entries)]
    return "".join(_AS_LINE(line) + "\n" for line in lines)


_AS_LINE = json.JSONEncoder(ensure_ascii=False).encode


def _project(ledger: Ledger) -> dict[str, Any]:
    return {"namespace": ledger.namespace, "note_types": {"qa": ledger.qa_type, "cloze": ledger.cloze_type}}


def _record(entry: Entry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in _FIELDS if name != "unanswered"}
    values |= {"unanswered": not entry.answered, "clozes": {str(n): _parts(one) for n, one in entry.clozes.items()}}
    return {name: values[name] for name in _FIELDS if values[name] or name in _REQUIRED}


def _entry(record: Mapping[str, Any]) -> Entry:
    """The entry that `_record` wrote down; ValueError, saying what is wrong, where it is none."""
    if wrong := [name for name in _REQUIRED if name not in record]:
        raise ValueError(f"lacks `{wrong[0]}`")
    if wrong := [name for name, value in record.items() if type(value) is not _FIELDS.get(name)]:
        known = wrong[0] in _FIELDS
        raise ValueError(f"garbles `{wrong[0]}`" if known else f"has an unknown part, `{wrong[0]}`")
    tags = record.get("tags", ())
    sound = {
        "id": _ID.fullmatch(record["id"]),
        "guid": _GUID.fullmatch(record["guid"]),
        "nid": is_on_grid(record["nid"]),
        "mod": 0 <= record["mod"] < _NEVER,
        "type": record["type"] in ("qa", "cloze"),
        "tags": _all_texts(tags),
    }
    if not all(sound.values()):
        raise ValueError(f"garbles `{next(name for name, value in sound.items() if not value)}`")
    values = {name: value for name, value in record.items() if name != "unanswered"}
    values |= {"tags": tuple(tags), "clozes": _clozes(record.get("clozes", {}))}
    return Entry(**values, answered=not record.get("unanswered", False))


def _parts(deletion: Deletion) -> list[str]:
    """A deletion that is gone is its text alone."""
    return [deletion.text] if deletion.gone else list(deletion[:3])


def _clozes(record: Mapping[str, Any]) -> dict[int, Deletion]:
    for number, parts in record.items():
        if (
            not _NUMBER.fullmatch(number)
            or type(parts) is not list
            or len(parts) not in (1, 3)
            or not _all_texts(parts)
        ):
            raise ValueError("garbles `clozes`")
    return {
        int(number): Deletion(*parts) if len(parts) > 1 else Deletion(parts[0], gone=True)
        for number, parts in record.items()
    }


def _all_texts(values: Iterable[Any]) -> bool:
    return set(map(type, values)) <= {str}


def _object(text: str) -> dict[str, Any] | None:
    """The JSON object in a text, or None: half a surrogate pair is no text, and could never be written again."""
    try:
        found = json.loads(text)
        if "\\u" in text:
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _header(record: Mapping[str, Any]) -> Ledger | None:
    """The ledger, without entries, that a header begins."""
    version = record.get("deckpress")
    if type(version) is not int or not 0 < version <= FORMAT:
        return None
    match record:
        case {"namespace": str(namespace), "note_types": {"qa": int(qa), "cloze": int(cloze)}} if namespace:
            return Ledger(namespace, qa, cloze) if is_on_grid(qa) and is_on_grid(cloze) else None
    return None


# --- reading the file -----------------------------------------------------------------------------------------------


def parse(name: str, text: str) -> tuple[Ledger | None, list[Problem]]:
    """The ledger in `text`; None with problems where it can't be trusted. `name` is its path, for people."""
    reader = _Reader(name)
    lines = [(number, line) for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1) if line.strip()]
    records = [(number, record) for number, line in lines if (record := reader.record(number, line)) is not None]
    if reader.problems:
        return None, reader.problems
    ledger = reader.header(records[0][1] if records else {})
    for number, record in records[1:]:
        if "deckpress" not in record:
            reader.enter(number, record)
        elif ledger is not None and reader.header(record) != ledger:  # the same header twice is a union merge's doing
            reader.report("ledger-twins", number, "the ledger has the headers of two projects", _RESTORE)
    if ledger is not None:
        reader.compare_guids(ledger.namespace)
    if ledger is None or any(problem.severity is Severity.ERROR for problem in reader.problems):
        return None, reader.problems
    return replace(ledger, entries=tuple(reader.entries.values()), twins=tuple(reader.twins)), reader.problems


@dataclass
class _Reader:
    """Gathers entries and problems line by line."""

    name: str
    entries: dict[str, Entry] = field(default_factory=dict)
    twins: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    taken: set[str | int] = field(default_factory=set)
    lines: dict[str, int] = field(default_factory=dict)

    def report(self, code: str, line: int, message: str, hint: str, severity: Severity = Severity.ERROR) -> None:
        self.problems.append(Problem(severity, code, self.name, line, 1, message, hint))

    def record(self, number: int, line: str) -> dict[str, Any] | None:
        """One line as a JSON object."""
        if _CONFLICT.match(line):
            hint = "keep the lines of both sides, delete the markers"
            self.report("ledger-conflict", number, "the ledger holds a merge conflict", hint)
            return None
        record = _object(line)
        if record is None:
            self.report("ledger-broken", number, "this line of the ledger is broken", _RESTORE)
        return record

    def header(self, record: dict[str, Any]) -> Ledger | None:
        """The ledger that the first line begins, without entries."""
        ledger = _header(record)
        if ledger is None:
            message = "the ledger does not begin with a header that this version of Deckpress knows"
            self.report("ledger-header", 1, message, _RESTORE)
        return ledger

    def enter(self, number: int, record: dict[str, Any]) -> None:
        """Add one note; of two lines of one note the newer counts, two notes under one id are an error."""
        try:
            entry = _entry(record)
        except ValueError as error:
            hint = _RESTORE if record.keys() <= _FIELDS.keys() else _NEWER
            self.report("ledger-broken", number, f"this line of the ledger {error}", hint)
            return
        other = self.entries.get(entry.id)
        if other is None:
            clash = [name for name, value in (("guid", entry.guid), ("nid", entry.nid)) if value in self.taken]
            if clash:
                hint = "delete the line that was not in the last release"
                self.report("ledger-twins", number, f"two notes have one `{clash[0]}`: {entry.guid}, {entry.nid}", hint)
            self.taken |= {entry.guid, entry.nid}
            self.lines[entry.id] = number
            self.entries[entry.id] = entry
        elif (other.guid, other.nid, other.type) != (entry.guid, entry.nid, entry.type):
            hint = "delete the line that was not in the last release"
            self.report("ledger-twins", number, f"two notes have the id `{entry.id}`", hint)
        else:
            self.heal(number, other, entry)

    def compare_guids(self, namespace: str) -> None:
        """A note under another's GUID would be sent to that one's reviews; one of neither came from another ledger."""
        owners = {guid_of(namespace, identity): identity for identity in self.entries}
        for identity, entry in self.entries.items():
            if owners.get(entry.guid, identity) != identity:
                message = f"the note `{identity}` has the GUID of `{owners[entry.guid]}`"
                self.report("ledger-twins", self.lines[identity], message, _RESTORE)

    def heal(self, number: int, first: Entry, second: Entry) -> None:
        """Two lines of one note, as a merge leaves them: the newer stands for both, the living before the retired."""
        message = f"the note `{first.id}` is recorded twice; the line that fits the source counts, else the newer"
        self.report("ledger-healed", number, message, "", Severity.NOTICE)
        second_counts = (second.mod, not second.retired) > (first.mod, not first.retired)
        self.entries[first.id] = second if second_counts else first
        self.twins.append(first if second_counts else second)


# --- the ledger in a deck -------------------------------------------------------------------------------------------

# What a deck's own columns say of a note; and what it does not tell of a note that is not in it, for decks are given
# away. The deletions of a cloze it tells, since their numbers belong to them for good.
_IN_COLUMNS = {"id", "guid", "nid", "type", "mod", "question", "answer"}
_UNTOLD = {"file", "deck", "tags", "question", "answer"}


def memory(ledger: Ledger, fields: Mapping[str, tuple[str, str]]) -> tuple[dict[str, str], str]:
    """What a deck is given to remember: a string for each of its notes, by its id, and one for the whole.

    `fields` gives for the id of each note of the deck the two fields that its question and answer are read back from;
    where these would come out otherwise than they are, they are remembered too.
    """
    from generator import witness

    notes: dict[str, str] = {}
    absent: list[dict[str, Any]] = []
    for entry in ledger.entries:
        record = _record(entry)
        if entry.id in fields:
            front, back = fields[entry.id]
            said = witness.told(entry.type, front, back)
            texts = {"question": entry.question, "answer": entry.answer}
            kept = {name: value for name, value in record.items() if name not in _IN_COLUMNS}
            kept |= {name: value for name, value in texts.items() if value != normal(getattr(said, name))}
            notes[entry.id] = _short(kept)
        else:
            # A question that lost its answer is still asked: by its text it is known again when it has one.
            untold = {"answer"} if entry.shown and not entry.answered and not entry.retired else _UNTOLD
            texts = {"texts": entry.texts or texts_hash(entry.question, entry.answer)} if "question" in untold else {}
            absent.append({name: value for name, value in record.items() if name not in untold} | texts)
    return notes, _short({"deckpress": FORMAT} | _project(ledger) | {"absent": absent})


_short = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def recalled(deck: Deck, known: Iterable[Entry] = ()) -> Ledger:
    """The ledger that a deck stands for: the one it was built from, as far as the deck remembers.

    A deck that came through Anki remembers nothing: its notes keep their ids, and count as changed (no `hash`). Texts
    that are `known` need not be gathered from the fields, which takes most of the time.
    """
    whole = _object(deck.memory) or {}
    ledger = _header(whole)
    if ledger is None:
        return replace(_founded(deck), entries=tuple(_unlike(map(_guessed, deck.notes))))
    texts = {(entry.id, entry.hash): (entry.question, entry.answer) for entry in known}
    found = [_remembered(note, texts) for note in deck.notes]
    absent = whole.get("absent")
    lines = [line for line in absent if isinstance(line, dict)] if isinstance(absent, list) else []
    found += [_entry_or_none(_NO_TEXTS | line) for line in lines]
    return replace(ledger, entries=tuple(_unlike(found)))


_NO_TEXTS = {"file": "", "question": "", "answer": ""}


def _founded(deck: Deck) -> Ledger:
    """An empty ledger for a deck without a header; if it does not say its namespace either, its GUIDs make one."""
    guids = "\x1f".join(sorted(note.guid for note in deck.notes))
    born = founded(deck.namespace or hashlib.sha256(guids.encode()).hexdigest()[:24])
    qa, cloze = (kind if is_on_grid(kind) else 0 for kind in (deck.qa_type, deck.cloze_type))
    return replace(born, qa_type=qa or born.qa_type, cloze_type=cloze or born.cloze_type)


def _unlike(entries: Iterable[Entry | None]) -> Iterator[Entry]:
    """The entries that share no id of any sort with one before."""
    seen: set[str | int] = set()
    for entry in entries:
        if entry is not None and seen.isdisjoint((entry.id, entry.guid, entry.nid)):
            seen |= {entry.id, entry.guid, entry.nid}
            yield entry


def _remembered(note: Sent, texts: Mapping[tuple[str, Any], tuple[str, str]]) -> Entry | None:
    """The entry of a note as its deck remembers it."""
    record = _object(note.memory)
    if record is None:
        return _guessed(note)
    question, answer = texts.get((note.ref, str(record.get("hash")))) or map(normal, note.told)
    columns = {"id": note.ref, "guid": note.guid, "nid": note.nid, "type": note.type, "mod": note.mod}
    return _entry_or_none({"question": question, "answer": answer} | record | columns) or _guessed(note)


def _entry_or_none(record: Mapping[str, Any]) -> Entry | None:
    try:
        return _entry(record)
    except ValueError:
        return None


def _guessed(note: Sent) -> Entry | None:
    """The entry of a note by its fields alone; None for one that a learner made, or copied, in Anki."""
    sound = _ID.fullmatch(note.ref) and _GUID.fullmatch(note.guid)
    if not (sound and is_on_grid(note.nid) and 0 <= note.mod < _NEVER):
        return None
    clozes = {
        number: Deletion(normal(text), normal(before)[-AROUND:], normal(after)[:AROUND])
        for number, (text, before, after) in note.deletions.items()
    }
    return Entry(
        id=note.ref,
        guid=note.guid,
        nid=note.nid,
        type=note.type,
        file="",
        question=normal(note.told.question),
        answer=normal(note.told.answer),
        hash="",
        mod=note.mod,
        deck="::".join(note.path),
        clozes=clozes,
    )
