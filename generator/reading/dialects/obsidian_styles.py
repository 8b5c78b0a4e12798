"""Notes that Obsidian_to_Anki finds by rules of their author's own: a paragraph, and the id that it wrote below.

The rules are not in the file. What stands above an id says which one it was: `question ;; answer`, a line of dashes
between the two, a tag behind the question, a heading above the answer, deletions in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.reading import edits
from generator.reading.attributes import CLOZE, REVERSED
from generator.reading.excerpts import NOTHING, Excerpt, Line, Lines, Piece
from generator.reading.inline_cards import inline

# The id of a note: never shown, and its pin.
IDENTITY = re.compile(
    r"(?:(?<![ \t])[ \t]*<!--[ \t]*ID:[ \t]*(?=\d+[ \t]*-->)|^ID:[ \t]*(?=\d{13}[ \t]*$))"
    r"(?P<id>\d{6,})(?:[ \t]*-->)?[ \t]*$"
)
# inka writes its ids so, above a question.
_ABOVE, _NUMBER = re.compile(r"[ \t]*<!--ID:\S"), re.compile(r"\d+\.[ \t]")
_PARTING = re.compile(r"(?<![ \t])[ \t]*;;[ \t]*")
# A bullet, a number, a sign of the author's own.
_MARKER = re.compile(r"[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(?:[^\w\s$`*\[(\"'¿{<!\\][ \t]+)?")
_TRAILING = re.compile(r"(?<![ \t])(?:[ \t]*=)?(?P<tags>(?:[ \t]+#[^\s#]+)+)[ \t]*$")
_TAGS = re.compile(r"Tags:[ \t]*(?P<tags>.*)$")
_DASHES = re.compile(r" {0,3}-{3,}[ \t]*$")
_HEADING = re.compile(r" {0,3}(?P<level>#{1,6})[ \t]+(?P<text>.*?)[ \t#]*$")
_ASKING = re.compile(r"(?<![ \t])[ \t]*#(?:flashcards?|card|anki)(?P<more>(?:[ \t]+#[^\s#]+)*)[ \t]*$", re.IGNORECASE)
_BRACES = re.compile(r"\{\{c\d+::|(?<![{\\$])\{[^{}\n]+\}(?!\})")
_HIGHLIGHT = re.compile(r"(?<![=\w])==[^=\n]+==(?![=\w])")
_LABEL_Q, _LABEL_A = re.compile(r"Q:[ \t]*"), re.compile(r"A:[ \t]*")
_DELETE = re.compile(r"DELETE[ \t]*$")


class Card(NamedTuple):
    """A note of that tool: its lines, its two sides, its kind, the tool's id, its tags, and what made it one."""

    lines: tuple[Line, ...]
    question: Excerpt
    answer: Excerpt
    kind: str
    pin: str
    tags: tuple[str, ...]
    rule: str


def cards(lines: Lines, taken: set[int], beside: bool) -> Iterator[Card]:
    """The notes above the ids that stand by themselves. `beside` says that the file has notes between marks as well.

    Without those, questions and answers by `Q:` and `A:` are another dialect's, which reads them with and without ids.
    """
    found = [*_above_ids(lines.all, taken)]
    headed = bool(found) and all(any(_is_heading(line) for line in own) for own, _, _ in found)
    for own, line, pin in found:
        card = _card(lines, own, beside) or (_section(lines, own) if headed else None)
        if card:
            yield card._replace(lines=(*card.lines, *([] if line in card.lines else [line])), pin=pin)


def _above_ids(every: Sequence[Line], taken: set[int]) -> Iterator[tuple[list[Line], Line, str]]:
    """For each id by itself the lines above it, up to the note before; its own line, and the id."""
    begin = 0
    for place, line in enumerate(every):
        if line.start in taken:
            begin = place + 1
            continue
        identity = None if line.code else IDENTITY.search(line.text)
        if identity and not _is_above(every, place):
            own = [*every[begin:place]]
            if line.text[: identity.start()].strip():
                own.append(line._replace(text=line.text[: identity.start()], end=line.between(0, identity.start())[1]))
            yield own, line, identity["id"]
            begin = place + 1


