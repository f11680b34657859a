"""CSV as it comes: encodings, separators, quotes, records over several lines, and lines that are broken."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from io_cases import ROWS, as_csv

from tengbol.errors import UnusableInputError
from tengbol.io.delimited import grid_of
from tengbol.io.grid import BLANKS, text_table
from tengbol.model.tables import TABLES

DISTRICTS = TABLES["districts"]
COLUMNS = DISTRICTS.columns
HEADER = "district_id,name,chamber_id"


def rows_of(content: bytes | str, table=DISTRICTS) -> list[tuple]:
    content = content.encode() if isinstance(content, str) else content
    return text_table(grid_of(content, "x.csv", table), table)[0].rows()


def broken_of(content: str) -> list[int]:
    return grid_of(content.encode(), "x.csv", DISTRICTS).broken["row"].to_list()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "kz1048"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_the_same_table_however_it_was_saved(encoding, ends, separator, quoting):
    text = as_csv("districts", ROWS["districts"], separator, quoting).replace("\n", ends)
    content = text.encode(encoding)
    assert rows_of(content) == [(2, "751110000", "Алмалы", "75"), (3, "751210000", "Әуезов", "75")]


def test_another_encoding_is_said():
    text = as_csv("districts", ROWS["districts"])
    assert grid_of(text.encode(), "x.csv", DISTRICTS).notes == ()
    assert "kz1048" in grid_of(text.encode("kz1048"), "x.csv", DISTRICTS).notes[0]
    assert "UTF-16" in grid_of(text.encode("utf-16"), "x.csv", DISTRICTS).notes[0]


def test_a_few_broken_bytes_cost_their_lines_and_not_the_encoding_of_the_others():
    lines = [HEADER, "1,Алмалы,75", "2,Әуезов,75", "3,Есіл,71", "4,x,75"]
    content = "\n".join(lines).encode() + b"\n5,\xc0\xff,75\n"
    grid = grid_of(content, "x.csv", DISTRICTS)
    assert text_table(grid, DISTRICTS)[0]["name"].to_list() == ["Алмалы", "Әуезов", "Есіл", "x"]
    assert grid.broken["row"].to_list() == [6]
    assert "not UTF-8" in grid.notes[0]


def test_excels_own_line_of_the_separator_is_no_row():
    assert rows_of("sep=;\ndistrict_id;name;chamber_id\n1;a,b;75\n") == [(2, "1", "a,b", "75")]


def test_lines_above_the_header_and_empty_ones_keep_the_row_numbers():
    assert rows_of(f"Список районов,,\n\n{HEADER}\n\n1,a,75\n,,\n \n2,b,75\n\n\n") == [
        (5, "1", "a", "75"),
        (8, "2", "b", "75"),
    ]


def test_cells_are_trimmed_of_every_kind_of_blank_and_empty_ones_are_null():
    assert rows_of(f"{HEADER}\n\u00a01\u200b, \u2009a b\u00a0,\n") == [(2, "1", "a b", None)]
    assert rows_of(f'{HEADER}\n1,"","  "\n') == [(2, "1", None, None)]


def test_a_quoted_cell_may_hold_separators_quotes_and_line_ends():
    text = f'{HEADER}\n1,"a, ""b""",75\n2,"c\n\nd",75\n3,e,75\n'
    assert rows_of(text) == [(2, "1", 'a, "b"', "75"), (3, "2", "c\n\nd", "75"), (4, "3", "e", "75")]


def test_a_quote_within_an_unquoted_cell_is_a_letter():
    assert rows_of(f'{HEADER}\n1,ТОО "Үміт",75\n2,5" құбыр,75\n3,c,75\n') == [
        (2, "1", 'ТОО "Үміт"', "75"),
        (3, "2", '5" құбыр', "75"),
        (4, "3", "c", "75"),
    ]


