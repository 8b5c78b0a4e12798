"""Labels of questions and answers at the beginning of a line: `Q:`, `**Question 3.**`, `A1)`, `Ответ —`, `【答】`.

Words are understood in all languages at once. A letter means something only beside its counterpart (`P:` and `R:`), so
each label says which letter it is, and who reads a file decides which letters it is written with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from generator.reading import answers
from generator.reading.excerpts import Line

# The letters that go together, those first that mean nothing else; a capital letter but for these.
LETTERS: tuple[tuple[str, str], ...] = (
    ("q", "a"), ("q", "r"), ("f", "a"), ("p", "r"), ("d", "r"), ("в", "о"), ("п", "в"), ("p", "o"), ("v", "a"),
    ("f", "s"), ("s", "c"), ("s", "s"), ("k", "v"), ("t", "j"), ("h", "đ"), ("ε", "α"), ("س", "ج"), ("ש", "ת"),
)  # fmt: skip
_ASKS = (
    r"question|quest|ques|que(?=[ \t.\-]*\d|[.:])|frage|(?:pre|per)gunta|quest[ãa]o|domanda"
    r"|вопрос|[зп]апитання|питання|въпрос|pitanje|vraag|pytanie|fråga|spørgsmål|spørsmål|soru|otázka|kérdés|întrebare"
    r"|kysymys|klausimas|jautājums|küsimus|vprašanje|spurning|сұрақ|асуулт|пытанне|savol|sual"
    r"|ερώτηση|câu[ ]hỏi|câu(?=[ \t]*\d)|hỏi|pertanyaan|tanya|soal|प्रश्न|প্রশ্ন|(?:ال)?سؤال|سوال|پرسش|שאלה"
    r"|คำถาม|ถาม|第[ \t]*[\d一二三四五六七八九十]{1,3}[ \t]*[题題问問]|[问問][题題]?|题目|提问|質問|질문|문제?"
    r"|follow[- ]?up(?:[- ]?(?:question|q))?|追[问問]|folgefrage|доп(?:олнительный|\.)?[ ]вопрос"
)
_TOLD = (
    r"(?:(?:sample|model|expected|suggested|ideal|short|my|your|final|correct|the)[ \t]+){1,2}answers?"
    rf"|{answers.ANSWER}|sol(?=[.:])|solution|response|lösung|solución|solução|soluzione|решение|odp|(?:参考|參考)?(?:解答|解决方案)"
)
# A card's two sides, whose names mean much else where only one of them stands.
_SIDES = (("front", "back"), ("term", "definition"), ("vorderseite", "rückseite"), ("anverso", "reverso"))
_LEAD = r"(?P<lead>[ \t]*+(?:>[ \t]*+)*+(?:(?:[-*+•]|\d+[.)])[ \t]++)?(?:\[[ xX]\][ \t]++)?(?:#{1,6}[ \t]++)?)"
_EMOJI = r"(?:[\u2190-\u2bff\U0001f000-\U0001faff\ufe0f\u200d]{1,6}[ \t]*+)?"
_MARK = r"(?:[*_]{1,3}|</?(?:b|strong|em|i|u)>)"
_NUMBER = (
    r"(?:(?:[ \t]*(?:n[o°º]\.?|nr\.?|№|\#)[ \t]*|[.\-]|[ \t]*\(?)"
    r"(?P<number>\d{1,4}(?:\.\d{1,3})*[a-z]?(?:-[a-z]{1,3}\d+)?(?!\w)|[一二三四五六七八九十]{1,3}(?!\w))\)?"
    r"(?:[ \t]*(?:of|/|de|von)[ \t]*\d{1,4})?)?"
)
_ASIDE = r"(?:[(（\[][^()（）\[\]]{1,30}[)）\]][ \t]*|[-–—][ \t]*(?:topic|part|section|level)[ \t]*\d+(?!\w)[ \t]*)?"
_SIGN = r"(?P<sign>\\?[:：](?![:：])[-–=]?>?|\\?[.)．、]|[-–—]+>?|=+>|→|➡️?|!(?=[ \t]))?"
_QUESTION_LETTERS = "".join(sorted({ask for ask, _ in LETTERS} - {"q"}))
_ANSWER_LETTERS = "".join(sorted({told for _, told in LETTERS} - {"a"}))


def _shape(words: str, small: str, capitals: str) -> re.Pattern[str]:
    letter = rf"(?P<letter>[{small}]|(?-i:[{capitals.upper()}]))"
    return re.compile(
        rf"{_LEAD}{_EMOJI}(?P<open>{_MARK})?{_EMOJI}(?:\d+\\?[.)][ \t]*+)?(?P<bracket>[【\[(（])?"
        rf"(?P<label>{words}|{letter})(?![^\W\d_])"
        rf"{_NUMBER}(?(bracket)[】\])）])[ \t]*(?P<inner>{_MARK})?[ \t]*{_ASIDE}"
        rf"{_SIGN}(?P<close>{_MARK})?[ \t]*",
        re.IGNORECASE,
    )


_ASK = _shape("|".join([_ASKS, *(front for front, _ in _SIDES)]), "qｑ", _QUESTION_LETTERS)
_TELL = _shape("|".join([_TOLD, *(back for _, back in _SIDES)]), "aаａ", _ANSWER_LETTERS)
_SIDE = {name: sides for sides in _SIDES for name in sides}
# A line that goes on for longer than a label does, without what ends one.
_PROSE = re.compile(r"[ \t>]*+[^:：.)．、\]】）=→➡!\-–—\d一二三四五六七八九十]{70}")
_BESIDE = re.compile(
    rf"(?:[ \t]+|<br\s*/?>[ \t]*){_MARK}?(?:{_TOLD}|(?P<letter>(?-i:[A{_ANSWER_LETTERS.upper()}])))\d*{_MARK}?"
    rf"[:：]{_MARK}?[ \t]*",
    re.IGNORECASE,
)
_PARTS = ".)．、"
_ARROWS = "-–—=→➡"


# Letters that look like those that are meant: Cyrillic, full-width.
_SAME = {"а": "a", "ａ": "a", "ｑ": "q"}


class Label(NamedTuple):
    """A label in front of a line, `length` characters long with all before it.

    `lead` is what stands before it: marks of quotes and lists, an indentation. `letter` is the label where it is one.
    `opened` is a mark of emphasis that goes on behind it. `bare` says that nothing but a space parts its number from
    what follows (`Q3 text`), `alone` that nothing follows. `sign` is the punctuation behind it.
    """

    word: str
    letter: str
    number: str
    lead: str
    opened: str
    sign: str
    length: int
    bare: bool
    alone: bool

    @property
    def side(self) -> tuple[str, str] | None:
        """The card's sides, if it names one of them."""
        return _SIDE.get(self.word)

    @property
    def quotes(self) -> int:
        """How many quotes it stands in."""
        return self.lead.count(">")


