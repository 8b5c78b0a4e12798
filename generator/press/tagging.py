"""What the layout engine knows of each box, told to the structure tree that it writes.

WeasyPrint's tag builder knows no code and no languages, and begins every element anew on each page. So it is told to
note for each element which one of the HTML it stands for; `repairs` makes of that what readers need, and takes the
notes away. They are written by wrapping one function of the builder, for it has no hook.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

# The notes: the tag of the HTML element, its number in the document, its classes, and a line of code's text.
TAG, NUMBER, CLASS, TEXT = "DeckTag", "DeckNumber", "DeckClass", "DeckText"


@contextlib.contextmanager
def told() -> Iterator[None]:
    """While it lasts, structure trees are written with notes."""
    from weasyprint.pdf import tags

    plain = tags._build_box_tree
    numbers: dict[tuple[int, str], int] = {}

    def noted(box: Any, *rest: Any) -> Iterator[Any]:
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
    if own and box.element_tag == "span" and (box.element.get("class") or "").split(" ")[0] == "l":
        element[TEXT] = String(_text(box))


def _text(box: Any) -> str:
    """The text of a line of code, without what only lets it wrap."""
    text = "".join(child.text for child in box.descendants() if hasattr(child, "text"))
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{ZERO WIDTH SPACE}", "")
