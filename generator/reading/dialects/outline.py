"""The headings of a file and what each of them is: question, topic, title, part of an answer, housekeeping.

The level that asks is found by evidence: question marks, labels such as `Q3:`, words that ask, and numbers where some
of the numbered headings ask. Deeper headings are parts of an answer; shallower ones that hold questions are topics. A
wrong card is worse than a heading reported as skipped, so a heading that asks nothing needs company that does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from generator.reading import asking, furniture
from generator.reading.sections import Section

# A level asks when at least this share of its headings does; when most do, the few that don't are questions as well.
_ENOUGH = 0.4
_NEARLY_ALL = 0.7
# Numbered headings are questions when one in so many asks by its words; `1. Introduction`, `2. Methods` are not.
_ONE_IN = 4
_BY_NUMBER = 0.9
# If none does, they are where a file speaks of interviews, so many of a level are numbered, and this share of it.
_FEWEST_COUNTED = 6
_NEARLY_ALL_COUNTED = 0.9


class Role(Enum):
    """What a heading is in its file; the value says so for people."""

    QUESTION = "question"
    PART = "part of an answer"
    TOPIC = "topic"
    TITLE = "title"
    HOUSEKEEPING = "housekeeping section"
    INDEX = "index of links"
    OTHER = "heading that asks nothing"


# --- how a file asks ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Style:
    """How a file asks: at which level, by numbers or labels or neither, and whether all headings there ask.

    `begins` is the place of the first heading counted; `counting` holds the levels at which a number alone makes a
    question, `repeated` the texts, case folded, of the headings that come more than once.
    """

    level: int
    numbered: bool
    labelled: bool
    all_ask: bool
    begins: int
    counting: frozenset[int]
    repeated: frozenset[str]
    forced: bool


def _style(found: Sequence[Section], forced: bool, nearly_all: float) -> _Style | None:
    """The file's way of asking; None where its headings don't, unless that is `forced`.

    Where the share `nearly_all` of a level asks, all of it does.
    """
    levels = sorted({section.level for section in found})
    candidates = {level: [s for s in found if s.level == level and _may_ask(s)] for level in levels}
    counting = frozenset(level for level in levels if _numbers_ask(candidates[level]))
    weights = {level: _weight(candidates[level], level in counting) for level in levels}
    enough = [level for level in levels if weights[level] and weights[level] >= _ENOUGH * len(candidates[level])]
    if not enough and not forced:
        enough = [level for level in levels if any(section.is_marked for section in candidates[level])]
    told = [] if forced else _labelled_levels(candidates)
    enough, counting = told or enough, counting & frozenset(told or levels)
    if not enough and not forced:
        return None
    level = _asking_level(enough, weights, candidates) if enough else _answered_level(found)
    here = candidates[level]
    by_number = level in counting and sum(section.number is not None for section in here) >= 0.7 * len(here)
    labelled = sum(section.labelled for section in here) * 2 > len(here)
    begins = next(
        (index for index, s in enumerate(found) if s.level == level and s.number and (by_number or s.labelled)), 0
    )
    texts = Counter(section.text.casefold() for section in found)
    return _Style(
        level=level,
        numbered=by_number,
        labelled=labelled,
        all_ask=forced or weights[level] >= nearly_all * len(here),
        begins=begins if by_number or labelled else 0,
        counting=counting,
        repeated=frozenset(text for text, count in texts.items() if count > 1),
        forced=forced,
    )


def _counted_style(found: Sequence[Section]) -> _Style | None:
    """That of a file whose headings only name what is asked for, if nearly all of a level are numbered and answered."""
    told = {index for index, section in enumerate(found) if section.tells or _has_parts(found, index)}
    for level in sorted({section.level for section in found}):
        here = [index for index, section in enumerate(found) if section.level == level]
        counted = [index for index in here if found[index].number and index in told]
        if len(counted) >= _FEWEST_COUNTED and len(counted) >= _NEARLY_ALL_COUNTED * len(here):
            return _Style(level, True, False, False, counted[0], frozenset({level}), frozenset(), False)
    return None


def _may_ask(section: Section) -> bool:
    if section.housekeeping or (section.number is None and furniture.names_part(section.text)):
        return False
    return section.strength > 0 or section.number is not None or section.tells


def _numbers_ask(candidates: list[Section]) -> bool:
    """Whether a number alone makes a question at a level: some of those without a label ask by their words."""
    numbered = [section for section in candidates if section.number and not section.labelled]
    asks = sum(section.strength > 0 for section in numbered or candidates if section.number)
    return asks > 0 and asks * _ONE_IN >= len(numbered)


def _weight(candidates: list[Section], counting: bool) -> float:
    """How much at a level asks."""
    return sum(max(section.strength, _BY_NUMBER if counting and section.number else 0.0) for section in candidates)


def _labelled_levels(candidates: dict[int, list[Section]]) -> list[int]:
    """The levels whose headings bear labels (`Q1. …`), where nothing else asks as much: notes often end with some."""
    labelled = {level: sum(s.labelled and s.is_whole for s in found) for level, found in candidates.items()}
    most = max(sum(s.strength > 0 and s.is_whole and not s.labelled for s in found) for found in candidates.values())
    return [level for level, count in labelled.items() if count > 1 and count >= most]


def _asking_level(enough: list[int], weights: dict[int, float], candidates: dict[int, list[Section]]) -> int:
    """The shallowest level at which several headings ask and are answered right under them, else what asks most."""
    for level in enough:
        asking_here = [section for section in candidates[level] if section.strength or section.number]
        if len(asking_here) > 1 and sum(section.is_whole for section in asking_here) * 2 >= len(asking_here):
            return level
    return max(enough, key=lambda level: (weights[level], -level))


def _answered_level(found: Sequence[Section]) -> int:
    """The level with the most headings that hold text, the shallowest of these; where none does, the deepest of all.

    A title alone above a question that is still to be answered is no question.
    """
    counts = Counter(section.level for section in found if section.holds_text)
    return max(sorted(counts), key=lambda level: counts[level], default=max(section.level for section in found))


# --- which heading is what ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Answering:
    """The question whose answer we are in: its level, and the number that the next question has if they are counted."""

    level: int = 0
    following: int | None = None


def roles(found: list[Section], forced: bool, for_interviews: bool) -> list[Role]:
    """What each section's heading is. `forced` says that the author called the headings questions.

    `for_interviews` says that the file speaks of interviews: if nothing else asks, what is numbered there does, and
    what stands beside headings that ask is more likely to be a question as well.
    """
    style = _style(found, forced, _ENOUGH if for_interviews else _NEARLY_ALL) if found else None
    if style is None and for_interviews:
        style = _counted_style(found)
    if style is None and any(section.hides for section in found):
        found = [replace(section, told=section.hides) for section in found]
        style = _style(found, forced, _NEARLY_ALL)
    if style is None:
        return [Role.HOUSEKEEPING if section.housekeeping else Role.OTHER for section in found]
    given: list[Role] = []
    answering = _Answering()
    housekeeping = 0  # the level of the housekeeping section that we are in, or 0
    for index, section in enumerate(found):
        if housekeeping and section.level > housekeeping:
            given.append(Role.HOUSEKEEPING)
            continue
        role = _role(found, index, style, answering)
        if role is Role.OTHER and section.hides and not section.empty:
            role = Role.QUESTION
        closes = role is Role.HOUSEKEEPING and not furniture.is_contents(section.text)
        housekeeping = section.level if closes else 0
        value = section.number.value if section.number else None
        if role is Role.QUESTION:
            answering = _Answering(section.level, None if value is None else value + 1)
        elif role is not Role.PART:
            answering = _Answering()
        elif value is not None:  # parts of an answer that are numbered themselves
            answering = replace(answering, following=None)
        given.append(role)
    return _with_title(found, _without_lone_title(found, given, forced))


# From so many headings on, what stands under the only one that asks is a text of its own, and no answer.
_MOST_PARTS = 3


def _without_lone_title(found: list[Section], given: list[Role], forced: bool) -> list[Role]:
    """The roles; where only the first heading asks, above parts as documentation has them, it is a title."""
    first = found[0]
    alone = [place for place, role in enumerate(given) if role is Role.QUESTION] == [0]
    if forced or not alone or first.labelled or first.is_marked or first.number:
        return given
    parts = [section for section in found[1:] if not section.empty and not furniture.names_part(section.text)]
    about = any(furniture.tells_of_project(section.text) for section in parts)
    if not about and len(parts) < _MOST_PARTS:
        return given
    return [Role.TITLE, *(Role.HOUSEKEEPING if section.housekeeping else Role.OTHER for section in found[1:])]


def _role(found: list[Section], index: int, style: _Style, answering: _Answering) -> Role:
    """The role of one heading."""
    section = found[index]
    if answering.level and section.level > answering.level:
        return Role.QUESTION if _is_next(section, style, answering) else Role.PART
    if section.empty:
        return Role.OTHER
    if style.forced and section.level == style.level:
        return Role.QUESTION
    repeated = section.text.casefold() in style.repeated
    if (
        answering.level
        and furniture.names_part(section.text)
        and not section.labelled
        and (repeated or not section.housekeeping)
    ):
        sure = repeated or section.level == answering.level or furniture.names_answer(section.text)
        return Role.PART if sure or not _holds_questions(found, index) else Role.TOPIC
    if section.housekeeping:
        topic = furniture.may_be_topic(section.text) and _holds_questions(found, index)
        return Role.TOPIC if topic else Role.HOUSEKEEPING
    if section.level in (style.level, answering.level):
        return _role_among_questions(found, index, style)
    return _role_elsewhere(found, index, style)


def _is_next(section: Section, style: _Style, answering: _Answering) -> bool:
    """Whether a heading deeper than the question before it is the next question all the same."""
    if style.labelled and section.labelled:
        return True
    return section.number is not None and section.strength > 0 and section.number.value == answering.following


def _role_elsewhere(found: list[Section], index: int, style: _Style) -> Role:
    """The role of a heading of another level than the one that asks, outside any answer."""
    section = found[index]
    if section.level < style.level:
        asks = section.strength > 0 and section.is_whole and not asking.names_part(section.words)
        asks = section.labelled or (asks and not _holds_questions(found, index))
        return Role.QUESTION if asks else Role.TOPIC
    if section.strength > 0 or (section.number and section.level in style.counting):
        return Role.QUESTION
    return Role.TOPIC if _holds_questions(found, index) else Role.OTHER


def _role_among_questions(found: list[Section], index: int, style: _Style) -> Role:
    """The role of a heading of a level that asks."""
    section = found[index]
    if index < style.begins and section.number is None:
        return Role.OTHER if section.holds_text else Role.TOPIC
    if section.labelled or section.strength > 0 or (section.number and section.level in style.counting):
        return Role.QUESTION
    if _holds_questions(found, index):
        return Role.TOPIC
    if section.waits and section.level == style.level:
        return Role.QUESTION
    answered = section.tells or _has_parts(found, index)
    if answered and style.all_ask and section.level == style.level and not (style.numbered or style.labelled):
        return Role.QUESTION
    return Role.OTHER if section.holds_text else Role.TOPIC


def _has_parts(found: Sequence[Section], index: int) -> bool:
    """Whether a deeper heading comes next."""
    return index + 1 < len(found) and found[index + 1].level > found[index].level


def _holds_questions(found: list[Section], index: int) -> bool:
    """Whether a heading under this one, deeper than it, asks and has an answer."""
    for place in range(index + 1, len(found)):
        section = found[place]
        if section.level <= found[index].level:
            return False
        if section.strength > 0 and section.is_whole:
            return True
    return False


def _with_title(found: list[Section], given: list[Role]) -> list[Role]:
    """The first heading is the file's title when it is a group heading and the only one of its level or above."""
    groups = (Role.TOPIC, Role.OTHER)
    later = zip(found[1:], given[1:], strict=True)
    alone = not any(section.level <= found[0].level and role in groups for section, role in later)
    titles = given[0] is Role.TOPIC or (given[0] is Role.OTHER and not found[0].strength and not found[0].empty)
    return [Role.TITLE, *given[1:]] if alone and titles else given
