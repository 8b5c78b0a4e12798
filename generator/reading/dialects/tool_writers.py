"""The ways back for `convert`: notes as the cards of flashcard programs, each in its program's own syntax.

What a program has no marks for stands in a comment, which it does not show: ids that are not of its form, tags, kinds.
Options have letters, so that the front does not tell which are right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from generator import markdown
from generator.model import Kind
from generator.reading import spacing, writing
from generator.reading.attributes import CLOZE, REVERSED
from generator.reading.writing import Entry, Gap

_DIGITS = re.compile(r"\d{6,}")
_BLOCK = re.compile(r"\d{13}")
_UID = re.compile(r"[A-Za-z0-9]{10}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TAG = re.compile(r"[^\s#\d,;\[\]()][^\s#,;\[\]()]*")


def _own_pin(entry: Entry, shape: re.Pattern[str]) -> tuple[str, Entry]:
    """The id, where the program's own have that form, and the entry without it; else nothing, and the entry."""
    pin = entry.said.pin
    return (pin, entry.without(pin="")) if shape.fullmatch(pin) else ("", entry)


def _own_tags(entry: Entry) -> tuple[tuple[str, ...], Entry]:
    """The tags, where the program can have them all, and the entry without them."""
    tags = entry.said.tags
    return (tags, entry.without(tags=())) if all(map(_TAG.fullmatch, tags)) else ((), entry)


def _both_ways(entry: Entry) -> tuple[bool, Entry]:
    """Whether it is asked both ways, and the entry without that kind: the program has marks of its own for it."""
    both = entry.said.kind == REVERSED
    return both, entry.without(kind="") if both else entry


def _called(entry: Entry) -> Entry:
    """The entry, a cloze called one: where the program's own syntax says that it is another note."""
    return entry.without(kind=CLOZE) if entry.kind == CLOZE else entry


def _filled(*parts: str, by: str = "\n\n") -> str:
    return by.join(filter(None, parts))


# --- cards under headings ---------------------------------------------------------------------------------------------


def tagged_headings(title: str, entries: Sequence[Entry]) -> str:
    """Headings with `#anki`."""

    def note(entry: Entry, level: int) -> str:
        both, entry = _both_ways(entry)
        tag = "#anki-reverse" if both else "#anki"
        comment = entry._replace(question="").remarked
        head = _filled(f"{'#' * level} {entry.question or 'Question'}", tag, comment, by=" ")
        return _filled(head, entry.told())

    return writing.under_topics(title, entries, note)


def flashcards(title: str, entries: Sequence[Entry]) -> str:
    """Lines with `#card` and the answer right below; paragraphs in which something is highlighted."""

    def note(entry: Entry, _: int) -> str:
        pin, entry = _own_pin(entry, _BLOCK)
        end = f"^{pin}" if pin else ""
        gapped = _highlighted(entry)
        if gapped:
            return _filled(gapped, end, by="\n")
        both, entry = _both_ways(entry)
        tag = "#card-reverse" if both else "#card"
        asked = _filled(_touching(entry.front) or _filled(*entry.front), tag, by="\n" if entry.front[1:] else " ")
        end = end or ("" if entry.back and "\n\n" not in entry.back else _END)
        return _filled(asked, entry.back, end, by="\n")

    return writing.under_topics(title, entries, note)


# An answer ends at an empty line unless an id ends it, or this.
_END = "<!-- end -->"


def _highlighted(entry: Entry, hints: bool = False) -> str:
    """A cloze without anything else as a paragraph with its deletions highlighted; nothing for another note."""
    if entry.kind != CLOZE or entry.answer or entry.below:
        return ""

    def mark(text: str, gap: Gap) -> str | None:
        if ";;" in text or ((gap.hint or gap.number) and not hints):
            return None
        return ";;".join(filter(None, (f"=={gap.number or ''}", text, gap.hint))).replace("==;;", "==") + "=="

    exact = any(gap.hint for gap in entry.gaps)
    return writing.regapped(entry, entry.without(kind="").front[0], mark, exact) or ""


def _touching(blocks: Sequence[str]) -> str:
    """The blocks without empty lines, where Markdown reads them as the same; else nothing."""
    text = "\n".join(blocks)
    parted = writing.parse("\n\n".join(blocks))
    same = markdown.bare(writing.parse(text)) == markdown.bare(parted)
    return text if same and not _parted(text) else ""


def _parted(text: str) -> bool:
    """Whether an empty line stands in a text outside its code."""
    fence = ""
    for line in text.split("\n"):
        fence = spacing.fence_after(fence, line)
        if not fence and not line.strip():
            return True
    return False


