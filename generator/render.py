"""From a note to its finished fields: safe HTML for Anki and for paper, by one walker for both.

Colours and sizes are never written into a field: classes only, and the style sheets decide.
"""

from __future__ import annotations

from collections.abc import Sequence

from generator import cloze_field, sanitise, wording
from generator.highlight import escape
from generator.model import (
    Basic,
    Choice,
    Citation,
    Cloze,
    Identified,
    Kind,
    MediaMap,
    Nodes,
    Note,
    Rendered,
    RenderedNote,
    Reversed,
    Target,
)
from generator.walker import Walker, attribute, literal


def render(note: Note, media: MediaMap, target: Target, clozes: Sequence[int] = ()) -> Rendered:
    """The note's parts as safe HTML for one target, and the media that they show, in reading order. Pure.

    `clozes` are the numbers of a cloze's deletions, in their order.
    """
    walker = Walker(note, media, target)
    match note.body:
        case Basic(question=front, answer=back) | Reversed(question=front, answer=back):
            question = walker.field(walker.line(front))
            answer = walker.field(walker.blocks(back) + walker.footnotes())
        case Choice(question=front, options=options, explanation=back):
            stem = walker.paragraphs(front) + _how_many(sum(option.correct for option in options), note.lang)
            rows = [walker.line(option.content) for option in options]
            marks = [option.correct for option in options]
            question = walker.field(stem + _choices(rows))
            told = _marked(rows, marks) if target is Target.ANKI else _right(rows, marks)
            answer = walker.field(told + walker.blocks(back) + walker.footnotes())
        case Cloze(extra=extra) as body:
            text = cloze_field.numbered(body, clozes)
            if target is Target.PAPER:  # where the first block is the heading, and all that follows stands under it
                text, extra = text[:1], (*text[1:], *extra)
            question = walker.field(_cloze(walker, text))
            answer = walker.field(walker.blocks(extra) + walker.footnotes())
    hint = walker.field(walker.line(note.hint))
    return Rendered(question, answer, hint, _sources(note.citations), tuple(walker.media.values()))


def rendered(notes: Sequence[Identified], media: MediaMap, target: Target) -> list[RenderedNote]:
    """The same of many notes that have their ids."""
    return [RenderedNote(note, render(note.note, media, target, note.clozes)) for note in notes]


def _cloze(walker: Walker, text: Nodes) -> str:
    """A cloze's text; where the first paragraph hides nothing, it asks what the others are about."""
    first, rest = text[:1], text[1:]
    if not rest:
        return walker.line(first)
    hides = any(part.kind is Kind.DELETION for part in first[0].walk())
    asks = first[0].kind is Kind.PARAGRAPH and not hides
    return (f'<p class="asked">{walker.line(first)}</p>' if asks else walker.paragraphs(first)) + walker.blocks(rest)


def _how_many(count: int, lang: str) -> str:
    if count < 2:
        return ""
    told = wording.of(lang).how_many(count) if wording.knows(lang or "en") else f"✓ = {count}"
    return f'<p class="choose">{told}</p>'


def _choices(rows: list[str]) -> str:
    """The options in front, without marks."""
    return f'<ol class="choices">{"".join(f"<li>{row}</li>" for row in rows)}</ol>'


def _marked(rows: list[str], marks: list[bool]) -> str:
    """The options behind, the right ones with a tick in the text, for colour alone is none."""
    items = (
        f'<li class="right">{row}<span class="tick"> ✓</span></li>' if right else f'<li class="wrong">{row}</li>'
        for row, right in zip(rows, marks, strict=True)
    )
    return f'<ol class="choices">{"".join(items)}</ol>'


def _right(rows: list[str], marks: list[bool]) -> str:
    """The right options alone, each with its letter: on paper, all of them stand right above."""
    items = (
        f'<li class="right" value="{place}">{row}</li>'
        for place, (row, right) in enumerate(zip(rows, marks, strict=True), 1)
        if right
    )
    return f'<ol class="choices">{"".join(items)}</ol>'


def _sources(citations: tuple[Citation, ...]) -> str:
    if not citations:
        return ""
    return f"<ol>{''.join(f'<li>{_source(citation)}</li>' for citation in citations)}</ol>"


def _source(citation: Citation) -> str:
    words = escape(literal(citation.title or citation.url))
    if not sanitise.safe_link(citation.url):
        return words
    return f'<a href="{attribute(citation.url)}">{words}</a>'
