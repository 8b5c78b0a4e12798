"""The nouns of Deckpress: frozen values that flow from one step to the next.

Nothing of ours is imported here, so that every step can speak of the same things. The vocabulary is Anki's (a *note* is
what the author writes and what has an id, a *card* is what Anki shows) and the print trade's (a *signature* is a run of
notes laid out together that starts on a fresh page); ARCHITECTURE.md has the whole list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import ClassVar, NamedTuple

# --- where something stands, and what is wrong with it ------------------------------------------------------------


class Span(NamedTuple):
    """Whole lines of one file: 1-based, both ends included."""

    file: str
    line: int
    end_line: int


class Severity(Enum):
    """How much a problem matters: an error stops the build, a warning does not, a notice only tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the author can mend: data, not an exception (`line` and `column` are 1-based)."""

    severity: Severity
    code: str
    file: str
    line: int
    column: int
    message: str
    hint: str = ""


class UserError(Exception):
    """Wrong usage or environment: what editing the source cannot mend. `str()` is a sentence for people."""


# --- the block tree of a file -------------------------------------------------------------------------------------


class Kind:
    """What a node of the tree is. Blocks first, then what stands inside a line of text.

    An enumeration in all but its class: until Python 3.12 a member of an `Enum` is looked up four times as slowly, and
    reading a deck asks for one some ten million times. Each kind is there once, so `is` compares them.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"Kind.{self.name}"

    def __reduce__(self) -> str:
        return repr(self)  # where another process finds its own

    DOCUMENT: ClassVar[Kind]
    PARAGRAPH: ClassVar[Kind]
    HEADING: ClassVar[Kind]
    CODE_BLOCK: ClassVar[Kind]
    QUOTE: ClassVar[Kind]
    LIST: ClassVar[Kind]
    ITEM: ClassVar[Kind]
    TABLE: ClassVar[Kind]
    TABLE_HEAD: ClassVar[Kind]
    TABLE_ROW: ClassVar[Kind]
    TABLE_CELL: ClassVar[Kind]
    RULE: ClassVar[Kind]
    HTML_BLOCK: ClassVar[Kind]
    FOOTNOTE: ClassVar[Kind]
    DEFINITION_LIST: ClassVar[Kind]
    DEFINITION_TERM: ClassVar[Kind]
    DEFINITION: ClassVar[Kind]
    TEXT: ClassVar[Kind]
    CODE: ClassVar[Kind]
    EMPHASIS: ClassVar[Kind]
    STRONG: ClassVar[Kind]
    STRIKE: ClassVar[Kind]
    LINK: ClassVar[Kind]
    IMAGE: ClassVar[Kind]
    HTML: ClassVar[Kind]
    SOFT_BREAK: ClassVar[Kind]
    HARD_BREAK: ClassVar[Kind]
    FOOTNOTE_REFERENCE: ClassVar[Kind]
    TASK: ClassVar[Kind]
    MATHS: ClassVar[Kind]
    DISPLAY_MATHS: ClassVar[Kind]
    MARK: ClassVar[Kind]
    DELETION: ClassVar[Kind]


for _name in list(Kind.__annotations__):
    setattr(Kind, _name, Kind(_name))


# With this character, which nobody sees, begins what an image of a formula says of itself: its TeX follows.
FORMULA = "\N{FUNCTION APPLICATION}"


