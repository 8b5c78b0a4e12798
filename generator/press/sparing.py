"""What the layout engine would do again for every page, done once: no page of ours holds a number.

WeasyPrint has no hooks for that, so functions of its own are wrapped while a signature is laid out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from typing import Any


@contextlib.contextmanager
def once() -> Iterator[None]:
    """While it lasts, pages are laid out once, and those of one kind share their style."""
    from weasyprint import document
    from weasyprint.layout import page

    layout, styles = document.layout_document, page.set_page_type_computed_styles
    # It lays out again what has a running head of its own, lest a number in it had changed.
    document.layout_document = partial(layout, max_loops=1)
    page.set_page_type_computed_styles = partial(_styled, styles)
    try:
        yield
    finally:
        document.layout_document, page.set_page_type_computed_styles = layout, styles


def _styled(styles: Any, page_type: Any, html: Any, style_for: Any) -> None:
    """The styles of a page and its margins; they are those of one before that differs in its number alone."""
    known = style_for.__dict__.setdefault("deckpress_pages", {})
    kind = page_type.side, page_type.blank, page_type.name, page_type.index == 0
    if kind not in known:
        styles(page_type, html, style_for)
        computed = style_for.get_computed_styles()
        known[kind] = {margin: style for (of, margin), style in computed.items() if of == page_type}
    for margin, style in known[kind].items():
        style_for.get_computed_styles()[page_type, margin] = style
