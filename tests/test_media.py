"""Pictures and sounds, however they are named: what a card shows and plays, and what it must not."""

from __future__ import annotations

import base64
import re
import zipfile
from pathlib import Path

import pytest

from generator import media_names, witness
from generator.model import Kind
from tests.driver import Learner, Story
from tests.media_support import MP3, MP4, PNG, SVG, picture
from tests.reading_support import read

FILES = {
    "one word.png": b"", "été 中.png": b"", "LOUD.PNG": b"", "plain.png": b"", "p(1).png": b"", "100% sure.png": b"",
    "hash#1.png": b"", "a+b&c.png": b"", "img/same.png": b"", "other/same.png": b"", "deep/er/vault.png": b"",
    "deep/er/q?x.png": b"", "square.svg": SVG, "bell.mp3": MP3, "deep/Tone.MP3": MP3 + b"2", "film.mp4": MP4,
    "text.png": b"no picture at all", "photo.heic": b"\0\0\0\x18ftypheic" + bytes(20), "notes.pdf": b"%PDF-1.4",
    "new.avif": b"\0\0\0\x18ftypavif" + bytes(20), "empty.png": None,
}  # fmt: skip
DATA = base64.b64encode(PNG).decode()


def built(folder: Path, answers: list[str]) -> tuple[list[str], list[list[str]], list[str]]:
    """Of each answer, a file of its own: its field without hashes of names, the problems it met; and what is packed."""
    story = Story(folder)
    for name, data in FILES.items():
        story.write(name, picture(name) if data == b"" else data or b"")
    (folder / "secret.png").write_bytes(picture("secret"))
    for place, answer in enumerate(answers):
        story.write(
            f"note-{place}.md", f"# Title {place}\n\n## What is {place}?\n\n{answer}\n\n## What else {place}?\n\nMore."
        )
    story.build()
    deck = witness.read(story.package.read_bytes())
    assert deck is not None
    notes = deck.notes
    assert len(notes) == 2 * len(answers), "nothing costs a note"
    fields = {note.fields[0]: re.sub(r"-[0-9a-f]{12}(?=\.)", "", note.fields[1]) for note in notes}
    told = re.findall(r"^source/note-(\d+)\.md:\d+:\d+: \w+\[([\w-]+)\]", story.last.stderr, re.MULTILINE)
    problems = [[code for file, code in told if int(file) == place] for place in range(len(answers))]
    with zipfile.ZipFile(story.package) as package:
        packed = sorted(re.findall(r'"\d+": "([^"]+)"', package.read("media").decode("unicode-escape")))
    return [fields[f"What is {place}?"].strip() for place in range(len(answers))], problems, packed


def image(name: str, alt: str = "", more: str = "") -> str:
    """A picture that stands alone."""
    return f'<p class="img"><img src="{name}" alt="{alt}"{more}></p>'


# --- what is shown and played -----------------------------------------------------------------------------------------

