"""Obsidian callouts as cards: `> [!question] text`, its options, and `>> [!success]- Answer`.

The title asks, or the first paragraph where the title says nothing; a callout inside it or right after it answers, or
all the rest. Notes, tips and warnings are no questions, unless what stands in them is one and is answered by a callout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from generator.model import Kind, Node, Nodes, Problem
from generator.reading import answers, asking, attributes, choices, notes, numbering, option, writing
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.notes import Asked, Found, Made, Reading
from generator.reading.places import Places
from generator.reading.writing import Entry

NAME = "callouts"
_OPENING = re.compile(r"\s*\[!(?P<kind>[\w-]+)\](?:(?P<fold>[+-])|\s-(?=\s))?\s*")
# What asks; what needs not even ask, being called a card; what answers; what else there is, and asks nothing.
_ASKING = frozenset({"question", "faq", "help", "quiz", "card", "flashcard", "mcq", "q", "anki", "exercise", "problem"})
_HIDING = frozenset({"details"})  # asks where its title does
_CARDS = frozenset({"card", "flashcard", "anki"})
_ANSWERING = answers.ANSWERING
_OTHERS = frozenset(
    {
        "note",
        "info",
        "todo",
        "tip",
        "hint",
        "important",
        "warning",
        "caution",
        "attention",
        "failure",
        "fail",
        "missing",
    }
    | {"danger", "error", "bug", "example", "quote", "cite", "abstract", "summary", "tldr"}
)
# A quote whose first line is a heading, as lessons have them for exercises, with another one inside that solves it.
_TITLED = re.compile(rb"\n[ ]{0,3}> ?> ?#{1,6} ")
_BREAKS = (Kind.SOFT_BREAK, Kind.HARD_BREAK)


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return b"[!" in doc.data or (b"> #" in doc.data and _TITLED.search(doc.lined) is not None)


def read(doc: Document) -> Reading:
    """The notes of a file whose questions are callouts."""
    places = Places(doc)
    found: list[Found] = []
    problems: list[Problem] = []
    blocks = [part for node in doc.tree.children for part in _parts(node)]
    for node, following in pairwise([*blocks, None]):
        if node is None or places.is_housekeeping(node.start):
            continue
        callout = _callout(node)
        after = _callout(following) if following else None
        for made in _made(doc, places, callout, after) if callout else ():
            found.append(made.found())
            problems += made.problems
    return Reading(tuple(found), places.skipped_beside(one.note.span for one in found), tuple(problems), places.title)


# --- a quote as a callout -------------------------------------------------------------------------------------------


class _Callout(NamedTuple):
    """A quote that is a callout: its kind in lower case, whether it is closed, its title, and what stands below."""

    node: Node
    kind: str
    closed: bool
    title: Nodes
    blocks: Nodes

    @property
    def answers(self) -> bool:
        """Whether it holds an answer."""
        title = plain(self.title)
        says = answers.says_answer(title)
        return self.kind in _ANSWERING or (says and (self.kind not in _ASKING or answers.names_answer(title)))

    @property
    def told(self) -> Nodes:
        """What it answers: its title as well, unless that only says that it is the answer."""
        says = answers.says_answer(plain(self.title))
        return self.blocks if says else (*notes.question(self.node, self.title), *self.blocks)


def _parts(node: Node) -> Iterator[Node]:
    """A block; a quote cut where another callout that asks begins in it, without a blank line between."""
    if node.kind is not Kind.QUOTE:
        yield node
        return
    start = node.start
    children: list[Node] = []
    for child in node.children:
        for part in _cut(child):
            opening = _opening(part)
            if children and opening and opening["kind"].lower() in _ASKING:
                yield node._replace(start=start, end=part.start, children=tuple(children))
                start, children = part.start, []
            children.append(part)
    yield node._replace(start=start, children=tuple(children))


def _cut(node: Node) -> Iterator[Node]:
    """A paragraph cut at the lines with which a callout begins."""
    if node.kind is not Kind.PARAGRAPH or not any(child.kind in _BREAKS for child in node.children):
        yield node
        return
    begin = 0
    for place, child in enumerate(node.children):
        if child.kind in _BREAKS and _OPENING.match(numbering.raw_text(node.children[place + 1 : place + 6])):
            yield from option.paragraph([node.children[begin:place]])
            begin = place + 1
    yield from option.paragraph([node.children[begin:]]) if begin else (node,)


def _opening(node: Node) -> re.Match[str] | None:
    """What begins a callout, at the beginning of a paragraph."""
    if node.kind is not Kind.PARAGRAPH:
        return None
    return _OPENING.match(numbering.raw_text(node.children[:6])[:60])


def _callout(node: Node) -> _Callout | None:
    """A quote as a callout, if it is one. GitHub's five kinds the parser knows by itself."""
    if node.kind is not Kind.QUOTE:
        return None
    if node.target:
        return _Callout(node, node.target, False, (), _inside(node.children))
    opening = _opening(node.children[0]) if node.children else None
    if not opening:
        return _titled(node)
    inline = numbering.without_prefix(node.children[0].children, opening.end())
    end = next((place for place, child in enumerate(inline) if child.kind in _BREAKS), len(inline))
    title, below = numbering.trimmed(inline[:end]), numbering.trimmed(inline[end:])
    blocks = (*option.paragraph([below]), *node.children[1:])
    return _Callout(node, opening["kind"].lower(), opening["fold"] == "-", title, _inside(blocks))


