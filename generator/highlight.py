"""Code as HTML: colours by Pygments, lines that wrap with a hanging indent, for Anki and for paper.

Pygments' own HtmlFormatter is left aside: it is slower, it emits some eighty classes, and its lines cannot hang. Only
the lexers that a deck needs are imported, none is guessed, and equal blocks are worked out once.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from generator.model import Target

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

# From a token type's name in Pygments to one of a card's eight colours, the longest name first; the rest is ink.
PALETTE: dict[str, str] = {
    "Keyword": "k",
    "Keyword.Constant": "m",
    "Operator.Word": "k",
    "Name.Tag": "k",
    "Generic.Deleted": "k",
    "Generic.Error": "k",
    "Literal.String": "s",
    "Literal.Date": "s",
    "Comment.PreprocFile": "s",
    "Generic.Inserted": "s",
    "Name.Function": "nf",
    "Name.Class": "nf",
    "Generic.Heading": "nf",
    "Generic.Subheading": "nf",
    "Literal.Number": "m",
    "Name.Constant": "m",
    "Name.Entity": "m",
    "Comment": "c",
    "Generic.Prompt": "c",
    "Comment.Preproc": "nd",
    "Name.Decorator": "nd",
    "Name.Namespace": "nd",
    "Name.Builtin": "nb",
    "Name.Attribute": "nb",
    "Name.Exception": "nb",
    "Name.Variable.Magic": "nb",
    "Operator": "o",
    "Punctuation": "o",
}
PALETTE_CLASSES = ("k", "s", "nf", "m", "c", "nd", "nb", "o")

# What authors call a language where Pygments calls it otherwise, or means a part of it (its `django` knows no HTML).
_ALIASES = {
    "django": "html+django", "htmldjango": "html+django", "djangohtml": "html+django", "jinja": "html+django",
    "jinja2": "html+django", "html+jinja": "html+django", "yml": "yaml", "golang": "go", "node": "javascript",
    "c#": "csharp", "f#": "fsharp", "shell-session": "console", "terminal": "console", "cmd": "batch", "py3": "python",
    "ipython": "python", "vb": "vbnet", "proto": "protobuf", "md": "markdown", "json5": "json", "jsonc": "json",
    "mysql": "sql", "tsql": "sql", "plsql": "sql", "ps": "powershell", "env": "bash", "patch": "diff",
    "mjs": "javascript",
}  # fmt: skip
_PLAIN_LANGUAGES = frozenset({"text", "txt", "plain", "plaintext", "diagram", "ascii", "tree", "none", "output"})
_DRAWING = re.compile("[│┃├└┌┐┘┤┬┴┼╭╮╰╯║╔╗╚╝╠╣╦╩╬]")
_INFO = re.compile(r"[\s{]*\.?(?:lang(?:uage)?-)?([\w+#-]+)")

# Longer code than this is set without colours: some lexers take more than linear time.
_LONGEST = 40_000
# Indents deeper than this keep the rest as spaces: each class needs a line of CSS.
DEEPEST_INDENT = 40
_TAB = 4
# Where code may break when it must: after an opening bracket or a comma, and before a full stop (CARDS: Code, trap 2).
_BREAK = re.compile(r"(?<=[(\[{,])(?![\s)\]}{%,])|(?<=[\w)\]])(?=\.[A-Za-z_])")
_UNBROKEN_STRING = 16
_UNBROKEN_INLINE = {Target.ANKI: (24, "dp-n"), Target.PAPER: (30, "nb")}
# No breaks are offered inside these: prose has its spaces, a number has no better place.
_SOLID = frozenset({"s", "c", "m"})


class Run(NamedTuple):
    """Neighbouring tokens of one colour; `style` is one of `PALETTE_CLASSES`, or empty for ink."""

    style: str
    text: str


Line = tuple[Run, ...]


class Around(NamedTuple):
    """What is written around a part of the code, from one place of its text to another: finished HTML.

    Where the part goes on over several lines, `after` ends it in the first and `later` in the others.
    """

    start: int
    end: int
    before: str
    after: str
    later: str


# The style of a run that is finished HTML already.
_FINISHED = "finished"

_SPECIAL = re.compile("[&<>\xa0]")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\xa0": "&nbsp;"})


def language(info: str) -> str:
    """The language that a fence's info string names: `python title=x {1,3}`, `{.python}`, `Python` are all `python`."""
    found = _INFO.match(info)
    return found.group(1).lower() if found else ""


