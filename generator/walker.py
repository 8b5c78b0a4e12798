"""The walker: from a block tree to HTML, for both targets.

Everything is escaped as it is written, so that the walker alone cannot make anything unsafe (a property test holds it
to that); only a field with raw HTML in its Markdown goes through the sanitiser as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from generator import callouts, cloze_field, formula_field, highlight, orders, raw_media, sanitise, tex
from generator.highlight import Around, escape
from generator.model import Cloze, Kind, Media, MediaMap, Node, Nodes, Note, Target

# Deeper nesting is no longer drawn, only told: ten thousand nested quotes must not exhaust the stack.
_DEEPEST = 60

_WRAPPERS = {
    Kind.PARAGRAPH: ("<p>", "</p>"),
    Kind.HEADING: ("<h4>", "</h4>"),
    Kind.DEFINITION_LIST: ("<dl>", "</dl>"),
    Kind.DEFINITION_TERM: ("<dt>", "</dt>"),
    Kind.DEFINITION: ("<dd>", "</dd>"),
    Kind.EMPHASIS: ("<em>", "</em>"),
    Kind.STRONG: ("<strong>", "</strong>"),
    Kind.STRIKE: ("<del>", "</del>"),
    Kind.MARK: ("<mark>", "</mark>"),
    Kind.DOCUMENT: ("", ""),
    # Parts of a table or list that somebody took out of it.
    Kind.TABLE_HEAD: ("<p>", "</p>"),
    Kind.TABLE_ROW: ("<p>", "</p>"),
    Kind.TABLE_CELL: (" ", " "),
}
_INLINE = {
    Kind.TEXT, Kind.CODE, Kind.EMPHASIS, Kind.STRONG, Kind.STRIKE, Kind.MARK, Kind.LINK, Kind.IMAGE, Kind.HTML,
    Kind.SOFT_BREAK, Kind.HARD_BREAK, Kind.FOOTNOTE_REFERENCE, Kind.TASK, Kind.MATHS, Kind.DISPLAY_MATHS,
}  # fmt: skip
_BREAKS = (Kind.SOFT_BREAK, Kind.HARD_BREAK)
_AROUND_IMAGES = (Kind.LINK, Kind.DELETION)

_BREAK_TAG = re.compile(r"<br\s*/?>\s*\Z", re.IGNORECASE)
_COMMENT = re.compile(r"(?:\s*<!--.*?-->)+\s*\Z", re.DOTALL)
# Control characters mean nothing on a card, and U+001F is what parts the fields of a note in Anki.
_CONTROL = re.compile(f"[\0-\x08\x0b\x0c\x0e-\x1f\x7f{''.join(map(chr, cloze_field.SIGNS))}]")
# Scripts that set no space between words: a line break in the Markdown is none in the text.
_NO_SPACES = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


def literal(text: str) -> str:
    """Text without control characters."""
    return _CONTROL.sub("", text)


def attribute(text: str) -> str:
    """Text for the value of an attribute in double quotes."""
    return escape(literal(text)).replace('"', "&quot;")


def _is_inline(node: Node) -> bool:
    return node.kind in _INLINE or (node.kind is Kind.DELETION and all(map(_is_inline, node.children)))


def _edge(node: Node, end: int) -> str:
    """The text at the node's beginning (0) or end (-1)."""
    while node.children:
        node = node.children[end]
    return node.text


def _is_image_alone(nodes: Nodes) -> bool:
    found = [
        node for node in nodes if node.kind not in _BREAKS and not (node.kind is Kind.TEXT and not node.text.strip())
    ]
    return bool(found) and all(
        node.kind is Kind.IMAGE or (node.kind in _AROUND_IMAGES and _is_image_alone(node.children)) for node in found
    )


