"""From what a dialect found to a note: shared by all dialects, so that an answer is read alike wherever it stands.

A dialect says what asks, what stands below, and where; here the options of a choice, the label and the citations of an
answer, the attributes and the kind are made out. `of_blocks` is for dialects that select nodes of the file's tree,
`of_excerpts` for those that go by lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from generator.model import (
    Basic,
    Body,
    Choice,
    Citation,
    Cloze,
    Kind,
    Node,
    Nodes,
    Note,
    Problem,
    Reversed,
    Severity,
    Skipped,
    Span,
)
from generator.reading import answers, attributes, brackets, choices, citations, clozes, furniture, numbering, option
from generator.reading.attributes import Attributes
from generator.reading.blocks import plain
from generator.reading.choices import Quiz
from generator.reading.document import Document
from generator.reading.excerpts import NOTHING, Excerpt


class Found(NamedTuple):
    """A note that a dialect found, and how surely it is one.

    1 is a question whose author said so, by a mark of any sort, and its answer; a half is a guess, or a question
    without an answer; 3 is what only one tool writes.
    """

    note: Note
    weight: float = 1.0


GUESS = 0.5
SURE = 3.0


class Reading(NamedTuple):
    """What a dialect makes of a file."""

    found: tuple[Found, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[Problem, ...] = ()
    title: str = ""


class Place(NamedTuple):
    """Where a note stands: its topics, outermost first, and what introduces the innermost one."""

    topics: tuple[str, ...] = ()
    lead: str = ""


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a dialect found it: its own blocks, their Markdown, and its words.

    `lines` are the nodes that it takes, its attributes among them: from these the note's lines count. `whole` is False
    where they are no question yet (`Question 3`): the first block below is one. `letter` says that `A:` is the label of
    its answer. `kind` is what the dialect makes of it (`reversed`, `cloze`), unless the author says otherwise.
    """

    lines: Nodes
    nodes: Nodes
    source: str
    text: str
    attributes: Attributes = attributes.NONE
    whole: bool = True
    letter: bool = False
    kind: str = ""


class Made(NamedTuple):
    """A note, what was cut off at its end, and what is wrong with it."""

    note: Note
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[Problem, ...] = ()

    def found(self, weight: float = 1.0) -> Found:
        """The note as a dialect gives it; unanswered it weighs half."""
        return Found(self.note, weight if self.note.answered else weight / 2)


def question(node: Node, inline: Nodes) -> Nodes:
    """What stands in a node, a heading or a line of a list, as the paragraph of a question; nothing for nothing."""
    return (Node(Kind.PARAGRAPH, node.start, node.end, children=inline),) if inline else ()


# --- from the file's tree -------------------------------------------------------------------------------------------


def of_blocks(
    doc: Document, dialect: str, rule: str, place: Place, asked: Asked, blocks: Nodes, told: Nodes | None = None
) -> Made:
    """The note of a question and of all blocks below it that belong to it.

    `told` is what is known to be the answer; then the blocks are the question's.
    """
    kept, gone = furniture.trimmed_tail(blocks)
    asked, told = (asked, told) if kept or told is not None else _with_answer_beside(doc, asked)
    kept = kept if asked.whole else _without_label(kept)
    start = asked.lines[0].start
    quiz = choices.found(doc, kept, asked.text, told or ())
    if quiz:
        below, answer = (*quiz.before, *quiz.shown), quiz.after
    elif told is not None:
        below, answer = kept, told
    else:
        lettered = answers.at_letter(kept) if asked.letter else None
        below, answer = lettered or answers.divided(kept, asked.whole, asked.text)
    told_source = doc.source(answer)  # of a choice with its key: that is a part of the answer
    answer, cited = _answer(quiz.explanation if quiz else answer, asked.letter)
    answer_source = told_source if quiz else doc.source(answer)
    kind, problems = _kind(doc, asked.attributes, asked.kind, start)
    body: Body
    if quiz and not quiz.is_open:
        body = Choice((*asked.nodes, *quiz.before), quiz.options, answer)
    else:
        body = clozes.body((*asked.nodes, *below), answer, kind, doc)
    span = doc.span((*asked.lines, *kept, *(told or ())))
    source = "\n\n".join(filter(None, (asked.source, doc.source(below))))
    note = _note(body, span, source, answer_source, dialect, rule, place, asked.attributes, cited)
    problems += _wrong(doc, note, asked.attributes, start)
    return Made(note, tuple(Skipped(doc.span((node,)), why) for node, why in gone), tuple(problems))


