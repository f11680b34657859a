"""What `tengbol run` says beside its result: refused cells, and the result whose place it took."""

from __future__ import annotations

import json
import re

import pytest
from books import tengbol
from small import district, enforcer, recusal, writ, write_tables

AS_OF = ("--as-of", "2026-11-23T18:00:00")


@pytest.fixture
def source(tmp_path):
    faulty = [writ(f"F{n}", form="fax", debtor_id=f"f{n}") for n in range(7)]
    tables = {"districts": [district("D1")], "enforcers": [enforcer("E1")], "writs": [writ("W1"), *faulty]}
    return write_tables(tmp_path / "in", **tables)


@pytest.mark.parametrize(("language", "word"), [("en", "electronic"), ("ru", "электронный"), ("kk", "электрондық")])
def test_the_first_refused_cells_are_named_and_the_rest_counted(tmp_path, source, language, word):
    done = tengbol("run", source, "--out", tmp_path / "out", *AS_OF, "--lang", language)
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stderr.splitlines() if "«form»" in line]
    assert [int(re.findall(r"\d+", line)[0]) for line in told] == [3, 4, 5, 6, 7]
    assert all(word in line for line in told)
    assert re.search(r"\b2\b.*tengbol check .* --marked FILE.xlsx", done.stderr.splitlines()[-1])


def test_whole_distributes_nothing_unless_every_row_is_taken_and_names_each_cell(tmp_path, source):
    done = tengbol("run", source, "--out", tmp_path / "out", *AS_OF, "--lang", "en", "--whole")
    assert done.returncode == 2 and not (tmp_path / "out").exists()
    *cells, said = done.stderr.splitlines()
    assert [int(re.findall(r"row (\d+)", line)[0]) for line in cells] == [3, 4, 5, 6, 7, 8, 9]
    assert "cells that cannot be taken: 7. Nothing is distributed (--whole)" in said
    write_tables(source, districts=[district("D1")], enforcers=[enforcer("E1")], writs=[writ("W1")])
    assert tengbol("run", source, "--out", tmp_path / "out", *AS_OF, "--whole").returncode == 0


@pytest.mark.parametrize(
    ("named", "told"),
    [
        (recusal("W1", "E9"), "enforcer_id is nobody of enforcers"),
        (recusal("W9", "E1"), "writ_id is no writ's id or number"),
    ],
)
def test_p12_whole_distributes_nothing_while_a_recusal_keeps_nobody_from_a_writ(tmp_path, named, told):
    people = [enforcer("E1"), enforcer("E2")]
    writs = [writ("W1"), writ("W2")]
    source = write_tables(tmp_path / "in", districts=[district("D1")], enforcers=people, writs=writs, recusals=[named])
    done = tengbol("run", source, "--out", tmp_path / "out", *AS_OF, "--lang", "en", "--whole")
    assert done.returncode == 2 and not (tmp_path / "out").exists()
    assert told in done.stderr and "Nothing is distributed (--whole)" in done.stderr.splitlines()[-1]
    assert tengbol("run", source, "--out", tmp_path / "out", *AS_OF).returncode == 0


def test_a_result_that_takes_the_place_of_another_says_so(tmp_path, source):
    first = tengbol("run", source, "--out", tmp_path / "out", *AS_OF, "--lang", "en")
    assert "replaced" not in first.stderr
    was = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    again = tengbol("run", source, "--out", tmp_path / "out", *AS_OF, "--lang", "en")
    assert again.returncode == 0
    said = f"the earlier result here was replaced: batch {was['batch_id']}, seed {was['seed']}, as of {was['as_of']}."
    assert said in again.stderr


@pytest.mark.parametrize(("given", "carried"), [(("--lang", "kk"), " --lang kk"), (("--lang", "en"), ""), ((), "")])
def test_the_command_for_papers_carries_the_language_that_was_asked_for(tmp_path, source, given, carried):
    done = tengbol("run", source, "--out", tmp_path / "out", *AS_OF, *given)
    (line,) = [line for line in done.stdout.splitlines() if "tengbol forms" in line]
    assert line.endswith(f"--out DIR{carried}")
