"""What a language asks for on paper: hyphens, quotes, shapes of signs, and where its lines may end."""

from __future__ import annotations

import re

import pytest

from generator import fragments, long_words, press, sheets
from generator.print_settings import PrintSettings
from tests.print_support import Book, deck_info, identified, read, with_note

LONG = {
    "de": "Wiederherstellungsmechanismen und Transaktionsverarbeitungsgeschwindigkeiten werden berücksichtigt. ",
    "fr": "Indépendamment des applications utilisatrices, particulièrement lorsqu’elles fonctionnent. ",
    "es": "Independientemente de las aplicaciones, la integridad referencial funciona simultáneamente. ",
    "ru": "Непротиворечивость обеспечивается независимо от приложений, функционирующих одновременно. ",
    "nl": "Databasebeheersystemen garanderen gegevensintegriteit onafhankelijk van toepassingsprogramma’s. ",
    "pl": "Systemy gwarantują integralność referencyjną niezależnie od funkcjonowania przedsiębiorstwa. ",
    "en": "Simultaneously functioning administrative infrastructures guarantee referential integrity. ",
}


def printed(lang: str, text: str, product: str = "study") -> Book:
    notes = [with_note(identified(note), lang=lang) for note in read(f"# T\n\n## What?\n\n{text}\n")]
    return Book(
        press.print_sheet(
            sheets.MAKERS[product](deck_info(lang=lang), notes, PrintSettings()), press.MemoryCache(), jobs=1
        )
    )


def hyphened(book: Book) -> list[str]:
    """The words of the last page that are hyphenated, joined by a bar."""
    text = book.reader[len(book.reader) - 1].get_textpage().get_text_range()
    return [f"{a}|{b}" for a, b in re.findall(r"(\w+)[\ufffe\u2010\u00ad](?:\r\n)?(\w+)", text)]


@pytest.mark.parametrize("lang", LONG)
def test_words_are_hyphenated_in_their_language(lang: str) -> None:
    found = hyphened(printed(lang, LONG[lang] * 6))
    assert found
    for word in found:
        first, second = word.split("|")
        assert len(first) >= 3 and len(second) >= 3
        assert (first + second).casefold() in LONG[lang].casefold()


def test_a_language_that_nobody_knows_is_not_hyphenated() -> None:
    assert hyphened(printed("tlh", LONG["en"] * 6)) == []


def test_german_breaks_where_german_does() -> None:
    places = {word.replace("|", "-") for word in hyphened(printed("de", LONG["de"] * 9))}
    good = {
        "Wie-der-her-stel-lungs-me-cha-nis-men",
        "Trans-ak-ti-ons-ver-ar-bei-tungs-ge-schwin-dig-kei-ten",
        "be-rück-sich-tigt",
    }
    for word in places:
        pattern = "-?".join(word.replace("-", ""))
        (parts,) = [one for one in good if re.fullmatch(pattern, one)]
        assert word.split("-")[0] in {"".join(parts.split("-")[:n]) for n in range(1, parts.count("-") + 1)}


@pytest.mark.parametrize(
    ("lang", "quoted"),
    [
        ("de", "„a ‚b‘“"),
        ("fr", "« a “b” »"),
        ("es", "«a “b”»"),
        ("ru", "«a „b“»"),
        ("en", "“a ‘b’”"),
        ("sv", "”a ’b’”"),
    ],
)
def test_quotes_are_those_of_the_language_and_what_is_written_stays(lang: str, quoted: str) -> None:
    text = printed(lang, "<q>a <q>b</q></q> and \"straight\" 'ones' stay.").texts[-1].replace("\N{NO-BREAK SPACE}", " ")
    assert quoted in text
    assert "\"straight\" 'ones'" in text


def test_one_sign_is_drawn_as_each_language_has_it() -> None:
    """Needs a font with the signs of Chinese and Japanese: `.ci/packages` installs Noto's."""

    def drawn(lang: str) -> bytes:
        book = printed(lang, "直骨刃海")
        (left, bottom, _, top) = next(book.starts(1, "直"))
        width, height = book.reader[1].get_size()
        image = book.reader[1].render(scale=4, crop=(left, bottom - 2, width - left - 45, height - top - 2))
        return bytes(image.to_pil().convert("L").tobytes())

    assert drawn("zh") != drawn("ja")
    assert drawn("ja") == drawn("ja")


def test_titles_are_in_the_language_of_their_script() -> None:
    (note,) = (identified(note) for note in read("# 数据库\n\n## 什么是索引？\n\n索引。\n"))
    front, inner = (signature.html for signature in sheets.study(deck_info(), [note]).signatures)
    assert front.count(' lang="zh"') == 2  # topic and question of the contents
    assert '<h1 lang="zh">' in inner
    assert '<p class="run-deck"><a' in front  # the deck's own language needs no word


def test_korean_lines_end_between_words() -> None:
    assert long_words.broken("<p>책의 색인과</p>") == "<p>책\N{WORD JOINER}의 색\N{WORD JOINER}인\N{WORD JOINER}과</p>"
    assert long_words.broken(f'<img alt="색인"><p>{"가" * 30}</p>') == f'<img alt="색인"><p>{"가" * 30}</p>'
    (block,) = fragments.blocks("<p>색인</p>")
    assert "\N{WORD JOINER}" in block.html
    text = "인덱스는 데이터베이스 검색 속도를 높이기 위한 자료 구조이다. 책의 색인과 같아서 금방 찾을 수 있다. " * 4
    book = printed("ko", text)
    lines = [line.strip() for line in book.texts[-1].split("\n") if re.search("[가-힣]{2}", line)]
    assert len(lines) > 3
    assert {word for line in lines for word in re.findall(r"[\w.]+", line)} <= {*text.split()}
    assert "\N{WORD JOINER}" not in book.texts[-1]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("zh", "这是一个很长的句子，用来检验换行时标点符号是否会出现在行首，例如：逗号、句号。" * 6),
        ("ja", "インデックスとは、検索を高速化するためのデータ構造です。「本」の（すぐに）索引。" * 6),
    ],
)
def test_no_line_begins_with_a_stop(lang: str, text: str) -> None:
    lines = [line.strip() for line in printed(lang, text).texts[-1].split("\n") if re.search("[一-龥ぁ-ん]{3}", line)]
    assert len(lines) > 3
    assert not [line for line in lines if line[0] in "，。：、；！？）」”"]
    assert not [line for line in lines[:-1] if line[-1] in "（「“"]


def test_thai_is_broken_between_words_and_hindi_between_spaces() -> None:
    thai = "ฐานข้อมูลคือชุดของข้อมูลที่จัดเก็บไว้อย่างเป็นระบบเพื่อให้สามารถค้นหาและเรียกใช้งานได้อย่างรวดเร็ว" * 3
    boxes = [*printed("th", thai).boxes(1)]
    assert max(right for _, _, right, _ in boxes if right) < 595 - 14 / 25.4 * 72 + 1
    hindi = "डेटाबेस संगठित सूचनाओं का एक संग्रह है, जिसे आसानी से खोजा, प्रबंधित और अद्यतन किया जा सकता है। " * 3
    book = printed("hi", hindi)
    assert max(right for _, _, right, _ in book.boxes(1)) < 595 - 14 / 25.4 * 72 + 1
