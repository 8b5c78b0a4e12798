"""Which options of a choice are right, as what stands after them says it: the key, and the explanation without it.

The key is `Answer: D`, `Correct answers: B, D`, `B is correct`, `✅ B`, the letter alone under a heading or a label
that announces the answer, in a quote or in `<details>`, or the right option once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from generator.model import Kind, Node, Nodes
from generator.reading import answers, furniture, numbering
from generator.reading.blocks import plain
from generator.reading.option import Raw, lines, paragraph


class Told(NamedTuple):
    """The places of the right options, none where nothing says it; and what else stands after the options."""

    places: frozenset[int] = frozenset()
    explanation: Nodes = ()


# So many blocks after the options, the key must have come.
_FAR = 6
_LETTER = "A-Ja-jА-Иа-и1-9①-⑩"
_UPPER = "A-JА-И1-9"
_AND = r"(?:,|&|/|\+|;|\band\b|\bund\b|\by\b|\be\b|\bet\b|\bи\b)"
_LETTERS = (
    rf"(?:[{_LETTER}](?:[\s()*`]*{_AND}+[\s()*`]*[{_LETTER}](?!\w))+"
    rf"|(?-i:[{_UPPER}](?:\s?[{_UPPER}])*)(?!\w)|(?-i:[a-j]{{1,5}})(?!\w)|[{_LETTER}](?!\w))"
)
# What follows the letters, if they are the key and not the first word of a sentence.
_CLOSE = (
    r"""[)\]*_"'`]*(?:\s*[.):：、!(]|\s+[—–-]|[—–-](?!\w\b)|\s*[,;]\s+(?=[a-z])|\s*[,;]?\s*$"""
    r"|(?=\s+(?:because|since|is|are|was)\b))"
)
_CHOSEN = re.compile(
    rf"""[\s*_"'`]*(?:(?:options?|choices?|letters?|answers?)\s+)?[(\[*_"'`\s]*(?P<letters>{_LETTERS})(?P<close>{_CLOSE})?"""
    r"[\s).:：\-–—*_,\]]*(?:is\s+(?:the\s+)?(?:correct|right)(?:\s+(?:answer|option|choice))?[\s.:*_]*)?",
    re.IGNORECASE,
)
# The same with labels that count: `(ii)`, `o2 and o3`.
_COUNT = r"(?:[ivx]{1,4}|[a-z]?\d{1,2})(?!\w)"
_COUNTED = re.compile(
    rf"""[\s*_"'`]*+(?:(?:options?|choices?|answers?|no\.?)\s+)?[(\[*_"'`\s]*"""
    rf"""(?P<letters>{_COUNT}(?:[\s()*`]*{_AND}+[\s()*`]*{_COUNT})*)(?P<close>{_CLOSE})?[\s).:：\-–—*_,\]]*""",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(
    rf"""[^\w]*(?:(?:{answers.ANSWER}|solutions?|key|correct|right|lösung|solución|solução|solution|gabarito|решение)
    (?:\s*(?:key|option|choice|letter)s?)?(?:\s*\((?:s|es)\))?(?:\s+(?:is|are|es|é|ist|est|sind|son)\b)?
    \s*[*_"'`]*\s*[:：=.\-–—→>]*[*_\s]*)""",
    re.IGNORECASE | re.VERBOSE,
)
_MARKED = re.compile(r"[\s*_]*(?:✅|✔️?|☑️?|✓|→|➡️?|👉)[\s*_]*")
_VERDICT = re.compile(
    rf"""\W*(?:(?:the\s+)?(?:options?|choices?|answers?)\s+)?[(\[*_"'`]*(?P<letters>[{_LETTER}])[)\]*_"'`.]*\s+
    (?:is|are)\s+(?:the\s+)?(?:correct|right|true)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def told(after: Nodes, options: Sequence[Raw], answer: Nodes = ()) -> Told:
    """What the blocks after the options say of them; `answer` is known to be the answer."""
    kept = tuple(node for node in after if not furniture.furniture(node))
    known = tuple(node for node in answer if not furniture.furniture(node))
    found = _told(kept, options, introduced=False)
    if found:
        return found._replace(explanation=(*found.explanation, *known))
    found = _told(known, options, introduced=True)
    if found:
        return found._replace(explanation=(*kept, *found.explanation))
    return Told(explanation=_cleared((), answers.opened((*kept, *known)), ()))


def _told(after: Nodes, options: Sequence[Raw], introduced: bool) -> Told | None:
    place = 0
    while place < min(len(after), _FAR):
        node = after[place]
        unfolded = answers.unfolded(after[place:])
        if unfolded:
            summary, inside, count = unfolded
            found = None if answers.says_hint(summary) else _in_details(summary, inside, options)
            if found:
                return found._replace(explanation=_cleared(after[:place], found.explanation, after[place + count :]))
            place += count
            continue
        places, rest = _in_block(node, options, introduced)
        if places:
            return Told(places, _cleared(after[:place], rest, after[place + 1 :]))
        if node.kind is Kind.HEADING and not (furniture.names_part(plain((node,))) or are_judged(after, place)):
            return None
        introduced = answers.is_bare_label(node) or (introduced and not plain((node,)))
        place += 1
    return None


def are_judged(nodes: Sequence[Node], place: int) -> bool:
    """Whether a heading says that the options above it are explained, and the first of them is, right below it."""
    below = nodes[place + 1] if place + 1 < len(nodes) else None
    titled = nodes[place].kind is Kind.HEADING and _REASONS.fullmatch(plain((nodes[place],)))
    return bool(titled) and below is not None and bool(_JUDGED.match(plain((below,))[:60]))


_REASONS = re.compile(r"\W*(?:(?:answer\s+)?feedback|rationales?|explanations?|reasons?|reasoning)\W*", re.IGNORECASE)
_JUDGED = re.compile(r"\W*(?:option\s+)?[A-J]\W*\s(?:is|are)\s+(?:not\s+)?(?:in)?(?:correct|right|wrong)\b")


def _in_details(summary: str, inside: Nodes, options: Sequence[Raw]) -> Told | None:
    """What a `<details>` says: in its summary, or as the first thing that it unfolds."""
    places, _ = chosen(summary, options, introduced=False)
    if places:
        return Told(places, inside)
    kept = tuple(node for node in inside if not furniture.furniture(node))
    return _told(kept, options, introduced=True)


def _cleared(before: Nodes, rest: Nodes, after: Nodes) -> Nodes:
    """The explanation: what stood around the key, without labels left bare."""
    own = tuple(node for node in before if not (answers.is_bare_label(node) or _REASONS.fullmatch(plain((node,)))))
    kept = tuple(node for node in (*own, *rest, *after) if not furniture.furniture(node))
    return answers.without_label(kept) if kept else ()


def _in_block(node: Node, options: Sequence[Raw], introduced: bool) -> tuple[frozenset[int], Nodes]:
    """What a block says of the right options, and what else it says."""
    if node.kind is Kind.LIST:
        return _in_list(node, options, introduced)
    if node.kind is Kind.QUOTE and node.children:
        says = answers.says_in_callout(node)
        inside = answers.opened((node,)) if says else node.children
        found = _told(inside, options, introduced or says or bool(_NAMES.match(plain(node.children[:1]))))
        return (found.places, found.explanation) if found else (frozenset(), (node,))
    if node.kind is Kind.HTML_BLOCK:
        hidden = answers.hidden(node)
        text = hidden or plain((node,))
        places, length = chosen(text, options, introduced or bool(hidden))
        if _tells_others(node.text.split("\n"), options, places):
            return frozenset(), (node,)
        return places, () if length >= len(text) else (node,)
    if node.kind not in (Kind.PARAGRAPH, Kind.HEADING):
        return frozenset(), (node,)
    own = lines(node.children)
    if introduced and len(own) > 1:
        every = [_same(text, options) or _lettered(text, options) for text in map(numbering.raw_text, own)]
        if all(every):
            return frozenset().union(*every), ()
    for place, line in enumerate(own):
        text = numbering.raw_text(line)
        places, length = chosen(text, options, introduced)
        if _tells_others(map(numbering.raw_text, own[place + 1 :]), options, places):
            return frozenset(), (node,)
        if places:
            rest = numbering.trimmed(numbering.without_prefix(line, length))
            if is_option(plain(rest), options, places):
                rest = ()
            return places, paragraph([part for part in (*own[:place], rest, *own[place + 1 :]) if part])
        introduced = answers.is_label(line) and answers.is_bare_label(node._replace(children=line))
    return frozenset(), (node,)


def _tells_others(texts: Iterable[str], options: Sequence[Raw], places: frozenset[int]) -> bool:
    """Whether lines begin with other options than those at `places`: then each of them is explained."""
    return bool(places) and any(_by_words(text, 0, options)[0] - places for text in texts)


# An alert or a callout that holds the answer.
_NAMES = re.compile(r"\[!(?:success|check|done|answer|solution)\]", re.IGNORECASE)


def _in_list(node: Node, options: Sequence[Raw], introduced: bool) -> tuple[frozenset[int], Nodes]:
    """What a list says: `- **Answer:** B` in its first item, or the right options, an item each."""
    first = node.children[0].children
    inline = first[0].children if first and first[0].kind is Kind.PARAGRAPH else first
    places, length = chosen(numbering.raw_text(inline), options, introduced=False)
    if places:
        rest = numbering.trimmed(numbering.without_prefix(inline, length))
        own = paragraph([rest]) if rest and not is_option(plain(rest), options, places) else ()
        later = (node._replace(children=node.children[1:], start=node.children[1].start),) if node.children[1:] else ()
        return places, (*own, *later)
    if introduced and len(node.children) <= len(options):
        texts = [plain((item,)) for item in node.children]
        every = [_same(text, options) or _lettered(text, options) for text in texts]
        if all(every):
            return frozenset().union(*every), ()
        if node.level >= 0 and len(texts) == 1 and (numbered := _places(str(node.level), options)):  # 1) the first
            return numbered, node.children[0].children
    return frozenset(), (node,)


def _same(text: str, options: Sequence[Raw]) -> frozenset[int]:
    """The option whose words a text is, from end to end."""
    places, end = _by_words(text, 0, options)
    return places if end == len(text) else frozenset()


def _lettered(text: str, options: Sequence[Raw]) -> frozenset[int]:
    """The option that a text is the letter of, or its letter and its words."""
    named = _shape(options).match(text)
    places = _places(named["letters"], options) if named else frozenset()
    alone = named is not None and (named.end() == len(text) or is_option(text[named.end() :], options, places))
    return places if alone else frozenset()


# --- one line -------------------------------------------------------------------------------------------------------


def chosen(text: str, options: Sequence[Raw], introduced: bool) -> tuple[frozenset[int], int]:
    """The options that a text names at its beginning, and how many characters that takes.

    `introduced` says that what stands before it announces an answer already.
    """
    verdict = _VERDICT.match(text)
    if verdict and (places := _places(verdict["letters"], options)):
        return places, 0
    intro = _INTRODUCED.match(text) or _MARKED.match(text)
    if not intro and not introduced:
        return frozenset(), 0
    begin = intro.end() if intro else 0
    named = _shape(options).match(text, begin)
    if named:
        places = _places(named["letters"], options)
        closed = named["close"] is not None and not _counts_on(text, named, options)
        if closed and not intro and named["letters"].isdigit() and not any(raw.label for raw in options):
            closed = not text[
                named.end() :
            ].strip()  # a number and words answer a list without numbers in their own way
        if places and (closed or is_option(text[named.end() :], options, places)):
            return places, _after_words(text, named.end(), options, places)
    said = _by_words(text, begin, options)
    return said if said[0] or not introduced else _by_words(text, 0, options)  # an option may say `Right`


def _shape(options: Sequence[Raw]) -> re.Pattern[str]:
    """How these options are named."""
    return _COUNTED if any(len(raw.label) > 1 for raw in options) else _CHOSEN


def _counts_on(text: str, named: re.Match[str], options: Sequence[Raw]) -> bool:
    """Whether a number is the first of several: `1. one 2. two` are answers to other questions."""
    number = named["letters"]
    following = rf"(?<![\w.]){int(number) + 1}\s*[.):-]" if number.isascii() and number.isdigit() else ""
    return bool(following) and any(raw.label.isdigit() for raw in options) and bool(re.search(following, text))


def _after_words(text: str, begin: int, options: Sequence[Raw], places: frozenset[int]) -> int:
    """Where a text goes on behind the words of an option, if it says them once more."""
    said, end = _by_words(text, begin, options)
    if said != places:
        return begin
    return end + len(text[end:]) - len(text[end:].lstrip(" .,;:–—-"))


def _places(letters: str, options: Sequence[Raw]) -> frozenset[int]:
    """The places of options by their letters; none where a letter is no option's, or the letters are a word's."""
    labels = {raw.label or chr(ord("a") + place): place for place, raw in enumerate(options)}
    if not any(raw.label for raw in options) or options[0].label in ("i", "o1"):  # numbers name those as well
        labels |= {str(place + 1): place for place in range(len(options))}
    elif options[0].label == "1":  # and letters name those that are counted
        labels |= {chr(ord("a") + place): place for place in range(len(options))}
    alone = re.sub(r"\b(?:and|und|et)\b|\b[yeи]\b(?=\s)", " ", letters) if len(letters.split()) > 1 else letters
    shape = r"\w+" if any(len(raw.label) > 1 for raw in options) else r"\w|[①-⑩]"
    found = [labels.get(letter.lower()) for letter in re.findall(shape, alone)]
    if not found or None in found or len(set(found)) < len(found):
        return frozenset()
    if alone.islower() and len(found) > 1 and alone.isalpha() and found != sorted(found, key=lambda at: at or 0):
        return frozenset()
    return frozenset(place for place in found if place is not None)


def _by_words(text: str, begin: int, options: Sequence[Raw]) -> tuple[frozenset[int], int]:
    """The option whose words a text says, all of it or up to a mark."""
    ends = [match.start() for match in _PAUSE.finditer(text, begin)]
    for end in (len(text), *ends[:4]):
        said = flattened(text[begin:end])
        same = [place for place, raw in enumerate(options) if said and flattened(raw.text) == said]
        if len(same) == 1:
            return frozenset(same), end
    return frozenset(), 0


_PAUSE = re.compile(r"[.,;:(—–]|\s-\s")


def is_option(text: str, options: Sequence[Raw], places: frozenset[int]) -> bool:
    """Whether a text is that of one of these options once more."""
    said = flattened(text)
    return bool(said) and any(flattened(options[place].text) == said for place in places)


def flattened(text: str) -> str:
    """Letters and digits alone; of a text without any, its signs."""
    return re.sub(r"[\W_]+", "", text).casefold() or "".join(text.split())


def begins(text: str) -> bool:
    """Whether a line, right below options, says which is right, or explains it: it is none of them any more."""
    return bool(_KEY_LINE.match(text) or _VERDICT.match(text))


_KEY_LINE = re.compile(
    rf"""[^\w(\[]*(?:(?:{answers.ANSWER}|solutions?|explanations?|rationale|reason(?:ing)?|hints?|ref(?:erence)?s?|sources?|topic
    |difficulty|correct|key|explicación|explicação|erklärung|explication|пояснение|объяснение|解析|解説|gabarito)
    (?:\s*(?:key|option|choice|letter)s?)?(?:\s*\((?:s|es)\))?\s*[:：=]
    |(?:{answers.ANSWER})\s+(?:is\s+)?(?:options?\s+)?[(\[*_"'`]*[{_LETTER}]\W*$)""",
    re.IGNORECASE | re.VERBOSE,
)
