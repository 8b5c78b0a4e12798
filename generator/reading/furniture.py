"""What stands around notes in people's files and is never a card: links back, separators, contents, licences."""

from __future__ import annotations

import re

from generator.model import Kind, Node, Nodes
from generator.reading import numbering
from generator.reading.blocks import plain

_HOUSEKEEPING = re.compile(
    r"""[\W_]*(?:
      (?:table\ of\ )?contents?|toc|index|list\ of\ questions|overview|intro(?:duction)?|preface|foreword
    | licen[sc]e|disclaimer|contribut(?:ing|ors?|ion|ions|e)|acknowledge?ments?|credits?|authors?
    | about(?:\ (?:me|us|the\ author))?
    | support|donate|sponsors?|feedback|star\ history|changelog|roadmap|translations?|languages?
    | further\ reading|resources?|(?:useful\ )?links?|references?|bibliography
    | getting\ started|quick\ ?start|installation|requirements|prerequisites
    | conclusions?|(?:final|closing)\ (?:words|thoughts)|next\ steps|thanks|thank\ you
    | (?:what|who|why)\ (?:(?:is|does)\ )?this\ (?:repo|repository|project|list|collection|guide|document|book)
      (?:\ \w+){0,2}
    | (?:how\ (?:can|could|do|to)|want\ to|would\ you\ like\ to|why)\ (?:(?:i|you|we)\ )?(?:contribute|help)
      (?:\ \w+){0,3}
    | (?:found|spotted)\ an?\ (?:bug|error|mistake|typo|problem)(?:\ \w+){0,3}
    | (?:suggest|add|submit)\ (?:your|a)\ questions?
    | índice|sumário|tabla\ de\ contenidos?|inhalt(?:sverzeichnis)?|table\ des\ matières|sommaire
    | содержание|оглавление|目录|目次
    )[\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)
_CONTENTS = re.compile(
    r"""[\W_]*(?:(?:table\ of\ )?contents?|toc|index|list\ of\ questions|índice|sumário|tabla\ de\ contenidos?
    |inhalt(?:sverzeichnis)?|table\ des\ matières|sommaire|содержание|оглавление|目录|目次)[\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)
_QUESTIONS = re.compile(r"[\W_]*list\ of\ questions[\W_]*", re.IGNORECASE | re.VERBOSE)
# What a project asks of itself in its README; elsewhere these ask of their subject.
_OF_ITSELF = re.compile(
    r"""[\W_]*(?:
      how\ to\ (?:use(?:\ this\ \w+)?|install|run|start)|how\ (?:it|this|does\ it|does\ this)\ works?
    | (?:what|who|why)\ (?:is|are|does)\ (?:this|it)(?:\ (?:for|repo|repository|project|about|\w+\ for))?
    | why|how|what|why\ this(?:\ \w+)?|what'?s\ (?:new|inside|this|included)
    )[\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)
_PROJECT = re.compile(
    r"""[\W_]*(?:installation|install|usage|requirements|prerequisites|getting\ started|quick\ ?start|licen[sc]e|roadmap
    |contribut(?:ing|ors?|e)|changelog|sponsors?)[\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)
_INSTRUCTS = re.compile(
    r"""[\W\d_]*(?:(?:\w+\s+){0,2}(?:instructions?|rules|guidelines|directions)(?:\s*(?:/|&|and)\s*\w+)?
    |how\ to\ (?:use|take|answer|play|study)\b.*
    |anleitung(?:en)?|anweisungen|hinweise|regeln|instrucciones|reglas|normas|instruções|regras|consignes|règles
    |istruzioni|regole|инструкци[яи]|правила|说明|规则|注意事项)[\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)
# Of the housekeeping, the ones that some people head a group of questions with.
_GENERAL = re.compile(
    r"""[\W_]*(?:overview|intro(?:duction)?|resources?|support|languages?|getting\ started|installation|requirements
    |translations?)[\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)
# Headings that name a part of an answer: alone (`Example 2`) or with what follows their colon (`Answer: C`).
_PART = re.compile(
    r"""[\W_]*(?:(?:correct\ )?answers?|ans|(?:sample\ )?solutions?|explanations?|(?:code\ )?examples?|output|result
    |notes?|hints?|tips?|summary|usage|syntax|code|demo
    |sources?|ref(?:erence)?s?(?:\ links?)?|links?|further\ reading|see\ also
    |respostas?|respuestas?|antwort|lösung|réponses?|exemples?|ejemplos?|exemplos?|beispiele?|ответ|решение|пример|(?:参考|正确)?答案|解答|解析|例)
    (?:\s*:.*|\s+\w{1,2}|[\W_]*)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_ANSWER = re.compile(
    r"[\W_]*(?:(?:correct )?answers?|ans|(?:sample )?solutions?)(?:\s*:.*|\s+\w{1,2}|[\W_]*)", re.IGNORECASE | re.DOTALL
)
# Headings that label one question or its answer and say nothing of either.
_OF_ONE = re.compile(
    r"""[\W_]*(?:(?:correct\ )?answer(?:\s*:.*|\s+\w{1,2}|[\W_]*)
    |(?:questions?|q|frage|pregunta|pergunta|domanda|vraag|вопрос|питання|pytanie|soru|câu(?:\ hỏi)?
    |问题|問題|题目|題目|질문|문제)
    [\s.:#№-]*\d{1,4}[\W_]*)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
# What is never closed goes on to the end, so that looking for its end takes one look.
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_ANCHOR = re.compile(r"<a\b.*?(?:</a\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'\s>]*)""", re.IGNORECASE)
_EMPTY_HTML = re.compile(r"(?:\s|&nbsp;|</?(?:br|p|div|a|span|center|hr)\b[^>]*>)*", re.IGNORECASE)
_LINK_BACK = re.compile(r"[\s*_]*\[[^\[\]\n]{1,60}\]\(#[^()\s]*\)[\s*_]*")
_NO_WORDS = re.compile(r"[\W\d_]*")


def is_housekeeping(text: str) -> bool:
    """Whether a heading begins a part that is about the file: its contents, its licence, its people, its use."""
    return bool(_HOUSEKEEPING.fullmatch(text))


def is_contents(text: str) -> bool:
    """Whether a heading begins a table of contents, after which the questions themselves may follow at once."""
    return bool(_CONTENTS.fullmatch(text))


def names_questions(text: str) -> bool:
    """Whether a heading announces a list of questions: its contents, or the questions themselves."""
    return bool(_QUESTIONS.fullmatch(text))


def instructs(text: str) -> bool:
    """Whether a heading says that rules follow by which something is done: how a quiz is taken, what to keep to."""
    return bool(_INSTRUCTS.fullmatch(text))


def tells_of_project(text: str) -> bool:
    """Whether a heading is one that projects have in their README: how to install it, its licence, its contributors."""
    return bool(_PROJECT.fullmatch(text))


def asks_of_project(text: str) -> bool:
    """Whether a heading asks what a README answers of its project (`What is this?`), or else, of its own subject."""
    return bool(_OF_ITSELF.fullmatch(text))


def may_be_topic(text: str) -> bool:
    """Whether a heading that sounds like housekeeping heads a group of questions where questions stand under it."""
    return bool(_GENERAL.fullmatch(text))


def names_part(text: str) -> bool:
    """Whether a heading names a part of an answer (`Answer: C`, `Example 2`, `Explanation`)."""
    return bool(_PART.fullmatch(text))


def names_one(text: str) -> bool:
    """Whether a heading labels a single question or its answer (`Question 4`, `Answer: C`): it groups nothing."""
    return bool(_OF_ONE.fullmatch(text))


def names_answer(text: str) -> bool:
    """Whether a heading names the answer itself (`Answer: C`, `Solution`)."""
    return bool(_ANSWER.fullmatch(text))


# What stands where an answer is still to come.
_PLACEHOLDER = re.compile(
    r"""[\W_]*(?:(?:your\ |an?\ |the\ |my\ )?(?:answers?|solutions?|code|text)\ (?:goes\ |comes\ |will\ be\ )?here
    | (?:write|add|put|type|insert|enter)\ (?:your\ |the\ |an\ )?(?:answer|solution|code)(?:\ (?:here|below))?
    | (?:your|my)\ (?:answer|solution|code)
    | to-?\ ?do|tb[dac]|wip|fixme|to\ be\ (?:added|done|written|continued|answered|completed|filled(?:\ in)?)
    | coming\ soon
    | (?:[^.!?]{1,40}[.!?]\s+)?to-?\ ?do(?:\s?:.{0,100})?|i\ can(?:'?t|\ ?not|\ partially)\ answer(?:\ (?:it|this))?
    | not\ answered(?:\ yet)?|unanswered|no\ answer(?:\ yet)?|text\ input|placeholder
    | (?:tu\ |escribe\ tu\ )?respuesta\ aquí|(?:sua\ )?resposta\ aqui|(?:deine\ |ihre\ )?antwort\ hier|hier\ antwort
    | (?:ta\ |votre\ )?réponse\ ici|(?:tua\ )?risposta\ qui|ответ\ (?:здесь|будет\ позже)
    | 待补充|待完善|未完待续|暂无(?:答案)?|待更新|略|欢迎[^。]{0,15}(?:留下|补充|提交)[^。]{0,8}
    )[\W_]*|\.{2,}|…+|-+|–|—|\?{2,}|_+""",
    re.IGNORECASE | re.VERBOSE,
)


def is_placeholder(nodes: Nodes) -> bool:
    """Whether an answer is nothing but a word that it is still to be written."""
    while len(nodes) == 1 and nodes[0].kind in _WRAPPING and not nodes[0].target:
        nodes = nodes[0].children
    if len(nodes) == 1 and nodes[0].kind is Kind.CODE_BLOCK:
        if _BLANKS.fullmatch(nodes[0].text):
            return True
        return any(map(str.isalpha, nodes[0].text)) and bool(_PLACEHOLDER.fullmatch(nodes[0].text.strip()))
    kinds = {node.kind for part in nodes for node in part.walk()}
    if not nodes or not kinds <= _WORDS | {Kind.LINK}:
        return False
    text = plain(nodes)
    if Kind.LINK not in kinds:
        return bool(_PLACEHOLDER.fullmatch(text))
    number = numbering.number(text)
    return bool(_ELSEWHERE.fullmatch(text)) or (number is not None and number.labelled and number.length == len(text))


# A link that leads to the answer, and does not say it.
_ELSEWHERE = re.compile(
    r"""[\W_]*(?:(?:see|read|view|find|get|check(?:\ out)?|click(?:\ for)?|go\ to|show)\s+(?:\W+\s+)?)?(?:the\ )?
    (?:(?:full|complete|detailed|correct)\ )?(?:answers?|solution)
    (?:\ (?:is\ |can\ be\ found\ )?(?:here|online|there))?[\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)


# Lines to write on, with or without a word or a number in front.
_BLANKS = re.compile(r"(?:\s*+(?:[^\n_:]{1,40}[:：]|\d+[.)])?[ \t]*+_{3,}+[ \t]*+(?:\n|\Z))+\s*+")
_WRAPPING = (Kind.QUOTE, Kind.LIST, Kind.ITEM, Kind.PARAGRAPH)
_WORDS = frozenset({Kind.TASK, Kind.TEXT, Kind.EMPHASIS, Kind.STRONG, Kind.SOFT_BREAK, Kind.HARD_BREAK})


# What a block without a word may show, or say of a card.
_SEEN = (Kind.IMAGE, Kind.HTML, Kind.DELETION)


def furniture(node: Node) -> str:
    """Why a block at the edge of an answer is not part of it, or the empty string where it is."""
    match node.kind:
        case Kind.RULE:
            return "separator"
        case Kind.FOOTNOTE:
            return "footnote definition"  # a note that refers to it carries it; where it stands doesn't matter
        case Kind.PARAGRAPH:
            return _paragraph_furniture(node)
        case Kind.LIST | Kind.TABLE if _links_within(node):
            return "table of contents"
        case Kind.CODE_BLOCK if _LINK_BACK.fullmatch(node.text):
            return "link back"  # indented too far
        case Kind.HTML_BLOCK:
            return _html_furniture(node.text)
    return ""


def _paragraph_furniture(node: Node) -> str:
    if len(node.children) == 1 and node.children[0].text == ".":
        return "separator"
    if any(inner.kind is Kind.TEXT and not _NO_WORDS.fullmatch(inner.text) for inner in node.children):
        return ""  # words outside any link: by far the most common
    if _links_within(node):
        return "link back"
    if not plain((node,)) and not any(inner.kind in _SEEN for inner in node.walk()):
        return "empty markup"
    if all(inner.kind in (Kind.HTML, Kind.SOFT_BREAK, Kind.TEXT) for inner in node.children):
        text = "".join(inner.text for inner in node.children if inner.kind is not Kind.SOFT_BREAK)
        return _html_furniture(text) if "<" in text and not plain((node,)) else ""
    return ""


def _html_furniture(text: str) -> str:
    bare = _COMMENT.sub("", text)
    if not bare.strip():
        return "comment"
    addresses = _HREF.findall(bare)
    if (
        addresses
        and all(address.startswith("#") for address in addresses)
        and _NO_WORDS.fullmatch(_TAG.sub("", _ANCHOR.sub("", bare)))
    ):
        return "link back" if len(addresses) < 4 else "table of contents"
    return "empty markup" if _EMPTY_HTML.fullmatch(bare) else ""


def _links_within(node: Node) -> bool:
    """Whether all that a reader sees of the block is links to places in this file."""
    links = 0
    waiting = [*node.children]
    while waiting:
        inner = waiting.pop()
        if inner.kind is Kind.LINK:
            if not inner.target.startswith("#"):
                return False
            links += 1
        elif inner.text and inner.kind is not Kind.HTML and not _NO_WORDS.fullmatch(inner.text):
            return False
        else:
            waiting += inner.children
    return links > 0


def are_index(blocks: Nodes, data: bytes) -> bool:
    """Whether blocks are nothing but lists or tables of links to other files of the project; `data` is this one's."""
    own = [node for node in blocks if not furniture(node)]
    return bool(own) and all(_is_index(node, data) for node in own)


def _is_index(node: Node, data: bytes) -> bool:
    if node.kind is Kind.LIST:
        return all(_leads_on(item, data) for item in node.children)
    rows = node.children[1:] if node.kind is Kind.TABLE else ()
    return bool(rows) and all(any(_is_link(inner, data) for inner in row.walk()) for row in rows)


def _leads_on(item: Node, data: bytes) -> bool:
    """Whether an item begins with a link to another file, or is a `[[page]]`, perhaps with more of them below."""
    first = item.children[0] if item.children else item
    own = first.children if first.kind is Kind.PARAGRAPH else item.children
    said = [node for node in own if node.kind not in _BELOW and any(map(str.isalnum, plain((node,))))]
    links = [_is_link(node, data) for node in said]
    if not links or not links[0] or (said[0].kind is Kind.TEXT and not all(links)):
        return False
    return all(_is_index(node, data) for node in item.children if node.kind in _BELOW)


def _is_link(node: Node, data: bytes) -> bool:
    page = _PAGES.fullmatch(data, node.start, node.end) if node.kind is Kind.TEXT else None
    # A text goes on behind the page with which it begins.
    alone = page is not None and _letters(node.text) in _letters(page[0].decode(errors="replace"))
    return alone or (node.kind is Kind.LINK and not _SCHEME.match(node.target))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


_PAGES = re.compile(rb"(?:!?\[\[[^\[\]\n]+\]\][\s,;.]*)+")
_BELOW = (Kind.LIST, Kind.TABLE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def before_closing_words(blocks: Nodes) -> tuple[Nodes, Nodes]:
    """The last answer cut at its last rule, where a paragraph or two stand after that: they are no part of it."""
    rule = max((index for index, node in enumerate(blocks) if node.kind is Kind.RULE), default=len(blocks))
    after = blocks[rule + 1 :]
    closing = 0 < len(after) <= _MOST_CLOSING and all(node.kind is Kind.PARAGRAPH for node in after)
    return (blocks[:rule], blocks[rule:]) if closing else (blocks, ())


_MOST_CLOSING = 2


def trimmed_tail(nodes: Nodes) -> tuple[Nodes, list[tuple[Node, str]]]:
    """The blocks without furniture at the end, and each block that went with its reason."""
    kept = len(nodes)
    gone: list[tuple[Node, str]] = []
    while kept and (why := furniture(nodes[kept - 1])):
        kept -= 1
        gone.append((nodes[kept], why))
    return nodes[:kept], gone[::-1]
