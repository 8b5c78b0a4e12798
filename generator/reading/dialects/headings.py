"""Headings as questions: a heading asks, what follows until the next question answers.

The level that asks is found by evidence (numbers, question marks, words that ask); shallower headings that hold questions
are topics, deeper ones are parts of an answer. Headings in code fences are code: the tree never shows them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

from generator.model import Basic, Kind, Node, Nodes, Note, Parsed, Problem, Severity, Skipped
from generator.reading import asking, attributes, citations, furniture, numbering
from generator.reading.blocks import plain
from generator.reading.document import Document

NAME = "headings"


class Role(Enum):
    """What a heading is in its file; the value says so for people."""

    QUESTION = "question"
    PART = "part of an answer"
    TOPIC = "topic"
    TITLE = "title"
    HOUSEKEEPING = "housekeeping section"
    OTHER = "heading that asks nothing"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what follows it up to the next heading. `number` is the numbering in front of its text."""

    heading: Node
    body: Nodes
    text: str
    number: numbering.Number | None

    @property
    def level(self) -> int:
        """1 to 6."""
        return self.heading.level

    @property
    def asks(self) -> bool:
        """Whether it asks by its number, its label or its words."""
        return self.number is not None or asking.asks(self.text)

    @property
    def holds_text(self) -> bool:
        """Whether something stands under it that could be an answer."""
        return bool(furniture.trimmed_tail(self.body)[0])


def score(doc: Document) -> float:
    """How many questions this reading finds: the evidence on which dialects are compared."""
    _, sections = _sections(doc)
    return float(sum(role is Role.QUESTION for role in _roles(sections, forced=False)))


def read(doc: Document) -> Parsed:
    """The notes of a file in which headings ask. With `dialect: headings` every heading of the asking level does."""
    preface, sections = _sections(doc)
    roles = _roles(sections, forced=doc.dialect == NAME)
    skipped = [Skipped(doc.span((node,)), furniture.furniture(node) or "preface") for node in preface]
    problems: list[Problem] = []
    notes: list[Note] = []
    topics: list[tuple[int, str, str]] = []
    title = ""
    index = 0
    while index < len(sections):
        section, role = sections[index], roles[index]
        end = index + 1
        if role is Role.QUESTION:
            while end < len(sections) and roles[end] is Role.PART:
                end += 1
            note, gone = _note(doc, sections[index:end], _path(topics))
            notes.append(replace(note, topic_lead=topics[-1][2] if topics else ""))
            skipped += gone
            if not note.answered:
                problems.append(_unanswered(doc, section))
        elif role in (Role.TOPIC, Role.TITLE):
            lead = _lead(section)
            topics = [topic for topic in topics if topic[0] < section.level]
            if role is Role.TITLE:
                title = section.text
            if role is Role.TOPIC or doc.title_is_topic(section.text):
                topics.append((section.level, _topic_name(section), lead))
            skipped += _skipped(doc, section, role)
        else:
            skipped += _skipped(doc, section, role)
        index = end
    return Parsed(tuple(notes), tuple(skipped), tuple(problems), title)


def _sections(doc: Document) -> tuple[Nodes, list[Section]]:
    """The blocks before the first heading, and the sections."""
    blocks = doc.tree.children
    places = [index for index, node in enumerate(blocks) if node.kind is Kind.HEADING]
    sections = []
    for place, following in pairwise([*places, len(blocks)]):
        heading = blocks[place]
        text = numbering.raw_text(numbering.unwrapped(heading.children)).strip()
        sections.append(Section(heading, blocks[place + 1 : following], text, numbering.number(text)))
    return blocks[: places[0]] if places else blocks, _believed(sections)


def _believed(sections: list[Section]) -> list[Section]:
    """The sections with bare numbers (`2 what is …`) kept as numbers only where a neighbour goes on counting."""
    believed = []
    for index, section in enumerate(sections):
        own = section.number
        if own is not None and own.bare:
            near = [s.number.value for s in sections[max(0, index - 12) : index + 13] if s.number and s.level == section.level]
            if own.value is None or not {own.value - 1, own.value + 1} & set(near):
                section = replace(section, number=None)
        believed.append(section)
    return believed


# --- which heading is what ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Style:
    """How a file asks: at which level, whether by numbers, and whether every heading there is a question."""

    level: int
    numbered: bool
    labelled: bool
    all_ask: bool


