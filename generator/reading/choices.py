"""The options of a multiple-choice question, and which of them are right: shared by all dialects.

Options are a task list (`- [x]`), a list or lines with letters (`A. …`, `- B: …`, `(c) …`), or a numbered or plain list
if something after it says which is right. The key is the tick, a mark (✅, "(correct)"), or what stands below:
`Answer: D`, `Correct Answer: BD`, a heading, the summary or first words of `<details>`, the option itself once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from generator.model import Kind, Node, Nodes, Option
from generator.reading import answers, furniture, numbering
from generator.reading.blocks import plain
from generator.reading.document import Document


class Quiz(NamedTuple):
    """Blocks under a question, cut at its options: what stands `before` them and belongs to the question, the blocks
    that hold them (`shown`), all that stands `after`, and of that the `explanation`, which is not the key.
    """

    before: Nodes
    shown: Nodes
    options: tuple[Option, ...]
    after: Nodes
    explanation: Nodes


class _Raw(NamedTuple):
    """An option as it was found: its label in lower case (`a`, `3`, or nothing), its content, whether it is marked."""

    label: str
    content: Nodes
    marked: bool = False

    @property
    def text(self) -> str:
        """What a reader sees of it."""
        return plain(self.content)


class _Group(NamedTuple):
    """Options that stand together: how many blocks they take, what of the first belongs to the question.

    `sure` says that their form alone makes them options; others need a key.
    """

    options: list[_Raw]
    blocks: int
    stem: Nodes = ()
    sure: bool = True


def found(doc: Document, blocks: Nodes, answer: Nodes = ()) -> Quiz | None:
    """The options among the blocks under a question; None where there are none, or nothing says which is right.

    `answer` is what is known to be the answer; without it, it is sought among the blocks. Options without a key are a
    choice that is not answered where the file has others that are.
    """
    for index, node in enumerate(blocks):
        if node.kind is Kind.HEADING or answers.announces_answer(node):
            return None
        group = _group(blocks[index:])
        if group is not None:
            return _quiz(doc, blocks, index, group, answer)
    return None


def _quiz(doc: Document, blocks: Nodes, index: int, group: _Group, answer: Nodes) -> Quiz | None:
    before, after = (*blocks[:index], *group.stem), (*blocks[index + group.blocks :], *answer)
    right = {place for place, option in enumerate(group.options) if option.marked}
    explanation = _without_wrapping(after)
    if not right:
        right, explanation = _key(after, group.options, bool(answer))
    elif (named := _key(after, group.options, bool(answer)))[0] == right:  # told twice
        explanation = named[1]
    if not right and (not group.sure or _content(after) or not has_key(doc.data)):
        return None
    if len(right) == len(group.options) and not any(option.label for option in group.options):
        return None  # a list of things that are done
    options = tuple(Option(raw.content, place in right, raw.text) for place, raw in enumerate(group.options))
    shown = blocks[index : index + group.blocks]
    return Quiz(tuple(node for node in before if not furniture.furniture(node)), shown, options, after, explanation)


def _content(nodes: Nodes) -> bool:
    return any(not furniture.furniture(node) for node in nodes)


@lru_cache(maxsize=4)
def has_key(data: bytes) -> bool:
    """Whether a file says of any options which are right."""
    return bool(_SOMEWHERE.search(data))


_SOMEWHERE = re.compile(
    rb"^\W*(?:[-*+]\s+\[[xX]\]"
    rb"|(?:the )?(?:correct |right )?(?:answers?|ans|key)\b[^\w\n]{0,8}\(?(?:option )?[A-Ha-h1-9]\b)",
    re.MULTILINE | re.IGNORECASE,
)

# --- which blocks are options ---------------------------------------------------------------------------------------

_LABEL = re.compile(r"[\s*_]*[(\[]?(?P<label>[A-Ha-h])\s*(?:[).:\]：．、]|\s[-–—](?=\s))(?!\w)[\s*_]*")
_TICK = re.compile(
    r"[\s]*(?:✅|✔️?|☑️?|✓|\((?:correct|right)(?: answer)?\)|\*?\[(?:correct|right)\]|[<←]-*\s*correct(?: answer)?)[\s]*",
    re.I,
)
_FEWEST = 2
_MOST = 10


def _group(blocks: Nodes) -> _Group | None:
    """The options with which the blocks begin."""
    first = blocks[0]
    if first.kind is Kind.LIST:
        if _is_task(first.children[0]):
            return _ticked(blocks)
        return _listed(first)
    return _lettered(blocks) if first.kind is Kind.PARAGRAPH else None


def _is_task(item: Node) -> bool:
    return next((node.kind is Kind.TASK for node in _flat(item.children)), False)


def _flat(nodes: Nodes) -> Nodes:
    """An item's nodes, its first paragraph's among them."""
    if nodes and nodes[0].kind is Kind.PARAGRAPH:
        return (*nodes[0].children, *nodes[1:])
    return nodes


def _ticked(blocks: Nodes) -> _Group | None:
    """A task list, or several with the code or the pictures between them that they are labels of."""
    options: list[_Raw] = []
    count = 0
    for place, node in enumerate(blocks):
        if node.kind is Kind.LIST and all(map(_is_task, node.children)):
            options += [_task(item) for item in node.children]
        elif node.kind is Kind.CODE_BLOCK and _names_next(blocks, place, options[-1]):
            options[-1] = options[-1]._replace(content=(*_unlabelled(options[-1]), node))
        else:
            break
        count = place + 1
    return (
        _Group(options, count) if len(options) >= _FEWEST and any(raw.text or raw.content for raw in options) else None
    )


def _names_next(blocks: Nodes, place: int, last: _Raw) -> bool:
    """Whether a block of code is the option before it, of which that is only the letter, or one of several such."""
    bare = len(last.text) <= 1
    return bare or (
        place + 1 < len(blocks) and blocks[place + 1].kind is Kind.LIST and _is_task(blocks[place + 1].children[0])
    )


def _unlabelled(option: _Raw) -> Nodes:
    """An option's content; of one that is only a letter before its code, nothing."""
    return () if len(option.text) <= 1 else option.content


