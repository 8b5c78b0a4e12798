"""What an import of a newer build does to what a learner made of the deck: what docs/anki.md says, on a real Anki."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from anki.collection import Collection
from anki.models import ModelManager
from anki.notes import NoteId
from anki.scheduler.v3 import CardAnswer, Scheduler

from generator import anki
from generator.model import Note, RenderedNote
from tests.cards_support import (
    MOD,
    TYPES,
    basic,
    cloze_note,
    collection,
    deck,
    import_deck,
    note_of,
    note_type,
    rendered,
    reversed_note,
    rows,
    touched,
)

IF_NEWER, ALWAYS, NEVER = range(3)
LATER = int(time.time()) + 1000  # after what the learner does in these tests, which Anki dates by the clock


class Taught:
    """A learner's collection with a deck of six notes, each reviewed twice."""

    names = ("left alone", "edited", "tagged", "fixed", "tagged, fixed later", "fixed, edited later")

    def __init__(self, opened: Collection) -> None:
        self.opened = opened
        self.sent = {name: rendered(basic(name, "old", topic=("Topic",), tags=("ours",))) for name in self.names}
        import_deck(opened, self.deck())
        self.cards = {name: note_of(opened, self.sent[name]).card_ids()[0] for name in self.names}
        for name in self.names:
            self.review(name)
        for name in ("edited", "fixed, edited later"):
            self.change(name, Answer="mine")
        for name in ("tagged", "tagged, fixed later"):
            self.change(name, tag="leech")

    def deck(self) -> bytes:
        """What the author's next build is."""
        return deck(list(self.sent.values()))

    def note(self, name: str) -> tuple[str, str]:
        """The learner's note: its answer and its tags."""
        found = note_of(self.opened, self.sent[name])
        return re.sub("<.*?>", "", found["Answer"]), " ".join(found.tags)

    def change(self, name: str, tag: str = "", **fields: str) -> None:
        """The learner edits a note."""
        found = note_of(self.opened, self.sent[name])
        for field, value in fields.items():
            found[field] = value
        if tag:
            found.add_tag(tag)
        self.opened.update_note(found)

    def review(self, name: str) -> None:
        """The learner answers the card `Good`, twice."""
        scheduler = self.opened.sched
        assert isinstance(scheduler, Scheduler)
        for _ in range(2):
            card = self.opened.get_card(self.cards[name])
            card.start_timer()
            states = self.opened._backend.get_scheduling_states(card.id)
            scheduler.answer_card(scheduler.build_answer(card=card, states=states, rating=CardAnswer.GOOD))

    def fix(self, name: str, mod: int) -> None:
        """The author's next build has another answer."""
        fixed = touched(self.sent[name], mod=mod)
        self.sent[name] = replace(fixed, html=replace(fixed.html, answer="new"))

    def history(self) -> tuple[list[Any], list[Any]]:
        """Where every card stands, and every review."""
        cards = "select id, did, type, queue, due, ivl, factor, reps, lapses, flags from cards where reps order by id"
        return rows(self.opened, cards), rows(self.opened, "select id, cid, ease, ivl from revlog order by id")


@pytest.mark.parametrize(
    ("condition", "counts", "expected"),
    [
        (
            IF_NEWER,
            {"new": 1, "updated": 2, "duplicate": 4},
            ["old ours", "mine ours", "old leech ours", "new ours", "new ours", "mine ours"],
        ),
        (
            ALWAYS,
            {"new": 1, "updated": 5, "duplicate": 1},
            ["old ours", "old ours", "old ours", "new ours", "new ours", "new ours"],
        ),
        (
            NEVER,
            {"new": 1, "duplicate": 6},
            ["old ours", "mine ours", "old leech ours", "old ours", "old leech ours", "mine ours"],
        ),
    ],
)
def test_what_an_import_does_to_edits_and_tags_and_never_to_reviews(
    condition: int, counts: dict[str, int], expected: list[str]
) -> None:
    with collection() as opened:
        learner = Taught(opened)
        opened.sched.suspend_cards([learner.cards["fixed"]])
        opened.set_user_flag_for_cards(2, [learner.cards["fixed"]])
        opened.sched.bury_cards([learner.cards["left alone"]])
        opened.set_deck([learner.cards["tagged"]], opened.decks.id("My own"))  # type: ignore[arg-type]
        before = learner.history()
        learner.fix("fixed", LATER)
        learner.fix("tagged, fixed later", LATER)
        learner.fix("fixed, edited later", MOD + 1)
        learner.sent["brand new"] = rendered(basic("brand new", "new"))
        assert import_deck(opened, learner.deck(), update_notes=condition) == counts
        assert [" ".join(learner.note(name)) for name in learner.names] == expected
        assert learner.history() == before
        queues = {row[0]: row[3] for row in before[0]}
        assert (queues[learner.cards["fixed"]], queues[learner.cards["left alone"]]) == (-1, -3), "suspended, buried"
        assert import_deck(opened, learner.deck(), update_notes=condition, with_scheduling=True)["duplicate"] == 7
        assert learner.history() == before


def test_a_fix_that_a_learner_s_edit_held_back_comes_with_the_next_and_takes_the_edit() -> None:
    with collection() as opened:
        learner = Taught(opened)
        learner.fix("edited", MOD + 1)
        learner.fix("left alone", MOD + 1)
        import_deck(opened, learner.deck())
        assert learner.note("edited") == ("mine", "ours")
        assert learner.note("left alone") == ("new", "ours"), "a review is no edit"
        learner.fix("edited", LATER)
        import_deck(opened, learner.deck())
        assert learner.note("edited") == ("new", "ours")