def _style(sections: Sequence[Section], forced: bool) -> _Style | None:
    evidence: dict[int, float] = {}
    for level in {section.level for section in sections}:
        here = [section for section in sections if section.level == level and not furniture.is_housekeeping(section.text)]
        numbered = sum(0.9 for section in here if section.number)
        # Sub-headings that repeat ("Why?", "How?") are one voice, however often they come.
        evidence[level] = numbered + len({s.text.casefold() for s in here if not s.number and s.asks})
    best = max(evidence, key=lambda level: (evidence[level], -level), default=0)
    if not best or evidence[best] == 0:
        if not forced:
            return None
        best = max(evidence, key=lambda level: (_leaves(sections, level), -level))
    here = [section for section in sections if section.level == best]
    asking_here = sum(section.asks for section in here)
    numbered_here = sum(section.number is not None for section in here)
    labelled = sum(bool(section.number and section.number.labelled) for section in here)
    numbered_style = len(here) > 1 and numbered_here >= 0.7 * len(here)
    return _Style(best, numbered_style, labelled > len(here) / 2, forced or asking_here * 3 >= len(here))


def _leaves(sections: Sequence[Section], level: int) -> int:
    return sum(section.level == level and section.holds_text for section in sections)


def _roles(sections: list[Section], forced: bool) -> list[Role]:
    """What each section's heading is."""
    style = _style(sections, forced) if sections else None
    if style is None:
        return [Role.HOUSEKEEPING if furniture.is_housekeeping(s.text) else Role.OTHER for s in sections]
    roles: list[Role] = []
    housekeeping = 0  # the level of the housekeeping section that we are in, or 0
    in_answer = False
    for index, section in enumerate(sections):
        if housekeeping and section.level > housekeeping:
            roles.append(Role.HOUSEKEEPING)
            continue
        housekeeping = 0
        role = _role(sections, index, style, in_answer)
        if role is Role.HOUSEKEEPING:
            housekeeping = section.level
        in_answer = role is Role.QUESTION or (role is Role.PART and in_answer)
        roles.append(role)
    return _with_title(sections, roles)


def _role(sections: list[Section], index: int, style: _Style, in_answer: bool) -> Role:
    section = sections[index]
    if not section.text and not any(node.kind is Kind.IMAGE for node in section.heading.children):
        return Role.OTHER
    if in_answer and furniture.names_part(section.text) and not (section.number and section.number.labelled):
        return Role.PART
    if section.level <= style.level and furniture.is_housekeeping(section.text):
        return Role.HOUSEKEEPING
    if section.level < style.level:
        own_question = section.number is not None and section.number.labelled
        asks = section.asks and section.holds_text and not _holds_questions(sections, index, style)
        return Role.QUESTION if own_question or asks else Role.TOPIC
    if section.level > style.level:
        explicit = style.labelled and section.number is not None and section.number.labelled
        if explicit or (section.asks and not in_answer):
            return Role.QUESTION
        return Role.PART if in_answer else Role.OTHER
    return _role_at_level(sections, index, style, in_answer)


def _role_at_level(sections: list[Section], index: int, style: _Style, in_answer: bool) -> Role:
    """The role of a heading of the level that asks."""
    section = sections[index]
    if style.numbered and section.number is None and not asking.asks(section.text):
        if not section.holds_text:
            return Role.TOPIC
        return Role.PART if in_answer else Role.OTHER
    if section.asks:
        return Role.QUESTION
    answered = section.holds_text or (index + 1 < len(sections) and sections[index + 1].level > section.level)
    if style.all_ask and answered:
        return Role.QUESTION
    return Role.OTHER if section.holds_text else Role.TOPIC


def _holds_questions(sections: list[Section], index: int, style: _Style) -> bool:
    for section in sections[index + 1 :]:
        if section.level <= sections[index].level:
            return False
        if section.level == style.level and section.asks:
            return True
    return False


def _with_title(sections: list[Section], roles: list[Role]) -> list[Role]:
    """The first heading is the file's title when it is a group heading and the only one of its level or above."""
    first = sections[0]
    alone = all(section.level > first.level for section in sections[1:])
    if alone and roles[0] in (Role.TOPIC, Role.OTHER):
        return [Role.TITLE, *roles[1:]]
    return roles


# --- from a section to a note -------------------------------------------------------------------------------------

