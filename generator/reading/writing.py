"""Notes as Markdown, ready to be written in any dialect: what `convert` is made of.

A dialect's `write` gets entries, in the order of the file, and puts its own marks around them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from generator import markdown
from generator.model import Basic, Choice, Citation, Cloze, Kind, Node, Nodes, Note, Reversed
from generator.reading import highlights, protection


class Entry(NamedTuple):
    """A note as Markdown.

    `question` is one line without attributes (empty where the question begins with code or a list), `bold` the same in
    bold, in which nothing is bold by itself. `below` is what else belongs to the question, `options` are the ticks and
    texts of a choice, `answer` is all that answers, with its sources and footnotes; `marks` are the attributes in their
    braces, or nothing.
    """

    topics: tuple[str, ...]
    question: str
    bold: str
    below: str
    options: tuple[tuple[bool, str], ...]
    answer: str
    marks: str
    kind: str

    @property
    def asked(self) -> str:
        """The question's line with its attributes."""
        return " ".join(filter(None, (self.question, self.marks)))

    @property
    def choices(self) -> str:
        """The options as a task list."""
        return "\n".join(
            "\n".join([f"- [{'x' if right else ' '}] {text.splitlines()[0]}", *indented(text.splitlines()[1:], 2)])
            for right, text in self.options
        )

    def told(self, label: str = "Answer:") -> str:
        """All that stands under the question's line: what belongs to it, its options, a label where one is needed."""
        parts = [self.below, self.choices]
        if self.below and self.answer and not self.options:
            parts.append(label)
        return "\n\n".join(filter(None, [*parts, self.answer]))


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
        marks=_marks(note, shared),
        kind=type(note.body).__name__.lower(),
    )


_LINES = (Kind.PARAGRAPH, Kind.HEADING)


def _bold(nodes: Nodes) -> str:
    """A question's line in bold, and without marks of its own that would meet those."""
    if not nodes:
        return "**Question**"
    inside = _without_strong(nodes[0].children)
    strong = Node(Kind.STRONG, nodes[0].start, nodes[0].end, children=inside)
    return markdown.line((nodes[0]._replace(children=(strong,)),), parse)


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
    return "\n".join(["Sources:", "", *(f"- {_source(citation)}" for citation in citations)])


def _source(citation: Citation) -> str:
    return f"[{citation.title}]({citation.url})" if citation.url else citation.title


def _marks(note: Note, shared: frozenset[str]) -> str:
    words = [f"#{note.pin}"] if note.pin else []
    words += [f".{tag}" for tag in note.own_tags if tag not in shared]
    if isinstance(note.body, Reversed):
        words.append("kind=reversed")
    elif isinstance(note.body, Cloze) and any(node.target.startswith("==") for node in note.body.deletions()):
        words.append("kind=cloze")
    elif isinstance(note.body, Basic) and any("{{c" in node.text for node in _texts(note)):
        words.append("kind=basic")
    return f"{{{' '.join(words)}}}" if words else ""


def _texts(note: Note) -> Iterator[Node]:
    return chain.from_iterable(node.walk() for node in note.trees())


def under_topics(title: str, every: Sequence[Entry], note: Callable[[Entry, int], str], deepest: int = 6) -> str:
    """The entries under headings for their topics; `note` writes one, given the level that a heading of its own has.

    All of them have one level, below that of the deepest topic.
    """
    depth = min(max((len(entry.topics) for entry in every), default=0), deepest - 2)
    parts = [f"# {title}"]
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
        parts += [f"{'#' * (level + 2)} {topics[level]}" for level in range(same, len(topics))]
        parts.append(note(entry, depth + 2))
        above = topics
    return "\n\n".join(parts) + "\n"
