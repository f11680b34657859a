"""What the page says is what the tables hold: every figure, in every language; the paper says the same."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser

import altair as alt
import jsonschema
import pytest
from periods import inputs, laid_out, made, period

from tengbol.report.charts import CHARTS
from tengbol.report.charts.look import styled
from tengbol.report.findings import TABLE
from tengbol.report.page import page, pictures
from tengbol.report.paper import paper
from tengbol.report.words import LANGUAGES, Figure, Words


class Figures(HTMLParser):
    """Collects figures, in `<data>` elements or in cells whose row and head say the place; the text outside of them,
    and what elements there are.
    """

    def __init__(self):
        super().__init__()
        self.figures, self.rest, self.tags, self.open = [], [], [], []
        self.row, self.heads, self.column, self.within = "", [], 0, False

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        self.tags.append((tag, dict(attributes)))
        own = dict(attributes)
        if tag == "table":
            self.heads = []
        if tag == "tr":
            self.row, self.column = own.get("data-at", ""), -1
        if tag in ("th", "td"):
            self.column += 1
            if own.get("scope") == "col":
                self.heads.append(own.get("data-at", ""))
            elif self.row and self.heads[self.column]:
                self.figures.append([{"data-at": f"{self.row} {self.heads[self.column]}"}, ""])
                self.within = True
        if tag == "data":
            assert not self.within
            self.figures.append([own, ""])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        self.within = self.within and tag not in ("th", "td")

    def handle_data(self, text):
        if "data" in self.open or self.within:
            self.figures[-1][1] += text
        elif not {"style", "time", "svg", "title", "footer", "figcaption"} & set(self.open):
            self.rest.append(text)


@cache
def read(language):
    parser = Figures()
    parser.feed(made(language)[3])
    assert not parser.open
    return parser


def held(attributes, frames):
    """What the place of a figure holds."""
    table, row, column = attributes["data-at"].split(" ")
    return frames[table][column][int(row) - 2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_on_the_page_is_the_one_its_place_in_the_tables_holds(language):
    frames = made(language)[0]
    seen = read(language).figures
    assert len(seen) > 1000
    named = [attributes for attributes, _ in seen if "value" in attributes]
    assert len(named) > 50
    for attributes in named:
        value = held(attributes, frames)
        assert attributes["value"] == "" if value is None else float(attributes["value"]) == value, attributes


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_reads_as_what_its_place_holds_is_written_in_the_language(language):
    words, frames = Words(language), made(language)[0]
    forms = ("count", "writs", "signed", "index", "percent", "tenge", "exact")
    for attributes, text in read(language).figures:
        value = held(attributes, frames)
        assert text in {getattr(words, form)(value) for form in forms}, attributes


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_stands_on_the_page_without_its_place(language):
    known = set(period().enforcers["name"]) | set(period().districts["chamber_id"])
    for text in read(language).rest:
        bare = re.sub(r"¶\d+|1[,\s\u00a0\u202f]?000", "", text.strip())
        if any(name in bare for name in known) or re.fullmatch(r"[\d\s\u00a0\u202f.]* ?\D* ?2026.*", bare):
            continue
        assert not re.search(r"\d", bare.replace("95", "").replace("100", "")) or "Джин" in bare or "Gini" in bare, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_nothing_from_elsewhere(language):
    html = made(language)[3]
    assert not re.search(r"""(?:src|href)=["'](?!#|data:)""", html)
    assert "<script" not in html
    assert f'<html lang="{language}">' in html
    assert "default-src 'none'" in html


def test_all_languages_show_the_same_figures():
    one, two, three = (
        sorted((figure["data-at"], figure.get("value", "")) for figure, _ in read(language).figures)
        for language in LANGUAGES
    )
    assert one == two == three


def test_names_cannot_break_out_of_the_page():
    from dataclasses import replace

    import polars as pl

    record = period()
    named = replace(record, enforcers=record.enforcers.with_columns(name=pl.lit("<b onclick=x>{0}&\x07\ufffe Ә")))
    _, told, drawn, html = laid_out(named, Words("kk"), inputs())
    assert "<b onclick" not in html
    assert "&lt;b onclick=x&gt;{0}&amp;\ufffd\ufffd Ә" in html
    assert "\x07" not in html
    assert paper(told, drawn, Words("kk")).startswith(b"%PDF")


def test_the_same_record_gives_the_same_bytes():
    frames, told, drawn, html = made("kk")
    again = pictures(frames, Words("kk"))
    assert again == drawn
    assert page(told, again, Words("kk")) == html
    assert paper(told, drawn, Words("kk")) == paper(told, drawn, Words("kk"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_is_a_pdf_with_its_fonts_in_it(language):
    _, told, drawn, _ = made(language)
    content = paper(told, drawn, Words(language))
    assert content.startswith(b"%PDF")
    assert b"LibertinusSerif" in content
    # Its date is that of the last batch, not of the clock.
    assert b"D:20261110180000" in content


def test_sentences_say_what_the_tables_hold():
    frames, told, _, _ = made("en")
    for section in told.sections:
        for sentence in section.sentences:
            for value in sentence.values.values():
                if isinstance(value, Figure):
                    assert value.table == TABLE
                    assert frames[TABLE]["value"][value.row - 2] == value.value


def test_nobody_s_identity_but_the_enforcers_is_on_the_page():
    html = made("ru")[3]
    writs = period().assignments["writ_id"].to_list()
    assert not [writ for writ in writs if writ in html]


@pytest.mark.parametrize("module", CHARTS, ids=lambda module: module.NAME)
def test_every_chart_keeps_to_the_schema_of_vega_lite(module):
    chart = module.chart(made("kk")[0], Words("kk"))
    assert chart is not None
    specification = styled(chart)
    assert alt.Chart.from_dict(specification).to_dict()["$schema"] == specification["$schema"]
    with pytest.raises(jsonschema.ValidationError):
        alt.Chart.from_dict({**specification, "columns": "wide"})
