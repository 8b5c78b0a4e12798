"""Where a deck's notes come from: this project's own questions, families of near-twins, and sentences made here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random

from tests.history import words
from tests.history.world import Deletion, File, Item, Sentence, World

_OWN = Path(__file__).resolve().parents[2] / "source"
_HEADING = re.compile(r"^## (?:\d+\. )?(.+?)(?: \{[#.][^}]*\})?$")

# Near-twins: question, answer, and by what they differ. Some answers are shared, some differ by the key alone.
FAMILIES: dict[str, tuple[str, str, dict[str, str]]] = {
    "join": (
        "What does a {k} JOIN return?",
        "A {k} JOIN returns {v}. Rows are matched by the condition after ON, which compares columns of both tables.",
        {
            "LEFT": "all rows of the left table, and NULL where the right one has no match",
            "RIGHT": "all rows of the right table, and NULL where the left one has no match",
            "FULL": "all rows of both tables, and NULL where the other one has no match",
            "INNER": "only those rows that have a match in both tables",
            "CROSS": "every row of one table with every row of the other",
            "NATURAL": "the rows that are equal in all columns of the same name",
        },
    ),
    "term": ("What is term {k}?", "Term {k} is number {k} in the list.", {str(n): "" for n in range(11, 40)}),
    "typeof": (
        "What does `typeof {k}` evaluate to?",
        "{v}",
        {"null": '"object"', "x": '"undefined"', "void 0": '"undefined"', "[]": '"object"', "NaN": '"number"',
         "1n": '"bigint"', "Symbol()": '"symbol"', "class {}": '"function"', "(() => 1)": '"function"'},
    ),
    "mutable": (
        "Is a {k} mutable in Python?",
        "{v}",
        {"tuple": "No.", "list": "Yes.", "dict": "Yes.", "string": "No.", "frozenset": "No.", "bytearray": "Yes."},
    ),
    "port": (
        "Which port does {k} use by default?",
        "{v}",
        {"SSH": "22", "HTTP": "80", "HTTPS": "443", "DNS": "53", "SMTP": "25", "PostgreSQL": "5432", "Redis": "6379"},
    ),
    "status": (
        "What does the HTTP status {k} mean?",
        "**{v}**: the server says so in the first line of its response, and browsers show it to their users.",
        {"404": "Not Found", "403": "Forbidden", "401": "Unauthorized", "410": "Gone", "500": "Internal Server Error",
         "502": "Bad Gateway", "503": "Service Unavailable", "204": "No Content", "301": "Moved Permanently"},
    ),
    "sorting": (
        "What is the average time complexity of {k}?",
        "{v}",
        {"merge sort": "`O(n log n)`", "quicksort": "`O(n log n)`", "heapsort": "`O(n log n)`",
         "bubble sort": "`O(n²)`", "insertion sort": "`O(n²)`", "binary search": "`O(log n)`"},
    ),
    "git": (
        "What does `git {k}` do?",
        "It {v}.",
        {"fetch": "downloads commits without touching your files", "pull": "fetches and merges",
         "rebase": "replays your commits on top of another branch", "stash": "puts changes aside",
         "bisect": "finds the commit that broke something by halving the range", "reflog": "lists where HEAD has been"},
    ),
    "isolation": (
        "Which anomalies does the isolation level {k} allow?",
        "{k} allows {v}. Transactions that run under {k} may have to be tried again when the database finds a "
        "conflict, so code that opens them should expect an error at commit and be ready to repeat its work.",
        {"READ COMMITTED": "non-repeatable reads and phantoms", "REPEATABLE READ": "phantoms",
         "SERIALIZABLE": "none", "READ UNCOMMITTED": "dirty reads as well"},
    ),
}  # fmt: skip

_CODES = (
    ("js", "let a = [{n}, {m}];\nlet b = a;\nb.push({n});\nconsole.log(a.length);", "3"),
    ("js", "console.log(x);\nvar x = {n};", "undefined"),
    ("js", "console.log([][{n}]);", "undefined"),
    ("js", "const f = () => {{ {n} }};\nconsole.log(f());", "undefined"),
    ("py", "x = [{n}]\ny = x\ny.append({m})\nprint(x)", "`[{n}, {m}]`"),
    ("py", "print([i * {n} for i in range({m})][1])", "{n}"),
    ("py", "def f(a=[]):\n    a.append({n})\n    return a\n\nf()\nprint(len(f()), {m})", "2 {m}"),
)
_GENERIC = ("What's the output?", "What is printed?")

TERMS = """
request response header cookie session token cursor index trigger schema replica shard queue broker worker
thread process kernel socket packet router gateway proxy balancer cache buffer register pipeline compiler
linker parser lexer closure iterator generator decorator descriptor metaclass module package namespace scope
stack heap pointer reference mutex semaphore barrier deadlock snapshot journal checkpoint migration fixture
mock widget layout viewport stylesheet selector observer factory adapter facade singleton middleware
serializer validator template
""".split()  # noqa: SIM905, a list this long reads better so

_SENTENCES = (
    "A {a} keeps its {b} until the {c} asks for it",
    "Before the {a} runs, every {b} is checked against the {c}",
    "The {a} owns one {b} for each {c}, and drops it when that ends",
    "Without a {a} the {b} would have to wait for the {c}",
    "When the {a} fails, the {b} falls back to its last {c}",
    "Only the {a} may change a {b}; the {c} merely reads it",
    "Each {a} passes through a {b} on its way to the {c}",
    "It is the {a} that decides which {b} belongs to which {c}",
)
_QUESTIONS = (
    "Why does a {a} need a {b}?",
    "How does a {a} find its {b}?",
    "What happens to the {a} when the {b} is full?",
    "When would you put a {a} between a {b} and its {c}, and what does that cost?",
    "How do a {a} and a {b} differ?",
    "What is the purpose of the {a} in a {b} that has more than one {c}?",
    "Define {a} {b}.",
)


@cache
def own_files() -> tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]:
    """This project's own deck: (file's name, topic, (question, answer)s) of each file; without pictures and clozes."""
    files = []
    for path in sorted(_OWN.glob("*.md")):
        found: list[tuple[str, list[str]]] = []
        fence, topic = False, path.stem
        for line in path.read_text(encoding="utf-8").split("\n"):
            heading = None if fence else _HEADING.match(line)
            fence ^= line.startswith("```")
            if heading:
                found.append((heading.group(1), []))
            elif line.startswith("# ") and not fence:
                topic = line[2:]
                found.append(("", []))  # what stands below a topic is nobody's answer
            elif found:
                found[-1][1].append(line)
        pairs = [(question, "\n".join(lines).strip()) for question, lines in found if question]
        notes = tuple((question, answer) for question, answer in pairs if answer and "![" not in answer + question)
        files.append((path.name, topic, tuple((q, a) for q, a in notes if "==" not in q + a and "{{c" not in q + a)))
    return tuple(files)


@cache
def own_notes() -> tuple[tuple[str, str], ...]:
    """The questions and answers of this project's own deck: real ones, of all lengths."""
    return tuple(note for _, _, notes in own_files() for note in notes)


