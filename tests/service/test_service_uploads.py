"""What is sent is read first by a process of its own: what takes too much is refused, and the server goes on."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import closing
from dataclasses import replace
from shutil import copy

import httpx
import polars as pl
import pytest
import xlsxwriter
from served import code, peopled
from small import writ, write_tables

from tengbol.book import desk
from tengbol.service import sessions, trial
from tengbol.service.api.intake import KINDS
from tengbol.service.app import application
from tengbol.service.problems import ProblemError
from tengbol.service.settings import Settings

SETTINGS = Settings("sqlite:///none")
MANY = [writ(f"W{n}") for n in range(4)]
TYPES = {suffix: kind for kind, suffix in KINDS.items()}


def workbook(place, rows):
    with xlsxwriter.Workbook(place) as book:
        sheet = book.add_worksheet("writs")
        sheet.write_row(0, 0, list(rows[0]))
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, ["" if cell is None else str(cell) for cell in row.values()])
    return place


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """The same four writs as each kind of file."""
    folder = tmp_path_factory.mktemp("sent")
    write_tables(folder / "in", writs=MANY)
    table = pl.read_csv(folder / "in" / "writs.csv", infer_schema=False)
    table.write_parquet(folder / "writs.parquet")
    copy(folder / "in" / "writs.csv", folder / "writs.csv")
    table.write_ndjson(folder / "writs.ndjson")
    (folder / "writs.json").write_text(json.dumps({"writs": MANY}))
    workbook(folder / "writs.xlsx", MANY)
    return folder


def refused(source, **limits):
    with pytest.raises(ProblemError) as found:
        trial.refuse_heavy(source, replace(SETTINGS, **limits))
    assert found.value.code == "too_large"
    return str(found.value.detail)


def test_a_file_that_can_be_read_within_the_limits_is_let_pass(sent):
    for name in ("writs.xlsx", "writs.parquet", "writs.csv"):
        trial.refuse_heavy(sent / name, SETTINGS)


def test_what_is_no_file_of_ours_is_the_servers_to_tell(tmp_path):
    (tmp_path / "no.xlsx").write_bytes(b"PK, but no workbook")
    trial.refuse_heavy(tmp_path / "no.xlsx", SETTINGS)


@pytest.mark.skipif(sys.platform == "win32", reason="no such limits there")
def test_what_needs_more_memory_or_time_than_is_allowed_ends_the_process_that_tries_it(sent, tmp_path):
    assert f"{400 << 20} bytes" in refused(sent / "writs.xlsx", most_memory=400 << 20)
    column = [f"{n:040}" for n in range(300_000)]
    pl.DataFrame({name: column for name in writ("W")}).write_parquet(tmp_path / "writs.parquet")
    assert " 1 seconds" in refused(tmp_path / "writs.parquet", most_seconds=1)


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet", ".csv", ".ndjson", ".json"])
def test_more_rows_than_are_taken_at_once_are_refused_whatever_brings_them(suffix, sent, tmp_path):
    with closing(peopled(tmp_path)) as store:
        settings = Settings(store.url, most_rows=3)
        row = desk.one(store, "accounts", "login = 'clerk'")
        secret, csrf = sessions.open_session(store, row, settings)

        async def answered(address):
            transport = httpx.ASGITransport(application(settings))
            told = {"X-CSRF-Token": csrf, "Content-Type": TYPES[suffix], "Idempotency-Key": address[-5:]}
            cookies = {settings.cookie: secret}
            async with httpx.AsyncClient(transport=transport, base_url="http://here", cookies=cookies) as client:
                return await client.post(address, content=(sent / f"writs{suffix}").read_bytes(), headers=told)

        for address in ("/api/v1/intake", "/api/v1/intake/check"):
            told = asyncio.run(answered(address))
            assert code(told) == "too_large" and "At most 3 rows" in told.json()["detail"], told.text