@pytest.mark.parametrize(
    "stray",
    ['2,"b,75', '2,"b" c,75', '"2,b,75', '2,b,"75', '2,b", "c,75'],
)
def test_a_stray_quote_costs_its_own_line_only(stray):
    text = f'{HEADER}\n1,a,75\n{stray}\n3,c,75\n4,"d",75\n'
    grid = grid_of(text.encode(), "x.csv", DISTRICTS)
    kept = [row for row, *_ in text_table(grid, DISTRICTS)[0].rows()]
    assert kept == [2, 4, 5]
    assert grid.broken["row"].to_list() == [3]


def test_two_stray_quotes_do_not_join_what_lies_between():
    text = f'{HEADER}\n1,"a,75\n2,b,75\n3,c",75\n4,d,75\n'
    assert [row for row, *_ in rows_of(text)] == [3, 4, 5]
    assert broken_of(text) == [2]


@pytest.mark.parametrize("line", ["2,b", "2", "2,b,75,x", "2,b,75,,x"])
def test_a_line_with_too_few_or_too_many_cells_is_broken_and_never_shifted(line):
    text = f"{HEADER}\n1,a,75\n{line}\n3,c,75\n"
    assert [row for row, *_ in rows_of(text)] == [2, 4]
    assert broken_of(text) == [3]


def test_empty_cells_beyond_the_header_are_nothing():
    assert rows_of(f"{HEADER}\n1,a,75,,,\n") == [(2, "1", "a", "75")]
    assert rows_of(f"{HEADER},,\n1,a,75,,\n") == [(2, "1", "a", "75")]


def test_the_message_of_a_broken_line_says_what_is_wrong_with_it():
    grid = grid_of(f'{HEADER}\n1,a\n2,"b" c,75\n'.encode(), "x.csv", DISTRICTS)
    assert "2 cells where the header has 3" in grid.broken["message"][0]
    assert "quotation mark" in grid.broken["message"][1]


def test_a_comma_in_an_unquoted_header_of_semicolons_does_not_mislead():
    assert rows_of("Район;Название, полное;Наименование;Палата\n1;x;a;75\n") == [(2, "1", "a", "75")]


def test_many_stray_quotes_take_no_quadratic_time():
    text = HEADER + "\n" + '1,"a,75\n' * 20_000
    assert len(broken_of(text)) == 20_000


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \n", b"a\0b\n", b"\x01\x02\xff\xfe\n"])
def test_what_is_no_text_is_refused(content):
    with pytest.raises(UnusableInputError, match=r"^x\.csv: "):
        grid_of(content, "x.csv", DISTRICTS)


CELLS = st.text(st.sampled_from('ab1 ,;\t"\nәіЖ\u00a0«#='), max_size=8)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8),
    order=st.permutations(COLUMNS),
    separator=st.sampled_from(",;\t"),
    ends=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    bom=st.booleans(),
)
def test_whatever_a_csv_writer_writes_is_read_back(rows, order, separator, ends, quoting, bom):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=quoting, lineterminator="\n")
    writer.writerow(order)
    writer.writerows([[row[COLUMNS.index(column)] for column in order] for row in rows])
    content = text.getvalue().replace("\n", ends).encode("utf-8-sig" if bom else "utf-8")
    grid = grid_of(content, "x.csv", DISTRICTS)
    expected = [
        (number, *(cell.strip(BLANKS) or None for cell in row))
        for number, row in enumerate(rows, start=2)
        if any(cell.strip(BLANKS) for cell in row)
    ]
    # Inner lines with separators may look like records of their own: an example above decides those.
    if not any("\n" in cell and separator in cell for row in rows for cell in row):
        assert text_table(grid, DISTRICTS)[0].rows() == expected
        assert grid.broken.is_empty()


LINES = st.text(st.sampled_from('ab1,"'), max_size=12)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=8), st.integers(0, 8))
def test_a_good_line_is_never_lost_among_any_rubbish(rubbish, at):
    lines = [*rubbish[:at], "KATO-1,good,75", *rubbish[at:]]
    grid = grid_of("\n".join([HEADER, *lines]).encode(), "x.csv", DISTRICTS)
    found = text_table(grid, DISTRICTS)[0]
    assert ("KATO-1", "good", "75") in found.select(COLUMNS).rows()
    assert found["row"].is_unique().all()
    assert not set(found["row"]) & set(grid.broken["row"])
