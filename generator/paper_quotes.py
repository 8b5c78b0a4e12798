"""A deck with the quotes of its language for paper: in its HTML, code and formulas apart, and in its titles.

Quotes are read across the elements of a line: one may open before what is emphasised and close in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from html import unescape

from generator import html_names, quotes
from generator.model import DeckInfo, RenderedNote

_TAG = re.compile(r'<(/?)([A-Za-z][\w-]*)(?:[^<>"]|"[^"]*")*+>')
_SIGN = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);|.", re.DOTALL)
_MAYBE = re.compile("[\"']|&quot;|&#(?:34|39|x22|x27);")
# What is no text: in a line a word, whatever it holds. What hangs at a word is nothing.
_CODE, _HANGING = frozenset(("code", "samp", "kbd", "tt", "var", "pre")), frozenset(("sup", "rt", "rp"))


def for_paper(info: DeckInfo, notes: Sequence[RenderedNote], wanted: str) -> tuple[DeckInfo, list[RenderedNote]]:
    """What is said of a deck, and its notes, with typographic quotes, a note's being those of its own language.

    `wanted` is what the settings say; as it is written all stays but for `typographic`.
    """
    if wanted != "typographic":
        return info, [*notes]
    say = partial(quotes.in_text, lang=info.lang)
    told = replace(info, title=say(info.title), description=say(info.description))
    return told, [_note(note, info.lang) for note in notes]


def _note(note: RenderedNote, deck: str) -> RenderedNote:
    """The note; where it stands is said in the language of the deck, like all that it shares with other notes."""
    written = note.identified.note
    lang = written.lang or deck
    ours, its = partial(quotes.in_text, lang=deck), partial(quotes.in_text, lang=lang)
    html = replace(
        note.html,
        question=in_html(note.html.question, lang),
        answer=in_html(note.html.answer, lang),
        hint=in_html(note.html.hint, lang),
    )
    new = replace(
        written,
        deck=tuple(map(ours, written.deck)),
        topic=tuple(map(ours, written.topic)),
        topic_lead=ours(written.topic_lead),
        tags=tuple(map(ours, written.tags)),
        own_tags=tuple(map(ours, written.own_tags)),
        citations=tuple(replace(one, title=its(one.title)) for one in written.citations),
        short=its(written.short),
    )
    return replace(note, html=html, identified=replace(note.identified, note=new))


def in_html(html: str, lang: str) -> str:
    """Finished HTML with the quotes of a language."""
    if not _MAYBE.search(_TAG.sub("", html)):
        return html
    lines = _Lines(lang)
    place = 0
    for tag in _TAG.finditer(html):
        lines.text(html[place : tag.start()])
        lines.tag(tag.group(), tag.group(2).lower(), closing=bool(tag.group(1)))
        place = tag.end()
    lines.text(html[place:])
    return lines.html()


class _Lines:
    """The pieces of some HTML, and the text of the line that is being read: each character with its piece."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._pieces: list[str] = []
        self._line: list[tuple[str, int]] = []
        self._code = self._hanging = 0

    def text(self, text: str) -> None:
        """Text between tags."""
        if self._code or self._hanging:
            self._pieces.append(text)
            return
        for sign in _SIGN.findall(text):
            self._line.append((unescape(sign)[:1] if len(sign) > 1 else sign, len(self._pieces)))
            self._pieces.append(sign)

    def tag(self, tag: str, name: str, *, closing: bool) -> None:
        """A tag: a block's ends the line."""
        if name not in html_names.INLINES:
            self._end()
        elif name == "br":
            self._line.append(("\n", -1))
        elif name == "img" or (name in _CODE and not closing and not self._hanging):
            self._line.append((quotes.SEAL, -1))
        if name in _CODE:
            self._code += -1 if closing else 1
        elif name in _HANGING:
            self._hanging += -1 if closing else 1
        self._pieces.append(tag)

    def html(self) -> str:
        """All of it."""
        self._end()
        return "".join(self._pieces)

    def _end(self) -> None:
        text = "".join(sign for sign, _ in self._line)
        for place, sign in quotes.changes(text, self._lang).items():
            self._pieces[self._line[place][1]] = sign
        self._line.clear()
