"""Two computers, two builds, one account: integer ids travel with the sync, so they must not depend on position."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from anki.collection import Collection
from anki.sync import SyncAuth

from tests.driver import Learner, Story


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Anki's own sync server, on this machine only."""
    port = free_port()
    env = os.environ | {
        "SYNC_USER1": "me:secret",
        "SYNC_BASE": str(tmp_path / "sync"),
        "SYNC_HOST": "127.0.0.1",
        "SYNC_PORT": str(port),
        "RUST_LOG": "error",
    }
    process = subprocess.Popen([sys.executable, "-m", "anki.syncserver"], env=env, stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            pytest.fail("the sync server did not start")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(10)


def sync(col: Collection, server: str, first: str = "") -> None:
    """A normal sync, or a full one in the direction that `first` names (`up` or `down`)."""
    auth: SyncAuth = col.sync_login("me", "secret", server)
    if not first:
        result = col.sync_collection(auth, sync_media=False)
        assert result.required in (result.NO_CHANGES, result.NORMAL_SYNC), "a full sync would overwrite one side"
        return
    col.close_for_full_sync()
    col.full_upload_or_download(auth=auth, server_usn=None, upload=first == "up")
    col.reopen(after_full_sync=True)


def test_builds_imported_on_two_computers_meet_as_one_deck(tmp_path: Path, server: str) -> None:
    text = "# ORM\n\n" + "\n\n".join(f"## What is term {n}?\n\nTerm {n} is number {n}." for n in range(6))
    story = Story(tmp_path / "project").write("deck.toml", 'title = "Terms"\n').write("a.md", text)
    first = tmp_path / "first.apkg"
    first.write_bytes(story.build().package.read_bytes())
    story.edit("a.md", "# ORM\n", "# ORM\n\n## What came before?\n\nNothing.\n\n## What came then?\n\nThis.\n").build()

    with Learner.at(tmp_path / "home") as home, Learner.at(tmp_path / "work") as work:
        sync(home.col, server, first="up")
        sync(work.col, server, first="down")
        home.takes(first)
        for n in (0, 3, 5):
            home.reviews(f"term {n}")
        reviewed = home.history()
        work.takes(story.package)  # the other computer never sees the first build
        work.reviews("came before")
        sync(home.col, server)
        sync(work.col, server)
        sync(home.col, server)

        expected = reviewed | {question: log for question, log in work.history().items() if "came before" in question}
        assert len(expected) == 4
        for learner in (home, work):
            assert learner.history() == expected
            assert len(learner.col.find_notes("")) == len(learner.col.find_cards("")) == 8
            names = [kind.name for kind in learner.col.models.all_names_and_ids()]
            assert len(names) == len(set(names))
            assert not [name for name in names if name.endswith("+")]
            # Anki gives every deck that it imports a fresh id, whatever the package says, so two computers that
            # never met may show an emptied `Terms+` afterwards (docs/anki.md says so). The cards have one home.
            homes = {
                learner.col.decks.name(learner.col.get_card(cid).did).rstrip("+") for cid in learner.col.find_cards("")
            }
            assert {home.replace("+", "") for home in homes} == {"Terms::ORM"}
