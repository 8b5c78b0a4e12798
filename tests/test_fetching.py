"""Pictures on the web: fetched from hosts that `deck.toml` names, once, and from no other."""

from __future__ import annotations

import socket
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from generator import fetching
from tests.driver import Story
from tests.media_support import MP3, PNG, SVG, Host, picture, serving


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setenv("no_proxy", "*")
    with serving() as host:
        yield host


def story_of(folder: Path, *addresses: str, allow: str = "") -> Story:
    """A project with a note for each picture."""
    notes = "".join(f"## What is {place}?\n\n![P]({address})\n\n" for place, address in enumerate(addresses))
    settings = f"allow_hosts = [{allow}]\n" if allow else ""
    return Story(folder / "project").write("deck.toml", 'title = "T"\n' + settings).write("a.md", f"# A\n\n{notes}")


def packed(story: Story) -> list[bytes]:
    """The media in the deck, sorted."""
    with zipfile.ZipFile(story.package) as package:
        names = [name for name in package.namelist() if name not in ("collection.anki2", "media")]
        return sorted(package.read(name) for name in names)


def refused(story: Story) -> str:
    """Why the one picture of a project is not had; a link stands there, and the deck is built all the same."""
    story.build()
    assert packed(story) == []
    (told,) = [line for line in story.last.stderr.splitlines() if "media-unreachable" in line]
    return told


ALL = '"127.0.0.1"'


def test_nothing_is_fetched_that_deck_toml_does_not_allow(tmp_path: Path, host: Host) -> None:
    address = host.put("/a.png")
    relative = address.removeprefix("http:")
    story = story_of(
        tmp_path, address, relative, f"{address}?b", "https://e.example/x.png", allow='"e.example:1"'
    ).build()
    story.write(
        "b.md", f"# B\n\n## What is it?\n\n<img src='{address}'> <audio src='{address}'></audio> ![[{address}]]"
    ).build()
    assert story.last.stderr.count("notice[media-remote]") == 7
    assert f'allow_hosts = ["{host.name}"]' in story.last.stderr
    assert host.asked == []
    assert packed(story) == []


def test_what_is_allowed_is_fetched_once_and_packed(tmp_path: Path, host: Host) -> None:
    addresses = [
        host.put("/a.png", picture("a")),
        host.put("/b.svg", SVG, "image/svg+xml"),
        host.put("/c.mp3", MP3, "application/octet-stream"),
        host.put("/d.png?w=1&h=2", picture("d")),
        host.put("/a%20b/%E4%B8%AD.png", picture("b")).replace("%20", " ").replace("%E4%B8%AD", "中"),
    ]
    story = story_of(tmp_path, *addresses, addresses[0], allow=ALL).build()
    assert "warning" not in story.last.stderr
    assert packed(story) == sorted([picture("a"), picture("b"), picture("d"), SVG, MP3])
    assert sorted(host.asked) == sorted(["/a.png", "/b.svg", "/c.mp3", "/d.png?w=1&h=2", "/a%20b/%E4%B8%AD.png"])
    first = story.package.read_bytes()
    host.answers.clear()
    story.build()
    story.edit("a.md", "# A", "# A \n").build()
    assert len(host.asked) == 5, "an edited file is read anew, what it shows is not fetched anew"
    story.package.unlink()
    assert story.build().package.read_bytes() == first


def test_a_host_may_be_named_with_its_port(tmp_path: Path, host: Host) -> None:
    address = host.put("/a.png")
    assert packed(story_of(tmp_path, address, allow=f'"{host.name}"').build()) == [PNG]


def test_html_and_embeds_are_fetched_too(tmp_path: Path, host: Host) -> None:
    address = host.put("/a.png")
    story = story_of(tmp_path, allow=ALL)
    story.write("a.md", f"# A\n\n## What is it?\n\n<img src='{address}' width=3> ![[{address}|4]]\n").build()
    assert packed(story) == [PNG]
    assert host.asked == ["/a.png"]