class Walker:
    """Walks one note's trees for one target, and gathers what is known only at the end: media, footnotes, raw HTML."""

    def __init__(self, note: Note, media: MediaMap, target: Target) -> None:
        self.file = note.span.file
        self.lang = note.lang
        self.found = media
        self.target = target
        self.cloze = isinstance(note.body, Cloze)
        self.media: dict[str, Media] = {}
        self.definitions = {node.target.casefold(): node for node in note.footnotes if node.kind is Kind.FOOTNOTE}
        self.numbers: dict[str, int] = {}
        self.raw = False
        self.depth = 0
        self.linked = False
        self.anchored = False

    # --- whole fields

    def field(self, html: str) -> str:
        """A finished field: cleaned as a whole when raw HTML went into it."""
        if self.raw:
            html = sanitise.clean(html, self._image_again)
        self.raw = self.anchored = False
        return cloze_field.finished(html) if self.cloze and self.target is Target.ANKI else html

    def line(self, nodes: Nodes) -> str:
        """A question, an option or a hint: a single paragraph or heading stands there bare."""
        if (
            len(nodes) == 1
            and nodes[0].kind in (Kind.PARAGRAPH, Kind.HEADING)
            and not _is_image_alone(nodes[0].children)
        ):
            return self.inside(nodes[0].children).strip()
        if nodes and all(map(_is_inline, nodes)):
            return self.inside(nodes).strip()
        return self.paragraphs(nodes)

    def paragraphs(self, nodes: Nodes) -> str:
        """Blocks in which a heading is a paragraph like others."""
        as_text = tuple(node._replace(kind=Kind.PARAGRAPH) if node.kind is Kind.HEADING else node for node in nodes)
        return self.blocks(as_text)

    def blocks(self, nodes: Nodes) -> str:
        """Blocks one after another; what stands between them without a paragraph of its own gets one."""
        parts: list[str] = []
        loose: list[Node] = []
        for node in nodes:
            if _is_inline(node):
                loose.append(node)
                continue
            if loose:
                parts.append(self._paragraph(tuple(loose)))
                loose = []
            parts.append(self._node(node))
        if loose:
            parts.append(self._paragraph(tuple(loose)))
        return "".join(parts)

    def footnotes(self) -> str:
        """The footnotes met so far in this note, in the order of their numbers."""
        items: list[str] = []
        while len(items) < len(self.numbers):
            label = list(self.numbers)[len(items)]
            items.append(f"<li>{self.line(self.definitions[label].children)}</li>")
        return f'<ol class="footnotes">{"".join(items)}</ol>' if items else ""

    # --- nodes

    def inside(self, nodes: Nodes) -> str:
        """The nodes one after another, as they stand."""
        parts: list[str] = []
        for place, node in enumerate(nodes := raw_media.joined(nodes)):
            if node.kind is Kind.SOFT_BREAK:
                parts.append(self._soft_break(nodes, place))
            else:
                parts.append(self._node(node))
        return "".join(parts)

    def _node(self, node: Node) -> str:
        if node.kind is Kind.TEXT:
            return self._text(node.text)
        if self.depth >= _DEEPEST:
            return self._flattened(node)
        self.depth += 1
        wrapper = _WRAPPERS.get(node.kind)
        if node.kind is Kind.PARAGRAPH:
            html = self._paragraph(node.children)
        elif wrapper is not None:
            html = wrapper[0] + self.inside(node.children) + wrapper[1]
        else:
            html = _WRITERS[node.kind](self, node)
        self.depth -= 1
        return html

    def _flattened(self, node: Node) -> str:
        """All text below a node that lies too deep to be drawn."""
        words: list[str] = []
        waiting = [node]
        while waiting:
            here = waiting.pop()
            if here.text and here.kind not in (Kind.HTML, Kind.HTML_BLOCK, Kind.IMAGE):
                words.append(here.text)
            waiting.extend(reversed(here.children))
        return self._text(" ".join(words))

    def _text(self, text: str) -> str:
        return escape(literal(text))

    def _soft_break(self, nodes: Nodes, place: int) -> str:
        before = _edge(nodes[place - 1], -1)[-1:] if place else ""
        after = _edge(nodes[place + 1], 0)[:1] if place + 1 < len(nodes) else ""
        return "" if _NO_SPACES.match(before) and _NO_SPACES.match(after) else "\n"

    def _paragraph(self, nodes: Nodes) -> str:
        if _is_image_alone(nodes):
            return f'<p class="img">{self.inside(nodes)}</p>'
        html = self.inside(nodes)
        return f"<p>{html}</p>" if html.strip() else ""

    def _code_block(self, node: Node) -> str:
        if tex.is_formula(node):  # GitHub and GitLab set it
            return f"<p>{self._maths(node)}</p>"
        code, around = self._code_and_deletions(node)
        return highlight.block(code, node.target, self.target, around)

    def _code(self, node: Node) -> str:
        code, around = self._code_and_deletions(node)
        return highlight.inline(code, self.target, around)

    # --- cloze deletions

    def _deletion(self, node: Node) -> str:
        """What a card hides, which paper marks. Only in a cloze's text is it anything but a text."""
        inline = _is_inline(node)
        if not self.cloze:
            return self.inside(node.children) if inline else self.blocks(node.children)
        hidden = self.inside(node.children) if inline else self.blocks(node.children)
        return hidden.join(self._around(node, "span" if inline else "div"))

    def _around(self, node: Node, element: str) -> tuple[str, str]:
        """What stands before and after what a deletion hides."""
        if self.target is Target.PAPER:
            hint = f' data-hint="{attribute(node.detail)}"' if node.detail else ""
            return f'<{element} class="deletion"{hint}>', f"</{element}>"
        return cloze_field.around(node.level, self._text(node.detail))

    def _code_and_deletions(self, node: Node) -> tuple[str, tuple[Around, ...]]:
        """A code's text, and what goes around its deletions."""
        if not node.children:
            return literal(node.text), ()
        text = ""
        around: list[Around] = []

        def read(nodes: Nodes) -> None:
            nonlocal text
            for child in nodes:
                text += literal(child.text)
                if child.kind is Kind.DELETION:
                    place, start = len(around), len(text)
                    before, after = self._around(child, "span")
                    later = self._around(child._replace(detail=""), "span")[1]
                    around.append(Around(start, start, before, after, later))
                    read(child.children)
                    start += len(text) - start - len(text[start:].lstrip("\n"))
                    around[place] = around[place]._replace(start=start, end=len(text))

        read(node.children)
        return text, tuple(around)

    def _quote(self, node: Node) -> str:
        callout = callouts.of(node, self.lang)
        if callout is None:
            return f"<blockquote>{self.blocks(node.children)}</blockquote>"
        kind, title, children = callout
        head = f'<p class="callout-title">{self.inside(title)}</p>'
        return f'<blockquote class="callout {kind}">{head}{self.blocks(children)}</blockquote>'

    def _list(self, node: Node) -> str:
        items = self.inside(node.children)
        if node.level < 0:
            return f"<ul>{items}</ul>"
        return f"<ol>{items}</ol>" if node.level == 1 else f'<ol start="{node.level}">{items}</ol>'

    def _item(self, node: Node) -> str:
        first = node.children[0] if node.children else None
        if first is not None and first.kind is Kind.PARAGRAPH and first.children:
            first = first.children[0]
        style = ' class="task"' if first is not None and first.kind is Kind.TASK else ""
        return f"<li{style}>{self.inside(node.children).rstrip()}</li>"

    def _task(self, node: Node) -> str:
        return "☑ " if node.level else "☐ "

    def _table(self, node: Node) -> str:
        rows: list[str] = []
        for row in node.children:
            tag = "th" if row.kind is Kind.TABLE_HEAD else "td"
            cells = (self._cell(cell, tag, node.detail[place : place + 1]) for place, cell in enumerate(row.children))
            rows.append(f"<tr>{''.join(cells)}</tr>")
        body = f"<tbody>{''.join(rows[1:])}</tbody>" if len(rows) > 1 else ""
        return f"<table><thead>{rows[0]}</thead>{body}</table>" if rows else ""

    def _cell(self, cell: Node, tag: str, alignment: str) -> str:
        style = f' class="{alignment}"' if alignment in ("r", "c") else ""
        return f"<{tag}{style}>{self.inside(cell.children)}</{tag}>"

    def _rule(self, _: Node) -> str:
        return "<hr>"

    def _hard_break(self, _: Node) -> str:
        return "<br>"

    def _html(self, node: Node) -> str:
        """Raw HTML. Line breaks and comments are so common that they need no sanitiser."""
        if node.children:
            return self.inside(node.children)
        if _COMMENT.match(node.text):
            return ""
        if _BREAK_TAG.match(node.text):
            return "<br>"
        self.raw = True
        markup = literal(node.text)
        html, self.anchored = raw_media.written(
            markup, lambda address: (self.file, address) in self.found, self._image, self.anchored
        )
        return sanitise.literal(html)

    def _footnote_definition(self, node: Node) -> str:
        self.definitions.setdefault(node.target.casefold(), node)
        return ""

    def _footnote_reference(self, node: Node) -> str:
        label = node.target.casefold()
        if label not in self.definitions:
            return self._text(f"[^{node.target}]")
        number = self.numbers.setdefault(label, len(self.numbers) + 1)
        return f'<sup class="fn">{number}</sup>'

    def _link(self, node: Node) -> str:
        if self.linked or not sanitise.safe_link(node.target):
            return self.inside(node.children)
        self.linked = True
        words = self.inside(node.children)
        self.linked = False
        title = f' title="{attribute(node.detail)}"' if node.detail else ""
        return f'<a href="{attribute(node.target)}"{title}>{words if words.strip() else self._text(node.target)}</a>'

    def _image(self, node: Node) -> str:
        words = " ".join("".join(part.text or " " for child in node.children for part in child.walk()).split())
        media = self.found.get((self.file, node.target))
        if media is None:
            words, target = words or node.target, raw_media.whole(node.target)
            if not sanitise.safe_link(target):
                return sanitise.missing(literal(words))
            text = Node(Kind.TEXT, node.start, node.end, words)
            return self._link(node._replace(children=(text,), target=target, detail=""))
        if not media.is_picture:
            return self._played(media, words or node.target.rpartition("/")[2])
        title = f' title="{attribute(node.detail)}"' if node.detail else ""
        width, _, height = node.text.partition("x")
        size = (f' width="{width}"' if width else "") + (f' height="{height}"' if height else "")
        return f'<img src="{attribute(self._source(media))}" alt="{attribute(words)}"{title}{size}>'

    def _played(self, media: Media, words: str) -> str:
        """A sound or a film: Anki plays it, paper says that it is there."""
        if self.target is Target.PAPER:
            return sanitise.missing(literal(words))
        self.media.setdefault(media.name, media)
        return orders.sound(media.name)

    def _source(self, media: Media) -> str:
        self.media.setdefault(media.name, media)
        return media.name if self.target is Target.ANKI else f"media:{media.name}"

    def _image_again(self, address: str) -> str | None:
        """The source of an image that the sanitiser meets: the walker's own are finished, raw HTML's are as written."""
        if address.removeprefix("media:") in self.media and (
            self.target is Target.ANKI or address.startswith("media:")
        ):
            return address
        media = self.found.get((self.file, address))
        return self._source(media) if media and media.is_picture else None

    def _maths(self, node: Node) -> str:
        """A formula without the marks that its author put around it; what is hidden in it stays so."""
        style = "maths display" if tex.is_display(node) else "maths"
        if self.target is Target.PAPER:
            html = formula_field.on_paper(node, self.cloze, self.found, self._source)
            return f'<span class="{style}">{html}</span>'
        html = "".join(map(self._piece, tex.pieces(node)))
        return f"\\[{html}\\]" if tex.is_display(node) else f"\\({html}\\)"

    def _piece(self, piece: tex.Piece) -> str:
        """A piece of a formula. Two braces in a row would end a deletion; to TeX a space between them is nothing."""
        if piece.deletion:
            return self._node(piece.deletion)
        apart = self.cloze and self.target is Target.ANKI
        return self._text(piece.tex.replace("}}", "} }") if apart else piece.tex)


_WRITERS: dict[Kind, Callable[[Walker, Node], str]] = {
    Kind.CODE_BLOCK: Walker._code_block,
    Kind.QUOTE: Walker._quote,
    Kind.LIST: Walker._list,
    Kind.ITEM: Walker._item,
    Kind.TABLE: Walker._table,
    Kind.RULE: Walker._rule,
    Kind.HTML_BLOCK: Walker._html,
    Kind.FOOTNOTE: Walker._footnote_definition,
    Kind.CODE: Walker._code,
    Kind.LINK: Walker._link,
    Kind.IMAGE: Walker._image,
    Kind.HTML: Walker._html,
    Kind.SOFT_BREAK: Walker._hard_break,
    Kind.HARD_BREAK: Walker._hard_break,
    Kind.FOOTNOTE_REFERENCE: Walker._footnote_reference,
    Kind.TASK: Walker._task,
    Kind.MATHS: Walker._maths,
    Kind.DISPLAY_MATHS: Walker._maths,
    Kind.DELETION: Walker._deletion,
}