class Node(NamedTuple):
    """One node of a file's tree. `start` and `end` are offsets in bytes of the UTF-8 text that was parsed.

    `text` is a leaf's own text (a code block's content, a text's words, a formula as it is written, an image's size:
    `300x200`). `target` is what the kind points to: a link's or an image's address, a code block's info string, a
    footnote's label, an alert's name (`note`, `tip`, …), the mark that a formula begins with.
    `level` is a heading's level, an ordered list's first number, a task's tick (1 or 0), a cloze deletion's number if
    its author wrote one (else 0). `detail` is a link's or an image's title, a table's column alignments ("lcr-", one
    letter a column), or a deletion's hint.
    """

    kind: Kind
    start: int
    end: int
    text: str = ""
    children: tuple[Node, ...] = ()
    target: str = ""
    level: int = 0
    detail: str = ""

    def walk(self) -> Iterator[Node]:
        """The node and all below it, in reading order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(node.children[::-1])


Nodes = tuple[Node, ...]

# --- what the author wrote ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Basic:
    """A question and its answer: one card. An empty answer is a question still to be answered."""

    question: Nodes
    answer: Nodes


@dataclass(frozen=True, slots=True)
class Reversed:
    """A pair asked both ways: two cards."""

    question: Nodes
    answer: Nodes


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice; `text` is what a reader sees of it."""

    content: Nodes
    correct: bool
    text: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A multiple-choice question: the options in the order written, then the explanation."""

    question: Nodes
    options: tuple[Option, ...]
    explanation: Nodes


@dataclass(frozen=True, slots=True)
class Cloze:
    """A text with deletions, marked in its nodes; one card a deletion number."""

    text: Nodes
    extra: Nodes

    def deletions(self) -> Iterator[Node]:
        """The deletions in reading order; one may lie in another, and then comes after it."""
        for node in self.text:
            yield from (part for part in node.walk() if part.kind is Kind.DELETION)


Body = Basic | Reversed | Choice | Cloze


@dataclass(frozen=True, slots=True)
class Citation:
    """One source of an answer: what it is called and, where known, its web address."""

    title: str
    url: str = ""


class ImageRef(NamedTuple):
    """An image as a note names it, and the line and column (1-based) at which it does."""

    address: str
    line: int
    column: int


class FormulaRef(NamedTuple):
    """A formula of a note, under what it is found among the media once it is set, and where it stands (1-based)."""

    address: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Note:
    """What the author wrote, understood; not yet identified.

    `question_source`, `answer_source` and `hint_source` are the note's own Markdown, dedented: the canonical content
    that identity and modification times follow, whatever version of parser or renderer reads it. `footnotes` holds the
    definitions that the note refers to, `topic` the group headings above it, outermost first, `deck` the deck's path
    without the topic. `tags` are all tags of the note, `own_tags` those that its author gave it rather than its place.
    `short` is the answer in a few words of the author's, for the cheat sheet alone.
    """

    body: Body
    span: Span
    question_text: str
    answer_text: str
    question_source: str
    answer_source: str
    dialect: str
    rule: str
    deck: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    topic_lead: str = ""
    tags: tuple[str, ...] = ()
    own_tags: tuple[str, ...] = ()
    lang: str = ""
    hint: Nodes = ()
    hint_source: str = ""
    citations: tuple[Citation, ...] = ()
    footnotes: Nodes = ()
    images: tuple[ImageRef, ...] = ()
    formulas: tuple[FormulaRef, ...] = ()
    pin: str = ""
    short: str = ""

    @property
    def answered(self) -> bool:
        """Whether the note can be a card: a question alone cannot."""
        match self.body:
            case Basic(answer=answer) | Reversed(answer=answer):
                return bool(answer)
            case Choice(options=options):
                return any(option.correct for option in options)
            case Cloze():
                return True

    def trees(self) -> Iterator[Node]:
        """All top nodes of the note, in reading order."""
        match self.body:
            case Basic(question=front, answer=back) | Reversed(question=front, answer=back):
                yield from (*front, *back)
            case Choice(question=front, options=options, explanation=back):
                yield from front
                for option in options:
                    yield from option.content
                yield from back
            case Cloze(text=text, extra=extra):
                yield from (*text, *extra)
        yield from (*self.hint, *self.footnotes)


class Skipped(NamedTuple):
    """Lines of a source that are in no note, and why."""

    span: Span
    why: str


@dataclass(frozen=True, slots=True)
class Source:
    """One Markdown file as it was found: `name` is its path for people, relative to the project or as given."""

    name: str
    data: bytes
    defaults: Defaults


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a file's notes get unless its front matter says otherwise; `asked` is a dialect that comes before it.

    `folders` are those that the file lies in, below the project's own: each is a deck in the deck of the one above it.
    `name` is what the deck of a file without a title is called.
    """

    title: str = ""
    deck: str = ""
    tags: tuple[str, ...] = ()
    lang: str = ""
    dialect: str = ""
    asked: str = ""
    folders: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What reading one file, or many, gave: every non-blank line is in one note's span or one skipped range."""

    notes: tuple[Note, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[Problem, ...] = ()
    title: str = ""


# --- media, identity, output --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Media:
    """A file that notes show. `name` carries the hash of `data`, so changed bytes arrive under a new name."""

    name: str
    data: bytes = field(repr=False)
    mime: str

    @property
    def is_picture(self) -> bool:
        """Whether it is shown; else it is played."""
        return self.mime.startswith("image/")


# What a note's image addresses stand for: (file of the note, address as written) -> the media.
MediaMap = Mapping[tuple[str, str], Media]
NO_MEDIA: MediaMap = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Identified:
    """A note with its recorded identity: these never depend on wording or on position.

    `nid` is Anki's integer note id (a card's is `nid + 1 + ordinal`); `mod` is when the content last changed, in whole
    seconds since 1970. `clozes` are the numbers of a cloze's deletions, in the order of `Cloze.deletions`.
    """

    note: Note
    id: str
    guid: str
    nid: int
    mod: int
    clozes: tuple[int, ...] = ()


class Target(Enum):
    """For whom HTML is written."""

    ANKI = "anki"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A note's parts as safe HTML for one target; an absent part is the empty string."""

    question: str
    answer: str
    hint: str = ""
    sources: str = ""
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class RenderedNote:
    """An identified note together with its HTML."""

    identified: Identified
    html: Rendered


@dataclass(frozen=True, slots=True)
class DeckInfo:
    """What a writer says about the whole: `slug` names the files, `namespace` owns the note types; pages that are
    `mirrored` run from right to left.
    """

    title: str
    slug: str
    namespace: str
    description: str = ""
    lang: str = "en"
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class Artifact:
    """A finished file: its name inside the output folder, and its bytes."""

    name: str
    data: bytes = field(repr=False)
