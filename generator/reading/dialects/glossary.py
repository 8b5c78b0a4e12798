"""Terms and what they mean: definition lists, two-column tables, bullets or lines such as `- **Term**: definition`.

A table is one if its header says so (`Term | Definition`, `Question | Answer`); bullets are, if the title or a heading
above says that they are a glossary, or if nearly all of the file's bullets have that shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.model import Kind, Node, Nodes, Problem
from generator.reading import notes, numbering
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.notes import Asked, Found, Made, Reading
from generator.reading.places import Places
from generator.reading.protection import INLINE

NAME = "glossary"
_TERMS = (
    r"terms?|words?|abbreviations?|abbr\.?|acronyms?|concepts?|names?|phrases?|vocabulary|front|questions?|q|begriffe?"
    r"|wort|abkürzung|fachbegriff|frage|términos?|conceptos?|palabras?|pregunta|termos?|conceitos?|palavras?|pergunta"
    r"|termes?|mots?|concept|termin[ei]?|parola|domanda|термин|слово|понятие|вопрос|术语|用語|用词|单词|词汇|名词|问题|単語|質問"
    r"|略語|缩写|语汇"
)
_MEANINGS = (
    r"definitions?|meanings?|explanations?|descriptions?|translations?|back|answers?|a|definition(?:en)?|bedeutung"
    r"|erklärung|beschreibung|übersetzung|antwort|definici[óo]n(?:es)?|significados?|respuesta|traducción"
    r"|definiç(?:ão|ões)|descrição|resposta|définitions?|signification|réponse|definizion[ei]|significato|risposta"
    r"|определение|значение|ответ|перевод|定义|定義|含义|意味|解释|说明|説明|释义|答案|答え?|回答"
)
_GLOSSARY = re.compile(
    r"\b(?:glossar\w*|glosari\w*|glossário|lexi[ck]on|terminolog\w*|vocabular\w*|vocabulario|definitions?|definiciones"
    r"|definizioni|definições|key terms|terms|terme|términos|termini|begriffe|abbreviations|acronyms|flash ?cards?"
    r"|глоссарий|словарь|термины)\b|用語|术语|詞彙|词汇|용어",
    re.IGNORECASE,
)
_HEADER = (re.compile(rf"\W*(?:{_TERMS})\W*", re.IGNORECASE), re.compile(rf"\W*(?:{_MEANINGS})\W*", re.IGNORECASE))
_PARTING = re.compile(r"[ \t]*(?:[:：](?=\s|$|[^\x00-\x7f])|[-–—](?=\s)|→|=>|(?<=\s)=(?=\s))[ \t]*")
_LONGEST_TERM = 60
_SHORTEST_TERM = 2
_MOST_WORDS = 8
# Without a word that says so, so many of a file's bullets must be of the shape, and at least so many there must be.
_NEARLY_ALL = 0.85
_FEWEST = 5


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return any(node.kind in (Kind.LIST, Kind.TABLE, Kind.DEFINITION_LIST) for node in doc.tree.children)


class _Term(NamedTuple):
    """A term with what it means: the lines of both, the term's inline nodes, and the blocks of its meaning."""

    lines: Nodes
    inline: Nodes
    meaning: Nodes
    rule: str
    weight: float


def read(doc: Document) -> Reading:
    """The notes of a file that explains terms."""
    places = Places(doc)
    found: list[Found] = []
    problems: list[Problem] = []
    for term in _terms(doc, places):
        if places.is_housekeeping(term.lines[0].start):
            continue
        made = _made(doc, places, term)
        if made.note.answered:
            found.append(made.found(term.weight))
            problems += made.problems
    return Reading(tuple(found), places.skipped_beside(one.note.span for one in found), tuple(problems), places.title)


