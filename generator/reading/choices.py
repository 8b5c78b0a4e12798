"""The options of a multiple-choice question, and which of them are right: shared by all dialects.

`options` says which blocks are options, `right_options` which of them what comes after them calls right; here it is
weighed whether that makes a choice: a list of what is done or to do, an answer that counts `A. B. C.`, is none.
"""

from __future__ import annotations

import re
import textwrap
from typing import NamedTuple

from generator.model import Choice, Kind, Node, Nodes, Option
from generator.reading import answers, asking, blocks, furniture, option, right_options
from generator.reading import options as shapes
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.option import Raw
from generator.reading.options import Form, Group


class Quiz(NamedTuple):
    """Blocks under a question, cut at its options: what stands `before` them and belongs to the question, the blocks
    that hold them (`shown`), all that stands `after`, and of that the `explanation`, which is not the key.
    """

    before: Nodes
    shown: Nodes
    options: tuple[Option, ...]
    after: Nodes
    explanation: Nodes

    @property
    def is_open(self) -> bool:
        """Whether nothing says which option is right, and yet something stands after them: an answer in words."""
        return bool(self.explanation) and not any(option.correct for option in self.options)


def found(doc: Document, nodes: Nodes, question: str = "", answer: Nodes = ()) -> Quiz | None:
    """The options among the blocks under a question; None where there are none.

    `answer` is what is known to be the answer; without it, it is sought among the blocks. Options of which nothing says
    which is right are a choice that is not answered where that is plain: the question asks to choose, or the file has
    other choices.
    """
    nodes = dedented(doc, nodes)
    for index, node in enumerate(nodes):
        if answers.announces_answer(node) or (
            node.kind is Kind.HEADING and not _NAMES_OPTIONS.fullmatch(plain((node,)))
        ):
            return None
        group = shapes.group(nodes, index, right_options.begins)
        quiz = _quiz(doc, nodes, index, group, question, answer) if group else None
        if quiz:
            return quiz
    return None


_NAMES_OPTIONS = re.compile(
    r"\W*(?:(?:answer )?(?:options|choices)|alternativ[aeo]s?|alternatives?|opciones|opções|opzioni|optionen"
    r"|antwortmöglichkeiten|варианты(?: ответ(?:а|ов))?|选项)\W*",
    re.IGNORECASE,
)


def dedented(doc: Document, nodes: Nodes) -> Nodes:
    """The blocks; one that is code only because it is indented, and is a list of options, as that list."""
    if not any(node.kind is Kind.CODE_BLOCK for node in nodes):
        return nodes
    return tuple(part for node in nodes for part in _dedented(doc, node))


def _dedented(doc: Document, node: Node) -> Nodes:
    if node.kind is not Kind.CODE_BLOCK or doc.data[node.start : node.start + 1] in (b"`", b"~"):
        return (node,)
    if not _OPTIONS.match(node.text):
        return (node,)
    inside = blocks.parse(textwrap.dedent(node.text), lambda _: node.start).children
    return tuple(part._replace(end=node.end) for part in inside) if len(inside) == 1 else (node,)


_OPTIONS = re.compile(r"\s*(?:(?:1|[Aa])[.)]|[-*+])[ \t]+\S.*\n\s*(?:(?:2|[Bb])[.)]|[-*+])[ \t]+\S")


def group_at(nodes: Nodes, index: int) -> Group | None:
    """The options that begin in a block, whatever they are."""
    return shapes.group(nodes, index, right_options.begins)


# So many lines may stand before the options in a paragraph; looking at each takes as long as the paragraph.
_LONGEST_STEM = 20


def stem(node: Node) -> tuple[Nodes, Nodes]:
    """What asks in a paragraph, and the options that stand in it as well, as a paragraph of their own."""
    own = option.lines(node.children)
    for count in range(1, min(len(own), _LONGEST_STEM + 1)):
        if not shapes.is_first(own[count]):
            continue
        below = option.paragraph(own[count:])
        group = group_at(below, 0)
        if group and not group.stem:
            return option.paragraph(own[:count])[0].children, below
    return node.children, ()


