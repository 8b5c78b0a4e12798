"""Notes as Markdown, ready to be written in any dialect: what `convert` is made of.

A dialect's `write` gets entries, in the order of the file, and puts its own marks around them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from generator import markdown
from generator.model import Basic, Choice, Citation, Cloze, Kind, Node, Nodes, Note, Reversed
from generator.reading import asking, attributes, highlights, protection
from generator.reading.attributes import Attributes


class Gap(NamedTuple):
    """A deletion of a cloze: its number, 0 where its author wrote none, and its hint."""

    number: int
    hint: str


class Entry(NamedTuple):
    """A note as Markdown.

    `question` is one line without attributes (empty where the question begins with code or a list), `bold` the same in
    bold, in which nothing is bold by itself. `below` is what else belongs to the question, `options` are the ticks and
    texts of a choice, `answer` is all that answers, with its sources and footnotes; `said` are its attributes, `gaps`
    the deletions of a cloze. `asks` says that its words ask something, `whole` is its line
    with the breaks that its author made in it.
    """

    topics: tuple[str, ...]
    question: str
    bold: str
    below: str
    options: tuple[tuple[bool, str], ...]
    answer: str
    said: Attributes
    kind: str
    gaps: tuple[Gap, ...]
    asks: bool
    whole: str

    @property
    def marks(self) -> str:
        """The attributes in their braces, or nothing."""
        return attributes.written(self.said)

    @property
    def asked(self) -> str:
        """The question's line with its attributes."""
        return " ".join(filter(None, (self.question, self.marks)))

    @property
    def remarked(self) -> str:
        """The question's line with its attributes in a comment, which no other program shows."""
        return " ".join(filter(None, (self.question, f"<!-- {self.marks} -->" if self.marks else "")))

    def without(self, **said: object) -> Entry:
        """The entry without some of its attributes, which its dialect says in a way of its own: `pin=""`."""
        return self._replace(said=self.said._replace(**said))  # type: ignore[arg-type]

    @property
    def choices(self) -> str:
        """The options as a task list; with letters where none is known to be right, for they could be things to do."""
        if self.options and not any(right for right, _ in self.options):
            return self._lettered
        return "\n".join(
            "\n".join([f"- [{'x' if right else ' '}] {text.splitlines()[0]}", *indented(text.splitlines()[1:], 2)])
            for right, text in self.options
        )

    @property
    def front(self) -> list[str]:
        """The blocks of a question whose attributes are in a comment; options have letters, which tell nothing."""
        line = " ".join(filter(None, (self.whole, self._replace(question="").remarked)))
        return [*filter(None, [line, self.below, self._lettered if self._has_letters else self.choices])]

    @property
    def _lettered(self) -> str:
        return "\n".join(f"- {letter}) {text}" for letter, (_, text) in zip(_LETTERS, self.options, strict=False))

    @property
    def back(self) -> str:
        """The answer to that question: the letters of the right options, then what explains them."""
        right = [letter for letter, (right, _) in zip(_LETTERS, self.options, strict=False) if right]
        key = f"Answer: {', '.join(right)}" if self._has_letters else ""
        return "\n\n".join(filter(None, [key, self.answer]))

    @property
    def _has_letters(self) -> bool:
        plain = all("\n" not in text for _, text in self.options)
        return plain and any(right for right, _ in self.options) and 1 < len(self.options) <= len(_LETTERS)

    def told(self, label: str = "Answer:") -> str:
        """All that stands under the question's line: what belongs to it, its options, a label where one is needed."""
        parts = [self.below, self.choices]
        if self.below and self.answer and not self.options:
            parts.append(label)
        return "\n\n".join(filter(None, [*parts, self.answer]))


_LETTERS = "ABCDEFGH"


def indented(lines: Sequence[str], width: int) -> list[str]:
    """Lines behind so many spaces; blank ones stay blank."""
    return [" " * width + line if line else line for line in lines]


Write = Callable[[str, Sequence[Entry]], str]


def parse(text: str) -> Nodes:
    """Markdown as the reader parses it."""
    tree = protection.parse(text)
    return (highlights.marked(tree) if "==" in text else tree).children


