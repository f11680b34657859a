"""Every situation of the Rules occurs in the demo, at least once."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tengbol.io.read import read
from tengbol.model import codes
from tengbol.scenarios.day import DAY, TIME
from tengbol.scenarios.demo import demo

ALIMONY = pl.col("claim") == "alimony"
HAS_CASE = pl.col("case_id").is_not_null()
OPEN = pl.col("closed_at").is_null()


def serving(chamber):
    """Available enforcers on the day, as (district_id, enforcer_id): registered, then attached."""
    licensed = chamber.enforcers.filter(
        pl.col("licensed_from") <= DAY, pl.col("licensed_to").fill_null(date.max) >= DAY
    )
    away = chamber.absences.filter(pl.col("start") <= DAY, pl.col("end").fill_null(date.max) >= DAY)
    available = licensed.join(away, on="enforcer_id", how="anti")
    valid = chamber.attachments.filter(pl.col("valid_from") <= DAY, pl.col("valid_to").fill_null(date.max) >= DAY).join(
        available, on="enforcer_id", how="semi"
    )
    return available.select("district_id", "enforcer_id"), valid.select("district_id", "enforcer_id")


def unknown(chamber):
    return ~pl.col("enforcer_id").is_in(chamber.enforcers["enforcer_id"].implode())


def current(absences):
    return absences.filter(pl.col("start") <= DAY, pl.col("end").fill_null(date.max) >= DAY)


def readiness(chamber):
    writs, state = chamber.writs, pl.col("creditor_kind") == "state"
    return {
        "¶4 state over 1,000 MCI": writs.filter(state, pl.col("amount") > 4_325_000),
        "¶4 state of exactly 1,000 MCI": writs.filter(state, pl.col("amount") == 4_325_000),
        "¶4 state interest": writs.filter("state_interest"),
        "¶5 original missing": writs.filter(form="paper", original_attached=False),
        "¶7 immediate": writs.filter("immediate"),
        "received after the batch's time": writs.filter(pl.col("received_at") > TIME),
        "no case": writs.filter(~HAS_CASE),
    }


def territory(chamber):
    registered, attached = serving(chamber)
    writs = chamber.writs.rename({"debtor_district_id": "district_id"})
    lacking = writs.join(registered, on="district_id", how="anti")
    helped = lacking.join(attached, on="district_id", how="semi")
    return {
        "¶9 attached serve a district without enforcers": helped.join(chamber.enforcers, on="district_id", how="anti"),
        "¶9 attached serve while all registered are away": helped.join(chamber.enforcers, on="district_id", how="semi"),
        "¶10 nobody serves": lacking.join(attached, on="district_id", how="anti"),
    }


def repetition(chamber):
    there = pl.concat(serving(chamber))
    names = {"debtor_district_id": "district_id", "previous_enforcer_id": "enforcer_id"}
    again = chamber.writs.rename(names).filter(pl.col("enforcer_id").is_not_null())
    returned = again.filter(origin="returned")
    departed = current(chamber.absences).filter(pl.col("reason").is_in(codes.DEPARTURES))
    recused = chamber.recusals.join(chamber.writs.rename({"debtor_district_id": "district_id"}), on="writ_id")
    return {
        "¶3 redistributed from somebody departed": again.filter(origin="redistributed").join(
            departed, on="enforcer_id", how="semi"
        ),
        "¶11 returned to who is still there": returned.join(there, on=["district_id", "enforcer_id"], how="semi"),
        "¶11 returned to somebody away": returned.join(there, on="enforcer_id", how="anti"),
        "¶11 returned to somebody unknown": returned.filter(unknown(chamber)),
        "¶11 forwarded": again.filter(origin="forwarded"),
        "¶12 recused from the pool": recused.join(serving(chamber)[0], on=["district_id", "enforcer_id"], how="semi"),
        "¶12 recused who had it before": recused.join(again, on=["writ_id", "enforcer_id"], how="semi"),
        "¶12 a recusal of the past": chamber.recusals.join(chamber.writs, on="writ_id", how="anti"),
    }


def togetherness(chamber):
    writs, ledger = chamber.writs.rename({"debtor_district_id": "district_id"}), chamber.ledger
    debtor = ["debtor_id", "district_id"]
    in_case = HAS_CASE & (pl.len().over("case_id", *debtor) > 1)
    maintained = ledger.filter(OPEN, category="alimony").select("debtor_id", "enforcer_id")
    bound = writs.filter(ALIMONY).join(maintained, on="debtor_id")
    case = ["case_id", "debtor_id"]
    return {
        "¶13 alimony debtor with a holder": bound,
        "¶13 with two holders": bound.filter(pl.col("enforcer_id").n_unique().over("writ_id") > 1),
        "¶13 held by somebody not there": bound.join(
            pl.concat(serving(chamber)), on=["district_id", "enforcer_id"], how="anti"
        ),
        "¶13 alimony bundle": writs.filter(ALIMONY & (pl.len().over("claim", *debtor) > 1)),
        "¶14 case bundle": writs.filter(in_case),
        "¶14 several creditors": writs.filter(HAS_CASE & (pl.col("creditor_id").n_unique().over("case_id") > 1)),
        "¶13 and ¶14 linked": writs.filter(ALIMONY & in_case).join(
            writs.filter(ALIMONY & ~HAS_CASE), on=debtor, how="semi"
        ),
        "¶14 case in the ledger": writs.join(ledger.filter(OPEN), on=case),
        "¶14 case in the ledger, but closed": writs.join(ledger.filter(~OPEN), on=case),
        "one debtor, several writs apart": writs.filter(~HAS_CASE & (pl.len().over(debtor) > 1)),
        "ledger: holder unknown": ledger.filter(unknown(chamber)),
        "ledger: closed": ledger.filter(~OPEN),
    }


def terms(chamber):
    enforcers, absences, attachments = chamber.enforcers, chamber.absences, chamber.attachments
    month = pl.col("start").dt.offset_by("1mo")
    return {
        "licence ended": enforcers.filter(pl.col("licensed_to") < DAY),
        "licence's last day": enforcers.filter(pl.col("licensed_to") == DAY),
        "licence not begun": enforcers.filter(pl.col("licensed_from") > DAY),
        "licence ends later": enforcers.filter(pl.col("licensed_to") > DAY),
        "absence past": absences.filter(pl.col("end") < DAY),
        "absence over yesterday": absences.filter(pl.col("end") == date(2026, 11, 22)),
        "absence's last day": absences.filter(pl.col("end") == DAY),
        "absence to come": absences.filter(pl.col("start") > DAY),
        "absence open-ended": absences.filter(pl.col("end").is_null()),
        "¶3 leave over a month": current(absences).filter(pl.col("end") > month, reason="leave"),
        "attachment ended": attachments.filter(pl.col("valid_to") < DAY),
        "attachment not begun": attachments.filter(pl.col("valid_from") > DAY),
        "attachment open-ended": attachments.filter(pl.col("valid_to").is_null()),
    }


def every_code(chamber):
    away = current(chamber.absences)
    places = (
        (chamber.writs, "form", codes.FORMS),
        (chamber.writs, "claim", codes.CLAIMS),
        (chamber.writs, "creditor_kind", codes.CREDITOR_KINDS),
        (chamber.writs, "signature", codes.SIGNATURES),
        (chamber.writs, "origin", codes.ORIGINS),
        (away, "reason", codes.ABSENCE_REASONS),
        (chamber.recusals, "ground", codes.COMMISSION_GROUNDS),
        (chamber.ledger, "category", codes.CATEGORIES),
    )
    return {
        f"{column} {code}": frame.filter(pl.col(column) == code)
        for frame, column, accepted in places
        for code in accepted
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_situation_of_the_rules_occurs(seed, tmp_path):
    chamber = read(demo(tmp_path / "demo", seed=seed)).chamber
    found: dict[str, pl.DataFrame] = {}
    for theme in (readiness, territory, repetition, togetherness, terms, every_code):
        found |= theme(chamber)
    assert [name for name, rows in found.items() if rows.is_empty()] == []
