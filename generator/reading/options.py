"""Which blocks are the options of a multiple-choice question: shared by all dialects, through `choices`.

Options are a task list (`- [x]`), a list or lines with letters (`A. …`, `- **B:** …`, `(c) …`), letters that follow one
another in a line, or a numbered or plain list if something after it says which is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from generator.model import Kind, Node, Nodes
from generator.reading import answers, numbering
from generator.reading.blocks import plain
from generator.reading.option import (
    ALPHABETS,
    LABEL,
    Raw,
    as_blocks,
    beneath,
    commented,
    first_lines,
    follows,
    is_bare,
    is_task,
    labelled,
    letter_of,
    lines,
    marked,
    paragraph,
    starts_with_task,
    task,
    with_first_lines,
)


class Form(Enum):
    """How options are written, which says how surely they are some."""

    TICKED = "task list"
    LETTERED = "letters"
    INLINE = "letters in one line"
    LISTED = "list"


class Group(NamedTuple):
    """Options that stand together: the blocks that hold them, and how many blocks of the file these were.

    `stem` is what of the first block belongs to the question, `rest` what of the last one comes after the options.
    """

    form: Form
    options: tuple[Raw, ...]
    shown: Nodes
    blocks: int
    stem: Nodes = ()
    rest: Nodes = ()


# Says of a line, as text, whether something else than an option begins there: `Answer: B`.
Ends = Callable[[str], bool]

_FEWEST = 2
_MOST = 10


def group(blocks: Nodes, place: int, ends: Ends) -> Group | None:
    """The options that begin in the block at `place`."""
    first = blocks[place]
    if first.kind is Kind.LIST:
        return _in_lists(blocks, place, ends) or _listed(first, ends)
    if first.kind is Kind.PARAGRAPH:
        own = lines(first.children)
        begins = next((at for at, line in enumerate(own) if is_first(line)), None)
        lettered = None
        if begins is not None:
            lettered = _in_lines(blocks, place, own, begins, ends) or _in_a_line(first, own, begins, ends)
        return lettered or _in_bare_lines(blocks, place)
    return None


def is_first(line: Nodes) -> bool:
    """Whether a line begins with the first letter of an alphabet, as the first option does."""
    raw = labelled(line)
    return raw is not None and follows(raw.label, ())


# --- lists ----------------------------------------------------------------------------------------------------------


def _in_lists(blocks: Nodes, place: int, ends: Ends) -> Group | None:
    """A list of tasks or of letters, or several with the code or the pictures between them that belong to them."""
    found: list[Raw] = []
    taken = place
    rest: Nodes = ()
    ticked = is_task(blocks[place].children[0])
    for index in range(place, len(blocks)):
        node = blocks[index]
        if node.kind is Kind.LIST:
            own, rest = _items(node, ticked, found, ends)
            if not own:
                break
            found += own
        elif node.kind in _SHOWN and found and (is_bare(found[-1]) or _goes_on(blocks, index, ticked, found)):
            last = found[-1]
            if is_bare(last):  # it is the letter of what comes next
                last = last._replace(label=last.label or last.text[:1].lower(), content=())
            found[-1] = last._replace(content=(*as_blocks(last.content), node))
        else:
            break
        taken = index + 1
        if rest:
            break
    enough = _FEWEST <= len(found) <= _MOST and any(raw.text or raw.content for raw in found)
    if not enough:
        return None
    form = Form.TICKED if ticked else Form.LETTERED
    return Group(form, tuple(map(marked, found)), _before(blocks[place:taken], rest), taken - place, (), rest)


_SHOWN = frozenset({Kind.CODE_BLOCK, Kind.TABLE, Kind.QUOTE})


def _goes_on(blocks: Nodes, index: int, ticked: bool, before: Sequence[Raw]) -> bool:
    """Whether the options go on in the block after this one."""
    if index + 1 >= len(blocks) or blocks[index + 1].kind is not Kind.LIST:
        return False
    item = blocks[index + 1].children[0]
    if ticked:
        return is_task(item)
    raw = labelled(item.children)
    return raw is not None and follows(raw.label, before)


def _items(node: Node, ticked: bool, before: Sequence[Raw], ends: Ends) -> tuple[list[Raw], Nodes]:
    """The options of a list, and what of its last item comes after them; none where an item is no option."""
    if not _may_begin(node.children[0].children, ticked, before):
        return [], ()  # by far the most common
    own = next((at for at, item in enumerate(node.children) if at and _ends(item, ends)), len(node.children))
    children = [item.children for item in node.children[:own]]
    children[-1], rest = _without_end(children[-1], ends)
    if node.children[own:]:
        rest = (*rest, node._replace(children=node.children[own:], start=node.children[own].start))
    found: list[Raw] = []
    for item in children:
        raw = (task(item) if starts_with_task(item) else None) if ticked else labelled(item)
        if raw is None or (not ticked and not follows(raw.label, (*before, *found))):
            return [], ()
        found.append(commented(raw))
    return found, rest


def _may_begin(item: Nodes, ticked: bool, before: Sequence[Raw]) -> bool:
    """Whether the first item of a list may be an option, to which its first line is enough."""
    if ticked:
        return starts_with_task(item)
    raw = labelled(item)
    return raw is not None and follows(raw.label, before)


def _ends(item: Node, ends: Ends) -> bool:
    """Whether an item says which of those before it is right: `- **Answer:** B`."""
    return ends(numbering.raw_text(first_lines(item.children)))


def _without_end(children: Nodes, ends: Ends) -> tuple[Nodes, Nodes]:
    """The last item without the lines that are no option any more, and these as blocks: `Answer: B` right below."""
    inline = first_lines(children)
    own = lines(inline)
    cut = next((place for place, line in enumerate(own) if place and ends(numbering.raw_text(line))), None)
    if cut is not None:
        kept = inline[: inline.index(own[cut][0])]
        return with_first_lines(children[: len(children) - len(beneath(children))], kept), (
            *paragraph(own[cut:]),
            *beneath(children),
        )
    for place, node in enumerate(children):
        if place and node.kind is Kind.PARAGRAPH and ends(numbering.raw_text(node.children)):
            return children[:place], children[place:]
    return children, ()


def _listed(node: Node, ends: Ends) -> Group | None:
    """A list without letters."""
    if not _FEWEST <= len(node.children) <= _MOST:
        return None
    children = [item.children for item in node.children]
    children[-1], rest = _without_end(children[-1], ends)
    numbered = node.level >= 0
    found = [Raw(str(node.level + place) if numbered else "", item) for place, item in enumerate(children)]
    if any(labelled(item) for item in children) or any(starts_with_task(item) for item in children):
        return None
    raws = tuple(marked(commented(raw)) for raw in found)
    return Group(Form.LISTED, raws, _before((node,), rest), 1, (), rest)


def _before(shown: Nodes, rest: Nodes) -> Nodes:
    """The blocks of options, the last one ending where what comes after them begins."""
    return (*shown[:-1], shown[-1]._replace(end=rest[0].start)) if rest else shown


# --- lines ----------------------------------------------------------------------------------------------------------


def _in_lines(blocks: Nodes, place: int, own: Sequence[Nodes], begins: int, ends: Ends) -> Group | None:
    """Lines with letters, in one paragraph or in several, and what stands between these.

    `own` are the lines of the first paragraph, `begins` the place of the one that is the first option.
    """
    found: list[Raw] = []
    waiting: list[Node] = []  # blocks that belong to the last option, if another one comes after them
    rest: Nodes = ()
    taken = place
    for index in range(place, len(blocks)):
        node = blocks[index]
        if node.kind is Kind.PARAGRAPH and not _is_picture(node):
            more, after = _of_lines(own[begins:] if index == place else lines(node.children), found, ends)
            if not more:
                break
            if waiting:
                found[-1] = found[-1]._replace(content=(*as_blocks(found[-1].content), *waiting))
                waiting = []
            found += more
            rest = paragraph(after)
        elif (node.kind in _SHOWN or node.kind is Kind.LIST or _is_picture(node)) and found and not rest:
            waiting.append(node)
            if not is_bare(found[-1]) and not found[-1].text.endswith(":"):
                continue
            found[-1] = found[-1]._replace(content=(*as_blocks(found[-1].content), *waiting))
            waiting = []
        else:
            break
        taken = index + 1
        if rest:
            break
    if not _FEWEST <= len(found) <= _MOST:
        return None
    shown = _before(blocks[place:taken], rest)
    shown = (shown[0]._replace(start=own[begins][0].start), *shown[1:])
    options = tuple(marked(commented(raw)) for raw in found)
    return Group(Form.LETTERED, options, shown, taken - place, paragraph(own[:begins]), rest)


def _is_picture(node: Node) -> bool:
    return node.kind is Kind.PARAGRAPH and any(part.kind is Kind.IMAGE for part in node.children) and not plain((node,))


def _of_lines(own: Sequence[Nodes], before: Sequence[Raw], ends: Ends) -> tuple[list[Raw], Sequence[Nodes]]:
    """The options of a paragraph's lines, and the lines after them; none where the first is no option."""
    found: list[Raw] = []
    held: list[list[Node]] = []  # what stands in each of them
    after: Sequence[Nodes] = ()
    for place, line in enumerate(own):
        raw = labelled(line)
        if raw and follows(raw.label, (*before, *found)):
            found.append(raw)
            held.append([*raw.content])
        elif not found or ends(numbering.raw_text(line)):
            after = own[place:]
            break
        else:  # a line that goes on
            held[-1] += [Node(Kind.SOFT_BREAK, line[0].start, line[0].start), *line] if held[-1] else line
    return [raw._replace(content=tuple(content)) for raw, content in zip(found, held, strict=True)], after


