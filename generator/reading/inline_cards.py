"""What Obsidian's flashcard plug-ins share: `question::answer` on one line, tags, and the ids that they leave."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from generator.model import Kind, Skipped
from generator.reading import answers, numbering
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.excerpts import Excerpt, Line, Lines, Piece
from generator.reading.notes import Place
from generator.reading.places import Places

# Ids and schedules that the plug-ins leave in the text: never shown.
BLOCK_ID = re.compile(r"(?<![\d{^])\^(?P<id>\d{13})[ \t]*$")
SCHEDULE = re.compile(r"<!--\s*SR:[^>]*-->")
_TOOL_ID = re.compile(r"<!--\s*(?:ID|anki)\s*:\s*(?P<id>[\w.-]+)\s*-->")
# What Obsidian itself puts at the end of a block that is linked to: `^a1b2c3`, `^a-name`.
_LINK_ID = re.compile(r"(?:^|(?<=\s))\^(?=[\w-]*[\d-])[A-Za-z][\w-]{4,}[ \t]*$|(?:^|(?<=\s))\^(?=\w*[a-z])\w{6}[ \t]*$")

PARTS = re.compile(r"(?<!:)(?:::?@::?|:{2,3})(?!:)")
_BOTH = (":::", "::@::", ";;;")
_MARKER = re.compile(r"[ \t]*(?:>[ \t]?)*(?:(?:[-*+]|\d+[.)]|#{1,6})[ \t]+)?(?:\[[ xX]\][ \t]+)?")
_TICKS = re.compile(r"`+")
# What holds `::` and means nothing by it: maths, addresses, links, tags of HTML, deletions of Anki's, names in code.
_UNREAD = re.compile(
    r"\$\$[^$]*\$\$|\$[^$\s][^$]*\$|\]\([^()\s]*\)|\bhttps?://\S+|\[\[[^\[\]]*\]\]|<[/!A-Za-z][^<>]*>|\{\{c\d+::(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+\}\}"
    r"|(?<!\w)(?:std|crate|self|super|Self|boost|core|alloc|tokio)::\w[\w:]*"
    r"|(?<!\w)[A-Z]\w*::~?\w+[(<]|(?<!\w)\w+::\w+::\w[\w:]*|(?<!\S)#\S+"
)
# A name with two colons is one of Dataview's fields, if all behind it is links, or it is such a word.
_FIELD = re.compile(
    r"(?:tags?|topics?|status|related|see also|links?|sources?|authors?|dates?|created|updated|modified|up|down|parent"
    r"|prev(?:ious)?|next|types?|category|alias(?:es)?|id|deck|collapsed|area|project|url|cards?-[\w-]+|hl-[\w-]+"
    r"|ls-type|background-color|heading|file-path|public)\Z",
    re.IGNORECASE,
)
_LINKS_ALONE = re.compile(r"(?:\[\[[^\[\]]*\]\]|\*|_|,|;|\s|\([^()]*\))+\Z")
_MOST_WORDS_OF_FIELD = 4

_TAG = re.compile(r"#[^\s#\d,;][^\s#]*\Z")
MARKER_TAG = re.compile(r"#(?:cards?|flash-?cards?|anki|ankify|fc|srs?|🧠)(?:[/-]\S*)?\Z", re.IGNORECASE)
# What the program that knows Anki's decks by their names reads above its cards: `TARGET DECK: A::B`.
HEADER = re.compile(r"[ \t]*(?:TARGET DECK|FILE TAGS)\b")

# What names a deck: `#flashcards/sub/deck`.
DECK = re.compile(
    r"#(?:flash-?cards?|🧠|srs?|cards?|spaced-?repetition)(?:/(?P<deck>[^\s#]+))?(?=[\s,;]|$)", re.IGNORECASE
)


class Inline(NamedTuple):
    """A card on one line: where question and answer stand, whether it is asked both ways, the id and tags behind it."""

    question: Piece
    answer: Piece
    both: bool
    pin: str
    tags: tuple[str, ...]


def inline(line: Line, parts: re.Pattern[str] = PARTS, tagged: bool = False, fields: bool = False) -> Inline | None:
    """The card on a line, or None; what stands in code, maths, links or addresses parts nothing.

    Tags at the end are the card's if one of them is a flashcard program's, or always where it is `tagged`. `fields`
    says that what looks like a field of Dataview's is a card as well.
    """
    if line.code or not parts.search(line.text) or line.text.lstrip().startswith("|"):
        return None
    if HEADER.match(line.text):
        return None
    marker = _MARKER.match(line.text)
    begin = marker.end() if marker else 0
    parting = _parting(masked(line.text), parts)
    if not parting or not line.text[begin : parting.start()].strip():
        return None
    if not fields and is_field(line.text, begin, parting):
        return None
    end, pin = tail(line.text, parting.end())
    start, tags = trailing_tags(line.text[:end], parting.end())
    if tags and start > parting.end() and (tagged or any(map(MARKER_TAG.match, tags))):
        end = start
    else:
        tags = ()
    if not line.text[parting.end() : end].strip():
        return None
    question, answer = trimmed(line, begin, parting.start()), trimmed(line, parting.end(), end)
    return Inline(question, answer, parting.group() in _BOTH, pin, without_markers(tags))


def _parting(text: str, parts: re.Pattern[str]) -> re.Match[str] | None:
    """What parts question and answer: the first one with spaces around it, else the first."""
    first = None
    for found in parts.finditer(text):
        if text[found.start() - 1 : found.start()].isspace() and text[found.end() : found.end() + 1].isspace():
            return found
        first = first or found
    return first


def masked(text: str) -> str:
    """A line with what parts nothing made unreadable, character by character."""
    if "`" in text:
        runs = [run.span() for run in _TICKS.finditer(text)]
        closing: dict[int, int] = {}  # by the length of a run, the end of the next one of that length
        ends = [0] * len(runs)
        for index in range(len(runs) - 1, -1, -1):
            start, end = runs[index]
            ends[index] = closing.get(end - start, 0)
            closing[end - start] = end
        place = 0
        for (start, _), until in zip(runs, ends, strict=True):
            if start >= place and until:
                text = text[:start] + "x" * (until - start) + text[until:]
                place = until
    return _UNREAD.sub(lambda found: "x" * len(found.group()), text)


def is_field(text: str, begin: int, parting: re.Match[str]) -> bool:
    """Whether a line is a field of Dataview's or a property, `status:: open`, and no card."""
    name = text[begin : parting.start()]
    if name[-1:].isspace() or name.isupper() or "?" in name or len(name.split()) > _MOST_WORDS_OF_FIELD:
        return False
    return bool(_FIELD.match(name.strip("*_ ")) or _LINKS_ALONE.match(text[parting.end() :]))


