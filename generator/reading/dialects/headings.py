"""Headings as questions: a heading asks, what follows until the next question answers.

Which heading is what is `outline`'s to say; this file makes the notes. Headings in code fences are code: the tree never
shows them.
"""

from __future__ import annotations

from typing import NamedTuple

from generator.model import Citation, Cloze, Kind, Node, Nodes, Note, Parsed, Problem, Severity, Skipped
from generator.reading import answers, attributes, citations, clozes, furniture, numbering
from generator.reading.blocks import plain
from generator.reading.dialects import outline
from generator.reading.dialects.outline import Role, Section
from generator.reading.document import Document

NAME = "headings"


def score(doc: Document) -> float:
    """How many questions this reading finds: the evidence on which dialects are compared."""
    return float(outline.roles(outline.sections(doc)[1], forced=False).count(Role.QUESTION))


def read(doc: Document) -> Parsed:
    """The notes of a file in which headings ask. With `dialect: headings` every heading of the asking level does."""
    preface, sections = outline.sections(doc)
    roles = outline.roles(sections, forced=doc.dialect == NAME)
    skipped = [Skipped(doc.span((node,)), furniture.furniture(node) or "preface") for node in preface]
    problems: list[Problem] = []
    notes: list[Note] = []
    topics: list[_Topic] = []
    title = ""
    separated = index = 0
    asking = {section.level for section, role in zip(sections, roles, strict=True) if role is Role.QUESTION}
    last = max((place for place, role in enumerate(roles) if role is Role.QUESTION), default=-1)
    while index < len(sections):
        section, role = sections[index], roles[index]
        end = index + 1
        if role is Role.QUESTION:
            while end < len(sections) and roles[end] is Role.PART:
                end += 1
            topics = _topics_above(topics, section.level)
            closes = index == last and separated == len(notes) > 0
            kind, doubts = _kind(doc, section)
            note, gone = _note(doc, sections[index:end], topics, closes, kind)
            separated += any(part.why == "separator" for part in gone)
            notes.append(note)
            skipped += gone
            problems += doubts if note.answered else [*doubts, _unanswered(doc, section)]
            problems += _no_deletion(doc, section, note)
        else:
            title = section.words if role is Role.TITLE else title
            topics = _topics_after(doc, topics, section, role)
            skipped += _skipped(doc, section, role)
            if role is Role.OTHER and section.holds_text and section.level in asking:
                between = bool(notes) and Role.QUESTION in roles[end : end + 1]
                problems.append(_left_out(doc, section, Severity.WARNING if between else Severity.NOTICE))
        index = end
    return Parsed(tuple(notes), tuple(skipped), tuple(problems), title)


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
    heading = Skipped(doc.span((section.heading, *section.comments)), (Role.TOPIC if is_topic else role).value)
    return [heading, *(Skipped(doc.span((node,)), furniture.furniture(node) or under) for node in section.body)]


def _left_out(doc: Document, section: Section, severity: Severity) -> Problem:
    """A text among the questions that is in no note, although its author may have meant it to be."""
    what = "this heading asks nothing" if section.text else "this heading is empty"
    hint = "write it as a question, or a level deeper as a part of the answer above"
    return doc.problem(severity, "left-out", section.heading.start, f"{what}, so what follows it is in no note", hint)


def _kind(doc: Document, section: Section) -> tuple[str, list[Problem]]:
    """The kind of note that the author asks for here, else in the front matter; and a kind that there is none of."""
    kind, start = section.attributes.kind, section.heading.start
    if not kind or kind in attributes.KINDS:
        return kind or clozes.kind_of_file(doc), []
    unknown = attributes.unknown_kind(doc.name, doc.line(start), doc.column(start), kind)
    return clozes.kind_of_file(doc), [unknown]


