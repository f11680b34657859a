"""A sixth category, made in the five files that `docs/dev/add-a-rule.md` names: whatever a chamber asks knows it.

The changes are made in a copy of the package, on which the commands then run in a process of their own. What was made
before by the package as it is must stand there: results, books and public files. The words of a new claim come about in
three ways: all were words of `money` and are taken from there; some were, and stay there, too; none was. In a fourth
way the category takes a claim that there is.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from books import NOW, batch, clerk
from books import opened as book
from books import tengbol as command
from browser import browser, opened
from publishing import publish
from small import district, enforcer, writ, write_tables

import tengbol
from tengbol.parameters import categories

SINCE = "2026-12-01"
KEY = "0b" * 32
WHAT = """
base = "after"
as_of = 2026-12-07T18:00:00
days = 2
replications = 2
lots = 2
[[variant]]
name = "one leaves"
[[variant.event]]
kind = "leave"
enforcer_id = "E1"
reason = "expelled"
on = 2026-12-08
"""
#: What is asked of the result of before, without the category and with it.
EARLIER = (
    "public write before told --key key --out {0}/public.jsonl",
    "report told --out {0}/report --input before",
    "forms told --out {0}/forms --input before --key key",
    "judge before told/assignments.csv --as-of 2026-11-23T18:00:00 --out {0}/judged",
    "whatif then.toml --out {0}/what",
)
#: The page knows all categories that its checker does.
APART = ("public.html",)
#: Words of `money`, the first in Kazakh and the second in Russian; and two that nobody reads.
OLD, NEW = ["жалақыны өндіріп алу", "взыскание зарплаты"], ["жалақы өтеу", "выплата зарплаты"]
#: Words of `eviction`.
OUT = ["шығару", "выселение"]
PEOPLE = {"districts": [district("D1")], "enforcers": [enforcer(f"E{n}") for n in range(1, 4)]}
#: Way → its claim, the words, which of them `money` loses, and what the claim was before.
WAYS = {
    "moved": ("salary", OLD, OLD, "money"),
    "kept": ("salary", [*NEW, *OLD], [], "money"),
    "new": ("salary", NEW, [], ""),
    "taken": ("eviction", OUT, [], ""),
}


def changes(claim: str, words: list[str], before: str) -> dict[str, dict[str, str]]:
    """File → what stands there → what is put behind it."""
    listed = ", ".join(f'"{word}"' for word in words)
    was = f'before = "{before}"\n' if before else ""
    return {
        "model/law/parameters.toml": {
            'property = false\nsince = 2026-03-02\nsource = "¶4"\n':
            f'\n[[categories]]\nname = "salary"\nclaims = ["{claim}"]\n{was}since = {SINCE}\nsource = "a trial"\n',
        },
        "verify/law.py": {
            '"alimony", "non_property"': ', "salary"',
            'BY_CLAIM: Final = {"alimony": "alimony"': f', "{claim}": "salary"',
            "LATER: Final[dict[str, str]] = {": f'"salary": "{SINCE}", ',
            **({"BEFORE: Final[dict[str, str]] = {": f'"salary": "{before}", '} if before else {}),
        },
        "report/wording.py": {'"non_property": "Non-property claims",': '"salary": "Wages",'},
        "io/clerks/words.toml": {} if claim == "eviction" else {"[codes.claim]\n": f"salary = [{listed}]\n"},
        "io/template.toml": {
            "[kk.values]\n": f'salary = "{words[0]}"\n', "[ru.values]\n": f'salary = "{words[1]}"\n',
        },
    }  # fmt: skip


CHILD = """
import datetime as dt, json, sys
from pathlib import Path
import polars as pl
from tengbol.cli import main
from tengbol.book.access import connect
from tengbol.book.audit import audit
from books import batch, clerk, take
from publishing import publish
from small import writ
asked = json.load(sys.stdin)

def done(words):
    sys.argv = ["tengbol", *words.split()]
    try:
        main()
    except SystemExit as end:
        if end.code:
            sys.exit(f"{words}: {end.code}")

for words in asked["commands"]:
    done(words)
