"""Captions: what is asked alike of each subject of a file (`Why does it matter?`), so that it names none itself."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from generator.reading import material

# Under so many of the headings that have any question, a caption comes again.
_MOST = 0.5


def repeated(asked: Iterable[tuple[Hashable, str]]) -> frozenset[str]:
    """The texts, case folded, that come again under most headings; each is given with its heading.

    `What is the output?` comes again as well, above other code.
    """
    found: dict[str, set[Hashable]] = {}
    for heading, text in asked:
        found.setdefault(text.casefold(), set()).add(heading)
    every = {heading for under in found.values() for heading in under}
    return frozenset(
        text
        for text, under in found.items()
        if len(under) > 1 and len(under) >= _MOST * len(every) and not material.points(text)
    )
