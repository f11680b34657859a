"""What a report's page weighs by row and by dot, so that a year of a region stays within one megabyte.

Such a year shows 330 enforcers in five categories and in all, and three pictures of each of them: 2,000 rows of nine
figures. What is said once of each cell or dot is said twenty thousand times.
"""

from __future__ import annotations

import re

import polars as pl
import pytest
from periods import made

from tengbol.report import thinned
from tengbol.report.charts import CHARTS
from tengbol.report.render import svg
from tengbol.report.words import LANGUAGES, Words

#: Bytes of markup for a cell and for a row, beside what is read in it.
CELL, ROW = 12, 90


def folded(html):
    """The tables opened on request, each as caption, rows and cells of a row."""
    for table in re.findall(r"<details>.*?</details>", html, re.DOTALL):
        body = table[table.index("<tbody>") : table.index("</tbody>")]
        yield re.search(r"<summary>(.*?)</summary>", table)[1], re.findall(r"<tr.*?</tr>", body)


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_table_with_a_row_for_each_of_many_little_is_markup(language):
    tables = list(folded(made(language)[3]))
    assert len(tables) > 10
    for caption, rows in tables:
        for row in rows:
            read = len(re.sub("<[^>]*>", "", row))
            cells = row.count("<td") + row.count("<th")
            assert len(row) - read <= ROW + CELL * cells, (caption, row)


def test_a_dot_takes_no_element_of_its_own():
    few, many = (weight_of_excess(copies) for copies in (10, 40))
    dots = 14 * 30 * 5
    assert (many - few) / dots < 60  # of which the band of chance takes 26


def weight_of_excess(copies):
    """Bytes of the chart of excess, everybody so many times."""
    frame = made("en")[0]["enforcers"]
    people = pl.concat([frame.with_columns(enforcer_id=pl.col("enforcer_id") + f" {n}") for n in range(copies)])
    chart = next(module for module in CHARTS if module.NAME == "excess").chart({"enforcers": people}, Words("en"))
    return len(svg(chart, Words("en")).encode())


def test_of_many_batches_the_last_of_each_month_is_shown_and_the_table_with_all_is_named(monkeypatch):
    assert rows_of("course", made("en")[0]["course"].height) == made("en")[0]["course"].height
    monkeypatch.setattr(thinned, "BATCHES", 2)
    course, caption = thinned.course(made("en")[0]), Words("en").plain(thinned.course(made("en")[0]).caption)
    last = made("en")[0]["course"].filter(pl.col("as_of") == pl.col("as_of").max())
    assert [row[0] for row in course.rows] == [moment.date() for moment in last["as_of"]]
    assert [row[2].value for row in course.rows] == last["excess_std"].to_list()
    assert "“course” has all batches" in caption


def rows_of(name, _):
    """How many rows a grid shows where nothing is left out."""
    return len(getattr(thinned, name)(made("en")[0]).rows)


def test_each_chamber_s_own_last_batch_of_a_month_is_shown(monkeypatch):
    monkeypatch.setattr(thinned, "BATCHES", 2)
    frames = made("en")[0]
    first = frames["batches"]["batch_id"][0]
    other = pl.when(pl.col("batch_id") == first).then(pl.lit("Z")).otherwise("chamber_id").alias("chamber_id")
    course = thinned.course({**frames, "batches": frames["batches"].with_columns(other)})
    days = frames["batches"]["as_of"].dt.date()
    assert {row[0] for row in course.rows} == {days.min(), days.max()}


def test_of_many_enforcers_each_tenth_of_a_curve_is_shown_with_its_own_figures(monkeypatch):
    frames = made("en")[0]
    code = frames["lorenz"]["category"][0]
    curve = frames["lorenz"].filter(category=code)
    assert len(thinned.lorenz(frames, code).rows) == curve.height
    monkeypatch.setattr(thinned, "ENFORCERS", 10)
    grid = thinned.lorenz(frames, code)
    ranks = [row[0].value for row in grid.rows]
    assert (ranks[0], ranks[-1], len(ranks)) == (0, curve.height - 1, 11)
    assert all(abs(rank - tenth * ranks[-1] / 10) <= 0.5 for tenth, rank in enumerate(ranks))
    for row in grid.rows:
        assert [figure.value for figure in row] == list(
            curve.filter(rank=row[0].value).select("rank", "people", "received", "due").row(0)
        )
    assert "“lorenz” has all enforcers" in Words("en").plain(grid.caption)


def test_dots_of_a_picture_stand_where_they_stood():
    """The corners of the one line are the places at which Vega put its dots, whatever stands between them."""
    import vl_convert

    from tengbol.report.charts.look import styled

    chart = next(module for module in CHARTS if module.NAME == "received").chart(made("en")[0], Words("en"))
    drawn = re.findall(r'"translate\(([-\d.]+),([-\d.]+)\)" d="M[\d.]+,0A', vl_convert.vegalite_to_svg(styled(chart)))
    told = []
    for line in re.findall(r'<path d="([^"]*)" marker-start', svg(chart, Words("en"))):
        told += corners(line)
    assert len(told) == len(drawn) > 50
    for (x, y), (across, down) in zip(told, drawn, strict=True):
        assert (x, y) == pytest.approx((float(across), float(down)), abs=0.051)


def corners(path):
    """The corners of a line said by its steps."""
    x = y = 0.0
    for how, numbers in re.findall(r"([Mhvl])([^Mhvl]*)", path):
        steps = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        taken = {"h": [(step, 0) for step in steps], "v": [(0, step) for step in steps]}
        for across, down in taken.get(how) or zip(steps[::2], steps[1::2], strict=True):
            x, y = x + across, y + down
            yield x, y


def test_ids_of_two_pictures_on_a_page_differ():
    ids = re.findall(r' id="([^"]*)"', "".join(made("en")[2].values()))
    assert len(ids) == len(set(ids)) > 1
