"""Who forges a public report so that it agrees with itself: what is found, what is told, and what no file can show.

Whatever stands in `UNSEEN` is said in `docs/public.md`, and found by whoever kept an earlier file.
"""

from __future__ import annotations

import copy
import gzip
import json
from hashlib import sha256

import pytest
from forging import FREE, balances, concerned, mended, reseeded
from published import KEY, hashed, kept
from tampering import Lines, relinked, written

from tengbol.errors import UnusableInputError
from tengbol.report.public.file import lines
from tengbol.report.public.find import find
from tengbol.scenarios.stream import Recipe, draw
from tengbol.verify import Kind
from tengbol.verify.public import verify_public

RECIPE = Recipe(districts=3, enforcers=12, writs_a_day=24, bundled=0.3, followed=0.2, seed=5)
#: The batch that is changed, of eight.
PLACE = 4
EVEN = {"optimality", "optimality_total"}


@pytest.fixture(scope="module")
def published() -> Lines:
    # The forger deals by the lot of version 0.1.0, which takes no solver; of the lot since then: test_public_lot.
    made = kept(RECIPE, draw(RECIPE).days[:8], lot_version=1)
    return [json.loads(line) for line in lines(made.record, KEY, commitment=made.commitment)]


def check(folder, made, previous=None):
    file = folder / "public.jsonl"
    file.write_text(written(made))
    if previous is None:
        return verify_public(file, steps=1)
    earlier = folder / "earlier.jsonl"
    earlier.write_text(written(previous))
    return verify_public(file, earlier, steps=1)


def whole(made, place=PLACE):
    return made[place]["part"]


def alone(part):
    """Rows of free writs that went alone, among several."""
    table = part["assignments"]
    return [
        row
        for row, (bundle, basis, pool) in enumerate(zip(table["bundle"], table["basis"], table["pool"], strict=True))
        if bundle is None and basis in FREE and len(part["pools"][pool]) > 1
    ]


def everybody(made):
    return sorted({who for line in made[1:] for members in line["part"]["pools"].values() for who in members})


def renamed(made, old, new):
    return json.loads(json.dumps(made).replace(f'"{old}"', f'"{new}"'))


def test_the_forger_s_tools_change_nothing_in_what_is_true(published):
    again = copy.deepcopy(published)
    for line in again[1:]:
        reseeded(line["part"])
    assert mended(again) == published


# ---- Found, however well all else is made to fit


def other_member(made):
    """A pool member who got nothing gives way to a stranger; the pool is named anew."""
    part = whole(made)
    pool, idle = next(
        (pool, who)
        for pool, members in sorted(part["pools"].items())
        for who in members
        if len(members) > 2 and who not in part["assignments"]["enforcer"]
    )
    part["pools"][pool] = [who for who in part["pools"][pool] if who != idle] + ["JSO-99-999"]
    return mended(made)


def left_out(made):
    """A batch is left out, the others are numbered anew, and the commitment before it is to the next one's secret."""
    del made[PLACE]
    for line in made[PLACE:]:
        line["part"]["number"] -= 1
    whole(made, PLACE - 1)["commitment"] = hashed("tengbol commitment", whole(made)["secret"])
    return mended(made)


def two_in_one(made, place):
    """Two batches become one, with the secret of the first and the lot of its seed."""
    one, two = whole(made, place), whole(made, place + 1)
    for name, cells in one["assignments"].items():
        cells += two["assignments"][name]
    one["pools"] |= two["pools"]
    one["commitment"] = two["commitment"]
    reseeded(one)
    del made[place + 1]
    for line in made[place + 1 :]:
        line["part"]["number"] -= 1
    return mended(made)


def secrets_exchanged(made):
    """Two batches exchange secrets and seeds, and are dealt anew."""
    one, two = whole(made), whole(made, PLACE + 1)
    one["secret"], two["secret"] = two["secret"], one["secret"]
    reseeded(one)
    reseeded(two)
    return mended(made)


def secret_again(made):
    """Every commitment fits, but the secret is one that everybody knows."""
    whole(made)["secret"] = whole(made, PLACE - 1)["secret"]
    whole(made, PLACE - 1)["commitment"] = hashed("tengbol commitment", whole(made)["secret"])
    reseeded(whole(made))
    return mended(made)


def uneven(made):
    """A writ goes to somebody else of its pool, and the batch is told as optimal."""
    part = whole(made)
    row = alone(part)[0]
    table = part["assignments"]
    table["enforcer"][row] = next(who for who in part["pools"][table["pool"][row]] if who != table["enforcer"][row])
    reseeded(part)
    return mended(made)