def _titled(node: Node) -> _Callout | None:
    """A quote under a heading of its own as a callout, if it is an answer or has one inside."""
    head = node.children[0] if node.children else node
    if head.kind is not Kind.HEADING:
        return None
    title = plain((head,))
    if (answers.says_answer(title) and answers.names_answer(title)) or _OUTPUT.fullmatch(title):
        return _Callout(node, "solution", False, head.children, node.children[1:])
    solved = any(child.kind is Kind.QUOTE and _titled(child) for child in node.children[1:])
    return _Callout(node, "exercise", False, head.children, node.children[1:]) if solved else None


_OUTPUT = re.compile(r"\W*(?:expected\s+)?(?:output|results?)\W*", re.IGNORECASE)


def _inside(blocks: Nodes) -> Nodes:
    """The blocks of a callout; a paragraph in which another one begins is a quote with all that follows it."""
    parts = [part for block in blocks for part in _cut(block)]
    for place, part in enumerate(parts):
        if _opening(part):
            quote = Node(Kind.QUOTE, part.start, parts[-1].end, children=tuple(parts[place:]))
            return (*parts[:place], quote)
    return tuple(parts)


# --- from a callout to a note ---------------------------------------------------------------------------------------


def _made(doc: Document, places: Places, callout: _Callout, after: _Callout | None) -> Iterator[Made]:
    """The notes of a callout; `after` is the one right after it, which may hold its answer."""
    inner = [(place, found) for place, node in enumerate(callout.blocks) if (found := _callout(node))]
    asking_inside = [(place, found) for place, found in inner if found.kind in _ASKING]
    if asking_inside and callout.kind not in _ANSWERING:
        ends = [place for place, _ in asking_inside[1:]] + [len(callout.blocks)]
        for (place, found), end in zip(asking_inside, ends, strict=True):
            lines = callout.node if len(asking_inside) == 1 else found.node
            whole = found._replace(node=lines, blocks=(*found.blocks, *callout.blocks[place + 1 : end]))
            yield from _note(doc, places, whole, after)
    else:
        yield from _note(doc, places, callout, after)


def _note(doc: Document, places: Places, callout: _Callout, after: _Callout | None) -> Iterator[Made]:
    """The note of a callout that asks; none where nothing in it does."""
    line, blocks = _question(callout)
    if not line:
        return
    inner = [(place, found) for place, node in enumerate(blocks) if (found := _callout(node))]
    answer = next(((place, found) for place, found in inner if found.answers), None)
    told: Nodes | None = None
    if answer:
        place, found = answer
        blocks, told = blocks[:place], (*found.told, *blocks[place + 1 :])
    elif after and after.answers and callout.kind not in _OTHERS | _ANSWERING:
        told = after.told
    blocks = tuple(map(_plainly, blocks))
    if told is None and (labelled := _labelled(blocks)):
        blocks, told = labelled
    asked = _asked(doc, callout.node, line)
    if not _asks(doc, callout, asked, blocks, told):
        return
    made = notes.of_blocks(doc, NAME, "callout", places.of(callout.node.start), asked, blocks, told)
    yield made


def _question(callout: _Callout) -> tuple[Nodes, Nodes]:
    """The line that asks, and what stands below it."""
    title = plain(callout.title)
    labelled = bool(callout.blocks) and bool(_LABELLED.match(plain(callout.blocks[:1])[:40]))
    if title and not _NOTHING.fullmatch(title) and not (labelled and not asking.strength(title)):
        return callout.title, callout.blocks
    blocks = callout.blocks
    while blocks and blocks[0].kind is Kind.HEADING:
        blocks = blocks[1:]
    if not blocks or blocks[0].kind is not Kind.PARAGRAPH:
        return (), ()
    own = option.lines(blocks[0].children)
    below = option.paragraph(own[1:])
    if below and (choices.group_at(below, 0) or _labelled(below)):
        return own[0], (*below, *blocks[1:])
    return blocks[0].children, blocks[1:]


