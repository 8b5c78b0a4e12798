"""A file made ready for the dialects: its tree, and the way back from a node to lines and to Markdown."""

from __future__ import annotations

import re
import textwrap
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from generator.model import Kind, Node, Nodes, Problem, Severity, Span
from generator.reading import highlights, protection
from generator.reading.intake import Text

_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Document:
    """One file's tree with its text. Offsets are bytes of `data`; line numbers are those of the file itself.

    `dialect` is the one that the author asked for, if any; `deck_title` the title of the whole deck where this file is
    one of several, else empty. `may_hide` says that something in the text looks like a cloze deletion, `keyed` that its
    answer keys have been taken out of it.
    """

    text: Text
    data: bytes
    starts: tuple[int, ...]
    tree: Node
    dialect: str = ""
    deck_title: str = ""
    may_hide: bool = False
    keyed: bool = False
    _made: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, name: str, make: Callable[[], _Thing]) -> _Thing:
        """What `make` gives, which is made once for all dialects that read this text; `name` is its key."""
        if name not in self._made:
            self._made[name] = make()
        made: _Thing = self._made[name]
        return made

    @property
    def lined(self) -> bytes:
        r"""The text behind a line break: a pattern that begins with `\n` is sought much faster than one with `^`."""
        return self.once("lined", lambda: b"\n" + self.data)

    def has(self, *words: bytes) -> bool:
        """Whether one of these stands anywhere in the text: a look that costs nothing, before a pattern that does."""
        return any(word in self.data for word in words)

    def has_in_any_case(self, *words: bytes) -> bool:
        """The same of words in lower case, however the text writes them (of ASCII's letters)."""
        lowered = self.once("lowered", self.data.lower)
        return any(word in lowered for word in words)

    @property
    def name(self) -> str:
        """The file's path, for people."""
        return self.text.name

    def title_is_topic(self, title: str) -> bool:
        """Whether the file's own title is a topic of a larger deck, rather than the deck's name."""
        return bool(self.deck_title) and title.casefold() != self.deck_title.casefold()

    def line(self, offset: int) -> int:
        """The file's 1-based line that holds this byte."""
        return self.text.origin[bisect_right(self.starts, offset) - 1]

    def column(self, offset: int) -> int:
        """The 1-based column of this byte, in characters."""
        start = self.starts[bisect_right(self.starts, offset) - 1]
        return len(self.data[start:offset].decode(errors="replace")) + 1

    def span(self, nodes: Nodes) -> Span:
        """The lines from the first node's first to the last node's last that isn't blank."""
        start, end = nodes[0].start, max(node.end for node in nodes)
        end = start + len(self.data[start:end].rstrip())
        return Span(self.name, self.line(start), self.line(max(start, end - 1)))

    def source(self, nodes: Nodes) -> str:
        """The Markdown of the nodes, dedented, without trailing white space: it outlives versions of the parser."""
        return self.source_between(nodes[0].start, max(node.end for node in nodes), nodes) if nodes else ""

    def source_between(self, start: int, end: int, nodes: Nodes = ()) -> str:
        """The same of these bytes; `nodes` are those that stand there, for the hard breaks in them."""
        first = self.starts[bisect_right(self.starts, start) - 1]
        lead = self.data[first:start].decode(errors="replace")
        # The first line's own indentation is kept when nothing else stands before the node, so that dedent sees it.
        text = self.data[start:end].decode(errors="replace")
        if lead and not lead.strip():
            text = textwrap.dedent(lead + text)
        if "```" in text or "~~~" in text or "\n    " in text:
            return text.strip("\n")  # blank lines and trailing spaces of code show
        if "\n" not in text:
            return text.rstrip()  # by far the most common
        lines = [line.rstrip() for line in text.split("\n")]
        for place in self._hard_breaks(nodes, start) if "  \n" in text else ():
            lines[place] += "  "
        return _BLANKS.sub("\n\n", "\n".join(lines).strip("\n"))

    def _hard_breaks(self, nodes: Nodes, start: int) -> Iterator[int]:
        """The lines, from 0 at the byte `start`, whose end breaks: by two spaces, which Markdown does not show."""
        for node in nodes:
            for part in node.walk():
                if part.kind is Kind.HARD_BREAK and self.data[part.start : part.start + 1] == b" ":
                    yield self.data.count(b"\n", start, part.start)

    def problem(self, severity: Severity, code: str, offset: int, message: str, hint: str = "") -> Problem:
        """A problem at this byte."""
        return Problem(severity, code, self.name, self.line(offset), self.column(offset), message, hint)


_BLANKS = re.compile(r"\n{3,}")


def prepared(text: Text, dialect: str = "", deck_title: str = "") -> Document:
    """The document of a text that was taken in; the other arguments are `Document`'s."""
    joined = "\n".join(text.lines)
    data = joined.encode()
    starts = (0, *(match.end() for match in re.finditer(b"\n", data)))
    tree = protection.parse(joined)
    if "==" in joined:
        tree = highlights.marked(tree)
    return Document(text, data, starts, tree, dialect, deck_title, may_hide="{{c" in joined)


def conflicts(doc: Document) -> Iterator[Problem]:
    """A problem for each conflict that a merge has left in the text; one shown in a code block is an example."""
    if b"\n>>>>>>> " not in doc.data:
        return
    code = [(node.start, node.end) for node in doc.tree.walk() if node.kind is Kind.CODE_BLOCK]
    begun, parted = -1, False
    for match in _MARKER.finditer(doc.data):
        if match[0].startswith(b"<"):
            begun, parted = match.start(), False
        elif match[0].startswith(b"="):
            parted = begun >= 0
        elif parted:
            if not any(start <= begun < end for start, end in code):
                message = "a merge has left a conflict here: both sides would go into the deck"
                hint = "keep one of them, and delete the markers"
                yield doc.problem(Severity.ERROR, "merge-conflict", begun, message, hint)
            begun, parted = -1, False


_MARKER = re.compile(rb"^(?:<{7} |={7}$|>{7} )", re.MULTILINE)


def open_fences(doc: Document) -> Iterator[Problem]:
    """A problem for each code fence that is never closed: it swallows all that its container still holds."""
    if b"```" not in doc.data and b"~~~" not in doc.data:
        return
    for node in doc.tree.walk():
        if node.kind is not Kind.CODE_BLOCK:
            continue
        lines = doc.data[node.start : node.end].rstrip().split(b"\n")
        fence = _FENCE.match(lines[0])
        if not fence or (len(lines) > 1 and _CLOSING.fullmatch(lines[-1])):
            continue
        message = "this code fence is never closed, so all that follows it is code"
        hint = f"close it with a line of its own: {fence.group(1).decode()}"
        yield doc.problem(Severity.WARNING, "unclosed-fence", node.start, message, hint)


_FENCE = re.compile(rb"(`{3,}|~{3,})")
_CLOSING = re.compile(rb"[\s>]*(?:`{3,}|~{3,})\s*")