def _in_a_line(node: Node, own: Sequence[Nodes], begins: int, ends: Ends) -> Group | None:
    """Letters that follow one another within lines: `(a) one (b) two`, two to a line or all in one."""
    found: list[Raw] = []
    after: Sequence[Nodes] = ()
    for place in range(begins, len(own)):
        raw = labelled(own[place])
        if raw is None or not follows(raw.label, found) or ends(numbering.raw_text(own[place])):
            after = own[place:]
            break
        found += _within(own[place], len(found))
    if not _FEWEST <= len(found) <= _MOST:
        return None
    rest = paragraph(after)
    shown = _before((node._replace(start=own[begins][0].start),), rest)
    return Group(Form.INLINE, tuple(map(marked, found)), shown, 1, paragraph(own[:begins]), rest)


def _within(line: Nodes, before: int) -> Iterator[Raw]:
    """The options of one line, cut where the next letter stands in the same shape."""
    text = numbering.raw_text(line)
    first = LABEL.match(text)
    if first is None:
        return
    alphabet = next(letters for letters in ALPHABETS if letter_of(first) in letters)
    cuts, opened = [first], first["open"] or ""
    for match in _LABEL_INSIDE.finditer(text, first.end()):
        is_next = letter_of(match) == alphabet[before + len(cuts)] if before + len(cuts) < len(alphabet) else False
        if is_next and (match["open"] or "") == opened:
            cuts.append(match)
    for place, match in enumerate(cuts):
        end = cuts[place + 1].start() if place + 1 < len(cuts) else len(text)
        piece = numbering.without_prefix(numbering.prefix(line, end), match.end())
        yield Raw(letter_of(match), numbering.trimmed(piece))