def _quiz(doc: Document, nodes: Nodes, index: int, group: Group, question: str, answer: Nodes) -> Quiz | None:
    before = _stem((*nodes[:index], *group.stem))
    after = (*group.rest, *nodes[index + group.blocks :])
    told = right_options.told(after, group.options, answer)
    right = set(told.places) or _marked(doc, group, question)
    if not _is_choice(doc, group, question, before, right, told.explanation):
        return None
    options = tuple(Option(raw.content, place in right, raw.text) for place, raw in enumerate(group.options))
    comments = tuple(node for place, raw in enumerate(group.options) for node in _comment(raw, place))
    explanation = told.explanation if right or not doc.keyed else ()  # the answer stands in the key
    return Quiz(before, group.shown, options, (*after, *answer), (*explanation, *comments))


def _stem(nodes: Nodes) -> Nodes:
    """What belongs to the question, without a label that only announces the options."""
    kept = (node for node in nodes if not furniture.furniture(node))
    return tuple(node for node in kept if not _NAMES_OPTIONS.fullmatch(plain((node,))))


def _marked(doc: Document, group: Group, question: str) -> set[int]:
    """The options that are marked: ticked, ✅, set bold alone of all, or called right by what stands under them."""
    options = list(enumerate(group.options))
    right = {place for place, raw in options if raw.marked}
    if group.form in (Form.LISTED, Form.COUNTED) and right and not _asks_to_choose(question):
        crossed = any(raw.crossed for _, raw in options)
        once = len(right) == 1 < len(options) - 1 and not crossed  # ✅ and ❌ head do's and don'ts
        again = any(option.is_marked_within(raw) for place, raw in options if place in right)
        return right if once and not again and _is_asking(question) else set()
    if right:
        return right
    if group.form is Form.LISTED:
        bold = {place for place, raw in options if raw.bold}
        return bold if len(bold) == 1 < len(options) - 1 and _bolds_often(doc) else set()
    if group.form is Form.LETTERED:
        bold = {place for place, raw in options if raw.bold}
        right = {place for place, raw in options if _CORRECT.match(plain(raw.comment))}
        return right if 0 < len(right) < len(options) else bold if len(bold) == 1 else set()
    return set()


def _bolds_often(doc: Document) -> bool:
    """Whether in most of a file's lists one item alone is set bold from end to end: it is the right one then."""
    return doc.once("bolds", lambda: _count_bold(doc))


def _count_bold(doc: Document) -> bool:
    lists = [node for node in doc.tree.walk() if node.kind is Kind.LIST and len(node.children) > 2 and node.level < 0]
    bold = sum(sum(map(_is_bold, node.children)) == 1 for node in lists)
    return bold >= _OFTEN and bold >= _MOST * len(lists)


def _is_bold(item: Node) -> bool:
    inline = option.first_lines(item.children)
    return len(inline) == 1 and inline[0].kind is Kind.STRONG and len(item.children) == 1


_MOST = 0.6


def _is_asking(question: str) -> bool:
    """Whether what stands above a list may ask to choose from it: a title (`Hands on: …`) doesn't."""
    return asking.strength(question) > 0 or question.rstrip(" *_").endswith((":", "：", "…", "...", "_"))


_CORRECT = re.compile(r"\W*(?:(?:explanation|rationale|feedback)\W+)?(?:correct|right|true)\b", re.IGNORECASE)


def _is_choice(doc: Document, group: Group, question: str, before: Nodes, right: set[int], explanation: Nodes) -> bool:
    """Whether options are those of a choice, which is answered if some of them are `right`."""
    if group.form is Form.TICKED and any(raw.marked for raw in group.options):
        if len(right) == len(group.options) and not all(raw.label for raw in group.options):
            return False  # a list of things that are done
        lettered = all(raw.label for raw in group.options)
        return lettered or ticks_often(doc) or _asks_to_choose(question) or all(map(_is_material, before))
    if right:
        return group.form is not Form.LISTED or len(right) < len(group.options)
    if group.form in (Form.LISTED, Form.COUNTED, Form.INLINE):
        return doc.keyed and group.form is not Form.LISTED
    asked = " ".join([question, plain(before)])
    if _content(explanation):
        return _asks_to_choose(asked) or (group.form is Form.TICKED and is_quiz(doc))
    boxes = group.form is Form.TICKED and all(raw.label for raw in group.options)  # `- [ ] A) x`: to be ticked
    return boxes or is_quiz(doc) or _asks_to_choose(asked)


def _content(nodes: Nodes) -> bool:
    return any(not furniture.furniture(node) for node in nodes)


def _is_material(node: Node) -> bool:
    """Whether a block before a task list may be a question's: no statement, as an answer would make it."""
    if node.kind is not Kind.PARAGRAPH:
        return node.kind is not Kind.LIST
    text = plain((node,))
    return not text or text.endswith((":", "：")) or asking.strength(text) > 0 or _asks_to_choose(text)