BELL = '<p class="img">[sound:bell.mp3]</p>'
SHOWN = [
    # by its path
    ("![](plain.png)", image("plain.png")),
    ("![A dot](./img/../plain.png \"Small\")", image("plain.png", "A dot", ' title="Small"')),
    ("![](/plain.png)", image("plain.png")),
    ("![](one word.png)", image("one-word.png")),
    ("![](one%20word.png)", image("one-word.png")),
    ("![](<one word.png>)", image("one-word.png")),
    ("![x](été%20中.png)", image("été-中.png", "x")),
    ("![x](%C3%A9t%C3%A9%20%E4%B8%AD.png)", image("été-中.png", "x")),
    ("![x](e\u0301te\u0301%20中.png)", image("été-中.png", "x")),
    ("![](LOUD.PNG)", image("loud.png")),
    ("![](loud.png)", image("loud.png")),
    ("![](p(1).png) ![](p%281%29.png)", '<p class="img"><img src="p-1.png" alt=""> <img src="p-1.png" alt=""></p>'),
    ("![](100% sure.png)", image("100-sure.png")),
    ("![](100%25%20sure.png)", image("100-sure.png")),
    ("![](hash%231.png)", image("hash-1.png")),
    ("![](a+b&c.png)", image("a-b-c.png")),
    ("![](img\\same.png)", image("same.png")),
    ("![](plain.png?raw=true)", image("plain.png")),
    ("![](plain.png#gh-dark-mode-only)", image("plain.png")),
    ("![](deep/er/q%3Fx.png)", image("q-x.png")),
    # by reference
    ("![dot][r1]\n\n[r1]: one%20word.png", image("one-word.png", "dot")),
    ("![r2][]\n\n[r2]: <one word.png> 'Named'", image("one-word.png", "r2", ' title="Named"')),
    ("![r3]\n\n[r3]: plain.png", image("plain.png", "r3")),
    # from anywhere in the vault
    ("![[vault.png]]", image("vault.png")),
    ("![[er/vault.png]]", image("vault.png")),
    ("![[Vault.PNG]]", image("vault.png")),
    ("![[one word.png]]", image("one-word.png")),
    ("![[img/same.png]] and ![[other/same.png]]", '<p><img src="same.png" alt=""> and <img src="same.png" alt=""></p>'),
    # with a size
    ("![[plain.png|300]]", image("plain.png", "", ' width="300"')),
    ("![[plain.png|300x200]]", image("plain.png", "", ' width="300" height="200"')),
    ("![[plain.png|A dot|x20]]", image("plain.png", "A dot", ' height="20"')),
    ("![A dot|120](plain.png)", image("plain.png", "A dot", ' width="120"')),
    ("![A|B](plain.png)", image("plain.png", "A|B")),
    ("![](plain.png =100x20)", image("plain.png", "", ' width="100" height="20"')),
    ("![](one word.png \"T\" =50%)", image("one-word.png", "", ' title="T" width="50%"')),
    ("![](plain.png){width=300 height=\"20px\"}", image("plain.png", "", ' width="300" height="20"')),
    ("![](plain.png){: .right width=50% }", image("plain.png", "", ' width="50%"')),
    ("![](plain.png){:.right}", image("plain.png")),
    ("![](plain.png){x}", '<p><img src="plain.png" alt="">{x}</p>'),
    # as HTML
    ('<img src="plain.png" width="300px" height=20 onerror="x()" style="color: red">',
     '<img src="plain.png" width="300" height="20">'),
    ("<IMG SRC=one%20word.png ALT='A &amp; b'> on", '<p><img src="one-word.png" alt="A &amp; b"> on</p>'),
    ('<p align="center"><img src="./plain.png" width="50%"></p>',
     '<p align="center"><img src="plain.png" width="50%"></p>'),
    ('<picture><source srcset="plain.png"><img src="plain.png"></picture>', '<p><img src="plain.png"></p>'),
    ('<a href="plain.png"><img src="plain.png"></a>', '<p><a><img src="plain.png"></a></p>'),
    # in other things
    ("[![dot](plain.png)](https://e.example/)",
     '<p class="img"><a href="https://e.example/"><img src="plain.png" alt="dot"></a></p>'),
    ("| a | b |\n|---|---|\n| ![](plain.png) | ![[plain.png\\|30]] |",
     '<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td><img src="plain.png" alt=""></td>'
     '<td><img src="plain.png" alt="" width="30"></td></tr></tbody></table>'),
    ("- **![[plain.png]]**", '<ul><li><strong><img src="plain.png" alt=""></strong></li></ul>'),
    ("See.[^f]\n\n[^f]: ![](plain.png)",
     '<p>See.<sup class="fn">1</sup></p><ol class="footnotes"><li>'
     '<p class="img"><img src="plain.png" alt=""></p></li></ol>'),
    # written out
    (f"![d](data:image/png;base64,{DATA})", image("image.png", "d")),
    (f'<img src="data:image/png;base64,{DATA}">', '<img src="image.png">'),
    ("![d](data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22/%3E)", image("image.svg", "d")),
    # other kinds
    ("![](square.svg)", image("square.svg")),
    ("![](new.avif)", image("new.avif")),
    ("![](bell.mp3)", BELL), ("[sound:bell.mp3]", BELL), ("![[bell.mp3]]", BELL),
    ("[sound:Tone.MP3]", '<p class="img">[sound:tone.mp3]</p>'),
    ("<audio controls src='bell.mp3'>words</audio>", "<p>[sound:bell.mp3]</p>"),
    ('<audio><source src="gone.ogg"><source src="bell.mp3"></audio>', "<p>[sound:bell.mp3]</p>"),
    ("<AUDIO controls>\n<source src=gone.ogg> <source src=bell.mp3>\nYour browser *can't*.\n</AUDIO>",
     "[sound:bell.mp3]"),
    ('Hear <audio src="bell.mp3">no <b>words</b></audio> and <video src="film.mp4">it</video>.',
     "<p>Hear [sound:bell.mp3] and [sound:film.mp4].</p>"),
    ('Hear it: <audio src="bell.mp3"/>', "<p>Hear it: [sound:bell.mp3]</p>"),
    ("![](film.mp4)", '<p class="img">[sound:film.mp4]</p>'),
    ('<video src="film.mp4" width="300"></video>', "<p>[sound:film.mp4]</p>"),
    ("[sound:bell.mp3] and [sound:bell.mp3]", "<p>[sound:bell.mp3] and [sound:bell.mp3]</p>"),
    # other notes
    ("See [[Note]], [[Note|the note]], [[Note#Head]], [[Note#^abc]], [[#Head]] and [[Note#Head|there]].",
     "<p>See Note, the note, Note &gt; Head, Note, Head and there.</p>"),
    ("**[[A|b]]** and [c]([[A]])", "<p><strong>b</strong> and c</p>"),
]  # fmt: skip


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[list[str]], list[str]]:
    return built(tmp_path_factory.mktemp("shown"), [markdown for markdown, _ in SHOWN])