def bundle_split(made):
    """A bundle becomes two writs alone, each to whom the other one of the two went."""
    part = next(
        part for part in map(whole, [made] * (len(made) - 1), range(1, len(made))) if any(part["assignments"]["bundle"])
    )
    table = part["assignments"]
    name = next(
        bundle for bundle, basis in zip(table["bundle"], table["basis"], strict=True) if bundle and basis in FREE
    )
    rows = [row for row, bundle in enumerate(table["bundle"]) if bundle == name]
    for row in rows:
        table["bundle"][row] = None
    members = part["pools"][table["pool"][rows[0]]]
    table["enforcer"][rows[0]] = next(who for who in members if who != table["enforcer"][rows[0]])
    return mended(made)


def half_a_bundle(made):
    """Of two writs with one bundle only the second says so: other readers would take the first for one alone."""
    table = next(line["part"]["assignments"] for line in made[1:] if any(line["part"]["assignments"]["bundle"]))
    name = next(filter(None, table["bundle"]))
    rows = [row for row, bundle in enumerate(table["bundle"]) if bundle == name]
    own = next(row for row in rows if table["writ"][row] == name)
    table["bundle"][own] = None
    return relinked(made)


def other_chamber(made):
    whole(made)["chamber_id"] = "another"
    return relinked(made)


def other_order(made):
    part = whole(made)
    part["unassigned"] = {"writ": ["b" * 32, "a" * 32], "code": ["received_later"] * 2}
    return relinked(made)


def endless_number(made):
    whole(made)["rejected"] = 2**63
    return relinked(made)


def speaking_id(made):
    """An id that would print a verdict of its own among the findings."""
    return mended(renamed(made, everybody(made)[0], "JSO-1\\n\\nNothing broke: 15 hold"))


def unseen_letter(made):
    """Two names of one enforcer that look alike, by a letter without width."""
    return mended(renamed(made, everybody(made)[0], "JSO-11-\u200b001"))


def empty_balance(made):
    made[0]["opening"] = sorted([*made[0]["opening"], ["A", "state", 0, 0]])
    return made


def idle_correction(made):
    """Say of somebody that his balance was set anew, to what it was."""
    who = whole(made)["assignments"]["enforcer"][0]
    made[PLACE]["corrections"] = [[who, "state", 10**6, 10**15], [who, "state", 0, 0]]
    return made


def needless_correction(made):
    """Say of somebody who has nothing to do with any batch that his balance was set anew."""
    made[PLACE]["corrections"] = [["JSO-99-999", "state", 7, 10**9]]
    return made


def other_opening(made):
    """The last batch says that it opened with other balances than the batches before left; nothing follows from it."""
    whole(made, len(made) - 1)["opening"] = sha256(b"balances of another book").hexdigest()
    return relinked(made)


def bound_on_more_words(made):
    """More writs are told as bound on a word than are bound at all."""
    whole(made)["on_word"] = len(whole(made)["assignments"]["basis"]) + 1
    return mended(made)


def bound_on_no_import(made):
    """It is told that none was bound by imports, which is told by saying nothing."""
    whole(made)["on_imports"] = 0
    return mended(made)


FOUND = {
    bound_on_more_words: {"format"},
    bound_on_no_import: {"format"},
    other_opening: {"balances"},
    other_member: EVEN | {"certificate"},
    left_out: EVEN,
    secrets_exchanged: {"seed"},
    secret_again: {"seed"},
    uneven: EVEN,
    bundle_split: {"optimality", "optimality_total", "lot"},
    half_a_bundle: {"bundles"},
    other_chamber: {"chamber"},
    other_order: {"format"},
    endless_number: {"format"},
    speaking_id: {"format"},
    unseen_letter: {"format"},
    empty_balance: {"format"},
    idle_correction: {"format"},
    needless_correction: {"balances"},
}


@pytest.mark.parametrize("forge", FOUND, ids=lambda forge: forge.__name__)
def test_it_is_found_from_the_file_alone(published, tmp_path, forge):
    broken = {finding.check for finding in check(tmp_path, forge(copy.deepcopy(published))).broken()}
    assert broken & FOUND[forge], broken


def test_only_the_balances_betray_an_opening_that_was_none(published, tmp_path):
    """All else of the file agrees with itself, so whoever does not look at the opening finds nothing."""
    broken = check(tmp_path, other_opening(copy.deepcopy(published))).broken()
    assert [(finding.check, finding.subject) for finding in broken] == [("balances", "opening")]


def test_two_batches_told_as_one_are_found_where_together_they_could_have_been_more_even(published, tmp_path):
    """Not everywhere: two that happen to be as even as one could have been are a chain rewritten whole."""
    found = 0
    for place in range(1, 8):
        made = two_in_one(copy.deepcopy(published), place)
        found += bool({finding.check for finding in check(tmp_path, made).broken()} & EVEN)
        assert not check(tmp_path, made, published).ok
    assert found >= 4


