"""The independent checker: re-derives a result from its input by its own plain code (contract section 5).

It shares with the rest of the package only the reading of tables. Everything here is written a second time,
from the contract and the Rules alone, so that a mistake in the law or in the optimiser is not made twice. What
grows with the writs is derived and compared by columns; only what turns out wrong is looked at one by one.
"""

import sys
from types import ModuleType
from typing import Any

from tengbol.verify.check import verify
from tengbol.verify.findings import Finding, Kind, Report

__all__ = ["Finding", "Kind", "Report", "verify"]


class _Callable(ModuleType):
    """`tengbol.verify(…)` is `tengbol.verify.verify(…)`: one name is the package and the public function."""

    def __call__(self, *arguments: Any, **named: Any) -> Report:
        return verify(*arguments, **named)


sys.modules[__name__].__class__ = _Callable