# A title that is none, or only says what the callout is.
_NOTHING = re.compile(
    r"""[\W\d_]*(?:(?:quick\s+|knowledge\s+|self[\s-]*|mini[\s-]*|pop\s+)?
    (?:questions?|quiz|cards?|flashcards?|q|checks?|test|assessment|exercise|problem|faq|question\s+of\s+the\s+day
    |(?:check|test|ask)\s+yourself|your\s+turn|frage|pregunta|pergunta|вопрос|вопросы|autoevaluación|selbsttest
    |自测|问题|测验|練習|練習問題|퀴즈))?[\W\d_]*""",
    re.IGNORECASE | re.VERBOSE,
)
_LABELLED = re.compile(r"[\W_]*(?:q|question|问|問|frage|pregunta|вопрос)\s*\d*\s*[.:：]", re.IGNORECASE)
_ANSWERED = re.compile(r"\s*(?:a|ans|answer|答|antwort|respuesta|ответ)\s*\d*\s*[.:：]\s*", re.IGNORECASE)


def _labelled(blocks: Nodes) -> tuple[Nodes, Nodes] | None:
    """The blocks cut at the line that begins with `A:`, if there is one."""
    for place, node in enumerate(blocks):
        own = option.lines(node.children) if node.kind is Kind.PARAGRAPH else []
        for at, line in enumerate(own):
            label = _ANSWERED.match(numbering.raw_text(line))
            if label and not (at == 0 and choices.group_at(blocks, place)):
                rest = numbering.trimmed(numbering.without_prefix(line, label.end()))
                told = option.paragraph([part for part in (rest, *own[at + 1 :]) if part])
                return (*blocks[:place], *option.paragraph(own[:at])), (*told, *blocks[place + 1 :])
    return None


def _plainly(node: Node) -> Node:
    """A hint or another callout in a question as a quote that begins with its title."""
    inner = _callout(node)
    if inner is None:
        return node
    return node._replace(target="", children=(*notes.question(node, inner.title), *inner.blocks))


def _asked(doc: Document, node: Node, line: Nodes) -> Asked:
    """The line that asks, without its number and its attributes."""
    inline, marks = attributes.at_end(line)
    question, number = notes.without_number(inline, numbering.raw_text(inline).strip())
    source = attributes.without(doc.source_between(line[0].start, line[-1].end))
    source = source.strip("* \t")[number.length :].strip("* \t") if number else source
    return Asked((node,), notes.question(node, question), source, plain(question), marks)


def _asks(doc: Document, callout: _Callout, asked: Asked, blocks: Nodes, told: Nodes | None) -> bool:
    """Whether a callout is a question to be learnt, rather than one that its author has, or a note."""
    strength = asking.strength(asked.text)
    if callout.kind in _ANSWERING or not asked.nodes:
        return False
    if callout.kind in _OTHERS:
        return told is not None and strength > 0
    quiz = choices.found(doc, blocks, asked.text, told or ())
    if told is not None or (quiz and any(option.correct for option in quiz.options)) or callout.kind in _CARDS:
        return True
    if callout.kind in _HIDING and strength == asking.MARKED and blocks:
        return True
    if callout.kind not in _ASKING or not (strength or _is_task(callout)):
        return False
    return quiz is not None or not _asks_more(blocks)


def _is_task(callout: _Callout) -> bool:
    """Whether a title is a situation, told in a sentence or more, and closed below it is what to do."""
    text = plain(callout.title)
    told = len(text.split()) >= _LONG_TITLE or len(_SENTENCES.split(text)) > 1
    return callout.closed and told and bool(callout.blocks) and not asking.announces(text)


_LONG_TITLE = 8
_SENTENCES = re.compile(r"(?<=[.!:])\s+(?=\w)|[。！：](?=.)")


def _asks_more(blocks: Nodes) -> bool:
    """Whether all that stands under a question are more questions."""
    items = [item for node in blocks if node.kind is Kind.LIST for item in node.children]
    only = all(node.kind is Kind.LIST for node in blocks)
    return bool(items) and only and all(asking.strength(plain((item,))) == asking.MARKED for item in items)


# --- the other way ----------------------------------------------------------------------------------------------------


def write(title: str, entries: Sequence[Entry]) -> str:
    """The notes as callouts, in each another one that answers, folded."""

    def note(entry: Entry, _: int) -> str:
        kind = "question" if entry.asks or entry.answer else "card"
        lines = [f"[!{kind}] {entry.remarked}".rstrip()]
        lines += "\n\n".join(["", *filter(None, [entry.below, entry.choices])]).split("\n")[1:]
        if entry.answer:
            lines += ["", "> [!success]- Answer", *(f"> {line}".rstrip() for line in entry.answer.split("\n"))]
        return "\n".join(f">{line}" if line.startswith("> ") or line == ">" else f"> {line}".rstrip() for line in lines)

    return writing.under_topics(title, entries, note)
