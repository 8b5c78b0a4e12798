"""The words that we put on paper and on cards ourselves: each language has them all, and sheets say no others."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields, replace

import pytest

from generator import resources, sheets, wording
from generator.model import Target
from generator.print_settings import PrintSettings, QuizSettings
from generator.render import render
from tests.print_support import choice_note, deck_info, simple_notes
from tests.reading_support import read

LANGUAGES = tomllib.loads(resources.text("words.toml"))
EXPECTED = {
    *("en", "de", "fr", "es", "pt", "it", "nl", "pl", "ru", "uk", "tr", "vi", "zh", "zh-Hant", "ja", "ko", "ar"),
    *("he", "hi"),
}


def test_the_languages_are_these() -> None:
    assert set(LANGUAGES) == EXPECTED


@pytest.mark.parametrize("lang", sorted(EXPECTED))
def test_a_language_has_all_words_and_a_place_for_what_each_speaks_of(lang: str) -> None:
    wanted = {field.name for field in fields(wording.Words)} - {"question"}
    assert set(LANGUAGES[lang]) - {"question"} == wanted
    for name, words in LANGUAGES[lang].items():
        assert words.count("{}") == LANGUAGES["en"][name].count("{}"), name
        assert words.strip() and (words == words.strip() or name == "hint"), name
        assert not re.search(r"['\"]| [:;!?]|--", words), name


@pytest.mark.parametrize(
    ("lang", "table"),
    [
        ("en", "en"), ("en-GB", "en"), ("", "en"), ("tlh", "en"), ("de-AT", "de"), ("pt-BR", "pt"), ("PT_br", "pt"),
        ("zh", "zh"), ("zh-CN", "zh"), ("zh-TW", "zh-Hant"), ("zh-Hant-HK", "zh-Hant"), ("zh-Hans-HK", "zh"),
        ("zh_HK", "zh-Hant"), ("deu", "en"),
    ],
)  # fmt: skip
def test_a_tag_finds_its_table(lang: str, table: str) -> None:
    assert wording.of(lang).contents == LANGUAGES[table]["contents"]


@pytest.mark.parametrize(
    ("lang", "one", "many"),
    [
        ("en", "1 question", "2 questions"), ("de", "1 Frage", "2 Fragen"), ("ru", "Вопросов: 1", "Вопросов: 2"),
        ("tr", "1 soru", "2 soru"), ("ja", "全1問", "全2問"),
    ],
)  # fmt: skip
def test_numbers_need_no_other_forms(lang: str, one: str, many: str) -> None:
    assert (wording.of(lang).count(1), wording.of(lang).count(2)) == (one, many)


def text(product: str, lang: str, notes: int = 90) -> str:
    """All words of a product, shuffled, of a deck in this language."""
    found = [*simple_notes(notes), *simple_notes(2, "Zwei", "z")]
    found = [replace(note, html=replace(note.html, hint="Rot.")) for note in found]
    settings = PrintSettings(quiz=QuizSettings(shuffle=True, seed=7))
    sheet = sheets.MAKERS[product](deck_info(lang=lang), found, settings)
    html = " ".join(part.html for part in sheet.signatures) + " ".join(mark.title for mark in sheet.outline)
    shown = re.sub(r"<style>.*?</style>|<title>.*?</title>|0123456789(?:/ ·)?|<[^>]*>", "", html, flags=re.DOTALL)
    return re.sub(r"What is.*?\d+\?|It is\s\d+\.|\bA\slead\.", "", shown)


@pytest.mark.parametrize(
    ("product", "words"),
    [
        ("study", ["Inhalt", "262 Fragen · 2 Themen", "Tipp: Rot."]),
        ("cheat", ["Spickzettel · Kurzfassungen", "Topic (Forts.)"]),
        ("quiz", ["The awkward squad: Quiz", "squad: Lösungen", "Gemischt, Startwert 7", "Lösungen", "Name", "Datum",
                  "Punkte", "von", "S.&nbsp;"]),
        ("cards", ["Tipp: Rot."]),
    ],
)  # fmt: skip
def test_sheets_speak_the_decks_language(product: str, words: list[str]) -> None:
    said = text(product, "de", 260)
    for word in words:
        assert word in said
    ours = {value.replace("{}", "").strip(" ,.:") for name, value in LANGUAGES["en"].items() if name != "of"}
    german = {value.replace("{}", "").strip(" ,.:()") for value in LANGUAGES["de"].values()}
    left = [word for word in ours - german if re.search(rf"\b{re.escape(word)}\b", said)]
    assert left == []


def test_what_runs_from_right_to_left_says_so() -> None:
    html = " ".join(
        part.html for part in sheets.quiz(deck_info(lang="he"), simple_notes(3), PrintSettings()).signatures
    )
    assert '<p class="who" dir="rtl">שם <span>' in html and '<h1 dir="rtl">תשובות</h1>' in html


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "Choose two."), ("", "Choose two."), ("de", "Richtige Antworten: 2"),
        ("fr-CA", "Bonnes réponses\u00a0: 2"),
        ("zh-TW", "請選 2 項。"), ("tlh", "✓ = 2"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("target", Target)
def test_a_choice_says_how_many_in_the_notes_language(target: Target, lang: str, told: str) -> None:
    note = replace(choice_note("Which?", "a", "b", "c", right=(0, 2)).identified.note, lang=lang)
    assert f'<p class="choose">{told}</p>' in render(note, {}, target).question


@pytest.mark.parametrize(
    ("lang", "callout", "title"),
    [
        ("en", "> [!WARNING]\n> Hot.", "Warning"), ("de", "> [!WARNING]\n> Hot.", "Warnung"),
        ("de", "> [!warning] Heiß\n> Hot.", "Heiß"), ("de", "> [!faq]\n> Hot.", "Faq"),
        ("es", "> [!tip]\n> Hot.", "Consejo"),
        ("tlh", "> [!NOTE]\n> Hot.", "Note"),
    ],
)  # fmt: skip
def test_a_callout_without_a_title_has_one_in_the_notes_language(lang: str, callout: str, title: str) -> None:
    (note,) = read(f"## What?\n\nThis:\n\n{callout}\n").notes
    assert f'<p class="callout-title">{title}</p>' in render(replace(note, lang=lang), {}, Target.ANKI).answer
