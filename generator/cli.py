"""The command line: parse, one call, finish. What a command needs is imported inside it, so that `--help` is quick."""

from __future__ import annotations

import gc
import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from generator import __version__
from generator.print_settings import PRODUCTS

if TYPE_CHECKING:
    from generator.model import Problem
    from generator.outcome import Outcome
    from generator.side_by_side import Screen
    from generator.understanding import Understood
    from generator.watch import Watch

_T = TypeVar("_T")
_PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
_OUT = click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Where to write.  [default: build]")
_STRICT = click.option("--strict", is_flag=True, help="Take warnings for errors.")
_DIALECT = click.option(
    "--dialect", default="", metavar="NAME", help="Read the files in this dialect, whatever they say."
)
_REFRESH = click.option("--refresh", is_flag=True, help="Send again what nobody changed, but looks different.")
_REPUBLISH = click.option(
    "--republish",
    multiple=True,
    metavar="QUERY",
    help="Send notes again: an id, `tag:x`, `file:x`, `deck:x`, or words of the question; repeatable.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="deckpress")
def main() -> None:
    """Questions and answers in Markdown become an Anki deck and a printed study sheet.

    Without PATH a command works on the project in the current folder: `source/`, with `source/deck.toml`. With PATHs it
    works on those files and folders; no project is needed.

    Exit codes: 0 done; 1 problems in the source, nothing is written; 2 wrong usage or environment; 3 partly done.
    """
    if os.name == "posix" and sys.getfilesystemencoding() != "utf-8":
        # Names of files are recorded: under another encoding the same name would be another (PEP 540).
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606
    # A run makes many values and drops few: looking for cycles after every 700 of them took a fifth of its time.
    gc.set_threshold(100_000, 50, 50)


@main.command()
@_PATHS
@_OUT
@click.option(
    "--product",
    "products",
    multiple=True,
    type=click.Choice(["deck", *PRODUCTS]),
    help="Make only this; repeatable.  [default: the deck, and what `print.products` names]",
)
@click.option("--force", is_flag=True, help="Build even if nothing has changed.")
@click.option("--locked", is_flag=True, help="Fail if the ledger would change, as in continuous integration.")
@_REFRESH
@_REPUBLISH
@_DIALECT
@click.option("--seed", type=int, help="Shuffle the quiz and its options; a number gives the same order again.")
@click.option("--jobs", type=click.IntRange(0), default=0, help="How many processes lay out pages; 0 is one a core.")
@click.option("--quiet", is_flag=True, help="Print problems only.")
@click.option(
    "--verbose", is_flag=True, help="Print each step, how long it took, and which notes a card holds in smaller type."
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@_STRICT
def build(products: tuple[str, ...], quiet: bool, verbose: bool, as_json: bool, strict: bool, **asked: Any) -> None:
    """Build the Anki deck and the print pack.

    The last line says what changed since the last build; the file of changes beside the deck says it at length, with
    the searches by which learners find the notes that need a hand in Anki.
    """
    from generator import build as builder

    request = builder.Request(**asked, products=tuple(dict.fromkeys(products)))
    outcome = _run(lambda: builder.build(request, _watch(verbose, quiet, as_json), strict))
    _finish(outcome, request.out or Path("build"), quiet, verbose, as_json, strict)


@main.command()
@_PATHS
@_OUT
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@_REFRESH
@_REPUBLISH
@_DIALECT
def diff(style: str, **asked: Any) -> None:
    """Show what the next build would change against the last; nothing is written.

    On a terminal of 100 columns or more old and new text stand beside each other, elsewhere they are one text with
    `[-old-]` and `{+new+}`. JSON has every change with all its texts.
    """
    from generator import build as builder
    from generator import change_report, report

    request = builder.Request(**asked)
    comparison = _run(lambda: builder.compare(request, _watch(verbose=False, quiet=False, as_json=True)))
    _end_with_errors(comparison.problems)
    if style == "json":
        click.echo(change_report.diff_json(comparison))
        return
    for line in change_report.diff_text(comparison, _screen()):
        click.echo(line)
    for problem in change_report.doubts(comparison.problems):
        click.echo(report.problem_text(problem), err=True)


@main.command()
@_PATHS
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--skipped", is_flag=True, help="List the parts of the source that are in no note, and why.")
@click.option("--explain", is_flag=True, help="Show the lines of each note and the rule that made it.")
@_DIALECT
def cards(paths: tuple[Path, ...], style: str, skipped: bool, explain: bool, dialect: str) -> None:
    """List the notes that were understood, unanswered questions too.

    With --explain and --skipped together each line of the source is told once, in its order.
    """
    from generator import report

    found = _run(lambda: _understood(paths, dialect))
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 10_000
    notes = () if skipped and not explain else found.notes
    parts = report.in_order(notes, found.skipped if skipped else (), [*found.project.files])
    for line in report.account(parts, explain, width) if style == "table" else [report.account_json(parts)]:
        click.echo(line)
    for problem in found.problems:
        if problem.code in _OF_UNDERSTANDING:
            click.echo(report.problem_text(problem), err=True)
    _end_with_errors(found.problems)


# What somebody who lists the notes of a file wants to know of its reading.
_OF_UNDERSTANDING = ("no-questions", "empty-file", "dialect-doubtful", "unknown-dialect")


@main.command()
@_PATHS
@click.option("--format", "style", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@_DIALECT
@_STRICT
def check(paths: tuple[Path, ...], style: str, dialect: str, strict: bool) -> None:
    """List problems only: each with its place, a code, a sentence and a hint."""
    from generator import report
    from generator.outcome import is_fatal, problem_value

    problems = _run(lambda: _understood(paths, dialect)).problems
    if style == "json":
        click.echo(report.json_lines(map(problem_value, problems)))
    else:
        for problem in problems:
            click.echo(report.problem_github(problem) if style == "github" else report.problem_text(problem))
    if style == "text" and not problems:
        click.echo("no problems")
    raise SystemExit(1 if any(is_fatal(problem, strict) for problem in problems) else 0)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--to", required=True, metavar="DIALECT", help="The dialect to write: headings, or any other.")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@_DIALECT
def convert(file: Path, to: str, output: Path | None, dialect: str) -> None:
    """Write FILE in another dialect: the same notes, with the same ids.

    What DIALECT has no marks for (an id, a tag, a kind) stands in a comment. The new text is read once more; notes that
    it does not say as FILE did are told, and the exit code is 1. docs/dialects.md says what each dialect can't say.
    """
    from generator import convert as converting
    from generator import project, report

    converted = _run(lambda: converting.convert(project.one_source(file, Path.cwd(), dialect), to))
    if output is None:
        click.echo(converted.text, nl=False)
    else:
        _run(lambda: project.put(output, converted.text))
    for problem in converted.problems:
        click.echo(report.problem_text(problem), err=True)
    raise SystemExit(1 if converted.problems else 0)


@main.command()
@click.option(
    "--paper",
    type=click.Choice(["A4", "Letter", "A5"]),
    default="A4",
    show_default=True,
    help="The paper that is in the printer.",
)
@click.option(
    "--flip",
    type=click.Choice(["long-edge", "short-edge"]),
    default="long-edge",
    show_default=True,
    help="The edge about which the printer turns paper.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("calibration.pdf"),
    show_default=True,
    help="Write to this file.",
)
def calibrate(paper: str, flip: str, out: Path) -> None:
    """Make a sheet that shows how your printer turns, stacks and sets off what it prints.

    Print it on both sides of two sheets; it says what to measure, and what to write into deck.toml, so that the back of
    every cut-out card lies exactly behind its front.
    """
    from generator import build as builder
    from generator import project

    _run(lambda: project.put(out, builder.calibration(paper, flip)))
    click.echo(f"wrote {out}: print it on both sides of two sheets, at actual size")


@main.group()
def ledger() -> None:
    """Mend the record of who is who, where the program can't decide or the record is lost."""


@ledger.command(short_help="Let a new note go on with a retired note's reviews.")
@click.argument("old")
@click.argument("new")
@_PATHS
@_OUT
def link(old: str, new: str, **asked: Any) -> None:
    """Let the note NEW go on with the reviews of the retired note OLD, whose question was worded anew.

    OLD and NEW are ids, as `deckpress diff` and the warning `doubtful-match` name them.
    """
    from generator import build as builder

    click.echo(_run(lambda: builder.link(builder.Request(**asked), old, new)))


@ledger.command(short_help="Write a lost ledger anew from a deck.")
@click.argument("deck", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_PATHS
@_OUT
def recover(deck: Path, **asked: Any) -> None:
    """Write a lost ledger anew from DECK, the last .apkg that was built, or one that was downloaded."""
    from generator import build as builder

    click.echo(_run(lambda: builder.recover(builder.Request(**asked), deck)))


# --- running and finishing ------------------------------------------------------------------------------------------


def _run(call: Callable[[], _T]) -> _T:
    """The result of the call; the user's errors become one sentence and exit code 2."""
    from generator.model import UserError

    try:
        return call()
    except UserError as error:
        click.echo(f"deckpress: {error}", err=True)
        raise SystemExit(2) from error
    except KeyboardInterrupt as error:
        click.echo("deckpress: stopped; what was there before is as it was", err=True)
        raise SystemExit(130) from error  # as shells report it


def _understood(paths: tuple[Path, ...], dialect: str) -> Understood:
    from generator import project
    from generator.understanding import understand
    from generator.watch import Watch

    return understand(project.load(paths, None, Path.cwd(), dialect), Watch())


def _end_with_errors(problems: Sequence[Problem]) -> None:
    """Errors, said aside from the output proper, and exit code 1 where there are any."""
    from generator import report
    from generator.outcome import is_fatal

    errors = [problem for problem in problems if is_fatal(problem, strict=False)]
    for problem in errors:
        click.echo(report.problem_text(problem), err=True)
    if errors:
        raise SystemExit(1)


def _finish(outcome: Outcome, folder: Path, quiet: bool, verbose: bool, as_json: bool, strict: bool) -> None:
    """Say what a build did and end with its exit code."""
    from generator import report

    code = outcome.exit_code(strict)
    if as_json:
        click.echo(json.dumps(report.outcome_value(outcome, folder, code), ensure_ascii=False, indent=1))
    else:
        for problem in outcome.problems:
            click.echo(report.problem_text(problem), err=True)
        if outcome.missing:
            click.echo(f"deckpress: {outcome.missing}", err=True)
        if not quiet:
            for line in report.outcome_text(outcome, folder, code, names=verbose):
                click.echo(line)
    raise SystemExit(code)


def _watch(verbose: bool, quiet: bool, as_json: bool) -> Watch:
    from generator.watching import Plain, Silent, Steps, Terminal

    if verbose or quiet:
        return Steps() if verbose else Silent()
    return Terminal() if sys.stderr.isatty() and not as_json and os.environ.get("TERM") != "dumb" else Plain()


_WIDEST = 160  # columns beyond which a line is hard to read


def _screen() -> Screen:
    """What standard output is; NO_COLOR as https://no-color.org asks."""
    from generator.side_by_side import Screen

    if not sys.stdout.isatty():
        return Screen()
    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Screen(min(shutil.get_terminal_size().columns, _WIDEST), colour, terminal=True)