@dataclass
class Supply:
    """Notes that were never seen before, and numbers for what they are; and how large a deck may grow by them."""

    most_notes = 90
    most_files = 7

    dice: Random
    truths: int = 0
    own: list[tuple[str, str]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    given: set[tuple[str, str]] = field(default_factory=set)
    numbers: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.own = self.dice.sample(own_notes(), len(own_notes()))

    def truth(self) -> int:
        """A number that nothing had before."""
        self.truths += 1
        return self.truths

    def highest(self, item: Item) -> int:
        """The highest number that the author ever gave to a deletion of the note."""
        numbers = (deletion.number for deletion in item.deletions)
        self.numbers[item.truth] = max(self.numbers.get(item.truth, 0), *numbers)
        return self.numbers[item.truth]

    def number(self, item: Item) -> int:
        """A number for one more: authors may not give one twice, and we don't say that they do."""
        self.numbers[item.truth] = self.highest(item) + 1
        return self.numbers[item.truth]

    def _once(self, make: Callable[[], str]) -> str:
        """What `make` gives, as soon as it is something that was not given before."""
        while True:
            text = make()
            if text not in self.used:
                self.used.add(text)
                return text

    def once(self, frame: str) -> str:
        """The frame filled with terms, like none before."""
        return self._once(lambda: self._filled((frame,)))

    def term(self, text: str) -> str:
        """A term that the text doesn't have."""
        return self.dice.choice([term for term in TERMS if term not in text])

    def _filled(self, frames: tuple[str, ...]) -> str:
        a, b, c = self.dice.sample(TERMS, 3)
        return self.dice.choice(frames).format(a=a, b=b, c=c)

    def prose(self) -> str:
        """One to five sentences."""
        count = self.dice.choice((1, 1, 2, 3, 5))
        return self._once(lambda: ". ".join(self._filled(_SENTENCES) for _ in range(count)) + ".")

    def answer(self) -> str:
        """Another answer than any before: sometimes one word, mostly prose or that of a real note."""
        chance = self.dice.random()
        if chance < 0.1:
            return self.dice.choice(("undefined", "Yes.", "No.", "`None`", "`TypeError`"))
        return self.own.pop()[1] if chance < 0.4 and len(self.own) > 40 else self.prose()

    def plain(self) -> Item:
        """A note like none before, real or made."""
        if self.own and self.dice.random() < 0.5:
            question, answer = self.own.pop()
            return Item(self.truth(), question, answer)
        return Item(self.truth(), self._once(lambda: self._filled(_QUESTIONS)), self.answer())

    def generic(self) -> Item:
        """One of the notes that share their question; its code tells it apart."""

        def text() -> str:
            n, m = self.dice.sample(range(2, 99), 2)
            language, code, result = self.dice.choice(_CODES)
            return f"```{language}\n{code}\n```\n\n{result}".format(n=n, m=m)

        return Item(self.truth(), self.dice.choice(_GENERIC), self._once(text), generic=True)

    def twin(self, family: str) -> Item | None:
        """Another of a family, like none that the deck ever had; None when there is no more."""
        question, answer, keys = FAMILIES[family]
        left = [key for key in keys if (family, key) not in self.given]
        if not left:
            return None
        key = self.dice.choice(left)
        self.given.add((family, key))
        filled = [text.replace("{k}", key).replace("{v}", keys[key]) for text in (question, answer)]
        return Item(self.truth(), filled[0], filled[1], family=family, key=key)

    def sentence(self, numbered: int = 0) -> Sentence:
        """A sentence with one or two deletions; `numbered` is the first of the author's own numbers, or 0."""
        terms = self.dice.sample(TERMS, 3)
        frame = self.dice.choice(_SENTENCES)
        hidden = self.dice.sample("abc", self.dice.choice((1, 1, 2)))
        parts: list[str | Deletion] = []
        for piece in re.split(r"(\{[abc]\})", frame + "."):
            if piece[1:2] and piece[1] in "abc" and piece[0] == "{":
                term = terms["abc".index(piece[1])]
                if piece[1] in hidden:
                    number = numbered + sum(isinstance(part, Deletion) for part in parts) if numbered else 0
                    parts.append(Deletion(self.truth(), term, number))
                else:
                    parts.append(term)
            elif piece:
                parts.append(piece)
        return tuple(_joined(parts))

    def cloze(self) -> Item:
        """A note with deletions: most of them `==x==`, some numbered by their author."""
        numbered = self.dice.random() < 0.3
        sentences: list[Sentence] = []
        for _ in range(self.dice.choice((1, 2, 3, 4))):
            made = sum(isinstance(part, Deletion) for sentence in sentences for part in sentence)
            sentences.append(self.sentence(made + 1 if numbered else 0))
        item = Item(self.truth(), sentences=tuple(sentences), in_heading=self.dice.random() < 0.4)
        if item.in_heading:
            return replace(item, answer=self.prose())
        return replace(item, question=self.once("Complete: the {a} and its {b}."))

    def fresh(self, world: World | None = None) -> Item:
        """Any new note; with a deck, sometimes a near-twin of one in it."""
        chance = self.dice.random()
        if chance < 0.2:
            return self.generic()
        if world and chance < 0.45:
            twin = self.another(world)
            if twin:
                return twin
        return self.cloze() if chance > 0.88 else self.plain()

    def another(self, world: World) -> Item | None:
        """A further near-twin of one in the deck."""
        families = sorted({item.family for item in world.items() if item.family})
        return self.twin(self.dice.choice(families)) if families else None

    def look_alike(self, item: Item) -> Item:
        """Another note whose question looks like this one's, and whose answer does not."""
        start, end = self.dice.choice(words.content_words(item.question))
        question = item.question[:start] + self.term(item.question) + item.question[end:]
        return Item(self.truth(), question, self.prose())


def _joined(parts: list[str | Deletion]) -> list[str | Deletion]:
    """Neighbouring texts as one."""
    joined: list[str | Deletion] = []
    for part in parts:
        if joined and isinstance(part, str) and isinstance(joined[-1], str):
            joined[-1] = joined[-1] + part
        else:
            joined.append(part)
    return joined


_TOPICS = ("Basics", "Databases", "Networks", "Compilers", "Concurrency", "Testing", "Deployment", "Patterns")


def image(dice: Random) -> bytes:
    """A drawing like no other."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="{dice.randrange(10**9)}"/>'.encode()


def new_world(supply: Supply, size: int) -> World:
    """A deck of about so many notes in four files, with a bit of everything."""
    dice = supply.dice
    items = [supply.plain() for _ in range(size * 4 // 10)]
    items += [supply.generic() for _ in range(size // 10)]
    for family in dice.sample(sorted(FAMILIES), 5):
        twins = [supply.twin(family) for _ in range(max(2, size // 18))]
        items += [twin for twin in twins if twin]
    items += [replace(supply.plain(), reversed=True) for _ in range(2)]
    items = [replace(item, tags=("often",)) if dice.random() < 0.1 else item for item in items]
    images = {f"picture-{n}.svg": image(dice) for n in range(2)}
    for name in sorted(images):
        items.append(replace(supply.plain(), image=name))
    dice.shuffle(items)
    clozes = [supply.cloze() for _ in range(size // 6)]
    cut = [0, *sorted(dice.sample(range(3, len(items) - 3), 2)), len(items)]
    names = dice.sample(_TOPICS, 4)
    files = [File(f"{n * 10:02}-{names[n].lower()}.md", names[n], tuple(items[cut[n] : cut[n + 1]])) for n in range(3)]
    spread = len(clozes) // 3
    files[0] = replace(files[0], items=(*files[0].items, *clozes[:spread]))
    files.append(File(f"30-{names[3].lower()}.md", names[3], tuple(clozes[spread:]), clozes=True))
    files = [f for f in files if f.items]
    return World("Interview", tuple(files), images)