def _task(item: Node) -> _Raw:
    first = item.children[0]
    inline = _flat(item.children)
    content = numbering.trimmed(inline[1:])
    if first.kind is Kind.PARAGRAPH and len(item.children) > 1:
        rest = numbering.trimmed(first.children[1:])
        content = ((first._replace(children=rest),) if rest else ()) + item.children[1:]
    label = _LABEL.match(numbering.raw_text(content)) if first.kind is not Kind.PARAGRAPH else None
    if label and label.end() < len(numbering.raw_text(content)):
        content = numbering.trimmed(numbering.without_prefix(content, label.end()))
    return _Raw(label["label"].lower() if label else "", content, inline[0].level == 1)


def _listed(node: Node) -> _Group | None:
    """A list: with letters it is options, otherwise if something says which of them is right."""
    if not _FEWEST <= len(node.children) <= _MOST:
        return None
    labelled = [_labelled(item.children) for item in node.children]
    if all(labelled) and _in_order(raw.label for raw in labelled if raw):
        return _Group([_marked(raw) for raw in labelled if raw], 1)
    if any(labelled):
        return None
    options = [
        _marked(_Raw(str(place) if node.level >= 0 else "", item.children))
        for place, item in enumerate(node.children, 1)
    ]
    marks = sum(option.marked for option in options)
    return _Group(options, 1, sure=False) if not marks or marks < len(options) else None


def _labelled(nodes: Nodes) -> _Raw | None:
    """An option by its letter; None for one without."""
    inline = nodes[0].children if nodes and nodes[0].kind is Kind.PARAGRAPH else nodes
    match = _LABEL.match(numbering.raw_text(inline)[:12])
    if not match:
        return None
    rest = numbering.trimmed(numbering.without_prefix(inline, match.end()))
    if nodes and nodes[0].kind is Kind.PARAGRAPH:
        first = (nodes[0]._replace(children=rest),) if rest else ()
        return _Raw(match["label"].lower(), (*first, *nodes[1:]) if len(nodes) > 1 else rest)
    return _Raw(match["label"].lower(), rest)