def entries(notes: Sequence[Note], shared: Sequence[str] = ()) -> list[Entry]:
    """The notes as Markdown; tags that all of the file's notes share are left to its front matter."""
    return [_entry(note, frozenset(shared)) for note in notes]


def _entry(note: Note, shared: frozenset[str]) -> Entry:
    front, options, back = _parts(note)
    first, below = (front[:1], front[1:]) if front and front[0].kind in _LINES else ((), front)
    tail = [_sources(note.citations), markdown.written(note.footnotes, parse)]
    answer = "\n\n".join(filter(None, [markdown.written(back, parse), *tail]))
    return Entry(
        topics=note.topic,
        question=markdown.line(first, parse) if first else "",
        bold=_bold(first),
        below=markdown.written(below, parse),
        options=options,
        answer=answer,
        said=_said(note, shared),
        kind=type(note.body).__name__.lower(),
        gaps=tuple(Gap(gap.level, gap.detail) for gap in deletions(note)),
        whole=markdown.written(first, parse),
        asks=asking.strength(note.question_text) > 0,
    )


_LINES = (Kind.PARAGRAPH, Kind.HEADING)


def _bold(nodes: Nodes) -> str:
    """A question's line in bold, and without marks of its own that would meet those."""
    if not nodes:
        return "**Question**"
    inner = markdown.line(nodes, parse)
    whole = f"**{_STARS.sub(lambda found: '__' if found[0] == '**' else found[0], inner)}**"
    read = parse(whole)
    if len(read) == 1 and markdown.bare(read[0].children) == markdown.bare((_strong(nodes[0], nodes[0].children),)):
        return whole
    inside = _without_strong(nodes[0].children)
    return markdown.line((nodes[0]._replace(children=(_strong(nodes[0], inside),)),), parse)


# What is bold in a bold line has other marks; in code stars are stars.
_STARS = re.compile(r"(`+).*?\1|\*\*")


def _strong(node: Node, inside: Nodes) -> Node:
    return Node(Kind.STRONG, node.start, node.end, children=inside)


def _without_strong(nodes: Nodes) -> Nodes:
    found: list[Node] = []
    for node in nodes:
        inside = _without_strong(node.children)
        found += inside if node.kind in (Kind.STRONG, Kind.EMPHASIS) else [node._replace(children=inside)]
    return tuple(found)


def _parts(note: Note) -> tuple[Nodes, tuple[tuple[bool, str], ...], Nodes]:
    """What asks, the options, and what answers."""
    match note.body:
        case Basic(question=front, answer=back) | Reversed(question=front, answer=back):
            return front, (), back
        case Cloze(text=text, extra=extra):
            return text[:1], (), (*text[1:], *extra)
        case Choice(question=front, options=options, explanation=back):
            return front, tuple((one.correct, _option(one.content)) for one in options), back


def _option(content: Nodes) -> str:
    if all(node.kind not in _LINES and node.kind is not Kind.CODE_BLOCK for node in content):
        return markdown.line(content, parse)
    return markdown.written(content, parse)


def _sources(citations: Sequence[Citation]) -> str:
    """The citations as a list under their label, as they are read back."""
    if not citations:
        return ""
    return "\n".join(["Sources:", *(f"- {_source(citation)}" for citation in citations)])


def _source(citation: Citation) -> str:
    return f"[{citation.title}]({citation.url})" if citation.url else citation.title


def _said(note: Note, shared: frozenset[str]) -> Attributes:
    kind = ""
    if isinstance(note.body, Reversed):
        kind = attributes.REVERSED
    elif isinstance(note.body, Cloze) and _is_to_be_called(note.body):
        kind = attributes.CLOZE
    elif isinstance(note.body, Basic) and any("{{c" in node.text for node in _texts(note)):
        kind = attributes.BASIC
    return Attributes(note.pin, tuple(tag for tag in note.own_tags if tag not in shared), kind)


def _is_to_be_called(cloze: Cloze) -> bool:
    """Whether a cloze would not be seen to be one: what is highlighted hides nothing by itself, nor does code."""
    gaps = [*cloze.deletions()]
    in_code = [gap for node in cloze.text for part in node.walk() if part.kind in _CODE for gap in part.children]
    return any(not gap.level for gap in gaps) or all(any(gap is one for one in in_code) for gap in gaps)


