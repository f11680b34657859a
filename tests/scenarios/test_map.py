"""A header that fits no column, or two, is answered by the user: `--map COLUMN=NAME`, or the settings (`[columns]`)."""

from __future__ import annotations

import json

import pytest
from books import home, opened, tengbol
from small import district, enforcer, writ, write_tables

from tengbol.asked import as_of_from
from tengbol.config import Config, load
from tengbol.errors import UnusableInputError
from tengbol.io.read import read
from tengbol.runner import run
from tengbol.verify import verify


def folder(place, **renamed):
    """Two writs whose columns have other words for a header."""
    rows = [{renamed.get(name, name): cell for name, cell in writ(f"W{n}").items()} for n in (1, 2)]
    write_tables(place, districts=[district("D1")], enforcers=[enforcer("E1")], writs=rows)
    lines = (place / "writs.csv").read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    kept = [at for at, word in enumerate(header) if word not in renamed]
    rows = [",".join(line.split(",")[at] for at in kept) for line in lines]
    (place / "writs.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return place


def test_a_word_that_no_list_has_means_what_the_user_says(tmp_path):
    source = folder(tmp_path / "in", issued_on="Столбец 5", number="Реквизит")
    with pytest.raises(UnusableInputError, match="needs the columns number, issued_on"):
        read(source)
    reading = read(source, columns={"столбец  5": "issued_on", "Реквизит": "writs.number"})
    assert reading.chamber.writs["number"].to_list() == ["N-W1", "N-W2"] and not reading.warnings


def test_of_two_columns_that_mean_one_the_answer_decides(tmp_path):
    source = folder(tmp_path / "in", amount="Сумма")
    file = source / "writs.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines = [f"{line},{more}" for line, more in zip(lines, ("Сумма долга", "7", "8"), strict=True)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(UnusableInputError, match=r"'Сумма' and 'Сумма долга' both mean amount.*columns="):
        read(source)
    assert read(source, columns={"Сумма долга": "amount"}).chamber.writs["amount"].to_list() == [7, 8]


def test_a_header_of_two_meanings_is_refused_with_both_and_answered(tmp_path):
    place = write_tables(tmp_path / "in", districts=[], enforcers=[enforcer("E1")], writs=[writ("W")])
    (place / "districts.csv").write_text("Район,Палата\nD1,C1\n", encoding="utf-8")
    asked = r"'Район' can mean district_id or name.*columns=\{'Район': 'district_id'\}"
    with pytest.raises(UnusableInputError, match=asked):
        read(place)
    with pytest.raises(UnusableInputError, match="needs the columns name"):
        read(place, columns={"Район": "district_id"})


@pytest.mark.parametrize("name", ["sum", "writs.sum", "ledgers.amount", "ledger.amount", ""])
def test_a_column_that_no_table_has_is_refused(tmp_path, name):
    with pytest.raises(UnusableInputError, match="no table has such a column"):
        read(folder(tmp_path / "in"), columns={"x": name})


def test_a_word_that_no_header_has_is_told(tmp_path):
    (note,) = read(folder(tmp_path / "in"), columns={"Сумма долга": "amount"}).warnings
    assert "no header has 'Сумма долга'" in note


def test_the_settings_answer_it_and_the_manifest_says_so_for_verify(tmp_path):
    source = folder(tmp_path / "in", number="Реквизит")
    (tmp_path / "settings.toml").write_text('[columns]\n"Реквизит" = "number"\n', encoding="utf-8")
    settings = load(tmp_path / "settings.toml")
    run(source, tmp_path / "out", as_of=as_of_from("2026-11-23"), seed="01", config=settings)
    told = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert told["config"]["columns"] == {"Реквизит": "number"}
    assert verify(source, tmp_path / "out").ok
    assert "columns" not in Config().told()


def test_the_commands_take_answers(tmp_path):
    source = folder(tmp_path / "in", number="Реквизит")
    assert tengbol("check", source).returncode == 2
    assert tengbol("check", source, "--map", "Реквизит=number").returncode == 0
    out = ("--out", tmp_path / "out", "--as-of", "2026-11-23")
    assert tengbol("run", source, *out, "--map", "Реквизит=number").returncode == 0
    odd = tengbol("run", source, *out, "--map", "Реквизит")
    assert odd.returncode == 2 and "write COLUMN=NAME" in odd.stderr
    opened(f"sqlite:///{tmp_path / 'a.book'}", tmp_path, home()).close()
    book = ("--book", tmp_path / "a.book", "--map", "Реквизит=number")
    assert tengbol("book", "import", source, *book).returncode == 0