def test_a_note_gone_from_the_deck_stays_and_one_that_the_learner_deleted_comes_back_to_start_anew() -> None:
    with collection() as opened:
        learner = Taught(opened)
        gone = learner.sent.pop("tagged")
        opened.remove_notes([NoteId(learner.sent["fixed"].identified.nid)])
        assert import_deck(opened, learner.deck()) == {"new": 1, "duplicate": 4}
        assert note_of(opened, gone)["Question"] == "tagged"
        card = opened.get_card(learner.cards["fixed"])
        assert (card.reps, card.ivl, card.queue) == (0, 0, 0)
        assert len(rows(opened, f"select id from revlog where cid = {card.id}")) == 2


def test_a_topic_that_was_renamed_moves_no_card_and_leaves_an_empty_deck() -> None:
    with collection() as opened:
        learner = Taught(opened)
        before = learner.history()
        for name in learner.names:
            learner.sent[name] = rendered(basic(name, "old", topic=("Renamed",), tags=("ours",)))
        assert import_deck(opened, learner.deck()) == {"duplicate": 6}
        assert learner.history() == before
        assert opened.decks.id_for_name("Django::Renamed")
        learner.sent["brand new"] = rendered(basic("brand new", "new", topic=("Renamed",)))
        assert import_deck(opened, learner.deck()) == {"new": 1, "duplicate": 6}
        homes = {
            opened.decks.name(did): count for did, count in rows(opened, "select did, count() from cards group by did")
        }
        assert homes == {"Django::Topic": 6, "Django::Renamed": 1}


def test_cards_follow_a_deck_that_the_learner_renamed_and_new_ones_come_under_the_old_name() -> None:
    with collection() as opened:
        learner = Taught(opened)
        opened.decks.rename(opened.decks.id_for_name("Django"), "Mine")  # type: ignore[arg-type]
        learner.sent["brand new"] = rendered(basic("brand new", "new", topic=("Topic",)))
        import_deck(opened, learner.deck())
        homes = {
            opened.decks.name(did): count for did, count in rows(opened, "select did, count() from cards group by did")
        }
        assert homes == {"Mine::Topic": 6, "Django::Topic": 1}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (basic("404", "not found"), reversed_note("404", "not found")),
        (cloze_note("{{c1::a}} b"), cloze_note("{{c1::a}} {{c2::b}}")),
    ],
)
def test_a_second_card_comes_although_the_learner_s_version_of_its_note_stays(before: Note, after: Note) -> None:
    """It is blank until an update gets through: the learner's version has nothing that it could ask."""
    first = rendered(before)
    known = replace(first.identified, mod=MOD + 1, note=after)
    second = RenderedNote(known, rendered(after).html)
    with collection() as opened:
        import_deck(opened, deck([first]))
        note = note_of(opened, first)
        note.add_tag("mine")
        opened.update_note(note)
        assert import_deck(opened, deck([second])) == {"duplicate": 1}
        assert [card.ord for card in note.cards()] == [0, 1]
        assert note_of(opened, first).fields == list(note.fields)
        assert import_deck(opened, deck([touched(second, mod=LATER)])) == {"updated": 1}
        assert note_of(opened, first).fields != list(note.fields)
        assert [card.id for card in note.cards()] == [first.identified.nid + 1, first.identified.nid + 2]


def _add(models: ModelManager, model: dict[str, Any]) -> None:
    models.add_field(model, models.new_field("Mine"))


def _rename(models: ModelManager, model: dict[str, Any]) -> None:
    models.rename_field(model, model["flds"][9], "Mine")


def _remove(models: ModelManager, model: dict[str, Any]) -> None:
    models.remove_field(model, model["flds"][9])


@pytest.mark.parametrize("change", [_add, _rename, _remove])
def test_a_changed_note_type_stops_updates_until_note_types_are_merged(
    change: Callable[[ModelManager, dict[str, Any]], None],
) -> None:
    with collection() as opened:
        learner = Taught(opened)
        model = note_type(opened, TYPES.qa)
        change(opened.models, model)
        opened.models.update_dict(model)
        before = learner.history()
        learner.fix("fixed", LATER)
        assert import_deck(opened, learner.deck()) == {"conflicting": 6}
        assert import_deck(opened, learner.deck(), merge_notetypes=True)["updated"] >= 1
        assert learner.note("fixed") == ("new", "ours")
        assert learner.history() == before


def test_a_learner_s_style_stays_unless_note_types_are_always_updated_or_a_newer_style_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with collection() as opened:
        learner = Taught(opened)

        def restyle() -> None:
            model = note_type(opened, TYPES.qa)
            opened.models.update_dict(model | {"css": model["css"] + ".mine {}"})

        restyle()
        for condition in (IF_NEWER, ALWAYS, NEVER):
            import_deck(opened, learner.deck(), update_notes=condition)
            assert ".mine" in note_type(opened, TYPES.qa)["css"]
        import_deck(opened, learner.deck(), update_notetypes=ALWAYS)
        assert ".mine" not in note_type(opened, TYPES.qa)["css"]
        restyle()
        monkeypatch.setattr(anki, "revision", lambda: (LATER, ""))
        import_deck(opened, learner.deck())
        assert ".mine" not in note_type(opened, TYPES.qa)["css"]
