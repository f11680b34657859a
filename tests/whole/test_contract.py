"""The specification in the tree says what the program does: columns, codes, verbs, headers, the order's own words."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import typer
from typer.core import TyperGroup

import tengbol.io
from tengbol.cli import app
from tengbol.io.clerks.codes import WORDS
from tengbol.io.headers import word_of
from tengbol.io.rejections import CODES
from tengbol.model import codes
from tengbol.model.codes import BOUND_BASES, POOL_BASES, UNASSIGNED
from tengbol.model.decisions import SCHEMAS
from tengbol.model.tables import TABLES
from tengbol.verify.decisions import COLUMNS as COLUMNS_OF_REASONS

DOCS = Path(__file__).parents[2] / "docs"
CONTRACT = (DOCS / "contract.md").read_text(encoding="utf-8")


def section(number: int) -> str:
    """The text of a section of the contract."""
    return re.split(r"^## ", CONTRACT, flags=re.MULTILINE)[number]


def coded(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def entry(table: str) -> str:
    """What the contract says of a table that comes in: its line, and the lines set in under it."""
    found = re.search(rf"^`{table}`\*?: (.*(?:\n  .*)*)", section(2), flags=re.MULTILINE)
    assert found, table
    return found[1]


def test_every_table_stands_in_the_contract_with_its_columns_and_what_is_required():
    for name, table in TABLES.items():
        said = entry(name).partition("\n  `reason`:")[0]
        columns = re.findall(r"(?:^|·\s+)`(\w+)`(\*?)", said)
        assert [column for column, _ in columns] == list(table.columns), name
        assert [column for column, star in columns if star] == list(table.required_columns), name
        assert (f"`{name}`*: " in CONTRACT) == table.required, name


def test_every_code_that_a_column_takes_stands_under_it():
    taken = {
        "absences": codes.ABSENCE_REASONS,
        "writs": (*codes.FORMS, *codes.CLAIMS, *codes.CREDITOR_KINDS, *codes.SIGNATURES, *codes.ORIGINS),
        "recusals": codes.RECUSAL_GROUNDS,
    }
    for name, accepted in taken.items():
        assert set(accepted) <= set(re.findall(r"`(\w+)`", entry(name))), name
    assert set(codes.CATEGORIES) <= set(coded(section(1)))


def test_every_code_of_the_answer_stands_in_the_contract_in_its_order():
    listed = section(2).partition("Codes of `rejected`:")[2].partition("\n\nOf rows")[0]
    assert [code for code in coded(listed) if code in CODES] == list(CODES)
    of_unassigned = section(4).partition("of several the first:")[2].partition("\n")[0]
    assert coded(of_unassigned) == list(UNASSIGNED)
    assert set(coded(section(4))) >= {*BOUND_BASES, *POOL_BASES}


def test_every_verb_of_the_book_stands_in_the_contract():
    book = typer.main.get_group(app).commands["book"]
    assert isinstance(book, TyperGroup)
    assert f"`tengbol book {'|'.join(book.commands)}`" in section(5)


def test_the_page_of_headers_lists_what_is_read_as_each_column():
    names = tomllib.loads((Path(tengbol.io.__file__).parent / "aliases.toml").read_text(encoding="utf-8"))
    page = (DOCS / "headers.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([\w.]+)` \| (.*) \|$", page, flags=re.MULTILINE))
    wanted = {name: " · ".join(said) for name, said in names["tables"].items()}
    wanted |= {
        f"{table}.{column}": " · ".join(said)
        for table, columns in names["columns"].items()
        for column, said in columns.items()
    }
    wanted |= {f"writs.{name}": " · ".join(said) for name, said in names["beside"].items()}
    assert rows == wanted


def test_the_page_of_words_lists_what_is_read_as_each_code():
    words = tomllib.loads((Path(tengbol.io.__file__).parent / "clerks" / "words.toml").read_text(encoding="utf-8"))
    page = (DOCS / "values.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([\w.]+)` \| (.*) \|$", page, flags=re.MULTILINE))
    listed = {**words["codes"], **words["flags"]}
    assert rows == {f"{name}.{code}": " · ".join(said) for name, of in listed.items() for code, said in of.items()}


def test_the_page_on_reading_has_each_code_in_the_words_of_messages():
    page = (DOCS / "reading.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` · [^|]+ \| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", page, flags=re.MULTILINE)
    assert rows == [
        (column, code, word_of(code, "kk"), word_of(code, "ru")) for column, of in WORDS.items() for code in of
    ]


def test_what_the_glossary_takes_from_the_order_stands_in_the_order():
    order = re.sub(r"\s+", " ", (DOCS / "law" / "order-211.kk.txt").read_text(encoding="utf-8")).casefold()
    terms = re.findall(
        r"^\| [^|]+ \| ([^|]+) ● \|", (DOCS / "glossary.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert len(terms) > 30
    assert [term for term in terms if term.casefold() not in order] == []


def test_the_page_of_format_2_has_every_table_and_column_as_they_are_written():
    page = (DOCS / "format-2.md").read_text(encoding="utf-8")
    told = {
        name: coded(columns)
        for name, columns in re.findall(r"^\| `(\w+)` \| [^|]+ \| (`\w+` ·.*) \|$", page, flags=re.MULTILINE)
    }
    assert told == {name: list(columns) for name, columns in COLUMNS_OF_REASONS.items()}
    assert {name: list(schema) for name, schema in SCHEMAS.items()}.items() <= told.items()
    assert set(told) <= set(coded(section(4)))