def _in_bare_lines(blocks: Nodes, place: int) -> Group | None:
    """Lines without letters of which the block behind them says one once more: `Ans - two`.

    One that asks may stand above them. Their label is none that a key could name.
    """
    below = blocks[place + 1] if place + 1 < len(blocks) else None
    if (
        below is None
        or below.kind is not Kind.PARAGRAPH
        or not _TELLS.match(numbering.raw_text(below.children[:4])[:40])
    ):
        return None
    own = lines(blocks[place].children)
    first = next((at for at, line in enumerate(own, 1) if _ASKS.search(numbering.raw_text(line)[-4:])), 0)
    found = tuple(Raw(_NO_LETTER, line) for line in own[first:])
    if not _FEWEST <= len(found) <= _MOST or any(len(raw.text) > _LONGEST for raw in found):
        return None
    shown = paragraph(own[first:])
    return Group(Form.LISTED, found, shown, 1, paragraph(own[:first]))


_TELLS = re.compile(rf"\W*(?:{answers.ANSWER})\s*[-–—:：=]", re.IGNORECASE)
_ASKS = re.compile(r"[?？:：][\s*_]*\Z")
_NO_LETTER = "-"
_LONGEST = 240
_LABEL_INSIDE = re.compile(rf"(?<=[\s,;/|])(?:{LABEL.pattern.lstrip()})", re.VERBOSE | re.IGNORECASE)
