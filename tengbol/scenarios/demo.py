"""The demo: an invented chamber, or all of Kazakhstan's, as a clerk would send it (contract section 5).

The places are real; all people, companies and numbers are invented, and volumes and shares are synthetic.
One seed gives the same bytes each time with the same versions of the libraries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tengbol.errors import UnusableInputError
from tengbol.io.kinds import ABOUT, DEMO, DEMO_WORDS
from tengbol.io.outputs import Output, refuse_unless_replaceable
from tengbol.io.write import write_files
from tengbol.scenarios.arrivals import writs as writs_and_recusals
from tengbol.scenarios.faults import Planted, faults, plant
from tengbol.scenarios.geography import AKMOLA, districts
from tengbol.scenarios.past import balances, past
from tengbol.scenarios.sheets import WORKBOOK, folder_files, workbook_file
from tengbol.scenarios.staff import staff

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

#: Writs of a demo unless asked otherwise, enforcers, and the share of writs in bundles: a region, and the
#: country.
_REGION: Final = (1_800, 120, 0.10)
_COUNTRY: Final = (1_000_000, 2_220, 0.05)

#: Above so many writs a folder holds Parquet: clerks have CSV, but nobody opens a table of that size by hand.
_PARQUET_ABOVE: Final = 50_000

#: Open and closed proceedings for each writ of the batch, at least and at most so many.
_LEDGER_SHARE: Final = 2.2
_LEDGER_BOUNDS: Final = (200, 300_000)


def demo(out: Path, *, seed: int = 1, xlsx: bool = False, national: bool = False, writs: int | None = None) -> Path:
    """Write a demo chamber into the folder `out`, whole or not at all; return what `tengbol run` takes.

    `seed`: an integer ≥ 0. `xlsx`: one workbook, `chamber.xlsx`, in place of a table a file. `national`:
    the country's 20 chambers in place of one. `writs`: how many good writs (1,800, or 1,000,000 for the
    country). Tables are CSV, or Parquet above 50,000 writs. An empty folder, or one that holds nothing but
    a demo, is replaced.

    Raises `UnusableInputError` for a folder with anything else in it or that cannot be written, for a
    negative seed or number of writs, and for a table too long for a sheet.
    """
    output = Output(out, DEMO)
    refuse_unless_replaceable(output)
    planted = tables(seed, national=national, writs=writs)
    count = planted["writs"].frame.height
    files = workbook_file(planted) if xlsx else folder_files(planted, parquet=count > _PARQUET_ABOVE)
    about = _about(seed, national, count).encode()
    write_files(
        output,
        {name: (content, None) for name, content in {**files, ABOUT: about}.items()},
        lambda outputs: {"seed": seed, "outputs": outputs},
    )
    return out / WORKBOOK if xlsx else out


def tables(seed: int, *, national: bool = False, writs: int | None = None) -> dict[str, Planted]:
    """Make the tables of a demo by name, in the contract's order; arguments as for `demo`."""
    usual, enforcers, bundled = _COUNTRY if national else _REGION
    count = usual if writs is None else writs
    if count < 0:
        raise UnusableInputError("The number of writs is {count}; give 0 or more.", count=count)
    where = districts(None if national else AKMOLA)
    people = staff(seed, where, enforcers)
    least, most = _LEDGER_BOUNDS
    before = past(seed, where, people, min(most, max(least, round(_LEDGER_SHARE * count))))
    arrived, recusals = writs_and_recusals(seed, where, people, before, count, bundled=bundled)
    good: dict[str, pl.DataFrame] = {
        "districts": where.select("district_id", "name", "chamber_id"),
        "enforcers": people.enforcers,
        "attachments": people.attachments,
        "absences": people.absences,
        "writs": arrived,
        "recusals": recusals,
        "ledger": before.ledger,
        "balances": balances(seed, where, people),
    }
    found = faults(seed, good)
    return {name: plant(name, frame, found) for name, frame in good.items()}


def _about(seed: int, national: bool, writs: int) -> str:
    place = "Kazakhstan's 20 chambers" if national else "the chamber of Ақмола облысы"
    return (
        f"{DEMO_WORDS} {place}, 23 November 2026, {writs} writs, seed {seed}.\n"
        "Names of places are real. All people, companies, numbers and proceedings are invented; every IIN\n"
        "and BIN has a month that no calendar has, so it can be nobody's. Shares and volumes are synthetic.\n"
        "Some rows are spoilt on purpose.\n"
        "Run it with the batch's time 2026-11-23T18:00:00; a few writs came after it.\n"
    )
