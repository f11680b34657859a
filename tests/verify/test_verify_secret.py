"""A past batch that a book wrote as files: its seed follows from the secret that the manifest tells, or it is found."""

from __future__ import annotations

import json

import pytest
from books import NOW, assign, batch, clerk, home, opened, take
from published import hashed
from small import balance, enforcer, proceeding, writ

from tengbol.book.past import export_batch
from tengbol.runner import run
from tengbol.verify import Kind, verify

#: Twelve digits that end in their check digit: published, and in the lot, under another name.
IIN = "850101300017"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """An urgent writ, and a batch with a pair, a bound writ, balances of before, and a stranger to the pools' order."""
    folder = tmp_path_factory.mktemp("drawn")
    tables = home(
        enforcers=[*(enforcer(f"E{n}") for n in range(1, 4)), enforcer("F1", "D2"), enforcer(IIN)],
        balances=[balance("E1", "individual", 1, "0.5"), balance("F1", "state", 2, "1.5")],
        ledger=[proceeding("L", "E2", debtor_id="payer", category="alimony")],
        writs=[
            *(writ(f"W{n}") for n in range(5)),
            *(writ(f"P{n}", case_id="K", debtor_id="pair") for n in range(2)),
            writ("bound", claim="alimony", amount=None, debtor_id="payer"),
            writ("unsigned", signature="absent"),
            writ("U", immediate="true"),
        ],
    )
    store = opened(f"sqlite:///{folder / 'b'}", folder, tables)
    assign(store, clerk(), "U", as_of=NOW)
    batch(store, clerk(), as_of=NOW)
    take(store, folder, writs=[writ("X1"), writ("X2", debtor_district_id="D2")])
    batch(store, clerk(), as_of=NOW)
    return store


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_seed_of_each_batch_follows_from_its_secret_and_what_only_the_book_shows_is_named(store, tmp_path, number):
    report = verify(*export_batch(store, tmp_path, number, "C1"))
    assert report.ok, str(report)
    assert [finding.subject for finding in report.of(Kind.UNPROVEN) if finding.check == "seed"] == ["book"]
    assert "seed" in {finding.check for finding in report.of(Kind.HOLDS)}


@pytest.mark.parametrize(
    "told",
    [
        {"secret": "0" * 64},
        {"secret": None},
        {"public_value": "draw of the day"},
        {"commitment": "0" * 64},
        {"commitment": None},
    ],
    ids=str,
)
def test_another_secret_or_another_rule_than_the_one_that_gave_the_seed_is_found(store, tmp_path, told):
    source, result = export_batch(store, tmp_path, 2, "C1")
    manifest = json.loads((result / "manifest.json").read_text())
    manifest["book"] |= told
    (result / "manifest.json").write_text(json.dumps(manifest))
    assert "seed" in {finding.check for finding in verify(source, result).broken()}


@pytest.mark.parametrize("sought", [False, True], ids=["chosen", "by the rule of version 0.1.0"])
def test_a_seed_that_suits_and_was_dealt_by_is_found(store, tmp_path, sought):
    """All else is a true distribution of another seed: only the secret speaks against it.

    Of version 0.1.0's seeds, any digest that nobody compares could be tried until the lot suits.
    """
    source, result = export_batch(store, tmp_path, 2, "C1")
    kept = json.loads((result / "manifest.json").read_text())
    key, chosen, seed = (result / "lot.key").read_text().strip(), tmp_path / "chosen", "2026"
    if sought:
        kept["book"] |= {"record": None, "input_digest": "0" * 64}
        seed = hashed("tengbol seed", kept["book"]["secret"], "0" * 64, "")
    run(source, chosen, as_of=NOW, seed=seed, key=key)
    manifest = json.loads((chosen / "manifest.json").read_text())
    (chosen / "manifest.json").write_text(json.dumps(manifest | {"book": kept["book"], "batch_id": kept["batch_id"]}))
    assert {finding.check for finding in verify(source, chosen, key=key).broken()} == {"seed"}
