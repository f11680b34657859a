"""`docs/pencil.md` shows what its example gives, and the example gives what a pencil does."""

from __future__ import annotations

from itertools import product

import pytest
from pencil import INPUT, LOT, NAMES, PAGE, between, blocks, digest, due, excesses, given, lot_blocks, made, put

from tengbol.model.codes import CATEGORIES


@pytest.mark.parametrize("name", list(blocks()))
def test_the_page_shows_what_the_example_gives(name):
    text = PAGE.read_text(encoding="utf-8")
    start, end = between(text, name)
    assert text[start:end] == blocks()[name], "run: python tests/support/pencil.py"


@pytest.mark.parametrize("name", list(lot_blocks()))
def test_the_page_of_the_lot_shows_what_the_example_gives(name):
    text = LOT.read_text(encoding="utf-8")
    start, end = between(text, name)
    assert text[start:end] == lot_blocks()[name], "run: python tests/support/pencil.py"


def test_the_input_is_the_one_the_page_tells_of(tmp_path):
    put(tmp_path)
    for file in tmp_path.iterdir():
        assert file.read_text(encoding="utf-8") == (INPUT / file.name).read_text(encoding="utf-8"), file.name


def test_the_shares_and_excess_of_the_program_are_those_of_the_pencil():
    standing = made().standing.to_dicts()
    assert {row["category"] for row in standing} == set(CATEGORIES)
    for row in standing:
        place = row["category"], row["enforcer_id"]
        if place in due():
            assert row["share_after"] == sum(due()[place]) * 10**9
            assert row["received_after"] - sum(due()[place]) == excesses(given())[place]
        else:
            assert row["share_after"] == row["received_after"] == 0


def test_the_objective_of_the_program_is_that_of_the_pencil_and_proven():
    proof = made().proof
    assert proof.objective == proof.lower_bound == sum(each**2 for each in excesses(given()).values()) * 10**6
    assert proof.second


def test_no_way_to_give_the_money_writs_has_smaller_squares():
    least = min(
        sum(
            (4 * (had + got) - share) ** 2
            for had, got, share in zip((4, 3, 3, 4, 3), way, (20, 21, 21, 21, 21), strict=True)
        )
        for way in product(range(10), repeat=5)
        if sum(way) == 9
    )
    found = [each for (category, _), each in excesses(given()).items() if category == "individual"]
    assert sum(each**2 for each in found) * 16 == least


def test_the_alike_writs_are_dealt_in_the_order_of_the_two_hashes():
    alike = sorted((f"w0{n}" for n in range(1, 7)), key=lambda key: digest("writ", key))
    got = [given()[key]["enforcer_id"] for key in alike]
    order = sorted(NAMES, key=lambda key: digest("enforcer", key))
    assert got == sorted(got, key=order.index)


def test_the_example_has_what_the_page_says_of_it():
    rows = given()
    assert rows["w10"]["basis"] == "alimony_debtor"
    assert rows["w07"]["enforcer_id"] == rows["w08"]["enforcer_id"]
    assert rows["w09"]["pool_size"] == 4
    assert len(rows) == 12
