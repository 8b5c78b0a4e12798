"""From a note to its finished fields: safe HTML for Anki and for paper, by one walker for both.

Colours and sizes are never written into a field: classes only, and the style sheets decide.
"""

from __future__ import annotations

from generator import sanitise
from generator.highlight import escape
from generator.model import Basic, Choice, Citation, Cloze, MediaMap, Note, Rendered, Reversed, Target
from generator.walker import Walker, attribute, literal

_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}


def render(note: Note, media: MediaMap, target: Target) -> Rendered:
    """The note's parts as safe HTML for one target, and the media that they show, in reading order. Pure."""
    walker = Walker(note, media, target)
    match note.body:
        case Basic(question=front, answer=back) | Reversed(question=front, answer=back):
            question = walker.field(walker.line(front))
            answer = walker.field(walker.blocks(back) + walker.footnotes())
        case Choice(question=front, options=options, explanation=back):
            stem = walker.paragraphs(front) + _how_many(sum(option.correct for option in options), note.lang)
            rows = [walker.line(option.content) for option in options]
            marks = [option.correct for option in options]
            question = walker.field(stem + _choices(rows, None))
            answer = walker.field(_choices(rows, marks) + walker.blocks(back) + walker.footnotes())
        case Cloze(text=text, extra=extra):
            question = walker.field(walker.line(text))
            answer = walker.field(walker.blocks(extra) + walker.footnotes())
    hint = walker.field(walker.line(note.hint))
    return Rendered(question, answer, hint, _sources(note.citations), tuple(walker.media.values()))


def _how_many(count: int, lang: str) -> str:
    if count < 2:
        return ""
    if lang and lang.lower().split("-")[0] != "en":
        return f'<p class="choose">✓ = {count}</p>'
    return f'<p class="choose">Choose {_NUMBERS.get(count, count)}.</p>'


def _choices(rows: list[str], marks: list[bool] | None) -> str:
    """The options: in front without marks; behind, the right ones with a tick in the text, for colour alone is none."""
    if marks is None:
        return f'<ol class="choices">{"".join(f"<li>{row}</li>" for row in rows)}</ol>'
    items = (
        f'<li class="right">{row}<span class="tick"> ✓</span></li>' if right else f'<li class="wrong">{row}</li>'
        for row, right in zip(rows, marks, strict=True)
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
