"""The ledger as a file: JSON lines, a header and then a line a note. A line that can't be trusted is a problem."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from generator.ledger import Entry, Ledger, is_on_grid
from generator.model import Problem, Severity

FORMAT = 1
# What every line has, in the order in which it is written.
_FIELDS: dict[str, type] = {
    "id": str,
    "guid": str,
    "nid": int,
    "type": str,
    "mod": int,
    "hash": str,
    "file": str,
    "question": str,
    "answer": str,
}
_NEVER_EMPTY = ("id", "guid", "hash")
_RESTORE = "restore the ledger from version control: it holds the identity of every card"
_CONFLICT = re.compile(r"<{7}|={7}|>{7}|\|{7}")


def dump(ledger: Ledger) -> str:
    """The ledger as JSON lines."""
    types = {"qa": ledger.qa_type, "cloze": ledger.cloze_type}
    header = {"deckpress": FORMAT, "namespace": ledger.namespace, "note_types": types}
    lines = [header, *map(_record, ledger.entries)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _record(entry: Entry) -> dict[str, Any]:
    optional = {"pin": entry.pin, "clozes": dict(entry.clozes), "retired": entry.retired}
    return {name: getattr(entry, name) for name in _FIELDS} | {name: value for name, value in optional.items() if value}


def _entry(record: dict[str, Any]) -> Entry:
    """The entry that `_record` wrote down; ValueError, saying what is wrong, where it is none."""
    for name, kind in _FIELDS.items():
        value = record.get(name)
        if type(value) is not kind or (value == "" and name in _NEVER_EMPTY):
            raise ValueError(f"`{name}`")
        if isinstance(value, str):
            value.encode()  # half a surrogate pair is no text (UnicodeEncodeError is a ValueError)
    if record["type"] not in ("qa", "cloze"):
        raise ValueError("`type`")
    if not is_on_grid(record["nid"]):
        raise ValueError("`nid`")
    required = {name: record[name] for name in _FIELDS}
    clozes = {str(number): str(text) for number, text in dict(record.get("clozes", {})).items()}
    return Entry(**required, pin=str(record.get("pin", "")), clozes=clozes, retired=bool(record.get("retired")))


def parse(name: str, text: str) -> tuple[Ledger | None, list[Problem]]:
    """The ledger in `text`; None with problems where it can't be trusted. `name` is its path, for people."""
    reader = _Reader(name)
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    records = [(number, record) for number, line in lines if (record := reader.record(number, line)) is not None]
    if reader.problems:
        return None, reader.problems
    ledger = reader.header(records[0][1] if records else {})
    for number, record in records[1:]:
        if "deckpress" not in record:
            reader.enter(number, record)
        elif ledger is not None and reader.header(record) != ledger:  # the same header twice is a union merge's doing
            reader.report("ledger-twins", number, "the ledger has the headers of two projects", _RESTORE)
    if ledger is None or any(problem.severity is Severity.ERROR for problem in reader.problems):
        return None, reader.problems
    return replace(ledger, entries=tuple(reader.entries.values())), reader.problems


@dataclass
class _Reader:
    """Gathers entries and problems line by line."""

    name: str
    entries: dict[str, Entry] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    taken: set[str | int] = field(default_factory=set)

    def report(self, code: str, line: int, message: str, hint: str, severity: Severity = Severity.ERROR) -> None:
        self.problems.append(Problem(severity, code, self.name, line, 1, message, hint))

    def record(self, number: int, line: str) -> dict[str, Any] | None:
        """One line as a JSON object."""
        if _CONFLICT.match(line):
            hint = "keep the lines of both sides, delete the markers"
            self.report("ledger-conflict", number, "the ledger holds a merge conflict", hint)
            return None
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            self.report("ledger-broken", number, "this line of the ledger is broken", _RESTORE)
            return None
        return record

    def header(self, record: dict[str, Any]) -> Ledger | None:
        """The ledger that the first line begins, without entries."""
        types = record.get("note_types")
        namespace, version = record.get("namespace"), record.get("deckpress")
        if isinstance(types, dict) and isinstance(namespace, str) and type(version) is int and 0 < version <= FORMAT:
            qa, cloze = types.get("qa"), types.get("cloze")
            if namespace and type(qa) is int and type(cloze) is int and is_on_grid(qa) and is_on_grid(cloze):
                return Ledger(namespace, qa, cloze)
        message = "the ledger does not begin with a header that this version of Deckpress knows"
        self.report("ledger-header", 1, message, _RESTORE)
        return None

    def enter(self, number: int, record: dict[str, Any]) -> None:
        """Add one note; of two lines of one note the newer counts, two notes under one id are an error."""
        try:
            entry = _entry(record)
        except (TypeError, ValueError) as error:
            self.report("ledger-broken", number, f"this line of the ledger lacks or garbles {error}", _RESTORE)
            return
        other = self.entries.get(entry.id)
        if other is None:
            clash = [name for name, value in (("guid", entry.guid), ("nid", entry.nid)) if value in self.taken]
            if clash:
                hint = "delete the line that was not in the last release"
                self.report("ledger-twins", number, f"two notes have one `{clash[0]}`: {entry.guid}, {entry.nid}", hint)
            self.taken |= {entry.guid, entry.nid}
            self.entries[entry.id] = entry
        elif (other.guid, other.nid) != (entry.guid, entry.nid):
            hint = "delete the line that was not in the last release"
            self.report("ledger-twins", number, f"two notes have the id `{entry.id}`", hint)
        else:
            message = f"the note `{entry.id}` is recorded twice; the newer line counts"
            self.report("ledger-healed", number, message, "", Severity.NOTICE)
            self.entries[entry.id] = max(other, entry, key=lambda line: line.mod)
