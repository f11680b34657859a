"""The worked example of `docs/pencil.md` and `docs/lot.md`: its input in `examples/pencil`, and every number on them.

`python tests/support/pencil.py` writes both again.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from small import balance, district, enforcer, proceeding, recusal, writ, write_tables

from tengbol.batch import Result, distribute
from tengbol.io.read import read

ROOT = Path(__file__).parents[2]
PAGE, LOT, INPUT = ROOT / "docs" / "pencil.md", ROOT / "docs" / "lot.md", ROOT / "examples" / "pencil"
SEED, AS_OF = "2026", datetime(2026, 11, 23, 18)
NAMES = {"A": "Айгүл", "B": "Берік", "C": "Сәуле", "D": "Дәурен", "E": "Ерлан"}
OPENING = {
    "individual": dict(zip(NAMES, (4, 3, 3, 4, 3), strict=True)),
    "alimony": dict(zip(NAMES, (1, 0, 1, 0, 1), strict=True)),
}
TITLES = {"individual": "money for natural persons", "alimony": "alimony"}
_EXCESS = ["category", "enforcer", "had", "+ got", "= received", "− share", "= excess", "squared"]
ALIMONY = {"claim": "alimony", "amount": None}
PAIR = {"case_id": "2-114/2026", "debtor_id": "debtor G"}


def put(folder: Path = INPUT) -> None:
    """Write the input."""
    write_tables(
        folder,
        districts=[district("D1")],
        enforcers=[enforcer(key, name=name) for key, name in NAMES.items()],
        ledger=[proceeding("old", "C", debtor_id="debtor J", category="alimony")],
        recusals=[recusal("w09", "A", decision="12")],
        balances=[
            balance(key, category, received, f"{sum(counts.values()) / 5:.9f}")
            for category, counts in OPENING.items()
            for key, received in counts.items()
        ],
        writs=[
            *(writ(f"w0{n}") for n in range(1, 7)),
            writ("w07", **PAIR),
            writ("w08", **PAIR),
            writ("w09"),
            writ("w10", **ALIMONY, debtor_id="debtor J"),
            writ("w11", **ALIMONY),
            writ("w12", **ALIMONY),
        ],
    )


def made() -> Result:
    """Distribute it."""
    return distribute(read(INPUT).chamber, as_of=AS_OF, seed=SEED)


def given() -> dict[str, dict]:
    """What became of each writ."""
    return {row["writ_id"]: row for row in made().assignments.iter_rows(named=True)}


def blocks() -> dict[str, str]:
    """Each table of `PAGE`, by its name there."""
    return _blocks(given())


def lot_blocks() -> dict[str, str]:
    """Each table of `LOT`, by its name there."""
    rows = given()
    return {
        "cells": _table(["what is hashed", "ten digits", "N", "who", "gets"], _cells(rows)),
        "bundle": _table(
            ["what is hashed", "ten digits", "place", "who", "single writs left, with it here"], _bundle(rows)
        ),
        "pools": _table(["w09 goes to", "of w01 to w06", "sum of squares"], _pools(rows)),
    }


def received(rows: dict[str, dict]) -> dict[str, int]:
    """Writs of money for natural persons of each enforcer."""
    return {key: sum(r["enforcer_id"] == key and r["category"] == "individual" for r in rows.values()) for key in NAMES}


def _cells(rows: dict[str, dict]) -> list[list[str]]:
    # Айгүл stands at her share, and Сәуле is above in alimony: between the three others nothing else decides.
    texts = {key: f"{SEED}:individual:{key}" for key in "BDE"}
    number = {key: hashlib.sha256(text.encode()).hexdigest()[:10] for key, text in texts.items()}
    got = received(rows)
    return [
        [
            f"`{texts[key]}`",
            f"`{number[key]}`",
            f"{int(number[key], 16):,}",
            NAMES[key],
            f"{got[key]} writ{'s' * (got[key] != 1)}",
        ]
        for key in sorted(texts, key=number.__getitem__)
    ]


def _bundle(rows: dict[str, dict]) -> list[list[str]]:
    start = digest("writ", "w07")
    number = {key: hashlib.sha256(f"{start}:{key}".encode()).hexdigest()[:10] for key in NAMES}
    got, lines = received(rows), []
    for place, key in enumerate(sorted(NAMES, key=number.__getitem__), 1):
        left = (
            ", ".join(f"{NAMES[k]} {got[k] - 2 * (k == key)}" for k in NAMES) if got[key] >= 2 else "none: he gets one"
        )
        lines.append([f"`{start[:8]}…:{key}`", f"`{number[key]}`", str(place), NAMES[key], left])
    return lines


def _pools(rows: dict[str, dict]) -> list[list[str]]:
    single = received(rows)
    single[rows["w07"]["enforcer_id"]] -= 2
    lines = []
    for key in "BCDE":
        of_all = {k: n - (k == key) for k, n in single.items()}
        if of_all[key] >= 0:
            squares = sum(n * n for n in of_all.values()) + 1
            told = ", ".join(f"{NAMES[k]} {n}" for k, n in of_all.items() if n)
            lines.append([NAMES[key], told, str(squares)])
    return lines


def _blocks(given: dict) -> dict[str, str]:
    return {
        "writs": _table(["writ", "category", "pool", "n", "each is due"], _writs(given)),
        "shares": _table(["category", "enforcer", "before", "+ of this batch", "= share"], _shares()),
        "excess": _table(_EXCESS, _excess(given)),
        "lot": _table(["what is hashed", "SHA-256 begins", "place", "goes to"], _lot(given)),
        "enforcers": _table(["what is hashed", "SHA-256 begins", "place", "who"], _order()),
        "objective": f"{_objective(given)}",
    }


def _writs(given: dict) -> list[list[str]]:
    rows = []
    for key, row in sorted(given.items()):
        n = row["pool_size"]
        pool = "B, C, D, E" if key == "w09" else "A, B, C, D, E"
        rows.append([key, TITLES[row["category"]], pool, str(n), f"1/{n} = {1 / n:g}"])
    return rows


def due() -> dict[tuple[str, str], list[Fraction]]:
    """Share before and of the batch, by a pencil: category, enforcer."""
    of_batch = {("individual", key): Fraction(8, 5) + (Fraction(1, 4) if key != "A" else 0) for key in NAMES}
    of_batch |= {("alimony", key): Fraction(3, 5) for key in NAMES}
    return {(k, key): [Fraction(sum(OPENING[k].values()), 5), part] for (k, key), part in of_batch.items()}


def _shares() -> list[list[str]]:
    return [
        [TITLES[category], NAMES[key], f"{float(before):g}", f"{float(more):g}", f"{float(before + more):g}"]
        for (category, key), (before, more) in due().items()
    ]


def excesses(given: dict) -> dict[tuple[str, str], Fraction]:
    """Excess after the batch, by a pencil."""
    got = {place: 0 for place in due()}
    for row in given.values():
        got[row["category"], row["enforcer_id"]] += 1
    return {
        (category, key): OPENING[category][key] + got[category, key] - sum(parts)
        for (category, key), parts in due().items()
    }


def _excess(given: dict) -> list[list[str]]:
    rows = []
    for (category, key), excess in excesses(given).items():
        had, share = OPENING[category][key], sum(due()[category, key])
        received = excess + share
        rows.append([
            TITLES[category], NAMES[key], str(had), str(received - had), str(received), f"{float(share):g}",
            f"{float(excess):+g}".replace("-", "−"), f"{float(excess**2):g}",
        ])  # fmt: skip
    return rows


def _objective(given: dict) -> str:
    return f"{float(sum(excess**2 for excess in excesses(given).values())):g}"


def digest(kind: str, name: str) -> str:
    """The place of a thing in the lot."""
    return hashlib.sha256(f"{SEED}:{kind}:{name}".encode()).hexdigest()


def _lot(given: dict) -> list[list[str]]:
    alike = sorted((f"w0{n}" for n in range(1, 7)), key=lambda key: digest("writ", key))
    return [
        [f"`{SEED}:writ:{key}`", f"`{digest('writ', key)[:8]}`", str(place), NAMES[given[key]["enforcer_id"]]]
        for place, key in enumerate(alike, 1)
    ]


def _order() -> list[list[str]]:
    order = sorted(NAMES, key=lambda key: digest("enforcer", key))
    return [
        [f"`{SEED}:enforcer:{key}`", f"`{digest('enforcer', key)[:8]}`", str(place), NAMES[key]]
        for place, key in enumerate(order, 1)
    ]


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def between(text: str, name: str) -> tuple[int, int]:
    """Where a block stands on the page."""
    start = text.index(f"<!-- {name} -->") + len(f"<!-- {name} -->\n")
    return start, text.index(f"\n<!-- end {name} -->")


def main() -> None:
    put()
    for page, tables in ((PAGE, blocks()), (LOT, lot_blocks())):
        text = page.read_text(encoding="utf-8")
        for name, block in tables.items():
            start, end = between(text, name)
            text = text[:start] + block + text[end:]
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
