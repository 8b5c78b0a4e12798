"""What says that terms are explained: the words of headings and of tables' headers, in many languages."""

from __future__ import annotations

import re

# Headings, titles and names of files that say of all that stands below them that it explains terms. A dictionary alone
# may as well be a data type.
_GLOSSARY = re.compile(
    r"""\b(?:gloss?ar\w*|glossário|słowni(?:k|czek)\w*|slovní[kč]\w*|lexi[ck]on|lexique|lessico|léxico
    |terminolog\w*|vocab(?:ular\w*|ulaire)?|vocabol\w*|wörterbuch|(?:terms?|jargon|technical|english)[ ]dictionary
    |dictionary[ ]of|diccionario[ ]de|dicionário[ ]de|dizionario[ ]dei
    |nomenclature|acronyms?|acr[óô]nim\w*|acronimi|abbreviations?|abréviations|abreviaturas|abreviações|abbreviazioni
    |abkürzung(?:en|sverzeichnis)|fachbegriffe|begriffs\w+|flash[ ]?cards?|woordenlijst|begrippen(?:lijst)?|ordlist[ae]
    |sözlük|terimler|skróty|thuật[ ]ngữ|istilah|szójegyzék|szószedet|sanasto|pojmovnik|rječnik|речник
    |γλωσσάρι\w*|λεξικό|ορολογία
    |глоссарий|словарь|словник|терминология|термины|аббревиатуры|сокращения)\b
    |用語(?:集|解説)|用语|術語|术语|名词解释|名詞解釋|詞彙|词汇|单词表|単語帳|缩写|縮寫|略語|용어|약어
    |مصطلحات|معجم|قاموس|واژه\u200c?نامه|מילון|מונחים|शब्दावली|शब्दकोश|คำศัพท์""",
    re.IGNORECASE | re.VERBOSE,
)
# Headings that say so only of what stands right below them.
_TERMS = re.compile(
    r"""[\W\d_]*(?:(?:\w+[ ]){0,2}(?:terms|definitions)(?:[ ](?:and|&|to)[ ]\w+){0,1}|(?:key|core|main|basic)[ ]concepts
    |terms?[ ]and[ ]definitions|(?:wichtige[ ]|zentrale[ ])?(?:begriffe|definitionen)
    |(?:\w+[ ])?(?:términos|termos|termes|termini|concetti|conceptos|conceitos)(?:[ ](?:clave|chave|chiave|clés?))?
    |definiciones|definições|définitions|definizioni|key[ ]?words|schlüssel(?:wörter|begriffe)|palabras[ ]clave
    |palavras[- ]chave|mots[- ]clés|parole[ ]chiave|ключевые[ ]слова|关键词|關鍵詞|キーワード
    |определения|понятия|(?:основные|ключевые)[ ]понятия
    |核心概念|基本概念|定义|定義)[\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)
_LEGAL = re.compile(r"terms[ ](?:of|&|and[ ](?!definitions))", re.IGNORECASE)
# What begins a remark, not a term.
_ASIDE = re.compile(
    r"""[\W_]*(?:notas?|notes?|n\.?[ ]?b|hinweise?|anmerkung(?:en)?|remarques?|nota[ ]bene|examples?|e\.?g|ejemplos?
    |exemplos?|exemples?|esempi[o]?|beispiele?|sources?|fuentes?|fontes?|fonti|quellen?|see(?:[ ]also)?
    |siehe(?:[ ]auch)?|v[ée]ase|references?|tips?|warnings?|important[e]?|achtung|wichtig|aviso|advertencia|attention
    |todo|(?:last[ ])?updated|authors?|date|version|summary|przykład|uwaga|примечани[ея]|пример|внимание|важно|注意|注
    |备注|備註|例|补充|参考|出典)[\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)


def heads_glossary(text: str) -> bool:
    """Whether a heading, a title or a file's name says that all below it explains terms."""
    return bool(_GLOSSARY.search(text)) and not _LEGAL.search(text)


def heads_terms(text: str) -> bool:
    """Whether a heading says that what stands right below it explains terms."""
    return heads_glossary(text) or (bool(_TERMS.fullmatch(text)) and not _LEGAL.search(text))


def is_aside(text: str) -> bool:
    """Whether what stands before a colon begins a remark (`Note: …`)."""
    return bool(_ASIDE.fullmatch(text))


# --- the headers of tables --------------------------------------------------------------------------------------------

_NUMBER_WORD = r"#|no\.?|nr\.?|num(?:ber)?|n[º°]|№|id|s\.?[ ]?(?:no|l)\.?|sl\.?[ ]?no\.?|序号|编号|番号|번호"
_TERM_WORD = (
    r"terms?|words?|abbreviations?|abbr\.?|abbrev\.?|acronyms?|concepts?|phrases?|expressions?|idioms?|vocabulary|verbs?"
    r"|keywords?|front|questions?|q|prompt|begriffe?|wort|wörter|vokabel|abkürzung(?:en)?|fachbegriffe?|ausdruck|fragen?"
    r"|vorderseite|t[ée]rminos?|conceptos?|palabras?|siglas?|acr[óô]nimos?|abreviaturas?|preguntas?|termos?|conceitos?"
    r"|palavras?|perguntas?|questão|questões|termes?|mots?|sigles?|acronymes?|abréviations?|termin[ei]?|parol[ae]|vocaboli?"
    r"|concett[oi]|sigl[ae]|acronimi|domand[ae]|begrip|woord|vraag|pojęcie|termin|skrót|słowo|pytanie|термины?|слов[оа]"
    r"|поняти[ея]|сокращени[ея]|аббревиатур[аы]|вопросы?|术语|術語|用語|用词|单词|單字|词汇|詞彙|名词|名詞|概念|问题|問題|题目"
    r"|単語|漢字|言葉|略語|略称|质问|質問|缩写|縮寫|용어|단어|약어|질문"
    r"|begrepp|begre[bp]|ord|fråga|spør(?:gs)?mål|termi|käsite|sana|kysymys|terim|kavram|kelime|soru|pojem|termín|slovo"
    r"|zkratka|otázka|fogalom|szó|kérdés|termen|cuvânt|întrebare|pojam|riječ|pitanje|терміни?|поняття|питання"
    r"|въпрос|thuật[ ]ngữ|khái[ ]niệm|từ|câu[ ]hỏi|istilah|kata|pertanyaan|όρος|λέξη|ερώτηση|(?:ال)?(?:مصطلح|كلمة|سؤال)"
    r"|اصطلاح|واژه|پرسش|מונח|מילה|שאלה|शब्द|प्रश्न|คำศัพท์|คำถาม"
)
_MEANING_WORD = (
    r"definitions?|meanings?|explanations?|descriptions?|translations?|full[ -]?(?:form|name)|long[ -]?form|expansion"
    r"|stands[ ]for|what[ ]it[ ](?:means|is)|(?:in[ ])?plain[ ]english|back|answers?|a|definition(?:en)?"
    r"|bedeutung(?:en)?|erklärung(?:en)?|erläuterung|beschreibung|übersetzung|antwort(?:en)?|rückseite"
    r"|definici[óo]n(?:es)?|significados?|explicación|descripción|respuestas?|traducción|definiç(?:ão|ões)|explicação|descrição|respostas?|tradução"
    r"|définitions?|signification|explication|traduction|réponses?|definizion[ei]|significat[oi]|spiegazione"
    r"|descrizione|traduzione|rispost[ae]|betekenis|definitie|antwoord|definicja|znaczenie|tłumaczenie|odpowiedź"
    r"|определени[ея]|значени[ея]|объяснение|описание|перевод|расшифровка|ответы?|定义|定義|含义|含義|意味|意思|解释|解釋"
    r"|解説|说明|説明|說明|释义|釋義|翻译|翻譯|訳|全称|正式名称|答案|答え?|回答|解答|의미|뜻|정의|설명|답변?"
    r"|förklaring|betydelse|betydning|forklaring|svar|määritelmä|merkitys|vastaus|tanımı?|anlamı?|açıklama|cevap|význam"
    r"|definice|vysvětlení|odpov[eě]ď|jelentés|meghatározás|válasz|definiți[ea]|semnificați[ea]|răspuns|značenje"
    r"|definicij[ae]|odgovor|визначення|значення|відповідь|отговор|(?:định|ý)[ ]nghĩa|nghĩa|giải[ ]thích"
    r"|trả[ ]lời|definisi|arti|makna|penjelasan|jawaban|ορισμός|σημασία|απάντηση|(?:ال)?(?:تعريف|معنى|شرح|جواب|إجابة)"
    r"|تعریف|معنی|پاسخ|הגדרה|משמעות"
    r"|תשובה|अर्थ|परिभाषा|उत्तर|ความหมาย|คำจำกัดความ|คำตอบ"
)
# Words that explain a term, but stand above other columns as well: beside them a plain name is none.
_MODIFIER = r"(?:(?:key|main|technical|new|short|simple|brief|the|your|english|business|domain)[ ])?"
_MORE = r"(?:[ ]*(?:[/&,|+]|and|or|und|oder|y|e|o|et|ou|и|或|和)[ ]*[\w ]{1,24})?(?:[ ]*[(（].{1,24}[)）])?"


def _column(words: str) -> re.Pattern[str]:
    return re.compile(rf"[\W_]*{_MODIFIER}(?:{words}){_MORE}[\W_]*", re.IGNORECASE)


_TERM, _MEANING = _column(_TERM_WORD), _column(_MEANING_WORD)
_COUNT = re.compile(rf"\s*(?:{_NUMBER_WORD})?\s*", re.IGNORECASE)
_LANGUAGE = re.compile(
    r"""\W*(?:english|german|french|spanish|italian|portuguese|dutch|russian|japanese|chinese|korean|latin|greek|polish
    |swedish|arabic|hebrew|turkish|deutsch|englisch|französisch|spanisch|italienisch|latein|español|inglés|francés|alemán
    |português|inglês|français|anglais|allemand|espagnol|italiano|inglese|tedesco|nederlands|engels|polski|angielski
    |английский|русский|немецкий|日本語|英語|中文|英文|日文|한국어|영어)\W*""",
    re.IGNORECASE | re.VERBOSE,
)


def columns(header: list[str]) -> tuple[int, int] | None:
    """Which columns of a table hold terms and what they mean, by its header; None where it says something else."""
    first = 1 if len(header) == 3 and _COUNT.fullmatch(header[0]) else 0
    if len(header) - first != 2:
        return None
    term, meaning = header[first:]
    words = _LANGUAGE.fullmatch(term) and _LANGUAGE.fullmatch(meaning) and term.casefold() != meaning.casefold()
    if words or (_TERM.fullmatch(term) and _MEANING.fullmatch(meaning)):
        return first, first + 1
    return None