@pytest.mark.parametrize("place", range(len(SHOWN)), ids=[markdown[:50] for markdown, _ in SHOWN])
def test_what_a_card_shows_and_plays(shown: tuple[list[str], list[list[str]], list[str]], place: int) -> None:
    fields, problems, _ = shown
    assert fields[place] == SHOWN[place][1]
    assert problems[place] == (["media-missing"] if "gone" in SHOWN[place][0] else [])


def test_each_file_is_packed_once_under_a_name_of_its_own(
    shown: tuple[list[str], list[list[str]], list[str]],
) -> None:
    fields, _, packed = shown
    names = {re.sub(r"-[0-9a-f]{12}(?=\.)", "", name) for name in packed}
    assert len([name for name in packed if name.startswith("same-")]) == 2, "two files of one name"
    assert len([name for name in packed if name.startswith("plain-")]) == 1
    used = set(re.findall(r'src="([^"]+)"|\[sound:([^\]]+)\]', " ".join(fields)))
    assert names == {source or sound for source, sound in used}, "none is missing, none unused"


# --- what can't be shown ----------------------------------------------------------------------------------------------


def missing(words: str) -> str:
    """What stands there instead."""
    return f'<p class="img"><span class="missing">{words}</span></p>'


NOT_HAD = [
    ("![A tree](gone.png)", missing("A tree"), ["media-missing"]),
    ("![](gone.png) and ![](plain.png)",
     '<p><span class="missing">gone.png</span> and <img src="plain.png" alt=""></p>', ["media-missing"]),
    ("![[gone.png|A tree|30]]", missing("A tree"), ["media-missing"]),
    ("[sound:gone.mp3]", missing("gone.mp3"), ["media-missing"]),
    ('<img src="gone.png" alt="A tree"> on', '<p><span class="missing">A tree</span> on</p>', ["media-missing"]),
    ("![x](gone%00.png)", missing("x"), ["media-missing"]),
    (f"![x]({'y' * 400}.png)", missing("x"), ["media-missing"]),
    ("![x](C:\\plain.png)", missing("x"), ["media-missing"]),
    ("![x](/etc/hostname)", missing("x"), ["media-missing"]),
    ("![[same.png]]", missing("same.png"), ["media-ambiguous"]),
    ("![x](../secret.png)", missing("x"), ["media-outside"]),
    ("![x](../../secret.png)", missing("x"), ["media-outside"]),
    ("![x](%2e%2e/secret.png)", missing("x"), ["media-outside"]),
    ("![[../secret.png]]", missing("../secret.png"), ["media-outside"]),
    ("[sound:../secret.mp3]", missing("../secret.mp3"), ["media-outside"]),
    ('<img src="../secret.png" alt="x"> on', '<p><span class="missing">x</span> on</p>', ["media-outside"]),
    ("![x](text.png)", missing("x"), ["media-type"]),
    ("![x](empty.png)", missing("x"), ["media-type"]),
    ("![x](photo.heic)", missing("x"), ["media-type"]),
    ("![[photo.heic]]", missing("photo.heic"), ["media-type"]),
    ("![x](notes.pdf)", missing("x"), ["media-type"]),
    ("![x](data:text/html,<script>)", missing("x"), ["media-type"]),
    ("![x](data:image/png;base64,AAAA)", missing("x"), ["media-type"]),
    ("![x](file:///etc/hostname)", missing("x"), ["media-remote"]),
    ("![x](https://e.example/x.png)", '<p class="img"><a href="https://e.example/x.png">x</a></p>', ["media-remote"]),
    ("![](//e.example/x.png)", '<p class="img"><a href="https://e.example/x.png">//e.example/x.png</a></p>',
     ["media-remote"]),
    ("[![x](https://e.example/x.png)](https://b.example/)", '<p class="img"><a href="https://b.example/">x</a></p>',
     ["media-remote"]),
    ("![x](https://e.example/x.mp3)", '<p class="img"><a href="https://e.example/x.mp3">x</a></p>', ["media-remote"]),
    ("<img src=https://e.example/x.png alt=x> on",
     '<p><a href="https://e.example/x.png">x</a> on</p>', ["media-remote"]),
    ('<a href="https://b.example/"><img src="https://e.example/x.png" alt="x"></a> on',
     '<p><a href="https://b.example/"><span class="missing">x</span></a> on</p>', ["media-remote"]),
    ('<p><a href="https://b.example/">b</a><img src="https://e.example/x.png"></p>',
     '<p><a href="https://b.example/">b</a><a href="https://e.example/x.png">https://e.example/x.png</a></p>',
     ["media-remote"]),
    ("<audio src=https://e.example/x.mp3></audio> on",
     '<p><a href="https://e.example/x.mp3">https://e.example/x.mp3</a> on</p>', ["media-remote"]),
    # A page is told, and its name shown.
    ("![[Other note]] and ![[Other note#Part|words]]", "<p>Other note and words</p>", ["page-embedded"]),
    # What is no picture at all.
    ("`![](plain.png)` `[sound:bell.mp3]` `[[Note]]`", None, []),
    ("```\n![](plain.png) ![[plain.png]] [sound:bell.mp3] [[Note]]\n```", None, []),
    ("    ![](plain.png)", None, []),
    ("<!-- ![](plain.png) --> on", "on", []),
    ("\\![a](https://e.example/x.png)", '<p>!<a href="https://e.example/x.png">a</a></p>', []),
    ("\\[sound:bell.mp3] and \\[\\[Note]]", "<p>&#91;sound:bell.mp3] and [[Note]]</p>", []),
    ("arr[[0]], x[[i]], [[ -f x ]], [[nodiscard]], [[a == b]]",
     "<p>arr[[0]], x[[i]], [[ -f x ]], [[nodiscard]], [[a == b]]</p>",
     []),
    ("[listen](bell.mp3)", "<p>listen</p>", []),
    ('<img alt="plain.png"> on', '<p><span class="missing">plain.png</span> on</p>', []),
]  # fmt: skip


