"""What the layout engine knows of each box, told to the structure tree that it writes.

WeasyPrint's tag builder knows no code and no languages, and begins every element anew on each page. So it is told to
note for each element which one of the HTML it stands for; `repairs` makes of that what readers need, and takes the
notes away. They are written by wrapping one function of the builder, for it has no hook.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from unicodedata import bidirectional

# The notes: the tag of the HTML element, its number in the document, its classes, and a line of code's text.
TAG, NUMBER, CLASS, TEXT = "DeckTag", "DeckNumber", "DeckClass", "DeckText"
# In the catalogue, for each page: numbers of marked content and the text that it is read as.
TEXTS = "DeckTexts"

# Indents are no place to wrap at; places to wrap at, and marks of a direction, are no part of the code.
_PLAIN = {ord("\N{NO-BREAK SPACE}"): " ", **dict.fromkeys((0x200B, 0x2066, 0x2067, 0x2068, 0x2069), "")}


@contextlib.contextmanager
def told() -> Iterator[None]:
    """While it lasts, structure trees are written with notes."""
    from weasyprint.pdf import tags

    plain = tags._build_box_tree
    numbers: dict[tuple[int, str], int] = {}

    def noted(box: Any, *rest: Any) -> Iterator[Any]:
        _note_texts(*rest)
        for element in plain(box, *rest):
            # A page, and the body, give what their children gave.
            if TAG not in element:
                _note(element, getattr(box, "_box", box), numbers)
            yield element

    tags._build_box_tree = noted
    try:
        yield
    finally:
        tags._build_box_tree = plain


def _note_texts(_parent: Any, pdf: Any, page: int, _nums: Any, _annotations: Any, tags: dict[Any, Any]) -> None:
    """Note once a page which of its runs are read otherwise than they are drawn: backwards, or as a distance only."""
    from pydyf import Array, String

    pages = pdf.catalog.setdefault(TEXTS, Array())
    if len(pages) > page:
        return
    read = Array()
    for box, run in tags.items():
        text = getattr(box, "text", "")
        if text and (text.isspace() or any(bidirectional(letter) in ("R", "AL") for letter in text)):
            read.extend([run["mcid"], String(text.translate(_PLAIN))])
    pages.append(read)


def _note(element: Any, box: Any, numbers: dict[tuple[int, str], int]) -> None:
    from pydyf import String

    if box.element is None:
        return
    own = box.element_tag == box.element.tag
    element[TAG] = String(box.element_tag)
    element[NUMBER] = numbers.setdefault((id(box.element), box.element_tag), len(numbers))
    if own and box.element.get("class"):
        element[CLASS] = String(box.element.get("class"))
    if own and box.element.get("lang"):
        element["Lang"] = String(box.element.get("lang"))
    if own and box.element_tag == "span" and _is_line(box):
        element[TEXT] = String(_text(box))
    elif own and box.element_tag == "pre" and not any(map(_is_line, box.descendants())):
        element[TEXT] = String("\n".join(_text(line) for line in box.descendants() if _is_line_box(line)))


def _is_line(box: Any) -> bool:
    """Whether a box is a line of code as our own pages have it."""
    return box.element is not None and (box.element.get("class") or "").split(" ")[0] == "l"


def _is_line_box(box: Any) -> bool:
    return type(box).__name__ == "LineBox"


def _text(box: Any) -> str:
    """The text of a line of code, without what only lets it wrap."""
    text = "".join(child.text for child in box.descendants() if hasattr(child, "text"))
    return text.translate(_PLAIN)
