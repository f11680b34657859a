"""Tiny chambers for tests: contract tables as lists of rows, written as CSV, and results made by hand.

Nothing here uses the package: a result is computed from what a test says went where, by the slowest
obvious code. All people are invented.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from itertools import product
from math import sqrt
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

Row = dict[str, Any]

#: ¶4, the categories a second time, for all that tests reckon by themselves.
CATEGORIES = ("individual", "legal_entity", "state", "alimony", "non_property")
#: Shares are in billionths of a writ.
WRIT = 10**9
AS_OF = "2026-11-23T09:30:00"  # a Monday
SEED = "00ff"


def part(who: str, pool: Iterable[str]) -> int:
    """Contract 3.7, a second time: what somebody is due of one writ of a pool, in billionths."""
    members = set(pool)
    return WRIT // len(members) if who in members else 0


def district(district_id: str, chamber_id: str = "C1", **cells: Any) -> Row:
    return {"district_id": district_id, "name": f"District {district_id}", "chamber_id": chamber_id, **cells}


def enforcer(enforcer_id: str, district_id: str = "D1", **cells: Any) -> Row:
    return {
        "enforcer_id": enforcer_id,
        "name": f"Enforcer {enforcer_id}",
        "district_id": district_id,
        "licensed_from": "2020-01-01",
        "licensed_to": None,
        **cells,
    }


def attachment(district_id: str, enforcer_id: str, **cells: Any) -> Row:
    return {
        "district_id": district_id,
        "enforcer_id": enforcer_id,
        "valid_from": "2020-01-01",
        "valid_to": None,
        **cells,
    }


def absence(enforcer_id: str, reason: str = "leave", **cells: Any) -> Row:
    return {
        "enforcer_id": enforcer_id,
        "reason": reason,
        "start": "2026-11-20",
        "end": "2026-11-27",
        "reference": None,
        **cells,
    }


def writ(writ_id: str, **cells: Any) -> Row:
    """A ready writ of 50,000 tenge for a natural person against a debtor of his own in district D1."""
    return {
        "writ_id": writ_id,
        "received_at": "2026-11-20T10:00:00",
        "form": "electronic",
        "issued_by": "District court",
        "number": f"N-{writ_id}",
        "issued_on": "2026-11-02",
        "subject": "Recovery of a debt",
        "claim": "money",
        "amount": 50000,
        "creditor_id": f"creditor of {writ_id}",
        "creditor_kind": "individual",
        "debtor_id": f"debtor of {writ_id}",
        "debtor_district_id": "D1",
        "case_id": None,
        "immediate": "false",
        "state_interest": "false",
        "signature": "valid",
        "original_attached": None,
        "origin": "new",
        "previous_enforcer_id": None,
        **cells,
    }


def recusal(writ_id: str, enforcer_id: str, **cells: Any) -> Row:
    return {
        "writ_id": writ_id,
        "enforcer_id": enforcer_id,
        "ground": "article_54",
        "decision": "No. 1",
        **cells,
    }


def proceeding(writ_id: str, enforcer_id: str, **cells: Any) -> Row:
    """An open proceeding of the ledger."""
    return {
        "writ_id": writ_id,
        "case_id": None,
        "debtor_id": f"debtor of {writ_id}",
        "category": "individual",
        "enforcer_id": enforcer_id,
        "district_id": "D1",
        "assigned_at": "2026-03-02T12:00:00",
        "closed_at": None,
        **cells,
    }


def balance(enforcer_id: str, category: str, received: int, share: str) -> Row:
    return {"enforcer_id": enforcer_id, "category": category, "received": received, "share": share}


_BUILDERS: dict[str, Callable[..., Row]] = {
    "districts": district,
    "enforcers": enforcer,
    "attachments": attachment,
    "absences": absence,
    "writs": writ,
    "recusals": recusal,
    "ledger": proceeding,
}
_HEADERS = {
    "districts": list(district("")),
    "enforcers": list(enforcer("")),
    "attachments": list(attachment("", "")),
    "absences": list(absence("")),
    "writs": list(writ("")),
    "recusals": list(recusal("", "")),
    "ledger": list(proceeding("", "")),
    "balances": list(balance("", "", 0, "")),
}


def write_tables(folder: Path, **tables: Iterable[Row]) -> Path:
    """Write tables as `NAME.csv`; the required ones always, the others when they are given."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in {"districts", "enforcers", "writs", *tables}:
        rows = list(tables.get(name, ()))
        more = [
            column for column in dict.fromkeys(name for row in rows for name in row) if column not in _HEADERS[name]
        ]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, [*_HEADERS[name], *more], restval="")
            out.writeheader()
            out.writerows(rows)
    return folder


# ---- Results made by hand


def told(enforcer_id: str, pool_size: int, basis: str) -> str:
    """An explanation with what `verify` looks for in one."""
    paragraph = {"alimony_debtor": "¶13", "same_case": "¶14", "returned": "¶11"}.get(basis, "¶9")
    among = "the only enforcer" if pool_size == 1 else f"one of the {pool_size} enforcers"
    return f"{paragraph}: given to ({enforcer_id}), {among} of its pool."