def spaced_repetition(title: str, entries: Sequence[Entry]) -> str:
    """Questions and answers parted by a line `?`, and ended by one of dashes; paragraphs that are clozes."""

    def note(entry: Entry, _: int) -> str:
        gapped = _highlighted(entry, hints=True)
        if gapped:
            return f"{gapped}\n\n---"
        both, entry = _both_ways(entry)
        asked = _touching(entry.front) or _filled(*entry.front)
        return "\n".join([asked, "??" if both else "?", *([entry.back] if entry.back else []), "", "---"])

    return writing.under_topics(title, entries, note).replace("\n\n", "\n\n#flashcards\n\n", 1)


def hashcards(title: str, entries: Sequence[Entry]) -> str:
    """`Q:` and `A:`, and `C:` where brackets hide something."""

    def note(entry: Entry, _: int) -> str:
        gapped = _bracketed(entry)
        if gapped:
            return f"C: {gapped}"
        entry = _called(entry)
        return _filled(writing.labelled("Q:", _filled(*entry.front)), writing.labelled("A:", entry.back))

    return writing.under_topics(title, entries, note)


def _bracketed(entry: Entry) -> str:
    def mark(text: str, gap: Gap) -> str | None:
        return None if gap.number or gap.hint or set(text) & set("[]$\\") else f"[{text}]"

    if entry.kind != CLOZE or entry.answer or entry.below or set(entry.whole) & set("[]$\\"):
        return ""
    return writing.regapped(entry, entry.without(kind="").front[0], mark) or ""


def obsidian_to_anki(title: str, entries: Sequence[Entry]) -> str:
    """Notes between `START` and `END`."""

    def note(entry: Entry, _: int) -> str:
        pin, entry = _own_pin(entry, _DIGITS)
        tags, entry = _own_tags(entry)
        both, entry = _both_ways(entry)
        cloze = entry.kind == CLOZE
        kind = "Cloze" if cloze else "Basic (and reversed card)" if both else "Basic"
        back = writing.labelled("Back Extra:" if cloze else "Back:", entry.back)
        ends = [f"Tags: {' '.join(tags)}" if tags else "", f"<!--ID: {pin}-->" if pin else "", "END"]
        return _filled("START", kind, _braced(entry) or _filled(*entry.front), back, *ends, by="\n")

    return writing.under_topics(title, entries, note)


# --- sections and outlines --------------------------------------------------------------------------------------------


def inka(title: str, entries: Sequence[Entry]) -> str:
    """Sections between lines of dashes, one for all notes of a topic."""
    parts = [f"# {title}"]
    above: tuple[str, ...] = ()
    for topics, own in groupby(entries, lambda entry: entry.topics):
        same = next((n for n, (old, new) in enumerate(zip(above, topics, strict=False)) if old != new), len(above))
        same = min(same, len(topics), len(above))
        parts += [writing.heading(level + 2, topics[level]) for level in range(same, len(topics))]
        parts += ["---", *(_in_section(entry, number) for number, entry in enumerate(own, 1)), "---"]
        above = topics
    return "\n\n".join(parts) + "\n"


def _in_section(entry: Entry, number: int) -> str:
    pin, entry = _own_pin(entry, _DIGITS)
    head = f"<!--ID:{pin}-->\n" if pin else ""
    gapped = _braced(entry)
    if gapped:
        return f"{head}{number}. {gapped}"
    entry = _called(entry) if entry.answer else entry
    back = "\n".join(f"> {line}".rstrip() for line in entry.back.split("\n")) if entry.back else ""
    return _filled(f"{head}{number}. {_filled(*entry.front)}", back)


def _braced(entry: Entry) -> str:
    """A cloze whose deletions have no numbers as a text with braces around them; nothing for another note."""

    def mark(text: str, gap: Gap) -> str | None:
        return None if gap.number or gap.hint or text != text.strip() else f"{{{text}}}"

    if entry.said.kind != CLOZE or entry.answer or entry.below or set(entry.whole) & set("{}$\\"):
        return ""
    return writing.regapped(entry, entry.without(kind="").front[0], mark) or ""


def logseq(title: str, entries: Sequence[Entry]) -> str:
    """An outline: a bullet for each topic, in it one for each question, and in that the answer."""
    lines = [f"title:: {title}", ""]
    above: tuple[str, ...] = ()
    for entry in entries:
        topics = entry.topics
        same = next((n for n, pair in enumerate(zip(above, topics, strict=False)) if pair[0] != pair[1]), None)
        same = min(len(above), len(topics)) if same is None else same
        lines += [f"{'  ' * level}- ## {topics[level]}" for level in range(same, len(topics))]
        if above[len(topics) :]:  # nothing says where a topic ends but its bullet's depth
            lines += [] if topics else ["- ---"]
        lines += writing.indented(_block(entry), 2 * len(topics))
        above = topics
    return "\n".join(lines) + "\n"


