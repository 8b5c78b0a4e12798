"""Where an answer begins, when its author says so: by `Answer:`, a heading, or the summary of `<details>`.

What stands before it (code, options, an image) belongs to the question then.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from generator.model import Kind, Node, Nodes
from generator.reading import material, numbering
from generator.reading.blocks import plain
from generator.reading.furniture import furniture

# What says that an answer follows, in many languages; to be joined to patterns that ignore case, also verbose ones.
ANSWER = (
    r"(?:the\s+)?(?:(?:correct|right|best|sample|model|suggested|expected|possible|your|my|final)\s+)?(?:answers?|ans)"
    r"|(?:correct|right|best)\s+(?:options?|choices?)"
    r"|(?:correct(?:ed)?|fixed)\s+(?:code|version)"
    r"|respostas?(?:\s+(?:corretas?|certas?))?|respuestas?(?:\s+correctas?)?|risposta(?:\s+corretta)?"
    r"|(?:richtige\s+)?antwort(?:en)?|(?:bonnes?\s+)?r[ée]ponses?(?:\s+correctes?)?|antwoord|svar|vastau?s"
    r"|odpowied[zź]|odpov[eě]ď|odpoveď|odgovor|válasz|răspuns|cevap|yanıt|jawab(?:an)?|trả\ lời|đáp(?:\ án)?|απάντηση"
    r"|(?:правильный\s+|верный\s+)?ответ|(?:правильна\s+)?відповідь|отговор"
    r"|atsakymas|atbilde|жауап|хариулт|адказ|javob|cavab"
    r"|उत्तर|উত্তর|(?:ال)?(?:جواب|إجابة|اجابة)|پاسخ|תשובה|คำตอบ|ตอบ"
    r"|(?:正确|正確|参考|參考|标准|標準|简要)?(?:答案|回答)|正解|答え?|답변?|정답|해답"
)
_SOLUTION = (
    r"solutions?|lösung|solución|solução|решение|解答|explanation|explicación|explicação|erklärung|explication"
    r"|объяснение|пояснение|解析|解説"
)
# A mark such as ✅ may stand before it.
_LABEL = re.compile(
    rf"\s*(?:[^\x00-\x7f\w]+\s*)?(?:(?P<answer>{ANSWER})|{_SOLUTION})\s*(?:[.:：]-?\s*|$|(?(answer)(?:\)|\s?[-–—](?=\s))\s*|(?!)))",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\s*[AА]\s*(?:\d{0,3}\s*[:：]|\d{1,3}[.)]|[-–—](?=\s)(?!.*\sB\s*[-–—]\s))\s*")
# What says which option is right, and would say little without its label.
_KEY = re.compile(r"[A-Ha-h1-8](?:(?:\s*(?:,|&|/|and)\s*|\s+)[A-Ha-h1-8])*[.)]?")
_ANSWER_WORD = re.compile(rf"\b(?:{ANSWER}|{_SOLUTION})\b|答案|正解|解答|解析|解説|정답|해설", re.IGNORECASE)
_REVEAL_WORD = re.compile(
    r"\b(?:show|view|see|click|reveal|expand|toggle|details|ver|mostrar|afficher|voir|anzeigen|показать)\b|查看|点击",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\s*<details\b[^>]*>\s*(?:<summary\b[^>]*>(?P<summary>.*?)</summary\s*>)?\s*(?:<(?:p|div|br)\b[^>]*>\s*)*",
    re.IGNORECASE | re.DOTALL,
)
_DETAILS = re.compile(r"<(/?)details\b[^>]*>", re.IGNORECASE)
_CLOSING = re.compile(r"(?:\s|</?(?:p|div|br)\b[^>]*>)*</details\s*>(?:\s|</?(?:p|div|br)\b[^>]*>)*", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


class _Announces(Enum):
    """How surely a block says that the answer begins: a solution may as well be a part of it."""

    ANSWER = 2
    PERHAPS = 1


# What belongs to a question when a solution follows; prose before one is rather the answer.
_MATERIAL = frozenset({Kind.CODE_BLOCK, Kind.LIST, Kind.TABLE, Kind.HTML_BLOCK, Kind.RULE, Kind.QUOTE})


def divided(blocks: Nodes, asked: bool, question: str = "") -> tuple[Nodes, Nodes]:
    """The blocks under a question's heading as what still belongs to the question, and the answer.

    `asked` is False where the heading holds no question (`## Question 3`): its first block, at least, is the question.
    A `question` such as "What's the output?" is one about the code or the picture right below it.
    """
    blocks = _parted(blocks)
    for index, node in enumerate(blocks):
        announced = _announces(node)
        if announced and _belongs(blocks[:index], announced, asked):
            return _content(blocks[:index]), opened(without_label(opened(blocks[index:])))
        if node.kind is Kind.HEADING:
            break
    if not asked:
        count = _leading(blocks)
        return blocks[:count], blocks[count:]
    if material.points_below(question, blocks[:1]) and _content(blocks[1:]):
        return blocks[:1], blocks[1:]
    return (blocks, ()) if material.is_all(question, _content(blocks)) else ((), blocks)


def at_letter(blocks: Nodes) -> tuple[Nodes, Nodes] | None:
    """The blocks cut at `A:`, where only what a question may show stands before it; `A: …`, `B: …` are options."""
    for index, node in enumerate(blocks):
        if node.kind is Kind.PARAGRAPH and _LETTER.match(numbering.raw_text(node.children[:3])[:12]):
            options = any(map(_OPTION_B.match, numbering.raw_text(node.children).split("\n")))
            follows = blocks[index + 1 : index + 2]
            options = options or bool(follows and _OPTION_B.match(plain(follows)[:4]))
            return (blocks[:index], blocks[index:]) if index and not options else None
        if node.kind not in _MATERIAL and not material.is_picture(node):
            return None
    return None


_OPTION_B = re.compile(r"\s*\(?[BbВ][.:：)]")


def _parted(blocks: Nodes) -> Nodes:
    """The blocks, with a paragraph of their first ones cut where a line of it begins with `Answer:`."""
    for index, node in enumerate(blocks[:_FIRST]):
        if _announces(node) or node.kind is Kind.HEADING:
            return blocks
        cut = _labelled_line(node) if node.kind is Kind.PARAGRAPH else 0
        if cut:
            begin = node.children[cut].start
            before = node._replace(end=begin, children=numbering.trimmed(node.children[:cut]))
            return (
                *blocks[:index],
                before,
                node._replace(start=begin, children=node.children[cut:]),
                *blocks[index + 1 :],
            )
    return blocks


def _leading(blocks: Nodes) -> int:
    """How many blocks a question takes of which nothing stands in front: with the code that its colon announces.

    A sentence behind that code which ends with a colon as well goes on asking. Something must be left to answer.
    """
    count = 1
    while count < len(blocks) and _announces_more(blocks[count - 1]) and blocks[count].kind is Kind.CODE_BLOCK:
        while count < len(blocks) and blocks[count].kind is Kind.CODE_BLOCK:
            count += 1
        if count < len(blocks) and _announces_more(blocks[count]):
            count += 1
    return count if _content(blocks[count:]) else 1


def _announces_more(node: Node) -> bool:
    return node.kind is Kind.PARAGRAPH and plain((node,)).endswith((":", "："))


_FIRST = 4
_BREAKS = (Kind.SOFT_BREAK, Kind.HARD_BREAK)


def _labelled_line(paragraph: Node) -> int:
    """The place of the node with which a line begins that says that it answers; 0 where only the first one may."""
    for place in range(1, len(paragraph.children)):
        if paragraph.children[place - 1].kind in _BREAKS:
            label = _LABEL.match(numbering.raw_text(paragraph.children[place : place + 3])[:40])
            if label and label["answer"] and label.group().rstrip().endswith((":", "：", ")")):
                return place
    return 0


def _belongs(before: Nodes, announced: _Announces, asked: bool) -> bool:
    """Whether what stands before the announcement is the question's."""
    if announced is _Announces.ANSWER or not asked:
        return True
    return all(node.kind in _MATERIAL or material.is_picture(node) for node in before)


