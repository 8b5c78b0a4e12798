"""The variables of our style sheets, put in before those are read.

The layout engine keeps what refers to a variable as words, and reads these anew for each element that they apply to.
Variables are set for the page as a whole, by the base style sheet and by a product's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_SET = re.compile(r'--([\w-]+):\s*((?:"[^"]*"|[^";{}])+)')
_USED = re.compile(r"\bvar\(--([\w-]+)\)")


def settings(*sheets: str) -> dict[str, str]:
    """What variables stand for, by the last of these style sheets that says it."""
    said = {name: value.strip() for sheet in sheets for name, value in _SET.findall(sheet)}
    return {name: filled(value, said) for name, value in said.items()}


def filled(css: str, said: Mapping[str, str], depth: int = 5) -> str:
    """A style sheet with what its variables stand for; one that is not known stays, and one in itself does."""
    found = _USED.sub(lambda used: said.get(used[1], used[0]), css)
    return found if found == css or not depth else filled(found, said, depth - 1)