store = connect("sqlite:///book")
assert audit(store).ok, str(audit(store))
for day in ("2026-11-30", "2026-12-07"):
    for hour, made in ((18, True), (20, False)):
        at = dt.datetime.fromisoformat(f"{day}T{hour}:00:00")
        take(store, Path(), clerk(at=at), writs=[
            writ(f"{word} {day} {hour}", claim=word, received_at=at.isoformat()) for word in asked["words"]
        ])
        if made:
            batch(store, clerk(), as_of=at)
    # The row of what was distributed is no news, though its word means another claim by now.
    again = take(store, Path(), clerk(at=at), writs=[writ("B1", claim=asked["words"][0])])
    assert again.counts["writs"]["same"] == 1, again.rejected
kinds = {"writ_id": pl.String(), "category": pl.String()}
given = dict(store.frame("SELECT writ_id, category FROM assignments", kinds).iter_rows())
assert audit(store).ok, str(audit(store))
publish(store, Path("book.jsonl"))
done("verify --public book.jsonl")
Path("given.json").write_text(json.dumps(given))
"""


@pytest.fixture(scope="module")
def earlier(tmp_path_factory):
    """A folder with a result, a book and public files of before, made once for all ways of which it is the same."""

    @cache
    def made(before: str) -> Path:
        here = tmp_path_factory.mktemp("earlier")
        old, new = OLD[1], NEW[1]
        then = [
            # Two of one debtor are a bundle, whose writs the certificate counts by category.
            *(writ(f"W{n}", claim="alimony", debtor_id=f"debtor {n // 2}") for n in range(4)),
            *(writ(f"O{n}", claim=old) for n in range(3)),
            writ("entity", claim=old, creditor_kind="legal_entity"),
            writ("state", claim=old, creditor_kind="state", amount=90_000_000),
            writ("out", claim=OUT[1], amount=None),
            writ("theirs", claim=OUT[0], amount=None, state_interest="true"),
            # These are refused: a claim of the state needs its sum, and nobody knows the word, or the code.
            writ("bare", claim=old, creditor_kind="state", amount=None),
            writ("odd", claim="wages"),
            writ("unread", claim=new),
            *([] if before else [writ("early", claim="salary")]),
            # One document in two rows, in other words.
            writ("twice", claim="ақша"), writ("twice", claim=old),
        ]  # fmt: skip
        write_tables(here / "before", **PEOPLE, writs=then)
        tengbol.run(here / "before", here / "told", as_of=NOW, seed="0a", key=KEY)
        store = book(f"sqlite:///{here / 'book'}", here, {**PEOPLE, "writs": [writ("B1", claim=old)]})
        batch(store, clerk(), as_of=NOW)
        publish(store, here / "old-book.jsonl")
        store.close()
        (here / "key").write_text(KEY)
        (here / "key").chmod(0o600)
        what = WHAT.replace('"after"', '"before"')
        what = what.replace("2026-12-07", "2026-11-23").replace("2026-12-08", "2026-11-24")
        (here / "then.toml").write_text(what)
        for folder in ("was", "is"):
            (here / folder).mkdir()
        for act in EARLIER:
            done = command(*act.format("was").split(), cwd=here)
            assert done.returncode == 0, done.stderr
        return here

    return made


@pytest.fixture(scope="module", params=WAYS)
def where(request, earlier, tmp_path_factory):
    """A folder of before, the changed package, and what its commands made."""
    here = tmp_path_factory.mktemp("six")
    claim, words, lost, before = WAYS[request.param]
    shutil.copytree(earlier(before), here, dirs_exist_ok=True)
    # With what is compiled of it, but what somebody is just compiling.
    shutil.copytree(Path(tengbol.__file__).parent, here / "tengbol", ignore=shutil.ignore_patterns("*.pyc.*"))
    for name, put in changes(claim, words, before).items():
        file = here / "tengbol" / name
        text = file.read_text("utf-8")
        for stands, more in put.items():
            assert text.count(stands) == 1, f"{name}: {stands}"
            text = text.replace(stands, stands + more)
        if name.endswith("words.toml"):
            for word in lost:
                head, money = text.split("\nmoney = [", 1)
                text = head + "\nmoney = [" + re.sub(rf'"{word}",\s*', "", money, count=1)
        file.write_text(text, "utf-8")
    wages = [writ(f"S{n}", claim=words[n % len(words)]) for n in range(5)]
    write_tables(here / "after", **PEOPLE, writs=[*wages, *(writ(f"M{n}") for n in range(4))])
    (here / "what.toml").write_text(WHAT)
    commands = [
        "verify before told",
        "run before --out again --as-of 2026-11-23T18:00:00 --seed 0a --key key",
        "verify before again",
        "run after --out new --as-of 2026-12-07T18:00:00 --seed 0a --key key",
        "verify after new",
        "report new --out report --lang en --input after",
        *(act.format("is") for act in EARLIER),
        "public write after new --key key --out public.jsonl",
        "verify --public public.jsonl",
        "verify --public was/public.jsonl",
        "verify --public old-book.jsonl",
        "template chamber.xlsx --lang ru",
        "whatif what.toml --out what",
    ]
    support = Path(__file__).parents[1] / "support"
    done = subprocess.run(
        [sys.executable, "-c", CHILD], cwd=here, capture_output=True, text=True, check=False,
        input=json.dumps({"commands": commands, "words": [OLD[1], NEW[1], OUT[1], "salary"]}),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (here, support)))},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return here, request.param


def a_batch_from_its_first_day_on_has_it(here, way):
    given = pl.read_parquet(here / "new" / "assignments.parquet")
    assert sorted(given.filter(category="salary")["writ_id"]) == [f"S{n}" for n in range(5)]
    counts = given.filter(category="salary")["enforcer_id"].value_counts()["count"]
    assert counts.max() - counts.min() == 1
    balances = pl.read_parquet(here / "new" / "balances.parquet")
    assert set(balances["category"]) == {*categories(dt.date(2026, 12, 7)), "salary"}


def a_batch_before_says_what_it_said_before(here, way):
    told, again = here / "told", here / "again"
    files = {file.name for file in told.iterdir()} - {"manifest.json"}
    assert {"rejected.csv", "assignments.csv", "certificate.json", "summary.html"} <= files
    for name in sorted(files):
        assert (told / name).read_bytes() == (again / name).read_bytes(), name
    of = [json.loads((folder / "manifest.json").read_text("utf-8")) for folder in (told, again)]
    assert [{**one, "timings": None} for one in of] == [{**of[0], "timings": None}] * 2
    assert "salary" not in (told / "rejected.csv").read_text("utf-8").replace("is 'salary'", "")
    was = {file.relative_to(here / "was") for file in (here / "was").rglob("*") if file.is_file()}
    assert len({file.parts[0] for file in was}) == 6
    for file in sorted(was):
        assert (here / "was" / file).read_bytes() == (here / "is" / file).read_bytes() or file.name in APART, file


def a_book_goes_on_by_the_day_of_each_batch(here, way):
    given = json.loads((here / "given.json").read_text("utf-8"))
    old, new, out = OLD[1], NEW[1], OUT[1]
    early, waited, later = "2026-11-30 18", "2026-11-30 20", "2026-12-07 18"
    assert given["B1"] == "individual"
    # What was a word of money is that before the day; one that nobody read then is refused, and so is the code of a
    # claim that was none.
    then = {old: "individual", out: "non_property"} | ({"salary": "individual"} if way in ("moved", "kept") else {})
    became = {"moved": {old, "salary"}, "kept": {old, new, "salary"}, "new": {new, "salary"}, "taken": {out}}[way]
    now = then | dict.fromkeys(became, "salary")
    due = {"B1": "individual"} | {f"{word} {early}": kind for word, kind in then.items()}
    due |= {f"{word} {waited}": now[word] for word in then} | {f"{word} {later}": kind for word, kind in now.items()}
    assert given == due


def people_read_of_it(here, way):
    assert "Wages" in (here / "report" / "report.html").read_text("utf-8")
    assert "Wages" in (here / "what" / "whatif.html").read_text("utf-8")


def the_page_in_a_browser_reckons_with_it_and_without(here, way):
    with browser() as chromium:
        for name in ("public", "was/public"):
            tab, _ = opened(chromium, here / f"{name}.html", locale="en-GB")
            tab.set_input_files("#file", here / f"{name}.jsonl")
            tab.wait_for_selector("body[data-verdict]", state="attached")
            assert tab.evaluate("document.body.dataset.verdict") == "holds", name
            tab.close()


ASKED = (
    a_batch_from_its_first_day_on_has_it,
    a_batch_before_says_what_it_said_before,
    a_book_goes_on_by_the_day_of_each_batch,
    people_read_of_it,
    the_page_in_a_browser_reckons_with_it_and_without,
)


# One test for each way: to make all of it takes much longer than to ask, and each process of the tests makes its own.
def test_whatever_a_chamber_asks_knows_it(where, subtests):
    for asked in ASKED:
        with subtests.test(asked.__name__):
            asked(*where)