def trimmed(line: Line, first: int, last: int) -> Piece:
    """The piece of a line between two places, without white space at its ends."""
    text = line.text[first:last]
    return line.between(first + len(text) - len(text.lstrip()), first + len(text.rstrip()))


def tail(text: str, start: int = 0) -> tuple[int, str]:
    """Where the schedule, the id, or both at the end of a line begin, and the id."""
    end, pin = len(text), ""
    if "<!--" in text:
        for shape in (SCHEDULE, _TOOL_ID):
            found = shape.search(text, start, end)
            if found:
                end, pin = found.start(), pin or found.groupdict().get("id", "")
    if "^" in text:
        for shape in (BLOCK_ID, _LINK_ID):
            found = shape.search(text[:end].rstrip(), start)
            if found:
                end, pin = found.start(), pin or found.groupdict().get("id", "")
    return end, pin


def without_schedule(lines: Sequence[Line]) -> list[Piece]:
    """The lines without schedules and ids, as pieces; one that holds nothing else is left out."""
    found: list[Piece] = []
    for line in lines:
        end = len(line.text) if line.code else tail(line.text)[0]
        if line.text[:end].strip() or not line.text.strip():
            found.append(line.between(0, end))
    return found


def unique(pins: Sequence[str]) -> list[str]:
    """The ids that stand once in the file; an empty one in place of the others."""
    times = Counter(pins)
    return [pin if pin and times[pin] == 1 else "" for pin in pins]


# --- tags ---------------------------------------------------------------------------------------------------------


def trailing_tags(text: str, start: int = 0) -> tuple[int, tuple[str, ...]]:
    """Where the tags at the end of a text begin, not before `start`, and the tags."""
    end = len(text)
    tags: list[str] = []
    while True:
        last = end
        while last > start and text[last - 1].isspace():
            last -= 1
        first = max(text.rfind(" ", start, last), text.rfind("\t", start, last), start - 1) + 1
        word = text[first:last].rstrip(",;")
        if first >= last or not _TAG.match(word):
            return end, tuple(reversed(tags))
        tags.append(word)
        end = first


