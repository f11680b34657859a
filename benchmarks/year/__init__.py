"""Uniformity over time: a region's year of daily batches, each policy on the very same stream of days.

`year()` runs it and gives a `Year`: tables, charts, and what falls short; `method()` says how it is measured, in
sentences. `python -m benchmarks.year` prints the tables. The days come from `tengbol.scenarios.stream`. To add a
policy, write a class in a module here and list it in `POLICIES`.
"""

from benchmarks.year.method import LIFTED, method
from benchmarks.year.policies import POLICIES
from benchmarks.year.result import FAMILIES, Year, year
from benchmarks.year.run import Foretelling

__all__ = ["FAMILIES", "LIFTED", "POLICIES", "Foretelling", "Year", "method", "year"]
