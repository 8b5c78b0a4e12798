"""What Anki does rather than shows where a field says so: play, speak, typeset.

An author's own words are no orders, however they got into a field; `[sound:name]` is one for the note's own media.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_ORDER = re.compile(r"\[(?=(?:sound:([^\]]*)\]|sound:|anki:|/?latex\]|/?\${1,2}\]))", re.IGNORECASE)


def sound(name: str) -> str:
    """What makes Anki play the media file of this name."""
    return f"[sound:{name}]"


def harmless(field: str, media: Collection[str] = ()) -> str:
    """A finished field in which nothing is an order but to play some of these media."""

    def told(order: re.Match[str]) -> str:
        return "[" if order[1] in media and field.startswith(sound(order[1]), order.start()) else "&#91;"

    return _ORDER.sub(told, field) if "[" in field else field


def gives_orders(field: str) -> bool:
    """Whether Anki would find something to do in a field."""
    return bool(_ORDER.search(field))
