"""`verify` on one small result made by hand: it holds, and every fault put into it is found and named."""

from __future__ import annotations

import json
import shutil

import polars as pl
import pytest
from small import (
    absence,
    attachment,
    balance,
    district,
    enforcer,
    hashed,
    most_even,
    placed,
    proceeding,
    put,
    recusal,
    told,
    writ,
    write_result,
    write_tables,
)

from tengbol.errors import UnusableInputError
from tengbol.io.read import read
from tengbol.verify import Kind, verify

HOME = ("E1", "E2", "E3")  # available and registered in D1


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An input with every kind of writ, and its most even result."""
    folder = tmp_path_factory.mktemp("chamber")
    balances = [balance("E1", "individual", 3, "2.500000000"), balance("E2", "individual", 2, "2.500000000")]
    source = write_tables(
        folder / "in",
        districts=[district(f"D{n}") for n in range(1, 5)],
        enforcers=[
            *(enforcer(name) for name in HOME),
            enforcer("E4"),
            enforcer("E5", "D3"),
            enforcer("E6", licensed_to="2026-11-22"),
        ],
        attachments=[attachment("D2", "E1"), attachment("D2", "E5"), attachment("D1", "E5")],
        absences=[absence("E4")],
        balances=balances,
        ledger=[
            proceeding("L1", "E2", debtor_id="payer", category="alimony"),
            proceeding("L2", "E1", debtor_id="firm", case_id="K1"),
        ],
        recusals=[recusal("recused", "E1")],
        writs=[
            *(writ(f"alike-{n}") for n in range(5)),
            writ("together-1", case_id="K2", debtor_id="both", creditor_kind="legal_entity"),
            writ("together-2", case_id="K2", debtor_id="both"),
            writ("alimony", claim="alimony", amount=None, debtor_id="payer"),
            writ("same-case", debtor_id="firm", case_id="K1"),
            writ("returned", origin="returned", previous_enforcer_id="E5"),
            writ("attached", debtor_district_id="D2", immediate="true"),
            writ("recused", form="paper", signature=None, original_attached="true"),
            writ("state", creditor_kind="state", amount=4325000),
            writ("too-much", creditor_kind="state", amount=4325000.01),
            writ("eviction", claim="eviction", amount=None),
            writ("interest", claim="eviction", amount=None, state_interest="true"),
            writ("unsigned", signature="invalid"),
            writ("copy", form="paper", signature=None, original_attached="false"),
            writ("tomorrow", received_at="2026-11-24T09:00:00"),
            writ("nobody", debtor_district_id="D4"),
            writ("unreadable", claim="no such claim"),
        ],
    )
    assigned = most_even(
        balances,
        [
            *(placed(f"alike-{n}", None, HOME) for n in range(5)),
            placed("together-1", None, HOME, category="legal_entity", bundle_id="together-1"),
            placed("together-2", None, HOME, bundle_id="together-1"),
            placed("alimony", "E2", HOME, category="alimony", basis="alimony_debtor"),
            placed("same-case", "E1", HOME, basis="same_case"),
            placed("returned", "E5", HOME, basis="returned"),
            placed("attached", None, ("E1", "E5"), basis="attached", distribute_by="2026-11-20"),
            placed("recused", None, ("E2", "E3")),
            placed("state", None, HOME, category="state"),
            placed("eviction", None, HOME, category="non_property"),
        ],
    )
    codes = {
        "too-much": "state_over_1000_mci",
        "interest": "state_interest",
        "unsigned": "signature_not_valid",
        "copy": "original_missing",
        "tomorrow": "received_later",
        "nobody": "no_eligible_enforcer",
    }
    write_result(
        folder / "out",
        source,
        assigned=assigned,
        unassigned=[{"writ_id": w, "code": code, "explanation": "Said why."} for w, code in codes.items()],
        rejected=read(source).rejected.to_dicts(),
        balances=balances,
        licensed=dict.fromkeys((*HOME, "E4", "E5"), "C1"),
        rows={source.table: source.rows for source in read(source).sources},
    )
    return folder


@pytest.fixture
def copy(made, tmp_path):
    """The input and the result, to be spoilt."""
    shutil.copytree(made, tmp_path / "copy")
    return tmp_path / "copy"


def check(folder):
    return verify(folder / "in", folder / "out")


def broken(folder):
    """The checks that broke, with the subjects they name."""
    out = {}
    for finding in check(folder).broken():
        out.setdefault(finding.check, []).append(finding.subject)
    return out


def edit(folder, table, *changes):
    """Change a table as somebody would who also mends its hashes."""
    frame = pl.read_parquet(folder / "out" / f"{table}.parquet")
    put(folder / "out", table, frame.with_columns(*changes))


def where(column, key, value, name="writ_id"):
    """A change of one column in the row of one writ."""
    dtype_kept = pl.when(pl.col(name) == key).then(pl.lit(value)).otherwise(pl.col(column))
    return dtype_kept.alias(column)


def manifest(folder, **changes):
    path = folder / "out" / "manifest.json"
    text = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**text, **changes}), encoding="utf-8")
    return text


def enforcer_of(folder, writ_id):
    frame = pl.read_parquet(folder / "out" / "assignments.parquet")
    return frame.filter(pl.col("writ_id") == writ_id)["enforcer_id"].item()


def other(name, among=HOME):
    return next(one for one in among if one != name)


def test_a_lawful_even_result_holds_and_its_optimality_is_proven_independently(made):
    report = check(made)
    assert report.ok, str(report)
    # Who among equals got more is chosen by a search that is not repeated (`--again`).
    assert {f.check for f in report.of(Kind.UNPROVEN)} <= {"lot"}, str(report)
    holding = {finding.check for finding in report.of(Kind.HOLDS)}
    assert {"lot", "objective", "optimality", "optimality_total", "balances", "uniformity"} <= holding
    assert "Nothing broke" in str(report)


def test_the_input_may_be_given_as_text(made):
    assert verify(str(made / "in"), str(made / "out")).ok


@pytest.mark.parametrize("file", ["balances.csv", "assignments.parquet"])
def test_a_missing_file_is_named(copy, file):
    (copy / "out" / file).unlink()
    assert [f.file for f in check(copy).broken("files")] == [file]


def test_a_file_that_cannot_be_read_is_named_and_what_hangs_on_it_is_not_called_proven(copy):
    path = copy / "out" / "assignments.parquet"
    path.write_bytes(b"not parquet")
    report = check(copy)
    assert not report.ok
    assert [f.file for f in report.broken("files")] == ["assignments.parquet"]
    assert "assignments" in {f.check for f in report.of(Kind.UNPROVEN)}


def test_a_file_changed_after_the_run_has_another_hash(copy):
    path = copy / "out" / "unassigned.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Said why.", "Said whY."), encoding="utf-8")
    assert broken(copy).keys() == {"hashes", "csv"}


def test_a_csv_that_differs_from_its_parquet_is_found_even_with_a_mended_hash(copy):
    path = copy / "out" / "balances.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[1] = lines[1][:-1] + ("1" if lines[1].endswith("0") else "0")
    path.write_text("\n".join(lines), encoding="utf-8")
    text = manifest(copy)
    manifest(
        copy,
        outputs={**text["outputs"], "balances.csv": hashed(path, text["outputs"]["balances.csv"]["rows"])},
    )
    assert broken(copy).keys() == {"csv"}


def test_a_wrong_number_of_rows_in_the_manifest_is_found(copy):
    text = manifest(copy)
    entry = {**text["outputs"]["rejected.csv"], "rows": 7}
    manifest(copy, outputs={**text["outputs"], "rejected.csv": entry})
    assert broken(copy).keys() == {"hashes"}


def test_counts_of_the_manifest_are_those_of_the_tables(copy):
    manifest(copy, counts={"assigned": 1})
    assert broken(copy) == {"counts": ["assigned"]}


def test_another_input_than_the_manifest_names_is_found(copy):
    path = copy / "in" / "recusals.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("No. 1", "No. 2"), encoding="utf-8")
    assert [f.file for f in check(copy).broken()] == ["recusals.csv"]


def test_a_table_that_the_batch_did_not_have_is_found(copy):
    text = manifest(copy)
    manifest(copy, inputs={name: entry for name, entry in text["inputs"].items() if name != "absences.csv"})
    assert [f.file for f in check(copy).broken("inputs")] == ["absences.csv"]


def test_a_writ_in_no_table_is_found(copy):
    frame = pl.read_parquet(copy / "out" / "unassigned.parquet")
    put(copy / "out", "unassigned", frame.filter(pl.col("writ_id") != "nobody"))
    manifest(copy, counts={})
    assert broken(copy)["writs"] == ["nobody"]


def test_a_writ_in_two_tables_is_found(copy):
    edit(copy, "unassigned", where("writ_id", "nobody", "alike-0"))
    assert set(broken(copy)["writs"]) == {"alike-0", "nobody"}


def test_a_writ_that_is_none_of_the_input_is_found(copy):
    edit(copy, "unassigned", where("writ_id", "nobody", "invented"))
    assert set(broken(copy)["writs"]) == {"invented", "nobody"}


def test_paragraph_4_a_false_category_is_found(copy):
    edit(copy, "assignments", where("category", "state", "individual"))
    assert broken(copy) == {"category": ["state"]}


@pytest.mark.parametrize("writ_id", ["too-much", "interest", "unsigned", "copy", "tomorrow", "nobody"])
def test_paragraphs_4_to_6_and_9_a_false_reason_is_found(copy, writ_id):
    edit(
        copy,
        "unassigned",
        where("code", writ_id, "received_later" if writ_id != "tomorrow" else "state_interest"),
    )
    assert broken(copy) == {"unassigned": [writ_id]}


def test_a_writ_that_had_to_be_assigned_is_found(copy):
    unassigned = pl.read_parquet(copy / "out" / "unassigned.parquet")
    assignments = pl.read_parquet(copy / "out" / "assignments.parquet")
    row = pl.DataFrame([("alike-0", "no_eligible_enforcer", "Nobody.")], unassigned.schema, orient="row")
    put(copy / "out", "unassigned", pl.concat([unassigned, row]))
    put(copy / "out", "assignments", assignments.filter(pl.col("writ_id") != "alike-0"))
    assert broken(copy)["unassigned"] == ["alike-0"]


@pytest.mark.parametrize(
    ("stranger", "check_name"),
    [("E4", "availability"), ("E6", "availability"), ("nobody", "territory")],
)
def test_a_writ_moved_to_a_stranger_is_found(copy, stranger, check_name):
    edit(copy, "assignments", where("enforcer_id", "alike-0", stranger))
    assert broken(copy)[check_name] == ["alike-0"]


def test_paragraph_10_nobody_outside_the_district_gets_a_writ(copy):
    edit(copy, "assignments", where("enforcer_id", "attached", "E2"))
    found = broken(copy)
    assert found["territory"] == found["pools"] == ["attached"]


def test_paragraph_9_those_attached_get_none_while_some_are_registered(copy):
    edit(copy, "assignments", where("enforcer_id", "alike-0", "E5"))
    found = broken(copy)
    assert found["pools"] == ["alike-0"]
    assert "territory" not in found


def test_paragraph_12_the_recused_does_not_get_the_writ(copy):
    edit(copy, "assignments", where("enforcer_id", "recused", "E1"))
    found = broken(copy)
    assert found["recusals"] == found["pools"] == ["recused"]


def test_paragraph_14_a_bundle_torn_apart_is_found(copy):
    edit(copy, "assignments", where("enforcer_id", "together-2", other(enforcer_of(copy, "together-1"))))
    assert broken(copy)["bundles"] == ["together-2"]


def test_a_bundle_is_named_by_its_smallest_writ(copy):
    edit(copy, "assignments", *[where("bundle_id", "together-1", "together-2")])
    assert broken(copy) == {"bundles": ["together-1"]}


def test_a_bundle_that_is_none_is_found(copy):
    edit(copy, "assignments", where("bundle_id", "eviction", "alimony"))
    assert broken(copy) == {"bundles": ["eviction"]}


@pytest.mark.parametrize(("writ_id", "paragraph"), [("alimony", "¶13"), ("same-case", "¶14"), ("returned", "¶11")])
def test_a_broken_binding_is_found_by_its_paragraph(copy, writ_id, paragraph):
    edit(copy, "assignments", where("enforcer_id", writ_id, "E3"))
    findings = check(copy).broken("bindings")
    assert [(f.subject, f.paragraph) for f in findings] == [(writ_id, paragraph)]


def test_a_false_basis_is_found(copy):
    edit(copy, "assignments", where("basis", "alimony", "same_case"), where("pool_size", "alike-1", 3))
    assert broken(copy) == {"bindings": ["alimony"]}


def test_a_false_pool_size_is_found(copy):
    edit(copy, "assignments", where("pool_size", "recused", 3))
    assert broken(copy) == {"pools": ["recused"]}


@pytest.mark.parametrize(
    ("column", "paragraph"), [("distribute_by", "¶7"), ("collect_by", "¶8"), ("notify_creditor_by", "¶15")]
)
def test_a_deadline_a_day_late_is_found_by_its_paragraph(copy, column, paragraph):
    edit(copy, "assignments", pl.col(column).dt.offset_by("1d"))
    findings = check(copy).broken()
    assert {(f.check, f.paragraph) for f in findings} == {("deadlines", paragraph)}


def test_an_empty_explanation_is_found(copy):
    edit(copy, "assignments", where("explanation", "alike-0", " "))
    edit(copy, "unassigned", where("explanation", "nobody", None))
    assert set(broken(copy)["explanations"]) == {"alike-0", "nobody"}


def test_a_share_a_billionth_off_is_found(copy):
    cell = (pl.col("enforcer_id") == "E3") & (pl.col("category") == "individual")
    more = (pl.col("share") + pl.lit("0.000000001").cast(pl.Decimal(38, 9))).cast(pl.Decimal(38, 9))
    edit(copy, "balances", pl.when(cell).then(more).otherwise(pl.col("share")).alias("share"))
    assert broken(copy) == {"balances": ["E3 individual"]}


def test_a_false_received_is_found(copy):
    cell = (pl.col("enforcer_id") == "E4") & (pl.col("category") == "state")
    edit(copy, "balances", pl.when(cell).then(9).otherwise(pl.col("received")).alias("received"))
    assert broken(copy) == {"balances": ["E4 state"]}


def test_a_missing_and_a_superfluous_balance_are_found(copy):
    edit(copy, "balances", where("enforcer_id", "E4", "E6", "enforcer_id"))
    assert {subject.split()[0] for subject in broken(copy)["balances"]} == {"E4", "E6"}


@pytest.mark.parametrize("measure", ["received_mean", "excess_std", "gini", "jain"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_false_measure_of_uniformity_is_found(copy, measure, moment):
    edit(copy, "uniformity", pl.col(f"{measure}_{moment}") + 1e-6)
    assert broken(copy).keys() == {"uniformity"}


def test_a_measure_that_is_null_where_it_has_a_value_or_the_other_way_is_found(copy):
    edit(copy, "uniformity", pl.when(pl.col("jain_after").is_null()).then(1.0).alias("jain_after"))
    # Without `otherwise`, what was null has a value now and what had one is null: all five categories.
    assert len(broken(copy)["uniformity"]) == 5


def test_a_lost_row_of_uniformity_is_found(copy):
    frame = pl.read_parquet(copy / "out" / "uniformity.parquet")
    put(copy / "out", "uniformity", frame.filter(pl.col("category") != "state"))
    assert broken(copy) == {"uniformity": ["C1 state"]}


def test_two_swapped_writs_of_several_alike_break_the_lot_alone(copy):
    frame = pl.read_parquet(copy / "out" / "assignments.parquet")
    given = dict(frame.filter(pl.col("writ_id").str.starts_with("alike")).select("writ_id", "enforcer_id").iter_rows())
    one = "alike-0"
    two = next(writ_id for writ_id in given if given[writ_id] != given[one])
    edit(copy, "assignments", where("enforcer_id", one, given[two]))
    edit(copy, "assignments", where("enforcer_id", two, given[one]))
    for writ_id, who in ((one, given[two]), (two, given[one])):
        edit(copy, "assignments", where("explanation", writ_id, told(who, len(HOME), "registered")))
    assert {check: set(subjects) for check, subjects in broken(copy).items()} == {"lot": {one, two}}


def test_another_seed_than_the_one_that_dealt_is_found(copy):
    manifest(copy, seed="abcd")
    assert broken(copy).keys() == {"batch_id", "lot"}


@pytest.mark.parametrize("key", ["objective", "objective_total"])
def test_a_false_objective_is_found(copy, key):
    text = manifest(copy)
    low = key.replace("objective", "lower_bound")
    manifest(copy, **{key: text[key] - 0.000001, low: text[key] - 0.000001})
    assert broken(copy) == {"objective": [key]}


@pytest.mark.parametrize(("key", "status"), [("lower_bound", "status"), ("lower_bound_total", "status_total")])
def test_a_status_that_does_not_follow_from_the_bound_is_found(copy, key, status):
    manifest(copy, **{key: 0})
    assert broken(copy) == {"status": [status]}


@pytest.mark.parametrize("key", ["lower_bound", "lower_bound_total"])
def test_a_bound_above_the_objective_is_found(copy, key):
    text = manifest(copy)
    manifest(copy, **{key: text[key] + 1})
    assert key in [subject for subjects in broken(copy).values() for subject in subjects]


def test_a_lower_bound_that_is_true_and_weak_holds(copy):
    manifest(copy, lower_bound=0, status="feasible", lower_bound_total=0, status_total="feasible")
    assert check(copy).ok


@pytest.mark.parametrize(
    "changes",
    [
        {"as_of": "yesterday"},
        {"seed": "XYZ"},
        {"objective": "much"},
        {"objective": 0.0000005},
        {"status": "best"},
    ],
)
def test_an_unusable_manifest_is_broken_and_nothing_else_is_called_proven(copy, changes):
    manifest(copy, **changes)
    report = check(copy)
    assert [f.subject for f in report.broken()] == [*changes]
    assert not report.of(Kind.HOLDS)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "it is no JSON"),
        (b'{"name": "\xff"}', "it is no text in UTF-8"),
        (b"[" * 100_000, "it is too deep"),
    ],
)
def test_a_manifest_that_is_no_json_is_broken_in_words_that_can_be_translated(copy, content, said):
    (copy / "out" / "manifest.json").write_bytes(content)
    sentences: list[str] = []

    def spoken(sentence: str, **values: object) -> str:
        sentences.append(sentence)
        return sentence.format(**values)

    (found,) = check(copy).broken()
    assert found.sentence.said(spoken) == f"cannot be read: {said}"
    assert said in sentences


def test_another_monthly_calculation_index_than_the_law_s_is_found(copy):
    text = manifest(copy)
    manifest(copy, config={**text["config"], "mci": {"2026-01-01": 5000}})
    assert broken(copy) == {"manifest": ["config"]}


def test_an_index_and_a_day_off_of_the_operator_s_own_are_named(copy):
    text = manifest(copy)
    own = {"mci": {"2021-01-01": 3000, "2026-11-01": 4325}, "calendar": {"days_off": ["2026-12-31", "2026-11-21"]}}
    manifest(copy, config={**text["config"], **own})
    report = check(copy)
    assert report.ok
    named = [(f.check, f.subject) for f in report.of(Kind.UNPROVEN) if f.check != "lot"]
    # 21 November is a Saturday: nothing departs from the law by naming it.
    assert named == [("index", "2021-01-01"), ("index", "2026-11-01"), ("calendar", "2026-12-31")]


def test_a_later_decree_moves_the_deadlines(copy):
    text = manifest(copy)
    manifest(copy, config={**text["config"], "calendar": {"days_off": ["2026-11-25"], "working_days": []}})
    assert broken(copy).keys() == {"deadlines"}


def test_no_result_at_all_is_unusable_input(copy, tmp_path):
    with pytest.raises(UnusableInputError):
        verify(copy / "in", tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnusableInputError):
        verify(copy / "in", tmp_path / "empty")


def test_unreadable_input_is_unusable_input(copy, tmp_path):
    with pytest.raises(UnusableInputError):
        verify(tmp_path / "nowhere", copy / "out")


def test_a_report_prints_twenty_lines_of_a_check_and_how_many_more(copy):
    edit(
        copy,
        "assignments",
        pl.col("notify_creditor_by").dt.offset_by("1d"),
        pl.col("distribute_by").dt.offset_by("1d"),
    )
    text = str(check(copy))
    assert "[deadlines] and 8 more" in text
    assert text.count("[deadlines]") == 21
