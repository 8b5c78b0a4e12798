"""List items as questions: `12. **Question?**`, `1. question?`, `- What is …?` with bullets below that answer.

What stands in an item below its question answers it; so does what follows at column 0, where CommonMark ends the list,
up to the next question. Numbers tell a question from a step of an answer. An item whose items ask in turn is
`checklist`'s, and so is a list in which nothing is answered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from generator.model import Kind, Node, Nodes, Problem, Skipped
from generator.reading import (
    answers,
    asking,
    behind_marks,
    bold_lines,
    brackets,
    captions,
    furniture,
    items,
    material,
    notes,
    numbering,
    writing,
)
from generator.reading.blocks import plain
from generator.reading.document import Document
from generator.reading.items import Item
from generator.reading.notes import Found, Place, Reading
from generator.reading.places import Places, grouping
from generator.reading.writing import Entry

NAME = "lists"
# So many of the items of one form must ask, for the others of this form to be questions as well.
_ENOUGH = 0.6
_ENOUGH_NAMED, _NAMED = 0.35, (True, True)  # where they are announced, and have a number and are bold
# So many of a section's questions must be answered, for what follows others at column 0 to be their answers.
_ANSWERED = 0.25
_FEWEST_ASKING_ON = 3  # from so many on, questions of which others ask further are no answered ones


def is_possible(doc: Document) -> bool:
    """Whether the file may be read so."""
    return any(node.kind is Kind.LIST or items.of_paragraph(node, bare=True) for node in doc.tree.children)


class _Piece(NamedTuple):
    """A block, or an item of a list (`parent`) by itself; `item` is None for one without a line of text.

    `topic` is what an item says that groups others, for itself and for these.
    """

    node: Node
    item: Item | None = None
    parent: Node | None = None
    topic: str = ""

    @property
    def groups(self) -> bool:
        """Whether it is an item that only groups others."""
        return self.node.kind is Kind.ITEM and self.parent is None


_Form = tuple[bool, bool]


def _form(item: Item) -> _Form:
    return item.number is not None, item.bold


def read(doc: Document) -> Reading:
    """The notes of a file whose questions are items of lists."""
    forced = doc.dialect == NAME
    pieces = [*_answered([*_pieces(doc)])]
    if not forced and not any(piece.item.strength or piece.item.answered for piece in pieces if piece.item):
        return Reading()
    blocks = doc.tree.children
    asked = {(piece.parent or piece.node).start for piece in pieces if piece.item and piece.item.strength}
    headings = tuple(blocks[place] for place in grouping(blocks, asked))
    places = Places(doc, headings)
    pieces = [piece for piece in pieces if not _is_listed(places, piece)]
    pieces = pieces if forced else [*_without_captions(places, pieces)]
    every = [piece.item for piece in pieces if piece.item and not places.is_closed(piece.node.start)]
    usual = {_form(item) for item in every[:1]} if forced else _asking_forms(every, _are_announced(doc))
    usual = usual if forced else usual & _answered_forms(pieces)
    found: list[Found] = []
    problems: list[Problem] = []
    topics = {piece.node.start: piece.topic for piece in pieces if piece.topic}
    skipped = [Skipped(doc.span((piece.node,)), "topic") for piece in pieces if piece.groups]
    sections = [*_sections(pieces, {node.start for node in headings})]
    elsewhere = not forced and any(_announced(section) and _asks_at_all(section) for section in sections)
    for section in sections:
        if places.is_closed(section[0].node.start) or (elsewhere and not _asks_at_all(section)):
            continue
        first = section[0].node  # of rules to keep to, only what asks by its words is a question
        if not forced and first.kind is Kind.HEADING and furniture.instructs(plain(first.children)):
            section = [piece if piece.item and piece.item.strength else piece._replace(item=None) for piece in section]
        for item, below in _questions(section, usual, forced):
            made = _made(doc, _place(places, topics, item), item, below)
            sure = item.answered or item.strength >= asking.MARKED or (item.strength > 0 and _form(item) in usual)
            found.append(made.found(1.0 if sure and item.rank else notes.GUESS))
            problems += made.problems
            skipped += made.skipped
    skipped += places.skipped_beside(one.note.span for one in found)
    return Reading(tuple(found), tuple(skipped), tuple(problems), places.title)


def _without_captions(places: Places, pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """The pieces, what bullets ask alike under most headings as no items."""
    asks = [piece.item for piece in pieces if piece.item and piece.item.strength and piece.item.number is None]
    again = captions.repeated((places.of(item.node.start).topics, item.text) for item in asks)
    return (one._replace(item=None) if one.item and one.item.text.casefold() in again else one for one in pieces)


def _is_listed(places: Places, piece: _Piece) -> bool:
    """Whether an item is one of a table of contents: it has no answer of its own."""
    if piece.item is None or piece.item.bold or not places.is_contents(piece.node.start):
        return False
    return all(node.kind is Kind.LIST for node in piece.item.rest)


# --- the file as pieces -----------------------------------------------------------------------------------------------


def _pieces(doc: Document) -> Iterator[_Piece]:
    """A file's blocks, its lists cut into their items."""
    for node in doc.tree.children:
        if node.kind is Kind.LIST:
            for item, of in zip(behind_marks.items_of(doc, node), node.children, strict=True):
                grouped = _grouped(doc, item) if item else None
                if item and grouped:
                    topic = item.text.strip(" :：")
                    yield _Piece(of, topic=topic)
                    inner = filter(None, items.of_list(doc, grouped))
                    yield from (_Piece(one.node, one, grouped, topic) for one in inner)
                else:
                    yield _Piece(of, item, node)
        else:
            item = items.of_paragraph(node, brackets.answer(doc))
            yield _Piece(node, item, node if item else None)


