"""A deck with every kind of note, with pictures, sounds and formulas in all of them, as a real Anki shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from anki.sound import AVTag, SoundOrVideoTag

from tests.driver import Learner, Story
from tests.media_support import MP3, SVG, picture

DECK = r"""# Everything

## What does $\frac{a}{b_{c}}$ show? ![A tree](img/a%20tree.png)

Display, and money of $5 and $10:

$$
x_1 < y_2 \\
- z
$$

![[vault.png|300]] \[ \sum_{i=0}^n i^2 \] [sound:bell.mp3]

## Which way is \(x \to y\)? {kind=reversed}

The other: ![](square.svg) `$code$`

## The derivative of $x^2$ is {{c1::$2x^{a^{b}}$}}, in words {{c2::two *x* ![](img/a%20tree.png)::how many?}}

And $x^{y^{z}}$ with [sound:bell.mp3].

## What hides a formula? {kind=cloze}

Part: $x = {{c1::y_{1}}} + {{c3::\frac{1}{2}::half}}$, whole: {{c2::$$\sqrt{a^{b}}$$}}, heard: {{c4::[sound:bell.mp3]}}.

A marked ==$\vec{v}_{1}$== and `{{ code }}`.

## Which of these is a tree?

- [ ] ![](square.svg) for $5
- [x] ![](img/a%20tree.png)
- [ ] $a|b$ and [sound:bell.mp3]

Since $t \in T$.

## Which two are primes?

A. $2$
B. $4$
C. \(3\)

Answer: A, C

## What is gone?

