"""A program that favours somebody in the lot, all else as it should be, is found by `verify` from its results.

Each part of the lot is turned in one point of the definition (docs/lot.md), and the batch made by it with the true
seed: hashes, balances, sentences and objectives all fit. So this is any forger who knows the program.
"""

from __future__ import annotations

import datetime as dt
from hashlib import sha256

import polars as pl
import pytest
from published import KEY
from small import district, enforcer, recusal, writ, write_tables

from tengbol.optimizer import lot
from tengbol.report.public.file import write_public
from tengbol.report.public.results import of_results
from tengbol.runner import run
from tengbol.verify import verify
from tengbol.verify.public import verify_public

AS_OF = dt.datetime(2026, 11, 23, 18)
PAIR = {"case_id": "2-114/2026", "debtor_id": "debtor G"}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Three enforcers alike: one urgent writ of a category of its own; ten writs, two of them together, three of them
    each in a pool of two.
    """
    folder = tmp_path_factory.mktemp("forged") / "in"
    write_tables(
        folder,
        districts=[district("D1")],
        enforcers=[enforcer(f"E{n}") for n in range(3)],
        recusals=[recusal(f"W{5 + n}", f"E{n}", decision="12") for n in range(3)],
        writs=[
            writ("urgent", claim="alimony", amount=None),
            *(writ(f"W{n}") for n in range(8)),
            writ("P1", **PAIR),
            writ("P2", **PAIR),
        ],
    )
    return folder


def favouring_a_cell(monkeypatch):
    """a: whoever the seed puts last in a category comes first."""
    true = lot.Draw.cells
    monkeypatch.setattr(lot.Draw, "cells", lambda *of: 2**40 - true(*of))


def favouring_by_bundles(monkeypatch):
    """b: a bundle goes to whom the seed puts last."""
    true = lot.Draw.turn
    monkeypatch.setattr(lot.Draw, "turn", lambda *of: true(*of)[::-1])


def favouring_by_pools(monkeypatch):
    """c: writs come from the pool from which they should come last."""
    true = lot.Draw.places
    monkeypatch.setattr(lot.Draw, "places", lambda *of: 2**40 - true(*of))


def favouring_by_writs(monkeypatch):
    """d: of writs alike, those that come last go to whom comes first."""
    true = lot.deal_single
    monkeypatch.setattr(
        lot, "deal_single", lambda problem, flows, single, *more: true(problem, flows, single[::-1], *more)[::-1]
    )


FAVOURS = [favouring_a_cell, favouring_by_bundles, favouring_by_pools, favouring_by_writs]


def assigned(folder):
    return pl.read_parquet(folder / "assignments.parquet").sort("writ_id")["enforcer_id"].to_list()


@pytest.mark.parametrize("favour", FAVOURS, ids=lambda favour: favour.__name__)
def test_whoever_is_favoured_in_one_point_is_found_from_the_result_and_from_what_is_published(
    source, tmp_path, monkeypatch, favour
):
    found = 0
    for n in (0, 5):
        seed = sha256(f"{favour.__name__} {n}".encode()).hexdigest()
        run(source, tmp_path / f"true {n}", as_of=AS_OF, seed=seed, key=KEY)
        with monkeypatch.context() as turned:
            favour(turned)
            run(source, tmp_path / f"forged {n}", as_of=AS_OF, seed=seed, key=KEY)
        assert verify(source, tmp_path / f"true {n}", key=KEY).ok
        report = verify(source, tmp_path / f"forged {n}", key=KEY)
        same = assigned(tmp_path / f"true {n}") == assigned(tmp_path / f"forged {n}")
        assert report.ok == same
        assert {finding.check for finding in report.broken()} <= {"lot"}
        write_public(of_results(tmp_path / f"forged {n}", source, KEY), KEY, tmp_path / f"{n}.jsonl")
        assert verify_public(tmp_path / f"{n}.jsonl").ok == same
        found += not same
    assert found
