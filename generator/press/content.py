"""A page's content stream taken apart: runs of marked content, each with all that it needs to be drawn elsewhere.

The layout engine draws what floats, then text, then the markers of lists. A viewer copies text in the order in which it
is drawn, so runs are drawn again in the order in which they are read, after all that is only drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

_RUN = re.compile(rb"/\w+\s*<<\s*/MCID (\d+)\s*>>\s*BDC\n(.*?)\nEMC\n", re.DOTALL)
_PLACED = re.compile(rb"^/(\S+) Do$", re.MULTILINE)
_MARKED = re.compile(rb"(/\w+\s*)<<\s*/MCID (\d+)\s*>>\s*BDC")
# What stays as it was set until it is set anew, by what it sets; setting a colour space goes with its colours.
_STATES = {
    b"rg": b"fill", b"g": b"fill", b"k": b"fill", b"scn": b"fill", b"sc": b"fill", b"cs": b"space",
    b"RG": b"stroke", b"G": b"stroke", b"K": b"stroke", b"SCN": b"stroke", b"SC": b"stroke", b"CS": b"SPACE",
    b"w": b"w", b"J": b"J", b"j": b"j", b"d": b"d", b"M": b"M", b"i": b"i", b"ri": b"ri",
}  # fmt: skip
_PATH = frozenset({b"m", b"l", b"c", b"v", b"y", b"h", b"re"})
_PAINT = frozenset({b"n", b"f", b"F", b"f*", b"S", b"s", b"B", b"B*", b"b", b"b*"})

State = dict[bytes, bytes]


class Run(NamedTuple):
    """A run of marked content: where it is drawn (matrices and clips), and in which state it begins."""

    number: int
    body: bytes
    frame: tuple[bytes, ...]
    state: State


class Drawn(NamedTuple):
    """What draws a run, as content or not, anew: `opening`, its operators and its end."""

    run: Run
    opening: bytes
    body: bytes
    closing: bytes = b"EMC\n"


class _Reader:
    """Follows what operators set; `frame` are matrices and clips since the page began, beyond its very first."""

    def __init__(self, state: State | None = None) -> None:
        self.state: State = dict(state or {})
        self.frame: list[bytes] = []
        self._saved: list[tuple[State, int]] = []
        self._path: list[bytes] = []
        self._clips = False

    def read(self, content: bytes) -> None:
        for line in content.split(b"\n"):
            operator = line.rpartition(b" ")[2]
            if operator in _PATH:
                self._path.append(line)
            elif operator in _STATES:
                self.state[_STATES[operator]] = line
            elif operator == b"gs":
                # WeasyPrint names them by what they set: a and A are opacities of filling and of strokes.
                self.state[b"gs" + line[1:2]] = line
            elif operator == b"q":
                self._saved.append((dict(self.state), len(self.frame)))
            elif operator == b"Q":
                self.state, length = self._saved.pop()
                del self.frame[length:]
            elif operator == b"cm" and self._saved:
                self.frame.append(line)
            elif operator in (b"W", b"W*"):
                self._path.append(line)
                self._clips = True
            elif operator in _PAINT:
                if self._clips:
                    self.frame += [*self._path, b"n"]
                self._path, self._clips = [], False


def split(content: bytes) -> tuple[bytes, list[Run]]:
    """What of a content stream is no marked content, and its runs in the order in which they were drawn."""
    reader = _Reader()
    rest: list[bytes] = []
    runs: list[Run] = []
    end = 0
    for found in _RUN.finditer(content):
        between = content[end : found.start()]
        rest.append(between)
        reader.read(between)
        runs.append(Run(int(found.group(1)), found.group(2), tuple(reader.frame), dict(reader.state)))
        reader.read(found.group(2))
        # What the run sets holds for what stays behind it.
        rest += (line + b"\n" for line in _settings(runs[-1], reader.state))
        end = found.end()
    return b"".join([*rest, content[end:]]), runs


def _settings(run: Run, state: State) -> Iterator[bytes]:
    for key, line in state.items():
        if run.state.get(key) != line:
            yield line


def groups(content: bytes, resources: Any) -> Iterator[Any]:
    """The groups of drawings in a content that hold marked content: where something is half transparent."""
    things = resources.get("/XObject", {})
    for name in dict.fromkeys(_PLACED.findall(content)):
        thing = things["/" + name.decode()]
        if thing.get("/Subtype") == "/Form":
            inner = thing.read_bytes()
            if _MARKED.search(inner):
                yield thing
            yield from groups(inner, thing.get("/Resources", {}))


def renumbered(content: bytes, numbers: dict[int, int | None]) -> bytes:
    """The content of a group with its runs counted so; those without a number are only drawn."""

    def counted(found: re.Match[bytes]) -> bytes:
        number = numbers.get(int(found.group(2)))
        return b"/Artifact BMC" if number is None else b"%b<</MCID %d>> BDC" % (found.group(1), number)

    return _MARKED.sub(counted, content)


def drawn(runs: Iterable[Drawn]) -> bytes:
    """Operators that draw the runs in this order, each where it was and in its state."""
    parts: list[bytes] = []
    frame: Sequence[bytes] | None = None
    state: State = {}
    for one in runs:
        run = one.run
        if frame != run.frame or not state.keys() <= run.state.keys():
            parts += [] if frame is None else [b"Q\n"]
            parts += [b"q\n", *(line + b"\n" for line in run.frame)]
            frame, state = run.frame, {}
        parts += [line + b"\n" for key, line in run.state.items() if state.get(key) != line]
        parts += [one.opening, one.body, b"\n", one.closing]
        reader = _Reader(run.state)
        reader.read(run.body)
        state = reader.state
    return b"".join([*parts, b"" if frame is None else b"Q\n"])
