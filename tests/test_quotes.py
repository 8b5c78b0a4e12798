"""Quotes on paper: what opens, what closes, what is something else, in each language; and never in code."""

from __future__ import annotations

import pytest

from generator import quotes

# What an author types, and what English paper has.
ENGLISH = [
    ('Python has "batteries included".', "Python has “batteries included”."),
    ('"All of it," she said, "is \'fine\'."', "“All of it,” she said, “is ‘fine’.”"),
    ("'He said \"no\"' and left", "‘He said “no”’ and left"),
    ('"\'Tis," he said', "“’Tis,” he said"),
    ("It's the model's `x`, the dogs' and the 1990's", "It’s the model’s `x`, the dogs’ and the 1990’s"),
    ("'tis the season, '90s rock 'n' roll, get 'em", "’tis the season, ’90s rock ’n’ roll, get ’em"),
    ("the class of '68", "the class of ’68"),
    ("He is 5'10\" tall, a 3.5\" disk, 6' wide", "He is 5′10″ tall, a 3.5″ disk, 6′ wide"),
    ("48°51'24\" north", "48°51′24″ north"),
    ("1'000'000 rows", "1’000’000 rows"),
    ('("in brackets") ["and these"] -"so"', '(“in brackets”) ["and these"] -“so”'),
    ('either/"or" and dash—"here"—too', "either/“or” and dash—“here”—too"),
    ('"one"; "two": "three"?', "“one”; “two”: “three”?"),
    ('"version 2" and "room 6"', "“version 2” and “room 6”"),
    ("'room 6' and 'x'", "‘room 6’ and ‘x’"),
    ('"Mixed “curly” and straight"', "“Mixed “curly” and straight”"),
    ('a paragraph "that goes on', "a paragraph “that goes on"),
    ('that ended here."', "that ended here.”"),
    ('the "..." argument, \',\' and (";")', "the “...” argument, ‘,’ and (“;”)"),
    # An author's own signs stay.
    ("“It’s” ‘so’ «here»", "“It’s” ‘so’ «here»"),
    ("-- and --- and ... stay", "-- and --- and ... stay"),
]
# Nothing of these changes: they are no quotes, or code that nobody has marked.
LEFT = [
    'the " sign, \' and "',
    "use ' or \" for it",
    "an empty \"\" or ''",
    'print("hello") and d.get(\'key\', "x")',
    "<a lang=\"en\"> or x = 'y'",
    "[\"a\", 'b'] and {\"key\": 'value'}",
    "[2, '12', true] and {animal:\"sloth\"}",
    "'Hi John'",
    "b'bytes' and f\"{x}\"",
    "https://example.org/it's/here",
    'a """docstring"""',
    "\\\" and \\'",
    '( " )',
    '"\'"',
    "",
]
LANGUAGES = [
    ("de", "\"Ja\", sagt er, \"das 'Ding' geht's\"", "„Ja“, sagt er, „das ‚Ding‘ geht’s“"),
    ("de-CH", "\"Das 'Ding'\"", "«Das ‹Ding›»"),
    ("de-AT", '"Ja"', "„Ja“"),
    ("fr", "L'ORM dit \"oui 'peut-être'\" aujourd'hui", "L’ORM dit «\u202foui “peut-être”\u202f» aujourd’hui"),
    ("fr", "le mot 'oui'", "le mot «\u202foui\u202f»"),
    ("es", "¿\"Sí\"? «dice 'no'»", "¿«Sí»? «dice “no”»"),
    ("it", "l'\"oggetto\" dell'insieme", "l’«oggetto» dell’insieme"),
    ("pt", '"sim"', "“sim”"), ("pt-PT", '"sim"', "«sim»"), ("nl", "'s ochtends, 't \"ding\"", "’s ochtends, ’t “ding”"),
    ("pl", '"tak \'nie\'"', "„tak «nie»”"),
    ("ru", "\"да 'нет'\" и \"к\"", "«да „нет“» и «к»"), ("uk", "об'єкт \"п'ять\"", "об’єкт «п’ять»"),
    ("tr", "Python'da \"evet\"", "Python’da “evet”"), ("sv", '"ja"', "”ja”"),
    ("zh", '他说"你好"了', "他说“你好”了"), ("zh-TW", '他說"你好"了', "他說「你好」了"),
    ("ja", '彼は"はい"と言う「そう」', "彼は「はい」と言う「そう」"), ("ko", '"예"라고', "“예”라고"),
    ("he", 'צה"ל ו"שלום" צ\'יפס', 'צה"ל ו”שלום” צ\'יפס'), ("he", '"דו"ח טוב" ומנכ"לית', '”דו"ח טוב” ומנכ"לית'),
    ("fi", '"Ubuntu"ssa', "”Ubuntu”ssa"), ("en", '“he "says" it”', "“he ‘says’ it”"),
    ("ru", '«он "да" и»', "«он „да“ и»"),
    ("he", 'אמר "שלום" לו, ד״ר', "אמר ”שלום” לו, ד״ר"),
    ("ar", 'قال "نعم" له', "قال «نعم» له"), ("hi", '"हाँ" कहा', "“हाँ” कहा"), ("tlh", '"a"', "“a”"), ("", '"a"', "“a”"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "printed"), ENGLISH)
def test_quotes_in_english(typed: str, printed: str) -> None:
    assert quotes.in_text(typed, "en") == printed


@pytest.mark.parametrize("typed", LEFT)
def test_what_is_no_quote_stays(typed: str) -> None:
    assert quotes.in_text(typed, "en") == typed


@pytest.mark.parametrize(("lang", "typed", "printed"), LANGUAGES)
def test_each_language_has_its_own(lang: str, typed: str, printed: str) -> None:
    assert quotes.in_text(typed, lang) == printed
