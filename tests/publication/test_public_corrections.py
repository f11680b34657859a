"""Who forges the corrections of a public report and mends every link is found by `verify --public`.

A book with every act that moves a writ: annulled, corrected, reassigned, recused, and one annulled and given again.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
from hashlib import sha256
from itertools import count
from shutil import copy as copied
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from books import NOW, batch, clerk, home, opened, recuse, take
from held_by import holder, two
from publishing import publish
from small import writ
from tampering import Lines, relinked, written

from tengbol.book.amending import annul, reassign
from tengbol.book.correcting import correct
from tengbol.book.revoking import revoke
from tengbol.verify import Kind
from tengbol.verify.public import verify_public

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DAYS = [NOW + dt.timedelta(days=n) for n in range(4)]
#: Batches that tell of corrections, and how many rows each has.
TOLD = {2: 7, 4: 2}


@pytest.fixture(scope="module")
def published(tmp_path_factory, empty_book) -> Lines:
    folder = tmp_path_factory.mktemp("corrected")
    copied(empty_book, folder / "b")
    drawn = count()
    with mock.patch("secrets.token_hex", lambda size: sha256(b"%d" % next(drawn)).hexdigest()[: 2 * size]):
        return lived(folder)


def lived(folder: Path) -> Lines:
    store = opened(f"sqlite:///{folder / 'b'}", folder, home(writs=[writ(f"W{n}") for n in range(12)]))
    for n, at in enumerate(DAYS):
        if n:
            take(store, folder, writs=[writ(f"X{n}{i}", received_at=at.isoformat()) for i in range(4)])
        batch(store, clerk(at=at), as_of=at)
        if n == 0:
            annul(store, two(at=at), "W0", reason="entered_twice")
            correct(store, two(at=at), "W1", {"debtor_district_id": "D2"}, reason="entered_wrongly")
            recuse(store, clerk(at=at), "W2", holder(store, "W2")[0], ground="article_54", decision="No. 4", at=at)
            reassign(store, two(at=at), "W4", ground="court_order", decision="No. 7")
            annul(store, two(at=at), "W3", reason="entered_twice")
            revoke(store, two(at=at), "W3")
            annul(store, two(at=at), "W5", reason="entered_wrongly")
        if n == 2:
            annul(store, two(at=at), "X20", reason="entered_twice")
            revoke(store, two(at=at), "W5")
    file = publish(store, folder / "p.jsonl")
    store.close()
    return [json.loads(line) for line in file.read_text().splitlines()]


def report(folder, made, previous=None):
    for name, lines in (("p", made), ("before", previous or [])):
        (folder / name).write_text(written(lines))
    return verify_public(folder / "p", *([folder / "before"] if previous else []), steps=1)


def table(made: Lines, number: int) -> dict[str, list]:
    return made[number]["part"]["corrections"]


def rows(made: Lines, number: int) -> list[tuple[str, int, str]]:
    found = table(made, number)
    return list(zip(found["writ"], found["batch"], found["act"], strict=True))


def put(made: Lines, number: int, told: list[tuple[str, int, str]], *, sort: bool = True) -> None:
    """Tell these corrections and no others."""
    told = sorted(told) if sort else told
    made[number]["part"]["corrections"] = {
        name: [row[place] for row in told] for place, name in enumerate(("writ", "batch", "act"))
    }


def free(made: Lines, number: int) -> list[str]:
    """Writs that a batch gave and nobody corrected."""
    told = {writ for number in TOLD for writ in table(made, number)["writ"]}
    return [writ for writ in made[number]["part"]["assignments"]["writ"] if writ not in told]


def another(made: Lines, number: int, given: str) -> str:
    """A writ of the same batch that nobody corrected, and somebody else has."""
    part = made[number]["part"]["assignments"]
    has = dict(zip(part["writ"], part["enforcer"], strict=True))
    return next(writ for writ in free(made, number) if has[writ] != has[given])


def forgeries(made: Lines) -> Iterator[tuple[str, Callable[[Lines], object]]]:
    """What may be said otherwise of corrections, each once."""
    for number, many in TOLD.items():
        for place in range(many):
            kept = rows(made, number)
            gone = [*kept[:place], *kept[place + 1 :]]
            yield f"left out {number}.{place}", lambda m, n=number, gone=gone: put(m, n, gone)
            yield f"told twice {number}.{place}", lambda m, n=number, k=kept, p=place: put(m, n, [*k, k[p]])
            given, batch_of, act = kept[place]
            other = (another(made, batch_of, given), batch_of, act)
            yield f"of another writ {number}.{place}", lambda m, n=number, g=gone, o=other: put(m, n, [*g, o])
            stranger = ("f" * 32, batch_of, act)
            yield f"of no writ {number}.{place}", lambda m, n=number, g=gone, o=stranger: put(m, n, [*g, o])
            if number > 2:
                elsewhere = (given, 2 if batch_of != 2 else 1, act)
                yield f"of another batch {number}.{place}", lambda m, n=number, g=gone, o=elsewhere: put(m, n, [*g, o])
            later = (given, number, act)
            yield f"of a batch to come {number}.{place}", lambda m, n=number, g=gone, o=later: put(m, n, [*g, o])
            turned = (given, batch_of, "annulled" if act == "restored" else "restored")
            yield f"turned round {number}.{place}", lambda m, n=number, g=gone, o=turned: put(m, n, [*g, o])
        more = (free(made, 1)[0], 1, "annulled")
        yield f"one more {number}", lambda m, n=number, o=more: put(m, n, [*rows(m, n), o])
        given_again = (free(made, 1)[0], 1, "restored")
        yield f"given again {number}", lambda m, n=number, o=given_again: put(m, n, [*rows(m, n), o])
        yield f"silence {number}", lambda m, n=number: m[n]["part"].pop("corrections")
        yield f"none {number}", lambda m, n=number: put(m, n, [])
        yield f"a batch late {number}", late(number)
        yield f"unsorted {number}", lambda m, n=number: put(m, n, rows(m, n)[::-1], sort=False)
        yield f"a word of one's own {number}", lambda m, n=number: table(m, n)["act"].__setitem__(0, "pardoned")
        yield f"ragged {number}", lambda m, n=number: table(m, n)["writ"].pop()
        yield f"a column less {number}", lambda m, n=number: table(m, n).pop("act")
        yield f"no number {number}", lambda m, n=number: table(m, n)["batch"].__setitem__(0, "1")


def late(number: int) -> Callable[[Lines], object]:
    def forge(made: Lines) -> None:
        told = made[number]["part"].pop("corrections")
        place = number + 1 if number + 1 < len(made) and "corrections" not in made[number + 1]["part"] else number - 1
        made[place]["part"]["corrections"] = told

    return forge


def test_what_the_book_published_is_true_and_tells_of_every_act(published, tmp_path):
    assert {n: len(table(published, n)["act"]) for n in TOLD} == TOLD
    acts = {act for number in TOLD for act in table(published, number)["act"]}
    assert acts == {"annulled", "corrected", "reassigned", "recused", "restored"}
    assert report(tmp_path, published).ok


def test_every_forged_correction_is_broken_or_named_though_every_link_is_mended(published, tmp_path):
    """From the file alone: what corrections do not explain is told as set anew, which no true file of this book has."""
    tried, missed, broken = 0, [], 0
    for name, forge in forgeries(published):
        made = copy.deepcopy(published)
        forge(made)
        assert made != published, name
        found = report(tmp_path, relinked(made))
        tried, broken = tried + 1, broken + (not found.ok)
        if found.ok and {one.check for one in found.of(Kind.UNPROVEN)} == {"outside"}:
            missed.append(name)
    assert tried > 60 and broken > 30
    assert not missed, missed


def test_none_of_them_passes_where_the_balances_set_anew_are_hidden_too(published, tmp_path):
    """Then no batch opens with what came before it."""
    passed, tried = [], 0
    for name, forge in forgeries(published):
        made = copy.deepcopy(published)
        forge(made)
        for line in made[1:]:
            line.pop("corrections", None)
        tried += 1
        if report(tmp_path, relinked(made)).ok:
            passed.append(name)
    assert tried > 60
    assert not passed, passed


@pytest.mark.parametrize("other", ["corrected", "reassigned", "recused"])
def test_another_name_for_what_took_a_writ_back_shows_in_an_earlier_file_alone(published, tmp_path, other):
    """Each takes the same from balances, so only who kept what was published before knows."""
    made = copy.deepcopy(published)
    place = table(made, 2)["act"].index("annulled")
    row = rows(made, 2)[place]
    put(made, 2, [*(one for one in rows(made, 2) if one != row), (*row[:2], other)])
    made = relinked(made)
    assert report(tmp_path, made).ok
    broken = {finding.check for finding in report(tmp_path, made, published).broken()}
    assert broken == {"previous"}