def test_whoever_goes_by_another_name_is_found_by_the_lot_he_took_part_in(published, tmp_path):
    """His place in a lot follows from his name. Who was dealt nothing among others can be called anything."""
    found = 0
    for who in everybody(published):
        made = mended(renamed(published, who, "JSO-99-999"))
        found += "lot" in {finding.check for finding in check(tmp_path, made).broken()}
        assert not check(tmp_path, made, published).ok
    assert found >= 5


# ---- Told, never passed over


def test_a_batch_that_is_less_even_than_it_could_be_is_named_even_when_it_claims_nothing(published, tmp_path):
    made = mended(uneven(copy.deepcopy(published))[: PLACE + 1], claim=False)
    report = check(tmp_path, made)
    assert report.ok, "a bound of 0 is true of anything"
    told = [finding for finding in report.of(Kind.UNPROVEN) if finding.check == "optimality"]
    assert told[-1].file == f"batch {PLACE}" and "as even as can be" in told[-1].sentence
    assert "; 0 meet it" in str(report)


def test_a_batch_left_out_with_its_balances_set_anew_is_told(published, tmp_path):
    made = copy.deepcopy(published)
    del made[PLACE]
    for line in made[PLACE:]:
        line["part"]["number"] -= 1
    whole(made, PLACE - 1)["commitment"] = hashed("tengbol commitment", whole(made)["secret"])
    then, now = balances(published, PLACE), balances(published, PLACE - 1)
    part = whole(made)
    there = concerned(part)
    made[PLACE]["corrections"] = sorted(
        [*cell, *then[cell]] for cell in then if cell[0] in there and then[cell] != now.get(cell, (0, 0))
    )
    told = [finding for finding in check(tmp_path, relinked(made)).findings if finding.check == "balances"]
    assert any("set anew" in finding.sentence for finding in told)


# ---- What no file can show by itself: docs/public.md says so


def billionth(made):
    """What somebody was due before the first batch, by one billionth more."""
    who = next(iter(whole(made, 1)["pools"].values()))[0]
    made[0]["opening"] = sorted([*made[0]["opening"], [who, "state", 0, 1]])
    return mended(made)


def ground_digest(made):
    """Another digest of the input, so another seed, and the lot of that seed."""
    whole(made)["input_digest"] = sha256(b"as I like it").hexdigest()
    reseeded(whole(made))
    return mended(made)


def other_rows(made):
    """Day, district and code, how many were rejected, and a writ that nobody handed in."""
    part = whole(made)
    part["day"] = whole(made, PLACE + 1)["day"]
    part["rejected"] += 5
    part["unassigned"] = {"writ": ["a" * 32], "code": ["received_later"]}
    part["assignments"]["district"] = ["elsewhere"] * len(part["assignments"]["district"])
    return relinked(made)


def sought_name(made):
    """Somebody goes by another name, that was sought until it has his place in every lot.

    Certificates number enforcers by their names; he leaves them out, as files of before do.
    """
    made = [{key: value for key, value in line.items() if key != "certificate"} for line in made]
    for name in (f"JSO-99-{n:03d}" for n in range(1000)):
        other = mended(renamed(made, everybody(made)[0], name))
        again = copy.deepcopy(other)
        for line in again[1:]:
            reseeded(line["part"])
        if again == other:
            return other
    raise AssertionError("no such name among 1,000")


def cut_off(made):
    return made[:-2]


def other_key(made):
    for line in made[1:]:
        line["part"]["key_commitment"] = "0" * 64
    return relinked(made)


def told_chamber(made):
    for line in made[1:]:
        line["part"]["chamber_id"] = "another"
    return relinked(made)


UNSEEN = (billionth, ground_digest, other_rows, sought_name, cut_off, other_key, told_chamber)


@pytest.mark.parametrize("forge", UNSEEN, ids=lambda forge: forge.__name__)
def test_no_file_shows_it_and_an_earlier_one_does(published, tmp_path, forge):
    made = forge(copy.deepcopy(published))
    assert made != published
    assert check(tmp_path, made).ok
    broken = {finding.check for finding in check(tmp_path, made, published).broken()}
    assert broken == {"previous"}


# ---- What is no report at all


@pytest.mark.parametrize("place", [12, 200, -9, -3])
def test_a_damaged_archive_is_told_and_no_fault_of_ours(published, tmp_path, place):
    content = bytearray(gzip.compress(written(published).encode(), mtime=0))
    content[place] ^= 0xFF
    file = tmp_path / "public.jsonl.gz"
    file.write_bytes(bytes(content))
    for reading in (verify_public, lambda path: find(path, "0" * 32)):
        with pytest.raises(UnusableInputError, match=r"public report|cannot be read"):
            reading(file)
