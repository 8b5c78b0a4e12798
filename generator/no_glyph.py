"""Characters that no font on the machine has: which they are, where they stand, and what to install for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from unicodedata import category, name

from generator.model import Note, Problem, Severity

CODE = "no-glyph"
# How many characters of one script a problem names.
_NAMED = 3

# How the names of a script's characters begin, what it is called, and its font's name at Noto's.
_SCRIPTS = (
    (("CJK", "KANGXI", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH"), "cjk"),
    (("ARABIC",), "arabic"),
    (("HEBREW",), "hebrew"),
    (("DEVANAGARI",), "devanagari"),
    (("EGYPTIAN",), "egyptian-hieroglyphs"),
    (("CANADIAN",), "canadian-aboriginal"),
    (("OLD",), "core"),
)
_DEBIAN = {"cjk": "fonts-noto-cjk", "emoji": "fonts-noto-color-emoji", "symbols": "fonts-noto-core fonts-symbola"}
_FEDORA = {"cjk": "google-noto-sans-cjk-fonts", "emoji": "google-noto-color-emoji-fonts"}
_MACOS = {"cjk": "font-noto-sans-cjk", "emoji": "font-noto-emoji", "symbols": "font-noto-sans-symbols"}


def problems(missing: str, notes: Sequence[Note], texts: Mapping[str, Sequence[str]]) -> list[Problem]:
    """A problem for each file and script, at the first of its characters. `texts` are the lines of each file."""
    groups: dict[tuple[str, str], list[tuple[int, int, str]]] = {}
    for character in missing:
        for file, line, column in _places(character, notes, texts):
            groups.setdefault((file, script(character)), []).append((line, column, character))
    return [_problem(file, kind, sorted(found)) for (file, kind), found in sorted(groups.items())]


def _places(
    character: str, notes: Sequence[Note], texts: Mapping[str, Sequence[str]]
) -> Iterable[tuple[str, int, int]]:
    """Where a character stands first in each file that has it; in a title or setting, where its file begins."""
    found: dict[str, tuple[str, int, int]] = {}
    for note in notes:
        span = note.span
        if span.file in found:
            continue
        for number, line in enumerate(texts.get(span.file, ())[span.line - 1 : span.end_line], span.line):
            if character in line:
                found[span.file] = (span.file, number, line.index(character) + 1)
                break
    elsewhere = (
        (file, number, line.index(character) + 1)
        for file, lines in texts.items()
        for number, line in enumerate(lines, 1)
        if character in line
    )
    return found.values() or [next(elsewhere, (notes[0].span.file, 1, 1))]


def _problem(file: str, kind: str, found: Sequence[tuple[int, int, str]]) -> Problem:
    line, column, _ = found[0]
    characters = list(dict.fromkeys(character for _, _, character in found))
    named = ", ".join(map(_named, characters[:_NAMED]))
    more = len(characters) - _NAMED
    if more > 0:
        named += f" and {more} other{'s' if more > 1 else ''} of its script"
    stands = "its number stands" if len(characters) == 1 else "their numbers stand"
    message = f"no font on this machine has {named}: {stands} on paper instead"
    return Problem(Severity.WARNING, "no-glyph", file, line, column, message, _hint(kind))


def _named(character: str) -> str:
    said = name(character, "")
    if category(character) in ("Co", "Cn"):
        return f"U+{ord(character):04X}"
    return f"“{character}” (U+{ord(character):04X}{', ' + said.lower() if said else ''})"


def script(character: str) -> str:
    """The script of a character, as the font is called that has it; empty where nobody has a font for it."""
    kind, said = category(character), name(character, "")
    if kind in ("Co", "Cn", "Cs") and not said:
        return "emoji" if "\U0001f000" <= character <= "\U0001fbff" else ""
    if kind in ("So", "Sk") and character >= "\U0001f000":
        return "emoji"
    first = said.split(" ")[0].split("-")[0]
    for begins, called in _SCRIPTS:
        if first in begins:
            return called
    return first.lower() if kind[0] in "LMN" else "symbols"


def _hint(kind: str) -> str:
    """What to install. Debian's fonts-noto-core has all scripts but these; Homebrew and Fedora have each apart."""
    if not kind:
        return "only the font that it was made for has such a character: use another, or show it as an image"
    debian = _DEBIAN.get(kind, "fonts-noto-core")
    fedora = _FEDORA.get(kind, f"google-noto-sans-{kind}-fonts")
    macos = _MACOS.get(kind, f"font-noto-sans-{kind}")
    return (
        f"install a font that has it: `apt install {debian}` (Debian, Ubuntu), `dnf install {fedora}` (Fedora), "
        f"`brew install --cask {macos}` (macOS); on Windows add its language in Settings, or a font from "
        "fonts.google.com/noto"
    )
