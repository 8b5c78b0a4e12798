"""A file's headings, each with what stands under it: what may ask is told here, what does by `outline`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise, takewhile

from generator.model import Kind, Node, Nodes
from generator.reading import answers, asking, attributes, clozes, furniture, numbering
from generator.reading.document import Document


@dataclass(frozen=True)
class Section:
    """A heading with what follows it up to the next heading.

    `inline` and `text` are the heading's, without the `attributes` at its end; `number` the numbering in front of it,
    if it is one. `comments` are the blocks right under it that hold more of its attributes, `body` comes after them.
    `of_project` says that it asks of the project whose README the file is, `hides` that there are cloze deletions in
    what stands under it, `told` that it is a question for that alone. `above` is the heading right above it that holds
    nothing but its label (`Q3`).
    """

    heading: Node
    comments: Nodes
    body: Nodes
    inline: Nodes
    text: str
    number: numbering.Number | None
    attributes: attributes.Attributes
    of_project: bool = False
    hides: bool = False
    told: bool = False
    above: Nodes = ()

    @property
    def level(self) -> int:
        """1 to 6."""
        return self.heading.level

    @property
    def labelled(self) -> bool:
        """Whether a label such as `Q3.` says that it is a question."""
        return self.number is not None and self.number.labelled

    @cached_property
    def words(self) -> str:
        """Its text without the numbering."""
        return self.text[self.number.length :] if self.number else self.text

    @cached_property
    def strength(self) -> float:
        """How surely it asks: by its label, a kind of note or a deletion in it, else by its words (not its number)."""
        return asking.MARKED if self.labelled or self.is_marked else asking.strength(self.words)

    @cached_property
    def is_marked(self) -> bool:
        """Whether its author says that it is a note, by the kind or by what is hidden."""
        return bool(self.attributes.kind) or self.told or self.is_cloze

    @cached_property
    def is_cloze(self) -> bool:
        """Whether a cloze deletion stands in the heading itself."""
        return clozes.deletes((self.heading,))

    @property
    def is_whole(self) -> bool:
        """Whether it would make a card: an answer stands under it, or it has its answer in itself."""
        return self.is_cloze or self.holds_text

    @cached_property
    def holds_text(self) -> bool:
        """Whether something stands under it that could be an answer."""
        return bool(furniture.trimmed_tail(self.body)[0])

    @cached_property
    def tells(self) -> bool:
        """Whether more stands under it than links to other places, which answer nothing by themselves."""
        return self.holds_text and not all(furniture.furniture(node) or _only_links(node) for node in self.body)

    @cached_property
    def waits(self) -> bool:
        """Whether only a word stands under it that the answer is to come, such as `TODO`."""
        return furniture.is_placeholder(furniture.trimmed_tail(self.body)[0])

    @property
    def housekeeping(self) -> bool:
        """Whether it begins a part about the file; what is numbered never does."""
        return self.number is None and (self.of_project or furniture.is_housekeeping(self.text))

    @property
    def empty(self) -> bool:
        """Whether the heading has neither text nor picture."""
        return not self.text and not any(node.kind is Kind.IMAGE for node in self.heading.walk())


def of_file(doc: Document) -> tuple[Nodes, list[Section]]:
    """The blocks before the first heading, and the sections."""
    blocks = doc.tree.children
    places = [index for index, node in enumerate(blocks) if node.kind is Kind.HEADING]
    found = []
    for place, following in pairwise([*places, len(blocks)]):
        found.append(_section(blocks[place], blocks[place + 1 : following]))
    highlights = clozes.kind_of_file(doc) == attributes.CLOZE
    if doc.may_hide or highlights:
        found = [replace(section, hides=clozes.deletes(section.body, highlights)) for section in found]
    if any(furniture.tells_of_project(section.text) for section in found):
        found = [replace(section, of_project=furniture.asks_of_project(section.text)) for section in found]
    return blocks[: places[0]] if places else blocks, _believed(_with_labels_above(_tasks(found)))


def _with_labels_above(found: list[Section]) -> list[Section]:
    """The sections; a heading that is only a label, right above one that is no deeper, goes with that one."""
    following = zip(found, found[1:], [*found[2:], None], strict=False)
    labels = {place for place, three in enumerate(following) if _labels_next(*three)}
    if len(labels) < _FEWEST_LABELS:
        return found
    return [
        replace(section, told=True, above=(found[place - 1].heading,)) if place - 1 in labels else section
        for place, section in enumerate(found)
        if place not in labels
    ]


_FEWEST_LABELS = 2


# What a heading says that is only a number.
_ONLY_NUMBER = re.compile(r"[\W_]*\d{1,4}(?:[.-]\d{1,3}){0,2}[\W_]*")


def _labels_next(section: Section, below: Section, after: Section | None) -> bool:
    """Whether a heading only labels the one below it: a number alone also one that is deeper, if no other follows."""
    label = section.labelled and not section.words and below.level <= section.level
    alone = after is None or after.level <= section.level or after.level > below.level
    number = bool(_ONLY_NUMBER.fullmatch(section.text)) and below.tells and alone
    if section.holds_text or not (label or number):
        return False
    return not (below.labelled or below.empty or below.housekeeping or furniture.names_part(below.text))


def is_for_interviews(doc: Document) -> bool:
    """Whether a file says, more than in passing, that it is for interviews."""
    return doc.once("interviews", lambda: len(_INTERVIEW.findall("\n".join(doc.text.lines))) > 1)


_INTERVIEW = re.compile(
    r"""interview|vorstellungsgespräch|bewerbungsgespräch|entrevista|entretien|colloquio|собеседовани|співбесід
    |rozmow[ay]\ kwalifikacyjn|phỏng\ vấn|mülakat|面试|面試|面接|면접""",
    re.IGNORECASE | re.VERBOSE,
)


def _only_links(node: Node) -> bool:
    """Whether a list holds nothing but links, one an item."""
    if node.kind is not Kind.LIST:
        return False
    return all(
        _is_link(item.children) or (len(item.children) == 1 and _is_link(item.children[0].children))
        for item in node.children
    )


def _is_link(nodes: Nodes) -> bool:
    return len(nodes) == 1 and nodes[0].kind is Kind.LINK


def _tasks(found: list[Section]) -> list[Section]:
    """The sections; where several of a level hold an answer to unfold and nothing before it, these are told to ask."""
    told = [_unfolds(section) for section in found]
    often = Counter(section.level for section, unfolds in zip(found, told, strict=True) if unfolds)
    return [
        replace(section, told=unfolds and often[section.level] > 1)
        for section, unfolds in zip(found, told, strict=True)
    ]


def _unfolds(section: Section) -> bool:
    """Whether what stands under a heading is to be unfolded, and said to be an answer."""
    first = next((place for place, node in enumerate(section.body) if not furniture.furniture(node)), None)
    if first is None or section.empty or section.housekeeping or furniture.names_part(section.text):
        return False
    if section.body[first].kind is Kind.QUOTE:
        return answers.says_in_callout(section.body[first])
    said = answers.summary(section.body[first])
    enough = bool(answers.names_answer(said)) or len(section.words.split()) >= _FEWEST_WORDS
    return answers.says_answer(said) and enough


# So many words a heading has that is a task, where the summary below it only says `show`.
_FEWEST_WORDS = 4


def _section(heading: Node, under: Nodes) -> Section:
    inline, attrs = attributes.at_end(numbering.unwrapped(heading.children))
    comments = tuple(takewhile(_holds_attributes, under))
    for comment in comments:
        attrs |= attributes.in_comments(comment.text)
    text = numbering.raw_text(inline).strip()
    return Section(heading, comments, under[len(comments) :], inline, text, _number(inline, text), attrs)


def _holds_attributes(node: Node) -> bool:
    return node.kind is Kind.HTML_BLOCK and attributes.in_comments(node.text) != attributes.NONE


def _number(inline: Nodes, text: str) -> numbering.Number | None:
    """The numbering in front of a heading; what a deletion hides is none: `{{c1::42}} is the answer`."""
    number = numbering.number(text) or _label_behind_sign(text)
    if number is None or not clozes.deletes(inline):
        return number
    first = next(place for place, node in enumerate(inline) if clozes.deletes((node,)))
    return number if number.length <= len(numbering.raw_text(inline[:first]).lstrip()) else None


def _label_behind_sign(text: str) -> numbering.Number | None:
    """A label such as `Question 1:` behind an emoji, or the number of what asks: `✅ 2. Describe …`."""
    sign = _SIGN.match(text)
    label = numbering.number(text[sign.end() :]) if sign else None
    if sign is None or label is None or label.bare:
        return None
    told = label.labelled or asking.strength(text[sign.end() + label.length :]) > 0
    return label._replace(length=label.length + sign.end()) if told else None


_SIGN = re.compile(r"[^\w\s!-~]{1,4}\s+")


def _believed(found: list[Section]) -> list[Section]:
    """The sections, a bare number (`2 what is …`) kept as one only where that is plain.

    It is, where what follows begins a question, or where headings are numbered and a neighbour goes on counting.
    """
    if not any(section.number and section.number.bare for section in found):
        return found
    levels = Counter(section.level for section in found)
    counted = Counter(section.level for section in found if section.number)
    near: list[set[int]] = []
    last: dict[int, int] = {}
    for section in found:  # the number before each, at its level
        near.append({last.get(section.level, -1) + 1})
        last[section.level] = _value(section, last.get(section.level, -1))
    last = {}
    for place, section in reversed(list(enumerate(found))):  # and the number after it
        near[place].add(last.get(section.level, -1) - 1)
        last[section.level] = _value(section, last.get(section.level, -1))
    return [
        section
        if _is_number(section, near[place], counted[section.level] * 2 >= levels[section.level])
        else replace(section, number=None)
        for place, section in enumerate(found)
    ]


def _value(section: Section, default: int) -> int:
    return default if section.number is None or section.number.value is None else section.number.value


def _is_number(section: Section, neighbours: set[int], level_is_numbered: bool) -> bool:
    number = section.number
    if number is None or not number.bare:
        return True
    return (level_is_numbered and number.value in neighbours) or asking.opens(section.words)
