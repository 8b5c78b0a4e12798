"""What the tests of cards share: notes from Markdown, decks from notes, a real Anki collection, a real Chromium."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.models import NotetypeId
from anki.notes import Note as AnkiNote
from anki.notes import NoteId

from generator import anki
from generator.model import (
    NO_MEDIA,
    Basic,
    Body,
    Choice,
    Cloze,
    DeckInfo,
    Defaults,
    Identified,
    Kind,
    MediaMap,
    Node,
    Nodes,
    Note,
    Option,
    RenderedNote,
    Reversed,
    Source,
    Span,
    Target,
)  # fmt: skip
from generator.reading import blocks, read
from generator.render import render

TYPES = anki.NoteTypeIds(1_100_000_000_512, 1_200_000_001_024)
INFO = DeckInfo("Django", "django", "0123456789abcdef01234567", "Questions <and> answers")
MOD = 1_700_000_000


def tree(markdown: str) -> Nodes:
    """The top nodes of a Markdown text."""
    return blocks.parse(markdown).children


def basic(question: str, answer: str, **more: Any) -> Note:
    """A basic note; footnotes are taken out of the answer, as reading does."""
    return _note(Basic(tree(question), tree(answer)), question, answer, more)


def reversed_note(question: str, answer: str, **more: Any) -> Note:
    """A note asked both ways."""
    return _note(Reversed(tree(question), tree(answer)), question, answer, more)


def choice(question: str, options: Sequence[tuple[str, bool]], explanation: str = "", **more: Any) -> Note:
    """A multiple-choice note from (Markdown, whether it is right)."""
    found = tuple(Option(tree(text), right) for text, right in options)
    return _note(Choice(tree(question), found, tree(explanation)), question, explanation, more)


def cloze_note(text: str, extra: str = "") -> Note:
    """The note of a text with deletions, as reading makes it."""
    (note,) = read(Source("cards.md", f"# Django\n\n## {text}\n\n{extra}\n".encode(), Defaults("Django"))).notes
    assert isinstance(note.body, Cloze)
    return note


def _note(body: Body, question: str, answer: str, more: dict[str, Any]) -> Note:
    footnotes = tuple(node for node in (*tree(question), *tree(answer)) if node.kind is Kind.FOOTNOTE)
    hint = tree(more.pop("hint", ""))
    defaults: dict[str, Any] = {"deck": ("Django",), "footnotes": footnotes, "hint": hint}
    return Note(
        body, Span("cards.md", 1, 2), question, answer, question, answer, "test", "test", **(defaults | more)
    )  # fmt: skip


def identified(note: Note, mod: int = MOD) -> Identified:
    """The note with an identity that hangs on its question alone."""
    digest = hashlib.sha256(note.question_source.encode()).digest()
    nid = 1_000_000_000_000 + int.from_bytes(digest[:5], "big") % 1_000_000_000 * 512
    return Identified(note, digest.hex()[:6], digest.hex()[:20], nid, mod)


def rendered(note: Note, mod: int = MOD, media: MediaMap = NO_MEDIA) -> RenderedNote:
    """The note identified and rendered for Anki."""
    return RenderedNote(identified(note, mod), render(note, media, Target.ANKI))


def deck(notes: Sequence[RenderedNote], info: DeckInfo = INFO, types: anki.NoteTypeIds = TYPES) -> bytes:
    """The package of these notes."""
    return anki.package(info, notes, types)


def touched(note: RenderedNote, **more: Any) -> RenderedNote:
    """The note with other identity fields."""
    return replace(note, identified=replace(note.identified, **more))


# --- real Anki ----------------------------------------------------------------------------------------------------


@contextmanager
def collection() -> Iterator[Collection]:
    """A fresh collection of the real library."""
    folder = Path(tempfile.mkdtemp())
    opened = Collection(str(folder / "collection.anki2"))
    try:
        yield opened
    finally:
        opened.close()
        shutil.rmtree(folder)


def import_deck(opened: Collection, package: bytes, **options: Any) -> dict[str, int]:
    """Import a package with Anki's default options or others: how many notes fared in which way, zeros left out."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.apkg"
        path.write_bytes(package)
        request = ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions(**options))
        log = opened.import_anki_package(request).log
    opened.models._clear_cache()  # the library's Python side doesn't notice what an import changes
    counts = {field.name: len(value) for field, value in log.ListFields() if hasattr(value, "__len__")}
    return {name: count for name, count in counts.items() if count}


def rows(opened: Collection, sql: str) -> list[Any]:
    """What a query finds in the collection's database."""
    assert opened.db is not None
    return opened.db.all(sql)


def note_of(opened: Collection, note: RenderedNote) -> AnkiNote:
    """The note as the learner has it."""
    return opened.get_note(NoteId(note.identified.nid))


def note_type(opened: Collection, ident: int) -> dict[str, Any]:
    """One of the collection's note types, as Anki's own dictionary."""
    found = opened.models.get(NotetypeId(ident))
    assert found is not None
    return found


def sides(opened: Collection) -> list[tuple[str, str]]:
    """Front and back of every card as Anki renders them, style sheet included, in the order of the deck."""
    cards = [opened.get_card(card) for card in opened.find_cards("", order="c.due, c.ord")]
    return [(card.question(), card.answer()) for card in cards]


# --- real Chromium ------------------------------------------------------------------------------------------------

# The base style of Anki's reviewer, which every card's own sheet comes after.
REVIEWER_CSS = """
body { margin: 20px; overflow-wrap: break-word; background-color: #fff; }
body.nightMode { background-color: #2c2c2c; color: #fcfcfc; }
img { max-width: 100%; max-height: 95vh; } li, pre { text-align: start; } hr { background-color: #ccc; margin: 1em; }
"""


def card_page(side: str, *, night: bool = False) -> str:
    """One side of a card as a page of its own, with the reviewer's base style and classes."""
    style = "nightMode night_mode" if night else ""
    return (
        f'<!doctype html><html class="linux chrome {"night-mode" if night else ""}"><head><meta charset="utf-8">'
        f'<style>{REVIEWER_CSS}</style></head><body class="card card1 isLin fancy {style}">'
        f'<div id="qa" dir="auto">{side}</div></body></html>'
    )


def chromium(*arguments: str, timeout: float = 60) -> str:
    """Run headless Chromium with nothing of its own to say to any network; returns its standard output."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
    if program is None:
        raise AssertionError("Chromium is needed to look at cards: install Debian's package `chromium`.")
    with tempfile.TemporaryDirectory() as profile:
        command = [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
            "--allow-file-access-from-files", f"--user-data-dir={profile}", *arguments,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=True)
    return done.stdout


def top_nodes(note: Note) -> list[Node]:
    """All nodes of a note."""
    return [node for top in note.trees() for node in top.walk()]
