"""A sixth category, made in the five files that `docs/dev/add-a-rule.md` names: whatever a chamber asks knows it.

The changes are made in a copy of the package, on which the commands then run in a process of their own.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from browser import browser, opened
from small import district, enforcer, writ, write_tables

import tengbol
from tengbol.parameters import CATEGORIES

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
#: File → what stands there → what is put behind it.
CHANGES = {
    "model/law/parameters.toml": {
        'property = false\nsince = 2026-03-02\nsource = "¶4"\n':
        f'\n[[categories]]\nname = "salary"\nclaims = ["salary"]\nsince = {SINCE}\nsource = "a trial"\n',
    },
    "verify/law.py": {
        '"alimony", "non_property"': ', "salary"',
        'BY_CLAIM: Final = {"alimony": "alimony"': ', "salary": "salary"',
        "LATER: Final[dict[str, str]] = {": f'"salary": "{SINCE}"',
    },
    "report/wording.py": {'"non_property": "Non-property claims",': '"salary": "Wages",'},
    "io/clerks/words.toml": {"[codes.claim]\n": 'salary = ["жалақы өтеу", "выплата зарплаты"]\n'},
    "io/template.toml": {
        "[kk.values]\n": 'salary = "жалақы өтеу"\n', "[ru.values]\n": 'salary = "выплата зарплаты"\n',
    },
}  # fmt: skip
CHILD = """
import json, sys
from tengbol.cli import main
for words in json.load(sys.stdin):
    sys.argv = ["tengbol", *words]
    try:
        main()
    except SystemExit as end:
        if end.code:
            sys.exit(f"{words}: {end.code}")
"""


@pytest.fixture(scope="module")
def where(tmp_path_factory):
    """A folder with a result of before, the changed package, and what its commands made."""
    here = tmp_path_factory.mktemp("six")
    people = {"districts": [district("D1")], "enforcers": [enforcer(f"E{n}") for n in range(1, 4)]}
    odd = writ("odd", claim="wages")
    write_tables(here / "before", **people, writs=[odd, *(writ(f"W{n}", claim="alimony") for n in range(4))])
    tengbol.run(here / "before", here / "told", as_of=dt.datetime(2026, 11, 23, 18), seed="0a", key=KEY)
    shutil.copytree(Path(tengbol.__file__).parent, here / "tengbol", ignore=shutil.ignore_patterns("__pycache__"))
    for name, changes in CHANGES.items():
        file = here / "tengbol" / name
        text = file.read_text("utf-8")
        for stands, more in changes.items():
            assert text.count(stands) == 1, f"{name}: {stands}"
            text = text.replace(stands, stands + more)
        file.write_text(text, "utf-8")
    wages = [writ(f"S{n}", claim="salary") for n in range(5)]
    write_tables(here / "after", **people, writs=[*wages, *(writ(f"M{n}") for n in range(4))])
    (here / "key").write_text(KEY)
    (here / "key").chmod(0o600)
    (here / "what.toml").write_text(WHAT)
    commands = [
        "verify before told",
        "run before --out again --as-of 2026-11-23T18:00:00 --seed 0a --key key",
        "verify before again",
        "run after --out new --as-of 2026-12-07T18:00:00 --seed 0a --key key",
        "verify after new",
        "report new --out report --lang en --input after",
        "public write after new --key key --out public.jsonl",
        "verify --public public.jsonl",
        "public write before told --key key --out earlier.jsonl",
        "verify --public earlier.jsonl",
        "template chamber.xlsx --lang ru",
        "whatif what.toml --out what",
    ]
    done = subprocess.run(
        [sys.executable, "-c", CHILD], cwd=here, input=json.dumps([one.split() for one in commands]),
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(here)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return here


def test_a_batch_from_its_first_day_on_has_it(where):
    given = pl.read_parquet(where / "new" / "assignments.parquet")
    assert sorted(given.filter(category="salary")["writ_id"]) == [f"S{n}" for n in range(5)]
    counts = given.filter(category="salary")["enforcer_id"].value_counts()["count"]
    assert counts.max() - counts.min() == 1
    balances = pl.read_parquet(where / "new" / "balances.parquet")
    assert set(balances["category"]) == {*CATEGORIES, "salary"}


def test_a_batch_before_says_what_it_said_before(where):
    for name in ("balances", "uniformity", "standing", "assignments"):
        told, again = (pl.read_parquet(where / folder / f"{name}.parquet") for folder in ("told", "again"))
        assert told.equals(again), name
    assert "salary" not in (where / "told" / "rejected.csv").read_text()


def test_people_read_of_it(where):
    assert "Wages" in (where / "report" / "report.html").read_text("utf-8")
    assert "Wages" in (where / "what" / "whatif.html").read_text("utf-8")


def test_the_page_in_a_browser_reckons_with_it_and_without(where):
    with browser() as chromium:
        for name in ("public", "earlier"):
            tab, _ = opened(chromium, where / f"{name}.html", locale="en-GB")
            tab.set_input_files("#file", where / f"{name}.jsonl")
            tab.wait_for_selector("body[data-verdict]", state="attached")
            assert tab.evaluate("document.body.dataset.verdict") == "holds", name
            tab.close()