@lru_cache(maxsize=4096)
def block(code: str, info: str, target: Target, around: tuple[Around, ...] = ()) -> str:
    """A code block as one `pre`: coloured where its language is known, drawings left as they are drawn.

    `around` goes from the outermost part to those in it.
    """
    cut = len(code) - len(code.lstrip("\n"))
    code = code.strip("\n").replace("\r", "")
    word = language(info)
    plain = word in _PLAIN_LANGUAGES or bool(_DRAWING.search(code))
    lexer = None if plain else _lexer(word, code.startswith(">>> "))
    lines = _lines(code, lexer)
    if around:
        lines = _with_parts(lines, [part._replace(start=part.start - cut, end=part.end - cut) for part in around])
    name = _slug(lexer.aliases[0] if lexer else word)
    extra = (" plain" if plain else "") + (f" lang-{name}" if name else "")
    if target is Target.PAPER:
        return f'<pre class="code{extra}">{"".join(map(_paper_line, lines))}</pre>'
    if plain:
        drawn = "\n".join("".join(map(_ink, line)) for line in lines)
        return f'<pre dir="ltr" class="code{extra}">{drawn}</pre>'
    fours = " t4" if _in_fours(code) else ""
    return f'<pre dir="ltr" class="code{fours}{extra}">{_card_lines(lines)}</pre>'


def inline(code: str, target: Target, around: Sequence[Around] = ()) -> str:
    """Code inside a line of text; short code is kept on one line."""
    (line,) = _with_parts(((Run("", code),),), around)
    longest, unbroken = _UNBROKEN_INLINE[target]
    style = f' class="{unbroken}"' if len(code) <= longest else ""
    direction = ' dir="ltr"' if target is Target.ANKI else ""
    return f"<code{direction}{style}>{''.join(map(_ink, line))}</code>"


def escape(text: str) -> str:
    """Text for HTML, written exactly as an HTML parser would serialise it."""
    return text.translate(_ENTITIES) if _SPECIAL.search(text) else text


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


# --- Pygments -----------------------------------------------------------------------------------------------------


@cache
def _known_aliases() -> frozenset[str]:
    """All names that Pygments itself knows; its look-up of an unknown name would search the environment for plugins."""
    from pygments.lexers import get_all_lexers

    return frozenset(alias.lower() for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases)


@cache
def _lexer(word: str, session: bool) -> Lexer | None:
    """The lexer for a language, imported at its first use; a Python block that opens with a prompt is a session."""
    name = _ALIASES.get(word, word)
    if not name or name not in _known_aliases():
        return None
    from pygments.lexers import get_lexer_by_name

    lexer = get_lexer_by_name(name, stripnl=False)
    if session and lexer.aliases[0] == "python":
        return get_lexer_by_name("pycon", stripnl=False)
    return lexer


class _Styles(dict["_TokenType", str]):
    """From a token type to its colour, worked out at its first use."""

    def __missing__(self, kind: _TokenType) -> str:
        name = str(kind).removeprefix("Token.")
        while name and name not in PALETTE:
            name = name.rpartition(".")[0]
        self[kind] = PALETTE.get(name, "")
        return self[kind]


_styles = _Styles()


def _runs(code: str, lexer: Lexer) -> Iterator[Run]:
    """The code's tokens, neighbours of one colour joined; white space between two of them is ink and needs no span."""
    from pygments.token import Name

    style, text, name = "", "", ""
    for _, kind, value in lexer.get_tokens_unprocessed(code):
        found = _styles[kind]
        if name:
            # JavaScript's and Go's lexers call every name "other": only one that is called is shown as a function.
            called = "nf" if value.startswith("(") else ""
            if called != style:
                yield Run(style, text)
                style, text = called, ""
            text, name = text + name, ""
        if kind is Name.Other:
            name = value
        elif found == style:
            text += value
        else:
            if text:
                yield Run(style, text)
            style, text = found, value
    yield Run(style, text + name)


def _coloured(code: str, lexer: Lexer) -> list[Run]:
    """The code as runs, or as one run without colour where the lexer fails or alters the text."""
    text = code + "\n"
    if len(code) <= _LONGEST:
        try:
            runs = [run for run in _runs(text, lexer) if run.text]
        except Exception:  # a third party's lexer on anybody's text: no fault of it may stop a build
            runs = []
        if "".join(run.text for run in runs) == text:
            return runs
    return [Run("", text)]


@lru_cache(maxsize=4096)
def _lines(code: str, lexer: Lexer | None) -> tuple[Line, ...]:
    """The code's lines, each as runs and without its line break."""
    runs = _coloured(code, lexer) if lexer else [Run("", code + "\n")]
    lines: list[Line] = []
    line: list[Run] = []
    for style, text in runs:
        first, *rest = text.split("\n")
        if first:
            line.append(Run(style, first))
        for piece in rest:
            lines.append(tuple(line))
            line = [Run(style, piece)] if piece else []
    return tuple(lines)


# --- parts of a line with something around them -------------------------------------------------------------------


def _with_parts(lines: tuple[Line, ...], around: Sequence[Around]) -> tuple[Line, ...]:
    """The lines with what is to be written around parts of them, in each line by itself and behind its indent."""
    if not around:
        return lines
    done: list[Line] = []
    waiting = deque(enumerate(around))
    here: list[tuple[int, Around]] = []
    place = 0
    for line in lines:
        text = "".join(run.text for run in line)
        end = place + len(text)
        while waiting and waiting[0][1].start <= end:
            here.append(waiting.popleft())
        borders = [border for order, part in here for border in _borders(part, order, place, text)]
        done.append(_cut(line, place, sorted(borders)))
        here = [(order, part) for order, part in here if part.end > end]
        place = end + 1
    return tuple(done)


