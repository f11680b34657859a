"""A server with more to do than it can: who comes too many is told at once, and SIGTERM ends it all the same."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from unittest import mock

import httpx
import polars as pl
import psycopg
import pytest
from books import home, opened
from served import people, served, session

from tengbol.service import serving, watch
from tengbol.service.settings import Settings


def test_a_server_whose_requests_hang_ends_when_it_is_told_to(postgresql, tmp_path):
    store = opened(postgresql.new(), tmp_path, home())
    people(store)
    with (
        served(store.url) as server,
        psycopg.connect(store.url.replace("+psycopg", "")) as holder,
    ):
        clients = [session(server, store, "head") for _ in range(50)]
        assert clients[0].get("/writs").status_code == 200
        # Whoever reads the states now waits for this transaction.
        holder.execute("LOCK TABLE states IN ACCESS EXCLUSIVE MODE")
        told: list[int | None] = []

        def ask(client: httpx.Client) -> None:
            try:
                told.append(client.get("/writs").status_code)
            except httpx.HTTPError:
                told.append(None)

        threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        with psycopg.connect(store.url.replace("+psycopg", ""), autocommit=True) as looks:
            waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%states%'"
            while looks.execute(waits).fetchone() != (Settings.stores,):
                pass
        server.process.send_signal(signal.SIGTERM)
        # It would wait as long as the lock is held: for ever.
        assert server.process.wait(30) == 143
        for thread in threads:
            thread.join()
        assert len(told) == 50 and set(told) <= {503, None}, told
    store.close()


def test_who_comes_too_many_is_told_at_once_to_come_again():
    async def many() -> list[int]:
        released = asyncio.Event()

        async def slow(scope, receive, send):
            await released.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        app = watch.Watch(slow, Settings("sqlite:///none"), watch.Numbers())
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://a") as client:
            first = [asyncio.create_task(client.get("/")) for _ in range(3)]
            while app.running < 3:
                await asyncio.sleep(0)
            late = await client.get("/")
            assert late.headers["retry-after"] == "1" and late.json()["code"] == "busy"
            released.set()
            return [late.status_code, *(answer.status_code for answer in await asyncio.gather(*first))]

    with mock.patch.object(watch, "_MOST", 3):
        assert asyncio.run(many()) == [503, 200, 200, 200]


def test_no_part_of_an_answer_waits_until_the_client_has_acknowledged_the_one_before():
    async def told() -> int:
        found: list[int] = []

        async def answer(_, writer: asyncio.StreamWriter) -> None:
            taken = writer.get_extra_info("socket")
            found.append(taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with serving._bound(Settings("sqlite:///none", port=0)) as listening:
            async with await asyncio.start_server(answer, sock=listening):
                reader, writer = await asyncio.open_connection(*listening.getsockname())
                await reader.read()
                writer.close()
        return found[0]

    assert asyncio.run(told()) == 1


def test_a_line_of_the_log_and_its_end_are_written_at_once(monkeypatch):
    """Server and worker write to one place: what one of them writes in two parts may be parted by the other."""
    written = []
    monkeypatch.setattr("sys.stderr", mock.Mock(write=written.append))
    watch.log("started", port=1)
    assert len(written) == 1 and written[0].endswith("}\n")


@pytest.mark.parametrize("at_work", [True, False])
def test_a_pool_that_ends_lends_no_more_and_tells_who_was_at_work(tmp_path, at_work):
    from tengbol.errors import BusyError
    from tengbol.service import pool as lending

    store = opened(f"sqlite:///{tmp_path / 'chamber.book'}", tmp_path, home())
    pool, ended = lending.Pool(store.url, 1), threading.Event()

    def work() -> None:
        forever = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) AS c FROM n"
        with pytest.raises(BusyError), pool.store() as lent:
            begun.set()
            lent.frame(forever, {})
        ended.set()

    begun = threading.Event()
    if at_work:
        threading.Thread(target=work, daemon=True).start()
        begun.wait()
    pool.close()
    assert not at_work or ended.wait(30)
    # At once, whatever the patience of a busy service.
    with mock.patch.object(lending, "_PATIENCE", 10**6):
        for _ in range(3):
            with pytest.raises(BusyError), pool.store():
                pass
    store.close()


@pytest.mark.stores
def test_every_connection_of_a_pool_is_set_for_many_who_ask_at_once(postgresql, tmp_path):
    from tengbol.service.pool import _SETTINGS, Pool

    store = opened(postgresql.new(), tmp_path, home())
    pool, chosen = Pool(store.url, 2), "setting AS value FROM pg_settings WHERE name"
    assert set(_SETTINGS) == {"random_page_cost", "max_parallel_workers_per_gather", "plan_cache_mode"}
    with pool.store() as first, pool.store() as second:
        for lent in (first, second):
            with lent.reading():
                pass
            for name, value in _SETTINGS.items():
                assert lent.frame(f"SELECT {chosen} = '{name}'", {"value": pl.String()}).item() == value
    pool.close()
    store.close()
