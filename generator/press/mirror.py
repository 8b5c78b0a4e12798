"""A style sheet for pages that run from right to left: what it says of the left it says of the right, and vice versa.

Rules that speak of a direction themselves, `[dir=rtl]`, are left as they are.
"""

from __future__ import annotations

import re

_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_SIDE = re.compile(r"\b(left|right)\b")
_EDGES = re.compile(r"\b(margin|padding)(\s*:\s*)([^\s;{}]+)\s+([^\s;{}]+)\s+([^\s;{}]+)\s+([^\s;{}]+)")


def mirrored(css: str) -> str:
    """The same style sheet, mirrored."""

    def rule(found: re.Match[str]) -> str:
        selector, body = found.groups()
        if "[dir" in selector:
            return found.group()
        if "@" in selector:
            selector = _SIDE.sub(_other, selector)
        body = _EDGES.sub(r"\1\2\3 \6 \5 \4", _SIDE.sub(_other, body))
        return f"{selector}{{{body}}}"

    return _RULE.sub(rule, css)


def _other(side: re.Match[str]) -> str:
    return "right" if side.group() == "left" else "left"
