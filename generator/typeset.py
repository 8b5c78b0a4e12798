r"""Formulas set for paper: TeX in, an SVG of outlines out, whose view box tells its size and where its base line is.

latex2mathml reads the TeX and ziamath sets it, in STIX Two, which is as large and as dark as our serif. Both are
lenient: they print a command that they don't know, and drop what they can't set. So what came out is looked at, and
what is not all of the formula is none: it stands on paper as its author wrote it, and a problem says so.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

from generator import formula_rules, tex
from generator.model import Cloze, Media, MediaMap, Note, Problem, Severity
from generator.outputs import PageCache, program
from generator.project import Project

# The room around a formula for what leans out of its box, in units of which `tex.EM` are an em.
_MARGIN = 60
_MOST_KEPT = 20_000
# A formula that would need more parts than this is set too slowly to be waited for.
_MOST_PARTS = 4000
_LONGEST = 4000
# No formula is this wide or high, in em: where one seems to be, ziamath has lost its way.
_LARGEST = 400


class Unset(NamedTuple):
    """A formula that can't be set, and why: the end of a sentence."""

    why: str


def collect_formulas(project: Project, notes: Iterable[Note]) -> tuple[MediaMap, list[Problem]]:
    """Every formula of the notes, set, by what `tex.address` calls it, and a problem for each that can't be set.

    What was set once is kept in the output folder, for setting takes as long as laying out the words around it.
    """
    shelf = _Shelf(PageCache.below(project.out))
    media: dict[tuple[str, str], Media] = {}
    problems: list[Problem] = []
    for note in notes:
        for formula in note.formulas:
            found = shelf.get(formula.address)
            if isinstance(found, Unset):
                message = f"a formula can't be set on paper, so its TeX stands there: {found.why}"
                hint = "write it in other commands; cards show it as MathJax has it"
                where = (note.span.file, formula.line, formula.column)
                problems.append(Problem(Severity.WARNING, "formula-unset", *where, message, hint))
        for address in _addresses(note):
            found = shelf.get(address)
            if isinstance(found, Media):
                media["", address] = found
    shelf.keep()
    return media, problems


def _addresses(note: Note) -> Iterator[str]:
    """All addresses of the formulas of a note, with those of pieces that a cloze hides."""
    if not isinstance(note.body, Cloze):
        yield from (formula.address for formula in note.formulas)
    elif note.formulas:
        for tree in note.trees():
            for node in tree.walk():
                if tex.is_formula(node):
                    yield from tex.addresses(node)


class _Shelf:
    """What was set before and now, in one file of the output folder."""

    def __init__(self, kept: PageCache) -> None:
        self._kept = kept
        self._known: dict[str, str] | None = None
        self._fresh = False

    def get(self, address: str) -> Media | Unset:
        """The formula with this address, set now unless it was before."""
        if self._known is None:
            self._known = json.loads(self._kept.get(_shelf_name()) or b"{}")
        result = self._known.pop(address, None)
        if result is None:
            made = svg(address.strip("$"), display=address.startswith("$$"))
            result = f"!{made.why}" if isinstance(made, Unset) else made
            self._fresh = True
        self._known[address] = result  # as the last one used
        return Unset(result[1:]) if result.startswith("!") else media(result)

    def keep(self) -> None:
        """Write down what is new; what was used longest ago is forgotten first."""
        if self._known and self._fresh:
            last = list(self._known.items())[-_MOST_KEPT:]
            self._kept.put(_shelf_name(), json.dumps(dict(last), ensure_ascii=False).encode())


@cache
def _shelf_name() -> str:
    return sha256(f"formulas {program()}".encode()).hexdigest()


def media(picture: str) -> Media:
    """A formula's SVG as a file that notes show, named by its content."""
    data = picture.encode()
    return Media(f"formula-{sha256(data).hexdigest()[:16]}.svg", data, "image/svg+xml")


# --- setting --------------------------------------------------------------------------------------------------------