_ANSWER_LABEL = re.compile(r"\s*(?:answer|ans|solution|resposta|respuesta|antwort|réponse|ответ|答案|答)\s*(?:[.:：]\s*|$)", re.IGNORECASE)


def _note(doc: Document, sections: list[Section], topic: tuple[str, ...]) -> tuple[Note, list[Skipped]]:
    """The note of a question section and the parts of its answer, and what was trimmed from its end."""
    head = sections[0]
    blocks = [*head.body]
    for part in sections[1:]:
        blocks += [part.heading, *part.body]
    answer, gone = furniture.trimmed_tail(tuple(blocks))
    used = (head.heading, *answer)
    answer, cited = citations.split(answer)
    answer, more = furniture.trimmed_tail(answer)
    answer = _without_label(tuple(node for node in answer if furniture.furniture(node) in ("", "separator")))
    attrs = attributes.attributes(head.text)
    question = numbering.unwrapped(head.heading.children)
    question = attributes.without_suffix(question, attrs.length)
    if head.number:
        question = numbering.without_prefix(question, head.number.length)
    question = numbering.unwrapped(question)
    front = (Node(Kind.PARAGRAPH, head.heading.start, head.heading.end, children=question),)
    note = Note(
        body=Basic(front, answer),
        span=doc.span(used),
        question_text=plain(front),
        answer_text=plain(answer),
        question_source=_question_source(doc, head),
        answer_source=doc.source(answer),
        dialect=NAME,
        rule="numbered heading" if head.number else "heading",
        topic=topic,
        tags=attrs.tags,
        citations=cited,
        pin=attrs.pin,
    )
    return note, [Skipped(doc.span((node,)), why) for node, why in gone]


def _question_source(doc: Document, section: Section) -> str:
    """The heading's Markdown without marks of heading, numbering, attributes and all-round bold."""
    text = doc.source((section.heading,)).split("\n")
    setext = len(text) > 1 and set(text[-1].strip()) <= {"=", "-"}
    source = " ".join(text[:-1] if setext else text).strip()
    if not setext:
        source = source.lstrip("#").strip().rstrip("#").strip() if source.startswith("#") else source
    attrs = attributes.attributes(source)
    source = source[: len(source) - attrs.length].strip("*_ \t") if attrs.length else source.strip("*_ \t")
    return source[section.number.length :].strip("*_ \t") if section.number else source


def _without_label(answer: Nodes) -> Nodes:
    """The answer without `Answer:` in front, whether bold, plain, or a heading of its own."""
    if not answer:
        return answer
    first = answer[0]
    if first.kind not in (Kind.PARAGRAPH, Kind.HEADING):
        return answer
    label = _ANSWER_LABEL.match(numbering.raw_text(first.children))
    if not label:
        return answer
    rest = numbering.trimmed(numbering.without_prefix(first.children, label.end()))
    return (first._replace(children=rest), *answer[1:]) if rest else answer[1:]


def _path(topics: list[tuple[int, str, str]]) -> tuple[str, ...]:
    return tuple(name for _, name, _ in topics)


def _topic_name(section: Section) -> str:
    text = section.text
    if section.number:
        text = text[section.number.length :]
    return text.strip(" :：.") or section.text


def _lead(section: Section) -> str:
    """The one short paragraph under a topic's heading, which the sheet prints under it; else nothing."""
    body = furniture.trimmed_tail(section.body)[0]
    if len(body) != 1 or body[0].kind is not Kind.PARAGRAPH:
        return ""
    text = plain(body)
    return text if len(text) <= 240 else ""


def _skipped(doc: Document, section: Section, role: Role) -> list[Skipped]:
    """The heading and what stands under it, each with its reason."""
    under = {Role.TITLE: "preface", Role.TOPIC: "topic introduction"}.get(role, role.value)
    is_topic = role is Role.TITLE and doc.title_is_topic(section.text)
    parts = [Skipped(doc.span((section.heading,)), (Role.TOPIC if is_topic else role).value)]
    return parts + [Skipped(doc.span((node,)), furniture.furniture(node) or under) for node in section.body]


def _unanswered(doc: Document, section: Section) -> Problem:
    return doc.problem(
        Severity.WARNING, "unanswered", section.heading.start,
        "this question has no answer, so it is not in the deck",
        "write the answer under it, or delete the question",
    )  # fmt: skip