def _answered(pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """The pieces, each item with whether a block in it or right after it says that it answers: `Answer: …`."""
    for place, piece in enumerate(pieces):
        item = piece.item
        if item is None:
            yield piece
        else:
            below = chain(item.rest, _behind(pieces, place))
            yield piece._replace(item=item._replace(answered=any(map(answers.announces_answer, below))))


def _behind(pieces: Sequence[_Piece], place: int) -> Iterator[Node]:
    """The blocks between an item and the next item, heading or rule."""
    for behind in range(place + 1, len(pieces)):
        if pieces[behind].item or pieces[behind].node.kind in (Kind.HEADING, Kind.RULE):
            return
        yield pieces[behind].node


def _grouped(doc: Document, item: Item) -> Node | None:
    """The list of questions and answers of which an item is only the heading."""
    if item.strength or len(item.rest) != 1 or item.rest[0].kind is not Kind.LIST:
        return None
    inner = [*items.of_list(doc, item.rest[0])]
    asks = sum(one is not None and one.strength >= asking.MARKED and bool(one.rest) for one in inner)
    return item.rest[0] if asks > 1 and asks >= _ENOUGH * len(inner) else None


def _sections(pieces: Sequence[_Piece], headings: set[int]) -> Iterator[Sequence[_Piece]]:
    """The pieces between the headings that begin at these bytes."""
    begins = [place for place, piece in enumerate(pieces) if piece.node.start in headings]
    for begin, end in pairwise([0, *begins, len(pieces)]):
        if begin < end:
            yield pieces[begin:end]


def _announced(section: Sequence[_Piece]) -> bool:
    """Whether a section is headed as one of questions."""
    head = section[0].node
    return head.kind is Kind.HEADING and asking.announces(plain(head.children))


def _asks_at_all(section: Sequence[_Piece]) -> bool:
    """Whether any of a section's items asks, or is answered."""
    return any(piece.item.strength or piece.item.answered for piece in section if piece.item)


def _are_announced(doc: Document) -> bool:
    """Whether a heading says that questions follow, so that none of them needs its mark."""
    headings = (plain(node.children) for node in doc.tree.children if node.kind is Kind.HEADING)
    return any(map(asking.announces, (str(doc.text.front.get("title", "")), *headings)))


def _asking_forms(every: Sequence[Item], announced: bool) -> set[_Form]:
    """The forms of which most items ask, one of them surely if nothing announces them.

    Steps of an answer, which are counted anew, do not count.
    """
    counts = Counter(_form(item) for item in _without_steps(every))
    asks = Counter(_form(item) for item in every if item.strength or item.answered)
    marked = Counter(_form(item) for item in every if item.strength >= asking.MARKED or item.answered)
    return {
        form
        for form, count in counts.items()
        if asks[form] > 1
        and (announced or marked[form])
        and asks[form] >= (_ENOUGH_NAMED if announced and form == _NAMED else _ENOUGH) * count
    }


def _answered_forms(pieces: Sequence[_Piece]) -> set[_Form]:
    """The forms of items that ask and have something below that is no item: others are lists of questions alone."""
    found: set[_Form] = set()
    for piece, following in pairwise([*pieces, None]):
        if piece and piece.item and (piece.item.strength or piece.item.answered):
            below = following is not None and following.item is None and following.node.kind is not Kind.HEADING
            if piece.item.rest or below:
                found.add(_form(piece.item))
    return found


def _without_steps(every: Sequence[Item]) -> Iterator[Item]:
    """The items without those that ask nothing and whose numbers don't go on from a question's."""
    last: int | None = None
    step: int | None = None
    for item in every:
        if item.number is None:
            yield item
        elif item.strength or item.answered or last is None or (item.number == last + 1 and item.number - 1 != step):
            asks = item.strength or item.answered or last is not None
            last, step = item.number if asks else None, None
            yield item
        else:
            step = item.number


# --- which items are questions ----------------------------------------------------------------------------------------


def _questions(section: Sequence[_Piece], usual: set[_Form], forced: bool) -> Iterator[tuple[Item, Nodes]]:
    """The questions of a section with what answers them; none of a section in which nothing is answered."""
    own = usual if forced else usual | _asking_forms([piece.item for piece in section if piece.item], announced=False)
    asks = [(place, piece.item) for place, piece in enumerate(section) if piece.item] if forced else []
    asks = [(place, item) for place, item in asks if _form(item) in own] or [*_asking(section, own)]
    told = [(item, *tails) for (_, item), tails in zip(asks, _tails(section, asks), strict=True)]
    answered = sum(_is_answered(item, (*item.rest, *(tail if between else ()))) for item, tail, between in told)
    asks_on = sum(bool(item.rest) and all(map(items.asks_on, item.rest)) for item, *_ in told)
    if asks_on >= _FEWEST_ASKING_ON and answered < _ANSWERED * asks_on and not forced:
        return  # what stands below them asks further: `checklist` reads it
    for item, tail, between in told:
        if not between and not item.rest and answered >= _ANSWERED * (len(told) - 1):
            answered += _is_answered(item, tail)
        elif not between and not any(one.rest and behind for one, behind, more in told if more):
            tail = ()  # closing words: no answer of this section stands both in the item and behind it
        if answered or forced:
            yield item, (*item.rest, *(tail if answered >= _ANSWERED * len(told) else ()))


def _is_answered(item: Item, below: Nodes) -> bool:
    """Whether blocks answer an item, and are not rather what it asks about."""
    return _answers(below) and not material.is_all(item.text, below)


def _answers(below: Nodes) -> bool:
    """Whether blocks answer: what asks in turn is more of the question."""
    return any(not items.asks_on(node) and not furniture.furniture(node) for node in below)


def _asking(section: Sequence[_Piece], forms: set[_Form]) -> Iterator[tuple[int, Item]]:
    """The places of a section's questions. After a question, a list that counts anew is one of steps."""
    last: Item | None = None
    step: int | None = None  # the number of the item before this one, where that was no question
    mostly = _asking_lists(section)
    for place, piece in enumerate(section):
        item = piece.item
        if item is None:
            continue
        goes_on = step is not None and item.number == step + 1
        among = piece.parent is not None and piece.parent.start in mostly
        if _is_question(item, last, goes_on, among, forms):
            last, step = item, None
            yield place, item
        else:
            step = item.number


def _asking_lists(section: Sequence[_Piece]) -> set[int]:
    """The first bytes of the lists of which at least half of the items ask."""
    counts = Counter(piece.parent.start for piece in section if piece.parent)
    asks = Counter(piece.parent.start for piece in section if piece.parent and piece.item and piece.item.strength)
    return {start for start, count in counts.items() if asks[start] * 2 >= count}


def _is_question(item: Item, last: Item | None, goes_on: bool, among: bool, forms: set[_Form]) -> bool:
    """Whether an item asks; `last` is the question before it in its section.

    `goes_on` says that it is the next step of an answer, `among` that it stands among others in its list that ask.
    """
    if item.told:
        return True
    marked = item.strength >= asking.MARKED
    follows = last is not None and last.number is not None and item.number == last.number + 1
    jumps = last is not None and marked and bool(item.rest) and (item.number or 0) > (last.number or 0)
    if (item.linked and all(map(furniture.furniture, item.rest))) or (
        last and item.rank < last.rank and (goes_on or not (follows or jumps))
    ):
        return False
    if item.answered and not goes_on:
        return True
    if marked and _form(item) not in forms and not item.bold:
        return follows or jumps or (among and item.number is not None and not goes_on)
    if marked:  # in a list of other things, words in bold introduce what follows on their line
        return among or not item.joined
    if _form(item) not in forms or goes_on:
        return False
    if item.number is None:
        return item.strength > 0 or (item.bold and bool(item.rest))
    if last is None or last.number is None:
        return item.strength > 0 or item.number <= 1
    onward = item.bold and item.rank >= last.rank and item.number > last.number  # one between them is left out
    return follows or onward or (item.strength > 0 and (item.bold or item.number >= last.number))


# --- what answers them ------------------------------------------------------------------------------------------------


def _tails(section: Sequence[_Piece], asks: Sequence[tuple[int, Item]]) -> Iterator[tuple[Nodes, bool]]:
    """What follows each question at column 0, and whether another question comes after it."""
    if not asks:
        return
    ends = [*(place for place, _ in asks[1:]), len(section)]
    for (place, item), end in zip(asks, ends, strict=True):
        kept: list[_Piece] = []
        step: int | None = None
        for piece in section[place + 1 : end]:
            number = piece.item.number if piece.item else None
            own_list = piece.parent is not None and piece.parent is section[place].parent
            if _ends_tail(piece, item) or (own_list and not _counts_anew(number, step, item)):
                break
            step = number if piece.parent else step
            kept.append(piece)
        if end < len(section) and kept and bold_lines.is_label(kept[-1].node):
            kept.pop()  # it heads the questions that follow
        tail = furniture.trimmed_tail(tuple(_joined(kept)))[0]
        yield (tail if not all(map(furniture.furniture, tail)) else ()), end < len(section)


def _ends_tail(piece: _Piece, question: Item) -> bool:
    """Whether an answer at column 0 ends: at a rule, an item that only groups others, or the next one as bold as it."""
    other = piece.item
    if other and other.bold and question.bold and question.number is not None and other.number == question.number + 1:
        return True
    return piece.node.kind is Kind.RULE or piece.groups


def _counts_anew(number: int | None, step: int | None, question: Item) -> bool:
    """Whether an item of the question's own list is a step of its answer, so that the two lists have run together."""
    if number is None or question.number is None:
        return False
    return number == step + 1 if step is not None else number != question.number + 1


def _joined(pieces: Sequence[_Piece]) -> Iterator[Node]:
    """The pieces as blocks, items of one list as a list again."""
    run: list[_Piece] = []
    for piece in [*pieces, None]:
        if run and (piece is None or piece.parent is not run[0].parent):
            yield _list(run)
            run = []
        if piece is not None and piece.parent is not None and piece.parent.kind is Kind.LIST:
            run.append(piece)
        elif piece is not None:
            yield piece.node


def _list(run: Sequence[_Piece]) -> Node:
    first, parent = run[0].item, run[0].parent or run[0].node
    level = first.number if first and first.number is not None else parent.level
    nodes = tuple(piece.node for piece in run)
    return parent._replace(start=nodes[0].start, end=nodes[-1].end, children=nodes, level=level)


def _place(places: Places, topics: dict[int, str], item: Item) -> Place:
    """Where an item stands; `topics` are what groups some, by the first byte of each."""
    place, topic = places.of(item.node.start), topics.get(item.node.start)
    return Place((*place.topics, topic)) if topic else place


def _made(doc: Document, place: Place, item: Item, below: Nodes) -> notes.Made:
    rule = "numbered item" if item.number is not None or numbering.number(item.text) else "item of a list"
    told = () if below and not _answers(below) else None
    return notes.of_blocks(doc, NAME, rule, place, item.asked(doc), below, told)


# --- the other way ----------------------------------------------------------------------------------------------------


def write(title: str, entries: Sequence[Entry]) -> str:
    """The notes as items of numbered lists, under the headings of their topics."""
    count = iter(range(1, len(entries) + 1))

    def note(entry: Entry, _: int) -> str:
        marker = f"{next(count)}. "
        asked = " ".join(filter(None, (entry.bold, entry.marks)))
        told = entry.told().split("\n")
        return "\n".join([marker + asked, "", *writing.indented(told, len(marker))])

    return writing.under_topics(title, entries, note)