# What latex2mathml or ziamath has under another name, or what says nothing on paper.
_NAMES = (
    (re.compile(r"\\(?:label\s*\{[^{}]*\}|nonumber|notag|limits(?=\s*[^_^\s]))"), ""),
    (re.compile(r"\\tag\*?\s*\{([^{}]*)\}"), r"\\qquad\\text{(\1)}"),
    (re.compile(r"\\operatorname\*?\s*\{([^{}]*)\}"), r"\\mathop{\\mathrm{\1}}"),
    (re.compile(r"\\mathop\s*\{\s*\\mathrm\s*\{([^{}]*)\}\s*\}(?:\\limits)?"), r"\\,\\mathrm {\1}\\,"),
    (re.compile(r"\\(begin|end)\{(?:multline|flalign|eqnarray|alignedat|gathered|gather)\*?\}"), r"\\\1{align*}"),
    (re.compile(r"\\(?:begin|end)\{(?:equation|displaymath|math)\*?\}"), ""),
    (re.compile(r"\\bm(?![A-Za-z])"), r"\\boldsymbol"),
    (re.compile(r"\\mathds(?![A-Za-z])"), r"\\mathbb"),
    (re.compile(r"\\(?:displaylines|normalsize)(?![A-Za-z])"), ""),
)
_ENVIRONMENT = re.compile(r"\\begin\{([^{}]*)\}")
_ENVIRONMENTS = frozenset((
    "align", "align*", "aligned", "split", "cases", "rcases", "dcases", "array", "matrix", "pmatrix", "bmatrix",
    "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "subarray", "substack", "matrix*", "pmatrix*", "bmatrix*",
    "Bmatrix*", "vmatrix*", "Vmatrix*",
))  # fmt: skip
_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
_COMMAND = re.compile(r"\\[A-Za-z]+|\\.")
_DEFINES = re.compile(r"\\(?:re|provide)?newcommand|\\def(?![A-Za-z])|\\newenvironment|\\DeclareMathOperator|\\require")
_REASONS = {
    "NoAvailableTokensError": "it ends where more is expected",
    "MissingSuperScriptOrSubscriptError": "nothing stands behind a `^` or `_`",
    "DoubleSuperscriptsError": "two exponents stand on one sign",
    "DoubleSubscriptsError": "two indices stand on one sign",
    "ExtraLeftOrMissingRightError": r"a `\left` or `\right` has no counterpart",
    "MissingEndError": r"a `\begin` has no `\end`",
    "LimitsMustFollowMathOperatorError": r"`\limits` stands behind something that has none",
    "DenominatorNotFoundError": "a fraction has nothing below its bar",
    "NumeratorNotFoundError": "a fraction has nothing above its bar",
}
# Commands of packages that are not known here, and what to write instead.
_PACKAGES = (
    (re.compile(r"\\(?:ce|cf|pu)(?![A-Za-z])"), "`{}` is mhchem's, which is not known here: write `\\mathrm{{H_2O}}`"),
    (
        re.compile(r"\\(?:SI|si|num|qty|unit|SIrange|numrange|ang|DeclareSIUnit)(?![A-Za-z])"),
        "`{}` is siunitx's, which is not known here: write `5\\,\\mathrm{{m}}`",
    ),
    (re.compile(r"\\(?:cline|multicolumn|multirow|cmidrule|arrayrulewidth)(?![A-Za-z])"), "`{}` is not known"),
)
_UNREADABLE = "it can't be read as TeX"


def svg(text: str, *, display: bool) -> str | Unset:
    """The formula as an SVG of outlines in black, `tex.EM` units to its own em, its base line at 0. Pure."""
    if len(text) > _LONGEST:
        return Unset("it is too long")
    if not tex.is_whole(text):
        return Unset("its braces are not paired")
    if _DEFINES.search(text):
        return Unset("it defines commands of its own")
    for pattern, name in _NAMES:
        text = pattern.sub(name, text)
    unknown = [name for name in _ENVIRONMENT.findall(text) if name not in _ENVIRONMENTS]
    if unknown:
        return Unset(f"the environment `{unknown[0]}` is not known")
    for pattern, why in _PACKAGES:
        if found := pattern.search(text):
            return Unset(why.format(found.group()))
    try:
        return _set(formula_rules.marked(text), display)
    except formula_rules.NotReadError as error:
        return Unset(str(error))
    except RecursionError:
        return Unset("it is nested too deeply")
    except Exception as error:  # two libraries for which every mistake in a formula is another exception
        return Unset(_REASONS.get(type(error).__name__, _UNREADABLE))