def placed(writ_id: str, enforcer_id: str, pool: Iterable[str], **cells: Any) -> Row:
    """An assigned electronic writ: what a test says, with the days of one received on Friday 20 November 2026."""
    return {
        "writ_id": writ_id,
        "enforcer_id": enforcer_id,
        "category": "individual",
        "basis": "registered",
        "bundle_id": writ_id,
        "pool": tuple(pool),
        "distribute_by": "2026-11-25",
        "collect_by": "2026-11-26",
        "notify_creditor_by": "2026-11-26",
        "explanation": told(enforcer_id, len(set(pool)), cells.get("basis", "registered")),
        **cells,
    }


Excess = dict[tuple[str, str], Fraction]


def standing(balances: list[Row], assigned: list[Row]) -> tuple[Counter, dict[tuple[str, str], Fraction]]:
    """Received and share after a batch, by enforcer and category."""
    received: Counter = Counter()
    share: dict[tuple[str, str], Fraction] = {}
    for row in balances:
        key = (row["enforcer_id"], row["category"])
        received[key] += row["received"]
        share[key] = Fraction(row["share"])
    for row in assigned:
        received[row["enforcer_id"], row["category"]] += 1
        for member in row["pool"]:
            key = (member, row["category"])
            share[key] = share.get(key, Fraction(0)) + Fraction(part(member, row["pool"]), WRIT)
    return received, share


def both_objectives(balances: list[Row], assigned: list[Row]) -> tuple[int, int]:
    """Contract 3.8 in squared thousandths, over those in a pool or receiving."""
    received, share = standing(balances, assigned)
    concerned = {row["enforcer_id"] for row in assigned}.union(*(row["pool"] for row in assigned))
    first = second = 0
    for name in concerned:
        own = [round(1000 * (received[name, k] - share.get((name, k), Fraction(0)))) for k in CATEGORIES]
        first += sum(e * e for e in own)
        second += sum(own) ** 2
    return first, second


def key(seed: str, kind: str, name: str) -> str:
    return sha256(f"{seed}:{kind}:{name}".encode()).hexdigest()


def most_even(balances: list[Row], rows: list[Row], seed: str = SEED) -> list[Row]:
    """Give the bundles without an enforcer to the most even, trying everything, and then deal them by lot."""
    free: dict[str, list[Row]] = {}
    for row in rows:
        if row["enforcer_id"] is None:
            free.setdefault(row["bundle_id"], []).append(row)
    fixed = [row for row in rows if row["enforcer_id"] is not None]
    names = list(free)
    # Shares do not depend on who receives, and a writ more is a thousand thousandths more.
    received, share = standing(balances, rows)
    concerned = {row["enforcer_id"] for row in fixed}.union(*(row["pool"] for row in rows))
    received.subtract((row["enforcer_id"], row["category"]) for row in rows)
    base = {
        (name, k): round(1000 * (received[name, k] - share.get((name, k), Fraction(0))))
        + 1000 * sum((row["enforcer_id"], row["category"]) == (name, k) for row in fixed)
        for name in concerned
        for k in CATEGORIES
    }

    def cost(choice: tuple[str, ...]) -> tuple[int, int]:
        excess = dict(base)
        for name, taker in zip(names, choice, strict=True):
            for row in free[name]:
                excess[taker, row["category"]] += 1000
        first = sum(e * e for e in excess.values())
        return first, sum(sum(excess[name, k] for k in CATEGORIES) ** 2 for name in concerned)

    taken = dict(zip(names, min(product(*(free[name][0]["pool"] for name in names)), key=cost), strict=True))
    classes: dict[Any, list[str]] = {}
    for name in names:
        alike = (frozenset(free[name][0]["pool"]), tuple(sorted(row["category"] for row in free[name])))
        classes.setdefault(alike, []).append(name)
    for alike in classes.values():
        places = sorted((taken[name] for name in alike), key=lambda one: key(seed, "enforcer", one))
        ordered = sorted(alike, key=lambda one: key(seed, "writ", one))
        taken.update(zip(ordered, places, strict=True))
    given = [(row, row["enforcer_id"] or taken[row["bundle_id"]]) for row in rows]
    return [{**row, "enforcer_id": who, "explanation": told(who, len(row["pool"]), row["basis"])} for row, who in given]


_TYPES: dict[str, dict[str, Any]] = {
    "assignments": {
        **dict.fromkeys(("writ_id", "enforcer_id", "category", "basis", "bundle_id"), pl.String),
        "pool_size": pl.Int64,
        **dict.fromkeys(("distribute_by", "collect_by", "notify_creditor_by"), pl.Date),
        "explanation": pl.String,
    },
    "unassigned": dict.fromkeys(("writ_id", "code", "explanation"), pl.String),
    "rejected": {
        "table": pl.String,
        "row": pl.Int64,
        **dict.fromkeys(("column", "code", "message"), pl.String),
    },
    "balances": {
        "enforcer_id": pl.String,
        "category": pl.String,
        "received": pl.Int64,
        "share": pl.Decimal(38, 9),
    },
}