def _in_order(labels: Iterable[str]) -> bool:
    """Whether they go on from the first letter."""
    return all(label == chr(ord("a") + place) for place, label in enumerate(labels))


def _lettered(blocks: Nodes) -> _Group | None:
    """Lines with letters, in one paragraph or in several, and the code between them."""
    lines = _lines(blocks[0])
    begins = next((place for place, line in enumerate(lines) if (raw := _labelled(line)) and raw.label == "a"), None)
    if begins is None:
        return None
    stem = _joined(blocks[0], lines[:begins])
    options: list[_Raw] = []
    count = 0
    for place, node in enumerate(blocks):
        if node.kind is Kind.PARAGRAPH:
            more = _of_lines(lines[begins:] if place == 0 else _lines(node), len(options))
            if not more:
                break
            options += more
        elif node.kind is Kind.CODE_BLOCK and options:
            options[-1] = options[-1]._replace(content=(*options[-1].content, node))
        else:
            break
        count = place + 1
    if not _FEWEST <= len(options) <= _MOST:
        return None
    return _Group([_marked(raw) for raw in options], count, stem)


def _of_lines(lines: Sequence[Nodes], before: int) -> list[_Raw]:
    """The options of a paragraph's lines; none where a line is neither an option nor goes on from one."""
    options: list[_Raw] = []
    for line in lines:
        raw = _labelled(line)
        if raw and raw.label == chr(ord("a") + before + len(options)):
            options.append(raw)
        elif options and not answers.is_label(line):
            options[-1] = options[-1]._replace(
                content=(*options[-1].content, Node(Kind.SOFT_BREAK, line[0].start, line[0].start), *line)
            )
        else:
            return []
    return options


def _lines(paragraph: Node) -> list[Nodes]:
    """A paragraph's lines, those that `<br>` makes too."""
    lines: list[list[Node]] = [[]]
    for node in paragraph.children:
        if node.kind in (Kind.SOFT_BREAK, Kind.HARD_BREAK) or (node.kind is Kind.HTML and _BREAK.fullmatch(node.text)):
            lines.append([])
        else:
            lines[-1].append(node)
    return [tuple(line) for line in lines if line and plain(tuple(line))]


_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)


def _joined(paragraph: Node, lines: Sequence[Nodes]) -> Nodes:
    """Some lines of a paragraph as one again; nothing for none."""
    if not lines:
        return ()
    children = list(lines[0])
    for before, line in pairwise(lines):
        children += [Node(Kind.SOFT_BREAK, before[-1].end, before[-1].end), *line]
    return (paragraph._replace(children=tuple(children)),)


def _marked(option: _Raw) -> _Raw:
    """An option without the mark at either end that says that it is right."""
    text = numbering.raw_text(option.content) if option.content and option.content[0].kind in _TEXTS else ""
    match = _TICK.match(text)
    if match:
        return _Raw(option.label, numbering.trimmed(numbering.without_prefix(option.content, match.end())), marked=True)
    last = option.content[-1] if option.content else None
    if last is not None and last.kind is Kind.TEXT:
        end = next((found for found in _TICK.finditer(last.text) if found.end() == len(last.text)), None)
        if end:
            kept = (*option.content[:-1], last._replace(text=last.text[: end.start()]))
            return _Raw(option.label, numbering.trimmed(kept), marked=True)
    return option


_TEXTS = (Kind.TEXT, Kind.STRONG, Kind.EMPHASIS, Kind.CODE)

# --- which of them are right ----------------------------------------------------------------------------------------

_LETTERS = r"[A-Ha-h1-9](?:\s*(?:,|&|/|\+|;|\band\b|\bund\b|\by\b|\be\b|\bet\b|\bи\b)?\s*[A-H1-9](?![\w']))*"
_CHOSEN = re.compile(
    rf"[\W_]*(?:options?|choices?|letter)?\s*[(\[*_\"'`]*(?P<letters>{_LETTERS})(?P<close>[)\]*_\"'`]*\s*(?:[.):：,、\-–—]|$)?)\s*"
)
_INTRODUCED = re.compile(
    r"[\W_]*(?:the\s+|a\s+|la\s+|die\s+)?(?:right|correct|best|richtige|bonne|respuesta|resposta)?\s*"
    r"(?:answers?|ans|key|solutions?|choices?|options?|respuestas?|respostas?|antwort(?:en)?|réponses?|ответы?|答案|答"
    r"|correcta?|certa)\s*(?:\s+(?:is|are|es|é|ist|est)\b)?\s*[:：=.\-–—*_]*\s*",
    re.IGNORECASE,
)