def _set(text: str, display: bool) -> str | Unset:
    from ziamath.config import config
    from ziamath.escapes import unescape
    from ziamath.tex import tex2mml
    from ziamath.zmath import Math

    read = unescape(tex2mml(text, inline=not display)).replace(_NAMESPACE, "")
    tree = _with_rules(_with_foreign_words(_flat(ET.fromstring(read))))  # noqa: S314 -- made by a library
    _bind_signs(tree)
    if why := _objection(tree):
        return Unset(why)
    config.precision = 1
    formula = Math(tree, size=tex.EM, margin=_MARGIN)
    if why := _not_shown(tree, formula.font):
        return Unset(why)
    width, height = formula.getsize()
    picture = formula.svgxml()
    if all(part.tag == "symbol" for part in picture):
        return Unset("nothing of it would be seen")
    if not (0 < width < _LARGEST * tex.EM and 0 < height < _LARGEST * tex.EM):
        return Unset(_UNREADABLE)
    return ET.tostring(picture, encoding="unicode")


def _flat(element: ET.Element) -> ET.Element:
    """The tree without rows of a single element: ziamath sets every row twice, and what is in it as often."""
    for place, child in enumerate(list(element)):
        inner = _flat(child)
        while inner.tag == "mrow" and len(inner) == 1 and not inner.attrib:
            inner = inner[0]
        element[place] = inner
    return element


def _with_rules(tree: ET.Element) -> ET.Element:
    """The tree with each table's rules at the table, instead of as a mark in its first cell."""
    for table in tree.iter("mtable"):
        table.attrib.pop("rowlines", None)
        table.attrib.pop("columnlines", None)
        for parent in next(iter(table), table).iter():
            mark = next((child for child in parent if formula_rules.read(child.text or "")), None)
            if mark is not None:
                table.set("rules", mark.text or "")
                parent.remove(mark)
                break
    return tree


def _with_foreign_words(tree: ET.Element) -> ET.Element:
    """The tree with words in square signs as nodes of their own, where they stand in a text or for a variable."""
    from generator.formula_nodes import SQUARE

    for parent in tree.iter():
        for place, child in enumerate(list(parent)):
            if child.tag not in ("mtext", "mi", "mo") or not SQUARE.search(child.text or ""):
                continue
            row = ET.Element("mrow")
            text, end = child.text or "", 0
            for found in SQUARE.finditer(text):
                _add(row, child.tag, text[end : found.start()])
                _add(row, "foreign", found.group())
                end = found.end()
            _add(row, child.tag, text[end:])
            parent[place] = row[0] if len(row) == 1 else row
    return tree


def _add(row: ET.Element, tag: str, text: str) -> None:
    if text:
        ET.SubElement(row, tag).text = text


def _bind_signs(tree: ET.Element) -> None:
    """A minus behind another sign stands close to its number: x = -1."""
    for row in tree.iter():
        for before, sign in pairwise(row):
            follows = before.tag == "mo" and (before.text or "").strip() not in _CLOSING and before.get("form") is None
            if sign.tag == "mo" and (sign.text or "").strip() in _SIGNS and follows:
                sign.attrib.update(form="prefix", lspace="0", rspace="0")


_SIGNS, _CLOSING = frozenset("+-−±∓"), frozenset(")]}|!′″‖…⋯∞⟩⌋⌉")


def _objection(tree: ET.Element) -> str:
    """Why a formula that was read is not set: a command that nobody knows, or more work than it is worth."""
    parts = 0
    waiting = [(tree, 1)]
    while waiting:
        element, times = waiting.pop()
        parts += times + times * len(element) ** 2 // 200  # in a row, each new part is held against all before it
        if parts > _MOST_PARTS:
            return "it is nested too deeply"
        said = _COMMAND.search(element.text or "") if element.tag in ("mi", "mo", "mn") else None
        if said:
            return f"`{said.group()}` is not known"
        if element.tag == "merror":
            return _UNREADABLE
        inner = times * 2 if element.tag in ("mrow", "math", "mtd", "mstyle", "mtr") else times
        waiting += [(child, inner) for child in element]
    return ""


def _not_shown(tree: ET.Element, font: object) -> str:
    """The first character that the formulas' font has no glyph for, as the end of a sentence."""
    for element in tree.iter():
        for character in element.text or "" if element.tag != "foreign" else "":
            if not character.isspace() and not font.glyphindex(character):  # type: ignore[attr-defined]
                return f"its font has no “{character}” (U+{ord(character):04X})"
    return ""
