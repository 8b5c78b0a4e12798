"""Whether a line asks something: what people write as a question, with or without its mark."""

from __future__ import annotations

import re

MARKED = 1.0
OPENED = 0.5

# A mark after a word, at the end (level, stars and emoji may follow) or before the next sentence. `The ?. operator` and
# `the empty? method` don't ask. The marks: ASCII, full-width, Arabic, doubled; Spanish opens with one.
_MARK = re.compile(
    r"""[\w)\]}"'”’»`*%+$\#>…]\s?[?？؟⁇]+[!！]?
        (?=[^\w]*$|[^\w]*[(\[][^()\[\]]*[)\]][^\w]*$|\s+[A-ZÀ-ÞА-Я(])
      | [？؟¿]""",
    re.VERBOSE,
)
# Words that begin a question or a task put to a candidate. Only whole first words count, and words that begin titles as
# well ("List comprehensions", "State management", "Design patterns") count only with what makes them a task.
_OPENERS = re.compile(
    r"""[\W_]*(?:[\w\ +/-]{1,14}[\])][\W_]+)?(?:
      (?:what|which|who|whom|whose|when|where|why|how|what's|what’s|who's|how's|where's)\b
    | (?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|may|must)
      \s+(?:a|an|the|it|there|you|we|i|this|that|your|one)\b
    | (?:explain|describe|discuss|compare|contrast|define|differentiate|distinguish|elaborate|tell\s+(?:me|us))\s+\w
    | (?:list|name|give|state|mention|outline|write|implement|design|show|prove|suppose|consider|given)
      \s+(?:a|an|the|some|all|any|few|two|three|four|five|\d+|me|us|at\s+least|out|your|different|various|that|how|you
      |code|down)\b
    | give\s+examples?\b
    | (?:the\s+)?differences?\s+between\b
    | was\s+(?:ist|sind|bedeutet|macht|passiert|versteht)\b
    | wie\s+(?:viele?|lautet|lauten|funktionier\w+|groß|kann|könn\w+|wird|werden|unterscheid\w+|heiß\w+)\b
    | (?:wann|warum|wieso|welche[rsmn]?|wodurch|worin|erklären?|nennen?|beschreiben?|erläutern?)\b
    | (?:skizzieren|definieren|differenzieren|vergleichen|begründen|diskutieren|zeigen|geben|zeichnen|berechnen|leiten
      |formulieren|bestimmen|stellen|charakterisieren|unterscheiden)\s+sie\b
    | (?:che\s+cosa|cos['’]è|cosa\s+(?:è|sono|si)|qual(?:[ie]|\s+è)|perché|spiega(?:re)?|descriv(?:i|ere)|definisci)\b
    | (?:(?:para|por|de|en|con|a)\s+)?(?:qué|cuál|cuáles|cuánto|cuántos|cuántas)\b
    | (?:cómo|cuándo|dónde|quién|explica|explique|describa|defina)\b
    | (?:l[ae]s?\s|une?\s|die\s|der\s|as?\s)?(?:diferencias?|diferenças?|différences?|differenz[ae]|unterschiede?)
      \s+(?:entre|tra|fra|zwischen)\b
    | (?:o\s+que|qual|quais|por\s+que|para\s+que\s+serve|explique|descreva)\b
    | (?:qu'est|qu’est|quel(?:le)?s?|pourquoi|expliquez|décrivez)\b
    | (?:citez|définissez|énumérez|comparez|donnez|précisez|indiquez|nommez)\b
    | (?:enumere|mencione|diferencie|señale|indique)\b
    | comment\s+(?:est|sont|fonctionne|faire|on|les?|la)\b
    | (?:что|как|какой|какая|какие|какое|почему|зачем|когда|где|чем|кто|сколько|объясните|опишите|расскажите)\b
    | (?:разница\s+между|в\s+ч[её]м\s+\w+|для\s+чего|рассказать\s+(?:про|об?))\b
    | (?:поясните|перечислите|назовите|сформулируйте|укажите|раскройте|охарактеризуйте|сравните|докажите)\b
    | (?:приведите\s+примеры?|дайте\s+(?:определени|характеристик|понят)\w+)\b
    | (?:什么是|什么|为什么|如何|怎么|怎样|哪些|请|解释|简述|谈谈|说说|聊聊|讲讲|说一下|讲一下|列举|手写|何が|なぜ|どう)
    | (?:介绍|描述|实现(?!原理|方式|方法|思路|细节|机制|类))\w
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# How such a question or task ends where its verb comes last.
_ENDING = re.compile(
    r"""(?:的?(?:区别|差异|异同)|(?:是|有)(?:什么|哪些)|차이(?:점)?[은는이가]?|(?:란|이란|무엇인가)
    | (?:에\s대해서?|간략하게|간단히)\s설명(?=\W*$)
    | (?:설명|비교|서술|말씀|작성|구현)\s?(?:하시오|하세요|하라|하십시오|해\s?주(?:세요|십시오)|해\s?보세요|하여라)
    | (?:알려|말해|적어)\s?주(?:세요|십시오)|の?違い|(?:教えて|説明して|述べて)(?:ください|下さい)
    | (?:説明|列挙)せよ|(?:です|ます|ません|でしょう)か
    | (?:選択|作成|記述|選ん|答え)(?:して|で|て)?(?:ください|下さい))[\W_]*""",
    re.VERBOSE,
)


# Chinese asks without moving the word that asks; in longer sentences it may as well tell.
_WITHIN = re.compile(r"(?:什么|怎么|为何|如何|哪些|哪种|哪几|干嘛|是否)(?![^。；：:]*[。；：:])")
_LONGEST_ASKED = 40


def strength(text: str) -> float:
    """How surely the text asks: MARKED with a question mark, OPENED by its first words alone, else 0."""
    if _MARK.search(text):
        return MARKED
    return OPENED if opens(text) or _ends(text) else 0.0


def _ends(text: str) -> bool:
    """Whether the text ends as a task does, or holds a word that asks wherever it stands."""
    if len(text) <= _LONGEST_ASKED and _WITHIN.search(text):
        return True
    last = text.rstrip(" .。!！)")[-24:]  # behind a colon its answer would follow
    return (
        not last.isascii()
        and not last.endswith((":", "："))
        and any(match.end() == len(last) for match in _ENDING.finditer(last))
    )


def opens(text: str) -> bool:
    """Whether the text begins as a question or a task does."""
    return bool(_OPENERS.match(text))


# A task as it begins, whatever it ends with.
_TASK = re.compile(
    r"\W*(?:explain|describe|discuss|compare|define|give\s+(?:an?\s+)?examples?|list|name|outline|write)\s",
    re.IGNORECASE,
)


def is_task(text: str) -> bool:
    """Whether the text tells its reader what to say or to do."""
    return bool(_TASK.match(text)) and opens(text)


# What names a part of a text, and asks only as far as its first word goes.
_NAMES_PART = re.compile(
    r"\W*(?:how|why|when|where|what)\s+(?:it|this|that|these|they|to\s+use(?:\s+it)?|you|we)(?:['’]ll|\s)?\b.{0,24}\Z",
    re.IGNORECASE | re.DOTALL,
)


def names_part(text: str) -> bool:
    """Whether words such as `How it works` stand above a part of a text, and nobody asks."""
    return bool(_NAMES_PART.match(text)) and not _MARK.search(text)


# What announces a list of questions, as a heading or in the text before it.
_ANNOUNCED = re.compile(
    r"""\b(?:questions?|quiz(?:zes)?|self[-\ ]?(?:test|check|assessment)|test\ yourself
    | check\ (?:yourself|your\ (?:understanding|knowledge)) | (?:knowledge|concept|comprehension)\ checks?
    | active\ recall
    | \w*fragen(?:katalog)?|selbsttest
    | preguntas|cuestionario|perguntas|questionário|domande|autotest|autovalutazione
    | вопрос(?:ы|ов|ам)|питання|pytania|vragen|frågor|spørgsmål|sorular
    )\b | 问题|面试题|思考题|自测|問題|質問|질문|문제""",
    re.IGNORECASE | re.VERBOSE,
)


def announces(text: str) -> bool:
    """Whether a heading or a sentence says that questions follow."""
    return bool(_ANNOUNCED.search(text)) and not _OPEN.search(text)


def are_open(text: str) -> bool:
    """Whether a heading says that what is asked below it is still to be found out."""
    return bool(_OPEN.search(text)) and bool(_ANNOUNCED.search(text))


# What a lesson says that its reader will know: it sounds like tasks.
_AIMS = re.compile(
    r"""[\W\d_]*(?:(?:lesson|course|module|chapter|unit|session|workshop)\s+)?(?:overview|objectives?|outcomes?|goals?|aims
    |(?:learning|key)\s+(?:objectives?|outcomes?|goals?|targets?)|what\s+(?:you|we)(?:['’]ll|\s+will)\s+(?:learn|cover)
    |(?:lern)?ziele|objetivos?(?:\s+de\s+\w+)?|objectifs?(?:\s+d\w*\W\w+)?|obiettivi|цели(?:\s+\w+)?|学习目标|学習目標
    )[\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)


def are_aims(text: str) -> bool:
    """Whether a heading says that what a lesson teaches is listed below it."""
    return bool(_AIMS.fullmatch(text))


# What announces questions that a reader puts to himself.
_TESTS = re.compile(
    r"""\b(?:self[-\ ]?(?:test|check|assessment)|(?:review|recall|revision|comprehension|check|study)\ questions?
    |(?:test|check)\ your(?:self|\ \w+)|active\ recall|(?:knowledge|concept|comprehension)\ checks?
    |selbsttest|(?:verständnis|kontroll|wiederholungs|übungs)fragen|preguntas\ de\ (?:repaso|comprensión|autoevaluación)
    |autoevaluación|perguntas\ de\ revisão|questions\ de\ révision|domande\ di\ (?:ripasso|verifica)|autotest
    |вопросы\ (?:для\ (?:самопроверки|самоконтроля|повторения)|на\ понимание)|(?:контрольные|проверочные)\ вопросы
    )\b|自测|思考题|复习题|练习题|練習問題|復習問題|복습\ ?문제""",
    re.IGNORECASE | re.VERBOSE,
)


def announces_test(text: str) -> bool:
    """Whether a heading says that its reader's knowledge is tested below."""
    return bool(_TESTS.search(text)) and not _OPEN.search(text)


# Questions that nobody has an answer to yet are no questions for a deck.
_OPEN = re.compile(r"\b(?:open|unresolved|unanswered|outstanding|offene|abiertas|aperte)\b|\bоткрытые\b", re.IGNORECASE)


# What only `yes` or `no` answers.
_YES_OR_NO = re.compile(
    r"[\W\d_]*(?:is|are|was|were|do|does|did|has|have|can|could|should|will|would)(?:n['’]t)?\s", re.IGNORECASE
)


def asks_yes_or_no(text: str) -> bool:
    """Whether a question can be answered with yes or no, as far as its first word tells."""
    return bool(_YES_OR_NO.match(text))