def _content(nodes: Nodes) -> Nodes:
    return tuple(node for node in nodes if not furniture(node))


def _announces(node: Node) -> _Announces | None:
    if node.kind is Kind.PARAGRAPH or node.kind is Kind.HEADING:
        match = _LABEL.match(numbering.raw_text(node.children[:8])[:40])
        if not match:
            return None
        return _Announces.ANSWER if match["answer"] else _Announces.PERHAPS
    if node.kind is Kind.QUOTE and node.children[:1] and node.children[0].kind is Kind.PARAGRAPH:
        if _answering_callout(node):
            return _Announces.ANSWER
        return _Announces.ANSWER if _announces(node.children[0]) is _Announces.ANSWER else None
    if node.kind is Kind.LIST:
        label = _LABEL.match(numbering.raw_text(_first_line(node.children[0])[0].children)[:40])
        return _Announces.ANSWER if label and label["answer"] and _SIGN in label.group() else None
    if node.kind is Kind.HTML_BLOCK and "<details" in node.text.lower():
        opening = _OPENING.match(node.text)
        words = _TAG.sub("", (opening and opening["summary"]) or "")
        if _ANSWER_WORD.search(words):
            return _Announces.ANSWER
        return _Announces.PERHAPS if _REVEAL_WORD.search(words) or not words.strip() else None
    return None


