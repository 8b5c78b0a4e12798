"""What raw HTML shows and plays: `<img>` of the web, `<audio>` and `<video>`, written as Markdown's own images are."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from generator.model import Kind, Node, Nodes
from generator.sanitise import safe_link

_PLAYER = re.compile(
    r"<(audio|video)\b[^<>]*>(?:(?!</?\1\b).)*</\1\s*>|<(?:audio|video|source)\b[^<>]*>", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(r"<(img|/?a)\b[^<>]*>", re.IGNORECASE)
_VALUE = r"""\s{}\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)"""
_SOURCE, _ALT = (re.compile(_VALUE.format(name), re.IGNORECASE) for name in ("src", "alt"))


def whole(address: str) -> str:
    """An address with the protocol that it leaves open."""
    return f"https:{address}" if address.startswith("//") else address


def written(
    markup: str, is_here: Callable[[str], bool], image: Callable[[Node], str], linked: bool
) -> tuple[str, bool]:
    """The markup with what it plays, and pictures of the web that are not here, as `image` writes such nodes.

    `linked` says whether it stands in a link, which holds no other; so does what is returned, of the markup's end.
    """

    def player(element: re.Match[str]) -> str:
        addresses = _values(_SOURCE, element.group())
        if not addresses:
            return element.group()
        return image(Node(Kind.IMAGE, 0, 0, target=next(filter(is_here, addresses), addresses[0])))

    def picture(tag: re.Match[str]) -> str:
        nonlocal linked
        if tag[1].lower() != "img":
            linked = tag[1][0] != "/"
            return tag.group()
        address = next(iter(_values(_SOURCE, tag.group())), "")
        if linked or is_here(address) or not safe_link(whole(address)):
            return tag.group()
        words = tuple(Node(Kind.TEXT, 0, 0, value) for value in _values(_ALT, tag.group())[:1])
        return image(Node(Kind.IMAGE, 0, 0, "", words, address))

    return _TAG.sub(picture, _PLAYER.sub(player, markup)), linked


def joined(nodes: Nodes) -> Nodes:
    """Inline nodes in which a player, its sources and the words for browsers without one are a single piece of HTML."""
    if not any(node.kind is Kind.HTML and _OPENS.match(node.text) for node in nodes):
        return nodes
    kept: list[Node] = []
    opened: dict[str, int] = {}
    for node in nodes:
        kept.append(node)
        tag = _OPENS.match(node.text) or _CLOSES.match(node.text) if node.kind is Kind.HTML else None
        if tag and tag.re is _OPENS:
            opened = {tag[1].lower(): len(kept) - 1}
        elif tag and (start := opened.pop(tag[1].lower(), -1)) >= 0:
            markup = "".join(part.text if part.kind is Kind.HTML else " " for part in kept[start:])
            kept[start:] = [kept[start]._replace(end=node.end, text=markup)]
    return tuple(kept)


_OPENS = re.compile(r"<(audio|video)\b", re.IGNORECASE)
_CLOSES = re.compile(r"</(audio|video)\s*>", re.IGNORECASE)


def _values(attribute: re.Pattern[str], markup: str) -> list[str]:
    return [unescape(value.strip("\"'")) for value in attribute.findall(markup)]
