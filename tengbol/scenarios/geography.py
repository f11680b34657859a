"""Kazakhstan's regions and their districts, for invented chambers: real names, Kazakh spelling.

`districts.csv` names the 20 regions, 170 districts, 39 cities of regional rank and 23 districts within
cities known to its authors; the official count is 195 districts in all, so two are missing, and the list is
approximate. Codes begin with the region's number. Those marked `kato` follow the state classifier from
memory, unchecked; those marked `synthetic` are made up. `population` is in thousands, rounded, and serves
only as a weight. A city that is divided into districts has its people there; what is left to the city
itself are addresses that name no district.
"""

from __future__ import annotations

from importlib.resources import files

import polars as pl

#: The chamber of the small demo: the region with most districts.
AKMOLA = "KZ-11"


def districts(chamber_id: str | None = None) -> pl.DataFrame:
    """Districts of one chamber, or of the country, sorted by code.

    Columns: `chamber_id`, `chamber` (the region's name), `district_id`, `name`, `kind` (`city`,
    `city_district`, `district`), `population` (thousands, > 0), `code` (`kato`, `synthetic`).
    """
    source = files("tengbol.scenarios").joinpath("districts.csv").read_bytes()
    frame = pl.read_csv(source, schema_overrides={"district_id": pl.String, "population": pl.Float64})
    kept = frame if chamber_id is None else frame.filter(chamber_id=chamber_id)
    return kept.sort("district_id")