_CHOOSE = re.compile(
    r"""\b(?:which\ (?:(?:one|two|three|statements?|answers?|options?|choices?)\s+)?
      (?:of|is|are|would|should|will|can|does|do)\b
    | (?:of\ )?the\ following\b | true\ or\ false
    | (?:choose|select|pick|mark|check)\ (?:the|one|two|three|all|any|an?|which|correct)\b
    | (?:cuál|cuáles|qual|quais)\b.{0,40}(?:siguientes?|seguintes?)
    | welche[rs]?\ (?:der|von|aussage) | le(?:s)?quel(?:le)?s?\b
    | (?:что|какой|какое|какая|какие)\ из | выберите) | 下列 | 以下哪 | 选择""",
    re.IGNORECASE | re.VERBOSE,
)


def _asks_to_choose(text: str) -> bool:
    return bool(_CHOOSE.search(text))


def _comment(raw: Raw, place: int) -> Nodes:
    """What stands under an option, as a paragraph that names it."""
    if not raw.comment:
        return ()
    first = raw.comment[0]
    if first.kind is Kind.LIST and len(first.children) == 1:
        inside = first.children[0].children
        first = inside[0] if inside and inside[0].kind is Kind.PARAGRAPH else first._replace(children=inside)
    if any(node.kind in (Kind.PARAGRAPH, Kind.LIST, Kind.ITEM, Kind.CODE_BLOCK) for node in first.children):
        return raw.comment
    letter = Node(Kind.TEXT, first.start, first.start, f"{raw.label.upper() or chr(ord('A') + place)}) ")
    head = Node(Kind.PARAGRAPH, first.start, first.end, children=(letter, *first.children))
    return (head, *raw.comment[1:])


# --- what else of the file says so ----------------------------------------------------------------------------------


def is_quiz(doc: Document) -> bool:
    """Whether a file has choices: something says of its options which are right, or it has the same letters often."""
    return doc.keyed or doc.once("has a key", lambda: _has_key(doc))


def _has_key(doc: Document) -> bool:
    key = doc.has_in_any_case(b"answer", b"ans", b"key") and _KEY.search(doc.lined)
    return bool(key) or _mixed(doc) > 0 or len(_THIRD.findall(doc.lined)) >= _OFTEN


def ticks_often(doc: Document) -> bool:
    """Whether a file has several task lists of which some items are ticked and some are not."""
    return _mixed(doc) >= _OFTEN


def _mixed(doc: Document) -> int:
    """How many task lists have an item that is ticked beside one that is not."""
    return doc.once("mixed", lambda: len(_MIXED.findall(doc.lined)) if doc.has(b"[x]", b"[X]") else 0)


_MIXED = re.compile(
    rb"\n[ \t>]{0,8}[-*+][ \t]+\[(?:[xX]\][^\n]*\n\s{0,8}[-*+][ \t]+\[ \][ \t]"
    rb"|[ ]\][^\n]*\n\s{0,8}[-*+][ \t]+\[[xX]\][ \t])"
)
_KEY = re.compile(
    rb"\n[^\w\n]{0,12}(?:the )?(?:correct |right )?(?:answers?|ans|key)\b[^\w\n]{0,8}\(?(?:option )?[A-Ha-h1-9]\b",
    re.IGNORECASE,
)
_THIRD = re.compile(rb"\n[ \t>]{0,8}(?:[-*+][ \t]+)?[*_(]{0,3}[Cc][*_]{0,2}[).:][*_)]{0,2}[ \t]+\S")
_OFTEN = 3

# --- a key that stands elsewhere ------------------------------------------------------------------------------------


def with_key(choice: Choice, key: Nodes) -> Choice | None:
    """An unanswered choice with what an answer key says of it; None where it names none of the options."""
    label = Node(Kind.PARAGRAPH, 0, 0, children=(Node(Kind.TEXT, 0, 0, "Answer:"),))
    for labels in option.SEQUENCES:  # letters first: a key may count them, too
        options = [Raw(named, one.content) for named, one in zip(labels, choice.options, strict=False)]
        told = right_options.told((label, *key), options)
        if told.places:
            break
    else:
        return None
    marked = (Option(option.content, place in told.places, option.text) for place, option in enumerate(choice.options))
    return Choice(choice.question, tuple(marked), (*choice.explanation, *told.explanation))
