"""The print pack: notes that were understood as PDFs, and what could not be printed as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generator import card_report, no_glyph, outputs, paper_quotes, pictures, scripts
from generator.model import Artifact, DeckInfo, Problem, RenderedNote, Target
from generator.outcome import CardsMade
from generator.understanding import Understood
from generator.watch import Watch

if TYPE_CHECKING:
    from generator.print_model import Sheet


@dataclass(frozen=True, slots=True)
class Pack:
    """The PDFs of the products asked for, problems of what they could not show, and how the cards came out."""

    artifacts: tuple[Artifact, ...]
    problems: tuple[Problem, ...]
    cards: CardsMade | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """Notes as paper shows them, the sheets that are made of them, and problems of their pictures."""

    notes: tuple[RenderedNote, ...]
    sheets: tuple[Sheet, ...]
    problems: tuple[Problem, ...]


def made(products: Sequence[str], understood: Understood, info: DeckInfo, jobs: int, watch: Watch) -> Pack:
    """The pack, printed by up to `jobs` processes. Raises `PangoMissing` and `LayoutFailed` as the press does."""
    cache = outputs.PageCache.below(understood.project.out)
    ready = prepared(products, understood, info, cache, watch)
    with watch.step("print"):
        from generator import press, sheets

        printed = press.print_all(ready.sheets, cache, jobs, watch.advanced)
        cache.prune()
    artifacts = tuple(
        Artifact(f"{info.slug}-{sheet.product}.pdf", one.data) for sheet, one in zip(ready.sheets, printed, strict=True)
    )
    fronts = {sheets.faces_of(note)[0]: note.identified for note in ready.notes}
    cards = next(
        (
            card_report.made(one.cards, one.sheets, one.left_off, one.fits, fronts)
            for sheet, one in zip(ready.sheets, printed, strict=True)
            if sheet.product == "cards"
        ),
        None,
    )
    missing = {*"".join(one.missing for one in printed)}
    return Pack(artifacts, (*ready.problems, *_unprinted(missing, understood)), cards)


def prepared(
    products: Sequence[str], understood: Understood, info: DeckInfo, cache: outputs.PageCache, watch: Watch
) -> Prepared:
    """All that is printed, before anything is laid out. `cache` keeps what was found out about pictures."""
    with watch.step("render for paper"):
        from generator.render import rendered

        found = rendered(understood.answered, understood.media, Target.PAPER)
        notes, broken = pictures.for_paper([_in_its_language(note) for note in found], cache)
        settings = understood.project.config.print
        info, notes = paper_quotes.for_paper(info, notes, settings.quotes)
    with watch.step("lay out"):
        from generator import sheets

        every = tuple(sheets.MAKERS[product](info, notes, settings) for product in products)
    problems = pictures.problems(broken, [note.note for note in understood.answered], understood.media)
    return Prepared(tuple(notes), every, tuple(problems))


def _in_its_language(note: RenderedNote) -> RenderedNote:
    """The note in the language that its letters show, for fonts and hyphens follow it."""
    written = note.identified.note
    found = scripts.language(f"{written.question_text} {written.answer_text}", written.lang)
    if found == written.lang:
        return note
    return replace(note, identified=replace(note.identified, note=replace(written, lang=found)))


def _unprinted(missing: set[str], understood: Understood) -> Iterable[Problem]:
    """The problems of characters that no font has."""
    found = understood.project
    chosen = (source for source in found.sources if source.name in found.chosen) if missing else ()
    texts = {source.name: source.data.decode("utf-8", "replace").splitlines() for source in chosen}
    return no_glyph.problems("".join(sorted(missing)), [note.note for note in understood.answered], texts)