@pytest.fixture(scope="module")
def not_had(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[list[str]], list[str]]:
    return built(tmp_path_factory.mktemp("missing"), [markdown for markdown, _, _ in NOT_HAD])


@pytest.mark.parametrize("place", range(len(NOT_HAD)), ids=[case[0][:50] for case in NOT_HAD])
def test_what_is_not_had_is_said_and_costs_nothing_else(
    not_had: tuple[list[str], list[list[str]], list[str]], place: int
) -> None:
    fields, problems, packed = not_had
    _, field, codes = NOT_HAD[place]
    assert problems[place] == codes
    assert fields[place] == field or (field is None and "<img" not in fields[place] and "[sound:" not in fields[place])
    assert [name for name in packed if not name.startswith("plain-")] == []


# --- how large --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "size"),
    [
        ("![q](q.png){:height 20, :width 30}", "30x20"),
        ("![[q.png|30]]", "30"),
        ("![q](q.png)", ""),
        ("![q](q.png) {:height 20, :width 30}", ""),
    ],
)
def test_a_size_in_an_outline(markdown: str, size: str) -> None:
    (note,) = read(f"- What is it? #card\n  - It {markdown} [[Page|here]]\n").notes
    (found,) = [node for tree in note.trees() for node in tree.walk() if node.kind is Kind.IMAGE]
    assert found.text == size


