"""What the settings say of a header's words holds for every command that reads a chamber's tables."""

from __future__ import annotations

import datetime as dt

import pytest
from small import AS_OF, district, enforcer, writ, write_tables

from tengbol.config import Config
from tengbol.errors import UnusableInputError
from tengbol.scenarios.attachment_run import run_plan
from tengbol.scenarios.judging.run import run_judge
from tengbol.scenarios.whatif.answer import ask
from tengbol.scenarios.whatif.scenario import parse

MOMENT = dt.datetime.fromisoformat(AS_OF)
SAID = Config(columns={"Whereabouts": "debtor_district_id"})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    place = write_tables(
        tmp_path / "in", districts=[district("D1")], enforcers=[enforcer("E1"), enforcer("E2")], writs=[writ("W1")]
    )
    table = place / "writs.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("debtor_district_id", "Whereabouts"), encoding="utf-8")
    (tmp_path / "given.csv").write_text("writ_id,enforcer_id\nW1,E1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def judged(folder, config):
    return run_judge(folder / "in", folder / "given.csv", None, as_of=MOMENT, language="en", config=config)


def planned(folder, config):
    return run_plan(folder / "in", folder / "plan", as_of=MOMENT, seed="0a", keep=1, config=config)


def answered(folder, config):
    text = f'base = "in"\nas_of = {AS_OF}\ndays = 0\nlots = 1\n[[variant]]\nname = "one"\n'
    return ask(parse(text, str(folder / "s.toml")), config=config)


@pytest.mark.parametrize("reads", [judged, planned, answered])
def test_a_word_that_the_settings_explain_is_read(folder, reads):
    with pytest.raises(UnusableInputError, match="debtor_district_id"):
        reads(folder, Config())
    reads(folder, SAID)