# The kinds of callouts that answer.
ANSWERING = frozenset({"success", "check", "done", "answer", "solution", "a"})
_CALLOUT = re.compile(r"\s*\[!(?P<kind>[\w-]+)\][+-]?\s*(?P<title>.*)")


def _answering_callout(node: Node) -> int:
    """How many nodes are the first line of a callout that says that it is the answer: `[!note]- Show answer`."""
    first = node.children[0] if node.kind is Kind.QUOTE and node.children else None
    if first is None or first.kind is not Kind.PARAGRAPH:
        return 0
    count = next((place for place, child in enumerate(first.children) if child.kind in _BREAKS), len(first.children))
    found = _CALLOUT.match(numbering.raw_text(first.children[:count]))
    if not found:
        return 0
    title = found["title"].strip()
    says = says_answer(title) and names_answer(title) if title else found["kind"].lower() in ANSWERING
    return count if says else 0


def without_label(answer: Nodes, shape: re.Pattern[str] = _LABEL) -> Nodes:
    """The answer without `Answer:` in front, whether bold, plain, or a heading of its own; `Answer: C` stays."""
    if answer and answer[0].kind is Kind.LIST:
        return _without_label_in_list(answer, shape)
    if answer and answer[0].kind is Kind.QUOTE and _announces(answer[0]):
        inside = without_label(answer[0].children, shape)
        return (answer[0]._replace(children=inside), *answer[1:]) if inside else answer[1:]
    if not answer or answer[0].kind not in (Kind.PARAGRAPH, Kind.HEADING):
        return answer
    first = answer[0]
    label = shape.match(numbering.raw_text(first.children))
    if not label:
        return answer
    rest = numbering.trimmed(numbering.without_prefix(first.children, label.end()))
    if _KEY.fullmatch(plain(rest)):
        return answer
    return (first._replace(kind=Kind.PARAGRAPH, level=0, children=rest), *answer[1:]) if rest else answer[1:]


def _without_label_in_list(answer: Nodes, shape: re.Pattern[str]) -> Nodes:
    """An answer whose first bullet says `Answer:`; the bullet itself goes where it is the only one."""
    items = answer[0].children
    line, below = _first_line(items[0])
    label = shape.match(numbering.raw_text(line.children))
    said = label and (len(items) == 1 if shape is _LETTER else label["answer"])
    if not label or not said or _SIGN not in label.group():
        return answer
    kept = (*without_label((line,), shape), *below)
    if len(items) == 1:
        return (*kept, *answer[1:])
    rest = (items[0]._replace(children=kept), *items[1:]) if kept else items[1:]
    return (answer[0]._replace(children=rest), *answer[1:])


_SIGN = ":"


def _first_line(item: Node) -> tuple[Node, Nodes]:
    """An item's first line as a paragraph, and the blocks below it."""
    children = item.children
    if children and children[0].kind is Kind.PARAGRAPH:
        return children[0], children[1:]
    count = next((place for place, node in enumerate(children) if node.kind in _BELOW), len(children))
    line = item._replace(kind=Kind.PARAGRAPH, children=children[:count])
    return line._replace(end=children[count - 1].end) if count else line, children[count:]


_BELOW = frozenset({
    Kind.PARAGRAPH, Kind.HEADING, Kind.LIST, Kind.CODE_BLOCK, Kind.QUOTE, Kind.TABLE, Kind.HTML_BLOCK, Kind.RULE,
    Kind.DEFINITION_LIST,
})  # fmt: skip


def says_answer(text: str) -> bool:
    """Whether a text, such as a summary's, says that what follows is the answer, and nothing else."""
    rest = _REVEAL_WORD.sub("", _ANSWER_WORD.sub("", text))
    return rest != text and not _SAYING.sub("", rest)


def names_answer(text: str) -> bool:
    """Whether a text has a word for an answer in it; `show` alone may unfold anything."""
    return bool(_ANSWER_WORD.search(text))


