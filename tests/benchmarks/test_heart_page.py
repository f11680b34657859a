"""The page of the field's instances: where tengbol is behind stands first, and what was kept is drawn as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from benchmarks.contest import Outcome
from benchmarks.heart import numbers
from benchmarks.heart.__main__ import main
from benchmarks.heart.check import Checked
from benchmarks.heart.duel import Allowed, Duel, duel
from benchmarks.heart.kept import Circumstances, Kept, load, save
from benchmarks.heart.page import behind, page, summary, unproven
from benchmarks.judge import Verdict

if TYPE_CHECKING:
    from pathlib import Path

RUN = Circumstances("2026-11-29", "abc1234", "--seeds 2", {"cores": "2"})


def came(peer: str, objective: int, seconds: float, bound: int | None = None, total: int | None = None) -> Outcome:
    """Totals are 7 for everybody."""
    return Outcome(peer, seconds, seconds, 10**8, Verdict(objective, 7, (1.0,)), bound, total)


def fought(seed: int, *outcomes: Outcome) -> Duel:
    return Duel("uniform 100", "100 on 25", seed, None, outcomes)


AHEAD = fought(1, came("tengbol", 10, 1.0, 10, 7), came("pairs", 12, 9.0, 4))


def test_who_is_never_better_and_never_sooner_is_not_ahead() -> None:
    assert AHEAD.loses() == []
    slower = fought(
        1, came("tengbol", 10, 1.0, 10, 7), came("triples", 10, 1.5, 10), came("highs-both", 10, 2.0, 10, 7)
    )
    assert slower.loses() == []


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (came("pairs", 9, 5.0), "pairs has a smaller Σe²"),
        (came("triples", 10, 0.5, 10), "triples proves the first objective before tengbol has proven both"),
        (came("highs-both", 10, 0.5, 10, 7), "highs-both proves both objectives sooner"),
    ],
)  # fmt: skip
def test_a_peer_that_is_better_or_proves_sooner_is_named(other: Outcome, why: str) -> None:
    assert fought(1, came("tengbol", 10, 1.0, 10, 7), other).loses() == [why]


def test_what_tengbol_does_not_prove_or_answer_counts_against_it() -> None:
    unproven = came("tengbol", 10, 1.0, 9, 5)
    assert fought(1, unproven, came("triples", 10, 9.0, 10)).loses() == [
        "triples proves the first objective, tengbol does not"
    ]
    half = came("tengbol", 10, 1.0, 10, 5)
    assert fought(1, half, came("highs-both", 10, 9.0, 10, 7)).loses() == [
        "highs-both proves the second objective, tengbol does not"
    ]
    none = Outcome("tengbol", failure="stopped")
    assert fought(1, none, came("pairs", 12, 1.0)).loses() == ["pairs gives an answer, tengbol none"]
    # As it was before is no peer.
    assert fought(1, came("tengbol", 10, 1.0, 10, 7), came("before", 9, 0.1, 9, 7)).loses() == []


def test_losing_rows_stand_first() -> None:
    losing = fought(2, came("tengbol", 10, 1.0, 10, 7), came("pairs", 9, 5.0))
    kept = Kept({"uniform": (RUN, [AHEAD, losing])})
    text = page(kept)
    first = text.split("## ")[1]
    assert first.startswith("Where a peer is better or proves sooner")
    assert "#2" in first
    assert "#1" not in first
    family = text.split("## Family uniform")[1]
    assert 0 < family.index("#2") < family.index("#1")
    assert "1 of 2 instances" in str(behind(kept))
    assert "On none of the instances" in str(behind(Kept({"uniform": (RUN, [AHEAD])})))


def test_where_it_was_sooner_before_is_told() -> None:
    own = came("tengbol", 10, 1.0, 10, 7)
    duels = [
        fought(1, own, came("before", 10, 0.9, 10, 7)), fought(2, own, came("before", 10, 0.2, 10, 7)),
        fought(3, own, came("before", 10, 2.0, 10, 7)), fought(4, own, came("before", 11, 0.1)),
    ]  # fmt: skip
    text = page(Kept({"uniform": (RUN, duels)}))
    told = text.split("## Where it was sooner before")[1].split("## ")[0]
    assert "On 2 of 4 instances" in told
    assert told.index("#2") < told.index("#1") and "#3" not in told and "#4" not in told
    assert "No peer took part." in text
    assert "sooner before" not in page(Kept({"uniform": (RUN, [AHEAD])}))


def test_who_only_proves_sooner_is_counted_in_one_line() -> None:
    sooner = [
        fought(seed, came("tengbol", 10, 1.0, 10, 7), came("triples", 10, seconds, 10))
        for seed, seconds in ((1, 0.9), (2, 0.5), (3, 0.8))
    ]
    section = behind(Kept({"uniform": (RUN, [AHEAD, *sooner])}))
    assert [table.rows for table in section.tables] == [
        (("triples", "the first objective before tengbol has proven both", "3", "0.200", "0.500"),)
    ]
    assert "3 of 4 instances. On 0 of 4 instances a peer has a smaller sum" in str(section)


def test_the_page_says_what_was_run_and_what_was_not() -> None:
    text = page(Kept({"uniform": (RUN, [AHEAD, replace(AHEAD, seed=2)])}))
    assert "| uniform | 2026-11-29 | abc1234 | 1 of 21 | 1–2 | `--seeds 2` |" in text
    assert "Not run: rows, non-uniform, library" in text


def test_gaps_and_missing_answers_are_in_the_summary() -> None:
    gap = fought(1, came("tengbol", 11, 1.0, 10, 7))
    none = fought(2, Outcome("tengbol", failure="stopped: took more CPU time than allowed"))
    assert summary(Kept({"uniform": (RUN, [gap])})).tables[0].rows[0][4] == "10.00%"
    assert summary(Kept({"uniform": (RUN, [gap, none])})).tables[0].rows[0][4] == "no answer"


def test_bounds_are_shown_of_what_is_not_proven_alone() -> None:
    open_ = fought(2, came("tengbol", 11_000_000, 1.0, 10_500_000))
    assert unproven(Kept({"uniform": (RUN, [AHEAD])})) == []
    (section,) = unproven(Kept({"uniform": (RUN, [AHEAD, open_])}))
    assert section.tables[0].rows == (("uniform 100 100 on 25 #2", "10.50", "11.00", "–", "0.00"),)


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    checked = Checked(3, "10 × 20", 1.5, 10**8, True, False, 0.0, None, "")
    kept = Kept({"uniform": (RUN, [AHEAD])}, (RUN, [checked]))
    save(kept, tmp_path / "heart.json")
    again = load(tmp_path / "heart.json")
    assert again == kept
    assert page(again) == page(kept)
    assert load(tmp_path / "none.json") == Kept()


@pytest.mark.parametrize(("commit", "asked"), [("abc1234", [0, 1, 2, 2, 3]), ("abc1234+", [0, 1, 2, 0, 1, 2, 3])])
def test_a_run_that_was_ended_goes_on_where_the_code_is_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, commit: str, asked: list[int]
) -> None:
    """What differs from its commit is never known to be the same."""
    done: list[int] = []

    def checked(number: int) -> Checked:
        done.append(number)
        if done == [0, 1, 2]:
            raise KeyboardInterrupt
        return Checked(number, "10 × 20", 1.5, 10**8, True, False, 0.0, None, "")

    monkeypatch.setattr("benchmarks.heart.__main__.check", checked)
    monkeypatch.setattr("benchmarks.heart.kept._commit", lambda: commit)
    monkeypatch.setattr("benchmarks.heart.kept.compiling", dict)
    words = ["--checks", "4", "--out", str(tmp_path / "heart.md")]
    with pytest.raises(KeyboardInterrupt):
        main(words)
    main(words)
    assert done == asked
    found = load(tmp_path / "heart.json").checked
    assert found
    assert [each.number for each in found[1]] == [0, 1, 2, 3]


def test_checked_instances_outside_their_limits_are_counted() -> None:
    fine = Checked(1, "small", 1.0, 10**8, True, True, 0.0, 0.0, "")
    large = replace(fine, number=2, size="large", peak=5 * 10**8)
    text = page(Kept(checked=(RUN, [fine, large])))
    assert "2 of 200 run (2026-11-29, abc1234): 1 within" in text
    assert text.index("#2 large") < text.index("#1 small")


def test_tengbol_and_a_peer_meet_on_a_small_instance() -> None:
    found = duel(numbers.uniform(10, 5, 100, 1), ("longest-first", "vector-differencing"), Allowed(most=5.0))
    assert [each.peer for each in found.outcomes] == ["tengbol", "longest-first", "vector-differencing"]
    assert found.own.proven_total
    assert not found.own.failure
    assert all(each.verdict and found.own.verdict and each.verdict.objective >= found.own.verdict.objective
               for each in found.others)  # fmt: skip


def test_a_peer_may_be_left_out_where_none_can_have_less() -> None:
    found = duel(numbers.uniform(10, 5, 100, 1), ("longest-first",), Allowed(most=5.0, unproven=True))
    assert found.own.proven
    assert found.others == []
