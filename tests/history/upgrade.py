"""Another version of Pygments: the same code in other colours."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from pygments.lexer import RegexLexer
from pygments.token import Keyword, Name, Operator

from generator import highlight

_TRUE = RegexLexer.get_tokens_unprocessed


def install(dice: Random) -> None:
    """From now on names, keywords and operators are told apart otherwise than before."""
    kinds = dice.sample([Keyword, Name.Function, Operator, Name.Builtin, Name.Class], 3)

    def tokens(self: RegexLexer, text: str, stack: Any = ("root",)) -> Iterator[Any]:
        for index, kind, value in _TRUE(self, text, stack):
            yield index, kinds[len(value) % 3] if value.strip() and value.isalnum() else kind, value

    RegexLexer.get_tokens_unprocessed = tokens  # type: ignore[method-assign]
    _forget()


def undo() -> None:
    """The true version again."""
    RegexLexer.get_tokens_unprocessed = _TRUE  # type: ignore[method-assign]
    _forget()


def _forget() -> None:
    """What was highlighted before must not be remembered."""
    for value in vars(highlight).values():
        clear = getattr(value, "cache_clear", None)
        if clear:
            clear()