![A lost one](gone.png), <img src="https://e.example/x.png" alt="far"> and [[Page|a page]].
"""
FILES = {"img/a tree.png": picture("tree"), "deep/vault.png": picture("vault"), "square.svg": SVG, "bell.mp3": MP3}


class Shown:
    """The cards of the deck as Anki renders them, by the order of the file."""

    def __init__(self, learner: Learner) -> None:
        self.learner = learner
        found = learner.col.find_cards("", order="c.due, c.ord")
        self.cards = [learner.col.get_card(card) for card in found]

    def of(self, words: str) -> list[tuple[str, str]]:
        """Front and back of each card whose note has these words, without style and frame."""
        cards = [card for card in self.cards if words in card.note().fields[0]]
        assert cards, words
        return [(_body(card.question()), _body(card.answer())) for card in cards]

    def plays(self, words: str) -> list[tuple[list[str], list[str]]]:
        """What front and back of these cards play."""
        cards = [card for card in self.cards if words in card.note().fields[0]]
        return [(_files(card.question_av_tags()), _files(card.answer_av_tags())) for card in cards]


def _files(tags: list[AVTag]) -> list[str]:
    return [tag.filename for tag in tags if isinstance(tag, SoundOrVideoTag)]


def _body(html: str) -> str:
    return re.sub(r"-[0-9a-f]{12}(?=\.)", "", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("all")
    story = Story(folder / "project").write("deck.md", DECK)
    for name, data in FILES.items():
        story.write(name, data)
    story.build()
    with Learner.at(folder / "anki") as learner:
        assert len(learner.takes(story.package)["new"]) == 7
        yield Shown(learner)


def test_every_note_has_its_cards(shown: Shown) -> None:
    counts: dict[int, int] = {}
    for card in shown.cards:
        counts[card.nid] = counts.get(card.nid, 0) + 1
    assert sorted(counts.values()) == [1, 1, 1, 1, 2, 2, 5], "four questions, one both ways, clozes of two and of five"
    assert [card for card in shown.cards if "Error" in card.question() or not card.question().strip()] == []


def test_formulas_are_delimited_for_mathjax(shown: Shown) -> None:
    ((front, back),) = shown.of("show?")
    assert r"\(\frac{a}{b_{c}}\)" in front
    assert "\\[\nx_1 &lt; y_2 \\\\\n- z\n\\]" in back
    assert r"\[ \sum_{i=0}^n i^2 \]" in back
    assert "money of $5 and $10" in back
    forth, other_way = shown.of(r"\(x \to y\)")
    assert r"\(x \to y\)" in forth[0]
    assert r"\(x \to y\)" in other_way[1]
    assert "\\(code" not in other_way[0]


def test_no_brace_of_a_formula_ends_a_deletion(shown: Shown) -> None:
    first, second = shown.of("The derivative")
    assert '>[...]</span>, in words <span class="cloze-inactive" data-ordinal="2">two <em>x</em> <img' in first[0]
    assert re.search(r'<span class="cloze" data-ordinal="1">\\\(2x\^\{a\^\{b\} ?\}\\\)</span>', first[1])
    assert ">[how many?]</span>" in second[0]
    assert "}}" not in re.sub(r"\\\(.*?\\\)", "", "".join(part for card in (first, second) for part in card))


def test_parts_of_formulas_hide_and_show(shown: Shown) -> None:
    cards = shown.of("What hides")
    fronts = [unescape(re.sub(r"<[^>]+>", "", front)) for front, _ in cards]
    assert [re.search(r"\[(?:\.\.\.|half)\]", front)[0] for front in fronts] == [  # type: ignore[index]
        "[...]", "[...]", "[half]", "[...]", "[...]",
    ]  # fmt: skip
    assert r"\(x = [...] + \frac{1}{2}\)" in fronts[0]
    assert r"\(x = y_{1} + [half]\)" in fronts[2]
    assert r"\[\sqrt{a^{b}" in re.sub(r"<[^>]+>", "", cards[1][1])
    assert r"\(\vec{v}_{1}\)" not in fronts[4]
    assert all("{{ code }}" in front for front in fronts)


def test_sounds_are_played_where_they_stand(shown: Shown) -> None:
    def names(plays: tuple[list[str], list[str]]) -> tuple[int, int]:
        assert all(re.fullmatch(r"bell-[0-9a-f]{12}\.mp3", name) for name in plays[0] + plays[1])
        return len(plays[0]), len(plays[1])

    assert [names(plays) for plays in shown.plays("show?")] == [(0, 1)]
    assert [names(plays) for plays in shown.plays("The derivative")] == [(0, 1), (0, 1)]
    assert [names(plays) for plays in shown.plays("What hides")] == [(1, 1), (1, 1), (1, 1), (0, 1), (1, 1)]
    assert [names(plays)[0] for plays in shown.plays("a tree?")] == [1]


def test_the_right_options_are_marked_behind_and_none_in_front(shown: Shown) -> None:
    ((front, back),) = shown.of("is a tree?")
    assert "✓" not in front
    assert front.count("<li>") == 3
    answer = back.rpartition("<hr")[2]
    assert re.findall(r'<li class="(right|wrong)">(?:<img src="([^"]+)")?', answer) == [
        ("wrong", "square.svg"), ("right", "a-tree.png"), ("wrong", ""),
    ]  # fmt: skip
    assert r"\(a|b\)" in answer
    assert r"Since \(t \in T\)." in answer
    ((front, back),) = shown.of("two are primes")
    assert re.findall(r'<li class="right">(.*?)<span class="tick">', back) == [r"\(2\)", r"\(3\)"]
    assert "Choose two." in front


def test_the_media_are_there_byte_for_byte_and_none_is_unused(shown: Shown) -> None:
    col = shown.learner.col
    folder = Path(col.media.dir())
    assert sorted(path.read_bytes() for path in folder.iterdir()) == sorted(FILES.values())
    checked = col.media.check()
    assert (list(checked.missing), list(checked.unused)) == ([], [])


def test_one_missing_picture_loses_nothing_else(shown: Shown) -> None:
    ((_, back),) = shown.of("What is gone")
    assert '<span class="missing">A lost one</span>' in back
    assert '<a href="https://e.example/x.png">far</a> and a page.' in back
