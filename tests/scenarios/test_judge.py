"""`tengbol judge`: a distribution made elsewhere, against the rules and the least unevenness they allow (¶16)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest
from chambers import chambers, typed
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small import AS_OF, absence, attachment, balance, district, enforcer, proceeding, recusal, writ, write_tables
from typer.testing import CliRunner

from tengbol.batch import distribute
from tengbol.cli import app
from tengbol.errors import UnusableInputError
from tengbol.io.handed import read_handed
from tengbol.report.judged import BREACHES as WORDS
from tengbol.report.wording import UNASSIGNED
from tengbol.scenarios.judging.breaches import BREACHES
from tengbol.scenarios.judging.judge import judge
from tengbol.scenarios.judging.run import run_judge

if TYPE_CHECKING:
    from pathlib import Path

MOMENT = dt.datetime.fromisoformat(AS_OF)


def handed(*rows: tuple[str, ...]) -> pl.DataFrame:
    """Rows of writ, enforcer and perhaps the day."""
    moments = [dt.datetime.fromisoformat(row[2]) if len(row) > 2 else None for row in rows]
    return pl.DataFrame(
        {"writ_id": [row[0] for row in rows], "enforcer_id": [row[1] for row in rows], "assigned_at": moments},
        schema={"writ_id": pl.String, "enforcer_id": pl.String, "assigned_at": pl.Datetime("us")},
    ).with_columns(row=pl.int_range(2, pl.len() + 2, dtype=pl.Int64))


def chamber(**tables: list) -> dict:
    """Two enforcers registered in D1, one in D2 who is attached to D1 and to D3, where nobody is registered."""
    return {
        "districts": [district("D1"), district("D2"), district("D3")],
        "enforcers": [enforcer("E1"), enforcer("E2"), enforcer("E3", "D2")],
        "attachments": [attachment("D1", "E3"), attachment("D3", "E3")],
        **tables,
    }


def judged(tables: dict, *rows: tuple[str, ...], as_of: dt.datetime = MOMENT):
    return judge(typed(tables), handed(*rows), as_of=as_of)[1]


def codes(tables: dict, *rows: tuple[str, ...], as_of: dt.datetime = MOMENT) -> list[tuple[str, str, str]]:
    """Writ, code and paragraph of each breach."""
    return judged(tables, *rows, as_of=as_of).breaches.select("writ_id", "code", "paragraph").rows()


ALIMONY = {"claim": "alimony", "amount": None}
CASE = {"case_id": "1", "debtor_id": "D"}
BREAKING = {
    "unknown_writ": (chamber(writs=[]), ("W", "E1"), "contract 4"),
    "received_later": (chamber(writs=[writ("W", received_at="2026-11-23T09:31:00")]), ("W", "E1"), "contract 3.2"),
    "state_over_1000_mci": (chamber(writs=[writ("W", creditor_kind="state", amount=4_325_001)]), ("W", "E1"), "¶4"),
    "state_interest": (
        chamber(writs=[writ("W", claim="eviction", amount=None, state_interest="true")]),
        ("W", "E1"),
        "¶4",
    ),
    "mci_unknown": (
        chamber(writs=[writ("W", creditor_kind="state", received_at="2018-05-02T10:00:00", issued_on="2018-05-01")]),
        ("W", "E1"),
        "¶4",
    ),
    "signature_not_valid": (chamber(writs=[writ("W", signature="invalid")]), ("W", "E1"), "¶5"),
    "original_missing": (
        chamber(writs=[writ("W", form="paper", signature=None, original_attached="false")]),
        ("W", "E1"),
        "¶5",
    ),
    "unknown_enforcer": (chamber(writs=[writ("W")]), ("W", "E9"), "¶9"),
    "not_available": (chamber(writs=[writ("W")], absences=[absence("E1")]), ("W", "E1"), "¶3, ¶17, ¶18"),
    "other_district": (chamber(writs=[writ("W", debtor_district_id="D2")]), ("W", "E1"), "¶10"),
    "attached_before_registered": (chamber(writs=[writ("W")]), ("W", "E3"), "¶9"),
    "recused": (chamber(writs=[writ("W")], recusals=[recusal("W", "E1")]), ("W", "E1"), "¶12"),
    "not_the_holder": (
        chamber(writs=[writ("W", origin="returned", previous_enforcer_id="E2")]),
        ("W", "E1"),
        "¶11",
    ),
    "not_the_holder of alimony": (
        chamber(
            writs=[writ("W", **ALIMONY, debtor_id="D")],
            ledger=[proceeding("L", "E2", category="alimony", debtor_id="D")],
        ),
        ("W", "E1"),
        "¶13",
    ),
    "not_the_holder of a case": (
        chamber(writs=[writ("W", **CASE)], ledger=[proceeding("L", "E2", **CASE)]),
        ("W", "E1"),
        "¶14",
    ),
    "late": (chamber(writs=[writ("W", received_at="2026-11-17T10:00:00")]), ("W", "E1"), "¶7"),
}  # fmt: skip


@pytest.mark.parametrize("what", BREAKING)
def test_each_breach_is_named_with_its_paragraph(what):
    tables, row, paragraph = BREAKING[what]
    assert codes(tables, row) == [(row[0], what.split(" ")[0], paragraph)]


def planted(n: int) -> tuple[dict[str, list], list[tuple[str, str]], tuple[str, str]]:
    """The `n`-th of forty breaches: rows that make it possible, what was handed out, and writ and code to be named."""
    name, own = f"W{n:02d}", {"case_id": f"case {n}", "debtor_id": f"debtor {n}"}
    late = {"received_at": "2026-11-24T10:00:00"}
    held = {"case_id": f"past {n}", "debtor_id": f"debtor {n}"}
    kinds = [
        ("other_district", {"writs": [writ(name, debtor_district_id="D2")]}, "E1"),
        ("recused", {"writs": [writ(name)], "recusals": [recusal(name, "E2", decision="12")]}, "E2"),
        ("not_available", {"writs": [writ(name)]}, "away"),
        ("unknown_enforcer", {"writs": [writ(name)]}, "E9"),
        ("attached_before_registered", {"writs": [writ(name)]}, "E3"),
        ("not_the_holder", {"writs": [writ(name, origin="returned", previous_enforcer_id="E2")]}, "E1"),
        ("not_the_holder", {"writs": [writ(name, **held)], "ledger": [proceeding(f"L{n}", "E1", **held)]}, "E2"),
        ("not_the_holder", {"writs": [writ(name, **ALIMONY, debtor_id=f"debtor {n}")],
                            "ledger": [proceeding(f"L{n}", "E2", category="alimony", debtor_id=f"debtor {n}")]}, "E1"),
        ("unknown_writ", {}, "E1"),
        ("state_over_1000_mci", {"writs": [writ(name, creditor_kind="state", amount=4_325_001)]}, "E1"),
        ("state_interest", {"writs": [writ(name, claim="eviction", amount=None, state_interest="true")]}, "E2"),
        ("signature_not_valid", {"writs": [writ(name, signature="absent")]}, "E1"),
        ("original_missing", {"writs": [writ(name, form="paper", signature=None, original_attached="false")]}, "E2"),
        ("received_later", {"writs": [writ(name, **late)]}, "E1"),
        ("parted", {"writs": [writ(name, **own), writ(f"{name}b", **own)]}, "E1"),
        ("assigned_twice", {"writs": [writ(name)]}, "E1"),
        ("late", {"writs": [writ(name, received_at="2026-11-17T10:00:00", issued_on="2026-11-16")]}, "E1"),
        ("left_waiting", {"writs": [writ(name, received_at="2026-11-16T10:00:00", issued_on="2026-11-13")]}, ""),
    ]  # fmt: skip
    code, tables, who = kinds[n % len(kinds)]
    more = {"parted": [(f"{name}b", "E2")], "assigned_twice": [(name, "E2")]}.get(code, [])
    return tables, [(name, who), *more] if who else [], (name, code)


def test_of_forty_breaches_planted_in_one_distribution_each_is_named_and_nothing_else():
    every = [planted(n) for n in range(40)]
    lawful = [writ(f"V{n}") for n in range(20)]
    tables = chamber(writs=lawful, absences=[absence("away")], recusals=[], ledger=[])
    tables["enforcers"] = [*tables["enforcers"], enforcer("away")]
    for more, _, _ in every:
        for name, rows in more.items():
            tables[name] = [*tables[name], *rows]
    rows = [
        *((row["writ_id"], f"E{1 + n % 2}") for n, row in enumerate(lawful)),
        *(row for _, rows, _ in every for row in rows),
    ]
    found = {(writ_id, code) for writ_id, code, _ in codes(tables, *rows)}
    due = {named for _, _, named in every}
    assert len(due) == 40
    assert found == due | {(f"{name}b", code) for name, code in due if code == "parted"}


def test_a_writ_without_anybody_for_it_says_why_its_enforcer_is_none():
    tables = chamber(writs=[writ("W", debtor_district_id="D3")], absences=[absence("E3")])
    assert codes(tables, ("W", "E3")) == [("W", "not_available", "¶3, ¶17, ¶18")]
    assert codes(tables, ("W", "E1")) == [("W", "other_district", "¶10")]


def test_writs_that_must_stay_together_are_parted():
    tables = chamber(writs=[writ("A", **CASE), writ("B", **CASE)])
    assert codes(tables, ("A", "E1"), ("B", "E2")) == [(name, "parted", "¶13, ¶14") for name in "AB"]
    assert codes(tables, ("A", "E2"), ("B", "E2")) == []


def test_what_is_given_twice_counts_once():
    tables = chamber(writs=[writ("W")])
    found = judged(tables, ("W", "E1"), ("W", "E2"))
    assert found.breaches.select("writ_id", "enforcer_id", "code").rows() == [("W", "E2", "assigned_twice")]
    assert found.days["writs"].to_list() == [1]


def test_what_nobody_was_given_in_its_term_is_told():
    tables = chamber(writs=[writ("W"), writ("old", received_at="2026-11-16T10:00:00"), writ("V", signature="absent")])
    assert codes(tables, ("W", "E1")) == [("old", "left_waiting", "¶7")]


def test_of_equal_claims_any_may_have_been_chosen():
    ledger = [proceeding(f"L{n}", f"E{n}", **CASE) for n in (1, 2)]
    tables = chamber(writs=[writ("W", **CASE)], ledger=ledger)
    assert codes(tables, ("W", "E1")) == codes(tables, ("W", "E2")) == []
    assert codes(tables, ("W", "E3")) != []


def test_each_day_knows_what_the_days_before_it_did():
    first, second = "2026-11-23T09:30:00", "2026-11-24T09:30:00"
    tables = chamber(writs=[writ("A", **CASE), writ("B", **CASE), writ("C")])
    assert codes(tables, ("A", "E1", first), ("B", "E2", second), ("C", "E2", second)) == [
        ("B", "not_the_holder", "¶14")
    ]
    found = judged(tables, ("A", "E1", first), ("B", "E1", second), ("C", "E2", second))
    assert found.breaches.is_empty()
    assert found.days["writs"].to_list() == [1, 2]
    # E1 has two, of which he was due one and a half; E2 one, of which he was due as much.
    assert found.days["objective"].to_list() == [500_000, 500_000]
    assert found.span == (500_000, 500_000)


def test_a_day_without_a_time_is_that_whole_day_and_some_days_alone_are_refused():
    tables = chamber(writs=[writ("W", received_at="2026-11-23T16:00:00")])
    assert codes(tables, ("W", "E1", "2026-11-23")) == []
    with pytest.raises(UnusableInputError, match=r"1 rows have no assigned_at where others have \(rows 3\)"):
        judged(tables, ("W", "E1", "2026-11-23"), ("W", "E1"))


def test_evenness_stands_beside_the_least_possible():
    tables = chamber(writs=[writ(name) for name in "ABCD"], balances=[balance("E1", "individual", 1, "0")])
    found = judged(tables, *((name, "E1") for name in "ABCD"))
    # E1 has five and was due two: 3² and (0 − 2)²; at best 1.5 each of the four and one that was there: ±½.
    row = found.days.row(0, named=True)
    assert (row["objective"], row["least"], row["lower_bound"]) == (13_000_000, 1_000_000, 1_000_000)
    assert found.breaches.is_empty()


@settings(max_examples=settings.default.max_examples // 3)
@given(chambers(), st.randoms(use_true_random=False))
def test_what_tengbol_distributes_breaks_nothing_and_is_the_least_whatever_the_order_of_rows(tables, mixed):
    whole = typed(tables)
    made = distribute(whole, as_of=MOMENT, seed="0a")
    rows = handed(*made.assignments.select("writ_id", "enforcer_id").rows())
    _, found = judge(whole, rows, as_of=MOMENT)
    assert set(found.breaches["code"]) <= {"late", "left_waiting"}
    if rows.height:
        day = found.days.row(0, named=True)
        assert day["objective"] == made.proof.objective
        assert day["objective"] >= day["least"] >= day["lower_bound"]
        assert day["least"] == day["objective"] or not made.proof.first
    shuffled = rows.sample(fraction=1.0, shuffle=True, seed=mixed.randrange(1000))
    _, again = judge(whole, shuffled, as_of=MOMENT)
    assert again.breaches.equals(found.breaches)
    assert again.days.equals(found.days)


@settings(max_examples=settings.default.max_examples // 3)
@given(chambers(), st.data())
def test_a_free_writ_given_to_a_stranger_to_its_pool_is_named(tables, data):
    whole = typed(tables)
    made = distribute(whole, as_of=MOMENT, seed="0a")
    assume(made.assignments.height)
    row = made.assignments.row(data.draw(st.integers(0, made.assignments.height - 1)), named=True)
    pool = made.bundles.filter(bundle_id=row["bundle_id"])["pool_id"].item()
    members = made.pools.filter(pool_id=pool)["enforcer_id"]
    strangers = whole.enforcers.filter(~pl.col("enforcer_id").is_in(members.implode()))["enforcer_id"].to_list()
    assume(strangers)
    stranger = data.draw(st.sampled_from([*strangers, "nobody"]))
    assume(stranger != row["enforcer_id"])
    changed = made.assignments.select("writ_id", "enforcer_id").with_columns(
        enforcer_id=pl.when(pl.col("writ_id") == row["writ_id"]).then(pl.lit(stranger)).otherwise("enforcer_id")
    )
    _, found = judge(whole, handed(*changed.rows()), as_of=MOMENT)
    named = found.breaches.filter(~pl.col("code").is_in(["late", "left_waiting", "parted"]))
    assert row["writ_id"] in named["writ_id"].to_list()


def test_every_breach_has_words():
    assert set(BREACHES) == set(WORDS) | {code for code in UNASSIGNED if code != "no_eligible_enforcer"}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    tables = chamber(writs=[writ("W"), writ("V"), writ("U", debtor_district_id="D2")])
    write_tables(tmp_path / "in", **tables)
    return tmp_path


def test_a_table_of_another_system_is_read_by_its_own_words(files):
    (files / "given.csv").write_text(
        "Код документа;Исполнитель;Дата распределения\nW;Е1;23.11.2026\nV;е2;23.11.2026 11:05\n",
        encoding="utf-8",
    )
    found = read_handed(files / "given.csv", typed(chamber()).enforcers)
    assert found.rows.select("writ_id", "enforcer_id").rows() == [("W", "E1"), ("V", "E2")]
    assert found.rows["assigned_at"].to_list() == [dt.datetime(2026, 11, 23), dt.datetime(2026, 11, 23, 11, 5)]
    assert found.rejected.is_empty()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_command_names_breaches_and_writes_a_report(files, language):
    (files / "given.csv").write_text("writ_id,enforcer_id\nW,E1\nV,E3\nU,E3\n")
    asked = ("judge", "in", "given.csv", "--as-of", AS_OF, "--out", "out", "--lang", language)
    with pytest.MonkeyPatch.context() as here:
        here.chdir(files)
        done = CliRunner().invoke(app, asked)
    assert done.exit_code == 1, done.output
    assert "¶9: attached_before_registered: 1 writ." in done.output
    assert "Writs that break a rule: 1 of 3." in done.output
    page = (files / "out" / "report.html").read_text(encoding="utf-8")
    assert '<tr data-at="breaches_by_code 2">' in page
    assert pl.read_parquet(files / "out" / "breaches.parquet")["writ_id"].to_list() == ["V"]


def test_a_writ_given_to_whoever_has_no_licence_any_more_is_told_and_cut_into_parts(tmp_path):
    tables = chamber(writs=[writ("W"), writ("V")])
    tables["enforcers"][0] = enforcer("E1", licensed_to="2026-11-22")
    write_tables(tmp_path / "in", **tables)
    (tmp_path / "given.csv").write_text("writ_id,enforcer_id\nW,E1\nV,E2\n")
    found, _ = run_judge(tmp_path / "in", tmp_path / "given.csv", tmp_path / "out", as_of=MOMENT, language="en")
    assert found.breaches.select("writ_id", "paragraph").rows() == [("W", "¶3, ¶17, ¶18")]
    day = found.days.row(0, named=True)
    # One writ each to two, of whom the one may get none: 1² beside 1 - 2 = -1 of the other, where 0 was possible.
    assert (day["objective"], day["least"]) == (2_000_000, 0)
    batches = pl.read_parquet(tmp_path / "out" / "batches.parquet")
    assert batches.select("whole", "bound", "bundles", "choice").rows() == [(0, 0, 0, 2)]


def test_of_rows_that_were_left_out_for_a_reason_it_says_that_they_are_not_judged(tmp_path):
    tables = chamber(writs=[writ("W")], absences=[absence("E1", "holiday")])
    source = write_tables(tmp_path / "in", **tables)
    (tmp_path / "given.csv").write_text("writ_id,enforcer_id\nW,E1\n")
    asked = {"as_of": MOMENT, "language": "en"}
    with pytest.raises(UnusableInputError, match="accept=REASON"):
        run_judge(source, tmp_path / "given.csv", None, **asked)
    found, notes = run_judge(source, tmp_path / "given.csv", None, accept="known", **asked)
    assert found.breaches.is_empty()
    assert notes[0] == "Rows were left out (known); what they forbid is not judged."
