"""Acts of every kind in any order: the book stays sound, an act undone was none, and typing late moves no term."""

from __future__ import annotations

import datetime as dt
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from publishing import publish
from random_acts import ACTS, Life, refuse_unproven, refuse_unsound

from tengbol.book.acts import head
from tengbol.book.due import due
from tengbol.book.kept import held
from tengbol.verify.public import verify_public

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBER = st.integers(0, 99)
#: Acts that are taken back before any batch, each with the numbers that choose its writ or person.
UNDONE = ("leave", "transfer", "recuse", "annul", "withdraw", "correct", "reassign", "mark", "returned")
#: More often what makes writs and gives them out.
OFTEN = st.sampled_from([*ACTS, "file", "file", "batch", "batch"])
SOAK = settings.default.max_examples > 100
#: A book is slow to play again, so what fails is told as it was found.
FEW = settings(max_examples=100 if SOAK else 2, phases=[Phase.explicit, Phase.reuse, Phase.generate])


@contextmanager
def lives(empty_book: Path, **kinds: dt.timedelta) -> Iterator[Life]:
    """A book in a folder of its own, for as long as it is looked at."""
    with tempfile.TemporaryDirectory() as folder:
        life = Life(Path(folder), empty_book, **kinds)
        try:
            yield life
        finally:
            life.store.close()


def machine(empty_book: Path) -> type[RuleBasedStateMachine]:
    """A machine whose one rule is an act, and which looks at the whole book after each."""

    class Acts(RuleBasedStateMachine):
        @initialize(one=NUMBER)
        def begins(self, one: int) -> None:
            self.folder = tempfile.TemporaryDirectory()
            self.life = Life(Path(self.folder.name), empty_book)
            self.life.does("file", 3, one)
            self.life.does("batch", 0, 0)

        @rule(name=OFTEN, one=NUMBER, other=NUMBER)
        def acts(self, name: str, one: int, other: int) -> None:
            before = head(self.life.store)
            if not self.life.does(name, one, other):
                assert head(self.life.store) == before, "what is refused leaves no trace"
            refuse_unsound(self.life)

        def teardown(self) -> None:
            if not hasattr(self, "life"):
                return
            refuse_unproven(self.life)
            self.life.does("file", 1, 1)
            self.life.does("batch", 0, 0)
            refuse_unsound(self.life)
            report = verify_public(publish(self.life.store, Path(self.folder.name) / "p.jsonl"), steps=1)
            assert report.ok, str(report)
            self.life.store.close()
            self.folder.cleanup()

    return Acts


def test_whatever_is_done_in_whatever_order_the_book_stays_sound(empty_book):
    steps = settings(FEW, stateful_step_count=60 if SOAK else 20)
    run_state_machine_as_test(machine(empty_book), settings=steps)


@FEW
@given(acts=st.lists(st.tuples(st.sampled_from(UNDONE), NUMBER, NUMBER), min_size=2, max_size=4), one=NUMBER)
def test_acts_and_their_undoing_before_a_batch_leave_every_later_assignment_as_without_both(empty_book, acts, one):
    given_out = []
    for undone in ([], acts):
        with lives(empty_book) as life:
            for n in (one, one + 1):
                life.does("file", 3, n)
            life.does("batch", 0, 0)
            for act in undone:
                event = head(life.store)
                if life.does(*act):
                    last = head(life.store)
                    assert last is not None and event is not None and last["seq"] == event["seq"] + 1
                    taken_back(life, last)
            for n in (one + 2, one + 3):
                life.does("file", 2, n)
                life.does("batch", 0, 0)
            rows = held(life.store, "assignments").sort("id").select("writ_id", "enforcer_id", "distribute_by").rows()
            given_out.append(rows)
    assert given_out[0] == given_out[1]


def taken_back(life: Life, event: dict) -> None:
    from tengbol.book.revoking import revoke

    revoke(life.store, life.hand(), event["subject"], number=event["seq"])
    refuse_unsound(life)


@FEW
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), NUMBER, NUMBER), min_size=4, max_size=9), one=NUMBER)
def test_p7_p15_p18_no_term_moves_by_when_something_was_typed(empty_book, acts, one):
    """The same acts, typed at once and typed hours later, past midnight, but before the next batch."""
    told = []
    for typed in (dt.timedelta(0), dt.timedelta(hours=9)):
        with lives(empty_book, typed=typed) as life:
            life.does("file", 3, one)
            for act in [("batch", 0, 0), *acts]:
                life.does(*act)
            day = life.now.date() + dt.timedelta(days=30)
            found = due(life.store, day)
            terms = held(life.store, "assignments").sort("id").select("writ_id", "distribute_by", "collect_by").rows()
            told.append((found.writs.rows(), found.asked, terms))
    assert told[0] == told[1]


@pytest.mark.soak
def test_every_kind_of_act_is_among_them(empty_book):
    """What the machine draws is done now and then, and not only refused."""
    import random

    draws = random.Random(5)
    with lives(empty_book) as life:
        for _ in range(400):
            life.does(draws.choice(ACTS), draws.randrange(100), draws.randrange(100))
        assert set(life.done) == set(ACTS), life.done
        refuse_unsound(life)
        refuse_unproven(life)
