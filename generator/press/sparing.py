"""What the layout engine would do again for every page, done once: no page of ours holds a number.

WeasyPrint has no hooks for that, so functions of its own are wrapped while a signature is laid out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple


@contextlib.contextmanager
def once() -> Iterator[None]:
    """While it lasts, pages are laid out once, and those of one kind share their style."""
    from weasyprint import document
    from weasyprint.layout import block, page

    layout, styles, columns = document.layout_document, page.set_page_type_computed_styles, block.columns_layout
    # It lays out again what has a running head of its own, lest a number in it had changed.
    document.layout_document = partial(layout, max_loops=1)
    page.set_page_type_computed_styles = partial(_styled, styles)
    block.columns_layout = partial(_in_columns, columns)
    try:
        yield
    finally:
        document.layout_document, page.set_page_type_computed_styles, block.columns_layout = layout, styles, columns


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


def _in_columns(columns: Any, context: Any, *rest: Any) -> Any:
    """What stands in columns. They are tried until their height is known, and then laid out: as the last try was."""
    from weasyprint.layout import block

    tries = _Tries(block.block_box_layout)
    # It imports the function when it is called; nothing else shall have ours.
    block.block_box_layout = tries.column
    try:
        return columns(context, *rest)
    finally:
        block.block_box_layout = tries.plain


class _Try(NamedTuple):
    """A column as it was tried: whether something stands in it however high that is, and where its left edge was."""

    result: Any
    is_first: bool
    left: float
    absolute: list[Any]
    fixed: list[Any]


class _Tries:
    """Columns as they were tried, by where they end and begin."""

    def __init__(self, plain: Any) -> None:
        self.plain = plain
        self._tried: dict[tuple[float, str], _Try] = {}

    def column(
        self, context: Any, box: Any, low: float, skip: Any, around: Any, is_first: bool, *others: Any, **more: Any
    ) -> Any:
        """Lay out a column, or move one that was laid out before to its place."""
        from weasyprint.layout import block

        block.block_box_layout = self.plain
        absolute, fixed, margins, *_ = others
        name = round(low, 6), repr(skip)
        is_try = margins is not None
        tried = None if is_try else self._tried.pop(name, None)
        if tried and (is_first or not tried.is_first):
            absolute += tried.absolute
            fixed += tried.fixed
            tried.result[0].translate(box.position_x - tried.left, 0)
            return tried.result
        left, broken = box.position_x, len(context.broken_out_of_flow)
        result = self.plain(context, box, low, skip, around, is_first, *others, **more)
        if is_try and result[0] is not None and len(context.broken_out_of_flow) == broken:
            self._tried[name] = _Try(result, is_first, left, absolute, fixed)
        return result