def tags_of(text: str) -> tuple[str, ...]:
    """The tags of a line that holds nothing else, but perhaps the word `Tags:` in front of them."""
    word = _TAGS_WORD.match(text)
    begin = word.end() if word else 0
    start, tags = trailing_tags(text, begin)
    return tags if tags and not text[begin:start].strip() else ()


_TAGS_WORD = re.compile(r"[ \t]*(?:\*\*)?tags?(?:\*\*)?[ \t]*::?(?:\*\*)?", re.IGNORECASE)


def deck_of(tags: Sequence[str]) -> tuple[str, ...] | None:
    """The names in the first tag that names a deck, or None where none does."""
    deck = next((found for tag in tags if (found := DECK.match(tag))), None)
    return tuple(filter(None, re.split(r"/|::", deck["deck"] or ""))) if deck else None


def bare(text: str) -> str:
    """A title without the tags at its end, if one of them is a program's."""
    start, tags = trailing_tags(text)
    return text[:start].rstrip() if start and any(map(MARKER_TAG.match, tags)) else text


class Where:
    """Where cards stand: in their deck, and under the headings above them that are no cards themselves."""

    def __init__(self, doc: Document, places: Places, starts: Collection[int]) -> None:
        headings = [node for node in doc.tree.children if node.kind is Kind.HEADING and node.start in starts]
        self._asked = {plain(node.children).strip(" :：.#") for node in headings}
        self._places = places
        self.title = "" if places.title in self._asked else bare(places.title)

    def of(self, offset: int, deck: tuple[str, ...] = ()) -> Place:
        """The place of the card that begins at this byte."""
        above = self._places.of(offset)
        return Place((*deck, *(bare(name) for name in above.topics if name not in self._asked)), above.lead)


def skipped(lines: Lines) -> Iterator[Skipped]:
    """The lines that only the plug-ins read, each with what it is."""
    for line in lines.all:
        if line.code or line.blank:
            continue
        if "SR:" in line.text and not SCHEDULE.sub("", line.text).strip():
            yield Skipped(lines.span([line]), "schedule")
        elif deck_of(tags_of(line.text)) is not None:
            yield Skipped(lines.span([line]), "deck tag")


def without_markers(tags: Sequence[str]) -> tuple[str, ...]:
    """The tags that are the author's own, without their sign: not those by which a program knows its cards."""
    return tuple(tag.lstrip("#") for tag in tags if not MARKER_TAG.match(tag))


# --- labels -------------------------------------------------------------------------------------------------------

_FRONT = re.compile(r"\s*(?:front|question)\s*[:：]\s*", re.IGNORECASE)


def asked(question: Excerpt) -> Excerpt:
    """A question without `Q:` or `Front:` in front of it."""
    if not question.nodes or not question.nodes[0].children:
        return question
    first = question.nodes[0]
    text = numbering.raw_text(first.children)[:60]
    number, front = numbering.number(text), _FRONT.match(text)
    length = front.end() if front else number.length if number and number.labelled else 0
    if not length or not text[length:].strip():
        return question
    inline_nodes = numbering.trimmed(numbering.without_prefix(first.children, length))
    return Excerpt((first._replace(children=inline_nodes), *question.nodes[1:]), question.source)


def told(answer: Excerpt) -> Excerpt:
    """An answer without `A:`, `Back:` or `Answer:` in front of it."""
    return Excerpt(answers.without_word(answer.nodes), answer.source)


def dedented(lines: Sequence[Line]) -> Iterator[Line]:
    """An answer's lines without a first one that only says `Answer:`, and those below it not as deep any more."""
    said = (
        lines and not lines[0].code and answers.says_answer(lines[0].text) and lines[0].text.rstrip(" *_")[-1:] == ":"
    )
    if not said or len(lines) == 1:
        yield from lines
        return
    below = [line for line in lines[1:] if not line.blank and not line.text.startswith("<!--")]
    indent = min((len(line.text) - len(line.text.lstrip()) for line in below), default=0)
    for line in lines[1:]:
        cut = min(indent, len(line.text) - len(line.text.lstrip()))
        start = line.after(cut)[0]
        yield line._replace(start=start, text=line.text[cut:])
