"""The independent checker: re-derives a result from its input by its own plain code (contract section 5).

It shares with the rest of the package only the reading of tables. Everything here is written a second time,
in loops and dictionaries, from the contract and the Rules alone, so that a mistake in the law or in the
optimiser is not made twice.
"""

from tengbol.verify.check import verify
from tengbol.verify.findings import Finding, Kind, Report

__all__ = ["Finding", "Kind", "Report", "verify"]