_CODE = (Kind.CODE, Kind.CODE_BLOCK)


def deletions(note: Note) -> Iterator[Node]:
    """The deletions of a note, if it is a cloze."""
    return note.body.deletions() if isinstance(note.body, Cloze) else iter(())


def _texts(note: Note) -> Iterator[Node]:
    return chain.from_iterable(node.walk() for node in note.trees())


def labelled(label: str, text: str) -> str:
    """A text behind its label, on the same line unless it is code; nothing where there is no text."""
    return f"{label}{chr(10) if text.startswith('```') else ' '}{text}" if text else ""


# --- deletions --------------------------------------------------------------------------------------------------------

_GAP = re.compile(
    r"\{\{c(?P<number>\d+)::(?P<text>(?:(?!\{\{|\}\}|::).)+)(?:::(?P<hint>(?:(?!\{\{|\}\}|::).)+))?\}\}"
    r"|(?<!=)==(?P<open>[^=\n:]+)(?:::(?P<open_hint>[^=\n:]+))?==(?!=)"
)


def regapped(entry: Entry, text: str, mark: Callable[[str, Gap], str | None], exact: bool = False) -> str | None:
    """A text whose deletions all have the marks that `mark` puts around them; None where that can't be said.

    The numbers 1, 2, 3 … in their order need not be said, unless `exact`: deletions without numbers get these.
    """
    ordered = not exact and [gap.number for gap in entry.gaps] == [*range(1, len(entry.gaps) + 1)]
    found = [*_GAP.finditer(text)]
    if len(found) != len(entry.gaps) or "`" in text:
        return None
    written = []
    for gap in found:
        number = 0 if ordered else int(gap["number"] or 0)
        marked = mark(gap["text"] or gap["open"], Gap(number, gap["hint"] or gap["open_hint"] or ""))
        if marked is None:
            return None
        written.append(marked)
    pieces = iter(written)
    return _GAP.sub(lambda _: next(pieces), text)


# --- topics -----------------------------------------------------------------------------------------------------------


def heading(level: int, name: str) -> str:
    """A topic as a heading."""
    return f"{'#' * level} {name}"


def remark(level: int, name: str) -> str:
    """A topic in a comment, for programs that take headings for cards."""
    return f"<!-- {heading(level, name)} -->"


def under_topics(
    title: str,
    every: Sequence[Entry],
    note: Callable[[Entry, int], str],
    deepest: int = 6,
    named: Callable[[int, str], str] = heading,
) -> str:
    """The entries under headings for their topics; `note` writes one, given the level that a heading of its own has.

    All of them have one level, below that of the deepest topic; headings in answers are deeper. `named` writes a topic,
    if not as a heading.
    """
    depth = min(max((len(entry.topics) for entry in every), default=0), deepest - 2)
    parts = [named(1, title)] if title else []
    above: tuple[str, ...] = ()
    for entry in every:
        topics = (
            (*entry.topics[: depth - 1], " › ".join(entry.topics[depth - 1 :]))
            if entry.topics[depth:]
            else entry.topics
        )
        same = next(
            (n for n, (old, new) in enumerate(zip(above, topics, strict=False)) if old != new),
            min(len(above), len(topics)),
        )
        parts += [named(level + 2, topics[level]) for level in range(same, len(topics))]
        parts.append(note(entry._replace(answer=_deepened(entry.answer, depth + 2)), depth + 2))
        above = topics
    return "\n\n".join(parts) + "\n"


def _deepened(answer: str, level: int) -> str:
    """An answer with its headings below this level."""
    nodes = parse(answer) if "#" in answer else ()
    found = [node for node in nodes if node.kind is Kind.HEADING]
    more = level + 1 - min((node.level for node in found), default=level + 1)
    data = answer.encode()
    for node in reversed(found) if more > 0 else ():
        added = min(more, _DEEPEST - node.level)
        data = data[: node.start] + b"#" * added + data[node.start :]
    return data.decode()


_DEEPEST = 6