def _block(entry: Entry) -> list[str]:
    """A question's bullet and those below it."""
    pin, entry = _own_pin(entry, _UUID)
    tags, entry = _own_tags(entry)
    both, entry = _both_ways(entry)
    gapped = (
        writing.regapped(entry, entry.without(kind="").front[0], _in_braces, exact=True)
        if entry.kind == CLOZE
        else None
    )
    head, *below = [gapped, *entry.front[1:]] if gapped else entry.front or [""]
    own = [" ".join([head, "#card", *(f"#{tag}" for tag in tags)])]
    own += [f"id:: {pin}"] if pin else []
    own += ["direction:: <->"] if both else []
    lines = "\n\n".join(["\n".join(own), *below]).replace("\n- ", "\n").split("\n")
    answer = entry.back.split("\n") if entry.back else []
    blocks = writing.parse(entry.back)
    is_list = len(blocks) == 1 and blocks[0].kind is Kind.LIST and blocks[0].level < 0 and len(blocks[0].children) > 1
    told = answer if is_list else [*(f"- {line}" for line in answer[:1]), *writing.indented(answer[1:], 2)]
    return [f"- {lines[0]}", *writing.indented(lines[1:], 2), *writing.indented(told, 2)]


def _in_braces(text: str, gap: Gap) -> str | None:
    if gap.hint or not 0 <= gap.number < _MOST_NUMBERS:
        return None
    return f"{{{{c{gap.number} {text}}}}}" if gap.number else f"{{{{cloze {text}}}}}"


_MOST_NUMBERS = 10

# --- cards whose headings are cards, or part of them ------------------------------------------------------------------


def ankcompiler(title: str, entries: Sequence[Entry]) -> str:
    """Cards between lines of dashes, their sides parted by `:::`."""

    def note(entry: Entry, _: int) -> str:
        pin, entry = _own_pin(entry, _UID)
        tags, entry = _own_tags(entry)
        both, entry = _both_ways(entry)
        said = [f"[^uid]: {pin}"] if pin else []
        said += [f"[^tag]: {tag}" for tag in tags]
        said += ["[^type]: reversed"] if both else []
        sides = [":::", entry.back] if entry.back or entry.kind != CLOZE or entry.said.kind else []
        return _filled(*entry.front, *sides, "\n".join(said), "---")

    return _dashed(writing.under_topics(title, entries, note, named=writing.remark))


def _dashed(text: str) -> str:
    return text.removesuffix("---\n").rstrip("\n") + "\n"


def ankdown(title: str, entries: Sequence[Entry]) -> str:
    """Cards between lines of dashes, their fields parted by `%`."""

    def note(entry: Entry, _: int) -> str:
        tags, entry = _own_tags(entry)
        fields = ["%", ", ".join(tags)] if tags else []
        return _filled(*entry.front, "%", entry.back, *fields, "---")

    return _dashed(writing.under_topics(title, entries, note, named=writing.remark))


def md2anki(title: str, entries: Sequence[Entry]) -> str:
    """Headings below that of their deck; `---` parts a question of several blocks from its answer."""

    def note(entry: Entry, _: int) -> str:
        pin, entry = _own_pin(entry, _UUID)
        tags, entry = _own_tags(entry)
        head, *below = entry.front or [""]
        head = _filled("#" * (len(entry.topics) + 2), head, f"({pin})" if pin else "", by=" ")
        above = [f"`{{=:{', '.join(tags)}:=}}`"] if tags else []
        parting = ["---"] if below or tags else []
        return _filled(head, *above, *below, *parting, entry.back)

    def named(level: int, name: str) -> str:
        return writing.heading(level, name if level == 1 else f"Subdeck: {name}")

    return writing.under_topics(title, entries, note, named=named)


def mdanki(title: str, entries: Sequence[Entry]) -> str:
    """Headings of the second level; `%` parts question and answer."""

    def note(entry: Entry, _: int) -> str:
        tags, entry = _own_tags(entry)
        return _filled(
            f"## {entry.front[0]}", *entry.front[1:], "%", entry.back, " ".join(f"[#{tag}]()" for tag in tags)
        )

    return writing.under_topics(title, entries, note, named=_title_as_heading)


def anki_decks(title: str, entries: Sequence[Entry]) -> str:
    """Headings of the second level, and blocks where a question is more than a line."""

    def note(entry: Entry, _: int) -> str:
        if len(entry.front) < 2:
            return _filled(f"## {_filled(*entry.front)}", entry.back)
        return _filled('<div data-question markdown="block">', *entry.front, "</div>", entry.back)

    return writing.under_topics(title, entries, note, named=_title_as_heading)


def _title_as_heading(level: int, name: str) -> str:
    return writing.heading(level, name) if level == 1 else writing.remark(level, name)