def _terms(doc: Document, places: Places) -> Iterator[_Term]:
    bullets = [node for node in doc.tree.children if node.kind is Kind.LIST and node.level < 0]
    items = [item for node in bullets for item in node.children]
    shaped = sum(_bullet(item, 0) is not None for item in items)
    nearly_all = shaped >= _FEWEST and shaped >= _NEARLY_ALL * len(items)
    for node in doc.tree.children:
        if node.kind is Kind.DEFINITION_LIST:
            yield from _defined(node)
        elif node.kind is Kind.TABLE:
            yield from _rows(node)
        elif node.kind is Kind.LIST and node.level < 0:
            above = " ".join((places.title, *places.of(node.start).topics))
            said = bool(_GLOSSARY.search(above))
            own = [_bullet(item, 1.0 if said else notes.GUESS) for item in node.children]
            if nearly_all or (said and sum(map(bool, own)) * 2 > len(own)):
                yield from filter(None, own)


def _defined(node: Node) -> Iterator[_Term]:
    """The terms of a definition list; one with several definitions has them all."""
    children = node.children
    begins = [place for place, child in enumerate(children) if child.kind is Kind.DEFINITION_TERM]
    for place, end in zip(begins, [*begins[1:], len(children)], strict=True):
        told = children[place + 1 : end]
        if not told:
            continue
        meaning = tuple(block for one in told for block in _blocks(one))
        yield _Term(children[place:end], numbering.trimmed(children[place].children), meaning, "definition list", 1.0)


def _blocks(node: Node) -> Nodes:
    """What stands in a definition or an item, as blocks."""
    count = next((n for n, child in enumerate(node.children) if child.kind not in INLINE), len(node.children))
    loose = node.children[:count]
    if not loose:
        return node.children
    paragraph = Node(Kind.PARAGRAPH, loose[0].start, loose[-1].end, children=loose)
    return (paragraph, *node.children[count:])


def _rows(node: Node) -> Iterator[_Term]:
    """The rows of a table whose header says that it explains terms, or answers questions."""
    head, *rows = node.children
    cells = [plain(cell.children) for cell in head.children]
    if len(cells) != 2 or not all(shape.fullmatch(cell) for shape, cell in zip(_HEADER, cells, strict=True)):
        return
    for row in rows:
        if len(row.children) == 2 and all(plain(cell.children) for cell in row.children):
            term, meaning = row.children
            told = Node(Kind.PARAGRAPH, meaning.start, meaning.end, children=meaning.children)
            yield _Term((row,), numbering.trimmed(term.children), (told,), "table", 1.0)


def _bullet(item: Node, weight: float) -> _Term | None:
    """`Term: definition` as an item, or None for another one."""
    blocks = _blocks(item)
    if not blocks or blocks[0].kind is not Kind.PARAGRAPH:
        return None
    first = blocks[0]
    text = numbering.raw_text(first.children)
    parts = _PARTING.search(text, len(text) - len(text.lstrip()) + 1)
    strong = first.children[0] if first.children and first.children[0].kind is Kind.STRONG else None
    if not parts or parts.start() > _LONGEST_TERM or len(text[: parts.start()].split()) > _MOST_WORDS:
        return None
    if len(text[: parts.start()].strip("*_ ()")) < _SHORTEST_TERM:
        return None  # an option, `A: …`
    if not text[parts.end() :].strip() or (strong and len(plain((strong,))) > parts.end()):
        return None
    term = _until(first.children, parts.start())
    rest = numbering.trimmed(numbering.without_prefix(first.children, parts.end()))
    told = first._replace(start=rest[0].start, children=rest)
    return _Term((item,), numbering.unwrapped(term), (told, *blocks[1:]), "term of a list", weight)


def _until(nodes: Nodes, length: int) -> Nodes:
    """The inline nodes up to so many characters."""
    kept: list[Node] = []
    for node in nodes:
        own = len(numbering.raw_text((node,)))
        if own <= length:
            kept.append(node)
        elif length > 0:
            inside = _until(node.children, length) if node.children else ()
            kept.append(node._replace(text=node.text[:length], children=inside))
        length -= own
        if length <= 0:
            break
    return numbering.trimmed(tuple(kept))


def _made(doc: Document, places: Places, term: _Term) -> Made:
    text = plain(term.inline)
    first = term.lines[0]
    asked = Asked(term.lines, notes.question(first, term.inline), text, text)
    return notes.of_blocks(doc, NAME, term.rule, places.of(first.start), asked, (), term.meaning)
