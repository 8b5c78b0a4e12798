"""`make bench`: whole-process times on content made here, the median of several runs of each, in one interleaved go.

Times on one machine say little: compare the rows with one another, or two checkouts with
`--against OTHER/.venv/bin/deckpress`.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from generator import ledger, reading
from generator.model import NO_MEDIA, Defaults, Note, Source

_WORDS = [
    "query",
    "model",
    "view",
    "template",
    "request",
    "response",
    "field",
    "index",
    "cache",
    "signal",
    "lock",
    "row",
]
_CODE = {
    "python": """def f{i}(x: int) -> str:
    return [str(y) for y in range(x) if y % {i}]  # note

class C{i}(Base):
    name = 'n{i}'
""",
    "javascript": """const f{i} = async (x) => {{
  const r = await fetch(`/api/{i}`); // go
  return r.json();
}};
""",
    "sql": "SELECT a, COUNT(*) FROM t{i} WHERE b = 'x{i}' GROUP BY a ORDER BY 2 DESC;\n",
    "html": '<div class="c{i}"><a href="/x">text {i}</a></div>\n',
}


def questions(count: int, words: int = 40) -> str:
    """Markdown of so many questions, each with prose, a list and a highlighted block; the same at every call."""
    dice = random.Random(1)
    languages = list(_CODE)
    parts = ["# Bench\n"]
    for i in range(1, count + 1):
        language = languages[i // 2 % len(languages) if i % 2 else 0]
        prose = " ".join(dice.choice(_WORDS) for _ in range(words))
        code = _CODE[language].format(i=i)
        question = f"## What is item {i} of {dice.choice(_WORDS)}?"
        answer = f"The **{dice.choice(_WORDS)}** is `x{i}`: {prose}.\n\n- one\n- two"
        parts.append(f"{question}\n\n{answer}\n\n```{language}\n{code}```\n")
    return "\n".join(parts)


def timed(command: Sequence[str], folder: Path, fresh: Path | None) -> float:
    """Seconds that one run took; `fresh` is deleted before, so that nothing is cached."""
    if fresh is not None:
        shutil.rmtree(fresh, ignore_errors=True)
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    took = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return took


def assigning(runs: int) -> float:
    """Seconds in which 10,000 notes find their lines in the ledger after 1,000 of them were edited; the median."""
    dice = random.Random(2)
    words = [f"{dice.choice(_WORDS)}{number}" for number in range(20_000)] + _WORDS * 200
    pairs = [[dice.choices(words, k=8), dice.choices(words, k=80)] for _ in range(10_000)]

    def notes() -> tuple[Note, ...]:
        text = "\n\n".join(f"## What is {' '.join(asked)}?\n\n{' '.join(said)}" for asked, said in pairs)
        return reading.read(Source("a.md", text.encode(), Defaults("Bench"))).notes

    before = notes()
    old = ledger.assign(ledger.born("Bench", before), before, {}, NO_MEDIA, 1).ledger
    for asked, said in dice.sample(pairs, 1000):
        for place in dice.sample(range(8), dice.choice((0, 2, 3))):  # up to 40 % of a question
            asked[place] = dice.choice(words)
        for place in dice.sample(range(80), 8):
            said[place] = dice.choice(words)
    after = notes()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        found = ledger.assign(old, after, {}, NO_MEDIA, 2)
        times.append(time.perf_counter() - start)
    kept = {entry.id for entry in old.entries} & {note.id for note in found.notes}
    print(f"{'10,000 notes, 1,000 edited: known again':44}{len(kept):9}")
    return statistics.median(times)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--against", help="another deckpress command, run in turns with this one")
    options = parser.parse_args()
    own = str(Path(sys.executable).with_name("deckpress"))
    programs = [own, *([options.against] if options.against else [])]
    print(f"{'10,000 notes, 1,000 edited: ledger.assign':44}{assigning(options.runs):9.3f} s\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "thousand.md").write_text(questions(1000), encoding="utf-8")
        megabyte = questions(2000, words=140)[:1_000_000].rpartition("\n## ")[0]
        (folder / "megabyte.md").write_text(megabyte, encoding="utf-8")
        (folder / "sixty.md").write_text(questions(60), encoding="utf-8")
        build = folder / "build"
        cases: list[tuple[str, list[str], Path | None]] = [
            ("--help", ["--help"], None),
            ("cards, 1 MB", ["cards", "megabyte.md", "--format", "json"], None),
            ("deck of 1,000, cold", ["build", "thousand.md", "--product", "deck"], build),
            ("deck of 1,000, nothing to do", ["build", "thousand.md", "--product", "deck"], None),
            ("deck and sheet of 60, cold", ["build", "sixty.md"], build),
            ("deck and sheet of 60, pages cached", ["build", "sixty.md", "--force"], None),
        ]
        print(f"{'case':36}" + "".join(f"{Path(program).parent.parent.parent.name:>14}" for program in programs))
        for label, arguments, fresh in cases:
            times: list[list[float]] = [[] for _ in programs]
            for _ in range(options.runs + 1):
                for index, program in enumerate(programs):
                    times[index].append(timed([program, *arguments], folder, fresh))
            print(f"{label:36}" + "".join(f"{statistics.median(series[1:]):12.3f} s" for series in times))


if __name__ == "__main__":
    main()
