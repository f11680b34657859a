"""The law by example (docs/law/cases): the product and `verify` answer every case as it stands in the manual."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest
from cases import ASKED, CASES, CHAPTERS, DAYS
from pages import ROOT
from small import SEED, write_tables

import tengbol
from tengbol.model.codes import BOUND_BASES, POOL_BASES, UNASSIGNED
from tengbol.model.tables import TABLES


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_product_answers_as_the_case_asks(case):
    assert case.by_product() == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_verify_answers_as_the_case_asks(case):
    assert case.by_verify() == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_row_of_a_case_is_refused(case, tmp_path):
    refused = tengbol.read(write_tables(tmp_path, **case.given)).rejected
    assert refused.is_empty(), refused["message"].to_list()


@pytest.mark.soak
@pytest.mark.parametrize("case", CASES, ids=str)
def test_verify_finds_the_result_of_a_case_right_as_a_whole(case, tmp_path):
    source = write_tables(tmp_path / "in", **case.given)
    reading = tengbol.read(source)
    result = tengbol.distribute(reading.chamber, as_of=case.moment, seed=SEED, config=case.config)
    tengbol.write(result, tmp_path / "out", reading)
    report = tengbol.verify(source, tmp_path / "out")
    assert report.ok, str(report)


#: Lines of the law, each with what is put in its place: paragraph, module of `tengbol.model`, the two texts.
MUTATIONS = [
    ("¶3 a licence's last day", "availability", "pl.col(last) >= day", "pl.col(last) > day"),
    ("¶3 no licence", "availability", "pl.when(~in_force(", "pl.when(False & in_force("),
    ("¶18 the first day away", "availability", "(pl.col(first) <= day)", "(pl.col(first) < day)"),
    ("¶18 short for temporary reasons alone", "availability", "for(TEMPORARY_ABSENCES", "for(ABSENCE_REASONS"),
    ("¶4 by the claim", "category", "claim_on(day) == claim", 'claim_on(day) == "money"'),
    ("¶4 money by creditor", "category", '(pl.col("creditor_kind") == creditor)', "pl.lit(True)"),
    ("¶4 exactly 1,000 MCI", "category", 'pl.col("amount") > MOST_MCI', 'pl.col("amount") >= MOST_MCI'),
    ("¶4 the index of the day", "category", "pl.when(counts >= first)", "pl.when(counts.is_not_null())"),
    ("¶4 the state's claims alone", "category", ".when(state & _over())", ".when(_over())"),
    ("¶4 the state's interest", "category", '& pl.col("state_interest")', "& pl.lit(False)"),
    ("¶5 the signature", "category", 'pl.col("signature") != "valid"', 'pl.col("signature") == "invalid"'),
    ("¶5 the original", "category", '& ~pl.col("original_attached")', '& pl.col("original_attached")'),
    ("¶7 received later", "category", 'pl.col("received_at") > as_of', 'pl.col("received_at") >= as_of'),
    ("¶7 already distributed", "category", 'pl.col("holder").is_not_null()', "pl.lit(False)"),
    ("¶7 three days", "calendar", "TERMS[term] - 1", "TERMS[term]"),
    ("¶7 at once", "calendar", 'pl.when("at_once")', "pl.when(False)"),
    ("¶7 holidays", "calendar", "!= (day in others)", "!= (day in ())"),
    ("¶9 registered before attached", "pools", "registered | ~registered", "pl.lit(True) | ~registered"),
    ("¶9 an attachment's days", "pools", 'in_force(day, "valid_from", "valid_to")', "pl.lit(True)"),
    ("¶9 who is away", "pools", 'serving.filter(pl.col("away").is_null(), ~shut)', "serving.filter(~shut)"),
    ("¶10 another district", "binding", 'pl.col("_serves").is_null()', "pl.lit(False)"),
    ("¶11 returned", "binding", '["returned", "forwarded"]', '["forwarded"]'),
    ("¶11 forwarded", "binding", '["returned", "forwarded"]', '["returned"]'),
    ("¶11 not redistributed", "binding", '["returned", "forwarded"]', '["returned", "forwarded", "redistributed"]'),
    ("¶12 a recusal's last day", "pools", 'pl.col("valid_to") >= day', 'pl.col("valid_to") > day'),
    ("¶12 as creditor", "pools", ', ("creditor_id", "party_id")', ""),
    ("¶12 the recused holder", "binding", 'pl.col("_recused").is_not_null()', "pl.lit(False)"),
    ("¶13 alimony binds alimony", "binding", "held.filter(alimony)", "held"),
    ("¶13 only alimony is bound", "binding", "own.filter(alimony)", "own"),
    ("¶13 open proceedings", "binding", 'ledger.filter(pl.col("closed_at").is_null())', "ledger"),
    ("¶13 the later holder", "binding", "descending=[False, False, True", "descending=[False, False, False"),
    ("¶13 together", "bundles", 'alimony = pl.col("category").is_in(ONE_ENFORCER)', "alimony = pl.lit(False)"),
    ("¶14 one debtor", "binding", 'own.select(*bundle, "case_id", "debtor_id").join(held, on=["case_id", "debtor_id"])',
     'own.select(*bundle, "debtor_id").join(held, on="debtor_id")'),
    ("¶14 together", "bundles", 'pl.lit("case ") + pl.col("case_id")', 'pl.lit("writ ") + pl.col("writ_id")'),
    ("¶14 as numbers are written", "bundles", 'folded_id(pl.col("case_id"))', 'pl.col("case_id")'),
    ("¶13 before ¶14", "binding", '["bundle_id", "basis", "since"', '["bundle_id", "since", "basis"'),
    ("¶7, ¶13 waiting for the holder", "binding", 'pl.col("last") < pl.col("distribute_by")', "pl.lit(True)"),
    ("a reading: index day", "category", '"issued": "issued_on"', '"issued": "received_at"'),
    ("a reading: attached when", "pools", 'attached_when == "nobody_registered"', "False"),
    ("a reading: what a case binds", "bundles", 'if case_binds == "all":', "if case_binds:"),
    ("a reading: what an office frees", "binding", 'if office_binds == "free":', "if office_binds:"),
    ("shares", "shares", "return WRIT // members", "return WRIT // 2"),
]  # fmt: skip


def test_every_line_that_the_soak_changes_stands_in_the_law():
    for name, module, stands, _ in MUTATIONS:
        law = import_module(f"tengbol.model.law.{module}")
        assert stands in Path(str(law.__file__)).read_text(encoding="utf-8"), name


@pytest.mark.soak
@pytest.mark.parametrize(
    ("module", "stands", "becomes"), [row[1:] for row in MUTATIONS], ids=[row[0] for row in MUTATIONS]
)
def test_a_changed_line_of_the_law_is_noticed_by_a_case(module, stands, becomes):
    law = import_module(f"tengbol.model.law.{module}")
    source = Path(str(law.__file__)).read_text(encoding="utf-8")
    assert stands in source
    try:
        exec(compile(source.replace(stands, becomes), module, "exec"), vars(law))
        assert any(case.by_product() for case in CASES), "no case notices it"
    finally:
        exec(compile(source, str(law.__file__), "exec"), vars(law))


def test_cases_are_written_with_the_contracts_tables_columns_and_codes():
    assert len(CASES) >= 50
    for case in CASES:
        assert set(case.tables) & set(ASKED), str(case)
        for name, rows in case.tables.items():
            known = (*ASKED[name], *DAYS) if name in ASKED else TABLES[name].columns
            assert set(rows[0]) <= set(known), (str(case), name)
        codes = {row["because"] for row in case.tables.get("answer", ())}
        assert codes <= {*BOUND_BASES, *POOL_BASES, *UNASSIGNED}, str(case)


def test_every_basis_and_every_reason_has_a_case():
    codes = {row["because"] for case in CASES for row in case.tables.get("answer", ())}
    # ¶4: an index before the first that is known is not of the law, but of the table.
    assert {*BOUND_BASES, *POOL_BASES, *UNASSIGNED} - codes == {"mci_unknown"}


def test_what_a_chapter_quotes_stands_in_the_order():
    order = (ROOT / "docs" / "law" / "order-211.kk.txt").read_text(encoding="utf-8")
    for chapter in CHAPTERS:
        quoted = re.findall(r"^> (.*)$", chapter.read_text(encoding="utf-8"), re.MULTILINE)
        assert quoted, chapter.name
        assert [text for text in quoted if text not in order] == [], chapter.name


def test_the_index_counts_the_cases_of_every_chapter():
    index = (ROOT / "docs" / "law" / "index.md").read_text(encoding="utf-8")
    told = {name: int(count) for name, count in re.findall(r"\(cases/(\w+)\.md\) \| [^|]+ \| (\d+) \|", index)}
    assert told == {chapter.stem: sum(case.chapter == chapter.stem for case in CASES) for chapter in CHAPTERS}


def test_no_two_cases_of_a_chapter_are_called_alike():
    assert len({str(case) for case in CASES}) == len(CASES)