def _no_deletion(doc: Document, section: Section, note: Note) -> list[Problem]:
    """A note called a cloze that hides nothing."""
    if section.attributes.kind != attributes.CLOZE or isinstance(note.body, Cloze):
        return []
    message, hint = (
        "this is to be a cloze, and nothing in it is hidden",
        "hide what is asked for: ==text== or {{c1::text}}",
    )
    return [doc.problem(Severity.WARNING, "no-deletion", section.heading.start, message, hint)]


def _unanswered(doc: Document, section: Section) -> Problem:
    return doc.problem(
        Severity.WARNING, "unanswered", section.heading.start,
        "this question has no answer, so it is not in the deck",
        "write the answer under it, or delete the question",
    )  # fmt: skip


# --- from a section to a note -------------------------------------------------------------------------------------


def _note(
    doc: Document, sections: list[Section], topics: list[_Topic], closes: bool, kind: str
) -> tuple[Note, list[Skipped]]:
    """The note of a question section and the parts of its answer, and what was trimmed from its end.

    `closes` says that it is the last one of a file that puts a rule between its questions.
    """
    head = sections[0]
    blocks = [*head.body]
    for part in sections[1:]:
        blocks += [part.heading, *part.comments, *part.body]
    own, closing = _before_closing_words(tuple(blocks)) if closes else (tuple(blocks), ())
    kept, gone = furniture.trimmed_tail(own)
    gone += [(node, furniture.furniture(node) or "closing words") for node in closing]
    below, answer = answers.divided(kept, bool(head.words) or head.empty, head.words)
    answer, cited = _answer(answer, letter=head.labelled)
    body = clozes.body((*_asked(head), *below), answer, kind, doc)
    front, back = (body.text, body.extra) if isinstance(body, Cloze) else (body.question, body.answer)
    note = Note(
        body=body,
        span=doc.span((head.heading, *head.comments, *kept)),
        question_text=plain(front),
        answer_text=plain(back),
        question_source="\n\n".join(filter(None, (_heading_source(doc, head), doc.source(below)))),
        answer_source=doc.source(answer),
        dialect=NAME,
        rule="numbered heading" if head.number else "heading",
        topic=tuple(topic.name for topic in topics),
        topic_lead=topics[-1].lead if topics else "",
        tags=head.attributes.tags,
        citations=cited,
        pin=head.attributes.pin,
    )
    return note, [Skipped(doc.span((node,)), why) for node, why in gone]


def _before_closing_words(blocks: Nodes) -> tuple[Nodes, Nodes]:
    """The last answer cut at its last rule, where a paragraph or two stand after that: they are no part of it."""
    rule = max((index for index, node in enumerate(blocks) if node.kind is Kind.RULE), default=len(blocks))
    after = blocks[rule + 1 :]
    closing = 0 < len(after) <= _MOST_CLOSING and all(node.kind is Kind.PARAGRAPH for node in after)
    return (blocks[:rule], blocks[rule:]) if closing else (blocks, ())


_MOST_CLOSING = 2


def _answer(blocks: Nodes, letter: bool) -> tuple[Nodes, tuple[Citation, ...]]:
    """The answer proper and its citations; `letter` says that `A:` is its label."""
    answer, cited = citations.split(furniture.trimmed_tail(blocks)[0])
    answer = furniture.trimmed_tail(answer)[0]
    answer = tuple(node for node in answer if node.kind is Kind.RULE or not furniture.furniture(node))
    return answers.without_letter(answer) if letter else answer, cited


def _asked(head: Section) -> Nodes:
    """What the heading asks as a paragraph, or nothing where it is a number alone (`Question 3`)."""
    question = head.inline
    if head.number:
        question = numbering.without_prefix(question, head.number.length)
    question = numbering.unwrapped(question)
    return (Node(Kind.PARAGRAPH, head.heading.start, head.heading.end, children=question),) if question else ()


def _heading_source(doc: Document, head: Section) -> str:
    """The heading's Markdown without attributes, numbering and all-round bold."""
    source = " ".join(doc.source(head.heading.children).split("\n"))
    source = attributes.without(source).strip("* \t")
    number = numbering.number(source) if head.number else None
    return source[number.length :].strip("* \t") if number else source