def _with_answer_beside(doc: Document, asked: Asked) -> tuple[Asked, Nodes | None]:
    """A question with nothing below it, without the answer in a bracket behind it, and that: `… ? (Answer: x)`."""
    node = asked.nodes[0] if len(asked.nodes) == 1 else None
    cut = brackets.parted(node.children) if node and node.kind is Kind.PARAGRAPH else None
    if node is None or cut is None:
        return asked, None
    inline, told = cut
    text, source = plain(inline), question_source(doc, inline)
    answer = node._replace(start=told[0].start, end=told[-1].end, children=told)
    return replace(asked, nodes=(node._replace(children=inline),), source=source, text=text), (answer,)


def _without_label(blocks: Nodes) -> Nodes:
    """What stands under a number, without `Question:` in front, and without lines that tell of the question."""
    first = blocks[0] if blocks else None
    if first is not None and first.kind is Kind.HEADING and _NAMED.fullmatch(plain(first.children)):
        return _without_label(blocks[1:])
    if first is None or first.kind is not Kind.PARAGRAPH:
        return blocks
    own = option.lines(first.children)
    kept = [line for line in own if not _TELLING.match(numbering.raw_text(line[:4]))]
    said = numbering.raw_text(kept[0][:4]) if kept else ""
    label, named = numbering.number(said.lstrip()), _STATEMENT.match(said)
    if (label and label.value is None) or named:
        length = named.end() if named else label.length if label else 0
        kept[0] = numbering.trimmed(numbering.without_prefix(kept[0], length))
    elif len(kept) == len(own):
        return blocks
    return (*option.paragraph([line for line in kept if line]), *blocks[1:])


# What some write in front of the question itself, or above it.
_NAMED = re.compile(
    r"\W*(?:the\s+)?(?:question|problem|prompt|task|statement|frage|aufgabe|pregunta|enunciado|pergunta|énoncé|domanda"
    r"|вопрос|задача|условие|soru|câu\s+hỏi|问题|题目|問題|질문|문제)\W*",
    re.IGNORECASE,
)
_STATEMENT = re.compile(r"\s*(?:enunciado|statement|énoncé|aufgabenstellung|условие|题干)\s*[:：]\s*", re.IGNORECASE)
_TELLING = re.compile(
    r"\s*(?:question\s+)?(?:type|difficulty|level|topic|points|marks|category|domain|chapter|bloom\S*)\s*[:：]",
    re.IGNORECASE,
)


def _answer(blocks: Nodes, letter: bool) -> tuple[Nodes, tuple[Citation, ...]]:
    """The answer proper and its citations; `letter` says that `A:` is its label."""
    answer, cited = citations.split(furniture.trimmed_tail(blocks)[0])
    answer = furniture.trimmed_tail(answer)[0]
    answer = tuple(node for node in answer if node.kind is Kind.RULE or not furniture.furniture(node))
    answer = answers.without_letter(answer) if letter else answer
    return () if furniture.is_placeholder(answer) else answer, cited


# --- from lines -----------------------------------------------------------------------------------------------------


def of_excerpts(
    doc: Document,
    dialect: str,
    rule: str,
    span: Span,
    asked: Excerpt,
    answer: Excerpt = NOTHING,
    place: Place = NOWHERE,
    marks: Attributes = attributes.NONE,
    kind: str = "",
) -> Made:
    """The note of a question and an answer that were taken out of the lines of `span`.

    Attributes at the end of the question count as well as `marks`.
    """
    nodes, source, own = _without_attributes(asked)
    marks = own | marks
    start = nodes[0].start if nodes else doc.starts[0]
    kind, problems = _kind(doc, marks, kind, start)
    quiz, front = _options(doc, nodes, answer.nodes)
    back, cited = _answer(quiz.explanation if quiz else answer.nodes, letter=False)
    body: Body
    if quiz and not quiz.is_open:
        body = Choice(front, quiz.options, back)
    else:
        body = clozes.body((*front, *quiz.shown) if quiz else nodes, back, kind, doc)
    source, told = _cut(doc, source, answer, quiz) if quiz else (source, answer.source)
    note = _note(body, span, source, told, dialect, rule, place, marks, cited)
    return Made(note, (), (*problems, *_wrong(doc, note, marks, start)))


def _options(doc: Document, asked: Nodes, answer: Nodes) -> tuple[Quiz | None, Nodes]:
    """The options in a question, or below it where its answer begins, and what stands before them and asks."""
    quiz = choices.found(doc, asked, plain(asked[:1]), answer)
    if quiz:
        return quiz, quiz.before
    quiz = choices.found(doc, answer, plain(asked))
    return quiz, (*asked, *quiz.before) if quiz else asked