def _is_heading(line: Line) -> bool:
    return not line.code and bool(_HEADING.match(line.text))


def _is_above(every: Sequence[Line], place: int) -> bool:
    """Whether an id is inka's, which stand above what they are of."""
    below = every[place + 1].text if place + 1 < len(every) else ""
    return bool(_ABOVE.match(every[place].text) and _NUMBER.match(below))


def _card(lines: Lines, own: Sequence[Line], beside: bool) -> Card | None:
    """The note that the last paragraph of these lines is, together with the heading or the question above it."""
    end = len(own)
    while end and own[end - 1].blank:
        end -= 1
    begin = _paragraph(own, end)
    body, above = [*own[begin:end]], begin
    while above and own[above - 1].blank:
        above -= 1
    if not body or _DELETE.match(body[0].text):
        return None
    tags = _TAGS.match(body[-1].text)
    body = body[:-1] if tags else body
    made = (
        _parted(lines, body)
        or _ruled(lines, body)
        or _asked(lines, own, begin, above, body)
        or (_labelled(lines, own, above, body) if beside else None)
        or _hidden(lines, body, _BRACES)
        or _headed(lines, own, above, body)
        or _hidden(lines, body, _HIGHLIGHT)
    )
    return made and made._replace(tags=(*made.tags, *(tags["tags"].split() if tags else ())))


def _paragraph(own: Sequence[Line], end: int) -> int:
    """Where the lines up to `end` begin that no empty one parts; code has no empty ones, and dashes part nothing."""
    begin = end
    while begin and (own[begin - 1].code or not own[begin - 1].blank or _before_dashes(own, begin)):
        if _HEADING.match(own[begin - 1].text) and not own[begin - 1].code:
            break
        begin -= 1
    return begin


def _before_dashes(own: Sequence[Line], begin: int) -> bool:
    """Whether this empty line is one that was put between a text and the dashes right below it."""
    return begin < len(own) and begin > 1 and own[begin - 1].number == own[begin - 2].number


def _made(own: Sequence[Line], question: Excerpt, answer: Excerpt, rule: str, kind: str = "basic") -> Card | None:
    told = question.nodes and (answer.nodes or kind in (CLOZE, ""))
    return Card(tuple(own), question, answer, kind, "", (), rule) if told else None


def _parted(lines: Lines, body: Sequence[Line]) -> Card | None:
    """`question ;; answer`, or with colons: signs that part the two, in a line of text."""
    for place, line in enumerate(body):
        colons = inline(line)
        if colons:
            front, back, rule = colons.question, colons.answer, ":::" if colons.both else "::"
        elif (parts := _semicolons(line)) and place == len(body) - 1:
            (front, back), rule = parts, ";;"
        else:
            continue
        question = lines.excerpt([*(above.whole for above in body[:place]), front])
        answer = lines.excerpt([back, *(below.whole for below in body[place + 1 :])])
        tags = _TRAILING.search(line.text)
        made = _made(body, question, answer, rule, REVERSED if rule == ":::" else "basic")
        return made and made._replace(tags=tuple(word.lstrip("#") for word in tags["tags"].split()) if tags else ())
    return None


def _semicolons(line: Line) -> tuple[Piece, Piece] | None:
    """What stands before and behind two semicolons, without tags at the end."""
    found = None if line.code else _PARTING.search(edits.masked(line.text))
    marker = _MARKER.match(line.text)
    begin = marker.end() if marker else 0
    if not found or found.start() <= begin:
        return None
    tags = _TRAILING.search(line.text, found.end())
    return line.between(begin, found.start()), line.between(found.end(), tags.start() if tags else len(line.text))


