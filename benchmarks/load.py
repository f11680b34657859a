"""`python -m benchmarks.load`: many people and systems at once on a large book; how long they wait for an answer.

A server of its own over PostgreSQL, a long past, and clients that each ask for one thing after another with a short
pause, as people do. Of the past the last writs are still to be handed over, the others' creditors have been told; all
proceedings are open. Exit code 1 where more than one answer of twenty takes longer than the aim, or any fails, or the
server does not end. Other work on the machine lengthens all of it.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from benchmarks.book.past import build

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))  # its server and PostgreSQL are the tests'

if TYPE_CHECKING:
    import httpx

    from tengbol.book.store import Store

AIM = 0.3
_HTML = {"accept": "text/html", "accept-language": "ru"}
#: What a person looks at, and what a system asks: address, and how often of all.
PAGES = {
    "/": 2, "/writs": 4, "/writs?find=1": 2, "/writs?state=all": 2, "/batches": 2, "/ticks": 2, "/due": 2,
    "/enforcers": 1, "/enforcers/{who}": 1, "/events": 1, "/writs/{writ}": 4, "/evenness": 1,
}  # fmt: skip
CALLS = {
    "/api/v1/writs?limit=100": 2, "/api/v1/writs?limit=100&state=pending": 2, "/api/v1/status": 1,
    "/api/v1/writs/{writ}": 4, "/api/v1/events?limit=100": 1, "/api/v1/due?limit=100": 1,
}  # fmt: skip
#: Writs at once whose creditors are told.
_EACH = 50_000


def main() -> int:
    """Build the book, start the server, ask, and print what it took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--past", type=int, default=1_000_000, help="writs already distributed")
    parser.add_argument("--pending", type=int, default=10_000, help="writs that wait")
    parser.add_argument("--open", type=int, default=10_000, help="writs of the past that are still to be handed over")
    parser.add_argument("--clients", type=int, default=50, help="people and systems at once")
    parser.add_argument("--seconds", type=float, default=30.0, help="for how long they ask")
    parser.add_argument(
        "--pause", type=float, default=1.0, help="mean pause of a client between two questions, seconds"
    )
    parser.add_argument("--batch", action="store_true", help="let a batch of what waits run meanwhile")
    options = parser.parse_args()
    from books import Server, programs  # pyright: ignore[reportMissingImports]
    from served import people, served, session, system  # pyright: ignore[reportMissingImports]

    found = programs()
    if found is None:
        raise AssertionError("PostgreSQL is not installed")
    postgres = Server(found, durable=True)
    try:
        with tempfile.TemporaryDirectory() as room:
            url = postgres.new()
            build(url, Path(room), options.past, options.pending, lambda doing: print(doing, file=sys.stderr))
            from tengbol.book.access import connect

            store = connect(url)
            who = store.frame("SELECT min(enforcer_id) AS enforcer_id FROM enforcers", {"enforcer_id": pl.String()})
            people(store, enforcer=who.item())
            _tell(store, options.open)
            ids = store.frame(
                "SELECT writ_id FROM states WHERE until IS NULL ORDER BY writ_id LIMIT 5000", {"writ_id": pl.String()}
            )
            with served(url) as server:
                clients = [
                    (session(server, store, "head"), PAGES) if n % 2 else (system(server, store, "integration"), CALLS)
                    for n in range(options.clients)
                ]
                job = None
                if options.batch:
                    job = session(server, store, "clerk").post("/api/v1/batches", json={}).json()["job_id"]
                known = {"writ": ids["writ_id"].to_list(), "who": [who.item()]}
                waits, failed = asked(clients, known, options.seconds, options.pause)
                if job is not None:
                    print(f"the batch meanwhile: {clients[0][0].get(f'/api/v1/jobs/{job}').json()['state']}")
    finally:
        postgres.stop()
    worst = shown(waits)
    print(json.dumps({"answers": sum(map(len, waits.values())), "failed": failed, "p95": round(worst, 3), "aim": AIM}))
    return int(worst > AIM or failed > 0)


def _tell(store: Store, left: int) -> None:
    """Mark the creditors of all past writs but the last as told, and let PostgreSQL look after its tables."""
    import psycopg

    from tengbol.book.acts import Hand
    from tengbol.book.papers import mark

    rows = store.frame(
        "SELECT writ_id FROM states WHERE until IS NULL AND state = 'assigned' ORDER BY id", {"writ_id": pl.String()}
    )
    for part_of in rows.head(max(0, rows.height - left)).iter_slices(_EACH):
        mark(store, Hand("benchmark"), "notified", part_of["writ_id"].to_list())
    with psycopg.connect(store.url.replace("+psycopg", ""), autocommit=True) as session:
        session.execute("VACUUM ANALYZE")


def asked(
    clients: list[tuple[httpx.Client, dict[str, int]]], known: dict[str, list[str]], seconds: float, pause: float
) -> tuple[dict[str, list[float]], int]:
    """Seconds to each answer, by address; and how many were none."""
    waits: dict[str, list[float]] = defaultdict(list)
    failed: list[str] = []
    until = time.monotonic() + seconds

    def client(number: int) -> None:
        mine = random.Random(number)
        ask, addresses = clients[number]
        time.sleep(mine.random() * pause)
        while time.monotonic() < until:
            path = mine.choices(list(addresses), list(addresses.values()))[0]
            began = time.perf_counter()
            named = {name: mine.choice(ids) for name, ids in known.items()}
            answer = ask.get(path.format(**named), headers=_HTML if addresses is PAGES else {})
            waits[path].append(time.perf_counter() - began)
            if answer.status_code != 200:
                failed.append(f"{path} {answer.status_code}")
            time.sleep(mine.expovariate(1 / pause) if pause else 0)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for line in sorted(set(failed)):
        print("failed:", line)
    return waits, len(failed)


def shown(waits: dict[str, list[float]]) -> float:
    """Print each address's median and 95th part of a hundred; returns that of all together."""
    for path, one in sorted(waits.items()):
        print(
            f"{path:32} {len(one):6} answers  p50 {part(one, 0.5) * 1000:7.0f} ms  p95 {part(one, 0.95) * 1000:7.0f} ms"
        )
    return part([wait for one in waits.values() for wait in one], 0.95)


def part(values: list[float], share: float) -> float:
    """The value that so large a share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


if __name__ == "__main__":
    sys.exit(main())