def _cut(doc: Document, source: str, answer: Excerpt, quiz: Quiz) -> tuple[str, str]:
    """The Markdown of question and answer, where the options stand in the latter: they belong to the question."""
    if not answer.nodes or quiz.shown[0].start < answer.nodes[0].start:
        return source, answer.source
    own = tuple(node for node in (*quiz.before, *quiz.shown) if node.start >= answer.nodes[0].start)
    return f"{source}\n\n{doc.source(own)}", doc.source(quiz.after)


def _without_attributes(asked: Excerpt) -> tuple[Nodes, str, Attributes]:
    """A question's blocks and Markdown without the attributes at the end of its first block, and these."""
    if not asked.nodes or asked.nodes[0].kind not in (Kind.PARAGRAPH, Kind.HEADING):
        return asked.nodes, asked.source, attributes.NONE
    first = asked.nodes[0]
    inline, marks = attributes.at_end(first.children)
    if marks == attributes.NONE and len(inline) == len(first.children):
        return asked.nodes, asked.source, marks
    head, blank, rest = asked.source.partition("\n\n")
    return (first._replace(children=inline), *asked.nodes[1:]), attributes.without(head) + blank + rest, marks


# --- for both -------------------------------------------------------------------------------------------------------


def _note(
    body: Body,
    span: Span,
    question_source: str,
    answer_source: str,
    dialect: str,
    rule: str,
    place: Place,
    marks: Attributes,
    cited: tuple[Citation, ...],
) -> Note:
    front, back = texts(body)
    return Note(
        body=body,
        span=span,
        question_text=front,
        answer_text=back,
        question_source=question_source,
        answer_source=answer_source,
        dialect=dialect,
        rule=rule,
        topic=place.topics,
        topic_lead=place.lead,
        tags=marks.tags,
        citations=cited,
        pin=marks.pin,
        short=marks.short,
    )


def texts(body: Body) -> tuple[str, str]:
    """What a reader sees in front and behind, by which a note is known."""
    match body:
        case Basic(question=front, answer=back) | Reversed(question=front, answer=back):
            return plain(front), plain(back)
        case Cloze(text=front, extra=back):
            return plain(front), plain(back)
        case Choice(question=front, options=options, explanation=back):
            right = [option.text for option in options if option.correct]
            return plain(front), " ".join(filter(None, [*right, plain(back)]))


def _kind(doc: Document, marks: Attributes, kind: str, place: int) -> tuple[str, list[Problem]]:
    """The kind of note that its author asks for, else the dialect's or the file's; and a kind that there is none of."""
    usual = kind or clozes.kind_of_file(doc)
    if not marks.kind or marks.kind in attributes.KINDS:
        return marks.kind or usual, []
    return usual, [attributes.unknown_kind(doc.name, doc.line(place), doc.column(place), marks.kind)]


def _wrong(doc: Document, note: Note, marks: Attributes, place: int) -> list[Problem]:
    """A question without an answer, and a note called a cloze that hides nothing."""
    problems = []
    if not note.answered:
        message, hint = "this question has no answer, so it is not in the deck", _HINTS[isinstance(note.body, Choice)]
        problems.append(doc.problem(Severity.WARNING, "unanswered", place, message, hint))
    if marks.kind == attributes.CLOZE and not isinstance(note.body, Cloze):
        message, hint = (
            "this is to be a cloze, and nothing in it is hidden",
            "hide what is asked for: ==text== or {{c1::text}}",
        )
        problems.append(doc.problem(Severity.WARNING, "no-deletion", place, message, hint))
    return problems


_HINTS = {
    False: "write the answer under it, or delete the question",
    True: "tick the right option: - [x] text, or write below: Answer: B",
}


def renamed(note: Note, topics: tuple[str, ...]) -> Note:
    """The note under other topics."""
    return replace(note, topic=topics)


def without_number(inline: Nodes, text: str) -> tuple[Nodes, numbering.Number | None]:
    """A question's inline nodes without the number in front of it, and without emphasis all round."""
    number = numbering.number(text)
    if number and _is_count(number, text):
        inline = numbering.without_prefix(inline, number.length)
    return numbering.unwrapped(inline), number


def question_source(doc: Document, inline: Nodes) -> str:
    """A question's Markdown in one line, without attributes, numbering and all-round bold."""
    source = " ".join(doc.source_between(inline[0].start, inline[-1].end, inline).split("\n"))
    source = attributes.without(source).strip("* \t")
    number = numbering.number(source)
    return source[number.length :].strip("* \t") if number and _is_count(number, source) else source


def _is_count(number: numbering.Number, text: str) -> bool:
    """Whether a number is no part of the question, as that of `2 phase commit` is."""
    return not number.bare or text.lstrip()[:1] in ("q", "Q", "#")