def put(folder: Path, table: str, frame: pl.DataFrame) -> None:
    """Write a table out as `.parquet` and `.csv` and put its hashes and rows into the manifest."""
    frame.write_parquet(folder / f"{table}.parquet")
    frame.write_csv(folder / f"{table}.csv")
    manifest = folder / "manifest.json"
    text = json.loads(manifest.read_text(encoding="utf-8"))
    for name in (f"{table}.parquet", f"{table}.csv"):
        text["outputs"][name] = hashed(folder / name, frame.height)
    manifest.write_text(json.dumps(text), encoding="utf-8")


def hashed(path: Path, rows: int) -> Row:
    return {"sha256": sha256(path.read_bytes()).hexdigest(), "rows": rows}


def write_result(
    folder: Path,
    source: Path,
    *,
    assigned: list[Row],
    unassigned: list[Row],
    rejected: list[Row],
    balances: list[Row],
    licensed: dict[str, str],
    rows: dict[str, int],
) -> Path:
    """A whole result folder. licensed: the chamber of each licensed enforcer. rows: of each input table."""
    folder.mkdir()
    first, second = (int(cost) / 10**6 for cost in both_objectives(balances, assigned))
    inputs = {f"{name}.csv": hashed(source / f"{name}.csv", count) for name, count in rows.items()}
    identity = json.dumps([inputs, AS_OF, SEED], sort_keys=True)
    manifest = {
        **{"status": "optimal", "status_total": "optimal"},
        **{"objective": first, "lower_bound": first, "objective_total": second, "lower_bound_total": second},
        **{"seed": SEED, "as_of": AS_OF},
        "batch_id": f"20261123T093000-{sha256(identity.encode()).hexdigest()[:12]}",
        "inputs": inputs,
        "outputs": {},
        "counts": {"assignments": len(assigned), "unassigned": len(unassigned), "rejected": len(rejected)},
        **{"versions": {}, "timings": {}},
        "config": {
            "mci": {"2025-01-01": 3932, "2026-01-01": 4325},
            "calendar": {"days_off": [], "working_days": []},
        },
        "warnings": [],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    frames = {
        "assignments": [{**row, "pool_size": len(row["pool"])} for row in assigned],
        "unassigned": unassigned,
        "rejected": rejected,
        "balances": _closing(balances, assigned, licensed),
    }
    for table, types in _TYPES.items():
        dates = {name for name, kind in types.items() if kind == pl.Date}
        schema = {name: pl.String if name in dates else kind for name, kind in types.items()}
        frame = pl.DataFrame([{name: row[name] for name in types} for row in frames[table]], schema=schema)
        put(folder, table, frame.with_columns(pl.col(name).str.to_date() for name in dates))
    put(folder, "uniformity", _uniformity(balances, assigned, licensed))
    return folder


def _closing(balances: list[Row], assigned: list[Row], licensed: dict[str, str]) -> list[Row]:
    received, share = standing(balances, assigned)
    return [
        {
            "enforcer_id": name,
            "category": category,
            "received": received[name, category],
            "share": Decimal(int(share.get((name, category), 0) * 10**9)).scaleb(-9),
        }
        for name in licensed
        for category in CATEGORIES
    ]


def _uniformity(balances: list[Row], assigned: list[Row], licensed: dict[str, str]) -> pl.DataFrame:
    out = []
    for chamber_id in sorted(set(licensed.values())):
        members = [name for name in licensed if licensed[name] == chamber_id]
        for category in CATEGORIES:
            row: Row = {"chamber_id": chamber_id, "category": category, "enforcers": len(members)}
            for moment, rows in (("before", []), ("after", assigned)):
                received, share = standing(balances, rows)
                got = [received[name, category] for name in members]
                excess = [received[name, category] - share.get((name, category), Fraction(0)) for name in members]
                n, mean = len(members), Fraction(sum(got), len(members))
                centre = sum(excess, Fraction(0)) / n
                gaps = sum(abs(a - b) for a in got for b in got)
                row |= {
                    f"received_min_{moment}": min(got),
                    f"received_mean_{moment}": float(mean),
                    f"received_max_{moment}": max(got),
                    f"excess_min_{moment}": float(min(excess)),
                    f"excess_max_{moment}": float(max(excess)),
                    f"excess_std_{moment}": sqrt(sum((e - centre) ** 2 for e in excess) / n),
                    f"gini_{moment}": float(gaps / (2 * n * n * mean)) if mean else None,
                    f"jain_{moment}": float(sum(got) ** 2 / Fraction(n * sum(x * x for x in got))) if mean else None,
                }
            out.append(row)
    return pl.DataFrame(out, infer_schema_length=None)