_SAYING = re.compile(
    r"[\W\d_]+|\b(?:the|for|here|to|a|an|me|and|correct|right|code|hint|und|et|y|e|и)\b|[与和及跟並并附]|及び|[と와과및]",
    re.IGNORECASE,
)


_HINT = re.compile(r"\W*(?:hints?|tips?|clue|pista|dica|hinweis|tipp|indice|подсказка|提示)\b", re.IGNORECASE)


def says_hint(text: str) -> bool:
    """Whether a text, such as a summary's, says that what follows helps, but does not answer."""
    return bool(_HINT.match(text)) and not _ANSWER_WORD.search(text)


def announces_answer(node: Node) -> bool:
    """Whether a block says that the answer begins: `Answer: …`, a heading, the summary of `<details>`."""
    return _announces(node) is _Announces.ANSWER


def says_in_callout(node: Node) -> bool:
    """Whether a block is a callout that says that it is the answer."""
    return bool(_answering_callout(node))


def is_label(line: Nodes) -> bool:
    """Whether a line begins with `Answer:` or the like."""
    return bool(_LABEL.match(numbering.raw_text(line)[:40]))


def is_bare_label(node: Node) -> bool:
    """Whether a block is `Answer:` or the like and nothing else."""
    return node.kind in (Kind.PARAGRAPH, Kind.HEADING) and bool(_LABEL.fullmatch(numbering.raw_text(node.children)))


def summary(node: Node) -> str:
    """What the summary of a `<details>` says that begins with this block, as text; nothing where none does."""
    opening = _OPENING.match(node.text) if node.kind is Kind.HTML_BLOCK else None
    return _TAG.sub("", (opening and opening["summary"]) or "").strip()


def hidden(node: Node) -> str:
    """What a block of HTML hides that is a `<details>` from end to end, as text."""
    opening = _OPENING.match(node.text) if node.kind is Kind.HTML_BLOCK else None
    return " ".join(_TAG.sub(" ", node.text[opening.end() :]).split()) if opening else ""


def without_letter(answer: Nodes) -> Nodes:
    """The answer without `A:` in front: what answers a `Q:`."""
    return without_label(answer, _LETTER)


# What stands in front of an answer whose place alone says that it is one, so that it goes whatever follows.
_WORD = re.compile(rf"\s*(?:{ANSWER}|back|[AА])\s*[:：]\s*", re.IGNORECASE)


def without_word(answer: Nodes) -> Nodes:
    """The answer without `A:`, `Back:` or `Answer:` in front, unless nothing else is there."""
    if not answer or answer[0].kind is not Kind.PARAGRAPH:
        return answer
    first = answer[0]
    label = _WORD.match(numbering.raw_text(first.children)[:40])
    rest = numbering.trimmed(numbering.without_prefix(first.children, label.end())) if label else first.children
    return (first._replace(children=rest), *answer[1:]) if rest else answer[1:] or answer


def opened(answer: Nodes) -> Nodes:
    """The answer without the `<details>` or the callout that hides it, if it holds nothing else; the rest stays."""
    if answer and (count := _answering_callout(answer[0])):
        first = answer[0].children[0]
        rest = numbering.trimmed(first.children[count:])
        below = (first._replace(children=rest),) if rest else ()
        return (*below, *answer[0].children[1:], *answer[1:])
    found = unfolded(answer)
    return (*found.inside, *answer[found.blocks :]) if found else answer


_NOTHING = Node(Kind.DOCUMENT, 0, 0)


class Unfolded(NamedTuple):
    """What a `<details>` says in its summary, the blocks that it hides, and how many blocks it takes."""

    summary: str
    inside: Nodes
    blocks: int


def unfolded(blocks: Nodes) -> Unfolded | None:
    """The `<details>` with which the blocks begin, if its tags stand apart from what they hide."""
    first = blocks[0] if blocks else _NOTHING
    opening = _OPENING.fullmatch(first.text) if first.kind is Kind.HTML_BLOCK else None
    if not opening:
        return None
    depth = 0
    for index, node in enumerate(blocks):
        if node.kind is Kind.HTML_BLOCK:
            depth += sum(-1 if closing else 1 for closing in _DETAILS.findall(node.text))
        if depth <= 0:
            whole = index > 0 and bool(_CLOSING.fullmatch(node.text))
            return Unfolded(summary(first), blocks[1:index], index + 1) if whole else None
    return Unfolded(summary(first), blocks[1:], len(blocks))
