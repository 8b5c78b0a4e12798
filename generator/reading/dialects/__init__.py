"""The dialects that Deckpress reads: to add one, write a file with NAME, is_possible and read, and its line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from generator.reading.dialects import (
    ankcompiler,
    ankdown,
    anki_decks,
    bold,
    callouts,
    checklist,
    details,
    fenced,
    flashcards,
    glossary,
    hashcards,
    headings,
    inka,
    lists,
    logseq,
    md2anki,
    mdanki,
    obsidian_to_anki,
    prefixes,
    quiz,
    spaced_repetition,
    tagged_headings,
    tool_writers,
)
from generator.reading.document import Document
from generator.reading.notes import Reading
from generator.reading.writing import Write


class Dialect(NamedTuple):
    """A way of writing questions and answers.

    `is_possible` looks quickly whether anything of it is in a file. `tool` says that it is one flashcard program's own:
    a file that has cards of it is written for that program, and what is no card there is none. `write` is the way back,
    `toml` says that the program's front matter is TOML.
    """

    name: str
    is_possible: Callable[[Document], bool]
    read: Callable[[Document], Reading]
    write: Write
    tool: bool = False
    toml: bool = False


DIALECTS: tuple[Dialect, ...] = (
    Dialect(headings.NAME, headings.is_possible, headings.read, headings.write),
    Dialect(details.NAME, details.is_possible, details.read, details.write),
    Dialect(callouts.NAME, callouts.is_possible, callouts.read, callouts.write),
    Dialect(prefixes.NAME, prefixes.is_possible, prefixes.read, prefixes.write),
    Dialect(bold.NAME, bold.is_possible, bold.read, bold.write),
    Dialect(lists.NAME, lists.is_possible, lists.read, lists.write),
    Dialect(glossary.NAME, glossary.is_possible, glossary.read, glossary.write),
    Dialect(checklist.NAME, checklist.is_possible, checklist.read, checklist.write),
    Dialect(fenced.NAME, fenced.is_possible, fenced.read, fenced.write),
    Dialect(quiz.NAME, quiz.is_possible, quiz.read, quiz.write),
    Dialect(
        tagged_headings.NAME, tagged_headings.is_possible, tagged_headings.read, tool_writers.tagged_headings, tool=True
    ),
    Dialect(logseq.NAME, logseq.is_possible, logseq.read, tool_writers.logseq, tool=True),
    Dialect(flashcards.NAME, flashcards.is_possible, flashcards.read, tool_writers.flashcards, tool=True),
    Dialect(hashcards.NAME, hashcards.is_possible, hashcards.read, tool_writers.hashcards, tool=True, toml=True),
    Dialect(inka.NAME, inka.is_possible, inka.read, tool_writers.inka, tool=True),
    Dialect(ankcompiler.NAME, ankcompiler.is_possible, ankcompiler.read, tool_writers.ankcompiler, tool=True),
    Dialect(md2anki.NAME, md2anki.is_possible, md2anki.read, tool_writers.md2anki, tool=True),
    Dialect(anki_decks.NAME, anki_decks.is_possible, anki_decks.read, tool_writers.anki_decks, tool=True),
    Dialect(mdanki.NAME, mdanki.is_possible, mdanki.read, tool_writers.mdanki, tool=True),
    Dialect(ankdown.NAME, ankdown.is_possible, ankdown.read, tool_writers.ankdown, tool=True),
    Dialect(
        obsidian_to_anki.NAME,
        obsidian_to_anki.is_possible,
        obsidian_to_anki.read,
        tool_writers.obsidian_to_anki,
        tool=True,
    ),
    Dialect(
        spaced_repetition.NAME,
        spaced_repetition.is_possible,
        spaced_repetition.read,
        tool_writers.spaced_repetition,
        tool=True,
    ),
)