def test_a_redirection_stays_with_the_hosts_that_are_allowed(tmp_path: Path, host: Host) -> None:
    with serving() as other:
        far = other.put("/far.png")
        near = host.put("/near.png")
        host.put("/to-near.png", b"", status=302, Location=near)
        story = story_of(tmp_path / "near", f"http://{host.name}/to-near.png", allow=f'"{host.name}"').build()
        assert packed(story) == [PNG]
        for place, target in enumerate([far, "file:///etc/hostname", "ftp://127.0.0.1/x.png", "//e.example/x.png"]):
            address = host.put(f"/to-far{place}.png", b"", status=302, Location=target)
            why = refused(story_of(tmp_path / str(place), address, allow=f'"{host.name}"'))
            assert "which `allow_hosts` does not name" in why or "says 302" in why
        assert other.asked == []


def test_what_is_too_large_is_not_read_to_its_end(tmp_path: Path, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_LARGEST", 100_000)
    address = host.put("/a.png", PNG + bytes(200_000))
    assert "MB" in refused(story_of(tmp_path, address, allow=ALL))


def test_a_host_that_sends_a_byte_at_a_time_is_found_out(
    tmp_path: Path, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_PATIENCE", 0.2)
    host.slow = 0.02
    address = host.put("/a.png", PNG + bytes(100))
    assert "longer than" in refused(story_of(tmp_path, address, allow=ALL))


def test_a_host_that_says_nothing_is_asked_once_a_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(fetching, "_TIMEOUT", 0.2)
    asked: list[str] = []
    fetch = fetching.fetch

    def counted(url: str, hosts: Collection[str]) -> bytes:
        asked.append(url)
        return fetch(url, hosts)

    monkeypatch.setattr(fetching, "fetch", counted)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        story = story_of(tmp_path, f"{address}/a.png", f"{address}/b.png", allow=ALL).build()
        assert story.last.stderr.count("media-unreachable") == 2
        assert "does not answer in time" in story.last.stderr
        assert len(asked) == 1


@pytest.mark.parametrize(
    ("body", "kind", "status", "why"),
    [
        (b"", "text/plain", 404, "says 404"),
        (b"", "text/plain", 500, "says 500"),
        (b"<html>", "text/html; charset=utf-8", 200, "sends `text/html`"),
        (PNG, "application/json", 200, "sends `application/json`"),
    ],
)
def test_what_is_no_picture_is_not_fetched(
    tmp_path: Path, host: Host, body: bytes, kind: str, status: int, why: str
) -> None:
    address = host.put("/a.png", body, kind, status)
    assert why in refused(story_of(tmp_path, address, allow=ALL))


def test_what_calls_itself_a_picture_is_looked_at(tmp_path: Path, host: Host) -> None:
    story = story_of(tmp_path, host.put("/a.png", b"<html>"), allow=ALL).build()
    assert "warning[media-type]" in story.last.stderr
    assert packed(story) == []


def test_the_next_build_tries_again(tmp_path: Path, host: Host) -> None:
    story = story_of(tmp_path, f"http://{host.name}/a.png", allow=ALL)
    refused(story)
    host.put("/a.png")
    assert packed(story.build()) == [PNG], "though nothing was edited"
    story.build()
    assert host.asked == ["/a.png", "/a.png"]


def test_a_host_that_is_no_longer_allowed_gives_nothing(tmp_path: Path, host: Host) -> None:
    story = story_of(tmp_path, host.put("/a.png"), allow=ALL).build()
    assert packed(story) == [PNG]
    assert packed(story.edit("deck.toml", ALL, '"e.example"').build()) == []


@pytest.mark.parametrize(
    "address", ["http://x@e.example/", "http://[::1/x.png", "http://e.example:99999/x.png", "http:///x"]
)
def test_no_address_breaks_a_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: (_ for _ in ()).throw(OSError("no network")))
    story_of(tmp_path, address, allow='"e.example"').build()


@pytest.mark.parametrize("allow", ['"https://e.example"', '"e.example/x"', '""', '"*"'])
def test_a_host_is_a_name(tmp_path: Path, allow: str) -> None:
    story = story_of(tmp_path, "x.png", allow=allow).build(code=1)
    assert "config-value" in story.last.stderr


def test_a_folder_s_settings_name_no_hosts(tmp_path: Path, host: Host) -> None:
    story = story_of(tmp_path, "x.png").write("f/a.md", f"## What is F?\n\n![]({host.put('/a.png')})")
    story.write("f/deck.toml", f"allow_hosts = [{ALL}]").build(code=1)
    assert "`allow_hosts` is the project's" in story.last.stderr
    assert host.asked == []