# --- what bytes are ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "image/png"), (SVG, "image/svg+xml"), (b"<svg/>", "image/svg+xml"),
        (b"\xef\xbb\xbf \n<SVG>", "image/svg+xml"),
        (b"<!DOCTYPE svg><svg>", "image/svg+xml"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"GIF89a", "image/gif"),
        (b"RIFF1234WEBP", "image/webp"), (b"RIFF1234WAVE", "audio/wav"), (b"RIFF1234AVI ", None), (MP3, "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"), (b"\xff\xf1\x50\x80", "audio/aac"), (b"\xff\xff\xff\xff", None),
        (MP4, "video/mp4"), (b"\0\0\0\x18ftypM4A ", "audio/mp4"), (b"\0\0\0\x18ftypavif", "image/avif"),
        (b"\0\0\0\x18ftypheic", None), (b"\x1aE\xdf\xa3", "video/webm"), (b"<?xml version='1.0'?><html/>", None),
        (b"<html><svg>", None), (b"", None), (b"BM", None), (b"%PDF-1.7", None),
    ],
)  # fmt: skip
def test_a_name_proves_nothing_and_the_first_bytes_do(data: bytes, kind: str | None) -> None:
    found = media_names.kind_of(data)
    assert (found[0] if found else None) == kind


# --- over several builds ----------------------------------------------------------------------------------------------


def test_an_import_brings_a_picture_that_came_back_and_one_that_changed(tmp_path: Path) -> None:
    story = (
        Story(tmp_path / "p")
        .write("a.md", "# A\n\n## What is A?\n\nIt is ![[tree.png]].\n\n## What is B?\n\nB.\n")
        .build()
    )
    assert "media-missing" in story.last.stderr
    with Learner.at(tmp_path / "anki") as learner:
        assert len(learner.takes(story.package)["new"]) == 2
        for place, data in (
            ("deep/tree.png", picture("1")),
            ("deep/tree.png", picture("2")),
            ("tree.png", picture("3")),
        ):
            story.write(place, data).build()
            assert "media" not in story.last.stderr
            assert learner.takes(story.package)["updated"] == [learner.note("What is A")["Question"]]
            (source,) = re.findall(r'src="([^"]+)"', learner.note("What is A")["Answer"])
            assert (Path(learner.col.media.dir()) / source).read_bytes() == data


def test_questions_that_differ_in_what_they_show_are_not_the_same(tmp_path: Path) -> None:
    shows = ["![](a.png)", "![[b.png]]", "<img src='a.png'>", "<img src='b.png'>", "<audio src='a.mp3'></audio>"]
    for place in range(2):
        notes = "".join(f"## What is it? {show}\n\nA {number}.\n\n" for number, show in enumerate(shows[place * 2 :]))
        story = Story(tmp_path / str(place)).write("a.md", f"# A\n\n{notes}").build()
        assert "same-question" not in story.last.stderr