def _ruled(lines: Lines, body: Sequence[Line]) -> Card | None:
    """A line of dashes between the two."""
    cut = next((n for n, line in enumerate(body) if n and not line.code and _DASHES.match(line.text)), None)
    if cut is None or cut + 1 >= len(body):
        return None
    front, back = body[:cut], body[cut + 1 :]
    return _made(body, _whole(lines, front), _whole(lines, back), "---")


def _asked(lines: Lines, own: Sequence[Line], begin: int, above: int, body: Sequence[Line]) -> Card | None:
    """A tag that ends the question, in the same paragraph or in the one above."""
    cut = next((n for n, line in enumerate(body) if not line.code and _ASKING.search(line.text)), None)
    if cut is not None and cut + 1 < len(body):
        first, front, back = begin, body[: cut + 1], body[cut + 1 :]
    elif above and cut is None and _ASKING.search(own[above - 1].text):
        first = _paragraph(own, above)
        front, back = own[first:above], body
    else:
        return None
    last = front[-1]
    tag = _ASKING.search(last.text)
    if not tag:
        return None
    heading = _HEADING.match(front[0].text)
    lead = heading.start("text") if heading else 0
    pieces = [line.between(lead if line is front[0] else 0, len(line.text)) for line in front[:-1]]
    pieces.append(last.between(lead if last is front[0] else 0, tag.start()))
    made = _made(own[first : begin + len(body)], lines.excerpt(pieces), _whole(lines, back), "tagged")
    return made and made._replace(tags=tuple(word.lstrip("#") for word in tag["more"].split()))


def _labelled(lines: Lines, own: Sequence[Line], above: int, body: Sequence[Line]) -> Card | None:
    """`Q:` and `A:`, in one paragraph or in two."""
    cut = next((n for n, line in enumerate(body) if not line.code and _LABEL_A.match(line.text)), None)
    if cut is None:
        return None
    first = _paragraph(own, above) if cut == 0 else above
    front = own[first:above] if cut == 0 else body[:cut]
    if not front or not (asks := _LABEL_Q.match(front[0].text)):
        return None
    label = _LABEL_A.match(body[cut].text)
    question = [front[0].after(asks.end()), *(line.whole for line in front[1:])]
    answer = [body[cut].after(label.end() if label else 0), *(line.whole for line in body[cut + 1 :])]
    every = (*front, *body) if cut == 0 else body
    return _made(every, lines.excerpt(question), lines.excerpt(answer), "Q: and A:")


def _hidden(lines: Lines, body: Sequence[Line], shape: re.Pattern[str]) -> Card | None:
    """A paragraph with deletions of this shape."""
    found = shape.search(edits.masked("\n".join(line.text for line in body)))
    if not found:
        return None
    braces = found.group().startswith("{") and not found.group().startswith("{{")
    excerpt = lines.excerpt((line.whole for line in body), edits.curly if braces else None)
    excerpt = excerpt._replace(nodes=edits.unnumbered(excerpt.nodes, "{", "}"))
    return _made(body, excerpt, NOTHING, "deletions", CLOZE if found.group().startswith("=") else "")


def _headed(lines: Lines, own: Sequence[Line], above: int, body: Sequence[Line]) -> Card | None:
    """A heading above the answer."""
    heading = _HEADING.match(own[above - 1].text) if above else None
    if not heading or own[above - 1].code:
        return None
    front: list[Piece] = [own[above - 1].between(*heading.span("text"))]
    return _made(own[above - 1 :], lines.excerpt(front), _whole(lines, body), "heading")


def _section(lines: Lines, own: Sequence[Line]) -> Card | None:
    """All that stands below a heading, in a file in which each id has a heading of its own."""
    last = max(place for place, line in enumerate(own) if _is_heading(line))
    return _headed(lines, own[last:], 1, own[last + 1 :])


def _whole(lines: Lines, own: Sequence[Line]) -> Excerpt:
    return lines.excerpt(line.whole for line in own)
