"""What `verify` does in a quicker way than the plain one, against the plain one."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from hashlib import sha256

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tengbol.verify import equals, exchanges
from tengbol.verify.alike import check_alike, same_bytes
from tengbol.verify.decisions import _compare
from tengbol.verify.equals import Cells, of_pools
from tengbol.verify.findings import Findings
from tengbol.verify.grouping import numbered, summed
from tengbol.verify.law import CATEGORIES
from tengbol.verify.likeness import all_as_read, as_read
from tengbol.verify.limits import _TURNED, _UNSEEN, all_seen
from tengbol.verify.masks import Names
from tengbol.verify.placing import alike, among, as_one, named, numbered_as, perhaps_twice, places
from tengbol.verify.writs import _Members

ids = st.lists(st.none() | st.sampled_from(["a", "b", "aa", "bb", "ab", "c"]), max_size=9)


@pytest.fixture(params=["hashes apart", "hashes that fall together"])
def hashes(request, monkeypatch):
    if request.param != "hashes apart":
        monkeypatch.setattr(pl.Series, "hash", lambda column: column.str.len_bytes().fill_null(1).cast(pl.UInt64))


def texts(cells):
    return pl.Series(cells, dtype=pl.String)


def test_ids_are_found_whatever_their_hashes(hashes):
    @given(ids, st.lists(st.sampled_from(["a", "b", "aa", "bb", "c"]), unique=True))
    @example(["a", "bb"], ["b", "a"])
    def holds(asked, known):
        at = places(texts(asked), texts(known)).to_list()
        assert at == [known.index(one) if one in known else None for one in asked]

    holds()


def test_ids_are_among_others_whatever_their_hashes(hashes):
    @given(ids, ids)
    @example(["a", None], ["b", None])
    def holds(many, some):
        due = [one is not None and one in some for one in many]
        assert among(texts(many), texts(some)).to_list() == due
        several = {row for row, one in enumerate(many) if one is not None and many.count(one) > 1}
        assert several <= set(perhaps_twice(texts(many)).tolist())

    holds()


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from(CATEGORIES), st.integers(1, 28), st.sampled_from("xy")),
        max_size=12,
    ),
    st.randoms(),
)
def test_bundles_are_summed_up_as_one_by_one(rows, random):
    names = [f"W{n}" for n in range(len(rows))]
    random.shuffle(names)
    first = pl.Series([[row[0] for row in rows].index(row[0]) for row in rows], dtype=pl.Int64).to_numpy()
    group = numbered(first).tolist()
    assert [sorted(set(group)).index(one) for one in group] == group
    assert sorted(set(group), key=group.index) == sorted(set(group))
    ready = pl.DataFrame(
        {
            "group": pl.Series(group, dtype=pl.UInt32),
            "writ_id": texts(names),
            "category": texts([row[1] for row in rows]),
            "by": pl.Series([date(2026, 1, row[2]) for row in rows], dtype=pl.Date),
            "district_id": texts([row[3] for row in rows]),
        }
    )
    due = []
    for number in sorted(set(group)):
        its = [row for row in ready.iter_rows(named=True) if row["group"] == number]
        counts = Counter(row["category"] for row in its)
        due.append(
            (
                number, min(row["writ_id"] for row in its), its[0]["district_id"], min(row["by"] for row in its),
                *(counts[name] for name in CATEGORIES), len(its),
            )
        )  # fmt: skip
    assert summed(ready).rows() == due


@given(st.lists(st.tuples(st.none() | st.integers(0, 2), st.none() | st.sampled_from(["A", "B", "C", "stranger"]))))
def test_members_are_those_of_the_pool(rows):
    pools = [frozenset("A"), frozenset("BC"), frozenset("AC")]
    frame = pl.DataFrame(rows, schema={"pool": pl.Int32, "enforcer_id": pl.String}, orient="row")
    has = _Members(pools, pl.Series([], dtype=pl.String)).has(frame["pool"], frame["enforcer_id"])
    assert has.to_list() == [pool is not None and who in pools[pool] for pool, who in rows]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2), st.none() | st.sampled_from(["A", "B", "stranger"]), st.none() | st.sampled_from("ABC")
        ),
        min_size=1,
    )
)
def test_who_fits_is_the_one_bound_to_or_in_the_pool_of_what_is_free(rows):
    pools = [frozenset("A"), frozenset("BC"), frozenset("AC")]
    pool, who, bound_to = zip(*rows, strict=True)
    members = _Members(pools, pl.Series(bound_to, dtype=pl.String))
    fit = members.fit(named(texts(who)), np.array(pool), members.bound)
    assert fit.tolist() == [w in pools[p] if b is None else w == b for p, w, b in rows]


@given(
    st.lists(st.none() | st.sampled_from("abc"), min_size=1),
    st.lists(st.sampled_from("abcd"), unique=True),
    st.lists(st.none() | st.integers(0, 99)),
)
def test_numbers_of_texts_stand_for_the_texts(cells, words, rows):
    rows = [None if row is None else row % len(cells) for row in rows]
    who = named(texts(cells))
    some = who.at(pl.Series(rows, dtype=pl.UInt32))
    assert [[*who.names, None][n] for n in who.number] == cells
    assert [[*some.names, None][n] for n in some.number] == [None if row is None else cells[row] for row in rows]
    assert who.as_in(words, -2).tolist() == numbered_as(texts(cells), words, -2).tolist()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1), st.sampled_from([1, 10**9]))
def test_rows_are_alike_just_when_all_their_numbers_are(rows, far):
    one, other = (np.array(column) * far for column in zip(*rows, strict=True))
    number, first = alike(as_one(one, other, other, other))
    assert sorted(set(number.tolist())) == list(range(len(first)))
    assert [rows[first[n]] for n in number] == rows
    assert len({*rows}) == len(first)


_PIECES = ("0", "12", "-", "--", "/", "//", "№", "no.", "а", "A", " ", "‑")


@given(st.lists(st.none() | st.lists(st.sampled_from(_PIECES), max_size=5).map("".join)))
@example(["0--1", "0//1", "1-", "12-0/12", ""])
def test_numbers_of_cases_that_are_plainly_written_are_as_read(numbers):
    read = all_as_read(pl.Series(numbers, dtype=pl.String))
    assert read.to_list() == [None if number is None else as_read(number) for number in numbers]


@given(st.text(st.characters(max_codepoint=0x2030) | st.sampled_from("\x1f ~\x7f\x80"), max_size=4))
@example("\x7f")
def test_no_text_of_which_all_is_seen_has_a_sign_past_the_limits(text):
    past = texts([text]).str.contains(f"{_UNSEEN}|{_TURNED}").item()
    assert not (past and all_seen(text))
    assert all_seen(text) or not (text.isascii() and text.isprintable())


cells = st.none() | st.text(st.sampled_from('a,"\n\r;Ж '), max_size=3)
tables = st.lists(
    st.tuples(
        cells,
        cells,
        st.none() | st.integers(-3, 3),
        st.none() | st.floats(),
        st.none() | st.booleans(),
        st.none() | st.dates(date(1, 1, 1), date(2100, 1, 1)),
        st.none() | st.datetimes(datetime(1, 1, 1), datetime(2100, 1, 1)),
    ),
    max_size=4,
)
TYPES = {
    **dict.fromkeys("ab", pl.String), "n": pl.Int64, "x": pl.Float64, "flag": pl.Boolean, "day": pl.Date,
    "at": pl.Datetime("us"),
}  # fmt: skip


@given(tables, st.integers(0, 99), st.sampled_from([None, "x", '"', ",", "\n"]), st.integers(0, 1))
@example([], 0, "x", 0)
@example([], 2, "x", 1)
def test_a_csv_that_is_written_as_its_parquet_says_the_same(tmp_path_factory, rows, place, put, over):
    frame = pl.DataFrame(rows, schema=TYPES, orient="row")
    file = tmp_path_factory.mktemp("csv") / "table.csv"
    frame.write_csv(file, date_format="%Y-%m-%d", datetime_format="%Y-%m-%dT%H:%M:%S%.f")
    content = file.read_bytes()
    if put is not None:
        place = len(content) - place % (len(content) + 1)
        file.write_bytes(content[:place] + put.encode() + content[place + over :])
    whole = same_bytes(file, frame)
    assert whole == (sha256(content).hexdigest() if file.read_bytes() == content else None)
    if whole:
        found = Findings()
        check_alike("table", frame, pl.read_csv(file, infer_schema=False), found)
        assert not found.any_broken(), (rows, content)


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"))),
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"))),
    st.randoms(),
)
def test_tables_are_alike_just_when_they_have_the_same_rows(one, other, random):
    shuffled = random.sample(one, len(one))
    for rows in (other, shuffled):
        found = Findings()
        given_, wanted = (
            pl.DataFrame(some, schema={"pool_id": pl.String, "enforcer_id": pl.String}, orient="row")
            for some in (one, rows)
        )
        _compare("pools", given_, wanted, found)
        assert found.any_broken() == (Counter(one) != Counter(rows))


def outcome(round_):
    return None if round_ is None else (round_.respect, round_.change, round_.number, round_.sent)


people = st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=5, unique=True).map(frozenset)


@given(
    st.lists(st.tuples(people, st.sampled_from(CATEGORIES[:2]), st.data(), st.integers(1, 4)), max_size=6),
    st.integers(0, 10**6),
    st.integers(1, 3),
    st.integers(2, 3),
)
def test_looking_no_further_where_all_goes_back_as_it_came_misses_nothing(lines, seed, numbers, until):
    sent: Counter[tuple[frozenset[str], str, str]] = Counter()
    for pool, category, data, writs in lines:
        for _ in range(writs):
            sent[pool, category, data.draw(st.sampled_from(sorted(pool)))] += 1
    base = {(who, category): 0 for who in "ABCDE" for category in CATEGORIES}

    def number(text, level):
        # Few numbers, so that many sums are equal and later levels have to decide.
        return sha256(f"{text}:{level}".encode()).digest()[0] % numbers

    def asked():
        cells = Cells(base, str(seed), Names())
        return outcome(cells.less_goes_round(sent, Counter())), outcome(of_pools(sent, str(seed), Names()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(equals, "number", number)
        while (round_ := Cells(base, str(seed), Names()).less_goes_round(sent, Counter(), until)) is not None:
            sent.update(round_.sent)
        while (round_ := of_pools(sent, str(seed), Names())) is not None and round_.respect == 0:
            sent.update(round_.sent)
        short = asked()
        patch.setattr(exchanges, "only_back_and_forth", lambda ways, of: False)
        assert short == asked()