class Marks(NamedTuple):
    """What a line begins with: the label of a question, or that of an answer, or both readings of the same letter."""

    ask: Label | None
    tell: Label | None


def found(lines: Sequence[Line]) -> dict[int, Marks]:
    """The labels of a file by the places of their lines; none in code."""
    every: dict[int, Marks] = {}
    for place, line in enumerate(lines):
        if line.text and not line.code and not _PROSE.match(line.text):
            marks = Marks(_label(_ASK, line.text), _label(_TELL, line.text))
            if any(marks):
                every[place] = marks
    return every


def used(marks: Iterable[Marks]) -> list[tuple[str, str]]:
    """The pairs of letters of which a file uses the one that asks, the common one in any case."""
    own = {mark.ask.letter for mark in marks if mark.ask}
    return [pair for place, pair in enumerate(LETTERS) if place == 0 or pair[0] in own]


def may_ask(text: str) -> bool:
    """Whether a line begins with the label of a question; it may stand in code."""
    return bool(text) and not _PROSE.match(text) and _label(_ASK, text) is not None


def told_beside(text: str, letters: tuple[str, str]) -> re.Match[str] | None:
    """Where in a question's line its answer begins: `… ? A: …`, `…<br>**Answer:** …`."""
    for match in _BESIDE.finditer(text):
        letter = _letter(match)
        before = text[: match.start()].rstrip(" \t*_")[-1:]
        if letter in ("", letters[1]) and (not letter or not before.isalnum()):
            return match
    return None


def _label(shape: re.Pattern[str], text: str) -> Label | None:
    match = shape.match(text)
    if not match or not _is_label(match, text):
        return None
    opened = (match["open"] or "") if not match["inner"] and not match["close"] else ""
    alone = match.end() == len(text)
    bare = match["sign"] is None and not match["bracket"] and not alone
    word, number, sign = match["label"].lower(), match["number"] or "", (match["sign"] or "").lstrip("\\")
    return Label(word, _letter(match), number, match["lead"], opened, sign, match.end(), bare, alone)


def _letter(match: re.Match[str]) -> str:
    letter = (match["letter"] or "").lower()
    return _SAME.get(letter, letter)


def _is_label(match: re.Match[str], text: str) -> bool:
    """Whether what looks like a label is one, by the sign behind it."""
    sign, number, letter = (match["sign"] or "").lstrip("\\"), match["number"], match["letter"]
    if not sign:
        if match["bracket"] not in (None, "(", "（"):
            return True
        if match.end() < len(text):
            return bool(number) and text[match.end() - 1] in " \t"
        marked = match["open"] or "#" in match["lead"] or match.re is _TELL
        return bool(number) or (bool(marked) and not letter)
    following = text[match.end("sign") :]
    spaced = not following or not following[0].isalnum()
    if sign[0] in _PARTS:
        return not following[:1].isdigit() and (bool(number) or spaced)
    if sign[0] in _ARROWS:
        return bool(number) or (spaced and not letter)
    return sign[0] in ":：" or bool(letter)