def _key(after: Nodes, options: Sequence[_Raw], known: bool) -> tuple[set[int], Nodes]:
    """The places of the right options as the blocks after them say it, and the rest of these; an empty set for none."""
    opened = _without_wrapping(after)
    for place, node in enumerate(opened):
        if furniture.furniture(node):
            continue
        introduced = place == 0 and (known or len(opened) < len(after))
        right, rest = _told(node, options, introduced)
        if right:
            kept = (*opened[:place], *rest, *opened[place + 1 :])
            return right, answers.without_label(tuple(part for part in kept if not furniture.furniture(part)))
        if not answers.announces_answer(node) and not introduced:
            break
        if plain((node,)) and node.kind is not Kind.HTML_BLOCK and not answers.is_bare_label(node):
            break
    summary = answers.summary(after[0]) if after else ""
    if summary:
        right = _chosen(summary, options, introduced=True)[0]
        if right:
            return right, opened
    return set(), opened


def _without_wrapping(after: Nodes) -> Nodes:
    """The blocks without the `<details>` around them, where the first one opens it."""
    kept = tuple(node for node in after if not furniture.furniture(node))
    return answers.opened(kept) if kept else kept


def _told(node: Node, options: Sequence[_Raw], introduced: bool) -> tuple[set[int], Nodes]:
    """What a block says of the right options, and what else it says."""
    if node.kind is Kind.LIST and introduced and len(node.children) <= len(options):
        every = [_chosen(plain((item,)), options, introduced=True)[0] for item in node.children]
        return (set().union(*every), ()) if all(every) else (set(), (node,))
    if node.kind not in (Kind.PARAGRAPH, Kind.HEADING):
        return set(), (node,)
    lines = _lines(node)
    text = numbering.raw_text(lines[0]) if lines else ""
    right, length = _chosen(text, options, introduced)
    if not right:
        return set(), (node,)
    rest = numbering.trimmed(numbering.without_prefix(lines[0], length))
    if _is_option(plain(rest), right, options):
        rest = ()
    joined = _joined(node, [line for line in (rest, *lines[1:]) if line])
    return right, tuple(part._replace(kind=Kind.PARAGRAPH, level=0) for part in joined)


def _chosen(text: str, options: Sequence[_Raw], introduced: bool) -> tuple[set[int], int]:
    """The options that a text names at its beginning, and how many characters that takes.

    `introduced` says that what stands before it announces an answer already.
    """
    intro = _INTRODUCED.match(text)
    if not intro and not introduced:
        return set(), 0
    begin = intro.end() if intro else 0
    named = _CHOSEN.match(text, begin)
    if named:
        labels = {raw.label or chr(ord("a") + place): place for place, raw in enumerate(options)}
        letters = re.findall(r"[A-Ha-h1-9](?![a-z])", named["letters"])
        places = {labels[letter.lower()] for letter in letters if letter.lower() in labels}
        closed = bool(named["close"].strip()) or named.end() == len(text)
        known = bool(letters) and len(places) == len({letter.lower() for letter in letters})
        if known and (closed or _is_option(text[named.end() :], places, options)):
            return places, named.end()
    rest = _flattened(text[begin:])
    same = [place for place, raw in enumerate(options) if rest and _flattened(raw.text) == rest]
    return ({same[0]}, len(text)) if len(same) == 1 else (set(), 0)


def _is_option(text: str, places: set[int], options: Sequence[_Raw]) -> bool:
    """Whether a text is that of one of these options once more."""
    return bool(_flattened(text)) and any(_flattened(options[place].text) == _flattened(text) for place in places)


def _flattened(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold() or "".join(text.split())