_Border = tuple[int, int, int, str]


def _borders(part: Around, order: int, place: int, text: str) -> tuple[_Border, ...]:
    """Where in a line, which begins at `place`, which HTML goes: ends before beginnings, ends of inner parts first."""
    indent, end = place + len(text) - len(text.lstrip(" \t")), place + len(text)
    first, last = max(part.start, indent), min(part.end, end)
    if first < last:
        return (first, 1, order, part.before), (last, 0, -order, part.later if part.start < place else part.after)
    return ((first, 1, order, part.before + part.after),) if part.start == part.end >= indent else ()


def _cut(line: Line, place: int, borders: Sequence[_Border]) -> Line:
    """The line's runs cut at the borders, with the HTML that goes there as runs of its own."""
    done: list[Run] = []
    waiting = deque(borders)
    for style, text in line:
        while waiting and waiting[0][0] < place + len(text):
            border = waiting.popleft()
            left = border[0] - place
            done += [Run(style, text[:left])] if left else []
            done.append(Run(_FINISHED, border[3]))
            text, place = text[left:], border[0]
        done += [Run(style, text)] if text else []
        place += len(text)
    return (*done, *(Run(_FINISHED, border[3]) for border in waiting))


# --- lines as HTML ------------------------------------------------------------------------------------------------


def _in_fours(code: str) -> bool:
    """Whether every indent is a multiple of four columns, so that a phone may draw it with two."""
    indents = {_columns(line)[1] for line in code.split("\n") if line.strip()}
    return any(indents) and all(columns % _TAB == 0 for columns in indents)


def _columns(line: str) -> tuple[str, int]:
    """A line's leading white space, and how many columns it fills."""
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    return indent, len(indent.expandtabs(_TAB))


def _cut_indent(line: Line) -> tuple[str, int, Line]:
    """The indent, its columns and the rest of the line; an indent too deep for a class keeps what is over as spaces."""
    if not line or line[0].text[0] not in " \t":
        return "", 0, line
    indent, columns = _columns("".join(run.text for run in line))
    if columns > DEEPEST_INDENT:
        indent = indent[: DEEPEST_INDENT // _TAB] if indent[0] == "\t" else indent[:DEEPEST_INDENT]
        columns = min(len(indent.expandtabs(_TAB)), DEEPEST_INDENT)
    left = len(indent)
    rest: list[Run] = []
    for style, piece in line:
        if left < len(piece):
            rest.append(Run(style, piece[left:]) if left else Run(style, piece))
        left = max(0, left - len(piece))
    return indent, columns, tuple(rest)


def _card_lines(lines: tuple[Line, ...]) -> str:
    """Lines for a card: blocks with a hanging indent.

    The indent's spaces stand in an element of their own, which CSS takes out of the flow: in the flow a long first word
    would drop to the next line and leave an empty one. Copying still gives the exact source.
    """
    parts: list[str] = []
    for number, line in enumerate(lines, 1):
        indent, columns, rest = _cut_indent(line)
        parts.append(f'<span class="dp-l i{columns}">' if columns else '<span class="dp-l">')
        if indent:
            parts.append(f'<span class="dp-in">{indent}</span>')
        parts.append(_breakable(rest))
        parts.append("\n</span>" if number < len(lines) else "</span>")
    return "".join(parts)


def _breakable(line: Line) -> str:
    """The runs of a line with places where it may break, and short strings kept whole."""
    text = "".join(run.text for run in line if run.style != _FINISHED)
    breaks = [match.start() for match in _BREAK.finditer(text)]
    parts: list[str] = []
    place = 0
    for style, piece in line:
        if style == _FINISHED:
            parts.append(piece)
            continue
        end = place + len(piece)
        if style in _SOLID:
            whole = " dp-n" if style == "s" and len(piece) <= _UNBROKEN_STRING else ""
            while breaks and breaks[0] < end:
                if breaks[0] == place:
                    parts.append("<wbr>")
                del breaks[0]
            parts.append(f'<span class="{style}{whole}">{escape(piece)}</span>')
        else:
            cuts: list[str] = []
            start = place
            while breaks and breaks[0] < end:
                cuts.append(escape(text[start : breaks[0]]))
                start = breaks.pop(0)
            cuts.append(escape(text[start:end]))
            html = "<wbr>".join(cuts)
            parts.append(f'<span class="{style}">{html}</span>' if style else html)
        place = end
    return "".join(parts)


def _ink(run: Run) -> str:
    """A run in its colour."""
    if run.style == _FINISHED:
        return run.text
    return f'<span class="{run.style}">{escape(run.text)}</span>' if run.style else escape(run.text)


def _paper_line(line: Line) -> str:
    """A line for paper: its spaces stay in the text, so that code copied from a PDF keeps its indent."""
    _, columns, _ = _cut_indent(line)
    spans = "".join(map(_ink, line))
    return f'<span class="l i{columns}">{spans}</span>' if columns else f'<span class="l">{spans}</span>'
