"""The names of HTML's elements: which may stand in a field, which may not. All else in `<…>` is no HTML but text."""

from __future__ import annotations

BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "figcaption", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
    "summary", "table", "caption", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "col", "colgroup",
})  # fmt: skip
INLINES = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "i", "img", "ins", "kbd",
    "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
    "u", "var", "wbr",
})  # fmt: skip
# Elements that no field may hold.
FORBIDDEN = frozenset({
    "applet", "area", "audio", "base", "basefont", "bgsound", "body", "button", "canvas", "command", "datalist",
    "dialog", "embed", "fieldset", "font", "form", "frame", "frameset", "head", "html", "iframe", "image", "input",
    "keygen", "label", "legend", "link", "map", "marquee", "math", "menu", "menuitem", "meta", "meter", "nobr",
    "noembed", "noframes", "noscript", "object", "optgroup", "option", "output", "param", "picture", "plaintext",
    "portal", "progress", "script", "search", "select", "slot", "source", "style", "svg", "template", "textarea",
    "title", "track", "video", "xmp",
})  # fmt: skip
# Of these, what plays a file that it names: a card gets the file itself.
PLAYERS = frozenset({"audio", "video", "source"})


def is_html(name: str) -> bool:
    """Whether HTML has an element of this name: `List<T>` keeps its `<T>`."""
    return name.lower() in KNOWN


KNOWN = BLOCKS | INLINES | FORBIDDEN
