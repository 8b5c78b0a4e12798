"""What stands around notes in people's files and is never a card: links back, separators, contents, licences."""

from __future__ import annotations

import re

from generator.model import Kind, Node, Nodes
from generator.reading.blocks import plain

_HOUSEKEEPING = re.compile(
    r"""[\W_]*(?:table\ of\ contents?|contents?|toc|index|list\ of\ questions|licen[sc]e|contribut(?:ing|ors?|ion|ions|e)
    |how\ to\ contribute|acknowledge?ments?|credits?|about(?:\ (?:me|us|the\ author))?|authors?|further\ reading|resources?|links?
    |references?|bibliography|support|donate|sponsors?|changelog|disclaimer|star\ history|translations?|languages?
    |índice|sumário|tabla\ de\ contenidos?|inhalt(?:sverzeichnis)?|table\ des\ matières|sommaire|содержание|оглавление|目录|目次
    )[\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)
# Headings that name a part of an answer.
_PART = re.compile(
    r"[\W_]*(?:answers?|ans|solutions?|explanations?|examples?|output|result|notes?|hints?|summary|sources?|references?|ref|links?|usage|syntax"
    r"|code|demo|resposta|respuesta|antwort|lösung|réponse|ответ|решение|答案|解答)\b[\W_]*",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'\s>]*)""", re.IGNORECASE)
_EMPTY_HTML = re.compile(r"(?:\s|&nbsp;|</?(?:br|p|div|a|span|center|hr)\b[^>]*>)*", re.IGNORECASE)


def is_housekeeping(text: str) -> bool:
    """Whether a heading begins a part of the file that is about the file: its contents, its licence, its people."""
    return bool(_HOUSEKEEPING.fullmatch(text))


def names_part(text: str) -> bool:
    """Whether a heading names a part of an answer (`Answer: C`, `Example`, `Explanation`)."""
    match = _PART.match(text)
    return bool(match) and (match.end() == len(text) or ":" in match.group() or len(text) - match.end() < 12)  # type: ignore[union-attr]


def furniture(node: Node) -> str:
    """Why a block at the edge of an answer is not part of it, or the empty string where it is."""
    match node.kind:
        case Kind.RULE:
            return "separator"
        case Kind.PARAGRAPH if _only_links_back(node):
            return "link back"
        case Kind.PARAGRAPH if not plain((node,)) and not any(n.kind is Kind.IMAGE for n in node.walk()):
            return "empty markup"
        case Kind.HTML_BLOCK:
            return _html_furniture(node.text)
    return ""


def _html_furniture(text: str) -> str:
    bare = _COMMENT.sub("", text)
    if not bare.strip():
        return "comment"
    addresses = _HREF.findall(bare)
    if addresses and all(address.startswith("#") for address in addresses) and len(_TAG.sub("", bare).strip()) < 60:
        return "link back"
    if _EMPTY_HTML.fullmatch(bare):
        return "empty markup"
    return ""


def _only_links_back(paragraph: Node) -> bool:
    """Whether all that a reader sees of the paragraph is links to places in this file."""
    links = [node for node in paragraph.walk() if node.kind is Kind.LINK]
    if not links or not all(link.target.startswith("#") for link in links):
        return False
    shown = plain((paragraph,))
    for link in links:
        shown = shown.replace(plain((link,)), "", 1)
    return not re.sub(r"[\W_]+", "", shown)


def trimmed_tail(nodes: Nodes) -> tuple[Nodes, list[tuple[Node, str]]]:
    """The blocks without furniture at the end, and each block that went with its reason."""
    kept = list(nodes)
    gone: list[tuple[Node, str]] = []
    while kept and (why := furniture(kept[-1])):
        gone.append((kept.pop(), why))
    return tuple(kept), gone[::-1]
