"""Headings as questions: a heading asks, what follows until the next question answers.

Which heading is what is `outline`'s to say; this file makes the notes. Headings in code fences are code: the tree never
shows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from generator.model import Kind, Node, Nodes, Problem, Severity, Skipped
from generator.reading import answers, asking, attributes, choices, furniture, notes, numbering, sections, writing
from generator.reading.blocks import plain
from generator.reading.dialects import outline
from generator.reading.dialects.outline import Role
from generator.reading.document import Document
from generator.reading.notes import Asked, Found, Made, Place, Reading
from generator.reading.sections import Section
from generator.reading.writing import Entry

NAME = "headings"
# How sure a heading is a question that neither its words nor a label say to be one.
_SILENT = 0.5
_NUMBERED = 0.9


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return any(node.kind is Kind.HEADING for node in doc.tree.children)


def read(doc: Document) -> Reading:
    """The notes of a file in which headings ask. With `dialect: headings` every heading of the asking level does."""
    preface, heads = sections.of_file(doc)
    roles = outline.roles(heads, doc.dialect == NAME, sections.is_for_interviews(doc))
    skipped = [Skipped(doc.span((node,)), furniture.furniture(node) or "preface") for node in preface]
    problems: list[Problem] = []
    found: list[Found] = []
    topics: list[_Topic] = []
    title = ""
    separated = index = 0
    asking = {section.level for section, role in zip(heads, roles, strict=True) if role is Role.QUESTION}
    last = max((place for place, role in enumerate(roles) if role is Role.QUESTION), default=-1)
    roles = _seen_through(doc, heads, roles)
    while index < len(heads):
        section, role = heads[index], roles[index]
        end = index + 1
        if role is Role.QUESTION:
            while end < len(heads) and roles[end] is Role.PART:
                end += 1
            topics = _topics_above(topics, section.level)
            closes = index == last and separated == len(found) > 0
            made = _note(doc, heads[index:end], topics, closes)
            separated += any(part.why == "separator" for part in made.skipped)
            found.append(made.found(_weight(section)))
            skipped += made.skipped
            problems += made.problems
        else:
            title = section.words if role is Role.TITLE else title
            topics = _topics_after(doc, topics, section, role)
            skipped += _skipped(doc, section, role)
            if role is Role.INDEX:
                problems.append(_left_out(doc, section, Severity.NOTICE, _LINKS_ALONE))
            elif role is Role.OTHER and section.holds_text and section.level in asking:
                between = bool(found) and Role.QUESTION in roles[end : end + 1]
                problems.append(_left_out(doc, section, Severity.WARNING if between else Severity.NOTICE))
        index = end
    return Reading(tuple(found), tuple(skipped), tuple(problems), title)


_LINKS_ALONE = "only links to other files stand below this heading"


def _seen_through(doc: Document, sections: list[Section], roles: list[Role]) -> list[Role]:
    """The roles, without questions that are none by what stands below them."""
    return [
        role
        if role is not Role.QUESTION
        else Role.OTHER
        if _only_tells(sections[place]) or _is_template(sections, roles, place)
        else Role.INDEX
        if _is_index(doc, sections, roles, place)
        else role
        for place, role in enumerate(roles)
    ]


def _only_tells(section: Section) -> bool:
    """Whether a number alone stands above an answer (`Question 22`, `Answer: C`): the question is elsewhere."""
    content = _content(section)
    return not section.words and not section.empty and bool(content) and answers.announces_answer(content[0])


def _is_template(sections: list[Section], roles: list[Role], place: int) -> bool:
    """Whether a number alone stands above headings with nothing below them: nothing has been filled in yet."""
    if sections[place].words or sections[place].empty or place + 1 == len(roles) or roles[place + 1] is not Role.PART:
        return False
    end = next((at for at in range(place + 1, len(roles)) if roles[at] is not Role.PART), len(roles))
    return not any(_content(section) for section in sections[place:end])


def _content(section: Section) -> list[Node]:
    return [node for node in section.body if not furniture.furniture(node)]


def _is_index(doc: Document, sections: list[Section], roles: list[Role], place: int) -> bool:
    """Whether nothing but links to other files stands below a heading."""
    parts = place + 1 < len(roles) and roles[place + 1] is Role.PART
    return not parts and not sections[place].is_marked and furniture.are_index(sections[place].body, doc.data)


def _weight(section: Section) -> float:
    """How surely a heading is a question."""
    return max(min(section.strength, asking.MARKED), _NUMBERED if section.number else _SILENT)


# --- topics -------------------------------------------------------------------------------------------------------


class _Topic(NamedTuple):
    """A group heading above a question; `lead` is its one short paragraph, if it has just that.

    `nests` says that its questions are deeper than it is, so that one of its own level is no longer under it.
    """

    level: int
    name: str
    lead: str
    nests: bool = False


def _topics_above(topics: list[_Topic], level: int) -> list[_Topic]:
    """The topics that a question of this level stands under."""
    open_ones = (topic for topic in topics if topic.level < level or not topic.nests)
    return [topic._replace(nests=topic.level < level) for topic in open_ones]


def _topics_after(doc: Document, topics: list[_Topic], section: Section, role: Role) -> list[_Topic]:
    """The topics that questions after this heading stand under."""
    if role is not Role.TOPIC and role is not Role.TITLE:
        return topics
    above = [topic for topic in topics if topic.level < section.level]
    if role is Role.TITLE and not doc.title_is_topic(section.words):
        return above
    return [*above, _Topic(section.level, section.words.strip(" :：.") or section.text, _lead(section))]


# The longest topic introduction that a sheet can print under a topic's heading, in characters.
_LONGEST_LEAD = 240


def _lead(section: Section) -> str:
    body = furniture.trimmed_tail(section.body)[0]
    if len(body) != 1 or body[0].kind is not Kind.PARAGRAPH:
        return ""
    text = plain(body)
    return text if len(text) <= _LONGEST_LEAD else ""


# --- what is in no note -------------------------------------------------------------------------------------------


def _skipped(doc: Document, section: Section, role: Role) -> list[Skipped]:
    """The heading and what stands under it, each with its reason."""
    under = {Role.TITLE: "preface", Role.TOPIC: "topic introduction"}.get(role, role.value)
    is_topic = role is Role.TITLE and doc.title_is_topic(section.words)
    heading = Skipped(
        doc.span((*section.above, section.heading, *section.comments)), (Role.TOPIC if is_topic else role).value
    )
    return [heading, *(Skipped(doc.span((node,)), furniture.furniture(node) or under) for node in section.body)]


def _left_out(doc: Document, section: Section, severity: Severity, why: str = "") -> Problem:
    """A text among the questions that is in no note, although its author may have meant it to be."""
    what = why or ("this heading asks nothing" if section.heading.children else "this heading is empty")
    hint = "write it as a question, or a level deeper as a part of the answer above"
    hint = "write the answer itself below it" if why else hint
    return doc.problem(severity, "left-out", section.heading.start, f"{what}, so what follows it is in no note", hint)


# --- from a section to a note -------------------------------------------------------------------------------------


def _note(doc: Document, sections: list[Section], topics: list[_Topic], closes: bool) -> Made:
    """The note of a question section and the parts of its answer.

    `closes` says that it is the last one of a file that puts a rule between its questions.
    """
    head = sections[0]
    blocks = [*head.body]
    for part in sections[1:]:
        blocks += [part.heading, *part.comments, *part.body]
    own, closing = furniture.before_closing_words(tuple(blocks)) if closes else (tuple(blocks), ())
    named = _only_names(head, own)
    asked = Asked(
        (*head.above, head.heading, *head.comments),
        () if named else _asked(head),
        "" if named else _heading_source(doc, head),
        plain(own[:1]) if named else head.words,
        head.attributes,
        whole=(bool(head.words) and not named)
        or head.empty
        or any(node.kind is Kind.IMAGE for node in head.heading.walk()),
        letter=head.labelled,
    )
    place = Place(tuple(topic.name for topic in topics), topics[-1].lead if topics else "")
    made = notes.of_blocks(doc, NAME, "numbered heading" if head.number else "heading", place, asked, own)
    gone = [Skipped(doc.span((node,)), furniture.furniture(node) or "closing words") for node in closing]
    return made._replace(skipped=(*made.skipped, *gone))


def _only_names(head: Section, body: Nodes) -> bool:
    """Whether a labelled heading names what the question below it is about, which has options: `Question 2 - Trees`."""
    if not head.labelled or asking.strength(head.words) or len(head.words.split()) > _MOST_NAMING:
        return False
    first = body[0] if len(body) > 1 else None
    if first is None or first.kind is not Kind.PARAGRAPH:
        return False
    text = plain((first,))
    asks = asking.strength(text) > 0 or text.endswith((":", "："))
    return asks and choices.group_at(body[:1], 0) is None and choices.group_at(body, 1) is not None


# So many words at most name something.
_MOST_NAMING = 6


def _asked(head: Section) -> Nodes:
    """What the heading asks as a paragraph, or nothing where it is a number alone (`Question 3`)."""
    question = head.inline
    if head.number:
        question = numbering.without_prefix(question, head.number.length)
    return notes.question(head.heading, numbering.unwrapped(question))


def _heading_source(doc: Document, head: Section) -> str:
    """The heading's Markdown without attributes, numbering and all-round bold."""
    source = " ".join(doc.source(head.heading.children).split("\n"))
    source = attributes.without(source).strip("* \t")
    number = numbering.number(source) if head.number else None
    return source[number.length :].strip("* \t") if number else source


# --- the other way ----------------------------------------------------------------------------------------------------


def write(title: str, entries: Sequence[Entry]) -> str:
    """The notes as headings under those of their topics."""

    def note(entry: Entry, level: int) -> str:
        asked = f"{'#' * level} {entry.asked or 'Question'}"
        return "\n\n".join(filter(None, [asked, entry.told()]))

    return writing.under_topics(title, entries, note)
